"""Begins processes of this program, and keeps one ready that trains.

The same on every system, and in a program that was packed into one file: the interpreter of this
program is begun anew, with two pipes and nothing else of it.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import BinaryIO, cast

from rnnviz import TRAIN_BESIDE
from rnnviz.beside.messages import ORDER, STOP, read, write

# Not -m, which would look for modules in the folder that the user happens to work in.
# Ctrl+C is the program's to hear, from the first import on.
_CODE = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "
    "from rnnviz.beside.child import main; main()"
)


class BrokenOffError(Exception):
    """The process that trains has ended by itself, or was ended."""


def begin(
    code: str,
    arguments: Sequence[str],
    given: int = subprocess.DEVNULL,
    said: int = subprocess.DEVNULL,
    errors: int | None = None,
) -> subprocess.Popen[bytes]:
    """Begin the interpreter of this program anew with some code, or the packed program itself.

    Parameters
    ----------
    code : str
        What the interpreter runs; a packed program runs its own command line instead.
    arguments : sequence of str
        That command line.
    given, said, errors : int or None
        Its stdin, stdout and stderr, as `subprocess.Popen` has them.

    Raises
    ------
    OSError
        Where none can be begun.
    """
    if not sys.executable:
        raise OSError("this Python does not know where it is")
    run = [] if _is_packed() else ["-P", "-c", code]
    paths = os.pathsep.join(str(Path(path).absolute()) for path in sys.path)
    return subprocess.Popen(
        [sys.executable, *run, *arguments],
        stdin=given,
        stdout=said,
        stderr=errors,
        env={**os.environ, "PYTHONPATH": paths},
        # No window on Windows; elsewhere no part in what a terminal sends to the program.
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        start_new_session=True,
    )


def _is_packed() -> bool:
    return bool(getattr(sys, "frozen", False))


class Process:
    """A process of this program that waits to train; it trains one thing at a time.

    Raises
    ------
    OSError
        Where none can be begun.
    """

    def __init__(self) -> None:
        packed = [TRAIN_BESIDE] if _is_packed() else []
        self._popen = begin(_CODE, packed, subprocess.PIPE, subprocess.PIPE)
        self._to = cast(BinaryIO, self._popen.stdin)
        self._from = cast(BinaryIO, self._popen.stdout)
        self._lock = Lock()

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._popen.poll() is None

    @property
    def number(self) -> int:
        """The system's number of it."""
        return self._popen.pid

    def order(self, data: bytes) -> None:
        """Have it train; OSError where it has ended."""
        with self._lock:
            write(self._to, ORDER, data)

    def stop(self) -> None:
        """Have it end within the update under way.

        While an order is handed over nothing is said, as that would keep the caller waiting: who
        ordered looks afterwards whether it is still wanted.
        """
        if self._lock.acquire(blocking=False):
            try:
                with suppress(OSError, ValueError):
                    write(self._to, STOP)
            finally:
                self._lock.release()

    def hear(self) -> tuple[bytes, bytes] | None:
        """Wait for what it says next; None where it has ended."""
        return read(self._from)

    def kill(self) -> None:
        """End it at once; who hears it is told so."""
        self._popen.kill()

    def gone(self) -> str:
        """Clear away what has ended, and say how it did."""
        self._popen.kill()
        code = self._popen.wait()
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()
        return f"signal {-code}" if code < 0 else f"code {code}"


_lock = Lock()
_spare: list[Process] = []
_beginning: list[Thread] = []


def get_ready() -> None:
    """Begin a process beside, if none is ready: it needs half a second until it can train."""
    with _lock:
        if _spare or any(thread.is_alive() for thread in _beginning):
            return
        thread = Thread(target=_begin, daemon=True)
        _beginning[:] = [thread]
        thread.start()


def take() -> Process:
    """One that is ready, or a new one; OSError where there can be none."""
    for thread in _beginning:
        thread.join()
    with _lock:
        process = _spare.pop() if _spare else None
    if process is not None:
        if process.alive:
            return process
        process.gone()
    return Process()


def give_back(process: Process) -> None:
    """It has done what it was to do: the next who wants one takes it."""
    with _lock:
        kept = not _spare
        if kept:
            _spare.append(process)
    if not kept:
        process.gone()


def _begin() -> None:
    with suppress(OSError):
        give_back(Process())


@atexit.register
def _clear() -> None:
    for thread in _beginning:
        thread.join()
    with _lock:
        left, _spare[:] = tuple(_spare), ()
    for process in left:
        process.gone()
