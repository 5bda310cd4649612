"""Text: encodings, words, characters and how they are shown."""

import pytest

from rnnviz.data import sequence_from_text, vocabulary
from rnnviz.data.readers import parse_bytes
from rnnviz.data.sequence import MAX_TEXT
from rnnviz.files.errors import DataError


def read(data, name="t.txt", **options):
    return parse_bytes(data, name, **options)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a new spell", ["a", "new", "spell"]),
        ("A new, new spell.", ["A", "new", ",", "new", "spell", "."]),
        ("don't well-known 3.14 5% U.S.", ["don't", "well-known", "3.14", "5", "%", "U.S", "."]),
        ("(“Really?!”)", ["(", "“", "Really", "?", "!", "”", ")"]),
        ("wait... what -- no", ["wait", "...", "what", "--", "no"]),
        ("une idée\u00a0: l’été", ["une", "idée", ":", "l’été"]),
        ("日本 語。", ["日本", "語", "。"]),
        ("  tabs\tand\r\nlines\n", ["tabs", "and", "lines"]),
        ("!!!", ["!!!"]),
        ("a", ["a"]),
    ],
)
def test_words(text, words):
    sequence = sequence_from_text(text)
    assert list(sequence.tokens) == words
    assert sequence.symbols == sequence.tokens
    assert sequence.kind == "words"
    assert sequence.name == "typed text"
    assert len(sequence) == len(words)


def test_characters_show_what_would_be_invisible():
    sequence = sequence_from_text("a b\r\n\te\u0301\u200b\u00a0\x07", unit="characters")
    assert sequence.tokens == ("a", "␣", "b", "⏎", "⇥", "e\u0301", "U+200B", "⍽", "U+0007")
    assert sequence.symbols == (*"a b\n\t", "e\u0301", *"\u200b\u00a0\x07")
    assert sequence.text == "a b\n\te\u0301\u200b\u00a0\x07"


@pytest.mark.parametrize("unit", ["words", "characters"])
def test_nothing_is_refused(unit):
    with pytest.raises(DataError, match=r"^the text is empty$"):
        sequence_from_text("", unit=unit)


def test_white_space_holds_no_words_but_characters():
    with pytest.raises(DataError, match="no words"):
        sequence_from_text(" \n\t\u3000")
    assert len(sequence_from_text(" \n", unit="characters")) == 2


def test_labels_are_drawable_and_symbols_true():
    sequence = sequence_from_text("a\u202eb " + "x" * 100 + " c\x07d")
    assert sequence.tokens[0] == "a‹U+202E›b"
    assert len(sequence.tokens[1]) == 32
    assert sequence.tokens[2] == "c‹U+0007›d"
    assert sequence.symbols[1] == "x" * 100


def test_half_surrogates_of_a_paste_become_a_sign():
    sequence = sequence_from_text("a\ud800b 👩")
    sequence.text.encode("utf-8")
    assert "�" in sequence.tokens[0]
    assert any("surrogate" in note for note in sequence.notes)


def test_long_texts_are_cut_with_a_word():
    sequence = sequence_from_text("a word " * 600_000)
    assert len(sequence) == MAX_TEXT == 1_000_000
    assert sequence.text.split() == ["a", "word"] * 500_000
    assert sequence.notes == ("the first 1,000,000 words were opened, the text goes on",)
    assert sequence_from_text("word " * 1_000_000).notes == ()
    letters = sequence_from_text("ab" * 600_000, unit="characters")
    assert len(letters) == len(letters.text) == 1_000_000
    one = read(b"a" * 20_000_000)
    assert len(one) == 1
    assert "characters were opened, the text goes on" in one.notes[0]
    assert 16_000_000 <= len(one.text) < 17_000_000


@pytest.mark.parametrize("most", [1, 2, 3, 5, 6, 100])
def test_where_the_first_words_end(monkeypatch, most):
    text = " one (two) three  "
    monkeypatch.setattr(vocabulary, "_BLOCK", 4)
    every = [(word, end) for word, end in vocabulary.split_words(text)]
    found, end = vocabulary.words_in(text, most)
    assert found == tuple(word for word, _ in every[:most])
    assert end == (every[most - 1][1] if most < len(every) else len(text))


def test_every_line_a_sequence():
    sequence = read(b"Once upon a time.\n\n  The end.  \n", unit="lines")
    assert sequence.others == ("Once upon a time.", "The end.")
    assert sequence.tokens == ("Once", "upon", "a", "time", ".")
    assert sequence.text == "Once upon a time."
    assert sequence.notes == ("2 lines, each a sequence: the first is shown",)
    names = read(b"Ada\nGrace\nEmmy\n", unit="lines")
    assert names.kind == "characters"
    assert names.tokens == ("A", "d", "a")
    assert names.others == ("Ada", "Grace", "Emmy")
    assert sequence_from_text("Ada\nGrace").others == ()


