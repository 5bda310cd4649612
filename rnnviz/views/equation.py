"""The equation of this moment, typeset with its real numbers: as a bar, and as a panel.

The bar has a line for it; in the panel sections stand one below the other, as large as there is
room, columns have more numbers, and with the window filled they are read from the last row. What
composes an equation and sets it is imported when its letters are there: the window stands before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame
from rnnviz.film.panels import PANELS
from rnnviz.frozen import record
from rnnviz.scenes.phases import layer_phase
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, MATH_FAMILY, Look
from rnnviz.views.panels.panel import Kept, PanelWidget
from rnnviz.views.panels.surface import blit
from rnnviz.views.pens_and_text import said
from rnnviz.views.pixels import of_pixels
from rnnviz.views.typeset.foundry import AXIS, TypesettingError, foundry, letters_awaited
from rnnviz.views.widgets import LeavableField, frame_field

if TYPE_CHECKING:
    from rnnviz.scenes.equation import Equation
    from rnnviz.scenes.equation.fading import Blank
    from rnnviz.views.typeset.arrangement import Arrangement
    from rnnviz.views.typeset.boxes import Standing

_LETTERS = 3.6  # columns of two numbers; in units of body text, like all sizes here
_AIR = 1.6  # above and below them
_NARROWEST, _WIDEST = 12.0, 26.0  # of the sentence


@record
class Fading:
    """How many numbers have faded, those of them that were filled in, and what was said last."""

    count: int = 0
    filled: frozenset[Blank] = frozenset()
    said: str = ""

    def anew(self, *, passed: bool) -> Fading:
        """For another moment: nothing is filled in; in a later pass one more has faded."""
        return Fading(self.count + (1 if passed and self.count else 0))

    def with_said(self, said: str) -> Fading:
        """With something else said."""
        return replace(self, said=said)

    def with_filled(self, blank: Blank) -> Fading:
        """With one more filled in."""
        return replace(self, filled=self.filled | {blank})


class AnswerField(LeavableField):
    """Where a missing number is typed; Enter has it checked, Esc leaves it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMaxLength(24)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName("The number that is missing")
        self.setPlaceholderText("?")

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        frame_field(self, look, 1.0)


