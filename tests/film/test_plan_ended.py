"""Why a training made fewer updates than were asked for, in words."""

import numpy as np
import pytest

from rnnviz.engine import Architecture, create_network
from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.engine.training import Snapshot
from rnnviz.film import Plan
from rnnviz.film.plan import why_ended

NETWORK = create_network(Architecture(inputs=1, units=2, outputs=1), seed=0)


def log(*pairs):
    state = OPTIMIZERS["sgd"].start
    return tuple(Snapshot(u, NETWORK, state, 1.0, v) for u, v in pairs)


@pytest.mark.parametrize(
    ("entries", "patience", "updates", "asked", "words"),
    [
        (log((0, 2.0), (600, 1.0)), 200, 600, 600, ""),
        (log((0, 2.0), (200, 3.0)), 200, 600, 600, "stopped early, 600 asked"),
        (log((0, 2.0), (50, 1.0), (250, 3.0)), 200, 1600, 1600, "stopped early, 1,600 asked"),
        (log((0, 2.0), (50, 1.0), (249, 3.0)), 200, 600, 600, "stopped, 600 asked"),
        (log((0, 2.0), (200, 3.0)), 0, 600, 600, "stopped, 600 asked"),
        # Gone on from update 600: patience began there.
        (log((0, 2.0), (600, 3.0), (700, 3.0)), 200, 600, 1200, "stopped, 1,200 asked"),
        (log((0, 2.0), (600, 3.0), (800, 3.0)), 200, 600, 1200, "stopped early, 1,200 asked"),
        (log((0, 2.0), (200, 3.0)), 200, 600, 0, ""),
        (log((0, np.nan), (200, np.nan)), 200, 600, 600, "stopped, 600 asked"),
        ((), 200, 600, 600, ""),
    ],
)  # fmt: skip
def test_it_says_how_many_were_asked(entries, patience, updates, asked, words):
    plan = Plan(patience=patience, updates=updates)
    assert why_ended(entries, plan, asked) == words


def test_of_an_unknown_plan_it_says_no_reason():
    assert why_ended(log((0, 2.0), (200, 3.0)), None, 600) == "stopped, 600 asked"
