"""How a file is read: what was guessed of it and why, line by line, without a window."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from rnnviz.cli.arguments import Arguments
    from rnnviz.data import Options, Preview
    from rnnviz.data.readers import Question
    from rnnviz.opening.door import OpenFile

_PARTS = {".": "point", ",": "comma", " ": "blank", "'": "apostrophe", "": "nothing"}


def explain(options: Arguments) -> int:
    """Print what is known of the file; returns the exit code (2 where it is refused)."""
    from rnnviz.files.errors import DataError

    if options.file is None:
        return _refuse("--explain: give a file")
    if options.written:
        return _refuse(f"--explain prints, and {next(iter(options.written))} writes: give one")
    try:
        for line in _lines(options.file, options.reading):
            print(line)
    except (DataError, ValueError, MemoryError) as error:
        return _refuse(str(error) or "there is not enough memory")
    return 0


def _lines(path: Path, options: Options | None) -> list[str]:
    from rnnviz.film.opened_files import chosen_of, size_of
    from rnnviz.opening.door import OpenFile

    file = OpenFile(path)
    preview = file.preview(options)
    if preview is None:
        return [f"{path.name}: a {file.kind}, of which nothing is guessed"]
    found = [f"{path.name}: {size_of(preview, chosen_of(preview))}"]
    found += [_line(question) for question in preview.questions]
    if preview.scaled is not None and preview.scaled.fault:
        found.append(f"  {preview.scaled.fault}")
    return [*found, *_opened(file, preview, options)]


def _line(question: Question) -> str:
    mark = "?" if question.open else " "
    return f"{mark} {question.label}: {question.said} – {question.reason}"


def _opened(file: OpenFile, preview: Preview, options: Options | None) -> list[str]:
    """What opening it says; where it is refused, why, and what it says as the preview proposes."""
    from rnnviz.data import Options
    from rnnviz.files.errors import DataError
    from rnnviz.film.opened_files import chosen_of

    if file.kind != "sequence":
        return []
    asked = any(question.open for question in preview.questions)
    lines = ["A line with ? is asked in the window."] if asked else []
    try:
        return [*lines, *_said(file, options)]
    except DataError as error:
        if not asked:
            raise
        lines.append(f"Unasked it is refused: {error}")
    proposed = replace(Options(**chosen_of(preview)), transform=None, scale=None)
    if options is not None:
        proposed = replace(proposed, transform=options.transform, scale=options.scale)
    lines += [f"As it is proposed{_flags(preview)}:", *_said(file, proposed)]
    return lines


def _flags(preview: Preview) -> str:
    """The flags that choose what is proposed, where there are some."""
    from rnnviz.cli.arguments import READING
    from rnnviz.film.fields import FIELDS

    found: list[str] = []
    for question in preview.questions:
        if question.name not in READING or not question.open:
            continue
        flag, value = FIELDS[question.name].flags[0].key, question.chosen
        if isinstance(value, bool):
            found += [flag] if value else []
        elif value is not None:
            shown: Any = _PARTS.get(str(value)) if question.name == "thousands" else value
            found.append(f"{flag} {int(value) + 1 if isinstance(value, int) else shown}")
    return f" ({' '.join(found)})" if found else ""


def _said(file: OpenFile, options: Options | None) -> list[str]:
    from rnnviz.data import Sequence, make_task

    found = file.open(options)
    if not isinstance(found, Sequence):
        return []
    task = make_task(found)
    steps = f"{len(found):,} step{'s' * (len(found) != 1)}"
    what = f"{len(task.vocabulary):,} different" if task.vocabulary is not None else ""
    if found.values is not None:
        width = found.values.shape[1]
        what = f"{width:,} number{'s' * (width != 1)} each"
        if found.frames is None:
            what += f": {', '.join(found.columns[:8])}{' …' if width > 8 else ''}"
    return [f"Opened as {steps}, {what}.", *(f"  {note}" for note in (*found.notes, *task.notes))]


def _refuse(reason: str) -> int:
    print(f"rnnviz: {reason}", file=sys.stderr)
    return 2
