"""What the drawings of LSTM and GRU share, and what is left of any cell in a narrow panel."""

from __future__ import annotations

from rnnviz.frozen import record
from rnnviz.scenes.measure import symbol_width
from rnnviz.scenes.memory_cell.drawing import CellDrawing, token_words
from rnnviz.scenes.memory_cell.equations import equations
from rnnviz.scenes.memory_cell.placement import Placement, line_width, seen
from rnnviz.scenes.shapes import Rect, Role, Symbol

UNDER = 0.45  # of what a narrow drawing is looser, between the cell and what stands under it
_LINE = 1.0  # from one line of gradients to the next, in heights of the type
_UNDER_REST = 0.3  # of the GRU's gradients, which the number of 1 − z stands beside


def brief(d: CellDrawing) -> None:
    """In a narrow panel: the gates with their numbers, the states, and their gradients."""
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


def _sum(d: CellDrawing, y: float) -> None:
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


def _gates(d: CellDrawing, y: float) -> None:
    u, r = d.sheet.u, d.sheet.placement.rect
    wide = r.w / len(d.forward.sums)
    first, last = d.frame.kind.keeper, [name for name in "or" if name in d.forward.sums]
    rest = [name for name in d.forward.sums if name not in (first, *last)]
    names = [first, *rest, *last]
    for place, name in enumerate(names):
        x = r.x + (place + 0.5) * wide
        box = Rect(x - 1.75 * u, y - 1.1 * u, 3.5 * u, 2.2 * u)
        gate(d, name, box, d.ahead.combine, y + 1.72 * u)


@record
class GateRows:
    """Heights and columns of a gated cell.

    Attributes
    ----------
    conveyor, gates, bus, low : float
        Where the conveyor lies, the gates' middle, a⟨t−1⟩ on its way to the gates, and x⟨t⟩.
    gradient : float
        Where the gates' gradients are written.
    parts : float
        Where the first part of a gate's z is written.
    half : float
        Half a gate's height.
    wide : float
        Its width.
    left, right : float
        The drawing's edges.
    """

    conveyor: float
    gates: float
    bus: float
    low: float
    gradient: float
    parts: float
    half: float
    wide: float
    left: float
    right: float


def rows_of(placement: Placement) -> GateRows:
    """Heights and columns of a gated cell in its placement."""
    r, u = placement.rect, placement.u
    if placement.level.narrow:
        looser = 0.15 * placement.loose
        conveyor, to_gates, half = 3.0, 2.6 + looser, 1.1 + looser
        to_gradient, to_bus = 1.75 + looser, 2.9 + looser + _LINE * placement.level.staggered
    elif placement.level.below:
        conveyor, to_gates, half, to_gradient, to_bus = 2.0, 3.1, 1.2, 3.1, 8.1
    else:
        conveyor, to_gates, half, to_gradient, to_bus = 1.75, 2.7, 1.15, 1.77, 2.68
    y = r.y + conveyor * u
    gates = y + to_gates * u
    bus = gates + to_bus * u
    return GateRows(
        conveyor=y,
        gates=gates,
        bus=bus,
        low=bus + 0.42 * u,
        gradient=gates + to_gradient * u,
        parts=gates + 4.45 * u,
        half=half * u,
        wide=(2.7 if placement.level.below else 3.3 if placement.level.narrow else 3.5) * u,
        left=r.x,
        right=r.right,
    )


def outline(d: CellDrawing, rows: GateRows) -> None:
    """The cell's frame."""
    placement, u = d.sheet.placement, d.sheet.u
    inner = placement.inner
    bottom = rows.low + 0.6 * u if placement.level.inputs else rows.gradient + 0.6 * u
    if placement.level.equations:
        equations(d, Rect(inner.x, bottom, inner.w, placement.band))
    bottom += placement.band
    top = placement.top if placement.level.narrow else inner.y
    d.sheet.frame(Rect(inner.x, top, inner.w, bottom - top), d.ahead.input)


