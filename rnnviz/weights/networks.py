"""Networks in files: saved and opened, and refused in words where they do not fit."""

import dataclasses
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnnviz.engine.activations import ACTIVATIONS
from rnnviz.engine.arrays import Array
from rnnviz.engine.cells import CELLS
from rnnviz.engine.network import Architecture, Network
from rnnviz.engine.seq2seq import EncoderDecoder
from rnnviz.files.disk import read_bytes, write_whole
from rnnviz.files.errors import DataError, show_value
from rnnviz.files.strict_json import parse_object
from rnnviz.files.zips import npz_bytes, read_npz
from rnnviz.weights.conversion import FORMATS, by_gates, fault, fitted, in_known_case
from rnnviz.weights.keras import OTHER_GRU, from_keras, from_names, is_named, with_biases
from rnnviz.weights.lecture_names import from_lecture, is_lecture
from rnnviz.weights.modules import modules_of
from rnnviz.weights.onnx import from_onnx
from rnnviz.weights.pytorch import from_pytorch, lacking, to_pytorch
from rnnviz.weights.safetensors import read_safetensors, safetensors_bytes

LARGEST = 128 * 1024 * 1024
"""Bytes that a file may have, and its tensors together."""
BESIDE = "rnnviz."
"""What the names of arrays begin with that are no weights, in an .npz file beside a script."""
_KEY = f"{BESIDE}architecture"
_INPUTS = f"{BESIDE}inputs"
_NAMES_OF_G = ("nonlinearity", "activation")  # in a file's metadata, as PyTorch and Keras call g
_COUNTED = re.compile(r"arr_[0-9]+")  # as np.savez calls what it is given without names


def save_network(
    network: Network | EncoderDecoder, path: str | os.PathLike[str], inputs: str = ""
) -> None:
    """Save a network so that :func:`load_network` gives exactly the same one back.

    Parameters
    ----------
    network : Network or EncoderDecoder
        A pair whose networks differ is written as two modules, "encoder." and "decoder.", in
        PyTorch's names; one is chosen where the file is opened.
    path : path
        Ending in ".npz": the parameters under their names here. Ending in ".safetensors": under
        PyTorch's names ("rnn.weight_ih_l0", …, "fc.weight", "embedding.weight"), to be opened with
        ``safetensors.torch.load_file``; what PyTorch has not, under their names here.
    inputs : str
        What its inputs mean, to be had again of `inputs_in`; not written of a pair.

    Raises
    ------
    DataError
        For another ending, a complex network, or two networks that PyTorch has not.
    OSError
        If the file cannot be written.
    """
    kind = _kind(path)
    if isinstance(network, EncoderDecoder):
        if not _are_one(network):
            _save_pair(network, path, kind)
            return
        network = network.decoder
    if network.dtype.kind != "f":
        raise fault(f"expected a float32 or float64 network, found {network.dtype}")
    if kind == ".npz":
        write_whole(path, npz_bytes({**network.parameters, **described_by(network, inputs)}))
        return
    described = json.dumps(dataclasses.asdict(network.architecture))
    other = lacking(network.architecture)
    tensors: Mapping[str, Array] = network.parameters if other else to_pytorch(network)
    meant = {_INPUTS: inputs} if inputs else {}
    write_whole(path, safetensors_bytes(tensors, {"format": "pt", _KEY: described, **meant}))


def names_in(network: Network | EncoderDecoder, path: str | os.PathLike[str]) -> str:
    """Under whose names :func:`save_network` writes a network into a file of this ending."""
    if isinstance(network, EncoderDecoder):
        if not _are_one(network):
            return "in PyTorch's names, two modules: encoder and decoder"
        network = network.decoder
    if _kind(path) == ".npz":
        return "under the names that they have here"
    why = lacking(network.architecture)
    return f"under the names that they have here: {why}" if why else "in PyTorch's names"


def described_by(network: Network, inputs: str = "") -> dict[str, Array]:
    """What an .npz file says of a network beside its parameters: architecture, and its inputs."""
    texts = {_KEY: json.dumps(dataclasses.asdict(network.architecture)), _INPUTS: inputs}
    return {k: np.frombuffer(text.encode(), np.uint8) for k, text in texts.items() if text}


