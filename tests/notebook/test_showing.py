"""What a notebook calls: a window in a process of its own, or a picture without a display."""

from __future__ import annotations

import doctest
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rnnviz.film.recording import recording_of
from rnnviz.notebook import Film, Picture, show

ROOT = Path(__file__).resolve().parents[2]
A = np.tanh(np.random.default_rng(0).normal(size=(5, 4)))


def _left(before):
    return set(Path(tempfile.gettempdir()).glob("rnnviz-*.npz")) - before


def test_without_a_display_it_is_a_picture(monkeypatch):
    before = _left(set())
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    inline = None if sys.platform.startswith("linux") else True
    made = show(A, A, "abcde", theme="light", inline=inline)
    assert isinstance(made, Picture)
    picture = Image.open(io.BytesIO(made._repr_png_()))
    assert picture.size[0] == 1200
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    assert _left(before) == set()


def test_with_one_it_returns_at_once_and_the_window_stays(monkeypatch):
    before = _left(set())
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")  # a window that nobody sees
    started = time.monotonic()
    film = show(A, title="mine", inline=False)
    assert time.monotonic() - started < 2.0
    assert isinstance(film, Film)
    deadline = time.monotonic() + 30
    while _left(before) and time.monotonic() < deadline:  # until it has read what it shows
        time.sleep(0.05)
    assert film.open
    film.close()
    assert not film.open
    assert _left(before) == set()


def test_a_fault_is_said_here_and_leaves_nothing_behind():
    before = _left(set())
    with pytest.raises(ValueError, match="give steps × units"):
        show(A[0])
    with pytest.raises(ValueError, match="there is no theme 'pink'"):
        show(A, theme="pink")
    assert _left(before) == set()


def test_importing_it_loads_neither_qt_nor_a_framework():
    code = "import sys, rnnviz; rnnviz.show, rnnviz.record"
    code += "; print({'PySide6', 'torch'} & {*sys.modules})"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert done.stdout == "set()\n", done.stderr


def test_what_the_manual_says_is_so():
    failed, tried = doctest.testfile(
        str(ROOT / "docs" / "notebook.md"), module_relative=False, optionflags=doctest.ELLIPSIS
    )
    assert tried > 5
    assert failed == 0


def test_what_is_masked_is_no_number_and_a_recording_is_given_alone():
    given = np.ma.masked_array(np.ones((3, 2)), mask=[[0, 0], [0, 1], [0, 0]])
    recording = recording_of(given)
    assert np.isnan(recording.states[0, 1, 1])
    assert np.isfinite(recording.states).sum() == 5
    with pytest.raises(ValueError, match="give it alone"):
        show(recording, np.ones((3, 2)), inline=True)
