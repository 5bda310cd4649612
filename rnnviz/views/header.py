"""The header: what is on the stage, and the sentence to edit."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QWidget,
)

from rnnviz.film import Frame
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.widgets import Bar, ElidedLabel, LeavableField

_SIDE = 1.15  # of the button, in units of body text
_CROSS = 0.2  # from its middle to an end of its cross, in parts of its side
_LONGEST_SHOWN = 2_000


class _Clear(QAbstractButton):
    """A disc with a cross; Qt's own stays 16 pixels at any size of type."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = Look(LIGHT)
        self.setAccessibleName("Clear the sentence")
        self.setToolTip("Clear")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the disc and the cross."""
        palette, side = self.look.palette, self.width()
        role = Role.INK if self.underMouse() or self.isDown() else Role.MUTED
        middle, reach = QPointF(side / 2, side / 2), _CROSS * side
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.colour(role))
            painter.drawEllipse(QRectF(0.5, 0.5, side - 1.0, side - 1.0))
            painter.setPen(QPen(palette.colour(Role.BACKGROUND), max(1.5, 0.1 * side)))
            for y in (-reach, reach):
                painter.drawLine(QLineF(middle - QPointF(reach, y), middle + QPointF(reach, y)))


class SentenceField(LeavableField):
    """The field for a sentence; Esc gives it back unchanged."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = _Clear(self)
        self.button.clicked.connect(self.clear)
        self.button.clicked.connect(self.setFocus)
        self.button.hide()
        self.textChanged.connect(lambda text: self.button.setVisible(bool(text)))
        self.set_look(self.button.look)

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        self.button.look = look
        self.setFont(look.font())
        side = round(_SIDE * look.unit)
        self.button.resize(side, side)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the button at the right end."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        side = self.button.width()
        inset = (self.height() - side) // 2
        self.setTextMargins(0, 0, side + inset + side // 4, 0)
        self.button.move(self.width() - side - inset, inset)


class Header(Bar):
    """Title, sentence field, words or characters.

    Signals
    -------
    sentence_entered : (str, str)
        The text and its unit, "words" or "characters".
    problem_text_entered : str
        What was typed for the shipped problem that is open.
    """

    sentence_entered = Signal(str, str)
    problem_text_entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._prompt = ""
        self._title = ElidedLabel(self)
        self._field = SentenceField(self)
        self._field.setPlaceholderText("Type a sentence and press Enter")
        self._field.setAccessibleName("Sentence")
        self._field.setToolTip("Your own sentence (Ctrl+L); Enter shows it, Esc leaves")
        self._field.setMaxLength(1_000_000)
        self._field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._field.returnPressed.connect(self._enter)
        self._field.left.connect(self._leave)
        self._words = self._button("words", "One step per word", checkable=True, segment="left")
        self._characters = self._button(
            "characters", "One step per character", checkable=True, segment="right"
        )
        group = QButtonGroup(self)
        group.setExclusive(True)
        group.addButton(self._words)
        group.addButton(self._characters)
        self._words.setChecked(True)
        group.buttonClicked.connect(self._unit_clicked)
        self._layout.addWidget(self._title, 5)
        self._layout.addWidget(self._field, 4)
        unit = QHBoxLayout()
        unit.setSpacing(0)
        unit.addWidget(self._words)
        unit.addWidget(self._characters)
        self._layout.addLayout(unit)

    def focus_sentence(self) -> None:
        """Put the cursor into the field, all selected."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    @property
    def unit(self) -> str:
        """What a step is, as chosen: "words" or "characters"."""
        return "characters" if self._characters.isChecked() else "words"

    def set_frame(self, frame: Frame) -> None:
        """Name what is shown; the field is left alone while somebody writes in it."""
        known, self._frame = self._frame, frame
        if known is not None and known.run is frame.run:
            return
        sequence, shipped = frame.task.sequence, frame.run.shipped
        self._prompt = shipped.prompt if shipped else ""
        name = "" if shipped else sequence.name
        self._title.setText(f"{frame.task.title}   {name}".replace("\n", " "))
        for button in (self._words, self._characters):
            button.setVisible(not self._prompt)
        self._field.setPlaceholderText(
            f"Type {self._prompt} and press Enter"
            if self._prompt
            else "Type a sentence and press Enter"
        )
        self._title.setToolTip("")
        if known is None or known.task.sequence is not sequence:
            (self._characters if sequence.kind == "characters" else self._words).setChecked(True)
            text = sequence.text or ""
            if not self._field.hasFocus() or self._field.text() != text:
                self._field.setText(" ".join(text[:_LONGEST_SHOWN].split("\n")))
                self._field.setCursorPosition(0)

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        self._title.setFont(look.font(1.25, bold=True))
        self._field.set_look(look)
        for button in (self._words, self._characters):
            button.setFont(look.font())
        self._layout.setSpacing(round(look.unit * 0.8))
        self._wear(look, look.unit * 0.6, _style(look))

    def _enter(self) -> None:
        if self._prompt:
            self.problem_text_entered.emit(self._field.text())
            self._field.clearFocus()
            return
        self.sentence_entered.emit(self._field.text(), self.unit)
        self._field.clearFocus()

    def _leave(self) -> None:
        if self._frame is not None:
            self._field.setText(" ".join((self._frame.task.sequence.text or "").split("\n")))
            self._field.setCursorPosition(0)
        self._field.clearFocus()

    def _unit_clicked(self) -> None:
        if self._frame is not None and self._frame.task.sequence.kind == self.unit:
            return
        text = self._frame.task.sequence.text if self._frame else None
        shown = self._field.text()
        if text is not None and " ".join(text[:_LONGEST_SHOWN].split("\n")) == shown:
            shown = text
        if shown.strip():
            self.sentence_entered.emit(shown, self.unit)


def _style(look: Look) -> str:
    colour = {role: look.palette.colour(role).name() for role in Role}
    r, pad = round(look.unit * 0.4), round(look.unit * 0.35)
    chosen, ink = colour[Role.STATE], look.palette.ink_on(Role.STATE).name()
    return f"""
    QLineEdit, QToolButton {{
        border: 1px solid {colour[Role.LINE]}; border-radius: {r}px;
        padding: {pad}px {2 * pad}px; background: {colour[Role.BACKGROUND]};
        color: {colour[Role.INK]};
        selection-background-color: {colour[Role.OUTPUT]};
    }}
    QLineEdit:focus, QToolButton:focus {{ border: 2px solid {colour[Role.OUTPUT]}; }}
    QToolButton:hover {{ background: {colour[Role.PANEL]}; }}
    QToolButton[segment="left"] {{
        border-top-right-radius: 0; border-bottom-right-radius: 0; border-right-width: 0;
    }}
    QToolButton[segment="right"] {{ border-top-left-radius: 0; border-bottom-left-radius: 0; }}
    QToolButton:checked {{ background: {chosen}; color: {ink}; border-color: {chosen}; }}
    """
