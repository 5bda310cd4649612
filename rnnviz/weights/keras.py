"""Networks as Keras holds them, ``model.get_weights()``, and back.

Gate orders differ: LSTM i f g o here and i f c o (c is g) there; GRU r z n here and z r h (h is n)
there. Kernels are (from, to) there. Round trips are exact.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.engine.arrays import Array
from rnnviz.engine.cells import CELLS
from rnnviz.engine.network import Architecture, Network
from rnnviz.weights.conversion import (
    by_gates,
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


def with_biases(weights: Sequence[Array]) -> list[Array]:
    """Arrays of get_weights() with zeros where layers were made with use_bias=False.

    A GRU that says nothing else resets after the product, as Keras' does. What does not fit
    together stays as it is.
    """
    left = list(weights)
    found: list[Array] = []
    if len(left) > 2 and not _are_kernels(*left[:2]):
        found.append(left.pop(0))  # the embedding
    while len(left) > 1 and _are_kernels(*left[:2]):
        columns = left[0].shape[1]
        found += [left.pop(0), left.pop(0)]
        shape: tuple[int, ...] = (2, columns) if columns == 3 * len(found[-1]) else (columns,)
        if left and left[0].shape in ((columns,), (2, columns)):
            found.append(left.pop(0))
        else:
            found.append(np.zeros(shape, np.float32))
    if len(left) == 1 and left[0].ndim == 2:
        left.append(np.zeros_like(left[0][0]))
    return [*found, *left]


def _are_kernels(kernel: Array, recurrent: Array) -> bool:
    if kernel.ndim != 2 or recurrent.ndim != 2 or kernel.shape[1] != recurrent.shape[1]:
        return False
    return recurrent.shape[1] in [gates * len(recurrent) for gates in (1, 3, 4)]


_BEFORE = next(key for key, cell in CELLS.items() if cell.resets == "before")
OTHER_GRU = (
    "If the GRU resets before the product, choose that under Network, Cell "
    f"(--cell {_BEFORE}): the weights stay"
)
_NAME = re.compile(
    r"(?P<layer>.*?)[/._]?(?P<kind>recurrent_kernel|kernel|bias|embeddings)(?::[0-9]+)?"
)
_WAY = re.compile(r"(?:^|(?<=[/._]))(forward|backward)_")


def is_named(tensors: Mapping[str, Array]) -> bool:
    """Whether the arrays have Keras' names."""
    return any("recurrent_kernel" in name for name in tensors)


def from_names(
    tensors: Mapping[str, Array], *, activation: str = "tanh", notes: list[str] | None = None
) -> Network:
    """Make a network of arrays that have Keras' names, in whatever order they stand.

    Parameters
    ----------
    tensors : mapping of str to array
        "lstm/lstm_cell/kernel:0", ".../recurrent_kernel:0", ".../bias:0", "dense/kernel:0" …
    activation : str
        Of the SimpleRNN.
    notes : list of str, optional
        Gets what was assumed.

    Raises
    ------
    DataError
        For an array that is missing, does not fit, or is part of a layer that is not run here.
    """
    layers: dict[str, dict[str, str]] = {}
    for name, array in tensors.items():
        match = _NAME.fullmatch(name)
        if match is None:
            raise fault(
                f"{name}: an array of shape {array.shape} that is no part of Keras' recurrent "
                "layers with an embedding and one Dense layer"
            )
        kinds = layers.setdefault(match["layer"], {})
        if match["kind"] in kinds:
            raise fault(f"{name}: stands there as {kinds[match['kind']]}, too")
        kinds[match["kind"]] = name
    said: list[str] = [] if notes is None else notes
    recurrent = [layer for layer, kinds in layers.items() if "recurrent_kernel" in kinds]
    if not recurrent:
        raise fault(f"no array is a recurrent_kernel: {', '.join(tensors)}")
    both = any(_WAY.search(layer) for layer in recurrent)
    for layer in recurrent if both else ():
        if _other_way(layer) not in recurrent:
            raise fault(
                f"{layers[layer]['recurrent_kernel']}: expected a layer of each direction, found "
                "no other one"
            )
    recurrent = _in_order(recurrent, said)
    tables = [kinds["embeddings"] for kinds in layers.values() if "embeddings" in kinds]
    dense = [k for layer, k in layers.items() if layer not in recurrent and "embeddings" not in k]
    for kinds in dense:
        first = next(iter(kinds.values()))
        if "kernel" not in kinds or tensors[kinds["kernel"]].ndim != 2:
            raise fault(
                f"{first}: is part of a layer that is not run here (normalisation, Conv1D?)"
            )
    if len(tables) > 1 or len(dense) > 1:
        several = ", ".join(tables if len(tables) > 1 else [kinds["kernel"] for kinds in dense])
        what = "embeddings" if len(tables) > 1 else "Dense layers, one of them the read-out"
        raise fault(f"several {what}: {several}")
    cells = {_cell_of(tensors, layers[layer], said) for layer in recurrent}
    if len(cells) > 1:
        titles = ", ".join(sorted(CELLS[cell].title for cell in cells))
        raise fault(f"layers of different cells, which are not run together: {titles}")
    cell = cells.pop()
    inputs = len(tensors[layers[recurrent[0]]["kernel"]])
    for name in tables:
        if tensors[name].ndim != 2 or tensors[name].shape[1] != inputs:
            raise misfit(name, tensors[name].shape, (*tensors[name].shape[:1], inputs))
    arrays = [tensors[name] for name in tables]
    for layer in recurrent:
        kernels = [tensors[layers[layer][kind]] for kind in ("kernel", "recurrent_kernel")]
        bias = layers[layer].get("bias")
        none = np.zeros(kernels[0].shape[1:], kernels[0].dtype)
        none = np.stack([none, none]) if CELLS[cell].second_bias else none
        arrays += [*kernels, none if bias is None else tensors[bias]]
    for kinds in dense:
        kernel = tensors[kinds["kernel"]]
        if kernel.shape[0] != len(arrays[-2]) * (1 + both):
            raise misfit(
                kinds["kernel"], kernel.shape, (len(arrays[-2]) * (1 + both), kernel.shape[1])
            )
        if "bias" not in kinds:
            said.append(f"{kinds['kernel']} has no bias: b_y = 0")
        none = np.zeros(kernel.shape[1], kernel.dtype)
        bias = tensors[kinds["bias"]] if "bias" in kinds else none
        if bias.shape != none.shape:
            raise misfit(kinds["bias"], bias.shape, none.shape)
        arrays += [kernel, bias]
    said.append(
        f"assumed: the arrays are those of Keras' {CELLS[cell].title}, told by their shapes"
    )
    return from_keras(arrays, cell, activation=activation, bidirectional=both)


