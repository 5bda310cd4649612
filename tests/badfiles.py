"""Run every file of a folder in the format of badfiles/1 against the program's readers.

    python tests/badfiles.py FOLDER

Each file is opened in a process of its own, with a limit on its time and its memory; the manifest
says whether it must load (and as what shape) or be refused. The processes are forked from this one,
which has NumPy and the readers loaded, so that a file costs milliseconds. Needs Linux.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402

from rnnviz.data import Sequence, make_task  # noqa: E402
from rnnviz.engine import Network  # noqa: E402
from rnnviz.files.errors import DataError, show_name  # noqa: E402
from rnnviz.opening.door import open_path  # noqa: E402

SECONDS = 2.0
PATIENCE = 3.0  # beyond these, before a reader is killed
MEGABYTES = 300
NOBODY = 65534


def main(arguments: list[str]) -> int:
    """Run the files of a folder; return the exit code."""
    if len(arguments) != 1 or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    folder = Path(arguments[0])
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        print(f"{folder}: no readable manifest.json ({error})", file=sys.stderr)
        return 2
    passed = failed = 0
    for name, faults in run(folder, manifest):
        passed, failed = passed + (not faults), failed + bool(faults)
        for fault in faults:
            print(f"FAILED {name}: {fault}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


def run(folder: Path, manifest: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of every file and special path, with what is wrong about it."""
    for entry in manifest.get("files", []):
        path = folder / entry["file"]
        if not path.is_file():
            yield entry["file"], ["is listed and not there"]
            continue
        before = _fingerprint(path)
        faults = judge(entry, path)
        if _fingerprint(path) != before:
            faults.append("the file was changed")
        yield entry["file"], faults
    for entry in manifest.get("special_paths", []):
        with special_path(entry["path"]) as path:
            if path is None:
                yield entry["path"], ["this runner does not know how to make such a path"]
            else:
                yield entry["path"], judge(entry, Path(path), as_nobody="permission" in str(entry))


def judge(entry: dict[str, Any], path: Path, as_nobody: bool = False) -> list[str]:
    """Open one file in a process of its own and compare with what its entry asks."""
    answer = opened_apart(path, str(entry.get("canary", "RNNVIZ_PWNED")), as_nobody)
    faults: list[str] = list(answer.get("faults", []))
    outcome = answer.get("outcome")
    expect = entry["expect"]
    if outcome is None:
        return faults
    if expect != "either" and outcome != {"load": "loaded", "refuse": "refused"}[expect]:
        what = answer.get("message") or answer.get("shape")
        faults.append(f"was {outcome} ({what}), expected: {expect}")
    if outcome == "loaded" and entry.get("shape") is not None and expect != "refuse":
        shapes = answer.get("shapes", [])
        # Networks and sessions have none.
        if shapes and list(entry["shape"]) not in shapes:
            faults.append(f"has the shape {shapes}, expected {entry['shape']}")
    return faults


def opened_apart(path: Path, canary: str, as_nobody: bool = False) -> dict[str, Any]:
    """Open a file in a child process; what it did, and what it must not have done."""
    sandbox = Path(tempfile.mkdtemp(prefix="badfiles-"))
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  (links stay)
    sandbox.chmod(0o777)
    near, far = os.pipe()
    child = os.fork()
    if child == 0:
        _child(absolute, sandbox, canary, far, near, as_nobody)
    os.close(far)
    text, timely = _read_until(near, time.monotonic() + SECONDS + PATIENCE)
    os.close(near)
    if not timely:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    left = sorted(entry.name for entry in sandbox.iterdir())
    shutil.rmtree(sandbox, ignore_errors=True)
    if not timely:
        return {"faults": ["does not end"]}
    if status != 0 or not text:
        return {"faults": [f"the process died (status {status})"]}
    answer = json.loads(text)
    if left:
        answer["faults"].append(f"something was written: {left}")
    return answer


def _child(path: Path, sandbox: Path, canary: str, far: int, near: int, as_nobody: bool) -> None:
    """Open the file, write what happened into the pipe, end without any clean-up."""
    try:
        os.close(near)
        os.chdir(sandbox)
        os.environ["TMPDIR"] = os.environ["HOME"] = str(sandbox)
        tempfile.tempdir = None
        if as_nobody and os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        answer = _watched(path, canary)
        os.write(far, json.dumps(answer).encode())
    except BaseException as error:
        fault = f"{type(error).__name__}: {error}"[:500]
        os.write(far, json.dumps({"faults": [fault]}).encode())
    os._exit(0)


def _watched(path: Path, canary: str) -> dict[str, Any]:
    before, environment = _memory(), dict(os.environ)
    _forget_peak()
    # Address space is more than memory; this only stops what runs away.
    limit = int((_status("VmSize") + 4 * MEGABYTES) * 2**20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CPU, (5, 5))
    threads = _status_number("Threads")
    started = time.monotonic()
    answer = _opened(path)
    seconds = time.monotonic() - started
    used = _peak() - before
    faults: list[str] = answer["faults"]
    if seconds > SECONDS:
        faults.append(f"took {seconds:.1f} s")
    if used > MEGABYTES:
        faults.append(f"took {used:.0f} MB")
    if dict(os.environ) != environment or canary in os.environ:
        faults.append("the environment was changed")
    if _status_number("Threads") != threads:
        faults.append("a thread was left behind")
    return answer


