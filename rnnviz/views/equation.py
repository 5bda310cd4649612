"""The equation of this moment, typeset with its real numbers: as a bar, and as a panel.

The bar has a line for it; in the panel sections stand one below the other, as large as there is
room, columns have more numbers, and with the window filled they are read from the last row.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame
from rnnviz.film.panels import PANELS
from rnnviz.scenes.equation import Equation, Row, equation_of
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, MATH_FAMILY, Look
from rnnviz.views.panels.panel import PanelWidget
from rnnviz.views.typeset import AXIS, TypeBox, TypesettingError, as_text, foundry, paint, row_box
from rnnviz.views.typeset.plain import said

_LETTERS = 3.6  # columns of two numbers; in units of body text, like all sizes here
_AIR = 1.6  # above and below them
SIZES = defaultdict(lambda: 1.15, general=1.35, cell=1.35, gradient=1.25, output=1.25)
_PAD, _GAP = 1.2, 2.4
_NARROWEST, _WIDEST = 12.0, 26.0  # of the sentence
_WORDS = 18.0  # that are kept for a sentence that comes first
_ROWS = 4  # in the panel: numbers of a column before its dots
_BELOW = 0.9  # between its sections
_LARGEST, _SMALLEST = 2.2, 0.85  # times their size in the bar


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where the parts of an equation stand.

    Attributes
    ----------
    parts : tuple of (name, box, left end, size of an em)
        In pixels.
    end : float
        Where the last one ends.
    """

    parts: tuple[tuple[str, TypeBox, float, float], ...]
    end: float


def arrange(equation: Equation, width: float, height: float, unit: float) -> Arrangement:
    """The fullest forms of an equation's sections that fit side by side.

    First they are shortened, the least important one first; where that is not enough it is left
    out; the last one left is made smaller. Columns have as many numbers as the height allows.
    Where a sentence has its place among the sections, it has its room before the fullest forms
    and before the sections after it.
    """
    room = width - 2 * _PAD * unit
    chosen: dict[str, int] = {}
    sections = {section.name: section for section in equation.sections}
    built: dict[tuple[str, int], TypeBox] = {}

    def box(name: str) -> TypeBox:
        key = (name, chosen[name])
        if key not in built:
            built[key] = _typeset(sections[name].forms[chosen[name]], height / SIZES[name] / unit)
        return built[key]

    def total(limit: float = inf) -> float:
        """How wide the chosen forms are; what lies beyond a limit is not typeset for it."""
        width = -_GAP * unit
        for name in chosen:
            width += box(name).width * SIZES[name] * unit + _GAP * unit
            if width > limit:
                break
        return width

    def fits(count: int, room: float, firm: int = 0) -> bool:
        """Choose forms of so many sections; the first `firm` ones stay whole."""
        chosen.clear()
        chosen.update(dict.fromkeys(equation.order[:count], 0))
        while total(room) > room:
            loose = equation.order[firm:count]
            longer = [n for n in loose if chosen[n] + 1 < len(sections[n].forms)]
            if not longer:
                return False
            chosen[longer[-1]] += 1
        return True

    factor = 1.0
    counts = range(len(equation.order), 0, -1)
    spoken = room - (_GAP + _WORDS) * unit
    least = equation.before_words or len(counts) + 1
    found = any(
        fits(count, spoken, firm) for firm in (least, 0) for count in counts if count >= least
    )
    if not found and not any(fits(count, room) for count in counts):
        factor = max(room, 1.0) / total()
    parts: list[tuple[str, TypeBox, float, float]] = []
    x = _PAD * unit
    for section in equation.sections:
        name = section.name
        if name in chosen:
            part, size = box(name), SIZES[name] * unit * factor
            half = max(part.up - AXIS, part.down + AXIS, 0.1)
            size = min(size, height / (2 * half))
            parts.append((name, part, x, size))
            x += part.width * size + _GAP * unit
    return Arrangement(tuple(parts), x - _GAP * unit)


def _typeset(row: Row, height: float) -> TypeBox:
    """A row with as many numbers to a column as fit in a height, in em."""
    box = row_box(row, 3)
    for rows in (2, 1):
        if 2 * max(box.up - AXIS, box.down + AXIS) <= height:
            break
        box = row_box(row, rows)
    return box


