"""What happens within a step, in words that follow from what happens there.

No phase has a fixed label: where no loss is paid none is said to be, and what is 0 does not arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from rnnviz.engine import ACTIVATIONS
from rnnviz.engine.optimizers import OPTIMIZERS, PLAIN
from rnnviz.film.frame import Frame
from rnnviz.film.passes import last_paid
from rnnviz.film.timeline import Stage
from rnnviz.film.words import loss_name

Said = Callable[[Frame, int], str]


def happening(frame: Frame) -> str:
    """The phase under way, in words; empty at rest."""
    phase, t = frame.moment.phase, frame.moment.step
    return "" if phase is None else _SAID[frame.moment.stage][phase.name](frame, t)


def longest(steps: int) -> tuple[str, ...]:
    """Of a film of so many steps, what takes as much room as anything that `happening` says."""
    t = "4" * len(str(steps))  # the widest digit of its font
    return (
        "the shares of all losses are added",
        "nothing arrives from beyond the last step",
        f"both add up to ∂L⟨{t}⟩/∂a⟨{t}⟩",
        f"x⟨{t}⟩ enters, the target of {t}",
        f"nothing arrives: L⟨{t}⟩ comes before",
        f"step {t} has its share of ∂L⟨{t}⟩/∂W",
        f"through the gates to ∂L⟨{t}⟩/∂z⟨{t}⟩",
    )


# -- forward ------------------------------------------------------------------------------------


def _enters(frame: Frame, t: int) -> str:
    if frame.silent(t):
        return "nothing enters"
    if frame.feeds_back(t):
        fed = "its answer at" if frame.task.own else "the target of"
        return f"x⟨{t}⟩ enters, {fed} {t - 1}"
    return f"x⟨{t}⟩ enters"


def _remembered(frame: Frame, t: int) -> str:
    if not frame.linked(t):
        return "a⟨0⟩ = 0: no recurrence"
    if t == 1 and not frame.passing.trace.a[:, 0].any():
        return "a⟨0⟩ = 0: nothing to remember"
    states = [f"{letter}⟨{t - 1}⟩" for letter in ("a", *frame.kind.states)]
    handed = "the encoder’s " if t == frame.source_steps + 1 and t > 1 else ""
    if handed:
        return f"{handed}{', '.join(states)} arrive{'s' if len(states) == 1 else ''}"
    return f"{' and '.join(states)} arrive{'s' if len(states) == 1 else ''}"


def _added(frame: Frame, t: int) -> str:
    if frame.layers > 1:
        return _made_in_layer(frame, t)
    came = frame.linked(t) and bool(frame.states[t - 1].any())
    if came and not frame.silent(t):
        return "they are added in every gate" if frame.kind.names else "they are added"
    if frame.silent(t) and not came:
        return "the bias alone is left"
    return f"{f'a⟨{t - 1}⟩' if came else f'x⟨{t}⟩'} and the bias are added"


def _settles(frame: Frame, t: int) -> str:
    if frame.layers > 1:
        return _made_in_layer(frame, t)
    if not np.isfinite(frame.states[t]).all():
        return f"a⟨{t}⟩ is not finite"
    kind, g = frame.kind, ACTIVATIONS[frame.activation]
    if kind.states:
        made = [f"{letter}⟨{t}⟩" for letter in (*kind.states, "a")]
        return f"the gates make {' and '.join(made)}"
    if kind.keeper:
        if frame.linked(t) and frame.states[t - 1].any():
            return f"{kind.keeper} blends a⟨{t - 1}⟩ and {kind.candidate}⟨{t}⟩"
        return f"1 − {kind.keeper} of {kind.candidate}⟨{t}⟩ becomes a⟨{t}⟩"
    if kind.names:
        return f"the gates make a⟨{t}⟩"
    if not g.symbol:
        return f"the sum is a⟨{t}⟩"
    return f"{g.symbol} {'squashes' if g.bounded else 'cuts at 0'}: a⟨{t}⟩"


def _made_in_layer(frame: Frame, t: int) -> str:
    """Sums and states are made from layer to layer upwards, in one phase after the other."""
    turn = _turn(frame, "combine", "settle")
    return f"layer {turn + 1} of {frame.layers} makes a[{turn + 1}]⟨{t}⟩"


def _turn(frame: Frame, *phases: str) -> int:
    """Which layer it is the turn of, from 0, where two phases go through all of them."""
    done = sum(frame.moment.done(name) for name in phases) / len(phases)
    return min(int(done * frame.layers), frame.layers - 1)


def _answers(frame: Frame, t: int) -> str:
    if frame.answers(t):
        return f"y⟨{t}⟩ appears"
    return "the encoder answers nothing" if t <= frame.source_steps else "no read-out, no answer"


def _pays(frame: Frame, t: int) -> str:
    return f"L⟨{t}⟩ is paid" if frame.pays(t) else f"no loss is paid at {t}"


# -- backward -----------------------------------------------------------------------------------


def _sends(frame: Frame, t: int) -> str:
    if not frame.pays(t):
        return f"no loss at {t} sends a gradient"
    if frame.summed or t == frame.source:
        return f"L⟨{t}⟩ sends its gradient"
    return f"L⟨{t}⟩ is not followed"


def _arrives(frame: Frame, t: int) -> str:
    if not frame.source:
        return "nothing arrives: no loss is paid"
    if t == frame.steps:
        return "nothing arrives from beyond the last step"
    if not frame.linked(t + 1):
        return "nothing arrives: no recurrence"
    if frame.summed:
        if t >= last_paid(frame.task):
            return f"nothing arrives: no loss after {t}"
    elif t >= frame.source:
        here = t == frame.source
        return f"nothing arrives: L⟨{frame.source}⟩ {'starts here' if here else 'comes before'}"
    if frame.cut(t + 1):
        return f"truncated: the fence stops it after {t}"
    if _nothing(frame, t + 1):
        return f"what arrives from {t + 1} is 0"
    return f"the gradient from {t + 1} arrives"


def _nothing(frame: Frame, t: int, *layers: int) -> bool:
    """Whether ∂L/∂a⟨t⟩ is exactly 0 in some layers (in all of them)."""
    each = layers or range(frame.layers)
    norms = (frame.norms_of(summed=frame.summed, layer=layer) for layer in each)
    return all(norm[t - 1] == -np.inf for norm in norms)


def _both(frame: Frame, t: int) -> str:
    if frame.layers > 1:
        return _got_in_layer(frame, t)
    what = f"∂{loss_name(frame)}/∂a⟨{t}⟩"
    if _nothing(frame, t):
        return f"{what} is 0"
    own = frame.pays(t) if frame.summed else t == frame.source
    last = last_paid(frame.task) if frame.summed else frame.source
    came = t < last and frame.linked(t + 1) and not frame.cut(t + 1)
    came = came and not _nothing(frame, t + 1)
    return f"both add up to {what}" if own and came else f"it alone is {what}"


def _bends(frame: Frame, t: int) -> str:
    if frame.layers > 1:
        return _got_in_layer(frame, t)
    if _nothing(frame, t):
        return "0 stays 0"
    if frame.kind.names:
        return f"through the gates to ∂{loss_name(frame)}/∂z⟨{t}⟩"
    symbol = ACTIVATIONS[frame.activation].symbol
    return f"multiplied by g′ = {symbol}′" if symbol else "g′ is 1: it stays the same"


def _got_in_layer(frame: Frame, t: int) -> str:
    """Gradients are added and go through g′ from layer to layer downwards."""
    layer = frame.layers - 1 - _turn(frame, "combine", "slope")
    what = f"∂{loss_name(frame)}/∂a[{layer + 1}]⟨{t}⟩"
    return f"{what} is 0" if _nothing(frame, t, layer) else f"layer {layer + 1} gets {what}"


def _shares(frame: Frame, t: int) -> str:
    if _nothing(frame, t):
        return f"the share of step {t} is 0"
    return f"step {t} has its share of ∂{loss_name(frame)}/∂W"


# -- the update ---------------------------------------------------------------------------------


def _gathered(frame: Frame, _t: int) -> str:
    if frame.update is None:
        return "no update: not finite"
    if not frame.source:
        return "no step pays: all shares are 0"
    if not frame.summed and np.count_nonzero(frame.task.mask.any(axis=1)) > 1:
        return "the shares of all losses are added"
    return "the share of its one step" if frame.steps == 1 else "the shares of all steps are added"


def _updated(frame: Frame, _t: int) -> str:
    made, settings = frame.update, frame.run.settings
    if made is None:
        return "no update: not finite"
    if not frame.changes:
        return "no weight changes" if frame.run.learning_rate else "no weight changes: η is 0"
    if settings.optimizer != PLAIN:
        return f"{OPTIMIZERS[settings.optimizer].title} moves the weights"
    return "W ← W − η g, of a clipped g" if made.report.clipped else "W ← W − η ∂L/∂W"


_SAID: Mapping[Stage, Mapping[str, Said]] = MappingProxyType(
    {
        Stage.FORWARD: {
            "input": _enters,
            "recurrent": _remembered,
            "combine": _added,
            "settle": _settles,
            "output": _answers,
            "loss": _pays,
        },
        Stage.BACKWARD: {
            "loss": _sends,
            "recurrent": _arrives,
            "combine": _both,
            "slope": _bends,
            "share": _shares,
        },
        Stage.UPDATE: {"gather": _gathered, "update": _updated},
    }
)
