"""The start page: what it offers can all be reached by keys, and a key of the film leaves it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from rnnviz.cli.arguments import read_arguments
from rnnviz.film.notation import NOTATIONS
from rnnviz.scenes.measure import text_width
from rnnviz.scenes.shapes import Text
from rnnviz.scenes.start import StartPage, spoken, start_scene
from tests.frames import make_frame

TOURS = tuple((f"part{i}", f"{i} What is seen in part {i}") for i in range(1, 10))
PAGE = StartPage(make_frame(), TOURS, ("prices.csv", "a very long name of a file.rnnviz"), True)
SIZES = [(1024, 600, 12.0), (1280, 680, 12.0), (1600, 860, 14.0), (1920, 1040, 17.0)]
SIZES += [(3840, 2100, 33.5)]
Key = Qt.Key


@pytest.fixture
def started(window):
    """A window with the start page over it."""
    window.starting.show()
    return window


def page_of(window) -> QWidget:
    return window.findChild(QWidget, "start page")


def kinds(window) -> list[str]:
    return [target.kind for target in page_of(window).scene().targets]


def chosen(window, qtbot, kind: str, place: int = 0) -> None:
    """Go to an entry by Tab alone, and take it."""
    view = page_of(window)
    entries = [(t.kind, t.step) for t in view.scene().targets]
    for _ in range(entries.index((kind, place))):
        qtbot.keyClick(view, Key.Key_Tab)
    qtbot.keyClick(view, Key.Key_Return)


@pytest.mark.parametrize(("width", "height", "unit"), SIZES)
@pytest.mark.parametrize("tours", [(), TOURS], ids=["alone", "tours"])
def test_everything_is_inside_apart_and_whole(width, height, unit, tours):
    page = StartPage(PAGE.frame, tours, PAGE.recent, True)
    scene = start_scene(page, width, height, unit)
    rects = [target.rect for target in scene.targets]
    for i, rect in enumerate(rects):
        assert rect.x >= 0 and rect.y >= 0 and rect.right <= width and rect.bottom <= height
        for other in rects[:i]:
            apart = rect.x >= other.right or other.x >= rect.right
            assert apart or rect.y >= other.bottom or other.y >= rect.bottom
    names = ("shape", "tour", "type", "open", "network", "next", "keep", "head", "title", "about")
    own = [s for s in scene.shapes if isinstance(s, Text) and s.id.startswith(names)]
    assert len(own) > 12
    for text in own:
        assert text_width(text.text, text.size, text.bold) <= text.rect.w + 1, text.text
        assert text.size >= 0.9 * unit
    assert {target.kind for target in scene.targets} >= {"next", "shape", "type", "open", "keep"}


def test_its_network_is_the_stages_own_with_one_step_done():
    from rnnviz.scenes.start import first_step

    frame = first_step(make_frame(position=7.0))
    assert (frame.step, frame.forward_done) == (1, 1)
    ids = {shape.id for shape in start_scene(PAGE, 1600, 860, 14.0).shapes}
    assert {"cell:1", "token:1", "loss:1"} <= ids
    assert "loss:2" not in ids  # nobody has come there


def test_next_leaves_and_makes_the_first_step(started, qtbot):
    session = started.session
    assert page_of(started).isVisible() and page_of(started).hasFocus()
    session.set_animated(False)
    qtbot.keyClick(page_of(started), Key.Key_Return)
    assert not page_of(started).isVisible()
    assert session.playhead.position == 1.0
    assert started.parts.stage.hasFocus()


@pytest.mark.parametrize("command", ["next", "end", "phase", "undo"])
def test_a_command_of_what_lies_beneath_leaves_it(started, command):
    started.commands.run(command)
    assert not page_of(started).isVisible()


def test_escape_leaves_it_and_nothing_else(started):
    started.commands.run("leave")
    assert not page_of(started).isVisible()


@pytest.mark.parametrize("command", ["larger", "about"])
def test_a_larger_type_and_help_stay_on_it(started, command):
    started.commands.run(command)
    assert page_of(started).isVisible()
    for dialog in QApplication.topLevelWidgets():
        if dialog is not started and dialog.isVisible():
            dialog.close()


def test_every_entry_is_reached_by_tab_and_said(started, qtbot):
    view, said = page_of(started), []
    for _ in view.scene().targets:
        said.append(view.accessibleDescription())
        qtbot.keyClick(view, Key.Key_Tab)
    assert len(set(said)) == len(said) and all(said)
    assert view.accessibleDescription() == said[0]
    qtbot.keyClick(view, Key.Key_Up)
    assert view.accessibleDescription() == said[-1]
    assert said == [spoken(view.page, target) for target in view.scene().targets]


def test_a_shape_opens_its_example(started, qtbot):
    chosen(started, qtbot, "shape", 3)
    qtbot.waitUntil(lambda: started.session.run.shipped is not None, timeout=20_000)
    assert started.session.frame.task.mode == "many_to_one"
    assert not page_of(started).isVisible()


def test_ones_own_text_is_typed_in_its_field(started, qtbot):
    chosen(started, qtbot, "type")
    assert not page_of(started).isVisible()
    assert started.focusWidget() is not started.parts.stage


def test_a_tour_is_taken_by_its_digit(started, qtbot):
    taken = []
    started.starting.open_tour = taken.append
    started.starting.offer_tours(TOURS)
    assert kinds(started).count("tour") == len(TOURS)
    qtbot.keyClick(page_of(started), Key.Key_4)
    assert taken == ["part4"]
    assert not page_of(started).isVisible()


def test_the_digit_of_a_part_begins_the_tour_that_ships(started, qtbot):
    qtbot.waitUntil(lambda: "tour" in kinds(started), timeout=30_000)
    qtbot.keyClick(page_of(started), Key.Key_7)
    qtbot.waitUntil(lambda: started.touring is not None, timeout=30_000)
    assert not page_of(started).isVisible()
    assert started.session.tour.tour.name.startswith("7")
    started.session.leave_tour()


def test_it_is_shown_at_a_start_until_that_is_wished_no_more(window_of, preferences, qtbot):
    window = window_of(preferences)
    window.starting.at_start()
    assert page_of(window).isVisible()
    chosen(window, qtbot, "keep")
    assert page_of(window).isVisible()
    assert preferences.value("start_page") is False
    again = window_of(preferences)
    again.starting.at_start()
    assert page_of(again) is None
    again.commands.run("start_page")
    assert page_of(again).isVisible()


def test_what_was_opened_takes_its_place(started, qtbot, tmp_path):
    path = tmp_path / "own.txt"
    path.write_text("one two three")
    started.session.open_file(path)
    qtbot.waitUntil(lambda: not page_of(started).isVisible(), timeout=20_000)
    assert started.session.frame.steps == 3


def test_it_has_the_windows_look(started):
    started.set_notation("textbook")
    started.set_theme("dark")
    assert page_of(started).grab().toImage().pixelColor(2, 2) == started.look.palette.colour(
        "background"
    )
    assert started.look.notation is NOTATIONS["textbook"]


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("", True),
        ("--theme dark", True),
        ("--notation textbook --memory 2", True),
        ("--no-start-page", False),
        ("data.csv", False),
        ("--text one", False),
        ("--cell lstm", False),
        ("--at 3", False),
        ("--words", False),
        ("--panel gradient", False),
        ("--layout lecture", False),
        ("--problem parity", False),
        ("--state cell", False),
    ],
)
def test_a_command_line_that_names_something_shows_that(line, begins):
    assert read_arguments(line.split()).begins is begins
