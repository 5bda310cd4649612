"""Long tables: one series of several is chosen, or each becomes a column; never one in silence."""

import random

import numpy as np
import pytest

from rnnviz.data.readers.options import Options
from tests.data_room.test_options import chosen, look, read, refusal  # noqa: F401 (a fixture)

NAMES = ("AAPL", "MSFT", "GOOG")


def value(name: str, day: int) -> float:
    return 100.0 * NAMES.index(name) + day + 0.5


def rows(order="blocks", skip=()):
    pairs = [(name, day) for name in NAMES for day in range(1, 29) if (name, day) not in skip]
    if order == "days":
        pairs.sort(key=lambda pair: pair[1])
    elif order == "backwards":
        pairs.sort(key=lambda pair: -pair[1])
    elif order == "mixed":
        random.Random(5).shuffle(pairs)
    return "".join(f"{name},2020-01-{day:02d},{value(name, day)}\n" for name, day in pairs)


def long(**given) -> str:
    return f"symbol,date,price\n{rows(**given)}"


@pytest.mark.parametrize("order", ["blocks", "days", "backwards", "mixed"])
def test_it_is_asked_with_the_reason_and_a_column_each_is_proposed(look, order):  # noqa: F811
    found = look(long(order=order))
    asked = chosen(found, "series")
    assert asked.open
    assert asked.chosen is True
    assert "“symbol” names 3 series (" in asked.reason
    assert {label for _, label in asked.options} >= {f"{name} alone" for name in NAMES}
    assert sorted(found.columns) == sorted(("date", *NAMES))
    opened = read(long(order=order), series=True)
    assert list(opened.tokens) == [f"2020-01-{day:02d}" for day in range(1, 29)]
    for name in NAMES:
        column = opened.values[:, opened.columns.index(name)]
        assert column.tolist() == [value(name, day) for day in range(1, 29)]


@pytest.mark.parametrize("order", ["blocks", "days", "backwards", "mixed"])
@pytest.mark.parametrize("name", NAMES)
def test_one_alone(order, name):
    found = read(long(order=order), series=name, order="dates")
    assert found.columns == ("price",)
    assert found.values[:, 0].tolist() == [value(name, day) for day in range(1, 29)]
    assert f"“{name}” of “symbol” was opened, of 3 series" in found.notes


def test_unasked_it_is_refused_with_what_to_do_or_said_to_be_one_series():
    said = refusal(long())
    assert "line 2: “AAPL” in column 1 (symbol) is not a number; “symbol” names 3 series" in said
    assert said.endswith("can be chosen (--series)")
    notes = read(long(), columns=("price",)).notes
    assert any(n.startswith("assumed: the rows are one series as they stand") for n in notes)
    assert not any("assumed" in n for n in read(long(), columns=("price",), series=False).notes)


def test_numbers_that_name_series_are_no_feature_in_silence(look):  # noqa: F811
    text = "store id,week,sales\n" + "".join(
        f"{k},{w},{k * w}\n" for k in range(1, 6) for w in range(1, 21)
    )
    assert chosen(look(text), "series").chosen is True
    found = read(text)
    assert any(n.startswith("assumed: the rows are one series") for n in found.notes)
    apart = read(text, series=True)
    assert apart.columns == ("week", *(f"store id {k}" for k in range(1, 6)))
    assert apart.values[:, 3].tolist() == [3 * w for w in range(1, 21)]
    assert read(text, series="4").values[:, 1].tolist() == [4 * w for w in range(1, 21)]


def test_a_time_that_one_lacks_is_a_missing_value(look):  # noqa: F811
    text = long(skip=[("MSFT", 5)])
    assert "1 missing in “MSFT”" in chosen(look(text), "missing").reason
    assert "no value in column 3 (MSFT)" in refusal(text, series=True)
    found = read(text, series=True, missing="interpolate")
    assert found.values[4].tolist() == [value(name, 5) for name in NAMES]
    assert any("first at “2020-01-05”" in note for note in found.notes)
    assert len(read(text, series="MSFT")) == 27


