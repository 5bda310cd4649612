"""What a list holds that is searched by typing, and what is found in it. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rnnviz.frozen import record


@record(eq=False)
class Entry:
    """An entry of palette or help: a command, a setting, a problem, a file.

    Attributes
    ----------
    group : str
        Under which heading it stands: a menu, "Network", "Examples".
    text : str
        What it is.
    run : callable or None
        Does it; None where it can only be read about.
    keys : str
        As this system writes them.
    why_not : str
        Why it cannot be done now; empty where it can.
    teaches : str
        Shown while it is chosen.
    also : str
        Other words that it is found by.
    marked : bool
        Whether it is in force.
    quotes : bool
        Whether its text names something else too, as that of *undo* does: what is called so itself
        is rather meant.
    """

    group: str
    text: str
    run: Callable[[], object] | None = None
    keys: str = ""
    why_not: str = ""
    teaches: str = ""
    also: str = ""
    marked: bool = False
    quotes: bool = False


_LOOSEST = 2.5  # letters of the text for each one of the word


def found(query: str, entries: Sequence[Entry]) -> list[Entry]:
    """The entries that a query means, the best first; all of them for an empty one.

    Every word of it must be there: a word's beginning counts more than its middle, letters that are
    only there in their order count less, and what is said of an entry least.
    """
    words = query.casefold().split()
    if not words:
        return list(entries)
    ranked = [(_rank(words, entry), place) for place, entry in enumerate(entries)]
    best = sorted((-rank, place) for rank, place in ranked if rank > 0.0)
    return [entries[place] for _, place in best]


def _rank(words: Sequence[str], entry: Entry) -> float:
    text = entry.text.casefold()
    rest = f"{entry.group} {entry.also} {entry.keys}".casefold()
    told = entry.teaches.casefold()
    total = 0.0
    for word in words:
        best = max(
            _fit(word, text),
            0.6 * _fit(word, rest, letters=False),
            0.3 * _fit(word, told, letters=False),
        )
        if best == 0.0:
            return 0.0
        total += best
    # Of two that fit alike the shorter one is meant, and rather what can be done.
    less = (0.05 if entry.why_not else 0.0) + (0.5 if entry.quotes else 0.0)
    return total - 0.002 * len(text) - less


def _fit(word: str, text: str, *, letters: bool = True) -> float:
    """How well a word fits a text: 0 not at all, 4 it is one of its words."""
    at = text.find(word)
    while at >= 0:
        if at == 0 or not text[at - 1].isalnum():
            end = at + len(word)
            return 4.0 if end == len(text) or not text[end].isalnum() else 3.0
        at = text.find(word, at + 1)
    if word in text:
        return 2.0
    if not letters or not word.isalpha() or len(word) < 2:
        return 0.0  # digits are meant as they stand
    starts = (at for at in _starts(text) if text[at] == word[0])
    return max((_in_order(word, text, at) for at in starts), default=0.0)


def _starts(text: str) -> list[int]:
    """Where words begin."""
    return [
        at for at, c in enumerate(text) if c.isalnum() and (at == 0 or not text[at - 1].isalnum())
    ]


def _in_order(word: str, text: str, start: int) -> float:
    """How well a word's letters stand in their order from a place on: near each other, or 0."""
    place = start
    for letter in word[1:]:
        place = text.find(letter, place + 1)
        if place < 0:
            return 0.0
    loose = (place + 1 - start) / len(word)
    return 1.0 / loose if loose <= _LOOSEST else 0.0
