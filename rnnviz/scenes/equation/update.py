"""What is shown of the update: the optimiser's formula, one entry in numbers, the clipping."""

from __future__ import annotations

from rnnviz.engine.clipping import CLIPPINGS
from rnnviz.engine.optimizers import OPTIMIZERS, PLAIN
from rnnviz.film import Frame, Update, number
from rnnviz.scenes.equation.clipping import CLIPPED, clipping_section
from rnnviz.scenes.equation.gates import stacked
from rnnviz.scenes.equation.numbers import entry, needed_digits, written
from rnnviz.scenes.equation.optimisers import (
    ETA,
    GRADIENT,
    corrected,
    figures,
    formula,
    shrunk,
)
from rnnviz.scenes.equation.sentence import sentence
from rnnviz.scenes.equation.step import Step, section
from rnnviz.scenes.equation.symbols import (
    BECOMES,
    COMMA,
    DOT,
    EQUALS,
    GETS,
    MINUS,
    by,
    loss_letter,
)
from rnnviz.scenes.equation.tokens import (
    Equation,
    Fence,
    Letter,
    Number,
    Row,
    Section,
    Sign,
)
from rnnviz.scenes.shapes import Role

_ORDER = ("general", "numbers", "gradient", "clipping", "output", "corrected")


def update(frame: Frame) -> Equation:
    """One step of the optimiser, for all weights and for one."""
    step = Step(frame, 0, frame.moment.phase.name if frame.moment.phase else "")
    general = _general(step)
    made = frame.update
    if made is None:
        forward = frame.passing.trace.exploded_at is not None
        why = ("the pass " if forward else "") + frame.passing.exploded
        words = sentence("there is no update: " + why)
        names = [part.name for part in general]
        return Equation(general, tuple(name for name in _ORDER if name in names), words)
    total: Row = (loss_letter(), EQUALS, written(frame.total_loss, Role.GRADIENT))
    sections = [*general, _numbers(step, made)]
    settings = frame.run.settings
    words = OPTIMIZERS[settings.optimizer].teaches
    if settings.clipping in CLIPPED:
        sections.append(clipping_section(step, made.report))
        if made.report.clipped:
            words = f"{words} {CLIPPINGS[settings.clipping].teaches}"
    sections.append(section("output", total))
    names = [part.name for part in sections]
    order = tuple(name for name in _ORDER if name in names)
    return Equation(tuple(sections), order, words, order.index("output"))


def _weight(step: Step) -> Letter:
    return step.symbols.w_aa(step.frame.kind.keeper)


def _general(step: Step) -> tuple[Section, ...]:
    """The formula; plain gradient descent says at once which gradient it is."""
    settings, lamp, weight = step.frame.run.settings, step.lamp, _weight(step)
    slope = by(loss_letter(), weight)
    if settings.optimizer == PLAIN and settings.clipping not in CLIPPED:
        row: Row = (
            lamp((weight, GETS, weight, MINUS, ETA), "update"),
            lamp((slope,), "gather", "update"),
        )
        return (section("general", row),)
    rows = tuple((lamp(row, "update"),) for row in formula(settings.optimizer, weight))
    hats = tuple((lamp(row, "update"),) for row in corrected(settings.optimizer))
    means: Row = (GRADIENT, EQUALS, lamp((slope,), "gather"))
    made = step.frame.update
    if made is not None and made.report.clipped:
        came = CLIPPED[settings.clipping].gradient(made.report, means[2:])
        means = (GRADIENT, EQUALS, *came)
    found = (section("gradient", means), section("general", stacked(rows)))
    return (*found, section("corrected", stacked(hats))) if hats else found


def _numbers(step: Step, made: Update) -> Section:
    """The first entry of the shown rows of W_aa, before and after."""
    frame, lamp, weight = step.frame, step.lamp, _weight(step)
    gate = frame.kind.keeper
    name, row = f"W_aa_l{frame.layer}", step.block(gate).start
    old = float(frame.network.parameters[name][row, 0])
    new = float(made.shown.parameters[name][row, 0])
    settings, rate = frame.run.settings, frame.run.learning_rate
    way, direction = figures(settings.optimizer, made, name, row)
    plain = settings.optimizer == PLAIN
    values = (old, new, direction) if plain else (old, new)
    digits = min(max(needed_digits(value, places=3) for value in values), 5)
    while old != new and digits < 7 and entry(old, digits=digits) == entry(new, digits=digits):
        digits += 1  # so that one can see that it moves
    before, after = (written(value, Role.STATE, digits=digits) for value in (old, new))
    against = written(direction, Role.GRADIENT, digits=digits if plain else None)
    which: Row = (weight, Sign("[1,1]"), Sign(":"))
    strong = lamp.focus("gather", "update")
    eta = Number(rate, number(rate))
    kept: Row = (*which, *shrunk(settings.optimizer, rate), before)
    subtracted: Row = (
        lamp((*kept, MINUS, eta, DOT), "update"),
        lamp((Fence((against,), focus=strong),), "gather", "update"),
        lamp((EQUALS, after), "update"),
    )
    short: Row = (lamp((*which, before, BECOMES, after), "update"),)
    if plain:
        return section("numbers", subtracted, short)
    found: Row = ()
    for letter, value in way:
        comma: Row = (COMMA,) if found else ()
        found = (*found, *comma, letter, EQUALS, written(value, letter.role))
    return section("numbers", stacked(((lamp(found, "update"),), subtracted)), subtracted, short)
