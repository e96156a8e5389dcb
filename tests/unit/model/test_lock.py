"""The lock: a change of a declaration needs a new version, and the message says what was changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from decision_store.declare import Variable, count, days, derived, distinct, hours, last_k, minutes, named, sum_
from decision_store.model.compilation import compile_variables
from decision_store.model.declarations import DeclarationError
from decision_store.model.fields import FIELDS, DerivedField, derived_fields, field_types, with_derived
from decision_store.model.lock import FILE, Changes, Lock, changes, locked, read_lock, write_lock
from decision_store.model.schemas import EVENT_SUBJECT, shipped_schemas

TYPES = field_types(FIELDS, shipped_schemas()[EVENT_SUBJECT])
DECLINES = Variable("n", key="customer_id", value=count(), where="outcome == 'DECLINED'", window=days(30))


def lock_of(*variables: Variable, fields: tuple[DerivedField, ...] = ()) -> Lock:
    derived = derived_fields("shop", fields, TYPES)
    known = with_derived(TYPES, derived)
    return locked(compile_variables("shop", variables, known), (*FIELDS, *derived), known)


def said(found: Changes) -> tuple[list[str], list[str]]:
    return [one.sentence for one in found.refused], [one.sentence for one in found.told]


def test_what_is_as_it_was_is_not_told() -> None:
    assert said(changes(lock_of(DECLINES), lock_of(DECLINES))) == ([], [])


def test_a_change_under_the_same_version_is_refused_and_shown() -> None:
    now = Variable(
        "n", key="customer_id", value=count(), where="outcome != 'APPROVED'", window=days(30), hop=minutes(5)
    )
    assert said(changes(lock_of(DECLINES), lock_of(now))) == (
        [
            "n changed (where: outcome == 'DECLINED' → outcome != 'APPROVED'; hop: 1 h → 5 min) but its version is"
            " still 1: what it has counted does not fit what it declares now. Raise it to version=2 (it starts counting"
            " from nothing), or put it back."
        ],
        [],
    )


@pytest.mark.parametrize(
    ("before", "now", "difference"),
    [
        ({"value": sum_("amount")}, {"value": sum_("amount * 2.0")}, "value: sum_(amount) → sum_(amount * 2.0)"),
        (
            {"value": distinct("policy")},
            {"value": distinct("policy", exact=5)},
            "exact=100) → distinct(policy, exact=5)",
        ),
        ({"value": last_k(2, "policy")}, {"value": last_k(3, "policy")}, "last_k(2, policy) → last_k(3, policy)"),
        ({"window": days(2)}, {}, "window: 2 d → none; hop: 48 min → none"),
        ({}, {"where": "amount > 1.0"}, "where: none → amount > 1.0; field amount: none → request.amount (double)"),
        (
            {"key": ("customer_id", named("m", "merchant_id"))},
            {"key": ("customer_id", named("m", "policy"))},
            "key: customer_id, m = merchant_id → customer_id, m = policy",
        ),
    ],
)
def test_every_part_of_a_declaration_is_held(
    before: dict[str, object], now: dict[str, object], difference: str
) -> None:
    base = {"key": "customer_id", "value": count()}
    old, new = (lock_of(Variable("n", **(base | one))) for one in (before, now))  # type: ignore[arg-type]
    (sentence,), told = said(changes(old, new))
    assert difference in sentence
    assert told == []


def test_a_derived_field_belongs_to_the_declaration_of_what_names_it() -> None:
    def with_band(expression: str) -> Lock:
        large = Variable("large", key="customer_id", value=count(), where="dear == true")
        fields = (derived("cents", expression), derived("dear", "cents > 100.0"))
        return lock_of(large, DECLINES, fields=fields)

    (sentence,), _ = said(changes(with_band("amount * 100.0"), with_band("amount * 10.0")))
    assert "large changed (field cents: amount * 100.0 (double) → amount * 10.0 (double))" in sentence


def test_another_key_is_a_change_and_the_same_name_may_stand_under_two_keys() -> None:
    other = Variable("n", key="merchant_id", value=count(), where="outcome == 'DECLINED'", window=days(30))
    (sentence,), told = said(changes(lock_of(DECLINES), lock_of(other)))
    assert "n changed (key: customer_id → merchant_id;" in sentence
    assert told == []
    assert said(changes(lock_of(DECLINES), lock_of(DECLINES, other))) == (
        [],
        ["n is new: it starts counting from nothing."],
    )


def test_a_raised_version_is_told_with_what_changed() -> None:
    now = Variable("n", key="customer_id", value=count(), where=DECLINES.where, window=days(7), version=2)
    assert said(changes(lock_of(DECLINES), lock_of(now))) == (
        [],
        ["n goes from version 1 to 2 (window: 30 d → 7 d): it starts counting from nothing."],
    )


def test_a_version_never_goes_down() -> None:
    third = Variable("n", key="customer_id", value=count(), version=3)
    (same,), _ = said(changes(lock_of(third), lock_of(Variable("n", key="customer_id", value=count()))))
    assert same == (
        "n goes back from version 3 to 1: versions only rise, so that one stands for one declaration for good."
        " Set version=3."
    )
    (changed,), _ = said(changes(lock_of(third), lock_of(Variable("n", key="customer_id", value=sum_("amount")))))
    assert changed.endswith("Set version=4.")


def test_what_is_new_and_what_is_gone_is_told() -> None:
    spend = Variable("spend", key="customer_id", value=sum_("amount"), window=hours(1))
    assert said(changes(lock_of(DECLINES), lock_of(spend))) == (
        [],
        ["spend is new: it starts counting from nothing.", "n is gone: its state is dropped."],
    )
    assert said(changes(None, lock_of(DECLINES))) == ([], ["n is new: it starts counting from nothing."])


def of_version(version: int, key: str = "customer_id") -> Variable:
    return Variable("n", key=key, value=count(), version=version)


def test_what_was_removed_comes_back_as_a_higher_version_only() -> None:
    second = lock_of(of_version(2))
    removed = lock_of().after(second)
    assert removed.removed == {"n": 2}
    for version in (1, 2):
        assert said(changes(removed, lock_of(of_version(version)))) == (
            [
                f"n was removed as version 2 and comes back as version {version}: entities that were not touched"
                " meanwhile still have what it counted. Set version=3 (it starts counting from nothing)."
            ],
            [],
        )
    third = lock_of(of_version(3)).after(removed)
    assert said(changes(removed, third)) == ([], ["n is new: it starts counting from nothing."])
    assert said(changes(third, lock_of(of_version(3)))) == ([], [])
    assert lock_of().after(third).removed == {"n": 3}


def test_a_key_that_was_left_is_removed_too() -> None:
    moved = lock_of(of_version(2, "merchant_id")).after(lock_of(of_version(1)))
    assert moved.removed == {"n": 1}
    both = lock_of(of_version(1), of_version(2, "merchant_id"))
    (sentence,), told = said(changes(moved, both))
    assert "n was removed as version 1 and comes back as version 1" in sentence
    assert told == []


def test_a_lock_is_read_as_it_was_written(tmp_path: Path) -> None:
    lock = lock_of(DECLINES, Variable("a", key=("customer_id", "merchant_id"), value=last_k(3, "amount", "outcome")))
    lock = lock.after(lock_of(Variable("gone", key="customer_id", value=count(), version=4)))
    assert read_lock(tmp_path) is None
    write_lock(tmp_path, lock)
    assert read_lock(tmp_path) == lock
    assert [one.name for one in lock.variables] == ["a", "n"]


def test_a_lock_that_was_edited_by_hand_is_refused(tmp_path: Path) -> None:
    write_lock(tmp_path, lock_of(DECLINES))
    file = tmp_path / FILE
    file.write_text(file.read_text("utf-8").replace('"30 d"', '"7 d"'), "utf-8")
    with pytest.raises(DeclarationError, match=r"lock.json: n was edited by hand, or merged: take the lock from"):
        read_lock(tmp_path)


@pytest.mark.parametrize("text", ["", "{", json.dumps({"lock": 2, "variables": []}), json.dumps({"other": 1})])
def test_a_lock_that_cannot_be_read_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(DeclarationError, match=r"lock.json cannot be read \(.*\): take it from your version control"):
        read_lock(tmp_path)
