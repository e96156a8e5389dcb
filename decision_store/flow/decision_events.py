"""The steps of the job `decision_events`; each runs as the JVM operator of the same name."""

from __future__ import annotations

from dataclasses import dataclass

from pyflink.common import WatermarkStrategy
from pyflink.datastream import DataStream, StreamExecutionEnvironment

from decision_store.flow.jvm import operator, stream
from decision_store.flow.registry import RegistryError, registered_event_schema, registered_part_schemas
from decision_store.model.plan import DecisionEventsPlan, RegisteredSchema, to_json
from decision_store.model.use_cases import declared_enriching
from decision_store.settings import DAY_MS, Settings
from flink_dynamodb import DynamoDbStreamsSource, FieldType, metadata, new_image

HISTORY_WINDOW_MS = 30 * DAY_MS  # the event's history fields are named for it


@dataclass(frozen=True, slots=True)
class Validated:
    """Attributes: parts that conform; the others, for Kafka."""

    parts: DataStream
    dead_letters: DataStream


@dataclass(frozen=True, slots=True)
class Assembled:
    """Attributes: complete decisions; those that waited too long and parts of another customer, for Kafka."""

    decisions: DataStream
    incomplete: DataStream
    dead_letters: DataStream


def decision_events_plan(settings: Settings) -> DecisionEventsPlan:
    """The plan of the job: what is declared, with the schemas that are registered now.

    Raises:
        DeclarationError: a declaration cannot work; use case, name and place are named.
        RegistryError: the registry cannot be used, or has no version of the event with enrichments.
    """
    event_schema = registered_event_schema(settings)
    _refuse_events_of_0_1_0(event_schema, settings)
    enriching = declared_enriching(event_schema.avro)
    return DecisionEventsPlan(
        registry_url=settings.schema_registry_url,
        part_schemas=registered_part_schemas(settings),
        event_schema=event_schema,
        incomplete_after_ms=settings.incomplete_after_ms,
        retention_ms=settings.assembly_retention_ms,
        history_window_ms=HISTORY_WINDOW_MS,
        fields=enriching.fields,
        enrichments=enriching.enrichments,
        rules=enriching.rules,
    )


def _refuse_events_of_0_1_0(event_schema: RegisteredSchema, settings: Settings) -> None:
    if not {field["name"] for field in event_schema.avro["fields"]} >= {"enrichments", "flags"}:
        raise RegistryError(
            f"Version {event_schema.version} of {event_schema.subject}, the newest in the schema registry at"
            f" {settings.schema_registry_url}, has no room for enrichments and flags: register the version that this"
            " release ships (its API does so when it starts)."
        )


def decision_changes(env: StreamExecutionEnvironment, settings: Settings) -> DataStream:
    """Every change of the decision table, as the rows `validate` takes."""
    source = (
        DynamoDbStreamsSource.builder()
        .set_tables(settings.decisions_table)
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb_streams)
        .set_fields(
            metadata("event_kind"),
            metadata("sequence_number"),
            metadata("shard_id"),
            metadata("created_at"),
            metadata("decode_error"),
            metadata("raw"),
            new_image("decision_id"),
            new_image("part_revision"),
            new_image("part"),
            new_image("name"),
            new_image("revision", FieldType.LONG),
            new_image("customer_id"),
            new_image("event_time", FieldType.LONG),
            new_image("schema"),
            new_image("payload"),
        )
        .set_latency_goal(20)
        .set_quiet_interval(100)
        .build()
    )
    return env.from_source(source, WatermarkStrategy.no_watermarks(), "decision-changes").uid("decision-changes")


def validate(changes: DataStream, plan: DecisionEventsPlan) -> Validated:
    """Holds each part against the contract and its schema."""
    java = operator("validate.Validate")
    validated = java.apply(changes._j_data_stream, to_json(plan))
    return Validated(stream(validated, "validate"), DataStream(java.deadLetters(validated)))


def assemble(parts: DataStream, plan: DecisionEventsPlan) -> Assembled:
    """Makes decisions of parts, by decision id; a later part makes a higher revision."""
    java = operator("assemble.Assemble")
    assembled = java.apply(parts._j_data_stream, to_json(plan))
    return Assembled(
        stream(assembled, "assemble"),
        DataStream(java.incomplete(assembled)),
        DataStream(java.deadLetters(assembled)),
    )


def enrich(decisions: DataStream, plan: DecisionEventsPlan) -> DataStream:
    """Adds the customer's history as of each decision."""
    return stream(operator("enrich.Enrich").apply(decisions._j_data_stream, to_json(plan)), "enrich")


def encode(events: DataStream, plan: DecisionEventsPlan) -> DataStream:
    """Kafka records of events: Avro in Confluent's wire format, keyed by customer."""
    return stream(operator("encode.Encode").apply(events._j_data_stream, to_json(plan)), "encode")
