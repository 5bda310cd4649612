"""What a file holds, what may be chosen about it, and what was guessed, before it is opened."""

import io
import math
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.readers import formats
from rnnviz.data.readers.cell_questions import (
    missing_question,
)
from rnnviz.data.readers.columns import (
    MAX_COLUMNS,
    are_numbers,
    place_of,
)
from rnnviz.data.readers.exchanged import exchanged, is_wide, looks_exchanged
from rnnviz.data.readers.heading import find_delimiter, in_one_column, open_table, without_end
from rnnviz.data.readers.json_columns import json_columns, members_of, open_json
from rnnviz.data.readers.json_tables import as_numbers, date_columns, is_gap, shown_names
from rnnviz.data.readers.kinds import is_tabular, kind_of
from rnnviz.data.readers.numpy_arrays import check_width, one_sequence, read_members, way_round
from rnnviz.data.readers.options import Options, Preview, Question, Reporter
from rnnviz.data.readers.png import decode_picture
from rnnviz.data.readers.stacked import (
    series_question,
    stack_in,
    stack_of,
    unstacked,
    unstacked_columns,
)
from rnnviz.data.readers.table_lines import Lines, Record
from rnnviz.data.readers.table_questions import (
    column_questions,
    order_in,
    order_question,
    table_questions,
)
from rnnviz.data.readers.text import Decoded
from rnnviz.data.readers.times import parts_of_date, time_in
from rnnviz.data.readers.tokens import vocabulary_question
from rnnviz.data.readers.wav import decoded as decoded_samples
from rnnviz.data.readers.wav import open_wav
from rnnviz.data.vocabulary import has_no_spaces
from rnnviz.files.errors import DataError, visible
from rnnviz.files.npy import read_npy

ROWS = 40
"""Rows that a preview shows."""

_LOOKED_AT = 50
_FAR = 100_000
_MANY_LINES = 20
_SHORT_LINE = 60
_LONG_SOUND = 100_000


def preview_bytes(data: bytes, path: str, options: Options | None = None) -> Preview:
    """Look at the beginning of a file's content, and say what was guessed about it and why.

    Parameters
    ----------
    data
        The content; only its beginning is made sense of.
    path
        Its name, for the end of it and for messages.
    options
        What was chosen already: the rows are shown as they would be read with it.

    Raises
    ------
    DataError
        For a file that cannot be opened whatever is chosen.
    """
    options = options or Options()
    kind, decoded = kind_of(data, path)
    if decoded is not None:
        if kind == "json":
            return _json(decoded, path, options)
        if kind == "table":
            return _table(decoded, path, options)
        tabular = is_tabular(decoded)
        if options.unit == "table" or (tabular and options.unit is None):
            return _table(decoded, path, options, (_unit(decoded, options, tabular),))
        return _text(decoded, path, options, tabular)
    if kind == "wav":
        return _sound(data, path, options)
    if kind in ("png", "jpeg"):
        picture, notes = decode_picture(data, path)
        size = f"{picture.shape[1]} × {picture.shape[0]} pixels"
        return Preview("picture", (), (), steps=1, notes=(size, *notes))
    if kind == "npz":
        return _arrays(data, path, options)
    array = read_npy(io.BytesIO(data), path)
    return _array("array", array, path, options)


def _unit(decoded: Decoded, options: Options, tabular: bool) -> Question:
    """The question what the steps of a text are."""
    start, longer = decoded.beginning(1 << 18)
    lines = [line for line in map(str.strip, start.split("\n")) if line]
    many = len(lines) >= _MANY_LINES and max(map(len, lines)) <= _SHORT_LINE
    count = f"more than {len(lines):,}" if longer else f"{len(lines):,}"
    guess = "words" if lines else "characters"
    reason = "words are the usual steps of a text"
    unspaced = has_no_spaces(start[:4096])
    numbers = are_numbers(start[:4096].split()[:100])
    if unspaced:
        guess, reason = "characters", "no spaces part the words"
    elif tabular:
        guess, reason = "table", "numbers, and as many values in every line"
    elif numbers:
        reason = "all of it is numbers, but not as many in every line"
    elif many:
        reason = f"{count} short lines: each may be a sequence of its own"
    elif not lines:
        reason = "there are no words, only white space"
    table = (("table", "rows of a table"),) if tabular or options.unit == "table" else ()
    units = (("words", "words"), ("characters", "characters"), ("lines", "every line a sequence"))
    unsure = (many or not lines or numbers or tabular or unspaced) and options.unit is None
    return Question("unit", "Steps", (*table, *units), options.unit or guess, reason, open=unsure)


