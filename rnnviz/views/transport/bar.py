"""The bar itself: which parts it has, where they stand and what they ask for."""

from __future__ import annotations

from functools import lru_cache
from math import isfinite

from PySide6.QtCore import QPoint, QSize, Signal, SignalInstance
from PySide6.QtGui import QActionGroup, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from rnnviz.film import Frame, happening, number, place
from rnnviz.film.fields import FIELDS
from rnnviz.film.phase_words import longest
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look, menu_palette, widget_palette
from rnnviz.views.transport.controls import (
    SIDE,
    Caption,
    IconButton,
    RateField,
    TextButton,
    advance,
    first_font,
    in_two,
    second_font,
)
from rnnviz.views.transport.scrubber import Scrubber, height_of
from rnnviz.views.widgets import action_of

_GAP = 0.9  # in units of body text, like all sizes here
_SHORTEST, _LONG = 14.0, 19.0  # scrubbers: the least there must be, and one that is long enough
# What may be left out where there is not room for all, in this order.
_LEAST_NEEDED = ("readout", "reset", "rate", "speed", "place")
_ETA = "η ="


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
        self._steps = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAutoFillBackground(True)
        self.buttons = {
            "start": self._button("start", "To the start", "Home", self.start_requested),
            "previous": self._button("previous", "One step back", "←", self.previous_requested),
            "play": self._button("play", "Play", "Space", self.play_toggled, raised=True),
            "next": self._button("next", "One step on", "→", self.next_requested),
            "end": self._button("end", "To the end", "End", self.end_requested),
        }
        self.place = Caption(self)
        self.scrubber = Scrubber(self)
        self.scrubber.sought.connect(self.sought)
        self.speed = TextButton(self, "")  # until it is told
        self.speed.describe("Speed", "< slower, > faster")
        self.speed.clicked.connect(self._open_speeds)
        self.readout = Caption(self)
        self.eta = Caption(self)
        self.eta.set_lines(_ETA)
        self.rate = RateField(self)
        self.rate.chosen.connect(self.learning_rate_chosen)
        self.reset = TextButton(self, "Reset")
        self.reset.describe("Start again from the first weights")
        self.reset.clicked.connect(self.reset_requested)
        self.speeds = self._speed_menu()
        self._parts: dict[str, tuple[QWidget, ...]] = {
            "place": (self.place,),
            "speed": (self.speed,),
            "readout": (self.readout,),
            "rate": (self.eta, self.rate),
            "reset": (self.reset,),
        }
        self.set_speed(1.0)
        self.set_look(self._look)

    def _button(
        self, name: str, words: str, keys: str, signal: SignalInstance, *, raised: bool = False
    ) -> IconButton:
        button = IconButton(self, name, raised=raised)
        button.describe(words, keys)
        button.clicked.connect(lambda: signal.emit())
        return button

    def _speed_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for choice in FIELDS["speed"].choices:
            speed = choice.changes["speed"]
            action = action_of(choice.text, menu)
            action.setCheckable(True)
            action.setData(speed)
            action.triggered.connect(lambda _=False, wanted=speed: self.speed_chosen.emit(wanted))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _open_speeds(self) -> None:
        # popup() returns at once; exec() would hold up whoever clicked until the menu closes.
        self.speeds.popup(self.speed.mapToGlobal(QPoint(0, -self.speeds.sizeHint().height())))

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Show where a frame is in its pass."""
        where, _, way = place(frame).partition(" · ")
        happens = self._look.says(happening(frame))
        self.place.set_lines(where, happens, way, way.partition(" ")[0])
        self.scrubber.set_frame(frame)
        loss = frame.total_loss
        paid = f"L = {number(loss, zeros=True)}" if frame.source else "no loss"
        self.readout.set_lines(
            paid if isfinite(loss) else "L not finite",
            f"pass {frame.run.updates_at(frame.playhead.snapshot) + 1}",
        )
        self.rate.set_rate(frame.run.learning_rate)
        moved = frame.playhead.position > 0
        self.buttons["next"].set_leading(not moved)
        for name in ("start", "previous"):
            self.buttons[name].setEnabled(moved)
        self.reset.setEnabled(moved or len(frame.run.networks) > 1)
        if frame.steps != self._steps:
            self._steps = frame.steps
            self._lay_out()

    def set_playing(self, playing: bool) -> None:
        """Whether the film runs."""
        self.buttons["play"].show_icon("pause" if playing else "play")
        self.buttons["play"].describe("Pause" if playing else "Play", "Space")

    def set_speed(self, speed: float) -> None:
        """How fast it runs."""
        text = f"{speed:g}×"
        if text == self.speed.text():
            return
        self.speed.setText(text)
        self.speed.setAccessibleDescription(f"{speed:g} times")
        for action in self.speeds.actions():
            action.setChecked(action.data() == speed)

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.setPalette(widget_palette(look.palette))
        self.scrubber.set_look(look)
        for button in (*self.buttons.values(), self.speed, self.reset):
            button.set_look(look)
        for lines in (self.place, self.readout, self.eta):
            lines.set_look(look)
        self.rate.set_look(look)
        self.speeds.setFont(look.font())
        self.speeds.setPalette(menu_palette(look.palette))
        self.updateGeometry()
        self._lay_out()

    # -- geometry ----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """High enough for the scrubber's names and what is under the pointer."""
        return QSize(round(72 * self._look.unit), height_of(self._look))

    def minimumSizeHint(self) -> QSize:
        """The buttons and a short scrubber."""
        return QSize(round(26 * self._look.unit), height_of(self._look))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the parts out again."""
        self._lay_out()

    def _lay_out(self) -> None:
        """From left to right; what does not fit is left out."""
        unit, high = self._look.unit, self.height()
        gap, side = _GAP * unit, round(SIDE * unit)
        buttons = len(self.buttons) * side
        widths = self._fitting(self.width() - 3 * gap - buttons, gap)
        for name, members in self._parts.items():
            for member in members:
                member.setVisible(name in widths)
        x = gap
        for button in self.buttons.values():
            x = self._put(button, x, side, side)
        x += gap
        if "place" in widths:
            x = self._put(self.place, x, widths["place"], high) + gap
        after = [name for name in self._parts if name in widths and name != "place"]
        end = self.width() - gap - sum(widths[name] + gap for name in after)
        x = self._put(self.scrubber, x, end - x, high) + gap
        for name in after:
            right = x + widths[name]
            if name == "readout":
                self._put(self.readout, x, widths[name], high)
            elif name == "rate":
                x = self._put(self.eta, x, self._eta_width, high)
                self._put(self.rate, x, right - x, 2.0 * unit)
            else:
                self._put(self._parts[name][0], x, widths[name], 2.1 * unit)
            x = right + gap

    def _fitting(self, room: float, gap: float) -> dict[str, float]:
        """The parts beside the scrubber that there is room for, and how wide they are.

        Their widths hold whatever a frame of this run says, so that nothing moves while it plays.
        """
        unit = self._look.unit
        narrow, wide = self._place_widths()
        widths = {
            "place": narrow,
            "speed": self.speed.sizeHint().width() + 0.9 * unit,
            "readout": self._widest("L = 0.0·10⁻⁰⁰", "L not finite"),
            "rate": self._eta_width + 4.4 * unit,
            "reset": float(self.reset.sizeHint().width()),
        }

        def spare(scrubber: float) -> float:
            return room - sum(widths.values()) - gap * len(widths) - scrubber * unit

        for name in _LEAST_NEEDED:
            if spare(_SHORTEST) >= 0:
                break
            del widths[name]
        if "place" in widths:  # its words on one line, as far as the scrubber stays long
            widths["place"] += min(max(0.0, spare(_LONG)), wide - narrow)
            self.place.set_rows(2 if widths["place"] >= wide else 3)
        return widths

    def _place_widths(self) -> tuple[float, float]:
        """How wide the place is with the longest words about a phase on two lines, and on one."""
        return _place_widths(self._look, self._steps)

    def _widest(self, *texts: str) -> float:
        return _widest(self._look, *texts)

    @property
    def _eta_width(self) -> float:
        return self._widest(_ETA) + 0.2 * self._look.unit

    def _put(self, part: QWidget, x: float, width: float, height: float) -> float:
        """Place a part at mid-height and say where it ends."""
        top = round((self.height() - height) / 2)
        left, right = round(x), round(x + width)
        part.setGeometry(left, top, max(0, right - left), round(height))
        return x + width

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line that parts it from what is above."""
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, self._look.palette.colour(Role.LINE))
        painter.end()


@lru_cache(maxsize=16)  # a window that changes its size asks a dozen times
def _place_widths(look: Look, steps: int) -> tuple[float, float]:
    last = "0" * len(str(steps))  # the widest digit of its font
    where = _widest(look, f"step {last} of {last}", f"start of {last} steps")
    small = QFontMetricsF(second_font(look))
    phases = longest(steps)
    narrow = max(advance(in_two(text, small), small) for text in phases)
    wide = max(advance(text, small) for text in phases)
    return max(where, narrow) + 1.0, max(where, wide) + 1.0


@lru_cache(maxsize=64)
def _widest(look: Look, *texts: str) -> float:
    metrics = QFontMetricsF(first_font(look))
    return max(metrics.horizontalAdvance(text) for text in texts)
