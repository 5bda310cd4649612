"""The window's picture without a screen. Needs Qt, and sets its offscreen platform up."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QPixmap

from rnnviz.export.offscreen import Appearance, OffscreenWindow
from rnnviz.files.disk import write_whole
from rnnviz.film import Frame
from rnnviz.tours.script import Tour
from rnnviz.views.pixels import png_bytes


def write_picture(frame: Frame, path: Path, appearance: Appearance) -> None:
    """Write what the window shows of a frame, without menu, as PNG.

    Raises
    ------
    OSError
        If the file cannot be written there.
    """
    write_whole(path, png_bytes(window_picture(frame, appearance)))


def window_picture(frame: Frame, appearance: Appearance) -> QPixmap:
    """Draw what a window of this appearance shows of a frame, menu bar aside."""
    with OffscreenWindow(appearance) as offscreen:
        offscreen.show_frame(frame)
        return offscreen.window.picture()


def write_scene(
    tour: Tour, scene: int, path: Path, appearance: Appearance, *, asked: bool = False
) -> str:
    """Write what the window shows of a tour's scene in the end, or (`asked`) before its answer.

    Returns
    -------
    str
        Why the scene cannot be shown; empty where it can.

    Raises
    ------
    OSError
        If the file cannot be written there.
    """
    picture, fault = scene_picture(tour, scene, appearance, asked=asked)
    write_whole(path, png_bytes(picture))
    return fault


def scene_picture(
    tour: Tour, scene: int, appearance: Appearance, *, asked: bool = False
) -> tuple[QPixmap, str]:
    """Draw what a window of this appearance shows of a scene, and say why it cannot, or nothing."""
    with OffscreenWindow(appearance) as offscreen:
        fault = offscreen.show_scene(tour, scene, told=not asked)
        return offscreen.window.picture(), fault
