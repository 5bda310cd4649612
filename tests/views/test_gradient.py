"""The gradient panel: the engine's norms on an absolute axis, and which loss they are of."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QImage, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolTip

from rnnviz.film import compute_pass, gradient_reading, ratio, resolve, shorter_readings
from rnnviz.film.comparison import compare
from rnnviz.film.measures import SOURCE_NORMS
from rnnviz.film.settings import GIVEN
from rnnviz.scenes.charts.chart import PalettePlace
from rnnviz.scenes.charts.gradient import gradient_chart, revealed_from, shortened, step_reading
from rnnviz.scenes.shapes import Role
from rnnviz.views.chart.gradient import GradientPanel
from rnnviz.views.chart.plot import Plot
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.panels.controls import Segmented, Stepper, Toggle
from rnnviz.views.panels.surface import HANDLE

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel_of(qtbot):
    def make(frame, width=780, height=250, look=None):
        panel = GradientPanel()
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.set_look(look or Look(LIGHT))
        panel.set_frame(frame)
        panel.build()
        panel.show()
        qtbot.waitExposed(panel)
        return panel

    return make


def at(frame, position, **changes):
    """The same pass at another position."""
    return resolve(frame.run, replace(frame.playhead, position=position, **changes), frame.passing)


def title(panel):
    """The name of what the curve is compared with; None where there is none."""
    return next(iter(panel.drawn().titles.written.values()), None)


def box_of(rect):
    return QRectF(rect.x, rect.y, rect.w, rect.h)


def has(image, point, colour, reach=2):
    return any(
        image.pixelColor(round(point.x()) + dx, round(point.y()) + dy) == colour
        for dx in range(-reach, reach + 1)
        for dy in range(-reach, reach + 1)
    )


def levels(pixmap):
    """A picture's levels of red, green and blue, (height, width, 3)."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_RGB32)
    shape = image.height(), image.width(), 4
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., :3].astype(int)


def ink(panel, colour, top=0.0):
    """The columns of the plot in which a colour is."""
    image, rect = panel.grab().toImage(), panel.axes.rect
    rows = range(round(rect.y + top), round(rect.bottom))
    columns = range(round(rect.x), round(rect.right))
    return [x for x in columns if any(image.pixelColor(x, y) == colour for y in rows)]


# -- the curve --------------------------------------------------------------------------------


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize(
    ("position", "first"),
    [(0, 10), (5.3, 10), (9, 10), (10, 9), (13, 6), (18, 1), (18.5, 1), (19, 1)],
)
def test_the_curve_is_the_frames_on_the_steps_reached(frame_of, panel_of, summed, position, first):
    frame = frame_of(position=position, summed=summed)
    panel = panel_of(frame)
    steps, values = panel.curve()
    assert steps.tolist() == list(range(first, 10))
    expected = (
        np.asarray(frame.passing.backward.log_norm_da[0])
        if summed
        else SOURCE_NORMS(frame.passing)[0]
    ) / np.log(10.0)
    assert (values == expected[first - 1 :]).all()


def test_points_are_drawn_where_the_numbers_are_and_only_those_reached(frame_of, panel_of):
    frame = frame_of(position=13)
    panel = panel_of(frame)
    image, colour = panel.grab().toImage(), LIGHT.colour(Role.GRADIENT)
    rect, (low, high) = panel.axes.rect, panel.axes.y_range
    for step in range(1, 10):
        point = panel.point(step)
        share = (rect.bottom - point.y()) / rect.h
        assert low + share * (high - low) == pytest.approx(frame.log10_norms[step - 1])
        assert has(image, point, colour) == (step >= 6)
    # Nothing of the curve is left of the newest point and its label.
    assert min(ink(panel, colour)) >= panel.point(6).x() - 70


def test_the_plot_is_where_pyqtgraph_has_it(frame_of, panel_of):
    panel = panel_of(frame_of(position=13))
    panel.grab()
    assert panel.view.plot.plot_rect() == panel.axes.rect


def test_a_point_appears_when_its_parts_are_added_up(frame_of, panel_of):
    frame = frame_of(position=12)
    assert revealed_from(at(frame, 12 + 1.24 / 2.0)) == 7
    assert revealed_from(at(frame, 12 + 1.26 / 2.0)) == 6


def test_the_axis_stays_while_the_curve_appears_and_when_switching(frame_of, panel_of):
    frame = frame_of(position=0)
    panel = panel_of(frame)
    expected = panel.axes.y_range
    low, high = expected
    for norms in (frame.norms_of(summed=False), frame.norms_of(summed=True), frame.source_bound):
        assert ((norms > low) & (norms < high)).all()
    for position in (3, 10, 14, 18, 19):
        panel.set_frame(at(frame, position))
        assert panel.axes.y_range == expected
    panel.set_frame(at(frame, 14, summed=True))
    assert panel.axes.y_range == expected


