"""The loss curve of a training, along which its snapshots are scrubbed."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, isfinite, isnan, nan
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame, Progress, Run, number
from rnnviz.film.plan import best_of, held_out_of, validation_of, why_ended
from rnnviz.frozen import record
from rnnviz.scenes.charts.axes import Axes
from rnnviz.scenes.charts.loss import Log, LossAxes, loss_chart
from rnnviz.scenes.shapes import Rect, Role
from rnnviz.views.chart.drawn import Drawn, qrect
from rnnviz.views.chart.view import ChartView
from rnnviz.views.panels.surface import Surface
from rnnviz.views.scrub_line import ScrubLine

_PAGE = 10  # snapshots of a page key: that part of them


def place(update: int, updates: int) -> str:
    """How far it is: "update 640 of 1,500"."""
    return f"update {update:,} of {updates:,}"


def loss_words(loss: float) -> str:
    """A loss: its number, a dash where there is none."""
    if isnan(loss):
        return "–"
    return number(loss) if isfinite(loss) else "not finite"


def snapshot_words(snapshot: Any, updates: int) -> str:
    """All of a snapshot: "update 640 of 1,500 · loss 0.31 · validation 0.35"."""
    words = place(snapshot.update, updates)
    if not isnan(snapshot.loss):
        words += f" · loss {loss_words(float(snapshot.loss))}"
    validation = validation_of(snapshot)
    return words if isnan(validation) else f"{words} · validation {loss_words(validation)}"


def rank_of(log: Log, index: int) -> str:
    """What a snapshot of a training that has ended is: ", the smallest", ", the last", or nothing.

    The smallest is that of the validation loss, which a training ends on. It may be that of the
    network as it began: then nothing was gained.
    """
    if index == best_of(log):
        untrained = not log[index].update and len(log) > 1
        return f", the smallest{': untrained' if untrained else ''}"
    return ", the last" if index == len(log) - 1 else ""


@record
class ShownTraining:
    """A training's log as the loss curve shows it.

    Attributes
    ----------
    log : tuple of Snapshot
    origin : int
        Which of them is on the stage; −1 for none.
    end : int
        The update that the axis ends with.
    live : bool
        It is under way, so that nothing is scrubbed.
    naive, naive_words : float, str
        The loss that a forecast without any network has, and which forecast that is.
    epoch : float
        The updates of an epoch; nan where nobody knows.
    place, loss, validation, more : str
        How far it is, its losses (no validation: empty), and one word more.
    ended : str
        Why it made fewer updates than were asked for, see `film.plan.why_ended`; and how many the
        film has made since, of which no loss is known.
    """

    log: Log
    origin: int
    end: int
    live: bool
    naive: float
    naive_words: str
    epoch: float
    place: str
    loss: str
    validation: str
    more: str = ""
    ended: str = ""

    @property
    def words(self) -> str:
        """All of it in one line."""
        return self.lines[0]

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, and less and less: what chose the snapshot stays longer than other losses."""
        loss, validation = f"loss {self.loss}", f"validation {self.validation}"
        validation = validation if self.validation else ""
        chosen = validation or loss
        short = self.place.removeprefix("update ")
        ended = ((self.place, chosen, self.ended),) if self.ended else ()
        parts = (
            (self.place, loss, validation, self.more, self.ended),
            (self.place, chosen, self.more, self.ended),
            *ended,
            (self.place, chosen),
            (self.place,),
            (short,),
            (short.partition(" ")[0],),
        )
        return tuple(" · ".join(part for part in each if part) for each in parts)


