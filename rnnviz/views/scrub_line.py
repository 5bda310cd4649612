"""A line to be scrubbed along, of the film and of a training."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractSlider,
    QWidget,
)

from rnnviz.views.look import LIGHT, Look


class ScrubLine(QAbstractSlider):
    """A line to be scrubbed along: pressed, dragged, turned by the wheel, moved by keys.

    An abstract slider for the sake of assistive technology; it draws what it was given, and only
    asks for places: the stops of a pass, the snapshots of a training.
    """

    def __init__(self, parent: QWidget | None, name: str) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._taking = False
        self._asked: float | None = None  # while it is dragged
        self._hover: float | None = None
        self._turned = 0
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.valueChanged.connect(self._value_changed)

    # -- what the lines fill in --------------------------------------------------------------

    def step(self, by: int) -> None:
        """Ask for the place so many further on."""
        raise NotImplementedError

    def _page(self, way: int) -> None:
        self.step(way * self.pageStep())

    def _ask(self, place: float) -> None:
        raise NotImplementedError

    def _place_at(self, x: float) -> float:
        """The place nearest to an x."""
        raise NotImplementedError

    @property
    def _can_ask(self) -> bool:
        raise NotImplementedError

    # -- what it is given --------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.update()

    def _take(self, last: int, page: int, place: int) -> None:
        """Take over the last place, a page's length and where it is, which asks for nothing."""
        self._taking = True
        self.setRange(0, last)
        self.setPageStep(page)
        self.setValue(place)
        self._taking = False

    def _value_changed(self, value: int) -> None:
        if not self._taking:  # from a screen reader or the like
            self._ask(float(value))

    # -- the hand ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for what is under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton and self._can_ask:
            self._asked = self._place_at(event.position().x())
            self.setSliderDown(True)
            self._ask(self._asked)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer; while dragging, ask for it."""
        self._hover = event.position().x()
        self.update()
        if self._asked is not None and self._can_ask:
            place = self._place_at(self._hover)
            if place != self._asked:
                self._asked = place
                self._ask(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._asked = None
            self.setSliderDown(False)
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A notch is a place."""
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned / 120)
        if notches:
            self._turned -= 120 * notches
            self.step(notches)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """By places, by tenths of them, to the ends."""
        keys = Qt.Key
        match event.key():
            case keys.Key_Right | keys.Key_Up:
                self.step(1)
            case keys.Key_Left | keys.Key_Down:
                self.step(-1)
            case keys.Key_PageUp:
                self._page(1)
            case keys.Key_PageDown:
                self._page(-1)
            case keys.Key_Home:
                self._ask(0)
            case keys.Key_End:
                self._ask(self.maximum())
            case _:
                event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover = None
        self.update()
