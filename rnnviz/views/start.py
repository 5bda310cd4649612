"""The start page as a widget: it lies over the window, and any key of the film leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame
from rnnviz.scenes.shapes import Role, Scene, Target
from rnnviz.scenes.start import KEEP, TOUR, StartPage, spoken, start_scene
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.paint import paint_scene

_ON = (Qt.Key.Key_Tab, Qt.Key.Key_Down)
_BACK = (Qt.Key.Key_Backtab, Qt.Key.Key_Up)
_PLAIN = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
_TAKE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class StartView(QWidget):
    """Shows what can be begun with, and says what is chosen.

    Tab and ↓ go on, Shift+Tab and ↑ back, Enter takes; a digit takes the tour of that part.

    Signals
    -------
    chosen : str, int
        A kind of target of `scenes.start`, and which of several, counted from 1; else 0.
    kept : bool
        Whether it is to be shown at every start.
    """

    chosen = Signal(str, int)
    kept = Signal(bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("start page")
        self.setAccessibleName("Start page")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing is painted beneath it
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._look, self._page = Look(LIGHT), StartPage()
        self._scene: Scene | None = None
        self._place = 0
        self._covered = parent
        parent.installEventFilter(self)
        self.hide()

    # -- what it is given --------------------------------------------------------------------

    @property
    def page(self) -> StartPage:
        """What it offers."""
        return self._page

    def frame_shown(self) -> Frame | None:
        """What its network is of."""
        return self._page.frame

    def set_frame(self, frame: Frame) -> None:
        """Show another network."""
        before = self._page.frame
        if before is None or before.run is not frame.run:
            self._show(replace(self._page, frame=frame))

    def offer(self, *, recent: Sequence[str], kept: bool) -> None:
        """Say what was open last, and whether it is shown at a start."""
        self._show(replace(self._page, recent=tuple(recent), kept=kept))

    def offer_tours(self, tours: Sequence[tuple[str, str]]) -> None:
        """Offer tours, each by its name and title."""
        if tuple(tours) != self._page.tours:
            self._place = 0
            self._show(replace(self._page, tours=tuple(tours)))

    def set_look(self, look: Look) -> None:
        """Take other colours, another size of type or notation."""
        self._look = look
        self._show(self._page)

    def cover(self) -> None:
        """Lie over everything."""
        self._place = 0
        self._scene = None
        self.setGeometry(self._covered.rect())
        self.show()
        self.setFocus()
        self._tell()

    def scene(self) -> Scene:
        """The picture at this size."""
        if self._scene is None:
            size = float(self.width()), float(self.height())
            self._scene = start_scene(self._page, *size, self._look.unit, self._place)
        return self._scene

    def _show(self, page: StartPage) -> None:
        self._page, self._scene = page, None
        self.update()

    # -- what is chosen ----------------------------------------------------------------------

    def _move(self, by: int) -> None:
        self._go(self._place + by)

    def _go(self, place: int) -> None:
        self._place = place % len(self.scene().targets)
        self._scene = None
        self.update()
        self._tell()

    def _tell(self) -> None:
        """Say what has the keys to those who hear the page."""
        self.setAccessibleDescription(spoken(self._page, self.scene().targets[self._place]))

    def _take(self, target: Target) -> None:
        if target.kind == KEEP:
            self._show(replace(self._page, kept=not self._page.kept))
            self._tell()
            self.kept.emit(self._page.kept)
            return
        self.chosen.emit(target.kind, target.step)

    # -- Qt ----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what it covers."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._covered.rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Hear the keys of the page before the window's, and Tab before Qt."""
        if isinstance(event, QKeyEvent):
            mine = self._meant(event)
            if event.type() == QEvent.Type.ShortcutOverride and mine:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and mine:
                self.keyPressEvent(event)
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from one to the next, and take one."""
        key = Qt.Key(event.key())
        if not self._meant(event):
            super().keyPressEvent(event)
        elif key in _ON or key in _BACK:
            self._move(1 if key in _ON else -1)
        elif key in _TAKE:
            self._take(self.scene().targets[self._place])
        else:
            self.chosen.emit(TOUR, self._tour_of(key))

    def _meant(self, event: QKeyEvent) -> bool:
        """Whether a key is one of the page's."""
        if event.modifiers() & ~_PLAIN:
            return False
        key = Qt.Key(event.key())
        return key in (*_ON, *_BACK, *_TAKE) or self._tour_of(key) > 0

    def _tour_of(self, key: Qt.Key) -> int:
        """Which tour a digit means, counted from 1: that of the part of this number; 0 for none."""
        number = key - Qt.Key.Key_0
        if not 1 <= number <= 9:
            return 0
        titles = enumerate((title for _, title in self._page.tours), start=1)
        return next((place for place, title in titles if title.startswith(str(number))), 0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say that something can be pressed."""
        on = self.scene().target_at(event.position().x(), event.position().y()) is not None
        shape = Qt.CursorShape.PointingHandCursor if on else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take what is pressed."""
        target = self.scene().target_at(event.position().x(), event.position().y())
        if target is not None and event.button() == Qt.MouseButton.LeftButton:
            self._go(self.scene().targets.index(target))
            self._take(target)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the page out again."""
        self._scene = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the page."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._look.palette.colour(Role.BACKGROUND))
            paint_scene(painter, self.scene(), self._look)
