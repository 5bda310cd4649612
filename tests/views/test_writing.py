"""What is written for other programs goes on behind all that is done in the window meanwhile."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton

from rnnviz.film.panels import PANELS
from rnnviz.tours.script import shipped_tour
from rnnviz.views.chart.view import ChartView
from rnnviz.views.exporting import ExportDialog
from rnnviz.views.overlays import MessageBar
from rnnviz.writing.formats import FORMATS

PAGE = ("--format", "html", "--what", "stage", "--size", "800x500")
LONG = (*PAGE, "--fps", "8", "--from", "1", "--to", "6")  # some fifty pictures: seconds


@pytest.fixture
def folder(tmp_path):
    """Where nothing is but what is written; what is remembered stands beside it."""
    made = tmp_path / "ä b#c"
    made.mkdir()
    return made


@pytest.fixture
def said(window):
    found = []
    window.session.told.connect(lambda notice: found.append(notice) if notice else None)
    return found


@pytest.fixture
def bar(window):
    return window.findChild(MessageBar)


def _until_written(qtbot, window, timeout=60_000):
    qtbot.waitUntil(lambda: not window.session.writing and window.session.at_rest, timeout=timeout)


def _under_way(qtbot, bar):
    qtbot.waitUntil(lambda: bar.text.startswith("Writing") and "%" in bar.text, timeout=30_000)


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def _button(bar, text):
    (found,) = (each for each in bar.findChildren(QPushButton) if each.text() == text)
    return found


def test_whatever_is_done_meanwhile_what_was_asked_for_is_written(qtbot, window, folder, said):
    session, path = window.session, folder / "a.html"
    session.export(path, LONG)
    session.set_settings(session.settings.__class__(cell="lstm", units=12))
    session.undo()
    session.open_text("quite another thing")
    for theme in ("dark", "light", "dark"):
        window.set_theme(theme)
        session.next()
        qtbot.wait(50)
    assert session.writing == (path,)
    assert session.frame.run.task.sequence.tokens[0] == "quite"
    _until_written(qtbot, window)
    assert "Hermione" in path.read_text(encoding="utf-8")
    assert said[-1].text.startswith("Wrote a.html: ") and said[-1].path == path


def test_the_film_plays_while_another_is_written(qtbot, window, folder):
    window.session.export(folder / "a.html", LONG)
    window.session.toggle_play()
    qtbot.waitUntil(lambda: window.session.playhead.position > 0.5)
    assert window.session.writing
    window.session.toggle_play()


def test_files_are_written_one_after_the_other_the_last_one_stays(qtbot, window, folder, said):
    path = folder / "a.pdf"
    for what in ("stage", "window"):
        window.session.export(path, ("--format", "pdf", "--what", what, "--size", "800x500"))
    assert window.session.writing == (path, path)
    _until_written(qtbot, window)
    assert [notice.text for notice in said if notice.path] == ["Wrote a.pdf."] * 2
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True).stdout
        assert "Gradient" in text
    assert _names(folder) == ["a.pdf"]


def test_what_is_cancelled_leaves_nothing_and_the_next_is_written(qtbot, window, folder, bar):
    first, second = folder / "a.html", folder / "b.svg"
    first.write_bytes(b"before")
    window.session.export(first, LONG)
    window.session.write_made(second, lambda: b"<svg/>")
    _under_way(qtbot, bar)
    _button(bar, "Cancel").click()
    _until_written(qtbot, window)
    assert first.read_bytes() == b"before" and second.read_bytes() == b"<svg/>"
    assert _names(folder) == ["a.html", "b.svg"]
    assert bar.text == "Saved b.svg."


def test_an_error_stands_before_it_and_how_far_it_is_comes_back(qtbot, window, folder, bar):
    session = window.session
    session.export(folder / "a.html", LONG)
    _under_way(qtbot, bar)
    session.open_file(folder / "none.txt")
    qtbot.waitUntil(lambda: "none.txt" in bar.text)
    qtbot.wait(400)
    assert "none.txt" in bar.text and session.writing
    bar.dismiss()
    assert bar.text.startswith("Writing a.html") and session.writing
    session.open_file(folder / "none.txt")
    qtbot.waitUntil(lambda: "none.txt" in bar.text)
    _until_written(qtbot, window)
    assert "none.txt" in bar.text and " · Wrote a.html" in bar.text
    assert bar.stays


def test_a_job_that_is_cancelled_leaves_what_is_written_alone(qtbot, window, folder, bar):
    session = window.session
    session.export(folder / "a.html", LONG)
    _under_way(qtbot, bar)
    session.cancel()
    assert session.writing
    bar.dismiss()
    assert not session.writing
    _until_written(qtbot, window)
    assert not list(folder.iterdir())


def test_closing_asks_whether_it_is_to_be_finished_first(qtbot, window, folder):
    path = folder / "a.html"
    window.session.export(path, PAGE)
    window.close()
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "a.html is still being written."
    assert window.isVisible()
    box.button(QMessageBox.StandardButton.Save).click()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=60_000)
    assert b"Hermione" in path.read_bytes()


def test_closing_may_stop_it(qtbot, window, folder):
    window.session.export(folder / "a.html", LONG)
    window.close()
    (box,) = window.findChildren(QMessageBox)
    box.button(QMessageBox.StandardButton.Discard).click()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert not list(folder.iterdir())


class Desktop(QObject):
    """Opens what the program would have the desktop open."""

    def __init__(self):
        super().__init__()
        self.asked = []

    @Slot(QUrl)
    def show(self, url):
        self.asked.append(Path(url.toLocalFile()))


@pytest.fixture
def desktop():
    made = Desktop()
    QDesktopServices.setUrlHandler("file", made, "show")
    yield made
    QDesktopServices.unsetUrlHandler("file")


def test_the_folder_of_what_was_written_can_be_opened(qtbot, window, folder, bar, desktop):
    session = window.session
    assert not _button(bar, "Open folder").isVisibleTo(bar)
    for write in (session.save_numbers, session.save_weights):
        write(folder / "a.npz")
        _until_written(qtbot, window)
        assert _button(bar, "Open folder").isVisibleTo(bar)
        _button(bar, "Open folder").click()
    assert desktop.asked == [folder, folder]
    session.save_numbers(folder / "none" / "a.npz")
    _until_written(qtbot, window)
    assert "does not exist" in bar.text
    bar.dismiss()
    session.open_file(folder / "none.txt")
    qtbot.waitUntil(lambda: "none.txt" in bar.text)
    assert not _button(bar, "Open folder").isVisibleTo(bar)


@pytest.mark.parametrize("ending", [".svg", ".pdf", ".png"])
def test_a_charts_picture_is_written_off_the_interfaces_thread(qtbot, window, folder, ending):
    window.session.seek(14.0)
    window.grab()  # so that there is a chart
    view = window.parts.slots.panel("gradient").view
    menu = view.menu()
    (save,) = (each for each in menu.actions() if each.text().startswith("&Save"))
    began = time.thread_time()
    save.trigger()
    dialog = window.findChild(QFileDialog)
    assert time.thread_time() - began < 0.25  # most of it is the dialog of files
    path = folder / f"chart{ending}"
    began = time.thread_time()
    dialog.fileSelected.emit(str(path))
    assert time.thread_time() - began < 0.05
    dialog.reject()
    _until_written(qtbot, window)
    assert path.read_bytes()[:4] in (b"<?xm", b"%PDF", b"\x89PNG")


def test_a_chart_is_written_as_nothing_else(window, folder, bar):
    window.session.seek(14.0)
    window.grab()  # so that there is a chart
    view = window.parts.slots.panel("gradient").view
    (save,) = (each for each in view.menu().actions() if each.text().startswith("&Save"))
    save.trigger()
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(folder / "chart.gif"))
    dialog.reject()
    assert bar.text == "chart.gif: a picture is written as .png, .svg or .pdf"
    assert not list(folder.iterdir())


def test_every_chart_is_heard(window):
    for name in PANELS:
        window.panels.ask_for(None, (name,), None)
        window.finish()
    views = window.findChildren(ChartView)
    assert len(views) >= 4
    for view in views:
        assert view.receivers("2picture_asked(PyObject,QString)") == 1


@pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo is not installed")
def test_a_hand_out_has_the_choices_of_the_command_line(qtbot, window, folder):
    session = window.session
    session.present(shipped_tour("9-words"))
    qtbot.waitUntil(lambda: session.tour.shown is not None and not session.tour.waiting)
    window.commands.run("export")
    dialog = window.findChild(ExportDialog)
    dialog.format.setCurrentIndex(dialog.format.findData("handout"))
    assert FORMATS["handout"].options == ("per_page", "notes", "paper")
    for name in ("per_page", "notes", "paper"):
        assert getattr(dialog, name).isVisibleTo(dialog)
    for name in ("theme", "what", "speed", "fps", "sound", "scale"):
        assert not getattr(dialog, name).isVisibleTo(dialog)
    for box, value in ((dialog.per_page, 4), (dialog.notes, False), (dialog.paper, "letter")):
        box.setCurrentIndex(box.findData(value))
    dialog.go.click()
    file = window.findChild(QFileDialog)
    file.fileSelected.emit(str(folder / "a.pdf"))
    file.reject()
    _until_written(qtbot, window)
    facts = subprocess.run(["pdfinfo", folder / "a.pdf"], capture_output=True, text=True).stdout
    assert "612 x 792" in facts
    assert session.preferences.value("export_paper") == "letter"
    assert session.preferences.value("export_per_page") == 4
    assert session.preferences.value("export_notes") is False
