"""How well the shipped cells of a problem do on what they never saw, and what that comes to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnviz.engine import CELLS
from rnnviz.frozen import record

SOLVED = 0.95
"""Part of the way from guessing to no mistake at all, from which on a problem counts as solved."""
SURE = 3.0
"""Standard errors by which two figures lie apart that measurably differ."""


@record
class CellFigure:
    """What one cell reaches on held-out sequences: a figure with its standard error.

    Attributes
    ----------
    cell : str
        A key of CELLS.
    value : float
        The mean over held-out sequences.
    error : float
        Its standard error.
    """

    cell: str
    value: float
    error: float


@record
class HeldOut:
    """Figures of a problem's cells at one length, measured once and shipped.

    Attributes
    ----------
    where : str
        The length at which they were measured: "delay 8".
    trained : str
        That at which the networks were trained.
    measure : str
        "accuracy", "letters given back right", "MSE".
    higher_is_better : bool
        Whether it is a share of right answers; else an error, of which 0 is none.
    guess : str
        What guessing is here: "guessing", "always answering 1".
    guessing : float
        What it reaches.
    figures : tuple of CellFigure
    """

    where: str
    trained: str
    measure: str
    higher_is_better: bool
    guess: str
    guessing: float
    figures: tuple[CellFigure, ...]

    def of(self, cell: str) -> CellFigure | None:
        """What a cell reaches; None where that was not measured."""
        return next((each for each in self.figures if each.cell == cell), None)

    def way(self, figure: CellFigure) -> float:
        """How far from guessing (0) to no mistake (1) a figure is; below 0, worse than guessing."""
        perfect = 1.0 if self.higher_is_better else 0.0
        return (figure.value - self.guessing) / (perfect - self.guessing)

    def solves(self, figure: CellFigure) -> bool:
        """Whether a figure counts as solved."""
        return self.way(figure) >= SOLVED

    def chance(self, figure: CellFigure) -> bool:
        """Whether a figure is not measurably better than guessing."""
        better = figure.value - self.guessing
        better = better if self.higher_is_better else -better
        return better <= SURE * figure.error

    def said(self, value: float) -> str:
        """A value as it is read: "98.1 %" on one line, "0.0377"."""
        return f"{value:.1%}".replace("%", "\u202f%") if self.higher_is_better else f"{value:.4f}"

    def differ(self, one: CellFigure, other: CellFigure) -> bool:
        """Whether two figures measurably differ."""
        return abs(one.value - other.value) > SURE * float(np.hypot(one.error, other.error))


def verdict(held_out: HeldOut, cells: Sequence[str]) -> str:
    """What the figures of two cells come to, in a sentence; empty where one is not known."""
    found = [figure for cell in cells if (figure := held_out.of(cell)) is not None]
    if len(found) != 2 or len(cells) != 2:
        return ""
    found.sort(key=held_out.way, reverse=True)  # the better one is spoken of first
    one, other = found
    names = [CELLS[figure.cell].name for figure in found]
    values = [held_out.said(figure.value) for figure in found]
    of = "" if held_out.higher_is_better else f"{held_out.measure} "
    both = f"{of}{values[0]} ({names[0]}) and {values[1]} ({names[1]})"
    if held_out.solves(other):
        said = f"both solve it: {both}"
        if held_out.differ(one, other):
            said = f"both solve it, the {names[0]} better: {both}"
    elif held_out.solves(one):
        said = f"the {names[0]} solves it ({of}{values[0]}), the {names[1]} does not ({values[1]})"
    elif held_out.chance(one):
        said = f"neither is better than guessing: {both}"
    elif held_out.differ(one, other):
        said = f"neither solves it, the {names[0]} is nearer: {both}"
    else:
        said = f"neither solves it, and they do not measurably differ: {both}"
    guess = f"{held_out.guess}: {held_out.said(held_out.guessing)}"
    at = held_out.where
    at += "" if at == held_out.trained else f" (trained at {held_out.trained})"
    alone = held_out.chance(other) and not held_out.chance(one)
    more = f", the {names[1]} is not measurably better" if alone else ""
    return f"Held out at {at}, {said}; {guess}{more}."
