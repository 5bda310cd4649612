"""A series, whole and in its own units, with what is forecast of it; and errors by horizon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame
from rnnviz.film.classical import NAIVE, are_changes, held_from, known_steps, scale_knows_later
from rnnviz.film.held_out_errors import NETWORK, Interval
from rnnviz.film.plan import best_of
from rnnviz.scenes.charts.axes import Ends, Seen, linear_ticks, nice
from rnnviz.scenes.charts.beyond import labels_beyond
from rnnviz.scenes.charts.chart import (
    DASHED,
    DOTTED,
    Axis,
    AxisRoom,
    Band,
    Chart,
    Curve,
    Ink,
    PalettePlace,
    Shade,
    Tick,
    safe_ends,
)
from rnnviz.scenes.charts.steps import step_name
from rnnviz.scenes.measure import clean
from rnnviz.scenes.phases import remembered
from rnnviz.scenes.series import series_number
from rnnviz.scenes.shapes import Role

Vector = NDArray[np.float64]

_NEAR, _TIMES = 1e-250, 1e300  # ends of an axis that are nearer, and what they are multiplied by
_BEFORE, _AFTER = 4.0, 1.4  # horizons around the origin, where that is looked at alone
_ROOM = 0.12  # of what is seen, free above and below it
_FAR, _LESS = 1e150, 2.0**-700  # ends that are farther, whose squares are no numbers
_BEYOND = 0.5  # of the series' range, by which forecasts may stretch its axis
_WORST, _WORSE = 3.0, 2.0  # times naive's errors, beyond which a network's and others are cut off
_STYLES: Mapping[str, tuple[Ink, tuple[float, ...]]] = MappingProxyType(
    {
        NAIVE: (PalettePlace(0), DASHED),
        "mean": (PalettePlace(1), DOTTED),
        "AR": (PalettePlace(2), ()),
        "seasonal naive": (PalettePlace(3), DASHED),
    }
)
_HEADROOM = 0.16  # of the range, free above a series whose stretches have names


def style_of(method: str) -> tuple[Ink, tuple[float, ...]]:
    """Colour and dashes of a method: "AR(3) of log returns" is drawn as every AR."""
    kind = method.partition(" of ")[0].partition("(")[0].strip()
    return _STYLES.get(kind, (Role.OUTPUT, ()))


def name_of(frame: Frame, method: str) -> str:
    """What a method is called: an untrained network that, and what naive is of changes."""
    if method == NAIVE and are_changes(frame.task, frame.playhead.column):
        return "naive (no change)"
    return "untrained network" if method == NETWORK and frame.untrained else method


def network_knows_later(frame: Frame) -> bool:
    """Whether the network was trained on what comes after the origin; no classical method is."""
    parts = frame.task.parts
    if parts is None:
        return frame.trained_on_all
    return not frame.untrained and frame.forecast.origin < len(parts.trained)


def column_name(frame: Frame) -> str:
    """The name of the column that is forecast."""
    names, column = frame.task.sequence.columns, frame.playhead.column
    return clean(names[column]) if column < len(names) else "value"


def interval_of(frame: Frame) -> Interval | None:
    """The interval around the network's forecast; None where its errors are no held-out ones."""
    if frame.why_not_judged:
        return None
    now = frame.forecast
    key = ("interval", now.origin, now.horizon, frame.playhead.column)
    return remembered(frame, key, lambda: frame.origins.interval(now.origin, now.said[NETWORK]))


def value_words(frame: Frame, value: float, digits: int = 3) -> str:
    """A value of the column that is forecast, with digits that tell its values apart."""
    return series_number(frame, value, digits=digits, column=frame.playhead.column)


