"""One HTML file of a film or a tour: pictures that stay drawings, captions, keys, both themes.

It refers to nothing outside itself, and its own rule for what may be loaded says so. Elements that
pictures share stand once in a table, of which each picture is a list of stretches; light and dark
are one drawing whose colours are variables. Needs Qt.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from html import escape
from typing import Any, BinaryIO

from rnnviz import __version__
from rnnviz.export.frames import Pictures
from rnnviz.export.moments import Still, go_on, refuse_page
from rnnviz.export.sentences import said_of
from rnnviz.export.svg_parts import Element, Store, Styles, elements_of, markup, together
from rnnviz.files.disk import read_bytes, resource_path
from rnnviz.film import Frame
from rnnviz.film.notation import NOTATIONS
from rnnviz.frozen import record
from rnnviz.scenes.measure import clean
from rnnviz.scenes.shapes import Role
from rnnviz.session.presenting import Words, texts_of, title_of
from rnnviz.tours.scenes import Tour
from rnnviz.views.look import DARK, LIGHT, Palette
from rnnviz.views.typefaces import font_faces
from rnnviz.writing.formats import WINDOW, Appearance, Told

_ROLES = {"ground": Role.BACKGROUND, "panel": Role.PANEL, "line": Role.LINE, "ink": Role.INK,
          "muted": Role.MUTED, "focus": Role.OUTPUT}  # fmt: skip
_FIELD = re.compile(r"@(\w+)@")


@record
class PageMoment:
    """One picture of an HTML page with its label, sentence and numbers.

    Attributes
    ----------
    label, numbers, alt : str
    said : Words
        In stretches of one kind of letters.
    asks : bool
        Whether what is said is a question.
    seconds : float
        For which it stands when it plays.
    picture : int
    """

    label: str
    said: Words
    numbers: str
    alt: str
    asks: bool
    seconds: float
    picture: int = 0


def write_page(
    file: BinaryIO,
    source: Frame | Tour,
    stills: Sequence[Still],
    appearance: Appearance,
    what: str = WINDOW,
    told: Told | None = None,
) -> None:
    """Write the page of some moments.

    Parameters
    ----------
    file : binary file
    source : Frame or Tour
    stills : sequence of Still
        At most `MOST_OF_PAGE`.
    appearance : Appearance
        Its theme is of no account.
    what : str
        "window", "stage" or a panel.
    told : callable, optional

    Raises
    ------
    DataError
        Of more moments than a page has, and of a scene that cannot be shown.
    Cancelled
        When `told` has answered False.
    """
    refuse_page(len(stills))
    store, moments, size = Store(), list[PageMoment](), (1, 1)
    sides: list[list[Sequence[Element]]] = []
    for side, theme in enumerate((LIGHT.name, DARK.name)):
        drawn: list[Sequence[Element]] = []
        with Pictures(source, replace(appearance, theme=theme), what) as pictures:
            for index, still in enumerate(stills):
                go_on(told, (side + index / len(stills)) / 2.0)
                pictures.show(still)
                pictures.hide_words()
                svg, *sides_of = pictures.drawing()
                drawn.append(elements_of(svg, store))
                if not side:
                    moments.append(_moment(pictures, still, appearance))
                size = max(size[0], sides_of[0]), max(size[1], sides_of[1])
        sides.append(drawn)
    table, placed = _Table(), list[PageMoment]()
    for light, dark, moment in zip(*sides, moments, strict=True):
        placed.append(replace(moment, picture=table.add(light, dark)))
    title = source.title if isinstance(source, Tour) else _title(source)
    file.write(_page(title, placed, table, store, size).encode())


class _Table:
    """The elements of all pictures, and the pictures as stretches of them."""

    def __init__(self) -> None:
        self.styles = Styles()
        self.elements: dict[str, int] = {}
        self.pictures: list[tuple[int, ...]] = []

    def add(self, light: Iterable[Element], dark: Iterable[Element]) -> int:
        """The number of a picture, which is the last one's where nothing has changed."""
        runs: list[int] = []
        for both in together(light, dark):
            text = markup(both, self.styles)
            place = self.elements.setdefault(text, len(self.elements))
            if runs and runs[-2] + runs[-1] == place:
                runs[-1] += 1
            else:
                runs += [place, 1]
        if not self.pictures or self.pictures[-1] != tuple(runs):
            self.pictures.append(tuple(runs))
        return len(self.pictures) - 1

    def drawn(self, picture: int) -> str:
        """A picture as SVG."""
        texts, runs = list(self.elements), self.pictures[picture]
        pairs = zip(runs[::2], runs[1::2], strict=True)
        return "".join("".join(texts[first : first + many]) for first, many in pairs)


