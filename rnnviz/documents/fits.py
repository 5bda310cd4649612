"""Whether the parts of a document fit each other: what is refused when it is opened."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import UNKNOWN_TARGET, Sequence, Task, Vocabulary
from rnnviz.data.labels import Made
from rnnviz.data.transforms import TRANSFORMS, parse_scale
from rnnviz.data.vocabulary import ORDERS
from rnnviz.engine import Architecture, EncoderDecoder, Network
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.optimizers import OptimizerState
from rnnviz.film import Branches, Run
from rnnviz.film.branches import LONGEST_NAME, MOST
from rnnviz.film.fields import fields_of
from rnnviz.film.records import Model, parameters
from rnnviz.film.settings import GIVEN

Array = NDArray[Any]
_MOST_STEPS = 2_000_000
_LONGEST_LABEL = 20_000
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_KINDS = ("words", "characters", "series", "picture")


def check_branches(branches: Branches) -> None:
    """Raise ValueError, in words, unless all parts of a document fit each other."""
    check_task(branches.task)
    for branch in branches.each:
        check_run(branch.run)
        _need(len(branch.name) <= LONGEST_NAME, "a branch of a very long name")
        _need(not _UNFIT.search(branch.name), "a branch whose name cannot be drawn")
        _need(0 <= branch.place < MOST, "a branch of no colour")
        _need(0 <= branch.snapshot < len(branch.run.networks), "a snapshot that is not there")
    _need(math.isfinite(branches.position), "a place in the film that is not finite")


def check_run(run: Run) -> None:
    """Raise ValueError, in words, unless a run's parts fit each other and its task."""
    settings = run.settings
    Architecture(1, settings.units, 1, settings.cell, settings.used_activation, settings.layers)
    for row in fields_of("network", "updates"):
        value = getattr(settings, row.name)
        # What was opened, or made by an older version, may be larger than what can be chosen.
        beyond = isinstance(value, int | float) and row.most < value < math.inf
        _need(beyond or value in (GIVEN, None) or not row.refusal(value), row.refusal(value))
    rate = run.learning_rate
    _need(math.isfinite(rate) and rate >= 0.0, "a learning rate below 0 or not finite")
    count = len(run.networks)
    _need(count == len(run.states) > 0, "not one state for each network")
    for model, state in zip(run.networks, run.states, strict=True):
        _check_model(model, run.task)
        _check_state(state, model)
    _need(run.gone >= 0 and (not run.gone or count > 1), "updates gone before the first")
    _need(not run.epoch <= 0.0, "an epoch of no updates")
    _need(run.asked >= 0, "a training of less than no updates")
    _need(0 <= run.origin < max(len(run.log), 1), "the training has no such snapshot")
    first = run.networks[0]
    for snapshot in run.log:
        own = snapshot.network
        pair = isinstance(own, EncoderDecoder)
        if not pair and isinstance(first, EncoderDecoder):
            own = EncoderDecoder(own, own)
        elif pair and isinstance(first, Network):
            own = own.decoder
        _check_model(own, run.task)
        _check_state(snapshot.optimizer_state, snapshot.network)
        _need(snapshot.update >= 0, "an update before the first")


