"""A tour's file: scenes in the order of a lecture, read and checked.

The keys are those of session files and of the table of fields, and some of a scene's own; what is
not known is refused with its line. docs/tours.md has all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn, cast

from rnnviz.files.disk import read_content, resource_path
from rnnviz.files.errors import DataError, visible
from rnnviz.film.field import Field, Spelling
from rnnviz.film.fields import BARS, FIELDS, fields_of
from rnnviz.film.panels import MOST, PANELS
from rnnviz.film.places import At, read_at
from rnnviz.film.word_space import ONE_HOT
from rnnviz.opening.door import DOCUMENTS, MAX_TOUR
from rnnviz.opening.toml_files import Given, Keys, Toml, beside, keys_of_fields, kind_of, read_toml
from rnnviz.tours.captions import refusal
from rnnviz.tours.scenes import Tour, TourScene

FOLDER = "tours"
LECTURE = "lecture"
"""The name of the tour that strings the nine."""

_MOST_SCENES, _MOST_PARTS = 200, 30
_OF_TOUR = {"title": 80, "about": 240, "part": 60}  # texts, and how long they may be
_OF_SCENE = {"name": 60, "title": 90, "caption": 240, "question": 240, "answer": 240,
             "notes": 4_000}  # fmt: skip
_MOST_LINES = 2  # of a text that breaks them itself: the picture needs the room
_OF_ALL_SCENES = ("planned", "parts", "scene")
_OPENS = {  # what may be opened, and what may be said with it
    "lecture": ("unit",),
    "text": ("unit",),
    "problem": ("example", "text", "length"),
    "twins": ("example", "length"),
    "vanishing": (),
    "series": (),
    "file": (),
    "document": (),
}
SERIES: Mapping[str, str] = MappingProxyType(
    {
        "temperature": "seattle-temperature-2012.csv",
        "temperatures": "seattle-temperature-2012-2015.csv",
        "prices": "sp500-1999-2018.csv",
        "sunspots": "sunspots-1700-2008.csv",
    }
)
"""The series that ship, by what a scene calls them."""
SNAPSHOTS = ("first", "best", "last")

_NOT_A_SCENES = ("theme", "motion", "text_zoom", "state_view", "layout", "animated", "speed",
                 "start_page")  # fmt: skip


def _view_keys() -> dict[str, tuple[Field, Spelling]]:
    """The rows of the view that a scene may set, by their names."""
    rows = [row for row in fields_of("view") if "/" not in row.name]
    rows = [row for row in rows if row.name not in _NOT_A_SCENES]
    rows = [row for row in rows if not row.name.startswith("memory_")]
    return {row.name: (row, Spelling(f"view.{row.name}", {})) for row in rows}


KEYS: Keys = {
    **{table: keys for table, keys in keys_of_fields().items() if table},
    "view": _view_keys(),
}
"""What stands in a scene's tables, by table and key."""


def read_tour(path: str | Path, *, strict: bool = False) -> Tour:
    """Read a tour from a file; see `tour_of`."""
    content = read_content(path)
    return tour_of(read_toml(content.data, str(path), MAX_TOUR, "tour"), strict=strict)


def shipped_tour(name: str, *, strict: bool = False) -> Tour:
    """Read one of the tours that ship; DataError where there is none of that name."""
    known = shipped_names()
    if name not in known:
        raise DataError(f"there is no tour {visible(name)[:60]}, but {', '.join(known)}", about="")
    return read_tour(resource_path(FOLDER, f"{name}.toml"), strict=strict)


def shipped_names() -> tuple[str, ...]:
    """The names of the tours that ship: the whole lecture, then part by part."""
    found = sorted(file.stem for file in resource_path(FOLDER).glob("*.toml"))
    return tuple(sorted(found, key=lambda name: name != LECTURE))


def shipped_titles() -> tuple[tuple[str, str, str], ...]:
    """Name, title and what it is about of every tour that ships and can be read."""
    found: list[tuple[str, str, str]] = []
    for name in shipped_names():
        try:
            tour = shipped_tour(name)
        except DataError:
            continue  # who opens it is told
        found.append((tour.name, tour.title, tour.about))
    return tuple(found)


