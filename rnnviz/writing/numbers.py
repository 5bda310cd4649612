"""A run's numbers, all of them: a table as CSV, or the same columns as arrays in an .npz. No Qt.

Both are made of the same parts, a part being some columns and one array: states and gates of every
layer, outputs, losses, gradients and their norms, forecasts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.files.disk import write_whole
from rnnviz.files.errors import Cancelled, DataError
from rnnviz.files.zips import Member, write_npz
from rnnviz.film import Frame
from rnnviz.film.frame import quantities_of
from rnnviz.film.notation import LECTURE, Notation
from rnnviz.frozen import record
from rnnviz.writing.foretold import forecast_arrays, scale_arrays, scaled_values

Cell: TypeAlias = "int | float | str | None"
Told: TypeAlias = Callable[[float], bool]
Array: TypeAlias = NDArray[Any]
Rows: TypeAlias = "Callable[[int, int], Array | list[list[Cell]]]"

KINDS = {".csv": "a row for every step", ".npz": "the same as arrays"}
"""The endings that numbers can be written with, and what each is."""

_BLOCK = 20_000  # numbers that are made at a time
_DIGITS = 20  # bytes of a number in a table, with its comma


@record(eq=False)
class Part:
    """Some columns of the table, which are one array of the archive.

    Attributes
    ----------
    name : str
        Of the array.
    columns : tuple of str
        Their names in the table.
    rows : callable (start, stop) → (n, columns) array, or a list of n rows
        Steps start + 1 … stop; None where there is no number.
    flat : bool
        One column only: the array is (T,).
    dtype : dtype
        Of the array.
    blank : bool
        nan is no number that was lost: there is none.
    """

    name: str
    columns: tuple[str, ...]
    rows: Rows
    flat: bool = False
    dtype: np.dtype[Any] = np.dtype(np.float64)
    blank: bool = False


def parts_of(frame: Frame, notation: Notation = LECTURE) -> tuple[Part, ...]:
    """All parts of a frame's run, in the order of the table's columns.

    What has a symbol is named by that of the notation: "dL_da_1" is "dL_dh_1" in a textbook's.

    With several layers the names of what each of them has begin with "layer1_", "layer2_" ….
    What float64 has no number for (a loss below 1e-308) stands in a `log10_…` column alone.
    Columns that end in a name belong to the other branches.
    """
    return (
        *_entering(frame),
        *_losses(frame),
        *_of_layers(frame, notation),
        *_outputs(frame, notation),
    )


def numbers_header(frame: Frame, parts: Sequence[Part] | None = None) -> list[str]:
    """The table's column names."""
    return [name for part in parts or parts_of(frame) for name in part.columns]


