"""From a sequence to inputs and targets: predict what comes next, at every step."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.sequence import Sequence
from rnnviz.data.vocabulary import END, UNKNOWN, Vocabulary, make_vocabulary

_NEXT = {"words": "next word", "characters": "next character", "series": "next value"}


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What a network is given at each step, and what it should answer.

    Attributes
    ----------
    sequence : Sequence
        What was opened.
    mode : str
        ``"next word"``, ``"next character"`` or ``"next value"``.
    x : (T, 1) array of int, or (T, 1, C) array of float64
        Places in the vocabulary, or standardised values; read-only, like all arrays here.
    targets : (T, 1) array of int, or (T, 1, C) array of float64
        What comes next. Where `mask` is False the target is 0 and means nothing.
    mask : (T, 1) array of bool
        Which steps pay a loss.
    loss : str
        ``"softmax_cross_entropy"`` or ``"mse"``.
    inputs, outputs : int
        Length of the vector that goes in at a step, and of the one that comes out.
    vocabulary : Vocabulary or None
        Of a text: the inputs. The outputs have one place more, `END`.
    output_names : tuple of str
        One per output.
    mean, deviation : (C,) array of float64, or None
        Of a series: ``values = x * deviation + mean``.
    title : str
        The shape of the task and its mode, for the title.
    notes : tuple of str
        What was decided, in words (the sequence has notes of its own).
    """

    sequence: Sequence
    mode: str
    x: NDArray[Any] = field(repr=False)
    targets: NDArray[Any] = field(repr=False)
    mask: NDArray[np.bool_] = field(repr=False)
    loss: str
    inputs: int
    outputs: int
    vocabulary: Vocabulary | None = field(repr=False)
    output_names: tuple[str, ...] = field(repr=False)
    mean: NDArray[np.float64] | None
    deviation: NDArray[np.float64] | None
    title: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for array in (self.x, self.targets, self.mask, self.mean, self.deviation):
            if array is not None:
                array.setflags(write=False)


def make_task(sequence: Sequence) -> Task:
    """Turn a sequence into the task of predicting its next step, synced many to many."""
    return _series_task(sequence) if sequence.kind == "series" else _text_task(sequence)


def _title(mode: str) -> str:
    return f"many to many (synced) · {mode}"


def _text_task(sequence: Sequence) -> Task:
    vocabulary = make_vocabulary(sequence.symbols, sequence.tokens)
    ids = vocabulary.encode(sequence.symbols)
    end = len(vocabulary)
    notes: tuple[str, ...] = ()
    if vocabulary.unknown is not None:
        distinct = len(set(sequence.symbols))
        notes = (
            f"the {len(vocabulary.symbols):,} most frequent of {distinct:,} different "
            f"{sequence.kind} have a place, the others are {UNKNOWN}",
        )
    mode = _NEXT[sequence.kind]
    return Task(
        sequence=sequence,
        mode=mode,
        x=ids[:, None],
        targets=np.append(ids[1:], end)[:, None],
        mask=np.ones((len(ids), 1), dtype=np.bool_),
        loss="softmax_cross_entropy",
        inputs=end,
        outputs=end + 1,
        vocabulary=vocabulary,
        output_names=(*vocabulary.labels, END),
        mean=None,
        deviation=None,
        title=_title(mode),
        notes=notes,
    )


def _series_task(sequence: Sequence) -> Task:
    values = sequence.values
    if values is None:
        raise ValueError("a series without values")
    standard, mean, deviation, flat = _standardise(values)
    notes: list[str] = []
    if len(values) > 1:
        names = [name for name, constant in zip(sequence.columns, flat, strict=True) if constant]
        shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        if names:
            notes.append(f"{shown}: never changes, so it is shifted but not scaled")
    else:
        notes.append("a single step has no next value, so no loss is paid")
    targets = np.zeros_like(standard)
    targets[:-1] = standard[1:]
    mask = np.ones((len(standard), 1), dtype=np.bool_)
    mask[-1] = False
    mode = _NEXT["series"]
    return Task(
        sequence=sequence,
        mode=mode,
        x=standard[:, None, :],
        targets=targets[:, None, :],
        mask=mask,
        loss="mse",
        inputs=values.shape[1],
        outputs=values.shape[1],
        vocabulary=None,
        output_names=sequence.columns,
        mean=mean,
        deviation=deviation,
        title=_title(mode),
        notes=tuple(notes),
    )


def _standardise(
    values: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return the standardised values, mean, deviation, and which columns never change.

    Everything is divided by each column's largest magnitude first: the square of 1e300 is not
    a number any more, and the square of 1e-300 is 0.
    """
    largest = np.abs(values).max(axis=0)
    # A power of two, so that the division itself rounds nothing (and 2**-1074 has no inverse).
    exponent = np.asarray(np.frexp(largest)[1], dtype=np.int32)
    small = np.asarray(np.ldexp(values, -exponent), dtype=np.float64)
    # By comparison, not by a deviation of 0: the mean of 0.1, 0.1, 0.1 is not quite 0.1.
    flat: NDArray[np.bool_] = values.max(axis=0) == values.min(axis=0)
    mean = np.asarray(np.mean(small, axis=0), dtype=np.float64)
    mean[flat] = small[0, flat]
    shifted = small - mean
    # Once more: beside a spread of 1e-12 the rounding of the first mean is no trifle.
    shifted -= np.mean(shifted, axis=0)
    spread = np.asarray(np.sqrt(np.mean(np.square(shifted), axis=0)), dtype=np.float64)
    deviation = np.asarray(np.ldexp(spread, exponent), dtype=np.float64)
    deviation = np.maximum(deviation, np.nextafter(0.0, 1.0))
    spread[flat] = deviation[flat] = 1.0
    return shifted / spread, np.ldexp(mean, exponent), deviation, flat
