"""The panel of the laboratory whose picture is a chart over the steps.

What it shows is a module of `scenes`, imported when the panel is first shown; `slots.CHARTS` says
which. It says whether it is `OF_A_LAYER`, and has functions of a frame: `titles`, `chart`, `key`,
`newest`, `instead` and `sentence`, and `reading(frame, step)`.
"""

from __future__ import annotations

from collections.abc import Hashable
from importlib import import_module
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
)
from PySide6.QtWidgets import QLabel, QSlider, QStyle, QStyleOptionSlider, QWidget

from rnnviz.film import Frame, number
from rnnviz.film.measures import WEIGHT_SCALES
from rnnviz.film.panels import PANELS
from rnnviz.film.weight_scales import Scaled, why_not_scaled
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.shapes import Rect, Role
from rnnviz.views.chart.panel import ChartPanel
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.controls import LayerStepper
from rnnviz.views.panels.slots import CHARTS
from rnnviz.views.pens_and_text import said
from rnnviz.views.widgets import calm, slider_style, wear

_WIDE = 52.0  # units of width from which two lines are enough for the sentence
_WIDEST = "≤\u202f00.00", "0.0000"  # that the numbers of the sliders may be
_ROW, _LEAST_WIDE, _LEAST_HIGH = 1.8, 26.0, 13.0  # of the row of sliders, and what has room for it
_RADIUS, _NORM = (1, 200), (-200, 300)  # hundredths: of the radius, of the norm's power of ten
_EDGE = 100


class _Slider(QSlider):
    """A slider whose keys are its own, and that says when a drag or a held key has ended."""

    settled = Signal()

    def event(self, event: QEvent) -> bool:
        """Take its keys before the window's commands hear them."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in _KEYS
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A key that is held is one change."""
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self.settled.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """So is a drag."""
        super().mouseReleaseEvent(event)
        self.settled.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """And what the wheel did."""
        super().focusOutEvent(event)
        self.settled.emit()

    def show_value(self, value: int, ends: tuple[int, int]) -> None:
        """Show a value without saying it; never under the hand that drags."""
        if not self.isSliderDown():
            self.blockSignals(True)
            self.setRange(min(ends[0], value), max(ends[1], value))
            self.setValue(value)
            self.blockSignals(False)


_KEYS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)


_TIPS = (
    "Scales W_aa to this spectral radius (of a gated cell every gate's block): below 1 its powers "
    "die out, above 1 they burst; the mark is at 1",
    "Scales W_ax, which reads the input, to this Frobenius norm ‖W_ax‖: large, it saturates the "
    "activations",
)


_NAMES = ("Spectral radius of W_aa", "Norm of W_ax")


