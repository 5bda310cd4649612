"""Measures: what is asked of a pass beyond its two sweeps, each a pure function of the pass.

A measure is found once and kept with its pass: when it is asked for, or before, beside the
interface, where `film.cost` says that it takes long (see `look_through`). A new one is a function
here and a row of the table; panels say which they need (`film.panels`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, ParamSpec, TypeVar
from weakref import ReferenceType, ref

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.engine import CELLS, Architecture
from rnnviz.files.errors import Cancelled
from rnnviz.film.answers import baselines, error_of, judged
from rnnviz.film.branches import Branches
from rnnviz.film.comparison import Beside, beside, too_large
from rnnviz.film.cost import Cost, cost, cost_of_windows, size_of
from rnnviz.film.extremes import APART, Extremes, Range, range_of, standing_together
from rnnviz.film.left_out import left_out
from rnnviz.film.passes import Pass, direct_path, held_norms
from rnnviz.film.records import Model
from rnnviz.film.truncation import window_of

if TYPE_CHECKING:
    from rnnviz.film.forgetting import ForgottenInput
    from rnnviz.film.held_out_errors import Forecast, Origins
    from rnnviz.film.order import SeriesOrder, TextOrder
    from rnnviz.film.singular_values import Ellipse, SingularValues
    from rnnviz.film.triangle import Triangle
    from rnnviz.film.weight_ledger import WeightLedger
    from rnnviz.film.weight_scales import WeightScales

_LN10 = float(np.log(10.0))
_P = ParamSpec("_P")
_T = TypeVar("_T")
Told = Callable[[float], object]
"""Is told how much is done, 0 … 1; answers False to stop."""
Kind = Literal["source", "sum", "bound", "path"]
KINDS: tuple[Kind, ...] = ("source", "sum", "bound", "path")
Norms = NDArray[np.float64]


class Measure(Generic[_P, _T]):
    """One named measure; called with a pass it is found there, or now.

    Parameters
    ----------
    name : str
    make : callable (Pass, Told or None, …)
        Finds it; a pure function of the pass and the arguments.
    arguments : callable (Branches)
        Those with which a panel asks for it of the branch that is shown.
    costs : callable (Branches)
        What all of these together take.
    forward : bool
        It is of the forward pass alone, so that passes of other sources have it in common.
    """

    def __init__(
        self,
        name: str,
        make: Callable[Concatenate[Pass, Told | None, _P], _T],
        arguments: Callable[[Branches], Iterable[tuple[Any, ...]]],
        costs: Callable[[Branches], Cost],
        *,
        forward: bool = False,
    ) -> None:
        self.name, self.forward = name, forward
        self.arguments, self.cost, self._make = arguments, costs, make

    def __call__(self, passing: Pass, *args: _P.args, **named: _P.kwargs) -> _T:
        """What it is of a pass."""
        return self.find(passing, None, *args, **named)

    def find(self, passing: Pass, told: Told | None, *args: _P.args, **named: _P.kwargs) -> _T:
        """The same, telling how far it has come; Cancelled when it is to stop."""
        key = (self.name, *args, *named.values())
        if key not in passing.measured:
            passing.measured[key] = self._make(passing, told, *args, **named)
        return passing.measured[key]

    def missing(self, passing: Pass, branches: Branches) -> bool:
        """Whether any of it is still to be found."""
        return any((self.name, *a) not in passing.measured for a in self.arguments(branches))


def _norms(passing: Pass, told: Told | None) -> NDArray[np.float64]:
    """Natural logarithm of ‖∂L_k/∂a⟨t⟩‖ of the source's loss, (L, T); −inf where exactly 0."""
    return held_norms(passing.alone, passing.source, told)


def _total(passing: Pass, told: Told | None) -> NDArray[np.float64]:
    """The same of the sum of all losses."""
    return held_norms(passing.backward, None, told)


def _curve(passing: Pass, told: Told | None, kind: Kind, layer: int) -> Norms | None:
    """A line over the steps, (T,), of logarithms to 10: see `Frame.norms_of`, `.source_bound`."""
    if kind == "bound":
        made = _bound(passing, layer)
    elif kind == "path":
        made = _path(passing, layer)
    else:
        whole = (TOTAL_NORMS if kind == "sum" else SOURCE_NORMS).find(passing, told)
        made = np.asarray(whole[layer], np.float64) / _LN10
    if made is not None:
        made.setflags(write=False)
    return made


