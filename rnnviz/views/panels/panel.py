"""The widget that the panels under the stage are: it keeps a frame, a look and one picture.

Its title row is the same for all: a mark before the title opens the menu of panels, as a press on
the title does; a double click asks that the panel fill the window. Where there is nothing to show
it says why.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from rnnviz.film import Frame, Progress, Stage
from rnnviz.film.panels import PANELS
from rnnviz.scenes.shapes import Role
from rnnviz.views.key_focus import KeyFocus, ring
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.controls import Chooser
from rnnviz.views.panels.surface import RIGHT, Surface, Title

if TYPE_CHECKING:
    from rnnviz.views.chart.view import ChartView

UNLIMITED = (1 << 24) - 1  # pixels, as Qt has it
P = TypeVar("P")


class Kept(Generic[P]):
    """The picture that is drawn once and shown until what it was drawn from is another."""

    def __init__(self) -> None:
        self._made: tuple[object, Hashable, P] | None = None

    def of(self, source: object, key: Hashable, draw: Callable[[], P]) -> P:
        """The picture of the very numbers `source`, drawn anew if source or key is another."""
        made = self._made
        if made is None or made[0] is not source or made[1] != key:
            made = self._made = (source, key, draw())
        return made[2]

    def still(self, source: object, key: Hashable) -> P | None:
        """The picture, if it is still that of this source and key."""
        made = self._made
        return made[2] if made and made[0] is source and made[1] == key else None


class PanelWidget(KeyFocus, QWidget):
    """A rounded surface with a title row; a press or a drag on its picture seeks a step.

    Attributes
    ----------
    name : str
        Which panel of the table it shows.
    """

    sought = Signal(float)
    menu_asked = Signal()
    """The menu of panels, from the title."""
    panel_chosen = Signal(str)
    """Another panel for its slot, by a switch of its own."""
    fill_asked = Signal()
    """To fill the window, or to go back."""

    def __init__(self, parent: QWidget | None = None, name: str = "") -> None:
        super().__init__(parent)
        self.name, self._why, self._comes = name, "", ""
        self._stands: tuple[str, str] | None = None  # in its slot: the panel, and why it is empty
        self._frame: Frame | None = None
        self._look = Look(LIGHT)
        self._chooser = Chooser(self)
        self._chooser.clicked.connect(self.menu_asked)
        self._chooser.hide()
        self._titled = QTimer(self)  # a press on the title may be the first of a double click
        self._titled.setSingleShot(True)
        self._titled.timeout.connect(self.menu_asked)
        self._hovered: QPointF | None = None
        self._dragged = 0  # the step last asked for, while the button is held
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def minimumSizeHint(self) -> QSize:
        """Room for a title row and a few lines."""
        return QSize(round(15 * self._look.unit), round(8 * self._look.unit))

    def sizeHint(self) -> QSize:
        """Room in which the default sentence reads well."""
        return QSize(round(56 * self._look.unit), round(18 * self._look.unit))

    # -- its place in a slot -----------------------------------------------------------------

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._look = look
        self._chooser.set_look(look)
        self._arrange()
        self.updateGeometry()
        self.update()

    def set_frame(self, frame: Frame) -> None:
        """Show a frame."""
        raise NotImplementedError

    def set_progress(self, progress: Progress) -> None:
        """Take notice of a training, of which most panels show nothing."""

    def set_span(self, span: tuple[int, int] | None) -> None:
        """Take notice of which steps the stage shows, of which most panels show nothing."""

    def stand_in_slot(self, name: str, why: str = "") -> None:
        """Show a panel of the table, with the menu of panels before its title.

        `why` is said where it has nothing to show, as the end of a sentence.
        """
        self.name, self._why = name, why
        if self._stands != (name, why):  # its slots may have named it before
            self._stands = name, why
            self._chooser.setAccessibleName(f"{PANELS[name].title}: choose another panel")
            self._chooser.show()
            self._place_chooser()
            self.update()

    def wait_for(self, what: str) -> None:
        """Be a line that says with what there will be something to show; empty: be a picture."""
        high = round(self.surface.head) if what else UNLIMITED
        if what != self._comes or high != self.maximumHeight():
            self._comes = what
            self.setMaximumHeight(high)
            self.update()

    def begin_anew(self, *, guessed: bool = False) -> None:
        """Look at all that there is to show, as at first; what was `guessed` may stay."""
        view = self.chart_view
        if view is not None:
            view.show_all()
            if not guessed:
                view.guessing.forget()

    def frame_shown(self) -> Frame | None:
        """What it shows; None before it was given anything."""
        return self._frame

    @property
    def why(self) -> str:
        """Why there is nothing to show; empty where there is."""
        return self._why

    @property
    def comes(self) -> str:
        """With what there will be something to show, of one that is a line; else empty."""
        return self._comes

    @property
    def chooser(self) -> QWidget:
        """The mark before the title, under which the menu opens."""
        return self._chooser

    @property
    def chart_view(self) -> ChartView | None:
        """The chart whose curves can be covered; None where it shows none."""
        return None

    @property
    def covers(self) -> bool | None:
        """Whether what can be guessed is covered; None where there is nothing of that kind."""
        view = self.chart_view
        return None if view is None else view.guessing.covers

    def cover(self, on: bool) -> None:
        """Cover what can be guessed, or uncover it."""
        if self.chart_view is not None:
            self.chart_view.cover(on)

    def build(self) -> None:
        """Build at once what is otherwise built after the first paint."""

    @property
    def surface(self) -> Surface:
        """What there is to draw on."""
        return Surface(self._look, self.width(), self.height(), self.devicePixelRatioF())

    # -- what the panels fill in -------------------------------------------------------------

    def _arrange(self) -> None:
        """Put the controls of the title row where they belong, if there are any."""

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        """Draw the picture and what moves on it, as far as it meets a region; False if none."""
        raise NotImplementedError

    def _pressed(self, event: QMouseEvent) -> None:
        """Answer a press of the left button, where a step can be sought."""

    def _step_along(self, x: float) -> int:
        """The step nearest to a pixel column, also beside the picture; 0 for none."""
        return 0

    def _way(self) -> Stage:
        """Whether a step is sought on the way forward or back."""
        return Stage.FORWARD

    def _draw_title(self, painter: QPainter, titles: Sequence[Title]) -> None:
        """Draw the first of what the title may be that has room before the row's controls."""
        surface, right = self.surface, self._controls_left()
        fits = (title for title in titles if surface.title_width(title) <= right - surface.pad)
        surface.draw_title(painter, right, next(fits, titles[-1]))

    def _say_beside_title(self, painter: QPainter, title: Title, apart: float, *texts: str) -> None:
        """Draw a title, and at the right end the first of what may be said that has room, or cut.

        They are given from the most words to the fewest; `apart` from the title, in units.
        """
        surface, right = self.surface, self._controls_left()
        surface.draw_title(painter, right, title)
        row = surface.title_row(
            surface.pad + surface.title_width(title) + apart * surface.unit, right
        )
        font = self._look.font(0.93)
        metrics = QFontMetricsF(font)
        room = row.width()
        texts = tuple(map(self._look.says, texts))
        said = next((t for t in texts if metrics.horizontalAdvance(t) <= room), texts[-1])
        painter.setFont(font)
        painter.setPen(self._look.palette.colour(Role.INK))
        painter.drawText(row, RIGHT, metrics.elidedText(said, Qt.TextElideMode.ElideRight, room))

    # -- events ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, or the bare surface."""
        with QPainter(self) as painter:
            if self._comes:
                painter.drawPixmap(0, 0, self.surface.blank())
                title = PANELS[self.name].title
                self._say_beside_title(painter, (title, ""), 1.0, f"comes {self._comes}")
            elif self._why or not self._paint(painter, event.region()):
                self.surface.lay(painter)
            if self._why and not self._comes:
                self._say_why(painter)
            if self.ringed:
                radius = self.surface.corner * self._look.unit
                ring(painter, QRectF(self.rect()), radius, self._look, Role.OUTPUT)

    def _say_why(self, painter: QPainter) -> None:
        """The title, and in the picture's place why there is none."""
        surface = self.surface
        surface.draw_title(painter, self._controls_left(), (PANELS[self.name].title, ""))
        painter.setFont(self._look.font(1.0))
        painter.setPen(self._look.palette.text(Role.MUTED))
        top = surface.head
        area = QRectF(surface.pad, top, self.width() - 2 * surface.pad, self.height() - 1.5 * top)
        wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(area, wrapped, self._look.says(f"Nothing to show: {self._why}."))

    def _controls_left(self) -> float:
        """Where the controls of the title row begin."""
        head, only = self.surface.head, Qt.FindChildOption.FindDirectChildrenOnly
        children = (w for w in self.findChildren(QWidget, options=only) if w is not self._chooser)
        controls = [w.x() for w in children if w.isVisible() and w.y() < head]
        return min(controls, default=self.width()) - self.surface.pad

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the controls in their places."""
        super().resizeEvent(event)
        self._place_chooser()
        self._arrange()

    def _place_chooser(self) -> None:
        surface = self.surface
        high = round(1.55 * surface.unit)
        self._chooser.setGeometry(0, surface.title_top, round(surface.pad), high)

    def _is_on_title(self, event: QMouseEvent) -> bool:
        left = event.button() == Qt.MouseButton.LeftButton
        return left and self._chooser.isVisible() and event.position().y() < self.surface.head

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On the title: fill the window; elsewhere a press like any other."""
        if self._is_on_title(event):
            self._titled.stop()
            self.fill_asked.emit()
        else:
            self.mousePressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for what is under the pointer."""
        if self._is_on_title(event):
            self._titled.start(QGuiApplication.styleHints().mouseDoubleClickInterval())
        elif event.button() == Qt.MouseButton.LeftButton and self._frame is not None:
            self._dragged = 0
            self._pressed(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out what is under the pointer; drag the playhead with the button held."""
        self._point_at(event.position())
        if self._dragged and event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(self._step_along(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._dragged = 0

    def leaveEvent(self, event: QEvent) -> None:
        """Read out nothing."""
        self._point_at(None)
        super().leaveEvent(event)

    def _point_at(self, position: QPointF | None) -> None:
        self._hovered = position
        self.update(self._read_out())

    def _repaint(self, *areas: QRect) -> None:
        """Ask for a repaint of areas, but not of the controls on them, which have not changed."""
        region = QRegion()
        for area in areas:
            region += area
        region = region.subtracted(self.childrenRegion())
        if not region.isEmpty():
            self.update(region)

    def _read_out(self) -> QRect:
        """Where that is to be seen what the pointer is at."""
        return self.rect()

    def _seek(self, step: int) -> None:
        if self._frame is not None and step and step != self._dragged:
            self._dragged = step
            self.sought.emit(self._frame.timeline.position(self._way(), step))