def _are_one(pair: EncoderDecoder) -> bool:
    """Whether encoder and decoder have the same weights."""
    one, other = pair.encoder, pair.decoder
    if one is other or one.architecture != other.architecture:
        return one is other
    return all(np.array_equal(one.parameters[n], array) for n, array in other.parameters.items())


def _save_pair(pair: EncoderDecoder, path: str | os.PathLike[str], kind: str) -> None:
    tensors: dict[str, Array] = {}
    for name, part in (("encoder", pair.encoder), ("decoder", pair.decoder)):
        why = lacking(part.architecture)
        if why:
            raise DataError(
                f"two networks, encoder and decoder, are written in PyTorch's names: {why}",
                path=path,
            )
        named = to_pytorch(
            part, prefix=f"{name}.rnn.", readout=f"{name}.fc.", embedding=f"{name}.embedding."
        )
        tensors |= named
    if kind == ".npz":
        write_whole(path, npz_bytes(tensors))
    else:
        write_whole(path, safetensors_bytes(tensors, {"format": "pt"}))


def load_network(
    path: str | os.PathLike[str],
    *,
    cell: str | None = None,
    activation: str | None = None,
    prefix: str | None = None,
) -> Network:
    """Open a network: one saved here, or a PyTorch module's state_dict.

    Parameters
    ----------
    path : path
        An ".npz" or ".safetensors" file.
    cell, activation, prefix : str, optional
        As :func:`~.pytorch.from_pytorch`; for what the file does not say itself.

    Returns
    -------
    Network

    Raises
    ------
    DataError
        For a file that cannot be opened, is broken, lies, or does not fit: with the file's name,
        the tensor's name, the shape found and the shape expected.
    """
    _kind(path)
    return _read(read_bytes(path, LARGEST), path, cell, activation, prefix)[0]


def read_network(content: bytes, path: str | os.PathLike[str]) -> Network:
    """Make a network of a file's content that is already in memory.

    Parameters
    ----------
    content : bytes
    path : path
        Its name, for the end of it and for messages.

    Raises
    ------
    DataError
        As :func:`load_network`.
    """
    return _read(content, path)[0]


def read_with_notes(
    content: bytes, path: str | os.PathLike[str], prefix: str | None = None
) -> tuple[Network, tuple[str, ...]]:
    """Make a network of a file's content, and say what was assumed about it.

    Parameters
    ----------
    content, path
        As in :func:`read_network`.
    prefix : str, optional
        Which recurrent module to take where the file has several.

    Raises
    ------
    DataError
        As :func:`load_network`.
    """
    return _read(content, path, prefix=prefix)


def modules_in(content: bytes, path: str | os.PathLike[str]) -> tuple[str, ...]:
    """How the names of each recurrent module of PyTorch's begin in a file's content.

    Raises
    ------
    DataError
        For a file that cannot be opened.
    """
    try:
        return modules_of(in_known_case(_tensors(content, os.fspath(path))[0]))
    except DataError as error:
        raise DataError(error.reason, path=path) from None


def inputs_in(content: bytes, path: str | os.PathLike[str]) -> str:
    """What a file's content says of its network's inputs, as it was saved; empty for nothing.

    Raises
    ------
    DataError
        For a file that cannot be opened.
    """
    try:
        return _tensors(content, os.fspath(path))[1].get(_INPUTS, "")
    except DataError as error:
        raise DataError(error.reason, path=path) from None


def _read(
    content: bytes,
    path: str | os.PathLike[str],
    cell: str | None = None,
    activation: str | None = None,
    prefix: str | None = None,
) -> tuple[Network, tuple[str, ...]]:
    notes: list[str] = []
    try:
        # NumPy warns of a number that float32 cannot hold; it is refused.
        with np.errstate(all="ignore"):
            network = _loaded(content, os.fspath(path), cell, activation, prefix, notes)
    except DataError as error:
        raise DataError(error.reason, path=path) from None
    return network, tuple(notes)


