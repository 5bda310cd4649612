"""When a label is, how the dates of a column run, and what is done and said about it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.data.labels import ReadLabels
from rnnviz.data.readers.date_forms import are_dates, fields_of, is_date
from rnnviz.data.readers.dates import order_of
from tests.data_room.test_options import chosen, look, read  # noqa: F401 (a fixture)

TURNED = "the dates ran from the newest to the oldest and were turned round: step 1 is the oldest"


def way(*labels):
    """How they run: one by one, and all at once where they are written alike."""
    slow = order_of([labels])
    fast = order_of([ReadLabels(labels)])
    assert (slow is None) == (fast is None)
    if slow is None or fast is None:
        return None
    np.testing.assert_array_equal(slow.moments, fast.moments)
    return slow.way


FORWARD = [
    ("2024-9-28", "2024-9-30", "2024-10-1"),
    ("2024-09-28", "2024-09-30", "2024-10-01"),
    ("28/01/2024", "31/01/2024", "01/02/2024"),
    ("01/28/2024", "01/31/2024", "02/01/2024"),
    ("1/9/2024", "1/10/2024", "2/1/2024"),
    ("28.01.2024", "01.02.2024"),
    ("31.12.99", "01.01.00"),
    ("2024-10-27T02:30+02:00", "2024-10-27T02:00+01:00", "2024-10-27T02:30+01:00"),
    ("2024-03-01 9:59", "2024-03-01 10:00"),
    ("2024-03-01 09:59:59.5", "2024-03-01 10:00:00.0"),
    ("1/1/2024 11:00 AM", "1/1/2024 12:00 PM", "1/1/2024 1:00 PM"),
    ("1/1/2024 12:30 AM", "1/1/2024 1:00 AM"),
    ("Q4 1999", "Q1 2000"),
    ("2024Q3", "2024Q4", "2025Q1"),
    ("2024-W09", "2024-W10"),
    ("9 Jan 2024", "10 Jan 2024", "1 Feb 2024"),
    ("Jan 31, 2024", "Feb 1, 2024"),
    ("23:30", "23:45", "00:15"),
    ("2024-01", "2024-02"),
]


@pytest.mark.parametrize("labels", FORWARD)
def test_dates_are_compared_by_when_they_are(labels):
    assert way(*labels) == "forward"
    assert way(*labels[::-1]) == "backward"


def test_seconds_are_those_of_the_calendar():
    found = order_of([ReadLabels(["1970-01-02T00:00:01Z", "2024-02-29T12:00:00Z"])])
    assert found.moments.tolist() == [86_401.0, 1_709_208_000.0]
    offset = order_of([("2024-02-29T12:00+05:30", "2024-02-29T12:00-01:00")])
    assert np.diff(offset.moments) == [6.5 * 3600]


@pytest.mark.parametrize(
    "labels",
    [
        ("28/01/2024", "01/28/2024"),  # in both orders
        ("2024-01-01", "10:30"),
        ("Jan 30", "Feb 01", "Mar 02", "Jan 04"),  # days or years
        ("one", "two"),
        ("2024-01-01", ""),
    ],
)
def test_what_cannot_be_compared_is_not(labels):
    assert way(*labels) is None


def test_the_newest_first_is_turned_round_and_said():
    text = "Date,Close\n03/02/2024,3\n01/02/2024,2\n31/01/2024,1\n"
    found = read(text)
    assert tuple(found.tokens) == ("31/01/2024", "01/02/2024", "03/02/2024")
    assert found.values.tolist() == [[1], [2], [3]]
    assert TURNED in found.notes
    kept = read(text, order="file")
    assert kept.values.tolist() == [[3], [2], [1]]
    assert kept.tokens[0] == "03/02/2024"
    assert "the dates ran from the newest to the oldest: step 1 is the newest" in kept.notes


def test_within_a_day_too_the_newest_stood_first():
    found = read("d,v\n2024-01-02,4\n2024-01-02,3\n2024-01-01,2\n2024-01-01,1\n")
    assert found.values.ravel().tolist() == [1, 2, 3, 4]
    assert any(note.startswith("2 dates stand there a second time") for note in found.notes)


def test_disorder_is_said_and_sorted_where_it_is_chosen():
    text = "d,v\n2024-01-03,1\n2024-01-01,2\n2024-01-02,3\n"
    run = "the dates run back once, first in row 2 from “2024-01-03” to “2024-01-01”"
    found = read(text)
    assert found.values.ravel().tolist() == [1, 2, 3]
    assert f"{run}: nothing was sorted" in found.notes
    found = read(text, order="dates")
    assert found.values.ravel().tolist() == [2, 3, 1]
    assert tuple(found.tokens) == ("2024-01-01", "2024-01-02", "2024-01-03")
    assert f"{run}: sorted by date" in found.notes


def test_a_day_and_a_time_of_day_are_taken_together():
    text = "date,time,v\n2024-01-02,00:15,2\n2024-01-01,23:30,1\n"
    found = read(text)
    assert tuple(found.tokens) == ("2024-01-01 23:30", "2024-01-02 00:15")
    assert found.values.ravel().tolist() == [1, 2]


def test_forward_dates_need_no_word():
    found = read("date,v\n2024-9-30,1\n2024-10-1,2\n")
    assert found.notes == ("the dates of “date” became the axis",)


def test_records_of_json_are_turned_round_too():
    text = '[{"d": "2024-10-1", "v": 2}, {"d": "2024-9-30", "v": 1}]'
    found = read(text, "a.json")
    assert found.values.tolist() == [[1], [2]]
    assert tuple(found.tokens) == ("2024-9-30", "2024-10-1")
    assert TURNED in found.notes


@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_the_preview_says_it_and_lets_it_be_undone(name, look):  # noqa: F811
    text = "d,v\n2024-10-1,2\n2024-9-30,1\n"
    if name == "a.json":
        text = '[{"d": "2024-10-1", "v": 2}, {"d": "2024-9-30", "v": 1}]'
    order = chosen(look(text, name), "order")
    assert (order.chosen, order.open, order.reason) == ("dates", True, "the newest stands first")
    assert [value for value, _ in order.options] == ["file", "dates"]
    order = chosen(look(text, name, order="file"), "order")
    assert (order.chosen, order.open) == ("file", False)


def test_a_million_dates_are_compared_at_once():
    days = np.datetime64("2000-01-01") + np.arange(200_000) // 48
    labels = ReadLabels([str(day) for day in days[::-1]])
    assert order_of([labels]).way == "backward"


FIRST = """Jan-1-1995|Jan 1, 1995|1-Jan-1995|January 1st 1995|Jan. 1, 1995|Jan/1/1995|Jan 1,1995
Jan-01-95|Jan 1 '95|1 Jan '95|1st of January 1995|the 1st of January 1995|01JAN1995|01jan95
1995-Jan-01|1995 Jan 1|1995, January 1|Sunday, January 1, 1995|Jan-1-1995 12:00 AM|1995-01-01 (Sun)
01/Jan/1995:00:00:00 +0000|1995M01|1995/01|01/1995|gen-1-1995|1 gennaio 1995|1° gennaio 1995
il 1 gennaio 1995|domenica 1 gennaio 1995|genn. 1, 1995|Jän-1-1995|1. Januar 1995|1.Jan.1995
den 1. Januar 1995|Sonntag, den 1. Januar 1995|1er janvier 1995|le 1er janvier 1995|janv-1-1995
dimanche 1er janvier 1995|1er\u00a0janv.\u00a01995|1 de enero de 1995|1º de enero de 1995
ene-01-1995|enero 1 de 1995|domingo, 1 de enero de 1995|Ja\u0308n-1-1995"""


@pytest.mark.parametrize("label", FIRST.replace("\n", "|").split("|"))
def test_the_first_of_january_is_written_in_many_ways(label):
    assert is_date(label)
    assert fields_of(label)[0][:4] == (1995, 1, 1, 0)


NONE = "may 5|Jan 199|3/2|1995.01|Jan12|12MAR2|Feb-30-1995|Jan 32, 1995|1995M13|1-Foo-1995|13/1995"


@pytest.mark.parametrize("label", NONE.split("|"))
def test_what_is_only_like_a_date_is_none(label):
    assert not is_date(label)
    assert fields_of(label) is None


def test_months_by_name_before_the_day_label_the_steps():
    found = read("Date,Close\nJan-2-1995,3\nJan-10-1995,2\nFeb-1-1995,1\n")
    assert list(found.tokens) == ["Jan-2-1995", "Jan-10-1995", "Feb-1-1995"]
    assert found.columns == ("Close",)


@pytest.mark.parametrize("at", [3, 70])
@pytest.mark.parametrize("axis", [None, "Day", 0])
def test_a_column_of_dates_with_another_cell_in_it_is_not_said_to_hold_dates_alone(look, at, axis):  # noqa: F811
    rows = [f"2020-{1 + n // 28:02d}-{1 + n % 28:02d},{n}" for n in range(100)]
    rows[at] = f"total,{at}"
    found = look("Day,Close\n" + "\n".join(rows), axis=axis)
    assert chosen(found, "axis").reason == "“Day” holds dates, but “total” is none"


def test_an_index_without_a_name_counts_the_rows(look):  # noqa: F811
    found = look(",a\n0,1\n1,2\n2,5\n")
    assert chosen(found, "axis").reason == "“column 1” counts the rows"


_YEARS = st.sampled_from(["2020", "0000", "0001", "1999", "20", "٢٠٢٠", ""])
_PARTS = st.sampled_from(["01", "02", "12", "13", "00", "2", "29", "30", "31"])
_BEHIND = st.sampled_from(
    ["", "", "T12:30", " 1:00", " 99:99", " 23:59:59", "T12", "\n", "\n2020-01-01"]
)


@given(st.sets(st.tuples(_YEARS, st.sampled_from("-/."), _PARTS, _PARTS, _BEHIND), max_size=3))
def test_many_cells_are_dates_as_each_of_them_is(every):
    cells = {f"{y}{mark}{m}{mark}{d}{behind}" for y, mark, m, d, behind in every}
    assert are_dates(cells) == all(map(is_date, cells))
    assert not are_dates({"2024-02-29", ""})