def test_the_axis_is_absolute(frame_of, panel_of):
    ticks = panel_of(frame_of(position=13)).axes.y_ticks
    assert (0.0, "1") in ticks and (-1.0, "10⁻¹") in ticks


def test_the_bound_is_dashed_from_the_source_back(frame_of, panel_of):
    frame = frame_of(position=9)
    panel = panel_of(frame)
    gain = frame.passing.gain[0]
    image, axes, muted = panel.grab().toImage(), panel.axes, LIGHT.colour(Role.MUTED)
    for step in (2.5, 4.5, 6.5):
        value = frame.log10_norms[8] + (9 - step) * np.log10(gain)
        found = [
            has(image, QPointF(axes.x(step + dx), axes.y(value + dx * -np.log10(gain))), muted, 1)
            for dx in np.linspace(-0.1, 0.1, 21)
        ]
        assert any(found) and not all(found)
    box, text = title(panel)
    assert text.endswith(f"{gain:.2f}")
    assert axes.rect.grown(8).contains(box.x, box.y)


def test_the_bounds_name_covers_neither_line(frame_of, panel_of):
    for settings in ({}, {"gain": 1.6, "activation": "identity"}, {"gain": 0.3}, {"source": 5}):
        frame = frame_of(position=9, **settings)
        panel = panel_of(frame)
        box = title(panel).box
        for values in (frame.log10_bound, frame.log10_norms):
            for step in np.arange(1, 9, 0.02):
                y = np.interp(step, np.arange(1, 10), np.maximum(values, -1e6))
                assert not box.contains(panel.axes.x(step), panel.axes.y(y))


@pytest.mark.parametrize("settings", [{}, {"cell": "lstm"}, {"gain": 0.95}, {"source": 5}])
def test_no_name_stands_where_the_playheads_handle_passes(frame_of, panel_of, settings):
    """The handle goes along the upper edge of the plot, from step to step."""
    for width in (380, 780):
        panel = panel_of(frame_of(position=9, **settings), width)
        foot = panel.axes.rect.y + HANDLE * panel.surface.unit
        for name in panel.drawn().titles.written.values():
            assert name.box.y >= foot, (width, name.text)


def test_the_mark_of_names_without_room_stands_under_the_title_row(frame_of, panel_of):
    """Where controls are, what lies beneath them is not repainted with the rest."""
    panel = next(
        made
        for gain in (0.5, 1.0, 1.5, 3.0)
        for width in (180, 220, 300)
        if (made := panel_of(frame_of(position=16, gain=gain), width, 130)).drawn().left_out(3.0)
    )
    assert panel.drawn().left_out(2.0)
    image, head = panel.grab().toImage(), panel.surface.head
    ground = image.pixelColor(round(panel.axes.rect.right + 2), round(panel.axes.rect.cy + 0.5))
    beside = range(round(panel.axes.rect.right + 1), panel.width() - 6)
    inked = [
        y
        for y in range(round(panel.axes.rect.bottom))
        if any(image.pixelColor(x, y) != ground for x in beside)
    ]
    assert [y for y in inked if y >= head]
    assert not [y for y in inked if head - 6 < y < head]


def test_the_sum_has_no_bound(frame_of, panel_of):
    panel = panel_of(frame_of(position=13, summed=True))
    assert title(panel) is None


# -- layers and gated cells -------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "gru_reset_before"])
@pytest.mark.parametrize("layer", [0, 1, 2])
@pytest.mark.parametrize("summed", [False, True])
def test_the_curve_is_that_of_the_shown_layer(frame_of, panel_of, cell, layer, summed):
    frame = at(frame_of(cell=cell, layers=3, summed=summed), 18, layer=layer)
    panel = panel_of(frame)
    passing = frame.passing
    norms = passing.backward.log_norm_da[layer] if summed else SOURCE_NORMS(passing)[layer]
    da = (passing.backward if summed else passing.alone).da[layer, :, 0]
    assert (panel.curve()[1] == np.asarray(norms) / np.log(10.0)).all()
    assert panel.curve()[1] == pytest.approx(np.log10(np.linalg.norm(da, axis=1)))
    assert panel.heading.title[1].split(" · ")[-1].startswith(f"layer {layer + 1} of 3")
    # Something to compare with: one loss's path of every LSTM, its bound in the RNN's top layer.
    compared = not summed and (cell == "lstm" or (cell == "rnn" and layer == 2))
    assert (title(panel) is not None) == compared
    assert (frame.log10_bound is not None) == (compared and cell == "rnn")


