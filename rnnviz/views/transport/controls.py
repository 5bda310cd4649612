"""The bar's buttons with their icons, the field for the learning rate, and captions."""

from __future__ import annotations

from functools import cache
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.widgets import frame_field

_KEYS = Qt.KeyboardModifier
_IN_NUMBERS = "0123456789.,+-−eE"
# Keys that move within a field, and through the film.
_MOVES = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
_TOP, _BOTTOM = 0.22, 0.78  # of icons, within the unit square
SIDE = 2.6  # of a button with an icon, in units of body text


@cache
def icon(name: str) -> QPainterPath:
    """An icon's outline.

    Parameters
    ----------
    name : str
        "start", "previous", "play", "pause", "next" or "end".

    Raises
    ------
    ValueError
        For another name.
    """
    path = QPainterPath()
    match name:
        case "play":
            _triangle(path, 0.30, 0.80, 0.18, 0.82)
        case "pause":
            _bar(path, 0.28, 0.16)
            _bar(path, 0.56, 0.16)
        case "next":
            _triangle(path, 0.24, 0.66)
            _bar(path, 0.68, 0.09)
        case "end":
            _triangle(path, 0.12, 0.46)
            _triangle(path, 0.46, 0.80)
            _bar(path, 0.80, 0.09)
        case "previous" | "start":
            mirror = QTransform(-1, 0, 0, 1, 1, 0)
            return mirror.map(icon("next" if name == "previous" else "end"))
        case _:
            raise ValueError(f"no icon is called {name!r}")
    return path


def _triangle(
    path: QPainterPath, left: float, right: float, top: float = _TOP, bottom: float = _BOTTOM
) -> None:
    corners = [QPointF(left, top), QPointF(right, (top + bottom) / 2), QPointF(left, bottom)]
    path.addPolygon(QPolygonF([*corners, corners[0]]))
    path.closeSubpath()


def _bar(path: QPainterPath, left: float, width: float) -> None:
    path.addRoundedRect(QRectF(left, _TOP, width, _BOTTOM - _TOP), 0.03, 0.03)


