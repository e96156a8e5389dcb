"""The comparison of each place with the decision table: plain data in, report out."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Any

from decision_store.model.assembly import Incomplete, assemble
from decision_store.ops.ledger.findings import Difference, Kind, PlaceReport
from decision_store.ops.ledger.records import (
    ArchivedEvent,
    DeadLetter,
    DistinctCount,
    Event,
    Identity,
    ItemKey,
    Message,
    Variables,
    first_difference,
    identity_of,
    without_others,
)
from decision_store.ops.ledger.table import TableState


def compare_kafka(table: TableState, messages: Sequence[Message], exactly_once: bool) -> PlaceReport:
    """The topic of decision events: the newest revision of each complete decision, last, and nothing foreign.

    Args:
        table: the expectation.
        messages: in the order of each partition.
        exactly_once: whether an identity may come once only.
    """
    differences: list[Difference] = []
    copies: dict[Identity, list[Message]] = defaultdict(list)
    last: dict[tuple[str, int], int] = {}
    highest: dict[str, int] = {}
    for message in messages:
        if message.event is None:
            differences.append(Difference(Kind.UNEXPECTED, "", None, f"{message.problem} ({message.position})"))
            continue
        identity = identity_of(message.event)
        copies[identity].append(message)
        last[identity.decision_id, message.partition] = identity.revision
        highest[identity.decision_id] = max(identity.revision, highest.get(identity.decision_id, 0))

    redelivered = 0
    for identity, of_identity in copies.items():
        for message in of_identity:
            if problem := _unexplained(table, message):
                differences.append(Difference(Kind.UNEXPECTED, *identity, f"{problem} ({message.position})"))
        for message in of_identity[1:]:
            problem = _repeated(of_identity[0], message, exactly_once)
            redelivered += not problem
            if problem:
                differences.append(Difference(Kind.DUPLICATE, *identity, f"{problem} ({message.position})"))

    found = 0
    for decision_id, event in table.newest.items():
        newest = Identity(decision_id, event["revision"])
        if newest not in copies:
            older = highest.get(decision_id)
            what = "is not on the topic" if older is None else f"is not on the topic; revision {older} is the highest"
            differences.append(Difference(Kind.MISSING, *newest, what))
            continue
        found += 1
        for partition in {message.partition for message in copies[newest]}:
            if (after := last[decision_id, partition]) != newest.revision:
                what = f"is followed by revision {after} in partition {partition}"
                differences.append(Difference(Kind.STALE, *newest, what))
    return PlaceReport("kafka", len(table.newest), found, tuple(differences), redelivered)


def compare_archive(messages: Sequence[Message], rows: Sequence[ArchivedEvent]) -> PlaceReport:
    """The archive: every identity of the topic exactly once, with the content of one of its messages."""
    sent: dict[Identity, list[Event]] = defaultdict(list)
    for message in messages:
        if message.event is not None:
            sent[identity_of(message.event)].append(message.event)
    differences: list[Difference] = []
    archived: dict[Identity, list[ArchivedEvent]] = defaultdict(list)
    for row in rows:
        if row.event is None:
            differences.append(Difference(Kind.UNEXPECTED, "", None, f"{row.problem} ({row.file})"))
            continue
        identity = identity_of(row.event)
        archived[identity].append(row)
        if identity not in sent:
            differences.append(Difference(Kind.UNEXPECTED, *identity, f"was never on the topic ({row.file})"))
        elif row.event not in sent[identity]:
            where = first_difference(sent[identity][0], row.event)
            what = f"differs from the topic's in {where} ({row.file})"
            differences.append(Difference(Kind.UNEXPECTED, *identity, what))
        if (date := _date_of(row.event)) not in ("", row.date):
            what = f"lies under event_date={row.date or '(none)'} and belongs under {date} ({row.file})"
            differences.append(Difference(Kind.UNEXPECTED, *identity, what))
    for identity, of_identity in archived.items():
        for row in of_identity[1:]:
            differences.append(Difference(Kind.DUPLICATE, *identity, f"is archived again ({row.file})"))
    for identity in sent.keys() - archived.keys():
        differences.append(Difference(Kind.MISSING, *identity, "is on the topic and not in the archive"))
    return PlaceReport("archive", len(sent), len(sent.keys() & archived.keys()), tuple(differences))


def compare_variables(before: Variables, after: Variables, found: Variables) -> PlaceReport:
    """The variables table. Windows run out by themselves, so each value may be that of either end of the reading.

    An entity that only older revisions named may keep an item; it must say nothing (zeros only).

    Args:
        before: the expectation just before the table was read.
        after: the expectation just after.
        found: what was read, without keys, `version` and `as_of`.
    """
    differences: list[Difference] = []
    expected = before.keys() | after.keys()
    for key in sorted(expected):
        subject = f"{key[0]} {key[1]}"
        if key not in found:
            differences.append(Difference(Kind.MISSING, subject, None, "has no item"))
            continue
        names = sorted({*before.get(key, {}), *after.get(key, {}), *found[key]})
        wrong = [name for name in names if not _right(name, found[key], before.get(key, {}), after.get(key, {}))]
        if wrong:
            differences.append(Difference(Kind.STALE, subject, None, f"{', '.join(wrong)}: not what the table makes"))
    for key in sorted(found.keys() - expected):
        if not all(_is_nothing(value) for value in found[key].values()):
            differences.append(Difference(Kind.UNEXPECTED, f"{key[0]} {key[1]}", None, "no decision explains it"))
    return PlaceReport("variables", len(expected), len(expected & found.keys()), tuple(differences))


def compare_dead_letters(table: TableState, letters: Sequence[DeadLetter]) -> PlaceReport:
    """The dead-letter topic: every invalid item of the table, and nothing else; repeats are allowed."""
    differences: list[Difference] = []
    known: Counter[ItemKey] = Counter()
    for letter in letters:
        key = letter.item
        if key is None:
            differences.append(Difference(Kind.UNEXPECTED, "", None, f"is about no item ({letter.position})"))
        elif letter.event_kind in ("MODIFY", "REMOVE"):
            what = f"{key.part_revision} was changed ({letter.event_kind}) in a table that only grows"
            differences.append(Difference(Kind.UNEXPECTED, key.decision_id, None, f"{what} ({letter.position})"))
        elif key in table.invalid:
            known[key] += 1
        else:
            what = "is valid in the table" if table.has_item(key) else "is not in the table"
            what = f"{key.part_revision} {what} and was refused at {letter.stage or 'an unnamed stage'}"
            differences.append(Difference(Kind.UNEXPECTED, key.decision_id, None, f"{what} ({letter.position})"))
    for key, problem in table.invalid.items():
        if key not in known:
            what = f"{key.part_revision} is invalid and no dead letter: {problem}"
            differences.append(Difference(Kind.MISSING, key.decision_id, None, what))
    repeats = known.total() - len(known)
    return PlaceReport("dead letters", len(table.invalid), len(known), tuple(differences), repeats)


def compare_incomplete(table: TableState, told: Set[str], now_ms: int, incomplete_after_ms: int) -> PlaceReport:
    """The topic of incomplete decisions: those that wait for too long; others may have completed since.

    Args:
        table: the expectation.
        told: decisions on the topic.
        now_ms: epoch ms at the reading of the topic.
        incomplete_after_ms: the patience of the job; counted here from the earliest part's event time, for the table
            does not tell when the job saw it.
    """
    overdue = {
        decision_id: waiting
        for decision_id, waiting in table.waiting.items()
        if min(part.event_time for part in table.parts[decision_id]) + incomplete_after_ms < now_ms
    }
    differences = [
        Difference(Kind.MISSING, decision_id, None, f"waits for {', '.join(waiting.missing)} and was not told of")
        for decision_id, waiting in sorted(overdue.items())
        if decision_id not in told
    ]
    return PlaceReport("incomplete", len(overdue), len(overdue.keys() & told), tuple(differences))


def _repeated(first: Message, message: Message, exactly_once: bool) -> str:
    """What is wrong with a message that repeats an identity; "" for a mere redelivery."""
    assert first.event is not None
    assert message.event is not None
    if where := first_difference(without_others(first.event), without_others(message.event)):
        return f"comes again with another {where}"
    return "comes again under exactly-once" if exactly_once else ""


def _unexplained(table: TableState, message: Message) -> str:
    """What of a message the table does not explain; "" when it explains all."""
    event = message.event
    assert event is not None
    decision_id = event["decision_id"]
    stored = {(part.kind.value, part.name, part.revision): part for part in table.parts.get(decision_id, ())}
    if not stored:
        return "the table has no such decision"
    chosen = []
    for part in event["parts"]:
        name = f"{part['part']}#{part['name']}" if part["name"] else part["part"]
        known = stored.get((part["part"], part["name"], part["revision"]))
        if known is None:
            return f"the table has no revision {part['revision']} of {name}"
        chosen.append(known)
    if len(set(chosen)) != event["revision"]:
        return f"it is made of {len(set(chosen))} parts"
    made = assemble(chosen, table.schema_of)
    if isinstance(made, Incomplete):
        return f"its parts do not make a decision: {', '.join(made.missing)} is missing"
    if where := first_difference(made, without_others(event)):
        return f"{where} is not what the table's parts make"
    if message.key != event["customer_id"].encode():
        return "its key is not its customer"
    return ""


def _date_of(event: Event) -> str:
    try:
        return datetime.fromtimestamp(event["event_time"] / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""  # a year Python does not know


def _is_nothing(value: Any) -> bool:
    return value is None or (_is_number(value) and math.isclose(value, 0.0, abs_tol=1e-6))


def _right(name: str, found: Mapping[str, Any], *expectations: Mapping[str, Any]) -> bool:
    return any(_equal(found.get(name), expected.get(name)) for expected in expectations)


def _equal(one: Any, other: Any) -> bool:
    if isinstance(other, DistinctCount):
        return other.allows(one)
    if isinstance(one, list) and isinstance(other, list):
        # An attribute that is not there may stand for a zero; in a list a null is a null.
        return [value is None for value in one] == [value is None for value in other] and all(map(_equal, one, other))
    if _is_number(one) and _is_number(other):
        # A sum depends on the order of its terms in the last digits.
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    return (_is_nothing(one) and _is_nothing(other)) or bool(one == other and type(one) is type(other))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
