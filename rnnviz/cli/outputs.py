"""Which files are written without a window, and why they cannot be, before any of them is."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz.files.disk import why_no_place
from rnnviz.files.errors import DataError, show_name

if TYPE_CHECKING:
    from rnnviz.cli.arguments import Arguments

_PICTURE = ".png"
_EXPORTS = (_PICTURE, ".csv", ".npz")
_LOOKS = ("theme", "colours", "state_view")  # fields of the view that no number depends on


def why_not_written(options: Arguments) -> str:
    """Why what is asked for cannot be written, as far as the names of files tell; empty if it can.

    No file may be written twice, nor one that is read, and none is written where another of them
    cannot be. What says how a picture looks is refused where none is written.
    """
    if options.export is not None and options.export.suffix.lower() not in _EXPORTS:
        return (
            f"{show_name(options.export)}: cannot write this kind of file; .png (the picture), "
            ".csv and .npz (the numbers) can be written, and --save-weights writes the network"
        )
    if looks := _of_a_picture(options):
        what = show_name(options.export or options.save_weights or "")
        return (
            f"{looks}: it says how a picture looks, and {what} is none: leave it out, or give "
            "--export NAME.png"
        )
    try:
        written = _written(options)
    except DataError as error:
        return str(error)
    why = why_not_over(options, _read(options))
    if why:
        return why
    for place, (flag, path) in enumerate(written):
        for other, before in written[:place]:
            if _is_same(path, before):
                return (
                    f"{show_name(path)}: {other} and {flag} would both write it, one over the "
                    "other; give one of them another name"
                )
        why = why_no_place(path)
        if why:
            return f"{show_name(path)} cannot be written: {why}"
    return ""


def why_not_at(options: Arguments, output: Path) -> str:
    """Why a file cannot be written where ``export`` is asked to; empty if it can."""
    if any(_is_same(path, output) for path in _read(options)):
        return f"{show_name(output)}: it is read, give --output another name"
    why = why_no_place(output)
    return f"{show_name(output)} cannot be written: {why}" if why else ""


def _read(options: Arguments) -> list[Path]:
    """The files that are named to be read."""
    given = options.given.get("vocabulary", "")
    read = [options.file, options.network, Path(given) if given else None]
    return [path for path in read if path is not None]


def _of_a_picture(options: Arguments) -> str:
    """The first flag of what a picture alone is made with, where none is; or empty."""
    from rnnviz.film.fields import FIELDS

    if options.export is not None and options.export.suffix.lower() == _PICTURE:
        return ""
    given = {
        "--size": options.size is not None,
        "--layout": options.layout is not None,
        "--panel": bool(options.panels),
        "--words": options.words,
        **{FIELDS[name].flags[0].key: name in options.given for name in _LOOKS},
    }
    return next((flag for flag, is_given in given.items() if is_given), "")


def why_not_over(options: Arguments, read: Iterable[str | Path]) -> str:
    """Which of the files that are read would be written over, and by what; empty if none.

    Raises
    ------
    DataError
        Where weights cannot be written in the kind of file that is named.
    """
    for each in read:
        for flag, path in _written(options):
            if _is_same(each, path):
                return f"{show_name(path)}: it is read, give {flag} another name"
    return ""


def _written(options: Arguments) -> list[tuple[str, Path]]:
    """Every file that is written, each with its flag: a script's arrays stand beside it."""
    found: list[tuple[str, Path]] = []
    if options.save_weights is not None:
        from rnnviz.writing.weights import files_of

        found += [("--save-weights", path) for path in files_of(options.save_weights)]
    if options.export is not None:
        found.append(("--export", options.export))
    return found


def _is_same(one: str | Path, other: Path) -> bool:
    """Whether two names are those of one file, by links too, whether it is there or not."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        named = (os.path.normcase(os.path.realpath(path)) for path in (one, other))
        return len(set(named)) == 1
