"""Paths that are not files, names that are not nice: one message, at once, and nothing hangs."""

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from rnnviz.data import read_sequence
from rnnviz.files import disk
from rnnviz.files.errors import DataError

pytestmark = pytest.mark.timeout(10)

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


def refusal(path):
    started = time.monotonic()
    with pytest.raises(DataError) as caught:
        read_sequence(path)
    assert time.monotonic() - started < 2
    assert caught.value.path == os.fspath(path)
    return str(caught.value)


def test_a_folder(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path.name}: is a folder, not a file"


def test_a_folder_with_a_files_name(tmp_path):
    (tmp_path / "a.csv").mkdir()
    assert refusal(tmp_path / "a.csv") == "a.csv: is a folder, not a file"


@pytest.mark.parametrize("name", ["missing.csv", "missing/below.txt", "missing.npy"])
def test_missing(tmp_path, name):
    assert "does not exist" in refusal(tmp_path / name)


@pytest.mark.parametrize("path", ["", "a\0b.csv", "\ud800.csv", "x" * 5000 + ".csv", "a.csv/b"])
def test_impossible_names(path):
    assert "does not exist" in refusal(path) or path == ""


@posix
def test_links(tmp_path):
    (tmp_path / "dangling.csv").symlink_to(tmp_path / "gone")
    assert "is a link to a file that does not exist" in refusal(tmp_path / "dangling.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert "leads back to itself" in refusal(tmp_path / "loop.csv")
    (tmp_path / "real.csv").write_text("1\n2\n")
    (tmp_path / "good.csv").symlink_to(tmp_path / "real.csv")
    assert len(read_sequence(tmp_path / "good.csv")) == 2


@posix
def test_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert "is a pipe" in refusal(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "pipe.csv")
    assert "is a pipe" in refusal(tmp_path / "link.csv")


@posix
@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_devices(path):
    if not Path(path).exists():
        pytest.skip(f"no {path} here")
    assert "is a device" in refusal(path)


@posix
def test_a_socket(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.csv")
        assert "is a socket" in refusal("s.csv")


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read all")
def test_unreadable(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("1\n")
    path.chmod(0)
    assert "permission denied" in refusal(path)


def test_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # sparse: takes no room
    assert "is too large: 1,048,576 MB, and at most 64 MB" in refusal(path)


def test_growing(tmp_path, monkeypatch):
    monkeypatch.setattr(disk, "PAUSE", 0.05)
    path = tmp_path / "growing.csv"
    path.write_text("1\n")
    stop = threading.Event()

    def write():
        with path.open("a") as file:
            while not stop.wait(0.002):
                file.write("1\n")
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert "is being written to" in refusal(path)
    finally:
        stop.set()
        writer.join()
    assert len(read_sequence(path)) > 1


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_removed_while_it_is_open(tmp_path):
    path = tmp_path / "removed.csv"
    path.write_text("1\n")
    with path.open() as file:
        path.unlink()
        assert "was removed" in refusal(f"/proc/self/fd/{file.fileno()}")


@pytest.mark.parametrize(
    "name",
    [
        "percent%20%s{0}%n.csv",
        "-rf.csv",
        "--help.csv",
        "<b>bold</b>.csv".replace("/", "∕"),
        "a b\t'c' \"d\".csv",
        "日本語 👩‍👩‍👧.csv",
        "x" * 200 + ".csv",
        "..csv",
        "$(touch pwned).csv",
    ],
)
def test_names_are_shown_literally(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("1,2\n3\n")
    assert refusal(name) == f"{name}, line 2: 1 value, where line 1 has 2".replace("\t", "‹U+0009›")
    Path(name).write_text("1,2\n3,4\n")
    assert read_sequence(name).name == name.replace("\t", "‹U+0009›")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@posix
def test_names_that_would_spoil_the_message(tmp_path):
    path = os.fsencode(tmp_path) + b"/a\nb\xff\xe2\x80\xae.csv"
    try:
        Path(os.fsdecode(path)).write_text("x\n")
    except OSError:
        pytest.skip("this file system wants UTF-8")
    message = refusal(os.fsdecode(path))
    message.encode("utf-8")
    assert message.startswith("a‹U+000A›b‹U+DCFF›‹U+202E›.csv, line 1: ")


@pytest.mark.parametrize(
    ("suffix", "said"),
    [
        (".safetensors", "is network weights, and no sequence"),
        (".toml", "is a session, and no sequence"),
        (".rnnviz", "is a document of rnnviz, and no sequence"),
        (".PT", "is a PyTorch pickle"),
        (".pkl", "is a Python pickle"),
    ],
)
@pytest.mark.parametrize("content", [b"", b"1,2\n3,4\n", b"\x93NUMPY\x01\0"])
def test_what_is_no_sequence_by_its_name(tmp_path, suffix, said, content):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    assert said in refusal(path)


@pytest.mark.parametrize("suffix", [".json", ".npy", ".npz", ".wav", ".png", ".csv", ".txt", ""])
def test_an_empty_file(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"")
    assert refusal(path) == f"a{suffix}: is empty, there is nothing in it"


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs /proc")
def test_a_disk_that_does_not_answer():
    # Address 0 of a process cannot be read, and fails as a mount that is gone does: EIO.
    assert refusal("/proc/self/mem") == "mem: cannot be read: Input/output error"
