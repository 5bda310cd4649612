"""Recurrent cells by name."""

from collections.abc import Mapping
from types import MappingProxyType

from .base import Cell, Piece, Reel, Tape, Weights
from .elman import Elman
from .gru import GRU
from .gru_reset_before import GRUResetBefore
from .lstm import LSTM

CELLS: Mapping[str, Cell] = MappingProxyType(
    {"rnn": Elman(), "lstm": LSTM(), "gru": GRU(), "gru_reset_before": GRUResetBefore()}
)

__all__ = [
    "CELLS",
    "GRU",
    "LSTM",
    "Cell",
    "Elman",
    "GRUResetBefore",
    "Piece",
    "Reel",
    "Tape",
    "Weights",
]
