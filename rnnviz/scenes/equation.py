"""The equation of the step under way, in the lecture's notation, with its real numbers.

`equation_of` says what is written, which role every term has and which one the eye should follow;
a view typesets it. Every number is the frame's own; only its last digits are rounded away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, Stage, number, power_of_ten
from rnnviz.scenes.shapes import Role

_LONGEST_NAME = 14
_ACTIVATIONS = {"tanh": "tanh", "relu": "ReLU", "sigmoid": "σ", "identity": ""}


class Focus(StrEnum):
    """How much the eye should be on a term."""

    NORMAL = "normal"
    LIT = "lit"
    FADED = "faded"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with a lower and an upper index: W_aa, a⟨6⟩, W_aaᵀ ("⊤")."""

    base: str
    sub: str = ""
    sup: str = ""
    role: Role = Role.INK


@dataclass(frozen=True, slots=True)
class Sign:
    """A relation, an operation or punctuation; "-" is the sign of what follows, "−" takes away."""

    text: str
    role: Role = Role.INK


@dataclass(frozen=True, slots=True)
class Name:
    """An upright name: tanh, softmax, log."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """Plain text within a formula; `otherwise` stands in where the fonts cannot draw it."""

    text: str
    role: Role = Role.INK
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number and how it is written."""

    value: float
    text: str
    role: Role = Role.INK


@dataclass(frozen=True, slots=True)
class Column:
    """Some units of a vector of `height` units; what lies between and after them is a ⋮."""

    units: tuple[int, ...]
    numbers: tuple[Number, ...]
    height: int

    def first(self, count: int) -> Column:
        """The same with at most `count` numbers."""
        return Column(self.units[:count], self.numbers[:count], self.height)


@dataclass(frozen=True, slots=True)
class Fraction:
    """A fraction."""

    above: Row
    below: Row
    role: Role = Role.INK


@dataclass(frozen=True, slots=True)
class Fence:
    """Parentheses (or the bars of a norm) as high as what they hold, with an upper index.

    `focus` is theirs alone; what they hold has its own.
    """

    items: Row
    sup: str = ""
    norm: bool = False
    focus: Focus = Focus.NORMAL


@dataclass(frozen=True, slots=True)
class Term:
    """A part of the equation that is looked at as one."""

    items: Row
    focus: Focus = Focus.NORMAL


Item = Letter | Sign | Name | Words | Number | Column | Fraction | Fence | Term
Row = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One statement, from its fullest form to its shortest.

    Attributes
    ----------
    name : str
        "general", "numbers" or "output".
    forms : tuple of Row
        Each true by itself.
    """

    name: str
    forms: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Equation:
    """What the equation bar shows.

    Attributes
    ----------
    sections : tuple of Section
        From left to right.
    order : tuple of str
        Their names, the one to keep longest first, where there is not room for all.
    sentence : str
        The same in words; plain text.
    """

    sections: tuple[Section, ...]
    order: tuple[str, ...]
    sentence: str = ""


def equation_of(frame: Frame) -> Equation:
    """What is computed at a frame's moment."""
    match frame.moment.stage:
        case Stage.START:
            return _start(frame)
        case Stage.FORWARD:
            return _forward(frame)
        case Stage.BACKWARD:
            return _backward(frame)
        case _:
            return _update(frame)


def entry(value: float, *, sign: bool = True, digits: int | None = None) -> str:
    """A number of a vector: "+0.59", "−3.1·10⁻⁷"; "0" only where it is exactly 0.

    Parameters
    ----------
    value : float
    sign : bool
        Whether a positive number gets its +.
    digits : int, optional
        Digits after the point, so that a column has the same; as many as it needs otherwise.
    """
    if not np.isfinite(value):
        return "not finite"
    size = abs(value)
    if size == 0.0:
        return "0"
    head = "−" if value < 0 else "+" if sign else ""
    if not _plain(size):
        return power_of_ten(float(np.log10(size)), sign=head)
    return f"{head}{size:.{needed_digits(value) if digits is None else digits}f}"


