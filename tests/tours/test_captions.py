"""What a scene says: marks, and figures held against the engine's own numbers."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.film import (
    Branches,
    Playhead,
    Settings,
    compute_pass,
    number,
    ratio,
    resolve,
    start_run,
)
from rnnviz.film.comparison import compare
from rnnviz.film.measures import FORGETTING
from rnnviz.opening import shipped
from rnnviz.opening.door import lecture_task
from rnnviz.tours.captions import Span, filled, missing, plain, refusal, spans
from rnnviz.tours.figures import FIGURES


@pytest.fixture(scope="module")
def frame():
    branches = compare(Branches.of(start_run(lecture_task()), Playhead(position=4.0)))
    passing = compute_pass(branches.run, 0, 0)
    return resolve(branches.run, branches.playhead, passing, branches)


def say(frame, name, argument=""):
    return FIGURES[name].said(frame, argument)


def test_marks():
    bold, italic = Span("b", bold=True), Span("c", italic=True)
    assert spans("a **b** *c*") == (Span("a "), bold, Span(" "), italic)
    both = Span("b", bold=True, italic=True)
    assert spans("**a *b* c**") == (Span("a ", bold=True), both, Span(" c", bold=True))
    assert plain("2 * 3 = 6") == "2 * 3 = 6"
    assert plain(r"\*a\* \{b\}") == "*a* {b}"
    assert plain("**open") == "**open"
    assert spans("") == ()


def test_braces_that_are_meant_and_braces_that_are_not(frame):
    assert refusal(r"\{x\} {steps}") == ""
    assert plain(filled(r"\{x\} {steps}", frame)) == "{x} 9"
    assert "without its other half" in refusal("}") and "other half" in refusal("{")


@pytest.mark.parametrize("text", ["{bogus}", "{token}", "{token:x}", "{held_out:no}", "{steps:1}"])
def test_what_is_refused_stands_as_it_is_written(frame, text):
    """A scene that cannot be shown has its title all the same."""
    assert refusal(text)
    assert filled(f"{text} of {{steps}}", frame) == f"{text} of 9"


def test_a_figure_that_is_not_there_is_a_dash_and_says_why(frame):
    assert filled("{held_out:RNN}", frame) == "–"
    assert "nothing was measured" in missing("{held_out:RNN}", frame)
    assert "there are 9 steps" in missing("{token:10}", frame)
    assert missing("{steps} {token:9}", frame) == ""


def test_sizes_and_words(frame):
    architecture = frame.network.architecture
    assert say(frame, "steps") == "9" == str(frame.task.steps)
    assert say(frame, "units") == str(architecture.units)
    assert say(frame, "layers") == "1"
    assert say(frame, "outputs") == str(architecture.outputs)
    assert say(frame, "inputs") == str(frame.task.inputs)
    total = sum(a.size for a in frame.network.parameters.values())
    assert say(frame, "weights") == f"{total:,}"
    assert (say(frame, "cell"), say(frame, "mode")) == ("RNN", "many to many, synced")
    assert say(frame, "token", "4") == "Hermione"


def test_answers_and_losses(frame):
    p = frame.passing.trace.probabilities(2, 3)[0, 0]
    assert say(frame, "answer", "3") == frame.task.output_names[int(p.argmax())]
    assert say(frame, "probability", "3") == f"{number(100 * float(p.max()), digits=2)} %"
    assert say(frame, "loss") == number(float(frame.passing.trace.loss_k.sum()))
    assert say(frame, "loss", "2") == number(float(frame.passing.trace.loss_k[1]))
    after = frame.branches.updated(frame.updates).run
    assert say(frame, "loss_after") == number(float(compute_pass(after, 1, 0).trace.loss))


def test_gradients(frame):
    norms = frame.norms_of(summed=False)
    da = np.asarray(frame.sweep.da)[0, -9:, 0]
    assert np.allclose(10**norms, np.linalg.norm(da, axis=-1))
    assert say(frame, "source") == "9"
    assert say(frame, "reached") == ratio(float(norms[0] - norms[8]))
    assert say(frame, "reached", "5") == ratio(float(norms[4] - norms[8]))
    assert say(frame, "decades") == number(float(norms[8] - norms[0]), digits=2)
    for cell in ("RNN", "GRU", "LSTM"):
        side = next(side for side in frame.sides if side.name == cell)
        assert say(frame, "reached_in", cell) == ratio(float(side.norms[0] - side.norms[8]))
    with pytest.raises(ValueError, match="no branch is called"):
        say(resolve(frame.run, frame.playhead, frame.passing), "reached_in", "LSTM")


def test_what_comes_from_memory(frame):
    w = frame.network.parameters
    a, x = frame.passing.trace.a[0, :, 0], frame.task.x[:, 0]
    kept = np.abs(w["W_aa_l0"] @ a[1]).sum()
    entered = np.abs(w["W_ax_l0"][:, int(x[1])] if x.ndim == 1 else w["W_ax_l0"] @ x[1]).sum()
    assert say(frame, "from_memory", "2") == f"{number(100 * kept / (kept + entered), digits=2)} %"
    assert say(frame, "from_memory", "1") == "0 %"
    largest = np.abs(np.linalg.eigvals(w["W_aa_l0"])).max()
    assert say(frame, "radius") == number(float(largest))


def test_what_was_measured_of_a_shipped_problem():
    run = shipped.open_problem("adding_60")
    made = resolve(run, Playhead(), compute_pass(run, 0, 0))
    held = run.shipped.held_out
    assert say(made, "held_out", "LSTM") == number(held.of("lstm").value)
    assert say(made, "guessing") == number(held.guessing)


def test_a_change_that_dies_out():
    run = start_run(lecture_task())
    branches = Branches.of(run, Playhead(position=2.0))
    passing = compute_pass(run, 0, 0)
    made = resolve(run, branches.playhead, passing, branches)
    found = FORGETTING(passing, 2)
    assert found is not None and (found.step, found.last) == (2, 9)
    x = made.task.x.copy()
    x[1, 0] = made.task.vocabulary.labels.index(found.instead)
    each = (run, run.with_task(replace(made.task, x=x)))
    states = [compute_pass(one, 0, 0).trace.a[0, 1:, 0] for one in each]
    gone = np.linalg.norm(states[1] - states[0], axis=-1)
    assert say(made, "difference", "2") == "1"
    assert say(made, "difference", "9") == ratio(float(np.log10(gone[8] / gone[1])))
    with pytest.raises(ValueError, match="no change"):
        say(made, "difference", "1")


@pytest.mark.parametrize(("limit", "cut"), [(0.5, True), (1e6, False)])
def test_the_norm_before_and_after_clipping(limit, cut):
    settings = Settings(gain=2.0, clipping="norm", clip_limit=limit)
    run = start_run(lecture_task(), settings)
    passing = compute_pass(run, 0, 0)
    made = resolve(run, Playhead(summed=True), passing)
    norm = np.sqrt(sum(float((g**2).sum()) for g in passing.backward.gradients.values()))
    assert say(made, "norm") == number(float(norm))
    assert say(made, "norm_clipped") == (number(limit) if cut else number(float(norm)))


def test_every_figure_was_held_against_something():
    tested = {"steps", "units", "layers", "inputs", "outputs", "weights", "cell", "mode", "token",
              "answer", "probability", "loss", "loss_after", "source", "reached", "decades",
              "reached_in", "from_memory", "difference", "norm", "norm_clipped", "radius",
              "held_out", "guessing"}  # fmt: skip
    assert set(FIGURES) == tested
