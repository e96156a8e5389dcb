"""The plan: what Python declares and the JVM operators execute, as plain data.

A plan crosses to the JVM as JSON. Its snapshots in `tests/plans/` are read by the tests of both languages, and its JSON
Schema is published as `schemas/plan.schema.json`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

ValueType = Literal["string", "long", "double", "boolean"]
AggregateKind = Literal["count", "sum", "min", "max", "avg", "first", "last", "last_k", "distinct"]
Milliseconds = Annotated[int, Field(ge=1)]


class PlanModel(BaseModel):
    """A piece of a plan; unknown fields are refused, so that an old JVM never half understands a new plan."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class RegisteredSchema(PlanModel):
    """A schema as the registry knows it.

    Attributes:
        subject: for example `check-credit`.
        version: 1 and up, within the subject.
        id: the registry's global id, as it stands in the wire format.
        avro: the parsed .avsc.
    """

    subject: str
    version: int = Field(ge=1)
    id: int = Field(ge=1)
    avro: dict[str, Any] = Field(alias="schema")


class PlanField(PlanModel):
    """What expressions see of an event: a value at a path, or an expression over such values (exactly one of both).

    Attributes:
        name: as expressions say it.
        path: into the decision event, for example `request.amount`; a null stays null.
        expression: CEL over the fields before this one.
        type: of the value.
    """

    name: str
    path: str | None = None
    expression: str | None = None
    type: ValueType


class PlanKey(PlanModel):
    """One part of an entity's key: its name and CEL over the fields."""

    name: str
    expression: str


class PlanArgument(PlanModel):
    """An argument of an aggregate: a name (of the attribute, for `last` of several), CEL over the fields, its type."""

    name: str
    expression: str
    type: ValueType


class PlanVariable(PlanModel):
    """One variable.

    Attributes:
        name: its attribute in the variables table.
        version: raised by hand when the declaration changes; another version begins from nothing.
        aggregate: count; sum, min, max, avg (of one number); first, last, last_k (of one or more values); distinct (of
            one value).
        arguments: empty for count.
        limit: of last_k, how many are kept; of distinct, up to how many values it is exact; None for the others.
        where: CEL to a boolean; None: every event counts.
        window_ms: how far back an event counts; None: for ever.
        hop_ms: by which steps the window moves; without a window it has no meaning.
        type: of the value, of last_k of each of its values; of several arguments each has its own.
    """

    name: str
    version: int = Field(default=1, ge=1)
    aggregate: AggregateKind
    arguments: tuple[PlanArgument, ...] = ()
    limit: int | None = Field(default=None, ge=1)
    where: str | None = None
    window_ms: Milliseconds | None = None
    hop_ms: Milliseconds
    type: ValueType


class PlanEnrichment(PlanModel):
    """A value of the customer's other decisions before this one, as known when it passes; added to its event.

    Attributes:
        use_case: whose it is; in the event its name is `USE_CASE.NAME`.
        name: as the use case's rules say it.
        aggregate: as of a variable, but not last_k.
        arguments: empty for count, else one.
        where: CEL to a boolean, over a past decision; None: every one counts.
        same: fields in which a past decision must equal this one; null equals null.
        window_ms: how far back from the decision's event time, exactly; None: as far as decisions are remembered.
        type: of the value.
    """

    use_case: str
    name: str
    aggregate: AggregateKind
    arguments: tuple[PlanArgument, ...] = ()
    where: str | None = None
    same: tuple[str, ...] = ()
    window_ms: Milliseconds | None = None
    type: ValueType


class PlanRule(PlanModel):
    """A condition over a decision's fields and its use case's enrichments; if it holds, its event has a flag.

    Attributes:
        use_case: whose it is; the flag is `USE_CASE.NAME`.
        name: of the rule.
        when: CEL to a boolean.
    """

    use_case: str
    name: str
    when: str


class DecisionEventsPlan(PlanModel):
    """What `validate`, `assemble`, `enrich` and `encode` do.

    Attributes:
        registry_url: where a part schema that is not in `part_schemas` is looked up; registered after the job started.
        part_schemas: the payload schemas known when the plan was made.
        event_schema: of the decision event that is written.
        incomplete_after_ms: how long a decision may wait for parts before it is told to the side topic.
        retention_ms: how long after its last part a decision is kept for corrections.
        history_window_ms: how far back `enrich` counts a customer's decisions.
        fields: what expressions see.
        enrichments: what else `enrich` adds, of all use cases.
        rules: conditions over fields and enrichments; the names of those that hold are added as flags.
    """

    version: Literal[2] = 2
    kind: Literal["decision_events"] = "decision_events"
    registry_url: str
    part_schemas: tuple[RegisteredSchema, ...]
    event_schema: RegisteredSchema
    incomplete_after_ms: Milliseconds
    retention_ms: Milliseconds
    history_window_ms: Milliseconds
    fields: tuple[PlanField, ...] = ()
    enrichments: tuple[PlanEnrichment, ...] = ()
    rules: tuple[PlanRule, ...] = ()


class ArchivePlan(PlanModel):
    """What `archive` and `replay` do.

    Attributes:
        registry_url: where the schema of an event written with another id is looked up.
        event_schema: of the archive's files; events of older versions are read as this one.
        retention_ms: how long an identity is remembered, so that it is archived once.
    """

    version: Literal[2] = 2
    kind: Literal["archive"] = "archive"
    registry_url: str
    event_schema: RegisteredSchema
    retention_ms: Milliseconds


class PlanEntity(PlanModel):
    """All variables of one use case under one key: one item of the variables table per value of the key."""

    name: str
    use_case: str
    key: tuple[PlanKey, ...] = Field(min_length=1)
    variables: tuple[PlanVariable, ...] = Field(min_length=1)


class VariablesPlan(PlanModel):
    """What `variables` does.

    Attributes:
        registry_url: where the schema of an event written with another id is looked up.
        event_schema: of the events as expressions see them.
        retention_ms: how long a decision's newest revision is remembered, so that a correction can take it back.
        fields: what expressions see.
        entities: what is kept.
    """

    version: Literal[2] = 2
    kind: Literal["variables"] = "variables"
    registry_url: str
    event_schema: RegisteredSchema
    retention_ms: Milliseconds
    fields: tuple[PlanField, ...]
    entities: tuple[PlanEntity, ...]


def to_json(plan: PlanModel) -> str:
    """The plan as it crosses to the JVM."""
    return plan.model_dump_json(by_alias=True)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of every kind of plan, published as `schemas/plan.schema.json`."""
    kinds: TypeAdapter[PlanModel] = TypeAdapter(
        Annotated[DecisionEventsPlan | VariablesPlan | ArchivePlan, Field(discriminator="kind")]
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan of Decision Store",
        **kinds.json_schema(by_alias=True),
    }
