"""The steps of the pipeline in PyFlink; a module of their own, which workers import."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyflink.common import Row, Types
from pyflink.datastream.functions import KeyedProcessFunction, RuntimeContext
from pyflink.datastream.state import ValueStateDescriptor

# The same as in RowShape.java.
CHECK = Types.ROW_NAMED(
    ["name", "revision", "event_time", "status", "score"],
    [Types.STRING(), Types.INT(), Types.LONG(), Types.STRING(), Types.DOUBLE()],
)
TYPES = {
    "decision_id": Types.STRING(),
    "customer_id": Types.STRING(),
    "event_time": Types.LONG(),
    "merchant_id": Types.STRING(),
    "amount": Types.DOUBLE(),
    "currency": Types.STRING(),
    "outcome": Types.STRING(),
    "policy": Types.STRING(),
    "checks": Types.LIST(CHECK),
    "amount_band": Types.STRING(),
    "decisions": Types.LONG(),
    "spent": Types.DOUBLE(),
}
DECISION = Types.ROW_NAMED(list(TYPES), list(TYPES.values()))
CUSTOMER = Types.ROW_NAMED(["decisions", "spent", "recent"], [Types.LONG(), Types.DOUBLE(), Types.LIST(DECISION)])
RECENT = 5


def band(amount: float) -> str:
    """Of an amount."""
    return "S" if amount < 50 else "M" if amount < 200 else "L" if amount < 1_000 else "XL"


def as_dictionary(decision: Row) -> dict[str, Any]:
    """What a job passes on that declares nothing."""
    found: dict[str, Any] = decision.as_dict(True)
    found["amount_band"] = band(found["amount"])
    return found


def banded(decision: Row) -> Row:
    """The decision with its band."""
    decision["amount_band"] = band(decision["amount"])
    return decision


def customer(decision: Any) -> str:
    """Whose decision it is."""
    return str(decision["customer_id"])


def merchant(decision: Any) -> str:
    """With whom."""
    return str(decision["merchant_id"])


def rounded(decision: Any) -> Any:
    """The amount that was added last."""
    decision["spent"] = round(decision["spent"], 2)
    return decision


class CountDictionary(KeyedProcessFunction):  # type: ignore[misc]
    """Counts a customer's decisions."""

    def open(self, runtime_context: RuntimeContext) -> None:
        self._customer = runtime_context.get_state(ValueStateDescriptor("customer", Types.PICKLED_BYTE_ARRAY()))

    def process_element(self, value: dict[str, Any], ctx: KeyedProcessFunction.Context) -> Iterator[dict[str, Any]]:
        customer = self._customer.value() or {"decisions": 0, "spent": 0.0, "recent": []}
        customer["decisions"] += 1
        customer["spent"] += value["amount"]
        customer["recent"] = [*customer["recent"], dict(value)][-RECENT:]
        self._customer.update(customer)
        value["decisions"], value["spent"] = customer["decisions"], customer["spent"]
        yield value


class CountRow(KeyedProcessFunction):  # type: ignore[misc]
    """The same with rows."""

    def open(self, runtime_context: RuntimeContext) -> None:
        self._customer = runtime_context.get_state(ValueStateDescriptor("customer", CUSTOMER))

    def process_element(self, value: Row, ctx: KeyedProcessFunction.Context) -> Iterator[Row]:
        known = self._customer.value()
        decisions, spent, recent = (0, 0.0, []) if known is None else known
        decisions, spent = decisions + 1, spent + value["amount"]
        self._customer.update(Row(decisions, spent, [*recent, value][-RECENT:]))
        value["decisions"], value["spent"] = decisions, spent
        yield value
