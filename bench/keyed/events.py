"""Decision events as they lie in Kafka: Avro in Confluent's wire format, millions of them in seconds.

Only identity, customer and time differ from event to event; the rest is one of a thousand endings, encoded once.
"""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Iterator
from typing import NamedTuple

import fastavro

from bench.keyed.declared import SCHEMA_ID
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas

ENDINGS = 1_021
AGES = 4_093
"""Primes: all combinations with keys come."""
STEP = 7_919
"""Keys are taken so far apart from one another, so that neighbours in the stream are not neighbours in the state."""
HOUR_MS = 3_600_000
LAST_DAY, BEFORE = range(22 * HOUR_MS), range(26 * HOUR_MS, 28 * 24 * HOUR_MS)
"""Ages; away from the windows' ends, so that no hop runs out while the benchmark runs."""

_SCHEMA = fastavro.parse_schema(shipped_schemas()[EVENT_SUBJECT])
_HEADER = b"\0" + struct.pack(">I", SCHEMA_ID)


class Event(NamedTuple):
    """A record of the topic.

    Attributes:
        key: the customer, as the job `decision_events` writes it.
        value: in the wire format.
        event_time: epoch milliseconds.
    """

    key: bytes
    value: bytes
    event_time: int


class Events:
    """All different decisions, the customers in turn.

    Args:
        keys: how many customers.
        first: the number of the first decision.
    """

    def __init__(self, keys: int, first: int = 0) -> None:
        draw = random.Random(7)
        self._keys = keys
        self._next = first
        self._endings = [_ending(draw) for _ in range(ENDINGS)]
        self._ages = [draw.choice(LAST_DAY if draw.random() < 0.5 else BEFORE) for _ in range(AGES)]

    def stored(self, count: int, now_ms: int) -> Iterator[Event]:
        """Decisions of the past 28 days, half of them of the last 22 hours, in no order of time."""
        times = [now_ms - age for age in self._ages]
        encoded = [encoded_long(time) for time in times]
        for number in range(self._next, self._next + count):
            place = number % AGES
            yield self._event(number, times[place], encoded[place])
        self._next += count

    def live(self, now_ms: int) -> Event:
        """A decision of now."""
        self._next += 1
        return self._event(self._next - 1, now_ms, encoded_long(now_ms))

    def _event(self, number: int, event_time: int, encoded_time: bytes) -> Event:
        key = b"customer-%08d" % (number * STEP % self._keys)
        identity = b"decision-%012d" % number
        # 0x2a and 0x22: the lengths 21 and 17; 0x02: revision 1.
        value = b"%b\x2a%b\x02\x22%b%b%b" % (_HEADER, identity, key, encoded_time, self._endings[number % ENDINGS])
        return Event(key, value, event_time)


def encoded_long(number: int) -> bytes:
    """As Avro writes it; not negative."""
    number <<= 1
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def _ending(draw: random.Random) -> bytes:
    """What comes after the event time."""
    amount = round(draw.lognormvariate(4.5, 1.2), 2)
    outcome = draw.choices(("APPROVED", "DECLINED", "REVIEW"), (80, 15, 5))[0]
    event = {
        "decision_id": "",
        "revision": 0,
        "customer_id": "",
        "event_time": 0,
        "request": {
            "merchant_id": f"merchant-{draw.randrange(5_000):05d}",
            "amount": amount,
            "currency": draw.choices(("EUR", "USD", "GBP"), (80, 12, 8))[0],
            "product": draw.choice((None, "CARD", "INVOICE")),
        },
        "checks": [
            {
                "name": name,
                "revision": 1,
                "event_time": 1_790_000_000_000 + draw.randrange(1_000_000),
                "status": draw.choice(("PASSED", "FAILED")),
                "score": round(draw.random(), 3),
            }
            for name in ("credit", "fraud", "identity")
        ],
        "outcome": {
            "outcome": outcome,
            "policy": f"policy-{draw.randrange(9)}",
            "reason": None if outcome == "APPROVED" else "score",
            "similar_decision_id": None,
            "decided_at": 1_790_000_000_000 + draw.randrange(1_000_000),
        },
        "history": {
            "decisions_30d": draw.randrange(30),
            "declines_30d": draw.randrange(5),
            "approved_amount_30d": round(draw.random() * 3_000, 2),
            "previous_outcome": "APPROVED",
            "previous_outcome_age_ms": draw.randrange(10**9),
        },
        "parts": [
            {
                "part": "request",
                "name": None,
                "revision": 1,
                "event_time": 1_790_000_000_000,
                "schema": "request-purchase:1",
                "payload": f'{{"amount":{amount}}}',
            }
        ],
    }
    written = io.BytesIO()
    fastavro.schemaless_writer(written, _SCHEMA, event)
    before = 4  # two empty texts, two zeros
    return written.getvalue()[before:]
