"""What is shown before the first step and on the way forward, in letters, numbers and words."""

from __future__ import annotations

import numpy as np

from rnnviz.film import Frame, power_of_ten
from rnnviz.film.memory_cell import cell_forward
from rnnviz.scenes.equation.cells import WRITTEN
from rnnviz.scenes.equation.gates import opened, percent, unit_of
from rnnviz.scenes.equation.notation import (
    COMMA,
    EQUALS,
    MINUS,
    NEGATIVE,
    cut,
    loss_letter,
    readout,
    sentence,
    written,
    x,
    y,
)
from rnnviz.scenes.equation.step import Step, section
from rnnviz.scenes.equation.tokens import Equation, Fence, Letter, Name, Number, Row, Section, Words
from rnnviz.scenes.phases import layer_phase
from rnnviz.scenes.shapes import Role

_MAKING, _LATE = ("input", "recurrent", "combine"), ("output", "loss")

# A smaller p has not all of its digits in a float64, or is 0 there; the loss knows it.
_TINY = 1e-300


def start(frame: Frame) -> Equation:
    """The rule of every step, and what the first one begins with."""
    step = Step(frame, "t")
    letters, zero = step.symbols, Number(0.0, "0", Role.STATE)
    begins: Row = (letters.a(0), EQUALS, zero)
    if frame.kind.states:
        begins = (*begins, COMMA, letters.c(0), EQUALS, zero)
    rule = WRITTEN[frame.cell].rule(step)
    sections = (section("numbers", begins), *rule)
    order = [rule[0].name, "numbers", *(part.name for part in rule[1:])]
    if step.top and frame.task.outputs:
        inner = readout(letters.a("t"))
        softmax = frame.task.loss == "softmax_cross_entropy"
        output: Row = (Name("softmax"), Fence(inner)) if softmax else inner
        sections = (*sections, section("output", (y("t"), EQUALS, *output)))
        order.append("output")
    return Equation(sections, tuple(order), start_words(frame))


def forward(frame: Frame) -> Equation:
    """How a step's state is made, and what the top layer says of it."""
    phase = layer_phase(frame)
    top = frame.layer == frame.layers - 1 and frame.answers(frame.moment.step)
    if phase in _LATE and not top:
        phase = ""  # nothing is under way in this layer
    step = Step(frame, frame.moment.step, phase)
    written_as = WRITTEN[frame.cell]
    sections = written_as.gates(step) if phase in _MAKING else ()
    sections = sections or written_as.forward(step)
    order = [part.name for part in sections]
    if top:
        sections = (*sections, _outputs(step))
        least = order.index("candidate") if "candidate" in order else len(order)
        order.insert(0 if phase in _LATE else least, "output")
    words = forward_words(step)
    telling = words and frame.kind.names and phase not in _LATE
    kept = [name for name in order if name not in ("output", "candidate")]
    return Equation(sections, tuple(order), words, len(kept) if telling else 0)


def _outputs(step: Step) -> Section:
    """y⟨t⟩ and L⟨t⟩; the loss alone; its number alone."""
    frame, t, lamp = step.frame, step.t, step.lamp
    inner = readout(step.symbols.a(t))
    if step.phase in _MAKING or step.phase == "settle":  # nobody has answered yet
        softmax = frame.task.loss == "softmax_cross_entropy"
        rule: Row = (Name("softmax"), Fence(inner)) if softmax else inner
        return section("output", (lamp((y(t), EQUALS, *rule), "output"),))
    result = written(frame.loss(t), Role.GRADIENT)
    if result.value == 0.0 and np.isfinite(power := frame.log10_loss(t)):
        result = Number(0.0, power_of_ten(power), Role.GRADIENT)
    target = frame.target(t)
    if frame.task.loss == "softmax_cross_entropy":
        says: Row = (y(t), EQUALS, Name("softmax"), Fence(inner))
        said: Row = ()
        if target is not None:
            p = written(target.probability, Role.OUTPUT)
            if target.probability < _TINY and np.isfinite(frame.loss(t)):
                p = Number(0.0, power_of_ten(-float(frame.loss(t)) / np.log(10.0)), Role.OUTPUT)
            log: Row = (NEGATIVE, Name("log"))
            name = Words(f"“{cut(target.name)}”", otherwise="target")
            said = (*log, Letter("p"), Fence((name,)), EQUALS, *log, p, EQUALS)
    else:
        one = frame.task.outputs == 1
        says = (y(t), EQUALS, *inner)
        said = ()
        if one:
            says = (
                *says,
                EQUALS,
                written(frame.passing.trace.outputs(t - 1, t)[0, 0, 0], Role.OUTPUT),
            )
        if frame.pays(t):
            should = x(t + 1) if frame.answers_next_input else Words("target")
            error: Row = (Fence((y(t), MINUS, should), sup="2"), EQUALS)
            said = error if one else (Words("mean"), *error)
    if not frame.pays(t):
        none: Row = (Words(f"step {t} pays no loss", Role.MUTED),)
        return section(
            "output",
            (lamp(says, "output"), lamp((COMMA,)), lamp(none, "loss")),
            (lamp(says, "output"),),
        )
    loss = lamp((loss_letter(t), EQUALS, *said, result), "loss")
    short = lamp((loss_letter(t), EQUALS, result), "loss")
    answer, comma = lamp(says, "output"), lamp((COMMA,))
    # What is answered stays as long as it can; while the loss is paid, that does.
    forms = ((answer, comma, loss), (answer, comma, short))
    if step.phase == "loss":
        return section("output", *forms, (loss,))
    return section("output", *forms, (answer,), *(() if step.phase == "output" else ((short,),)))


