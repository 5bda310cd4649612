"""Drawing a pass's plot, once: axes, curves, what they are compared with, and its name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from rnnviz.film import Frame
from rnnviz.film.measures import KINDS
from rnnviz.scenes.shapes import Role
from rnnviz.views.gradient.labels import (
    Points,
    along,
    dense,
    inside,
    is_free,
)
from rnnviz.views.gradient.lines import lines_of, range_of
from rnnviz.views.gradient.plot import Label, Plot
from rnnviz.views.gradient.reading import (
    BOUND_TIP,
    PATH_NAMES,
    PATH_TIP,
    bound_names,
    instead,
    longest_reading,
)
from rnnviz.views.panels.chart import DASHED, DOTTED, Axes, Chart, Curve
from rnnviz.views.panels.steps import log_range, log_ticks, min_max
from rnnviz.views.panels.surface import LEFT, Surface

_LOW = 9.4  # units of height under which a panel is too low for more than its curve


def reading_rect(surface: Surface, frame: Frame | None, taken: float = 0.0) -> QRectF:
    """Room for the reading: as many lines as the longest of this pass takes, one or two.

    `taken` is the width of what stands to the right of it.
    """
    metrics = QFontMetricsF(surface.look.font())
    width, high = surface.width - 2 * surface.pad - taken, metrics.height()
    room = surface.height - surface.head - 9 * surface.unit
    longest = "" if frame is None else longest_reading(frame)
    if metrics.horizontalAdvance(longest) > width and room >= 2 * high:
        high *= 2
    under = surface.look.air(0.2 if is_low(surface) else 0.5)
    return QRectF(surface.pad, surface.height - high - under, width, high)


def draw_reading(painter: QPainter, surface: Surface, rect: QRectF, text: str) -> None:
    """Write a reading where it has room, cut where it has not."""
    font = surface.look.font()
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    painter.setPen(surface.look.palette.colour(Role.INK))
    if metrics.horizontalAdvance(text) > rect.width() and rect.height() >= 2 * metrics.height():
        wrapped = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(rect, wrapped, text)
    else:
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() + 0.5)
        painter.drawText(rect, LEFT, cut)


def draw_plot(surface: Surface, frame: Frame, chart: Chart | None, taken: float = 0.0) -> Plot:
    """Draw the plot of a frame's pass, whole; axes alone while there is no chart to draw it."""
    reading = reading_rect(surface, frame, taken)
    axes, zero, marker = _axes(surface, frame, reading)
    bare = surface.blank()
    if chart is None or instead(frame):
        return Plot(surface, bare, bare, axes, zero, marker, np.empty((0, 2)), None, reading)
    guide, curves = _guide(surface, frame, axes), _curves(surface, frame, axes, marker)
    along_guide, *along_curves = (dense(_pixels(axes, line)) for line in (guide, *curves))
    lines = np.concatenate([along_guide, *along_curves])
    chart.arrange(surface.width, surface.height, axes)
    painter = QPainter(bare)
    pitch = axes.x(2.0) - axes.x(1.0)
    surface.draw_steps(painter, frame, axes.rect.bottom(), axes.x(1.0), pitch)
    chart.paint(painter, [guide], grid=True)
    painter.end()
    full = bare.copy()
    painter = QPainter(full)
    chart.paint(painter, [*curves, *_zeros(surface, frame, axes, zero, marker)], grid=False)
    painter.end()
    label = _place_name(surface, frame, axes, along_guide, lines, marker / 2)
    if label is not None:
        lines = np.concatenate([lines, inside(label.box)])
    return Plot(surface, bare, full, axes, zero, marker, lines, label, reading)


def is_low(surface: Surface) -> bool:
    """Whether there is no room for more than the curve."""
    return surface.height < _LOW * surface.unit


def _axes(surface: Surface, frame: Frame, reading: QRectF) -> tuple[Axes, float | None, float]:
    """Where the plot lies, where on it an exact 0 is drawn, and how wide its points are."""
    palette, unit = surface.look.palette, surface.unit
    small, low = QFontMetricsF(surface.small), is_low(surface)
    high = small.height()
    bottom = reading.top() - surface.foot - surface.look.air(0.2 if low else 0.4)
    top = surface.head + (0.15 if low else 0.35) * unit
    height = max(10.0, bottom - top)
    zero, y_range = _y_range(frame)
    if zero is None:
        y_ticks = log_ticks(*y_range, most=int(height / (1.5 * high)))
    else:
        # Beside its 0 the axis keeps powers, or one where there is no room for two: with 1 alone it
        # would be read as linear.
        pixel = (y_range[1] - y_range[0]) / height
        above = min(zero + 1.1 * high * pixel, y_range[1])
        room = (y_range[1] - above) / pixel
        powers = log_ticks(above, y_range[1], most=int(room / (1.5 * high)))
        if len(powers) > 1 and powers[1][0] - powers[0][0] < 0.95 * high * pixel:
            powers = powers[:1]
        y_ticks = [(zero, "0"), *powers]
    gutter = max((small.horizontalAdvance(text) for _, text in y_ticks), default=0.0)
    left = round(surface.pad + gutter + 0.5 * unit)
    rect = QRectF(left, top, max(10.0, surface.width - surface.pad - left), height)
    side = 1.4 * unit
    pitch = max(1e-6, rect.width() - 2 * side) / max(frame.steps - 1, 1)
    x_range = (1 - side / pitch, frame.steps + side / pitch)
    if frame.steps == 1:
        pitch, x_range = rect.width(), (0.5, 1.5)
    axes = Axes(
        rect,
        x_range,
        y_range,
        y_ticks,
        surface.small,
        palette.colour(Role.MUTED),
        palette.colour(Role.LINE),
    )
    return axes, zero, 0.5 * unit if pitch >= 0.9 * unit else 0.0


