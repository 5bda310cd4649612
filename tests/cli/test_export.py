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
