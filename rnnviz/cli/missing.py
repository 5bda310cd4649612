"""What is said where Qt or a library that it needs is missing, and what brings it here."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping

_QT = "PySide6-Essentials"
_NAMED = {"PySide6": _QT, "shiboken6": _QT}
# Words by which a system calls itself or what it is like, what it is called, what installs there,
# and what Qt needs.
_SYSTEMS = (
    (("debian", "ubuntu"), "Debian and Ubuntu", "apt-get install",
     "libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib2.0-0 "
     "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"),
    (("fedora", "rhel", "centos"), "Fedora and its like", "dnf install",
     "mesa-libGL mesa-libEGL libxkbcommon fontconfig dbus-libs glib2 "
     "libxkbcommon-x11 xcb-util-cursor xcb-util-wm xcb-util-keysyms libxcb"),
    (("arch",), "Arch and its like", "pacman -S --needed",
     "libglvnd libxkbcommon fontconfig dbus glib2 "
     "libxkbcommon-x11 xcb-util-cursor xcb-util-wm xcb-util-keysyms libxcb"),
    (("suse", "opensuse"), "openSUSE", "zypper install",
     "Mesa-libGL1 Mesa-libEGL1 libxkbcommon0 libfontconfig1 libdbus-1-3 libglib-2_0-0 "
     "libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"),
)  # fmt: skip


def why_missing(error: Exception) -> str:
    """What is said of what could not be loaded: a Python package, or a library that it needs."""
    if isinstance(error, ModuleNotFoundError):
        package = (error.name or "").partition(".")[0]
        brings = _pip(_NAMED.get(package, package))
        return f"the Python package {package} is missing; this brings it:\n  {brings}"
    return f"a library is missing: {error}\n{what_brings(sys.platform, _release())}"


def what_brings(system: str, release: Mapping[str, str]) -> str:
    """What brings the libraries that Qt needs, in lines.

    Parameters
    ----------
    system : str
        As `sys.platform` has it.
    release : mapping
        Of a Linux system what stands in its /etc/os-release.
    """
    if not system.startswith("linux"):
        other = ", or the Microsoft Visual C++ Redistributable" if system == "win32" else ""
        return f"PySide6 installed anew brings it{other}:\n  {_pip('--force-reinstall', _QT)}"
    for word in (release.get("ID", ""), *release.get("ID_LIKE", "").split()):
        for words, called, installs, libraries in _SYSTEMS:
            if word.startswith(words):
                return f"On {called} this brings it:\n  sudo {installs} {libraries}"
    return f"A package of your system brings it; on Debian they are called\n  {_SYSTEMS[0][-1]}"


def _release() -> Mapping[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:  # it is no Linux, or one that does not say which
        return {}


def _pip(*words: str) -> str:
    return f"{sys.executable} -m pip install {' '.join(words)}"
