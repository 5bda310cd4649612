"""What all conversions of weights share: blocks of rows in another order, and a strict fit."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.engine.arrays import Array
from rnnviz.engine.network import Architecture, Network
from rnnviz.weights.faults import fault, misfit


def fitted(
    architecture: Architecture,
    parameters: Mapping[str, Array],
    names: Mapping[str, str] | None = None,
) -> Network:
    """Make a network; DataError for the first parameter that does not fit.

    Parameters
    ----------
    architecture : Architecture
    parameters : mapping of str to array
        Under the engine's names, of any real dtypes: one float64 makes all so, else float32.
    names : mapping of str to str, optional
        What the file calls a parameter, for the error.
    """
    called = names or {}
    for name, shape in architecture.parameter_shapes().items():
        found = parameters.get(name)
        if found is None or found.shape != shape:
            raise misfit(called.get(name, name), None if found is None else found.shape, shape)
        if found.dtype.kind != "f":
            raise fault(
                f"{called.get(name, name)}: expected floating-point numbers, found {found.dtype}"
            )
    wide = any(array.dtype == np.float64 for array in parameters.values())
    dtype = np.float64 if wide else np.float32
    return Network(architecture, {name: array.astype(dtype) for name, array in parameters.items()})


def dense_parameters(dense: Sequence[Array], architecture: Architecture) -> dict[str, Array]:
    """W_ya and b_y from [(H, O), (O,)], or of a network without a read-out from []."""
    if dense:
        return {"W_ya": dense[0].T, "b_y": dense[1]}
    return {"W_ya": np.zeros((0, architecture.width), np.float32), "b_y": np.zeros(0, np.float32)}


def some_units(found: int, name: str) -> int:
    """Return the number of units; DataError if there are none."""
    if found < 1:
        raise fault(f"{name}: has no units")
    return found


def inverse(order: Sequence[int]) -> tuple[int, ...]:
    """Return the order that undoes this one."""
    return tuple(order.index(k) for k in range(len(order)))


def reordered(array: Array, order: Sequence[int]) -> Array:
    """Blocks of rows taken in this order."""
    return split_rows(array, len(order), order)


def split_rows(array: Array, gates: int, order: Sequence[int]) -> Array:
    """Blocks of rows in this order; as it is where the rows do not divide (it will not fit)."""
    if array.ndim < 1 or len(array) % gates:
        return array
    return np.concatenate([np.split(array, gates)[k] for k in order])
