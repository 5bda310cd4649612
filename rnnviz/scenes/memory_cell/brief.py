"""What is left in a narrow panel: the gates with their numbers, the states, and their gradients."""

from __future__ import annotations

from rnnviz.scenes.memory_cell import gated
from rnnviz.scenes.memory_cell.drawing import Drawing
from rnnviz.scenes.memory_cell.ways import seen
from rnnviz.scenes.shapes import Rect, Role


def draw(d: Drawing) -> None:
    """Put everything on the sheet."""
    sheet, u, r = d.sheet, d.sheet.u, d.sheet.placement.rect
    settled, alpha = d.ahead.settle >= 1.0, seen(d.ahead.settle)
    states = [("a", d.forward.a, Role.STATE, d.backward and d.backward.da)]
    if d.frame.kind.states:
        states.insert(0, ("c", d.forward.c, Role.INK, d.backward and d.backward.dc))
    wide = r.w / len(states)
    for place, (letter, value, role, gradient) in enumerate(states):
        x, y = r.x + place * wide, r.y + 0.9 * u
        known = value if settled else None
        sheet.state(f"{letter}-after", letter, d.at(), known, x, y, role, alpha=alpha, room=wide)
        sheet.target(f"{letter}-after", Rect(x, y - 0.8 * u, wide, 1.5 * u))
        if gradient is not None and d.back.combine >= 1.0:
            sheet.number(f"d-{letter}", gradient, x, y + 1.2 * u, wide, Role.GRADIENT, align="left")
    if not d.frame.kind.names:
        _sum(d, r.y + 3.4 * u)
    else:
        _gates(d, r.y + 4.0 * u)


def _sum(d: Drawing, y: float) -> None:
    """The RNN's z and what is added up to it."""
    sheet, u, r, one = d.sheet, d.sheet.u, d.sheet.placement.rect, d.forward.sums["a"]
    if d.ahead.combine <= 0.0:
        return
    found = [(one.recurrent, Role.STATE), (one.input, d.fed_role), (one.bias, Role.INK)]
    wide = r.w / len(found)
    for place, (value, role) in enumerate(found):
        x = r.x + (place + 0.5) * wide
        sheet.number(f"part-{place}", value, x, y, wide, role)
    if d.ahead.combine >= 1.0:
        sheet.labelled("z", "z =", one.z, r.x, y + 1.2 * u, r.w / 2, align="left")
        if d.backward is not None and d.back.slope >= 1.0:
            sheet.number("d-z", d.backward.dz["a"], r.cx, y + 1.2 * u, r.w / 2, Role.GRADIENT,
                         align="left")  # fmt: skip
    sheet.target("sum", Rect(r.x, y - 0.6 * u, r.w, 2.4 * u))


def _gates(d: Drawing, y: float) -> None:
    u, r = d.sheet.u, d.sheet.placement.rect
    wide = r.w / len(d.forward.sums)
    first, last = d.frame.kind.keeper, [name for name in "or" if name in d.forward.sums]
    rest = [name for name in d.forward.sums if name not in (first, *last)]
    names = [first, *rest, *last]
    for place, name in enumerate(names):
        x = r.x + (place + 0.5) * wide
        box = Rect(x - 1.75 * u, y - 1.1 * u, 3.5 * u, 2.2 * u)
        gated.gate(d, name, box, d.ahead.combine, y + 1.72 * u)
