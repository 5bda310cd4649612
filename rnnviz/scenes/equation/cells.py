"""Each cell's equations by its key."""

from __future__ import annotations

from collections.abc import Callable

from rnnviz.frozen import record
from rnnviz.scenes.equation import gru, lstm, rnn
from rnnviz.scenes.equation.step import Equations, Step
from rnnviz.scenes.equation.tokens import Row, Section


def _nothing(step: Step) -> tuple[Section, ...]:
    return ()


def _silent(step: Step) -> str:
    return ""


@record
class CellEquations:
    """How a cell is written.

    Attributes
    ----------
    rule : callable
        All of it at any step, in letters.
    forward : callable
        The new state, in letters and in numbers.
    arriving : callable
        What comes to a⟨t⟩ from step t + 1: (full, short) in letters, (full, short) in numbers.
    through : callable
        ∂L/∂z⟨t⟩ of what stands inside.
    gates : callable
        The gates' equations; nothing without gates.
    memory : callable
        ∂L/∂c⟨t⟩; nothing without a cell state.
    kept, handed : callable
        In words, what a unit keeps at a step, and what it hands on of the gradient after it.
    """

    rule: Equations
    forward: Equations
    arriving: Callable[[Step], tuple[tuple[Row, Row], tuple[Row, Row]]]
    through: Equations
    gates: Equations = _nothing
    memory: Equations = _nothing
    kept: Callable[[Step], str] = _silent
    handed: Callable[[Step], str] = _silent


_GRU = CellEquations(
    gru.rule, gru.forward, gru.arriving, gru.through, gru.gate_sections,
    kept=gru.kept, handed=gru.handed,
)  # fmt: skip
WRITTEN: dict[str, CellEquations] = {
    "rnn": CellEquations(rnn.rule, rnn.forward, rnn.arriving, rnn.through),
    "gru": _GRU,
    "gru_reset_before": _GRU,
    "lstm": CellEquations(
        lstm.rule, lstm.forward, lstm.arriving, lstm.through, lstm.gate_sections,
        lstm.cell_sections, lstm.kept, lstm.handed,
    ),
}  # fmt: skip
