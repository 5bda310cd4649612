"""What lies over the picture: the bar of messages, and the blank screen of a lecture."""

from __future__ import annotations

from math import ceil
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look

_SECONDS = 9.0
_LONGEST = 300  # characters; the rest stands behind "Details"
_MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
)
_LOW = 7.0  # what is lower than so many lines is covered in its whole height


class MessageBar(QWidget):
    """Shows a line of plain text; an error stays until dismissed, other news goes by itself.

    What tells of work that can be cancelled has a button for it, and dismissing it cancels too. Of
    what is longer than 300 characters the rest stands behind a button "Details".
    It lies over what is there, so that nothing moves when it comes or goes: over the foot of the
    stage, where the formula is, since curves, what is said of them, and controls are needed while
    an error stays. What is written for other programs goes on behind all else: what is said
    meanwhile stands before it, and when that goes, how far it is comes back.

    Signals
    -------
    cancelled
        The user wants that work no more.
    writing_cancelled
        Nor what is written.
    folder_asked : Path
        The user wants to see a file that was written, in its folder.
    detailed : str
        The user wants to read all of a long message.
    """

    cancelled = Signal()
    writing_cancelled = Signal()
    folder_asked = Signal(object)
    detailed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing is painted beneath it
        self._look = Look(LIGHT)
        self._error = self._cancel = False
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        close = QToolButton(self)
        close.setText("×")
        close.setAutoRaise(True)
        close.setToolTip("Dismiss (Esc)")
        close.setAccessibleName("Dismiss message")
        close.clicked.connect(self.dismiss)
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stop = QPushButton(self)  # its text is set: see `widgets.action_of`
        self._stop.setText("Cancel")
        self._stop.setToolTip("Stop it; what is on the screen stays (Esc)")
        self._stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stop.clicked.connect(self.dismiss)
        self._stop.hide()
        self._more = QPushButton(self)
        self._more.setText("Details")
        self._more.setToolTip("Show all of it")
        self._more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._more.clicked.connect(lambda: self.detailed.emit(self._all))
        self._more.hide()
        self._folder = QPushButton(self)
        self._folder.setText("Open folder")
        self._folder.setToolTip("Show where it is")
        self._folder.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._folder.clicked.connect(lambda: self.folder_asked.emit(self._path))
        self._folder.hide()
        self._all = self._written = ""  # the second is how far what is written has come
        self._path: Path | None = None
        self._tells_of_writing = False
        self._close = close
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self._label, 1)
        self._layout.addWidget(self._more)
        self._layout.addWidget(self._folder)
        self._layout.addWidget(self._stop)
        self._layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._beds: tuple[QWidget, ...] = ()
        self.hide()

    def lie_over(self, ground: QWidget, *beds: QWidget) -> None:
        """Have it within a widget, at the lower end of the first of its parts that is shown."""
        self.setParent(ground)
        self._beds = beds
        for watched in (ground, *beds):
            watched.installEventFilter(self)
        self.hide()

    def lie_over_too(self, bed: QWidget) -> None:
        """Have it lie over one more part, where none before that is shown."""
        self._beds = (*self._beds, bed)
        bed.installEventFilter(self)

    @property
    def text(self) -> str:
        """What it says, without the details."""
        return self._label.text()

    @property
    def stays(self) -> bool:
        """Whether what it says stays until it is dismissed: an error, or work under way."""
        return not self.isHidden() and (self._error or self._cancel)

    def tell(
        self,
        text: str,
        *,
        error: bool = False,
        cancel: bool = False,
        beside: bool = False,
        writing: bool = False,
        path: Path | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        """Show a message, or add it to the one that is shown; plain text, whatever it contains.

        What is said with `writing` and `cancel` is how far what is written has come; without
        `cancel` that has ended, with a text or none. Of a `path` the folder can be opened.
        """
        if writing and cancel:
            begins, self._written = not self._written, text
            stands = self._cancel or self._tells_of_writing
            if not (self.isHidden() or self._shows_progress or (begins and not stands)):
                return
        elif writing:
            shown, self._written = self._shows_progress, ""
            if shown:
                self.clear()
            if not text:
                return
            beside = True
        if beside and not self.isHidden() and not self._shows_progress:
            text, error = f"{self._all} · {text}", error or self._error
            cancel, path = cancel or self._cancel, path or self._path
        self._error, self._cancel, self._all = error, cancel, text
        self._tells_of_writing, self._path = writing, path
        text = _shortened(text if error else self._look.says(text))
        self._more.setVisible(len(self._all) > _LONGEST)
        self._folder.setVisible(path is not None)
        self._stop.setVisible(cancel)
        self._close.setVisible(not cancel)
        self._label.setText(text)
        self._label.setAccessibleName(("Error: " if error else "") + text)
        self._timer.stop()
        if not (error or cancel):
            self._timer.start(int(seconds * (1000 if path is None else 2000)))
        self._place()
        self.show()
        self.update()

    def step_taken(self) -> None:
        """Take away what has been said of the step before; an error stays, and work under way."""
        if not self.stays:
            self.clear()

    def dismiss(self) -> None:
        """Take the message away, and cancel the work that it tells of."""
        cancel, of_writing = self._cancel, self._shows_progress
        if of_writing:
            self._written = ""
        self.clear()
        if cancel:
            (self.writing_cancelled if of_writing else self.cancelled).emit()

    def clear(self) -> None:
        """Take the message away; how far what is written has come, which it hid, is said again."""
        self._error = self._cancel = self._tells_of_writing = False
        self._timer.stop()
        self._label.setText("")
        self._all, self._path = "", None
        self.hide()
        if self._written:
            self.tell(self._written, cancel=True, writing=True)

    @property
    def _shows_progress(self) -> bool:
        """Whether it says how far what is written has come."""
        return self._tells_of_writing and self._cancel and not self.isHidden()

    def set_look(self, look: Look) -> None:
        """Take over colours and size."""
        self._look = look
        self._label.setFont(look.font())
        self._stop.setFont(look.font())
        self._more.setFont(look.font())
        self._folder.setFont(look.font())
        self._close.setFont(look.font(1.2))
        gap = round(look.unit * 0.5)
        self._layout.setContentsMargins(round(look.unit * 1.5), gap, gap, gap)
        self._place()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what it lies over."""
        kinds = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)
        if event.type() in kinds and not self.isHidden():
            self._place()
        elif event.type() == QEvent.Type.Paint and self._lies_on(watched):
            # Qt takes an opaque widget that a layout has moved for one that nothing lies over, and
            # has it painted whole the next time.
            self.update()
        return super().eventFilter(watched, event)

    def _lies_on(self, bed: QObject) -> bool:
        ground = self.parentWidget()
        if ground is None or bed is ground or not isinstance(bed, QWidget) or self.isHidden():
            return False
        return QRect(bed.mapTo(ground, QPoint(0, 0)), bed.size()).intersects(self.geometry())

    def _place(self) -> None:
        """As wide as its words, as high as they need, over the foot of what it lies on."""
        ground, unit = self.parentWidget(), self._look.unit
        if ground is None or not self._beds:
            return
        bed: QWidget = next((bed for bed in self._beds if bed.isVisibleTo(ground)), ground)
        low = bed.height() < _LOW * unit
        gap = round((0.2 if low else 0.8) * unit)
        button = self._stop if self._cancel else self._close
        margins = self._layout.contentsMargins()
        beside = margins.left() + margins.right() + self._layout.spacing()
        words = self._label.fontMetrics().horizontalAdvance(self._label.text())
        wide = words + beside + button.sizeHint().width() + ceil(0.5 * unit)
        for more in (self._more, self._folder):
            if not more.isHidden():
                wide += more.sizeHint().width() + self._layout.spacing()
        wide = max(1, min(wide, ground.width() - round(1.6 * unit)))
        high = max(self._layout.heightForWidth(wide), self._layout.minimumSize().height())
        if low:  # letters half covered are worse than none
            high = max(high, bed.height() - 2 * gap)
        top = bed.mapTo(ground, QPoint(0, bed.height() - gap - high)).y()
        self.setGeometry((ground.width() - wide) // 2, max(0, top), wide, high)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, its edge, and a stripe that says whether it is an error."""
        palette, unit = self._look.palette, self._look.unit
        with QPainter(self) as painter:
            role = Role.INPUT if self._error else Role.OUTPUT
            painter.fillRect(self.rect(), palette.tint(role, 0.12))
            painter.setPen(QPen(palette.colour(role), 1.0))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.fillRect(0, 0, max(3, round(0.4 * unit)), self.height(), palette.colour(role))


def _shortened(text: str) -> str:
    """A text on one line, of at most so many characters, cut between two words if there are any."""
    line = " ".join(text[: 2 * _LONGEST].splitlines())
    if len(line) <= _LONGEST:
        return line
    cut = line[: _LONGEST - 2]
    words = cut.rsplit(maxsplit=1)[0] if " " in cut[_LONGEST // 2 :] else cut
    return f"{words} …"


class BlackSheet(QWidget):
    """A black sheet over everything; any key or click takes it away and does nothing else unseen.

    Keys that are the window's commands are heard there, which uncovers likewise.

    Signals
    -------
    lifted :
        The user wants to see again.
    """

    lifted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Blank screen")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self._covered = parent
        self._focus: QWidget | None = None
        parent.installEventFilter(self)
        self.hide()

    def cover(self) -> None:
        """Cover everything."""
        self._focus = self.window().focusWidget()
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()
        self.setFocus()

    def uncover(self) -> None:
        """Show the picture again, with the focus where it was."""
        self.hide()
        if self._focus is not None:
            self._focus.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what it covers."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._covered.rect())
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Lift on a click."""
        self.lifted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Lift; a modifier alone is no key yet."""
        if event.key() not in _MODIFIERS:
            self.lifted.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it black."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
