"""A trained network on another sequence than the one that it was trained on, or why it cannot be.

Its vocabulary, or its scale, goes with it: a place of the one-hot vector, or a number, means what
it meant in the training.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rnnviz.data import Sequence, Task, in_mode
from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.files.errors import counted
from rnnviz.film.cost import check_affordable, size_of
from rnnviz.film.inputs import (
    Inputs,
    inputs_of,
    lacking,
    listed,
    no_place,
    placed,
    transforms_of,
)
from rnnviz.film.run import Run, default_learning_rate


def goes_along(run: Run) -> bool:
    """Whether a run's network is the user's own training's, which stays when something is opened.

    One that ships belongs to its problem, and one that was opened to what it was opened on.
    """
    return run.problem is None and bool(run.log) and (run.plan is not None or bool(run.carried))


def trained_on(run: Run) -> str:
    """What a network that goes along was trained on."""
    return run.carried or (run.task.base or run.task).sequence.name


def carried(run: Run, sequence: Sequence) -> Run:
    """A trained network on another sequence, with the snapshots of its training.

    Parameters
    ----------
    run : Run
        One that `goes_along`.
    sequence : Sequence

    Returns
    -------
    Run
        In the same mode, with the same vocabulary or scale. Another training cannot take this one
        up: it would be of another sequence.

    Raises
    ------
    ValueError
        Where it cannot read that, in words: the words that it has no place for, or the width.
    """
    base = run.task.base or run.task
    task = _series(base, sequence) if base.vocabulary is None else _text(base, sequence)
    name, rate = trained_on(run), _rate_for(run, task)
    notes = (
        f"read by the network trained on {name}, {_with_its(base)}: Network ▸ Fresh network "
        "instead begins anew",
        *task.notes,
    )
    if rate != run.learning_rate:
        notes = (*notes, f"η is {rate:g} for so many steps, and was {run.learning_rate:g}")
    return on_task(run, _in_mode(replace(task, notes=notes), run.task.mode))


def on_task(run: Run, task: Task) -> Run:
    """A run that goes along on a task that was made for it, or for another branch with it.

    Raises
    ------
    ValueError
        Where it would take more memory than it may.
    """
    check_affordable(size_of(task, run.architecture))
    return replace(
        run.with_task(task),
        plan=None,
        naive=float("nan"),
        carried=trained_on(run),
        learning_rate=_rate_for(run, task),
    )


def _rate_for(run: Run, task: Task) -> float:
    """η goes along too; where the sum over more steps asks for less, it is no more than that."""
    if not OPTIMIZERS[run.settings.optimizer].by_length:
        return run.learning_rate
    return min(run.learning_rate, default_learning_rate(task.steps, run.settings.optimizer))


def _in_mode(task: Task, mode: str) -> Task:
    return task if mode == task.mode else in_mode(task, mode)


def _with_its(base: Task) -> str:
    if base.vocabulary is not None:
        return f"with its {counted(len(base.vocabulary), base.sequence.kind.removesuffix('s'))}"
    return "on the scale that it was trained on"


def _text(base: Task, sequence: Sequence) -> Task:
    known, kind = base.vocabulary, base.sequence.kind
    assert known is not None
    if sequence.values is not None:
        raise ValueError(f"it reads {kind}, and this is a series of numbers")
    if sequence.kind != kind:
        raise ValueError(f"it reads {kind}, and this was opened as {sequence.kind}")
    if base.outputs != len(known) + 1:
        raise ValueError(f"what it answers are not its {kind}")
    missing = lacking(known.symbols, sequence)
    notes: tuple[str, ...] = ()
    if missing and known.unknown is None:
        raise ValueError(no_place(kind, missing))
    if missing:
        notes = (f"{listed(missing)}: not in its vocabulary, and read as <unk>",)
    ids = known.encode(sequence.symbols)
    return replace(
        base,
        sequence=sequence,
        x=ids[:, None],
        targets=np.append(ids[1:], len(known))[:, None],
        mask=np.ones((len(ids), 1), np.bool_),
        known=None,
        trained=None,
        validated=None,
        notes=notes,
    )


def _series(base: Task, sequence: Sequence) -> Task:
    if base.step_mean is not None:
        return _of_the_step(base, sequence)
    inputs = inputs_of(base)
    if inputs is None:  # of a document of a program that did not keep it
        raise ValueError("it answers columns at the step itself, and their scale is not kept")
    if base.sequence.frames is not None or sequence.frames is not None:
        both = base.sequence.frames, sequence.frames
        shapes = [None if frames is None else frames.shape[1:] for frames in both]
        if shapes[0] != shapes[1] and sequence.values is not None:
            raise ValueError("its pictures have another size")
    sequence, x, notes = placed(inputs, sequence)
    count = base.outputs
    targets = np.zeros((len(x), 1, count))
    targets[:-1, 0] = x[1:, :count]
    mask = np.ones((len(x), 1), np.bool_)
    mask[-1] = False
    return replace(
        base,
        sequence=sequence,
        x=x[:, None, :],
        targets=targets,
        mask=mask,
        known=None,
        pictures=() if sequence.frames is None else tuple(sequence.frames),
        trained=None,
        validated=None,
        notes=notes,
    )


def _of_the_step(base: Task, sequence: Sequence) -> Task:
    """The task of answering columns at the step itself, of the others, on the training's scale."""
    assert base.step_mean is not None and base.step_deviation is not None
    columns, transforms = base.sequence.columns, transforms_of(base.sequence)
    inputs = Inputs("series", (), columns, transforms, base.step_mean, base.step_deviation)
    sequence, x, notes = placed(inputs, sequence)
    return replace(
        base,
        sequence=sequence,
        x=x[:, None, : -base.outputs],
        targets=x[:, None, -base.outputs :],
        mask=np.ones((len(x), 1), np.bool_),
        known=None,
        trained=None,
        validated=None,
        notes=notes,
    )