def check_task(task: Task, *, innermost: bool = False) -> None:
    """Raise ValueError, in words, unless a task's arrays fit it and each other."""
    T, O = task.steps, task.outputs  # noqa: E741 - the field's name
    _check_sequence(task.sequence)
    _need(0 < T <= _MOST_STEPS, f"{T} steps")
    _need(len(task.sequence.tokens) == T, "not one label for each step")
    _need(task.inputs > 0 and O >= 0, "no inputs")
    _need(len(task.output_names) == O, "not one name for each output")
    _need(task.loss in LOSSES, f"unknown loss {task.loss!r:.40}")
    _shape("mask", task.mask, (T, 1))
    for name, flags in (("known", task.known),):
        _need(flags is None or flags.shape == (T, 1), f"{name} does not fit the steps")
    for name, flags in (("fed_back", task.fed_back), ("silent", task.silent)):
        _need(flags is None or flags.shape == (T,), f"{name} does not fit the steps")
    pair = task.mode == "encoder_decoder"
    _need(0 < task.source_steps < T if pair else task.source_steps == 0, "steps of an encoder")
    _need(task.decoder_inputs > 0 if pair else task.decoder_inputs == 0, "inputs of a decoder")
    _check_input(task)
    _check_targets(task)
    if task.feed is not None:
        _check_feed(task, task.feed)
    _need(task.end is None or 0 <= task.end < O, "an end that is no output")
    _need(math.isfinite(task.temperature) and task.temperature >= 0.0, "an impossible temperature")
    _need(task.seed >= 0, "a seed below 0")
    _need((task.mean is None) == (task.deviation is None), "a mean without a deviation")
    # A network may have exploded; what it is given has not.
    for name, given in (("x", task.x), ("targets", task.targets), ("mean", task.mean)):
        _need(given is None or bool(np.isfinite(given).all()), f"{name} that are not finite")
    spread = task.deviation
    _need(
        spread is None or bool((np.isfinite(spread) & (spread > 0)).all()),
        "a deviation that is not above 0 and finite",
    )
    for moment in (task.mean, task.deviation):
        _need(moment is None or (moment.ndim == 1 and moment.size > 0), "a mean of no column")
    _need(task.trained is None or task.trained >= 0, "fewer than 0 values to train on")
    first, turn = task.trained, task.validated
    _need(
        turn is None or (first is not None and first <= turn), "a validation part before its start"
    )
    ar = task.ar
    fits = ar is None or (ar.ndim == 1 and ar.size > 0 and bool(np.isfinite(ar).all()))
    _need(fits, "an autoregressive model of no finite numbers")
    _need(len(task.pictures) in (0, T), "not one picture for each step")
    for picture in task.pictures:
        _need(picture is None or (picture.ndim == 2 and picture.size > 0), "a picture of no size")
    if task.vocabulary is not None:
        _check_vocabulary(task.vocabulary)
    if task.base is not None:
        _need(not innermost, "a task behind the task behind it")
        check_task(task.base, innermost=True)


def _check_sequence(sequence: Sequence) -> None:
    _need(sequence.kind in _KINDS, f"unknown kind of sequence {sequence.kind!r:.40}")
    values = sequence.values
    if values is not None:
        fits = values.ndim == 2 and len(values) == len(sequence) and values.shape[1] > 0
        _need(fits and values.shape[1] == len(sequence.columns), "values that do not fit")
    width = 0 if values is None else values.shape[1]
    _need(len(sequence.transforms) in (0, width), "not one transform for each column")
    _need(set(sequence.transforms) <= set(TRANSFORMS), "an unknown transform")
    parse_scale(sequence.scale)
    _need(sequence.order in (*ORDERS, "given"), "an unknown order of the vocabulary")
    _need(len(set(sequence.vocabulary)) == len(sequence.vocabulary), "a token that stands twice")
    before = sequence.before
    _need(before is None or before.shape == (width,), "values before the first that do not fit")
    given_too = (("values", values), ("frames", sequence.frames), ("before", before))
    for name, given in given_too:
        _need(given is None or bool(np.isfinite(given).all()), f"{name} that are not finite")
    written = () if isinstance(sequence.tokens, Made) else set(sequence.tokens)
    unfit = any(len(label) > _LONGEST_LABEL or _UNFIT.search(label) for label in written)
    _need(not unfit, "a label that cannot be drawn")
    _need(sequence.kind != "series" or values is not None, "a series without values")


