"""A disk without room: whatever is written, what stood there before is whole, and it is said.

A limit on the size of files (POSIX) stands for the disk: a write beyond it fails as one onto a full
disk does, after some of it has been written.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.session.test_autosave import program

pytestmark = pytest.mark.skipif(os.name != "posix", reason="has no limit on the size of files")

# Writes everything once, then again with other content and no room, as much as the limits leave.
WRITING = """
import os, resource, signal, sys
from dataclasses import replace
from pathlib import Path
from PySide6.QtTest import QTest
from rnnviz.app import Launch, start
from rnnviz.writing.numbers import write_numbers
from rnnviz.views.drawing import png_of
from rnnviz.weights import save_network

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.dont_write_bytecode = True  # the next process would find half of it
folder = Path(sys.argv[1])
limits = [int(each) for each in sys.argv[2].split()]
application, window = start(Launch())
session = window.session
autosave = session.autosave
told = []
session.told.connect(lambda notice: told.append(notice.text if notice else ""))

def until(done):
    for _ in range(2000):
        if done():
            return
        QTest.qWait(5)
    raise SystemExit(f"never: {told}")

def write(text):
    session.open_text(text)
    autosave.save(folder / "mine.rnnviz")
    until(lambda: not (autosave.saving or autosave.writing))
    # What is saved is not autosaved: an edit more.
    session.set_settings(replace(session.settings, units=session.settings.units + 1))
    autosave.write()
    until(lambda: not autosave.writing)
    picture = window.picture().toImage()
    session.write_made(folder / "window.png", lambda: png_of(picture))
    until(lambda: not session.writing)
    run = session.run
    for name, does in {
        "numbers.csv": lambda path: write_numbers(session.frame, path),
        "network.npz": lambda path: save_network(run.networks[0], path),
        "network.safetensors": lambda path: save_network(run.networks[0], path),
    }.items():
        try:
            does(folder / name)
        except OSError as error:
            print("OSError", name, error.strerror)
    session.preferences.add_recent(f"/{text}.csv")
    session.preferences.sync()

until(lambda: autosave.path is not None and not autosave.writing)
write("before there was no room " * 9)
home = Path(os.environ["XDG_DATA_HOME"])
def all_files():
    paths = [path for path in home.rglob("*") if path.suffix != ".lock" and path.is_file()]
    return {path.name: path.read_bytes() for path in paths}
before = all_files()
print("written", len(before))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
for limit in limits:
    told.clear()
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    write("and after it there was none, so that all fails " * 30 + str(limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    after = all_files()
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            print("CHANGED", limit, path)
    print("told", limit, "|".join(told))
write("there is room again " * 8)
for name, content in all_files().items():
    print("again" if after.get(name) != content else "not again", name)
session.close()
os._exit(0)
"""


def test_without_room_the_old_files_stay_whole(tmp_path):
    limits = (0, 1, 300)
    done = program(WRITING, tmp_path, str(tmp_path), " ".join(map(str, limits)))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    lines = done.stdout.splitlines()
    assert not [line for line in lines if line.startswith("CHANGED")], lines
    # A document, an autosave, a picture, numbers, two kinds of networks, the settings.
    assert lines[0] == "written 7"
    for limit in limits:
        (told,) = (line for line in lines if line.startswith(f"told {limit} "))
        assert "mine.rnnviz cannot be written: it is larger than a file may be there" in told
        assert "window.png: cannot be written: it is larger than a file may be there" in told
    for name in ("numbers.csv", "network.npz", "network.safetensors"):
        assert lines.count(f"OSError {name} File too large") == len(limits)
    assert not list(tmp_path.rglob("*.part"))
    assert sum(line.startswith("again ") for line in lines) == 7, lines
    assert not [line for line in lines if line.startswith("not again")], lines


EXPORTING = """
import resource, signal, sys
from rnnviz.cli.main import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.dont_write_bytecode = True  # the next process would find half of it
resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
sys.exit(main(["--export", sys.argv[1]]))
"""


@pytest.mark.parametrize("suffix", [".csv", ".png"])
def test_an_export_without_room_leaves_the_old_file(tmp_path, suffix):
    path = tmp_path / f"f{suffix}"
    path.write_bytes(b"before")
    found = subprocess.run(
        [sys.executable, "-c", EXPORTING, str(path)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 2, found.stderr
    assert f"f{suffix} cannot be written: it is larger than a file may be there" in found.stderr
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
