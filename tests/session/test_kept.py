"""Preferences and autosaves that other versions of the program and of Qt wrote are read.

tests/data/documents/README.md says how they were made.
"""

import json
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from rnnviz.film.fields import FIELDS
from rnnviz.film.panels import STATES
from rnnviz.session import Session
from rnnviz.session.preferences import Preferences
from tests.documents.runs import place_now
from tools.make_documents import flattened

FOLDER = Path(__file__).parents[1] / "data" / "documents"
MANIFESTS = {
    path.parent.name: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*/manifest.json"))
}
KEPT = [made for made, about in MANIFESTS.items() if "preferences" in about]


@pytest.fixture
def preferences_of(tmp_path):
    """The function that has a user's file be a kept one."""
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))

    def prefer(made):
        (tmp_path / "rnnviz").mkdir()
        shutil.copy(FOLDER / made / "preferences.ini", tmp_path / "rnnviz" / "rnnviz.ini")
        return Preferences()

    return prefer


def test_of_the_lowest_and_the_newest_qt():
    qts = {MANIFESTS[made]["PySide6-Essentials"].rsplit(".", 1)[0] for made in KEPT}
    assert qts == {"6.10", "6.11", "6.12"}


@pytest.mark.parametrize("made", KEPT)
def test_preferences_are_what_they_were(made, preferences_of):
    found, about = preferences_of(made), MANIFESTS[made]["preferences"]
    for name in ("theme", "state_view", "text_zoom"):
        assert found.value(name) == about.get(name, "map"), name  # older ones had no state_view
    assert list(found.recent) == about["recent"]
    flags = about["flags"]
    for name in flags.keys() & FIELDS.keys():
        assert found.value(name) is flags[name]
    state = STATES[about.get("state_view", "map")]
    for place in ("window", "lecture"):  # panels that were shown stand in slots
        panels = found.layout(place).panels
        if "panels" in about:
            assert list(panels) == about["panels"][place]
            continue
        assert (state in panels) is flags[f"{place}/hidden_state"]
        assert ("gradient" in panels) is flags[f"{place}/gradient"]
    for name, content in about["bytes"].items():
        assert bytes(found.bytes(name)).hex() == content


@pytest.mark.parametrize("made", KEPT)
def test_a_window_stands_as_it_stood(made, preferences_of, qtbot):
    from rnnviz.views.window import MainWindow

    about, preferences = MANIFESTS[made]["preferences"], preferences_of(made)
    session = Session(preferences)
    window = MainWindow(session)
    qtbot.addWidget(window, before_close_func=lambda _: session.close())
    session.open_default()
    assert window.height() == about["size"][1]  # the width is cut down to the screen's offscreen
    # The widths of the two panels of before ("lower") are read into the layout.
    lower = set() if "panels" in about else {"lower"}
    assert set(about["bytes"]) == {"geometry", *lower, *window.parts.splitters}
    assert window.parts.slots.layout_shown == preferences.layout("window")
    assert window.restoreGeometry(preferences.bytes("geometry"))
    for name, splitter in window.parts.splitters.items():
        assert splitter.restoreState(preferences.bytes(name))


@pytest.mark.parametrize("made", KEPT)
def test_what_a_crash_left_is_restored(made, tmp_path, qtbot):
    shutil.copy(FOLDER / made / "autosave.rnnviz", tmp_path / f"{'5e' * 16}.rnnviz")
    session, found = Session(folder=tmp_path, interval=3_600_000), []
    autosave = session.autosave
    autosave.found.connect(found.append)
    session.open_default()
    autosave.begin()
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    (orphan,) = found
    assert (orphan.name, orphan.document) == ("lecture.rnnviz", Path("/home/ada/lecture.rnnviz"))
    before = session.run
    autosave.restore(orphan)
    qtbot.waitUntil(lambda: session.run is not before, timeout=20_000)
    about, values = MANIFESTS[made]["documents"]["autosave"], dict(flattened(session.run))
    assert {place: values[place_now(place)] for place in about["values"]} == about["values"]
    assert session.playhead.position == about["playhead"]["position"]
    assert session.modified
    session.close()