def across(
    placement: Placement, shares: dict[str, float], narrow: dict[str, float]
) -> dict[str, float]:
    """Where columns stand: shares of the cell's width, or where it is narrow of all, in types."""
    if placement.level.narrow:
        rect, unit = placement.rect, placement.rect.w / placement.level.width
        return {name: rect.x + at * unit for name, at in narrow.items()}
    inner = placement.inner
    return {name: inner.x + share * inner.w for name, share in shares.items()}


def times(
    d: CellDrawing,
    name: str,
    x: float,
    y: float,
    value: float,
    done: float,
    *,
    of: str,
    radius: float = 0.75,
    upright: bool = False,
) -> None:
    """Where a gate multiplies: a valve where there is room for one, else the sign."""
    if d.sheet.placement.level.equations:
        role = Role.OUTPUT if of == "out" else Role.STATE
        d.sheet.valve(name, x, y, value, done, role, upright=upright, of=of)
    else:
        d.sheet.node(name, x, y, "×", done, radius, of=of)


def gates(d: CellDrawing, rows: GateRows, columns: dict[str, float], done: float) -> None:
    """The gates with their numbers, what they are added up from, and their gradients."""
    sheet, u = d.sheet, d.sheet.u
    for place, (name, x) in enumerate(columns.items()):
        box = Rect(x - rows.wide / 2, rows.gates - rows.half, rows.wide, 2 * rows.half)
        level, lower = sheet.placement.level, 0.0
        if level.staggered:
            lower = _LINE * (place % 2)
        elif level.narrow and len(d.forward.sums) < 4:
            lower = _UNDER_REST
        back = gate(d, name, box, done, rows.gradient + lower * u)
        one = d.forward.sums[name]
        if not level.inputs:
            continue
        if level.parts:
            _parts(d, rows, name, x)
            top = rows.parts + (3.2 if not one.peephole else 4.2) * u
            _up(d, rows, name, x, min(top, rows.bus - 0.3 * u))
        elif not back:
            _up(d, rows, name, x, box.bottom)


def gate(d: CellDrawing, name: str, box: Rect, done: float, y: float) -> bool:
    """A gate, and at a height its gradient; whether that is known."""
    sheet, signed = d.sheet, name == d.frame.kind.candidate
    role = Role.INPUT if signed else Role.OUTPUT if name == "o" else Role.STATE
    sheet.gate(name, box, d.forward.sums[name].value, done, role, signed=signed)
    sheet.target(name, box)
    if d.backward is None or d.back.slope < 1.0:
        return False
    level = sheet.placement.level
    room = 5.4 if level.parts else 3.55 if level.narrow else 4.3
    if level.narrow and (level.staggered or len(d.backward.dgates) < 4):
        room = 4.8
    room *= sheet.u
    sheet.number(f"grad-{name}", d.backward.dgates[name], box.cx, y, room, Role.GRADIENT,
                 bold=not level.narrow)  # fmt: skip
    return True


def _up(d: CellDrawing, rows: GateRows, name: str, x: float, top: float) -> None:
    """From what enters up to a gate."""
    begun = float(d.ahead.combine > 0.0)
    d.sheet.lane(f"up-{name}", ((x, rows.low), (x, top)), Role.MUTED, begun, arrow=True, width=0.1,
                 wire=f"z-{name}")  # fmt: skip


def _parts(d: CellDrawing, rows: GateRows, name: str, x: float) -> None:
    """What a gate's z is added up from, in the colours of where it comes from."""
    if d.ahead.combine <= 0.0:
        return
    sheet, u, one = d.sheet, d.sheet.u, d.forward.sums[name]
    found = [
        ("a", one.recurrent, Role.STATE),
        ("x", one.input, d.fed_role),
        ("b", one.bias + one.peephole, Role.INK),
    ]
    for place, (kind, value, role) in enumerate(found):
        y = rows.parts + 1.1 * place * u
        sheet.number(f"part-{name}-{kind}", value, x, y, 5.0 * u, role, bold=False)


