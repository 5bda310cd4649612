"""The shipped problems as runs: each opens, runs, and shows what the engine computes."""

import numpy as np
import pytest

from rnnviz.data import MODES
from rnnviz.engine import Objective, forward
from rnnviz.files.errors import DataError
from rnnviz.film import Playhead, compute_pass, resolve
from rnnviz.opening.shipped import (
    catalogue,
    open_any,
    open_problem,
    panels_of,
    side_by_side,
    with_example,
    with_length,
    with_text,
)
from rnnviz.problems.registry import PROBLEMS
from rnnviz.scenes.shapes import Bitmap
from rnnviz.scenes.stage import stage_scene


def frame_of(run, position=0.0, **more):
    return resolve(run, Playhead(position=position, **more), compute_pass(run, 0, 0))


def test_every_mode_has_a_shipped_problem():
    assert {mode for mode, _ in catalogue()} == set(MODES)
    assert [shipped.name for _, shipped in catalogue()] == list(PROBLEMS)


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_opens_with_its_training(name):
    run = open_problem(name)
    updates = [snapshot.update for snapshot in run.log]
    assert updates[0] == 0
    assert updates == sorted(set(updates))
    assert run.origin == len(run.log) - 1
    assert run.shipped is not None
    assert run.shipped.example == run.shipped.examples[0]
    for position in (0.0, 1.0, 2.5, 1e9):
        frame = frame_of(run, position)
        assert np.isfinite(frame.passing.trace.loss)
        assert not frame.passing.exploded
        scene = stage_scene(frame, 1600, 420, 14)
        texts = [shape.text for shape in scene.shapes if hasattr(shape, "text")]
        assert not any("nan" in text.lower().split() for text in texts)


@pytest.mark.parametrize("name", PROBLEMS)
def test_training_made_it_better(name):
    run = open_problem(name)
    first = compute_pass(run.at_origin(0), 0, 0).trace.loss
    last = compute_pass(run, 0, 0).trace.loss
    if run.task.mask.any() and not run.task.own:
        assert last < first


def test_the_first_example_of_translation_is_the_lectures():
    frame = frame_of(open_problem("translation", "the black cat sleeps"), 1e9)
    s = frame.source_steps
    assert frame.task.sequence.tokens[:s] == ("the", "black", "cat", "sleeps")
    said = [frame.outputs(t, 1)[0].name for t in range(s + 1, frame.steps + 1)]
    assert said == ["le", "chat", "noir", "dort", "<eos>"]
    assert frame.task.sequence.tokens[s + 1 :] == ("le", "chat", "noir", "dort")


def test_own_phrases_are_translated_by_the_same_network():
    run = open_problem("translation")
    own = with_text(run, "the white cat sleeps")
    assert own.networks[0] is run.networks[0]
    assert own.shipped.example == ""
    frame = frame_of(own)
    assert frame.task.sequence.tokens[: frame.source_steps] == ("the", "white", "cat", "sleeps")
    assert frame.outputs(frame.source_steps + 1, 1)[0].name == "le"


def test_the_lectures_sentence_is_tagged_right_and_the_markov_model_stands_beside():
    frame = frame_of(open_problem("name_tagging"), 9.0)
    said = [frame.outputs(t, 1)[0].name for t in range(1, 10)]
    assert said == ["name", "name", "other", "name", "name", "other", "other", "other", "other"]
    assert frame.task.beside_name == "HMM"
    assert frame.task.beside == PROBLEMS["name_tagging"].hmm_tags(frame.task)
    shown = [
        shape.text for shape in stage_scene(frame, 1600, 420, 14).shapes
        if shape.id.startswith("beside:")
    ]  # fmt: skip
    assert len(shown) == 9
    assert all(tag in text for tag, text in zip(frame.task.beside, shown, strict=True))


def test_the_verdict_swings_with_the_words():
    frame = frame_of(open_problem("sentiment"), 9.0)
    sides = [frame.outputs(t, 1)[0].name for t in range(1, frame.steps + 1)]
    assert len(set(sides)) == 2
    assert sides[-1] == frame.target(frame.steps).name
    assert [frame.pays(t) for t in range(1, frame.steps + 1)].count(True) == 1


def test_words_that_nobody_knows_are_named():
    run = with_text(open_problem("sentiment"), "the zyzzyva was not bad at all")
    assert any("zyzzyva" in note for note in run.task.notes)
    assert "<unk>" in str(run.task.vocabulary.labels[int(run.task.x[1, 0])])


