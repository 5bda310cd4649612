"""The figures of the house: circles and file names are found, wherever an import stands."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from house import House


@pytest.fixture
def house(tmp_path):
    """Make a package out of {path: text}."""

    def make(**texts):
        for name, text in texts.items():
            path = tmp_path / "pack" / (name.replace("__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(text, encoding="utf-8")
        (tmp_path / "pack" / "__init__.py").touch()
        return House(tmp_path, "pack")

    return make


def test_two_modules_that_know_each_other_are_a_circle(house):
    made = house(a="from pack.b import x\n", b="import pack.a\nx = 1\n")
    assert made.circles() == [["pack.a", "pack.b"]]


def test_one_direction_is_none(house):
    made = house(a="from pack.b import x\n", b="x = 1\n", c="import pack.a, pack.b\n")
    assert made.circles() == []


@pytest.mark.parametrize(
    "late",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack.b import x\n",
        "def f():\n    from pack.b import x\n    return x\n",
        "from .b import x\n",
        "from pack import b\n",
    ],
)
def test_an_import_counts_wherever_it_stands(house, late):
    made = house(a=late, b="from pack.c import y\nx = y\n", c="from pack.a import f\ny = 1\n")
    assert made.circles() == [["pack.a", "pack.b", "pack.c"]]


def test_a_name_is_followed_through_the_face_of_a_package(house):
    made = house(room__one="from pack.other import z\n", room__two="t = 1\n", other="z = 1\n")
    face = made.files["pack.room"]
    face.write_text("from pack.room.two import t\nfrom pack.room.one import z as w\n", "utf-8")
    made.files["pack.other"].write_text("from pack.room import t\nz = 1\n", "utf-8")
    again = House(face.parents[2], "pack")
    assert again.imports()["pack.other"] == {"pack.room.two"}
    assert again.circles() == []


def test_a_file_name_may_stand_three_times(house):
    places = {f"{room}__lines": "" for room in "abc"}
    assert house(**places).alike() == {}
    assert list(house(**places, d__lines="").alike()) == ["lines.py"]


def test_a_word_is_counted_as_a_word(house):
    made = house(a='"gru"\n', b='"gru_reset_before"\n', c="")
    assert made.naming("gru") == ["pack.a"]


def test_two_classes_of_one_name_are_found(house):
    made = house(a="class Plan: ...\n", b="class Plan: ...\nclass _Own: ...\n", c="class _Own: ...")
    assert made.twins() == {"Plan": ["pack.a", "pack.b"]}


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("open(p)", "open"),
        ("p.parent.read_text()", ".read_text"),
        ("json.loads(p)", "json.loads"),
        ("np.savez(p)", "np.savez"),
        ("gzip.open(p)", "gzip.open"),
    ],
)
def test_a_file_is_read_and_written_by_one_room(house, call, name):
    made = house(a=f"def f(p, np, json, gzip):\n    {call}\n", files__disk=f"x = 1\n{call}\n")
    assert made.past_files() == {"pack.a": [name]}


def test_what_only_sounds_so_reads_no_file(house):
    made = house(a="def f(read_bytes, dialog, json):\n    read_bytes(dialog.open(json.dumps))\n")
    assert made.past_files() == {}


ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def ours():
    return House(ROOT, "rnnviz")


def test_a_cell_is_named_by_its_class_and_by_tables(ours):
    beside = {"equation.cells", "memory_cell", "weights.conversion", "writing.torch_module"}
    found = {name for name in ours.naming("gru_reset_before") if ".engine." not in name}
    assert {name.partition("scenes.")[2] or name.partition("rnnviz.")[2] for name in found} == (
        beside
    )


@pytest.mark.parametrize("key", ["adamw", "rmsprop", "adagrad"])
def test_an_optimiser_is_named_by_two_files(ours, key):
    assert ours.naming(key) == ["rnnviz.engine.optimizers", "rnnviz.scenes.header"]


@pytest.mark.parametrize("word", ["TRIANGLE", '"triangle"'])
def test_a_picture_of_gradients_is_its_own_modules_and_four_tables(ours, word):
    tables = {"film.cost", "film.measures", "film.panels", "views.panels.slots"}
    own = {"film.triangle", "scenes.laboratory.triangle", "problems.captions"}  # a shape there
    found = {name.partition(".")[2] for name, path in ours.files.items()
             if word in path.read_text("utf-8")}  # fmt: skip
    assert found <= tables | own
