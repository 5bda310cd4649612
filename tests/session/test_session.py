"""The session: intents in, frames out."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from rnnviz.engine.jacobians import spectral_radius
from rnnviz.film import Settings, Stage, number
from rnnviz.film.comparison import is_compared
from rnnviz.film.passes import check_pass
from rnnviz.film.settings import GIVEN
from rnnviz.session import Session


@pytest.fixture
def session(qapp):
    made = Session()
    made.frames = []
    made.notices = []
    made.changed.connect(made.frames.append)
    made.told.connect(made.notices.append)
    yield made
    made.close()


def errors(session):
    return [n.text for n in session.notices if n is not None and n.error]


def finish(session):
    """Press next until the pass is over, finishing every animation at once."""
    while session.frame.playhead.position < session.frame.timeline.end:
        session.next()
        session.next()


def test_the_default_sentence(session):
    session.open_default()
    frame = session.frame
    assert (frame.steps, frame.units, frame.activation) == (9, 16, "tanh")
    assert frame.token(6) == "invented"
    assert frame.playhead.position == 0
    assert frame.run.task.inputs == 9
    assert not errors(session)


def test_next_animates_and_a_second_press_finishes(session, qtbot):
    session.open_default()
    session.next()
    qtbot.waitUntil(lambda: 0 < session.frame.playhead.position < 1, timeout=2000)
    session.next()
    assert session.frame.playhead.position == 1
    session.previous()
    assert session.frame.playhead.position == 0


def test_an_animation_ends_at_its_step(session, qtbot):
    session.open_default()
    session.set_speed(8)
    session.next()
    qtbot.waitUntil(lambda: session.frame.playhead.position == 1, timeout=3000)
    qtbot.wait(80)
    assert session.frame.playhead.position == 1


def test_next_phase_stops_within_the_step(session, qtbot):
    session.open_default()
    session.set_speed(8)
    session.next_phase()
    first = session.frame.timeline.next_phase(0.0)
    qtbot.waitUntil(lambda: session.frame.playhead.position == first, timeout=3000)
    assert 0 < first < 1
    session.previous()
    assert session.frame.playhead.position == 0


def test_without_animation_a_step_is_done_at_once(session):
    session.open_default()
    session.set_animated(False)
    session.next()
    assert session.frame.playhead.position == 1


def test_stepping_back_is_exact(session):
    session.open_default()
    session.set_animated(False)
    forward = [session.frame]
    for _ in range(40):  # over the update into the third pass
        session.next()
        forward.append(session.frame)
    assert session.frame.playhead.snapshot == 2
    for before in reversed(forward[:-1]):
        session.previous()
        assert session.frame.playhead == before.playhead
        assert session.frame.total_loss == before.total_loss
        assert (session.frame.states == before.states).all()
        assert (session.frame.log10_norms == before.log10_norms).all()
    session.previous()
    assert session.frame.playhead.position == 0


def test_the_next_pass_starts_from_the_updated_weights(session):
    session.open_default()
    first = session.frame
    finish(session)
    session.next()
    second = session.frame
    assert (second.playhead.snapshot, second.playhead.position) == (1, 0)
    name = "W_aa_l0"
    want = (
        first.run.networks[0].parameters[name]
        - first.run.learning_rate * first.passing.backward.gradients[name]
    )
    assert (second.run.networks[1].parameters[name] == want).all()
    assert second.total_loss < first.total_loss
    session.reset()
    assert session.frame.playhead.snapshot == 0
    assert session.frame.total_loss == first.total_loss
    assert len(session.frame.run.networks) == 1


def test_another_learning_rate_changes_the_updates_to_come(session):
    session.open_default()
    session.set_animated(False)
    session.to_end()
    session.next()
    small = session.frame.total_loss
    session.previous()
    session.set_learning_rate(0.01)
    session.next()
    assert session.frame.total_loss > small
    session.set_learning_rate(-1)
    assert errors(session)
    assert session.frame.run.learning_rate == 0.01


def test_play_goes_on_over_the_update(session, qtbot):
    session.open_text("a")
    session.set_speed(8)
    session.toggle_play()
    assert session.playing
    qtbot.waitUntil(lambda: session.frame.playhead.snapshot == 2, timeout=10_000)
    session.toggle_play()
    position = session.frame.playhead.position
    qtbot.wait(60)
    assert session.frame.playhead.position == position
    assert not session.playing


def test_speed_has_its_steps(session):
    session.open_default()
    for _ in range(9):
        session.faster()
    assert session.speed == 8
    for _ in range(9):
        session.slower()
    assert session.speed == 0.25


def test_home_end_and_the_stages(session):
    session.open_default()
    session.to_end()
    assert session.frame.moment.stage is Stage.UPDATE
    session.to_stage(Stage.BACKWARD)
    assert session.frame.playhead.position == 9
    session.to_start()
    assert session.frame.moment.stage is Stage.START


def test_a_bad_text_changes_nothing(session):
    session.open_default()
    session.seek(5)
    before = session.frame
    session.open_text("   \n ")
    assert len(errors(session)) == 1
    assert session.frame is before


def test_a_file_is_opened_off_the_thread(session, qtbot, tmp_path):
    file = tmp_path / "note.txt"
    file.write_text("the cat sat", encoding="utf-8")
    session.open_default()
    session.open_file(file)
    assert session.frame.steps == 9  # what was on the screen stays meanwhile
    qtbot.waitUntil(lambda: session.frame.steps == 3, timeout=5000)
    assert session.frame.run.task.sequence.name == "note.txt"


@pytest.mark.parametrize("kind", ["missing", "folder", "binary", "fifo"])
def test_a_file_that_cannot_be_opened_is_one_message(session, qtbot, tmp_path, kind):
    path = tmp_path / "bad.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "binary":
        path.write_bytes(bytes(range(256)) * 20)
    elif kind == "fifo":
        os.mkfifo(path)
    session.open_default()
    before = session.frame
    session.open_file(path)
    qtbot.waitUntil(lambda: bool(errors(session)), timeout=5000)
    assert len(errors(session)) == 1
    assert "bad.csv" in errors(session)[0]
    assert session.frame is before


def test_the_newest_of_two_files_wins(session, qtbot, tmp_path):
    for name, text in (("one.txt", "a b c d e"), ("two.txt", "a b")):
        Path(tmp_path / name).write_text(text)
    session.open_default()
    session.open_file(tmp_path / "one.txt")
    session.open_file(tmp_path / "two.txt")
    qtbot.waitUntil(lambda: not session.busy, timeout=5000)
    qtbot.wait(50)
    assert session.frame.run.task.sequence.name == "two.txt"


def test_settings_begin_anew_and_keep_the_place(session):
    session.open_default()
    session.seek(5)
    session.set_settings(Settings(units=4, activation="relu"))
    assert session.frame.units == 4
    assert session.frame.playhead.position == 5
    session.open_text("another text")
    assert session.frame.units == 4


def test_sources_are_followed(session):
    session.open_default()
    session.choose_source(4)
    assert session.frame.source == 4
    session.choose_summed(True)
    assert session.frame.summed
    session.choose_source(6)
    assert (session.frame.source, session.frame.summed) == (6, False)


def test_a_long_text_is_computed_off_the_thread_while_the_window_answers(session, qtbot):
    from PySide6.QtCore import QElapsedTimer, QTimer

    session.open_default()
    gaps, clock = [], QElapsedTimer()
    clock.start()
    timer = QTimer()
    timer.timeout.connect(lambda: gaps.append(clock.restart()))
    timer.start(5)
    session.open_text("to be or not to be that is the question " * 1000)
    assert session.busy
    assert session.frame.steps == 9
    qtbot.waitUntil(lambda: session.frame.steps == 10_000, timeout=20_000)
    timer.stop()
    assert len(gaps) > 3
    session.choose_source(5000)
    session.seek(77)  # the answer must not take the playhead back
    qtbot.waitUntil(lambda: session.frame.source == 5000, timeout=20_000)
    assert session.frame.playhead.position == 77


def test_an_explosion_stops_before_the_update(session, qtbot):
    session.begin_with(Settings(activation="identity", gain=80.0))
    session.open_text("word " * 400)
    qtbot.waitUntil(lambda: session.frame is not None, timeout=5000)
    session.set_animated(False)
    session.to_end()
    assert "exploded at step" in session.frame.passing.exploded
    session.next()
    assert session.frame.playhead.snapshot == 0
    assert any("exploded at step" in text for text in errors(session))


def test_every_edit_can_be_taken_back_and_made_again(session):
    session.open_default()
    session.seek(4)
    shown = [session.frame]
    edits = (
        lambda: session.set_settings(replace(session.settings, cell="lstm")),
        lambda: session.set_settings(replace(session.settings, layers=2)),
        lambda: session.set_settings(replace(session.settings, optimizer="adam")),
        lambda: session.set_settings(replace(session.settings, clipping="norm")),
        lambda: session.set_learning_rate(0.5),
        lambda: session.open_text("something else"),
    )
    for edit in edits:
        edit()
        shown.append(session.frame)
    assert session.frame.run.task.sequence.tokens == ("something", "else")
    for want in reversed(shown[:-1]):
        assert session.undoes
        session.undo()
        assert session.frame.run is want.run
        assert session.frame.playhead == want.playhead
        assert session.frame.total_loss == want.total_loss
    assert not session.undoes
    session.undo()
    for want in shown[1:]:
        session.redo()
        assert session.frame.run is want.run
    assert not session.redoes


def test_a_new_edit_forgets_what_was_taken_back(session):
    session.open_default()
    session.open_text("one two")
    session.undo()
    session.open_text("three four five")
    assert not session.redoes
    session.undo()
    assert session.frame.steps == 9


def test_stepping_is_not_an_edit(session):
    session.open_default()
    session.set_animated(False)
    for _ in range(25):
        session.next()
    session.select_unit(3)
    session.choose_source(2)
    assert not session.undoes


def test_the_update_is_the_chosen_optimisers(session):
    session.open_default()
    session.set_settings(replace(session.settings, optimizer="adam", clipping="norm"))
    assert session.frame.run.learning_rate == 0.01
    session.set_animated(False)
    session.to_end()
    update = session.frame.update
    assert update.report.clipped
    session.next()
    assert session.frame.playhead.snapshot == 1
    for name, array in session.frame.passing.trace.network.parameters.items():
        assert (array == update.network.parameters[name]).all()
    assert session.frame.run.states[1].steps == 1


def test_a_new_depth_shows_its_top_layer(session):
    session.open_default()
    session.set_settings(replace(session.settings, layers=3))
    assert session.frame.layer == 2
    session.select_layer(0)
    session.set_settings(replace(session.settings, units=5))
    assert session.frame.layer == 0
    session.choose_quantity("c")
    assert session.frame.quantity == "a"  # an RNN has no c
    session.set_settings(replace(session.settings, cell="lstm"))
    session.choose_quantity("c")
    assert session.frame.quantity == "c"


def test_no_update_is_made_of_a_pass_that_is_still_computed(session, qtbot):
    session.open_text("to be or not to be that is the question " * 300)
    qtbot.waitUntil(lambda: session.frame is not None, timeout=20_000)
    session.set_animated(False)
    session.to_end()
    session.next()
    assert session.busy
    session.to_end()
    session.next()
    qtbot.waitUntil(lambda: not session.busy, timeout=20_000)
    qtbot.waitUntil(lambda: session.frame.playhead.snapshot == 1, timeout=20_000)
    assert len(session.frame.run.networks) == 2


@pytest.mark.parametrize("mode", ["synced", "one_to_one", "encoder_decoder"])
def test_the_gradient_is_checked_and_the_result_said(session, qtbot, mode):
    session.open_default()
    session.choose_mode(mode)
    session.check_gradient()
    qtbot.waitUntil(
        lambda: any(n and "agrees with numeric" in n.text for n in session.notices), timeout=20_000
    )
    assert not errors(session)
    text = next(n.text for n in session.notices if n and "agrees with" in n.text)
    said = re.search(r"largest relative error (0|\d\.\d·10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+) \(", text)
    check = check_pass(session.frame.passing)  # no 1.8e−15
    assert said is not None and said[1] == number(check.error, digits=2)


def test_a_network_that_has_learned_serves_both_sides_says_so_and_is_not_compared(session, qtbot):
    session.open_default()
    session.choose_mode("encoder_decoder")
    assert not session.run.serves_both  # of the seed there are two
    session.undo()
    session.to_end()
    session.next()
    qtbot.waitUntil(lambda: len(session.run.networks) == 2, timeout=20_000)
    session.choose_mode("encoder_decoder")
    assert session.run.serves_both
    assert session.notices[-1].text.startswith("One network is encoder and decoder at once here")
    session.choose_compared(True)
    assert not is_compared(session.branches)
    assert "one network is encoder and decoder here" in session.notices[-1].text
    session.reset()
    assert not session.run.serves_both
    session.choose_compared(True)
    assert is_compared(session.branches)


def test_cells_are_compared_until_they_no_longer_are(session, qtbot):
    session.open_default()
    session.choose_compared(True)
    assert session.branches.names == ("RNN", "GRU", "LSTM")
    assert len(session.frame.others) == 2
    session.seek(18.0)
    rnn = session.run
    # The cells are all there, so that another one is looked at.
    session.set_settings(replace(session.settings, cell="lstm"))
    assert (session.branches.active, session.frame.cell) == (2, "lstm")
    assert session.branches.each[0].run is rnn
    assert session.frame.playhead.position == 18.0
    # What is changed otherwise is changed in all of them.
    session.set_settings(replace(session.settings, units=7))
    assert [branch.run.units for branch in session.branches.each] == [7, 7, 7]
    session.set_learning_rate(0.3)
    assert [branch.run.learning_rate for branch in session.branches.each] == [0.3] * 3
    session.open_text("another sentence of five words")
    assert session.branches.names == ("RNN", "GRU", "LSTM")
    assert len(session.frame.others[0].source[0]) == 5
    for _ in range(3):
        session.undo()
    assert session.frame.steps == 9 and session.frame.units == 16
    session.choose_compared(False)
    assert session.frame.others == () and session.branches.names == ("LSTM",)
    session.undo()
    assert len(session.frame.others) == 2
    assert not errors(session)


def test_a_long_comparison_is_made_beside_the_interface(session, qtbot):
    session.open_text(" ".join(["a", "b"] * 400))
    qtbot.waitUntil(lambda: session.frame is not None, timeout=20_000)
    session.choose_compared(True)
    assert session.busy
    assert not session.frame.others
    qtbot.waitUntil(lambda: bool(session.frame.others), timeout=20_000)
    assert len(session.frame.others[0].source[0]) == 800


def test_what_cannot_be_compared_says_why(session):
    session.open_default()
    session.choose_mode("one_to_one")
    session.choose_compared(True)
    assert "without recurrence" in session.notices[-1].text
    assert not errors(session)
    assert len(session.branches.each) == 1


def test_a_session_needs_no_widgets():
    """Commands, tours and scripts may use one where no window can be."""
    code = """
