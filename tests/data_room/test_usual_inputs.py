"""What instruments, offices and services usually write: read as meant, asked about, or named."""

import io

import numpy as np
import pytest

from rnnviz.data import Options
from rnnviz.data.readers import parse_bytes, preview_bytes
from rnnviz.data.readers.kinds import kind_of
from rnnviz.files.errors import DataError
from rnnviz.film.opened_files import chosen_of


def read(text, name="a.csv", **options):
    return parse_bytes(text.encode(), name, options=Options(**options))


def asked(text, name="a.csv"):
    return {q.name: q.chosen for q in preview_bytes(text.encode(), name).questions if q.open}


def as_proposed(text, name="a.csv"):
    return read(text, name, **chosen_of(preview_bytes(text.encode(), name)))


def column(found, place=0):
    return found.values[:, place].tolist()


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2009", " "])
@pytest.mark.parametrize("mark", [",", "."])
def test_blanks_between_thousands_go_with_either_decimal_mark(blank, mark):
    text = f"Tag;Wert\na;1{blank}234{mark}5\nb;12{blank}345{mark}25\nc;7\n"
    found = read(text, columns=("Wert",), thousands=" ")
    assert column(found) == [1234.5, 12345.25, 7]


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2009"])
def test_blanks_that_do_not_break_are_no_ends_of_columns(blank):
    text = f"1{blank}234\n12{blank}345\n2{blank}000\n"
    assert asked(text)["thousands"] == " "
    assert column(as_proposed(text)) == [1234, 12345, 2000]
    with pytest.raises(DataError, match="blanks part thousands"):
        read(text)
    assert read(f"1{blank} 234\n2{blank} 345\n").values.tolist() == [[1, 234], [2, 345]]


def test_blanks_that_may_part_columns_or_thousands_are_asked_about():
    text = "1 234\n12 345\n2 000\n"
    found = read(text)
    assert found.values.tolist() == [[1, 234], [12, 345], [2, 0]]
    assert "assumed: blanks stand between columns, so that “1 234” is two numbers" in found.notes
    assert asked(text)["delimiter"] == " "
    assert column(read(text, thousands=" ")) == [1234, 12345, 2000]
    assert "delimiter" not in asked("1 23\n12 45\n2 67\n")


def test_a_decimal_comma_is_found_beneath_signs():
    assert column(read("v;w\n1,5 %;1\n-2 %;1\n3,25%;2\n", signs="omit")) == [1.5, -2, 3.25]
    thousands = 'v,w\n"$1,234",1\n"$2,345",2\n'
    with pytest.raises(DataError, match="thousands"):
        read(thousands, signs="omit")


def test_thousands_as_india_groups_them():
    text = 'v,w\n"12,34,567",1\n"1,23,456",2\n'
    assert column(read(text, thousands=",")) == [1234567, 123456]
    with pytest.raises(DataError, match="commas part thousands"):
        read(text)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("101-16", "write fractions"),
        ("101'16", "write fractions"),
        ("101 2/8", "write fractions"),
        ("12.5 °C", "write it without “°C”"),
        ("<0.5", "write it without “<”"),
        ("1.2*", r"write it without “\*”"),
        ("0.5[1]", r"write it without “\[1\]”"),
        ("hot", "mend the cell"),
    ],
)
def test_a_cell_that_is_no_number_says_what_to_do(cell, said):
    with pytest.raises(DataError, match=f"line 3: .*{said}"):
        read(f"day,v\n2024-01-01,1.5\n2024-01-02,{cell}\n2024-01-03,2\n")


MISSING = ["NaT", "n.a.", "k.A.", "#NAME?", "#DIV/0!", "#BEZUG!", "#¡VALOR!", "#NV"]
MISSING += ["(null)", "…", ":", "1.#QNAN", "\\N", "no data", "not available"]


