"""What a cell's inside is drawn of: lanes, nodes, gates, numbers, and bands of gradient."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isfinite

from rnnviz.scenes.equation.step import FAINT
from rnnviz.scenes.measure import symbol_width
from rnnviz.scenes.memory_cell.placement import (
    Placement,
    Points,
    along,
    cut,
    fill_rect,
    fitted,
    is_rough,
    line_width,
    seen,
    written,
)
from rnnviz.scenes.memory_cell.wires import WIRE
from rnnviz.scenes.shapes import Box, Dot, Line, Rect, Role, Shape, Symbol, Target, Text

_HAIR = 0.6  # pixels
_WIDEST = 0.85  # of a band, in heights of the type
_DIMMED = 0.3  # how much is seen of what ran forward while the gradient comes back


class Sheet:
    """Gathers the shapes of one drawing, from back to front, and what answers the pointer.

    Parameters
    ----------
    placement : Placement
    t, unit : int
        The step (from 1) and the unit (from 0), for targets.
    scale : float
        The gradient that is drawn as the widest band; negative before any has come.
    lost : bool
        Whether this step's gradients are beyond their floats: then a 0 is ≈0.
    """

    def __init__(
        self, placement: Placement, t: int, unit: int, scale: float, lost: bool = False
    ) -> None:
        self.lost = lost
        self.placement, self.u = placement, placement.u
        self.t, self.unit, self.scale = t, unit, scale
        self.ground: list[Shape] = []
        self.bands: list[Shape] = []
        self.lanes: list[Shape] = []
        self.front: list[Shape] = []
        self.points: list[Target] = []
        self.wires: list[tuple[str, Points]] = []

    @property
    def targets(self) -> list[Target]:
        """What answers the pointer: the wires, and before them the things on them."""
        return [*self._along_wires(), *self.points]

    def _along_wires(self) -> Iterator[Target]:
        for name, points in self.wires:
            for (x0, y0), (x1, y1) in pairwise(points):
                place = Rect(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))
                yield Target(f"{WIRE}{name}", place.grown(0.55 * self.u), self.t, self.unit)

    def mark(self, name: str) -> None:
        """Mark the wire that is looked at, under everything that lies on it."""
        for at, points in enumerate([way for wire, way in self.wires if wire == name]):
            self.ground.append(Line(f"marked-{at}", points, Role.PLAYHEAD, 1.2 * self.u, 0.5))

    def shapes(self) -> tuple[Shape, ...]:
        """Everything, from back to front."""
        return (*self.ground, *self.lanes, *self.bands, *self.front)

    def target(self, kind: str, rect: Rect) -> None:
        """Have a place answer the pointer."""
        self.points.append(Target(kind, rect, self.t, self.unit))

    # -- what is always there ----------------------------------------------------------------

    def frame(self, rect: Rect, done: float) -> None:
        """The cell's outline."""
        u = self.u
        self.ground.append(Box("cell-ground", rect, Role.BACKGROUND, None, 0.8 * u))
        box = Box("cell", rect, None, Role.STATE, 0.8 * u, 0.13 * u, seen(done > 0.0))
        self.ground.append(box)

    def box(
        self, name: str, rect: Rect, role: Role, radius: float, width: float, done: float
    ) -> None:
        """A box in front of all lines; what is faded of it is its outline, not its ground."""
        if done < 1.0:
            self.front.append(Box(f"{name}-ground", rect, Role.BACKGROUND, None, radius))
        self.front.append(Box(name, rect, Role.BACKGROUND, role, radius, width, seen(done)))

    def lane(
        self,
        name: str,
        points: Points,
        role: Role,
        done: float,
        *,
        arrow: bool = False,
        dash: bool = False,
        width: float = 0.15,
        wire: str = "",
    ) -> None:
        """A line that numbers run along, and the dot that is on its way.

        `wire` is what `film.wires` calls what runs there.
        """
        u = self.u
        if wire:
            self.wires.append((wire, points))
        head = 0.62 * u if arrow else 0.0
        alpha = seen(done > 0.0) if self.scale < 0.0 else _DIMMED
        self.lanes.append(Line(name, points, role, width * u, alpha, dash, head))
        if 0.0 < done < 1.0:
            x, y = along(points, done * done * (3.0 - 2.0 * done))
            self.front.append(Dot(f"dot-{name}", x, y, 0.36 * u, Role.PLAYHEAD))

    def node(
        self,
        name: str,
        x: float,
        y: float,
        sign: str,
        done: float,
        radius: float = 0.75,
        of: str = "",
    ) -> None:
        """A circle with what is done there, and the target that it answers the pointer as."""
        if of:
            self.target(of, Rect(x, y, 0.0, 0.0).grown(0.75 * self.u))
        r, alpha = radius * self.u, seen(done)
        place = Rect(x - r, y - r, 2 * r, 2 * r)
        edge = Role.INK if done > 0.0 else Role.MUTED
        self.box(name, place, edge, r, 0.12 * self.u, done)
        size = max(1.0, 1.6 * radius) * self.u
        ink, shown = written(Role.INK, alpha)
        self.front.append(Text(f"{name}-sign", place, sign, ink, size, bold=True, alpha=shown))

    def valve(
        self,
        name: str,
        x: float,
        y: float,
        value: float,
        done: float,
        role: Role,
        *,
        upright: bool,
        of: str,
    ) -> None:
        """A multiplication by a gate: two blades across the wire, as far apart as it is open.

        At 0 they meet, at 1 nothing is in the way. `upright`: of a wire that runs up or down.
        """
        u, r = self.u, 1.05 * self.u
        place = Rect(x - r, y - r, 2 * r, 2 * r)
        self.target(of, place)
        edge = role if done > 0.0 else Role.MUTED
        self.ground.append(Box(f"{name}-ground", place, Role.BACKGROUND, None, r))
        self.front.append(Box(name, place, None, edge, r, 0.14 * u, seen(done)))
        inner = place.grown(-0.26 * u)
        if done > 0.0 and not isfinite(value):
            self.front.append(Box(f"{name}-blade", inner, Role.INK, alpha=done, hatch=True))
            return
        opening = min(1.0, max(0.0, value)) * done
        blade = (1.0 - opening) * (inner.w if upright else inner.h) / 2
        if upright:
            blades = (
                Rect(inner.x, inner.y, blade, inner.h),
                Rect(inner.right - blade, inner.y, blade, inner.h),
            )
        else:
            blades = (
                Rect(inner.x, inner.y, inner.w, blade),
                Rect(inner.x, inner.bottom - blade, inner.w, blade),
            )
        for at, rect in enumerate(blades):
            self.front.append(Box(f"{name}-blade-{at}", rect, edge, alpha=seen(done)))

    def pill(self, name: str, x: float, y: float, text: str, done: float) -> Rect:
        """A function on a lane."""
        u = self.u
        w = line_width(text, u) + 0.8 * u
        place = Rect(x - w / 2, y - 0.6 * u, w, 1.2 * u)
        self.box(name, place, Role.STATE, 0.6 * u, 0.12 * u, done)
        ink, shown = written(Role.INK, seen(done))
        self.front.append(Text(f"{name}-text", place, text, ink, u, alpha=shown))
        return place

    def gate(
        self, name: str, rect: Rect, value: float, done: float, role: Role, *, signed: bool = False
    ) -> None:
        """A gate: a box filled to its value, with its letter, and the number in it or under it.

        From 0 at the foot to 1 at the top; one that can be negative is filled from the middle.
        """
        u, below = self.u, self.placement.level.below
        edge = 0.15 * u
        self.box(f"gate-{name}", rect, role, 0.35 * u, edge, done)
        inner = rect.grown(-edge)
        if done > 0.0 and not isfinite(value):
            self.front.append(Box(f"fill-{name}", inner, Role.INK, alpha=done, hatch=True))
        elif done > 0.0:
            filled = fill_rect(inner, value, signed)
            self.front.append(Box(f"fill-{name}", filled, role, alpha=0.4 * done))
            if signed and below:
                middle = ((inner.x, inner.cy), (inner.right, inner.cy))
                self.front.append(Line(f"zero-{name}", middle, role, max(1.0, 0.07 * u), 0.6))
        letter = rect if below else Rect(rect.x, rect.y + 0.1 * u, rect.w, 0.52 * rect.h)
        ink, shown = written(Role.INK, seen(done))
        self.front.append(
            Text(f"letter-{name}", letter, name, ink, 1.1 * u, bold=True, alpha=shown)
        )
        if done >= 1.0:
            if below:
                self.number(f"value-{name}", value, rect.cx, rect.bottom + 0.75 * u, 4.4 * u,
                            Role.INK, sign=signed)  # fmt: skip
            else:
                y = rect.y + 0.73 * rect.h
                self.number(f"value-{name}", value, rect.cx, y, rect.w - 0.3 * u, Role.INK,
                            sign=signed, bold=False)  # fmt: skip

    # -- words and numbers -------------------------------------------------------------------

    def text(
        self,
        name: str,
        text: str,
        x: float,
        y: float,
        role: Role = Role.INK,
        *,
        align: str = "center",
        alpha: float = 1.0,
        bold: bool = False,
    ) -> float:
        """A line of text with its middle at a height, from x on, about it or up to it."""
        u = self.u
        w = line_width(text, u, bold=bold)
        left = x - (w / 2 if align == "center" else w * (align == "right"))
        place = Rect(left, y - 0.55 * u, w, 1.1 * u)
        ink, shown = written(role, alpha)
        self.front.append(Text(name, place, text, ink, u, bold, align, shown))
        return w

    def number(
        self,
        name: str,
        value: float,
        x: float,
        y: float,
        room: float,
        role: Role,
        *,
        align: str = "center",
        sign: bool = True,
        bold: bool = True,
    ) -> float:
        """A number, in as many digits as there is room for; its width."""
        text = fitted(value, room, self.u, sign=sign, bold=bold)
        if self.lost and abs(value) < FAINT and name.startswith(("d-", "grad-")):
            text = "≈0"
        return self.text(name, text, x, y, role, align=align, bold=bold) if text else 0.0

    def symbol(
        self,
        name: str,
        base: str,
        x: float,
        y: float,
        role: Role,
        *,
        sub: str = "",
        sup: str = "",
        align: str = "left",
        alpha: float = 1.0,
    ) -> float:
        """A letter of the notation with its middle at a height; its width."""
        ink, shown = written(role, alpha)
        made = Symbol(name, x, y + 0.49 * self.u, base, sub, sup, "", ink, 1.4 * self.u, align,
                      shown)  # fmt: skip
        self.front.append(made)
        return symbol_width(made)

    def state(
        self,
        name: str,
        base: str,
        sup: str,
        value: float | None,
        x: float,
        y: float,
        role: Role,
        *,
        alpha: float = 1.0,
        room: float | None = None,
    ) -> None:
        """A state's symbol, and its number beside it once it is known.

        The symbol is without its step where that would leave no room for two digits of any number,
        or of this one for nothing but its power.
        """
        u, gap = self.u, 0.25 * self.u
        if room is None:
            room = min(self.placement.side - 0.3 * u, self.placement.right_of(x))
        wide = symbol_width(Symbol(name, x, y, base, "", sup, "", role, 1.4 * u))
        left = room - wide - gap
        said = "−0.00" if value is None else fitted(value, left, u)
        if line_width("−0.00", u, bold=True) > left or is_rough(said):
            sup = ""
        w = self.symbol(f"{name}-symbol", base, x, y, role, sup=sup, alpha=alpha)
        if value is not None:
            self.number(name, value, x + w + gap, y, room - w - gap, role, align="left")

    def words(self, name: str, text: str, x: float, y: float, room: float, alpha: float) -> None:
        """The user's words in muted ink, cut with … where there is no room for all of them."""
        if text and room > 2.5 * self.u:
            place = Rect(x, y - 0.55 * self.u, room, 1.1 * self.u)
            ink, shown = written(Role.MUTED, alpha)
            self.front.append(
                Text(name, place, text, ink, self.u, align="left", alpha=shown, own=True)
            )

    def labelled(
        self,
        name: str,
        label: str,
        value: float,
        x: float,
        y: float,
        room: float,
        *,
        align: str = "center",
        role: Role = Role.INK,
        sign: bool = True,
    ) -> None:
        """A product's name and its number in one line; the number alone where that is too long."""
        u, full = self.u, fitted(value, 9.0 * self.u, self.u, bold=False, sign=sign)
        if line_width(f"{label} {full}", u) <= room:
            self.text(f"value-{name}", f"{label} {full}", x, y, role, align=align)
        else:
            self.number(f"value-{name}", value, x, y, room, role, align=align, bold=False,
                        sign=sign)  # fmt: skip

    def gradient(
        self,
        name: str,
        labels: tuple[str, ...],
        value: float,
        x: float,
        y: float,
        room: float,
        *,
        known: bool = True,
        beside: bool = False,
    ) -> None:
        """A gradient's name, the longest that fits, and its number under it, or `beside` it."""
        if not known:
            return
        u = self.u
        label = next((label for label in labels if line_width(label, u) <= room), "")
        wide = self.text(f"{name}-name", label, x, y, Role.GRADIENT, align="left") if label else 0.0
        if label and beside:
            x, room = x + wide + 0.2 * u, room - wide - 0.2 * u
        elif label:
            y += 1.1 * u
        self.number(name, value, x, y, room, Role.GRADIENT, align="left")

    # -- the way back ------------------------------------------------------------------------

    def share(self, value: float) -> float:
        """A gradient's size over the largest of this step's."""
        return abs(value) / self.scale if isfinite(value) and self.scale > 0.0 else 0.0

    def band(
        self, name: str, points: Points, value: float, done: float, *, arrow: bool = False
    ) -> None:
        """A gradient on its way, as wide as it is large; a dotted hair where it is very small."""
        if done <= 0.0 or not isfinite(value) or value == 0.0:
            return
        u, width = self.u, _WIDEST * self.u * self.share(value)
        way = cut(points, min(1.0, done))
        if width < _HAIR:
            self.bands.append(Line(name, way, Role.GRADIENT, 1.0, 0.7, True))
            return
        head = 0.5 * u + 1.15 * width if arrow and done >= 1.0 else 0.0
        # Pieces are drawn one by one, so that corners are as square as their pieces.
        for index, piece in enumerate(pairwise(way)):
            of = f"{name}-{index}" if index else name
            end = head if index == len(way) - 2 else 0.0
            self.bands.append(Line(of, piece, Role.GRADIENT, width, 1.0, False, end))