def test_wrong_unit_is_a_programming_error():
    with pytest.raises(ValueError, match="unit"):
        sequence_from_text("a", unit="sentences")


SENTENCE = "Zürich, naïve café — 5 €"


@pytest.mark.parametrize(
    ("codec", "mark", "note"),
    [
        ("utf-8", b"", ()),
        ("utf-8", b"\xef\xbb\xbf", ()),
        ("utf-16-le", b"\xff\xfe", ("read as UTF-16",)),
        ("utf-16-be", b"\xfe\xff", ("read as UTF-16",)),
        ("utf-32-le", b"\xff\xfe\0\0", ("read as UTF-32",)),
        ("utf-32-be", b"\0\0\xfe\xff", ("read as UTF-32",)),
        ("cp1252", b"", ("read as Windows-1252 (Latin-1), not UTF-8",)),
    ],
)
def test_encodings(codec, mark, note):
    sequence = read(mark + SENTENCE.encode(codec))
    assert sequence.text == SENTENCE
    assert sequence.notes == note


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        ("日本語".encode()[:-1], 1, "last character is cut"),
        ("a\nb\né 日".encode()[:-2], 3, "last character is cut"),
        ("caf\u00e9 au lait, \u00e9".encode()[:-1], 1, "last character is cut"),
        (b"\xef\xbb\xbfabc\xe6\x97", 1, "last character is cut"),
        (b"\xff\xfea\0b", None, "last character is cut"),
        (b"\xff\xfea\0\x00\xd8b\0", None, "not valid UTF-16"),
        (b"\xff\xfea\0\0\0", 1, "NUL"),
        (b"a\0b", 1, "NUL"),
        (b"abc\ndef\0", 2, "NUL"),
        ("hello there".encode("utf-16-le"), None, "UTF-16 without a byte order mark"),
        ("ok\n日本".encode()[:-1] + b" x", 2, "neither UTF-8"),
        (b"abc\xc0\xafdef", 1, "neither UTF-8"),  # overlong
        (b"abc\xed\xa0\x80def", 1, "neither UTF-8"),  # a surrogate
        (b"abc\xf5\x80\x80\x80", 1, "neither UTF-8"),  # out of range
        (b"abc\xff\xffdef", 1, "neither UTF-8"),
        (b"abc \x81 def", 1, "neither UTF-8"),  # no character of Windows-1252
        ("Привет мир".encode("cp1251"), 1, "neither UTF-8"),
        ("καλημέρα".encode("cp1253"), 1, "neither UTF-8"),
        ("日本語".encode("shift-jis"), 1, "neither UTF-8"),
        ("한국어".encode("euc-kr"), 1, "neither UTF-8"),
        (b"\x01\x02\x03abc", None, "control characters"),
        (b"\x89PNG\r\n\x1a\n....", None, "a PNG picture"),
        (b"PK\x03\x04....", None, "a zip archive"),
        (b"\x1f\x8b....", None, "a gzip archive"),
        (b"%PDF-1.4", None, "a PDF document"),
        (b"\x80\x04\x95abc.", None, "a Python pickle"),
        (b"\x93NUMPY\x01\0", None, "a NumPy array"),
        (b"", None, "is empty"),
        (b"\xef\xbb\xbf", None, "is empty"),
        (b"\xff\xfe", None, "is empty"),
    ],
)
def test_refuses(data, line, said):
    with pytest.raises(DataError) as caught:
        read(data)
    assert said in caught.value.reason
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        "«été», à Noël : déjà vu…",
        "Größe, Übermut, Straße",
        "señor, ¿qué?",
        "“quoted” × €5",
        "smörgåsbord",
        "café",
        "ça",
    ],
)
def test_western_texts_in_windows_1252_are_read(text):
    assert read(text.encode("cp1252")).text == text


def test_a_text_may_begin_like_a_program():
    assert read(b"BMW sold MZ bikes").tokens[0] == "BMW"
    assert read(b"MZ is a brand").tokens[0] == "MZ"


def test_a_character_across_two_chunks_is_whole():
    text = "a" * ((1 << 20) - 1) + "é" + "b" * 10
    assert read(text.encode()).text == text
    broken = b"a" * ((1 << 20) - 1) + b"\xe6\x81 b"
    with pytest.raises(DataError, match="neither UTF-8"):
        read(broken)


def test_carriage_returns_across_two_chunks_are_one_line_end():
    text = "a" * ((1 << 20) - 1) + "\r\nx"
    assert read(text.encode()).text == text.replace("\r\n", "\n")
