"""Networks and texts at the ends of what there can be: each is written, without a word beside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

MAIN = str(Path(__file__).resolve().parent.parent.parent / "main.py")
LETTERS = " ".join("abcdefgh"[i % 8] for i in range(150))
EXPLODED = ["--text", LETTERS, "--gain", "1000", "--activation", "relu"]
HOSTILE = "<b>&amp; </svg><script>alert(1)</script> ]]> <!--"


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        ([*EXPLODED, "--at", "140"], "png"),
        ([*EXPLODED, "--at", "back:2"], "svg"),
        ([*EXPLODED, "--from", "104", "--to", "108"], "html"),
        ([*EXPLODED, "--speed", "50"], "wav"),
        (["--text", "a b c d", "--gain", "0"], "html"),
        (["--text", "x", "--as", "characters"], "html"),
        (["--text", "a b", "--layers", "4", "--cell", "lstm", "--at", "back:1"], "svg"),
        (["--text", "שלום עולם 機械学習 は", "--at", "last"], "svg"),
        (["--text", "W" * 3000 + " b", "--at", "last"], "svg"),
        (["--text", HOSTILE, "--at", "last"], "svg"),
    ],
)
def test_it_is_written_and_nothing_else_is_said(tmp_path, words, ending):
    path = tmp_path / f'a<b>&".{ending}' if sys.platform != "win32" else tmp_path / f"a.{ending}"
    size = [] if ending == "wav" else ["--size", "800x500"]
    done = subprocess.run(
        [sys.executable, "-W", "always", MAIN, "export", *words, *size, "-o", path],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (said,) = done.stderr.splitlines()
    assert said.startswith(f"rnnviz: wrote {path.name}")
    if ending == "svg":
        ElementTree.parse(path)


def test_a_page_of_too_many_steps_is_refused_as_a_page(tmp_path):
    text = " ".join(["a"] * 300)
    done = subprocess.run(
        [sys.executable, MAIN, "export", "--text", text, "-o", tmp_path / "a.html"],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        "rnnviz: the page would have 602 pictures, at most 400 are written; give a shorter "
        "stretch (--from, --to), and no --fps\n"
    )
