"""Networks as other libraries hold them: Keras' and ONNX's arrays, and back.

Gate orders differ: LSTM i f g o here (as in PyTorch), i f c o in Keras (c is g), i o f c in ONNX;
GRU r z n here, z r h (h is n) in both. Round trips are exact.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from .arrays import Array
from .cells import CELLS
from .network import Architecture, Network
from .tensors import WeightsError, misfit

# Position in the other library's rows of each of our gates.
_KERAS = {"rnn": (0,), "lstm": (0, 1, 2, 3), "gru": (1, 0, 2), "gru_reset_before": (1, 0, 2)}
_ONNX = {"rnn": (0,), "lstm": (0, 2, 3, 1), "gru": (1, 0, 2), "gru_reset_before": (1, 0, 2)}
_ONNX_PEEPHOLES = (0, 2, 1)  # i o f there, i f o here


def to_keras(network: Network) -> list[Array]:
    """Arrays in the order of ``model.get_weights()``: Embedding, recurrent layers, Dense.

    Parameters
    ----------
    network : Network
        Without peepholes, which Keras has not. Two biases are added up, but for the cell "gru",
        which is Keras' GRU with reset_after=True.

    Returns
    -------
    list of array
        For each layer (and direction, forward first) kernel (D, nH), recurrent_kernel (H, nH),
        bias (nH,) or (2, nH); before them the embedding (V, D), after them the Dense layer's
        kernel (H, O) and bias (O,), where there are such.

    Raises
    ------
    WeightsError
        For peepholes.
    """
    architecture, p = network.architecture, network.parameters
    if architecture.peepholes:
        raise WeightsError("Keras has no peepholes")
    order = _inverse(_KERAS[architecture.cell])
    arrays = [p["E"]] if architecture.vocabulary else []
    for strand in architecture.strands:
        end = strand.suffix
        arrays += [_reordered(p[f"{kind}{end}"], order).T for kind in ("W_ax", "W_aa")]
        b_a, b_aa = p[f"b_a{end}"], p.get(f"b_aa{end}")
        if b_aa is None:
            arrays.append(_reordered(b_a, order))
        elif architecture.cell == "gru":
            arrays.append(np.stack([_reordered(b_a, order), _reordered(b_aa, order)]))
        else:
            arrays.append(_reordered(b_a + b_aa, order))
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
    cell : {"rnn", "lstm", "gru", "gru_reset_before"}
        Keras' SimpleRNN, LSTM, GRU with reset_after=True (its default) or False.
    activation : str
        Of the SimpleRNN.
    bidirectional : bool
        Layers are wrapped in Bidirectional (merge_mode="concat").

    Returns
    -------
    Network

    Raises
    ------
    WeightsError
        For arrays that do not fit one another.
    """
    arrays, gates = [np.asarray(array) for array in weights], _gates(cell)
    rest = len(arrays) % 3
    embedding = arrays.pop(0) if rest != 2 and _is_embedding(arrays) else None
    dense = arrays[-2:] if len(arrays) % 3 == 2 else []
    triples = arrays[: len(arrays) - len(dense)]
    directions = 2 if bidirectional else 1
    if not triples or len(triples) % (3 * directions):
        raise WeightsError(f"{len(arrays)} arrays are not three for each layer and direction")
    if triples[1].ndim != 2 or triples[0].ndim != 2 or (dense and dense[0].ndim != 2):
        raise WeightsError("kernels: expected two axes each")
    parameters: dict[str, Array] = {} if embedding is None else {"E": embedding}
    architecture = Architecture(
        inputs=triples[0].shape[0],
        units=_units(triples[1].shape[0], "recurrent_kernel"),
        outputs=dense[0].shape[1] if dense else 0,
        cell=cell,
        activation=activation,
        layers=len(triples) // (3 * directions),
        bidirectional=bidirectional,
        vocabulary=0 if embedding is None else embedding.shape[0],
    )
    order = _KERAS[cell]
    for i, strand in enumerate(architecture.strands):
        kernel, recurrent, bias = triples[3 * i : 3 * i + 3]
        end = strand.suffix
        for kind, array in (("W_ax", kernel), ("W_aa", recurrent)):
            parameters[f"{kind}{end}"] = _split(array.T, gates, order)
        if cell == "gru":
            if bias.shape != (2, 3 * architecture.units):
                raise misfit(f"bias {i}", bias.shape, (2, 3 * architecture.units))
            parameters[f"b_aa{end}"] = _split(bias[1], gates, order)
            bias = bias[0]
        parameters[f"b_a{end}"] = _split(bias, gates, order)
    return fitted(architecture, {**parameters, **_dense(dense, architecture)})


