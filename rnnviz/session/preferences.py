"""What the program remembers between two starts. Written as an INI file in the user's folder."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from rnnviz.film.fields import FIELDS

_RECENT = 10


class _Nowhere(dict[str, Any]):
    """Remembers until it is gone: for pictures, which are the same on every machine."""

    value = dict[str, Any].get
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

    def value(self, name: str) -> Any:
        """What is remembered of a field, within its range; its default for what is damaged."""
        row = FIELDS[name]
        found = self._file.value(row.kept)
        if isinstance(found, str) and row.kind is not str:  # an INI file has but texts
            with suppress(ValueError):
                found = float(found) if row.kind is not bool else row.read(found)
        return row.clamped(found)

    def keep(self, name: str, value: object) -> None:
        """Remember a field's value."""
        self._file.setValue(FIELDS[name].kept, FIELDS[name].clamped(value))

    @property
    def recent(self) -> tuple[str, ...]:
        """The files that were opened or saved last, the latest first."""
        value = self._file.value("recent")
        found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return tuple(each for each in found if isinstance(each, str) and each)[:_RECENT]

    def add_recent(self, path: str) -> None:
        """Put a file before the others."""
        others = [each for each in self.recent if each != path]
        self._file.setValue("recent", [path, *others][:_RECENT])

    def clear_recent(self) -> None:
        """Forget them."""
        self._file.setValue("recent", [])

    def bytes(self, name: str) -> QByteArray | None:
        """A remembered geometry or splitter; None where there is none."""
        value = self._file.value(name)
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Remember a geometry or splitter."""
        self._file.setValue(name, value)
