"""Recurrent cells by key; what a cell is it says itself."""

from collections.abc import Mapping

from .base import Cell, Piece, Reel, Tape, Weights
from .elman import Elman
from .gru import GRU
from .gru_reset_before import GRUResetBefore
from .inside import Returned, Slopes, Steps
from .lstm import LSTM

_ALL: tuple[Cell, ...] = (Elman(), GRU(), GRUResetBefore(), LSTM())
CELLS: Mapping[str, Cell] = {cell.key: cell for cell in _ALL}
"""Every cell by its key, in the order in which they are offered; the first is the default."""
PLAIN: str = Elman.key

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "PLAIN",
    "Cell",
    "Elman",
    "GRUResetBefore",
    "Piece",
    "Reel",
    "Returned",
    "Slopes",
    "Steps",
    "Tape",
    "Weights",
]
