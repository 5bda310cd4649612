"""What a screen reader is told: nothing that takes the focus or a press is without a name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QDialog,
    QScrollBar,
    QWidget,
)

from rnnviz.film.panels import PANELS, of_panels
from rnnviz.session.commands import COMMANDS

NAME = QAccessible.Text.Name
DIALOGS = ("train", "export", "exercise", "save_layout", "continue", "edit_tour", "palette")
PAGES = ("start_page", "words", "compared", "lecture")


def named(interface: QAccessibleInterface, widget: QWidget) -> str:
    """Its name, or its label's: on Linux a box is read by its label, and is its choice itself."""
    own = "" if isinstance(widget, QComboBox) else interface.text(NAME)
    if own.strip():
        return own
    label = QAccessible.RelationFlag.Label
    return " ".join(at.text(NAME) for at, how in interface.relations(label) if how & label)


def nameless(root: QWidget) -> list[str]:
    """What can be used and has no name, or a single letter for one."""
    found = []
    for widget in root.findChildren(QWidget):
        used = isinstance(widget, QAbstractButton | QComboBox | QAbstractSlider)
        used = used or widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        if not used or not widget.isVisible() or widget.objectName().startswith("qt_"):
            continue
        if isinstance(widget, QScrollBar):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if len(named(interface, widget).strip()) < 2:
            told = widget.accessibleName() or type(widget.parent()).__name__
            found.append(f"{type(widget).__name__} in {told}")
    return found


def shown():
    return [top for top in QApplication.topLevelWidgets() if top.isVisible()]


def test_the_walk_finds_what_has_no_name(qtbot):
    dialog = QDialog()
    qtbot.addWidget(dialog)
    QComboBox(dialog).addItem("tanh")
    dialog.show()
    assert nameless(dialog) == ["QComboBox in QDialog"]


@pytest.mark.parametrize("name", [name for name in PANELS if name != "equation"])
def test_panels_have_names(window, name):
    window.panels.want(of_panels((name,)))
    window.session.seek(13.0)
    QApplication.processEvents()
    assert not nameless(window)


@pytest.mark.parametrize("problem", ["captions", "temperature", "echo"])
def test_bars_of_a_shipped_problem_have_names(qtbot, window, problem):
    window.session.open_problem(problem)
    qtbot.waitUntil(lambda: window.session.at_rest, timeout=30_000)
    assert not nameless(window)


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen has no window manager
@pytest.mark.parametrize("command", [*PAGES, *DIALOGS])
def test_pages_and_dialogs_have_names(qtbot, window, command):
    window.commands.run(command, *([True] if COMMANDS[command].checkable else []))
    qtbot.wait(50)
    found = [each for top in shown() for each in nameless(top)]
    for top in shown():
        if isinstance(top, QDialog):
            top.reject()
    assert not found


def test_the_choices_of_a_file_have_names(qtbot, window, tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("day,a,b\n" + "".join(f"2024-01-{d:02d},{d},{d * d}\n" for d in range(1, 29)))
    window.session.open_with_choices(path)
    qtbot.waitUntil(lambda: any(isinstance(top, QDialog) for top in shown()), timeout=10_000)
    (dialog,) = [top for top in shown() if isinstance(top, QDialog)]
    found = nameless(dialog)
    dialog.accept()
    assert not found
    window.panels.want(of_panels(("forecast",)))
    qtbot.waitUntil(lambda: window.session.at_rest, timeout=30_000)
    assert not nameless(window)
