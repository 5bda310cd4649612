"""Pens and brushes by role: made once for each that is asked for, shared, never to be changed."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPen

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Palette

NO_PEN = QPen(Qt.PenStyle.NoPen)


@lru_cache(maxsize=512)
def brush(palette: Palette, role: Role, alpha: int) -> QBrush:
    """A filled brush; `alpha` 0 … 255."""
    return QBrush(palette.colour(role, alpha / 255))


@lru_cache(maxsize=512)
def ink(palette: Palette, role: Role, alpha: float) -> QColor:
    """A colour to write with; it is shared, so it must not be changed."""
    return palette.colour(role, alpha)


@lru_cache(maxsize=512)
def pen_of(palette: Palette, role: Role, alpha: int, width: float, dash: bool) -> QPen:
    """A pen with flat ends and round joints, dashed or not."""
    pen = QPen(palette.colour(role, alpha / 255), width)
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
def hatch(palette: Palette, role: Role, alpha: int) -> QBrush:
    """A brush of diagonal lines."""
    return QBrush(palette.colour(role, alpha / 255), Qt.BrushStyle.BDiagPattern)
