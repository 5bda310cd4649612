"""A run: the document. Task, settings and the networks of every update so far."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task
from rnnviz.engine import (
    Architecture,
    Backward,
    Network,
    Objective,
    Trace,
    backward,
    create_network,
    forward,
    recurrent_gain,
    sgd_step,
    source_gradients,
    source_log_norms,
)

# Above this many numbers a state, float64 costs more than its digits are worth on the screen.
_DOUBLE_UP_TO = 400_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may choose of the network.

    Attributes
    ----------
    units : int
        Hidden units H.
    activation : str
        "tanh", "relu", "sigmoid" or "identity".
    seed : int
        Seed of the first weights.
    learning_rate : float or None
        η of the update; None takes one that fits the length (see `default_learning_rate`).
    recurrent : str
        Initialiser of W_aa.
    gain : float
        What the initialiser's W_aa is multiplied by.
    """

    units: int = 16
    activation: str = "tanh"
    seed: int = 0
    learning_rate: float | None = None
    recurrent: str = "orthogonal"
    gain: float = 0.5


@dataclass(frozen=True, slots=True)
class Run:
    """Task, settings and one network a snapshot; networks[s + 1] is networks[s] after one update.

    Attributes
    ----------
    task : Task
        x and targets, from the user's sequence.
    settings : Settings
        What the networks were made with.
    networks : tuple of Network
        Snapshot 0 is the seed's.
    learning_rate : float
        η of the next update.
    """

    task: Task
    settings: Settings
    networks: tuple[Network, ...]
    learning_rate: float

    @property
    def steps(self) -> int:
        """T, the length of the sequence."""
        return len(self.task.sequence)

    @property
    def units(self) -> int:
        """H, the hidden units of a layer."""
        return self.networks[0].architecture.units

    def up_to(self, snapshot: int) -> Run:
        """This run without the snapshots after `snapshot`."""
        return replace(self, networks=self.networks[: snapshot + 1])

    def with_learning_rate(self, learning_rate: float, snapshot: int) -> Run:
        """This run with another η from `snapshot` on; later snapshots were made with the old one.

        Raises
        ------
        ValueError
            If `learning_rate` is not a finite number of at least 0.
        """
        if not (np.isfinite(learning_rate) and learning_rate >= 0):
            raise ValueError(f"the learning rate must be 0 or more, not {learning_rate}")
        return replace(self.up_to(snapshot), learning_rate=learning_rate)

    def updated(self, passing: Pass) -> Run:
        """This run with one more snapshot: `passing`'s network after one SGD step.

        Raises
        ------
        ValueError
            If the gradient has a number that is not finite; there is no such update.
        """
        if passing.exploded:
            raise ValueError(passing.exploded)
        network = sgd_step(passing.trace.network, passing.backward.gradients, self.learning_rate)
        return replace(self, networks=(*self.networks, network))


@dataclass(frozen=True, slots=True)
class Pass:
    """All that one pass of one snapshot computed.

    Attributes
    ----------
    trace : Trace
        Forward.
    backward : Backward
        Backward through time for the sum of all losses.
    source : int
        The step k whose loss alone is followed; 0 where no step pays a loss.
    source_da : ndarray of shape (L, T, B, H)
        ∂L_k/∂a⟨t⟩ of that loss alone.
    source_log_norms : ndarray of shape (L, T)
        Natural logarithm of its norm at every step; −inf where it is exactly 0.
    gain : tuple of float
        Per layer the bound's base σ_max(W_aa)·max|g′|.
    """

    trace: Trace
    backward: Backward
    source: int
    source_da: NDArray[np.floating]
    source_log_norms: NDArray[np.float64]
    gain: tuple[float, ...]

    @property
    def exploded(self) -> str:
        """In words where the numbers stopped being finite; empty where they did not."""
        if self.trace.exploded_at is not None:
            return f"exploded at step {self.trace.exploded_at}: its numbers are no longer finite"
        if self.backward.exploded_at is not None:
            return (
                f"the gradient exploded at step {self.backward.exploded_at} on its way back: "
                "its numbers are no longer finite"
            )
        return ""


def default_learning_rate(steps: int) -> float:
    """η for a loss that is a sum over steps: about 1/T, as 1, 2 or 5 times a power of ten."""
    wanted = min(0.1, 1.0 / max(steps, 1))
    power = 10.0 ** np.floor(np.log10(wanted))
    factor = max(f for f in (1, 2, 5) if f * power <= wanted * (1 + 1e-9))
    return float(f"{factor * power:.0e}")


def start_run(task: Task, settings: Settings | None = None) -> Run:
    """Make the run that a task begins with.

    Parameters
    ----------
    task : Task
        What is to be shown.
    settings : Settings, optional
        The network's; the default ones otherwise.

    Raises
    ------
    ValueError
        If a setting is impossible (no units, an unknown activation, …).
    """
    settings = settings or Settings()
    architecture = Architecture(
        inputs=task.inputs,
        units=settings.units,
        outputs=task.outputs,
        activation=settings.activation,
    )
    small = len(task.sequence) * settings.units <= _DOUBLE_UP_TO
    network = create_network(
        architecture,
        seed=settings.seed,
        recurrent=settings.recurrent,
        gain=settings.gain,
        dtype=np.float64 if small else np.float32,
    )
    rate = settings.learning_rate
    if rate is None:
        rate = default_learning_rate(len(task.sequence))
    return Run(task, settings, (network,), rate)


def last_paid(task: Task) -> int:
    """The last step that pays a loss; 0 where none does."""
    paid = np.flatnonzero(task.mask.any(axis=1))
    return int(paid[-1]) + 1 if paid.size else 0


def resolve_source(task: Task, source: int) -> int:
    """The step whose loss is followed: the wanted one where it pays a loss, else the last paid."""
    if 1 <= source <= task.mask.shape[0] and bool(task.mask[source - 1].any()):
        return source
    return last_paid(task)


def compute_pass(run: Run, snapshot: int, source: int, known: Pass | None = None) -> Pass:
    """Run forward and backward for one snapshot, and follow one loss on its own.

    Parameters
    ----------
    run : Run
        The document.
    snapshot : int
        Which of its networks.
    source : int
        The step k whose loss is followed; one that pays none falls back to the last that does.
    known : Pass, optional
        A pass of the same snapshot with another source, whose sweeps are taken over.
    """
    network, task = run.networks[snapshot], run.task
    if known is None or known.trace.network is not network:
        x = task.x if task.x.dtype.kind in "iu" else task.x.astype(network.dtype)
        objective = Objective(task.loss, task.targets, task.mask, "sum")
        trace = forward(network, x, objective)
        back = backward(trace)
        gain = tuple(recurrent_gain(network, layer) for layer in range(network.architecture.layers))
    else:
        trace, back, gain = known.trace, known.backward, known.gain
    k = resolve_source(task, source)
    layers, steps = network.architecture.layers, run.steps
    if k:
        source_da = source_gradients(trace, k)
        log_norms = source_log_norms(trace, [k])[0]
    else:
        source_da = np.zeros_like(back.da)
        log_norms = np.full((layers, steps), -np.inf)
    return Pass(trace, back, k, source_da, log_norms, gain)
