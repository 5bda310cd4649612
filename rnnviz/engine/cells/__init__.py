"""Recurrent cells by name."""

from collections.abc import Mapping
from types import MappingProxyType

from .base import Cell
from .elman import Elman

CELLS: Mapping[str, Cell] = MappingProxyType({"rnn": Elman()})

__all__ = ["CELLS", "Cell", "Elman"]
