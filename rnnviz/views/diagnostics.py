"""What a report of a fault needs to know of this copy and its place: Help ▸ Copy diagnostics.

Nothing of what the user has opened is in it but its size.
"""

from __future__ import annotations

import locale
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from rnnviz import __version__
from rnnviz.film import Frame
from rnnviz.views.look import Look

_LIBRARIES = ("numpy", "PySide6-Essentials", "pyqtgraph", "ziamath", "regex", "Pillow", "av")


def diagnostics(frame: Frame | None, look: Look, size: tuple[int, int]) -> str:
    """Everything about program, libraries, system, screens and what is shown, line by line.

    Parameters
    ----------
    frame : Frame or None
        What is shown.
    look : Look
        Theme and type in force.
    size : (int, int)
        Of the window, in logical pixels.
    """
    lines = [
        f"rnnviz {__version__}{', standalone' if getattr(sys, 'frozen', False) else ''}",
        f"Python {platform.python_version()} ({platform.python_implementation()})",
        *(f"{name} {_version(name)}" for name in _LIBRARIES),
        f"Qt {qVersion()}, platform {QGuiApplication.platformName()}",
        f"System {platform.platform()}, {platform.machine()}, {os.cpu_count()} processors",
        f"Language {locale.getlocale()[0] or 'none'}",
    ]
    for number, screen in enumerate(QGuiApplication.screens(), 1):
        area = screen.geometry()
        lines.append(
            f"Screen {number}: {area.width()} × {area.height()} at {area.x()}, {area.y()}, "
            f"scale {screen.devicePixelRatio():g}, {screen.refreshRate():.0f} Hz"
        )
    lines.append(
        f"Window {size[0]} × {size[1]}, theme {look.palette.name}, colours {look.palette.values}, "
        f"notation {look.notation.name}, type {look.unit:g} px"
    )
    if frame is not None:
        lines.append(_shown(frame))
    return "\n".join(lines) + "\n"


def _shown(frame: Frame) -> str:
    run = frame.run
    made = run.architecture
    branches = "" if len(frame.branches.each) == 1 else f", {len(frame.branches.each)} branches"
    return (
        f"Shown: {made.cell}, {made.layers} × {made.units} units, {frame.steps} steps, mode "
        f"{frame.task.mode}, snapshot {frame.playhead.snapshot} of {len(run.networks) - 1}, "
        f"position {frame.playhead.position:g}{branches}"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not there" if not getattr(sys, "frozen", False) else "packed"
