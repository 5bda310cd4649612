"""Whatever is done, in any order: all panels show one frame, and undo returns the very document.

pytest -n 0 tests/views/test_lockstep.py --long
"""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from rnnviz.documents.archive import write_archive
from rnnviz.documents.codec import Encoder
from rnnviz.film import Settings
from rnnviz.film.comparison import is_compared
from rnnviz.film.panels import LAYOUTS, PANELS, Slot, named
from rnnviz.session import Session
from rnnviz.views.panels.slots import widget_of
from rnnviz.views.window import MainWindow

TEXTS = ("a b a b a", "the cat saw the dog and the dog ran", "one", "x y z " * 5)
PROBLEMS = ("parity", "copying")
MOST_BRANCHES = 4
part = st.floats(0.0, 1.0)


def encoded(branches) -> bytes:
    """A document of them, byte by byte."""
    encoder, file = Encoder(), io.BytesIO()
    branches = encoder.encode(branches)
    description = {"branches": branches, "objects": encoder.objects}
    write_archive(file, description, encoder.stacks)
    return file.getvalue()


def alike(one, other) -> bool:
    """Whether two pictures are the same, but for the rounding of what is painted in parts.

    A slanted line that is clipped elsewhere has other shades at its edge, by a few levels of 255.
    """

    def levels(image):
        image = image.convertToFormat(QImage.Format.Format_RGB32)
        shape = image.height(), image.bytesPerLine() // 4, 4
        return np.array(image.constBits(), np.int16).reshape(shape)

    return one.size() == other.size() and abs(levels(one) - levels(other)).max(initial=0) <= 8


