"""Save weights and Save numbers: the window's dialogs, and what comes of them."""

import csv

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from rnnviz.session import Session
from rnnviz.views.window import MainWindow
from rnnviz.weights import load_network


@pytest.fixture
def window(qtbot):
    session = Session()
    session.open_default()
    made = MainWindow(session)
    made.said = []
    session.told.connect(lambda notice: made.said.append(notice.text) if notice else None)
    qtbot.addWidget(made)
    made.show()
    yield made
    session.close()


def dialog_of(window, name):
    assert window.commands.run(name)
    (dialog,) = window.findChildren(QFileDialog)
    return dialog


def choose(qtbot, window, dialog, path, said):
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    qtbot.waitUntil(lambda: any(said in text for text in window.said))


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (".safetensors", "in PyTorch's names"),
        (".npz", "the names that they have here"),
        (".py", "which it loads"),
    ],
)
def test_weights(qtbot, window, tmp_path, ending, said):
    dialog, path = dialog_of(window, "save_weights"), tmp_path / f"network{ending}"
    assert dialog.nameFilters()[0] == "Weights in PyTorch's names (*.safetensors)"
    choose(qtbot, window, dialog, path, said)
    found = load_network(path.with_name("network.weights.npz") if ending == ".py" else path)
    wanted = window.session.run.networks[0]
    assert found.architecture == wanted.architecture
    assert all((found.parameters[n] == array).all() for n, array in wanted.parameters.items())


def test_another_kind_takes_another_ending(window, tmp_path):
    dialog = dialog_of(window, "save_weights")
    dialog.setDirectory(str(tmp_path))
    dialog.selectFile("mine.safetensors")
    for place, ending in ((2, ".py"), (1, ".npz"), (0, ".safetensors")):
        dialog.filterSelected.emit(dialog.nameFilters()[place])
        assert dialog.defaultSuffix() == ending[1:]
        assert dialog.selectedFiles()[0].endswith(f"mine{ending}")
    dialog.reject()


def test_numbers_as_a_table_and_as_arrays(qtbot, window, tmp_path):
    frame = window.session.frame
    choose(qtbot, window, dialog_of(window, "save_numbers"), tmp_path / "n.csv", "n.csv: every")
    with (tmp_path / "n.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["a_1"]) for row in rows] == frame.states[1:, 0].tolist()
    qtbot.waitUntil(lambda: not window.findChildren(QFileDialog))
    choose(qtbot, window, dialog_of(window, "save_numbers"), tmp_path / "n.npz", "n.npz: every")
    with np.load(tmp_path / "n.npz") as found:
        np.testing.assert_array_equal(found["a"], frame.states[1:])


def test_a_large_file_is_asked_about_first(qtbot, window, tmp_path, monkeypatch):
    session = window.session
    monkeypatch.setattr(session, "size_of_numbers", lambda _path: 123_000_000)
    dialog, path = dialog_of(window, "save_numbers"), tmp_path / "n.csv"
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "n.csv will take about 123 MB." and "As .npz" in box.informativeText()
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert not path.exists() and not session.busy


def test_what_cannot_be_written_is_said_and_changes_nothing(qtbot, window, tmp_path):
    frame = window.session.frame
    path = tmp_path / "none" / "n.csv"
    choose(
        qtbot,
        window,
        dialog_of(window, "save_numbers"),
        path,
        "n.csv: cannot be written: its folder does",
    )
    assert window.session.frame.passing is frame.passing


def test_the_proposed_name_is_that_of_the_file_that_is_open(qtbot, window, tmp_path):
    file = tmp_path / "poem.txt"
    file.write_text("a rose is a rose is a rose")
    window.session.open_file(file)
    qtbot.waitUntil(lambda: window.session.home.file == file and not window.session.busy)
    dialog = dialog_of(window, "save_numbers")
    assert dialog.selectedFiles() == [str(tmp_path / "poem-numbers.csv")]
    assert "gradients" in dialog.nameFilters()[0]
    dialog.reject()
