"""The ledger: each step drops its share into one gradient; then the weights before and after."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.clipping import NONE
from rnnviz.film import Frame, Stage, number
from rnnviz.film.measures import WEIGHT_LEDGER
from rnnviz.film.records import answering
from rnnviz.film.weight_ledger import WeightLedger
from rnnviz.scenes.charts.gradient import norm
from rnnviz.scenes.charts.steps import step_name
from rnnviz.scenes.fence import left_out_words
from rnnviz.scenes.laboratory.maps import SMALL, draw_playhead, draw_said, draw_steps, wrapped
from rnnviz.scenes.measure import fitting, text_width
from rnnviz.scenes.phases import remembered
from rnnviz.scenes.shapes import Box, Dot, Heat, Line, Rect, Role, Scene, Shape, Target, Text

OF_A_LAYER = True
_NAMED = 3  # of the largest changes


def ledger_of(frame: Frame) -> WeightLedger | None:
    """That of what is followed; of the sum of all losses where the update is made of it."""
    summed = frame.summed or frame.moment.stage is Stage.UPDATE
    return WEIGHT_LEDGER(frame.passing, summed, frame.layer)


def titles(frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    whole = frame.summed or frame.moment.stage is Stage.UPDATE
    of = "∂L/∂W_aa" if whole else f"∂L⟨{frame.source}⟩/∂W_aa"
    return [
        ("Ledger of the weights", f"{of} = Σ δ⟨t⟩ a⟨t−1⟩ᵀ"),
        ("Ledger", f"{of} = Σ δ⟨t⟩ a⟨t−1⟩ᵀ"),
        ("Ledger", of),
        ("Ledger", ""),
    ]


def scene(
    frame: Frame, width: float, height: float, area: Rect, unit: float, small: float = 0.0
) -> Scene:
    """Draw the shares as bars with the sum so far, and beside them the matrices."""
    found, small = ledger_of(frame), small or SMALL * unit
    lines = wrapped(sentence(frame), area.w, unit)
    foot = 1.35 * unit * len(lines) + 0.3 * unit
    high = area.h - foot
    if found is None or high < 6 * small or area.w < 20 * small:
        lack = Text("no-room", area, "The ledger needs a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (lack,))
    updating = frame.moment.stage is Stage.UPDATE
    share = 0.45 if updating else 0.66
    bars = Rect(area.x, area.y, share * area.w, high - 1.8 * small)
    shapes, targets = _bars(frame, found, bars, small)
    left = bars.right + 1.2 * small
    rest = Rect(left, area.y, area.right - left, high - 0.3 * small)
    shapes += _update(frame, found, rest, small) if updating else _pile(frame, found, rest, small)
    shapes += draw_said(lines, area, unit)
    return Scene(width, height, tuple(shapes), tuple(targets))


def reading(frame: Frame, target: Target) -> tuple[str, ...]:
    """What is said of a step's bar."""
    found, t = ledger_of(frame), target.step + target.unit
    name = step_name(frame, t)
    if found is None or t < frame.gradient_from:
        return (name, "not yet computed")
    if t <= found.before:
        return (name, "of the encoder, which has weights of its own")
    one, whole = found.shares[t - found.before - 1], found.so_far[t - found.before - 1]
    return (
        name,
        f"{norm(f'δ⟨{t}⟩ a⟨{t - 1}⟩ᵀ')} = {number(float(one))}",
        f"sum of the shares of the steps {t} … {frame.steps}: {number(float(whole))}",
    )


def chosen(frame: Frame, target: Target) -> tuple[str, int]:
    """What a press asks for: to go to the step."""
    return "step", target.step + target.unit


def sentence(frame: Frame) -> str:
    """What the step adds to the gradient, or what the update changes most."""
    found = ledger_of(frame)
    if found is None:
        return ""
    cut = left_out_words(frame)
    cut = f" {cut[:1].upper()}{cut[1:]}." if cut else ""
    if frame.moment.stage is Stage.UPDATE:
        return f"{_largest_changes(frame, found)}{cut}"
    t = frame.gradient_from
    if t > frame.steps:
        return "Each step drops its share into the same ∂L/∂W_aa as the backward pass comes by."
    t = max(t, found.before + 1)
    one, whole = found.shares[t - found.before - 1], found.so_far[t - found.before - 1]
    two = frame.source_steps and not frame.run.serves_both
    whose = " The encoder's W_aa is another." if two else ""
    lost = np.isfinite(frame.log10_norms[t - 1 :])  # of what there is, though no float holds it
    said = f"The share of step {t} {_of_size(float(one), bool(lost[0]) and t > 1)}"
    if one == 0.0:
        said += _why_zero(frame, t)
    whose = f"{whose}{cut}" if t == 1 else whose
    if t == frame.steps:
        return f"{said}: it is all there is{' so far' * (t > 1)}.{whose}"
    together = f"the shares of the steps {t} … {frame.steps} together"
    if not np.isfinite(whole):
        return f"{said}; {together} are not finite.{whose}"
    size = _of_size(float(whole), bool(lost[1:].any()), "are", "have size")
    return f"{said}; {together} {size}.{whose}"


