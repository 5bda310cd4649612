"""Parameters of a new network, from one seed."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import DTypeLike

from .arrays import Array
from .cells import CELLS
from .network import Architecture, Network

_W_AX, _W_AA, _W_YA = range(3)  # each weight has random numbers of its own: see _generator


def _orthogonal(rng: np.random.Generator, units: int) -> Array:
    """Uniform over the orthogonal matrices (Mezzadri 2007: the signs of R's diagonal fixed)."""
    q, r = np.linalg.qr(rng.standard_normal((units, units)))
    return q * np.where(np.diag(r) < 0.0, -1.0, 1.0)


def _uniform(rng: np.random.Generator, units: int) -> Array:
    """U(−1/√H, 1/√H), PyTorch's default."""
    return rng.uniform(-1.0, 1.0, (units, units)) / np.sqrt(units)


def _xavier_square(rng: np.random.Generator, units: int) -> Array:
    return xavier_uniform(rng, units, units)


def _identity(rng: np.random.Generator, units: int) -> Array:
    """Identity (Le, Jaitly and Hinton 2015, for ReLU)."""
    return np.eye(units)


RECURRENT: Mapping[str, Callable[[np.random.Generator, int], Array]] = MappingProxyType(
    {
        "orthogonal": _orthogonal,
        "uniform": _uniform,
        "xavier": _xavier_square,
        "identity": _identity,
    }
)


def xavier_uniform(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """U(−s, s) with s = √(6/(rows + columns)) (Glorot and Bengio 2010, eq. 16)."""
    return rng.uniform(-1.0, 1.0, (rows, columns)) * np.sqrt(6.0 / (rows + columns))


def create_network(
    architecture: Architecture,
    *,
    seed: int = 0,
    recurrent: str = "orthogonal",
    gain: float = 1.0,
    dtype: DTypeLike = np.float32,
) -> Network:
    """Make a network with new parameters.

    Input and read-out weights are Xavier-uniform, biases zero. Every weight draws from a stream
    of its own (PCG64 seeded by seed, kind and layer), so that two networks that differ in one
    choice differ in that choice alone.

    Parameters
    ----------
    architecture : Architecture
    seed : int
        At least 0; the same seed gives the same numbers on every machine.
    recurrent : {"orthogonal", "uniform", "xavier", "identity"}
        How W_aa is made (each gate's block by itself).
    gain : float
        Factor on W_aa: with "orthogonal" the spectral radius and every singular value.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        For an unknown initialiser, a negative seed or a gain that is not finite.
    """
    if recurrent not in RECURRENT:
        raise ValueError(f"unknown initialiser {recurrent!r}; known: {', '.join(RECURRENT)}")
    if seed < 0:
        raise ValueError(f"seed: expected a whole number ≥ 0, found {seed}")
    if not np.isfinite(gain):
        raise ValueError(f"gain: expected a finite number, found {gain}")
    units, gates = architecture.units, CELLS[architecture.cell].gates
    parameters: dict[str, Array] = {}
    for name, shape in architecture.parameter_shapes().items():
        layer = int(name.rpartition("_l")[2]) if "_l" in name else 0
        if name.startswith("W_aa"):
            rng = _generator(seed, _W_AA, layer)
            array = gain * np.concatenate([RECURRENT[recurrent](rng, units) for _ in range(gates)])
        elif name.startswith("W_ax"):
            rng = _generator(seed, _W_AX, layer)
            blocks = [xavier_uniform(rng, units, shape[1]) for _ in range(gates)]
            array = np.concatenate(blocks)
        elif name == "W_ya":
            array = xavier_uniform(_generator(seed, _W_YA, 0), *shape)
        else:
            array = np.zeros(shape)
        parameters[name] = array.astype(dtype)
    return Network(architecture, parameters)


def _generator(seed: int, kind: int, layer: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64([seed, kind, layer]))
