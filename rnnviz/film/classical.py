"""Classical methods beside a network, fitted to the trained part of a series alone.

To what an origin knows of it, where that is less: no forecast knows a value after its origin.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Sequence, Task
from rnnviz.data.forecasts import AR, FITTED_TO, choose_ar, find_period, mean
from rnnviz.film.plan import NO_CHANGE, REPEATING
from rnnviz.frozen import record

Array = NDArray[np.float64]

NAIVE = "naive"
NONE = "none"
LOOKING_BACK = ("returns", "log-returns", "differences")
"""Transforms of a value and the one before: `Transform.looks_back`."""
_ASIDE = 0.15  # for validation, and held out, of a series that nothing was trained on


def known_steps(task: Task) -> int:
    """Steps whose values somebody knows, the last one's number."""
    return task.steps if task.given is None else min(task.given, task.steps)


def fitted_steps(task: Task) -> int:
    """The first values, which alone classical methods are fitted to.

    The trained part; of a series that nothing was trained on what a training would take of it. Of a
    shipped series none: it has a training set of its own.
    """
    if task.ar is not None:
        return 0
    if task.parts is not None:
        return max(1, len(task.parts.trained))
    known = known_steps(task)
    return max(1, known - 2 * round(_ASIDE * known))


def held_from(task: Task) -> int:
    """The first origin of what is held out: all values after it were neither fitted nor chosen by.

    The last step that is known, where nothing is held out.
    """
    if task.ar is not None:
        return 1
    if task.parts is not None:
        return max(1, task.parts.held_out.start)
    known = known_steps(task)
    return max(1, known - round(_ASIDE * known))


def scale_knows_later(task: Task, column: int = 0) -> bool:
    """Whether x is scaled by moments of all values, those that are held out among them.

    So is what nothing was trained on, as it was opened; and what is scaled by all steps on purpose.
    """
    if task.ar is not None or task.mean is None or held_from(task) >= known_steps(task):
        return False
    scale = task.sequence.scale.partition(":")[0]
    return scale == "all" or (task.parts is None and scale in ("trained", "minmax"))


_CHANGES = ("return", "rendite", "change", "difference", "diff", "delta", "Δ")


def are_changes(task: Task, column: int) -> bool:
    """Whether a column holds returns or differences, by its name and signs."""
    values, names = task.sequence.values, task.sequence.columns
    if values is None or column >= len(names):
        return False
    named = any(word in names[column].lower() for word in _CHANGES)
    known = values[: known_steps(task), column]
    return named and bool((known < 0).any() and (known > 0).any())


def naive_answers(task: Task) -> tuple[Array, str]:
    """The naive forecast in what the network reads and answers, and in words.

    What a series' values are stays as it is. Where the network reads the values or their
    logarithms the last input comes again; where it reads changes (a transform to returns or
    differences, or a file of them), nothing changes: 0, on the network's scale.

    Returns
    -------
    (O,) float64
        By answered column; NaN where the last input comes again.
    str
        ``"repeating the last value"``, or ``"no change"`` and what is then 0.
    """
    from rnnviz.data.transforms import TRANSFORMS  # not for the first picture

    assert task.mean is not None and task.deviation is not None
    names = task.sequence.transforms or (NONE,) * len(task.sequence.columns)
    said, units = np.full(task.outputs, np.nan), dict[str, None]()
    for column in range(task.outputs):
        transform = TRANSFORMS[names[column]]
        if transform.looks_back:
            units[transform.unit] = None
        elif are_changes(task, column):
            units[task.sequence.columns[column]] = None
        else:
            continue
        said[column] = -task.mean[column] / task.deviation[column]
    if not units:
        return said, REPEATING
    return said, f"{NO_CHANGE} ({next(iter(units))} 0)" if len(units) == 1 else NO_CHANGE


