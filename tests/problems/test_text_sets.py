"""What is held out shares nothing with what is trained on; examples are tasks of their shape."""

import numpy as np
import pytest

from rnnviz.data import UNKNOWN_TARGET
from rnnviz.files.errors import DataError
from rnnviz.problems.registry import PROBLEMS
from rnnviz.problems.sentiment_sentences import reviews
from rnnviz.problems.tagging_sentences import AMBIGUOUS, NAME, sentences
from rnnviz.problems.texts import split

TEXTS = ("names", "sentiment", "translation", "name_tagging")
KEYS = {
    "names": str,
    "sentiment": lambda item: item.text,
    "translation": lambda item: item.key,
    "name_tagging": lambda item: item.key,
}


@pytest.mark.parametrize("name", TEXTS)
def test_no_sentence_is_in_two_sets(name):
    sets = PROBLEMS[name].sets
    parts = [{KEYS[name](item) for item in part} for part in
             (sets.training, sets.validation, sets.held_out)]  # fmt: skip
    assert all(parts)
    assert [len(part) for part in parts] == list(sets.sizes.values())
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]


def test_french_sentences_of_the_held_out_are_rarely_trained():
    """Two English sentences may have one French one: only where English says less."""
    sets = PROBLEMS["translation"].sets
    trained = {pair.french for pair in sets.training}
    shared = [pair for pair in sets.held_out if pair.french in trained]
    for pair in shared:
        assert set(pair.english) & {"it", "him", "her", "he"}, pair


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "names"])
def test_examples_are_held_out(name):
    problem = PROBLEMS[name]
    held_out = {KEYS[name](item) for item in problem.sets.held_out}
    for example in problem.examples:
        assert example.lower() in held_out


def test_the_set_of_a_sentence_depends_on_it_alone():
    words = [f"sentence {number}" for number in range(400)]
    whole, part = split(words, str), split(words[100:], str)
    assert set(part.held_out) == set(whole.held_out) & set(words[100:])
    assert set(part.training) <= set(whole.training)
    assert split(["x", "x"], str, reserved=["x"]).held_out == ("x",)


@pytest.mark.parametrize("name", TEXTS)
def test_examples_make_tasks(name):
    problem = PROBLEMS[name]
    for example in problem.examples:
        task = problem.task(example)
        assert task.problem == name
        assert task.mode == problem.mode
        assert task.targets.shape == task.mask.shape == task.x.shape == (task.steps, 1)
        assert len(task.sequence) == task.steps
        assert len(task.output_names) == task.outputs
        assert task.known is not None
        given = task.targets[task.known]
        assert ((given >= 0) & (given < task.outputs)).all()
        assert (task.targets[task.mask & ~task.known] == UNKNOWN_TARGET).all()
    with pytest.raises(KeyError):
        problem.task("there is no such example")


def test_sentiment_pays_last_and_knows_everywhere():
    task = PROBLEMS["sentiment"].task("the lecture was not bad at all")
    assert task.mask[:, 0].tolist() == [False] * 6 + [True]
    assert task.known.all()
    assert set(task.targets.ravel().tolist()) == {1}


def test_translation_joins_two_lines_of_time():
    problem = PROBLEMS["translation"]
    task = problem.task("the black cat sleeps")
    assert task.source_steps == 4
    assert task.sequence.tokens == ("the", "black", "cat", "sleeps", "<s>", "le", "chat", "noir",
                                    "dort")  # fmt: skip
    assert [task.output_names[k] for k in task.targets[4:, 0]] == [
        "le", "chat", "noir", "dort", "<eos>",
    ]  # fmt: skip
    assert task.mask[:, 0].tolist() == [False] * 4 + [True] * 5
    assert task.fed_back.tolist() == [False] * 5 + [True] * 4
    assert task.x[4, 0] == problem.end == task.end
    np.testing.assert_array_equal(task.x[5:, 0], task.feed[task.targets[4:-1, 0]])


def test_typed_sentences():
    sentiment = PROBLEMS["sentiment"].read("It WASN'T good, zweifellos!")
    assert sentiment.sequence.symbols == ("it", "was", "not", "good", "zweifellos")
    assert sentiment.own
    assert not sentiment.known.any()
    assert (sentiment.targets == UNKNOWN_TARGET).all()
    assert "zweifellos" in sentiment.notes[0]
    assert "good" not in sentiment.notes[0]
    assert sentiment.x[-1, 0] == sentiment.vocabulary.unknown
    tagging = PROBLEMS["name_tagging"].read("Harry met Giacomo.")
    assert tagging.sequence.tokens == ("Harry", "met", "Giacomo")
    assert "giacomo" in tagging.notes[0]
    translation = PROBLEMS["translation"].read("She doesn't see it.")
    assert translation.sequence.symbols[:5] == ("she", "does", "not", "see", "it")
    assert translation.steps == 5 + PROBLEMS["translation"].longest + 1
    assert PROBLEMS["names"].read(" K ").x[0, 0] == 10


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("sentiment", "   ", "no words"),
        ("sentiment", "...", "no words"),
        ("sentiment", "word " * 61, "more than 60"),
        ("name_tagging", "", "no words"),
        ("translation", "the dgo sleeps", "“dgo”.*“dog”"),
        ("translation", "xylophones quack", "“xylophones”, “quack”"),
        ("translation", "the cat " * 20, "words"),
        ("names", "7", "no letter"),
        ("names", "ß", "“ß”"),
    ],
)
def test_what_cannot_be_read_is_said(name, text, words):
    with pytest.raises(DataError, match=words) as caught:
        PROBLEMS[name].read(text)
    assert str(caught.value).startswith("the text ")


def test_grammars_write_the_same_again():
    assert reviews(50) == reviews(60)[:50]
    assert sentences(50) == sentences(60)[:50]


def test_reviews_are_balanced_and_have_one_label():
    written = reviews(2000)
    assert len({review.text for review in written}) == 2000
    assert sum(review.label for review in written) == 1000
    assert max(len(review.text.split()) for review in written) <= 20
    words = {word for review in written for word in review.text.split()}
    assert all(word.isalpha() for word in words)


def test_far_sentences_differ_only_far_back():
    """The words right before an ambiguous one are found with both tags, so they do not tell."""
    seen: dict[tuple[str, ...], set[int]] = {}
    for item in PROBLEMS["name_tagging"].sets.training:
        words = item.key.split()
        for t, (word, tag) in enumerate(zip(words, item.tags, strict=True)):
            if item.far and word in AMBIGUOUS and item.words[0].lower() != word and t >= 2:
                seen.setdefault((words[t - 1], word), set()).add(tag)
    both = sum(len(tags) == 2 for tags in seen.values())
    assert both / len(seen) > 0.6
    assert seen["daughter", "hope"] == {0, NAME}
    assert seen["to", "sue"] == {0, NAME}