def test_switching_the_layer_draws_it_anew_on_the_same_axis(frame_of, panel_of):
    frame = frame_of(cell="lstm", layers=3, position=18)
    panel = panel_of(frame)
    axis, images = panel.axes.y_range, []
    for layer in (0, 1, 2):
        for summed in (False, True):
            shown = at(frame, 18, layer=layer, summed=summed)
            panel.set_frame(shown)
            QApplication.processEvents()
            assert panel.axes.y_range == axis
            norms = shown.norms_of(summed=summed)
            assert ((norms > axis[0]) & (norms < axis[1])).all()
            images.append(panel.grab().toImage())
            assert images[-1] == panel_of(shown).grab().toImage()
    for one, other in pairwise(images):
        assert one != other


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("source", [9, 6])
def test_the_direct_path_is_the_product_of_the_forget_gates(frame_of, panel_of, layer, source):
    frame = at(frame_of(cell="lstm", layers=2, source=source), 18, layer=layer)
    f = frame.passing.trace.gates["f"][layer, :, 0]
    at_k = np.linalg.norm(frame.passing.alone.da[layer, source - 1, 0])
    for t in range(1, source + 1):
        product = f[t:source].prod(axis=0)  # of steps t + 1 … k, a product of none is 1
        mean = product.prod() ** (1 / frame.units)
        assert 10.0 ** frame.log10_path[t - 1] == pytest.approx(at_k * mean, rel=1e-10)
    assert (frame.log10_path[source:] == -np.inf).all()
    panel = panel_of(frame)
    image, colour = panel.grab().toImage(), LIGHT.colour(Role.STATE)
    for step in (1.5, 3.5):
        value = np.interp(step, np.arange(1, 10), frame.log10_path)
        point = QPointF(panel.axes.x(step), panel.axes.y(value))
        assert has(image, point, colour, 5)
    assert title(panel).text.startswith("∏ f")
    assert "geometric mean" in panel.chart().curves[0].tip
    assert f"direct path {ratio(frame.log10_path[2])}" in step_reading(frame, 3)


def test_the_direct_path_holds_below_the_range_of_floats(frame_of):
    frame = frame_of(4000, cell="lstm", units=4)
    k = frame.source
    f = np.asarray(frame.passing.trace.gates["f"][0, :, 0], np.float64)
    expected = frame.log10_norms[k - 1] + np.log10(f[1:k]).sum(axis=0).mean()
    assert expected < -330
    assert frame.log10_path[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("window", [0, 4])
def test_of_compared_cells_the_lstms_direct_path_is_there_whichever_is_shown(
    frame_of, layer, window
):
    settings = {"layers": 2, "units": 6, "truncation": window}
    frame = with_others(at(frame_of(**settings), 18, layer=layer), 18)
    chart = gradient_chart(frame)
    path = next(curve for curve in chart.curves if curve.name == "direct path")
    assert path.titles[0].startswith("LSTM: ∏ f")
    alone = frame_of(cell="lstm", **settings)
    own = at(alone, 18, layer=layer).log10_path
    np.testing.assert_allclose(path.y, np.where(np.isfinite(own), own, np.nan), rtol=1e-9)
    low, high = chart.y.low, chart.y.high
    assert low < np.nanmin(path.y) and np.nanmax(path.y) < high
    summed = with_others(at(frame_of(**settings, summed=True), 18, layer=layer), 18)
    assert "direct path" not in [curve.name for curve in gradient_chart(summed).curves]


def test_only_the_lstm_and_one_loss_have_a_direct_path(frame_of, panel_of):
    assert frame_of(cell="gru").source_path is None
    assert frame_of().source_path is None
    assert frame_of(1, cell="lstm").source_path is None
    summed = frame_of(cell="lstm", position=18, summed=True)
    assert summed.log10_path is None and summed.source_path is not None
    panel = panel_of(summed)
    assert title(panel) is None
    assert ink(panel, LIGHT.colour(Role.STATE)) == []


def test_the_paths_name_says_what_it_is(frame_of, panel_of, monkeypatch):
    told = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_: told.append(text))
    panel = panel_of(frame_of(cell="lstm", position=18))
    box, text = title(panel)
    assert text == "∏ f: the cell state's direct path (geometric mean over the units)"
    for place in (QPoint(round(box.cx), round(box.cy)), QPoint(2, 2)):
        event = QHelpEvent(QHelpEvent.Type.ToolTip, place, panel.mapToGlobal(place))
        QApplication.sendEvent(panel, event)
    assert len(told) == 1 and "geometric mean" in told[0]


def test_the_playhead_is_on_its_step(frame_of, panel_of):
    amber = LIGHT.mark(Role.PLAYHEAD)
    frame = frame_of(position=3)
    panel = panel_of(frame)
    for position, step in ((3, 3), (12, 7)):
        panel.set_frame(at(frame, position))
        columns = ink(panel, amber, top=20)
        assert abs(np.mean(columns) - panel.axes.x(step)) <= 1.5 and len(columns) <= 3
    for position in (0, 19):
        panel.set_frame(at(frame, position))
        assert ink(panel, amber, top=20) == []


def test_the_playhead_does_not_redraw_the_plot(frame_of, panel_of, monkeypatch):
    calls = []
    real = Plot.paint
    monkeypatch.setattr(Plot, "paint", lambda *a, **k: calls.append(1) or real(*a, **k))
    frame = frame_of(position=3)
    panel = panel_of(frame)
    panel.grab()
    drawn = len(calls)
    assert drawn > 0
    for position in (4, 9.5, 12, 18, 19):
        panel.set_frame(at(frame, position))
        panel.grab()
    assert len(calls) == drawn
    panel.set_frame(at(frame, 12, summed=True))
    panel.grab()
    assert len(calls) > drawn


