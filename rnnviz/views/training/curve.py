"""The loss curve of a training, along which its snapshots are scrubbed."""

from __future__ import annotations

from math import ceil, isfinite
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from rnnviz.film import number
from rnnviz.film.plan import best_of, validation_of
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.training.plot import Plot, ends
from rnnviz.views.training.words import snapshot_words

Log = tuple[Any, ...]
INKS = ((Role.MUTED, 0.1), (Role.INK, 0.15))
"""Colour and thickness of the training loss and of the validation loss, which is the heavier; where
there is no validation, the training loss is."""
_PAGE = 10  # snapshots of a page key: that part of them


class LossCurve(QAbstractSlider):
    """Losses over the updates, a mark for every snapshot; only whole snapshots are asked for.

    An abstract slider for the sake of assistive technology; it draws the log it was given.

    Signals
    -------
    origin_sought(int)
        A snapshot's place in the log.
    """

    origin_sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._log: Log = ()
        self._origin, self._end, self._naive = -1, 0, float("nan")
        self._live = self._taking = self._slim = False
        self._asked: int | None = None
        self._hover: float | None = None
        self._turned = 0
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Place in the training")
        self.setAccessibleDescription("Snapshots of the training; Ctrl+← and Ctrl+→ anywhere")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.valueChanged.connect(self._value_changed)

    # -- what it is given --------------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.update()

    def set_slim(self, slim: bool) -> None:
        """Whether the curve goes without axes, which do not fit into its height."""
        self._slim = slim
        self.update()

    def set_log(
        self, log: Log, origin: int, end: int, *, live: bool = False, naive: float = float("nan")
    ) -> None:
        """Show snapshots up to an update, and which of them is on the stage (−1 for none).

        While training is under way they are `live`, and cannot be scrubbed. `naive` is the loss
        that a forecast without any network has.
        """
        self._log, self._origin, self._end = log, origin, end
        self._live, self._naive = live, naive
        self._taking = True
        self.setRange(0, max(0, len(log) - 1))
        self.setPageStep(max(1, len(log) // _PAGE))
        self.setValue(max(0, origin))
        self._taking = False
        self.update()

    # -- geometry ----------------------------------------------------------------------------

    @property
    def plot(self) -> Plot:
        """Where updates and losses lie."""
        unit, metrics = self._look.unit, QFontMetricsF(self._look.font(0.8))
        left = metrics.horizontalAdvance("0.0·10⁻⁰⁰") + 0.5 * unit
        below = metrics.height() + 0.15 * unit
        if self._slim:
            left, below = 0.9 * unit, 0.0
        area = QRectF(
            left, 0.55 * unit, max(1.0, self.width() - left - 0.9 * unit),
            max(1.0, self.height() - 0.95 * unit - below),
        )  # fmt: skip
        losses = [loss for s in self._log for loss in (float(s.loss), validation_of(s))]
        low, high = ends([*losses, self._naive])
        return Plot(area, self._end, low, high)

    def mark(self, index: int) -> float:
        """The x at which a snapshot's mark is drawn."""
        return self.plot.x(self._log[index].update)

    def snapshot_at(self, x: float) -> int:
        """The snapshot nearest to an x."""
        plot = self.plot
        return min(range(len(self._log)), key=lambda i: abs(plot.x(self._log[i].update) - x))

    def sizeHint(self) -> QSize:
        """Wide, and high enough to tell falling from rising."""
        return QSize(round(40 * self._look.unit), round(6.2 * self._look.unit))

    # -- intents -----------------------------------------------------------------------------

    def step(self, by: int) -> None:
        """Ask for the snapshot so many further on."""
        self._ask(self._origin + by)

    def _ask(self, index: int) -> None:
        if self._log and not self._live:
            index = min(max(index, 0), len(self._log) - 1)
            if index != self._origin:
                self.origin_sought.emit(index)

    def _value_changed(self, value: int) -> None:
        if not self._taking:  # from a screen reader or the like
            self._ask(value)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the snapshot under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton and self._log and not self._live:
            self._asked = self.snapshot_at(event.position().x())
            self._ask(self._asked)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer; while dragging, ask for it."""
        self._hover = event.position().x()
        self.update()
        if self._asked is not None and self._log:
            index = self.snapshot_at(self._hover)
            if index != self._asked:
                self._asked = index
                self._ask(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._asked = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A notch is a snapshot."""
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned / 120)
        if notches:
            self._turned -= 120 * notches
            self.step(notches)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """By snapshots, by tenths of them, to the ends."""
        keys = Qt.Key
        match event.key():
            case keys.Key_Right | keys.Key_Up:
                self.step(1)
            case keys.Key_Left | keys.Key_Down:
                self.step(-1)
            case keys.Key_PageUp:
                self.step(self.pageStep())
            case keys.Key_PageDown:
                self.step(-self.pageStep())
            case keys.Key_Home:
                self._ask(0)
            case keys.Key_End:
                self._ask(len(self._log) - 1)
            case _:
                event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer."""
        self._hover = None
        self.update()

    @property
    def hovered(self) -> str:
        """What is under the pointer; empty where it is elsewhere."""
        if self._hover is None or not self._log:
            return ""
        index = self.snapshot_at(self._hover)
        words = snapshot_words(self._log[index], self._end)
        best = index == best_of(self._log)
        return f"{words} · the smallest" if best else words

    # -- ink ---------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curves, marks and the playhead."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self.plot
        self._draw_axes(painter, plot)
        if self._log:
            self._draw_marks(painter, plot)
            self._draw_naive(painter, plot)
            self._draw_curves(painter, plot)
            self._draw_playhead(painter, plot)
            self._draw_hover(painter, plot)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._look.palette.colour(Role.OUTPUT), 2.0))
            painter.drawRoundedRect(plot.area.adjusted(-3, -3, 3, 3), 4, 4)
        painter.end()

    def _draw_axes(self, painter: QPainter, plot: Plot) -> None:
        palette, unit = self._look.palette, self._look.unit
        metrics = QFontMetricsF(self._look.font(0.8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour(Role.PANEL))
        painter.drawRoundedRect(plot.area, 0.25 * unit, 0.25 * unit)
        if self._slim:
            return
        painter.setFont(self._look.font(0.8))
        line, words = QPen(palette.colour(Role.LINE), 1.0), QPen(palette.text(Role.MUTED))
        high = metrics.height()
        for loss in plot.losses(0.95 * high):
            y = plot.y(loss)
            painter.setPen(line)
            painter.drawLine(QPointF(plot.area.left(), y), QPointF(plot.area.right(), y))
            painter.setPen(words)
            top = min(max(y - high / 2, 0.0), plot.area.bottom() - 0.8 * high)
            area = QRectF(0.0, top, plot.area.left() - 0.35 * unit, high)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, right, number(loss))
        wide = metrics.horizontalAdvance("00,000") + unit
        for update in plot.updates(wide):
            text = f"{update:,}" if update else "update 0"
            width = metrics.horizontalAdvance(text) + 2
            x = min(max(plot.x(update) - width / 2, 0.0), self.width() - width)
            if not update:
                x = max(0.0, plot.x(0) - width + metrics.horizontalAdvance("0") / 2 + 1)
            area = QRectF(x, plot.area.bottom() + 0.3 * unit, width, high)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_marks(self, painter: QPainter, plot: Plot) -> None:
        """A tick below the plot for every snapshot; a ring where validation is best."""
        palette, unit = self._look.palette, self._look.unit
        bottom, reach = plot.area.bottom(), 0.3 * unit
        painter.setPen(QPen(palette.colour(Role.MUTED), max(1.0, unit / 12)))
        for snapshot in self._log:
            x = plot.x(snapshot.update)
            painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + reach))

    def _draw_naive(self, painter: QPainter, plot: Plot) -> None:
        """The line that a network should get below, named where the curves leave room."""
        if not isfinite(self._naive):
            return
        palette, unit, y = self._look.palette, self._look.unit, plot.y(self._naive)
        pen = QPen(palette.colour(Role.OUTPUT), max(1.2, 0.1 * unit))
        pen.setDashPattern([5.0, 4.0])
        painter.setPen(pen)
        painter.drawLine(QPointF(plot.area.left(), y), QPointF(plot.area.right(), y))
        metrics = QFontMetricsF(self._look.font(0.8))
        text = f"if nothing changed: {number(self._naive)}"
        size = QRectF(0.0, 0.0, metrics.horizontalAdvance(text) + 2, metrics.height())
        place = plot.free_beside(y, size, [validation_of(s) for s in self._log], self._updates)
        if place is not None:
            painter.setFont(self._look.font(0.8))
            painter.setPen(palette.text(Role.OUTPUT))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    @property
    def _updates(self) -> list[int]:
        return [s.update for s in self._log]

    def _draw_curves(self, painter: QPainter, plot: Plot) -> None:
        palette, unit = self._look.palette, self._look.unit
        updates = self._updates
        painter.setBrush(Qt.BrushStyle.NoBrush)
        trained, held = INKS[:: 1 if best_of(self._log) >= 0 else -1]
        for (role, thick), losses in (
            (trained, [float(s.loss) for s in self._log]),
            (held, [validation_of(s) for s in self._log]),
        ):
            pen = QPen(palette.colour(role), max(1.2, thick * unit))
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            for piece in plot.points(updates, losses):
                painter.drawPolyline(piece)
        best = best_of(self._log)
        if best >= 0:
            at = QPointF(plot.x(updates[best]), plot.y(validation_of(self._log[best])))
            painter.setPen(QPen(palette.colour(Role.INK), max(1.2, 0.1 * unit)))
            painter.setBrush(palette.colour(Role.PANEL))
            painter.drawEllipse(at, 0.3 * unit, 0.3 * unit)

    def _draw_playhead(self, painter: QPainter, plot: Plot) -> None:
        if not 0 <= self._origin < len(self._log):
            return
        palette, unit = self._look.palette, self._look.unit
        snapshot = self._log[self._origin]
        x = plot.x(snapshot.update)
        painter.setPen(QPen(palette.colour(Role.PLAYHEAD), max(2.0, 0.18 * unit)))
        painter.drawLine(
            QPointF(x, plot.area.top() - 0.2 * unit), QPointF(x, plot.area.bottom() + 0.3 * unit)
        )
        loss = validation_of(snapshot)
        loss = loss if isfinite(loss) else float(snapshot.loss)
        y = plot.y(loss) if isfinite(loss) else plot.area.top()
        ring = Role.OUTPUT if self.hasFocus() else Role.BACKGROUND
        painter.setPen(QPen(palette.colour(ring), max(1.5, 0.14 * unit)))
        painter.setBrush(palette.colour(Role.PLAYHEAD))
        painter.drawEllipse(QPointF(x, y), 0.55 * unit, 0.55 * unit)

    def _draw_hover(self, painter: QPainter, plot: Plot) -> None:
        text = self.hovered
        if not text or self._hover is None or self._asked is not None:
            return
        unit, palette = self._look.unit, self._look.palette
        metrics = QFontMetricsF(self._look.font(0.85))
        if metrics.horizontalAdvance(text) > plot.area.width():
            text = text.partition(" · ")[0]
        width = ceil(metrics.horizontalAdvance(text) + unit)
        x = min(max(self._hover - width / 2, plot.area.left()), plot.area.right() - width)
        area = QRectF(x, 0.0, width, metrics.height() + 0.3 * unit)
        painter.setPen(QPen(palette.colour(Role.LINE), 1.0))
        painter.setBrush(palette.colour(Role.BACKGROUND))
        painter.drawRoundedRect(area, 0.25 * unit, 0.25 * unit)
        painter.setFont(self._look.font(0.85))
        painter.setPen(palette.colour(Role.INK))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
