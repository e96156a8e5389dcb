"""For each place a missing, a doubled, a stale and a foreign record is found and named."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from decision_store.model.schemas import shipped_schemas, shipped_version
from decision_store.model.validation import PayloadSchema
from decision_store.ops.ledger.comparison import (
    compare_archive,
    compare_dead_letters,
    compare_incomplete,
    compare_kafka,
    compare_variables,
)
from decision_store.ops.ledger.findings import Difference, Kind, PlaceReport
from decision_store.ops.ledger.records import ArchivedEvent, DeadLetter, DistinctCount, ItemKey, Message
from decision_store.ops.ledger.table import interpret
from tests.unit.ops.ledger.examples import (
    ALL,
    D1,
    D3,
    E1,
    E2,
    E2_FIRST,
    GARBAGE,
    HISTORY,
    TIME,
    changed,
    credit,
    event,
    messages,
    outcome,
    request,
    rows,
    state,
)


def only(report: PlaceReport) -> Difference:
    """The one difference of a report."""
    assert len(report.differences) == 1, report.differences
    return report.differences[0]


# --- the topic of decision events


def kafka(*events: dict[str, Any], exactly_once: bool = False) -> PlaceReport:
    return compare_kafka(state(), messages(*events), exactly_once)


def test_a_topic_with_every_newest_revision_is_clean() -> None:
    report = kafka(*ALL)
    assert (report.expected, report.found, report.redelivered, report.differences) == (2, 2, 0, ())


def test_an_intermediate_revision_may_be_absent() -> None:
    assert kafka(E1, E2).differences == ()


def test_a_decision_missing_on_the_topic_is_named() -> None:
    assert only(kafka(E2_FIRST, E2)) == Difference(Kind.MISSING, "d1", 3, "is not on the topic")


def test_a_correction_missing_on_the_topic_is_named_with_what_is_there() -> None:
    difference = only(kafka(E1, E2_FIRST))
    assert difference == Difference(Kind.MISSING, "d2", 4, "is not on the topic; revision 3 is the highest")


def test_a_redelivery_is_counted_and_allowed_whatever_history_it_tells() -> None:
    report = kafka(*ALL, changed(E2, "history.decisions_30d", 7))
    assert (report.redelivered, report.differences) == (1, ())


def test_a_redelivery_is_a_duplicate_under_exactly_once() -> None:
    report = kafka(*ALL, E2, exactly_once=True)
    assert report.redelivered == 0
    assert only(report) == Difference(Kind.DUPLICATE, "d2", 4, "comes again under exactly-once (partition 0, offset 3)")


def test_an_identity_with_another_content_is_a_duplicate_and_unexplained() -> None:
    report = kafka(*ALL, changed(E2, "outcome.outcome", "APPROVED"))
    assert report.redelivered == 0
    assert report.differences == (
        Difference(
            Kind.UNEXPECTED, "d2", 4, "outcome.outcome is not what the table's parts make (partition 0, offset 3)"
        ),
        Difference(Kind.DUPLICATE, "d2", 4, "comes again with another outcome.outcome (partition 0, offset 3)"),
    )


def test_an_older_revision_after_the_newest_is_stale() -> None:
    report = kafka(*ALL, E2_FIRST)
    assert only(report) == Difference(Kind.STALE, "d2", 4, "is followed by revision 3 in partition 0")
    assert report.redelivered == 1


def test_a_whole_redelivery_ends_with_the_newest_and_is_not_stale() -> None:
    assert kafka(E1, E2_FIRST, E2, E2_FIRST, E2).differences == ()


def foreign_decision() -> dict[str, Any]:
    return event((request("d9"), credit("d9"), outcome("d9")))


def foreign_revision() -> dict[str, Any]:
    return event((*D1, credit("d1", 2)))


@pytest.mark.parametrize(
    ("foreign", "what"),
    [
        (foreign_decision(), "the table has no such decision"),
        (foreign_revision(), "the table has no revision 2 of check#credit"),
        (event((request("d1", amount=11.0), credit("d1"), outcome("d1"))), "request.amount is not what the table's"),
        (changed(E1, "revision", 2), "it is made of 3 parts"),
        (changed(E1, "customer_id", "c-other"), "customer_id is not what the table's parts make"),
        (changed(E1, "parts", E1["parts"][1:]) | {"revision": 2}, "its parts do not make a decision: check#credit"),
    ],
)
def test_an_event_that_the_table_does_not_explain_is_named(foreign: dict[str, Any], what: str) -> None:
    found = [one for one in kafka(foreign, *ALL).differences if one.kind is Kind.UNEXPECTED]
    assert [(one.subject, one.revision) for one in found] == [(foreign["decision_id"], foreign["revision"])]
    assert found[0].what.startswith(what)


def test_an_event_under_another_key_is_named() -> None:
    planted = [replace(one, key=b"c-other") if one.event is E1 else one for one in messages(*ALL)]
    assert only(compare_kafka(state(), planted, False)).what == "its key is not its customer (partition 0, offset 0)"


def test_a_message_that_cannot_be_decoded_is_named_by_its_place() -> None:
    planted = [*messages(*ALL), Message(2, 17, None, None, "has no magic byte")]
    difference = only(compare_kafka(state(), planted, False))
    assert difference == Difference(Kind.UNEXPECTED, "", None, "has no magic byte (partition 2, offset 17)")


# --- the archive


def test_an_archive_with_every_identity_once_is_clean_also_after_a_redelivery() -> None:
    report = compare_archive(messages(*ALL, E2), rows(*ALL))
    assert (report.expected, report.found, report.differences) == (3, 3, ())


def test_an_event_missing_in_the_archive_is_named() -> None:
    difference = only(compare_archive(messages(*ALL), rows(E1, E2)))
    assert difference == Difference(Kind.MISSING, "d2", 3, "is on the topic and not in the archive")


def test_an_event_archived_twice_is_named() -> None:
    difference = only(compare_archive(messages(*ALL), rows(*ALL, E1)))
    assert (difference.kind, difference.subject, difference.revision) == (Kind.DUPLICATE, "d1", 3)


def test_an_archived_event_that_was_never_on_the_topic_is_named() -> None:
    difference = only(compare_archive(messages(*ALL), rows(*ALL, foreign_decision())))
    assert (difference.kind, difference.subject) == (Kind.UNEXPECTED, "d9")


def test_an_archived_event_with_another_content_is_named() -> None:
    difference = only(compare_archive(messages(*ALL), rows(E1, E2_FIRST, changed(E2, "request.amount", 1.0))))
    assert (difference.kind, difference.subject) == (Kind.UNEXPECTED, "d2")
    assert difference.what.startswith("differs from the topic's in request.amount")


def test_an_archived_event_may_have_the_history_of_any_of_its_deliveries() -> None:
    again = changed(E2, "history.declines_30d", 3)
    assert compare_archive(messages(*ALL, again), rows(E1, E2_FIRST, again)).differences == ()
    other = changed(E2, "history.declines_30d", 4)
    assert "history.declines_30d" in only(compare_archive(messages(*ALL, again), rows(E1, E2_FIRST, other))).what


def test_an_archived_event_in_the_folder_of_another_day_is_named() -> None:
    misplaced = [replace(one, date="2023-11-15") if one.event is E1 else one for one in rows(*ALL)]
    difference = only(compare_archive(messages(*ALL), misplaced))
    assert (difference.kind, difference.subject) == (Kind.UNEXPECTED, "d1")
    assert difference.what.startswith("lies under event_date=2023-11-15 and belongs under 2023-11-14")


def test_a_file_that_cannot_be_read_is_named() -> None:
    planted = [*rows(*ALL), ArchivedEvent("event_date=2023-11-14/x", None, "is not a Parquet file")]
    difference = only(compare_archive(messages(*ALL), planted))
    assert difference.what == "is not a Parquet file (event_date=2023-11-14/x)"


# --- the variables

C1, C2 = ("customer_id=c1", "fraud"), ("customer_id=c2", "fraud")
FULL = {C1: {"declines_30d": 2, "amount": 10.5, "last__outcome": "DECLINED"}, C2: {"declines_30d": 1}}


def test_variables_as_the_table_makes_them_are_clean() -> None:
    report = compare_variables(FULL, FULL, FULL)
    assert (report.expected, report.found, report.differences) == (2, 2, ())


def test_an_entity_without_its_item_is_missing() -> None:
    difference = only(compare_variables(FULL, FULL, {C2: FULL[C2]}))
    assert difference == Difference(Kind.MISSING, "customer_id=c1 fraud", None, "has no item")


def test_an_item_with_an_old_value_is_stale_and_the_variable_is_named() -> None:
    difference = only(compare_variables(FULL, FULL, FULL | {C1: FULL[C1] | {"declines_30d": 1}}))
    assert (difference.kind, difference.subject) == (Kind.STALE, "customer_id=c1 fraud")
    assert difference.what == "declines_30d: not what the table makes"


@pytest.mark.parametrize("value", [{"last__outcome": None}, {"last__outcome": "APPROVED"}, {"extra": 1}])
def test_a_value_that_is_absent_another_or_foreign_is_stale(value: dict[str, Any]) -> None:
    changed_item = {name: one for name, one in {**FULL[C1], **value}.items() if one is not None}
    assert only(compare_variables(FULL, FULL, FULL | {C1: changed_item})).kind is Kind.STALE


def test_an_item_that_no_decision_explains_is_unexpected() -> None:
    difference = only(compare_variables(FULL, FULL, FULL | {("customer_id=x", "fraud"): {"declines_30d": 1}}))
    assert difference == Difference(Kind.UNEXPECTED, "customer_id=x fraud", None, "no decision explains it")


def test_an_item_left_at_zero_by_a_correction_is_fine() -> None:
    assert compare_variables(FULL, FULL, FULL | {("customer_id=x", "fraud"): {"declines_30d": 0}}).differences == ()


def test_the_last_digits_of_a_sum_depend_on_the_order_and_are_not_compared() -> None:
    close = FULL | {C1: FULL[C1] | {"amount": 0.1 + 0.2 + 10.2}}
    assert compare_variables(FULL, FULL, close).differences == ()


@pytest.mark.parametrize("declines", [2, 1])
def test_while_windows_run_out_the_value_of_either_end_is_right(declines: int) -> None:
    later = FULL | {C1: FULL[C1] | {"declines_30d": 1}}
    assert compare_variables(FULL, later, FULL | {C1: FULL[C1] | {"declines_30d": declines}}).differences == ()


def test_an_entity_whose_windows_have_run_out_keeps_its_item() -> None:
    nothing = {C2: {"declines_30d": 0}}
    assert compare_variables(nothing, nothing, nothing).differences == ()
    assert only(compare_variables(nothing, nothing, {})).kind is Kind.MISSING


def test_while_the_last_value_runs_out_it_may_be_there_or_not() -> None:
    before, after = {C1: FULL[C1]}, {C1: {"declines_30d": 2, "amount": 10.5}}
    assert compare_variables(before, after, before).differences == ()
    assert compare_variables(before, after, after).differences == ()


def test_a_truth_value_is_not_a_number() -> None:
    assert only(compare_variables({C1: {"seen": True}}, {C1: {"seen": True}}, {C1: {"seen": 1}})).kind is Kind.STALE


def test_a_list_is_compared_value_by_value_and_in_order() -> None:
    def report(expected: list[Any], found: list[Any]) -> Any:
        recent = {C1: {"recent": expected}}
        return compare_variables(recent, recent, {C1: {"recent": found}})

    assert report([0.1 + 0.2, None, "x"], [0.3, None, "x"]).differences == ()
    for other in ([None, 0.3, "x"], [0.3, None], [0.3, "x", None], [0.3, 0.0, "x"]):
        assert only(report([0.3, None, "x"], other)).what == "recent: not what the table makes"


@pytest.mark.parametrize(
    ("exact", "found", "right"),
    [
        (7, 7, True),
        (7, 8, False),
        (7, 6, False),
        (100, 99, True),
        (7, 101, True),
        (300, 290, True),
        (300, 320, True),
        (300, 200, False),
        (300, 300.0, False),
        (0, None, True),
        (7, None, False),
        (1, True, False),
    ],
)
def test_a_distinct_is_exact_up_to_its_bound_and_then_an_estimate(exact: int, found: Any, right: bool) -> None:
    assert DistinctCount(exact, bound=100).allows(found) is right
    expected = {C1: {"merchants": DistinctCount(exact, bound=100)}}
    assert (compare_variables(expected, expected, {C1: {"merchants": found}}).differences == ()) is right


# --- dead letters


def letter(item: dict[str, Any], kind: str = "INSERT", position: str = "offset 0") -> DeadLetter:
    return DeadLetter(position, ItemKey(item["decision_id"], item["part_revision"]), kind, "validate")


def test_an_invalid_item_that_is_a_dead_letter_is_clean_also_when_repeated() -> None:
    report = compare_dead_letters(state(), [letter(GARBAGE), letter(GARBAGE)])
    assert (report.expected, report.found, report.redelivered, report.differences) == (1, 1, 1, ())


def test_an_invalid_item_without_a_dead_letter_is_missing() -> None:
    difference = only(compare_dead_letters(state(), []))
    assert (difference.kind, difference.subject) == (Kind.MISSING, "d1")
    assert difference.what == "check#credit#000900 is invalid and no dead letter: payload: not JSON"


def test_a_dead_letter_about_a_valid_item_is_unexpected() -> None:
    difference = only(compare_dead_letters(state(), [letter(GARBAGE), letter(dict(credit("d1").to_item()))]))
    assert (difference.kind, difference.subject) == (Kind.UNEXPECTED, "d1")
    assert "check#credit#000001 is valid in the table and was refused at validate" in difference.what


def test_a_dead_letter_about_no_item_of_the_table_is_unexpected() -> None:
    difference = only(compare_dead_letters(state(), [letter(GARBAGE), letter(GARBAGE | {"decision_id": "d8"})]))
    assert (difference.kind, difference.subject) == (Kind.UNEXPECTED, "d8")


def test_a_dead_letter_that_names_no_item_is_unexpected() -> None:
    difference = only(compare_dead_letters(state(), [letter(GARBAGE), DeadLetter("offset 1", None)]))
    assert difference == Difference(Kind.UNEXPECTED, "", None, "is about no item (offset 1)")


@pytest.mark.parametrize("kind", ["MODIFY", "REMOVE"])
def test_an_alarm_about_a_changed_item_is_a_difference(kind: str) -> None:
    report = compare_dead_letters(state(), [letter(GARBAGE), letter(dict(credit("d1").to_item()), kind)])
    assert f"was changed ({kind})" in only(report).what


# --- incomplete decisions

DUE = TIME + 1 + 60_000  # d3's first part, and the patience


def test_a_decision_that_waits_too_long_and_was_told_of_is_clean() -> None:
    report = compare_incomplete(state(), {"d3", "completed-later"}, DUE + 1, 60_000)
    assert (report.expected, report.found, report.differences) == (1, 1, ())


def test_a_decision_that_waits_too_long_untold_is_missing() -> None:
    difference = only(compare_incomplete(state(), set(), DUE + 1, 60_000))
    assert difference == Difference(Kind.MISSING, "d3", None, "waits for check#credit and was not told of")


def test_a_decision_that_does_not_wait_long_yet_is_not_expected() -> None:
    assert compare_incomplete(state(), set(), DUE, 60_000).expected == 0


# --- the table itself


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"payload": "[1"}, "payload: not JSON"),
        ({"payload": '{"status": "MAYBE"}'}, "status: expected one of PASSED, FAILED, REFERRED"),
        ({"part": "verdict"}, "part: expected request, check or outcome, got 'verdict'"),
        ({"event_time": "soon"}, "event_time: expected whole number, got string"),
        ({"event_time": Decimal(1 << 63)}, "event_time: expected epoch milliseconds, got 9223372036854775808"),
        ({"schema": "check-credit:99"}, "schema: there is no schema check-credit:99"),
        ({"customer_id": None}, "customer_id: expected string, got nothing"),
    ],
)
def test_an_item_written_past_the_api_is_invalid_and_makes_no_decision(change: dict[str, Any], problem: str) -> None:
    item = {**credit("d1", 5).to_item(), **change}
    table = state(item)
    assert table.invalid[ItemKey("d1", "check#credit#000005")] == problem
    assert table.newest["d1"]["revision"] == 3


def test_a_payload_is_judged_by_the_schema_version_it_names() -> None:
    newer = dict(shipped_schemas()["check-credit"])
    newer["fields"] = [*newer["fields"], {"name": "model", "type": "string"}]

    def schema_of(reference: str) -> PayloadSchema:
        return PayloadSchema(newer) if reference == "check-credit:2" else shipped_version(reference)

    payload = '{"status": "FAILED", "model": "m7"}'
    item = {**credit("d1", 2).to_item(), "schema": "check-credit:2", "payload": payload}
    items = [*(one.to_item() for one in D1), item]
    table = interpret(items, schema_of=schema_of)
    assert (table.invalid, table.newest["d1"]["revision"]) == ({}, 4)
    event = {**table.newest["d1"], "history": HISTORY}
    assert compare_kafka(table, messages(event), False).differences == ()
    assert interpret(items).invalid == {
        ItemKey("d1", "check#credit#000002"): "schema: there is no schema check-credit:2"
    }


def test_a_part_of_another_customer_is_invalid_and_the_dead_letters_say_whose() -> None:
    stray = {**credit("d3").to_item(), "customer_id": "c-thief", "event_time": TIME - 1}
    items = [*(one.to_item() for one in D3), stray]
    told = interpret(items, {ItemKey("d3", "check#credit#000001")})
    assert list(told.invalid) == [ItemKey("d3", "check#credit#000001")]
    assert told.waiting["d3"].missing == ("check#credit",)
    untold = interpret(items)  # the earliest event time owns it
    assert {key.part_revision for key in untold.invalid} == {"request#000001", "outcome#000001"}
