"""From a sequence to inputs and targets: predict what comes next, at every step."""

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.sequence import Sequence
from rnnviz.data.tasks.record import Task
from rnnviz.data.vocabulary import END, UNKNOWN, make_vocabulary

_NEXT = {
    "words": "next word",
    "characters": "next character",
    "series": "next value",
    "picture": "next frame",
}


def make_task(sequence: Sequence) -> Task:
    """Turn a sequence into the task of predicting its next step, synced many to many."""
    return _text_task(sequence) if sequence.values is None else _series_task(sequence)


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
    return Task(
        sequence=sequence,
        mode="synced",
        what=_NEXT[sequence.kind],
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
        if names and sequence.frames is not None:
            notes.append(f"{len(names):,} of {len(flat):,} pixels never change")
        elif names:
            notes.append(f"{shown}: never changes, so it is shifted but not scaled")
    else:
        notes.append("a single step has no next value, so no loss is paid")
    targets = np.zeros_like(standard)
    targets[:-1] = standard[1:]
    mask = np.ones((len(standard), 1), dtype=np.bool_)
    mask[-1] = False
    return Task(
        sequence=sequence,
        mode="synced",
        what=_NEXT.get(sequence.kind, "next value"),
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
        pictures=() if sequence.frames is None else tuple(sequence.frames),
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
