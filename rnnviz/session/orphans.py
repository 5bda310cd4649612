"""What programs left that were closed unexpectedly: found at the next start, offered or removed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile

from rnnviz.files.disk import clear_partials
from rnnviz.files.errors import DataError
from rnnviz.frozen import record

# What a restored run is called, where its document is, the fingerprint that this had, and where a
# tour stands that was not saved, beside the window's own view.
NAME, PATH, MARK, TOUR = "restore name", "restore path", "restore mark", "restore tour"


@record(eq=False)
class Orphan:
    """What a program left that was closed unexpectedly.

    Attributes
    ----------
    path : Path
        The autosaved document.
    name : str
        What it was called.
    document : Path or None
        Where it belongs.
    saved : datetime
        When it was autosaved.
    mark : bytes or None
        The fingerprint that the document had.
    lock : QLockFile
        Held, so that no other program offers it too.
    """

    path: Path
    name: str
    document: Path | None
    saved: datetime
    mark: bytes | None
    lock: QLockFile


@record
class LeftBehind:
    """What programs left that run no more, and what of it was removed, in words."""

    orphans: list[Orphan]
    said: str


def left_in(folder: Path, own: Path, places: Iterable[Path]) -> LeftBehind:
    """What programs left in a folder that run no more; what of it is of no use is removed.

    A document is opened as a whole before it is offered, so that none is offered in vain.
    """
    from rnnviz.documents import SUFFIX, NewerError, open_document

    found: list[Orphan] = []
    damaged = 0
    for path in folder.glob(f"*{SUFFIX}"):
        lock = lock_of(path)
        if path == own or not lock.tryLock(0):
            continue
        try:
            view = open_document(path).view
            saved = datetime.fromtimestamp(path.stat().st_mtime)
        except NewerError:
            lock.unlock()
            continue
        except (DataError, OSError):
            if os.access(path, os.R_OK):  # else it may be sound
                path.unlink(missing_ok=True)
                damaged += 1
            lock.unlock()
            continue
        document, mark = str(view.get(PATH) or ""), _bytes_in(view.get(MARK))
        name = str(view.get(NAME) or "unsaved work")
        where = Path(document) if document else None
        found.append(Orphan(path, name, where, saved, mark, lock))
    known = {each.document.parent for each in found if each.document is not None}
    cleared = sum(map(clear_partials, {folder, *known, *places}))
    said = cleared_words(cleared, damaged).removeprefix(" · ").capitalize()
    return LeftBehind(sorted(found, key=lambda orphan: orphan.saved, reverse=True), said)


def _bytes_in(text: object) -> bytes | None:
    try:
        return bytes.fromhex(str(text)) or None
    except ValueError:
        return None


def cleared_words(partials: int, damaged: int = 0) -> str:
    """What was removed, as the end of a line."""
    parts = [
        f"{many} {words}{'' if many == 1 else 's'}"
        for many, words in ((damaged, "damaged autosave"), (partials, "unfinished save"))
        if many
    ]
    return f" · removed {' and '.join(parts)} of a program that was ended" if parts else ""


def lock_of(path: Path) -> QLockFile:
    """The lock beside an autosave, which a running program holds."""
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)  # a lecture may last longer than any time
    return lock
