"""Every sentence that a frame can say, held against the engine's own arrays.

A table has a pattern for each sentence and what the numbers must be where it is said; a sentence
that no row knows fails too. Real frames of every mode, cell, regime and number of layers say them,
at every stop and within every phase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from rnnviz.data import MODES, ahead, make_task, sequence_from_text
from rnnviz.engine import ACTIVATIONS, CELLS, Network
from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.film import (
    Frame,
    Playhead,
    Run,
    Settings,
    Stage,
    compute_pass,
    gradient_reading,
    happening,
    place,
    resolve,
    shorter_readings,
    start_run,
)
from rnnviz.film.fields import FIELDS
from rnnviz.film.phase_words import longest
from rnnviz.film.records import parameters
from rnnviz.film.timeline import BACKWARD_PHASES, FORWARD_PHASES, UPDATE_PHASES, step_seconds
from rnnviz.scenes.charts.gradient import step_reading
from rnnviz.scenes.equation import equation_of
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.memory_cell import memory_cell_scene
from rnnviz.scenes.memory_cell.reading import cell_reading
from rnnviz.scenes.readout import readout
from rnnviz.scenes.shapes import Rect, Text
from rnnviz.scenes.stage import stage_scene
from tests.frames import series

Check = Callable[[Frame, re.Match[str]], bool]
Table = tuple[tuple[str, Check], ...]
_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
N = r"(−?\d[\d.]*(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?)"
LAYER = r"(?: in layer (\d+))?"
L = r"∂L(?:⟨(\d+)⟩)?"


# -- the engine's numbers, without the frame's own words for them --------------------------------


def is_about(text: str, log10: float) -> bool:
    """Whether a positive number is written: to three digits, or two before a power of ten."""
    mantissa, _, power = text.partition("·10")
    said = np.log10(float(mantissa.translate(_DIGITS))) + int(power.translate(_DIGITS) or 0)
    return bool(abs(said - log10) < np.log10(1.06 if power else 1.006))


def norm(frame: Frame, t: int, layer: int | None = None) -> float:
    """log10 ‖∂L/∂a⟨t⟩‖ of what is shown; −inf of zeros."""
    layer = frame.layer if layer is None else layer
    vector = frame.sweep.da[layer, t - 1, 0].astype(np.float64)
    big = np.abs(vector).max()
    return float(np.log10(big) + np.log10(np.linalg.norm(vector / big))) if big else -np.inf


def ratio_to(frame: Frame, t: int, last: int) -> float:
    """log10 of the ratio of two steps' norms: below 0 it has shrunk, above it has grown."""
    return norm(frame, t) - norm(frame, last)


def own_part(frame: Frame, t: int) -> np.ndarray:
    """What the loss of step t itself brings to a⟨t⟩ of the top layer."""
    weights = frame.network_at(t).parameters["W_ya"].astype(np.float64)
    return frame.sweep.dy[t - 1, 0].astype(np.float64) @ weights


def arriving_part(frame: Frame, t: int) -> np.ndarray:
    """What is left of it: what the losses after step t bring."""
    return frame.sweep.da[frame.layer, t - 1, 0].astype(np.float64) - own_part(frame, t)


def paying(frame: Frame) -> list[int]:
    """The steps that pay, from the mask alone."""
    return [int(t) + 1 for t in np.flatnonzero(frame.task.mask.any(axis=1))]


def starts(frame: Frame, k: int) -> bool:
    """Whether a loss has come to its own step, or is coming, and to none before it."""
    at = frame.moment.step
    return frame.moment.stage is Stage.BACKWARD and k in paying(frame) and at in (k, k - 1)


def zero(frame: Frame, t: int, layer: int | None = None) -> bool:
    """Whether nothing at all comes to a step, in a layer or in all of them."""
    layers = range(frame.layers) if layer is None else (layer,)
    return not any(frame.sweep.da[each, t - 1, 0].any() for each in layers)


def states_finite(frame: Frame, t: int) -> bool:
    return bool(np.isfinite(frame.passing.trace.a[:, t]).all())


def last_of(frame: Frame) -> int:
    return max(paying(frame)) if frame.summed else frame.source


def changed(frame: Frame) -> bool:
    made = frame.run.update(frame.passing.backward.gradients, frame.playhead.snapshot)
    old, new = parameters(frame.passing.trace.network), parameters(made.network)
    return any((old[name] != new[name]).any() for name in old)


def one_layer(found: str | None, frame: Frame) -> bool:
    """A layer is named where there are several, and it is the shown one."""
    return (found is None) == (frame.layers == 1) and found in (None, str(frame.layer + 1))


def of_loss(found: str | None, frame: Frame) -> bool:
    """The letter is L of the sum, L⟨k⟩ of one loss alone; L also where no step pays one."""
    return found == (None if frame.summed or not frame.source else str(frame.source))


def split_of(frame: Frame, t: int, more: str | None) -> bool:
    """What is said of where a step's part of the sum comes from."""
    mine, count = t in paying(frame), len(paying(frame))
    if more is None:
        return count > 1 and (frame.layer < frame.layers - 1 or not mine)
    if more == ", the only one that pays":
        return count == 1
    if more == ", each from its own loss alone":
        return count > 1 and frame.task.mode == "one_to_one"
    own, after = (np.linalg.norm(part(frame, t)) for part in (own_part, arriving_part))
    if not (mine and count > 1 and frame.task.mode != "one_to_one"):
        return False
    wanted = ", more from its own loss than from later ones"
    return own > after if more == wanted else after > own


