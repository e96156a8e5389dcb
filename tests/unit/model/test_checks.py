"""All that is wrong with all use cases is told at once; what is right is estimated, and accepted into locks."""

from __future__ import annotations

from pathlib import Path

import pytest

from decision_store.model.checks import check, refuse_unaccepted
from decision_store.model.declarations import DeclarationError
from decision_store.model.lock import FILE
from tests.unit.model.use_case_folders import COUNTED, install, write

RETENTION_MS = 90 * 86_400_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty USE_CASES_DIR."""
    made = tmp_path / "use_cases"
    made.mkdir()
    monkeypatch.setenv("USE_CASES_DIR", str(made))
    monkeypatch.chdir(tmp_path)
    return made


def test_every_mistake_of_every_use_case_is_told(folder: Path) -> None:
    write(
        folder / "shop",
        """
        FIELDS = [derived("big", "amont > 5.0"), derived("small", "amount < 5.0")]
        VARIABLES = [
            Variable("a", key="customer", value=sum_("outcome"), where="outcome = 'X'", window=5, version=0),
            Variable("b", key="customer_id", value=count(), window=days(89), hop=days(2)),
            Variable("c", key="small", value=count()),
            Variable("c", key="small", value=sum_("amount")),
            Variable("D", key="customer_id", value=count),
        ]
        """,
    )
    write(folder / "Toys", COUNTED)
    write(folder / "wrong", "1 / 0")
    report = check(RETENTION_MS)
    here = "use_cases/shop/variables.py:"
    expected = [
        "use_cases/wrong/variables.py:2: use case wrong: variables.py cannot be run:"
        " ZeroDivisionError('division by zero')",
        f"{folder / 'Toys'}: use case Toys: a name has lower-case letters, digits and _, a letter first, 64 characters"
        " at most",
        f"{here}3: use case shop, field big, expression: there is no field 'amont'; did you mean 'amount'?",
        f"{here}5: use case shop, variable a, key: there is no field 'customer'; did you mean 'customer_id'?",
        f"{here}5: use case shop, variable a, where: '=' cannot be read here",
        f"{here}5: use case shop, variable a, version: is a whole number from 1, raised by one at each change, not 0",
        f"{here}5: use case shop, variable a, value: sum_ takes a number, and this is a string",
        f"{here}5: use case shop, variable a, window: is a span such as days(30) or minutes(10), not 5",
        f"{here}6: use case shop, variable b, window: a decision is remembered for 90 days only, so window and hop must"
        " be shorter",
        f"{here}7: use case shop, variable c, name: the attribute c is declared twice for this key",
        f"{here}9: use case shop, variable D, name: a name has lower-case letters, digits and _, a letter first, 64"
        " characters at most",
        f'{here}9: use case shop, variable D, value: is an aggregate such as count() or sum_("amount"), not'
        " <function count at",
    ]
    assert len(report.problems) == len(expected)
    for problem, begin in zip(report.problems, expected, strict=True):
        assert problem.startswith(begin)
    shop = next(one for one in report.use_cases if one.use_case.name == "shop")
    assert [variable.name for _, variable in shop.variables()] == ["c"]
    with pytest.raises(DeclarationError, match="Nothing was accepted"):
        report.accept()
    assert not (folder / "shop" / FILE).exists()


def test_a_derived_field_may_need_those_before_it(folder: Path) -> None:
    fields = 'derived("cents", "amount * 100.0"), derived("dear", "cents > 100.0")'
    variable = 'VARIABLES = [Variable("n", key="dear", value=sum_("cents"))]'
    write(folder / "shop", f"FIELDS = [{fields}]\n{variable}")
    assert check(RETENTION_MS).problems == ()
    write(folder / "shop", f'FIELDS = [derived("wrong", "amont"), {fields}, derived("cents", "amount")]\n{variable}')
    assert [one.partition(", field ")[2].partition(":")[0] for one in check(RETENTION_MS).problems] == [
        "wrong, expression",
        "cents, name",
    ]


def test_two_use_cases_that_mean_different_things_by_a_field_are_told(folder: Path) -> None:
    write(folder / "shop", 'FIELDS = [derived("big", "amount > 5.0")]\n' + COUNTED)
    write(folder / "toys", 'FIELDS = [derived("big", "amount > 6.0")]\n' + COUNTED)
    assert [one.partition(";")[0] for one in check(RETENTION_MS).problems] == [
        "use case toys, field big, name: use case shop derives another field of this name"
    ]


def test_a_mistake_in_a_step_is_told(folder: Path) -> None:
    steps = """
        @step(reads=("amont",), adds={"band": "string"})
        def band(amont): ...
        STEPS = [band]
        """
    write(folder / "shop", steps, "steps.py")
    (problem,) = check(RETENTION_MS).problems
    assert problem.startswith("use_cases/shop/steps.py:4: use case shop, step band: reads amont")


def test_what_is_new_is_pending_until_it_is_accepted(folder: Path) -> None:
    write(folder / "shop", COUNTED)
    report = check(RETENTION_MS)
    assert report.problems == ()
    assert report.pending == ("use case shop: n is new: it starts counting from nothing.",)
    with pytest.raises(DeclarationError, match=r"n is new.*\nRun `decisions check --accept` and commit lock.json"):
        refuse_unaccepted(RETENTION_MS)
    assert report.accept() == [folder / "shop" / FILE]
    refuse_unaccepted(RETENTION_MS)
    assert check(RETENTION_MS).accept() == []


def test_a_change_that_must_not_be_is_a_problem_with_its_line(folder: Path) -> None:
    write(folder / "shop", COUNTED)
    check(RETENTION_MS).accept()
    write(folder / "shop", COUNTED.replace("count()", "sum_('amount')"))
    (problem,) = check(RETENTION_MS).problems
    assert problem.startswith(
        "use_cases/shop/variables.py:2: use case shop: n changed (value: count() → sum_(amount); field amount: none →"
        " request.amount (double)) but its version is still 1"
    )
    with pytest.raises(DeclarationError, match="but its version is still 1"):
        refuse_unaccepted(RETENTION_MS)
    write(folder / "shop", COUNTED.replace("count()", "sum_('amount'), version=2"))
    assert check(RETENTION_MS).accept() == [folder / "shop" / FILE]
    refuse_unaccepted(RETENTION_MS)


def test_a_variable_that_is_broken_for_the_moment_is_not_gone(folder: Path) -> None:
    write(folder / "shop", COUNTED)
    check(RETENTION_MS).accept()
    write(folder / "shop", COUNTED.replace("customer_id", "customer"))
    report = check(RETENTION_MS)
    assert (len(report.problems), report.pending) == (1, ())


def test_the_last_variable_may_go(folder: Path) -> None:
    write(folder / "shop", COUNTED)
    check(RETENTION_MS).accept()
    write(folder / "shop", "VARIABLES = []")
    report = check(RETENTION_MS)
    assert report.pending == ("use case shop: n is gone: its state is dropped.",)
    report.accept()
    refuse_unaccepted(RETENTION_MS)
    write(folder / "shop", COUNTED)
    (problem,) = check(RETENTION_MS).problems
    assert problem.startswith(
        "use_cases/shop/variables.py:2: use case shop: n was removed as version 1 and comes back as version 1"
    )
    write(folder / "shop", COUNTED.replace("count()", "count(), version=2"))
    check(RETENTION_MS).accept()
    refuse_unaccepted(RETENTION_MS)


def test_a_lock_that_cannot_be_read_is_a_problem(folder: Path) -> None:
    (write(folder / "shop", COUNTED) / FILE).write_text("{")
    (problem,) = check(RETENTION_MS).problems
    assert "lock.json cannot be read" in problem


def test_an_installed_package_has_its_own_lock_or_none(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    install(site, monkeypatch, "loans", "acme_locked")
    write(site / "acme_locked", COUNTED, "__init__.py")
    report = check(RETENTION_MS)
    assert (report.problems, report.pending, report.accept()) == ((), (), [])
    write(folder / "acme", COUNTED.replace("count()", "sum_('amount')"))
    check(RETENTION_MS).accept()
    (folder / "acme" / FILE).rename(site / "acme_locked" / FILE)
    (problem,) = check(RETENTION_MS).problems
    assert "use case loans: n changed (value: sum_(amount) → count()" in problem


def test_the_shipped_use_cases_are_right_and_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USE_CASES_DIR", raising=False)
    report = check(RETENTION_MS)
    assert report.problems == ()
    assert report.pending == (), "run `decisions check --accept` and commit lock.json"