def _range(passing: Pass, told: Told | None, kind: Kind, layer: int) -> Range:
    """From where to where such a line goes."""
    curve = CURVE.find(passing, told, kind, layer)
    found = range_of(curve)
    if curve is not None and kind in ("source", "sum") and found.high - found.low >= APART:
        found = found._replace(near=standing_together([curve]))
    return found


def _extremes(passing: Pass, _told: Told | None, quantity: str, layer: int) -> Extremes:
    """What is largest and smallest of "a", "c" or a gate; ValueError as `Pass.values_of`."""
    return Extremes(passing.values_of(quantity, layer))


def _beside(passing: Pass, told: Told | None, model: Model, window: int) -> Beside:
    """What reaches the steps of another branch's network."""
    return beside(passing, model, window, told)


def _start(passing: Pass, layer: int) -> float:
    curve = CURVE(passing, "source", layer)
    return float(curve[passing.source - 1]) if passing.source and curve is not None else -np.inf


def _bound(passing: Pass, layer: int) -> NDArray[np.float64] | None:
    """See `Frame.source_bound`."""
    k, start = passing.source, _start(passing, layer)
    if not np.isfinite(start):
        return None
    gain = passing.gain[layer]
    if np.isnan(gain) or layer < len(passing.gain) - 1:
        return None
    bound = np.full(passing.task.steps, -np.inf)
    slope = np.log10(gain) if gain > 0 else -np.inf
    back = np.arange(k)
    with np.errstate(invalid="ignore"):
        bound[k - 1 :: -1] = start + np.where(back == 0, 0.0, back * slope)
    bound[: passing.reach(k) - 1] = -np.inf
    return bound


def _path(passing: Pass, layer: int) -> NDArray[np.float64] | None:
    """See `Frame.source_path`."""
    k, whole = passing.source, passing.log_direct_path
    start = _start(passing, layer)
    if whole is None or not np.isfinite(start) or passing.task.mode == "one_to_one":
        return None
    return direct_path(start, whole[layer], k, passing.window)


def _errors(passing: Pass, _told: Told | None, beyond: bool) -> dict[str, float]:
    """See `Frame.errors`."""
    task, values = passing.task, passing.task.sequence.values
    classical = baselines(task)
    if not classical or values is None or task.mean is None:
        return {}
    part = judged(task, beyond=beyond)
    if part.stop <= part.start:
        return {}
    # All on the same steps: those of which every method says something.
    every = np.all([np.isfinite(line.said[part]) for line in classical], axis=0)
    truth = values[part, 0][every]
    first = min(part.start, task.last_known) - 1
    y = passing.trace.output(0)[first : part.stop - 1, 0]
    said = task.forecasts_of(y, first)[part.start - 1 - first :][every]
    # A network that has exploded is not judged by the steps before.
    found = {"network": error_of(said, truth) if np.isfinite(said).all() else float("inf")}
    return found | {line.name: error_of(line.said[part][every], truth) for line in classical}


def _none(_branches: Branches) -> tuple[tuple[Any, ...], ...]:
    return ((),)


def _layers(branches: Branches) -> tuple[tuple[Any, ...], ...]:
    return ((branches.branch.layer,),)


def _planes(branches: Branches) -> tuple[tuple[Any, ...], ...]:
    return ((branches.branch.layer, branches.branch.plane),)


def _ledgers(branches: Branches) -> tuple[tuple[Any, ...], ...]:
    return tuple((summed, branches.branch.layer) for summed in (False, True))


def _lines(branches: Branches) -> tuple[tuple[Any, ...], ...]:
    layers = range(branches.run.architecture.layers)
    return tuple((kind, layer) for layer in layers for kind in KINDS)


def _quantities(branches: Branches) -> tuple[tuple[Any, ...], ...]:
    made = branches.run.architecture
    cell = CELLS[made.cell]
    kept = ("a", *cell.states, *cell.names)
    return tuple((name, layer) for layer in range(made.layers) for name in kept)