def forecast_chart(frame: Frame, stage: tuple[int, int] | None = None) -> Chart:
    """The series with all that is forecast from the chosen origin.

    Up to the origin it is what the forecasts know; beyond it is faint, since they do not. Marked
    are the steps on the stage (`stage`, the first and the last), where these are not all, and the
    parts that were set aside in the training.
    """
    values = frame.task.sequence.values
    assert values is not None
    now, column = frame.forecast, frame.playhead.column
    known, o = known_steps(frame.task), now.origin
    series = values[:known, column]
    interval = interval_of(frame)
    low, high = _range(frame, series, interval)
    times = _times(low, high)
    series = series * times if times != 1.0 else series
    x, name = np.arange(1.0, known + 1), column_name(frame)
    curves = [Curve(name, x[:o], series[:o], Role.INPUT, 0.13, points=0.3)]
    if o < known:
        later = Curve(f"{name}, later", x[o - 1 :], series[o - 1 :], Role.INPUT, 0.13, alpha=0.4)
        curves.append(later)
    ahead = np.arange(float(o), o + now.horizon + 1)
    for method in sorted(now.said, key=lambda each: each == NETWORK):  # it lies over the others
        with np.errstate(over="ignore"):  # what is too far away is drawn nowhere
            said = now.said[method] * times
        if not np.isfinite(said).any():
            continue
        ink, dash = style_of(method)
        width = 0.2 if method == NETWORK else 0.13
        called = name_of(frame, method)
        if method == NETWORK and network_knows_later(frame):
            called = f"{called}, saw this"
        line = np.concatenate([series[o - 1 : o], np.where(np.isfinite(said), said, np.nan)])
        curves.append(Curve(called, ahead, line, ink, width, dash, 0.3, end=_named(called)))
    bands = ()
    if interval is not None and np.isfinite(interval.low).any():
        with np.errstate(over="ignore"):
            ends = interval.low * times, interval.high * times
        at = series[o - 1 : o]
        low_line, high_line = (np.concatenate([at, end]) for end in ends)
        bands = (Band(ahead, low_line, high_line, Role.OUTPUT),)
    low, high = safe_ends(low * times, high * times)
    over = 0.05 * (high - low)

    def words(value: float) -> str:
        return value_words(frame, value / times)

    def ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
        return _led_back(linear_ticks(low, high, room), times, words)

    shades = _shades(frame, known, stage)
    above = _HEADROOM * (high - low) if shades else over
    axis = Axis(low - over, high + above, ticks, words, name)
    steps = _steps(frame, float(max(known, o + now.horizon)))
    # What is known to come, or else what the network says.
    asked = curves[1 if o < known else -1].name
    return Chart(
        name, steps, axis, tuple(curves), shades, side=0.8, marks=(float(o),), bands=bands,
        known=float(o), asked=asked,
    )  # fmt: skip


def _times(low: float, high: float) -> float:
    """What is plotted in the place of a value, so many times as large.

    An axis needs numbers whose distance has an inverse, and a square.
    """
    if max(abs(low), abs(high)) > _FAR:
        return _LESS
    return _TIMES if high - low < _NEAR else 1.0


def _led_back(ticks: list[Tick], times: float, words: Callable[[float], str]) -> list[Tick]:
    """Ticks of what is plotted with the words of the values that it stands for."""
    if times == 1.0:
        return ticks
    return [(value, words(value)) for value, _ in ticks if isfinite(value / times)]