def numbers_rows(
    frame: Frame, parts: Sequence[Part] | None = None, told: Told | None = None
) -> Iterator[list[str | float]]:
    """One row a time step, 1 … T; numbers with all their digits.

    Every row has a field for every name of the header. What there is none of is empty: the value
    of a step that is yet to come or that nothing enters, what an encoder's step says, the loss of
    one that pays none.
    Beyond the end of a series the forecasts are the predictions of the steps before. What is
    exactly 0 has an empty logarithm, and what float64 has no number for has the logarithm alone; a
    number that is not finite is written as "not finite".

    Parameters
    ----------
    frame : Frame
    parts : sequence of Part, optional
        Those of `parts_of`, if left out.
    told : callable, optional
        Is told how much is done, 0 … 1; answers False to stop.

    Raises
    ------
    Cancelled
        When `told` has answered False.
    """
    parts = parts_of(frame) if parts is None else parts
    every = max(1, _BLOCK // sum(len(part.columns) for part in parts))
    for start in range(0, frame.steps, every):
        stop = min(start + every, frame.steps)
        _go_on(told, start / frame.steps)
        made = [_listed(part, part.rows(start, stop)) for part in parts]
        for cells in zip(*made, strict=True):
            # Nearly all are finite numbers, of which csv itself writes every digit.
            yield [
                cell if type(cell) is float and isfinite(cell) else _written(cell)
                for row in cells
                for cell in row
            ]


def step_numbers(frame: Frame, step: int, notation: Notation = LECTURE) -> str:
    """The numbers of one step as text for a spreadsheet: name and value a line, a tab between.

    Parameters
    ----------
    frame : Frame
    step : int
        From 1.
    notation : Notation
        By which they are named.
    """
    lines: list[str] = []
    for part in parts_of(frame, notation):
        row = next(iter(part.rows(step - 1, step)))
        lines += [f"{name}\t{_plain(cell)}" for name, cell in zip(part.columns, row, strict=True)]
    return "\n".join(lines) + "\n"


def _plain(cell: object) -> str:
    """A cell that no spreadsheet takes for several, or for a formula."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return repr(float(cast(Any, cell))).removesuffix(".0")
    text = " ".join(cell.split())
    return f"'{text}" if text[:1] in "=+-@" else text


def size_of_numbers(frame: Frame, path: Path) -> int:
    """About how many bytes a file of this name will have."""
    parts = parts_of(frame)
    if path.suffix.lower() == ".npz":
        return sum(frame.steps * len(part.columns) * part.dtype.itemsize for part in parts)
    return frame.steps * _DIGITS * sum(len(part.columns) for part in parts)


def write_numbers(
    frame: Frame, path: Path, told: Told | None = None, notation: Notation = LECTURE
) -> None:
    """Write all numbers of a run, whole or not at all: as CSV (UTF-8), or as .npz by its ending.

    Parameters
    ----------
    frame : Frame
    path : Path
    told : callable, optional
        As in `numbers_rows`.
    notation : Notation
        Whose symbols are in the names; an archive says which in its array "notation".

    Raises
    ------
    Cancelled
        When `told` has answered False; what stood there before still does.
    DataError
        For another ending.
    OSError
        If the file cannot be written there.
    """
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        known = " or ".join(KINDS)
        raise DataError(f"numbers cannot be written in this kind of file; {known} can", path=path)
    write = _write_npz if suffix == ".npz" else _write_csv
    write_whole(path, lambda file: write(frame, file, told, notation))


def _write_csv(frame: Frame, file: BinaryIO, told: Told | None, notation: Notation) -> None:
    parts, text = parts_of(frame, notation), io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(numbers_header(frame, parts))
    for row in numbers_rows(frame, parts, told):
        table.writerow(row)
        if text.tell() > 1 << 20:
            file.write(text.getvalue().encode("utf-8"))
            text.seek(0)
            text.truncate()
    file.write(text.getvalue().encode("utf-8"))


def _write_npz(frame: Frame, file: BinaryIO, told: Told | None, notation: Notation) -> None:
    parts, steps = parts_of(frame, notation), frame.steps
    whole, done = sum(len(part.columns) for part in parts) * steps, 0

    def blocks(part: Part) -> Iterator[Array]:
        nonlocal done
        width = len(part.columns)
        every = max(1, _BLOCK // width)
        for start in range(0, steps, every):
            _go_on(told, done / whole)
            stop = min(start + every, steps)
            made = _as_array(part.rows(start, stop), part.dtype)
            done += (stop - start) * width
            yield made.reshape(stop - start, *(() if part.flat else (width,)))

    members = [
        Member(
            part.name,
            (steps,) if part.flat else (steps, len(part.columns)),
            part.dtype,
            lambda part=part: blocks(part),
        )
        for part in parts
    ]
    extra: dict[str, Array] = {"output_names": np.array(frame.task.output_names or ("",))}
    for name, array in frame.passing.backward.gradients.items():
        extra[f"dL_d{notation.column(name)}"] = array
    if notation is not LECTURE:
        extra["notation"] = np.array(notation.name)
    extra |= scale_arrays(frame) | forecast_arrays(frame, lambda: _go_on(told, 0.0))
    members += [
        Member(name, array.shape, array.dtype, lambda array=array: iter((array,)))
        for name, array in extra.items()
    ]
    write_npz(file, members)


# -- the parts ---------------------------------------------------------------------------------


def _entering(frame: Frame) -> Iterator[Part]:
    """Steps, labels, values and forecasts of them."""
    task, tokens = frame.task, frame.task.sequence.tokens

    def each(found: Callable[[int], Cell]) -> Callable[[int, int], list[list[Cell]]]:
        return lambda start, stop: [[found(t)] for t in range(start + 1, stop + 1)]

    def entered(t: int) -> float | None:
        return None if frame.silent(t) else frame.value(t)

    longest = max((len(tokens[t]) for t in range(frame.steps)), default=1)
    label = np.dtype(f"<U{max(1, longest)}")
    yield Part("step", ("step",), each(int), True, np.dtype(np.int64))
    yield Part("token", ("token",), each(frame.token), True, label)
    values = task.sequence.values
    if values is not None:
        yield Part("value", ("value",), each(entered), True)
        count = values.shape[1]
        names = tuple(f"{i + 1}_{task.sequence.columns[i]}" for i in range(count))
        if count > 1 and task.sequence.frames is None:
            given = frame.steps if task.given is None else task.given

            def all_values(start: int, stop: int) -> Array:
                found = np.array(values[start:stop], np.float64)
                found[max(0, given - start) :] = np.nan  # nobody knows what is yet to come
                if task.silent is not None:
                    found[task.silent[start:stop]] = np.nan  # where nothing enters
                return found

            yield Part("values", tuple(f"value_{n}" for n in names), all_values, blank=True)
        read = scaled_values(frame)
        if read is not None:
            one = ("x",) if count == 1 else tuple(f"x_{n}" for n in names)
            yield Part("x", one, _cut(read), blank=True)
    if task.loss == "mse" and task.outputs > 0:
        name = "prediction_of_next" if frame.forecasts else "answer"
        yield Part(name, (name,), each(frame.prediction), True)
    for baseline in frame.baselines:
        name, said = f"forecast_{baseline.name}", baseline.said
        yield Part(name, (name,), _cut(said[:, None]), True, blank=True)
    if task.outputs:
        yield Part("target", ("target",), each(lambda t: _target(frame, t)), True, _named(frame))


def _named(frame: Frame) -> np.dtype[Any]:
    """Of targets: names of classes, or numbers."""
    if frame.task.targets.dtype.kind not in "iu":
        return np.dtype(np.float64)
    return np.dtype(f"<U{max(1, *map(len, frame.task.output_names))}")


def _target(frame: Frame, t: int) -> Cell:
    """What step t should have said: a class by its name, or the first number in its own units."""
    if not frame.pays(t):
        return None
    if frame.task.targets.dtype.kind in "iu":
        return frame.task.output_names[int(frame.task.targets[t - 1, 0])]
    truth = frame.truth(t)
    return float(frame.task.targets[t - 1, 0, 0]) if truth is None else truth


def _losses(frame: Frame) -> Iterator[Part]:
    def rows(place: int) -> Callable[[int, int], list[list[Cell]]]:
        return lambda start, stop: [[_loss(frame, t)[place]] for t in range(start + 1, stop + 1)]

    yield Part("loss", ("loss",), rows(0), True)
    yield Part("log10_loss", ("log10_loss",), rows(1), True)


def _of_layers(frame: Frame, notation: Notation) -> Iterator[Part]:
    """What every layer has: norms of its gradients, its states and gates, its gradients."""
    passing, k = frame.passing, frame.source
    units, both = range(1, frame.units + 1), (passing.backward, passing.alone)
    a = notation.column("a")
    for layer in range(frame.layers):
        start = f"layer{layer + 1}_" if frame.layers > 1 else ""
        norms = [
            (f"{start}norm_dL_d{a}", frame.norms_of(summed=True, layer=layer)),
            (f"{start}norm_dL{k}_d{a}", frame.norms_of(summed=False, layer=layer)),
        ]
        names = _names(frame) if frame.others else ()
        for name, other in zip(names, frame.others, strict=True):
            line = other.log10_norms(summed=False, layer=layer)
            norms.append((f"{start}norm_dL{k}_d{a}_{name}", line))
        for name, line in norms:
            yield from _norms(name, line)
        arrays: list[tuple[str, Array]] = [
            (notation.column(quantity), passing.values_of(quantity, layer))
            for quantity in quantities_of(frame.run.architecture)
        ]
        for name, sweep in zip(("dL", f"dL{k}"), both, strict=True):
            arrays.append((f"{name}_d{a}", sweep.da[layer, :, 0]))
            if sweep.dc is not None:
                arrays.append((f"{name}_dc", sweep.dc[layer, :, 0]))
        for name, array in arrays:
            columns = tuple(f"{start}{name}_{unit}" for unit in units)
            yield Part(f"{start}{name}", columns, _cut(array), dtype=array.dtype)


def _norms(name: str, log10: Array) -> Iterator[Part]:
    """A norm and its logarithm."""

    def rows(place: int) -> Callable[[int, int], list[list[Cell]]]:
        return lambda start, stop: [[_sized(float(x))[place]] for x in log10[start:stop]]

    yield Part(name, (name,), rows(0), True)
    yield Part(f"log10_{name}", (f"log10_{name}",), rows(1), True)


def _outputs(frame: Frame, notation: Notation) -> Iterator[Part]:
    """y⟨t⟩, p⟨t⟩ and ∂L/∂y⟨t⟩; of several outputs in own units what each predicts."""
    task, trace, made = frame.task, frame.passing.trace, frame.network.architecture
    if not made.outputs:
        return
    silent = frame.source_steps  # an encoder's steps answer nothing
    dtype, outputs = frame.network.dtype, made.outputs

    def answered(found: Callable[[int, int], Array]) -> Rows:
        def rows(start: int, stop: int) -> Array | list[list[Cell]]:
            made, blank = found(start, stop), max(0, min(silent, stop) - start)
            none: list[list[Cell]] = [[None] * made.shape[1]] * blank
            return none + made[blank:].tolist() if blank else made

        return rows

    def y(start: int, stop: int) -> Array:
        return trace.outputs(start, stop)[:, 0]

    def p(start: int, stop: int) -> Array:
        found = trace.probabilities(start, stop)
        assert found is not None
        return found[:, 0]

    def dy(start: int, stop: int) -> Array:
        return frame.passing.backward.output_gradient(start, stop)[:, 0]

    @cache
    def all_foretold() -> Array:
        values, last = task.sequence.values, max(1, task.last_known)
        assert values is not None
        found: list[Array] = []
        for o in range(outputs):
            said = trace.output(o)[:, 0]
            known = task.in_units(said[:last], values[:last, o], o)
            beyond = task.paths_of(said[last:], known[-1], o)  # each on the one before
            found.append(np.concatenate([known, beyond]))
        return np.stack(found, axis=1)

    def foretold(start: int, stop: int) -> Array:
        return all_foretold()[start:stop]

    def named(start: str) -> tuple[str, ...]:
        return tuple(f"{start}_{i}_{name}" for i, name in enumerate(task.output_names, start=1))

    letter = notation.column("y")
    yield Part(letter, named(letter), answered(y), dtype=dtype)
    if task.loss != "mse":
        yield Part("p", named("p"), answered(p), dtype=dtype)
    values = task.sequence.values
    if frame.forecasts and values is not None and 1 < outputs <= values.shape[1]:
        yield Part("predictions_of_next", named("prediction_of_next"), answered(foretold))
    if frame.source:
        yield Part(f"dL_d{letter}", named(f"dL_d{letter}"), answered(dy), dtype=dtype)


def _cut(array: Array) -> Callable[[int, int], Array]:
    return lambda start, stop: array[start:stop]


def _names(frame: Frame) -> list[str]:
    """Of the other branches, as columns end."""
    names, active = frame.branches.names, frame.branches.active
    return [name.lower().replace(" ", "_") for name in (*names[:active], *names[active + 1 :])]


# -- their cells -------------------------------------------------------------------------------


def _go_on(told: Told | None, done: float) -> None:
    if told is not None and not told(done):
        raise Cancelled("was not written: cancelled")


def _listed(part: Part, rows: Array | list[list[Cell]]) -> list[list[Cell]]:
    if isinstance(rows, list):
        return rows
    listed: list[list[Cell]] = rows.tolist()
    if part.blank:
        return [[None if cell != cell else cell for cell in row] for row in listed]
    return listed


def _as_array(rows: Array | list[list[Cell]], dtype: np.dtype[Any]) -> Array:
    if not isinstance(rows, list):
        return rows
    blank: Cell = "" if dtype.kind == "U" else float("nan")
    return np.array([[blank if cell is None else cell for cell in row] for row in rows], dtype)


def _written(cell: Cell) -> str | float:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return float(cell) if isfinite(cell) else "not finite"
    return cell


def _loss(frame: Frame, t: int) -> tuple[Cell, Cell]:
    """The loss of a step and its logarithm; None where it pays none."""
    if not frame.pays(t):
        return None, None
    loss, log10 = frame.loss(t), frame.log10_loss(t)
    if loss > 0.0 and np.isfinite(loss):  # with the digits that it was computed with
        return loss, log10
    return _sized(log10)


def _sized(log10: float) -> tuple[Cell, Cell]:
    """What is not negative, from its logarithm, and that."""
    if np.isnan(log10) or log10 == np.inf:
        return float("inf"), float("inf")
    if log10 == -np.inf:
        return 0.0, None
    # Beyond float64 only the logarithm can be written.
    inside = np.finfo(np.float64).minexp * np.log10(2.0) < log10 < 308
    return float(10.0**log10) if inside else None, float(log10)