def _text(decoded: Decoded, path: str, options: Options, tabular: bool) -> Preview:
    start, _ = decoded.beginning(1 << 18)
    if not start:
        raise DataError("is empty", path=path)
    lines = [line for line in map(str.strip, start.split("\n")) if line]
    rows = tuple((visible(line[:200]),) for line in lines[:ROWS])
    notes = (decoded.note,) if decoded.note else ()
    unit = _unit(decoded, options, tabular)
    order = vocabulary_question(start, str(unit.chosen), options)
    return Preview("text", ("text",), rows, (unit, order), notes=notes)


def _table(
    decoded: Decoded, path: str, options: Options, before: tuple[Question, ...] = ()
) -> Preview:
    notes = [decoded.note] if decoded.note else []
    suffix = formats.suffix_of(path)
    options = in_one_column(decoded, path, options)
    decoded, below = without_end(decoded, path, suffix, options.delimiter)
    if below:
        notes.append(below)
    before = (*before, *_exchange(decoded, path, options))
    turned = next((bool(q.chosen) for q in before if q.name == "exchange"), False)
    made = turned
    if turned:
        decoded = exchanged(decoded, path, suffix, options.delimiter)
        options = replace(options, delimiter="\t")
    else:
        stack = stack_in(decoded, path, suffix, options)
        before = (*before, *series_question(stack, options))
        series = None if stack is None else before[-1].chosen
        if options.series or series:
            given = replace(options, series=options.series or series)
            decoded, said = unstacked(decoded, path, suffix, given, Reporter(), stack)
            notes.append(said)
            options = replace(options, delimiter="\t", header=True)
            made = True
    lines = Lines(decoded, path)
    delimiter = find_delimiter(lines, suffix, notes, options.delimiter)
    sample = [line for line in lines.sample() if line.strip()]
    # With all columns, whatever was chosen: the others are to be seen as well.
    shown = Options(decimal=options.decimal, header=options.header, axis=options.axis)
    table = open_table(lines, delimiter, notes, shown, looking=True)
    rows: list[Record] = []
    try:
        rows.extend(islice(table.rows, _LOOKED_AT))
    except DataError:
        if not rows:
            raise
    while 1 < len(rows) < _LOOKED_AT and not any(rows[-1].cells):
        rows.pop()  # as it is opened: without the empty rows that spreadsheets write below
    far = 0 if len(rows) < _LOOKED_AT else _FAR
    questions = (*before, *table_questions(table, rows, sample, options, far))
    if made:  # tabs stand between the cells only since the table was made anew
        ours = ("delimiter",) if turned else ("delimiter", "header")
        questions = tuple(q for q in questions if q.name not in ours)
    short = tuple(
        tuple(visible(cell[:60]) for cell in row.cells[: table.width]) for row in rows[:ROWS]
    )
    total = lines.total()
    notes.append(f"{total:,} line{'s' * (total != 1)}, a row is a step")
    if turned:
        notes[-1] = "a column of the file is a step"
    return Preview("table", tuple(table.names), short, questions, notes=tuple(notes))


def _exchange(decoded: Decoded, path: str, options: Options) -> tuple[Question, ...]:
    """The question which way round a table is, where it is much wider than long."""
    return _way_round(*looks_exchanged(decoded, path), options)


def _way_round(rows: int, width: int, options: Options) -> tuple[Question, ...]:
    """See `_exchange`: of so many rows and columns, or of 0 that do not look so."""
    if not rows and not options.exchange:
        return ()
    proposed = rows == 1 or width > MAX_COLUMNS
    chosen = bool(proposed if options.exchange is None else options.exchange)
    reason = "as you chose"
    if rows:
        reason = f"{rows} row{'s' * (rows != 1)} of {width:,} values"
    return (
        Question(
            "exchange",
            "A step is",
            ((False, "a row"), (True, "a column")),
            chosen,
            reason,
            open=options.exchange is None,
        ),
    )