@pytest.mark.parametrize("cell", MISSING)
def test_more_ways_to_say_that_nothing_is_there(cell):
    text = f"day,v\n2024-01-01,1.5\n2024-01-02,{cell}\n2024-01-03,2\n"
    assert asked(text)["missing"] == "drop"
    with pytest.raises(DataError, match="line 3: no value"):
        read(text)
    assert column(read(text, missing="drop")) == [1.5, 2]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("31 maart 2024", "1 april 2024"),
        ("31 de março de 2024", "1 de abril de 2024"),
        ("2024年1月31日", "2024年2月1日"),
        ("2024년 1월 31일", "2024년 2월 1일"),
        ("4. Quartal 2023", "1. Quartal 2024"),
        ("FY2023", "FY2024"),
        ("2021/22", "2022/23"),
        ("2023-365", "2024-001"),
        ("31.01.2024 23h", "01.02.2024 00h"),
        ("31.01.2024 23h30", "01.02.2024 00h15"),
        ("31.01.2024 23.30", "01.02.2024 00.15"),
        ("31.01.2024 23:00 - 31.01.2024 24:00", "01.02.2024 00:00 - 01.02.2024 01:00"),
        ("2024-03-31T01:30:00+01:00[Europe/Paris]", "2024-03-31T03:00:00+02:00[Europe/Paris]"),
        ("2024-01-31 23:00 Europe/Berlin", "2024-02-01 00:00 Europe/Berlin"),
    ],
)
def test_more_forms_of_dates(first, second):
    found = read(f"when;v\n{first};1\n{second};2\n")
    assert list(found.tokens) == [first, second]
    assert not any("run back" in note for note in found.notes)
    turned = read(f"when;v\n{second};2\n{first};1\n")
    assert list(turned.tokens) == [first, second]


@pytest.mark.parametrize("cell", ["2023-366", "2021/24", "4000 - 5000"])
def test_what_only_looks_like_a_date_is_none(cell):
    with pytest.raises(DataError, match="line 2"):
        read(f"when;v\n{cell};1\n{cell};2\n")


@pytest.mark.parametrize(
    ("name", "cells", "labels"),
    [
        ("MESS_DATUM", ["2024013123", "2024020100", "2024020101"], "2024-01-31 23:00:00"),
        ("date", ["202401312330", "202402010000", "202402010030"], "2024-01-31 23:30:00"),
        ("ts", ["20240131233000", "20240201000000", "20240201003000"], "2024-01-31 23:30:00"),
        ("Year", ["202311", "202312", "202401"], "2023-11-01"),
        ("when", ["20240131", "20240201", "20240202"], "20240131"),
        ("Time", ["45322.0", "45322.5", "45323.0"], "2024-01-31 00:00:00"),
    ],
)
def test_dates_written_without_signs_are_proposed_as_labels(name, cells, labels):
    text = f"{name},v\n" + "".join(f"{cell},{n}\n" for n, cell in enumerate(cells))
    assert any("is a feature" in note for note in read(text).notes)
    assert asked(text)["axis"] == 0
    found = as_proposed(text)
    assert found.columns == ("v",)
    assert found.tokens[0] == labels


def test_counts_are_no_dates_without_signs():
    for cells in (["202399", "202400", "202401"], ["20240130", "20240131", "20240132"]):
        text = "n,v\n" + "".join(f"{cell},1\n" for cell in cells)
        assert "axis" not in asked(text)
    seconds = "time,v\n" + "".join(f"{1704067200 + 3600 * n},1\n" for n in range(3))
    assert as_proposed(seconds).tokens[0] == "2024-01-01 00:00:00"


@pytest.mark.parametrize(
    ("mark", "shown"), [("-9999", "−9999"), ("999.9", "999.9"), ("1e20", "1e+20")]
)
def test_a_number_that_often_means_nothing_is_said(mark, shown):
    found = read(f"v\n20.5\n{mark}\n21.5\n22\n{mark}\n")
    assert len(found) == 5
    (said,) = [note for note in found.notes if note.startswith("assumed: ")]
    assert said.startswith(f"assumed: {shown} in “v” is a value (2 times, first at step 2)")
    buffer = io.BytesIO()
    np.save(buffer, found.values)
    assert said.replace("“v”", "“column 1”") in parse_bytes(buffer.getvalue(), "a.npy").notes
    beside = read(f"v\n{mark}\n{float(mark) * 1.01}\n{float(mark) * 0.98}\n")
    assert not any(note.startswith("assumed: ") for note in beside.notes)


def test_a_line_of_units_above_values_alone_belongs_to_the_names():
    found = read("t,T\ns,°C\n1,20.5\n2,21\n")
    assert found.columns == ("t s", "T °C")
    assert "assumed: line 2 holds units or further names: “s”, “°C”" in found.notes
    with pytest.raises(DataError, match="line 2"):
        read("t,name\ns,x\n1,y\n2,z\n")


def test_names_in_a_comment_above_columns_apart_by_blanks():
    found = read("# made by hand\n# t v\n0 1.5\n1 2.5\n", "a.dat")
    assert found.columns == ("t", "v")
    assert read("# three words here\n0 1.5\n1 2.5\n", "a.dat").columns == ("column 1", "column 2")


