"""Pictures of the window, of its stage or of a panel, without a screen. Needs Qt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QPixmap

from rnnviz.export.moments import go_on
from rnnviz.export.offscreen import OffscreenWindow
from rnnviz.files.disk import write_whole
from rnnviz.files.errors import DataError, show_name
from rnnviz.film import Frame
from rnnviz.film.panels import PANELS
from rnnviz.tours.scenes import Tour
from rnnviz.views.drawing import Drawing, drawn_as
from rnnviz.writing.formats import STAGE, WINDOW, Appearance, ExportJob, Told


def write_still(job: ExportJob, told: Told) -> str:
    """Write one picture as PNG, SVG or PDF, as the file's ending says.

    Returns
    -------
    str
        What was written; and why a tour's scene cannot be shown, where it cannot.

    Raises
    ------
    DataError
        Of a panel that is not there, and of a tour without a scene.
    OSError
        If the file cannot be written there.
    Cancelled
        When `told` has answered False; what stood there before still does.
    """
    go_on(told, 0.0)
    with OffscreenWindow(seen_in(job.appearance, job.what)) as offscreen:
        fault = show(offscreen, job)
        go_on(told, 0.5)
        data = drawn_as(job.ending.removeprefix("."), drawing_of(offscreen, job.what), job.scale)
    go_on(told, 0.9)
    write_whole(job.output, data)
    return f"wrote {show_name(job.output)}" + (f"; {fault}" if fault else "")


def seen_in(appearance: Appearance, what: str) -> Appearance:
    """An appearance in which what is to be drawn can be seen: a panel is put into a slot."""
    if what in (WINDOW, STAGE) or what in appearance.panels:
        return appearance
    if what not in PANELS:
        raise DataError(f"there is no panel {what}, but {', '.join(PANELS)}", about="")
    return replace(appearance, panels=(*appearance.panels[:3], what))


def show(offscreen: OffscreenWindow, job: ExportJob) -> str:
    """Put the window where the picture is made; why a scene cannot be shown, or nothing."""
    if isinstance(job.source, Frame):
        offscreen.show_frame(job.source)
        return ""
    if job.scene is None:
        raise DataError("a picture is of one scene: give --scene N", about="")
    return offscreen.show_scene(job.source, job.scene, told=job.told)


def drawing_of(offscreen: OffscreenWindow, what: str) -> Drawing:
    """What is shown now, of the window, the stage or a panel.

    Raises
    ------
    DataError
        Of a panel that is not shown.
    """
    try:
        return offscreen.window.parts.drawing(offscreen.view(what))
    except ValueError as error:
        raise DataError(str(error), about="") from None


def write_picture(frame: Frame, path: Path, appearance: Appearance) -> None:
    """Write what the window shows of a frame, without menu; OSError if it cannot be written."""
    write_still(ExportJob(path, frame, appearance), lambda _: True)


def window_picture(frame: Frame, appearance: Appearance) -> QPixmap:
    """Draw what a window of this appearance shows of a frame, menu bar aside."""
    with OffscreenWindow(appearance) as offscreen:
        offscreen.show_frame(frame)
        return offscreen.window.picture()


def scene_picture(
    tour: Tour, scene: int, appearance: Appearance, *, asked: bool = False
) -> tuple[QPixmap, str]:
    """Draw what a window of this appearance shows of a scene, and say why it cannot, or nothing."""
    with OffscreenWindow(appearance) as offscreen:
        fault = offscreen.show_scene(tour, scene, told=not asked)
        return offscreen.window.picture(), fault
