"""What a moment says to somebody who does not see it: the program's own sentences in a row.

What happened within a step is what the phases of that step said while it was under way. No Qt.
"""

from __future__ import annotations

from collections.abc import Iterator

from rnnviz.film import Frame, Stage, gradient_reading, happening, place, resolve
from rnnviz.film.notation import Notation
from rnnviz.frozen import record
from rnnviz.scenes.measure import clean
from rnnviz.scenes.readout import Own, readout
from rnnviz.scenes.shapes import Rect, Target


@record
class Said:
    """The label, sentence and numbers that accompany a moment of the film.

    Attributes
    ----------
    label : str
        Where the film stands: "step 6 of 9 · forward".
    caption : str
        What happened there, or what is happening.
    numbers : str
        What came of it.
    """

    label: str
    caption: str
    numbers: str


def said_of(frame: Frame, notation: Notation) -> Said:
    """What is said of a frame, in a notation's symbols."""
    label = notation.text(place(frame))
    moment = frame.moment
    if moment.step:
        label = f"{label} · {clean(frame.token(moment.step))}"
    words = happening(frame)
    caption = _sentence([words] if words else list(_happened(frame)))
    if moment.stage is Stage.BACKWARD and moment.resting:
        caption = f"{caption} {gradient_reading(frame)}".strip()
    return Said(label, notation.text(caption), _numbers(frame, notation))


def _happened(frame: Frame) -> Iterator[str]:
    """What each phase of the step that is done said, in the middle of it."""
    phases, stop, begin = frame.moment.phases, frame.playhead.position, 0.0
    total = sum(phase.seconds for phase in phases)
    for phase in phases:
        middle = stop - 1.0 + (begin + phase.seconds / 2.0) / total
        begin += phase.seconds
        then = resolve(frame.run, frame.playhead.at(middle), frame.passing, frame.branches)
        yield happening(then)


def _numbers(frame: Frame, notation: Notation) -> str:
    """The read-outs of the cell and of the answer at the step that is done."""
    t, moment = frame.moment.step, frame.moment
    if not t or not moment.resting:
        return ""
    answers = moment.stage is Stage.FORWARD and frame.answers(t)
    kinds = ("cell", "output") if answers else ("cell",)
    parts: list[str] = []
    for kind in kinds:
        lines = readout(frame, Target(kind, Rect(0, 0, 0, 0), step=t, layer=frame.layer))[1:]
        parts += [line if isinstance(line, Own) else notation.text(line) for line in lines]
    return "; ".join(" ".join(part.split()) for part in parts)


def _sentence(parts: list[str]) -> str:
    said = "; ".join(dict.fromkeys(part for part in parts if part))
    return f"{said}." if said else ""
