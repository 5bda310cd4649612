"""Held-out errors of every method in a table; who is better is said with its uncertainty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnviz.film import Frame
from rnnviz.film.classical import NAIVE, NONE, are_changes, scale_knows_later
from rnnviz.film.held_out_errors import NETWORK
from rnnviz.frozen import record
from rnnviz.scenes.charts.forecast import name_of, style_of, value_words
from rnnviz.scenes.forecast_words import origins_word, steps_ahead
from rnnviz.scenes.shapes import Ink, Rect, Role, Shape, Text

_DECIMALS = 6  # that are written out; smaller numbers have a power of ten


def judged_horizon(frame: Frame) -> int:
    """The horizon that errors are said of: the chosen one; 0 where no held-out origin has it."""
    found = frame.origins
    return found.horizon if found.farthest >= found.horizon else 0


@record
class MethodRow:
    """A row of the table: a method and its figures at one horizon."""

    name: str
    ink: Ink
    bold: bool
    figures: tuple[str, ...]


def heads(frame: Frame) -> tuple[str, ...]:
    """What the columns of figures are called."""
    return ("RMSE", "MAE", "bias", "against naive", f"{_directed(frame)}sign right")


def _directed(frame: Frame) -> str:
    """Whose sign a direction is: of a step's return; of a series of levels, of all h steps."""
    name = frame.origins.of_steps
    if name != NONE:
        from rnnviz.data.transforms import TRANSFORMS  # not before a series is transformed

        return f"{TRANSFORMS[name].unit}'s "
    return "" if are_changes(frame.task, frame.playhead.column) else "change's "


def title(frame: Frame) -> str:
    """Over the table: how far ahead, and from how many origins."""
    found, k = frame.origins, judged_horizon(frame)
    if not k:
        return "No held-out errors so far ahead"
    of = "" if found.apart == 1 else f" of {found.of:,}"
    return f"{steps_ahead(k)}, {found.count(k):,}{of} held-out {origins_word(found.count(k))}"


def rows(frame: Frame) -> tuple[MethodRow, ...]:
    """The network, then the classical methods from the best to the worst; empty for no horizon."""
    found, k = frame.origins, judged_horizon(frame)
    if not k:
        return ()
    methods = sorted(
        (name for name in found.said if name != NETWORK), key=lambda m: float(found.rmse(m)[k - 1])
    )
    if not frame.why_not_judged and found.reach >= k:
        methods.insert(0, NETWORK)
    every = [float(found.mae(m)[k - 1]) for m in methods]
    decimals = _decimals(min((each for each in every if each > 0), default=1.0))
    made: list[MethodRow] = []
    for method in methods:
        errors = (found.rmse(method), found.mae(method))
        figures = [_figure(frame, float(each[k - 1]), decimals) for each in errors]
        bias = float(found.bias(method)[k - 1])
        figures.append(("+" if bias > 0 else "") + _figure(frame, bias, decimals))
        figures.append("" if method == NAIVE else _against(frame, method, k))
        right = float(found.direction(method)[k - 1])
        none = np.isnan(right) or method == NAIVE or _not_compared(frame, method)
        figures.append("–" if none else f"{right:.0%}".replace("%", " %"))
        ink = style_of(method)[0]
        made.append(MethodRow(name_of(frame, method), ink, method == NETWORK, tuple(figures)))
    return tuple(made)


def _figure(frame: Frame, value: float, decimals: int) -> str:
    if not np.isfinite(value):
        return "not finite"
    text = f"{value:,.{decimals}f}" if 0 <= decimals <= _DECIMALS else value_words(frame, value)
    return text.replace("-", "−")


def _decimals(smallest: float) -> int:
    """So many that the smallest of the errors has three digits; −1 for none that help."""
    if not (np.isfinite(smallest) and 1e-6 < smallest < 1e7):
        return -1
    return max(0, 2 - int(np.floor(np.log10(smallest))))


def _not_compared(frame: Frame, method: str) -> bool:
    """Whether a method has seen what is held out, if only in the scale of what it reads."""
    return method == NETWORK and scale_knows_later(frame.task, frame.playhead.column)


def _against(frame: Frame, method: str, k: int) -> str:
    if _not_compared(frame, method):
        return "not compared"
    told = frame.origins.against_naive(method, k)
    if np.isnan(told.mean):
        return "–"
    if np.isnan(told.error):
        return "too few to tell"
    if told.chance:
        return "within chance"
    apart = f", {abs(told.in_errors):.1f} s.e." if np.isfinite(told.in_errors) else ""
    return f"{'better' if told.mean > 0 else 'worse'}{apart}"


def table_shapes(
    frame: Frame, area: Rect, size: float, measure: Callable[[str, bool], float]
) -> list[Shape]:
    """The table in a rectangle, as many rows and columns as have room; the last are left out.

    Parameters
    ----------
    frame : Frame
    area : Rect
    size : float
        Height of its letters.
    measure : callable (str, bool)
        Width of a text, bold or not.
    """
    found, names = rows(frame), heads(frame)
    line, gap = min(1.75 * size, max(1.3 * size, area.h / (len(found) + 2))), 0.9 * size
    shapes: list[Shape] = [
        Text("table-title", Rect(area.x, area.y, area.w, line), title(frame), Role.INK, size, True,
             "left")
    ]  # fmt: skip
    if not found:
        return shapes
    first = max(measure(row.name, row.bold) for row in found) + gap
    wide = [
        max(measure(names[i], False), *(measure(r.figures[i], r.bold) for r in found))
        for i in range(len(names))
    ]
    while wide and first + sum(wide) + gap * (len(wide) - 1) > area.w:
        wide.pop()  # the last column first
    y = area.y + line
    right: list[float] = []
    x = area.x + first - gap
    for each in wide:
        x += gap + each
        right.append(x)

    def cell(name: str, i: int, y: float, text: str, role: Ink, bold: bool) -> Text:
        place = Rect(right[i] - wide[i], y, wide[i] + 1, line)
        return Text(name, place, text, role, size, bold, "right")

    shapes += [cell(f"head:{i}", i, y, names[i], Role.MUTED, False) for i in range(len(wide))]
    for row in found:
        y += line
        if y + line > area.bottom + 1:
            break
        place = Rect(area.x, y, first, line)
        shapes.append(
            Text(f"row:{row.name}", place, row.name, row.ink, size, row.bold, "left", own=True)
        )
        shapes += [
            cell(f"{row.name}:{i}", i, y, row.figures[i], Role.INK, row.bold)
            for i in range(len(wide))
        ]
    return shapes
