"""The one table of symbols: the lecture's, a textbook's and a framework's for the same things.

Everything in the program is written in the lecture's symbols. Where it is drawn, said or exported,
`Notation` writes it in those that are in force; what stands in “…” is the user's, and stays.

The textbook's are those of Goodfellow, Bengio and Courville, *Deep Learning* (2016), chapter 10,
with o for the answer and q for the LSTM's output gate; the framework's those of PyTorch's nn.RNN.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from rnnviz.record import record

Parts = tuple[str, str, str]
"""A letter, its lower and its upper index."""

_LOW = dict(
    zip("0123456789+−-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
) | {" ": ""}
_HIGH = dict(zip("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", strict=True))

_BEGIN, _END = "\u2068", "\u2069"  # Unicode's own signs around a text that is somebody else's
# Patterns, which `re` compiles when one is first asked for: a start asks for none.
_OWN = rf"(“[^”]*”|{_BEGIN}[^{_END}]*{_END})"
_MATRIX = (
    r"(?<![A-Za-z0-9_])(W_aa|W_ax|W_ya|W_an|Wₐₐ|b_aa|b_a|b_y)"
    r"(?:_l(\d+))?(?![A-Za-z0-9_]|\.\w)(ᵀ?)(?: of layer (\d+))?"  # W_aa.csv is a file
)
_TIMED = r"(?:(?<![A-Za-z0-9])([A-Za-zα-ω])(_[a-z])?|(?<=[)′ᵀ]))(?:\[(\d+)\])?⟨([^⟨⟩]{1,12})⟩"
_INDEX = r"\w{1,9}(?: ?[+−-] ?\w{1,9})?"
# A letter without a step is one only beside mathematics: “a” is a word, and “o” may be a token.
_BARE = (
    r"(?<=∂)[ayo](?![\w⟨\[])|(?<=gate )o(?!\w)|(?<![\w′])o(?= [·=⊙])|(?<=[·=⊙] )o(?!\w)"
    r"|(?<=·)a(?!\w)|(?<![\w′])a(?= (?:below|alone)\b)|(?<=c above )a(?!\w)"
)
_PARAMETER = r"((?:\w+\.)?)(W_aa|W_ax|W_ya|b_aa|b_a|b_y)(?:_l(\d+))?"
_SUM = r"(?<=z_)[a-z](?![a-z])"
_PAIR = r"\(a, c\)"
_UPPER = r"(\[\d+\])?([^⟨⟩⊤]*)(?:⟨([^⟨⟩]*)⟩)?(⊤?)"


@record(eq=False)
class Notation:
    """How the lecture's symbols are written.

    Attributes
    ----------
    name : str
        Of the field's choice.
    letters : mapping of str to str
        What stands for a letter that has a step: a, y and the gates.
    matrices : mapping of str to str
        What stands for a matrix or a bias; {l} is its layer, counted from 0.
    drawn : mapping of str to (str, str)
        The same as a letter with its lower index, for a place with room for no more.
    """

    name: str
    letters: Mapping[str, str]
    matrices: Mapping[str, str]
    drawn: Mapping[str, tuple[str, str]]

    def text(self, words: str) -> str:
        """A text of the program's own in this notation; what stands in “…” stays as it is.

        So does what is marked by `own`, whose marks are taken away.
        """
        said = words if not self.matrices else _spelled(self, words)
        return said.replace(_BEGIN, "").replace(_END, "") if _BEGIN in said else said

    def parts(self, base: str, sub: str, sup: str) -> Parts:
        """A letter with its indices, as `Letter` and `Symbol` have them, in this notation."""
        return (base, sub, sup) if not self.matrices else _respelled(self, base, sub, sup)

    def symbol(self, base: str, sub: str, sup: str) -> Parts:
        """The same for a drawing, in whose places a framework's names have no room."""
        found = self.drawn.get(f"{base}_{sub}")
        return self.parts(base, sub, sup) if found is None else (*found, _above(sup))

    def short(self, name: str) -> str:
        """A parameter's letter in plain text: W_aa, W, W_hh."""
        base, sub = self.drawn.get(name, (self.matrices.get(name, name), ""))
        return f"{base}_{sub}" if sub else base

    def column(self, name: str) -> str:
        """What a column or an array is called, "a" or "W_aa_l0"; ASCII, and no two alike."""
        found = re.fullmatch(_PARAMETER, name)
        if not self.matrices or found is None:
            return self.letters.get(name, name)
        whose, parameter, layer = found.groups()
        written = self.matrices[parameter]
        if "{l}" in written:
            return whose + written.format(l=layer or 0)
        end = f"_l{layer}" if layer else "_bias" if written == "c" else ""
        return f"{whose}{written.replace('′', '_h')}{end}"

    def matrix(self, name: str, layer: int | None = None) -> str:
        """What stands for a parameter, "W_aa"; of a layer, counted from 0, where that is known."""
        written = self.matrices[name]
        if "{l}" not in written:
            return written
        return written.format(l=layer) if layer is not None else written.partition("_l{l}")[0]


