"""Files that somebody opens by mistake: what is said of them is true, and said at once."""

import json
import time

import numpy as np
import pytest

from rnnviz.data import Options, preview, read_frames, read_sequence
from rnnviz.data.readers import json_columns
from rnnviz.files.errors import DataError

# Name of the file, what is in it, what is said of it behind its name.
SAID = {
    "a space wider than others": (
        "a.csv", "a;b\n1\u00a0234,5;2\n",
        ", line 2: “1 234,5” in column 1 (a) is a number only if blanks part "
        "thousands, which can be chosen (--thousands)",
    ),
    "a narrow space in the name": ("a\u202fb.csv", "", ": is empty, there is nothing in it"),
    "columns separated by colons": (
        "a.csv", "a:b\n1:2\n",
        ", line 2: “1:2” in column 1 (a:b) is no single number: columns are separated by commas, "
        "semicolons, tabs, vertical bars or blanks",
    ),
    "json: a comma too many": (
        "a.json", "[1,\n2,\n]", ", line 3: is not valid JSON: “]” stands where a value should"
    ),
    "json: cut": (
        "a.json", "[[1,2],[3,", ", line 1: is not valid JSON: the file ends where a value should"
    ),
    "json: a text is cut": (
        "a.json", '[{"a', ", line 1: is not valid JSON: a text begins here and never ends"
    ),
    "json: Python's None": (
        "a.json", "[1,\nNone]", ", line 2: is not valid JSON: “None” stands where a value should"
    ),
    "json: no colon": (
        "a.json", '[{"a" 1}]', ", line 1: is not valid JSON: “1” stands where a colon should"
    ),
    "json: no comma": (
        "a.json", "[[1 2]]", ", line 1: is not valid JSON: “2” stands where a comma should"
    ),
    "json: a strange escape": (
        "a.json", '[{"\\x": 1}]',
        ", line 1: is not valid JSON: a backslash in a text, and what follows it means nothing",
    ),
    "json lines: a bad one": (
        "a.jsonl", '{"a": 1}\n\n{"a": 2}\n{"a": x}\n',
        ", line 4: is not valid JSON: “x” stands where a value should",
    ),
    "a second line of names": (
        "a.csv", "time,temp\ns,°C\n0,20.5\n",
        ", line 2: “s” in column 1 (time) is not a number, nor is anything in this line (a second "
        "line of names, or of units?)",
    ),
    "decimal commas between commas": (
        "a.csv", "temp\n1,5\n2,5\n",
        ", line 2: 2 values under 1 column name (with decimal commas, separate the columns by "
        "semicolons)",
    ),
    "a title above the names": (
        "a.csv", "Vienna\n\na,b,c\n1,2,3\n", ", line 3: 3 values under 1 column name"
    ),
    "an empty row between": (
        "a.csv", "a,b\n1,2\n,\n3,4\n", ", line 3: 2 empty cells, and no value"
    ),
    "thousands between commas": (
        "a.csv", 'a,b\n1,"1,234"\n2,"1,5"\n',
        ", line 2: “1,234” in column 2 (b) is a number only if commas part thousands, which can be "
        "chosen (--thousands)",
    ),
    "a fraction where points part thousands beside it": (
        "a.csv", "a;b\n900;1,5\n1.020;2,5\n",
        ", line 3: “1.020” in column 1 (a) is a number only if points part thousands, which can be "
        "chosen (--thousands)",
    ),
    "no thousands before a 0": (
        "a.csv", "a;b\n0.123;1,5\n", ", line 2: “1,5” in column 2 (b) is not a number: it has a "
        "decimal comma where the others have a point"
    ),
    "a day that no month has": (
        "a.csv", "date,b\n30/02/2024,1\n28/02/2024,2\n",
        ", line 2: “30/02/2024” in column 1 (date) is not a date: the calendar has no such day",
    ),
    "only comments": ("a.csv", "# a\n\n# b\n", ": holds no values, only comments"),
    "zeros are not UTF-16": (
        "a.txt", bytes(100), ", line 1: is not text: it holds NUL bytes (a binary file?)"
    ),
    "a pointer": (
        "a.npy", "version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 1\n",
        ": is only a pointer of Git LFS to a file elsewhere, and not what its name says",
    ),
    "HDF5": (
        "a.csv", b"\x89HDF\r\n\x1a\n" + bytes(90),
        ": is an HDF5 file (of Keras or MATLAB?), which cannot be opened: text (.txt), tables "
        "(.csv, .tsv), .json, .npy, .npz, .wav, .png and .jpg can",
    ),
    "a workbook": (
        "a.csv", b"PK\x03\x04\x14\0\6\0" + bytes(22) + b"[Content_Types].xml" + bytes(40),
        ": is an Office document (save a table as .csv), which cannot be opened: text (.txt), "
        "tables (.csv, .tsv), .json, .npy, .npz, .wav, .png and .jpg can",
    ),
    "an old workbook": (
        "a.npy", b"\xd0\xcf\x11\xe0" + bytes(600),
        ": is an old Office document (save a table as .csv), and not what its name says",
    ),
    "a web page": ("a.wav", "<!DOCTYPE html>", ": is a web page, and not what its name says"),
    "another sound": (
        "a.wav", b"fLaC" + bytes(40), ": is a sound (FLAC), and not what its name says"
    ),
    "another picture": (
        "a.png", b"GIF89a" + bytes(40), ": is a GIF picture, and not what its name says"
    ),
    "a sound that was piped": (
        "a.wav", b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(60),
        ": has no samples (no “data” part)",
    ),
    "json: 1e999": ("a.json", "[1, 1e999]", ": a number at step 2 in column 1 is too large"),
    "json: of another kind": (
        "a.json", '{"type": "FeatureCollection", "features": []}',
        ": holds the text “FeatureCollection” under the key “type”, where a list should be",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SAID)
def test_what_is_said(tmp_path, what):
    name, content, said = SAID[what]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    expected = name.replace("\u202f", " ") + said
    with pytest.raises(DataError) as found:
        read_sequence(path)
    assert str(found.value) == expected
    assert expected.isprintable()
    try:  # where the window looks first, it says nothing else
        preview(path)
    except DataError as error:
        assert str(error) == expected


@pytest.mark.parametrize(
    "cell",
    ["1" * 130_000 + "x", "1" + " " * 130_000 + "+", "1." * 65_000, "-+" * 65_000],
    ids=["digits", "spaces", "points", "signs"],
)
def test_a_cell_is_judged_in_time_that_grows_with_its_length(tmp_path, cell):
    path = tmp_path / "a.csv"
    path.write_text(f"a\n1\n{cell}\n")
    started = time.monotonic()
    with pytest.raises(DataError, match=r"line 3: .*is not a number"):
        read_sequence(path)
    # Parting it in two at every place would take hours.
    assert time.monotonic() - started < 5


def test_a_column_with_something_not_finite_is_not_chosen(tmp_path):
    values = np.arange(12.0).reshape(4, 3)
    values[2, 1] = np.inf  # nan is a value that is missing
    np.save(tmp_path / "a.npy", values)
    (tmp_path / "a.json").write_text("[[1, 2, 3], [4, 1e999, 6]]")
    for name in ("a.npy", "a.json"):
        found = preview(tmp_path / name)
        columns = next(choice for choice in found.questions if choice.name == "columns")
        assert columns.open and columns.chosen == (0, 2)
        assert "nan" not in str(found.rows) and "inf" not in str(found.rows)
        sequence = read_sequence(tmp_path / name, options=Options(columns=(0, 2)))
        assert sequence.values is not None and np.isfinite(sequence.values).all()


def test_quoted_numbers_with_a_decimal_comma_between_commas(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n"1,5",2\n"2,25","3,125"\n')
    found = preview(path)
    decimal = next(choice for choice in found.questions if choice.name == "decimal")
    assert decimal.chosen == "," and not decimal.open
    sequence = read_sequence(path)
    assert sequence.values is not None
    assert sequence.values.tolist() == [[1.5, 2], [2.25, 3.125]]
    assert "numbers have a decimal comma" in sequence.notes


def test_json_lines(tmp_path):
    lines = ('{"a": 1, "b": 2}', "", '{"a": 3,', ' "b": 4}', " ", '{"a": 5, "b": 6}', "")
    for name in ("a.jsonl", "a.ndjson"):
        (tmp_path / name).write_text("\r\n".join(lines))
        sequence = read_sequence(tmp_path / name)
        assert sequence.values is not None and sequence.columns == ("a", "b")
        assert sequence.values.tolist() == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.parametrize("block", [1, 4, 9, 1 << 20])
def test_json_lines_are_the_same_in_blocks_of_any_length(tmp_path, monkeypatch, block):
    monkeypatch.setattr(json_columns, "_BLOCK", block)
    rows = [[n, n * n] for n in range(40)]
    gaps = ["\n", "\r\n", "\n\n", " \n", "\n \t\n\r\n  "]
    text = "\n".join(("", "")) + "".join(
        json.dumps(row, indent=row[0] % 2 or None) + gaps[row[0] % 5] for row in rows
    )
    # Told by its first line: that is [0, 0].
    (tmp_path / "a.jsonl").write_text(text, newline="")
    sequence = read_sequence(tmp_path / "a.jsonl")
    assert sequence.values is not None and sequence.values.tolist() == rows


def test_a_film_of_something_else(tmp_path):
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        path.write_bytes(b"GIF89a" + bytes(40))
    with pytest.raises(DataError, match=r"^a\.png: is a GIF picture, and not what its name says$"):
        read_frames(paths)


def test_a_signalling_nan_is_refused_without_a_warning(tmp_path):
    np.save(tmp_path / "a.npy", np.array([0x7F800001, 0], np.uint32).view(np.float32))
    preview(tmp_path / "a.npy")
    with pytest.raises(DataError, match="not a finite number"):
        read_sequence(tmp_path / "a.npy")


def test_labels_need_numbers_beside_them(tmp_path):
    np.save(tmp_path / "a.npy", np.ones(3))
    with pytest.raises(DataError, match="no numbers beside the column that labels the steps"):
        read_sequence(tmp_path / "a.npy", options=Options(axis=0))


def test_too_many_columns_are_refused_before_it_is_asked(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((300, 300)))
    with pytest.raises(DataError, match="300 columns, and at most 256"):
        preview(tmp_path / "a.npy")


@pytest.mark.parametrize("name", ["a.npy", "a.csv"])
def test_a_few_rows_of_more_columns_than_can_be_opened_are_proposed_as_features(tmp_path, name):
    values = np.arange(900.0).reshape(3, 300)
    if name == "a.npy":
        np.save(tmp_path / name, values)
    else:
        np.savetxt(tmp_path / name, values, delimiter=",")
    with pytest.raises(DataError, match="300 columns, and at most 256"):
        read_sequence(tmp_path / name)
    found = preview(tmp_path / name)
    (exchange,) = [choice for choice in found.questions if choice.name == "exchange"]
    assert exchange.open and exchange.chosen is True
    made = read_sequence(tmp_path / name, options=Options(exchange=True))
    assert made.values.tolist() == values.T.tolist()


def test_the_only_list_of_an_object_is_offered(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"station": "Vienna", "temperature": [1, 2, 3]}))
    with pytest.raises(DataError, match="the text “Vienna” under the key “station”"):
        read_sequence(path)
    found = preview(path)
    member = next(choice for choice in found.questions if choice.name == "member")
    assert member.open and member.chosen == "temperature"
    assert len(read_sequence(path, options=Options(member="temperature"))) == 3


