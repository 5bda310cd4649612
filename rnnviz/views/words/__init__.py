"""The page of words as vectors."""

from rnnviz.views.words.view import WordsView

__all__ = ["WordsView"]
