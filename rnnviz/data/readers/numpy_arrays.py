"""Arrays of numbers, in NumPy's archives too, to a series: columns chosen, every number checked."""

import re
from collections.abc import Mapping
from collections.abc import Sequence as Several
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Counted, Labels, ReadLabels
from rnnviz.data.readers.columns import FEW, MAX_COLUMNS, choose_columns
from rnnviz.data.readers.exchanged import is_wide, said_of_sides
from rnnviz.data.readers.missing_values import without_gaps
from rnnviz.data.readers.options import Options, Reporter, choices_of
from rnnviz.data.readers.tables import MAX_VALUES
from rnnviz.data.sequence import MAX_STEPS, Sequence
from rnnviz.files.disk import MAX_BYTES
from rnnviz.files.errors import DataError, show_name
from rnnviz.files.npy import NoNumbersError
from rnnviz.files.zips import Npz, show_array
from rnnviz.frozen import record

_BLOCK = 1 << 17


def series(
    array: NDArray[Any],
    path: str,
    options: Options,
    progress: Reporter,
    *,
    names: tuple[str, ...] = (),
    tokens: Labels | None = None,
    notes: tuple[str, ...] = (),
) -> Sequence:
    """Make a series of an array of real numbers.

    Parameters
    ----------
    array : (T,) or (T, C) array
        Of any real dtype and byte order; not changed, and copied block by block.
    path
        The file.
    options
        `columns`, `axis`, and of what is NaN `missing`.
    progress
        Who is told how far it is.
    names
        Of the columns; else they are counted.
    tokens
        Labels of the steps; else the column `axis` has them, or they are counted.
    notes
        What is already to be said.

    Raises
    ------
    DataError
        For an array of another shape, an empty one, and the first number that is not finite.
    """
    if array.ndim == 0:
        raise DataError("holds a single number, and no array of steps", path=path)
    if array.ndim > 2:
        raise DataError(
            f"holds an array of {array.ndim} dimensions, {_shape(array)}: steps, steps × columns, "
            "or sequences × steps × columns can be opened",
            path=path,
        )
    table = array[:, None] if array.ndim == 1 else array
    if not table.size:
        raise DataError(f"holds an empty array, {_shape(array)}", path=path)
    width = table.shape[1]
    check_width(width, path, len(table))
    names = names or tuple(f"column {place + 1}" for place in range(width))
    axis, chosen = choose_columns(names, [], options, path)
    if not chosen:
        raise DataError("has no numbers beside the column that labels the steps", path=path)
    read = tuple(names[place] for place in chosen)
    ways = choices_of(options.missing, read, "", path, names)
    fills = np.array([bool(way) for way in ways])
    rows = min(len(table), MAX_STEPS, MAX_VALUES // len(chosen))
    values = np.empty((rows, len(chosen)))
    for start in range(0, rows, _BLOCK):
        stop = min(start + _BLOCK, rows)
        with np.errstate(invalid="ignore", over="ignore"):
            values[start:stop] = table[start:stop][:, chosen]
        block = values[start:stop]
        bad = np.argwhere(~np.isfinite(block) & ~(np.isnan(block) & fills))
        if len(bad):
            row, column = (int(place) for place in bad[0])
            shown = table[start + row, chosen[column]]
            raise DataError(
                f"{shown} at step {start + row + 1:,} in {_column(names, chosen[column])} "
                f"is not a finite number{_CHOOSE if shown != shown else ''}",
                path=path,
            )
        progress.at(stop / rows)
    if rows < len(table):
        notes = (*notes, f"the first {rows:,} of {len(table):,} steps were opened")
    if tokens is None and axis:
        tokens = _labels(table[:rows, axis[0]], _column(names, axis[0]), path)
    labels = Counted(rows) if tokens is None else tokens[:rows] if len(tokens) > rows else tokens
    if fills.any() and (lacking := np.isnan(values).any(axis=1)).any():
        first = f"first at step {int(np.argmax(lacking)) + 1:,}"
        values, kept, said = without_gaps(values, labels, read, ways, first, path)
        labels = Counted(len(values)) if isinstance(labels, Counted) else kept
        notes = (*notes, said)
    values.setflags(write=False)
    return Sequence(
        kind="series",
        name=show_name(path),
        tokens=labels,
        values=values,
        columns=read,
        source=path,
        notes=notes,
    )


_CHOOSE = ": such steps can be dropped, or filled in (--missing)"


def _labels(column: NDArray[Any], name: str, path: str) -> ReadLabels:
    """Make labels of a column's numbers, whole ones without a point."""
    labels = ReadLabels()
    for start in range(0, len(column), _BLOCK):
        with np.errstate(invalid="ignore", over="ignore"):
            numbers = column[start : start + _BLOCK].astype(np.float64)
        finite = np.isfinite(numbers)
        if not finite.all():
            step = start + int(np.argmin(finite)) + 1
            reason = f"{name} labels the steps, but at step {step:,} it is not a finite number"
            raise DataError(reason, path=path)
        labels.extend([_label(number) for number in numbers.tolist()])
    return labels


def _label(number: float) -> str:
    """A number as it labels a step; a moment in milliseconds has all of its thirteen digits."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e16 else f"{number:.12g}"


def one_sequence(
    array: NDArray[Any], options: Options, path: str, name: str = ""
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return one of the sequences that lie on top of each other, and what is to be said of it.

    Parameters
    ----------
    array : (N, T, C) array, or any other
        Another is returned as it is.
    options
        `sequence`; None: the first.
    path
        For the message.
    name
        Of the array in its archive.

    Raises
    ------
    DataError
        Where there is no such sequence.
    """
    several = array.ndim == 3 and array.size > 0
    chosen = options.sequence
    if not several:
        if chosen:
            reason = f"holds one sequence, and no sequence {chosen + 1:,}"
            raise DataError(reason, path=path)
        return array, ()
    count = len(array)
    if chosen is not None and chosen >= count:
        held = f"{count:,} sequences" if count > 1 else "one sequence"
        raise DataError(f"holds {held}, and no sequence {chosen + 1:,}", path=path)
    within = f" in “{show_array(name)}”" if name else ""
    if count == 1:
        said = (f"the only sequence of {_sides(array.shape)}{within}",)
    elif chosen is None:
        said = (
            f"assumed: the first of {count:,} sequences{within} ({_sides(array.shape)}); "
            "another can be chosen",
        )
    else:
        said = (f"sequence {chosen + 1:,} of {count:,}{within}",)
    return array[chosen or 0], said


def way_round(
    array: NDArray[Any], options: Options, path: str
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Return an array whose rows are the steps, and what is to be said of it.

    A single row of many values is a series on its side, as in a table of text.

    Raises
    ------
    DataError
        Where there are no rows and columns that could be exchanged.
    """
    sides = array.ndim == 2 and array.size > 0
    if options.exchange and not sides:
        raise DataError("has no rows and columns that could be exchanged", path=path)
    if not sides or options.exchange is False:
        return array, ()
    if options.exchange:
        return array.T, ()
    if len(array) > 1 and is_wide(*array.shape):
        return array, (said_of_sides(*array.shape),)
    if len(array) > 1 or array.shape[1] < FEW:
        return array, ()
    many = array.shape[1]
    return array.T, (f"assumed: the only row is the series, its {many:,} values are the steps",)


def check_width(width: int, path: str, rows: int = MAX_STEPS) -> None:
    """Refuse more columns than can be opened, whichever are chosen.

    Raises
    ------
    DataError
        When they are more than `MAX_COLUMNS`.
    """
    if width > MAX_COLUMNS:
        reason = f"{width:,} columns, and at most {MAX_COLUMNS} can be opened"
        if rows <= MAX_COLUMNS:
            reason += " (each may be a step: --exchange)"
        raise DataError(reason, path=path)


def _column(names: tuple[str, ...], place: int) -> str:
    name = f"column {place + 1}"
    return name if names[place] == name else f"{name} ({names[place]})"


def _shape(array: NDArray[Any]) -> str:
    return " × ".join(map(str, array.shape))


# Names that nothing but a parameter has, whatever the case of their letters: of PyTorch, of the
# lecture, of other exercises, of Keras.
_WEIGHTS = re.compile(
    r"(?i)(?:.*\.)?(?:weight|bias)_(?:ih|hh|hr)(?:_l\d+)?(?:_reverse)?|W(?:ax|aa|ya)"
    r"|W_?(?:ax|aa|ya|hy|hh|xh|hq)(?:_l\d+)?(?:_reverse)?|rnnviz\.architecture"
    r"|.*recurrent_kernel(?::\d+)?|.+[/.]cell[/.]vars[/.]\d+|.*(?:i2h|h2h|hidden_to_hidden).*"
)
# Names that are common, but not together. In small letters u, v and w are a wind's, and w and r
# are told by their shapes.
_TOGETHER = (
    (r"(?:.*[_./])?W\d*", r"(?:.*[_./])?R\d*"),  # the inputs of an ONNX node
    (r"U", r"V", r"W"),
    (r"(?i)W_?x[a-z]?", r"(?i)W_?h[a-z]?"),
    (r"(?i)W_?f", r"(?i)W_?i", r"(?i)W_?[co]"),
    (r"(?i)W_?z", r"(?i)W_?r"),
    (r"W_in\w*", r"W_(?:rec|res|hid|out)\w*"),
    (r"(?i).*weights?", r"(?i).*bias(?:es)?"),
    (r"(?i).+[/.]kernel(?::\d+)?", r"(?i).+[/.]bias(?::\d+)?"),
    (r"(?i).+/[ih]h?/kernel",),  # of Flax' cells, some of which have no bias
    (r"(?i).+/[ih][ifgorzn]/kernel",),
    (r"(?i).+[/.](?:linear|dense|lstm|gru|rnn)\w*[/.]w", r"(?i).+[/.]b"),
    (r"(?i).+[/.]w_i", r"(?i).+[/.]w_h"),
)
_ARE_WEIGHTS = (
    "holds the weights of a network, and no sequence (one with the ending .npz is opened)"
)
_COUNTED = re.compile(r"arr_[0-9]+")  # as np.savez calls what it is given without names


@record
class ArrayEntry:
    """One array of an archive: its name, what the zip says of it, and whether it can be opened.

    Attributes
    ----------
    name : str
        Without ".npy".
    shape : tuple of int
    array : array or None
        The numbers, where they were asked for.
    other : str
        What is said of one that holds text or dates, and is passed over.
    """

    name: str
    shape: tuple[int, ...]
    array: NDArray[Any] | None
    other: str = ""

    @property
    def opens(self) -> bool:
        """Whether it is a series by its shape."""
        return len(self.shape) in (1, 2) and 0 not in self.shape

    @property
    def batched(self) -> bool:
        """Whether it holds sequences on top of each other: (N, T, C)."""
        return len(self.shape) == 3 and 0 not in self.shape


def is_weights(names: tuple[str, ...]) -> bool:
    """Whether an archive's arrays are by their names a network's parameters rather than data."""
    return any(map(_WEIGHTS.fullmatch, names)) or any(
        all(any(map(re.compile(form).fullmatch, names)) for form in forms) for forms in _TOGETHER
    )


def may_be_weights(names: tuple[str, ...]) -> bool:
    """Whether only the shapes of an archive's arrays can tell; see `are_weights`."""
    return _is_counted(names) or {"w", "r"} <= set(names) <= {"w", "r", "b", "p"}


def are_weights(shapes: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether arrays of such names are by their shapes a network's parameters.

    Keras' get_weights() as np.savez counts them, or an ONNX node's W and R in small letters:
    (directions, nH, D) and (directions, nH, H).
    """
    if _is_counted(tuple(shapes)):
        return _is_keras(list(shapes.values()))
    w, r = shapes["w"], shapes["r"]
    return len(w) == len(r) == 3 and w[:2] == r[:2] and r[2] * r[0] > 0 == r[1] % r[2]


def _is_counted(names: tuple[str, ...]) -> bool:
    return len(names) >= 3 and all(map(_COUNTED.fullmatch, names))


def _is_keras(shapes: Several[tuple[int, ...]]) -> bool:
    """Whether arrays have the shapes of Keras' get_weights().

    These are kernel (D, nH), recurrent_kernel (H, nH) and bias (nH,) or (2, nH), behind an
    embedding or not. With one block of rows they might be data, unless a Dense layer follows.
    """
    for start in (0, 1):
        if len(shapes) < start + 3 or any(len(shape) != 2 for shape in shapes[: start + 2]):
            continue
        (_, rows), (units, square), bias = shapes[start : start + 3]
        gates = square // units if units and square % units == 0 else 0
        dense = len(shapes) > start + 4 and shapes[-1] == shapes[-2][1:]
        known = gates in ((1, 3, 4) if dense else (3, 4))
        if known and rows == square and bias in ((rows,), (2, rows)):
            return True
        # Layers without biases, behind which a Dense layer or another of them stands.
        bare = gates in (3, 4) and rows == square and len(bias) == 2 and bias[0] == units
        behind = shapes[start + 2 :]
        if bare and (behind[1:] in ([], [bias[1:]]) or _is_keras(behind)):
            return True
    return False


def read_members(
    data: bytes, path: str, keep: str | None, progress: Reporter, *, several: bool = False
) -> list[ArrayEntry]:
    """Read every array of an archive, and keep the numbers of one.

    All are unpacked and checked, so that a damaged or harmful file is not opened in part; together
    they may have no more bytes than `MAX_BYTES`.

    Parameters
    ----------
    data, path
        The file.
    keep
        Whose numbers are kept; None: those of the first that is a series by its shape, and where
        there is none, of the first that holds sequences on top of each other.
    progress
        Who is told how far it is.
    several
        Whether one of several sequences is asked for, so that an array of them goes first.

    Raises
    ------
    DataError
        As `Npz`, and for an array that is not of real numbers, cut or too large.
    """
    found: list[ArrayEntry] = []
    beside: ArrayEntry | None = None
    left = MAX_BYTES
    with Npz(data, path) as archive:
        for place, name in enumerate(archive.names):
            progress.at(place / len(archive.names) / 2)
            try:
                array = archive.read(name, left)
            except NoNumbersError as error:
                found.append(ArrayEntry(name, (), None, error.reason))
                continue
            left -= array.nbytes
            member = ArrayEntry(name, array.shape, array)
            wanted = name == keep or (keep is None and member.opens)
            if wanted and not any(other.array is not None for other in found):
                found.append(member)
            else:
                found.append(ArrayEntry(name, array.shape, None))
                if keep is None and beside is None and member.batched:
                    beside = member
    if all(member.other for member in found):
        raise DataError(found[0].other, path=path)
    if beside is not None and (several or not any(m.array is not None for m in found)):
        others = [ArrayEntry(m.name, m.shape, None, m.other) for m in found]
        return [beside if member.name == beside.name else member for member in others]
    return found


def read_npz(data: bytes, path: str, options: Options, progress: Reporter) -> Sequence:
    """Read one array of an archive as a series.

    Raises
    ------
    DataError
        As `read_members`, and when there is no such array.
    """
    with Npz(data, path) as archive:
        if is_weights(archive.names):
            raise DataError(_ARE_WEIGHTS, path=path)
    several = options.sequence is not None
    members = read_members(data, path, options.member, progress, several=several)
    shapes = {member.name: member.shape for member in members}
    if may_be_weights(tuple(shapes)) and are_weights(shapes):
        raise DataError(_ARE_WEIGHTS, path=path)
    chosen = next((member for member in members if member.array is not None), None)
    if chosen is None or chosen.array is None:
        if options.member is not None:
            raise DataError(f"has no array “{show_array(options.member)}”", path=path)
        among = ", ".join(f"{show_array(m.name)} {m.shape}" for m in members[:4])
        raise DataError(f"holds no array of steps, or steps × columns: {among}", path=path)
    array, notes = one_sequence(chosen.array, options, path, chosen.name)
    array, turned = way_round(array, options, path)
    if (
        options.member is None
        and not (several and chosen.batched)
        and sum(member.opens for member in members) > 1
    ):
        numbers = sum(not member.other for member in members)
        notes = (f"of {numbers} arrays “{show_array(chosen.name)}” was opened, the first",)
    notes = (*notes, *turned, *said_of_other(members))
    passed = [m for m in members if m.array is None and m.batched]
    if options.member is None and passed and not several:
        shown = ", ".join(f"“{show_array(m.name)}” ({_sides(m.shape)})" for m in passed[:3])
        notes = (
            *notes,
            f"assumed: “{show_array(chosen.name)}” ({_sides(chosen.shape)}) is the series; "
            f"passed over: {shown}, where many sequences lie on top of each other",
        )
    return series(array, path, options, progress.part(0.5, 1), notes=notes)


def said_of_other(members: Several[ArrayEntry]) -> tuple[str, ...]:
    """What is said of the arrays of an archive that hold text or dates."""
    names = [f"“{show_array(member.name)}”" for member in members if member.other]
    shown = ", ".join(names[:3]) + " …" * (len(names) > 3)
    held = "holds" if len(names) == 1 else "hold"
    return (f"passed over: {shown}, which {held} text or dates",) if names else ()


def _sides(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape)