def test_a_moment_that_looks_the_same_is_not_repainted(frame_of, qtbot):
    paints = []

    class Spy(GradientPanel):
        def paintEvent(self, event):
            paints.append(1)
            super().paintEvent(event)

    frame = frame_of(position=12.1)
    panel = Spy()
    qtbot.addWidget(panel)
    panel.resize(780, 250)
    panel.set_frame(frame)
    panel.build()
    panel.show()
    qtbot.waitUntil(lambda: bool(paints))
    QApplication.processEvents()
    before = len(paints)
    panel.set_frame(at(frame, 12.3))
    QApplication.processEvents()
    assert len(paints) == before
    panel.set_frame(at(frame, 13))
    qtbot.waitUntil(lambda: len(paints) > before)


@pytest.mark.parametrize("steps", [9, 300])
@pytest.mark.parametrize("compared", [False, True])
def test_what_is_repainted_is_what_a_fresh_panel_paints(frame_of, panel_of, steps, compared):
    frame = frame_of(steps, position=0)
    if compared:
        branches = compare(frame.branches)
        frame = resolve(branches.run, branches.playhead, frame.passing, branches)
    panel = panel_of(frame)
    last = 2 * steps + 1
    for share in (0.1, 0.12, 0.52, 0.55, 0.9, 0.905, 0.6, 1.0, 0.0):
        position = round(share * last)
        moved = resolve(frame.run, frame.playhead.at(position), frame.passing, frame.branches)
        panel.set_frame(moved)
        QApplication.processEvents()
        # What the screen has, which grab would paint anew. Letters that Qt clips to several
        # rectangles may differ by one level in a few pixels.
        shown = levels(panel.screen().grabWindow(panel.winId()))
        assert np.abs(shown - levels(panel_of(moved).grab())).max() <= 1, position


def test_a_moved_playhead_repaints_where_it_was_and_is(frame_of, qtbot):
    areas = []

    class Spy(GradientPanel):
        def paintEvent(self, event):
            areas.append(sum(r.width() * r.height() for r in event.region()))
            super().paintEvent(event)

    frame = frame_of(300, position=50)
    panel = Spy()
    qtbot.addWidget(panel)
    panel.resize(780, 250)
    panel.set_frame(frame)
    panel.build()
    panel.show()
    qtbot.waitUntil(lambda: bool(areas))
    QApplication.processEvents()
    for position, share in ((51, 0.05), (400, 1.0), (401, 0.2)):
        before = len(areas)
        panel.set_frame(at(frame, position))
        qtbot.waitUntil(lambda before=before: len(areas) > before)
        assert sum(areas[before:]) < share * 780 * 250


# -- which loss -------------------------------------------------------------------------------


def test_the_switch_says_what_is_wanted(frame_of, panel_of, qtbot):
    frame = frame_of(position=14)
    panel = panel_of(frame)
    wanted = []
    panel.summed_chosen.connect(wanted.append)
    qtbot.mouseClick(panel.findChild(Segmented).button(0), LEFT)
    assert wanted == []
    qtbot.mouseClick(panel.findChild(Segmented).button(1), LEFT)
    assert wanted == [True]
    panel.set_frame(at(frame, 14, summed=True))
    assert wanted == [True] and panel.findChild(Segmented).button(1).isChecked()
    qtbot.keyClick(panel.findChild(Segmented).button(0), Qt.Key.Key_Return)
    assert wanted == [True, False]


def test_the_source_is_named_and_can_be_changed(frame_of, panel_of, qtbot):
    frame = frame_of(position=14)
    panel = panel_of(frame)
    assert panel.findChild(Stepper).text == "loss of step 9 “spell”"
    assert not panel.findChild(Stepper).later.isEnabled()
    with qtbot.waitSignal(panel.source_chosen, timeout=1000) as caught:
        qtbot.mouseClick(panel.findChild(Stepper).earlier, LEFT)
    assert caught.args == [8]
    run, playhead = frame.run, replace(frame.playhead, source=8)
    panel.set_frame(resolve(run, playhead, compute_pass(run, 0, 8, frame.passing)))
    assert panel.findChild(Stepper).text == "loss of step 8 “new”"
    with qtbot.waitSignal(panel.source_chosen, timeout=1000) as caught:
        qtbot.mouseClick(panel.findChild(Stepper).later, LEFT)
    assert caught.args == [9]
    panel.set_frame(at(frame, 14, summed=True))
    assert panel.findChild(Stepper).isHidden()


