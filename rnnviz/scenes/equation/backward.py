"""What is shown on the way back through time, in letters, numbers and words."""

from __future__ import annotations

import numpy as np

from rnnviz.film import Frame, comparable, loss_name, power_of_ten, ratio
from rnnviz.film.words import cut_words
from rnnviz.scenes.equation.cells import WRITTEN
from rnnviz.scenes.equation.notation import (
    DOT,
    EQUALS,
    MINUS,
    PLUS,
    W_YA_T,
    by,
    loss_letter,
    sentence,
    written,
    x,
    y,
)
from rnnviz.scenes.equation.step import Step, section
from rnnviz.scenes.equation.tokens import (
    Equation,
    Fence,
    Fraction,
    Item,
    Letter,
    Number,
    Row,
    Section,
    Sign,
    Words,
)
from rnnviz.scenes.phases import layer_phase
from rnnviz.scenes.shapes import Role


def backward(frame: Frame) -> Equation:
    """How the gradient of a step comes about, goes on, and what the weights take of it."""
    phase = layer_phase(frame)
    step = Step(frame, frame.moment.step, phase)
    if not frame.source:
        nothing: Row = (by(loss_letter(), step.symbols.a(step.t)), EQUALS, Number(0.0, "0"))
        words = "No step pays a loss, so there is no gradient."
        return Equation((section("general", nothing),), ("general",), words)
    sections: tuple[Section, ...] = ()
    if phase == "slope":
        sections = WRITTEN[frame.cell].through(step)
    elif phase == "share":
        sections = _share(step)
    if sections and frame.lost(step.t):
        letters = [part for part in sections if not part.name.endswith("numbers")]
        sections = (*letters, Section("numbers", (_norm(step),)))
    order = tuple(part.name for part in sections)
    if not sections:
        sections = arriving_at(step)
        wanted = ("general", "cell", "cell numbers", "numbers")
        names = [part.name for part in sections]
        order = tuple(name for name in wanted if name in names)
    words = backward_words(step)
    return Equation(sections, order, words)


def _norm(step: Step) -> Row:
    """‖∂L/∂a⟨t⟩‖, where its numbers are beyond what their floats can hold."""
    log10 = float(step.frame.log10_norms[step.t - 1])
    value = 10.0**log10 if log10 < 300.0 else np.inf
    bars = Fence((by(step.loss, step.symbols.a(step.t)),), norm=True)
    return (bars, EQUALS, Number(value, power_of_ten(log10), Role.GRADIENT))


def arriving_at(step: Step) -> tuple[Section, ...]:
    """∂L/∂a⟨t⟩ from the step after it and from above; with a cell state ∂L/∂c⟨t⟩ as well."""
    frame, t, lamp, terms = step.frame, step.t, step.lamp, step.backward
    head = lamp((by(step.loss, step.symbols.a(t)), EQUALS), "combine")
    if not (step.later or step.own):
        zero = lamp((Number(0.0, "0"),), "loss", "recurrent", "combine")
        return (section("general", (head, zero)),)
    numbers_head = lamp((step.column(terms.total, Role.GRADIENT), EQUALS), "combine")
    letters: list[list[Item]] = [[head], [head]]
    numbers: list[list[Item]] = [[numbers_head], [numbers_head]]
    if step.later:
        for rows, came in zip((letters, numbers), WRITTEN[frame.cell].arriving(step), strict=True):
            for row, items in zip(rows, came, strict=True):
                row.append(lamp(items, "recurrent", "combine"))
    if step.later and step.own:
        for row in (*letters, *numbers):
            row.append(lamp((PLUS,), "combine"))
    if step.own:
        mine = step.column(terms.own, Role.OUTPUT if step.top else Role.INPUT)
        for row in letters:
            row.append(lamp(from_above(step), "loss", "combine"))
        for row in numbers:
            row.append(lamp((mine,), "loss", "combine"))
    lost = frame.lost(t)
    if lost:
        numbers = [list(_norm(step))]
    found = (Section("general", _unlike(letters)), Section("numbers", _unlike(numbers)))
    sections = WRITTEN[frame.cell].memory(step)
    return (*found, *(part for part in sections if not lost or part.name != "cell numbers"))


def _unlike(rows: list[list[Item]]) -> tuple[Row, ...]:
    """Forms, without a second one that says the same."""
    first = tuple(rows[0])
    return (first,) if rows[-1] == rows[0] else (first, tuple(rows[-1]))


