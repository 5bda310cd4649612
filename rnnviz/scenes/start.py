"""The start page: a first step that is lit, the lecture's parts, five shapes, and one's own.

Everything that it shows is real: the network is the stage's scene of the sentence that is open.
"""

from __future__ import annotations

from dataclasses import replace

from rnnviz.film import Frame, Playhead, resolve
from rnnviz.film.fields import FIELDS
from rnnviz.frozen import record
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.modes import MODE_SHAPES, ModeShape
from rnnviz.scenes.shapes import (
    Bitmap,
    Box,
    Dot,
    Formula,
    Heat,
    Line,
    Rect,
    Role,
    Scene,
    Shape,
    Symbol,
    Target,
    Text,
)
from rnnviz.scenes.stage import stage_scene

NEXT, TOUR, SHAPE, TYPE, OPEN, NETWORK, RECENT, KEEP = (
    "next", "tour", "shape", "type", "open", "network", "recent", "keep",
)  # fmt: skip
"""What can be chosen: kinds of targets."""
_MOST_SHOWN = 160
_MOST_TOURS, _MOST_RECENT = 10, 3
_TITLES = {choice.changes["mode"]: choice.title for choice in FIELDS["mode"].choices}
_SHORT = {"encoder_decoder": "encoder and decoder", "synced": "synced"}
_OWN = (
    (TYPE, "Type or paste a sentence"),
    (OPEN, "Open a file: text, table, sound, pictures"),
    (NETWORK, "Open your own network"),
)
_LEAST_RECENT = 9.0  # of a file that was open last, in heights of text
_LEAST_PICTURE = (300.0, 150.0)  # of the network, in pixels; without it there are words


@record(eq=False)
class StartPage:
    """The start page's entries.

    Attributes
    ----------
    frame : Frame or None
        What is open, whose first step is shown.
    tours : tuple of (str, str)
        Name and title of each.
    recent : tuple of str
        Names of the files that were open last.
    kept : bool
        Whether it is shown at every start.
    """

    frame: Frame | None = None
    tours: tuple[tuple[str, str], ...] = ()
    recent: tuple[str, ...] = ()
    kept: bool = True


def first_step(frame: Frame) -> Frame:
    """The frame with its first step done, and nothing else."""
    return resolve(frame.run, replace(Playhead(), position=1.0), frame.passing)


def spoken(page: StartPage, target: Target) -> str:
    """What a screen reader says of what is chosen."""
    place = target.step - 1
    match target.kind:
        case "tour":
            return f"Tour: {page.tours[place][1]}"
        case "shape":
            return f"Open an example, {_TITLES[MODE_SHAPES[place].mode]}: {MODE_SHAPES[place].use}"
        case "recent":
            return f"Open {page.recent[place]}"
        case "keep":
            return f"Show this page at a start: {'on' if page.kept else 'off'}"
        case "next":
            return "Next: the first step of what is shown"
        case kind:
            return dict(_OWN)[kind]


def start_scene(
    page: StartPage, width: float, height: float, unit: float, chosen: int = 0
) -> Scene:
    """Draw the page.

    Parameters
    ----------
    page : StartPage
    width, height : float
        Size of the picture in device-independent pixels.
    unit : float
        Height of body text.
    chosen : int
        Which of the targets has the keys.
    """
    u, edge = unit, min(3.5 * unit, 0.04 * width)
    wide = width - 2 * edge
    y = 1.4 * u
    shapes: list[Shape] = [
        Text("title", Rect(edge, y, wide, 3.6 * u), "rnnviz", size=2.9 * u, bold=True, align="left")
    ]
    said = "See recurrent networks run: forward, back through time, and where the gradient goes."
    beside = text_width("rnnviz", 2.9 * u, True) + 1.6 * u
    shapes.append(
        Text("about", Rect(edge + beside, y + 0.4 * u, wide - beside, 3.2 * u), said, Role.MUTED,
             1.15 * u, align="left")
    )  # fmt: skip
    y += 4.4 * u
    foot, own, tiles = 2.0 * u, 4.8 * u, min(11.0 * u, 0.24 * height)
    card = Rect(edge, y, wide, height - y - foot - own - (tiles + 2.2 * u) - 1.6 * u)
    targets: list[Target] = []
    if page.tours:
        column = min(26.0 * u, 0.32 * wide)
        card = replace(card, w=wide - column - 1.5 * u)
        _tours(page, Rect(card.right + 1.5 * u, y, column, card.h), u, shapes, targets)
    first: list[Target] = []
    _card(page, card, u, shapes, first)
    targets[:0] = first
    y = card.bottom + 0.8 * u
    y = _heading("learned", "Something that has learned", edge, y, wide, u, shapes)
    _shapes(Rect(edge, y, wide, tiles), u, shapes, targets)
    y += tiles + 0.6 * u
    y = _heading("own", "Your own", edge, y, wide, u, shapes)
    _own(page, Rect(edge, y, wide, 2.6 * u), u, shapes, targets)
    _keep(page, Rect(edge, height - foot, wide, 1.5 * u), u, shapes, targets)
    if 0 <= chosen < len(targets):
        ring = targets[chosen].rect.grown(0.28 * u)
        shapes.append(Box("chosen", ring, None, Role.OUTPUT, 0.7 * u, 0.2 * u))
    return Scene(width, height, tuple(shapes), tuple(targets))


