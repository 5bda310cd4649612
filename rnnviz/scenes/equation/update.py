"""What is shown of the update: the optimisers' formulas, the clipping, one entry in numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from rnnviz.engine.clipping import CLIPPINGS, ClippingReport
from rnnviz.engine.optimizers import OPTIMIZERS, PLAIN, SGD, Adagrad, Adam, RMSprop
from rnnviz.film import Frame, Update, number
from rnnviz.frozen import record
from rnnviz.scenes.equation.gates import stacked
from rnnviz.scenes.equation.notation import (
    BECOMES,
    COMMA,
    DOT,
    EQUALS,
    GETS,
    MINUS,
    PLUS,
    Vector,
    by,
    entry,
    loss_letter,
    needed_digits,
    sentence,
    written,
)
from rnnviz.scenes.equation.step import Step, section
from rnnviz.scenes.equation.tokens import (
    Equation,
    Fence,
    Item,
    Letter,
    Name,
    Number,
    Row,
    Section,
    Sign,
    Words,
)
from rnnviz.scenes.shapes import Role

ETA, GRADIENT = Letter("η"), Letter("g", role=Role.GRADIENT)
_SQUARED = Letter("g", sup="2", role=Role.GRADIENT)
_M, _S, _V = Letter("m"), Letter("s"), Letter("v")
_MU, _ALPHA, _LAMBDA, _EPSILON = Letter("μ"), Letter("α"), Letter("λ"), Letter("ε")
_M_HAT, _V_HAT = Letter("m̂"), Letter("v̂")
_ONE, _OVER = Number(1.0, "1"), Sign("/")

Factors = tuple[tuple[Letter, float], ...]


def formula(name: str, weight: Letter) -> tuple[Row, ...]:
    """An optimiser's formula, statement by statement; the last one is the step itself."""
    optimizer = OPTIMIZERS[name]
    against: Row = (weight, GETS, weight, MINUS, ETA)
    match optimizer:
        case SGD(momentum=momentum, nesterov=nesterov):
            if not momentum:
                return ((*against, GRADIENT),)
            sums: Row = (_M, GETS, _MU, _M, PLUS, GRADIENT)
            if nesterov:
                return (sums, (*against, Fence((GRADIENT, PLUS, _MU, _M))))
            return (sums, (*against, _M))
        case Adagrad():
            sums = (_S, GETS, _S, PLUS, _SQUARED)
            return (sums, (*against, GRADIENT, *_over(Letter("√s"))))
        case RMSprop(centered=centered):
            squares = _mean(_V, _ALPHA, _SQUARED)
            if centered:
                means = (*_mean(_M, _ALPHA, GRADIENT), COMMA, *squares)
                return (means, (*against, GRADIENT, *_over(Letter("√(v−m²)"))))
            return (squares, (*against, GRADIENT, *_over(Letter("√v"))))
        case Adam(decoupled=decoupled):
            return _adam(weight, decoupled=decoupled)
        case _:
            raise ValueError(f"no formula for the optimiser {name!r}")


def _adam(weight: Letter, *, decoupled: bool) -> tuple[Row, ...]:
    beta_1, beta_2 = Letter("β", sub="1"), Letter("β", sub="2")
    means = (*_mean(_M, beta_1, GRADIENT), COMMA, *_mean(_V, beta_2, _SQUARED))
    kept: Row = (*_less(ETA, _LAMBDA), weight) if decoupled else (weight,)
    step: Row = (weight, GETS, *kept, MINUS, ETA, _M_HAT, *_over(Letter("√v̂")))
    return (means, step)


def corrected(name: str) -> tuple[Row, ...]:
    """What Adam's m̂ and v̂ are after n updates; nothing for the others."""
    optimizer = OPTIMIZERS[name]
    if not isinstance(optimizer, Adam):
        return ()
    m: Row = (_M_HAT, EQUALS, _M, _OVER, *_less(Letter("β", sub="1", sup="n")))
    below = _less(Letter("β", sub="2", sup="n"))
    if not optimizer.amsgrad:
        return (m, (_V_HAT, EQUALS, _V, _OVER, *below))
    most: Row = (_S, GETS, Name("max"), Fence((_S, COMMA, _V)))
    return ((*m, COMMA, *most), (_V_HAT, EQUALS, _S, _OVER, *below))


