"""Documents of older programs, by the names that their records' fields had then."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from rnnviz.documents import open_document, save_document
from rnnviz.files.errors import DataError
from rnnviz.film import Playhead, ShippedProblem
from tests.documents.runs import same, trained_run

WRITTEN = Path(__file__).parent.parent / "data" / "documents" / "shipped-version-1.rnnviz"


def test_a_shipped_problem_was_a_lesson_once(tmp_path):
    found = open_document(WRITTEN)
    assert found.run.shipped == ShippedProblem(
        "cats", "Cats on mats", "see", "type", ("a", "b"), "a"
    )
    assert found.playhead == Playhead(1, 2.5)
    save_document(tmp_path / "again.rnnviz", found.run, found.playhead, found.view)
    same(found.run, open_document(tmp_path / "again.rnnviz").run)


def test_the_old_name_beside_todays_is_refused(tmp_path):
    path = tmp_path / "both.rnnviz"
    save_document(path, trained_run(), Playhead())
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    description = json.loads(parts["document.json"])
    description["run"]["lesson"] = description["run"]["shipped"]
    parts["document.json"] = json.dumps(description).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(DataError, match="'lesson' is not known"):
        open_document(path)