# -- the tables ---------------------------------------------------------------------------------

READINGS: Table = (
    (
        r"The gradient appears here as the backward pass proceeds\.",
        lambda f, m: f.gradient_from > f.steps,
    ),
    (
        r"Nothing yet: the (last )?loss is paid at step (\d+)\.",
        lambda f, m: int(m[2]) == last_of(f) < f.moment.step and bool(m[1]) == f.summed,
    ),
    (
        r"The sum of all losses starts its way back\.",
        lambda f, m: f.summed and starts(f, max(paying(f))),
    ),
    (
        r"The loss of step (\d+) starts its way back\.",
        lambda f, m: not f.summed and starts(f, int(m[1])),
    ),
    (
        r"Before step 1 there is no step to go back to\.",
        lambda f, m: last_of(f) == 1 and f.gradient_from == 1,
    ),
    (
        r"No step pays a loss: nobody has said what this network should answer\.",
        lambda f, m: not paying(f) and f.steps > 1 and f.task.outputs > 0,
    ),
    (
        r"No step pays a loss: a sequence of one value has nothing to predict\.",
        lambda f, m: not paying(f) and f.steps == 1 and f.task.sequence.values is not None,
    ),
    (
        r"Without recurrence the loss of step (\d+) reaches no other step\.",
        lambda f, m: (
            f.task.mode == "one_to_one"
            and all(zero(f, t) for t in range(1, f.steps + 1) if t != int(m[1]))
        ),
    ),
    (
        rf"The loss of step (\d+) has a gradient of exactly 0{LAYER}\.",
        lambda f, m: zero(f, int(m[1]), f.layer) and one_layer(m[2], f),
    ),
    (
        rf"The gradient from step (\d+) reaches step (\d+){LAYER} as exactly 0\.",
        lambda f, m: (
            zero(f, int(m[2]), f.layer) and not zero(f, int(m[1]), f.layer) and one_layer(m[3], f)
        ),
    ),
    (
        rf"The gradient from step (\d+) reaches step (\d+){LAYER} at {N} of its size\.",
        lambda f, m: (
            ratio_to(f, int(m[2]), int(m[1])) < 0
            and is_about(m[4], ratio_to(f, int(m[2]), int(m[1])))
            and one_layer(m[3], f)
        ),
    ),
    (
        rf"The gradient from step (\d+) reaches step (\d+){LAYER} grown to {N} times its size\.",
        lambda f, m: (
            ratio_to(f, int(m[2]), int(m[1])) > 0
            and is_about(m[4], ratio_to(f, int(m[2]), int(m[1])))
            and one_layer(m[3], f)
        ),
    ),
    (
        rf"The gradient from step (\d+) reaches step (\d+){LAYER} at about its own size\.",
        lambda f, m: abs(ratio_to(f, int(m[2]), int(m[1]))) < 0.003 and one_layer(m[3], f),
    ),
    (
        rf"The gradient of the sum of all losses is exactly 0 at step (\d+){LAYER}\.",
        lambda f, m: zero(f, int(m[1]), f.layer) and one_layer(m[2], f),
    ),
    (
        rf"Sum of all losses: step (\d+){LAYER} gets {N}, step (\d+) exactly 0\.",
        lambda f, m: is_about(m[3], norm(f, int(m[1]))) and zero(f, int(m[4]), f.layer),
    ),
    (
        rf"Sum of all losses: step (\d+){LAYER} gets {N} times what step (\d+) gets(, [^.]+)?\.",
        lambda f, m: (
            int(m[4]) == max(paying(f))
            and is_about(m[3], ratio_to(f, int(m[1]), int(m[4])))
            and one_layer(m[2], f)
            and split_of(f, int(m[1]), m[5])
        ),
    ),
    (
        r"(?:Exploded at step|The gradient exploded at step) (\d+).*",
        lambda f, m: (
            not np.isfinite(f.passing.trace.loss) or not np.isfinite(f.passing.backward.da).all()
        ),
    ),
)

SHORT_READINGS: Table = (
    (r"The backward pass draws it\.", lambda f, m: f.gradient_from > f.steps),
    (r"No step pays a loss\.", lambda f, m: not paying(f)),
    (
        r"L⟨(\d+)⟩ stays at step \1\.",
        lambda f, m: all(zero(f, t) for t in range(1, f.steps + 1) if t != int(m[1])),
    ),
    (
        rf"Step (\d+){LAYER} gets {N} of step (\d+)’s\.",
        lambda f, m: (
            ratio_to(f, int(m[1]), int(m[4])) < 0
            and is_about(m[3], ratio_to(f, int(m[1]), int(m[4])))
            and one_layer(m[2], f)
        ),
    ),
    (
        rf"Step (\d+){LAYER} gets {N} times step (\d+)’s\.",
        lambda f, m: (
            ratio_to(f, int(m[1]), int(m[4])) > 0
            and is_about(m[3], ratio_to(f, int(m[1]), int(m[4])))
            and one_layer(m[2], f)
        ),
    ),
    (
        rf"Step (\d+){LAYER} gets exactly 0\.",
        lambda f, m: zero(f, int(m[1]), f.layer) and one_layer(m[2], f),
    ),
    (
        rf"Sum(?: of all losses)?: step (\d+){LAYER} gets {N} times (?:what )?step (\d+)"
        r"(?:’s| gets)(?:, (?:the only|each)[^.]+)?\.",
        lambda f, m: (
            f.summed
            and int(m[4]) == max(paying(f))
            and is_about(m[3], ratio_to(f, int(m[1]), int(m[4])))
            and one_layer(m[2], f)
        ),
    ),
    *READINGS,
)

