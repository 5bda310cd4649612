"""The bar: begin or stop, a line to scrub along, and where in the training the stage is.

Its curve has no axes; those are the loss panel's.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QPushButton, QSizePolicy, QWidget

from rnnviz.film import Frame, Progress
from rnnviz.scenes.charts.loss import INKS
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look, field_palette
from rnnviz.views.training.curve import LossCurve, ShownTraining, further_of, shown_of
from rnnviz.views.widgets import wear

_HIGH = 2.0  # in units of body text, like all sizes here: one line
_GAP = 0.9
_NARROW = 52.0  # of a bar that has room for the words beside button and curve


class Readout(QWidget):
    """How far, and a loss with a piece of its curve: the one that is validated, if any is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._shown: ShownTraining | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.update()

    @property
    def words(self) -> str:
        """All that there is to say, in one line."""
        return "" if self._shown is None else self._shown.words

    def say(self, shown: ShownTraining) -> None:
        """Write where it is, and the loss."""
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName(shown.words)
            self.update()

    def sizeHint(self) -> QSize:
        """Room for whatever it may say of a hundred thousand updates."""
        bold, small = (QFontMetricsF(font) for font in self._fonts)
        unit = self._look.unit
        first = bold.horizontalAdvance("update 00,000 of 00,000")
        ended = f" · {self._shown.ended}" if self._shown is not None and self._shown.ended else ""
        words = f"validation 0.0·10⁻⁰⁰, the smallest{': untrained' if ended else ''}{ended}"
        loss = small.horizontalAdvance(words) + 1.9 * unit
        return QSize(round(first + _GAP * unit + loss + 2), round(bold.height()))

    @property
    def _fonts(self):
        return self._look.font(1.0, bold=True), self._look.font(0.9)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        if self._shown is None:
            return
        palette, unit, shown = self._look.palette, self._look.unit, self._shown
        bold, small = self._fonts
        text = f"validation {shown.validation}" if shown.validation else f"loss {shown.loss}"
        text += f" · {shown.more}" if shown.live and shown.more else ""
        text += f" · {shown.ended}" if shown.ended else ""
        role, thick = INKS[-1]
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        x = QFontMetricsF(bold).horizontalAdvance(shown.place) + _GAP * unit
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(bold)
            painter.setPen(palette.colour(Role.INK))
            painter.drawText(QRectF(self.rect()), left, shown.place)
            painter.setFont(small)
            painter.setPen(QPen(palette.colour(role), max(1.2, thick * unit)))
            middle = round(self.height() / 2)
            painter.drawLine(round(x), middle, round(x + 1.3 * unit), middle)
            painter.setPen(palette.text(role))
            room = self.width() - x - 1.7 * unit
            painter.drawText(QRectF(x + 1.7 * unit, 0.0, room, self.height()), left, text)


