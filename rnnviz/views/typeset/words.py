"""Words within a formula: outlines of the program's own typeface, not typeset by ziamath."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainterPath, QTextLayout, QTransform

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import FAMILY
from rnnviz.views.typeset.boxes import TypeBox
from rnnviz.views.typeset.outlines import UNITS

_SIZE = 0.88  # beside a formula's letters
_COARSE = 10.0  # so much smaller is Qt asked for the outlines: fonts have sizes in whole pixels


@lru_cache(maxsize=256)
def words(text: str, role: Role) -> TypeBox:
    """A text as one outline."""
    path = QPainterPath()
    path.addText(0.0, 0.0, _font(), text)
    path.setFillRule(Qt.FillRule.WindingFill)
    path = QTransform.fromScale(_COARSE, _COARSE).map(path)
    box = path.boundingRect()
    up, down = max(0.0, -box.top() / UNITS), max(0.0, box.bottom() / UNITS)
    return TypeBox(box.right() / UNITS, up, down, path, role)


@lru_cache(maxsize=256)
def has_outlines(text: str) -> bool:
    """Whether the fonts have an outline for all that is visible in a text.

    No font may know a character, or one that has it only as a coloured image (an emoji).
    """
    visible = "".join(c for c in text if category(c) not in ("Zs", "Zl", "Zp", "Cc", "Cf"))
    layout = QTextLayout(visible, _font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return all(
        glyph and not run.rawFont().pathForGlyph(glyph).isEmpty()
        for run in layout.glyphRuns()
        for glyph in run.glyphIndexes()
    )


def _font() -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(round(UNITS * _SIZE / _COARSE))
    return font
