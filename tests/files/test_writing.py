"""What is written is there as a whole, or what stood there before still is; a link stays a link."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from rnnviz.cli.main import main
from rnnviz.documents import save_document
from rnnviz.files.disk import clear_partials, fingerprint, write_whole
from rnnviz.problems.registry import load_snapshots, save_snapshots
from rnnviz.session import Session
from rnnviz.views.drawing import png_of
from rnnviz.weights.networks import save_network
from rnnviz.writing.numbers import write_numbers
from tests.frames import make_frame
from tests.problems.test_store import a_network, snapshot

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


@pytest.fixture
def linked(tmp_path):
    """A link to a file of a folder beside it, with a mode of its own."""
    (tmp_path / "kept").mkdir()
    real, link = tmp_path / "kept" / "real", tmp_path / "link"
    real.write_bytes(b"before")
    real.chmod(0o660)
    link.symlink_to(real)
    return real, link


def holds(real, link, begins):
    assert link.is_symlink()
    assert real.read_bytes().startswith(begins)
    assert stat.S_IMODE(real.stat().st_mode) == 0o660
    assert [path.name for path in real.parent.iterdir()] == [real.name]


@posix
@pytest.mark.parametrize(("suffix", "begins"), [(".csv", b"step,token"), (".png", b"\x89PNG")])
def test_an_export_through_a_link(qapp, linked, suffix, begins, tmp_path):
    real, link = linked
    named = link.rename(tmp_path / f"link{suffix}")
    assert main(["--export", str(named)]) == 0
    holds(real, named, begins)


@posix
def test_a_picture_of_the_window_through_a_link(qtbot, linked):
    real, link = linked
    session, picture = Session(), QImage(4, 4, QImage.Format.Format_RGB32)
    picture.fill(0)
    with qtbot.waitSignal(session.told, check_params_cb=lambda told: told.text == "Saved link."):
        session.write_made(link, lambda: png_of(picture))
    with qtbot.waitSignal(session.told, check_params_cb=lambda told: told.error):
        session.write_made(link / "x", lambda: png_of(picture))
    session.close()
    holds(real, link, b"\x89PNG")


@posix
def test_snapshots_of_a_training_through_a_link(linked):
    real, link = linked
    save_snapshots(link, [snapshot(0, a_network(1), 0.5, 0.5)])
    holds(real, link, b"PK")
    assert load_snapshots(link)


def test_a_writer_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"before")

    def half(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(path, half)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@posix
def test_a_link_to_itself_is_not_replaced(tmp_path, capsys):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.symlink_to(two)
    two.symlink_to(one)
    assert main(["--export", str(one)]) == 2
    assert "one.csv cannot be written: it is a link that leads back" in capsys.readouterr().err
    assert one.is_symlink() and two.is_symlink()
    assert sorted(tmp_path.iterdir()) == [one, two]


@posix
def test_a_pipe_is_not_replaced(tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    assert main(["--export", str(pipe)]) == 2
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@posix
@pytest.mark.parametrize("what", ["window", "document", "network", "snapshots", "numbers"])
def test_whatever_is_written_without_room_leaves_the_old_file(qtbot, tmp_path, monkeypatch, what):
    """A full disk, as the system's limit on a file's size: every writer has the one way."""
    import resource

    # Whatever is imported meanwhile, on any thread: the next process would find half of it.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path = tmp_path / {
        "network": "old.safetensors",
        "snapshots": "old.npz",
        "numbers": "old.csv",
    }.get(what, "old")
    path.write_bytes(b"before")
    frame = make_frame("a b c d e", units=40)
    picture = QImage(300, 300, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    session, said = Session(), []
    session.told.connect(said.append)
    write = {
        "window": lambda: session.write_made(path, lambda: png_of(picture)),
        "document": lambda: save_document(path, frame.branches),
        "network": lambda: save_network(frame.run.networks[0], path),
        "snapshots": lambda: save_snapshots(path, [snapshot(0, a_network(40), 0.5, 0.5)]),
        "numbers": lambda: write_numbers(frame, path),
    }[what]
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        if what == "window":
            with qtbot.waitSignal(session.told, check_params_cb=lambda told: told.error):
                write()
        else:
            with pytest.raises(OSError, match="large"):
                write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    if what == "window":
        assert "cannot be written: it is larger than a file may be there" in said[-1].text
    if what == "window":
        with qtbot.waitSignal(session.told, check_params_cb=lambda told: "Saved" in told.text):
            write()
    else:
        write()
    assert path.read_bytes() != b"before"
    session.close()


_WRITING = """
import sys, time
from rnnviz.files.disk import write_whole
def slowly(file):
    file.write(b"half")
    file.flush()
    print("begun", flush=True)
    time.sleep(60)
write_whole(sys.argv[1], slowly)
"""


def test_what_a_killed_write_left_is_cleared_and_what_is_written_is_not(tmp_path):
    path = tmp_path / "mine.rnnviz"
    with subprocess.Popen(
        [sys.executable, "-c", _WRITING, str(path)], stdout=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout.readline().strip() == b"begun"
        (part,) = tmp_path.iterdir()
        os.utime(part, (0, 0))
        assert clear_partials(tmp_path) == 0 and part.exists()
        process.kill()
    assert clear_partials(tmp_path) == 1
    assert not list(tmp_path.iterdir())
    assert clear_partials(tmp_path / "nowhere") == 0


def test_only_what_is_named_as_ours_is_cleared(tmp_path):
    names = [".a.part", "a.0123456789abcdef.part", ".a.0123456789abcdeg.part", "download.part"]
    for name in names:
        (tmp_path / name).write_bytes(b"theirs")
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / ".folder.0123456789abcdef.part").mkdir()
    assert clear_partials(tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == len(names) + 1


def test_a_look_before_the_file_is_moved_can_refuse(tmp_path):
    path = tmp_path / "old"
    path.write_bytes(b"before")
    mark = fingerprint(path)

    def refuse(target):
        assert fingerprint(target) == mark
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write_whole(path, b"after", refuse)
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["old"]
    assert fingerprint(tmp_path / "nothing") is None
