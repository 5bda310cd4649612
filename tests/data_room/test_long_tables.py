"""Long tables: one series of several is chosen, or each becomes a column; never one in silence."""

import json
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
    assert "line 2: “AAPL” in column 1 (symbol) is not a number (" in said
    assert "--columns); “symbol” names 3 series" in said
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
    said = "no value in column 3 (price) of “MSFT”, which has no row at “2020-01-05”"
    assert said in refusal(text, series=True)
    found = read(text, series=True, missing="interpolate")
    assert found.values[4].tolist() == [value(name, 5) for name in NAMES]
    assert any("first at “2020-01-05”" in note for note in found.notes)
    assert len(read(text, series="MSFT")) == 27


def test_a_bad_cell_is_named_with_its_line_in_the_file():
    text = long().replace(f"MSFT,2020-01-03,{value('MSFT', 3)}", "MSFT,2020-01-03,oops")
    assert "line 32: “oops” in column 3 (price)" in refusal(text, series="MSFT")
    assert read(text, series="AAPL").values.shape == (28, 1)
    assert "line 32: “oops” in column 3 (price) of “MSFT”" in refusal(text, series=True)


@pytest.mark.parametrize("series", ["MSFT", True])
def test_a_gap_and_a_fault_of_a_transform_are_named_with_their_line_too(series):
    gap = long(order="mixed").replace(f"{value('MSFT', 3)}\n", "NA\n")
    line = 1 + next(n for n, row in enumerate(gap.split("\n")) if row.endswith("NA"))
    assert f"line {line}: no value (“NA”) in column 3 (price)" in refusal(gap, series=series)
    found = read(gap, series=series, missing="interpolate")
    assert any(f"first in line {line}: interpolated" in note for note in found.notes)
    fallen = long().replace(f"{value('MSFT', 3)}\n", "-1\n")
    assert "line 32: −1 in “" in refusal(fallen, series=series, transform="log")


def test_of_rows_that_are_columns_the_line_is_the_row_s():
    text = "name," + ",".join(f"d{k}" for k in range(12)) + "\n"
    text += "".join(f"{who}," + ",".join("123456789012") + "\n" for who in ("a", "b"))
    bad = text.replace("b,1,2,3", "b,1,2,oops")
    assert "line 3: “oops” in column 4 " in refusal(bad, exchange=True, axis="name")
    gap = text.replace("b,1,2,3", "b,1,2,")
    assert "line 3: no value in column 4" in refusal(gap, exchange=True, axis="name")
    found = read(gap, exchange=True, missing="carry", axis="name")
    assert any("first in line 3" in note for note in found.notes)


def records(order="blocks", when=lambda day: f"2020-01-{day:02d}", skip=()):
    pairs = [(name, day) for name in NAMES for day in range(1, 29) if (name, day) not in skip]
    if order == "days":
        pairs.sort(key=lambda pair: pair[1])
    return [{"date": when(d), "ticker": n, "value": value(n, d)} for n, d in pairs]


def by_columns(rows):
    return {name: {str(k): row[name] for k, row in enumerate(rows)} for name in rows[0]}


def split(rows):
    cells = [list(row.values()) for row in rows]
    return {"columns": list(rows[0]), "index": [7 * k for k in range(len(rows))], "data": cells}


@pytest.mark.parametrize("form", [list, by_columns, split], ids=["records", "columns", "split"])
@pytest.mark.parametrize("order", ["blocks", "days"])
def test_json_of_a_long_table_is_asked_about_and_read_as_the_same_in_lines(look, form, order):  # noqa: F811
    content = json.dumps(form(records(order=order)))
    asked = chosen(look(content, "a.json"), "series")
    assert asked.open
    assert asked.chosen is True
    assert "“ticker” names 3 series (" in asked.reason
    each = read(content, "a.json", series=True)
    assert each.columns == NAMES
    assert list(each.tokens) == [f"2020-01-{day:02d}" for day in range(1, 29)]
    assert each.values.tolist() == [[value(n, day) for n in NAMES] for day in range(1, 29)]
    alone = read(content, "a.json", series="MSFT")
    assert alone.values[:, 0].tolist() == [value("MSFT", day) for day in range(1, 29)]
    assert "“MSFT” of “ticker” was opened, of 3 series" in alone.notes
    said = refusal(content, name="a.json")
    assert "“ticker” names 3 series" in said
    assert said.endswith("can be chosen (--series)")
    notes = read(content, "a.json", columns=("value",), axis="date").notes
    assert any(n.startswith("assumed: the rows are one series as they stand") for n in notes)


def test_json_of_a_long_table_names_the_steps_of_the_file(look):  # noqa: F811
    rows = records(skip=[("MSFT", 5)])
    text = json.dumps(rows)
    assert "1 missing in “MSFT”" in chosen(look(text, "a.json"), "missing").reason
    said = refusal(text, name="a.json", series=True)
    assert "no value in column 3 (value) of “MSFT”, which has no row at “2020-01-05”" in said
    found = read(text, "a.json", series=True, missing="interpolate")
    assert found.values[4].tolist() == [value(name, 5) for name in NAMES]
    rows[30]["value"] = "oops"
    for series in ("MSFT", True):
        said = refusal(json.dumps(rows), name="a.json", series=series)
        assert "“oops” at step 31 in column 3 (value)" in said
    twice = json.dumps(records() + records()[-1:])
    said = refusal(twice, name="a.json", series=True)
    assert "step 85: “GOOG” stands twice at “2020-01-28”, before in step 84" in said
    assert "has no series “IBM”" in refusal(text, name="a.json", series="IBM")
    assert "leave --series out" in refusal('[{"a": 1, "b": 2}]', name="a.json", series=True)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_moments_as_numbers_stand_several_times_too(look, form):  # noqa: F811
    rows = records(when=lambda day: 1_577_836_800_000 + 86_400_000 * day)
    text = json.dumps(rows)
    if form == "csv":
        text = "date,ticker,value\n" + "".join(f"{','.join(map(str, r.values()))}\n" for r in rows)
    found = look(text, f"a.{form}")
    assert chosen(found, "series").chosen is True
    assert chosen(found, "axis").chosen == 0
    each = read(text, f"a.{form}", series=True, axis="date")
    assert each.columns == NAMES
    assert each.tokens[0] == "2020-01-02"
    assert each.values[3].tolist() == [value(name, 4) for name in NAMES]


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
