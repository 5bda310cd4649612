"""JSON element by element: bounded in depth and memory, and never long in one call.

``json.loads`` reads a file in one piece that cannot be interrupted, needs ten times its size, and
takes NaN, 1e400 and a key twice for granted. Here only a value that stands in a list, or under a
key, is handed to it, a block at a time.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from rnnviz.files import strict_json
from rnnviz.files.errors import DataError, show_value

MAX_VALUE = 100_000
"""Characters of one element: of a row of a table, or of a single value."""

_BLOCK = 1 << 20
_RUN = 1 << 15
_ENDS = {"[": "],", "{": "},"}
_SPACE = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r"[A-Za-z]{1,40}")

_CALLED = {
    "value": "a value",
    "key": "a key in double quotes",
    "comma": "a comma",
    "colon": "a colon",
}
# What Python's reader says, and what a user is told: in words, or by what should stand there.
_FAULTS = {
    "Expecting value": "value",
    "Expecting property name": "key",
    "Expecting ',' delimiter": "comma",
    "Expecting ':' delimiter": "colon",
    "Unterminated string": "a text begins here and never ends",
    "Invalid control character": "a text is broken by a line's end, a tab or a control character",
    "Invalid \\": "a backslash in a text, and what follows it means nothing",
}


class TooLongError(DataError):
    """A single value has more than `MAX_VALUE` characters."""


class Reader:
    """A reader of JSON at a place in its text, a value at a time.

    Parameters
    ----------
    text
        All of it.
    path
        The file, for messages.
    """

    def __init__(self, text: str, path: str) -> None:
        self._text, self._path = text, path
        self._at = 0
        self._part, self._base = "", 0
        self._start = self._single_until = 0
        self._decoder = strict_json.decoder()
        self.space()

    @property
    def done(self) -> float:
        """How much has been read, 0 … 1."""
        return self._at / max(1, len(self._text))

    def fail(self, reason: str) -> NoReturn:
        """Refuse the file because of what stands here."""
        line = self._text.count("\n", 0, self._at) + 1
        raise DataError(reason, path=self._path, line=line)

    def space(self) -> str:
        """Read over white space and return the next character, "" at the end."""
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at
        return self._text[self._at : self._at + 1]

    def end(self) -> None:
        """Refuse anything more."""
        if self.space():
            self.fail("something follows where the data should end")

    def keys(self) -> Iterator[str]:
        """Yield the keys of an object; its value must be read before the next."""
        self._at += 1
        seen: set[str] = set()
        while self.space() != "}":
            if seen:
                self._sign(",", "a comma or }")
                self.space()
            if self.space() != '"':
                self.fail('a key in double quotes (") should stand here')
            key = self.value()
            if key in seen:
                self.fail(f"the key {show_value(key)} stands there twice")
            seen.add(key)
            self.space()
            self._sign(":", "a colon")
            self.space()
            yield key
        self._at += 1

    def elements(self, depth: int = 0) -> Iterator[list[Any]]:
        """Yield the elements of a list, many at once where they are small.

        The line of an error within such a batch is not known: `again` hands out its elements once
        more, one by one.

        Parameters
        ----------
        depth
            How many levels deep an element may be of any size: see `within`.
        """
        self._at += 1
        first = True
        while self.space() != "]":
            if not first:
                self._sign(",", "a comma or ]")
                self.space()
            first = False
            self._start = self._at
            batch = self._batch() if self._at >= self._single_until else None
            yield batch or [self.within(depth)]
            first = self._at == self._start
        self._at += 1

    def again(self) -> None:
        """Hand out the elements of the last batch once more, one by one."""
        self._single_until = self._at
        self._at = self._start

    def within(self, depth: int) -> Any:
        """Read one value; a list or an object of any size, as far as it is `depth` levels deep."""
        at = self._at
        try:
            return self.value()
        except TooLongError:
            if not depth or self._text[at] not in "[{":
                raise
            self._at = at
        if self._text[at] == "{":
            return {key: self.within(depth - 1) for key in self.keys()}
        return [value for batch in self.elements(depth - 1) for value in batch]

    def _batch(self) -> list[Any] | None:
        """Read as many whole elements as a run of text surely holds, or none."""
        run = self._text[self._at : self._at + _RUN]
        cut = run.rfind(_ENDS.get(run[:1], ","))
        if cut < 0 or len(run) < _RUN:
            return None
        run = run[: cut + (run[:1] in _ENDS)]
        try:
            # What stands before a comma and is a list within brackets is that many elements.
            batch = self._decoder.decode(f"[{run}]")
        except (ValueError, RecursionError):
            self._single_until = self._at + len(run)
            return None
        self._at += len(run)
        return batch

    def value(self) -> Any:
        """Read one value of at most `MAX_VALUE` characters.

        Raises
        ------
        DataError
            When it is not JSON, larger, nested deeper than Python can follow, has a key twice, or
            a number too long to be one.
        """
        # A block is copied, so that a long list costs no search for its end.
        if not self._base <= self._at <= self._base + len(self._part) - MAX_VALUE:
            self._base = self._at
            self._part = self._text[self._at : self._at + _BLOCK]
        try:
            value, end = self._decoder.raw_decode(self._part, self._at - self._base)
        except json.JSONDecodeError as error:
            cut = self._base + len(self._part) < len(self._text)
            endless = error.msg.startswith("Unterminated string")
            if cut and (endless or len(self._part) - error.pos < MAX_VALUE // 2):
                line = self._text.count("\n", 0, self._at) + 1
                reason = f"a single value with more than {MAX_VALUE:,} characters"
                raise TooLongError(reason, path=self._path, line=line) from None
            self._at = self._base + error.pos
            self.fail(f"is not valid JSON: {self._said(error.msg)}")
        except RecursionError:
            self.fail("is nested too deeply")
        except ValueError as error:  # of the hooks, or a number of 5,000 digits
            self.fail(strict_json.fault(error))
        self._at = self._base + end
        return value

    def _sign(self, sign: str, called: str) -> None:
        if self._text[self._at : self._at + 1] != sign:
            self.fail(f"is not valid JSON: {self._instead(called)}")
        self._at += 1

    def _said(self, message: str) -> str:
        """Say in words what Python's reader found, at the place where it found it."""
        for begins, words in _FAULTS.items():
            if message.startswith(begins):
                return words if " " in words else self._instead(_CALLED[words])
        return message[:1].lower() + message[1:]

    def _instead(self, called: str) -> str:
        self.space()
        found = _WORD.match(self._text, self._at)
        here = found.group() if found else self._text[self._at : self._at + 1]
        return f"{show_value(here) + ' stands' if here else 'the file ends'} where {called} should"
