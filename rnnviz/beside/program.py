"""This program once more, with a command line: what takes long and needs Qt, off the interface.

Qt draws windows on the interface's thread alone; what is drawn for a file is drawn by a process of
its own, whose command line is one that a user could type.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from queue import Empty, Queue
from threading import Thread
from typing import IO

from rnnviz.beside.process import begin
from rnnviz.files.errors import Cancelled, DataError

PROGRESS = "progress"
"""Begins a line that says how much is done: ``progress 0.43``, and words after it."""

_CODE = "import sys; from rnnviz.cli.main import main; sys.exit(main())"
_LOOK = 0.1  # seconds between two looks at whether it is still wanted
_PATIENCE = 3.0  # seconds in which one that is told to end may do so by itself
_SAYS = "rnnviz: "


def run_program(
    arguments: Sequence[str], told: Callable[[float], bool], thing: str = "the file"
) -> str:
    """Run the program with a command line and wait for its end; for any thread but the interface's.

    Parameters
    ----------
    arguments : sequence of str
        As they would be typed behind ``rnnviz``.
    told : callable
        Is told how much is done, 0 … 1, as far as the program says it; answers whether to go on.
    thing : str
        What is written, for messages.

    Returns
    -------
    str
        What it said last.

    Raises
    ------
    DataError
        Where it refuses or fails; its last words are the reason.
    Cancelled
        When `told` has answered False; the process is ended then.
    OSError
        Where no process can be begun.
    """
    process = begin(_CODE, arguments, errors=subprocess.PIPE)
    assert process.stderr is not None
    lines: Queue[str | None] = Queue()
    reader = Thread(target=_read, args=(process.stderr, lines), daemon=True)
    reader.start()
    done, last = 0.0, ""
    try:
        while True:
            if not told(done):
                raise Cancelled(f"{thing} was not written: cancelled", about="")
            try:
                line = lines.get(timeout=_LOOK)
            except Empty:
                continue
            if line is None:
                break
            words = line.split()
            if words[:1] == [PROGRESS] and len(words) > 1:
                done = _share(words[1], done)
            elif words:
                last = line
        code = process.wait()
    finally:
        _end(process)
        reader.join()
        process.stderr.close()
    last = last.removeprefix(_SAYS)
    if code:
        how = last or f"the program that writes {thing} ended with code {code}"
        raise DataError(how, about="")
    return last


def _end(process: subprocess.Popen[bytes]) -> None:
    """Have a process end that may be at work: in time it takes away what it has begun to write."""
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _read(stream: IO[bytes], lines: Queue[str | None]) -> None:
    for line in stream:
        lines.put(line.decode("utf-8", "replace").strip())
    lines.put(None)


def _share(word: str, before: float) -> float:
    try:
        return min(max(float(word), before), 1.0)
    except ValueError:
        return before
