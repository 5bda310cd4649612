"""What the first paint must not wait for."""

from benchmarks.startup import KINDS, measure


def test_the_slow_imports_follow_the_first_paint(tmp_path):
    _, loaded = measure(KINDS["rnnviz"], str(tmp_path))
    assert not loaded
