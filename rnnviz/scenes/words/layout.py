"""Where everything on the page of words lies."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Rect

FLAG = 1.3  # units: a row of the ruler's anchors
_LETTERS = 1.4
_FEW, _MANY, _NARROW = 3, 4, 25.0  # rows of anchors; strips narrower than that need the many
_ROW, _TALLEST = 1.55, 2.8
_PAD = 0.9


@dataclass(frozen=True, slots=True)
class WordsLayout:
    """Places of the page, in pixels; a rectangle without height is left out.

    Attributes
    ----------
    unit, small : float
        Height of body text, and of the text that may be smaller.
    title : Rect
    names, strips, dense : Rect
        The three columns of the table, over all its rows.
    rows, pitch : int, float
        Rows that fit, and the height of each.
    heads, ruler : Rect
        Above the table: what the columns are, and the alphabet with its anchors.
    flags : int
        Rows for the anchors' words.
    weights : Rect
        Under the table: the two counts.
    near : Rect
        The nearest neighbours.
    map, view : Rect
        The map's panel, and within it what the camera sees.
    """

    width: float
    height: float
    unit: float
    small: float
    title: Rect
    heads: Rect
    flags: int
    ruler: Rect
    names: Rect
    strips: Rect
    dense: Rect
    rows: int
    pitch: float
    weights: Rect
    near: Rect
    map: Rect
    view: Rect

    def row(self, place: int) -> Rect:
        """A row of the table, counted from 0 at the top, over all columns."""
        left, y = self.names.x, self.names.y + place * self.pitch
        return Rect(left, y, self.dense.right - left, self.pitch)

    def within(self, column: Rect, place: int) -> Rect:
        """A row's part in a column, with the gap between rows taken off."""
        row = self.row(place)
        gap = 0.14 * self.pitch
        return Rect(column.x, row.y + gap, column.w, row.h - 2 * gap)


def words_layout(
    width: float, height: float, unit: float, small: float, tokens: tuple[str, ...]
) -> WordsLayout:
    """Lay the page out: table, counts and neighbours on the left, the map on the right.

    Parameters
    ----------
    width, height : float
        Of the page.
    unit, small : float
        Height of body text, and the smallest that is allowed.
    tokens : tuple of str
        The sentence; only how many there are, and the width of the first fifty, matter.
    """
    u, pad = unit, _PAD * unit
    title = Rect(pad, 0.3 * u, width - 2 * pad, 1.9 * u)
    top = title.bottom + 0.3 * u
    map_w = max(0.36 * width, min(24 * u, 0.42 * width))
    panel = Rect(width - pad - map_w, top, map_w, max(0.0, height - top - pad))
    view = Rect(panel.x, panel.y + 2.4 * u, panel.w, max(0.0, panel.h - 2.4 * u - 2.0 * u))

    left = Rect(pad, top, panel.x - 2.2 * pad, height - top - pad)
    widest = max((text_width(token, u, bold=True) for token in tokens[:50]), default=0.0)
    name_w = min(3.2 * u + widest, 0.24 * left.w)
    rest = left.w - name_w - 1.6 * u
    strip_w = 0.6 * rest
    x = left.x + name_w
    heads = Rect(left.x, left.y, left.w, 1.8 * u)
    # What gives way first where the page is low: rows of neighbours, then rows of the table.
    flags = _MANY if strip_w < _NARROW * small else _FEW
    ruler_h, weights_h = (FLAG * flags + _LETTERS) * u, 3.5 * u
    fixed = heads.h + ruler_h + weights_h + 1.4 * u
    room = left.h - fixed
    least = min(len(tokens), 5) * _ROW * u
    near_h = min(7.2 * u, room - least) if room - least >= 3.4 * u else 0.0
    for_rows = max(0.0, room - near_h)
    rows = max(1, min(len(tokens), int(for_rows / (_ROW * u))))
    pitch = min(_TALLEST * u, max(_ROW * u, for_rows / rows))
    y = heads.bottom + ruler_h
    table_h = rows * pitch
    weights = Rect(left.x, y + table_h + 0.7 * u, left.w, weights_h)
    near_y = weights.bottom + 0.7 * u
    near_h = left.bottom - near_y
    return WordsLayout(
        width=width,
        height=height,
        unit=u,
        small=small,
        title=title,
        heads=heads,
        flags=flags,
        ruler=Rect(x, heads.bottom, strip_w, ruler_h),
        names=Rect(left.x, y, name_w, table_h),
        strips=Rect(x, y, strip_w, table_h),
        dense=Rect(x + strip_w + 1.6 * u, y, rest - strip_w, table_h),
        rows=rows,
        pitch=pitch,
        weights=weights,
        near=Rect(left.x, near_y, left.w, near_h if near_h >= 3.2 * u else 0.0),
        map=panel,
        view=view,
    )


def fitting(choices: tuple[str, ...], width: float, size: float, bold: bool = False) -> str:
    """The first of several wordings that fits; the last one where none does."""
    return next((c for c in choices if text_width(c, size, bold) <= width), choices[-1])
