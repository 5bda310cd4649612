"""What a pass leaves behind: records that never change."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arrays import Array
from .losses import Objective
from .network import Network


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Trace:
    """All that a forward pass computed; made by :func:`~rnnviz.engine.forward`.

    T steps, B sequences, L layers, H units, O outputs, n gates. Steps are counted from 1 as in
    the lecture wherever a method takes one; arrays are indexed from 0, so a[l, t] is a⟨t⟩ but
    y[t − 1] is y⟨t⟩.

    Attributes
    ----------
    network, x, objective
        What was given; x is (T, B, D) float in the network's dtype, or (T, B) ids.
    a : (L, T+1, B, H)
        Hidden states; a[:, 0] is a⟨0⟩.
    z : (L, T, B, nH)
        Pre-activations.
    y : (T, B, O)
        Outputs (logits).
    p : (T, B, O) or None
        softmax(y); None for the MSE and without an objective.
    loss_k : (T,)
        Each step's part of the loss; 0 where nothing is paid.
    loss : float
        Σ_k loss_k (its real part in a complex pass).
    paid : (T,) bool
        The steps that pay, in any of the sequences.
    exploded_at : int or None
        First step (from 1) with a number that is not finite in z, a, y or its loss.
    """

    network: Network
    x: Array
    objective: Objective | None
    a: Array
    z: Array
    y: Array
    p: Array | None
    loss_k: Array
    loss: float
    paid: NDArray[np.bool_]
    exploded_at: int | None

    @property
    def steps(self) -> int:
        """T."""
        return self.y.shape[0]

    def layer_input(self, layer: int) -> Array:
        """What layer `layer` is fed: x (T, B, D), ids (T, B), or the layer below's a (T, B, H)."""
        return self.a[layer - 1, 1:] if layer else self.x

    def recurrent_term(self, t: int, layer: int = 0) -> Array:
        """W_aa a⟨t−1⟩, (B, nH), for t = 1 … T."""
        self._check(t, layer)
        with np.errstate(all="ignore"):
            return self.a[layer, t - 1] @ self.network.parameters[f"W_aa_l{layer}"].T

    def input_term(self, t: int, layer: int = 0) -> Array:
        """W_ax x⟨t⟩, (B, nH), for t = 1 … T."""
        self._check(t, layer)
        W_ax = self.network.parameters[f"W_ax_l{layer}"]
        fed = self.layer_input(layer)[t - 1]
        with np.errstate(all="ignore"):
            return W_ax.T[fed] if fed.ndim == 1 else fed @ W_ax.T

    def _check(self, t: int, layer: int) -> None:
        check_step(t, self.steps)
        if not 0 <= layer < len(self.a):
            raise ValueError(f"layer: expected 0…{len(self.a) - 1}, found {layer}")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Backward:
    """All that a backward pass computed; made by :func:`~rnnviz.engine.backward`.

    Attributes
    ----------
    trace : Trace
        The forward pass it belongs to.
    da : (L, T, B, H)
        ∂L/∂a⟨t⟩ through every path; da[:, t − 1] belongs to a⟨t⟩.
    dz : (L, T, B, nH)
        ∂L/∂z⟨t⟩.
    dy : (T, B, O)
        ∂L/∂y⟨t⟩.
    da0 : (L, B, H)
        ∂L/∂a⟨0⟩.
    gradients : mapping of str to array
        ∂L/∂p for every parameter p, under its name and in its shape.
    log_norm_da : (L, T) float64
        ln ‖∂L/∂a⟨t⟩‖ over batch and units; −inf where it is exactly 0 (in float32 that is also
        below about 1e-45: :func:`source_log_norms` holds far beyond), nan where not finite.
    exploded_at : int or None
        The step (from 1) at which, going backward from T, da or dz first was not finite.
    """

    trace: Trace
    da: Array
    dz: Array
    dy: Array
    da0: Array
    gradients: Mapping[str, Array]
    log_norm_da: NDArray[np.float64]
    exploded_at: int | None

    @property
    def da_direct(self) -> Array:
        """The read-out's own part of ∂L/∂a⟨t⟩ in the top layer, W_yaᵀ ∂L/∂y⟨t⟩; (T, B, H)."""
        with np.errstate(all="ignore"):
            return self.dy @ self.trace.network.parameters["W_ya"]

    @property
    def dx(self) -> Array | None:
        """∂L/∂x⟨t⟩, (T, B, D); None where x is ids. Computed when asked for."""
        if self.trace.x.ndim == 2:
            return None
        with np.errstate(all="ignore"):
            return self.dz[0] @ self.trace.network.parameters["W_ax_l0"]

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
        out, fed = (factor if factor is None else factor[t - 1] for factor in self._factors(name))
        assert out is not None
        with np.errstate(all="ignore"):
            if fed is None:
                return out.sum(axis=0)
            if fed.ndim == 1:
                share = np.zeros(self.gradients[name].shape, out.dtype)
                np.add.at(share.T, fed, out)
                return share
            return out.T @ fed

    def share_norms(self, name: str) -> NDArray[np.float64]:
        """Frobenius norm of every step's share of ∂L/∂`name`, (T,)."""
        out, fed = self._factors(name)
        with np.errstate(all="ignore"):
            if fed is None:
                return np.linalg.norm(out.sum(axis=1, dtype=np.float64), axis=1)
            # ‖Σ_b u_b v_bᵀ‖² = Σ_bc (u_b·u_c)(v_b·v_c): no (T, nH, D) array is ever made.
            if fed.ndim == 2:
                same = (fed[:, :, None] == fed[:, None, :]).astype(np.float64)
            else:
                same = _gram(fed)
            squares = (_gram(out) * same).sum(axis=(1, 2))
            return np.sqrt(np.maximum(squares, 0.0))

    def _factors(self, name: str) -> tuple[Array, Array | None]:
        """The two arrays over time whose outer product, summed over b, is the share."""
        if name not in self.gradients:
            raise ValueError(f"unknown parameter {name!r}; known: {', '.join(self.gradients)}")
        if name == "b_y":
            return self.dy, None
        if name == "W_ya":
            return self.dy, self.trace.a[-1, 1:]
        kind, _, number = name.rpartition("_l")
        layer = int(number)
        fed = {
            "W_aa": self.trace.a[layer, :-1],
            "W_ax": self.trace.layer_input(layer),
            "b_a": None,
        }[kind]
        return self.dz[layer], fed


def check_step(t: int, steps: int) -> None:
    """Raise ValueError unless 1 ≤ t ≤ steps."""
    if not 1 <= t <= steps:
        raise ValueError(f"step: expected 1…{steps}, found {t}")


def _gram(rows: Array) -> Array:
    """Products of all pairs of rows, (T, B, B)."""
    wide = rows.astype(np.float64, copy=False)
    return wide @ wide.transpose(0, 2, 1)
