"""Networks as PyTorch holds them: the ``state_dict()`` of nn.RNN, nn.LSTM or nn.GRU, and back.

Names: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, the same with _l1 … and _reverse, behind
a prefix such as "rnn." where they are part of a module; an nn.Linear as read-out, an nn.Embedding.
Rows stand as here: LSTM i f g o, GRU r z n.
"""

import re
from collections.abc import Mapping

import numpy as np

from rnnviz.engine.arrays import Array
from rnnviz.engine.cells import CELLS
from rnnviz.engine.network import Architecture, Network
from rnnviz.files.errors import DataError, show_value
from rnnviz.weights.conversion import by_gates, fault, fitted, misfit, rows_in
from rnnviz.weights.modules import KINDS, RECURRENT, check_plain, modules_of, near

_OURS = dict(zip(KINDS, ("W_ax", "W_aa", "b_a", "b_aa"), strict=True))
KNOWN_NAMES = (
    "The names that are read: PyTorch's (weight_ih_l0 …), the lecture's (W_ax, W_aa, b_a, W_ya, "
    "b_y), Wxh Whh Why bh by, W_xh W_hh W_hq b_h b_q, Keras' get_weights() and ONNX' W R B"
)
_ANSWERS = re.compile(
    r"(?i)(?:^|[._])(?:fc|out|output|linear|lin|head|decoder|proj|readout|dense|classifier|logits"
    r"|pred|\w*2(?:o|out|tag|label|vocab))[0-9]*\."
)
_EMBEDS = re.compile(r"(?i)emb|^E$|(?:^|[._])(?:wte|encoder|lookup|vectors?)[0-9]*\.")
_READOUTS = (("W_ya", "b_y"), ("W_hy", "b_y"))  # the lecture's names, and another usual pair


def lacking(architecture: Architecture) -> str:
    """Why PyTorch's layers cannot be this network, in words; empty where they can."""
    try:
        rows_in("PyTorch", architecture.cell)  # it is there, and they stand as here
    except DataError as error:
        return error.reason
    if architecture.peepholes:
        return "PyTorch has no peepholes"
    if architecture.activation not in ("tanh", "relu"):
        return f"PyTorch's RNN has no activation {architecture.activation}"
    return ""


def to_pytorch(
    network: Network, *, prefix: str = "rnn.", readout: str = "fc.", embedding: str = "embedding."
) -> dict[str, Array]:
    """Tensors for ``module.load_state_dict``.

    Parameters
    ----------
    network : Network
        One bias becomes two, the second 0.
    prefix, readout, embedding : str
        Names, each with its dot, of the recurrent layers, the nn.Linear and the nn.Embedding.

    Returns
    -------
    dict of str to array

    Raises
    ------
    DataError
        For what PyTorch has not: peepholes, some cells, another activation than tanh and ReLU.
    """
    architecture, p = network.architecture, network.parameters
    why = lacking(architecture)
    if why:
        raise fault(why)
    tensors = {f"{embedding}weight": p["E"]} if architecture.vocabulary else {}
    for strand in architecture.strands:
        end = strand.suffix
        for theirs, ours in _OURS.items():
            array = p.get(f"{ours}{end}")
            tensors[f"{prefix}{theirs}{end}"] = (
                np.zeros_like(p[f"b_a{end}"]) if array is None else array
            )
    if architecture.outputs:
        tensors.update({f"{readout}weight": p["W_ya"], f"{readout}bias": p["b_y"]})
    return tensors


