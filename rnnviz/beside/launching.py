"""How this program is begun once more, with the same libraries, whatever it was begun as."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""`creationflags` that keep a process from opening a terminal on Windows; nothing elsewhere."""


def command(code: str, packed: Sequence[str], arguments: Sequence[str] = ()) -> list[str]:
    """The words that begin another process of this program.

    Parameters
    ----------
    code : str
        What its interpreter runs.
    packed : sequence of str
        What a program that was packed into one file is begun with instead: it has no interpreter
        beside it.
    arguments : sequence of str
        Behind either.

    Raises
    ------
    OSError
        Where there is no interpreter to begin.
    """
    if not sys.executable:
        raise OSError("this Python does not know where it is")
    if getattr(sys, "frozen", False):
        return [sys.executable, *packed, *arguments]
    # Not -m, which would look for modules in the folder that the user happens to work in.
    return [sys.executable, "-P", "-c", code, *arguments]


def environment() -> dict[str, str]:
    """The environment in which it finds the same modules as this one."""
    paths = os.pathsep.join(str(Path(path).absolute()) for path in sys.path)
    return {**os.environ, "PYTHONPATH": paths}
