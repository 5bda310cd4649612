"""The panel whose picture is a scene: it paints it, reads it out, and says what a press asks for.

What it shows is a module of `scenes`, imported when the panel is first shown; `slots.SCENES` says
which. It says whether it is `OF_A_LAYER`, which is then chosen in the title row, and has four
functions: `titles(frame)`, what the title may be, from the most words to the fewest;
`scene(frame, width, height, area, unit, small)`, with the sizes of sentences and of axes;
`reading(frame, target)`, the lines that are said of what the pointer is at; `chosen(frame,
target)`, what a press asks for: "source", "summed", "step", "unit", "second", "layer", "branch",
"copies", "lags", "layers" or "example", and its number. It may have keys of its own: `keys(frame)`
says what each asks for, by what it writes, while the panel has the focus. With `covered(scene)`,
the picture without what a room is to guess, it can be covered. A target called "slider" follows the
pointer while the button is held.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any, cast

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame
from rnnviz.film.panels import PANELS
from rnnviz.scenes.measure import difference
from rnnviz.scenes.modes import MODE_SHAPES
from rnnviz.scenes.readout import read_out
from rnnviz.scenes.shapes import Rect, Scene, Target
from rnnviz.views.look import Look
from rnnviz.views.paint import paint_scene
from rnnviz.views.panels.controls import LayerStepper
from rnnviz.views.panels.panel import PanelWidget
from rnnviz.views.panels.slots import SCENES


class ScenePanel(PanelWidget):
    """A panel of the table that shows a scene of the frame.

    A press on a target asks for what the scene's module says: to follow one loss or the sum of
    all, to seek a step, to look at a unit or at a layer.
    """

    source_chosen = Signal(int)
    summed_chosen = Signal(bool)
    unit_selected = Signal(int)
    second_selected = Signal(int)
    layer_chosen = Signal(int)
    branch_chosen = Signal(int)
    copies_chosen = Signal(int)
    lags_chosen = Signal(int)
    layers_chosen = Signal(int)
    example_chosen = Signal(str)
    """The shipped problem that shows a mode."""

    def __init__(self, parent: QWidget | None, name: str) -> None:
        super().__init__(parent, name)
        self._bare: tuple[object, Scene] | None = None
        self._drawn: tuple[Scene, Scene] | None = None
        self._target: Target | None = None
        self._slider: Target | None = None  # that is held
        self._covered = False
        self._layer = LayerStepper(self)
        self._layer.chosen.connect(self.layer_chosen)
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Store the frame; repaint what it shows differently."""
        before, old = self._frame, self._drawn
        self._frame = frame
        if before is None or (before.layer, before.layers) != (frame.layer, frame.layers):
            self._arrange()
            self.update()
            return
        if self.why or not self.isVisible() or old is None or not self.surface.drawable:
            self.update()
            return
        parts = self._different(old[1], self.scene(frame))
        if self._module.titles(before) != self._module.titles(frame):
            parts.append(self.surface.title_row(0.0, float(self.width())).toAlignedRect())
        self._repaint(*parts)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._layer.set_look(look)
        super().set_look(look)

    def stand_in_slot(self, name: str, why: str = "") -> None:
        """Show a panel of the table."""
        if self._stands is not None and self._stands[0] != name:
            self._bare = self._drawn = self._target = None
            self._covered = False
        super().stand_in_slot(name, why)
        self._arrange()
        own = hasattr(self._module, "keys")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if own else Qt.FocusPolicy.NoFocus)
        if self.accessibleName() != PANELS[name].title:
            self.setAccessibleName(PANELS[name].title)

    # -- what is shown -----------------------------------------------------------------------

    @property
    def covers(self) -> bool | None:
        """Whether what its picture tells is covered; None of a picture that tells nothing."""
        return self._covered if hasattr(self._module, "covered") else None

    def cover(self, on: bool) -> None:
        """Leave out of the picture what is to be guessed, or show it again."""
        if on != self._covered:
            self._covered = on
            self.update()

    @property
    def _module(self) -> Any:
        return import_module(SCENES[self.name])

    def scene(self, frame: Frame) -> Scene:
        """The picture of a frame, with what is said of the place under the pointer."""
        bare = self._bare_scene(frame)
        # Another frame has something else there, or nothing; what is to be guessed is not told.
        at = None if self._covered else self._hovered
        target = None if at is None else bare.target_at(at.x(), at.y())
        if self._drawn is None or self._drawn[0] is not bare or self._target != target:
            lines, look = partial(self._module.reading, frame), self._look
            self._drawn = bare, read_out(bare, target, lines, look.size(0.93), look.says)
            self._target = target
        return self._drawn[1]

    def _bare_scene(self, frame: Frame) -> Scene:
        key = (frame, self.surface, self.name, self._covered)
        if self._bare is not None and self._bare[0] == key:
            return self._bare[1]
        surface, look, module = self.surface, self._look, self._module
        top = surface.head
        wide = surface.width - 2 * surface.pad
        area = Rect(surface.pad, top, wide, surface.height - 0.5 * look.unit - top)
        sizes = look.size(0.93), look.size(0.8)  # in a lecture both are body text
        made: Scene = module.scene(frame, surface.width, surface.height, area, *sizes)
        if self._covered:
            made = module.covered(made)
        self._bare = key, made
        return made

    def target(self, frame: Frame, position: QPointF) -> Target | None:
        """What is at a point."""
        return self.scene(frame).target_at(position.x(), position.y())

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._layer.place(self._frame if self._module.OF_A_LAYER else None, self.surface)

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        frame, surface = self._frame, self.surface
        if frame is None or not surface.drawable:
            return False
        surface.lay(painter)
        parts = [QRectF(part) for part in region]  # pyright: ignore[reportGeneralTypeIssues]
        paint_scene(painter, self.scene(frame), self._look, parts)
        self._draw_title(painter, self._module.titles(frame))
        return True

    @staticmethod
    def _different(before: Scene, after: Scene) -> list[QRect]:
        return [
            QRectF(part.x - 1, part.y - 1, part.w + 2, part.h + 2).toAlignedRect()
            for part in difference(before, after)
        ]

    # -- intents -----------------------------------------------------------------------------

    def _point_at(self, position: QPointF | None) -> None:
        frame = self._frame
        if frame is None or self.why or not self.surface.drawable:
            self._hovered = position
            return
        before, old = self.scene(frame), self._target
        self._hovered = position
        after = self.scene(frame)
        if old != self._target:
            self._repaint(*self._different(before, after))
            pointing = Qt.CursorShape.PointingHandCursor
            self.setCursor(Qt.CursorShape.ArrowCursor if self._target is None else pointing)

    def _pressed(self, event: QMouseEvent) -> None:
        frame = self._frame
        if frame is None or self.why:
            return
        scene, (x, y) = self.scene(frame), event.position().toTuple()
        target = scene.target_at(x, y)
        if target is None:
            return
        if target.kind == "slider":
            self._slider = next(t for t in scene.targets if t.kind == "slider")
        self._ask(*self._module.chosen(frame, target))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move a slider that is held, else as every panel does."""
        super().mouseMoveEvent(event)
        held, frame = self._slider, self._frame
        if held is not None and frame is not None and event.buttons() & Qt.MouseButton.LeftButton:
            place = held.rect
            x = min(max(event.position().x(), place.x), place.right - 1e-6)
            target = held.at(x, place.cy)
            if target is not None:
                self._ask(*self._module.chosen(frame, target))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._slider = None
        super().mouseReleaseEvent(event)

    def _ask(self, intent: str, value: int) -> None:
        """Say what a press on a target asks for."""
        if intent == "source":
            self.summed_chosen.emit(False)
            self.source_chosen.emit(value)
        elif intent == "summed":
            self.summed_chosen.emit(bool(value))
        elif intent == "step":
            self._seek(value)
        elif intent == "unit":
            self.unit_selected.emit(value)
        elif intent == "second":
            self.second_selected.emit(value)
        elif intent == "layer":
            self.layer_chosen.emit(value)
        elif intent == "branch":
            self.branch_chosen.emit(value)
        elif intent == "copies":
            self.copies_chosen.emit(value)
        elif intent == "lags":
            self.lags_chosen.emit(value)
        elif intent == "layers":
            self.layers_chosen.emit(value)
        elif intent == "example":
            self.example_chosen.emit(MODE_SHAPES[value - 1].example)

    def event(self, event: QEvent) -> bool:
        """Claim the picture's own keys before the window's commands hear them."""
        if event.type() == QEvent.Type.ShortcutOverride and self._key_of(cast(QKeyEvent, event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the picture's own key asks for; all others are the window's."""
        asked = self._key_of(event)
        if asked is None:
            super().keyPressEvent(event)
        else:
            self._ask(*asked)

    def _key_of(self, event: QKeyEvent) -> tuple[str, int] | None:
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain &= ~Qt.KeyboardModifier.ShiftModifier  # which writes a + on some keyboards
        keys, frame = getattr(self._module, "keys", None), self._frame
        if keys is None or frame is None or self.why or plain != Qt.KeyboardModifier.NoModifier:
            return None
        return keys(frame).get(event.text())
