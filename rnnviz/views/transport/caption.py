"""A line of text with a lesser one below it, which may take two lines but is never cut."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look


class Caption(QWidget):
    """A line of text and a lesser one below it: the first of several that fits."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._first = ""
        self._second: tuple[str, ...] = ()
        self._rows = 2
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def lines(self) -> tuple[str, str]:
        """What is written; the lesser text with a line break where it takes two lines."""
        first = QFontMetricsF(first_font(self._look))
        return (
            first.elidedText(self._first, Qt.TextElideMode.ElideRight, self.width()),
            self._below(),
        )

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.update()

    def set_rows(self, rows: int) -> None:
        """Keep room for 2 or 3 lines, so that the first one stays where it is."""
        self._rows = rows
        self.update()

    def set_lines(self, first: str, *second: str) -> None:
        """Write `first`, and below it the first of the others that fits."""
        second = tuple(text for text in second if text)
        if (first, second) != (self._first, self._second):
            self._first, self._second = first, second
            self.setAccessibleName(", ".join((first, *second[:1])))
            self.update()

    def _below(self) -> str:
        metrics = QFontMetricsF(second_font(self._look))
        for text in self._second:
            for shape in (text, in_two(text, metrics)):
                if advance(shape, metrics) <= self.width():
                    return shape
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        first, below = self.lines
        small = second_font(self._look)
        shown = [(first, first_font(self._look), Role.INK)]
        shown += [(text, small, Role.MUTED) for text in below.split("\n") if text]
        heights = [QFontMetricsF(font).height() for _, font, _ in shown]
        rows = self._rows if below else 1
        painter = QPainter(self)
        y = (self.height() - heights[0] - (rows - 1) * QFontMetricsF(small).height()) / 2
        for (text, font, role), height in zip(shown, heights, strict=True):
            painter.setFont(font)
            painter.setPen(self._look.palette.text(role))
            area = QRectF(0.0, y, self.width() + 1, height)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
            y += height
        painter.end()


def first_font(look: Look) -> QFont:
    """The upper line's font."""
    return look.font(1.0, bold=True)


def second_font(look: Look) -> QFont:
    """The lower line's font."""
    return look.font(0.88)


def advance(text: str, metrics: QFontMetricsF) -> float:
    """The width of a text of one or two lines."""
    return max(metrics.horizontalAdvance(line) for line in text.split("\n"))


def in_two(text: str, metrics: QFontMetricsF) -> str:
    """Break a text between words where it becomes narrowest; one word stays whole."""
    words = text.split(" ")
    broken = (
        " ".join(words[:count]) + "\n" + " ".join(words[count:]) for count in range(1, len(words))
    )
    return min(broken, key=lambda shape: advance(shape, metrics), default=text)
