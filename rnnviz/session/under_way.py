"""Work that is under way on another thread: how far it has come, and that it may stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notice:
    """One message for the user, plain text.

    Attributes
    ----------
    text : str
    error : bool
    cancel : bool
        Whether it tells of work that can be cancelled; it stays until that is done.
    """

    text: str
    error: bool = False
    cancel: bool = False


class UnderWay:
    """Is handed to a job: it tells how far it has come, and asks whether to go on.

    Parameters
    ----------
    words : str
        What is done: "Reading big.csv".
    tell : callable
        Takes this object and a line for the user, on any thread.
    """

    __slots__ = ("_tell", "cancelled", "text", "words")

    def __init__(self, words: str, tell: Callable[[UnderWay, str], object]) -> None:
        self.words, self._tell = words, tell
        self.cancelled, self.text = False, f"{words} …"

    def __call__(self, done: float) -> bool:
        """Tell that so much is done, 0 … 1; whether to go on."""
        text = f"{self.words} … {round(100 * done)} %"
        if not self.cancelled and text != self.text:
            self.text = text
            self._tell(self, text)
        return not self.cancelled

    def turn_to(self, words: str) -> None:
        """Another part of the work begins."""
        self.words = words
        self(0.0)
