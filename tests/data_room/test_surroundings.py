"""What stands around a table: told and left out; and what may be a row of it: never."""

import pytest

from rnnviz.data.readers import parse_bytes, preview_bytes
from rnnviz.data.readers.options import Options
from rnnviz.files.errors import DataError

ROWS = "".join(f"2024-01-{day:02d},{100 + day / 4},{day}\n" for day in range(1, 29))
PLAIN = f"Date,Close,Volume\n{ROWS}"


def read(text, name="a.csv", **options):
    return parse_bytes(text.encode(), name, options=Options(**options))


def same(found):
    return (found.columns, found.values.tolist(), list(found.tokens)) == (
        ("Close", "Volume"),
        read(PLAIN).values.tolist(),
        [f"2024-01-{day:02d}" for day in range(1, 29)],
    )


@pytest.mark.parametrize(
    ("above", "many"),
    [
        ("Security,SPX Index\nStart,01/01/2024\nPeriod,D\n\n", 4),
        ("Daily prices of ACME,,\n,,\n", 2),
        ("Daily prices of ACME,,\n", 1),
        ("Prices of ACME\nin euros\n", 2),
        ('"Data Source","Indicators",\n\n"Last Updated","2024-05-30",\n\n', 4),
    ],
)
def test_lines_above_the_names_are_left_out_with_a_note(above, many):
    content = above + PLAIN
    found = read(content)
    assert same(found)
    lines = "1 line above the table is" if many == 1 else f"{many} lines above the table are"
    said = f"assumed: {lines} none of its rows: "
    assert any(note.startswith(said) for note in found.notes)
    assert any(note.startswith(said) for note in preview_bytes(content.encode(), "a.csv").notes)
    with pytest.raises(DataError, match=f"line {many + 4}: “x” in column 2"):
        read(content.replace("2024-01-03,100.75", "2024-01-03,x"))


@pytest.mark.parametrize(
    ("below", "said"),
    [
        ("Total,2901.5,406\n", "1: “Total”"),
        ("Summe,2901.5,406\n\n", "1: “Summe”"),
        (
            "\nSource: Exchange, as of 2024\n",
            "1: “Source: Exchange”",
        ),
        (
            "Delayed prices\nby a day\n",
            "2: “Delayed prices”",
        ),
        (
            "Quelle: Börse;\r\n",
            "1: “Quelle: Börse;”",
        ),
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_lines_below_the_rows_are_left_out_with_a_note(below, said, codec):
    data = (PLAIN + below).encode(codec)
    many = "1 line below the table is" if said[0] == "1" else "2 lines below the table are"
    said = f"assumed: {many} none of its rows: {said[3:]}"
    for options in (Options(), Options(axis=0)):  # as the preview has it, too
        found = parse_bytes(data, "a.csv", options=options)
        assert same(found)
        assert said in found.notes
    assert said in preview_bytes(data, "a.csv").notes


@pytest.mark.parametrize("place", [0, 5, 28])
def test_comments_among_the_rows_are_left_out_with_a_note(place):
    lines = PLAIN.splitlines(keepends=True)
    lines.insert(place + 1, "# a holiday\n")
    found = read("".join(lines))
    assert same(found)
    assert any("omment lines" in n or "below the table" in n for n in found.notes)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("v,w\noops,2\n" + "3,4\n" * 9, 2),
        ("date,price\noops\n" + "".join(f"2024-01-{d:02d},{d}\n" for d in range(1, 29)), 2),
        ("a,b\n" + "1,2\n" * 9 + "x,\n", 11),
        ("a,b\n" + "1,2\n" * 9 + "3\n", 11),
        (f"{PLAIN}2024-01-32,1,2\n", 30),
        ("v\n" + "1\n" * 9 + "end\n", 11),
        ("1,2\n\na,b\n" + "3,4\n" * 9, 3),
    ],
)
def test_what_may_be_a_row_is_refused_with_its_line_as_before(text, line):
    with pytest.raises(DataError) as caught:
        read(text)
    assert caught.value.line == line


def test_a_second_line_of_names_or_units_becomes_part_of_the_first():
    two = "Date,AA,AA,BB\n,Open,Close,Close\n" + "".join(
        f"2024-01-{day:02d},{day},{day},{day}\n" for day in range(1, 9)
    )
    found = read(two)
    assert found.columns == ("AA Open", "AA Close", "BB Close")
    assert not any("more than one" in note for note in found.notes)
    units = PLAIN.replace("Volume\n", "Volume\n,USD,%\n")
    assert read(units).columns == ("Close USD", "Volume %")


def test_years_name_columns_below_names_of_texts():
    text = "Country,Code," + ",".join(map(str, range(1990, 2000))) + "\n"
    text += "Italy,ITA," + ",".join("1234567890") + "\nGermany,GER," + ",".join("1234567890") + "\n"
    found = preview_bytes(text.encode(), "a.csv", Options(exchange=False))
    assert found.columns[:4] == ("Country", "Code", "1990", "1991")


@pytest.mark.parametrize("name", ["a.csv", "a.psv", "a.txt"])
@pytest.mark.parametrize("edged", [False, True])
def test_vertical_bars_separate_columns(name, edged):
    lines = PLAIN.replace(",", " | " if edged else "|").splitlines()
    if edged:
        lines = [f"| {line} |" for line in lines]
        lines.insert(1, "|---|---:|:--|")
    text = "\n".join(lines)
    assert same(read(text, name))
    asked = preview_bytes(text.encode(), name).questions
    assert next(q for q in asked if q.name == "delimiter").chosen == "|"


def test_a_text_file_of_rows_with_a_name_in_each_is_proposed_as_a_table():
    text = "<TICKER>,<DATE>,<CLOSE>,<VOL>\n" + "".join(
        f"AA.US,202401{day:02d},{day}.5,{day}\n" for day in range(1, 29)
    )
    found = preview_bytes(text.encode(), "aa.txt")
    given = {q.name: q.chosen for q in found.questions if q.chosen is not None}
    assert given["unit"] == "table"
    made = read(text, "aa.txt", **given)
    assert made.columns == ("<CLOSE>", "<VOL>")
    assert made.tokens[0] == "20240101"
    songs = "one, two, three, four\nup, down, left, right\n" * 20
    assert preview_bytes(songs.encode(), "s.txt").kind == "text"


def test_subtitles_are_a_text():
    text = "".join(f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\nLine {n}\n\n" for n in range(30))
    assert preview_bytes(text.encode(), "film.srt").kind == "text"


def test_commas_also_between_the_names_are_no_white_space():
    text = "date,price\n" + "".join(f"2024-01-{d:02d},{100 + d} 3/8\n" for d in range(1, 9))
    with pytest.raises(DataError, match=r"line 2: “101 3/8” in column 2 \(price\) is not a number"):
        read(text)


def test_dates_without_marks_may_have_a_time_of_day():
    text = "".join(f"202401{day:02d} 170000;{day}.5\n" for day in range(1, 29))
    assert list(read(text).tokens)[:2] == ["20240101 170000", "20240102 170000"]
