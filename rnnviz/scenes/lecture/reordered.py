"""A text in several orders with the network's answers; a series and its shuffle side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, number
from rnnviz.film.order import Reordered, SeriesOrder, TextOrder
from rnnviz.scenes.measure import clean, text_width
from rnnviz.scenes.series import series_number
from rnnviz.scenes.shapes import Box, Line, Rect, Role, Shape, Text

_BARS = 24  # of a histogram
_TABLE, _HISTOGRAM = 25.0, 7.0  # units of width


# -- a text ----------------------------------------------------------------------------------


def text_shapes(found: TextOrder, body: Rect, unit: float) -> list[Shape]:
    """A row for each order: its words, and right of them what the network answers."""
    rows = len(found.rows)
    head, foot = 1.6 * unit, 1.8 * unit
    high = min((body.h - head - foot) / rows, 6.5 * unit)
    size = max(unit, min(2.2 * unit, 0.42 * high))
    said = min(0.34 * body.w, 24.0 * unit)
    tags = 1.05 * text_width("as it is", unit, True) + unit
    words = Rect(body.x + tags, body.y, body.w - tags - said - unit, body.h)
    answers = Rect(words.right + unit, body.y, said, body.h)
    shapes: list[Shape] = [
        Text(
            "head-answers", Rect(answers.x, body.y, answers.w, head), "the network's answer",
            Role.MUTED, unit, align="left",
        )
    ]  # fmt: skip
    pills = _widths(found.rows[0].tokens, words.w, size, unit)
    for place, row in enumerate(found.rows):
        y = body.y + head + place * high
        name = "as it is" if place == 0 else f"order {place}"
        line = Rect(body.x, y, tags, high)
        shapes.append(Text(f"tag:{place}", line, name, Role.MUTED, unit, place == 0, "left"))
        shapes += _words(place, row, Rect(words.x, y, words.w, high), size, unit, pills)
        shapes += _answer(place, row, found, Rect(answers.x, y, answers.w, high), unit)
    counts = [(word, n) for word, n in found.counts.items()]
    said_counts = " · ".join(f"{clean(word)} {n}" for word, n in counts)
    at = Rect(body.x, body.y + head + rows * high + 0.2 * unit, body.w, foot - 0.2 * unit)
    full = f"word counts, the same in every order: {said_counts}"
    short = f"word counts: the same in every order, of {len(counts):,} different words"
    text = full if text_width(full, unit) <= at.w else short
    shapes.append(Text("counts", at, text, Role.INK, unit, align="left", own=True))
    return shapes


def _widths(
    tokens: tuple[str, ...], width: float, size: float, unit: float
) -> tuple[dict[str, float], float, float]:
    """How wide each word's pill is, the gap between them, and the size of their letters.

    Where even letters of body text have no room the words are left out of their pills.
    """
    for each in (size, (size + unit) / 2, unit):
        wide = {t: text_width(clean(t), each) + 0.9 * each for t in tokens}
        gap = 0.45 * each
        if sum(wide[t] for t in tokens) + gap * (len(tokens) - 1) <= width:
            return wide, gap, each
    pitch = width / len(tokens)
    return dict.fromkeys(tokens, 0.8 * pitch), 0.2 * pitch, 0.0


def _words(
    place: int,
    row: Reordered,
    line: Rect,
    size: float,
    unit: float,
    pills: tuple[dict[str, float], float, float],
) -> list[Shape]:
    """The words of one order, each in its pill."""
    wide, gap, letters = pills
    high = min(1.7 * (letters or size), 0.84 * line.h)
    x = line.x
    shapes: list[Shape] = []
    for i, token in enumerate(row.tokens):
        rect = Rect(x, line.cy - high / 2, wide[token], high)
        name = f"{place}:{i}"
        shapes.append(
            Box(f"pill:{name}", rect, Role.INPUT, Role.INPUT, high / 2, 0.08 * unit, 1.0, 0.13)
        )
        if letters:
            shapes.append(Text(f"word:{name}", rect, clean(token), Role.INK, letters, own=True))
        x = rect.right + gap
    return shapes


def _answer(place: int, row: Reordered, found: TextOrder, line: Rect, unit: float) -> list[Shape]:
    """What the network answers to one order, with its probability as a bar."""
    if row.answer < 0:
        return [Text(f"answer:{place}", line, "not finite", Role.MUTED, unit, align="left")]
    share = float(row.probabilities[row.answer])
    other = row.answer != found.rows[0].answer
    high = min(max(1.5 * unit, 0.3 * line.h), 0.8 * line.h)
    digits = text_width("0.000", unit) + 0.5 * unit
    track = Rect(line.x, line.cy - high / 2, line.w - digits, high)
    bar = Rect(track.x, track.y, max(1.0, track.w * share), high)
    words = clean(found.names[row.answer]) + ("  ≠" if other else "")
    place_of = Rect(track.x + 0.4 * unit, track.y, track.w - 0.6 * unit, high)
    number_at = Rect(track.right + 0.3 * unit, track.y, digits - 0.3 * unit, high)
    edge = Role.INK if other else None
    return [
        Box(f"track:{place}", track, Role.OUTPUT, None, 0.2 * unit, 1.0, 1.0, 0.08),
        Box(f"bar:{place}", bar, Role.OUTPUT, edge, 0.2 * unit, 0.1 * unit, 1.0, 0.4),
        Text(f"answer:{place}", place_of, words, Role.INK, unit, other, "left", own=True),
        Text(f"probability:{place}", number_at, f"{share:.3f}", Role.INK, unit, align="right"),
    ]


# -- a series --------------------------------------------------------------------------------


def series_shapes(frame: Frame, found: SeriesOrder, body: Rect, unit: float) -> list[Shape]:
    """Two charts one above the other, their histograms, and what is measured of both."""
    table = _TABLE * unit if body.w >= 62.0 * unit else 0.0
    bars = _HISTOGRAM * unit if body.w >= 44.0 * unit else 0.0
    gap, row = 1.2 * unit, 1.5 * unit
    wide = body.w - table - bars - gap * ((table > 0) + (bars > 0))
    high = (body.h - 0.6 * unit) / 2
    low, top = float(found.values.min()), float(found.values.max())
    counts, _ = np.histogram(_scaled(found.values, low, top), _BARS, (0.0, 1.0))
    shapes: list[Shape] = []
    for place, (name, values) in enumerate(
        (("in order", found.values), ("shuffled", found.shuffled))
    ):
        y = body.y + place * (high + 0.6 * unit)
        head = Rect(body.x, y, wide, row)
        shapes.append(Text(f"name:{place}", head, name, Role.INK, unit, True, "left"))
        plot = Rect(body.x, y + row, wide, high - row)
        shapes.append(Box(f"plot:{place}", plot, Role.BACKGROUND, Role.LINE, 0.3 * unit))
        judged = plot.w * found.judged / len(values)
        last = Rect(plot.right - judged, plot.y, judged, plot.h)
        shapes.append(Box(f"judged:{place}", last, Role.OUTPUT, None, 0.0, 1.0, 1.0, 0.08))
        points = _points(_scaled(values, low, top), plot.grown(-0.3 * unit))
        shapes.append(Line(f"line:{place}", points, Role.INPUT, max(1.2, 0.11 * unit)))
        if bars:
            at = Rect(plot.right + gap, plot.y, bars, plot.h)
            shapes += _histogram(place, counts, at, unit)
    if bars:
        head = Rect(body.x + wide + gap, body.y, bars, row)
        words = "histogram" if text_width("histogram", unit) <= bars else "counts"
        shapes.append(Text("head-histogram", head, words, Role.MUTED, unit, align="left"))
    if table:
        shapes += _table(frame, found, Rect(body.right - table, body.y, table, body.h), unit)
    return shapes


def _scaled(values: NDArray[np.float64], low: float, top: float) -> NDArray[np.float64]:
    """Values from 0 to 1; halves, as a whole range may be infinite."""
    if not low < top:
        return np.full(len(values), 0.5)
    return (values / 2 - low / 2) / (top / 2 - low / 2)


def _points(shares: NDArray[np.float64], plot: Rect) -> tuple[tuple[float, float], ...]:
    """A line through values from 0 to 1; of more than two a pixel the least and the most."""
    columns = max(2, int(plot.w))
    n = len(shares)
    x = np.arange(n) / max(1, n - 1)
    if n > 2 * columns:
        starts = np.arange(columns) * n // columns
        low, high = (f.reduceat(shares, starts) for f in (np.minimum, np.maximum))
        shares = np.stack([low, high], axis=1).ravel()
        x = np.repeat(starts / (n - 1), 2)
    xs, ys = plot.x + x * plot.w, plot.bottom - shares * plot.h
    return tuple(zip(xs.tolist(), ys.tolist(), strict=True))


def _histogram(place: int, counts: NDArray[np.intp], at: Rect, unit: float) -> list[Shape]:
    """How often values are where, along the same height as the chart."""
    most, high = int(counts.max()), (at.h - 0.6 * unit) / len(counts)
    bottom = at.bottom - 0.3 * unit
    return [
        Box(
            f"bar:{place}:{i}",
            Rect(at.x, bottom - (i + 1) * high, at.w * int(n) / most, 0.86 * high),
            Role.MUTED,
        )
        for i, n in enumerate(counts)
        if n
    ]


def _moments(values: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and deviation, also of values whose squares no float64 holds."""
    scale = float(np.abs(values).max()) or 1.0
    shares = values / scale
    return float(shares.mean()) * scale, float(shares.std()) * scale


