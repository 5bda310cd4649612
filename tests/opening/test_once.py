"""A file is read once: by the command line, by the window, and when it was looked at before."""

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from rnnviz.cli.main import main
from rnnviz.data import Options, Sequence
from rnnviz.documents import save_document
from rnnviz.engine import Architecture, create_network
from rnnviz.files.errors import DataError
from rnnviz.files.zips import npz_bytes
from rnnviz.film import Branches
from rnnviz.film.cost import set_budget
from rnnviz.film.fields import FIELDS
from rnnviz.opening.door import OpenFile, lecture_task
from rnnviz.session import Session
from rnnviz.weights import save_network
from tests.documents.runs import text_run

_watched: list[str] = []
_seen: list[str] = []


def _note(event, arguments):
    if event == "open" and _watched and str(arguments[0]) in _watched:
        _seen.append(Path(arguments[0]).name)


sys.addaudithook(_note)


@contextmanager
def reads(*paths):
    """The names of these files, once for each time that one is opened."""
    _watched[:], found = map(str, paths), []
    _seen.clear()
    try:
        yield found
    finally:
        found += sorted(_seen)
        _watched.clear()


@pytest.fixture
def folder(tmp_path):
    """A file of each kind, all of which can be opened from the lecture's sentence."""
    (tmp_path / "x.csv").write_text("1,2\n3,4\n5,6\n")
    (tmp_path / "x.npz").write_bytes(npz_bytes({"x": np.arange(6.0).reshape(3, 2)}))
    sentence = lecture_task()
    fits = create_network(Architecture(sentence.inputs, 5, sentence.outputs), seed=0)
    save_network(fits, tmp_path / "net.safetensors")
    save_network(fits, tmp_path / "net.npz")
    save_network(create_network(Architecture(2, 4, 2, "gru"), seed=0), tmp_path / "two.npz")
    (tmp_path / "s.toml").write_text('data = "x.csv"\n[model]\ncell = "lstm"\nhidden = 7\n')
    save_document(tmp_path / "d.rnnviz", Branches.of(text_run()))
    return tmp_path


KINDS = ["x.csv", "x.npz", "net.safetensors", "net.npz", "d.rnnviz"]


@pytest.mark.parametrize("name", KINDS)
def test_the_command_line_reads_it_once(folder, name):
    with reads(folder / name) as found:
        assert main([str(folder / name), "--export", str(folder / "out.csv")]) == 0
    assert found == [name]
    assert (folder / "out.csv").read_text().startswith("step,")


def test_the_command_line_reads_a_session_and_its_data_once(folder):
    with reads(folder / "s.toml", folder / "x.csv") as found:
        assert main([str(folder / "s.toml"), "--export", str(folder / "out.csv")]) == 0
    assert found == ["s.toml", "x.csv"]
    assert "a_7" in (folder / "out.csv").read_text().partition("\n")[0]


@pytest.fixture
def session(qtbot):
    made = Session()
    made.open_default()
    yield made
    made.close()


@pytest.mark.parametrize("name", [*KINDS, "s.toml"])
def test_the_window_reads_it_once(qtbot, session, folder, name):
    watched = (folder / name, folder / "x.csv")
    with reads(*watched) as found, qtbot.waitSignal(session.changed):
        session.open_file(folder / name, ask=False)
    assert found == sorted({name, "x.csv"} if name == "s.toml" else {name})


def asked(qtbot, session, path):
    with qtbot.waitSignal(session.asked) as found:
        session.open_with_choices(path)
    return found.args[0].preview


def test_looking_asking_and_opening_read_it_once(qtbot, session, folder):
    with reads(folder / "x.csv") as found:
        assert asked(qtbot, session, folder / "x.csv").rows[0] == ("1", "2")
        with qtbot.waitSignal(session.asked):
            session.look_again({"header": False})
        with qtbot.waitSignal(session.changed):
            session.open_asked({"columns": (1,)})
    assert found == ["x.csv"]
    assert session.frame.run.task.sequence.columns == ("column 2",)


def test_a_file_that_changed_meanwhile_is_read_again_and_says_so(qtbot, session, folder):
    path = folder / "x.csv"
    asked(qtbot, session, path)
    path.write_text("7\n8\n")
    os.utime(path, (1, 1))
    with reads(path) as found, qtbot.waitSignal(session.changed):
        session.open_asked({})
    assert found == ["x.csv"]
    sequence = session.frame.run.task.sequence
    assert sequence.values.tolist() == [[7.0], [8.0]]
    assert any("has been read again" in note for note in sequence.notes)


