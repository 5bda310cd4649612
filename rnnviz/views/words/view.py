"""Words as vectors, as a widget: the page it was given, and where one looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame
from rnnviz.film.word_space import ONE_HOT, Spoken, WordSpace, spoken, word_space
from rnnviz.scenes.readout import readout_shapes
from rnnviz.scenes.shapes import Role, Scene, Target
from rnnviz.scenes.words import (
    Camera,
    WordsLayout,
    WordsPage,
    moves,
    words_layout,
    words_readout,
    words_scene,
)
from rnnviz.views.key_focus import KeyFocus, ring
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.paint import paint_scene

_SMALL = 0.86  # of body text; in a lecture no text is below it
_NOTCH, _KEY = 1.25, 1.4  # how much closer a notch of the wheel and a key bring the map
_STEP = 3.0  # units that a key pans
_CLICK = 4  # pixels that the pointer may move and still have clicked


Act = Callable[[WordsPage, WordsLayout, float], WordsPage]
"""What a key makes of the page, given its layout and the pixels that a key pans."""


def _panned(right: int, down: int) -> Act:
    """An arrow looks its way, so the map moves the other way."""

    def act(page: WordsPage, lay: WordsLayout, step: float) -> WordsPage:
        camera = page.camera.moved(-right * step, -down * step, lay.view)
        return replace(page, camera=camera)

    return act


def _closer(page: WordsPage, lay: WordsLayout, _step: float) -> WordsPage:
    return moves.zoomed(page, lay, _KEY)


def _farther(page: WordsPage, lay: WordsLayout, _step: float) -> WordsPage:
    return moves.zoomed(page, lay, 1 / _KEY)


def _whole(page: WordsPage, _lay: WordsLayout, _step: float) -> WordsPage:
    return moves.whole_map(page)


_KEYS: dict[int, Act] = {
    Qt.Key.Key_Left: _panned(-1, 0),
    Qt.Key.Key_Right: _panned(1, 0),
    Qt.Key.Key_Up: _panned(0, -1),
    Qt.Key.Key_Down: _panned(0, 1),
    Qt.Key.Key_Plus: _closer,
    Qt.Key.Key_Equal: _closer,
    Qt.Key.Key_Minus: _farther,
    Qt.Key.Key_0: _whole,
    Qt.Key.Key_Home: _whole,
    Qt.Key.Key_P: lambda page, _lay, _step: moves.other_map(page),
    Qt.Key.Key_PageDown: lambda page, lay, _step: moves.with_word(page, lay, 1),
    Qt.Key.Key_PageUp: lambda page, lay, _step: moves.with_word(page, lay, -1),
}


class WordsView(KeyFocus, QWidget):
    """The sentence's words as one-hot and as dense vectors, and the map of the dense ones.

    It knows nothing of the network but the numbers it was given, and changes nothing: the word
    that is looked at and the camera are its own.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: WordsPage | None = None
        self._look = Look(LIGHT)
        self._layout: WordsLayout | None = None
        self._bare: Scene | None = None  # without what is said of the thing under the pointer
        self._scene: Scene | None = None
        self._hover: Target | None = None
        self._press: QPointF | None = None
        self._dragged: QPointF | None = None
        self.setObjectName("words")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setAccessibleName("Words as vectors")

    # -- what it is given --------------------------------------------------------------------

    def load(self) -> None:
        """Take the vocabulary and the vectors that ship; DataError where they cannot be read."""
        self.set_space(word_space())

    def set_space(self, space: WordSpace) -> None:
        """Take the vocabulary and the vectors."""
        page = WordsPage(space)
        self._show(replace(page, camera=Camera.over(space.maps[page.method])))

    def set_words(self, said: Spoken) -> None:
        """Show a sentence and the counts of a network; nothing before there is a space."""
        page, tokens = self._page, said.tokens
        if page is None or page.spoken == said:
            return
        if tokens != page.tokens:
            chosen = next(
                (t for t in tokens if page.space.index(t) >= 0), tokens[0] if tokens else ""
            )
            page = replace(page, selected=chosen, pointed="", first=0)
        self._hover = None
        self._show(replace(page, spoken=said))

    def set_frame(self, frame: Frame) -> None:
        """Take the sentence of a frame, and the counts of its network."""
        self.set_words(spoken(frame))

    def begin_anew(self, *, dense: bool = True) -> None:
        """Look at the first word and at all of the first map, as at first.

        Without `dense` there are the one-hot vectors alone.
        """
        if self._page is not None:
            page = WordsPage(self._page.space, dense=dense)
            said = self._page.spoken
            self._show(replace(page, camera=Camera.over(page.space.maps[page.method])))
            self.set_words(said)

    def set_look(self, look: Look) -> None:
        """Take other colours or another size of type."""
        self._look = look
        self._refresh()

    @property
    def shown(self) -> bool | str:
        """What a tour calls this: "one-hot", or true for all of it."""
        return self._page is None or self._page.dense or ONE_HOT

    def page(self) -> WordsPage | None:
        """What is shown; None before there is a space."""
        return self._page

    def sizeHint(self) -> QSize:
        """Room for the lecture's sentence."""
        unit = self._look.unit
        return QSize(round(100 * unit), round(48 * unit))

    # -- the picture -------------------------------------------------------------------------

    def layout_shown(self) -> WordsLayout | None:
        """Where everything lies at this size."""
        if self._layout is None and self._page is not None:
            look = self._look
            self._layout = words_layout(
                self.width(),
                self.height(),
                look.unit,
                look.size(_SMALL),
                self._page.tokens,
                self._page.dense,
            )
        return self._layout

    def scene(self) -> Scene | None:
        """The picture at this size; None before there is a space."""
        page, lay = self._page, self.layout_shown()
        if page is None or lay is None:
            return None
        if self._bare is None:
            self._bare = words_scene(page, lay)
        if self._scene is None:
            made = self._bare
            lines = words_readout(page, self._hover) if self._hover is not None else ()
            if self._hover is not None and lines:
                unit = self._look.unit
                words = tuple(map(self._look.says, lines))
                said = readout_shapes(words, self._hover, made.width, made.height, unit)
                made = replace(made, shapes=(*made.shapes, *said))
            self._scene = made
        return self._scene

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the page."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._look.palette.colour(Role.BACKGROUND))
            scene = self.scene()
            if scene is not None:
                paint_scene(painter, scene, self._look)
            if self.ringed:
                ring(painter, QRectF(self.rect()), 0.0, self._look, Role.OUTPUT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the page out again."""
        self._hover = None
        self._refresh()
        super().resizeEvent(event)

    def _show(self, page: WordsPage) -> None:
        old, self._page = self._page, page
        if old is None or old.selected != page.selected or old.tokens != page.tokens:
            self._describe(page)
        self._refresh()

    def _refresh(self) -> None:
        self._layout = self._bare = self._scene = None
        self.update()

    def _describe(self, page: WordsPage) -> None:
        word, number = page.selected, page.space.number(page.selected)
        if not word:
            return
        near = replace(page, pointed="").neighbours()[:3]
        said = f"{word} is number {number} of {page.space.size}" if number else f"{word} is unknown"
        if near:
            said += "; nearest: " + ", ".join(f"{n.word} {n.cosine:.2f}" for n in near)
        self.setAccessibleDescription(said)

    # -- the pointer -------------------------------------------------------------------------

    def target_at(self, point: QPointF) -> Target | None:
        """What lies under a point."""
        page, lay, scene = self._page, self.layout_shown(), self.scene()
        if page is None or lay is None or scene is None:
            return None
        return moves.target_at(page, lay, scene, point.x(), point.y())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click or a drag."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._press = event.position()
        target = self.target_at(event.position())
        if target is not None and target.kind in ("map", "dot"):
            self._dragged = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the map, or read out what is under the pointer."""
        page, lay = self._page, self.layout_shown()
        at = event.position()
        if self._dragged is not None and page is not None and lay is not None:
            moved = at - (self._press or at)
            if max(abs(moved.x()), abs(moved.y())) > _CLICK or self._press is None:
                step = at - self._dragged
                self._dragged, self._press = at, None
                self._hover = None
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                camera = page.camera.moved(step.x(), step.y(), lay.view)
                self._show(replace(page, camera=camera, pointed=""))
            return
        self._set_hover(self.target_at(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or say what the click was meant for."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        clicked, self._press, self._dragged = self._press is not None, None, None
        target = self.target_at(event.position())
        if clicked and target is not None:
            self._click(target)
        self._set_hover(self.target_at(event.position()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom the map about the pointer, or scroll the table."""
        page, lay, at = self._page, self.layout_shown(), event.position()
        notches = event.angleDelta().y() / 120.0
        if page is None or lay is None or not notches:
            event.ignore()
            return
        if lay.view.contains(at.x(), at.y()):
            camera = page.camera.zoomed(_NOTCH**notches, lay.view, at.x(), at.y())
            self._show(replace(page, camera=camera))
            self._set_hover(self.target_at(at))
        elif at.x() < lay.map.x:
            self._hover = None
            self._show(moves.scrolled(page, lay, -2 * round(notches)))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._set_hover(None)
        super().leaveEvent(event)

    def _set_hover(self, target: Target | None) -> None:
        page = self._page
        if page is None or target == self._hover:
            return
        self._hover = target
        if target is None or target.kind == "map":
            self.unsetCursor()
        elif target.kind in ("button", "word", "near", "dot"):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)
        after = moves.pointed_at(page, target)
        if after.pointed != page.pointed:
            self._show(after)
        else:
            self._scene = None
            self.update()

    def _click(self, target: Target) -> None:
        page, lay = self._page, self.layout_shown()
        if page is None or lay is None:
            return
        if target.kind == "button":
            if target.unit > 2:
                self._show(moves.with_map(page, target.unit - 3))
            else:
                self._do((_closer, _farther, _whole)[target.unit])
            return
        word = moves.word_at(page, target)
        if word:
            self._show(replace(page, selected=word, pointed=""))

    # -- keys --------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep the map's keys from the window's commands while this has the focus."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._act(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pan, zoom, change the map, or go to the next word."""
        act = self._act(event)
        if act is None:
            super().keyPressEvent(event)
        else:
            self._do(act)

    def _act(self, event: QKeyEvent) -> Act | None:
        plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        return _KEYS.get(event.key()) if not event.modifiers() & ~plain else None

    def _do(self, act: Act) -> None:
        page, lay = self._page, self.layout_shown()
        if page is None or lay is None:
            return
        self._hover = None
        self._show(act(page, lay, _STEP * self._look.unit))
