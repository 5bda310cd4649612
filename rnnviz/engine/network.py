"""Architecture and parameters of a network."""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

import numpy as np
from numpy.typing import DTypeLike

from rnnviz.frozen import field, record

from .activations import ACTIVATIONS
from .arrays import Array, frozen_copy
from .cells import CELLS, PLAIN

_Made = TypeVar("_Made")
_Given = ParamSpec("_Given")
_DTYPES = tuple(np.dtype(d) for d in (np.float32, np.float64, np.complex128))


class Strand(NamedTuple):
    """One layer in one direction: what runs through time on its own.

    Strands are counted as PyTorch counts states: s = layer · directions + direction.
    """

    layer: int
    reverse: bool

    @property
    def suffix(self) -> str:
        """What its parameters' names end in, such as "_l0" or "_l0_reverse"."""
        return f"_l{self.layer}" + ("_reverse" if self.reverse else "")


@cache
def _strands(layers: int, bidirectional: bool) -> tuple[Strand, ...]:
    directions = (False, True) if bidirectional else (False,)
    return tuple(Strand(layer, way) for layer in range(layers) for way in directions)


@record
class Architecture:
    """All that is needed to make a network's parameters.

    Parameters
    ----------
    inputs, units : int
        D and H, each at least 1.
    outputs : int
        O; 0 for a network without a read-out, such as an encoder.
    cell : str
        The recurrent cell, a key of :data:`~rnnviz.engine.cells.CELLS`.
    activation : {"tanh", "relu", "sigmoid", "identity"}
        g of the hidden state; the gated cells have tanh.
    layers : int
        Layers on top of each other, L ≥ 1; layer l's input is layer l−1's a⟨t⟩.
    biases : {1, 2}
        2: a second bias b_aa beside b_a, as PyTorch has it. The GRU that resets after the
        product always has both: its b_aa stands inside the reset.
    peepholes : bool
        The LSTM's gates see the cell state (Gers, Schraudolph and Schmidhuber 2002).
    bidirectional : bool
        Every layer runs in both directions, and hands on both states side by side.
    vocabulary : int
        V ≥ 1: x is ids 0 … V−1, and row x of the embedding E (V, D) is the input; 0: no embedding.

    Raises
    ------
    ValueError
        For an impossible size, an unknown name or a choice the cell does not have.
    """

    inputs: int
    units: int
    outputs: int
    cell: str = PLAIN
    activation: str = "tanh"
    layers: int = 1
    biases: int = 1
    peepholes: bool = False
    bidirectional: bool = False
    vocabulary: int = 0

    def __post_init__(self) -> None:
        for name in ("inputs", "units", "outputs", "layers", "vocabulary"):
            size, least = getattr(self, name), 0 if name in ("outputs", "vocabulary") else 1
            if not isinstance(size, int) or isinstance(size, bool) or size < least:
                raise ValueError(f"{name}: expected a whole number ≥ {least}, found {size!r}")
        if self.cell not in CELLS:
            raise ValueError(f"unknown cell {self.cell!r}; known: {', '.join(CELLS)}")
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"unknown activation {self.activation!r}; known: {', '.join(ACTIVATIONS)}"
            )

        cell = CELLS[self.cell]
        if not cell.any_activation and self.activation != "tanh":
            raise ValueError(f"activation of {self.cell}: expected tanh, found {self.activation}")
        if self.biases not in (1, 2):
            raise ValueError(f"biases: expected 1 or 2, found {self.biases!r}")
        if self.peepholes and not cell.peepholes:
            able = " and ".join(key for key, other in CELLS.items() if other.peepholes)
            raise ValueError(f"peepholes: the cell {self.cell} has none, only {able} has")

    @property
    def directions(self) -> int:
        """2 if bidirectional, else 1."""
        return 2 if self.bidirectional else 1

    @property
    def width(self) -> int:
        """Numbers that a layer hands on at each step: H, or 2H in both directions."""
        return self.directions * self.units

    @property
    def strands(self) -> tuple[Strand, ...]:
        """Every layer in every direction, in their order."""
        return _strands(self.layers, self.bidirectional)

    def parameter_shapes(self) -> dict[str, tuple[int, ...]]:
        """Name and shape of every parameter, in their order."""
        cell = CELLS[self.cell]
        rows = cell.gates * self.units
        shapes: dict[str, tuple[int, ...]] = {}
        if self.vocabulary:
            shapes["E"] = (self.vocabulary, self.inputs)
        for strand in self.strands:
            end = strand.suffix
            shapes[f"W_ax{end}"] = (rows, self.width if strand.layer else self.inputs)
            shapes[f"W_aa{end}"] = (rows, self.units)
            shapes[f"b_a{end}"] = (rows,)
            if self.biases == 2 or cell.second_bias:
                shapes[f"b_aa{end}"] = (rows,)
            if self.peepholes:
                shapes.update({f"p_{gate}{end}": (self.units,) for gate in cell.peepholes})
        shapes["W_ya"] = (self.outputs, self.width)
        shapes["b_y"] = (self.outputs,)
        return shapes


@record(eq=False, weakref_slot=True)
class Network:
    """An architecture with its parameters; never changes.

    Parameters
    ----------
    architecture : Architecture
    parameters : mapping of str to array
        "W_ax_l0" (nH, D), "W_aa_l0" (nH, H), "b_a_l0" (nH,), the same for l1 … with H in D's
        place, then "W_ya" (O, H) and "b_y" (O,); n is the number of the cell's gates, whose
        blocks of rows stand in PyTorch's order (LSTM i f g o, GRU r z n). Where the architecture
        has them: "b_aa_l0" (nH,), "p_i_l0", "p_f_l0", "p_o_l0" (H,), all of these once more as
        "…_l0_reverse" (and 2H in H's place where a layer is fed by both directions), and first of
        all "E" (V, D). All of one dtype: float32, float64, or complex128 (forward pass only).
        Kept as read-only copies.

    Raises
    ------
    ValueError
        For a parameter that is missing, unknown, or of another shape or dtype than expected.
    """

    architecture: Architecture
    parameters: Mapping[str, Array]
    dtype: np.dtype[Any] = field(init=False, repr=False)
    """The dtype of every parameter, and of all that is computed with them."""
    _memo: dict[Any, Any] = field(init=False, repr=False, default_factory=dict[Any, Any])

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
        object.__setattr__(self, "dtype", dtype)

    def once(
        self,
        name: object,
        make: "Callable[Concatenate[Network, _Given], _Made]",
        *given: _Given.args,
        **named: _Given.kwargs,
    ) -> _Made:
        """What `make` makes of this network, made when `name` is first asked for."""
        try:
            return self._memo[name]
        except KeyError:
            made = self._memo[name] = make(self, *given, **named)
            return made

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
