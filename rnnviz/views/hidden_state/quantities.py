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


_QUANTITIES = {
    "a": Quantity("a", "hidden state"),
    "c": Quantity("c", "cell state", "c⟨t⟩ = f · c⟨t−1⟩ + i · g"),
    "i": Quantity("i", "input gate", "how much of the candidate enters c⟨t⟩", signed=False),
    "f": Quantity("f", "forget gate", "how much of c⟨t−1⟩ stays in c⟨t⟩", signed=False),
    "g": Quantity("g", "candidate", "what may enter c⟨t⟩"),
    "o": Quantity("o", "output gate", "how much of tanh c⟨t⟩ is shown as a⟨t⟩", signed=False),
    "r": Quantity("r", "reset gate", "how much of a⟨t−1⟩ the candidate sees", signed=False),
    "z": Quantity("z", "update gate", "how much of a⟨t−1⟩ stays in a⟨t⟩", signed=False),
    "n": Quantity("n", "candidate", "what may enter a⟨t⟩"),
}


def quantity_of(frame: Frame, symbol: str | None = None) -> Quantity:
    """The quantity of a letter in a frame's cell; the one that is shown without a letter."""
    symbol = frame.quantity if symbol is None else symbol
    return _QUANTITIES.get(symbol, _QUANTITIES["a"])
