"""How far each step of the stage has come at a playhead, and how strong its gradient is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, Output, Stage, number, ratio
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.memo import remembered

_SUPER = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Ahead:
    """How much of each forward phase of one step is done, 0 … 1."""

    input: float = 0.0
    recurrent: float = 0.0
    combine: float = 0.0
    settle: float = 0.0
    output: float = 0.0
    loss: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether the step is either wholly done or not begun."""
        return self is DONE or self is TO_COME


@dataclass(frozen=True, slots=True)
class Back:
    """How much of each backward phase of one step is done, 0 … 1."""

    loss: float = 0.0
    recurrent: float = 0.0
    combine: float = 0.0
    slope: float = 0.0
    share: float = 0.0


DONE = Ahead(1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
TO_COME = Ahead()
RETURNED = Back(1.0, 1.0, 1.0, 1.0, 1.0)
NOT_BACK = Back()


def ahead(frame: Frame, t: int) -> Ahead:
    """The forward phases of step t."""
    if t <= frame.forward_done:
        return DONE
    moment = frame.moment
    if moment.stage is not Stage.FORWARD or t != moment.step:
        return TO_COME
    done = moment.done
    return Ahead(
        done("input"),
        done("recurrent"),
        done("combine"),
        done("settle"),
        done("output"),
        done("loss"),
    )


def back(frame: Frame, t: int) -> Back:
    """The backward phases of step t."""
    if t >= frame.gradient_from:
        return RETURNED
    moment = frame.moment
    if moment.stage is not Stage.BACKWARD or t != moment.step:
        return NOT_BACK
    done = moment.done
    return Back(done("loss"), done("recurrent"), done("combine"), done("slope"), done("share"))


def turned(frame: Frame) -> bool:
    """Whether the film has turned round: backward through time, or the update after it."""
    return frame.moment.stage in (Stage.BACKWARD, Stage.UPDATE)


# -- what a step shows -----------------------------------------------------------------------


def state_limit(frame: Frame) -> float:
    """The value at the colour map's ends."""
    return remembered(frame, ("limit", frame.playhead.layer), lambda: frame.state_limit)


def state_grid(frame: Frame, t: int, rows: int, columns: int) -> NDArray[np.floating]:
    """a⟨t⟩ as the cell shows it, column by column; what is not finite is +inf, to be hatched."""
    layer = frame.playhead.layer
    return remembered(
        frame,
        ("a", layer, t, rows, columns),
        lambda: as_grid(frame.passing.trace.a[layer, t, 0], rows, columns),
    )


def empty_grid(frame: Frame, rows: int, columns: int) -> NDArray[np.floating]:
    """Units that are not known yet."""
    return remembered(frame, ("none", rows, columns), lambda: np.full((rows, columns), np.nan))


def as_grid(vector: NDArray[np.floating], rows: int, columns: int) -> NDArray[np.floating]:
    """A vector of units as a grid, filled column by column; NaN becomes +inf."""
    flat = np.zeros(rows * columns)
    flat[: vector.size] = vector
    flat[~np.isfinite(flat)] = np.inf
    return flat.reshape(columns, rows).T


def step_outputs(frame: Frame, t: int, count: int) -> tuple[Output, ...]:
    """The most probable outputs at step t; the last line is the target's if it is not among them.

    Right or wrong can then always be seen, in the target's own probability.
    """

    def make() -> tuple[Output, ...]:
        best = frame.outputs(t, count)
        target = frame.target(t)
        if best and target is not None and not any(line.target for line in best):
            best = (*best[:-1], target)
        return best

    return remembered(frame, ("outputs", t, count), make)


def fixed(value: float) -> str:
    """`number` with its last zeros kept, so that what stands side by side looks alike: 2.70."""
    if np.isfinite(value) and 1e-3 <= abs(value) < 1000:
        return f"{value:#.3g}".rstrip(".").replace("-", "−")
    return number(value)


def loss_text(frame: Frame, t: int, width: float, size: float) -> str:
    """What stands above an output: "loss 2.31", or the number alone where that is too wide."""
    value = fixed(frame.loss(t))
    text = f"loss {value}"
    return text if text_width(text, size, True) <= width else value


# -- how strong a gradient is ----------------------------------------------------------------


def _view(frame: Frame) -> tuple[object, ...]:
    source = 0 if frame.summed else frame.source
    return (frame.playhead.layer, frame.summed, source)


def norms(frame: Frame) -> NDArray[np.float64]:
    """log10 ‖∂L/∂a⟨t⟩‖ of what is shown, once a pass."""
    return remembered(frame, ("norms", *_view(frame)), lambda: frame.log10_norms)


def largest(frame: Frame) -> float:
    """log10 of the largest finite ‖∂L/∂a⟨t⟩‖; −inf where there is none."""

    def make() -> float:
        known = norms(frame)
        known = known[np.isfinite(known)]
        return float(known.max()) if known.size else -np.inf

    return remembered(frame, ("largest", *_view(frame)), make)


def strength(frame: Frame, t: int) -> float:
    """‖∂L/∂a⟨t⟩‖ over the largest of all steps, 0 … 1."""
    return _over_largest(frame, float(norms(frame)[t - 1]))


def own_strength(frame: Frame, t: int) -> float:
    """How strong step t's own loss pulls at a⟨t⟩, on the same scale."""
    if not frame.pays(t):
        return 0.0
    if not frame.summed:
        return strength(frame, t) if t == frame.source else 0.0

    def make() -> float:
        sweep = frame.passing.backward
        weights = frame.passing.trace.network.parameters["W_ya"]
        with np.errstate(all="ignore"):
            return _log10_norm(sweep.dy[t - 1, 0] @ weights)

    return _over_largest(frame, remembered(frame, ("own", t), make))


def arriving_strength(frame: Frame, t: int) -> float:
    """How strong the gradient is that step t gets from t + 1, on the same scale."""
    if t >= frame.steps:
        return 0.0
    if not frame.summed:
        return strength(frame, t) if t < frame.source else 0.0
    layer = frame.playhead.layer

    def make() -> float:
        sweep = frame.passing.backward
        weights = frame.passing.trace.network.parameters[f"W_aa_l{layer}"]
        with np.errstate(all="ignore"):
            return _log10_norm(sweep.dz[layer, t, 0] @ weights)

    return _over_largest(frame, remembered(frame, ("arriving", layer, t), make))


def norm_text(frame: Frame, t: int, width: float, size: float) -> str:
    """‖∂L/∂a⟨t⟩‖ in as many digits as a width holds."""
    log10 = float(norms(frame)[t - 1])
    if log10 == -np.inf:
        return "0"
    if not np.isfinite(log10):
        return "not finite" if text_width("not finite", size, True) <= width else "—"
    text = fixed(10.0**log10) if -3 <= log10 < 4 else ratio(log10)
    if text_width(text, size, True) <= width:
        return text
    if -3 <= log10 < 3:
        for short in (f"{10.0**log10:.2g}", f"{10.0**log10:.1g}"):
            if text_width(short, size, True) <= width:
                return short
    return "10" + str(int(np.floor(log10))).translate(_SUPER)


def _log10_norm(vector: NDArray[np.floating]) -> float:
    big = float(np.abs(vector).max()) if vector.size else 0.0
    if big == 0.0:
        return -np.inf
    if not np.isfinite(big):
        return np.nan
    return float(np.log10(big) + np.log10(np.linalg.norm(vector / big)))


def _over_largest(frame: Frame, log10: float) -> float:
    top = largest(frame)
    if not (np.isfinite(log10) and np.isfinite(top)):
        return 0.0
    return min(1.0, 10.0 ** (log10 - top))
