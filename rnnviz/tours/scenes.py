"""What a tour is made of: scenes in the order of a lecture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rnnviz.film.places import At
from rnnviz.frozen import field, record

_CALLED = {"unit": "selected"}  # by whoever refuses it


@record
class TourScene:
    """What is shown and said between two presses of *next*; None and "" where it says nothing.

    Attributes
    ----------
    name : str
        Of its own in the tour; letters, digits and hyphens.
    title, caption, question, answer, notes : str
        What is said; the caption's figures are not filled in.
    minutes : float
        How long it is planned to take.
    opens : mapping or None
        What is opened: one of "lecture", "text", "problem", "twins", "vanishing", "series", "file",
        "document", with what belongs to it. None: what the scene before showed stays.
    mode : str
    given : mapping of str to value
        Fields of network, updates and training by name.
    looks : mapping of str to value
        Fields of the view by name.
    branch : str
        Which branch is shown.
    snapshot : str, int or None
        "first", "best" or "last" of the training, or that of an update.
    updates : int
        Updates of the film that were made before.
    panels, bars : tuple of str or None
        Under the stage, and the bars; None: as in the scene before.
    fill : str or None
        The panel that has the stage's place too; empty: none has.
    words : bool, str or None
        Whether the page of words stands in the stage's place; "one-hot" for those vectors alone.
    at, play : At or None
        Where the film stands, and to where it then runs.
    speed : float
    cover : tuple of str
        Panels whose curves are covered until the answer.
    blanks : int
        Numbers of the equation that are blank until the answer.
    part : str
        The part of the lecture, as the bar at the foot names it.
    path : str
        The file that it stands in.
    line : int or None
        Where.
    lines : mapping of str to int
        Where its keys stand.
    fault : str
        Why it cannot be shown; empty where it can.
    """

    name: str
    title: str = ""
    caption: str = ""
    question: str = ""
    answer: str = ""
    notes: str = ""
    minutes: float = 1.0
    opens: Mapping[str, Any] | None = None
    mode: str = ""
    given: Mapping[str, Any] = field(default_factory=dict[str, Any])
    looks: Mapping[str, Any] = field(default_factory=dict[str, Any])
    branch: str = ""
    snapshot: str | int | None = None
    updates: int = 0
    panels: tuple[str, ...] | None = None
    bars: tuple[str, ...] | None = None
    fill: str | None = None
    words: bool | str | None = None
    at: At | None = None
    play: At | None = None
    speed: float = 1.0
    cover: tuple[str, ...] = ()
    blanks: int = 0
    part: str = ""
    path: str = field(default="", compare=False)
    line: int | None = field(default=None, compare=False)
    lines: Mapping[str, int | None] = field(default_factory=dict[str, int | None], compare=False)
    fault: str = ""

    def line_of(self, reason: str) -> int | None:
        """The line of the key that a reason begins with; else that of the scene."""
        key = reason.partition(" ")[0].rstrip(":")
        return self.lines.get(_CALLED.get(key, key), self.line)

    @property
    def asks(self) -> bool:
        """Whether something is asked first, so that *next* tells it before the next scene."""
        return bool(self.question or self.cover or self.blanks)


@record
class Tour:
    """A tour: a file of scenes in their order.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    title, about : str
    scenes : tuple of TourScene
        At least one.
    planned : float
        Minutes that there are for all of it; 0 where nobody says.
    path : str
        The file that it was read from.
    """

    name: str
    title: str
    about: str
    scenes: tuple[TourScene, ...]
    planned: float = 0.0
    path: str = field(default="", compare=False)

    @property
    def minutes(self) -> float:
        """How long all of it is planned to take."""
        return sum(scene.minutes for scene in self.scenes)

    def of_part(self, index: int) -> tuple[int, int]:
        """A scene's place within its part, from 1, and how many scenes that has."""
        part = self.scenes[index].part
        first = index
        while first and self.scenes[first - 1].part == part:
            first -= 1
        last = index
        while last + 1 < len(self.scenes) and self.scenes[last + 1].part == part:
            last += 1
        return index - first + 1, last - first + 1

    def find(self, which: str) -> int | None:
        """The index of a scene by its number from 1, or its name; None where there is none."""
        if which.isascii() and which.isdigit() and len(which) < 6:
            return int(which) - 1 if 1 <= int(which) <= len(self.scenes) else None
        return next((i for i, scene in enumerate(self.scenes) if scene.name == which), None)