HAPPENINGS: Table = (
    # forward
    (
        r"x⟨(\d+)⟩ enters",
        lambda f, m: (
            int(m[1]) == f.moment.step
            and not (f.task.silent is not None and f.task.silent[int(m[1]) - 1])
            and not (f.task.fed_back is not None and f.task.fed_back[int(m[1]) - 1])
        ),
    ),
    (
        r"x⟨(\d+)⟩ enters, its answer at (\d+)",
        lambda f, m: (
            f.task.own
            and int(m[2]) == int(m[1]) - 1
            and np.allclose(f.task.x[int(m[1]) - 1], f.passing.trace.y[int(m[2]) - 1])
        ),
    ),
    (r"nothing enters", lambda f, m: bool(f.task.silent[f.moment.step - 1])),
    (
        r"x⟨(\d+)⟩ enters, the target of (\d+)",
        lambda f, m: (
            f.task.fed_back[int(m[1]) - 1]
            and int(m[2]) == int(m[1]) - 1
            and (f.task.targets[int(m[2]) - 1] == f.task.x[int(m[1]) - 1]).all()
        ),
    ),
    (
        r"a⟨0⟩ = 0: no recurrence",
        lambda f, m: f.task.mode == "one_to_one" and not f.passing.trace.a[:, 0].any(),
    ),
    (
        r"a⟨0⟩ = 0: nothing to remember",
        lambda f, m: f.moment.step == 1 and not f.passing.trace.a[:, 0].any(),
    ),
    (
        r"(the encoder’s )?a⟨(\d+)⟩(?: arrives|(?:,| and) c⟨(\d+)⟩ arrive)",
        lambda f, m: (
            int(m[2]) == f.moment.step - 1 > 0
            and m[3] in (None, m[2])
            and (m[3] is None) == (f.passing.trace.c is None)
            and bool(m[1]) == (int(m[2]) == f.source_steps)
        ),
    ),
    (
        r"they are added( in every gate)?",
        lambda f, m: (
            f.states[f.moment.step - 1].any()
            and f.forward_terms(f.moment.step).input.any()
            and bool(m[1]) == bool(f.passing.trace.gates)
        ),
    ),
    (
        r"x⟨(\d+)⟩ and the bias are added",
        lambda f, m: not f.forward_terms(int(m[1])).recurrent.any(),
    ),
    (
        r"a⟨(\d+)⟩ and the bias are added",
        lambda f, m: f.states[int(m[1])].any() and not f.forward_terms(int(m[1]) + 1).input.any(),
    ),
    (
        r"the bias alone is left",
        lambda f, m: (
            not (
                f.forward_terms(f.moment.step).recurrent.any()
                or f.forward_terms(f.moment.step).input.any()
            )
        ),
    ),
    (r"a⟨(\d+)⟩ is not finite", lambda f, m: not states_finite(f, int(m[1]))),
    (
        r"the gates make c⟨(\d+)⟩ and a⟨(\d+)⟩",
        lambda f, m: f.passing.trace.c is not None and m[1] == m[2] == str(f.moment.step),
    ),
    (
        r"z blends a⟨(\d+)⟩ and n⟨(\d+)⟩",
        lambda f, m: (
            {"z", "n"} <= set(f.passing.trace.gates)
            and f.states[int(m[1])].any()
            and int(m[2]) == int(m[1]) + 1 == f.moment.step
        ),
    ),
    (
        r"1 − z of n⟨(\d+)⟩ becomes a⟨(\d+)⟩",
        lambda f, m: np.allclose(
            f.states[int(m[2])],
            (1 - f.passing.trace.gates["z"][0, int(m[1]) - 1, 0])
            * f.passing.trace.gates["n"][0, int(m[1]) - 1, 0],
        ),
    ),
    (
        r"(tanh|σ) squashes: a⟨(\d+)⟩",
        lambda f, m: bool(
            (np.abs(f.states[int(m[2])]) <= 1).all() and f.activation in ("tanh", "sigmoid")
        ),
    ),
    (
        r"ReLU cuts at 0: a⟨(\d+)⟩",
        lambda f, m: np.array_equal(
            f.states[int(m[1])], np.maximum(f.forward_terms(int(m[1])).z, 0)
        ),
    ),
    (
        r"the sum is a⟨(\d+)⟩",
        lambda f, m: np.array_equal(f.states[int(m[1])], f.forward_terms(int(m[1])).z),
    ),
    (
        r"layer (\d) of (\d) makes a\[(\d)\]⟨(\d+)⟩",
        lambda f, m: int(m[1]) == int(m[3]) <= int(m[2]) == f.layers and made(f, int(m[1])),
    ),
    (r"y⟨(\d+)⟩ appears", lambda f, m: f.source_steps < int(m[1]) == f.moment.step),
    (r"the encoder answers nothing", lambda f, m: f.moment.step <= f.source_steps),
    (r"L⟨(\d+)⟩ is paid", lambda f, m: int(m[1]) == f.moment.step in paying(f)),
    (r"no loss is paid at (\d+)", lambda f, m: int(m[1]) == f.moment.step not in paying(f)),
    # backward
    (
        r"L⟨(\d+)⟩ sends its gradient",
        lambda f, m: (
            int(m[1]) == f.moment.step in paying(f) and (f.summed or f.source == f.moment.step)
        ),
    ),
    (r"no loss at (\d+) sends a gradient", lambda f, m: f.moment.step not in paying(f)),
    (
        r"L⟨(\d+)⟩ is not followed",
        lambda f, m: not f.summed and f.source != int(m[1]) in paying(f),
    ),
    (r"nothing arrives from beyond the last step", lambda f, m: f.moment.step == f.steps),
    (r"nothing arrives: no loss is paid", lambda f, m: not paying(f)),
    (r"nothing arrives: no recurrence", lambda f, m: f.task.mode == "one_to_one"),
    (
        r"nothing arrives: no loss after (\d+)",
        lambda f, m: f.summed and all(k <= int(m[1]) for k in paying(f)),
    ),
    (
        r"nothing arrives: L⟨(\d+)⟩ (starts here|comes before)",
        lambda f, m: (
            int(m[1]) == f.source
            and (m[2] == "starts here") == (f.source == f.moment.step)
            and all(zero(f, t) for t in range(f.source + 1, f.steps + 1))
        ),
    ),
    (r"what arrives from (\d+) is 0", lambda f, m: zero(f, int(m[1]))),
    (
        r"the gradient from (\d+) arrives",
        lambda f, m: int(m[1]) == f.moment.step + 1 and not zero(f, int(m[1])),
    ),
    (
        rf"both add up to {L}/∂a⟨(\d+)⟩",
        lambda f, m: (
            of_loss(m[1], f)
            and f.moment.step in paying(f)
            and f.moment.step < last_of(f)
            and not zero(f, f.moment.step + 1)
        ),
    ),
    (
        rf"it alone is {L}/∂a⟨(\d+)⟩",
        lambda f, m: of_loss(m[1], f) and alone(f, int(m[2])),
    ),
    (
        rf"{L}/∂a(?:\[(\d)\])?⟨(\d+)⟩ is 0",
        lambda f, m: of_loss(m[1], f) and zero(f, int(m[3]), int(m[2] or 1) - 1),
    ),
    (
        rf"layer (\d) gets {L}/∂a\[(\d)\]⟨(\d+)⟩",
        lambda f, m: of_loss(m[2], f) and m[1] == m[3] and not zero(f, int(m[4]), int(m[1]) - 1),
    ),
    (r"0 stays 0", lambda f, m: zero(f, f.moment.step) and not _dz(f, f.moment.step).any()),
    (
        rf"through the gates to {L}/∂z⟨(\d+)⟩",
        lambda f, m: of_loss(m[1], f) and bool(f.passing.trace.gates),
    ),
    (
        r"multiplied by g′ = (tanh|σ|ReLU)′",
        lambda f, m: (
            not f.passing.trace.gates
            and {"tanh": "tanh", "σ": "sigmoid", "ReLU": "relu"}[m[1]] == f.activation
        ),
    ),
    (
        r"g′ is 1: it stays the same",
        lambda f, m: np.array_equal(
            _dz(f, f.moment.step), f.sweep.da[0, f.moment.step - 1, 0], equal_nan=True
        ),
    ),
    (
        rf"step (\d+) has its share of {L}/∂W",
        lambda f, m: of_loss(m[2], f) and not zero(f, int(m[1])),
    ),
    (r"the share of step (\d+) is 0", lambda f, m: not _dz(f, int(m[1]), every=True).any()),
    # the update
    (r"no update: not finite", lambda f, m: bool(f.passing.exploded)),
    (r"no step pays: all shares are 0", lambda f, m: not paying(f)),
    (
        r"the shares of all losses are added",
        lambda f, m: not f.summed and len(paying(f)) > 1,
    ),
    (r"the share of its one step", lambda f, m: f.steps == 1),
    (r"the shares of all steps are added", lambda f, m: f.summed or len(paying(f)) == 1),
    (
        r"no weight changes(: η is 0)?",
        lambda f, m: not changed(f) and bool(m[1]) == (f.run.learning_rate == 0),
    ),
    (
        r"W ← W − η ∂L/∂W",
        lambda f, m: moved_by(f, f.passing.backward.gradients) and changed(f),
    ),
    (
        r"W ← W − η g, of a clipped g",
        lambda f, m: not moved_by(f, f.passing.backward.gradients) and changed(f),
    ),
    (r"(\S.*) moves the weights", lambda f, m: f.run.settings.optimizer != "sgd" and changed(f)),
)


