"""Activations g of the hidden state, and their derivatives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from .arrays import Array, found, real

_SATURATED = 0.02  # slopes below it are computed from z in float32: 1 − a² has 5 digits there


class Derivative(Protocol):
    """g′(z) from z and a = g(z)."""

    def __call__(self, z: Array, a: Array, out: Array | None = None) -> Array:
        """Return g′(z), in `out` if given."""
        ...


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation.

    Attributes
    ----------
    name : str
        As in :class:`~rnnviz.engine.Architecture`.
    apply : callable (z, out)
        Write g(z) into `out`. Real and complex numbers (complex ones serve the complex-step test).
    derivative : callable (z, a, out=None)
        Return g′(z), given a = g(z) as well, in `out` or in a new array. Real numbers only.
    supremum : float
        sup |g′| over the real line: the activation's part of the bound on the gradient's growth
        (Pascanu, Mikolov and Bengio 2013, §2.1: 1 for tanh, ¼ for the sigmoid).
    """

    name: str
    apply: Callable[[Array, Array], Any]
    derivative: "Derivative"
    supremum: float


def tanh_slope(z: Array, a: Array, out: Array | None = None) -> Array:
    """1 − a²; in float32 as 1/cosh²(z) where a is close to ±1.

    1 − a² has lost every digit where |z| > 9 in float32, and the gradient would be exactly 0 where
    it has only become small.
    """
    d = np.multiply(a, a, out=out)
    np.subtract(1.0, d, out=d)
    if d.dtype == np.float32:
        saturated = found(d < _SATURATED)
        if saturated is not None:
            d[saturated] = 4.0 * _logistic_slope(2.0 * z[saturated])
    return d


def sigmoid_slope(z: Array, a: Array, out: Array | None = None) -> Array:
    """a (1 − a); in float32 from z where a is close to 0 or 1, for the reason given at tanh."""
    d = np.subtract(1.0, a, out=out)
    np.multiply(d, a, out=d)
    if d.dtype == np.float32:
        saturated = found(d < _SATURATED)
        if saturated is not None:
            d[saturated] = _logistic_slope(z[saturated])
    return d


def gate_slopes(z: Array, gates: Array, tanh_at: int) -> Array:
    """Slopes of all gates (T, n, B, H) in a new array; gate `tanh_at` has tanh, the others σ.

    As :func:`sigmoid_slope` and :func:`tanh_slope`, in fewer calls.
    """
    d = np.subtract(1.0, gates)
    np.multiply(d, gates, d)
    g, d_g = gates[:, tanh_at], d[:, tanh_at]
    np.multiply(g, g, d_g)
    np.subtract(1.0, d_g, d_g)
    if d.dtype == np.float32:
        saturated = found(d < _SATURATED)
        if saturated is not None:  # tanh′(z) = 4 σ′(2z)
            twice = np.where(saturated[1] == tanh_at, np.float32(2.0), np.float32(1.0))
            d[saturated] = twice * twice * _logistic_slope(twice * z[saturated])
    return d


def _sigmoid(z: Array, out: Array) -> None:
    """Write ½ tanh(½ z) + ½, which cannot overflow."""
    np.multiply(z, 0.5, out)
    np.tanh(out, out)
    np.multiply(out, 0.5, out)
    np.add(out, 0.5, out)


def _logistic_slope(z: Array) -> Array:
    """e/(1 + e)² with e = exp(−|z|): the sigmoid's slope to full relative precision."""
    e = np.abs(z)
    np.negative(e, out=e)
    np.exp(e, out=e)
    d = 1.0 + e
    np.multiply(d, d, out=d)
    return np.divide(e, d, out=d)


def _relu(z: Array, out: Array) -> None:
    if z.dtype.kind == "c":  # np.maximum would order complex numbers; the real part decides
        np.copyto(out, np.where(real(z) > 0.0, z, 0.0))
    else:
        np.maximum(z, 0.0, out=out)


def _relu_derivative(z: Array, a: Array, out: Array | None = None) -> Array:
    """Step function; g′(0) = 0, as PyTorch has it."""
    out = np.empty_like(z) if out is None else out
    return np.greater(z, 0.0, out=out, casting="unsafe")


def _identity(z: Array, out: Array) -> None:
    np.copyto(out, z)


def _identity_derivative(z: Array, a: Array, out: Array | None = None) -> Array:
    out = np.empty_like(z) if out is None else out
    out.fill(1.0)
    return out


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "tanh": Activation("tanh", np.tanh, tanh_slope, 1.0),
        "relu": Activation("relu", _relu, _relu_derivative, 1.0),
        "sigmoid": Activation("sigmoid", _sigmoid, sigmoid_slope, 0.25),
        "identity": Activation("identity", _identity, _identity_derivative, 1.0),
    }
)
