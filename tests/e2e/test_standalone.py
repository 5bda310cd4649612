"""A standalone program is built by the recipe, and starts where none of this copy is."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("PyInstaller") is None, reason="PyInstaller is not installed"),
]
ROOT = Path(__file__).resolve().parents[2]


def test_the_recipe_builds_a_program_that_draws_what_this_one_draws(tmp_path):
    build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--distpath", tmp_path / "dist"]
    subprocess.run(
        [*build, "--workpath", tmp_path / "work", ROOT / "packaging" / "rnnviz.spec"],
        check=True,
        capture_output=True,
    )
    program = tmp_path / "dist" / "rnnviz" / ("rnnviz.exe" if os.name == "nt" else "rnnviz")
    settings = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA")}
    environment = {**os.environ, **settings, "QT_QPA_PLATFORM": "offscreen"}
    asked = ["--cell", "lstm", "--at", "6", "--export"]

    def run(*words):
        subprocess.run(words, check=True, cwd=tmp_path, env=environment)

    run(program, *asked, tmp_path / "standalone.png")
    run(sys.executable, ROOT / "main.py", *asked, tmp_path / "here.png")
    assert (tmp_path / "standalone.png").read_bytes() == (tmp_path / "here.png").read_bytes()
    # The process that trains for the window is this program once more.
    run(program, "train", "names", "--updates", "2", "--output", tmp_path / "names.npz")
    # Nothing under the GPL is packed.
    assert not list((tmp_path / "dist").rglob("*x264*"))
