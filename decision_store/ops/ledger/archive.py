"""The archive: committed Parquet files on S3, in folders by event date."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import BotoCoreError, ClientError

from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas
from decision_store.ops.ledger.records import ArchivedEvent
from decision_store.ops.ledger.topics import LedgerError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DATE = re.compile(r"event_date=([^/]+)/")


class Archive:
    """The archive below one address. Files never change once committed, so each is read once.

    Args:
        client: of S3.
        uri: `s3://bucket/prefix`.
    """

    def __init__(self, client: S3Client, uri: str) -> None:
        address = urlsplit(uri)
        self._client = client
        self._uri = uri
        self._bucket = address.netloc
        self._prefix = address.path.strip("/") + "/" if address.path.strip("/") else ""
        self._read: dict[tuple[str, str], list[ArchivedEvent]] = {}

    def rows(self) -> list[ArchivedEvent]:
        """Every archived event; a file that cannot be read is one row with its problem.

        Raises:
            LedgerError: the bucket cannot be read.
        """
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            files = [(one["Key"], one["ETag"]) for page in pages for one in page.get("Contents", ())]
            committed = [file for file in files if self._is_committed(file[0])]
            for file in committed:
                if file not in self._read:
                    body = self._client.get_object(Bucket=self._bucket, Key=file[0])["Body"].read()
                    self._read[file] = read_file(file[0].removeprefix(self._prefix), body)
        except (ClientError, BotoCoreError) as problem:
            raise LedgerError(
                f"The archive at {self._uri} cannot be read ({problem}): correct ARCHIVE_URI or AWS_ENDPOINT_URL_S3."
            ) from None
        return [row for file in committed for row in self._read[file]]

    def _is_committed(self, key: str) -> bool:
        # Writers keep what is not committed under names that readers of Hive folders skip.
        names = key.removeprefix(self._prefix).split("/")
        return bool(names[-1]) and not any(name.startswith((".", "_")) for name in names)


def read_file(name: str, body: bytes) -> list[ArchivedEvent]:
    """The rows of one file, with times as epoch milliseconds.

    Args:
        name: below the archive's address.
        body: the file.
    """
    folder = _DATE.match(name)
    date = folder[1] if folder else ""
    fields = {field["name"]: field for field in shipped_schemas()[EVENT_SUBJECT]["fields"]}
    try:
        table = pq.read_table(io.BytesIO(body))
        lacking = [field for field in fields if field not in table.column_names]
        if without_default := [field for field in lacking if "default" not in fields[field]]:
            return [ArchivedEvent(name, None, f"has no column {', '.join(without_default)}", date)]
        table = table.select([field for field in fields if field not in lacking])
        table = table.cast(pa.schema([pa.field(one.name, _with_longs(one.type)) for one in table.schema]))
        maps = [one.name for one in table.schema if pa.types.is_map(one.type)]
        defaults = {field: fields[field]["default"] for field in lacking}  # the file was written with an older schema
        rows = [{**row, **{field: dict(row[field]) for field in maps}, **defaults} for row in table.to_pylist()]
        return [ArchivedEvent(name, row, date=date) for row in rows]
    except (pa.ArrowException, OSError) as problem:
        return [ArchivedEvent(name, None, f"is no Parquet file of events ({type(problem).__name__})", date)]


def _with_longs(kind: Any) -> Any:
    """The type with timestamps as longs of milliseconds: Python's datetime does not hold every long."""
    if pa.types.is_timestamp(kind):
        return pa.int64()
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(one.name, _with_longs(one.type)) for one in kind])
    if pa.types.is_list(kind):
        return pa.list_(_with_longs(kind.value_type))
    return kind
