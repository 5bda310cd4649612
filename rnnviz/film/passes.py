"""A pass: all that one snapshot's forward and backward sweep computed, and its check by numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.data.readers import Report
from rnnviz.engine import (
    EncoderDecoder,
    Network,
    Objective,
    Trace,
    Truncation,
    backward,
    forward,
    recurrent_gain,
)
from rnnviz.engine.arrays import first_non_finite
from rnnviz.engine.beyond import held, held_log_norms
from rnnviz.engine.seq2seq import PairTrace
from rnnviz.files.errors import Cancelled
from rnnviz.film.answers import answered, baselines
from rnnviz.film.cost import check_affordable, size_of
from rnnviz.film.records import Array, Forward, Model, Sweep, parameters, replaced
from rnnviz.film.run import Run
from rnnviz.film.splices import (
    Splice,
    differentiated,
    paying_only,
    spliced_pair,
    spliced_steps,
    window_of_sweep,
)
from rnnviz.film.truncation import window_of
from rnnviz.frozen import field, record

if TYPE_CHECKING:
    from rnnviz.engine.checking import GradientCheck


@record(eq=False)
class Pass:
    """All that one pass of one snapshot computed.

    Attributes
    ----------
    given : Task
        What was to be run.
    task : Task
        What was run: where the network feeds itself, its own answers stand in it.
    trace : Forward
        Forward.
    backward : Sweep
        Backward through time for the sum of all losses.
    source : int
        The step k whose loss alone is followed; 0 where no step pays a loss.
    alone : Sweep
        Backward through time for that loss alone.
    gain : tuple of float
        Per layer the bound's base σ_max(W_aa)·max|g′|; NaN for gated cells, for two networks and
        without recurrence, which have none.
    log_direct_path : ndarray of shape (L, T+1) or None
        For the LSTM ln ∏ f from c⟨T⟩ back to c⟨t⟩, its mean over the units of the first sequence:
        the logarithm of their geometric mean.
    measured : dict
        The measures that were found of it, by name and arguments (see `film.measures`).
    """

    given: Task
    task: Task
    trace: Forward
    backward: Sweep
    source: int
    alone: Sweep
    gain: tuple[float, ...]
    log_direct_path: NDArray[np.float64] | None = None
    measured: dict[tuple[Any, ...], Any] = field(
        init=False, repr=False, default_factory=dict[tuple[Any, ...], Any]
    )

    _found: dict[str, int | None] = field(
        init=False, repr=False, default_factory=dict[str, int | None]
    )

    def values_of(self, quantity: str, layer: int) -> NDArray[np.floating]:
        """Of "a", "c" or a gate all steps 1 … T, (T, H); ValueError for what the cell has not."""
        trace = self.trace
        if quantity == "a":
            return trace.a[layer, 1:, 0]
        if quantity == "c" and trace.c is not None:
            return trace.c[layer, 1:, 0]
        if quantity not in trace.gates:
            raise ValueError(f"this cell has no {quantity!r}")
        return trace.gates[quantity][layer, :, 0]

    @property
    def window(self) -> int:
        """Steps of the windows at whose ends the gradient is cut; 0 where it is not."""
        return window_of_sweep(self.backward)

    def reach(self, k: int) -> int:
        """The first step that the loss of step k reaches."""
        return first_reached(k, self.window)

    @property
    def states_lost_at(self) -> int | None:
        """The first step with a state or output that is not finite; a loss may be lost before."""
        if self.trace.exploded_at is None:
            return None
        if "lost" not in self._found:
            trace, after = self.trace, slice(1, self.trace.steps + 1)
            cells = () if trace.c is None else trace.c[:, after]
            at = first_non_finite(*trace.z, *trace.a[:, after], *cells)
            found = [t for t in (None if at is None else at + 1, trace.output_lost_at) if t]
            self._found["lost"] = min(found, default=None)
        return self._found["lost"]

    @property
    def exploded(self) -> str:
        """In words what stopped being finite, and where; empty where nothing did."""
        at, states = self.trace.exploded_at, self.states_lost_at
        if at is not None and at == states:
            return f"exploded at step {at}: its numbers are no longer finite"
        if at is not None:
            said = f"exploded at step {at}: its loss is no longer finite"
            return f"{said}, the states from step {states} on" if states else said
        if self.backward.exploded_at is not None:
            return (
                f"the gradient exploded at step {self.backward.exploded_at} on its way back: "
                "its numbers are no longer finite"
            )
        return ""


_LAST_PAID: WeakKeyDictionary[Task, int] = WeakKeyDictionary()


def last_paid(task: Task) -> int:
    """The last step that pays a loss; 0 where none does."""
    found = _LAST_PAID.get(task)
    if found is None:  # asked for at every frame, of a million steps too
        paid = np.flatnonzero(task.mask.any(axis=1))
        found = _LAST_PAID[task] = int(paid[-1]) + 1 if paid.size else 0
    return found


def resolve_source(task: Task, source: int) -> int:
    """The step whose loss is followed: the wanted one where it pays a loss, else the last paid."""
    if 1 <= source <= task.steps and bool(task.mask[source - 1].any()):
        return source
    return last_paid(task)


def compute_pass(
    run: Run, snapshot: int, source: int, known: Pass | None = None, told: Report | None = None
) -> Pass:
    """Run forward and backward for one snapshot, and follow one loss on its own.

    Parameters
    ----------
    run : Run
        The document.
    snapshot : int
        Which of its networks.
    source : int
        The step k whose loss is followed; one that pays none falls back to the last that does.
    known : Pass, optional
        A pass of the same snapshot with another source or another window, of which all is taken
        over that is the same.
    told : callable, optional
        Is told after each part how much is done, 0 … 1; answers False to stop.

    Raises
    ------
    Cancelled
        When `told` has answered False.
    ValueError
        If it would take more memory than it may.
    """

    def at(done: float) -> None:
        if told is not None and not told(done):
            raise Cancelled("was not computed: cancelled")

    model, given, window = run.networks[snapshot], run.task, window_of(run)
    if known is None or known.trace.network is not model or known.given is not given:
        check_affordable(size_of(given, run.architecture))
        task = answered(given, model)
        known = None
        at(0.01)
        trace = run_forward(model, task)
        at(0.3)
        back = differentiated(trace, window)
        at(0.55)
        gain, path = _gain(model, task), mean_direct_path(trace)
        # Now, while this may be another thread; frames ask for them at once.
        baselines(task)
        last_paid(task)
        _ = trace.exploded_at, back.exploded_at
        at(0.7)
    else:
        task, trace, back, gain = known.task, known.trace, known.backward, known.gain
        path = known.log_direct_path
        if known.window != window:
            back = differentiated(trace, window)
            _ = back.exploded_at
    k = resolve_source(task, source)
    at(0.7)
    alone = differentiated(paying_only(trace, k), window)
    return Pass(given, task, trace, back, k, alone, gain, path)


def held_norms(
    back: Sweep, k: int | None = None, told: Callable[[float], object] | None = None
) -> NDArray[np.float64]:
    """ln ‖∂L/∂a⟨t⟩‖ of a sweep, (L, T), past the ends of its floats.

    Parameters
    ----------
    back : Sweep
        Of the sum of all losses, or of the loss of step `k` alone (0: there is none).
    """
    trace, plain = back.trace, np.asarray(back.log_norm_da, np.float64)
    made, before = trace, 0
    if isinstance(made, Splice):
        made = made.made_of
        if isinstance(made, Trace):  # steps that know nothing of each other: nothing travels far
            return plain
        before = made.encoder.steps
    if k == 0:
        return plain
    assert isinstance(made, Trace | PairTrace)
    paying = made if isinstance(made, Trace) else made.decoder
    if paying.objective is None or not paying.paid.any():
        return plain
    last = before + int(np.flatnonzero(paying.paid)[-1]) + 1 if k is None else k
    if paying.network.architecture.bidirectional:
        last = trace.steps
    own, window = None if k is None else k - before, window_of_sweep(back)
    reached = np.arange(1, trace.steps + 1) <= last
    if window:
        paid = np.concatenate([np.zeros(before, np.bool_), paying.paid])
        reached = _reached(paid if k is None else np.arange(1, trace.steps + 1) == k, window)
    return held(plain, back.da.dtype, reached, lambda: held_log_norms(made, own, told, window)[0])


def _reached(paid: NDArray[np.bool_], window: int) -> NDArray[np.bool_]:
    """Which steps some loss reaches, where none reaches over the end of a window; both (T,)."""
    rows = np.zeros((-(-len(paid) // window), window), np.bool_)
    rows.reshape(-1)[: len(paid)] = paid
    return np.logical_or.accumulate(rows[:, ::-1], axis=1)[:, ::-1].reshape(-1)[: len(paid)]


def run_forward(model: Model, task: Task) -> Forward:
    """Run a task forward: one network, an encoder and a decoder, or every step by itself.

    A network without a read-out runs without an objective: it says nothing that could be paid for.

    Raises
    ------
    ValueError
        If the model does not fit the task.
    """
    if isinstance(model, EncoderDecoder):
        return spliced_pair(model, pair_forward(model, task))
    if task.mode != "one_to_one" or task.steps == 1:
        every = slice(0, task.steps)
        objective = _objective(task, every, model)
        given = _given(task, every)
        return forward(model, _input(task, model, every), objective, inputs=given, exact=True)
    return spliced_steps(steps_forward(model, task))


def run_stretch(
    trace: Trace, task: Task, first: int, last: int, model: Network | None = None
) -> Trace:
    """Run the steps `first` … `last` of a pass again, from the state it came to before them.

    `model` is another network to run; that of the pass where nothing is said.
    """
    part, model = slice(first - 1, last), model or trace.network
    c0 = None if trace.c is None else trace.c[:, first - 1]
    return forward(
        model, _input(task, model, part), _objective(task, part, model),
        a0=trace.a[:, first - 1], c0=c0, inputs=_given(task, part), exact=True,
    )  # fmt: skip


def pair_forward(model: EncoderDecoder, task: Task) -> PairTrace:
    """Run an encoder and its decoder on a task."""
    s = task.source_steps
    read = forward(model.encoder, _input(task, model.encoder, slice(0, s)), exact=True)
    state = read.a[:, -1], None if read.c is None else read.c[:, -1]
    rest = slice(s, task.steps)
    said = forward(
        model.decoder, _input(task, model.decoder, rest), _objective(task, rest, model.decoder),
        a0=state[0], c0=state[1], inputs=_given(task, rest), exact=True,
    )  # fmt: skip
    return PairTrace(read, said)


def steps_forward(model: Network, task: Task) -> Trace:
    """Run the steps of a task as so many sequences of one step."""
    every = slice(0, task.steps)
    x = _input(task, model, every).swapaxes(0, 1)
    objective = _objective(task, every, model)
    if objective is None:
        return forward(model, x, exact=True)
    mask = None if objective.mask is None else objective.mask.swapaxes(0, 1)
    side = Objective(task.loss, objective.targets.swapaxes(0, 1), mask)
    return forward(model, x, side, exact=True)


def _input(task: Task, network: Network, part: slice) -> NDArray[Any]:
    x = task.x[part]
    return x if x.dtype.kind in "iu" else x.astype(network.dtype)


def _objective(task: Task, part: slice, network: Network) -> Objective | None:
    """What is paid at some steps; None of a network without a read-out."""
    if not network.architecture.outputs:
        return None
    return Objective(task.loss, task.targets[part], task.mask[part], "sum")


def _given(task: Task, part: slice) -> NDArray[np.bool_] | None:
    return None if task.silent is None else ~task.silent[part, None]


def _gain(model: Model, task: Task) -> tuple[float, ...]:
    if isinstance(model, EncoderDecoder):
        return (float("nan"),) * model.decoder.architecture.layers
    layers = model.architecture.layers
    if task.mode == "one_to_one":
        return (float("nan"),) * layers
    return tuple(recurrent_gain(model, layer) for layer in range(layers))


def first_reached(k: int, window: int) -> int:
    """The first step that the loss of step k reaches; its gradient is cut at a window's ends."""
    return (k - 1) // window * window + 1 if window else 1


