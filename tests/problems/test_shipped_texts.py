"""The shipped text networks, measured here on what is held out."""

import numpy as np
import pytest

from rnnviz.data import resource_path
from rnnviz.engine import forward
from rnnviz.problems.registry import PROBLEMS, trained

TEXTS = ("names", "sentiment", "translation", "name_tagging")


@pytest.mark.parametrize("name", TEXTS)
def test_files_are_small_and_go_from_nothing_to_the_last_update(name):
    kept = trained(name)
    assert resource_path("trained", f"{name}.npz").stat().st_size < 700_000
    assert 10 <= len(kept) <= 16
    assert [kept[0].update, kept[-1].update] == [0, PROBLEMS[name].updates]
    updates = [snapshot.update for snapshot in kept]
    assert updates == sorted(set(updates))
    assert kept[-1].validation_loss < 0.7 * kept[0].validation_loss


@pytest.mark.slow
def test_sentiment_reads_order():
    score = PROBLEMS["sentiment"].evaluate(trained("sentiment")[-1].network)
    assert score.value >= 0.98
    assert score.baselines["bag of words (logistic regression)"] < 0.8


def test_sentiment_is_right_on_its_examples_and_swings():
    problem, model = PROBLEMS["sentiment"], trained("sentiment")[-1].network
    for example in problem.examples:
        task = problem.task(example)
        said = forward(model, task.x).y[:, 0].argmax(axis=-1)
        assert said[-1] == task.targets[-1, 0], example
    task = problem.task("the lecture was not bad at all")
    said = forward(model, task.x).y[:, 0].argmax(axis=-1)
    assert len(set(said.tolist())) == 2


def test_names_are_better_than_counting():
    score = PROBLEMS["names"].evaluate(trained("names")[-1].network)
    assert score.value < min(score.baselines.values()) - 0.05
    assert list(score.baselines.values()) == sorted(score.baselines.values(), reverse=True)
    (new,) = score.also.values()
    assert 0.5 < new < 1.0


def test_a_low_temperature_is_less_bold():
    problem, model = PROBLEMS["names"], trained("names")[-1].network
    cold, hot = problem.samples(model, 0.2), problem.samples(model, 1.5)
    assert len(set(cold)) < 0.7 * len(set(hot))
    known = set(problem.sets.training)
    assert np.mean([name in known for name in cold]) > np.mean([name in known for name in hot])


def test_names_in_sentences_where_the_hidden_markov_model_fails():
    problem = PROBLEMS["name_tagging"]
    score = problem.evaluate(trained("name_tagging")[-1].network)
    assert score.value >= 0.98
    assert score.baselines["hidden Markov model"] < 0.96
    far, hmm = score.also.values()
    assert far >= 0.95
    assert hmm < 0.65


def test_the_lectures_sentence_is_tagged_right():
    problem, model = PROBLEMS["name_tagging"], trained("name_tagging")[-1].network
    for example in problem.examples:
        task = problem.task(example)
        said = forward(model, task.x).y[:, 0].argmax(axis=-1)
        np.testing.assert_array_equal(said, task.targets[:, 0], err_msg=example)
    first = problem.task(problem.examples[0])
    assert first.sequence.tokens[:2] == ("Harry", "Potter")
    said = problem.hmm_tags(first)
    assert len(said) == first.steps
    assert set(said) == {"other", "name"}


def test_translations_are_exactly_right():
    score = PROBLEMS["translation"].evaluate(trained("translation")[-1].network)
    assert score.value >= 0.95
    assert all(value < 0.2 for value in score.baselines.values())


def test_the_lectures_translation():
    problem, model = PROBLEMS["translation"], trained("translation")[-1].network
    examples = [tuple(example.split()) for example in problem.examples]
    said = problem.translate(model, examples)
    assert said[0] == ("le", "chat", "noir", "dort")
    for example, words in zip(problem.examples, said, strict=True):
        task = problem.task(example)
        answers = [task.output_names[k] for k in task.targets[task.source_steps :, 0]]
        assert (*words, "<eos>") == tuple(answers)
