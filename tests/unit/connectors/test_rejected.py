"""What is refused as a place for rejected rows, before anything starts."""

from __future__ import annotations

from typing import Any

import pytest
from pyflink.datastream.connectors.base import Sink, StreamTransformer, SupportsPreprocessing

from flink_dynamodb import DynamoDbSink, dead_letters


class PlainSink(Sink):  # type: ignore[misc]  # PyFlink is untyped
    def __init__(self) -> None:
        """Without a JVM."""


class PythonSink(PlainSink, SupportsPreprocessing):  # type: ignore[misc]
    def __init__(self, transformer: StreamTransformer | None) -> None:
        self._transformer = transformer

    def get_transformer(self) -> StreamTransformer | None:
        return self._transformer


class Topics(StreamTransformer):  # type: ignore[misc]
    def apply(self, ds: Any) -> Any:
        return ds


def test_a_sink_that_needs_python_for_each_row_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a Python function for each row"):
        dead_letters(PythonSink(Topics()))
    dead_letters(PythonSink(None))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"parallelism": 0}, "parallelism of at least 1"),
        ({"max_letter_bytes": 9_999}, "at least 10000 bytes"),
        ({"max_letter_bytes": 1_000_000, "max_mb_between_checkpoints": 1}, "room for one between two checkpoints"),
    ],
)
def test_limits_without_room_for_a_letter_are_refused(limits: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dead_letters(PlainSink(), **limits)


@pytest.mark.parametrize("place", ["drop", None, PlainSink()])
def test_rejected_rows_fail_the_job_or_go_to_dead_letters(place: Any) -> None:
    with pytest.raises(ValueError, match=r'"fail" the job or go to dead_letters\(sink\), not to'):
        DynamoDbSink.builder().set_on_rejected(place)
