"""Tables as people write them: signs around numbers, gaps, lines of names, rows as series."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.data import Options, read_sequence
from rnnviz.data.readers import parse_bytes, preview_bytes
from rnnviz.data.readers.columns import parse_number
from rnnviz.data.readers.date_forms import fields_of, is_date
from rnnviz.data.readers.dates import order_of
from rnnviz.files.errors import DataError
from rnnviz.film.opened_files import chosen_of


def read(content, name="a.csv", **options):
    return parse_bytes(content.encode(), name, options=Options(**options))


def asked(content, name="a.csv", **options):
    found = preview_bytes(content.encode(), name, Options(**options))
    return {question.name: question for question in found.questions}


def as_proposed(content, name="a.csv"):
    """What opens where every proposal of the preview is taken."""
    return read(content, name, **chosen_of(preview_bytes(content.encode(), name)))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("$1,234.50", 1234.5), ("1,234.50 €", 1234.5), ("EUR 5", 5), ("5 kr", 5), ("US$5.5", 5.5),
        ("3.2%", 3.2), ("(3.2%)", -3.2), ("(1,234)", -1234), ("5-", -5), ("−5", -5), ("-$5", -5),
        ("1.43M", 1430000), ("2.5B", 2.5e9), ("12K", 12000), ("7 Mio.", 7e6), ("+5%", 5),
        ("$", None), ("(", None), ("(−5)", None), ("%5%", None), ("5 apples", None), ("M", None),
        ("$$5", None), ("--5", None), ("5e", None),
    ],
)  # fmt: skip
def test_signs_around_a_number(cell, value):
    assert parse_number(cell, ".", ",", signs=True) == value


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["${}", "{} €", "{}%"]))
def test_a_number_between_signs_is_that_number(value, form):
    assert parse_number(form.format(repr(value)), ".", signs=True) == value


@given(st.text(alphabet="0123456789.,-+()%$€KMBe '\u00a0−", max_size=12))
def test_no_text_of_signs_is_more_than_a_number_or_none(cell):
    found = parse_number(cell, ".", ",", signs=True)
    assert found is None or math.isfinite(found)
    if found is not None:
        assert any(sign.isdigit() for sign in cell)


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ('d,c\n2024-01-02,"$1,234.50"\n2024-01-03,"$1,235.00"\n', [[1234.5], [1235]]),
        ("a;b\n1.234,50 €;5%\n(2,5 €);6,5%\n", [[1234.5, 5], [-2.5, 6.5]]),
        ("a;b\n1 234,5;1\n2\u00a0234,5;2\n", [[1234.5, 1], [2234.5, 2]]),
        ("a;b\n1'234.5;1\n2’234.5;2\n", [[1234.5, 1], [2234.5, 2]]),
        ("v\n1.43M\n900K\n", [[1430000], [900000]]),
    ],
)
def test_what_the_preview_proposes_reads_it_as_meant(content, values):
    assert as_proposed(content).values.tolist() == values
    with pytest.raises(DataError, match="which can be chosen"):
        read(content)


GAPS = "d,a,b\n2024-01-01,,1\n2024-01-02,1,NA\n2024-01-03,2,3\n2024-01-04,null,.\n2024-01-05,4,7\n"


@pytest.mark.parametrize(
    ("way", "labels", "values", "said"),
    [
        ("drop", (3, 5), [[2, 3], [4, 7]], "3 rows were dropped, 2 of 5 are left"),
        ("carry", (2, 3, 4, 5), [[1, 1], [2, 3], [2, 3], [4, 7]], "the last one before was taken"),
        ("interpolate", (2, 3, 4, 5), [[1, 2], [2, 3], [3, 5], [4, 7]], "interpolated"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "json"])
def test_gaps(way, labels, values, said, form):
    content = GAPS
    if form == "json":
        rows = [line.split(",") for line in GAPS.split("\n")[1:6]]
        gap = {"", "NA", "null", "."}
        content = json.dumps(
            [
                {"d": d, "a": None if a in gap else float(a), "b": None if b in gap else float(b)}
                for d, a, b in rows
            ]
        )
    found = read(content, f"x.{form}", missing=way)
    assert found.tokens[:] == tuple(f"2024-01-0{day}" for day in labels)
    assert found.values.tolist() == values
    assert found.notes[-1].startswith("4 values were missing in “a”, “b”, first ")
    assert said in found.notes[-1]
    question = asked(content, f"x.{form}")["missing"]
    assert question.open and question.reason == "4 missing, of 5 rows: 2 in “a”, 2 in “b”"
    with pytest.raises(DataError, match="no value"):
        read(content, f"x.{form}")


@pytest.mark.parametrize("head", ["v\n", "v\n\n", ""])
@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
@pytest.mark.parametrize(
    ("way", "values", "said"),
    [
        ("drop", [1, 2, 4, 5, 6], "2 rows were dropped, 5 of 7 are left"),
        ("carry", [1, 2, 2, 4, 5, 5, 6], "the last one before was taken"),
        ("interpolate", [1, 2, 3, 4, 5, 5.5, 6], "interpolated"),
    ],
)
def test_an_empty_line_in_a_column_is_a_missing_value(head, end, way, values, said):
    """Not above the first one nor below the last: those are no steps."""
    content = f"{head}1\n2\n\n4\n5\n  \n6{end}"
    found = read(content, missing=way)
    assert found.values.ravel().tolist() == values
    first = head.count("\n") + 3
    name = "v" if head else "column 1"
    note = f"2 values were missing in “{name}”, first in line {first}: {said}"
    assert note in found.notes
    question = asked(content)["missing"]
    assert question.open and question.chosen == "drop"
    assert question.reason == f"2 missing in “{name}”, of 7 rows"
    # Where nobody says what becomes of them they are skipped, and that is said.
    plain = read(content)
    assert plain.values.ravel().tolist() == [1, 2, 4, 5, 6]
    assert any("empty lines were skipped" in note for note in plain.notes)


def test_an_empty_line_behind_the_first_value_is_missing_too():
    assert read("1\n\n\n4\n", missing="interpolate").values.ravel().tolist() == [1, 2, 3, 4]
    assert read("v\n1\n\n3\n", missing="carry").values.ravel().tolist() == [1, 1, 3]


def test_empty_lines_around_a_column_are_no_missing_values():
    content = "\n\nv\n\n1\n2\n3\n\n\n"
    assert "missing" not in asked(content)
    found = read(content, missing="carry")
    assert found.values.ravel().tolist() == [1, 2, 3]
    assert not any("missing" in note for note in found.notes)
    # What says that it is missing is, also as the last.
    assert read("v\n1\nNA\n\n", missing="carry").values.ravel().tolist() == [1, 1]


def test_between_rows_of_several_columns_an_empty_line_is_none_of_them():
    found = read("a,b\n1,2\n\n3,4\n", missing="carry")
    assert found.values.tolist() == [[1, 2], [3, 4]]
    assert "1 empty line was skipped" in found.notes


@given(st.sets(st.integers(1, 25_998), max_size=40), st.integers(0, 3))
@settings(max_examples=8, deadline=None)
def test_empty_lines_of_a_long_column_are_where_they_stand(empty, end):
    """Also where a block of lines ends: blocks have 10,000."""
    empty |= {9_998, 9_999, 10_000, 19_999}
    cells = ["" if i in empty else str(i) for i in range(26_000)]
    content = "v\n" + "\n".join(cells) + "\n" * (1 + end)
    found = read(content, missing="interpolate")
    np.testing.assert_allclose(found.values.ravel(), np.arange(26_000.0), rtol=1e-6)
    left = [i for i in range(26_000) if i not in empty]
    assert read(content, missing="drop").values.ravel().tolist() == left


def test_gaps_are_filled_in_the_order_of_the_dates():
    found = read("d,a\n2024-01-03,3\n2024-01-02,\n2024-01-01,1\n", missing="carry")
    assert found.values.tolist() == [[1], [1], [3]]


def test_a_column_of_gaps_alone_leaves_nothing():
    with pytest.raises(DataError, match="none is left"):
        read("a,b\n1,\n2,\n", missing="drop", columns=(0, 1))


def test_tickers_become_part_of_the_names():
    content = (
        "Price,Close,Close,Open\nTicker,AA,BB,AA\nDate,,,\n2024-01-01,1,2,3\n2024-01-02,4,5,6\n"
    )
    found = read(content)
    assert found.columns == ("Close AA", "Close BB", "Open AA")
    assert found.values.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert preview_bytes(content.encode(), "a.csv").columns[0] == "Date"


def test_a_line_of_units_is_not_taken_for_names():
    with pytest.raises(DataError, match="of units"):
        read("a,b\nkg,m\n1,2\n")


def test_pandas_index_is_no_feature():
    found = read(",a\n0,5\n1,6\n")
    assert (found.columns, found.values.tolist(), found.tokens[:]) == (
        ("a",),
        [[5], [6]],
        ("0", "1"),
    )
    assert any("counts the rows" in note for note in found.notes)
    assert read(",a\n5,5\n9,6\n").columns == ("column 1", "a")


@pytest.mark.parametrize(
    ("content", "columns", "values"),
    [
        ("price," + ",".join(map(str, range(12))) + "\n", ("price",), [[n] for n in range(12)]),
        (
            "day," + ",".join(f"2024-01-{n + 1:02}" for n in range(12)) + "\n"
            "a," + ",".join(map(str, range(12))) + "\nb;".replace(";", ",")
            + ",".join(map(str, range(12, 24))) + "\n",
            ("a", "b"), [[n, n + 12] for n in range(12)],
        ),
    ],
)  # fmt: skip
def test_series_in_rows(content, columns, values):
    question = asked(content)["exchange"]
    assert question.open
    found = read(content, exchange=True)
    assert (found.columns, found.values.tolist()) == (columns, values)


def test_rows_of_different_lengths_are_not_exchanged():
    with pytest.raises(DataError, match="cannot be exchanged"):
        read("1,2,3\n4,5\n", exchange=True)


@pytest.mark.parametrize(
    ("content", "columns", "values", "labels"),
    [
        ('{"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}}',
         ("a", "b"), [[1, 3], [2, 4]], ("1", "2")),
        ('{"a": {"x": 1, "y": 2}}', ("a",), [[1], [2]], ("x", "y")),
        (
            '{"columns": ["a", "b"], "index": ["x", "y"], "data": [[1, 2], [3, 4]]}',
            ("a", "b"), [[1, 2], [3, 4]], ("x", "y"),
        ),
        ('{"schema": {"fields": []}, "data": [{"a": 1}, {"a": 2}]}',
         ("a",), [[1], [2]], ("1", "2")),
        ('{"2024-01-01": 1.5, "2024-01-02": 2}', ("value",), [[1.5], [2]], None),
        (
            '{"2024-01-02": {"o": "2", "c": "3"}, "2024-01-01": {"o": "1", "c": "4"}}',
            ("o", "c"), [[1, 4], [2, 3]], ("2024-01-01", "2024-01-02"),
        ),
        ('[{"d": {"o": 1, "p": {"q": 2}}}, {"d": {"o": 3, "p": {"q": 4}}}]', ("d.o", "d.p.q"),
         [[1, 2], [3, 4]], ("1", "2")),
    ],
)  # fmt: skip
def test_forms_of_json(content, columns, values, labels):
    found = as_proposed(content, "a.json")
    assert (found.columns, found.values.tolist()) == (columns, values)
    assert labels is None or found.tokens[:] == labels
    np.testing.assert_array_equal(read(content, "a.json").values, found.values)


MONTH = (3, 5)  # March and May, whose names differ most
NAMED = {
    "en": ("12 March 2020", "12 May 2020"), "it": ("12 marzo 2020", "12 maggio 2020"),
    "de": ("12. März 2020", "12. Mai 2020"), "fr": ("12 mars 2020", "12 mai 2020"),
    "es": ("12 de marzo de 2020", "12 de mayo de 2020"),
}  # fmt: skip


@pytest.mark.parametrize("language", NAMED)
def test_months_by_name(language):
    for month, label in zip(MONTH, NAMED[language], strict=True):
        assert is_date(label) and fields_of(label)[0][:3] == (2020, month, 12)


@pytest.mark.parametrize(
    ("label", "fields"),
    [
        ("janv. 2020", (2020, 1, 1, 0)), ("Dez 2021", (2021, 12, 1, 0)),
        ("ago-21", (2021, 8, 1, 0)),
        ("Mon, 12 Jan 2020 10:00:00 GMT", (2020, 1, 12, 36000)),
        ("lun. 12 mars 2020", (2020, 3, 12, 0)), ("Montag, 12. März 2020", (2020, 3, 12, 0)),
        ("20240131T093000Z", (2024, 1, 31, 34200)), ("3rd", None),
        ("1er janvier 2020", (2020, 1, 1, 0)),
        ("Q3 2020", (2020, 7, 1, 0)), ("3Q20", (2020, 7, 1, 0)), ("T2 2020", (2020, 4, 1, 0)),
        ("2020H2", (2020, 7, 1, 0)), ("2024-01-01 10:00 EST", (2024, 1, 1, 54000)),
        ("101325", None), ("10", None), ("may", None), ("May 3", None), ("31 Feb 2020", None),
        ("Smarch 2020", None), ("2020", None), ("2024-01-01 10:00 XYZ", None),
    ],
)  # fmt: skip
def test_forms_of_dates(label, fields):
    assert is_date(label) == (fields is not None)
    if fields is not None:
        assert fields_of(label)[0][:4] == fields


def test_months_run_forward():
    found = order_of([("12 gennaio 2020", "12 febbraio 2020", "1 marzo 2020")])
    assert found is not None and found.way == "forward"


def test_a_refusal_of_signs_is_a_sentence_and_names_its_flag(tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("v\n1.43M\n900K\n1.2M\n")
    with pytest.raises(DataError) as caught:
        read_sequence(path)
    assert str(caught.value).endswith("are left out, which can be chosen (--signs)")
    path.write_text("a,v\n1,2\n3,\n")
    with pytest.raises(DataError, match=r"which can be chosen \(--missing\)$"):
        read_sequence(path)
