"""Numbers as they are typed into an answer or a guess, and how exactly."""

from __future__ import annotations

import re
from math import isfinite

_DIGITS = re.compile(r"[-+]?(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?")


def read_number(text: str) -> float:
    """A typed number: 0.01, 1e-2, 10^-2, 3·10^-2, 1/100, 1 %.

    Raises
    ------
    ValueError
        In words, where it is none, or not finite.
    """
    try:
        value = _value(plain(text))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(
            f"“{text.strip()[:40]}” is no number such as 0.01, 1e-2 or 1/100"
        ) from None
    if not isfinite(value):
        raise ValueError("a number that is finite is asked for")
    return value


def plain(text: str) -> str:
    """What was typed, with the signs that programs know."""
    text = text.strip().replace("−", "-").replace(" ", "").replace("·", "*").replace("×", "*")
    return text.replace(",", ".") if "." not in text else text


def half_a_digit(text: str) -> float:
    """Half of the last digit that was typed: 0.005 of 0.31; 0 of what is no plain decimal."""
    found = _DIGITS.fullmatch(plain(text))
    if found is None:
        return 0.0
    return 0.5 * 10.0 ** (int(found[3] or 0) - len(found[2] or ""))


def _value(text: str) -> float:
    if text.endswith("%"):
        return _value(text[:-1]) / 100.0
    over, slash, under = text.partition("/")
    if slash:
        return _value(over) / _value(under)
    many, star, power = text.partition("*")
    if star:
        return _value(many) * _value(power)
    base, hat, exponent = text.partition("^")
    if hat:
        return float(base) ** float(exponent)
    return float(text)
