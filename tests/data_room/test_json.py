"""JSON: four forms that are read, and everything else that is refused."""

import json

import numpy as np
import pytest

from rnnviz.data import Options
from rnnviz.data.readers import json_columns, json_values, parse_bytes, preview_bytes
from rnnviz.files.errors import DataError


def read(content, **options):
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return parse_bytes(data, "folder/a.json", options=Options(**options))


def refusal(content, **options):
    with pytest.raises(DataError) as caught:
        read(content, **options)
    assert str(caught.value).startswith("a.json")
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("content", "columns", "values"),
    [
        ("[1, 2.5, -3e2]", ("column 1",), [[1], [2.5], [-300]]),
        ("[[1, 2], [3, 4]]", ("column 1", "column 2"), [[1, 2], [3, 4]]),
        ("[[1], [2]]", ("column 1",), [[1], [2]]),
        ('[{"x": 1, "y": 2}, {"y": 4, "x": 3}]', ("x", "y"), [[1, 2], [3, 4]]),
        ('{"x": [1, 3], "y": [2, 4]}', ("x", "y"), [[1, 2], [3, 4]]),
        ('{"data": [[1, 2], [3, 4]]}', ("column 1", "column 2"), [[1, 2], [3, 4]]),
        ('{"rows": [{"x": 1}, {"x": 2}]}', ("x",), [[1], [2]]),
        ('{"only": [1, 2]}', ("only",), [[1], [2]]),
        ("\ufeff [1]\n", ("column 1",), [[1]]),
        ("[9007199254740993, 10000000000000000000000000]", None, [[2**53], [1e25]]),
        ("[-0.0, 5e-324, 1e-400]", None, [[-0.0], [5e-324], [0]]),
        ('{"": [1], " ": [2], "a\\u0000b": [3]}', ("column 1", "column 2", "a‹U+0000›b"), None),
        ('{"\\ud800": [1]}', ("‹U+D800›",), [[1]]),
        ("[1]".encode("utf-16"), None, [[1]]),
    ],
)  # fmt: skip
def test_reads(content, columns, values):
    sequence = read(content)
    assert columns is None or sequence.columns == columns
    if values is not None:
        np.testing.assert_array_equal(sequence.values, values)
    assert sequence.tokens == tuple(str(step + 1) for step in range(len(sequence)))


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        # not JSON
        ("[1, 2", 1, "the file ends where a comma or ] should"),
        ("[1,\n2,]", 2, "where a value should"),
        ("[1 2]", 1, "“2” stands where a comma or ] should"),
        ("[1]\n\n[2]", 3, "a second value where the data should end"),
        ("[1] [2]", 1, "something follows"),
        ("[1]\n[2]", 2, "a second value where the data should end"),
        ("[1] x", 1, "something follows"),
        ("{'a': [1]}", 1, "double quotes"),
        ('{"a": [1],}', 1, "double quotes"),
        ('{"a" [1]}', 1, "a colon"),
        ("{a: [1]}", 1, "double quotes"),
        ("[01]", 1, "a comma or ]"),
        ("[+1]", 1, "where a value should"),
        ("[.5]", 1, "where a value should"),
        ("[1.]", 1, "a comma or ]"),
        ("[0x10]", 1, "a comma or ]"),
        ("[1, NaN]", 1, "NaN"),
        ("[1, -Infinity]", 1, "-Infinity"),
        ("[1, nan]", 1, "where a value should"),
        ("// x\n[1]", 1, "where a value should"),
        ("[1, /* x */ 2]", 1, "where a value should"),
        ('["a\nb"]', 1, "control character"),
        ("[" * 100_000, 1, "nested too deeply"),
        ('{"a":' * 100_000, 1, "nested too deeply"),
        ("[" * 100_000 + "]" * 100_000, 1, "nested too deeply"),
        ("\0[1]", 1, "NUL"),
        ("hello", 1, "where a value should"),
        ("1,2\n3,4", 1, "something follows"),
        # twice
        ('{"a": [1], "a": [2]}', 1, "the key “a” stands there twice"),
        ('[{"a": 1, "a": 2}]', 1, "the key “a” stands there twice"),
        # numbers
        ("[1e400]", None, "is too large"),
        ("[1, " + "9" * 400 + "]", None, "at step 2 in column 1 is too large"),
        ("[" + "9" * 10_000 + "]", 1, "too many digits"),
        ("[" + "9" * 200_000 + "]", 1, "too many digits"),
        # not numbers
        ('["1", "2x"]', None, "the text “1” at step 1 in column 1"),
        ("[1, null]", None, "no value (null) at step 2"),
        ("[1, true]", None, "true at step 2"),
        ('[[1, 2], [3, "x"]]', None, "the text “x” at step 2 in column 2"),
        ('[{"x": 1}, {"x": []}]', None, "a list at step 2 in column 1 (x)"),
        ("[[[1]]]", None, "a list at step 1"),
        # ragged and mixed
        ("[[1, 2],\n[3]]", 2, "step 2 has 1 value, where step 1 has 2"),
        ("[1, [2]]", 1, "step 2 is a list, where step 1 is a single value"),
        ("[[1], 2]", 1, "step 2 is a single number, where step 1 is a list"),
        ("[[1], {}]", 1, "step 2 is an object"),
        ('[{"x": 1}, {"y": 1}]', None, "no value at step 2 in column 1 (x): such steps can be"),
        ('[{"x": 1}, {"x": 1, "y": 1}]', None, "no value at step 1 in column 2 (y): such steps"),
        ('{"x": [1, 2], "y": [1]}', None, "“y” has 1 value, and “x” has 2"),
        ('{"x": [1], "y": 2}', None, "a single number under the key “y”"),
        ('{"x": [1], "y": {}}', None, "an object under the key “y”"),
        ('{"x": [[1]], "y": [[2]]}', None, "several tables (“x”, “y”): choose one"),
        ('{"x": [1, [2]]}', 1, "step 2 is a list"),
        # nothing
        ("", None, "is empty"),
        (" \n", None, "only white space"),
        ("[]", None, "holds no values"),
        ("{}", None, "holds no values"),
        ("[[]]", None, "without any value"),
        ("[{}]", None, "without any value"),
        ('{"a": []}', None, "holds no values"),
        ("1", None, "holds a single number"),
        ('"text"', None, "holds the text “text”"),
        ("null", None, "holds null"),
        ("true", None, "holds true"),
        # too much
        (str([[1] * 300] * 2), None, "300 columns, and at most 256"),
        (str([{f"k{n}": 1} for n in range(300)]).replace("'", '"'), 1, "256 different keys up to"),
        ("{" + ",".join(f'"k{n}": 1' for n in range(2000)) + "}", None, "number under"),
        ('["' + "x" * 2_000_000 + '"]', 1, "a single value with more than 100,000 characters"),
    ],
)  # fmt: skip
def test_refuses(content, line, said):
    error = refusal(content)
    assert said in error.reason
    assert error.line == line
    assert len(str(error)) < 300


