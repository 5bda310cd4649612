"""What a step answers: the most probable outputs as bars, or the next value and the truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.film import Frame
from rnnviz.scenes.layout import StageLayout
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.phases import Ahead, Back, loss_named, loss_text, remembered, step_outputs
from rnnviz.scenes.places import Column
from rnnviz.scenes.series import answer_range, fitted, series_number
from rnnviz.scenes.shapes import Bitmap, Box, Dot, Line, Rect, Role, Shape, Text

_TRACK, _FILL = 0.10, 0.40
_PROBABILITIES = ("<0.01", "0.44")  # the widest that are written
_BESIDES = 1.95  # of a name and its number: margins, the gap between them, a tick
_LOSS_PAD = 0.6  # what stays free beside a loss within its ring


def output_rect(lay: StageLayout, x: float) -> Rect:
    """The rectangle of all lines of a step's output."""
    height = lay.output_rows * lay.row - 0.2 * lay.unit
    return Rect(x - lay.column / 2, lay.outputs, lay.column, height)


def loss_rect(lay: StageLayout, x: float) -> Rect:
    """The rectangle of a step's loss, above its output."""
    u = lay.unit
    width = min(lay.column, 9.0 * u)
    return Rect(x - width / 2, lay.loss - 0.68 * u, width, 1.36 * u)


def loss_name_shapes(frame: Frame, lay: StageLayout, columns: Sequence[Column]) -> list[Shape]:
    """What the numbers above the outputs are, once for all where each has no room for it."""
    u = lay.unit
    if not lay.loss:
        return []
    first = next((c for c in columns if frame.pays(c.t)), None)
    # While the window glides a column on its way out stands where the name would.
    if (
        first is None
        or first.fade < 1.0
        or loss_named(loss_rect(lay, first.x).w - _LOSS_PAD * u, u)
    ):
        return []
    right = first.x - lay.column / 2 - 0.3 * u
    room = min(right, 3.0 * u)
    if room < text_width("loss", u):
        return []
    place = Rect(right - room, lay.loss - 0.7 * u, room, 1.4 * u)
    return [Text("loss-name", place, "loss", Role.GRADIENT, u, False, "right")]


def output_shapes(
    frame: Frame, lay: StageLayout, t: int, x: float, done: Ahead, back: Back, fade: float
) -> list[Shape]:
    """An output and the loss it is paid with."""
    grown = min(1.0, max(0.0, 2.0 * done.output - 1.0))  # first the pulse, then the bars
    if frame.task.loss == "mse":
        shapes = _next_value(frame, lay, t, x, grown, fade)
    else:
        shapes = _bars(frame, lay, t, x, grown, fade)
    if lay.loss and done.loss > 0.0 and frame.pays(t):
        shapes += _loss(frame, lay, t, x, done.loss, back, fade)
    return shapes


def _loss(
    frame: Frame, lay: StageLayout, t: int, x: float, done: float, back: Back, fade: float
) -> list[Shape]:
    u, rect = lay.unit, loss_rect(lay, x)
    shapes: list[Shape] = []
    sends = 0.0 < back.loss < 1.0 and (frame.summed or t == frame.source)
    if (t == frame.source and not frame.summed) or sends:
        width = 0.22 * u if sends else 0.1 * u
        ring = rect.grown(-0.02 * u)
        shapes.append(
            Box(f"ring:{t}", ring, Role.GRADIENT, Role.GRADIENT, rect.h / 2, width, fade, 0.12)
        )
    text = loss_text(frame, t, rect.w - _LOSS_PAD * u, u)
    shapes.append(
        Text(f"loss:{t}", rect, text, Role.GRADIENT, u, True, "center", min(1.0, done) * fade)
    )
    return shapes


def _track(lay: StageLayout, x: float, row: int) -> Rect:
    return Rect(
        x - lay.column / 2, lay.outputs + row * lay.row, lay.column, lay.row - 0.2 * lay.unit
    )


