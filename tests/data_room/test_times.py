"""Years and moments as numbers: proposed as the time, said to be features, never taken as dates."""

from __future__ import annotations

import json

import pytest

from rnnviz.data import Options, read_sequence
from rnnviz.data.readers import preview
from rnnviz.data.readers.times import time_in

DAY = 86_400
RISING = range(40)
COUNTS = {
    "year": ([1700 + k for k in RISING], "years from 1700 to 1739"),
    "Jahr": ([1990 - k // 2 for k in RISING], "years from 1990 to 1971"),
    "decimal_year": ([1749 + k / 12 for k in RISING], "years from 1749 to 1752.25"),
    "x": ([1901 + k for k in RISING], "years from 1901 to 1940"),
    "timestamp": (
        [1_700_000_000 + k * DAY + k % 3 for k in RISING],
        "seconds since 1970, from 2023-11-14 to 2023-12-23",
    ),
    "t": (
        [1_700_000_000_000 + k * DAY * 1000 for k in RISING],
        "milliseconds since 1970, from 2023-11-14 to 2023-12-23",
    ),
    "ts": (
        [(1_700_000_000 + k * DAY) * 10**9 for k in RISING],
        "nanoseconds since 1970, from 2023-11-14 to 2023-12-23",
    ),
    "step": (list(RISING), "whole numbers from 0 to 39, evenly apart"),
    "index": ([5 * k + 10 for k in RISING], "whole numbers from 10 to 205, evenly apart"),
    "Time (s)": ([-k for k in RISING], "whole numbers from 0 to -39, evenly apart"),
    "Date": ([45292 + k for k in RISING], "days of a spreadsheet, from 2024-01-01 to 2024-02-09"),
}
LARGEST = 1.7976931348623157e308
NO_TIME = {
    "seconds": [0.0, LARGEST, -LARGEST],  # whose difference no float64 holds
    "timestamp": [-LARGEST, 0.0, LARGEST],
    "year": [1700, 1710, 1705, 1720],  # turns round
    "time": [k / 10 for k in RISING],  # counts nothing that is known
    "index": [k * k for k in RISING],  # not evenly
    "t": [k / 2 for k in RISING],  # not whole
    "price": [1600 + 2 * k for k in RISING],
    "date": [2000, 2000, 2000, 2000],
    "volume": [1_700_000_000 + k * k for k in RISING],
    "ts": [1_700_000_000, 1_700_000_060],
}


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_a_column_that_may_be_the_time_is_proposed_and_said(name, suffix, tmp_path):
    values, said = COUNTS[name]
    path = tmp_path / f"a.{suffix}"
    rows = list(enumerate(values))
    if suffix == "csv":
        path.write_text(f"{name},v\n" + "".join(f"{value},{k * 7 % 13}\n" for k, value in rows))
    else:
        path.write_text(json.dumps([{name: value, "v": k * 7 % 13} for k, value in rows]))
    questions = {question.name: question for question in preview(path).questions}
    axis = questions["axis"]
    assert (axis.chosen, questions["columns"].chosen, axis.open) == (0, (1,), True)
    assert axis.reason.startswith(f"“{name}” may be the time: its first rows are {said[:10]}")
    unasked = read_sequence(path)
    assert unasked.columns == (name, "v") and unasked.tokens[0] == "1"
    (note,) = [note for note in unasked.notes if note.startswith("assumed: ")]
    assert f"“{name}” ({said}) is a feature" in note
    asked = read_sequence(path, options=Options(axis=axis.chosen, columns=(1,)))
    assert asked.columns == ("v",)
    if said.startswith(("years", "whole")):
        assert float(asked.tokens[3]) == values[3] and "e" not in asked.tokens[3]
    else:
        first, last = said.partition("from ")[2].split(" to ")
        assert (asked.tokens[0][:10], asked.tokens[39][:10]) == (first, last)
        assert any(note.endswith("and are written as dates") for note in asked.notes)
    assert not [note for note in asked.notes if note.startswith("assumed: ")]
    chosen = read_sequence(path, options=Options(axis=False, columns=(0, 1)))
    assert not [note for note in chosen.notes if note.startswith("assumed: ")]


@pytest.mark.parametrize("name", NO_TIME)
def test_what_is_no_time_is_neither_proposed_nor_said(name, tmp_path):
    assert time_in(name, NO_TIME[name]) == ""


def test_the_only_column_and_the_first_of_dates_are_left_alone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("year\n" + "".join(f"{1700 + k}\n" for k in RISING))
    axis = next(q for q in preview(path).questions if q.name == "axis")
    assert axis.chosen is False and not axis.open
    assert not read_sequence(path).notes
    path.write_text("date,year,v\n" + "".join(f"20{k:02}-01-01,20{k:02},1.5\n" for k in RISING))
    axis = next(q for q in preview(path).questions if q.name == "axis")
    assert axis.chosen == 0 and axis.reason == "“date” holds dates"
    assert not any("is a feature" in note for note in read_sequence(path).notes)


def test_days_of_a_spreadsheet_with_the_newest_first_are_turned_round(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Date,v\n" + "".join(f"{45300 - k},{k}\n" for k in range(5)))
    found = read_sequence(path, options=Options(axis="Date", columns=("v",)))
    assert found.tokens[:] == tuple(f"2024-01-0{day}" for day in range(5, 10))
    assert found.values.ravel().tolist() == [4, 3, 2, 1, 0]
