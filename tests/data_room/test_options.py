"""What a user may choose: the preview says what was guessed, and reading obeys what was chosen."""

import numpy as np
import pytest

from rnnviz.data import Options, preview, read_sequence
from rnnviz.data.readers import parse_bytes, preview_bytes
from rnnviz.data.readers.options import read_columns
from rnnviz.files.errors import DataError
from tests.data_room.test_arrays import npy, npz
from tests.data_room.test_pictures import png
from tests.data_room.test_sounds import sound


def read(content, name="a.csv", **options):
    data = content if isinstance(content, bytes) else content.encode()
    return parse_bytes(data, name, options=Options(**options))


def refusal(content, **options):
    with pytest.raises(DataError) as caught:
        read(content, **options)
    return str(caught.value)


@pytest.fixture
def look(tmp_path):
    def look(content, name="a.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return preview(path, Options(**options))

    return look


def chosen(found, name):
    return next(choice for choice in found.questions if choice.name == name)


def test_the_wrong_value_is_a_programming_error():
    for wrong in ({"unit": "x"}, {"delimiter": ":"}, {"decimal": ";"}, {"axis": True}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Options(**wrong)


# -- reading ---------------------------------------------------------------------------------


def test_header():
    assert read("2019,2020\n1,2\n", header=True).columns == ("2019", "2020")
    assert read("2019,2020\n1,2\n", header=False).values.tolist() == [[2019, 2020], [1, 2]]
    assert "“a” in column 1 is not a number" in refusal("a,b\n1,2\n", header=False)


def test_delimiter():
    assert read("1,5;2,5\n", delimiter=",", header=False, columns=(0,)).values.tolist() == [[1]]
    assert "“1,5” in column 1" in refusal("1;2\n1,5;2\n", delimiter=";", decimal=".")
    assert read("1\t2\n", delimiter="\t").notes == ()


def test_decimal():
    assert read("1,234;5\n", decimal=",").values.tolist() == [[1.234, 5]]
    assert "thousands" in refusal("1,234;5\n", decimal=".")
    assert "decimal point where the others have a comma" in refusal("1.5;5\n", decimal=",")


STATIONS = "day,station,t,wind\n2012-01-01,North,1.5,3\n2012-01-02,South,-2.5,n/a\n"


def test_columns_that_are_not_chosen_may_hold_anything():
    assert "“North” in column 2 (station)" in refusal(STATIONS)
    found = read(STATIONS, columns=("t",))
    assert found.columns == ("t",)
    assert found.values.tolist() == [[1.5], [-2.5]]
    assert found.tokens == ("2012-01-01", "2012-01-02")
    assert "no value (“n/a”) in column 4 (wind)" in refusal(STATIONS, columns=(2, 3))
    twice = read("a,b,c\n1,2,3\n4,5,6\n", columns=(2, 0, "c"))
    assert twice.columns == ("c", "a")
    assert twice.values.tolist() == [[3, 1], [6, 4]]
    assert "no column was chosen" in refusal(STATIONS, columns=())
    assert "has no column “x”" in refusal(STATIONS, columns=("x",))
    assert "no column 9" in refusal(STATIONS, columns=(8,))


def test_axis():
    found = read(STATIONS, columns=("t",), axis="station")
    assert found.tokens == ("North", "South")
    assert "the cells of “station” became the axis" in found.notes
    assert read(STATIONS, columns=("t",), axis=False).tokens == ("1", "2")
    years = read("year,v\n1999,1\n2000,2\n", axis=0)
    assert (years.tokens, years.columns) == (("1999", "2000"), ("v",))
    both = read("year,v\n1999,1\n2000,2\n", axis=0, columns=(0, 1))
    assert (both.tokens, both.columns) == (("1999", "2000"), ("year", "v"))
    odd = read('x,v\n"a\nb\u202e",1\n' + "y" * 100 + ",2\n", axis="x")
    assert odd.tokens[0] == "a b‹U+202E›"
    assert len(odd.tokens[1]) == 60


@pytest.mark.parametrize("rows", [3, 30_000])
def test_fast_and_slow_reading_are_the_same(rows):
    """A quoted cell makes a block be read cell by cell; nothing else may change."""
    lines = [f"2012-01-{n % 28 + 1:02},x{n};{n / 8!r};{-n}".replace(";", ",") for n in range(rows)]
    options = {"columns": (3, 2)}
    plain = read("\n".join(["d,s,a,b", *lines]), **options)
    careful = read(
        "\n".join(["d,s,a,b", *(f'"{line[:10]}"{line[10:]}' for line in lines)]), **options
    )
    np.testing.assert_array_equal(plain.values, careful.values)
    np.testing.assert_array_equal(plain.values, [(-n, n / 8) for n in range(rows)])
    assert plain.tokens == careful.tokens
    assert plain.columns == careful.columns == ("b", "a")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("1", "1 value, where line 1 has 2"),
        ("1,2,3", "3 values"),
        ("1,x", "“x” in column 2"),
        ("1,", "no value in column 2"),
        ("1,nan", "no value (“nan”)"),
        ("1,1e999", "too large"),
        ("1,1_0", "“1_0”"),
        ("1,2\x0e", "“2‹U+000E›”"),
        ("1,١", "the digits 0 to 9"),
        ('1,"2', "never closed"),
    ],
)  # fmt: skip
def test_a_fault_deep_in_a_file_has_its_line(fault, said):
    lines = ["a,b", *(["1,2.5"] * 25_000)]
    lines[12_345] = fault
    message = refusal("\n".join(lines))
    assert message.startswith("a.csv, line 12,346: ")
    if said != "1 value, where line 1 has 2":
        assert said in message
    fine = ["a,b", *(["1,2.5"] * 25_000)]
    fine[12_345] = ' "3", 4 '
    fine[20_000] = ""
    found = read("\n".join(fine))
    assert found.values.shape == (24_999, 2)
    assert found.values[12_344].tolist() == [3, 4]
    assert found.notes == ("1 empty line was skipped",)


