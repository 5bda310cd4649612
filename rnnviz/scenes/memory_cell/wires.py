"""The wires of the drawing: what each is called, when its vectors are known, where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rnnviz.film import Frame, loss_name
from rnnviz.scenes.phases import Ahead, Back
from rnnviz.scenes.shapes import Scene, Target

WIRE = "wire:"
"""Before the name of a wire, in the kind of a target."""

_ORDER = (
    "c-before", "a-along", "kept", "new", "c", "shown", "a", "y", "up", "a-before", "x", "b", "z-f",
    "f", "z-i", "i", "z-g", "g", "z-o", "o", "peep-f", "peep-i", "peep-o", "z-z", "z", "rest",
    "z-r", "r", "inside", "reset", "z-n", "n",
)  # fmt: skip
"""From wire to wire by the keyboard: the conveyor first, then what comes in, gate by gate."""

_COMES: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "a-before": ("recurrent", 0.0), "a-along": ("recurrent", 0.0),
        "c-before": ("recurrent", 0.0),
        "x": ("input", 1.0), "b": ("combine", 0.0), "kept": ("settle", 0.35),
        "new": ("settle", 0.35), "rest": ("combine", 0.6), "inside": ("combine", 0.6),
        "c": ("settle", 0.6), "shown": ("settle", 1.0), "a": ("settle", 1.0), "up": ("settle", 1.0),
        "y": ("output", 1.0),
    }
)  # fmt: skip
"""How far which phase of the way forward has come when a wire's vector is known; a share of 0 is
anything beyond it. All others are known when the gates are."""

_RETURNS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "y": ("loss", 1.0), "up": ("loss", 1.0), "a": ("combine", 1.0), "c": ("combine", 1.0),
        "shown": ("combine", 1.0), "kept": ("combine", 1.0), "new": ("combine", 1.0),
        "a-before": ("share", 1.0), "x": ("share", 1.0),
    }
)  # fmt: skip
"""The same of its gradient; all others are known when the slopes are in."""


def is_known(done: Ahead | Back, name: str) -> bool:
    """Whether a wire's vector, or on the way back its gradient, has been computed."""
    table = _COMES if isinstance(done, Ahead) else _RETURNS
    other = ("combine", 1.0) if isinstance(done, Ahead) else ("slope", 1.0)
    phase, share = table.get(name, other)
    came: float = getattr(done, phase)
    return came >= share and came > 0.0


def wires_in(scene: Scene) -> tuple[str, ...]:
    """The wires of a drawing, in the order in which the keyboard goes through them."""
    drawn = {t.kind.removeprefix(WIRE) for t in scene.targets if t.kind.startswith(WIRE)}
    return tuple(name for name in _ORDER if name in drawn)


def wire_of(frame: Frame, target: Target) -> str:
    """The wire that a press on a target opens; empty for none."""
    kind = target.kind
    if kind.startswith(WIRE):
        return kind.removeprefix(WIRE)
    if kind in frame.kind.names:
        return kind
    if kind == "a-before":
        return "a-along" if frame.kind.keeper and not frame.kind.states else "a-before"
    points = {
        "a-after": "a", "c-after": "c", "c": "c-before", "sum": "z", "squash": "a", "keep": "kept",
        "new": "new", "out": "shown", "rest": "rest", "reset": "reset", "x": "x",
    }  # fmt: skip
    return points.get(kind, "")


def wire_name(frame: Frame, t: int, name: str) -> str:
    """What a wire is called: "cell state c⟨5⟩"."""
    at, before = f"⟨{t}⟩", f"⟨{t - 1 if frame.linked(t) else 0}⟩"
    kind = frame.kind
    if name in kind.names:
        return f"{kind.told[name][0]} {name}{at}"
    if name.startswith(("z-", "peep-")):
        gate = name.rpartition("-")[2]
        what = f"sum z{at}" if name.startswith("z") else "peephole"
        return f"{what} of the {kind.told[gate][0]} {gate}"
    keeper = kind.keeper
    match name:
        case "a" | "a-before" | "a-along":
            letter = f"a{at}" if name == "a" else f"a{before}"
            where = {"a-along": ", along the conveyor", "a-before": ", to the gates"}.get(name, "")
            return f"hidden state {letter}{where if keeper else ''}"
        case "c" | "c-before":
            return f"cell state c{at if name == 'c' else before}"
        case "x":
            return f"a{at} of layer {frame.layer}" if frame.layer else f"input x{at}"
        case "b":
            return "bias b_a"
        case "z":
            return f"sum z{at}"
        case "y":
            return f"answer y{at}"
        case "up":
            return f"a{at} to layer {frame.layer + 2}"
        case "kept":
            return f"what is kept, {keeper} ⊙ {'c' if kind.states else 'a'}{before}"
        case "new":
            return "what enters, i ⊙ g" if kind.states else "what enters, (1 − z) ⊙ n"
        case "shown":
            return f"tanh c{at}"
        case "rest":
            return f"1 − z{at}, what is not kept"
        case "inside":
            return "what the reset gate multiplies"
        case _:
            return "what the reset gate lets through"


def gradient_name(frame: Frame, t: int, name: str) -> str:
    """What the gradient is of that comes back along a wire."""
    by, before = f"∂{loss_name(frame)}", f"⟨{t - 1 if frame.linked(t) else 0}⟩"
    match name:
        case "a-before" | "a-along" | "c-before":
            return f"part of {by}/∂{name[0]}{before} by this wire"
        case "up":
            return f"part of {by}/∂a⟨{t}⟩ from layer {frame.layer + 2}"
        case "b":
            return f"share of step {t} in {by}/∂b_a"
        case "y":
            return f"{by}/∂(W_ya a⟨{t}⟩ + b_y)"
        case gate if gate in frame.kind.names or name in ("a", "c", "z", "x"):
            letter = "a" if gate == "x" and frame.layer else gate
            return f"{by}/∂{letter}⟨{t}⟩"
        case total if total.startswith("z-"):
            return f"{by}/∂z_{total[2:]}⟨{t}⟩"
        case _:
            return "its gradient"