def _other_way(layer: str) -> str:
    """What the layer is called that reads the other way; the same for one without a direction."""
    other = {"forward": "backward", "backward": "forward"}
    return _WAY.sub(lambda found: f"{other[found[1]]}_", layer)


def _cell_of(tensors: Mapping[str, Array], kinds: Mapping[str, str], said: list[str]) -> str:
    """The cell of a layer, by the shapes of its arrays; DataError where they do not fit."""
    name = kinds["recurrent_kernel"]
    square = tensors[name].shape
    gates = square[1] // square[0] if len(square) == 2 and square[0] else 0
    bias = tensors[kinds["bias"]].shape if "bias" in kinds else None
    known = by_gates("Keras")
    if gates not in known or square[1] % square[0]:
        raise fault(f"{name}: expected 1, 3 or 4 columns a unit, found {square}")
    if "kernel" not in kinds:
        raise fault(
            f"{name.replace('recurrent_kernel', 'kernel')}: expected a matrix, found nothing"
        )
    kernel = tensors[kinds["kernel"]].shape
    if len(kernel) != 2 or kernel[1] != square[1]:
        raise misfit(kinds["kernel"], kernel, (kernel[0] if kernel else 1, square[1]))
    cell = known[gates]
    if CELLS[cell].resets and bias is None:
        said.append(
            f"assumed: {name}, without a bias to tell by, has reset_after=True. {OTHER_GRU}"
        )
    if CELLS[cell].resets and bias is not None and len(bias) == 1:
        cell = by_gates("Keras", "before")[gates]
    wanted = (2, square[1]) if CELLS[cell].second_bias else (square[1],)
    if bias not in (None, wanted):
        raise misfit(kinds["bias"], bias, wanted)
    return cell


def _in_order(layers: Sequence[str], said: list[str]) -> list[str]:
    """Recurrent layers in the order in which they read each other, forward before backward.

    Keras numbers layers of one kind: lstm, lstm_1, lstm_2. Where they are called otherwise, it is
    the order of the file.
    """
    keys = {layer: re.split(r"_?([0-9]+)", _WAY.sub("", layer)) for layer in layers}
    stems = {"".join(parts[::2]) for parts in keys.values()}
    if len(stems) == 1:

        def place(layer: str) -> tuple[list[int], bool]:
            return [int(part) for part in keys[layer][1::2]], "backward_" in layer

        return sorted(layers, key=place)
    said.append(f"assumed: {' is read by '.join(layers)}, in the order of the file")
    return list(layers)
