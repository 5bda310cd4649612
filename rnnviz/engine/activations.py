"""Activations g of the hidden state, and their derivatives."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from rnnviz.frozen import record

from .arrays import FEW, Array, found, real

FAR = 4.0  # |z| from which float64's tanh is rounded anew: 1 − a² magnifies a rounding 1000 times


class Derivative(Protocol):
    """g′(z) from z and a = g(z)."""

    def __call__(self, z: Array, a: Array, out: Array | None = None, exact: bool = True) -> Array:
        """Return g′(z), in `out` if given; see :func:`tanh_slope`."""
        ...


@record
class Activation:
    """An activation function g with its derivative and its name.

    Attributes
    ----------
    name : str
        As in :class:`~rnnviz.engine.Architecture`.
    title, symbol : str
        What it is called, and how it stands before its brackets in an equation.
    apply : callable (z, out)
        Write g(z) into `out`. Real and complex numbers (complex ones serve the complex-step test).
    derivative : callable (z, a, out=None, exact=True)
        Return g′(z), given a = g(z) as well, in `out` or in a new array. Real numbers only.
    supremum : float
        sup |g′| over the real line: the activation's part of the bound on the gradient's growth
        (Pascanu, Mikolov and Bengio 2013, §2.1: 1 for tanh, ¼ for the sigmoid).
    bounded : bool
        Whether g itself stays within −1 … 1.
    log_derivative : callable (z), optional
        ln g′(z) of float64 numbers, where g′ is small and not 0: float64 has no tanh′(400).
    """

    name: str
    title: str
    symbol: str
    apply: Callable[[Array, Array], Any]
    derivative: "Derivative"
    supremum: float
    bounded: bool = False
    log_derivative: Callable[[Array], Array] | None = None


def tanh_slope(z: Array, a: Array, out: Array | None = None, exact: bool = True) -> Array:
    """1 − a²; in float32 1/cosh²(z), and in float64, if it is to be exact, far from 0.

    1 − a² has lost every digit where |z| > 9 in float32 and |z| > 19 in float64, and the gradient
    would be exactly 0 where it has only become small. (In float64 that is what other programs'
    gradients are.) In float64 a is rounded anew where it is
    close to ±1: one false last digit, which NumPy's tanh has now and then, would be many false
    digits of 1 − a². So would the rounding of a²: there it is (1 − a)(1 + a).
    """
    if z.dtype != np.float32:
        d = np.multiply(a, a, out=out)
        d = np.subtract(1.0, d, out=d)
        far = found(np.abs(z) > FAR)
        if far is not None and exact:
            d[far] = far_slope(2.0 * z[far], 4.0)
        elif far is not None:
            sharp = far_tanh(z[far])
            d[far] = (1.0 - sharp) * (1.0 + sharp)
        return d
    d = np.cosh(z, out)
    if d.size > FEW:
        np.divide(1.0, d, d)  # takes half of np.reciprocal's time, but a scalar has to be made
    else:
        np.reciprocal(d, d)
    return np.multiply(d, d, d)


def sigmoid_slope(z: Array, a: Array, out: Array | None = None, exact: bool = True) -> Array:
    """a (1 − a); in float32 ¼/cosh²(½ z), and to be exact where a is close to 1."""
    if z.dtype != np.float32:
        d = np.subtract(1.0, a, out=out)
        np.multiply(d, a, out=d)
        far = found(z > FAR) if exact else None
        if far is not None:
            d[far] = far_slope(z[far], 1.0)
        return d
    d = np.multiply(z, 0.5, out=out)
    np.cosh(d, d)
    np.divide(0.5, d, d)
    return np.multiply(d, d, d)


def far_slope(z: Array, factor: float | Array) -> Array:
    """`factor` times σ′(z) of real numbers, as e/(1 + e)² with e = exp(−|z|): every digit right."""
    e = np.exp(-np.abs(z))
    return factor * (e / np.square(1.0 + e))


def _sigmoid_log_slope(z: Array) -> Array:
    """ln σ′(z) = −|z| − 2 ln(1 + exp(−|z|))."""
    far = np.abs(z)
    return -far - 2.0 * np.log1p(np.exp(-far))


def _tanh_log_slope(z: Array) -> Array:
    """ln tanh′(z) = ln 4 + ln σ′(2z)."""
    return np.log(4.0) + _sigmoid_log_slope(2.0 * z)


def complement(z: Array, a: Array, out: Array | None = None, *, scale: float = 1.0) -> Array:
    """1 − a of a = σ(scale · z); made of z where a is close to 1."""
    d = np.subtract(1.0, a, out=out)
    far = found(z > FAR / scale)
    if far is not None:
        e = np.exp(-scale * z[far])
        d[far] = e / (1.0 + e)
    return d


def far_tanh(z: Array) -> Array:
    """tanh of real numbers far from 0, as 1 − 2e/(1 + e): right to the last digit."""
    e = np.exp(-2.0 * np.abs(z))
    return np.copysign(1.0 - 2.0 * e / (1.0 + e), z)


def _sigmoid(z: Array, out: Array) -> None:
    """Write 1/(1 + exp(−z)): 0 where exp overflows, and small numbers with all their digits."""
    if z.dtype.kind == "c":  # of complex numbers an overflow would be nan; ½ tanh(½ z) + ½ has none
        np.add(0.5 * np.tanh(0.5 * z), 0.5, out)
        return
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    np.reciprocal(out, out)


def _relu(z: Array, out: Array) -> None:
    if z.dtype.kind == "c":  # np.maximum would order complex numbers; the real part decides
        np.copyto(out, np.where(real(z) > 0.0, z, 0.0))
    else:
        np.maximum(z, 0.0, out=out)


def _relu_derivative(z: Array, a: Array, out: Array | None = None, exact: bool = True) -> Array:
    """Step function; g′(0) = 0, as PyTorch has it."""
    out = np.empty_like(z) if out is None else out
    return np.greater(z, 0.0, out=out, casting="unsafe")


def _identity(z: Array, out: Array) -> None:
    np.copyto(out, z)


def _identity_derivative(z: Array, a: Array, out: Array | None = None, exact: bool = True) -> Array:
    out = np.empty_like(z) if out is None else out
    out.fill(1.0)
    return out


ACTIVATIONS: Mapping[str, Activation] = MappingProxyType(
    {
        "tanh": Activation("tanh", "tanh", "tanh", np.tanh, tanh_slope, 1.0, True, _tanh_log_slope),
        "relu": Activation("relu", "ReLU", "ReLU", _relu, _relu_derivative, 1.0),
        "sigmoid": Activation(
            "sigmoid", "sigmoid", "σ", _sigmoid, sigmoid_slope, 0.25, True, _sigmoid_log_slope
        ),
        "identity": Activation("identity", "identity", "", _identity, _identity_derivative, 1.0),
    }
)
