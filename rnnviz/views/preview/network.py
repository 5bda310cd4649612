"""The dialog about a network of the user's: what it is made of, and whether it runs here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from rnnviz.film import NetworkInfo
from rnnviz.scenes.shapes import Role
from rnnviz.views.fields import field_palette
from rnnviz.views.look import Look
from rnnviz.views.preview.sample import Sample

_WIDE, _HIGH = 52.0, 46.0  # in units of body text


class NetworkDialog(QDialog):
    """Says what a network is made of.

    Signals
    -------
    data_wanted
        The user wants to open what the network can read.
    """

    data_wanted = Signal()

    def __init__(self, parent: QWidget | None, info: NetworkInfo, look: Look) -> None:
        super().__init__(parent)
        self._look = look
        self.setWindowTitle("Network")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFont(look.font(0.95))
        self.setPalette(field_palette(look))
        unit = look.unit
        outer = QVBoxLayout(self)
        margin = round(1.4 * unit)
        outer.setContentsMargins(margin, margin, margin, margin)
        outer.setSpacing(round(0.7 * unit))
        outer.addWidget(self._label(info.name, bold=True, size=1.15))
        self.said = self._label("\n".join(info.said), role=Role.STATE if info.runs else Role.INPUT)
        outer.addWidget(self.said)
        grid = QGridLayout()
        grid.setHorizontalSpacing(round(1.4 * unit))
        grid.setVerticalSpacing(round(0.3 * unit))
        grid.setColumnStretch(1, 1)
        for row, (what, value) in enumerate(info.facts):
            grid.addWidget(self._label(what, role=Role.MUTED), row, 0)
            grid.addWidget(self._label(value), row, 1)
        outer.addLayout(grid)
        self.tensors = Sample(self, look)
        self.tensors.setAccessibleName("Parameters")
        self.tensors.show_rows(("Parameter", "Shape", "Numbers"), info.tensors)
        # A table that can be scrolled by keys alone.
        self.tensors.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        outer.addWidget(self.tensors, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        if info.waits:
            more = buttons.addButton("&Open data …", QDialogButtonBox.ButtonRole.ActionRole)
            more.clicked.connect(self._want_data)
        for button in buttons.buttons():  # the style's own picture on one of two looks astray
            button.setIcon(QIcon())
        buttons.rejected.connect(self.reject)
        buttons.buttons()[0].setFocus()
        outer.addWidget(buttons)
        wide, high = round(_WIDE * unit), round(_HIGH * unit)
        if parent is not None:
            wide, high = min(wide, parent.width() - 16), min(high, parent.height() - 16)
        self.resize(wide, high)

    def _label(
        self, text: str, *, size: float = 1.0, bold: bool = False, role: Role = Role.INK
    ) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setFont(self._look.font(0.95 * size, bold=bold))
        label.setStyleSheet(f"color: {self._look.palette.text(role).name()};")
        return label

    def _want_data(self) -> None:
        self.accept()
        self.data_wanted.emit()
