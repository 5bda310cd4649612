"""This program once more, with a command line of its own."""

import pytest

from rnnviz.beside.program import run_program
from rnnviz.files.errors import Cancelled, DataError


def test_what_it_says_last_is_told(tmp_path):
    heard = []
    said = run_program(
        ["exercise", "--kind", "lstm", "--output", str(tmp_path / "sheet.pdf")],
        lambda done: not heard.append(done),
    )
    assert said.startswith("sheet.pdf and sheet-solution.pdf written")
    assert heard and set(heard) == {0.0}  # a sheet takes no time that would be told
    assert len(list(tmp_path.iterdir())) == 2


def test_what_it_refuses_is_an_error_with_its_words():
    with pytest.raises(DataError, match=r"^sheet.txt: a sheet is written as .pdf$"):
        run_program(["exercise", "--output", "sheet.txt"], lambda _: True)


def test_it_ends_when_nobody_wants_it_any_more_and_takes_away_what_it_began(tmp_path):
    path, began = tmp_path / "long.html", []

    def told(done):
        began.extend([None] if list(tmp_path.iterdir()) else [])
        return done < 0.05

    with pytest.raises(Cancelled, match="the page was not written: cancelled"):
        run_program(["export", "--progress", "-o", str(path), "--fps", "8"], told, "the page")
    assert began  # a hidden file
    assert not list(tmp_path.iterdir())
