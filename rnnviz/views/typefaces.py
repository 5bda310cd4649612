"""The program's typefaces for a drawing that is read elsewhere, with the letters it has. No Qt.

fontTools, where it is installed, leaves out of them what is not used; else they are embedded whole,
but for STIX Two Math, which is larger than all that it would be used for.
"""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import unescape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rnnviz.files.disk import read_bytes, resource_path
from rnnviz.frozen import record

FAMILY, MATH, SIGNS = "Inter", "STIX Two Math", "DejaVu Sans"


@record
class Face:
    """One file of a family.

    Attributes
    ----------
    family : str
    weight, style : str
        As CSS has them.
    package : str
        That the file comes with; empty of those that ship with the program.
    file : str
    """

    family: str
    weight: str
    style: str
    package: str
    file: str

    @property
    def path(self) -> Path | None:
        """Where it is; None where that package is not."""
        if not self.package:
            return resource_path("fonts", self.file)
        spec = find_spec(self.package)
        rooms = [Path(room) for room in (spec.submodule_search_locations or [])] if spec else []
        found = (room / "fonts" / self.file for room in rooms)
        return next((path for path in found if path.is_file()), None)


_FACES = (
    Face(FAMILY, "400", "normal", "", "Inter-Regular.otf"),
    Face(FAMILY, "600", "normal", "", "Inter-SemiBold.otf"),
    Face(FAMILY, "400", "italic", "", "Inter-Italic.otf"),
    Face(SIGNS, "400", "normal", "ziafont", "DejaVuSans.ttf"),
    Face(MATH, "400", "normal", "ziamath", "STIXTwoMath-Regular.ttf"),
)
_TEXT = re.compile(r"<text\b[^>]*>([^<]*)</text>")
_PLAIN = re.compile(f'font-family="{FAMILY}"')
# What the program's own typeface has not comes from these, here as there.
_FALLING_BACK = f'font-family="{FAMILY},{SIGNS},{MATH},sans-serif"'
_ENDING: Mapping[str, str] = MappingProxyType({".otf": "font/otf", ".ttf": "font/ttf"})


def font_faces(text: Iterable[str]) -> str:
    """CSS that brings the typefaces along, for what is written in them.

    Parameters
    ----------
    text : iterable of str
        All that is written; the order of its letters is of no account.
    """
    letters = frozenset("".join(text))
    return "\n".join(_rules(letters))


def with_typefaces(svg: str) -> str:
    """A drawing as Qt writes it, with its typefaces in it: others show the same without them.

    Parameters
    ----------
    svg : str
        Whose first definitions are the document's own.
    """
    written = (unescape(text) for text in _TEXT.findall(svg))
    style = f'<defs>\n<style type="text/css">\n{font_faces(written)}\n</style>'
    return _PLAIN.sub(_FALLING_BACK, svg).replace("<defs>", style, 1)


def _rules(letters: frozenset[str]) -> Iterator[str]:
    for face in _FACES:
        path = face.path
        if path is None:
            continue
        kind, data = _data(path, letters)
        if data:
            address = f"data:{kind};base64,{b64encode(data).decode()}"
            yield (
                f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
                f"font-style:{face.style};font-display:swap;src:url({address})}}"
            )


@lru_cache(maxsize=8)
def _data(path: Path, letters: frozenset[str]) -> tuple[str, bytes]:
    """A font with no more than some letters; nothing where it has none of them."""
    if find_spec("fontTools") is None:
        whole = path.stat().st_size < 1_000_000
        return _ENDING[path.suffix], read_bytes(path) if whole else b""
    subset: Any = import_module("fontTools.subset")
    options = subset.Options()
    options.flavor = "woff2" if find_spec("brotli") is not None else "woff"
    options.layout_features = ["kern", "liga", "calt", "ccmp", "mark", "tnum"]
    options.notdef_outline = True
    options.drop_tables += ["MATH", "DSIG", "FFTM"]
    with subset.load_font(str(path), options) as font:
        wanted = {ord(letter) for letter in letters} & set(font.getBestCmap())
        if not wanted - {32, 160}:
            return "", b""
        maker = subset.Subsetter(options)
        maker.populate(unicodes=wanted)
        maker.subset(font)
        file = io.BytesIO()
        subset.save_font(font, file, options)
    return f"font/{options.flavor}", file.getvalue()
