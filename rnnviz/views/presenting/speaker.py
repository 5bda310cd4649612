"""The speaker's window on another screen: notes, what the room sees, what comes next, the time."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from rnnviz.frozen import record
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import DARK, Look, field_palette

_CONTROLS = (
    ("back", "◀ back", "Page Up"),
    ("next", "▶ next", "Page Down, or Space"),
    ("blank", "■ blank", "B"),
    ("pen", "✎ pen", "D"),
    ("again", "↺ undo what was changed live", "Backspace"),
)
_LEFT, _RIGHT = 60, 40  # of the width


@record
class Cue:
    """What the speaker's window shows: notes, the next scene, time.

    Attributes
    ----------
    part, scene : str
        "7 · Vanishing gradients", "scene 3 of 9 · Predict, then reveal".
    clock, plan : str
        "26:10", "1:05 behind the plan of 45:00 · 11:32".
    late : bool
    notes : str
    following : str
        What comes next.
    """

    part: str = ""
    scene: str = ""
    clock: str = ""
    plan: str = ""
    late: bool = False
    notes: str = ""
    following: str = ""


class PictureView(QWidget):
    """A picture as large as there is room for, with its proportions."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._picture = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_picture(self, picture: QPixmap) -> None:
        """Show a picture; an empty one for none."""
        self._picture = picture
        self.update()

    @property
    def picture(self) -> QPixmap:
        """What is shown, as it was drawn."""
        return self._picture

    @property
    def empty(self) -> bool:
        """Whether there is none."""
        return self._picture.isNull()

    def sizeHint(self) -> QSize:
        """As it was drawn."""
        return QSize(640, 360)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it at the top."""
        if self._picture.isNull():
            return
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(QRect(0, 0, size.width(), size.height()), self._picture)


class SpeakerWindow(QWidget):
    """The speaker's own window: notes, now and next, time.

    Signals
    -------
    asked : str
        A control was pressed: "next", "back", "blank", "pen" or "again".
    scene_asked : int
        A scene is wanted, by its number from 1.
    closed :
    """

    asked = Signal(str)
    scene_asked = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("speaker")
        self.setWindowTitle("Speaker — rnnviz")
        self._look = Look(DARK)
        self._part, self._scene = QLabel(self), QLabel(self)
        self._clock, self._plan = QLabel(self), QLabel(self)
        self._notes, self._following = QLabel(self), QLabel(self)
        self.now, self.following = PictureView(self, "now"), PictureView(self, "following")
        for label in self._labels:
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (self._clock, self._plan):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._notes.setWordWrap(True)
        self._notes.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._notes.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        self._following.setWordWrap(True)
        self._buttons = {name: self._made(name, *texts) for name, *texts in _CONTROLS}
        self._number = QLineEdit(self)
        self._number.setPlaceholderText("scene … ⏎")
        self._number.setAccessibleName("Scene to go to, by its number")
        self._number.setMaxLength(3)
        self._number.returnPressed.connect(self._go)
        self._lay_out()
        self.fit()

    @property
    def _labels(self) -> tuple[QLabel, ...]:
        return (
            self._part, self._scene, self._clock, self._plan, self._notes, self._following,
        )  # fmt: skip

    def tell(self, told: Cue) -> None:
        """Tell the speaker where the tour is."""
        for label, text in (
            (self._part, told.part),
            (self._scene, told.scene),
            (self._clock, told.clock),
            (self._plan, told.plan),
            (self._notes, told.notes),
            (self._following, f"next ▸ {told.following}" if told.following else "the end"),
        ):
            if label.text() != text:
                label.setText(text)
        self._colour(self._plan, Role.PLAYHEAD if told.late else Role.MUTED)

    @property
    def notes(self) -> str:
        """What the speaker reads."""
        return self._notes.text()

    def fit(self) -> None:
        """Take a size of type that fits the window."""
        unit = max(12.0, min(self.width() / 90, self.height() / 46))
        self._look = look = Look(DARK, round(unit * 2) / 2)
        self.setPalette(field_palette(look))
        self.setAutoFillBackground(True)
        for label, factor, bold in (
            (self._part, 1.4, True), (self._scene, 1.05, False), (self._clock, 2.4, True),
            (self._plan, 1.05, False), (self._notes, 1.35, False), (self._following, 1.05, False),
        ):  # fmt: skip
            label.setFont(look.font(factor, bold=bold))
        self._colour(self._scene, Role.MUTED)
        for widget in (*self._buttons.values(), self._number):
            widget.setFont(look.font(1.05))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the type follow the window."""
        super().resizeEvent(event)
        self.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say so."""
        super().closeEvent(event)
        self.closed.emit()

    # -- within ------------------------------------------------------------------------------

    def _made(self, name: str, text: str, keys: str) -> QPushButton:
        button = QPushButton(self)
        button.setText(text)
        button.setToolTip(keys)
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay the tour's
        button.clicked.connect(lambda _checked=False: self.asked.emit(name))
        return button

    def _go(self) -> None:
        text = self._number.text().strip()
        self._number.clear()
        self.setFocus()
        if text.isascii() and text.isdigit():
            self.scene_asked.emit(int(text))

    def _colour(self, label: QLabel, role: Role) -> None:
        palette = label.palette()
        palette.setColor(label.foregroundRole(), self._look.palette.text(role))
        label.setPalette(palette)

    def _lay_out(self) -> None:
        head = QGridLayout()
        head.addWidget(self._part, 0, 0)
        head.addWidget(self._scene, 1, 0)
        head.addWidget(self._clock, 0, 1)
        head.addWidget(self._plan, 1, 1)
        head.setColumnStretch(0, 1)
        controls = QHBoxLayout()
        for name in ("back", "next", "blank", "pen"):
            controls.addWidget(self._buttons[name])
        more = QHBoxLayout()
        more.addWidget(self._number)
        more.addWidget(self._buttons["again"], 1)
        beside = QVBoxLayout()
        beside.addWidget(self.following, 1)
        beside.addWidget(self._following)
        beside.addLayout(controls)
        beside.addLayout(more)
        middle = QHBoxLayout()
        middle.addWidget(self.now, _LEFT)
        middle.addLayout(beside, _RIGHT)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(24, 16, 24, 16)
        rows.setSpacing(14)
        rows.addLayout(head)
        rows.addLayout(middle, 5)
        rows.addWidget(self._notes, 3)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class NotesStrip(QLabel):
    """The notes over the picture's foot, where there is no other screen for them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notes")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAutoFillBackground(True)
        self.hide()

    def tell(self, notes: str, look: Look, foot: int) -> None:
        """Show notes over the foot of the parent, above a bar that is so high."""
        ground = self.parentWidget()
        if ground is None:
            return
        self.setText(notes or "No notes.")
        self.setFont(look.font(1.0))
        palette = field_palette(look)
        palette.setColor(self.backgroundRole(), look.palette.tint(Role.PLAYHEAD, 0.16))
        palette.setColor(self.foregroundRole(), look.palette.colour(Role.INK))
        self.setPalette(palette)
        pad = round(look.unit)
        self.setContentsMargins(pad, pad // 2, pad, pad // 2)
        wide = ground.width()
        high = min(self.heightForWidth(wide), ground.height() // 2)
        self.setGeometry(0, ground.height() - foot - high, wide, high)
        self.raise_()
