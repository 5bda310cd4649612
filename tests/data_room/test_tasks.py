"""From a sequence to inputs, targets and who pays a loss."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from rnnviz.data import (
    DEFAULT_SENTENCE,
    Sequence,
    make_task,
    read_sequence,
    sample_path,
    sample_series,
    sequence_from_text,
)


def series(values):
    values = np.asarray(values, dtype=float)
    names = tuple(f"c{column}" for column in range(values.shape[1]))
    labels = tuple(map(str, range(len(values))))
    return Sequence("series", "s", labels, values, names)


def test_the_default_sentence():
    task = make_task(sequence_from_text(DEFAULT_SENTENCE))
    assert task.what == "next word"
    assert task.title == "many to many (synced) · next word"
    assert task.loss == "softmax_cross_entropy"
    assert task.x.tolist() == [[step] for step in range(9)]
    assert task.targets.tolist() == [[step] for step in range(1, 10)]
    assert task.mask.all()
    assert task.mask.shape == (9, 1)
    assert (task.inputs, task.outputs) == (9, 10)
    assert task.output_names == (*DEFAULT_SENTENCE.split(), "<eos>")
    assert task.vocabulary.place("Granger") == 4
    assert task.mean is None


def test_repeated_and_capital_words():
    task = make_task(sequence_from_text("the cat The cat the"))
    assert task.x[:, 0].tolist() == [0, 1, 2, 1, 0]
    assert task.targets[:, 0].tolist() == [1, 2, 1, 0, 3]
    assert task.output_names == ("the", "cat", "The", "<eos>")


def test_one_token():
    task = make_task(sequence_from_text("spell"))
    assert task.x.shape == (1, 1)
    assert task.targets.tolist() == [[1]]
    assert task.mask.all()


def test_words_called_like_the_special_places_are_ordinary_words():
    task = make_task(sequence_from_text("<eos> <unk> <eos>"))
    assert task.x[:, 0].tolist() == [0, 1, 0]
    assert task.targets[-1, 0] == task.outputs - 1 == 2


def test_characters_that_look_alike_are_different():
    task = make_task(sequence_from_text("⏎\n", unit="characters"))
    assert task.what == "next character"
    assert task.x[:, 0].tolist() == [0, 1]
    assert task.output_names == ("⏎", "⏎", "<eos>")


def test_rare_words_of_a_large_vocabulary_are_unknown():
    words = ["rare0"] + [f"w{i}" for i in range(1000) for _ in range(2)] + ["rare1"]
    task = make_task(sequence_from_text(" ".join(words)))
    assert (task.inputs, task.outputs) == (1001, 1002)
    assert task.x[0, 0] == task.x[-1, 0] == 1000
    assert task.x[1, 0] == task.x[2, 0] == 0
    assert task.output_names[-2:] == ("<unk>", "<eos>")
    assert "the 1,000 most frequent of 1,002 different words" in task.notes[0]
    assert task.targets.max() == 1001
    exact = make_task(sequence_from_text(" ".join(words[1:-1])))
    assert (exact.inputs, exact.notes) == (1000, ())


def test_a_series():
    task = make_task(series([[1, 10], [2, 20], [3, 60]]))
    assert task.what == "next value"
    assert task.loss == "mse"
    assert task.x.shape == task.targets.shape == (3, 1, 2)
    np.testing.assert_allclose(task.mean, [2, 30])
    np.testing.assert_allclose(task.deviation, [np.sqrt(2 / 3), np.std([10, 20, 60])])
    np.testing.assert_array_equal(task.targets[:-1], task.x[1:])
    assert task.mask[:, 0].tolist() == [True, True, False]
    assert (task.targets[-1] == 0).all()
    assert task.output_names == ("c0", "c1")
    assert task.vocabulary is None


def test_a_single_step_pays_nothing():
    task = make_task(series([[3, 4]]))
    assert not task.mask.any()
    assert (task.x == 0).all()
    assert any("single step" in note for note in task.notes)


def test_a_constant_column_is_not_divided_by_its_rounding():
    task = make_task(series([[0.1, 1], [0.1, 2], [0.1, 3]]))
    assert task.deviation[0] == 1
    assert task.mean[0] == 0.1
    assert (task.x[:, 0, 0] == 0).all()
    assert task.notes == ("c0: never changes, so it is shifted but not scaled",)


@given(
    arrays(
        np.float64,
        array_shapes(min_dims=2, max_dims=2, max_side=6),
        elements=st.floats(allow_nan=False, allow_infinity=False),
    )
)
def test_standardising_survives_every_finite_number(values):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        task = make_task(series(values))
    assert np.isfinite(task.x).all()
    assert np.isfinite(task.mean).all()
    assert (task.deviation > 0).all()
    scale = np.abs(values).max(axis=0)
    with np.errstate(over="ignore"):
        back = task.x[:, 0] * task.deviation + task.mean
    ok = np.isfinite(back)
    allowed = np.broadcast_to(1e-12 * scale + 1e-322, values.shape)
    assert (np.abs(back - values)[ok] <= allowed[ok]).all()
    moving = values.max(axis=0) > values.min(axis=0)
    np.testing.assert_allclose(task.x[:, 0].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(task.x[:, 0][:, moving].std(axis=0), 1, rtol=1e-6)


def test_nothing_can_be_changed():
    sequence = series([[1], [2]])
    task = make_task(sequence)
    for array in (sequence.values, task.x, task.targets, task.mask, task.mean, task.deviation):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_a_sequence_keeps_its_own_copy():
    values = np.ones((2, 1))
    sequence = series(values)
    values[:] = 5
    assert (sequence.values == 1).all()


def test_the_shipped_series_is_a_year_of_days():
    sequence = sample_series()
    assert sequence.values.shape == (366, 1)
    assert sequence.columns == ("temp_max",)
    assert sequence.tokens[0] == "2012-01-01"
    assert sequence.tokens[-1] == "2012-12-31"
    assert sequence.values.min() > -20
    assert sequence.values.max() < 45
    assert read_sequence(sample_path()).tokens == sequence.tokens
    assert make_task(sequence).mask.sum() == 365