def _tensors(content: bytes, path: str) -> tuple[dict[str, Array], dict[str, str]]:
    """Tensors and metadata of a file."""
    if _kind(path) == ".npz":
        tensors = read_npz(content, path, LARGEST)
        said = {key: _text_in(tensors.pop(key, None)) for key in (_KEY, _INPUTS)}
        for name in [name for name in tensors if name.startswith(BESIDE)]:
            del tensors[name]
        return tensors, said
    return read_safetensors(content)


def _text_in(array: Array | None) -> str:
    return "" if array is None else array.astype(np.uint8).tobytes().decode("utf-8", "replace")


def _loaded(
    content: bytes,
    path: str,
    cell: str | None,
    activation: str | None,
    prefix: str | None,
    notes: list[str],
) -> Network:
    tensors, metadata = _tensors(content, path)
    if not tensors:
        raise fault("holds no tensors")
    tensors = _without_single(in_known_case(tensors, notes), notes)
    described = metadata.get(_KEY, "")
    if prefix is not None:
        _check_prefix(prefix, tensors, one=bool(described))
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            place = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
            raise fault(f"{name}: expected finite numbers, found {array[place]} at {list(place)}")
    # Of tensors that share their numbers safetensors' save_model writes one, and the others'
    # names: a tied embedding is its read-out's weight.
    for name, same in metadata.items():
        if same in tensors and name not in tensors and name != _KEY:
            tensors[name] = tensors[same]
            notes.append(f"{name} shares the numbers of {same}; here each is changed on its own")
    if described:
        architecture = _architecture(described)
        if "W_ya" in tensors and "W_ax_l0" in tensors:
            return _exactly(architecture, tensors)
        return _exactly(architecture, _from_pytorch_names(architecture, tensors))
    named = next((v for k, v in metadata.items() if k.casefold() in _NAMES_OF_G), "")
    said = named.casefold() if named.casefold() in ACTIVATIONS else ""
    g = activation or said or "tanh"
    if is_lecture(tensors):
        network = from_lecture(tensors, activation=g, notes=notes)
    elif {"W", "R"} <= set(tensors) <= {"W", "R", "B", "P"}:
        network = _from_onnx_names(tensors, g, notes)
    elif is_named(tensors):
        network = from_names(tensors, activation=g, notes=notes)
    elif all(map(_COUNTED.fullmatch, tensors)):
        network = _from_keras_arrays(tensors, g, notes)
    else:
        network = from_pytorch(tensors, cell=cell, activation=g, prefix=prefix, notes=notes)
    if activation is None and CELLS[network.architecture.cell].any_activation:
        notes.append(_of_g(said, named))
    return network


def _without_single(tensors: dict[str, Array], notes: list[str]) -> dict[str, Array]:
    """Tensors without single numbers, such as the epoch of a training, which no layer has."""
    single = [name for name, array in tensors.items() if not array.ndim and "." not in name]
    if not single or len(single) == len(tensors):
        return tensors
    shown = ", ".join(single[:3]) + " …" * (len(single) > 3)
    notes.append(f"left out, as no weights but single numbers: {shown}")
    return {name: array for name, array in tensors.items() if name not in single}


def _check_prefix(prefix: str, tensors: Mapping[str, Array], *, one: bool) -> None:
    """Refuse a prefix where no module begins so; of several `from_pytorch` says it."""
    names = [name.removesuffix(".") for name in modules_of(tensors)]
    if prefix.removesuffix(".") in names or (names and not one):
        return
    begins = f", and its names begin with “{names[0]}”" if names and names[0] else ""
    raise fault(
        f"there is one recurrent network in it{begins}: leave the prefix {show_value(prefix)} out"
    )


def _of_g(known: str, named: str) -> str:
    """What is said of an RNN's activation: known of the metadata, named there, or neither."""
    if known:
        return f"g is {ACTIVATIONS[known].title}, as the file's metadata says"
    if named:
        return f"assumed: g is tanh, since the metadata's {show_value(named)} is not known here"
    return (
        "assumed: g is tanh, which the file does not say. Choose ReLU under Network, "
        "Activation, if it was trained with that: the weights stay"
    )


