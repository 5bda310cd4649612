"""The window's picture without a screen. Needs Qt, and sets its offscreen platform up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rnnviz.app import Application
from rnnviz.files.disk import write_whole
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
    state: str | None = None,
    layout: str | None = None,
    panels: Sequence[str] = (),
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
    state : str, optional
        How the hidden state is shown: "map", "lines" or "cell".
    layout : str, optional
        One of those that ship.
    panels : sequence of str
        What stands in its slots, or beside the layout's panels.

    Raises
    ------
    OSError
        If the file cannot be written there.
    """
    application = Application.instance() or Application()
    picture = window_picture(
        frame, size, theme, words=words, state=state, layout=layout, panels=panels
    )
    write_whole(path, png_bytes(picture))
    del application
