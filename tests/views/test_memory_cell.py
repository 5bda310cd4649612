"""The cell as a view of the state panel: the switch, the key, what is remembered, what is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QApplication

from rnnviz.data import make_task
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.scenes.shapes import Formula, Text
from rnnviz.session import Preferences
from rnnviz.views.chart.gradient import GradientPanel
from rnnviz.views.hidden_state import HiddenStatePanel
from rnnviz.views.hidden_state.cell import cell_sayings, cell_titles
from rnnviz.views.hidden_state.title_row import chosen
from rnnviz.views.look import LIGHT, Look
from rnnviz.views.panels.controls import Segmented, Stepper
from rnnviz.views.typeset.formula import fitting
from rnnviz.views.typeset.foundry import foundry
from tests.frames import make_frame, series
from tests.session.test_preferences import stored

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel_of(qtbot):
    def make(frame, width=783, height=269, look=None):
        panel = HiddenStatePanel()
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.set_look(look or Look(LIGHT))
        panel.set_frame(frame)
        panel.show_mode("cell")
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return make


def state(window):
    return window.findChild(HiddenStatePanel)


def press(qtbot, window, key):
    qtbot.keyClick(window, key)
    QApplication.processEvents()


def at(frame, position, **changes):
    return resolve(frame.run, replace(frame.playhead, position=position, **changes), frame.passing)


def point_at(qtbot, panel, target):
    qtbot.mouseMove(panel, QPoint(3, 3))  # a pointer that is there already does not move
    qtbot.mouseMove(panel, QPoint(round(target.rect.cx), round(target.rect.cy)))


def words(panel):
    scene = panel.picture().scene(panel.frame_shown())
    return {shape.id: shape.text for shape in scene.shapes if isinstance(shape, Text)}


# -- in the panel -----------------------------------------------------------------------------


def test_a_click_on_the_switch_shows_the_cell_and_the_map_again(qtbot, frame_of, panel_of):
    panel = panel_of(frame_of(position=5, cell="lstm"))
    panel.show_mode("map")
    asked = []
    panel.mode_chosen.connect(asked.append)
    for mode, expected in ((2, "cell"), (1, "lines"), (0, "map")):
        qtbot.mouseClick(panel.findChild(Segmented).button(mode), LEFT)
        assert panel.mode == expected
        assert panel.cell_shown == (expected == "cell")
        assert panel.lines_shown == (expected == "lines")
    assert asked == ["cell", "lines", "map"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("rnn", "RNN"),
        ("lstm", "LSTM"),
        ("gru", "GRU, reset after (PyTorch, Keras)"),
        ("gru_reset_before", "GRU, reset before (Cho 2014)"),
    ],
)
def test_the_title_says_cell_unit_and_step(frame_of, panel_of, cell, said):
    frame = frame_of(position=6, cell=cell)
    title = next(panel_of(frame).titles(frame))
    assert title == ("Inside the memory cell", f"{said} · unit 1 · t = 6")
    chosen = at(frame, 13.5, unit=6)
    for words in panel_of(chosen).titles(chosen):
        assert "unit 7" in words[1] and "t = 5" in words[1]
        assert cell[:3].upper() in words[1] or "LSTM" in words[1]


def test_backward_it_says_what_the_widths_are_and_of_which_loss(frame_of, panel_of):
    frame = frame_of(position=5, cell="lstm")
    panel = panel_of(frame)
    assert panel.said(frame)[0] == ""
    back = at(frame, 14)
    largest = max(abs(back.sweep.dc[0, 4, 0, 0]), abs(back.sweep.da[0, 4, 0, 0]))
    said = panel.said(back)[0]
    assert said.startswith("L = L⟨9⟩ · widths linear, widest ")
    assert float(said.split()[-1]) >= float(f"{largest:.3g}")
    assert panel.said(at(frame, 14, summed=True))[0].startswith("L = Σ L⟨t⟩ · ")


@pytest.mark.parametrize(("width", "unit"), [(943, 25.5), (783, 14.0), (600, 14.0)])
@pytest.mark.parametrize(("cell", "form"), [("gru", "after"), ("gru_reset_before", "before")])
def test_which_gru_it_is_stays_in_the_title_beside_the_widths(
    frame_of, panel_of, cell, form, width, unit
):
    frame = frame_of(position=14, cell=cell)
    panel = panel_of(frame, width, 291, Look(LIGHT, unit, lecture=unit > 20))
    controls = panel.findChildren(Segmented) + panel.findChildren(Stepper)
    right = min(control.x() for control in controls if not control.isHidden())
    title, said = chosen(panel.surface, right, cell_titles(frame), cell_sayings(frame), titled=True)
    assert title is not None and f"reset {form}" in title[1]
    assert said.startswith("L = L⟨9⟩")


def test_the_selected_unit_is_drawn_and_the_first_without_one(frame_of, panel_of):
    frame = frame_of(position=6)
    panel = panel_of(frame)
    for unit, expected in ((-1, 0), (3, 3), (15, 15)):
        panel.set_frame(at(frame, 6, unit=unit))
        shown = float(words(panel)["a-after"].replace("−", "-"))
        assert shown == pytest.approx(frame.states[6, expected], abs=0.006)


def test_up_and_down_go_from_unit_to_unit(qtbot, frame_of, panel_of):
    panel = panel_of(frame_of(position=6))
    asked = []
    panel.unit_selected.connect(asked.append)
    qtbot.keyClick(panel, Qt.Key.Key_Down)
    panel.set_frame(at(panel.frame_shown(), 6, unit=4))
    qtbot.keyClick(panel, Qt.Key.Key_Down)
    qtbot.keyClick(panel, Qt.Key.Key_Up)
    assert asked == [1, 5, 3]


def test_a_press_on_the_drawing_moves_nothing(qtbot, frame_of, panel_of):
    panel = panel_of(frame_of(position=6, cell="gru"))
    asked = []
    panel.sought.connect(asked.append)
    for x in range(20, 780, 60):
        for modifier in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier):
            qtbot.mouseClick(panel, LEFT, modifier, QPoint(x, 150))
    assert asked == []


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "gru_reset_before"])
def test_pointing_says_the_gate_and_its_value_and_leaving_takes_it_away(
    qtbot, frame_of, panel_of, cell
):
    frame = frame_of(position=14, cell=cell)
    panel = panel_of(frame)
    before = panel.grab().toImage()
    kind = {"rnn": "sum", "lstm": "f"}.get(cell, "z")
    target = next(t for t in panel.picture().scene(frame).targets if t.kind == kind)
    point_at(qtbot, panel, target)
    said = words(panel)
    assert said["readout:0"].endswith(", unit 1")
    if cell != "rnn":
        value = frame.passing.trace.gates[kind][0, 4, 0, 0]
        assert said["readout:2"].endswith(f"= {value:.4f}")
    assert panel.grab().toImage() != before
    QApplication.sendEvent(panel, _leave())
    assert "readout:0" not in words(panel)
    assert panel.grab().toImage() == before


def _leave():
    from PySide6.QtCore import QEvent

    return QEvent(QEvent.Type.Leave)


def test_what_is_said_follows_the_film(qtbot, frame_of, panel_of):
    frame = frame_of(position=6, cell="lstm")
    panel = panel_of(frame)
    target = next(t for t in panel.picture().scene(frame).targets if t.kind == "f")
    point_at(qtbot, panel, target)
    panel.set_frame(at(frame, 3))
    assert words(panel)["readout:0"].startswith("forget gate f⟨3⟩")
    value = frame.passing.trace.gates["f"][0, 2, 0, 0]
    assert words(panel)["readout:2"].endswith(f"= {value:.4f}")


def test_only_what_moves_is_painted_again(qtbot, frame_of, panel_of, monkeypatch):
    panel = panel_of(frame_of(position=5.02, cell="lstm"))
    panel.grab()
    asked = []
    monkeypatch.setattr(panel, "update", lambda *region: asked.append(region))
    whole = panel.width() * panel.height()
    for position, most in ((5.04, 0.1), (5.1, 0.1), (5.12, 0.1), (14.3, 1.0), (14.32, 0.1)):
        asked.clear()
        panel.set_frame(at(panel.frame_shown(), position))
        area = sum(r.width() * r.height() for (region,) in asked for r in QRegion(region))
        assert 0 < area < most * whole, position
    asked.clear()
    panel.set_frame(panel.frame_shown())
    assert asked == []


@pytest.mark.parametrize("change", [{"position": 7.0}, {"unit": 3}, {"position": 13.0}])
def test_the_title_is_painted_again_where_it_says_something_else(
    frame_of, panel_of, monkeypatch, change
):
    frame = frame_of(position=6.0, cell="lstm")
    panel = panel_of(frame)
    panel.grab()
    asked = QRegion()

    def update(region=None):
        nonlocal asked
        asked += panel.rect() if region is None else region

    monkeypatch.setattr(panel, "update", update)
    panel.set_frame(resolve(frame.run, replace(frame.playhead, **change), frame.passing))
    assert asked.contains(panel.surface.title_row(30.0, 300.0).toRect().center())


def test_a_repaint_of_parts_is_the_same_as_a_repaint_of_all(qtbot, frame_of, panel_of):
    for cell in ("rnn", "lstm", "gru", "gru_reset_before"):
        frame = frame_of(position=0, cell=cell, summed=True)
        panel, fresh = panel_of(frame), panel_of(frame)
        for position in (0.2, 4.05, 4.3, 4.6, 4.65, 5, 11.4, 11.6, 11.9, 12.2, 3.3, 19):
            moved = at(frame, position)
            panel.set_frame(moved)
            QApplication.processEvents()
            fresh.set_frame(moved)
            fresh.set_mode(2)
            assert panel.grab().toImage() == fresh.grab().toImage(), (cell, position)


def test_it_can_be_heard(frame_of, panel_of):
    frame = frame_of(position=5, cell="lstm")
    panel = panel_of(frame)
    assert panel.accessibleName() == "Memory cell"
    f = frame.passing.trace.gates["f"][0, 4, 0, 0]
    assert f"forget gate {f:.4f}" in panel.accessibleDescription()
    panel.show_mode("map")
    assert panel.accessibleName() == "Hidden state a"
    assert panel.accessibleDescription() == ""


@pytest.mark.parametrize("size", [(40, 40), (160, 60), (230, 120), (430, 170), (1903, 670)])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_it_is_painted_at_any_size(frame_of, panel_of, cell, size):
    frame = frame_of(position=14, cell=cell)
    panel = panel_of(frame, *size)
    assert not panel.grab().isNull()


def test_in_a_lecture_no_text_is_smaller_than_it_may_be(frame_of, panel_of):
    for cell in ("rnn", "lstm", "gru", "gru_reset_before"):
        frame = frame_of(position=14, cell=cell)
        panel = panel_of(frame, 943, 291, Look(LIGHT, 25.5, lecture=True))
        scene = panel.picture().scene(frame)
        sizes = [shape.size for shape in scene.shapes if isinstance(shape, Text)]
        assert min(sizes) >= 0.022 * 1080
        assert "grad-through" in {shape.id for shape in scene.shapes}  # and it is not cut to a list


# -- wires ------------------------------------------------------------------------------------


def press_wire(qtbot, panel, kind):
    scene = panel.picture().scene(panel.frame_shown())
    target = next(t for t in scene.targets if t.kind == kind)
    qtbot.mouseClick(panel, LEFT, pos=QPoint(round(target.rect.cx), round(target.rect.cy)))


def test_a_press_on_a_wire_opens_what_is_said_of_it_until_another_press(qtbot, frame_of, panel_of):
    frame = frame_of(position=14, cell="lstm")
    panel = panel_of(frame, 1500, 800)
    bare = panel.grab().toImage()
    assert "card-name" not in words(panel)
    for kind, name in (("wire:c", "Cell state c⟨5⟩"), ("f", "Forget gate f⟨5⟩"),
                       ("a-after", "Hidden state a⟨5⟩")):  # fmt: skip
        press_wire(qtbot, panel, kind)
        assert words(panel)["card-name"] == name
        assert panel.accessibleDescription().startswith(name.lower()[:4])
        assert "norm" in panel.accessibleDescription()
    QApplication.sendEvent(panel, _leave())
    assert words(panel)["card-name"] == "Hidden state a⟨5⟩"  # it stays
    panel.set_frame(at(frame, 13))
    assert words(panel)["card-name"] == "Hidden state a⟨6⟩"  # and follows the film
    panel.set_frame(frame)
    qtbot.mouseClick(panel, LEFT, pos=QPoint(3, panel.height() - 3))
    assert "card-name" not in words(panel)
    QApplication.sendEvent(panel, _leave())
    assert panel.grab().toImage() == bare


def test_the_keys_go_from_wire_to_wire(qtbot, frame_of, panel_of):
    panel = panel_of(frame_of(position=14, cell="gru"), 1500, 800)
    seen = []
    qtbot.keyClick(panel, Qt.Key.Key_Return)
    for _ in range(30):
        seen.append(panel.wire)
        qtbot.keyClick(panel, Qt.Key.Key_Tab)
    everything = panel.picture().wires(panel.frame_shown())
    assert tuple(seen[: len(everything)]) == everything and seen[len(everything)] == seen[0]
    qtbot.keyClick(panel, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert panel.wire == seen[-1]
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert panel.wire == "" and "card-name" not in words(panel)


def test_a_press_on_a_number_of_the_card_looks_at_that_unit(qtbot, frame_of, panel_of):
    panel = panel_of(frame_of(position=14, cell="rnn"), 1500, 800)
    asked = []
    panel.unit_selected.connect(asked.append)
    press_wire(qtbot, panel, "wire:z")
    scene = panel.picture().scene(panel.frame_shown())
    target = next(t for t in scene.targets if t.kind == "strip:forward" and t.unit == 6)
    qtbot.mouseClick(panel, LEFT, pos=QPoint(round(target.rect.cx), round(target.rect.cy)))
    assert asked == [6] and panel.wire == "z"


def test_another_cell_keeps_a_wire_only_where_it_has_one(qtbot, frame_of, panel_of):
    panel = panel_of(frame_of(position=14, cell="lstm"), 1500, 800)
    press_wire(qtbot, panel, "wire:c")
    panel.set_frame(frame_of(position=14, cell="gru"))
    assert "card-name" not in words(panel)
    press_wire(qtbot, panel, "wire:a")
    panel.set_frame(frame_of(position=14, cell="rnn"))
    assert words(panel)["card-name"] == "Hidden state a⟨5⟩"


def test_formulas_are_legible_in_a_lecture_and_there_in_every_large_panel(frame_of, panel_of):
    assert foundry.wait()
    for cell in ("rnn", "lstm", "gru", "gru_reset_before"):
        for layers in (1, 2):
            frame = frame_of(position=14, cell=cell, layers=layers, summed=True)
            panel = panel_of(frame, 1896, 983, Look(LIGHT, 24.0, lecture=True))
            for wire in ("", *panel.picture().wires(frame)):
                panel.look_at(wire)
                scene = panel.picture().scene(frame)
                formulas = [s for s in scene.shapes if isinstance(s, Formula)]
                least = 2 if cell == "rnn" and layers == 2 else 4  # y is the upper layer's
                assert len([s for s in formulas if s.id.startswith("equation-")]) == least
                for shape in formulas:
                    box, size = fitting(shape)
                    assert box.width * size <= shape.rect.w + 1e-6
                    assert 0.95 * size >= 0.022 * 983, (cell, wire, shape.id)


@pytest.mark.parametrize(("size", "unit"), [((521, 345), 24.0), ((432, 286), 20.0)])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "gru_reset_before"])
def test_in_the_laboratory_of_a_lecture_the_drawing_is_whole(frame_of, panel_of, cell, size, unit):
    for position in (5, 5.5, 14):
        frame = frame_of(position=position, cell=cell, summed=True)
        panel = panel_of(frame, *size, Look(LIGHT, unit, lecture=True))
        scene = panel.picture().scene(frame)
        shapes = {shape.id: shape for shape in scene.shapes}
        assert {"a-out", "x-symbol", "a-before", "cell"} <= set(shapes)
        assert min(s.size for s in scene.shapes if isinstance(s, Text)) >= unit
        if position == 14:
            assert {"grad-a", "grad-through", "d-a", "d-through"} <= set(shapes)


# -- in the window ----------------------------------------------------------------------------


def test_the_key_shows_the_cell_and_the_map_again(qtbot, window):
    press(qtbot, window, Qt.Key.Key_M)
    assert state(window).mode == "cell"
    assert window.menus.actions["cell"].isChecked()
    press(qtbot, window, Qt.Key.Key_M)
    assert state(window).mode == "map"
    assert not window.menus.actions["cell"].isChecked()


def test_after_its_key_the_arrows_go_to_other_units(qtbot, window):
    press(qtbot, window, Qt.Key.Key_M)
    qtbot.keyClick(state(window), Qt.Key.Key_Down)
    assert state(window).hasFocus()
    assert window.session.frame.playhead.unit == 1


def test_the_switch_and_the_menu_say_the_same(qtbot, window):
    switch = state(window).findChild(Segmented, "mode")
    qtbot.mouseClick(switch.button(2), LEFT)
    assert window.menus.actions["cell"].isChecked()
    qtbot.mouseClick(switch.button(1), LEFT)
    assert not window.menus.actions["cell"].isChecked()
    assert state(window).mode == "lines"


def test_the_key_shows_a_hidden_panel_in_a_lecture_too(qtbot, window):
    press(qtbot, window, Qt.Key.Key_F5)
    assert state(window).isHidden()
    press(qtbot, window, Qt.Key.Key_M)
    assert state(window).isVisible() and state(window).cell_shown
    window.menus.actions["hidden_state"].trigger()
    assert state(window).isHidden()
    assert not window.menus.actions["cell"].isChecked()
    press(qtbot, window, Qt.Key.Key_M)
    assert state(window).isVisible() and state(window).cell_shown
    press(qtbot, window, Qt.Key.Key_F5)


def test_it_is_remembered_from_one_start_to_the_next(qtbot, window, preferences, window_of):
    press(qtbot, window, Qt.Key.Key_M)
    window.close()
    again = window_of(Preferences())
    assert state(again).mode == "cell"
    assert again.menus.actions["cell"].isChecked()
    again.panels.show_state("lines")
    assert Preferences().value("state_view") == "lines"


def test_a_damaged_preference_is_the_map(preferences):
    stored().setValue("state_view", "nonsense")
    assert preferences.value("state_view") == "map"


def test_documents_remember_it(qtbot, window):
    press(qtbot, window, Qt.Key.Key_M)
    view = window.session.autosave.view()
    press(qtbot, window, Qt.Key.Key_M)
    window.show_view(view)
    assert state(window).mode == "cell"
    for nonsense in ("nonsense", 3, ["cell"], None):
        window.show_view({"state_view": nonsense})
        assert state(window).mode == "cell"


def test_a_unit_picked_on_the_map_is_the_one_whose_cell_is_drawn(qtbot, window):
    session, panel = window.session, state(window)
    session.seek(6.0)
    spot = panel.cell(6, 4).center().toPoint()
    qtbot.mouseClick(panel, LEFT, pos=spot)
    press(qtbot, window, Qt.Key.Key_M)
    shown = float(words(panel)["a-after"].replace("−", "-"))
    assert shown == pytest.approx(session.frame.states[6, 4], abs=0.006)


def test_changing_view_is_no_edit_and_moves_nothing(qtbot, window):
    session = window.session
    session.seek(4.0)
    place, undo = session.frame.playhead, session.undoes
    press(qtbot, window, Qt.Key.Key_M)
    assert session.frame.playhead == place and session.undoes == undo


def test_another_cell_is_drawn_as_what_it_is(qtbot, window):
    press(qtbot, window, Qt.Key.Key_M)
    session, panel = window.session, state(window)
    session.seek(6.0)
    for cell, gates in (("lstm", "ifgo"), ("gru", "rzn"), ("gru_reset_before", "rzn"), ("rnn", "")):
        session.set_settings(replace(session.frame.run.settings, cell=cell))
        qtbot.waitUntil(lambda cell=cell: session.frame.cell == cell)
        QApplication.processEvents()
        shapes = {shape.id for shape in panel.picture().scene(session.frame).shapes}
        assert {f"gate-{name}" for name in gates} == {n for n in shapes if n.startswith("gate-")}


def test_other_panels_do_not_know_of_it(qtbot, window):
    press(qtbot, window, Qt.Key.Key_M)
    assert window.findChild(GradientPanel).isVisible()


def test_where_no_step_pays_the_cell_names_no_loss():
    task = make_task(series(4))
    run = start_run(replace(task, mask=np.zeros_like(task.mask)), Settings())
    frame = resolve(run, Playhead(position=6.0), compute_pass(run, 0, 0))
    assert cell_sayings(frame) == ["no step pays a loss", ""]
    assert cell_sayings(make_frame(position=14.0))[0].startswith("L = L⟨9⟩ · widths linear")
