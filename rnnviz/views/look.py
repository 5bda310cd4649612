"""Colours, type and sizes: what every view is given besides its frame.

`setColorScheme` does nothing offscreen or on bare X, so the program carries its own two palettes
and hands them to every painter, pyqtgraph's included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from rnnviz.film.notation import LECTURE, Notation
from rnnviz.frozen import record
from rnnviz.scenes.charts.chart import Ink, PalettePlace
from rnnviz.scenes.shapes import Role
from rnnviz.views.value_maps import place, value_map

FAMILY = "Inter"
MATH_FAMILY = "STIX Two Math"
# How far a field's ground goes towards the ink: Fusion's own outline is darker than the window,
# which on a dark one cannot be seen.
_TINT = 0.14
_TINTED = 0.14  # as much of a colour is at most in the ground that its words stand on


@record(eq=False)
class Palette:
    """One theme's colours: by role, and of what is compared (cells, branches, units) by place.

    The first four of those are no role's, and told apart by colour-blind eyes too, as the rest
    are among themselves; all of them can be read as words. `values` is the map of values that is
    chosen, one of `value_maps.ENDS`.
    """

    name: str
    colours: Mapping[Role, str]
    compared: tuple[str, ...]
    values: str = "ochre"

    @property
    def value_map(self) -> NDArray[np.uint8]:
        """The colours of values from −limit to +limit, (255, 3); in the middle the background."""
        return value_map(self.values, self.name, self.colours[Role.BACKGROUND])

    def value_colours(self, values: NDArray[np.floating], limit: float) -> NDArray[np.uint8]:
        """Colours of values between −limit and +limit, shape of `values` + (3,)."""
        return self.value_map[place(values, limit)]

    def colour(self, role: Ink, alpha: float = 1.0) -> QColor:
        """The colour of a role, or of a place among what is compared; `alpha` 0 … 1."""
        name = (
            self.compared[role.place % len(self.compared)]
            if isinstance(role, PalettePlace)
            else self.colours[role]
        )
        return QColor(_colour(name, round(255 * max(0.0, min(1.0, alpha)))))

    def text(self, role: Ink) -> QColor:
        """An ink's colour for words.

        It is moved away from the ground until it stands 4.5:1 on the panels, also where these are
        tinted with a little of the ink's own colour.
        """
        return QColor(_text_colour(self, role))

    def mark(self, role: Ink, alpha: float = 1.0) -> QColor:
        """An ink's colour for lines, edges and dots: it stands 3:1 on the panels, like `text`.

        What only parts things, `Role.LINE`, stays faint.
        """
        return QColor(_colour(_mark_colour(self, role), round(255 * max(0.0, min(1.0, alpha)))))

    def ink_on(self, role: Role) -> QColor:
        """The more readable of dark and white on a surface filled with a role's colour."""
        fill = self.colour(role)
        dark, white = QColor("#0a0d12"), QColor("#ffffff")
        return dark if contrast(dark, fill) >= contrast(white, fill) else white

    def tint(self, role: Role, amount: float) -> QColor:
        """The background moved towards a role's colour by `amount`, 0 … 1; opaque."""
        a, b = self.colour(Role.BACKGROUND), self.colour(role)
        mix = [
            round(x + (y - x) * amount)
            for x, y in zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # pyright: ignore
        ]
        return QColor(*mix)

    @property
    def dark(self) -> bool:
        """Whether this is the dark theme."""
        return self.name == "dark"


LIGHT = Palette(
    "light",
    {
        Role.INPUT: "#c8423b",
        Role.STATE: "#2f8f5b",
        Role.OUTPUT: "#2f6fd0",
        Role.GRADIENT: "#a23ba8",
        Role.PLAYHEAD: "#f2b01e",
        Role.INK: "#1c2430",
        Role.MUTED: "#5f6a79",  # the drawing's #6b7686 falls short of 4.5:1 on the panels
        Role.LINE: "#d8dde4",
        Role.PANEL: "#f6f7f9",
        Role.BACKGROUND: "#ffffff",
    },
    ("#0a6e7c", "#a65200", "#5a41b5", "#52360f", "#0072b2", "#a8467f", "#007a5a", "#3c4654"),
)
DARK = Palette(
    "dark",
    {
        Role.INPUT: "#f0776f",
        Role.STATE: "#5cc48d",
        Role.OUTPUT: "#6ea6ff",
        Role.GRADIENT: "#e07be6",
        Role.PLAYHEAD: "#f2b01e",
        Role.INK: "#e9edf3",
        Role.MUTED: "#93a0b1",
        Role.LINE: "#323b47",
        Role.PANEL: "#1c222b",
        Role.BACKGROUND: "#14181f",
    },
    ("#4fd3dd", "#f0903c", "#a993f5", "#f2c89e", "#56b4e9", "#e48fbf", "#2fc79a", "#c9d1db"),
)


@record
class Look:
    """A palette and a size of type.

    Attributes
    ----------
    palette : Palette
    unit : float
        Height of body text in device-independent pixels; every distance follows it. In lecture
        mode it is at least 2.2 % of the screen's height.
    lecture : bool
        Whether this is the stage in front of a class: no text may be smaller than `unit`.
    notation : Notation
        Which symbols are written.
    """

    palette: Palette
    unit: float = 14.0
    lecture: bool = False
    notation: Notation = LECTURE

    def says(self, words: str) -> str:
        """A text of the program's own, in the symbols that are in force."""
        return self.notation.text(words)

    def font(self, factor: float = 1.0, *, bold: bool = False) -> QFont:
        """The program's typeface at `factor` times body text (never below it in a lecture)."""
        if self.lecture:
            factor = max(factor, 1.0)
        # A copy shares what Qt has looked up of it.
        return QFont(_font(max(1, round(self.unit * factor)), bold))

    def air(self, factor: float) -> float:
        """Free room above or below letters, in pixels: `factor` times body text.

        In a lecture, whose letters are as large as a class needs them, it is half of that.
        """
        return self.unit * factor * (0.5 if self.lecture else 1.0)

    def size(self, factor: float = 1.0) -> float:
        """A text size in pixels: `factor` times body text (never below it in a lecture)."""
        return self.unit * (max(factor, 1.0) if self.lecture else factor)


