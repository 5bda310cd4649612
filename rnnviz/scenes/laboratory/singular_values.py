"""Why a gradient vanishes: the singular values of ∂a⟨k⟩/∂a⟨t⟩ on the gradient's own axis."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import ACTIVATIONS
from rnnviz.files.errors import counted
from rnnviz.film import Frame, comparable, number, ratio
from rnnviz.film.measures import SINGULAR_VALUES
from rnnviz.film.singular_values import SingularValues
from rnnviz.frozen import record
from rnnviz.scenes.charts.axes import log_range, log_ticks
from rnnviz.scenes.charts.chart import DASHED, Axis, AxisRoom, Chart, Curve, Tick, TickRule
from rnnviz.scenes.charts.gradient import (
    BOUND_TIP,
    bound_names,
    cut,
    norm,
    revealed_from,
    size,
)
from rnnviz.scenes.charts.steps import step_axis, step_name
from rnnviz.scenes.shapes import Role

OF_A_LAYER = True
_MOST_CURVES = 24
_ONE_TIP = "A direction with this singular value would arrive as large as it was at step k."


def values_of(frame: Frame) -> SingularValues | None:
    """The singular values of the shown layer, from the step whose loss is followed."""
    return SINGULAR_VALUES(frame.passing, frame.layer)


def titles(frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    k = frame.source
    of = f"∂a⟨{k}⟩/∂a⟨t⟩" if not frame.kind.states else f"∂(a, c)⟨{k}⟩/∂(a, c)⟨t⟩"
    start = norm(f"∂L⟨{k}⟩/∂a⟨{k}⟩")
    return [
        ("Why: singular values", f"σ({of}) · {start}   (log)"),
        ("Why: singular values", f"σ({of}) · {start}"),
        ("Why: singular values", f"σ({of})"),
        ("Why", f"σ({of})"),
        ("Why", ""),
    ]


def instead(frame: Frame) -> str:
    """What stands in the chart's place where there is nothing to plot; else empty."""
    start = _start(frame)
    if values_of(frame) is None:
        return "The steps of this mode are not linked: nothing goes back through time."
    if not np.isfinite(start):
        return f"The gradient at step {frame.source} is {size(start)}: there is nothing to scale."
    return ""


def chart(frame: Frame) -> Chart | None:
    """The singular values over the steps, the gradient itself, and what they are compared with."""
    found, start = values_of(frame), _start(frame)
    if found is None or not np.isfinite(start):
        return None
    x = np.arange(found.first, found.k + 1.0)
    logs = np.where(np.isfinite(found.log10), found.log10, np.nan) + start
    own = frame.norms_of(summed=False)[found.first - 1 : found.k]
    own = np.where(np.isfinite(own), own, np.nan)
    curves = [_line(frame, x, start)]
    bound = frame.source_bound
    if bound is not None and len(x) > 1:
        y = bound[found.first - 1 : found.k]
        y = np.where(np.isfinite(y), y, np.nan)
        names = bound_names(frame.passing.gain[frame.layer])
        curves.append(Curve("bound", x, y, Role.MUTED, 0.1, DASHED, titles=names, tip=BOUND_TIP))
    ranks = drawn_ranks(logs.shape[1])
    for rank in reversed(ranks):
        first = rank == 0
        curves.append(
            Curve(
                f"σ {rank + 1}",
                x,
                logs[:, rank],
                Role.INK,
                width=0.12 if first else 0.07,
                revealed=True,
                end=(lambda _: "largest σ") if first else None,
                alpha=0.9 if first else 0.3,
            )
        )
    curves.append(
        Curve(
            "the gradient",
            x,
            own,
            Role.GRADIENT,
            points=0.45,
            revealed=True,
            end=lambda _: "gradient",
        )
    )
    low, high = log_range([own, logs[:, 0], logs[:, ranks[-1]], np.array([start])])
    limits = log_range([curve.y for curve in curves])
    axis = Axis(low, high, _ticks(start), size, "size", limits=limits, log=True)
    return Chart(
        "singular values", step_axis(frame), axis, tuple(curves), cut(frame),
        reveal="leftwards", side=1.4, asked="the gradient",
    )  # fmt: skip


