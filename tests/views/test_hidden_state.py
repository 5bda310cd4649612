"""The hidden state panel shows the engine's numbers, and says which step and unit is meant."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication

from rnnviz.film import compute_pass, resolve
from rnnviz.scenes.charts.chart import PalettePlace
from rnnviz.scenes.shapes import Role
from rnnviz.views.hidden_state import HiddenStatePanel
from rnnviz.views.hidden_state import map as heat_map
from rnnviz.views.hidden_state.grid import map_image, scale_image
from rnnviz.views.hidden_state.title_row import state_titles
from rnnviz.views.hidden_state.values import readings
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.panels.controls import Segmented, Stepper

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel_of(qtbot):
    def make(frame, width=780, height=250, look=None):
        panel = HiddenStatePanel()
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.set_look(look or Look(LIGHT))
        panel.set_frame(frame)
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return make


def at(frame, position, **changes):
    """The same pass at another position."""
    return resolve(frame.run, replace(frame.playhead, position=position, **changes), frame.passing)


def heard(panel):
    """A list that fills with what the panel asks for."""
    said = []
    panel.unit_selected.connect(lambda unit: said.append(("unit", unit)))
    panel.sought.connect(lambda position: said.append(("step", position)))
    return said


def colours(panel, frame):
    """The colour in the middle of every cell, (T, H, 3)."""
    image = panel.grab().toImage()
    found = np.empty((frame.steps, frame.units, 3), int)
    for step in range(1, frame.steps + 1):
        for unit in range(frame.units):
            middle = panel.cell(step, unit).center().toPoint()
            found[step - 1, unit] = image.pixelColor(middle).getRgb()[:3]
    return found


def empty(palette):
    """The colour within a cell of which nothing is known."""
    return list(palette.colour(Role.PANEL).getRgb()[:3])


# -- the map ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "size"),
    [
        ({}, (780, 250)),
        ({"activation": "relu", "gain": 1.3}, (780, 250)),
        ({"activation": "sigmoid", "units": 8}, (490, 170)),
        ({"units": 1}, (1900, 600)),
    ],
)
def test_colours_are_the_value_map_of_the_engines_numbers(frame_of, panel_of, settings, size):
    frame = frame_of(position=9, **settings)
    expected = LIGHT.value_colours(frame.passing.trace.a[0, 1:, 0], frame.state_limit)
    assert (colours(panel_of(frame, *size), frame) == expected).all()


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_future_is_empty(frame_of, panel_of, palette):
    frame = frame_of(position=4)
    found = colours(panel_of(frame, look=Look(palette)), frame)
    expected = palette.value_colours(frame.states[1:5], 1.0)
    assert (found[:4] == expected).all()
    assert (found[4:] == empty(palette)).all()
    assert empty(palette) not in expected.tolist()


@pytest.mark.parametrize("size", [(780, 250), (780, 100)])
def test_what_is_not_yet_known_is_outlined(frame_of, panel_of, size):
    panel = panel_of(frame_of(position=2), *size)
    image, line = panel.grab().toImage(), LIGHT.colour(Role.LINE)
    box = panel.cell(9, 15)
    last = round(box.right()) - 1, round(box.bottom()) - 1
    assert image.pixelColor(last[0], round(box.center().y())) == line
    assert image.pixelColor(round(box.center().x()), last[1]) == line
    if size[1] > 200:
        assert image.pixelColor(round(box.left()) - 1, round(box.center().y())) == line


def test_a_column_fills_in_while_it_settles(frame_of, panel_of):
    frame = frame_of(position=4 + (1.15 + 0.251) / 2.4)  # half of the phase "settle"
    assert frame.moment.done("settle") == pytest.approx(0.502)
    found = colours(panel_of(frame), frame)
    expected = LIGHT.value_colours(frame.states[5], 1.0)
    assert (found[4, :8] == expected[:8]).all()
    assert (found[4, 8:] == empty(LIGHT)).all()


def test_everything_is_known_on_the_way_back_and_in_the_update(frame_of, panel_of):
    frame = frame_of(position=13.5)
    panel = panel_of(frame)
    expected = LIGHT.value_colours(frame.states[1:], 1.0)
    assert (colours(panel, frame) == expected).all()
    panel.set_frame(at(frame, frame.timeline.end))
    assert (colours(panel, frame) == expected).all()


def test_moving_back_hides_what_is_not_yet_known(frame_of, panel_of, qtbot):
    frame = frame_of(position=9)
    panel = panel_of(frame)
    for position in (3, 8, 2.9, 0):
        moved = at(frame, position)
        panel.set_frame(moved)
        QApplication.processEvents()
        found = colours(panel, moved)
        known = moved.forward_done + (position == 2.9)
        assert (found[known:] == empty(LIGHT)).all()
        assert (found[:known] == LIGHT.value_colours(frame.states[1 : known + 1], 1.0)).all()


def test_only_what_changes_is_repainted(frame_of, qtbot):
    areas = []

    class Spy(HiddenStatePanel):
        def paintEvent(self, event):
            areas.append(sum(r.width() * r.height() for r in event.region()))
            super().paintEvent(event)

    frame = frame_of(200, position=50)
    panel = Spy()
    qtbot.addWidget(panel)
    panel.resize(780, 250)
    panel.set_frame(frame)
    panel.show()
    qtbot.waitUntil(lambda: bool(areas))
    QApplication.processEvents()
    before = len(areas)
    panel.set_frame(at(frame, 51))
    qtbot.waitUntil(lambda: len(areas) > before)
    assert sum(areas[before:]) < 0.4 * 780 * 250
    QApplication.processEvents()
    before = len(areas)
    panel.set_frame(at(frame, 51, source=3))
    QApplication.processEvents()
    assert len(areas) == before


def test_what_is_repainted_is_what_a_fresh_panel_paints(frame_of, panel_of):
    frame = frame_of(60, position=7)
    panel = panel_of(frame)
    for position in (8, 8.6, 9, 40, 41.62, 3, 100, 99, 0, 121):
        panel.set_frame(at(frame, position))
        QApplication.processEvents()
        # What the screen has, which grab would paint anew.
        shown = panel.screen().grabWindow(panel.winId()).toImage()
        assert shown == panel_of(at(frame, position)).grab().toImage().convertToFormat(
            shown.format()
        )


def test_a_repaint_of_lines_is_what_a_fresh_panel_paints(frame_of, panel_of):
    def lines_of(frame):
        panel = panel_of(frame)
        panel.show_mode("lines")
        QApplication.processEvents()
        return panel

    frame = frame_of(60, position=7)
    panel = lines_of(frame)
    for position in (8, 8.6, 9, 40, 41.62, 3, 100, 99, 0, 121):
        panel.set_frame(at(frame, position))
        QApplication.processEvents()
        shown = panel.screen().grabWindow(panel.winId()).toImage()
        fresh = lines_of(at(frame, position)).grab().toImage()
        assert shown == fresh.convertToFormat(shown.format()), position


def test_the_playhead_does_not_redraw_the_map(frame_of, panel_of, monkeypatch):
    calls = []
    monkeypatch.setattr(
        heat_map, "map_image", lambda *a, **k: calls.append(1) or map_image(*a, **k)
    )
    frame = frame_of(200, position=50)
    panel = panel_of(frame)
    panel.grab()
    assert len(calls) == 1
    for position in (51, 51.5, 180, 300):
        panel.set_frame(at(frame, position))
        panel.grab()
    assert len(calls) == 1
    other = compute_pass(frame.run, 0, 7, frame.passing)
    panel.set_frame(resolve(frame.run, replace(frame.playhead, source=7), other))
    panel.grab()
    assert len(calls) == 1
    panel.set_frame(frame_of(200, position=50, seed=1))
    panel.grab()
    assert len(calls) == 2


@pytest.mark.parametrize(("steps", "units"), [(1, 16), (2000, 3), (20_000, 4)])
def test_each_pixel_column_shows_its_largest_value(frame_of, panel_of, steps, units):
    frame = frame_of(steps, position=steps, units=units)
    panel = panel_of(frame)
    image = panel.grab().toImage()
    first, last = panel.cell(1, 0), panel.cell(steps, units - 1)
    left, wide = round(first.left()), round(last.right() - first.left())
    states = frame.states[1:]
    for pixel in range(0, min(wide - 8, 600), 37):
        if steps > wide:
            held = states[pixel * steps // wide : (pixel + 1) * steps // wide]
        else:
            index = int((pixel + 0.5) * steps / wide)
            held = states[index : index + 1]
        largest = held[np.abs(held).argmax(axis=0), np.arange(units)]
        for unit in range(units):
            middle = round(panel.cell(1, unit).center().y())
            shown = image.pixelColor(left + pixel, middle).getRgb()[:3]
            if 2 <= pixel < wide - 4:  # not under the playhead's frame
                assert list(shown) == LIGHT.value_colours(largest[unit : unit + 1], 1.0)[0].tolist()


def test_a_number_that_is_not_finite_is_hatched_and_said(frame_of, panel_of):
    frame = frame_of(400, position=500, activation="identity", gain=50.0, selected=2)
    lost = int(np.flatnonzero(~np.isfinite(frame.states).all(axis=1))[0])
    assert 1 < lost < 390
    panel = panel_of(frame)
    assert readings(frame, lost + 5, 2)[0].endswith("a = not finite")
    image = panel.grab().toImage()
    hatch = {
        image.pixelColor(x, round(panel.cell(lost + 5, unit).center().y())).name()
        for unit in range(3, 16)
        for x in range(round(panel.cell(lost + 5, 0).left()), round(panel.cell(395, 0).right()))
        if abs(x - panel.cell(frame.moment.step, 0).center().x()) > 8
    }
    assert hatch == {LIGHT.colour(Role.INK).name(), LIGHT.colour(Role.PANEL).name()}
    assert panel.said(frame)[0] == f"exploded at step {lost}: no longer finite"
    assert panel.said(at(frame, lost - 2))[0] == readings(frame, lost - 2, 2)[0]


def test_no_value_of_the_map_looks_like_the_hatching():
    values = np.array([[np.nan, np.inf, 0.5]])
    image = map_image(
        values,
        1.0,
        (90, 30),
        palette=LIGHT,
        gap=0,
        ground=QColor("#010203"),
        hatch=(QColor("#112233"), QColor("#445566")),
    )
    names = {image.pixelColor(x, y).name() for x in range(60) for y in range(30)}
    assert names == {"#112233", "#445566"}
    half = LIGHT.value_colours(np.array([0.5]), 1.0)[0]
    assert image.pixelColor(75, 15).getRgb()[:3] == tuple(half.tolist())
    assert not {tuple(c) for c in LIGHT.value_map.tolist()} & {
        (0x11, 0x22, 0x33),
        (0x44, 0x55, 0x66),
    }


@pytest.mark.parametrize("size", [(1, 1), (41, 41), (120, 60), (240, 112), (490, 170), (1900, 600)])
@pytest.mark.parametrize("mode", [0, 1])
def test_any_size_can_be_painted(frame_of, panel_of, size, mode):
    panel = panel_of(frame_of(position=4.7, selected=15), *size)
    panel.set_mode(mode)
    assert not panel.grab().isNull()


def test_nothing_is_painted_before_there_is_a_frame(qtbot):
    panel = HiddenStatePanel()
    qtbot.addWidget(panel)
    panel.resize(300, 200)
    middle = panel.grab().toImage().pixelColor(150, 120)
    assert middle == LIGHT.colour(Role.PANEL)


def test_the_selected_unit_is_outlined(frame_of, panel_of):
    frame = frame_of(position=9, selected=5)
    panel = panel_of(frame)
    box = panel.cell(4, 5)
    image = panel.grab().toImage()
    column = [
        image.pixelColor(round(box.center().x()), round(box.bottom()) + dy).name()
        for dy in (-1, 0, 1)
    ]
    assert LIGHT.colour(Role.INK).name() in column
    panel.set_frame(at(frame, 9, unit=-1))
    image = panel.grab().toImage()
    column = [
        image.pixelColor(round(box.center().x()), round(box.bottom()) + dy).name()
        for dy in (-1, 0, 1)
    ]
    assert LIGHT.colour(Role.INK).name() not in column


def test_the_playhead_is_on_the_current_column(frame_of, panel_of):
    amber = LIGHT.mark(Role.PLAYHEAD).name()
    frame = frame_of(position=6)
    for position, step in ((6, 6), (5.2, 6), (12, 7)):
        panel = panel_of(at(frame, position))
        image = panel.grab().toImage()
        for t in range(1, 10):
            box = panel.cell(t, 8)
            near = {
                image.pixelColor(round(box.left()) + dx, round(box.center().y())).name()
                for dx in (-2, -1, 0)
            }
            assert (amber in near) == (t in (step, step + 1))


# -- states and gates, layer by layer ---------------------------------------------------------

CELLS = {
    "lstm": ("a", "c", "i", "f", "g", "o"),
    "gru": ("a", "r", "z", "n"),
    "gru_reset_before": ("a", "r", "z", "n"),
    "rnn": ("a",),
}
EVERY = [(cell, quantity) for cell, quantities in CELLS.items() for quantity in quantities]


def engines(frame, quantity, layer):
    """The engine's numbers of steps 1 … T, (T, H)."""
    trace = frame.passing.trace
    if quantity == "a":
        return trace.a[layer, 1:, 0]
    return trace.c[layer, 1:, 0] if quantity == "c" else trace.gates[quantity][layer, :, 0]


