"""The title row: which loss the gradient is of, in as many words as there is room for."""

from __future__ import annotations

from typing import NamedTuple

from rnnviz.film import Frame
from rnnviz.scenes.charts.gradient_words import norm
from rnnviz.scenes.charts.steps import quoted
from rnnviz.views.panels.surface import Title

NAMES = ("one loss", "sum of all losses")
_SHORT = ("one loss", "sum")


class Heading(NamedTuple):
    """What the title row says: names on the switch, title, and the loss that is followed."""

    names: tuple[str, str]
    title: Title
    source: str


def headings(frame: Frame | None) -> list[Heading]:
    """What the title row may say, from the most words to the fewest."""
    formula, sources = norm("∂L/∂a⟨t⟩"), ("",) * 3
    if frame is not None and frame.source and frame.summed:
        formula += " ,  L = Σ L⟨t⟩"
    elif frame is not None and frame.source:
        formula = norm(f"∂L⟨{frame.source}⟩/∂a⟨t⟩")
        step = f"step {frame.source}"
        named = f"loss of {step} {quoted(frame, frame.source, 16)}".rstrip()
        sources = (named, f"loss of {step}", step)
    full, middle, brief = sources
    words, exact, which = "Gradient reaching each step", "", ""
    if frame is not None and frame.layers > 1:
        which = f" · layer {frame.layer + 1}"
        exact = f"{which} of {frame.layers}"
    return [
        Heading(NAMES, (words, f"{formula}{exact}   (log)"), full),
        Heading(NAMES, (words, f"{formula}{exact}"), full),
        Heading(NAMES, (words, f"{formula}{exact}"), middle),
        Heading(_SHORT, (words, f"{formula}{exact}"), middle),
        Heading(NAMES, ("Gradient", f"{formula}{exact}"), full),
        Heading(NAMES, ("Gradient", f"{formula}{exact}"), middle),
        Heading(_SHORT, ("Gradient", f"{formula}{exact}"), middle),
        Heading(_SHORT, ("Gradient", f"{formula}{which}"), brief),
        Heading(_SHORT, ("", f"{formula}{which}"), brief),
        Heading(_SHORT, ("", formula), brief),
    ]


def neighbour(frame: Frame, direction: int) -> int | None:
    """The next step that pays a loss, before (−1) or after (1) the source; None for none."""
    step = frame.source + direction
    while 1 <= step <= frame.steps:
        if frame.pays(step):
            return step
        step += direction
    return None
