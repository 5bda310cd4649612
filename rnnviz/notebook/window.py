"""The process that shows a recording; begun by `rnnviz.notebook.showing`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if "--inline" in sys.argv:  # there is no display, or none is wanted
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

from rnnviz.app import Application, icon
from rnnviz.notebook.showing import read_recording
from rnnviz.views.drawing import png_of
from rnnviz.views.recorded import RecordedWindow


def main() -> None:
    """Show the recording whose file is named, in a theme; or write a picture of it to stdout."""
    path, theme, *rest = sys.argv[1:]
    recording = read_recording(Path(path))
    application = Application()
    application.setWindowIcon(icon())
    window = RecordedWindow(recording, theme)
    if rest:
        window.menuBar().hide()
        window.resize(1200, 675)
        window.seek(float(recording.end))
        sys.stdout.buffer.write(png_of(window.view.grab().toImage()))
        sys.stdout.flush()
        return
    window.show()
    sys.exit(application.exec())
