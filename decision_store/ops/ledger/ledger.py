"""The ledger over whatever the settings point at: reads every place, compares, and waits until all agree."""

from __future__ import annotations

import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from decision_store.clients import dynamodb_client, s3_client
from decision_store.ops.ledger.archive import Archive
from decision_store.ops.ledger.comparison import (
    compare_archive,
    compare_dead_letters,
    compare_incomplete,
    compare_kafka,
    compare_variables,
)
from decision_store.ops.ledger.findings import LedgerReport
from decision_store.ops.ledger.kafka import EventDecoder
from decision_store.ops.ledger.letters import dead_letter, incomplete_decisions
from decision_store.ops.ledger.registry import Registry
from decision_store.ops.ledger.table import interpret, read_items
from decision_store.ops.ledger.topics import LedgerError, read_topic
from decision_store.ops.ledger.variables import VariablesAt, variables_in
from decision_store.settings import DeliveryGuarantee, Settings

POLL_SECONDS = 2.0


class Ledger:
    """Compares the decision table with everything that was made of it. All is held in memory.

    Args:
        settings: endpoints and names.
        variables_at: the variables that newest revisions make at a moment.
    """

    def __init__(self, settings: Settings, variables_at: VariablesAt) -> None:
        self._settings = settings
        self._variables_at = variables_at
        self._registry = Registry(settings.schema_registry_url)
        self._decoder = EventDecoder(self._registry)
        self._dynamodb = dynamodb_client(settings)
        self._archive = Archive(s3_client(settings), settings.archive_uri)

    def check(self) -> LedgerReport:
        """Reads every place and compares.

        What is made last is read first: while decisions go on coming, a place may then lack what is new, but never
        hold what its origin does not.

        Raises:
            LedgerError: a place cannot be read.
        """
        settings, bootstrap = self._settings, self._settings.kafka_bootstrap_servers
        rows = self._archive.rows()
        before = _now_ms()
        found = variables_in(self._items(settings.variables_table))
        after = _now_ms()
        told = incomplete_decisions(read_topic(bootstrap, settings.incomplete_topic))
        letters = [dead_letter(raw) for raw in read_topic(bootstrap, settings.dead_letter_topic)]
        messages = [self._decoder.message(raw) for raw in read_topic(bootstrap, settings.decision_events_topic)]
        items = self._items(settings.decisions_table)

        dead_lettered = {letter.item for letter in letters if letter.item is not None}
        table = interpret(items, dead_lettered, self._registry.of_part)
        events = list(table.newest.values())
        expected = self._variables_at(events, before)
        variables = compare_variables(expected, expected, found)
        if variables.differences:  # a window may have run out while the table was read
            variables = compare_variables(expected, self._variables_at(events, after), found)
        exactly_once = settings.delivery_guarantee is DeliveryGuarantee.EXACTLY_ONCE
        return LedgerReport(
            decisions=len(table.parts),
            complete=len(table.newest),
            parts=sum(map(len, table.parts.values())),
            invalid=len(table.invalid),
            places=(
                compare_kafka(table, messages, exactly_once),
                compare_archive(messages, rows),
                variables,
                compare_dead_letters(table, letters),
                compare_incomplete(table, told, after, settings.incomplete_after_ms),
            ),
        )

    def wait_until_clean(
        self, seconds: float, progress: Callable[[LedgerReport, float], None] = lambda report, left: None
    ) -> LedgerReport:
        """Checks until nothing differs or the time is out: records need a moment, the archive a checkpoint.

        Args:
            seconds: how long; 0 checks once.
            progress: told of each report that is not clean, with the seconds that are left.

        Returns:
            The last report.
        """
        deadline = time.monotonic() + seconds
        while True:
            report = self.check()
            left = deadline - time.monotonic()
            if report.clean or left <= 0:
                return report
            progress(report, left)
            time.sleep(min(POLL_SECONDS, left))

    def _items(self, table: str) -> list[dict[str, object]]:
        try:
            return read_items(self._dynamodb, table)
        except (ClientError, BotoCoreError) as problem:
            raise LedgerError(
                f"Table {table} cannot be read ({problem}): start DynamoDB, or correct AWS_ENDPOINT_URL_DYNAMODB."
            ) from None


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
