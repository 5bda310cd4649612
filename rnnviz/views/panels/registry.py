"""The drawing half of the table of panels: by a panel's name, the widget that draws it.

To add a panel: a row in `film.panels`, a scene or a chart, a widget, and a line here. What nobody
shows is not imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from rnnviz.views.panels.panel import PanelWidget

WIDGETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "equation": ("rnnviz.views.equation_panel", "EquationPanel"),
        "map": ("rnnviz.views.hidden_state", "HiddenStatePanel"),
        "lines": ("rnnviz.views.hidden_state", "HiddenStatePanel"),
        "memory_cell": ("rnnviz.views.hidden_state", "HiddenStatePanel"),
        "gradient": ("rnnviz.views.chart.gradient", "GradientPanel"),
        "loss": ("rnnviz.views.training.loss_panel", "LossPanel"),
        "forecast": ("rnnviz.views.chart.forecast", "ForecastPanel"),
    }
)
"""Module and class; one widget may draw several, as its switch has it, and stays in its slot."""


def widget_of(name: str) -> type[PanelWidget]:
    """The class that draws a panel."""
    module, kind = WIDGETS[name]
    return cast("type[PanelWidget]", getattr(import_module(module), kind))
