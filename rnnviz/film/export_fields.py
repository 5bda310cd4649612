"""The rows of the table of fields that the dialog of exports remembers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from rnnviz.film.field import Choice, Field, one_of

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
            "Pixels of a picture to one of the window's.", least=1.0, most=4.0, suffix=" ×"),
    _export("width", 1600, "the width of exports", "Of the window that films and pages show.",
            least=640, most=7680, suffix=" px"),
    _export("height", 900, "the height of exports", "Of the window that films and pages show.",
            least=400, most=4320, suffix=" px"),
    _export("speed", 1.0, "the speed of exported films",
            "1 plays every phase at its own length.", least=0.1, most=100.0, suffix=" ×"),
    _export("fps", 25.0, "the pictures a second of exported films",
            "More are smoother, and larger.", least=1.0, most=60.0, suffix=" /s"),
)  # fmt: skip
