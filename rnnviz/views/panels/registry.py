"""The drawing half of the table of panels: by a panel's name, the widget that draws it.

To add a panel: a row in `film.panels`, a scene or a chart, a widget, and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rnnviz.views.chart.forecast import ForecastPanel
from rnnviz.views.chart.gradient import GradientPanel
from rnnviz.views.equation_panel import EquationPanel
from rnnviz.views.hidden_state import HiddenStatePanel
from rnnviz.views.panels.panel import Panel
from rnnviz.views.training import LossPanel

WIDGETS: Mapping[str, type[Panel]] = MappingProxyType(
    {
        "equation": EquationPanel,
        "map": HiddenStatePanel,
        "lines": HiddenStatePanel,
        "memory_cell": HiddenStatePanel,
        "gradient": GradientPanel,
        "loss": LossPanel,
        "forecast": ForecastPanel,
    }
)
"""One widget may draw several, as its switch has it, and then stays in its slot."""
