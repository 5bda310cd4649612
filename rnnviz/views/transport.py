"""The transport bar: a video player's, for a film that runs forward, backward and updates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, isfinite

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QEnterEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QWidget,
)

from rnnviz.film import Frame, happening, number, place
from rnnviz.scenes.shapes import Role
from rnnviz.views.icons import icon
from rnnviz.views.look import LIGHT, Look, widget_palette

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_HEIGHT = 3.9  # in units of body text, like all sizes here
_BUTTON = 2.6
_UPDATE = (0.06, 0.10)  # least and most of the scrubber that the update gets
_LONGEST_PHASE = "the loss at 88 sends its gradient"
_STAGE_ROLES = (Role.STATE, Role.GRADIENT, Role.INPUT)


# -- where a stop is on the scrubber -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stretches:
    """The scrubber's three stretches, forward, backward and update, as parts of its length."""

    steps: int

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Where they begin and end, 0 … 1."""
        least, most = _UPDATE
        half = (1.0 - min(max(1.0 / (2 * self.steps + 1), least), most)) / 2
        return 0.0, half, 2 * half, 1.0

    @property
    def stops(self) -> tuple[float, float, float, float]:
        """The positions at which they begin and end."""
        return 0.0, float(self.steps), 2.0 * self.steps, 2.0 * self.steps + 1.0

    def part(self, position: float) -> float:
        """Where a position is, 0 … 1."""
        return _between(position, self.stops, self.edges)

    def position(self, part: float) -> float:
        """Which position is there (the inverse of `part`)."""
        return _between(part, self.edges, self.stops)


def _between(value: float, have: tuple[float, ...], want: tuple[float, ...]) -> float:
    """Piecewise linear: `have` is mapped to `want`; clamped."""
    value = min(max(value, have[0]), have[-1])
    for at in range(len(have) - 1):
        if value <= have[at + 1]:
            share = (value - have[at]) / (have[at + 1] - have[at])
            return min(want[at] + share * (want[at + 1] - want[at]), want[at + 1])
    return want[-1]


# -- its parts ---------------------------------------------------------------------------------


class _Button(QAbstractButton):
    """A flat button that shows an icon or a few letters."""

    def __init__(self, parent: QWidget, shown: str, *, strong: bool = False) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._icon = ""
        self._strong = strong
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_icon(shown)

    def show_icon(self, name: str) -> None:
        if name != self._icon:
            self._icon = name
            self.update()

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def describe(self, words: str, keys: str = "") -> None:
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({keys})" if keys else words)

    def sizeHint(self) -> QSize:
        side = round(_BUTTON * self._look.unit)
        if not self.text():
            return QSize(side, side)
        width = QFontMetricsF(self._look.font(0.93)).horizontalAdvance(self.text())
        return QSize(ceil(width + 1.3 * self._look.unit), round(0.8 * side))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, unit = self._look.palette, self._look.unit
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = area.height() / 2 if not self.text() else 0.4 * unit
        strong = self._strong or bool(self.text())
        back = palette.colour(Role.PANEL) if strong else palette.colour(Role.BACKGROUND)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            back = palette.tint(Role.INK, 0.20 if self.isDown() else 0.11)
        painter.setBrush(back)
        edge = Qt.PenStyle.NoPen
        painter.setPen(QPen(palette.colour(Role.LINE), 1.0) if strong else edge)
        if self.hasFocus():
            painter.setPen(QPen(palette.colour(Role.OUTPUT), 2.0))
        painter.drawRoundedRect(area, radius, radius)
        ink = palette.colour(Role.INK if self.isEnabled() else Role.MUTED)
        if self.text():
            painter.setPen(ink)
            painter.setFont(self._look.font(0.93))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        else:
            side = 0.62 * min(area.width(), area.height())
            corner = area.center() - QPointF(side / 2, side / 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink)
            fit = QTransform(side, 0, 0, side, corner.x(), corner.y())
            painter.drawPath(fit.map(icon(self._icon)))
        painter.end()


class _Lines(QWidget):
    """A line of text and a lesser one below it: the first of several that fits, else cut."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._first = ""
        self._second: tuple[str, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def lines(self) -> tuple[str, str]:
        """What is written."""
        first, second = (
            QFontMetricsF(font) for font in (self._look.font(1.0, bold=True), self._look.font(0.88))
        )
        fits = (text for text in self._second if second.horizontalAdvance(text) <= self.width())
        below = next(fits, self._second[-1] if self._second else "")
        cut = Qt.TextElideMode.ElideRight
        return (
            first.elidedText(self._first, cut, self.width()),
            second.elidedText(below, cut, self.width()),
        )

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def set_lines(self, first: str, *second: str) -> None:
        second = tuple(text for text in second if text)
        if (first, second) != (self._first, self._second):
            self._first, self._second = first, second
            self.setAccessibleName(", ".join((first, *second[:1])))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        looks = (
            (self._look.font(1.0, bold=True), Role.INK),
            (self._look.font(0.88), Role.MUTED),
        )
        shown = [(text, *look) for text, look in zip(self.lines, looks, strict=True) if text]
        heights = [QFontMetricsF(font).height() for _, font, _ in shown]
        y = (self.height() - sum(heights)) / 2
        for (text, font, role), height in zip(shown, heights, strict=True):
            painter.setFont(font)
            painter.setPen(self._look.palette.colour(role))
            area = QRectF(0.0, y, self.width() + 1, height)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
            y += height
        painter.end()


class _Scrubber(QAbstractSlider):
    """The line of a pass, to be dragged; only whole stops are asked for.

    An abstract slider for the sake of assistive technology; it draws the frame it was given.
    """

    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._frame: Frame | None = None
        self._taking = False
        self._asked: float | None = None
        self._hover: float | None = None
        self._turned = 0
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Place in the pass")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self._value_changed)

    # -- what it is given --------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        self._look = look
        self.update()

    def set_frame(self, frame: Frame) -> None:
        before, self._frame = self._frame, frame
        self._taking = True
        if before is None or before.steps != frame.steps:
            self.setRange(0, frame.timeline.end)
            self.setPageStep(max(1, frame.steps // 10))
        self.setValue(floor(frame.playhead.position))
        self._taking = False
        if before is None or before.steps != frame.steps:
            self.update()
        elif before.playhead.position != frame.playhead.position:
            # Only what lies between the two places of the knob has changed.
            ends = sorted(self.knob(f.playhead.position) for f in (before, frame))
            reach = 1.2 * self._look.unit
            area = QRectF(ends[0] - reach, 0, ends[1] - ends[0] + 2 * reach, self.height())
            self.update(area.toAlignedRect())

    # -- geometry ----------------------------------------------------------------------------

    @property
    def _stretches(self) -> Stretches:
        return Stretches(self._frame.steps if self._frame else 1)

    @property
    def track(self) -> QRectF:
        """The line itself."""
        unit = self._look.unit
        thick = 0.42 * unit
        side = 0.8 * unit
        return QRectF(side, 1.72 * unit - thick / 2, max(1.0, self.width() - 2 * side), thick)

    def knob(self, position: float) -> float:
        """The x at which a position's knob is drawn."""
        return self.track.x() + self._stretches.part(position) * self.track.width()

    def stop_at(self, x: float) -> float:
        """The stop nearest to an x."""
        part = (x - self.track.x()) / self.track.width()
        return float(floor(self._stretches.position(part) + 0.5))

    def sizeHint(self) -> QSize:
        return QSize(round(40 * self._look.unit), round(_HEIGHT * self._look.unit))

    # -- intents -----------------------------------------------------------------------------

    def _ask(self, stop: float) -> None:
        if self._frame is not None:
            self.sought.emit(self._frame.timeline.clamp(stop))

    def _value_changed(self, value: int) -> None:
        if not self._taking:  # from a screen reader or the like
            self._ask(float(value))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._frame is not None:
            self._asked = self.stop_at(event.position().x())
            self.setSliderDown(True)
            self._ask(self._asked)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().x())
        if self._asked is not None:
            stop = self.stop_at(event.position().x())
            if stop != self._asked:
                self._asked = stop
                self._ask(stop)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._asked = None
            self.setSliderDown(False)
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned / 120)
        if notches and self._frame is not None:
            self._turned -= 120 * notches
            position, line = self._frame.playhead.position, self._frame.timeline
            for _ in range(abs(notches)):
                position = line.next_stop(position) if notches > 0 else line.previous_stop(position)
            self._ask(position)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._frame is None:
            return
        line, here = self._frame.timeline, self._frame.playhead.position
        keys = Qt.Key
        match event.key():
            case keys.Key_Right | keys.Key_Up:
                self._ask(line.next_stop(here))
            case keys.Key_Left | keys.Key_Down:
                self._ask(line.previous_stop(here))
            case keys.Key_PageUp:
                self._ask(floor(here) + self.pageStep())
            case keys.Key_PageDown:
                self._ask(ceil(here) - self.pageStep())
            case keys.Key_Home:
                self._ask(0.0)
            case keys.Key_End:
                self._ask(line.end)
            case _:
                event.ignore()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._point_at(event.position().x())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def _point_at(self, x: float) -> None:
        self._hover = x
        self.update()

    @property
    def hovered(self) -> str:
        """What is under the pointer: "step 6 of 9 · forward"; empty where it is elsewhere."""
        if self._hover is None or self._frame is None:
            return ""
        moment = self._frame.timeline.moment(self.stop_at(self._hover))
        return place(replace(self._frame, moment=moment))

    # -- ink ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, unit, track = self._look.palette, self._look.unit, self.track
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = track.height() / 2
        position = self._frame.playhead.position if self._frame else 0.0
        stretches, knob = self._stretches, self.knob(position)
        edges = [track.x() + part * track.width() for part in stretches.edges]
        painter.setBrush(palette.colour(Role.LINE))
        painter.drawRoundedRect(track, radius, radius)
        for at, role in enumerate(_STAGE_ROLES):
            end = min(edges[at + 1], knob)
            if end > edges[at]:
                done = QRectF(edges[at], track.y(), end - edges[at], track.height())
                painter.setBrush(palette.colour(role))
                painter.drawRoundedRect(done, radius if at == 0 else 0, radius if at == 0 else 0)
        self._draw_ticks(painter, edges)
        self._draw_labels(painter, edges)
        self._draw_hover(painter)
        size = (0.78 if self.isSliderDown() else 0.66) * unit
        ring = Role.OUTPUT if self.hasFocus() else Role.BACKGROUND
        painter.setPen(QPen(palette.colour(ring), max(1.5, 0.14 * unit)))
        painter.setBrush(palette.colour(Role.PLAYHEAD))
        painter.drawEllipse(QPointF(knob, track.center().y()), size, size)
        painter.end()

    def _draw_ticks(self, painter: QPainter, edges: list[float]) -> None:
        palette, unit, track = self._look.palette, self._look.unit, self.track
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        steps = self._stretches.steps
        if track.width() / (2 * steps + 1) >= 0.8 * unit:
            painter.setBrush(palette.colour(Role.BACKGROUND))
            width = max(1.0, round(unit / 12))
            for stop in range(1, 2 * steps):
                x = self.knob(float(stop))
                painter.drawRect(QRectF(round(x - width / 2), track.y(), width, track.height()))
        painter.setBrush(palette.colour(Role.MUTED))
        width, reach = max(1.0, round(unit / 9)), 0.32 * unit
        for x in edges[1:3]:
            painter.drawRect(
                QRectF(round(x - width / 2), track.y() - reach, width, track.height() + 2 * reach)
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def labels(self) -> list[tuple[str, Role, QRectF]]:
        """The names of the stretches that fit, and where they stand."""
        names = (("forward →",), ("← backward through time", "← backward"), ("update",))
        # The update's name may reach into the stretch before it, but not displace that one's.
        everything = self._labels(names)
        return everything if len(everything) == 3 else self._labels((*names[:2], ()))

    def _labels(self, names: tuple[tuple[str, ...], ...]) -> list[tuple[str, Role, QRectF]]:
        metrics, unit, track = QFontMetricsF(self._look.font(0.85)), self._look.unit, self.track
        edges = [track.x() + part * track.width() for part in self._stretches.edges]
        y, right = track.bottom() + 0.5 * unit, float(self.width())
        found: list[tuple[str, Role, QRectF]] = []
        for at in (2, 1, 0):
            for text in names[at]:
                width = metrics.horizontalAdvance(text) + 2
                x = min((edges[at] + edges[at + 1] - width) / 2, right - width)
                if x >= edges[min(at, 1)]:
                    found.append((text, _STAGE_ROLES[at], QRectF(x, y, width, metrics.height())))
                    right = x - 0.6 * unit
                    break
        return found

    def _draw_labels(self, painter: QPainter, edges: list[float]) -> None:
        painter.setFont(self._look.font(0.85))
        for text, role, area in self.labels():
            painter.setPen(self._look.palette.colour(role))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(Qt.PenStyle.NoPen)

    def _draw_hover(self, painter: QPainter) -> None:
        text = self.hovered
        if not text or self._hover is None:
            return
        font = self._look.font(0.85)
        metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(text) > self.width():
            text = text.partition(" · ")[0]
        width = metrics.horizontalAdvance(text) + 2
        x = min(max(self._hover - width / 2, 0.0), max(0.0, self.width() - width))
        painter.setFont(font)
        painter.setPen(self._look.palette.colour(Role.INK))
        area = QRectF(x, 0.0, width, metrics.height())
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(Qt.PenStyle.NoPen)


class _RateField(QLineEdit):
    """The learning rate, to be typed; ↑ and ↓ go through 1, 2, 5 times powers of ten."""

    chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rate = 0.0
        self.setAccessibleName("Learning rate η")
        self.setToolTip("Learning rate η of the update (↑ ↓ for the next one, Enter to take it)")
        self.setMaxLength(12)
        self.returnPressed.connect(self._take)

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self.setFont(look.font(0.93))
        roles = (Role.MUTED, Role.OUTPUT, Role.BACKGROUND, Role.INK)
        line, focus, back, ink = (look.palette.colour(role).name() for role in roles)
        radius, pad = round(0.3 * look.unit), round(0.3 * look.unit)
        self.setStyleSheet(
            f"QLineEdit {{ border: 1px solid {line}; border-radius: {radius}px;"
            f" padding: 0 {pad}px; background: {back}; color: {ink}; }}"
            f"QLineEdit:focus {{ border: 2px solid {focus}; }}"
        )

    def set_rate(self, rate: float) -> None:
        """Show a rate, unless another one is being typed."""
        if rate != self._rate or not self.hasFocus():
            self._rate = rate
            text = f"{rate:g}"
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
            self.setText(f"{self._rate:g}")
            self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                self.chosen.emit(next_rate(self._rate, up=event.key() == Qt.Key.Key_Up))
            case Qt.Key.Key_Escape:
                self.setText(f"{self._rate:g}")
                self.clearFocus()
            case _:
                super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setText(f"{self._rate:g}")


def next_rate(rate: float, *, up: bool) -> float:
    """The next learning rate of … 0.01, 0.02, 0.05, 0.1, … above or below."""
    ladder = [float(f"{digit}e{power}") for power in range(-6, 2) for digit in (1, 2, 5)]
    if up:
        return next((step for step in ladder if step > rate * (1 + 1e-9)), max(rate, ladder[-1]))
    return next((step for step in reversed(ladder) if step < rate * (1 - 1e-9)), 0.0)


# -- the bar -----------------------------------------------------------------------------------


class TransportBar(QWidget):
    """Moves the playhead: says what the user wants, shows where the frame is.

    Signals
    -------
    sought(float)
        A position of the timeline.
    play_toggled(), next_requested(), previous_requested(), start_requested(), end_requested()
    speed_chosen(float)
    reset_requested()
        Back to the seed's network.
    learning_rate_chosen(float)
    """

    sought = Signal(float)
    play_toggled = Signal()
    next_requested = Signal()
    previous_requested = Signal()
    start_requested = Signal()
    end_requested = Signal()
    speed_chosen = Signal(float)
    reset_requested = Signal()
    learning_rate_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._playing = False
        self._speed = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAutoFillBackground(True)
        self.buttons = {
            "start": self._button("start", "To the start", "Home", self.start_requested),
            "previous": self._button("previous", "One step back", "←", self.previous_requested),
            "play": self._button("play", "Play", "Space", self.play_toggled, strong=True),
            "next": self._button("next", "One step on", "→", self.next_requested),
            "end": self._button("end", "To the end", "End", self.end_requested),
        }
        self.place = _Lines(self)
        self.scrubber = _Scrubber(self)
        self.scrubber.sought.connect(self.sought)
        self.speed = self._text_button("1×", "Speed", "< slower, > faster")
        self.speed.clicked.connect(self._open_speeds)
        self.readout = _Lines(self)
        self.eta = _Lines(self)
        self.eta.set_lines("η =")
        self.rate = _RateField(self)
        self.rate.chosen.connect(self.learning_rate_chosen)
        self.reset = self._text_button("Reset", "Start again from the first weights", "")
        self.reset.clicked.connect(self.reset_requested)
        self.speeds = QMenu(self)
        group = QActionGroup(self.speeds)
        for speed in SPEEDS:
            action = QAction(f"{speed:g}×", self.speeds)
            action.setCheckable(True)
            action.setData(speed)
            action.triggered.connect(lambda _=False, wanted=speed: self.speed_chosen.emit(wanted))
            group.addAction(action)
            self.speeds.addAction(action)
        self.set_speed(1.0)
        self.set_look(self._look)

    def _button(
        self, shown: str, words: str, keys: str, signal: SignalInstance, *, strong: bool = False
    ) -> _Button:
        button = _Button(self, shown, strong=strong)
        button.describe(words, keys)
        button.clicked.connect(lambda: signal.emit())
        return button

    def _text_button(self, text: str, words: str, keys: str) -> _Button:
        button = _Button(self, "")
        button.setText(text)
        button.describe(words, keys)
        return button

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Show where a frame is in its pass."""
        where, _, way = place(frame).partition(" · ")
        self.place.set_lines(where, happening(frame), way, way.partition(" ")[0])
        self.scrubber.set_frame(frame)
        loss = frame.total_loss
        self.readout.set_lines(
            f"L = {number(loss)}" if isfinite(loss) else "L not finite",
            f"pass {frame.playhead.snapshot + 1}",
        )
        self.rate.set_rate(frame.run.learning_rate)
        self._enable("start", "previous", able=frame.playhead.position > 0)
        self._enable("reset", able=len(frame.run.networks) > 1 or frame.playhead.position > 0)

    def _enable(self, *names: str, able: bool) -> None:
        for name in names:
            button = self.buttons.get(name, self.reset)
            if button.isEnabled() != able:
                button.setEnabled(able)

    def set_playing(self, playing: bool) -> None:
        """Whether the film runs."""
        self._playing = playing
        self.buttons["play"].show_icon("pause" if playing else "play")
        self.buttons["play"].describe("Pause" if playing else "Play", "Space")

    def set_speed(self, speed: float) -> None:
        """How fast it runs."""
        self._speed = speed
        self.speed.setText(f"{speed:g}×")
        self.speed.setAccessibleDescription(f"{speed:g} times")
        for action in self.speeds.actions():
            action.setChecked(action.data() == speed)

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.setPalette(widget_palette(look.palette))
        for part in (*self.buttons.values(), self.place, self.scrubber, self.speed):
            part.set_look(look)
        for part in (self.readout, self.eta, self.reset):
            part.set_look(look)
        self.rate.set_look(look)
        self.speeds.setFont(look.font())
        self.speeds.setPalette(widget_palette(look.palette))
        self.updateGeometry()
        self._lay_out()

    # -- geometry ----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """High enough for the scrubber's names and what is under the pointer."""
        return QSize(round(72 * self._look.unit), round(_HEIGHT * self._look.unit))

    def minimumSizeHint(self) -> QSize:
        """The buttons and a short scrubber."""
        return QSize(round(26 * self._look.unit), round(_HEIGHT * self._look.unit))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the parts out again."""
        self._lay_out()

    def _lay_out(self) -> None:
        """From left to right; what does not fit is left out, the least needed first."""
        unit, gap, pad = self._look.unit, 0.9 * self._look.unit, 0.9 * self._look.unit
        texts = QFontMetricsF(self._look.font(1.0, bold=True))
        # Widths that hold whatever the frame says, so that nothing moves while it plays.
        widths: dict[str, float] = {
            "place": texts.horizontalAdvance("step 88 of 88") + unit,
            "speed": self.speed.sizeHint().width() + 0.9 * unit,
            "readout": texts.horizontalAdvance("L = 88888"),
            "rate": texts.horizontalAdvance("η =") + 0.2 * unit + 4.4 * unit,
            "reset": float(self.reset.sizeHint().width()),
        }
        side = round(_BUTTON * unit)
        fixed = 2 * pad + 5 * side + gap
        room, shortest = self.width() - fixed, 14 * unit
        for name in ("readout", "reset", "rate", "speed", "place"):
            if sum(widths.values()) + gap * len(widths) + shortest <= room:
                break
            del widths[name]
        if "place" in widths:  # longer words about a phase, as far as the scrubber stays long
            spare = room - sum(widths.values()) - gap * len(widths) - 1.6 * shortest
            longest = QFontMetricsF(self._look.font(0.88)).horizontalAdvance(_LONGEST_PHASE)
            widths["place"] += min(max(0.0, spare), max(0.0, longest - widths["place"]))
        x, middle = pad, self.height() / 2
        for button in self.buttons.values():
            button.setGeometry(round(x), round(middle - side / 2), side, side)
            x += side
        x += gap
        parts: dict[str, tuple[QWidget, ...]] = {
            "place": (self.place,),
            "speed": (self.speed,),
            "readout": (self.readout,),
            "rate": (self.eta, self.rate),
            "reset": (self.reset,),
        }
        for name, members in parts.items():
            for member in members:
                member.setVisible(name in widths)
        if "place" in widths:
            self._put(self.place, x, widths["place"], self.height())
            x += widths["place"] + gap
        after = [name for name in ("speed", "readout", "rate", "reset") if name in widths]
        end = self.width() - pad - sum(widths[name] + gap for name in after)
        self._put(self.scrubber, x, end - x, self.height())
        x = end + gap
        for name in after:
            if name == "rate":
                letters = texts.horizontalAdvance("η =") + 0.2 * unit
                self._put(self.eta, x, letters, self.height())
                self._put(self.rate, x + letters, widths[name] - letters, 2.0 * unit)
            elif name == "readout":
                self._put(self.readout, x, widths[name], self.height())
            else:
                self._put(getattr(self, name), x, widths[name], 2.1 * unit)
            x += widths[name] + gap

    def _put(self, part: QWidget, x: float, width: float, height: float) -> None:
        top = round((self.height() - height) / 2)
        left, right = round(x), round(x + width)
        part.setGeometry(left, top, max(0, right - left), round(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line that parts it from what is above."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, self._look.palette.colour(Role.LINE))
        painter.end()

    def _open_speeds(self) -> None:
        self.speeds.popup(self.speed.mapToGlobal(QPoint(0, -self.speeds.sizeHint().height())))