def test_an_index_may_begin_anywhere():
    found = read(",a\n5,1.5\n6,2.5\n9,3.5\n")
    assert found.columns == ("a",) and list(found.tokens) == ["5", "6", "9"]
    assert read(",a\n5,1.5\n9,2.5\n").columns == ("column 1", "a")


@pytest.mark.parametrize(
    "end", ["Total,6\n", "* preliminary\n** estimated\n", "______\n", "END\n", "Source: a, b\n"]
)
def test_lines_below_a_short_table_are_left_out_and_said(end):
    found = read(f"day,v\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n{end}")
    assert column(found) == [1, 2, 3]
    assert any("below the table" in note for note in found.notes)


def test_a_day_that_the_calendar_lacks_is_named_further_down_too():
    with pytest.raises(DataError, match=r"line 3: “2024-02-30” .* the calendar has no such day"):
        read("day,v\n2024-02-29,1\n2024-02-30,2\n")


@pytest.mark.parametrize(
    "text",
    [
        "STATION;DATUM;T;eor\n1;20240101; 1.5;eor\n1;20240102; 2.5;eor\n1;20240103; 3.5;eor\n",
        "day\ttemp\train\nMon\t1.5\t2\nTue\t2.5\t3\nWed\t2.5\t3\nThu\t3\t1\n",
        "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9,1.0,1.1\n",
    ],
)
def test_a_text_file_of_values_is_no_text(text):
    assert asked(text, "a.txt")["unit"] == "table"
    assert as_proposed(text, "a.txt").values is not None
    assert read(text, "a.txt", unit="words").values is None


def test_a_poem_with_numbers_stays_a_text():
    poem = "one, two, 3, four\nfive, six, 7, eight\nnine, ten, 11, twelve\nno, more, 0, left\n"
    assert kind_of(poem.encode(), "a.txt")[0] == "text"
    assert read(poem, "a.txt").values is None


@pytest.mark.parametrize(
    ("begins", "said"),
    [
        (b"\x08\x07\x12\x07pytorch\x1a\x032.1:\x00\x10", "an ONNX model"),
        (b"MATLAB 7.3 MAT-file, Platform", "MATLAB"),
        (b"ARROW1\0\0", "Arrow"),
        (b"CDF\x01", "NetCDF"),
        (b"GGUF\x03", "GGUF"),
        (b"\0\0\0\x18ftypmp42", "MP4"),
        (b"\x1c\0\0\0TFL3", "TensorFlow"),
        (b"RDX3\nX\n", "data of R"),
    ],
)
def test_what_other_programs_write_is_called_by_its_name(begins, said):
    with pytest.raises(DataError, match=f"a.bin: is .*{said}"):
        parse_bytes(begins + bytes(64), "a.bin")


@pytest.mark.parametrize("name", ["MATLAB", "GGUF", "RDX", "BMW"])
def test_a_text_may_begin_as_another_programs_file_does(name):
    found = read(f"{name} is a word as others are, and this is a text\n", "a.txt")
    assert found.tokens[0] == name


def test_texts_and_dates_beside_the_numbers_of_an_archive_are_passed_over():
    def packed(**arrays):
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        return buffer.getvalue()

    days = np.array(["2024-01-01", "2024-01-02"], "M8[D]")
    found = parse_bytes(packed(days=days, v=np.array([1.5, 2.5]), unit=np.array("m")), "a.npz")
    assert column(found) == [1.5, 2.5]
    assert "passed over: “days”, “unit”, which hold text or dates" in found.notes
    assert preview_bytes(packed(days=days, v=np.ones(2)), "a.npz").rows
    with pytest.raises(DataError, match="days: holds dates"):
        parse_bytes(packed(days=days), "a.npz")
    with pytest.raises(DataError, match="o: holds Python objects"):
        parse_bytes(packed(v=np.ones(2), o=np.array([{}], object)), "a.npz")


def test_a_gap_far_below_can_be_answered_before_it_is_found():
    text = "a,b\n" + "1,2\n" * 110_000 + "5,\n"
    (missing,) = [q for q in preview_bytes(text.encode(), "a.csv").questions if q.name == "missing"]
    assert not missing.open and missing.chosen is None
    assert "none in the first 100,0" in missing.reason
    with pytest.raises(DataError, match="line 110,002: no value"):
        read(text, **chosen_of(preview_bytes(text.encode(), "a.csv")))
    assert len(read(text, missing="drop")) == 110_000
    short = preview_bytes(b"a,b\n1,2\n3,4\n", "a.csv").questions
    assert not any(q.name == "missing" for q in short)


def test_signs_in_json_are_named():
    with pytest.raises(DataError, match=r"“.1,234.5” at step 1 .* are read in tables"):
        parse_bytes(b'[{"v": "$1,234.5"}, {"v": "$2"}]', "a.json")


