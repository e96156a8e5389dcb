"""Use cases are found in folders and in installed packages; what cannot be read is named with file and line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from decision_store.model.declarations import DeclarationError
from decision_store.model.discovery import declared_use_cases, use_cases_folder
from decision_store.model.use_cases import declared_variables_plan
from tests.unit.model.use_case_folders import COUNTED, install, write

ROOT = Path(__file__).parents[3]
HERE = "use_cases/shop/variables.py"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty USE_CASES_DIR."""
    made = tmp_path / "use_cases"
    made.mkdir()
    monkeypatch.setenv("USE_CASES_DIR", str(made))
    monkeypatch.chdir(tmp_path)
    return made


def refused() -> str:
    with pytest.raises(DeclarationError) as error:
        declared_use_cases()
    return str(error.value)


def test_a_folder_needs_only_one_of_the_files(folder: Path) -> None:
    write(folder / "shop", COUNTED)
    steps = "@step(reads=(), adds={'one': 'long'})\ndef one(): ...\n"
    write(folder / "toys", f"{steps}STEPS = [one]", "steps.py")
    (folder / "notes").mkdir()
    (folder / "README.md").write_text("no use case")
    found = declared_use_cases()
    assert list(found) == ["shop", "toys"]
    assert [one.name for one in found["shop"].variables] == ["n"]
    assert [one.name for one in found["toys"].steps] == ["one"]
    assert found["toys"].variables == ()


def test_a_file_may_import_its_neighbours_and_sees_them_as_they_are_now(folder: Path) -> None:
    write(folder / "shop", "DAYS = 7", "spans.py")
    write(folder / "shop", "from .spans import DAYS\n" + COUNTED.replace("count()", "count(), window=days(DAYS)"))
    assert declared_use_cases()["shop"].variables[0].window.days == 7  # type: ignore[union-attr]
    write(folder / "shop", "DAYS = 8", "spans.py")
    assert declared_use_cases()["shop"].variables[0].window.days == 8  # type: ignore[union-attr]
    assert [name for name in sys.modules if "shop" in name] == []


