"""The same task otherwise: in another of the five modes, or a series beyond its end."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.tasks import MODES, Task

Array = NDArray[Any]
SILENCE = "–"
"""Label of a step without an input."""


def why_not(task: Task, mode: str) -> str:
    """Why a task cannot be put into a mode, in words; empty where it can."""
    base = task.base or task
    if mode == base.mode:
        return ""
    if base.mode not in ("synced", "many_to_one"):
        return f"this network was made for {MODES[base.mode]}"
    if base.own or task.given is not None:
        return "the last steps are the network's own forecast"
    if mode == "encoder_decoder" and base.steps < 2:
        return "there is one step, of which an encoder and a decoder cannot have a part each"
    if mode == "encoder_decoder" and not _feeds_itself(base):
        return "what it answers is not what it reads"
    return ""


def in_mode(task: Task, mode: str) -> Task:
    """The same sequence and targets, fed and paid as another mode has it.

    - one to one: every step by itself, no recurrence; every step with a target pays.
    - one to many: step 1 alone is fed from outside; the others are fed the target of the step
      before (teacher forcing), or nothing where an answer cannot be an input.
    - many to one: the last step with a target pays.
    - encoder, decoder: the first half is read; the decoder, which begins without an input, says
      the second.
    - synced: every step with a target pays.

    Parameters
    ----------
    task : Task
    mode : str
        A key of `MODES`.

    Raises
    ------
    ValueError
        Where `why_not` has a reason.
    """
    base = task.base or task
    reason = why_not(task, mode)
    if reason:
        raise ValueError(f"{MODES[mode]}: {reason}")
    if mode == base.mode:
        return base
    if mode == "encoder_decoder":
        return _halves(base)
    known = base.payable.copy()
    changed = replace(base, mode=mode, base=base, mask=known, known=known.copy())
    if mode == "many_to_one":
        return replace(changed, mask=last_paying(known))
    if mode == "one_to_many":
        later = np.ones(base.steps, bool)
        later[0] = False
        if _feeds_itself(base):
            return replace(changed, fed_back=later, feed=_feed(base), end=_end(base))
        tokens = (base.sequence.tokens[0], *(SILENCE,) * (base.steps - 1))
        sequence = replace(base.sequence, tokens=tokens) if base.vocabulary else base.sequence
        return replace(changed, sequence=sequence, silent=later)
    return changed


def last_paying(paying: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the steps that can pay, (T, B), each sequence's last alone: many to one."""
    last = len(paying) - 1 - np.argmax(paying[::-1], axis=0)
    return paying & (np.arange(len(paying))[:, None] == last)


def _feeds_itself(task: Task) -> bool:
    """Whether an answer can be the next step's input."""
    if task.feed is not None:
        return True
    if task.loss == "mse":
        return task.outputs == task.inputs
    return task.vocabulary is not None and task.outputs == len(task.vocabulary) + 1


def _feed(task: Task) -> Array | None:
    if task.feed is not None or task.loss == "mse":
        return task.feed
    return np.append(np.arange(task.outputs - 1), 0)  # nothing follows the end


def _end(task: Task) -> int | None:
    if task.end is not None or task.loss == "mse":
        return task.end
    return task.outputs - 1


def _halves(base: Task) -> Task:
    """Read the first half of the steps, then say what follows, beginning with no input."""
    steps = base.steps
    source = (steps + 1) // 2
    # The decoder answers what comes after the source: what step `source` was to answer, and so on.
    said = slice(source - 1, steps)
    count = source + steps - source + 1

    def padded(array: Array, fill: Any) -> Array:
        out = np.zeros((count, *array.shape[1:]), array.dtype)
        out[:source] = fill
        out[source:] = array[said]
        return out

    x = np.concatenate([base.x[:source], base.x[said]])
    x[source] = 0
    known = padded(base.payable, False)
    silent = np.zeros(count, bool)
    silent[source] = True
    fed = np.zeros(count, bool)
    fed[source + 1 :] = True
    tokens = base.sequence.tokens
    values = base.sequence.values
    sequence = replace(
        base.sequence,
        tokens=(*tokens[:source], SILENCE, *tokens[source:]),
        values=None if values is None else np.concatenate([values[:source], values[said]]),
        symbols=() if values is None else base.sequence.symbols,
    )
    return replace(
        base,
        base=base,
        mode="encoder_decoder",
        sequence=sequence,
        x=x,
        targets=padded(base.targets, 0),
        mask=known,
        known=known.copy(),
        silent=silent,
        fed_back=fed,
        feed=_feed(base),
        end=_end(base),
        source_steps=source,
        decoder_inputs=base.inputs,
        pictures=(),
    )


def can_go_ahead(task: Task) -> str:
    """Why a task cannot be forecast beyond its end, in words; empty where it can."""
    base = task.base or task
    if base.mean is None or base.sequence.values is None:
        return "what is open is no series of numbers"
    if base.outputs != base.inputs:
        return "it does not predict all that it reads"
    if base.problem:
        return "this example ends with a forecast already"
    return ""


def ahead(task: Task, steps: int) -> Task:
    """The same series with `steps` more steps, fed the network's own forecasts; 0 takes them off.

    Nobody knows their values: they pay no loss and have no target.

    Raises
    ------
    ValueError
        Where `can_go_ahead` has a reason.
    """
    reason = can_go_ahead(task)
    if reason:
        raise ValueError(f"No forecast: {reason}.")
    base = task.base or task
    if steps < 1:
        return base
    values = base.sequence.values
    assert values is not None

    def longer(array: np.ndarray, fill: float) -> np.ndarray:
        return np.concatenate([array, np.full((steps, *array.shape[1:]), fill, array.dtype)])

    known = longer(base.payable, False)
    fed = np.zeros(base.steps + steps, bool)
    fed[base.steps :] = True
    sequence = replace(
        base.sequence,
        tokens=(*base.sequence.tokens, *(f"+{i}" for i in range(1, steps + 1))),
        values=longer(values, 0.0),
    )
    return replace(
        base,
        base=base,
        sequence=sequence,
        x=longer(base.x, 0.0),
        targets=longer(base.targets, 0.0),
        mask=longer(base.mask, False),
        known=known,
        fed_back=fed,
        own=True,
        given=base.steps,
        pictures=(*base.pictures, *(None,) * steps) if base.pictures else (),
    )
