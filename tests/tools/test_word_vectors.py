"""The grammar, the learning and the projection that the shipped vectors come from."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.data import DEFAULT_SENTENCE
from rnnviz.data.lexicon import lexicon, read_word_vectors, word_vectors
from tools.word_vectors import learn as learning
from tools.word_vectors.grammar import GROUPS, sentences, words
from tools.word_vectors.tsne import tsne


def test_a_word_stands_in_one_group_and_in_the_vocabulary():
    members = [word for group in GROUPS.values() for word in group.split()]
    assert len(members) == len(set(members))
    assert set(words()) >= set(members) | {w.lower() for w in DEFAULT_SENTENCE.split()}
    assert all(lexicon().number(word) for word in words())


def test_the_same_seed_draws_the_same_sentences_and_all_words_come_up():
    drawn = sentences(learning.SENTENCES)
    assert drawn == sentences(learning.SENTENCES)
    assert drawn[:50] != sentences(learning.SENTENCES, seed=1)[:50]
    assert {word for sentence in drawn for word in sentence} == set(words())
    for sentence in drawn[:300]:  # no {place} was left, and no word of a group twice in a sentence
        grouped = [word for word in sentence if words()[word]]
        assert len(grouped) == len(set(grouped))


def test_the_corpus_pays_each_word_for_the_next_and_the_last_for_the_end():
    read = learning.corpus(40)
    for i, sentence in enumerate(sentences(40)):
        places = [read.vocabulary.index(word) for word in sentence]
        assert read.x[: len(places), i].tolist() == places
        wanted = [*places[1:], len(read.vocabulary)]
        assert read.targets[: len(places), i].tolist() == wanted
    batch = read.batch(np.arange(40))
    assert int(batch.objective.mask.sum()) == int(read.lengths.sum())


def test_the_same_seed_learns_the_same_vectors():
    read = learning.corpus(500)
    first, second = (learning.learned(read, 3, 100).parameters["E"] for _ in range(2))
    assert (first == second).all()
    assert read.vocabulary == word_vectors().words
    assert first.shape == word_vectors().vectors.shape


@pytest.mark.slow
def test_learning_again_gives_what_ships(tmp_path):
    target = tmp_path / "vectors.npz"
    learning.main(["--to", str(target)])
    again = read_word_vectors(target)
    assert again.words == word_vectors().words
    vectors = again.vectors.astype(float)
    # Rounding may differ from one machine's LAPACK to another's, and training amplifies it: what
    # must agree is who is near whom.
    groups = np.array(word_vectors().groups)
    kept = groups != ""
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True))[kept]
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -2.0)
    assert (groups[kept][cosines.argmax(axis=1)] == groups[kept]).mean() >= 0.95


def test_tsne_keeps_clusters_apart_and_is_the_same_every_time():
    rng = np.random.default_rng(0)
    middles = 8.0 * rng.standard_normal((4, 10))
    points = np.repeat(middles, 15, axis=0) + rng.standard_normal((60, 10))
    owner = np.repeat(np.arange(4), 15)
    places = tsne(points, perplexity=8.0, updates=300)
    assert places.shape == (60, 2)
    assert np.isfinite(places).all()
    squares = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    np.fill_diagonal(squares, np.inf)
    assert (owner[squares.argmin(axis=1)] == owner).all()
    assert (places == tsne(points, perplexity=8.0, updates=300)).all()
