"""The hidden Markov tagger against all paths, and its counts against the formula."""

import itertools
import math
import random

import pytest

from rnnviz.problems.baselines import HiddenMarkovTagger
from rnnviz.problems.registry import PROBLEMS


def a_tagger(seed, tags=3, words="abcdef", smoothing=0.3):
    rng = random.Random(seed)
    sentences = [
        (
            [rng.choice(words) for _ in range(length)],
            [rng.randrange(tags) for _ in range(length)],
        )
        for length in rng.choices(range(1, 7), k=30)
    ]
    return HiddenMarkovTagger(sentences, tags, smoothing)


@pytest.mark.parametrize("seed", range(12))
def test_viterbi_finds_the_best_of_all_paths(seed):
    tagger, rng = a_tagger(seed), random.Random(1000 + seed)
    for length in range(1, 7):
        words = [rng.choice("abcdefz") for _ in range(length)]
        paths = itertools.product(range(3), repeat=length)
        best = max(tagger.log_probability(words, path) for path in paths)
        found = tagger.tags(words)
        assert len(found) == length
        assert tagger.log_probability(words, found) == pytest.approx(best, rel=1e-12)


def test_all_paths_of_all_words_add_up_to_one():
    tagger = a_tagger(1, words="ab")
    total = 0.0
    for words in itertools.product(["a", "b", "never seen"], repeat=3):
        for path in itertools.product(range(3), repeat=3):
            total += math.exp(tagger.log_probability(words, path))
    assert total == pytest.approx(1.0, rel=1e-12)


def test_counts_by_hand():
    tagger = HiddenMarkovTagger([(["a", "b"], [0, 1]), (["a"], [0])], 2, smoothing=0.5)
    assert math.exp(tagger.log_start[0]) == pytest.approx(2.5 / 3)
    assert math.exp(tagger.log_transitions[0, 1]) == pytest.approx(1.5 / 2)
    assert math.exp(tagger.log_emission("a")[0]) == pytest.approx(2.5 / 3.5)
    assert math.exp(tagger.log_emission("never seen")[1]) == pytest.approx(0.5 / 2.5)
    assert tagger.tags([]) == ()


def test_a_long_sentence_does_not_underflow():
    tagger = a_tagger(2)
    words = ["a", "z"] * 5000
    assert math.isfinite(tagger.log_probability(words, tagger.tags(words)))


def test_it_says_the_same_of_both_where_one_tag_of_memory_is_not_enough():
    problem = PROBLEMS["name_tagging"]
    named = problem.task("The young parents named their youngest daughter Hope")
    gave = problem.task("The young parents gave their youngest daughter hope")
    assert problem.hmm_tags(named)[-1] == problem.hmm_tags(gave)[-1]
    assert named.targets[-1, 0] != gave.targets[-1, 0]
