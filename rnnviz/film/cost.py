"""What things take, in seconds and in bytes, before they are done: the one rule of the program.

It decides what is done at once and what beside the interface. Seconds are those of a usual machine
and rather too many: what is called quick may hold a window for a moment at most, and what is not
loses nothing by it. `benchmarks/cost.py` holds them against the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from rnnviz.data import Task
from rnnviz.data.forecasts import FITTED_TO
from rnnviz.engine import CELLS, Architecture
from rnnviz.engine import trace as traces
from rnnviz.film.fields import FIELDS
from rnnviz.film.settings import Settings, in_double
from rnnviz.frozen import record

# Seconds that what is done on the interface's thread may take; a window is still alive at 0.05.
_QUICK = 0.03
_GB = 1e9
# Bytes of a pass that is set beside another, and of an update in a training.
_BESIDE_BYTES, _UPDATE_BYTES = 0.8e9, 2e9
# Seconds of a step of one layer that are no arithmetic, forward or backward, for each gate.
_CALLS, _CALL = 7e-6, 3.5e-6
# Seconds of a number of W_aa in a step's product, of one of a product over all steps, of one that
# is looked at, squashed or copied, and of a matrix's decomposition by the cube of its height.
_FED, _MULTIPLIED, _TOUCHED, _DECOMPOSED = 2e-10, 1.5e-10, 6e-9, 5e-9


# Seconds of a step of a network that goes on by itself which are no arithmetic, and of a value that
# the classical methods are fitted to.
_ONWARD, _FIT = 1e-4, 2e-5


_WINDOW = 6e-5  # seconds of a window of truncated BPTT that are no arithmetic
WHOLE, SPAN, MOST_LOSSES = 2_000, 10_000, 256
"""Steps up to which every loss is followed by itself; else so many losses in so many steps."""


def losses_followed(steps: int) -> int:
    """How many losses are followed, each by itself, of a sequence of so many steps."""
    return steps if steps <= WHOLE else MOST_LOSSES


_JACOBIANS, _MOST_BACK = 64e6, 2_000


def steps_back(states: int) -> int:
    """How many steps' Jacobians are multiplied at most, of so many states: by their bytes."""
    return max(2, min(_MOST_BACK, int(_JACOBIANS / (8 * states * states))))


@record
class Size:
    """The sizes that a cost depends on.

    Attributes
    ----------
    cell : str
    layers, units, steps, batch : int
    inputs, outputs : int
        Numbers that a step is fed and that it says; a vocabulary's words.
    ids : bool
        Whether a step is fed one of a vocabulary, which is then one number.
    """

    cell: str
    layers: int
    units: int
    steps: int
    inputs: int
    outputs: int
    batch: int = 1
    ids: bool = False

    @property
    def numbers(self) -> int:
        """Numbers of the states, T · L · H · B."""
        return self.steps * self.layers * self.units * self.batch

    @property
    def gates(self) -> int:
        """n, of which the pre-activations have as many."""
        return CELLS[self.cell].gates

    @property
    def parameters(self) -> int:
        """How many numbers all matrices have."""
        first, rest = self.inputs + self.units, 2 * self.units * (self.layers - 1)
        return self.units * (self.gates * (first + rest) + self.outputs)

    @property
    def said(self) -> int:
        """Numbers of y that a pass keeps; those of a long one are made in parts."""
        numbers = self.steps * self.batch * self.outputs
        return numbers if numbers <= traces.WHOLE else traces.PART

    @property
    def item(self) -> int:
        """The bytes of one number."""
        return 8 if in_double(self.steps, self.units, self.layers) else 4


@record
class Cost:
    """What something takes: seconds until it is done, bytes as long as it is kept."""

    seconds: float
    bytes: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.seconds + other.seconds, self.bytes + other.bytes)

    @property
    def quick(self) -> bool:
        """Whether it may be done on the interface's thread."""
        return self.seconds <= _QUICK


def size_of(task: Task, made: Architecture | Settings) -> Size:
    """That of a network, or of one that settings would make, on a task."""
    ids = task.x.dtype.kind in "iu"
    return Size(made.cell, made.layers, made.units, task.steps, task.inputs, task.outputs, ids=ids)


def size_of_text(tokens: int, settings: Settings) -> Size:
    """The largest that a text of so many tokens can need: no two of them are the same."""
    return Size(settings.cell, settings.layers, settings.units, tokens, tokens, tokens, ids=True)


@lru_cache(maxsize=256)  # asked at every move of the playhead
def cost(size: Size, *names: str) -> Cost:
    """What the measures, or parts of them, of these names take together."""
    return sum((_COSTS[name](size) for name in names), Cost(0.0))


