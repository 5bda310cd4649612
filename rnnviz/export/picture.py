"""The window's picture without a screen. Needs Qt, and sets its offscreen platform up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from rnnviz.app import Application
from rnnviz.files.disk import write_whole
from rnnviz.film import Frame
from rnnviz.session import Session
from rnnviz.tours.script import Tour
from rnnviz.views.pixels import png_bytes
from rnnviz.views.window import MainWindow


def write_picture(
    frame: Frame,
    path: Path,
    size: tuple[int, int],
    theme: str,
    *,
    notation: str = "lecture",
    words: bool = False,
    state: str | None = None,
    layout: str | None = None,
    panels: Sequence[str] = (),
    colours: str | None = None,
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
    notation : str
        Whose symbols are written: "lecture", "textbook" or "framework".
    words : bool
        Show the words as vectors instead of the stage.
    state : str, optional
        How the hidden state is shown: "map", "lines" or "cell".
    layout : str, optional
        One of those that ship.
    panels : sequence of str
        What stands in its slots, or beside the layout's panels.
    colours : str, optional
        The map of values, by its name in the field.

    Raises
    ------
    OSError
        If the file cannot be written there.
    """
    application = Application.instance() or Application()
    picture = window_picture(
        frame,
        size,
        theme,
        notation=notation,
        words=words,
        state=state,
        layout=layout,
        panels=panels,
        colours=colours,
    )
    write_whole(path, png_bytes(picture))
    del application


def window_picture(
    frame: Frame,
    size: tuple[int, int],
    theme: str,
    *,
    notation: str = "lecture",
    words: bool = False,
    state: str | None = None,
    layout: str | None = None,
    panels: Sequence[str] = (),
    colours: str | None = None,
) -> QPixmap:
    """Draw what a window of this size shows of a frame, menu bar aside.

    Needs a QApplication. The user's preferences have no part in it.
    """
    session = Session()
    window = _bare_window(session, size, theme)
    window.set_notation(notation)
    if colours is not None:
        window.set_colours(colours)
    session.open_frame(frame)
    if words:
        window.show_words(True)
    window.panels.ask_for(layout, panels, state)
    window.finish()
    QApplication.processEvents()
    picture = window.picture()
    window.close()
    window.deleteLater()
    return picture


def write_scene(
    tour: Tour, scene: int, path: Path, size: tuple[int, int], theme: str, *, asked: bool = False
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
    application = Application.instance() or Application()
    picture, fault = scene_picture(tour, scene, size, theme, asked=asked)
    write_whole(path, png_bytes(picture))
    del application
    return fault


def scene_picture(
    tour: Tour, scene: int, size: tuple[int, int], theme: str, *, asked: bool = False
) -> tuple[QPixmap, str]:
    """Draw what a window of this size shows of a scene, and say why it cannot, or nothing."""
    session = Session()
    window = _bare_window(session, size, theme)
    session.open_default()
    session.present(tour, scene)
    presenter = session.tour
    assert presenter is not None
    presenter.show(scene, told=not asked)
    while presenter.waiting or session.busy:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    window.finish()
    QApplication.processEvents()
    picture = window.picture()
    fault = "" if presenter.shown is None else presenter.shown.fault
    window.close()
    window.deleteLater()
    return picture, fault


def _bare_window(session: Session, size: tuple[int, int], theme: str) -> MainWindow:
    """A window that stands on no screen, without its menu."""
    window = MainWindow(session)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.menuBar().hide()
    window.setMinimumSize(1, 1)
    window.resize(*size)
    window.set_theme(theme)
    window.show()
    return window
