"""Small widgets and the style sheet that several bars share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from rnnviz.film.field import Choice, Field
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import LIGHT, Look, Palette, menu_palette, widget_palette


def wear(widget: QWidget, sheet: str) -> None:
    """Give a widget a style sheet, in the place of another it may have had.

    Qt forgets a former sheet's rules only where a widget has been polished, and looks rules up
    before that, for a size hint: then what is shown first would wear what it no longer should.
    """
    widget.ensurePolished()
    widget.setStyleSheet(sheet)


def wear_theme(palette: Palette) -> None:
    """Give all ordinary widgets of the program a theme, and menus theirs."""
    QApplication.setPalette(widget_palette(palette))
    # Qt takes a name as text only, whatever its stubs say.
    QApplication.setPalette(menu_palette(palette), "QMenu")  # pyright: ignore[reportArgumentType]


def teaching_tip(field: Field, choice: Choice | None = None, why_not: str = "") -> str:
    """What a tooltip says of a field, or of one choice: what it is, its formula, the lecture.

    As HTML, since Qt breaks the lines of nothing else in a tooltip.
    """
    lines = field.tip.split("\n")
    if choice is not None and choice.teaches:
        lines = [choice.title, choice.teaches, *lines]
    if why_not:
        lines = [f"Not to be chosen now: {why_not}.", *lines]
    first, *rest = (escaped(line) for line in lines)
    return "<br>".join((f"<b>{first}</b>", *rest))


def escaped(text: str) -> str:
    """A text as HTML: html.escape, without its table of 2,231 letters, which the paint awaits."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def action_of(text: str, parent: QObject) -> QAction:
    """An action of a menu.

    Its text is set, not handed over: PySide would ask whether it is an icon, and the enumerations
    of those would delay the first paint.
    """
    action = QAction(parent)
    action.setText(text)
    return action


def add_left_out(menu: QMenu, texts: Sequence[str]) -> None:
    """Put into a menu what has no room in the picture that it belongs to."""
    if texts:
        menu.addSeparator()
        menu.addAction("No room for:").setEnabled(False)
        for text in texts:
            menu.addAction(text.replace("&", "&&")).setEnabled(False)


def name_box(box: QComboBox, title: str, label: QLabel | None = None) -> None:
    """Name a box to a screen reader, which on Linux reads its label and not its own name.

    One that stands beside no label has a hidden one.
    """
    if label is None:
        label = QLabel(box.parentWidget())
        label.hide()
    label.setBuddy(box)
    label.setAccessibleName(title)
    box.setAccessibleName(title)


class _Calm(QObject):
    """Keeps the wheel from what was not clicked into: one that passes over changes nothing."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember how the focus came, and leave the wheel to what is behind."""
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusIn:
            if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own list gives it back
                self.setProperty("clicked", event.reason() == Qt.FocusReason.MouseFocusReason)
        elif event.type() == QEvent.Type.Wheel and not clicked_into(cast(QWidget, watched)):
            event.ignore()
            return True
        return False


