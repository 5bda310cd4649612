"""The vocabulary of a text: in which order its tokens have their places, or a file that says it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rnnviz.data.readers.options import Options, Question
from rnnviz.data.readers.text import decode
from rnnviz.data.sequence import MAX_TEXT, Sequence
from rnnviz.data.vocabulary import ORDERS, UNKNOWN, character_label, characters_in, words_in
from rnnviz.files.disk import read_bytes
from rnnviz.files.errors import DataError, show_name, show_value

MAX_TOKENS = 100_000
"""Lines of a file of tokens."""

PICK = "…"
"""In the place of a file's path: one is to be chosen."""

_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r"}


def read_tokens(path: str, kind: str) -> tuple[str, ...]:
    r"""Read a file of one token a line.

    Parameters
    ----------
    path
        The file, a text in any of the encodings that are read.
    kind
        ``"words"`` or ``"characters"``: of these a line's end is written ``\n``, a tab ``\t``,
        and what stands in angle brackets may be longer.

    Returns
    -------
    tuple of str
        In the order of the lines.

    Raises
    ------
    DataError
        With the line of what is no token, or stands there a second time.
    """
    text = "".join(decode(read_bytes(path), path).chunks())
    lines = text.split("\n")
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise DataError("holds no tokens: one a line is expected", path=path)
    if len(lines) > MAX_TOKENS:
        reason = f"{len(lines):,} tokens, and at most {MAX_TOKENS:,} can be read"
        raise DataError(reason, path=path)
    places: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        token = _token(line, kind, path, number)
        if token in places:
            said = (
                f"{show_value(token)} stands in line {places[token]:,} too: leave one of them out"
            )
            raise DataError(said, path=path, line=number)
        places[token] = number
    return tuple(places)


def _token(line: str, kind: str, path: str, number: int) -> str:
    if kind == "words":
        parts = line.split()
        if len(parts) == 1:
            return parts[0]
        what = f"{show_value(line)} is {len(parts)} words" if parts else "is empty"
        raise DataError(f"{what}, where one token a line is expected", path=path, line=number)
    token = _ESCAPES.get(line, line)
    if not token:
        reason = "is empty, where one character a line is expected (\\n is a line's end)"
        raise DataError(reason, path=path, line=number)
    if not (token.startswith("<") and token.endswith(">")) and len(characters_in(token, 2)[0]) > 1:
        reason = f"{show_value(token)} is more than one character, and a step is one"
        raise DataError(reason, path=path, line=number)
    return token


def check_tokens(symbols: Iterable[str], tokens: tuple[str, ...], kind: str, path: str) -> None:
    """Refuse a text that has what a file of tokens has not, unless that has a line ``<unk>``.

    Raises
    ------
    DataError
        It names the file of tokens, the first missing one and its step, and what to do.
    """
    if UNKNOWN in tokens:
        return
    known, found = set(tokens), dict[str, int]()
    for step, symbol in enumerate(symbols, start=1):
        if symbol not in known and symbol not in found:
            found[symbol] = step
    if not found:
        return
    first, step = next(iter(found.items()))
    more = f", nor are {len(found) - 1:,} other {kind}" if len(found) > 1 else ""
    written = next((f", written {form}" for form, sign in _ESCAPES.items() if sign == first), "")
    shown = show_value(first) if first.strip() else f"“{character_label(first)}”"
    raise DataError(
        f"{shown} of step {step:,} is not among the {len(tokens):,} tokens{more}: add "
        f"it{written}, or a line {UNKNOWN} that stands for all that are missing",
        path=path,
    )


def with_vocabulary(sequence: Sequence, options: Options) -> Sequence:
    """Return a text with the order of its vocabulary that was chosen.

    Raises
    ------
    DataError
        For a series, a file of tokens that cannot be read, and one that lacks a token of the text.
    """
    chosen = options.vocabulary
    if chosen is None or chosen == "first":
        return sequence
    if sequence.values is not None:
        reason = "is a series of numbers: a vocabulary's order is for a text"
        raise DataError(reason, path=sequence.source)
    if chosen in ORDERS:
        note = "places in the vocabulary are given in sorted order, by code point"
        return replace(sequence, order=chosen, notes=(*sequence.notes, note))
    tokens = read_tokens(chosen, sequence.kind)
    check_tokens(_symbols(sequence), tokens, sequence.kind, chosen)
    note = f"places in the vocabulary are those of the {len(tokens):,} lines of {show_name(chosen)}"
    lacking = set(sequence.symbols) - set(tokens)
    if lacking:
        count = sum(symbol in lacking for symbol in sequence.symbols)
        what = f"{len(lacking):,} {sequence.kind} at {count:,} steps are"
        if len(lacking) == 1:
            what = f"one of the {sequence.kind}, at {count:,} step{'s' * (count != 1)}, is"
        note += f"; {what} {UNKNOWN}"
    return replace(sequence, order="given", vocabulary=tokens, notes=(*sequence.notes, note))


def _symbols(sequence: Sequence) -> Iterator[str]:
    """What stands at the steps, and in the other lines."""
    yield from sequence.symbols
    for line in sequence.others[1:]:
        yield from split(line, sequence.kind)


def split(text: str, kind: str) -> tuple[str, ...]:
    """The words or characters of a text."""
    parted = words_in(text, MAX_TEXT) if kind == "words" else characters_in(text, MAX_TEXT)
    return parted[0]


def vocabulary_question(text: str, unit: str, options: Options) -> Question:
    """The question in which order a text's vocabulary has its places.

    Parameters
    ----------
    text
        Its beginning.
    unit
        What its steps are.
    options
        What was chosen already; a file of tokens is read, and the beginning held against it.

    Raises
    ------
    DataError
        As `with_vocabulary`.
    """
    chosen = options.vocabulary or "first"
    kind = "characters" if unit == "characters" else "words"
    choices = [*ORDERS.items()]
    said = {
        "first": f"the first of the {kind} has place 0, the next new one place 1 …",
        "sorted": "by code point: capital letters come before small ones",
    }.get(chosen, "")
    if chosen not in ORDERS:
        tokens = read_tokens(chosen, kind)
        if unit != "lines":
            check_tokens(split(text, kind), tokens, kind, chosen)
        choices.append((chosen, f"the lines of {show_name(chosen)}"))
        said = f"{len(tokens):,} tokens, one a line"
    choices.append((PICK, "a file of one token a line …"))
    return Question("vocabulary", "Order of the vocabulary", tuple(choices), chosen, said)
