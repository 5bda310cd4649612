"""A run's numbers as a table: a⟨t⟩, losses and gradient norms per step. No Qt."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rnnviz.files.disk import write_whole
from rnnviz.film import Frame


def numbers_header(frame: Frame) -> list[str]:
    """The table's column names.

    `value` is there for a series, and what the network says to a step where that is a number:
    `prediction_of_next` of a series, else `answer`. `log10_…` columns hold losses and norms that a
    float64 cannot (below 1e-308). Columns that end in a name belong to the other branches.
    """
    k = frame.source
    columns = ["step", "token"]
    if _valued(frame):
        columns.append("value")
    if _numeric(frame):
        columns.append("prediction_of_next" if frame.forecasts else "answer")
    columns += [
        "loss",
        "log10_loss",
        "norm_dL_da",
        "log10_norm_dL_da",
        f"norm_dL{k}_da",
        f"log10_norm_dL{k}_da",
    ]
    for name in _names(frame) if frame.others else ():
        columns += [f"norm_dL{k}_da_{name}", f"log10_norm_dL{k}_da_{name}"]
    return columns + [f"a_{unit}" for unit in range(1, frame.units + 1)]


def numbers_rows(frame: Frame) -> Iterator[list[str | int]]:
    """One row a time step, 1 … T, of the shown layer; numbers with all their digits.

    Every row has a field for every name of the header. What there is none of is empty: the value
    of a step that is yet to come, what an encoder's step says, the loss of one that pays none.
    Beyond the end of a series the forecasts are the predictions of the steps before. What is
    exactly 0 has an empty logarithm, and what float64 has no number for has the logarithm alone; a
    number that is not finite is written as "not finite".
    """
    layer = frame.playhead.layer
    total = frame.norms_of(summed=True, layer=layer)
    single = frame.norms_of(summed=False, layer=layer)
    valued, numeric = _valued(frame), _numeric(frame)
    for t in range(1, frame.steps + 1):
        row: list[str | int] = [t, frame.token(t)]
        if valued:
            row.append(_digits(frame.value(t)))
        if numeric:
            row.append(_digits(frame.prediction(t)))
        row += _loss(frame, t)
        for log10 in (total[t - 1], single[t - 1]):
            row += _sized(float(log10))
        for other in frame.others:
            row += _sized(float(other.log10_norms(summed=False, layer=layer)[t - 1]))
        row += [_digits(float(a)) for a in frame.states[t]]
        yield row


def _names(frame: Frame) -> list[str]:
    """Of the other branches, as columns end."""
    names, active = frame.branches.names, frame.branches.active
    return [name.lower().replace(" ", "_") for name in (*names[:active], *names[active + 1 :])]


def write_numbers(frame: Frame, path: Path) -> None:
    """Write the table as CSV (UTF-8), whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written there.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(numbers_header(frame))
    table.writerows(numbers_rows(frame))
    write_whole(path, text.getvalue().encode("utf-8"))


def _valued(frame: Frame) -> bool:
    return frame.task.sequence.values is not None


def _numeric(frame: Frame) -> bool:
    """Whether the answers are numbers, and no classes."""
    return frame.task.loss == "mse" and frame.task.outputs > 0


def _loss(frame: Frame, t: int) -> list[str]:
    """The loss of a step and its logarithm; empty where it pays none."""
    if not frame.pays(t):
        return ["", ""]
    loss, log10 = frame.loss(t), frame.log10_loss(t)
    if loss > 0.0 and np.isfinite(loss):  # with the digits that it was computed with
        return [_digits(loss), repr(log10)]
    return _sized(log10)


def _digits(value: float | None) -> str:
    if value is None:
        return ""
    # As Python's own number: NumPy 2 writes the type's name into the repr of its own.
    return repr(float(value)) if np.isfinite(value) else "not finite"


def _sized(log10: float) -> list[str]:
    """What is not negative, from its logarithm, and that."""
    if np.isnan(log10) or log10 == np.inf:
        return ["not finite", "not finite"]
    if log10 == -np.inf:
        return ["0.0", ""]
    # Beyond float64 only the logarithm can be written.
    inside = np.finfo(np.float64).minexp * np.log10(2.0) < log10 < 308
    return [repr(float(10.0**log10)) if inside else "", repr(log10)]
