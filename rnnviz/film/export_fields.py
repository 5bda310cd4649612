"""The rows of the table of fields that the dialog of exports remembers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from rnnviz.film.field import Choice, Field, one_of, spelled

EXPORTED = ("png", "svg", "pdf", "gif", "webp", "mp4", "wav", "html", "handout")
"""Names of the formats, which are rows of `rnnviz.writing.formats`."""
PAPERS: Mapping[str, str] = MappingProxyType({"a4": "A4", "letter": "Letter"})
"""Sizes of pages, with what they are called."""


def _export(name: str, default: Any, title: str, teaches: str, **more: Any) -> Field:
    return Field(
        f"export_{name}", "export", cast("type[Any]", type(default)), default, title, teaches,
        kept=f"export/{name}", **more,
    )  # fmt: skip


def _names(field: str, *names: str) -> tuple[Choice, ...]:
    return one_of(f"export_{field}", *((name, name) for name in names))


EXPORT = (
    _export("format", "png", "the format of exports",
            "PNG is a picture of pixels, SVG and PDF are drawings; GIF, WebP, MP4 and HTML films.",
            choices=_names("format", *EXPORTED)),
    _export("what", "window", "what is exported", "The window, or its stage.",
            choices=_names("what", "window", "stage")),
    _export("theme", "shown", "the theme of exports", "As it is shown, light, or dark.",
            choices=_names("theme", "shown", "light", "dark")),
    _export("scale", 2.0, "the resolution of pictures",
            "Pixels of a picture to one of the window's.", least=1.0, most=4.0,
            suffix=" ×", flags=(spelled("--resolution"),)),
    _export("width", 1600, "the width of exports", "Of the window that films and pages show.",
            least=640, most=7680, suffix=" px"),
    _export("height", 900, "the height of exports", "Of the window that films and pages show.",
            least=400, most=4320, suffix=" px"),
    _export("speed", 1.0, "the speed of exported films",
            "1 plays every phase at its own length.", least=0.1, most=100.0,
            suffix=" ×", flags=(spelled("--speed"),)),
    _export("fps", 25.0, "the pictures a second of exported films",
            "More are smoother, and larger.", least=1.0, most=60.0, suffix=" /s",
            flags=(spelled("--fps"),)),
    _export("sound", False, "the sound of exported films",
            "The gradient that goes back as pitch, by its logarithm.", flags=(spelled("--sound"),),
            choices=one_of("export_sound", ("none", False), ("the gradient as pitch", True))),
    _export("per_page", 2, "the scenes on a page of a hand-out",
            "Two, or four smaller ones.", least=2, most=4,
            flags=(spelled("--per-page"),),
            choices=one_of("export_per_page", ("two", 2), ("four", 4))),
    _export("notes", True, "the notes of a hand-out",
            "The presenter's notes with what the room sees, or what the room sees alone.",
            flags=(spelled("--no-notes"),),
            choices=one_of("export_notes", ("printed", True), ("left out", False))),
    _export("paper", "a4", "the paper of hand-outs and exercises", "The size of its pages.",
            flags=(spelled("--paper"),),
            choices=one_of("export_paper", *((words, name) for name, words in PAPERS.items()))),
)  # fmt: skip


OPTIONS: Mapping[str, str] = MappingProxyType(
    {row.name.removeprefix("export_"): row.flags[0].key for row in EXPORT if row.flags}
)
"""What means something to some formats, by the short names that they have it by, and its flag."""
_BY_NAME = {row.name: row for row in EXPORT}


def flags_of(options: Mapping[str, Any]) -> list[str]:
    """The words of a command line that say what options are."""
    words: list[str] = []
    for name, value in options.items():
        row, flag = _BY_NAME[f"export_{name}"], OPTIONS[name]
        if row.kind is bool:
            words += [flag] if value != row.default else []
        else:
            words += [flag, f"{value:g}" if row.kind is float else str(value)]
    return words