def buttons(panel):
    """The names of the quantities that can be chosen."""
    control = panel.findChild(Segmented, "quantity")
    return [control.button(i).text() for i in range(len(control))] if not control.isHidden() else []


@pytest.mark.parametrize(("cell", "quantity"), EVERY)
@pytest.mark.parametrize("layer", [0, 2])
def test_every_quantity_of_every_layer_is_the_engines(frame_of, panel_of, cell, quantity, layer):
    frame = at(frame_of(cell=cell, layers=3), 9, quantity=quantity, layer=layer)
    panel = panel_of(frame)
    values = engines(frame, quantity, layer)
    limit = np.abs(values).max() if quantity == "c" else 1.0
    assert frame.shown_limit == limit
    assert (colours(panel, frame) == LIGHT.value_colours(values, limit)).all()
    for step, unit in ((1, 0), (6, 4), (9, 15)):
        assert frame.shown_at(step, unit) == values[step - 1, unit]
        said = f"{values[step - 1, unit]:.4f}".replace("-", "−")
        if abs(values[step - 1, unit]) >= 1e-3:
            assert readings(frame, step, unit)[0].endswith(f" · {quantity} = {said}")
    panel.set_mode(1)
    axes = panel.picture().drawn.axes
    for unit in panel.chosen_units(frame):
        for step in range(1, 10):
            assert panel.point(step, unit).y() == axes.y(float(values[step - 1, unit]))