def _mean(letter: Letter, factor: Letter, new: Letter) -> Row:
    """m ← β m + (1 − β) g."""
    return (letter, GETS, factor, letter, PLUS, *_less(factor), new)


def _less(*items: Item) -> Row:
    """(1 − …)."""
    return (Fence((_ONE, MINUS, *items)),)


def _over(root: Letter) -> Row:
    """/(√… + ε)."""
    return (_OVER, Fence((root, PLUS, _EPSILON)))


# -- the optimisers in numbers ------------------------------------------------------------------


def figures(name: str, update: Update, parameter: str, row: int) -> tuple[Factors, float]:
    """What is computed on the way for a parameter's entry [row, 0], and what η multiplies."""
    optimizer, rounds = OPTIMIZERS[name], update.state.steps

    def at(array: Vector) -> float:
        return float(array[row, 0])

    g = at(update.gradients[update.name_of(parameter)])
    slots: Mapping[str, Vector] = update.state.slots.get(update.name_of(parameter), {})
    steps: list[tuple[Letter, float]] = [(GRADIENT, g)]
    with np.errstate(all="ignore"):
        match optimizer:
            case SGD(momentum=momentum, nesterov=nesterov):
                if not momentum:
                    return (tuple(steps), g)
                m = at(slots["momentum"])
                steps.append((_M, m))
                return (tuple(steps), g + momentum * m if nesterov else m)
            case Adagrad(epsilon=epsilon):
                s = at(slots["square"])
                steps.append((_S, s))
                return (tuple(steps), _divided(g, np.sqrt(s) + epsilon))
            case RMSprop(epsilon=epsilon, centered=centered):
                v = at(slots["square"])
                if centered:
                    m = at(slots["mean"])
                    steps.append((_M, m))
                    steps.append((_V, v))
                    v = max(v - m * m, 0.0)
                else:
                    steps.append((_V, v))
                return (tuple(steps), _divided(g, np.sqrt(v) + epsilon))
            case Adam(beta1=beta1, beta2=beta2, epsilon=epsilon, amsgrad=amsgrad):
                v = at(slots["largest" if amsgrad else "square"])
                m_hat = _divided(at(slots["mean"]), 1.0 - beta1**rounds)
                v_hat = _divided(v, 1.0 - beta2**rounds)
                steps += [(_M_HAT, m_hat), (_V_HAT, v_hat)]
                direction = _divided(m_hat, np.sqrt(v_hat) + epsilon)
                return (tuple(steps), direction)
            case _:
                raise ValueError(f"no numbers for the optimiser {name!r}")


def _divided(above: float, below: float) -> float:
    """A quotient; not finite where there is none."""
    return above / float(below) if below else float("nan")


def shrunk(name: str, rate: float) -> Row:
    """(1 − ηλ), in numbers, for what shrinks the weights apart from the gradient; else nothing."""
    optimizer = OPTIMIZERS[name]
    if isinstance(optimizer, Adam) and optimizer.decoupled:
        decay = optimizer.weight_decay
        return (
            Fence((_ONE, MINUS, Number(rate, number(rate)), DOT, Number(decay, number(decay)))),
            DOT,
        )
    return ()


# -- clipping -----------------------------------------------------------------------------------


@record
class Clipped:
    """How a kind of clipping is written.

    Attributes
    ----------
    gradient : callable (ClippingReport, Row)
        What g is, of a gradient that was clipped.
    written : callable (ClippingReport, float)
        What was done to all gradients together, in full and shortened; of the report and the limit.
    words : callable (ClippingReport, str, str)
        The same in a line of words, the longest way to say it first; of the report, its norm and
        the limit.
    """

    gradient: Callable[[ClippingReport, Row], Row]
    written: Callable[[ClippingReport, float], tuple[Row, ...]]
    words: Callable[[ClippingReport, str, str], tuple[str, ...]]


