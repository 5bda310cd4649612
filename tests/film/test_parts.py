"""A long pass makes what it answers in parts: the same numbers in every mode."""

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task, sequence_from_text
from rnnviz.engine import trace as traces
from rnnviz.film import Settings, compute_pass, resolve, start_run
from rnnviz.film.passes import check_pass
from rnnviz.film.timeline import Playhead

MODES = ("one_to_one", "one_to_many", "many_to_one", "encoder_decoder", "synced")
CELLS = ("rnn", "lstm", "gru", "gru_reset_before")
TEXT = "a rose is a rose and no other rose is like it " * 4


def series() -> Sequence:
    values = np.sin(np.arange(60))[:, None]
    names = tuple(str(t) for t in range(60))
    return Sequence("s", "series", names, values=values, columns=("x",))


def all_of(passing) -> list[np.ndarray | None]:
    trace, back = passing.trace, passing.backward
    found = [trace.y, trace.p, trace.loss_k, trace.output(0), back.dy, back.da, passing.alone.da]
    found += [passing.alone.dy, back.log_norm_da, np.array([trace.loss])]
    for part in ((3, 4), (10, 31), (0, trace.steps)):
        found += [trace.outputs(*part), trace.probabilities(*part), back.output_gradient(*part)]
    return found + list(back.gradients.values())


@pytest.mark.parametrize("kind", ["text", "series"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_in_parts_of_seven_steps_is_as_the_whole(mode, cell, kind, monkeypatch):
    task = make_task(sequence_from_text(TEXT) if kind == "text" else series())
    run = start_run(task, Settings(cell=cell, units=3))
    try:
        run = run.in_mode(mode)
    except ValueError:
        pytest.skip("not of this mode")
    whole = compute_pass(run, 0, 0)
    monkeypatch.setattr(traces, "WHOLE", 0)
    monkeypatch.setattr(traces, "PART", 7 * run.task.outputs)
    parts = compute_pass(run, 0, 0)
    for mine, its in zip(all_of(whole), all_of(parts), strict=True):
        assert (mine is None) == (its is None)
        if mine is not None and its is not None:
            np.testing.assert_allclose(its, mine, rtol=1e-10, atol=1e-14, equal_nan=True)
    assert whole.exploded == parts.exploded == ""
    assert check_pass(parts).passed
    one, other = (resolve(run, Playhead(position=5.0), each) for each in (whole, parts))
    assert [o.name for o in one.outputs(5, 3)] == [o.name for o in other.outputs(5, 3)]
