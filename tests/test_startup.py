"""What the first paint must not wait for."""

from benchmarks.startup import KINDS, measure

# What opens, saves and trains comes with the first file and the first training.
_LATER = ("opening", "documents", "weights", "problems", "training")


def test_the_slow_imports_follow_the_first_paint(tmp_path):
    started = measure(KINDS["rnnviz"], str(tmp_path))
    rooms = {name.split(".")[1] for name in started.own if "." in name}
    assert "pyqtgraph" not in started.modules
    assert not rooms.intersection(_LATER)
