"""The line beneath the cells: a series and what the network predicted of it, in its own units."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.film import Frame, Stage, number, spread_of
from rnnviz.film.words import finite
from rnnviz.scenes.charts.chart import safe_ends
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.phases import remembered
from rnnviz.scenes.shapes import Box, Dot, Line, Rect, Role, Shape, Text


def is_drawn(task: Task) -> bool:
    """Whether a line of values belongs beneath the cells, where there is room for it."""
    sequence = task.sequence
    return task.loss == "mse" and sequence.values is not None and sequence.frames is None


_LEAST_SEEN = 0.02  # of the whole range, which what is on the stage is drawn by at least
_FEW_BETWEEN = 1e-322  # ends so near that halves of what lies between have no digits


def entering_text(frame: Frame, t: int) -> str:
    """The value that enters at a step: the series' own, or what the network was fed of its own."""
    value = frame.entering(t)
    mark = " +" if _marked(frame, t) else ""
    return "" if value is None else f"{series_number(frame, value)}{mark}"


def _marked(frame: Frame, t: int) -> bool:
    """Whether the second column marks this step, in the adding problem."""
    sequence = frame.task.sequence
    if sequence.values is None or sequence.columns[1:] != ("marked",):
        return False
    return bool(sequence.values[t - 1, 1] == 1.0)


def series_number(frame: Frame, value: float, *, digits: int = 3, column: int = 0) -> str:
    """A value or a prediction, with as many digits as tell the series' values apart.

    Of a series of whole numbers it is without last zeros. A read-out may have more `digits`.
    """

    def group() -> tuple[float, bool]:
        values, answers = frame.task.sequence.values, frame.task.targets
        if values is not None and frame.forecasts:
            known = values[: frame.task.given, column]
        else:  # answers beside what enters
            paying = ()
            if frame.task.loss == "mse":
                paid = frame.task.payable[:, 0]
                paying = answers[:, 0, 0] if paid.all() else answers[paid, 0, :1].ravel()
            known = np.concatenate([() if values is None else values[:, 0], paying])
        known = finite(np.asarray(known, np.float64))
        largest = max(abs(float(known.min())), abs(float(known.max()))) if known.size else 0.0
        # What never changes is only shifted (see `Task`): a deviation of 1.
        spread = spread_of(known) or max(1.0, 1e-6 * largest)
        whole = all(bool((part == np.round(part)).all()) for part in (known[:1000], known))
        return spread, whole

    spread, whole = remembered(frame, ("spread", column), group)
    return number(value, spread * 10.0 ** (3 - digits), digits=digits, zeros=not whole)


def fitted(text: str, width: float, size: float, bold: bool = False) -> str:
    """A number that is cut, where it has no room, at its beginning: its last digits tell it apart.

    "…0002" of 10000000000000002. What has a power of ten stays whole.
    """
    digits = text.lstrip("−")
    if text_width(text, size, bold) <= width or not digits.replace(".", "", 1).isdecimal():
        return text
    for begin in range(1, len(text)):
        if text_width(f"…{text[begin:]}", size, bold) <= width:
            return f"…{text[begin:]}"
    return text


def value_range(frame: Frame) -> tuple[float, float]:
    """Lower and upper end of the axis: the whole series and its predictions, once a pass.

    Predictions that leave the series by more than half its own range do not stretch the axis:
    they are cut off at its end.
    """

    def make() -> tuple[float, float]:
        values = frame.task.sequence.values
        if values is None:
            return 0.0, 1.0
        given = values[: frame.task.given, 0]
        known = given[np.isfinite(given)]
        if not known.size:
            return 0.0, 1.0
        task, said = frame.task, np.empty(0)
        if task.mean is not None and task.deviation is not None:
            said = _said_ends(task, frame.passing.trace.output(0)[:, 0])
        return _ends_of(known, said)

    return remembered(frame, "range", make)


def _ends_of(known: NDArray[np.float64], said: NDArray[np.float64]) -> tuple[float, float]:
    """Ends of an axis for values and predictions, which stretch it by half its range at most."""
    low, high = float(known.min()), float(known.max())
    if said.size:
        half = high / 2 - low / 2
        low, high = (
            max(min(low, float(said.min())), low - half),
            min(max(high, float(said.max())), high + half),
        )
    if not low < high:
        room = abs(low) / 10 or 1.0
        low, high = low - room, high + room
    wide = safe_ends(low, high)
    if high / 2 - low / 2 < _FEW_BETWEEN:
        return wide
    return max(low, wide[0]), min(high, wide[1])