def _bars(
    frame: Frame, lay: StageLayout, t: int, x: float, grown: float, fade: float
) -> list[Shape]:
    u = lay.unit
    lines = step_outputs(frame, t, lay.output_rows) if grown > 0.0 else ()
    shapes: list[Shape] = []
    if grown > 0.0 and not lines:
        # in words, and hatched where there is a second line for it
        text = _track(lay, x, 0)
        below = Rect(text.x, text.bottom, text.w, output_rect(lay, x).bottom - text.bottom)
        if lay.output_rows >= 2:
            shapes.append(
                Box(f"out:{t}:0", below, Role.OUTPUT, None, 0.0, 1.0, fade, 1.0, False, True)
            )
        shapes.append(Text(f"name:{t}:0", text, "not finite", Role.INK, u, True, "center", fade))
        return shapes
    for row in range(lay.output_rows):
        rect = _track(lay, x, row)
        alpha = fade if lines else 0.6 * fade
        shapes.append(Box(f"out:{t}:{row}", rect, Role.OUTPUT, None, 0.0, 1.0, alpha, _TRACK))
        if row >= len(lines):
            continue
        line = lines[row]
        long = rect.w * min(1.0, line.probability) * grown
        if long >= 0.5:
            bar = Rect(rect.x, rect.y, long, rect.h)
            shapes.append(Box(f"bar:{t}:{row}", bar, Role.OUTPUT, None, 0.0, 1.0, fade, _FILL))
        shapes += _label(
            lay, t, row, rect, clean(line.name), line.probability, line.target, grown, fade,
            numbered=_numbered(frame, lay),
        )  # fmt: skip
    return shapes


def _numbered(frame: Frame, lay: StageLayout) -> bool:
    """Whether probabilities are written where a name leaves room for one.

    Where every class keeps its line it is all of them or none, whatever they are: a column with
    gaps would look as if those that are missing were not known.
    """

    def make() -> bool:
        u, names = lay.unit, frame.task.output_names
        if len(names) > lay.output_rows:
            return True
        widest = max(text_width(clean(name), u, True) for name in names)
        number = max(text_width(each, u, True) for each in _PROBABILITIES)
        return widest + number + _BESIDES * u <= lay.column

    return remembered(frame, ("numbered", lay.unit, lay.column, lay.output_rows), make)


def _label(
    lay: StageLayout,
    t: int,
    row: int,
    rect: Rect,
    name: str,
    probability: float,
    target: bool,
    grown: float,
    fade: float,
    *,
    numbered: bool,
) -> list[Shape]:
    u = lay.unit
    shapes: list[Shape] = []
    left, right = rect.x + 0.3 * u, rect.right - 0.25 * u
    # No probability is 0, also where the number format has none so small.
    text = "<0.01" if probability < 0.005 else f"{probability:.2f}"
    if target:
        shapes.append(Box(f"target:{t}", rect, None, Role.INK, 0.15 * u, 0.1 * u, fade * grown))
    room = right - left - (1.05 * u if target else 0.0)
    bold = target and text_width(name, u, True) <= room  # rather plain than cut
    named = text_width(name, u, bold) + 0.25 * u
    least = min(2.6 * u, named)  # of a name, which is rather cut than the tick left out
    # A name is cut only where it has no room alone: the bar is as long as the number is large,
    # which is written whole or not at all.
    number_w = text_width(text, u, target) + 0.1 * u
    if not numbered or room - number_w < named <= room:
        text, number_w = "", 0.0
    if target and room >= min(1.3 * u, named):
        tick = (
            (left, rect.cy),
            (left + 0.25 * u, rect.cy + 0.3 * u),
            (left + 0.75 * u, rect.cy - 0.35 * u),
        )
        shapes.append(Line(f"tick:{t}", tick, Role.INK, 0.16 * u, fade * grown))
        left += 1.05 * u
    if text and right - left - number_w >= least:
        if grown >= 1.0:
            place = Rect(right - number_w, rect.y, number_w, rect.h)
            shapes.append(Text(f"prob:{t}:{row}", place, text, Role.INK, u, target, "right", fade))
        right -= number_w + 0.25 * u
    place = Rect(left, rect.y, right - left, rect.h)
    shapes.append(
        Text(f"name:{t}:{row}", place, name, Role.INK, u, bold, "left", fade * grown, own=True)
    )
    return shapes


