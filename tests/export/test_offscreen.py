"""The window on no screen: the same pictures as one that is made for each moment anew."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rnnviz.export.offscreen import OffscreenWindow
from rnnviz.export.picture import drawing_of, scene_picture, window_picture
from rnnviz.session import Notice
from rnnviz.tours.script import LECTURE, shipped_tour
from rnnviz.views.drawing import image_of
from rnnviz.writing.formats import Appearance


def test_one_window_shows_each_moment_as_a_new_one_would(qapp, frame_of):
    appearance = Appearance((1024, 640), "dark", panels=("triangle",))
    with OffscreenWindow(appearance) as offscreen:
        offscreen.show_frame(frame_of(position=2.0))
        for position in (9.0, 4.0):
            offscreen.seek(position)
            assert offscreen.frame.playhead.position == position
            again = offscreen.window.picture().toImage()
            assert again == window_picture(frame_of(position=position), appearance).toImage()


def test_one_window_goes_through_scenes_both_ways(qapp):
    tour, appearance = shipped_tour(LECTURE), Appearance((1280, 720))
    with OffscreenWindow(appearance) as offscreen:
        pictures = []
        for scene in (3, 7, 3):
            assert offscreen.show_scene(tour, scene) == ""
            pictures.append(offscreen.window.picture().toImage())
        assert pictures[0] == pictures[2] != pictures[1]
        assert pictures[1] == scene_picture(tour, 7, appearance)[0].toImage()


def test_no_message_lies_over_a_picture(qapp, frame_of):
    with OffscreenWindow(Appearance((1024, 640))) as offscreen:
        offscreen.show_frame(frame_of(position=2.0))
        before = image_of(drawing_of(offscreen, "window"), 1.0)
        offscreen.window.session.say(Notice("Saved a.png."))
        assert offscreen.window.parts.message.isVisible()
        assert image_of(drawing_of(offscreen, "window"), 1.0) == before
        assert offscreen.window.parts.message.isVisible()


def test_what_is_not_shown_cannot_be_drawn(qapp, frame_of):
    with OffscreenWindow(Appearance((1024, 640), layout="lecture")) as offscreen:
        with pytest.raises(ValueError, match="nothing is shown"):
            _ = offscreen.frame
        offscreen.show_frame(frame_of(position=2.0))
        assert offscreen.view("stage").width() > 900
        with pytest.raises(ValueError, match=r"ledger is not shown; there are window, stage, "):
            offscreen.view("ledger")


def test_boxes_of_a_narrow_picture_stand_in_their_row(qapp, frame_of):
    with OffscreenWindow(Appearance(size=(860, 480))) as offscreen:
        offscreen.show_frame(frame_of(position=12.0))
        boxes = offscreen.window.parts.model.boxes.values()
        ends = [(box.x(), box.x() + box.width()) for box in boxes]
    assert all(right <= left for (_, right), (left, _) in pairwise(ends))
