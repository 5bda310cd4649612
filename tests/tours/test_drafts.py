"""A tour that is being made: edits, and back again."""

from dataclasses import replace

import pytest

from rnnviz.files.errors import DataError
from rnnviz.film.places import At
from rnnviz.opening.toml_files import has_comments
from rnnviz.tours.drafts import Draft, is_strung, same_pictures
from rnnviz.tours.scenes import Tour, TourScene
from rnnviz.tours.script import read_tour, shipped_tour
from rnnviz.tours.writing import tour_text

A, B, C = (TourScene(name, title=name, opens={"lecture": True}, part="P") for name in "abc")


def names(draft):
    return "".join(scene.title for scene in draft.tour.scenes)


def drafted(index=0):
    return Draft(Tour("t", "T", "", (A, B, C)), index)


def test_scenes_are_added_moved_copied_and_taken_out():
    draft = drafted(1)
    draft.add(TourScene("new", title="n"))
    assert (names(draft), draft.index, draft.scene.part) == ("abnc", 2, "P")
    assert len({scene.name for scene in draft.tour.scenes}) == 4
    assert draft.move(2, 0) and (names(draft), draft.index) == ("nabc", 0)
    assert not draft.move(0, -1) and not draft.move(3, 4)
    draft.duplicate(1)
    assert (names(draft), draft.index) == ("naabc", 2)
    draft.remove(4)
    assert (names(draft), draft.index) == ("naab", 3)
    assert draft.modified and draft.undoes == "the deleted scene"
    for expected in ("naabc", "nabc", "abnc", "abc"):
        draft.undo()
        assert names(draft) == expected
    assert not draft.modified and draft.undoes is None
    for _ in range(4):
        draft.redo()
    assert names(draft) == "naab" and draft.redoes is None


def test_typing_on_in_a_field_is_one_edit():
    draft = drafted()
    for text in ("H", "He", "Hey"):
        draft.say(0, caption=text)
    draft.say(0, notes="n")
    draft.undo()
    assert draft.scene.caption == "Hey" and draft.undoes == "the caption"
    draft.undo()
    assert draft.scene.caption == "" and draft.undoes is None


def test_what_no_file_can_say_changes_nothing():
    draft = drafted()
    with pytest.raises(DataError, match="caption has 3 lines"):
        draft.say(0, caption="1\n2\n3")
    with pytest.raises(DataError, match="minutes is the number 999"):
        draft.say(0, minutes=999.0)
    assert not draft.modified


def test_the_present_state_takes_the_place_of_what_is_seen_and_nothing_else():
    said = replace(A, caption="c", notes="n", minutes=2.0, cover=("map", "loop"), blanks=2,
                   panels=("map", "loop", "equation"), play=At("last", 0))  # fmt: skip
    draft = Draft(Tour("t", "T", "", (said, B)))
    draft.take(0, TourScene("x", opens={"text": "a b"}, panels=("map",), at=At("forward", 1.0)))
    found = draft.scene
    assert (found.name, found.caption, found.notes, found.minutes) == ("a", "c", "n", 2.0)
    assert (found.opens, found.panels, found.cover, found.blanks) == (
        {"text": "a b"}, ("map",), ("map",), 0)  # fmt: skip
    assert found.play == At("last", 0)


def test_what_a_tour_says_is_no_other_picture():
    one = drafted().tour
    draft = drafted()
    draft.say(1, caption="other", minutes=3.0)
    assert same_pictures(one, draft.tour)
    draft.say(1, play=At("last", 0))
    assert not same_pictures(one, draft.tour)


def test_the_strung_lecture_is_one_file_as_a_draft(tmp_path):
    lecture = shipped_tour("lecture", strict=True)
    assert is_strung(lecture)
    draft = Draft(lecture)
    path = tmp_path / "mine.toml"
    path.write_text(tour_text(draft.tour, path), "utf-8")
    back = read_tour(path, strict=True)
    assert back.scenes == draft.tour.scenes and len(back.scenes) == len(lecture.scenes)
    assert len({scene.part for scene in back.scenes}) == 9
    assert not is_strung(back)


def test_comments_are_noticed_and_nothing_else_is_one():
    assert has_comments("a = 1  # one\n") and has_comments("# all")
    assert not has_comments('a = "# none"\nb = """\n# none\n""" \n')
    assert has_comments('b = """\nx\n""" # one\n')