def test_dates_label_the_steps():
    sequence = read('[{"day": "2012-01-01", "v": 1}, {"day": "2012-01-02", "v": 2}]')
    assert sequence.tokens == ("2012-01-01", "2012-01-02")
    assert sequence.columns == ("v",)
    assert sequence.notes == ("the values of “day” became the axis",)
    assert (
        "“later” at step 2 in column 1 (day) is not a date"
        in refusal('{"day": ["2012-01-01", "later"], "v": [1, 2]}').reason
    )
    assert "dates but no numbers" in refusal('["2012-01-01"]').reason


def test_what_is_chosen():
    content = '{"name": "x", "a": [1, 2], "b": [[3, 4], [5, 6], [7, 8]], "c": ["p", "q"]}'
    assert "the text “x” under the key “name”" in refusal(content).reason
    np.testing.assert_array_equal(read(content, member="a").values, [[1], [2]])
    table = read(content, member="b", columns=(1,))
    np.testing.assert_array_equal(table.values, [[4], [6], [8]])
    assert "read from the key “b”" in table.notes
    assert "no list under the key “name”" in refusal(content, member="name").reason
    rows = '[{"who": "Ada", "v": 1}, {"who": "Emmy", "v": 2}]'
    named = read(rows, columns=("v",), axis="who")
    assert named.tokens == ("Ada", "Emmy")
    assert "has no column “w”" in refusal(rows, columns=("w",)).reason


@pytest.mark.parametrize("form", ["list", "rows", "records", "columns"])
def test_long_files_in_runs(form, monkeypatch):
    numbers = np.random.default_rng(0).normal(size=(2_000, 3)).round(4).tolist()
    made = {
        "list": [row[0] for row in numbers],
        "rows": numbers,
        "records": [dict(zip("abc", row, strict=True)) for row in numbers],
        "columns": {name: [row[p] for row in numbers] for p, name in enumerate("abc")},
    }[form]
    expected = np.array(numbers)[:, : 1 if form == "list" else 3]
    for run in (100, 1 << 15, 1 << 30):
        monkeypatch.setattr(json_values, "_RUN", run)
        for indent in (None, 1):
            found = read(json.dumps(made, indent=indent))
            np.testing.assert_array_equal(found.values, expected)