def _range(frame: Frame, series: Vector, interval: Interval | None) -> tuple[float, float]:
    """Ends of the vertical axis: the series, and the forecasts as far as they stay near it."""
    finite = series[np.isfinite(series)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    half = _BEYOND * (high / 2 - low / 2) * 2 or abs(low) / 10 or 1.0
    lines = [*frame.forecast.said.values()]
    lines += [] if interval is None else [interval.low, interval.high]
    said = np.concatenate(lines)
    said = said[np.isfinite(said)]
    if said.size:
        low, high = (
            max(min(low, float(said.min())), low - half),
            min(max(high, float(said.max())), high + half),
        )
    if not low < high:
        room = abs(low) / 10 or 1.0
        low, high = low - room, high + room
    most = float(np.finfo(np.float64).max)
    return max(low, -most), min(high, most)


def _shades(frame: Frame, known: int, stage: tuple[int, int] | None) -> tuple[Shade, ...]:
    """The parts that were set aside, and what is on the stage."""
    shades: list[Shade] = []
    parts = frame.task.parts
    if parts is None:  # of a series of a problem nothing was trained on, of one's own not yet
        first = 0 if frame.task.ar is not None else held_from(frame.task)
        if first < known:
            words = _held_out_words(frame)
            shades.append(Shade(first + 0.5, float(known), Role.OUTPUT, words, short="held out"))
    else:
        for part, words, short, ink in (
            (parts.validation, _validation_words(frame), "validation", Role.MUTED),
            (parts.held_out, _held_out_words(frame), "held out", Role.OUTPUT),
        ):
            if part:
                stop = min(part.stop + 0.5, known + 0.5 * (part.stop < known))
                shades.append(Shade(part.start + 0.5, stop, ink, words, short=short))
    if stage is not None and (stage[0] > 1 or stage[1] < known):
        shades.append(Shade(stage[0] - 0.5, stage[1] + 0.5, Role.PLAYHEAD, "stage", wider=True))
    return tuple(shades)


def _validation_words(frame: Frame) -> str:
    """What the part for validation did: it chose what is shown, or another snapshot."""
    log = frame.run.log
    best = best_of(log)
    if log and best < 0:
        return "validation"
    if not log or (best == frame.run.origin and not frame.playhead.snapshot):
        return "validation: it chose the snapshot"
    return f"validation: it chose update {log[best].update:,}"


def _held_out_words(frame: Frame) -> str:
    """What is true of the part that is held out."""
    if frame.playhead.snapshot and frame.why_not_judged:
        return "held out of the training; updates of the film saw it"
    if frame.trained_on_all:
        return "held out of the methods' fit; the network was trained on it"
    if scale_knows_later(frame.task, frame.playhead.column):
        return "held out: only the scale of x knows it"
    return "held out: nothing was fitted to it"


def _steps(frame: Frame, last: float) -> Axis:
    """The axis of the steps, on which a forecast may go on beyond the last one that is known."""
    known = known_steps(frame.task)

    def ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
        return [(float(t), text) for t, text in labels_beyond(frame, known, low, high, room)]

    def words(value: float) -> str:
        step = round(value)
        if 1 <= step <= known:
            return step_name(frame, step)
        many = f"{step - known} step{'s' * (step - known != 1)} beyond the end"
        return many if step > known else f"step {step}"

    return Axis(1.0, max(last, 2.0), ticks, words, "step", least=2.0)


def horizon_chart(frame: Frame) -> Chart | None:
    """Root mean squared errors over held-out origins, by how many steps ahead; None for none.

    As far as ten origins have a value, since of fewer they say little.
    """
    found = frame.origins
    far = found.supported
    if not far:
        return None
    x = np.arange(1.0, far + 1)
    lines = {name: found.rmse(name)[:far] for name in found.said}
    if frame.why_not_judged:
        del lines[NETWORK]
    most = {name: float(line[np.isfinite(line)].max(initial=0.0)) for name, line in lines.items()}
    classical = max(each for name, each in most.items() if name != NETWORK)
    naive = most[NAIVE] or classical
    shown = [each for name, each in most.items() if name != NETWORK and each <= _WORSE * naive]
    if most.get(NETWORK, 0.0) <= _WORST * naive:
        shown.append(most.get(NETWORK, 0.0))
    top, farthest = max(shown) or 1.0, max(classical, min(most.get(NETWORK, 0.0), 1e6 * classical))
    times = _times(0.0, max(top, farthest))
    top, farthest = top * times, farthest * times
    curves: list[Curve] = []
    for method, line in lines.items():
        if not np.isfinite(line).any():
            continue
        ink, dash = style_of(method)
        called = name_of(frame, method)
        with np.errstate(over="ignore"):
            drawn = np.where(np.isfinite(line), line * times, np.nan)
        width = 0.2 if method == NETWORK else 0.13
        curves.append(Curve(called, x, drawn, ink, width, dash, 0.3, end=_named(called)))

    def ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
        apart = nice(max(1.0, (high - low) * 4.0 * room.high / max(room.length, 1.0)))
        first = max(1, round(low))
        every = [first, *range(apart * (first // apart + 1), int(high) + 1, apart)]
        if len(every) > 1 and every[1] - first < apart / 2:
            del every[1]
        return [(float(k), str(k)) for k in every if low <= k <= high]

    def words(value: float) -> str:
        return value_words(frame, value / times)

    def sizes(low: float, high: float, room: AxisRoom) -> list[Tick]:
        return _led_back(linear_ticks(low, high, room), times, words)

    ends = (1.0, float(far)) if far > 1 else (0.5, 1.5)
    steps = Axis(*ends, ticks, lambda k: f"{round(k)} ahead", "steps ahead", least=1.0)
    limits = (0.0, 1.05 * max(top, farthest))
    errors = Axis(0.0, 1.05 * top, sizes, words, "RMSE", limits=limits)
    return Chart(f"RMSE of {column_name(frame)}", steps, errors, tuple(curves), side=0.6)


def _named(name: str) -> Callable[[float], str]:
    return lambda _: name


# -- what of it is looked at -------------------------------------------------------------------


def near(chart: Chart, fit: Seen, origin: int, horizon: int) -> Seen:
    """From some horizons before an origin to a little behind the forecast."""
    low, high = fit.x
    first = max(low, origin - _BEFORE * horizon)
    last = min(high, origin + _AFTER * horizon)
    x = min(first, last - 2.0), max(last, first + 2.0)
    return Seen(x, values_in(chart, fit, x))


def values_in(chart: Chart, fit: Seen, x: Ends) -> Ends:
    """Ends of the vertical axis for a stretch of time.

    The series is seen whole there, and what is forecast as far as it stays near it: a mean that is
    far off is cut off at the edge rather than flatten all others.
    """
    if x[0] <= fit.x[0] and x[1] >= fit.x[1]:
        return fit.y
    lines = [(c.ink == Role.INPUT, c.x, c.y) for c in chart.curves]
    for band in chart.bands:
        lines += [(False, band.x, band.low), (False, band.x, band.high)]
    series: list[Vector] = []
    others: list[Vector] = []
    for own, at, y in lines:
        seen = y[(at >= x[0]) & (at <= x[1])].astype(np.float64)
        seen = seen[np.isfinite(seen)]
        if seen.size:
            (series if own else others).append(seen)
    every = np.concatenate(series or others or [np.array(fit.y)])
    low, high = float(every.min()), float(every.max())
    half = _BEYOND * (high - low)
    for said in others if series and half > 0.0 else []:
        if said.min() >= every.min() - half and said.max() <= every.max() + half:
            low, high = min(low, float(said.min())), max(high, float(said.max()))
    room = _ROOM * (high - low)
    ends = max(fit.y[0], low - room), min(fit.y[1], high + room)
    return ends if ends[0] < ends[1] else fit.y
