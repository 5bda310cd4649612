"""The tour editor: list and fields beside each other, what can be done, and minutes at the foot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rnnviz.frozen import field, record
from rnnviz.scenes.shapes import Role
from rnnviz.views.authoring.scene_form import SceneForm
from rnnviz.views.authoring.scene_list import SceneList, SceneRow
from rnnviz.views.look import LIGHT, Look, field_palette
from rnnviz.views.widgets import ElidedLabel, calm, wear

_CTRL, _SHIFT, _ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
_KEYS: dict[QKeyCombination, str] = {
    _CTRL | Qt.Key.Key_Z: "undo",
    _CTRL | _SHIFT | Qt.Key.Key_Z: "redo",
    _CTRL | Qt.Key.Key_Y: "redo",
    _CTRL | Qt.Key.Key_S: "save",
    _CTRL | _SHIFT | Qt.Key.Key_S: "save_as",
    _CTRL | Qt.Key.Key_D: "duplicate",
    _CTRL | Qt.Key.Key_Return: "try",
    _ALT | Qt.Key.Key_Up: "earlier",
    _ALT | Qt.Key.Key_Down: "later",
    QKeyCombination(Qt.Key.Key_Escape): "leave",
}  # pyright: ignore[reportAssignmentType]
_OF_LIST: dict[int, str] = {Qt.Key.Key_Delete: "delete", Qt.Key.Key_Return: "try",
                            Qt.Key.Key_Enter: "try"}  # fmt: skip
_BUTTONS = (
    ("add", "Add", "What is on the stage now as a new scene after this one (Ctrl+Shift+A)."),
    ("take", "Retake", "This scene shows what is on the stage now; what it says stays."),
    ("try", "Try", "Show this scene live (Enter in the list, Ctrl+Return); F5 presents from here."),
    ("earlier", "↑", "One place earlier (Alt+Up, or dragged)."),
    ("later", "↓", "One place later (Alt+Down, or dragged)."),
    ("duplicate", "Copy", "A copy of this scene after it (Ctrl+D)."),
    ("delete", "Delete", "Take this scene out of the tour (Delete in the list)."),
)
_LONG = 10_000  # of which each part takes its share
_EMPTY = (
    "No scene yet.\nAdd takes what is on the stage: what is open, where the film stands, and the "
    "panels beside it."
)


@record
class Contents:
    """All that the tour editor shows.

    Attributes
    ----------
    title : str
        The tour's.
    where : str
        What file it stands in, and whether it is saved.
    planned : float
        Minutes that there are; 0 where nobody says.
    rows : tuple of SceneRow
    current : int
        The scene that is looked at; −1 for none.
    name : str
        Its name.
    values : mapping of str to value
        What it says, by the form's keys.
    undoes, redoes : str or None
    """

    title: str
    where: str
    planned: float
    rows: tuple[SceneRow, ...]
    current: int = -1
    name: str = ""
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    undoes: str | None = None
    redoes: str | None = None


class TourEditor(QWidget):
    """The window's editor of a tour; it asks, and its owner does.

    Signals
    -------
    asked : str
        "add", "take", "try", "earlier", "later", "duplicate", "delete", "undo", "redo", "save",
        "save_as", "leave".
    chosen : int
        Another scene is to be looked at.
    moved : (int, int)
    said : (str, object)
        What the scene says: a key of the form, and its value.
    called : (str, object)
        "title" or "planned" of the tour.

    Parameters
    ----------
    parent : QWidget
    """

    asked = Signal(str)
    chosen = Signal(int)
    moved = Signal(int, int)
    said = Signal(str, object)
    called = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tour-editor")
        self._look = Look(LIGHT)
        self._forced = False
        self.list, self.form = SceneList(self), SceneForm(self)
        self.title = QLineEdit(self)
        self.title.setObjectName("tour-title")
        self.title.setAccessibleName("Title of the tour")
        self.title.setToolTip("The tour's title, as the menus have it.")
        self.title.textEdited.connect(lambda text: self.called.emit("title", text))
        self.file = QToolButton(self)
        self.file.setText("File")
        self.file.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.where = ElidedLabel(self)
        self.empty = QLabel(_EMPTY, self)
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.buttons = {name: self._button(name, text, tip) for name, text, tip in _BUTTONS}
        self.total = QLabel(self)
        self.planned = QSpinBox(self)
        self.planned.setRange(0, 600)
        self.planned.setSuffix(" min")
        self.planned.setSpecialValueText("–")
        self.planned.setAccessibleName("Minutes that there are")
        self.planned.setToolTip("How many minutes there are for all of it; – where nobody says.")
        self.planned.valueChanged.connect(lambda n: self.called.emit("planned", float(n)))
        calm(self.planned)
        self._lay_out()
        self.list.currentRowChanged.connect(self.chosen)
        self.list.moved.connect(self.moved)
        self.list.tried.connect(lambda: self.asked.emit("try"))
        self.form.said.connect(self.said)
        for widget in self.findChildren(QWidget):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                widget.installEventFilter(self)

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName({"↑": "Earlier", "↓": "Later"}.get(text, text))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: self.asked.emit(name))
        return button

    def _lay_out(self) -> None:
        left, right = QWidget(self), QWidget(self)
        head, does, foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.file)
        for button in self.buttons.values():
            does.addWidget(button)
        does.addStretch(1)
        foot.addWidget(self.total)
        foot.addWidget(self.planned)
        foot.addWidget(self.where, 1)
        of_list = QVBoxLayout(left)
        of_list.addLayout(head)
        of_list.addWidget(self.list, 1)
        of_list.addWidget(self.empty, 1)
        of_list.addLayout(does)
        of_form = QVBoxLayout(right)
        of_form.addWidget(self.form, 1)
        self.parted = QSplitter(Qt.Orientation.Vertical, self)
        self.parted.addWidget(left)
        self.parted.addWidget(right)
        self.parted.setChildrenCollapsible(False)
        self.parted.setStretchFactor(0, 1)
        rows = QVBoxLayout(self)
        rows.addWidget(self.parted, 1)
        rows.addLayout(foot)
        self._layouts: tuple[QBoxLayout, ...] = (rows, head, does, foot, of_list, of_form)

    # -- what is shown -----------------------------------------------------------------------

    def tell(self, told: Contents) -> None:
        """Show a tour."""
        if not self.title.hasFocus() or self._forced:
            self.title.setText(told.title)
        self.where.setText(told.where)
        self.where.setToolTip(told.where)
        self.list.show_rows(told.rows, told.current)
        self.list.setVisible(bool(told.rows))
        self.empty.setVisible(not told.rows)
        self.form.tell(told.name, told.values, forced=self._forced)
        self._forced = False
        self._count(told)
        some = bool(told.rows)
        for name in ("take", "try", "duplicate", "delete"):
            self.buttons[name].setEnabled(some)
        self.buttons["earlier"].setEnabled(told.current > 0)
        self.buttons["later"].setEnabled(0 <= told.current < len(told.rows) - 1)

    def _count(self, told: Contents) -> None:
        """Say how many minutes the scenes take, of those that there are."""
        minutes = sum(row.minutes for row in told.rows)
        scenes = f"{len(told.rows)} scene{'' if len(told.rows) == 1 else 's'}"
        text, over = f"{scenes} · {minutes:g} min", minutes - told.planned
        if told.planned:
            left = f"{over:g} too many" if over > 0 else f"{-over:g} left"
            text = f"{text}, {left if over else 'just right'}, of"
        else:
            text = f"{text} of"
        self.total.setText(text)
        role = Role.INPUT if told.planned and over > 0 else Role.INK
        self.total.setStyleSheet(f"color: {self._look.palette.text(role).name()};")
        self.planned.blockSignals(True)
        if not self.planned.hasFocus():
            self.planned.setValue(round(told.planned))
        self.planned.blockSignals(False)

    def stand(self, orientation: Qt.Orientation) -> None:
        """Have the list beside the fields, or over them."""
        self.parted.setOrientation(orientation)
        upright = orientation == Qt.Orientation.Vertical
        self.parted.setSizes([_LONG, _LONG] if not upright else [_LONG, 1])

    def set_look(self, look: Look) -> None:
        """Take other colours or another size of type."""
        self._look, unit = look, look.unit
        for widget in self.findChildren(QWidget):  # which inherit none under a style sheet
            widget.setFont(look.font(0.95))
        self.setPalette(field_palette(look))
        self.setAutoFillBackground(True)
        air = round(0.6 * unit)
        for layout in self._layouts:
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(round(0.35 * unit))
        self._layouts[0].setContentsMargins(air, air, air, air)
        self.parted.setHandleWidth(air)
        colour = look.palette
        line, ink, panel = (colour.colour(r).name() for r in (Role.LINE, Role.INK, Role.PANEL))
        focus, wrong = (colour.colour(role).name() for role in (Role.OUTPUT, Role.INPUT))
        base = field_palette(look).base().color().name()
        tint = colour.tint(Role.INPUT, 0.2).name()
        wear(
            self,
            f"QToolButton {{ border: 1px solid {line}; border-radius: {round(0.3 * unit)}px;"
            f" background: {panel}; color: {ink};"
            f" padding: {round(0.2 * unit)}px {round(0.5 * unit)}px; }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color: {focus}; }}"
            f"QToolButton:disabled {{ color: {colour.text(Role.MUTED).name()}; }}"
            "QToolButton::menu-indicator { image: none; }"
            f"#tour-title, QPlainTextEdit, SceneForm > QLineEdit {{"
            f" border: 1px solid {line}; border-radius: {round(0.3 * unit)}px;"
            f" background: {base}; color: {ink}; padding: 1px {round(0.25 * unit)}px; }}"
            f"QLineEdit:focus, QPlainTextEdit:focus {{ border-color: {focus}; }}"
            f'SceneForm > *[wrong="true"] {{ border-color: {wrong}; background: {tint}; }}',
        )
        self.empty.setStyleSheet(f"color: {colour.text(Role.MUTED).name()};")
        self.where.setStyleSheet(f"color: {colour.text(Role.MUTED).name()};")
        self.planned.setPalette(field_palette(look))  # it inherits none under a style sheet
        self.list.set_look(look)
        self.form.set_look(look)

    # -- keys --------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hear the editor's keys before the window's commands, and the field itself, do."""
        if isinstance(event, QKeyEvent):
            name = _KEYS.get(event.keyCombination())
            if name is None and watched is self.list:
                name = _OF_LIST.get(event.key())
            if name is not None and event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if name is not None and event.type() == QEvent.Type.KeyPress:
                self._forced = name in ("undo", "redo")
                self.asked.emit(name)
                return True
        return super().eventFilter(watched, event)
