"""States and gradients that another program computed, step by step, as a film of their own.

A recording knows no weights and no inputs but their names, so nothing can be computed anew of it:
what is shown is what was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import ceil, floor
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnviz.film.timeline import Stage, step_seconds
from rnnviz.frozen import record

MOST_NUMBERS = 50_000_000
"""Of a recording's states; more takes gigabytes in the process that shows it."""

Vector = NDArray[np.float64]


@record(eq=False, slots=False)
class Recording:
    """States and gradients of one sequence that another program computed.

    Attributes
    ----------
    states : ndarray of shape (L, T, H)
        a⟨1⟩ … a⟨T⟩ of every layer, the lowest first; read-only.
    gradients : ndarray of shape (L, T, H) or None
        ∂L/∂a⟨1⟩ … ∂L/∂a⟨T⟩, where they were recorded; read-only.
    tokens : tuple of str
        What entered at each step, or its number.
    of : str
        What it is a recording of, as a title.
    """

    states: Vector
    gradients: Vector | None
    tokens: tuple[str, ...]
    of: str = "recorded states"

    @property
    def layers(self) -> int:
        """L, the number of layers."""
        return self.states.shape[0]

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return self.states.shape[1]

    @property
    def units(self) -> int:
        """H, the units of a layer."""
        return self.states.shape[2]

    @property
    def end(self) -> int:
        """The last stop: T, or 2T where gradients come back."""
        return self.steps * (1 if self.gradients is None else 2)

    @cached_property
    def limit(self) -> float:
        """The largest finite size of a state, at least 1: the end of the scale of values."""
        sizes = np.abs(self.states[np.isfinite(self.states)])
        return float(max(1.0, sizes.max(initial=0.0)))

    @cached_property
    def log10_norms(self) -> Vector:
        """log10 ‖∂L/∂a⟨t⟩‖, (L, T); −inf where exactly 0, NaN where not finite or not recorded."""
        if self.gradients is None:
            return np.full(self.states.shape[:2], np.nan)
        return log10_norms(self.gradients)

    @cached_property
    def log10_state_norms(self) -> Vector:
        """log10 ‖a⟨t⟩‖, (L, T), in the same way."""
        return log10_norms(self.states)


