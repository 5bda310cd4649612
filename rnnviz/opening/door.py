"""Whatever a user opens, by one function: a sequence, a network, a session.

Composes the readers of `data` with the engine's weights, so that both rooms stay apart and a file
can cause one kind of error only. No Qt.
"""

from __future__ import annotations

from os import PathLike, fsdecode

import numpy as np

from rnnviz.data import Options, Preview, Sequence, SessionFile, preview
from rnnviz.data.readers import Asked, formats, parse_bytes
from rnnviz.data.session_files import parse_session
from rnnviz.engine import Network
from rnnviz.files.errors import DataError
from rnnviz.files.npz import Npz
from rnnviz.files.reading import read_bytes
from rnnviz.weights import read_network

__all__ = ["open_file", "preview_file"]


def open_file(
    path: str | PathLike[str],
    options: Options | None = None,
    progress: Asked | None = None,
) -> Sequence | Network | SessionFile:
    """Open a file as what it is.

    A ``.toml`` file is a session, a ``.safetensors`` file a network, an ``.npz`` file one or the
    other by the names of its arrays (``weight_ih_l0``, ``W_aa_l0`` … are weights); everything else
    is a sequence. A session's data is not opened with it: `SessionFile.data` says which it is.

    Parameters
    ----------
    path
        The file.
    options, progress
        As in `rnnviz.data.read_sequence`.

    Raises
    ------
    DataError
        The only error that a file can cause; it names the file.
    """
    path = fsdecode(path)
    suffix = formats.suffix_of(path)
    if progress is not None and suffix not in formats.SEQUENCES:
        progress(0.0)
    data = read_bytes(path)
    if suffix == ".rnnviz":
        raise DataError("is a document of rnnviz, and no file of data", path=path)
    if suffix == ".toml":
        return parse_session(data, path)
    if suffix == ".safetensors":
        return _network(data, path)
    if suffix == ".npz" and data and _are_weights(data, path):
        return _network(data, path)
    return parse_bytes(data, path, options=options, progress=progress)


def preview_file(path: str | PathLike[str], options: Options | None = None) -> Preview | None:
    """Look at a file before it is opened; None where there is nothing to choose.

    Parameters
    ----------
    path, options
        As in `open_file`.

    Raises
    ------
    DataError
        For a file that cannot be opened whatever is chosen. What is no sequence is not looked at.
    """
    path = fsdecode(path)
    suffix = formats.suffix_of(path)
    if suffix in (".rnnviz", ".toml", ".safetensors"):
        return None
    if suffix == ".npz" and (data := read_bytes(path)) and _are_weights(data, path):
        return None
    return preview(path, options)


def _are_weights(data: bytes, path: str) -> bool:
    from rnnviz.data.readers.npz import is_weights

    with Npz(data, path) as archive:
        return is_weights(archive.names)


def _network(data: bytes, path: str) -> Network:
    """Read weights, after a look at whether they are something else."""
    if not data:
        raise DataError("is empty, there is nothing in it", path=path)
    # Where one begins as it should, its first bytes are a length, whatever else they look like.
    if formats.suffix_of(path) != ".npz" and data[8:9] != b"{":
        formats.refuse_stranger(data, (b"PK",), path)
    if formats.suffix_of(path) != ".npz":
        formats.refuse_hybrid(data, path)
    network = read_network(data, path)
    for name, array in network.parameters.items():
        if not np.isfinite(array).all():
            raise DataError(f"{name} holds something that is not a finite number", path=path)
    return network
