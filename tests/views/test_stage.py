"""The stage widget with a real pointer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication

from rnnviz.film import Frame, resolve
from rnnviz.scenes.shapes import Rect, Role, Text
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.stage import StageView
from tests.frames import make_frame

TEXT = " ".join(f"w{i % 37}" for i in range(200))


def moved(frame: Frame, position: float, **changes) -> Frame:
    return resolve(frame.run, replace(frame.playhead, position=position, **changes), frame.passing)


@pytest.fixture
def view(qtbot):
    made = StageView()
    qtbot.addWidget(made)
    made.resize(1600, 430)
    made.set_frame(make_frame(position=6.0))
    with qtbot.waitExposed(made):
        made.show()
    return made


def middle(view: StageView, kind: str, step: int) -> QPoint:
    target = next(t for t in view.scene().targets if t.kind == kind and t.step == step)
    return QPoint(round(target.rect.cx), round(target.rect.cy))


def hover(view: StageView, point: QPoint) -> None:
    at = QPointF(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        view.mapToGlobal(at),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)


def said(view: StageView) -> list[str]:
    return [
        s.text for s in view.scene().shapes if isinstance(s, Text) and s.id.startswith("readout")
    ]


@pytest.mark.parametrize("kind", ["cell", "token", "output"])
@pytest.mark.parametrize(("position", "wanted"), [(6.0, 3.0), (12.0, 16.0), (19.0, 16.0)])
def test_a_click_on_a_step_seeks_its_stop(view, qtbot, kind, position, wanted):
    view.set_frame(moved(view.frame_shown(), position))
    point = middle(view, kind, 3)
    if kind == "cell":  # beside the units
        point = QPoint(point.x(), round(view.scene().targets[1].rect.bottom - 5))
    with qtbot.waitSignal(view.sought, timeout=500) as signal:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=point)
    assert signal.args == [wanted]


def test_a_click_on_a_unit_selects_it_and_a_second_one_lets_it_go(view, qtbot):
    heat = next(t for t in view.scene().targets if t.kind == "unit" and t.step == 6)
    rows, columns, _ = heat.grid
    point = QPoint(
        round(heat.rect.x + 1.5 * heat.rect.w / columns),
        round(heat.rect.y + 2.5 * heat.rect.h / rows),
    )
    with qtbot.waitSignal(view.unit_selected, timeout=500) as signal:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=point)
    assert signal.args == [rows + 2]
    view.set_frame(moved(view.frame_shown(), 6.0, unit=rows + 2))
    with qtbot.waitSignal(view.unit_selected, timeout=500) as signal:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=point)
    assert signal.args == [-1]


@pytest.fixture
def stacked(view):
    view.set_frame(make_frame(position=6.0, layers=3, cell="lstm"))
    return view


def heard_from(view: StageView, qtbot, point: QPoint) -> list[tuple[str, object]]:
    """What a click says, in order."""
    heard: list[tuple[str, object]] = []
    for name in ("layer_selected", "unit_selected", "sought", "source_chosen"):
        getattr(view, name).connect(lambda value, name=name: heard.append((name, value)))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=point)
    return heard


@pytest.mark.parametrize(("layer", "heard"), [(0, False), (1, True), (2, True)])
def test_a_click_on_a_cell_of_another_layer_selects_it(stacked, qtbot, layer, heard):
    frame = stacked.frame_shown()
    assert frame.layer == 0
    cell = next(
        t for t in stacked.scene().targets if (t.kind, t.step, t.layer) == ("cell", 6, layer)
    ).rect
    said = heard_from(stacked, qtbot, QPoint(round(cell.cx), round(cell.bottom - 4)))
    assert said == [*([("layer_selected", layer)] if heard else []), ("sought", 6.0)]


@pytest.mark.parametrize("kind", ["unit", "memory"])
def test_a_click_on_a_unit_of_another_layer_selects_both(stacked, qtbot, kind):
    if kind == "memory":  # where there is room for c⟨t⟩
        stacked.resize(1600, 700)
    stacked.set_frame(moved(stacked.frame_shown(), 6.0, unit=0))
    strip = next(
        t for t in stacked.scene().targets if (t.kind, t.step, t.layer) == (kind, 6, 2)
    ).rect
    said = heard_from(stacked, qtbot, QPoint(round(strip.x + 3), round(strip.y + 3)))
    assert said == [("layer_selected", 2), ("unit_selected", 0)]  # not let go


def test_one_layer_alone_is_never_selected(view, qtbot):
    heard = []
    view.layer_selected.connect(heard.append)
    for kind in ("cell", "unit"):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, kind, 3))
    assert heard == []


def test_a_click_on_a_loss_chooses_the_source(view, qtbot):
    with qtbot.waitSignal(view.source_chosen, timeout=500) as signal:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, "loss", 4))
    assert signal.args == [4]


def test_a_click_beside_everything_says_nothing(view, qtbot):
    heard = []
    for signal in (view.sought, view.source_chosen, view.unit_selected):
        signal.connect(heard.append)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(3, 200))
    qtbot.mouseClick(view, Qt.MouseButton.RightButton, pos=middle(view, "token", 3))
    assert heard == []


def test_a_drag_along_the_minimap_seeks_all_the_way(view, qtbot):
    view.set_frame(make_frame(TEXT, position=10.0))
    strip = next(t for t in view.scene().targets if t.kind == "minimap").rect
    y = round(strip.cy)
    heard: list[float] = []
    view.sought.connect(heard.append)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.cx), y))
    for x in (strip.cx + 200, strip.right + 80, strip.x - 40):
        at = QPointF(x, y + 30)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            at,
            view.mapToGlobal(at),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view, event)
    assert heard[0] == pytest.approx(101, abs=1)
    assert heard[0] < heard[1] < 200
    assert heard[2:] == [200.0, 1.0]
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.cx), y))
    hover(view, QPoint(round(strip.cx + 100), y))
    assert len(heard) == 4


def test_hovering_reads_out_a_unit_with_four_digits(view):
    heat = next(t for t in view.scene().targets if t.kind == "unit" and t.step == 3)
    rows, _columns, _ = heat.grid
    hover(view, QPoint(round(heat.rect.x + 4), round(heat.rect.y + 1.5 * heat.rect.h / rows)))
    value = view.frame_shown().passing.trace.a[0, 3, 0, 1]
    text = " ".join(said(view)).replace("−", "-")
    assert "step 3" in text and "and" in text
    assert f"unit 2 = {value:.4f}" in text
    assert view.cursor().shape() is Qt.CursorShape.PointingHandCursor
    hover(view, QPoint(2, 200))
    assert said(view) == []
    assert view.cursor().shape() is not Qt.CursorShape.PointingHandCursor


def test_a_resting_pointer_reads_what_is_there_now(view):
    """A smaller network under it has no unit 20; the pointer reads its own, or nothing."""
    big = make_frame(position=6.0, units=24, layers=2)
    small = make_frame(position=6.0, units=4)
    for kind in ("unit", "cell", "token", "output", "loss"):
        view.set_frame(big)
        for target in [t for t in view.scene().targets if t.kind == kind]:
            view.set_frame(big)
            hover(view, QPoint(round(target.rect.cx), round(target.rect.bottom - 2)))
            before = said(view)
            view.set_frame(small)
            after = said(view)
            assert before and not any("unit 24" in line for line in after)
            here = view.target_at(QPointF(round(target.rect.cx), round(target.rect.bottom - 2)))
            assert bool(after) == (here is not None)


def test_the_read_out_stays_within_the_picture_and_true(view):
    for target in view.scene().targets:
        hover(view, QPoint(round(target.rect.cx), round(target.rect.cy)))
        box = next(s for s in view.scene().shapes if s.id == "readout")
        r: Rect = box.rect
        assert r.x >= 0 and r.y >= 0 and r.right <= view.width() and r.bottom <= view.height()
    hover(view, middle(view, "token", 8))
    assert any("step 8" in line for line in said(view))
    heat = next(t for t in view.scene().targets if t.kind == "unit" and t.step == 8)
    hover(view, QPoint(round(heat.rect.x + 4), round(heat.rect.y + 4)))
    assert any("not known yet" in line for line in said(view))


def grab(view: StageView) -> QImage:
    return view.grab().toImage()


@pytest.mark.parametrize(
    ("one", "other"),
    [(5.2, 5.8), (5.0, 6.0), (6.0, 2.0), (9.0, 9.5), (12.3, 12.9), (17.9, 18.4), (18.2, 0.0)],
)
@pytest.mark.parametrize("kind", [{}, {"layers": 3}, {"cell": "lstm", "layers": 2}])
def test_painting_only_the_difference_gives_the_same_picture(view, qtbot, one, other, kind):
    """What the screen holds after partial repaints is what a whole repaint gives."""
    frame = make_frame(position=6.0, **kind)
    view.set_frame(moved(frame, one))
    held = QImage(view.size(), QImage.Format.Format_RGB32)
    view.render(held)
    QApplication.processEvents()
    painted = []

    class Watch(StageView):
        def paintEvent(self, event):
            painted.append(event.region())
            super().paintEvent(event)

    watched = Watch()
    qtbot.addWidget(watched)
    watched.resize(view.size())
    watched.set_frame(moved(frame, one))
    with qtbot.waitExposed(watched):
        watched.show()
    QApplication.processEvents()
    before = grab(watched)
    painted.clear()
    watched.set_frame(moved(frame, other))
    QApplication.processEvents()
    assert painted
    region = painted[0]
    after = grab(watched)
    for x in range(0, watched.width(), 3):
        for y in range(0, watched.height(), 3):
            if before.pixel(x, y) != after.pixel(x, y):
                assert region.contains(QPoint(x, y)), (x, y)


def test_within_a_step_little_is_painted_again(view, qtbot):
    painted = []

    class Watch(StageView):
        def paintEvent(self, event):
            painted.append(event.region())
            super().paintEvent(event)

    watched = Watch()
    qtbot.addWidget(watched)
    watched.resize(1600, 430)
    frame = view.frame_shown()
    watched.set_frame(moved(frame, 4.30))
    with qtbot.waitExposed(watched):
        watched.show()
    QApplication.processEvents()
    painted.clear()
    watched.set_frame(moved(frame, 4.32))
    QApplication.processEvents()
    assert len(painted) == 1
    area = sum(r.width() * r.height() for r in painted[0])
    assert 0 < area < 0.05 * 1600 * 430
    painted.clear()
    watched.set_frame(watched.frame_shown())
    QApplication.processEvents()
    assert painted == []


def test_a_look_changes_the_colours_and_the_size_of_type(view):
    view.set_look(Look(LIGHT, 14.0))
    light = grab(view)
    view.set_look(Look(DARK, 14.0))
    dark = grab(view)
    ratio = dark.devicePixelRatioF()
    corner = round(3 * ratio)
    assert light.pixelColor(corner, corner) == LIGHT.colour(Role.BACKGROUND)
    assert dark.pixelColor(corner, corner) == DARK.colour(Role.BACKGROUND)
    view.set_look(Look(DARK, 24.0, lecture=True))
    assert all(s.size >= 24.0 for s in view.scene().shapes if isinstance(s, Text))


def test_it_says_where_it_is_without_eyes(view):
    assert "Stage" in view.accessibleName()
    assert "step 6 of 9" in view.accessibleDescription()
    assert "invented" in view.accessibleDescription()
    view.set_frame(moved(view.frame_shown(), 7.0))
    assert "step 7 of 9" in view.accessibleDescription()


def test_without_a_frame_it_is_an_empty_page(qtbot):
    empty = StageView()
    qtbot.addWidget(empty)
    empty.resize(400, 200)
    image = grab(empty)
    assert image.pixelColor(200, 100) == LIGHT.colour(Role.BACKGROUND)
    qtbot.mouseClick(empty, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    assert empty.scene() is None


def test_another_size_is_laid_out_again(view):
    wide = view.scene()
    view.resize(900, 300)
    QApplication.processEvents()
    assert view.scene() is not wide
    assert view.scene().width == 900


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_menu_has_what_the_legend_has_no_room_for(qtbot, window):
    window.commands.run("series")
    qtbot.waitUntil(lambda: window.session.run.task.sequence.kind == "series", timeout=10_000)
    window.session.seek(30.0)
    window.resize(1000, 560)
    QApplication.processEvents()
    stage = window.parts.stage
    assert stage.left_out
    mark = next(t.rect for t in stage.scene().targets if t.kind == "left-out")
    qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=QPoint(round(mark.cx), round(mark.cy)))
    menu = QApplication.activePopupWidget()
    texts = [action.text().replace("&&", "&") for action in menu.actions()]
    assert set(stage.left_out) < set(texts) and "No room for:" in texts
    menu.close()
