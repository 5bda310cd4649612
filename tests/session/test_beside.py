"""What takes long is done beside the interface, with progress, and can be dropped."""

from dataclasses import replace

import pytest

from rnnviz.data import make_task, sequence_from_text
from rnnviz.film import Settings
from rnnviz.film.cost import cost, most_kept, size_of
from rnnviz.session import Session

WORDS = " ".join(f"word{i * i % 150}" for i in range(900))
LARGE = Settings(cell="lstm", units=256, layers=4)


@pytest.fixture
def session(qapp, qtbot):
    made = Session()
    made.notices = []
    made.told.connect(made.notices.append)
    made.open_text(WORDS)
    qtbot.waitUntil(lambda: made.frame is not None and not made.busy, timeout=60_000)
    made.notices.clear()
    yield made
    made.close()


CHOICES = {
    "a larger network": lambda s: s.set_settings(LARGE),
    "another cell": lambda s: s.set_settings(replace(s.settings, cell="lstm")),
    "more units": lambda s: s.set_settings(replace(s.settings, units=128)),
    "more layers": lambda s: s.set_settings(replace(s.settings, layers=4)),
    "another seed": lambda s: s.set_settings(replace(s.settings, seed=5)),
    "another mode": lambda s: s.choose_mode("one_to_many"),
    "many to one": lambda s: s.choose_mode("many_to_one"),
    "other cells beside it": lambda s: s.choose_compared(True),
    "another text": lambda s: s.open_text(WORDS + " and more"),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_a_choice_on_900_words_leaves_the_picture_until_its_own_is_there(session, qtbot, choice):
    before = session.frame
    CHOICES[choice](session)
    assert session.busy
    assert session.frame is before
    qtbot.waitUntil(lambda: not session.busy, timeout=120_000)
    assert session.frame is not before
    assert not [n for n in session.notices if n is not None and n.error]


@pytest.mark.parametrize("choice", ["a larger network", "another mode"])
def test_it_can_be_dropped_and_undone(session, qtbot, choice):
    before = session.frame
    CHOICES[choice](session)
    session.cancel()
    assert not session.busy
    assert session.frame is before
    assert session.run is before.run
    session.set_settings(replace(session.settings, units=24))
    qtbot.waitUntil(lambda: not session.busy, timeout=60_000)
    session.undo()
    qtbot.waitUntil(lambda: not session.busy, timeout=60_000)
    assert session.frame.run.settings == before.run.settings


def test_a_large_network_says_how_far_it_is(session, qtbot):
    session.set_settings(LARGE)
    qtbot.waitUntil(
        lambda: any(n is not None and n.cancel and "%" in n.text for n in session.notices),
        timeout=120_000,
    )
    session.cancel()


def test_the_lectures_sentence_is_done_at_once(session):
    session.open_default()
    assert not session.busy
    session.set_settings(replace(session.settings, cell="lstm", units=32))
    assert session.frame.units == 32 and session.frame.cell == "lstm"


def test_costs_grow_with_all_that_makes_work():
    task = make_task(sequence_from_text(WORDS))
    small, parts = Settings(), ("network", "pass", "source norms")
    for more in ({"units": 64}, {"layers": 3}, {"cell": "lstm"}, {"cell": "gru", "units": 256}):
        larger = size_of(task, replace(small, **more))
        for name in parts:
            assert cost(larger, name).seconds > cost(size_of(task, small), name).seconds, name
    longer = make_task(sequence_from_text(f"{WORDS} {WORDS}"))
    assert cost(size_of(longer, small), "pass").bytes > cost(size_of(task, small), "pass").bytes
    assert most_kept(size_of(task, small), 4) == 4
    assert most_kept(replace(size_of(task, LARGE), steps=100_000), 4) == 1


def test_what_no_shown_panel_asks_for_is_dropped_and_found_again(session, qtbot):
    session.open_text(f"{WORDS} {WORDS}")
    qtbot.waitUntil(lambda: not session.busy, timeout=120_000)
    session.show_panels(["map", "forecast"])
    found = session.frame.passing.measured
    assert session.frame.errors(beyond=False) == {}
    assert "errors" in {name for name, *_ in found}
    session.show_panels(["map"])
    assert "errors" not in {name for name, *_ in found}
    assert "extremes" in {name for name, *_ in found}


@pytest.fixture
def names(qapp, qtbot):
    made = Session()
    made.open_problem("names")
    qtbot.waitUntil(lambda: made.frame is not None and not made.busy, timeout=60_000)
    yield made
    made.close()


def test_an_edit_made_while_another_example_is_opened_is_not_lost(names, qtbot):
    before = names.run
    names.open_example(before.shipped.examples[1])
    names.set_learning_rate(0.125)
    qtbot.waitUntil(lambda: not names.busy, timeout=60_000)
    run = names.frame.run
    assert (run.learning_rate, run.shipped.example) == (0.125, before.shipped.examples[1])
    names.undo()
    names.undo()
    assert names.frame.run is before


def test_undo_drops_what_is_under_way(names, qtbot):
    before = names.run
    names.set_learning_rate(0.125)
    names.open_example(before.shipped.examples[1])
    names.undo()
    assert not names.busy
    qtbot.waitUntil(lambda: names.at_rest, timeout=60_000)
    assert names.run is names.frame.run is before


def test_a_pass_whose_place_another_job_took_is_computed_after_it(session, qtbot, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("a,b\n" + "".join(f"{i},{i * i}\n" for i in range(50)))
    for mode, other in (
        ("many_to_one", session.check_gradient),
        ("one_to_many", lambda: session.open_with_choices(table)),
    ):
        session.choose_mode(mode)
        assert session.frame.run is not session.run
        other()
        qtbot.waitUntil(lambda: not session.busy, timeout=120_000)
        assert session.frame.run is session.run
        assert session.frame.task.mode == mode
    session.forget_asked()
    assert session.frame.run is session.run
