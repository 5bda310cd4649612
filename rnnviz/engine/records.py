"""What the passes leave behind: records that never change; and where a gradient is cut."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.frozen import field, record

from .arrays import Array, first_non_finite, frozen, log_norms
from .cells import CELLS, Piece, Returned
from .ledger import input_gradient, pieces_of, read_out_pieces, share_norms, shares_from, step_share
from .trace import Trace, by_gate, check_step


@record
class Truncation:
    """Where the gradient is cut; the state is carried on all the same.

    After every k1 steps the losses of these k1 steps are sent back over at most k2 steps. With
    k2 = k1 the sequence falls into windows that hand over the state but no gradient; with k2 > k1
    the windows overlap and every loss reaches back at least k2 − k1 + 1 steps.

    Parameters
    ----------
    k1 : int
        Steps from one backward sweep to the next, at least 1.
    k2 : int, optional
        Steps of a backward sweep, at least k1; k1 if left out.

    Raises
    ------
    ValueError
        For windows that leave losses out or are not whole numbers.
    """

    k1: int
    k2: int = 0

    def __post_init__(self) -> None:
        if not self.k2:
            object.__setattr__(self, "k2", self.k1)
        if self.k1 < 1 or self.k2 < self.k1:
            raise ValueError(f"truncation: expected 1 ≤ k1 ≤ k2, found {self.k1} and {self.k2}")

    def windows(self, steps: int) -> Iterator[tuple[int, int, int]]:
        """Yield (start, paying, stop): the losses of steps paying + 1 … stop go back to start."""
        for paying in range(0, steps, self.k1):
            stop = min(paying + self.k1, steps)
            yield max(0, paying + self.k1 - self.k2), paying, stop

    def reach(self, k: int) -> int:
        """The first step (from 1) that the loss of step k reaches."""
        return max(0, ((k - 1) // self.k1 + 1) * self.k1 - self.k2) + 1


__all__ = ["Backward", "Trace", "check_step"]


@record(eq=False, weakref_slot=True)
class Backward:
    """All that a backward pass computed; made by :func:`~rnnviz.engine.backward`.

    In a bidirectional network the first axis is that of :class:`Trace`.

    Attributes
    ----------
    trace : Trace
        The forward pass it belongs to.
    kept_dy : (T, B, O) or None
        ∂L/∂y⟨t⟩ where it is kept; see :attr:`dy`.
    gradients : mapping of str to array
        ∂L/∂p for every parameter p, under its name and in its shape.
    truncation : Truncation or None
        Where the gradient was cut.
    states : sequence of array
        Those that :attr:`da`, :attr:`pulled`, :attr:`dc`, :attr:`da0` and :attr:`dc0` are.
    """

    trace: Trace
    kept_dy: Array | None
    gradients: Mapping[str, Array]
    truncation: Truncation | None
    states: Sequence[Array]
    _memo: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @property
    def dy(self) -> Array:
        """∂L/∂y⟨t⟩, (T, B, O); made anew at every call where it is not kept, as `Trace.y`."""
        return self.kept_dy if self.kept_dy is not None else self.output_gradient()

    def output_gradient(
        self, start: int = 0, stop: int | None = None, batch: slice = slice(None)
    ) -> Array:
        """∂L/∂y of steps start + 1 … stop, (stop − start, B, O), of all sequences or some."""
        if self.kept_dy is not None:
            return self.kept_dy[start:stop, batch]
        return self.trace.output_gradient(start, stop, batch)

    @property
    def da(self) -> Array:
        """∂L/∂a⟨t⟩ through every path, (L, T, B, H); da[:, t − 1] belongs to a⟨t⟩."""
        return self.states[0]

    @property
    def pulled(self) -> Array:
        """dz with the cell's other blocks before it, (L, T, B, …)."""
        return self.states[1]

    @property
    def dc(self) -> Array | None:
        """∂L/∂c⟨t⟩ of the LSTM through every path, (L, T, B, H); None without c."""
        return self.states[2] if self._has_c else None

    @property
    def da0(self) -> Array:
        """∂L/∂a⟨0⟩, (L, B, H)."""
        return self.states[2 + self._has_c]

    @property
    def dc0(self) -> Array | None:
        """∂L/∂c⟨0⟩, (L, B, H); None without c."""
        return self.states[4] if self._has_c else None

    @property
    def _has_c(self) -> bool:
        return bool(CELLS[self.trace.network.architecture.cell].states)

    @property
    def dz(self) -> Array:
        """∂L/∂z⟨t⟩, (L, T, B, nH)."""
        lead = CELLS[self.trace.network.architecture.cell].lead
        return self.pulled[..., lead * self.da.shape[-1] :]

    @property
    def log_norm_da(self) -> NDArray[np.float64]:
        """ln ‖∂L/∂a⟨t⟩‖ over batch and units, (L, T) float64.

        −inf where the numbers are 0, in float32 from about 1e-45 on, in float64 from 1e-324
        (:func:`~rnnviz.engine.beyond.held_log_norms` holds beyond both); nan where not finite.
        """
        if "da" not in self._memo:
            self._memo["da"] = frozen(log_norms(self.da))
        return self._memo["da"]

    @property
    def log_norm_dc(self) -> NDArray[np.float64] | None:
        """The same for ∂L/∂c⟨t⟩; None without c."""
        if self.dc is not None and "dc" not in self._memo:
            self._memo["dc"] = frozen(log_norms(self.dc))
        return self._memo.get("dc")

    @property
    def exploded_at(self) -> int | None:
        """The step (from 1) at which, from T backward, da, dz or dc first was not finite."""
        if "exploded" not in self._memo:
            arrays = [*self.da, *self.dz, *(() if self.dc is None else self.dc)]
            found = first_non_finite(*(array[::-1] for array in arrays))
            self._memo["exploded"] = None if found is None else self.trace.steps - found
        return self._memo["exploded"]

    @property
    def gate_dz(self) -> Mapping[str, Array]:
        """∂L/∂z of the gates by name, each (L, T, B, H)."""
        return by_gate(self.trace, self.dz)

    @property
    def dgates(self) -> Mapping[str, Array]:
        """∂L/∂gate, after the nonlinearity, by name, each (L, T, B, H); computed when asked for."""
        return _Gradients(self)

    @property
    def da_direct(self) -> Array:
        """The read-out's own part of ∂L/∂a⟨t⟩ in the top layer, W_yaᵀ ∂L/∂y⟨t⟩; (T, B, H)."""
        W = self.trace.network.parameters["W_ya"]
        with np.errstate(all="ignore"):
            if self.kept_dy is not None:
                return self.kept_dy @ W
            own = np.empty((*self.da.shape[1:3], W.shape[1]), W.dtype)
            for steps, batch in self.trace.blocks():
                own[steps, batch] = self.output_gradient(steps.start, steps.stop, batch) @ W
            return own

    @property
    def dx(self) -> Array | None:
        """∂L/∂x⟨t⟩, (T, B, D); None where x is ids. Computed when asked for."""
        if self.trace.x.ndim == 2:
            return None
        return self.input_gradient

    @property
    def input_gradient(self) -> Array:
        """∂L/∂ of what the first layer is fed, (T, B, D): x, or the embedding's rows."""
        return input_gradient(self.trace, self.pulled)

    @property
    def embedding_rows(self) -> tuple[Array, Array]:
        """The embedding's gradient without its zeros: (ids (m,), rows (m, D)), ids ascending.

        Raises
        ------
        ValueError
            If the network has no embedding.
        """
        if "E" not in self.gradients:
            raise ValueError("the network has no embedding")
        ids = np.unique(self.trace.x[self.trace.x >= 0])
        return ids, self.gradients["E"][ids]

    def share(self, name: str, t: int) -> Array:
        """Step t's share of ∂L/∂`name`; over t = 1 … T the shares sum to the gradient.

        Parameters
        ----------
        name : str
            A parameter's name.
        t : int
            The step, from 1.

        Returns
        -------
        array of the parameter's shape
        """
        check_step(t, self.trace.steps)
        if name in _READ_OUT:
            pieces = self._read_out(name, t - 1, t)
            return step_share(pieces, 1, self.gradients[name])
        return step_share(self._pieces(name), t, self.gradients[name])

    def shares_from(self, name: str, t: int) -> Array:
        """Sum of the shares of the steps t … T: the gradient as far as the way back has come.

        Parameters
        ----------
        name : str
            A recurrent parameter's name, as "W_aa_l0".
        t : int
            The step, from 1.

        Returns
        -------
        array of the parameter's shape

        Raises
        ------
        ValueError
            For the read-out's parameters, whose shares are made in parts of the steps.
        """
        check_step(t, self.trace.steps)
        if name in _READ_OUT:
            raise ValueError(f"expected a parameter of a layer, found {name!r}")
        return shares_from(self._pieces(name), t, self.gradients[name])

    def share_norms(self, name: str) -> NDArray[np.float64]:
        """Frobenius norm of every step's share of ∂L/∂`name`, (T,)."""
        if name in _READ_OUT:
            parts = sorted({(steps.start, steps.stop) for steps, _ in self.trace.blocks()})
            return np.concatenate([share_norms(self._read_out(name, *part)) for part in parts])
        return share_norms(self._pieces(name))

    def _pieces(self, name: str) -> list[Piece]:
        return pieces_of(self.trace, self.pulled, name)

    def _read_out(self, name: str, start: int, stop: int) -> list[Piece]:
        dy = self.output_gradient(start, stop)
        return read_out_pieces(self.trace, dy, name, start, stop)


_READ_OUT = ("W_ya", "b_y")


class _Gradients(Mapping[str, Array]):
    """∂L/∂gate by name, each computed when it is asked for, once."""

    def __init__(self, backward: Backward) -> None:
        self._backward = backward
        self._cell = CELLS[backward.trace.network.architecture.cell]

    def __getitem__(self, name: str) -> Array:
        if name not in self._cell.names:
            raise KeyError(name)
        back, memo = self._backward, self._backward._memo  # pyright: ignore[reportPrivateUsage]
        if "d" + name not in memo:
            out, trace = np.empty_like(back.da), back.trace
            for layer in range(len(out)):
                dc = None if back.dc is None else back.dc[layer]
                returned = Returned(back.da[layer], back.dz[layer], dc)
                steps, weights = trace.inside(layer), trace.weights(layer)
                with np.errstate(all="ignore"):
                    out[layer] = self._cell.gate_gradient(name, weights, steps, returned)
            memo["d" + name] = frozen(out)
        return memo["d" + name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cell.names)

    def __len__(self) -> int:
        return len(self._cell.names)