def _others(branches: Branches) -> tuple[tuple[Any, ...], ...]:
    if len(branches.each) == 1 or any(too_large(each.run) for each in branches.each):
        return ()
    return tuple((b.run.networks[b.snapshot], window_of(b.run)) for b in branches.others)


def _costs_of_others(branches: Branches) -> Cost:
    if not _others(branches):
        return Cost(0.0)
    total = Cost(0.0)
    for other in branches.others:
        size = size_of(branches.task, other.run.architecture)
        total += cost(size, "pass", "source norms") + cost_of_windows(size, window_of(other.run))
    return total


def _costs_of_left_out(branches: Branches) -> Cost:
    if not window_of(branches.run):
        return Cost(0.0)
    return cost(size_of(branches.task, branches.run.architecture), "pass")


def _costing(name: str) -> Callable[[Branches], Cost]:
    last: tuple[ReferenceType[Task], Architecture, Cost] | None = None

    def costs(branches: Branches) -> Cost:
        nonlocal last
        # A moved playhead asks for that of every measure some times, of the same size.
        task, made = branches.task, branches.run.architecture
        if last is None or last[0]() is not task or last[1] is not made:
            last = ref(task), made, cost(size_of(task, made), name)
        return last[2]

    return costs


# Those of the laboratory are imported when a panel first asks for them: the window stands before.


def _triangle(passing: Pass, told: Told | None, first: int, last: int) -> Triangle:
    from rnnviz.film.triangle import triangle

    return triangle(passing, told, first, last)


def _stretch(branches: Branches) -> tuple[tuple[int, int]]:
    from rnnviz.film.triangle import stretch_of

    return (stretch_of(branches),)


def _singular_values(passing: Pass, told: Told | None, layer: int) -> SingularValues | None:
    from rnnviz.film.singular_values import singular_values

    return singular_values(passing, told, layer)


def _ellipse(
    passing: Pass, told: Told | None, layer: int, plane: tuple[int, int] | None = None
) -> Ellipse | None:
    from rnnviz.film.singular_values import ellipse

    return ellipse(passing, told, layer, plane)


def _weight_scales(passing: Pass, told: Told | None) -> WeightScales:
    from rnnviz.film.weight_scales import weight_scales

    return weight_scales(passing, told)


def _weight_ledger(
    passing: Pass, told: Told | None, summed: bool, layer: int
) -> WeightLedger | None:
    from rnnviz.film.weight_ledger import weight_ledger

    return weight_ledger(passing, told, summed, layer)


def _forgetting(passing: Pass, told: Told | None, under_way: int) -> ForgottenInput | None:
    from rnnviz.film.forgetting import forgetting

    return forgetting(passing, told, under_way)


def _under_way(branches: Branches) -> tuple[tuple[int]]:
    from rnnviz.film.forgetting import under_way

    return ((under_way(branches),),)


def _half_lives(passing: Pass, told: Told | None, layer: int) -> NDArray[np.float64] | None:
    from rnnviz.film.forgetting import half_lives

    return half_lives(passing, told, layer)


def _forecast(passing: Pass, told: Told | None, origin: int, horizon: int, column: int) -> Forecast:
    from rnnviz.film.origins import forecast

    return forecast(passing, told, origin, horizon, column)


def _origins(passing: Pass, told: Told | None, horizon: int, column: int) -> Origins:
    from rnnviz.film.origins import origins

    return origins(passing, told, horizon, column)


def _from_one(branches: Branches) -> tuple[tuple[int, int, int], ...]:
    from rnnviz.film.origins import looked_at, why_no_origins

    return () if why_no_origins(branches.task) else (looked_at(branches.task, branches.playhead),)


def _from_many(branches: Branches) -> tuple[tuple[int, int], ...]:
    return tuple((horizon, column) for _, horizon, column in _from_one(branches))


def _costs_of_one(branches: Branches) -> Cost:
    from rnnviz.film.origins import costs_of_origins

    return costs_of_origins(branches, one=True)


def _costs_of_many(branches: Branches) -> Cost:
    from rnnviz.film.origins import costs_of_origins

    return costs_of_origins(branches, one=False)


def _order(passing: Pass, told: Told | None, lags: int) -> TextOrder | SeriesOrder | None:
    from rnnviz.film.order import order

    return order(passing, told, lags)


