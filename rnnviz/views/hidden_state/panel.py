"""The hidden state panel: what it is given, what it says, and what is asked for in it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame, Stage
from rnnviz.scenes.shapes import Role
from rnnviz.views.hidden_state.known import known, reading
from rnnviz.views.hidden_state.lines import MOST_LINES, LinesPicture, draw_lines, liveliest
from rnnviz.views.hidden_state.map import MapPicture, draw_map
from rnnviz.views.look import Look
from rnnviz.views.panels.chart import Chart
from rnnviz.views.panels.panel import Kept, Panel
from rnnviz.views.panels.surface import RIGHT
from rnnviz.views.panels.switch import Segmented

_MAP, _LINES = 0, 1


class HiddenStatePanel(Panel):
    """a⟨t⟩ of every unit: a map (units × steps), or the lines of some units.

    Where there are more steps than pixels, a pixel column shows, for each unit, the value of
    largest magnitude among its steps, with its sign.
    """

    unit_selected = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._picture: Kept[MapPicture | LinesPicture] = Kept()
        self._liveliest: Kept[tuple[int, ...]] = Kept()
        self._picked: tuple[int, ...] = ()
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
            self._picked = ()
        picture = self._picture.still(frame.passing.trace, self._key(frame))
        if before is None or picture is None:
            self.update()
            return
        for part in picture.changed(before, frame):
            self.update(part)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self._switch.set_look(look)
        self._arrange()
        self.updateGeometry()
        self.update()

    def set_mode(self, mode: int) -> None:
        """Show the map (0) or the lines (1)."""
        self._switch.set_current(mode)
        if mode == _LINES and self._chart is None:
            self._chart = Chart(self)
        self.update()

    @property
    def lines_shown(self) -> bool:
        """Whether the lines are shown instead of the map."""
        return self._switch.current == _LINES

    # -- what is shown -----------------------------------------------------------------------

    def cell(self, step: int, unit: int) -> QRectF:
        """Where a unit's value at a step is drawn on the map."""
        picture = self.picture()
        if picture is None:
            return QRectF()
        return picture.grid.block((step - 1, step), (unit, unit + 1))

    def point(self, step: int, unit: int) -> QPointF:
        """Where a unit's value at a step is drawn among the lines."""
        picture, frame = self.picture(), self._frame
        if frame is None or not isinstance(picture, LinesPicture):
            return QPointF()
        return QPointF(picture.axes.x(step), picture.axes.y(float(frame.states[step, unit])))

    def place_at(self, position: QPointF) -> tuple[int, int]:
        """Step and unit under a point; (0, −1) beside the picture, unit −1 between lines."""
        picture, frame = self.picture(), self._frame
        if picture is None or frame is None:
            return 0, -1
        if not picture.grid.rect.adjusted(0, 0, 1e-6, 1e-6).contains(position):
            return 0, -1
        step = picture.grid.step_at(position.x())
        return step, picture.unit_at(position, step, frame)

    def chosen_units(self, frame: Frame) -> tuple[int, ...]:
        """The units whose lines are drawn: those picked, else the selected, else the liveliest."""
        selected = frame.playhead.unit
        if self._picked:
            more = (selected,) if selected >= 0 and selected not in self._picked else ()
            return (*more, *self._picked)[:MOST_LINES]
        if selected >= 0:
            return (selected,)
        return self._liveliest.of(
            frame.passing.trace, frame.playhead.layer, lambda: liveliest(frame)
        )

    def said(self, frame: Frame) -> tuple[str, Role]:
        """What the title row says of the pointer or else the selected unit, and its colour."""
        if self._hovered is not None:
            step, unit = self.place_at(self._hovered)
            if step:
                return reading(frame, step, unit), Role.INK
        picture = self.picture()
        if picture is not None and 0 < picture.lost <= known(frame)[0]:
            return f"exploded at step {picture.lost}: no longer finite", Role.INPUT
        if frame.playhead.unit >= 0 and frame.moment.step:
            return reading(frame, frame.moment.step, frame.playhead.unit), Role.INK
        return "", Role.INK

    def picture(self) -> MapPicture | LinesPicture | None:
        """What is drawn of the frame's pass; None where there is no frame, or no room."""
        frame, surface = self._frame, self.surface
        if frame is None or not surface.drawable:
            return None

        def draw() -> MapPicture | LinesPicture:
            if self.lines_shown and self._chart is not None:
                return draw_lines(surface, frame, self.chosen_units(frame), self._chart)
            return draw_map(surface, frame)

        return self._picture.of(frame.passing.trace, self._key(frame), draw)

    def _key(self, frame: Frame) -> tuple[object, ...]:
        """What a picture depends on, besides the states."""
        lines = (*self.chosen_units(frame), frame.playhead.unit) if self.lines_shown else None
        return self.surface, frame.playhead.layer, lines

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._switch.arrange()
        left = self.width() - self.surface.pad - self._switch.width()
        self._switch.move(round(left), self.surface.title_top)

    def _paint(self, painter: QPainter) -> bool:
        picture, frame = self.picture(), self._frame
        if picture is None or frame is None:
            return False
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture.paint(painter, frame)
        self._draw_head(painter, frame)
        return True

    def _draw_head(self, painter: QPainter, frame: Frame) -> None:
        """The title, and right of it what is said."""
        surface, unit = self.surface, self._look.unit
        right = self._switch.x() - 0.8 * unit
        said, role = self.said(frame)
        font = self._look.font(0.93)
        metrics = QFontMetricsF(font)
        wide = min(metrics.horizontalAdvance(said), right - surface.pad)
        painter.setFont(font)
        painter.setPen(self._look.palette.colour(role))
        cut = metrics.elidedText(said, Qt.TextElideMode.ElideRight, wide + 0.5)
        painter.drawText(surface.title_row(right - wide, right), RIGHT, cut)
        right -= wide + (unit if said else 0.0)
        counted = f"{frame.units} unit{'s' * (frame.units != 1)}"
        counted += f" × {frame.steps} step{'s' * (frame.steps != 1)}"
        words = "Hidden state  a⟨t⟩"
        for title in ((words, counted), (words, ""), ("a⟨t⟩", "")):
            if surface.title_width(title) <= right - surface.pad:
                surface.draw_title(painter, right, title)
                return

    # -- intents -----------------------------------------------------------------------------

    def _pressed(self, event: QMouseEvent) -> None:
        """Go to the step and select the unit under the pointer; with Ctrl add the unit's line."""
        step, unit = self.place_at(event.position())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if unit >= 0:
                self._pick(unit)
            return
        if unit >= 0:
            self._picked = ()
            self.unit_selected.emit(unit)
        self._seek(step)

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
        units = list(self._picked or (u for u in (self._frame.playhead.unit,) if u >= 0))
        if unit in units:
            units.remove(unit)
            if unit == self._frame.playhead.unit:
                self.unit_selected.emit(-1)
        elif len(units) < MOST_LINES:
            units.append(unit)
        self._picked = tuple(units)
        self.update()

    def _step_along(self, x: float) -> int:
        picture = self.picture()
        return picture.grid.step_at(x) if picture is not None else 0

    def _way(self) -> Stage:
        back = (Stage.BACKWARD, Stage.UPDATE)
        return Stage.BACKWARD if self._frame and self._frame.moment.stage in back else Stage.FORWARD

    def _read_out(self) -> QRect:
        return QRect(0, 0, self.width(), int(self.surface.head))