def key(frame: Frame) -> tuple[object, ...]:
    """What the chart depends on besides the pass."""
    return (frame.layer,)


def newest(frame: Frame) -> int:
    """Back to which step the curves have come; T + 1 while there is none."""
    return revealed_from(frame)


def drawn_ranks(count: int) -> list[int]:
    """Which singular values are drawn, from 0 for the largest: all, or some from end to end."""
    if count <= _MOST_CURVES:
        return list(range(count))
    return sorted({round(i * (count - 1) / (_MOST_CURVES - 1)) for i in range(_MOST_CURVES)})


def sentence(frame: Frame) -> str:
    """What the steps back do to any gradient, and to this one, with its causes told apart."""
    return _said(frame, _any_gradient, _this_one)


def shorter(frame: Frame) -> str:
    """The same in as few words as say it, for a panel that has no room for more."""
    return _said(frame, _any_in_short, _this_in_short)


def _said(frame: Frame, of_any: Callable[..., str], of_this: Callable[..., str]) -> str:
    found, k = values_of(frame), frame.source
    t = max(newest(frame), 1)
    if found is None or not np.isfinite(_start(frame)):
        return ""
    if k == 1:
        return "Step 1 has no step before it that the gradient could go back to."
    if t > k:
        return "The curves appear as the backward pass goes back."
    if t == k:
        return f"At step {k} nothing has happened to the gradient yet."
    limited = ends_said(frame, found.first) if t < found.first else ""
    t = max(t, found.first)
    if t == k:
        return f"Truncation cuts the gradient before step {k}: no step back is left."
    row = found.log10[t - found.first]
    known = row[np.isfinite(row)]
    said = of_any(row, known, k, t)
    own = frame.norms_of(summed=False)
    change = float(own[t - 1] - own[k - 1]) if np.isfinite(own[t - 1]) else np.nan
    if np.isfinite(change) and comparable(float(own[t - 1]), float(own[k - 1])):
        said += f" {of_this(frame, found, t, change)}"
    said += limited
    if len(known) < len(row) and len(known):
        said += " Smaller σ than 10⁻¹⁰ of that are left out."
    if not frame.kind.bounded:
        said += " No bound holds for a gated cell."
    return said


@record
class _Causes:
    """What makes a gradient larger or smaller on its way back through the layer itself.

    Attributes
    ----------
    whole : float
        log10 of what the layer's own recurrence does to it, of the LSTM's (a, c).
    weights, slopes : float
        The parts of `whole`.
    made_by, and_by : str
        What they are.
    """

    whole: float
    weights: float
    slopes: float
    made_by: str
    and_by: str


def causes(frame: Frame, found: SingularValues, t: int) -> _Causes | None:
    """What has changed the gradient from step k back to t; None where it cannot be told."""
    weights = float(found.weights[t - found.first])
    slopes = float(found.activations[t - found.first])
    if not np.isfinite(weights + slopes):
        return None
    whole = weights + slopes
    if frame.kind.names:
        steepest = "weights and gates at the steepest slopes"
        return _Causes(whole, weights, slopes, steepest, "flatter ones")
    most = ACTIVATIONS[frame.activation].supremum
    at_most = (found.k - t) * float(np.log10(most))  # which is no work of the weights
    limit = "" if most == 1.0 else f" ≤ {number(most)}"
    return _Causes(whole, weights - at_most, slopes + at_most, "the weights", f"g′{limit}")


def _this_one(frame: Frame, found: SingularValues, t: int, change: float) -> str:
    above, made = frame.layer < frame.layers - 1, causes(frame, found, t)
    one = "This one, with its paths through the layers above" if above else "This one"
    said = f"{one}: {_times(change)}"
    if made is None:
        return f"{said} ({_counted(frame, found, t)} units saturated)."
    if frame.kind.states:
        said += f" in a; {'by this layer alone ' * above}{_times(made.whole)} in (a, c)"
    elif above:
        said += f"; by this layer alone {_times(made.whole)}"
    return (
        f"{said}, {_times(made.weights)} by {made.made_by}, {_times(made.slopes)} by "
        f"{made.and_by} ({_counted(frame, found, t)} saturated)."
    )


