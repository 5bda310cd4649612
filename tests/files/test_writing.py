"""What is written is there as a whole, or what stood there before still is; a link stays a link."""

import os
import stat

import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from rnnviz.cli.main import main
from rnnviz.files.disk import write_whole
from rnnviz.problems.registry import load_snapshots, save_snapshots
from rnnviz.session import Session
from rnnviz.views.intake import Intake
from tests.problems.test_store import a_network, snapshot

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
    session, window, picture = Session(), QWidget(), QPixmap(4, 4)
    qtbot.addWidget(window)
    picture.fill()
    intake = Intake(window, session, lambda: "words")
    with qtbot.waitSignal(session.told, check_params_cb=lambda told: told.text == "Saved link"):
        intake.save(picture, str(link))
    with qtbot.waitSignal(session.told, check_params_cb=lambda told: told.error):
        intake.save(picture, str(link / "x"))
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