def _lags(branches: Branches) -> tuple[tuple[int]]:
    from rnnviz.film.order import lags_of

    return lags_of(branches)


def _costs_of_order(branches: Branches) -> Cost:
    from rnnviz.film.order import costs_of_order

    return costs_of_order(branches)


SOURCE_NORMS = Measure("source norms", _norms, _none, _costing("source norms"))
TOTAL_NORMS = Measure("total norms", _total, _none, _costing("source norms"))
CURVE = Measure("curve", _curve, _lines, _costing("errors"))
RANGE = Measure("range", _range, _lines, _costing("errors"))
EXTREMES = Measure("extremes", _extremes, _quantities, _costing("extremes"), forward=True)
ERRORS = Measure("errors", _errors, lambda _: ((False,), (True,)), _costing("errors"), forward=True)
BESIDE = Measure("beside", _beside, _others, _costs_of_others)
TRIANGLE = Measure("triangle", _triangle, _stretch, _costing("triangle"), forward=True)
SINGULAR_VALUES = Measure("singular values", _singular_values, _layers, _costing("singular values"))
ELLIPSE = Measure("ellipse", _ellipse, _planes, _costing("ellipse"))
WEIGHT_SCALES = Measure(
    "weight scales", _weight_scales, _none, _costing("weight scales"), forward=True
)
_PLAIN = (SOURCE_NORMS, TOTAL_NORMS, CURVE, RANGE, EXTREMES, ERRORS, BESIDE)
FORGETTING = Measure("forgetting", _forgetting, _under_way, _costing("pass"), forward=True)
HALF_LIVES = Measure("half-lives", _half_lives, _layers, _costing("half-lives"), forward=True)
WEIGHT_LEDGER = Measure("weight ledger", _weight_ledger, _ledgers, _costing("weight ledger"))
LEFT_OUT = Measure("left out", left_out, lambda _: ((False,), (True,)), _costs_of_left_out)
FORECAST = Measure("forecast", _forecast, _from_one, _costs_of_one, forward=True)
ORIGINS = Measure("origins", _origins, _from_many, _costs_of_many, forward=True)
ORDER = Measure("order", _order, _lags, _costs_of_order, forward=True)
_LABORATORY = (
    ORDER,
    FORECAST,
    ORIGINS,
    LEFT_OUT,
    TRIANGLE,
    SINGULAR_VALUES,
    WEIGHT_SCALES,
    ELLIPSE,
    FORGETTING,
    HALF_LIVES,
    WEIGHT_LEDGER,
)
MEASURES: Mapping[str, Measure[..., Any]] = MappingProxyType(
    {m.name: m for m in (*_PLAIN, *_LABORATORY)}
)


def look_through(
    passing: Pass, branches: Branches, names: Iterable[str], told: Told | None = None
) -> None:
    """Find measures now with all that is asked of them; `told` as in `compute_pass`.

    Raises
    ------
    Cancelled
        When `told` has answered False.
    """
    asked: list[tuple[Measure[..., Any], tuple[Any, ...], float]] = []
    for measure in map(MEASURES.__getitem__, names):
        each = list(measure.arguments(branches))
        share = measure.cost(branches).seconds / max(len(each), 1)
        asked += [(measure, arguments, share) for arguments in each]
    whole, before = sum(share for _, _, share in asked), 0.0
    for measure, arguments, share in asked:

        def part(done: float, before: float = before, share: float = share) -> None:
            if told is not None and told((before + share * done) / whole) is False:
                raise Cancelled("was not computed: cancelled")

        part(0.0)
        found = measure.find(passing, part, *arguments)
        if isinstance(found, Extremes):
            found.prepare()
        before += share


def take_over(passing: Pass, known: Pass) -> None:
    """Take over what is of the forward pass, which passes of other sources have in common."""
    if passing.window != known.window:  # triangles are cut there too
        return
    for key, found in known.measured.items():
        if MEASURES[key[0]].forward:
            passing.measured[key] = found


def drop(passing: Pass, names: Iterable[str]) -> None:
    """Forget all measures but these."""
    kept = set(names)
    for key in [key for key in passing.measured if key[0] not in kept]:
        del passing.measured[key]
