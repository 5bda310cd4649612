"""Several passes as one line of time: an encoder before its decoder, steps side by side.

`differentiated` runs any of them backward, over windows where BPTT is truncated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import (
    Backward,
    EncoderDecoder,
    Network,
    Objective,
    Trace,
    Truncation,
    backward,
)
from rnnviz.engine.arrays import first_non_finite, log_norms
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.seq2seq import PairTrace
from rnnviz.film.records import (
    Array,
    Forward,
    Model,
    Rows,
    Sweep,
)
from rnnviz.frozen import record


@record(eq=False, weakref_slot=True)
class Splice:
    """A pass put together from others; attributes as those of `Forward`.

    Attributes
    ----------
    made_of : PairTrace or Trace
        An encoder's pass followed by its decoder's, or one step of T sequences: T steps that know
        nothing of each other.
    """

    made_of: PairTrace | Trace
    network: Model
    a: Array
    c: Array | None
    z: Array
    gates: Mapping[str, Array]
    loss_k: Array
    loss: float
    exploded_at: int | None
    log_direct_path: Array

    @property
    def steps(self) -> int:
        """T."""
        return self.a.shape[1] - 1

    @property
    def y(self) -> Array:
        """See `Forward`."""
        return self.outputs()

    @property
    def p(self) -> Array | None:
        """See `Forward`."""
        return self.probabilities()

    @property
    def output_lost_at(self) -> int | None:
        """See `Forward`."""
        if isinstance(self.made_of, PairTrace):
            lost = self.made_of.decoder.output_lost_at
            return None if lost is None else lost + self.made_of.encoder.steps
        return _lost_in(self.made_of)

    def outputs(self, start: int = 0, stop: int | None = None) -> Array:
        """See `Forward`; 0 where an encoder reads."""
        return self._said(lambda trace: trace.outputs, 0.0, start, stop)

    def probabilities(self, start: int = 0, stop: int | None = None) -> Array | None:
        """See `Forward`; nan where an encoder reads."""
        answers = self.made_of if isinstance(self.made_of, Trace) else self.made_of.decoder
        if answers.objective is None or answers.objective.loss == "mse":
            return None

        def chances(trace: Trace) -> Rows:
            def rows(start: int, stop: int | None, batch: slice) -> Array:
                found = trace.probabilities(start, stop, batch)
                assert found is not None
                return found

            return rows

        return self._said(chances, np.nan, start, stop)

    def output(self, o: int) -> Array:
        """See `Forward`."""
        if isinstance(self.made_of, Trace):
            return self.made_of.output(o).swapaxes(0, 1)
        return _after_silence(self.made_of.encoder.steps, self.made_of.decoder.output(o), 0.0)

    def _said(
        self, rows: Callable[[Trace], Rows], silent: float, start: int, stop: int | None
    ) -> Array:
        return _spliced_rows(
            self.made_of, rows, silent, slice(*slice(start, stop).indices(self.steps))
        )

    @property
    def linked(self) -> bool:
        """Whether a⟨t−1⟩ reaches step t."""
        return not isinstance(self.made_of, Trace)

    def part(self, t: int) -> tuple[Trace, int]:
        """The engine's pass that step t (from 1) belongs to, and its number there."""
        if isinstance(self.made_of, Trace):
            return self.made_of, 1
        s = self.made_of.encoder.steps
        return (self.made_of.encoder, t) if t <= s else (self.made_of.decoder, t - s)

    def z_at(self, t: int, layer: int = 0) -> Array:
        """See `Forward`."""
        return self.z[layer, t - 1]

    def recurrent_term(self, t: int, layer: int = 0) -> Array:
        """See `Forward`; 0 where steps know nothing of each other."""
        if isinstance(self.made_of, Trace):
            return np.zeros_like(self.z[layer, t - 1])
        part, own = self.part(t)
        return part.recurrent_term(own, layer)

    def input_term(self, t: int, layer: int = 0) -> Array:
        """See `Forward`."""
        part, own = self.part(t)
        term = part.input_term(own, layer)
        return term[t - 1 : t] if isinstance(self.made_of, Trace) else term


@record(eq=False)
class SplicedSweep:
    """The backward pass of a `Splice`; attributes as those of `Sweep`.

    Attributes
    ----------
    factor : float
        What the engine's gradients are multiplied by.
    truncation : Truncation or None
        Where the gradient was cut.
    """

    trace: Splice
    da: Array
    dz: Array
    dc: Array | None
    gradients: Mapping[str, Array]
    log_norm_da: NDArray[np.float64]
    exploded_at: int | None
    factor: float = 1.0
    truncation: Truncation | None = None

    @property
    def dy(self) -> Array:
        """See `Sweep`."""
        return self.output_gradient()

    def output_gradient(self, start: int = 0, stop: int | None = None) -> Array:
        """See `Sweep`; 0 where an encoder reads."""
        part = slice(*slice(start, stop).indices(self.trace.steps))
        rows = _spliced_rows(self.trace.made_of, lambda trace: trace.output_gradient, 0.0, part)
        return rows * self.factor


