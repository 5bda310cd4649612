"""A formula that is a shape among others: the first of its forms that has room, typeset."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from rnnviz.scenes.equation import Row
from rnnviz.scenes.shapes import Formula, Role
from rnnviz.views.look import Palette
from rnnviz.views.pens_and_text import font_of
from rnnviz.views.typeset.arrangement import as_text
from rnnviz.views.typeset.boxes import TypeBox, paint
from rnnviz.views.typeset.foundry import AXIS, TypesettingError, foundry
from rnnviz.views.typeset.rows import row_box

_NUMBERS = 1  # of a column, which stands on one line
_MOST_KEPT = 400
_kept: dict[Row, TypeBox] = {}


def fitting(shape: Formula) -> tuple[TypeBox, float]:
    """The form that is drawn, and the size of its em.

    Raises
    ------
    TypesettingError
        Where ziamath fails.
    """
    box, size = TypeBox(0.0, 0.0, 0.0), shape.size
    for form in shape.forms:
        box = _box(cast("Row", form))
        if box.width * shape.size <= shape.rect.w:
            break
    half = max(box.up - AXIS, box.down + AXIS, 0.1)
    size = min(size, shape.rect.h / (2 * half))
    return box, size if box.width * size <= shape.rect.w else shape.rect.w / box.width


def draw_formula(painter: QPainter, shape: Formula, palette: Palette) -> None:
    """Draw it; as text where typesetting is not to be had, not at all before it is ready."""
    r = shape.rect
    if foundry.failed:
        _as_text(painter, shape, palette)
        return
    if not foundry.ready or r.w <= 0.0:
        return
    try:
        box, size = fitting(shape)
    except TypesettingError:
        return
    x = r.x + (r.w - box.width * size) * {"left": 0.0, "center": 0.5}.get(shape.align, 1.0)
    before = painter.opacity()
    painter.setOpacity(before * shape.alpha)
    paint(painter, box, x, r.cy + AXIS * size, size, palette)
    painter.setOpacity(before)


def _box(row: Row) -> TypeBox:
    box = _kept.get(row)
    if box is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        box = _kept[row] = row_box(row, _NUMBERS)
    return box


def _as_text(painter: QPainter, shape: Formula, palette: Palette) -> None:
    r, text = shape.rect, as_text(cast("Row", shape.forms[0]))
    font, metrics = font_of(round(0.8 * shape.size), False, True)
    cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, r.w)
    painter.setFont(font)
    painter.setPen(palette.text(Role.INK))
    middle = (
        Qt.AlignmentFlag.AlignHCenter if shape.align == "center" else Qt.AlignmentFlag.AlignLeft
    )
    painter.drawText(QRectF(r.x, r.y, r.w, r.h), middle | Qt.AlignmentFlag.AlignVCenter, cut)
