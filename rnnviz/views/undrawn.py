"""Characters that no font of this machine can draw, said when a text with them is opened."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category

from PySide6.QtGui import QFont, QTextLayout

from rnnviz.views.look import FAMILY

_TOGETHER, _NAMED = 200, 5
_OWN = "\u024f"  # the program's own typeface has all letters up to here
_UNSEEN = ("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me")


def undrawn(texts: Iterable[str]) -> str:
    """What of texts is drawn as boxes, as a note; empty where the fonts have all of it."""
    found = set[str]().union(*texts)
    asked = sorted(c for c in found if c > _OWN and category(c) not in _UNSEEN)
    many, named = 0, list[str]()
    for start in range(0, len(asked), _TOGETHER):
        part = "".join(asked[start : start + _TOGETHER])
        lacking = _lacking(part)
        many += lacking
        if lacking and len(named) < _NAMED:
            named += [f"U+{ord(c):04X}" for c in part if _lacking(c)]
    if not many:
        return ""
    told = ", ".join(named[:_NAMED]) + (f" and {many - _NAMED:,} more" if many > _NAMED else "")
    one = many == 1
    return (
        f"{'one character has' if one else f'{many:,} characters have'} no letter in any "
        f"font of this machine and {'is' if one else 'are'} drawn as "
        f"{'a box' if one else 'boxes'}: {told}"
    )


@lru_cache(maxsize=256)
def _lacking(characters: str) -> int:
    """How many of them no font has."""
    layout = QTextLayout(characters, QFont(FAMILY))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return sum(not glyph for run in layout.glyphRuns() for glyph in run.glyphIndexes())
