"""What a forward and a backward pass leave behind, in one shape for every mode.

Of one network these are the engine's own records. An encoder with its decoder is shown along one
line of time, and steps without recurrence stand side by side; `film/splices.py` puts both into the
same shape, so that a frame asks no further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import (
    EncoderDecoder,
    Network,
)
from rnnviz.engine.batches import parameters_of, with_parameters
from rnnviz.engine.cells import CELLS

Model: TypeAlias = Network | EncoderDecoder
Array: TypeAlias = NDArray[Any]
Rows: TypeAlias = Callable[[int, int | None, slice], Array]


class Forward(Protocol):
    """A forward pass as frames ask it; attributes as those of the engine's Trace."""

    @property
    def steps(self) -> int:
        """T."""
        ...

    @property
    def network(self) -> Model:
        """The network that was run."""
        ...

    @property
    def a(self) -> Array:
        """(L, T+1, 1, H)."""
        ...

    @property
    def c(self) -> Array | None:
        """(L, T+1, 1, H) of the LSTM."""
        ...

    @property
    def z(self) -> Array:
        """(L, T, 1, nH)."""
        ...

    @property
    def gates(self) -> Mapping[str, Array]:
        """Each (L, T, 1, H)."""
        ...

    @property
    def y(self) -> Array:
        """(T, 1, O); of a long pass made anew at every call, and large."""
        ...

    @property
    def p(self) -> Array | None:
        """(T, 1, O), as y; nan at steps without an output."""
        ...

    @property
    def loss_k(self) -> Array:
        """(T,)."""
        ...

    @property
    def loss(self) -> float:
        """The sum of all losses."""
        ...

    @property
    def exploded_at(self) -> int | None:
        """First step with a number that is not finite."""
        ...

    @property
    def log_direct_path(self) -> Array:
        """ln ∏ f of the LSTM, (L, T+1, 1, H)."""
        ...

    @property
    def output_lost_at(self) -> int | None:
        """First step with an output that is not finite."""
        ...

    def outputs(self, start: int = 0, stop: int | None = None) -> Array:
        """y of steps start + 1 … stop, (stop − start, 1, O)."""
        ...

    def probabilities(self, start: int = 0, stop: int | None = None) -> Array | None:
        """The probabilities p of those outputs."""
        ...

    def output(self, o: int) -> Array:
        """y of one output (from 0) at all steps, (T, 1)."""
        ...

    def z_at(self, t: int, layer: int = 0) -> Array:
        """z⟨t⟩, (1, nH)."""
        ...

    def recurrent_term(self, t: int, layer: int = 0) -> Array:
        """W_aa a⟨t−1⟩, (1, nH)."""
        ...

    def input_term(self, t: int, layer: int = 0) -> Array:
        """W_ax x⟨t⟩, (1, nH)."""
        ...


class Sweep(Protocol):
    """A backward pass as frames ask it; attributes as those of the engine's Backward."""

    @property
    def trace(self) -> Forward:
        """The forward pass it belongs to."""
        ...

    @property
    def da(self) -> Array:
        """(L, T, 1, H)."""
        ...

    @property
    def dz(self) -> Array:
        """(L, T, 1, nH)."""
        ...

    @property
    def dc(self) -> Array | None:
        """(L, T, 1, H) of the LSTM."""
        ...

    @property
    def dy(self) -> Array:
        """(T, 1, O); of a long pass made anew at every call, and large."""
        ...

    def output_gradient(self, start: int = 0, stop: int | None = None) -> Array:
        """∂L/∂y of steps start + 1 … stop, (stop − start, 1, O)."""
        ...

    @property
    def gradients(self) -> Mapping[str, Array]:
        """By the names of `parameters_of` the model."""
        ...

    @property
    def log_norm_da(self) -> NDArray[np.float64]:
        """(L, T)."""
        ...

    @property
    def exploded_at(self) -> int | None:
        """The step, from T backward, at which its numbers first were not finite."""
        ...


def answering(model: Model) -> Network:
    """The network that answers: the decoder of a pair."""
    return model.decoder if isinstance(model, EncoderDecoder) else model


def parameters(model: Model) -> Mapping[str, Array]:
    """All parameters by name; of a pair "encoder." or "decoder." before it."""
    return parameters_of(model)


def replaced(model: Model, parameters: Mapping[str, Array]) -> Model:
    """The same model with these parameters in place of its own."""
    if isinstance(model, EncoderDecoder):
        return with_parameters(model, parameters)
    return with_parameters(model, parameters)


def is_either(cell: str, other: str) -> bool:
    """Whether weights may be those of either cell: the same, or both GRUs."""
    return cell == other or (CELLS[cell].names == CELLS[other].names and bool(CELLS[cell].names))


def meant(model: Model, activation: str, cell: str) -> Model:
    """These weights with another activation g, or as the other GRU's.

    Raises
    ------
    ValueError
        Where they cannot be that cell's.
    """
    if isinstance(model, EncoderDecoder):
        encoder = meant(model.encoder, activation, cell)
        decoder = encoder if model.decoder is model.encoder else None
        decoder = decoder or meant(model.decoder, activation, cell)
        assert isinstance(encoder, Network) and isinstance(decoder, Network)
        return EncoderDecoder(encoder, decoder)
    made, given = replace(model.architecture, activation=activation), model.parameters
    if cell == made.cell:
        return Network(made, given)
    if not is_either(made.cell, cell):
        kinds = f"{CELLS[made.cell].title}, and not of {CELLS[cell].title}"
        raise ValueError(f"the weights are those of the cell {kinds}")
    # The GRU that resets after the product has two biases; one of the other's is nothing there.
    made = replace(made, cell=cell, biases=1 if CELLS[cell].second_bias else 2)
    none = {name: np.zeros(shape, model.dtype) for name, shape in made.parameter_shapes().items()}
    return Network(made, {**none, **given})
