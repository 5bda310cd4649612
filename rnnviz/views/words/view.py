"""Words as vectors, as a widget: the page it was given, and where one looks."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film.word_space import Spoken, WordSpace
from rnnviz.scenes.readout import readout_shapes
from rnnviz.scenes.shapes import Rect, Role, Scene, Target
from rnnviz.scenes.words import (
    Camera,
    WordsLayout,
    WordsPage,
    dot_at,
    words_layout,
    words_readout,
    words_scene,
)
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.paint import paint_scene
from rnnviz.views.words.keys import MAP_KEYS, PAN, Act

_SMALL = 0.86  # of body text; in a lecture no text is below it
_NOTCH, _KEY = 1.25, 1.4  # how much closer a notch of the wheel and a key bring the map
_STEP = 3.0  # units that a key pans
_CLICK = 4  # pixels that the pointer may move and still have clicked


class WordsView(QWidget):
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

    def set_look(self, look: Look) -> None:
        """Take other colours or another size of type."""
        self._look = look
        self._refresh()

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
                self.width(), self.height(), look.unit, look.size(_SMALL), self._page.tokens
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
                said = readout_shapes(lines, self._hover, made.width, made.height, unit)
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
        """What lies under a point: a dot of the map, or what the scene has there."""
        page, lay, scene = self._page, self.layout_shown(), self.scene()
        if page is None or lay is None or scene is None:
            return None
        found = scene.target_at(point.x(), point.y())
        if found is None or found.kind != "map":
            if found is not None and found.kind == "place" and found.rect.w < 1.0:
                # A cell thinner than a pixel: what is read out stands beside the pointer.
                near = self._lit_near(point, found)
                area = Rect(point.x() - 4, found.rect.y, 8, found.rect.h)
                return replace(found, rect=area, unit=near)
            return found
        index = dot_at(page, lay, point.x(), point.y())
        if index < 0:
            return found
        x, y = page.camera.seen(page.space.maps[page.method][[index]], lay.view)[0]
        half = 0.5 * lay.unit
        return Target("dot", Rect(float(x) - half, float(y) - half, 2 * half, 2 * half), unit=index)

    def _lit_near(self, point: QPointF, found: Target) -> int:
        """The lit cell where the pointer is on what is drawn of it, else the cell at the point."""
        page, lay = self._page, self.layout_shown()
        if page is None or lay is None or found.step < 0:
            return found.unit
        number = page.space.number(page.tokens[found.step])
        x = lay.strips.x + (number - 0.5) / page.space.size * lay.strips.w
        return number - 1 if number and abs(point.x() - x) <= 0.3 * lay.unit else found.unit

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
            self._scroll(page.first - round(notches) * 2)
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
        pointed = ""
        if target is not None and target.kind in ("near", "dot"):
            pointed = page.space.learned[target.unit]
        elif target is not None and target.step >= 0 and target.kind in ("word", "place", "number"):
            pointed = page.tokens[target.step]
        if target is None or target.kind == "map":
            self.unsetCursor()
        elif target.kind in ("button", "word", "near", "dot"):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)
        # A word under the pointer answers everywhere but in the list, which would run away.
        if target is not None and target.kind == "near":
            pointed = page.pointed if not page.selected else ""
        if pointed != page.pointed:
            self._show(replace(page, pointed=pointed))
        else:
            self._scene = None
            self.update()

    def _click(self, target: Target) -> None:
        page = self._page
        if page is None:
            return
        if target.kind == "button":
            (self._closer, self._farther, self._all, self._tsne, self._pca)[target.unit]()
        elif target.kind in ("near", "dot"):
            self._show(replace(page, selected=page.space.learned[target.unit], pointed=""))
        elif target.step >= 0 and target.kind in ("word", "place", "number"):
            self._show(replace(page, selected=page.tokens[target.step], pointed=""))

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
        page, lay = self._page, self.layout_shown()
        if act is None or page is None or lay is None:
            super().keyPressEvent(event)
            return
        if act in PAN:
            dx, dy = PAN[act]
            step = _STEP * self._look.unit
            self._show(replace(page, camera=page.camera.moved(dx * step, dy * step, lay.view)))
            return
        {
            Act.CLOSER: self._closer,
            Act.FARTHER: self._farther,
            Act.ALL: self._all,
            Act.OTHER_MAP: self._other_map,
            Act.NEXT: lambda: self._go(1),
            Act.PREVIOUS: lambda: self._go(-1),
        }[act]()

    def _act(self, event: QKeyEvent) -> Act | None:
        plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        return MAP_KEYS.get(event.key()) if not event.modifiers() & ~plain else None

    def _go(self, by: int) -> None:
        """Select the next or the previous word of the sentence."""
        page, lay = self._page, self.layout_shown()
        if page is None or lay is None or not page.tokens:
            return
        words = [token.lower() for token in page.tokens]
        chosen = page.selected.lower()
        step = words.index(chosen) if chosen in words else (-1 if by > 0 else len(words))
        # A word that comes twice is one word: go past it.
        following = range(step + 1, len(words)) if by > 0 else range(step - 1, -1, -1)
        seen = set(words[: step + 1]) if by > 0 else {chosen}
        after = next((i for i in following if words[i] not in seen), None)
        if after is None:
            return
        after = words.index(words[after])
        first = min(max(page.first, after - lay.rows + 1), after)
        self._hover = None
        self._show(replace(page, selected=page.tokens[after], pointed="", first=first))

    def _scroll(self, first: int) -> None:
        page, lay = self._page, self.layout_shown()
        if page is not None and lay is not None:
            first = min(max(0, first), max(0, len(page.tokens) - lay.rows))
            self._hover = None
            self._show(replace(page, first=first, pointed=""))

    # -- the camera --------------------------------------------------------------------------

    def _zoom(self, factor: float) -> None:
        page, lay = self._page, self.layout_shown()
        if page is not None and lay is not None:
            camera = page.camera.zoomed(factor, lay.view, lay.view.cx, lay.view.cy)
            self._show(replace(page, camera=camera))

    def _closer(self) -> None:
        self._zoom(_KEY)

    def _farther(self) -> None:
        self._zoom(1 / _KEY)

    def _all(self) -> None:
        if self._page is not None:
            places = self._page.space.maps[self._page.method]
            self._show(replace(self._page, camera=Camera.over(places)))

    def _tsne(self) -> None:
        self._choose(0)

    def _pca(self) -> None:
        self._choose(1)

    def _other_map(self) -> None:
        if self._page is not None:
            self._choose(tuple(self._page.space.maps).index(self._page.method) + 1)

    def _choose(self, index: int) -> None:
        if self._page is not None:
            methods = tuple(self._page.space.maps)
            method = methods[index % len(methods)]
            camera = Camera.over(self._page.space.maps[method])
            self._show(replace(self._page, method=method, camera=camera))
