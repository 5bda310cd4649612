"""What is said of the thing under the pointer: its name, its formula, its numbers."""

from __future__ import annotations

from rnnviz.engine import ACTIVATIONS
from rnnviz.film import Frame, loss_name
from rnnviz.film.memory_cell import CellBackward, CellForward, Squashed, cell_forward
from rnnviz.scenes.equation.step import FAINT
from rnnviz.scenes.memory_cell.card import OF_OTHERS, halves
from rnnviz.scenes.memory_cell.drawing import gradient_of
from rnnviz.scenes.memory_cell.wires import WIRE, wire_name
from rnnviz.scenes.phases import NOT_BACK, ahead, back, remembered
from rnnviz.scenes.readout import digits
from rnnviz.scenes.shapes import Target


def cell_reading(frame: Frame, target: Target) -> tuple[str, ...]:
    """The lines that say what a place in the cell is and what it is worth; its name first."""
    t, unit = target.step, target.unit
    if target.kind.startswith("strip:"):
        return ()  # its number stands there, or in the title of the card
    if t != frame.step or not 0 <= unit < frame.units:
        return ()
    if target.kind == "card":
        return ()
    if target.kind.startswith(WIRE):
        return _of_wire(frame, t, unit, target.kind.removeprefix(WIRE))
    key = ("cell", frame.layer, t, unit)
    one = remembered(frame, key, lambda: cell_forward(frame, t, unit))
    done = ahead(frame, t)
    found = None if back(frame, t) is NOT_BACK else gradient_of(frame, t, unit)
    name, *lines = _said(frame, target.kind, t, one, found)
    if target.kind in ("a-before", "c-before", "c"):
        known = done.recurrent > 0.0
    else:
        known = done.settle >= 1.0 or (target.kind in one.sums and done.combine >= 1.0)
    named = f"{name}, unit {unit + 1}"
    return (named, *lines) if known else (named, lines[0] if lines else "", "not yet computed")


def _of_wire(frame: Frame, t: int, unit: int, name: str) -> tuple[str, ...]:
    """What is said of a wire in short: a press says the rest."""
    lines = [f"{wire_name(frame, t, name)}, unit {unit + 1}"]
    if name in OF_OTHERS:
        lines[0] = wire_name(frame, t, name)
    for half in halves(frame, t, unit, name):
        said = half.heading
        if half.values is not None and name not in OF_OTHERS:
            here = digits(float(half.values[unit]))
            said += f": {here}" if half.key == "forward" else f", here {here}"
        lines.append(said)
    return (*lines, "press: its vector, gradient and equations")


def _said(
    frame: Frame, kind: str, t: int, one: CellForward, found: CellBackward | None
) -> tuple[str, ...]:
    at, before, by = f"⟨{t}⟩", _before(frame, t), f"∂{loss_name(frame)}"
    value = {name: squashed.value for name, squashed in one.sums.items()}
    match kind:
        case gate if gate in frame.kind.names:
            return (f"{frame.kind.told[gate][0]} {gate}{at}", *_gate(frame, t, gate, one, found))
        case "sum":
            total = one.sums["a"]
            lines = (f"z = W_aa a{before} + W_ax x{at} + b_a", _added(total))
            back = () if found is None else (f"{by}/∂z = {_back(frame, t, found.dz['a'])}",)
            return (f"sum z{at}", *lines, *back)
        case "squash":
            total, g = one.sums["a"], ACTIVATIONS[frame.activation].symbol
            lines = (f"a{at} = g(z)", f"= {g}({digits(total.z)}) = {digits(total.value)}")
            if found is None:
                return (f"activation g, {frame.activation}", *lines)
            return (
                f"activation g, {frame.activation}",
                *lines,
                f"g′(z) = {digits(found.slope)}",
                f"{by}/∂z = {by}/∂a{at} · g′ = {_back(frame, t, found.dz['a'])}",
            )
        case "keep":
            return _keep(frame, t, one, found)
        case "new" if frame.kind.states:
            product = value["i"] * value["g"]
            lines = (
                f"i · g = {digits(product)}",
                f"c{at} = f · c{before} + i · g = {digits(one.c)}",
            )
            return ("what enters the cell state", *lines)
        case "new":
            product = one.sums["z"].rest * value["n"]
            lines = (f"(1 − z) · n = {digits(product)}",
                     f"a{at} = (1 − z) · n + z · a{before} = {digits(one.a)}")  # fmt: skip
            return ("what enters the state", *lines)
        case "rest":
            return ("what is not kept", f"1 − z{at} = {digits(one.sums['z'].rest)}")
        case "reset":
            return _reset(frame, t, one)
        case "out":
            lines = (f"a{at} = o · tanh(c{at}) = {digits(one.a)}",)
            back = () if found is None else (f"{by}/∂a{at} = {_back(frame, t, found.da)}",)
            return ("what is shown of the cell state", *lines, *back)
        case "c" | "c-before":
            return (f"cell state c{before}", f"c{before} = {digits(one.c_before)}",
                    *_kept(frame, t, found))  # fmt: skip
        case "c-after":
            lines = (f"c{at} = {digits(one.c)}",)
            if found is None:
                return (f"cell state c{at}", *lines)
            return (
                f"cell state c{at}",
                *lines,
                f"{by}/∂c{at} = {_back(frame, t, found.dc)}",
                f"from a{at} {_back(frame, t, found.dc_own)}{_later(frame, t, found.dc_arriving)}",
            )
        case "a-before":
            lines = (f"a{before} = {digits(one.a_before)}",)
            if found is None or not frame.linked(t):
                return (f"hidden state a{before}", *lines)
            if frame.cut(t):
                return (f"hidden state a{before}", *lines, _cut(t))
            through = f"through W_aa comes {_back(frame, t, found.through)}"
            own = frame.kind.keeper and not frame.kind.states
            kept = _kept(frame, t, found) if own else ()
            return (f"hidden state a{before}", *lines, through, *kept)
        case "a-after":
            lines = (f"a{at} = {digits(one.a)}",)
            if found is None:
                return (f"hidden state a{at}", *lines)
            return (
                f"hidden state a{at}",
                *lines,
                f"{by}/∂a{at} = {_back(frame, t, found.da)}",
                f"from above {_back(frame, t, found.own)}{_later(frame, t, found.arriving)}",
            )
        case _:
            return (f"what enters at step {t}", f"“{frame.token(t)}”")


