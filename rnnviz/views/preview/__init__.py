"""Before a file is opened: what it holds and what may be chosen; and what a network is made of."""

from rnnviz.views.preview.asking import Asking

__all__ = ["Asking"]
