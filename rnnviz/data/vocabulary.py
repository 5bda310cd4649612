"""Which symbol has which place in the one-hot vector."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from rnnviz.data.labels import Labels

UNKNOWN = "<unk>"
END = "<eos>"
MAX_SYMBOLS = 1_000
"""Places in a vocabulary that is made from the text itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Symbols in the order of their first appearance, each with its place.

    Attributes
    ----------
    symbols : tuple of str
        What stands in the text.
    labels : tuple of str
        How each place is shown, `UNKNOWN` last if there is one.
    unknown : int or None
        The place of every symbol that has none of its own.
    """

    symbols: tuple[str, ...]
    labels: tuple[str, ...]
    unknown: int | None = None
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        places = {symbol: place for place, symbol in enumerate(self.symbols)}
        object.__setattr__(self, "_places", places)

    def __len__(self) -> int:
        return len(self.labels)

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._places

    def place(self, symbol: str) -> int:
        """Return the symbol's place; KeyError when it has none and there is no `UNKNOWN`."""
        found = self._places.get(symbol, self.unknown)
        if found is None:
            raise KeyError(symbol)
        return found

    def encode(self, symbols: Iterable[str]) -> NDArray[np.intp]:
        """Return the place of each symbol."""
        if self.unknown is None:
            return np.fromiter(map(self._places.__getitem__, symbols), dtype=np.intp)
        places = map(self._places.get, symbols, repeat(self.unknown))
        return np.fromiter(places, dtype=np.intp)


def make_vocabulary(
    symbols: tuple[str, ...], labels: Labels, limit: int = MAX_SYMBOLS
) -> Vocabulary:
    """Make a vocabulary of the distinct symbols, or of the `limit` most frequent ones.

    Parameters
    ----------
    symbols, labels
        What stands at each step, and how it is shown.
    limit
        Places before `UNKNOWN` takes the rest. Among equally frequent symbols, those that
        come first are kept.
    """
    shown = dict(zip(symbols, labels, strict=True))
    if len(shown) <= limit:
        return Vocabulary(tuple(shown), tuple(shown.values()))
    kept = {symbol for symbol, _ in Counter(symbols).most_common(limit)}
    chosen = tuple(symbol for symbol in shown if symbol in kept)
    return Vocabulary(chosen, (*(shown[symbol] for symbol in chosen), UNKNOWN), unknown=limit)
