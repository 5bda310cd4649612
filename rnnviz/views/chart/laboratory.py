"""The panel of the laboratory whose picture is a chart over the steps.

What it shows is a module of `scenes`, imported when the panel is first shown; the table below says
which. It says whether it is `OF_A_LAYER`, and has functions of a frame: `titles`, `chart`, `key`,
`newest`, `instead` and `sentence`, and `reading(frame, step)`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame
from rnnviz.film.panels import PANELS
from rnnviz.scenes.charts.chart import Chart
from rnnviz.scenes.shapes import Rect, Role
from rnnviz.views.chart.panel import ChartPanel
from rnnviz.views.look import Look
from rnnviz.views.panels.controls import LayerStepper
from rnnviz.views.pens_and_text import said

CHARTS: Mapping[str, str] = MappingProxyType(
    {name: f"rnnviz.scenes.laboratory.{name}" for name in ("singular_values", "forgetting")}
)
"""The module of each panel that is drawn so."""
_WIDE = 52.0  # units of width from which two lines are enough for the sentence


class LaboratoryChart(ChartPanel):
    """A chart over the steps with a sentence under it, and the layer in its title row."""

    layer_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None, name: str = "singular_values") -> None:
        super().__init__(parent, name)
        self._layer = LayerStepper(self)
        self._layer.chosen.connect(self.layer_chosen)
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
        shown = (frame.passing, frame.layer, self._newest(frame), frame.moment.step)
        if shown != self._shown:
            self._shown = shown
            self.update()

    def set_look(self, look: Look) -> None:
        """Store colours and size of type."""
        self._layer.set_look(look)
        super().set_look(look)

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
        return self._module.reading(frame, step) if step else self._module.sentence(frame)

    def _lines(self) -> list[str]:
        frame = self._frame
        if frame is None or self.why or self._instead(frame):
            return []
        width = self.surface.width - 2 * self.surface.pad
        return said(self._module.sentence(frame), self._look.font(), width, self._count)[0]

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
        return QRectF(surface.pad, top, surface.width - 2 * surface.pad, high)

    # -- painting ----------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._layer.place(self._frame if self._module.OF_A_LAYER else None, self.surface)

    def _paint(self, painter: QPainter, region: QRegion) -> bool:
        frame, surface = self._frame, self.surface
        if frame is None or not surface.drawable:
            return False
        drawn = self.drawn()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = self._instead(frame)
        if drawn is None:
            painter.drawPixmap(0, 0, surface.blank())
            painter.setFont(self._look.font(1.0))
            painter.setPen(self._look.palette.text(Role.MUTED))
            centred = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), centred, words)
        else:
            self._paint_chart(painter, region, drawn, frame)
            step = self.hovered_step
            said = [self._module.reading(frame, step)] if step else self._lines()
            painter.setFont(self._look.font())
            painter.setPen(self._look.palette.colour(Role.INK))
            middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self._foot, middle, "\n".join(said))
        self._draw_title(painter, self._module.titles(frame))
        return True
