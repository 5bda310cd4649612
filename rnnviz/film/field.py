"""What one row of the table of fields is: a setting, what it may be, and how it is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from rnnviz.engine import CELLS
from rnnviz.files.errors import show_value
from rnnviz.film.settings import GIVEN, Settings
from rnnviz.frozen import record

_DIGITS = 10**18  # numbers beyond are not written out
_FIRST = ("recurrent", "gain", "seed")  # what makes the first weights


@record(eq=False)
class Choice:
    """One value to choose, or several that are chosen together.

    Attributes
    ----------
    changes : mapping of str to value
        Fields by name, and what they become.
    text : str
        In menus, with its mnemonic.
    short : str
        In the model bar and the palette.
    teaches : str
        What it is, where that is not the field's own text.
    """

    changes: dict[str, Any]
    text: str
    short: str
    teaches: str = ""

    @property
    def title(self) -> str:
        """The text of menus, without the mnemonic."""
        return self.text.replace("&", "")

    def apply(self, settings: Settings) -> Settings:
        """Return settings with this choice made."""
        return replace(settings, **self.changes)


@record(eq=False)
class Spelling:
    """How a field is given on the command line or in a session file.

    Attributes
    ----------
    key : str
        The flag, or the key with its table: "--units", "model.units".
    also : mapping of str to value
        Fields that are set with it: a limit of the norm chooses clipping by the norm.
    metavar : str
        What stands for the value in --help.
    value : object
        What the flag means that is given without a value; None where it has one.
    """

    key: str
    also: dict[str, Any]
    metavar: str | None = None
    value: Any = None


@record(eq=False)
class Field:
    """A setting of the network, of a training, or of the view.

    Attributes
    ----------
    name : str
        Of the attribute in `Settings`, `Plan`, `Playhead` or the preferences.
    group : str
        "network", "updates", "training", "sequence", "view" or "export".
    kind : type
        str, int, float or bool.
    default : object
    title : str
        What messages, the palette and F1 call it.
    teaches : str
        What it is, in two or three sentences.
    formula : str
    part : int
        Of the lecture; 0 where it has none.
    choices : tuple of Choice
        What is offered; a text may be nothing else.
    least, most : float
        What a number may be.
    above : bool
        Whether the least is no longer allowed itself.
    menu : str
        Its title in the Network or the View menu, with the mnemonic; empty where it is in neither.
    bar : str or None
        Its label in the model bar; None where it is not there.
    form : str
        Its label in the training dialog, with the mnemonic.
    suffix : str
        After the number there.
    flags, keys : tuple of Spelling
        On the command line, and in session files.
    kept : str
        Its key in the preferences.
    check : callable or None
        Of a text that is more than a choice's name: why it cannot be, empty where it can.
    """

    name: str
    group: str
    kind: type[Any]
    default: Any
    title: str
    teaches: str
    formula: str = ""
    part: int = 0
    choices: tuple[Choice, ...] = ()
    least: float = -math.inf
    most: float = math.inf
    above: bool = False
    menu: str = ""
    bar: str | None = None
    form: str = ""
    suffix: str = ""
    flags: tuple[Spelling, ...] = ()
    keys: tuple[Spelling, ...] = ()
    kept: str = ""
    check: Callable[[str], str] | None = None

    @property
    def tip(self) -> str:
        """What it is, its formula, and where in the lecture, line by line."""
        lines = [f"{self.title[:1].upper()}{self.title[1:]}", self.teaches, self.formula]
        if self.part:
            lines.append(f"Part {self.part} of the lecture.")
        return "\n".join(line for line in lines if line)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a text may be; empty where any may."""
        return tuple(dict.fromkeys(str(choice.changes[self.name]) for choice in self.choices))

    @property
    def expected(self) -> str:
        """What it may be, in words: "a whole number from 1 to 8"."""
        if self.kind is bool:
            return "true or false"
        if self.kind is str:
            return f"one of {', '.join(self.names)}" if self.names else "a text"
        noun = "a whole number" if self.kind is int else "a number"
        if math.isinf(self.least):
            return noun
        if math.isinf(self.most):
            return f"{noun}, at least {number_text(self.least)}"
        if self.above:
            return f"{noun} above {number_text(self.least)}, at most {number_text(self.most)}"
        return f"{noun} from {number_text(self.least)} to {number_text(self.most)}"

    def refusal(self, value: object) -> str:
        """Why a value cannot be: one sentence with the field and its range; empty where it can."""
        if self._accepts(value):
            return ""
        if self.check is not None and isinstance(value, str):
            return f"{self.title} cannot be {_shown(value)}: {self.check(value)}"
        return f"{self.title} must be {self.expected}, not {_shown(value)}"

    def checked(self, value: object) -> Any:
        """The value in the field's own type.

        Raises
        ------
        ValueError
            With the one sentence of `refusal`.
        """
        why = self.refusal(value)
        if why:
            raise ValueError(why)
        return self.kind(value)

    def read(self, text: str) -> Any:
        """A value that was typed or stands on the command line; ValueError as `checked`."""
        value: object = text
        if self.kind in (int, float):
            with suppress(ValueError):
                value = self.kind(text.strip().replace(",", ".").replace("−", "-"))
        elif self.kind is bool and text.lower() in ("true", "false"):
            value = text.lower() == "true"
        return self.checked(value)

    def clamped(self, value: object) -> Any:
        """A number moved into its range; the default for what is no finite number, or no value."""
        if isinstance(value, int | float) and not isinstance(value, bool) and self._number:
            if not -math.inf < value < math.inf:  # of a whole number of any length too
                return self.default
            return self.kind(min(max(value, self.least), self.most))
        return self.default if self.refusal(value) else self.kind(value)

    def chosen(self, settings: Settings) -> int:
        """The choice that settings agree with; −1 for none of them."""
        if settings.recurrent == GIVEN and self.name in _FIRST:
            return -1  # its first weights were not made here
        for index, choice in enumerate(self.choices):
            if all(getattr(settings, name) == value for name, value in choice.changes.items()):
                return index
        return -1

    def said(self, settings: Settings) -> str:
        """What is in force where it is none of the choices."""
        if settings.recurrent == GIVEN and self.name in ("gain", "seed"):
            return "–"
        value = getattr(settings, self.name)
        return f"{value:g}" if isinstance(value, float) else str(value)

    def why_not(self, settings: Settings) -> str:
        """Why there is no choice with these settings; empty where there is."""
        if self.name == "activation" and not CELLS[settings.cell].any_activation:
            return "the gated cells have tanh"
        return ""

    @property
    def _number(self) -> bool:
        return self.kind in (int, float)

    def _accepts(self, value: object) -> bool:
        if self.kind is bool or isinstance(value, bool):
            return self.kind is bool and isinstance(value, bool)
        if self.kind is str:
            if not isinstance(value, str):
                return False
            if self.check is not None:
                return not self.check(value)
            return not self.names or value in self.names
        if not isinstance(value, int if self.kind is int else (int, float)):
            return False
        if isinstance(value, float) and not math.isfinite(value):
            return False
        return (value > self.least if self.above else value >= self.least) and value <= self.most


def one_of(name: str, *entries: tuple[str, object] | tuple[str, object, str]) -> tuple[Choice, ...]:
    """The choices of a field: each with its text of menus, its value and what it teaches."""
    return tuple(Choice({name: e[1]}, e[0], e[0].replace("&", ""), *e[2:]) for e in entries)


def spelled(key: str, metavar: str | None = None, **also: object) -> Spelling:
    """A flag or a key of a field, and what is set with it."""
    return Spelling(key, also, metavar)


def number_text(value: float) -> str:
    """A number as people write it: 1,024, 0.25, 1e+12."""
    whole = math.isfinite(value) and value == int(value) and abs(value) < 1e10
    return f"{int(value):,}" if whole else f"{value:g}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return show_value(value)
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < _DIGITS else "a number with very many digits"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else f"a {type(value).__name__}"