def needed_digits(value: float, *, places: int = 2) -> int:
    """Digits after the point: `places` from 0.1 to 10, fewer above, more below."""
    size = abs(value)
    if not (np.isfinite(value) and _plain(size)):
        return 0
    lead = int(np.floor(np.log10(size)))
    return max(places - lead if lead >= 0 else places - lead - 1, 0)


def _plain(size: float) -> bool:
    """Whether a size is written without a power of ten."""
    return 1e-3 <= size < 9999.5


# -- the small words of the notation -----------------------------------------------------------


def _a(t: int | str) -> Letter:
    return Letter("a", sup=f"⟨{t}⟩", role=Role.STATE)


def _x(t: int | str) -> Letter:
    return Letter("x", sup=f"⟨{t}⟩", role=Role.INPUT)


def _y(t: int | str) -> Letter:
    return Letter("y", sup=f"⟨{t}⟩", role=Role.OUTPUT)


def _loss(t: int | str = "") -> Letter:
    return Letter("L", sup=f"⟨{t}⟩" if t else "", role=Role.GRADIENT)


_W_AA = Letter("W", sub="aa", role=Role.STATE)
_W_AX = Letter("W", sub="ax", role=Role.INPUT)
_W_YA = Letter("W", sub="ya", role=Role.OUTPUT)
_W_AA_T = Letter("W", sub="aa", sup="⊤", role=Role.STATE)
_W_YA_T = Letter("W", sub="ya", sup="⊤", role=Role.OUTPUT)
_B_A = Letter("b", sub="a")
_B_Y = Letter("b", sub="y")
_EQUALS, _PLUS, _MINUS = Sign("="), Sign("+"), Sign("−")
_NEGATIVE = Sign("-")
_TIMES, _DOT, _GETS = Sign("⊙"), Sign("·"), Sign("←")


def _by(loss: Letter, below: Letter) -> Fraction:
    """∂L/∂`below`."""
    partial = Sign("∂", Role.GRADIENT)
    return Fraction(
        (partial, loss),
        (partial, Letter(below.base, below.sub, below.sup, Role.GRADIENT)),
        Role.GRADIENT,
    )


def _applied(activation: str, items: Row, focus: Focus = Focus.NORMAL) -> Row:
    """g(…); the identity writes nothing."""
    name = _ACTIVATIONS[activation]
    return (Name(name), Fence(items, focus=focus)) if name else items


def _slope(activation: str, t: int) -> Row:
    """g′ at step t, written out; nothing for the identity, whose slope is 1."""
    one = Number(1.0, "1")
    match activation:
        case "tanh":
            return (Fence((one, _MINUS, Fence((_a(t),), sup="2"))),)
        case "sigmoid":
            return (_a(t), _TIMES, Fence((one, _MINUS, _a(t))))
        case "relu":
            return (Name("ReLU′"), Fence((Letter("z", sup=f"⟨{t}⟩"),)))
        case _:
            return ()


def _number(value: float, role: Role = Role.INK, *, digits: int | None = None) -> Number:
    return Number(float(value), entry(float(value), sign=False, digits=digits), role)


def _shown(height: int, selected: int) -> tuple[int, ...]:
    """The units whose numbers are written: the first ones, and the selected one."""
    if height <= 3:
        return tuple(range(height))
    return (0, 1) if selected < 2 else (0, selected)


def _vector(
    values: NDArray[np.floating], units: tuple[int, ...], role: Role, *, sign: bool = True
) -> Item:
    """A column, all of it with the same digits after the point; a vector of zeros is a 0."""
    if not values.any():
        return Number(0.0, "0", role)
    shown = [float(values[unit]) for unit in units]
    whole = all(value == round(value) for value in shown if np.isfinite(value))
    digits = 0 if whole else max(needed_digits(value) for value in shown)
    numbers = tuple(Number(v, entry(v, sign=sign, digits=digits), role) for v in shown)
    return Column(units, numbers, len(values))


