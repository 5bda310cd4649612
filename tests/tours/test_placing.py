"""What a scene shows: a place that does not depend on how one came to it."""

import pytest

from rnnviz.files.errors import DataError
from rnnviz.film import Timeline, compute_pass
from rnnviz.opening.toml_files import read_toml
from rnnviz.tours.placing import Placing
from rnnviz.tours.script import shipped_names, shipped_tour, tour_of


def tour(text, folder="."):
    return tour_of(read_toml(text.encode(), f"{folder}/t.toml", 256 * 1024, "tour"))


def placed(text, index=-1, folder="."):
    made = tour(text, folder)
    return Placing(made).at(index % len(made.scenes))


def scene(name, *lines):
    return "\n".join(("[[scene]]", f'name = "{name}"', *lines, ""))


LECTURE = scene("a", "open = { lecture = true }")


def test_what_is_opened_begins_anew():
    found = placed(LECTURE)
    assert found.branches.task.steps == 9 and found.branches.run.settings.cell == "rnn"
    assert (found.branches.position, found.end) == (0.0, 0.0)
    assert found.layout.panels == () and found.fill == "" and found.bars == ()


def test_a_scene_goes_on_from_the_end_of_the_one_before_and_changes_what_it_names():
    text = (
        scene("a", "open = { text = 'the cat sat on the mat' }", "mode = 'many_to_one'",
              "panels = ['gradient']", "at = 2", "play = 'back:3'", "bars = ['equation']",
              "[scene.view]", "selected = 3", "[scene.model]", "units = 5")
        + scene("b")
        + scene("c", "fill = 'triangle'", "at = 'update'")
        + scene("d", "panels = ['map']", "mode = 'synced'", "[scene.model]", "cell = 'gru'")
    )  # fmt: skip
    made = Placing(tour(text))
    a, b, c, d = map(made.at, range(4))
    line = Timeline(6)
    assert (a.branches.position, a.end) == (2.0, line.end - 3)
    assert (b.branches.position, b.end) == (a.end, a.end)
    assert b.branches.run is a.branches.run and b.bars == ("equation",)
    assert b.branches.branch.unit == 2 and b.layout.panels == ("gradient",)
    assert c.fill == "triangle" and c.panels == ("triangle",) and c.branches.position == line.end
    assert d.fill == "" and d.layout.panels == ("map",)
    assert d.branches.run.settings.cell == "gru" and d.branches.run.settings.units == 5
    assert d.branches.task.mode == "synced"


def test_the_order_in_which_scenes_are_made_makes_no_difference():
    text = LECTURE + scene("b", "updates = 2", "at = 3")
    text += scene("c", "[scene.view]", "summed = true")
    forward, backward = Placing(tour(text)), Placing(tour(text))
    there = [forward.at(i) for i in range(3)]
    back = [backward.at(i) for i in (2, 1, 0)][::-1]
    for one, other in zip(there, back, strict=True):
        assert one.branches.playhead == other.branches.playhead and one.end == other.end
        mine, its = one.branches.run, other.branches.run
        assert len(mine.networks) == len(its.networks)
        for a, b in zip(mine.networks, its.networks, strict=True):
            assert all((a.parameters[n] == b.parameters[n]).all() for n in a.parameters)


def test_updates_are_those_of_the_film():
    found = placed(LECTURE + scene("b", "updates = 2"))
    run = found.branches.run
    assert len(run.networks) == 3 and found.branches.branch.snapshot == 2
    losses = [float(compute_pass(run, s, 0).trace.loss) for s in range(3)]
    assert losses[0] > losses[1] > losses[2]