class ScaleSliders(QWidget):
    """Two sliders with their numbers: the spectral radius of W_aa, and the norm of W_ax."""

    scaled = Signal(str, float)
    settled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.radius, self.input = _Slider(self), _Slider(self)
        self.radius_value, self.input_value = QLabel(self), QLabel(self)
        self._unit, self._mark = 14.0, QColor()
        self._numbers, self._short = ["", ""], False
        self._look = Look(LIGHT)
        for slider, name in zip((self.radius, self.input), _NAMES, strict=True):
            slider.setOrientation(Qt.Orientation.Horizontal)
            slider.setAccessibleName(name)
            slider.setMinimumWidth(1)
            slider.setPageStep(10)
            slider.settled.connect(self.settled)
            calm(slider)
        self.radius.valueChanged.connect(self._radius)
        self.input.valueChanged.connect(self._input)

    def set_frame(self, frame: Frame) -> None:
        """Show how large the weights of a frame's network are."""
        scales = WEIGHT_SCALES(frame.passing)
        radii = scales.of_layer(frame.layer)
        whys = why_not_scaled(scales, "radius"), why_not_scaled(scales, "input")
        for slider, why, tip in zip((self.radius, self.input), whys, _TIPS, strict=True):
            slider.setEnabled(not why)
            slider.setToolTip(self._look.says(why or tip))
        for label, tip in zip((self.radius_value, self.input_value), _TIPS, strict=True):
            label.setToolTip(self._look.says(tip))
        if self.radius.isEnabled():
            self.radius.show_value(round(100 * float(radii.max())), _RADIUS)
        if self.input.isEnabled():
            self.input.show_value(round(100 * float(np.log10(scales.input))), _NORM)
        low, high = f"{radii.min():.2f}", f"{radii.max():.2f}"
        if not self.radius.isSliderDown():
            self._numbers[0] = high if low == high else f"≤\u202f{high}"  # of some gates less
        if not self.input.isSliderDown():
            self._numbers[1] = number(scales.input)
        self._write()

    def set_look(self, look: Look) -> None:
        """Store size of type and notation."""
        self._unit, self._mark = look.unit, look.palette.colour(Role.MUTED)
        self._look = look
        for slider, name in zip((self.radius, self.input), _NAMES, strict=True):
            slider.setAccessibleName(look.says(name))
        wear(self, slider_style(look))
        for label in (self.radius_value, self.input_value):
            label.setFont(look.font(0.93))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Mark the radius of 1, at which powers of W_aa neither die out nor burst."""
        slider, option = self.radius, QStyleOptionSlider()
        slider.initStyleOption(option)
        option.sliderPosition = option.sliderValue = _EDGE
        control, handle = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
        place = slider.style().subControlRect(control, option, handle, slider)
        middle = QPointF(slider.geometry().topLeft()) + QRectF(place).center()
        high = 0.55 * self._unit
        with QPainter(self) as painter:
            painter.setPen(QPen(self._mark, max(1.5, self._unit / 9)))
            painter.drawLine(middle - QPointF(0, high), middle + QPointF(0, high))

    def arrange(self) -> None:
        """Share the width: each number stands before its slider."""
        unit, half, high = self._unit, self.width() // 2, self.height()
        left = 0
        widths = list[float]()
        for short in (False, True):
            self._short = short
            metrics = QFontMetricsF(self.radius_value.font())
            widths = [
                metrics.horizontalAdvance(f"{name} {most}")
                for name, most in zip(self._names(), _WIDEST, strict=True)
            ]
            if max(widths) <= half - 8 * unit:
                break
        self._write()
        parts = (self.radius_value, self.radius), (self.input_value, self.input)
        for (label, slider), wide in zip(parts, widths, strict=True):
            label.setGeometry(left, 0, round(wide), high)
            start = left + round(wide + 0.4 * unit)
            slider.setGeometry(start, 0, max(1, left + half - round(unit) - start), high)
            left += half

    def _radius(self, hundredths: int) -> None:
        self._numbers[0] = f"{hundredths / 100:.2f}"
        self._write()
        self._say("radius", hundredths / 100)

    def _input(self, hundredths: int) -> None:
        norm = 10.0 ** (hundredths / 100)
        self._numbers[1] = number(norm)
        self._write()
        self._say("input", norm)

    def _write(self) -> None:
        """The numbers, with what they are as far as there is room for that."""
        labels = (self.radius_value, self.input_value)
        for label, name, size in zip(labels, self._names(), self._numbers, strict=True):
            label.setText(f"{name} {size}")

    def _names(self) -> list[str]:
        """What the numbers are, in the symbols that are in force."""
        if self._short:
            return [self._look.notation.short(name) for name in ("W_aa", "W_ax")]
        return [self._look.says(name) for name in ("radius of W_aa", "‖W_ax‖")]

    def _say(self, what: Scaled, value: float) -> None:
        self.scaled.emit(what, value)


class LaboratoryChart(ChartPanel):
    """A chart over the steps with a sentence under it, and the layer in its title row.

    Under that of the singular values two sliders change what they come from.
    """

    layer_chosen = Signal(int)
    weights_scaled = Signal(str, float)
    scaling_settled = Signal()

    def __init__(self, parent: QWidget | None, name: str) -> None:
        super().__init__(parent, name)
        self._layer = LayerStepper(self)
        self._layer.chosen.connect(self.layer_chosen)
        self.sliders = ScaleSliders(self)
        self.sliders.scaled.connect(self.weights_scaled)
        self.sliders.settled.connect(self.scaling_settled)
        self.sliders.hide()
        self._shown: tuple[object, ...] = ()
        self.setAccessibleName(PANELS[name].title)
        self.set_look(self._look)

    # -- what it is given --------------------------------------------------------------------

    def set_frame(self, frame: Frame) -> None:
        """Store the frame; repaint if it shows anything else than the last one."""
        before, self._frame = self._frame, frame
        if before is None or (before.layer, before.layers) != (frame.layer, frame.layers):
            self._arrange()
        if self.why:
            self.update()
            return
        if self._has_sliders:
            self.sliders.set_frame(frame)
        module = self._module
        shown = (self.name, frame.passing, self._of(frame), *self._places(), self._instead(frame))
        shown += tuple(module.titles(frame)), module.sentence(frame)
        if shown != self._shown:
            self._shown = shown
            self._repaint(self.rect())

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._layer.set_look(look)
        self.sliders.set_look(look)
        super().set_look(look)

    def stand_in_slot(self, name: str, why: str = "") -> None:
        """Show a panel of the table."""
        super().stand_in_slot(name, why)
        self._arrange()

    # -- what is shown -----------------------------------------------------------------------

    @property
    def _module(self) -> Any:
        return import_module(CHARTS[self.name])

    def _made(self, frame: Frame) -> Chart | None:
        return self._module.chart(frame)

    def _of(self, frame: Frame) -> Hashable:
        return self._module.key(frame)

    def _newest(self, frame: Frame) -> float | None:
        newest = self._module.newest(frame)
        return float(newest) if newest <= frame.steps else None

    def _instead(self, frame: Frame) -> str:
        return self._module.instead(frame)

    @property
    def said(self) -> str:
        """The sentence under the chart, or what is said of the step under the pointer."""
        frame = self._frame
        if frame is None or self.why or self._instead(frame):
            return ""
        step = self.hovered_step
        if self.view.guessed:  # also under the pointer, which has just drawn it
            return self.view.guessed
        words = self._module.reading(frame, step) if step else self._module.sentence(frame)
        return self._look.says(words)

    @property
    def lines(self) -> list[str]:
        """What of the sentence has room under the chart, or what says it in fewer words."""
        frame = self._frame
        if frame is None or self.why or self._instead(frame):
            return []
        width = self.surface.width - 2 * self.surface.pad
        ways = [self._module.sentence, getattr(self._module, "shorter", self._module.sentence)]
        lines = list[str]()
        for way in ways:
            words = self.view.guessed or self._look.says(way(frame))
            lines = said(words, self._look.font(), width, self._count)[0]
            if " ".join(lines) == words:
                break
        return lines

    def _area(self) -> Rect:
        surface, top = self.surface, self.surface.head + 0.35 * self._look.unit
        high = max(10.0, self._foot.top() - surface.foot - top)
        return Rect(surface.pad, top, surface.width - 2 * surface.pad, high)

    @property
    def _count(self) -> int:
        """Lines under the chart."""
        return 2 if self.width() >= _WIDE * self._look.unit else 3

    @property
    def _foot(self) -> QRectF:
        """Room for the lines under the chart."""
        surface, high = self.surface, 1.4 * self._look.unit * self._count
        top = surface.height - high - surface.look.air(0.4)
        if self._has_sliders:
            top -= _ROW * self._look.unit
        return QRectF(surface.pad, top, surface.width - 2 * surface.pad, high)

    @property
    def _has_sliders(self) -> bool:
        """Whether the sliders stand under the sentence."""
        unit = self._look.unit
        room = self.width() >= _LEAST_WIDE * unit and self.height() >= _LEAST_HIGH * unit
        return room and self.name == "singular_values" and not self.why

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._layer.place(self._frame if self._module.OF_A_LAYER else None, self.surface)
        has = self._has_sliders and self._frame is not None
        if has:
            surface, high = self.surface, round(_ROW * self._look.unit)
            top = round(surface.height - high - surface.look.air(0.3))
            wide = round(surface.width - 2 * surface.pad)
            self.sliders.setGeometry(round(surface.pad), top, wide, high)
            self.sliders.arrange()
            if self.sliders.isHidden() and self._frame is not None:
                self.sliders.set_frame(self._frame)
        self.sliders.setVisible(has)

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        frame, surface = self._frame, self.surface
        if frame is None or not surface.drawable:
            return False
        drawn = self.drawn()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = self._instead(frame)
        if drawn is None:
            surface.lay(painter)
            painter.setFont(self._look.font(1.0))
            painter.setPen(self._look.palette.text(Role.MUTED))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), centred, self._look.says(words))
        else:
            self._paint_chart(painter, region, drawn, frame)
            step = self.hovered_step
            step = 0 if self.view.guessed else step
            words = self._look.says(self._module.reading(frame, step)) if step else ""
            said = [words] if step else self.lines
            painter.setFont(self._look.font())
            painter.setPen(self._look.palette.colour(Role.INK))
            middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self._foot, middle, "\n".join(said))
        self._draw_title(painter, self._module.titles(frame))
        return True
