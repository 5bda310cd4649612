"""The gradient panel: how much of the loss's gradient reaches each step, on a logarithmic axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame, Pass, Stage, gradient_reading, number, ratio
from rnnviz.scenes.shapes import Role
from rnnviz.views._chart import Axes, Chart, Curve
from rnnviz.views._controls import Arrow, Segmented
from rnnviz.views._panel import Panel, Title, quoted, step_name
from rnnviz.views._steps import log_range, log_ticks, min_max, step_labels
from rnnviz.views.look import Look

_ONE, _SUM = 0, 1
_NAMES = ("one loss", "sum of all losses")
_SHORT = ("one loss", "sum")


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """What is drawn once for a pass: without and with the curve, and where the curve runs."""

    key: tuple[object, ...]
    passing: Pass  # kept, so that its id in the key stays its own
    bare: QPixmap
    full: QPixmap
    axes: Axes
    zero: float | None  # the axis value at which an exact 0 is drawn; None where there is none
    marker: float
    reading: QRectF
    lines: NDArray[np.float64]  # pixels of all that labels must not cover, (N, 2)
    label: tuple[QRectF, str] | None = None  # the bound's name and where it is written


class GradientPanel(Panel):
    """‖∂L/∂a⟨t⟩‖ per step, appearing from right to left as the backward pass proceeds.

    The axis is absolute, and the same for one loss and for the sum of all, so that switching
    compares them. It is fixed for a pass. The plot itself is drawn by pyqtgraph, which is
    imported by `build`, after the first paint; until then there is the panel alone.
    """

    sought = Signal(float)
    summed_chosen = Signal(bool)
    source_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._picture: _Picture | None = None
        self._shown: tuple[object, ...] = ()
        self._pressed_step = 0
        self._source_text = ""
        self._source_rect = QRectF()
        self._titles: tuple[Title, ...] = (("", ""),)
        self._title_right = 0.0
        self._switch = Segmented(self, _NAMES, Role.GRADIENT)
        self._earlier = Arrow(self, -1, "follow the loss of an earlier step")
        self._later = Arrow(self, 1, "follow the loss of a later step")
        self._switch.chosen.connect(lambda index: self._choose_summed(index == _SUM))
        self._earlier.clicked.connect(lambda: self._choose_source(-1))
        self._later.clicked.connect(lambda: self._choose_source(1))
        self._first_paint = QTimer(self)
        self._first_paint.setSingleShot(True)
        self._first_paint.timeout.connect(self.build)
        self.setAccessibleName("Gradient reaching each step")
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Store the frame; repaint if it shows anything else than the last one."""
        before, self._frame = self._frame, frame
        if before is None or _heading(before) != _heading(frame):
            self._switch.set_current(_SUM if frame.summed else _ONE)
            self._switch.setEnabled(bool(frame.source))
            self._arrange()
        shown = (
            id(frame.passing),
            frame.summed,
            frame.playhead.layer,
            self.revealed_from(frame),
            _playhead_step(frame),
            gradient_reading(frame),
        )
        if shown != self._shown:
            self._shown = shown
            self.update()

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self._picture = None
        for control in (self._switch, self._earlier, self._later):
            control.set_look(look)
        self._arrange()
        self.updateGeometry()
        self.update()

    def build(self) -> None:
        """Import pyqtgraph and make the plot, if that has not happened yet."""
        if self._chart is None:
            self._chart = Chart(self)
            self._picture = None
            self.update()

    # -- what is shown -----------------------------------------------------------------------

    @staticmethod
    def revealed_from(frame: Frame) -> int:
        """The lowest step whose gradient is drawn; T + 1 while there is none.

        The step under way appears when both of its parts have been added up.
        """
        if frame.moment.stage is Stage.BACKWARD and frame.moment.done("combine") >= 1.0:
            return frame.moment.step
        return frame.gradient_from

    @property
    def axes(self) -> Axes | None:
        """Where the plot lies, and what its edges mean."""
        picture = self._current_picture()
        return None if picture is None else picture.axes

    def step_at(self, position: QPointF) -> int:
        """The step under a point of the plot; 0 where there is none."""
        picture = self._current_picture()
        if self._frame is None or picture is None or _words(self._frame):
            return 0
        rect = picture.axes.rect
        if not rect.adjusted(0, -self._pad, 1, 2 * self._look.unit).contains(position):
            return 0
        low, high = picture.axes.x_range
        value = low + (position.x() - rect.left()) / rect.width() * (high - low)
        return min(max(round(value), 1), self._frame.steps)

    def point(self, step: int) -> QPointF:
        """Where a step's point lies in the panel, an exact 0 on its line at the bottom."""
        picture, frame = self._current_picture(), self._frame
        if picture is None or frame is None:
            return QPointF()
        value = float(frame.log10_norms[step - 1])
        if value == -np.inf and picture.zero is not None:
            value = picture.zero
        return QPointF(picture.axes.x(step), picture.axes.y(value))

    # -- the title row -----------------------------------------------------------------------

    def _choose_summed(self, summed: bool) -> None:
        if self._frame is not None and summed != self._frame.summed:
            self.summed_chosen.emit(summed)

    def _choose_source(self, direction: int) -> None:
        if self._frame is not None:
            step = _neighbour(self._frame, direction)
            if step:
                self.source_chosen.emit(step)

    def _arrange(self) -> None:
        frame, unit = self._frame, self._look.unit
        one = frame is not None and not frame.summed and bool(frame.source)
        metrics = QFontMetricsF(self._look.font(0.93))
        formula, sources = _norm("∂L/∂a⟨t⟩"), [""]
        if frame is not None and frame.source:
            if frame.summed:
                formula = f"{_norm('∂L/∂a⟨t⟩')} ,  L = Σ L⟨t⟩"
            else:
                formula = _norm(f"∂L⟨{frame.source}⟩/∂a⟨t⟩")
                name = quoted(frame, frame.source, 16)
                sources = [f"loss of step {frame.source}", f"step {frame.source}"]
                if name:
                    sources.insert(0, f"{sources[0]} {name}")
        words = "Gradient reaching each step"
        titles = (
            (words, f"{formula}   (log)"),
            (words, formula),
            ("Gradient", formula),
            ("", formula),
        )
        arrows = 2 * self._earlier.sizeHint().width() if one else 0
        right = self.width() - self._pad
        title, source, source_width = titles[-1], "", 0.0
        for names, title, source in _arrangements(titles, sources):
            self._switch.set_names(names)
            taken = self._switch.sizeHint().width() + arrows + (1.2 * unit if one else 0.0)
            free = right - self._pad - taken - 0.8 * unit
            source_width = metrics.horizontalAdvance(source) if source else 0.0
            if self._title_width(title) + source_width <= free:
                break
        self._titles = titles[titles.index(title) :]
        top = round(0.45 * unit)
        self._switch.arrange()
        left = right - self._switch.width()
        self._switch.move(round(left), top)
        self._earlier.setVisible(one)
        self._later.setVisible(one)
        self._source_text = source
        if one and frame is not None:
            arrow = self._later.sizeHint()
            left -= 0.6 * unit + arrow.width()
            self._later.setGeometry(round(left), top, arrow.width(), arrow.height())
            left -= source_width
            self._source_rect = QRectF(left, top, source_width, arrow.height())
            left -= arrow.width()
            self._earlier.setGeometry(round(left), top, arrow.width(), arrow.height())
            self._earlier.setEnabled(_neighbour(frame, -1) > 0)
            self._later.setEnabled(_neighbour(frame, 1) > 0)
        self._title_right = left - 0.5 * unit
        self._picture = None

    # -- painting ----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the kept picture up to the playhead, and draw what moves on it."""
        painter = QPainter(self)
        frame = self._frame
        picture = self._current_picture()
        if frame is None or picture is None:
            pixmap, own = self._new_picture()
            own.end()
            painter.drawPixmap(0, 0, pixmap)
            return
        if self._chart is None and not self._first_paint.isActive():
            self._first_paint.start(0)
        drawable = self._chart is not None and not _words(frame)
        shown = self.revealed_from(frame) if drawable else frame.steps + 1
        edge = self._reveal_edge(picture, frame, shown)
        whole = QRectF(self.rect())
        self._blit(painter, picture.bare, QRectF(0, 0, edge, whole.height()))
        if edge < whole.width():
            rest = QRectF(edge, 0, whole.width() - edge, whole.height())
            self._blit(painter, picture.full, rest)
        rect = picture.axes.rect
        step = _playhead_step(frame)
        if step and drawable:
            self._draw_playhead(painter, picture.axes.x(step), rect.top(), rect.bottom())
        if picture.label is not None:
            self._draw_bound_label(painter, *picture.label)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.step_at(self._hovered) if self._hovered is not None and drawable else 0
        if shown <= frame.steps:
            self._draw_newest(painter, picture, frame, shown)
        if hovered and hovered >= shown and not np.isnan(frame.log10_norms[hovered - 1]):
            painter.setPen(QPen(self._look.palette.colour(Role.INK), 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            size = max(picture.marker, 0.5 * self._look.unit) * 0.5 + 3
            painter.drawEllipse(self.point(hovered), size, size)
        if not _words(frame):
            self._draw_reading(painter, picture, frame, hovered)

    def _reveal_edge(self, picture: _Picture, frame: Frame, shown: int) -> float:
        """From where on the picture with the curve is to be seen, on a whole device pixel."""
        if shown > frame.steps:
            return float(self.width())
        ratio_ = picture.full.devicePixelRatio()
        edge = picture.axes.x(shown) if shown > 1 else picture.axes.rect.left() - 1
        return float(np.ceil(edge * ratio_)) / ratio_

    def _draw_newest(self, painter: QPainter, picture: _Picture, frame: Frame, step: int) -> None:
        value = float(frame.log10_norms[step - 1])
        if np.isnan(value):
            return
        palette, unit = self._look.palette, self._look.unit
        colour, at = palette.colour(Role.GRADIENT), self.point(step)
        size = max(picture.marker, 0.5 * unit) / 2
        exact = value == -np.inf
        painter.setPen(QPen(colour, max(1.5, unit / 8)))
        painter.setBrush(palette.colour(Role.PANEL) if exact else colour)
        painter.drawEllipse(at, size, size)
        text = "exactly 0" if exact else ratio(value)
        font = self._look.font(0.86, bold=True)
        metrics = QFontMetricsF(font)
        width, height = metrics.horizontalAdvance(text) + 0.5 * unit, metrics.height()
        gap = size + 0.25 * unit
        x, y = at.x(), at.y()
        boxes = [
            QRectF(x + dx, y + dy, width, height)
            for dx, dy in (
                (-width / 2, gap),
                (-width - gap, gap * 0.2),
                (-width - gap, -height / 2),
                (-width / 2, -gap - height),
                (gap, gap * 0.2),
                (gap, -height - gap * 0.2),
                (-width - gap, -height - gap),
            )
        ]
        rect = picture.axes.rect
        room = QRectF(rect.left(), rect.top(), self.width() - rect.left(), rect.height())
        lines = picture.lines
        if picture.label is not None:
            lines = np.concatenate([lines, _inside(picture.label[0])])
        box = _free_box(boxes, room, lines)
        if _playhead_step(frame):
            painter.fillRect(box, _faint(palette.colour(Role.PANEL)))
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_reading(
        self, painter: QPainter, picture: _Picture, frame: Frame, hovered: int
    ) -> None:
        text = self.reading(hovered) if hovered else gradient_reading(frame)
        painter.setFont(self._look.font())
        painter.setPen(self._look.palette.colour(Role.INK))
        rect = picture.reading
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        metrics = QFontMetricsF(self._look.font())
        if metrics.horizontalAdvance(text) <= rect.width():
            painter.drawText(rect, flags | Qt.TextFlag.TextSingleLine, text)
        elif rect.height() >= 2 * metrics.height():
            painter.drawText(rect, flags | Qt.TextFlag.TextWordWrap, text)
        else:
            cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, flags | Qt.TextFlag.TextSingleLine, cut)

    def reading(self, step: int) -> str:
        """What is said of one step: its name, its gradient's size, the bound."""
        frame = self._frame
        if frame is None:
            return ""
        name = step_name(frame, step)
        if step < self.revealed_from(frame):
            return f"{name} · not yet computed"
        value = float(frame.log10_norms[step - 1])
        which = "∂L" if frame.summed else f"∂L⟨{frame.source}⟩"
        said = "not finite"
        if not np.isnan(value):
            said = "exactly 0" if value == -np.inf else ratio(value)
        text = f"{name} · {_norm(f'{which}/∂a⟨{step}⟩')} = {said}"
        bound = frame.log10_bound
        if bound is not None and np.isfinite(bound[step - 1]):
            text += f" · bound {ratio(float(bound[step - 1]))}"
        return text

    def _current_picture(self) -> _Picture | None:
        frame = self._frame
        if frame is None or self.width() < 40 or self.height() < 40:
            return None
        key = (
            id(frame.passing),
            frame.summed,
            frame.playhead.layer,
            self.size(),
            self.devicePixelRatioF(),
            self._chart,
            self._look,
        )
        if self._picture is None or self._picture.key != key:
            self._picture = self._draw_picture(frame, key)
        return self._picture

    def _draw_picture(self, frame: Frame, key: tuple[object, ...]) -> _Picture:
        palette, unit = self._look.palette, self._look.unit
        zero_at, y_range = _y_axis(frame)
        small = QFontMetricsF(self._small())
        reading = self._reading_rect(frame)
        bottom = reading.top() - 0.25 * unit - small.height() - 0.5 * unit
        top = self._head + 0.35 * unit
        height = max(10.0, bottom - top)
        ticks = log_ticks(*y_range, most=max(1, int(height / (1.5 * small.height()))))
        if zero_at is not None:
            above = zero_at + 1.2 * small.height() / height * (y_range[1] - y_range[0])
            ticks = [(zero_at, "0"), *(tick for tick in ticks if tick[0] >= above)]
        gutter = max((small.horizontalAdvance(text) for _, text in ticks), default=0.0)
        left = round(self._pad + gutter + 0.5 * unit)
        rect = QRectF(left, top, self.width() - self._pad - left, height)
        side = 1.4 * unit
        pitch = max(1e-6, rect.width() - 2 * side) / max(frame.steps - 1, 1)
        x_range = (1 - side / pitch, frame.steps + side / pitch)
        if frame.steps == 1:
            pitch, x_range = rect.width(), (0.5, 1.5)
        labels = step_labels(
            frame,
            pitch,
            0.6 * unit,
            small.horizontalAdvance,
            lambda text, room: small.elidedText(text, Qt.TextElideMode.ElideRight, room),
        )
        axes = Axes(
            rect,
            x_range,
            y_range,
            [(float(step), text) for step, text in labels],
            ticks,
            self._small(),
            palette.colour(Role.MUTED),
            palette.colour(Role.LINE),
        )
        norms, bound = frame.log10_norms, frame.log10_bound
        marker = 0.5 * unit if pitch >= 0.9 * unit else 0.0
        curves, lines = self._curves(frame, axes, zero_at, marker)
        bare, painter = self._new_picture()
        nothing = _Picture(key, frame.passing, bare, bare, axes, zero_at, marker, reading, lines)
        self._draw_title(painter, self._title_rect(self._title_right), self._titles)
        self._draw_source(painter)
        if self._chart is None:
            painter.end()
            return nothing
        words = _words(frame)
        if words:
            painter.setFont(self._look.font(1.15))
            painter.setPen(palette.colour(Role.INK))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)
            painter.end()
            return nothing
        self._chart.paint(painter, self.width(), self.height(), axes, curves[:1])
        painter.end()
        label = None
        if bound is not None:
            label = self._place_bound_label(frame, axes, bound, norms, marker)
        full = bare.copy()
        painter = QPainter(full)
        none = Axes(rect, x_range, y_range, [], [], axes.font, axes.text, axes.grid)
        self._chart.paint(painter, self.width(), self.height(), none, curves[1:])
        painter.end()
        return _Picture(
            key, frame.passing, bare, full, axes, zero_at, marker, reading, lines, label
        )

    def curve(self) -> tuple[NDArray[np.int_], NDArray[np.float64]]:
        """Steps and logarithms that the curve shows at present."""
        frame = self._frame
        if frame is None or _words(frame):
            return np.empty(0, int), np.empty(0)
        first = self.revealed_from(frame)
        return np.arange(first, frame.steps + 1), frame.log10_norms[first - 1 :]

    def _curves(
        self, frame: Frame, axes: Axes, zero: float | None, marker: float
    ) -> tuple[list[Curve], NDArray[np.float64]]:
        """The bound, the curve, and the points of an exact 0; and the pixels where they run."""
        palette, unit = self._look.palette, self._look.unit
        steps = np.arange(1.0, frame.steps + 1)
        norms = np.where(np.isfinite(frame.log10_norms), frame.log10_norms, np.nan)
        columns = round(axes.rect.width() * self.devicePixelRatioF())
        colour = palette.colour(Role.GRADIENT)
        smooth = frame.steps <= 2 * columns
        x, y = min_max(steps, norms, columns)
        bound = frame.log10_bound
        edge = np.full(frame.steps, np.nan) if bound is None else bound
        edge = np.where(np.isfinite(edge), edge, np.nan)
        bx, by = min_max(steps, edge, columns)
        curves = [
            Curve(bx, by, palette.colour(Role.MUTED), max(1.2, unit / 10), dash=True),
            Curve(
                x, y, colour, max(2.0, unit / 6) if smooth else 1.0, smooth=smooth, marker=marker
            ),
        ]
        exact = np.flatnonzero(frame.log10_norms == -np.inf)
        if zero is not None and exact.size:
            points = marker or (0.4 * unit if exact.size <= 40 else 0.0)
            if points:
                zx, zy = steps[exact], np.full(exact.size, zero)
            else:
                at = np.full(frame.steps, np.nan)
                at[exact] = zero
                zx, zy = min_max(steps, at, columns)
            curves.append(
                Curve(
                    zx,
                    zy,
                    colour,
                    max(2.0, unit / 6),
                    dash=True,
                    marker=points,
                    hollow=palette.colour(Role.PANEL),
                    line=not points,
                )
            )
        lines = [_dense(_pixels(axes, px, py)) for px, py in ((x, y), (bx, by))]
        return curves, np.concatenate(lines)

    def _reading_rect(self, frame: Frame) -> QRectF:
        """Room for the reading: as many lines as the longest one of this pass takes, at most 2."""
        metrics = QFontMetricsF(self._look.font())
        longest = gradient_reading(frame)
        if not _words(frame):
            t = frame.steps
            longest = f"The gradient from step {t} reaches step {t} at 0.0000000 of its size."
            if frame.summed:
                longest = (
                    f"Sum of all losses: step {t} gets 0.00000 times what step {t} gets, "
                    "because every step has a loss of its own nearby."
                )
        width = self.width() - 2 * self._pad
        room = self.height() - self._head - 9 * self._look.unit
        two = metrics.horizontalAdvance(longest) > width and room >= 2 * metrics.height()
        height = metrics.height() * (2 if two else 1)
        return QRectF(self._pad, self.height() - height - 0.5 * self._look.unit, width, height)

    def _draw_source(self, painter: QPainter) -> None:
        if self._source_text and not self._earlier.isHidden():
            painter.setFont(self._look.font(0.93))
            painter.setPen(self._look.palette.colour(Role.GRADIENT))
            painter.drawText(self._source_rect, Qt.AlignmentFlag.AlignCenter, self._source_text)

    def _place_bound_label(
        self,
        frame: Frame,
        axes: Axes,
        bound: NDArray[np.float64],
        norms: NDArray[np.float64],
        marker: float,
    ) -> tuple[QRectF, str] | None:
        """Where the bound's name stands: above it, covering neither the bound nor the curve."""
        if frame.source == 1:
            return None  # a single point bounds nothing
        gain = frame.passing.gain[frame.playhead.layer]
        font = self._look.font(0.86)
        metrics = QFontMetricsF(font)
        steps = np.arange(1.0, frame.steps + 1)
        lines = np.concatenate(
            [
                _dense(_pixels(axes, steps, np.where(np.isfinite(values), values, np.nan)))
                for values in (bound, norms)
            ]
        )
        upper = _dense(_pixels(axes, steps, np.where(np.isfinite(bound), bound, np.nan)))
        height, gap = metrics.height(), 0.2 * self._look.unit + marker / 2
        for text in (
            f"bound γᵏ⁻ᵗ,  γ = σₘₐₓ(Wₐₐ) · max|g′| = {_two_digits(gain)}",
            f"bound γᵏ⁻ᵗ,  γ = {_two_digits(gain)}",
            "bound",
        ):
            width = metrics.horizontalAdvance(text)
            boxes = []
            span = axes.rect.width() - width
            if span <= 0:
                continue
            for share in (0.22, 0.15, 0.3, 0.08, 0.4, 0.0, 0.5, 0.6, 0.7, 0.85, 1.0):
                x = axes.rect.left() + share * span
                under = upper[(upper[:, 0] >= x - gap) & (upper[:, 0] <= x + width + gap)]
                if not under.size:
                    continue
                boxes.append(QRectF(x, under[:, 1].min() - gap - height, width, height))
                boxes.append(QRectF(x, under[:, 1].max() + gap, width, height))
            boxes.append(QRectF(axes.rect.left() + 2 * height, axes.rect.top(), width, height))
            room = axes.rect.adjusted(0, -0.3 * height, 0, 0)
            box = _free_box(boxes, room, lines, marker / 2, strict=True)
            if not box.isNull():
                return box, text
        return None

    def _draw_bound_label(self, painter: QPainter, box: QRectF, text: str) -> None:
        palette = self._look.palette
        painter.fillRect(box, _faint(palette.colour(Role.PANEL)))
        painter.setFont(self._look.font(0.86))
        painter.setPen(palette.colour(Role.MUTED))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # -- intents -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the step under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_step = 0
            self._seek(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out what is under the pointer; drag the playhead with the button held."""
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position())

    def _seek(self, position: QPointF) -> None:
        step = self.step_at(position)
        if self._frame is not None and step and step != self._pressed_step:
            self._pressed_step = step
            self.sought.emit(self._frame.timeline.position(Stage.BACKWARD, step))

    def _hover(self) -> None:
        self.update()


def _heading(frame: Frame) -> tuple[object, ...]:
    """What the title row depends on."""
    return (frame.run.task, frame.source, frame.summed)


def _playhead_step(frame: Frame) -> int:
    """The step at which the playhead stands; 0 before the first and during the update."""
    return frame.moment.step


def _words(frame: Frame) -> str:
    """What stands in the plot's place where there is nothing to plot; empty where there is."""
    return gradient_reading(frame) if frame.passing.exploded or not frame.source else ""


def _norm(of: str) -> str:
    return f"‖\u2009{of}\u2009‖"


def _neighbour(frame: Frame, direction: int) -> int:
    """The next step that pays a loss, before (−1) or after (1) the source; 0 for none."""
    step = frame.source + direction
    while 1 <= step <= frame.steps:
        if frame.pays(step):
            return step
        step += direction
    return 0


def _arrangements(
    titles: tuple[Title, ...], sources: list[str]
) -> list[tuple[tuple[str, str], Title, str]]:
    """Names of the switch, title and source text, from the most to the least that is said."""
    full, long, brief, formula = titles
    first, middle, last = sources[0], sources[-2 if len(sources) > 1 else -1], sources[-1]
    return [
        (_NAMES, full, first),
        (_NAMES, long, first),
        (_NAMES, long, middle),
        (_SHORT, long, middle),
        (_NAMES, brief, first),
        (_NAMES, brief, middle),
        (_SHORT, brief, middle),
        (_SHORT, brief, last),
        (_SHORT, formula, last),
    ]


def _y_axis(frame: Frame) -> tuple[float | None, tuple[float, float]]:
    """Where an exact 0 is drawn, and the axis: one for both kinds of gradient and the bound."""
    curves = [frame.norms_of(summed=False), frame.norms_of(summed=True)]
    exact = frame.source and bool((frame.log10_norms == -np.inf).any())
    if frame.source_bound is not None:
        curves.append(frame.source_bound)
    low, high = log_range(curves)
    if not exact:
        return None, (low, high)
    # A row of its own under all that has a logarithm.
    span = high - low
    return low - 0.06 * span, (low - 0.12 * span, high)


def _pixels(axes: Axes, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of a curve in pixels, (N, 2), without those that are not finite."""
    finite = np.isfinite(y)
    low, high = axes.x_range
    px = axes.rect.left() + (x[finite] - low) / (high - low) * axes.rect.width()
    bottom, top = axes.y_range
    py = axes.rect.bottom() - (y[finite] - bottom) / (top - bottom) * axes.rect.height()
    return np.column_stack([px, py])


def _dense(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """A polyline as points at most about 3 pixels apart."""
    if len(points) < 2:
        return points
    length = np.abs(np.diff(points, axis=0)).max(axis=1)
    count = np.maximum(1, np.ceil(length / 3.0)).astype(int)
    where = np.repeat(np.arange(len(count)), count)
    first = np.cumsum(count) - count
    part = (np.arange(count.sum()) - first[where]) / count[where]
    inner = points[where] + part[:, None] * (points[where + 1] - points[where])
    return np.concatenate([inner, points[-1:]])


def _free_box(
    boxes: list[QRectF],
    room: QRectF,
    lines: NDArray[np.float64],
    apart: float = 0.0,
    *,
    strict: bool = False,
) -> QRectF:
    """The first box within the room that no line comes near to; else the first that is within."""
    within = [box for box in boxes if room.contains(box)]
    for box in within:
        hit = (
            (lines[:, 0] > box.left() - apart)
            & (lines[:, 0] < box.right() + apart)
            & (lines[:, 1] > box.top() - apart)
            & (lines[:, 1] < box.bottom() + apart)
        )
        if not hit.any():
            return box
    if strict:
        return QRectF()
    return within[0] if within else boxes[0]


def _inside(box: QRectF) -> NDArray[np.float64]:
    """Points all over a box, for other labels to keep away from."""
    across = np.linspace(box.left(), box.right(), max(2, int(box.width() / 4)))
    down = np.linspace(box.top(), box.bottom(), max(2, int(box.height() / 4)))
    return np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)


def _two_digits(value: float) -> str:
    """0.70 rather than 0.7: a slope is read off it."""
    return f"{value:.2f}" if 0.01 <= value < 100 else number(value)


def _faint(colour: QColor) -> QColor:
    colour.setAlpha(225)
    return colour
