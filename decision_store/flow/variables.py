"""Declared variables, kept up to date (JVM: `variables.Variables`)."""

from __future__ import annotations

from dataclasses import dataclass

from pyflink.datastream import DataStream

from decision_store.flow.jvm import operator
from decision_store.flow.registry import registered_event_schema
from decision_store.model.attributes import Attribute, attributes
from decision_store.model.plan import PlanEntity, ValueType, VariablesPlan, to_json
from decision_store.model.use_cases import variables_plan
from decision_store.settings import Settings
from flink_dynamodb import DynamoDbSink, FieldType, attribute, list_of, partition_key, put_if_newer, sort_key
from flink_dynamodb.field_types import ListOf

_FIELD_TYPES: dict[ValueType, FieldType] = {
    "string": FieldType.STRING,
    "long": FieldType.LONG,
    "double": FieldType.DOUBLE,
    "boolean": FieldType.BOOLEAN,
}


def plan_of(settings: Settings) -> VariablesPlan:
    """The plan of every declared variable, over the newest registered schema of the event.

    Raises:
        DeclarationError: a declaration cannot work; use case, variable and place are named.
        RegistryError: the registry cannot be used.
    """
    event_schema = registered_event_schema(settings)
    return variables_plan(event_schema, settings.schema_registry_url, settings.assembly_retention_ms)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Attributes: decisions as the plan's fields; what is no event, for Kafka."""

    decisions: DataStream
    dead_letters: DataStream


def decode(records: DataStream, plan: VariablesPlan) -> Decoded:
    """Kafka records as rows of decisions: decision_id, revision, event_time and the plan's other fields."""
    java = operator("variables.Variables")
    decoded = java.decode(records._j_data_stream, to_json(plan))
    return Decoded(DataStream(decoded), DataStream(java.deadLetters(decoded)))


def newest_revisions(decisions: DataStream, plan: VariablesPlan) -> DataStream:
    """Changes: what to take back (null for a new decision) and what to add; what was seen, or is older, is dropped."""
    return DataStream(operator("variables.Variables").newestRevisions(decisions._j_data_stream, to_json(plan)))


def compute(changes: DataStream, plan: VariablesPlan, entity: PlanEntity) -> DataStream:
    """Items of the variables table, whenever a value changes or runs out."""
    java = operator("variables.Variables").compute(changes._j_data_stream, to_json(plan), entity.name)
    return DataStream(java)


def to_table(items: DataStream, entity: PlanEntity, settings: Settings) -> None:
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
            *(
                attribute(name, _field_type(held))
                for variable in entity.variables
                for name, held in attributes(variable).items()
            ),
        )
        .set_mode(put_if_newer("version"))
        .build()
    )
    uid = f"variables-{entity.name}-table"
    items.sink_to(sink).uid(uid).name(uid)


def _field_type(held: Attribute) -> FieldType | ListOf:
    kind = _FIELD_TYPES[held.type]
    return list_of(kind) if held.is_list else kind
