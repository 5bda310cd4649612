"""Tables and texts in the encodings that programs save them in: the same steps in each."""

import pytest

from rnnviz.opening.door import open_path

TABLE = "Datum;Wärme °C\n01.02.2024;1,5\n02.02.2024;2,25\n03.02.2024;-3\n"
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
MARKS |= {"utf-32-le": b"\xff\xfe\0\0", "utf-32-be": b"\0\0\xfe\xff", "utf-8": b"\xef\xbb\xbf"}


@pytest.mark.parametrize("codec", [*MARKS, "cp1252"])
@pytest.mark.parametrize("end", ["", "\nQuelle: ein Amt, das misst\n"])
def test_a_table_is_the_same_in_every_encoding(tmp_path, codec, end):
    path = tmp_path / "t.csv"
    path.write_bytes(MARKS.get(codec, b"") + (TABLE * 1 + end).encode(codec))
    found = open_path(path)
    assert found.values[:, 0].tolist() == [1.5, 2.25, -3]
    assert found.columns == ("Wärme °C",)
    assert found.tokens[0] == "01.02.2024"


def test_a_mark_that_stands_twice_is_no_part_of_a_name(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(MARKS["utf-8"] * 2 + b"a,b\n1,2\n3,4\n")
    assert open_path(path).columns == ("a", "b")


def test_the_mark_of_the_end_of_a_file_is_left_out_and_said(tmp_path):
    said = "the mark of its end (Ctrl+Z) was left out"
    for name, content in (("t.csv", b"v\r\n1\r\n2\r\n3\r\n\x1a"), ("t.txt", b"a b\r\n\x1a\x1a")):
        path = tmp_path / name
        path.write_bytes(content)
        found = open_path(path)
        assert len(found) == (3 if name == "t.csv" else 2)
        assert said in found.notes
    path.write_bytes(b"\xff\xfe" + "a ᨅ".encode("utf-16-le"))  # ends with that byte
    assert list(open_path(path).tokens) == ["a", "ᨅ"]
