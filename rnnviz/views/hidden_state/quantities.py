"""What the panel can show of a cell: names in words, and whether the values have a sign."""

from __future__ import annotations

from dataclasses import dataclass

from rnnviz.film import Frame


@dataclass(frozen=True, slots=True)
class Quantity:
    """A state or a gate.

    Attributes
    ----------
    symbol : str
        Its letter.
    name : str
        In words, "forget gate".
    role : str
        What it does, for a tool tip; empty where the name says it.
    signed : bool
        Whether it can be negative; gates made by a sigmoid are between 0 and 1.
    """

    symbol: str
    name: str
    role: str = ""
    signed: bool = True

    @property
    def at_t(self) -> str:
        """The symbol at a step: f⟨t⟩."""
        return f"{self.symbol}⟨t⟩"

    @property
    def title(self) -> str:
        """Name and symbol as a title has them: Forget gate  f⟨t⟩."""
        return f"{self.name[0].upper()}{self.name[1:]}  {self.at_t}"

    @property
    def spoken(self) -> str:
        """Name and letter: forget gate f."""
        return f"{self.name} {self.symbol}"

    @property
    def tip(self) -> str:
        """Name, letter, and what it does."""
        return f"{self.spoken}: {self.role}" if self.role else self.spoken


def quantity_of(frame: Frame, symbol: str | None = None) -> Quantity:
    """The quantity of a letter in a frame's cell; the one that is shown without a letter."""
    symbol, kind = frame.quantity if symbol is None else symbol, frame.kind
    if symbol not in kind.told:
        return Quantity("a", "hidden state")
    gate = symbol in kind.names and symbol != kind.candidate
    return Quantity(symbol, *kind.told[symbol], signed=not gate)
