"""The schema registry's records: append-only, and written by conditional transactions.

| scope | record | holds |
|---|---|---|
| `schema#<id>` | `schema` | the text; immutable |
| `schema#<id>` | `version#<subject>#<version>` | that the subject has the schema as this version |
| `fingerprint#<sha256>` | `id` | the schema's id; immutable |
| `ids` | `last` | the highest id given out; ids are dense |
| `subjects` | `<subject>` | the highest version |
| `subject#<subject>` | `version#000001` | the version's schema id; immutable |
| `subject#<subject>` | `fingerprint#<sha256>` | which version has this schema; immutable |
| `config` | `global`, `subject#<subject>` | the compatibility level |
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from decision_store.api.waiting import BusyError, cancellation_codes, is_conflict, is_throttle, waits
from decision_store.model.avro_schemas import AvroSchema, parse_schema
from decision_store.model.compatibility import Level, incompatibility

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DEFAULT_LEVEL = Level.BACKWARD_TRANSITIVE  # the archive holds every version ever written, and the newest reads it
_TRIES = 12  # all first registrations of a company meet at `ids`/`last`

Item = dict[str, Any]


class IncompatibleSchemaError(ValueError):
    """A schema that the subject's level refuses; the message says why."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a subject.

    Attributes:
        subject: the subject.
        version: counts from 1.
        schema_id: of the schema, shared by all subjects that have it.
    """

    subject: str
    version: int
    schema_id: int


class SchemaTable:
    """The table `schemas`.

    Args:
        client: of DynamoDB; may be shared between threads.
        name: the table's name.
    """

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name
        self._schemas: dict[int, AvroSchema] = {}  # immutable, so never stale
        self._registering = threading.Lock()  # within a process, taking turns is cheaper than losing races

    def register(self, subject: str, schema: AvroSchema) -> Version:
        """Makes a schema the subject's next version, unless it has it already.

        Raises:
            IncompatibleSchemaError: the subject's level does not allow it.
            BusyError: other registrations came first at every try.
        """
        with self._registering:
            if (found := self._try_to_register(subject, schema)) is not None:
                return found
            for _ in waits(_TRIES):
                if (found := self._try_to_register(subject, schema)) is not None:
                    return found
        raise BusyError(f"Subject {subject}: other schemas were being registered; try again.")

    def find(self, subject: str, schema: AvroSchema) -> Version | None:
        """The version of the subject that is this schema."""
        item = self._get(f"subject#{subject}", f"fingerprint#{schema.fingerprint}")
        return None if item is None else _version(subject, item)

    def subjects(self) -> list[str]:
        """All subjects, sorted."""
        return sorted(item["record"]["S"] for item in self._query("subjects"))

    def versions(self, subject: str) -> list[Version]:
        """The versions of a subject, oldest first; empty when there is no such subject."""
        return [_version(subject, item) for item in self._query(f"subject#{subject}", "version#")]

    def version(self, subject: str, version: int) -> Version | None:
        """A version of a subject, or None."""
        item = self._get(f"subject#{subject}", _version_record(version))
        return None if item is None else _version(subject, item)

    def newest_version(self, subject: str) -> int:
        """The number of the newest version; 0 when there is no such subject."""
        item = self._get("subjects", subject)
        return 0 if item is None else int(item["last"]["N"])

    def schema(self, schema_id: int) -> AvroSchema | None:
        """The schema of an id, or None."""
        if schema_id not in self._schemas:
            item = self._get(f"schema#{schema_id}", "schema")
            if item is None:
                return None
            self._schemas[schema_id] = parse_schema(item["text"]["S"])
        return self._schemas[schema_id]

    def schema_of(self, version: Version) -> AvroSchema:
        """The schema of a version, which this table gave."""
        schema = self.schema(version.schema_id)
        assert schema is not None, "a version and its schema are written by one transaction"
        return schema

    def uses(self, schema_id: int) -> list[Version]:
        """Every version, of any subject, that has a schema."""
        return [
            Version(item["subject"]["S"], int(item["version"]["N"]), schema_id)
            for item in self._query(f"schema#{schema_id}", "version#")
        ]

    def level(self, subject: str | None) -> Level | None:
        """The compatibility level set for a subject, or with None for all; None when none was set."""
        item = self._get("config", _config_record(subject))
        return None if item is None else Level(item["compatibility"]["S"])

    def effective_level(self, subject: str) -> Level:
        """The level that holds for a subject."""
        return self.level(subject) or self.level(None) or DEFAULT_LEVEL

    def set_level(self, subject: str | None, level: Level) -> None:
        """Sets the level of a subject, or with None of all that have none; versions that exist are not judged again."""
        key = _key("config", _config_record(subject))
        self._client.put_item(TableName=self._name, Item=key | {"compatibility": {"S": level.value}})

    def _try_to_register(self, subject: str, schema: AvroSchema) -> Version | None:
        """One try; None when another writer came between reading and writing."""
        if (found := self.find(subject, schema)) is not None:
            return found
        versions = self.versions(subject)
        own_level, global_level = self.level(subject), self.level(None)
        level = own_level or global_level or DEFAULT_LEVEL
        older = [(one.version, self.schema_of(one)) for one in versions] if level is not Level.NONE else []
        if problem := incompatibility(level, schema, older):
            raise IncompatibleSchemaError(f"Subject {subject}: {problem}.")

        known = self._get(f"fingerprint#{schema.fingerprint}", "id")
        writes: list[Any] = []
        if known is not None:
            schema_id = int(known["id"]["N"])
        else:
            counter = self._get("ids", "last")
            last_id = 0 if counter is None else int(counter["last"]["N"])
            schema_id = last_id + 1
            writes = [
                self._advance("ids", "last", last_id),
                self._add(f"fingerprint#{schema.fingerprint}", "id", {"id": _number(schema_id)}),
                self._add(f"schema#{schema_id}", "schema", {"text": {"S": schema.text}}),
            ]
        last = len(versions)
        new = Version(subject, last + 1, schema_id)
        reference = {"version": _number(new.version), "id": _number(schema_id)}
        writes += [
            self._advance("subjects", subject, last),
            self._add(f"subject#{subject}", _version_record(new.version), reference),
            self._add(f"subject#{subject}", f"fingerprint#{schema.fingerprint}", reference),
            self._add(
                f"schema#{schema_id}", f"version#{subject}#{new.version}", {"subject": {"S": subject}} | reference
            ),
            self._unchanged_level(subject, own_level),
            self._unchanged_level(None, global_level),
        ]
        try:
            self._client.transact_write_items(TransactItems=writes)
        except ClientError as refused:
            codes = cancellation_codes(refused) or [refused.response["Error"]["Code"]]
            if all(code == "ConditionalCheckFailed" or is_conflict(code) or is_throttle(code) for code in codes):
                return None
            raise
        return new

    def _get(self, scope: str, record: str) -> Item | None:
        return self._client.get_item(TableName=self._name, Key=_key(scope, record), ConsistentRead=True).get("Item")

    def _query(self, scope: str, prefix: str = "") -> list[Item]:
        condition, values = "#scope = :scope", {":scope": {"S": scope}}
        names = {"#scope": "scope"}
        if prefix:
            condition, names = f"{condition} AND begins_with(#record, :prefix)", names | {"#record": "record"}
            values[":prefix"] = {"S": prefix}
        pages = self._client.get_paginator("query").paginate(
            TableName=self._name,
            ConsistentRead=True,
            KeyConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )
        return [item for page in pages for item in page["Items"]]

    def _add(self, scope: str, record: str, attributes: Item) -> Any:
        item = _key(scope, record) | attributes
        return {
            "Put": {
                "TableName": self._name,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(#scope)",
                "ExpressionAttributeNames": {"#scope": "scope"},
            }
        }

    def _advance(self, scope: str, record: str, last: int) -> Any:
        """Raises a counter by one, if it is still what was read."""
        put: Item = {
            "TableName": self._name,
            "Item": _key(scope, record) | {"last": _number(last + 1)},
            "ExpressionAttributeNames": {"#last": "last"},
            "ConditionExpression": "attribute_not_exists(#last)",
        }
        if last:
            put |= {"ConditionExpression": "#last = :last", "ExpressionAttributeValues": {":last": _number(last)}}
        return {"Put": put}

    def _unchanged_level(self, subject: str | None, level: Level | None) -> Any:
        check: Item = {
            "TableName": self._name,
            "Key": _key("config", _config_record(subject)),
            "ConditionExpression": "attribute_not_exists(compatibility)",
        }
        if level is not None:
            check |= {
                "ConditionExpression": "compatibility = :level",
                "ExpressionAttributeValues": {":level": {"S": level.value}},
            }
        return {"ConditionCheck": check}


def _key(scope: str, record: str) -> Item:
    return {"scope": {"S": scope}, "record": {"S": record}}


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _version_record(version: int) -> str:
    return f"version#{version:06d}"


def _config_record(subject: str | None) -> str:
    return "global" if subject is None else f"subject#{subject}"


def _version(subject: str, item: Item) -> Version:
    return Version(subject, int(item["version"]["N"]), int(item["id"]["N"]))
