"""Menus and dialogs in a notation: what was written once in the lecture's symbols, written anew."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QWidget

from rnnviz.film.notation import Notation

_PLAIN = "not ours"  # the property of a widget whose text is the user's


def keep_plain(thing: QObject) -> None:
    """Say that a thing's text is the user's, which no notation changes."""
    thing.setProperty(_PLAIN, True)


def respell(root: QWidget, notation: Notation) -> None:
    """Write every label, button, box and tip of a dialog in a notation.

    Each remembers what it said in the lecture's symbols, until somebody gives it another text.
    """
    for thing in (root, *root.findChildren(QWidget)):
        if thing.property(_PLAIN):
            continue
        if isinstance(thing, QAbstractButton | QLabel):
            _respell(thing, "text", notation)
        _respell(thing, "toolTip", notation)
        _respell(thing, "accessibleName", notation)
        if isinstance(thing, QComboBox) and not thing.isEditable():
            _respell_items(thing, notation)


def respell_menus(window: QWidget, notation: Notation) -> None:
    """Write every action of a window, those of its menus among them, in a notation."""
    for action in window.findChildren(QAction):
        if not action.property(_PLAIN):
            _respell(action, "text", notation)
            _respell(action, "toolTip", notation)


def _respell(thing: Any, what: str, notation: Notation) -> None:
    shown: str = thing.property(what) or ""
    known: list[str] | None = thing.property(f"lecture {what}")
    said = known[0] if known and known[1] == shown else shown
    other = notation.text(said)
    if other != shown:
        thing.setProperty(what, other)
        thing.setProperty(f"lecture {what}", [said, other])


def _respell_items(box: QComboBox, notation: Notation) -> None:
    for row in range(box.count()):
        said = box.property(f"lecture item {row}") or box.itemText(row)
        other = notation.text(said)
        if other != box.itemText(row):
            box.setItemText(row, other)
            box.setProperty(f"lecture item {row}", said)
