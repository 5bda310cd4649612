"""A long pass makes y, p and ∂L/∂y in parts: the same numbers as with whole arrays."""

import numpy as np
import pytest

from rnnviz import engine
from rnnviz.engine import trace as traces
from rnnviz.engine.arrays import blocks

from .problems import CELLS, make_problem, relative_error

LOSSES = ("softmax_cross_entropy", "binary_cross_entropy", "mse")
STEPS, BATCH, OUTPUTS = 40, 3, 5


@pytest.fixture
def in_parts(monkeypatch):
    """No y is kept any more, and it is made for 7 steps at a time, or so many numbers."""

    def begin(numbers: int = 7 * BATCH * OUTPUTS) -> None:
        monkeypatch.setattr(traces, "WHOLE", 0)
        monkeypatch.setattr(traces, "PART", numbers)

    return begin


def compare(whole: engine.Backward, parts: engine.Backward, close: float = 1e-13) -> None:
    one, other = whole.trace, parts.trace
    assert one.said is not None and other.said is None
    assert (one.exploded_at, whole.exploded_at) == (other.exploded_at, parts.exploded_at)
    assert other.loss == pytest.approx(one.loss, rel=close)
    assert np.array_equal(one.paid, other.paid)
    pairs = [(one.y, other.y), (one.loss_k, other.loss_k), (whole.dy, parts.dy)]
    if one.p is None:
        assert other.p is None
    else:
        assert other.p is not None
        pairs.append((one.p, other.p))
    pairs += [(whole.da_direct, parts.da_direct), (one.output(1), other.output(1))]
    pairs += list(zip(whole.states, parts.states, strict=True))
    pairs += [(array, parts.gradients[name]) for name, array in whole.gradients.items()]
    for name in ("W_ya", "b_y", "W_aa_l0"):
        pairs.append((whole.share(name, 9), parts.share(name, 9)))
        pairs.append((whole.share_norms(name), parts.share_norms(name)))
    for start, stop in ((3, 4), (5, 33)):
        pairs.append((one.outputs(start, stop), other.outputs(start, stop)))
        some = slice(1, 3)
        pairs.append((one.outputs(start, stop, some), other.outputs(start, stop, some)))
        mine, its = (t.output_gradient(start, stop) for t in (whole, parts))
        pairs.append((mine, its))
    for mine, its in pairs:
        assert mine.dtype == its.dtype
        assert relative_error(its, mine) < close


@pytest.mark.parametrize("numbers", [7 * BATCH * OUTPUTS, 2 * OUTPUTS])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("loss", LOSSES)
def test_parts_of_seven_steps_are_as_the_whole(loss, cell, numbers, in_parts):
    given = {"steps": STEPS, "batch": BATCH, "outputs": OUTPUTS, "layers": 2, "ids": True}
    problem = make_problem(cell=cell, loss=loss, masked=True, **given)
    whole = engine.backward(problem.trace(exact=True))
    alone = engine.source_gradients(whole.trace, int(np.flatnonzero(whole.trace.paid)[-2]) + 1)
    in_parts(numbers)
    parts = engine.backward(problem.trace(exact=True))
    compare(whole, parts)
    k = int(np.flatnonzero(whole.trace.paid)[-2]) + 1
    assert relative_error(engine.source_gradients(parts.trace, k), alone) < 1e-13


@pytest.mark.parametrize(
    "more",
    [
        {"bidirectional": True, "padded": True},
        {"reduction": "mean", "masked": True},
        {"vocabulary": 4, "gaps": True, "reduction": "mean"},
    ],
)
@pytest.mark.parametrize("loss", LOSSES)
def test_and_both_directions_padding_means_and_an_embedding(loss, more, in_parts):
    problem = make_problem(steps=STEPS, batch=BATCH, outputs=OUTPUTS, loss=loss, **more)
    whole = engine.backward(problem.trace())
    in_parts()
    compare(whole, engine.backward(problem.trace()))


@pytest.mark.parametrize("k1, k2", [(10, 10), (6, 15)])
def test_and_truncated(k1, k2, in_parts):
    problem = make_problem(steps=STEPS, batch=BATCH, outputs=OUTPUTS, cell="lstm")
    cut = engine.Truncation(k1, k2)
    whole = engine.backward(problem.trace(), truncation=cut)
    in_parts()
    compare(whole, engine.backward(problem.trace(), truncation=cut))


def test_and_in_float32_and_complex(in_parts):
    problem = make_problem(steps=STEPS, batch=BATCH, outputs=OUTPUTS, dtype=np.float32)
    wide = problem.network.astype(np.float64)
    turned = wide.astype(np.complex128)
    whole, slopes = engine.backward(problem.trace()), problem.trace(network=turned).loss_k
    in_parts()
    compare(whole, engine.backward(problem.trace()), 2e-5)
    assert relative_error(problem.trace(network=turned).loss_k, slopes) < 1e-13


def test_an_output_that_overflows_is_found_at_its_step(in_parts):
    problem = make_problem(steps=STEPS, batch=1, outputs=OUTPUTS, loss="mse")
    huge = problem.network.replace(W_ya=np.full_like(problem.network.parameters["W_ya"], 1e308))
    found = problem.trace(network=huge)
    first = found.output_lost_at
    assert first is not None
    in_parts(7 * OUTPUTS)
    parts = problem.trace(network=huge)
    assert (parts.output_lost_at, parts.exploded_at) == (first, found.exploded_at)


def test_what_nobody_pays_is_never_made(in_parts, monkeypatch):
    in_parts()
    problem = make_problem(steps=STEPS, batch=BATCH, outputs=OUTPUTS)
    mask = np.zeros((STEPS, BATCH), bool)
    mask[11, 1] = True
    trace = problem.trace(objective=engine.Objective("mse", np.zeros((STEPS, BATCH, 5)), mask))
    asked: list[slice] = []
    found = traces.Trace.paid_part

    def listened(self, steps, batch):
        asked.append(steps)
        return found(self, steps, batch)

    monkeypatch.setattr(traces.Trace, "paid_part", listened)
    engine.backward(trace)
    assert {(part.start, part.stop) for part in asked} == {(7, 14)}


@pytest.mark.parametrize("steps, batch, width, most", [(10, 3, 4, 24), (3, 7, 4, 9), (1, 50, 2, 8)])
def test_blocks_cover_all_once_and_are_bounded(steps, batch, width, most):
    seen = np.zeros((steps, batch), int)
    for of_steps, of_batch in blocks(steps, batch, width, most):
        part = seen[of_steps, of_batch]
        part += 1
        assert part.size * width <= most
        assert part.shape[0] == 1 or part.shape[1] == batch
    assert (seen == 1).all()
