"""A trained network goes along to what is opened next, or it is said why it does not."""

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.documents import open_document
from rnnviz.engine import forward
from rnnviz.film import Plan, Settings
from rnnviz.session import Session

TEXT = "the cat sat on the mat and the dog sat on the log " * 4


@pytest.fixture
def session(qtbot):
    made = Session()
    made.said = []
    made.told.connect(lambda notice: made.said.append(notice.text) if notice else None)
    yield made
    made.close()


def train(qtbot, session, **changes):
    settings = Settings(units=6, cell="gru", optimizer="adam", learning_rate=0.01)
    plan = {"validation": 0.2, "window": 8, "batch": 4, "updates": 6, "settings": settings}
    session.train(Plan(**{**plan, **changes}))
    qtbot.waitUntil(lambda: not session.progress.running, timeout=20_000)
    assert session.run.log[-1].update >= 6


def settle(qtbot, session):
    qtbot.waitUntil(lambda: not session.busy, timeout=20_000)


def table(folder, name, columns, steps=80, seed=0):
    rng = np.random.default_rng(seed)
    rows = [",".join(columns)]
    rows += [",".join(f"{x:.4f}" for x in row) for row in rng.normal(10, 3, (steps, len(columns)))]
    path = folder / name
    path.write_text("\n".join(rows))
    return path


def weights(run):
    return dict(run.networks[0].parameters)


def same(one, other):
    assert one.keys() == other.keys()
    return all(np.array_equal(one[name], other[name]) for name in one)


def test_a_text_of_known_words_is_read_by_the_trained_network(qtbot, session):
    session.open_text(TEXT, "words", "first", edit=False)
    train(qtbot, session)
    trained, vocabulary = weights(session.run), session.run.task.vocabulary
    log = session.run.log
    session.open_text("the dog sat on the cat", "words", "second", edit=False)
    settle(qtbot, session)
    run = session.run
    assert same(weights(run), trained) and run.carried == "first" and run.log is log
    assert run.plan is None and session.offer_training().onward == 0
    # Places are those of the training: another order of first appearance would be nonsense.
    places = [vocabulary.place(word) for word in ["the", "dog", "sat", "on", "the", "cat"]]
    assert run.task.x[:, 0].tolist() == places
    assert run.task.targets[:, 0].tolist() == [*places[1:], len(vocabulary)]
    y = forward(run.networks[0], run.task.x).y
    np.testing.assert_array_equal(session.frame.passing.trace.y, y)
    assert "read by the network trained on first, with its 8 words" in session.said[-1]
    session.open_text("the log", "words", "third", edit=False)  # and goes on from there
    settle(qtbot, session)
    assert same(weights(session.run), trained) and session.run.carried == "first"
    session.undo()
    session.undo()
    assert session.run.task.sequence.name == "first" and session.run.plan is not None


