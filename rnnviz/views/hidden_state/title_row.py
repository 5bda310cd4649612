"""The title row: a title, what is said right of it, and the controls at its right end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame
from rnnviz.film.panels import STATES
from rnnviz.scenes.shapes import Role
from rnnviz.views.hidden_state.cell import cell_titles
from rnnviz.views.hidden_state.values import quantity_of
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.controls import Segmented, Stepper
from rnnviz.views.panels.surface import RIGHT, Surface, Title

MODES = tuple(STATES)
_TIPS = (
    "every unit at every step, in colours",
    "some units over the steps",
    "inside the memory cell: how one unit is made at this step (M)",
)
_LAYER = "layer"


def chosen(
    surface: Surface,
    right: float,
    titles: Sequence[Title],
    texts: Sequence[str],
    *,
    titled: bool = False,
) -> tuple[Title | None, str]:
    """What of the titles and of what may be said has room up to `right`.

    Both are given from the most words to the fewest. Of what is said, only the fullest words are no
    more worth than a title, unless the title comes first (`titled`): that of the cell, whose last
    form but one says which of the two GRUs it is.
    """
    room = right - surface.pad
    texts = [surface.look.says(text) for text in texts]
    metrics = QFontMetricsF(surface.look.font(0.93))
    wide = [metrics.horizontalAdvance(text) for text in texts]
    least = surface.title_width(titles[-2 if titled else -1]) + surface.unit
    kept = [least if titled or not i else 0.0 for i in range(len(wide))]
    fits = [i for i, width in enumerate(wide) if width + kept[i] <= room]
    place = fits[0] if fits else len(texts) - 1
    if texts[place]:
        room -= min(wide[place], room) + surface.unit
    return next((t for t in titles if surface.title_width(t) <= room), None), texts[place]


def draw_head(
    painter: QPainter,
    surface: Surface,
    right: float,
    titles: Sequence[Title],
    texts: Sequence[str],
    role: Role,
    *,
    titled: bool = False,
) -> None:
    """Draw what is `chosen`, up to `right`, what is said in a role's colour."""
    title, said = chosen(surface, right, titles, texts, titled=titled)
    font = surface.look.font(0.93)
    metrics = QFontMetricsF(font)
    taken = min(metrics.horizontalAdvance(said), right - surface.pad)
    painter.setFont(font)
    painter.setPen(surface.look.palette.text(role))
    cut = metrics.elidedText(said, Qt.TextElideMode.ElideRight, taken + 0.5)
    painter.drawText(surface.title_row(right - taken, right), RIGHT, cut)
    if title is not None:
        surface.draw_title(painter, right - taken - (surface.unit if said else 0.0), title)


def state_titles(frame: Frame, *, layer_shown: bool) -> Iterator[Title]:
    """The titles of map and lines, from the most words to the fewest.

    `layer_shown`: the row has a control that says which layer it is.
    """
    quantity = quantity_of(frame)
    counted = f"{frame.units} unit{'s' * (frame.units != 1)}"
    counted += f" × {frame.steps} step{'s' * (frame.steps != 1)}"
    layer = f"layer {frame.layer + 1}" if frame.layers > 1 else ""
    if layer:
        yield quantity.title, f"{counted} · {layer}"
    if not layer or layer_shown:
        yield quantity.title, counted
    else:
        yield quantity.title, layer
    yield quantity.title, ""
    if layer and not layer_shown:
        yield quantity.at_t, layer
    yield quantity.at_t, ""


class Controls:
    """Switches at the right end of the title row, the lesser ones left out where it is narrow.

    Their places depend on the cell, its layers and the panel's size alone, so that no button
    moves away from the pointer that presses it.

    Parameters
    ----------
    parent : QWidget
    """

    def __init__(self, parent: QWidget) -> None:
        self.mode = Segmented(parent, MODES, Role.STATE)
        self.mode.set_names(MODES, MODES, _TIPS)
        self.quantity = Segmented(parent, ("a",), Role.STATE, margin=0.42)
        self.layer = Stepper(parent, Role.STATE, ("show the layer below", "show the layer above"))
        for control, name in ((self.mode, "mode"), (self.quantity, "quantity")):
            control.setObjectName(name)
        self._look = Look(LIGHT)
        self._all = self.layer, self.quantity, self.mode
        self._shown = self._all

    def set_look(self, look: Look) -> None:
        """Store colours, size of type and notation."""
        self._look = look
        for control in self._all:
            control.set_look(look)

    def set_frame(self, frame: Frame) -> None:
        """Offer what the frame's cell has, and show what is chosen of it."""
        offered = [quantity_of(frame, symbol) for symbol in frame.quantities]
        look = self._look
        self.quantity.set_names(
            [look.says(quantity.symbol) for quantity in offered],
            [f"{quantity.name} {look.says(quantity.symbol)}" for quantity in offered],
            [look.says(quantity.told(look.says(quantity.symbol))) for quantity in offered],
        )
        self.quantity.set_current(frame.quantities.index(frame.quantity))
        layer, top = frame.layer, frame.layers - 1
        self.layer.set_neighbours(layer - 1 if layer else None, layer + 1 if layer < top else None)

    @property
    def layer_shown(self) -> bool:
        """Whether there is room to choose the layer, and a choice."""
        return self.layer in self._shown

    def arrange(self, surface: Surface, frame: Frame | None) -> float:
        """Put as many as there is room for in their places; where the room left of them ends."""
        right, gap = surface.width - surface.pad, 0.7 * surface.unit
        shown, before, taken = (self.mode,), "", 0.0
        for shown, before, title in self._choices(surface, frame):
            wide = [self._width(control, before, frame) for control in shown]
            taken = sum(wide) + gap * len(wide) + 0.3 * surface.unit
            if title + taken <= right - surface.pad:
                break
        self._shown = shown
        for control in self._all:
            control.setVisible(control in shown)
        if frame is not None:
            self.layer.set_text(str(frame.layer + 1), before, str(frame.layers))
        self.quantity.arrange()
        self.mode.arrange()
        for control in reversed(shown):
            right -= control.width()
            control.move(round(right), surface.title_top)
            right -= gap
        return right - (0.3 * surface.unit if shown else 0.0)

    def _choices(
        self, surface: Surface, frame: Frame | None
    ) -> Iterator[tuple[tuple[QWidget, ...], str, float]]:
        """What may be shown, the word before the layer, and the room that must stay for a title.

        From the most to the least; the last of all is taken if nothing else fits.
        """
        if frame is None:
            yield (self.mode,), "", 0.0
            return
        offered = [quantity_of(frame, symbol) for symbol in frame.quantities]
        full = max(surface.title_width((quantity.title, "")) for quantity in offered)
        brief = max(surface.title_width((quantity.at_t, "")) for quantity in offered)
        layer = (self.layer,) if frame.layers > 1 else ()
        quantity = (self.quantity,) if len(offered) > 1 else ()
        if MODES[self.mode.current] == "cell":
            titles = cell_titles(frame, frame.units, frame.steps)
            full, brief = surface.title_width(titles[0]), surface.title_width(titles[-1])
            quantity = ()
        yield (*layer, *quantity, self.mode), _LAYER, full
        yield (*layer, *quantity, self.mode), "", full
        yield (*layer, *quantity, self.mode), "", brief
        if quantity:
            yield (*layer, *quantity), "", brief
        yield quantity or (self.mode,), "", brief
        yield (), "", brief

    def _width(self, control: QWidget, before: str, frame: Frame | None) -> int:
        if control is self.layer and frame is not None:
            return self.layer.size_of(str(frame.layers), before).width()
        return control.sizeHint().width()