def seen_range(frame: Frame, shown: int, offset: float) -> tuple[float, float]:
    """Ends of the axis of the steps on the stage: their own, so that they are no flat line.

    It is of a stretch of twice as many steps, and stays until the stage has moved on by as many as
    it shows; of a sequence that is on the stage whole it is that of the whole, which the forecast
    panel shows of any. What hardly moves is not stretched beyond a fiftieth of the whole.

    Parameters
    ----------
    frame : Frame
    shown : int
        Steps on the stage.
    offset : float
        Those before the first of them.
    """
    values, whole = frame.task.sequence.values, value_range(frame)
    if values is None or shown >= frame.steps:
        return whole
    begin = shown * int(offset // shown)
    end = begin + 2 * shown + 1

    def make() -> tuple[float, float]:
        known = finite(values[: frame.task.given, 0][begin:end])
        told = [frame.prediction(t) for t in range(max(begin, 1), min(end, frame.steps))]
        said = finite(np.array([v for v in told if v is not None and frame.forecasts]))
        if not known.size:
            known, said = said, said[:0]
        if not known.size:
            return whole
        low, high = _ends_of(known, said)
        least = _LEAST_SEEN * (whole[1] / 2 - whole[0] / 2)
        short = least - (high / 2 - low / 2)
        if short > 0.0:
            low, high = max(whole[0], low - short), min(whole[1], high + short)
        return low, high

    return remembered(frame, ("range", begin, end), make)


def _said_ends(task: Task, y: NDArray[np.floating]) -> NDArray[np.float64]:
    """The smallest and the largest finite prediction in the series' units; empty for none."""
    if not task.looks_back:
        finite = np.isfinite(y)
        known = y if finite.all() else y[finite]
        if known.size:  # of a million steps only the two ends need other units
            ends = task.in_units([known.min(), known.max()], 0.0)
            if np.isfinite(ends).all():
                return ends
    said = task.forecasts_of(y)
    return said[np.isfinite(said)]


def answer_range(frame: Frame) -> tuple[float, float]:
    """Lower and upper end of the scale of an answer: the series' own where it is forecast."""
    if frame.forecasts:
        return value_range(frame)

    def make() -> tuple[float, float]:
        task = frame.task
        paying = task.payable[:, 0]
        if task.loss != "mse" or not paying.any():
            return 0.0, 1.0
        known = task.targets[paying, 0, 0]
        known = known[np.isfinite(known)]
        if not known.size or not known.min() < known.max():
            return 0.0, 1.0
        return float(known.min()), float(known.max())

    return remembered(frame, "answers", make)


def chart_shapes(frame: Frame, lay: StageLayout, offset: float) -> list[Shape]:
    """The chart; its columns are the cells', its axis that of the steps on the stage."""
    chart = lay.chart
    if chart is None:
        return []
    u = lay.unit
    low, high = seen_range(frame, lay.shown, offset)
    shapes: list[Shape] = [
        Box("chart", chart.grown(0.25 * u), Role.PANEL, None, 0.4 * u),
        Line("chart-low", ((chart.x, chart.bottom), (chart.right, chart.bottom)), Role.LINE),
        Line("chart-high", ((chart.x, chart.y), (chart.right, chart.y)), Role.LINE),
    ]
    if lay.lead:
        shapes += _axis(frame, lay, chart, low, high)

    def y_of(value: float) -> float:
        share = (value / 2 - low / 2) / (high / 2 - low / 2)
        return chart.bottom - chart.h * min(1.0, max(0.0, share))

    first = max(1, int(np.floor(offset)) + 1)
    last = min(lay.steps, int(np.ceil(offset)) + lay.shown)
    steps = [t for t in range(first, last + 1) if _inside(chart, lay.middle(t, offset))]
    done = frame.forward_done
    now = done if frame.moment.stage is Stage.FORWARD and frame.moment.resting else frame.step
    if frame.moment.stage is Stage.START:
        now = 0
    past = [t for t in steps if t <= max(done, now)]
    ahead = [t for t in steps if t >= max(done, now, steps[0] if steps else 0)]
    shapes += _classical(frame, lay, offset, steps, y_of)
    shapes += _line("series", frame, lay, offset, past, y_of, 1.0)
    shapes += _line("series-ahead", frame, lay, offset, ahead, y_of, 0.35)
    said: list[tuple[float, float]] = []
    for t in range(max(1, first - 1), last):
        value = frame.prediction(t) if frame.forecasts else None
        x = lay.middle(t + 1, offset)
        if t > done or value is None or not isfinite(value) or not _inside(chart, x):
            continue
        said.append((x, y_of(value)))
    if len(said) > 1:
        shapes.append(Line("predicted", tuple(said), Role.OUTPUT, 0.14 * u, 0.9))
    shapes += [Dot(f"predicted:{i}", x, y, 0.2 * u, Role.OUTPUT) for i, (x, y) in enumerate(said)]
    value = frame.value(now) if now else None
    if value is not None and isfinite(value) and now in steps:
        spot = (lay.middle(now, offset), y_of(value))
        shapes.append(Dot("chart-playhead", *spot, 0.42 * u, Role.PLAYHEAD))
        shapes.append(Dot("chart-value", *spot, 0.2 * u, Role.INPUT))
    return shapes


# The classical methods' lines: their role and whether they are dashed, in their order.
CLASSICAL = ((Role.MUTED, True), (Role.MUTED, False), (Role.INK, False))


def _classical(
    frame: Frame, lay: StageLayout, offset: float, steps: list[int], y_of: Callable[[float], float]
) -> list[Shape]:
    """What naive, mean and autoregressive forecasts say beyond the last known step."""
    shapes: list[Shape] = []
    last = frame.last_known
    tail = [t for t in steps if t > last]
    if not tail or frame.forward_done < last:
        return shapes
    for (role, dash), line in zip(CLASSICAL, frame.baselines, strict=False):
        points = [
            (lay.middle(t, offset), y_of(float(line.said[t - 1])))
            for t in tail
            if isfinite(line.said[t - 1])
        ]
        if len(points) > 1:
            name = f"classical-{line.name}"
            shapes.append(Line(name, tuple(points), role, 0.14 * lay.unit, 1.0, dash))
    return shapes


def _axis(frame: Frame, lay: StageLayout, chart: Rect, low: float, high: float) -> list[Shape]:
    u = lay.unit
    width = chart.x - 0.8 * u
    names = frame.task.sequence.columns
    shapes: list[Shape] = []
    said, wide = _ends(frame, low, high, width, u)
    # Within the chart's height, so that they keep clear of the tokens above.
    for name, text, y in zip(
        ("low", "high"), said, (chart.bottom - 1.2 * u, chart.y - 0.1 * u), strict=True
    ):
        place = Rect(0.3 * u, y, wide, 1.3 * u)
        shapes.append(Text(f"axis-{name}", place, text, Role.MUTED, u, False, "right"))
    if names and chart.h >= 4.0 * u:
        text = clean(names[0])
        place = Rect(0.3 * u, chart.cy - 0.65 * u, width, 1.3 * u)
        shapes.append(Text("axis-name", place, text, Role.INPUT, u, True, "right", own=True))
    return shapes


def _ends(
    frame: Frame, low: float, high: float, width: float, unit: float
) -> tuple[tuple[str, str], float]:
    """Both ends of the axis in as many digits as have room and tell them apart, and their room."""
    for digits in (3, 2, 1):
        said = (
            series_number(frame, low, digits=digits),
            series_number(frame, high, digits=digits),
        )
        longest = max(text_width(text, unit) for text in said)
        if longest <= width and said[0] != said[1]:
            return said, width
    said = series_number(frame, low), series_number(frame, high)
    # Cut they would say nothing: rather into the chart, which begins half a column before its line.
    return said, max(width, *(1.05 * text_width(text, unit) for text in said))


def _inside(chart: Rect, x: float) -> bool:
    return chart.x <= x <= chart.right


def _line(
    name: str,
    frame: Frame,
    lay: StageLayout,
    offset: float,
    steps: list[int],
    y_of: Callable[[float], float],
    alpha: float,
) -> list[Shape]:
    points: list[tuple[float, float]] = []
    for t in steps:
        value = frame.value(t)
        if value is not None and isfinite(value):
            points.append((lay.middle(t, offset), y_of(value)))
    shapes: list[Shape] = []
    if len(points) > 1:
        shapes.append(Line(name, tuple(points), Role.INPUT, 0.16 * lay.unit, alpha))
    if name == "series":
        shapes += [
            Dot(f"value:{steps[0] + i}", x, y, 0.2 * lay.unit, Role.INPUT, alpha)
            for i, (x, y) in enumerate(points)
        ]
    return shapes
