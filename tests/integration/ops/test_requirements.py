"""What a job lacks is said before it is submitted, one sentence each."""

from __future__ import annotations

from typing import Any

import pytest

from decision_store.ops.requirements import unmet
from decision_store.ops.submission import SubmitError, definition_of, submit
from decision_store.settings import Settings
from tests.integration.ops.conftest import create_topics

pytestmark = pytest.mark.integration

NOBODY = "127.0.0.1:9"


@pytest.fixture
def whole(stack: Settings) -> Settings:
    settings = stack.model_copy(
        update={
            "decision_events_topic": "required-events",
            "dead_letter_topic": "required-dead",
            "incomplete_topic": "required-incomplete",
        }
    )
    if unmet("decision_events", settings):
        create_topics(settings)
    return settings


@pytest.mark.parametrize("job", ["decision_events", "archive", "variables"])
def test_nothing_is_missing_where_everything_is(whole: Settings, job: str) -> None:
    assert unmet(job, whole) == []


@pytest.mark.parametrize(
    ("job", "change", "sentence"),
    [
        ("decision_events", {"decisions_table": "absent"}, "There is no table absent at http://127.0.0.1"),
        ("decision_events", {"decisions_table": "variables"}, "The table variables has no stream of new images"),
        ("variables", {"variables_table": "absent"}, "There is no table absent"),
        ("variables", {"aws_endpoint_url_dynamodb": f"http://{NOBODY}"}, "cannot be asked about table variables"),
        ("archive", {"kafka_bootstrap_servers": NOBODY}, f"Kafka at {NOBODY} does not answer"),
        ("archive", {"decision_events_topic": "absent"}, "has no topic absent"),
        ("archive", {"archive_uri": "s3://absent/x"}, "The bucket absent at http://127.0.0.1"),
    ],
)
def test_what_is_missing_is_named(
    whole: Settings, job: str, change: dict[str, Any], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("decision_store.ops.requirements._PATIENCE_SECONDS", 2)
    said = unmet(job, whole.model_copy(update=change))
    assert len(said) == 1
    assert sentence in said[0]


def test_an_unknown_job_is_told_the_known_ones() -> None:
    with pytest.raises(SubmitError, match="There is no job verdicts: choose one of archive, decision_events"):
        definition_of("verdicts")


def test_a_savepoint_is_of_one_job(whole: Settings) -> None:
    with pytest.raises(SubmitError, match="one by one"):
        submit(whole, ["archive", "variables"], savepoint="s3://state/savepoint-1")