@pytest.fixture
def no_previews():
    set_budget("memory_previews", 0.0)
    yield
    set_budget("memory_previews", FIELDS["memory_previews"].default)


def test_above_the_budget_of_previews_it_is_let_go_while_it_waits(
    qtbot, session, folder, no_previews
):
    path = folder / "x.csv"
    with reads(path) as found:
        assert asked(qtbot, session, path).rows[0] == ("1", "2")
        with qtbot.waitSignal(session.asked) as again:
            session.look_again({"header": False})
        assert again.args[0].preview.rows[0] == ("1", "2")
        with qtbot.waitSignal(session.changed):
            session.open_asked({"columns": (1,)})
    assert found == ["x.csv"] * 3
    sequence = session.frame.run.task.sequence
    assert sequence.values.tolist() == [[2.0], [4.0], [6.0]]
    assert not any("has been read again" in note for note in sequence.notes)
    asked(qtbot, session, path)
    path.write_text("7\n8\n")
    os.utime(path, (1, 1))
    with qtbot.waitSignal(session.changed):
        session.open_asked({})
    sequence = session.frame.run.task.sequence
    assert sequence.values.tolist() == [[7.0], [8.0]]
    assert any("has been read again" in note for note in sequence.notes)


def test_what_was_looked_at_opens_when_its_file_is_gone_no_more(folder):
    file = OpenFile(folder / "x.csv")
    assert file.current() is file
    assert isinstance(file.open(Options(columns=(0,))), Sequence)
    (folder / "x.csv").unlink()
    with pytest.raises(DataError, match="does not exist"):
        file.current()


# -- a network from a file -------------------------------------------------------------------


def exported(folder, *arguments):
    return main([*map(str, arguments), "--export", str(folder / "out.csv")])


def test_data_with_the_network_in_a_file(folder):
    with reads(folder / "x.csv", folder / "two.npz") as found:
        assert exported(folder, folder / "x.csv", "--network", folder / "two.npz") == 0
    assert found == ["two.npz", "x.csv"]
    assert (folder / "out.csv").read_text().partition("\n")[0].count(",a_4,") == 1
    net = folder / "net.safetensors"
    assert exported(folder, "--network", net) == 0
    assert exported(folder, net, "--as", "characters") == 2
    assert exported(folder, "--text", "to be or not", "--network", net) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x.csv", "--network", "net.npz"], "this network reads"),
        (["two.npz"], "two.npz: this network reads 2 numbers a step; what is open has 9"),
        (["x.csv", "--network", "x.npz"], "x.npz: is a sequence, and no network"),
        (["x.csv", "--network", "gone.npz"], "gone.npz: does not exist"),
        (["s.toml", "--network", "two.npz"], "s.toml: is a session, and no sequence"),
        (["d.rnnviz", "--network", "two.npz"], "d.rnnviz: is a document, and no sequence"),
        (["x.csv", "--network", "two.npz", "--cell", "lstm"], "leave --cell"),
        (["net.npz", "--cell", "lstm"], "net.npz: a network has its own network; leave --cell"),
        (["s.toml", "--units", "3"], "s.toml: a session has its own network"),
        (["--problem", "sentiment", "--network", "two.npz"], "a shipped problem has its own"),
    ],
)
def test_what_does_not_go_together_is_refused(folder, capsys, monkeypatch, arguments, said):
    monkeypatch.chdir(folder)
    assert exported(folder, *arguments) == 2
    assert said in capsys.readouterr().err
    assert not (folder / "out.csv").exists()


def test_the_window_opens_data_with_the_network_in_a_file(qtbot, session, folder):
    with qtbot.waitSignal(session.changed):
        session.open_file(folder / "x.csv", ask=False, network=folder / "two.npz")
    assert session.frame.run.architecture.cell == "gru"
    assert session.frame.run.task.sequence.name == "x.csv"
    shutil.copy(folder / "x.csv", folder / "y.csv")
    with qtbot.waitSignal(session.told, check_params_cb=lambda told: told and told.error) as said:
        session.open_file(folder / "y.csv", ask=False, network=folder / "net.npz")
    assert "this network reads" in said.args[0].text
    assert session.frame.run.task.sequence.name == "x.csv"