def test_switching_shows_what_a_fresh_panel_shows(frame_of, panel_of):
    frame = frame_of(cell="lstm", layers=2, position=5)
    panel = panel_of(frame)
    shown = []
    for layer in (1, 0):
        for quantity in CELLS["lstm"]:
            changed = at(frame, 5, layer=layer, quantity=quantity)
            panel.set_frame(changed)
            QApplication.processEvents()
            shown.append(panel.grab().toImage())
            assert shown[-1] == panel_of(changed).grab().toImage()
    for one, other in pairwise(shown):
        assert one != other


def test_a_gates_scale_has_its_own_half_only(frame_of, panel_of):
    frame = frame_of(cell="lstm", position=9)
    gate, state = (panel_of(at(frame, 9, quantity=q)) for q in ("f", "g"))
    half, whole = (scale_image(LIGHT, lowest) for lowest in (0.0, -1.0))
    for panel, scale in ((gate, half), (state, whole)):
        image, rect = panel.grab().toImage(), panel.picture().grid.rect
        x = round(rect.right() + 1.2 * 14)
        for share in (0.02, 0.5, 0.98):
            y = round(rect.top() + share * rect.height())
            found = image.pixelColor(x, y).getRgb()[:3]
            wanted = scale.pixelColor(0, round(share * 255)).getRgb()[:3]
            assert np.abs(np.subtract(found, wanted)).max() <= 6
    gate.set_mode(1)
    assert list(gate.picture().drawn.axes.y_ticks) == [(0.0, "0"), (0.5, "0.5"), (1.0, "1")]
    assert gate.picture().drawn.axes.y_range[0] > -0.1
    state.set_mode(1)
    assert [text for _, text in state.picture().drawn.axes.y_ticks] == ["−1", "0", "+1"]


