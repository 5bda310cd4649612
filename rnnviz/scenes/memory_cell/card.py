"""What is said of one wire: its vector, the gradient that comes back along it, their equations."""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from rnnviz.files.errors import counted
from rnnviz.film import Frame, power_of_ten
from rnnviz.film.wires import Vector, Wire, wire
from rnnviz.frozen import record
from rnnviz.scenes.equation.step import FAINT
from rnnviz.scenes.equation.tokens import Row
from rnnviz.scenes.equation.wires import WireRows, wire_rows
from rnnviz.scenes.measure import clean
from rnnviz.scenes.memory_cell.placement import fitted, line_width
from rnnviz.scenes.memory_cell.wires import gradient_name, is_known, wire_name
from rnnviz.scenes.phases import (
    NOT_BACK,
    ahead,
    back,
    back_within_layer,
    log10_norm,
    remembered,
    within_layer,
)
from rnnviz.scenes.readout import digits
from rnnviz.scenes.shapes import Box, Formula, Heat, Rect, Role, Shape, Target, Text

LEAST, USUAL = 12.6, 14.6  # heights of the card, in heights of its type
LARGEST, _ACROSS = 1.5, 76.0  # times the panel's type, where it is so many heights of it wide
_SMALLEST = 6.0
_BESIDE = 56.0  # so wide, forward and backward stand side by side
_CELL, _PITCH = 4.3, 2.45  # of a number under its colour: width, and from row to row
_MOST_NUMBERS = 400
OF_OTHERS = ("x", "y")
"""The wires whose vectors are not of this layer's units."""
_KEYS = ("Tab: next wire, Esc: close", "Tab: next, Esc: close", "Esc: close")


def card_size(area: Rect, unit: float) -> float:
    """How high the type of a card is that is as wide as an area."""
    return unit * min(LARGEST, max(1.0, area.w / (_ACROSS * unit)))


@record
class Half:
    """One direction of a wire on its card: equation and values, forward or backward.

    Attributes
    ----------
    key : str
        "forward" or "backward".
    heading : str
    rows : tuple of tuple of Row
        The equation in letters, and in numbers, each in its forms from the fullest to the shortest.
    values : (n,) array or None
        None as long as they have not been computed.
    role : Role
    """

    key: str
    heading: str
    rows: tuple[tuple[Row, ...], tuple[Row, ...]]
    values: Vector | None
    role: Role


def card(
    frame: Frame, t: int, unit: int, name: str, place: Rect, u: float
) -> tuple[list[Shape], list[Target]]:
    """Draw what is said of a wire within a place; what of it answers the pointer too."""
    made = _Card(frame, t, unit, name, u, [], [Target("card", place, t, unit)])
    edge = max(1.0, 0.08 * u)
    made.shapes.append(Box("card", place, Role.BACKGROUND, Role.MUTED, 0.5 * u, edge))
    if place.h < _SMALLEST * u or place.w < 15.0 * u:
        words = "The wire needs a larger panel."
        made.shapes.append(Text("card-no-room", place, words, Role.MUTED, u))
        return made.shapes, made.targets
    inner = Rect(place.x + 0.9 * u, place.y + 0.4 * u, place.w - 1.8 * u, place.h - 0.8 * u)
    one, beside = halves(frame, t, unit, name), place.w >= _BESIDE * u
    made.title(inner, one[0])
    top = inner.y + 1.7 * u
    high = inner.bottom - top
    for at, half in enumerate(one):
        if beside:
            wide = (inner.w - 2.0 * u) / 2
            box = Rect(inner.x + at * (wide + 2.0 * u), top, wide, high)
        else:
            box = Rect(inner.x, top + at * high / 2, inner.w, high / 2)
        made.half(half, box)
    return made.shapes, made.targets