def _heading(
    name: str, words: str, x: float, y: float, wide: float, u: float, shapes: list[Shape]
) -> float:
    """A heading; where what it heads begins."""
    place = Rect(x, y, wide, 1.7 * u)
    shapes.append(Text(f"head-{name}", place, words, size=1.2 * u, bold=True, align="left"))
    return y + 2.1 * u


def _card(
    page: StartPage, card: Rect, u: float, shapes: list[Shape], targets: list[Target]
) -> None:
    """What is open, its first step lit, and Next."""
    shapes.append(Box("card", card, Role.BACKGROUND, Role.PLAYHEAD, 0.8 * u, 0.18 * u))
    inner = card.grown(-0.9 * u)
    button = Rect(inner.right - 8.4 * u, inner.bottom - 2.6 * u, 8.4 * u, 2.6 * u)
    targets.append(Target(NEXT, button))
    frame = page.frame
    if frame is not None:
        text = " ".join((frame.task.sequence.text or "").split()) or frame.task.sequence.name
        place = Rect(inner.x, button.y, inner.w - button.w - u, button.h)
        shapes.append(
            Text("sentence", place, _begun(text), size=1.2 * u, bold=True, align="left", own=True)
        )
        room = Rect(inner.x, inner.y, inner.w, button.y - 0.4 * u - inner.y)
        if room.w >= _LEAST_PICTURE[0] and room.h >= _LEAST_PICTURE[1]:
            stage = stage_scene(first_step(frame), room.w, room.h, u)
            shapes += [moved(shape, room.x, room.y) for shape in stage.shapes]
    shapes.append(Box("next", button, Role.STATE, None, 1.3 * u))
    shapes.append(Text("next-text", button, "Next →", size=1.25 * u, bold=True, on=Role.STATE))


def _begun(text: str) -> str:
    """As much of a text as a line can have; the painter cuts it where it has no room."""
    return "".join(c for c in text[:_MOST_SHOWN] if c.isprintable())


def _tours(
    page: StartPage, area: Rect, u: float, shapes: list[Shape], targets: list[Target]
) -> None:
    """The tours, one a row."""
    y = _heading("tours", "The lecture", area.x, area.y, area.w, u, shapes)
    shown = page.tours[:_MOST_TOURS]
    high = min(2.4 * u, (area.bottom - y) / len(shown))
    for place, (_, title) in enumerate(shown, start=1):
        row = Rect(area.x, y, area.w, high - 0.25 * u)
        shapes.append(Box(f"tour:{place}", row, Role.PANEL, Role.LINE, 0.4 * u, 0.07 * u))
        words = Rect(row.x + 0.8 * u, row.y, row.w - 1.4 * u, row.h)
        size = min(u, row.h / 1.25)
        shapes.append(Text(f"tour:{place}:text", words, title, size=size, align="left"))
        targets.append(Target(TOUR, row, place))
        y += high


def _shapes(area: Rect, u: float, shapes: list[Shape], targets: list[Target]) -> None:
    """The five shapes of input and output, each with an example that has learned it."""
    gap, count = 0.9 * u, len(MODE_SHAPES)
    wide = (area.w - gap * (count - 1)) / count
    for place, shape in enumerate(MODE_SHAPES, start=1):
        tile = Rect(area.x + (place - 1) * (wide + gap), area.y, wide, area.h)
        shapes.append(Box(f"shape:{place}", tile, Role.PANEL, Role.LINE, 0.6 * u, 0.07 * u))
        name = Rect(tile.x + 0.3 * u, tile.bottom - 1.8 * u, tile.w - 0.6 * u, 1.5 * u)
        words = _SHORT.get(shape.mode, _TITLES[shape.mode])
        shapes.append(Text(f"shape:{place}:name", name, words, size=u))
        shapes += _pictogram(shape, Rect(tile.x, tile.y, tile.w, tile.h - 1.8 * u), u)
        targets.append(Target(SHAPE, tile, place))


