"""What a network's inputs mean: the places of a vocabulary, or columns on the scale of a training.

Kept with weights in a file, and asked wherever a network reads another sequence than its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import UNKNOWN, Sequence, Task, make_task
from rnnviz.engine import Architecture, Network
from rnnviz.files.errors import DataError, show_value
from rnnviz.files.strict_json import parse_object
from rnnviz.frozen import field, record

_NAMED = 6  # of what is missing
_MOST_CHARACTERS = 500_000
_MOST = 1e308  # of a mean and a deviation
_TEXTS = ("words", "characters")


@record(eq=False)
class Inputs:
    """What the inputs of a network meant where it was trained, or run.

    Attributes
    ----------
    kind : str
        "words" or "characters"; "series" for numbers.
    vocabulary : tuple of str
        Of a text: the symbols in the order of their places, `UNKNOWN` for all others.
    columns, transforms : tuple of str
        Of a series: a name and a key of `TRANSFORMS` a column.
    mean, deviation : (D,) float64
        ``x = (transformed − mean) / deviation``, a column each; empty of a text.
    """

    kind: str
    vocabulary: tuple[str, ...] = field(default=(), repr=False)
    columns: tuple[str, ...] = ()
    transforms: tuple[str, ...] = ()
    mean: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    deviation: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.vocabulary or self.columns)

    def fits(self, made: Architecture) -> bool:
        """Whether a network reads as many places, or numbers."""
        return len(self) == (made.vocabulary or made.inputs)

    @property
    def said(self) -> str:
        """How values of the first column become x, as a formula."""
        from rnnviz.film.words import formula_of  # which knows frames, and so runs

        return formula_of(self.transforms[0], float(self.mean[0]), float(self.deviation[0]))


def inputs_of(task: Task) -> Inputs | None:
    """What a task's inputs mean; None where nothing was scaled, as at a problem's own vectors."""
    base = task.base or task
    known = base.vocabulary
    if known is not None:
        symbols = known.symbols
        if known.unknown is not None and known.unknown >= len(symbols):
            symbols = (*symbols, UNKNOWN)
        return Inputs(base.sequence.kind, symbols) if base.sequence.kind in _TEXTS else None
    columns = base.sequence.columns
    if base.mean is None or base.deviation is None or len(base.mean) != len(columns):
        return None
    return Inputs("series", (), columns, transforms_of(base.sequence), base.mean, base.deviation)


def transforms_of(sequence: Sequence) -> tuple[str, ...]:
    """A transform for each column."""
    return sequence.transforms or ("none",) * len(sequence.columns)


def placed(inputs: Inputs, sequence: Sequence) -> tuple[Sequence, NDArray[Any], tuple[str, ...]]:
    """A series on the scale of a network's inputs: with its columns in their order, x, and notes.

    Returns
    -------
    sequence : Sequence
    x : (T, D) float64
    notes : tuple of str

    Raises
    ------
    ValueError
        In words, where its columns are not as many, its transforms others, or its values too far.
    """
    columns, notes = inputs.columns, ()
    if sequence.values is None:
        raise ValueError(f"it reads {_columns(columns)}, and this is a text")
    if len(sequence.columns) != len(columns):
        raise ValueError(f"it reads {_columns(columns)}, and this has {_columns(sequence.columns)}")
    if sequence.columns != columns:
        if same_columns(inputs, sequence):
            sequence = sequence.with_columns([sequence.columns.index(name) for name in columns])
        else:
            pairs = zip(columns, sequence.columns, strict=True)
            other = [f"{found} as {name}" for name, found in pairs if name != found]
            notes = (f"columns are read in their order: {listed(other)}",)
    if inputs.transforms != transforms_of(sequence):
        raise ValueError(
            f"it was trained on {_called(inputs.transforms)}, and this was opened as "
            f"{_called(transforms_of(sequence))}: File ▸ Open with choices has both"
        )
    from rnnviz.data.transforms import on_scale  # not before a network is put onto a series

    x = on_scale(sequence.transformed, inputs.mean, inputs.deviation)
    if not np.isfinite(x).all():
        raise ValueError("the values are too far from those that it was trained on")
    return sequence, x, notes


def same_columns(inputs: Inputs, sequence: Sequence) -> bool:
    """Whether a series has columns of these names, in any order, each once."""
    names = set(inputs.columns)
    return len(names) == len(inputs.columns) and (
        len(sequence.columns) == len(names) and set(sequence.columns) == names
    )


def lacking(known: Iterable[str], sequence: Sequence) -> list[str]:
    """How the symbols of a text that have no place are shown, each once."""
    places = frozenset(known)
    labels = dict(zip(sequence.symbols, sequence.tokens, strict=True))
    return [label for symbol, label in labels.items() if symbol not in places]


def no_place(kind: str, missing: list[str]) -> str:
    """That some of a text have none, in words."""
    count = len(missing)
    what = f"one of the {kind} has" if count == 1 else f"{count:,} of the {kind} have"
    return f"{what} no place in its vocabulary: {listed(missing)}"


# -- a network that was opened -------------------------------------------------------------------


def task_for(inputs: Inputs | None, sequence: Sequence) -> tuple[Task, tuple[str, ...]]:
    """The task of going on with a sequence, read as the inputs of an opened network were meant.

    Where its scale cannot be used it is the sequence's own, and a note says by what that differs.

    Raises
    ------
    ValueError
        Of a text, where it has words that the network has no place for.
    """
    if inputs is None or (inputs.kind == "series") != (sequence.values is not None):
        return make_task(sequence), ()
    if inputs.kind != "series":
        return _text(inputs, sequence), ("places are those of its training",)
    why = _not_its_scale(inputs, sequence)
    if not why:
        try:
            found, x, _ = placed(inputs, _as_trained(inputs, sequence))
        except (DataError, ValueError) as error:
            why = error.reason if isinstance(error, DataError) else str(error)
        else:
            return _on_scale(make_task(found), x, inputs), (
                "on the scale of its training, which its file keeps",
            )
    return make_task(sequence), (
        f"in its training {inputs.said} of {inputs.columns[0]}, and here it is not, since {why}",
    )


def _text(inputs: Inputs, sequence: Sequence) -> Task:
    if sequence.kind != inputs.kind:
        raise ValueError(
            f"this network reads {inputs.kind}, and what is open was opened as {sequence.kind}"
        )
    missing = lacking(inputs.vocabulary, sequence)
    if missing and UNKNOWN not in inputs.vocabulary:
        raise ValueError(no_place(inputs.kind, missing))
    return make_task(replace(sequence, order="given", vocabulary=inputs.vocabulary))


def _not_its_scale(inputs: Inputs, sequence: Sequence) -> str:
    if not same_columns(inputs, sequence):
        trained, here = listed(list(inputs.columns)), listed(list(sequence.columns))
        return f"it was trained on {trained}, and what is open is {here}"
    return "" if sequence.scale == "trained" else "another scale was chosen"


def _as_trained(inputs: Inputs, sequence: Sequence) -> Sequence:
    """The series with the transforms of the training, where none was chosen for it."""
    if any(name != "none" for name in sequence.transforms):
        return sequence
    from rnnviz.data.readers.as_chosen import with_transforms

    if sequence.columns != inputs.columns:
        sequence = sequence.with_columns([sequence.columns.index(name) for name in inputs.columns])
    return with_transforms(sequence, inputs.transforms)


def _on_scale(task: Task, x: NDArray[Any], inputs: Inputs) -> Task:
    """The task with x as it is in the training; where it has that scale itself, it is exact."""
    assert task.mean is not None and task.deviation is not None
    same = np.array_equal(task.mean, inputs.mean)
    if same and np.array_equal(task.deviation, inputs.deviation):
        return task
    targets = np.zeros_like(task.targets)
    targets[:-1, 0] = x[1:]
    return replace(
        task, x=x[:, None, :], targets=targets, mean=inputs.mean, deviation=inputs.deviation
    )


# -- in a file -----------------------------------------------------------------------------------


def written(task: Task, network: Network) -> str:
    """What a network's inputs mean, as JSON, to stand beside its weights.

    Empty where that is not known, or longer than is read.
    """
    inputs = inputs_of(task)
    if inputs is None or not inputs.fits(network.architecture):
        return ""
    made: dict[str, Any] = {"kind": inputs.kind}
    if inputs.kind == "series":
        if max(np.abs(inputs.mean).max(), inputs.deviation.max()) >= _MOST:
            return ""
        made |= {"columns": list(inputs.columns), "transforms": list(inputs.transforms)}
        made |= {"mean": inputs.mean.tolist(), "deviation": inputs.deviation.tolist()}
    else:
        made["vocabulary"] = list(inputs.vocabulary)
    text = json.dumps(made)
    return text if len(text) <= _MOST_CHARACTERS else ""


def parsed(text: str) -> Inputs:
    """Read the text that `written` made.

    Raises
    ------
    ValueError
        For anything else, in words.
    """
    from rnnviz.data.transforms import TRANSFORMS

    if len(text) > _MOST_CHARACTERS:
        raise ValueError(f"has more than {_MOST_CHARACTERS:,} characters")
    found = parse_object(text)
    kind = found.get("kind")
    series = {"kind", "columns", "transforms", "mean", "deviation"}
    wanted = series if kind == "series" else {"kind", "vocabulary"}
    if kind not in ("series", *_TEXTS):
        raise ValueError(f"kind is no words, characters or series, but {show_value(str(kind))}")
    if set(found) != wanted:
        raise ValueError(f"expected {', '.join(sorted(wanted))}")
    if kind != "series":
        symbols = _names(found["vocabulary"], "vocabulary")
        if not symbols or len(set(symbols)) < len(symbols):
            raise ValueError("vocabulary is empty, or has a symbol twice")
        return Inputs(str(kind), symbols)
    columns = _names(found["columns"], "columns")
    transforms = _names(found["transforms"], "transforms")
    mean, deviation = (_numbers(found[name], name) for name in ("mean", "deviation"))
    if not columns or len({len(columns), len(transforms), len(mean), len(deviation)}) > 1:
        raise ValueError("columns, transforms, mean and deviation are not as many")
    for name in transforms:
        if name not in TRANSFORMS:
            raise ValueError(f"the transform {show_value(name)} is not known")
    if (deviation <= 0.0).any():
        raise ValueError("a deviation is not above 0")
    return Inputs("series", (), columns, transforms, mean, deviation)


def _names(value: Any, name: str) -> tuple[str, ...]:
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in items):
        raise ValueError(f"{name} is no list of texts")
    return tuple(items)


def _numbers(value: Any, name: str) -> NDArray[np.float64]:
    items = cast("list[Any]", value) if isinstance(value, list) else [value]
    numbers = all(type(item) in (int, float) and abs(item) < _MOST for item in items)
    if not isinstance(value, list) or not numbers:
        raise ValueError(f"{name} is no list of finite numbers")
    return np.array(items, np.float64)


# -- words ---------------------------------------------------------------------------------------


def _called(names: tuple[str, ...]) -> str:
    from rnnviz.data.transforms import TRANSFORMS

    titles = dict.fromkeys(TRANSFORMS[name].title for name in names)
    return " and ".join("values as they are" if name == "as they are" else name for name in titles)


def _columns(names: tuple[str, ...]) -> str:
    many = len(names)
    return f"{many:,} column{'' if many == 1 else 's'} ({listed(list(names))})"


def listed(names: list[str]) -> str:
    """The first of some names, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