def test_a_name_is_drawn_letter_by_letter():
    run = open_problem("names", "m")
    names = {
        frame_of(run.with_task(run.task.with_temperature(0.8, seed))).task.sequence.tokens
        for seed in range(12)
    }
    assert all(tokens[0] == "m" for tokens in names)
    assert len(names) > 6
    assert len({len(tokens) for tokens in names}) > 1


def test_pictures_enter_as_pictures():
    for name, count in (("digits", 1), ("captions", 1), ("ball", 12)):
        frame = frame_of(open_problem(name), 1e9)
        scene = stage_scene(frame, 1600, 420, 14)
        pictures = [shape for shape in scene.shapes if isinstance(shape, Bitmap)]
        assert len(pictures) == count
        np.testing.assert_array_equal(pictures[0].values, frame.picture(1))


def test_a_caption_is_its_own_words():
    frame = frame_of(open_problem("captions"), 1e9)
    said = [frame.outputs(t, 1)[0].name for t in range(1, frame.steps + 1)]
    assert list(frame.task.sequence.tokens[1:]) == said[:-1]
    assert said[-1] == "<eos>"


def test_the_forecast_is_fed_its_own_values():
    run = open_problem("sunspots")
    frame = frame_of(run, 1e9)
    last, task = frame.last_known, frame.task
    y = frame.passing.trace.y[:, 0, 0]
    # Step by step and in one go differ by roundings, which a long forecast passes on.
    np.testing.assert_allclose(task.x[last:, 0, 0], y[last - 1 : -1], atol=1e-12)
    for t in range(last + 1, frame.steps + 1):
        assert frame.entering(t) == pytest.approx(frame.prediction(t - 1))
    one, beyond = frame.errors(beyond=False), frame.errors(beyond=True)
    assert {"network", "naive", "mean"} < set(one)
    values = task.sequence.values[:, 0]
    naive = np.sqrt(np.mean((values[last:] - values[last - 1]) ** 2))
    assert beyond["naive"] == pytest.approx(naive)
    said = np.array([frame.prediction(t) for t in range(last, frame.steps)])
    assert beyond["network"] == pytest.approx(np.sqrt(np.mean((said - values[last:]) ** 2)))
    # All on the steps that the autoregressive model has enough values for.
    p = len(task.ar) - 1
    assert f"AR({p})" in one
    assert one["naive"] == pytest.approx(np.sqrt(np.mean(np.diff(values[p - 1 : last]) ** 2)))


def test_lengths_are_chosen_freely():
    run = open_problem("echo")
    other = with_length(run, 13)
    assert other.shipped.length == 13
    assert other.networks[0] is run.networks[0]
    assert other.steps != run.steps
    with pytest.raises(DataError):
        with_length(run, 10_000)
    with pytest.raises(DataError):
        with_length(open_problem("digits"), 5)


def test_another_example_keeps_network_and_place_in_training():
    run = open_problem("ball").at_origin(3)
    other = with_example(run, run.shipped.examples[2])
    assert other.origin == 3
    assert other.networks[0] is run.networks[0]
    assert other.shipped.example == run.shipped.examples[2]
    with pytest.raises(DataError):
        with_example(run, "no such video")
    with pytest.raises(DataError):
        open_problem("no such problem")


def test_the_frame_shows_the_engines_numbers():
    run = open_problem("sentiment")
    frame, task = frame_of(run, 1e9), run.task
    trace = forward(run.networks[0], task.x, Objective(task.loss, task.targets, task.mask))
    np.testing.assert_array_equal(frame.passing.trace.y, trace.y)
    p = trace.p[-1, 0]
    shown = {line.name: line.probability for line in frame.outputs(frame.steps, 2)}
    assert shown == {name: float(p[i]) for i, name in enumerate(task.output_names)}


def test_the_pairs_of_the_gallery_are_those_that_measurably_differ():
    vanishing, *pairs = side_by_side()
    assert vanishing.name == "vanishing" and panels_of("vanishing") == ()
    listed = {pair.name.removesuffix("-twins") for pair in pairs}
    for name in (name for name, problem in PROBLEMS.items() if problem.cells):
        held_out = open_problem(name).shipped.held_out
        one, other = held_out.figures
        assert held_out.differ(one, other) == (name in listed)
    assert {"adding", "adding_60"} <= listed and "parity" not in listed
    assert all(panels_of(pair.name) for pair in pairs)


def test_what_is_not_there_side_by_side_is_one_message():
    for name, why in {
        "names-twins": "ships with one cell alone",
        "nothing-twins": "no shipped problem",
        "vanishings": "no shipped problem",
    }.items():
        with pytest.raises(DataError, match=why):
            open_any(name)
