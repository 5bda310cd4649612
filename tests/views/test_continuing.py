"""The dialog that continues a text, in the window."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication

from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.session import Session
from rnnviz.views.continuing import ContinueDialog
from rnnviz.views.window import MainWindow


@pytest.fixture
def window(qtbot):
    session = Session()
    session.open_text("the cat sat on the mat", edit=False)
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.show()
    yield made
    session.close()


def dialog_of(window):
    assert window.commands.run("continue")
    (dialog,) = window.findChildren(ContinueDialog)
    return dialog


def never_ends(session):
    """Show a network that is slow, and as good as never says the end."""
    run = start_run(session.run.task, Settings(units=256, layers=4))
    made = run.networks[0]
    b_y = made.parameters["b_y"].copy()
    b_y[-1] = -900.0
    run = replace(run, networks=(made.replace(b_y=b_y),))
    session.open_frame(resolve(run, Playhead(), compute_pass(run, 0, 0)))


def ended(qtbot, dialog):
    qtbot.waitUntil(lambda: dialog.go.text() == "&Continue" and bool(dialog.said.text()))


def test_it_says_on_and_can_be_copied(qtbot, window):
    dialog = dialog_of(window)
    assert dialog.network.text().startswith("An untrained network")
    assert dialog.text.toPlainText() == "the cat sat on the mat"
    assert not dialog.copy.isEnabled() and dialog.count.suffix() == " words"
    dialog.count.setValue(7)
    dialog.temperature.setValue(1.0)
    dialog.go.click()
    ended(qtbot, dialog)
    first = dialog.text.toPlainText()
    assert first.startswith("the cat sat on the mat ")
    words = len(first.split()) - 6
    many = "1 word" if words == 1 else f"{words} words"
    assert 1 <= words <= 7 and dialog.said.text().startswith(f"{many}, temperature 1")
    dialog.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert first == f"the cat sat on the mat {copied}"
    assert dialog.said.text() == f"Copied {len(copied):,} characters."
    dialog.said.clear()
    dialog.seed.setValue(1)
    dialog.go.click()
    ended(qtbot, dialog)
    assert dialog.text.toPlainText() != first
    dialog.reject()


def test_a_long_one_grows_and_is_stopped_while_the_film_goes_on(qtbot, window):
    session = window.session
    never_ends(session)
    dialog = dialog_of(window)
    dialog.count.setValue(5000)
    dialog.temperature.setValue(5.0)
    dialog.go.click()
    qtbot.waitUntil(lambda: " of 5,000 words" in dialog.said.text(), timeout=20_000)
    assert dialog.go.text() == "&Stop"
    at = session.playhead.position
    session.next()
    session.next()
    assert session.playhead.position > at
    dialog.go.click()
    ended(qtbot, dialog)
    assert dialog.said.text().startswith("Stopped: ") and dialog.copy.isEnabled()
    dialog.reject()
    qtbot.waitUntil(lambda: session.at_rest)


def test_a_closed_dialog_stops_it(qtbot, window):
    session = window.session
    never_ends(session)
    dialog = dialog_of(window)
    dialog.count.setValue(5000)
    dialog.temperature.setValue(5.0)
    dialog.go.click()
    qtbot.waitUntil(lambda: " of 5,000 words" in dialog.said.text(), timeout=20_000)
    dialog.reject()
    qtbot.waitUntil(lambda: session.at_rest)


def test_why_not_is_said(qtbot, window):
    session, said = window.session, []
    session.told.connect(lambda notice: said.append(notice.text) if notice else None)
    session.open_sample()
    qtbot.waitUntil(lambda: not session.busy)
    assert not window.commands.run("continue")
    assert said[-1] == "Continue this text: what is open is a series; F forecasts it."
