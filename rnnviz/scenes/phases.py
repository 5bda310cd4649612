"""How far each step of the stage has come, how strong its gradient is; what is kept with a pass."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, Output, Stage, number, power_of_ten, ratio
from rnnviz.film.terms import backward_terms, withheld
from rnnviz.film.words import ten_to
from rnnviz.frozen import record
from rnnviz.scenes.measure import fitting, text_width

T = TypeVar("T")
_KEPT: WeakKeyDictionary[Any, dict[Hashable, Any]] = WeakKeyDictionary()
_MOST = 4096


def remembered(frame: Frame, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` returned the first time it was asked for this pass and key.

    `key` must name all that `make` reads besides the forward pass, its sum of losses, where its
    gradient is cut and the task: the layer, and the source where it matters. The trace is the
    anchor, so nothing outlives the pass that it was made from.
    """
    trace, key = frame.passing.trace, (frame.window, key)
    kept = _KEPT.get(trace)
    if kept is None:
        kept = _KEPT[trace] = {}
    try:
        return kept[key]
    except KeyError:
        if len(kept) >= _MOST:
            kept.clear()
        made = kept[key] = make()
        return made


_WIDEST_LOSS = "loss 4.4·10⁻⁴⁴"


@record
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

    @property
    def begun(self) -> float:
        """How much the step is seen as one that is there, 0 … 1: it comes out of what is to come.

        All of it has come when half of what enters has, so that nothing changes in one go.
        """
        return 1.0 if self is DONE else eased(2.0 * self.input)


@record
class Back:
    """How much of each backward phase of one step is done, 0 … 1."""

    loss: float = 0.0
    recurrent: float = 0.0
    combine: float = 0.0
    slope: float = 0.0
    share: float = 0.0


def eased(share: float) -> float:
    """A way that begins and ends gently."""
    share = min(1.0, share)
    return share * share * (3.0 - 2.0 * share)


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
    names = ("input", "recurrent", "combine", "settle", "output", "loss")
    return Ahead(*map(moment.done, names))


def back(frame: Frame, t: int) -> Back:
    """The backward phases of step t."""
    if t >= frame.gradient_from:
        return RETURNED
    moment = frame.moment
    if moment.stage is not Stage.BACKWARD or t != moment.step:
        return NOT_BACK
    done = moment.done
    return Back(done("loss"), done("recurrent"), done("combine"), done("slope"), done("share"))


def within_layer(done: Ahead, layer: int, layers: int) -> Ahead:
    """A step's forward phases in one layer: adding and settling run from layer to layer upwards.

    Above the lowest layer `input` is the way of the a⟨t⟩ of the layer below.
    """
    if layers == 1 or done.whole:
        return done
    share = _share((done.combine + done.settle) / 2, layer, layers)
    if layer == 0:
        return replace(done, combine=min(1.0, 2 * share), settle=max(0.0, 2 * share - 1.0))
    enter, combine, settle = _thirds(share)
    return replace(done, input=enter, combine=combine, settle=settle)


def back_within_layer(done: Back, layer: int, layers: int) -> Back:
    """A step's backward phases in one layer: adding and g′ run from layer to layer downwards.

    Below the highest layer `loss` is the way of the gradient from the layer above.
    """
    if layers == 1 or done is RETURNED or done is NOT_BACK:
        return done
    share = _share((done.combine + done.slope) / 2, layers - 1 - layer, layers)
    if layer == layers - 1:
        return replace(done, combine=min(1.0, 2 * share), slope=max(0.0, 2 * share - 1.0))
    enter, combine, slope = _thirds(share)
    return replace(done, loss=enter, combine=combine, slope=slope)


def layer_phase(frame: Frame) -> str:
    """The phase under way in the shown layer, by its name; empty at rest.

    Of several layers each adds and settles in its turn; one whose turn is to come waits for what
    enters it, and one that has had it is where it was left.
    """
    moment, layer, layers = frame.moment, frame.layer, frame.layers
    name = moment.phase.name if moment.phase else ""
    if layers == 1 or name not in ("combine", "settle", "slope"):
        return name
    if moment.stage is Stage.FORWARD:
        done = within_layer(ahead(frame, moment.step), layer, layers)
        turns = {"input": done.input, "combine": done.combine, "settle": done.settle}
    else:
        gone = back_within_layer(back(frame, moment.step), layer, layers)
        turns = {"loss": gone.loss, "combine": gone.combine, "slope": gone.slope}
    return next((each for each, share in turns.items() if share < 1.0), [*turns][-1])


def _share(done: float, turn: int, layers: int) -> float:
    return min(1.0, max(0.0, done * layers - turn))


def _thirds(share: float) -> tuple[float, float, float]:
    first = min(1.0, share / 0.3)
    second = min(1.0, max(0.0, (share - 0.3) / 0.3))
    return first, second, max(0.0, (share - 0.6) / 0.4)


