"""What an equation is made of: no Qt, no fonts, only what is written and which role it has."""

from __future__ import annotations

from enum import StrEnum

from rnnviz.frozen import record
from rnnviz.scenes.shapes import Role


class Focus(StrEnum):
    """The emphasis of a term: lit, normal or faded."""

    NORMAL = "normal"
    LIT = "lit"
    FADED = "faded"


@record
class Letter:
    """A letter with a lower and an upper index: W_aa, a⟨6⟩, W_aaᵀ ("⊤")."""

    base: str
    sub: str = ""
    sup: str = ""
    role: Role = Role.INK


@record
class Sign:
    """A relation, an operation or punctuation; "-" is the sign of what follows, "−" takes away."""

    text: str
    role: Role = Role.INK


@record
class Name:
    """An upright name: tanh, softmax, log."""

    text: str


@record
class Words:
    """Plain text within a formula; `otherwise` stands in where the fonts cannot draw it."""

    text: str
    role: Role = Role.INK
    otherwise: str = ""


@record
class Number:
    """A number and how it is written."""

    value: float
    text: str
    role: Role = Role.INK


@record
class UnitColumn:
    """Some units of a vector of `height` units; what lies between and after them is a ⋮."""

    units: tuple[int, ...]
    numbers: tuple[Number, ...]
    height: int

    def first(self, count: int) -> UnitColumn:
        """The same with at most `count` numbers."""
        return UnitColumn(self.units[:count], self.numbers[:count], self.height)


@record
class Matrix:
    """A matrix, or a vector as it stands in one: all its numbers."""

    rows: tuple[tuple[Number, ...], ...]


@record
class Fraction:
    """A fraction."""

    above: Row
    below: Row
    role: Role = Role.INK


@record
class Fence:
    """Parentheses (or the bars of a norm) as high as what they hold, with an upper index.

    `focus` is theirs alone; what they hold has its own.
    """

    items: Row
    sup: str = ""
    norm: bool = False
    focus: Focus = Focus.NORMAL


@record
class Term:
    """A group of an equation's items that is lit or faded as one."""

    items: Row
    focus: Focus = Focus.NORMAL


@record
class Stack:
    """Statements one above the other, with their first letters' right ends in one line."""

    rows: tuple[Row, ...]


Item = Letter | Sign | Name | Words | Number | UnitColumn | Matrix | Fraction | Fence | Term | Stack
Row = tuple[Item, ...]


@record
class Section:
    """One statement, from its fullest form to its shortest.

    Attributes
    ----------
    name : str
        "general" for the formula, "numbers" for the same in numbers, "output" for the loss;
        others beside them.
    forms : tuple of Row
        Each true by itself.
    """

    name: str
    forms: tuple[Row, ...]


@record
class Equation:
    """The sections of the equation bar.

    Attributes
    ----------
    sections : tuple of Section
        From left to right.
    order : tuple of str
        Their names, the one to keep longest first, where there is not room for all.
    sentence : str
        The same in words; plain text.
    before_words : int
        After how many sections, in order, the sentence has its place, because it says what the
        formulas do not; 0 where it has what they leave.
    """

    sections: tuple[Section, ...]
    order: tuple[str, ...]
    sentence: str = ""
    before_words: int = 0
