"""A list to be searched by typing: the palette of commands, and F1."""

from rnnviz.views.finder.entries import Entry, found
from rnnviz.views.finder.finder import Finder

__all__ = ["Entry", "Finder", "found"]
