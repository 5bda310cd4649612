"""Files to sequences: one function, and one kind of error.

What reads a format is imported when the first file of it is opened: the window stands before that.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from os import PathLike, fsdecode
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.data.labels import Counted
from rnnviz.data.readers import formats
from rnnviz.data.readers.options import Options, Preview, Question, Report, Reporter
from rnnviz.data.sequence import Sequence
from rnnviz.files.disk import read_bytes, resource_path
from rnnviz.files.errors import show_name

if TYPE_CHECKING:
    from rnnviz.data.readers.text import Decoded

__all__ = [
    "Options",
    "Preview",
    "Question",
    "Report",
    "parse_bytes",
    "preview",
    "preview_bytes",
    "read_frames",
    "read_sequence",
    "sample_path",
    "sample_series",
]

_NO_GAPS = ("text", "wav", "png", "jpeg")  # kinds whose numbers are never missing
_LAST_WHOLE = 2.0**53
_WRITTEN_OUT = 1e21  # above it nobody writes a whole number with all its digits
TEMPERATURE = "seattle-temperature-2012.csv"
"""A year of daily maximum temperature, which ships."""


def read_sequence(
    path: str | PathLike[str],
    *,
    unit: str | None = None,
    options: Options | None = None,
    progress: Report | None = None,
) -> Sequence:
    """Open a file as a sequence.

    The end of its name says what it is meant to be; a file with another name is opened by its
    content. It is read once, as a whole, and never executed or written to.

    Parameters
    ----------
    path
        The file.
    unit
        For a text, ``"words"`` (also when None), ``"characters"`` or ``"lines"``; the same as
        `Options.unit`.
    options
        What is not to be guessed; None: all is.
    progress
        Is called again and again with how much is done, from 0 to 1; when it answers False,
        opening stops.

    Raises
    ------
    DataError
        The only error that a file can cause.
    Cancelled
        A DataError too: `progress` has answered False.
    """
    path = fsdecode(path)
    Reporter(progress).at(0)
    data = read_bytes(path)
    return parse_bytes(data, path, unit=unit, options=options, progress=progress)


def parse_bytes(
    data: bytes,
    path: str,
    *,
    unit: str | None = None,
    options: Options | None = None,
    progress: Report | None = None,
) -> Sequence:
    """Make a sequence of a file's content that is already in memory.

    Parameters
    ----------
    data
        The content.
    path
        Its name, for the end of it and for messages; no such file needs to exist.
    unit, options, progress
        As in `read_sequence`.

    Raises
    ------
    DataError
        As in `read_sequence`.
    """
    from rnnviz.data.readers.kinds import as_chosen_or_told, kind_of

    options = options or Options()
    if unit is not None:
        options = replace(options, unit=unit)
    told = Reporter(progress)
    told.at(0)
    told_kind, decoded = kind_of(data, path)
    kind, taken = as_chosen_or_told(told_kind, decoded, options.unit), ""
    if kind != told_kind:
        taken = "assumed: the numbers in its lines are a table, a line a step, and no text"
    sequence = _read(kind, data, decoded, path, options, told)
    if formats.suffix_of(path) not in formats.SEQUENCES:
        what = {"text": "text", "table": "a table", "json": "JSON"}.get(kind, f"a .{kind} file")
        note = f"its name does not say what it is: opened as {what}"
        sequence = replace(sequence, notes=(*sequence.notes, note))
    if taken and options.unit is None:
        sequence = replace(sequence, notes=(*sequence.notes, taken))
    told.at(1)
    more = tuple(filter(None, (_as_features(sequence, options), _rounded(sequence))))
    if kind not in _NO_GAPS and sequence.values is not None:
        from rnnviz.data.readers.sentinels import said_of_sentinels

        more = (*more, *filter(None, (said_of_sentinels(sequence),)))
    if more:
        sequence = replace(sequence, notes=(*sequence.notes, *more))
    if options.vocabulary is not None:
        from rnnviz.data.readers.tokens import with_vocabulary

        sequence = with_vocabulary(sequence, options)
    if options.transform is None and options.scale is None:
        return sequence
    from rnnviz.data.readers.as_chosen import as_chosen

    return as_chosen(sequence, options)


def _as_features(sequence: Sequence, options: Options) -> str:
    """That a column which may be the time is a feature; empty where the user has chosen."""
    chosen = options.axis is not None or options.columns is not None
    if sequence.values is None or chosen or not isinstance(sequence.tokens, Counted):
        return ""
    if len(sequence.columns) < 2:
        return ""
    from rnnviz.data.readers.times import parts_of_date, time_in

    every = {
        place: (name, column)
        for place, (name, column) in enumerate(
            zip(sequence.columns, sequence.values.T, strict=True)
        )
    }
    if parts := parts_of_date(every):
        shown = ", ".join(f"“{show_name(sequence.columns[place])}”" for place in parts)
        return (
            f"assumed: {shown} are features that the network reads and predicts, though they are "
            "the parts of a date; which columns are read can be chosen (--columns)"
        )
    for name, column in zip(sequence.columns, sequence.values.T, strict=True):
        if said := time_in(name, column):
            return (
                f"assumed: “{show_name(name)}” ({said}) is a feature that the network reads and "
                "predicts; it can be chosen as the labels of the steps"
            )
    return ""


def _rounded(sequence: Sequence) -> str:
    """That whole numbers have more digits than float64 keeps; empty where they have not."""
    values = sequence.values
    if values is None or max(values.max(), -values.min()) < _LAST_WHOLE:
        return ""
    # Beside such a number may stand one that is far larger, and written shortly.
    sizes = np.abs(values)
    largest = np.where((sizes >= _LAST_WHOLE) & (sizes < _WRITTEN_OUT), sizes, 0.0).max(axis=0)
    if not largest.any():
        return ""
    ends = zip(sequence.columns, largest.tolist(), strict=True)
    name, most = next((name, most) for name, most in ends if most)
    return (
        f"values of “{show_name(name)}” lie beyond 2⁵³ = 9,007,199,254,740,992, where float64 has "
        f"not every whole number: they are rounded by up to {np.spacing(most) / 2:,.0f}"
    )


def _read(
    kind: str, data: bytes, decoded: Decoded | None, path: str, options: Options, told: Reporter
) -> Sequence:
    if decoded is not None:
        if kind == "json":
            from rnnviz.data.readers.json_tables import read_json

            return read_json(decoded, path, options, told)
        if kind == "table":
            from rnnviz.data.readers.tables import read_table

            return read_table(decoded, path, formats.suffix_of(path), options, told)
        from rnnviz.data.readers.text import is_json, read_text, unit_of

        unit, assumed = unit_of(decoded)
        if not assumed and formats.markup(data) == "JSON" and is_json(decoded):
            assumed = "it is a text, though it is JSON as well: name it .json to read its numbers"
        found = read_text(decoded, path, options.unit or unit, told)
        if options.unit is None and assumed:
            found = replace(found, notes=(*found.notes, f"assumed: {assumed}"))
        return found
    if kind == "npz":
        from rnnviz.data.readers.numpy_arrays import read_npz

        return read_npz(data, path, options, told)
    if kind == "wav":
        from rnnviz.data.readers.wav import read_wav

        return read_wav(data, path, options, told)
    if kind in ("png", "jpeg"):
        from rnnviz.data.readers.png import read_png

        return read_png(data, path)
    from rnnviz.data.readers.numpy_arrays import one_sequence, series, way_round
    from rnnviz.files.npy import read_npy

    array, said = one_sequence(read_npy(io.BytesIO(data), path), options, path)
    array, turned = way_round(array, options, path)
    return series(array, path, options, told, notes=(*said, *turned))


def preview(path: str | PathLike[str], options: Options | None = None) -> Preview:
    """Read a file and look at its beginning; see `preview_bytes`."""
    path = fsdecode(path)
    return preview_bytes(read_bytes(path), path, options)


def preview_bytes(data: bytes, path: str, options: Options | None = None) -> Preview:
    """Look at the beginning of a file's content; see `previewing.preview_bytes`."""
    from rnnviz.data.readers import previewing
    from rnnviz.data.readers.scale_questions import with_scaling

    found = previewing.preview_bytes(data, path, options)
    return with_scaling(found, data, path, options or Options(), parse_bytes)


def read_frames(
    paths: Iterable[str | PathLike[str]], *, progress: Report | None = None
) -> Sequence:
    """Open pictures as the frames of one film; see `png.read_frames`."""
    from rnnviz.data.readers import png

    return png.read_frames(paths, progress=progress)


def sample_path(name: str = TEMPERATURE) -> Path:
    """Return the path of a shipped series."""
    return resource_path("series", name)


def sample_series(name: str = TEMPERATURE) -> Sequence:
    """Read a shipped series."""
    return read_sequence(sample_path(name))
