"""The RNN: Σ of W_aa a⟨t−1⟩, W_ax x⟨t⟩ and b_a, then g, then a⟨t⟩ and y⟨t⟩."""

from __future__ import annotations

from math import isfinite

import numpy as np

from rnnviz.engine import ACTIVATIONS
from rnnviz.film.memory_cell import squashed
from rnnviz.scenes.measure import clean
from rnnviz.scenes.memory_cell import gated
from rnnviz.scenes.memory_cell.drawing import CellDrawing, token_words
from rnnviz.scenes.memory_cell.equations import equations
from rnnviz.scenes.memory_cell.placement import line_width, seen
from rnnviz.scenes.phases import step_outputs
from rnnviz.scenes.series import series_number
from rnnviz.scenes.shapes import Dot, Line, Rect, Role

_SUM, _SQUASH = 0.4, 0.8
_NARROW = {"add": 6.9, "squash": 14.5}
_LOWER = 0.25  # of what a narrow drawing is looser, between W_aa a⟨t−1⟩ and its number
_POINTS = 33


def draw(d: CellDrawing) -> None:
    """Put everything on the sheet."""
    sheet, u = d.sheet, d.sheet.u
    r, inner, level = sheet.placement.rect, sheet.placement.inner, sheet.placement.level
    y = sheet.placement.top + (4.1 if level.inputs else 3.2) * u + (0.9 * u if level.below else 0.0)
    at = gated.across(sheet.placement, {"add": _SUM, "squash": _SQUASH}, _NARROW)
    add, squash = at["add"], at["squash"]
    bottom = min(
        r.bottom - (1.35 if level.inputs else 0.1) * u, y + (5.0 if level.below else 4.0) * u
    )
    top = r.y + 0.1 * u
    if level.narrow:
        looser = _LOWER * sheet.placement.loose * u
        top, y, bottom = sheet.placement.top, y - 0.7 * u + looser, y + 3.0 * u + looser
    sheet.frame(Rect(inner.x, top, inner.w, bottom - top), d.ahead.input)
    if level.equations:
        equations(d, Rect(inner.x, r.y + 0.3 * u, inner.w, sheet.placement.band))
    _back(d, y, add, squash)
    _lanes(d, y, add, squash, bottom)
    _parts(d, y, add, bottom, squash)
    _squash(d, y, squash)
    if level.narrow:
        _corners(d, bottom)
    else:
        _ends(d, y)
    _answer(d, y)


def _lanes(d: CellDrawing, y: float, add: float, squash: float, bottom: float) -> None:
    sheet, u, r = d.sheet, d.sheet.u, d.sheet.placement.rect
    summed, settled = d.ahead.combine, d.ahead.settle
    if d.linked:
        sheet.lane("a-in", ((r.x, y), (add, y)), Role.STATE, d.ahead.recurrent,
                   wire="a-before")  # fmt: skip
    if sheet.placement.level.inputs:
        if not d.frame.silent(d.t):
            low = bottom + (0.0 if sheet.placement.level.narrow else 0.35 * u)
            sheet.lane("x-in", ((add, low), (add, y)), d.fed_role, d.ahead.input,
                       wire="x")  # fmt: skip
        way = ((add, sheet.placement.top + 1.5 * u), (add, y))
        sheet.lane("b-in", way, Role.MUTED, float(summed > 0.0),
                   wire="b")  # fmt: skip
    sheet.lane("z", ((add, y), (squash, y)), Role.INK, summed, wire="z")
    sheet.lane("a-out", ((squash, y), (r.right, y)), Role.STATE, settled, arrow=True,
               wire="a")  # fmt: skip
    sheet.node("sum", add, y, "Σ", summed, 0.95)
    sheet.target("sum", Rect(add - u, y - u, 2 * u, 2 * u))