def mean_direct_path(trace: Forward) -> NDArray[np.float64] | None:
    """See `Pass.log_direct_path`."""
    if trace.c is None:
        return None
    return trace.log_direct_path[:, :, 0].mean(axis=2, dtype=np.float64)


def direct_path(
    start: float, whole: NDArray[np.float64], k: int, window: int
) -> NDArray[np.float64]:
    """log10 of what the cell state alone would carry back from step k, (T,): `Frame.log10_path`.

    Parameters
    ----------
    start : float
        log10 ‖∂L_k/∂a⟨k⟩‖.
    whole : ndarray of shape (T+1,)
        A layer's row of `Pass.log_direct_path`.
    k, window : int
        Where it begins, and where the gradient is cut.
    """
    path = np.full(len(whole) - 1, -np.inf)
    with np.errstate(invalid="ignore"):
        path[:k] = start + (whole[1 : k + 1] - whole[k]) / np.log(10.0)
    path[: first_reached(k, window) - 1] = -np.inf
    return path


_TOLERANCE = 1e-6


def check_pass(passing: Pass, seed: int = 0) -> GradientCheck:
    """Check every parameter's gradient of a pass, each by itself, by complex steps.

    What the network feeds itself is held fixed, as in the gradient, and where that is cut so are
    the states that windows hand over. A pass in float32 is checked
    by the same pass in float64.

    Parameters
    ----------
    passing : Pass
    seed : int
        Of the directions.
    """
    from rnnviz.engine.checking import check_gradients, compared  # not before it is needed

    task, model = passing.task, passing.trace.network
    if isinstance(model, Network) and (task.mode != "one_to_one" or task.steps == 1):
        given = None if task.silent is None else ~task.silent[:, None]
        objective = Objective(task.loss, task.targets, task.mask, "sum")
        cut = Truncation(passing.window) if passing.window else None
        return check_gradients(
            model,
            task.x,
            objective,
            tolerance=_TOLERANCE,
            seed=seed,
            truncation=cut,
            inputs=given,
        )
    wide, gradients = _cast(model, np.float64), passing.backward.gradients
    if any(array.dtype != np.float64 for array in gradients.values()):
        gradients = differentiated(run_forward(wide, task), passing.window).gradients
    moving, named = _cast(wide, np.complex128), parameters(wide)
    cut = Truncation(passing.window) if passing.window else None
    pair = pair_forward(wide, task) if isinstance(wide, EncoderDecoder) else None

    def loss(name: str, moved: Array) -> complex:
        nudged = replaced(moving, {**parameters(moving), name: moved})
        if isinstance(nudged, EncoderDecoder):
            if pair is None or cut is None:
                return complex(pair_forward(nudged, task).decoder.loss_k.sum())
            windows = [(start, stop) for start, _, stop in cut.windows(task.steps)]
            return sum((_loss_of_window(nudged, task, pair, *ends) for ends in windows), 0j)
        return complex(steps_forward(nudged, task).loss_k.sum()) * task.steps

    sizes: dict[str, float] = {}
    if pair is not None:
        both = pair.backward(cut)
        for part, back in (("encoder", both.encoder), ("decoder", both.decoder)):
            for name in back.gradients:
                sizes[f"{part}.{name}"] = float(back.share_norms(name).sum())
    else:
        assert isinstance(wide, Network)
        back = backward(steps_forward(wide, task))
        for name in named:
            sizes[name] = float(back.share_norms(name).sum()) * task.steps
    return compared(named, gradients, sizes, loss, directions=2, tolerance=_TOLERANCE, seed=seed)


def _loss_of_window(
    model: EncoderDecoder, task: Task, known: PairTrace, start: int, stop: int
) -> complex:
    """The losses of one window of a pair, of a changed model that begins with the known states."""
    s = task.source_steps
    if stop <= s:
        return 0j
    held, before = (known.encoder, 0) if start < s else (known.decoder, s)
    a0, c0 = held.a[:, start - before], None if held.c is None else held.c[:, start - before]
    if start < s:
        read = forward(
            model.encoder, _input(task, model.encoder, slice(start, s)), a0=a0, c0=c0, exact=True
        )
        a0, c0 = read.a[:, -1], None if read.c is None else read.c[:, -1]
    part = slice(max(start, s), stop)
    said = forward(
        model.decoder, _input(task, model.decoder, part), _objective(task, part, model.decoder),
        a0=a0, c0=c0, inputs=_given(task, part), exact=True,
    )  # fmt: skip
    return complex(said.loss_k.sum())


def _cast(model: Model, dtype: type[np.generic]) -> Model:
    if isinstance(model, EncoderDecoder):
        return EncoderDecoder(model.encoder.astype(dtype), model.decoder.astype(dtype))
    return model.astype(dtype)