def _moment(pictures: Pictures, still: Still, appearance: Appearance) -> PageMoment:
    """What is said of what is shown."""
    frame, shown = pictures.offscreen.frame, pictures.offscreen.shown
    said = said_of(frame, NOTATIONS[appearance.notation])
    if shown is None:
        words: Words = ((said.caption, False, False),) if said.caption else ()
        alt = ". ".join(
            part.rstrip(".") for part in (said.label, said.caption, said.numbers) if part
        )
        return PageMoment(said.label, words, said.numbers, alt, False, still.seconds)
    running = still.running and shown.scene.asks
    words = texts_of(shown, frame, running=running).text
    label = f"{shown.index + 1} · {title_of(shown, frame)}"
    if shown.scene.part:
        label = f"{shown.scene.part} · {label}"
    plain = "".join(part[0] for part in words)
    alt = _joined(label, plain, said.label)
    asks = not shown.told or running
    return PageMoment(label, words, said.label, alt, asks, still.seconds)


def _joined(*parts: str) -> str:
    return ". ".join(part.rstrip(".") for part in parts if part)


def _title(frame: Frame) -> str:
    return f"{clean(frame.task.sequence.name)} · {clean(frame.task.title)}"


def _page(
    title: str, moments: Sequence[PageMoment], table: _Table, store: Store, size: tuple[int, int]
) -> str:
    folder, first = resource_path("page"), moments[0]
    script = read_bytes(folder / "page.js").decode()
    pictures = [list(runs) for runs in table.pictures]
    film = {"elements": list(table.elements), "pictures": pictures,
            "moments": [_as_json(moment) for moment in moments]}  # fmt: skip
    written = [title, *table.elements, *(m.alt + m.numbers for m in moments), script, "Next←→⇤⇥◐"]
    rules, light, dark = table.styles.css()
    fields: Mapping[str, str] = {
        "hash": f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
        "program": f"rnnviz {__version__}",
        "title": escape(title),
        "style": "\n".join(
            (
                font_faces(written),
                f":root{{color-scheme:light dark;{_colours(LIGHT)};{light}}}",
                "@media (prefers-color-scheme:dark){:root:not([data-theme=light])"
                f"{{{_colours(DARK)};{dark}}}}}",
                ":root[data-theme=light]{color-scheme:light}",
                f":root[data-theme=dark]{{color-scheme:dark;{_colours(DARK)};{dark}}}",
                read_bytes(folder / "page.css").decode(),
                rules,
            )
        ),
        "definitions": "".join(store.definitions()),
        "width": str(size[0]),
        "height": str(size[1]),
        "first": table.drawn(first.picture),
        "label": escape(first.label),
        "alt": escape(first.alt),
        "said": _html(first.said),
        "numbers": escape(first.numbers),
        "count": str(len(moments)),
        "captions": "\n".join(
            f"<li>{escape(m.label)}. {_html(m.said)} {escape(m.numbers)}</li>" for m in moments
        ),
        "about": f"made with rnnviz {__version__}",
        "film": _json(film),
        "script": script,
    }
    # In one go: what has been filled in may have such marks itself.
    text = read_bytes(folder / "page.html").decode()
    return _FIELD.sub(lambda found: fields[found[1]], text)


def _as_json(moment: PageMoment) -> dict[str, Any]:
    return {
        "label": moment.label,
        "said": moment.said,
        "numbers": moment.numbers,
        "alt": moment.alt,
        "asks": moment.asks,
        "seconds": round(moment.seconds, 3),
        "picture": moment.picture,
    }


def _json(value: object) -> str:
    """JSON that ends no <script>, whatever texts are in it, and begins no comment there."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("<!--", "\\u003c!--")


def _html(words: Words) -> str:
    made: list[str] = []
    for text, bold, italic in words:
        part = escape(text)
        part = f"<em>{part}</em>" if italic else part
        made.append(f"<strong>{part}</strong>" if bold else part)
    return "".join(made)


def _colours(palette: Palette) -> str:
    return ";".join(f"--{name}:{palette.colours[role]}" for name, role in _ROLES.items())