@pytest.mark.parametrize("rows", [3, 30_000])
@pytest.mark.parametrize("end", [",,\n,,\n", ', ,\r\n\r\n"",,\n', ",,"])
def test_the_empty_rows_that_spreadsheets_write_below_a_table(tmp_path, rows, end):
    path = tmp_path / "a.csv"
    path.write_text("x,y,z\n" + "".join(f"{i},{i / 2},7\n" for i in range(rows)) + end)
    found = read_sequence(path)
    assert len(found.tokens) == rows
    assert found.values[-1].tolist() == [rows - 1, (rows - 1) / 2, 7]
    count = sum("," in line for line in end.splitlines())
    said = f"{count} row{'s' * (count > 1)} of empty cells at the end left out"
    assert any(note == said for note in found.notes), found.notes
    assert preview(path) is not None


@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_a_column_of_an_array_labels_the_steps(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    years = np.stack([np.arange(1990.0, 1996.0), np.arange(6.0) / 4], axis=1)
    np.save(path, years) if kind == "npy" else np.savez(path, years=years)
    found = read_sequence(path, options=Options(axis=0))
    assert list(found.tokens) == ["1990", "1991", "1992", "1993", "1994", "1995"]
    assert found.columns == ("column 2",)
    assert found.values[:, 0].tolist() == (np.arange(6) / 4).tolist()
    assert list(read_sequence(path, options=Options(axis=1)).tokens)[:3] == ["0", "0.25", "0.5"]
    assert list(read_sequence(path).tokens)[:2] == ["1", "2"]


def test_labels_that_are_no_numbers_are_refused(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.array([[1.0, 2.0], [np.nan, 3.0]]))
    with pytest.raises(DataError, match="column 1 labels the steps, but at step 2 it is not"):
        read_sequence(path, options=Options(axis=0, columns=(1,)))
