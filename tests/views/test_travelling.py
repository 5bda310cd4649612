"""Numbers travel in the window from the equation to the stage, and not where little is to move."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QPoint, QRectF

from rnnviz.export.offscreen import Appearance, OffscreenWindow
from rnnviz.film.panels import of_panels
from rnnviz.views.window import motion


def middle(view, ground):
    return view.mapTo(ground, QPoint(view.width() // 2, view.height() // 2))


@pytest.mark.parametrize("place", ["bar", "panel"])
def test_a_state_goes_from_the_equation_into_its_cell(window, place):
    if place == "panel":
        window.panels.show_once(of_panels(("equation", "gradient")))
        window.finish()
    parts = window.parts
    equation = parts.equation if place == "bar" else parts.slots.panel("equation")
    window.session.seek(5.52)
    begin = parts.numbers.geometry()
    assert parts.numbers.isVisible()
    over = equation.mapTo(parts.central, QPoint(0, 0))
    assert begin.top() > over.y() - begin.height()  # it begins within the equation
    window.session.seek(5.67)
    cell = next(t.rect for t in parts.stage.scene().targets if (t.kind, t.step) == ("cell", 6))
    at = parts.stage.mapFrom(parts.central, middle(parts.numbers, parts.central))
    assert cell.contains(at.x(), at.y())
    assert "".join(n.text for n in parts.numbers.carried.item.numbers).startswith("+")
    window.session.seek(6.0)
    assert parts.numbers.isHidden() and parts.numbers.carried is None


def test_it_is_in_a_picture_at_the_same_place_whatever_was_before(qapp, frame_of):
    pictures = []
    for way in ((5.6,), (2.0, 5.7, 12.5, 5.6)):
        with OffscreenWindow(Appearance((1280, 720))) as offscreen:
            offscreen.show_frame(frame_of(position=way[0]))
            for position in way:
                offscreen.seek(position)
            pictures.append(offscreen.window.picture().toImage())
    assert pictures[0] == pictures[1]
    with OffscreenWindow(Appearance((1280, 720), still=True)) as offscreen:
        offscreen.show_frame(frame_of(position=5.6))
        assert offscreen.window.picture().toImage() != pictures[0]


def test_reduced_motion_is_chosen_kept_and_cuts(window, qtbot):
    session, parts = window.session, window.parts
    entry = next(a for a in window.menuBar().actions() if a.text() == "&View").menu()
    choices = next(a for a in entry.actions() if a.text() == "Motion").menu()
    next(a for a in choices.actions() if a.text() == "&Reduced").trigger()
    assert session.preferences.value("motion") == "reduced"
    session.next()
    assert session.frame.playhead.position == 1.0  # a cut
    session.seek(5.6)
    assert parts.numbers.isHidden()
    next(a for a in choices.actions() if a.text() == "&Full").trigger()
    assert parts.numbers.isVisible()


def test_a_system_that_wants_little_to_move_is_followed(window, monkeypatch, qtbot):
    monkeypatch.setattr(motion, "system_is_still", lambda: True)
    made = motion.Motion(window, window.parts, window.session, lambda _value: None)
    made.set("system")
    window.session.next()
    assert window.session.frame.playhead.position == 0.0  # not asked yet: it runs
    window.session.pause()
    window.session.seek(0.0)
    made.follow_system()
    window.session.next()
    assert window.session.frame.playhead.position == 1.0
    made.set("full")


@pytest.mark.skipif(sys.platform != "linux", reason="the files of a Linux desktop")
@pytest.mark.parametrize(
    ("file", "text", "still"),
    [
        ("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n", True),
        ("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations = true\n", False),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n", True),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=1\n", False),
        ("kdeglobals", "[KDE]\nAnimationDurationFactor=no number\n", False),
        ("gtk-3.0/settings.ini", "no file of settings \x00", False),
    ],
)
def test_what_desktops_say(tmp_path, monkeypatch, file, text, still):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")  # no gsettings
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text)
    motion.system_is_still.cache_clear()
    assert motion.system_is_still() is still
    motion.system_is_still.cache_clear()


def test_a_session_file_says_how_it_is_looked_at(window, qtbot, tmp_path):
    before = window.look
    path = tmp_path / "mine.toml"
    path.write_text(
        '[view]\nnotation = "framework"\ncolours = "red"\ntheme = "dark"\nmotion = "reduced"\n'
    )
    with qtbot.waitSignal(window.session.homed):
        window.session.open_file(path)
    assert window.look.notation.name == "framework" != before.notation.name
    assert (window.look.palette.name, window.look.palette.values) == ("dark", "red")
    window.session.next()
    assert window.session.frame.playhead.position == 1.0
    kept = window.session.preferences
    assert kept.value("notation") == "lecture" and kept.value("motion") == "system"


def test_what_is_said_at_the_cell_stays_whole(qapp, frame_of):
    pictures = []
    for still in (False, True):
        with OffscreenWindow(Appearance((1280, 720), still=still)) as offscreen:
            offscreen.show_frame(frame_of(position=16.55))
            stage = offscreen.window.parts.stage
            (box,) = (s.rect for s in stage.scene().shapes if s.id == "caption")
            corner = stage.mapTo(offscreen.window.parts.central, QPoint(0, 0))
            area = QRectF(corner.x() + box.x, corner.y() + box.y, box.w, box.h).toAlignedRect()
            whole = offscreen.window.picture().toImage()
            pictures.append((whole.copy(area), whole))
    assert pictures[0][1] != pictures[1][1]  # something is under way
    assert pictures[0][0] == pictures[1][0]