@pytest.mark.parametrize("cell", CELLS)
def test_there_is_a_button_for_every_quantity(frame_of, panel_of, qtbot, cell):
    frame = frame_of(cell=cell, position=6)
    panel = panel_of(frame)
    names = CELLS[cell]
    assert buttons(panel) == (list(names) if len(names) > 1 else [])
    if len(names) == 1:
        return
    wanted = []
    panel.quantity_chosen.connect(wanted.append)
    for index, name in enumerate(names):
        button = panel.findChild(Segmented, "quantity").button(index)
        assert button.accessibleName().endswith(f" {name}")
        assert button.toolTip().startswith(button.accessibleName())
        qtbot.mouseClick(button, LEFT)
        panel.set_frame(at(frame, 6, quantity=name))
        qtbot.mouseClick(button, LEFT)
        assert button.isChecked()
    assert wanted == list(names[1:])


def test_the_gates_are_named(frame_of, panel_of):
    def spoken(cell):
        panel = panel_of(frame_of(cell=cell))
        control = panel.findChild(Segmented, "quantity")
        return [control.button(i).accessibleName() for i in range(len(control))]

    assert spoken("lstm") == [
        "hidden state a",
        "cell state c",
        "input gate i",
        "forget gate f",
        "candidate g",
        "output gate o",
    ]
    assert spoken("gru") == ["hidden state a", "reset gate r", "update gate z", "candidate n"]


