"""The contract of a table item."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from decision_store.model.parts import InvalidPartError, Part, PartKind
from tests import vectors

CREDIT = Part("d1", PartKind.CHECK, "credit", 2, "c1", 1_700_000_000_000, "check-credit:1", '{"status": "PASSED"}')
REQUEST = Part("d1", PartKind.REQUEST, None, 1, "c1", 1_700_000_000_000, "decision-request:1", "{}")


def test_sort_keys_sort_by_part_and_revision() -> None:
    assert CREDIT.sort_key == "check#credit#000002"
    assert REQUEST.sort_key == "request#000001"


@pytest.mark.parametrize("part", [CREDIT, REQUEST])
def test_an_item_gives_its_part_back(part: Part) -> None:
    assert Part.from_item(part.to_item()) == part


def test_numbers_may_come_as_decimal() -> None:
    item: dict[str, Any] = CREDIT.to_item() | {"revision": Decimal(2), "event_time": Decimal(1_700_000_000_000)}
    assert Part.from_item(item) == CREDIT


def test_only_requests_are_in_the_customer_index() -> None:
    assert REQUEST.to_item()["requested_at"] == REQUEST.event_time
    assert "requested_at" not in CREDIT.to_item()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decision_id": ""}, "decision_id: expected 1 to 256 characters, got 0"),
        ({"customer_id": "c" * 257}, "customer_id: expected 1 to 256 characters, got 257"),
        ({"customer_id": "a\x00b"}, "customer_id: control characters are not allowed"),
        ({"revision": 0}, "revision: expected 1 to 999999, got 0"),
        ({"revision": 1_000_000}, "revision: expected 1 to 999999, got 1000000"),
        ({"event_time": -1}, "event_time: expected epoch milliseconds, got -1"),
        ({"event_time": 1 << 63}, "event_time: expected epoch milliseconds, got 9223372036854775808"),
        ({"name": "Credit#1"}, "name: expected lower-case letters, digits and _, got 'Credit#1'"),
        ({"name": None}, "name: expected lower-case letters, digits and _, got None"),
        ({"schema": "check-credit"}, "schema: expected subject:version, got 'check-credit'"),
        ({"schema": "check-fraud:1"}, "schema: a check#credit needs subject check-credit, got check-fraud"),
    ],
)
def test_a_broken_field_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidPartError) as refused:
        replace(CREDIT, **change)
    assert str(refused.value) == message


@pytest.mark.parametrize("customer_id", ["c|1", "å/ä?#%", "客户", "a b", "🍕"])
def test_odd_characters_are_fine_in_identifiers(customer_id: str) -> None:
    part = replace(CREDIT, customer_id=customer_id)
    assert Part.from_item(part.to_item()) == part


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"part": "verdict"}, "part: expected request, check or outcome, got 'verdict'"),
        ({"revision": "2"}, "revision: expected whole number, got string"),
        ({"revision": Decimal("2.5")}, "revision: expected whole number, got number"),
        ({"payload": {"status": "PASSED"}}, "payload: expected string, got map"),
        ({"customer_id": None}, "customer_id: expected string, got nothing"),
        ({"part_revision": "check#credit#2"}, "part_revision: expected check#credit#000002, got 'check#credit#2'"),
    ],
)
def test_an_item_of_a_foreign_writer_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidPartError) as refused:
        Part.from_item(CREDIT.to_item() | change)
    assert str(refused.value) == message


@pytest.mark.parametrize("vector", vectors.read("parts"), ids=lambda vector: vector["name"])
def test_vectors_shared_with_the_jvm(vector: dict[str, Any]) -> None:
    if vector["error"] is None:
        assert Part.from_item(vector["item"]).to_item() == vector["item"]
    else:
        with pytest.raises(InvalidPartError) as refused:
            Part.from_item(vector["item"])
        assert str(refused.value) == vector["error"]
