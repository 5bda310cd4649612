"""Strands: a layer in one direction; their weights, the order of their steps, their padding."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .activations import ACTIVATIONS
from .arrays import CACHED, FEW, Array, Shape
from .cells import CELLS, Cell, Tape, Weights
from .network import Network

_REMEMBERED = 1 << 10  # steps whose views are remembered, at most


class ReadyStrand(NamedTuple):
    """One strand's parameters, ready to run.

    Attributes
    ----------
    reverse : bool
    loop : Weights
        What stands in the loop through time.
    W_ax_T, bias : array
        As the cell wants them folded; the bias is all that is added before the loop.
    plain : tuple of array and str
        W_ax as it is, and its name.
    biases : tuple of str
        Names of b_a and, where there is one, b_aa.
    others : tuple of (str, str)
        Kind and name of the parameters that stand in the loop: W_aa and the peepholes.
    """

    reverse: bool
    loop: Weights
    W_ax_T: Array
    bias: Array
    plain: tuple[Array, str]
    biases: tuple[str, ...]
    others: tuple[tuple[str, str], ...]


class Room(NamedTuple):
    """What the passes over so many steps and sequences write, and what they write it with.

    Attributes
    ----------
    strands : tuple of ReadyStrand
    biases : tuple of array
        Those of every strand and of the read-out, as :func:`~rnnviz.engine.arrays.project` adds
        them: for few numbers once for every row, since NumPy takes long to begin to broadcast.
    W_ya_T : (H or 2H, O)
    rows : bool
        Whether a step's gates lie in one row each: that is so for one gate, or one sequence.
    ahead : tuple of shape
        Of a, z, and `names`.
    names : tuple of str
        What else the cell keeps, its states last.
    back : tuple of shape
        Of ∂L/∂a, ∂L/∂z with the cell's other blocks before it, ∂L/∂ of the other states, ∂L/∂ of
        all initial states; and of the local derivatives of one stretch: the steps that fit the
        processor's cache.
    parts : tuple of slice
        All steps in such stretches, from the last one on.
    stretch : int
        How many steps the longest has.
    remembered : bool
        Whether views of every step are worth remembering.
    """

    strands: tuple[ReadyStrand, ...]
    biases: tuple[Array, ...]
    W_ya_T: Array
    rows: bool
    ahead: tuple[Shape, ...]
    names: tuple[str, ...]
    back: tuple[Shape, ...]
    parts: tuple[slice, ...]
    stretch: int
    remembered: bool


def room_for(network: Network, steps: int, batch: int) -> Room:
    """Return how much room a pass needs, worked out when it is first asked for."""
    return network.once((steps, batch), _room, steps, batch)


def _room(network: Network, steps: int, batch: int) -> Room:
    architecture = network.architecture
    cell, L, H = CELLS[architecture.cell], len(architecture.strands), architecture.units
    of_states, of_steps = (L, steps + architecture.directions, batch, H), (L, steps, batch, H)
    of_gates, blocks = (L, steps, cell.gates, batch, H), cell.lead + cell.gates
    length = max(1, min(steps, CACHED // (2 * batch * blocks * H)))
    local = blocks, length, batch, H
    kept = [of_gates if name == "gates" else of_steps for name in cell.keeps]
    states = [of_states] * len(cell.states)
    strands, rows = ready_strands(network), batch == 1 or cell.gates == 1
    biases = [strand.bias for strand in strands]
    if rows and steps * batch * len(biases[0]) <= FEW:
        biases = [np.repeat(bias[None], steps * batch, axis=0) for bias in biases]
    b_y = network.parameters["b_y"]
    if steps * batch * len(b_y) <= FEW:
        b_y = np.repeat(b_y[None], steps * batch, axis=0)
    return Room(
        strands=strands,
        biases=(*biases, b_y),
        W_ya_T=np.ascontiguousarray(network.parameters["W_ya"].T),
        rows=rows,
        ahead=(of_states, of_gates, *kept, *states),
        names=cell.keeps + cell.states,
        back=(
            of_steps,
            (L, steps, batch, blocks * H),
            *[of_steps] * len(cell.states),
            *[(L, batch, H)] * (1 + len(cell.states)),
            (cell.others, length, batch, H),
            *[local] * (blocks > 1),
        ),
        parts=tuple(slice(at, min(at + length, steps)) for at in range(0, steps, length))[::-1],
        stretch=length,
        remembered=steps * L <= _REMEMBERED,
    )


def ready_strands(network: Network) -> tuple[ReadyStrand, ...]:
    """A network's strands, made ready when they are first asked for."""
    return network.once("strands", _made_ready)