def _pictogram(shape: ModeShape, area: Rect, u: float) -> list[Shape]:
    """Red, green and blue squares, joined as in the shape."""
    side = min(1.5 * u, area.h / 5.0, area.w / 8.0)
    pitch, step = 1.7 * side, 1.6 * side
    left = area.cx - pitch * (len(shape.inputs) - 1) / 2
    rows = {"y": area.cy - step, "a": area.cy, "x": area.cy + step}
    shapes: list[Shape] = []

    def box(kind: str, x: float, role: Role) -> None:
        rect = Rect(x - side / 2, rows[kind] - side / 2, side, side)
        name = f"pictogram:{shape.mode}:{kind}:{x:.0f}"
        shapes.append(Box(name, rect, role, None, 0.2 * side))

    def link(name: str, *ends: tuple[float, float]) -> None:
        key = f"pictogram:{shape.mode}:{name}"
        shapes.append(Line(key, ends, Role.MUTED, max(1.0, 0.1 * side)))

    for place, (x, y) in enumerate(zip(shape.inputs, shape.outputs, strict=True)):
        at = left + place * pitch
        if place and shape.mode != "one_to_one":
            link(f"along:{place}", (at - pitch + side / 2, rows["a"]), (at - side / 2, rows["a"]))
        if x == "x":
            link(f"up:{place}", (at, rows["x"] - side / 2), (at, rows["a"] + side / 2))
            box("x", at, Role.INPUT)
        if y == "y":
            link(f"out:{place}", (at, rows["a"] - side / 2), (at, rows["y"] + side / 2))
            box("y", at, Role.OUTPUT)
        box("a", at, Role.STATE)
    return shapes


def _own(page: StartPage, row: Rect, u: float, shapes: list[Shape], targets: list[Target]) -> None:
    """What one brings oneself, and what was open last."""
    gap, pad = 0.8 * u, 1.2 * u

    def put(kind: str, place: int, words: str, x: float, wide: float) -> float:
        rect, key = Rect(x, row.y, wide, row.h), f"{kind}:{place}"
        shapes.append(Box(key, rect, Role.BACKGROUND, Role.MUTED, 0.6 * u, 0.09 * u))
        inner = Rect(rect.x + 0.5 * u, rect.y, rect.w - u, rect.h)
        shapes.append(Text(f"{key}:text", inner, words, size=u, own=kind == RECENT))
        targets.append(Target(kind, rect, place))
        return rect.right + gap

    def width(words: str) -> float:
        return text_width(words, u) * 1.03 + 2 * pad

    own = sum(width(words) + gap for _, words in _OWN)
    tight = max(0.0, own - gap - row.w) / len(_OWN)  # a narrow window has less air in them
    x = row.x
    for kind, words in _OWN:
        x = put(kind, 0, words, x, width(words) - tight)
    names = [f"Recent: {clean(name)}" for name in page.recent[:_MOST_RECENT]]
    for place, words in enumerate(names, start=1):
        wide = min(width(words), row.right - x)
        if wide < min(width(words), _LEAST_RECENT * u):
            break
        x = put(RECENT, place, words, x, wide)


def _keep(page: StartPage, row: Rect, u: float, shapes: list[Shape], targets: list[Target]) -> None:
    """Whether it is shown at a start."""
    words = "Show this page at a start"
    wide = text_width(words, u) * 1.05 + 2.2 * u
    rect = Rect(row.right - wide, row.y, wide, row.h)
    box = Rect(rect.x, rect.cy - 0.5 * u, u, u)
    shapes.append(Box("keep", box, Role.BACKGROUND, Role.MUTED, 0.2 * u, 0.1 * u))
    if page.kept:
        tick = ((box.x + 0.2 * u, box.cy), (box.x + 0.42 * u, box.cy + 0.25 * u),
                (box.right - 0.15 * u, box.y + 0.2 * u))  # fmt: skip
        shapes.append(Line("keep-tick", tick, Role.INK, 0.16 * u))
    text = Rect(box.right + 0.5 * u, rect.y, rect.right - box.right - 0.5 * u, rect.h)
    shapes.append(Text("keep-text", text, words, size=u, align="left"))
    targets.append(Target(KEEP, rect))


def moved(shape: Shape, x: float, y: float) -> Shape:
    """A shape at another place."""
    match shape:
        case Line():
            return replace(shape, points=tuple((px + x, py + y) for px, py in shape.points))
        case Symbol():
            return replace(shape, x=shape.x + x, y=shape.y + y)
        case Dot():
            return replace(shape, x=shape.x + x, y=shape.y + y)
        case Box() | Text() | Heat() | Bitmap() | Formula():
            return replace(shape, rect=replace(shape.rect, x=shape.rect.x + x, y=shape.rect.y + y))