def test_a_step_that_pays_no_loss_cannot_be_the_source(frame_of, panel_of):
    panel = panel_of(frame_of(12, position=14))
    assert panel.findChild(Stepper).text == "loss of step 11"
    assert not panel.findChild(Stepper).later.isEnabled()
    panel = panel_of(frame_of(12, position=14, source=1))
    assert (
        not panel.findChild(Stepper).earlier.isEnabled()
        and panel.findChild(Stepper).later.isEnabled()
    )


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize(
    ("width", "unit", "lecture"),
    [(780, 14, False), (490, 12, False), (940, 25, True), (300, 12, False)],
)
def test_the_title_row_never_overlaps(frame_of, panel_of, summed, layers, width, unit, lecture):
    frame = frame_of(position=14, summed=summed, layers=layers)
    panel = panel_of(frame, width, 250, Look(LIGHT, unit, lecture))
    parts, arrow = [panel.findChild(Segmented).geometry()], panel.findChild(Stepper).later.width()
    if not summed:
        parts += [
            panel.findChild(Stepper).later.geometry().translated(panel.findChild(Stepper).pos()),
            panel.findChild(Stepper).geometry().adjusted(arrow, 0, -arrow, 0),
            panel.findChild(Stepper).earlier.geometry().translated(panel.findChild(Stepper).pos()),
        ]
    lefts = [part.left() for part in parts]
    assert lefts == sorted(lefts, reverse=True)
    for right, left in pairwise(parts):
        assert left.right() <= right.left() + 1
    assert parts[0].right() <= width
    if width > 300:
        free = parts[-1].left() - panel.surface.pad
        assert panel.surface.title_width(panel.heading.title) <= free


# -- reading out ------------------------------------------------------------------------------


def test_a_reading_has_step_token_norm_and_bound(frame_of, panel_of, qtbot):
    frame = frame_of(position=14)
    panel = panel_of(frame)
    said = step_reading(frame, 6)
    assert said.startswith("step 6 “invented” · ‖\u2009∂L⟨9⟩/∂a⟨6⟩\u2009‖ = ")
    assert f"= {ratio(frame.log10_norms[5])} · bound {ratio(frame.log10_bound[5])}" in said
    assert step_reading(frame, 2) == "step 2 “Potter” · not yet computed"
    before = panel.grab().toImage()
    qtbot.mouseMove(panel, panel.point(6).toPoint())
    assert panel.grab().toImage() != before


def test_markup_in_a_token_is_shown_as_it_is(frame_of, panel_of):
    def wide(text):
        panel = panel_of(frame_of(text, position=0))
        image, x = panel.grab().toImage(), panel.axes.x(2)
        rows = range(round(panel.axes.rect.bottom) + 4, round(panel.axes.rect.bottom) + 16)
        ground = LIGHT.colour(Role.PANEL)
        found = [
            column
            for column in range(round(x) - 70, round(x) + 70)
            if any(image.pixelColor(column, row) != ground for row in rows)
        ]
        return found[-1] - found[0]

    assert wide("a <b>bold</b> c d") > 1.5 * wide("a bold c d")
    assert "“src=x>”" in step_reading(frame_of("a <img src=x>", position=6), 3)


# -- intents ----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", range(1, 10))
def test_a_click_goes_back_to_that_step(frame_of, panel_of, qtbot, step):
    panel = panel_of(frame_of(position=4))
    place = QPoint(round(panel.axes.x(step)), round(panel.axes.rect.cy))
    with qtbot.waitSignal(panel.sought, timeout=1000) as caught:
        qtbot.mouseClick(panel, LEFT, pos=place)
    assert caught.args == [19.0 - step]


def test_beside_the_outermost_points_they_are_meant(frame_of, panel_of):
    panel = panel_of(frame_of(position=4))
    rect = panel.axes.rect
    assert panel.step_at(QPointF(rect.x + 1, rect.cy)) == 1
    assert panel.step_at(QPointF(rect.right - 1, rect.cy)) == 9


def test_a_drag_takes_the_playhead_along_once_a_step(frame_of, panel_of, qtbot):
    panel = panel_of(frame_of(position=4))
    sought, y = [], panel.axes.rect.cy
    panel.sought.connect(sought.append)

    def drag(x):
        place, none = QPointF(x, y), Qt.KeyboardModifier.NoModifier
        kind = QMouseEvent.Type.MouseMove
        event = QMouseEvent(kind, place, panel.mapToGlobal(place), LEFT, LEFT, none)
        QApplication.sendEvent(panel, event)

    qtbot.mousePress(panel, LEFT, pos=QPoint(round(panel.axes.x(8)), round(y)))
    for x in (panel.axes.x(7.8), panel.axes.x(5), panel.axes.x(5.2), -20.0):
        drag(x)
    qtbot.mouseRelease(panel, LEFT)
    drag(panel.axes.x(3))
    assert sought == [11.0, 14.0, 18.0]


def test_a_click_beside_the_plot_means_nothing(frame_of, panel_of, qtbot):
    panel = panel_of(frame_of(position=4))
    with qtbot.assertNotEmitted(panel.sought):
        qtbot.mouseClick(panel, LEFT, pos=QPoint(300, 8))
        qtbot.mouseClick(panel, LEFT, pos=QPoint(4, 120))
        qtbot.mouseClick(panel, LEFT, pos=QPoint(300, panel.height() - 3))


