"""How much is tried, from which seed, and what the long form has to report."""

from __future__ import annotations

import gc
from collections.abc import Sequence

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtWidgets import QApplication

from rnnviz.session import Preferences, Session
from rnnviz.views.window import MainWindow
from tests.robustness.events import KINDS, Episode, some_files

USUAL = {"events": 100, "kills": 2, "mutations": 1_500, "starts": 4, "soak": 3}
LONG = {"events": 50_000, "kills": 100, "mutations": 100_000, "starts": 300, "soak": 1_200}


@pytest.fixture
def amount(pytestconfig):
    """The function that says how many events, kills, mutations, starts, seconds there are to be."""

    def amount_of(what: str) -> int:
        usual = LONG if pytestconfig.getoption("--long") else USUAL
        return pytestconfig.getoption(f"--{what}") or usual[what]

    return amount_of


@pytest.fixture
def seed(pytestconfig) -> int:
    """The first seed."""
    return pytestconfig.getoption("--seed") or 0


@pytest.fixture
def report(pytestconfig, capsys):
    """The function that says figures, past the capture, where the long form was asked for."""

    def say(text: str) -> None:
        if pytestconfig.getoption("--long"):
            with capsys.disabled():
                print(f"\n{text}", flush=True)

    return say


@pytest.fixture
def around(monkeypatch, tmp_path, qapp):
    """Dialogs that can be answered, and no folder but the test's own."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    yield
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs, False)


@pytest.fixture
def episode_of(tmp_path, around, report):
    """The function that opens a window for an episode, and that which ends it."""
    journal = (tmp_path / "journal.txt").open("w", encoding="utf-8")
    report(f"each event is told to {journal.name}")
    files_folder = tmp_path / "files"
    files_folder.mkdir()
    files = some_files(files_folder)
    alive: list[Episode] = []

    def begin(seed: int, kinds: Sequence[str] = KINDS) -> Episode:
        folder = tmp_path / f"episode-{seed}"
        folder.mkdir()
        QSettings.setPath(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "settings")
        )
        session = Session(Preferences(), folder / "auto", interval=1_000)
        window = MainWindow(session)
        window.resize(1400, 850)
        session.open_default()
        window.show()
        window.finish()
        alive.append(Episode(window, seed, folder, list(files), journal=journal, kinds=kinds))
        return alive[-1]

    def end(episode: Episode) -> None:
        alive.remove(episode)
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        while (modal := QApplication.activeModalWidget()) is not None:
            modal.close()
        session = episode.window.session
        session.close()
        episode.window.hide()
        episode.window.deleteLater()
        session.deleteLater()  # its connections would hold the window
        del episode.window
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()

    yield begin, end
    while alive:
        end(alive[-1])
    journal.close()
