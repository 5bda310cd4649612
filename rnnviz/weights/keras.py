"""Networks as Keras holds them, ``model.get_weights()``, and back.

Gate orders differ: LSTM i f g o here and i f c o (c is g) there; GRU r z n here and z r h (h is n)
there. Kernels are (from, to) there. Round trips are exact.
"""

from collections.abc import Sequence

import numpy as np

from rnnviz.engine.arrays import Array
from rnnviz.engine.cells import CELLS
from rnnviz.engine.network import Architecture, Network
from rnnviz.weights.conversion import (
    dense_parameters,
    fault,
    fitted,
    inverse,
    misfit,
    reordered,
    rows_in,
    some_units,
    split_rows,
)


def to_keras(network: Network) -> list[Array]:
    """Arrays in the order of ``model.get_weights()``: Embedding, recurrent layers, Dense.

    Parameters
    ----------
    network : Network
        Without peepholes, which Keras has not. Two biases are added up where the cell can do with
        one; the GRU that resets after the product is Keras' with reset_after=True.

    Returns
    -------
    list of array
        For each layer (and direction, forward first) kernel (D, nH), recurrent_kernel (H, nH),
        bias (nH,) or (2, nH); before them the embedding (V, D), after them the Dense layer's
        kernel (H, O) and bias (O,), where there are such.

    Raises
    ------
    DataError
        For peepholes, and a cell that Keras has not.
    """
    architecture, p = network.architecture, network.parameters
    if architecture.peepholes:
        raise fault("Keras has no peepholes")
    order = inverse(rows_in("Keras", architecture.cell))
    arrays = [p["E"]] if architecture.vocabulary else []
    for strand in architecture.strands:
        end = strand.suffix
        arrays += [reordered(p[f"{kind}{end}"], order).T for kind in ("W_ax", "W_aa")]
        b_a, b_aa = p[f"b_a{end}"], p.get(f"b_aa{end}")
        if b_aa is None:
            arrays.append(reordered(b_a, order))
        elif CELLS[architecture.cell].second_bias:
            arrays.append(np.stack([reordered(b_a, order), reordered(b_aa, order)]))
        else:
            arrays.append(reordered(b_a + b_aa, order))
    if architecture.outputs:
        arrays += [p["W_ya"].T, p["b_y"]]
    return [np.ascontiguousarray(array) for array in arrays]


def from_keras(
    weights: Sequence[Array], cell: str, *, activation: str = "tanh", bidirectional: bool = False
) -> Network:
    """Make a network from ``model.get_weights()`` of Embedding, recurrent layers and Dense.

    Parameters
    ----------
    weights : sequence of array
        As :func:`to_keras` describes; the embedding and the Dense layer may be missing.
    cell : str
        A key of CELLS: Keras' SimpleRNN, LSTM, GRU with reset_after=True (its default) or False.
    activation : str
        Of the SimpleRNN.
    bidirectional : bool
        Layers are wrapped in Bidirectional (merge_mode="concat").

    Returns
    -------
    Network

    Raises
    ------
    DataError
        For arrays that do not fit one another, and a cell that Keras has not.
    """
    order, arrays = rows_in("Keras", cell), [np.asarray(array) for array in weights]
    gates, needs_two = len(order), CELLS[cell].second_bias
    embedding = (
        None if not arrays or _begins_with_a_layer(arrays, gates, needs_two) else arrays.pop(0)
    )
    dense = arrays[-2:] if len(arrays) % 3 == 2 else []
    triples = arrays[: len(arrays) - len(dense)]
    directions = 2 if bidirectional else 1
    if not triples or len(triples) % (3 * directions):
        raise fault(f"{len(arrays)} arrays are not three for each layer and direction")
    if triples[1].ndim != 2 or triples[0].ndim != 2 or (dense and dense[0].ndim != 2):
        raise fault("kernels: expected two axes each")
    parameters: dict[str, Array] = {} if embedding is None else {"E": embedding}
    architecture = Architecture(
        inputs=triples[0].shape[0],
        units=some_units(triples[1].shape[0], "recurrent_kernel"),
        outputs=dense[0].shape[1] if dense else 0,
        cell=cell,
        activation=activation,
        layers=len(triples) // (3 * directions),
        bidirectional=bidirectional,
        vocabulary=0 if embedding is None else embedding.shape[0],
    )
    for i, strand in enumerate(architecture.strands):
        kernel, recurrent, bias = triples[3 * i : 3 * i + 3]
        end = strand.suffix
        for kind, array in (("W_ax", kernel), ("W_aa", recurrent)):
            parameters[f"{kind}{end}"] = split_rows(array.T, gates, order)
        if needs_two:
            if bias.shape != (2, gates * architecture.units):
                raise misfit(f"bias {i}", bias.shape, (2, gates * architecture.units))
            parameters[f"b_aa{end}"] = split_rows(bias[1], gates, order)
            bias = bias[0]
        parameters[f"b_a{end}"] = split_rows(bias, gates, order)
    return fitted(architecture, {**parameters, **dense_parameters(dense, architecture)})


def _begins_with_a_layer(arrays: Sequence[Array], gates: int, needs_two: bool) -> bool:
    """Whether the first array is a kernel, with its recurrent_kernel and its bias behind it."""
    if len(arrays) < 3 or arrays[0].ndim != 2 or arrays[1].ndim != 2:
        return True  # whatever it is, the embedding is not what is wrong with it
    kernel, recurrent, bias = (array.shape for array in arrays[:3])
    square = recurrent[1] == gates * recurrent[0] == kernel[1]
    return square and len(bias) == 1 + needs_two
