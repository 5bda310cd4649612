"""What opening a file would do: what was guessed of it and why, line by line, without a window."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Timer
from typing import TYPE_CHECKING, Any

from rnnviz.cli.arguments import Arguments
from rnnviz.cli.ending import refuse
from rnnviz.files.errors import show_name

if TYPE_CHECKING:
    from pathlib import Path

    from rnnviz.data import Options, Preview, Sequence, Task
    from rnnviz.data.readers import Question
    from rnnviz.opening.door import OpenFile

_PARTING = frozenset(',"\\$`!')  # a name with one of these is given by its place
_PLAIN = re.compile(r"[\w.,:+-]+")
PATIENCE = 1.0  # seconds
_PARTS = {".": "point", ",": "comma", " ": "blank", "'": "apostrophe", "": "nothing"}


def explain(options: Arguments) -> int:
    """Print what is known of the file; returns the exit code (2 where opening refuses it)."""
    from rnnviz.files.errors import DataError

    if options.file is None:
        return refuse("--explain: give a file")
    if options.written:
        return refuse(f"--explain prints, and {next(iter(options.written))} writes: give one")
    for flag in _of_no_use(options):
        return refuse(f"--explain says how a file is read, and opens none: leave {flag} out")
    try:
        with _told(options.file):
            lines = _lines(options, options.file)
    except (DataError, ValueError, MemoryError) as error:
        return refuse(str(error) or "there is not enough memory")
    print("\n".join(lines))
    return 0


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Says after a while, to whoever waits, that the file is being read."""
    said = f"rnnviz: reading {show_name(path)} …"
    telling = Timer(PATIENCE, lambda: print(said, file=sys.stderr, flush=True))
    telling.daemon = True
    telling.start()
    try:
        yield
    finally:
        telling.cancel()


def _of_no_use(options: Arguments) -> Iterator[str]:
    """Flags that were given and say nothing of how a file is read."""
    from rnnviz.film.fields import FIELDS

    usual = Arguments()
    for name in ("network", "at", "words", "layout", "panels", "size"):
        if getattr(options, name) != getattr(usual, name):
            yield f"--{name.removesuffix('s') if name == 'panels' else name}"
    for name in options.given:
        row = FIELDS[name]
        if row.flags and name not in options.reads and not name.startswith("memory_"):
            yield row.flags[0].key


def _lines(options: Arguments, path: Path) -> list[str]:
    from rnnviz.film.opened_files import chosen_of, size_of
    from rnnviz.opening.door import OpenFile

    file = OpenFile(path)
    file.check_meant(options.reads)
    if file.kind == "network":
        return _network(options, file, path)
    if file.kind != "sequence":
        from rnnviz.cli.opened import in_file
        from rnnviz.documents import Document

        found = in_file(options, path, None)
        run = found.branches.run if isinstance(found, Document) else found
        return [f"{show_name(path)}: a {file.kind}", *_said(run.task)]
    reading = options.reading
    preview = file.preview(reading)
    assert preview is not None
    found = [f"{show_name(path)}: {size_of(preview, chosen_of(preview))}"]
    found += [_line(question) for question in preview.questions]
    if preview.scaled is not None and preview.scaled.fault:
        found.append(f"  {preview.scaled.fault}")
    return [*found, *_opened(file, preview, reading)]


def _network(options: Arguments, file: OpenFile, path: Path) -> list[str]:
    """What is in a file of weights, what was assumed of it, and whether it runs alone.

    Of several modules the first is proposed, as in the window.
    """
    from rnnviz.data import Options
    from rnnviz.engine import Network
    from rnnviz.files.errors import DataError
    from rnnviz.opening.door import lecture_task, tried

    preview, reading = file.preview(options.reading), options.reading
    found = [f"{show_name(path)}: a network"]
    if preview is not None:
        found += [_line(question) for question in preview.questions]
    try:
        network = file.open(reading)
    except DataError as error:
        if preview is None or not preview.needs_asking:
            raise
        found += [_ASKED, f"Unasked it is refused: {error}"]
        found.append(f"As it is proposed{_flags(preview, window=False)}:")
        network = file.open(Options(prefix=str(preview.questions[0].chosen)))
    assert isinstance(network, Network)
    info, run = tried(network, path, lecture_task(options.value("unit")))
    if run is None and not info.waits:
        raise ValueError(" ".join(info.said))
    found += [f"  {what}: {value}" for what, value in info.facts]
    if run is not None:
        return [*found, "Opened alone it reads the lecture's sentence.", *_indented(info.said)]
    notes = tuple(getattr(network, "notes", ()))
    return [*found, *_indented(notes), "Opened alone it waits for data:", *_indented(info.said)]


def _line(question: Question) -> str:
    mark = "?" if question.open else " "
    return f"{mark} {question.label}: {question.said} – {question.reason}"


_ASKED = "A line with ? is asked in the window."


