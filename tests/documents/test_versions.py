"""Documents of older programs, by the names that their records' fields had then."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from rnnviz.documents import open_document, save_document
from rnnviz.files.errors import DataError
from rnnviz.film import Branches, Playhead, ShippedProblem
from tests.documents.runs import same, text_run, trained_run

FOLDER = Path(__file__).parents[1] / "data" / "documents"
WRITTEN = FOLDER / "version-1-shipped.rnnviz"


def test_a_shipped_problem_was_a_lesson_once(tmp_path):
    found = open_document(WRITTEN)
    assert found.branches.run.shipped == ShippedProblem(
        "cats", "Cats on mats", "see", "type", ("a", "b"), "a"
    )
    assert found.branches.playhead == Playhead(1, 2.5)
    save_document(tmp_path / "again.rnnviz", found.branches, found.view)
    same(found.branches.run, open_document(tmp_path / "again.rnnviz").branches.run)


def test_the_old_name_beside_todays_is_refused(tmp_path):
    path = tmp_path / "both.rnnviz"
    save_document(path, Branches.of(trained_run()))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    description = json.loads(parts["document.json"])
    (branch,) = description["branches"]["each"]
    branch["run"]["lesson"] = branch["run"]["shipped"]
    parts["document.json"] = json.dumps(description).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(DataError, match="'lesson' is not known"):
        open_document(path)


def test_one_run_is_one_branch():
    found = open_document(FOLDER / "version-1-trained.rnnviz").branches
    assert (len(found.each), found.active, found.names) == (1, 0, ("RNN",))
    same(trained_run(), found.run, rounding=1e-9)
    # It was trained, so that nothing stood beside it though it was asked for.
    assert found.playhead == Playhead(1, 3.0)


def test_compared_cells_are_three_branches():
    found = open_document(FOLDER / "version-1-compared.rnnviz").branches
    assert found.names == ("RNN", "GRU", "LSTM")
    assert found.playhead == Playhead(2, 4.5, 3, True, 0, 1)
    assert found.name == "RNN"
    run = text_run("the cat sat", 2, units=3)
    same(run, found.run, rounding=1e-9)
    for branch, cell in zip(found.each, ("rnn", "gru", "lstm"), strict=True):
        assert branch.compared and branch.snapshot == 2
        alone = text_run("the cat sat", 2, units=3, cell=cell, learning_rate=run.learning_rate)
        same(alone.networks, branch.run.networks, rounding=1e-9)


def test_a_snapshot_that_is_not_there_was_clamped(tmp_path):
    path = tmp_path / "far.rnnviz"
    with zipfile.ZipFile(FOLDER / "version-1-trained.rnnviz") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    description = json.loads(parts["document.json"])
    description["playhead"]["snapshot"] = 99
    parts["document.json"] = json.dumps(description).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert open_document(path).branches.branch.snapshot == 1


def described(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("document.json"))


def test_a_document_with_a_tour_is_of_a_newer_version_than_one_without(tmp_path):
    path, tour = tmp_path / "d.rnnviz", 'title = "T"\n[[scene]]\nname = "é"\n'
    save_document(path, Branches.of(trained_run()))
    assert (described(path)["version"], open_document(path).tour) == (2, "")
    save_document(path, Branches.of(trained_run()), tour=tour)
    found = open_document(path)
    assert (described(path)["version"], found.tour) == (3, tour)
    same(trained_run(), found.branches.run)


def test_what_stands_in_a_tours_place_and_is_no_text_is_refused(tmp_path):
    path = tmp_path / "d.rnnviz"
    save_document(path, Branches.of(trained_run()), tour="x")
    for wrong in (7, None, "x" * 300_000):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        description = json.loads(parts["document.json"]) | {"tour": wrong}
        parts["document.json"] = json.dumps(description).encode()
        other = tmp_path / "other.rnnviz"
        with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        with pytest.raises(DataError, match="tour: expected a text"):
            open_document(other)
