"""The bar: begin or stop, the loss curve, and where in the training the stage is."""

from __future__ import annotations

from math import isfinite, isnan

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QPushButton, QSizePolicy, QWidget

from rnnviz.film import Frame, Progress
from rnnviz.film.plan import validation_of
from rnnviz.scenes.charts.loss import INKS
from rnnviz.scenes.shapes import Role
from rnnviz.views.fields import field_palette
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.training.curve import LossCurve
from rnnviz.views.training.words import loss_words, place
from rnnviz.views.widgets import wear

_HEIGHT = 6.2  # in units of body text, like all sizes here
_SLIM = 2.0  # one line, where nothing is being trained and the stage needs the room
_GAP = 0.9
_NARROW = 40.0  # of a bar that has room for the curve alone beside the buttons
_NARROW_LINE = 52.0  # the same where the words stand side by side


class Readout(QWidget):
    """How far, and below it the losses, each with a piece of its curve; or all that in a line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._slim = False
        self._lines: tuple[str, str, str, str] = ("", "", "", "")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_look(self, look: Look) -> None:
        """Take another theme or size of type."""
        self._look = look
        self.update()

    def set_slim(self, slim: bool) -> None:
        """Whether there is one line, with one loss: the one that is validated, if any is."""
        self._slim = slim
        self.update()

    @property
    def words(self) -> str:
        """All that it says, in one line."""
        first, loss, validation, more = self._lines
        parts = [first, f"loss {loss}"] + ([f"validation {validation}"] if validation else [])
        return " · ".join(parts + ([more] if more else []))

    def say(self, first: str, loss: str, validation: str, more: str = "") -> None:
        """Write where it is, the losses (no validation: empty), and one word more."""
        if (first, loss, validation, more) != self._lines:
            self._lines = (first, loss, validation, more)
            self.setAccessibleName(self.words)
            self.update()

    def sizeHint(self) -> QSize:
        """Room for whatever it may say of a hundred thousand updates."""
        bold, small = (QFontMetricsF(font) for font in self._fonts)
        unit = self._look.unit
        first = bold.horizontalAdvance("update 00,000 of 00,000")
        loss = small.horizontalAdvance("validation 0.0·10⁻⁰⁰") + 1.9 * unit
        if self._slim:
            return QSize(round(first + _GAP * unit + loss + 2), round(bold.height()))
        return QSize(round(max(first, loss) + 2), round(bold.height() + 2 * small.height()))

    @property
    def _fonts(self):
        return self._look.font(1.0, bold=True), self._look.font(0.9)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        palette, unit = self._look.palette, self._look.unit
        bold, small = self._fonts
        first, loss, validation, more = self._lines
        texts = [f"loss {loss}"] + ([f"validation {validation}"] if validation else [])
        rows = [(*ink, text) for ink, text in zip(INKS[-len(texts) :], texts, strict=True)]
        high, low = QFontMetricsF(bold).height(), QFontMetricsF(small).height()
        x, y = 0.0, (self.height() - high - len(rows) * low) / 2
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if self._slim:
            rows, y = rows[-1:], (self.height() - high) / 2
            x = QFontMetricsF(bold).horizontalAdvance(first) + _GAP * unit
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(bold)
            painter.setPen(palette.colour(Role.INK))
            painter.drawText(QRectF(0.0, y, self.width(), high), left, first)
            y += (high - low) / 2 if self._slim else high
            painter.setFont(small)
            for row, (role, thick, text) in enumerate(rows):
                painter.setPen(QPen(palette.colour(role), max(1.2, thick * unit)))
                middle = round(y + low / 2)
                painter.drawLine(round(x), middle, round(x + 1.3 * unit), middle)
                painter.setPen(palette.text(role))
                area = QRectF(x + 1.7 * unit, y, self.width() - x - 1.7 * unit, low)
                painter.drawText(area, left, text)
                if more and row == 0:
                    painter.setPen(palette.text(Role.MUTED))
                    painter.drawText(
                        area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, more
                    )
                y += low


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
        self._wanted, self._low = True, False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAutoFillBackground(True)
        self.button = QPushButton(self)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self._pressed)
        self.follow = QCheckBox("follow", self)
        self.follow.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.follow.clicked.connect(self.follow_chosen)
        self.curve = LossCurve(self)
        self.curve.origin_sought.connect(self.origin_sought)
        self.readout = Readout(self)
        self.set_look(self._look)
        self.hide()
        self._show()

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Show where a frame's run is in its training; hide where it has none."""
        known, self._frame = self._frame, frame
        if known is None or known.run is not frame.run:
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
        self._fit()

    def set_low(self, low: bool) -> None:
        """Whether it stands in a window that has no height to spare."""
        if low != self._low:
            self._low = low
            self._fit()

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
        progress, run = self._progress, self._frame.run if self._frame else None
        self.setVisible(self._wanted and (progress.running or bool(run is not None and run.log)))
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
        if progress.running:
            followed = progress.follow and progress.followable
            self.curve.set_log(
                progress.log,
                len(progress.log) - 1 if followed else -1,
                progress.updates,
                live=True,
                naive=progress.naive,
            )
            rate = progress.rate
            self.readout.say(
                place(progress.update, progress.updates),
                loss_words(progress.loss),
                "" if isnan(progress.validation_loss) else loss_words(progress.validation_loss),
                f"{rate:,.0f}/s" if isfinite(rate) and rate >= 1 else "",
            )
        elif run is not None and run.log:
            end, snapshot = run.log[-1].update, run.log[run.origin]
            validation = validation_of(snapshot)
            self.curve.set_log(run.log, run.origin, end, naive=run.naive)
            self.readout.say(
                place(snapshot.update, end),
                loss_words(float(snapshot.loss)),
                "" if isnan(validation) else loss_words(validation),
            )
        self._fit()

    @property
    def slim(self) -> bool:
        """Whether it is a line to scrub along; its curve is read while a training is under way."""
        return (self._look.lecture or self._low) and not self._progress.running

    def _fit(self) -> None:
        self.curve.set_slim(self.slim)
        self.readout.set_slim(self.slim)
        wear(self, _style(self._look, self.slim))
        self.updateGeometry()
        self._lay_out()

    def sizeHint(self) -> QSize:
        """As high as a curve needs to be read from afar, or as two lines of words."""
        high = _SLIM if self.slim else _HEIGHT
        return QSize(round(72 * self._look.unit), round(high * self._look.unit))

    def minimumSizeHint(self) -> QSize:
        """The button and a short curve."""
        return QSize(round(26 * self._look.unit), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the parts out again."""
        self._lay_out()

    def _lay_out(self) -> None:
        unit, wide, high = self._look.unit, self.width(), self.height()
        gap = _GAP * unit
        width = max(self.button.sizeHint().width(), self.follow.sizeHint().width())
        button, follow = self.button.sizeHint().height(), self.follow.sizeHint().height()
        both = button + (follow + 0.4 * unit if self.follow.isVisibleTo(self) else 0)
        top = (high - both) / 2
        self.button.setGeometry(round(gap), round(top), width, button)
        self.follow.setGeometry(round(gap), round(top + button + 0.4 * unit), width, follow)
        hint = self.readout.sizeHint()
        shown = wide >= (_NARROW_LINE if self.slim else _NARROW) * unit
        self.readout.setVisible(shown)
        right = wide - gap - (hint.width() + gap if shown else 0)
        left = gap + width + gap
        self.curve.setGeometry(round(left), 1, max(1, round(right - left)), high - 2)
        self.readout.setGeometry(round(right + gap), 0, hint.width(), high)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line that parts it from what is above."""
        with QPainter(self) as painter:
            painter.fillRect(0, 0, self.width(), 1, self._look.palette.colour(Role.LINE))


def _style(look: Look, slim: bool) -> str:
    colour = {role: look.palette.colour(role).name() for role in Role}
    pad, r = round(look.unit * (0.2 if slim else 0.42)), round(look.unit * 0.4)
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