def from_pytorch(
    tensors: Mapping[str, Array],
    *,
    cell: str | None = None,
    activation: str = "tanh",
    prefix: str | None = None,
    notes: list[str] | None = None,
) -> Network:
    """Make a network of a module's tensors.

    Parameters
    ----------
    tensors : mapping of str to array
        A state_dict. The read-out may be an nn.Linear of any name, with a bias or without, or
        "W_ya" or "W_hy" with "b_y", or missing (the network then has no outputs); the embedding an
        nn.Embedding, or "E".
    cell : str, optional
        What the rows must be, of the cells that PyTorch has; told from their number otherwise.
    activation : {"tanh", "relu"}
        Of nn.RNN, which does not write it down.
    prefix : str, optional
        Which recurrent layers to take where the module has several; then what does not begin with
        it or belong to read-out or embedding is left out of account.
    notes : list of str, optional
        Gets what was assumed, and what is to be said.

    Returns
    -------
    Network
        With two biases (some cells always have them); with 0 where the module has none
        (bias=False).

    Raises
    ------
    DataError
        For a tensor that is missing, of another shape than expected, or of no known purpose.
    """
    recurrent, rest = _sorted_out(tensors, prefix)
    layers = 1 + max(layer for _, layer, _ in recurrent)
    found = {(kind, layer, end): tensors[name] for (kind, layer, end), name in recurrent.items()}
    start = next(iter(recurrent.values()))
    start = start[: start.index(next(k for k in _OURS if k in start))]
    first = _needed(tensors, found, f"{start}weight_ih_l0", ("weight_ih", 0, ""))
    units, cell = _sizes(first, found.get(("weight_hh", 0, "")), rest, cell, start)
    biases = any(kind.startswith("bias") for kind, _, _ in found)
    both = any(end for _, _, end in found)
    said: list[str] = [] if notes is None else notes
    width = units * (1 + both)
    meant = near(tensors, start, width=width, inputs=first.shape[1])
    beside = {name: array for name, array in rest.items() if name in meant}
    readout, embedding = _linear_and_embedding(beside, width, first.shape[1], said)
    weight, bias = (rest.get(name) for name in readout) if readout else (None, None)
    table = rest[embedding] if embedding else None
    left = sorted(set(rest) - {*readout, embedding})
    if left and prefix is None:
        raise fault(
            f"{left[0]}: a tensor of shape {rest[left[0]].shape} that is no part of a recurrent "
            "network with one linear read-out"
        )
    if weight is not None and bias is None:
        bias = np.zeros(len(weight), weight.dtype)
        said.append(f"{readout[0]} has no bias: b_y = 0")
    if left:
        shown = ", ".join(left[:3]) + " …" * (len(left) > 3)
        kept = f" with the read-out {readout[0]}" if readout else ""
        said.append(f"assumed: “{start}” alone runs{kept}; left out: {shown}")
    architecture = Architecture(
        inputs=first.shape[1],
        units=units,
        outputs=0 if weight is None else weight.shape[0],
        cell=cell,
        activation=activation if CELLS[cell].any_activation else "tanh",
        layers=layers,
        biases=2 if biases and not CELLS[cell].second_bias else 1,
        bidirectional=both,
        vocabulary=0 if table is None else table.shape[0],
    )
    parameters, names = {} if table is None else {"E": table}, {"E": embedding or "E"}
    for strand in architecture.strands:
        for theirs, ours in _OURS.items():
            name = f"{ours}{strand.suffix}"
            names[name] = f"{start}{theirs}{strand.suffix}"
            array = found.get((theirs, strand.layer, "_reverse" if strand.reverse else ""))
            if array is not None:
                parameters[name] = array
            elif ours[0] == "b" and not biases:
                parameters[name] = np.zeros(CELLS[cell].gates * units, first.dtype)
    if weight is None or bias is None:
        width = architecture.width
        parameters.update(W_ya=np.zeros((0, width), first.dtype), b_y=np.zeros(0, first.dtype))
    else:
        parameters.update(W_ya=weight, b_y=bias)
        names.update(W_ya=readout[0], b_y=readout[1])
    wanted = architecture.parameter_shapes()
    return fitted(architecture, {n: a for n, a in parameters.items() if n in wanted}, names)


ParameterPlace = tuple[str, int, str]


def _sorted_out(
    tensors: Mapping[str, Array], prefix: str | None
) -> tuple[dict[ParameterPlace, str], dict[str, Array]]:
    """Names of the recurrent tensors by kind, layer and direction; and the other tensors."""
    if prefix is not None:
        named = modules_of(tensors)
        if prefix not in named and f"{prefix}." in named:
            prefix = f"{prefix}."
    recurrent: dict[ParameterPlace, str] = {}
    rest: dict[str, Array] = {}
    prefixes: set[str] = set()
    for name, array in tensors.items():
        match = RECURRENT.fullmatch(name)
        if match is None or (prefix is not None and match["prefix"] != prefix):
            rest[name] = array
            continue
        prefixes.add(match["prefix"])
        digits = match["layer"] or "0"
        # Thousands of digits are no number for int() at all.
        layer = int(digits) if len(digits) < 10 else len(tensors)
        if layer >= len(tensors):
            raise fault(f"{name}: there are not so many layers")
        recurrent[match["kind"], layer, match["end"] or ""] = name
    modules = modules_of(tensors)
    if not recurrent and modules:
        found = ", ".join(f"“{name}”" for name in modules)
        raise fault(
            f"no recurrent network begins with {show_value(prefix or '')}: there are {found}"
        )
    if not recurrent:
        among = ", ".join(list(tensors)[:8])
        raise fault(
            f"weight_ih_l0: expected the tensors of a recurrent network, "
            f"found {among or 'none'}. {KNOWN_NAMES}"
        )
    if len(prefixes) > 1:
        raise fault(
            f"several recurrent networks in one file: {', '.join(modules)} "
            "(choose one by its prefix, in the window or by --prefix)"
        )
    check_plain(tensors)
    for name in rest:
        if "weight_hr_l" in name:
            raise fault(f"{name}: an LSTM with proj_size is not known here")
    return recurrent, rest


def _needed(
    tensors: Mapping[str, Array],
    found: Mapping[ParameterPlace, Array],
    name: str,
    place: ParameterPlace,
) -> Array:
    array = found.get(place)
    if array is None or array.ndim != 2:
        words = "nothing" if array is None else str(array.shape)
        raise fault(f"{name}: expected a matrix, found {words}")
    return array


