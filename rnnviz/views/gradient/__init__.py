"""The gradient panel: how much of the loss's gradient reaches each step, on a logarithmic axis."""

from rnnviz.views.gradient.panel import GradientPanel

__all__ = ["GradientPanel"]
