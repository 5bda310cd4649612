"""The lecture's equations inside the cell, with the numbers of the shown unit as they come."""

from __future__ import annotations

from rnnviz.engine import ACTIVATIONS
from rnnviz.scenes.equation.gates import ONE
from rnnviz.scenes.equation.notation import DOT, EQUALS, MINUS, PLUS
from rnnviz.scenes.equation.step import UnitStep, plain
from rnnviz.scenes.equation.tokens import Fence, Item, Name, Row, Words
from rnnviz.scenes.equation.wires import answer_rows, gate_rows, state_rows
from rnnviz.scenes.memory_cell.drawing import CellDrawing
from rnnviz.scenes.memory_cell.placement import part
from rnnviz.scenes.shapes import Formula, Rect, Role

SIZE = 1.25  # of an em, in heights of the drawing's type
ROW = 1.85  # from one row to the next
_WAITING = Words("…", Role.MUTED)


def equations(d: CellDrawing, place: Rect) -> None:
    """Write them within a band, each in letters and under it in numbers."""
    u = d.sheet.u
    rows = _rows(d)
    top = place.y + (place.h - ROW * u * len(rows)) / 2
    for at, (name, row) in enumerate(rows):
        line = Rect(place.x, top + ROW * u * at, place.w, ROW * u)
        if row:
            d.sheet.front.append(Formula(f"equation-{name}", line, (row,), SIZE * u, "center"))


def _rows(d: CellDrawing) -> list[tuple[str, Row]]:
    frame = d.frame
    step = UnitStep(frame, d.t, d.unit, _under_way(d))
    settled = d.ahead.settle >= 1.0
    one, gates = d.forward, d.forward.sums

    def said(value: float, known: bool, role: Role = Role.INK) -> Item:
        return step.number(value, role) if known else _WAITING

    came, summed = d.ahead.recurrent > 0.0, d.ahead.combine >= 1.0
    a = said(one.a, settled, Role.STATE)
    if frame.kind.states:
        f, i, g, o = (said(gates[name].value, summed) for name in "figo")
        c = said(one.c, part(d.ahead.settle, 0.0, 0.6) >= 1.0)
        kept: Row = (c, EQUALS, f, DOT, said(one.c_before, came), PLUS, i, DOT, g)
        shown: Row = (a, EQUALS, o, DOT, Name("tanh"), c)
        letters = state_rows(step, "c")[0]
        return [
            ("c", letters),
            ("c-numbers", plain(kept)),
            ("a", state_rows(step)[0]),
            ("a-numbers", plain(shown)),
        ]
    if frame.kind.resets:
        z = said(gates["z"].value, d.ahead.combine >= 0.6)
        n = said(gates["n"].value, summed)
        old = said(one.a_before, came, Role.STATE)
        row: Row = (a, EQUALS, Fence((ONE, MINUS, z)), DOT, n, PLUS, z, DOT, old)
        return [
            ("n", gate_rows(step, "n")[0]),
            ("n-numbers", plain(_candidate(d, step, n))),
            ("a", state_rows(step)[0]),
            ("a-numbers", plain(row)),
        ]
    total, g_name = gates["a"], ACTIVATIONS[frame.activation].symbol
    inner: Row = (
        said(total.recurrent, d.ahead.recurrent >= 1.0, Role.STATE),
        PLUS,
        said(total.input, d.ahead.input >= 1.0, Role.INPUT),
        PLUS,
        said(total.bias, d.ahead.combine > 0.0),
    )
    applied: Row = (Name(g_name), Fence(inner)) if g_name else inner
    rows = [("a", state_rows(step)[0]), ("a-numbers", plain((a, EQUALS, *applied)))]
    if frame.layer == frame.layers - 1 and frame.answers(d.t):
        letters, numbers = answer_rows(step)
        known = d.ahead.output >= 1.0
        rows += [("y", letters), ("y-numbers", (EQUALS, *(numbers if known else (_WAITING,))))]
    return rows


def _under_way(d: CellDrawing) -> str:
    """The phase that is under way in this layer; empty at rest."""
    for name in ("output", "settle", "combine", "recurrent", "input"):
        if 0.0 < getattr(d.ahead, name) < 1.0:
            return name
    return ""


def _candidate(d: CellDrawing, step: UnitStep, n: Item) -> Row:
    """n⟨t⟩ of what enters, the bias, and what the reset gate lets through."""
    total, parts = d.forward.sums["n"], d.ahead.combine >= 0.6

    def said(value: float, known: bool, role: Role = Role.INK) -> Item:
        return step.number(value, role) if known else _WAITING

    reset: Row = (said(total.recurrent, d.ahead.combine >= 1.0, Role.STATE),)
    if d.frame.kind.resets == "after":
        r = said(d.forward.sums["r"].value, parts)
        reset = (r, DOT, said(d.forward.inside, parts, Role.STATE))
    fed, bias = said(total.input, d.ahead.input >= 1.0, Role.INPUT), said(total.bias, parts)
    return (n, EQUALS, Name("tanh"), Fence((fed, PLUS, bias, PLUS, *reset)))
