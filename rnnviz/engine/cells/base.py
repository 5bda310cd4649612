"""What the passes through time ask of a cell."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..activations import Activation
from ..arrays import Array
from .inside import Returned, Slopes, Steps

_Made = TypeVar("_Made", bound=tuple[Any, ...])


class Weights(NamedTuple):
    """One strand's parameters that stand in the loop through time.

    Attributes
    ----------
    W_aa : (nH, H)
    b_aa : (nH,) or None
        The second bias, where there is one.
    peepholes : tuple of three (H,), or None
        p_i, p_f, p_o of the LSTM.
    activation : Activation
    ahead, back : tuple of arrays
        W_aa as :meth:`Cell.forward` and :meth:`Cell.backward` multiply by it.
    """

    W_aa: Array
    b_aa: Array | None
    peepholes: tuple[Array, Array, Array] | None
    activation: Activation
    ahead: tuple[Array, ...]
    back: tuple[Array, ...]


class Tape(NamedTuple):
    """One strand's arrays over time, in the order in which the strand runs through it.

    Attributes
    ----------
    a : (T+1, B, H)
        a[0] is the initial state; a[j + 1] is the state after the j-th step that is run.
    z : (T, n, B, H)
        Pre-activations, folded, one whole gate after the other: what is worked on at once then
        lies in one piece.
    kept : mapping of str to array
        What else the cell keeps: (T+1, B, H) for :attr:`Cell.states`; "gates" (T, n, B, H) as z;
        the rest of :attr:`Cell.keeps` (T, B, H).
    views : dict, optional
        Where :func:`prepared` remembers views of these arrays.
    exact : bool
        As :attr:`Trace.exact`.
    """

    a: Array
    z: Array
    kept: Mapping[str, Array]
    views: dict[str, Any] | None = None
    exact: bool = False

    def cut(self, start: int, stop: int) -> "Tape":
        """The same over the steps start … stop − 1 alone, as views."""
        steps = len(self.z)
        kept = {
            name: array[start : stop + (len(array) > steps)] for name, array in self.kept.items()
        }
        return Tape(self.a[start : stop + 1], self.z[start:stop], kept, exact=self.exact)


class Reel(NamedTuple):
    """One strand's arrays over time for the way back, in the order of its :class:`Tape`.

    Attributes
    ----------
    local : (lead + n, T, B, H)
        Local derivatives, as written by :meth:`Cell.factors`; with one block they stand in dz.
    others : (others, T, B, H)
        The other local derivatives.
    dz : (T, B, (lead + n)H)
        For ∂L/∂z, after `lead` other blocks.
    da : (T, B, H)
        On entry what reaches a from above (read-out or next layer), on return ∂L/∂a.
    dstates : sequence of (T, B, H)
        For ∂L/∂ of each of :attr:`Cell.states`.
    carry : sequence of (B, H)
        For a and each of :attr:`Cell.states`: on entry what reaches the last state from later
        steps, on return ∂L/∂ of the initial one.
    views : dict, optional
        Where :func:`prepared` remembers views of these arrays.
    """

    local: Array
    others: Array
    dz: Array
    da: Array
    dstates: Sequence[Array]
    carry: Sequence[Array]
    views: dict[str, Any] | None = None


_Film = TypeVar("_Film", Tape, Reel)


def prepared(film: _Film, make: Callable[[_Film], _Made]) -> _Made:
    """What a loop through time needs: `make` makes it, an iterable over the steps last.

    At lecture sizes a view of every step costs as much as what is done with it, so they are
    remembered where the memory they show is used again.
    """
    if film.views is None:
        return make(film)
    made: Any = film.views.get("")
    if made is None:
        *scratch, steps = make(film)
        film.views[""] = made = (*scratch, list(steps))
    return made


def paired(
    tape: Tape, out: Array, others: Array, make: Callable[[Tape, Array, Array], _Made]
) -> _Made:
    """What :meth:`Cell.factors` needs: `make` makes it, and it is remembered with the tape."""
    if tape.views is None:
        return make(tape, out, others)
    last, made = tape.views.get("local", (None, None))
    if last is not out:  # another pass backward, perhaps in another thread
        made = make(tape, out, others)
        tape.views["local"] = out, made
    return made


class Piece(NamedTuple):
    """A part of a parameter's gradient: rows [rows] of it are Σ out · fedᵀ over steps and batch.

    `rows` is a slice, or the index of each, if they stand in another order.
    `fed` is None for a bias, which is fed 1, and ids where it would be one-hot vectors. Element by
    element (out · fed) if `diagonal`; Σ fed · outᵀ if `table`.
    """

    rows: slice | NDArray[np.intp]
    out: Array
    fed: Array | None
    diagonal: bool = False
    table: bool = False


class Cell(Protocol):
    """One kind of recurrent cell, for one strand; the arrays belong to the caller.

    Everything that does not run through time (the input's product, the read-out, the weights'
    gradients) is done by the caller for all steps at once; a cell does what remains. "Step" is a
    step in the order of the strand: time runs backward in a reverse one.
    """

    @property
    def key(self) -> str:
        """Its key in :data:`CELLS`, in files and on the command line."""
        ...

    @property
    def name(self) -> str:
        """What it is called: "GRU"."""
        ...

    @property
    def title(self) -> str:
        """The same at length, for a menu, told apart from all others."""
        ...

    @property
    def formula(self) -> str:
        """What it does with the state, in a line."""
        ...

    @property
    def resets(self) -> str:
        """Of the GRUs whether the reset stands "after" or "before" the product; else empty."""
        ...

    @property
    def known_from(self) -> tuple[str, ...]:
        """Where it is found in this form, if a name has several: ("PyTorch", "Keras")."""
        ...

    @property
    def candidate(self) -> str:
        """The one of :attr:`names` that has a tanh; empty without gates."""
        ...

    @property
    def keeper(self) -> str:
        """The gate that says how much of the state is kept; empty without gates."""
        ...

    @property
    def held_open(self) -> str:
        """The gate whose bias is 1 at first, so that a new network remembers; empty for none."""
        ...

    @property
    def peepholes(self) -> tuple[str, ...]:
        """The gates that can see c."""
        ...

    @property
    def second_bias(self) -> bool:
        """Whether b_aa cannot be left away, because it stands elsewhere than b_a."""
        ...

    @property
    def any_activation(self) -> bool:
        """Whether its activation g can be chosen."""
        ...

    @property
    def bounded(self) -> bool:
        """Whether σ_max(W_aa) · sup |g′| bounds what a step can do to a gradient."""
        ...

    @property
    def gates(self) -> int:
        """Number n of gates: W_ax, W_aa and b_a have nH rows."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the gates in the order of their rows; none for Elman's cell."""
        ...

    @property
    def told(self) -> Mapping[str, tuple[str, str]]:
        """Of every gate and every one of :attr:`states` its name, and what it does, in words."""
        ...

    @property
    def recurrent(self) -> Mapping[str, str]:
        """What of W_aa stands in a gate's sum, where that is not W_aa a⟨t−1⟩, in letters."""
        ...

    @property
    def states(self) -> tuple[str, ...]:
        """States beside a that run through time: ("c",) for the LSTM."""
        ...

    @property
    def keeps(self) -> tuple[str, ...]:
        """Names of what else is kept of every step: "gates" (n, B, H) and others (B, H)."""
        ...

    @property
    def lead(self) -> int:
        """How many blocks of H numbers stand before ∂L/∂z in the array of :meth:`backward`."""
        ...

    def folded(self, rows: Array) -> Array:
        """Scale rows (nH, …) of W_ax or a bias as :meth:`forward` wants them."""
        ...

    def unfolded(self, z: Array) -> Array:
        """z (…, B, nH) as in the cell's equations, from what :meth:`forward` left behind."""
        ...

    def bias(self, b_a: Array, b_aa: Array | None) -> Array:
        """What is added to W_ax x⟨t⟩ before the loop, not folded."""
        ...

    def arranged(self, W_aa: Array) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """W_aa as `ahead` and `back` of :class:`Weights`: folded, in one piece, for BLAS."""
        ...

    def forward(self, weights: Weights, tape: Tape) -> None:
        """Run forward through time.

        Parameters
        ----------
        weights : Weights
        tape : Tape
            On entry the states at 0 are set and z is the folded W_ax x⟨t⟩ + bias; on return all
            is written, z complete and still folded.
        """
        ...

    @property
    def others(self) -> int:
        """How many local derivatives there are beside those that :meth:`backward` makes dz of."""
        ...

    def factors(self, weights: Weights, tape: Tape, out: Array, others: Array) -> None:
        """Compute the local derivatives of all steps at once.

        Parameters
        ----------
        weights : Weights
        tape : Tape
        out : (lead + n, T, B, H)
            Those that :meth:`backward` makes ∂L/∂z of are written.
        others : (others, T, B, H)
            The others are written.
        """
        ...

    def backward(self, weights: Weights, reel: Reel) -> None:
        """Run backward through time: ∂L/∂z, ∂L/∂a and ∂L/∂ of the states are written."""
        ...

    def pull_back(
        self,
        weights: Weights,
        dz: Array,
        factors: tuple[Array, ...],
        rows: Sequence[Array],
        out: Array,
        previous: Sequence[Array],
        lowest: bool,
    ) -> None:
        """One step backward for many losses at once.

        Parameters
        ----------
        weights : Weights
        dz : (B, (lead + n)H)
            One step of what :meth:`factors` wrote, by :func:`as_rows_of_gates`.
        factors : tuple of (B, H)
            One step of the others that it wrote.
        rows : sequence of (m, B, H)
            For a and each of :attr:`states`: what reaches it of m losses; that of a is complete,
            that of the others is completed here.
        out : (m, B, (lead + n)H)
            ∂L_k/∂z is written after `lead` blocks, unless `lowest`; then it is scratch.
        previous : sequence of (m·B, H)
            What reaches the states one step earlier is written.
        lowest : bool
            No layer below asks for `out`.
        """
        ...

    def to_second_bias(self, dz: Array) -> Array:
        """What of dz (…, (lead + n)H) is b_aa's gradient, (…, nH)."""
        ...

    def pieces(self, name: str, tape: Tape, dz: Array) -> list[Piece]:
        """Parts of the gradient of "W_aa" or a peephole, each step's on its own."""
        ...

    def added(
        self, name: str, recurrent: Array, second: Array, steps: Steps
    ) -> tuple[Array, Array]:
        """What W_aa a⟨t−1⟩ and b_aa, a gate's rows of them, add to its z."""
        ...

    def settled(self, gates: Mapping[str, Array], steps: Steps) -> Mapping[str, Array]:
        """The states that values of :attr:`names` lead to: "a", and "c" of a cell that has it.

        `steps` has the states before; with its own gates that is what it has after them.
        """
        ...

    def under_reset(self, steps: Steps) -> Array | None:
        """What the reset gate multiplies; None without one."""
        ...

    def gate_slope(self, name: str, weights: Weights, steps: Steps) -> Array:
        """The nonlinearity's derivative at z of one of :attr:`names`; of "" that of Elman's g."""
        ...

    def gate_gradient(self, name: str, weights: Weights, steps: Steps, back: Returned) -> Array:
        """∂L/∂gate (after the nonlinearity) for one of :attr:`names`."""
        ...

    def into_c(self, weights: Weights, steps: Steps, back: Returned) -> Array | None:
        """What comes to c⟨t⟩ by way of a⟨t⟩; None without c."""
        ...

    def along(self, weights: Weights, steps: Steps, back: Returned) -> Array | None:
        """What goes on by :attr:`keeper` alone, to c⟨t−1⟩ or else a⟨t−1⟩; None without a keeper."""
        ...

    def by_peepholes(self, weights: Weights, back: Returned) -> tuple[Array, Array] | None:
        """What comes to c⟨t⟩ and what goes on to c⟨t−1⟩ by peepholes; None without them."""
        ...

    def by_weights(self, weights: Weights, steps: Steps, back: Returned) -> Array:
        """What goes on to a⟨t−1⟩ by W_aa."""
        ...

    def carried(
        self, weights: Weights, steps: Steps, back: Returned
    ) -> Mapping[str, tuple[Array, Array]]:
        """What is handed on within the cell, each with ∂L/∂ of it.

        "kept" and "new" are what becomes the state, "shown" what o lets through, "rest" 1 − z,
        "inside" and "reset" what stands before and after the reset, "peep-f" a peephole's share.
        """
        ...

    def jacobian(self, weights: Weights, steps: Steps, slopes: Slopes) -> Array:
        """∂state⟨t⟩/∂state⟨t−1⟩ of all steps (T, H) of a sequence, (T, S, S); a before c."""
        ...