def halves(frame: Frame, t: int, unit: int, name: str) -> tuple[Half, Half]:
    """Both directions, as far as they have been computed."""
    done = within_layer(ahead(frame, t), frame.layer, frame.layers)
    returned = back_within_layer(back(frame, t), frame.layer, frame.layers)
    view = (frame.summed, 0 if frame.summed else frame.source)
    found: Wire = remembered(
        frame, ("wire", frame.layer, t, name, *view), lambda: wire(frame, t, name)
    )
    rows: WireRows = remembered(
        frame,
        ("wire-rows", frame.layer, t, unit, name, *view),
        lambda: wire_rows(frame, t, unit, name),
    )
    value = found.value if is_known(done, name) else None
    came = returned is not NOT_BACK and is_known(returned, name)
    gradient = found.gradient if came else None
    forward = backward = _forms(), _forms()
    if value is not None:
        forward = _forms(rows.forward), _forms(rows.forward_numbers)
    if came:
        backward = _forms(rows.backward, rows.backward_short), _forms(rows.backward_numbers)
    said = "forward" if value is not None else "forward: not yet computed"
    back_said = "backward: not yet computed"
    if gradient is not None:
        back_said = f"backward: {gradient_name(frame, t, name)}, norm {norm(frame, t, name, found)}"
    return (
        Half("forward", said, forward, value, Role.INK),
        Half("backward", back_said, backward, gradient, Role.GRADIENT),
    )


def _forms(*rows: Row) -> tuple[Row, ...]:
    return tuple(row for row in rows if row)


def norm(frame: Frame, t: int, name: str, found: Wire) -> str:
    """The norm of a wire's gradient in words."""
    log10 = log10_norm(found.gradient)
    if name == "a" and np.isfinite(known := float(frame.log10_norms[t - 1])):
        log10 = known
    elif frame.lost(t) and (log10 == -np.inf or log10 < np.log10(FAINT)):
        return "≈0"
    if log10 == -np.inf:
        return "0"
    if np.isnan(log10):
        return "not finite"
    return digits(10.0**log10) if abs(log10) < 300 else power_of_ten(log10)


def card_words(frame: Frame, t: int, unit: int, name: str) -> str:
    """The card for those who hear the picture."""
    said = [wire_name(frame, t, name)]
    for half in halves(frame, t, unit, name):
        number = ""
        if half.values is not None and name not in OF_OTHERS:
            number = f", unit {unit + 1} = {digits(float(half.values[unit]))}"
        said.append(f"{half.heading}{number}")
    return "; ".join(said)


# -- shapes ------------------------------------------------------------------------------------


