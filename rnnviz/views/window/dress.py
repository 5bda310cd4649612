"""What the window wears: the theme, a size of type that fits it, its size and its splitters."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from rnnviz.film.notation import LECTURE, NOTATIONS
from rnnviz.session import Preferences
from rnnviz.views.look import LIGHT, Look, Palette, palette_of
from rnnviz.views.respelling import respell_menus
from rnnviz.views.widgets import wear_theme
from rnnviz.views.window.parts import Parts

# Body text at 1600×900, and what it may not fall below.
_UNIT, _SMALLEST = 14.0, 12.0
# In front of a class no text may be lower than 2.2 % of the screen; nor is it larger, unless that
# is wished, since what it takes of the height is not the picture's.
_LECTURE_UNIT = 0.022
_USUAL = QSize(1600, 900)
_MOST = 16_384  # pixels of a side: no desktop is larger
# The window manager's frame comes on top of the window's own size.
_FRAME = QSize(8, 48)


def usual_unit(size: QSize) -> float:
    """The height of body text for one's own screen in a window of this size, before its zoom."""
    fit = min(size.width() / _USUAL.width(), size.height() / _USUAL.height())
    return max(_SMALLEST, _UNIT * fit)


class Dress:
    """Gives every view the colours and the size of type.

    Parameters
    ----------
    window : QMainWindow
        Whose size the type follows.
    parts : Parts
    preferences : Preferences
        Remember theme and zoom.

    Attributes
    ----------
    look : Look
        What is in force.
    """

    def __init__(self, window: QMainWindow, parts: Parts, preferences: Preferences) -> None:
        self._window, self._parts, self._preferences = window, parts, preferences
        self._palette: Palette = LIGHT
        self._notation = LECTURE
        self._lecture = False
        self.look = Look(LIGHT, unit=0.0)

    def fit(self, size: QSize | None = None) -> None:
        """Follow the window's size, or another one that it is about to have."""
        size = size or self._window.size()
        if self._lecture:
            unit = ceil(_LECTURE_UNIT * size.height()) * max(
                self._preferences.value("text_zoom"), 1.0
            )
        else:
            unit = usual_unit(size) * self._preferences.value("text_zoom")
        look = Look(self._palette, round(unit * 2) / 2, self._lecture, self._notation)
        if look == self.look:
            return
        other, self.look = look.notation is not self.look.notation, look
        self._window.setFont(look.font())
        _wear(self._window.menuBar(), look.font())
        self._parts.set_look(look)
        if other:
            respell_menus(self._window, look.notation)

    def wear_lecture(self, lecture: bool, size: QSize) -> None:
        """Type for a class, or for one's own screen, in a window that is going to be so large."""
        self._lecture = lecture
        self.fit(size)

    def set_theme(self, theme: str) -> None:
        """Take "light", "dark", or "system" for the system's own."""
        dark = theme == "dark"
        if theme == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self._palette = palette_of("dark" if dark else "light", self._palette.values)
        wear_theme(self._palette)
        self.fit()

    def set_notation(self, name: str) -> None:
        """Write the symbols of the "lecture", a "textbook" or a "framework"."""
        self._notation = NOTATIONS[name]
        self.fit()

    @property
    def colours(self) -> str:
        """The map of values in force."""
        return self._palette.values

    def set_colours(self, colours: str) -> None:
        """Take another map of values, one of the field "colours"."""
        self._palette = palette_of(self._palette.name, colours)
        self.fit()

    def zoom(self, factor: float) -> None:
        """Make the type larger or smaller than it was."""
        self.set_zoom(self._preferences.value("text_zoom") * factor)

    def set_zoom(self, zoom: float) -> None:
        """Make the type `zoom` times its usual size, and remember it."""
        self._preferences.keep("text_zoom", zoom)
        self.fit()

    def restore_size(self) -> None:
        """Have the window as large as it was, or as is usual."""
        geometry = self._preferences.geometry
        known = geometry is not None and self._window.restoreGeometry(geometry)
        if not known or self._window.width() > _MOST or self._window.height() > _MOST:
            self._window.resize(_USUAL.boundedTo(self._window.screen().availableSize() - _FRAME))

    def restore_splitters(self) -> None:
        """Share the height out as it was, or as is usual; the window must have its size."""
        for widget in (self._window, self._parts.central):
            layout = widget.layout()
            if layout is not None:
                layout.activate()
        self._parts.share_height()
        for name, splitter in self._parts.splitters.items():
            sizes = self._preferences.sizes(name)
            if sizes is not None and len(sizes) == splitter.count():
                splitter.setSizes(sizes)

    def keep_sizes(self) -> None:
        """Remember size and splitters."""
        self._preferences.set_bytes("geometry", self._window.saveGeometry())
        for name, splitter in self._parts.splitters.items():
            self._preferences.set_bytes(name, splitter.saveState())


def _wear(bar: QMenuBar, font: QFont) -> None:
    """Give a bar's menus and those below them a size of type."""
    bar.setFont(font)
    # Not by way of each action's menu(): before PySide6 6.11.2 that is deleted with the action's
    # wrapper, for Python, and whoever keeps the menu is left with a dead one.
    for menu in bar.findChildren(QMenu):
        menu.setFont(font)
