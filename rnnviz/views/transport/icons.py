"""The program's own icons, as outlines within the unit square."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF, QTransform

_TOP, _BOTTOM = 0.22, 0.78


@cache
def icon(name: str) -> QPainterPath:
    """An icon's outline.

    Parameters
    ----------
    name : str
        "start", "previous", "play", "pause", "next" or "end".

    Raises
    ------
    ValueError
        For another name.
    """
    path = QPainterPath()
    match name:
        case "play":
            _triangle(path, 0.30, 0.80, 0.18, 0.82)
        case "pause":
            _bar(path, 0.28, 0.16)
            _bar(path, 0.56, 0.16)
        case "next":
            _triangle(path, 0.24, 0.66)
            _bar(path, 0.68, 0.09)
        case "end":
            _triangle(path, 0.12, 0.46)
            _triangle(path, 0.46, 0.80)
            _bar(path, 0.80, 0.09)
        case "previous" | "start":
            mirror = QTransform(-1, 0, 0, 1, 1, 0)
            return mirror.map(icon("next" if name == "previous" else "end"))
        case _:
            raise ValueError(f"no icon is called {name!r}")
    return path


def _triangle(
    path: QPainterPath, left: float, right: float, top: float = _TOP, bottom: float = _BOTTOM
) -> None:
    corners = [QPointF(left, top), QPointF(right, (top + bottom) / 2), QPointF(left, bottom)]
    path.addPolygon(QPolygonF([*corners, corners[0]]))
    path.closeSubpath()


def _bar(path: QPainterPath, left: float, width: float) -> None:
    path.addRoundedRect(QRectF(left, _TOP, width, _BOTTOM - _TOP), 0.03, 0.03)