def _dz(frame: Frame, t: int, *, every: bool = False) -> np.ndarray:
    return frame.sweep.dz[slice(None) if every else frame.layer, t - 1, 0]


def made(frame: Frame, layer: int) -> bool:
    """The layer's turn: the lowest is first."""
    done = (frame.moment.done("combine") + frame.moment.done("settle")) / 2
    return (layer - 1) / frame.layers <= done <= layer / frame.layers


def alone(frame: Frame, t: int) -> bool:
    """Of the two that can add up to ∂L/∂a⟨t⟩ one is missing, and one is there."""
    own = t in paying(frame) and (frame.summed or t == frame.source)
    after = t < last_of(frame) and frame.task.mode != "one_to_one" and not zero(frame, t + 1)
    return own != after and not zero(frame, t)


def moved_by(frame: Frame, gradients: dict[str, np.ndarray]) -> bool:
    """Whether every weight goes η times this gradient, against it."""
    made = frame.run.update(frame.passing.backward.gradients, frame.playhead.snapshot)
    old, new = parameters(frame.passing.trace.network), parameters(made.network)
    return all(
        np.allclose(new[name], old[name] - frame.run.learning_rate * gradients[name], atol=1e-12)
        for name in old
    )


PLACES: Table = (
    (r"start of (\d+) steps?", lambda f, m: int(m[1]) == f.steps),
    (r"step (\d+) of (\d+) · forward", lambda f, m: 1 <= int(m[1]) <= int(m[2]) == f.steps),
    (
        r"step (\d+) of (\d+) · backward( through time)?",
        lambda f, m: (
            int(m[2]) == f.steps and bool(m[3]) == (f.task.mode != "one_to_one" and f.steps > 1)
        ),
    ),
    (r"update", lambda f, m: not f.moment.resting),
    (r"updated", lambda f, m: changed(f)),
    (r"unchanged", lambda f, m: not changed(f)),
    (r"no update", lambda f, m: bool(f.passing.exploded)),
)

