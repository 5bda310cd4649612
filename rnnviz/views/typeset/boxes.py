"""Boxes of outlines: what formulas are put together from, and how they are painted."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING
from unicodedata import category

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QTextLayout,
    QTransform,
)

from rnnviz.frozen import record
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import FAMILY, Palette
from rnnviz.views.pixels import of_pixels
from rnnviz.views.typeset.foundry import AXIS, UNITS, Atom, foundry

if TYPE_CHECKING:
    from rnnviz.scenes.equation import Number, UnitColumn

RULE = 0.068  # the thickness of a fraction's rule
_FADED = 0.7
_SIZE = 0.88  # beside a formula's letters
_COARSE = 10.0  # so much smaller is Qt asked for the outlines: fonts have sizes in whole pixels


@record(eq=False)
class TypeBox:
    """A typeset part: an outline, parts at offsets, or (`lit`) a highlight.

    `alpha` fades it and all its parts. `writes` is the column or number that it is, so that it can
    be found again where it stands.
    """

    width: float
    up: float
    down: float
    path: QPainterPath | None = None
    role: Role = Role.INK
    parts: tuple[tuple[TypeBox, float, float], ...] = ()
    lit: bool = False
    alpha: float = 1.0
    writes: UnitColumn | Number | None = None


@record
class Standing:
    """A part of a formula where it stands: its left end, its baseline, the size of an em."""

    box: TypeBox
    x: float
    baseline: float
    size: float


def find(item: object, box: TypeBox, x: float, baseline: float, size: float) -> Standing | None:
    """Where a column or a number stands first in a box; None where it is not written."""
    if box.writes is not None and box.writes == item:
        return Standing(box, x, baseline, size)
    for part, dx, dy in box.parts:
        found = find(item, part, x + dx * size, baseline + dy * size, size)
        if found is not None:
            return found
    return None


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
        up, down = box.up - y, box.down + y
        if up > self.up:  # rather than max: this is done for every letter
            self.up = up
        if down > self.down:
            self.down = down

    def box(self) -> TypeBox:
        """What has been set, as one box."""
        return TypeBox(self.x, self.up, self.down, parts=tuple(self.parts))


def _outlined(atom: Atom, role: Role) -> TypeBox:
    return TypeBox(atom.width, atom.up, atom.down, atom.path(), role)


@lru_cache(maxsize=4096)
def letters(tex: str, role: Role = Role.INK) -> TypeBox:
    """What TeX calls so, at text size."""
    return _outlined(foundry.text(tex), role)


@lru_cache(maxsize=1024)
def small(character: str, role: Role) -> TypeBox:
    """A character at an index's size."""
    return _outlined(foundry.script(character), role)


@lru_cache(maxsize=1024)
def bracket(character: str, tenths: int) -> TypeBox:
    """A bracket at least so many tenths of an em high, centred on the axis."""
    return _outlined(foundry.fence(character, tenths), Role.INK)


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


@lru_cache(maxsize=256)
def words(text: str, role: Role) -> TypeBox:
    """A text as one outline."""
    path = QPainterPath()
    path.addText(0.0, 0.0, _font(), text)
    path.setFillRule(Qt.FillRule.WindingFill)
    path = QTransform.fromScale(_COARSE, _COARSE).map(path)
    box = path.boundingRect()
    up, down = max(0.0, -box.top() / UNITS), max(0.0, box.bottom() / UNITS)
    return TypeBox(box.right() / UNITS, up, down, path, role)


