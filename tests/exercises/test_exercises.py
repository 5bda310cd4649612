"""Exercises: what the film computes and what a pencil does have the same digits."""

from __future__ import annotations

import pytest

from rnnviz.exercises import KINDS, Code, make_exercise, open_code, read_code
from rnnviz.exercises.expressions import evaluator
from rnnviz.exercises.search import DIGITS, near_tie, rounded
from rnnviz.files.errors import DataError
from rnnviz.film import compute_pass

SEEDS = (0, 1, 2, 7, 123_456)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_pencil_writes_the_digits_of_the_film(kind, seed):
    exercise = make_exercise(Code(kind, seed))
    known = {line.of for each in exercise.shape.given for line in each.lines}
    names = [*exercise.given, *exercise.results]
    places = {of: place for place, of in enumerate(names)}
    written = [*exercise.given.values(), *map(rounded, exercise.results.values())]
    for line in exercise.shape.lines:
        exact = exercise.results[line.of]
        assert not near_tie(exact) and abs(exact) >= 0.01, line
        if line.of not in known:
            by_hand = evaluator(line.expression, places)(written)
            assert rounded(by_hand) == rounded(exact) and not near_tie(by_hand), line


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_saturated_and_all_that_is_given_is_short(kind):
    for seed in SEEDS:
        exercise = make_exercise(Code(kind, seed))
        assert all(round(value, 1) == value for value in exercise.given.values())
        for of, value in exercise.results.items():
            if of.base in ("a", "i", "f", "g", "o") and not of.by:
                assert abs(value) < 0.95


def test_the_same_code_is_the_same_exercise_and_another_seed_another():
    one, again, other = (make_exercise(Code("bptt", seed)) for seed in (7, 7, 8))
    assert one.given == again.given and one.results == again.results
    assert one.given != other.given
    # What was once printed stays what its code opens, in all versions to come.
    parameters = [value for of, value in one.given.items() if of.base in "Wb"]
    assert parameters == [-0.5, 0.4, -0.5, 0.4, -0.5]


def test_a_code_is_read_as_it_is_written_on_the_sheet():
    assert read_code(" BPTT - 7 ") == Code("bptt", 7) == read_code(str(Code("bptt", 7)))
    for wrong in ("bptt", "7", "gru-7", "bptt-", "bptt-7x", "bptt--7", "bptt-1234567890", "bptt-٣"):
        with pytest.raises(DataError, match="no code of an exercise, such as forward-7"):
            read_code(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_a_code_opens_the_film_of_its_sheet(kind):
    exercise, branches = make_exercise(Code(kind, 7)), open_code(Code(kind, 7))
    run = branches.run
    passing = compute_pass(run, 0, 0)
    last = next(of for of in exercise.results if of.base == "y" and of.sup == f"⟨{run.steps}⟩")
    assert float(passing.trace.y[-1, 0, 0]) == exercise.results[last]
    assert run.learning_rate in (0.1, 0.2, 0.5) and run.task.sequence.name == f"exercise {kind}-7"
    assert branches.summed == (kind != "lstm")
    assert DIGITS == 3
