"""Films and pages written by a process of their own, so that the window goes on meanwhile.

It is handed what is open as a document, and runs the command that a user would.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

from rnnviz.beside.launching import NO_WINDOW, command, environment
from rnnviz.documents import save_document
from rnnviz.files.errors import Cancelled, DataError
from rnnviz.film import Branches

Told = Callable[[float], bool]

_CODE = "import sys; from rnnviz.cli.main import main; sys.exit(main())"
_PAUSE = 0.05  # seconds between two looks at whether it is still wanted


def export_beside(source: Branches | str, output: Path, flags: Sequence[str], told: Told) -> str:
    """Have something written by another process, and wait for it.

    Parameters
    ----------
    source : Branches or str
        What is open, at its playhead; or a tour's file or name.
    output : Path
    flags : sequence of str
        More of the command ``export``.
    told : callable
        Is told how much is done, 0 … 1, and answers whether to go on.

    Returns
    -------
    str
        What that process said of it.

    Raises
    ------
    DataError
        If it could not be written; the reason is that process's own.
    Cancelled
        When `told` has answered False; nothing is written then.
    OSError
        If the other process cannot be begun.
    """
    with tempfile.TemporaryDirectory(prefix="rnnviz-", ignore_cleanup_errors=True) as folder:
        if isinstance(source, str):
            named = source
        else:
            named = str(Path(folder) / "open.rnnviz")
            save_document(named, source)
        arguments = ["export", named, "--output", str(output), "--progress", *flags]
        process = subprocess.Popen(
            command(_CODE, [], arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            creationflags=NO_WINDOW,
        )
        heard = _Heard(process.stderr)
        try:
            while process.poll() is None:
                if not told(heard.done):
                    raise Cancelled(f"{output.name} was not written: cancelled")
                time.sleep(_PAUSE)
        finally:
            with suppress(OSError):
                process.kill()
            process.wait()
            heard.end()
    if process.returncode:
        raise DataError(heard.said or "the process that writes it has ended", about="")
    return heard.said


class _Heard:
    """What the other process says: how far it is, and its last sentence."""

    def __init__(self, stream: IO[str] | None) -> None:
        self.done, self.said = 0.0, ""
        self._stream = stream
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        for line in self._stream or ():
            words = line.strip()
            if words.startswith("progress "):
                with suppress(ValueError):
                    self.done = float(words.split()[1])
            elif words:
                self.said = words.removeprefix("rnnviz: ")

    def end(self) -> None:
        """All has been heard."""
        self._thread.join()
        if self._stream is not None:
            self._stream.close()
