"""What the five modes add to the stage: who feeds a step, and where one network hands over."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.film import Frame
from rnnviz.frozen import record
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.outputs import output_rect
from rnnviz.scenes.phases import step_outputs, turned
from rnnviz.scenes.places import Column, cell_rect, stack_rect, token_rect
from rnnviz.scenes.series import entering_text, fitted
from rnnviz.scenes.shapes import Bitmap, Box, Line, Rect, Role, Shape, Text


@record
class ModeShape:
    """A mode as a picture.

    Attributes
    ----------
    mode : str
    inputs, outputs : str
        Of each column "x" or "y", where it has an input or an output, else a point.
    use : str
        What the lecture uses it for.
    example : str
        The shipped problem that shows that.
    """

    mode: str
    inputs: str
    outputs: str
    use: str
    example: str


MODE_SHAPES = (
    ModeShape("one_to_one", "x", "y", "image → class", "digits"),
    ModeShape("one_to_many", "x..", "yyy", "image → caption", "captions"),
    ModeShape("many_to_one", "xxx", "..y", "sentence → positive or negative", "sentiment"),
    ModeShape(
        "encoder_decoder", "xx..", "..yy", "English sentence → French sentence", "translation"
    ),
    ModeShape("synced", "xxx", "yyy", "video → a label for every frame", "ball"),
)
"""The five of the lecture's slide, in its order."""

_PILL = 1.9  # height of a word where pictures stand beside it


def token_shapes(frame: Frame, lay: StageLayout, c: Column) -> list[Shape]:
    """What enters at a step: a word, a number or a picture; in blue what the network fed itself."""
    u, t = lay.unit, c.t
    rect = token_rect(lay, c.x)
    known = c.ahead.input > 0
    seen = (0.45 + 0.55 * c.ahead.begun) * c.fade
    picture = frame.picture(t)
    shapes: list[Shape] = []
    if picture is not None:
        side = min(rect.w, rect.h)
        rows, columns = picture.shape
        scale = side / max(rows, columns)
        place = Rect(c.x - columns * scale / 2, rect.y, columns * scale, rows * scale)
        lit = frame.task.sequence.frames is not None
        shapes.append(Bitmap(f"token-picture:{t}", place, picture, seen, lit))
        width = (0.16 if c.current else 0.11) * u
        shapes.append(Box(f"token:{t}", place.grown(width / 2), None, Role.INPUT, 0.0, width, seen))
    else:
        shapes += _word(frame, lay, c, replace(rect, h=min(rect.h, _PILL * u)), known, seen)
    if lay.date and frame.task.beside:
        shapes += _beside(frame, lay, c)
    elif lay.date and frame.value(t) is not None:
        place = Rect(c.x - lay.column / 2, lay.date - 0.7 * u, lay.column, 1.4 * u)
        shapes.append(
            Text(f"date:{t}", place, clean(frame.token(t)), Role.MUTED, u, alpha=c.fade, own=True)
        )
    return shapes


def _beside(frame: Frame, lay: StageLayout, c: Column) -> list[Shape]:
    """What another method answers at this step, once the network has answered."""
    u, t, task = lay.unit, c.t, frame.task
    place = Rect(c.x - lay.column / 2, lay.date - 0.7 * u, lay.column, 1.4 * u)
    if c.ahead.output <= 0.0:
        return []
    said, target = task.beside[t - 1], frame.target(t)
    wrong = target is not None and not task.own and said != target.name
    words = clean(f"{task.beside_name}: {said}{' ✗' if wrong else ''}")
    if text_width(words, u, wrong) > place.w:
        words = clean(f"{said}{' ✗' if wrong else ''}")
    role = Role.GRADIENT if wrong else Role.MUTED
    return [Text(f"beside:{t}", place, words, role, u, wrong, alpha=c.fade, own=True)]


def _word(
    frame: Frame, lay: StageLayout, c: Column, rect: Rect, known: bool, seen: float
) -> list[Shape]:
    u, t = lay.unit, c.t
    fed, silent = frame.feeds_back(t), frame.silent(t)
    role = Role.OUTPUT if fed else Role.INPUT
    text = frame.token(t)
    if frame.value(t) is not None:
        text = fitted(entering_text(frame, t), rect.w - u, u, c.current)
    fill, edge, ink = (None, Role.MUTED, Role.MUTED) if silent else (role, role, Role.INK)
    if not known and not c.current:
        ink = Role.MUTED  # to come, and read all the same
    width = (0.11 if c.current else 0.08) * u
    place = Rect(rect.x + 0.5 * u, rect.y, rect.w - u, rect.h)
    return [
        Box(f"token:{t}", rect, fill, edge, rect.h / 2, width, seen, 0.13, silent),
        Text(
            f"token-text:{t}",
            place,
            clean(text),
            ink,
            u,
            c.current,
            "center",
            c.fade,
            own=True,
        ),
    ]


