"""In a random walk there is nothing to find, and the program finds nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task
from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.scenes.forecast_words import verdict
from rnnviz.training import first_plan, fit, prepare

AHEAD = 10


@pytest.mark.slow
@pytest.mark.parametrize("transforms", [(), ("differences",)])
def test_over_twenty_random_walks_networks_have_no_advantage_over_naive(transforms):
    advantages, told = [], []
    for seed in range(20):
        values = np.random.default_rng(seed).standard_normal((600, 1)).cumsum(axis=0)
        tokens = tuple(str(i + 1) for i in range(600))
        made = Sequence("series", "walk", tokens, values, ("value",), transforms=transforms)
        run = start_run(make_task(made), Settings(units=8))
        fitting = prepare(run, replace(first_plan(run), updates=150))
        ended = fit(fitting)
        done = fitting.run_of(run, ended.log).at_origin(ended.shown)
        frame = resolve(done, Playhead(horizon=AHEAD), compute_pass(done, 0, 0))
        found = frame.origins
        mine, naive = (found.rmse(name) for name in ("network", "naive"))
        advantages.append(1.0 - mine / naive)
        told.append(verdict(frame))
    mean, error = np.mean(advantages, axis=0), np.std(advantages, axis=0, ddof=1) / np.sqrt(20)
    assert (mean <= 2.0 * error).all()
    assert not [words for words in told if "better than naive" in words]
    assert [words for words in told if "within chance of naive" in words]
