"""Going through the window by keys alone: Tab as one reads, Enter presses, ↑ and ↓ choose in a row.

Space, ← and → are the film's wherever the focus is, so that they neither press nor choose.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QMainWindow, QWidget

from rnnviz.views.window.parts import Parts

_PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CHOOSE = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Keyboard:
    """Answers the keys that neither a command nor the widget with the focus has taken."""

    def __init__(self, window: QMainWindow, parts: Parts) -> None:
        self._window, self._parts = window, parts

    def go(self, *, forward: bool) -> bool:
        """Give the focus to what is read next, or before; whether there is anything."""
        stops = self._stops()
        if not stops:
            return False
        here = self._window.focusWidget()
        if here in stops:
            at = stops.index(here) + (1 if forward else -1)
        else:  # it has just gone, or nothing has the focus
            row = -1 if here is None else self._row(here)
            at = sum(self._row(each) < row for each in stops) - (0 if forward else 1)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        if here is not None and not (here.isVisible() and here.isEnabled()):
            # Qt looks for who has it now, from what is hidden or switched off: no key did.
            reason = Qt.FocusReason.OtherFocusReason
        stops[at % len(stops)].setFocus(reason)
        return True

    def key(self, event: QKeyEvent) -> bool:
        """Press the button with the focus, or choose its neighbour; whether that was meant."""
        button = self._window.focusWidget()
        if not isinstance(button, QAbstractButton) or event.modifiers() not in _PLAIN:
            return False
        if event.key() in _PRESS:
            if not event.isAutoRepeat():
                button.click()
            return True
        return event.key() in _CHOOSE and _choose_beside(button, _CHOOSE[Qt.Key(event.key())])

    def _stops(self) -> list[QWidget]:
        """What Tab comes to, from top to bottom; panels were built after what is below them."""
        return sorted(filter(_stops_at, self._chain()), key=self._row)

    def _row(self, widget: QWidget) -> int:
        """Which of the window's rows and panels a widget stands in."""
        rows = self._parts.as_read
        return next((n for n, part in enumerate(rows) if _is_in(widget, part)), len(rows))

    def _chain(self) -> Iterator[QWidget]:
        """All widgets of the window, in the order in which they were built."""
        widget = self._window.nextInFocusChain()
        while widget is not None and widget is not self._window:
            yield widget
            widget = widget.nextInFocusChain()


def _is_in(widget: QWidget, part: QWidget) -> bool:
    return widget is part or part.isAncestorOf(widget)


def _stops_at(widget: QWidget) -> bool:
    if not (widget.isVisible() and widget.isEnabled()) or widget.focusProxy() is not None:
        return False
    group = _row_of_one(widget)
    if group is not None and group.checkedButton() is not None:
        # Qt makes the first that had the focus the one to come back to, whichever is chosen.
        return widget is group.checkedButton()
    return widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus


def _row_of_one(widget: QWidget) -> QButtonGroup | None:
    """The buttons of which one is chosen, where a widget is one of these."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group if group is not None and group.exclusive() else None


def _choose_beside(button: QAbstractButton, way: int) -> bool:
    """Choose the next or the former of the buttons of which one is chosen."""
    group = _row_of_one(button)
    if group is None:
        return False
    row = [each for each in group.buttons() if each.isVisible() and each.isEnabled()]
    if button in row:
        beside = row[(row.index(button) + way) % len(row)]
        beside.setFocus(Qt.FocusReason.TabFocusReason)
        beside.click()
    return True
