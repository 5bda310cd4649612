"""What each cell is in other programs' files: the one table of foreign formats."""

from collections.abc import Mapping
from types import MappingProxyType

from rnnviz.engine.cells import CELLS
from rnnviz.weights.faults import fault

FORMATS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "PyTorch": {"rnn": "", "lstm": "ifgo", "gru": "rzn"},
        "Keras": {"rnn": "", "lstm": "ifgo", "gru": "zrn", "gru_reset_before": "zrn"},
        "ONNX": {"rnn": "", "lstm": "iofg", "gru": "zrn", "gru_reset_before": "zrn"},
    }
)
"""Of each format the cells that it has, with the order in which it stacks their gates' rows.

Gates have the letters that they have here: Keras and ONNX call g "c" and n "h".
"""


def rows_in(program: str, cell: str) -> tuple[int, ...]:
    """Where each of our blocks of rows stands among a format's.

    Raises
    ------
    DataError
        If there is no such cell, or the format has none like it.
    """
    if cell not in CELLS:
        raise fault(f"unknown cell {cell!r}; known: {', '.join(CELLS)}")
    known = FORMATS[program]
    if cell not in known:
        raise fault(f"{program} has no {CELLS[cell].title}; it has {', '.join(known)}")
    return tuple(map(known[cell].index, CELLS[cell].names)) or (0,)


def by_gates(program: str) -> dict[int, str]:
    """A format's cells by their number of gates, where files do not name them."""
    return {CELLS[cell].gates: cell for cell in FORMATS[program]}