# -- what is not ordinary ---------------------------------------------------------------------


def test_one_value_has_no_loss_and_says_so(frame_of, panel_of, qtbot):
    frame = frame_of(1, position=2)
    panel = panel_of(frame)
    assert frame.source == 0
    assert panel.curve()[0].size == 0
    assert ink(panel, LIGHT.colour(Role.GRADIENT)) == []
    assert ink(panel, LIGHT.colour(Role.INK)) != []
    with qtbot.assertNotEmitted(panel.summed_chosen), qtbot.assertNotEmitted(panel.sought):
        qtbot.mouseClick(panel.findChild(Segmented).button(1), LEFT)
        qtbot.mouseClick(panel, LEFT, pos=QPoint(390, 120))
    assert panel.findChild(Stepper).isHidden()


def test_one_word_is_one_point(frame_of, panel_of):
    frame = frame_of("word", position=2)
    panel = panel_of(frame)
    assert panel.curve()[0].tolist() == [1]
    assert has(panel.grab().toImage(), panel.point(1), LIGHT.colour(Role.GRADIENT))
    assert panel.step_at(panel.point(1)) == 1


def test_a_gradient_of_exactly_zero_is_hollow_at_the_bottom(frame_of, panel_of):
    frame = frame_of("a b c d e f", activation="relu", gain=0.0, position=9)
    assert (frame.log10_norms[:5] == -np.inf).all() and np.isfinite(frame.log10_norms[5])
    panel = panel_of(frame)
    image = panel.grab().toImage()
    for step in (4, 5):
        point = panel.point(step)
        assert panel.axes.rect.bottom - point.y() < 0.15 * panel.axes.rect.h
    assert image.pixelColor(panel.point(5).toPoint()) != LIGHT.colour(Role.GRADIENT)
    assert has(image, panel.point(5), LIGHT.colour(Role.GRADIENT), 5)
    assert has(image, panel.point(6), LIGHT.colour(Role.GRADIENT), 1)
    assert not has(image, panel.point(2), LIGHT.colour(Role.GRADIENT), 5)
    # The curve is broken between the last number and the first 0.
    middle = (panel.point(5) + panel.point(6)) / 2
    assert not has(image, middle, LIGHT.colour(Role.GRADIENT), 8)
    assert "exactly 0" in step_reading(frame, 5)
    assert any(text == "0" for _, text in panel.axes.y_ticks)


@pytest.mark.parametrize("height", [110, 130, 150, 180, 250])
def test_an_axis_with_a_zero_has_powers_too(frame_of, panel_of, height):
    frame = frame_of("a b c d e f", activation="relu", gain=0.0, position=9)
    panel = panel_of(frame, 940, height, Look(LIGHT, 14))
    ticks = panel.axes.y_ticks
    assert ticks[0][1] == "0"
    assert len(ticks) >= 2
    ends = panel.axes.y_range
    assert all(ends[0] <= value <= ends[1] for value, _ in ticks)
    tall = QFontMetricsF(panel.surface.small).height()
    for (lower, _), (higher, _) in pairwise(ticks):
        assert panel.axes.y(lower) - panel.axes.y(higher) >= 0.8 * tall


def test_what_exploded_is_said_and_not_drawn(frame_of, panel_of):
    frame = frame_of(400, activation="identity", gain=50.0, position=600)
    assert frame.passing.exploded
    panel = panel_of(frame)
    assert panel.curve()[0].size == 0
    assert ink(panel, LIGHT.colour(Role.GRADIENT)) == []
    assert ink(panel, LIGHT.mark(Role.PLAYHEAD)) == []
    assert ink(panel, LIGHT.colour(Role.INK)) != []
    assert gradient_reading(frame).startswith("Exploded") or "exploded" in gradient_reading(frame)


@pytest.mark.parametrize("summed", [False, True])
def test_twenty_thousand_steps(frame_of, panel_of, summed):
    frame = frame_of(20_000, position=36_000, summed=summed)
    panel = panel_of(frame)
    steps, values = panel.curve()
    assert steps[0] == 4001 and (values == frame.log10_norms[4000:]).all()
    low, high = panel.axes.y_range
    assert low < frame.norms_of(summed=False)[0] < -4000 and high > 0
    colour = LIGHT.colour(Role.GRADIENT)
    columns = ink(panel, colour)
    assert min(columns) >= panel.axes.x(4001) - 100
    assert max(columns) > panel.axes.x(19_900)
    assert panel.step_at(QPointF(panel.axes.x(12_000), 100.0)) == pytest.approx(12_000, abs=20)


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize("height", [100, 112, 130])
def test_in_a_low_panel_the_curve_has_room_and_a_scale(frame_of, panel_of, summed, height):
    panel = panel_of(frame_of(position=13, summed=summed), 490, height, Look(LIGHT, 12))
    rect, reading = panel.axes.rect, panel.reading_rect
    assert rect.h >= 0.27 * height
    assert len(panel.axes.y_ticks) >= 2
    apart = abs(panel.axes.y(panel.axes.y_ticks[0][0]) - panel.axes.y(panel.axes.y_ticks[1][0]))
    assert apart >= 11
    assert reading.height() < 2 * 12 and reading.bottom() <= height
    assert reading.top() >= rect.bottom + panel.surface.foot