def _parts(d: CellDrawing, y: float, add: float, bottom: float, squash: float) -> None:
    """What is added up, beside the line that it comes along; and z."""
    sheet, u, high, r = d.sheet, d.sheet.u, d.sheet.placement.top, d.sheet.placement.rect
    inner, one, begun = sheet.placement.inner, d.forward.sums["a"], d.ahead.combine > 0.0
    left = inner.x + 0.4 * u
    room = add - 1.1 * u - left
    if d.linked:
        over = y - (2.25 + _LOWER * sheet.placement.loose) * u
        wide = sheet.symbol("W_aa", "W", left, over, Role.STATE, sub="aa",
                            alpha=seen(d.ahead.recurrent))  # fmt: skip
        sheet.symbol("W_aa-a", "a", left + wide + 0.15 * u, over, Role.STATE,
                     sup=d.at(d.t - 1), alpha=seen(d.ahead.recurrent))  # fmt: skip
        if begun:
            sheet.number("part-a", one.recurrent, left, y - 0.95 * u, room, Role.STATE,
                         align="left")  # fmt: skip
        sheet.target("sum", Rect(left, y - 2.7 * u, room, 2.4 * u))
    beside = add + 0.4 * u
    if sheet.placement.level.inputs:
        w = sheet.symbol("b_a", "b", beside, high + 0.95 * u, Role.INK, sub="a", alpha=seen(begun))
        if begun:
            sheet.number("part-b", one.bias, beside + w + 0.3 * u, high + 0.95 * u, 4.5 * u,
                         Role.INK, align="left")  # fmt: skip
        if not d.frame.silent(d.t):
            low = bottom - 1.0 * u
            base, sup = ("a", f"[{d.frame.layer}]{d.at()}") if d.frame.layer else ("x", d.at())
            came, end = seen(d.ahead.input), add - 0.4 * u
            if begun:
                end -= sheet.number("part-x", one.input, end, low, 3.6 * u, d.fed_role,
                                    align="right") + 0.3 * u  # fmt: skip
            else:
                end -= 3.2 * u
            if not sheet.placement.level.narrow:
                end -= sheet.symbol("W_ax-x", base, end, low, d.fed_role, sup=sup, align="right",
                                    alpha=came) + 0.15 * u  # fmt: skip
                sheet.symbol("W_ax", "W", end, low, d.fed_role, sub="ax", align="right", alpha=came)
            narrow = sheet.placement.level.narrow
            foot = bottom + (0.75 + _under(d) if narrow else 0.95) * u
            beside = r.x + 1.5 * u if narrow else beside
            w = sheet.symbol("x-symbol", base, beside, foot, d.fed_role, sup=sup, alpha=came)
            begin = beside + w + 0.3 * u
            room = inner.right - begin
            if narrow:  # before a⟨t⟩
                room = r.x + 0.68 * r.w - begin
            sheet.words("token", token_words(d), begin, foot, room, came)
            sheet.target("sum", Rect(left, low - 0.6 * u, add - left, 1.2 * u))
            begin = beside if narrow else add - u
            sheet.target("x", Rect(begin, foot - 0.6 * u, 8.0 * u, 1.2 * u))
    if d.ahead.combine >= 1.0:
        begin = add + 1.1 * u
        sheet.labelled("z", "z", one.z, begin, y - 0.95 * u, squash - 2.5 * u - begin,
                       align="left")  # fmt: skip


