"""What the first paint must not wait for."""

from benchmarks.startup import KINDS, measure


def test_the_slow_imports_follow_the_first_paint():
    _, loaded = measure(KINDS["rnnviz"])
    assert not loaded