def load_fonts(folder: Path) -> None:
    """Register the typefaces, so that the picture is the same on every machine.

    DejaVu Sans and STIX Two Math come with ziamath and its parts; they have ⟨ ⟩ and ⋮, which
    Inter lacks.
    """
    for file in sorted(folder.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))
    for package in ("ziafont", "ziamath"):
        spec = find_spec(package)
        for room in (spec.submodule_search_locations or []) if spec else []:
            for file in sorted((Path(room) / "fonts").glob("*.ttf")):
                QFontDatabase.addApplicationFont(str(file))
    QFont.insertSubstitutions(FAMILY, ["DejaVu Sans", MATH_FAMILY])


@lru_cache(maxsize=16)
def palette_of(theme: str, values: str) -> Palette:
    """The palette of a theme, "light" or "dark", with a map of values; always the same object."""
    base = DARK if theme == DARK.name else LIGHT
    return base if values == base.values else replace(base, values=values)


def widget_palette(palette: Palette) -> QPalette:
    """Qt's palette for the ordinary widgets of a theme."""
    made, q = QPalette(), QPalette.ColorRole
    words = (q.WindowText, q.Text, q.ButtonText, q.ToolTipText)
    for role, members in {
        Role.BACKGROUND: (q.Window, q.Base),
        Role.PANEL: (q.AlternateBase, q.Button, q.ToolTipBase, q.Light),
        Role.INK: words,
        Role.MUTED: (q.PlaceholderText,),
        Role.OUTPUT: (q.Highlight, q.Link),
        Role.LINE: (q.Mid, q.Dark),
    }.items():
        for member in members:
            made.setColor(member, palette.colour(role))
    made.setColor(q.HighlightedText, palette.ink_on(Role.OUTPUT))
    for member in words:
        made.setColor(QPalette.ColorGroup.Disabled, member, palette.colour(Role.MUTED))
    return made


def menu_palette(palette: Palette) -> QPalette:
    """Qt's palette for menus, which in the dark stand out from the window that they lie over.

    Their edge, and that of a box to tick, is Fusion's: darker than the window's colour.
    """
    made = widget_palette(palette)
    if palette.dark:
        made.setColor(QPalette.ColorRole.Base, palette.colour(Role.PANEL))
        made.setColor(QPalette.ColorRole.Window, palette.colour(Role.MUTED))
    return made


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio of two opaque colours, 1 … 21 (WCAG 2.1)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = (_linear(c) for c in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def plain_forms(font: QFont) -> QFont:
    """A font whose =, −, : and brackets have one form each; the same object.

    Inter has others for them beside digits and capitals, higher by a hair, of which no PDF knows
    which signs they are: they could neither be found in it nor copied.
    """
    font.setFeature(QFont.Tag("calt"), 0)
    return font


@lru_cache(maxsize=128)
def _font(size: int, bold: bool) -> QFont:
    font = plain_forms(QFont(FAMILY))
    font.setPixelSize(size)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


@lru_cache(maxsize=64)
def _text_colour(palette: Palette, role: Ink) -> str:
    panel, own = palette.colour(Role.PANEL), palette.colour(role)
    return _moved(palette, own, 4.5, _over(panel, own, _TINTED))


@lru_cache(maxsize=64)
def _mark_colour(palette: Palette, role: Ink) -> str:
    if role in (Role.LINE, Role.PANEL, Role.BACKGROUND):
        return palette.colour(role).name()
    return _moved(palette, palette.colour(role), 3.0, palette.colour(Role.PANEL))


def _over(ground: QColor, colour: QColor, alpha: float) -> QColor:
    """A ground under so much of a colour."""
    ends = zip(ground.getRgb()[:3], colour.getRgb()[:3], strict=True)  # pyright: ignore
    return QColor(*(round((1.0 - alpha) * x + alpha * y) for x, y in ends))


def _moved(palette: Palette, colour: QColor, least: float, ground: QColor) -> str:
    """The colour, darker, or lighter in the dark, until it has so much contrast on a ground.

    It goes towards black or white and not towards the ink, which is grey: amber stays amber.
    """
    end = QColor("#ffffff" if palette.dark else "#000000")
    for _ in range(60):
        if contrast(colour, ground) >= least:
            break
        mixed = (
            round(0.96 * a + 0.04 * b)
            for a, b in zip(
                (colour.red(), colour.green(), colour.blue()),
                (end.red(), end.green(), end.blue()),
                strict=True,
            )
        )
        colour = QColor(*mixed)
    return colour.name()


@lru_cache(maxsize=256)
def _colour(name: str, alpha: int) -> QColor:
    colour = QColor(name)
    colour.setAlpha(alpha)
    return colour


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def field_palette(look: Look) -> QPalette:
    """The theme's palette; in the dark one fields are lighter than the window."""
    palette = widget_palette(look.palette)
    if look.palette.dark:
        palette.setColor(QPalette.ColorRole.Base, look.palette.tint(Role.INK, _TINT))
    return palette
