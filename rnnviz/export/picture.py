"""The window's picture without a screen. Needs Qt, and sets its offscreen platform up."""

from __future__ import annotations

from pathlib import Path

from rnnviz.app import Application
from rnnviz.files.writing import write_whole
from rnnviz.film import Frame
from rnnviz.views.picture import window_picture
from rnnviz.views.pixels import png_bytes


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
    write_whole(path, png_bytes(picture))
    del application
