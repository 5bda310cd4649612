"""Architecture and parameters of a network."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from .activations import ACTIVATIONS
from .arrays import Array, frozen_copy
from .cells import CELLS

_DTYPES = tuple(np.dtype(d) for d in (np.float32, np.float64, np.complex128))


@dataclass(frozen=True, slots=True)
class Architecture:
    """All that is needed to make a network's parameters.

    Parameters
    ----------
    inputs, units, outputs : int
        D, H and O, each at least 1.
    cell : {"rnn"}
        The recurrent cell: "rnn" is Elman's.
    activation : {"tanh", "relu", "sigmoid", "identity"}
        g of the hidden state.
    layers : int
        Layers on top of each other, L ≥ 1; layer l's input is layer l−1's a⟨t⟩.

    Raises
    ------
    ValueError
        For a size below 1 or an unknown name.
    """

    inputs: int
    units: int
    outputs: int
    cell: str = "rnn"
    activation: str = "tanh"
    layers: int = 1

    def __post_init__(self) -> None:
        for name in ("inputs", "units", "outputs", "layers"):
            size = getattr(self, name)
            if not isinstance(size, int) or isinstance(size, bool) or size < 1:
                raise ValueError(f"{name}: expected a whole number ≥ 1, found {size!r}")
        if self.cell not in CELLS:
            raise ValueError(f"unknown cell {self.cell!r}; known: {', '.join(CELLS)}")
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"unknown activation {self.activation!r}; known: {', '.join(ACTIVATIONS)}"
            )

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Name and shape of every parameter, in their order."""
        rows = CELLS[self.cell].gates * self.units
        shapes: dict[str, tuple[int, ...]] = {}
        for layer in range(self.layers):
            shapes[f"W_ax_l{layer}"] = (rows, self.units if layer else self.inputs)
            shapes[f"W_aa_l{layer}"] = (rows, self.units)
            shapes[f"b_a_l{layer}"] = (rows,)
        shapes["W_ya"] = (self.outputs, self.units)
        shapes["b_y"] = (self.outputs,)
        return shapes


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Network:
    """An architecture with its parameters; never changes.

    Parameters
    ----------
    architecture : Architecture
    parameters : mapping of str to array
        "W_ax_l0" (nH, D), "W_aa_l0" (nH, H), "b_a_l0" (nH,), the same for l1 … with H in D's
        place, then "W_ya" (O, H) and "b_y" (O,); n is the number of the cell's gates. All of one
        dtype: float32, float64, or complex128 (forward pass only). Kept as read-only copies.

    Raises
    ------
    ValueError
        For a parameter that is missing, unknown, or of another shape or dtype than expected.
    """

    architecture: Architecture
    parameters: Mapping[str, Array]

    def __post_init__(self) -> None:
        shapes = self.architecture.parameter_shapes()
        check_names("parameters", self.parameters, shapes)
        arrays = {name: np.asarray(self.parameters[name]) for name in shapes}
        dtype = arrays["b_y"].dtype
        if dtype not in _DTYPES:
            raise ValueError(f"b_y: expected float32, float64 or complex128, found {dtype}")
        for name, shape in shapes.items():
            found = arrays[name]
            if found.shape != shape or found.dtype != dtype:
                raise ValueError(
                    f"{name}: expected {dtype} {shape}, found {found.dtype} {found.shape}"
                )
        parameters = {name: frozen_copy(array) for name, array in arrays.items()}
        object.__setattr__(self, "parameters", MappingProxyType(parameters))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of every parameter, and of all that is computed with them."""
        return self.parameters["b_y"].dtype

    def astype(self, dtype: DTypeLike) -> "Network":
        """Return the same network in another dtype."""
        return Network(
            self.architecture, {name: a.astype(dtype) for name, a in self.parameters.items()}
        )

    def replace(self, **arrays: Array) -> "Network":
        """Return a network with the named parameters replaced (ValueError for unknown names)."""
        for name in arrays:
            if name not in self.parameters:
                raise ValueError(f"unknown parameter {name!r}; known: {', '.join(self.parameters)}")
        return Network(self.architecture, {**self.parameters, **arrays})


def check_names(
    what: str, found: Mapping[str, Array], expected: Mapping[str, tuple[int, ...]]
) -> None:
    """Raise ValueError unless both mappings have the same names."""
    missing = [name for name in expected if name not in found]
    unknown = [name for name in found if name not in expected]
    if missing or unknown:
        raise ValueError(
            f"{what}: expected {', '.join(expected)}; "
            f"missing {', '.join(missing) or 'none'}, unknown {', '.join(unknown) or 'none'}"
        )
