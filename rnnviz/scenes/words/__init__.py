"""Words as vectors: each word's one lit cell among 10,000, and its learned vector beside it."""

from rnnviz.scenes.words import moves
from rnnviz.scenes.words.page import Camera, WordsLayout, WordsPage, words_layout
from rnnviz.scenes.words.scene import words_readout, words_scene

__all__ = [
    "Camera",
    "WordsLayout",
    "WordsPage",
    "moves",
    "words_layout",
    "words_readout",
    "words_scene",
]
