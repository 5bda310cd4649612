"""The 10,000 words and the learned vectors, as they ship."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from rnnviz.data import DEFAULT_SENTENCE, resource_path
from rnnviz.data.lexicon import (
    ANCHORS,
    SIZE,
    Lexicon,
    lexicon,
    read_lexicon,
    read_word_vectors,
    save_word_vectors,
    word_vectors,
)
from rnnviz.files.errors import DataError


def shipped() -> list[str]:
    return resource_path("words", "vocabulary.txt").read_text(encoding="ascii").splitlines()


def test_the_file_holds_ten_thousand_plain_words_in_alphabetical_order():
    words = shipped()
    assert len(words) == SIZE == 10_000
    assert words == sorted(set(words))
    assert all(re.fullmatch("[a-z]+", word) for word in words)


@pytest.mark.parametrize(
    ("word", "number"),
    [("a", 1), ("aaron", 2), ("and", 367), ("harry", 4075), ("potter", 6830), ("zulu", 10_000)],
)
def test_the_slides_words_have_the_slides_numbers(word, number):
    assert shipped()[number - 1] == word
    assert ANCHORS[word] == number
    assert lexicon().number(word) == number
    assert lexicon().word(number) == word


def test_every_word_has_its_line_as_its_number():
    book = lexicon()
    assert [book.number(word) for word in shipped()] == list(range(1, SIZE + 1))


def test_the_lectures_sentence_is_known_whatever_its_case():
    book = lexicon()
    for word in DEFAULT_SENTENCE.split():
        assert book.word(book.number(word)) == word.lower()
        assert book.number(word.upper()) == book.number(word) > 0
        assert word in book


@pytest.mark.parametrize("word", ["", "xyzzy", "zzz", "don't", "<unk>", "Łódź", "aa", ".", "and "])
def test_a_word_that_is_not_there_is_unknown(word):
    book = lexicon()
    assert book.number(word) == 0
    assert word not in book
    assert book.word(0) == "<unk>"


def test_numbers_beyond_the_list_are_refused():
    for number in (-1, SIZE + 1):
        with pytest.raises(IndexError):
            lexicon().word(number)
    assert Lexicon(("a", "b")).number("b") == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda words: words[:-1], "9,999"),
        (lambda words: [*words, "zzz"], "10,001"),
        (lambda words: [*words[:4], words[5], words[4], *words[6:]], "line 6"),
        (lambda words: [*words[:4], words[3], *words[5:]], "line 5"),
        (lambda words: ["à", *words[1:]], "letters"),
    ],
)
def test_a_damaged_list_says_what_is_wrong(tmp_path, change, reason):
    path = tmp_path / "list.txt"
    path.write_text("\n".join(change(shipped())), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_lexicon(path)
    assert reason in str(caught.value)
    assert str(caught.value).startswith("list.txt")
    with pytest.raises(DataError, match="does not exist"):
        read_lexicon(tmp_path / "none.txt")


def test_the_sources_name_origin_and_licence():
    text = resource_path("SOURCES.md").read_text(encoding="utf-8")
    for what in ("words/vocabulary.txt", "words/SCOWL-copyright.txt", "words/vectors.npz"):
        assert what in text
    licence = resource_path("words", "SCOWL-copyright.txt").read_text(encoding="utf-8")
    assert "Kevin Atkinson" in licence
    assert "Permission to use, copy, modify, distribute and sell these word" in licence


# -- the vectors -----------------------------------------------------------------------------


def same_group(distances: np.ndarray, groups: np.ndarray) -> float:
    np.fill_diagonal(distances, np.inf)
    return float((groups[distances.argmin(axis=1)] == groups).mean())


def test_a_words_nearest_neighbour_is_of_its_own_group():
    dense = word_vectors()
    groups = np.array(dense.groups)
    kept = groups != ""
    vectors = dense.vectors[kept].astype(float)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    share = same_group(-(unit @ unit.T), groups[kept])
    sizes = np.unique(groups[kept], return_counts=True)[1]
    chance = float((sizes * (sizes - 1)).sum() / (kept.sum() * (kept.sum() - 1)))
    assert chance < 0.05
    assert share >= 0.95
    places = dense.map[kept].astype(float)
    squares = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    assert same_group(squares, groups[kept]) >= 0.95


def test_the_vectors_are_short_dense_and_of_known_words():
    dense = word_vectors()
    assert 250 <= len(dense.words) <= 450
    assert 16 <= dense.vectors.shape[1] <= 24
    assert (dense.vectors != 0).all()
    assert not dense.vectors.flags.writeable
    assert all(word in lexicon() for word in dense.words)
    assert {word.lower() for word in DEFAULT_SENTENCE.split()} <= set(dense.words)


GOOD = {
    "words": ["a", "b", "c"],
    "groups": ["", "x", "x"],
    "vectors": np.ones((3, 4), np.float32),
    "map": np.zeros((3, 2), np.float32),
}


def written(path, parts):
    """A file as `save_word_vectors` makes one, of whatever it is given."""
    said = {name: parts[name] for name in ("words", "groups")}
    arrays = {name: parts[name] for name in ("vectors", "map") if parts[name] is not None}
    np.savez(path, **{"rnnviz.words": np.frombuffer(json.dumps(said).encode(), np.uint8)}, **arrays)
    return path


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"vectors": np.ones((2, 4), np.float32)}, "do not fit"),
        ({"vectors": np.ones((3, 4))}, "do not fit"),
        ({"map": np.zeros((3, 3), np.float32)}, "do not fit"),
        ({"groups": ["x"]}, "do not fit"),
        ({"words": [1, 2, 3]}, "do not fit"),
        ({"words": "abc"}, "do not fit"),
        ({"words": ["a", "c", "b"]}, "alphabetical"),
        ({"vectors": np.full((3, 4), np.nan, np.float32)}, "not finite"),
        ({"vectors": np.zeros((3, 4), np.float32)}, "zeros"),
        ({"words": [float("nan")]}, "rnnviz.words: NaN"),
        ({"vectors": np.full((3, 4), None, object)}, "Python objects"),
        ({"map": None}, "has no map"),
    ],
)
def test_a_damaged_file_says_what_is_wrong(tmp_path, changes, reason):
    path = written(tmp_path / "bad.npz", {**GOOD, **changes})
    with pytest.raises(DataError, match=reason) as caught:
        read_word_vectors(path)
    assert "bad.npz" in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"words"])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "bad.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"bad\.npz"):
        read_word_vectors(path)
    with pytest.raises(DataError):
        read_word_vectors(tmp_path / "none.npz")


def test_a_good_file_is_read(tmp_path):
    found = read_word_vectors(written(tmp_path / "good.npz", GOOD))
    assert found.words == ("a", "b", "c")
    assert found.groups == ("", "x", "x")


def test_what_is_saved_is_read_again(tmp_path):
    save_word_vectors(tmp_path / "again.npz", word_vectors())
    again, shipped = read_word_vectors(tmp_path / "again.npz"), word_vectors()
    assert (again.words, again.groups) == (shipped.words, shipped.groups)
    assert (again.vectors == shipped.vectors).all()
    assert (again.map == shipped.map).all()
