"""What older programs wrote; their documents are read all the same.

Version 1 had one run and a playhead, and its task within the run. Version 2 has branches. Version 3
has a tour; a document without one is still written as version 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

FORMER: Mapping[str, Mapping[str, str]] = {
    "Run": {"lesson": "shipped"},
}
"""Of a record, by the name that it has today: a field's old name → its name today."""
_OF_ALL, _OF_ONE = ("position", "source", "summed"), ("snapshot", "layer", "unit", "quantity")
"""A playhead's fields, which branches have together and each of its own."""


def in_todays_names(record: str, data: dict[str, Any]) -> dict[str, Any]:
    """The fields of a record as a document has them, by the names that they have today.

    An old name beside the new one stays, to be refused as unknown.
    """
    former = FORMER.get(record)
    if former is None:
        return data
    return {
        name if (today := former.get(name, name)) in data else today: value
        for name, value in data.items()
    }


def was_compared(description: dict[str, Any]) -> bool:
    """Whether a document of version 1 showed the other cells beside its own."""
    playhead = description.get("playhead")
    return isinstance(playhead, dict) and cast("dict[str, Any]", playhead).get("compared") is True


def of_version_2(description: dict[str, Any]) -> dict[str, Any]:
    """A document's description as version 2 has it: what was one run is one branch.

    Raises
    ------
    ValueError
        If it is none of version 1 either.
    """
    if description["version"] != 1:
        return description
    run, playhead = _named(description, "run"), dict(_named(description, "playhead"))
    playhead.pop("compared", None)
    unknown = set(playhead) - {*_OF_ALL, *_OF_ONE}
    if unknown:
        raise ValueError(f"playhead: {sorted(unknown)[0][:40]!r} is not known")
    objects = description.get("objects")
    if not isinstance(objects, list):
        raise ValueError("objects: expected a list")
    shared = list(cast("list[Any]", objects))
    own = {name: playhead[name] for name in _OF_ONE if name in playhead}
    snapshots, snapshot = run.get("networks"), own.get("snapshot", 0)
    if isinstance(snapshots, list) and type(snapshot) is int:  # it was clamped when it was shown
        last = len(cast("list[Any]", snapshots)) - 1
        own["snapshot"] = max(0, min(snapshot, last))
    branch = {"run": {**run, "task": _moved(run.get("task"), shared, 0)}, **own}
    place = {name: playhead[name] for name in _OF_ALL if name in playhead}
    rest = {name: value for name, value in description.items() if name not in ("run", "playhead")}
    return {**rest, "objects": shared, "branches": {"each": [branch], **place}}


def _moved(task: Any, objects: list[Any], depth: int) -> Any:
    """A task that stood in its place, moved to what is shared; the one behind it before it."""
    if not isinstance(task, dict) or depth > 2:
        return cast(Any, task)
    found = dict(cast("dict[str, Any]", task))
    found["base"] = _moved(found.get("base"), objects, depth + 1)
    objects.append({"type": "Task", **found})
    return {"object": len(objects) - 1}


def _named(description: dict[str, Any], name: str) -> dict[str, Any]:
    found = description.get(name)
    if not isinstance(found, dict):
        raise ValueError(f"{name}: expected named values")
    return cast("dict[str, Any]", found)
