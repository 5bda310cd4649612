"""The five shapes of input and output, large: each with its use, the open one marked.

A press on one, or its number, opens its example.
"""

from __future__ import annotations

from dataclasses import replace

from rnnviz.film import Frame
from rnnviz.film.fields import FIELDS
from rnnviz.scenes.laboratory.maps import draw_said, wrapped
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.modes import MODE_SHAPES, ModeShape
from rnnviz.scenes.shapes import Box, Dot, Line, Rect, Role, Scene, Shape, Target, Text

OF_A_LAYER = False
_TITLES = {choice.changes["mode"]: choice.title for choice in FIELDS["mode"].choices}
_MOST = 3.0  # times body text, the width of a vector at most
_TALL = 2.0  # times its width, its height at most
_PITCH, _ROW = 2.1, 1.7  # from column to column, of its width; from row to row, of its height
_CELLS = 3
_COLUMNS = max(len(shape.inputs) for shape in MODE_SHAPES)


def titles(_frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    name = "Five shapes of input and output"
    colours = "inputs red, states green, outputs blue"
    return [(name, colours), (name, ""), ("Five shapes", "")]


def scene(
    frame: Frame, width: float, height: float, area: Rect, unit: float, _small: float = 0.0
) -> Scene:
    """Draw the five side by side, or in two rows where they would be narrow."""
    lines = wrapped(sentence(frame), area.w, unit)
    foot = 1.35 * unit * len(lines) + 0.3 * unit
    gap = 0.6 * unit
    body = Rect(area.x, area.y, area.w, area.h - foot - gap)

    def tile_of(columns: int) -> tuple[float, float]:
        rows = -(-len(MODE_SHAPES) // columns)
        return (body.w - gap * (columns - 1)) / columns, (body.h - gap * (rows - 1)) / rows

    choices = (len(MODE_SHAPES), 3)
    columns = max(choices, key=lambda n: _size(*tile_of(n), unit)[1])
    wide, high = tile_of(columns)
    if wide < 7.0 * unit or high < 7.0 * unit:
        lack = Text("no-room", area, "The five shapes need a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (lack,))
    shapes: list[Shape] = []
    targets: list[Target] = []
    tiles: list[tuple[ModeShape, Rect]] = []
    for place, shape in enumerate(MODE_SHAPES):
        row, column = divmod(place, columns)
        in_row = min(columns, len(MODE_SHAPES) - row * columns)
        left = body.x + (body.w - in_row * wide - (in_row - 1) * gap) / 2
        tile = Rect(left + column * (wide + gap), body.y + row * (high + gap), wide, high)
        tiles.append((shape, tile))
        targets.append(Target("shape", tile, place + 1))
    size = _size(wide, high, unit)
    for place, (shape, tile) in enumerate(tiles, start=1):
        shapes += _tile(frame, place, shape, tile, unit, size)
    shapes += draw_said(lines, area, unit)
    return Scene(width, height, tuple(shapes), tuple(targets))


def covered(scene: Scene) -> Scene:
    """The picture without what the shapes are used for."""
    return replace(scene, shapes=tuple(s for s in scene.shapes if not s.id.startswith("use:")))


def reading(frame: Frame, target: Target) -> tuple[str, ...]:
    """What is said of the place under the pointer."""
    shape = MODE_SHAPES[target.step - 1]
    opens = "is open" if _is_open(frame, shape) else f"a press, or {target.step}, opens its example"
    return (f"{_TITLES[shape.mode]}: {shape.use}", opens)


def chosen(_frame: Frame, target: Target) -> tuple[str, int]:
    """What a press asks for: the example of a shape."""
    return "example", target.step


def keys(_frame: Frame) -> dict[str, tuple[str, int]]:
    """What the panel's own keys ask for: their numbers, the example of each."""
    return {str(place): ("example", place) for place in range(1, 1 + len(MODE_SHAPES))}


def sentence(frame: Frame) -> str:
    """What all five have in common, what is open, and how another is opened."""
    said = "No length is fixed: the same green step is applied as often as there are steps."
    if frame.task.mode == "one_to_one":
        said = "In four of them one green step hands on to the next, as often as there are steps."
    name = clean(frame.run.shipped.title if frame.run.shipped else frame.task.sequence.name)
    return f"{said} Open: {_TITLES[frame.task.mode]}, “{name}”. 1 to 5 open their examples."


def _is_open(frame: Frame, shape: ModeShape) -> bool:
    shipped = frame.run.shipped
    return shipped is not None and shipped.name == shape.example and _is_marked(frame, shape)


def _is_marked(frame: Frame, shape: ModeShape) -> bool:
    return frame.task.mode == shape.mode


def _size(width: float, height: float, unit: float) -> tuple[float, float]:
    """Width and height of a vector in a tile of a size."""
    room = height - _head(unit) - _foot(unit)
    high = max(1.0, room / (2 * _ROW + 1.0))
    wide = min((width - unit) / ((_COLUMNS - 1) * _PITCH + 1.0), _MOST * unit, high)
    return wide, min(high, _TALL * wide)


def _head(unit: float) -> float:
    return 2.3 * unit


def _foot(unit: float) -> float:
    return 3.1 * unit


def _tile(
    frame: Frame, place: int, shape: ModeShape, tile: Rect, unit: float, size: tuple[float, float]
) -> list[Shape]:
    """One shape: its number and name, its picture, its use."""
    marked, mode = _is_marked(frame, shape), shape.mode
    edge, width = (Role.PLAYHEAD, 0.24 * unit) if marked else (Role.LINE, 0.1 * unit)
    shapes: list[Shape] = [
        Box(f"tile:{mode}", tile, Role.BACKGROUND, edge, 0.7 * unit, width),
    ]
    head = Rect(tile.x + 0.5 * unit, tile.y + 0.4 * unit, tile.w - unit, 1.6 * unit)
    number = Rect(head.x, head.y, 1.6 * unit, head.h)
    named = Rect(number.right + 0.4 * unit, head.y, head.right - number.right - 0.4 * unit, head.h)
    title = _TITLES[mode]
    if text_width(title, unit, True) > named.w:
        title = title.partition(":")[0].partition(",")[0]
    shapes += [
        Box(f"key-box:{mode}", number, Role.PANEL, Role.MUTED, 0.3 * unit, 0.07 * unit),
        Text(f"key:{mode}", number, str(place), Role.INK, unit, True),
        Text(f"name:{mode}", named, title, Role.INK, unit, True, "left"),
    ]
    middle = (tile.y + _head(unit) + tile.bottom - _foot(unit)) / 2
    shapes += _picture(shape, tile.cx, middle, size, unit)
    lines = wrapped(shape.use, tile.w - unit, unit)[:2]
    top = tile.bottom - _foot(unit) + 0.2 * unit + 0.65 * unit * (2 - len(lines))
    for i, line in enumerate(lines):
        at = Rect(tile.x + 0.4 * unit, top + 1.3 * unit * i, tile.w - 0.8 * unit, 1.3 * unit)
        shapes.append(Text(f"use:{mode}:{i}", at, line, Role.INK, unit))
    return shapes


def _picture(
    shape: ModeShape, x: float, y: float, size: tuple[float, float], unit: float
) -> list[Shape]:
    """Red vectors below, green ones in the middle, blue ones above, and the arrows between."""
    mode, (wide, high) = shape.mode, size
    pitch, half = _PITCH * wide, high / 2
    width, head = max(0.12 * unit, 0.08 * wide), max(0.5 * unit, 0.36 * wide)
    left = x - (len(shape.inputs) - 1) * pitch / 2
    low, top = y + _ROW * high, y - _ROW * high
    shapes: list[Shape] = []
    for i, (enters, leaves) in enumerate(zip(shape.inputs, shape.outputs, strict=True)):
        at = left + i * pitch
        if i and mode != "one_to_one":
            way = ((at - pitch + wide / 2, y), (at - wide / 2, y))
            arrow = min(head, 0.7 * (pitch - wide))
            shapes.append(Line(f"link:{mode}:{i}", way, Role.STATE, width, 1.0, False, arrow))
        shapes += _vector(f"a:{mode}:{i}", at, y, size, Role.STATE)
        if enters == "x":
            way = ((at, low - half), (at, y + half))
            shapes.append(Line(f"in:{mode}:{i}", way, Role.INPUT, width, 1.0, False, head))
            shapes += _vector(f"x:{mode}:{i}", at, low, size, Role.INPUT)
        if leaves == "y":
            way = ((at, y - half), (at, top + half))
            shapes.append(Line(f"out:{mode}:{i}", way, Role.OUTPUT, width, 1.0, False, head))
            shapes += _vector(f"y:{mode}:{i}", at, top, size, Role.OUTPUT)
    return shapes


def _vector(name: str, x: float, y: float, size: tuple[float, float], role: Role) -> list[Shape]:
    """A vector: a frame with its numbers one above the other."""
    wide, high = size
    rect = Rect(x - wide / 2, y - high / 2, wide, high)
    each = high / _CELLS
    radius = 0.3 * min(each, wide)
    return [
        Box(f"vector:{name}", rect, role, role, 0.2 * wide, max(1.0, 0.07 * wide), 1.0, 0.18),
        *(
            Dot(f"entry:{name}:{i}", x, rect.y + (i + 0.5) * each, radius, role)
            for i in range(_CELLS)
        ),
    ]
