"""The table of panels: what can stand under the stage, what each needs, and why one stays empty.

Their drawing halves are registered where they are drawn. To add a panel, add a row here (and its
measure to `film.measures`), a scene or a chart, and its drawing half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rnnviz.film.frame import Frame
from rnnviz.film.measures import MEASURES

_NORMS = ("source norms", "total norms", "curve", "range", "beside")
STAGE = ("source norms", "total norms", "curve", "range", "extremes", "beside")
"""Measures that the stage asks for, which is always shown: pulses, the ends of its colours, and the
gradients of other branches, with which they make their updates when the film comes to its own."""


def _always(_frame: Frame) -> str:
    return ""


def _no_gradient(frame: Frame) -> str:
    return "" if frame.source else "no step pays a loss, so that there is no gradient"


def _no_training(frame: Frame) -> str:
    return "" if frame.run.log else "this network has not been trained"


def _no_forecast(frame: Frame) -> str:
    return "" if frame.forecasts else "what is open is no series to forecast"


@dataclass(frozen=True, slots=True)
class Panel:
    """A row of the table.

    Attributes
    ----------
    name : str
        In documents, preferences and on the command line.
    title : str
    measures : tuple of str
        Names of what it asks of a pass.
    why_not_now : callable (Frame)
        Why it has nothing to show, as the end of a sentence; empty where it has.
    """

    name: str
    title: str
    measures: tuple[str, ...] = ()
    why_not_now: Callable[[Frame], str] = _always


_ALL = (
    Panel("equation", "Equation"),
    Panel("map", "Hidden state", ("extremes",)),
    Panel("lines", "Units over time", ("extremes",)),
    Panel("memory_cell", "Inside the memory cell"),
    Panel("gradient", "Gradient", _NORMS, _no_gradient),
    Panel("loss", "Loss", (), _no_training),
    Panel("forecast", "Forecast", ("errors",), _no_forecast),
)
PANELS: Mapping[str, Panel] = MappingProxyType({panel.name: panel for panel in _ALL})


def why_empty(name: str, frame: Frame) -> str:
    """Why a panel shows nothing of a frame, as the end of a sentence; empty where it does.

    A measure that takes long is awaited rather than found while something is painted.
    """
    panel, passing = PANELS[name], frame.passing
    why = panel.why_not_now(frame)
    for name_of_measure in () if why else panel.measures:
        measure = MEASURES[name_of_measure]
        if not measure.cost(frame.branches).quick and measure.missing(passing, frame.branches):
            return "it is still being computed"
    return why


def measures_of(panels: Iterable[str]) -> tuple[str, ...]:
    """What the stage and some panels ask for together, each name once."""
    asked = (name for panel in panels for name in PANELS[panel].measures)
    return tuple(dict.fromkeys((*STAGE, *asked)))
