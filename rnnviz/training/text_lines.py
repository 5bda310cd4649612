"""Lines of a text, each a sequence of its own."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import END, Sequence, Task, make_task, make_vocabulary, sequence_from_text
from rnnviz.engine.batches import Batch
from rnnviz.training.windows import Halves, in_shape


def lines_of(sequence: Sequence) -> tuple[str, ...]:
    """The lines of a text that was opened line by line; none of any other sequence."""
    lines: tuple[str, ...] = getattr(sequence, "others", ())
    return lines if len(lines) > 1 else ()


@dataclass(frozen=True)
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
        vocabulary = make_vocabulary(symbols, labels)
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
