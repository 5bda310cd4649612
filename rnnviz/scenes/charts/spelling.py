"""Charts in a notation: the same curves with other symbols in their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rnnviz.film.notation import Notation
from rnnviz.scenes.charts.chart import Axis, Chart, Curve


def spelled_chart(chart: Chart, notation: Notation) -> Chart:
    """Names of the chart, its axes, curves and shades."""
    if not notation.matrices:
        return chart
    say = notation.text
    return replace(
        chart,
        name=say(chart.name),
        x=_axis(chart.x, notation),
        y=_axis(chart.y, notation),
        curves=tuple(_curve(curve, notation) for curve in chart.curves),
        shades=tuple(
            each._replace(name=say(each.name), short=say(each.short)) for each in chart.shades
        ),
    )


def _axis(axis: Axis, notation: Notation) -> Axis:
    return replace(axis, name=notation.text(axis.name))


def _curve(curve: Curve, notation: Notation) -> Curve:
    say, end = notation.text, curve.end
    written: Callable[[float], str] | None = None if end is None else lambda y: say(end(y))
    return replace(
        curve,
        name=say(curve.name),
        end=written,
        titles=tuple(map(say, curve.titles)),
        tip=say(curve.tip),
    )
