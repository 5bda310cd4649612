"""Numbers with signs around them, as people write them: $1,234.50, (3.2%), 1.43M, 12 kr, 5-.

What the signs mean is the same everywhere, so that a cell is rewritten without them and then read
as any other number.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_CODES = (
    "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS INR JPY KRW MXN NOK NZD PLN RON RUB SEK SGD "
    "THB TRY TWD USD ZAR"
)
_WORDS = (*_CODES.split(), "US$", "A$", "C$", "R$", "HK$", "Kč", "zł", "kr", "Fr", "Rs", "lei")
_CURRENCY = "|".join(re.escape(word) for word in sorted(_WORDS, key=len, reverse=True))
_BEFORE = re.compile(rf"(?:{_CURRENCY})(?![A-Za-z])\.?\s*", re.IGNORECASE)
_AFTER = re.compile(rf"\s*(?:{_CURRENCY})\.?", re.IGNORECASE)
_POWERS = {"k": 3, "m": 6, "mn": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9, "t": 12, "tn": 12}
_POWER = re.compile(r"(?<=[0-9.,])\s?(k|mio|mn|m|mrd|bn|b|tn|t)\.?", re.IGNORECASE)
_SPACES = " \u00a0\u2009\u202f"
_LONGEST = 60
_SHOWN = 4  # units that are named
_LETTERS = {3: "K", 6: "M", 9: "B", 12: "T"}
_SIGN_OF = {
    "US$": "$", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "RS": "₹", "ILS": "₪",
    "KRW": "₩", "TRY": "₺", "PLN": "ZŁ", "CZK": "KČ", "A$": "AUD", "C$": "CAD", "R$": "BRL",
    "HK$": "HKD", "FR": "CHF",
}  # fmt: skip


def without_signs(cell: str) -> tuple[str, int] | None:
    """Take the signs away that stand around a number.

    Parentheses and a minus sign behind it or of another form are a minus; currency and per cent
    are left out, so that 3.2% is 3.2; K, M, B and T are powers of ten.

    Parameters
    ----------
    cell
        Without white space around it.

    Returns
    -------
    text : str
        What is left, with at most one "-" before it; it may be no number.
    power : int
        The power of ten that it is to be multiplied by.
    None where no digit is left, or a sign stands where none can.
    """
    if len(cell) > _LONGEST:
        return None
    text, minus = cell.strip(_SPACES), False
    if text.startswith("(") and text.endswith(")"):
        text, minus = text[1:-1].strip(_SPACES), True
    text, found = _minus(text)
    if found and minus:
        return None
    minus = minus or found
    text = _without_currency(text)
    if not minus:
        text, minus = _minus(text)
    if text.endswith(("%", "‰")):
        text = text[:-1].rstrip(_SPACES)
    power = 0
    if (times := _POWER.search(text)) and times.end() == len(text):
        text, power = text[: times.start()], _POWERS[times[1].lower()]
    if not text[:1].isdigit() and text[:1] not in (".", ",", "+"):
        return None
    if minus and text.startswith("+"):
        return None
    return ("-" if minus else "") + text, power


def unit_of(cell: str) -> str:
    """The currency or the per cent sign of a number; empty where it has none.

    $, US$ and USD are one unit, as are other currencies by their sign and by their letters.
    """
    text = cell[:_LONGEST].strip(f"{_SPACES}()+-−")
    if before := _BEFORE.match(text):
        return _same(before[0])
    for sign in (text[:1], text[-1:]):
        if sign and (sign in "%‰" or unicodedata.category(sign) == "Sc"):
            return _same(sign)
    after = _AFTER.search(text)
    return _same(after[0]) if after is not None and after.end() == len(text) else ""


def _same(unit: str) -> str:
    unit = unit.strip(f"{_SPACES}.").upper()
    return _SIGN_OF.get(unit, unit)


@dataclass(slots=True)
class Units:
    """What signs a column's numbers have, as far as it was looked at.

    Attributes
    ----------
    units : Counter
        How many have which unit, "" being none; 0 without one is not counted.
    powers : Counter
        How many are multiplied by which power of ten.
    first : dict
        By the unit the first cell that has it.
    """

    units: Counter[str] = field(default_factory=Counter[str])
    powers: Counter[int] = field(default_factory=Counter[int])
    first: dict[str, str] = field(default_factory=dict[str, str])

    def see(self, cell: str) -> None:
        """Look at the cell of a number."""
        found = without_signs(cell)
        if found is None:
            return
        unit = unit_of(cell)
        if not unit and not any(sign in cell for sign in "123456789"):
            return
        self.units[unit] += 1
        self.powers[found[1]] += 1
        self.first.setdefault(unit, cell)

    @property
    def mixed(self) -> str:
        """Which units stand beside each other, in words; empty where all have the same."""
        return _beside(self.units, lambda unit: f"{unit or 'no sign'} ({self.first[unit]})")

    @property
    def letters(self) -> str:
        """Which of K, M, B stand beside each other, in words; empty where all have the same."""
        return _beside(self.powers, lambda power: _LETTERS.get(power, "no letter"))


def _beside(found: Mapping[Any, int], called: Callable[[Any], str]) -> str:
    if len(found) < 2:
        return ""
    most = sorted(found.items(), key=lambda pair: -pair[1])
    shown = [f"{called(what)} in {many:,} cell{'s' * (many != 1)}" for what, many in most[:_SHOWN]]
    return ", ".join(shown) + " …" * (len(most) > _SHOWN)


def _minus(text: str) -> tuple[str, bool]:
    for sign in "-−":
        if text.startswith(sign):
            return text[1:].lstrip(_SPACES), True
        if text.endswith(sign) and len(text) > 1:
            return text[:-1].rstrip(_SPACES), True
    return text, False


def _without_currency(text: str) -> str:
    if before := _BEFORE.match(text):
        return text[before.end() :]
    if text and unicodedata.category(text[0]) == "Sc":
        return text[1:].lstrip(_SPACES)
    if text and unicodedata.category(text[-1]) == "Sc":
        return text[:-1].rstrip(_SPACES)
    after = _AFTER.search(text)
    if after is not None and after.end() == len(text):
        return text[: after.start()]
    return text
