"""The GRU: a⟨t⟩ = (1 − z) · n + z · a⟨t−1⟩, its conveyor a itself; reset after, or before."""

from __future__ import annotations

from rnnviz.scenes.memory_cell import gated
from rnnviz.scenes.memory_cell.drawing import CellDrawing
from rnnviz.scenes.memory_cell.gated import GateRows
from rnnviz.scenes.memory_cell.placement import part, seen
from rnnviz.scenes.shapes import Rect, Role

_COLUMNS = {"z": 0.14, "n": 0.515, "r": 0.825}
_PLACES = {"rest": 0.28, "add": 0.385, "reset": 0.655}
_NARROW = {"z": 3.3, "rest": 6.45, "add": 8.55, "n": 10.95, "reset": 13.35, "r": 15.9}


def draw(d: CellDrawing) -> None:
    """Put everything on the sheet."""
    inner, rows = d.sheet.placement.inner, gated.rows_of(d.sheet.placement)
    columns = gated.across(d.sheet.placement, _COLUMNS | _PLACES, _NARROW)
    gated.outline(d, rows)
    _back(d, rows, columns)
    _conveyor(d, rows, columns)
    branch = inner.x + (0.35 if d.sheet.placement.level.narrow else 0.7) * d.sheet.u
    if d.linked and d.sheet.placement.level.inputs:
        way = ((branch, rows.conveyor), (branch, rows.bus), (columns["r"], rows.bus))
        d.sheet.lane("a-bus", way, Role.STATE, d.ahead.recurrent, wire="a-before")
    gated.input_lane(d, rows, columns["r"])
    first, second = part(d.ahead.combine, 0.0, 0.6), part(d.ahead.combine, 0.6, 1.0)
    gated.gates(d, rows, {name: columns[name] for name in "zr"}, first)
    gated.gates(d, rows, {"n": columns["n"]}, second)
    _ends(d, rows)


def _conveyor(d: CellDrawing, rows: GateRows, at: dict[str, float]) -> None:
    sheet, u, y, mid = d.sheet, d.sheet.u, rows.conveyor, rows.gates
    kept, joined = part(d.ahead.settle, 0.0, 0.5), part(d.ahead.settle, 0.5, 1.0)
    reset = part(d.ahead.combine, 0.6, 1.0)
    keep, add, times = at["z"], at["add"], at["reset"]
    if d.linked:
        sheet.lane("a-in", ((rows.left, y), (keep, y)), Role.STATE, d.ahead.recurrent,
                   wire="a-along")  # fmt: skip
    sheet.lane("a-kept", ((keep, y), (add, y)), Role.STATE, kept, wire="kept")
    sheet.lane("a-out", ((add, y), (rows.right, y)), Role.STATE, joined, arrow=True,
               wire="a")  # fmt: skip
    sheet.lane("z-up", ((keep, mid - rows.half), (keep, y)), Role.STATE, kept, wire="z")
    sheet.lane("z-in", ((keep, mid), (add, mid)), Role.STATE, kept, wire="rest")
    sheet.lane("n-in", ((at["n"], mid), (add, mid)), Role.INPUT, kept, wire="n")
    sheet.lane("new-up", ((add, mid), (add, y)), Role.INK, kept, wire="new")
    sheet.lane("r-in", ((at["r"], mid), (times, mid)), Role.STATE, reset, wire="r")
    sheet.lane("reset-in", ((times, mid), (at["n"], mid)), Role.STATE, reset, wire="reset")
    if sheet.placement.level.inputs and d.linked:
        sheet.lane("inside", ((times, rows.bus), (times, mid)), Role.STATE, reset, wire="inside")
    gate, first = (
        {name: one.value for name, one in d.forward.sums.items()},
        part(d.ahead.combine, 0.0, 0.6),
    )
    gated.times(d, "times-z", keep, y, gate["z"], first, of="keep")
    sheet.node("plus", add, y, "+", joined, of="new")
    rest = d.forward.sums["z"].rest
    gated.times(d, "times-new", add, mid, rest, first, of="new", radius=0.6)
    gated.times(d, "times-r", times, mid, gate["r"], first, of="reset", radius=0.6)
    sheet.target("rest", sheet.pill("rest", at["rest"], mid, "1−z", kept))
    _weights(d, rows, at)
    one = d.forward
    if kept >= 1.0:
        z, rest, n = one.sums["z"].value, one.sums["z"].rest, one.sums["n"].value
        sheet.number("value-rest", rest, at["rest"], mid + 1.15 * u, 2.8 * u, Role.INK,
                     sign=False, bold=False)  # fmt: skip
        if sheet.placement.level.narrow:
            return
        sheet.labelled("kept", "z·a", z * one.a_before, (keep + add) / 2, y - 1.08 * u,
                       add - keep - 0.5 * u)  # fmt: skip
        sheet.labelled("new", "(1−z)·n", rest * n, add + 1.1 * u, y - 1.08 * u, 8.5 * u,
                       align="left")  # fmt: skip


