"""The manual page and completion say what the parsers take, all of it and nothing else."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from rnnviz.cli.completion import SHELLS, completion
from rnnviz.cli.manual import manual
from rnnviz.cli.words import FILE, all_names, commands
from rnnviz.film.export_fields import OPTIONS
from rnnviz.film.fields import FIELDS
from rnnviz.problems.registry import PROBLEMS
from rnnviz.tours.script import shipped_names


def _has(name):
    return pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")


def test_every_field_with_a_flag_is_among_the_words():
    first, *others = commands()
    assert first.name == ""
    names = set(all_names(first.flags))
    rows = [row for row in FIELDS.values() if row.group != "export"]
    assert {spelling.key for row in rows for spelling in row.flags} <= names
    (export,) = (each for each in others if each.name == "export")
    assert {*OPTIONS.values()} <= {*all_names(export.flags)}
    assert {each.name for each in others} >= {"train", "evaluate"}
    flags = {name: flag for flag in first.flags for name in flag.names}
    assert flags["--problem"].words == tuple(PROBLEMS)
    assert flags["--tour"].words == shipped_names()
    assert flags["--theme"].words == ("system", "light", "dark")
    assert flags["--network"].takes == FILE
    assert flags["--explain"].takes is None


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_names_every_flag(shell):
    script = completion(shell)
    for command in commands():
        for name in all_names(command.flags):
            if shell == "fish":
                name = f"-l {name[2:]} " if name.startswith("--") else f"-s {name[1:]} "
            assert name in script


def test_the_manual_has_every_flag_with_its_help():
    page = manual()
    for command in commands():
        for flag in command.flags:
            for name in flag.names:
                assert rf"\fB{name.replace('-', chr(92) + '-')}\fR" in page
    assert page.isascii()  # which every man reads


@_has("groff")
def test_groff_finds_nothing_wrong_with_the_manual():
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8"], input=manual(), capture_output=True, text=True
    )
    assert done.stderr == ""
    assert "one of the tours that ship: lecture, …" in done.stdout


@_has("bash")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["tr"], ["train"]),
        (["--theme", "d"], ["dark"]),
        (["--cell", "ls"], ["lstm"]),
        (["train", "--ce"], ["--cell"]),
        (["train", "--cell", "gru_"], ["gru_reset_before"]),
        (["--problem", "copying_"], ["copying_40"]),
        (["--units", ""], []),
    ],
)
def test_bash_completes(tmp_path, words, found):
    asked = " ".join(f"'{word}'" for word in ["rnnviz", *words])
    script = f"{completion('bash')}\nCOMP_WORDS=({asked}); COMP_CWORD={len(words)}; _rnnviz\n"
    script += 'printf "%s\\n" "${COMPREPLY[@]}"\n'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout.split() == found


@_has("bash")
def test_bash_completes_files_where_files_are_meant(tmp_path):
    (tmp_path / "a trained.safetensors").touch()
    for words in ("--network 'a '", "'a '", "train --output 'a '"):
        script = f"{completion('bash')}\nCOMP_WORDS=(rnnviz {words})\n"
        script += "COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 )); _rnnviz\n"
        script += 'printf "%s\\n" "${COMPREPLY[@]}"\n'
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path)
        assert done.stdout == "a trained.safetensors\n"


@_has("zsh")
def test_zsh_reads_its_script():
    done = subprocess.run(["zsh", "-n"], input=completion("zsh"), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@_has("fish")
def test_fish_completes(tmp_path):
    script = f"{completion('fish')}\ncomplete -C 'rnnviz train --cell ls'\n"
    done = subprocess.run(["fish", "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.split()[0] == "lstm"
