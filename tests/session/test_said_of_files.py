"""What is said of files and of kept work, each sentence in a table and provoked by real files.

Those of the opener, of what is written for other programs, of autosave and of what is left behind.
What a reader says of one kind of file stands in `tests/data_room`, how far a long job has come in
`test_opener.py`.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnviz.data import Options
from rnnviz.documents import open_document
from rnnviz.engine import Architecture, create_network
from rnnviz.film import Plan, Settings
from rnnviz.session import Session
from rnnviz.weights import load_network, save_network

POSIX = sys.platform != "win32"
LINUX = sys.platform.startswith("linux")
TRAINED_ON = "the cat sat on the mat and the dog sat on the log " * 4


class Told:
    """A session in a folder, with all that it says."""

    def __init__(self, qtbot, folder, kept=None):
        self.qtbot, self.folder, self.notices = qtbot, folder, []
        self.session = Session(folder=kept)
        self.session.told.connect(lambda notice: notice and self.notices.append(notice))
        self.session.open_default()

    def settle(self):
        s = self.session
        self.qtbot.waitUntil(
            lambda: (
                not (
                    s.busy
                    or s.writing
                    or s.progress.running
                    or s.autosave.saving
                    or s.autosave.writing
                )
            ),
            timeout=60_000,
        )

    @property
    def said(self):
        """The last that was said, without what tells of work under way."""
        return next((n for n in reversed(self.notices) if not n.cancel), None)

    # -- files of the tables -----------------------------------------------------------------

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def series(self, name="s.csv", columns=("a", "b"), steps=40):
        rows = np.random.default_rng(0).normal(10, 3, (steps, len(columns)))
        lines = [",".join(columns), *(",".join(f"{x:.4f}" for x in row) for row in rows)]
        return self.file(name, "\n".join(lines))

    def network(self, name="own.npz", **sizes):
        made = Architecture(**{"inputs": 9, "units": 5, "outputs": 10, **sizes})
        save_network(create_network(made, seed=3), self.folder / name)
        return self.folder / name

    # -- what is done with it ----------------------------------------------------------------

    def open(self, path, **how):
        self.session.open_file(path, **{"ask": False, **how})
        self.settle()

    def type(self, text, unit="words"):
        self.session.open_text(text, unit, "typed", edit=False)
        self.settle()

    def type_file(self, text):
        self.open(self.file("typed.txt", text), unit="words")

    def choose(self, **settings):
        self.session.set_settings(replace(self.session.settings, **settings))
        self.settle()

    def mode(self, name):
        self.session.choose_mode(name)
        self.settle()

    def problem(self, name, *given):
        self.session.open_problem(name, *given)
        self.settle()

    def train(self):
        self.session.open_text(TRAINED_ON, "words", "first", edit=False)
        self.settle()
        settings = Settings(units=6, cell="gru", optimizer="adam", learning_rate=0.01)
        plan = Plan(validation=0.2, window=8, batch=4, updates=6, settings=settings)
        self.session.train(plan)
        self.settle()

    def weights(self, name="w.npz"):
        self.session.save_weights(self.folder / name)
        self.settle()

    def numbers(self, name):
        self.session.save_numbers(self.folder / name)
        self.settle()

    def save(self, name):
        self.session.autosave.save(self.folder / name)
        self.settle()


@pytest.fixture
def told(qtbot, qapp, tmp_path):
    made = Told(qtbot, tmp_path)
    yield made
    made.session.close()


def kept_words(told):
    told.type("the cat sat")
    told.weights()


def kept_characters(told):
    told.type("a b\nc", "characters")
    told.weights()


def changed_while_asked(told):
    path = told.series()
    told.session.open_with_choices(path)
    told.settle()
    told.file("s.csv", "a,b\n1.5,2.5\n3.5,4.5\n6.5,7.5\n")
    told.session.open_asked({})
    told.settle()


# -- what cannot be opened, and what stays -------------------------------------------------------

REFUSED = {
    "width": (
        lambda t: t.open(t.network(inputs=2)),
        "own.npz: this network reads 2 numbers a step; what is open has 9 different words. Open a "
        "series of 2 columns, or a text of 2 different words or characters, and it will be run.",
    ),
    "one number": (
        lambda t: t.open(t.network(inputs=1)),
        "own.npz: this network reads 1 number a step; what is open has 9 different words. Open a "
        "series of 1 column, or a text of 1 different word or character, and it will be run.",
    ),
    "one word": (
        lambda t: t.type("a a a"), lambda t: t.open(t.network(inputs=2)),
        "own.npz: this network reads 2 numbers a step; what is open has 1 different word. Open a "
        "series of 2 columns, or a text of 2 different words or characters, and it will be run.",
    ),
    "places": (
        lambda t: t.open(t.network(inputs=4, vocabulary=5)),
        "own.npz: this network reads places in a vocabulary of 5; what is open has 9 different "
        "words. Open a text of 5 different words or characters, and it will be run.",
    ),
    "places of numbers": (
        lambda t: t.open(t.series()), lambda t: t.open(t.network(inputs=4, vocabulary=5)),
        "own.npz: this network reads places in a vocabulary of 5; what is open is a series of "
        "numbers. Open a text of 5 different words or characters, and it will be run.",
    ),
    "columns": (
        lambda t: t.open(t.series()), lambda t: t.open(t.network(inputs=3)),
        "own.npz: this network reads 3 numbers a step; what is open has 2. Open a series of 3 "
        "columns, or a text of 3 different words or characters, and it will be run.",
    ),
    "both directions": (
        lambda t: t.open(t.network(bidirectional=True)),
        "own.npz: this network reads in both directions, and the film runs in one: it cannot be "
        "run here.",
    ),
    "own words": (
        kept_words, lambda t: t.type("a dog"), lambda t: t.open(t.folder / "w.npz"),
        "w.npz: 2 of the words have no place in its vocabulary: a, dog. Open a series of 3 "
        "columns, or a text of its own words (the, cat, sat), and it will be run.",
    ),
    "own characters": (
        kept_characters, lambda t: t.type("a dog"), lambda t: t.open(t.folder / "w.npz"),
        "w.npz: this network reads characters, and what is open was opened as words. Open a "
        "series of 5 columns, or a text of its own characters (a, ␣, b, ⏎, c), and it will be run.",
    ),
    "no network": (
        lambda t: t.open(t.series(), network=t.series("t.csv")),
        "t.csv: is a sequence, and no network",
    ),
    "a session as a network": (
        lambda t: t.open(t.series(), network=t.file("t.toml", 'unit = "words"')),
        "t.toml: is a session, and no network",
    ),
    "no sequence": (
        lambda t: t.open(t.network(), network=t.network("other.npz")),
        "own.npz: is a network, and no sequence for a network to read",
    ),
    "document for a network": (
            lambda t: t.save("d.rnnviz"),
            lambda t: t.open(t.folder / "d.rnnviz", network=t.network()),
        "d.rnnviz: is a document, and no sequence for a network to read",
    ),
    "meaningless": (
        lambda t: t.open(
            t.file("t.txt", "the cat"), ask=True, options=Options(thousands=",")
        ),
        "t.txt: is a text, and --thousands says something of a table: leave --thousands out",
    ),
    "not there": (lambda t: t.open(t.folder / "no.csv"), "no.csv: does not exist"),
    "a folder": (
        lambda t: (t.folder / "f").mkdir(), lambda t: t.open(t.folder / "f"),
        "f: is a folder, not a file",
    ),
    "nothing in it": (
        lambda t: t.open(t.file("e.txt", "")),
        "e.txt: is empty, there is nothing in it",
    ),
    "nothing typed": (lambda t: t.type("  "), "the text holds no words, only white space"),
    "no document": (
        lambda t: t.open(t.file("a.rnnviz", "nonsense")),
        "a.rnnviz: is no rnnviz document, or a damaged one: its directory is missing",
    ),
    "data of a session": (
        lambda t: t.open(t.file("x.toml", 'data = "no.csv"\n')),
        "x.toml, line 1: data “no.csv” does not exist in the session's folder",
    ),
    "pictures": (
        lambda t: (t.session.open_files([t.series(), t.series("t.csv")]), t.settle()),
        "s.csv: is not a PNG picture: it does not begin as one does",
    ),
    "no such problem": (
        lambda t: t.problem("nothing"), "there is no shipped problem “nothing”",
    ),
    "no such example": (
            lambda t: t.problem("sentiment"),
            lambda t: (t.session.open_example("none"), t.settle()),
        "there is no example “none” of “A sentence → positive or negative”",
    ),
    "examples alone": (
        lambda t: t.problem("parity"), lambda t: (t.session.read("hello"), t.settle()),
        "the text cannot be read here: this problem has examples alone",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_opened_is_one_sentence_and_changes_nothing(told, name):
    *before, deed, said = REFUSED[name]
    for each in before:
        each(told)
    frame, branches, undoes = told.session.frame, told.session.branches, told.session.undoes
    del told.notices[:]
    deed(told)
    assert [notice.text for notice in told.notices if notice.error] == [said]
    assert told.said.text == said
    session = told.session
    assert session.frame is frame and session.branches is branches and session.undoes == undoes


def fitting_series(told):
    told.open(told.series(columns=("a", "b")))


# A network that was refused, what was said that it would run, and the parameters that then run.
WAITING = {
    "series": (lambda t: t.open(t.network(inputs=2)), fitting_series),
    "one column": (
        lambda t: t.open(t.network(inputs=1)), lambda t: t.open(t.series(columns=("a",))),
    ),
    "text": (lambda t: t.open(t.network(inputs=2)), lambda t: t.type_file("no yes no")),
    "places": (
        lambda t: t.open(t.network(inputs=4, vocabulary=3)), lambda t: t.type_file("a b c a"),
    ),
    "own words": (
        kept_words, lambda t: t.type("a dog"), lambda t: t.open(t.folder / "w.npz"),
        lambda t: t.type_file("sat sat the"),
    ),
    "own words on a series": (
        kept_words, lambda t: t.type("a dog"), lambda t: t.open(t.folder / "w.npz"),
        lambda t: t.open(t.series(columns=("a", "b", "c"))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WAITING)
def test_what_is_said_that_a_refused_network_would_run_it_runs(told, name):
    *before, fitting = WAITING[name]
    for each in before:
        each(told)
    assert told.said.error and told.said.text.endswith("and it will be run.")
    path = told.folder / ("w.npz" if "own" in name else "own.npz")
    fitting(told)
    assert told.said.text.startswith(f"run by the network in {path.name}")
    there, here = load_network(path), told.session.run.networks[0]
    for parameter, array in there.parameters.items():
        np.testing.assert_array_equal(here.parameters[parameter], array)


# -- what is said of what was opened -------------------------------------------------------------

NOTED = {
    "one output": (
        lambda t: t.open(t.network(outputs=1)),
        "its 1 output answers nothing that is known here: no loss is paid",
    ),
    "other outputs": (
        lambda t: t.open(t.network(outputs=3)),
        "its 3 outputs answer nothing that is known here: no loss is paid",
    ),
    "no output": (
        lambda t: t.open(t.network(outputs=0)),
        "it has no read-out: its states are shown, and no loss is paid",
    ),
    "no end": (
        lambda t: t.open(t.network(outputs=9)),
        "it has no answer for the end, so the last step pays no loss",
    ),
    "run by a network": (
        lambda t: t.open(t.network()),
        "run by the network in own.npz · places are given in the order of first appearance: "
        "0 = Harry, 1 = Potter, 2 = and …",
    ),
    "changed meanwhile": (
        changed_while_asked,
        "the file was changed after it was looked at, and has been read again",
    ),
    "along": (
        Told.train, lambda t: t.type("the cat"),
        "read by the network trained on first, with its 8 words: Network ▸ Fresh network instead "
        "begins anew",
    ),
    "along, not every word": (
        Told.train, lambda t: t.type("the purple cat"),
        "the network trained on first does not go along: one of the words has no place in its "
        "vocabulary: purple. This is a fresh one, and Ctrl+Z leads back",
    ),
    "along, characters": (
        Told.train, lambda t: t.type("the", "characters"),
        "the network trained on first does not go along: it reads words, and this was opened as "
        "characters. This is a fresh one, and Ctrl+Z leads back",
    ),
    "along, numbers": (
        Told.train, lambda t: t.open(t.series()),
        "the network trained on first does not go along: it reads words, and this is a series of "
        "numbers. This is a fresh one, and Ctrl+Z leads back",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTED)
def test_what_was_opened_is_said_with_its_assumptions_and_undo_leads_back(told, name):
    *before, deed, said = NOTED[name]
    for each in before:
        each(told)
    run = told.session.run
    del told.notices[:]
    deed(told)
    notes = told.said.text.split(" · ")
    assert said in (told.said.text, *notes) and not told.said.error
    fresh = "does not go along" in said
    assert (not told.session.run.log) if "along" in name and fresh else told.session.run is not run
    told.session.undo()
    told.settle()
    assert told.session.run is run


# What is opened, what undo then says that it takes back.
TAKEN_BACK = {
    "a file": (lambda t: t.open(t.series()), "opening s.csv"),
    "a text": (lambda t: t.type("a b"), "opening typed"),
    "a sentence": (lambda t: (t.session.open_text("a b"), t.settle()), "sequence"),
    "a network": (lambda t: t.open(t.network()), "network own.npz"),
    "a document": (
        lambda t: t.save("d.rnnviz"),
        lambda t: (t.session.open_document(t.folder / "d.rnnviz"), t.settle()),
        "opening the lecture's sentence",
    ),
    "a problem": (lambda t: t.problem("parity"), "opening Parity: even or odd so far?"),
    "leaving": (
        lambda t: t.problem("sentiment"), lambda t: (t.session.leave_problem(), t.settle()),
        "leaving the example",
    ),
    "typed for a problem": (
        lambda t: t.problem("sentiment"), lambda t: (t.session.read("a good film"), t.settle()),
        "what was typed",
    ),
    "length": (
        lambda t: t.problem("parity"), lambda t: (t.session.set_length(8), t.settle()), "length 8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN_BACK)
def test_undo_says_what_it_takes_back(told, name):
    *before, deed, called = TAKEN_BACK[name]
    for each in before:
        each(told)
    run = told.session.run
    deed(told)
    assert told.session.run is not run and told.session.undoes == called
    told.session.undo()
    told.settle()
    assert told.session.run is run and told.said.text == f"Taken back: {called}"


# -- what is written for other programs ----------------------------------------------------------


def cho(told):
    told.choose(cell="gru_reset_before")


def columns_of(told, name):
    with np.load(told.folder / name) as found:
        return set(found.files)


def written(told, name):
    """Whether a file of weights holds those of the network that is shown."""
    found, shown = load_network(told.folder / name), told.session.run.networks[0]
    return all(np.allclose(found.parameters[key], array) for key, array in shown.parameters.items())


SAVED = {
    "table": (
        lambda t: t.numbers("n.csv"), "Saved n.csv: every number of 9 steps.",
        lambda t: len((t.folder / "n.csv").read_text("utf-8").splitlines()) >= 9,
    ),
    "arrays of a text": (
        lambda t: t.numbers("n.npz"), "Saved n.npz: every number of 9 steps.",
        lambda t: not any("forecast" in name for name in columns_of(t, "n.npz")),
    ),
    "arrays of a series": (
        lambda t: t.open(t.series()), lambda t: t.numbers("n.npz"),
        "Saved n.npz: every number of 40 steps, with the forecasts of the forecast panel.",
        lambda t: {"forecast_origin", "from_origin_truth"} <= columns_of(t, "n.npz"),
    ),
    "table of a series": (
        lambda t: t.open(t.series()), lambda t: t.numbers("n.csv"),
        "Saved n.csv: every number of 40 steps.",
        lambda t: "forecast_origin" not in (t.folder / "n.csv").read_text("utf-8"),
    ),
    "one step": (
        lambda t: t.type("one"), lambda t: t.numbers("n.csv"),
        "Saved n.csv: every number of 1 step.", lambda t: t.session.frame.steps == 1,
    ),
    "safetensors": (
        lambda t: t.weights("n.safetensors"),
        "Saved n.safetensors: the weights in PyTorch's names.",
        lambda t: written(t, "n.safetensors")
        and b"weight_hh_l0" in (t.folder / "n.safetensors").read_bytes(),
    ),
    "our names": (
        lambda t: t.weights("n.npz"),
        "Saved n.npz: the weights under the names that they have here.",
        lambda t: written(t, "n.npz") and "W_aa_l0" in columns_of(t, "n.npz"),
    ),
    "what PyTorch has not": (
        cho, lambda t: t.weights("n.safetensors"),
        "Saved n.safetensors: the weights under the names that they have here: PyTorch has no GRU, "
        "reset before the product (Cho 2014); it has rnn, lstm, gru.",
        lambda t: written(t, "n.safetensors")
        and b"weight_hh_l0" not in (t.folder / "n.safetensors").read_bytes(),
    ),
    "two networks": (
        lambda t: t.mode("encoder_decoder"), lambda t: t.weights("n.npz"),
        "Saved n.npz: the weights in PyTorch's names, two modules: encoder and decoder.",
        lambda t: {"encoder.rnn.weight_hh_l0", "decoder.rnn.weight_hh_l0"}
        <= columns_of(t, "n.npz"),
    ),
    "a script": (
        lambda t: t.weights("n.py"),
        "Saved n.py and, beside it, n.weights.npz, which it loads.",
        lambda t: "n.weights.npz" in (t.folder / "n.py").read_text("utf-8"),
    ),
    "a document": (
        lambda t: t.save("d.rnnviz"), "Saved d.rnnviz",
        lambda t: open_document(t.folder / "d.rnnviz").branches.run.steps == 9,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAVED)
def test_what_was_saved_is_what_is_said(told, name):
    *before, deed, said, holds = SAVED[name]
    for each in before:
        each(told)
    deed(told)
    assert told.said.text == said and not told.said.error
    assert holds(told)


def linked_to_itself(told):
    (told.folder / "l.rnnviz").symlink_to("l.rnnviz")


NOT_SAVED = {
    "numbers, ending": (
        lambda t: t.numbers("n.xlsx"),
        "n.xlsx: numbers cannot be written in this kind of file; .csv or .npz can",
    ),
    "numbers, no folder": (
        lambda t: t.numbers("no/n.csv"), "n.csv: cannot be written: its folder does not exist",
    ),
    "numbers, a folder": (
        lambda t: (t.folder / "n.csv").mkdir(), lambda t: t.numbers("n.csv"),
        "n.csv: cannot be written: it is a folder",
    ),
    "weights, ending": (
        lambda t: t.weights("n.pth"),
        "n.pth: weights cannot be written in this kind of file; .safetensors, .npz, .py can",
    ),
    "weights, no folder": (
        lambda t: t.weights("no/n.npz"), "n.npz: cannot be written: its folder does not exist",
    ),
    "beside a script": (
        lambda t: t.file("n.weights.npz", "mine"), lambda t: t.weights("n.py"),
        "n.weights.npz: would be written beside the script, and stands there already as something "
        "else; give the script another name",
    ),
    "a long script": (
        lambda t: t.type("a b " * 10_001), lambda t: t.weights("n.py"),
        "n.py: no script is written of 20,002 steps, which it takes one by one: at most 20,000. "
        "Save the weights as .safetensors, or open a shorter sequence",
    ),
    "two networks": (
        lambda t: t.choose(activation="sigmoid"), lambda t: t.mode("encoder_decoder"),
        lambda t: t.weights("n.npz"),
        "n.npz: two networks, encoder and decoder, are written in PyTorch's names: PyTorch's RNN "
        "has no activation sigmoid",
    ),
    "document, no folder": (
        lambda t: t.save("no/a.rnnviz"), "a.rnnviz cannot be written: its folder does not exist",
    ),
    "document, a folder": (
        lambda t: (t.folder / "a.rnnviz").mkdir(), lambda t: t.save("a.rnnviz"),
        "a.rnnviz cannot be written: it is a folder",
    ),
    "document, long": (
        lambda t: t.save("x" * 300 + ".rnnviz"),
        f"{'x' * 300}.rnnviz cannot be written: its name is too long",
    ),
    "document, in a file": (
        lambda t: t.file("f", ""), lambda t: t.save("f/a.rnnviz"),
        "a.rnnviz cannot be written: a part of its path is not a folder",
    ),
    "document, link": (
        linked_to_itself, lambda t: t.save("l.rnnviz"),
        "l.rnnviz cannot be written: it is a link that leads back to itself",
    ),
    "document, pipe": (
        lambda t: os.mkfifo(t.folder / "p.rnnviz"), lambda t: t.save("p.rnnviz"),
        "p.rnnviz cannot be written: it is no ordinary file",
    ),
}  # fmt: skip
_ONLY_POSIX = ("document, long", "document, in a file", "document, link", "document, pipe")


@pytest.mark.parametrize("name", [n for n in NOT_SAVED if POSIX or n not in _ONLY_POSIX])
def test_what_cannot_be_saved_is_one_sentence_and_nothing_is_left(told, name):
    *before, deed, said = NOT_SAVED[name]
    for each in before:
        each(told)
    frame, there = told.session.frame, sorted(path.name for path in told.folder.iterdir())
    del told.notices[:]
    deed(told)
    assert [notice.text for notice in told.notices if not notice.cancel] == [said]
    assert told.said.error and told.session.frame is frame
    assert sorted(path.name for path in told.folder.iterdir()) == there
    assert told.session.document_path is None


def test_what_cannot_be_saved_is_said_at_the_end_of_the_program_too(told):
    told.session.autosave.save(told.folder / "no" / "a.rnnviz")
    told.session.close()
    assert told.said.error
    assert told.said.text == "a.rnnviz cannot be written: its folder does not exist"


@pytest.mark.parametrize("opened", [False, True])
def test_a_document_that_was_changed_is_named_and_left_alone(told, opened):
    path, other = told.folder / "a.rnnviz", Told(told.qtbot, told.folder)
    if opened:
        other.save("a.rnnviz")
        told.session.open_document(path)
        told.settle()
    else:
        told.save("a.rnnviz")
    other.type("of another window")
    other.save("a.rnnviz")
    theirs = path.read_bytes()
    told.session.set_learning_rate(0.5)
    told.save("a.rnnviz")
    assert told.said.error and path.read_bytes() == theirs
    assert told.said.text == "a.rnnviz: was changed on the disk since it was opened or saved here"
    other.session.close()


# -- what is kept for a crash --------------------------------------------------------------------


def begun(qtbot, folder, kept):
    made = Told(qtbot, folder, kept)
    made.session.autosave.begin()
    made.settle()
    return made


def a_file(kept):
    kept.parent.mkdir()
    kept.write_text("")


def within_a_file(kept):
    kept.parent.write_text("")


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (a_file, "something else has that name"),
        (within_a_file, "a part of its path is not a folder"),
    ],
)
def test_a_folder_that_cannot_be_made_is_named_once(qtbot, qapp, tmp_path, prepare, why):
    kept = tmp_path / "some" / "auto"
    prepare(kept)
    told = begun(qtbot, tmp_path, kept)
    told.session.open_text("an edit")
    told.session.autosave.write()
    told.settle()
    told.session.close()
    assert [notice.text for notice in told.notices if notice.error] == [
        f"Unsaved work is not kept for a crash: {kept} cannot be written: {why}"
    ]


@pytest.mark.skipif(not LINUX, reason="a folder in which nobody can write, not even root")
def test_a_folder_that_nothing_can_be_written_into_is_named(qtbot, qapp, tmp_path):
    told = begun(qtbot, tmp_path, Path("/proc/self/fd"))
    assert told.session.autosave.path is None
    assert told.said.text == (
        "Unsaved work is not kept for a crash: /proc/self/fd cannot be written"
    )
    told.session.close()


def folder_gone(own):
    shutil.rmtree(own.parent)


@pytest.mark.parametrize("leave", [False, True])
@pytest.mark.parametrize(
    ("prepare", "why"),
    [(Path.mkdir, "it is a folder"), (folder_gone, "its folder does not exist")],
)
def test_an_autosave_that_cannot_be_written_is_named_once(
    qtbot, qapp, tmp_path, prepare, why, leave
):
    told = begun(qtbot, tmp_path, tmp_path / "auto")
    own = told.session.autosave.path
    told.session.open_text("an edit")
    told.settle()
    prepare(own)
    for text in ("another edit", "and another"):
        told.session.open_text(text)
        told.settle()
        if leave:
            told.session.autosave.keep()
        else:
            told.session.autosave.write()
        told.settle()
    if own.is_dir():
        own.rmdir()
    told.session.close()
    assert [notice.text for notice in told.notices if notice.error] == [
        f"Unsaved work is not kept for a crash: {own} cannot be written: {why}"
    ]


@pytest.mark.parametrize(
    ("damaged", "unfinished", "said"),
    [
        (0, 0, ""),
        (1, 0, "1 damaged autosave"),
        (2, 0, "2 damaged autosaves"),
        (0, 1, "1 unfinished save"),
        (0, 2, "2 unfinished saves"),
        (1, 1, "1 damaged autosave and 1 unfinished save"),
        (3, 2, "3 damaged autosaves and 2 unfinished saves"),
    ],
)
def test_what_is_removed_is_counted(qtbot, qapp, tmp_path, damaged, unfinished, said):
    """At a start in the folder of autosaves, and beside a document that is saved."""
    kept, own = tmp_path / "auto", tmp_path / "own"
    kept.mkdir()
    own.mkdir()
    for number in range(damaged):
        (kept / f"{number}.rnnviz").write_bytes(b"half of some")
    for number in range(unfinished):
        for folder in (kept, own):
            part = folder / f".mine.rnnviz.{number:016x}.part"
            part.write_bytes(b"half")
            os.utime(part, (time.time() - 60,) * 2)
    told = begun(qtbot, own, kept)
    removed = f"Removed {said} of a program that was ended"
    assert [notice.text for notice in told.notices] == ([removed] if said else [])
    assert not [path for path in kept.iterdir() if path.suffix != ".lock"]
    told.save("a.rnnviz")
    many = {0: "", 1: "1 unfinished save", 2: "2 unfinished saves"}[unfinished]
    end = f" · removed {many} of a program that was ended" if many else ""
    assert told.said.text == f"Saved a.rnnviz{end}"
    assert [path.name for path in own.iterdir()] == ["a.rnnviz"]
    told.session.close()
