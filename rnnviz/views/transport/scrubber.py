"""The line of a pass, to be dragged, and the stretches of its stages."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame, place
from rnnviz.frozen import record
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import Look
from rnnviz.views.scrub_line import ScrubLine

_UPDATE = (0.06, 0.10)  # least and most of the scrubber that the update gets

_HEIGHT, _AIR = 3.5, 0.4  # in units of body text, like all sizes here
_ABOVE = 0.23  # the line, above the middle: the names stand below it
_STAGE_ROLES = (Role.STATE, Role.GRADIENT, Role.INPUT)


@record
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


def _kind(frame: Frame) -> tuple[int, bool]:
    """What the names and the ticks depend on."""
    return frame.steps, frame.through_time


def height_of(look: Look) -> int:
    """High enough for the line, the names below it, and what is under the pointer above it."""
    return round(_HEIGHT * look.unit + look.air(_AIR))


class Scrubber(ScrubLine):
    """The line of a pass, to be dragged; only whole stops are asked for."""

    sought = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, "Place in the pass")
        self._frame: Frame | None = None
        self._labelled: tuple[object, list[tuple[str, Role, QRectF]]] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Show where a frame is; repaints only what has changed."""
        before, self._frame = self._frame, frame
        page, place = max(1, frame.steps // 10), floor(frame.playhead.position)
        self._take(frame.timeline.end, page, place)
        if before is None or _kind(before) != _kind(frame):
            self.update()
        elif before.playhead.position != frame.playhead.position:
            # Only what lies between the two places of the knob has changed.
            ends = sorted(self.knob(f.playhead.position) for f in (before, frame))
            reach = 1.2 * self._look.unit
            middle = self.track.center().y()
            area = QRectF(ends[0], middle, ends[1] - ends[0], 0.0)
            self.update(area.adjusted(-reach, -reach, reach, reach).toAlignedRect())

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
        middle = height_of(self._look) / 2 - _ABOVE * unit
        return QRectF(side, middle - thick / 2, max(1.0, self.width() - 2 * side), thick)

    def knob(self, position: float) -> float:
        """The x at which a position's knob is drawn."""
        return self.track.x() + self._stretches.part(position) * self.track.width()

    def stop_at(self, x: float) -> float:
        """The stop nearest to an x."""
        part = (x - self.track.x()) / self.track.width()
        return float(floor(self._stretches.position(part) + 0.5))

    def sizeHint(self) -> QSize:
        """High enough for the names below the line and what is under the pointer."""
        return QSize(round(40 * self._look.unit), height_of(self._look))

    # -- intents -----------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Ask for the stop so many further on."""
        if self._frame is not None:
            position, line = self._frame.playhead.position, self._frame.timeline
            for _ in range(abs(by)):
                position = line.next_stop(position) if by > 0 else line.previous_stop(position)
            self._ask(position)

    def _page(self, way: int) -> None:
        here = self._frame.playhead.position if self._frame is not None else 0.0
        self._ask((floor(here) if way > 0 else ceil(here)) + way * self.pageStep())

    def _ask(self, place: float) -> None:
        if self._frame is not None:
            self.sought.emit(self._frame.timeline.clamp(place))

    def _place_at(self, x: float) -> float:
        return self.stop_at(x)

    @property
    def _can_ask(self) -> bool:
        return self._frame is not None

    def enterEvent(self, event: QEnterEvent) -> None:
        """Say what is under the pointer."""
        self._hover = event.position().x()
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
        """Draw the line, its stretches and the knob."""
        palette, unit, track = self._look.palette, self._look.unit, self.track
        knob = self.knob(self._frame.playhead.position if self._frame else 0.0)
        edges = [track.x() + part * track.width() for part in self._stretches.edges]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        part = QRectF(event.rect())
        self._draw_track(painter, edges, knob)
        self._draw_ticks(painter, edges, part)
        self._draw_labels(painter, part)
        self._draw_hover(painter)
        size = (0.78 if self.isSliderDown() else 0.66) * unit
        ring = Role.OUTPUT if self.hasFocus() else Role.BACKGROUND
        painter.setPen(QPen(palette.colour(ring), max(1.5, 0.14 * unit)))
        painter.setBrush(palette.mark(Role.PLAYHEAD))
        painter.drawEllipse(QPointF(knob, track.center().y()), size, size)
        painter.end()

    def _draw_track(self, painter: QPainter, edges: list[float], knob: float) -> None:
        """The line, with what is done in the colours of its stretches."""
        palette, track = self._look.palette, self.track
        round_end = track.height() / 2
        painter.setBrush(palette.colour(Role.LINE))
        painter.drawRoundedRect(track, round_end, round_end)
        for at, role in enumerate(_STAGE_ROLES):
            end = min(edges[at + 1], knob)
            if end > edges[at]:
                done = QRectF(edges[at], track.y(), end - edges[at], track.height())
                radius = 0.0 if at else round_end
                painter.setBrush(palette.colour(role))
                painter.drawRoundedRect(done, radius, radius)

    def _draw_ticks(self, painter: QPainter, edges: list[float], part: QRectF) -> None:
        palette, unit, track = self._look.palette, self._look.unit, self.track
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        stretches = self._stretches
        steps = stretches.steps
        if track.width() / (2 * steps + 1) >= 0.8 * unit:
            painter.setBrush(palette.colour(Role.BACKGROUND))
            width = max(1.0, round(unit / 12))
            for stop in range(1, 2 * steps):
                x = track.x() + stretches.part(float(stop)) * track.width()
                if x < part.left() - width or x > part.right() + width:
                    continue
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
        back = ("← backward through time", "← backward")
        alone = self._frame is not None and not self._frame.through_time
        names = (("forward →",), back[alone:], ("update",))
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

    def _draw_labels(self, painter: QPainter, part: QRectF) -> None:
        alone = self._frame is not None and not self._frame.through_time
        key = (self._look, self.width(), self._stretches, alone)
        if self._labelled is None or self._labelled[0] != key:
            self._labelled = (key, self.labels())
        painter.setFont(self._look.font(0.85))
        for text, role, area in self._labelled[1]:
            if not part.intersects(area.adjusted(-2, -2, 2, 2)):
                continue
            painter.setPen(self._look.palette.text(role))
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