def _json(decoded: Decoded, path: str, options: Options) -> Preview:
    before: tuple[Question, ...] = ()
    member = options.member
    reader = open_json(decoded, path)
    if reader.space() == "{":
        members = members_of(reader, path, Reporter())
        able = (*members.tables, *(key for key, cells in members.columns.items() if cells))
        if able and (not members.plain or member is not None):
            member = member or able[0]
            labels = tuple((name, visible(name)[:40] or "all of it") for name in able)
            said = f"the first of {len(able)} lists in the file"
            if len(able) == 1:
                said = "the only list in the file; what else is there is left out"
            several = len(able) > 1 or bool(members.other)
            opened = several and options.member is None
            before = (Question("member", "Read from", labels, member, said, open=opened),)
    found = json_columns(decoded, path, member, Reporter())
    found.names = shown_names(found.names)
    stack = stack_of(found)
    asked = series_question(stack, options)
    series = options.series or (asked[0].chosen if asked else None)
    notes: tuple[str, ...] = ()
    if series:
        found, said = unstacked_columns(found, path, replace(options, series=series), stack)
        notes = (said,)
    names, cells = found.names, found.cells
    dates = date_columns(found)
    numbers = [
        place
        for place, column in enumerate(cells)
        if place not in dates and place != found.index and _all_finite(as_numbers(column)[0])
    ]
    index = [] if found.index is None or dates else [found.index]
    gaps = Counter({p: sum(map(is_gap, cells[p])) for p in numbers})
    rows = tuple(
        tuple(_cell(cell) for cell in row) for row in islice(zip(*cells, strict=True), ROWS)
    )
    axis = dates
    if options.axis is not None:
        axis = [] if options.axis is False else [place_of(options.axis, names, path)]
    labels = [tuple(str(cell).strip() for cell in cells[place]) for place in axis]
    order = order_question(order_in(labels), options)
    missing = missing_question(gaps, len(cells[0]), names, numbers, options)
    of_time = [] if index else numbers
    times = {p: said for p in of_time if (said := time_in(names[p], _as_values(cells[p])))}
    held = f"the keys, “{names[index[0]]}”, name the rows" if index else ""
    parts = parts_of_date({p: (names[p], _as_values(cells[p])) for p in of_time})
    columns = column_questions(names, numbers, dates or index, options, times, held, path, parts)
    questions = (*before, *asked, *columns, *missing, *order)
    return Preview("array", names, rows, questions, len(cells[0]), notes)


def _as_values(cells: list[Any]) -> list[float]:
    """The numbers of a column that holds any, and gaps."""
    return [float(cell) for cell in as_numbers(cells)[0] if not is_gap(cell)]


def _all_finite(cells: list[Any]) -> bool:
    cells = [cell for cell in cells if not is_gap(cell)]
    if not cells or not set(map(type, cells)) <= {int, float}:
        return False
    try:
        return all(map(math.isfinite, cells))
    except OverflowError:  # an int that no float can hold
        return False


def _cell(cell: object) -> str:
    # 1e999 has become inf, which the file does not say.
    too_large = isinstance(cell, float) and not math.isfinite(cell)
    return "too large" if too_large else visible(str(cell)[:60])


def _number(value: float) -> str:
    return f"{value:.10g}" if math.isfinite(value) else "not finite"


