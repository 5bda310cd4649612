"""Each cell's equations by its key."""

from __future__ import annotations

from collections.abc import Callable

from rnnviz.frozen import record
from rnnviz.scenes.equation import gates, gru, lstm, rnn
from rnnviz.scenes.equation.notation import by
from rnnviz.scenes.equation.step import Equations, Step, UnitStep, plain
from rnnviz.scenes.equation.tokens import Item, Row, Section


def _nothing(step: Step) -> tuple[Section, ...]:
    return ()


def _silent(step: Step) -> str:
    return ""


def _no_rows(step: Step) -> dict[str, Row]:
    return {}


def _no_wires(step: UnitStep) -> dict[str, tuple[Row, Row]]:
    return {}


def _gate(step: UnitStep, gate: str) -> tuple[Row, Row]:
    return gates.in_letters(step, gate), plain(gates.in_numbers(step, gate)[0])


def _by_matrix(step: Step, t: int) -> Row:
    return (step.symbols.w_aa(transposed=True), by(step.loss, step.symbols.z(t)))


def _nothing_back(step: UnitStep, name: str, here: Item | None) -> tuple[Row, Row]:
    return (), ()


@record
class WireEquations:
    """How the wires inside a cell are written; rows are in letters, then in numbers of one unit.

    Attributes
    ----------
    state : callable, optional
        The state of a letter; None: the last form of `CellEquations.forward`.
    gate : callable
        A gate.
    carried, back : callable
        What the cell hands on within itself, by the names of `Cell.carried`; what makes the
        gradient on one of these, which is a number where it is known.
    to_gates : callable
        What makes ∂L/∂ of each gate, in letters.
    factors : callable, optional
        Of a gate the two numbers that are multiplied there: what comes, and by what.
    by_weights : callable
        What goes on from step t to a⟨t−1⟩ by W_aa.
    words : Row
        What stands for `by_weights` where there is less room; empty for the same.
    """

    state: Callable[[UnitStep, str], tuple[Row, Row]] | None = None
    gate: Callable[[UnitStep, str], tuple[Row, Row]] = _gate
    carried: Callable[[UnitStep], dict[str, tuple[Row, Row]]] = _no_wires
    back: Callable[[UnitStep, str, Item | None], tuple[Row, Row]] = _nothing_back
    to_gates: Callable[[Step], dict[str, Row]] = _no_rows
    factors: Callable[[UnitStep, str], tuple[Item, Item]] | None = None
    by_weights: Callable[[Step, int], Row] = _by_matrix
    words: Row = ()


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
    wires : WireEquations
        How what stands inside it is written.
    """

    rule: Equations
    forward: Equations
    arriving: Callable[[Step], tuple[tuple[Row, Row], tuple[Row, Row]]]
    through: Equations
    gates: Equations = _nothing
    memory: Equations = _nothing
    kept: Callable[[Step], str] = _silent
    handed: Callable[[Step], str] = _silent
    wires: WireEquations = WireEquations()


_GRU = CellEquations(
    gru.rule, gru.forward, gru.arriving, gru.through, gru.gate_sections,
    kept=gru.kept, handed=gru.handed,
    wires=WireEquations(
        gate=gru.gate_rows, carried=gru.carried, back=gru.carried_back, to_gates=gru.to_gates,
        factors=gru.factors, by_weights=gru.by_gates, words=gru.IN_WORDS,
    ),
)  # fmt: skip
WRITTEN: dict[str, CellEquations] = {
    "rnn": CellEquations(rnn.rule, rnn.forward, rnn.arriving, rnn.through),
    "gru": _GRU,
    "gru_reset_before": _GRU,
    "lstm": CellEquations(
        lstm.rule, lstm.forward, lstm.arriving, lstm.through, lstm.gate_sections,
        lstm.cell_sections, lstm.kept, lstm.handed,
        WireEquations(
            lstm.state_rows, carried=lstm.carried, back=lstm.carried_back, to_gates=lstm.to_gates,
            factors=lstm.factors,
        ),
    ),
}  # fmt: skip
