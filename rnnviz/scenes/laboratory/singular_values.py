"""Why a gradient vanishes: the singular values of ∂a⟨k⟩/∂a⟨t⟩ on the gradient's own axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnviz.files.errors import counted
from rnnviz.film import Frame, comparable, ratio
from rnnviz.film.measures import SINGULAR_VALUES
from rnnviz.film.singular_values import SingularValues
from rnnviz.scenes.charts.axes import log_range, log_ticks
from rnnviz.scenes.charts.chart import DASHED, Axis, Chart, Curve
from rnnviz.scenes.charts.gradient import BOUND_TIP, bound_names, norm, revealed_from, size
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
    axis = Axis(low, high, log_ticks, size, "size", limits=limits, log=True)
    return Chart(
        "singular values", step_axis(frame), axis, tuple(curves), reveal="leftwards", side=1.4,
        asked="the gradient",
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
    found, k = values_of(frame), frame.source
    t = max(newest(frame), 1)
    if found is None or not np.isfinite(_start(frame)):
        return ""
    if t > k:
        return "The curves appear as the backward pass goes back."
    if t == k:
        return f"At step {k} nothing has happened to the gradient yet."
    limited = ""
    if t < found.first:
        limited = ends_said(frame, found.first)
    t = max(t, found.first)
    row = found.log10[t - found.first]
    known = row[np.isfinite(row)]
    said = _any_gradient(row, known, k, t)
    part, own = t - found.first, frame.norms_of(summed=False)
    change = float(own[t - 1] - own[k - 1]) if np.isfinite(own[t - 1]) else np.nan
    if np.isfinite(change) and comparable(float(own[t - 1]), float(own[k - 1])):
        above = frame.layer < frame.layers - 1
        one = "This one, its part in a alone" if frame.kind.states else "This one"
        one += ", with its paths through the layers above" * above
        said += f" {one}: {_times(change)}"
        weights, rest = float(found.weights[part]), float(found.activations[part])
        if np.isfinite(weights) and abs(weights + rest - change) < 1e-6:
            made_by = "the weights and gates" if frame.kind.names else "the weights"
            slopes = "σ′, tanh′" if frame.kind.names else "g′"
            said += f", {_times(weights)} by {made_by}, {_times(rest)} by {slopes}"
            said += f" ({_counted(frame, found, t)} saturated)"
        else:
            said += f" ({_counted(frame, found, t)} units saturated)"
        said += "."
    if len(known) < len(row) and len(known):
        said += " Smaller σ than 10⁻¹⁰ of that are left out."
    if not frame.kind.bounded:
        said += " No bound holds for a gated cell."
    return said + limited


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
    return Curve("× 1", x, y, Role.MUTED, 0.09, titles=names, tip=_ONE_TIP)