@pytest.mark.parametrize("delimiter", ";\t")
def test_a_decimal_comma_that_comes_late(delimiter):
    lines = [f"{n}{delimiter}{n}" for n in range(25_000)]
    lines[15_000] = f"1,5{delimiter}2"
    found = read("\n".join(lines), "a.csv")
    assert found.values[15_000].tolist() == [1.5, 2]
    lines[20_000] = f"1.5{delimiter}2"
    with pytest.raises(
        DataError, match=r"line 20,001.*decimal point where the others have a comma"
    ):
        read("\n".join(lines))


def test_a_last_delimiter_in_every_line():
    lines = ["a,b,", *(f"{n},{n}," for n in range(25_000))]
    assert read("\n".join(lines)).values[-1].tolist() == [24_999, 24_999]
    lines[20_000] = "1,2,3"
    assert refusal("\n".join(lines)).startswith("a.csv, line ")


# -- preview ---------------------------------------------------------------------------------


def test_what_needs_no_asking(look):
    for content, name in [
        ("v\n1\n2\n", "a.csv"),
        ("1.5\n2\n", "a.csv"),
        ("A new spell.\n", "a.txt"),
        (npy(np.arange(3)), "a.npy"),
        (npz({"x.npy": np.arange(3)}), "a.npz"),
        (sound([1, 2, 3]), "a.wav"),
        (png([[1, 2]]), "a.png"),
        ("[1, 2]", "a.json"),
    ]:
        assert not look(content, name).needs_asking, name


@pytest.mark.parametrize(
    ("content", "name", "which", "guess", "reason"),
    [
        ("a,b\n1,2\n3,4\n", "a.csv", "columns", (0, 1), "2 columns of numbers"),
        (STATIONS, "a.csv", "columns", (2, 3), "“station”: not all of it is numbers"),
        (STATIONS, "a.csv", "axis", 0, "“day” holds dates"),
        ("2019,2020\n.5,1.5\n", "a.csv", "header", False,
         "the first line may be values, or years that name the columns"),
        ("1,234;5\n", "a.csv", "decimal", ",",
         "“1,234” may have a decimal comma, or be a thousand and more"),
        ("1.5;2\n2,5;3\n", "a.csv", "decimal", ".", "“1.5” has a point, but “2,5” a comma"),
        (sound([[1, 2]], channels=2), "a.wav", "channel", None,
         "2 channels: nothing is left out unless you say so"),
        (sound([0] * 200_000), "a.wav", "every", 1, "200,000 samples, 25.00 s at 8,000 Hz"),
        (npz({"x.npy": np.arange(3), "y.npy": np.arange(2)}), "a.npz", "member", "x",
         "the first of 2 arrays"),
        (npy(np.zeros((3, 2))), "a.npy", "columns", (0, 1), "2 columns of numbers"),
        ("[[1, 2]]", "a.json", "columns", (0, 1), "2 columns of numbers"),
        ('{"x": [[1]], "y": [2]}', "a.json", "member", "x", "the first of 2 lists in the file"),
        ('[{"d": "2012-01-01", "v": 1}]', "a.json", "axis", 0, "“d” holds dates"),
        ("Ada\n" * 20, "a.txt", "unit", "words",
         "20 short lines: each may be a sequence of its own"),
        (" \n", "a.txt", "unit", "characters", "there are no words, only white space"),
    ],
)  # fmt: skip
def test_what_is_asked(look, content, name, which, guess, reason):
    found = look(content, name)
    choice = chosen(found, which)
    assert choice.open
    assert found.needs_asking
    assert choice.chosen == guess
    assert choice.reason == reason
    values = [value for value, _ in choice.options]
    assert set(guess if which == "columns" else (guess,)) <= set(values)
    assert all(label for _, label in choice.options)