def turned(frame: Frame) -> bool:
    """Whether the film has turned round: backward through time, or the update after it."""
    return frame.moment.stage in (Stage.BACKWARD, Stage.UPDATE)


# -- what a step shows -----------------------------------------------------------------------


def state_limit(frame: Frame) -> float:
    """The value at the colour map's ends, one for all layers."""

    def make() -> float:
        if frame.layers == 1 or frame.activation in ("tanh", "sigmoid"):
            return frame.state_limit
        return frame.largest_of("a", range(frame.layers))

    return remembered(frame, "limit", make)


def memory_limit(frame: Frame) -> float:
    """The scale of c⟨t⟩'s colours, as `limit` of a⟨t⟩'s."""
    layers = range(frame.layers)
    return remembered(frame, "memory-limit", lambda: frame.largest_of("c", layers))


def value_grid(
    frame: Frame, quantity: str, layer: int, t: int, rows: int, columns: int
) -> NDArray[np.floating]:
    """a⟨t⟩ or c⟨t⟩ of a layer, column by column; what is not finite is +inf, to be hatched."""
    return remembered(
        frame,
        (quantity, layer, t, rows, columns),
        lambda: as_grid(frame.values_of(quantity, layer)[t], rows, columns),
    )


def empty_grid(frame: Frame, rows: int, columns: int) -> NDArray[np.floating]:
    """The cells of units that have not been computed yet, empty."""
    return remembered(frame, ("none", rows, columns), lambda: np.full((rows, columns), np.nan))


def as_grid(
    vector: NDArray[np.floating], rows: int, columns: int, unknown: bool = False
) -> NDArray[np.floating]:
    """A vector of units as a grid, filled column by column; NaN becomes +inf, unless `unknown`."""
    flat = np.zeros(rows * columns)
    flat[: vector.size] = vector
    if not unknown:
        flat[~np.isfinite(flat)] = np.inf
    return flat.reshape(columns, rows).T


def step_outputs(frame: Frame, t: int, count: int) -> tuple[Output, ...]:
    """The most probable outputs at step t; the last line is the target's if it is not among them.

    Right or wrong can then always be seen, in the target's own probability. Where there are no
    more classes than lines every class keeps its line, so that a verdict can be seen to swing.
    """

    def make() -> tuple[Output, ...]:
        best = frame.outputs(t, count)
        target = frame.target(t)
        if best and target is not None and not any(line.target for line in best):
            best = (*best[:-1], target)
        names = frame.task.output_names
        return (
            best if len(names) > count else tuple(sorted(best, key=lambda o: names.index(o.name)))
        )

    return remembered(frame, ("outputs", t, count), make)


def loss_text(frame: Frame, t: int, width: float, size: float) -> str:
    """What stands above an output: "loss 2.31", or the number alone where that is too wide.

    The room decides, not this step's number, so that neighbours are written alike.
    """
    value = number(frame.loss(t), zeros=True)
    if frame.loss(t) == 0.0 and np.isfinite(power := frame.log10_loss(t)):
        value = power_of_ten(power)
        if text_width(f"loss {value}", size, True) > width:
            return value
    return f"loss {value}" if loss_named(width, size) else value


def loss_named(width: float, size: float) -> bool:
    """Whether there is room for "loss" before every number."""
    return text_width(_WIDEST_LOSS, size, True) <= width


# -- how strong a gradient is ----------------------------------------------------------------


def _view(frame: Frame) -> tuple[object, ...]:
    return (frame.summed, 0 if frame.summed else frame.source)


def norms(frame: Frame, layer: int | None = None) -> NDArray[np.float64]:
    """log10 ‖∂L/∂a⟨t⟩‖ of what is shown in a layer (the shown one), once a pass."""
    layer = frame.layer if layer is None else layer
    return remembered(
        frame,
        ("norms", layer, *_view(frame)),
        lambda: frame.norms_of(summed=frame.summed, layer=layer),
    )


def largest(frame: Frame) -> float:
    """log10 of the largest finite ‖∂L/∂a⟨t⟩‖ of all steps and layers.

    −inf where all are exactly 0, nan where none is finite and some are no numbers.
    """

    def make() -> float:
        kind = "sum" if frame.summed else "source"
        each = range(frame.layers)
        highest = [frame.range_of(kind, layer).high for layer in each]
        known = [high for high in highest if not np.isnan(high)]
        if known:
            return max(known)
        lost = any(np.isnan(norms(frame, layer)).any() for layer in each)
        return np.nan if lost else -np.inf

    return remembered(frame, ("largest", *_view(frame)), make)


def strength(frame: Frame, t: int, layer: int | None = None) -> float:
    """‖∂L/∂a⟨t⟩‖ of a layer over the largest of all steps and layers, 0 … 1."""
    return _over_largest(frame, float(norms(frame, layer)[t - 1]))


