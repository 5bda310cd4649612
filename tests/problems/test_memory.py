"""Memory problems: every length of the slider, and the networks that ship."""

from pathlib import Path

import numpy as np
import pytest

from rnnviz.cli.evaluate import rows_of_twins
from rnnviz.engine import Batch, Objective
from rnnviz.files.errors import DataError
from rnnviz.problems.base import PARTS, part_of
from rnnviz.problems.figures import (
    lengths_of,
    load_figures,
    measured,
    shipped_figures,
    twins_of,
    with_twins,
)
from rnnviz.problems.memory import Adding, Copying, Echo, LongAdding, Parity
from rnnviz.problems.registry import PROBLEMS, stem, trained

KINDS = [Echo, Parity, Copying, Adding]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def problem(request):
    return request.param()


def columns_of(batch):
    return {np.ascontiguousarray(batch.x[:, b]).tobytes() for b in range(batch.x.shape[1])}


def as_batch(task):
    return Batch(task.x, Objective(task.loss, task.targets, task.mask))


def test_no_sequence_is_trained_on_and_held_out(problem):
    held_out, validation = (columns_of(problem.sequences(part)) for part in PARTS[:0:-1])
    assert not held_out & validation
    training = problem.training(0)
    for update in range(60):
        drawn = columns_of(training.batches(update))
        assert all(part_of(one) == "training" for one in drawn)
        assert not drawn & (held_out | validation)
    for seed in range(5):
        shown = np.ascontiguousarray(problem.task_of_length(problem.length, seed).x[:, 0])
        assert part_of(shown.tobytes()) == "held out"


def test_batches_depend_on_seed_and_update_alone(problem):
    one, again = problem.training(2), type(problem)().training(2)
    for update in (0, 9):
        np.testing.assert_array_equal(one.batches(update).x, again.batches(update).x)
        assert one.batches(update).x.shape[1] == problem.batch
    assert not np.array_equal(one.batches(0).x, one.batches(1).x)
    assert not np.array_equal(one.batches(0).x, problem.training(3).batches(0).x)


def test_every_length_has_tasks(problem):
    least, most, default = problem.lengths
    assert least <= default <= most
    assert problem.length == default
    lengths = set()
    for n in {least, least + 1, default, most}:
        for seed in (0, 1):
            task = problem.task_of_length(n, seed)
            lengths.add(task.steps)
            assert np.isfinite(task.x).all()
            assert len(task.sequence.tokens) == task.steps == len(task.targets)
            trace = as_batch(task).run(problem.begin(0))
            assert np.isfinite(trace.loss)
            assert task.outputs == len(task.output_names)
        a, b = problem.task_of_length(n, 0), problem.task_of_length(n, 1)
        again = problem.task_of_length(n, 0)
        np.testing.assert_array_equal(a.x, again.x)
        if n > least + 1:
            assert not np.array_equal(a.x, b.x)
    assert len(lengths) == len({least, least + 1, default, most})
    assert problem.length == default
    for wrong in (least - 1, most + 1):
        with pytest.raises(ValueError, match=problem.noun):
            problem.with_length(wrong)


def test_examples_are_called_by_their_length(problem):
    for example, n in zip(problem.examples, problem.shown, strict=True):
        assert example == f"{problem.noun} {n}"
        np.testing.assert_array_equal(problem.task(example).x, problem.task_of_length(n, 0).x)
    assert problem.shown[0] == problem.length
    with pytest.raises(KeyError):
        problem.task("no such length")


