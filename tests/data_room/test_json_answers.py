"""JSON as services and pandas hand it out: tables deep within objects, steps as keys, lines."""

import json

import numpy as np
import pytest

from rnnviz.data import Options
from rnnviz.files.errors import DataError
from rnnviz.film.opened_files import chosen_of
from rnnviz.opening.door import OpenFile, open_path

DAYS = ["2024-01-01", "2024-01-02", "2024-01-03"]
SECONDS = [1704067200, 1704153600, 1704240000]


def written(tmp_path, content, name="answer.json"):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def quotes(closes, seconds):
    """A chart as Yahoo answers with it."""
    prices = {"close": closes, "volume": list(range(len(closes)))}
    result = {
        "meta": {"symbol": "XYZ", "validRanges": ["1d", "5d"]},
        "timestamp": seconds,
        "indicators": {"quote": [prices], "adjclose": [{"adjclose": closes}]},
    }
    return {"chart": {"result": [result], "error": None}}


def proposed(path):
    preview = OpenFile(path).preview()
    return preview, open_path(path, Options(**chosen_of(preview)))


def test_lists_of_one_length_deep_within_an_answer_are_a_table(tmp_path):
    path = written(tmp_path, quotes([1.5, 2.5, 3.5], SECONDS))
    preview, found = proposed(path)
    (member,) = [q for q in preview.questions if q.name == "member"]
    assert member.open and member.chosen == "chart.result"
    assert [label for _, label in member.options] == [
        "chart.result",
        "chart.result.meta.validRanges",
    ]
    assert found.columns == ("close", "volume", "adjclose")
    assert list(found.tokens) == DAYS
    assert found.values[:, 0].tolist() == [1.5, 2.5, 3.5]
    with pytest.raises(DataError, match=r"under the key “chart”.*chosen in the window"):
        open_path(path)


def test_an_answer_of_any_size_is_looked_into(tmp_path):
    many = 20_000
    path = written(
        tmp_path, quotes([n / 7 for n in range(many)], [10**9 + 60 * n for n in range(many)])
    )
    _, found = proposed(path)
    assert found.values.shape == (many, 3)


@pytest.mark.parametrize(
    ("content", "member", "values"),
    [
        ({"lat": 52.5, "hourly": {"time": DAYS, "t": [1, 2, 3]}}, "hourly", [1, 2, 3]),
        ({"mark": "line", "data": {"values": [{"a": 1}, {"a": 2}]}}, "data.values", [1, 2]),
        ({"hits": {"total": 2, "hits": [{"v": 1}, {"v": 2}]}}, "hits.hits", [1, 2]),
        ({"data": [{"y": [4, 5, 6], "type": "scatter"}], "layout": {}}, "data.y", [4, 5, 6]),
        (
            {
                "status": "ok",
                "data": {"result": [{"values": [[SECONDS[0], "1"], [SECONDS[1], "0"]]}]},
            },
            "data.result.values",
            [[SECONDS[0], 1], [SECONDS[1], 0]],
        ),
    ],
)
def test_a_table_within_is_proposed(tmp_path, content, member, values):
    preview, found = proposed(written(tmp_path, content))
    assert next(q.chosen for q in preview.questions if q.name == "member") == member
    assert found.values.tolist() == np.array(values, float).reshape(len(values), -1).tolist()


@pytest.mark.parametrize(
    ("content", "columns", "labels"),
    [
        # What pandas writes with orient="index": the steps are the keys, and not the columns.
        ({"0": {"a": 1, "b": 3}, "1": {"a": 2, "b": 4}}, ("a", "b"), ["1", "2"]),
        ({"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}}, ("a", "b"), ["1", "2"]),
        ({DAYS[0]: [1, 3], DAYS[1]: [2, 4]}, ("column 1", "column 2"), DAYS[:2]),
        ({"columns": ["a", "b"], "values": [[1, 3], [2, 4]]}, ("a", "b"), ["1", "2"]),
        (
            {
                "schema": {"fields": [{"name": "n"}], "primaryKey": ["n"]},
                "data": [{"n": 7, "a": 1, "b": 3}, {"n": 8, "a": 2, "b": 4}],
            },
            ("a", "b"),
            ["7", "8"],
        ),
    ],
)
def test_steps_are_rows_whichever_way_they_are_keyed(tmp_path, content, columns, labels):
    found = open_path(written(tmp_path, content))
    assert found.columns == columns
    assert found.values.tolist() == [[1, 3], [2, 4]]
    assert list(found.tokens) == labels


@pytest.mark.parametrize("keys", [["0", "1", "2"], [f"{s}000" for s in SECONDS], DAYS])
def test_a_value_under_each_step_is_a_series(tmp_path, keys):
    found = open_path(written(tmp_path, dict(zip(keys, [1.5, 2.5, 3.5], strict=True))))
    assert found.values[:, 0].tolist() == [1.5, 2.5, 3.5]
    assert list(found.tokens) == (["1", "2", "3"] if keys[0] == "0" else DAYS)


def test_lines_of_single_values_and_a_single_line_are_steps(tmp_path):
    found = open_path(written(tmp_path, "1\n2.5\n\n3\n", "v.jsonl"))
    assert found.values[:, 0].tolist() == [1, 2.5, 3]
    found = open_path(written(tmp_path, '{"v": 4}\n', "one.jsonl"))
    assert found.values.tolist() == [[4]] and found.columns == ("v",)
    with pytest.raises(DataError, match=r"v\.jsonl, line 3: .*NaN"):
        open_path(written(tmp_path, "1\n2\nNaN\n", "v.jsonl"))
