"""Writes that DynamoDB throttles or other writers get in the way of; no local server can be made to do so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from fastapi.testclient import TestClient

from decision_store.api import waiting
from decision_store.api.app import create_app
from decision_store.api.decision_table import DecisionTable, Posted, RevisionUsedError, to_attributes
from decision_store.model.parts import Part, PartKind
from decision_store.settings import Settings

REQUEST = Part("d", PartKind.REQUEST, None, 1, "c", 1, "decision-request:1", '{"merchant_id": "m"}')
OUTCOME = Part("d", PartKind.OUTCOME, None, 1, "c", 1, "decision-outcome:1", '{"policy": "p"}')
BODY = {
    "decision_id": "d",
    "customer_id": "c",
    "parts": [
        {
            "part": "request",
            "event_time": 1,
            "schema": "decision-request:1",
            "payload": {"merchant_id": "m", "amount": 1, "currency": "EUR"},
        }
    ],
}
NOTHING = {"Code": "None"}
CONFLICT = {"Code": "TransactionConflict", "Message": "busy"}


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    naps: list[float] = []
    monkeypatch.setattr(waiting.time, "sleep", naps.append)
    return naps


@pytest.fixture
def client() -> Any:
    return boto3.client(
        "dynamodb",
        region_name="eu-west-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def answers(client: Any) -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


@pytest.fixture
def table(client: Any) -> DecisionTable:
    return DecisionTable(client, "decisions", is_valid=lambda part: True)


def cancelled(answers: Stubber, *reasons: dict[str, Any]) -> None:
    answers.add_client_error(
        "transact_write_items",
        "TransactionCanceledException",
        http_status_code=400,
        modeled_fields={"CancellationReasons": list(reasons)},
    )


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_passing_cancellation_is_tried_again_after_a_wait(
    table: DecisionTable, answers: Stubber, slept: list[float], code: str
) -> None:
    for _ in range(3):
        cancelled(answers, NOTHING, {"Code": code})
    answers.add_response("transact_write_items", {})
    assert [one.created for one in table.write_all([Posted(REQUEST), Posted(OUTCOME)])] == [True, True]
    assert len(slept) == 3
    assert slept == sorted(slept)
    answers.assert_no_pending_responses()


def test_a_part_found_on_the_way_is_not_written_again(
    table: DecisionTable, answers: Stubber, slept: list[float]
) -> None:
    cancelled(answers, {"Code": "ConditionalCheckFailed", "Item": to_attributes(REQUEST)}, CONFLICT)
    answers.add_response("transact_write_items", {})
    assert [one.created for one in table.write_all([Posted(REQUEST), Posted(OUTCOME)])] == [False, True]
    assert slept == []


def test_a_lasting_reason_is_not_tried_again(table: DecisionTable, answers: Stubber, slept: list[float]) -> None:
    cancelled(answers, {"Code": "ItemCollectionSizeLimitExceeded"}, CONFLICT)
    with pytest.raises(ClientError):
        table.write_all([Posted(REQUEST), Posted(OUTCOME)])
    assert slept == []


@pytest.mark.parametrize("code", ["TransactionConflictException", "TransactionInProgressException"])
def test_a_single_put_waits_for_a_transaction_on_its_item(
    table: DecisionTable, answers: Stubber, slept: list[float], code: str
) -> None:
    answers.add_client_error("put_item", code, http_status_code=400)
    answers.add_response("put_item", {})
    assert table.write(Posted(REQUEST)).created
    assert len(slept) == 1


def test_a_whole_transaction_in_progress_is_waited_for(
    table: DecisionTable, answers: Stubber, slept: list[float]
) -> None:
    answers.add_client_error("transact_write_items", "TransactionInProgressException", http_status_code=400)
    answers.add_response("transact_write_items", {})
    assert table.write_all([Posted(REQUEST)])[0].created
    assert len(slept) == 1


def test_another_body_is_a_conflict_of_the_caller_not_of_the_moment(table: DecisionTable, answers: Stubber) -> None:
    other = Part("d", PartKind.REQUEST, None, 1, "c", 1, "decision-request:1", '{"merchant_id": "x"}')
    cancelled(answers, {"Code": "ConditionalCheckFailed", "Item": to_attributes(other)}, CONFLICT)
    with pytest.raises(RevisionUsedError):
        table.write_all([Posted(REQUEST), Posted(OUTCOME)])


@pytest.mark.parametrize("reason", [CONFLICT, {"Code": "ThrottlingError"}])
@pytest.mark.usefixtures("slept")
def test_conflicts_that_do_not_end_answer_503(client: Any, answers: Stubber, reason: dict[str, Any]) -> None:
    for _ in range(50):
        cancelled(answers, reason)
    refused = post(client, "/decisions", BODY)
    assert refused.status_code == 503
    assert "nothing was acknowledged" in refused.json()["detail"]


@pytest.mark.parametrize("code", ["TransactionConflictException", "ThrottlingException"])
@pytest.mark.usefixtures("slept")
def test_a_put_that_cannot_be_done_answers_503(client: Any, answers: Stubber, code: str) -> None:
    for _ in range(50):
        answers.add_client_error("put_item", code, http_status_code=400)
    part: Any = BODY["parts"][0]
    refused = post(client, "/parts", {"decision_id": "d", "customer_id": "c"} | part)
    assert refused.status_code == 503
    assert "nothing was acknowledged" in refused.json()["detail"]


def test_a_lasting_refusal_answers_500_without_a_payload(client: Any, answers: Stubber) -> None:
    cancelled(answers, {"Code": "ValidationError", "Message": "secret"})
    refused = post(client, "/decisions", BODY)
    assert refused.status_code == 500
    assert refused.json()["detail"].startswith(
        "DynamoDB refused the request (TransactionCanceledException: ValidationError)"
    )


def post(client: Any, path: str, body: Any) -> Any:
    app = create_app(Settings(), client)
    app.state.part_schemas.payload_schema = lambda reference: Anything()
    return TestClient(app).post(path, json=body)


class Anything:
    """A schema that all payloads conform to."""

    def parse(self, text: str) -> dict[str, Any]:
        return {}