def _weights(d: CellDrawing, rows: GateRows, at: dict[str, float]) -> None:
    """W_aa stands before the reset or after it: that is all the difference."""
    sheet, u, reset = d.sheet, d.sheet.u, part(d.ahead.combine, 0.6, 1.0)
    times = at["reset"]
    before, alpha = d.frame.kind.resets == "before", seen(part(d.ahead.combine, 0.6, 1.0))
    if not sheet.placement.level.inputs or not d.linked:
        return
    if before:
        middle = (times + at["n"]) / 2
        sheet.symbol("W-reset", "W", middle + 0.5 * u, rows.gates - 1.65 * u, Role.STATE, sub="aa",
                     align="center", alpha=alpha)  # fmt: skip
    elif sheet.placement.level.below:
        sheet.symbol("W-reset", "W", times + 0.3 * u, rows.parts + 0.6 * u, Role.STATE, sub="aa",
                     alpha=alpha)  # fmt: skip
    elif d.backward is None or d.back.slope < 1.0:  # there the gradient of r is written
        sheet.symbol("W-reset", "W", times + 0.2 * u, rows.gates + 1.55 * u, Role.STATE, sub="aa",
                     alpha=alpha)  # fmt: skip
    if sheet.placement.level.below and reset > 0.0:
        room = at["r"] - times - 2.5 * u  # up to the number of r
        sheet.number("value-inside", d.forward.inside, times + 0.3 * u, rows.gates + 1.95 * u, room,
                     Role.STATE, align="left", bold=False)  # fmt: skip


def _corners(d: CellDrawing, rows: GateRows) -> None:
    """The states above a narrow cell, each with its gradient, and what goes on by the gates."""
    one, found, back, came = d.forward, d.backward, d.back, d.ahead.recurrent > 0.0
    sheet, u, r = d.sheet, d.sheet.u, d.sheet.placement.rect
    if d.linked:
        kept = ("d-kept", found.kept) if found and back.slope >= 1.0 else None
        before = one.a_before if came else None
        gated.corner(d, "a-before", "a", d.t - 1, before, Role.STATE, kept)
        if found and back.share >= 1.0:
            y = rows.low + (2.2 + 1.4 * gated.UNDER * sheet.placement.loose) * u
            sheet.gradient("d-through", ("by the gates",), found.through, r.x, y, 0.6 * r.w,
                           beside=True)  # fmt: skip
    entered = ("d-a", found.da) if found and back.combine >= 1.0 else None
    after = one.a if d.ahead.settle >= 1.0 else None
    gated.corner(d, "a-after", "a", d.t, after, Role.STATE, entered, right=True)


def _ends(d: CellDrawing, rows: GateRows) -> None:
    if d.sheet.placement.level.narrow:
        _corners(d, rows)
        return
    sheet, u, one = d.sheet, d.sheet.u, d.forward
    left, right = rows.left, sheet.placement.inner.right + 0.35 * u
    top, came = rows.conveyor - 0.95 * u, d.ahead.recurrent
    if d.linked:
        known = one.a_before if came > 0.0 else None
        sheet.state("a-before", "a", d.at(d.t - 1), known, left, top, Role.STATE, alpha=seen(came))
        sheet.target("a-before", Rect(left, top - 0.6 * u, sheet.placement.side, 1.7 * u))
    known = one.a if d.ahead.settle >= 1.0 else None
    sheet.state("a-after", "a", d.at(), known, right, top, Role.STATE, alpha=seen(d.ahead.settle))
    sheet.target("a-after", Rect(right, top - 0.6 * u, sheet.placement.side, 1.7 * u))


def _back(d: CellDrawing, rows: GateRows, at: dict[str, float]) -> None:
    """∂L/∂a⟨t⟩ comes along the conveyor; on it, × z and nothing else."""
    found, back, sheet, u = d.backward, d.back, d.sheet, d.sheet.u
    if found is None:
        return
    y, mid, keep, add = rows.conveyor, rows.gates, at["z"], at["add"]
    edge, room = sheet.placement.inner.right + 0.35 * u, sheet.placement.side - 0.45 * u
    new = found.da
    sheet.band("grad-a", ((rows.right, y), (keep, y)), found.da, back.combine)
    sheet.band("grad-kept", ((keep, y), (rows.left, y)), found.kept, back.slope, arrow=True)
    sheet.band("grad-z-down", ((keep, y), (keep, mid)), found.dgates["z"], back.slope)
    sheet.band("grad-new", ((add, y), (add, mid)), new, back.slope)
    sheet.band("grad-n-in", ((add, mid), (at["n"], mid)), found.dgates["n"], back.slope)
    sheet.band("grad-r-in", ((at["reset"], mid), (at["r"], mid)), found.dgates["r"], back.slope)
    if sheet.placement.level.inputs and d.handed:
        way = ((at["r"], rows.bus), (rows.left, rows.bus))
        sheet.band("grad-through", way, found.through, back.share, arrow=True)
    below = sheet.placement.level.below
    if sheet.placement.level.narrow:
        return
    sheet.gradient("d-a", d.names("a"), found.da, edge, y + 1.15 * u, room,
                   known=back.combine >= 1.0)  # fmt: skip
    if below:
        gated.arrivals(d, edge, y + 3.7 * u, room)
    labels = d.names("a", "z·")
    done = back.slope >= 1.0 and d.handed
    sheet.gradient("d-kept", labels, found.kept, rows.left, y + 1.1 * u, room, known=done)
    if sheet.placement.level.inputs:
        gated.passed_on(d, rows.left, rows.bus - 2.2 * u, room)
