"""A file that the user opens: what is asked about it; what is in a network, and what it can run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnviz.data import Task
from rnnviz.data.readers import Preview, Question
from rnnviz.data.readers.options import ScaledSample
from rnnviz.data.vocabulary import UNKNOWN, character_label, word_label
from rnnviz.engine import CELLS, Architecture, Network
from rnnviz.files.errors import counted
from rnnviz.film.run import Run, run_of
from rnnviz.film.settings import Settings, in_double
from rnnviz.frozen import record

if TYPE_CHECKING:
    from rnnviz.film.inputs import Inputs

__all__ = ["Asked", "Preview", "Question", "ScaledSample", "chosen_of", "size_of"]

_KINDS = {
    "text": "a text",
    "table": "a table",
    "array": "columns of numbers",
    "arrays": "an archive of arrays",
    "sound": "a sound",
    "picture": "a picture",
    "network": "a network",
}


@record
class Asked:
    """The question to the user before a file is opened: its preview and choices.

    Attributes
    ----------
    name : str
        The file's.
    preview : Preview or None
        Its beginning and the questions; None where it cannot be read as was chosen.
    error : str
        Why not, in a sentence.
    """

    name: str
    preview: Preview | None
    error: str = ""


def chosen_of(preview: Preview) -> dict[str, Any]:
    """What is chosen as a preview stands, by the fields of `Options`."""
    return {c.name: c.chosen for c in preview.questions if c.chosen is not None}


def size_of(preview: Preview, chosen: Mapping[str, Any]) -> str:
    """What kind of file it is and how long, in words."""
    kind = _KINDS.get(preview.kind, preview.kind)
    if preview.steps is None:
        return kind
    steps = preview.steps // max(1, int(chosen.get("every") or 1))
    return f"{kind} · {counted(steps, 'step')}"


# -- networks ----------------------------------------------------------------------------------


@record(eq=False)
class OpenedNetwork(Network):
    """A network of the user's: what was assumed about its file, and what its inputs mean."""

    notes: tuple[str, ...] = ()
    reads: Inputs | None = None


@record
class NetworkInfo:
    """What a file of weights holds, in words, and what became of it.

    Attributes
    ----------
    name : str
        The file's.
    facts : tuple of (str, str)
        What, and its value.
    tensors : tuple of (str, str, str)
        Name, shape and count of every parameter.
    said : tuple of str
        Sentences: that it runs and how its numbers are meant, or what it would need.
    runs : bool
        Whether it runs what is open.
    waits : bool
        Whether it will run what is opened next, if that fits.
    path : str
        The file's whole path; empty where it is not known.
    """

    name: str
    facts: tuple[tuple[str, str], ...]
    tensors: tuple[tuple[str, str, str], ...]
    said: tuple[str, ...] = ()
    runs: bool = False
    waits: bool = False
    path: str = ""


def describe(network: Network, name: str) -> NetworkInfo:
    """What a network is made of, with the order in which its gates' rows stand."""
    made = network.architecture
    shapes = made.parameter_shapes()
    kind = CELLS[made.cell]
    cell = kind.title
    if kind.any_activation:
        cell += f", g = {made.activation}"
        if any(note.startswith("assumed: g") for note in _notes(network)):
            cell += " (assumed)"
    if made.peepholes:
        cell += ", peepholes"
    reads = f"{_numbers(made.inputs)} a step"
    if made.vocabulary:
        reads = f"one of {made.vocabulary:,} places, embedded as {reads}"
    two = made.biases == 2 or kind.second_bias
    facts = (
        ("Cell", cell),
        ("Rows of the gates", ", ".join(kind.names) or "none"),
        ("Layers", f"{made.layers}{', in both directions' if made.bidirectional else ''}"),
        ("Units of a layer", f"{made.units:,}"),
        ("Reads", reads),
        ("Answers", f"{_numbers(made.outputs)} a step" if made.outputs else "nothing: no read-out"),
        ("Biases of a layer", "b_a and b_aa" if two else "b_a"),
        ("Parameters", f"{sum(map(prod, shapes.values())):,} in {network.dtype.name}"),
    )
    tensors = tuple(
        (key, " × ".join(f"{n:,}" for n in shape), f"{prod(shape):,}")
        for key, shape in shapes.items()
        if prod(shape)  # a network without a read-out has none to list
    )
    return NetworkInfo(name, facts, tensors)