class _Lamp:
    """Lights the terms of the phase under way and fades the others."""

    def __init__(self, phase: str) -> None:
        self._phase = phase

    def focus(self, *phases: str) -> Focus:
        if not self._phase:
            return Focus.NORMAL
        return Focus.LIT if self._phase in phases else Focus.FADED

    def __call__(self, items: Sequence[Item], *phases: str) -> Term:
        return Term(tuple(items), self.focus(*phases))


def _phase(frame: Frame) -> str:
    phase = frame.moment.phase
    return phase.name if phase else ""


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


# -- forward -----------------------------------------------------------------------------------


def _start(frame: Frame) -> Equation:
    zero = (_a(0), _EQUALS, Number(0.0, "0", Role.STATE))
    before = Letter("a", sup="⟨t−1⟩", role=Role.STATE)
    inner: Row = (_W_AA, before, _PLUS, _W_AX, _x("t"), _PLUS, _B_A)
    state = (_a("t"), _EQUALS, *_applied(frame.activation, inner))
    readout: Row = (_W_YA, _a("t"), _PLUS, _B_Y)
    softmax = frame.run.task.loss == "softmax_cross_entropy"
    output = (_y("t"), _EQUALS, *((Name("softmax"), Fence(readout)) if softmax else readout))
    return Equation(
        (
            Section("numbers", (zero,)),
            Section("general", (state,)),
            Section("output", (output,)),
        ),
        ("general", "numbers", "output"),
        "The same weights serve every step; the first one remembers nothing.",
    )


def _forward(frame: Frame) -> Equation:
    t = frame.moment.step
    phase = _phase(frame)
    lamp = _Lamp(phase)
    terms = frame.forward_terms(t)
    units = _shown(len(terms.a), frame.playhead.unit)

    def applied(inner: Row) -> Row:
        right = _applied(frame.activation, inner, lamp.focus("combine", "settle"))
        if isinstance(right[0], Name):
            return (lamp(right[:1], "settle"), *right[1:])
        return right

    def state(a: Item, recurrent: Row, fed: Row, bias: Row) -> Row:
        inner: Row = (
            lamp(recurrent, "recurrent", "combine"),
            lamp((_PLUS,), "combine"),
            lamp(fed, "input", "combine"),
            lamp((_PLUS,), "combine"),
            lamp(bias, "combine"),
        )
        return (lamp((a, _EQUALS), "settle"), *applied(inner))

    vectors = (
        _vector(terms.a, units, Role.STATE),
        _vector(terms.recurrent, units, Role.STATE),
        _vector(terms.input, units, Role.INPUT),
        _vector(terms.bias, units, Role.INK),
    )
    full = state(vectors[0], *((vector,) for vector in vectors[1:]))
    summed = (
        lamp((vectors[0], _EQUALS), "settle"),
        *applied((lamp((_vector(terms.z, units, Role.INK),), "combine"),)),
    )
    late = phase in ("output", "loss")
    return Equation(
        (
            Section("general", (state(_a(t), (_W_AA, _a(t - 1)), (_W_AX, _x(t)), (_B_A,)),)),
            Section("numbers", (full, summed) if frame.activation != "identity" else (full,)),
            Section("output", _outputs(frame, t, lamp)),
        ),
        ("output", "general", "numbers") if late else ("general", "numbers", "output"),
        _forward_words(frame, t),
    )