def calm(widget: QWidget) -> None:
    """Have the wheel choose in a box or a slider only where a click gave it the focus."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_Calm(widget))


def clicked_into(widget: QWidget) -> bool:
    """Whether something that was calmed has the focus, and by a click."""
    known = widget.findChild(_Calm, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return known is not None and widget.hasFocus() and bool(known.property("clicked"))


class ArrowBox(QComboBox):
    """A combo box with an arrow in the theme's colour, which a style sheet cannot draw.

    A text that is too long for the box ends with …; the list may be wider than the box.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        calm(self)

    def sizeHint(self) -> QSize:
        """Wide enough for what stands in it too, where that is none of its choices."""
        hint, metrics = super().sizeHint(), self.fontMetrics()
        if self.currentIndex() >= 0 or not self.placeholderText():
            return hint
        texts = (self.itemText(i) for i in range(self.count()))
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        more = metrics.horizontalAdvance(self.placeholderText()) - widest
        return QSize(hint.width() + max(0, more), hint.height())

    def minimumSizeHint(self) -> QSize:
        """Room for a short text and the arrow: a long one is cut before a button loses its name."""
        hint, metrics = super().minimumSizeHint(), self.fontMetrics()
        shown = metrics.horizontalAdvance(self._shown()) + 2.2 * metrics.height()
        return QSize(round(min(hint.width(), shown, 5.2 * metrics.height())), hint.height())

    def fit_list(self) -> None:
        """Make the list as wide as its longest entry."""
        metrics = self.view().fontMetrics()
        texts = (self.itemText(i) for i in range(self.count()))
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0)
        self.view().setMinimumWidth(widest + 3 * metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, its text cut to the room beside the arrow, and the arrow."""
        size = self.fontMetrics().height() * 0.22
        if self._has_room():
            super().paintEvent(event)
        else:
            self._paint_cut()
        x, y = self.width() - 2.6 * size, self.height() / 2 - size / 4
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().buttonText().color(), max(1.0, size / 3)))
            ends = ((x - size, y - size / 2), (x, y + size / 2), (x + size, y - size / 2))
            painter.drawPolyline([QPointF(*end) for end in ends])

    def _has_room(self) -> bool:
        """Whether the text surely has the room that it needs."""
        if self.sizeHint().width() <= self.width():  # which has room for the widest entry
            return True
        metrics = self.fontMetrics()
        return metrics.horizontalAdvance(self._shown()) + 2 * metrics.height() <= self.width()

    def _shown(self) -> str:
        return self.currentText() if self.currentIndex() >= 0 else self.placeholderText()

    def _paint_cut(self) -> None:
        """Paint the box with its text cut, where that may have no room."""
        # Not at the top of the module: QStyle's enumerations would delay the first paint.
        from PySide6.QtWidgets import QStyle, QStyleOptionComboBox

        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        if self.currentIndex() < 0 and self.placeholderText():
            option.currentText = self.placeholderText()
        style = self.style()
        room = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        ).width()
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room
        )
        with QPainter(self) as painter:
            style.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option, painter, self)
            style.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option, painter, self)


class LeavableField(QLineEdit):
    """A field that Esc leaves, even where that key is a command of the window's.

    Enter is the field's alone: Qt would hand it on to the window, which presses the button that has
    the focus by then.

    Signals
    -------
    left
        Esc was pressed.
    """

    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Claim Esc before the window's own key for it does."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Esc; everything else is the field's."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


def frame_field(field: QLineEdit, look: Look, size: float) -> None:
    """Give a field for a number the type of a look, so many times as large, and its frame."""
    field.setFont(look.font(size))
    roles = (Role.MUTED, Role.OUTPUT, Role.BACKGROUND, Role.INK)
    line, focus, back, ink = (look.palette.colour(role).name() for role in roles)
    radius, pad = round(0.3 * look.unit), round(0.3 * look.unit)
    wear(
        field,
        f"QLineEdit {{ border: 1px solid {line}; border-radius: {radius}px;"
        f" padding: 0 {pad}px; background: {back}; color: {ink};"
        f" placeholder-text-color: {line}; }}"
        f"QLineEdit:focus {{ border: 2px solid {focus}; }}",
    )


class Bar(QWidget):
    """A row of controls, parted by a line from what is below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = Look(LIGHT)
        self._layout = QHBoxLayout(self)

    def _button(
        self, text: str, tip: str = "", *, checkable: bool = False, segment: str = ""
    ) -> QToolButton:
        """A button, or a segment of a row of them: "left", "middle" or "right"."""
        button = QToolButton(self)
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(checkable)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if segment:
            button.setProperty("segment", segment)
        return button

    def _wear(self, look: Look, above: float, sheet: str) -> None:
        """Take over colours and size, with so many pixels above and below, and a style sheet."""
        self._look = look
        beside, gap = round(look.unit * 1.6), round(above)
        self._layout.setContentsMargins(beside, gap, beside, gap)
        wear(self, sheet)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line."""
        with QPainter(self) as painter:
            painter.setPen(QPen(self._look.palette.colour(Role.LINE), 1))
            painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


class ElidedLabel(QLabel):
    """A label in plain text that is cut with … instead of pushing its neighbours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, cut to the width there is."""
        with QPainter(self) as painter:
            painter.setFont(self.font())
            painter.setPen(self.palette().windowText().color())
            text = self.fontMetrics().elidedText(
                self.text(), Qt.TextElideMode.ElideRight, self.width()
            )
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(QRect(0, 0, self.width(), self.height()), int(flags), text)


class TitledLabel(ElidedLabel):
    """A title in bold and what it is about after it, as many sentences as there is room for.

    Attributes
    ----------
    whole_only : bool
        Whether a sentence is left away that would be cut.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._about = "", ""
        self.setMinimumWidth(0)
        self.whole_only = False

    def say(self, title: str, about: str) -> None:
        """Show other words."""
        self._title, self._about = title, about
        self.setText(f"{title}   {about}".rstrip())
        self.setToolTip(about)
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the title, which must be read; the rest takes what is left."""
        width = QFontMetrics(self._bold()).horizontalAdvance(self._title)
        return QSize(width + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A title does not give way before a box of choices does."""
        return QSize(0 if not self._title else self.sizeHint().width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the title in the window's ink, and the rest in the label's."""
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        with QPainter(self) as painter:
            painter.setFont(self._bold())
            painter.setPen(self.palette().buttonText().color())
            metrics = painter.fontMetrics()
            title = metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), flags, title)
            painter.setFont(self.font())
            painter.setPen(self.palette().windowText().color())
            painter.drawText(self.rect().adjusted(self._left, 0, 0, 0), flags, self.shown)

    @property
    def shown(self) -> str:
        """What it is about: as many whole sentences as have room, or the first one, cut."""
        metrics, room = QFontMetrics(self.font()), self.width() - self._left
        whole, said = re.split(r"(?<=[.?!]) (?=[^a-z])", self._about), ""
        for count in range(len(whole), 0, -1):
            said = " ".join(whole[:count]) + (" …" if count < len(whole) else "")
            if metrics.horizontalAdvance(said) <= room:
                return said
        if self.whole_only or room <= 8 * metrics.height():
            return ""
        return metrics.elidedText(said, Qt.TextElideMode.ElideRight, room)

    @property
    def _left(self) -> int:
        """Where that begins."""
        metrics = QFontMetrics(self._bold())
        return metrics.horizontalAdvance(self._title) + metrics.height()

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font


def slider_style(look: Look) -> str:
    """Sliders as large as the type, in the theme's colours."""
    colour = {role: look.palette.colour(role).name() for role in Role}
    groove, knob = round(look.unit * 0.3), 2 * round(look.unit * 0.5)
    return f"""
    QSlider {{ min-height: {knob + 4}px; }}
    QSlider::groove:horizontal {{
        height: {groove}px; border-radius: {groove // 2}px; background: {colour[Role.LINE]};
    }}
    QSlider::sub-page:horizontal {{
        border-radius: {groove // 2}px; background: {colour[Role.OUTPUT]};
    }}
    QSlider::handle:horizontal {{
        width: {knob}px; margin: {(groove - knob) // 2}px 0; border-radius: {knob // 2}px;
        background: {colour[Role.OUTPUT]};
    }}
    QSlider::handle:horizontal:focus {{ background: {colour[Role.PLAYHEAD]}; }}
    """


def segment_style(look: Look) -> str:
    """Combo boxes and rows of tool buttons in a bar."""
    colour = {role: look.palette.colour(role).name() for role in Role}
    r, high, side = (round(size) for size in (0.35 * look.unit, look.air(0.22), 0.48 * look.unit))
    chosen, ink = colour[Role.STATE], look.palette.ink_on(Role.STATE).name()
    return f"""
    QLabel {{ color: {colour[Role.MUTED]}; }}
    QComboBox, QToolButton {{
        border: 1px solid {colour[Role.LINE]}; border-radius: {r}px;
        padding: {high}px {side}px; background: {colour[Role.BACKGROUND]};
        color: {colour[Role.INK]};
    }}
    QComboBox:disabled {{ color: {colour[Role.MUTED]}; background: {colour[Role.PANEL]}; }}
    QComboBox:hover, QToolButton:hover {{ background: {colour[Role.PANEL]}; }}
    QComboBox:focus, QToolButton:focus {{ border: 2px solid {colour[Role.OUTPUT]}; }}
    QComboBox::drop-down {{ width: {round(look.unit * 0.9)}px; border: none; }}
    QComboBox QAbstractItemView {{
        background: {colour[Role.BACKGROUND]}; color: {colour[Role.INK]};
        selection-background-color: {chosen}; selection-color: {ink};
    }}
    {slider_style(look)}
    QToolButton[segment="left"] {{
        border-top-right-radius: 0; border-bottom-right-radius: 0; border-right-width: 0;
    }}
    QToolButton[segment="middle"] {{ border-radius: 0; border-right-width: 0; }}
    QToolButton[segment="right"] {{ border-top-left-radius: 0; border-bottom-left-radius: 0; }}
    QToolButton:checked {{ background: {chosen}; color: {ink}; border-color: {chosen}; }}
    """