def _spliced_rows(
    made_of: PairTrace | Trace, rows: Callable[[Trace], Rows], silent: float, part: slice
) -> Array:
    """Rows (n, 1, O) of what passes answer, on the line of time of their splice."""
    if isinstance(made_of, Trace):
        return rows(made_of)(0, 1, part).swapaxes(0, 1)
    e, d = made_of.encoder.steps, made_of.decoder
    said = rows(d)(max(part.start - e, 0), max(part.stop - e, 0), slice(None))
    return _after_silence(max(min(part.stop, e) - part.start, 0), said, silent)


def _lost_in(batch: Trace) -> int | None:
    """The first of so many sequences of one step with an output that is not finite, from 1."""
    if batch.output_lost_at is None:
        return None
    for steps, some in batch.blocks():
        lost = first_non_finite(batch.outputs(steps.start, steps.stop, some).swapaxes(0, 1))
        if lost is not None:
            return some.start + lost + 1
    return None


def spliced_pair(model: EncoderDecoder, pair: PairTrace) -> Splice:
    """An encoder's steps and then its decoder's; the first have no output and pay nothing."""
    e, d = pair.encoder, pair.decoder
    exploded = e.exploded_at
    if exploded is None and d.exploded_at is not None:
        exploded = d.exploded_at + e.steps
    path = np.zeros((0,))
    if e.c is not None:  # from the decoder's last c⟨t⟩ through the state handed over
        said = d.log_direct_path
        path = _joined(e.log_direct_path[:, :-1] + said[:, :1], said)
    return Splice(
        made_of=pair,
        network=model,
        a=_joined(e.a, d.a[:, 1:]),
        c=None if e.c is None or d.c is None else _joined(e.c, d.c[:, 1:]),
        z=_joined(e.z, d.z),
        gates={name: _joined(gate, d.gates[name]) for name, gate in e.gates.items()},
        loss_k=_after_silence(e.steps, d.loss_k, 0.0),
        loss=pair.loss,
        exploded_at=exploded,
        log_direct_path=path,
    )


def spliced_steps(batch: Trace) -> Splice:
    """T sequences of one step as T steps; each begins with a⟨0⟩ = 0 and pays its own loss."""
    a, z, loss_k = _states(batch.a), batch.z.swapaxes(1, 2), _losses(batch)
    parts = (z[..., 0, :].swapaxes(0, 1), a[:, 1:, 0].swapaxes(0, 1), loss_k)
    lost = first_non_finite(*parts)
    found = [at for at in (None if lost is None else lost + 1, _lost_in(batch)) if at]
    path = np.full(a.shape, -np.inf)  # no path leads from one step to another
    path[:, -1] = 0.0
    return Splice(
        made_of=batch,
        network=batch.network,
        a=a,
        c=None if batch.c is None else _states(batch.c),
        z=z,
        gates={name: gate.swapaxes(1, 2) for name, gate in batch.gates.items()},
        loss_k=loss_k,
        loss=float(loss_k.sum(dtype=np.float64)),
        exploded_at=min(found, default=None),
        log_direct_path=path,
    )


def network_at(trace: Forward, t: int) -> Network:
    """The network that runs at step t (from 1)."""
    model = trace.network
    if isinstance(model, Network):
        return model
    assert isinstance(trace, Splice)
    return trace.part(t)[0].network


def differentiated(trace: Forward, window: int = 0) -> Sweep:
    """Run a pass backward, whatever it is a pass of.

    With a window nothing is handed back from one stretch of so many steps to the one before it;
    only where steps are linked (see `film.truncation.why_not_cut`).
    """
    cut = Truncation(window) if window else None
    if isinstance(trace, Trace):
        return _back(trace, cut)
    assert isinstance(trace, Splice)
    return _steps_back(trace) if isinstance(trace.made_of, Trace) else _pair_back(trace, cut)


def window_of_sweep(sweep: Sweep) -> int:
    """Steps of the windows at whose ends a sweep was cut; 0 where it was not."""
    cut = sweep.truncation if isinstance(sweep, Backward | SplicedSweep) else None
    return 0 if cut is None else cut.k1


def is_cut(sweep: Sweep, t: int) -> bool:
    """Whether a sweep hands nothing back from step t (from 1) to the one before it."""
    window = window_of_sweep(sweep)
    return bool(window) and t > 1 and (t - 1) % window == 0


