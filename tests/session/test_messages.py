"""What the session says: each message in a table, held against runs and engine."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.film import compute_pass
from rnnviz.film.passes import check_pass
from rnnviz.film.records import answering, parameters
from rnnviz.session import Session
from rnnviz.session.work import checked
from tests.scenes.test_sentences import N, is_about

MODES = ("synced", "many_to_one", "one_to_many", "encoder_decoder", "one_to_one")


@pytest.fixture
def session(qapp):
    made = Session()
    made.said = []
    made.told.connect(lambda notice: made.said.append(notice.text) if notice else None)
    made.open_default()
    yield made
    made.close()


def settle(qtbot, session):
    qtbot.waitUntil(lambda: not (session.busy or session.progress.running), timeout=20_000)


def spectral_radius(W):
    return np.abs(np.linalg.eigvals(W)).max()


def weights(session):
    return answering(session.run.networks[session.playhead.snapshot]).parameters


# What is done, what the edit is called, and whether what it is called is so.
EDITS = {
    "cell": ({"cell": "lstm"}, "cell LSTM", lambda s: len(s.frame.kind.names) == 4),
    "units": ({"units": 4}, "units 4", lambda s: weights(s)["W_aa_l0"].shape == (4, 4)),
    "layers": ({"layers": 2}, "layers 2", lambda s: s.frame.passing.trace.a.shape[0] == 2),
    "g": (
        {"activation": "relu"}, "activation g ReLU",
        lambda s: bool((s.frame.passing.trace.a >= 0).all()),
    ),
    "gain": (
        {"gain": 0.37}, "first W_aa times 0.37",
        lambda s: np.isclose(spectral_radius(weights(s)["W_aa_l0"]), 0.37, rtol=1e-6),
    ),
    "identity": (
        {"recurrent": "identity", "gain": 1.0}, "first W_aa identity, first W_aa times 1",
        lambda s: np.array_equal(weights(s)["W_aa_l0"], np.eye(16)),
    ),
    "seed": ({"seed": 5}, "seed 5", lambda s: s.run.settings.seed == 5),
    "optimiser": (
        {"optimizer": "adam"}, "optimiser Adam", lambda s: s.settings.optimizer == "adam",
    ),
    "clip": (
        {"clipping": "norm", "clip_limit": 0.1}, "clip norm 0.1",
        lambda s: np.isclose(s.frame.update.report.norm_after, 0.1),
    ),
    "window": ({"truncation": 3}, "truncated BPTT 3 steps", lambda s: s.frame.passing.window == 3),
    "own window": (
        {"truncation": 7}, "truncated BPTT 7 steps", lambda s: s.frame.passing.window == 7,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_called_what_it_is_and_so_it_is_taken_back_and_made_again(qtbot, session, name):
    changes, called, holds = EDITS[name]
    before = session.branches
    session.set_settings(replace(session.settings, **changes))
    settle(qtbot, session)
    assert holds(session)
    after, said = session.branches, session.undoes
    session.undo()
    assert session.branches.run is before.run and session.said[-1] == f"Taken back: {said}"
    assert session.redoes == said
    session.redo()
    assert session.branches.run is after.run and session.said[-1] == f"Made again: {said}"
    assert said == called


@pytest.mark.parametrize(("what", "value"), [("radius", 0.8), ("radius", 1.5), ("input", 2.0)])
def test_scaled_weights_have_the_size_that_is_said(session, what, value):
    session.scale_weights(what, value)
    session.settle_scaling()
    W = weights(session)["W_aa_l0" if what == "radius" else "W_ax_l0"]
    size = spectral_radius(W) if what == "radius" else np.linalg.norm(W)
    said = re.fullmatch(r"W_a[ax] scaled to (?:spectral radius|norm) (\d[\d.]*)", session.undoes)
    assert float(said[1]) == pytest.approx(size, rel=5e-3) and size == pytest.approx(value)
    session.choose_mode("encoder_decoder")
    assert session.said[-1].endswith("it was trained, opened or scaled as one.")
    session.choose_compared(True)
    assert session.said[-1].startswith("Compare the cells: ")


@pytest.mark.parametrize("window", [1, 2, 3, 4, 5, 8, 9, 50])
@pytest.mark.parametrize("mode", MODES)
def test_fences_are_counted_where_the_gradient_is_cut(qtbot, session, mode, window):
    session.choose_mode(mode)
    settle(qtbot, session)
    session.set_settings(replace(session.settings, truncation=window))
    settle(qtbot, session)
    frame, said = session.frame, session.said[-1]
    fences = [t for t in range(1, frame.steps + 1) if frame.cut(t)]
    found = re.match(r"The gradient is cut at (\d+) fences?, one after every (\d+) steps?", said)
    if found is None:
        assert said.startswith("Truncated BPTT does nothing here: ") and not fences
        return
    assert [int(n) for n in found.groups()] == [len(fences), window]
    da, read = frame.passing.backward.da, frame.source_steps
    reached = [t for t in range(1, read + 1) if da[:, t - 1].any()]
    if "gets no gradient" in said:
        assert read and not reached
    elif "only" in said:
        first, last = re.search(r"only (?:the )?steps? (\d+)(?: to (\d+))?", said).groups()
        assert [int(first), int(last or first)] == [reached[0], reached[-1]] and reached[-1] == read
    else:
        assert len(reached) == read


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("mode", MODES)
def test_a_check_says_its_own_figures_and_names_what_is_wrong(qtbot, session, mode, cell):
    session.set_settings(replace(session.settings, cell=cell, units=4))
    settle(qtbot, session)
    session.choose_mode(mode)
    settle(qtbot, session)
    session.check_gradient()
    settle(qtbot, session)
    passing, check = session.frame.passing, check_pass(session.frame.passing)
    said = re.fullmatch(
        rf"✓ The gradient of all (\d+) parameters agrees with numeric derivatives: largest "
        rf"relative error (?:{N}|0) \((.*)\)\.", session.said[-1]
    )  # fmt: skip
    assert said and int(said[1]) == len(check.errors) and said[3] == check.worst
    assert check.error == 0.0 or is_about(said[2], np.log10(check.error))
    assert len(check.errors) == sum(a.size > 0 for a in parameters(passing.trace.network).values())
    name = check.worst
    wrong = dict(passing.backward.gradients)
    wrong[name] = 1.001 * wrong[name] + 1e-3
    back = replace(passing.backward, gradients=wrong)
    notice = checked(replace(passing, backward=back))
    if mode in ("encoder_decoder", "one_to_one"):  # else the engine makes its own sweep
        assert notice.error and notice.text.startswith(f"✗ The gradient of {name} does NOT agree")


@pytest.mark.parametrize("gain", [1e200, 1e300])
def test_where_nothing_can_be_checked_or_updated_the_step_that_is_named_is_the_first(
    qtbot, session, gain
):
    session.set_settings(
        replace(session.settings, activation="identity", gain=gain, learning_rate=0.1)
    )
    settle(qtbot, session)
    passing = session.frame.passing
    session.check_gradient()
    settle(qtbot, session)
    if not passing.exploded:
        assert "numeric derivatives" in session.said[-1]
        return
    said = session.said[-1]
    assert said == f"No gradient to check: {passing.exploded}."
    trace, back = passing.trace, passing.backward
    named = int(re.search(r"exploded at step (\d+)", said)[1])
    if said.startswith("No gradient to check: exploded"):
        parts = [trace.a[:, 1:, 0], trace.z[:, :, 0]]
        lost = [
            t for t in range(1, trace.steps + 1)
            if not all(np.isfinite(part[:, t - 1]).all() for part in parts)
            or not np.isfinite(trace.loss_k[t - 1])
        ]  # fmt: skip
        assert named == lost[0]
    else:
        lost = [t for t in range(1, trace.steps + 1) if not np.isfinite(back.da[:, t - 1]).all()]
        assert named == lost[-1]
    session.set_animated(False)
    session.seek(float(session.frame.timeline.end))
    session.next()
    settle(qtbot, session)
    said = [text for text in session.said if text.startswith("No update")]
    assert said and passing.exploded in said[-1] and len(session.run.networks) == 1


@pytest.mark.parametrize("steps", [1, 5])
def test_a_forecast_follows_the_step_that_is_said(qtbot, session, tmp_path, steps):
    file = tmp_path / "series.csv"
    file.write_text("value\n" + "".join(f"{i % 5}.{i % 3}\n" for i in range(12)))
    session.open_file(file, ask=False)
    settle(qtbot, session)
    known = session.frame.steps
    session.forecast(steps)
    settle(qtbot, session)
    one = "1 step of forecast follows step 12."
    assert session.said[-1] == (one if steps == 1 else "5 steps of forecast follow step 12.")
    assert known == 12
    assert session.frame.steps == known + steps
    passing = compute_pass(session.run, 0, 0)
    fed = passing.task.x[known:, 0, 0] if passing.task.x.ndim == 3 else passing.task.x[known:, 0]
    answers = passing.trace.y[known - 1 : known + steps - 1, 0, 0]
    assert np.allclose(fed, answers, rtol=1e-6)
