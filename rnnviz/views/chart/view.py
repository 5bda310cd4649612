"""A widget's chart: its kept picture, which part of it is looked at, and the hand that moves it.

A widget paints the chart where it likes; wheel, drag, keys and menu are the same everywhere, by an
event filter on the widget, so that presses which seek a step or a snapshot stay the widget's own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QRegion,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from rnnviz.scenes.charts.axes import Axes, Ends, Seen, outermost, panned, zoomed
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.charts.guess import Guess, place_of
from rnnviz.scenes.shapes import Rect, Role
from rnnviz.views.chart.drawn import Drawn, draw_chart, qrect
from rnnviz.views.chart.guessing import Guessing
from rnnviz.views.chart.plot import Plot
from rnnviz.views.panels.surface import Surface
from rnnviz.views.widgets import add_left_out

if TYPE_CHECKING:
    from rnnviz.views.drawing import Drawing, Paint

HELP = (
    "Wheel: zoom (over an axis, that axis alone). Shift or middle button and drag: move.\n"
    "Double click: all of it. Right button: copy and save.\n"
    "Keys: + − 0, Alt+arrows."
)
_NOTCH = 1.25  # how much longer a stretch becomes by a notch of the wheel
_PART = 0.2  # of the picture, that a key moves it by
_MIDDLE, _SHIFT = Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.ShiftModifier


class ChartView(QObject):
    """A chart in a widget.

    Parameters
    ----------
    owner : QWidget
    places : callable
        Up to which x curves are revealed, and where the playhead is; None for nowhere.

    Attributes
    ----------
    seen : Seen or None
        What is looked at; None for all.
    values_in : callable or None
        Ends of the vertical axis for a stretch of the horizontal one, of a chart that fits in all:
        then one zooms and moves along, and the values follow.
    guessing : Guessing
        Whether the chart is covered, and what is guessed of it.
    """

    moved = Signal()
    """Another stretch is looked at."""
    covered = Signal()
    """It is covered, or no more, or something else is guessed."""
    picture_asked = Signal(object, str)
    """A picture of it is to be written: the `Drawing`, as it is now, and what it is called."""
    doubled = Signal()
    """A double click was made on the plot: its first press was not meant to seek."""

    _drawn: Drawn | None = None  # also while Python takes it apart, and Qt still hands it events

    def __init__(
        self, owner: QWidget, places: Callable[[], tuple[float | None, float | None]]
    ) -> None:
        super().__init__(owner)
        self._owner, self._places = owner, places
        self.plot: Plot | None = None
        self.seen: Seen | None = None
        self.values_in: Callable[[Chart, Seen, Ends], Ends] | None = None
        self._drawn = None
        self._whole: Chart | None = None  # as it is when it is not covered
        self.guessing = Guessing(self._guessed)
        self._key: tuple[object, ...] = ()
        self._held: QPointF | None = None
        self.movable = True
        self._after_paint = QTimer(self)
        self._after_paint.setSingleShot(True)
        self._after_paint.timeout.connect(self.build)
        owner.installEventFilter(self)

    # -- the picture -------------------------------------------------------------------------

    def build(self) -> None:
        """Import pyqtgraph and make the plot, if that has not happened yet."""
        if self.plot is None:
            self.plot = Plot(self._owner)
            self._owner.update()

    def build_soon(self) -> None:
        """Do so when what is painted now stands on the screen."""
        if self.plot is None and not self._after_paint.isActive():
            self._after_paint.start(0)

    def drawn(self, chart: Chart, surface: Surface, area: Rect) -> Drawn:
        """The kept picture of a chart, drawn anew where anything of it is another."""
        self._whole = chart
        self.take_notice()
        chart = self.guessing.shown(chart)
        before = None if self._drawn is None else self._drawn.chart
        if before is not None and (before.x.low, before.x.high) != (chart.x.low, chart.x.high):
            self.seen = None  # another sequence
            self.guessing.guess = Guess()  # of which nothing was guessed
        key = (chart, surface, area, self.seen, self.plot)
        if self._drawn is None or key != self._key:
            self._key = key
            self._drawn = draw_chart(surface, chart, self.plot, area, self.seen, self._drawn)
        return self._drawn

    def paint(
        self,
        painter: QPainter,
        drawn: Drawn,
        newest: float | None,
        cursor: float | None,
        region: QRegion,
    ) -> None:
        """Draw the chart as `Drawn.paint`, as far as it is not covered, and what is guessed."""
        drawn.paint(painter, newest, cursor, region)
        if self._whole is not None:
            self.guessing.paint(painter, drawn, self._whole)

    def cover(self, on: bool) -> None:
        """Hide the curves from where the film is now, or show them."""
        self.take_notice()
        self.guessing.cover(on)

    def take_notice(self) -> None:
        """See how far the film has come, which uncovers the curves."""
        self.guessing.reached(self._places()[0])

    @property
    def guessed(self) -> str:
        """What is said of the guess, or what to do on a covered chart; empty where neither is."""
        return self.guessing.words(self._whole) if self.guessing.active else ""

    def type_guess(self, text: str) -> None:
        """Guess one value, as it was typed; ValueError where it is none."""
        if self._whole is not None:
            self.guessing.type(self._whole, text)

    @property
    def typed_for(self) -> str:
        """What a typed value would be guessed of, in words."""
        chart = self._whole
        return "" if chart is None else place_of(chart, self.guessing.typed_at(chart))

    def _guessed(self) -> None:
        self._owner.update()
        self.covered.emit()

    def forget(self) -> None:
        """Nothing of a chart is to be seen: there is nothing to move either."""
        self._drawn, self.seen = None, None

    # -- another stretch ---------------------------------------------------------------------

    def show_all(self) -> None:
        """Look at all of the chart."""
        self._look_at(None)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Look at a stretch `factor` times as long, around a pixel; beside an axis, along it."""
        drawn = self._drawn
        if drawn is None:
            return
        axes, chart, most = self._axes(drawn), drawn.chart, outermost(drawn.chart, drawn.fit)
        rect = axes.rect
        at = QPointF(rect.cx, rect.cy) if at is None else at
        x, y = axes.x_range, axes.y_range
        if at.x() >= rect.x:
            x = zoomed(x, axes.x_at(min(at.x(), rect.right)), factor, chart.x, most.x)
        if self.values_in is not None and at.x() >= rect.x and at.y() <= rect.bottom:
            y = self.values_in(chart, drawn.fit, x)
        elif at.y() <= rect.bottom:
            y = zoomed(y, axes.y_at(max(at.y(), rect.y)), factor, chart.y, most.y)
        self._look_at(Seen(x, y))

    def pan(self, right: float, up: float) -> None:
        """Look at what is so many pixels further to the right and further up."""
        drawn = self._drawn
        if drawn is None:
            return
        axes, most = self._axes(drawn), outermost(drawn.chart, drawn.fit)

        def by(ends: Ends, pixels: float, length: float) -> float:
            return pixels * (ends[1] - ends[0]) / length

        x = panned(axes.x_range, by(axes.x_range, right, axes.rect.w), most.x)
        if self.values_in is not None and x != axes.x_range:
            y = self.values_in(drawn.chart, drawn.fit, x)
        else:
            y = panned(axes.y_range, by(axes.y_range, up, axes.rect.h), most.y)
        self._look_at(Seen(x, y))

    def _axes(self, drawn: Drawn) -> Axes:
        """The axes of what is looked at, also before that is painted."""
        seen = self.seen or drawn.fit
        return replace(drawn.axes, x_range=seen.x, y_range=seen.y)

    def _look_at(self, seen: Seen | None) -> None:
        drawn = self._drawn
        if drawn is not None and seen is not None and _alike(seen, drawn.fit):
            seen = None
        if seen != self.seen:
            self.seen = seen
            self._owner.update()
            self.moved.emit()

    # -- the hand ----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what moves the chart; leave all else to the widget."""
        if self._drawn is None or not self.movable:
            return False
        match event.type():
            case QEvent.Type.Wheel:
                return self._wheel(cast(QWheelEvent, event))
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseMove:
                return self._drag(cast(QMouseEvent, event))
            case QEvent.Type.MouseButtonRelease:
                held, self._held = self._held, None
                drew = self.guessing.drawing
                self.guessing.lift()
                return held is not None or drew
            case QEvent.Type.MouseButtonDblClick:
                return self._double(cast(QMouseEvent, event))
            case QEvent.Type.ShortcutOverride:
                return self._key_of(cast(QKeyEvent, event)) is not None and _accepted(event)
            case QEvent.Type.KeyPress:
                act = self._key_of(cast(QKeyEvent, event))
                if act is not None:
                    act()
                return act is not None
            case QEvent.Type.ToolTip:
                return self._tell(cast(QHelpEvent, event))
            case QEvent.Type.ContextMenu:
                return self._pop_up(cast(QContextMenuEvent, event))
            case _:
                return False

    def _wheel(self, event: QWheelEvent) -> bool:
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            self.zoom(_NOTCH ** (-turned / 120), event.position())
        event.accept()
        return True

    def _drag(self, event: QMouseEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            left = event.button() == Qt.MouseButton.LeftButton and event.modifiers() & _SHIFT
            self._held = event.position() if left or event.button() == _MIDDLE else None
            return self._held is not None or self._guess(event)
        if self.guessing.drawing:
            return self._guess(event)
        if self._held is None:
            return False
        way, self._held = event.position() - self._held, event.position()
        self.pan(-way.x(), way.y())
        return True

    def _guess(self, event: QMouseEvent) -> bool:
        """Draw on what is covered with the left button."""
        drawn, whole = self._drawn, self._whole
        if drawn is None or whole is None:
            return False
        if event.type() == QEvent.Type.MouseMove:
            self.guessing.draw(drawn.axes, whole, event.position())
            return True
        left = event.button() == Qt.MouseButton.LeftButton
        return left and self.guessing.press(drawn.axes, whole, event.position())

    def _double(self, event: QMouseEvent) -> bool:
        drawn = self._drawn
        on = drawn is not None and drawn.axes.rect.contains(
            event.position().x(), event.position().y()
        )
        if on and self.guessing.covers:
            return self._guess(event)
        if on and event.button() == Qt.MouseButton.LeftButton:
            self.show_all()
            self.doubled.emit()
            return True
        return False

    def _tell(self, event: QHelpEvent) -> bool:
        """What a line is, on its name; what one can do, beside an axis; over the curves nothing."""
        drawn = self._drawn
        if drawn is None:
            return False
        rect = drawn.axes.rect
        title = drawn.title_at(event.x(), event.y())
        aside = event.x() < rect.x or event.y() > rect.bottom
        if title is not None:
            box = qrect(title[0]).toAlignedRect()
            QToolTip.showText(event.globalPos(), title[1], self._owner, box)
        elif aside and event.y() > rect.y and event.y() < rect.bottom + 2 * drawn.surface.unit:
            QToolTip.showText(event.globalPos(), HELP, self._owner)
        else:
            return False
        return True

    def _key_of(self, event: QKeyEvent) -> Callable[[], None] | None:
        drawn, keys = self._drawn, Qt.Key
        if drawn is None:
            return None
        right, up = _PART * drawn.axes.rect.w, _PART * drawn.axes.rect.h
        plain: dict[int, Callable[[], None]] = {
            keys.Key_Plus: lambda: self.zoom(1 / _NOTCH),
            keys.Key_Equal: lambda: self.zoom(1 / _NOTCH),
            keys.Key_Minus: lambda: self.zoom(_NOTCH),
            keys.Key_0: self.show_all,
        }
        moves: dict[int, Callable[[], None]] = {
            keys.Key_Right: lambda: self.pan(right, 0.0),
            keys.Key_Left: lambda: self.pan(-right, 0.0),
            keys.Key_Up: lambda: self.pan(0.0, up),
            keys.Key_Down: lambda: self.pan(0.0, -up),
        }
        modifiers = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | _SHIFT)
        if modifiers == Qt.KeyboardModifier.NoModifier:
            return plain.get(event.key())
        return moves.get(event.key()) if modifiers == Qt.KeyboardModifier.AltModifier else None

    def _pop_up(self, event: QContextMenuEvent) -> bool:
        """The chart's menu; above the plot, on the title, the widget has its own."""
        drawn = self._drawn
        if drawn is None or event.y() < drawn.axes.rect.y:
            return False
        self.menu().popup(event.globalPos())
        return True

    def numbers(self) -> str:
        """All numbers of the chart as text for a spreadsheet; empty where there is none."""
        return "" if self._drawn is None else self._drawn.chart.numbers()

    def menu(self) -> QMenu:
        """Copy, save, zoom; and the names that have no room in the picture."""
        menu = QMenu(self._owner)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        drawn = self._drawn
        if drawn is None:
            return menu
        # Not before they are needed.
        from rnnviz.views.drawing import copy_drawing

        newest, cursor = self._places()

        def paint(painter: object) -> None:
            drawn.draw(painter, newest, cursor)  # type: ignore[arg-type]
            if self._whole is not None:
                self.guessing.paint(painter, drawn, self._whole)  # type: ignore[arg-type]

        drawing = drawing_of(drawn.surface, paint)
        menu.addAction("&Copy picture", lambda: copy_drawing(drawing))
        menu.addAction("Copy &numbers", lambda: QGuiApplication.clipboard().setText(self.numbers()))
        name = drawn.chart.name
        menu.addAction(
            "&Save picture …",
            lambda: self.picture_asked.emit(drawing.recorded(), name),
        )
        menu.addSeparator()
        for text, act in (
            ("Zoom &in\twheel, +", lambda: self.zoom(1 / _NOTCH)),
            ("Zoom &out\twheel, −", lambda: self.zoom(_NOTCH)),
            ("Show &all\tdouble click, 0", self.show_all),
        ):
            menu.addAction(text, act).setEnabled(self.seen is not None or "in" in text)
        menu.addAction("Move\tShift+drag, Alt+arrows").setEnabled(False)
        menu.addSeparator()
        covers = self.guessing.covers
        cover = "&Uncover" if covers else "C&over, to let the room guess"
        menu.addAction(f"{cover}\tV", lambda: self.cover(not covers))
        forget = menu.addAction("&Forget the guess\tShift+V", self.guessing.forget)
        forget.setEnabled(self.guessing.active)
        add_left_out(menu, drawn.left_out(newest))
        return menu


def drawing_of(surface: Surface, paint: Paint) -> Drawing:
    """What is painted on a chart's surface."""
    from rnnviz.views.drawing import Drawing  # not before it is needed

    ground = surface.look.palette.colour(Role.BACKGROUND)
    return Drawing(surface.width, surface.height, ground, paint)


def _accepted(event: QEvent) -> bool:
    event.accept()
    return True


def _alike(one: Seen, other: Seen) -> bool:
    return all(
        abs(a - b) <= 1e-9 * (ends[1] - ends[0])
        for ends, mine in ((other.x, one.x), (other.y, one.y))
        for a, b in zip(ends, mine, strict=True)
    )