import sys
from PySide6.QtCore import QCoreApplication
from rnnviz.session import Session
application = QCoreApplication([])
session = Session()
session.open_default()
session.next()
session.close()
print([name for name in ("PySide6.QtWidgets", "PySide6.QtGui", "pyqtgraph") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]", done.stdout


def test_a_drag_of_the_weights_is_one_edit_of_the_branch_that_is_shown(session):
    session.open_default()
    session.fork()
    session.seek(18.0)
    before = session.branches
    kept = before.each[1 - before.active].run
    for radius in (0.7, 0.9, 1.1):
        session.scale_weights("radius", radius)
        frame = session.frame
        assert frame.passing.trace.network is frame.run.networks[0]
        assert spectral_radius(frame.run.networks[0])[0] == pytest.approx(radius)
        assert session.undoes == f"W_aa scaled to spectral radius {radius:.2f}"
    assert session.frame.playhead.position == 18.0
    assert session.run.settings.recurrent == GIVEN
    assert session.branches.each[1 - before.active].run is kept
    session.settle_scaling()
    session.scale_weights("radius", 0.5)
    session.undo()
    assert spectral_radius(session.run.networks[0])[0] == pytest.approx(1.1)
    session.undo()
    assert session.run is before.run and session.undoes.startswith("fork")
    session.redo()
    assert session.undoes == "W_aa scaled to spectral radius 1.10"


def test_scaling_begins_with_what_is_shown_and_other_weights_are_another_edit(session):
    session.open_default()
    session.scale_weights("radius", 1.5)
    session.scale_weights("input", 2.0)  # without an end of the first
    session.undo()
    assert session.undoes == "W_aa scaled to spectral radius 1.50"
    session.undo()
    session.scale_weights("radius", 0.8)  # nor after an undo
    session.undo()
    assert session.run.settings.recurrent != GIVEN and session.undoes is None
    session.set_settings(replace(session.settings, gain=0.0))
    session.scale_weights("radius", 1.0)
    assert errors(session) == ["The spectral radius of W_aa is 0, which no factor changes."]
    assert session.run.settings.gain == 0.0 and "spectral" not in session.undoes


def test_a_drag_over_many_steps_is_answered_by_its_last_number(session, qtbot):
    session.open_text("a b c d e f " * 400)
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    for radius in (0.7, 0.9, 1.2):
        session.scale_weights("radius", radius)
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    assert spectral_radius(session.frame.run.networks[0])[0] == pytest.approx(1.2)
    assert session.undoes == "W_aa scaled to spectral radius 1.20"
    session.undo()
    qtbot.waitUntil(lambda: not session.busy, timeout=10_000)
    assert session.frame.run.settings.recurrent != GIVEN


def test_where_little_moves_playing_goes_by_whole_phases(session, qtbot):
    session.open_default()
    session.set_still(True)
    session.set_speed(8.0)
    session.toggle_play()
    qtbot.waitUntil(lambda: session.frame.playhead.position >= 2.0, timeout=5000)
    session.pause()
    line, edges, at = session.frame.timeline, [0.0], 0.0
    while at < 3.0:
        at = line.next_phase(at)
        edges.append(at)
    seen = [frame.playhead.position for frame in session.frames]
    assert all(min(abs(place - edge) for edge in edges) < 1e-9 for place in seen)
    assert len(set(seen)) > 12  # none is left out
