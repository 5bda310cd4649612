"""Networks in files: saved and opened, and refused in words where they do not fit."""

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np

from .arrays import Array
from .layouts import fitted
from .lecture_weights import from_lecture, is_lecture
from .network import Architecture, Network
from .npz_files import read_npz, write_npz
from .pytorch_weights import from_pytorch, to_pytorch
from .tensors import WeightsError, json_fault, naming_file, read_safetensors, write_safetensors

__all__ = ["WeightsError", "load_network", "save_network"]

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
    WeightsError
        For another ending or a complex network.
    OSError
        If the file cannot be written.
    """
    if network.dtype.kind != "f":
        raise WeightsError(f"expected a float32 or float64 network, found {network.dtype}")
    described = json.dumps(dataclasses.asdict(network.architecture))
    kind = _kind(path)
    if kind == ".npz":
        text = np.frombuffer(described.encode(), np.uint8)
        write_npz(path, {**network.parameters, _KEY: text})
        return
    try:
        tensors: Mapping[str, Array] = to_pytorch(network)
    except WeightsError:
        tensors = network.parameters
    write_safetensors(path, tensors, {"format": "pt", _KEY: described})


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
        As :func:`~.pytorch_weights.from_pytorch`; for what the file does not say itself.

    Returns
    -------
    Network

    Raises
    ------
    WeightsError
        For a file that is broken, lies, or does not fit: with the file's name, the tensor's name,
        the shape found and the shape expected.
    OSError
        If it cannot be opened.
    """
    with naming_file(path):
        return _loaded(path, cell, activation, prefix)


def _loaded(
    path: str | os.PathLike[str], cell: str | None, activation: str | None, prefix: str | None
) -> Network:
    tensors: dict[str, Array]
    if _kind(path) == ".npz":
        tensors = read_npz(path)
        text = tensors.pop(_KEY, np.zeros(0, np.uint8))
        described = text.astype(np.uint8).tobytes().decode("utf-8", "replace")
    else:
        tensors, metadata = read_safetensors(path)
        described = metadata.get(_KEY, "")
    for name, array in tensors.items():
        if not np.isfinite(array).all():
            place = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
            raise WeightsError(
                f"{name}: expected finite numbers, found {array[place]} at {list(place)}",
                tensor=name, found=str(array[place]), expected="finite numbers",
            )  # fmt: skip
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
        raise WeightsError(
            f"expected a file in .npz or .safetensors, found {suffix or 'no ending'}"
        )
    return suffix


def _architecture(described: str) -> Architecture:
    known = {field.name for field in dataclasses.fields(Architecture)}
    try:
        fields: Any = json.loads(described)
        if not isinstance(fields, dict):
            raise ValueError("it is no object")
        named = cast("dict[str, Any]", fields)
        for name in ("inputs", "units", "outputs"):
            if name not in named:
                raise ValueError(f"{name} is missing")
        unknown = [name for name in named if name not in known]
        if unknown:
            raise ValueError(f"{unknown[0][:40]!r} is not known")
        return Architecture(**named)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{_KEY}: does not describe a network: {json_fault(error)}") from None
    except TypeError:  # a list where a name or a number should be
        raise WeightsError(f"{_KEY}: does not describe a network: a wrong type") from None


def _exactly(architecture: Architecture, tensors: Mapping[str, Array]) -> Network:
    """Make the network of these parameters and no others, without a large size on a lie's word."""
    if architecture.layers > len(tensors):
        raise WeightsError(f"{architecture.layers} layers in {len(tensors)} tensors")
    shapes = architecture.parameter_shapes()
    unknown = [name for name in tensors if name not in shapes]
    if unknown:
        raise WeightsError(
            f"{unknown[0]}: a tensor that the network has no place for", tensor=unknown[0]
        )
    return fitted(architecture, tensors)


def _from_pytorch_names(
    architecture: Architecture, tensors: Mapping[str, Array]
) -> dict[str, Array]:
    """Parameters of a file that :func:`save_network` wrote with PyTorch's names."""
    found = from_pytorch(tensors, cell=architecture.cell, activation=architecture.activation)
    parameters = dict(found.parameters)
    if architecture.biases == 1:
        for name in [n for n in parameters if n.startswith("b_aa")]:
            if architecture.cell != "gru":
                if parameters[name].any():
                    raise WeightsError(f"{name}: is not 0 in a network of one bias", tensor=name)
                del parameters[name]
    return parameters
