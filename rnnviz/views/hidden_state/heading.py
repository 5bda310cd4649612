"""The title row: a title, and right of it what is said, each in as many words as have room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from rnnviz.film import Frame
from rnnviz.scenes.shapes import Role
from rnnviz.views.hidden_state.quantities import quantity_of
from rnnviz.views.panels.surface import RIGHT, Surface, Title


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