LECTURE = Notation("lecture", {}, {}, {})
TEXTBOOK = Notation(
    "textbook",
    MappingProxyType({"a": "h", "y": "o", "o": "q"}),
    MappingProxyType(
        {"W_aa": "W", "W_an": "W_n", "W_ax": "U", "W_ya": "V", "b_a": "b", "b_aa": "b′", "b_y": "c"}
    ),
    {},
)
FRAMEWORK = Notation(
    "framework",
    MappingProxyType({"a": "h"}),
    MappingProxyType(
        {
            "W_aa": "weight_hh_l{l}",
            "W_an": "W_hn",
            "W_ax": "weight_ih_l{l}",
            "W_ya": "fc.weight",
            "b_a": "bias_ih_l{l}",
            "b_aa": "bias_hh_l{l}",
            "b_y": "fc.bias",
        }
    ),
    MappingProxyType(
        {
            "W_aa": ("W", "hh"),
            "W_ax": ("W", "ih"),
            "W_ya": ("W", "fc"),
            "b_a": ("b", "ih"),
            "b_aa": ("b", "hh"),
            "b_y": ("b", "fc"),
        }
    ),
)
NOTATIONS: Mapping[str, Notation] = MappingProxyType(
    {each.name: each for each in (LECTURE, TEXTBOOK, FRAMEWORK)}
)
"""By the names of the field's choices."""


def lower(text: str) -> str:
    """A lower index in plain text: ₆, ₜ₋₁; _T where there is no such small letter."""
    if all(c in _LOW for c in text):
        return "".join(_LOW[c] for c in text)
    return f"_{text}" if len(text) == 1 else f"_{{{text}}}"


@lru_cache(maxsize=8192)
def own(text: str) -> str:
    """The name of a file or a column, marked so that no notation respells it in a title."""
    return f"{_BEGIN}{text}{_END}"


def _spelled(notation: Notation, words: str) -> str:
    if words in notation.letters:  # a label that is one letter
        return notation.letters[words]
    return "".join(
        part if part[:1] in ("“", _BEGIN) else _outside(notation, part)
        for part in re.split(_OWN, words)
    )


def _outside(notation: Notation, words: str) -> str:
    letters = notation.letters

    def matrix(found: re.Match[str]) -> str:
        name, layer, transposed, of = found.groups()
        name = "W_aa" if name == "Wₐₐ" else name
        place = int(layer) if layer else int(of) - 1 if of else None
        made = notation.matrix(name, place) + transposed
        marked = "{l}" in notation.matrices[name]
        return made if not of or marked else f"{made} of layer {of}"

    def timed(found: re.Match[str]) -> str:
        base, sub, layer, step = found.groups()
        if not re.fullmatch(_INDEX, step):
            return found[0]
        letter = letters.get(base, base) if base else ""
        if sub:
            return f"{letter}_{letters.get(sub[1:], sub[1:])}{lower(step)}"
        above = "".join(_HIGH[c] for c in f"({layer})") if layer else ""
        return f"{letter}{lower(step)}{above}"

    words = re.sub(_MATRIX, matrix, words)
    words = re.sub(_PAIR, lambda _: f"({letters['a']}, c)", words)
    words = re.sub(_SUM, lambda found: letters.get(found[0], found[0]), words)
    words = re.sub(_BARE, lambda found: letters.get(found[0], found[0]), words)
    return re.sub(_TIMED, timed, words)


def _above(sup: str) -> str:
    """A layer's mark as an upper index: (2) for [2]."""
    return sup.replace("[", "(").replace("]", ")")


@lru_cache(maxsize=8192)
def _respelled(notation: Notation, base: str, sub: str, sup: str) -> Parts:
    found = re.fullmatch(_UPPER, sup)
    if found is None:
        return base, sub, sup
    layer, gate, step, transposed = found.groups()
    of = int(layer[1:-1]) - 1 if layer else 0
    name = f"{base}_{sub}"
    gate = notation.letters.get(gate, gate)
    if name in notation.matrices:
        made = notation.matrix(name, of)
        if "{l}" in notation.matrices[name]:
            return made, "", gate + transposed
        above = f"({of + 1})" if layer else ""
        return made, gate, above + transposed
    if step is None:
        return notation.letters.get(base, base) if not sub and not sup else base, sub, sup
    sub = notation.letters.get(sub, sub)
    lowered = f"{sub},{step}" if sub else step
    above = f"({of + 1})" if layer else ""
    return notation.letters.get(base, base), lowered, above + gate + transposed
