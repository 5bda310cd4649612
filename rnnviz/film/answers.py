"""What is answered: by the network where it feeds itself, by classical methods beside it.

A network's own answers also stand for targets that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import UNKNOWN_TARGET, Task
from rnnviz.data.forecasts import AR, FITTED_TO, choose_ar, mean, naive
from rnnviz.engine import EncoderDecoder, Trace, forward, softmax
from rnnviz.film.records import Model
from rnnviz.frozen import record

if TYPE_CHECKING:
    from rnnviz.film.classical import Fitted

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
                    last = self._answer(i, trace.outputs(i - t, i - t + 1)[0, 0])
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


# -- classical forecasts -----------------------------------------------------------------------

Vector = NDArray[np.float64]


@record(eq=False)
class Baseline:
    """One method's forecasts of a series' first column.

    Attributes
    ----------
    name : str
        "naive", "mean" or "AR(p)"; "AR(p) of log returns" where the network reads those.
    said : (T,) array of float64
        Its forecast of the value at step t (from 1) at index t − 1; nan where it has none. Up to
        the last known step each is made one step before, beyond it all are made there.
    """

    name: str
    said: Vector


_KNOWN: WeakKeyDictionary[Task, tuple[Baseline, ...]] = WeakKeyDictionary()


def last_known(task: Task) -> int:
    """The last step (from 1) whose value the network is given; the others it feeds itself."""
    return task.last_known


def baselines(task: Task) -> tuple[Baseline, ...]:
    """The classical forecasts of a task that forecasts a series; none of any other.

    All are fitted to what the network was trained on: a shipped series' training set, the part of
    one's own that is not held out; where nothing is, to the steps that are known to the network.
    """
    values = task.sequence.values
    if task.mean is None or values is None or task.steps < 2 or last_known(task) < 1:
        return ()
    if task.source_steps:
        return ()  # what is read and what is said are two sequences
    if task not in _KNOWN:
        _KNOWN[task] = _made(task, values[: task.steps, 0], last_known(task))
    return _KNOWN[task]


def judged(task: Task, *, beyond: bool) -> slice:
    """The values (from 0) on which forecasts can be judged: nothing was fitted or chosen by them.

    Of those that are known to the network, each is forecast one step before; those `beyond` are all
    forecast from the last known one. Empty where nothing was held out.
    """
    last, parts = last_known(task), task.parts
    held = None if parts is None else parts.held_out.start
    if beyond:
        end = task.steps if task.given is None else task.given
        return slice(max(last, held or 0), end)
    first = 1 if task.ar is not None else last if held is None else max(held, 1)
    return slice(min(first, last), last)


def _made(task: Task, values: Vector, last: int) -> tuple[Baseline, ...]:
    from rnnviz.film.classical import NAIVE

    history, ahead = values[:last], len(values) - last
    read = history if task.ar is not None else task.sequence.transformed[:last, 0]
    methods = _fitted(task, read)
    names = (NAIVE, methods.of_mean, methods.of_ar)
    lines = {name: np.full(len(values), np.nan) for name in names}
    repeated, constant, regressed = lines.values()

    def led(line: Vector, first: int, near: Vector, far: Callable[[], Vector]) -> None:
        """One step ahead from every known step on, and all beyond from the last of them."""
        line[first:last] = methods.led_back(near[:, None], history[first - 1 : -1])[:, 0]
        if ahead:
            line[last:] = methods.led_back(far(), history[-1])

    repeated[1:last] = history[:-1]
    if ahead:
        repeated[last:] = naive(history, ahead)
    level, model = methods.level, methods.model
    led(constant, 1, np.full(last - 1, level), lambda: np.full(ahead, level))
    first = max(model.order, 1)
    if last <= first:  # fewer values are known than it needs
        del lines[methods.of_ar]
    else:
        led(regressed, first, model.ahead(read, 1)[:-1, 0], lambda: model.forecast(read, ahead))
    return tuple(Baseline(name, _frozen(said)) for name, said in lines.items())


def _fitted(task: Task, read: Vector) -> Fitted:
    """The mean and the autoregressive model of what a task's network was trained on."""
    from rnnviz.film.classical import Fitted, transform_of

    if task.ar is not None and task.mean is not None:
        known = AR(float(task.ar[0]), task.ar[1:], float("nan"), float("nan"), 0)
        return Fitted(float(task.mean[0]), known, 0, changes=False)
    part = read[: None if task.trained is None else max(1, task.trained)]
    level, model = float(mean(part, 1)[0]), choose_ar(part[-FITTED_TO:])
    return Fitted(level, model, 0, False, transform_of(task.sequence, 0))


def error_of(said: Vector, truth: Vector) -> float:
    """Root of the mean squared error; nan of no steps."""
    if not len(truth):
        return float("nan")
    with np.errstate(all="ignore"):
        errors = said - truth
        largest = float(np.abs(errors).max())
        if largest == 0.0 or not np.isfinite(largest):
            return largest
        return largest * float(np.sqrt(np.mean(np.square(errors / largest))))


def _frozen(array: Vector) -> Vector:
    array.setflags(write=False)
    return array