def _before(frame: Frame, t: int) -> str:
    """The state that enters at a step: of the one before, of none without recurrence."""
    return f"⟨{t - 1 if frame.linked(t) else 0}⟩"


def _later(frame: Frame, t: int, arriving: float) -> str:
    """What comes from the step after, where there is one that knows of this."""
    later = t < frame.steps and frame.linked(t + 1) and not frame.cut(t + 1)
    return f", from step {t + 1} {_back(frame, t, arriving)}" if later else ""


def _back(frame: Frame, t: int, value: float) -> str:
    """A gradient of step t; not 0 where its floats alone have lost it."""
    return "≈0" if abs(value) < FAINT and frame.lost(t) else digits(value)


def _gate(
    frame: Frame, t: int, name: str, one: CellForward, found: CellBackward | None
) -> tuple[str, ...]:
    squash = "tanh" if name == frame.kind.candidate else "σ"
    recurrent = frame.kind.recurrent.get(name, "W_aa a⟨t−1⟩")
    total = one.sums[name]
    peephole = " + p · c" if total.peephole else ""
    lines = [
        f"{name} = {squash}({recurrent} + W_ax x⟨t⟩ + b{peephole})",
        f"= {squash}({_added(total, total_too=False)}) = {digits(total.value)}",
    ]
    if found is not None:
        by = f"∂{loss_name(frame)}"
        lines.append(f"{by}/∂{name} = {_back(frame, t, found.dgates[name])}")
        lines.append(f"{by}/∂z_{name} = {_back(frame, t, found.dz[name])}")
    return tuple(lines)


def _added(total: Squashed, *, total_too: bool = True) -> str:
    parts = [total.recurrent, total.input, total.bias]
    if total.peephole:
        parts.append(total.peephole)
    text = digits(parts[0])
    for value in parts[1:]:
        text += f" − {digits(-value)}" if value < 0 else f" + {digits(value)}"
    return f"= {text} = {digits(total.z)}" if total_too else text


def _keep(frame: Frame, t: int, one: CellForward, found: CellBackward | None) -> tuple[str, ...]:
    gate, state = frame.kind.keeper, _kept_state(frame)
    before = one.c_before if state == "c" else one.a_before
    value = one.sums[gate].value
    line = (
        f"{gate} · {state}{_before(frame, t)} = {digits(value)} · {digits(before)} = "
        f"{digits(value * before)}"
    )
    return ("what is kept", line, *_kept(frame, t, found))


def _kept(frame: Frame, t: int, found: CellBackward | None) -> tuple[str, ...]:
    """What goes on along the conveyor, which multiplies by one gate alone."""
    if found is None or not frame.linked(t):
        return ()
    if frame.cut(t):
        return (_cut(t),)
    gate, state = frame.kind.keeper, _kept_state(frame)
    total = _back(frame, t, found.dc if state == "c" else found.da)
    by = f"∂{loss_name(frame)}/∂{state}⟨{t}⟩"
    return (f"{gate} · {by} = {gate} · {total} = {_back(frame, t, found.kept)}",)


def _cut(t: int) -> str:
    return f"truncated: no gradient goes on to step {t - 1}"


def _kept_state(frame: Frame) -> str:
    """The letter of the state that lies on the conveyor."""
    return frame.kind.states[0] if frame.kind.states else "a"


def _reset(frame: Frame, t: int, one: CellForward) -> tuple[str, ...]:
    recurrent, r = one.sums["n"].recurrent, one.sums["r"].value
    if frame.kind.resets == "after":
        line = f"r · (W_aa a{_before(frame, t)} + b_aa) = {digits(r)} · {digits(one.inside)}"
        return ("reset after W_aa", f"{line} = {digits(recurrent)}")
    line = (
        f"r · a{_before(frame, t)} = {digits(r)} · {digits(one.inside)} = {digits(r * one.inside)}"
    )
    return ("reset before W_aa", line, f"W_aa (r · a{_before(frame, t)}) = {digits(recurrent)}")


def cell_words(frame: Frame, unit: int) -> str:
    """The cell's numbers in one sentence, for those who hear the picture."""
    t = frame.step
    if t > frame.forward_done:
        return f"unit {unit + 1}, step {t}: not yet computed"
    one = remembered(frame, ("cell", frame.layer, t, unit), lambda: cell_forward(frame, t, unit))
    told = frame.kind.told
    gates = [f"{told[k][0]} {digits(s.value)}" for k, s in one.sums.items() if k in told]
    state = [f"cell state {digits(one.c)}"] if frame.kind.states else []
    said = ", ".join([*gates, *state, f"hidden state {digits(one.a)}"])
    return f"unit {unit + 1}, step {t}: {said}"