def _squash(d: CellDrawing, y: float, x: float) -> None:
    """The curve of g, on it the point (z, a) once it is known."""
    sheet, u, level = d.sheet, d.sheet.u, d.sheet.placement.level
    done, one = d.ahead.settle, d.forward.sums["a"]
    half = (1.9 if level.below else 1.5) * u
    box = Rect(x - 1.45 * half, y - half, 2.9 * half, 2 * half)
    sheet.box("squash", box, Role.STATE, 0.4 * u, 0.13 * u, done)
    sheet.target("squash", box)
    name = ACTIVATIONS[d.frame.activation].title
    sloped = d.backward is not None and d.back.slope > 0.0
    if level.below or not sloped:
        sheet.text("squash-name", name, x, box.bottom + 0.7 * u, Role.STATE, alpha=seen(done))
    inner = box.grown(-0.35 * u)
    span = max(3.0, 1.15 * abs(one.z)) if isfinite(one.z) else 3.0
    zs = np.linspace(-span, span, _POINTS)
    values = squashed(d.frame, zs)
    top = float(np.abs(values).max())

    def place(z: float, a: float) -> tuple[float, float]:
        return inner.cx + z / span * inner.w / 2, inner.cy - a / top * inner.h / 2

    across = ((inner.x, inner.cy), (inner.right, inner.cy))
    up = ((inner.cx, inner.y), (inner.cx, inner.bottom))
    for index, way in enumerate((across, up)):
        sheet.front.append(Line(f"axis-{index}", way, Role.LINE, max(1.0, 0.06 * u)))
    curve = tuple(place(float(z), float(a)) for z, a in zip(zs, values, strict=True))
    sheet.front.append(Line("curve", curve, Role.STATE, 0.14 * u, seen(done)))
    if done > 0.0 and isfinite(one.z) and isfinite(one.value):
        sheet.front.append(Dot("point", *place(one.z, one.value), 0.3 * u, Role.INK, done))
    if sloped and d.backward is not None:
        y = box.bottom + (1.85 if level.below else 0.7) * u
        sheet.labelled("slope", "g′", d.backward.slope, x, y, box.w, role=Role.GRADIENT,
                       sign=False)  # fmt: skip


def _under(d: CellDrawing) -> float:
    """What is free under a narrow cell besides, in heights of the type."""
    return gated.UNDER * d.sheet.placement.loose


def _corners(d: CellDrawing, bottom: float) -> None:
    """The states above and below a narrow cell, each with its gradient."""
    one, found, back = d.forward, d.backward, d.back
    if d.linked:
        before = one.a_before if d.ahead.recurrent > 0.0 else None
        through = ("d-through", found.through) if found and back.share >= 1.0 else None
        gated.corner(d, "a-before", "a", d.t - 1, before, Role.STATE, through)
    after = one.a if d.ahead.settle >= 1.0 else None
    low, entered = bottom + (0.75 + _under(d)) * d.sheet.u, None
    if found and back.combine >= 1.0:
        entered = ("d-a", found.da)
    gated.corner(d, "a-after", "a", d.t, after, Role.STATE, entered, right=True, low=low)


def _ends(d: CellDrawing, y: float) -> None:
    sheet, u, one, r = d.sheet, d.sheet.u, d.forward, d.sheet.placement.rect
    right, came = sheet.placement.inner.right + 0.35 * u, d.ahead.recurrent
    top = y - 0.95 * u
    if d.linked:
        known = one.a_before if came > 0.0 else None
        sheet.state("a-before", "a", d.at(d.t - 1), known, r.x, top, Role.STATE, alpha=seen(came))
        sheet.target("a-before", Rect(r.x, top - 0.6 * u, sheet.placement.side, 1.7 * u))
    known = one.a if d.ahead.settle >= 1.0 else None
    x = right + 0.75 * u * sheet.placement.level.inputs  # beside the line up to y
    sheet.state("a-after", "a", d.at(), known, x, top, Role.STATE, alpha=seen(d.ahead.settle),
                room=sheet.placement.right_of(x))  # fmt: skip
    sheet.target("a-after", Rect(right, top - 0.6 * u, sheet.placement.side, 1.7 * u))


def _tops_out(d: CellDrawing) -> bool:
    return d.frame.layer == d.frame.layers - 1


