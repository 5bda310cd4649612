"""The shapes a picture is made of. No Qt, no colours: roles, which a palette gives a colour."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnviz.frozen import record


class Role(StrEnum):
    """What a thing is; the palette says which colour that has in a theme."""

    INPUT = "input"  # x, red on the lecture's slides
    STATE = "state"  # a, green
    OUTPUT = "output"  # y, blue
    GRADIENT = "gradient"  # magenta
    PLAYHEAD = "playhead"  # amber
    INK = "ink"
    MUTED = "muted"
    LINE = "line"
    PANEL = "panel"
    BACKGROUND = "background"


class PalettePlace(NamedTuple):
    """A place in the palette of what is compared: cells, branches, units."""

    place: int


Ink = Role | PalettePlace


@record
class Rect:
    """An axis-parallel rectangle in the picture's units (device-independent pixels)."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """x + w."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """y + h."""
        return self.y + self.h

    @property
    def cx(self) -> float:
        """Middle of the width."""
        return self.x + self.w / 2

    @property
    def cy(self) -> float:
        """Middle of the height."""
        return self.y + self.h / 2

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def grown(self, by: float) -> Rect:
        """The rectangle with `by` more on every side."""
        return Rect(self.x - by, self.y - by, self.w + 2 * by, self.h + 2 * by)


@record
class Box:
    """A rectangle with round corners.

    `fill_alpha` and `alpha` (of the whole) are 0 … 1; `dash` draws the stroke dashed; `hatch`
    fills with diagonal lines: numbers that are not finite, never a colour of the value scale.
    """

    id: str
    rect: Rect
    fill: Ink | None = None
    stroke: Ink | None = None
    radius: float = 0.0
    width: float = 1.0
    alpha: float = 1.0
    fill_alpha: float = 1.0
    dash: bool = False
    hatch: bool = False


@record
class Line:
    """A polyline; `arrow` puts a head of that length at its end (0: none)."""

    id: str
    points: tuple[tuple[float, float], ...]
    stroke: Role
    width: float = 1.0
    alpha: float = 1.0
    dash: bool = False
    arrow: float = 0.0


@record
class Dot:
    """A filled circle."""

    id: str
    x: float
    y: float
    radius: float
    fill: Role
    alpha: float = 1.0


@record
class Text:
    """Plain text within a rectangle, in one line, cut with … where it does not fit.

    `align` is "left", "center" or "right"; it is centred vertically. `on` names the role that it
    stands on, so that the palette can choose a readable ink (for text on a filled bar). `math`
    sets it in the formula typeface; its letters are then taken as they are (use 𝑊 for an italic W).
    `own` says that it is the user's: no notation changes it.
    """

    id: str
    rect: Rect
    text: str
    role: Ink = Role.INK
    size: float = 13.0
    bold: bool = False
    align: str = "center"
    alpha: float = 1.0
    on: Role | None = None
    math: bool = False
    own: bool = False


@record
class Symbol:
    """A letter of the lecture's notation with a lower and an upper index: W_aa, a⟨6⟩.

    (x, y) is the anchor on the baseline, `align` as in Text; `tail` follows upright (" = 0").
    """

    id: str
    x: float
    y: float
    base: str
    sub: str = ""
    sup: str = ""
    tail: str = ""
    role: Role = Role.INK
    size: float = 16.0
    align: str = "center"
    alpha: float = 1.0


@record(eq=False)
class Heat:
    """Values as colours of the diverging map, symmetric about zero.

    `values` (rows, columns), row 0 at the top; `limit` is the value of the map's ends; `gap` is
    the space between cells, dropped by the painter where cells get small; NaN in `values` is not
    yet known (drawn as empty), ±inf is hatched. The last `blank` places of the last column (from
    the bottom) do not exist: nothing is drawn there.
    """

    id: str
    rect: Rect
    values: NDArray[np.floating]
    limit: float = 1.0
    gap: float = 1.0
    radius: float = 2.0
    alpha: float = 1.0
    blank: int = 0


@record(eq=False)
class Bitmap:
    """A picture in one colour: `values` (rows, columns) from 0, the background, to 1, `role`.

    `lit`: they are brightness instead, from black to white in every theme. NaN is nothing at all,
    ±inf is hatched. `gap` is the space between cells, dropped by the painter where they get small.
    """

    id: str
    rect: Rect
    values: NDArray[np.floating]
    alpha: float = 1.0
    lit: bool = False
    role: Role = Role.INK
    gap: float = 0.0


@record
class Formula:
    """A formula that is typeset within a rectangle, on one line.

    Attributes
    ----------
    id : str
    rect : Rect
    forms : tuple of tuple
        The items of `scenes.equation.tokens`, from the fullest form to the shortest; the first that
        has room is drawn, and the last is made smaller where none has.
    size : float
        Of an em.
    align : str
        As in Text.
    alpha : float
    """

    id: str
    rect: Rect
    forms: tuple[tuple[object, ...], ...]
    size: float
    align: str = "left"
    alpha: float = 1.0


Shape = Box | Line | Dot | Text | Symbol | Heat | Bitmap | Formula


@record
class Target:
    """A place that answers the pointer: what it is, and which step, unit and layer.

    Attributes
    ----------
    kind : str
        "cell", "token", "output", "loss", "value", "unit", "memory" or "minimap"; "memory" is a
        unit of the strip of c⟨t⟩, "left-out" the mark that the menu has more to say.
    rect : Rect
        Where it is.
    step, unit : int
        Of what it is about; unit is counted from 0, −1 is none.
    grid : tuple of int
        (rows, columns, count) of a place that holds many: units column by column, or, for the
        minimap, `count` steps in one row. `at` says which of them lies at a point.
    layer : int
        Of a cell or a unit, 0 is the lowest; −1 for what belongs to no layer.
    """

    kind: str
    rect: Rect
    step: int = 0
    unit: int = -1
    grid: tuple[int, int, int] | None = None
    layer: int = -1

    def at(self, x: float, y: float) -> Target | None:
        """The target at a point; None where its grid has nothing."""
        if not self.rect.contains(x, y):
            return None
        if self.grid is None:
            return self
        rows, columns, count = self.grid
        w, h = self.rect.w / columns, self.rect.h / rows
        column = min(columns - 1, int((x - self.rect.x) / w))
        row = min(rows - 1, int((y - self.rect.y) / h))
        if self.kind == "minimap":
            return Target(self.kind, self.rect, min(count, column + 1))
        index = column * rows + row
        if index >= count:
            return None
        place = Rect(self.rect.x + column * w, self.rect.y + row * h, w, h)
        return Target(self.kind, place, self.step, index, layer=self.layer)


@record
class Scene:
    """A picture: shapes from back to front.

    Attributes
    ----------
    width, height : float
        Size in device-independent pixels.
    shapes : tuple of Shape
        From back to front.
    targets : tuple of Target
        What the pointer can meet, from back to front.
    left_out : tuple of str
        What a legend says that has no room in the picture: the view's menu has it.
    """

    width: float
    height: float
    shapes: tuple[Shape, ...]
    targets: tuple[Target, ...] = ()
    left_out: tuple[str, ...] = ()

    def target_at(self, x: float, y: float) -> Target | None:
        """The front-most target at a point."""
        for target in reversed(self.targets):
            found = target.at(x, y)
            if found is not None:
                return found
        return None