@pytest.mark.parametrize("size", [(1, 1), (41, 41), (120, 60), (240, 112), (490, 170), (1900, 600)])
@pytest.mark.parametrize("summed", [False, True])
def test_any_size_can_be_painted(frame_of, panel_of, size, summed):
    assert not panel_of(frame_of(position=13.4, summed=summed), *size).grab().isNull()


def test_the_plot_comes_after_the_first_paint(frame_of, qtbot):
    panel = GradientPanel()
    qtbot.addWidget(panel)
    panel.resize(780, 250)
    panel.set_frame(frame_of(position=13))
    panel.show()
    assert panel.view.plot is None
    qtbot.waitUntil(lambda: panel.view.plot is not None)
    assert ink(panel, LIGHT.colour(Role.GRADIENT)) != []


def test_a_theme_takes_hold(frame_of, panel_of):
    panel = panel_of(frame_of(position=13))
    panel.grab()
    panel.set_look(Look(DARK))
    assert ink(panel, DARK.colour(Role.GRADIENT)) != []
    assert ink(panel, LIGHT.colour(Role.GRADIENT)) == []


def test_in_a_lecture_no_text_is_smaller_than_the_unit(frame_of, panel_of):
    panel = panel_of(frame_of(position=13), 940, 330, Look(LIGHT, 25.0, lecture=True))
    assert panel.surface.small.pixelSize() >= 25


# -- other cells beside it --------------------------------------------------------------------


def with_others(frame, position, **changes):
    place = replace(frame.playhead, position=position, **changes)
    return resolve(frame.run, place, frame.passing, compare(frame.branches))


@pytest.mark.parametrize("summed", [False, True])
@pytest.mark.parametrize("cell", ["rnn", "gru_reset_before", "lstm"])
def test_every_cell_has_its_line_where_its_numbers_are(frame_of, panel_of, cell, summed):
    frame = with_others(frame_of(cell=cell), 18, summed=summed)
    panel = panel_of(frame, 780, 320)
    image, axes = panel.grab().toImage(), panel.axes
    for each, place, norms in frame.sides:
        colour = LIGHT.colour(PalettePlace(place))
        drawn = [
            has(image, QPointF(axes.x(step), axes.y(norms[step - 1])), colour, 3)
            for step in range(1, 10)
        ]
        assert sum(drawn) >= 5, (each, drawn)  # where lines meet one covers the others


def test_the_lines_appear_together_as_the_backward_pass_proceeds(frame_of, panel_of):
    panel = panel_of(with_others(frame_of(), 13))
    for place in range(2):  # the LSTM's colour is also its direct path's, which is there before
        assert min(ink(panel, LIGHT.colour(PalettePlace(place)))) > panel.axes.x(4)


def test_the_axis_holds_every_cell_and_is_the_same_for_one_loss_and_the_sum(frame_of, panel_of):
    panel = panel_of(with_others(frame_of(), 18))
    low, high = panel.axes.y_range
    for summed in (False, True):
        frame = with_others(frame_of(), 18, summed=summed)
        panel.set_frame(frame)
        assert panel.axes.y_range == (low, high)
        for _, _, norms in frame.sides:
            assert low < norms.min() and norms.max() < high


@pytest.mark.parametrize("size", [(430, 190), (780, 250), (1400, 420)])
@pytest.mark.parametrize("position", [10, 12, 15, 18])
def test_names_do_not_lie_on_each_other(frame_of, panel_of, position, size):
    panel = panel_of(with_others(frame_of(), position), *size)
    boxes = [
        text.box for _, _, text in panel.drawn().ends(revealed_from(panel.frame_shown())) if text
    ]
    assert boxes
    for one, other in pairwise(sorted(boxes, key=lambda box: box.y)):
        assert not box_of(one).intersects(box_of(other))


@pytest.mark.parametrize("size", [(620, 190), (780, 250), (1400, 420)])
@pytest.mark.parametrize("position", [12, 14, 16, 17, 18])
def test_names_do_not_lie_on_the_bounds(frame_of, panel_of, position, size):
    panel = panel_of(with_others(frame_of(), position), *size)
    drawn = panel.drawn()
    ends = drawn.ends(revealed_from(panel.frame_shown()))
    assert title(panel) is not None and len(ends) == 3
    for shown in drawn.shown_titles(ends).values():
        for _, _, text in ends:
            assert text is None or not box_of(text.box).intersects(box_of(shown.box))


