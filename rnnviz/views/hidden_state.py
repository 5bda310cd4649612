"""The hidden state panel: every unit at every step, as a map of values or as lines over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame, Pass, Stage, number
from rnnviz.scenes.shapes import Role
from rnnviz.views._chart import Axes, Chart, Curve
from rnnviz.views._controls import Segmented
from rnnviz.views._panel import Panel, step_name
from rnnviz.views._steps import largest_per_column, min_max, nice, step_labels
from rnnviz.views.look import Look, value_colours

_MAP, _LINES = 0, 1
_MOST_LINES = 8
_DEFAULT_LINES = 4
# Okabe and Ito's colours, told apart by colour-blind eyes too; darker on a light ground, so that
# a label in a line's colour can be read.
_ON_LIGHT = (
    "#0072b2",
    "#b85400",
    "#007a5a",
    "#a8467f",
    "#1f7fa8",
    "#8a6d00",
    "#5b3fa0",
    "#3c4654",
)
_ON_DARK = (
    "#56b4e9",
    "#f08a3c",
    "#2fc79a",
    "#e48fbf",
    "#9ad4f5",
    "#f0e442",
    "#b59cf0",
    "#c9d1db",
)


@dataclass(frozen=True, slots=True, eq=False)
class _Geometry:
    """Where the columns of steps and the rows of units lie; sides on whole device pixels."""

    rect: QRectF
    steps: int
    units: int
    ratio: float

    @property
    def pitch(self) -> float:
        return self.rect.width() / self.steps

    @property
    def row(self) -> float:
        return self.rect.height() / self.units

    @property
    def pixels(self) -> tuple[int, int]:
        """Device pixels of the map: columns, rows."""
        return round(self.rect.width() * self.ratio), round(self.rect.height() * self.ratio)

    def edge(self, columns: int) -> float:
        """The right edge of so many columns, where the map itself has it."""
        wide = self.pixels[0]
        return self.rect.left() + _edge(columns, self.steps, wide) / self.ratio

    def row_edge(self, rows: int) -> float:
        """The lower edge of so many rows."""
        return self.rect.top() + _edge(rows, self.units, self.pixels[1]) / self.ratio

    def step_at(self, x: float) -> int:
        """The step whose column holds x; the nearest outside of the map."""
        wide = self.pixels[0]
        pixel = min(max(int(np.floor((x - self.rect.left()) * self.ratio)), 0), wide - 1)
        return int((pixel + 0.5) * self.steps / wide) + 1

    def unit_at(self, y: float) -> int:
        """The unit whose row holds y; the nearest outside of the map."""
        high = self.pixels[1]
        pixel = min(max(int(np.floor((y - self.rect.top()) * self.ratio)), 0), high - 1)
        return int((pixel + 0.5) * self.units / high)


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """What is drawn once for a pass: nothing known, and everything known."""

    key: tuple[object, ...]
    passing: Pass  # kept, so that its id in the key stays its own
    bare: QPixmap
    full: QPixmap
    geometry: _Geometry
    axes: Axes | None
    lines: tuple[tuple[int, QColor], ...] = ()
    lost: int = 0  # the first step with a state that is not finite; 0 for none


class HiddenStatePanel(Panel):
    """a⟨t⟩ of every unit: a map (units × steps), or the lines of some units.

    Where there are more steps than pixels, a pixel column shows, for each unit, the value of
    largest magnitude among its steps, with its sign. The whole pass is painted once; a moving
    playhead copies the part that is known.
    """

    sought = Signal(float)
    unit_selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._picture: _Picture | None = None
        self._mode = _MAP
        self._chosen: tuple[int, ...] = ()
        self._liveliest: tuple[object, tuple[int, ...], Pass | None] = (None, (), None)
        self._pressed_step = 0
        self._switch = Segmented(self, ("map", "lines"), Role.STATE)
        self._switch.chosen.connect(self.set_mode)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Hidden state")
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Store the frame; repaint what it shows differently."""
        before, self._frame = self._frame, frame
        if before is None or before.run.task is not frame.run.task or before.units != frame.units:
            self._chosen = ()
            self._picture = None
        same = before is not None and self._picture is not None
        if not same or self._picture is None or self._picture.key != self._key(frame):
            self.update()
        elif before is not None:
            self._update_between(before, frame)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self._picture = None
        self._switch.set_look(look)
        self._arrange()
        self.updateGeometry()
        self.update()

    def set_mode(self, mode: int) -> None:
        """Show the map (0) or the lines (1)."""
        self._switch.set_current(mode)
        if mode != self._mode:
            self._mode = mode
            self._picture = None
            if mode == _LINES and self._chart is None:
                self._chart = Chart(self)
            self.update()

    @property
    def lines_shown(self) -> bool:
        """Whether the lines are shown instead of the map."""
        return self._mode == _LINES

    # -- what is shown -----------------------------------------------------------------------

    @staticmethod
    def known(frame: Frame) -> tuple[int, int]:
        """Steps known whole, and units known of the next one (it fills in as g squashes)."""
        done = frame.forward_done
        if frame.moment.stage is not Stage.FORWARD or frame.moment.resting:
            return done, 0
        part = frame.moment.done("settle")
        if part >= 1.0:
            return done + 1, 0
        return done, int(part * frame.units)

    def is_known(self, step: int, unit: int) -> bool:
        """Whether a value has been computed where the playhead stands."""
        if self._frame is None:
            return False
        whole, part = self.known(self._frame)
        return step <= whole or (step == whole + 1 and unit < part)

    def cell(self, step: int, unit: int) -> QRectF:
        """Where a unit's value at a step is drawn on the map."""
        picture = self._current_picture()
        if picture is None:
            return QRectF()
        geometry = picture.geometry
        left, top = geometry.edge(step - 1), geometry.row_edge(unit)
        return QRectF(left, top, geometry.edge(step) - left, geometry.row_edge(unit + 1) - top)

    def point(self, step: int, unit: int) -> QPointF:
        """Where a unit's value at a step is drawn among the lines."""
        picture, frame = self._current_picture(), self._frame
        if picture is None or picture.axes is None or frame is None:
            return QPointF()
        return QPointF(picture.axes.x(step), picture.axes.y(float(frame.states[step, unit])))

    def place_at(self, position: QPointF) -> tuple[int, int]:
        """Step and unit under a point; (0, −1) beside the picture, unit −1 between lines."""
        picture, frame = self._current_picture(), self._frame
        if picture is None or frame is None:
            return 0, -1
        rect = picture.geometry.rect
        if not rect.adjusted(0, 0, 1e-6, 1e-6).contains(position):
            return 0, -1
        step = picture.geometry.step_at(position.x())
        if picture.axes is None:
            return step, picture.geometry.unit_at(position.y())
        return step, self._line_at(picture, frame, step, position.y())

    def chosen_units(self, frame: Frame) -> tuple[int, ...]:
        """The units whose lines are drawn: those picked, else the selected, else the liveliest."""
        selected = frame.playhead.unit
        if self._chosen:
            more = (selected,) if selected >= 0 and selected not in self._chosen else ()
            return (*more, *self._chosen)[:_MOST_LINES]
        if selected >= 0:
            return (selected,)
        key = (id(frame.passing), frame.playhead.layer)
        if self._liveliest[0] != key:
            self._liveliest = (key, _liveliest(frame), frame.passing)
        return self._liveliest[1]

    def reading(self, step: int, unit: int) -> str:
        """What is said of a value: unit 3 · step 6 “invented” · a = −0.4182."""
        frame = self._frame
        if frame is None or not step:
            return ""
        place = step_name(frame, step)
        if unit < 0:
            return place
        if not self.is_known(step, unit):
            return f"unit {unit + 1} · {place} · not yet computed"
        return f"unit {unit + 1} · {place} · a = {_value(float(frame.states[step, unit]))}"

    def _line_at(self, picture: _Picture, frame: Frame, step: int, y: float) -> int:
        """The unit whose line is nearest at a step, if it is near."""
        best, distance = -1, 0.9 * self._look.unit
        if picture.axes is not None:
            for unit, _ in picture.lines:
                value = float(frame.states[step, unit])
                if np.isfinite(value) and abs(picture.axes.y(value) - y) < distance:
                    best, distance = unit, abs(picture.axes.y(value) - y)
        return best

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._switch.arrange()
        top = round(0.45 * self._look.unit)
        self._switch.move(round(self.width() - self._pad - self._switch.width()), top)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the known part of the kept picture, and draw what moves on it."""
        painter = QPainter(self)
        picture, frame = self._current_picture(), self._frame
        if picture is None or frame is None:
            pixmap, own = self._new_picture()
            own.end()
            painter.drawPixmap(0, 0, pixmap)
            return
        self._blit_known(painter, picture, frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if picture.axes is None:
            self._draw_selected(painter, picture, frame)
        self._draw_place(painter, picture, frame)
        if picture.axes is not None:
            self._draw_line_labels(painter, picture, picture.axes, frame)
        self._draw_head(painter, frame)

    def _blit_known(self, painter: QPainter, picture: _Picture, frame: Frame) -> None:
        geometry = picture.geometry
        whole, part = self.known(frame)
        wide, high = float(self.width()), float(self.height())
        left = geometry.rect.left() - 1
        edge = self._known_edge(picture, whole)
        if whole == frame.steps:
            edge = geometry.rect.right()
        self._blit(painter, picture.bare, QRectF(0, 0, left, high))
        if whole:
            self._blit(painter, picture.full, QRectF(left, 0, edge - left, high))
        else:
            edge = left
        self._blit(painter, picture.bare, QRectF(edge, 0, wide - edge, high))
        if part and picture.axes is None:
            x, top = geometry.edge(whole), geometry.rect.top()
            cells = QRectF(x, top, geometry.edge(whole + 1) - x, geometry.row_edge(part) - top)
            self._blit(painter, picture.full, cells)

    def _known_edge(self, picture: _Picture, whole: int) -> float:
        """Where the known part ends: the map's column edge, the last known point of the lines."""
        geometry = picture.geometry
        if picture.axes is None:
            return geometry.edge(whole)
        return round(picture.axes.x(whole) * geometry.ratio) / geometry.ratio

    def _draw_selected(self, painter: QPainter, picture: _Picture, frame: Frame) -> None:
        """Outline the selected unit's row and write its number beside it."""
        unit, geometry = frame.playhead.unit, picture.geometry
        if unit < 0:
            return
        palette, size = self._look.palette, self._look.unit
        top, bottom = geometry.row_edge(unit), geometry.row_edge(unit + 1)
        if bottom - top < 4:
            middle = (top + bottom) / 2
            top, bottom = middle - 2, middle + 2
        row = QRectF(geometry.rect.left(), top, geometry.rect.width(), bottom - top)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        width = max(2, round(size / 9))
        for role, wide in ((Role.PANEL, width + 2), (Role.INK, width)):
            painter.setPen(QPen(palette.colour(role), wide))
            painter.drawRect(row.adjusted(-1, -1, 1, 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._look.font(0.78, bold=True)
        high = QFontMetricsF(font).height()
        y = min(max((top + bottom) / 2, high / 2), self.height() - high / 2)
        right = geometry.rect.left() - 0.3 * size
        box = QRectF(0.3 * self._pad, y - high / 2, right - 0.3 * self._pad, high)
        for other in (box, *self._unit_numbers(geometry).values()):
            if abs(other.center().y() - y) < 0.85 * high:
                painter.fillRect(other, palette.colour(Role.PANEL))
        painter.setFont(font)
        painter.setPen(palette.colour(Role.INK))
        painter.drawText(box, _RIGHT, str(unit + 1))

    def _draw_place(self, painter: QPainter, picture: _Picture, frame: Frame) -> None:
        """The playhead: a frame round the current column, a line where columns are narrow."""
        geometry, rect = picture.geometry, picture.geometry.rect
        palette, unit = self._look.palette, self._look.unit
        step = frame.moment.step
        if not step:
            self._draw_playhead(painter, rect.left(), rect.top(), rect.bottom())
            return
        left, right = geometry.edge(step - 1), geometry.edge(step)
        if picture.axes is not None or right - left < 0.7 * unit:
            self._draw_playhead(painter, (left + right) / 2, rect.top(), rect.bottom())
            return
        column = QRectF(left, rect.top(), right - left, rect.height()).adjusted(-1, -1, 0, 1)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for role, width in ((Role.PANEL, unit / 3.2), (Role.PLAYHEAD, max(2.0, unit / 5.5))):
            painter.setPen(QPen(palette.colour(role), width))
            painter.drawRoundedRect(column, 2, 2)

    def _draw_line_labels(
        self, painter: QPainter, picture: _Picture, axes: Axes, frame: Frame
    ) -> None:
        """Write each line's unit at the end of what is known of it, without overlap."""
        whole, _ = self.known(frame)
        if not whole:
            return
        font = self._look.font(0.86, bold=True)
        metrics = QFontMetricsF(font)
        ends: list[tuple[float, int, QColor]] = []
        for unit, colour in picture.lines:
            value = float(frame.states[whole, unit])
            if np.isfinite(value):
                ends.append((axes.y(value), unit, colour))
        ends.sort(key=lambda end: end[:2])
        high = 0.92 * metrics.height()
        tops = _spread([end[0] for end in ends], high, axes.rect.top(), axes.rect.bottom())
        # Beside the column of the playhead, which its line would cross.
        x = axes.x(whole) + 0.55 * self._look.unit
        painter.setFont(font)
        dot = max(2.5, self._look.unit / 5)
        for (y, unit, colour), middle in zip(ends, tops, strict=True):
            text = f"unit {unit + 1}"
            wide = metrics.horizontalAdvance(text)
            box = QRectF(x, middle - metrics.height() / 2, wide, metrics.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(axes.x(whole), y), dot, dot)
            painter.setPen(colour)
            painter.drawText(box, _LEFT, text)

    def _draw_head(self, painter: QPainter, frame: Frame) -> None:
        """The title, and right of it what the pointer, or else the selected unit, says."""
        unit = self._look.unit
        right = self._switch.x() - 0.8 * unit
        said, role = self._said(frame)
        font = self._look.font(0.93)
        metrics = QFontMetricsF(font)
        room = right - self._pad
        wide = min(metrics.horizontalAdvance(said), room)
        title_right = right - wide - (1.0 * unit if said else 0.0)
        row = self._title_rect(right)
        painter.setFont(font)
        painter.setPen(self._look.palette.colour(role))
        painter.drawText(
            QRectF(right - wide, row.top(), wide, row.height()),
            _RIGHT,
            metrics.elidedText(said, Qt.TextElideMode.ElideRight, wide + 0.5),
        )
        if title_right - self._pad > 5 * unit:
            counted = f"{frame.units} unit{'s' * (frame.units != 1)}"
            counted += f" × {frame.steps} step{'s' * (frame.steps != 1)}"
            words = "Hidden state  a⟨t⟩"
            titles = ((words, counted), (words, ""), ("a⟨t⟩", ""))
            self._draw_title(painter, self._title_rect(title_right), titles)

    def _said(self, frame: Frame) -> tuple[str, Role]:
        if self._hovered is not None:
            step, unit = self.place_at(self._hovered)
            if step:
                return self.reading(step, unit), Role.INK
        lost = self._picture.lost if self._picture is not None else 0
        if lost and self.known(frame)[0] >= lost:
            return f"exploded at step {lost}: no longer finite", Role.INPUT
        if frame.playhead.unit >= 0 and frame.moment.step:
            return self.reading(frame.moment.step, frame.playhead.unit), Role.INK
        return "", Role.INK

    def _update_between(self, before: Frame, frame: Frame) -> None:
        """Ask for a repaint of the columns that two frames of a pass show differently."""
        picture = self._picture
        if picture is None:
            return
        if before.playhead.unit != frame.playhead.unit or picture.axes is not None:
            if before.playhead != frame.playhead:
                self.update()
            return
        old, new = self.known(before), self.known(frame)
        stood, stands = before.moment.step, frame.moment.step
        geometry = picture.geometry
        if (old, stood) == (new, stands):
            return
        columns = {stood, stands}
        if old != new:
            columns.update((min(old[0], new[0]) + 1, max(old[0], new[0]) + (max(old, new)[1] > 0)))
        columns = {min(max(column, 1), frame.steps) for column in columns}
        margin = 0.6 * self._look.unit + 3
        for first, last in _stretches(sorted(columns), old[0], new[0]):
            left = geometry.edge(first - 1) - margin
            strip = QRectF(left, 0, geometry.edge(last) + margin - left, self.height())
            top = self._head - self._look.unit
            strip.setTop(top)
            self.update(strip.toAlignedRect())
        self.update(QRect(0, 0, self.width(), int(self._head)))

    # -- kept pictures -----------------------------------------------------------------------

    def _key(self, frame: Frame) -> tuple[object, ...]:
        return (
            id(frame.passing),
            frame.playhead.layer,
            self.size(),
            self.devicePixelRatioF(),
            self._look,
            self._mode,
            self.chosen_units(frame) if self._mode == _LINES else (),
        )

    def _current_picture(self) -> _Picture | None:
        frame = self._frame
        if frame is None or self.width() < 40 or self.height() < 40:
            return None
        key = self._key(frame)
        if self._picture is None or self._picture.key != key:
            make = self._draw_lines if self._mode == _LINES else self._draw_map
            self._picture = make(frame, key)
        return self._picture

    def _draw_map(self, frame: Frame, key: tuple[object, ...]) -> _Picture:
        palette, unit = self._look.palette, self._look.unit
        small = QFontMetricsF(self._small())
        scale = [_short(frame.state_limit, "+"), "0", _short(frame.state_limit, "−")]
        scale_width = max(small.horizontalAdvance(text) for text in scale)
        left = self._pad + small.horizontalAdvance(str(frame.units)) + 0.5 * unit
        right = self.width() - self._pad - scale_width - 1.7 * unit
        bottom = self.height() - small.height() - 0.8 * unit
        width = min(right - left, 12 * unit * frame.steps)
        geometry = self._snapped(QRectF(left, self._head, width, bottom - self._head), frame)
        bare, painter = self._new_picture()
        self._draw_step_labels(painter, frame, geometry)
        self._draw_unit_numbers(painter, geometry)
        left = geometry.rect.right() + 0.9 * unit
        bar = QRectF(left, geometry.rect.top(), 0.6 * unit, geometry.rect.height())
        self._draw_scale(painter, bar, scale)
        full = bare.copy()
        rect, gap = geometry.rect, self._gap(geometry)
        painter.drawImage(rect, _empty_map(geometry, palette.colour(Role.LINE), gap))
        painter.end()
        values = frame.states[1:].T
        painter = QPainter(full)
        image = map_image(
            values,
            frame.state_limit,
            geometry.pixels,
            gap=gap,
            ground=palette.colour(Role.PANEL),
            hatch=(palette.colour(Role.INK), palette.colour(Role.PANEL)),
            ratio=geometry.ratio,
        )
        painter.drawImage(rect, image)
        painter.end()
        return _Picture(key, frame.passing, bare, full, geometry, None, (), _first_lost(frame))

    def _draw_lines(self, frame: Frame, key: tuple[object, ...]) -> _Picture:
        palette, unit = self._look.palette, self._look.unit
        small = QFontMetricsF(self._small())
        limit = frame.state_limit
        ticks = [(limit, _short(limit, "+")), (0.0, "0"), (-limit, _short(limit, "−"))]
        gutter = max(small.horizontalAdvance(text) for _, text in ticks) + 0.5 * unit
        label = QFontMetricsF(self._look.font(0.86, bold=True))
        room = label.horizontalAdvance(f"unit {frame.units}") + 0.6 * unit
        bottom = self.height() - small.height() - 0.8 * unit
        top, left = self._head + 0.3 * unit, self._pad + gutter
        width = self.width() - self._pad - room - left
        geometry = self._snapped(QRectF(left, top, width, bottom - top), frame)
        axes = Axes(
            geometry.rect,
            (0.5, frame.steps + 0.5),
            (-1.06 * limit, 1.06 * limit),
            [],
            ticks,
            self._small(),
            palette.colour(Role.MUTED),
            palette.colour(Role.LINE),
        )
        colours = _ON_DARK if palette.dark else _ON_LIGHT
        units = self.chosen_units(frame)
        lines = tuple((u, QColor(colours[i % len(colours)])) for i, u in enumerate(units))
        bare, painter = self._new_picture()
        self._draw_step_labels(painter, frame, geometry)
        if self._chart is not None:
            self._chart.paint(painter, self.width(), self.height(), axes, ())
        painter.end()
        full = bare.copy()
        painter = QPainter(full)
        self._hatch_columns(painter, geometry, frame.states[1:, list(units)])
        if self._chart is not None:
            none = Axes(
                axes.rect, axes.x_range, axes.y_range, [], [], axes.font, axes.text, axes.grid
            )
            curves = [self._curve(frame, geometry, u, colour) for u, colour in lines]
            self._chart.paint(painter, self.width(), self.height(), none, curves)
        painter.end()
        return _Picture(key, frame.passing, bare, full, geometry, axes, lines, _first_lost(frame))

    def _curve(self, frame: Frame, geometry: _Geometry, unit: int, colour: QColor) -> Curve:
        values = np.asarray(frame.states[1:, unit], np.float64)
        values = np.where(np.isfinite(values), values, np.nan)
        steps = np.arange(1.0, frame.steps + 1)
        columns = geometry.pixels[0]
        smooth = frame.steps <= columns
        x, y = min_max(steps, values, columns)
        size = self._look.unit
        selected = unit == frame.playhead.unit
        width = size / 4.5 if selected else size / 7
        marker = 0.4 * size if geometry.pitch >= 1.2 * size else 0.0
        if not smooth:
            # What overlaps stays visible where the lines have become areas.
            colour, width = QColor(colour.red(), colour.green(), colour.blue(), 150), 1.0
        return Curve(x, y, colour, max(1.0, width), smooth=smooth, marker=marker)

    def _snapped(self, rect: QRectF, frame: Frame) -> _Geometry:
        ratio = self.devicePixelRatioF()
        left, top = round(rect.left() * ratio), round(rect.top() * ratio)
        wide, high = max(1, round(rect.width() * ratio)), max(1, round(rect.height() * ratio))
        snapped = QRectF(left / ratio, top / ratio, wide / ratio, high / ratio)
        return _Geometry(snapped, frame.steps, frame.units, ratio)

    def _gap(self, geometry: _Geometry) -> int:
        """Device pixels between two cells; none where cells are small."""
        if geometry.pitch < 6 or geometry.row < 4:
            return 0
        return max(1, round(geometry.ratio * self._look.unit / 14))

    def _draw_step_labels(self, painter: QPainter, frame: Frame, geometry: _Geometry) -> None:
        small, unit = QFontMetricsF(self._small()), self._look.unit
        painter.setFont(self._small())
        painter.setPen(self._look.palette.colour(Role.MUTED))
        rect, pitch = geometry.rect, geometry.pitch
        labels = step_labels(
            frame,
            pitch,
            0.6 * unit,
            small.horizontalAdvance,
            lambda text, room: small.elidedText(text, Qt.TextElideMode.ElideRight, room),
        )
        for step, text in labels:
            middle = rect.left() + (step - 0.5) * pitch
            wide = small.horizontalAdvance(text) + 2
            x = min(max(middle - wide / 2, 0.3 * unit), self.width() - wide - 0.3 * unit)
            box = QRectF(x, rect.bottom() + 0.3 * unit, wide, small.height())
            painter.drawText(box, _MIDDLE, text)

    def _draw_unit_numbers(self, painter: QPainter, geometry: _Geometry) -> None:
        painter.setFont(self._small())
        painter.setPen(self._look.palette.colour(Role.MUTED))
        for count, box in self._unit_numbers(geometry).items():
            painter.drawText(box, _RIGHT, str(count))

    def _unit_numbers(self, geometry: _Geometry) -> dict[int, QRectF]:
        """The units, from 1, whose numbers have room beside their rows, and where."""
        high = QFontMetricsF(self._small()).height()
        stride = nice(0.95 * high / geometry.row)
        apart = (stride - 1) * geometry.row >= 0.95 * high
        first = {1} if apart or geometry.units < stride else set[int]()
        left = 0.3 * self._pad
        right = geometry.rect.left() - 0.3 * self._look.unit
        return {
            count: QRectF(
                left,
                geometry.rect.top() + (count - 0.5) * geometry.row - high / 2,
                right - left,
                high,
            )
            for count in sorted({*first, *range(stride, geometry.units + 1, stride)})
        }

    def _draw_scale(self, painter: QPainter, bar: QRectF, texts: list[str]) -> None:
        """The colours of the values from the largest to the smallest, with three numbers."""
        small, unit = QFontMetricsF(self._small()), self._look.unit
        colours = value_colours(np.linspace(1.0, -1.0, 256)[:, None], 1.0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(bar, _image(_packed(colours)))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setFont(self._small())
        painter.setPen(self._look.palette.colour(Role.MUTED))
        high = small.height()
        for text, y in zip(
            texts, (bar.top(), bar.center().y() - high / 2, bar.bottom() - high), strict=True
        ):
            painter.drawText(QRectF(bar.right() + 0.3 * unit, y, self.width(), high), _LEFT, text)

    def _hatch_columns(
        self, painter: QPainter, geometry: _Geometry, values: NDArray[np.floating]
    ) -> None:
        """Hatch the steps at which a line has no finite value."""
        bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
        if bad.size:
            left = geometry.edge(int(bad[0]))
            rect = QRectF(left, geometry.rect.top(), 0, geometry.rect.height())
            rect.setRight(geometry.edge(int(bad[-1]) + 1))
            painter.fillRect(rect, _hatched(self._look.palette.colour(Role.MUTED)))

    # -- intents -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step and select the unit under the pointer; with Ctrl add the unit's line."""
        if event.button() != Qt.MouseButton.LeftButton or self._frame is None:
            return
        step, unit = self.place_at(event.position())
        if not step:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if unit >= 0:
                self._pick(unit)
            return
        if unit >= 0:
            self._chosen = ()
            self.unit_selected.emit(unit)
        self._pressed_step = 0
        self._seek(step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out what is under the pointer; drag the playhead with the button held."""
        super().mouseMoveEvent(event)
        picture = self._picture
        if self._pressed_step and event.buttons() & Qt.MouseButton.LeftButton and picture:
            self._seek(picture.geometry.step_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._pressed_step = 0

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down select the unit; all other keys are the window's."""
        frame = self._frame
        if frame is None or event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
            return
        selected, way = frame.playhead.unit, 1 if event.key() == Qt.Key.Key_Down else -1
        unit = min(max(selected + way, 0), frame.units - 1) if selected >= 0 else 0
        if unit != selected:
            self.unit_selected.emit(unit)

    def _pick(self, unit: int) -> None:
        """Add a unit to the lines, or take it away."""
        if self._frame is None:
            return
        units = list(self._chosen or (u for u in (self._frame.playhead.unit,) if u >= 0))
        if unit in units:
            units.remove(unit)
            if unit == self._frame.playhead.unit:
                self.unit_selected.emit(-1)
        elif len(units) < _MOST_LINES:
            units.append(unit)
        self._chosen = tuple(units)
        self.update()

    def _seek(self, step: int) -> None:
        frame = self._frame
        if frame is None or step == self._pressed_step:
            return
        self._pressed_step = step
        back = frame.moment.stage in (Stage.BACKWARD, Stage.UPDATE)
        self.sought.emit(frame.timeline.position(Stage.BACKWARD if back else Stage.FORWARD, step))

    def _hover(self) -> None:
        self.update(QRect(0, 0, self.width(), int(self._head)))


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_MIDDLE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine


def map_image(
    values: NDArray[np.floating],
    limit: float,
    pixels: tuple[int, int],
    *,
    gap: int,
    ground: QColor,
    hatch: tuple[QColor, QColor],
    ratio: float = 1.0,
) -> QImage:
    """Values as an image, each cell a block of whole pixels.

    Parameters
    ----------
    values : ndarray of shape (rows, columns)
        Row 0 is at the top.
    limit : float
        The value of the colour map's ends.
    pixels : (int, int)
        Width and height of the image.
    gap : int
        Pixels of `ground` between two cells.
    ground : QColor
        What is between them.
    hatch : (QColor, QColor)
        Lines and ground of cells whose number is not finite.
    ratio : float
        Pixels of the screen to one of the layout, for the width of the hatching.
    """
    wide, high = pixels
    values = largest_per_column(values, wide)
    colours = _packed(value_colours(values, limit))
    column = _cells(values.shape[1], wide)
    row = _cells(values.shape[0], high)
    image = np.ascontiguousarray(colours[row][:, column])
    finite = np.isfinite(values)
    if not finite.all():
        line, between = (np.uint32(colour.rgb()) for colour in hatch)
        period = max(4, round(6 * ratio))
        diagonal = (np.arange(high)[:, None] + np.arange(wide)) % period < max(1, period // 4)
        image = np.where(finite[row][:, column], image, np.where(diagonal, line, between))
    _cut_gaps(image, values.shape[1], values.shape[0], gap, ground)
    return _image(image)


def _empty_map(geometry: _Geometry, colour: QColor, gap: int) -> QImage:
    """The cells of which nothing is known; what is between them is transparent."""
    wide, high = geometry.pixels
    image = np.full((high, wide), colour.rgb(), np.uint32)
    _cut_gaps(image, geometry.steps, geometry.units, gap, QColor(0, 0, 0, 0))
    return _image(image, QImage.Format.Format_ARGB32_Premultiplied)


def _cut_gaps(image: NDArray[np.uint32], columns: int, rows: int, gap: int, colour: QColor) -> None:
    if not gap:
        return
    high, wide = image.shape
    for count, length, axis in ((columns, wide, 1), (rows, high, 0)):
        for index in range(1, count):
            edge = _edge(index, count, length)
            cut = slice(edge - gap, edge)
            image[(slice(None), cut) if axis else (cut, slice(None))] = colour.rgba()


def _cells(count: int, pixels: int) -> NDArray[np.int_]:
    """Which of `count` cells each pixel belongs to."""
    return ((np.arange(pixels) + 0.5) * count / pixels).astype(int)


def _edge(index: int, count: int, pixels: int) -> int:
    """The first pixel of cell `index`, as `_cells` has it."""
    return min(max(int(np.ceil(index * pixels / count - 0.5)), 0), pixels)


def _packed(colours: NDArray[np.uint8]) -> NDArray[np.uint32]:
    wide = colours.astype(np.uint32)
    packed = (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2] | 0xFF000000
    return packed.astype(np.uint32)


def _image(packed: NDArray[np.uint32], form: QImage.Format = QImage.Format.Format_RGB32) -> QImage:
    packed = np.ascontiguousarray(packed, np.uint32)
    high, wide = packed.shape
    return QImage(packed.data, wide, high, 4 * wide, form).copy()


def _liveliest(frame: Frame) -> tuple[int, ...]:
    """The units whose values vary most."""
    states = np.where(np.isfinite(frame.states[1:]), frame.states[1:], 0.0)
    with np.errstate(all="ignore"):
        spread = np.nan_to_num((states / frame.state_limit).std(axis=0))
    best = np.argsort(-spread, kind="stable")[:_DEFAULT_LINES]
    return tuple(sorted(int(unit) for unit in best))


def _first_lost(frame: Frame) -> int:
    lost = np.flatnonzero(~np.isfinite(frame.states).all(axis=1))
    return int(lost[0]) if lost.size else 0


def _hatched(colour: QColor) -> QBrush:
    return QBrush(colour, Qt.BrushStyle.BDiagPattern)


def _value(value: float) -> str:
    """A value of a unit with four decimals, in the notation of reading aloud where it is large."""
    if not np.isfinite(value):
        return "not finite"
    if value != 0.0 and not 1e-3 <= abs(value) < 1e4:
        return number(value)
    return f"{value:.4f}".replace("-", "−")


def _short(limit: float, sign: str) -> str:
    return f"{sign}{number(limit)}"


def _spread(wanted: list[float], apart: float, top: float, bottom: float) -> list[float]:
    """Positions near those wanted (ascending), at least `apart` from each other where possible."""
    if not wanted:
        return []
    apart = min(apart, (bottom - top) / max(len(wanted) - 1, 1))
    places = list(wanted)
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + apart)
    limit = bottom
    for i in range(len(places) - 1, -1, -1):
        places[i] = max(min(places[i], limit), top)
        limit = places[i] - apart
    return places


def _stretches(columns: list[int], old: int, new: int) -> list[tuple[int, int]]:
    """Columns to repaint as few stretches: one from the first to the last if all changed."""
    if abs(old - new) > 1:
        return [(columns[0], columns[-1])]
    return [(column, column) for column in columns]
