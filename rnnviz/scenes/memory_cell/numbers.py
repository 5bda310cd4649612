"""How a number is written in as much room as there is."""

from __future__ import annotations

from math import floor, isfinite, log10

from rnnviz.scenes.equation.numbers import entry
from rnnviz.scenes.measure import text_width

# What Inter and its fallbacks need for the signs of gradients, in thousandths of the size.
_SIGNS = dict.fromkeys("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", 450) | {
    "∂": 640,
    "≈": 665,
    "⟨": 430,
    "⟩": 430,
    "−": 665,
    "·": 285,
    "×": 665,
    "“": 400,
    "”": 400,
    "′": 250,
}
_SUPER = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def forms(value: float, *, sign: bool = True) -> list[str]:
    """Ways to write a number, from many digits to few; "0" only where it is exactly 0.

    None is off by more than a third of the number but a bare power of ten, the nearest; one that
    stands among ordinary numbers says so by ≈.
    """
    full = entry(value, sign=sign)
    if not isfinite(value):
        return [full, "∞"]
    if value == 0.0:
        return [full]
    size, head = abs(value), "−" if value < 0 else "+" if sign else ""
    found = [full]
    if 0.0015 <= size < 1.0:
        found.append(f"{head}{size:.3f}")
    if 0.015 <= size < 9999.5:
        found.append(f"{head}{size:.2f}")
    if 0.15 <= size < 99.95:
        found.append(f"{head}{size:.1f}")
    if size >= 9.5:
        found.append(f"{head}{size:.0f}")
    exponent = floor(log10(size))
    mantissa = round(size / 10.0**exponent) if exponent > -300 else 0
    if mantissa == 10:
        mantissa, exponent = 1, exponent + 1
    power = f"10{str(exponent).translate(_SUPER)}"
    if not mantissa:
        return [*found, f"{head}{power}"]
    nearest = f"{head}10{str(round(log10(size))).translate(_SUPER)}"
    short = [f"≈{nearest}", *([nearest] if size < 0.015 else [])]
    return [*found, f"{head}{mantissa}·{power}", *short]


def is_rough(text: str) -> bool:
    """Whether a number's form is a bare power of ten, or nothing."""
    return not text or ("·" not in text and text[-1] in "⁰¹²³⁴⁵⁶⁷⁸⁹")


def line_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line of text is, on the wide side."""
    signs = sum(_SIGNS.get(c, 0) for c in text) * size / 1000.0
    rest = text_width("".join(c for c in text if c not in _SIGNS), size, bold)
    return 1.02 * (rest + signs * (1.03 if bold else 1.0)) + 0.1 * size


def fitted(value: float, width: float, size: float, *, sign: bool = True, bold: bool = True) -> str:
    """A number in as many digits as a width holds; empty where not even its size does."""
    for text in forms(value, sign=sign):
        if line_width(text, size, bold=bold) <= width:
            return text
    return ""