@lru_cache(maxsize=256)
def has_outlines(text: str) -> bool:
    """Whether the fonts have an outline for all that is visible in a text.

    No font may know a character, or one that has it only as a coloured image (an emoji).
    """
    visible = "".join(c for c in text if category(c) not in ("Zs", "Zl", "Zp", "Cc", "Cf"))
    layout = QTextLayout(visible, _font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return all(
        glyph and not run.rawFont().pathForGlyph(glyph).isEmpty()
        for run in layout.glyphRuns()
        for glyph in run.glyphIndexes()
    )


def _font() -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(round(UNITS * _SIZE / _COARSE))
    return font


GLOW = 0.12  # how far a highlight's ground is moved towards the playhead's colour
_MOST_IMAGES = 2048
_Images = dict[tuple[TypeBox, int, float], tuple[QPixmap, int, int]]
_PHASES = 4  # places within a device pixel at which an outline's image is kept


def paint(
    painter: QPainter, box: TypeBox, x: float, baseline: float, size: float, palette: Palette
) -> None:
    """Draw a box with its left end at `x` on a baseline; one em is `size` pixels."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    ink: list[tuple[TypeBox, float, float, float]] = []
    _gather(painter, box, x, baseline, 1.0, size, palette, ink)
    to_device = painter.deviceTransform()
    upright = to_device.m12() == to_device.m21() == 0.0 and to_device.m11() == to_device.m22() > 0
    if of_pixels(painter) and upright:
        _stamp(painter, ink, size, palette, to_device)
    else:
        _draw(painter, ink, size, palette)
    painter.restore()


def _gather(
    painter: QPainter,
    box: TypeBox,
    left: float,
    base: float,
    alpha: float,
    size: float,
    palette: Palette,
    ink: list[tuple[TypeBox, float, float, float]],
) -> None:
    """Find the outlines of a box, the last ones first, and draw its highlights."""
    alpha *= box.alpha
    if box.path is not None:
        ink.append((box, left, base, alpha))
    elif box.lit:
        _light(painter, box, QPointF(left, base), size, palette)
    for part, dx, dy in reversed(box.parts):
        x, y = left + dx * size, base + dy * size
        if part.path is not None and not part.parts:
            ink.append((part, x, y, alpha * part.alpha))
        else:
            _gather(painter, part, x, y, alpha, size, palette, ink)


def _light(painter: QPainter, box: TypeBox, origin: QPointF, size: float, palette: Palette) -> None:
    """A highlight: so light a ground that words keep their contrast on it, and a strong edge."""
    pad = 0.12 * size
    area = QRectF(0.0, -box.up * size, box.width * size, (box.up + box.down) * size)
    area = area.translated(origin).adjusted(-pad, -pad, pad, pad)
    painter.setPen(QPen(palette.mark(Role.PLAYHEAD), max(1.0, 0.07 * size)))
    painter.setBrush(palette.tint(Role.PLAYHEAD, GLOW))
    painter.drawRoundedRect(area, 0.25 * size, 0.25 * size)
    painter.setPen(Qt.PenStyle.NoPen)


def _ink(palette: Palette, role: Role, alpha: float) -> QColor:
    """The colour of a formula's letters: they are words."""
    colour = palette.text(role)
    colour.setAlphaF(alpha)
    return colour


def _draw(
    painter: QPainter, ink: list[tuple[TypeBox, float, float, float]], size: float, palette: Palette
) -> None:
    """Fill the outlines: for pictures made of curves, and under a turned painter."""
    scale, frame = size / UNITS, painter.worldTransform()
    for box, left, base, alpha in ink:
        if box.path is not None:
            painter.setBrush(_ink(palette, box.role, alpha))
            painter.setTransform(QTransform(scale, 0, 0, scale, left, base) * frame)
            painter.drawPath(box.path)


def _stamp(
    painter: QPainter,
    ink: list[tuple[TypeBox, float, float, float]],
    size: float,
    palette: Palette,
    to_device: QTransform,
) -> None:
    """Put ready images of the outlines down: a third of the time of filling them anew.

    Horizontally to a quarter of a device pixel, vertically to a whole one, as text is set.
    """
    ratio = to_device.m11()
    dx, dy = to_device.dx(), to_device.dy()
    scale, put = size * ratio / UNITS, painter.drawPixmap
    images = _images(scale, ratio, palette)
    for box, left, base, alpha in ink:
        whole, phase = divmod(floor((left * ratio + dx) * _PHASES + 0.5), _PHASES)
        found = images.get((box, phase, alpha))
        if found is None:
            if len(images) >= _MOST_IMAGES:
                images.clear()
            found = _image(box, scale, phase, ratio, palette, alpha)
            images[box, phase, alpha] = found
        image, across, down = found
        x = (whole + across - dx) / ratio
        y = (floor(base * ratio + dy + 0.5) + down - dy) / ratio
        if x == int(x) and y == int(y):  # in whole pixels, which are passed on faster
            put(int(x), int(y), image)
        else:
            put(QPointF(x, y), image)


@lru_cache(maxsize=16)
def _images(scale: float, ratio: float, palette: Palette) -> _Images:
    """The images that are kept of a size and a theme."""
    return {}


def _image(
    box: TypeBox, scale: float, phase: int, ratio: float, palette: Palette, alpha: float
) -> tuple[QPixmap, int, int]:
    """An outline's image, and where its corner lies from the origin, in device pixels."""
    path = box.path or QPainterPath()
    placed = QTransform(scale, 0, 0, scale, phase / _PHASES, 0).map(path)
    bounds = placed.boundingRect()
    left, top = floor(bounds.left()) - 1, floor(bounds.top()) - 1
    image = QPixmap(
        max(1, ceil(bounds.right()) + 1 - left), max(1, ceil(bounds.bottom()) + 1 - top)
    )
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-left, -top)
    painter.fillPath(placed, _ink(palette, box.role, alpha))
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image, left, top