class EquationBar(QWidget):
    """Draws the equation of the frame it was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._frame: Frame | None = None
        self.equation: Equation | None = None
        self._arranged: tuple[Equation, QSize, float, Arrangement] | None = None
        self._kept: Kept[QPixmap] = Kept()
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
        """Take another theme, size of type or notation."""
        if look.notation is not self._look.notation:
            self.equation = None
        self._look = look
        self.updateGeometry()
        self.update()

    def set_frame(self, frame: Frame) -> None:
        """Show a frame's equation; nothing is repainted while that stays the same."""
        before, self._frame = self._frame, frame
        if before is not None and same_equation(before, frame):
            return
        known, self.equation = self.equation, None
        made = self._compose() if foundry.ready or foundry.failed else None
        # Another network's may be the same: before the first step it has no numbers.
        if made is None or made != known:
            self.update()

    def warm(self) -> None:
        """Have the letters made beside the interface's thread; until then nothing is drawn."""
        if not (foundry.ready or foundry.failed):
            foundry.warm()
            self._waiting.start()

    def _compose(self) -> Equation | None:
        """The equation of the frame; it is said to a screen reader as well."""
        if self.equation is None and self._frame is not None:
            self.equation = _composed(self._frame, self._look)
            self.setAccessibleDescription(self.equation.sentence)
        return self.equation

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits; where the letters cannot be made, the formula as text."""
        equation = self._compose() if foundry.ready or foundry.failed else None
        with QPainter(self) as painter:
            if event.rect() == self.rect() or not of_pixels(painter):
                self._draw(painter, event.rect(), equation)
                return
            # Numbers on their way uncover a part of it at every frame, and it is still the same.
            key = self.size(), self._look, self.devicePixelRatioF(), foundry.ready
            picture = self._kept.of(equation, key, self._picture)
            blit(painter, picture, QRectF(self.rect()), event.region())

    def _picture(self) -> QPixmap:
        """All of it as it is now."""
        picture = QPixmap(self.size() * self.devicePixelRatioF())
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        with QPainter(picture) as painter:
            self._draw(painter, self.rect(), self.equation)
        return picture

    def _draw(self, painter: QPainter, area: QRect, equation: Equation | None) -> None:
        painter.fillRect(area, self._look.palette.colour(Role.BACKGROUND))
        if equation is None:
            return
        end = self._draw_formulas(painter, equation) if foundry.ready else None
        if foundry.failed:
            end = self._draw_text(painter, equation)
        if end is not None:
            self._draw_sentence(painter, equation.sentence, end)

    def _draw_formulas(self, painter: QPainter, equation: Equation) -> float | None:
        """Draw the formulas and say where they end; nothing where a letter cannot be made."""
        from rnnviz.views.typeset.boxes import paint

        arrangement = self._arrangement(equation)
        if arrangement is None:
            return None
        for _, box, x, size in arrangement.parts:
            paint(painter, box, x, self.height() / 2 + AXIS * size, size, self._look.palette)
        return arrangement.end

    def _arrangement(self, equation: Equation) -> Arrangement | None:
        """Where an equation's parts stand at this size; nothing where a letter cannot be made."""
        from rnnviz.views.typeset.arrangement import arrange

        kept, size, unit = self._arranged, self.size(), self._look.unit
        if kept is not None and kept[0] is equation and kept[1:3] == (size, unit):
            return kept[3]
        try:
            made = arrange(equation, size.width(), size.height(), unit)
        except TypesettingError:
            return None
        self._arranged = equation, size, unit, made
        return made

    def standing(self, item: object) -> Standing | None:
        """Where a column or a number stands; nothing where it is not written."""
        from rnnviz.views.typeset.boxes import find

        equation = self._compose() if foundry.ready else None
        arrangement = None if equation is None else self._arrangement(equation)
        for _, box, x, size in () if arrangement is None else arrangement.parts:
            found = find(item, box, x, self.height() / 2 + AXIS * size, size)
            if found is not None:
                return found
        return None

    def _draw_text(self, painter: QPainter, equation: Equation) -> float:
        """Write the formulas in one line, and say where it ends."""
        from rnnviz.views.typeset.arrangement import PAD, SIZES, text_line

        unit = self._look.unit
        font = self._look.font(SIZES["numbers"])
        font.setFamilies([MATH_FAMILY, *font.families()])
        left, room = PAD * unit, self.width() - 2 * PAD * unit
        line = text_line(equation, QFontMetricsF(font), room)
        painter.setFont(font)
        painter.setPen(self._look.palette.text(Role.INK))
        area = QRectF(left, 0.0, room, self.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, line)
        return left + QFontMetricsF(font).horizontalAdvance(line)

    def _draw_sentence(self, painter: QPainter, sentence: str, end: float) -> None:
        from rnnviz.views.typeset.arrangement import GAP, PAD

        unit = self._look.unit
        left, right = end + GAP * unit, self.width() - PAD * unit
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


def _composed(frame: Frame, look: Look, fading: Fading | None = None) -> Equation:
    """A frame's equation in the symbols that are in force, with what has faded of it left out."""
    from rnnviz.scenes.equation import equation_of
    from rnnviz.scenes.spelling import spelled_equation

    equation = equation_of(frame)
    if fading is not None:
        from rnnviz.scenes.equation.fading import faded

        equation = faded(frame, equation, fading.count, fading.filled)
    return spelled_equation(equation, look.notation)


def same_equation(one: Frame, other: Frame) -> bool:
    """Whether two frames have the same equation."""
    return (
        one.passing is other.passing
        and one.run is other.run
        and one.moment.stage is other.moment.stage
        and one.moment.step == other.moment.step
        and layer_phase(one) == layer_phase(other)
        and one.playhead.at(0.0) == other.playhead.at(0.0)
    )