def _of_size(size: float, lost: bool, be: str = "is", have: str = "has size") -> str:
    if size == 0.0:
        return f"{be} {'too small for a float' if lost else 'exactly 0'}"
    return f"{have} {number(size)}"


def _why_zero(frame: Frame, t: int) -> str:
    """Why δ⟨t⟩ a⟨t−1⟩ᵀ is exactly 0, where that can be said."""
    if frame.cut_off(t):
        return ", cut by truncation"
    if not frame.summed and t > frame.source:
        return f", as L⟨{frame.source}⟩ comes before it"
    return f", as a⟨{t - 1}⟩ is 0" if not frame.values_of("a", frame.layer)[t - 1].any() else ""


def _largest_changes(frame: Frame, found: WeightLedger) -> str:
    before, after = _weights(frame, found)
    if before is None or after is None:
        return "The gradient is not finite: nothing is updated."
    change = np.abs(after - before)
    if not change.any():
        return f"The update changes no entry of {_letter(frame)}."
    order = np.argsort(change, axis=None)[::-1][:_NAMED]
    parts = list[str]()
    for place in order.tolist():
        row, column = divmod(place, before.shape[1])
        if change[row, column] == 0.0:
            break
        old, new = float(before[row, column]), float(after[row, column])
        spread = abs(new - old)
        name = _entry(frame, row, column)
        parts.append(f"{name} {number(old, spread)} → {number(new, spread)}")
    return f"{_letter(frame)} changes most at {', '.join(parts)}."


def _entry(frame: Frame, row: int, column: int) -> str:
    """What an entry of W_aa is called: its gate, and the row in that."""
    gates = frame.kind.names
    block, row = divmod(row, frame.units) if gates else (0, row)
    return f"{gates[block] if gates else ''}[{row + 1}, {column + 1}]"


def _letter(frame: Frame) -> str:
    return f"W_aa of layer {frame.layer + 1}" if frame.layers > 1 else "W_aa"


def _weights(
    frame: Frame, found: WeightLedger
) -> tuple[NDArray[np.floating] | None, NDArray[np.floating] | None]:
    before = frame.network.parameters[found.name]
    update = frame.update
    return before, None if update is None else answering(update.network).parameters[found.name]


def _bars(
    frame: Frame, found: WeightLedger, rect: Rect, size: float
) -> tuple[list[Shape], list[Target]]:
    """A bar for every step's share, and the line of the sum so far, on one scale from 0."""
    steps, first = frame.steps, max(frame.gradient_from, found.before + 1)
    shares = np.where(np.isfinite(found.shares), found.shares, 0.0)
    so_far = np.where(np.isfinite(found.so_far), found.so_far, 0.0)
    most = 1.08 * float(max(shares.max(), so_far.max())) or 1.0
    pitch, high = rect.w / steps, rect.h - 1.5 * size  # the sum's number stands above its line
    shapes: list[Shape] = [
        Line("ground", ((rect.x, rect.bottom), (rect.right, rect.bottom)), Role.LINE, 1.0)
    ]
    wide = max(1.0, pitch - max(1.0, 0.18 * pitch))
    points = list[tuple[float, float]]()
    bars = dict[int, Rect]()
    for t in range(first, steps + 1):
        i = t - found.before - 1
        x = rect.x + (t - 0.5) * pitch
        tall = float(shares[i]) / most * high
        bars[t] = Rect(x - wide / 2, rect.bottom - tall, wide, tall)
        shapes.append(Box(f"share:{t}", bars[t], Role.GRADIENT, radius=min(2.0, wide / 4)))
        points.append((x, rect.bottom - float(so_far[i]) / most * high))
    for t, bar in bars.items():
        said = number(float(found.shares[t - found.before - 1]))
        shapes += _size_of_share(t, said, bar, pitch, size, points)
    if len(points) > 1:
        shapes.append(Line("so-far", tuple(points), Role.INK, max(1.5, size / 8)))
    for i, (x, y) in enumerate(points if pitch > size else points[:1]):
        shapes.append(Dot(f"so-far-point:{i}", x, y, max(2.0, size / 5), Role.INK))
    if points:
        x, y = points[0]
        text = f"sum so far {number(float(found.so_far[first - found.before - 1]))}"
        long = 1.1 * text_width(text, size, True) + size
        aside = max(pitch / 2, 0.2 * size) + 0.3 * size  # of the playhead's frame
        left = x - long - aside if x - long - aside >= rect.x else x + aside
        left = max(rect.x, min(left, rect.right - long))
        over = [y_ for x_, y_ in points if left - size <= x_ <= left + long + size]
        place = Rect(left, max(rect.y, min([y, *over]) - 1.6 * size), long, 1.3 * size)
        shapes.append(Text("so-far-size", place, text, Role.INK, size, True, "left"))
    shapes += draw_steps(frame, rect, 1, steps, size)
    shapes += draw_playhead(frame, rect, 1, steps, size)
    return shapes, [Target("share", rect, 1, grid=(1, steps, steps))]


