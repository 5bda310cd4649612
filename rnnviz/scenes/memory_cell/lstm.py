"""The LSTM: the conveyor c⟨t−1⟩ → × f → + i · g → c⟨t⟩, and a⟨t⟩ = o · tanh(c⟨t⟩) under it."""

from __future__ import annotations

from rnnviz.scenes.memory_cell import gated
from rnnviz.scenes.memory_cell.drawing import CellDrawing
from rnnviz.scenes.memory_cell.gated import GateRows
from rnnviz.scenes.memory_cell.placement import part, seen
from rnnviz.scenes.shapes import Rect, Role

_COLUMNS = {"f": 0.115, "i": 0.315, "g": 0.525, "o": 0.745}
_SUM, _OUT = 0.42, 0.905
_NARROW = {"f": 2.65, "i": 6.2, "g": 11.0, "o": 14.55, "add": 8.6, "out": 17.3}


def draw(d: CellDrawing) -> None:
    """Put everything on the sheet."""
    rows = gated.rows_of(d.sheet.placement)
    columns = gated.across(d.sheet.placement, _COLUMNS | {"add": _SUM, "out": _OUT}, _NARROW)
    add, out = columns.pop("add"), columns.pop("out")
    gated.outline(d, rows)
    _back(d, rows, columns, add, out)
    _conveyor(d, rows, columns, add, out)
    gated.inputs(d, rows, columns["o"])
    gated.gates(d, rows, columns, d.ahead.combine)
    _peepholes(d, rows, columns, add)
    _ends(d, rows)


def _conveyor(
    d: CellDrawing, rows: GateRows, columns: dict[str, float], add: float, out: float
) -> None:
    sheet, u, y = d.sheet, d.sheet.u, rows.conveyor
    kept, joined = part(d.ahead.settle, 0.0, 0.35), part(d.ahead.settle, 0.35, 0.6)
    shown = part(d.ahead.settle, 0.6, 1.0)
    forget, half = columns["f"], rows.half
    if d.linked:
        sheet.lane("c-in", ((rows.left, y), (forget, y)), Role.INK, d.ahead.recurrent,
                   wire="c-before")  # fmt: skip
    sheet.lane("c-kept", ((forget, y), (add, y)), Role.INK, kept, wire="kept")
    sheet.lane("c-out", ((add, y), (rows.right, y)), Role.INK, joined, arrow=True,
               wire="c")  # fmt: skip
    top = rows.gates - half
    sheet.lane("f-up", ((forget, top), (forget, y)), Role.STATE, kept, wire="f")
    mid = rows.gates
    sheet.lane("i-in", ((columns["i"], mid), (add, mid)), Role.STATE, kept, wire="i")
    sheet.lane("g-in", ((columns["g"], mid), (add, mid)), Role.INPUT, kept, wire="g")
    sheet.lane("ig-up", ((add, mid), (add, y)), Role.INK, kept, wire="new")
    sheet.lane("o-in", ((columns["o"], mid), (out, mid)), Role.OUTPUT, shown, wire="o")
    exit_y = rows.bus if sheet.placement.level.inputs else rows.gates
    way = ((out, y), (out, exit_y), (rows.right, exit_y))
    sheet.lane("a-out", way, Role.STATE, shown, arrow=True)
    sheet.wires += [("shown", ((out, y), (out, mid))), ("a", ((out, mid), *way[1:]))]
    gate, opened = {name: one.value for name, one in d.forward.sums.items()}, d.ahead.combine
    gated.times(d, "times-f", forget, y, gate["f"], opened, of="keep")
    sheet.node("plus", add, y, "+", joined, of="new")
    gated.times(d, "times-ig", add, mid, gate["i"], opened, of="new", radius=0.58)
    pill = sheet.pill("tanh", out, y + 1.3 * u, "tanh", shown)
    gated.times(d, "times-o", out, mid, gate["o"], opened, of="out", radius=0.72, upright=True)
    r = 0.75 * u
    sheet.target("c", Rect(rows.left, y - r, forget - r - rows.left, 2 * r))
    sheet.target("out", pill)
    if d.ahead.settle > 0.0 and kept >= 1.0 and not sheet.placement.level.narrow:
        middle, one = (forget + add) / 2, d.forward
        with_f = one.sums["f"].value * one.c_before
        sheet.labelled("kept", "f·c", with_f, middle, y - 1.08 * u, add - forget - 1.0 * u)
        if sheet.placement.level.below:
            new = one.sums["i"].value * one.sums["g"].value
            x = add + 0.75 * u
            sheet.labelled("new", "i·g", new, x, y + 1.25 * u, 6.0 * u, align="left")


