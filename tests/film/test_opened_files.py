"""A network that was opened computes as one made here does."""

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task
from rnnviz.engine import Architecture, create_network
from rnnviz.film import run_with
from rnnviz.film.settings import in_double


@pytest.mark.parametrize("steps", [100, 2_500, 5_000])
def test_its_number_format_is_that_of_any_network_of_its_size(steps):
    values = np.sin(np.arange(steps) / 9)[:, None]
    waves = Sequence("series", "waves", tuple(map(str, range(steps))), values, ("wave",))
    made = create_network(Architecture(1, 100, 1), seed=1, dtype=np.float32)
    run = run_with(make_task(waves), made, "mine")
    double = in_double(steps, 100, 1)
    assert run.networks[0].dtype == (np.float64 if double else np.float32)
    assert double == (steps < 5_000)
