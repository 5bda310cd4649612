"""What a table's lines mean, and what is refused in which words."""

import numpy as np
import pytest

from rnnviz.data.readers import parse_bytes, read_sequence
from rnnviz.files.errors import DataError


def read(content, name="prices.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return parse_bytes(data, f"folder/{name}")


def refusal(content, name="prices.csv"):
    with pytest.raises(DataError) as caught:
        read(content, name)
    return caught.value


@pytest.mark.parametrize(
    ("content", "columns", "values"),
    [
        # delimiters and decimal marks
        ("a,b\n1,2\n3,4\n", ("a", "b"), [[1, 2], [3, 4]]),
        ("a;b\n1,5;2\n3;4,25\n", ("a", "b"), [[1.5, 2], [3, 4.25]]),
        ("a\tb\n1,5\t2\n", ("a", "b"), [[1.5, 2]]),
        ("1.5;2\n3;4\n", ("column 1", "column 2"), [[1.5, 2], [3, 4]]),
        ("sep=;\n1,5;2,5\n", ("column 1", "column 2"), [[1.5, 2.5]]),
        ('"sep=;"\n1,5;2,5\n', ("column 1", "column 2"), [[1.5, 2.5]]),
        # one column, one row, no last line end
        ("v\n1\n2", ("v",), [[1], [2]]),
        ("1,2,3\n", ("column 1", "column 2", "column 3"), [[1, 2, 3]]),
        # line ends
        ("1\r2\r3", ("column 1",), [[1], [2], [3]]),
        ("1,2\r\n3,4\n5,6\r7,8", ("column 1", "column 2"), [[1, 2], [3, 4], [5, 6], [7, 8]]),
        # numbers
        ("1e5,1E+5,.5,5.,+3\n", None, [[1e5, 1e5, 0.5, 5, 3]]),
        (" 1 ,  2\t\n3,4\n", None, [[1, 2], [3, 4]]),
        ("-0,007\n", None, [[0, 7]]),
        ("1e-400,1\n", None, [[0, 1]]),
        # quotes
        ('"1","2"\n3, "4"\n', None, [[1, 2], [3, 4]]),
        ('"1,5";2\n', None, [[1.5, 2]]),
        ('"a\nb","c ""d"""\n1,2\n', ("a b", 'c "d"'), [[1, 2]]),
        # headers
        (",a\n0,1\n", ("column 1", "a"), [[0, 1]]),
        ("a,a,a\n1,2,3\n", ("a", "a (column 2)", "a (column 3)"), [[1, 2, 3]]),
        ("=1+1,@x,+y\n1,2,3\n", ("=1+1", "@x", "+y"), [[1, 2, 3]]),
        ("i,j\n1,2\n", ("i", "j"), [[1, 2]]),
        ("%d,{0}\n1,2\n", ("%d", "{0}"), [[1, 2]]),
        ("2m temperature,NA\n1,2\n", ("2m temperature", "NA"), [[1, 2]]),
        ("2019,2020\n0.5,0.25\n", ("column 1", "column 2"), [[2019, 2020], [0.5, 0.25]]),
        # comments above, and a comment that is the header
        ("# a, b\n#\n1,2\n", ("column 1", "column 2"), [[1, 2]]),
        ("# written by hand\n\n# day,close\n1,20\n", ("day", "close"), [[1, 20]]),
        ("# free text\n1,20\n", ("column 1", "column 2"), [[1, 20]]),
        # blank lines, trailing delimiters
        ("\n\na\n1\n\n \n2\n\n", ("a",), [[1], [2]]),
        ("a,b,\n1,2,\n3,4,\n", ("a", "b"), [[1, 2], [3, 4]]),
        ("a,b\n1,2,\n3,4,\n", ("a", "b"), [[1, 2], [3, 4]]),
    ],
)
def test_reads(content, columns, values):
    sequence = read(content)
    assert sequence.kind == "series"
    assert sequence.text is None
    np.testing.assert_array_equal(sequence.values, values)
    assert columns is None or sequence.columns == columns
    assert sequence.tokens == tuple(str(step + 1) for step in range(len(values)))


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        ("a,b\n1,2\n3,x\n", 3, "“x” in column 2 (b) is not a number"),
        ("a,b\n\n\n3,x\n", 4, "“x” in column 2 (b)"),
        ("1\r\r2\rx\r", 4, "“x” in column 1 "),
        ('"a\nb",c\n1,2\n3,x\n', 4, "“x” in column 2 (c)"),
        ("abc,1\n2,3\n", 1, "“abc” in column 1 is not a number"),
        ("x,y\n1,2\nx,y\n5,6\n", 3, "“x” in column 1 (x)"),
        ("a,b\ntrue,1\n", 2, "“true”"),
        ("Hello world\nthis is prose\n", 2, "“this is prose”"),
        # no value
        ("a,b\n1,\n", 2, "no value in column 2 (b)"),
        ("1,NA\n", 1, "no value (“NA”) in column 2"),
        ("1,nan\n", 1, "no value (“nan”)"),
        ("#N/A,1\n", 1, "no value (“#N/A”) in column 1"),
        ('v\n1\n""\n', 3, "no value in column 1 (v)"),
        ("1,2\n,,\n", 2, "3 values"),
        ("1,2,\n3,4,5\n", 1, "no value in column 3"),
        # spoilt numbers
        ("1,inf\n", 1, "“inf” in column 2 is not a finite number"),
        ("-Infinity,1\n", 1, "is not a finite number"),
        ("1e999,1\n", 1, "“1e999” in column 1 is too large"),
        ("9" * 400 + ",1\n", 1, "is too large"),
        ("1_000,2\n", 1, "“1_000” in column 1 is not a number"),
        ("0x1F,2\n", 1, "“0x1F”"),
        ("5%,3\n", 1, "“5%”"),
        ("x\n$3\n", 2, "“$3”"),
        ("€3,50;1\n", 1, "“€3,50”"),
        ('"1,234",5\n', 1, "thousands"),
        ("1 234;5\n", 1, "thousands"),
        ("1'234,5\n", 1, "thousands"),
        ("1.234,5;2\n", 1, "thousands"),
        ("−1,2\n", 1, "minus sign"),
        ("１,2\n", 1, "digits 0 to 9"),
        ("٣,2\n", 1, "digits 0 to 9"),
        ("1+2j,3\n", 1, "complex"),
        ("1j,3\n", 1, "complex"),
        ("1:2\n3:4\n", 1, "“1:2”"),
        ("1d5,2\n", 1, "“1d5”"),
        ("--1,2\n", 1, "“--1”"),
        ("1e,2\n", 1, "“1e”"),
        ("+,-\n1,2\n3,+\n", 3, "“+” in column 2"),
        # a decimal comma here, a point there
        ("1.5;2\n1,5;3\n", 2, "decimal comma where the others have a point"),
        ("1,5;2\n1.5;3\n", 2, "decimal point where the others have a comma"),
        ("1,5;2\n3 4;5\n", 2, "“3 4” in column 1"),
        # shape
        ("1,2\n3\n", 2, "1 value, where line 1 has 2"),
        ("1,2\n\n3,4,5\n", 3, "3 values, where line 1 has 2"),
        ("1,2\n3,4\nend\n", 3, "1 value"),
        ("a,b,c\n1,2\n", 2, "2 values under 3 column names"),
        ("a,b\n", 1, "column names but no values"),
        ("2020-01-01\n", 1, "dates but no numbers"),
        (2 * (",".join("1" * 257) + "\n"), 1, "257 columns, and at most 256"),
        (2 * (",".join("1" * 5000) + "\n"), 1, "5,000 columns, and at most 256"),
        (2 * (",".join(['"1"'] * 5000) + "\n"), 1, "5,000 columns, and at most 256"),
        # quotes
        ('1,2\n3,"4\n5,6\n', 2, "never closed"),
        ('1,2\n3,"4"5\n', 2, "quote"),
        ('1,2\n3,"4\n5,"6\n', 2, "quote"),
        # dates
        (
            "date,v\n2020-01-01,1\n2020-02-30,2\n",
            3,
            "“2020-02-30” in column 1 (date) is not a date",
        ),
        ("date,v\n2020-01-01,1\n,2\n", 3, "no date in column 1 (date)"),
        ("date,v\n20200101,3\n20200132,4\n", 3, "“20200132”"),
        ("1/2/2020,1\n31/31/2020,2\n", 2, "“31/31/2020”"),
        # not a table
        ("", None, "empty"),
        ("\n \n\n", None, "only empty lines"),
        ("\ufeff", None, "only empty lines"),
        ("<!DOCTYPE html><table>", None, "a web page"),
        ("<script>alert(1)</script>\n1\n<b>", 3, "“<b>”"),
        ('{"a": 1}', None, "JSON"),
    ],
)
def test_refuses(content, line, said):
    error = refusal(content)
    assert said in error.reason
    assert error.line == line
    where = "prices.csv: " if line is None else f"prices.csv, line {line}: "
    assert str(error) == where + error.reason