def to_onnx(network: Network) -> list[dict[str, Array]]:
    """One mapping for each recurrent ONNX node (layer), with its inputs W, R, B and P.

    Parameters
    ----------
    network : Network
        The cell "gru" is ONNX' GRU with linear_before_reset=1, "gru_reset_before" with 0.

    Returns
    -------
    list of dict
        For each layer "W" (directions, nH, D), "R" (directions, nH, H), "B" (directions, 2nH)
        with both biases after each other, and "P" (directions, 3H) where there are peepholes.
        Embedding and read-out are no part of these nodes: give them to :func:`from_onnx`.
    """
    architecture, p = network.architecture, network.parameters
    order = _inverse(_ONNX[architecture.cell])
    layers: list[dict[str, list[Array]]] = [{} for _ in range(architecture.layers)]
    for strand in architecture.strands:
        end, node = strand.suffix, layers[strand.layer]
        b_a = p[f"b_a{end}"]
        both = (b_a, p.get(f"b_aa{end}", np.zeros_like(b_a)))
        node.setdefault("W", []).append(_reordered(p[f"W_ax{end}"], order))
        node.setdefault("R", []).append(_reordered(p[f"W_aa{end}"], order))
        node.setdefault("B", []).append(np.concatenate([_reordered(b, order) for b in both]))
        if architecture.peepholes:
            peepholes = [p[f"p_{gate}{end}"] for gate in "ifo"]
            node.setdefault("P", []).append(np.concatenate([peepholes[k] for k in _ONNX_PEEPHOLES]))
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
    cell : {"rnn", "lstm", "gru", "gru_reset_before"}
    activation : str
        Of the cell "rnn".
    embedding : (V, D), optional
    readout : ((O, H), (O,)), optional
        W_ya and b_y.

    Returns
    -------
    Network
        With one bias where all recurrent ones are 0 and the cell can do with one.

    Raises
    ------
    WeightsError
        For arrays that are missing or do not fit one another.
    """
    gates = _gates(cell)
    nodes = [{name: np.asarray(array) for name, array in layer.items()} for layer in layers]
    for i, node in enumerate(nodes):
        for name in ("W", "R"):
            if name not in node or node[name].ndim != 3:
                found = str(node[name].shape) if name in node else "nothing"
                raise WeightsError(
                    f"{name} of layer {i}: expected three axes, found {found}", tensor=name
                )
    if not nodes:
        raise WeightsError("no layers")
    units = _units(nodes[0]["R"].shape[2], "R")
    directions = nodes[0]["W"].shape[0]
    if directions not in (1, 2):
        raise WeightsError(f"W of layer 0: expected 1 or 2 directions, found {directions}")
    none = np.zeros((directions, 2 * gates * units), nodes[0]["W"].dtype)
    biases = [node.get("B", none) for node in nodes]
    for i, bias in enumerate(biases):
        if bias.shape != none.shape:
            raise misfit(f"B of layer {i}", bias.shape, none.shape)
    two = cell != "gru" and any(bias[:, gates * units :].any() for bias in biases)
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
    order = _ONNX[cell]
    parameters: dict[str, Array] = {} if embedding is None else {"E": np.asarray(embedding)}
    for strand in architecture.strands:
        end, node, d = strand.suffix, nodes[strand.layer], int(strand.reverse)
        for name in ("W", "R", "P"):
            if name in node and len(node[name]) != directions:
                wanted = (directions, *node[name].shape[1:])
                raise misfit(f"{name} of layer {strand.layer}", node[name].shape, wanted)
        parameters[f"W_ax{end}"] = _split(node["W"][d], gates, order)
        parameters[f"W_aa{end}"] = _split(node["R"][d], gates, order)
        first, second = np.split(biases[strand.layer][d], 2)
        parameters[f"b_a{end}"] = _split(first, gates, order)
        if two or cell == "gru":
            parameters[f"b_aa{end}"] = _split(second, gates, order)
        if architecture.peepholes:
            wanted = (directions, 3 * units)
            found = node.get("P", np.zeros(0))
            if found.shape != wanted:
                raise misfit(f"P of layer {strand.layer}", found.shape, wanted)
            peepholes = _split(found[d], 3, _ONNX_PEEPHOLES).reshape(3, units)
            parameters.update({f"p_{g}{end}": peepholes[k] for k, g in enumerate("ifo")})
    dense = [] if readout is None else [np.asarray(readout[0]).T, np.asarray(readout[1])]
    return fitted(architecture, {**parameters, **_dense(dense, architecture)})


def fitted(
    architecture: Architecture,
    parameters: Mapping[str, Array],
    names: Mapping[str, str] | None = None,
) -> Network:
    """Make a network; WeightsError for the first parameter that does not fit.

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
            raise WeightsError(
                f"{called.get(name, name)}: expected floating-point numbers, found {found.dtype}",
                tensor=called.get(name, name),
            )
    wide = any(array.dtype == np.float64 for array in parameters.values())
    dtype = np.float64 if wide else np.float32
    return Network(
        architecture, {name: array.astype(dtype) for name, array in parameters.items()}
    )


def _dense(dense: Sequence[Array], architecture: Architecture) -> dict[str, Array]:
    if dense:
        return {"W_ya": dense[0].T, "b_y": dense[1]}
    return {"W_ya": np.zeros((0, architecture.width), np.float32), "b_y": np.zeros(0, np.float32)}


def _gates(cell: str) -> int:
    if cell not in CELLS:
        raise WeightsError(f"unknown cell {cell!r}; known: {', '.join(CELLS)}")
    return CELLS[cell].gates


def _units(found: int, name: str) -> int:
    if found < 1:
        raise WeightsError(f"{name}: has no units", tensor=name)
    return found


def _is_embedding(arrays: Sequence[Array]) -> bool:
    """Whether one array is too many at the front: 3 a layer, 2 for a Dense layer, 1 before."""
    return len(arrays) % 3 == 1 or (len(arrays) % 3 == 0 and len(arrays) > 3 and arrays[1].ndim == 2
                                    and arrays[2].ndim == 2)


def _inverse(order: Sequence[int]) -> tuple[int, ...]:
    return tuple(order.index(k) for k in range(len(order)))


def _reordered(array: Array, order: Sequence[int]) -> Array:
    """Blocks of rows taken in this order."""
    return _split(array, len(order), order)


def _split(array: Array, gates: int, order: Sequence[int]) -> Array:
    """Blocks of rows in this order; as it is where the rows do not divide (it will not fit)."""
    if array.ndim < 1 or len(array) % gates:
        return array
    return np.concatenate([np.split(array, gates)[k] for k in order])
