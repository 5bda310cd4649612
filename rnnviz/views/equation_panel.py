"""The equation as a panel: its sections one below the other, as large as there is room.

The bar has a line for it; here columns have more numbers, and with the window filled they are read
from the last row.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame
from rnnviz.film.panels import PANELS
from rnnviz.scenes.equation import Equation, equation_of
from rnnviz.scenes.shapes import Role
from rnnviz.views.equation import SIZES, letters_awaited, same_equation, text_line
from rnnviz.views.panels.panel import PanelWidget
from rnnviz.views.typeset import TypeBox, TypesettingError, foundry, paint, row_box
from rnnviz.views.typeset.plain import said

_ROWS = 4  # numbers of a column before its dots
_GAP = 0.9  # between sections, in units of body text
_LARGEST, _SMALLEST = 2.2, 0.85  # times their size in the bar


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
        high = sum((box.up + box.down) * size + _GAP * unit for box, size in chosen)
        widest = max((box.width * size for box, size in chosen), default=1.0)
        factor = min(_LARGEST, height / high, width / widest)
        if factor >= _SMALLEST or count == 1:
            lines: list[SetSection] = []
            y = (height - high * factor) / 2
            for box, size in chosen:
                y += (box.up * size + 0.5 * _GAP * unit) * factor
                lines.append(SetSection(box, y, size * factor))
                y += (box.down * size + 0.5 * _GAP * unit) * factor
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