def _sizes(
    W_ih: Array, W_hh: Array | None, rest: Mapping[str, Array], cell: str | None, start: str
) -> tuple[int, str]:
    """Units and cell, told from the shapes of the first layer's weights."""
    if cell is not None:
        rows_in("PyTorch", cell)
    rows, name = W_ih.shape[0], f"{start}weight_hh_l0"
    known = {gates: c for gates, c in by_gates("PyTorch").items() if cell in (None, c)}
    fits = {gates: rows // gates for gates in known if rows and rows % gates == 0}
    if not fits or not W_ih.shape[1]:
        raise fault(
            f"{start}weight_ih_l0: expected rows for {cell or 'a cell'}, and columns for its "
            f"inputs, found {W_ih.shape}"
        )
    for gates, units in fits.items():
        if W_hh is not None and W_hh.shape == (rows, units):
            return units, known[gates]
    # It does not fit: say what the other tensors make of it.
    if W_hh is not None and W_hh.ndim == 2:
        tall, wide = W_hh.shape
        if tall >= wide > 0 == tall % wide:
            gates = tall // wide
            if gates in known and rows != tall:
                turned = ": its rows and columns are exchanged" * (W_ih.shape[1] == tall)
                raise fault(
                    f"{start}weight_ih_l0: expected {tall} rows as {name} has, "
                    f"found {W_ih.shape}{turned}"
                )
        elif tall and wide % tall == 0 and wide // tall in known and W_ih.shape[1] == wide:
            raise fault(
                f"{name}: expected as many rows a unit as the cell has gates, found {W_hh.shape}: "
                "its rows and columns are exchanged, as those of weight_ih_l0 are"
            )
    widths = {a.shape[1] for a in rest.values() if a.ndim == 2}
    likely = [gates for gates, units in fits.items() if {units, 2 * units} & widths]
    gates = (likely or list(fits))[0]
    raise misfit(name, None if W_hh is None else W_hh.shape, (rows, fits[gates]))


def _linear_and_embedding(
    rest: Mapping[str, Array], width: int, inputs: int, said: list[str]
) -> tuple[tuple[str, ...], str | None]:
    """Names of the read-out's weight and bias (or none), and of the embedding (or None).

    The bias need not be there. What was assumed is said.
    """
    pairs = [pair for pair in _READOUTS if pair[0] in rest]
    pairs += [
        (name, f"{name.removesuffix('weight')}bias")
        for name in rest
        if name.endswith("weight") and f"{name.removesuffix('weight')}bias" in rest
    ]
    readout: tuple[str, ...] = ()
    for weight, bias in pairs:
        if bias not in rest:
            raise fault(f"{bias}: expected shape ({len(rest[weight])},), found nothing")
        shape = rest[weight].shape
        if len(shape) == 1 and rest[bias].shape == shape and shape[0] > 0:
            raise fault(
                f"{weight}: scales {shape[0]} numbers one by one, as LayerNorm and BatchNorm do; "
                "nothing but recurrent layers, an embedding and one linear read-out is run here"
            )
        if len(shape) > 2:
            raise fault(
                f"{weight}: has {len(shape)} axes, as a convolution has; nothing but recurrent "
                "layers, an embedding and one linear read-out is run here"
            )
    if len(pairs) > 1:
        several = ", ".join(weight for weight, _ in pairs)
        raise fault(f"several linear layers, one of them the read-out: {several}")
    for weight, _ in pairs:
        shape = rest[weight].shape
        if len(shape) == 2 and shape[0] == inputs > 1 and shape[1] != width:
            raise fault(
                f"{weight}: makes {inputs} numbers of {shape[1]}, before the recurrent layers, "
                "which read so many; nothing but an embedding is run there"
            )
        if len(shape) != 2 or shape[1] != width or not rest[weight].size:
            raise misfit(weight, shape, (shape[0] if shape else 1, width))
    if pairs:
        readout = pairs[0]
    tables = [
        name
        for name, array in rest.items()
        if (name == "E" or name.endswith("weight")) and name not in readout and array.ndim == 2
    ]
    if not pairs:
        # As wide as the layers and not as the inputs, or called so: a read-out without its bias.
        able = [name for name in tables if rest[name].size and rest[name].shape[1] == width]
        alone = [name for name in able if width != inputs or _ANSWERS.search(name)]
        if len(alone) == 1:
            readout = (alone[0], f"{alone[0].removesuffix('weight')}bias")
            tables.remove(alone[0])
    for name in tables:
        if rest[name].shape[1] != inputs or not rest[name].size:
            raise misfit(name, rest[name].shape, (len(rest[name]), inputs))
    if len(tables) == 1 and width == inputs and not readout and not _EMBEDS.search(tables[0]):
        said.append(
            f"assumed: {tables[0]} is the embedding; "
            "by its shape it might be a read-out without bias"
        )
    return readout, tables[0] if len(tables) == 1 else None
