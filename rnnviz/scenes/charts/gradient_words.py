"""How far the backward pass has come, and what is said of a step's gradient."""

from __future__ import annotations

import numpy as np

from rnnviz.film import Frame, Stage, gradient_reading, number, ratio
from rnnviz.scenes.charts.steps import step_name


def revealed_from(frame: Frame) -> int:
    """The lowest step whose gradient is drawn; T + 1 while there is none.

    The step under way appears when both of its parts have been added up.
    """
    if frame.moment.stage is Stage.BACKWARD and frame.moment.done("combine") >= 1.0:
        return frame.moment.step
    return frame.gradient_from


def instead(frame: Frame) -> str:
    """What stands in the plot's place where there is nothing to plot; empty where there is."""
    return gradient_reading(frame) if frame.passing.exploded or not frame.source else ""


def longest_reading(frame: Frame) -> str:
    """The longest text that this pass's reading may become."""
    t = frame.steps
    if frame.others:
        said = ", ".join(f"0.0000000 ({side.name})" for side in frame.sides)
        if frame.summed:
            return f"Step {t} gets {said} times what step {t} gets of the sum of all losses."
        return f"Step {t} gets {said} of step {t}'s gradient."
    if frame.summed:
        return (
            f"Sum of all losses: step {t} gets 0.00000 times what step {t} gets, "
            "because every step has a loss of its own nearby."
        )
    return f"The gradient from step {t} reaches step {t} at 0.0000000 of its size."


def step_reading(frame: Frame, step: int) -> str:
    """What is said of one step: its name, its gradient's size, the bound or the direct path."""
    name = step_name(frame, step)
    if step < revealed_from(frame):
        return f"{name} · not yet computed"
    which = "∂L" if frame.summed else f"∂L⟨{frame.source}⟩"
    text = f"{name} · {norm(f'{which}/∂a⟨{step}⟩')} = "
    if frame.others:
        return text + " · ".join(
            f"{side.name} {size(float(side.norms[step - 1]))}" for side in frame.sides
        )
    text += size(float(frame.log10_norms[step - 1]))
    bound = frame.log10_bound
    if bound is not None and np.isfinite(bound[step - 1]):
        text += f" · bound {ratio(float(bound[step - 1]))}"
    path = frame.log10_path
    if path is not None and np.isfinite(path[step - 1]):
        text += f" · direct path {ratio(float(path[step - 1]))}"
    return text


def size(log10: float) -> str:
    """A norm in words, from its logarithm."""
    if np.isnan(log10):
        return "not finite"
    return "exactly 0" if log10 == -np.inf else ratio(log10)


def norm(of: str) -> str:
    """‖ of ‖."""
    return f"‖\u2009{of}\u2009‖"


def bound_names(gain: float) -> tuple[str, ...]:
    """What the bound is called, from the longest to the shortest."""
    # 0.70 rather than 0.7: a slope is read off it.
    slope = f"{gain:.2f}" if 0.01 <= gain < 100 else number(gain)
    return (
        f"bound γᵏ⁻ᵗ,  γ = σₘₐₓ(Wₐₐ) · max|g′| = {slope}",
        f"bound γᵏ⁻ᵗ,  γ = {slope}",
        "bound",
    )


def of_branch(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """What such a line is called where other branches have one of their own."""
    return tuple(f"{name}: {each}" for each in names)


PATH_NAMES = (
    "∏ f: the cell state's direct path (geometric mean over the units)",
    "∏ f: the cell state's direct path (geometric mean)",
    "∏ f: the cell state's direct path",
    "∏ f: direct path",
    "∏ f",
)
COMPARE_TIP = (
    "The same sequence with the other cells: the same seed, initialiser, units and layers,\n"
    "and as many updates with the same optimiser and learning rate. One absolute axis."
)
BOUND_TIP = (
    "‖∂L⟨k⟩/∂a⟨t⟩‖ cannot be larger: a step back multiplies it by\nat most γ = σₘₐₓ(Wₐₐ) · max|g′|."
)
PATH_TIP = (
    "What the cell state alone would carry back, the gates held fixed:\n"
    "‖∂L⟨k⟩/∂a⟨k⟩‖ times the product of the forget gates of steps t + 1 to k,\n"
    "of which this is the geometric mean over the units.\n"
    "It is no bound: there are other paths."
)
