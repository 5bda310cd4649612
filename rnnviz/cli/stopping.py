"""Hears Ctrl+C and the system's signals, so that work stops where it can be left."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


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