def test_compared_cells_wear_no_roles_colour(frame_of):
    bound, path, *curves = gradient_chart(with_others(frame_of(), 18)).curves
    assert (bound.name, path.name) == ("bound", "direct path")
    assert [curve.name for curve in curves] == ["RNN", "GRU", "LSTM"]
    assert path.ink == curves[2].ink  # it is the LSTM's
    assert len({curve.ink for curve in curves}) == len({curve.dash for curve in curves}) == 3
    assert all(isinstance(curve.ink, PalettePlace) for curve in curves)


def test_the_button_asks_for_the_other_cells_and_shows_what_is(frame_of, panel_of, qtbot):
    frame = frame_of(position=18)
    panel = panel_of(frame)
    button = panel.findChild(Toggle)
    assert button.isVisible() and not button.isChecked()
    with qtbot.waitSignal(panel.compared_chosen) as asked:
        qtbot.mouseClick(button, LEFT)
    assert asked.args == [True]
    panel.set_frame(with_others(frame, 18))
    assert button.isChecked()
    reading = panel.reading_rect
    assert not reading.intersects(QRectF(button.geometry()))
    assert panel.rect().contains(button.geometry())


def test_the_button_says_why_not(frame_of, panel_of):
    frame = frame_of(position=18)
    settings = replace(frame.run.settings, recurrent=GIVEN)
    panel = panel_of(resolve(replace(frame.run, settings=settings), frame.playhead, frame.passing))
    assert not panel.findChild(Toggle).isEnabled()
    assert "trained, opened or scaled" in panel.findChild(Toggle).toolTip()
    assert not panel.findChild(Toggle).isHidden()
    panel.resize(430, 250)
    assert panel.findChild(Toggle).isHidden()


def test_a_step_under_the_pointer_is_read_out_for_every_cell(frame_of):
    frame = with_others(frame_of(), 18)
    said = step_reading(frame, 3)
    for name, _, norms in frame.sides:
        assert f"{name} {ratio(norms[2])}" in said


@pytest.mark.parametrize("width", [240, 300, 420, 780])
@pytest.mark.parametrize("position", [2, 14])
def test_the_reading_has_room_for_each_of_its_lines(frame_of, panel_of, width, position):
    """In a narrow slot too: a line more, and an end that says that there is more."""
    frame = at(frame_of(), position)
    panel = panel_of(frame, width=width, height=260)
    lines, metrics = panel.reading, QFontMetricsF(Look(LIGHT).font())
    assert len(lines) * metrics.height() <= panel.reading_rect.height() + 0.5
    assert all(metrics.horizontalAdvance(line) <= panel.reading_rect.width() + 1 for line in lines)
    assert " ".join(lines) in shorter_readings(gradient_reading(frame)) or lines[-1].endswith("…")
    if width >= 300:
        assert " ".join(lines) == gradient_reading(frame)


@pytest.mark.parametrize("settings", [{}, {"layers": 2}, {"activation": "relu", "gain": 5.0}])
@pytest.mark.parametrize("summed", [False, True])
def test_no_sentence_is_cut_in_a_quarter_of_a_small_window(frame_of, panel_of, summed, settings):
    """1024 × 640 with four panels: a shorter sentence, which is as true, takes its place."""
    for position in (2.0, 9.0, 10.0, 12.0, 18.0):
        frame = frame_of(position=position, summed=summed, **settings)
        panel = panel_of(frame, width=226, height=168)
        assert " ".join(panel.reading) in shorter_readings(gradient_reading(frame)), panel.reading
        for step in range(1, 10):
            said = shortened(step_reading(frame, step))
            lines = panel.written(said, panel.reading_rect)
            assert " ".join(lines) in said and lines[0].split(" · ")[0] in said[0]


@pytest.mark.parametrize("width", range(420, 820, 50))
@pytest.mark.parametrize("summed", [False, True])
def test_the_controls_stand_where_those_of_a_new_panel_would(panel_of, frame_of, width, summed):
    """Whatever was shown before: the button stands beside a reading of one line, or of three."""
    frame = frame_of("the cat saw the dog", position=10.0, summed=summed, layers=2)
    twins, three = frame.branches.forked(), frame.branches.forked().forked()
    frames = [
        resolve(frame.run, frame.playhead, frame.passing, branches)
        for branches in (frame.branches, twins, three, twins.renamed(1, "the very same network"))
    ]
    frames.append(at(frame, 10.0, layer=1))
    frames.append(frame_of("the cat saw the dog", position=10.0, summed=summed, layers=2, gain=9.0))
    panel = panel_of(frame, width=width)
    for shown in (*frames, *reversed(frames)):
        panel.set_frame(shown)
        assert controls_of(panel) == controls_of(panel_of(shown, width=width))


def controls_of(panel):
    """What can be pressed in it, and where that stands."""
    buttons = panel.findChildren(QAbstractButton)
    return [(b.text(), b.isVisible(), b.isEnabled(), b.geometry()) for b in buttons]