def _back(trace: Trace, truncation: Truncation | None = None) -> Backward:
    """The engine's sweep; without an objective every gradient is 0."""
    if trace.objective is not None:
        return backward(trace, truncation=truncation)
    return backward(trace, da_final=np.zeros((len(trace.a), *trace.a.shape[2:])))


def paying_only(trace: Forward, k: int) -> Forward:
    """The same forward pass, had step k alone paid a loss (none for k = 0)."""
    if isinstance(trace, Trace):
        return _only(trace, np.s_[k - 1], paid=k > 0)
    assert isinstance(trace, Splice)
    if isinstance(trace.made_of, Trace):
        return replace(trace, made_of=_only(trace.made_of, np.s_[0, k - 1], paid=k > 0))
    pair = trace.made_of
    decoder = _only(pair.decoder, np.s_[k - 1 - pair.encoder.steps], paid=k > 0)
    return replace(trace, made_of=replace(pair, decoder=decoder))


def _pair_back(trace: Splice, truncation: Truncation | None) -> SplicedSweep:
    assert isinstance(trace.made_of, PairTrace)
    both = trace.made_of.backward(truncation)
    e, d, steps = both.encoder, both.decoder, trace.made_of.encoder.steps
    named = {f"encoder.{name}": array for name, array in e.gradients.items()}
    named |= {f"decoder.{name}": array for name, array in d.gradients.items()}
    return SplicedSweep(
        trace,
        da=_joined(e.da, d.da),
        dz=_joined(e.dz, d.dz),
        dc=None if e.dc is None or d.dc is None else _joined(e.dc, d.dc),
        gradients=named,
        log_norm_da=_joined(e.log_norm_da, d.log_norm_da),
        exploded_at=e.exploded_at if d.exploded_at is None else d.exploded_at + steps,
        truncation=truncation,
    )


def _steps_back(trace: Splice) -> SplicedSweep:
    assert isinstance(trace.made_of, Trace)
    back, steps = _back(trace.made_of), trace.steps
    # The engine divides a batch's loss by its size; here every step pays its own.
    da, dz = (array.swapaxes(1, 2) * steps for array in (back.da, back.dz))
    lost = first_non_finite(da.swapaxes(0, 1)[::-1], dz.swapaxes(0, 1)[::-1])
    return SplicedSweep(
        trace,
        da=da,
        dz=dz,
        dc=None if back.dc is None else back.dc.swapaxes(1, 2) * steps,
        gradients={name: array * steps for name, array in back.gradients.items()},
        log_norm_da=log_norms(da),
        exploded_at=None if lost is None else steps - lost,
        factor=steps,
    )


def _joined(first: Array, second: Array) -> Array:
    joined = np.concatenate([first, second], axis=1)
    joined.setflags(write=False)
    return joined


def _after_silence(steps: int, array: Array, value: float) -> Array:
    silence = np.full((steps, *array.shape[1:]), value, array.dtype)
    joined = np.concatenate([silence, array])
    joined.setflags(write=False)
    return joined


def _states(array: Array) -> Array:
    """(L, 2, T, H) as (L, T+1, 1, H)."""
    begin, after = array[:, :1, :1], array[:, 1][:, :, None]
    states: Array = np.empty((len(array), 1 + after.shape[1], 1, array.shape[-1]), array.dtype)
    states[:, :1], states[:, 1:] = begin, after
    return states


def _losses(batch: Trace) -> Array:
    """What every sequence of one step pays, (T,), by the engine's own loss."""
    objective = batch.objective
    if objective is None:
        return np.zeros(batch.batch)
    # As T steps of one sequence, each step's part of the loss is its own.
    paying = objective.paying()[0][:, None]
    alone = Objective(objective.loss, objective.targets.swapaxes(0, 1), paying)
    parts = batch.blocks() if batch.said is None else [(slice(0, 1), slice(0, batch.batch))]
    losses: list[Array] = []
    with np.errstate(all="ignore"):  # as in the engine's own passes
        for steps, some in parts:
            y = batch.outputs(steps.start, steps.stop, some).swapaxes(0, 1)
            part = alone.cut(some, slice(0, 1))
            losses.append(LOSSES[objective.loss].evaluate(part, y)[1])
    return np.concatenate(losses)


def _only(trace: Trace, place: Any, paid: bool) -> Trace:
    objective = trace.objective
    if objective is None:
        return trace
    mask = np.zeros(objective.targets.shape[:2], bool)
    if paid:
        mask[place] = True
    if objective.mask is not None:
        mask &= objective.mask
    paying = mask.any(axis=1)
    loss_k = np.where(paying, trace.loss_k, 0.0)
    return replace(
        trace,
        objective=replace(objective, mask=mask),
        loss_k=loss_k,
        loss=float(loss_k.sum()),
        paid=paying,
        _memo={},
    )
