"""Series: predict the next value, then go on alone with the network's own predictions fed back."""

from abc import abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Sequence, Task
from rnnviz.data.forecasts import AR, choose_ar, mean, naive
from rnnviz.engine import Architecture, Batch, Network, Objective, create_network, forward
from rnnviz.engine.clipping import USUAL
from rnnviz.engine.optimizers import Adam
from rnnviz.engine.training import Cosine, Training
from rnnviz.frozen import record
from rnnviz.problems.base import Model, Problem, Score, generator

Values = NDArray[np.float64]


@record(eq=False)
class Stretch:
    """Consecutive values (T,) of a series, and what each is labelled."""

    values: Values
    labels: tuple[str, ...]


class SeriesProblem(Problem):
    """A series whose beginning is trained on and whose end is held out.

    Attributes
    ----------
    column : str
        What is predicted, as the stage names it.
    measure : str
        The error's name with its units.
    step : str
        What a step is called: "day".
    known, ahead : int
        Steps that a window knows, and steps that are forecast after them.
    starts : mapping of str to (int, int)
        Name of an example → which held-out stretch, and its first value there.
    """

    mode: ClassVar[str] = "synced"
    column: ClassVar[str]
    measure: ClassVar[str]
    step: ClassVar[str]
    known: ClassVar[int] = 60
    ahead: ClassVar[int] = 24
    starts: ClassVar[Mapping[str, tuple[int, int]]]
    cell: ClassVar[str] = "gru"
    units: ClassVar[int] = 16
    batch: ClassVar[int] = 32
    rate: ClassVar[float] = 0.005
    decay: ClassVar[float] = 0.01
    noise: ClassVar[float] = 0.0  # on the inputs of training, in standard deviations
    most_order: ClassVar[int] = 24
    _number: ClassVar[int]

    @cached_property
    @abstractmethod
    def parts(self) -> Mapping[str, tuple[Stretch, ...]]:
        """Stretches of "training", "validation" and "held out"; no value is in two of them."""

    @property
    def examples(self) -> tuple[str, ...]:
        """Held-out windows by their names."""
        return tuple(self.starts)

    def task(self, example: str) -> Task:
        """60 known steps, then a forecast of 24; what really came is in the sequence's values."""
        which, start = self.starts[example]
        stretch = self.parts["held out"][which]
        steps = self.known + self.ahead
        values = stretch.values[start : start + steps]
        if len(values) < steps:
            raise ValueError(f"{example}: fewer than {steps} values from {start} on")
        standard = ((values - self.mean) / self.deviation)[:, None, None]
        # What comes after the last known step is nowhere a target: that would not be a forecast.
        known = np.arange(steps)[:, None] < self.known - 1
        fed_back = np.arange(steps) >= self.known
        targets = np.zeros_like(standard)
        targets[:-1] = standard[1:]
        return Task(
            sequence=Sequence(
                "series", example, stretch.labels[start : start + steps], values[:, None],
                (self.column,),
            ),
            mode=self.mode,
            what="next value",
            x=standard,
            targets=np.where(known[..., None], targets, 0.0),
            mask=known,
            loss="mse",
            inputs=1,
            outputs=1,
            vocabulary=None,
            output_names=(self.column,),
            mean=np.array([self.mean]),
            deviation=np.array([self.deviation]),
            notes=(
                f"the last {self.ahead} steps are a forecast: each is fed the prediction before it",
                f"standardised with the mean {self.mean:.4g} and deviation {self.deviation:.4g} of "
                "the training values",
            ),
            known=known.copy(),
            fed_back=fed_back,
            own=True,
            ar=np.array([self.ar.intercept, *self.ar.coefficients]),
            problem=self.name,
        )  # fmt: skip

    def begin(self, seed: int) -> Network:
        """A small network of one input and one output."""
        return create_network(Architecture(1, self.units, 1, self.cell), seed=seed)

    def training(self, seed: int) -> Training[Network]:
        """Adam with weight decay on windows that begin anywhere in the training stretches."""
        windows = self.windows("training")

        def batch(update: int) -> Batch:
            rng = generator(seed, self._number, update)
            chosen = windows[:, rng.integers(0, windows.shape[1], self.batch)]
            return self._batch(chosen, self.noise * rng.standard_normal(chosen.shape))

        validation = self.windows("validation")
        return Training(
            batch,
            Adam(weight_decay=self.decay, decoupled=True),
            Cosine(self.rate, self.updates, self.rate / 50.0),
            USUAL,
            self._batch(validation[:, :: max(1, validation.shape[1] // 200)]),
        )

    def windows(self, part: str, more: int = 1) -> Values:
        """All windows (known + more, N) of a part's stretches, one beginning at every step."""
        length = self.known + more
        views = [
            np.lib.stride_tricks.sliding_window_view(stretch.values, length)
            for stretch in self.parts[part]
        ]
        return np.concatenate(views).T

    def evaluate(self, model: Model) -> Score:
        """Error of the forecast from every held-out window: one step ahead, and many.

        All know the same `known` values. "naive" repeats the last one and "mean" their mean; AR(p)
        is fitted to the training stretches, its order chosen by AIC.
        """
        assert isinstance(model, Network)
        windows = self.windows("held out", self.ahead)
        known, truth = windows[: self.known], windows[self.known :]
        first = naive_and_mean(known, self.ahead)
        forecasts: dict[str, Values] = {
            "network": self.forecast(model, known, self.ahead),
            "naive (last value)": first[0],
            "mean": first[1],
            **self.more_forecasts(known),
            f"AR({self.ar.order})": self._forecast_by_ar(),
        }
        far = f", {self.ahead} {self.step}s ahead"
        errors = {
            name: np.sqrt(np.square(forecast - truth).mean(axis=1))
            for name, forecast in forecasts.items()
        }
        baselines = {name: float(error[0]) for name, error in errors.items() if name != "network"}
        baselines |= {name + far: float(error[-1]) for name, error in errors.items()}
        sizes = {
            part: self.windows(part, self.ahead if part == "held out" else 1).shape[1]
            for part in self.parts
        }
        return Score(
            f"{self.measure}, one {self.step} ahead",
            float(errors["network"][0]),
            False,
            baselines,
            sizes,
        )

    def _forecast_by_ar(self) -> Values:
        """Forecasts (h, N) of `ar` from every held-out window; it knows the window's last p."""
        first = self.known - max(self.ar.order, 1)
        rows: list[Values] = []
        for stretch in self.parts["held out"]:
            origins = len(stretch.values) - self.known - self.ahead + 1
            ahead = self.ar.ahead(stretch.values, self.ahead)
            rows.append(ahead[first : first + origins])
        return np.concatenate(rows).T

    def more_forecasts(self, known: Values) -> Mapping[str, Values]:
        """Other simple forecasts (h, N) that this series calls for."""
        return {}

    def forecast(self, network: Network, known: Values, h: int) -> Values:
        """Forecast (h, N) from what is known (T, N), predictions fed back, in the series' units."""
        trace = forward(network, ((known - self.mean) / self.deviation)[..., None])
        said = [trace.y[-1:]]
        for _ in range(h - 1):
            c = None if trace.c is None else trace.c[:, -1]
            trace = forward(network, said[-1], a0=trace.a[:, -1], c0=c)
            said.append(trace.y)
        return np.concatenate(said)[..., 0].astype(np.float64) * self.deviation + self.mean

    @cached_property
    def ar(self) -> AR:
        """The autoregressive model of the training stretches."""
        return choose_ar([stretch.values for stretch in self.parts["training"]], self.most_order)

    @cached_property
    def mean(self) -> float:
        """The mean of the training values."""
        return float(np.concatenate([s.values for s in self.parts["training"]]).mean())

    @cached_property
    def deviation(self) -> float:
        """Standard deviation of the training values."""
        return float(np.concatenate([s.values for s in self.parts["training"]]).std())

    def _batch(self, windows: Values, noise: Values | None = None) -> Batch:
        standard = (windows - self.mean) / self.deviation
        x = standard if noise is None else standard + noise
        objective = Objective("mse", standard[1:, :, None], None, "mean")
        return Batch(x[:-1, :, None], objective)


def naive_and_mean(known: Values, h: int) -> tuple[Values, Values]:
    """Both forecasts (h, N) for each column of what is known (T, N)."""
    lasts = [naive(column, h) for column in known.T]
    means = [mean(column, h) for column in known.T]
    return np.stack(lasts, axis=1), np.stack(means, axis=1)


def cut(
    values: Values, labels: tuple[str, ...], ends: tuple[int, int]
) -> Mapping[str, tuple[Stretch, ...]]:
    """Cut a series after `ends` values into what is trained on, validated on and held out."""
    first, second = ends
    return {
        part: (Stretch(values[where], labels[where]),)
        for part, where in (
            ("training", slice(0, first)),
            ("validation", slice(first, second)),
            ("held out", slice(second, len(values))),
        )
    }