@record
class _Card:
    """Gathers the shapes of a card."""

    frame: Frame
    t: int
    unit: int
    name: str
    u: float
    shapes: list[Shape]
    targets: list[Target]

    @property
    def of_units(self) -> bool:
        """Whether its vectors have a number for every unit."""
        return self.name not in OF_OTHERS

    def title(self, place: Rect, one: Half) -> None:
        """The wire's name, and what the keyboard does."""
        u, frame = self.u, self.frame
        said = wire_name(frame, self.t, self.name)
        said = f"{said[0].upper()}{said[1:]}"
        wide = min(place.w, line_width(said, u, bold=True) + 0.3 * u)
        row = Rect(place.x, place.y, wide, 1.5 * u)
        self.shapes.append(Text("card-name", row, said, Role.INK, u, bold=True, align="left"))
        left = place.x + wide + 1.0 * u
        for more in (f"{self._count(one)}  ·  {_KEYS[0]}", *_KEYS):
            if line_width(more, u) <= place.right - left:
                rest = Rect(left, place.y, place.right - left, 1.5 * u)
                self.shapes.append(Text("card-hint", rest, more, Role.MUTED, u, align="right"))
                break

    def _count(self, one: Half) -> str:
        if one.values is None:
            return f"unit {self.unit + 1}"
        if self.of_units:
            return f"{counted(len(one.values), 'unit')}, unit {self.unit + 1} framed"
        count, frame = counted(len(one.values), "number"), self.frame
        if self.marked < 0:
            return count
        names = frame.task.output_names
        name = frame.token(self.t) if self.name == "x" else names[self.marked]
        return f"{count}, that of “{clean(name)}” framed"

    @property
    def marked(self) -> int:
        """The number that is framed: the unit's, the word's, the target's; −1 for none."""
        frame, t = self.frame, self.t
        if self.of_units:
            return self.unit
        if self.name == "x":
            value = wire(frame, t, "x").value
            one_hot = not frame.layer and value.max() == 1.0 and np.count_nonzero(value) == 1
            return int(value.argmax()) if one_hot else -1
        target = frame.target(t)
        return -1 if target is None else frame.task.output_names.index(target.name)

    def half(self, half: Half, box: Rect) -> None:
        """One direction: its heading, its equation as far as there is room, its vector."""
        u, key = self.u, half.key
        row = Rect(box.x, box.y, box.w, 1.35 * u)
        self.shapes.append(Text(f"card-{key}", row, half.heading, half.role, u, align="left"))
        if half.values is None:
            return
        y, free = row.bottom, box.bottom - row.bottom - _least_strip(half.values, box.w, u)
        first = 1.9 if half.role is Role.INK else 3.0  # fractions are higher
        for name, formula, high in zip(
            ("letters", "numbers"), half.rows, (first, 1.7), strict=True
        ):
            if formula and high * u <= free:
                line = Rect(box.x, y, box.w, high * u)
                self.shapes.append(Formula(f"card-{key}-{name}", line, formula, 1.2 * u))
                y, free = line.bottom, free - high * u
        self.strip(half, Rect(box.x, y + 0.2 * u, box.w, box.bottom - y - 0.2 * u))

    def strip(self, half: Half, box: Rect) -> None:
        """All units as colours in reading order, with their numbers where there is room."""
        values, key, u = half.values, half.key, self.u
        if values is None or not len(values):
            return
        finite, count = np.abs(values[np.isfinite(values)]), len(values)
        limit = float(finite.max()) if finite.size and finite.max() > 0.0 else 1.0
        shown = np.where(np.isfinite(values), values, np.inf)
        rows = ceil(count / max(1, floor(box.w / (_CELL * u))))
        said = count <= _MOST_NUMBERS and rows * _PITCH * u <= box.h + 1e-6
        if not said:
            rows = max(1, min(floor(box.h / (0.9 * u)), ceil(count * u / box.w)))
        columns = ceil(count / rows)
        pitch = _PITCH * u if said else min(0.95 * u, box.h / rows)
        high = u if said else 0.92 * pitch
        wide = min(box.w / columns, 6.0 * u)
        for at in range(0, count, columns):
            part = shown[at : at + columns]
            place = Rect(box.x, box.y + at // columns * pitch, wide * len(part), high)
            self.shapes.append(Heat(f"strip-{key}-{at}", place, part[None, :], limit))
        for at, value in enumerate(values if count <= _MOST_NUMBERS else ()):
            cell = Rect(box.x + at % columns * wide, box.y + at // columns * pitch, wide, pitch)
            self.targets.append(Target(f"strip:{key}", cell, self.t, at))
            if said:
                under = Rect(cell.x, cell.y + high, wide, pitch - high - 0.15 * u)
                self._number(half, at, float(value), under)
        if self.marked >= 0:
            row, at = divmod(self.marked, columns)
            mark = Rect(box.x + at * wide, box.y + row * pitch, wide, high)
            edge = max(1.5, 0.14 * u)
            self.shapes.append(Box(f"strip-{key}-mark", mark, None, Role.INK, 0.15 * u, edge))

    def _number(self, half: Half, at: int, value: float, place: Rect) -> None:
        bold, signed = at == self.marked, half.role is Role.GRADIENT or self.name != "y"
        text = fitted(value, place.w - 0.3 * self.u, self.u, bold=bold, sign=signed)
        if half.role is Role.GRADIENT and abs(value) < FAINT and self.frame.lost(self.t):
            text = "≈0"
        if text:
            name = f"strip-{half.key}-value-{at}"
            self.shapes.append(Text(name, place, text, half.role, self.u, bold=bold))


def _least_strip(values: Vector, width: float, u: float) -> float:
    """The height that a strip asks for: with its numbers where they are few, else a few lines."""
    rows = ceil(len(values) / max(1, floor(width / (_CELL * u))))
    return (_PITCH * rows if rows <= 3 else 2.4) * u