class EquationBar(QWidget):
    """Draws the equation of the frame it was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._frame: Frame | None = None
        self._equation: Equation | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Equation of the current step")
        self._waiting = letters_awaited(self)

    def sizeHint(self) -> QSize:
        """High enough for columns of two numbers."""
        return QSize(round(60 * self._look.unit), self._high)

    def minimumSizeHint(self) -> QSize:
        """As narrow as wanted; it leaves out what does not fit."""
        return QSize(0, self._high)

    @property
    def _high(self) -> int:
        return round(_LETTERS * self._look.unit + self._look.air(_AIR))

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.updateGeometry()
        self.update()

    def set_frame(self, frame: Frame) -> None:
        """Show a frame's equation; nothing is repainted while that stays the same."""
        before, self._frame = self._frame, frame
        if before is None or not same_equation(before, frame):
            self._equation = equation_of(frame)
            self.setAccessibleDescription(self._equation.sentence)
            self.update()

    def warm(self) -> None:
        """Have the letters made beside the interface's thread; until then nothing is drawn."""
        if not (foundry.ready or foundry.failed):
            foundry.warm()
            self._waiting.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits; where the letters cannot be made, the formula as text."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.palette.colour(Role.BACKGROUND))
        if self._equation is not None:
            end = None
            if foundry.ready:
                end = self._draw_formulas(painter, self._equation)
            if foundry.failed:
                end = self._draw_text(painter, self._equation)
            if end is not None:
                self._draw_sentence(painter, self._equation.sentence, end + _GAP * self._look.unit)
        painter.end()

    def _draw_formulas(self, painter: QPainter, equation: Equation) -> float | None:
        """Draw the formulas and say where they end; nothing where a letter cannot be made."""
        try:
            arrangement = arrange(equation, self.width(), self.height(), self._look.unit)
        except TypesettingError:
            return None
        for _, box, x, size in arrangement.parts:
            paint(painter, box, x, self.height() / 2 + AXIS * size, size, self._look.palette)
        return arrangement.end

    def _draw_text(self, painter: QPainter, equation: Equation) -> float:
        """Write the formulas in one line, and say where it ends."""
        unit = self._look.unit
        font = self._look.font(SIZES["numbers"])
        font.setFamilies([MATH_FAMILY, *font.families()])
        left, room = _PAD * unit, self.width() - 2 * _PAD * unit
        line = text_line(equation, QFontMetricsF(font), room)
        painter.setFont(font)
        painter.setPen(self._look.palette.text(Role.INK))
        area = QRectF(left, 0.0, room, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, line)
        return left + QFontMetricsF(font).horizontalAdvance(line)

    def _draw_sentence(self, painter: QPainter, sentence: str, left: float) -> None:
        unit = self._look.unit
        right = self.width() - _PAD * unit
        if right - left < _NARROWEST * unit:
            return
        font = self._look.font(0.93)
        lines, width = said(sentence, font, min(right - left, _WIDEST * unit))
        if self._look.lecture and any(line.endswith("…") for line in lines):
            return  # half a sentence is of no use to a class
        pitch = QFontMetricsF(font).height() * 1.08
        painter.setFont(font)
        painter.setPen(self._look.palette.text(Role.MUTED))
        y = (self.height() - pitch * len(lines)) / 2
        for line in lines:
            area = QRectF(right - width, y, width + 1, pitch)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, line)
            y += pitch


def letters_awaited(widget: QWidget) -> QTimer:
    """What repaints a widget, once started, when the letters are there or cannot be made."""
    timer = QTimer(widget)
    timer.setInterval(25)

    def look() -> None:
        if foundry.ready or foundry.failed:
            timer.stop()
            widget.update()

    timer.timeout.connect(look)
    return timer


def text_line(equation: Equation, metrics: QFontMetricsF, width: float) -> str:
    """As many of an equation's sections as fit into one line of text, at least one, cut."""
    line = ""
    for count in range(len(equation.order), 0, -1):
        kept = equation.order[:count]
        line = "      ".join(as_text(s.forms[0]) for s in equation.sections if s.name in kept)
        if metrics.horizontalAdvance(line) <= width:
            return line
    return metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)