def _from_onnx_names(tensors: Mapping[str, Array], activation: str, notes: list[str]) -> Network:
    """A recurrent ONNX node of which nothing but its inputs W, R, B and P is known."""
    W, R = tensors["W"], tensors["R"]
    gates = W.shape[1] / R.shape[2] if W.ndim == R.ndim == 3 and R.shape[2] else 0
    cell = by_gates("ONNX").get(gates)
    if cell is None:
        raise fault(f"W: expected 1, 3 or 4 rows a unit, found {W.shape} with R {R.shape}")
    order = ", its gates in the order of ONNX" if CELLS[cell].names else ""
    after = f", linear_before_reset = 1. {OTHER_GRU}" if CELLS[cell].resets else ""
    notes.append(f"assumed: W, R and B are those of ONNX' {CELLS[cell].title}{order}{after}")
    return from_onnx([tensors], cell, activation=activation)


def _from_keras_arrays(tensors: Mapping[str, Array], activation: str, notes: list[str]) -> Network:
    """Arrays in the order of Keras' get_weights(); the cell is told from their shapes."""
    given, why = list(tensors.values()), None
    arrays = with_biases(given)
    bare = len(arrays) != len(given)
    for both in (False, True):
        for cell in FORMATS["Keras"]:
            try:
                network = from_keras(arrays, cell, activation=activation, bidirectional=both)
            except DataError as error:
                why = why or error
                continue
            kind = CELLS[cell].title
            said = f"assumed: the arrays are those of get_weights() of Keras' {kind}"
            said += "; those without a bias have one of zeros" * bare
            notes.append(said + f". {OTHER_GRU}" * (bare and CELLS[cell].second_bias))
            return network
    shapes = ", ".join(f"{name} {array.shape}" for name, array in list(tensors.items())[:6])
    raise fault(f"{shapes}: not the get_weights() of one recurrent Keras network") from why


def _kind(path: str | os.PathLike[str]) -> str:
    suffix = Path(path).suffix.lower()
    if suffix not in (".npz", ".safetensors"):
        raise fault(f"expected a file in .npz or .safetensors, found {suffix or 'no ending'}")
    return suffix


def _architecture(described: str) -> Architecture:
    known = {field.name for field in dataclasses.fields(Architecture)}
    try:
        named = parse_object(described)
        for name in ("inputs", "units", "outputs"):
            if name not in named:
                raise ValueError(f"{name} is missing")
        unknown = [name for name in named if name not in known]
        if unknown:
            raise ValueError(f"{unknown[0][:40]!r} is not known")
        return Architecture(**named)
    except ValueError as error:
        raise fault(f"{_KEY}: does not describe a network: {error}") from None
    except TypeError:  # a list where a name or a number should be
        raise fault(f"{_KEY}: does not describe a network: a wrong type") from None


def _exactly(architecture: Architecture, tensors: Mapping[str, Array]) -> Network:
    """Make the network of these parameters and no others, without a large size on a lie's word."""
    if architecture.layers > len(tensors):
        raise fault(f"{architecture.layers} layers in {len(tensors)} tensors")
    shapes = architecture.parameter_shapes()
    unknown = [name for name in tensors if name not in shapes]
    if unknown:
        raise fault(f"{unknown[0]}: a tensor that the network has no place for")
    return fitted(architecture, tensors)


def _from_pytorch_names(
    architecture: Architecture, tensors: Mapping[str, Array]
) -> dict[str, Array]:
    """Parameters of a file that :func:`save_network` wrote with PyTorch's names."""
    found = from_pytorch(tensors, cell=architecture.cell, activation=architecture.activation)
    parameters = dict(found.parameters)
    if architecture.biases == 1:
        for name in [n for n in parameters if n.startswith("b_aa")]:
            if not CELLS[architecture.cell].second_bias:
                if parameters[name].any():
                    raise fault(f"{name}: is not 0 in a network of one bias")
                del parameters[name]
    return parameters
