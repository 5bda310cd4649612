"""Batches of windows, cut from one long sequence, and of a text's lines, in any of the modes."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import (
    END,
    Sequence,
    Task,
    last_paying,
    make_task,
    make_vocabulary,
    sequence_from_text,
)
from rnnviz.engine import EncoderDecoder, Objective, forward
from rnnviz.engine.batches import Batch
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.seq2seq import PairTrace
from rnnviz.frozen import record

Array = NDArray[Any]
Paying = NDArray[np.bool_]


@record(eq=False)
class Halves:
    """Windows of which the first half is read and the second said, as `rnnviz.data.in_mode` has it.

    Attributes
    ----------
    source : (S, B) int or (S, B, D) float
        What the encoder reads.
    said : (S′, B) int or (S′, B, D) float
        What the decoder is fed: at its first step nothing, then its targets.
    objective : Objective
        Of the decoder.
    """

    source: Array
    said: Array
    objective: Objective

    def run(self, network: EncoderDecoder) -> PairTrace:
        """The forward pass."""
        read = forward(network.encoder, self.source)
        given = np.ones(self.said.shape[:2], np.bool_)
        given[0] = False
        said = forward(
            network.decoder,
            self.said,
            self.objective,
            a0=read.a[:, -1],
            c0=None if read.c is None else read.c[:, -1],
            inputs=given,
        )
        return PairTrace(read, said)


def in_shape(
    mode: str,
    x: Array,
    targets: Array,
    paying: Paying,
    loss: str,
    *,
    feeds_itself: bool,
    lengths: Array | None = None,
) -> Batch | Halves:
    """Put sequences into a mode.

    Parameters
    ----------
    mode : str
        A key of `rnnviz.data.MODES`.
    x : (T, B) int or (T, B, D) float
    targets : (T, B) int or (T, B, O) float
    paying : (T, B) bool
        Which steps have a target.
    loss : str
        A name of the engine's LOSSES; its mean over what pays is what is trained on.
    feeds_itself : bool
        Whether a step's target is the next one's input: one to many is then fed them.
    lengths : (B,) int, optional
        Of padded sequences.
    """

    def objective(y: Array, pays: Paying) -> Objective:
        return Objective(loss, y, None if pays.all() else pays, "mean")

    if mode == "one_to_one":  # every step by itself: a sequence of one
        kept = paying.reshape(-1)
        x, targets = (array.reshape(1, -1, *array.shape[2:])[:, kept] for array in (x, targets))
        return Batch(x, objective(targets, np.ones((1, int(kept.sum())), np.bool_)))
    if mode == "many_to_one":
        paying = last_paying(paying)
    if mode == "encoder_decoder":
        source = (len(x) + 1) // 2
        said = slice(source - 1, None)
        return Halves(x[:source], x[said], objective(targets[said], paying[said]))
    given = None
    if mode == "one_to_many" and not feeds_itself:
        given = np.zeros(x.shape[:2], np.bool_)
        given[0] = True
    return Batch(x, objective(targets, paying), lengths=lengths, inputs=given)


def naive_loss(batch: Batch | Halves, said: NDArray[np.float64]) -> float:
    """The loss of the naive forecast, in what the network reads.

    Only for a series whose answered columns come first, and whose target is the next value.

    Parameters
    ----------
    batch : Batch or Halves
    said : (O,) float64
        See `film.classical.naive_answers`.
    """
    x = batch.said if isinstance(batch, Halves) else batch.x
    objective = batch.objective
    y = np.where(np.isnan(said), x[..., : objective.targets.shape[-1]], said)
    with np.errstate(all="ignore"):  # beyond float64 it is infinite
        return float(LOSSES[objective.loss].evaluate(objective, y)[1].sum())


@record(eq=False)
class SequenceWindows:
    """Windows of one task over a long sequence; nothing is copied but the ones that are asked.

    Attributes
    ----------
    task : Task
        Synced: every step's input, target and whether it has one.
    mode : str
        What the windows are put into.
    feeds_itself : bool
        See `in_shape`.
    """

    task: Task
    mode: str
    feeds_itself: bool

    def at(self, starts: NDArray[np.intp], window: int) -> Batch | Halves:
        """The windows that begin at some steps (from 0)."""
        task = self.task
        steps = starts[None, :] + np.arange(window)[:, None]
        x, targets, paying = task.x[steps, 0], task.targets[steps, 0], task.payable[steps, 0]
        return in_shape(self.mode, x, targets, paying, task.loss, feeds_itself=self.feeds_itself)


def drawn(seed: int, update: int, count: int, batch: int) -> NDArray[np.intp]:
    """Which of `count` examples an update's batch has: a function of (seed, update) alone.

    Where there are not more than a batch has room for, all of them, in their order.
    """
    if count <= batch:
        return np.arange(count)
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, update))))
    return rng.integers(0, count, batch)


def batches_of(
    seed: int, count: int, batch: int, make: Callable[[NDArray[np.intp]], Batch | Halves]
) -> Callable[[int], Batch | Halves]:
    """Batches by update; one that has every example is made once."""
    if count <= batch:
        whole = make(np.arange(count))
        return lambda _update: whole
    return lambda update: make(drawn(seed, update, count, batch))


def lines_of(sequence: Sequence) -> tuple[str, ...]:
    """The lines of a text that was opened line by line; none of any other sequence."""
    lines: tuple[str, ...] = getattr(sequence, "others", ())
    return lines if len(lines) > 1 else ()


@record(slots=False)
class TextLines:
    """All lines with one vocabulary.

    Attributes
    ----------
    sequence : Sequence
        The line that the steps show.
    window : int
        Longer lines are cut to so many steps.
    """

    sequence: Sequence
    window: int

    @cached_property
    def _split(self) -> tuple[Sequence, ...]:
        kind = self.sequence.kind
        return tuple(sequence_from_text(line, unit=kind) for line in lines_of(self.sequence))

    @cached_property
    def task(self) -> Task:
        """The line that is shown, with the vocabulary of all."""
        task = make_task(self.sequence)
        symbols = tuple(chain.from_iterable(line.symbols for line in self._split))
        labels = tuple(chain.from_iterable(line.tokens for line in self._split))
        shown = self.sequence
        vocabulary = make_vocabulary(symbols, labels, order=shown.order, given=shown.vocabulary)
        ids, end = vocabulary.encode(self.sequence.symbols), len(vocabulary)
        return replace(
            task,
            x=ids[:, None],
            targets=np.append(ids[1:], end)[:, None],
            inputs=end,
            outputs=end + 1,
            vocabulary=vocabulary,
            output_names=(*vocabulary.labels, END),
        )

    @cached_property
    def ids(self) -> tuple[NDArray[np.intp], ...]:
        """Every line in places of the vocabulary."""
        vocabulary = self.task.vocabulary
        assert vocabulary is not None
        return tuple(vocabulary.encode(line.symbols[: self.window]) for line in self._split)

    def batch(self, chosen: NDArray[np.intp], mode: str) -> Batch | Halves:
        """Some of the lines, each with its end as the last target, padded."""
        lines = [self.ids[int(i)] for i in chosen]
        lengths = np.array([len(line) for line in lines])
        x = np.zeros((int(lengths.max()), len(lines)), np.intp)
        targets, whole = x.copy(), [len(self._split[int(i)]) for i in chosen]
        for at, (line, n) in enumerate(zip(lines, whole, strict=True)):
            x[: len(line), at] = line
            targets[: len(line) - 1, at] = line[1:]
            # Of a line that was cut, the last step's target is not known to the network.
            targets[len(line) - 1, at] = self.task.outputs - 1 if n == len(line) else -1
        paying = (np.arange(len(x))[:, None] < lengths) & (targets >= 0)
        return in_shape(
            mode, x, np.maximum(targets, 0), paying, self.task.loss,
            feeds_itself=True, lengths=lengths,
        )  # fmt: skip