def test_the_title_says_what_is_shown(frame_of, panel_of):
    frame = frame_of(cell="lstm", layers=3)
    panel = panel_of(frame)

    def title(**changes):
        panel.set_frame(at(frame, 6, **changes))
        return next(
            state_titles(panel.frame_shown(), layer_shown=not panel.findChild(Stepper).isHidden())
        )

    assert title(quantity="f", layer=1) == ("Forget gate  f⟨t⟩", "16 units × 9 steps · layer 2")
    assert title(quantity="c", layer=2) == ("Cell state  c⟨t⟩", "16 units × 9 steps · layer 3")
    assert panel.accessibleName() == "Cell state c"
    panel.set_frame(frame_of())
    assert next(
        state_titles(panel.frame_shown(), layer_shown=not panel.findChild(Stepper).isHidden())
    ) == ("Hidden state  a⟨t⟩", "16 units × 9 steps")


def test_the_arrows_choose_the_layer_and_end_at_the_outermost(frame_of, panel_of, qtbot):
    frame = frame_of(cell="gru", layers=3, position=6)
    panel = panel_of(frame)
    control, wanted = panel.findChild(Stepper), []
    panel.layer_chosen.connect(wanted.append)
    for layer in (0, 1, 2):
        panel.set_frame(at(frame, 6, layer=layer))
        assert control.text == str(layer + 1)
        assert control.earlier.isEnabled() == (layer > 0)
        assert control.later.isEnabled() == (layer < 2)
        qtbot.mouseClick(control.earlier, LEFT)
        qtbot.mouseClick(control.later, LEFT)
    assert wanted == [1, 0, 2, 1]
    panel.set_frame(frame_of(position=6))
    assert control.isHidden()


def test_what_a_cell_has_not_is_not_shown(frame_of, panel_of):
    lstm = at(frame_of(cell="lstm", layers=3), 6, quantity="f", layer=2)
    panel = panel_of(lstm)
    for settings in ({"cell": "gru"}, {"layers": 2}):
        frame = frame_of(**settings)
        frame = resolve(frame.run, lstm.playhead, frame.passing)
        panel.set_frame(frame)
        assert (frame.quantity, frame.layer) == ("a", frame.layers - 1)
        expected = LIGHT.value_colours(frame.passing.trace.a[frame.layer, 1:7, 0], 1.0)
        assert (colours(panel, frame)[:6] == expected).all()


def test_no_button_moves_while_quantity_and_layer_change(frame_of, panel_of):
    frame = frame_of(cell="lstm", layers=11, position=6, selected=2)
    for size in ((780, 250), (490, 200), (300, 150)):
        panel = panel_of(frame, *size)
        places = set()
        for layer in (0, 9, 10):
            for quantity in CELLS["lstm"]:
                panel.set_frame(at(frame, 6, layer=layer, quantity=quantity))
                later = panel.findChild(Stepper)
                places.add(
                    (
                        later.isHidden(),
                        later.pos().x(),
                        panel.findChild(Segmented, "quantity").pos().x(),
                    )
                )
        assert len(places) == 1


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize(
    ("width", "unit", "lecture"),
    [(780, 14, False), (490, 12, False), (940, 25, True), (780, 24, True), (240, 12, False)],
)
def test_the_title_row_never_overlaps(frame_of, panel_of, cell, layers, width, unit, lecture):
    frame = frame_of(cell=cell, layers=layers, position=6, selected=2)
    panel = panel_of(frame, width, 250, Look(LIGHT, unit, lecture))
    parts = (Stepper, ""), (Segmented, "quantity"), (Segmented, "mode")
    shown = [p for p in (panel.findChild(kind, name) for kind, name in parts) if not p.isHidden()]
    for left, right in pairwise(shown):
        assert left.geometry().right() < right.x()
    assert shown[-1].geometry().right() <= width
    if width > 300:
        assert len(shown) == 1 + (cell != "rnn") + (layers > 1)
        layer_shown = not panel.findChild(Stepper).isHidden()
        narrowest = list(state_titles(frame, layer_shown=layer_shown))[-1]
        assert panel.surface.title_width(narrowest) <= shown[0].x() - panel.surface.pad


