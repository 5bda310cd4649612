"""Layouts and panels on the command line, for pictures and for the window."""

import pytest

from rnnviz.cli.arguments import read_arguments
from rnnviz.cli.main import main
from rnnviz.film.panels import LAYOUTS, PANELS


def test_panels_are_named_as_often_as_wanted():
    options = read_arguments(["--layout", "laboratory", "--panel", "loss", "--panel", "lines"])
    assert options.layout == "laboratory"
    assert options.panels == ("loss", "lines")
    assert read_arguments([]).panels == () and read_arguments([]).layout is None


def test_more_panels_than_slots_are_refused(capsys):
    names = ("ledger", "forecast", "loss", "lines", "depth")
    assert main(["--export", "n.png", *(word for name in names for word in ("--panel", name))]) == 2
    assert "--panel: there are 4 slots; leave depth out" in capsys.readouterr().err


def test_an_unknown_panel_is_refused_with_those_that_there_are(capsys):
    with pytest.raises(SystemExit):
        read_arguments(["--panel", "nonsense"])
    said = capsys.readouterr().err
    assert all(name in said for name in PANELS)


def test_a_picture_of_an_unknown_layout_is_refused(tmp_path, capsys):
    file = tmp_path / "picture.png"
    assert main(["--layout", "nonsense", "--export", str(file)]) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in LAYOUTS)
    assert not file.exists()


def test_pictures_show_the_layout_and_the_panels(qapp, tmp_path):
    def picture(*more):
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.png"
        assert main(["--text", "a b c", "--at", "2", "--export", str(file), *more]) == 0
        return file.read_bytes()

    made = [
        picture(),
        picture("--layout", "standard"),
        picture("--layout", "memory_cell"),
        picture("--panel", "loss", "--panel", "forecast"),
        picture("--layout", "memory_cell", "--panel", "equation"),
        picture("--state", "cell"),
    ]
    assert made[0] == made[1]
    assert len(set(made)) == 5
