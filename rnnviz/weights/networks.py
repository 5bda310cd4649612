"""Networks in files: saved and opened, and refused in words where they do not fit."""

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnnviz.engine.arrays import Array
from rnnviz.engine.cells import CELLS
from rnnviz.engine.network import Architecture, Network
from rnnviz.files.disk import read_bytes, write_whole
from rnnviz.files.errors import DataError
from rnnviz.files.strict_json import parse_object
from rnnviz.files.zips import npz_bytes, read_npz
from rnnviz.weights.conversion import fault, fitted
from rnnviz.weights.lecture_names import from_lecture, is_lecture
from rnnviz.weights.pytorch import from_pytorch, to_pytorch
from rnnviz.weights.safetensors import read_safetensors, safetensors_bytes

LARGEST = 128 * 1024 * 1024
"""Bytes that a file may have, and its tensors together."""
_KEY = "rnnviz.architecture"


def save_network(network: Network, path: str | os.PathLike[str]) -> None:
    """Save a network so that :func:`load_network` gives exactly the same one back.

    Parameters
    ----------
    network : Network
    path : path
        Ending in ".npz": the parameters under their names here. Ending in ".safetensors": under
        PyTorch's names ("rnn.weight_ih_l0", …, "fc.weight", "embedding.weight"), to be opened with
        ``safetensors.torch.load_file``; what PyTorch has not, under their names here.

    Raises
    ------
    DataError
        For another ending or a complex network.
    OSError
        If the file cannot be written.
    """
    if network.dtype.kind != "f":
        raise fault(f"expected a float32 or float64 network, found {network.dtype}")
    described = json.dumps(dataclasses.asdict(network.architecture))
    kind = _kind(path)
    if kind == ".npz":
        text = np.frombuffer(described.encode(), np.uint8)
        write_whole(path, npz_bytes({**network.parameters, _KEY: text}))
        return
    try:
        tensors: Mapping[str, Array] = to_pytorch(network)
    except DataError:
        tensors = network.parameters
    write_whole(path, safetensors_bytes(tensors, {"format": "pt", _KEY: described}))


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
    return _read(read_bytes(path, LARGEST), path, cell, activation, prefix)


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
    return _read(content, path)


def _read(
    content: bytes,
    path: str | os.PathLike[str],
    cell: str | None = None,
    activation: str | None = None,
    prefix: str | None = None,
) -> Network:
    try:
        # NumPy warns of a number that float32 cannot hold; it is refused.
        with np.errstate(all="ignore"):
            return _loaded(content, os.fspath(path), cell, activation, prefix)
    except DataError as error:
        raise DataError(error.reason, path=path) from None


def _loaded(
    content: bytes, path: str, cell: str | None, activation: str | None, prefix: str | None
) -> Network:
    tensors: dict[str, Array]
    if _kind(path) == ".npz":
        tensors = read_npz(content, path, LARGEST)
        text = tensors.pop(_KEY, np.zeros(0, np.uint8))
        described = text.astype(np.uint8).tobytes().decode("utf-8", "replace")
    else:
        tensors, metadata = read_safetensors(content)
        described = metadata.get(_KEY, "")
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            place = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
            raise fault(f"{name}: expected finite numbers, found {array[place]} at {list(place)}")
    if not described and is_lecture(tensors):
        return from_lecture(tensors, activation=activation or "tanh")
    if not described:
        return from_pytorch(tensors, cell=cell, activation=activation or "tanh", prefix=prefix)
    architecture = _architecture(described)
    if "W_ya" in tensors and "W_ax_l0" in tensors:
        return _exactly(architecture, tensors)
    return _exactly(architecture, _from_pytorch_names(architecture, tensors))


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