def own_strength(frame: Frame, t: int, layer: int | None = None) -> float:
    """How strong a⟨t⟩ is pulled at from above at step t, on the same scale.

    In the highest layer by the step's own loss, below it through the next layer's W_ax.
    """
    layer = frame.layer if layer is None else layer
    if layer == frame.layers - 1:
        if not frame.pays(t):
            return 0.0
        if not frame.summed:
            return strength(frame, t, layer) if t == frame.source else 0.0
    elif t == frame.steps or (not frame.summed and t >= frame.source):
        return strength(frame, t, layer)  # nothing else arrives there
    return _part_strength(frame, "own", t, layer)


def arriving_strength(frame: Frame, t: int, layer: int | None = None) -> float:
    """How strong the gradient is that step t gets from t + 1, on the same scale."""
    layer = frame.layer if layer is None else layer
    if t >= frame.steps or frame.cut(t + 1) or (not frame.summed and t >= frame.source):
        return 0.0
    if not frame.summed and layer == frame.layers - 1:
        return strength(frame, t, layer)
    return _part_strength(frame, "arriving", t, layer)


def _part_strength(frame: Frame, part: str, t: int, layer: int) -> float:
    def make() -> tuple[float, float]:
        terms = backward_terms(frame.sweep, layer, t)
        return log10_norm(terms.own), log10_norm(terms.arriving)

    found = remembered(frame, ("parts", layer, t, *_view(frame)), make)
    if found == (-np.inf, -np.inf):  # too small for these numbers, but not for their logarithms
        return strength(frame, t, layer)
    return _over_largest(frame, found[part == "arriving"])


def withheld_strength(frame: Frame, t: int, layer: int) -> float:
    """How strong the gradient is that truncation keeps from a⟨t−1⟩, on the same scale."""

    def make() -> float:
        return log10_norm(withheld(frame.sweep, layer, t))

    if not frame.cut(t) or (not frame.summed and t > frame.source):
        return 0.0
    return _over_largest(frame, remembered(frame, ("withheld", layer, t, *_view(frame)), make))


def norm_text(frame: Frame, t: int, layer: int, width: float, size: float) -> str:
    """‖∂L/∂a⟨t⟩‖ of a layer in as many digits as a width holds."""
    logs = norms(frame, layer)
    key = ("digits", layer, *_view(frame), width, size)
    fewer = remembered(frame, key, lambda: fewer_digits(logs, width, size))
    return shortened(float(logs[t - 1]), fewer, width, size)


def norm_forms(log10: float) -> tuple[str, ...]:
    """Ways to write a norm, given by its logarithm, from many digits to its nearest power of ten.

    A bare power stands for up to three times as much or as little: ≈ says so where it has room.
    """
    if log10 == -np.inf:
        return ("0",)
    if not np.isfinite(log10):
        return ("not finite", "—")
    lead, nearest = int(np.floor(log10)), ten_to(round(log10))
    digit = round(10.0 ** (log10 - lead))
    lead, digit = (lead + 1, 1) if digit == 10 else (lead, digit)
    short = (f"{digit}·{ten_to(lead)}", f"≈{nearest}", nearest)
    if _is_power(log10):
        return (ratio(log10), *short)
    value = 10.0**log10
    return (number(value, zeros=True), number(value, digits=2), number(value, digits=1), *short)


def fewer_digits(logs: NDArray[np.floating], width: float, size: float) -> int:
    """How many of the ways to write a power of ten are too wide for one of those side by side.

    So that neighbours are written alike, and no 10⁻¹⁰ stands beside a 2·10⁻¹⁰ as if it were less.
    """
    powers = logs[np.isfinite(logs) & ((logs < -3) | (logs >= 4))]
    if not powers.size:
        return 0
    ends = [norm_forms(float(np.floor(end))) for end in (powers.min(), powers.max())]
    # The widest digits: those of the ends themselves say nothing of what lies between them.
    ways = zip(*((f"4.4·{bare}", f"4·{bare}", f"≈{bare}") for *_, bare in ends), strict=True)
    fits = (all(text_width(way, size, True) <= width for way in both) for both in ways)
    return next((i for i, each in enumerate(fits) if each), 3)


def shortened(log10: float, fewer: int, width: float, size: float) -> str:
    """A norm in as many digits as a width holds, a power of ten in no more than its neighbours."""
    forms = norm_forms(log10)
    forms = forms[fewer:] if np.isfinite(log10) and _is_power(log10) else forms
    return fitting(forms, width, size, True)


def _is_power(log10: float) -> bool:
    return not -3 <= log10 < 4


def log10_norm(vector: NDArray[np.floating]) -> float:
    """log10 of a vector's norm; −inf of zeros, nan where it is not finite."""
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