class Lockstep(RuleBasedStateMachine):
    """A user in the real window; what undo and redo are to return is kept beside."""

    def __init__(self, open_window, qtbot, files, long) -> None:
        super().__init__()
        self.window, self.qtbot = open_window(), qtbot
        self.session = self.window.session
        self.files, self.past, self.future = files, list[bytes](), list[bytes]()
        self.turn, self.long = 0, long

    # -- what is done ------------------------------------------------------------------------

    @initialize(name=st.sampled_from(sorted(LAYOUTS)))
    def begin(self, name):
        self.session.set_animated(False)
        self.window.panels.choose(name)
        self.settle()

    @rule(share=part, within=st.sampled_from((0.0, 0.0, 0.3, 0.8)))
    def seek(self, share, within):
        end = self.session.frame.timeline.end
        self.session.seek(min(float(end), round(share * end) + within))

    @rule(name=st.sampled_from(("next", "previous", "to_start", "to_end")))
    def step(self, name):
        getattr(self.session, name)()

    @rule(share=part)
    def select_unit(self, share):
        self.session.select_unit(round(share * self.session.frame.units) - 1)

    @rule(share=part)
    def select_layer(self, share):
        self.session.select_layer(round(share * (self.session.frame.layers - 1)))

    @rule(share=part)
    def choose_source(self, share):
        steps = self.session.frame.steps
        self.session.choose_source(1 + round(share * (steps - 1)))

    @rule(summed=st.booleans())
    def choose_summed(self, summed):
        self.session.choose_summed(summed)

    @rule(name=st.sampled_from(sorted(LAYOUTS)))
    def choose_layout(self, name):
        self.window.panels.choose(name)

    @rule(names=st.lists(st.sampled_from(sorted(PANELS)), min_size=1, max_size=4, unique=True))
    def put(self, names):
        self.window.panels.want(named([Slot(name, kept=True) for name in names]))

    @rule(way=st.sampled_from((-1, 1)))
    def switch(self, way):
        (self.session.next_branch if way > 0 else self.session.previous_branch)()

    @rule(width=st.sampled_from((1100, 1600)))
    def resize(self, width):
        self.window.resize(width, 900)

    # -- what is edited ----------------------------------------------------------------------

    @rule(
        cell=st.sampled_from(("rnn", "gru", "lstm")),
        units=st.sampled_from((1, 4, 9)),
        layers=st.sampled_from((1, 1, 2)),
    )
    def set_settings(self, cell, units, layers):
        now = self.session.settings
        self.edit(
            lambda: self.session.set_settings(
                replace(now, cell=cell, units=units, layers=layers)
                if now.recurrent != "given"
                else Settings(cell=cell, units=units, layers=layers)
            )
        )

    @rule(
        what=st.sampled_from(("radius", "input")),
        values=st.lists(st.floats(0.1, 2.0), min_size=1, max_size=3),
    )
    def scale_weights(self, what, values):
        def drag():
            for value in values:
                self.session.scale_weights(what, value)
                self.settle()
            self.session.settle_scaling()

        self.edit(drag)

    @precondition(lambda self: len(self.session.branches.each) < MOST_BRANCHES)
    @rule()
    def fork(self):
        self.edit(self.session.fork)

    @precondition(lambda self: len(self.session.branches.each) > 1)
    @rule(share=part)
    def close_branch(self, share):
        index = round(share * (len(self.session.branches.each) - 1))
        self.edit(lambda: self.session.close_branch(index))

    @rule()
    def compare(self):
        wanted = not is_compared(self.session.branches)
        self.edit(lambda: self.session.choose_compared(wanted))

    @rule(updates=st.sampled_from((1, 6)), follow=st.booleans())
    def train(self, updates, follow):
        offer = self.session.offer_training()

        def train():
            self.session.follow_training(follow)
            self.session.train(replace(offer.plan, updates=updates))

        self.edit(train)

    @rule(text=st.sampled_from(TEXTS))
    def open_text(self, text):
        self.edit(lambda: self.session.open_text(text))

    @rule(place=st.integers(0, 1))
    def open_file(self, place):
        self.edit(lambda: self.session.open_file(self.files[place], ask=False))

    @rule(name=st.sampled_from(PROBLEMS))
    def open_problem(self, name):
        self.edit(lambda: self.session.open_problem(name))

    @rule(mode=st.sampled_from(("many_to_one", "synced", "one_to_many")))
    def choose_mode(self, mode):
        self.edit(lambda: self.session.choose_mode(mode))

    # -- and taken back ----------------------------------------------------------------------

    @precondition(lambda self: self.past)
    @rule()
    def undo(self):
        self.future.append(encoded(self.session.branches))
        self.session.undo()
        self.settle()
        assert encoded(self.session.branches) == self.past.pop()

    @precondition(lambda self: self.future)
    @rule()
    def redo(self):
        self.past.append(encoded(self.session.branches))
        self.session.redo()
        self.settle()
        assert encoded(self.session.branches) == self.future.pop()

    # -- what holds --------------------------------------------------------------------------

    @invariant()
    def all_show_one_frame(self):
        if self.session.frame is None:
            return
        self.settle()
        frame, parts = self.session.frame, self.window.parts
        branches = self.session.branches
        assert frame.branches is branches and frame.run is self.session.run is branches.run
        assert frame.playhead == self.session.playhead == branches.playhead
        assert parts.stage.frame_shown() is frame
        for panel in parts.slots.panels():
            assert panel.frame_shown() is frame, panel.name
        if self.long:
            self.nothing_is_left_of_another_frame()
            self.a_panel_shows_what_a_new_one_would(frame)

    def teardown(self):
        self.session.close()
        self.window.hide()
        self.window.deleteLater()
        self.session.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # -- within ------------------------------------------------------------------------------

    def edit(self, act):
        """Make an edit; one that changes something is the next that undo takes back."""
        before, bytes_before = self.session.branches, encoded(self.session.branches)
        act()
        self.settle()
        now = self.session.branches
        if [(b.run, b.name) for b in now.each] != [(b.run, b.name) for b in before.each]:
            self.past.append(bytes_before)
            self.future.clear()

    def settle(self):
        session = self.session
        self.qtbot.waitUntil(lambda: not (session.busy or session.progress.running), timeout=60_000)
        for _ in range(3):  # a new layout, then the sizes that come of it, then their pictures
            QApplication.processEvents()

    def a_panel_shows_what_a_new_one_would(self, frame):
        """Whatever it has kept of other frames; another panel at each step."""
        panels = self.window.parts.slots.panels()
        if not panels:
            return
        self.turn += 1
        panel = panels[self.turn % len(panels)]
        new = widget_of(panel.name)(None, panel.name)
        new.set_look(self.window.look)
        new.setGeometry(panel.geometry())
        new.stand_in_slot(panel.name, panel.why)
        new.wait_for(panel.comes)
        new.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        new.show()  # its title ends where controls are seen
        new.set_frame(frame)
        new.build()
        shown, made = panel.grab().toImage(), new.grab().toImage()
        new.deleteLater()
        QCoreApplication.sendPostedEvents(new, QEvent.Type.DeferredDelete)
        assert alike(shown, made), panel.name

    def nothing_is_left_of_another_frame(self):
        """What is on the screen, painted in parts, is what painting all of it would give."""
        views = (self.window.parts.stage, *self.window.parts.slots.panels())
        for view in views:
            shown, _ = self.on_screen(view), view.repaint()
            whole = self.on_screen(view)
            assert alike(shown, whole), view

    def on_screen(self, view):
        at, size = view.mapTo(self.window, QPoint()), view.size()
        place = at.x(), at.y(), size.width(), size.height()
        return self.window.screen().grabWindow(self.window.winId(), *place).toImage()


def test_all_panels_show_one_frame_and_undo_returns_the_very_document(
    preferences, qtbot, tmp_path, pytestconfig
):
    files = [tmp_path / "words.txt", tmp_path / "series.csv"]
    files[0].write_text("the cat sat on the mat")
    files[1].write_text("value\n" + "".join(f"{i % 5}.{i % 3}\n" for i in range(12)))

    def open_window():
        window = MainWindow(Session(preferences))
        window.resize(1600, 900)
        window.set_theme("light")
        window.session.open_default()
        window.show()
        window.finish()
        qtbot.waitExposed(window)
        return window

    long = pytestconfig.getoption("--long")
    run_state_machine_as_test(
        lambda: Lockstep(open_window, qtbot, files, long),
        settings=settings(
            max_examples=100 if long else 3,
            stateful_step_count=60 if long else 15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
            database=None,
        ),
    )


def test_a_frame_that_is_shown_while_another_is_handed_on_is_the_last(window, monkeypatch):
    """As where a strip that appears leaves room for other panels."""
    session, parts = window.session, window.parts
    show = parts.show_strips

    def room_for_others(**strips):
        show(**strips)
        monkeypatch.setattr(parts, "show_strips", show)
        session.show_panels(("gradient",))

    monkeypatch.setattr(parts, "show_strips", room_for_others)
    session.seek(2.0)
    assert parts.show_strips == show
    assert parts.stage.frame_shown() is session.frame
    assert all(panel.frame_shown() is session.frame for panel in parts.slots.panels())