def test_reasons_of_what_is_not_asked(look):
    found = look("a;b\n1,5;2\n3;4,25\n")
    assert chosen(found, "delimiter").chosen == ";"
    assert chosen(found, "delimiter").reason == "semicolons in all of the first 3 lines"
    assert chosen(found, "decimal").chosen == ","
    assert chosen(found, "decimal").reason == "“1,5” has a comma, and no number a point"
    assert not chosen(found, "decimal").open
    assert chosen(found, "header").reason == "the first line holds names, and numbers below"
    assert chosen(look("1\n2\n"), "delimiter").reason.startswith("one column")


def test_the_rows_are_shown_as_they_would_be_read(look):
    found = look(STATIONS)
    assert found.kind == "table"
    assert found.columns == ("day", "station", "t", "wind")
    assert found.rows[1] == ("2012-01-02", "South", "-2.5", "n/a")
    other = look("2019,2020\n1,2\n", header=True)
    assert other.columns == ("2019", "2020")
    assert other.rows == (("1", "2"),)
    assert look("1,5;2\n", delimiter=",").columns == ("column 1", "column 2")
    assert len(look("1\n" * 100).rows) == 40
    assert look(npy(np.arange(100.0)), "a.npy").steps == 100


def test_what_was_chosen_is_not_asked_again(look):
    options = {"columns": ("t",), "axis": "station", "missing": "drop"}
    assert not look(STATIONS, **options).needs_asking
    assert chosen(look(STATIONS, **options), "columns").chosen == (2,)
    assert chosen(look(STATIONS, **options), "axis").chosen == 1  # the place of “station”


def test_what_is_chosen_by_the_preview_can_be_read(look, tmp_path):
    """The guesses of a preview, handed back as options, open the file."""
    for content, name in [
        (STATIONS, "a.csv"),
        ("1,5;2\n2;3\n", "b.csv"),
        (sound([[1, 2]], channels=2), "c.wav"),
        (npz({"x.npy": np.arange(3), "y.npy": np.arange(2)}), "d.npz"),
        ('{"x": [[1]], "y": [2]}', "e.json"),
        ("Ada\n" * 20, "f.txt"),
        (" \n", "g.txt"),
    ]:
        found = look(content, name)
        options = Options(**{choice.name: choice.chosen for choice in found.questions})
        assert len(read_sequence(tmp_path / name, options=options)) > 0


def test_a_preview_refuses_what_cannot_be_opened(look):
    for content, name, said in [
        ("", "a.csv", "is empty"),
        ("", "a.txt", "is empty"),
        ("\ufeff", "a.txt", "is empty"),
        ("a\0b", "a.txt", "NUL"),
        ("<html>", "a.csv", "web page"),
        ("[1,", "a.json", "not valid JSON"),
        ("x", "a.npy", "not a NumPy array"),
        ("x", "a.wav", "not a .wav"),
        ("x", "a.png", "not a PNG"),
        ("x", "a.npz", "not an .npz"),
        (npz({"x.npy": np.float64(1)}), "a.npz", "no array of steps"),
        ('1,2\n3,"4', "a.csv", "never closed"),
    ]:
        with pytest.raises(DataError, match=said):
            look(content, name)


def test_a_table_without_a_column_of_numbers_is_not_asked_about_but_refused(tmp_path):
    file = tmp_path / "broken.csv"
    file.write_text("level\n1\n3\nhigh\n")
    assert not preview(file).needs_asking
    with pytest.raises(DataError, match=r"broken\.csv, line 4"):
        read_sequence(file)


POINTS = "besucher\n900\n1.020\n980\n12.345\n"


def test_a_thousands_point_is_asked_about(look):
    found = chosen(look(POINTS), "thousands")
    assert found.open and found.chosen == ""
    assert "“1.020” is read as 1.02, but may be 1020" in found.reason
    assert read(POINTS).values.ravel().tolist() == [900, 1.02, 980, 12.345]
    assumed = "assumed: the point of “1.020” is a decimal mark, so it is 1.02 and not 1020"
    assert assumed in read(POINTS).notes
    parted = read(POINTS, thousands=".")
    assert parted.values.ravel().tolist() == [900, 1020, 980, 12345]
    assert parted.notes == ("points part thousands, as you chose",)
    assert read(POINTS, thousands="").notes == ()


def test_what_was_chosen_of_a_thousands_point_stays_chosen(look):
    found = look(POINTS, thousands=".")
    assert not found.needs_asking
    assert chosen(found, "decimal").chosen == ","
    assert chosen(found, "columns").chosen == (0,)
    both = {c.name: c.chosen for c in found.questions if c.name in ("decimal", "thousands")}
    assert read(POINTS, **both).values.ravel().tolist() == [900, 1020, 980, 12345]


