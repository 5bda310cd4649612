"""The window of a recording: its picture, and a bar that moves through its film."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import ceil, floor

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QGuiApplication,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from rnnviz.film import Stage
from rnnviz.film.recording import Recording, advanced, moment_of
from rnnviz.scenes.readout import read_out
from rnnviz.scenes.recorded import scene
from rnnviz.scenes.recorded_words import reading
from rnnviz.scenes.shapes import Role, Scene, Target
from rnnviz.views.look import LIGHT, Look, palette_of
from rnnviz.views.paint import paint_scene
from rnnviz.views.scrub_line import ScrubLine
from rnnviz.views.transport.controls import IconButton
from rnnviz.views.widgets import wear_theme

_TICK_MS = 16
_SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0)
_USUAL = 14.0  # body text at 1600 × 900
_SMALLEST = 11.0


class RecordedView(QWidget):
    """Paints a recording at a position, and asks for the step that is pressed.

    Signals
    -------
    sought : float
        A position.
    """

    sought = Signal(float)

    def __init__(self, recording: Recording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording, self._position, self._layer = recording, 0.0, recording.layers - 1
        self._look = Look(LIGHT)
        self._hovered: QPointF | None = None
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Recorded states and gradients")

    @property
    def scene(self) -> Scene:
        """What is painted."""
        made = scene(
            self._recording, self._position, self._layer, self.width(), self.height(),
            self._look.unit,
        )  # fmt: skip
        at = self._hovered
        target = None if at is None else made.target_at(at.x(), at.y())
        return read_out(made, target, self._reading, self._look.unit)

    def _reading(self, target: Target) -> tuple[str, ...]:
        now = moment_of(self._recording, self._position)
        return tuple(reading(self._recording, now, self._layer, target))

    def show_at(self, position: float, layer: int) -> None:
        """Show a position of the film, in a layer."""
        if (position, layer) != (self._position, self._layer):
            self._position, self._layer = position, layer
            self.setAccessibleDescription(
                next((s.text for s in self.scene.shapes if s.id == "said:0"), "")  # type: ignore[union-attr]
            )
            self.update()

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all of it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.palette.colour(Role.BACKGROUND))
        paint_scene(painter, self.scene, self._look)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer."""
        self._hovered = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hovered = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the step under the pointer, on the way that the film is on."""
        at = event.position()
        found = self.scene.target_at(at.x(), at.y())
        if found is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        t = found.step if found.unit < 0 else found.unit + 1
        now, steps = moment_of(self._recording, self._position), self._recording.steps
        back = found.kind == "gradient" or now.stage is Stage.BACKWARD
        self.sought.emit(float(2 * steps + 1 - t if back else t))


class RecordedLine(ScrubLine):
    """The line of a recording's film, to be dragged.

    Signals
    -------
    sought : float
        A position.
    """

    sought = Signal(float)

    def __init__(self, recording: Recording, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Place in the film")
        self._recording, self._position = recording, 0.0

    def show_at(self, position: float) -> None:
        """Show where the film is."""
        self._position = position
        page = max(1, self._recording.steps // 10)
        self._take(self._recording.end, page, floor(position))
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the bar's buttons."""
        return QSize(round(20 * self._look.unit), round(2.6 * self._look.unit))

    def step(self, by: int) -> None:
        """Ask for the stop so many further on."""
        here = floor(self._position) if by > 0 else ceil(self._position)
        self._ask(float(here + by))

    def _ask(self, place: float) -> None:
        self.sought.emit(min(max(place, 0.0), float(self._recording.end)))

    def _place_at(self, x: float) -> float:
        track = self._track
        share = (x - track.x()) / max(1.0, track.width())
        return float(floor(min(max(share, 0.0), 1.0) * self._recording.end + 0.5))

    @property
    def _can_ask(self) -> bool:
        return True

    @property
    def _track(self) -> QRectF:
        unit = self._look.unit
        return QRectF(unit, self.height() / 2 - 0.2 * unit, self.width() - 2 * unit, 0.4 * unit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line, what is done of each way in its colour, and the knob."""
        palette, unit, track = self._look.palette, self._look.unit, self._track
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour(Role.LINE))
        painter.drawRoundedRect(track, 0.2 * unit, 0.2 * unit)

        def x_of(position: float) -> float:
            return track.x() + track.width() * position / self._recording.end

        turn = float(self._recording.steps)
        for start, stop, role in ((0.0, turn, Role.STATE), (turn, 2 * turn, Role.GRADIENT)):
            if self._position > start:
                end = x_of(min(stop, self._position))
                painter.setBrush(palette.colour(role))
                painter.drawRect(QRectF(x_of(start), track.y(), end - x_of(start), track.height()))
        ring = Role.OUTPUT if self.hasFocus() else Role.BACKGROUND
        painter.setPen(QPen(palette.colour(ring), max(1.5, 0.14 * unit)))
        painter.setBrush(palette.mark(Role.PLAYHEAD))
        painter.drawEllipse(
            QPointF(x_of(self._position), track.center().y()), 0.66 * unit, 0.66 * unit
        )
        painter.end()


class RecordedWindow(QMainWindow):
    """A recording's film in a window of its own.

    Parameters
    ----------
    recording : Recording
    theme : str
        "light", "dark" or "system".
    """

    def __init__(self, recording: Recording, theme: str = "system") -> None:
        super().__init__()
        self._recording = recording
        self._theme = theme
        self.position, self.layer, self.speed = 0.0, recording.layers - 1, 1.0
        self.setWindowTitle(f"{recording.of} — rnnviz")
        self.setMinimumSize(QSize(640, 420))
        self.view = RecordedView(recording, self)
        self.line = RecordedLine(recording, self)
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._elapsed = QElapsedTimer()
        self._goal: float | None = None
        self.actions_by_name: dict[str, QAction] = {}
        self.buttons: dict[str, IconButton] = {}
        self._build()
        for part in (self.view, self.line):
            part.sought.connect(self.seek)
        self.resize(1200, 720)
        self.seek(0.0)

    # -- building ----------------------------------------------------------------------------

    def _build(self) -> None:
        bar = QWidget(self)
        row = QHBoxLayout(bar)
        row.setContentsMargins(8, 2, 8, 6)
        for name, words, keys, does in (
            ("start", "To the start", "Home", partial(self.seek, 0.0)),
            ("previous", "One step back", "←", self.back),
            ("play", "Play", "Space", self.toggle),
            ("next", "One step on", "→", self.next),
            ("end", "To the end", "End", partial(self.seek, float(self._recording.end))),
        ):
            button = IconButton(bar, name, raised=name in ("play", "next"))
            button.describe(words, keys)
            button.clicked.connect(lambda _=False, does=does: does())
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.buttons[name] = button
            row.addWidget(button)
        row.addWidget(self.line, 1)
        central = QWidget(self)
        column = QVBoxLayout(central)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(bar)
        self.setCentralWidget(central)
        self._fill_menus()

    def _fill_menus(self) -> None:
        file, film, view = (self.menuBar().addMenu(name) for name in ("&File", "F&ilm", "&View"))
        self._act(file, "copy", "&Copy picture", self.copy, QKeySequence.StandardKey.Copy)
        self._act(file, "close", "&Close", self.close, QKeySequence.StandardKey.Close, "Ctrl+Q")
        self._act(film, "play", "&Play or pause", self.toggle, "Space")
        self._act(film, "next", "One step &on", self.next, "Right")
        self._act(film, "previous", "One step &back", self.back, "Left")
        self._act(film, "start", "To the &start", partial(self.seek, 0.0), "Home")
        end = float(self._recording.end)
        self._act(film, "end", "To the &end", partial(self.seek, end), "End")
        self._act(film, "slower", "Slo&wer", partial(self.change_speed, -1), "<")
        self._act(film, "faster", "&Faster", partial(self.change_speed, 1), ">")
        up = self._act(view, "up", "Layer &above", partial(self.change_layer, 1), "Up")
        down = self._act(view, "down", "Layer &below", partial(self.change_layer, -1), "Down")
        for action in (up, down):
            action.setEnabled(self._recording.layers > 1)
        view.addSeparator()
        group = QActionGroup(self)
        for theme in ("system", "light", "dark"):
            action = self._act(view, theme, f"&{theme.capitalize()}", partial(self.wear, theme))
            action.setCheckable(True)
            action.setChecked(theme == self._theme)
            group.addAction(action)
        view.addSeparator()
        full = QKeySequence.StandardKey.FullScreen
        self._act(view, "full", "&Full screen", self.switch_full, full, "F5")

    def _act(
        self,
        menu: QWidget,
        name: str,
        words: str,
        does: Callable[[], object],
        *keys: str | QKeySequence.StandardKey,
    ) -> QAction:
        action = QAction(words, self)
        action.setShortcuts([key for each in keys for key in _sequences(each)])
        action.triggered.connect(lambda _=False: does())
        menu.addAction(action)
        self.addAction(action)
        self.actions_by_name[name] = action
        return action

    # -- the film ----------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether the film runs."""
        return self._timer.isActive() and self._goal is None

    def seek(self, position: float) -> None:
        """Put the film at a position."""
        self.pause()
        self._put(min(max(position, 0.0), float(self._recording.end)))

    def next(self) -> None:
        """Run to the next stop; on the way there, be there at once."""
        if self._goal is not None:
            self.seek(self._goal)
        elif self.position < self._recording.end:
            self.pause()
            self._goal = floor(self.position) + 1.0
            self._run()

    def back(self) -> None:
        """Be at the stop before."""
        self.seek(ceil(self.position) - 1.0)

    def toggle(self) -> None:
        """Play, or pause; at its end play from the start."""
        if self.playing:
            self.pause()
            return
        self._goal = None
        if self.position >= self._recording.end:
            self._put(0.0)
        self._run()
        self._show_playing()

    def pause(self) -> None:
        """Stand still."""
        self._timer.stop()
        self._goal = None
        self._show_playing()

    def change_speed(self, by: int) -> None:
        """Play at the next speed up or down."""
        at = _SPEEDS.index(self.speed) + by
        self.speed = _SPEEDS[min(max(at, 0), len(_SPEEDS) - 1)]

    def change_layer(self, by: int) -> None:
        """Show the layer above or below."""
        self.layer = min(max(self.layer + by, 0), self._recording.layers - 1)
        self._put(self.position)

    def _run(self) -> None:
        self._elapsed.start()
        self._timer.start()

    def _tick(self) -> None:
        seconds = self._elapsed.restart() / 1000.0
        position = advanced(self._recording, self.position, seconds, self.speed)
        goal = float(self._recording.end) if self._goal is None else self._goal
        if position >= goal:
            position = goal
            self.pause()
        self._put(position)

    def _put(self, position: float) -> None:
        self.position = position
        self.view.show_at(position, self.layer)
        self.line.show_at(position)
        for name in ("start", "previous"):
            self.buttons[name].setEnabled(position > 0)
        self.buttons["next"].set_leading(position == 0)

    def _show_playing(self) -> None:
        self.buttons["play"].show_icon("pause" if self.playing else "play")
        self.buttons["play"].describe("Pause" if self.playing else "Play", "Space")

    # -- what it wears -----------------------------------------------------------------------

    def copy(self) -> None:
        """Put the picture into the clipboard."""
        QGuiApplication.clipboard().setPixmap(self.view.grab())

    def wear(self, theme: str) -> None:
        """Take "light", "dark", or "system" for the system's own."""
        self._theme = theme
        self._fit()

    def switch_full(self) -> None:
        """Fill the screen, or be a window again."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The type follows the size."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        dark = self._theme == "dark"
        if self._theme == "system":
            dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        fit = min(self.width() / 1600, self.height() / 900)
        unit = round(2 * max(_SMALLEST, _USUAL * 1.15 * fit)) / 2
        look = Look(palette_of("dark" if dark else "light", LIGHT.values), unit)
        wear_theme(look.palette)
        self.setFont(look.font())
        self.menuBar().setFont(look.font())
        for part in (self.view, self.line, *self.buttons.values()):
            part.set_look(look)


def _sequences(key: str | QKeySequence.StandardKey) -> list[QKeySequence]:
    if isinstance(key, str):
        return [QKeySequence(key)]
    return QKeySequence.keyBindings(key)
