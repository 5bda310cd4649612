"""The bar at the foot of a tour: part, scene, what runs, how far it is, and the clock."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.frozen import record
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look

_HIGH, _SIDE, _GAP = 2.2, 1.0, 1.2  # in units
_DOT = (0.75, 0.42, 0.3)  # a dot's width and height, and the room between two
_MOST_DOTS = 12


@record
class TourPlace:
    """The place in a tour that the foot bar shows: scene, part, time.

    Attributes
    ----------
    part, title : str
    runs : str
        Which network runs in which mode.
    number, count : int
        The scene's place in its part, from 1, and how many that has.
    overall : str
        Its place in all of the tour: "12 of 40".
    clock : str
        "07:40 / 45:00".
    late : bool
        Whether it is behind the plan.
    typed : str
        The number that is being typed.
    """

    part: str = ""
    title: str = ""
    runs: str = ""
    number: int = 1
    count: int = 1
    overall: str = ""
    clock: str = ""
    late: bool = False
    typed: str = ""


class FootBar(QWidget):
    """Shows where a tour is; what has no room is left out from the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("foot")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._look = Look(LIGHT)
        self._place = TourPlace()

    def set_look(self, look: Look) -> None:
        """Take other colours or another size of type."""
        self._look = look
        self.updateGeometry()
        self.update()

    def show_place(self, place: TourPlace) -> None:
        """Show where a tour is."""
        before, self._place = self._place, place
        if place == before:
            return
        self.setAccessibleName(
            f"{place.part}, scene {place.number} of {place.count}: {place.title}"
        )
        self.update()

    @property
    def place(self) -> TourPlace:
        """What it shows."""
        return self._place

    @property
    def clock_area(self) -> QRectF:
        """Where the clock is painted, as wide as with any digits: nothing beside it moves."""
        metrics = self._metrics(bold=True)
        widest = max("0123456789", key=metrics.horizontalAdvance)
        text = "".join(widest if c.isdigit() else c for c in self._place.clock)
        wide = metrics.horizontalAdvance(text)
        right = self.width() - _SIDE * self._look.unit
        return QRectF(right - wide, 0, wide, self.height())

    def sizeHint(self) -> QSize:
        """One line with air around it."""
        unit = self._look.unit
        return QSize(round(60 * unit), ceil(_HIGH * unit))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        look, place, unit = self._look, self._place, self._look.unit
        palette, gap = look.palette, _GAP * unit
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), palette.colour(Role.PANEL))
            painter.fillRect(0, 0, self.width(), 1, palette.colour(Role.LINE))
            clock = Role.PLAYHEAD if place.late else Role.INK
            area = self.clock_area
            self._put_right(painter, place.clock, area.right(), clock, bold=True)
            right = area.left() - gap
            right = self._put_right(painter, place.overall, right, Role.MUTED) - gap
            left = self._put_left(painter, place.part, _SIDE * unit, right, Role.MUTED, bold=True)
            middle = right - self._dots_width() - gap
            if middle - left > 4 * unit:
                self._draw_dots(painter, right - self._dots_width())
                right = middle
            runs = self._metrics().horizontalAdvance(place.runs)
            if place.runs and right - runs - left > 6 * unit:
                right = self._put_right(painter, place.runs, right, Role.MUTED) - gap
            text = f"scene {place.typed}… ⏎" if place.typed else place.title
            role = Role.INK if not place.typed else Role.OUTPUT
            if self._metrics().horizontalAdvance(text) <= right - left - gap:  # the caption has it
                self._put_left(painter, text, left + gap, right, role)

    def _dots_width(self) -> float:
        wide, _, gap = (self._look.unit * each for each in _DOT)
        count = self._place.count
        return 0.0 if not 1 < count <= _MOST_DOTS else count * wide + (count - 1) * gap

    def _draw_dots(self, painter: QPainter, x: float) -> None:
        wide, high, gap = (self._look.unit * each for each in _DOT)
        place = self._place
        if not self._dots_width():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(1, place.count + 1):
            here = number == place.number
            role = Role.PLAYHEAD if here else Role.STATE if number < place.number else Role.LINE
            grown = 0.12 * self._look.unit if here else 0.0  # told apart without its colour, too
            painter.setBrush(self._look.palette.mark(role))
            box = QRectF(x, (self.height() - high) / 2, wide, high)
            painter.drawRoundedRect(box.adjusted(0, -grown, 0, grown), high / 3, high / 3)
            x += wide + gap

    def _metrics(self, *, bold: bool = False) -> QFontMetricsF:
        return QFontMetricsF(self._look.font(1.0, bold=bold))

    def _put_left(
        self, painter: QPainter, text: str, left: float, right: float, role: Role, *,
        bold: bool = False,
    ) -> float:  # fmt: skip
        metrics = self._metrics(bold=bold)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, right - left))
        return self._put(painter, text, left, role, bold=bold)

    def _put_right(
        self, painter: QPainter, text: str, right: float, role: Role, *, bold: bool = False
    ) -> float:
        left = right - self._metrics(bold=bold).horizontalAdvance(text)
        self._put(painter, text, left, role, bold=bold)
        return left

    def _put(
        self, painter: QPainter, text: str, left: float, role: Role, *, bold: bool = False
    ) -> float:
        wide = self._metrics(bold=bold).horizontalAdvance(text)
        painter.setFont(self._look.font(1.0, bold=bold))
        painter.setPen(self._look.palette.text(role))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(left, 0, wide + 2, self.height()), middle, text)
        return left + wide