@record(eq=False)
class Fitted:
    """Classical methods, fitted to the trained part of one column, as its transform has it.

    A network reads log returns, say: so do they, and what they forecast is led back to values.
    Naive is no change in either.

    Attributes
    ----------
    level : float
        Its mean.
    model : AR
    period : int
        Steps of its season; 0 where it shows none.
    transform : str
        A key of `data.transforms.TRANSFORMS`.
    changes : bool
        Whether values are returns or differences: of these the naive forecast is 0, as what they
        are the changes of stays where it is.
    """

    level: float
    model: AR
    period: int
    changes: bool
    transform: str = NONE

    @property
    def names(self) -> tuple[str, ...]:
        """What the methods are called, naive first: "AR(1)", or "AR(1) of log returns"."""
        season = (f"seasonal naive ({self.period})",) if self.period else ()
        of = ""
        if self.transform != NONE:
            from rnnviz.data.transforms import TRANSFORMS

            of = f" of {TRANSFORMS[self.transform].title}"
        others = (*season, "mean", f"AR({self.model.order})")
        return (NAIVE, *(f"{name}{of}" for name in others))

    @property
    def of_mean(self) -> str:
        """What the forecast by the mean is called."""
        return self.names[-2]

    @property
    def of_ar(self) -> str:
        """What the autoregressive model is called."""
        return self.names[-1]

    def led_back(self, said: Array, last: Array) -> Array:
        """Forecasts of transformed values, (…, h), as values; `last` are those before, (…)."""
        if self.transform == NONE:
            return said
        from rnnviz.data.transforms import restored_path  # not before a series is transformed

        return restored_path(self.transform, said, last)

    @property
    def least(self) -> int:
        """Values that all of them need to have before an origin."""
        return max(1, self.model.order, self.period)

    def ahead(
        self, values: Array, read: Array, origins: NDArray[np.intp], h: int
    ) -> dict[str, Array]:
        """Every method's forecasts, (N, h), from origins that have `least` values.

        `values` are in units, `read` the same as the transform has them.
        """
        last = values[origins - 1]
        said = {NAIVE: np.repeat(0.0 * last[:, None] if self.changes else last[:, None], h, axis=1)}
        names = iter(self.names[1:])
        if self.period:
            back = self.period - np.arange(h) % self.period
            said[next(names)] = self.led_back(read[origins[:, None] - back], last)
        said[next(names)] = self.led_back(np.full((len(origins), h), self.level), last)
        p = max(self.model.order, 1)
        windows = read[origins[:, None] + np.arange(-p, 0)]
        said[next(names)] = self.led_back(self.model.from_windows(windows, h), last)
        return said


def transform_of(sequence: Sequence, column: int) -> str:
    """The transform of a column, by its name."""
    return sequence.transforms[column] if sequence.transforms else NONE


_FITTED: WeakKeyDictionary[Task, dict[tuple[int, int], Fitted]] = WeakKeyDictionary()
_MOST_FITTED = 256  # of a task, by column and by how much an origin knows; the newest


def fitted(task: Task, column: int = 0, origin: int = 0) -> Fitted:
    """The classical methods of a task's trained part, or of what an origin knows of it.

    Parameters
    ----------
    task : Task
    column : int
    origin : int
        The last step that they may know; 0 for all of the trained part. Order, season and mean are
        of nothing else. Found once for each column and part.
    """
    kept, key = _FITTED.setdefault(task, {}), _key(task, column, origin)
    if key not in kept:
        kept[key] = _fit(task, *key)
        if len(kept) > _MOST_FITTED:
            del kept[next(iter(kept))]
    return kept[key]


def is_fitted(task: Task, column: int = 0, origin: int = 0) -> bool:
    """Whether the classical methods have been fitted for an origin."""
    return _key(task, column, origin) in _FITTED.get(task, {})


def _key(task: Task, column: int, origin: int) -> tuple[int, int]:
    """The column, and how many values are fitted to."""
    most = fitted_steps(task)
    return column, min(origin, most) if origin else most


def _fit(task: Task, column: int, steps: int) -> Fitted:
    values = task.sequence.values
    assert values is not None and task.mean is not None
    if task.ar is not None:
        model = AR(float(task.ar[0]), task.ar[1:], float("nan"), float("nan"), 0)
        return Fitted(float(task.mean[0]), model, 0, are_changes(task, 0))
    part = task.sequence.transformed[:steps, column]
    return Fitted(
        float(mean(part, 1)[0]), choose_ar(part[-FITTED_TO:]), find_period(part[-FITTED_TO:]),
        are_changes(task, column), transform_of(task.sequence, column),
    )  # fmt: skip