def test_numbers_of_a_gate_that_are_not_finite_are_hatched(frame_of, panel_of):
    frame = frame_of(cell="lstm", position=9)
    trace = frame.passing.trace
    gates = trace.kept["gates"].copy()
    gates[0, 6:, 1] = np.nan
    a, z, _, *others = trace.states
    broken = replace(trace, states=[a, z, gates, *others], _memo={})
    passing = replace(frame.passing, trace=broken)
    shown = resolve(frame.run, replace(frame.playhead, quantity="f"), passing)
    panel = panel_of(shown)
    assert panel.picture().lost == 7
    assert panel.said(shown)[0].startswith("exploded at step 7")
    assert readings(shown, 7, 0)[0].endswith("f = not finite")
    whole = resolve(frame.run, replace(frame.playhead, quantity="i"), passing)
    panel.set_frame(whole)
    assert panel.picture().lost == 0


def test_the_playhead_neither_redraws_nor_copies_a_gate(frame_of, panel_of, monkeypatch):
    calls = []
    monkeypatch.setattr(
        heat_map, "map_image", lambda *a, **k: calls.append(1) or map_image(*a, **k)
    )
    frame = at(frame_of(200, cell="lstm", layers=2, selected=3), 50, quantity="f", layer=1)
    panel = panel_of(frame)
    panel.grab()
    for position in (51, 51.5, 180, 300):
        moved = at(frame, position)
        panel.set_frame(moved)
        panel.grab()
        assert "shown" not in moved.__dict__
    assert len(calls) == 1
    panel.set_frame(at(frame, 300, quantity="i"))
    panel.grab()
    assert len(calls) == 2


# -- reading out ------------------------------------------------------------------------------


def test_a_reading_has_unit_step_token_and_value(frame_of):
    frame = frame_of(position=6)
    value = f"{frame.states[6, 2]:.4f}".replace("-", "−")
    assert readings(frame, 6, 2)[0] == f"unit 3 · step 6 “invented” · a = {value}"
    assert readings(frame, 7, 2)[0] == "unit 3 · step 7 “a” · not yet computed"


def test_the_pointer_reads_out(frame_of, panel_of, qtbot):
    frame = frame_of(position=6)
    panel = panel_of(frame)
    before = panel.grab().toImage()
    qtbot.mouseMove(panel, panel.cell(2, 10).center().toPoint())
    assert panel.said(frame)[0] == readings(frame, 2, 10)[0]
    assert panel.grab().toImage() != before
    qtbot.mouseMove(panel, QPoint(3, 3))
    assert panel.said(frame)[0] == ""


@pytest.mark.parametrize("selected", [-1, 0])
def test_markup_in_a_token_is_shown_as_it_is(frame_of, panel_of, selected):
    def ink(text):
        frame = frame_of(text, position=1, selected=selected)
        panel = panel_of(frame)
        image, box = panel.grab().toImage(), panel.cell(1, 15)
        row = range(round(box.bottom()) + 4, panel.height() - 3)
        ground = LIGHT.colour(Role.PANEL)
        xs = [
            x
            for x in range(round(box.left()), round(box.right()))
            if any(image.pixelColor(x, y) != ground for y in row)
        ]
        return xs[-1] - xs[0], readings(frame, 1, 0)[0]

    wide, said = ink("<b>bold</b> c d e")
    narrow, _ = ink("bold c d e")
    assert wide > 1.5 * narrow
    assert "“<b>bold</b>”" in said


# -- intents ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("corner", "step", "unit"),
    [("topLeft", 1, 0), ("topRight", 9, 0), ("bottomLeft", 1, 15), ("bottomRight", 9, 15)],
)
@pytest.mark.parametrize(("position", "backward"), [(0, False), (4, False), (12, True), (19, True)])
def test_a_click_at_the_edge_means_the_outermost_cell(
    frame_of, panel_of, qtbot, corner, step, unit, position, backward
):
    panel = panel_of(frame_of(position=position))
    box = panel.cell(step, unit).toRect().adjusted(1, 1, -1, -1)
    said = heard(panel)
    qtbot.mouseClick(panel, LEFT, pos=getattr(box, corner)())
    assert said == [("unit", unit), ("step", 19.0 - step if backward else float(step))]


