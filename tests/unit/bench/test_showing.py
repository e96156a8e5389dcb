"""How benchmarks show what they have found."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.charts import Chart, Curve, write_stacked
from bench.goals import Goal

SVG = "{http://www.w3.org/2000/svg}"


def test_a_goal_says_what_was_found_and_what_was_asked() -> None:
    assert str(Goal("p50 ms", 21, most=20)) == "MISSED   p50 ms: 21 (<= 20)"


@pytest.mark.parametrize("logarithmic", [False, True])
def test_a_chart_is_well_formed_and_has_all_points(logarithmic: bool) -> None:
    curve = Curve("ours <p50>", [(10, 3), (320, 40)])
    chart = Chart("latency & reads", "reads", "ms", [curve], logarithmic)

    circles = ElementTree.fromstring(chart.svg()).findall(f".//{SVG}circle")
    assert len(circles) == 2
    assert float(circles[0].attrib["cx"]) < float(circles[1].attrib["cx"])
    assert float(circles[0].attrib["cy"]) > float(circles[1].attrib["cy"])


def test_charts_are_stacked_one_below_the_other_also_one_where_nothing_happened(tmp_path: Path) -> None:
    high = Chart("accepted", "s", "a second", [Curve("ours", [(0, 900), (1, 1000)])], height=200)
    flat = Chart("refused", "s", "a second", [Curve("ours", [(0, 0), (1, 0)])], height=150)
    write_stacked([high, flat], tmp_path / "both.svg")

    drawing = ElementTree.parse(tmp_path / "both.svg").getroot()
    assert drawing.attrib["viewBox"].endswith(" 350")
    assert [group.attrib["transform"] for group in drawing.findall(f"{SVG}g")] == ["translate(0 0)", "translate(0 200)"]
