"""What the first paint must not wait for."""

from importlib.util import find_spec

from benchmarks.startup import KINDS, measure

# What opens, saves and trains comes with the first file and the first training; a view that is not
# shown, when it is first asked for.
_LATER = (
    *("tours", "session.presenting", "views.presenting", "views.window.touring"),
    *("opening", "documents", "weights", "problems", "training", "beside", "exercises"),
    *("scenes.words", "scenes.memory_cell", "film.word_space", "film.memory_cell"),
    *("views.words", "views.finder.finder", "views.window.dialogs", "views.training.dialog"),
    *("views.outlet", "views.preview.dialog", "views.typeset.arrangement"),
    *("scenes.equation", "cli.parser"),
    *("engine.checking", "engine.spectra", "film.forgetting"),
    *("film.singular_values", "film.triangle", "film.weight_ledger", "film.weight_scales"),
)


def test_the_slow_imports_follow_the_first_paint(tmp_path):
    assert [name for name in _LATER if find_spec(f"rnnviz.{name}") is None] == []
    started = measure(KINDS["rnnviz"], str(tmp_path))
    assert not {"pyqtgraph", "html", "socket"}.intersection(started.modules)
    # Hundreds of enumerations each; `ArrowBox` and `action_of` keep from them.
    assert "QMenu" in started.classes
    assert not {"QStyle", "QIcon", "QFileDialog"}.intersection(started.classes)
    assert not {f"rnnviz.{name}" for name in _LATER}.intersection(started.own)