def inputs(d: CellDrawing, rows: GateRows, end: float) -> None:
    """a⟨t−1⟩ from the left edge, and x⟨t⟩ under it, on their way to the gates."""
    if d.sheet.placement.level.inputs and d.linked:
        way = ((rows.left, rows.bus), (end, rows.bus))
        d.sheet.lane("a-bus", way, Role.STATE, d.ahead.recurrent, wire="a-before")
    input_lane(d, rows, end)


def input_lane(d: CellDrawing, rows: GateRows, end: float) -> None:
    """x⟨t⟩ on its way to the gates; above the first layer the a⟨t⟩ of the layer below."""
    sheet, u = d.sheet, d.sheet.u
    if not sheet.placement.level.inputs or d.frame.silent(d.t):
        return
    sheet.lane("x-bus", ((rows.left, rows.low), (end, rows.low)), d.fed_role, d.ahead.input,
               wire="x")  # fmt: skip
    placement = sheet.placement
    y = rows.low + (1.3 + UNDER * placement.loose if placement.level.narrow else 0.82) * u
    x, room = rows.left, placement.side
    if placement.level.narrow:
        x, room = x + 0.33 * placement.rect.w, 0.35 * placement.rect.w
    base, sup = ("a", f"[{d.frame.layer}]{d.at()}") if d.frame.layer else ("x", d.at())
    words = token_words(d)
    wide = symbol_width(Symbol("x-symbol", x, y, base, "", sup, "", d.fed_role, 1.4 * u))
    if words and wide + 0.3 * u + line_width(words, u) > room:
        sup = ""  # the word says more than the step, which stands in the title too
    w = sheet.symbol("x-symbol", base, x, y, d.fed_role, sup=sup, alpha=seen(d.ahead.input))
    left = x + w + 0.3 * u
    sheet.words("token", words, left, y, x + room - left, seen(d.ahead.input))
    sheet.target("x", Rect(x, y - 0.9 * u, room, 1.5 * u))


def arrivals(d: CellDrawing, x: float, y: float, room: float) -> None:
    """What ∂L/∂a⟨t⟩ is added up from: what comes from above, and from step t + 1."""
    found = d.backward
    if found is None:
        return
    u, above = d.sheet.u, "from y" if d.frame.layer == d.frame.layers - 1 else "from above"
    d.sheet.gradient("d-own", (above,), found.own, x, y, room, known=d.back.loss >= 1.0)
    later = d.back.recurrent >= 1.0 and d.later
    label = (f"from step {d.t + 1}", f"from {d.t + 1}")
    d.sheet.gradient("d-arriving", label, found.arriving, x, y + 2.3 * u, room, known=later)


def passed_on(d: CellDrawing, x: float, y: float, room: float) -> None:
    """What reaches this unit of a⟨t−1⟩ through W_aa."""
    found = d.backward
    if found is None or not d.handed or d.back.share < 1.0:
        return
    labels = ("through the gates", "by the gates", "by gates")
    d.sheet.gradient("d-through", labels, found.through, x, y, room)


def corner(
    d: CellDrawing,
    name: str,
    letter: str,
    t: int,
    value: float | None,
    role: Role,
    gradient: tuple[str, float] | None,
    *,
    right: bool = False,
    low: float = 0.0,
) -> None:
    """In a narrow cell: a state above or below it, at the left or the right, with its gradient.

    `low` is the height of its line below the cell; `gradient` the number's name and its value.
    """
    sheet, u, r = d.sheet, d.sheet.u, d.sheet.placement.rect
    room = 0.31 * r.w
    x, y = r.right - room if right else r.x, low or r.y + 0.5 * u
    alpha = seen(float(value is not None))
    sheet.state(name, letter, d.at(t), value, x, y, role, alpha=alpha, room=room)
    sheet.target(name, Rect(x, y - 0.6 * u, room, 1.7 * u))
    if gradient is not None:
        sheet.number(gradient[0], gradient[1], x, y + 1.05 * u, room, Role.GRADIENT, align="left")
