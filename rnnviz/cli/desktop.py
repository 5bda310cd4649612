"""rnnviz among the programs of a Linux desktop: ``--install-desktop`` and its opposite.

For this user alone, in the folders that the XDG Base Directory Specification names: the entry of
menus, the type of ``.rnnviz`` files, icons, the manual page and completion.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rnnviz.cli.ending import refuse
from rnnviz.files.disk import read_bytes, resource_path, why_unwritten, write_whole
from rnnviz.files.errors import DataError, show_name

MIME = "application/x-rnnviz"
_MARK = "made by: rnnviz"  # in each text file that is put there
_SIZES = (16, 24, 32, 48, 64, 128, 256)
_ICONS = {"apps/rnnviz": "rnnviz", "mimetypes/application-x-rnnviz": "document"}


def install() -> int:
    """Put rnnviz among the user's programs; returns the exit code."""
    why = _why_not()
    if why:
        return refuse(f"--install-desktop: {why}")
    root = data_home()
    for name, content in files().items():
        path = root / name
        if _is_strange(path):
            return refuse(f"{show_name(path)} is not of rnnviz's making: move it away first")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            return refuse(f"{path} cannot be written: {why_unwritten(error)}")
    _tell_the_desktop(root)
    print(f"rnnviz: is among your programs now, in {root}; --uninstall-desktop takes it away")
    return 0


def uninstall() -> int:
    """Take away what `install` put there, and nothing else; returns the exit code."""
    why = _why_not()
    if why:
        return refuse(f"--uninstall-desktop: {why}")
    root, gone = data_home(), 0
    for name in files():
        path = root / name
        if not os.path.isfile(path) or _is_strange(path):  # noqa: PTH113
            continue
        try:
            path.unlink()
        except OSError as error:
            return refuse(f"{show_name(path)} cannot be removed: {error.strerror or error}")
        gone += 1
        for folder in path.parents:
            if folder == root:
                break
            with suppress(OSError):
                folder.rmdir()  # which an empty one alone allows
    _tell_the_desktop(root)
    print(f"rnnviz: {f'took away {gone} files' if gone else 'was not among your programs'}")
    return 0


def data_home() -> Path:
    """The folder of this user's data: XDG_DATA_HOME, where that is an absolute path."""
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given) if Path(given).is_absolute() else Path.home() / ".local" / "share"


def files() -> dict[str, bytes]:
    """What is put there: content by place under the folder of the user's data."""
    from rnnviz.cli.completion import completion
    from rnnviz.cli.manual import manual

    texts = {
        "applications/rnnviz.desktop": entry(started_by()),
        "mime/packages/rnnviz.xml": _TYPE,
        "man/man1/rnnviz.1": f'.\\" {_MARK} --manual\n{manual()}',
        "bash-completion/completions/rnnviz": completion("bash"),
        "zsh/site-functions/_rnnviz": completion("zsh"),
        "fish/vendor_completions.d/rnnviz.fish": completion("fish"),
    }
    found = {name: text.encode() for name, text in texts.items()}
    for place, icon in _ICONS.items():
        scalable = f"icons/hicolor/scalable/{place}.svg"
        found[scalable] = read_bytes(resource_path("icon", f"{icon}.svg"))
    for size in _SIZES:
        drawn = read_bytes(resource_path("icon", f"rnnviz-{size}.png"))
        found[f"icons/hicolor/{size}x{size}/apps/rnnviz.png"] = drawn
    return found


def started_by() -> list[str]:
    """The words that start this very program from any folder."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    script = Path(sys.executable).parent / "rnnviz"
    package = Path(__file__).resolve().parents[1]
    main = package.parent / "main.py"
    if main.is_file():
        return [sys.executable, str(main)]
    if script.is_file():
        return [str(script)]
    return [sys.executable, "-c", "import sys; from rnnviz.cli.main import main; sys.exit(main())"]


def entry(words: Sequence[str]) -> str:
    """The entry of menus, by the Desktop Entry Specification 1.5."""
    command = " ".join(_quoted(word) for word in words)
    return f"""\
# {_MARK} --install-desktop
[Desktop Entry]
Type=Application
Version=1.0
Name=rnnviz
GenericName=Recurrent neural networks
Comment=See a recurrent neural network run, forward and back through time
Exec={command} %f
Icon=rnnviz
Terminal=false
StartupWMClass=rnnviz
StartupNotify=true
Categories=Education;ArtificialIntelligence;
Keywords=RNN;LSTM;GRU;backpropagation;gradient;lecture;
MimeType={MIME};
"""


_TYPE = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!-- {_MARK}, option install-desktop -->
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{MIME}">
    <comment>rnnviz document</comment>
    <sub-class-of type="application/zip"/>
    <glob pattern="*.rnnviz"/>
  </mime-type>
</mime-info>
"""


def _quoted(word: str) -> str:
    """A word of the key Exec: quoted, a sign of percent doubled, and a string's own escapes."""
    for sign in '\\"`$':
        word = word.replace(sign, f"\\{sign}")
    return '"' + word.replace("\\", "\\\\").replace("%", "%%") + '"'


def _is_strange(path: Path) -> bool:
    """Whether a text file stands there that rnnviz did not write."""
    if path.suffix in (".svg", ".png") or not os.path.isfile(path):  # noqa: PTH113  (see `is_there`)
        return False
    with suppress(DataError):
        return _MARK.encode() not in read_bytes(path)[:400]
    return True


def _why_not() -> str:
    if sys.platform == "darwin":
        return "is for Linux; on macOS drag the standalone program into Applications"
    if sys.platform == "win32":
        return "is for Linux; on Windows pin rnnviz.exe to the start menu"
    return ""


def _tell_the_desktop(root: Path) -> None:
    """Have the desktop look again, where it keeps lists; those that do not need no telling."""
    for words in (
        ["update-mime-database", str(root / "mime")],
        ["update-desktop-database", str(root / "applications")],
    ):
        if shutil.which(words[0]) and os.path.isdir(words[1]):  # noqa: PTH112
            with suppress(OSError, subprocess.SubprocessError):
                subprocess.run(words, check=False, capture_output=True, timeout=30)
