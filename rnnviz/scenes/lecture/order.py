"""Order carries the meaning: a sequence and its shuffles, what they share, what tells them apart.

Of a text every row has the same words, and so the same counts; of a series both lines have the same
values, and so the same mean, deviation and histogram.
"""

from __future__ import annotations

from dataclasses import replace
from math import isnan

from rnnviz.film import Frame, number
from rnnviz.film.measures import ORDER
from rnnviz.film.order import LAGS, SeriesOrder, TextOrder
from rnnviz.film.timeline import MOST_LAGS
from rnnviz.scenes.laboratory.maps import draw_said, without_said, wrapped
from rnnviz.scenes.lecture.reordered import series_shapes, text_shapes
from rnnviz.scenes.memory_cell.covered import ASKED
from rnnviz.scenes.series import series_number
from rnnviz.scenes.shapes import Rect, Role, Scene, Shape, Target, Text
from rnnviz.scenes.slider import draw_slider

OF_A_LAYER = False
_TOLD = 0.67  # of an error, under which the order is said to have told something
_ENOUGH = 5  # values that an error is of, before anything is said of it


def order_of(frame: Frame) -> TextOrder | SeriesOrder:
    """The frame's text or series as it is and in other orders."""
    found = ORDER(frame.passing, frame.playhead.lags or LAGS)
    assert found is not None  # the panel says why it is empty
    return found


def titles(frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    name = "Order carries the meaning"
    what = "one series, twice" if frame.task.sequence.values is not None else "the same words"
    return [(name, what), (name, ""), ("Order", "")]


def scene(
    frame: Frame, width: float, height: float, area: Rect, unit: float, _small: float = 0.0
) -> Scene:
    """Draw the rows of a text, or the two lines of a series with the slider for p."""
    found = order_of(frame)
    lines = wrapped(sentence(frame, found), area.w, unit)
    foot = 1.35 * unit * len(lines) + 0.3 * unit
    slide = 2.0 * unit if isinstance(found, SeriesOrder) else 0.0
    body = Rect(area.x, area.y, area.w, area.h - foot - slide - 0.4 * unit)
    if body.h < 7.0 * unit or body.w < 24.0 * unit:
        lack = Text("no-room", area, "Order needs a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (lack,))
    targets: tuple[Target, ...] = ()
    if isinstance(found, TextOrder):
        shapes = text_shapes(found, body, unit)
    else:
        shapes = series_shapes(frame, found, body, unit)
        row = Rect(area.x, body.bottom + 0.2 * unit, area.w, slide)
        slider, target = _slider(found, row, unit)
        shapes, targets = [*shapes, *slider], (target,)
    shapes += draw_said(lines, area, unit)
    return Scene(width, height, tuple(shapes), targets)


def covered(scene: Scene) -> Scene:
    """The picture without what notices the order: no verdict, no error, no name of a line."""
    kept = without_said(scene)
    asked = {"name:0": "one", "name:1": "the other", "value:0:0": "one", "value:0:1": "the other"}
    shapes = list[Shape]()
    for shape in kept.shapes:
        if shape.id in asked:
            assert isinstance(shape, Text)
            shapes.append(replace(shape, text=asked[shape.id]))
        elif shape.id.startswith(("answer:", "value:4:", "value:5:", "probability:")):
            assert isinstance(shape, Text)
            shapes.append(replace(shape, text=ASKED, bold=False))
        elif not shape.id.startswith("bar:") or shape.id.count(":") == 2:  # of a histogram
            shapes.append(shape)
    return replace(kept, shapes=tuple(shapes))


def reading(_frame: Frame, target: Target) -> tuple[str, ...]:
    """What is said of the place under the pointer."""
    p = target.unit + 1
    return (f"AR({p}) looks {p} value{'s' * (p != 1)} back",)


def chosen(_frame: Frame, target: Target) -> tuple[str, int]:
    """What a press asks for: so many values to look back."""
    return "lags", target.unit + 1


def keys(frame: Frame) -> dict[str, tuple[str, int]]:
    """What the panel's own keys ask for: one value more to look back, or one less."""
    if frame.task.sequence.values is None:
        return {}
    p = frame.playhead.lags or LAGS
    more, fewer = ("lags", min(p + 1, MOST_LAGS)), ("lags", max(p - 1, 1))
    return {"+": more, "=": more, "-": fewer}


def sentence(frame: Frame, found: TextOrder | SeriesOrder) -> str:
    """What notices that the order is another one, by the numbers."""
    new = " The network has learned nothing yet." if frame.untrained else ""
    if isinstance(found, TextOrder):
        return f"{_of_text(found)}{new}"
    return f"{_of_series(frame, found)}{new}"


def _of_text(found: TextOrder) -> str:
    many = len(found.rows) - 1
    said = f"All {many + 1} have the same word counts: whoever counts words must answer alike."
    if found.rows[0].answer < 0:
        return f"{said} The network's answer is no finite number."
    others = sum(row.answer != found.rows[0].answer for row in found.rows[1:])
    apart = max(
        float(abs(row.probabilities - found.rows[0].probabilities).max()) for row in found.rows[1:]
    )
    if others:
        return f"{said} The network answers otherwise in {others} of {many} other orders."
    if isnan(apart):
        return f"{said} In some orders the network's answer is no finite number."
    if apart == 0.0:
        return f"{said} So does the network here: in no order is its answer another one."
    return (
        f"{said} The network's likeliest answer is the same in every order here, its probability "
        f"differs by up to {number(apart)}."
    )


def _of_series(frame: Frame, found: SeriesOrder) -> str:
    one, other = found.errors
    p = found.lags
    said = (
        "The same values, so the same mean, deviation and histogram: these know no order. "
        f"AR({p}), which looks {p} value{'s' * (p != 1)} back, errs by "
        f"{_error(frame, one)} in order, by {_error(frame, other)} shuffled"
    )
    if one < _TOLD * other and found.judged >= _ENOUGH:
        said += ": what came before tells it much"
    before, after = found.losses
    return f"{said}. The network's loss is {_loss(before)} in order, {_loss(after)} shuffled."


def _error(frame: Frame, error: float) -> str:
    return series_number(frame, error) if error < float("inf") else "no finite number"


def _loss(loss: float) -> str:
    return "no finite number" if isnan(loss) else number(loss)


def _slider(found: SeriesOrder, row: Rect, unit: float) -> tuple[list[Shape], Target]:
    """The slider for p, up to as many as the series is long enough for."""
    most = max(1, min(MOST_LAGS, len(found.values) // 4))
    words = f"AR({found.lags})"
    wide = min(row.w - 14.0 * unit, 40.0 * unit)
    left = row.x + (row.w - wide - 8.0 * unit) / 2 + 2.0 * unit
    share = (found.lags - 0.5) / most
    drawn, target = draw_slider(row, left, wide, share, most, Role.OUTPUT, unit)
    name = Rect(left - 2.4 * unit, row.y, 1.8 * unit, row.h)
    said = Rect(left + wide + unit, row.y, 7.0 * unit, row.h)
    shapes: list[Shape] = [
        Text("p", name, "p", Role.INK, unit, True, "right"),
        *drawn,
        Text("p-said", said, words, Role.INK, unit, align="left"),
    ]
    return shapes, target
