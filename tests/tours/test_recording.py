"""A recorded scene, placed again, shows the same picture; what cannot be said is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnviz.data import Options, make_task, sequence_from_text
from rnnviz.documents import save_document
from rnnviz.engine import Network
from rnnviz.film import Branches, Playhead, Settings, Timeline, compute_pass, resolve, start_run
from rnnviz.film.comparison import compare
from rnnviz.film.panels import PANELS
from rnnviz.opening import shipped
from rnnviz.opening.door import lecture_task, open_path, run_of
from rnnviz.tours.placing import Placing
from rnnviz.tours.recording import Present, difference, recorded
from rnnviz.tours.scenes import Tour
from rnnviz.tours.script import read_tour, shipped_names, shipped_tour
from rnnviz.tours.writing import tour_text
from rnnviz.weights import save_network

LECTURE = Branches.of(start_run(lecture_task()))
OTHERS = {"cell": "gru", "units": 7, "layers": 2, "seed": 4, "recurrent": "he", "gain": 1.5,
          "optimizer": "adam", "clipping": "value", "clip_limit": 0.5}  # fmt: skip


def typed(text, unit="words", **settings):
    sequence = sequence_from_text(text, unit=unit, name="typed text")
    return Branches.of(start_run(make_task(sequence), Settings(**settings)))


def updated(branches, count=1):
    for _ in range(count):
        run, now = branches.run, branches.branch
        passing = compute_pass(run, now.snapshot, branches.source)
        end = branches.playhead.at(float(Timeline(run.steps).end))
        frame = resolve(run, end, passing, branches)
        branches = branches.updated(frame.updates)
        branches = branches.at(replace(branches.playhead, snapshot=branches.branch.snapshot + 1))
    return branches


def again(present, folder=None):
    """The scene of a state, written and read, and what it places."""
    scene = recorded(present, "a")
    tour = Tour("t", "t", "", (scene,))
    if folder is not None:
        (folder / "t.toml").write_text(tour_text(tour, folder / "t.toml"), "utf-8")
        tour = read_tour(folder / "t.toml", strict=True)
    return scene, Placing(tour).at(0)


def frame_of(branches):
    run = branches.run
    passing = compute_pass(run, branches.branch.snapshot, branches.source)
    return resolve(run, branches.playhead, passing, branches)


def same_picture(made, present):
    one, other = frame_of(made.branches), frame_of(present.branches)
    assert one.playhead.position == pytest.approx(other.playhead.position, abs=1e-6)
    assert replace(one.playhead, position=0, snapshot=0) == replace(
        other.playhead, position=0, snapshot=0
    )
    assert np.array_equal(one.passing.trace.a, other.passing.trace.a)
    assert np.array_equal(one.passing.trace.y, other.passing.trace.y)
    assert one.task.mode == other.task.mode and one.branches.names == other.branches.names
    assert (made.layout.panels, made.fill, made.bars) == (
        present.panels, present.fill, present.bars)  # fmt: skip


WAYS = {
    "lecture": LECTURE,
    "letters": Branches.of(start_run(lecture_task("characters"))),
    "text": typed('He said "no" — naïve \\ 😀'),
    "lines": typed("one two\nthree  four\n"),
    "settings": typed("the cat sat on the mat", **OTHERS),
    "rate": Branches.of(LECTURE.run.with_learning_rate(0.03, 0)),
    "mode": Branches.of(LECTURE.run.in_mode("encoder_decoder")),
    "updates": updated(LECTURE, 3),
    "compared": compare(LECTURE),
    "unit": LECTURE.at(Playhead(unit=4, position=3.4567891, summed=True, source=7)),
    "turning": LECTURE.at(Playhead(position=9.4)),
    "vanishing": shipped.open_any("vanishing"),
    "twins": shipped.open_any("adding-twins"),
    "example": Branches.of(shipped.open_problem("digits", "")),
    "length": Branches.of(shipped.with_length(shipped.open_problem("adding"), 23)),
    "said": Branches.of(shipped.with_text(shipped.open_problem("sentiment"), "not bad at all")),
    "first": Branches.of(shipped.open_problem("name_tagging").at_origin(0)),
    "between": Branches.of(shipped.open_problem("name_tagging").at_origin(2)),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_a_recorded_scene_shows_what_was_there(name, tmp_path):
    present = Present(WAYS[name], panels=("map", "gradient"), bars=("equation",), speed=2.0)
    scene, made = again(present, tmp_path)
    same_picture(made, present)
    assert scene.speed == 2.0 and not difference(made, present)


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped_names()[1:])
def test_every_scene_that_ships_can_be_recorded(name):
    tour = shipped_tour(name)
    placing = Placing(tour)
    for index in range(len(tour.scenes)):
        placed = placing.at(index)
        present = Present(placed.ended, placed.file, panels=placed.layout.panels,
                          fill=placed.fill, bars=placed.bars, looks=placed.looks)  # fmt: skip
        same_picture(again(present)[1], present)


def test_files_are_opened_from_where_the_tour_lies(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("day,t\n1,2.5\n2,3.5\n3,1\n4,2\n")
    present = Present(Branches.of(start_run(make_task(open_path(table)))), file=table)
    scene, made = again(present, tmp_path)
    same_picture(made, present)
    assert scene.opens == {"file": str(table)}
    assert 'file = "mine.csv"' in (tmp_path / "t.toml").read_text("utf-8")


def test_a_table_that_was_read_in_another_way_is_refused(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("a,b\n1,2.5\n2,3.5\n3,1\n4,2\n")
    found = open_path(table, Options(columns=("b",)))
    with pytest.raises(ValueError, match="sequence was read or changed in a way of its own"):
        recorded(Present(Branches.of(start_run(make_task(found))), file=table), "a")


def test_a_network_of_a_file_is_opened_with_it(tmp_path):
    path = tmp_path / "net.safetensors"
    save_network(LECTURE.run.networks[0], path)
    present = Present(Branches.of(run_of(open_path(path), path)), network=path)
    scene, made = again(present, tmp_path)
    same_picture(made, present)
    assert scene.opens == {"file": str(path)}


def test_what_no_scene_can_say_is_opened_as_a_document(tmp_path):
    run = LECTURE.run
    weights = {name: array * 1.5 for name, array in run.networks[0].parameters.items()}
    bent = Network(run.architecture, weights)
    present = Present(Branches.of(replace(run, networks=(bent,))), panels=("map",))
    with pytest.raises(ValueError, match=r"weights were changed.*Save it as a document \(Ctrl"):
        recorded(present, "a")
    path = tmp_path / "mine.rnnviz"
    save_document(path, present.branches)
    kept = replace(present, document=path, file=path,
                   branches=present.branches.at(Playhead(position=4.0, unit=2)))  # fmt: skip
    scene, made = again(kept, tmp_path)
    same_picture(made, kept)
    assert scene.opens == {"file": str(path)}


def test_panels_that_fill_and_what_is_in_force_of_the_view():
    present = Present(LECTURE, panels=("loop", "map"), fill="loop", words=True, cover=("map",),
                      looks={"notation": "textbook", "saturated": True})  # fmt: skip
    scene, made = again(present)
    assert scene.looks == {"notation": "textbook"} and scene.fill == "loop"
    assert made.words and made.panels == ("loop",) and scene.cover == ("map",)
    assert set(present.panels) <= set(PANELS)
    assert Path(scene.path) == Path()


def test_a_text_that_no_file_can_hold_as_it_is_is_refused():
    with pytest.raises(ValueError, match="read or changed in a way of its own"):
        recorded(Present(typed("one\ttwo", "characters")), "a")
