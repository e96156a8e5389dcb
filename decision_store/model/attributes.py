"""The attributes that variables have in the variables table, and how large an item of them can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from decision_store.model.plan import PlanVariable, ValueType

MAX_KEY_LENGTH = 2_048  # bytes, DynamoDB's limit of a partition key; a decision whose key is longer has no entity
MAX_TEXT = 2_048  # characters; one text must not be why an item cannot be written
LARGEST_ITEM = 400 * 1024  # bytes, DynamoDB's
_NUMBER = 21  # bytes, of 38 digits; 3 more for a list and 1 for each of its values (DynamoDB, "item sizes and formats")
_LARGEST: dict[ValueType, int] = {"string": 4 * MAX_TEXT, "long": _NUMBER, "double": _NUMBER, "boolean": 1}


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an attribute holds.

    Attributes:
        type: of the value, or of each value of the list.
        is_list: whether it is a list; its values may be null.
    """

    type: ValueType
    is_list: bool = False


def attributes(variable: PlanVariable) -> dict[str, Attribute]:
    """The attributes of a variable in its item, in the order of its arguments."""
    is_list = variable.aggregate == "last_k"
    if variable.aggregate in ("first", "last", "last_k") and len(variable.arguments) > 1:
        return {
            f"{variable.name}__{argument.name}": Attribute(argument.type, is_list) for argument in variable.arguments
        }
    return {variable.name: Attribute(variable.type, is_list)}


def largest_item(use_case: str, variables: Iterable[PlanVariable]) -> int:
    """The bytes of the largest item that variables of one key can make, as DynamoDB counts them."""
    size = len("entity") + MAX_KEY_LENGTH + len("use_case") + len(use_case) + len("version" + "as_of") + 2 * _NUMBER
    for variable in variables:
        for name, attribute in attributes(variable).items():
            value = _LARGEST[attribute.type]
            assert variable.limit is not None or not attribute.is_list
            size += len(name) + (3 + variable.limit * (value + 1) if attribute.is_list and variable.limit else value)
    return size