def run_with(task: Task, network: Network, name: str) -> Run:
    """What is open, run through the user's own network.

    Where its outputs answer what the task asks, the loss is the task's; otherwise it runs without.

    Parameters
    ----------
    task : Task
        What is open.
    network : Network
    name : str
        Of its file, for the notes.

    Raises
    ------
    ValueError
        Where it cannot run, in words: what it needs and what there is.
    """
    made = network.architecture
    if made.bidirectional:
        raise ValueError(
            "this network reads in both directions, and the film runs in one: it cannot be run here"
        )
    reads = network.reads if isinstance(network, OpenedNetwork) else None
    task, meant = _read(task, made, reads)
    task = _paid(task, made, name, meant)
    task = replace(task, notes=(*task.notes, *_notes(network)))
    settings = Settings().with_given(made)
    double = in_double(task.steps, made.units, made.layers)
    own = network.astype(np.float64 if double else np.float32)
    return run_of(task, settings, own)


def _notes(network: Network) -> tuple[str, ...]:
    return network.notes if isinstance(network, OpenedNetwork) else ()


def _numbers(count: int) -> str:
    return counted(count, "number")


def needs(network: Network) -> str:
    """What a network reads, as a demand: "a series of 3 columns"."""
    made = network.architecture
    reads = network.reads if isinstance(network, OpenedNetwork) else None
    many = made.vocabulary or made.inputs
    if reads is not None and reads.vocabulary:
        from rnnviz.film.inputs import listed

        label = character_label if reads.kind == "characters" else word_label
        own = f"its own {reads.kind} ({listed([*map(label, reads.vocabulary)])})"
        text = f"a text of {reads.kind if UNKNOWN in reads.vocabulary else own}"
    else:
        text = f"a text of {_different(many, 'words', 'characters')}"
    if made.vocabulary:
        return text
    series = f"a series of {counted(many, 'column')}"
    return f"{series}, or {text}"


def _different(count: int, *kinds: str) -> str:
    """How many different words there are, or characters."""
    called = [kind.removesuffix("s") if count == 1 else kind for kind in kinds]
    return f"{count:,} different {' or '.join(called)}"


def _read(task: Task, made: Architecture, reads: Inputs | None) -> tuple[Task, tuple[str, ...]]:
    """The task of going on with what is open, whatever else was asked of it before; and notes.

    Raises
    ------
    ValueError
        Where the network cannot read it.
    """
    from rnnviz.film.inputs import task_for

    task, notes = task_for(reads, (task.base or task).sequence)
    if task.x.dtype.kind in "iu":
        if (made.vocabulary or made.inputs) != task.inputs:
            what = _different(task.inputs, task.sequence.kind)
            raise ValueError(f"this network reads {_reads(made)}; what is open has {what}")
    elif made.vocabulary:
        raise ValueError(f"this network reads {_reads(made)}; what is open is a series of numbers")
    elif made.inputs != task.inputs:
        raise ValueError(f"this network reads {_reads(made)}; what is open has {task.inputs:,}")
    return task, notes


def _reads(made: Architecture) -> str:
    if made.vocabulary:
        return f"places in a vocabulary of {made.vocabulary:,}"
    return f"{counted(made.inputs, 'number')} a step"


def _paid(task: Task, made: Architecture, name: str, meant: tuple[str, ...]) -> Task:
    """The task with targets that fit the outputs, or with none; `meant` says how it is read."""
    notes = [f"run by the network in {name}", *meant]
    vocabulary = task.vocabulary
    if vocabulary is not None:
        first = ", ".join(f"{i} = {label}" for i, label in enumerate(vocabulary.labels[:3]))
        orders = {"sorted": "sorted", "given": "as a file has them"}
        order = orders.get(task.sequence.order, "in the order of first appearance")
        notes.append(f"places are given {order}: {first} …")
    else:
        from rnnviz.film.words import scale_formula  # which knows frames, and so runs

        notes.append(f"it reads {scale_formula(task)} of “{task.sequence.columns[0]}”")
    if made.outputs == task.outputs:
        return replace(task, notes=(*task.notes, *notes))
    if vocabulary is not None and made.outputs == len(vocabulary):
        # The usual language model: one output a place, and none for the end.
        mask = task.mask.copy()
        mask[-1] = False
        targets = task.targets.copy()
        targets[-1] = 0
        notes.append("it has no answer for the end, so the last step pays no loss")
        return replace(
            task,
            targets=targets,
            mask=mask,
            outputs=made.outputs,
            output_names=vocabulary.labels,
            notes=(*task.notes, *notes),
        )
    count = made.outputs
    if count:
        answer = "answers" if count == 1 else "answer"
        notes.append(
            f"its {counted(count, 'output')} {answer} nothing that is known here: no loss is paid"
        )
    else:
        notes.append("it has no read-out: its states are shown, and no loss is paid")
    steps = task.steps
    return replace(
        task,
        what=f"{counted(count, 'output')} without targets"
        if count
        else "states without a read-out",
        targets=np.zeros((steps, 1, count)),
        mask=np.zeros((steps, 1), np.bool_),
        known=None,
        loss="mse",
        outputs=count,
        output_names=tuple(f"output {i + 1}" for i in range(count)),
        mean=None,
        deviation=None,
        notes=(*task.notes, *notes),
    )
