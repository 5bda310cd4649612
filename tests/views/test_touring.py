"""A tour in the window: keys, what is shown on the way out and back, live changes, faults."""

import random
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton

from rnnviz.export.offscreen import Appearance
from rnnviz.export.picture import scene_picture
from rnnviz.opening.toml_files import read_toml
from rnnviz.scenes.shapes import Role
from rnnviz.session.commands import EXAMPLES
from rnnviz.tours.script import tour_of
from rnnviz.views.presenting.caption import CaptionView
from rnnviz.views.presenting.foot import FootBar
from rnnviz.views.presenting.pointing import Pointing
from rnnviz.views.presenting.speaker import NotesStrip

TOUR = """
title = "Little"
part = "One part"
[[scene]]
name = "asked"
title = "How much?"
question = "{steps} words: guess."
answer = "**{reached}** of it."
open = { lecture = true }
mode = "many_to_one"
panels = ["gradient"]
at = "last"
play = "back:1"
cover = ["gradient"]
[[scene]]
name = "plain"
title = "The whole triangle"
mode = "synced"
fill = "triangle"
[[scene]]
name = "wrong"
title = "This one is wrong"
at = 99
[[scene]]
name = "cells"
title = "Cells compared"
caption = "LSTM {reached_in:LSTM}"
panels = ["lanes", "gradient"]
bars = ["equation"]
at = "back:1"
[scene.view]
compared = true
"""


def tour(text=TOUR):
    return tour_of(read_toml(text.encode(), "t.toml", 256 * 1024, "tour"))


def rest(qtbot, session):
    """Until what is wanted is shown, and nothing is made ready any more."""
    qtbot.waitUntil(
        lambda: not session.tour.waiting and session.tour.at_rest and not session.busy,
        timeout=20_000,
    )


@pytest.fixture
def toured(qtbot, window):
    examples = window.menus.menus[EXAMPLES]
    qtbot.waitUntil(lambda: bool(examples.actions()), timeout=20_000)  # all is loaded
    window.session.set_animated(False)
    window.session.present(tour())
    rest(qtbot, window.session)
    window.parts.message.clear()
    return window


def press(qtbot, window, *keys):
    for key in keys:
        qtbot.keyClick(window, key)
        rest(qtbot, window.session)


def caption(window):
    return window.findChild(CaptionView, "caption").text


def foot(window):
    return window.findChild(FootBar, "foot").place


def shot(window):
    """What is seen, but for the clock and messages."""
    QApplication.processEvents()
    window.parts.slots.build()
    QApplication.processEvents()
    bar = window.findChild(FootBar, "foot")
    picture = window.picture().toImage()
    clock = bar.clock_area.toAlignedRect().adjusted(-4, 0, 4, 0).translated(bar.pos())
    for y in range(clock.top(), min(clock.bottom() + 1, picture.height())):
        for x in range(max(clock.left(), 0), min(clock.right() + 1, picture.width())):
            picture.setPixel(x, y, 0)
    return picture


def test_next_asks_tells_and_goes_on(qtbot, toured):
    assert caption(toured) == "How much?\n9 words: guess."
    assert foot(toured).overall == "1 of 4" and foot(toured).runs == "many to one · RNN"
    assert toured.session.frame.playhead.position == 9.0
    press(qtbot, toured, Qt.Key.Key_PageDown)
    assert caption(toured) == "How much?\n0.00202 of it."
    assert toured.session.frame.playhead.position == 18.0
    press(qtbot, toured, Qt.Key.Key_Space)
    assert caption(toured) == "The whole triangle\n"
    assert toured.parts.slots.filling == "triangle" and not toured.parts.stage.isVisible()
    press(qtbot, toured, Qt.Key.Key_PageUp)
    assert caption(toured) == "How much?\n0.00202 of it."
    press(qtbot, toured, Qt.Key.Key_PageUp)
    assert caption(toured) == "How much?\n9 words: guess."
    assert toured.parts.slots.shown == ("gradient",) and toured.parts.stage.isVisible()


def test_a_fault_is_one_quiet_line_and_the_lecture_goes_on(qtbot, toured):
    press(qtbot, toured, Qt.Key.Key_3, Qt.Key.Key_Return)
    assert caption(toured) == "This one is wrong\n"
    message = toured.parts.message
    assert "t.toml, line 23: at 99: there are 9 steps" in message.text and not message.stays
    assert toured.session.frame.task.steps == 9
    press(qtbot, toured, Qt.Key.Key_PageDown)
    assert caption(toured).startswith("Cells compared\nLSTM 0.0")
    assert toured.parts.equation.isVisible() and toured.parts.branches.isVisible()


