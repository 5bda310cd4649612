"""The window's picture without a screen. Needs Qt, and sets its offscreen platform up."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice

from rnnviz.app import Application
from rnnviz.export.numbers import write_whole
from rnnviz.film import Frame
from rnnviz.views.picture import window_picture


def write_picture(
    frame: Frame,
    path: Path,
    size: tuple[int, int],
    theme: str,
    *,
    words: bool = False,
    state: str = "map",
) -> None:
    """Write what the window shows of a frame, without menu, as PNG.

    Parameters
    ----------
    frame : Frame
    path : Path
    size : (int, int)
        Width and height in pixels.
    theme : str
        "light", "dark" or "system".
    words : bool
        Show the words as vectors instead of the stage.
    state : str
        How the hidden state is shown: "map", "lines" or "cell".

    Raises
    ------
    OSError
        If the file cannot be written there.
    """
    application = Application.instance() or Application()
    picture = window_picture(frame, size, theme, words=words, state=state)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(buffer, "PNG"):
        raise OSError("the picture could not be encoded")
    write_whole(path, bytes(buffer.data().data()))
    del application
