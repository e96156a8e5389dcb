"""Counts what a span of the archive holds: the dry run of a replay, and what its progress is measured against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from rich.table import Column, Table

from decision_store.model.replay import ReplayError, ReplaySpan
from decision_store.settings import DAY_MS, Settings

PARTITION = "event_date="
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is there.

    Attributes:
        events: revisions of decisions.
        decisions: different decisions.
        parts: different part revisions, the items a decision table would get: the newest event of a decision has
            them all, and its revision is their number.
    """

    events: int
    decisions: int
    parts: int


@dataclass(frozen=True, slots=True)
class SpanCounts:
    """Attributes: counts by event date; of all dates together, where a decision on two dates counts once."""

    by_day: dict[str, Counts]
    total: Counts


def count(settings: Settings, span: ReplaySpan) -> SpanCounts:
    """Reads two columns of the files that can match.

    Raises:
        ReplayError: there is no archive, it cannot be read, or pyarrow is missing.
    """
    try:
        import pyarrow as pa
        import pyarrow.dataset
    except ImportError:
        raise ReplayError("pyarrow is not installed: run `pip install 'decision-store[laptop]'`.") from None
    wanted = _filter(span)
    by_day: dict[str, Counts] = {}
    newest: list[Any] = []
    events = 0
    try:
        filesystem, folders = _folders(settings, span)
        for day, folder in folders:
            files = pyarrow.dataset.dataset(folder, filesystem=filesystem, format="parquet")
            if not files.files:
                continue
            found = files.to_table(columns=["decision_id", "revision"], filter=wanted)
            if found.num_rows:
                newest.append(_newest(found))
                by_day[day] = _counts(found.num_rows, newest[-1])
                events += found.num_rows
    except (OSError, pa.ArrowException) as problem:
        raise ReplayError(f"The archive at {settings.archive_uri} cannot be read: {problem}") from problem
    if not newest:
        return SpanCounts({}, Counts(0, 0, 0))
    return SpanCounts(by_day, _counts(events, _newest(pa.concat_tables(newest))))


def table_of(counts: SpanCounts) -> Table:
    """The counts as a person reads them."""
    right = [Column(name, justify="right") for name in ("events", "decisions", "parts")]
    table = Table("event date", *right)
    for day, found in counts.by_day.items():
        table.add_row(day, f"{found.events:,}", f"{found.decisions:,}", f"{found.parts:,}")
    total = counts.total
    table.add_section()
    table.add_row("all", f"{total.events:,}", f"{total.decisions:,}", f"{total.parts:,}")
    return table


def _filter(span: ReplaySpan) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    moment = pa.timestamp("ms", tz="UTC")
    time = pc.field("event_time")
    wanted = (time >= pa.scalar(span.from_ms, moment)) & (time < pa.scalar(span.to_ms, moment))
    if span.customer_id is not None:
        wanted &= pc.field("customer_id") == span.customer_id
    return wanted


def _newest(found: Any) -> Any:
    grouped = found.group_by("decision_id").aggregate([("revision", "max")])
    return grouped.select(["decision_id", "revision_max"]).rename_columns(["decision_id", "revision"])


def _counts(events: int, newest: Any) -> Counts:
    import pyarrow.compute as pc

    return Counts(events, newest.num_rows, pc.sum(newest["revision"]).as_py())


def _folders(settings: Settings, span: ReplaySpan) -> tuple[Any, list[tuple[str, str]]]:
    """The file system, and the date and path of every folder that can hold events of the span."""
    from pyarrow import fs

    uri = settings.archive_uri
    if uri.startswith("s3://"):
        endpoint = urlsplit(settings.aws_endpoint_url_s3 or "")
        where = {"endpoint_override": endpoint.netloc, "scheme": endpoint.scheme} if endpoint.netloc else {}
        filesystem: Any = fs.S3FileSystem(region=settings.aws_region, **where)
        root = uri.removeprefix("s3://").rstrip("/")
    else:
        filesystem, root = fs.FileSystem.from_uri(uri)
    try:
        entries = filesystem.get_file_info(fs.FileSelector(root))
    except FileNotFoundError:
        raise ReplayError(f"There is no archive at {uri}: check ARCHIVE_URI, and that the job archive ran.") from None
    return filesystem, sorted(_matching(entries, span))


def _matching(entries: Any, span: ReplaySpan) -> Iterator[tuple[str, str]]:
    days = range(span.from_ms // DAY_MS, (span.to_ms - 1) // DAY_MS + 1)
    for entry in entries:
        if not entry.base_name.startswith(PARTITION):
            continue
        day = entry.base_name.removeprefix(PARTITION)
        try:
            number = (date.fromisoformat(day) - _EPOCH).days
        except ValueError:  # a year of five digits: the filter on the events decides
            yield day, entry.path
            continue
        if number in days:
            yield day, entry.path
