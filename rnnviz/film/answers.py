"""A network's own answers: where it feeds itself, and for targets that nobody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import UNKNOWN_TARGET, Task
from rnnviz.engine import EncoderDecoder, Trace, forward, softmax
from rnnviz.film.records import Model

Array = NDArray[Any]


def answered(task: Task, model: Model) -> Task:
    """The task as this model runs it.

    Where it is fed its own answers these stand in x (and in the labels of the steps), where a
    target is unknown its own answer is the target, and after the answer that ends the sequence
    there are no more steps. Only a task with `own` changes; the same model always gives the same.

    Raises
    ------
    ValueError
        If the model's input does not fit the task's.
    """
    if not task.own:
        return task
    speaker = _Speaker(task, model)
    speaker.speak()
    return speaker.task()


class _Speaker:
    """Runs a model step by step where it feeds itself."""

    def __init__(self, task: Task, model: Model) -> None:
        self._task, self._model = task, model
        self._fed = np.zeros(task.steps, bool) if task.fed_back is None else task.fed_back
        self._x, self._said = task.x.copy(), np.full(task.steps, UNKNOWN_TARGET)
        self._rng = np.random.Generator(np.random.PCG64(task.seed))
        self._steps = task.steps
        self._labels = list(task.sequence.tokens)

    def speak(self) -> None:
        """Go through all steps, in as few passes as can be."""
        state: tuple[Array | None, Array | None] = (None, None)
        t, last = 0, None
        while t < self._steps:
            stop = self._stop(t)
            if self._fed[t] and last is not None:
                self._feed(t, last)
            trace = self._run(t, stop, state)
            state = trace.a[:, -1], None if trace.c is None else trace.c[:, -1]
            if stop > self._task.source_steps:
                for i in range(t, stop):
                    last = self._answer(i, trace.y[i - t, 0])
                    if self._task.end is not None and self._said[i] == self._task.end:
                        self._steps = i + 1
                        return
            t = stop

    def task(self) -> Task:
        """What was found."""
        task, n = self._task, self._steps
        targets = task.targets[:n].copy()
        if targets.ndim == 2:
            unknown = (targets == UNKNOWN_TARGET) & task.mask[:n]
            targets[unknown] = self._said[:n][unknown[:, 0]]
        values = task.sequence.values
        sequence = replace(
            task.sequence,
            tokens=tuple(self._labels[:n]),
            values=None if values is None else values[:n],
            symbols=() if task.sequence.kind != "series" else task.sequence.symbols,
        )
        return replace(
            task,
            sequence=sequence,
            x=self._x[:n],
            targets=targets,
            mask=task.mask[:n].copy(),
            known=None if task.known is None else task.known[:n].copy(),
            fed_back=self._fed[:n].copy(),
            pictures=self._pictures(n),
            silent=None if task.silent is None else task.silent[:n].copy(),
        )

    def _pictures(self, n: int) -> tuple[Array | None, ...]:
        """The pictures that enter, the model's own where it is fed those."""
        task, frames = self._task, self._task.sequence.frames
        shown = list(task.pictures[:n])
        if frames is None or task.mean is None or task.deviation is None or not shown:
            return tuple(shown)
        for i in np.flatnonzero(self._fed[:n]):
            own = np.asarray(self._x[i, 0], np.float64) * task.deviation + task.mean
            shown[i] = own.reshape(frames[0].shape)
        return tuple(shown)

    def _stop(self, t: int) -> int:
        """Where the stretch that begins at t ends: before the next step that is fed back."""
        stop = t + 1
        limit = self._task.source_steps if t < self._task.source_steps else self._steps
        while stop < limit and not self._fed[stop]:
            stop += 1
        return stop

    def _run(self, t: int, stop: int, state: tuple[Array | None, Array | None]) -> Trace:
        model = self._model
        if isinstance(model, EncoderDecoder):
            network = model.encoder if t < self._task.source_steps else model.decoder
        else:
            network = model
        x = self._x[t:stop]
        given = None
        if self._task.silent is not None:
            given = ~self._task.silent[t:stop, None]
        if x.dtype.kind == "f":
            x = x.astype(network.dtype)
        return forward(network, x, a0=state[0], c0=state[1], inputs=given)

    def _answer(self, t: int, y: Array) -> Any:
        """What the model says at step t: a class, or numbers."""
        if self._task.loss == "mse":
            return y
        if self._task.temperature > 0.0:
            p, _ = softmax(y[None].astype(np.float64) / self._task.temperature)
            drawn = int((np.cumsum(p[0]) <= self._rng.random()).sum())
            self._said[t] = min(drawn, len(y) - 1)
        else:
            self._said[t] = int(np.argmax(y))
        return int(self._said[t])

    def _feed(self, t: int, answer: Any) -> None:
        """Let step t have the answer of the step before."""
        task = self._task
        if task.loss == "mse":
            self._x[t, 0] = answer
            return
        self._x[t, 0] = answer if task.feed is None else task.feed[answer]
        self._labels[t] = task.output_names[answer]