@pytest.mark.parametrize("steps", [9, 200, 20_000])
def test_every_pixel_column_means_the_step_that_it_shows(frame_of, panel_of, steps):
    panel = panel_of(frame_of(steps, position=0, units=5))
    first, last = panel.cell(1, 0), panel.cell(steps, 4)
    middle = first.center()
    for x in np.arange(first.left() + 0.5, last.right(), 13):
        middle.setX(x)
        step, unit = panel.place_at(middle)
        assert unit == 0
        assert abs((step - 0.5) * (last.right() - first.left()) / steps + first.left() - x) <= max(
            1.0, (last.right() - first.left()) / steps / 2 + 0.5
        )
        box = panel.cell(step, 0)
        assert box.left() - 1 <= x <= box.right() + 1


def test_a_click_beside_the_map_means_nothing(frame_of, panel_of, qtbot):
    panel = panel_of(frame_of(position=4))
    below = QPoint(300, panel.height() - 4)
    with qtbot.assertNotEmitted(panel.sought), qtbot.assertNotEmitted(panel.unit_selected):
        qtbot.mouseClick(panel, LEFT, pos=QPoint(300, 8))
        qtbot.mouseClick(panel, LEFT, pos=below)
        qtbot.mouseClick(panel, LEFT, pos=QPoint(3, 100))
        qtbot.mouseClick(panel, Qt.MouseButton.RightButton, pos=QPoint(300, 100))


def test_a_drag_takes_the_playhead_along_once_a_step(frame_of, panel_of, qtbot):
    panel = panel_of(frame_of(position=4))
    sought = []
    panel.sought.connect(sought.append)
    qtbot.mousePress(panel, LEFT, pos=panel.cell(2, 3).center().toPoint())
    for step in (2, 3, 3, 5):
        qtbot.mouseMove(panel, panel.cell(step, 3).center().toPoint())
        _drag(panel, panel.cell(step, 3).center())
    qtbot.mouseRelease(panel, LEFT)
    assert sought == [2.0, 3.0, 5.0]
    _drag(panel, panel.cell(8, 3).center())
    assert sought == [2.0, 3.0, 5.0]


def _drag(panel, position):
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    none = Qt.KeyboardModifier.NoModifier
    kind = QEvent.Type.MouseMove
    event = QMouseEvent(kind, position, panel.mapToGlobal(position), LEFT, LEFT, none)
    QApplication.sendEvent(panel, event)


@pytest.mark.parametrize(
    ("selected", "key", "expected"),
    [
        (-1, Qt.Key.Key_Down, 0),
        (-1, Qt.Key.Key_Up, 0),
        (3, Qt.Key.Key_Down, 4),
        (3, Qt.Key.Key_Up, 2),
        (0, Qt.Key.Key_Up, None),
        (15, Qt.Key.Key_Down, None),
    ],
)
def test_up_and_down_select_the_unit(frame_of, panel_of, qtbot, selected, key, expected):
    panel = panel_of(frame_of(position=4, selected=selected))
    chosen = []
    panel.unit_selected.connect(chosen.append)
    qtbot.keyClick(panel, key)
    assert chosen == ([] if expected is None else [expected])


@pytest.mark.parametrize("key", [Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Space])
def test_other_keys_are_left_to_the_window(frame_of, panel_of, key):
    panel = panel_of(frame_of(position=4))
    event = QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(panel, event)
    assert not event.isAccepted()


# -- lines ------------------------------------------------------------------------------------


def _near(image, point, colour, reach=3):
    return any(
        image.pixelColor(round(point.x()) + dx, round(point.y()) + dy) == colour
        for dx in range(-reach, reach + 1)
        for dy in range(-reach, reach + 1)
    )


def test_the_switch_shows_the_lines_of_known_steps(frame_of, panel_of, qtbot):
    frame = frame_of(position=5, selected=3)
    panel = panel_of(frame)
    assert not panel.lines_shown
    qtbot.mouseClick(panel.findChild(Segmented, "mode").button(1), LEFT)
    assert panel.lines_shown
    image = panel.grab().toImage()
    colour = LIGHT.colour(PalettePlace(0))
    for step in (1, 2, 3, 4):
        assert _near(image, panel.point(step, 3), colour)
    for step in (6, 7, 8, 9):
        assert not _near(image, panel.point(step, 3), colour)
    axes = panel.picture().drawn.axes
    assert panel.view.plot.plot_rect() == axes.rect
    qtbot.mouseClick(panel.findChild(Segmented, "mode").button(0), LEFT)
    assert not panel.lines_shown


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_the_switch_answers_the_keyboard(frame_of, panel_of, qtbot, key):
    panel = panel_of(frame_of(position=5))
    qtbot.keyClick(panel.findChild(Segmented, "mode").button(1), key)
    assert panel.lines_shown