def _outputs(frame: Frame, t: int, lamp: _Lamp) -> tuple[Row, ...]:
    """y⟨t⟩ and L⟨t⟩; the loss alone; its number alone."""
    readout: Row = (_W_YA, _a(t), _PLUS, _B_Y)
    result = _number(frame.loss(t), Role.GRADIENT)
    target = frame.target(t)
    if frame.run.task.loss == "softmax_cross_entropy":
        y: Row = (_y(t), _EQUALS, Name("softmax"), Fence(readout))
        said: Row = ()
        if target is not None:
            p = _number(target.probability, Role.OUTPUT)
            log: Row = (_NEGATIVE, Name("log"))
            name = Words(f"“{_cut(target.name)}”", otherwise="target")
            said = (*log, Letter("p"), Fence((name,)), _EQUALS, *log, p, _EQUALS)
    else:
        one = frame.run.task.outputs == 1
        y = (_y(t), _EQUALS, *readout)
        said = ()
        if one:
            y = (*y, _EQUALS, _number(frame.passing.trace.y[t - 1, 0, 0], Role.OUTPUT))
        if frame.pays(t):
            error: Row = (Fence((_y(t), _MINUS, _x(t + 1)), sup="2"), _EQUALS)
            said = error if one else (Words("mean"), *error)
    if not frame.pays(t):
        none: Row = (Words(f"step {t} has no target", Role.MUTED),)
        return (
            (lamp(y, "output"), lamp((Sign(","),)), lamp(none, "loss")),
            (lamp(y, "output"),),
        )
    loss = lamp((_loss(t), _EQUALS, *said, result), "loss")
    short = lamp((_loss(t), _EQUALS, result), "loss")
    return ((lamp(y, "output"), lamp((Sign(","),)), loss), (loss,), (short,))


def _forward_words(frame: Frame, t: int) -> str:
    if frame.passing.exploded and not _finite(frame.states[t]):
        return _sentence("the pass " + frame.passing.exploded)
    terms = frame.forward_terms(t)
    unit = max(frame.playhead.unit, 0)
    sizes = [abs(float(part[unit])) for part in (terms.recurrent, terms.input, terms.bias)]
    total = sum(sizes)
    if not np.isfinite(total) or total == 0.0:
        return ""
    series = frame.run.task.sequence.kind == "series"
    fed = f"x⟨{t}⟩" if series else f"“{_cut(frame.token(t))}”"
    names = (f"a⟨{t - 1}⟩", fed, "b_a")
    parts = [
        f"{100 * size / total:.0f} % from {name}"
        for name, size in zip(names, sizes, strict=True)
        if size
    ]
    return f"Unit {unit + 1} adds up {', '.join(parts)} (by size, signs aside)."


def _finite(values: NDArray[np.floating]) -> bool:
    return bool(np.isfinite(values).all())


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + "."


# -- backward ----------------------------------------------------------------------------------


def _backward(frame: Frame) -> Equation:
    t = frame.moment.step
    loss = _loss() if frame.summed else _loss(frame.source)
    if not frame.source:
        return Equation(
            (Section("general", ((_by(_loss(), _a(t)), _EQUALS, Number(0.0, "0")),)),),
            ("general",),
            "No step pays a loss, so there is no gradient.",
        )
    phase = _phase(frame)
    if phase == "slope" and frame.activation != "identity":
        sections = _through(frame, t, loss)
    elif phase == "share":
        sections = _share(frame, t, loss)
    else:
        sections = _arriving(frame, t, loss, _Lamp(phase))
    order = tuple(section.name for section in sections)
    return Equation(sections, order, _backward_words(frame, t))