def test_the_parts_of_a_date_are_not_proposed_as_features():
    text = "Year,Month,Day,v\n" + "".join(f"2024,1,{day},{day / 4}\n" for day in range(1, 9))
    found = read(text)
    assert found.columns == ("Year", "Month", "Day", "v")
    assert any("“Year”, “Month”, “Day” are features" in note for note in found.notes)
    assert asked(text)["columns"] == (3,)
    assert as_proposed(text).columns == ("v",)
    records = b'[{"year": 2024, "month": 1, "v": 1}, {"year": 2024, "month": 2, "v": 2}]'
    (chosen,) = [q for q in preview_bytes(records, "a.json").questions if q.name == "columns"]
    assert chosen.chosen == (2,)
    for other in ("Year,Month\n2024,1\n2024,2\n", "Year,Month,v\n2024,13,1\n2024,2,2\n"):
        assert len(asked(other).get("columns", "")) > 1


@pytest.mark.parametrize("form", ["{} €", "{}%", "({})"])
def test_a_thousands_point_beneath_signs_is_said(form):
    text = "v\n" + "".join(form.format(n) + "\n" for n in ("900", "1.020", "980"))
    found = read(text, signs="omit")
    assert any("and not " in note and note.startswith("assumed: the point") for note in found.notes)
    assert "thousands" in asked(text)
    assert abs(read(text, signs="omit", thousands=".").values[1, 0]) == 1020


def test_a_single_row_is_the_series_in_whatever_form():
    values = [n / 4 for n in range(300)]
    row = ",".join(map(str, values))
    said = "assumed: the only row is the series, its 300 values are the steps"
    for text, name in ((f"{row}\n", "a.csv"), (f"{row},\n", "a.csv"), (f"[[{row}]]", "a.json")):
        found = read(text, name)
        assert column(found) == values and said in found.notes
    assert read("[[1, 2, 3]]", "a.json").values.shape == (1, 3)


def test_a_few_long_rows_are_read_as_steps_and_that_is_said():
    said = "assumed: its 2 rows are the steps, of 40 numbers each; where these are the steps, "
    said += "rows and columns can be exchanged (--exchange)"
    array = np.arange(80.0).reshape(2, 40)
    buffer, table = io.BytesIO(), io.StringIO()
    np.save(buffer, array)
    np.savetxt(table, array, delimiter=",")
    assert said in parse_bytes(buffer.getvalue(), "a.npy").notes
    assert said in read(table.getvalue()).notes
    for exchange in (False, True):
        assert said not in read(table.getvalue(), exchange=exchange).notes


def test_json_in_a_text_file_is_a_text_and_said():
    found = read("[1.5, 2.5, 3.5]\n", "a.txt")
    said = "assumed: it is a text, though it is JSON as well: name it .json to read its numbers"
    assert found.values is None and said in found.notes
    assert said not in read("[1] He said, [2] and so on.\n", "a.txt").notes


def test_a_picture_that_cannot_be_decoded_is_said_so_in_words():
    pytest.importorskip("PIL")
    with pytest.raises(DataError, match=r"^a.jpg: is a damaged picture: it cannot be decoded$"):
        parse_bytes(b"\xff\xd8\xff\xe0" + bytes(40), "a.jpg")


@pytest.mark.parametrize("rows", [3, 20])
def test_decimal_commas_under_one_name_are_not_two_columns(rows):
    for text in (
        "temp\n" + "".join(f"{n},5\n" for n in range(rows)),
        "a,b\n" + "".join(f"{n},5,{n},25\n" for n in range(rows)),
    ):
        with pytest.raises(DataError, match=r"line 2: .*with decimal commas, separate"):
            read(text)
    titled = "Berlin\n" + "".join(f"2024-01-{day:02d},{day}\n" for day in range(1, 9))
    assert any("“Berlin”" in note for note in read(titled).notes)


def test_dates_that_cannot_be_compared_are_said():
    said = "its dates cannot be compared with each other: nothing was sorted"
    assert said in read("day,v\n1/13/2024,1\n14/1/2024,2\n1/15/2024,3\n").notes
    assert said not in read("day,v\n1/13/2024,1\n1/14/2024,2\n").notes
    assert said not in read("at,v\n23:00,1\n00:30,2\n").notes


def test_lines_without_spaces_are_characters_and_asked_about():
    text = "你好\n再见\n谢谢\n"
    assert asked(text, "a.txt")["unit"] == "characters"
    assert list(read("good\nbye\n", "a.txt").tokens) == ["good", "bye"]