def shown_of(run: Run | None, progress: Progress, further: int = 0) -> ShownTraining | None:
    """What is to be seen: the training under way, else that of the run; None where is neither.

    The film has made so many updates `further`.
    """
    if progress.running:
        followed = progress.follow and progress.followable
        # The newest is drawn when it is kept: it comes 14 times a second, and a chart takes 20 ms.
        kept = progress.log[: progress.kept or None]
        return ShownTraining(
            kept,
            len(kept) - 1 if followed else -1,
            progress.updates,
            True,
            progress.naive,
            progress.naive_words,
            progress.epoch,
            place(progress.update, progress.updates),
            loss_words(progress.loss),
            "" if isnan(progress.validation_loss) else loss_words(progress.validation_loss),
            _under_way(progress),
        )
    if run is None or not run.log:
        return None
    end, snapshot = run.log[-1].update, run.log[run.origin]
    validation, held = validation_of(snapshot), held_out_of(snapshot)
    rank = rank_of(run.log, run.origin)
    validated = "" if isnan(validation) else f"{loss_words(validation)}{rank}"
    return ShownTraining(
        run.log,
        run.origin,
        end,
        False,
        run.naive,
        run.naive_words,
        run.epoch,
        place(snapshot.update, end),
        loss_words(float(snapshot.loss)) + ("" if validated else rank),
        validated,
        "" if held is None else f"held out {loss_words(held)}",
        " · ".join(filter(None, (why_ended(run.log, run.plan, run.asked), _beyond(further)))),
    )


def further_of(frame: Frame | None) -> int:
    """How many updates of the film lie between a training's snapshot and what a frame shows."""
    return 0 if frame is None else frame.run.updates_at(frame.playhead.snapshot)


def _beyond(further: int) -> str:
    """The updates of the film since."""
    if not further:
        return ""
    return f"then {further:,} update{'s' * (further > 1)} of the film, not measured"


def _under_way(progress: Progress) -> str:
    """What is left, once that is known."""
    if progress.stopping:
        return "stopping"
    if not progress.update and not progress.log:
        return "getting ready"
    from rnnviz.film.durations import left_words

    return left_words(progress.seconds_left, early=progress.early)


