"""Documents that other versions of the program and of its libraries wrote are opened, to the bit.

tests/data/documents/README.md says how they were made, and tools/make_documents.py makes them.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from rnnviz.documents import open_document, save_document
from tests.documents.runs import place_now, same
from tools.make_documents import flattened, losses

FOLDER = Path(__file__).parents[1] / "data" / "documents"
MANIFESTS = {
    path.parent.name: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*/manifest.json"))
}
KEPT = [(made, name) for made, about in MANIFESTS.items() for name in about["documents"]]
# The window's own; a restored document loses them.
_OF_AN_AUTOSAVE = {"restore name": "lecture.rnnviz", "restore path": "/home/ada/lecture.rnnviz"}


def opened(made, name):
    about = MANIFESTS[made]["documents"][name]
    return open_document(FOLDER / made / f"{name}.rnnviz"), about


def test_of_every_time_and_every_numpy():
    programs = {about["program"] for about in MANIFESTS.values()}
    assert programs == {"c2d05f1", "67d1daa", "a23385d", "0dd83c6"}
    numpys = {about["numpy"].rsplit(".", 1)[0] for about in MANIFESTS.values()}
    assert numpys == {"1.26", "2.4", "2.5"}
    assert {path.stem for path in FOLDER.glob("*/*.rnnviz")} == {name for _, name in KEPT}
    assert len(KEPT) == len(list(FOLDER.glob("*/*.rnnviz"))) > 50


@pytest.mark.parametrize(("made", "name"), KEPT)
def test_every_value_is_the_one_that_was_saved(made, name):
    found, about = opened(made, name)
    values = dict(flattened(found.branches.run))
    for place, value in about["values"].items():
        assert values[place_now(place)] == value, place
    playhead = asdict(found.branches.playhead)
    then = {name: value for name, value in about["playhead"].items() if name != "compared"}
    assert {name: playhead[name] for name in then} == then
    view = {each: value for each, value in found.view.items() if each != "restore mark"}
    assert view == about["view"] | (_OF_AN_AUTOSAVE if name == "autosave" else {})


@pytest.mark.parametrize(("made", "name"), KEPT)
def test_the_passes_are_those_that_were_shown(made, name):
    """Since then the engine has come to round some losses otherwise."""
    found, about = opened(made, name)
    for now, then in zip(losses(found.branches.run), about["losses"], strict=True):
        now, then = (np.array(each, float) for each in (now, then))  # None becomes nan
        np.testing.assert_allclose(now, then, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("made", "name"), KEPT)
def test_what_is_saved_again_is_the_same(made, name, tmp_path):
    found, _ = opened(made, name)
    save_document(tmp_path / "d", found.branches, found.view)
    same(found.branches.run, open_document(tmp_path / "d").branches.run)
