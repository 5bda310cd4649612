"""A covered chart, the room's guess on it, and how far that was from what came.

A guess lies in data coordinates: on a logarithmic axis it is a logarithm. A covered chart has an
axis of its own, from which the answer cannot be read off.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from math import ceil, floor, isfinite, isnan, log10

import numpy as np

from rnnviz.film import number, ratio
from rnnviz.film.typed_numbers import read_number
from rnnviz.frozen import record
from rnnviz.scenes.charts.chart import Chart, Curve

PROMPT = "What will it be? Draw it with the mouse, or click it point by point."
_BELOW, _ABOVE = 12.0, 4.0  # decades of a covered axis under and over where its curve begins
_WIDER = 0.5  # of a linear axis, on either side
_THE_SAME = 0.02  # decades
_FACTOR = 1.0  # decades from which a gap is said in decades
_TIMES = 10.0  # times a value, from which a gap is not said in per cent


@record
class Guess:
    """Points of a guess, from left to right, no two at one x."""

    points: tuple[tuple[float, float], ...] = ()

    def with_point(self, x: float, y: float, since: tuple[float, float] | None = None) -> Guess:
        """One more point; drawn from another, what lay between them is gone."""
        low, high = (x, x) if since is None else sorted((x, since[0]))
        kept = [p for p in self.points if p[0] < low or p[0] > high or (since and p == since)]
        kept = [p for p in kept if p[0] != x]
        return Guess(tuple(sorted([*kept, (x, y)])))

    def at(self, x: float) -> float:
        """The guess at an x, on a straight line between its points; NaN where it says nothing."""
        xs = [each for each, _ in self.points]
        place = bisect_left(xs, x)
        if place < len(xs) and xs[place] == x:
            return self.points[place][1]
        if place in (0, len(xs)):
            return float("nan")
        (x0, y0), (x1, y1) = self.points[place - 1 : place + 1]
        return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def asked_of(chart: Chart) -> Curve | None:
    """The curve that is to be guessed: the chart says which, or it is the first of its own."""
    if chart.asked:
        return next((curve for curve in chart.curves if curve.name == chart.asked), None)
    return next((curve for curve in chart.curves if not curve.titles), None)


def covered(chart: Chart) -> Chart:
    """The chart with nothing of its curves but what is given, on an axis that tells nothing.

    A logarithmic axis goes from twelve decades under the point where the curve begins to four over
    it, or equally far either way where the curve leaves that; a linear one is twice as long.
    """
    each = (_known(curve, chart.known) for curve in chart.curves if not curve.titles)
    curves = tuple(curve for curve in each if len(curve.x) > 1)  # one point begins a forecast
    low, high = chart.y.low, chart.y.high
    if chart.y.log:
        start = _start(chart)
        most = max(_BELOW, ceil(start - low), ceil(high - start))
        beyond = start - low > _BELOW or high - start > _ABOVE
        low, high = floor(start) - most, ceil(start) + (most if beyond else _ABOVE)
    else:
        room = _WIDER * (high / 2 - low / 2) * 2
        low, high = low - room, high + room
    axis = replace(chart.y, low=low, high=high, limits=None)
    bare = replace(chart, y=axis, curves=curves, bands=(), floor=False)
    return replace(bare, shades=tuple(shade for shade in chart.shades if not shade.hatched))


def beside(chart: Chart, guess: Guess) -> Chart:
    """The chart with an axis on which the guess lies too."""
    values = [y for _, y in guess.points]
    if not values:
        return chart
    low, high = min([chart.y.low, *values]), max([chart.y.high, *values])
    if (low, high) == (chart.y.low, chart.y.high):
        return chart
    room = 0.03 * (high / 2 - low / 2) * 2
    low, high = low - room * (low < chart.y.low), high + room * (high > chart.y.high)
    ends = chart.y.ends
    limits = min(low, ends[0]), max(high, ends[1])
    return replace(chart, y=replace(chart.y, low=low, high=high, limits=limits))


def gap(chart: Chart, guess: Guess, newest: float | None) -> str:
    """How far the guess was from what came, at the newest x, or at the last of what was guessed."""
    x = told_at(chart, guess, newest)
    curve = asked_of(chart)
    if x is None or curve is None:
        return ""
    said, came = guess.at(x), curve.at(x)
    name = place_of(chart, x)
    words = ratio(said) if chart.y.log else chart.y.words(said)
    if isnan(came) or came == np.inf:
        return f"{name}: the room's guess {words}; what came is no finite number."
    if chart.y.log:
        return f"{name}: the room's guess {words}, {_in_decades(came, said)}."
    return f"{name}: the room's guess {words}, {_in_per_cent(chart, came, said)}."


def place_of(chart: Chart, x: float) -> str:
    """An x in words, with what is counted along the axis: "step 3 “and”", "update 800"."""
    words = chart.x.words(x)
    return words if words.startswith(chart.x.name) else f"{chart.x.name} {words}"


def told_at(chart: Chart, guess: Guess, newest: float | None) -> float | None:
    """The x at which the gap is told: the newest, where it was guessed; else the last guessed."""
    curve = asked_of(chart)
    if curve is None or not guess.points:
        return None
    if chart.reveal:
        return newest if newest is not None and not isnan(guess.at(newest)) else None
    both = [float(x) for x in curve.x if not isnan(guess.at(float(x)))]
    beyond = [x for x in both if not x <= chart.known]
    return (beyond or both or [None])[-1]


def read_guess(text: str, *, log: bool) -> float:
    """A typed value, in the axis' terms: 0.01, 1e-2, 10^-2, 1/100, 1 %.

    Raises
    ------
    ValueError
        In words, where it is no number, or none that a logarithmic axis has.
    """
    value = read_number(text)
    if log and value <= 0.0:
        raise ValueError("this axis is logarithmic: a guess is a number above 0")
    return log10(value) if log else value


def _known(curve: Curve, known: float) -> Curve:
    """A curve up to where it is known; nothing of it where nothing is."""
    there = curve.x <= known if not isnan(known) else np.zeros(len(curve.x), bool)
    return replace(curve, x=curve.x[there], y=curve.y[there], stretches=None)


def _start(chart: Chart) -> float:
    """Where the curve that is asked for begins, the way it is revealed."""
    curve = asked_of(chart)
    known = np.empty(0) if curve is None else curve.y[np.isfinite(curve.y)]
    if not known.size:
        return chart.y.high
    return float(known[-1 if chart.reveal == "leftwards" else 0])


def _in_decades(came: float, said: float) -> str:
    """What came, and how far that is from a guess, on an axis of logarithms."""
    if came == -np.inf:
        return "and 0 came: no number of decades leads there"
    apart = abs(came - said)
    if apart < _THE_SAME:
        return f"and {ratio(came)} came: that is it"
    way = "less" if came < said else "more"
    if apart < _FACTOR:
        return f"and {ratio(came)} came: {number(10.0**apart, digits=2)} times {way}"
    many = f"{apart:.1f}".removesuffix(".0") if apart < 10 else f"{apart:,.0f}"
    return f"and {ratio(came)} came: {many} decade{'s' * (many != '1')} {way}"


def _in_per_cent(chart: Chart, came: float, said: float) -> str:
    """The same on a linear axis."""
    words = chart.y.words(came)
    if came == said:
        return f"and {words} came: that is it"
    way = "less" if came < said else "more"
    with np.errstate(over="ignore"):
        part = abs(float(np.float64(came) - np.float64(said)))
    if came == 0.0 or not isfinite(part) or part >= _TIMES * abs(came):
        return f"and {words} came: {way}"
    per_cent = 100.0 * part / abs(came)
    many = "less than 1" if per_cent < 0.95 else f"{per_cent:.0f}"
    return f"and {words} came: the guess was {many} % too {'high' if came < said else 'low'}"