@pytest.mark.parametrize(
    "cells",
    [
        "101325.000\n101326",  # six digits before the point
        "0.123\n7",
        "0.123\n1.250\n7",  # one of them settles it for all
        "1.020\n3.5\n900",
        "1.0200\n900",
        "1.020e3\n900",
        "900\n1000",
    ],
)
def test_what_no_thousands_point_can_be_is_no_question(cells, look):
    found = look(f"v\n{cells}\n")
    assert not any(c.name == "thousands" for c in found.questions)
    assert not any(note.startswith("assumed") for note in read(f"v\n{cells}\n").notes)


def test_without_whole_numbers_the_assumption_is_stated(look):
    found = chosen(look("v\n1.020\n2.345\n"), "thousands")
    assert not found.open and found.chosen == ""
    assert read("v\n1.020\n2.345\n").notes == ("assumed: the point of “1.020” is a decimal mark",)
    # Whole numbers of another column say nothing of this one.
    assert not chosen(look("n,v\n900,1.020\n1,2.345\n"), "thousands").open


def test_a_thousands_point_that_comes_late_is_seen(look):
    text = "v\n" + "900\n" * 20_000 + "1.020\n"
    assert chosen(look(text), "thousands").open
    assert any(note.startswith("assumed: the point of “1.020”") for note in read(text).notes)
    assert read(text, thousands=".").values[-1] == 1020


def test_two_points_can_be_nothing_else(look):
    found = look("v\n900\n1.234.567\n")
    assert chosen(found, "thousands").chosen == "." and found.needs_asking
    assert read("v;w\n900;1\n1.234.567,5;2\n", thousands=".").values[1, 0] == 1234567.5


def test_thousands_commas(look):
    text = "a;b\n1,020;3\n900;4\n"
    assert chosen(look(text), "thousands").open
    assert read(text, thousands=",").values.tolist() == [[1020, 3], [900, 4]]
    assert any("“1,020” is a decimal mark, so it is 1.02" in n for n in read(text).notes)
    quoted = 'a,b\n"1,020",3\n900,4\n'
    found = chosen(look(quoted), "thousands")
    assert (found.chosen, found.open) == (",", True)
    assert read(quoted, thousands=",").values.tolist() == [[1020, 3], [900, 4]]


@pytest.mark.parametrize("cell", ["12.34", "1234.567", "0.123", "1.02.345"])
def test_groups_are_of_three_digits(cell):
    assert "is not a number" in refusal(f"v\n900\n{cell}\n", thousands=".")


def test_one_mark_cannot_mean_both():
    with pytest.raises(ValueError, match="decimal mark"):
        Options(decimal=".", thousands=".")


@pytest.mark.parametrize(
    ("text", "mark", "reason", "values"),
    [
        ("a;b\n1.001;1,87\n1.047;2,10\n", ".", "stands beside “1,87”", [1001, 1.87, 1047, 2.1]),
        ("a;b\n900;1,5\n1.020;2,5\n", ".", "“1.020” stands beside “1,5”", [900, 1.5, 1020, 2.5]),
        ("a;b\n1,001;1.87\n1,047;2.10\n", ",", "stands beside “1.87”", [1001, 1.87, 1047, 2.1]),
        ("a;b\n900;1\n1.020,50;2\n", ".", "“1.020,50” has both marks", [900, 1, 1020.5, 2]),
    ],
)
def test_thousands_beside_fractions_are_proposed_as_such(
    text: str, mark: str, reason: str, values: list[float]
) -> None:
    found = preview_bytes(text.encode(), "a.csv")
    asked = {question.name: question for question in found.questions}
    assert found.needs_asking and asked["thousands"].open and asked["thousands"].chosen == mark
    assert reason in asked["thousands"].reason and not asked["decimal"].open
    assert asked["columns"].chosen == tuple(range(len(found.columns)))
    opened = parse_bytes(text.encode(), "a.csv", options=Options(thousands=mark))
    assert opened.values is not None and opened.values.ravel().tolist() == values


def test_a_column_that_begins_far_below_holds_numbers(look):
    rows = "".join(f"{n},{n * n if n > 60 else ''},{'x' if n > 60 else ''}\n" for n in range(200))
    found = look(f"a,late,words\n{rows}")
    assert chosen(found, "columns").chosen == (0, 1)
    assert "“words”" in chosen(found, "columns").reason
    assert "61 missing in “late”" in chosen(found, "missing").reason


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "by their names"), (" , ", "by their names"), ("a,", "before and behind each comma")],
)
def test_columns_that_are_not_named(text, said):
    with pytest.raises(ValueError, match=said):
        read_columns(text)
