"""The foundry: makes every atom once, the usual ones beside the interface's thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Lock, Thread

from rnnviz.views.typeset import outlines
from rnnviz.views.typeset.outlines import TEX, Atom

_USUAL = (
    *"axyLzbgp0123456789+=.,()1",
    *(TEX[sign] for sign in "−⊙·←∂ησ⋮"),
    *("W_{aa}", "W_{ax}", "W_{ya}", r"W_{aa}^{\top}", r"W_{ya}^{\top}", "b_{a}", "b_{y}"),
    *(r"\tanh", r"\log", r"\operatorname{softmax}", r"\operatorname{ReLU}"),
)
# What gated cells, layers and the other optimisers write beside them, made after the usual ones.
_OTHERS = (
    *"cfirnomsv/:",
    *(TEX[sign] for sign in "→≤Σαβελμ"),
    *(TEX[root] for root in ("m̂", "v̂", "√s", "√v", "√v̂", "√(v−m²)")),
    *(r"W_{ax}^{\top}", "b_{aa}", r"\beta_{1}", r"\beta_{2}", r"\Sigma_{k}", "[1,1]", "W"),
    *(f"z_{{{gate}}}" for gate in "ifgorznk"),
    *(rf"\operatorname{{{name}}}" for name in ("cut", "max")),
)
_log = logging.getLogger(__name__)


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
            for character in "[]ifgorznk,":
                self.script(character)
            for base in ("c", "f", "i", "o", "r", "n", "b", TEX["β"]):
                self.raised(base)
        except TypesettingError:
            _log.warning("typesetting failed; formulas are written as text", exc_info=True)
        finally:
            self._settled.set()

    def text(self, tex: str) -> Atom:
        """A formula in TeX at text size."""
        return self._make(outlines.text, tex)

    def script(self, character: str) -> Atom:
        """A character as it stands in an index, already small."""
        return self._make(outlines.script, character)

    def raised(self, base: str) -> Atom:
        """Nothing, as wide and high as where an upper index of `base` stands."""
        return self._make(outlines.raised, base)

    def fence(self, character: str, tenths: int) -> Atom:
        """A bracket at least so many tenths of an em high, centred on the axis."""
        return self._make(outlines.fence, character, str(tenths))

    def _make(self, maker: Callable[..., Atom], *what: str) -> Atom:
        key = (maker.__name__, *what)
        atom = self._atoms.get(key)
        if atom is None:
            with self._lock:
                atom = self._atoms.get(key)
                if atom is None:
                    try:
                        atom = maker(*what)
                    except Exception as error:  # a missing package, a font that cannot be read, …
                        self._failed = True
                        raise TypesettingError(f"no outline for {' '.join(key)}") from error
                    self.made += 1
                    self._atoms[key] = atom
        return atom


foundry = Foundry()