def test_a_long_value_is_shown_short_and_harmless():
    error = refusal("a\n" + "x" * 1000 + "\n")
    assert len(str(error)) < 150
    error = refusal("a\nx\x1b[31m\u202ey\n")
    assert "\x1b" not in str(error)
    assert "\u202e" not in str(error)
    assert "‹U+202E›" in str(error)


@pytest.mark.parametrize(
    "day",
    [
        "2012-01-31",
        "2012/01/31",
        "2012-01-31T12:30:00Z",
        "2012-01-31 12:30:00.5+01:00",
        "31.1.2012",
        "31.01.12",
        "31/01/2012",
        "01/31/2012",
        "31-01-2012",
        "31 Jan 2012",
        "31-Jan-12",
        "Jan 2012",
        "2012-01",
        "2012Q1",
        "2012-W05",
        "12:30",
        "12:30:15",
    ],
)
@pytest.mark.parametrize("header", ["", "when;value\n"])
def test_a_date_column_becomes_the_axis(day, header):
    sequence = read(f"{header}{day};1,5\n{day};2,5\n")
    assert sequence.tokens == (day, day)
    np.testing.assert_array_equal(sequence.values, [[1.5], [2.5]])
    assert any("became the axis" in note for note in sequence.notes)


def test_compact_dates_need_a_column_of_that_name():
    assert read("date,v\n20120131,1\n").tokens == ("20120131",)
    assert read("n,v\n20120131,1\n").values.tolist() == [[20120131, 1]]


