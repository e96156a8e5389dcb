"""Bodies to post."""

from __future__ import annotations

from typing import Any


def request_part(**changes: Any) -> dict[str, Any]:
    payload = {"merchant_id": "m", "amount": 10.5, "currency": "EUR"}
    return {"part": "request", "event_time": 1_000, "payload": payload} | changes


def outcome_part(**changes: Any) -> dict[str, Any]:
    payload = {"outcome": "APPROVED", "checks": ["credit"], "policy": "p@1"}
    return {"part": "outcome", "event_time": 2_000, "payload": payload} | changes


def credit_part(**changes: Any) -> dict[str, Any]:
    return {"part": "check", "name": "credit", "event_time": 1_500, "payload": {"status": "PASSED"}} | changes


def alone(part: dict[str, Any], decision_id: str, customer_id: str = "c-1") -> dict[str, Any]:
    return {"decision_id": decision_id, "customer_id": customer_id} | part