def tour_of(toml: Toml, *, strict: bool = False) -> Tour:
    """Make a tour of TOML that was read.

    Parameters
    ----------
    toml : Toml
    strict : bool
        Whether a fault in one scene is one of the whole tour; else that scene says it.

    Raises
    ------
    DataError
        With file and line, for what makes no tour.
    """
    texts = dict.fromkeys(_OF_TOUR, "")
    for key, value in toml.tables.items():
        if key in _OF_TOUR:
            texts[key] = _text(toml, value, _OF_TOUR[key], key)
        elif key not in _OF_ALL_SCENES:
            known = ", ".join((*_OF_TOUR, *_OF_ALL_SCENES))
            toml.fail(f"has the key {visible(key)[:60]}, which is not known; known here: {known}",
                      key)  # fmt: skip
    scenes: list[TourScene] = []
    for index, name in enumerate(_list(toml, toml.tables.get("parts", []), str, "parts")):
        scenes += _part(toml, name, index, strict)
    tables = _list(toml, toml.tables.get("scene", []), dict, "scene")
    for index, table in enumerate(tables):
        scenes.append(_scene(toml, cast("dict[str, Any]", table), index, texts["part"], strict))
    if not scenes:
        toml.fail("has no [[scene]], and so nothing to show")
    if len(scenes) > _MOST_SCENES:
        toml.fail(f"has {len(scenes)} scenes, at most {_MOST_SCENES}", "scene", _MOST_SCENES)
    stem = Path(toml.path).stem
    planned = _minutes(toml, toml.tables.get("planned", 0.0), 600, "planned")
    return Tour(stem, texts["title"] or stem, texts["about"], _named(toml, scenes, strict),
                planned, toml.path)  # fmt: skip


def _part(toml: Toml, name: str, index: int, strict: bool) -> tuple[TourScene, ...]:
    """The scenes of another file beside this one; its fault is a scene that says it."""
    try:
        if index >= _MOST_PARTS:
            toml.fail(f"has more than {_MOST_PARTS} parts", "parts")
        path = beside(f"{name}.toml", toml.path, "parts", "tour")
        found = read_toml(read_content(path).data, path, MAX_TOUR, "tour")
        if "parts" in found.tables:
            found.fail("has parts itself, and cannot be one", "parts")
        return tour_of(found, strict=strict).scenes
    except DataError as error:
        if error.line is None and error.path == toml.path:
            error.line = toml.lines.of("parts")
        if strict:
            raise
        return (TourScene(f"part-{index + 1}", visible(name)[:60], part=visible(name)[:60],
                      path=toml.path, line=toml.lines.of("parts"), fault=str(error)),)  # fmt: skip


def _named(toml: Toml, scenes: list[TourScene], strict: bool) -> tuple[TourScene, ...]:
    """The scenes, each with a name of its own."""
    seen = set[tuple[str, str]]()
    for scene in scenes:
        if strict and (scene.path, scene.name) in seen:
            raise DataError(f"has two scenes that are called {scene.name}", path=scene.path,
                            line=scene.line)  # fmt: skip
        seen.add((scene.path, scene.name))
    return tuple(scenes)


def _scene(toml: Toml, table: dict[str, Any], index: int, part: str, strict: bool) -> TourScene:
    line = toml.lines.of("scene", index)
    try:
        return _Reading(toml, index).scene(table, part, line)
    except DataError as error:
        if strict:
            raise
        title = table.get("title")
        title = visible(title)[:90] if isinstance(title, str) else ""
        return TourScene(f"scene-{index + 1}", title, part=part, path=toml.path, line=line,
                     fault=str(error))  # fmt: skip


