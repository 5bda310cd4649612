"""The GRU: a⟨t⟩ = (1 − z) · n + z · a⟨t−1⟩, its conveyor a itself; reset after, or before."""

from __future__ import annotations

from rnnviz.scenes.memory_cell import gated
from rnnviz.scenes.memory_cell.drawing import Drawing
from rnnviz.scenes.memory_cell.gated import GateRows
from rnnviz.scenes.memory_cell.placement import part, seen
from rnnviz.scenes.shapes import Rect, Role

_COLUMNS = {"z": 0.14, "n": 0.515, "r": 0.825}
_REST, _SUM, _RESET = 0.28, 0.385, 0.655


def draw(d: Drawing) -> None:
    """Put everything on the sheet."""
    inner, rows = d.sheet.placement.inner, gated.rows_of(d.sheet.placement)
    columns = {name: inner.x + share * inner.w for name, share in _COLUMNS.items()}
    places = {
        name: inner.x + share * inner.w
        for name, share in (("rest", _REST), ("add", _SUM), ("reset", _RESET))
    }
    gated.outline(d, rows)
    _back(d, rows, columns | places)
    _conveyor(d, rows, columns | places)
    branch = inner.x + 0.7 * d.sheet.u
    if d.linked and d.sheet.placement.level.inputs:
        way = ((branch, rows.conveyor), (branch, rows.bus), (columns["r"], rows.bus))
        d.sheet.lane("a-bus", way, Role.STATE, d.ahead.recurrent)
    gated.input_lane(d, rows, columns["r"])
    first, second = part(d.ahead.combine, 0.0, 0.6), part(d.ahead.combine, 0.6, 1.0)
    gated.gates(d, rows, {name: columns[name] for name in "zr"}, first)
    gated.gates(d, rows, {"n": columns["n"]}, second)
    _ends(d, rows)


def _conveyor(d: Drawing, rows: GateRows, at: dict[str, float]) -> None:
    sheet, u, y, mid = d.sheet, d.sheet.u, rows.conveyor, rows.gates
    kept, joined = part(d.ahead.settle, 0.0, 0.5), part(d.ahead.settle, 0.5, 1.0)
    reset = part(d.ahead.combine, 0.6, 1.0)
    keep, add, times = at["z"], at["add"], at["reset"]
    if d.linked:
        sheet.lane("a-in", ((rows.left, y), (keep, y)), Role.STATE, d.ahead.recurrent)
    sheet.lane("a-kept", ((keep, y), (add, y)), Role.STATE, kept)
    sheet.lane("a-out", ((add, y), (rows.right, y)), Role.STATE, joined, arrow=True)
    sheet.lane("z-up", ((keep, mid - rows.half), (keep, y)), Role.STATE, kept)
    sheet.lane("z-in", ((keep, mid), (add, mid)), Role.STATE, kept)
    sheet.lane("n-in", ((at["n"], mid), (add, mid)), Role.INPUT, kept)
    sheet.lane("new-up", ((add, mid), (add, y)), Role.INK, kept)
    sheet.lane("r-in", ((at["r"], mid), (times, mid)), Role.STATE, reset)
    sheet.lane("reset-in", ((times, mid), (at["n"], mid)), Role.STATE, reset)
    if sheet.placement.level.inputs and d.linked:
        sheet.lane("inside", ((times, rows.bus), (times, mid)), Role.STATE, reset)
    sheet.node("times-z", keep, y, "×", kept, of="keep")
    sheet.node("plus", add, y, "+", joined, of="new")
    sheet.node("times-new", add, mid, "×", kept, 0.6, of="new")
    sheet.node("times-r", times, mid, "×", reset, 0.6, of="reset")
    sheet.target("rest", sheet.pill("rest", at["rest"], mid, "1−z", kept))
    _weights(d, rows, times)
    one = d.forward
    if kept >= 1.0:
        z, rest, n = one.sums["z"].value, one.sums["z"].rest, one.sums["n"].value
        sheet.number("value-rest", rest, at["rest"], mid + 1.15 * u, 2.8 * u, Role.INK,
                     sign=False, bold=False)  # fmt: skip
        sheet.labelled("kept", "z·a", z * one.a_before, (keep + add) / 2, y - 1.08 * u,
                       add - keep - 0.5 * u)  # fmt: skip
        sheet.labelled("new", "(1−z)·n", rest * n, add + 1.1 * u, y - 1.08 * u, 8.5 * u,
                       align="left")  # fmt: skip


def _weights(d: Drawing, rows: GateRows, times: float) -> None:
    """W_aa stands before the reset or after it: that is all the difference."""
    sheet, u, reset = d.sheet, d.sheet.u, part(d.ahead.combine, 0.6, 1.0)
    before, alpha = d.frame.kind.resets == "before", seen(part(d.ahead.combine, 0.6, 1.0))
    if not sheet.placement.level.inputs or not d.linked:
        return
    if before:
        middle = (times + sheet.placement.inner.x + _COLUMNS["n"] * sheet.placement.inner.w) / 2
        sheet.symbol("W-reset", "W", middle + 0.5 * u, rows.gates - 1.65 * u, Role.STATE, sub="aa",
                     align="center", alpha=alpha)  # fmt: skip
    elif sheet.placement.level.below:
        sheet.symbol("W-reset", "W", times + 0.3 * u, rows.parts + 0.6 * u, Role.STATE, sub="aa",
                     alpha=alpha)  # fmt: skip
    elif d.backward is None or d.back.slope < 1.0:  # there the gradient of r is written
        sheet.symbol("W-reset", "W", times + 0.2 * u, rows.gates + 1.55 * u, Role.STATE, sub="aa",
                     alpha=alpha)  # fmt: skip
    if sheet.placement.level.below and reset > 0.0:
        room = (_COLUMNS["r"] - _RESET) * sheet.placement.inner.w - 2.5 * u  # up to the number of r
        sheet.number("value-inside", d.forward.inside, times + 0.3 * u, rows.gates + 1.95 * u, room,
                     Role.STATE, align="left", bold=False)  # fmt: skip


def _ends(d: Drawing, rows: GateRows) -> None:
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


def _back(d: Drawing, rows: GateRows, at: dict[str, float]) -> None:
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
    sheet.gradient("d-a", d.names("a"), found.da, edge, y + 1.15 * u, room,
                   known=back.combine >= 1.0)  # fmt: skip
    if below:
        gated.arrivals(d, edge, y + 3.7 * u, room)
    labels = d.names("a", "z·")
    done = back.slope >= 1.0 and d.handed
    sheet.gradient("d-kept", labels, found.kept, rows.left, y + 1.1 * u, room, known=done)
    if sheet.placement.level.inputs:
        gated.passed_on(d, rows.left, rows.bus - 2.2 * u, room)