def _corners(d: CellDrawing, rows: GateRows) -> None:
    """The states above and below a narrow cell, each with its gradient."""
    one, found, back, came = d.forward, d.backward, d.back, d.ahead.recurrent > 0.0
    low = rows.low + (1.15 + gated.UNDER * d.sheet.placement.loose) * d.sheet.u
    settled = part(d.ahead.settle, 0.0, 0.6) >= 1.0
    if d.linked:
        kept = ("d-kept", found.kept) if found and back.slope >= 1.0 else None
        through = ("d-through", found.through) if found and back.share >= 1.0 else None
        before, t = one.c_before if came else None, d.t - 1
        gated.corner(d, "c-before", "c", t, before, Role.INK, kept)
        before = one.a_before if came else None
        gated.corner(d, "a-before", "a", t, before, Role.STATE, through, low=low)
    joined = ("d-c", found.dc) if found and back.combine >= 1.0 else None
    entered = ("d-a", found.da) if found and back.combine >= 0.5 else None
    after = one.c if settled else None
    gated.corner(d, "c-after", "c", d.t, after, Role.INK, joined, right=True)
    after = one.a if d.ahead.settle >= 1.0 else None
    gated.corner(d, "a-after", "a", d.t, after, Role.STATE, entered, right=True, low=low)


def _ends(d: CellDrawing, rows: GateRows) -> None:
    if d.sheet.placement.level.narrow:
        _corners(d, rows)
        return
    sheet, u, one = d.sheet, d.sheet.u, d.forward
    left, right = rows.left, sheet.placement.inner.right + 0.35 * u
    top, came = rows.conveyor - 0.95 * u, d.ahead.recurrent
    if d.linked:
        known = one.c_before if came > 0.0 else None
        sheet.state("c-before", "c", d.at(d.t - 1), known, left, top, Role.INK, alpha=seen(came))
        if sheet.placement.level.inputs:
            known = one.a_before if came > 0.0 else None
            y = rows.bus - 0.95 * u
            sheet.state("a-before", "a", d.at(d.t - 1), known, left, y, Role.STATE,
                        alpha=seen(came))  # fmt: skip
            sheet.target("a-before", Rect(left, y - 0.6 * u, sheet.placement.side, 1.2 * u))
    settled = part(d.ahead.settle, 0.0, 0.6) >= 1.0
    sheet.state("c-after", "c", d.at(), one.c if settled else None, right, top, Role.INK,
                alpha=seen(float(settled)))  # fmt: skip
    sheet.target("c-after", Rect(right, top - 0.6 * u, sheet.placement.side, 1.7 * u))
    known = one.a if d.ahead.settle >= 1.0 else None
    y = rows.low + 0.82 * u if sheet.placement.level.inputs else rows.gates + 0.95 * u
    sheet.state("a-after", "a", d.at(), known, right, y, Role.STATE, alpha=seen(d.ahead.settle))
    sheet.target("a-after", Rect(right, y - 0.6 * u, sheet.placement.side, 1.2 * u))