def _made_ready(network: Network) -> tuple[ReadyStrand, ...]:
    architecture, W = network.architecture, network.parameters
    cell, activation = CELLS[architecture.cell], ACTIVATIONS[architecture.activation]
    made: list[ReadyStrand] = []
    with np.errstate(all="ignore"):
        for strand in architecture.strands:
            end, peepholes = strand.suffix, None
            if architecture.peepholes:
                peepholes = (W[f"p_i{end}"], W[f"p_f{end}"], W[f"p_o{end}"])
            W_aa, b_aa, W_ax = W[f"W_aa{end}"], W.get(f"b_aa{end}"), W[f"W_ax{end}"]
            loop = Weights(W_aa, b_aa, peepholes, activation, *cell.arranged(W_aa))
            biases = (f"b_a{end}",) if b_aa is None else (f"b_a{end}", f"b_aa{end}")
            kinds = ("W_aa",) if peepholes is None else ("W_aa", "p_i", "p_f", "p_o")
            made.append(
                ReadyStrand(
                    reverse=strand.reverse,
                    loop=loop,
                    W_ax_T=cell.folded(W_ax).T,
                    bias=cell.folded(cell.bias(W[f"b_a{end}"], b_aa)),
                    plain=(W_ax, f"W_ax{end}"),
                    biases=biases,
                    others=tuple((kind, f"{kind}{end}") for kind in kinds),
                )
            )
    return tuple(made)


def tape_of(
    cell: Cell,
    a: Array,
    z: Array,
    kept: Mapping[str, Array],
    s: int,
    reverse: bool,
    views: dict[str, Any] | None = None,
) -> Tape:
    """What strand s sees of the arrays of all strands, as views in the order it runs."""
    a, z, steps = a[s], z[s], z.shape[1]
    if len(a) == steps + 1:  # one direction: they stand in its order
        return Tape(a, z, {name: array[s] for name, array in kept.items()}, views)
    own = {
        name: states_in_order(array[s], reverse, steps)
        if name in cell.states
        else in_order(array[s], reverse)
        for name, array in kept.items()
    }
    return Tape(states_in_order(a, reverse, steps), in_order(z, reverse), own, views)


def in_order(array: Array, reverse: bool) -> Array:
    """An array over T steps in the order in which a strand runs through it, as a view."""
    return array[::-1] if reverse else array


def states_in_order(array: Array, reverse: bool, steps: int) -> Array:
    """The same of T + 1 states: from the one at 0, or for a reverse strand from that at T + 1."""
    return array[steps + 1 : 0 : -1] if reverse else array[: steps + 1]


class Padding:
    """Where the sequences of a batch start and stop within a strand's steps."""

    def __init__(self, lengths: NDArray[np.intp], steps: int, reverse: bool) -> None:
        self.starts = steps - lengths if reverse else np.zeros_like(lengths)
        self.stops = np.full_like(lengths, steps) if reverse else lengths
        self.steps = steps

    def forward(self, tape: Tape, states: Sequence[str], run: Callable[[Tape], None]) -> None:
        """Run a cell so that every sequence begins at its own start; then settle the padding.

        Sequences do not see each other, so what is computed in the padding harms nobody until it
        is overwritten: with the initial state before a sequence, its last state after it.
        """
        arrays = [tape.a, *(tape.kept[name] for name in states)]
        initial = [array[0].copy() for array in arrays]
        cuts = [*np.unique(self.starts).tolist(), self.steps]
        for start, stop in pairwise(cuts):
            for array, first in zip(arrays, initial, strict=True):
                fresh = self.starts >= start
                array[start, fresh] = first[fresh]
            run(tape.cut(start, stop))
        others = [tape.z, *(array for name, array in tape.kept.items() if name not in states)]
        for b, (start, stop) in enumerate(zip(self.starts, self.stops, strict=True)):
            for array, first in zip(arrays, initial, strict=True):
                array[:start, b] = first[b]
                array[stop + 1 :, b] = array[stop, b]
            for array in others:
                array[:start, ..., b, :] = 0.0
                array[stop:, ..., b, :] = 0.0

    def backward(
        self, run: Callable[[slice, Sequence[Array]], None], carry: Sequence[Array]
    ) -> None:
        """Run a cell backward; what reaches a last state enters at its own stop.

        `run(slice of steps, carry)` is :meth:`Cell.backward` over them; `carry` is as there.
        """
        final = [array.copy() for array in carry]
        for array in carry:
            array.fill(0.0)
        first = [np.zeros_like(array) for array in carry]
        cuts = sorted({0, self.steps, *self.starts.tolist(), *self.stops.tolist()}, reverse=True)
        for stop, start in pairwise(cuts):
            for array, last in zip(carry, final, strict=True):
                array[self.stops == stop] += last[self.stops == stop]
            run(slice(start, stop), carry)
            begun = self.starts == start
            for array, out in zip(carry, first, strict=True):
                out[begun] = array[begun]
                array[begun] = 0.0
        for array, out in zip(carry, first, strict=True):
            array[:] = out