def _arriving(frame: Frame, t: int, loss: Letter, lamp: _Lamp) -> tuple[Section, ...]:
    """∂L/∂a⟨t⟩ from the step after it and from its own loss."""
    terms = frame.backward_terms(t)
    units = _shown(len(terms.total), frame.playhead.unit)
    last = frame.steps if frame.summed else frame.source
    later = t < last
    own = frame.pays(t) if frame.summed else t == frame.source
    head = lamp((_by(loss, _a(t)), _EQUALS), "combine")
    total = _vector(terms.total, units, Role.GRADIENT)
    number_head = lamp((total, _EQUALS), "combine")
    general: list[Item] = [head]
    short: list[Item] = [head]
    numbers: list[Item] = [number_head]
    sums: list[Item] = [number_head]
    if later:
        after = _by(loss, _a(t + 1))
        slope = _slope(frame.activation, t + 1)
        if slope:
            named: Row = (Letter("g", sup="′"), Fence((Letter("z", sup=f"⟨{t + 1}⟩"),)))
            general.append(lamp((_W_AA_T, Fence((after, _TIMES, *slope))), "recurrent", "combine"))
            short.append(lamp((_W_AA_T, Fence((after, _TIMES, *named))), "recurrent", "combine"))
        else:
            for items in (general, short):
                items.append(lamp((_W_AA_T, after), "recurrent", "combine"))
        came = _vector(frame.gradients[t], units, Role.GRADIENT)
        factors: Row = (came,)
        if slope:
            bend = _vector(frame.slope(t + 1), units, Role.STATE, sign=False)
            factors = (Fence((came, _TIMES, bend)),)
        numbers.append(lamp((_W_AA_T, *factors), "recurrent", "combine"))
        sums.append(lamp((_vector(terms.arriving, units, Role.GRADIENT),), "recurrent", "combine"))
    if later and own:
        for items in (general, short, numbers, sums):
            items.append(lamp((_PLUS,), "combine"))
    if own:
        error = lamp(_error(frame, t), "loss", "combine")
        general.append(error)
        short.append(error)
        mine = lamp((_vector(terms.own, units, Role.OUTPUT),), "loss", "combine")
        numbers.append(mine)
        sums.append(mine)
    if not (later or own):
        zero = lamp((Number(0.0, "0"),), "loss", "recurrent", "combine")
        return (Section("general", ((head, zero),)),)
    if len(numbers) == 2 and own:
        return (Section("general", (tuple(general),)), Section("numbers", (tuple(numbers),)))
    norm = frame.log10_norms[t - 1]
    if np.isfinite(norm) and not terms.total.any():
        # Its numbers lie below what its floats can hold; its norm is known all the same.
        size = Number(float(10.0**norm), power_of_ten(float(norm)), Role.GRADIENT)
        row: Row = (Fence((_by(loss, _a(t)),), norm=True), _EQUALS, size)
        return (Section("general", (tuple(general), tuple(short))), Section("numbers", (row,)))
    return (
        Section("general", (tuple(general), tuple(short))),
        Section("numbers", (tuple(numbers), tuple(sums))),
    )


def _error(frame: Frame, t: int) -> Row:
    """W_yaᵀ times ∂L⟨t⟩ by what W_ya a⟨t⟩ + b_y says."""
    if frame.run.task.loss == "softmax_cross_entropy":
        return (_W_YA_T, Fence((_y(t), _MINUS, Words("target"))))
    outputs = frame.run.task.outputs
    factor: Item = Number(2.0, "2")
    if outputs > 1:
        factor = Fraction((factor,), (Number(float(outputs), str(outputs)),))
    return (factor, _W_YA_T, Fence((_y(t), _MINUS, _x(t + 1))))


def _through(frame: Frame, t: int, loss: Letter) -> tuple[Section, ...]:
    """∂L/∂z⟨t⟩ = ∂L/∂a⟨t⟩ ⊙ g′."""
    units = _shown(frame.units, frame.playhead.unit)
    gradient, slope = frame.gradients[t - 1], frame.slope(t)
    z = Letter("z", sup=f"⟨{t}⟩")
    with np.errstate(all="ignore"):
        product = gradient * slope
    lit = Focus.LIT
    general: Row = (
        _by(loss, z),
        _EQUALS,
        _by(loss, _a(t)),
        _TIMES,
        Term(_slope(frame.activation, t), lit),
    )
    numbers: Row = (
        _vector(product, units, Role.GRADIENT),
        _EQUALS,
        _vector(gradient, units, Role.GRADIENT),
        _TIMES,
        Term((_vector(slope, units, Role.STATE, sign=False),), lit),
    )
    return (Section("general", (general,)), Section("numbers", (numbers,)))