class TrainingBar(QWidget):
    """Shown where there is a training to be seen; says what the user wants of it.

    Signals
    -------
    train_requested(), stop_requested()
    follow_chosen(bool)
        Whether the stage is to show the newest snapshot.
    origin_sought(int)
        A snapshot's place in the run's log.
    """

    train_requested = Signal()
    stop_requested = Signal()
    follow_chosen = Signal(bool)
    origin_sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._frame: Frame | None = None
        self._progress = Progress()
        self._wanted = True
        self._stands: tuple[object, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAutoFillBackground(True)
        self.button = QPushButton(self)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._pressed)
        self.follow = QCheckBox("follow", self)
        self.follow.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.follow.clicked.connect(self.follow_chosen)
        self.curve = LossCurve(self, slim=True)
        self.curve.origin_sought.connect(self.origin_sought)
        self.readout = Readout(self)
        self.set_look(self._look)
        self.hide()
        self._show()

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Show where a frame's run is in its training; hide where it has none."""
        known, self._frame = self._frame, frame
        if known is None or known.run is not frame.run or further_of(known) != further_of(frame):
            self._show()

    def set_progress(self, progress: Progress) -> None:
        """Show how far a training has come."""
        self._progress = progress
        self._show()

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.follow.setPalette(field_palette(look))
        self.button.setFont(look.font(0.93))
        self.follow.setFont(look.font(0.9))
        self.curve.set_look(look)
        self.readout.set_look(look)
        wear(self, _style(look))
        self.updateGeometry()
        self._lay_out()

    def set_wanted(self, wanted: bool) -> None:
        """Whether it may be seen, if there is something to see."""
        self._wanted = wanted
        self._show()

    def step(self, by: int) -> None:
        """Ask for the snapshot so many further on in the training."""
        self.curve.step(by)

    # -- within ------------------------------------------------------------------------------

    def _pressed(self) -> None:
        (self.stop_requested if self._progress.running else self.train_requested).emit()

    def _show(self) -> None:
        progress = self._progress
        run = None if self._frame is None else self._frame.run
        shown = shown_of(run, progress, further_of(self._frame))
        if shown is not None:
            self.curve.show_log(shown)
            self.readout.say(shown)
        visible, ended = self._wanted and shown is not None, "" if shown is None else shown.ended
        stands = (
            visible, ended, progress.running, progress.stopping, progress.follow,
            progress.followable,
        )  # fmt: skip
        if stands != self._stands:  # not at each of some 14 reports a second
            self._stands = stands
            self._arrange(progress, visible=visible)

    def _arrange(self, progress: Progress, *, visible: bool) -> None:
        """Show what changes seldom: the button, whether it follows, and where all of it lies."""
        self.setVisible(visible)
        self.button.setText("Stop" if progress.running else "Train…")
        self.button.setEnabled(not progress.stopping)
        self.button.setToolTip(
            "End the training and keep what was learned (Ctrl+.)"
            if progress.running
            else "Train this network, or go on (Ctrl+T)"
        )
        self.follow.setVisible(progress.running)
        self.follow.setChecked(progress.follow and progress.followable)
        self.follow.setEnabled(progress.followable)
        self.follow.setToolTip(
            "The stage shows the newest snapshot while training goes on"
            if progress.followable
            else "A pass of so many steps takes too long to be shown while training goes on"
        )
        self._lay_out()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(round(72 * self._look.unit), round(_HIGH * self._look.unit))

    def minimumSizeHint(self) -> QSize:
        """The button and a short curve."""
        return QSize(round(26 * self._look.unit), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the parts out again."""
        self._lay_out()

    def _lay_out(self) -> None:
        unit, wide, high = self._look.unit, self.width(), self.height()
        gap = _GAP * unit
        left = gap
        for part in (self.button, self.follow):
            if part.isVisibleTo(self):
                hint = part.sizeHint()
                top = round((high - hint.height()) / 2)
                part.setGeometry(round(left), top, hint.width(), hint.height())
                left += hint.width() + gap
        hint = self.readout.sizeHint()
        shown = wide >= _NARROW * unit
        self.readout.setVisible(shown)
        right = wide - gap - (hint.width() + gap if shown else 0)
        self.curve.setGeometry(round(left), 1, max(1, round(right - left)), high - 2)
        self.readout.setGeometry(round(right + gap), 0, hint.width(), high)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line that parts it from what is above."""
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, self._look.palette.colour(Role.LINE))


def _style(look: Look) -> str:
    colour = {role: look.palette.colour(role).name() for role in Role}
    pad, r = round(look.unit * 0.2), round(look.unit * 0.4)
    side = round(look.unit * 0.84)
    return f"""
    TrainingBar {{ background: {colour[Role.BACKGROUND]}; }}
    QPushButton {{
        border: 1px solid {colour[Role.LINE]}; border-radius: {r}px; padding: {pad}px {side}px;
        background: {colour[Role.PANEL]}; color: {colour[Role.INK]};
    }}
    QPushButton:hover {{ background: {look.palette.tint(Role.INK, 0.11).name()}; }}
    QPushButton:focus {{ border: 2px solid {colour[Role.OUTPUT]}; }}
    QPushButton:disabled, QCheckBox:disabled {{ color: {colour[Role.MUTED]}; }}
    QCheckBox {{ color: {colour[Role.INK]}; }}
    """