HANDED = (
    rf"(?: Unit 1 hands on (less than 1|more than 99|\d+) % of {L}/∂(a|c)⟨(\d+)⟩(?: directly)?: "
    rf"(z|f) = {N}\.)?"
)


def handed(frame: Frame, m: re.Match[str], at: int) -> bool:
    """What a gate lets through of the gradient of the step after, if it is said."""
    percent, loss, _, after, gate, said = (m[at + i] for i in range(6))
    if gate is None:
        return True
    value = float(frame.passing.trace.gates[gate][frame.layer, int(after) - 1, 0, 0])
    part = {"less than 1": value < 0.01, "more than 99": value > 0.99}
    right = part[percent] if percent in part else abs(100 * value - float(percent)) <= 0.51
    return (
        right
        and is_about(said, np.log10(value))
        and of_loss(loss, frame)
        and gate == frame.kind.keeper
    )


SENTENCES: Table = (
    # before the first step
    (
        r"(?:GRU: [^.]+\. )?The same weights serve every step; none remembers another\.",
        lambda f, m: (
            f.task.mode == "one_to_one"
            and not f.passing.trace.a[:, 0].any()
            and isinstance(f.passing.trace.network, Network)
        ),
    ),
    (
        r"(?:GRU: [^.]+\. )?The same weights serve every step; the first one remembers nothing\.",
        lambda f, m: (
            isinstance(f.passing.trace.network, Network)
            and not f.passing.trace.a[:, 0].any()
            and f.task.mode != "one_to_one"
            and f.steps > 1
        ),
    ),
    (r"(?:GRU: [^.]+\. )?There is one step; it remembers nothing\.", lambda f, m: f.steps == 1),
    (
        r"(?:GRU: [^.]+\. )?(The same weights read and say|The encoder’s weights read, the "
        r"decoder’s say); the decoder begins with the encoder’s last state\.",
        lambda f, m: (
            bool(f.source_steps)
            and (m[1] == "The same weights read and say")
            == all(
                np.array_equal(array, f.network_at(f.steps).parameters[name])
                for name, array in f.network_at(1).parameters.items()
            )
        ),
    ),
    # backward
    (r"No step pays a loss, so there is no gradient\.", lambda f, m: not paying(f)),
    (
        r"What comes after step (\d+) has no part in its loss\.",
        lambda f, m: f.moment.step > int(m[1]) == f.source and zero(f, f.moment.step),
    ),
    (
        r"Without recurrence step (\d+) has no part in the loss of step (\d+)\.",
        lambda f, m: f.task.mode == "one_to_one" and zero(f, int(m[1])) and m[1] != m[2],
    ),
    (
        r"Step (\d+) pays no loss(, nor does any after it)?: no gradient\.",
        lambda f, m: (
            zero(f, int(m[1]))
            and int(m[1]) not in paying(f)
            and (m[2] is None or (int(m[1]) < f.steps and max(paying(f)) < int(m[1])))
        ),
    ),
    (
        rf"The gradient of step (\d+) is exactly 0{LAYER}\.",
        lambda f, m: zero(f, int(m[1]), f.layer) and one_layer(m[2], f),
    ),
    (
        rf"‖{L}/∂a⟨(\d+)⟩‖ is {N}{LAYER}(?:: {N} times that at step (\d+))?\.{HANDED}",
        lambda f, m: (
            of_loss(m[1], f)
            and int(m[2]) == f.moment.step
            and is_about(m[3], norm(f, f.moment.step))
            and one_layer(m[4], f)
            and (m[5] is None or is_about(m[5], ratio_to(f, int(m[2]), int(m[6]))))
            and handed(f, m, 7)
        ),
    ),
    # the update
    (
        r"Every weight moves by η times the gradient of all losses, against it\."
        r"(?: The gradient is of all losses, not of L⟨(\d+)⟩ alone\.)?"
        r"(?: Clipping the norm keeps the gradient’s direction\.)?"
        r"( No weight changes here(?:\.|: η is 0\.))?",
        lambda f, m: (
            f.run.settings.optimizer == "sgd"
            and bool(m[1]) == (not f.summed and len(paying(f)) > 1)
            and bool(m[2]) == (not changed(f))
        ),
    ),
    (
        r"No step pays a loss: every gradient is 0\.( No weight changes here.*)?",
        lambda f, m: (
            not any(g.any() for g in f.passing.backward.gradients.values())
            and bool(m[1]) == (not changed(f))
        ),
    ),
    (r"There is no update: .*", lambda f, m: bool(f.passing.exploded)),
    (
        r"(?:The pass exploded|The gradient exploded|Exploded) .*\.",
        lambda f, m: bool(f.passing.exploded),
    ),
)
FORWARD_SENTENCES: Table = (
    (r"(?:Unit 1|The pass|GRU)(.*)", lambda f, m: shares_hold(f, m[0])),
    (r"", lambda f, m: True),
)