def feed_shapes(
    frame: Frame, lay: StageLayout, c: Column, width: float, seen: float
) -> list[Shape]:
    """The way from the answer of the step before to this step's input."""
    if not frame.feeds_back(c.t) or not lay.output_rows or c.cut:
        return []
    u, before = lay.unit, c.x - lay.pitch
    answer, token = output_rect(lay, before), token_rect(lay, c.x)
    y = token.y + min(token.h, _PILL * u) / 2
    between = fed_lane(lay, c.x)
    top = answer.y + _fed_row(frame, lay, c.t - 1) * lay.row + min(answer.h, lay.row - 0.2 * u) / 2
    way = ((answer.right, top), (between, top), (between, y), (token.x, y))
    return [Line(f"edge-f:{c.t}", way, Role.OUTPUT, 0.75 * width, seen, True, 0.5 * u)]


def fed_lane(lay: StageLayout, x: float) -> float:
    """x of the way of an answer down to the token of the column at x."""
    return (output_rect(lay, x - lay.pitch).right + x - lay.column / 2) / 2


def _fed_row(frame: Frame, lay: StageLayout, t: int) -> int:
    """The line of an output that is fed back: its own answer's, or in training the target's."""
    if frame.task.own:
        return 0
    lines = step_outputs(frame, t, lay.output_rows)
    return next((row for row, line in enumerate(lines) if line.target), 0)


def band_shapes(frame: Frame, lay: StageLayout, columns: list[Column]) -> list[Shape]:
    """Behind encoder and decoder: where each stands, what it does, and the state handed over."""
    s = frame.source_steps
    if not s or not columns:
        return []
    u = lay.unit
    shapes: list[Shape] = []
    bottom = lay.date + 0.8 * u if lay.date else lay.token.bottom + 0.4 * u
    bottom = min(bottom, lay.height - 0.1 * u)  # its line must be seen
    parts = (
        ("encoder", "reads", [c for c in columns if c.t <= s]),
        ("decoder", _says(frame), [c for c in columns if c.t > s]),
    )
    for name, does, inside in parts:
        if not inside:
            continue
        left = inside[0].x - lay.pitch / 2 + 0.15 * u
        right = inside[-1].x + lay.pitch / 2 - 0.15 * u
        if inside[0].t == 1 and lay.lead:  # a⟨0⟩ is its state too: no line runs through that
            left = 0.08 * u
        top = (lay.loss - 0.9 * u) if lay.loss else lay.outputs - 0.4 * u
        if name == "encoder":
            top = stack_rect(lay, inside[0].x).y - 1.0 * u
        place = Rect(left, top, right - left, bottom - top)
        shapes.append(Box(f"band-{name}", place, Role.PANEL, Role.LINE, 0.8 * u, 0.08 * u))
        if lay.date:
            words = f"{name}: {does}"
            if text_width(words, u, True) > place.w - u:
                words = name
            where = Rect(left + 0.5 * u, lay.date - 0.75 * u, place.w - u, 1.5 * u)
            shapes.append(Text(f"band-{name}-name", where, words, Role.MUTED, u, True))
    if not lay.date and lay.outputs:
        shapes += _names_above(frame, lay, columns)
    return shapes


def _names_above(frame: Frame, lay: StageLayout, columns: list[Column]) -> list[Shape]:
    """The names where no row is left for them: above the encoder, which says nothing there."""
    u, s = lay.unit, frame.source_steps
    reading = [c for c in columns if c.t <= s]
    if not reading:
        return []
    left = reading[0].x - lay.pitch / 2 + 0.15 * u
    right = reading[-1].x + lay.pitch / 2 - 0.15 * u
    y = stack_rect(lay, reading[0].x).y - 2.6 * u
    wide = [text_width(name, u, True) + 0.5 * u for name in ("encoder", "decoder →")]
    if y < lay.outputs - 0.3 * u or sum(wide) > right - left:
        return []
    shapes: list[Shape] = [
        Text(
            "band-encoder-name", Rect(left + 0.5 * u, y, wide[0], 1.5 * u), "encoder",
            Role.MUTED, u, True, "left",
        )
    ]  # fmt: skip
    if len(reading) < len(columns):
        place = Rect(right - wide[1], y, wide[1], 1.5 * u)
        shapes.append(Text("band-decoder-name", place, "decoder →", Role.MUTED, u, True, "right"))
    return shapes


def _says(frame: Frame) -> str:
    return "says, fed its own answers" if frame.task.own else "says, fed the targets"


def handed_shapes(frame: Frame, lay: StageLayout, columns: list[Column]) -> list[Shape]:
    """A frame around the edge along which the encoder's last state becomes the decoder's first."""
    s = frame.source_steps
    first = next((c for c in columns if c.t == s + 1 and not c.cut), None)
    if not s or first is None or turned(frame):  # the gradient's way is there then
        return []
    u, cell = lay.unit, cell_rect(lay, first.x)
    wide = cell.x - first.before
    text = "state handed over"
    if text_width(text, u) > wide + 2.6 * u:
        text = "state"
    shapes: list[Shape] = []
    y = lay.forward_lane + 1.3 * u
    if text_width(text, u) <= wide + 2.6 * u and wide > 2.0 * u and y < cell.bottom:
        w = text_width(text, u) + 0.6 * u
        place = Rect((first.before + cell.x) / 2 - w / 2, y - 0.65 * u, w, 1.3 * u)
        if text_width(text, u) <= wide - 0.2 * u:
            shapes.append(Box("handed-ground", place, Role.PANEL))  # over the bands' edges
            shapes.append(Text("handed", place, text, Role.STATE, u, True))
    return shapes
