"""File ▸ Export, the copies and the print: what the dialog offers, remembers and writes."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from xml.etree import ElementTree

import pytest
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog, QPrintPreviewWidget
from PySide6.QtWidgets import QFileDialog

from rnnviz.film.export_fields import EXPORTED
from rnnviz.views.exporting import ExportDialog

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def said(window):
    found = []
    window.session.told.connect(lambda notice: found.append(notice.text) if notice else None)
    return found


def _asked(window):
    window.commands.run("export")
    return window.findChild(ExportDialog)


def _choose(box, name):
    box.setCurrentIndex(box.findData(name))


def _written(qtbot, window, dialog, path, said):
    dialog.go.click()
    file = window.findChild(QFileDialog)
    file.fileSelected.emit(str(path))
    file.reject()
    done = (f"Saved {path.name}", f"Wrote {path.name}")
    qtbot.waitUntil(lambda: any(text.startswith(done) for text in said), timeout=30_000)
    return path


def test_a_picture_at_three_pixels_to_one(qtbot, window, tmp_path, said):
    dialog = _asked(window)
    dialog.scale.setValue(3.0)
    path = _written(qtbot, window, dialog, tmp_path / "a.png", said)
    central = window.parts.central
    with Image.open(path) as picture:
        assert picture.size == (3 * central.width(), 3 * central.height())


@pytest.mark.parametrize("what", ["stage", "gradient"])
def test_a_drawing_of_a_part_keeps_its_text(qtbot, window, tmp_path, said, what):
    dialog = _asked(window)
    _choose(dialog.format, "svg")
    _choose(dialog.what, what)
    root = ElementTree.parse(_written(qtbot, window, dialog, tmp_path / "a.svg", said)).getroot()
    words = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    assert ("Hermione" if what == "stage" else "Gradient") in words


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_in_another_theme_it_is_written_beside(qtbot, window, tmp_path, said):
    window.session.seek(3.0)
    window.set_theme("light")
    dialog = _asked(window)
    _choose(dialog.format, "pdf")
    _choose(dialog.theme, "dark")
    path = _written(qtbot, window, dialog, tmp_path / "a.pdf", said)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True).stdout
    assert "step 3 of 9" in text
    assert window.look.palette.name == "light"


def test_a_place_that_cannot_be_written_is_said(qtbot, window, tmp_path, said):
    dialog = _asked(window)
    dialog.go.click()
    file = window.findChild(QFileDialog)
    file.fileSelected.emit(str(tmp_path / "no" / "a.png"))
    file.reject()
    qtbot.waitUntil(lambda: any("cannot be written" in text for text in said))


def test_a_picture_is_not_called_a_film(window, tmp_path, said):
    dialog = _asked(window)
    dialog.go.click()
    file = window.findChild(QFileDialog)
    file.fileSelected.emit(str(tmp_path / "a.gif"))
    file.reject()
    assert said[-1] == "a.gif: is to be written as png, and its name ends with .gif; call it a.png"
    assert not (tmp_path / "a.gif").exists()


def test_what_was_chosen_is_remembered(window, tmp_path):
    dialog = _asked(window)
    _choose(dialog.format, "svg")
    _choose(dialog.what, "stage")
    dialog.go.click()
    window.findChild(QFileDialog).reject()
    kept = window.session.preferences
    assert kept.value("export_format") == "svg"
    assert kept.value("export_what") == "stage"


def test_every_format_shows_what_it_can_be_told_and_why_it_cannot_be(window):
    dialog = _asked(window)
    for row in window.session.formats():
        if not {"moment", "film"} & set(row.of):
            continue
        _choose(dialog.format, row.name)
        why = row.why_not()
        assert dialog.go.isEnabled() is (not why)
        assert dialog.said.text().lower() == why.lower()
        assert dialog.scale.isVisibleTo(dialog) is (row.name == "png")
    dialog.reject()


def test_the_small_picture_fits(window):
    dialog = _asked(window)
    for place in range(dialog.what.count()):
        dialog.what.setCurrentIndex(place)
        size = dialog.preview.pixmap().deviceIndependentSize().toSize()
        assert QSize(20, 10).boundedTo(size) == QSize(20, 10)
        assert size.boundedTo(dialog.preview.size()) == size
    theme = window.look.palette.name
    for shown in ("light", "dark"):
        _choose(dialog.theme, shown)
        shade = dialog.preview.pixmap().toImage().pixelColor(0, 0).lightness()
        assert (shade > 128) is (shown == "light")
    assert window.look.palette.name == theme
    dialog.reject()


def test_copies(window, said):
    window.session.seek(2.0)
    window.commands.run("copy_picture")
    stage = window.parts.stage
    assert QGuiApplication.clipboard().image().width() == 2 * stage.width()
    window.commands.run("copy_window")
    assert QGuiApplication.clipboard().image().width() == 2 * window.parts.central.width()
    window.commands.run("copy_numbers")
    rows = dict(csv.reader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t"))
    assert rows["step"] == "2"
    assert float(rows["a_1"]) == pytest.approx(window.session.frame.passing.trace.a[0, 2, 0, 0])
    assert "spreadsheet" in said[-1]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_print_is_light_and_the_window_stays_as_it_was(qtbot, window, tmp_path, theme):
    window.set_theme(theme)
    window.commands.run("print")
    dialog = window.findChild(QPrintPreviewDialog)
    with qtbot.waitSignal(dialog.paintRequested):  # the preview draws on a printer of its own
        dialog.resize(dialog.size() * 0.9)
        dialog.findChild(QPrintPreviewWidget).updatePreview()
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "a.pdf"))
    dialog.paintRequested.emit(printer)
    dialog.reject()
    text = subprocess.run(
        ["pdftotext", tmp_path / "a.pdf", "-"], capture_output=True, text=True
    ).stdout
    assert "Hermione" in text
    assert window.look.palette.name == theme


def test_every_format_can_be_remembered(window):
    assert [row.name for row in window.session.formats()] == [*EXPORTED]
