"""Outlines of atoms, as ziamath sets them; it is imported with the first one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath

UNITS = 1000.0  # outlines are kept in thousandths of an em
AXIS = 0.258  # STIX Two Math's axis of fractions and brackets above the baseline, in em

TEX = {
    "−": "-",
    "⊙": r"\odot",
    "·": r"\cdot",
    "←": r"\leftarrow",
    "∂": r"\partial",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    "⊤": r"\top",
    "′": r"\prime",
    "η": r"\eta",
    "σ": r"\sigma",
    "⋮": r"\vdots",
    "→": r"\rightarrow",
    "≤": r"\leq",
    "‖": r"\|",
    "Σ": r"\Sigma",
    "α": r"\alpha",
    "β": r"\beta",
    "ε": r"\epsilon",
    "λ": r"\lambda",
    "μ": r"\mu",
    "m̂": r"\hat{m}",
    "v̂": r"\hat{v}",
    "√s": r"\sqrt{s}",
    "√v": r"\sqrt{v}",
    "√v̂": r"\sqrt{\hat{v}}",
    "√(v−m²)": r"\sqrt{v-m^{2}}",
    "tanh": r"\tanh",
    "log": r"\log",
}
"""What TeX calls the characters and names that are not written as themselves."""

Segments = tuple[tuple[str, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class Atom:
    """An outline: its SVG path segments in thousandths of an em, and its box in em."""

    width: float
    up: float
    down: float
    segments: Segments

    def path(self) -> QPainterPath:
        """The outline as Qt wants it."""
        made = QPainterPath()
        made.setFillRule(Qt.FillRule.WindingFill)
        draw: dict[str, Any] = {
            "M": made.moveTo,
            "L": made.lineTo,
            "Q": made.quadTo,
            "C": made.cubicTo,
            "Z": made.closeSubpath,
            "R": made.addRect,
        }
        for letter, numbers in self.segments:
            draw[letter](*numbers)
        return made


def text(tex: str) -> Atom:
    """A formula in TeX at text size."""
    return _drawn(_latex(tex).node)


def script(character: str) -> Atom:
    """A character as it stands in an index, already small."""
    return _drawn(_index(f"a^{{{TEX.get(character, character)}}}")[0])


def raised(base: str) -> Atom:
    """Nothing, as wide and high as where an upper index of `base` stands."""
    _, (x, y) = _index(f"{base}^{{1}}" if base != ")" else "(a)^{1}")
    width = _latex(base).node.xadvance()
    return Atom((x - width) / UNITS if base != ")" else 0.0, -y / UNITS, 0.0, ())


def fence(character: str, tenths: str) -> Atom:
    """A bracket at least so many tenths of an em high, centred on the axis."""
    font = _font()
    glyph = font.math.variant(font.glyph(character).index, int(tenths) * 100.0, vert=True)
    box = glyph.path.bbox
    middle = AXIS * UNITS - (box.ymin + box.ymax) / 2
    group = Element("g")
    drawn = glyph.svgpath(x0=0, y0=-middle, scale_factor=UNITS / glyph.DFLT_SIZE_PT)
    if drawn is not None:
        group.append(drawn)
    up, down = (box.ymax + middle) / UNITS, -(box.ymin + middle) / UNITS
    return Atom(glyph.advance() / UNITS, up, down, _segments(group))


def _latex(tex: str) -> Any:
    from ziamath.config import config
    from ziamath.zmath import Latex

    config.svg2 = False  # outlines instead of references to symbols
    return Latex(tex, size=UNITS, margin=0.0)


@lru_cache(maxsize=1)
def _font() -> Any:
    return _latex("a").font


def _index(tex: str) -> tuple[Any, Any]:
    """The node with an upper index in a formula, and where the index stands."""
    nodes = [_latex(tex).node]
    while nodes:
        node = nodes.pop()
        if node.mtag == "msup":
            return node.nodes[1], node.nodexy[1]
        nodes.extend(getattr(node, "nodes", ()))
    raise LookupError(f"no upper index in {tex}")


def _drawn(node: Any) -> Atom:
    group = Element("g")
    node.draw(0, 0, group)
    box = node.bbox
    return Atom(node.xadvance() / UNITS, box.ymax / UNITS, -box.ymin / UNITS, _segments(group))


def _segments(group: Element) -> Segments:
    found: list[tuple[str, tuple[float, ...]]] = []
    counts = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
    for element in group.iter():
        if element.tag == "rect":
            box = tuple(float(element.attrib[name]) for name in ("x", "y", "width", "height"))
            found.append(("R", box))
        elif element.tag == "path":
            words = element.attrib["d"].split()
            at = 0
            while at < len(words):
                count = counts[words[at]]
                numbers = tuple(float(word) for word in words[at + 1 : at + 1 + count])
                found.append((words[at], numbers))
                at += 1 + count
    return tuple(found)
