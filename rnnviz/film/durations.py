"""How long a training takes, in words: before it begins, and while it runs."""

from __future__ import annotations

from math import ceil, floor, isfinite

from rnnviz.frozen import record

# Up to so many seconds they are said in these, rounded to so many of them.
_STEPS = (
    (9.5, 1.0, 1, "s"),
    (57.5, 1.0, 5, "s"),
    (90.0, 1.0, 10, "s"),
    (9.5 * 60, 60.0, 1, "min"),
    (57.5 * 60, 60.0, 5, "min"),
    (90.0 * 60, 60.0, 10, "min"),
    (40.0 * 3600, 3600.0, 1, "h"),
    (float("inf"), 86400.0, 1, "days"),
)


def duration_words(seconds: float, *, at_least: bool = False) -> str:
    """A time as one says it: "less than a second", "40 s", "3 min", "2 h".

    Rounded to the nearest that is said, or down, where it is `at_least` that.
    """
    if seconds < 1.0:
        return "less than a second"
    for end, unit, every, name in _STEPS:
        if seconds < end:
            count = seconds / unit / every
            said = every * (floor(count) if at_least else max(1, round(count)))
            return f"{max(said, 1):,} {name}"
    return "more than anybody waits"


@record
class Estimate:
    """What a training takes, of a few of its updates that were made and timed.

    Attributes
    ----------
    updates : int
        How many it is to make.
    seconds : float
        What they take; nan where that cannot be known.
    at_least : bool
        Whether it may be any longer: not even one update was over in time.
    early : bool
        Whether it may stop early.
    why : str
        Why nothing is known.
    """

    updates: int
    seconds: float
    at_least: bool = False
    early: bool = False
    why: str = ""

    @property
    def text(self) -> str:
        """One line: "about 40 s for 1,200 updates"."""
        many = f"{self.updates:,} update{'' if self.updates == 1 else 's'}"
        if self.why or not isfinite(self.seconds):
            return f"how long {many} take is not known: {self.why or 'nothing was measured'}"
        if self.at_least:
            said = duration_words(self.seconds, at_least=True)
            return f"more than {said} for {many}: one alone was not over in time"
        return f"{about(self.seconds, early=self.early)} for {many}"


def about(seconds: float, *, early: bool = False) -> str:
    """A time that is estimated; of what may stop early it is the most."""
    words = duration_words(seconds)
    if words.startswith("less"):
        return words
    return f"{'at most ' if early else ''}about {words}"


def left_words(seconds: float, *, early: bool = False) -> str:
    """What is left of a training under way: "about 12 s left"."""
    if not isfinite(seconds):
        return ""
    return f"{about(ceil(seconds) if seconds > 1 else seconds, early=early)} left"
