"""Running a network on its own output: greedy, sampled, or value by value."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.frozen import record

from .arrays import Array, frozen, softmax
from .network import Network
from .propagation import forward
from .trace import Trace


@record(eq=False)
class Generated:
    """The outputs of a network that is fed its own outputs.

    Attributes
    ----------
    said : (T, B) integer or (T, B, O) float
        What was chosen at each step, or its output where values are fed back; after a sequence's
        end the end token.
    lengths : (B,) integer
        Steps until the end token was said, with that step; T where it was not.
    trace : Trace
        The forward pass over all that was fed.
    """

    said: Array
    lengths: NDArray[np.intp]
    trace: Trace


def generate(
    network: Network,
    first: ArrayLike,
    steps: int,
    *,
    choose: str = "greedy",
    temperature: float = 1.0,
    seed: int = 0,
    end: int | None = None,
    a0: ArrayLike | None = None,
    c0: ArrayLike | None = None,
    told: Callable[[Array], bool] | None = None,
) -> Generated:
    """Feed a network its own output.

    Parameters
    ----------
    network : Network
        In one direction. What comes out must fit what goes in: O = V or D, or V + 1 where the last
        answer is the end, which is no input.
    first : (B,) integer or (B, D) float
        The input of step 1.
    steps : int
        Steps at most.
    choose : {"greedy", "sample"}
        The likeliest class, or one drawn from softmax(y / temperature); values are fed back as
        they are.
    temperature : float
        Above 0; 1 draws as the network believes, less is bolder towards the likeliest.
    seed : int
        Of what is drawn.
    end : int, optional
        The token at which a sequence ends.
    a0, c0 : (L, B, H), optional
        The state to start from.
    told : callable, optional
        Is handed what was chosen at each step, (B,) or (B, O); answers False to stop after it.

    Returns
    -------
    Generated

    Raises
    ------
    ValueError
        For impossible settings, and for a network whose output cannot be its input.
    """
    first = np.asarray(first)
    _check(network, first, steps, choose, temperature, end)
    rng = np.random.Generator(np.random.PCG64(seed))
    fed, said = first[None], []
    places = network.architecture.vocabulary or network.architecture.inputs
    lengths = np.full(len(first), steps)
    inputs: list[Array] = []
    a, c = a0, c0
    outputs: list[Array] = []
    for t in range(steps):
        inputs.append(fed)
        step = forward(network, fed, a0=a, c0=c)
        a, c = step.a[:, -1], None if step.c is None else step.c[:, -1]
        chosen = step.y[0] if fed.ndim == 3 else _chosen(step.y[0], choose, temperature, rng)
        if end is not None:
            chosen = np.where(lengths < t + 1, end, chosen)  # it has ended before
            lengths = np.where((chosen == end) & (lengths == steps), t + 1, lengths)
        outputs.append(chosen)
        # An end that is no input: what comes after it is not looked at.
        fed = (np.where(chosen == end, 0, chosen) if end == places else chosen)[None]
        if told is not None and not told(chosen):
            break
        if end is not None and (chosen == end).all():
            break
    said = frozen(np.stack(outputs))
    lengths = np.minimum(lengths, len(said))
    trace = forward(network, np.concatenate(inputs), a0=a0, c0=c0, lengths=lengths)
    return Generated(said, frozen(lengths), trace)


def go_on(
    network: Network,
    first: ArrayLike,
    steps: int,
    *,
    a0: ArrayLike | None = None,
    c0: ArrayLike | None = None,
    linked: bool = True,
    told: Callable[[float], object] | None = None,
) -> Array:
    """Let a network go on from values, fed its own outputs, a whole batch at every step.

    Nothing of the way is kept but what it says: N beginnings take the memory of N states.

    Parameters
    ----------
    network : Network
        In one direction, with as many outputs as inputs.
    first : (N, D) float
        The input of step 1 of each.
    steps : int
        At least 0.
    a0, c0 : (L, N, H), optional
        The states to start from.
    linked : bool
        Whether a state reaches the next step; else every step begins with none.
    told : callable, optional
        Is told after each step how much is done, 0 … 1.

    Returns
    -------
    (steps, N, D) float
        What is not finite any more stays so, and is no error.

    Raises
    ------
    ValueError
        As :func:`generate`.
    """
    fed = np.asarray(first)
    _check(network, fed, max(steps, 1), "greedy", 1.0)
    said = np.empty((steps, *fed.shape), network.dtype)
    a, c = (a0, c0) if linked else (None, None)
    for t in range(steps):
        step = forward(network, fed[None], a0=a, c0=c)
        if linked:
            a, c = step.a[:, -1], None if step.c is None else step.c[:, -1]
        fed = said[t] = step.y[0]
        if told is not None:
            told((t + 1) / steps)
    return frozen(said)


def _chosen(y: Array, choose: str, temperature: float, rng: np.random.Generator) -> Array:
    """One class for each row of logits (B, O)."""
    if choose == "greedy":
        return np.argmax(y, axis=-1)
    p, _ = softmax(y.astype(np.float64) / temperature)
    drawn = rng.random((len(y), 1))
    return np.minimum((np.cumsum(p, axis=-1) <= drawn).sum(axis=-1), y.shape[-1] - 1)


def _check(
    network: Network,
    first: Array,
    steps: int,
    choose: str,
    temperature: float,
    end: int | None = None,
) -> None:
    architecture = network.architecture
    if architecture.bidirectional:
        raise ValueError("a bidirectional network cannot be fed its own output: it comes too early")
    if choose not in ("greedy", "sample"):
        raise ValueError(f"unknown choice {choose!r}; known: greedy, sample")
    if not temperature > 0.0:
        raise ValueError(f"temperature: expected a number > 0, found {temperature}")
    if steps < 1:
        raise ValueError(f"steps: expected a whole number ≥ 1, found {steps}")
    if first.ndim not in (1, 2):
        raise ValueError(f"first: expected ids (B,) or values (B, D), found shape {first.shape}")
    wanted = architecture.vocabulary or architecture.inputs
    if first.ndim == 1 and end == wanted:
        wanted += 1
    if architecture.outputs != wanted:
        raise ValueError(
            f"outputs: expected {wanted}, as many as can be fed back, found {architecture.outputs}"
        )
