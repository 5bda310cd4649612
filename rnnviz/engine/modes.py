"""The five modes: which steps have an input from outside, which pay a loss, what is fed back."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Array
from .losses import Objective
from .network import Network
from .propagation import forward
from .trace import Trace


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to use a recurrent network: masks over the steps, and nothing else.

    Attributes
    ----------
    inputs : {"every", "first", "none"}
        The steps with an input from outside.
    fed_back : bool
        Steps without one are fed the step before's output; in training the target in its place
        (teacher forcing; Williams and Zipser 1989).
    pays : {"every", "last"}
        The steps that pay a loss.
    recurrent : bool
        False: every step is a sequence of its own, of length 1.
    encoder : bool
        A first network reads the input; this one starts from its last state.
    """

    inputs: str
    fed_back: bool
    pays: str
    recurrent: bool = True
    encoder: bool = False

    def input_steps(self, steps: int, batch: int) -> Array:
        """Which steps have an input from outside, (T, B) bool."""
        mask = np.full((steps, batch), self.inputs == "every")
        mask[0] |= self.inputs == "first"
        return mask

    def paying_steps(self, steps: int, batch: int, lengths: ArrayLike | None = None) -> Array:
        """Which steps pay, (T, B) bool; the last of a sequence is at its own length."""
        last = np.full(batch, steps) if lengths is None else np.asarray(lengths)
        step = np.arange(1, steps + 1)[:, None]
        return step <= last if self.pays == "every" else step == last


MODES: Mapping[str, Mode] = MappingProxyType(
    {
        "one_to_one": Mode("every", fed_back=False, pays="every", recurrent=False),
        "one_to_many": Mode("first", fed_back=True, pays="every"),
        "many_to_one": Mode("every", fed_back=False, pays="last"),
        "encoder_decoder": Mode("none", fed_back=True, pays="every", encoder=True),
        "synced": Mode("every", fed_back=False, pays="every"),
    }
)


def run_mode(
    network: Network,
    mode: str,
    x: ArrayLike,
    targets: ArrayLike,
    loss: str = "softmax_cross_entropy",
    *,
    reduction: str = "sum",
    lengths: ArrayLike | None = None,
    a0: ArrayLike | None = None,
    c0: ArrayLike | None = None,
) -> Trace:
    """Run a network forward in one of the modes, ready for :func:`backward`.

    Parameters
    ----------
    network : Network
    mode : {"one_to_one", "one_to_many", "many_to_one", "synced"}
        For "encoder_decoder" see :class:`EncoderDecoder`.
    x : (T, B, D) float or (T, B) integer
        As for :func:`forward`; of "one_to_many" only step 1, (1, B, D) or (1, B): later steps are
        fed the target of the step before (teacher forcing).
    targets : array
        (T, B) ids or (T, B, O) values; of "many_to_one" (B,) or (B, O).
    loss, reduction : str
        As for :class:`Objective`.
    lengths, a0, c0 : array, optional
        As for :func:`forward`.

    Returns
    -------
    Trace
        Of "one_to_one" with one step and T·B sequences.

    Raises
    ------
    ValueError
        For an unknown mode and for arrays that do not fit.
    """
    chosen = find_mode(mode)
    if chosen.encoder:
        raise ValueError(f"mode {mode!r} needs two networks: an EncoderDecoder")
    x, targets = np.asarray(x), np.asarray(targets)
    if x.ndim not in (2, 3):
        raise ValueError(f"x: expected 2 or 3 axes, found {x.dtype} {x.shape}")
    if chosen.pays == "last":
        targets = np.broadcast_to(targets, (len(x), *targets.shape))
    elif chosen.fed_back:
        if len(x) != 1:
            raise ValueError(f"x of {mode}: expected the input of step 1 alone, found {x.shape}")
        x = teacher_forced(x, targets)
    elif not chosen.recurrent:
        if lengths is not None:
            raise ValueError(f"lengths: sequences of {mode} have one step each")
        x, targets = (array.reshape(1, -1, *array.shape[2:]) for array in (x, targets))
    mask = None
    if chosen.pays == "last":
        mask = chosen.paying_steps(x.shape[0], x.shape[1], lengths)
    objective = Objective(loss, targets, mask, reduction)
    return forward(network, x, objective, a0=a0, c0=c0, lengths=lengths)


def find_mode(name: str) -> Mode:
    """The mode of that name (ValueError for an unknown one)."""
    if name not in MODES:
        raise ValueError(f"unknown mode {name!r}; known: {', '.join(MODES)}")
    return MODES[name]


def teacher_forced(first: Array, targets: Array) -> Array:
    """What the steps are fed: `first` (1, B, …) at step 1, then the target of the step before.

    Targets that stand for nothing (−1, nan) are fed as 0: they follow a sequence's end.
    """
    before: Any = targets[:-1]
    if before.ndim != first.ndim or before.shape[1:] != first.shape[1:]:
        raise ValueError(
            f"targets to feed back: expected (T, {', '.join(map(str, first.shape[1:]))}) like the "
            f"input, found {targets.shape}"
        )
    if before.dtype.kind in "iu":
        before = np.maximum(before, 0)
    return np.concatenate([first, np.nan_to_num(before) if before.dtype.kind == "f" else before])