def _y_range(frame: Frame) -> tuple[float | None, tuple[float, float]]:
    """Where an exact 0 is drawn, and the axis: one for all that can be switched between.

    That is both kinds of gradient of every layer, with what they are compared with.
    """
    layers = range(frame.layers)
    ends = [frame.range_of(kind, layer) for layer in layers for kind in KINDS]
    for other in frame.others:
        ends += [other.range_of(summed=s, layer=layer) for layer in layers for s in (False, True)]
    low, high = log_range([np.array([(line.low, line.high) for line in ends])])
    if not (frame.source and any(line.range.zeros for line in lines_of(frame))):
        return None, (low, high)
    # A row of its own under all that has a logarithm.
    span = high - low
    return low - 0.06 * span, (low - 0.12 * span, high)


def _guide(surface: Surface, frame: Frame, axes: Axes) -> Curve:
    """What the curve is compared with: the bound, dashed, or the LSTM's direct path, dotted."""
    palette, width = surface.look.palette, max(1.2, surface.unit / 10)
    if frame.log10_path is not None:
        x, y = _reduced(surface, axes, frame.log10_path, whole=range_of(frame, "path").whole)
        return Curve(x, y, palette.colour(Role.STATE), 1.4 * width, dash=DOTTED)
    bound = frame.log10_bound
    if bound is None:
        x, y = np.empty(0), np.empty(0)
    else:
        x, y = _reduced(surface, axes, bound, whole=range_of(frame, "bound").whole)
    return Curve(x, y, palette.colour(Role.MUTED), width, dash=DASHED)


def _curves(surface: Surface, frame: Frame, axes: Axes, marker: float) -> list[Curve]:
    width, made = max(2.0, surface.unit / 6), list[Curve]()
    for line in lines_of(frame):
        x, y = _reduced(surface, axes, line.norms, whole=line.range.whole)
        made.append(Curve(x, y, surface.look.palette.colour(line.role), width, marker=marker))
    return made


def _zeros(
    surface: Surface, frame: Frame, axes: Axes, zero: float | None, marker: float
) -> list[Curve]:
    """The steps whose gradient is exactly 0: hollow points, a dashed line where they are many."""
    if zero is None:
        return []
    palette, unit = surface.look.palette, surface.unit
    width, hollow, made = max(2.0, unit / 6), palette.colour(Role.PANEL), list[Curve]()
    for line in lines_of(frame):
        if not line.range.zeros:
            continue
        exact, colour = np.flatnonzero(line.norms == -np.inf), palette.colour(line.role)
        if marker or exact.size <= 40:
            x, y = exact.astype(np.float64) + 1.0, np.full(exact.size, zero)
            diameter = marker or 0.4 * unit
            made.append(Curve(x, y, colour, width, marker=diameter, hollow=hollow, line=False))
        else:
            at = np.full(frame.steps, np.nan)
            at[exact] = zero
            made.append(Curve(*_reduced(surface, axes, at), colour, width, dash=DASHED))
    return made


def _reduced(
    surface: Surface, axes: Axes, values: NDArray[np.float64], *, whole: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Steps and logarithms with a break where there is none, no more than such wide lines show.

    `whole` is known of a line without a break.
    """
    columns = round(axes.rect.width() * surface.ratio / 2)
    known = values if whole else np.where(np.isfinite(values), values, np.nan)
    return min_max(known, columns)


def _pixels(axes: Axes, curve: Curve) -> Points:
    """The points of a curve in pixels, without its breaks."""
    finite = np.isfinite(curve.y)
    return np.column_stack([axes.x(curve.x[finite]), axes.y(curve.y[finite])])


def _place_name(
    surface: Surface, frame: Frame, axes: Axes, guide: Points, lines: Points, apart: float
) -> Label | None:
    """Where the bound's or direct path's name stands: near it, covering neither line."""
    if frame.source == 1 or (frame.log10_bound is None and frame.log10_path is None):
        return None  # a single point is no line
    metrics = QFontMetricsF(surface.look.font(0.86))
    height, gap = metrics.height(), 0.2 * surface.unit + apart
    room = axes.rect.adjusted(0, -0.3 * height, 0, 0)
    if frame.log10_path is not None:
        names, role, tip = PATH_NAMES, Role.STATE, PATH_TIP
    else:
        names, role, tip = bound_names(frame.passing.gain[frame.layer]), Role.MUTED, BOUND_TIP
    for text in names[1:] if is_low(surface) else names:
        boxes = along(guide, axes.rect, metrics.horizontalAdvance(text), height, gap)
        for box in boxes:
            if room.contains(box) and is_free(box, lines, apart):
                return Label(box, text, role, tip)
    return None