class _PlayButton(QAbstractButton):
    """A flat button; `raised` ones stand out from the bar. Subclasses draw its face."""

    def __init__(self, parent: QWidget, *, raised: bool) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._raised, self._leads = raised, False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def set_leading(self, leads: bool) -> None:
        """Whether it is the one to press, before anything else was."""
        if leads != self._leads:
            self._leads = leads
            self.update()

    def describe(self, words: str, keys: str = "") -> None:
        """Say what it does, to a screen reader and under the pointer."""
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({keys})" if keys else words)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        back = palette.colour(Role.PANEL if self._raised else Role.BACKGROUND)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            back = palette.tint(Role.INK, 0.20 if self.isDown() else 0.11)
        if self._leads:
            back = palette.colour(Role.STATE)
        painter.setBrush(back)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.hasFocus():
            painter.setPen(QPen(palette.colour(Role.OUTPUT), 2.0))
        elif self._raised:
            painter.setPen(QPen(palette.colour(Role.LINE), 1.0))
        radius = self._radius(area)
        painter.drawRoundedRect(area, radius, radius)
        ink = palette.colour(Role.INK if self.isEnabled() else Role.MUTED)
        if self._leads:
            ink = palette.ink_on(Role.STATE)
        self._draw_face(painter, area, ink)
        painter.end()

    def _radius(self, area: QRectF) -> float:
        raise NotImplementedError

    def _draw_face(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        raise NotImplementedError


class IconButton(_PlayButton):
    """A round button with an icon."""

    def __init__(self, parent: QWidget, name: str, *, raised: bool = False) -> None:
        super().__init__(parent, raised=raised)
        self._icon = name

    def show_icon(self, name: str) -> None:
        """Show another icon."""
        if name != self._icon:
            self._icon = name
            self.update()

    def sizeHint(self) -> QSize:
        """Square."""
        side = round(SIDE * self._look.unit)
        return QSize(side, side)

    def _radius(self, area: QRectF) -> float:
        return area.height() / 2

    def _draw_face(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        side = 0.62 * min(area.width(), area.height())
        corner = area.center() - QPointF(side / 2, side / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        fit = QTransform(side, 0, 0, side, corner.x(), corner.y())
        painter.drawPath(fit.map(icon(self._icon)))


class TextButton(_PlayButton):
    """A button with a few letters."""

    def __init__(self, parent: QWidget, text: str) -> None:
        super().__init__(parent, raised=True)
        self.setText(text)

    def sizeHint(self) -> QSize:
        """As wide as its letters."""
        unit = self._look.unit
        width = QFontMetricsF(self._look.font(0.93)).horizontalAdvance(self.text())
        return QSize(ceil(width + 1.3 * unit), round(0.8 * round(SIDE * unit)))

    def _radius(self, area: QRectF) -> float:
        return 0.4 * self._look.unit

    def _draw_face(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        painter.setPen(ink)
        painter.setFont(self._look.font(0.93))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class RateField(QLineEdit):
    """The learning rate, to be typed; ↑ and ↓ go through 1, 2, 5 times powers of ten."""

    chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rate = 0.0
        self._entered = False  # by a press that is still under way
        self.setAccessibleName("Learning rate η")
        self.setToolTip("Learning rate η of the update (↑ ↓ for the next one, Enter to take it)")
        self.setMaxLength(24)  # as many digits as a float has, and its power
        self.returnPressed.connect(self._take)

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        frame_field(self, look, 0.93)

    def set_rate(self, rate: float) -> None:
        """Show a rate, unless another one is being typed."""
        if rate != self._rate or not self.hasFocus():
            self._rate = rate
            text = written(rate)
            if self.text() != text:
                self.setText(text)

    def _take(self) -> None:
        rate = self._read()
        if rate is not None:
            self.clearFocus()
            if rate != self._rate:
                self.chosen.emit(rate)
        else:  # no such number: the old one stands, ready to be typed over
            self.setText(written(self._rate))
            self.selectAll()

    def _read(self) -> float | None:
        """The number that was typed; None where it is no learning rate."""
        try:
            rate = float(self.text().replace(",", ".").replace("−", "-"))
        except ValueError:
            return None
        return rate if 0.0 <= rate < float("inf") else None

    def _next(self, *, up: bool) -> float:
        """The number above or below."""
        return next_rate(self._rate, up=up)

    def event(self, event: QEvent) -> bool:
        """Leave the film's keys to the window: all that no number has, and moves until one types.

        A field claims every letter before the window's own keys are asked.
        """
        if event.type() == QEvent.Type.ShortcutOverride and not self._takes(event):
            event.ignore()
            return False
        return super().event(event)

    def _takes(self, event: QEvent) -> bool:
        """Whether a key is the number's."""
        if not isinstance(event, QKeyEvent):
            return True
        if event.key() in _MOVES:
            return self.isModified()
        if event.modifiers() & (_KEYS.ControlModifier | _KEYS.AltModifier | _KEYS.MetaModifier):
            return True
        text = event.text()
        return not text.isprintable() or not text or text in _IN_NUMBERS

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A first press selects all of it, to be typed over."""
        first = not self.hasSelectedText() and self._entered
        super().mousePressEvent(event)
        if first:
            self._entered = False
            self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Nothing of it is typed yet."""
        super().focusInEvent(event)
        self._entered = event.reason() == Qt.FocusReason.MouseFocusReason
        self.setModified(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose the next rate, Escape puts the old one back; letters are no number."""
        if not self._takes(event):
            event.ignore()
            return
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self.chosen.emit(self._next(up=event.key() == Qt.Key.Key_Up))
            case Qt.Key.Key_Escape:
                self.setText(written(self._rate))
                self.clearFocus()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                super().keyPressEvent(event)
                event.accept()  # the window would press the button that has the focus by now
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