class _Reading:
    """Reads one scene."""

    def __init__(self, toml: Toml, index: int) -> None:
        self._toml, self._index = toml, index

    def scene(self, table: dict[str, Any], part: str, line: int | None) -> TourScene:
        said = Given(self._toml, KEYS)
        made: dict[str, Any] = {}
        takes: dict[str, Callable[[object, str], object]] = {
            **dict.fromkeys(("title", "caption", "question", "answer"), self._caption),
            "name": self._name, "notes": self._notes, "minutes": self._minutes,
            "part": lambda value, key: self._plain(value, _OF_TOUR["part"], key),
            "open": self._opens, "mode": self._field, "speed": self._field,
            "branch": lambda value, key: self._plain(value, 60, key),
            "snapshot": self._snapshot, "updates": self._updates,
            "blanks": self._blanks,
            "panels": lambda value, key: self._names(value, tuple(PANELS), MOST, key),
            "bars": lambda value, key: self._names(value, BARS, len(BARS), key),
            "cover": lambda value, key: self._names(value, tuple(PANELS), MOST, key),
            "fill": self._fill, "words": self._words, "at": self._at, "play": self._at,
        }  # fmt: skip
        for key, value in table.items():
            if key in KEYS:
                if not isinstance(value, dict):
                    what = f"{key} is {kind_of(value)}, where a table [scene.{key}] should be"
                    self._fail(what, key)
                for inner, setting in cast("dict[str, Any]", value).items():
                    said.take(key, inner, setting, "scene", self._index)
            elif key in takes:
                made["opens" if key == "open" else key] = takes[key](value, key)
            else:
                known = ", ".join((*takes, *(f"[scene.{name}]" for name in KEYS)))
                shown = visible(key)[:60] or "“”"
                self._fail(f"has the key {shown}, which is not known; known here: {known}", key)
        if "name" not in made:
            self._fail("has a scene without a name", "name")
        looks = {name: value for name, value in said.given.items() if name in KEYS["view"]}
        given = {name: value for name, value in said.given.items() if name not in looks}
        made = {"part": part, "notes": "", "caption": "", **made}
        where = {key: self._toml.lines.of("scene", self._index, key) for key in table}
        for name in KEYS:
            for key in table.get(name, ()):
                where[key] = self._toml.lines.of("scene", self._index, name, key)
        return TourScene(**made, given=given, looks=looks, path=self._toml.path, line=line,
                     lines=where)  # fmt: skip

    # -- its keys ----------------------------------------------------------------------------

    def _fail(self, reason: str, *keys: str | int) -> NoReturn:
        self._toml.fail(reason, "scene", self._index, *keys)

    def _plain(self, value: object, most: int, key: str) -> str:
        return _text(self._toml, value, most, "scene", self._index, key)

    def _name(self, value: object, key: str) -> str:
        text = self._plain(value, _OF_SCENE[key], key)
        if not text or not text.replace("-", "a").isalnum() or not text.isascii():
            self._fail(f"name {visible(text)!r} is not of letters, digits and hyphens", key)
        if text.isdigit():
            self._fail("name is a number, as those are that scenes are counted with", key)
        return text

    def _caption(self, value: object, key: str) -> str:
        text = self._plain(value, _OF_SCENE[key], key)
        lines, most = text.count("\n") + 1, 1 if key == "title" else _MOST_LINES
        if lines > most:
            self._fail(f"{key} has {lines} lines, at most {most}", key)
        why = refusal(text)
        if why:
            self._fail(f"{key} {why}", key)
        return text

    def _notes(self, value: object, key: str) -> str:
        return self._plain(value, _OF_SCENE[key], key)

    def _minutes(self, value: object, key: str) -> float:
        return _minutes(self._toml, value, 120, "scene", self._index, key)

    def _field(self, value: object, key: str) -> Any:
        try:
            return FIELDS[key].checked(value)
        except ValueError as error:
            self._fail(f"{key}: {error}", key)

    def _words(self, value: object, key: str) -> bool | str:
        if not isinstance(value, bool) and value != ONE_HOT:
            what = f'{key} is {kind_of(value)}, where true, false or "{ONE_HOT}" should be'
            self._fail(what, key)
        return cast("bool | str", value)

    def _snapshot(self, value: object, key: str) -> str | int:
        update = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9
        if not update and value not in SNAPSHOTS:
            known = ", ".join(SNAPSHOTS)
            what = f"{key} is {kind_of(value)}, where {known} or an update's number should be"
            self._fail(what, key)
        return cast("str | int", value)

    def _blanks(self, value: object, key: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 20:
            what = f"{key} is {kind_of(value)}, where a whole number from 0 to 20 should be"
            self._fail(what, key)
        return value

    def _updates(self, value: object, key: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 50:
            what = f"{key} is {kind_of(value)}, where a whole number from 0 to 50 should be"
            self._fail(what, key)
        return value

    def _names(self, value: object, known: tuple[str, ...], most: int, key: str) -> tuple[str, ...]:
        names = _list(self._toml, value, str, "scene", self._index, key)
        for name in names:
            if name not in known:
                self._fail(f"{key} has {kind_of(name)}; known: {', '.join(known)}", key)
        if len(set(names)) < len(names) or len(names) > most:
            self._fail(f"{key} has {len(names)} names, at most {most} and none twice", key)
        return tuple(names)

    def _fill(self, value: object, key: str) -> str:
        text = self._plain(value, 60, key)
        if text and text not in PANELS:
            self._fail(f"{key} is {kind_of(value)}; known: {', '.join(PANELS)}", key)
        return text

    def _at(self, value: object, key: str) -> At:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not abs(value) < 10**9:
                what = f"{key}: {kind_of(value)} is not a place such as 6, back:3 or update"
                self._fail(what, key)
            text = f"{value:.6f}".rstrip("0").rstrip(".")
        else:
            text = self._plain(value, 40, key)
        try:
            return read_at(text)
        except ValueError as error:
            self._fail(f"{key}: {visible(str(error))}", key)

    def _opens(self, value: object, key: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self._fail(f"{key} is {kind_of(value)}, where a table {{ … = … }} should be", key)
        table = cast("dict[str, Any]", value)
        which = [name for name in table if name in _OPENS]
        if "problem" in which and "text" in which:
            which.remove("text")  # what is typed for it
        if len(which) != 1:
            self._fail(f"{key} names one of {', '.join(_OPENS)}", key)
        first, made = which[0], dict[str, Any]()
        for name, each in table.items():
            if name != first and name not in _OPENS[first]:
                more = ", ".join(_OPENS[first]) or "nothing"
                shown = visible(name)[:60]
                self._fail(f"{key}: beside {first} {shown} is not known; known: {more}", key)
            made[name] = self._opened(name, each, key)
        return {first: made.pop(first), **made}

    def _opened(self, name: str, value: object, key: str) -> Any:
        if name in ("lecture", "vanishing", "document"):
            if value is not True:
                self._fail(f"{key}: {name} is {kind_of(value)}, where true should be", key)
            if name == "document" and Path(self._toml.path).suffix.lower() != DOCUMENTS:
                self._fail(f"{key}: document is for a tour that a document holds; "
                           "here a file beside the tour is named: file", key)  # fmt: skip
            return True
        if name == "unit":
            try:
                return FIELDS["unit"].checked(value)
            except ValueError as error:
                self._fail(f"{key}: {error}", key)
        if name == "length":
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10**6:
                self._fail(f"{key}: length is {kind_of(value)}, where a length should be", key)
            return value
        text = self._plain(value, 1_000, key)
        if name == "text" and isinstance(value, str):  # of several lines, too
            text = "\n".join(map(visible, value.split("\n")))
        if not text.strip():
            self._fail(f"{key}: {name} is empty", key)
        if name == "series" and text not in SERIES:
            self._fail(f"{key}: series is {kind_of(text)}; known: {', '.join(SERIES)}", key)
        if name == "file":
            try:
                return beside(text, self._toml.path, "file", "tour")
            except DataError as error:
                self._fail(error.reason, key)
        return text


def _text(toml: Toml, value: object, most: int, *keys: str | int) -> str:
    key = keys[-1]
    if not isinstance(value, str):
        toml.fail(f"{key} is {kind_of(value)}, where a text in quotes should be", *keys)
    if len(value) > most:
        toml.fail(f"{key} has {len(value):,} characters, at most {most:,}", *keys)
    lines = value.replace("\r\n", "\n").split("\n")
    return "\n".join(map(visible, lines)) if key in _OF_SCENE else visible(value)


def _minutes(toml: Toml, value: object, most: int, *keys: str | int) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        what = f"{keys[-1]} is {kind_of(value)}, where a number from 0 to {most} should be"
        toml.fail(what, *keys)
    return float(value)


def _list(toml: Toml, value: object, kind: type, *keys: str | int) -> list[Any]:
    if not isinstance(value, list):
        toml.fail(f"{keys[-1]} is {kind_of(value)}, where a list should be", *keys)
    found = cast("list[object]", value)
    for each in found:
        if not isinstance(each, kind):
            toml.fail(f"{keys[-1]} holds {kind_of(each)}", *keys)
    return found