def test_the_line_of_a_fault_deep_in_a_run():
    rows = [[1, 2]] * 20_000
    text = json.dumps(rows).replace("], [", "],\n[")
    assert read(text).values.shape == (20_000, 2)
    lines = text.split("\n")
    lines[15_000] = "[1],"
    error = refusal("\n".join(lines))
    assert error.line == 15_001
    assert error.reason == "step 15,001 has 1 value, where step 1 has 2"
    lines[15_000] = "[1, 2,],"
    assert refusal("\n".join(lines)).line == 15_001


def test_only_the_first_steps_of_a_long_file(monkeypatch):
    monkeypatch.setattr(json_columns, "MAX_STEPS", 5)
    sequence = read("[1,2,3,4,5,6,7]")
    assert len(sequence) == 5
    assert "the first 5 steps were opened, the file goes on" in sequence.notes
    monkeypatch.setattr(json_columns, "MAX_BYTES", 10)
    assert "is too large" in refusal("[1,2,3,4,5,6,7]").reason


def test_without_a_name_that_says_so():
    assert parse_bytes(b"[1, 2, 3]", "x").values.tolist() == [[1], [2], [3]]
    assert parse_bytes(b"[1] is a note", "x").kind == "words"


WHOLE = [{"x": float(k), "y": k * k + 0.5} for k in range(40)]


@pytest.mark.parametrize("written", ["list", "pretty", "lines", "days", "member"])
@pytest.mark.parametrize("lost", [(3, "x"), (0, "y"), (39, "x")])
@pytest.mark.parametrize("way", ["drop", "carry", "interpolate"])
def test_a_key_that_a_record_lacks_is_a_missing_value(written, lost, way):
    rows = [dict(row) for row in WHOLE]
    del rows[lost[0]][lost[1]]
    name = "a.json"
    if written == "lines":
        content, name = "\n".join(map(json.dumps, rows)), "a.jsonl"
    elif written == "days":
        content = json.dumps({f"20{k:02d}-01-01": row for k, row in enumerate(rows)})
    else:
        shown = {"result": rows} if written == "member" else rows
        content = json.dumps(shown, indent=1 if written == "pretty" else None)
    found = preview_bytes(content.encode(), name)
    asked = next(question for question in found.questions if question.name == "missing")
    assert asked.reason == f"1 missing in “{lost[1]}”, of 40 rows"
    with pytest.raises(DataError, match=r"no value .*--missing"):
        parse_bytes(content.encode(), name)
    # As the same table in lines, where the cell is empty.
    table = "x,y\n" + "".join(f"{row.get('x', '')},{row.get('y', '')}\n" for row in rows)
    options = Options(missing=way, columns=("x", "y"))
    made = parse_bytes(content.encode(), name, options=options)
    same = parse_bytes(table.encode(), "a.csv", options=options)
    np.testing.assert_array_equal(made.values, same.values)
    assert any(
        note.startswith(f"1 value was missing in “{lost[1]}”, first at") for note in made.notes
    )


def test_a_record_that_is_null_among_records_lacks_all_of_its_values():
    content = b'[{"p": {"a": 1, "b": 2}}, {"p": null}, {"p": {"a": 3, "b": 4}}]'
    made = parse_bytes(content, "a.json", options=Options(missing="interpolate"))
    assert made.columns == ("p.a", "p.b")
    assert made.values.tolist() == [[1, 2], [2, 3], [3, 4]]


def test_objects_without_days_are_not_made_one_table():
    with pytest.raises(DataError, match="where a list should be"):
        parse_bytes(b'{"setting": {"a": 1, "b": 2}, "other": {"c": 3}}', "a.json")


def test_dates_that_are_the_same_of_all_steps_are_no_axis():
    rows = [{"seen": "2024-02-01", "date": f"2024-01-{d:02d}", "v": d} for d in range(1, 9)]
    found = preview_bytes(json.dumps(rows).encode(), "a.json")
    assert next(q for q in found.questions if q.name == "axis").chosen == 1


def test_keys_that_name_the_rows_are_not_said_to_be_dates():
    found = preview_bytes(b'{"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 4}}', "a.json")
    asked = next(q for q in found.questions if q.name == "axis")
    assert asked.reason == "the keys, “key”, name the rows"
