"""`rnnviz export`: which file is written, what is refused on one line, and its exit codes."""

from __future__ import annotations

import os
import time

import pytest
from PIL import Image

from rnnviz.cli.main import main


def _refused(capsys, *words):
    assert main(["export", *map(str, words)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0].removeprefix("rnnviz: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no.csv", "-o", "a.png"], "no.csv: does not exist"),
        (["-o", "a.bmp"], ".bmp is no format, but "),
        (["-o", "a.png", "--format", "svg"], "its name ends with .png; call it a.svg"),
        (["-o", "a.png", "--fps", "3"], "--fps: it means nothing to a png of that; leave it out"),
        (["-o", "no/a.png"], "a.png cannot be written: its folder does not exist"),
        (["lecture", "-o", "a.png", "--scene", "99"], "--scene 99: there are scenes 1 to 41"),
        (["lecture", "-o", "a.png", "--cell", "lstm"], "a tour says itself what is shown"),
        (["-o", "a.wav", "--from", "back:2", "--to", "3"], "--to is a later place than --from"),
        (["-o", "a.html", "--to", "99"], "--to "),
        (["-o", "a.wav", "--fps", "5"], "--fps: it means nothing to a wav of that; leave it out"),
        (["lecture", "--scene", "3", "-o", "a.pdf", "--format", "handout"], "of a whole tour; "),
        (["lecture", "--scene", "9?", "-o", "a.html"], "goes on to the scene's answer; leave out"),
        (["lecture", "--scene", "3", "-o", "a.wav"], "written of a film, and not of a tour"),
        (["--text", "a", "--problem", "names", "-o", "a.png", "--cell", "gru"], "--problem: "),
    ],
)
def test_what_cannot_be_is_refused_on_one_line(qapp, tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert said in _refused(capsys, *words)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_and_what_was_left_there_is_cleared(qapp, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    left, other = tmp_path / f".old.gif.{'0a' * 8}.part", tmp_path / ".mine.part"
    for path in (left, other):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - 60,) * 2)
    output = tmp_path / "a.png"
    words = ["--text", "the cat", "--what", "stage", "--size", "800x500", "--resolution", "1.5"]
    assert main(["export", *words, "--output", str(output)]) == 0
    assert capsys.readouterr().err == "rnnviz: wrote a.png\n"
    with Image.open(output) as picture:
        assert picture.width == 1200
    assert sorted(path.name for path in tmp_path.iterdir()) == [".mine.part", "a.png"]


def test_a_tour_may_be_named_as_a_file_is(qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    output = tmp_path / "scene.svg"
    assert main(["export", "lecture", "--scene", "9?", "-o", str(output)]) == 0
    assert b"<text" in output.read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ("export", "-o", ""),
        ("export", "", "-o", "a.png"),
        ("exercise", "-o", ""),
        ("train", "names", "-o", ""),
        ("evaluate", "--json", ""),
        ("--export", ""),
        ("--save-weights", ""),
        ("--network", ""),
        ("",),
    ],
)
def test_an_empty_name_is_no_files(here, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    done = here(*words)
    assert done.returncode == 2
    assert "an empty name is no file's: give a name" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words", [("export", "-o", "a.gif", "--speed", "x"), ("train", "names", "--updates", "x")]
)
def test_what_is_no_number_is_said_so(here, words):
    done = here(*words)
    assert done.returncode == 2
    assert "number" in done.stderr and "x" in done.stderr and "_" not in done.stderr


def test_one_scene_of_a_tour_is_a_film_too(qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    output = tmp_path / "scene.gif"
    words = ["7-vanishing-gradients", "--scene", "2", "--size", "800x500", "--speed", "8"]
    assert main(["export", *words, "--fps", "2", "-o", str(output)]) == 0
    with Image.open(output) as film:
        assert 1 < film.n_frames < 40
        assert film.size == (800, 500)


def test_where_figures_cannot_go_is_said_before_they_are_measured(here, tmp_path):
    done = here("evaluate", "names", "--json", tmp_path / "no" / "figures.json")
    assert done.returncode == 2 and not done.stdout
    assert done.stderr == ("rnnviz: figures.json cannot be written: its folder does not exist\n")
