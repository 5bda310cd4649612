"""Order: a sequence and its shuffles, what of it they share, and what tells them apart.

A text is run again with its tokens in other orders; of a series one shuffle is run, and an
autoregressive model of p values is fitted to both. Shuffles are of a seed: always the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.data.forecasts import FITTED_TO, fit_ar
from rnnviz.film.answers import error_of
from rnnviz.film.branches import Branches
from rnnviz.film.cost import Cost, cost, size_of
from rnnviz.film.passes import Pass, run_forward
from rnnviz.film.records import Forward
from rnnviz.film.timeline import MOST_LAGS
from rnnviz.frozen import record

SHUFFLES, MOST_WORDS = 5, 60
LAGS = 3
HELD_OUT = 5
"""Of a series the last of so many parts is what AR(p) is judged on, and not fitted to."""
_SEED, _TRIES = 15, 200

Vector = NDArray[np.float64]


@record(eq=False)
class Reordered:
    """A text in one order, with the network's answers after its last token.

    Attributes
    ----------
    tokens : tuple of str
    probabilities : (O,) float64
        Of every answer after the last token; NaN where they are not finite.
    """

    tokens: tuple[str, ...]
    probabilities: Vector

    @property
    def answer(self) -> int:
        """The likeliest; −1 where none is finite."""
        return int(np.argmax(self.probabilities)) if np.isfinite(self.probabilities).all() else -1


@record(eq=False)
class TextOrder:
    """A text as it is and shuffled, with the network's answers to each.

    Attributes
    ----------
    rows : tuple of Reordered
        The text as it is, then its shuffles, no two of them alike.
    names : tuple of str
        Of the answers.
    """

    rows: tuple[Reordered, ...]
    names: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How often each word is there, in the order of the text: the same for every row."""
        return dict(Counter(self.rows[0].tokens))


@record(eq=False)
class SeriesOrder:
    """A series' first column as it is and shuffled, with errors and losses of each.

    Attributes
    ----------
    values, shuffled : (T,) float64
        In the series' units.
    lags : int
        p; smaller than what was asked for where the series is short.
    judged : int
        Values at the end that AR(p) is judged on.
    errors : (float, float)
        Root mean squared error of AR(p), one step ahead, on those: as it is, and shuffled.
    losses : (float, float)
        The network's loss, the mean of the steps that pay: as it is, and shuffled.
    """

    values: Vector
    shuffled: Vector
    lags: int
    judged: int
    errors: tuple[float, float]
    losses: tuple[float, float]


def why_no_order(task: Task) -> str:
    """Why nothing can be said of a sequence's order; empty where it can."""
    task = given_part(task)
    if task.steps < 3:
        return "a sequence of fewer than three steps has no order worth shuffling"
    if task.fed_back is not None or task.silent is not None:
        return "some steps have no input of their own"
    if task.mode == "one_to_one":
        return "in this mode no step is linked to the one before it"
    if task.sequence.frames is not None or task.pictures:
        return "pictures are not shuffled"
    if task.sequence.values is not None:
        return "" if _forecasts(task) else "what is answered here is not the next value"
    if task.vocabulary is None or task.x.ndim != 2:
        return "there are no words to shuffle"
    if task.mode != "many_to_one":
        return "it takes one answer to the whole text, many to one (Alt+3), or a series"
    if task.loss != "softmax_cross_entropy":
        return "its answer is no choice among some"
    if task.steps > MOST_WORDS:
        return f"a text of more than {MOST_WORDS} tokens has no room in a row"
    return "" if len(set(task.sequence.tokens)) > 1 else "all its words are the same"


def given_part(task: Task) -> Task:
    """A series up to where its values are given, without what a network goes on with by itself."""
    values = task.sequence.values
    n = task.last_known if task.given is None else min(task.given, task.last_known)
    if values is None or task.fed_back is None or n >= task.steps or task.source_steps:
        return task
    tokens, mask = task.sequence.tokens[:n], task.mask[:n].copy()
    mask[-1:] = False
    sequence = replace(task.sequence, tokens=tokens, values=values[:n])
    return replace(
        task, sequence=sequence, x=task.x[:n], targets=task.targets[:n], mask=mask, known=None,
        fed_back=None, own=False, given=None,
    )  # fmt: skip


def lags_of(branches: Branches) -> tuple[tuple[int]]:
    """p, how many values are looked back at, as the playhead has it."""
    return ((branches.lags or LAGS,),)