def test_what_it_has_learned_is_work_to_be_saved_on_whatever_it_reads(qtbot, session, tmp_path):
    """It is nowhere on the disk: closing, opening the next and a crash must not lose it."""
    session.open_text(TEXT, "words", "first", edit=False)
    assert not session.modified
    train(qtbot, session)
    assert session.modified and session.precious
    for text in ("the dog sat", "the cat sat"):
        session.open_text(text, "words", text, edit=False)
        settle(qtbot, session)
        assert session.run.carried == "first" and session.modified and session.precious
    path = tmp_path / "third.txt"
    path.write_text("the log on the mat")
    session.open_file(path, "words")
    settle(qtbot, session)
    assert session.run.carried == "first" and session.modified and session.precious
    # Looking at it otherwise saves nothing.
    session.choose_mode("many_to_one")
    assert session.precious
    session.undo()
    # A fresh network instead is a choice; undo leads back to what is precious.
    session.fresh_network()
    settle(qtbot, session)
    assert session.modified and not session.precious
    session.undo()
    assert session.precious
    done = []
    session.autosave.save(tmp_path / "third.rnnviz", lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    assert not session.modified and not session.precious
    session.open_text("the dog", "words", "fourth", edit=False)
    settle(qtbot, session)
    assert session.run.carried == "first"
    assert not session.modified and not session.precious  # it lies in the document
    session.undo()
    assert not session.modified


def test_it_is_kept_for_a_crash_as_what_it_reads_now(qtbot, tmp_path):
    session = Session(folder=tmp_path / "kept")
    session.autosave.begin()
    qtbot.waitUntil(lambda: not session.autosave.writing)
    session.open_text(TEXT, "words", "first", edit=False)
    train(qtbot, session)
    log = session.run.log
    session.open_text("the dog sat", "words", "second", edit=False)
    settle(qtbot, session)
    session.autosave.leave()
    session.close()
    (path,) = (tmp_path / "kept").glob("*.rnnviz")
    run = open_document(path).branches.run
    assert run.carried == "first" and run.task.sequence.name == "second"
    assert [each.update for each in run.log] == [each.update for each in log]
    assert same(weights(run), dict(log[run.origin].network.parameters))


@pytest.mark.parametrize(
    ("optimizer", "rate", "words", "then"),
    [
        ("adam", 0.005, 3, 0.005),
        ("adam", 0.005, 400, 0.005),
        ("sgd", 0.01, 3, 0.01),  # as it was, of fewer steps too
        ("sgd", 0.01, 400, 0.002),  # a sum over so many steps asks for less: 1/400, as 1, 2 or 5
    ],
)
def test_the_learning_rate_goes_along(qtbot, session, optimizer, rate, words, then):
    session.open_text(TEXT, "words", "first", edit=False)
    train(qtbot, session, settings=Settings(units=6, optimizer=optimizer, learning_rate=rate))
    assert session.run.learning_rate == rate
    text = " ".join((["the", "dog", "sat", "on"] * 100)[:words])
    session.open_text(text, "words", "second", edit=False)
    settle(qtbot, session)
    assert session.run.carried == "first" and session.run.learning_rate == then
    said = f"η is {then:g} for so many steps, and was {rate:g}"
    assert (said in session.said[-1]) == (then != rate)


def test_a_typed_sentence_is_an_edit_that_keeps_it(qtbot, session):
    session.open_text(TEXT, "words", "first", edit=False)
    train(qtbot, session)
    trained = weights(session.run)
    session.fork()
    session.open_text("the mat")
    settle(qtbot, session)
    assert [same(weights(b.run), trained) for b in session.branches.each] == [True, True]
    assert len({id(b.run.task) for b in session.branches.each}) == 1
    assert session.undoes == "sequence"


def test_words_that_are_missing_are_named(qtbot, session):
    session.open_text(TEXT, "words", "first", edit=False)
    train(qtbot, session)
    trained = weights(session.run)
    session.open_text("the cat sat on a purple sofa", "words", "second", edit=False)
    settle(qtbot, session)
    assert not session.run.log and not session.run.carried
    said = session.said[-1]
    assert "the network trained on first does not go along: 3 of the words have no place" in said
    assert "a, purple, sofa" in said and "Ctrl+Z leads back" in said
    session.undo()
    assert same(weights(session.run), trained)
    session.open_text("the cat", "characters", "third", edit=False)
    settle(qtbot, session)
    assert "it reads words, and this was opened as characters" in session.said[-1]


def test_a_series_is_put_on_the_scale_of_the_training(qtbot, session, tmp_path):
    one, two = (table(tmp_path, f"{n}.csv", ("a", "b"), 80, n) for n in (1, 2))
    session.open_file(one, ask=False)
    settle(qtbot, session)
    train(qtbot, session)
    before = session.run
    session.open_file(two, ask=False)
    settle(qtbot, session)
    run, task = session.run, session.run.task
    assert same(weights(run), weights(before)) and run.carried == "1.csv"
    wanted = (task.sequence.values - before.task.mean) / before.task.deviation
    np.testing.assert_array_equal(task.x[:, 0], wanted)
    np.testing.assert_array_equal(task.targets[:-1, 0], wanted[1:])
    assert task.mask[:-1].all() and not task.mask[-1].any() and task.trained is None
    said = session.frame.prediction(5)  # in the new file's own units, by the training's scale
    y = session.frame.passing.trace.y[4, 0, 0]
    assert said == pytest.approx(y * before.task.deviation[0] + before.task.mean[0], rel=1e-12)


def test_columns_are_told_apart_by_their_names(qtbot, session, tmp_path):
    session.open_file(table(tmp_path, "1.csv", ("a", "b")), ask=False)
    settle(qtbot, session)
    train(qtbot, session, columns=("b",))
    assert session.run.task.sequence.columns == ("b", "a")
    path = table(tmp_path, "2.csv", ("a", "b"), 30, 1)
    session.open_file(path, ask=False)
    settle(qtbot, session)
    run, values = session.run, np.loadtxt(path, delimiter=",", skiprows=1)
    assert run.carried and run.task.sequence.columns == ("b", "a") and run.task.outputs == 1
    np.testing.assert_array_equal(run.task.sequence.values, values[:, ::-1])
    session.open_file(table(tmp_path, "3.csv", ("x", "y"), 30, 1), ask=False)
    settle(qtbot, session)
    assert "columns are read in their order: x as b, y as a" in session.said[-1]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("a",), "it reads 2 columns (a, b), and this has 1 column (a)"),
        (("a", "b", "c"), "it reads 2 columns (a, b), and this has 3 columns (a, b, c)"),
    ],
)
def test_another_width_is_said(qtbot, session, tmp_path, columns, said):
    session.open_file(table(tmp_path, "1.csv", ("a", "b")), ask=False)
    settle(qtbot, session)
    train(qtbot, session)
    session.open_file(table(tmp_path, "2.csv", columns), ask=False)
    settle(qtbot, session)
    assert said in session.said[-1] and not session.run.carried
    session.undo()
    session.open_text("a b c", edit=False)
    settle(qtbot, session)
    assert "it reads 2 columns (a, b), and this is a text" in session.said[-1]