def shares_hold(frame: Frame, said: str) -> bool:
    """Parts of a sum are of things that are not 0, and add up to all of it."""
    parts = re.findall(r"(?<![\w])(\d+) % from (a⟨\d+⟩|[^,(.]+)", said)
    few = said.count("than 1 % from") + said.count("than 99 % from")
    if not parts:
        return True
    total = sum(int(part) for part, _ in parts)
    return few > 0 or abs(total - 100) <= 1


# -- the films ----------------------------------------------------------------------------------


def film(mode: str, words: str | int = "a b c a b", **settings: object) -> Run:
    sequence = series(words) if isinstance(words, int) else sequence_from_text(words)
    run = start_run(make_task(sequence), Settings(units=3, **settings))
    made = run.in_mode(mode) if run.task.mode != mode else run
    return start_run(made.task, made.settings) if mode == "encoder_decoder" else made


def positions(frame: Frame) -> Iterator[float]:
    """Every stop, and the middle of every phase on the way to it."""
    stages = {
        Stage.FORWARD: FORWARD_PHASES,
        Stage.BACKWARD: BACKWARD_PHASES,
        Stage.UPDATE: UPDATE_PHASES,
    }
    yield 0.0
    for stop in range(1, frame.timeline.end + 1):
        stage = frame.timeline.moment(float(stop)).stage
        begin, total = stop - 1.0, step_seconds(stage)
        for phase in stages[stage]:
            yield begin + phase.seconds / total / 2
            begin += phase.seconds / total
        yield float(stop)


