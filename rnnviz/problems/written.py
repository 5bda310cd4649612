"""Words and phrases that ship as files in `resources/problems/`, and templates filled from them."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from rnnviz.data import resource_path
from rnnviz.files.disk import read_bytes
from rnnviz.files.errors import DataError

Item = TypeVar("Item")
Draw = str | Callable[[], str]
"""What stands for a name in a template: some words, or a function that draws them."""


class Written:
    """A table of a TOML file; whoever asks for what is not there gets a DataError with the name.

    Parameters
    ----------
    table : mapping
    path : str
        Of the file, for messages.
    """

    def __init__(self, table: Mapping[str, Any], path: str) -> None:
        self._table, self._path = table, path
        self._words: dict[str, tuple[str, ...]] = {}
        self._phrases: dict[str, tuple[str, ...]] = {}

    def text(self, key: str, default: str | None = None) -> str:
        """A text under a key."""
        found = self._table.get(key, default)
        if not isinstance(found, str):
            raise self.damaged(f"{key} is no text")
        return found

    def flag(self, key: str) -> bool:
        """Whether something is so; it is not where nothing is said of it."""
        return self._table.get(key) is True

    def words(self, key: str, count: int | None = None) -> tuple[str, ...]:
        """Words that are written with blanks between them; so many of them."""
        found = self._words.get(key) or tuple(self.text(key).split())
        if not found or (count is not None and len(found) != count):
            raise self.damaged(f"{key} has {len(found)} words")
        self._words[key] = found
        return found

    def phrases(self, key: str) -> tuple[str, ...]:
        """A list of texts; one that is empty is said by saying nothing."""
        known = self._phrases.get(key)
        if known is None:
            known = tuple(self._list(key, str, "phrases"))
            self._phrases[key] = known
        return known

    def draws(self, rng: random.Random) -> Callable[[str], str]:
        """What draws one of the words, or of the phrases, that are written under a key."""

        def draw(key: str) -> str:
            listed = isinstance(self._table.get(key), list)
            return pick(rng, self.phrases(key) if listed else self.words(key))

        return draw

    def table(self, key: str) -> Written:
        """A table under a key."""
        found = self._table.get(key)
        if not isinstance(found, dict):
            raise self.damaged(f"{key} is no table")
        return Written(cast("dict[str, Any]", found), self._path)

    def tables(self, key: str) -> tuple[Written, ...]:
        """A list of tables under a key."""
        return tuple(Written(each, self._path) for each in self._list(key, dict, "tables"))

    def _list(self, key: str, kind: type, what: str) -> list[Any]:
        found = self._table.get(key)
        listed = cast("list[Any]", found) if isinstance(found, list) else []
        if not listed or not all(isinstance(each, kind) for each in listed):
            raise self.damaged(f"{key} is no list of {what}")
        return listed

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every key with its text, in their order."""
        return tuple((key, self.text(key)) for key in self._table)

    def damaged(self, reason: str) -> DataError:
        """The error that says what is wrong with the file."""
        return DataError(f"is damaged: {reason}", path=self._path)

    def filled(self, templates: Sequence[str], draws: Mapping[str, Draw]) -> list[str]:
        """Every template with what stands for its {names}, drawn in their order."""
        return [self._filled(template, draws) for template in templates]

    def chosen(
        self, rng: random.Random, templates: Sequence[str], draws: Mapping[str, Draw]
    ) -> str:
        """One of some templates, filled.

        What has to be drawn is drawn for all of them, also for those that are not chosen: so the
        same seed goes on drawing the same words whatever is chosen.
        """
        if any(callable(draw) for draw in draws.values()):
            return pick(rng, self.filled(templates, draws))
        return self._filled(pick(rng, templates), draws)

    def _filled(self, template: str, draws: Mapping[str, Draw]) -> str:
        pieces = _pieces(template)
        if len(pieces) == 1:
            return template
        said = list(pieces)
        for place in range(1, len(said), 2):
            draw = draws.get(said[place])
            if draw is None:
                raise self.damaged(f"nothing stands for {{{said[place]}}}")
            said[place] = draw if isinstance(draw, str) else draw()
        return "".join(said)


def pick(rng: random.Random, options: Sequence[Item]) -> Item:
    """One of them. By `random()` alone, which gives the same numbers in every Python."""
    return options[int(rng.random() * len(options))]


@cache
def _pieces(template: str) -> tuple[str, ...]:
    """What stands between braces at the odd places."""
    return tuple(re.split(r"[{}]", template))


def written(name: str) -> Written:
    """Read a TOML file of `resources/problems/`; errors as of `read_written`."""
    return read_written(resource_path("problems", name))


def read_written(path: Path) -> Written:
    """Read a TOML file of words and phrases.

    Raises
    ------
    DataError
        If it cannot be opened, or is damaged.
    """
    try:
        return Written(tomllib.loads(read_bytes(path).decode()), str(path))
    except ValueError as error:  # of the text, or of the TOML in it
        raise DataError(f"is damaged: {error}", path=path) from None


def written_words(path: Path) -> tuple[str, ...]:
    """Read the words, in the letters a to z, of a plain text; errors as of `read_written`."""
    found = tuple(read_bytes(path).decode("ascii", "replace").split())
    if not found or not all(word.isalpha() and word.islower() for word in found):
        raise DataError("is damaged: expected words in the letters a to z", path=path)
    return found