def _peepholes(d: CellDrawing, rows: GateRows, columns: dict[str, float], add: float) -> None:
    """Dashed, from the cell state to the gates that see it."""
    if not any(d.forward.sums[name].peephole for name in "ifo"):
        return
    sheet, u, y = d.sheet, d.sheet.u, rows.conveyor
    begin, low, top = columns["f"] - 1.1 * u, rows.conveyor + 1.0 * u, rows.gates - rows.half
    done = float(d.ahead.combine > 0.0)
    for name, x in (("f", begin), ("i", columns["i"] - 0.6 * u)):
        way = ((begin, y), (begin, low), (x, low), (x, top))
        sheet.lane(f"peep-{name}", way, Role.INK, done, dash=True, width=0.1,
                   wire=f"peep-{name}")  # fmt: skip
    x = columns["o"]
    sheet.lane("peep-o", ((x, y), (x, top)), Role.INK, done, dash=True, width=0.1,
               wire="peep-o")  # fmt: skip


def _back(
    d: CellDrawing, rows: GateRows, columns: dict[str, float], add: float, out: float
) -> None:
    """∂L/∂a⟨t⟩ and what arrives along the conveyor; on it, × f and nothing else."""
    found, back, sheet, u = d.backward, d.back, d.sheet, d.sheet.u
    if found is None:
        return
    y, mid, forget, right = rows.conveyor, rows.gates, columns["f"], rows.right
    edge = sheet.placement.inner.right + 0.35 * u
    room = sheet.placement.side - 0.45 * u
    inputs = sheet.placement.level.inputs
    exit_y = rows.bus if inputs else mid
    entered, joined = part(back.combine, 0.0, 0.5), part(back.combine, 0.5, 1.0)
    sheet.band("grad-c-arriving", ((right, y), (out, y)), found.dc_arriving, back.recurrent)
    sheet.band("grad-a", ((right, exit_y), (out, exit_y), (out, mid)), found.da, entered)
    sheet.band("grad-c-own", ((out, mid), (out, y)), found.dc_own, joined)
    sheet.band("grad-c", ((out, y), (forget, y)), found.dc, joined)
    sheet.band("grad-kept", ((forget, y), (rows.left, y)), found.kept, back.slope, arrow=True)
    gates = found.dgates
    sheet.band("grad-f-down", ((forget, y), (forget, mid)), gates["f"], back.slope)
    sheet.band("grad-ig", ((add, y), (add, mid)), found.dc, back.slope)
    sheet.band("grad-i-in", ((add, mid), (columns["i"], mid)), gates["i"], back.slope)
    sheet.band("grad-g-in", ((add, mid), (columns["g"], mid)), gates["g"], back.slope)
    sheet.band("grad-o-in", ((out, mid), (columns["o"], mid)), gates["o"], back.slope)
    if inputs and d.handed:
        way = ((columns["o"], rows.bus), (rows.left, rows.bus))
        sheet.band("grad-through", way, found.through, back.share, arrow=True)
    if sheet.placement.level.narrow:
        return
    # Between the two lines there is room for one name only, that of ∂L/∂a.
    names = f"f{d.at(d.t + 1)}·{d.by('c', d.t + 1)}", f"from step {d.t + 1}", "from later"
    later = names if sheet.placement.level.below else ()
    arrived = inputs and back.recurrent >= 1.0 and d.later
    sheet.gradient("d-c-arriving", later, found.dc_arriving, edge, y + 1.15 * u, room,
                   known=arrived)  # fmt: skip
    x, wide = add + 1.1 * u, sheet.placement.inner.right - add - 1.4 * u
    sheet.gradient("d-c", d.names("c"), found.dc, x, y - 1.08 * u, wide, known=joined >= 1.0,
                   beside=True)  # fmt: skip
    done = back.slope >= 1.0 and d.handed
    labels = d.names("c", "f·")
    sheet.gradient("d-kept", labels, found.kept, rows.left, y + 1.1 * u, room, known=done)
    row = y + (4.3 if sheet.placement.level.below else 2.3 if inputs else 1.65) * u
    labels = d.names("a") if inputs else ()
    sheet.gradient("d-a", labels, found.da, edge, row, room, known=entered >= 1.0)
    if sheet.placement.level.below:
        gated.arrivals(d, edge, row + 2.4 * u, room)
        gated.passed_on(d, rows.left, rows.bus - 3.3 * u, room)
