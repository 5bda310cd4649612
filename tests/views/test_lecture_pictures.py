"""The lecture's pictures in the window: by mouse and keys, and what a document keeps of them."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from rnnviz.documents.files import open_document, save_document
from rnnviz.film.panels import of_panels
from rnnviz.scenes.shapes import Text


@pytest.fixture
def shown(window):
    """The function that puts one panel of the lecture under the stage."""

    def make(name):
        window.panels.want(of_panels([name]))
        QApplication.processEvents()
        return window.parts.slots.panel(name)

    return make


def cells(panel, frame):
    return sum(shape.id.startswith("cell:") for shape in panel.scene(frame).shapes)


def test_the_slider_for_t_is_dragged_and_the_keys_go_on_from_there(window, shown, qtbot):
    panel, session = shown("loop"), window.session
    rect = next(t.rect for t in panel.scene(session.frame).targets if t.kind == "slider")
    y = round(rect.cy)
    at = lambda n: QPoint(round(rect.x + (n - 0.5) / 9 * rect.w), y)  # noqa: E731
    qtbot.mousePress(panel, Qt.MouseButton.LeftButton, pos=at(3))
    assert session.playhead.copies == 3 == cells(panel, session.frame)
    qtbot.mouseMove(panel, at(7))
    assert session.playhead.copies == 7
    qtbot.mouseMove(panel, at(7) + QPoint(5 * panel.width(), 90))  # beside it, and beyond
    assert session.playhead.copies == 9
    qtbot.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=at(9))
    qtbot.mouseMove(panel, at(2))
    assert session.playhead.copies == 9 == cells(panel, session.frame)
    qtbot.keyClick(window, "-")
    qtbot.keyClick(window, "-")
    qtbot.keyClick(window, "+")
    assert session.playhead.copies == 8 == cells(panel, session.frame)
    session.seek(2.0)
    assert cells(panel, session.frame) == 8
    window.commands.run("copies_follow")
    assert cells(panel, session.frame) == 2
    qtbot.keyClick(window, "+")
    assert session.playhead.copies == 3


def test_copies_stay_within_the_sequence_and_above_none(window, shown):
    shown("loop")
    for name, ends in (("copies_fewer", 1), ("copies_more", 9)):
        for _ in range(12):
            window.commands.run(name)
        assert window.session.playhead.copies == ends


def test_where_no_loop_is_shown_the_keys_say_so(window, shown):
    shown("gradient")
    assert not window.commands.run("copies_more")
    assert "The loop unrolls” is not shown" in window.parts.message.text
    assert window.session.playhead.copies == 0


def test_a_press_on_a_copy_seeks_its_step(window, shown, qtbot):
    panel, session = shown("loop"), window.session
    session.seek(9.0)
    target = next(t for t in panel.scene(session.frame).targets if (t.kind, t.step) == ("copy", 4))
    place = QPoint(round(target.rect.cx), round(target.rect.cy))
    qtbot.mouseClick(panel, Qt.MouseButton.LeftButton, pos=place)
    assert session.playhead.position == 4.0


def test_a_document_keeps_the_number_of_copies(window, shown, tmp_path):
    shown("loop")
    window.session.choose_copies(6)
    path = tmp_path / "loop.rnnviz"
    save_document(path, window.session.branches)
    assert open_document(path).branches.playhead.copies == 6


# -- predict, then reveal ----------------------------------------------------------------------


def draw(qtbot, panel, *places):
    """A stroke over the plot, through places of its rectangle from 0 to 1."""
    rect = panel.axes.rect
    points = [QPoint(round(rect.x + x * rect.w), round(rect.y + y * rect.h)) for x, y in places]
    qtbot.mousePress(panel, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        qtbot.mouseMove(panel, point)
    qtbot.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=points[-1])


def test_a_covered_gradient_is_guessed_and_the_film_uncovers_it(window, shown, qtbot):
    panel, session = shown("gradient"), window.session
    panel.build()
    session.seek(9.0)
    panel.setFocus()
    qtbot.keyClick(panel, "v")
    guessing = panel.chart_view.guessing
    assert guessing.covers and not any(c.y.size for c in panel.drawn().chart.curves)
    assert panel.axes.y_range[1] - panel.axes.y_range[0] >= 16
    draw(qtbot, panel, *((1 - x / 20, 0.3) for x in range(21)))
    assert session.playhead.position == 9.0  # it was no press that seeks
    assert [x for x, _ in guessing.guess.points] == [float(t) for t in range(1, 10)]
    session.next()
    session.next()  # the animation is finished at once
    assert session.playhead.position == 10.0 and not guessing.covers
    assert panel.reading[0].startswith("step 9 “spell”: the room's guess")
    session.seek(18.0)
    assert panel.reading[0].startswith("step 1 “Harry”: the room's guess")
    assert "decades less" in panel.reading[0]
    assert not panel.grab().isNull()
    qtbot.keyClick(panel, "v", Qt.KeyboardModifier.ShiftModifier)
    assert not guessing.active and "guess" not in panel.reading[0]
    draw(qtbot, panel, (0.5, 0.5), (0.5, 0.5))
    assert session.playhead.position != 18.0  # a press seeks again


def test_what_was_covered_at_the_films_end_is_revealed_from_its_beginning(window, shown):
    panel, session = shown("gradient"), window.session
    panel.build()
    session.seek(18.0)
    window.commands.run("cover")
    guessing = panel.chart_view.guessing
    assert guessing.covers
    for position, covers in ((18.0, True), (0.0, True), (9.0, True), (12.0, False), (18.0, False)):
        session.seek(position)
        panel.drawn()
        assert guessing.covers == covers
    window.commands.run("cover")
    assert guessing.covers
    window.commands.run("cover")
    assert not guessing.covers


@pytest.mark.parametrize("name", ["lines", "singular_values", "forgetting"])
def test_other_charts_are_covered_alike(window, shown, name, qtbot):
    panel = shown(name)
    panel.build()
    window.session.seek(18.0)
    QApplication.processEvents()
    before = panel.grab().toImage()
    window.commands.run("cover")
    view = panel.chart_view
    assert view.guessing.covers and view.guessed.startswith("Covered")
    assert panel.grab().toImage() != before
    window.commands.run("forget_guess")
    assert panel.grab().toImage() == before


def test_a_value_is_typed_or_refused_in_words(window, shown):
    panel = shown("gradient")
    assert not window.commands.run("type_guess")  # nothing is covered
    window.commands.run("cover")
    panel.drawn()
    view = panel.chart_view
    assert view.typed_for == "step 1 “Harry”"
    view.type_guess("1/100")
    assert view.guessing.guess.points == ((1.0, -2.0),)
    with pytest.raises(ValueError, match="above 0"):
        view.type_guess("0")


def test_a_picture_without_curves_says_that_it_cannot_be_covered(window, shown):
    shown("triangle")
    assert not window.commands.run("cover")
    assert "shows no curve to guess" in window.parts.message.text


def test_panels_are_covered_by_name(window, shown):
    panel = shown("gradient")
    window.parts.slots.cover(("gradient",))
    assert panel.chart_view.guessing.covers
    window.parts.slots.cover(())
    assert not panel.chart_view.guessing.covers


@pytest.mark.parametrize("name", ["loop", "shapes"])
def test_what_a_picture_says_is_covered_and_shown_again(window, shown, name):
    panel = shown(name)
    window.commands.run("fill", True)

    def said():
        shapes = panel.scene(panel.frame_shown()).shapes
        return " ".join(shape.text for shape in shapes if isinstance(shape, Text))

    told = said()
    assert window.commands.run("cover")
    covered = said()
    assert len(covered) < len(told)
    assert window.commands.run("cover")
    assert said() == told


def test_what_is_covered_is_not_read_out_under_the_pointer(window, shown, qtbot):
    panel = shown("shapes")
    window.commands.run("fill", True)
    frame = panel.frame_shown()
    target = panel.scene(frame).targets[2].rect
    place = QPoint(round(target.cx), round(target.cy))

    def read_out():
        texts = [shape.text for shape in panel.scene(frame).shapes if isinstance(shape, Text)]
        return any("opens its example" in text for text in texts)

    qtbot.mouseMove(panel, place)
    assert read_out()
    assert window.commands.run("cover")
    assert not read_out()
    qtbot.mouseMove(panel, place + QPoint(9, 9))
    assert not read_out()
    assert window.commands.run("cover")
    assert read_out()


# -- the five shapes ---------------------------------------------------------------------------


def test_a_key_or_a_press_opens_the_example_of_a_shape(window, shown, qtbot):
    panel, session = shown("shapes"), window.session
    window.commands.run("fill", True)
    assert panel.hasFocus()

    def opened(name):
        shipped = session.frame.run.shipped
        return shipped is not None and shipped.name == name

    qtbot.keyClick(panel, "3")
    qtbot.waitUntil(lambda: opened("sentiment"), timeout=20_000)
    assert not window.parts.slots.filling and panel.hasFocus()  # the stage is seen
    target = panel.scene(session.frame).targets[0].rect
    place = QPoint(round(target.cx), round(target.cy))
    qtbot.mouseClick(panel, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: opened("digits"), timeout=20_000)


# -- order -------------------------------------------------------------------------------------


def test_p_is_dragged_and_stepped_by_keys(window, shown, qtbot):
    session = window.session
    session.open_sample()
    qtbot.waitUntil(lambda: session.frame.task.sequence.values is not None, timeout=20_000)
    panel = shown("order")
    qtbot.waitUntil(lambda: not panel.why, timeout=20_000)
    rect = next(t.rect for t in panel.scene(session.frame).targets if t.kind == "slider")
    at = lambda p: QPoint(round(rect.x + (p - 0.5) / 24 * rect.w), round(rect.cy))  # noqa: E731
    qtbot.mousePress(panel, Qt.MouseButton.LeftButton, pos=at(5))
    qtbot.mouseMove(panel, at(9))
    qtbot.mouseRelease(panel, Qt.MouseButton.LeftButton, pos=at(9))
    assert session.playhead.lags == 9
    panel.setFocus()
    qtbot.keyClick(panel, "+")
    assert session.playhead.lags == 10 and session.playhead.copies == 0
    texts = [s.text for s in panel.scene(session.frame).shapes if hasattr(s, "text")]
    assert "AR(10)" in texts


# -- equations that fade -----------------------------------------------------------------------


def texts_of(items):
    """All that is written in a row of an equation, numbers by their texts."""
    for item in items:
        for name in ("items", "numbers", "above", "below", "rows"):
            inner = getattr(item, name, ())
            yield from texts_of(inner if not isinstance(inner, str) else ())
        if hasattr(item, "text"):
            yield item.text


def blanks(panel):
    section = next(s for s in panel.equation.sections if s.name == "numbers")
    return [text for text in texts_of(section.forms[0]) if text in ("?", "…")]


def test_a_blank_is_filled_in_and_a_mistake_is_told(window, shown, qtbot):
    panel, session = shown("equation"), window.session
    session.seek(4.0)
    assert not panel.answer.isVisible()
    for _ in range(3):
        window.commands.run("fade")
    assert blanks(panel) == ["?", "…", "…"] and panel.answer.isVisible()
    assert panel.sentence.startswith("Which number is missing: a⟨4⟩, unit 1? 2 more")
    frame = session.frame
    right, z = float(frame.states[4, 0]), float(frame.forward_terms(4).z[0])
    qtbot.keyClicks(panel.answer, f"{z:.4f}")
    qtbot.keyClick(panel.answer, Qt.Key.Key_Return)
    assert "the activation g is forgotten" in panel.sentence
    assert blanks(panel) == ["?", "…", "…"]
    panel.answer.setText("nonsense")
    qtbot.keyClick(panel.answer, Qt.Key.Key_Return)
    assert "is no number" in panel.sentence
    panel.answer.setText(f"{right:.3f}")
    qtbot.keyClick(panel.answer, Qt.Key.Key_Return)
    assert panel.sentence.startswith("Right: a⟨4⟩, unit 1 is") and blanks(panel) == ["?", "…"]
    assert panel.answer.text() == "" and not panel.grab().isNull()
    qtbot.keyClick(panel.answer, Qt.Key.Key_Escape)
    assert not panel.answer.hasFocus()
    session.seek(14.0)
    assert panel.sentence.startswith("Which number is missing: ∂L⟨9⟩/∂a⟨5⟩") or (
        panel.sentence.startswith("Which number is missing: ∂L/∂a⟨5⟩, unit 1?")
    )
    for _ in range(3):
        window.commands.run("unfade")
    assert not panel.answer.isVisible() and not blanks(panel)


def test_every_pass_fades_one_more(window, shown):
    panel, session = shown("equation"), window.session
    session.seek(4.0)
    window.commands.run("fade")
    assert panel.faded == 1
    session.to_end()
    session.next()
    assert session.playhead.snapshot == 1
    session.seek(4.0)
    assert panel.faded == 2 and blanks(panel) == ["?", "…"]


def test_where_no_equation_stands_in_a_panel_it_is_said(window, shown):
    shown("gradient")
    assert not window.commands.run("fade")
    assert "stands in no panel" in window.parts.message.text


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_the_numbers_of_a_cell_are_covered_with_all_that_tells_them(window, shown, cell, qtbot):
    session = window.session
    session.set_settings(replace(session.settings, cell=cell))
    session.choose_summed(True)
    session.seek(14.0)
    panel = shown("memory_cell")
    told = panel.accessibleDescription()
    before = panel.picture().scene(session.frame)
    window.commands.run("cover")
    scene = panel.picture().scene(session.frame)
    assert panel.covers and not panel.accessibleDescription()
    texts = [s.text for s in scene.shapes if hasattr(s, "text") and not s.id.endswith("-name")]
    assert "?" in texts and not any(re.search(r"\d\.\d|10[⁻⁰-⁹]", text) for text in texts)
    widths = {s.width for s in scene.shapes if s.id.startswith("grad-") and hasattr(s, "points")}
    assert len(widths) == 1 and not any(s.id.startswith("fill-") for s in scene.shapes)
    assert not any(s.id.endswith("-numbers") for s in scene.shapes)
    session.seek(13.0)
    session.seek(14.0)
    window.commands.run("cover")
    assert panel.picture().scene(session.frame).shapes == before.shapes or (
        [s.id for s in panel.picture().scene(session.frame).shapes] == [s.id for s in before.shapes]
    )
    assert panel.accessibleDescription() == told


def test_the_gap_is_said_while_the_pointer_still_lies_where_it_has_drawn(window, shown, qtbot):
    panel, session = shown("gradient"), window.session
    panel.build()
    session.seek(9.0)
    window.commands.run("cover")
    draw(qtbot, panel, *((0.95 - x / 25, 0.4) for x in range(23)))
    rect = panel.axes.rect
    qtbot.mouseMove(panel, QPoint(round(rect.cx), round(rect.cy)))
    session.seek(16.0)
    assert panel.hovered_step
    assert panel.reading[0].startswith("step 3 “and”: the room's guess")
    qtbot.mouseMove(panel, QPoint(5, 5))
    assert panel.reading[0].startswith("step 3 “and”: the room's guess")


def test_of_another_sequence_nothing_was_guessed(window, shown, qtbot):
    panel, session = shown("gradient"), window.session
    panel.build()
    session.seek(9.0)
    window.commands.run("cover")
    panel.drawn()
    panel.chart_view.type_guess("0.01")
    session.seek(12.0)
    assert panel.chart_view.guessing.guess.points
    session.open_text("one two three four")
    qtbot.waitUntil(lambda: session.frame.steps == 4, timeout=20_000)
    panel.drawn()
    assert not panel.chart_view.guessing.active