def test_a_step_travels_to_a_worker_that_has_none_of_its_files(folder: Path) -> None:
    cloudpickle = pytest.importorskip("cloudpickle")  # by which PyFlink sends functions
    write(folder / "shop", "def band(amount):\n    return 'high' if amount > 9.0 else 'low'", "bands.py")
    steps = """
        from .bands import band
        @step(reads=("amount",), adds={"band": "string"})
        def banded(amount):
            return {"band": band(amount)}
        STEPS = [banded]
        """
    write(folder / "shop", steps, "steps.py")
    sent = cloudpickle.dumps(declared_use_cases()["shop"].steps[0])
    worker = "import pickle, sys; print(pickle.load(sys.stdin.buffer)(amount=10.0))"
    answered = subprocess.run(
        [sys.executable, "-c", worker],
        input=sent,
        capture_output=True,
        check=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    assert answered.stdout == b"{'band': 'high'}\n"


def test_fields_that_two_files_share_are_declared_once(folder: Path) -> None:
    write(folder / "shop", 'FIELDS = [derived("big", "amount > 5.0")]\n' + COUNTED)
    write(folder / "shop", "from .variables import FIELDS\nRULES = []", "rules.py")
    assert [one.name for one in declared_use_cases()["shop"].fields] == ["big"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "VARIABLES = [\n  Variable('n' key='customer_id')\n]",
            f"{HERE}:3: use case shop: variables.py cannot be read: invalid syntax."
            " Perhaps you forgot a comma?\n    Variable('n' key='customer_id')\n             ^",
        ),
        (
            "def hop():\n  return 1 / 0\nVARIABLES = [hop()]",
            f"{HERE}:3: use case shop: variables.py cannot be run: ZeroDivisionError('division by"
            " zero')\n    return 1 / 0",
        ),
        (
            "VARIABLES = [Variable('n', keys='customer_id')]",
            f'{HERE}:2: use case shop: variables.py cannot be run: TypeError("Variable.__init__() got'
            " an unexpected keyword argument 'keys'\")\n    VARIABLES = [Variable('n', keys='customer_id')]",
        ),
        (
            "from .spans import DAYS",
            "use_cases/shop/spans.py:2: use case shop: variables.py cannot be run: NameError(\"name 'dayz' is not"
            ' defined")\n    DAYS = dayz(7)',
        ),
        (
            "import sys; sys.exit(3)",
            f"{HERE}:2: use case shop: variables.py cannot be run: SystemExit",
        ),
        ("", f"{HERE}: use case shop: variables.py needs VARIABLES, a list of Variable"),
        (
            "VARIABLES = [1]",
            f"{HERE}: use case shop: variables.py needs VARIABLES, a list of Variable; entry 1 is 1",
        ),
        (
            "VARIABLES = Variable('n', key='customer_id', value=count())",
            f"{HERE}: use case shop: variables.py needs VARIABLES, a list of Variable, not Variable(",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_file_and_line(folder: Path, text: str, sentence: str) -> None:
    write(folder / "shop", "DAYS = dayz(7)", "spans.py")
    write(folder / "shop", text)
    assert refused().startswith(sentence)


def test_a_variable_that_cannot_work_is_named_with_its_line(folder: Path) -> None:
    write(folder / "shop", "VARIABLES = [\n  Variable('n', key='customer', value=count()),\n]")
    with pytest.raises(DeclarationError) as error:
        declared_variables_plan.__wrapped__()
    assert str(error.value).startswith(f"{HERE}:3: use case shop, variable n, key: there is no field 'customer'")


def test_the_plan_of_the_readers_is_of_the_folder_that_is_set(folder: Path) -> None:
    write(folder / "shop", COUNTED)
    assert [entity.use_case for entity in declared_variables_plan.__wrapped__().entities] == ["shop"]
    with pytest.raises(DeclarationError, match=r"There is no use case toys: there are shop\."):
        declared_variables_plan.__wrapped__("toys")


def test_a_setting_that_is_no_folder_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_CASES_DIR", str(tmp_path / "absent"))
    with pytest.raises(DeclarationError, match=r"USE_CASES_DIR is .*absent, which is no folder"):
        use_cases_folder()


def test_an_installed_package_is_a_use_case(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    install(site, monkeypatch, "loans", "acme_loans")
    write(site / "acme_loans", "", "__init__.py")
    write(site / "acme_loans", COUNTED)
    write(site / "acme_loans", "STEPS = []", "steps.py")
    found = declared_use_cases()["loans"]
    assert [one.name for one in found.variables] == ["n"]
    assert (found.installed, found.folder) == (True, site / "acme_loans")
    assert found.origin == "the installed package acme 1.2 (acme_loans)"
    assert found.place_of("variable", "n") == "site/acme_loans/variables.py:2"


def test_an_installed_module_may_hold_the_lists_itself(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    install(site, monkeypatch, "loans", "acme_flat_loans")
    write(site, COUNTED, "acme_flat_loans.py")
    found = declared_use_cases()["loans"]
    assert [one.name for one in found.variables] == ["n"]
    assert found.folder is None


@pytest.mark.parametrize(
    ("value", "files", "sentence"),
    [
        ("acme_none", {}, "use case loans: the package acme_none cannot be run: ModuleNotFoundError"),
        (
            "acme_broken",
            {"acme_broken.py": "1 / 0"},
            "site/acme_broken.py:2: use case loans: the package acme_broken cannot be run: ZeroDivisionError",
        ),
        (
            "acme_empty",
            {"acme_empty.py": ""},
            "use case loans: the installed package acme 1.2 (acme_empty) declares nothing: it needs one of VARIABLES,",
        ),
        (
            "acme_listed:VARIABLES",
            {"acme_listed.py": COUNTED},
            "use case loans: its entry point acme_listed:VARIABLES is",
        ),
    ],
)
def test_an_installed_package_that_cannot_be_read_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, files: dict[str, str], sentence: str
) -> None:
    install(tmp_path / "site", monkeypatch, "loans", value)
    for name, text in files.items():
        write(tmp_path / "site", text, name)
    assert refused().startswith(sentence)


def test_a_name_that_comes_twice_is_refused_with_both_origins(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder / "shop", COUNTED)
    install(tmp_path / "site", monkeypatch, "shop", "acme_shop")
    write(tmp_path / "site", COUNTED, "acme_shop.py")
    assert refused() == (
        f"use case shop comes twice, from {folder / 'shop'} and from the installed package acme 1.2 (acme_shop):"
        " rename or remove one"
    )
