"""The ellipse: a unit circle of gradients at step k, carried back through the real Jacobians."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rnnviz.film import Frame, number, ratio
from rnnviz.film.measures import ELLIPSE
from rnnviz.film.singular_values import Ellipse
from rnnviz.frozen import record
from rnnviz.scenes.charts.gradient import revealed_from, size
from rnnviz.scenes.laboratory.maps import draw_said, wrapped
from rnnviz.scenes.laboratory.singular_values import ends_said
from rnnviz.scenes.measure import fitting, text_width
from rnnviz.scenes.shapes import Dot, Line, Rect, Role, Scene, Shape, Target, Text

OF_A_LAYER = True
_LN10 = float(np.log(10.0))
_NAMES = ("u₁", "u₂")
_CORNERS, _TRAIL = 96, 8
_PARTS, _LEAST = 3, 0.005  # of a direction's components, which are named
_ASIDE = 4.0  # of a caption beyond its circle, in heights of the type
_FLAT = 1e-6  # of the longer half axis: what is shorter is drawn as a line, and turns no way


@record(eq=False)
class Carried:
    """The ellipse that the unit circle has become at one step.

    Attributes
    ----------
    step : int
    axes : tuple of float
        log10 of the half axes, the longer first; −inf for exactly 0, nan for not finite.
    image : ndarray of shape (2, 2)
        Columns: what u₁ and u₂ have become, in the plane, divided by 10^size.
    size : float
    arrow : ndarray of shape (2,)
        The gradient itself, a unit vector at step k, as far as it lies in the plane; divided by
        10^size; nan where there is none.
    """

    step: int
    axes: tuple[float, float]
    image: NDArray[np.float64]
    size: float
    arrow: NDArray[np.float64]


def ellipse_of(frame: Frame) -> Ellipse | None:
    """The carried circle of the shown layer, from the step whose loss is followed."""
    return ELLIPSE(frame.passing, frame.layer, frame.branches.branch.plane)


def carried(found: Ellipse, step: int) -> Carried:
    """The circle at a step, `first` … k."""
    t, circle = step - found.first, found.circle
    longer, shorter = (float(each) / _LN10 for each in circle.log_axes[t])
    size = float(circle.scale[t]) / _LN10
    with np.errstate(all="ignore"):
        arrow = found.gradient[t] * 10.0 ** (found.log10_gradient[t] - size)
    return Carried(step, (longer, shorter), circle.images[t], size, arrow)


def titles(frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    found, k = ellipse_of(frame), frame.source
    plane = f"plane of u₁, u₂ of {_jacobian(frame, k if found is None else found.back_to[0])}"
    two = frame.branches.branch.plane
    if two is not None:
        plane = f"plane of the units {two[0] + 1} and {two[1] + 1} at step {k}"
        return [
            ("Ellipse: gradients carried back", plane),
            ("Ellipse of gradients", plane),
            ("Ellipse", f"units {two[0] + 1}, {two[1] + 1}"),
            ("Ellipse", ""),
        ]
    return [
        ("Ellipse: gradients carried back", plane),
        ("Ellipse of gradients", plane),
        ("Ellipse of gradients", "u₁, u₂"),
        ("Ellipse", ""),
    ]


def scene(
    frame: Frame, width: float, height: float, area: Rect, unit: float, _small: float = 0.0
) -> Scene:
    """Draw the ellipse true to size, and beside it its shape alone, as large as the circle."""
    found = ellipse_of(frame)
    said = sentence(frame)
    lines = wrapped(said, area.w, unit)
    if " ".join(lines) != said:
        lines = wrapped(_numbers(frame), area.w, unit)
    plane, choices = _chosen_plane(frame, area, unit)
    below = 1.9 * unit * bool(plane)
    if area.h - 1.35 * unit * len(lines) - 2.0 * unit - below < 5 * unit:
        plane, choices, below = [], [], 0.0
    area = Rect(area.x, area.y + below, area.w, area.h - below)
    high = area.h - 1.35 * unit * len(lines) - 2.0 * unit
    if found is None or min(high, area.w) < 5 * unit:
        lack = Text("no-room", area, "The ellipse needs a larger panel.", Role.MUTED, unit)
        return Scene(width, height, (lack,))
    step = min(max(revealed_from(frame), found.first), found.k)
    now = carried(found, step)
    if revealed_from(frame) > found.k:  # the gradient is not there yet
        now = replace(now, arrow=np.full(2, np.nan))
    both = area.w >= 2 * 5 * unit + 2 * unit
    side = min(high, (area.w - 2 * unit) / 2 if both else area.w)
    gap = min(4 * unit, area.w - 2 * side) if both else 0.0
    left = area.cx - (2 * side + gap) / 2 if both else area.cx - side / 2
    true = Rect(left, area.y, side, side)
    trail = [carried(found, t) for t in range(min(found.k, step + _TRAIL), step, -1)]
    names = _names(frame)
    shapes, targets = _true_to_size(now, trail, true, unit, () if both else names)
    shapes.append(_caption("caption:true", true, "true to size", unit))
    if both:
        beside = Rect(left + side + gap, area.y, side, side)
        more, targets = _shape_alone(now, beside, area, unit, names)
        shapes += more
    shapes += draw_said(lines, area, unit)
    return Scene(width, height, (*shapes, *plane), (*targets, *choices))


def reading(frame: Frame, target: Target) -> tuple[str, ...]:
    """What is said of a direction: of which units it is made."""
    found, units = ellipse_of(frame), frame.units
    if target.kind == "second":
        choice = f"unit {target.unit}" if target.unit else "the directions that survive longest"
        return ("the plane of the ellipse", f"press: {'with ' * bool(target.unit)}{choice}")
    if found is None:
        return ()
    place = target.unit
    parts = found.circle.directions[place]
    order = np.argsort(-np.abs(parts), kind="stable")
    words = [
        f"{'−' if parts[i] < 0 else '+'} {abs(parts[i]):.2f} {'a' if i < units else 'c'} of unit "
        f"{i % units + 1}"
        for i in order[:_PARTS].tolist()
        if abs(parts[i]) >= _LEAST
    ]
    said = " ".join(words).removeprefix("+ ") + (
        " …" if (np.abs(parts[order[_PARTS:]]) >= _LEAST).any() else ""
    )
    if frame.branches.branch.plane is not None:
        return (_names(frame)[place], f"a gradient of length 1 at step {found.k} on its a alone")
    which = ("leading", "second")[place]
    product = _jacobian(frame, found.back_to[place])
    return (f"{_NAMES[place]}: the {which} left singular vector of {product}", said)


def chosen(frame: Frame, target: Target) -> tuple[str, int]:
    """What a press asks for: to look at the unit with the largest part in a direction."""
    found = ellipse_of(frame)
    if target.kind == "second":
        return "second", target.unit - 1
    if found is None:
        return "", 0
    return "unit", int(np.abs(found.circle.directions[target.unit]).argmax()) % frame.units


def sentence(frame: Frame) -> str:
    """What has become of the circle, and of the gradient itself."""
    found, k = ellipse_of(frame), frame.source
    t = revealed_from(frame)
    if found is None:
        return ""
    if k == 1:
        return "Step 1 has no step before it that the circle could be carried back to."
    if t > k:
        return f"The unit circle of gradients at step {k} is carried back with the backward pass."
    if t == k:
        return f"At step {k} it is the unit circle: nothing has happened to the gradient yet."
    t = max(t, found.first)
    said = _become(carried(found, t), f"From step {k} back to step {t}")
    cosines = found.gradient[t - found.first]
    length = float(found.log10_gradient[t - found.first])
    itself = "The gradient of (a, c) itself" if frame.kind.states else "The gradient itself"
    if length == -np.inf:
        said += f" {itself}: exactly 0."
    elif np.isfinite(cosines).all():
        share = min(100.0, 100.0 * float(np.linalg.norm(cosines)))
        said += f" {itself}: ×\u202f{ratio(length)}, {number(share)}\u202f% of its length"
        said += " in this plane."
    if frame.layer < frame.layers - 1:
        said += " Paths through the layers above are left out."
    if revealed_from(frame) < found.first:
        said += ends_said(frame, found.first)
    return said


def _names(frame: Frame) -> tuple[str, str]:
    """What the two directions are called."""
    two = frame.branches.branch.plane
    return _NAMES if two is None else (f"unit {two[0] + 1}", f"unit {two[1] + 1}")


def _chosen_plane(frame: Frame, area: Rect, unit: float) -> tuple[list[Shape], list[Target]]:
    """Which plane it is, between two arrows that choose the second unit; 0 is none."""
    units, two = frame.units, frame.branches.branch.plane
    if units < 2:
        return [], []
    first = max(frame.playhead.unit, 0)
    order = [-1, *(i for i in range(units) if i != first)]
    at = 0 if two is None else order.index(two[1])
    said = "what survives longest" if two is None else f"units {two[0] + 1} and {two[1] + 1}"
    wide = 1.06 * text_width("what survives longest", unit) + 0.6 * unit
    wide = max(wide, 1.06 * text_width(f"units {units} and {units}", unit) + 0.6 * unit)
    high, arrow = 1.5 * unit, 1.7 * unit
    if wide + 2 * arrow > area.w:
        return [], []
    left = area.cx - wide / 2
    place = Rect(left, area.y, wide, high)
    shapes: list[Shape] = [Text("plane", place, said, Role.INK, unit)]
    targets: list[Target] = []
    for name, sign, x, to in (
        ("earlier", "◂", left - arrow, at - 1),
        ("later", "▸", left + wide, at + 1),
    ):
        button = Rect(x, area.y, arrow, high)
        goes = 0 <= to < len(order)
        role = Role.STATE if goes else Role.LINE
        shapes.append(Text(f"plane-{name}", button, sign, role, unit, True))
        if goes:
            targets.append(Target("second", button, frame.source, order[to] + 1))
    return shapes, targets


def _jacobian(frame: Frame, m: int) -> str:
    state = "(a, c)" if frame.kind.states else "a"
    return f"∂{state}⟨{frame.source}⟩/∂{state}⟨{m}⟩"


def _numbers(frame: Frame) -> str:
    """The numbers of the sentence alone, where it has no room."""
    found, k = ellipse_of(frame), frame.source
    t = revealed_from(frame)
    if found is None or t >= k:
        return sentence(frame)
    t = max(t, found.first)
    longer, shorter = carried(found, t).axes
    length = float(found.log10_gradient[t - found.first])
    times = "×\u202f" if np.isfinite(length) else ""
    own = "" if np.isnan(length) else f"; gradient {times}{size(length)}"
    return f"Step {k} to {t}: half axes {size(longer)} and {size(shorter)}{own}."


def _become(now: Carried, where: str) -> str:
    longer, shorter = now.axes
    if np.isnan(longer):
        return f"{where} the Jacobian is not finite."
    if longer == -np.inf:
        return f"{where} nothing is left of the circle: it is exactly 0."
    if shorter == -np.inf:
        return (
            f"{where} the unit circle becomes a line of half length {ratio(longer)}: one direction "
            "is exactly 0."
        )
    high, low = ratio(longer), ratio(shorter)
    changes = [_changed(longer), _changed(shorter)]
    if high == low:
        what = f"stays a circle, of radius {high}"
    else:
        what = f"becomes an ellipse with half axes {high} and {low}"
    if changes[0] == changes[1]:
        how = f"{changes[0]} in every direction"
    else:
        how = f"{changes[0]} along one axis, {changes[1]} along the other"
    return f"{where} the unit circle {what}: {how}{_turned(now)}."


def _changed(log10: float) -> str:
    if ratio(log10) == "1":
        return "kept"
    return "grown" if log10 > 0 else "shrunk"


def _turned(now: Carried) -> str:
    """By how much it has turned within its plane, or whether it is turned over."""
    (a, b), (c, d) = now.image.tolist()
    if 10.0 ** (now.axes[1] - now.axes[0]) < _FLAT:
        return ""
    if a * d - b * c < 0:
        return ", turned over"
    angle = abs(round(float(np.degrees(np.arctan2(c - b, a + d)))))
    return f", turned by {angle}°" if angle else ""


# -- pictures ------------------------------------------------------------------------------------


def _true_to_size(
    now: Carried, trail: list[Carried], rect: Rect, unit: float, names: tuple[str, ...]
) -> tuple[list[Shape], list[Target]]:
    """The circle, and to the same scale what it has become, at this step and some before."""
    sizes = [each.axes[0] for each in (*trail, now) if np.isfinite(each.axes[0])]
    largest = max([0.0, *sizes])
    shapes: list[Shape] = [_circle("circle", rect, 10.0**-largest, unit)]
    for i, each in enumerate(trail):
        shade = 0.1 + 0.3 * (i + 1) / len(trail)
        shapes += _outline(f"trail:{each.step}", each, rect, each.size - largest, unit, shade)
    more, targets = _drawn("true", now, rect, now.size - largest, unit, names)
    return shapes + more, targets


def _shape_alone(
    now: Carried, rect: Rect, area: Rect, unit: float, names: tuple[str, ...]
) -> tuple[list[Shape], list[Target]]:
    """What it has become, its longer half axis as long as the circle's radius."""
    longer = now.axes[0]
    if not np.isfinite(longer):
        said = "not finite" if np.isnan(longer) else "exactly 0"
        return [Text("no-shape", rect, said, Role.MUTED, unit)], []
    shapes: list[Shape] = [_circle("shape-circle", rect, 1.0, unit)]
    more, targets = _drawn("shape", now, rect, now.size - longer, unit, names)
    by = ratio(abs(longer))
    how = "larger" if longer < 0 else "smaller"
    ways = (f"its shape, {by} times {how}", f"shape, × {ratio(-longer)}")
    room = min(rect.w + _ASIDE * unit, 2 * (area.right - rect.cx))
    said = fitting(ways, room, unit)
    said = "its shape" if by == "1" else said
    return [*shapes, *more, _caption("caption:shape", rect, said, unit)], targets


