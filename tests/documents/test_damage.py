"""Files that lie, break or want harm: one DataError that names the file, and little memory."""

import io
import json
import os
import struct
import threading
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.data import Sequence, make_task
from rnnviz.documents import open_document, read_view, save_document
from rnnviz.files.errors import DataError
from rnnviz.film import Branches, Settings, compute_pass, start_run
from tests.documents.runs import same, text_run, trained_run


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The bytes of a good document."""
    path = tmp_path_factory.mktemp("good") / "good.rnnviz"
    save_document(path, Branches.of(trained_run()), {"a": 1})
    return path.read_bytes()


VERSION_1 = Path(__file__).parents[1] / "data" / "documents" / "version-1-trained.rnnviz"


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items() if isinstance(parts, dict) else parts:
            archive.writestr(name, content)
    return buffer.getvalue()


def refused(path, content, *words):
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        open_document(path)
    said = str(caught.value)
    assert said.startswith(f"{path.name}: ")
    assert "\n" not in said and len(said) < 500
    for word in words:
        assert word in said
    return said


def described(content, change):
    """The document with its description changed."""
    parts = members(content)
    description = json.loads(parts["document.json"])
    made = change(description)
    parts["document.json"] = json.dumps(
        made if isinstance(made, list) and made[0] is description else description
    ).encode()
    return packed(parts)


def branch_in(d):
    return d["branches"]["each"][0]


def run_in(d):
    return d["run"] if d["version"] == 1 else branch_in(d)["run"]


def task_in(d):
    task = run_in(d)["task"]
    return task if d["version"] == 1 else d["objects"][task["object"]]


def place_in(d):
    return d["playhead"] if d["version"] == 1 else d["branches"]


def twice_based(d):
    task = dict(task_in(d))
    if d["version"] == 1:
        run_in(d)["task"] = task | {"base": task | {"base": task}}
        return
    for _ in range(2):
        d["objects"].append({"type": "Task", **task, "base": run_in(d)["task"]})
        run_in(d)["task"] = {"object": len(d["objects"]) - 1}


def forked(d, **changes):
    each = d["branches"]["each"]
    each.append(each[0] | {"place": 1, "name": "fork"} | changes)


def arrays(content, change):
    parts = members(content)
    for name in parts:
        if name.endswith(".npy"):
            array = change(name, np.load(io.BytesIO(parts[name])))
            buffer = io.BytesIO()
            np.save(buffer, array)
            parts[name] = buffer.getvalue()
    return packed(parts)


def test_repacked_by_another_program_it_opens(tmp_path, good):
    path = tmp_path / "d.rnnviz"
    path.write_bytes(packed(members(good)))
    open_document(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(version=4), ["was written by a newer rnnviz (version 4)"]),
        (lambda d: d.update(version=0), ["never was"]),
        (lambda d: d.update(version="1"), ["is no rnnviz document"]),
        (lambda d: d.update(version=10**300), ["newer"]),
        (lambda d: d.update(version=10**400), ["newer"]),
        (lambda d: d.update(format="other"), ["is no rnnviz document"]),
        (lambda d: d.pop("run" if d["version"] == 1 else "branches"), ["is missing"]),
        (lambda d: d.update(more=1), ["more"]),
        (lambda d: [d], ["no object"]),
        (lambda d: d.update(view=[]), ["view"]),
        (lambda d: d.update(view={"a": {}}), ["view"]),
        (lambda d: d.update(objects={}), ["objects"]),
        (lambda d: d["objects"].reverse(), ["damaged"]),
        (lambda d: d["objects"][0].update(type="Run"), ["not known"]),
        (lambda d: d["objects"][0].pop("type"), ["not known"]),
        (lambda d: run_in(d).update(networks=[]), ["state"]),
        (lambda d: run_in(d).update(networks=[{"object": -1}]), ["not there"]),
        (lambda d: run_in(d).update(networks=[{"object": 0}]), ["wrong place"]),
        (lambda d: run_in(d).update(networks=7), ["expected a list"]),
        (lambda d: run_in(d).update(origin=99), ["no such snapshot"]),
        (lambda d: run_in(d).update(learning_rate="nan"), ["not finite"]),
        (lambda d: run_in(d).update(learning_rate=-1), ["below 0"]),
        (lambda d: run_in(d).update(learning_rate=True), ["expected a number"]),
        (lambda d: run_in(d)["settings"].update(units=1.5), ["whole number"]),
        (lambda d: run_in(d)["settings"].update(units=0), ["units"]),
        (lambda d: run_in(d)["settings"].update(cell="x"), ["cell"]),
        (lambda d: run_in(d)["settings"].update(optimizer="x"), ["optimiser"]),
        (lambda d: run_in(d)["settings"].update(clipping="x"), ["clipping"]),
        (lambda d: run_in(d)["settings"].update(other=1), ["other"]),
        (lambda d: task_in(d).update(mode="x"), ["mode"]),
        (lambda d: task_in(d).update(loss="x"), ["loss"]),
        (lambda d: task_in(d).update(inputs=10**9), ["inputs"]),
        (lambda d: task_in(d).update(outputs=1), ["output"]),
        (lambda d: task_in(d).update(x={"array": [0, 10**9]}), ["not there"]),
        (lambda d: task_in(d).update(x={"array": "0"}), ["not there"]),
        (lambda d: task_in(d).update(x=None), ["x"]),
        (lambda d: task_in(d).update(mask=task_in(d)["x"]), ["bool"]),
        (lambda d: task_in(d).update(source_steps=2), ["encoder"]),
        (
            twice_based,
            ["behind"],
        ),
        (lambda d: task_in(d)["output_names"].pop(), ["name for each output"]),
        (lambda d: place_in(d).update(position="inf"), ["not finite"]),
        (lambda d: place_in(d).update(position=[]), ["number"]),
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_a_description_that_is_wrong(tmp_path, good, change, words, version):
    content = VERSION_1.read_bytes() if version == 1 else good
    refused(tmp_path / "d.rnnviz", described(content, change), *words)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["branches"].update(each=[]), ["0 branches"]),
        (lambda d: d["branches"].update(active=1), ["number 1"]),
        (lambda d: d["branches"].update(active=-1), ["number -1"]),
        (lambda d: forked(d, place=0), ["same colour"]),
        (lambda d: forked(d, place=99), ["no colour"]),
        (lambda d: (branch_in(d).update(name="fork"), forked(d)), ["same name"]),
        (lambda d: forked(d, name="a\nb"), ["cannot be drawn"]),
        (lambda d: forked(d, name="x" * 300), ["very long name"]),
        (lambda d: forked(d, snapshot=9), ["snapshot that is not there"]),
        (lambda d: forked(d, snapshot=-1), ["snapshot that is not there"]),
        (lambda d: [forked(d, place=i, name=f"{i}") for i in range(1, 9)], ["9 branches"]),
        (lambda d: forked(d, run=other_task(d)), ["several tasks"]),
        (lambda d: branch_in(d).update(more=1), ["'more' is not known"]),
        (lambda d: d.update(version=1), ["missing or not known"]),
    ],
)
def test_branches_that_are_wrong(tmp_path, good, change, words):
    refused(tmp_path / "d.rnnviz", described(good, change), *words)


def other_task(d):
    d["objects"].append(dict(task_in(d)))
    return run_in(d) | {"task": {"object": len(d["objects"]) - 1}}


def test_a_model_in_a_false_mode_or_of_false_sizes(tmp_path, good):
    def other_architecture(d):
        for entry in d["objects"]:
            if entry["type"] == "Network":
                entry["architecture"]["units"] += 1

    refused(tmp_path / "d.rnnviz", described(good, other_architecture), "expected")

    def many_layers(d):
        for entry in d["objects"]:
            if entry["type"] == "Network":
                entry["architecture"]["layers"] = 10**9

    refused(tmp_path / "d.rnnviz", described(good, many_layers), "layers")


def test_arrays_that_do_not_fit(tmp_path, good):
    path = tmp_path / "d.rnnviz"
    ids = {n: a for n, a in load(good).items() if a.dtype == np.int64}
    assert ids
    refused(path, arrays(good, lambda n, a: a + 1000 if n in ids else a), "not there")
    refused(path, arrays(good, lambda n, a: a[:, :-1] if n in ids else a), "label for each step")
    refused(path, arrays(good, lambda n, a: a[0, 0]), "no stack")
    refused(path, arrays(good, lambda n, a: a.astype(complex)), "only real numbers")
    refused(path, arrays(good, lambda n, a: a.astype(np.float32) if a.ndim == 3 else a), "float")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_a_network_is_given_is_finite(tmp_path, bad):
    path = tmp_path / "d.rnnviz"
    values = np.arange(12.0).reshape(6, 2) ** 2
    series = Sequence("series", "s", ("1",) * 6, values=values, columns=("a", "b"))
    run = start_run(make_task(series), Settings(units=3))
    save_document(path, Branches.of(run))
    given = path.read_bytes()
    task = run.task
    for name, array in (
        ("values", series.values), ("x", task.x), ("targets", task.targets), ("mean", task.mean),
        ("deviation", task.deviation),
    ):  # fmt: skip

        def spoil(_, stack, array=array):
            for row in stack:
                if row.shape == array.shape and np.array_equal(row, array):
                    row.reshape(-1)[1] = bad
            return stack

        refused(path, arrays(given, spoil), name)


@pytest.mark.parametrize("label", ["\ud800", "a\nb", "\x1b[31m", "x" * 30_000])
def test_a_label_that_cannot_be_drawn(tmp_path, label):
    path = tmp_path / "d.rnnviz"
    save_document(path, Branches.of(text_run()))

    def change(found):
        sequence = next(each for each in found["objects"] if each["type"] == "Sequence")
        sequence["tokens"][0] = label

    refused(path, described(path.read_bytes(), change), "label that cannot be drawn")


def load(content):
    return {
        name: np.load(io.BytesIO(each))
        for name, each in members(content).items()
        if name.endswith(".npy")
    }


def test_pickles_are_never_loaded(tmp_path, good):
    class Harm:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "harm"),)

    parts = members(good)
    buffer = io.BytesIO()
    np.save(buffer, np.array([[Harm()]], dtype=object), allow_pickle=True)
    parts["arrays/0.npy"] = buffer.getvalue()
    refused(tmp_path / "d.rnnviz", packed(parts), "arrays/0.npy")
    assert not (tmp_path / "harm").exists()


NO_JSON = (
    '{"a": NaN}', '{"a": Infinity}', '{"a":1,"a":2}', "", "[", "{", "\xff", "[" * 100_000,
    '{"a":' * 100_000, "9" * 10_000, '{"view": 1e999}',
)  # fmt: skip
STRANGE = (
    "../evil.npy", "/etc/evil", "C:\\evil", "arrays/1000.npy", "more.json", "arrays/0.npy",
    "a\x00b",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_JSON, ids=range(len(NO_JSON)))
def test_json_that_is_none(tmp_path, good, text):
    said = refused(
        tmp_path / "d.rnnviz", packed(members(good) | {"document.json": text.encode("latin-1")})
    )
    assert "sys." not in said and "codec" not in said  # words for a user
    with pytest.raises(DataError, match=r"d\.rnnviz"):
        read_view(tmp_path / "d.rnnviz")


@pytest.mark.parametrize("name", STRANGE, ids=range(len(STRANGE)))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_that_do_not_belong(tmp_path, good, name):
    parts = [*members(good).items(), (name, b"x")]
    refused(tmp_path / "d.rnnviz", packed(parts))
    assert [p.name for p in tmp_path.iterdir()] == ["d.rnnviz"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_descriptions(tmp_path, good):
    parts = members(good)
    twice = [("document.json", parts["document.json"]), *parts.items()]
    refused(tmp_path / "d.rnnviz", packed(twice), "twice")


def npy_header(shape):
    buffer = io.BytesIO()
    about = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, about)
    return buffer.getvalue()


def peak(function):
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_bomb_is_not_unpacked(tmp_path, good):
    zeros = npy_header((1, 2**30)) + bytes(2**26)
    bomb = packed(members(good) | {"arrays/0.npy": zeros})
    used = peak(lambda: refused(tmp_path / "d.rnnviz", bomb, "too large"))
    assert used < 40 * 2**20
    spaces = packed({"document.json": b" " * (65 * 2**20)})
    used = peak(lambda: refused(tmp_path / "d.rnnviz", spaces, "too large"))
    assert used < 200 * 2**20


def test_many_arrays_together_are_too_large(tmp_path, good):
    parts = {"document.json": members(good)["document.json"]}
    big = npy_header((1, 2**24)) + bytes(2**27)
    parts.update({f"arrays/{n}.npy": big for n in range(3)})
    refused(tmp_path / "d.rnnviz", packed(parts), "too large")


def test_a_shape_of_very_many_rows_of_nothing_costs_nothing(tmp_path, good):
    many = packed(members(good) | {"arrays/0.npy": npy_header((2**40, 0))})
    assert peak(lambda: refused(tmp_path / "d.rnnviz", many)) < 40 * 2**20


def test_very_many_members(tmp_path):
    content = packed([(f"{n}", b"") for n in range(5000)], zipfile.ZIP_STORED)
    refused(tmp_path / "d.rnnviz", content, "more than 4,096 members")


def test_sizes_that_lie(tmp_path, good):
    """The directory says other sizes than the members have."""
    where = good.rindex(b"PK\x01\x02")
    for offset in (20, 24):  # packed, unpacked
        for size in (0, 1, 2**31, 2**32 - 1):
            lying = bytearray(good)
            struct.pack_into("<I", lying, where + offset, size)
            if not opened_or_refused(tmp_path / "d.rnnviz", bytes(lying)):
                continue
            # One that is too large is not believed: it ends where it ends, with its checksum.
            assert size >= 2**31
            same(trained_run(), open_document(tmp_path / "d.rnnviz").branches.run)


def test_encrypted_or_strangely_packed(tmp_path, good):
    for offset, value in ((8, 1), (10, 12), (10, 14), (10, 99)):
        lying = bytearray(good)
        struct.pack_into("<H", lying, good.index(b"PK\x01\x02") + offset, value)
        refused(tmp_path / "d.rnnviz", bytes(lying))


def test_every_shortening(tmp_path, good):
    path = tmp_path / "d.rnnviz"
    for length in range(0, len(good), 211):
        refused(path, good[:length])
    refused(path, good + b"\0")


def test_places_that_are_no_files(tmp_path):
    (tmp_path / "folder.rnnviz").mkdir()
    os.mkfifo(tmp_path / "pipe.rnnviz")
    (tmp_path / "loop.rnnviz").symlink_to("loop.rnnviz")
    for name, words in (
        ("folder.rnnviz", "folder"),
        ("pipe.rnnviz", "pipe"),
        ("loop.rnnviz", "back to itself"),
        ("nothing.rnnviz", "does not exist"),
        ("nul\0.rnnviz", "does not exist"),
    ):
        for function in (open_document, read_view):
            with pytest.raises(DataError, match=words):
                function(str(tmp_path / name))


def opened_or_refused(path, content):
    """Nothing but a DataError may come out; what opens must run."""
    path.write_bytes(content)
    try:
        document = open_document(path)
    except DataError as error:
        assert str(error).startswith(path.name)
        return False
    for s in range(len(document.branches.run.networks)):
        compute_pass(document.branches.run, s, document.branches.playhead.source)
    return True


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_any_bytes(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "d.rnnviz"
    refused(path, content)
    refused(path, b"PK\x03\x04" + content)


def test_two_readers_at_once(tmp_path, good):
    """Nothing is kept between two readings."""
    path = tmp_path / "d.rnnviz"
    path.write_bytes(good)
    done = []
    threads = [threading.Thread(target=lambda: done.append(open_document(path))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 4
    assert zlib.crc32(path.read_bytes()) == zlib.crc32(good)
