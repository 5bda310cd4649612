"""Pages of paper: text, formulas, lines and pictures set onto A4 or letter, as a PDF. Needs Qt.

Paper is white, whatever the theme of the window. Lengths are points (72 to an inch) from the left
and upper edge; what is set moves on down the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from rnnviz.app import Application
from rnnviz.film.export_fields import PAPERS
from rnnviz.scenes.equation import Row
from rnnviz.scenes.shapes import Role
from rnnviz.tours.captions import Span
from rnnviz.views.look import FAMILY, LIGHT, plain_forms
from rnnviz.views.typeset.arrangement import as_text
from rnnviz.views.typeset.boxes import TypeBox, paint
from rnnviz.views.typeset.rows import row_box

MILLIMETRE = 72 / 25.4
MARGIN, TOP, BOTTOM = 20 * MILLIMETRE, 17 * MILLIMETRE, 21 * MILLIMETRE

_DOTS = 10  # of the device to a point, so that letters stand where the typeface wants them
_LEADING = 1.42
_LAYER = 9.0  # the size of the text that stands unseen over a formula


class Paper:
    """A PDF that is being written, page by page; a context, at whose end it is whole.

    Parameters
    ----------
    size : str
        A key of `PAPERS`.
    title : str
        Of the document.
    footer : callable
        Is called with the paper at the end of every page.
    blank : bool
        Whether nothing is drawn: to see how many pages something takes.

    Attributes
    ----------
    y : float
        Where the next thing is set.
    page : int
        From 1.
    """

    def __init__(
        self, size: str, title: str, footer: Callable[[Paper], None], *, blank: bool = False
    ) -> None:
        self._application = Application.instance() or Application()
        page = QPageSize(QPageSize.PageSizeId[PAPERS[size]]).size(QPageSize.Unit.Point)
        self.left, self.right = MARGIN, page.width() - MARGIN
        self.top, self.bottom = TOP, page.height() - BOTTOM
        self.y, self.page = self.top, 1
        self._footer, self._data = footer, QByteArray()
        self._buffer = QBuffer(self._data)
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setTitle(title)
        self._writer.setCreator("rnnviz")
        self._writer.setResolution(72 * _DOTS)
        self._writer.setPageSize(QPageSize(QSizeF(page), QPageSize.Unit.Point))
        self._writer.setPageMargins(QMarginsF())
        self._painter = None if blank else QPainter(self._writer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._footer(self)
        if self._painter is not None:
            self._painter.end()
        self._buffer.close()

    @property
    def content(self) -> bytes:
        """The PDF, once the context has ended."""
        return bytes(self._data.data())

    @property
    def width(self) -> float:
        """The width between the margins, in points."""
        return self.right - self.left

    @property
    def room(self) -> float:
        """From here to the end of the page."""
        return self.bottom - self.y

    def turn(self) -> None:
        """End the page and begin another."""
        self._footer(self)
        if self._painter is not None:
            self._writer.newPage()
        self.page += 1
        self.y = self.top

    def need(self, height: float) -> None:
        """Begin another page unless so much room is left on this one."""
        if self.room < height and self.y > self.top:
            self.turn()

    # -- text --------------------------------------------------------------------------------

    def paragraph(
        self,
        spans: Sequence[Span] | str,
        size: float,
        width: float,
        *,
        bold: bool = False,
        role: Role = Role.INK,
        leading: float = _LEADING,
        above: float = 0.0,
    ) -> Paragraph:
        """A text broken into lines, to be measured and set; with some room `above` it."""
        if isinstance(spans, str):
            spans = (Span(spans),)
        return Paragraph(spans, size, width, bold=bold, role=role, leading=leading, above=above)

    def set(self, paragraph: Paragraph, x: float | None = None) -> None:
        """Set a text below what was set last, over as many pages as it takes."""
        self.set_columns([(self.left if x is None else x, [paragraph])])

    def set_columns(self, columns: Sequence[tuple[float, Sequence[Paragraph]]]) -> None:
        """Set texts below each other from each x on, side by side, over as many pages as it takes.

        What is set next begins below the longest column.
        """
        waiting = [
            (x, [(each, line) for each in texts for line in range(each.lines)])
            for x, texts in columns
        ]
        while True:
            start = self.y
            ends, after = [start], list[tuple[float, list[tuple[Paragraph, int]]]]()
            for x, lines in waiting:
                y, done = start, 0
                for each, line in lines:
                    y += each.above if line == 0 and y > self.top else 0.0
                    if y + each.pitch > self.bottom + 0.5 and y > self.top:
                        break
                    if self._painter is not None:
                        each.draw(self._painter, line, x, y)
                    y, done = y + each.pitch, done + 1
                ends.append(y)
                after.append((x, lines[done:]))
            self.y = max(ends)
            waiting = after
            if not any(lines for _, lines in waiting):
                return
            self.turn()

    def set_at(self, paragraph: Paragraph, x: float, y: float) -> None:
        """Set all of a text at a place of this page, whatever else is set next."""
        for line in range(paragraph.lines if self._painter is not None else 0):
            assert self._painter is not None
            paragraph.draw(self._painter, line, x, y + line * paragraph.pitch)

    def label(
        self,
        text: str,
        size: float,
        x: float,
        baseline: float,
        *,
        bold: bool = False,
        role: Role = Role.INK,
        align: float = 0.0,
    ) -> float:
        """A short text on a baseline; `align` 1 ends at x, 0.5 has its middle there. Its width."""
        font = font_of(size, bold)
        width = QFontMetricsF(font).horizontalAdvance(text) / _DOTS
        if self._painter is not None:
            self._painter.setFont(font)
            self._painter.setPen(LIGHT.text(role))
            self._painter.drawText(QPointF(x - align * width, baseline) * _DOTS, text)
        return width

    # -- formulas ----------------------------------------------------------------------------

    def formula(self, row: Row, size: float, x: float, baseline: float) -> float:
        """A formula in vectors; over it unseen as text, to be found, copied and read out.

        Returns
        -------
        float
            Its width.
        """
        box = typeset(row)
        width = box.width * size
        if self._painter is None:
            return width
        place = QPointF(x, baseline) * _DOTS
        paint(self._painter, box, place.x(), place.y(), size * _DOTS, LIGHT)
        text = as_text(row)
        font = font_of(_LAYER)
        wide = QFontMetricsF(font).horizontalAdvance(text) / _DOTS
        if wide > width:
            font = font_of(max(_LAYER * width / wide, 0.2))
        self._painter.setFont(font)
        self._painter.setPen(QColor(0, 0, 0, 0))
        self._painter.drawText(place, text)
        return width

    # -- lines, areas, pictures --------------------------------------------------------------

    def line(
        self, x: float, y: float, end: float, *, thickness: float = 0.6, role: Role = Role.LINE
    ) -> None:
        """A level line from x to `end`."""
        if self._painter is not None:
            self._painter.setPen(QPen(LIGHT.colour(role), thickness * _DOTS))
            self._painter.drawLine(QPointF(x, y) * _DOTS, QPointF(end, y) * _DOTS)

    def frame(self, area: QRectF, *, radius: float = 0.0, role: Role = Role.LINE) -> None:
        """The edge of an area."""
        if self._painter is not None:
            self._painter.setPen(QPen(LIGHT.colour(role), 0.7 * _DOTS))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawRoundedRect(_scaled(area), radius * _DOTS, radius * _DOTS)

    def squares(self, x: float, y: float, side: float, rows: int) -> None:
        """Squared paper from a place to the right margin, so many rows; faint."""
        if self._painter is None:
            return
        columns, end = round((self.right - x) / side), y + rows * side
        self._painter.setPen(QPen(LIGHT.tint(Role.LINE, 0.75), 0.4 * _DOTS))
        for place in range(columns + 1):
            at = x + place * side
            self._painter.drawLine(QPointF(at, y) * _DOTS, QPointF(at, end) * _DOTS)
        for place in range(rows + 1):
            at = y + place * side
            self._painter.drawLine(QPointF(x, at) * _DOTS, QPointF(self.right, at) * _DOTS)

    def picture(self, area: QRectF, size: QSizeF, draw: Callable[[QPainter], None]) -> QRectF:
        """What `draw` paints onto a surface of some size, fitted into an area in vectors.

        Returns
        -------
        QRectF
            The part of the area that it fills, in the middle of it.
        """
        scale = min(area.width() / size.width(), area.height() / size.height())
        place = QRectF(area.topLeft(), size * scale)
        place.moveCenter(area.center())
        if self._painter is not None:
            self._painter.save()
            self._painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
            self._painter.translate(place.topLeft() * _DOTS)
            self._painter.scale(scale * _DOTS, scale * _DOTS)
            draw(self._painter)
            self._painter.restore()
        return place


class Paragraph:
    """A text broken into lines of a width.

    Attributes
    ----------
    lines : int
    pitch : float
        From one line to the next, in points.
    above : float
        Room over the first.
    """

    def __init__(
        self,
        spans: Sequence[Span],
        size: float,
        width: float,
        *,
        bold: bool,
        role: Role,
        leading: float,
        above: float,
    ) -> None:
        self.pitch, self.above, self._role = size * leading, above, role
        text = "".join(span.text for span in spans).replace("\n", "\u2028")
        self._layout = QTextLayout(text, font_of(size, bold))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layout.setTextOption(option)
        self._layout.setFormats(_formats(spans, font_of(size, bold)))
        self._layout.beginLayout()
        self._ascent = QFontMetricsF(font_of(size, bold)).ascent()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width * _DOTS)
        self._layout.endLayout()

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self._layout.lineCount()

    @property
    def height(self) -> float:
        """The height of all lines."""
        return self.above * (self.lines > 0) + self.lines * self.pitch

    @property
    def width(self) -> float:
        """The width of the widest line."""
        every = range(self.lines)
        return max((self._layout.lineAt(i).naturalTextWidth() for i in every), default=0) / _DOTS

    @property
    def baseline(self) -> float:
        """How far below its upper edge the letters of a line stand."""
        ascent = self._ascent / _DOTS
        return ascent + (self.pitch - ascent) / 3

    def draw(self, painter: QPainter, number: int, x: float, y: float) -> None:
        """Draw a line with its upper left corner at a place."""
        painter.setPen(LIGHT.text(self._role))
        line = self._layout.lineAt(number)
        # By the first typeface's letters: a line with signs of another would stand lower.
        top = (y + self.baseline) * _DOTS - line.ascent()
        line.draw(painter, QPointF(x * _DOTS, top - line.y()))


def font_of(size: float, bold: bool = False) -> QFont:
    """The program's typeface at so many points."""
    font = plain_forms(QFont(FAMILY))
    font.setPixelSize(max(1, round(size * _DOTS)))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def _formats(spans: Sequence[Span], font: QFont) -> list[QTextLayout.FormatRange]:
    found: list[QTextLayout.FormatRange] = []
    start = 0
    for span in spans:
        if span.bold or span.italic:
            made = QFont(font)
            made.setWeight(QFont.Weight.DemiBold if span.bold else font.weight())
            made.setItalic(span.italic)
            letters = QTextCharFormat()
            letters.setFont(made)
            each = QTextLayout.FormatRange()
            each.start, each.length, each.format = start, len(span.text), letters  # type: ignore[misc]
            found.append(each)
        start += len(span.text)
    return found


def typeset(row: Row) -> TypeBox:
    """A formula, its columns with all their numbers."""
    return row_box(row, 99)


def _scaled(area: QRectF) -> QRectF:
    return QRectF(area.topLeft() * _DOTS, area.size() * _DOTS)