def test_a_bad_cell_is_named_with_its_line_in_the_file():
    text = long().replace(f"MSFT,2020-01-03,{value('MSFT', 3)}", "MSFT,2020-01-03,oops")
    assert "line 32: “oops” in column 2 (price)" in refusal(text, series="MSFT")
    assert read(text, series="AAPL").values.shape == (28, 1)
    assert "“oops” in column 3 (MSFT)" in refusal(text, series=True)


def test_what_cannot_be_is_refused():
    assert "has no series “IBM”: there are “AAPL”, “MSFT”, “GOOG”" in refusal(long(), series="IBM")
    twice = long() + "GOOG,2020-01-28,1\n"
    assert "line 86: “GOOG” stands twice at “2020-01-28”, before in line 85" in refusal(
        twice, series=True
    )
    for plain in ("date,price\n2020-01-01,1\n2020-01-02,3\n", "a,b\n1,2\n3,4\n"):
        assert "leave --series out" in refusal(plain, series=True)
    many = "symbol,date,price\n" + "".join(
        f"S{k},2020-01-0{d},{k}\n" for k in range(300) for d in (1, 2, 3)
    )
    assert "choose one" in refusal(many, series=True)
    assert read(many, series="S7").values.tolist() == [[7.0]] * 3


def test_too_many_to_be_columns_propose_the_first(look):  # noqa: F811
    many = "symbol,date,price\n" + "".join(
        f"S{k},2020-01-0{d},{k}\n" for k in range(300) for d in (1, 2, 3)
    )
    asked = chosen(look(many), "series")
    assert asked.chosen == "S0"
    assert "too many to be a column each" in asked.reason
    assert look(many).columns == ("date", "price")


@pytest.mark.parametrize(
    "text",
    [
        "date,price\n" + "".join(f"2020-01-{d:02d},{d}\n" for d in range(1, 29)),
        "date,price,day\n" + "".join(f"2020-01-{d:02d},{d},{'ab'[d % 2]}\n" for d in range(1, 29)),
        "date,price,who\n" + "".join(f"2020-01-01,{d},w{d}\n" for d in range(1, 29)),
        "name,v\n" + "".join(f"{'ab'[d % 2]},{d}\n" for d in range(1, 29)),
        "date,price\n" + "2020-01-01,1\n" * 9,
    ],
    ids=["plain", "days of the week", "all different", "no times", "one date"],
)
def test_other_tables_are_not_asked(look, text):  # noqa: F811
    assert all(question.name != "series" for question in look(text).questions)


def test_two_columns_may_name_a_series_together(look):  # noqa: F811
    text = "symbol;field;date;value\n" + "".join(
        f"{s};{f};0{d}.02.2020;{d},5\n" for s in "AB" for f in ("open", "close") for d in (1, 2, 3)
    )
    assert "“symbol” and “field” name 4 series" in chosen(look(text), "series").reason
    found = read(text, series=True)
    assert found.columns == ("A open", "A close", "B open", "B close")
    np.testing.assert_array_equal(found.values, [[1.5] * 4, [2.5] * 4, [3.5] * 4])
    assert read(text, series="B open").values.tolist() == [[1.5], [2.5], [3.5]]


def test_columns_that_are_named_are_those_of_the_rows(look):  # noqa: F811
    found = look(long(), columns=("price",), axis="date")
    assert chosen(found, "series").chosen is False
    assert chosen(look(long(), columns=(1, 2)), "columns").chosen == (1, 2)
    assert chosen(look(long(), series=True, columns=("MSFT",)), "columns").chosen == (2,)


def test_the_preview_opens_what_it_shows(look):  # noqa: F811
    for series in (None, True, "GOOG"):
        found = look(long(), series=series)
        given = {q.name: q.chosen for q in found.questions if q.chosen is not None}
        opened = read(long(), **given)
        assert opened.columns == tuple(found.columns[1:])
        assert Options(**given).series == (True if series is None else series)