def same_equation(one: Frame, other: Frame) -> bool:
    """Whether two frames have the same equation."""
    return (
        one.passing is other.passing
        and one.run is other.run
        and one.moment.stage is other.moment.stage
        and one.moment.step == other.moment.step
        and one.moment.phase is other.moment.phase
        and one.playhead.at(0.0) == other.playhead.at(0.0)
    )


@dataclass(frozen=True, slots=True)
class SetSection:
    """A section as it stands: its letters, their baseline, and the size of an em."""

    box: TypeBox
    y: float
    size: float


def stacked(equation: Equation, width: float, height: float, unit: float) -> tuple[SetSection, ...]:
    """The sections below each other, in as full a form as the width allows.

    All are enlarged alike; those that come last in the equation's order are left out first.
    """
    for count in range(len(equation.order), 0, -1):
        kept = [s for s in equation.sections if s.name in equation.order[:count]]
        chosen: list[tuple[TypeBox, float]] = []
        for section in kept:
            size, forms = SIZES[section.name] * unit, section.forms
            boxes = (row_box(form, _ROWS) for form in forms)
            last = row_box(forms[-1], _ROWS)
            chosen.append((next((b for b in boxes if b.width * size <= width), last), size))
        high = sum((box.up + box.down) * size + _BELOW * unit for box, size in chosen)
        widest = max((box.width * size for box, size in chosen), default=1.0)
        factor = min(_LARGEST, height / high, width / widest)
        if factor >= _SMALLEST or count == 1:
            lines: list[SetSection] = []
            y = (height - high * factor) / 2
            for box, size in chosen:
                y += (box.up * size + 0.5 * _BELOW * unit) * factor
                lines.append(SetSection(box, y, size * factor))
                y += (box.down * size + 0.5 * _BELOW * unit) * factor
            return tuple(lines)
    return ()


class EquationPanel(PanelWidget):
    """What is computed at this moment, typeset, with its numbers and in a sentence."""

    def __init__(self, parent: QWidget | None = None, name: str = "equation") -> None:
        super().__init__(parent, name)
        self._equation: Equation | None = None
        self._waiting = letters_awaited(self)
        self.setAccessibleName("Equation of the current step")
        self.set_look(self._look)

    def set_frame(self, frame: Frame) -> None:
        """Show a frame's equation; nothing is repainted while that stays the same."""
        before, self._frame = self._frame, frame
        if before is None or not same_equation(before, frame):
            self._equation = equation_of(frame)
            self.setAccessibleDescription(self._equation.sentence)
            self.update()

    # -- painting ----------------------------------------------------------------------------

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        surface, equation, unit = self.surface, self._equation, self._look.unit
        painter.drawPixmap(0, 0, surface.blank())
        surface.draw_title(painter, surface.width - surface.pad, (PANELS[self.name].title, ""))
        if equation is None:
            return True
        font = self._look.font(1.0)
        lines, _ = said(equation.sentence, font, surface.width - 2 * surface.pad)
        pitch = QFontMetricsF(font).height() * 1.08
        foot = pitch * len(lines) + 0.6 * unit
        height = surface.height - surface.head - foot
        if foundry.failed:
            self._draw_text(painter, equation, height)
        elif not foundry.ready:
            foundry.warm()
            self._waiting.start()
        elif height > 2 * unit:
            self._draw_formulas(painter, equation, height)
        painter.setFont(font)
        painter.setPen(self._look.palette.text(Role.MUTED))
        for place, line in enumerate(lines):
            top = surface.height - foot + place * pitch
            area = QRectF(surface.pad, top, surface.width - 2 * surface.pad, pitch)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft, line)
        return True

    def _draw_formulas(self, painter: QPainter, equation: Equation, height: float) -> None:
        surface = self.surface
        try:
            lines = stacked(equation, surface.width - 2 * surface.pad, height, self._look.unit)
        except TypesettingError:
            return
        for line in lines:
            y = surface.head + line.y
            paint(painter, line.box, surface.pad, y, line.size, self._look.palette)

    def _draw_text(self, painter: QPainter, equation: Equation, height: float) -> None:
        surface = self.surface
        font = self._look.font(SIZES["numbers"])
        room = surface.width - 2 * surface.pad
        painter.setFont(font)
        painter.setPen(self._look.palette.text(Role.INK))
        line = text_line(equation, QFontMetricsF(font), room)
        area = QRectF(surface.pad, surface.head, room, height)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, line)
