"""A tour that is being made: its scenes edited one by one, and each edit taken back. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rnnviz.frozen import record
from rnnviz.tours.scenes import Tour, TourScene
from rnnviz.tours.writing import checked, own_document

_REMEMBERED = 200
_SHOWN = ("opens", "mode", "given", "looks", "branch", "snapshot", "updates", "panels", "bars",
          "fill", "words", "at", "speed")  # fmt: skip
"""Of a scene what is seen, which the present state takes the place of."""
_SAID = ("name", "title", "caption", "question", "answer", "notes", "minutes", "part")
_SILENT = TourScene("")
NEW = Tour("", "My tour", "", ())


@record(eq=False)
class _Step:
    """A tour and the scene that is looked at, with what made it and what goes on with it."""

    tour: Tour
    index: int
    edit: str = ""
    goes_on: str = ""


class Draft:
    """A tour that is being made.

    Parameters
    ----------
    tour : Tour
        To begin with, without faults.
    index : int
        The scene that is looked at, from 0.
    saved : bool
        Whether it stands in a file like this.

    Attributes
    ----------
    index : int
        The scene that is looked at; −1 where there is none.
    """

    def __init__(self, tour: Tour = NEW, index: int = 0, *, saved: bool = True) -> None:
        self._now = _Step(_named_apart(own_document(tour)), index)
        self._past: list[_Step] = []
        self._future: list[_Step] = []
        self._saved = self._now.tour if saved else None
        self.index = min(index, len(self.tour.scenes) - 1)

    @property
    def tour(self) -> Tour:
        """As it is now."""
        return self._now.tour

    @property
    def scene(self) -> TourScene | None:
        """The scene that is looked at."""
        return self.tour.scenes[self.index] if self.index >= 0 else None

    @property
    def modified(self) -> bool:
        """Whether it stands in no file like this."""
        return self._saved is None or self._saved != self.tour

    def mark_saved(self, tour: Tour) -> None:
        """A tour stands in a file now."""
        self._saved = tour

    # -- edits -------------------------------------------------------------------------------

    def add(self, scene: TourScene) -> None:
        """Put a scene after the one that is looked at, in the same part, and look at it."""
        part = "" if self.scene is None else self.scene.part
        scene = replace(scene, name=self.free_name(), part=scene.part or part)
        self._put("the new scene", self.index + 1, scene)

    def take(self, index: int, scene: TourScene) -> None:
        """Have a scene show what another shows; what it says stays, and covers what is there."""
        old = self.tour.scenes[index]
        changes: dict[str, Any] = {name: getattr(scene, name) for name in _SHOWN}
        panels = scene.panels or ()
        changes["cover"] = tuple(n for n in old.cover if n in panels) or scene.cover
        changes["blanks"] = old.blanks if "equation" in panels else 0
        self._swap("the state of a scene", index, replace(old, **changes))

    def duplicate(self, index: int) -> None:
        """Put a copy of a scene after it."""
        self.index = index
        self._put("the copy", index + 1, replace(self.tour.scenes[index], name=self.free_name()))

    def remove(self, index: int) -> None:
        """Take a scene out."""
        scenes = self.tour.scenes
        left = (*scenes[:index], *scenes[index + 1 :])
        self._edit("the deleted scene", left, min(index, len(left) - 1))

    def move(self, index: int, to: int) -> bool:
        """Put a scene at another place; whether it is one."""
        scenes = list(self.tour.scenes)
        if not 0 <= to < len(scenes) or to == index:
            return False
        scenes.insert(to, scenes.pop(index))
        self._edit("the order", tuple(scenes), to)
        return True

    def say(self, index: int, **changes: Any) -> None:
        """Change what a scene says, or how; typing on in one field is one edit.

        Raises
        ------
        DataError
            For what a tour's file cannot say; nothing is changed then.
        """
        scene = checked(replace(self.tour.scenes[index], **changes))
        if scene != self.tour.scenes[index]:
            name = ", ".join(changes)
            self._swap(f"the {name}", index, scene, f"{index}/{name}")

    def call(self, **changes: Any) -> None:
        """Change the tour's own `title`, `about` or `planned`."""
        tour = replace(self.tour, **changes)
        if tour != self.tour:
            self._remember(tour, self.index, f"the tour's {', '.join(changes)}", str([*changes]))

    # -- back and again ----------------------------------------------------------------------

    @property
    def undoes(self) -> str | None:
        """What is taken back next; None where there is nothing."""
        return self._now.edit if self._past else None

    @property
    def redoes(self) -> str | None:
        """What is made again next."""
        return self._future[-1].edit if self._future else None

    def undo(self) -> None:
        """Take the last edit back."""
        if self._past:
            self._future.append(self._now)
            edited, self._now = self._now.index, self._past.pop()
            self.index = min(edited, len(self.tour.scenes) - 1)

    def redo(self) -> None:
        """Make it again."""
        if self._future:
            self._past.append(self._now)
            self._now = self._future.pop()
            self.index = self._now.index

    # -- within ------------------------------------------------------------------------------

    def free_name(self) -> str:
        """A name that no scene has."""
        names = {scene.name for scene in self.tour.scenes}
        number = len(names) + 1
        while f"scene-{number}" in names:
            number += 1
        return f"scene-{number}"

    def _put(self, edit: str, place: int, scene: TourScene) -> None:
        scenes = self.tour.scenes
        self._edit(edit, (*scenes[:place], scene, *scenes[place:]), place)

    def _swap(self, edit: str, index: int, scene: TourScene, goes_on: str = "") -> None:
        scenes = list(self.tour.scenes)
        scenes[index] = scene
        self._edit(edit, tuple(scenes), index, goes_on)

    def _edit(
        self, edit: str, scenes: tuple[TourScene, ...], index: int, goes_on: str = ""
    ) -> None:
        self._remember(replace(self.tour, scenes=scenes), index, edit, goes_on)

    def _remember(self, tour: Tour, index: int, edit: str, goes_on: str) -> None:
        if not goes_on or goes_on != self._now.goes_on or self._future:
            self._past = [*self._past, self._now][-_REMEMBERED:]
        self._future.clear()
        self._now = _Step(tour, index, edit, goes_on)
        self.index = index


def same_pictures(one: Tour, other: Tour) -> bool:
    """Whether two tours show the same, whatever they say."""
    silent: Mapping[str, Any] = {name: getattr(_SILENT, name) for name in _SAID}
    return [replace(scene, **silent) for scene in one.scenes] == [
        replace(scene, **silent) for scene in other.scenes
    ]


def is_strung(tour: Tour) -> bool:
    """Whether some of its scenes stand in other files."""
    return any(scene.path != tour.path for scene in tour.scenes)


def _named_apart(tour: Tour) -> Tour:
    """With a name of its own for every scene: those of several files may have the same."""
    seen, scenes = set[str](), list[TourScene]()
    for scene in tour.scenes:
        name, number = scene.name, 2
        while name in seen:
            name, number = f"{scene.name[:56]}-{number}", number + 1
        seen.add(name)
        scenes.append(replace(scene, name=name))
    return replace(tour, scenes=tuple(scenes))
