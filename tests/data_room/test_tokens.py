"""The order of a text's vocabulary: first appearance, sorted, or a file of one token a line."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.data import (
    UNKNOWN,
    Options,
    make_task,
    preview,
    read_sequence,
    sequence_from_text,
)
from rnnviz.data.readers.tokens import PICK, read_tokens
from rnnviz.documents import open_document, save_document
from rnnviz.files.errors import DataError
from rnnviz.film import Branches, Settings, start_run

TEXT = "the cat saw the Dog and the bird"


def files(tmp_path: Path, tokens: str, text: str = TEXT) -> tuple[Path, Path]:
    one, other = tmp_path / "a.txt", tmp_path / "tokens.txt"
    one.write_text(text)
    other.write_text(tokens)
    return one, other


@pytest.mark.parametrize(
    ("order", "symbols"),
    [
        (None, ("the", "cat", "saw", "Dog", "and", "bird")),
        ("first", ("the", "cat", "saw", "Dog", "and", "bird")),
        ("sorted", ("Dog", "and", "bird", "cat", "saw", "the")),
    ],
)
def test_places_are_given_in_the_order(tmp_path: Path, order: str | None, symbols: object) -> None:
    file, _ = files(tmp_path, "x")
    task = make_task(read_sequence(file, options=Options(vocabulary=order)))
    assert task.vocabulary is not None
    assert task.vocabulary.symbols == symbols
    said = [task.vocabulary.symbols[place] for place in task.x[:, 0].tolist()]
    assert said == TEXT.split()
    assert task.inputs == 6
    assert task.outputs == 7


def test_a_files_lines_are_the_places_also_of_what_the_text_has_not(tmp_path: Path) -> None:
    lines = ["zebra", "bird", "and", "Dog", "saw", "cat", "the", "<eos>"]
    file, tokens = files(tmp_path, "\r\n".join(lines) + "\r\n")
    sequence = read_sequence(file, options=Options(vocabulary=str(tokens)))
    task = make_task(sequence)
    assert task.vocabulary is not None
    assert task.vocabulary.symbols == tuple(lines)
    assert task.x[:, 0].tolist() == [lines.index(word) for word in TEXT.split()]
    # A token that is written as the end is none: it is shown in quotation marks.
    assert task.output_names[-2:] == ("“<eos>”", "<eos>")
    assert "those of the 8 lines of tokens.txt" in sequence.notes[-1]


def test_a_line_for_the_unknown_takes_what_is_missing_and_it_is_counted(tmp_path: Path) -> None:
    file, tokens = files(tmp_path, f"the\n{UNKNOWN}\ncat")
    sequence = read_sequence(file, options=Options(vocabulary=str(tokens)))
    task = make_task(sequence)
    assert task.x[:, 0].tolist() == [0, 2, 1, 0, 1, 1, 0, 1]
    assert task.vocabulary is not None
    assert task.vocabulary.labels == ("the", UNKNOWN, "cat")
    assert "4 words at 4 steps are <unk>" in sequence.notes[-1]


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ("the\ncat\nsaw\nDog\nand", "tokens.txt: “bird” of step 8 is not among the 5 tokens: add"),
        ("the\ncat", "“saw” of step 3 is not among the 2 tokens, nor are 3 other words"),
        ("the\ncat\nthe", "tokens.txt, line 3: “the” stands in line 1 too"),
        ("the\nnew york", "line 2: “new york” is 2 words, where one token a line"),
        ("the\n\ncat", "line 2: is empty"),
        ("\n\n", "holds no tokens"),
    ],
)
def test_what_is_wrong_with_it_is_said(tmp_path: Path, tokens: str, said: str) -> None:
    file, given = files(tmp_path, tokens)
    options = Options(vocabulary=str(given))
    for look in (read_sequence, preview):
        with pytest.raises(DataError) as error:
            look(file, options=options)
        assert said in str(error.value)
    with pytest.raises(DataError, match=r"nowhere\.txt: does not exist"):
        read_sequence(file, options=Options(vocabulary=str(tmp_path / "nowhere.txt")))


def test_characters_have_their_line_ends_and_spaces(tmp_path: Path) -> None:
    file, given = files(tmp_path, "\\n\n \na\nb\n<pad>\né\n", "a b\nb")
    options = Options(unit="characters", vocabulary=str(given))
    task = make_task(read_sequence(file, options=options))
    assert task.x[:, 0].tolist() == [2, 1, 3, 0, 3]
    given.write_text("a\nab\n")
    with pytest.raises(DataError, match="line 2: “ab” is more than one character"):
        read_tokens(str(given), "characters")


def test_the_lines_of_a_text_are_all_held_against_it(tmp_path: Path) -> None:
    file, given = files(tmp_path, "a\nb\nc\nd", "a b\nb c\nd e")
    with pytest.raises(DataError, match="“e”"):
        read_sequence(file, options=Options(unit="lines", vocabulary=str(given)))
    given.write_text("a\nb\nc\nd\ne")
    found = read_sequence(file, options=Options(unit="lines", vocabulary=str(given)))
    assert make_task(found).inputs == 5


def test_the_preview_offers_it_and_a_series_has_none(tmp_path: Path) -> None:
    file, given = files(tmp_path, "\n".join(dict.fromkeys(TEXT.split())))
    asked = preview(file, Options(vocabulary="sorted")).questions[-1]
    assert (asked.name, asked.chosen, asked.open) == ("vocabulary", "sorted", False)
    assert [value for value, _ in asked.options] == ["first", "sorted", PICK]
    asked = preview(file, Options(vocabulary=str(given))).questions[-1]
    assert (asked.said, asked.reason) == ("the lines of tokens.txt", "6 tokens, one a line")
    table = tmp_path / "a.csv"
    table.write_text("a\n1\n2\n")
    with pytest.raises(DataError, match="is for a text"):
        read_sequence(table, options=Options(vocabulary="sorted"))


def test_a_document_keeps_it_without_the_file(tmp_path: Path) -> None:
    file, given = files(tmp_path, f"bird\nand\n{UNKNOWN}\nthe")
    task = make_task(read_sequence(file, options=Options(vocabulary=str(given))))
    save_document(tmp_path / "d.rnnviz", Branches.of(start_run(task, Settings(units=4))))
    given.unlink()
    found = open_document(tmp_path / "d.rnnviz").branches.run.task
    assert found.sequence.vocabulary == ("bird", "and", UNKNOWN, "the")
    again = make_task(found.sequence)
    assert again.x.tolist() == task.x.tolist()


def test_a_lines_end_that_is_missing_is_shown_and_can_be_added(tmp_path):
    text, tokens = tmp_path / "t.txt", tmp_path / "v.txt"
    text.write_text("a b\n")
    tokens.write_text("a\nb\n \n")
    options = Options(unit="characters", vocabulary=str(tokens))
    with pytest.raises(DataError, match=r"“⏎” of step 4 is not among .*: add it, written \\n, or"):
        read_sequence(text, options=options)
    tokens.write_text("a\nb\n\\n\n")
    with pytest.raises(DataError, match=r"“.+” of step 2 is not among"):
        read_sequence(text, options=options)
    tokens.write_text("a\nb\n \n\\n\n")
    assert read_sequence(text, options=options).symbols[-1] == "\n"


@given(text=st.text(min_size=1, max_size=30))
@settings(deadline=None, max_examples=60)
def test_the_characters_of_any_text_are_written_a_line_each_and_read_back(text: str) -> None:
    """A file of tokens can hold a line's end, and nothing else is written as that is."""
    try:
        symbols = sequence_from_text(text, unit="characters").symbols
    except DataError:
        return  # a surrogate, or nothing at all
    different = list(dict.fromkeys(symbols))
    written = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "tokens.txt"
        lines = [written.get(symbol, symbol) for symbol in different]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
        try:
            assert list(read_tokens(str(file), "characters")) == different
        except DataError as error:  # what no text may hold, in tokens or elsewhere
            assert "\0" in text or "control" in str(error)
