"""``rnnviz exercise`` and ``--exercise``, each call in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rnnviz.exercises import Code, make_exercise
from tests.cli.test_window import shown

MAIN = str(Path(__file__).resolve().parent.parent.parent / "main.py")


def rnnviz(folder, *arguments):
    return subprocess.run(
        [sys.executable, MAIN, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=folder,
        check=False,
    )


def test_a_sheet_and_its_solution_are_written_and_none_is_written_over(tmp_path):
    done = rnnviz(tmp_path, "exercise", "--kind", "lstm", "--seed", "3")
    assert done.returncode == 0, done.stderr
    sheet, solution = tmp_path / "lstm-3.pdf", tmp_path / "lstm-3-solution.pdf"
    assert sheet.read_bytes().startswith(b"%PDF-") and solution.read_bytes().startswith(b"%PDF-")
    assert "lstm-3.pdf and lstm-3-solution.pdf written; rnnviz --exercise lstm-3" in done.stderr
    again = rnnviz(tmp_path, "exercise", "--kind", "lstm", "--seed", "3")
    other = rnnviz(tmp_path, "exercise", "-o", "mine.pdf")
    assert other.returncode == 0 and (tmp_path / "mine-solution.pdf").is_file()
    assert again.returncode == 2 and "is there already: give --output FILE" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("exercise", "--output", "sheet.txt"), "sheet.txt: a sheet is written as .pdf"),
        (("exercise", "--output", "no/sheet.pdf"), "sheet.pdf cannot be written"),
        (("exercise", "--seed", "-1"), "-1 is not a whole number from 0 to 999999999"),
        (("--exercise", "gru-7"), "“gru-7” is no code of an exercise, such as forward-7"),
        (("--exercise", "bptt-7", "--text", "a b"), "give nothing else"),
        (("--exercise", "bptt-7", "--units", "4"), "leave out what says how"),
    ],
)
def test_what_cannot_be_is_refused_on_one_line(tmp_path, arguments, said):
    done = rnnviz(tmp_path, *arguments)
    assert done.returncode == 2 and said in done.stderr.splitlines()[-1]
    assert not list(tmp_path.iterdir())


def test_a_code_opens_the_very_network_and_exports_its_numbers(tmp_path):
    found = shown(tmp_path, "--exercise", "bptt-7")
    assert found["name"] == "exercise bptt-7" and found["steps"] == 3 and found["summed"]
    done = rnnviz(tmp_path, "--exercise", "BPTT-7", "--export", "numbers.csv")
    assert done.returncode == 0, done.stderr
    exercise = make_exercise(Code("bptt", 7))
    text = (tmp_path / "numbers.csv").read_text()
    wanted = next(v for of, v in exercise.results.items() if of.base == "y" and not of.by)
    assert repr(wanted)[:10] in text
