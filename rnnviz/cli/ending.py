"""How a command ends before its work is done: it refuses, or it is told to stop."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def refuse(reason: str) -> int:
    """Say why not, on one line; returns the exit code."""
    print(f"rnnviz: {reason}", file=sys.stderr)
    return 2


def unknown(name: str) -> str:
    """What is said of a problem that does not ship."""
    from rnnviz.problems.registry import PROBLEMS

    return f"there is no problem {name!r}; there are {', '.join(PROBLEMS)}"


@contextmanager
def stopping() -> Iterator[list[int]]:
    """A list that Ctrl+C and the system's signals make true; a second one interrupts as ever."""
    asked: list[int] = []
    before: dict[int, Any] = {}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(number: int, frame: Any) -> None:
        del frame
        asked.append(number)
        restore()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # not all of them everywhere
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, stop)
    try:
        yield asked
    finally:
        restore()
