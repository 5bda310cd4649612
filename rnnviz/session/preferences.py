"""What the program remembers between two starts. Written as an INI file in the user's folder."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QByteArray, QSettings

THEMES = ("system", "light", "dark")
STATE_VIEWS = ("map", "lines", "cell")
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

    @property
    def theme(self) -> str:
        """Which theme is wanted: "system", "light" or "dark"."""
        value = self._file.value("theme", "system")
        return value if value in THEMES else "system"

    @theme.setter
    def theme(self, value: str) -> None:
        self._file.setValue("theme", value)

    @property
    def state_view(self) -> str:
        """How the hidden state is shown: "map", "lines" or "cell"."""
        value = self._file.value("state_view", "map")
        return value if value in STATE_VIEWS else "map"

    @state_view.setter
    def state_view(self, value: str) -> None:
        self._file.setValue("state_view", value)

    @property
    def text_zoom(self) -> float:
        """What the user multiplied the size of type by."""
        try:
            return min(max(float(self._any("text_zoom", 1.0)), 0.5), 3.0)
        except (TypeError, ValueError):
            return 1.0

    @text_zoom.setter
    def text_zoom(self, value: float) -> None:
        self._file.setValue("text_zoom", value)

    @property
    def recent(self) -> tuple[str, ...]:
        """The files that were opened or saved last, the latest first."""
        value = self._any("recent", [])
        found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return tuple(each for each in found if isinstance(each, str) and each)[:_RECENT]

    def add_recent(self, path: str) -> None:
        """Put a file before the others."""
        others = [each for each in self.recent if each != path]
        self._file.setValue("recent", [path, *others][:_RECENT])

    def clear_recent(self) -> None:
        """Forget them."""
        self._file.setValue("recent", [])

    def flag(self, name: str, default: bool) -> bool:
        """A remembered yes or no."""
        value = str(self._any(name, default)).lower()
        return value == "true" if value in ("true", "false") else default

    def set_flag(self, name: str, value: bool) -> None:
        """Remember a yes or no."""
        self._file.setValue(name, value)

    def bytes(self, name: str) -> QByteArray | None:
        """A remembered geometry or splitter; None where there is none."""
        value = self._file.value(name)
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Remember a geometry or splitter."""
        self._file.setValue(name, value)

    def _any(self, name: str, default: object) -> Any:
        return self._file.value(name, default)
