"""Numbers with signs around them, as people write them: $1,234.50, (3.2%), 1.43M, 12 kr, 5-.

What the signs mean is the same everywhere, so that a cell is rewritten without them and then read
as any other number.
"""

import re
import unicodedata

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
