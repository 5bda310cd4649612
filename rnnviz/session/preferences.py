"""What the program remembers between two starts. Written as an INI file in the user's folder."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from rnnviz.film.field import Field
from rnnviz.film.fields import FIELDS
from rnnviz.film.panels import (
    MOST_SAVED,
    OWN,
    Layout,
    former,
    read,
    saved_layouts,
    saved_text,
    why_not_name,
    written,
)

_RECENT, _LONGEST_PATH = 10, 32_768  # no system has longer ones
_GEOMETRY = b"\x01\xd9\xd0\xcb"  # what Qt begins a window's geometry with
_SPLITTER = 0xFF  # and a splitter's state
_MOST_PARTS, _LARGEST = 16, 100_000  # of a splitter, and their pixels


class _Nowhere(dict[str, Any]):
    """Remembers until it is gone: for pictures, which are the same on every machine."""

    value = dict[str, Any].get
    contains = dict[str, Any].__contains__
    remove = dict[str, Any].pop
    setValue = dict[str, Any].__setitem__  # noqa: N815 - QSettings' own name


class Preferences:
    """Typed access to the program's settings file; a damaged value counts as absent.

    Parameters
    ----------
    kept : bool
        Whether the user's file is read and written; otherwise everything is at its default.
    """

    def __init__(self, *, kept: bool = True) -> None:
        self._file: Any = (
            QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "rnnviz", "rnnviz")
            if kept
            else _Nowhere()
        )
        self._for_now: dict[str, Any] = {}

    def value(self, name: str) -> Any:
        """What is remembered of a field, within its range; its default for what is damaged."""
        if name in self._for_now:
            return self._for_now[name]
        return FIELDS[name].clamped(self._found(FIELDS[name]))

    def for_now(self, values: Mapping[str, Any]) -> None:
        """Have other values of some fields in force until something else is said; none is kept."""
        self._for_now = {name: value for name, value in values.items() if FIELDS[name].kept}

    def _found(self, row: Field) -> object:
        """What stands in the file for a field, whatever it is."""
        found = self._file.value(row.kept)
        if isinstance(found, str) and row.kind is not str:  # an INI file has but texts
            with suppress(ValueError):
                found = float(found) if row.kind is not bool else row.read(found)
        return found

    def keep(self, name: str, value: object) -> None:
        """Remember a field's value."""
        self._for_now.pop(name, None)
        self._file.setValue(FIELDS[name].kept, FIELDS[name].clamped(value))

    def mend(self) -> str:
        """Take out of the file what no start can use.

        Returns
        -------
        str
            One sentence for the user; empty where all of it is sound.
        """
        file = self._file
        if isinstance(file, QSettings) and file.status() != QSettings.Status.NoError:
            return f"The settings file {file.fileName()} cannot be read; all is at its default."
        damaged = {key: sound for key, sound in self._damaged() if file.contains(key)}
        for key, sound in damaged.items():
            if sound:
                file.setValue(key, sound)
            else:
                file.remove(key)
        if not damaged:
            return ""
        names = ", ".join([*damaged][:4]) + (", …" if len(damaged) > 4 else "")
        return f"The settings file held what cannot be used; now at its default: {names}."

    def _damaged(self) -> Iterator[tuple[str, object]]:
        """The keys of what cannot be used, or is not there, with what of it still can be."""
        for row in FIELDS.values():
            if row.kept and row.refusal(self._found(row)):
                yield row.kept, None
        for key in ("window/slots", "lecture/slots", "layout/own"):
            if read(OWN, self._file.value(key)) is None:
                yield key, None
        saved, sound = (
            self._file.value("layout/saved"),
            saved_layouts(self._file.value("layout/saved")),
        )
        if saved_text(sound) != saved:
            yield "layout/saved", saved_text(sound) if sound else None
        recent = self._file.value("recent")
        if recent is not None and [*self.recent] != (
            [recent] if isinstance(recent, str) else recent
        ):
            yield "recent", [*self.recent]
        if self.geometry is None:
            yield "geometry", None
        for name in ("splitter", "lower"):
            if self.sizes(name) is None:
                yield name, None

    # -- layouts, apart for the window and for lectures ------------------------------------------

    def layout(self, place: str) -> Layout:
        """The layout of the "window" or a "lecture"; of what was shown before there were slots."""
        found = read(self._file.value(f"{place}/layout"), self._file.value(f"{place}/slots"))
        if found is not None:
            return found
        at_first = {"hidden_state": place == "window", "gradient": True}
        flags = {name: str(self._file.value(f"{place}/{name}")).lower() for name in at_first}
        shown = [
            name
            for name, usual in at_first.items()
            if flags[name] == "true" or (usual and flags[name] != "false")
        ]
        return former(shown, self.value("state_view"), self._former_widths())

    def _former_widths(self) -> list[int] | None:
        """The widths of the two panels of before, which a QSplitter wrote."""
        widths = self.sizes("lower")
        return widths if widths is not None and len(widths) == 2 else None

    def keep_layout(self, place: str, layout: Layout) -> None:
        """Remember the layout of a place; one that does not ship also as the user's own."""
        self._file.setValue(f"{place}/layout", layout.name)
        self._file.setValue(f"{place}/slots", written(layout))
        if layout.name == OWN:
            self._file.setValue("layout/own", written(layout))

    @property
    def layouts(self) -> dict[str, Layout]:
        """What the user saved, by its names, after the last arrangement without a name."""
        own = read(OWN, self._file.value("layout/own"))
        saved = saved_layouts(self._file.value("layout/saved"))
        return saved if own is None or own.name != OWN else {OWN: own, **saved}

    def save_layout(self, name: str, layout: Layout) -> None:
        """Save a layout under a name; ValueError where it cannot have it."""
        why = why_not_name(name)
        if why:
            raise ValueError(why)
        saved = {**saved_layouts(self._file.value("layout/saved")), name: layout}
        if len(saved) > MOST_SAVED:
            raise ValueError(f"{MOST_SAVED} are saved already")
        self._file.setValue("layout/saved", saved_text(saved))

    def forget_layout(self, name: str) -> None:
        """Forget what was saved under a name."""
        saved = saved_layouts(self._file.value("layout/saved"))
        saved.pop(name, None)
        self._file.setValue("layout/saved", saved_text(saved))

    # -- files and the window ----------------------------------------------------------------

    @property
    def recent(self) -> tuple[str, ...]:
        """The files that were opened or saved last, the latest first."""
        value = self._file.value("recent")
        found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        texts = (each for each in found if isinstance(each, str))
        return tuple(each for each in texts if 0 < len(each) <= _LONGEST_PATH)[:_RECENT]

    def add_recent(self, path: str) -> None:
        """Put a file before the others."""
        others = [each for each in self.recent if each != path]
        self._file.setValue("recent", [path, *others][:_RECENT])

    def clear_recent(self) -> None:
        """Forget the files that were open last."""
        self._file.setValue("recent", [])

    @property
    def geometry(self) -> QByteArray | None:
        """Where the window was, as Qt wrote it; None where nothing like it is kept."""
        found = self.bytes("geometry")
        return found if found is not None and found.startsWith(_GEOMETRY) else None

    def sizes(self, name: str) -> list[int] | None:
        """The sizes of a splitter's parts, of the state that it wrote; None where there is none.

        Qt reads such a state without a doubt: a count in it takes that much memory, and an
        orientation turns the splitter.
        """
        state = self.bytes(name)
        if state is None or state.size() < 12:
            return None
        data = state.data()
        magic, _, count = struct.unpack(">iiI", data[:12])
        if magic != _SPLITTER or not 0 < count <= _MOST_PARTS or len(data) < 12 + 4 * count:
            return None
        sizes = list(struct.unpack(f">{count}i", data[12 : 12 + 4 * count]))
        return sizes if sum(sizes) and all(0 <= n <= _LARGEST for n in sizes) else None

    def bytes(self, name: str) -> QByteArray | None:
        """A remembered geometry or splitter, as it stands; None where there is none."""
        value = self._file.value(name)
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def sync(self) -> None:
        """Write all preferences to the disk now."""
        if isinstance(self._file, QSettings):
            self._file.sync()

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Remember a geometry or splitter."""
        self._file.setValue(name, value)