def _check_vocabulary(vocabulary: Vocabulary) -> None:
    labels, symbols, unknown = len(vocabulary), len(vocabulary.symbols), vocabulary.unknown
    _need(symbols <= labels, "a vocabulary with symbols that have no label")
    _need(unknown is None or 0 <= unknown < labels, "a vocabulary whose unknown is not in it")


def _check_input(task: Task) -> None:
    source, x = task.source_steps, task.x
    later = task.decoder_inputs if source else task.inputs
    if x.dtype.kind == "i":
        _shape("x", x, (task.steps, 1))
        for part, places in ((x[:source], task.inputs), (x[source:], later)):
            fits = part.size == 0 or (part.min() >= 0 and part.max() < places)
            _need(bool(fits), "x names a place that is not there")
    else:
        _need(x.dtype.kind == "f", f"x of {x.dtype}")
        _shape("x", x, (task.steps, 1, task.inputs))
        _need(later == task.inputs, "a decoder of another input")


def _check_targets(task: Task) -> None:
    targets = task.targets
    wanted = task.payable | task.mask
    if LOSSES[task.loss].expects[0] == 2:
        _need(targets.dtype.kind == "i", f"targets of {targets.dtype}")
        _shape("targets", targets, (task.steps, 1))
        paid = targets[wanted]
        least = UNKNOWN_TARGET if task.own else 0
        fits = paid.size == 0 or (paid.min() >= least and paid.max() < task.outputs)
        _need(bool(fits), "a target that is no output")
        return
    _need(targets.dtype.kind == "f", f"targets of {targets.dtype}")
    _shape("targets", targets, (task.steps, 1, task.outputs))
    if task.loss == "binary_cross_entropy":
        paid = targets[wanted]
        _need(bool(((paid >= 0.0) & (paid <= 1.0)).all()), "a target beyond 0 and 1")


def _check_feed(task: Task, feed: Array) -> None:
    places = task.decoder_inputs or task.inputs
    _need(task.loss != "mse" and len(feed.shape) in (1, 2), "answers that cannot be fed back")
    _need(len(feed) == task.outputs, "not one input for each answer")
    if feed.ndim == 1:
        fits = feed.dtype.kind == "i" == task.x.dtype.kind and feed.min() >= 0
        _need(bool(fits and feed.max() < places), "an answer that is no input")
    else:
        fits = feed.dtype.kind == "f" == task.x.dtype.kind and feed.shape[1] == places
        _need(fits, "answers that do not fit the input")


def _check_model(model: Model, task: Task) -> None:
    pair = isinstance(model, EncoderDecoder)
    _need(pair == bool(task.source_steps), "networks of another mode")
    parts = (model.encoder, model.decoder) if isinstance(model, EncoderDecoder) else (model,)
    inputs = (task.inputs, task.decoder_inputs)
    for part, wanted in zip(parts, inputs, strict=False):
        made = part.architecture
        _need(part.dtype.kind == "f", f"networks of {part.dtype}")
        _need(not made.bidirectional, "networks in both directions")
        places = made.vocabulary or made.inputs
        _need(places == wanted, f"a network of {places} inputs for {wanted}")
    last = parts[-1].architecture
    _need(last.outputs == task.outputs, f"a network of {last.outputs} outputs for {task.outputs}")


def _check_state(state: OptimizerState, model: Model) -> None:
    _need(state.steps >= 0, "an optimiser before its first step")
    if not state.slots:
        return
    own = parameters(model)
    _need(set(state.slots) == set(own), "an optimiser's memory of another network")
    for name, slots in state.slots.items():
        for slot in slots.values():
            fits = slot.shape == own[name].shape and slot.dtype.kind == "f"
            _need(fits, f"an optimiser's memory that does not fit {name}")


def _shape(name: str, array: Array, shape: tuple[int, ...]) -> None:
    _need(array.shape == shape, f"{name} has the shape {array.shape}, expected {shape}")


def _need(fits: bool | np.bool_, words: str) -> None:
    if not fits:
        raise ValueError(words)
