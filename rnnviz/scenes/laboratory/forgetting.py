"""Forgetting, both ways: a change that dies out forward, a gradient that dies out backward."""

from __future__ import annotations

import numpy as np

from rnnviz.data import Task
from rnnviz.film import Frame, loss_name, number, ratio
from rnnviz.film.extremes import standing_together
from rnnviz.film.forgetting import ForgottenInput, changed_step, under_way
from rnnviz.film.measures import FORGETTING, HALF_LIVES
from rnnviz.scenes.charts.axes import log_range, log_ticks
from rnnviz.scenes.charts.chart import Axis, Chart, Curve
from rnnviz.scenes.charts.gradient import fences, norm, revealed_from, size
from rnnviz.scenes.charts.steps import step_axis, step_name
from rnnviz.scenes.shapes import Role

OF_A_LAYER = True


def found_of(frame: Frame) -> ForgottenInput | None:
    """What becomes of another input at the step that the film stands at."""
    return FORGETTING(frame.passing, under_way(frame.branches))


def titles(frame: Frame) -> list[tuple[str, str]]:
    """What the panel's title may be, from the most words to the fewest."""
    t = changed_step(under_way(frame.branches), frame.steps)
    change, back = norm("Δa⟨t⟩"), norm(f"∂{loss_name(frame)}/∂a⟨t⟩") if frame.source else ""
    both = ", ".join(filter(None, (f"{change} after a change at step {t}", back)))
    return [
        ("Forgetting, both ways", f"{both}   (log)"),
        ("Forgetting, both ways", f"a change at step {t}; {back}" if back else f"from step {t}"),
        ("Forgetting, both ways", f"a change at step {t}"),
        ("Forgetting", f"from step {t}"),
        ("Forgetting", ""),
    ]


def instead(frame: Frame) -> str:
    """What stands in the chart's place where there is nothing to plot; else empty."""
    if found_of(frame) is not None:
        return ""
    step = changed_step(under_way(frame.branches), frame.steps)
    if frame.silent(step):
        return "This step has no input that could be changed."
    return "There is no other symbol that could enter here."


def chart(frame: Frame) -> Chart | None:
    """The difference of the states from the changed step on, and the gradient on its way back."""
    found = found_of(frame)
    if found is None:
        return None
    away = found.log10[frame.layer]
    x = np.arange(found.step, found.last + 1.0)
    curves = [
        Curve(
            "change",
            x,
            np.where(np.isfinite(away), away, np.nan),
            Role.STATE,
            points=0.4 if len(x) == 1 or np.isneginf(away[1]) else 0.0,
            end=lambda _: "change",
        )
    ]
    if frame.source:
        every = np.arange(1.0, frame.steps + 1)
        back = frame.log10_norms
        back = np.where(np.isfinite(back), back, np.nan)
        curves.append(
            Curve(
                "gradient",
                every,
                back,
                Role.GRADIENT,
                points=0.4,
                revealed=True,
                end=lambda _: "gradient",
            )
        )
    limits = log_range([curve.y for curve in curves])
    seen = standing_together([curves[0].y], [curve.y for curve in curves[1:]])
    low, high = limits if seen is None else log_range([np.array(seen)])
    axis = Axis(low, high, log_ticks, size, "size", limits=limits, log=True)
    return Chart(
        "forgetting", step_axis(frame), axis, tuple(curves), fences(frame), reveal="leftwards",
        side=1.4,
    )  # fmt: skip


def key(frame: Frame) -> tuple[object, ...]:
    """What the chart depends on besides the pass."""
    return frame.layer, frame.summed, under_way(frame.branches)


def newest(frame: Frame) -> int:
    """Back to which step the gradient has come; T + 1 while there is none."""
    return revealed_from(frame)


def sentence(frame: Frame) -> str:
    """What of the change is left at the end, and how long the layer's units remember."""
    found = found_of(frame)
    if found is None:
        return ""
    away = found.log10[frame.layer]
    begun, left = float(away[0]), float(away[-1])
    said = f"{_change(frame, found)}, a⟨{found.step}⟩ would move by {size(begun)}"
    if found.last > found.step:
        if np.isneginf(left):
            gone = int(np.flatnonzero(away == -np.inf)[0]) + found.step
            said += f"; from step {gone} on the states are the same to the last digit"
        elif np.isfinite(left) and np.isfinite(begun):
            of_it = ratio(left - begun)
            fewer = f"of that {of_it} is left at step {found.last}"
            said += f"; {fewer}" if left <= begun else f"; at step {found.last} {of_it} times that"
        else:
            said += "; its way is not finite"
    first = frame.passing.reach(frame.source) if frame.source else 1
    cut = ""
    if not frame.summed and found.step < first <= found.last:
        cut = f"The change goes on over the fence before step {first}; the gradient is cut there. "
    return f"{said}. {cut}{half_life(frame)}".rstrip()


def half_life(frame: Frame) -> str:
    """How long the units of the layer remember; empty where that cannot be said."""
    found = HALF_LIVES(frame.passing, frame.layer)
    if found is None or not len(found) or frame.steps < 2:
        return ""
    finite = np.isfinite(found)
    if not finite.any():
        return "No unit loses half of its influence within the steps."
    least, most = float(found[finite].min()), float(found[finite].max())
    of = "a memory c" if frame.kind.states else "a unit"
    kept = int((~finite).sum())
    others = f"; {kept} of {len(found)} keep more than half." if kept else "."
    if most <= 1.0:
        return f"Half of the influence of {of} is gone within one step{others}"
    steps = number(least) if number(least) == number(most) else f"{number(least)} to {number(most)}"
    return f"Half of the influence of {of} is gone after {steps} steps{others}"


def reading(frame: Frame, step: int) -> str:
    """What is said of one step."""
    found, name = found_of(frame), step_name(frame, step)
    if found is not None and found.step <= step <= found.last:
        value = float(found.log10[frame.layer, step - found.step])
        name += f" · {norm(f'Δa⟨{step}⟩')} = {size(value)}"
    if frame.source and step >= newest(frame):
        of = norm(f"∂{loss_name(frame)}/∂a⟨{step}⟩")
        name += f" · {of} = {size(float(frame.log10_norms[step - 1]))}"
    return name


_DEVIATION = "a standard deviation more"


def _one_of_x(task: Task) -> str:
    """What 1 more in x is, in the words of the scale."""
    sequence = task.sequence
    if any(name != "none" for name in sequence.transforms):
        return "1 more in x"
    scale = sequence.scale.partition(":")[0]
    said = {"minmax": "the whole range more", "given": "a given deviation more", "none": "1 more"}
    return said.get(scale, _DEVIATION)


def _change(frame: Frame, found: ForgottenInput) -> str:
    was, other, t = found.was, found.instead, found.step
    if isinstance(was, str):
        return f"With “{other}” in place of “{was}” at step {t}"
    if isinstance(was, float) and isinstance(other, float):
        values, spread = frame.task.sequence.values, abs(other - was)
        flat = values is not None and values.max() == values.min()
        more = "1 more, as no value differs" if flat else _one_of_x(frame.task)
        return f"With {number(other, spread)} in place of {number(was, spread)} at step {t}, {more}"
    if frame.task.deviation is not None:
        of_x = _one_of_x(frame.task)
        if of_x != _DEVIATION:
            return f"With {of_x} in every column of step {t}"
        return f"With every value of step {t} larger by its column's standard deviation"
    return f"Were 1 added to every number of x⟨{t}⟩"