class LossCurve(ScrubLine):
    """Losses over the updates, a mark for every snapshot; only whole snapshots are asked for.

    It draws the log it was given, and `slim` without axes and names, which do not fit into a line.

    Signals
    -------
    origin_sought(int)
        A snapshot's place in the log.
    """

    origin_sought = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, slim: bool = False) -> None:
        super().__init__(parent, "Place in the training")
        self._log: Log = ()
        self._origin, self._end, self._naive, self._epoch = -1, 0, nan, nan
        self._naive_words = ""
        self._linear = self._epochs = False
        self._live = False
        self._slim = slim
        self.view = ChartView(self, lambda: (None, None))
        self.view.movable = not slim
        # A click seeks when it has not become a double one, which shows all: another snapshot is
        # an edit where the film has gone on from this one.
        self._waited: tuple[QPointF, int] | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._seek_waited)
        self.view.doubled.connect(self._wait.stop)
        self._make()
        self.setAccessibleDescription("Snapshots of the training; Ctrl+← and Ctrl+→ anywhere")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    # -- what it is given --------------------------------------------------------------------

    def show_log(self, shown: ShownTraining) -> None:
        """Show snapshots up to an update, and which of them is on the stage."""
        log, end, naive, epoch = shown.log, shown.end, shown.naive, shown.epoch
        known = (self._log, self._end, repr(self._naive), self._naive_words, repr(self._epoch))
        other = (log, end, repr(naive), shown.naive_words, repr(epoch)) != known
        moved = (self._origin, self._live) != (shown.origin, shown.live)
        self._log, self._origin, self._end = log, shown.origin, end
        self._live, self._naive, self._epoch = shown.live, naive, epoch
        self._naive_words = shown.naive_words
        if other:
            self._make()
        if other or moved:  # it is told some 14 times a second, mostly of nothing that it draws
            self._take(max(0, len(log) - 1), max(1, len(log) // _PAGE), max(0, shown.origin))
            self.update()

    def set_axes(self, *, linear: bool, epochs: bool) -> None:
        """Lay losses and updates out as they are; count epochs, where their length is known."""
        if (linear, epochs) != (self._linear, self._epochs):
            self._linear, self._epochs = linear, epochs
            self._make()

    # -- geometry ----------------------------------------------------------------------------

    @property
    def _laid_out(self) -> LossAxes:
        return LossAxes(self._linear, self._epoch if self._epochs else nan)

    def _make(self) -> None:
        """Make the chart of the log, bare where it has no room for axes and names."""
        chart = loss_chart(self._log, self._end, self._naive, self._laid_out, self._naive_words)
        if self._slim:
            curves = tuple(replace(c, end=None, titles=()) for c in chart.curves)
            x, y = (replace(axis, ticks=lambda *_: []) for axis in (chart.x, chart.y))
            chart = replace(chart, x=x, y=y, curves=curves)
        self._chart = chart
        self.update()

    @property
    def drawn(self) -> Drawn:
        """What is drawn of the log."""
        surface = Surface(self._look, self.width(), self.height(), self.devicePixelRatioF())
        unit, foot = surface.unit, 0.45 * surface.unit if self._slim else surface.foot
        side, top = 0.9 * unit if self._slim else surface.pad, 0.55 * unit
        high = max(1.0, surface.height - top - foot - 0.2 * unit)
        area = Rect(side, top, max(1.0, surface.width - 2 * side), high)
        return self.view.drawn(self._chart, surface, area)

    @property
    def axes(self) -> Axes:
        """Where updates and losses lie."""
        return self.drawn.axes

    def mark(self, index: int) -> float:
        """The x at which a snapshot's mark is drawn."""
        return self.axes.x(self._x(index))

    def snapshot_at(self, x: float) -> int:
        """The snapshot nearest to an x."""
        at = self.axes.x_at(x)
        return min(range(len(self._log)), key=lambda i: abs(self._x(i) - at))

    def _x(self, index: int) -> float:
        """Where a snapshot lies on the horizontal axis."""
        return self._laid_out.x(float(self._log[index].update))

    def sizeHint(self) -> QSize:
        """Wide, and high enough to tell falling from rising."""
        return QSize(round(40 * self._look.unit), round(6.2 * self._look.unit))

    # -- intents -----------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Ask for the snapshot so many further on."""
        self._ask(self._origin + by)

    def _ask(self, place: float) -> None:
        if self._can_ask:
            index = min(max(int(place), 0), len(self._log) - 1)
            if index != self._origin:
                self.origin_sought.emit(index)

    def _place_at(self, x: float) -> int:
        return self.snapshot_at(x)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for what is under the pointer, once it is no double click."""
        if self._slim or event.button() is not Qt.MouseButton.LeftButton or not self._can_ask:
            super().mousePressEvent(event)
            return
        self._waited = event.position(), self.snapshot_at(event.position().x())
        self._wait.start(QGuiApplication.styleHints().mouseDoubleClickInterval())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag is no click: it asks at once."""
        if self._wait.isActive() and self._waited is not None:
            held = bool(event.buttons() & Qt.MouseButton.LeftButton)
            way = (event.position() - self._waited[0]).manhattanLength()
            if held and way >= QGuiApplication.styleHints().startDragDistance():
                self._wait.stop()
                self._asked = float(self._waited[1])
                self._seek_waited()
        super().mouseMoveEvent(event)

    def _seek_waited(self) -> None:
        if self._waited is not None:
            self._ask(self._waited[1])

    @property
    def _can_ask(self) -> bool:
        return bool(self._log) and not self._live

    @property
    def hovered(self) -> str:
        """What is under the pointer; empty where it is elsewhere."""
        if self._hover is None or not self._log:
            return ""
        index = self.snapshot_at(self._hover)
        words = snapshot_words(self._log[index], self._end)
        return words if self._live else words + rank_of(self._log, index)

    # -- ink ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curves, marks and the playhead."""
        if self.width() < 40 or self.height() < 12:
            return
        drawn = self.drawn
        self.view.build_soon()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self.view.paint(painter, drawn, None, None, event.region())
            if not self._slim:  # it goes on from a title row: its upper corners are not round
                side, panel = round(0.6 * self._look.unit), self._look.palette.colour(Role.PANEL)
                painter.fillRect(0, 0, side, side, panel)
                painter.fillRect(self.width() - side, 0, side, side, panel)
            if self._log and not self.view.guessing.covers:
                rect = qrect(drawn.axes.rect)
                painter.save()
                painter.setClipRect(rect.adjusted(-self._look.unit, -99, self._look.unit, 99))
                self._draw_marks(painter, drawn.axes)
                self._draw_playhead(painter, drawn.axes)
                painter.restore()
                self._draw_hover(painter, drawn.axes)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(self._look.palette.colour(Role.OUTPUT), 2.0))
                painter.drawRoundedRect(qrect(drawn.axes.rect.grown(3)), 4, 4)

    def _draw_marks(self, painter: QPainter, axes: Axes) -> None:
        """A tick below the plot for every snapshot; a ring where validation is best."""
        palette, unit = self._look.palette, self._look.unit
        bottom, reach = axes.rect.bottom, 0.3 * unit
        painter.setPen(QPen(palette.colour(Role.MUTED), max(1.0, unit / 12)))
        for index in range(len(self._log)):
            x = axes.x(self._x(index))
            painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + reach))
        best = best_of(self._log)
        if best >= 0:
            # Around the playhead, where that is there: it is still to be seen which is the best.
            at, reach = self._point(axes, best), 0.78 if best == self._origin else 0.38
            painter.setPen(QPen(palette.colour(Role.INK), max(1.2, 0.1 * unit)))
            painter.setBrush(palette.colour(Role.PANEL))
            painter.drawEllipse(at, reach * unit, reach * unit)

    def _point(self, axes: Axes, index: int) -> QPointF:
        """Where a snapshot's loss lies: the validated one, if there is one; else at the top."""
        snapshot = self._log[index]
        loss = validation_of(snapshot)
        loss = loss if isfinite(loss) else float(snapshot.loss)
        y = axes.y(float(self._laid_out.y([loss])[0])) if isfinite(loss) else axes.rect.y
        return QPointF(axes.x(self._x(index)), y)

    def _draw_playhead(self, painter: QPainter, axes: Axes) -> None:
        if not 0 <= self._origin < len(self._log):
            return
        palette, unit, at = self._look.palette, self._look.unit, self._point(axes, self._origin)
        x, rect = at.x(), axes.rect
        painter.setPen(QPen(palette.mark(Role.PLAYHEAD), max(2.0, 0.18 * unit)))
        painter.drawLine(QPointF(x, rect.y - 0.2 * unit), QPointF(x, rect.bottom + 0.3 * unit))
        if rect.y <= at.y() <= rect.bottom:
            ring = Role.OUTPUT if self.hasFocus() else Role.BACKGROUND
            painter.setPen(QPen(palette.colour(ring), max(1.5, 0.14 * unit)))
            painter.setBrush(palette.mark(Role.PLAYHEAD))
            painter.drawEllipse(at, 0.55 * unit, 0.55 * unit)

    def _draw_hover(self, painter: QPainter, axes: Axes) -> None:
        text = self.hovered
        if not text or self._hover is None or self._asked is not None:
            return
        unit, palette = self._look.unit, self._look.palette
        metrics = QFontMetricsF(self._look.font(0.85))
        if metrics.horizontalAdvance(text) > axes.rect.w:
            text = text.partition(" · ")[0]
        width = ceil(metrics.horizontalAdvance(text) + unit)
        x = min(max(self._hover - width / 2, axes.rect.x), axes.rect.right - width)
        area = QRectF(x, 0.0, width, metrics.height() + 0.3 * unit)
        painter.setPen(QPen(palette.colour(Role.LINE), 1.0))
        painter.setBrush(palette.colour(Role.BACKGROUND))
        painter.drawRoundedRect(area, 0.25 * unit, 0.25 * unit)
        painter.setFont(self._look.font(0.85))
        painter.setPen(palette.colour(Role.INK))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
