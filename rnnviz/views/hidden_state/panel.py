"""The state panel: what it is given, what it says, and what is asked for in it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame, Stage
from rnnviz.film.panels import STATES
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.charts.steps import units_chart
from rnnviz.scenes.shapes import Role
from rnnviz.views.chart.view import ChartView
from rnnviz.views.hidden_state.cell import (
    CellPicture,
    cell_described,
    cell_sayings,
    cell_titles,
    wire_pressed,
)
from rnnviz.views.hidden_state.lines import (
    MOST_LINES,
    LinesPicture,
    liveliest,
    places,
)
from rnnviz.views.hidden_state.map import MapPicture, draw_map
from rnnviz.views.hidden_state.title_row import MODES, Controls, draw_head, state_titles
from rnnviz.views.hidden_state.values import known, quantity_of, readings, scale_marks
from rnnviz.views.look import Look
from rnnviz.views.panels.panel import Kept, PanelWidget
from rnnviz.views.panels.surface import Title
from rnnviz.views.typeset.foundry import foundry, letters_awaited

_LINES, _CELL = MODES.index("lines"), MODES.index("cell")
_Picture = MapPicture | LinesPicture | CellPicture


class HiddenStatePanel(PanelWidget):
    """a⟨t⟩ of every unit, or c⟨t⟩ or a gate: a map (units × steps), or the lines of some units.

    Or the inside of the cell: how one unit's a⟨t⟩ is made at the step of the playhead.

    Where there are more steps than pixels, a pixel column shows, for each unit, the value of
    largest magnitude among its steps, with its sign.
    """

    unit_selected = Signal(int)
    quantity_chosen = Signal(str)
    layer_chosen = Signal(int)
    mode_chosen = Signal(str)
    """Map, lines or cell, chosen on the switch."""

    wire = ""  # of the cell, that is looked at; events come before there is a panel

    def __init__(self, parent: QWidget | None = None, name: str = "map") -> None:
        super().__init__(parent, name)
        self.view = ChartView(self, lambda: places(self._frame) if self._frame else (None, None))
        self.view.doubled.connect(self._unseek)
        self._before: float | None = None  # the position at the last press
        self._chart: Kept[Chart] = Kept()
        self._picture: Kept[_Picture] = Kept()
        self._liveliest: Kept[tuple[int, ...]] = Kept()
        self._picked: tuple[int, ...] = ()
        self._controls = Controls(self)
        self._switch = self._controls.mode
        self._switch.chosen.connect(lambda mode: self.mode_chosen.emit(MODES[mode]))
        self._switch.chosen.connect(self.set_mode)
        self.mode_chosen.connect(lambda mode: self.panel_chosen.emit(STATES[mode]))
        self._controls.quantity.chosen.connect(self._choose_quantity)
        self._controls.layer.chosen.connect(self.layer_chosen)
        self._taken_from = 0.0  # where the controls begin
        self._waiting = letters_awaited(self)
        self._covered = False  # the numbers of the cell
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Hidden state")
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Store the frame; repaint what it shows differently."""
        before, self._frame = self._frame, frame
        if before is None or before.run.task is not frame.task or before.units != frame.units:
            self._picked = ()
        if before is None or not _controlled_alike(before, frame):
            self._controls.set_frame(frame)
            self._arrange()
        picture = self._picture.still(frame.passing.trace, self._key(frame))
        self._tell()  # which may ask for the new picture
        if before is None or picture is None:
            self._repaint(self.rect())
            return
        parts = picture.changed(before, frame)
        if isinstance(picture, CellPicture):
            parts += picture.point(frame, self._hovered)
        if self._hovered is not None or self._heading(before) != self._heading(frame):
            parts.append(QRect(0, 0, self.width(), int(self.surface.head)))
        self._repaint(*parts)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._controls.set_look(look)
        super().set_look(look)

    def stand_in_slot(self, name: str, why: str = "") -> None:
        """Show map, lines or cell, as the table of panels calls them."""
        super().stand_in_slot(name, why)
        mode = next(mode for mode, panel in STATES.items() if panel == name)
        if mode != self.mode:
            self.show_mode(mode)

    def build(self) -> None:
        """Import pyqtgraph for the lines, if that has not happened yet."""
        if self.lines_shown:
            self.view.build()

    def set_mode(self, mode: int) -> None:
        """Show the map (0), the lines (1) or the inside of the cell (2)."""
        self._switch.set_current(mode)
        if mode == _LINES:
            self.view.build()
        else:
            self.view.forget()
        self._tell()
        self._arrange()
        self.update()

    def show_mode(self, mode: str) -> None:
        """Show "map", "lines" or "cell"."""
        self.set_mode(MODES.index(mode))

    @property
    def mode(self) -> str:
        """What is shown: "map", "lines" or "cell"."""
        return MODES[self._switch.current]

    @property
    def lines_shown(self) -> bool:
        """Whether the lines are shown instead of the map."""
        return self._switch.current == _LINES

    @property
    def chart_view(self) -> ChartView | None:
        """The chart that can be covered: that of the lines."""
        return self.view if self.lines_shown else None

    @property
    def covers(self) -> bool | None:
        """Whether the lines, or the numbers of the cell, are covered; None for the map."""
        return self._covered if self.cell_shown else super().covers

    def cover(self, on: bool) -> None:
        """Cover the lines, or leave out the numbers of the cell, or show them again."""
        if not self.cell_shown:
            super().cover(on)
            return
        self._covered = on
        self._tell()
        self.update()

    @property
    def cell_shown(self) -> bool:
        """Whether the inside of the cell is shown instead of the map."""
        return self._switch.current == _CELL

    # -- what is shown -----------------------------------------------------------------------

    def cell(self, step: int, unit: int) -> QRectF:
        """Where a unit's value at a step is drawn on the map."""
        picture = self.picture()
        if picture is None or isinstance(picture, CellPicture):
            return QRectF()
        return picture.block(step, unit)

    def point(self, step: int, unit: int) -> QPointF:
        """Where a unit's value at a step is drawn among the lines."""
        picture, frame = self.picture(), self._frame
        if frame is None or not isinstance(picture, LinesPicture):
            return QPointF()
        return QPointF(*picture.drawn.axes.place(float(step), frame.shown_at(step, unit)))

    def place_at(self, position: QPointF) -> tuple[int, int]:
        """Step and unit under a point; (0, −1) beside the picture, unit −1 between lines."""
        picture, frame = self.picture(), self._frame
        if picture is None or frame is None or isinstance(picture, CellPicture):
            return 0, -1
        if not picture.rect.adjusted(0, 0, 1e-6, 1e-6).contains(position):
            return 0, -1
        step = picture.step_at(position.x())
        return step, picture.unit_at(position, step, frame)

    def chosen_units(self, frame: Frame) -> tuple[int, ...]:
        """The units whose lines are drawn: those picked, else the selected, else the liveliest."""
        selected = frame.playhead.unit
        if self._picked:
            more = (selected,) if selected >= 0 and selected not in self._picked else ()
            return (*more, *self._picked)[:MOST_LINES]
        if selected >= 0:
            return (selected,)
        key = frame.layer, frame.quantity
        return self._liveliest.of(frame.passing.trace, key, lambda: liveliest(frame))

    def said(self, frame: Frame) -> tuple[str, Role]:
        """What the title row says of the pointer or else the selected unit, and its colour."""
        texts, role = self._sayings(frame)
        return texts[0], role

    def _heading(self, frame: Frame) -> tuple[object, ...]:
        """What the title row may say of a frame, in the fullest words."""
        return next(iter(self.titles(frame))), self._sayings(frame)

    def _sayings(self, frame: Frame) -> tuple[list[str], Role]:
        """What may be said, from the most words to the fewest, and its colour."""
        if self.cell_shown and self._covered:
            return ["The numbers are covered: the key V uncovers them", "covered"], Role.INK
        if self.cell_shown:
            return cell_sayings(frame), Role.GRADIENT
        guessed = self.view.guessed if self.lines_shown else ""
        if guessed:  # also under the pointer, which has just drawn it
            return [guessed, ""], Role.INK
        if self._hovered is not None:
            step, unit = self.place_at(self._hovered)
            if step:
                return readings(frame, step, unit), Role.INK
        picture = self.picture()
        lost = 0 if picture is None or isinstance(picture, CellPicture) else picture.lost
        if 0 < lost <= known(frame)[0]:
            what = f"exploded at step {lost}"
            return [f"{what}: no longer finite", what, "exploded"], Role.INPUT
        if frame.playhead.unit >= 0 and frame.moment.step:
            return readings(frame, frame.moment.step, frame.playhead.unit), Role.INK
        return [""], Role.INK

    def picture(self) -> _Picture | None:
        """What is drawn of the frame's pass; None where there is no frame, or no room."""
        frame, surface = self._frame, self.surface
        if frame is None or not surface.drawable:
            return None

        def draw() -> _Picture:
            if self.cell_shown:
                drawn = CellPicture(surface)
                drawn.wire, drawn.covered = self.wire, self._covered
                return drawn
            if self.lines_shown:
                drawn = self.view.drawn(self._lines(frame), surface, surface.plot_area(0.3))
                return LinesPicture(
                    self.view, drawn, self.chosen_units(frame), frame.extremes.first_lost
                )
            return draw_map(surface, frame)

        return self._picture.of(frame.passing.trace, self._key(frame), draw)

    def _lines(self, frame: Frame) -> Chart:
        """The chart of the chosen units."""
        units = self.chosen_units(frame)
        key = frame.layer, frame.quantity, units, frame.playhead.unit
        return self._chart.of(
            frame.passing.trace, key, lambda: units_chart(frame, units, scale_marks(frame))
        )

    def _key(self, frame: Frame) -> tuple[object, ...]:
        """What a picture depends on, besides the pass's numbers."""
        if self.cell_shown:
            return self.surface, "cell", self._covered
        lines: tuple[object, ...] | None = None
        if self.lines_shown:
            self.view.take_notice()
            view = self.view  # a picture asked for before there was a plot has axes alone
            lines = (
                self.chosen_units(frame),
                frame.playhead.unit,
                view.seen,
                view.plot,
                *view.guessing.key,
            )
        return self.surface, frame.layer, frame.quantity, lines

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        if self._frame is not None:  # the first one arranges them
            self._taken_from = self._controls.arrange(self.surface, self._frame)

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        picture, frame = self.picture(), self._frame
        if picture is None or frame is None:
            return False
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(picture, CellPicture) and picture.letters_awaited(frame):
            foundry.warm()
            self._waiting.start()
        picture.paint(painter, frame, region)
        head = self.surface.title_row(0.0, float(self.width()))
        if region.intersects(head.toAlignedRect()):
            self._draw_head(painter, frame)
        return True

    def _draw_head(self, painter: QPainter, frame: Frame) -> None:
        """The title, and right of it what is said."""
        texts, role = self._sayings(frame)
        titles, first = list(self.titles(frame)), self.cell_shown
        draw_head(painter, self.surface, self._taken_from, titles, texts, role, titled=first)

    def titles(self, frame: Frame) -> Iterator[Title]:
        """What the title may be, from the most words to the fewest."""
        if self.cell_shown:
            return iter(cell_titles(frame))
        return state_titles(frame, layer_shown=self._controls.layer_shown)

    # -- intents -----------------------------------------------------------------------------

    def _pressed(self, event: QMouseEvent) -> None:
        """Go to the step and select the unit under the pointer; with Ctrl add the unit's line.

        In the cell look at the wire under the pointer, or at none.
        """
        picture, frame = self.picture(), self._frame
        if isinstance(picture, CellPicture) and frame is not None:
            wire, unit = wire_pressed(frame, picture.target_at(frame, event.position()))
            if wire is not None:
                self.look_at(wire if wire in picture.wires(frame) else "")
            elif unit >= 0 and unit != frame.cell_unit and unit < frame.units:
                self.unit_selected.emit(unit)
            return
        step, unit = self.place_at(event.position())
        self._before = None if self._frame is None else self._frame.playhead.position
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if unit >= 0:
                self._pick(unit)
            return
        if unit >= 0:
            self._picked = ()
            self.unit_selected.emit(unit)
        self._seek(step)

    def _unseek(self) -> None:
        """Go back to where it was before the first press of a double click on the lines."""
        if self._before is not None:
            self.sought.emit(self._before)

    def _choose_quantity(self, index: int) -> None:
        if self._frame is not None and self._frame.quantities[index] != self._frame.quantity:
            self.quantity_chosen.emit(self._frame.quantities[index])

    def event(self, event: QEvent) -> bool:
        """Claim Esc while a wire is looked at, before the window's own key for it does."""
        if (
            self.wire
            and event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, next: bool) -> bool:
        """With a wire looked at, Tab looks at the next one; else it leaves the panel."""
        picture, frame = self.picture(), self._frame
        if not self.wire or not isinstance(picture, CellPicture) or frame is None:
            return super().focusNextPrevChild(next)
        wires = picture.wires(frame)
        at = wires.index(self.wire) if self.wire in wires else -1
        self.look_at(wires[(at + (1 if next else -1)) % len(wires)] if wires else "")
        return True

    def look_at(self, wire: str) -> None:
        """Look at a wire of the cell; at none, by an empty name."""
        picture, frame = self.picture(), self._frame
        if wire == self.wire or not isinstance(picture, CellPicture) or frame is None:
            return
        self.wire = wire
        self._repaint(*picture.look_at(frame, wire))
        self._tell()

    def _opens_wire(self, event: QKeyEvent) -> bool:
        """Enter looks at the first wire, Esc at none any more."""
        picture, frame = self.picture(), self._frame
        if not isinstance(picture, CellPicture) or frame is None:
            return False
        if event.key() == Qt.Key.Key_Escape and self.wire:
            self.look_at("")
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.look_at(self.wire or next(iter(picture.wires(frame)), ""))
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down select the unit; in the cell Enter, Tab and Esc go from wire to wire.

        All other keys are the window's.
        """
        frame = self._frame
        if self._opens_wire(event):
            return
        if frame is None or event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
            return
        selected = frame.cell_unit if self.cell_shown else frame.playhead.unit
        way = 1 if event.key() == Qt.Key.Key_Down else -1
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
        if picture is None or isinstance(picture, CellPicture):
            return 0
        return picture.step_at(x)

    def _point_at(self, position: QPointF | None) -> None:
        picture, frame = self.picture(), self._frame
        if not isinstance(picture, CellPicture) or frame is None:
            super()._point_at(position)
            return
        self._hovered = position
        self._repaint(*picture.point(frame, position))
        at = None if position is None else picture.target_at(frame, position)
        pressed = wire_pressed(frame, at)
        on = at is not None and (bool(pressed[0]) or pressed[1] >= 0)
        self.setCursor(Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor)

    def _tell(self) -> None:
        """Say what is shown to those who hear it."""
        frame = self._frame
        if frame is None:
            return
        quantity, says = quantity_of(frame), self._look.says
        named = f"{quantity.name.capitalize()} {says(quantity.symbol)}"
        named = "Memory cell" if self.cell_shown else named
        if self.accessibleName() != named:
            self.setAccessibleName(named)
        picture = self.picture() if self.cell_shown else None
        wire = picture.looked_at(frame) if isinstance(picture, CellPicture) else ""
        told = self.cell_shown and not self._covered
        said = says(cell_described(frame, wire)) if told else ""
        if self.accessibleDescription() != said:
            self.setAccessibleDescription(said)

    def _way(self) -> Stage:
        back = (Stage.BACKWARD, Stage.UPDATE)
        return Stage.BACKWARD if self._frame and self._frame.moment.stage in back else Stage.FORWARD

    def _read_out(self) -> QRect:
        return QRect(0, 0, self.width(), int(self.surface.head))


def _controlled_alike(a: Frame, b: Frame) -> bool:
    """Whether the controls of two frames are the same and show the same."""
    return (a.cell, a.layers, a.layer, a.quantity) == (b.cell, b.layers, b.layer, b.quantity)
