"""Make the pictures of the documents, by the program's own export.

python docs/make_pictures.py

Those of the modes, the words and the cell were reduced to 256 colours afterwards, a third of the
size, by ImageMagick: convert A.png +dither -colors 256 PNG8:A.png
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # a picture needs no screen

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from rnnviz.app import Application
from rnnviz.data import DEFAULT_SENTENCE, Options, make_task, sequence_from_text
from rnnviz.data.readers import preview_bytes
from rnnviz.export.picture import write_picture
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.opened_files import Asked
from rnnviz.opening.shipped import LONG, open_problem
from rnnviz.session import Session
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.preview.dialog import PreviewDialog
from rnnviz.views.window import MainWindow
from rnnviz.writing.formats import Appearance

ROOT = Path(__file__).resolve().parent.parent
_CELL = ["--state", "cell", "--unit", "4", "--size", "1280x720"]
PICTURES = {
    "stage-light": ["--at", "back:4"],
    "stage-dark": ["--at", "5.6", "--theme", "dark"],
    "stage-backward": ["--at", "back:2.2", "--size", "1280x720"],
    "gradient-sum": ["--at", "back:1", "--sum", "--gain", "0.9", "--units", "32"],
    "cells": ["--text", LONG, "--compare", "--at", "back:1"],
    "series": ["resources/series/seattle-temperature-2012.csv", "--at", "200"],
    "lstm": ["--cell", "lstm", "--at", "back:3", "--quantity", "f"],
    "memory-cell": ["--cell", "lstm", "--at", "back:5", "--sum", *_CELL],
    "memory-cell-dark": ["--cell", "gru", "--at", "5.6", "--theme", "dark", *_CELL],
    "layers": ["--cell", "gru", "--layers", "2", "--at", "back:5", "--theme", "dark"],
    "words-light": ["--words"],
    "words-dark": ["--words", "--theme", "dark", "--cell", "lstm"],
    "update": ["--optimizer", "adam", "--clip-norm", "1", "--at", "update", "--size", "1280x720"],
}
# One shipped example a mode: picture, problem, example, position.
MODES = (
    ("one-to-one", "digits", "", 1.0),
    ("one-to-many", "captions", "", 4.0),
    ("many-to-one", "sentiment", "", 9.0),
    ("encoder-decoder", "translation", "", 12.0),
    ("synced", "name_tagging", "", 5.0),
)


def modes(folder: Path) -> None:
    """The five modes in both themes, each with a network at the end of its training."""
    for name, problem, example, position in MODES:
        run = open_problem(problem, example)
        last = len(run.networks) - 1
        frame = resolve(run, Playhead(snapshot=last, position=position), compute_pass(run, last, 0))
        for theme in ("light", "dark"):
            write_picture(frame, folder / f"modes-{name}-{theme}.png", Appearance(theme=theme))


def large_cell(folder: Path) -> None:
    """The LSTM's cell as Ctrl+Enter shows it, with the first wire looked at."""
    application = Application.instance() or Application()
    session = Session()
    window = MainWindow(session)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.menuBar().hide()
    window.resize(1600, 900)
    window.set_theme("light")
    window.show()
    run = start_run(make_task(sequence_from_text(DEFAULT_SENTENCE)), Settings(cell="lstm"))
    playhead = Playhead(position=2.0 * run.steps + 1 - 5, summed=True, unit=3)
    session.open_frame(resolve(run, playhead, compute_pass(run, 0, 0)))
    window.panels.ask_for(None, ("memory_cell",), None)
    QApplication.processEvents()
    window.parts.slots.point_out("memory_cell")
    window.panels.fill(True)
    window.finish()
    QTest.keyClick(window.parts.slots.panel("memory_cell"), Qt.Key.Key_Return)
    QApplication.processEvents()
    window.picture().save(str(folder / "memory-cell-large.png"))
    window.close()
    window.deleteLater()
    del application


def previews(folder: Path) -> None:
    """What is asked before a table is opened, with a gap, amounts of money and differences."""
    application = Application.instance() or Application()
    window = MainWindow(Session())
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    rows = "".join(
        f"2024-01-{day:02};{100 + 0.5 * day + day % 3:.2f};{'' if day == 9 else 1200 + 7 * day};"
        f"${day}.50;Ulm\n".replace(".", ",")
        for day in range(1, 29)
    )
    table = f"date;close;volume;fee;place\n{rows}".encode()
    differences = Options(transform="differences")
    found = preview_bytes(table, "prices.csv", differences)
    for palette in (LIGHT, DARK):
        window.set_theme(palette.name)
        dialog = PreviewDialog(window, Asked("prices.csv", found), Look(palette, 14.0))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        dialog.resize(1200, 800)
        dialog.show()
        QTest.qWait(300)  # what is arranged when its room is known
        dialog.grab().save(str(folder / f"preview-{palette.name}.png"))
        dialog.close()
    window.close()
    window.deleteLater()
    del application


def main() -> None:
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    modes(folder)
    large_cell(folder)
    previews(folder)
    for name, options in PICTURES.items():
        size = [] if "--size" in options else ["--size", "1600x900"]
        export = ["--export", str(folder / f"{name}.png")]
        subprocess.run(
            [sys.executable, "main.py", *options, *size, *export], cwd=ROOT, check=True, timeout=60
        )


if __name__ == "__main__":
    main()
