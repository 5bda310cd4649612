"""Boxes: outlines and what is put together of them. Sizes in em, y downward from the baseline."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtGui import QPainterPath

from rnnviz.scenes.shapes import Role
from rnnviz.views.typeset.foundry import foundry
from rnnviz.views.typeset.outlines import AXIS, UNITS

RULE = 0.068  # the thickness of a fraction's rule
_FADED = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class TypeBox:
    """A typeset part: an outline, parts at offsets, or (`lit`) a highlight.

    `alpha` fades it and all its parts.
    """

    width: float
    up: float
    down: float
    path: QPainterPath | None = None
    role: Role = Role.INK
    parts: tuple[tuple[TypeBox, float, float], ...] = ()
    lit: bool = False
    alpha: float = 1.0


@dataclass(slots=True)
class TypeLine:
    """Boxes set one after the other."""

    x: float = 0.0
    up: float = 0.0
    down: float = 0.0
    parts: list[tuple[TypeBox, float, float]] = field(default_factory=list)

    def add(self, box: TypeBox, y: float = 0.0) -> None:
        """Set a box at the end, `y` below the baseline."""
        self.parts.append((box, self.x, y))
        self.x += box.width
        self.up = max(self.up, box.up - y)
        self.down = max(self.down, box.down + y)

    def box(self) -> TypeBox:
        """What has been set, as one box."""
        return TypeBox(self.x, self.up, self.down, parts=tuple(self.parts))


@lru_cache(maxsize=4096)
def letters(tex: str, role: Role = Role.INK) -> TypeBox:
    """What TeX calls so, at text size."""
    atom = foundry.text(tex)
    return TypeBox(atom.width, atom.up, atom.down, atom.path(), role)


@lru_cache(maxsize=1024)
def small(character: str, role: Role) -> TypeBox:
    """A character at an index's size."""
    atom = foundry.script(character)
    return TypeBox(atom.width, atom.up, atom.down, atom.path(), role)


@lru_cache(maxsize=1024)
def bracket(character: str, tenths: int) -> TypeBox:
    """A bracket at least so many tenths of an em high, centred on the axis."""
    atom = foundry.fence(character, tenths)
    return TypeBox(atom.width, atom.up, atom.down, atom.path())


@lru_cache(maxsize=2048)
def index(text: str, role: Role) -> TypeBox:
    """Several characters at an index's size."""
    line = TypeLine()
    for character in text:
        line.add(small(character, role))
        line.x += 0.05 if character == "]" else 0.0  # from a layer's bracket to a step's
    line.x += 0.04  # STIX's space after an index
    return line.box()


def indexed(base: TypeBox, raised_as: str, sup: str, role: Role, lift: float = 0.0) -> TypeBox:
    """A box with an upper index, where ziamath puts that of `raised_as`, and `lift` higher."""
    place = foundry.raised(raised_as)
    line = TypeLine()
    line.add(base)
    line.x += place.width
    line.add(index(sup, role), -(place.up + lift))
    return line.box()


@lru_cache(maxsize=256)
def rule(width: float, role: Role) -> TypeBox:
    """A fraction's rule, on the axis."""
    path = QPainterPath()
    path.addRect(0.0, -(AXIS + RULE / 2) * UNITS, width * UNITS, RULE * UNITS)
    return TypeBox(width, AXIS + RULE, 0.0, path, role)


def faded(box: TypeBox) -> TypeBox:
    """The same, out of the eye's way."""
    return TypeBox(box.width, box.up, box.down, parts=((box, 0.0, 0.0),), alpha=_FADED)
