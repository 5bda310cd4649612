"""The hidden state panel: every unit at every step, as a map of values or as lines over time."""

from rnnviz.views.hidden_state.panel import HiddenStatePanel

__all__ = ["HiddenStatePanel"]
