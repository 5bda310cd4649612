"""The field for the learning rate."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look
from rnnviz.views.widgets import wear


class RateField(QLineEdit):
    """The learning rate, to be typed; ↑ and ↓ go through 1, 2, 5 times powers of ten."""

    chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rate = 0.0
        self.setAccessibleName("Learning rate η")
        self.setToolTip("Learning rate η of the update (↑ ↓ for the next one, Enter to take it)")
        self.setMaxLength(24)  # as many digits as a float has, and its power
        self.returnPressed.connect(self._take)

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self.setFont(look.font(0.93))
        roles = (Role.MUTED, Role.OUTPUT, Role.BACKGROUND, Role.INK)
        line, focus, back, ink = (look.palette.colour(role).name() for role in roles)
        radius, pad = round(0.3 * look.unit), round(0.3 * look.unit)
        wear(
            self,
            f"QLineEdit {{ border: 1px solid {line}; border-radius: {radius}px;"
            f" padding: 0 {pad}px; background: {back}; color: {ink}; }}"
            f"QLineEdit:focus {{ border: 2px solid {focus}; }}",
        )

    def set_rate(self, rate: float) -> None:
        """Show a rate, unless another one is being typed."""
        if rate != self._rate or not self.hasFocus():
            self._rate = rate
            text = written(rate)
            if self.text() != text:
                self.setText(text)

    def _take(self) -> None:
        try:
            rate = float(self.text().replace(",", ".").replace("−", "-"))
        except ValueError:
            rate = -1.0
        if 0.0 <= rate < float("inf"):
            self.clearFocus()
            if rate != self._rate:
                self.chosen.emit(rate)
        else:  # not a learning rate: the old one stands, ready to be typed over
            self.setText(written(self._rate))
            self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose the next rate, Escape puts the old one back."""
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self.chosen.emit(next_rate(self._rate, up=event.key() == Qt.Key.Key_Up))
            case Qt.Key.Key_Escape:
                self.setText(written(self._rate))
                self.clearFocus()
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Put back what was not taken."""
        super().focusOutEvent(event)
        self.setText(written(self._rate))


def written(rate: float) -> str:
    """A rate as it is to be typed again to get the same one: "0.1", "1e-07"."""
    short = f"{rate:g}"
    return short if float(short) == rate else repr(float(rate))


def next_rate(rate: float, *, up: bool) -> float:
    """The next learning rate of … 0.01, 0.02, 0.05, 0.1, … above or below."""
    ladder = [float(f"{digit}e{power}") for power in range(-6, 2) for digit in (1, 2, 5)]
    if up:
        return next((step for step in ladder if step > rate * (1 + 1e-9)), max(rate, ladder[-1]))
    return next((step for step in reversed(ladder) if step < rate * (1 - 1e-9)), 0.0)
