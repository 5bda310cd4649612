"""What held-out errors say in words and in a table; who is better is said with its uncertainty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rnnviz.data.forecast_errors import LEAST_PAIRS
from rnnviz.film import Frame
from rnnviz.film.classical import NAIVE, NONE, are_changes, fitted_steps, scale_knows_later
from rnnviz.film.held_out_errors import COVERED, LEAST_RESIDUALS, NETWORK
from rnnviz.film.origins import why_network_stops
from rnnviz.record import record
from rnnviz.scenes.charts.forecast import (
    interval_of,
    name_of,
    network_knows_later,
    style_of,
    value_words,
)
from rnnviz.scenes.shapes import Ink, Rect, Role, Shape, Text

_DECIMALS = 6  # that are written out; smaller numbers have a power of ten


def steps_ahead(k: int) -> str:
    """How far ahead, in words."""
    return f"{k:,} step{'s' * (k != 1)} ahead"


def judged_horizon(frame: Frame) -> int:
    """The horizon that errors are said of: the chosen one; 0 where no held-out origin has it."""
    found = frame.origins
    return found.horizon if found.farthest >= found.horizon else 0


def verdict(frame: Frame) -> str:
    """How the network does beside the naive forecast on what is held out, in a sentence."""
    found, k = frame.origins, frame.forecast.horizon
    if not found.farthest:
        parts = frame.task.parts
        if parts is not None and not parts.held_out:
            return "Nothing is held out of the training, so that no errors could be trusted."
        return "What is held out is too short for any forecast to be judged."
    if found.farthest < k:
        return (
            f"What is held out is too short for {steps_ahead(k)}: the longest is {found.farthest}."
        )
    name = name_of(frame, NETWORK)
    if frame.why_not_judged:
        return f"The network is not judged: {frame.why_not_judged}."
    if not found.reach:
        return "The network is not judged: it does not forecast this column going forward."
    if found.reach < k:
        return f"The network is not judged {steps_ahead(k)}: {why_network_stops(frame.task)}."
    mine, naive = float(found.rmse(NETWORK)[k - 1]), float(found.rmse(NAIVE)[k - 1])
    many = f"{found.count(k):,} held-out {_origins(found.count(k))}"
    if not np.isfinite(mine):
        lost = int((~np.isfinite(found.errors(NETWORK)[:, k - 1]) & _true(frame, k)).sum())
        return (
            f"{steps_ahead(k).capitalize()} the {name}'s forecast is not finite from {lost:,} of "
            f"{many}."
        )
    told = found.against_naive(NETWORK, k)
    figures = f"RMSE {value_words(frame, mine)}, naive {value_words(frame, naive)}"
    head = f"{steps_ahead(k).capitalize()}, {many}: the {name}"
    if scale_knows_later(frame.task, frame.playhead.column):
        why = "x is scaled by a mean and deviation of all steps, these among them"
        if frame.task.sequence.scale.startswith("minmax"):
            why = "x is scaled by the smallest and largest of all steps, these among them"
        return f"{head} is not compared with naive ({figures}): {why}."
    if np.isnan(told.error):
        these = "one origin is too few"
        if found.count(k) > 1:
            few = found.count(k) < LEAST_PAIRS
            these = "these origins are too few" if few else "these origins overlap too much"
        return f"{head} has {figures}: {these} to tell which is better."
    apart = f"{abs(told.in_errors):.1f} standard errors" if np.isfinite(told.in_errors) else "none"
    if told.chance:
        return f"{head} is within chance of naive ({figures}; {apart} apart)."
    better = "better" if told.mean > 0 else "worse"
    return f"{head} is {better} than naive ({figures}; {apart} apart)."


def _true(frame: Frame, k: int) -> np.ndarray:
    return np.isfinite(frame.origins.truth[:, k - 1])


def interval_words(frame: Frame) -> str:
    """What the band around the network's forecast is, or why there is none."""
    interval = interval_of(frame)
    if interval is None:
        return f"No interval: {frame.why_not_judged}."
    now = frame.forecast
    if not np.isfinite(now.said[NETWORK]).all() and frame.origins.reach >= now.horizon:
        lost = int(np.flatnonzero(~np.isfinite(now.said[NETWORK]))[0]) + 1
        return f"The forecast from here is no longer finite {steps_ahead(lost)}: it is not drawn."
    drawn = np.flatnonzero(np.isfinite(interval.low))
    if not drawn.size:
        before = int(interval.counts.max(initial=0))
        if before >= LEAST_RESIDUALS:
            return "No interval: errors at earlier origins are not finite."
        if network_knows_later(frame):
            last = fitted_steps(frame.task)
            return (
                f"No interval: the network was trained on all steps up to {last:,}, also on those "
                "after this origin; the classical methods are fitted to those before it alone."
            )
        have = "has" if before == 1 else "have"
        return (
            f"No interval: {before} held-out {_origins(before)} before this one {have} an error "
            f"that was known here, and {LEAST_RESIDUALS} are needed."
        )
    least, most = (int(f(interval.counts[drawn])) for f in (np.min, np.max))
    count = f"{least}" if least == most else f"{least} to {most}"
    far = "" if len(drawn) == now.horizon else f", up to {steps_ahead(int(drawn[-1]) + 1)}"
    return (
        f"Band: {COVERED:.0%} of the errors at {count} held-out origins before this one lie "
        f"within{far}."
    ).replace("%", " %")


def sentences(frame: Frame) -> tuple[str, ...]:
    """The verdict, and what the band is."""
    return verdict(frame), interval_words(frame)


@record
class Row:
    """A method and its figures at one horizon."""

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
    return f"{steps_ahead(k)}, {found.count(k):,}{of} held-out {_origins(found.count(k))}"


def _origins(count: int) -> str:
    return "origin" if count == 1 else "origins"


def rows(frame: Frame) -> tuple[Row, ...]:
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
    made: list[Row] = []
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
        made.append(Row(name_of(frame, method), ink, method == NETWORK, tuple(figures)))
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
