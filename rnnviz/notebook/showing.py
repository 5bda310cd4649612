"""A recording shown by a process of its own: a window, or a picture where there is no display."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from rnnviz.beside.process import begin
from rnnviz.cli.screen import why_no_screen
from rnnviz.files.disk import read_bytes
from rnnviz.files.strict_json import parse_object
from rnnviz.files.zips import npz_bytes, read_npz
from rnnviz.film.recording import Recording, recording_of

_CODE = "from rnnviz.notebook.window import main; main()"
_PATIENCE = 60.0  # seconds that a picture may take
_LARGEST = 1 << 40  # bytes: `show` itself has written them


class Film:
    """A film in a window of its own; this process goes on meanwhile.

    Attributes
    ----------
    process : subprocess.Popen
        The program that shows it.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    @property
    def open(self) -> bool:
        """Whether the window is still there."""
        return self.process.poll() is None

    def close(self) -> None:
        """Close the window."""
        if self.open:
            self.process.terminate()
        self.process.wait()

    def wait(self) -> None:
        """Wait until the window is closed, at the end of a script."""
        self.process.wait()

    def __repr__(self) -> str:
        """Say whether it is open."""
        return f"<rnnviz film, {'open' if self.open else 'closed'}>"


class Picture:
    """A picture of a recording's last moment, which a notebook shows beneath its cell.

    Attributes
    ----------
    png : bytes
        The picture as a file.
    """

    def __init__(self, png: bytes) -> None:
        self.png = png

    def _repr_png_(self) -> bytes:
        """As Jupyter asks for it."""
        return self.png

    def __repr__(self) -> str:
        """Say how large it is."""
        return f"<rnnviz picture, {len(self.png):,} bytes>"


def show(
    states: Any,
    gradients: Any = None,
    tokens: Iterable[object] | None = None,
    *,
    title: str = "recorded states",
    theme: str = "system",
    inline: bool | None = None,
) -> Film | Picture:
    """Show states that were computed elsewhere as a film, forward and back.

    Parameters
    ----------
    states : array_like of shape (T, H) or (L, T, H), or what `record` gives
        The hidden state after each step, of one layer or of several, the lowest first. Arrays of
        NumPy, tensors of PyTorch, lists, or whatever becomes an array.
    gradients : array_like of the same shape, optional
        ∂L/∂a⟨t⟩, with what comes back from later steps.
    tokens : iterable, optional
        What entered at each step.
    title : str
    theme : str
        "light", "dark" or "system".
    inline : bool, optional
        A picture beneath the cell instead of a window. What is not said is found out: a window
        where there is a display.

    Returns
    -------
    Film or Picture

    Raises
    ------
    ValueError
        Of arrays that are no states and gradients, in a sentence that says what is wanted.
    OSError
        If the window or the picture cannot be made; the reason is said.
    """
    if isinstance(states, Recording):
        if gradients is not None or tokens is not None:
            raise ValueError("a recording has its own gradients and tokens; give it alone")
        recording = states
    else:
        recording = recording_of(states, gradients, tokens, title)
    if theme not in ("light", "dark", "system"):
        raise ValueError(f"there is no theme {theme!r}, but light, dark and system")
    if inline is None:
        inline = bool(why_no_screen())
    path = _written(recording)
    try:
        return _picture(path, theme) if inline else _film(path, theme)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def read_recording(path: Path) -> Recording:
    """What `show` has written for the process that shows it; the file is then gone."""
    arrays = read_npz(read_bytes(path, _LARGEST), str(path), _LARGEST)
    path.unlink()
    said = parse_object(arrays["said"].tobytes())
    return recording_of(arrays["states"], arrays.get("gradients"), said["tokens"], said["of"])


def _written(recording: Recording) -> Path:
    said = json.dumps({"tokens": recording.tokens, "of": recording.of}).encode()
    arrays = {"states": recording.states, "said": np.frombuffer(said, np.uint8)}
    if recording.gradients is not None:
        arrays["gradients"] = recording.gradients
    number, name = tempfile.mkstemp(suffix=".npz", prefix="rnnviz-")
    with os.fdopen(number, "wb") as file:
        file.write(npz_bytes(arrays))
    return Path(name)


def _film(path: Path, theme: str) -> Film:
    """Begin the process; it ends by itself when its window is closed, and outlives this one."""
    return Film(begin(_CODE, [str(path), theme]))


def _picture(path: Path, theme: str) -> Picture:
    process = begin(
        _CODE, [str(path), theme, "--inline"], said=subprocess.PIPE, errors=subprocess.PIPE
    )
    try:
        made, errors = process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        raise OSError(f"the picture was not made within {_PATIENCE:g} seconds") from None
    finally:
        process.kill()
    if process.returncode or not made:
        said = errors.decode(errors="replace").strip().splitlines() or ["without a word"]
        raise OSError(f"the picture could not be made: {said[-1]}")
    return Picture(made)
