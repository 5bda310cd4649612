"""Pens, brushes and laid out text: made once for each that is asked for, shared, never changed.

Sentences are broken into lines here too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen, QStaticText, QTransform

from rnnviz.scenes.measure import SUB
from rnnviz.scenes.shapes import Ink, Role
from rnnviz.views.look import FAMILY, MATH_FAMILY, Look, Palette, plain_forms

NO_PEN = QPen(Qt.PenStyle.NoPen)
_ITALIC = {c: chr(0x1D44E + ord(c) - ord("a")) for c in "abcdefgijklmnopqrstuvwxyz"}
_ITALIC |= {c: chr(0x1D434 + ord(c) - ord("A")) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_ITALIC["h"] = "ℎ"
_LINES = 3
Laid = tuple[QStaticText, QFont, float, float]


@lru_cache(maxsize=512)
def brush(palette: Palette, role: Ink, alpha: int) -> QBrush:
    """A filled brush; `alpha` 0 … 255."""
    return QBrush(palette.colour(role, alpha / 255))


@lru_cache(maxsize=128)
def mark(palette: Palette, role: Ink, alpha: int) -> QBrush:
    """A brush for dots, lines and heads of arrows, which carry a meaning."""
    return QBrush(palette.mark(role, alpha / 255))


@lru_cache(maxsize=512)
def ink(palette: Palette, role: Ink, alpha: float) -> QColor:
    """A colour to write with, 4.5:1 on the ground; it is shared, so it must not be changed."""
    colour = palette.text(role)
    colour.setAlphaF(max(0.0, min(1.0, alpha)))
    return colour


@lru_cache(maxsize=512)
def pen_of(palette: Palette, role: Ink, alpha: int, width: float, dash: bool) -> QPen:
    """A pen with flat ends and round joints, dashed or not."""
    pen = QPen(palette.mark(role, alpha / 255), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dash:
        pen.setDashPattern([3.0, 2.2])
    return pen


@lru_cache(maxsize=128)
def tinted_pen(palette: Palette, role: Role, alpha: int, width: float) -> QPen:
    """A pen of a role's tint."""
    pen = QPen(palette.tint(role, alpha / 255), width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


@lru_cache(maxsize=32)
def hatch(palette: Palette, role: Ink, alpha: int) -> QBrush:
    """A brush of diagonal lines."""
    return QBrush(palette.colour(role, alpha / 255), Qt.BrushStyle.BDiagPattern)


@lru_cache(maxsize=128)
def font_of(size: int, bold: bool, math: bool) -> tuple[QFont, QFontMetricsF]:
    """A font of a size in pixels, and its metrics."""
    font = plain_forms(QFont(MATH_FAMILY if math else FAMILY))
    font.setPixelSize(size)
    if math:  # with a fallback for what the formula typeface lacks
        font.setFamilies([MATH_FAMILY, FAMILY, "DejaVu Sans"])
    elif bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font, QFontMetricsF(font)


@lru_cache(maxsize=8192)
def laid_out(text: str, size: int, bold: bool, math: bool) -> Laid:
    """A line of text: ready to draw, with its font, its width and its height."""
    font, metrics = font_of(size, bold, math)
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(QTransform(), font)
    return made, font, metrics.horizontalAdvance(text), metrics.height()


@lru_cache(maxsize=4096)
def cut(text: str, width: float, size: int, bold: bool, math: bool) -> str:
    """The text with … where it is wider than a width."""
    metrics = font_of(size, bold, math)[1]
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=2048)
def notation(
    base: str, sub: str, sup: str, tail: str, size: float
) -> tuple[list[tuple[Laid, float, float]], float]:
    """A symbol as pieces (laid text, dx, dy from the baseline) and its width."""
    big, small = max(1, round(size)), max(1, round(size * SUB))
    up, up_small = (font_of(px, False, True)[1].ascent() for px in (big, small))
    letter = laid_out("".join(_ITALIC.get(c, c) for c in base), big, False, True)
    pieces = [(letter, 0.0, -up)]
    x = letter[2]
    after = x
    if sub:
        lower = laid_out("".join(_ITALIC.get(c, c) for c in sub), small, False, True)
        pieces.append((lower, x, 0.22 * size - up_small))
        after = max(after, x + lower[2])
    if sup:
        upper = laid_out(sup, small, False, True)
        pieces.append((upper, x + 0.03 * size, -0.36 * size - up_small))
        after = max(after, x + 0.03 * size + upper[2])
    if tail:
        rest = laid_out(tail, big, False, True)
        pieces.append((rest, after, -up))
        after += rest[2]
    return pieces, after


def said(text: str, font: QFont, width: float, most: int = _LINES) -> tuple[list[str], float]:
    """As many of a text's sentences as fit whole, at least the first one, cut."""
    found = wrapped(text, font, width, most)
    while any(line.endswith("…") for line in found[0]) and ". " in text:
        text = text.rpartition(". ")[0] + "."
        found = wrapped(text, font, width, most)
    return found


def wrapped(text: str, font: QFont, width: float, most: int = _LINES) -> tuple[list[str], float]:
    """Break a sentence between words into at most so many lines, and say how wide it is then.

    A line that does not fit ends with …; a no-break space holds words together.
    """
    advances = _advances(font)  # asked for once: looking a font up takes longer than a word
    space = advances(" ")
    lines: list[list[str]] = []
    ends: list[float] = []
    for word in text.split(" "):
        long = advances(word)
        last = len(lines) == most
        if lines and (last or ends[-1] + space + long <= width):
            lines[-1].append(word)
            ends[-1] += space + long
        else:
            lines.append([word])
            ends.append(long)
    made = [" ".join(words) for words in lines]
    for at, end in enumerate(ends):
        if end > width:
            made[at] = QFontMetricsF(font).elidedText(made[at], Qt.TextElideMode.ElideRight, width)
            ends[at] = width
    return made, max(ends)


def lines_of(texts: tuple[str, ...], look: Look, wide: float, most: int) -> tuple[list[str], bool]:
    """The lines of the first text that has room in so many, and whether that is the first of all.

    Where not even the last has room, it is cut.
    """
    lines: list[str] = []
    for text in texts:
        lines = wrapped(text, look.font(0.93), wide, most)[0]
        if not lines[-1].endswith("…"):
            return lines, text is texts[0]
    return lines, False


@lru_cache(maxsize=16)
def _advances(font: QFont) -> Callable[[str], float]:
    metrics = QFontMetricsF(font)

    @lru_cache(maxsize=1024)
    def advance(word: str) -> float:
        return metrics.horizontalAdvance(word)

    return advance
