"""The weights of the network that is shown, to a file of one's own or a script for PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rnnviz.files.disk import is_there, read_bytes, why_unwritten, write_whole
from rnnviz.files.errors import DataError, show_name
from rnnviz.files.zips import Npz, npz_bytes
from rnnviz.film import Frame
from rnnviz.film.inputs import written as meant
from rnnviz.film.records import answering
from rnnviz.weights import save_network
from rnnviz.weights.networks import LARGEST, names_in
from rnnviz.writing.torch_script import ENDING, script_of

KINDS = {
    ".safetensors": "safetensors, in PyTorch's names",
    ".npz": "NumPy archive, in rnnviz's names",
    ".py": "PyTorch script, with an .npz beside it",
}
"""The endings that weights can be written with, and what each is."""

_OURS = "rnnviz.x"  # an array of every file beside a script


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files that weights are written into: a script's arrays stand beside it.

    Raises
    ------
    DataError
        For another ending than those of `KINDS`.
    """
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        known = ", ".join(KINDS)
        raise DataError(f"weights cannot be written in this kind of file; {known} can", path=path)
    return (path, path.with_name(path.stem + ENDING)) if suffix == ".py" else (path,)


def write_weights(frame: Frame, path: Path) -> str:
    """Write the network of a frame's snapshot, whole or not at all.

    Parameters
    ----------
    frame : Frame
        For a script its sequence, mode and followed loss as well.
    path : Path
        Its ending says what is written: see `KINDS`.

    Returns
    -------
    str
        What was written, in a sentence.

    Raises
    ------
    DataError
        For another ending, what cannot be written so, and a place where it cannot be written.
    """
    name, files = show_name(path), files_of(path)
    if len(files) == 1:
        model = frame.passing.trace.network
        inputs = meant(frame.task, answering(model))
        written(path, lambda: save_network(model, path, inputs))
        return f"Saved {name}: the weights {names_in(model, path)}."
    beside = files[1]
    _check_free(beside)
    text, arrays = script_of(frame, path)
    # The script last: where there is one, all that it needs is there.
    written(beside, lambda: write_whole(beside, npz_bytes(arrays)))
    written(path, lambda: write_whole(path, text.encode("utf-8")))
    return f"Saved {name} and, beside it, {show_name(beside)}, which it loads."


def written(path: Path, write: Callable[[], object]) -> None:
    """Write a file; what the disk refuses is said as of that file.

    Raises
    ------
    DataError
        Where it cannot be written.
    """
    try:
        write()
    except OSError as error:
        raise DataError(f"cannot be written: {why_unwritten(error)}", path=path) from None


def _check_free(beside: Path) -> None:
    """Refuse to write over a file of that name which no script of rnnviz's brought.

    Nobody was asked about it: the one that was chosen is the script's.
    """
    if not is_there(beside):
        return
    try:
        with Npz(read_bytes(beside, 8 * LARGEST), str(beside)) as archive:
            ours = _OURS in archive.names
    except DataError:
        ours = False
    if not ours:
        raise DataError(
            "would be written beside the script, and stands there already as something else; "
            "give the script another name",
            path=beside,
        )