def views(run: Run) -> Iterator[Frame]:
    """Followed from the last loss and from an earlier one, and summed; every layer."""
    last = compute_pass(run, 0, 0)
    earlier = [t for t in range(1, last.source) if run.task.mask[t - 1].any()]
    passes = [(last, False), (last, True)]
    if earlier:
        passes.append((compute_pass(run, 0, earlier[len(earlier) // 2], last), False))
    for (passing, summed), layer in product(passes, range(run.architecture.layers)):
        playhead = Playhead(source=passing.source, summed=summed, layer=layer)
        yield resolve(run, playhead, passing)


def in_table(table: Table, frame: Frame, said: str) -> bool:
    """Whether a row knows the sentence, and it holds."""
    said = said.replace("\u00a0", " ")
    for pattern, holds in table:
        match = re.fullmatch(pattern, said)
        if match is not None and holds(frame, match):
            return True
    return False


def steps_exist(frame: Frame, said: str) -> bool:
    """Whether every step that is named exists."""
    named = [int(n) for n in re.findall(r"(?:⟨|step |from )(\d+)(?!\d*[.,·%]\d)(?! %)", said)]
    return all(0 <= n <= frame.steps for n in named)


def has_room(frame: Frame, said: str) -> bool:
    """Whether the transport keeps room for what happens, on one line and on two."""
    one, two = zip(*map(widths, longest(frame.steps)), strict=True)
    wide, narrow = widths(said)
    return wide <= max(one) and narrow <= max(two)


@cache
def widths(text: str) -> tuple[float, float]:
    """How wide a text is on one line, and on the two that are narrowest."""
    words = text.split(" ")
    broken = [
        max(text_width(" ".join(part), 1.0) for part in (words[:count], words[count:]))
        for count in range(1, len(words))
    ]
    whole = text_width(text, 1.0)
    return whole, min(broken, default=whole)


def hold(run: Run, *, sentences: bool = True) -> set[str]:
    """Hold all that is said along a film; what was said, without its numbers."""
    heard, faults = set[str](), list[str]()
    for view in views(run):
        for position in positions(view):
            frame = resolve(run, view.playhead.at(position), view.passing)
            said = [(READINGS, gradient_reading(frame)), (PLACES, place(frame))]
            said += [
                (SHORT_READINGS, text) for text in shorter_readings(gradient_reading(frame))[1:]
            ]
            if frame.moment.phase is not None:
                said.append((HAPPENINGS, happening(frame)))
            if sentences:
                forward = frame.moment.stage is Stage.FORWARD
                table = FORWARD_SENTENCES if forward else SENTENCES
                said.append((table, equation_of(frame).sentence))
            for table, text in said:
                where = f"{frame.task.mode}, at {position:.2f}, {frame.playhead}: {text!r}"
                right = in_table(table, frame, text) and steps_exist(frame, text)
                if not right or (table is HAPPENINGS and not has_room(frame, text)):
                    faults.append(where)
                heard.add(re.sub(r"[\d.]+", "#", text))
    assert not faults, "\n".join(faults[:8])
    return heard


# -- the tests ----------------------------------------------------------------------------------


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("mode", MODES)
def test_what_is_said_holds_in_every_mode_cell_and_layer(mode, cell, layers):
    hold(film(mode, "a b c a b" if layers == 1 else "a b c a", cell=cell, layers=layers))


REGIMES = {
    "vanish": {"gain": 0.2},
    "sigmoid": {"activation": "sigmoid"},
    "keep": {"activation": "identity", "recurrent": "orthogonal", "gain": 1.0},
    "grow": {"activation": "identity", "gain": 3.0},
    "zero": {"activation": "relu", "gain": 0.0},
    "relu": {"activation": "relu"},
    "explode": {"activation": "identity", "gain": 1e200},
    "still": {"learning_rate": 0.0},
    "adam": {"optimizer": "adam"},
    "clipped": {"clipping": "norm", "clip_limit": 0.1},
}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("mode", ["synced", "many_to_one", "encoder_decoder"])
def test_what_is_said_holds_in_every_regime(mode, regime):
    hold(film(mode, "a b c a", **REGIMES[regime]), sentences=regime != "adam")


@pytest.mark.parametrize("cell", ["rnn", "gru"])
@pytest.mark.parametrize("words", ["a", 1, 3], ids=["one word", "one value", "three values"])
def test_what_is_said_holds_of_the_shortest(words, cell):
    hold(film("synced", words, cell=cell))


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_nothing_is_said_to_be_0_where_every_slope_is_too_small_for_float64(activation, layers):
    """tanh′(400) is 10⁻³⁴⁷, σ′(900) is 10⁻³⁹¹: what comes to step 1 is small, and no 0."""
    run = film("synced", "a b c a", activation=activation, layers=layers)
    deep = 400.0 if activation == "tanh" else 900.0
    biases = {f"b_a_l{i}": np.full(3, deep) for i in range(layers)}
    run = replace(run, networks=(run.networks[0].replace(**biases),))
    for view in views(run):
        for position in positions(view):
            frame = resolve(run, view.playhead.at(position), view.passing)
            t = frame.moment.step
            said = [gradient_reading(frame), place(frame)]
            if frame.moment.stage is Stage.BACKWARD:
                said += [equation_of(frame).sentence, *(step_reading(frame, k) for k in (1, t))]
                said += [happening(frame)] if frame.moment.phase is not None else []
            for text in said:
                zero_said = re.search(r"exactly 0|is 0(?![.\d])", text)
                assert not zero_said or not paying_from(frame, t), (position, text)


def paying_from(frame: Frame, t: int) -> bool:
    """Whether any loss that is shown reaches step t."""
    return t <= last_of(frame) and frame.moment.stage is Stage.BACKWARD


@pytest.mark.parametrize("layers", [1, 2])
def test_what_is_said_holds_where_nothing_is_paid_or_no_loss_has_a_gradient(layers):
    run = film("synced", "a b c", layers=layers)
    nothing = np.zeros_like(run.task.mask)
    heard = hold(run.with_task(replace(run.task, mask=nothing)))
    assert "No step pays a loss: nobody has said what this network should answer#" in heard
    network = run.networks[0]
    deaf = network.replace(W_ya=np.zeros_like(network.parameters["W_ya"]))
    heard = hold(replace(run, networks=(deaf,)))
    where = " in layer #" if layers > 1 else ""
    assert f"The loss of step # has a gradient of exactly #{where}" in heard


def test_what_is_said_holds_beyond_the_end_of_a_series():
    """Nobody pays there, and the network is fed its own answers."""
    run = film("synced", 4)
    heard = hold(run.with_task(ahead(run.task, 2)))
    assert "x⟨#⟩ enters, its answer at #" in heard
    assert "nothing arrives: no loss after #" in heard
    assert "Step # pays no loss, nor does any after it: no gradient#" in heard


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_update_says_whether_and_how_it_changes_the_weights(optimizer):
    for rate, clipping in product((None, 0.0), ("none", "norm", "value")):
        settings = {"learning_rate": rate, "clipping": clipping, "clip_limit": 0.01}
        run = film("synced", "a b", optimizer=optimizer, **settings)
        passing = compute_pass(run, 0, 0)
        for summed in (False, True):
            frame = resolve(run, Playhead(position=4.9, summed=summed), passing)
            assert in_table(HAPPENINGS, frame, happening(frame)), happening(frame)
            end = resolve(run, Playhead(position=5.0, summed=summed), passing)
            assert in_table(PLACES, end, place(end))
            said = equation_of(frame).sentence
            assert ("not of L⟨2⟩ alone" in said) != summed
            assert ("No weight changes" in said) == (not changed(frame))
            assert "of length" not in said


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("mode", MODES)
def test_the_header_says_the_largest_gradient_and_whether_weights_change(mode, cell):
    for settings in ({}, {"learning_rate": 0.0}, {"gain": 1e-3, "layers": 2}):
        for view in views(film(mode, cell=cell, **settings)):
            end = view.timeline.end
            back, last = (
                resolve(view.run, view.playhead.at(at), view.passing) for at in (end - 1.0, end)
            )
            shapes = {shape.id: shape for shape in stage_scene(back, 1600, 430, 14.0).shapes}
            found = re.match(rf"‖{L}/∂a⟨t⟩‖ = {N}", shapes["width-scale"].text)
            assert found is not None
            each = product(range(back.layers), range(1, back.steps + 1))
            assert of_loss(found[1], back)
            assert is_about(found[2], max(norm(back, t, layer) for layer, t in each))
            shapes = {shape.id: shape for shape in stage_scene(last, 1600, 430, 14.0).shapes}
            weights = "new" if changed(last) else "the same"
            assert f"the next pass has {weights} weights" in shapes["update-numbers"].text


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("mode", MODES)
def test_the_read_outs_name_steps_that_exist_and_the_loss_that_is_followed(mode, cell):
    size = (800.0, 320.0)
    for view in views(film(mode, "a b c", cell=cell)):
        for t in range(1, view.steps + 1):
            at = view.timeline.position(Stage.BACKWARD, t)
            frame = resolve(view.run, view.playhead.at(at), view.passing)
            scene = memory_cell_scene(frame, *size, Rect(0.0, 0.0, *size), 12.0)
            lines = [line for target in scene.targets for line in cell_reading(frame, target)]
            if mode == "one_to_one" and t > 1:  # what enters is a⟨0⟩, of no step before
                assert not [line for line in lines if re.search(rf"[ac]⟨{t - 1}⟩", line)]
            lines += [shape.text for shape in scene.shapes if isinstance(shape, Text)]
            stage = stage_scene(frame, 1600, 430, 14.0)
            lines += [line for target in stage.targets for line in readout(frame, target)]
            lines.append(step_reading(frame, t))
            assert any("∂" in line for line in lines)
            for line in lines:
                assert steps_exist(frame, line), (mode, at, line)
                losses = re.findall(rf"{L}/∂", line)
                assert all(of_loss(loss or None, frame) for loss in losses), (mode, at, line)


def test_parts_of_a_sum_are_those_of_the_numbers():
    """Sizes, signs aside; of the gate that keeps, where there are gates."""
    for cell in CELLS:
        frame = resolve_at(film("synced", "a b c", cell=cell), 2.1)
        said = equation_of(frame).sentence.replace("\u00a0", " ")
        parts = [float(part) for part in re.findall(r"(\d+) % from", said)]
        gate = frame.kind.keeper
        row = frame.kind.names.index(gate) * frame.units if gate else 0
        terms, second = frame.forward_terms(3), frame.network.parameters.get("b_aa_l0")
        bias = terms.bias if second is None else terms.bias + second
        sizes = np.abs([terms.recurrent[row], terms.input[row], bias[row]])
        sizes = sizes[sizes > 0]
        assert parts == pytest.approx(100 * sizes / sizes.sum(), abs=0.51)


def resolve_at(run: Run, position: float) -> Frame:
    return resolve(run, Playhead(position=position), compute_pass(run, 0, 0))


def test_what_the_fields_teach_of_slopes_and_lengths_holds():
    """The help of the activation, of W_aa and of its factor."""
    assert "tanh has at most 1, the sigmoid at most ¼, ReLU 0 or 1, the identity 1" in (
        FIELDS["activation"].teaches
    )
    z = np.linspace(-8.0, 8.0, 1001)
    slopes = {}
    for name, g in ACTIVATIONS.items():
        a = np.empty_like(z)
        g.apply(z, a)
        slopes[name] = g.derivative(z, a)
    assert slopes["tanh"].max() == 1.0
    assert slopes["sigmoid"].max() == 0.25
    assert set(slopes["relu"]) == {0.0, 1.0}
    assert set(slopes["identity"]) == {1.0}
    assert "an orthogonal one and the identity keep lengths" in FIELDS["recurrent"].teaches
    for choice in FIELDS["recurrent"].choices:
        name = choice.changes["recurrent"]
        run = start_run(make_task(sequence_from_text("a b")), Settings(recurrent=name, units=8))
        spread = np.ptp(np.linalg.svd(run.networks[0].parameters["W_aa_l0"])[1])
        assert (spread < 1e-12) == (name in ("orthogonal", "identity"))
