"""Line charts as SVG, by hand: no plotting library is needed for a few curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 50, 60
COLORS = {"ours": "#0b6e4f", "official": "#c8553d", "limit": "#777777"}


@dataclass(frozen=True, slots=True)
class Curve:
    """Points of one contender.

    Attributes:
        label: in the legend.
        points: x and y.
        family: a key of COLORS.
        dashed: for the second of two curves of one contender.
        notes: beside each point, or empty.
    """

    label: str
    points: Sequence[tuple[float, float]]
    family: str = "ours"
    dashed: bool = False
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart.

    Attributes:
        title: above it.
        x_label: with its unit.
        y_label: with its unit.
        curves: drawn in order.
        logarithmic: both axes; otherwise both begin at 0.
        height: of the drawing, as wide as all are.
    """

    title: str
    x_label: str
    y_label: str
    curves: Sequence[Curve]
    logarithmic: bool = False
    height: int = HEIGHT

    def write(self, path: Path) -> None:
        """As SVG."""
        path.write_text(self.svg())

    def svg(self) -> str:
        """The whole document."""
        return _document([self])

    def parts(self) -> list[str]:
        """Its elements, from its upper left corner on."""
        bottom = self.height - BOTTOM
        xs = _Axis([x for curve in self.curves for x, _ in curve.points], LEFT, WIDTH - RIGHT, self.logarithmic)
        ys = _Axis([y for curve in self.curves for _, y in curve.points], bottom, TOP, self.logarithmic)
        middle, centre = (LEFT + WIDTH - RIGHT) / 2, (TOP + bottom) / 2
        parts = [
            f'<text x="{LEFT}" y="20" font-size="15">{escape(self.title)}</text>',
            f'<text x="{middle}" y="{self.height - 12}" text-anchor="middle">{escape(self.x_label)}</text>',
            f'<text transform="translate(16 {centre}) rotate(-90)" text-anchor="middle">{escape(self.y_label)}</text>',
        ]
        for tick in xs.ticks:
            x = xs.at(tick)
            parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#e4e4e4"/>')
            parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{tick:,.12g}</text>')
        for tick in ys.ticks:
            y = ys.at(tick)
            parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#e4e4e4"/>')
            parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:,.12g}</text>')
        for index, curve in enumerate(self.curves):
            parts += self._curve(curve, xs, ys, index)
        return parts

    def _curve(self, curve: Curve, xs: _Axis, ys: _Axis, index: int) -> list[str]:
        color = COLORS[curve.family]
        dash = ' stroke-dasharray="5 4"' if curve.dashed else ""
        placed = [(xs.at(x), ys.at(y)) for x, y in curve.points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
        legend_x = LEFT + 150 * index
        parts = [
            f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"{dash}/>',
            f'<line x1="{legend_x}" y1="36" x2="{legend_x + 24}" y2="36" stroke="{color}" stroke-width="2"{dash}/>',
            f'<text x="{legend_x + 30}" y="40">{escape(curve.label)}</text>',
        ]
        if len(placed) <= 20:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in placed]
        for (x, y), note in zip(placed, curve.notes, strict=False):
            parts.append(f'<text x="{x + 5:.1f}" y="{y - 5:.1f}" font-size="10" fill="{color}">{escape(note)}</text>')
        return parts


def write_stacked(charts: Sequence[Chart], path: Path) -> None:
    """Several, one below the other, as one SVG."""
    path.write_text(_document(charts))


def _document(charts: Sequence[Chart]) -> str:
    height = sum(chart.height for chart in charts)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
    ]
    top = 0
    for chart in charts:
        parts += [f'<g transform="translate(0 {top})">', *chart.parts(), "</g>"]
        top += chart.height
    return "\n".join([*parts, "</svg>", ""])


class _Axis:
    """From values to places."""

    def __init__(self, values: Sequence[float], start: float, end: float, logarithmic: bool) -> None:
        self._start, self._end, self._logarithmic = start, end, logarithmic
        if logarithmic:
            low, high = floor(log10(min(values))), ceil(log10(max(values)))
            steps = [10.0**power * step for power in range(low, high) for step in (1, 2, 5)] + [10.0**high]
            first = max(step for step in steps if step <= min(values))
            last = min(step for step in steps if step >= max(values))
            self.ticks = [step for step in steps if first <= step <= last]
        else:
            step = _round_step(max(values) / 6)
            self.ticks = [step * count for count in range(max(1, ceil(max(values) / step)) + 1)]

    def at(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        if self._logarithmic:
            part = (log10(value) - log10(low)) / (log10(high) - log10(low))
        else:
            part = (value - low) / (high - low)
        return self._start + part * (self._end - self._start)


def _round_step(step: float) -> float:
    if step <= 0:
        return 1.0
    power = 10.0 ** floor(log10(step))
    return power * min(nice for nice in (1, 2, 5, 10) if nice >= step / power)