def costs_of_order(branches: Branches) -> Cost:
    """What all shuffles take, forward alone."""
    task = branches.task
    if why_no_order(task):
        return Cost(0.0)
    one = cost(size_of(task, branches.run.architecture), "pass").seconds
    if task.sequence.values is None:
        return Cost(SHUFFLES * one)
    return Cost(one + 4e-6 * min(task.steps, FITTED_TO) * 10)


def order(
    passing: Pass, told: Callable[[float], object] | None, lags: int
) -> TextOrder | SeriesOrder | None:
    """Find what shuffles share and what tells them apart; None where nothing is shuffled."""
    task = passing.task
    if why_no_order(task):
        return None
    return _of_text(passing, told) if task.sequence.values is None else _of_series(passing, lags)


def _of_text(passing: Pass, told: Callable[[float], object] | None) -> TextOrder:
    task, trace = passing.task, passing.trace
    tokens = tuple(str(token) for token in task.sequence.tokens)
    rows = [Reordered(tokens, _said(trace))]
    for done, places in enumerate(_orders(tokens), start=1):
        other = run_forward(trace.network, replace(task, x=task.x[places]))
        rows.append(Reordered(tuple(tokens[int(i)] for i in places), _said(other)))
        if told is not None:
            told(done / SHUFFLES)
    return TextOrder(tuple(rows), task.output_names)


def _said(trace: Forward) -> Vector:
    """The probabilities after the last step."""
    said = trace.probabilities(trace.steps - 1, trace.steps)
    assert said is not None
    found = np.array(said[0, 0], np.float64)
    if not np.isfinite(found).all():
        found[:] = np.nan
    return found


def _orders(tokens: tuple[str, ...]) -> list[NDArray[np.intp]]:
    """Other orders of a text, as few as there are if there are few, always the same."""
    known, found = {tokens}, list[NDArray[np.intp]]()
    rng = np.random.Generator(np.random.PCG64([_SEED, len(tokens)]))
    for _ in range(_TRIES):
        places: NDArray[np.intp] = rng.permutation(len(tokens))
        words = tuple(tokens[int(i)] for i in places)
        if words not in known:
            known.add(words)
            found.append(places)
        if len(found) == SHUFFLES:
            break
    return found


def _of_series(passing: Pass, lags: int) -> SeriesOrder:
    task = given_part(passing.task)
    every = task.sequence.values
    assert every is not None
    rng = np.random.Generator(np.random.PCG64([_SEED, task.steps]))
    places = rng.permutation(task.steps)
    values, shuffled = (np.array(each[:, 0], np.float64) for each in (every, every[places]))
    p = max(1, min(lags, MOST_LAGS, len(values) // 4))
    judged = max(1, len(values) // HELD_OUT)
    errors = _error(values, p, judged), _error(shuffled, p, judged)
    other = run_forward(passing.trace.network, _shuffled(task, places))
    losses = _mean(passing.trace.loss_k[: task.steps], task), _mean(other.loss_k, task)
    for array in (values, shuffled):
        array.setflags(write=False)
    return SeriesOrder(values, shuffled, p, judged, errors, losses)


def _forecasts(task: Task) -> bool:
    """Whether what is answered at a step is the next step's input, or its first columns."""
    if task.mean is None or task.x.ndim != 3 or task.targets.ndim != 3:
        return False
    return bool(np.array_equal(task.targets[:-1], task.x[1:, :, : task.outputs]))


def _shuffled(task: Task, places: NDArray[np.intp]) -> Task:
    """The same values in another order, on the network's scale."""
    values = task.sequence.values
    assert values is not None and task.mean is not None and task.deviation is not None
    sequence = replace(task.sequence, values=values[places])
    with np.errstate(all="ignore"):
        scaled = (sequence.transformed - task.mean) / task.deviation
    x = np.where(np.isfinite(scaled), scaled, 0.0)[:, None, :]
    targets = np.zeros_like(task.targets)
    targets[:-1] = x[1:, :, : task.outputs]
    return replace(task, sequence=sequence, x=x, targets=targets)


def _error(values: Vector, p: int, judged: int) -> float:
    """RMSE of AR(p), fitted to all but the last values, on those one step ahead."""
    before = len(values) - judged
    model = fit_ar(values[max(0, before - FITTED_TO) : before], min(p, before - 1))
    known = values[before - max(model.order, 1) : -1]
    return error_of(model.ahead(known, 1)[:, 0], values[before:])


def _mean(losses: NDArray[np.floating], task: Task) -> float:
    """The mean of the losses of the steps that pay; nan where one is not finite."""
    paid = np.asarray(losses, np.float64)[task.mask.any(axis=1)]
    return float(paid.mean()) if paid.size and np.isfinite(paid).all() else float("nan")