def test_what_is_asked():
    task = Echo().task("delay 3")
    names = task.vocabulary.labels
    assert [names[k] for k in task.x[:, 0]] == list(task.sequence.tokens)
    assert not task.mask[:3].any()
    said = [task.output_names[k] for k in task.targets[3:, 0]]
    assert said == list(task.sequence.tokens[:-3])

    task = Parity().task("length 40")
    ones = 0
    for token, target in zip(task.sequence.tokens, task.targets[:, 0], strict=True):
        ones += token == "1"
        assert task.output_names[target] == ("odd" if ones % 2 else "even")

    task = Copying().task("pause 20")
    tokens = task.sequence.tokens
    assert set(tokens[:5]) <= set("ABCDEF")
    assert tokens[24] == "go"
    assert set(tokens[5:24]) | set(tokens[25:]) == {"·"}
    assert tuple(task.output_names[k] for k in task.targets[-5:, 0]) == tokens[:5]
    assert {task.output_names[k] for k in task.targets[:-5, 0]} == {"·"}

    task = Adding().task("length 8")
    marked = [i for i, token in enumerate(task.sequence.tokens) if token.endswith("+")]
    assert len(marked) == 2
    assert task.targets[-1, 0, 0] == pytest.approx(task.sequence.values[marked, 0].sum())
    assert task.mask[:, 0].tolist() == [False] * 7 + [True]


REACHED = {"echo": 0.99, "parity": 0.99, "copying": 0.95}


@pytest.mark.parametrize("kind", KINDS[:3])
def test_shipped_memory(kind):
    before, *_, after = trained(kind.name)
    problem = kind()
    score = problem.evaluate(after.network)
    assert score.value >= REACHED[kind.name]
    assert problem.evaluate(before.network).value < 0.65
    assert score.baselines["guessing"] <= 0.5


def test_shipped_adding():
    before, *_, after = trained("adding")
    score = Adding().evaluate(after.network)
    assert score.value < 0.002
    assert score.baselines["always answering 1"] == pytest.approx(1 / 6)
    assert Adding().evaluate(before.network).value > 0.1
    longer = trained("adding_60")[-1].network
    assert LongAdding().evaluate(longer).value < 0.002


TASKS = Path(__file__).resolve().parents[2] / "docs" / "tasks.md"


@pytest.mark.parametrize("name", with_twins())
def test_twins_are_trained_alike_but_for_the_cell(name):
    problem = PROBLEMS[name]
    logs = {cell: trained(name, cell) for cell in problem.cells}
    assert {stem(name, cell) for cell in problem.cells} == {name, f"{name}-rnn"}
    updates = [[snapshot.update for snapshot in log] for log in logs.values()]
    assert updates[0] == updates[1] and updates[0][-1] == problem.updates
    for cell, log in logs.items():
        other = problem.with_cell(cell)
        first, begun = log[0].network.parameters, other.begin(0).parameters
        assert log[-1].network.architecture.cell == cell
        for key, array in begun.items():
            np.testing.assert_array_equal(first[key], array.astype(first[key].dtype))
        drawn, own = other.training(0).batches(3), problem.training(0).batches(3)
        np.testing.assert_array_equal(drawn.x, own.x)
    assert problem.cell == problem.cells[0]  # which asking for another left alone


@pytest.mark.parametrize("name", with_twins())
def test_the_figures_that_ship_are_those_that_are_measured(name):
    problem, known = twins_of(name), shipped_figures()[name]
    assert {cell: tuple(lengths) for cell, lengths in known.items()} == dict.fromkeys(
        problem.cells, lengths_of(name)
    )
    length = problem.lengths[2]
    for cell in problem.cells:
        said, now = known[cell][length], measured(name, cell, length)
        # Another BLAS may decide a bit of a thousand sequences otherwise.
        assert said.value == pytest.approx(now.value, rel=1e-3, abs=2e-3 * (now.value > 0.2))
        assert said.error == pytest.approx(now.error, rel=0.05, abs=1e-4)
    score = problem.evaluate(trained(name)[-1].network)
    assert known[problem.cells[0]][length].value == pytest.approx(score.value, abs=2e-3)


def test_the_table_in_the_documents_is_of_the_figures_that_ship():
    figures = shipped_figures()
    rows = rows_of_twins(with_twins(), lambda name, cell, length: figures[name][cell][length])
    assert "\n".join(rows) in TASKS.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["[1]", '{"echo": 3}', '{"echo": {"rnn": {"8": [1.0]}}}', '{"echo": {"rnn": {"a": 1}}}']
)
def test_damaged_figures_are_one_message(tmp_path, text):
    file = tmp_path / "held-out.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"held-out\.json: is damaged: expected a figure"):
        load_figures(file)
