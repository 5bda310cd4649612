"""Panels in slots: each paints every kind of run, says why it is empty, fills the window."""

from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QRegion
from PySide6.QtWidgets import QApplication, QInputDialog, QSplitter, QWidget

from rnnviz.data import make_task, sequence_from_text
from rnnviz.engine.jacobians import spectral_radius
from rnnviz.film import Playhead, Progress, Settings, compute_pass, resolve, start_run
from rnnviz.film.measures import look_through
from rnnviz.film.panels import (
    LAYOUTS,
    MOST,
    OWN,
    PANELS,
    Slot,
    coming,
    measures_of,
    named,
    of_panels,
)
from rnnviz.opening.shipped import open_problem
from rnnviz.session import Preferences
from rnnviz.session.commands import COMMANDS
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.panels.controls import Segmented
from rnnviz.views.panels.slots import WIDGETS, Slots, widget_of
from tests.frames import series
from tests.scenes.test_own_networks import frames as networks_own
from tests.session.test_preferences import stored

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def frame_of(run):
    return resolve(run, Playhead(), compute_pass(run, 0, 0))


def text_of(*, steps=5, **settings):
    words = sequence_from_text(" ".join(f"w{i % 4}" for i in range(steps)))
    return start_run(make_task(words), Settings(units=5, **settings))


RUNS = {
    "text": lambda: text_of(),
    "series": lambda: start_run(make_task(series(30)), Settings(units=4)),
    "lstm": lambda: text_of(cell="lstm", layers=2),
    "one step": lambda: text_of(steps=1),
    "exploded": lambda: text_of(steps=60, activation="relu", gain=900.0),
    "encoder": lambda: open_problem("translation"),
    "shipped": lambda: open_problem("temperature"),
}


@pytest.fixture(scope="module")
def frames():
    return {name: frame_of(make()) for name, make in RUNS.items()}


@pytest.fixture
def slots(qtbot):
    made = Slots(None)
    qtbot.addWidget(made)
    made.set_look(Look(LIGHT, 14))
    made.resize(1600, 280)
    made.show()
    return made


def at_end(run):
    return resolve(run, Playhead(position=2.0 * run.task.steps), compute_pass(run, 0, 0))


def at_places(frame):
    timeline = frame.timeline
    for position in (0.0, 0.5, 1.0, timeline.end / 2 + 1.0, float(timeline.end)):
        yield resolve(frame.run, replace(frame.playhead, position=position), frame.passing)


