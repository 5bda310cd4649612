"""The words and phrases that ship in files, and that the sets made of them stay what they were."""

import random
from hashlib import sha256

import pytest

from rnnviz.data import resource_path
from rnnviz.files.errors import DataError
from rnnviz.problems import sentiment_sentences, tagging_sentences, translation_grammar
from rnnviz.problems.registry import PROBLEMS
from rnnviz.problems.sentiment_sentences import reviews
from rnnviz.problems.tagging_sentences import sentences
from rnnviz.problems.translation_grammar import pairs
from rnnviz.problems.written import Written, read_written, written, written_words


def checksum(values):
    return sha256(repr(values).encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("seed", "of_reviews", "of_sentences", "of_pairs"),
    [
        (1, "d9b303cdf8a83b2c", "d5fd460fb5825c0c", "231a0b98c89b51ce"),
        (11, "c1aafb2a3a8d515a", "06604ccff0fec48b", "fad6963ce70ecb18"),
    ],
)
def test_a_seed_writes_what_the_shipped_networks_were_trained_on(
    seed, of_reviews, of_sentences, of_pairs
):
    """Written down once: other words or draws would make other sets than those of the training."""
    assert checksum([(r.text, r.label) for r in reviews(3000, seed)]) == of_reviews
    assert checksum([(s.words, s.tags, s.far) for s in sentences(3000, seed)]) == of_sentences
    assert checksum([(p.english, p.french) for p in pairs(3000, seed)]) == of_pairs


def test_the_gallery_shows_the_examples_that_it_showed():
    """With their answers, which stand in the same files as the words."""
    shown = [
        list(sentiment_sentences.EXAMPLES.pairs()),
        [(each.words, each.tags, each.far) for each in tagging_sentences.EXAMPLES],
        [*translation_grammar.EXAMPLES.pairs(), *translation_grammar.RESERVED],
    ]
    assert [checksum(each) for each in shown] == [
        "d6580cade57cfd0d",
        "8437b1e38200a160",
        "12003eed115fde7e",
    ]


def test_given_names_are_in_the_sets_that_they_were_in():
    sets = PROBLEMS["names"].sets
    parts = [list(part) for part in (sets.training, sets.validation, sets.held_out)]
    assert checksum(parts) == "3bd9713799752913"


@pytest.mark.parametrize(
    "name", ["sentiment.toml", "name-tagging.toml", "translation.toml", "contractions.toml"]
)
def test_a_file_cut_anywhere_is_refused_or_misses_something(name, tmp_path):
    whole, path = resource_path("problems", name).read_bytes(), tmp_path / name
    told = 0
    for size in range(0, len(whole) - 1, 211):
        path.write_bytes(whole[:size])
        try:
            read_written(path)
        except DataError as error:
            told += 1
            assert str(error).startswith(f"{name}: is damaged: ")
    assert told


def test_what_is_not_there_is_named():
    table = Written({"a": "one two", "b": ["x", 1], "c": {}, "d": []}, "some/words.toml")
    assert table.words("a", 2) == ("one", "two")
    for ask, reason in (
        (lambda: table.text("e"), "e is no text"),
        (lambda: table.words("a", 3), "a has 2 words"),
        (lambda: table.phrases("b"), "b is no list of phrases"),
        (lambda: table.phrases("d"), "d is no list of phrases"),
        (lambda: table.table("a"), "a is no table"),
        (lambda: table.tables("b"), "b is no list of tables"),
        (lambda: table.filled(["{who} came"], {}), "nothing stands for {who}"),
    ):
        with pytest.raises(DataError) as caught:
            ask()
        assert str(caught.value) == f"words.toml: is damaged: {reason}"
    with pytest.raises(DataError, match=r"no\.toml: does not come with this copy"):
        written("no.toml")


def test_the_same_seed_goes_on_whatever_is_chosen():
    """All templates are drawn for, so that the words after them do not depend on the choice."""
    table, after = Written({}, "words.toml"), set()
    for templates in (["{a}", "x", "{a} {a}"], ["x", "{a} {a}", "{a}"]):
        rng = random.Random(4)
        table.chosen(rng, templates, {"a": lambda rng=rng: str(rng.random())})
        after.add(rng.random())
    assert len(after) == 1
    rng = random.Random(4)
    assert table.chosen(rng, ["{a} and {b}"], {"a": "one", "b": lambda: "two"}) == "one and two"


def test_names_in_other_letters_are_damage(tmp_path):
    path = tmp_path / "names.txt"
    for text in (b"", b"anna Bea", "zoé".encode(), b"x1"):
        path.write_bytes(text)
        with pytest.raises(DataError, match="letters a to z"):
            written_words(path)
