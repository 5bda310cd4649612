"""One switch writes every symbol: nothing that is drawn, said or offered has another notation's."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from rnnviz.data import MODES, make_task, sequence_from_text
from rnnviz.engine import CELLS
from rnnviz.film import (
    Frame,
    Playhead,
    Run,
    Settings,
    Stage,
    compute_pass,
    resolve,
    start_run,
)
from rnnviz.film.fields import FIELDS
from rnnviz.film.measures import look_through
from rnnviz.film.notation import NOTATIONS
from rnnviz.film.panels import PANELS, measures_of
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.slots import widget_of
from rnnviz.views.stage import StageView

# Symbols that no other notation has.
FOREIGN = {
    "lecture": r"[a-zA-Zδ]⟨|⟩|W_a|W_ya|Wₐₐ|\bb_a|\bb_y",
    "textbook": r"\bo[₀-₉ₜₖ]|\bq[₀-₉ₜ]|\bV h|\bW h",
    "framework": r"weight_|bias_|W_hh|W_ih|W_fc|fc\.|W_hn",
}
SHARED = r"\bh[₀-₉ₜₖ]"  # of the two others
SENTENCE = "the cat saw W_aa and weight_hh o a"
OWN = set(sequence_from_text(SENTENCE).tokens)


def foreign(name: str) -> re.Pattern[str]:
    """What must not be written in a notation."""
    others = [pattern for other, pattern in FOREIGN.items() if other != name]
    return re.compile("|".join([*others, *([SHARED] if name == "lecture" else [])]))


def without_own(text: str) -> str:
    """A text without what the user wrote."""
    text = re.sub(r"“[^”]*”|((?<=[,·] )|(?<=^[0<]\.\d\d ))(W_aa|weight_hh)$", "", text)
    return "" if text.strip() in OWN else text


@pytest.fixture
def painted(monkeypatch):
    """Every text that is painted from now on; it is painted all the same."""
    texts: list[str] = []
    draw, draw_static = QPainter.drawText, QPainter.drawStaticText

    def spied(painter, *given):
        texts.extend(each for each in given if isinstance(each, str))
        return draw(painter, *given)

    def spied_static(painter, *given):
        texts.append(given[-1].text())
        return draw_static(painter, *given)

    monkeypatch.setattr(QPainter, "drawText", spied)
    monkeypatch.setattr(QPainter, "drawStaticText", spied_static)
    return texts


def said_by(root: QWidget) -> list[str]:
    """All that widgets and actions say: on them, as tips, and to a screen reader."""
    found: list[str] = []
    for thing in [root, *root.findChildren(QWidget), *root.findChildren(QAction)]:
        found.append(thing.toolTip())
        if isinstance(thing, QAction | QLabel):
            found.append(thing.text())
        if isinstance(thing, QWidget):
            found += [thing.accessibleName(), thing.accessibleDescription()]
        if isinstance(thing, QComboBox):
            found += [thing.itemText(row) for row in range(thing.count())]
    return found


def frames(run: Run, *, every: bool) -> Iterator[Frame]:
    """A run's frames: within the way there and back, and at the update; `every`: at rest too."""
    passing = compute_pass(run, 0, 0)
    first = resolve(run, Playhead(), passing)
    yield first
    for stage, step in ((Stage.FORWARD, 3), (Stage.BACKWARD, first.steps - 2)):
        for within in (0.0, 0.4) if every else (0.4,):
            at = first.timeline.position(stage, step) - within
            yield resolve(run, Playhead(position=at), passing)
    yield resolve(run, Playhead(position=first.timeline.end), passing)


@pytest.mark.parametrize("name", NOTATIONS)
def test_no_panel_writes_another_notations_symbols(qtbot, painted, name):
    wrong, seen, whole = foreign(name), set(), set()
    cases = [(cell, "synced", 2) for cell in CELLS]
    cases += [("rnn", mode, 1) for mode in MODES if mode not in ("synced",)]
    widgets = {}
    for cell, mode, layers in cases:
        task = make_task(sequence_from_text(SENTENCE), mode)
        run = start_run(task, Settings(units=4, cell=cell, layers=layers))
        for frame in frames(run, every=mode == "synced"):
            look_through(frame.passing, frame.branches, measures_of(tuple(PANELS)))
            for panel in (*PANELS, "stage"):
                made = widgets.get(panel)
                if made is None:
                    made = StageView(None) if panel == "stage" else widget_of(panel)(None, panel)
                    qtbot.addWidget(made)
                    made.set_look(Look(LIGHT, 14, notation=NOTATIONS[name]))
                    made.resize(900, 420)
                    widgets[panel] = made
                if panel != "stage":
                    made.stand_in_slot(panel, PANELS[panel].why_not_now(frame))
                    if not PANELS[panel].why_not_now(frame):
                        made.build()
                made.set_frame(frame)
                made.grab()
                whole.update(painted)
                found = {without_own(text) for text in (*painted, *said_by(made))}
                painted.clear()
                bad = sorted(text for text in found if wrong.search(text))
                assert not bad, (panel, cell, mode, frame.moment.stage, bad[:5])
                seen |= found
    # What the user wrote is what it was, and it is its own that is written, not nothing at all.
    assert {"W_aa", "weight_hh", "o", "a"} <= whole
    own = FOREIGN[name] if name == "lecture" else SHARED
    assert sum(bool(re.search(own, text)) for text in seen) > 30


def menu_texts(window) -> set[str]:
    """All that the window's widgets, menus and tips say, but for the entries of the switch."""
    texts = {without_own(text.replace("&", "")) for text in said_by(window)}
    choices = {choice.text.replace("&", "") for choice in FIELDS["notation"].choices}
    return texts - choices


def opened(window) -> None:
    """Have every menu been open, which then says why something cannot be done."""
    for menu in window.menus.menus.values():
        menu.aboutToShow.emit()
        menu.aboutToHide.emit()


@pytest.mark.parametrize("name", ["textbook", "framework"])
def test_the_switch_reaches_menus_bars_and_tips_and_leads_back(window, name):
    opened(window)
    before = menu_texts(window)
    assert any(re.search(r"W_aa|a⟨t⟩", text) for text in before)
    window.set_notation(name)
    bad = sorted(text for text in menu_texts(window) if foreign(name).search(text))
    assert not bad
    opened(window)
    bad = sorted(text for text in menu_texts(window) if foreign(name).search(text))
    assert not bad
    window.set_notation("lecture")
    opened(window)
    assert sorted(before - menu_texts(window)) == []


def test_the_menu_switches_and_the_next_start_remembers(window_of, preferences):
    window = window_of(preferences)
    action = next(a for a in window.findChildren(QAction) if "extbook’s" in a.text())
    action.trigger()
    assert window.look.notation is NOTATIONS["textbook"]
    assert preferences.value("notation") == "textbook"
    again = window_of(preferences)
    assert again.look.notation is NOTATIONS["textbook"]
    entries = [*again.entries.palette(""), *again.entries.help("")]
    entries = [e for e in entries if "otation" not in e.text]
    assert not [e for e in entries if foreign("textbook").search(f"{e.text} {e.teaches}")]


def test_a_document_brings_its_own_notation_and_preferences_keep_theirs(window, preferences):
    window.set_notation("framework")
    view = window.session.autosave.view()
    assert view["notation"] == "framework"
    window.set_notation("lecture")
    window.show_view({"notation": "runes"})  # what lies changes nothing
    assert window.look.notation.name == "lecture"
    window.show_view(view)
    assert window.look.notation.name == "framework"
    assert preferences.value("notation") == "lecture"
