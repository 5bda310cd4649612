"""The table of figures: what a caption may say in numbers, each read from the frame beside it.

A caption never has a number of the engine typed into it. To add a figure, add a row; its function
raises ValueError, in words, where a frame has no such number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from rnnviz.engine import CELLS
from rnnviz.film import Frame, number, ratio
from rnnviz.film.comparison import cell_names
from rnnviz.film.fields import FIELDS
from rnnviz.film.forgetting import under_way
from rnnviz.film.measures import FORGETTING, WEIGHT_SCALES
from rnnviz.film.passes import run_forward
from rnnviz.film.records import parameters
from rnnviz.frozen import record

STEP, CELL = "a step", "a cell"


@record(eq=False)
class Figure:
    """A row of the table of figures that captions may say.

    Attributes
    ----------
    name : str
        As captions write it.
    teaches : str
        What it is.
    of : callable (Frame, argument) → str
        The argument is a step, a cell's name, or None where none is given.
    takes : str
        What may be said after a colon: "a step", "a cell", or nothing.
    needs : bool
        Whether it must be said.
    """

    name: str
    teaches: str
    of: Callable[[Frame, int | str | None], str]
    takes: str = ""
    needs: bool = False

    def refusal(self, argument: str) -> str:
        """Why it cannot be said of this; empty where it can."""
        if not argument:
            return f"it needs {self.takes}, as {{{self.name}:…}}" if self.needs else ""
        if not self.takes:
            return "it is of the whole film, and takes nothing after a colon"
        if self.takes == STEP and not (argument.isascii() and argument.isdigit()):
            return f"{argument} is no step"
        if self.takes == STEP and (len(argument) > 8 or int(argument) < 1):
            return f"{argument} is no step"
        if self.takes == CELL and argument not in cell_names():
            return f"{argument} is no cell; known: {', '.join(cell_names())}"
        return ""

    def said(self, frame: Frame, argument: str = "") -> str:
        """What a frame says of it; ValueError where it says nothing."""
        given: int | str | None = argument or None
        if self.takes == STEP and argument:
            given = int(argument)
            if not 1 <= given <= frame.steps:
                there = "is 1 step" if frame.steps == 1 else f"are {frame.steps} steps"
                raise ValueError(f"there {there}")
        return self.of(frame, given)


def _count(number_of: int) -> str:
    return f"{number_of:,}"


def _gone(frame: Frame, argument: int | str | None) -> float:
    """log10 of what reaches a step (the first) of the gradient at the source."""
    if not frame.source:
        raise ValueError("no step pays a loss")
    norms = frame.norms_of(summed=False)
    here = int(argument) if argument is not None else 1
    found = float(norms[here - 1] - norms[frame.source - 1])
    if np.isnan(found):
        raise ValueError("the gradient is not finite")
    return found


def _reached(frame: Frame, argument: int | str | None) -> str:
    found = _gone(frame, argument)
    return "0" if found == -np.inf else ratio(found)


def _decades(frame: Frame, argument: int | str | None) -> str:
    found = _gone(frame, argument)
    if not np.isfinite(found):
        raise ValueError("nothing arrives")
    return number(abs(found), digits=2)


def _reached_in(frame: Frame, argument: int | str | None) -> str:
    for side in frame.sides:
        if side.name == argument:
            found = float(side.norms[0] - side.norms[frame.source - 1])
            return "0" if found == -np.inf else ratio(found)
    raise ValueError(f"no branch is called {argument}")


def _weights(frame: Frame, _argument: int | str | None) -> str:
    model = frame.passing.trace.network
    return _count(sum(array.size for array in parameters(model).values()))


def _loss(frame: Frame, argument: int | str | None) -> str:
    found = frame.total_loss if argument is None else frame.loss(int(argument))
    if not frame.source or (argument is not None and not frame.pays(int(argument))):
        raise ValueError("no loss is paid there")
    return number(float(found))


def _loss_after(frame: Frame, _argument: int | str | None) -> str:
    update = frame.update
    if update is None or not frame.source:
        raise ValueError("there is no update")
    return number(float(run_forward(update.network, frame.task).loss))


def _memory(frame: Frame, argument: int | str | None) -> str:
    """Of |W_aa a⟨t−1⟩| + |W_ax x⟨t⟩|, summed over the units, the part of the first."""
    assert argument is not None
    terms = frame.forward_terms(int(argument))
    kept, entered = float(np.abs(terms.recurrent).sum()), float(np.abs(terms.input).sum())
    if not np.isfinite(kept + entered) or kept + entered == 0.0:
        raise ValueError("there is nothing to compare")
    return f"{number(100.0 * kept / (kept + entered), digits=2)} %"


def _difference(frame: Frame, argument: int | str | None) -> str:
    """‖Δa⟨t⟩‖ over ‖Δa‖ at the step whose input is changed."""
    assert argument is not None
    found = FORGETTING(frame.passing, under_way(frame.branches))
    if found is None or not found.step <= int(argument) <= found.last:
        raise ValueError("no change of the input is followed to there")
    logs = found.log10[frame.layer]
    gone = float(logs[int(argument) - found.step] - logs[0])
    if np.isnan(gone) or logs[0] == -np.inf:
        raise ValueError("the difference is no number, or there is none")
    return "0" if gone == -np.inf else ratio(gone)


def _norm(frame: Frame, *, clipped: bool) -> str:
    update = frame.update
    if update is None or not frame.source:
        raise ValueError("there is no update")
    report = update.report
    return number(float(report.norm_after if clipped else report.norm_before))


def _token(frame: Frame, argument: int | str | None) -> str:
    assert argument is not None
    return frame.token(int(argument))


def _likeliest(frame: Frame, argument: int | str | None):
    assert argument is not None
    outputs = frame.outputs(int(argument), 1)
    if not outputs:
        raise ValueError("there is no answer there")
    return outputs[0]


def _radius(frame: Frame, _argument: int | str | None) -> str:
    return number(float(WEIGHT_SCALES(frame.passing).of_layer(frame.layer).max()))


def _held(frame: Frame, argument: int | str | None) -> str:
    shipped = frame.run.shipped
    held = None if shipped is None else shipped.held_out
    for figure in () if held is None else held.figures:
        if CELLS[figure.cell].name == argument:
            return number(figure.value)
    raise ValueError(f"nothing was measured of {argument} here")


def _guess(frame: Frame, _argument: int | str | None) -> str:
    shipped = frame.run.shipped
    if shipped is None or shipped.held_out is None:
        raise ValueError("nothing was measured here")
    return number(shipped.held_out.guessing)


_MODES = {choice.changes["mode"]: choice.title for choice in FIELDS["mode"].choices}

_ROWS = (
    Figure("steps", "T, how many steps there are.", lambda f, _: _count(f.steps)),
    Figure("units", "H, the units of a layer.", lambda f, _: _count(f.units)),
    Figure("layers", "The layers.", lambda f, _: _count(f.layers)),
    Figure("inputs", "The numbers of x⟨t⟩: of one-hot words the vocabulary's size.",
           lambda f, _: _count(f.network.architecture.vocabulary or f.network.architecture.inputs)),
    Figure("outputs", "The numbers of y⟨t⟩.", lambda f, _: _count(f.network.architecture.outputs)),
    Figure("weights", "All weights and biases together.", _weights),
    Figure("cell", "The cell's name.", lambda f, _: f.kind.name),
    Figure("mode", "The shape of input and output.", lambda f, _: _MODES[f.task.mode]),
    Figure("token", "What enters at a step.", _token, STEP, True),
    Figure("answer", "The likeliest answer at a step.",
           lambda f, t: _likeliest(f, t).name, STEP, True),
    Figure("probability", "The probability of the likeliest answer at a step, in per cent.",
           lambda f, t: f"{number(100 * _likeliest(f, t).probability, digits=2)} %", STEP, True),
    Figure("loss", "The sum of all losses, or the loss of a step.", _loss, STEP),
    Figure("loss_after", "The sum of all losses after this pass's update.", _loss_after),
    Figure("source", "k, the step whose loss is followed.",
           lambda f, _: _count(f.source) if f.source else _no("no step pays a loss")),
    Figure("reached", "What reaches a step (the first) of the followed loss's gradient, as a part "
           "of what it is at its own step.", _reached, STEP),
    Figure("decades", "How many powers of ten that is.", _decades, STEP),
    Figure("reached_in", "`reached` in the branch of a cell.", _reached_in, CELL, True),
    Figure("from_memory", "How much of what is added up at a step comes from the step before: of "
           "Σ|W_aa a⟨t−1⟩| + Σ|W_ax x⟨t⟩| over the units the first, in per cent.",
           _memory, STEP, True),
    Figure("difference", "Where the input of the film's step is changed: how much of the states' "
           "difference is left at a step.", _difference, STEP, True),
    Figure("norm", "The norm of the whole gradient.", lambda f, _: _norm(f, clipped=False)),
    Figure("norm_clipped", "The norm of the whole gradient as the update takes it.",
           lambda f, _: _norm(f, clipped=True)),
    Figure("radius", "The spectral radius of W_aa.", _radius),
    Figure("held_out", "What a cell of the shipped problem reaches on held-out sequences.",
           _held, CELL, True),
    Figure("guessing", "What guessing reaches there.", _guess),
)  # fmt: skip


def _no(why: str) -> str:
    raise ValueError(why)


FIGURES: Mapping[str, Figure] = MappingProxyType({row.name: row for row in _ROWS})
"""Every row by its name."""
