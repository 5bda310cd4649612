"""What a scene says: a small part of Markdown, with figures of the engine filled in.

``**bold**``, ``*italic*``, a backslash before a sign that is meant itself, and ``{figure}`` or
``{figure:what}``, a row of the table of figures. Nothing else has a meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rnnviz.film import Frame
from rnnviz.frozen import record
from rnnviz.tours.figures import FIGURES, Figure

_FIGURE = re.compile(r"\\.|\{([^{}]*)\}?|\}", re.DOTALL)
_MARKS = re.compile(r"\\(.)|(\*\*?)", re.DOTALL)
_UNKNOWN = "–"  # in a figure's place where what is open now has none


@record
class Span:
    """A stretch of text in one kind of letters."""

    text: str
    bold: bool = False
    italic: bool = False


def refusal(text: str) -> str:
    """Why a text cannot be a caption: a figure that nobody knows; empty where it can."""
    for found in _figures(text):
        if found[1] is None:
            return f"has a brace without its other half; \\{found[0][:1]} is a brace itself"
        name, _, argument = found[1].partition(":")
        if name not in FIGURES:
            return f"has the figure {{{name}}}, which is not known; known: {', '.join(FIGURES)}"
        why = FIGURES[name].refusal(argument)
        if why:
            return f"{{{found[1]}}}: {why}"
    return ""


def filled(text: str, frame: Frame) -> str:
    """The text with its figures, as a frame has them; “–” for what it has not.

    What is refused stands as it is written: a scene that cannot be shown has its title.
    """

    def value(found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        name, _, argument = found[1].partition(":")
        figure = FIGURES.get(name)
        if figure is None or figure.refusal(argument):
            return found[0]
        try:
            return figure.said(frame, argument)
        except ValueError:
            return _UNKNOWN

    return _FIGURE.sub(value, text)


def in_plain(text: str, frame: Frame | None) -> str:
    """The text without its marks, with its figures where there is a frame."""
    return plain(text if frame is None else filled(text, frame))


def missing(text: str, frame: Frame) -> str:
    """Why a figure of the text is not known of a frame; empty where all are."""
    for _, inner in _figures(text):
        name, _, argument = (inner or "").partition(":")
        try:
            FIGURES[name].said(frame, argument)
        except ValueError as error:
            return f"{{{inner}}}: {error}"
    return ""


def used(text: str) -> tuple[Figure, ...]:
    """The figures of a text, in their order."""
    return tuple(FIGURES[(inner or "").partition(":")[0]] for _, inner in _figures(text))


def spans(text: str) -> tuple[Span, ...]:
    """The stretches of a text; a mark without its other half is a sign like others."""
    parts = _marked(text)
    bold, italic, made = False, False, list[Span]()
    for index, (part, mark) in enumerate(parts):
        if mark and (part == "**" or part == "*"):
            closes = bold if part == "**" else italic
            paired = closes or (part, True) in parts[index + 1 :]
            if paired:
                bold, italic = (not bold, italic) if part == "**" else (bold, not italic)
                continue
        if part:
            made.append(Span(part, bold, italic))
    return tuple(made)


def plain(text: str) -> str:
    """The text without its marks."""
    return "".join(span.text for span in spans(text))


def _marked(text: str) -> list[tuple[str, bool]]:
    """Stretches between marks, and marks."""
    parts, at = list[tuple[str, bool]](), 0
    for found in _MARKS.finditer(text):
        parts.append((text[at : found.start()], False))
        parts.append((found[1], False) if found[1] else (found[2], True))
        at = found.end()
    return [part for part in (*parts, (text[at:], False)) if part[0]]


def _figures(text: str) -> Iterator[tuple[str, str | None]]:
    """What stands in braces, or a brace alone; not what has a backslash before it."""
    for found in _FIGURE.finditer(text):
        if found[0].startswith("\\"):
            continue
        whole = found[0].startswith("{") and found[0].endswith("}") and len(found[0]) > 1
        yield found[0], found[1] if whole else None