def pointed(panel, x, y):
    at = QPointF(x, y)
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(
        panel,
        QMouseEvent(
            QEvent.Type.MouseMove, at, panel.mapToGlobal(at), none, none,
            Qt.KeyboardModifier.NoModifier,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("settings", [{}, {"cell": "lstm", "layers": 2}])
def test_another_run_is_painted_wherever_it_looks_different(slots, name, settings):
    """What a panel asks to be painted holds all that differs from what was on the screen."""
    frames = [
        at_end(start_run(make_task(sequence_from_text(words)), Settings(units=units, **settings)))
        for words, units in (("one two three four five six seven", 9), ("red green blue", 4))
    ]
    assert painted_of(slots, name, frames[0], frames[1])


CHANGES = {
    "one loss": {"summed": False},
    "another loss": {"summed": False, "source": 2},
    "a unit": {"unit": 2},
    "a layer": {"layer": 1},
    "the start": {"position": 0.0},
    "forward": {"position": 2.4},
    "a second unit": {"unit": 2, "second": 1},
    "states c": {"quantity": "c"},
}


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("change", CHANGES)
def test_another_look_is_painted_wherever_it_looks_different(slots, name, change):
    """As another run is; and so is the way back."""
    run = text_of(cell="lstm", layers=2)
    frames = [
        resolve(run, place, compute_pass(run, 0, place.source))
        for end in [Playhead(position=2.0 * run.task.steps, summed=True)]
        for place in (end, replace(end, **CHANGES[change]))
    ]
    assert painted_of(slots, name, *frames)
    assert painted_of(slots, name, *reversed(frames))


@pytest.mark.parametrize("name", PANELS)
def test_other_branches_are_painted_wherever_they_look_different(slots, name):
    """One more, one less, another name."""
    frame = at_end(text_of(layers=2))
    forked = frame.branches.forked()
    each = [frame.branches, forked, forked.renamed(1, "the very same"), forked.forked()]
    frames = [resolve(frame.run, frame.playhead, frame.passing, all_) for all_ in each]
    for before, after in pairwise([*frames, *reversed(frames)]):
        assert painted_of(slots, name, before, after)


def painted_of(slots, name, before, after):
    """Whether what a panel asks to be painted of another frame holds all that differs."""
    slots.set_layout(of_panels((name,)))
    slots.set_frame(before)
    panel = slots.panels()[0]
    QApplication.processEvents()
    panel.build()
    screen, parts = panel.grab().toImage(), []
    watch = Watch(panel, parts)
    slots.set_frame(after)
    QApplication.processEvents()
    panel.removeEventFilter(watch)
    whole = panel.grab().toImage()
    for part in parts:
        with QPainter(screen) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.drawImage(part, whole, part)
    return screen == whole


@pytest.mark.parametrize("kind", sorted({widget_of(name) for name in PANELS}, key=str))
@pytest.mark.parametrize("run", ["text", "lstm"])
def test_another_panel_drawn_by_the_same_widget_is_painted_whole(slots, kind, run):
    """Also its title, and what it has no room for is not left of the one before."""
    frame = at_end(RUNS[run]())
    for before, name in permutations([n for n in PANELS if widget_of(n) is kind], 2):
        slots.set_layout(of_panels((before,)))
        slots.set_frame(frame)
        panel = slots.panels()[0]
        QApplication.processEvents()
        screen, parts = panel.grab().toImage(), []
        watch = Watch(panel, parts)
        slots.set_layout(of_panels((name,)))
        slots.set_frame(frame)
        QApplication.processEvents()
        panel.removeEventFilter(watch)
        assert slots.panels() == [panel]
        assert screen != panel.grab().toImage(), "these two cannot be told apart"
        assert QRegion(panel.rect()).subtracted(region_of(parts)).isEmpty()


def region_of(parts):
    region = QRegion()
    for part in parts:
        region += part
    return region


class Watch(QObject):
    """Collects what a widget is asked to paint."""

    def __init__(self, widget, parts):
        super().__init__(widget)
        self.parts = parts
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.parts.extend(QRect(part) for part in event.region())
        return False


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("sizes", [{}, {"cell": "lstm", "layers": 2}, {"text": False, "inputs": 2}])
def test_every_panel_shows_a_network_without_a_read_out(slots, name, sizes):
    """Its states are there, and nothing is paid; found is what does not ask for losses."""
    for frame in networks_own([0.0, 2.5, 4.0, 8.0, 13.0], outputs=0, **sizes):
        look_through(frame.passing, frame.branches, measures_of((name,)))
        slots.set_layout(of_panels((name,)))
        slots.set_frame(frame)
        assert not slots.panels()[0].grab().isNull()


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("last", ["text", "one step", "exploded"])
def test_a_resting_pointer_reads_what_is_there_now(slots, name, last):
    """Whatever comes under it: fewer units, layers and steps than it pointed at."""
    large = start_run(
        make_task(sequence_from_text(" ".join(f"w{i % 9}" for i in range(12)))),
        Settings(units=12, layers=3, cell="lstm"),
    )
    frames = [
        resolve(run, Playhead(position=2.0 * run.task.steps), compute_pass(run, 0, 0))
        for run in (large, RUNS[last]())
    ]
    slots.set_layout(of_panels((name,)))
    panel = slots.panels()[0]
    for i in range(5):
        for j in range(5):
            slots.set_frame(frames[0])
            pointed(panel, panel.width() * (0.5 + i) / 5, panel.height() * (0.5 + j) / 5)
            slots.set_frame(frames[1])
    assert panel.grab().toImage().width()


def test_every_panel_of_the_table_is_drawn_by_a_widget():
    assert set(WIDGETS) == set(PANELS)


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("kind", RUNS)
def test_every_panel_paints_every_kind_of_run_or_says_why_not(slots, frames, name, kind):
    """At every place of the film, in every slot, light and dark; a warning of Qt's fails a test."""
    slots.set_frame(frames[kind])
    for place in range(MOST):
        others = [other for other in PANELS if other != name][: MOST - 1]
        slots.set_layout(of_panels([*others[:place], name, *others[place:]]))
        panel = slots.panel(name)
        panel.build()
        places = list(at_places(frames[kind]))
        for frame in places if place == 1 else places[2:3]:
            slots.set_frame(frame)
            assert not panel.grab().isNull()
        assert bool(panel.why) == bool(PANELS[name].why_not_now(frames[kind]))
    slots.set_look(Look(DARK, 20, lecture=True))
    assert not panel.grab().isNull()


@pytest.mark.parametrize("size", [(1024, 200), (1600, 280), (1920, 420), (3840, 700), (300, 60)])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_fills_the_room_at_every_size(slots, frames, size, layout):
    slots.set_layout(LAYOUTS[layout])
    slots.set_frame(at_end(frames["shipped"].run))
    slots.set_look(Look(LIGHT, max(12.0, 14 * size[0] / 1600)))
    slots.resize(*size)
    QApplication.processEvents()
    panels = slots.panels()
    assert [panel.name for panel in panels] == list(slots.shown)
    room = slots.contentsRect()
    taken = sum(panel.width() for panel in panels) + slots.handleWidth() * (len(panels) - 1)
    assert abs(taken - room.width()) <= 2
    assert all(panel.isVisible() and panel.height() == room.height() for panel in panels)
    assert not slots.grab().isNull()


def test_widths_follow_the_shares(slots, frames):
    slots.set_frame(frames["text"])
    slots.set_layout(LAYOUTS["memory_cell"])
    for width in (1600, 2400, 1200):
        slots.resize(width, 280)
        QApplication.processEvents()
        cell, gradient = slots.panels()
        assert cell.width() / gradient.width() == pytest.approx(1.3, rel=0.02)


def test_what_has_nothing_to_show_takes_no_room_unless_it_was_put_there(slots, frames):
    slots.set_layout(LAYOUTS["standard"])
    slots.set_frame(frames["text"])
    assert slots.shown == ("map", "gradient")
    slots.set_progress(Progress(running=True, updates=10))
    assert slots.shown == ("map", "gradient", "loss")
    slots.set_progress(Progress())
    assert slots.shown == ("map", "gradient")
    slots.set_frame(frames["shipped"])
    assert slots.shown == ("map", "gradient", "loss")
    slots.set_frame(frames["text"])
    slots.set_layout(of_panels(["forecast", "loss"]))
    assert slots.shown == ("forecast", "loss")
    assert "series" in slots.panel("forecast").why
    assert "trained" in slots.panel("loss").why


def test_the_menu_of_a_title_puts_another_panel_there(qtbot, slots, frames):
    asked = []
    slots.wanted.connect(asked.append)
    slots.wanted.connect(slots.set_layout)
    slots.set_layout(LAYOUTS["standard"])
    slots.set_frame(frames["text"])

    def chosen(name, text):
        menu = slots.menu(name)
        actions = {action.text().partition("   ")[0]: action for action in menu.actions()}
        actions[text].trigger()

    chosen("gradient", "Loss")
    assert asked[-1].panels == ("map", "loss", "gradient")  # where it stood in another slot
    assert slots.shown == ("map", "loss", "gradient")
    chosen("map", "Inside the memory cell")
    assert slots.shown == ("memory_cell", "loss", "gradient")
    chosen("loss", "&Take it away")
    assert slots.shown == ("memory_cell", "gradient")
    assert asked[-1].name == OWN or asked[-1].name in LAYOUTS


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_mark_before_a_title_opens_the_menu_by_mouse_and_key(qtbot, slots, frames):
    slots.set_layout(LAYOUTS["standard"])
    slots.set_frame(frames["text"])
    chooser = slots.panel("gradient").chooser
    for act in (
        lambda: qtbot.mouseClick(chooser, LEFT),
        lambda: qtbot.keyClick(chooser, Qt.Key.Key_Space),
        lambda: qtbot.keyClick(chooser, Qt.Key.Key_Return),
    ):
        act()
        menu = QApplication.activePopupWidget()
        assert menu is not None
        marked = [a.text() for a in menu.actions() if a.isChecked()]
        assert marked == [PANELS["gradient"].title]
        menu.close()
        QApplication.processEvents()


def test_the_switch_of_the_state_is_another_panel_in_its_slot(qtbot, slots, frames):
    slots.wanted.connect(slots.set_layout)
    slots.set_layout(LAYOUTS["standard"])
    slots.set_frame(frames["lstm"])
    panel = slots.panel("map")
    for mode, name in ((1, "lines"), (2, "memory_cell"), (0, "map")):
        qtbot.mouseClick(panel.findChild(Segmented, "mode").button(mode), LEFT)
        assert slots.shown[0] == name
        assert slots.panel(name) is panel  # and keeps what was picked in it


def test_a_dragged_handle_is_remembered_in_the_layout(slots, frames):
    asked = []
    slots.wanted.connect(asked.append)
    slots.set_layout(LAYOUTS["standard"])
    slots.set_frame(frames["text"])
    slots.moveSplitter(400, 1)
    QApplication.processEvents()
    wide = slots.panel("map").width()
    assert asked[-1].name == "standard" and wide < 500
    slots.resize(1601, 280)
    assert slots.panel("map").width() == pytest.approx(wide, abs=8)


# -- in the window -----------------------------------------------------------------------------


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(window, key, modifier)
    QApplication.processEvents()


def test_a_panel_fills_the_window_and_goes_back(qtbot, window):
    slots, stage = window.parts.slots, window.parts.stage
    window.session.seek(2.0)
    QApplication.processEvents()
    before = slots.geometry(), stage.geometry()
    panel = slots.panel("gradient")
    qtbot.mouseDClick(panel, LEFT, pos=QPoint(80, 12))
    QApplication.processEvents()
    assert slots.shown == ("gradient",) and not stage.isVisible()
    assert panel.height() > 0.75 * window.height()
    assert window.menus.actions["fill"].isChecked()
    press(qtbot, window, Qt.Key.Key_Right)  # the film goes on
    window.session.seek(3.0)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert stage.isVisible() and slots.shown == ("map", "gradient")
    assert (slots.geometry(), stage.geometry()) == before
    press(qtbot, window, Qt.Key.Key_F5)
    press(qtbot, window, Qt.Key.Key_Return, CTRL)
    assert slots.filling == "gradient" and window.lecture
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not slots.filling and window.lecture
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not window.lecture


def test_one_more_and_one_less(qtbot, window):
    slots = window.parts.slots
    for _ in range(MOST + 1):
        window.menus.actions["another_panel"].trigger()
        QApplication.processEvents()
    assert len(slots.layout_shown.slots) == MOST
    for _ in range(MOST + 1):
        window.menus.actions["take_away"].trigger()
        QApplication.processEvents()
    assert not [slot for slot in slots.layout_shown.slots if slot.panel in slots.shown]
    assert window.commands.why_not("take_away")


def test_what_was_added_last_is_what_is_taken_away(window):
    slots, before = window.parts.slots, window.parts.slots.shown
    assert slots.current == before[0]
    window.menus.actions["another_panel"].trigger()
    assert slots.current not in before
    window.menus.actions["take_away"].trigger()
    assert slots.shown == before


def test_the_session_finds_what_is_shown_and_nothing_else(window):
    asked = []
    show = window.session.show_panels
    window.session.show_panels = lambda names: (asked.append(tuple(names)), show(names))
    window.panels.choose("memory_cell")
    assert asked[-1] == ("memory_cell", "gradient")
    window.panels.choose("standard")
    assert asked[-1] == ("map", "gradient")
    kept = {key[0] for key in window.session.frame.passing.measured}
    assert kept <= set(measures_of(asked[-1]))


def save_layout(window, name):
    window.menus.actions["save_layout"].trigger()
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue(name)
    dialog.accept()


def test_layouts_are_remembered_named_and_forgotten(window, preferences, window_of):
    window.panels.ask_for(None, ["lines", "equation"], None)
    assert preferences.layout("window").name == "standard"  # asked for this time
    window.panels.want(window.panels.layout)
    save_layout(window, "mine")
    assert window.panels.layout.name == "mine"
    window.panels.choose("laboratory")
    window.close()
    again = window_of(Preferences())
    assert again.panels.layout.name == "laboratory"
    assert again.panels.choose("mine")
    assert again.parts.slots.shown == ("lines", "equation")
    assert again.parts.equation.isHidden()  # it stands in a slot
    assert not again.commands.why_not("forget_layout")
    again.menus.actions["forget_layout"].trigger()
    assert "mine" not in again.panels.layouts
    assert again.parts.slots.shown == ("lines", "equation")
    save_layout(again, "standard")
    assert "ships" in again.parts.message.text


def test_a_document_remembers_the_layout_and_an_older_one_its_panels(window):
    window.panels.want(of_panels(["loss", "map"]))
    view = window.session.autosave.view()
    window.panels.choose("laboratory")
    window.show_view(view)
    assert window.panels.layout.panels == ("loss", "map")
    window.show_view({"panels": ["model", "gradient"], "state_view": "cell", "lower": [3, 4]})
    assert window.panels.layout.panels == ("gradient", "loss")
    assert window.parts.equation.isHidden() and window.parts.model.isVisible()
    for damaged in ({"slots": 3}, {"slots": "map 0"}, {"slots": ["map"]}, {"layout": "x"}):
        window.show_view(damaged)
        assert window.panels.layout.panels == ("gradient", "loss")


@pytest.mark.parametrize("damaged", ["", "nonsense", b"\xff", ["map 5"], 7])
def test_damaged_preferences_give_the_layout_that_ships(preferences, damaged):
    for key in ("window/slots", "lecture/slots", "layout/own", "layout/saved"):
        stored().setValue(key, damaged)
    assert preferences.layout("window") == LAYOUTS["standard"]
    assert preferences.layout("lecture") == LAYOUTS["lecture"]
    assert preferences.layouts == {}


def test_widths_of_before_are_read_of_what_a_splitter_wrote(preferences, qtbot):
    splitter = QSplitter()
    qtbot.addWidget(splitter)
    for _ in range(2):
        splitter.addWidget(QWidget())
    splitter.resize(1000, 100)
    splitter.show()
    splitter.setSizes([300, 600])
    preferences.set_bytes("lower", splitter.saveState())
    first, second, _ = preferences.layout("window").slots
    assert second.share == 2 * first.share
    for damaged in (b"x", b"x" * 20, bytes(splitter.saveState().data())[:19]):
        preferences.set_bytes("lower", QByteArray(damaged))
        assert preferences.layout("window") == LAYOUTS["standard"]


def test_preferences_of_before_show_what_they_showed(preferences):
    stored().setValue("window/gradient", "false")
    stored().setValue("state_view", "cell")
    assert preferences.layout("window").panels == ("memory_cell", "loss")


@pytest.mark.parametrize("size", [(1024, 640), (1600, 900), (3840, 2160)])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_stands_in_the_window_at_every_size(window, size, layout):
    window.resize(*size)
    window.panels.choose(layout)
    window.session.to_end()
    QApplication.processEvents()
    for panel in window.parts.slots.panels():
        assert panel.width() >= 15 * window.look.unit
        assert panel.height() >= 8 * window.look.unit
        assert not panel.grab().isNull()


def test_lines_chosen_on_the_switch_of_a_second_panel_are_drawn(slots, frames):
    """The slot hears of the switch, and is painted, before the panel has made its plot."""
    slots.set_frame(frames["text"])
    slots.wanted.connect(slots.set_layout)
    slots.set_layout(of_panels(["memory_cell", "map", "gradient"]))
    panel = slots.panel("memory_cell")
    QApplication.processEvents()
    panel.panel_chosen.connect(lambda _name: panel.repaint())
    panel.findChild(Segmented).button(1).click()
    assert panel.name == "lines" and panel.picture().drawn.plot is panel.view.plot is not None


def test_a_panel_that_takes_no_room_gives_its_slot_to_another(slots, frames):
    """Of four one sees three before a training."""
    slots.set_frame(frames["text"])
    four = [Slot(name) for name in ("map", "memory_cell", "gradient", "loss")]
    slots.set_layout(named(four))
    assert slots.shown == ("map", "memory_cell", "gradient")
    layout = slots.with_room
    assert layout.panels == slots.shown
    slots.set_layout(layout.beside(0, "equation"))
    assert slots.shown == ("map", "equation", "memory_cell", "gradient")
    assert len(slots.with_room.slots) == MOST


def test_a_press_on_the_triangle_follows_that_loss(window, qtbot):
    window.session.seek(18.0)
    window.panels.want(of_panels(["triangle", "gradient"]))
    panel = window.parts.slots.panel("triangle")
    place = next(s for s in panel.scene(window.session.frame).shapes if s.id == "triangle").rect
    row = QPoint(round(place.x + place.w / 18), round(place.y + 4.5 * place.h / 9))
    qtbot.mouseMove(panel, row)
    qtbot.mouseClick(panel, Qt.MouseButton.LeftButton, pos=row)
    assert window.session.frame.source == 5 and not window.session.frame.summed
    below = next(s for s in panel.scene(window.session.frame).shapes if s.id == "sum").rect
    qtbot.mouseClick(panel, Qt.MouseButton.LeftButton, pos=QPoint(round(below.cx), round(below.cy)))
    assert window.session.frame.summed


def test_the_sliders_of_why_scale_the_weights(window, qtbot):
    session = window.session
    window.panels.want(of_panels(["singular_values", "gradient"]))
    panel = window.parts.slots.panel("singular_values")
    sliders = panel.sliders
    assert sliders.isVisible() and sliders.geometry().bottom() < panel.height()
    assert sliders.radius_value.text() == "radius of W_aa 0.50" and sliders.radius.value() == 50
    norm = float(np.linalg.norm(session.run.networks[0].parameters["W_ax_l0"]))
    assert sliders.input_value.text() == f"‖W_ax‖ {norm:.3g}"
    position = session.playhead.position
    sliders.radius.setFocus()
    for _ in range(3):
        qtbot.keyPress(sliders.radius, Qt.Key.Key_Right)  # held: the film stays where it is
    qtbot.keyRelease(sliders.radius, Qt.Key.Key_Right)
    assert session.playhead.position == position
    assert spectral_radius(session.run.networks[0])[0] == pytest.approx(0.53)
    assert sliders.radius_value.text() == "radius of W_aa 0.53"
    qtbot.keyClick(sliders.radius, Qt.Key.Key_PageUp)
    assert session.undoes == "W_aa scaled to spectral radius 0.63"
    session.undo()
    assert session.undoes == "W_aa scaled to spectral radius 0.53" and sliders.radius.value() == 53
    session.undo()
    assert session.undoes is None and sliders.radius.value() == 50
    sliders.input.setValue(100)
    assert float(np.linalg.norm(session.run.networks[0].parameters["W_ax_l0"])) == pytest.approx(10)
    assert sliders.input_value.text() == "‖W_ax‖ 10"
    narrow = sliders.size()
    sliders.resize(round(20 * panel.surface.unit), narrow.height())
    sliders.arrange()
    assert sliders.input_value.text() == "W_ax 10" and sliders.input.geometry().right() < 400
    session.set_settings(Settings(cell="gru", recurrent="xavier"))
    radii = spectral_radius(session.run.networks[0])
    assert sliders.radius_value.text().endswith(f"W_aa ≤\u202f{radii.max():.2f}")
    for wide in range(20, 60):
        sliders.resize(round(wide * panel.surface.unit), narrow.height())
        sliders.arrange()
        label = sliders.radius_value
        text = label.fontMetrics().horizontalAdvance(label.text())
        assert text <= label.width() <= sliders.radius.x(), wide
    window.panels.want(of_panels(["forgetting", "gradient"]))
    assert not sliders.isVisible() or window.parts.slots.panel("forgetting") is not panel


def test_why_says_its_causes_in_fewer_words_where_it_has_no_room_for_more(window):
    session = window.session
    session.open_text("the cat that the dog that the man fed yesterday chased through the garden")
    window.panels.choose("laboratory")
    session.seek(session.frame.timeline.end - 1.0)
    window.parts.slots.build()
    panel = window.parts.slots.panel("singular_values")
    for width, height in ((1280, 720), (1600, 900)):
        window.resize(width, height)
        QApplication.processEvents()
        lines = " ".join(panel.lines)
        assert "by the weights" in lines or ("weights" in lines and "g′" in lines), lines


def test_depths_slider_and_keys_ask_for_layers(window, qtbot):
    session = window.session
    window.panels.want(of_panels(["depth", "gradient"]))
    session.seek(float(2 * session.frame.steps))
    panel = window.parts.slots.panel("depth")
    slider = next(t for t in panel.scene(session.frame).targets if t.kind == "slider")
    at = lambda n: QPoint(  # noqa: E731
        round(slider.rect.x + (n - 0.5) / 8 * slider.rect.w), round(slider.rect.cy)
    )
    position = session.playhead.position
    qtbot.mousePress(panel, Qt.MouseButton.LeftButton, pos=at(3))
    assert session.frame.layers == 3 and session.playhead.position == position
    qtbot.mouseMove(panel, at(8))
    assert session.frame.layers == 8
    qtbot.mouseMove(panel, at(2))
    qtbot.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=at(2))
    assert session.frame.layers == 2 == session.run.settings.layers
    panel.setFocus()
    qtbot.keyClick(panel, "+")
    assert session.frame.layers == 3
    qtbot.keyClick(panel, "-")
    qtbot.keyClick(panel, "-")
    assert session.frame.layers == 1
    session.undo()
    assert session.frame.layers == 2


def test_a_scenes_title_follows_the_film(slots, frames, qtbot):
    """At the update the ledger is of all losses, and its title says so on the screen too."""
    frame = frames["text"]
    back, end = (
        resolve(frame.run, replace(frame.playhead, position=at), frame.passing)
        for at in (float(2 * frame.steps), float(frame.timeline.end))
    )
    slots.set_layout(of_panels(["ledger"]))
    slots.set_frame(back)
    panel = slots.panel("ledger")
    head = panel.surface.title_row(0.0, float(panel.width())).toAlignedRect()
    qtbot.wait(30)
    painted = []
    panel.installEventFilter(watch := Painted(panel, painted))
    slots.set_frame(end)
    qtbot.waitUntil(lambda: bool(painted), timeout=2_000)
    assert any(region.contains(head.center()) for region in painted)
    panel.removeEventFilter(watch)


class Painted(QObject):
    """Remembers what is painted anew of a widget."""

    def __init__(self, parent, painted):
        super().__init__(parent)
        self._painted = painted

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self._painted.append(event.region())
        return False


def test_a_panel_whose_measure_takes_long_has_its_room_until_that_is_found(window, qtbot):
    """What no panel that is shown asks for is not found: it would never come."""
    session = window.session
    session.open_text(" ".join(f"w{i % 9}" for i in range(60)))
    session.set_settings(Settings(cell="lstm", units=32))
    qtbot.waitUntil(lambda: not session.busy, timeout=60_000)
    window.panels.choose("laboratory")
    panel = window.parts.slots.panel("singular_values")
    assert panel.why == "it is still being computed"
    qtbot.waitUntil(lambda: not session.busy, timeout=60_000)
    assert window.parts.slots.shown == LAYOUTS["laboratory"].panels
    assert not panel.why and panel.chart is not None


# -- what has nothing yet --------------------------------------------------------------------------


def heights(window):
    QApplication.processEvents()
    return window.parts.slots.height(), window.parts.stage.height()


def test_what_has_nothing_yet_is_a_line_and_the_stage_has_its_room(window, qtbot):
    session, unit = window.session, window.look.unit
    line, large = heights(window)
    assert line < 4 * unit
    for panel in window.parts.slots.panels():  # whose title row is not cut at its foot
        only = Qt.FindChildOption.FindDirectChildrenOnly
        row = [w for w in panel.findChildren(QWidget, options=only) if w.isVisible()]
        assert len(row) > 1 and all(panel.rect().contains(w.geometry()) for w in row)
    session.seek(0.2)  # with the first step there are states
    high, stage = heights(window)
    assert high > 12 * unit and stage < large - 8 * unit
    for position in (3.0, 9.0, 9.5, 14.0):  # and nothing moves any more
        session.seek(position)
        assert heights(window) == (high, stage)
    session.seek(0.0)
    assert heights(window) == (line, large)
    window.panels.choose("lecture")  # where the gradient stands alone
    for position, folded in ((4.0, True), (9.0, True), (9.5, False), (12.0, False)):
        session.seek(position)
        assert (heights(window)[0] < 4 * unit) is folded
    session.to_end()
    session.next()  # its first update: later passes fold nothing
    assert session.frame.playhead.snapshot == 1
    assert heights(window)[0] > 12 * unit


def test_the_line_says_with_what_it_comes_and_by_which_key(window, qtbot):
    slots = window.parts.slots
    said = {name: coming(name, window.session.frame) for name in slots.shown}
    assert said == {"map": "with the first step (→)", "gradient": "with the way back (Shift+End)"}
    keys = {row.name: row.keys for row in COMMANDS.values()}
    assert "Right" in keys["next"] and "Shift+End" in keys["to_backward"]
    window.session.next()
    window.session.next()
    assert not coming("map", window.session.frame)
    window.panels.choose("lecture")
    qtbot.wait(50)
    panel, painted = slots.panel("gradient"), []
    panel.installEventFilter(watch := Painted(panel, painted))
    window.menus.actions["to_backward"].trigger()  # where that key leads there is another one
    assert coming("gradient", window.session.frame) == "with the way back (→)"
    qtbot.waitUntil(lambda: any(r.contains(panel.rect().center()) for r in painted), timeout=2_000)
    panel.removeEventFilter(watch)


def test_what_the_user_put_there_or_wants_to_guess_has_room(window, qtbot):
    unit = window.look.unit
    window.panels.choose("lecture")
    window.session.seek(9.0)
    assert heights(window)[0] < 4 * unit
    window.menus.actions["cover"].trigger()  # the room guesses the curve before the way back
    assert window.parts.slots.panel("gradient").covers
    assert heights(window)[0] > 12 * unit
    window.menus.actions["cover"].trigger()
    assert heights(window)[0] < 4 * unit
    window.panels.want(of_panels(("gradient",)))
    assert heights(window)[0] > 12 * unit


def test_heights_are_kept_as_they_are_when_there_is_something(window, preferences):
    splitter = window.parts.splitter
    window.session.seek(3.0)
    splitter.setSizes([400, 300])
    QApplication.processEvents()
    shared = splitter.sizes()
    window.session.seek(0.0)
    QApplication.processEvents()
    assert window.parts.slots.height() < 4 * window.look.unit
    assert window.panels.view(1.0)["splitter"] == shared
    window.leave()
    kept = preferences.sizes("splitter")
    assert kept is not None and abs(kept[0] / sum(kept) - shared[0] / sum(shared)) < 0.01
    window.session.seek(3.0)
    QApplication.processEvents()
    assert splitter.sizes() == shared