def _this_in_short(frame: Frame, found: SingularValues, t: int, change: float) -> str:
    made = causes(frame, found, t)
    if made is None:
        return f"This one {_times(change)}."
    said = "This one"
    if frame.layer < frame.layers - 1:
        said += f" {_times(change)}, by this layer alone"
    elif frame.kind.states:
        said += " in (a, c)"
    parts = ("weights and gates", "slopes") if frame.kind.names else ("weights", made.and_by)
    return (
        f"{said} {_times(made.whole)}: {_times(made.weights)} {parts[0]}, "
        f"{_times(made.slopes)} {parts[1]}."
    )


def ends_said(frame: Frame, first: int) -> str:
    """Why no step before `first` is decomposed: the gradient is cut there, or they are too many."""
    if first == frame.passing.reach(frame.source) > 1:
        return f" Truncation cuts it before step {first}."
    back = frame.source - first
    return f" Only {counted(back, 'step')} back {'is' if back == 1 else 'are'} decomposed."


def reading(frame: Frame, step: int) -> str:
    """What is said of one step."""
    found = values_of(frame)
    name = step_name(frame, step)
    if found is None or not found.first <= step <= found.k:
        return name
    if step < newest(frame):
        return f"{name} · not yet computed"
    row = found.log10[step - found.first]
    known = row[np.isfinite(row)]
    if not len(known):
        return f"{name} · {size(float(row[0]))}"
    return f"{name} · σ from {ratio(float(known[-1]))} to {ratio(float(known[0]))}"


def _counted(frame: Frame, found: SingularValues, t: int) -> str:
    """How many units are saturated at the steps that the gradient has come through."""
    through = found.saturated[t + 1 - found.first :]
    count, every = int(through.sum()), len(through) * frame.units
    return f"{count:,} of {every:,}"


def _any_in_short(row: NDArray[np.float64], known: NDArray[np.float64], k: int, t: int) -> str:
    if not len(known):
        return _any_gradient(row, known, k, t)
    low, high = ratio(float(known[-1])), ratio(float(known[0]))
    by = high if low == high else f"{low} to {high}"
    by = f"×\u202f{by}" if len(known) == len(row) else f"≤ ×\u202f{high}"
    return f"Steps {k} to {t}, any gradient {by}."


def _any_gradient(row: NDArray[np.float64], known: NDArray[np.float64], k: int, t: int) -> str:
    if not len(known):
        gone = "exactly 0" if np.isneginf(row[0]) else "not finite"
        return f"From step {k} back to step {t} the Jacobian is {gone}."
    low, high = ratio(float(known[-1])), ratio(float(known[0]))
    if low == high and len(known) == len(row):
        return f"From step {k} back to step {t} every gradient is multiplied by {high}."
    by = f"{low} to {high}" if len(known) == len(row) else f"at most {high}"
    return f"From step {k} back to step {t} a gradient is multiplied by {by}."


def _times(log10: float) -> str:
    return f"×\u202f{ratio(log10)}"


def _start(frame: Frame) -> float:
    k = frame.source
    return float(frame.norms_of(summed=False)[k - 1]) if k else -np.inf


def _line(frame: Frame, x: NDArray[np.float64], start: float) -> Curve:
    """Where a gradient would stay that no step changes."""
    y = np.full(len(x), start)
    names = ("× 1: kept as it is", "× 1") if len(x) > 1 else ()
    return Curve("× 1", x, y, Role.MUTED, 0.12, titles=names, tip=_ONE_TIP)


def _ticks(start: float) -> TickRule:
    """Powers of ten, and × 1 where the line is that a gradient stays on which no step changes.

    Among many curves its name along it has no room.
    """

    def ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
        apart = room.high * (high - low) / max(room.length, 1.0)
        others = [tick for tick in log_ticks(low, high, room) if abs(tick[0] - start) >= apart]
        return [*others, (start, "× 1")] if low <= start <= high else others

    return ticks
