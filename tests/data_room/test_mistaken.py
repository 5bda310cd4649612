"""Files that somebody opens by mistake: what is said of them is true, and said at once."""

import json
import time

import numpy as np
import pytest

from rnnviz.data import DataError, Options, preview, read_sequence

# Name of the file, what is in it, what is said of it behind its name.
SAID = {
    "a space wider than others": (
        "a.csv", "a;b\n1\u00a0234,5;2\n",
        ", line 2: “1 234,5” in column 1 (a) is not a number: thousands must not be separated",
    ),
    "a narrow space in the name": ("a\u202fb.csv", "", ": is empty, there is nothing in it"),
    "columns separated by spaces": (
        "a.csv", "1.5 2.5 3\n4 5 6\n",
        ", line 1: “1.5 2.5 3” in column 1 is no single number: columns are separated by commas, "
        "semicolons or tabs",
    ),
    "columns separated by bars": (
        "a.csv", "a|b\n1|2\n",
        ", line 2: “1|2” in column 1 (a|b) is no single number: columns are separated by commas, "
        "semicolons or tabs",
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
    values[2, 1] = np.nan
    np.save(tmp_path / "a.npy", values)
    (tmp_path / "a.json").write_text("[[1, 2, 3], [4, 1e999, 6]]")
    for name in ("a.npy", "a.json"):
        found = preview(tmp_path / name)
        columns = next(choice for choice in found.choices if choice.name == "columns")
        assert columns.open and columns.chosen == (0, 2)
        assert "nan" not in str(found.rows) and "inf" not in str(found.rows)
        sequence = read_sequence(tmp_path / name, options=Options(columns=(0, 2)))
        assert sequence.values is not None and np.isfinite(sequence.values).all()


def test_a_signalling_nan_is_refused_without_a_warning(tmp_path):
    np.save(tmp_path / "a.npy", np.array([0x7F800001, 0], np.uint32).view(np.float32))
    preview(tmp_path / "a.npy")
    with pytest.raises(DataError, match="not a finite number"):
        read_sequence(tmp_path / "a.npy")


def test_too_many_columns_are_refused_before_it_is_asked(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((3, 300)))
    with pytest.raises(DataError, match="300 columns, and at most 256"):
        preview(tmp_path / "a.npy")


def test_the_only_list_of_an_object_is_offered(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"station": "Vienna", "temperature": [1, 2, 3]}))
    with pytest.raises(DataError, match="the text “Vienna” under the key “station”"):
        read_sequence(path)
    found = preview(path)
    member = next(choice for choice in found.choices if choice.name == "member")
    assert member.open and member.chosen == "temperature"
    assert len(read_sequence(path, options=Options(member="temperature"))) == 3
