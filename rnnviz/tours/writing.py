"""A tour as the text of its file, such that reading it again gives the very same tour.

By hand, since the standard library reads TOML and writes none, and the keys are few: those of
docs/tours.md, in that order.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnnviz.files.errors import DataError, visible
from rnnviz.film.places import At
from rnnviz.opening.door import DOCUMENTS, MAX_TOUR
from rnnviz.opening.toml_files import read_toml
from rnnviz.tours.scenes import Tour, TourScene
from rnnviz.tours.script import KEYS, tour_of

_WIDEST = 1_000  # signs of a line: what is read has at most 2,000, and each may be written as two
_ESCAPES = {"\\": "\\\\", "\b": "\\b", "\t": "\\t", "\f": "\\f", "\r": "\\r", "\n": "\\n"}
_ALONE = TourScene("scene", opens={"lecture": True})


def tour_text(tour: Tour, path: str | Path) -> str:
    """The text of a tour's file.

    Parameters
    ----------
    tour : Tour
    path : path
        Where it is going to stand: files are named from there. In a document (``.rnnviz``) that
        one is called ``document``.

    Raises
    ------
    DataError
        If a scene opens a file that does not lie in that folder or below it, could not be read
        itself, or all is more than can be read again.
    """
    part = tour.scenes[0].part
    alike = all(scene.part == part for scene in tour.scenes)
    lines = [f"title = {_string(tour.title)}"]
    if tour.about:
        lines.append(f"about = {_string(tour.about)}")
    if alike and part:
        lines.append(f"part = {_string(part)}")
    if tour.planned:
        lines.append(f"planned = {tour.planned!r}")
    for number, scene in enumerate(tour.scenes, 1):
        if scene.fault:
            raise DataError(f"scene {number} cannot be written: {scene.fault}", about="")
        try:
            opens = _opens(scene, path)
        except ValueError as error:
            raise DataError(f"scene {number}: {error}", about="") from None
        lines += ["", *_scene(replace(scene, opens=opens), "" if not alike else part)]
    text = "\n".join(lines) + "\n"
    if len(text.encode()) > MAX_TOUR:
        raise DataError(f"is too large for a tour: at most {MAX_TOUR >> 10} KB", path=path)
    return text


def moved(text: str, before: Path, path: Path) -> str:
    """The text of a document's tour once the document lies elsewhere: files are named from there.

    Raises
    ------
    DataError
        If a scene opens a file that does not lie in that folder or below it, or is at fault.
    """
    if before.absolute().parent == path.absolute().parent:
        return text
    tour = tour_of(read_toml(text.encode(), str(before), MAX_TOUR, "tour"), strict=True)
    own = {"file": str(path)}
    scenes = (
        replace(scene, opens=own) if "document" in (scene.opens or {}) else scene
        for scene in tour.scenes
    )
    return tour_text(replace(tour, scenes=tuple(scenes)), path)


def checked(scene: TourScene) -> TourScene:
    """A scene as it would be read again, with its signs as a file can have them.

    Raises
    ------
    DataError
        For what a tour's file cannot say: a third line, a figure that nobody knows, ….
    """
    file = scene.opens is None or "file" in scene.opens  # which lies where nobody knows yet
    alone = replace(scene, opens=_ALONE.opens) if file else scene
    text = tour_text(Tour("t", "t", "", (alone,)), "t.toml")
    found = tour_of(read_toml(text.encode(), "t.toml", MAX_TOUR, "tour"), strict=True).scenes[0]
    opens = scene.opens if file else found.opens
    return replace(found, opens=opens, path=scene.path, line=None, lines={})


def own_document(tour: Tour) -> Tour:
    """The same with the document that it lies in called by its path, as any file."""

    def named(scene: TourScene) -> TourScene:
        if scene.opens is None or "document" not in scene.opens:
            return scene
        return replace(scene, opens={"file": os.path.realpath(scene.path)})

    return replace(tour, scenes=tuple(map(named, tour.scenes)))


# -- a scene -------------------------------------------------------------------------------------


def _scene(scene: TourScene, part: str) -> list[str]:
    """The lines of a scene; `part` is that of the file."""
    lines = ["[[scene]]"]
    for key, (name, write) in _KEYS.items():
        value = getattr(scene, name)
        if key == "part":
            said = value != part
        else:
            said = key in ("name", "minutes") or value != getattr(_SILENT, name)
        if said:
            lines.append(f"{key} = {write(value)}")
    for table, keys in KEYS.items():
        values = scene.looks if table == "view" else scene.given
        found = _fields(keys, values)
        if found:
            lines += [f"[scene.{table}]", *found]
    return lines


def _fields(keys: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """The lines of one table: of several keys of a field the one that says all, or its own name."""
    lines: list[str] = []
    known = set[str]()
    fits = [
        (key, row, spelling)
        for key, (row, spelling) in keys.items()
        if row.name in values
        and all(name in values and values[name] == v for name, v in spelling.also.items())
    ]
    for key, row, _ in sorted(fits, key=lambda each: (-len(each[2].also), each[0] != each[1].name)):
        if row.name not in known:
            known.add(row.name)
            lines.append(f"{key} = {_value(values[row.name])}")
    order = [f"{key} =" for key in keys]
    return sorted(lines, key=lambda line: order.index(line.partition(" = ")[0] + " ="))


def _opens(scene: TourScene, path: str | Path) -> Mapping[str, Any] | None:
    """What a scene opens, as it is called from where the tour is going to stand.

    Raises
    ------
    ValueError
        If it is no file of the folder or below it.
    """
    opens = own_document(Tour("", "", "", (scene,))).scenes[0].opens
    if opens is None or "file" not in opens:
        return opens
    tour, file = os.path.realpath(path), os.path.realpath(opens["file"])
    if file == tour and Path(tour).suffix.lower() == DOCUMENTS:
        return {"document": True}
    folder = str(Path(tour).parent)
    try:
        below = os.path.commonpath((folder, file)) == folder
    except ValueError:  # another drive
        below = False
    if not below:
        raise ValueError(
            f"it opens {visible(str(opens['file']))}, which does not lie in the tour's folder or "
            "below it; save the tour there, or move the file and add the scene again"
        )
    return {"file": Path(os.path.relpath(file, folder)).as_posix()}


# -- values --------------------------------------------------------------------------------------


def _string(text: str) -> str:
    """A text in quotes: of several lines, or very long, as TOML's string of several lines."""
    text = "".join(visible(c) if "\ud800" <= c <= "\udfff" else c for c in text)
    if "\n" not in text and len(text) <= _WIDEST // 2:
        return f'"{_escaped(text)}"'
    lines = [_folded(line) for line in text.split("\n")]
    lines[-1] = lines[-1][:-1] + '\\"' if lines[-1].endswith('"') else lines[-1]
    return '"""\n' + "\n".join(lines) + '"""'