def test_years_may_be_names_beside_a_name_above_dates():
    sequence = read("date,2019,2020\n2020-01-01,1,2\n")
    assert sequence.columns == ("2019", "2020")
    assert sequence.values.tolist() == [[1, 2]]


def test_date_and_time_columns_are_one_axis():
    sequence = read("date,time,v\n2020-01-01,10:00,5\n")
    assert sequence.tokens == ("2020-01-01 10:00",)
    assert sequence.columns == ("v",)


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("1;2\n", "the columns are separated by semicolons"),
        ("1,5;2\n", "numbers have a decimal comma"),
        ("1,2\n\n3,4\n", "1 empty line was skipped"),
        ("1,2,\n", "the empty last column was left out"),
        (
            "d,v\n2020-01-02,1\n2020-01-01,2\n",
            "the dates ran from the newest to the oldest and were turned round: step 1 is the "
            "oldest",
        ),
        ("2019,2020\n0.5,1.5\n", "the first line was read as values, not as column names"),
        ("a,a\n1,2\n", "more than one column is named “a”"),
        ("# x\n1,2\n", "comment lines at the top left out: 1"),
    ],
)
def test_says_what_was_guessed(content, note):
    assert note in read(content).notes


def test_an_ordinary_table_needs_no_notes():
    assert read("a,b\n1,2\n3,4\n").notes == ()


def test_only_the_first_steps_of_a_long_table_are_opened():
    sequence = read("v\n" + "1\n" * 2_100_000)
    assert len(sequence) == 2_000_000
    assert "the first 2,000,000 of 2,100,000 steps were opened" in sequence.notes
    assert read("v\n" + "1\n" * 2_000_000).notes == ()
    wide = read((",".join(["1"] * 256) + "\n") * 16_000)
    assert wide.values.size <= 4_000_000


def test_more_comment_lines_than_a_sample():
    assert read("# licence\n" * 250 + "a,b\n1,2\n").columns == ("a", "b")


@pytest.mark.parametrize("name", ["x", "x.dat", "x.CSV", "x.tsv", "x.tab"])
def test_other_names_with_a_table_inside(name):
    sequence = read("a,b\n1,2\n3,4\n", name)
    assert sequence.values.shape == (2, 2)
    guessed = "its name does not say what it is: opened as a table" in sequence.notes
    assert guessed == (name in ("x", "x.dat"))


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("1 2\n3 4\n", [[1, 2], [3, 4]]),
        ("  1.5   2e3\n  -3  4\n", [[1.5, 2000], [-3, 4]]),
        ("# a comment\n1\n2\n3\n", [[1], [2], [3]]),
        ("a b\n1 2\n", [[1, 2]]),
        ("a\tb\r\n1\t2,5\r\n3\t4\r\n", [[1, 2.5], [3, 4]]),
        ("1,5 2,25\n3,5 4\n", [[1.5, 2.25], [3.5, 4]]),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_txt_of_numbers_is_a_table_and_says_so(content, values, codec):
    found = read(content.encode(codec), "x.txt")
    assert found.values.tolist() == values
    assert any(note.startswith("assumed: the numbers in its lines") for note in found.notes)
    assert read(content, "x.csv").values.tolist() == values


@pytest.mark.parametrize("content", ["1 2 3 4 5\n", "1 2\n3\n", "one 2\nthree 4\n", "a\nb\n"])
def test_a_txt_that_is_no_table_stays_text(content):
    assert read(content, "x.txt").kind == "words"


def test_unknown_content_that_is_a_bad_table_is_not_opened_as_text():
    assert "no value" in refusal("1,2\n3,\n4,5\n6,7\n", "x").reason


def test_whole_numbers_beyond_float64_are_said_to_be_rounded(tmp_path):
    path = tmp_path / "a.csv"
    for start, said in ((2**53 - 9, False), (2**53, True), (1_700_000_000_000_000_000, True)):
        path.write_text("id,v\n" + "".join(f"{start + k},{k}.5\n" for k in range(1, 8)))
        found = read_sequence(path)
        notes = [note for note in found.notes if "beyond 2⁵³" in note]
        assert len(notes) == said
        if said:
            off = max(abs(int(v) - (start + k)) for k, v in enumerate(found.values[:, 0], 1))
            most = int(notes[0].rpartition("up to ")[2].replace(",", ""))
            assert "“id”" in notes[0] and off <= most