BUDGETS = tuple(name for name in FIELDS if name.startswith("memory_"))
"""The fields that are budgets of memory."""
# Those in force, in GB: the memory is the process's, and so are they.
_BUDGETS: dict[str, float] = {}


def cost_of_windows(size: Size, window: int) -> Cost:
    """What two sweeps take more where they begin anew at every end of a window; 0 for none."""
    return Cost(2 * size.layers * size.steps / window * _WINDOW if window else 0.0)


def budget(name: str) -> float:
    """Bytes that a budget allows; `name` is that of its field, "memory_pass", …."""
    return _GB * budgets()[name]


def budgets() -> dict[str, float]:
    """Those in force, in GB by the names of their fields."""
    return {n: _BUDGETS[n] if n in _BUDGETS else FIELDS[n].default for n in BUDGETS}


def set_budget(name: str, gigabytes: float) -> None:
    """Put a budget into force, in all of the program."""
    _BUDGETS[name] = FIELDS[name].checked(gigabytes)


def set_budgets(gigabytes: Mapping[str, Any]) -> None:
    """Put those budgets into force that stand among these values of fields."""
    for name, value in gigabytes.items():
        if name in BUDGETS:
            set_budget(name, value)


def check_affordable(size: Size) -> None:
    """Refuse a pass that would take more memory than its budget, before anything is made for it.

    Raises
    ------
    ValueError
        With the estimate, and what can be done.
    """
    needed, allowed = cost(size, "task", "network", "pass", "extremes").bytes, budget("memory_pass")
    if needed > allowed:
        cell = CELLS[size.cell].name
        raise ValueError(
            f"{size.steps:,} steps through {size.layers} × {size.units} units of {cell} would take "
            f"about {_in_gb(needed)} of memory, and {_in_gb(allowed)} are allowed. Open fewer "
            "steps, choose a simpler cell or fewer units, or allow more: View → Memory limit, "
            "or --memory."
        )


def _in_gb(found: float) -> str:
    return f"{found / _GB:,.0f} GB" if found >= 10 * _GB else f"{found / _GB:.2g} GB"


def most_kept(size: Size, most: int) -> int:
    """How many passes of a size are kept: at most so many, and one that is too large alone."""
    return max(1, min(most, int(budget("memory_kept") / max(cost(size, "pass").bytes, 1.0))))


def most_networks(size: Size) -> int:
    """How many networks of a film, one after each update, are kept: at least the two newest."""
    return max(2, int(budget("memory_updates") / cost(size, "update").bytes))


def fits_beside(size: Size) -> bool:
    """Whether a pass may be set beside another."""
    return cost(size, "pass", "source norms").bytes <= _BESIDE_BYTES


def fits_update(size: Size) -> bool:
    """Whether an update of a training may be made, its windows as steps."""
    return cost(size, "training update").bytes <= _UPDATE_BYTES


def _task(size: Size) -> Cost:
    numbers = size.steps * (size.inputs + 4)
    # Ids or values and targets, which are float64 in any run, and each step's label.
    kept = size.steps * (100 + 8 * (2 if size.ids else 2 * size.inputs + size.outputs))
    return Cost(1e-4 + numbers * _TOUCHED, kept)


def _network(size: Size) -> Cost:
    square = size.layers * size.gates * size.units**3
    drawn = size.parameters * 4 * _TOUCHED
    return Cost(1e-3 + square * _DECOMPOSED + drawn, size.parameters * size.item)


def _sweep(size: Size, products: float) -> float:
    """Once through time, with so many products of all steps by each matrix after it."""
    matrix = size.gates * size.units**2 * size.item / 4
    calls = size.steps * size.layers * (_CALLS + _CALL * size.gates)
    fed = size.steps * size.layers * size.batch * matrix * _FED
    multiplied = products * size.steps * size.batch * size.parameters * _MULTIPLIED
    return calls + fed + multiplied + size.gates * size.numbers * _TOUCHED


def _said(size: Size) -> float:
    return 6 * size.steps * size.batch * size.outputs * _TOUCHED


def _pass(size: Size) -> Cost:
    cell = CELLS[size.cell]
    # States, pre-activations and what else the cell keeps; twice what is on its way back, of all
    # losses and of one; and what is there for a moment.
    others = sum(size.gates if name == "gates" else 1 for name in cell.keeps) + len(cell.states)
    back = 1 + cell.lead + size.gates + len(cell.states)
    kept = (1 + size.gates + others + 2 * back + size.gates + 4) * size.numbers
    kept += 5 * size.said + 5 * size.parameters
    kept += 0 if size.ids else size.steps * size.inputs
    seconds = 2e-3 + _sweep(size, 1.0) + 2 * _sweep(size, 2.0) + _said(size)
    seconds += 8 * size.parameters * _TOUCHED  # they are arranged, and have gradients
    if CELLS[size.cell].bounded:
        seconds += size.layers * size.units**3 * _DECOMPOSED  # for σ_max
    return Cost(seconds, kept * size.item)


