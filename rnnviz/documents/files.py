"""Save and open the branches of a document."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

from rnnviz import __version__
from rnnviz.documents.archive import read_archive, read_description, write_archive
from rnnviz.documents.codec import Decoder, Encoder
from rnnviz.documents.fits import check_branches
from rnnviz.documents.versions import of_version_2, was_compared
from rnnviz.files.disk import digest, fingerprint, write_whole
from rnnviz.files.errors import DataError
from rnnviz.film import Branches
from rnnviz.film.comparison import compare, why_not_compared
from rnnviz.frozen import record

SUFFIX = ".rnnviz"
FORMAT, VERSION = "rnnviz", 3

Plain: TypeAlias = bool | int | float | str | None
View: TypeAlias = Mapping[str, Plain | list[Plain]]
"""How the window showed it: plain values and lists of them, by name."""

_MOST_NAMES, _MOST_ITEMS, _LONGEST = 64, 64, 5000
_LONGEST_TOUR = 256 * 1024


@record(eq=False)
class Document:
    """An opened document: its branches, its view and its tour.

    Attributes
    ----------
    branches : Branches
        With the place in the film where they were left.
    view : mapping of str to plain values
        What the window handed in.
    mark : bytes
        The fingerprint of the file as it was read.
    tour : str
        The text of a tour that it holds; empty where it holds none. It is not read here.
    """

    branches: Branches
    view: View
    mark: bytes = b""
    tour: str = ""


class ChangedError(DataError):
    """A document that is to be replaced has been written by somebody else since."""


class NewerError(DataError):
    """A document of a newer program, which this one cannot read."""


def save_document(
    path: str | os.PathLike[str],
    branches: Branches,
    view: View | None = None,
    over: bytes | None = None,
    tour: str = "",
) -> bytes:
    """Write branches into a file, which is replaced as a whole when all of it is on the disk.

    May be called on any thread: records never change.

    Parameters
    ----------
    path : path
        Of the document; nothing is added to its name.
    branches : Branches
    view : mapping of str to plain values, optional
    over : bytes, optional
        The fingerprint of the document that may be replaced; one with another is left alone.
    tour : str
        The text of a tour that it is to hold.

    Returns
    -------
    bytes
        The fingerprint of what was written.

    Raises
    ------
    ChangedError
        If the document that stands there is not the one that may be replaced.
    DataError
        If they are larger than what can be opened again.
    ValueError
        For a view of other than plain values.
    OSError
        If the file cannot be written; what stood there before still does.
    """
    encoder = Encoder()
    description: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION if tour else 2,  # which older programs read, too
        "program": __version__,
        "view": _view(dict(view or {})),
        "branches": encoder.encode(branches),
        "objects": encoder.objects,
        **({"tour": tour} if tour else {}),
    }
    mark = b""

    def write(file: BinaryIO) -> None:
        nonlocal mark
        write_archive(file, description, encoder.stacks)
        file.flush()
        mark = digest(file)

    def check(target: Path) -> None:
        if over is not None and fingerprint(target) not in (None, over):
            raise ChangedError(
                "was changed on the disk since it was opened or saved here", path=path
            )

    try:
        write_whole(path, write, check)
    except ChangedError:
        raise
    except DataError as error:
        raise DataError(error.reason, path=path) from None
    return mark


def open_document(path: str | os.PathLike[str]) -> Document:
    """Read a document that `save_document` wrote.

    Returns
    -------
    Document
        Its numbers are those that were saved, bit by bit.

    Raises
    ------
    DataError
        For a file that cannot be opened, is none, is damaged, of a newer program, or whose parts do
        not fit each other.
    """
    where = os.fspath(path)
    description, stacks, mark = read_archive(where)
    try:
        _check_version(description)
        view, tour = _view(description.get("view")), _tour(description)
        compared = description["version"] == 1 and was_compared(description)
        description = of_version_2(description)
        decoder = Decoder(stacks, description["objects"])
        branches = cast(Branches, decoder.decode(Branches, description["branches"], "branches"))
        check_branches(branches)
        if compared and not why_not_compared(branches):
            branches = compare(branches)
    except _OtherVersionError as error:
        raise (NewerError if error.newer else DataError)(str(error), path=path) from None
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise DataError(f"is damaged: {_words(error)}", path=path) from None
    return Document(branches, view, mark, tour)


def read_view(path: str | os.PathLike[str]) -> View:
    """Read only what the window handed in.

    Raises
    ------
    DataError
        As `open_document`, of what is looked at.
    """
    description = read_description(os.fspath(path))
    try:
        _check_version(description)
        return _view(description.get("view"))
    except _OtherVersionError as error:
        raise (NewerError if error.newer else DataError)(str(error), path=path) from None
    except ValueError as error:
        raise DataError(f"is damaged: {error}", path=path) from None


class _OtherVersionError(ValueError):
    """A document that this program cannot know."""

    newer = False


def _check_version(description: dict[str, Any]) -> None:
    version = description.get("version")
    if description.get("format") != FORMAT or type(version) is not int:
        raise _OtherVersionError("is no rnnviz document")
    if version > VERSION:
        error = _OtherVersionError(
            f"was written by a newer rnnviz (version {str(version)[:9]}); this one reads {VERSION}"
        )
        error.newer = True
        raise error
    if version < 1:
        raise _OtherVersionError(f"has a version that never was ({str(version)[:9]})")
    parts = {"playhead", "run"} if version == 1 else {"branches"}
    known = {"format", "version", "program", "view", "objects", *parts}
    if version > 2 and "tour" in description:  # it need not have one
        known.add("tour")
    if set(description) != known:
        strange = sorted(set(description) ^ known)[0]
        raise ValueError(f"{strange[:40]!r} is missing or not known")


def _tour(description: dict[str, Any]) -> str:
    """The text of its tour; one that is no tour says so when it is presented."""
    tour = description.get("tour", "")
    if not isinstance(tour, str) or len(tour) > _LONGEST_TOUR:
        raise ValueError("tour: expected a text that is no longer than a tour can be")
    return tour


def _view(view: Any) -> dict[str, Plain | list[Plain]]:
    """The view, if it is nothing but plain values and lists of them."""
    if not isinstance(view, dict) or len(cast("dict[Any, Any]", view)) > _MOST_NAMES:
        raise ValueError("view: expected a few named values")
    for name, value in cast("dict[Any, Any]", view).items():
        items = cast("list[Any]", value) if isinstance(value, list) else [value]
        if not isinstance(name, str) or len(items) > _MOST_ITEMS or not all(map(_plain, items)):
            raise ValueError(f"view: {str(name)[:40]!r} is no plain value")
    return cast("dict[str, Plain | list[Plain]]", view)


def _plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST
    if type(value) in (int, float):
        return abs(value) < 2**53  # and not nan
    return value is None or isinstance(value, bool)


def _words(error: Exception) -> str:
    text = "its description is nested too deeply" if isinstance(error, RecursionError) else error
    return str(text)[:300]