def _clipping(step: Step, report: ClippingReport) -> Section:
    """What the run's clipping did."""
    settings = step.frame.run.settings
    rows = CLIPPED[settings.clipping].written(report, settings.clip_limit)
    return section("clipping", *((step.lamp(row, "update"),) for row in rows))


def _norm(report: ClippingReport) -> Row:
    return (Fence((GRADIENT,), norm=True), EQUALS, _size(report.norm_before))


def _size(norm: float) -> Number:
    return Number(norm, number(norm), Role.GRADIENT)


def _shortened(report: ClippingReport, slope: Row) -> Row:
    return (Number(report.coefficient, number(report.coefficient)), DOT, *slope)


def _shortening(report: ClippingReport, limit: float) -> tuple[Row, ...]:
    norm = _norm(report)
    if not report.clipped:
        row: Row = (*norm, Sign("≤"), Number(limit, number(limit)), Sign(":"))
        return ((*row, Words("nothing clipped")),)
    row = (*norm, BECOMES, _size(report.norm_after))
    factor = Number(report.coefficient, number(report.coefficient))
    return (*row, COMMA, Words("all gradients ×"), factor), row


def _shortening_said(report: ClippingReport, norm: str, limit: str) -> tuple[str, ...]:
    if not report.clipped:
        return f"no clipping needed ({norm} ≤ {limit})", f"{norm} ≤ {limit}: not clipped"
    short = f"{norm} clipped to {limit}"
    return f"{short} (× {number(report.coefficient)})", short


def _cut(report: ClippingReport, slope: Row) -> Row:
    return (Name("cut"), Fence(slope))


def _cutting(report: ClippingReport, limit: float) -> tuple[Row, ...]:
    if not report.clipped:
        return ((Words(f"no gradient beyond ±{number(limit)}"),),)
    cut = f"{report.entries_cut} of {report.entries} gradients cut to ±{number(limit)}"
    row: Row = (*_norm(report), BECOMES, _size(report.norm_after))
    return (*row, COMMA, Words(cut)), (Words(cut),)


def _cutting_said(report: ClippingReport, norm: str, limit: str) -> tuple[str, ...]:
    if not report.clipped:
        return f"no clipping needed (every entry within ±{limit})", "no clipping needed"
    short = f"{report.entries_cut:,} of {report.entries:,} entries cut to ±{limit}"
    return f"{norm}, {short}", short


CLIPPED: Mapping[str, Clipped] = MappingProxyType(
    {
        "norm": Clipped(_shortened, _shortening, _shortening_said),
        "value": Clipped(_cut, _cutting, _cutting_said),
    }
)
"""Every kind that does something, by its key."""


# -- the whole of it ----------------------------------------------------------------------------

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
    if settings.clipping in CLIPPED:
        sections.append(_clipping(step, made.report))
    sections.append(section("output", total))
    names = [part.name for part in sections]
    order = tuple(name for name in _ORDER if name in names)
    return Equation(tuple(sections), order, update_words(frame), order.index("output"))


def update_words(frame: Frame) -> str:
    """What the update does, of which losses, and what clipping did before it."""
    made, settings = frame.update, frame.run.settings
    if made is None:
        return ""
    said = [OPTIMIZERS[settings.optimizer].teaches]
    if not frame.source:
        said = ["No step pays a loss: every gradient is 0."]
    elif not frame.summed and np.count_nonzero(frame.task.mask.any(axis=1)) > 1:
        said.append(f"The gradient is of all losses, not of L⟨{frame.source}⟩ alone.")
    if made.report.clipped:
        said.append(CLIPPINGS[settings.clipping].teaches)
    if not frame.changes:
        said.append("No weight changes here" + ("." if frame.run.learning_rate else ": η is 0."))
    return " ".join(said)


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
