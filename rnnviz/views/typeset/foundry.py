"""Atoms of formulas: outlined once by ziamath, beside the interface's thread, and kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

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

_USUAL = (
    *"axyLzbgp0123456789+=.,()1",
    *(TEX[sign] for sign in "−⊙·←∂ησ⋮"),
    *("W_{aa}", "W_{ax}", "W_{ya}", r"W_{aa}^{\top}", r"W_{ya}^{\top}", "b_{a}", "b_{y}"),
    *(r"\tanh", r"\log", r"\operatorname{softmax}", r"\operatorname{ReLU}"),
)
# What gated cells, layers and the other optimisers write beside them, made after the usual ones.
_OTHERS = (
    *"cfirnomsv/:hqUVW",
    *(TEX[sign] for sign in "→≤Σαβελμ"),
    *(TEX[root] for root in ("m̂", "v̂", "√s", "√v", "√v̂", "√(v−m²)")),
    *(r"W_{ax}^{\top}", "b_{aa}", r"\beta_{1}", r"\beta_{2}", r"\Sigma_{k}", "[1,1]", "W"),
    *(f"z_{{{gate}}}" for gate in "ifgorznk"),
    *(rf"\operatorname{{{name}}}" for name in ("cut", "max")),
)
_log = logging.getLogger(__name__)


class Atom(NamedTuple):
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


def _text(tex: str) -> Atom:
    return _drawn(_latex(tex).node)


def _script(character: str) -> Atom:
    return _drawn(_index(f"a^{{{TEX.get(character, character)}}}")[0])


def _raised(base: str) -> Atom:
    _, (x, y) = _index(f"{base}^{{1}}" if base != ")" else "(a)^{1}")
    width = _latex(base).node.xadvance()
    return Atom((x - width) / UNITS if base != ")" else 0.0, -y / UNITS, 0.0, ())


def _fence(character: str, tenths: str) -> Atom:
    font = _font()
    glyph = font.math.variant(font.glyph(character).index, int(tenths) * 100.0, vert=True)
    box = glyph.path.bbox
    middle = AXIS * UNITS - (box.ymin + box.ymax) / 2
    group = _group()
    drawn = glyph.svgpath(x0=0, y0=-middle, scale_factor=UNITS / glyph.DFLT_SIZE_PT)
    if drawn is not None:
        group.append(drawn)
    up, down = (box.ymax + middle) / UNITS, -(box.ymin + middle) / UNITS
    return Atom(glyph.advance() / UNITS, up, down, _segments(group))


@lru_cache(maxsize=1)
def _bear_old_calls() -> None:
    """Have it be no error of ours that ziamath opens its fonts by an old call of Python's."""
    import warnings

    for library in ("ziamath", "ziafont"):
        warnings.filterwarnings("ignore", "path is deprecated", DeprecationWarning, library)


def _latex(tex: str) -> Any:
    _bear_old_calls()
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
    group = _group()
    node.draw(0, 0, group)
    box = node.bbox
    return Atom(node.xadvance() / UNITS, box.ymax / UNITS, -box.ymin / UNITS, _segments(group))


def _group() -> Element:
    from xml.etree.ElementTree import Element  # with ziamath, which draws into it

    return Element("g")


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


_MAKERS: dict[str, Callable[..., Atom]] = {
    "text": _text,
    "script": _script,
    "raised": _raised,
    "fence": _fence,
}


class TypesettingError(Exception):
    """An atom could not be made; its cause is ziamath's own error."""


class Foundry:
    """Makes atoms with ziamath, each once; loads ziamath with the first.

    Where ziamath fails, with whatever error, the foundry has `failed` from then on: there is
    nothing to wait for, and formulas are to be written as text.
    """

    def __init__(self) -> None:
        self._atoms: dict[tuple[str, ...], Atom] = {}
        self._lock = Lock()
        self._ready = self._failed = False
        self._settled = Event()
        self._thread: Thread | None = None
        self.made = 0

    @property
    def ready(self) -> bool:
        """Whether the usual atoms are there, so that nothing on the screen has to wait."""
        return self._ready and not self._failed

    @property
    def failed(self) -> bool:
        """Whether typesetting is not to be had."""
        return self._failed

    def warm(self) -> None:
        """Make the usual atoms beside the interface's thread (0.3 s, most of it an import)."""
        if self._thread is None:
            self._thread = Thread(target=self._fill, name="typesetting", daemon=True)
            self._thread.start()

    def wait(self, seconds: float = 20.0) -> bool:
        """Warm up and wait for it, for pictures and tests; whether the foundry is ready then."""
        self.warm()
        self._settled.wait(seconds)
        return self.ready

    def _fill(self) -> None:
        try:
            for tex in _USUAL:
                self.text(tex)
            for character in "0123456789⟨⟩−+t2⊤′":
                self.script(character)
            for base in ("a", "x", "y", "L", "z", "W", ")", "g"):
                self.raised(base)
            for height in range(16, 42, 2):
                for character in "()[]":
                    self.fence(character, height)
            for character in "‖":
                for height in range(10, 34, 2):
                    self.fence(character, height)
            self._ready = True
            for tex in _OTHERS:
                self.text(tex)
            for character in "[]ifgorznk,()qT":
                self.script(character)
            for base in ("c", "f", "i", "o", "r", "n", "b", "h", "q", "U", "V", TEX["β"]):
                self.raised(base)
        except TypesettingError:
            _log.warning("typesetting failed; formulas are written as text", exc_info=True)
        finally:
            self._settled.set()

    def text(self, tex: str) -> Atom:
        """A formula in TeX at text size."""
        return self._make("text", tex)

    def script(self, character: str) -> Atom:
        """A character as it stands in an index, already small."""
        return self._make("script", character)

    def raised(self, base: str) -> Atom:
        """Nothing, as wide and high as where an upper index of `base` stands."""
        return self._make("raised", base)

    def fence(self, character: str, tenths: int) -> Atom:
        """A bracket at least so many tenths of an em high, centred on the axis."""
        return self._make("fence", character, str(tenths))

    def _make(self, kind: str, *what: str) -> Atom:
        key = (kind, *what)
        atom = self._atoms.get(key)
        if atom is None:
            with self._lock:
                atom = self._atoms.get(key)
                if atom is None:
                    try:
                        atom = _MAKERS[kind](*what)
                    except Exception as error:  # a missing package, a font that cannot be read, …
                        self._failed = True
                        raise TypesettingError(f"no outline for {' '.join(key)}") from error
                    self.made += 1
                    self._atoms[key] = atom
        return atom


foundry = Foundry()


def letters_awaited(widget: QWidget) -> QTimer:
    """What repaints a widget, once started, when the letters are there or cannot be made."""
    timer = QTimer(widget)
    timer.setObjectName("letters")
    timer.setInterval(25)

    def look() -> None:
        if foundry.ready or foundry.failed:
            timer.stop()
            widget.update()

    timer.timeout.connect(look)
    return timer
