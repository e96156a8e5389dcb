"""Declared variables, kept up to date (JVM: `variables.Variables`)."""

from __future__ import annotations

from dataclasses import dataclass

from pyflink.datastream import DataStream

from decision_store.flow.jvm import operator
from decision_store.flow.registry import registered_event_schema
from decision_store.model.plan import VariablesPlan, to_json
from decision_store.model.use_cases import variables_plan
from decision_store.settings import Settings
from flink_dynamodb import DynamoDbSink, FieldType, attribute, partition_key, put_if_newer, sort_key


def plan_of(settings: Settings) -> VariablesPlan:
    """The plan of every declared variable, over the newest registered schema of the event.

    Raises:
        DeclarationError: a declaration cannot work; use case, variable and place are named.
        RegistryError: the registry cannot be used.
    """
    event_schema = registered_event_schema(settings)
    return variables_plan(event_schema, settings.schema_registry_url, settings.assembly_retention_ms)


@dataclass(frozen=True, slots=True)
class Contributions:
    """Attributes: what each decision means for the entities it names; what is no event, for Kafka."""

    decisions: DataStream
    dead_letters: DataStream


def contributions(records: DataStream, plan: VariablesPlan) -> Contributions:
    """Kafka records as contributions: for every entity the variables a decision counts for, and their arguments."""
    java = operator("variables.Variables")
    contributed = java.contributions(records._j_data_stream, to_json(plan))
    return Contributions(DataStream(contributed), DataStream(java.deadLetters(contributed)))


def decisions(contributed: DataStream, plan: VariablesPlan) -> DataStream:
    """Changes of entities: what to take back and what to add; what was seen, or is older, is dropped."""
    return DataStream(operator("variables.Variables").decisions(contributed._j_data_stream, to_json(plan)))


def entities(changes: DataStream, plan: VariablesPlan) -> DataStream:
    """Items of the variables table, whenever a value changes or runs out."""
    return DataStream(operator("variables.Variables").entities(changes._j_data_stream, to_json(plan)))


def to_table(items: DataStream, settings: Settings) -> None:
    """Items to the variables table; the highest version of an item stays, however often it is written."""
    sink = (
        DynamoDbSink.builder()
        .set_table(settings.variables_table)
        .set_region(settings.aws_region)
        .set_endpoint_url(settings.aws_endpoint_url_dynamodb)
        .set_fields(
            partition_key("entity"),
            sort_key("use_case"),
            attribute("version", FieldType.LONG),
            attribute("as_of", FieldType.LONG),
        )
        .set_item_field("item")
        .set_mode(put_if_newer("version"))
        .build()
    )
    items.sink_to(sink).uid("variables-table").name("variables-table")
