"""The window: composes the views, hands them frames and looks, and their intents to the session."""

from rnnviz.views.window.main import MainWindow

__all__ = ["MainWindow"]
