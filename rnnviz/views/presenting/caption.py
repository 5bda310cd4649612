"""The caption above the stage: a title, and at most two lines under it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextDocument, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.widgets import escaped

_TITLE, _TEXT = 1.7, 1.25  # times body text
_LINES = 2
_SIDE, _ABOVE = 1.8, 0.7  # in units

Words = Sequence[tuple[str, bool, bool]]
"""Stretches of a text, each with whether it is bold and italic."""


class CaptionView(QWidget):
    """Shows what a scene says. It keeps the room that the longest of its texts needs.

    Parameters
    ----------
    parent : QWidget
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("caption")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._look = Look(LIGHT)
        self._title: Words = ()
        self._text: Words = ()
        self._others: tuple[Words, ...] = ()
        self._asked = False

    def set_look(self, look: Look) -> None:
        """Take other colours or another size of type."""
        self._look = look
        self.updateGeometry()
        self.update()

    def say(
        self, title: Words, text: Words, *, asked: bool = False, others: Sequence[Words] = ()
    ) -> None:
        """Show a title and a text.

        Parameters
        ----------
        title, text
        asked : bool
            Whether it is a question that awaits its answer.
        others
            What else the scene says in the text's place, for which there must be room.
        """
        before = self._title, self._text, self._asked, self._others
        now = tuple(title), tuple(text), asked, tuple(map(tuple, others))
        if now == before:
            return
        self._title, self._text, self._asked, self._others = now
        plain = "".join(part[0] for part in (*title, (". ", False, False), *text))
        self.setAccessibleName(plain)
        self.updateGeometry()
        self.update()

    @property
    def text(self) -> str:
        """What it says: the title, and on the next line the text."""
        return "\n".join("".join(part[0] for part in words) for words in (self._title, self._text))

    @property
    def lines(self) -> tuple[int, int]:
        """How many lines the title and the text take at this width."""
        return (
            self._lines(self._title, _TITLE, bold=True),
            self._lines(self._text, _TEXT),
        )

    def sizeHint(self) -> QSize:
        """As high as the title and the longest of the texts, at this width."""
        unit = self._look.unit
        texts = [words for words in (self._text, *self._others) if words]
        high = 2 * _ABOVE * unit
        if self._title:
            high += self._document(self._title, _TITLE, bold=True).size().height()
        if texts:
            tallest = max(self._document(words, _TEXT).size().height() for words in texts)
            high += 0.25 * unit + tallest
        return QSize(round(60 * unit), ceil(high))

    def minimumSizeHint(self) -> QSize:
        """Its height is what it needs."""
        return QSize(round(20 * self._look.unit), self.sizeHint().height())

    def hasHeightForWidth(self) -> bool:
        """Its height depends on the width, in which lines are broken."""
        return True

    def heightForWidth(self, _width: int) -> int:
        """The height that it needs."""
        return self.sizeHint().height()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint title and text."""
        look, unit = self._look, self._look.unit
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), look.palette.colour(Role.BACKGROUND))
            y = _ABOVE * unit
            for words, factor, bold, role in (
                (self._title, _TITLE, True, Role.INK),
                (self._text, _TEXT, False, Role.INK if self._asked else Role.MUTED),
            ):
                if not words:
                    continue
                document = self._document(words, factor, bold=bold, role=role)
                painter.save()
                painter.translate(_SIDE * unit, y)
                document.drawContents(painter, QRectF(0, 0, self.width(), self.height()))
                painter.restore()
                y += document.size().height() + 0.25 * unit

    def _document(
        self, words: Words, factor: float, *, bold: bool = False, role: Role = Role.INK
    ) -> QTextDocument:
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self._look.font(factor, bold=bold))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        ink = self._look.palette
        colour, strong = ink.text(role).name(), ink.colour(Role.INK).name()
        parts: list[str] = []
        for text, is_bold, italic in words:
            made = escaped(self._look.says(text)).replace("\n", "<br>")
            if is_bold:
                made = f'<span style="font-weight:600; color:{strong}">{made}</span>'
            parts.append(f"<i>{made}</i>" if italic else made)
        document.setHtml(f'<span style="color:{colour}">{"".join(parts)}</span>')
        document.setTextWidth(max(1.0, self.width() - 2 * _SIDE * self._look.unit))
        return document

    def _lines(self, words: Words, factor: float, *, bold: bool = False) -> int:
        if not words:
            return 0
        document, lines = self._document(words, factor, bold=bold), 0
        document.size()  # which lays it out
        block = document.begin()
        while block.isValid():
            lines += block.layout().lineCount()
            block = block.next()
        return lines