def _opened(path: Path) -> dict[str, Any]:
    faults: list[str] = []
    try:
        found = open_path(path)
    except DataError as error:
        message = str(error)
        faults.extend(_bad_message(message, path))
        return {"outcome": "refused", "message": message, "faults": faults}
    except BaseException as error:
        return {"faults": [f"an exception: {type(error).__name__}: {error}"[:300]]}
    shapes: list[list[int]] = []
    if isinstance(found, Sequence):
        task = make_task(found)
        if found.values is None:
            shapes = [[len(found.text or "")]]
        else:
            shapes = [list(found.values.shape)]
            if not (np.isfinite(found.values).all() and np.isfinite(task.x).all()):
                faults.append("something that is not a number was loaded")
        if len(task.x) != len(found) or not len(found):
            faults.append("the task has not as many steps as the file")
    elif isinstance(found, Network) and not all(
        np.isfinite(array).all() for array in found.parameters.values()
    ):
        faults.append("weights that are not numbers were loaded")
    return {"outcome": "loaded", "shapes": shapes, "faults": faults}


def _bad_message(message: str, path: Path) -> Iterator[str]:
    if not message.startswith(show_name(path)):
        yield f"the message does not begin with the file's name: {message}"
    if "\n" in message or not message.isprintable():
        yield f"the message is not one plain line: {message!r}"
    if len(message) < len(show_name(path)) + 10:
        yield f"the message gives no reason: {message}"
    if "Traceback" in message or len(message) > 600:
        yield f"the message is none for a user: {message[:200]}"


def _read_until(near: int, deadline: float) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([near], [], [], left)[0]:
            break
        part = os.read(near, 1 << 16)
        if not part:
            return b"".join(parts), True
        parts.append(part)
    return b"".join(parts), False


def _fingerprint(path: Path) -> tuple[str, int]:
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns


def _status(name: str) -> float:
    """Megabytes of one line of this process's status."""
    return _status_number(name) / 1024


def _status_number(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


def _memory() -> float:
    return _status("VmRSS")


def _peak() -> float:
    return _status("VmHWM")


def _forget_peak() -> None:
    # Where it cannot be reset the peak is that since the fork, which is hardly more.
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


@contextmanager
def special_path(words: str) -> Iterator[str | None]:
    """Make a path that is no file, or not for long; None for one that is not known."""
    room = Path(tempfile.mkdtemp(prefix="badfiles-path-"))
    room.chmod(0o755)
    try:
        if words.startswith("/"):
            yield words
            return
        make = next((make for key, make in _SPECIAL.items() if key in words.lower()), None)
        if make is None:
            yield None
            return
        path, undo = make(room)
        try:
            yield str(path)
        finally:
            undo()
    finally:
        shutil.rmtree(room, ignore_errors=True)


Made = tuple[Path, Callable[[], Any]]


def _nothing() -> None:
    """Nothing to undo."""


def _directory(room: Path) -> Made:
    (room / "folder.csv").mkdir()
    return room / "folder.csv", _nothing


def _dangling(room: Path) -> Made:
    (room / "dangling.csv").symlink_to(room / "gone.csv")
    return room / "dangling.csv", _nothing


def _loop(room: Path) -> Made:
    (room / "a.csv").symlink_to(room / "b.csv")
    (room / "b.csv").symlink_to(room / "a.csv")
    return room / "a.csv", _nothing


def _fifo(room: Path) -> Made:
    os.mkfifo(room / "pipe.csv")
    return room / "pipe.csv", _nothing


def _socket(room: Path) -> Made:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(room / "s.csv"))
    return room / "s.csv", server.close


def _unreadable(room: Path) -> Made:
    path = room / "secret.csv"
    path.write_text("1\n2\n")
    path.chmod(0)
    return path, _nothing


def _removed(room: Path) -> Made:
    path = room / "removed.csv"
    path.write_text("1\n2\n")
    path.unlink()  # after the dialog has shown it
    return path, _nothing


def _growing(room: Path) -> Made:
    path = room / "growing.csv"
    path.write_bytes(b"1\n" * (12 << 20))  # long to read, beside a writer without a pause
    writer = os.fork()
    if writer == 0:
        with path.open("a") as file:
            for _ in range(4_000_000):
                file.write("1\n")
                file.flush()
        os._exit(0)
    time.sleep(0.05)

    def stop() -> None:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)

    return path, stop


def _disconnected(room: Path) -> Made:
    # Reading a process's memory at address 0 fails as a mount that is gone does: EIO.
    del room
    return Path("/proc/self/mem"), _nothing


_SPECIAL: dict[str, Callable[[Path], Made]] = {
    "directory": _directory,
    "folder": _directory,
    "dangling": _dangling,
    "loop": _loop,
    "fifo": _fifo,
    "pipe": _fifo,
    "socket": _socket,
    "permission": _unreadable,
    "unreadable": _unreadable,
    "removed": _removed,
    "growing": _growing,
    "mount": _disconnected,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
