"""The keys of the page of words."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import Qt


class Act(Enum):
    """What a key does."""

    LEFT = auto()
    RIGHT = auto()
    UP = auto()
    DOWN = auto()
    CLOSER = auto()
    FARTHER = auto()
    ALL = auto()
    OTHER_MAP = auto()
    NEXT = auto()
    PREVIOUS = auto()


MAP_KEYS: dict[int, Act] = {
    Qt.Key.Key_Left: Act.LEFT,
    Qt.Key.Key_Right: Act.RIGHT,
    Qt.Key.Key_Up: Act.UP,
    Qt.Key.Key_Down: Act.DOWN,
    Qt.Key.Key_Plus: Act.CLOSER,
    Qt.Key.Key_Equal: Act.CLOSER,
    Qt.Key.Key_Minus: Act.FARTHER,
    Qt.Key.Key_0: Act.ALL,
    Qt.Key.Key_Home: Act.ALL,
    Qt.Key.Key_P: Act.OTHER_MAP,
    Qt.Key.Key_PageDown: Act.NEXT,
    Qt.Key.Key_PageUp: Act.PREVIOUS,
}
# An arrow looks that way, so the map moves the other way.
PAN: dict[Act, tuple[int, int]] = {
    Act.LEFT: (1, 0),
    Act.RIGHT: (-1, 0),
    Act.UP: (0, 1),
    Act.DOWN: (0, -1),
}