def _drawn(
    name: str, now: Carried, rect: Rect, log10: float, unit: float, names: tuple[str, ...]
) -> tuple[list[Shape], list[Target]]:
    """The ellipse, its two directions and the gradient, times 10^log10."""
    if np.isnan(now.axes[0]):
        return [Text(f"{name}:lost", rect, "not finite", Role.MUTED, unit)], []
    if not np.isfinite(now.size):
        return [Dot(f"{name}:zero", rect.cx, rect.cy, 0.2 * unit, Role.INK)], []
    shapes = _outline(f"{name}:ellipse", now, rect, log10, unit, 1.0)
    targets = list[Target]()
    for i in range(2):
        end = now.image[:, i] * 10.0**log10
        (x, y), long = _place(rect, end), float(np.linalg.norm(end)) * _radius(rect)
        line = ((rect.cx, rect.cy), (x, y))
        shapes.append(Line(f"{name}:u{i + 1}", line, Role.INK, max(1.0, 0.07 * unit), 0.6))
        if names and long > 1.5 * unit:
            wide = max(2 * unit, 1.06 * text_width(names[i], unit) + 0.2 * unit)
            px, py = _place(rect, end * (1.0 + (0.3 * unit + wide / 4) / long))
            px = min(max(px, rect.x + wide / 2 - 2 * unit), rect.right - wide / 2 + 2 * unit)
            place = Rect(px - wide / 2, py - 0.7 * unit, wide, 1.4 * unit)
            shapes.append(Text(f"{name}:name{i + 1}", place, names[i], Role.INK, unit))
            targets.append(Target("direction", place, now.step, i))
    shapes.append(Dot(f"{name}:middle", rect.cx, rect.cy, 0.12 * unit, Role.INK))
    tip = now.arrow * 10.0**log10
    if np.isfinite(tip).all() and float(np.linalg.norm(tip)) * _radius(rect) > 0.3 * unit:
        tip = tip / max(1.0, float(np.linalg.norm(tip)) / 1.25)  # within the picture
        x, y = _place(rect, tip)
        line = ((rect.cx, rect.cy), (x, y))
        width, head = max(1.5, 0.16 * unit), 0.7 * unit
        shapes.append(Line(f"{name}:gradient", line, Role.GRADIENT, width, arrow=head))
    return shapes, targets


