"""Sentences broken into lines, for beside a formula or under a curve."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

_LINES = 3


def said(text: str, font: QFont, width: float) -> tuple[list[str], float]:
    """As many of a text's sentences as fit whole, at least the first one, cut."""
    found = wrapped(text, font, width)
    while any(line.endswith("…") for line in found[0]) and ". " in text:
        text = text.rpartition(". ")[0] + "."
        found = wrapped(text, font, width)
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


@lru_cache(maxsize=16)
def _advances(font: QFont) -> Callable[[str], float]:
    metrics = QFontMetricsF(font)

    @lru_cache(maxsize=1024)
    def advance(word: str) -> float:
        return metrics.horizontalAdvance(word)

    return advance
