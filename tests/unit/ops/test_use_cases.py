"""`decisions new-use-case`, `check` and `explain`, as a department runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from decision_store.model.declarations import DeclarationError
from decision_store.ops import submission
from decision_store.ops.cli import app
from decision_store.ops.flink_rest import FlinkError
from decision_store.settings import Settings
from tests.unit.model.use_case_folders import install

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty USE_CASES_DIR below the working directory."""
    made = tmp_path / "use_cases"
    made.mkdir()
    monkeypatch.setenv("USE_CASES_DIR", str(made))
    monkeypatch.chdir(tmp_path)
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def edit(folder: Path, before: str, now: str) -> None:
    file = folder / "card_payments" / "variables.py"
    text = file.read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, now), "utf-8")


def test_a_new_use_case_is_right_tested_and_accepted_as_it_is(folder: Path) -> None:
    made = run("new-use-case", "card_payments")
    assert made.exit_code == 0
    assert made.output.startswith("use_cases/card_payments has two variables, and a test of them that passes.")
    assert sorted(path.name for path in (folder / "card_payments").iterdir()) == [
        "README.md",
        "test_card_payments.py",
        "variables.py",
    ]
    checked = run("check", "--accept")
    assert checked.exit_code == 0
    assert "accepted: use_cases/card_payments/lock.json\nNothing is wrong.\n" in checked.output
    assert "approved_amount_24h" in checked.output
    for command in (
        ("pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)),
        ("ruff", "check", "--config", str(ROOT / "pyproject.toml"), str(folder)),
        ("ruff", "format", "--check", "--config", str(ROOT / "pyproject.toml"), str(folder)),
    ):
        finished = subprocess.run(
            [sys.executable, "-m", *command],
            capture_output=True,
            text=True,
            check=False,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'connectors'}", "USE_CASES_DIR": str(folder), "PATH": ""},
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.mark.parametrize("name", ["Card", "1st", "card-payments", "../card", "a" * 65, "card payments"])
def test_a_name_that_cannot_be_one_is_refused(folder: Path, name: str) -> None:
    refused = run("new-use-case", name)
    assert refused.exit_code == 1
    assert str(refused.exception).startswith(f"{name!r} cannot be a use case's name: a name has lower-case letters")
    assert list(folder.iterdir()) == []


def test_a_use_case_that_is_there_is_left_alone(folder: Path) -> None:
    run("new-use-case", "card_payments")
    edit(folder, "days(7)", "days(5)")
    refused = run("new-use-case", "card_payments")
    assert str(refused.exception) == (
        f"{folder / 'card_payments'} is there already: choose another name, or change what is in it."
    )
    assert "days(5)" in (folder / "card_payments" / "variables.py").read_text("utf-8")


def test_a_new_use_case_is_made_where_it_will_be_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder.parent / "site", monkeypatch, "loans", "acme_loans")
    taken = run("new-use-case", "loans")
    assert str(taken.exception) == "An installed package has the use case loans already: choose another name."
    release = folder.parent / "decision_store" / "_bundled" / "use_cases"
    release.mkdir(parents=True)
    monkeypatch.setenv("USE_CASES_DIR", str(release))
    refused = run("new-use-case", "card_payments")
    assert str(refused.exception).endswith("set USE_CASES_DIR to a folder of yours.")
    assert list(release.iterdir()) == []


def test_check_says_what_is_pending_and_what_it_costs(folder: Path) -> None:
    run("new-use-case", "card_payments")
    checked = run("check", "--write-price", "10", "--read-price", "2")
    assert checked.exit_code == 0
    lines = [" ".join(line.split()) for line in checked.output.splitlines()]
    assert any(line.startswith("declines_7d count() customer_id 7 d / 1 h 1") for line in lines)
    assert any("1,000,000 + 1,000,000 as hops run out 20.000 2.000" in line for line in lines)
    assert "use case card_payments: declines_7d is new: it starts counting from nothing." in lines
    assert "\x1b" not in checked.output
    assert not (folder / "card_payments" / "lock.json").exists()


def test_check_ends_with_1_on_any_problem_and_accepts_nothing(folder: Path) -> None:
    run("new-use-case", "card_payments")
    edit(folder, "outcome == 'DECLINED'", "outcome == 'DECLINED' &&")
    edit(folder, '"amount"', '"amounts"')
    checked = run("check", "--accept")
    assert checked.exit_code == 1
    assert "variable declines_7d, where: " in checked.output
    assert "variable approved_amount_24h, value: there is no field 'amounts'; did you mean 'amount'?" in checked.output
    assert checked.output.endswith("2 problems.\n")
    assert not (folder / "card_payments" / "lock.json").exists()


def test_check_says_the_same_to_machines(folder: Path) -> None:
    run("new-use-case", "card_payments")
    report = json.loads(run("check", "--json").output)
    assert report["ok"] is True
    assert len(report["pending"]) == 2
    first = report["use_cases"]["card_payments"]["variables"][0]
    assert (first["name"], first["version"], first["attributes"]) == ("declines_7d", 1, {"declines_7d": "long"})
    assert first["state_bytes_worst"] > first["state_bytes_typical"] > 0
    assert [item["write_units"] for item in report["use_cases"]["card_payments"]["items"]] == [1, 1]
    edit(folder, "days(7)", "5")
    broken = run("check", "--json")
    assert broken.exit_code == 1
    report = json.loads(broken.output)
    assert report["ok"] is False
    assert "variable declines_7d, window: is a span" in report["problems"][0]


def test_explain_speaks_plainly_to_a_pipe(folder: Path) -> None:
    run("new-use-case", "card_payments")
    said = run("explain", "card_payments.declines_7d")
    assert said.exit_code == 0
    assert "For each customer_id: how many there are of the decisions of the last 7 d" in said.output
    assert "/customers/c-1/variables" in said.output
    assert "\x1b" not in said.output
    unknown = run("explain", "declines_8d")
    assert unknown.exit_code == 1
    assert "did you mean declines_7d?" in str(unknown.exception)


def test_submit_refuses_what_no_lock_holds_before_it_asks_for_anything_else(folder: Path) -> None:
    nowhere = Settings(flink_rest_url="http://127.0.0.1:9")
    run("new-use-case", "card_payments")
    with pytest.raises(DeclarationError, match=r"Run `decisions check --accept` and commit lock\.json"):
        submission.submit(nowhere, ["variables"])
    run("check", "--accept")
    with pytest.raises(FlinkError, match=r"Flink at http://127\.0\.0\.1:9 does not answer"):
        submission.submit(nowhere, ["variables"])
    edit(folder, "days(7)", "days(5)")
    for job in ("variables", "decision_events"):
        with pytest.raises(
            DeclarationError, match=r"declines_7d changed \(window: 7 d → 5 d\) but its version is still 1"
        ):
            submission.submit(nowhere, [job])
