"""The one place of configuration.

Every process of the suite (jobs, API, command line, tests) reads the same environment variables, under the names
AWS and Kafka users know, so that the suite runs unchanged against any DynamoDB, Kafka, S3 and Flink.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings

from decision_store.errors import ActionableError

DAY_MS = 24 * 60 * 60 * 1000
# An event holds every payload of its decision: up to 4 million characters, three bytes each at most. The topics and
# what writes to them must agree on it.
MAX_MESSAGE_BYTES = 16 << 20


class DeliveryGuarantee(StrEnum):
    """How decision events reach Kafka."""

    AT_LEAST_ONCE = "at-least-once"
    EXACTLY_ONCE = "exactly-once"


class SettingsError(ActionableError):
    """An environment variable holds what it must not; the message names it."""


class Settings(BaseSettings):
    """Endpoints, names and delivery settings; a field is read from the environment variable of its upper-case name.

    Raises:
        SettingsError: a value does not fit.
    """

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as broken:
            first = broken.errors()[0]
            name = "_".join(str(part) for part in first["loc"]).upper()
            raise SettingsError(f"{name} is {first['input']!r}: {first['msg']}.") from None

    aws_region: str = "eu-west-1"
    aws_endpoint_url_dynamodb: str | None = Field(default=None, description="None: AWS itself")
    aws_endpoint_url_dynamodb_streams: str | None = Field(default=None, description="None: AWS itself")
    aws_endpoint_url_s3: str | None = Field(default=None, description="None: AWS itself")
    kafka_bootstrap_servers: str = "localhost:9092"
    schema_registry_url: str = "http://localhost:8000/registry"
    flink_rest_url: str = "http://localhost:8081"
    flink_on_this_machine: bool = Field(
        default=False, description="whether the cluster reads this machine's files: jobs start without shipping the jar"
    )
    decision_store_url: str = "http://localhost:8000"

    decisions_table: str = "decisions"
    variables_table: str = "variables"
    schemas_table: str = "schemas"
    decision_events_topic: str = "decision-events"
    dead_letter_topic: str = "decision-events-dead-letter"
    incomplete_topic: str = "decision-events-incomplete"
    archive_uri: str = "s3://decision-archive/decision-events"
    use_cases_dir: Path | None = Field(
        default=None, description="the folder of use cases; None: the installation's own `use_cases`"
    )

    delivery_guarantee: DeliveryGuarantee = Field(
        default=DeliveryGuarantee.AT_LEAST_ONCE,
        description="at-least-once delivers in milliseconds; exactly-once within a checkpoint interval, if no job is "
        "down for longer than the broker keeps a transaction (15 minutes by default)",
    )
    checkpoint_interval_ms: int = Field(default=5_000, ge=100, description="how much is read again after a failure")
    buffer_timeout_ms: int = Field(default=5, ge=0, description="Flink's 100 ms would be added to every hop's latency")
    incomplete_after_ms: int = Field(default=60_000, ge=1, description="wait for missing parts before the side topic")
    assembly_retention_days: int = Field(default=90, ge=1, description="how long a correction finds its decision")

    @property
    def assembly_retention_ms(self) -> int:
        """How long a decision is remembered after its last part."""
        return self.assembly_retention_days * DAY_MS
