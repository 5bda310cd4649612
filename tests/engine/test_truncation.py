"""A gradient that is cut: against complex steps of its windows, and beyond any float."""

import numpy as np
import pytest

from rnnviz import engine
from rnnviz.engine.beyond import held_log_norms

from .problems import CELLS, make_problem


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("k1", "k2"), [(1, 1), (3, 3), (2, 5)])
def test_it_is_the_derivative_of_windows_that_are_handed_their_states(cell, k1, k2):
    problem = make_problem(
        cell=cell, steps=8, layers=2, masked=True, gaps=True, reduction="mean", seed=3
    )
    cut, given = engine.Truncation(k1, k2), {"inputs": problem.inputs}
    check = engine.check_gradients(
        problem.network, problem.x, problem.objective, truncation=cut, **given
    )
    assert check.passed, (check.worst, check.error)
    whole = engine.backward(problem.trace()).gradients["W_aa_l0"]
    short = engine.backward(problem.trace(), truncation=cut).gradients["W_aa_l0"]
    assert not np.allclose(whole, short, rtol=1e-3)  # else the check could not tell them apart


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("every", [1, 3, 70, 200])
def test_its_norms_are_known_past_the_ends_of_any_float(cell, every):
    problem = make_problem(cell=cell, steps=150, layers=2, batch=1, gain=0.9, seed=1)
    trace = problem.trace()
    plain = engine.backward(trace, truncation=engine.Truncation(every))
    assert np.allclose(held_log_norms(trace, every=every)[0], plain.log_norm_da, atol=1e-9)
    faint = make_problem(cell=cell, steps=150, layers=1, batch=1, gain=1e-9, seed=1)
    trace = faint.trace()
    alone = held_log_norms(trace, 149, every=every)[0, 0]
    first = engine.Truncation(every).reach(149)
    assert np.isneginf(alone[: first - 1]).all()
    assert np.allclose(alone[first - 1 :], held_log_norms(trace, 149)[0, 0, first - 1 :])