def _answer(d: CellDrawing, y: float) -> None:
    """Up to y⟨t⟩, or to the layer above."""
    sheet, u, r = d.sheet, d.sheet.u, d.sheet.placement.rect
    if not sheet.placement.level.inputs or (_tops_out(d) and not d.frame.answers(d.t)):
        return
    x = sheet.placement.inner.right + 0.45 * u
    role, done = (Role.OUTPUT, d.ahead.output) if _tops_out(d) else (Role.STATE, d.ahead.settle)
    narrow = sheet.placement.level.narrow
    end = r.y + 1.2 * u if narrow else sheet.placement.top + 1.7 * u
    sheet.lane("y", ((x, y), (x, end)), role, done,
               arrow=True, wire="y" if _tops_out(d) else "up")  # fmt: skip
    top = r.y + 0.6 * u if narrow else sheet.placement.top + 0.8 * u
    if narrow:
        x = r.x + 0.5 * r.w
    if not _tops_out(d):
        text = f"to layer {d.frame.layer + 2}"
        sheet.text("y-name", text, x, top, role, align="left", alpha=seen(done))
        return
    w = sheet.symbol("y-symbol", "y", x, top, role, sup=d.at(), alpha=seen(done))
    if done >= 1.0:
        _says(d, x, x + w + 0.3 * u, top)


def _says(d: CellDrawing, x: float, beside: float, top: float) -> None:
    """What the step answers, beside y⟨t⟩; where that is long, its name on the next line, or not."""
    sheet, u = d.sheet, d.sheet.u
    room, (number, name) = sheet.placement.right_of(beside), said(d)
    whole = f"{number} {name}".rstrip()
    fits = not name or line_width(whole, u) <= room
    sheet.words("y-says", whole if fits else number, beside, top, room, 1.0)
    if fits or not sheet.placement.level.below:
        return
    under = x + 0.75 * u  # beside the line up to y
    sheet.words("y-says-name", name, under, top + 1.3 * u, sheet.placement.right_of(under), 1.0)


def said(d: CellDrawing) -> tuple[str, str]:
    """What the step answers: a probability and what it is of, or a number; empty for neither."""
    found = step_outputs(d.frame, d.t, 1)
    if found:
        best = max(found, key=lambda line: line.probability)
        return f"{best.probability:.2f}", clean(best.name)
    value = d.frame.prediction(d.t)
    return "" if value is None else series_number(d.frame, value), ""


def _back(d: CellDrawing, y: float, add: float, squash: float) -> None:
    """∂L/∂a⟨t⟩, times g′, and through W_aa to a⟨t−1⟩."""
    found, back, sheet, u = d.backward, d.back, d.sheet, d.sheet.u
    if found is None:
        return
    r, inner, level = sheet.placement.rect, sheet.placement.inner, sheet.placement.level
    edge, room = inner.right + 0.35 * u, sheet.placement.side - 0.45 * u
    branch = inner.right + 0.45 * u
    if level.inputs:
        end = r.y + 1.2 * u if level.narrow else sheet.placement.top + 1.7 * u
        sheet.band("grad-own", ((branch, end), (branch, y)), found.own, back.loss)
    sheet.band("grad-arriving", ((r.right, y), (branch, y)), found.arriving, back.recurrent)
    sheet.band("grad-a", ((branch, y), (squash, y)), found.da, back.combine)
    sheet.band("grad-z", ((squash, y), (add, y)), found.dz["a"], back.slope)
    beside = not level.narrow
    sheet.gradient("d-a", d.names("a"), found.da, edge, y + 1.15 * u, room,
                   known=beside and back.combine >= 1.0)  # fmt: skip
    if level.below:
        gated.arrivals(d, edge, y + 3.5 * u, room)
    begin = add + 1.1 * u
    wide = squash - (1.45 * (1.9 if level.below else 1.5) + 0.3) * u - begin
    sheet.gradient("d-z", d.names("z"), found.dz["a"], begin, y + 1.15 * u, wide,
                   known=back.slope >= 1.0)  # fmt: skip
    if d.handed:
        sheet.band("grad-through", ((add, y), (r.x, y)), found.through, back.share, arrow=True)
        labels = (f"by W_aa to a{d.at(d.t - 1)}", f"to a{d.at(d.t - 1)}")
        sheet.gradient("d-through", labels, found.through, r.x, y + 1.15 * u, room,
                       known=beside and back.share >= 1.0)  # fmt: skip