def log10_norms(vectors: Vector) -> Vector:
    """The logarithm of every vector's length along the last axis, beyond the ends of floats too."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        most = np.abs(vectors).max(axis=-1, keepdims=True)
        parts = np.where(most > 0.0, vectors / most, 0.0)
        found = np.log10(most[..., 0]) + 0.5 * np.log10((parts**2).sum(axis=-1))
    found[most[..., 0] == 0.0] = -np.inf
    found[~np.isfinite(vectors).all(axis=-1)] = np.nan
    return found


def recording_of(
    states: Any,
    gradients: Any = None,
    tokens: Iterable[object] | None = None,
    of: str = "recorded states",
) -> Recording:
    """Make a recording of arrays, or of what turns into arrays.

    Parameters
    ----------
    states : array_like of shape (T, H) or (L, T, H)
        The hidden state after each step, of one layer or of several, the lowest first. Tensors of
        PyTorch are taken from wherever they are, without their graph.
    gradients : array_like of the same shape, optional
        ∂L/∂a⟨t⟩, the whole derivative: with what comes back from later steps.
    tokens : iterable, optional
        What entered at each step; its text is shown.
    of : str
        A title.

    Raises
    ------
    ValueError
        Of what is none, in a sentence that says what is wanted instead.
    """
    a = _array(states, "states")
    da = None if gradients is None else _array(gradients, "gradients")
    if da is not None and da.shape != a.shape:
        raise ValueError(
            f"gradients are {_shape(da)} and states {_shape(a)}: give one gradient a state"
        )
    try:
        given = range(1, a.shape[1] + 1) if tokens is None else iter(tokens)
    except TypeError:
        of_type = type(tokens).__name__
        raise ValueError(f"tokens are {of_type}: give one a step, as a list of words") from None
    names = [*map(str, given)]
    if len(names) != a.shape[1]:
        raise ValueError(
            f"there are {len(names):,} tokens for {a.shape[1]:,} steps: give one a step"
        )
    return Recording(a, da, tuple(names), str(of))


def _array(given: Any, name: str) -> Vector:
    if hasattr(given, "detach"):  # a tensor, perhaps on another device, perhaps of 16 bits
        given = given.detach().cpu()
        given = given.double() if given.is_floating_point() else given
    elif isinstance(given, list | tuple):
        items = cast(Sequence[Any], given)
        if items and hasattr(items[0], "detach"):
            given = [_array_of_tensor(each) for each in items]
    try:
        array: NDArray[Any] = np.asarray(cast(Any, given))
    except ValueError:
        raise ValueError(f"{name} are not of one shape: give an array of steps × units") from None
    if array.dtype.kind not in "fiu":
        raise ValueError(f"{name} are of type {array.dtype}: give real numbers")
    if array.ndim == 2:
        array = array[None]
    if array.ndim != 3:
        raise ValueError(
            f"{name} are {_shape(array)}: give steps × units, or layers × steps × units; of a "
            "batch one sequence alone"
        )
    if array.shape[1] == 1 < array.shape[0]:
        raise ValueError(
            f"{name} are {_shape(array)}, which would be {array.shape[0]} layers of one step: of "
            f"a batch of one give {name}[:, 0]"
        )
    if not array.size:
        raise ValueError(f"{name} are {_shape(array)}: there is nothing in them")
    if array.size > MOST_NUMBERS:
        raise ValueError(
            f"{name} are {array.size:,} numbers, and {MOST_NUMBERS:,} can be shown: give fewer "
            "steps or units"
        )
    with np.errstate(over="ignore"):  # of a longer type: what is beyond float64 is infinite here
        held = np.array(array, np.float64)
    if isinstance(given, np.ma.MaskedArray):  # what is masked is no number, whatever lies beneath
        masked: NDArray[np.bool_] = np.ma.getmaskarray(cast(Any, given))
        held[np.broadcast_to(masked, held.shape)] = np.nan
    held.setflags(write=False)
    return held


def _array_of_tensor(tensor: Any) -> NDArray[Any]:
    return np.asarray(tensor.detach().cpu().double())


def _shape(array: NDArray[Any]) -> str:
    return " × ".join(map(str, array.shape)) or "a single number"


@record
class RecordedMoment:
    """The step and direction at a position of a recording's film.

    Attributes
    ----------
    stage : Stage
        START, FORWARD or BACKWARD.
    step : int
        The step under way, or that was done last; 0 at the start.
    progress : float
        How far it has come, 0 … 1.
    known : int
        States that are there: those of steps 1 … known, the one under way among them.
    back : int
        The gradient is there of steps back … T; T + 1 before any is.
    """

    stage: Stage
    step: int
    progress: float
    known: int
    back: int


def moment_of(recording: Recording, position: float) -> RecordedMoment:
    """What happens at a position, 0 … `Recording.end` (clamped)."""
    steps = recording.steps
    position = min(max(position, 0.0), float(recording.end))
    stop = ceil(position)
    progress = 1.0 - (stop - position)
    if stop == 0:
        return RecordedMoment(Stage.START, 0, 1.0, 0, steps + 1)
    if stop <= steps:
        return RecordedMoment(Stage.FORWARD, stop, progress, stop, steps + 1)
    t = 2 * steps + 1 - stop
    return RecordedMoment(Stage.BACKWARD, t, progress, steps, t)


def advanced(recording: Recording, position: float, seconds: float, speed: float) -> float:
    """Where the film is after some time at a speed; a step takes as long as in any other film."""
    left = seconds * speed
    while left > 0.0 and position < recording.end:
        length = step_seconds(Stage.FORWARD if position < recording.steps else Stage.BACKWARD)
        need = (floor(position) + 1 - position) * length
        if left < need:
            return position + left / length
        left -= need
        position = floor(position) + 1.0
    return min(position, float(recording.end))