def from_above(step: Step) -> Row:
    """What comes to a⟨t⟩ from above at the same step."""
    letters, t, loss = step.symbols, step.t, step.loss
    if step.top:
        return error(step.frame, t)
    if "z" in step.frame.kind.names:  # its z is a gate
        gate = by(loss, letters.z(t, "k", above=True))
        return (Letter("Σ", sub="k"), letters.w_ax_above("k"), gate)
    return (letters.w_ax_above(), by(loss, letters.z(t, above=True)))


def error(frame: Frame, t: int) -> Row:
    """W_yaᵀ times ∂L⟨t⟩ by what W_ya a⟨t⟩ + b_y says."""
    if frame.task.loss == "softmax_cross_entropy":
        return (W_YA_T, Fence((y(t), MINUS, Words("target"))))
    outputs = frame.task.outputs
    factor: Item = Number(2.0, "2")
    if outputs > 1:
        factor = Fraction((factor,), (Number(float(outputs), str(outputs)),))
    should = x(t + 1) if frame.answers_next_input else Words("target")
    return (factor, W_YA_T, Fence((y(t), MINUS, should)))


def _share(step: Step) -> tuple[Section, ...]:
    """What step t adds to ∂L/∂W_aa, and the first entry of it in numbers.

    Of a gated cell the rows of the gate that says what is kept.
    """
    letters, t = step.symbols, step.t
    gate = step.frame.kind.keeper
    dz = step.rows(step.dz(t), gate) if gate else step.dz(t)
    delta, old = float(dz[0]), float(step.a(letters.before(t))[0])
    with np.errstate(all="ignore"):
        share = float(dz[0] * step.a(letters.before(t))[0])
    said: Row = (Words(f"share of step {t}:"),)
    if gate:
        said = (Words(f"share of step {t} in"), by(step.loss, letters.w_aa(gate)), Sign(":"))
    general: Row = (
        *said,
        by(step.loss, letters.z(t, gate)),
        Fence((letters.a(letters.before(t)),), sup="⊤"),
    )
    numbers: Row = (
        Words("first entry:"),
        Fence((written(delta, Role.GRADIENT),)),
        DOT,
        Fence((written(old, Role.STATE),)),
        EQUALS,
        written(share, Role.GRADIENT),
    )
    return (section("general", general), section("numbers", numbers))


# -- in words ----------------------------------------------------------------------------------


def backward_words(step: Step) -> str:
    """How large a step's gradient is, and for a gated cell how it survives."""
    frame, t = step.frame, step.t
    k, norms = frame.source, frame.log10_norms
    here = norms[t - 1]
    if np.isnan(here):
        layer = f" in layer {frame.layer + 1}" if frame.layers > 1 else ""
        said = f"the gradient of step {t} is not finite{layer}"
        return sentence(frame.passing.exploded or said)
    if not frame.summed and t > k:
        return f"What comes after step {k} has no part in its loss."
    if not frame.summed and t < k and not frame.linked(k):
        return f"Without recurrence step {t} has no part in the loss of step {k}."
    if here == -np.inf:
        return cut_words(frame, t) or _nothing_comes(step)
    size, what = ratio(float(here)), f"‖∂{loss_name(frame)}/∂a⟨{t}⟩‖"
    where = f" in layer {frame.layer + 1}" if frame.layers > 1 else ""
    after = norms[t] if t < frame.steps else -np.inf
    alone = frame.summed or t == k or not np.isfinite(after)
    if alone or not comparable(float(here), float(after)):
        said = f"{what} is {size}{where}."
    else:
        part = ratio(float(here - after))
        said = f"{what} is {size}{where}: {part} times that at step {t + 1}."
    handed = WRITTEN[frame.cell].handed(step) if step.later else ""
    return f"{said} {handed}".rstrip()


def _nothing_comes(step: Step) -> str:
    """Why there is no gradient at a step: nothing after it is paid, or it is 0 all the same."""
    frame, t = step.frame, step.t
    if frame.summed and not step.later and not frame.pays(t):
        alone = not frame.linked(t) or t == frame.steps
        return f"Step {t} pays no loss{'' if alone else ', nor does any after it'}: no gradient."
    where = f" in layer {frame.layer + 1}" if frame.layers > 1 else ""
    return f"The gradient of step {t} is exactly 0{where}."