def _outline(
    name: str, now: Carried, rect: Rect, log10: float, unit: float, alpha: float
) -> list[Shape]:
    if not np.isfinite(now.size):
        return []
    around = np.linspace(0.0, 2 * np.pi, _CORNERS + 1)
    points = (now.image @ np.stack([np.cos(around), np.sin(around)])).T * 10.0**log10
    line = tuple(_place(rect, point) for point in points)
    return [Line(name, line, Role.INK, max(1.2, 0.11 * unit), alpha)]


def _circle(name: str, rect: Rect, radius: float, unit: float) -> Line:
    """The unit circle at step k, on the scale of a picture."""
    around = np.linspace(0.0, 2 * np.pi, _CORNERS + 1)
    points = radius * np.stack([np.cos(around), np.sin(around)], axis=1)
    line = tuple(_place(rect, point) for point in points)
    return Line(name, line, Role.MUTED, max(1.0, 0.07 * unit), dash=True)


def _radius(rect: Rect) -> float:
    """Pixels of a length of 1: room is left for names and for what reaches further."""
    return 0.42 * rect.w


def _place(rect: Rect, point: NDArray[np.float64]) -> tuple[float, float]:
    return rect.cx + float(point[0]) * _radius(rect), rect.cy - float(point[1]) * _radius(rect)


def _caption(name: str, rect: Rect, said: str, unit: float) -> Text:
    wide = rect.w + _ASIDE * unit
    place = Rect(rect.cx - wide / 2, rect.bottom + 0.1 * unit, wide, 1.4 * unit)
    return Text(name, place, said, Role.MUTED, unit)