def test_digits_and_enter_and_the_ends(qtbot, toured):
    press(qtbot, toured, Qt.Key.Key_End)
    assert foot(toured).overall == "4 of 4"
    qtbot.keyClick(toured, Qt.Key.Key_2)
    assert foot(toured).typed == "2"
    press(qtbot, toured, Qt.Key.Key_Return)
    assert foot(toured).overall == "2 of 4" and not foot(toured).typed
    qtbot.keyClick(toured, Qt.Key.Key_9)
    press(qtbot, toured, Qt.Key.Key_Return)
    assert foot(toured).overall == "2 of 4" and "4 scenes" in toured.parts.message.text
    press(qtbot, toured, Qt.Key.Key_Home)
    assert foot(toured).overall == "1 of 4"


def test_arrows_are_the_films_and_next_brings_the_script_back(qtbot, toured):
    press(qtbot, toured, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert toured.session.frame.playhead.position == 7.0
    assert caption(toured) == "How much?\n9 words: guess."
    press(qtbot, toured, Qt.Key.Key_Backspace)
    assert toured.session.frame.playhead.position == 9.0


def test_next_in_an_animation_finishes_it(qtbot, toured):
    session = toured.session
    session.set_animated(True)
    session.tour.next()
    qtbot.waitUntil(lambda: session.frame.playhead.position > 9.0)
    assert session.frame.playhead.position < 18.0
    assert caption(toured) == "How much?\n9 words: guess."  # nobody has been told yet
    press(qtbot, toured, Qt.Key.Key_PageDown)
    assert session.frame.playhead.position == 18.0 and foot(toured).overall == "1 of 4"
    assert caption(toured) == "How much?\n0.00202 of it."


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_back_shows_exactly_what_was_shown_whatever_was_changed_live(qtbot, toured, seed):
    chance = random.Random(seed)
    session = toured.session
    live = (
        lambda: session.next(),
        lambda: session.choose_summed(True),
        lambda: session.seek(3.5),
        lambda: session.select_unit(3),
        lambda: session.open_text("something else altogether"),
        lambda: session.choose_mode("many_to_one"),
        lambda: session.fork(),
        lambda: toured.commands.run("cell", True),
        lambda: toured.commands.run("another_panel"),
        lambda: toured.commands.run("fill", not toured.parts.slots.filling),
        lambda: toured.commands.run("model", True),
        lambda: toured.commands.run("faster"),
        lambda: [w.view.zoom(0.5) for w in toured.parts.slots.panels() if hasattr(w, "view")],
    )

    def state():
        return shot(toured), caption(toured)

    def disturb():
        for change in chance.sample(live, 3):
            change()
            qtbot.waitUntil(lambda: not session.busy, timeout=20_000)
        toured.parts.message.clear()

    out = [state()]
    while session.tour.following() is not None:
        disturb()
        press(qtbot, toured, Qt.Key.Key_PageDown)
        toured.parts.message.clear()
        out.append(state())
    assert len(out) == 5
    back = [out[-1]]
    for _ in range(4):
        disturb()
        press(qtbot, toured, Qt.Key.Key_PageUp)
        toured.parts.message.clear()
        back.append(state())
    for number, (one, other) in enumerate(zip(out, reversed(back), strict=True)):
        if number == 3:
            continue  # a scene that cannot be shown lies over what was there
        assert one[1] == other[1]
        assert one[0] == other[0], f"picture {number}"


def test_leaving_gives_the_window_back_and_undo_what_was_open(qtbot, window):
    session = window.session
    session.open_text("one two three")
    session.set_animated(False)
    before = window.panels.layout, session.run
    session.present(tour())
    rest(qtbot, session)
    assert not window.parts.top.isVisible() and not window.parts.transport.isVisible()
    press(qtbot, window, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
    session.choose_summed(True)
    window.commands.run("leave")
    assert session.tour is None and window.touring is None
    assert window.findChild(CaptionView, "caption") is None or not window.parts.around
    assert window.parts.top.isVisible() and window.parts.transport.isVisible()
    assert window.panels.layout == before[0] and not window.parts.slots.filling
    assert window.menus.keys("play") == "Space"
    assert session.undoes == "the tour “Little”"
    session.undo()
    assert session.run is before[1]


def test_f5_presents_it_and_esc_leaves_step_by_step(qtbot, toured):
    toured.commands.run("lecture")
    QApplication.processEvents()
    toured.resize(1600, 900)
    assert toured.lecture and session_seconds(toured) >= 0.0
    assert toured.look.unit >= 0.022 * 900
    qtbot.keyClick(toured, Qt.Key.Key_B)
    assert toured.parts.blank.isVisible()
    toured.commands.run("leave")
    assert not toured.parts.blank.isVisible() and toured.lecture
    toured.commands.run("leave")
    assert not toured.lecture and toured.session.tour is not None
    toured.commands.run("leave")
    assert toured.session.tour is None


def session_seconds(window):
    return window.session.tour.seconds


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_caption_and_foot_are_read_from_the_back_row(qtbot, toured, size, theme):
    toured.resize(*size)
    toured.set_theme(theme)
    QApplication.processEvents()
    caption_view = toured.findChild(CaptionView, "caption")
    assert toured.look.unit >= 0.022 * size[1]
    assert caption_view.lines[0] == 1 and caption_view.lines[1] <= 2
    inside = QRect(0, 0, *size)
    for view in toured.parts.around:
        assert inside.contains(view.geometry()) and view.height() >= view.sizeHint().height()


def test_nothing_is_said_with_nothing_presented(window):
    assert window.commands.why_not("tour_next") == "no tour is presented"
    assert not window.commands.run("tour_back")


def test_the_spotlight_is_held_and_lets_what_is_under_it_be_seen(qtbot, toured):
    pointing = toured.touring.pointing
    plain = shot(toured)
    qtbot.keyPress(toured, Qt.Key.Key_S)
    assert pointing.isVisible() and pointing.is_on("spotlight")
    qtbot.mouseMove(pointing, QPoint(800, 300))
    QApplication.processEvents()
    lit = shot(toured)
    assert lit.pixel(800, 300) == plain.pixel(800, 300)
    assert lit.pixelColor(20, 820).lightness() < plain.pixelColor(20, 820).lightness()
    qtbot.keyRelease(toured, Qt.Key.Key_S)
    assert not pointing.isVisible() and shot(toured) == plain


def test_a_stroke_fades_or_stays_and_goes_with_the_scene(qtbot, toured):
    now = [0.0]
    pointing = Pointing(toured.parts.central, lambda: now[0])
    pointing.switch("pen", True)
    qtbot.mousePress(pointing, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(pointing, QPoint(200, 150))
    qtbot.mouseRelease(pointing, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    assert pointing.strokes == 1
    now[0] = 60.0
    qtbot.waitUntil(lambda: pointing.strokes == 0)
    pointing.clear()
    pointing.deleteLater()
    toured.commands.run("pen_stays", True)
    mine = toured.touring.pointing
    qtbot.mousePress(mine, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseRelease(mine, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    toured.commands.run("pen_stays", False)
    assert mine.strokes == 1 and mine.isVisible()
    press(qtbot, toured, Qt.Key.Key_PageDown)
    assert mine.strokes == 0 and not mine.isVisible()


def test_zoomed_the_pointer_stays_on_what_it_was_at(qtbot, toured):
    pointing = toured.touring.pointing
    plain = shot(toured)
    toured.commands.run("zoom", True)
    qtbot.mouseMove(pointing, QPoint(800, 300))
    QApplication.processEvents()
    assert shot(toured) != plain
    toured.commands.run("zoom", False)
    assert shot(toured) == plain


def test_what_is_held_is_let_go_where_another_program_has_the_keys(qtbot, toured):
    pointing = toured.touring.pointing
    qtbot.keyPress(toured, Qt.Key.Key_S)
    assert pointing.is_on("spotlight")
    QApplication.instance().focusChanged.emit(
        toured.parts.stage, None
    )  # Alt+Tab, the key still down
    assert not pointing.is_on("spotlight") and not pointing.isVisible()
    toured.commands.run("spotlight", True)  # switched on and not held: it stays
    QApplication.instance().focusChanged.emit(toured.parts.stage, None)
    assert pointing.is_on("spotlight")
    toured.commands.run("spotlight", False)


def test_zoomed_the_film_goes_on_and_a_stroke_stays_where_it_was_drawn(qtbot, toured):
    pointing, session = toured.touring.pointing, toured.session
    rest(qtbot, session)
    toured.commands.run("zoom", True)
    qtbot.mouseMove(pointing, QPoint(800, 300))
    QApplication.processEvents()
    before = shot(toured)
    session.seek(2.0 if session.frame.playhead.position != 2.0 else 3.0)
    qtbot.waitUntil(lambda: shot(toured) != before)
    toured.commands.run("pen_stays", True)
    plain = shot(toured)
    at = QPoint(500, 400)
    qtbot.mousePress(pointing, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseRelease(pointing, Qt.MouseButton.LeftButton, pos=at)
    assert shot(toured).pixel(at) != plain.pixel(at)  # under the pointer
    qtbot.mouseMove(pointing, QPoint(700, 400))
    toured.commands.run("zoom", False)
    large = shot(toured)
    ink = toured.look.palette.colour(Role.INPUT)
    assert large.pixelColor(at).rgb() == ink.rgb()  # and on the same thing without the zoom
    toured.commands.run("pen_stays", False)


def test_without_another_screen_the_notes_lie_over_the_foot(qtbot, window):
    window.session.present(tour(TOUR.replace('cover = ["gradient"]', 'notes = "Wait for it."')))
    rest(qtbot, window.session)
    window.session.set_animated(False)
    strip = window.findChild(NotesStrip, "notes")
    assert not strip.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert strip.isVisible() and strip.text() == "Wait for it."
    press(qtbot, window, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
    assert strip.text() == "No notes."
    qtbot.keyClick(window, Qt.Key.Key_N)
    assert not strip.isVisible()


def test_the_notes_say_the_figures_of_what_is_shown(qtbot, window):
    notes = 'notes = "**{steps} words**, a {cell} of {units}, \\\\{one\\\\}, {held_out:LSTM}."'
    window.session.present(tour(TOUR.replace('cover = ["gradient"]', notes)))
    rest(qtbot, window.session)
    qtbot.keyClick(window, Qt.Key.Key_N)
    strip = window.findChild(NotesStrip, "notes")
    assert strip.text() == "9 words, a RNN of 16, {one}, –."
    window.session.set_settings(replace(window.session.settings, cell="lstm", units=8))
    rest(qtbot, window.session)
    assert strip.text() == "9 words, a LSTM of 8, {one}, –."


def test_the_speaker_has_notes_both_pictures_and_the_time(qtbot, window):
    window.session.present(tour(TOUR.replace('cover = ["gradient"]', 'notes = "Wait for it."')))
    rest(qtbot, window.session)
    speaking = window.touring.speaking
    speaking.open_on(window.screen())
    speaker = speaking.speaker
    assert speaker.notes == "Wait for it."
    qtbot.waitUntil(lambda: not (speaker.now.empty or speaker.following.empty), timeout=20_000)
    wanted = window.session.tour.following()
    picture, _ = scene_picture(
        window.session.tour.tour, wanted.index, Appearance((1280, 720)), asked=not wanted.told
    )
    assert speaker.following.picture.toImage() == picture.toImage()  # with its caption
    told = " ".join(label.text() for label in speaker.findChildren(QLabel))
    assert "scene 1 of 4 · How much?" in told and "next ▸ the answer" in told
    assert "within the plan of 04:00" in told
    speaker.findChild(QPushButton, "next").click()
    rest(qtbot, window.session)
    assert caption(window) == "How much?\n9 words: guess." or "of it" in caption(window)
    field = speaker.findChild(QLineEdit)
    field.setText("4")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    rest(qtbot, window.session)
    assert foot(window).overall == "4 of 4"
    assert "the end" in " ".join(label.text() for label in speaker.findChildren(QLabel))
    window.commands.run("leave_tour")
    assert speaking.speaker is None
    QApplication.processEvents()


def test_views_with_keys_of_their_own_leave_a_tours_to_it(qtbot, window):
    text = """
[[scene]]
name = "a"
title = "Words"
open = { lecture = true }
words = true
[[scene]]
name = "b"
title = "More words"
words = true
[[scene]]
name = "c"
title = "Stage"
words = false
panels = ["gradient"]
"""
    window.session.present(tour(text))
    rest(qtbot, window.session)
    assert window.parts.words_shown

    def at_focus(key):
        qtbot.keyClick(QApplication.focusWidget() or window, key)
        rest(qtbot, window.session)
        return caption(window).splitlines()[0]

    window.parts.words.setFocus()

    def page():
        made = window.parts.words.page()
        return made.method, made.selected, made.camera

    first = page()
    qtbot.keyClick(window.parts.words, Qt.Key.Key_P)
    assert page() != first  # its other keys are its own
    assert at_focus(Qt.Key.Key_PageDown) == "More words"
    assert page() == first  # as the scene has it
    window.parts.words.setFocus()
    assert at_focus(Qt.Key.Key_PageUp) == "Words"
    assert at_focus(Qt.Key.Key_End) == "Stage"
    window.parts.slots.panel("gradient").setFocus()
    assert at_focus(Qt.Key.Key_Home) == "Words"


def test_a_scene_has_its_notation_and_the_window_its_own_again(qtbot, window):
    text = """
[[scene]]
name = "a"
open = { lecture = true }
title = "{steps} steps: a⟨3⟩"
[scene.view]
notation = "textbook"
[[scene]]
name = "b"
open = { lecture = true }
title = "a⟨3⟩"
"""
    window.session.present(tour(text))
    rest(qtbot, window.session)
    assert window.look.notation.name == "textbook"
    speaking = window.touring.speaking
    speaking.open_on(window.screen())
    told = " ".join(label.text() for label in speaking.speaker.findChildren(QLabel))
    assert "9 steps: a⟨3⟩" in told and "{" not in told
    press(qtbot, window, Qt.Key.Key_PageDown)
    assert window.look.notation.name == "lecture"
    press(qtbot, window, Qt.Key.Key_PageUp)
    assert window.look.notation.name == "textbook"
    window.commands.run("leave_tour")
    assert window.look.notation.name == "lecture"
    QApplication.processEvents()


def test_numbers_of_the_equation_are_blank_until_the_answer_is_told(qtbot, window):
    window.session.set_animated(False)
    text = """
title = "Blanks"
[[scene]]
name = "asked"
open = { lecture = true }
fill = "equation"
at = 3
blanks = 3
[[scene]]
name = "after"
fill = "equation"
"""
    window.session.present(tour(text))
    rest(qtbot, window.session)
    panel = window.parts.slots.panel("equation")
    assert panel.faded == 3 and panel.asked is not None
    for number, faded in ((0, 0), (1, 0)):
        window.menus.actions["tour_next"].trigger()
        rest(qtbot, window.session)
        assert window.session.tour.shown.index == number
        assert panel.faded == faded and panel.asked is None


def test_what_is_wrong_with_a_scene_goes_with_its_tour(qtbot, window):
    window.session.set_animated(False)
    window.session.present(tour(TOUR), 2)
    rest(qtbot, window.session)
    message = window.parts.message
    assert message.isVisible() and "Not shown" in message.text
    window.menus.actions["leave_tour"].trigger()
    assert not message.isVisible()


def test_what_is_covered_is_told_where_nothing_runs_by_itself(window, qtbot):
    asked = TOUR.replace('play = "back:1"\n', "").replace(
        'panels = ["gradient"]\nat = "last"\ncover = ["gradient"]',
        'panels = ["gradient", "lanes"]\nat = "back:1"\ncover = ["gradient", "lanes"]',
    )
    assert asked.count('cover = ["gradient", "lanes"]') == 1
    window.session.set_animated(True)
    window.session.present(tour(asked))
    rest(qtbot, window.session)
    panels = [window.parts.slots.panel(name) for name in ("gradient", "lanes")]
    assert all(panel.covers for panel in panels)
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert not any(panel.covers for panel in panels)
    assert not window.session.tour.running


def test_the_film_that_tells_uncovers_what_is_no_curve(window, qtbot):
    window.session.set_animated(True)
    window.session.present(
        tour(
            TOUR.replace(
                'panels = ["gradient"]\nat = "last"', 'panels = ["gradient", "lanes"]\nat = "last"'
            ).replace('cover = ["gradient"]', 'cover = ["gradient", "lanes"]')
        )
    )
    rest(qtbot, window.session)
    assert window.parts.slots.panel("lanes").covers
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert window.session.tour.running
    assert not window.parts.slots.panel("lanes").covers
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    assert not window.parts.slots.panel("gradient").covers