def _folded(line: str) -> str:
    """A line of such a string, broken where it is too long: its break is none of the text's."""
    parts = [line[at : at + _WIDEST // 2] for at in range(0, len(line), _WIDEST // 2)]
    made = [_escaped(part, few=True) for part in parts]
    # What follows a broken line loses the blanks that it begins with.
    made[1:] = [
        f"\\u{ord(part[0]):04X}{rest[2 if part[0] == chr(9) else 1 :]}"
        if part[0] in " \t"
        else rest
        for part, rest in zip(parts[1:], made[1:], strict=True)
    ]
    return "\\\n".join(made)


def _escaped(text: str, *, few: bool = False) -> str:
    """A text's signs as they stand in quotes; `few`: quotes alone stay as they are."""
    made: list[str] = []
    for sign in text:
        if sign in _ESCAPES:
            made.append(_ESCAPES[sign])
        elif sign == '"':
            inner = few and not "".join(made[-2:]).endswith('""')
            made.append(sign if inner else '\\"')
        elif sign < " " or sign == "\x7f":
            made.append(f"\\u{ord(sign):04X}")
        else:
            made.append(sign)
    return "".join(made)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _string(value) if isinstance(value, str) else repr(value)


def _place(place: At) -> str:
    """A place in the film: a number, or a word."""
    step = f"{place.step:.6f}".rstrip("0").rstrip(".")
    if place.stage == "forward":
        return step
    return _string(f"back:{step}" if place.stage == "backward" else place.stage)


def _names(names: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_string, names))}]"


def _table(values: Mapping[str, Any]) -> str:
    return "{ " + ", ".join(f"{key} = {_value(value)}" for key, value in values.items()) + " }"


_SILENT = TourScene("")
_KEYS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    **{key: (key, _string) for key in ("name", "title", "caption", "question", "answer")},
    "open": ("opens", _table),
    "mode": ("mode", _string),
    "branch": ("branch", _string),
    "snapshot": ("snapshot", _value),
    "updates": ("updates", _value),
    "at": ("at", _place),
    "play": ("play", _place),
    "speed": ("speed", _value),
    "panels": ("panels", _names),
    "fill": ("fill", _string),
    "bars": ("bars", _names),
    "words": ("words", _value),
    "cover": ("cover", _names),
    "blanks": ("blanks", _value),
    "part": ("part", _string),
    "notes": ("notes", _string),
    "minutes": ("minutes", _value),
}
"""A scene's keys in their order, each with the field of `TourScene` and what writes it."""
