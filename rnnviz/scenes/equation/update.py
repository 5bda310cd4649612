"""What is shown of the update: the optimiser's formula, one entry in numbers, the clipping."""

from __future__ import annotations

from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.film import Frame, Update, number
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
    Name,
    Number,
    Row,
    Section,
    Sign,
    Words,
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
    if settings.clipping != "none":
        sections.append(_clipping(step, made))
        words = f"{words} {_clipped_words(frame, made)}".rstrip()
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
    if settings.optimizer == "sgd" and settings.clipping == "none":
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
        if settings.clipping == "norm":
            factor = made.report.coefficient
            means = (GRADIENT, EQUALS, Number(factor, number(factor)), DOT, *means[2:])
        else:
            means = (GRADIENT, EQUALS, Name("cut"), Fence(means[2:]))
    found = (section("gradient", means), section("general", stacked(rows)))
    return (*found, section("corrected", stacked(hats))) if hats else found


def _numbers(step: Step, made: Update) -> Section:
    """The first entry of the shown rows of W_aa, before and after."""
    frame, lamp, weight = step.frame, step.lamp, _weight(step)
    gate = frame.kind.keeper
    name, row = f"W_aa_l{frame.layer}", frame.units if gate else 0  # the second block of rows
    old = float(frame.network.parameters[name][row, 0])
    new = float(made.shown.parameters[name][row, 0])
    settings, rate = frame.run.settings, frame.run.learning_rate
    way, direction = figures(settings.optimizer, made, name, row)
    sgd = settings.optimizer == "sgd"
    values = (old, new, direction) if sgd else (old, new)
    digits = min(max(needed_digits(value, places=3) for value in values), 5)
    while old != new and digits < 7 and entry(old, digits=digits) == entry(new, digits=digits):
        digits += 1  # so that one can see that it moves
    before, after = (written(value, Role.STATE, digits=digits) for value in (old, new))
    against = written(direction, Role.GRADIENT, digits=digits if sgd else None)
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
    if sgd:
        return section("numbers", subtracted, short)
    found: Row = ()
    for letter, value in way:
        comma: Row = (COMMA,) if found else ()
        found = (*found, *comma, letter, EQUALS, written(value, letter.role))
    return section("numbers", stacked(((lamp(found, "update"),), subtracted)), subtracted, short)


def _clipping(step: Step, made: Update) -> Section:
    """What clipping did to all gradients together."""
    settings, report, lamp = step.frame.run.settings, made.report, step.lamp
    limit = number(settings.clip_limit)
    norm: Row = (Fence((GRADIENT,), norm=True), EQUALS, _size(report.norm_before))
    if settings.clipping == "norm":
        if not report.clipped:
            row: Row = (*norm, Sign("≤"), Number(settings.clip_limit, limit), Sign(":"))
            return section("clipping", (lamp((*row, Words("nothing clipped")), "update"),))
        row = (*norm, BECOMES, _size(report.norm_after))
        factor = Number(report.coefficient, number(report.coefficient))
        full: Row = (*row, COMMA, Words("all gradients ×"), factor)
        return section("clipping", (lamp(full, "update"),), (lamp(row, "update"),))
    if not report.clipped:
        said: Row = (Words(f"no gradient beyond ±{limit}"),)
        return section("clipping", (lamp(said, "update"),))
    cut = f"{report.entries_cut} of {report.entries} gradients cut to ±{limit}"
    full = (*norm, BECOMES, _size(report.norm_after), COMMA, Words(cut))
    return section("clipping", (lamp(full, "update"),), (lamp((Words(cut),), "update"),))


def _size(norm: float) -> Number:
    return Number(norm, number(norm), Role.GRADIENT)


def _clipped_words(frame: Frame, made: Update) -> str:
    if not made.report.clipped:
        return ""
    if frame.run.settings.clipping == "norm":
        return "Clipping the norm keeps the gradient’s direction."
    return "Cutting entries turns the gradient’s direction."