def _size_of_share(
    t: int, said: str, bar: Rect, pitch: float, size: float, line: list[tuple[float, float]]
) -> list[Shape]:
    """A share's number at the foot of its bar, else above it; not where the line runs through."""
    long, high = 1.1 * text_width(said, size), 1.2 * size
    x = bar.x + bar.w / 2
    xs, ys = zip(*line, strict=True)
    between = np.interp([x - long / 2, x, x + long / 2], xs, ys)
    within = Rect(bar.x, bar.bottom - high - 0.1 * size, bar.w, high)
    above = Rect(x - pitch / 2, bar.y - 1.25 * size, pitch, high)
    ways = (
        (within, long < bar.w and bar.h >= high + 0.2 * size),
        (above, long < pitch),
    )
    for place, fits in ways:
        if fits and (np.abs(between - place.cy) > 0.7 * size).all():
            on = Role.GRADIENT if place is within else None
            return [Text(f"share-size:{t}", place, said, Role.GRADIENT, size, on=on)]
    return []


def _pile(frame: Frame, found: WeightLedger, rect: Rect, size: float) -> list[Shape]:
    """The sum so far as a matrix, in the colours of values."""
    t = max(frame.gradient_from, found.before + 1)
    if t > frame.steps:
        return []
    key = ("pile", frame.layer, frame.summed, frame.source, t)
    values = remembered(frame, key, lambda: found.sum_from(t))
    whole = np.abs(found.sum_from(found.before + 1)) if t == found.before + 1 else np.abs(values)
    limit = float(np.nanmax(np.where(np.isfinite(whole), whole, 0.0))) or 1.0
    scale = f"±{number(limit)}"
    words = f"sum of the steps {t} … {frame.steps}, {scale}", f"sum so far, {scale}", scale
    return _matrix("pile", values, limit, words, rect, size, frame.kind.names)


def _update(frame: Frame, found: WeightLedger, rect: Rect, size: float) -> list[Shape]:
    """The weights before, the change, and the weights after."""
    before, after = _weights(frame, found)
    if before is None or after is None:
        return []
    change = remembered(frame, ("change", frame.layer), lambda: after - before)
    limit = float(np.abs(before).max()) or 1.0
    step = float(np.abs(change).max()) or 1.0
    each = (rect.w - 2 * size) / 3
    named = (("W before", before, limit), ("change", change, step), ("W after", after, limit))
    whole = ["W before", _change_said(frame), "W after"]
    full = [f"{words}, ±{number(most)}" for words, (_, _, most) in zip(whole, named, strict=True)]
    short = [words.removeprefix("W ") for words, _, _ in named]
    fit = (
        each_ for each_ in (full, whole) if all(1.06 * text_width(w, size) <= each for w in each_)
    )
    names = next(fit, short)  # all three in as many words
    shapes: list[Shape] = []
    for i, (words, values, most) in enumerate(named):
        part = Rect(rect.x + i * (each + size), rect.y, each, rect.h)
        gates = frame.kind.names if i == 0 else ()
        shapes += _matrix(words, values, most, (names[i],), part, size, gates)
    return shapes


def _change_said(frame: Frame) -> str:
    """What the change is: of plain SGD the gradient's own, else what the optimiser makes of it."""
    settings = frame.run.settings
    plain = settings.optimizer == "sgd" and settings.clipping == NONE.kind
    return "−η ∂L/∂W" if plain and not frame.passing.window else "change"


def _matrix(
    name: str,
    values: NDArray[np.floating],
    limit: float,
    words: tuple[str, ...],
    rect: Rect,
    size: float,
    gates: tuple[str, ...] = (),
) -> list[Shape]:
    """A matrix in the colours of values under the longest of its names that has room.

    Where gates' blocks stand above one another, each has its letter before it.
    """
    said = fitting(words, rect.w / 1.06, size)
    rows, columns = values.shape
    head = 1.5 * size
    aside = 1.2 * size if gates and rect.h - head > 1.4 * size * len(gates) else 0.0
    room = Rect(rect.x + aside, rect.y + head, rect.w - aside, rect.h - head)
    cell = max(min(room.w / columns, room.h / rows), 0.01)
    wide, high = cell * columns, cell * rows
    if rows > columns:  # gates above one another: as wide as there is room
        wide = min(room.w, 4.0 * wide)
    place = Rect(room.x, room.y, wide, high)
    block = high / max(len(gates), 1)
    letters = [
        Text(f"{name}:gate-{gate}", Rect(rect.x, place.y + i * block, aside, block), gate,
             Role.MUTED, size, True, "left")
        for i, gate in enumerate(gates if aside and block > 1.2 * size else ())
    ]  # fmt: skip
    return [
        *letters,
        Text(f"{name}:words", Rect(rect.x, rect.y, rect.w, 1.4 * size), said, Role.MUTED, size,
             align="left"),
        Heat(f"{name}:values", place, values, limit, gap=0.06 * size, radius=0.0),
    ]  # fmt: skip