def _share(frame: Frame, t: int, loss: Letter) -> tuple[Section, ...]:
    """What step t adds to ∂L/∂W_aa, and the first entry of it in numbers."""
    delta, before = frame.gradients[t - 1][0], frame.states[t - 1][0]
    with np.errstate(all="ignore"):
        delta = float(delta * frame.slope(t)[0])
        share = float(delta * before)
    z = Letter("z", sup=f"⟨{t}⟩")
    general: Row = (
        Words(f"share of step {t}:"),
        _by(loss, z),
        Fence((_a(t - 1),), sup="⊤"),
    )
    numbers: Row = (
        Words("first entry:"),
        Fence((_number(delta, Role.GRADIENT),)),
        _DOT,
        Fence((_number(float(before), Role.STATE),)),
        _EQUALS,
        _number(share, Role.GRADIENT),
    )
    return (Section("general", (general,)), Section("numbers", (numbers,)))


def _backward_words(frame: Frame, t: int) -> str:
    k, norms = frame.source, frame.log10_norms
    here = norms[t - 1]
    if np.isnan(here):
        return _sentence(frame.passing.exploded or "its gradient is not finite")
    if not frame.summed and t > k:
        return f"What comes after step {k} has no part in its loss."
    if here == -np.inf:
        return "The gradient is exactly 0 here."
    size = _power(float(here))
    after = norms[t] if t < frame.steps else -np.inf
    if frame.summed or t == k or not np.isfinite(after):
        return f"The length of this gradient is {size}."
    part = _power(float(here - after))
    return f"The length of this gradient is {size}: {part} times that at step {t + 1}."


def _power(log10: float) -> str:
    return number(10.0**log10) if -3 <= log10 < 4 else power_of_ten(log10)


# -- update ------------------------------------------------------------------------------------


def _update(frame: Frame) -> Equation:
    lamp = _Lamp(_phase(frame))
    name = f"W_aa_l{frame.playhead.layer}"
    gradients = frame.passing.backward.gradients
    weight = float(frame.passing.trace.network.parameters[name][0, 0])
    gradient, rate = float(gradients[name][0, 0]), frame.run.learning_rate
    with np.errstate(all="ignore"):
        after = weight - rate * gradient
    slope = _by(_loss(), _W_AA)
    eta = Letter("η")
    general: Row = (
        lamp((_W_AA, _GETS, _W_AA, _MINUS, eta), "update"),
        lamp((slope,), "gather", "update"),
    )
    total = (_loss(), _EQUALS, _number(frame.total_loss, Role.GRADIENT))
    if frame.passing.exploded:
        forward = frame.passing.trace.exploded_at is not None
        why = ("the pass " if forward else "") + frame.passing.exploded
        return Equation(
            (Section("general", (general,)),),
            ("general",),
            _sentence("there is no update: " + why),
        )
    values = (weight, gradient, after)
    digits = min(max(needed_digits(value, places=3) for value in values), 5)
    old, slant, new = (_number(value, Role.STATE, digits=digits) for value in values)
    slant = Number(slant.value, slant.text, Role.GRADIENT)
    eta_value = Number(rate, number(rate))
    numbers: Row = (
        lamp((Words("first entry:"), old, _MINUS, eta_value, _DOT), "update"),
        lamp((Fence((slant,), focus=lamp.focus("gather", "update")),), "gather", "update"),
        lamp((_EQUALS, new), "update"),
    )
    return Equation(
        (
            Section("general", (general,)),
            Section("numbers", (numbers,)),
            Section("output", (total,)),
        ),
        ("general", "numbers", "output"),
        "Every weight takes one step of length η against its gradient, the sum over all steps.",
    )