def _norms(size: Size) -> Cost:
    return Cost(1e-3 + 1.5 * _sweep(size, 0.5), 8 * size.steps * size.layers)


def _triangle(size: Size) -> Cost:
    """Of the stretch that holds the playhead; half of its losses travel back at a time."""
    steps = size.steps if size.steps <= WHOLE else min(size.steps, SPAN)
    losses = losses_followed(size.steps)
    part = replace(size, steps=steps, batch=max(1, losses // 2))
    return Cost(2e-3 + _sweep(part, 0.5), 8.0 * losses * size.layers * steps)


def _singular_values(size: Size) -> Cost:
    states = size.units * (1 + len(CELLS[size.cell].states))
    steps = min(size.steps, steps_back(states))
    made = 4 * steps * states * size.units * size.gates * _TOUCHED
    return Cost(1e-3 + made + steps * states**3 * _DECOMPOSED, 8.0 * steps * states)


def _ellipse(size: Size) -> Cost:
    states = size.units * (1 + len(CELLS[size.cell].states))
    steps = min(size.steps, steps_back(states))
    made = 4 * steps * states * size.units * size.gates * _TOUCHED
    carried = steps * (1.5e-4 + states**3 * _MULTIPLIED)  # and a few are decomposed
    kept = 8.0 * steps * 2 * states
    return Cost(1e-3 + made + carried + 10 * states**3 * 4 * _DECOMPOSED, kept)


def _weight_scales(size: Size) -> Cost:
    """The eigenvalues of each block take some five times as long as its singular values."""
    blocks = size.layers * size.gates * (5e-5 + 5 * size.units**3 * _DECOMPOSED)
    return Cost(2e-4 + blocks + size.gates * size.units * size.inputs * _TOUCHED, 100.0)


def _half_lives(size: Size) -> Cost:
    """As if every unit kept half of its influence for a quarter of the steps that are looked at."""
    states = size.units * (1 + len(CELLS[size.cell].states))
    steps = min(size.steps, steps_back(states) // 4 + 1)
    products = steps * steps / 4 * states**3
    return Cost(1e-3 + products * 2 * _MULTIPLIED, 8.0 * size.units)


def _weight_ledger(size: Size) -> Cost:
    steps = 0 if size.steps > WHOLE else size.steps
    numbers = steps * size.gates * size.units**2
    return Cost(1e-3 + 2 * (_sweep(size, 0.0) + 3 * numbers * _TOUCHED), 16.0 * steps)


def _extremes(size: Size) -> Cost:
    looked = (2 + size.gates) * size.numbers
    return Cost(looked * 2 * _TOUCHED, looked / 16 * size.item)


def _errors(size: Size) -> Cost:
    return Cost(1e-4 + 40 * size.steps * _TOUCHED)


def cost_of_origins(size: Size, origins: int, horizon: int, *, fits: bool, again: bool) -> Cost:
    """What a forecast from so many origins takes, all of a batch at every step.

    `fits`: the classical methods are still to be fitted; `again`: what is known is run once more.
    """
    part = replace(size, steps=horizon, batch=max(1, origins))
    seconds = 1e-3 + _sweep(part, 1.0) + horizon * _ONWARD + 12 * origins * horizon * _TOUCHED
    seconds += 5e-3 + min(size.steps, FITTED_TO) * _FIT if fits else 0.0
    seconds += _sweep(size, 1.0) if again else 0.0
    return Cost(seconds, 8.0 * 7 * origins * horizon)


def _training_update(size: Size) -> Cost:
    """Forward, backward and step of a batch, in float64 for what is not known of it yet."""
    said = 4 * size.said + size.steps * size.batch * (1 if size.ids else size.inputs)
    kept = (3 + 3 * size.gates) * size.numbers + said
    seconds = _sweep(size, 1.0) + _sweep(size, 2.0) + _said(size) + _update(size).seconds
    return Cost(seconds, 8.0 * kept)


def _update(size: Size) -> Cost:
    # The network, also as its loop has it, two memories of an optimiser, the gradient.
    return Cost(2e-4 + 12 * size.parameters * _TOUCHED, 5 * size.parameters * size.item)


_COSTS: Mapping[str, Callable[[Size], Cost]] = MappingProxyType(
    {
        "task": _task,
        "network": _network,
        "pass": _pass,
        "source norms": _norms,
        "triangle": _triangle,
        "singular values": _singular_values,
        "ellipse": _ellipse,
        "weight scales": _weight_scales,
        "half-lives": _half_lives,
        "weight ledger": _weight_ledger,
        "extremes": _extremes,
        "errors": _errors,
        "update": _update,
        "training update": _training_update,
    }
)
