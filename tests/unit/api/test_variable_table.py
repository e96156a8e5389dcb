"""Items of the variables table as the API answers them."""

from __future__ import annotations

from typing import Any

from decision_store.api.variable_table import VariableTable
from decision_store.api.variables import Variables


class Client:
    """A DynamoDB that has one item."""

    def get_paginator(self, _: str) -> Client:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        numbers = {"L": [{"N": "1.5"}, {"NULL": True}, {"N": "2"}]}
        item = {"entity": {"S": "e"}, "use_case": {"S": "shop"}, "count": {"N": "3"}, "recent": numbers}
        return [{"Items": [item | {"large": {"BOOL": True}, "texts": {"L": [{"S": "x"}, {"NULL": True}]}}]}]


def test_lists_are_answered_with_their_nulls() -> None:
    found = VariableTable(Client(), "variables").read("e")  # type: ignore[arg-type]
    assert found == {"shop": {"count": 3, "recent": [1.5, None, 2], "large": True, "texts": ["x", None]}}
    assert Variables(entity="e", use_cases=found).model_dump_json() == (
        '{"entity":"e","use_cases":{"shop":{"count":3,"recent":[1.5,null,2],"large":true,"texts":["x",null]}}}'
    )
