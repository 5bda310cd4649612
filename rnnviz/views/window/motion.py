"""How much moves: as the user says, or as the system's own setting has it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from rnnviz.files.disk import read_bytes
from rnnviz.files.errors import DataError
from rnnviz.session import Session
from rnnviz.views.window.parts import Parts

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS = 2.0  # that a program is waited for, on a thread of its own
_CLIENT_AREA_ANIMATION = 0x1042  # SPI_GETCLIENTAREAANIMATION


@cache
def system_is_still() -> bool:
    """Whether the system says that little is to move; False where it says nothing.

    It may take long, and is asked on a thread that nobody waits for.
    """
    with suppress(Exception):  # of whatever kind: the program has no use for why it is not known
        if sys.platform == "win32":
            return _windows_is_still()
        if sys.platform == "darwin":
            said = _said("defaults", "read", "com.apple.universalaccess", "reduceMotion")
            return said == "1"
        return any(_desktops_say())
    return False


def _windows_is_still() -> bool:
    import ctypes

    shown = ctypes.c_int(1)
    user = ctypes.windll.user32  # pyright: ignore[reportAttributeAccessIssue]
    known = user.SystemParametersInfoW(_CLIENT_AREA_ANIMATION, 0, ctypes.byref(shown), 0)
    return bool(known) and not shown.value


def _desktops_say() -> Iterator[bool]:
    """What GNOME, GTK's own files and Plasma say."""
    import os
    from pathlib import Path

    yield _said("gsettings", "get", "org.gnome.desktop.interface", "enable-animations") == "false"
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    for version in ("gtk-4.0", "gtk-3.0"):
        told = _of_file(folder / version / "settings.ini", "Settings", "gtk-enable-animations")
        yield told.lower() in ("0", "false")
    factor = _of_file(folder / "kdeglobals", "KDE", "AnimationDurationFactor")
    yield bool(factor) and float(factor) == 0.0


def _said(program: str, *arguments: str) -> str:
    """What a program of the system answers; nothing where there is none."""
    import shutil
    import subprocess  # not before the window stands

    found = shutil.which(program)
    if found is None:
        return ""
    asked = subprocess.run(
        [found, *arguments], capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    return asked.stdout.strip()


def _of_file(path: Path, section: str, key: str) -> str:
    """A value of an INI file; nothing where it has none."""
    import configparser

    file = configparser.ConfigParser(interpolation=None, strict=False)
    with suppress(DataError, UnicodeError, configparser.Error):
        file.read_string(read_bytes(path).decode("utf-8"))
        return file.get(section, key, fallback="").strip()
    return ""


class Motion(QObject):
    """Turns motion on or off: numbers that travel, steps that run.

    Parameters
    ----------
    parent : QObject
    parts : Parts
    session : Session
    marked : callable
        Shows in the menu which of the field's values is in force.
    """

    def __init__(
        self,
        parent: QObject,
        parts: Parts,
        session: Session,
        marked: Callable[[str], object],
    ) -> None:
        super().__init__(parent)
        self._parts, self._session, self._marked = parts, session, marked
        self._asked = False
        self.wanted = "system"
        """The field's value that is in force."""

    def set(self, wanted: str) -> None:
        """Move all, little, or as the system has it."""
        self.wanted = wanted
        self._marked(wanted)
        still = wanted == "reduced" or (wanted == "system" and self._system())
        self._session.set_still(still)
        self._parts.hold_numbers(still)

    def follow_system(self) -> None:
        """What the system says was asked, by whoever could wait for it."""
        self._asked = True
        self.set(self.wanted)

    def _system(self) -> bool:
        """Whether the system wants little to move, as far as it has been asked.

        Qt 6.12 tells of it too, but the object of its hints is gone when it is asked a second time
        (PySide6 6.12.0).
        """
        return self._asked and system_is_still()
