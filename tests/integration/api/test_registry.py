"""The registry as Confluent's own Python client sees it, over a real DynamoDB."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

from decision_store.api.part_schemas import register_shipped
from decision_store.api.schema_table import IncompatibleSchemaError, SchemaTable
from decision_store.clients import dynamodb_client
from decision_store.model.avro_schemas import parse_schema
from decision_store.model.compatibility import Level
from decision_store.model.schemas import shipped_texts
from decision_store.settings import Settings

pytestmark = pytest.mark.integration
SHIPPED = ["check-credit", "check-fraud", "decision-events-value", "decision-outcome", "decision-request"]
JSON = {"content-type": "application/vnd.schemaregistry.v1+json"}


@pytest.fixture
def client(served: str) -> SchemaRegistryClient:
    return SchemaRegistryClient({"url": f"{served}/registry", "max.retries": 0})


def record(*fields: dict[str, Any], name: str = "R") -> Schema:
    return Schema(json.dumps({"type": "record", "name": name, "fields": list(fields)}), "AVRO")


A: dict[str, Any] = {"name": "a", "type": "string"}
B: dict[str, Any] = {"name": "b", "type": ["null", "string"], "default": None}


def test_the_shipped_schemas_are_version_1(client: SchemaRegistryClient) -> None:
    assert client.get_subjects() == SHIPPED
    for number, subject in enumerate(SHIPPED, start=1):
        registered = client.get_latest_version(subject)
        assert (registered.version, registered.schema_id) == (1, number)
        assert registered.schema.schema_str == shipped_texts()[subject]


def test_starting_again_registers_nothing(client: SchemaRegistryClient, fresh: Settings) -> None:
    client.register_schema("check-credit", check_credit_2())
    register_shipped(SchemaTable(dynamodb_client(fresh), fresh.schemas_table))
    assert client.get_versions("check-credit") == [1, 2]


def check_credit_2() -> Schema:
    schema = json.loads(shipped_texts()["check-credit"])
    schema["fields"].append({"name": "limit", "type": ["null", "double"], "default": None})
    return Schema(json.dumps(schema), "AVRO")


def test_versions_and_ids_are_dense_and_registering_again_changes_nothing(client: SchemaRegistryClient) -> None:
    assert client.register_schema("s", record(A)) == 6
    assert client.register_schema("s", record(A, B)) == 7
    client.clear_caches()
    assert client.register_schema("s", record(A)) == 6
    assert client.register_schema("other", record(A, B)) == 7  # the same schema has the same id everywhere
    assert client.get_versions("s") == [1, 2]
    versions = [(one.subject, one.version) for one in client.get_schema_versions(7)]
    assert sorted(versions) == [("other", 1), ("s", 2)]
    assert client.get_subjects_by_schema_id(7) == ["other", "s"]
    assert client.get_schema(7).schema_str == record(A, B).schema_str


def test_a_schema_is_the_same_however_it_is_written(client: SchemaRegistryClient) -> None:
    first = {"type": "record", "name": "R", "namespace": "x", "doc": "d", "fields": [{"name": "a", "type": "int"}]}
    same = {"fields": [{"type": {"type": "int"}, "name": "a", "doc": "more"}], "name": "x.R", "type": "record"}
    assert client.register_schema("s", Schema(json.dumps(first), "AVRO")) == client.register_schema(
        "s", Schema(json.dumps(same, indent=3), "AVRO")
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"type": "int", "default": 1}, {"type": "int", "default": 2}),
        ({"type": "int"}, {"type": "int", "default": 1}),
        ({"type": "long"}, {"type": {"type": "long", "logicalType": "timestamp-millis"}}),
    ],
)
def test_defaults_and_logical_types_make_another_schema(
    client: SchemaRegistryClient, one: dict[str, Any], other: dict[str, Any]
) -> None:
    client.set_compatibility("s", "NONE")
    ids = {client.register_schema("s", record({"name": "a"} | field)) for field in (one, other)}
    assert ids == {6, 7}


def test_looking_up(client: SchemaRegistryClient) -> None:
    client.register_schema("s", record(A))
    found = client.lookup_schema("s", record(A))
    assert (found.subject, found.version, found.schema_id) == ("s", 1, 6)
    assert refused(lambda: client.lookup_schema("s", record(A, B))) == (404, 40403)
    assert refused(lambda: client.lookup_schema("t", record(A))) == (404, 40401)


def refused(call: Any) -> tuple[int, int]:
    with pytest.raises(SchemaRegistryError) as error:
        call()
    assert error.value.error_message
    return error.value.http_status_code, error.value.error_code


def test_what_is_not_there_has_confluents_codes(client: SchemaRegistryClient, served: str) -> None:
    assert refused(lambda: client.get_versions("absent")) == (404, 40401)
    assert refused(lambda: client.get_latest_version("absent")) == (404, 40401)
    assert refused(lambda: client.get_version("check-credit", 9)) == (404, 40402)
    assert refused(lambda: client.get_schema(99)) == (404, 40403)
    assert refused(lambda: client.get_schema_versions(99)) == (404, 40403)
    assert refused(lambda: client.set_compatibility("s", "SIDEWAYS")) == (422, 42203)
    assert refused(lambda: client.get_compatibility("s")) == (404, 40408)
    for version in ("0", "-2", "x", "٣", "99999999999"):
        answer = requests.get(f"{served}/registry/subjects/check-credit/versions/{version}", timeout=60)
        assert (answer.status_code, answer.json()["error_code"]) == (422, 42202)
    answer = requests.get(f"{served}/registry/nowhere", timeout=60)
    assert (answer.status_code, answer.json()["error_code"]) == (404, 404)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not JSON"),
        ('{"type": "string", "type": "int"}', "repeats a key"),
        ('"nothing"', "nothing"),
        ('{"type": "record", "name": "a-b", "fields": []}', "a-b"),
        ('{"type": "record", "name": "R", "fields": [{"name": "a", "type": "S"}]}', "S"),
        (
            '{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "default": "x"}]}',
            "R.a: the default",
        ),
        (
            '{"type": "record", "name": "R", "fields": [{"name": "a", "type": ["null", "int"], "default": 1}]}',
            "first branch",
        ),
        ('{"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3}', "decimal: expected 0 <= scale"),
        ("[" * 100_000, "is not JSON"),
        ('{"type":"array","items":' * 3000 + '"int"' + "}" * 3000, ""),
        ('{"type": "record", "name": 5}', ""),
        ('"' + "x" * 400_000 + '"', "at most 300,000 bytes"),
    ],
)
def test_an_invalid_schema_is_refused_with_a_reason(client: SchemaRegistryClient, text: str, reason: str) -> None:
    with pytest.raises(SchemaRegistryError) as error:
        client.register_schema("s", Schema(text, "AVRO"))
    assert (error.value.http_status_code, error.value.error_code) == (422, 42201)
    assert reason in error.value.error_message


def test_other_kinds_of_schemas_and_references_are_refused(client: SchemaRegistryClient, served: str) -> None:
    assert refused(lambda: client.register_schema("s", Schema("{}", "JSON"))) == (422, 42201)
    body = {"schema": '"int"', "references": [{"name": "n", "subject": "s", "version": 1}]}
    answer = requests.post(f"{served}/registry/subjects/s/versions", json=body, timeout=60)
    assert (answer.status_code, answer.json()["error_code"]) == (422, 42201)
    answer = requests.post(f"{served}/registry/subjects/s/versions", data=b'{"sch', headers=JSON, timeout=60)
    assert (answer.status_code, answer.json()["error_code"]) == (422, 42201)


def test_the_default_level_keeps_all_older_versions_readable(client: SchemaRegistryClient) -> None:
    assert client.get_compatibility() == "BACKWARD_TRANSITIVE"
    client.register_schema("s", record(A))
    client.register_schema("s", record(A, B))
    with pytest.raises(SchemaRegistryError) as error:
        client.register_schema("s", record(A, {"name": "c", "type": "int"}))
    assert (error.value.http_status_code, error.value.error_code) == (409, 409)
    assert "the new schema cannot read what version 2 wrote: reader field missing default value: c" in str(error.value)
    assert client.get_versions("s") == [1, 2]


def test_a_level_of_all_and_of_one_subject(client: SchemaRegistryClient, served: str) -> None:
    assert client.set_compatibility(level="NONE") == {"compatibility": "NONE"}
    client.register_schema("s", record(A))
    client.register_schema("s", record({"name": "a", "type": "int"}))
    client.set_compatibility("s", "full")
    assert (client.get_compatibility(), client.get_compatibility("s")) == ("NONE", "FULL")
    assert refused(lambda: client.register_schema("s", record(A, B))) == (409, 409)
    assert not client.test_compatibility("s", record({"name": "a", "type": "boolean"}))
    url = f"{served}/registry/config/unset?defaultToGlobal=true"
    assert requests.get(url, timeout=60).json() == {"compatibilityLevel": "NONE"}


def test_asking_before_registering(client: SchemaRegistryClient, served: str) -> None:
    client.register_schema("s", record(A))
    client.register_schema("s", record(A, B))
    bad = record(A, {"name": "b", "type": "int", "default": 1})
    assert client.test_compatibility("s", bad, version=1)
    assert not client.test_compatibility("s", bad)
    assert not client.test_compatibility_all_versions("s", bad)
    assert client.test_compatibility_all_versions("new", bad)
    assert refused(lambda: client.test_compatibility("s", bad, version=9)) == (404, 40402)
    url = f"{served}/registry/compatibility/subjects/s/versions/latest?verbose=true"
    messages = requests.post(url, json={"schema": bad.schema_str}, timeout=60).json()["messages"]
    assert "version 2" in messages[0]


def test_nothing_is_deleted(client: SchemaRegistryClient) -> None:
    assert refused(lambda: client.delete_subject("check-credit")) == (422, 42205)
    assert refused(lambda: client.delete_version("check-credit", 1)) == (422, 42205)
    assert refused(lambda: client.delete_config("check-credit")) == (422, 42205)
    assert client.get_versions("check-credit") == [1]


@pytest.mark.parametrize("subject", ["å ä", "客户-value", "50%", "x#y?z=1&w", "🍕", "a.b_c:d", "config", "versions"])
def test_odd_subjects_work_throughout(client: SchemaRegistryClient, subject: str) -> None:
    assert client.register_schema(subject, record(A)) == 6
    client.set_compatibility(subject, "NONE")
    assert client.get_compatibility(subject) == "NONE"
    assert client.get_latest_version(subject).subject == subject
    assert subject in client.get_subjects()


@pytest.mark.parametrize("subject", ["a/b", "a/versions", "a\u0000", "客" * 256 + "x"])
def test_a_subject_that_cannot_be_kept_is_refused(client: SchemaRegistryClient, subject: str) -> None:
    assert refused(lambda: client.register_schema(subject, record(A))) == (422, 42208)
    assert refused(lambda: client.lookup_schema(subject, record(A))) == (422, 42208)
    assert client.get_subjects() == SHIPPED


def test_many_registries_at_once_give_each_schema_one_dense_id(fresh: Settings) -> None:
    """Each writer has a table object of its own, as processes have, so that only DynamoDB orders them."""
    tables = [SchemaTable(dynamodb_client(fresh), fresh.schemas_table) for _ in range(6)]
    schemas = [parse_schema(record({"name": f"f{n}", "type": "int"}).schema_str or "") for n in range(4)]
    work = [(tables[n % 6], f"subject-{n % 3}", schemas[n % 4]) for n in range(24)]
    tables[0].set_level(None, Level.NONE)
    with ThreadPoolExecutor(6) as pool:
        versions = list(pool.map(lambda job: job[0].register(job[1], job[2]), work))
    assert {one.schema_id for one in versions} == {6, 7, 8, 9}
    for (_, subject, schema), version in zip(work, versions, strict=True):
        assert tables[0].find(subject, schema) == version
    for n in range(3):
        assert [one.version for one in tables[0].versions(f"subject-{n}")] == [1, 2, 3, 4]


def test_of_two_schemas_that_exclude_each_other_one_wins(fresh: Settings) -> None:
    """Both are fine as the first version; a lost race must be judged again against the winner."""

    def register(n: int) -> bool:
        table = SchemaTable(dynamodb_client(fresh), fresh.schemas_table)
        schema = parse_schema(record({"name": f"f{n}", "type": "int"}).schema_str or "")
        try:
            table.register("contested", schema)
        except IncompatibleSchemaError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(register, range(6))).count(True) == 1


def test_confluents_serializer_writes_and_reads_through_it(client: SchemaRegistryClient) -> None:
    topic = SerializationContext("clicks", MessageField.VALUE)
    value = {"a": "x", "b": None}
    written = AvroSerializer(client, record(A, B).schema_str)(value, topic)
    assert written is not None
    assert written[:5] == b"\x00\x00\x00\x00\x06"
    assert AvroDeserializer(client)(written, topic) == value
    assert client.get_latest_version("clicks-value").version == 1