def _table(frame: Frame, found: SeriesOrder, at: Rect, unit: float) -> list[Shape]:
    """What is measured of both, a row each."""
    mean, deviation = _moments(found.values)

    def value(found: float) -> str:
        return series_number(frame, found) if np.isfinite(found) else "not finite"

    def loss(found: float) -> str:
        return number(found) if np.isfinite(found) else "not finite"

    part = f"last {found.judged:,}"
    rows = (
        ("", "in order", "shuffled"),
        ("mean", value(mean), value(mean)),
        ("deviation", value(deviation), value(deviation)),
        ("histogram", "the same", "the same"),
        (f"AR({found.lags}) error", *map(value, found.errors)),
        ("network's loss", *map(loss, found.losses)),
    )
    high = min(1.9 * unit, at.h / (len(rows) + 1.2))
    names = 0.42 * at.w
    column = (at.w - names) / 2
    shapes: list[Shape] = []
    for i, (name, *values) in enumerate(rows):
        y = at.y + i * high
        telling = i >= 4
        shapes.append(
            Text(f"row:{i}", Rect(at.x, y, names, high), name, Role.INK, unit, telling, "left")
        )
        for k, text in enumerate(values):
            place = Rect(at.x + names + k * column, y, column, high)
            role = Role.MUTED if i == 0 else Role.INK
            shapes.append(Text(f"value:{i}:{k}", place, text, role, unit, telling, "right"))
    note = Rect(at.x, at.y + len(rows) * high, at.w, 1.4 * unit)
    words = f"AR is judged on the {part} of {len(found.values):,}, shaded"
    if text_width(words, unit) > note.w:
        words = f"error on the {part}, shaded"
    if note.bottom <= at.bottom:
        shapes.append(Text("judged-said", note, words, Role.MUTED, unit, align="left"))
    return shapes
