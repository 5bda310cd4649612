"""Networks as ONNX holds them, the inputs of its nodes RNN, LSTM and GRU, and back.

Gate orders differ: LSTM i f g o here and i o f c (c is g) there; GRU r z n here and z r h (h is n)
there; peepholes i f o here and i o f there. Round trips are exact.
"""

from collections.abc import Mapping, Sequence

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

# Where each of our blocks of peepholes, i f o, stands among ONNX'.
_PEEPHOLES = (0, 2, 1)


def to_onnx(network: Network) -> list[dict[str, Array]]:
    """One mapping for each recurrent ONNX node (layer), with its inputs W, R, B and P.

    Parameters
    ----------
    network : Network
        The GRU that resets after the product is ONNX' with linear_before_reset=1, the other that
        with 0.

    Returns
    -------
    list of dict
        For each layer "W" (directions, nH, D), "R" (directions, nH, H), "B" (directions, 2nH)
        with both biases after each other, and "P" (directions, 3H) where there are peepholes.
        Embedding and read-out are no part of these nodes: give them to :func:`from_onnx`.

    Raises
    ------
    DataError
        For a cell that ONNX has not.
    """
    architecture, p = network.architecture, network.parameters
    order = inverse(rows_in("ONNX", architecture.cell))
    layers: list[dict[str, list[Array]]] = [{} for _ in range(architecture.layers)]
    for strand in architecture.strands:
        end, node = strand.suffix, layers[strand.layer]
        b_a = p[f"b_a{end}"]
        both = (b_a, p.get(f"b_aa{end}", np.zeros_like(b_a)))
        node.setdefault("W", []).append(reordered(p[f"W_ax{end}"], order))
        node.setdefault("R", []).append(reordered(p[f"W_aa{end}"], order))
        node.setdefault("B", []).append(np.concatenate([reordered(b, order) for b in both]))
        if architecture.peepholes:
            peepholes = [p[f"p_{gate}{end}"] for gate in "ifo"]
            node.setdefault("P", []).append(np.concatenate([peepholes[k] for k in _PEEPHOLES]))
    return [{name: np.stack(arrays) for name, arrays in node.items()} for node in layers]


def from_onnx(
    layers: Sequence[Mapping[str, Array]],
    cell: str,
    *,
    activation: str = "tanh",
    embedding: Array | None = None,
    readout: tuple[Array, Array] | None = None,
) -> Network:
    """Make a network from the inputs W, R, B and P of one recurrent ONNX node a layer.

    Parameters
    ----------
    layers : sequence of mapping
        As :func:`to_onnx` returns it; "B" and "P" may be missing.
    cell : str
        A key of CELLS that ONNX has.
    activation : str
        Of a cell that has a choice.
    embedding : (V, D), optional
    readout : ((O, H), (O,)), optional
        W_ya and b_y.

    Returns
    -------
    Network
        With one bias where all recurrent ones are 0 and the cell can do with one.

    Raises
    ------
    DataError
        For arrays that are missing or do not fit one another, and a cell that ONNX has not.
    """
    order = rows_in("ONNX", cell)
    gates, needs_two = len(order), CELLS[cell].second_bias
    nodes = [{name: np.asarray(array) for name, array in layer.items()} for layer in layers]
    for i, node in enumerate(nodes):
        for name in ("W", "R"):
            if name not in node or node[name].ndim != 3:
                found = str(node[name].shape) if name in node else "nothing"
                raise fault(f"{name} of layer {i}: expected three axes, found {found}")
    if not nodes:
        raise fault("no layers")
    units = some_units(nodes[0]["R"].shape[2], "R")
    directions = nodes[0]["W"].shape[0]
    if directions not in (1, 2):
        raise fault(f"W of layer 0: expected 1 or 2 directions, found {directions}")
    none = np.zeros((directions, 2 * gates * units), nodes[0]["W"].dtype)
    biases = [node.get("B", none) for node in nodes]
    for i, bias in enumerate(biases):
        if bias.shape != none.shape:
            raise misfit(f"B of layer {i}", bias.shape, none.shape)
    two = not needs_two and any(bias[:, gates * units :].any() for bias in biases)
    architecture = Architecture(
        inputs=nodes[0]["W"].shape[2],
        units=units,
        outputs=0 if readout is None else len(readout[0]),
        cell=cell,
        activation=activation,
        layers=len(nodes),
        biases=2 if two else 1,
        peepholes="P" in nodes[0],
        bidirectional=directions == 2,
        vocabulary=0 if embedding is None else len(embedding),
    )
    parameters: dict[str, Array] = {} if embedding is None else {"E": np.asarray(embedding)}
    for strand in architecture.strands:
        end, node, d = strand.suffix, nodes[strand.layer], int(strand.reverse)
        for name in ("W", "R", "P"):
            if name in node and len(node[name]) != directions:
                wanted = (directions, *node[name].shape[1:])
                raise misfit(f"{name} of layer {strand.layer}", node[name].shape, wanted)
        parameters[f"W_ax{end}"] = split_rows(node["W"][d], gates, order)
        parameters[f"W_aa{end}"] = split_rows(node["R"][d], gates, order)
        first, second = np.split(biases[strand.layer][d], 2)
        parameters[f"b_a{end}"] = split_rows(first, gates, order)
        if two or needs_two:
            parameters[f"b_aa{end}"] = split_rows(second, gates, order)
        if architecture.peepholes:
            wanted = (directions, 3 * units)
            found = node.get("P", np.zeros(0))
            if found.shape != wanted:
                raise misfit(f"P of layer {strand.layer}", found.shape, wanted)
            peepholes = split_rows(found[d], 3, _PEEPHOLES).reshape(3, units)
            parameters.update({f"p_{g}{end}": peepholes[k] for k, g in enumerate("ifo")})
    dense = [] if readout is None else [np.asarray(readout[0]).T, np.asarray(readout[1])]
    return fitted(architecture, {**parameters, **dense_parameters(dense, architecture)})