def _next_value(
    frame: Frame, lay: StageLayout, t: int, x: float, grown: float, fade: float
) -> list[Shape]:
    """Predicted and true next value, and where both lie between the series' ends."""
    u = lay.unit
    predicted = frame.prediction(t)
    actual = frame.truth(t)
    rect, alpha = output_rect(lay, x), fade if grown > 0 else 0.6 * fade
    shapes: list[Shape] = [Box(f"out:{t}:0", rect, Role.OUTPUT, None, 0.3 * u, 1.0, alpha, _TRACK)]
    if grown <= 0.0 or predicted is None:
        return shapes
    pictures = _pictures(frame, lay, t, x, grown, fade)
    if pictures:
        return [*shapes, *pictures]
    says, should = ("next ", "actual ") if frame.forecasts else ("says ", "target ")
    lines = [(says, predicted, Role.OUTPUT, "name")]
    if actual is not None and lay.output_rows >= 3:
        lines.append((should, actual, Role.INK, "actual"))
    for row, (word, value, role, kind) in enumerate(lines):
        rect = _track(lay, x, row)
        text = series_number(frame, value)
        if text_width(word + text, u, True) <= rect.w - 0.6 * u:
            text = word + text
        else:
            text = fitted(text, rect.w - 0.6 * u, u, kind == "name")
        alpha = fade if grown >= 1.0 else 0.0
        shapes.append(Text(f"{kind}:{t}:0", rect, text, role, u, kind == "name", alpha=alpha))
    if lay.output_rows >= 2:
        shapes += _error_bar(frame, lay, t, x, predicted, actual, grown, fade)
    return shapes


def _pictures(
    frame: Frame, lay: StageLayout, t: int, x: float, grown: float, fade: float
) -> list[Shape]:
    """The picture that is expected next, and the one that comes; none where there is no room."""
    said = remembered(frame, ("said picture", t), lambda: frame.said_picture(t))
    whole, u = output_rect(lay, x).grown(-0.25 * lay.unit), lay.unit
    if said is None or not np.isfinite(said).all() or lay.output_rows < 2:
        return []
    pair = [("next", said, Role.OUTPUT)]
    coming = frame.picture(t + 1)
    if coming is not None and frame.pays(t):
        pair.append(("actual", coming, Role.INK))
    rows, columns = said.shape
    part = whole.w / len(pair)
    wordy = whole.h >= 3.4 * u and part >= text_width("actual", u) + 0.2 * u
    head = 1.3 * u if wordy else 0.0
    scale = min((part - 0.4 * u) / columns, (whole.h - head) / rows)
    shapes: list[Shape] = []
    for at, (word, values, role) in enumerate(pair):
        middle, name = whole.x + (at + 0.5) * part, f"{word}-picture:{t}"
        place = Rect(middle - columns * scale / 2, whole.y + head, columns * scale, rows * scale)
        shapes.append(Bitmap(name, place, values, grown * fade, True))
        shapes.append(Box(f"{name}:edge", place, None, role, 0.0, 0.08 * u, grown * fade))
        if wordy:
            label = Rect(middle - part / 2, whole.y - 0.1 * u, part, head)
            shapes.append(Text(f"{name}:word", label, word, role, u, at == 0, alpha=grown * fade))
    return shapes


def _error_bar(
    frame: Frame,
    lay: StageLayout,
    t: int,
    x: float,
    predicted: float,
    actual: float | None,
    grown: float,
    fade: float,
) -> list[Shape]:
    u = lay.unit
    rect = _track(lay, x, lay.output_rows - 1)
    start, length = rect.x + 0.6 * u, rect.w - 1.2 * u
    low, high = answer_range(frame)

    def place(value: float) -> float:
        share = (value / 2 - low / 2) / (high / 2 - low / 2)
        return start + length * min(1.0, max(0.0, share if share == share else 0.0))

    y, said = rect.cy, place(predicted)
    shapes: list[Shape] = [
        Line(f"scale:{t}", ((start, y), (start + length, y)), Role.MUTED, 1.0, 0.6 * fade)
    ]
    if actual is not None:
        true = place(actual)
        now = true + (said - true) * grown
        shapes.append(Line(f"error:{t}", ((true, y), (now, y)), Role.GRADIENT, 0.26 * u, fade))
        tick = ((true, y - 0.45 * u), (true, y + 0.45 * u))
        shapes.append(Line(f"true:{t}", tick, Role.INK, 0.16 * u, fade))
        said = now
    shapes.append(Dot(f"said:{t}", said, y, 0.3 * u, Role.OUTPUT, fade))
    return shapes
