"""Parameters of a new network, from one seed."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import DTypeLike

from .arrays import Array
from .cells import CELLS
from .network import Architecture, Network

_W_AX, _W_AA, _W_YA, _OTHER = range(4)  # each weight has random numbers of its own: see _generator
_NAME = re.compile(r"(?P<kind>\w+?)_l(?P<layer>\d+)(?P<reverse>_reverse)?")

Fill = Callable[[np.random.Generator, int, int], Array]


def xavier_uniform(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """U(−s, s) with s = √(6/(rows + columns)) (Glorot and Bengio 2010, eq. 16)."""
    return rng.uniform(-1.0, 1.0, (rows, columns)) * np.sqrt(6.0 / (rows + columns))


def xavier_normal(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """N(0, 2/(rows + columns)), the same variance (Glorot and Bengio 2010, eq. 12)."""
    return rng.standard_normal((rows, columns)) * np.sqrt(2.0 / (rows + columns))


def he_uniform(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """U(−s, s) with s = √(6/columns), of variance 2/columns, for ReLU (He et al. 2015, eq. 10)."""
    return rng.uniform(-1.0, 1.0, (rows, columns)) * np.sqrt(6.0 / columns)


def he_normal(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """N(0, 2/columns), for ReLU (He et al. 2015, eq. 10)."""
    return rng.standard_normal((rows, columns)) * np.sqrt(2.0 / columns)


def unit_uniform(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """U(−1/√H, 1/√H) with H = rows: PyTorch's default for recurrent layers."""
    return rng.uniform(-1.0, 1.0, (rows, columns)) / np.sqrt(rows)


def orthogonal(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Uniform over the (semi-)orthogonal matrices (Saxe, McClelland and Ganguli 2014).

    From a QR decomposition with the signs of R's diagonal fixed (Mezzadri 2007).
    """
    tall = (rows, columns) if rows >= columns else (columns, rows)
    q, r = np.linalg.qr(rng.standard_normal(tall))
    q = q * np.where(np.diag(r) < 0.0, -1.0, 1.0)
    return q if rows >= columns else q.T


def identity(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Identity (IRNN: Le, Jaitly and Hinton 2015, for ReLU)."""
    return np.eye(rows, columns)


RECURRENT: Mapping[str, Fill] = MappingProxyType(
    {
        "orthogonal": orthogonal,
        "uniform": unit_uniform,
        "xavier": xavier_uniform,
        "xavier_normal": xavier_normal,
        "he": he_uniform,
        "he_normal": he_normal,
        "identity": identity,
    }
)
INPUT: Mapping[str, Fill] = MappingProxyType(
    {name: fill for name, fill in RECURRENT.items() if name != "identity"}
)


def create_network(
    architecture: Architecture,
    *,
    seed: int = 0,
    recurrent: str = "orthogonal",
    gain: float = 1.0,
    spectral_radius: float | None = None,
    inputs: str = "xavier",
    forget_bias: float = 1.0,
    dtype: DTypeLike = np.float32,
) -> Network:
    """Make a network with new parameters.

    Biases and peepholes are zero but for the forget gate's. Every weight draws from a stream of
    its own (PCG64 seeded by seed, kind, layer and direction), so that two networks that differ in
    one choice differ in that choice alone.

    Parameters
    ----------
    architecture : Architecture
    seed : int
        At least 0; the same seed gives the same numbers on every machine (orthogonal matrices and
        spectral radii, which come from LAPACK, to its rounding).
    recurrent : {"orthogonal", "uniform", "xavier", "xavier_normal", "he", "he_normal", "identity"}
        How W_aa is made (each gate's block by itself).
    gain : float
        Factor on W_aa: with "orthogonal" the spectral radius and every singular value.
    spectral_radius : float, optional
        Scale each gate's block of W_aa to this largest |eigenvalue|, whatever the gain.
    inputs : str
        How W_ax and W_ya are made (each gate's block by itself): as `recurrent`, but "identity".
    forget_bias : float
        What the LSTM's forget gate is biased by at first (Gers, Schmidhuber and Cummins 2000;
        Jozefowicz, Zaremba and Sutskever 2015 recommend 1); no effect in other cells.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        For an unknown initialiser, a negative seed or radius, a number that is not finite, or a
        radius wanted of a matrix that has none (all its eigenvalues 0).
    """
    for name, known in ((recurrent, RECURRENT), (inputs, INPUT)):
        if name not in known:
            raise ValueError(f"unknown initialiser {name!r}; known: {', '.join(known)}")
    if seed < 0:
        raise ValueError(f"seed: expected a whole number ≥ 0, found {seed}")
    for name, value in (
        ("gain", gain),
        ("spectral_radius", 0.0 if spectral_radius is None else spectral_radius),
        ("forget_bias", forget_bias),
    ):
        if not np.isfinite(value):
            raise ValueError(f"{name}: expected a finite number, found {value}")
    if spectral_radius is not None and spectral_radius < 0.0:
        raise ValueError(f"spectral_radius: expected a number ≥ 0, found {spectral_radius}")
    units, cell = architecture.units, CELLS[architecture.cell]
    parameters: dict[str, Array] = {}
    for name, shape in architecture.parameter_shapes().items():
        found = _NAME.fullmatch(name)
        kind = found["kind"] if found else name
        where = (int(found["layer"]), bool(found["reverse"])) if found else (0, False)
        if kind == "W_aa":
            rng = _generator(seed, _W_AA, *where)
            blocks = [RECURRENT[recurrent](rng, units, units) for _ in range(cell.gates)]
            if spectral_radius is None:
                array = gain * np.concatenate(blocks)
            else:
                array = np.concatenate([_with_radius(block, spectral_radius) for block in blocks])
        elif kind == "W_ax":
            rng = _generator(seed, _W_AX, *where)
            blocks = [INPUT[inputs](rng, units, shape[1]) for _ in range(cell.gates)]
            array = np.concatenate(blocks)
        elif kind == "W_ya":
            array = INPUT[inputs](_generator(seed, _W_YA, 0, False), shape[0], shape[1])
        elif kind == "E":
            array = _generator(seed, _OTHER, 0, False).standard_normal(shape)
        else:
            array = np.zeros(shape)
            if kind == "b_a" and cell.held_open:
                begin = cell.names.index(cell.held_open) * units
                array[begin : begin + units] = forget_bias
        parameters[name] = array.astype(dtype)
    return Network(architecture, parameters)


def _with_radius(block: Array, wanted: float) -> Array:
    radius = float(np.abs(np.linalg.eigvals(block)).max())
    if radius == 0.0:
        raise ValueError("spectral_radius: the recurrent matrix has only eigenvalues 0 to scale")
    return block * (wanted / radius)


def _generator(seed: int, kind: int, layer: int, reverse: bool) -> np.random.Generator:
    entropy = [seed, kind, layer, 1] if reverse else [seed, kind, layer]
    return np.random.Generator(np.random.PCG64(entropy))