def test_without_a_selection_the_liveliest_units_are_drawn(frame_of, panel_of):
    frame = frame_of(position=9)
    panel = panel_of(frame)
    spread = frame.states[1:].std(axis=0)
    assert panel.chosen_units(frame) == tuple(sorted(np.argsort(-spread)[:4].tolist()))
    assert panel.chosen_units(at(frame, 9, unit=6)) == (6,)


def test_ctrl_click_adds_lines_up_to_eight(frame_of, panel_of, qtbot):
    frame = frame_of(position=9)
    panel = panel_of(frame)
    with qtbot.assertNotEmitted(panel.sought):
        for unit in (7, 2, 7, 11):
            qtbot.mouseClick(panel, LEFT, CTRL, panel.cell(3, unit).center().toPoint())
    assert panel.chosen_units(frame) == (2, 11)
    for unit in range(16):
        if unit not in (2, 11):
            qtbot.mouseClick(panel, LEFT, CTRL, panel.cell(3, unit).center().toPoint())
    assert len(panel.chosen_units(frame)) == 8
    assert len(panel.chosen_units(at(frame, 9, unit=15))) == 8
    panel.set_frame(frame_of(position=3, units=4))
    assert max(panel.chosen_units(panel.frame_shown())) < 4


def test_a_click_near_a_line_selects_its_unit(frame_of, panel_of, qtbot):
    frame = frame_of(position=9, selected=3)
    panel = panel_of(frame)
    panel.set_mode(1)
    said = heard(panel)
    qtbot.mouseClick(panel, LEFT, pos=panel.point(4, 3).toPoint())
    assert said == [("unit", 3), ("step", 4.0)]
    far = panel.point(4, 3).toPoint()
    far.setY(far.y() - 50 if far.y() > 130 else far.y() + 50)
    said.clear()
    qtbot.mouseClick(panel, LEFT, pos=far)
    assert said == [("step", 4.0)]


@pytest.mark.parametrize("steps", [1, 200, 20_000])
def test_lines_of_any_length(frame_of, panel_of, steps):
    frame = frame_of(steps, position=steps, selected=0)
    panel = panel_of(frame)
    empty = panel.grab().toImage()
    panel.set_mode(1)
    image = panel.grab().toImage()
    assert image != empty
    # The last step is named under its end.
    box = panel.cell(steps, 0)
    under = [
        image.pixelColor(x, y)
        for x in range(round(box.center().x()) - 4, round(box.center().x()) + 5)
        for y in range(round(panel.picture().rect.bottom()) + 5, panel.height() - 4)
    ]
    assert any(colour != LIGHT.colour(Role.PANEL) for colour in under)
    # Where the selected unit is labelled, its last value is.
    point = panel.point(steps, 0)
    colour = LIGHT.colour(PalettePlace(0))
    point.setX(point.x() + 1)
    assert _near(image, point, colour, 4)


def test_a_line_that_explodes_is_hatched(frame_of, panel_of):
    frame = frame_of(400, position=500, activation="identity", gain=50.0, selected=2)
    panel = panel_of(frame)
    panel.set_mode(1)
    image = panel.grab().toImage()
    axes = panel.picture().drawn.axes
    row = round(axes.y(-0.5 * frame.state_limit))
    muted = LIGHT.colour(Role.MUTED)
    hatched = [
        x
        for x in range(round(axes.rect.x), round(axes.rect.right))
        if image.pixelColor(x, row) == muted
    ]
    assert len(hatched) > 20
    lost = int(np.flatnonzero(~np.isfinite(frame.states[:, 2]))[0])
    assert min(hatched) >= panel.cell(lost, 0).left() - 1


# -- what it costs to start -------------------------------------------------------------------


def test_pyqtgraph_is_not_imported_before_the_lines_are_wanted():
    code = (
        "import sys; from rnnviz.app import Application; app = Application()\n"
        "from rnnviz.views.hidden_state import HiddenStatePanel\n"
        "from rnnviz.views.chart.gradient import GradientPanel\n"
        "from tests.frames import make_frame\n"
        "for kind in (HiddenStatePanel, GradientPanel):\n"
        "    panel = kind(); panel.resize(780, 250); panel.set_frame(make_frame(position=4))\n"
        "    panel.grab()\n"
        "print('pyqtgraph' in sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert out.stdout.strip() == "False"