def test_what_ships_opens_as_itself():
    problem = placed(scene("a", "open = { problem = 'sentiment', text = 'not bad at all' }"))
    assert problem.branches.run.shipped.name == "sentiment"
    assert problem.branches.task.sequence.tokens[:3] == ("not", "bad", "at")
    twins = placed(scene("a", "open = { twins = 'adding', length = 12 }", "branch = 'LSTM'"))
    assert twins.branches.names == ("LSTM", "RNN") and twins.branches.active == 0
    assert twins.branches.run.shipped.length == 12
    lanes = placed(scene("a", "open = { vanishing = true }"))
    assert lanes.branches.names == ("RNN", "GRU", "LSTM")
    one = placed(scene("a", "open = { vanishing = true }", "[scene.view]", "compared = false"))
    assert one.branches.names == ("RNN",)
    series = placed(scene("a", "open = { series = 'sunspots' }", "[scene.model]", "units = 3"))
    assert series.branches.run.settings.units == 3
    assert series.branches.task.sequence.values is not None
    trained = scene("a", "open = { problem = 'sentiment' }")
    first = placed(trained + scene("b", "snapshot = 'first'"))
    assert first.branches.run.origin == 0 and first.branches.run.log[0].update == 0


def test_a_file_beside_the_tour_is_opened(tmp_path):
    (tmp_path / "x.csv").write_text("v\n" + "".join(f"{n % 7}\n" for n in range(40)))
    found = placed(scene("a", "open = { file = 'x.csv' }", "at = 'last'"), folder=tmp_path)
    assert found.branches.task.steps == 40 and found.branches.position == 40.0
    assert found.file.name == "x.csv"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("at = 12",), "at 12: there are 9 steps"),
        (("at = 4", "play = 2"), "play 2 lies before 4"),
        (("[scene.view]", "source = 40"), "source 40: there are 9 steps"),
        (("[scene.view]", "selected = 999"), "unit 999: there are 16 units"),
        (("[scene.view]", "quantity = 'c'"), "quantity “c”: this network has a"),
        (("mode = 'one_to_one'", "[scene.view]", "compared = true"), "compared: "),
        (("branch = 'LSTM'",), "branch LSTM: there is RNN"),
        (("snapshot = 'last'",), "this network has not been trained"),
        (("open = { problem = 'nonsense' }",), "no shipped problem “nonsense”"),
        (("open = { problem = 'digits', text = 'x' }",), "examples alone"),
        (("open = { twins = 'digits' }",), "one cell alone"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_says_the_file_and_the_line(lines, said):
    with pytest.raises(DataError) as caught:
        placed(LECTURE + scene("b", *lines))
    assert said in str(caught.value)
    assert str(caught.value).startswith("t.toml, line ")


def test_after_a_fault_a_scene_goes_on_from_what_was_last_shown():
    text = LECTURE + scene("b", "at = 99") + scene("c", "at = 3")
    made = Placing(tour(text))
    with pytest.raises(DataError):
        made.at(1)
    assert made.at(2).branches.run is made.at(0).branches.run


def test_a_broken_file_is_a_fault_of_its_scene(tmp_path):
    (tmp_path / "w.safetensors").write_bytes(b"\x10" * 40)
    with pytest.raises(DataError, match=r"w\.safetensors"):
        placed(scene("a", "open = { file = 'w.safetensors' }"), folder=tmp_path)
    (tmp_path / "u.toml").write_text(LECTURE)
    with pytest.raises(DataError, match="a tour, which a scene cannot open"):
        placed(scene("a", "open = { file = 'u.toml' }"), folder=tmp_path)


@pytest.mark.parametrize("name", shipped_names())
def test_every_scene_that_ships_can_be_shown_and_says_only_figures_that_it_has(name):
    from rnnviz.session.presenting import ready

    made = shipped_tour(name, strict=True)
    placing = Placing(made)
    for index in range(len(made.scenes)):
        ready(placing, index)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (('cover = ["triangle"]', 'panels = ["gradient"]'), "cover: the panel triangle"),
        (("blanks = 2", 'panels = ["gradient"]'), "blanks: the panel equation"),
    ],
)
def test_what_is_not_shown_is_not_covered(lines, said):
    with pytest.raises(DataError, match=said):
        placed(scene("a", "open = { lecture = true }", *lines))