def test_the_mode_goes_along(qtbot, session):
    session.open_text(TEXT, "words", "first", edit=False)
    train(qtbot, session, mode="many_to_one")
    session.open_text("the dog sat on the mat", "words", "second", edit=False)
    settle(qtbot, session)
    task = session.run.task
    assert task.mode == "many_to_one" and task.mask.sum() == 1 and task.mask[-1].all()
    session.choose_mode("synced")
    assert session.run.task.mask.all() and session.run.carried


def test_a_fresh_network_instead(qtbot, session):
    session.open_text(TEXT, "words", "first", edit=False)
    train(qtbot, session)
    trained = weights(session.run)
    session.open_text("the dog", "words", "second", edit=False)
    settle(qtbot, session)
    session.fresh_network()
    settle(qtbot, session)
    run = session.run
    assert not run.carried and not run.log and session.undoes == "a fresh network"
    assert len(run.task.vocabulary) == 2 and run.task.sequence.name == "second"
    session.undo()
    assert same(weights(session.run), trained) and session.run.carried == "first"
    session.fresh_network()
    settle(qtbot, session)
    session.fresh_network()  # there is nothing to replace any more
    assert session.undoes == "a fresh network"


def test_a_training_under_way_is_taken_along_as_far_as_it_came(qtbot, session):
    session.open_text(TEXT, "words", "first", edit=False)
    session.train(
        Plan(settings=Settings(units=6, learning_rate=0.01), window=8, batch=4, updates=10_000)
    )
    qtbot.waitUntil(lambda: session.progress.update > 3, timeout=20_000)
    session.open_text("the dog sat", "words", "second", edit=False)
    qtbot.waitUntil(lambda: session.run.task.sequence.name == "second", timeout=20_000)
    assert session.run.carried == "first" and session.run.log[-1].update > 3
    assert not session.progress.running
    begun = session.run.log[0].network.parameters
    assert not same(weights(session.run), dict(begun))


def test_what_was_not_trained_here_stays_with_what_it_was_opened_on(qtbot, session):
    """Settings of an example or of an opened network are those of nothing else."""
    session.open_problem("names")
    settle(qtbot, session)
    session.open_text("anna", "characters", edit=False)
    settle(qtbot, session)
    assert not session.run.log and not session.run.carried
    session.open_text("to be or not to be", edit=False)
    settle(qtbot, session)
    session.set_settings(replace(session.settings, cell="lstm"))
    session.open_text("not to be", edit=False)
    settle(qtbot, session)
    assert session.settings.cell == "lstm" and not session.run.carried


def test_it_is_saved_and_opened_as_what_it_is(qtbot, session, tmp_path):
    session.open_text(TEXT, "words", "first", edit=False)
    train(qtbot, session)
    session.open_text("the dog", "words", "second", edit=False)
    settle(qtbot, session)
    before = session.run
    path, done = tmp_path / "mine.rnnviz", []
    session.autosave.save(path, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    session.open_default()
    settle(qtbot, session)
    session.open_document(path)
    settle(qtbot, session)
    assert session.run.carried == "first" and same(weights(session.run), weights(before))
    assert session.run.task.vocabulary.symbols == before.task.vocabulary.symbols
    assert len(session.run.log) == len(before.log)


def test_a_network_that_answers_columns_of_the_step_itself_goes_along(qtbot, session, tmp_path):
    session.open_file(table(tmp_path, "1.csv", ("a", "b", "c")), ask=False)
    settle(qtbot, session)
    train(qtbot, session, target="same", columns=("b",))
    before, task = session.run, session.run.task
    made = np.random.default_rng(0).normal(10, 3, (80, 3)).round(4)  # as `table` writes it
    part = made[: task.trained]
    for name, seed, order in (("2.csv", 5, (2, 0, 1)), ("3.csv", 7, (0, 1, 2))):  # and once more
        columns = tuple("abc"[i] for i in order)
        session.open_file(table(tmp_path, name, columns, seed=seed), ask=False)
        settle(qtbot, session)
        run = session.run
        assert same(weights(run), weights(before)) and run.carried == "1.csv", session.said[-1]
        values = np.random.default_rng(seed).normal(10, 3, (80, 3)).round(4)
        by = {column: values[:, i] for i, column in enumerate(columns)}
        scaled = [(by[c] - part[:, i].mean()) / part[:, i].std() for i, c in enumerate("abc")]
        np.testing.assert_allclose(run.task.x[:, 0].T, [scaled[0], scaled[2]], rtol=1e-9)
        np.testing.assert_allclose(run.task.targets[:, 0, 0], scaled[1], rtol=1e-9)
        assert run.task.mask.all() and run.task.output_names == ("b",)
    done = []
    session.autosave.save(tmp_path / "kept.rnnviz", lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    kept = open_document(tmp_path / "kept.rnnviz").branches.run
    np.testing.assert_array_equal(kept.task.step_mean, task.step_mean)