def _opened(file: OpenFile, preview: Preview, options: Options | None) -> list[str]:
    """What opening it says; where the preview proposes something else, and why it is refused."""
    from rnnviz.data import Options
    from rnnviz.files.errors import DataError
    from rnnviz.film.opened_files import chosen_of

    lines = [_ASKED] if preview.needs_asking else []
    refused: DataError | None = None
    try:
        sequence, task = _task(file, options)
        said = _said(task)
        if not _proposes_else(preview, sequence):
            return [*lines, *said]
        lines += ["Unasked:", *said]
    except DataError as error:
        if not preview.needs_asking:
            raise
        refused = error
        lines.append(f"Unasked it is refused: {error}")
    proposed = replace(Options(**chosen_of(preview)), transform=None, scale=None)
    if not proposed.columns:  # none holds numbers, which is said of the first
        proposed = replace(proposed, columns=None)
    if options is not None:
        proposed = replace(proposed, transform=options.transform, scale=options.scale)
    spare = _spare(file, preview, proposed)
    given = _flags(preview, window=not _suffices(file, preview, proposed), spare=spare)
    try:
        _, task = _task(file, proposed)
    except DataError:
        if refused is not None:  # whatever is chosen
            raise refused from None
        raise
    return [*lines, f"As it is proposed{given}:", *_said(task)]


def _spare(file: OpenFile, preview: Preview, proposed: Options) -> tuple[str, ...]:
    """Which of columns and labels are as proposed without a flag, the others being chosen."""
    from rnnviz.files.errors import DataError

    for names in (("columns", "axis"), ("columns",), ("axis",)):
        try:
            sequence, _ = _task(file, replace(proposed, **dict.fromkeys(names)))
        except DataError:
            continue
        if not _proposes_else(preview, sequence, flags=False):
            return names
    return ()


def _suffices(file: OpenFile, preview: Preview, proposed: Options) -> bool:
    """Whether the flags alone open what is proposed."""
    from rnnviz.files.errors import DataError
    from rnnviz.opening.meanings import MEANT

    asked = [q.name for q in preview.questions if q.open]
    if not set(asked) & set(MEANT):
        return False
    others: dict[str, Any] = {name: None for name in asked if name not in MEANT}
    try:
        sequence, _ = _task(file, replace(proposed, **others))
    except DataError:
        return False
    return not _proposes_else(preview, sequence, flags=False)


def _proposes_else(preview: Preview, sequence: Sequence, *, flags: bool = True) -> bool:
    """Whether what the preview proposes, where it asks, is not what was opened.

    Without `flags` only of what no flag chooses.
    """
    from rnnviz.data.labels import Counted

    for question in preview.questions:
        if not question.open or sequence.values is None:
            continue
        chosen: Any = question.chosen
        if question.name == "columns":
            names = dict(question.options)
            if tuple(names[place] for place in chosen) != sequence.columns:
                return True
        elif question.name == "axis":
            if (chosen is False) != isinstance(sequence.tokens, Counted):
                return True
        elif flags and question.name == "thousands" and chosen:
            return True
    return False


def _flags(preview: Preview, *, window: bool, spare: tuple[str, ...] = ()) -> str:
    """The flags that choose what is proposed; and what is chosen in the window alone, if asked."""
    from rnnviz.film.fields import FIELDS
    from rnnviz.opening.meanings import MEANT

    found: list[str] = []
    others: list[str] = []
    for question in preview.questions:
        if not question.open or question.name in spare:
            continue
        if question.name not in MEANT:
            others.append(f"“{question.label}”")
            continue
        spelling, value = FIELDS[question.name].flags[0], question.chosen
        flag = spelling.key
        if question.name in ("columns", "axis"):
            found += [f"{flag} {word}"] if (word := _columns_word(question)) else []
        elif question.name == "series":
            found.append(f"{flag} {_quoted('each' if value is True else str(value))}")
        elif spelling.value is not None and value == spelling.value:
            found.append(flag)
        elif isinstance(value, bool):
            found += [flag] if value else []
        elif value is not None:
            shown: Any = _PARTS.get(str(value)) if question.name == "thousands" else value
            found.append(f"{flag} {int(value) + 1 if isinstance(value, int) else shown}")
    parts = [" ".join(found)] if found else []
    if window and others:
        parts.append(f"{' and '.join(others)} in the window alone")
    return f" ({'; '.join(parts)})" if parts else ""


def _columns_word(question: Question) -> str:
    """What is given on the command line for columns that a question proposes; or empty."""
    chosen: Any = question.chosen
    if chosen is False or chosen is None or chosen == ():
        return "none" if chosen is False else ""
    names = [name for value, name in question.options if type(value) is int]
    words = [
        str(place + 1)
        if names.count(names[place]) > 1 or set(names[place]) & _PARTING or names[place] == "none"
        else names[place]
        for place in (chosen if isinstance(chosen, tuple) else (chosen,))
    ]
    return _quoted(",".join(words))


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else f'"{text}"'


def _task(file: OpenFile, options: Options | None) -> tuple[Sequence, Task]:
    from rnnviz.data import Sequence, make_task

    found = file.open(options)
    assert isinstance(found, Sequence)
    return found, make_task(found)


def _said(task: Task) -> list[str]:
    found = task.sequence
    steps = f"{len(found):,} step{'s' * (len(found) != 1)}"
    what = f"{len(task.vocabulary):,} different" if task.vocabulary is not None else ""
    if found.values is not None:
        width = found.values.shape[1]
        what = f"{width:,} number{'s' * (width != 1)} each"
        if found.frames is None:
            what += f": {', '.join(found.columns[:8])}{' …' if width > 8 else ''}"
    return [f"Opened as {steps}, {what}.", *_indented((*found.notes, *task.notes))]


def _indented(notes: tuple[str, ...]) -> list[str]:
    return [f"  {note}" for note in notes]
