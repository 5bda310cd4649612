"""Before a file is opened: what it holds and what may be chosen; and what a network is made of."""

from rnnviz.views.preview.asking import Asking
from rnnviz.views.preview.dialog import PreviewDialog
from rnnviz.views.preview.network import NetworkDialog

__all__ = ["Asking", "NetworkDialog", "PreviewDialog"]
