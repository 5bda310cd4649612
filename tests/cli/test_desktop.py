"""Among the programs of a Linux desktop: what is put there, what it says, how all of it goes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from rnnviz.cli import desktop
from rnnviz.cli.main import main

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="desktop files are Linux's")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data"


def _ours(folder):
    """What is there of rnnviz, but for what the desktop makes of it in its own lists."""
    lists = folder / "mime" / "application"
    found = (path for path in folder.rglob("*rnnviz*") if path.is_file())
    return sorted(path for path in found if path.parent != lists)


def _run(*arguments):
    """The exit code of options that end the program."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    return ended.value.code


@linux
def test_what_is_installed_is_taken_away_and_nothing_else(home, capsys):
    other = home / "applications" / "other.desktop"
    other.parent.mkdir(parents=True)
    other.write_text("[Desktop Entry]")
    assert _run("--install-desktop") == 0
    assert str(home) in capsys.readouterr().out
    assert {*map(str, _ours(home))} == {str(home / name) for name in desktop.files()}
    assert _run("--install-desktop") == 0  # again, over itself
    assert _run("--uninstall-desktop") == 0
    assert _ours(home) == []
    assert other.read_text() == "[Desktop Entry]"
    assert not (home / "icons").exists()
    capsys.readouterr()
    assert _run("--uninstall-desktop") == 0
    assert "was not among your programs" in capsys.readouterr().out


@linux
def test_a_folder_that_cannot_be_is_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / ("n" * 300)))
    assert _run("--install-desktop") == 2
    assert "nnn/applications/rnnviz.desktop cannot be written: " in capsys.readouterr().err
    assert _run("--uninstall-desktop") == 0


@linux
def test_another_programs_file_of_the_name_stays(home, capsys):
    path = home / "applications" / "rnnviz.desktop"
    path.parent.mkdir(parents=True)
    path.write_text("[Desktop Entry]\nName=mine\n")
    assert _run("--install-desktop") == 2
    assert "is not of rnnviz's making: move it away first" in capsys.readouterr().err
    assert _run("--uninstall-desktop") == 0
    assert "Name=mine" in path.read_text()


@linux
def test_where_nothing_can_be_written_it_says_so(tmp_path, monkeypatch, capsys):
    place = tmp_path / "data"
    place.write_text("a file")
    monkeypatch.setenv("XDG_DATA_HOME", str(place))
    assert _run("--install-desktop") == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_elsewhere_it_says_what_to_do_instead(monkeypatch, capsys, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert desktop.install() == desktop.uninstall() == 2
    assert capsys.readouterr().err.count("is for Linux; on ") == 2


def test_the_entry_starts_the_program_with_any_path():
    words = ["/opt/a b/py", '/home/x/50 % $HOME `id` "q" \\ main.py']
    text = desktop.entry(words)
    value = next(line[5:] for line in text.splitlines() if line.startswith("Exec="))
    assert value.endswith(" %f")
    # As the specification has it read: the escapes of a string, then the quotes.
    unescaped = value.removesuffix(" %f").replace("\\\\", "\\").replace("%%", "%")
    quoted = re.findall(r'"((?:\\.|[^"\\])*)"', unescaped)
    assert [re.sub(r"\\(.)", r"\1", word) for word in quoted] == words
    assert "StartupWMClass=rnnviz\n" in text
    assert f"MimeType={desktop.MIME};" in text


@linux
def test_what_starts_the_program_does(tmp_path):
    command = [*desktop.started_by(), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert said.stdout.startswith("rnnviz ")


def test_the_type_of_documents_is_theirs():
    root = ElementTree.fromstring(desktop.files()["mime/packages/rnnviz.xml"])
    kind, space = root[0], "{http://www.freedesktop.org/standards/shared-mime-info}"
    assert kind.get("type") == desktop.MIME
    assert [each.get("pattern") for each in kind.iter(f"{space}glob")] == ["*.rnnviz"]


@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="not installed")
def test_the_desktops_own_check_finds_nothing(tmp_path):
    path = tmp_path / "rnnviz.desktop"
    path.write_bytes(desktop.files()["applications/rnnviz.desktop"])
    done = subprocess.run(["desktop-file-validate", path], capture_output=True, text=True)
    assert done.stdout + done.stderr == ""