class EquationPanel(PanelWidget):
    """What is computed at this moment, typeset, with its numbers and in a sentence.

    Some of the numbers may have faded: they are asked for, and what is typed is checked.
    """

    def __init__(self, parent: QWidget | None = None, name: str = "equation") -> None:
        super().__init__(parent, name)
        self._equation: Equation | None = None
        self._stood: tuple[Equation, tuple[float, ...], list[Standing]] | None = None
        self._waiting = letters_awaited(self)
        self._fading = Fading()
        self.answer = AnswerField(self)
        self.answer.hide()
        self.answer.returnPressed.connect(self._check)
        self.answer.left.connect(self.answer.clearFocus)
        self.setAccessibleName("Equation of the current step")
        self.set_look(self._look)

    def set_frame(self, frame: Frame) -> None:
        """Show a frame's equation; nothing is repainted while that stays the same."""
        before, self._frame = self._frame, frame
        if before is None or not same_equation(before, frame):
            passed = before is not None and before.playhead.snapshot < frame.playhead.snapshot
            self._fading = self._fading.anew(passed=passed)
            self._compose(frame)

    def set_look(self, look: Look) -> None:
        """Store colours and size of type, and write the equation in other symbols."""
        other = look.notation is not self._look.notation
        super().set_look(look)
        self.answer.set_look(look)
        if other and self._frame is not None:
            self._compose(self._frame)

    def _compose(self, frame: Frame) -> None:
        self._equation = _composed(frame, self._look, self._fading if self._fading.count else None)
        self.setAccessibleDescription(self.sentence)
        asked = self.asked
        self.answer.setVisible(asked is not None and not self.why)
        if asked is not None:
            self._arrange()
        self.update()

    # -- numbers that fade -------------------------------------------------------------------

    @property
    def sentence(self) -> str:
        """What is said under the equation: of an answer, else of the equation."""
        equation = self._equation
        said = self._look.says(self._fading.said) if self._fading.said else ""
        return said or ("" if equation is None else equation.sentence)

    @property
    def equation(self) -> Equation | None:
        """What is written, with its blanks."""
        return self._equation

    @property
    def faded(self) -> int:
        """How many numbers are left out at most."""
        return self._fading.count

    @property
    def asked(self) -> Blank | None:
        """The number that is asked for; None where none is missing."""
        if self._frame is None or not self._fading.count:
            return None
        from rnnviz.scenes.equation import equation_of
        from rnnviz.scenes.equation.fading import asked_of

        equation = equation_of(self._frame)
        return asked_of(self._frame, equation, self._fading.count, self._fading.filled)

    def fade(self, by: int) -> None:
        """Leave out one number more, the last step of the reckoning first, or one less."""
        frame = self._frame
        if frame is None:
            return
        from rnnviz.scenes.equation import equation_of
        from rnnviz.scenes.equation.fading import blanks_of

        most = len(blanks_of(frame, equation_of(frame)))
        count = self._fading.count + by
        self._fading = Fading(max(0, min(count, max(most, self._fading.count))))
        self._compose(frame)
        if self.asked is not None:
            self.answer.setFocus()

    def _check(self) -> None:
        """Say whether what was typed is the number, or which usual mistake gives it."""
        frame, asked = self._frame, self.asked
        if frame is None or asked is None:
            return
        from rnnviz.film.mistakes import check

        try:
            checked = check(frame, asked.quantity, asked.unit, self.answer.text())
        except ValueError as error:
            self._fading = self._fading.with_said(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            self._fading = self._fading.with_said(checked.words)
            if checked.right:
                self._fading = self._fading.with_filled(asked)
                self.answer.clear()
        self.answer.selectAll()
        self._compose(frame)

    def stand_in_slot(self, name: str, why: str = "") -> None:
        """Ask for numbers only where there is an equation."""
        super().stand_in_slot(name, why)
        self.answer.setVisible(self.asked is not None and not why)

    def _arrange(self) -> None:
        surface, unit = self.surface, self._look.unit
        wide, high = round(8.0 * unit), round(1.7 * unit)
        left = round(surface.width - surface.pad - wide)
        self.answer.setGeometry(left, round(surface.height - high - 0.5 * unit), wide, high)

    # -- painting ----------------------------------------------------------------------------

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        surface, equation = self.surface, self._equation
        surface.lay(painter)
        surface.draw_title(painter, surface.width - surface.pad, (PANELS[self.name].title, ""))
        if equation is None:
            return True
        font = self._look.font(1.0)
        lines, pitch, foot = self._said()
        height = surface.height - surface.head - foot
        if foundry.failed:
            self._draw_text(painter, equation, height)
        elif not foundry.ready:
            foundry.warm()
            self._waiting.start()
        elif height > 2 * self._look.unit:
            self._draw_formulas(painter, equation, height)
        painter.setFont(font)
        painter.setPen(self._look.palette.text(Role.MUTED))
        for place, line in enumerate(lines):
            top = surface.height - foot + place * pitch
            area = QRectF(surface.pad, top, surface.width - 2 * surface.pad, pitch)
            painter.drawText(area, Qt.AlignmentFlag.AlignLeft, line)
        return True

    def _said(self) -> tuple[list[str], float, float]:
        """The sentence's lines, from one to the next, and how high its place is."""
        surface, font, unit = self.surface, self._look.font(1.0), self._look.unit
        taken = 0.0 if self.answer.isHidden() else self.answer.width() + unit
        lines, _ = said(self.sentence, font, surface.width - 2 * surface.pad - taken)
        pitch = QFontMetricsF(font).height() * 1.08
        foot = pitch * len(lines) + 0.6 * unit
        if taken:
            foot = max(foot, self.answer.height() + 0.9 * unit)
        return lines, pitch, foot

    def _set(self, equation: Equation, height: float) -> list[Standing]:
        """The sections where they stand; none where a letter cannot be made."""
        from rnnviz.views.typeset.arrangement import stacked
        from rnnviz.views.typeset.boxes import Standing

        surface, unit = self.surface, self._look.unit
        width = surface.width - 2 * surface.pad
        key, kept = (width, height, unit), self._stood
        if kept is not None and kept[0] is equation and kept[1] == key:
            return kept[2]
        try:
            lines = stacked(equation, width, height, unit)
        except TypesettingError:
            return []
        left, head = surface.pad, surface.head
        made = [Standing(line.box, left, head + line.y, line.size) for line in lines]
        self._stood = equation, key, made
        return made

    def _draw_formulas(self, painter: QPainter, equation: Equation, height: float) -> None:
        from rnnviz.views.typeset.boxes import paint

        for at in self._set(equation, height):
            paint(painter, at.box, at.x, at.baseline, at.size, self._look.palette)

    def standing(self, item: object) -> Standing | None:
        """Where a column or a number stands; nothing where it is not written."""
        from rnnviz.views.typeset.boxes import find

        equation, height = self._equation, self.surface.height - self.surface.head - self._said()[2]
        if equation is None or self.why or not foundry.ready or height <= 2 * self._look.unit:
            return None
        each = self._set(equation, height)
        found = (find(item, at.box, at.x, at.baseline, at.size) for at in each)
        return next((one for one in found if one is not None), None)

    def _draw_text(self, painter: QPainter, equation: Equation, height: float) -> None:
        from rnnviz.views.typeset.arrangement import SIZES, text_line

        surface = self.surface
        font = self._look.font(SIZES["numbers"])
        room = surface.width - 2 * surface.pad
        painter.setFont(font)
        painter.setPen(self._look.palette.text(Role.INK))
        line = text_line(equation, QFontMetricsF(font), room)
        area = QRectF(surface.pad, surface.head, room, height)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, line)
