"""Before a file is opened: what it holds and what may be chosen; and what a network is made of."""

from rnnviz.views.preview.file_dialogs import FileDialogs

__all__ = ["FileDialogs"]
