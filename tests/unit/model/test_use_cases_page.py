"""docs/use-cases.md says what is so: its example is right, its fields and limits are those of the code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from decision_store.model import compilation, estimates, expression_checker
from decision_store.model.aggregates import MOST_EXACT, MOST_KEPT, MOST_KEPT_VALUES
from decision_store.model.attributes import MAX_KEY_LENGTH, MAX_TEXT
from decision_store.model.checks import check
from decision_store.model.compilation import MOST_HOPS, RESERVED
from decision_store.model.enrichments import MOST_SAME
from decision_store.model.fields import FIELDS
from decision_store.model.plan import AggregateKind
from decision_store.settings import DAY_MS, Settings

PAGE = (Path(__file__).parents[3] / "docs" / "use-cases.md").read_text("utf-8")


def test_the_example_has_every_aggregate_and_is_right(tmp_path: Path) -> None:
    example = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    (tmp_path / "example").mkdir()
    for file in ("variables.py", "enrichments.py", "rules.py"):
        (tmp_path / "example" / file).write_text(example[1], "utf-8")
    report = check(90 * DAY_MS, tmp_path)
    assert report.problems == ()
    (one,) = report.use_cases
    assert {variable.aggregate for _, variable in one.variables()} == set(get_args(AggregateKind))
    assert (len(one.enrichments), len(one.rules)) == (1, 1)


def test_the_fields_are_those_that_there_are() -> None:
    section = PAGE.partition("## Fields and expressions")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| (\w+)(?:, may be null)? \| (?:`([\w.]+)`)?", section, re.MULTILINE)
    assert rows == [(field.name, field.type, field.path or "") for field in FIELDS]


def test_the_limits_are_those_of_the_code() -> None:
    for sentence in (
        f"k up to {MOST_KEPT}, k times values up to {MOST_KEPT_VALUES}",
        f"`exact` up to {MOST_EXACT:,}",
        f"over {MAX_TEXT:,} characters are null",
        f"over {MAX_KEY_LENGTH:,} bytes has no entity",
        f"{MOST_HOPS:,} hops at most",
        f"({MOST_SAME} at most, not doubles)",
        f"(`ASSEMBLY_RETENTION_DAYS`, {Settings.model_fields['assembly_retention_days'].default})",
        f"At most {expression_checker.MAX_LENGTH:,} characters and {expression_checker.MAX_DEPTH} levels of brackets",
        f"${estimates.Prices().write} a million write units, ${estimates.Prices().read} a million read units",
        f"about {estimates.ENTITY_BYTES} bytes and itself besides",
    ):
        assert sentence in " ".join(PAGE.split()), sentence
    assert compilation.LONGEST_HOP.total_seconds() == 3_600
    for name in RESERVED:
        assert f"`{name}`" in PAGE