# -- in words ----------------------------------------------------------------------------------


def start_words(frame: Frame) -> str:
    """What is said before the first step: which weights serve it, and what it remembers."""
    if frame.task.mode == "one_to_one":
        said = "The same weights serve every step; none remembers another."
    elif frame.steps == 1:
        said = "There is one step; it remembers nothing."
    elif frame.source_steps:
        said = "The encoder’s weights read, the decoder’s say"
        if frame.network_at(1) is frame.network_at(frame.steps):
            said = "The same weights read and say"
        said = f"{said}; the decoder begins with the encoder’s last state."
    else:
        said = "The same weights serve every step; the first one remembers nothing."
    return f"{which_gru(frame)} {said}".lstrip()


def which_gru(frame: Frame) -> str:
    """Which of the two GRUs it is; nothing for another cell."""
    kind = frame.kind
    if not kind.resets:
        return ""
    known = " and ".join(kind.known_from)
    return sentence(f"{kind.name}: reset {kind.resets} the product, as {known}")


def forward_words(step: Step) -> str:
    """What a unit does at a step of the way forward."""
    frame, t = step.frame, step.t
    if frame.passing.exploded and not np.isfinite(frame.states[t]).all():
        return sentence("the pass " + frame.passing.exploded)
    if not frame.kind.names:
        return _added(step)
    if step.phase in ("input", "recurrent", "combine"):
        return _sums(step)
    return f"{WRITTEN[frame.cell].kept(step)} {which_gru(frame)}".strip()


def _shares(step: Step, gate: str) -> str:
    """How much of a unit's sum comes from where: "43 % from a⟨5⟩, …"; of a gate, or of z."""
    frame, t = step.frame, step.t
    found = cell_forward(frame, t, unit_of(step)).sums[gate or "a"]
    parts = (found.recurrent, found.input, found.bias, found.peephole)
    sizes = [abs(part) for part in parts]
    total = sum(sizes)
    if not np.isfinite(total) or total == 0.0:
        return ""
    series = frame.task.sequence.kind == "series"
    fed = f"x⟨{t}⟩" if series else f"“{cut(frame.token(t))}”"
    if frame.layer:
        fed = f"layer {frame.layer}"
    bias = "its biases" if step.symbols.two_biases else "b_a"
    names = (f"a⟨{step.before}⟩", fed, bias, f"c⟨{step.before}⟩ by its peephole")
    each = [(size / total, name) for name, size in zip(names, sizes, strict=True) if size]
    written_as = opened if len(each) > 1 else percent
    return ", ".join(f"{written_as(part)} from {name}" for part, name in each)


def _added(step: Step) -> str:
    unit = unit_of(step)
    shares = _shares(step, "")
    return f"Unit {unit + 1} adds up {shares} (by size, signs aside)." if shares else ""


def _sums(step: Step) -> str:
    """What goes into the gate that is shown with numbers, the one that says what is kept."""
    frame, unit, keeper = step.frame, unit_of(step), step.frame.kind.keeper
    gate = frame.kind.told[keeper][0] if frame.kind.states else f"gate {keeper}"
    shares = _shares(step, keeper)
    said = f"Unit {unit + 1}’s {gate} adds up {shares} (by size)." if shares else ""
    return f"{said} {which_gru(frame)}".strip()