def _array(
    kind: str,
    array: NDArray[Any],
    path: str,
    options: Options,
    before: tuple[Question, ...] = (),
) -> Preview:
    whole = " × ".join(map(str, array.shape))
    if array.ndim == 3 and array.size:
        before = (*before, *_which_sequence(len(array), options))
        array, _ = one_sequence(array, options, path)
    if array.ndim not in (1, 2) or not array.size:
        shape = whole or "a single number"
        return Preview(kind, (), (), before, notes=(f"{shape}: no steps, or steps × columns",))
    if array.ndim == 2 or options.exchange:
        sides = (len(array), array.size // len(array))
        looks = sides if array.ndim == 2 and is_wide(*sides) else (0, 0)
        before = (*before, *_way_round(*looks, options))
        turned = bool(before and before[-1].name == "exchange" and before[-1].chosen)
        array, _ = way_round(array, replace(options, exchange=turned), path)
    table = array[:, None] if array.ndim == 1 else array
    check_width(table.shape[1], path)
    names = tuple(f"column {place + 1}" for place in range(table.shape[1]))
    with np.errstate(all="ignore"):  # a signalling NaN
        first = np.asarray(table[:ROWS], dtype=np.float64)
    rows = tuple(tuple(map(_number, row)) for row in first.tolist())
    notes = (f"{array.dtype.name}, {whole}",)
    lacking = np.isnan(table)
    usable = (np.isfinite(table) | lacking).all(axis=0) & ~lacking.all(axis=0)
    numbers = [int(place) for place in np.flatnonzero(usable)]
    gaps = Counter({place: int(lacking[:, place].sum()) for place in numbers})
    questions = (
        *before,
        *column_questions(names, numbers, [], options, path=path),
        *missing_question(gaps, len(table), names, numbers, options),
    )
    return Preview(kind, names, rows, questions, len(table), notes)


def _which_sequence(count: int, options: Options) -> tuple[Question, ...]:
    """The question which of several sequences is opened."""
    if count < 2:
        return ()
    return (
        Question(
            "sequence",
            "Sequence",
            (),
            options.sequence or 0,
            f"{count:,} sequences lie on top of each other, one is opened",
            open=options.sequence is None,
            count=count,
        ),
    )


def _arrays(data: bytes, path: str, options: Options) -> Preview:
    several = options.sequence is not None
    members = read_members(data, path, options.member, Reporter(), several=several)
    able = [member for member in members if member.opens]
    batched = [member for member in members if member.batched]
    chosen = next((member for member in members if member.array is not None), None)
    if chosen is None or chosen.array is None:
        raise DataError("holds no array of steps, or steps × columns", path=path)
    labels = (
        *((m.name, f"{visible(m.name)[:40]} ({' × '.join(map(str, m.shape))})") for m in able),
        *((m.name, f"{visible(m.name)[:40]}: one of {m.shape[0]:,} sequences") for m in batched),
    )
    said = f"the first of {len(able)} arrays" if len(able) > 1 else "the only array"
    if chosen.batched and able:
        said = f"the first that holds sequences on top of each other: {chosen.shape[0]:,}"
    elif batched:
        said = "the first array of steps"
        said += f"; “{visible(batched[0].name)[:40]}” holds {batched[0].shape[0]:,} sequences"
    unsure = len(labels) > 1 and options.member is None
    which = Question("member", "Array", labels, chosen.name, said, open=unsure)
    return _array("arrays", chosen.array, path, options, (which,))


def _sound(data: bytes, path: str, options: Options) -> Preview:
    sound = open_wav(data, path)
    questions: list[Question] = []
    if sound.channels > 1:
        each = tuple(enumerate(sound.names))
        said = f"{sound.channels} channels: nothing is left out unless you say so"
        which = ((None, "all, each a column"), ("mean", "their mean"), *each)
        questions.append(
            Question(
                "channel", "Channel", which, options.channel, said, open=options.channel is None
            )
        )
    few = max(1, round(sound.rate / 1000))
    kept = tuple(dict.fromkeys((1, 2, 4, 8, few, 16, 32, 64)))
    many = tuple(
        (n, f"{n} ({sound.frames // n:,} steps)") for n in sorted(kept) if sound.frames >= n
    )
    long = sound.frames > _LONG_SOUND
    said = f"{sound.frames:,} samples, {sound.frames / sound.rate:,.2f} s at {sound.rate:,} Hz"
    questions.append(Question("every", "Samples a step", many, options.every or 1, said, open=long))
    first = decoded_samples(sound, 0, min(ROWS, sound.frames)).tolist()
    rows = tuple(
        (f"{place / sound.rate:.6f} s", *map(_number, row)) for place, row in enumerate(first)
    )
    return Preview("sound", ("time", *sound.names), rows, tuple(questions), sound.frames)
