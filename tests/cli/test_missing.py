"""What is said where Qt or what it needs is missing: what brings it on the system at hand."""

import subprocess
import sys
from pathlib import Path

import pytest

from rnnviz.cli.missing import what_brings, why_missing

ROOT = str(Path(__file__).resolve().parent.parent.parent)


@pytest.mark.parametrize(
    ("system", "release", "said"),
    [
        ("linux", {"ID": "ubuntu", "ID_LIKE": "debian"}, "sudo apt-get install libgl1 "),
        ("linux", {"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "sudo dnf install mesa-libGL "),
        ("linux", {"ID": "manjaro", "ID_LIKE": "arch"}, "sudo pacman -S --needed libglvnd "),
        ("linux", {"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"}, "sudo zypper install Mesa"),
        ("linux", {"ID": "nixos"}, "A package of your system brings it; on Debian they are called"),
        ("linux", {}, "A package of your system brings it"),
        ("win32", {}, "Microsoft Visual C++ Redistributable"),
        ("darwin", {}, " -m pip install --force-reinstall PySide6-Essentials"),
    ],
)
def test_each_system_is_told_what_brings_a_library_there(system, release, said):
    found = what_brings(system, release)
    assert said in found
    assert system.startswith("linux") or "apt-get" not in found


def test_a_library_is_named():
    said = why_missing(ImportError("libEGL.so.1: cannot open shared object file"))
    assert said.startswith("a library is missing: libEGL.so.1: cannot open shared object file\n")


@pytest.mark.parametrize(
    "words", [["export", "--text", "a b", "-o", "a.png"], ["exercise"], ["--text", "a b"]]
)
def test_without_pyside_one_message_says_what_brings_it(tmp_path, words):
    code = "import sys; sys.modules['PySide6'] = None; sys.path.insert(0, sys.argv.pop(1)); "
    code += "from rnnviz.cli.main import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, ROOT, *words],
        capture_output=True, text=True, timeout=100, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "rnnviz: the Python package PySide6 is missing; this brings it:",
        f"  {sys.executable} -m pip install PySide6-Essentials",
    ]
    assert not list(tmp_path.iterdir())
