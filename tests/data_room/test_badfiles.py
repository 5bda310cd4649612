"""Every file that users open by mistake, or that someone made to do harm, does what it must."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from rnnviz.data import DataError, make_task, read_sequence

FOLDER = Path(__file__).parents[1] / "data" / "files" / "badfiles"
ENTRIES = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))["files"]
CANARY = "RNNVIZ_PWNED"

# Formats that have no reader yet must all be refused, whatever the manifest will ask one day.
READABLE = {"txt", "csv", "tsv", "names"}

# What this program decided where the manifest leaves the choice.
DECIDED = {
    "txt/cp1252_smart_quotes.txt": "load",
    "txt/whitespace_only.txt": "refuse",
    "txt/only_newlines.txt": "refuse",
    "csv/latin1_header.csv": "load",
    "csv/truncated_number.csv": "load",
    "csv/blank_lines.csv": "load",
    "csv/one_row.csv": "load",
    "csv/numeric_headers.csv": "load",
    "tsv/trailing_tab.tsv": "load",
    "names/no_extension": "load",
}


def test_the_manifest_and_the_folder_are_whole():
    listed = {entry["file"] for entry in ENTRIES}
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*")}
    assert listed == found
    either = {
        entry["file"]
        for entry in ENTRIES
        if entry["expect"] == "either" and entry["format"] in READABLE
    }
    assert either == set(DECIDED)


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["file"][:40] for entry in ENTRIES])
@pytest.mark.timeout(10)
def test_does_what_its_manifest_says(entry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = FOLDER / entry["file"]
    before = path.read_bytes()
    expect = entry["expect"] if entry["format"] in READABLE else "refuse"
    if expect == "either":
        expect = DECIDED[entry["file"]]
    if expect == "load":
        sequence = read_sequence(path)
        task = make_task(sequence)
        assert len(task.x) == len(sequence) > 0
        assert sequence.name == path.name
        shape = entry.get("shape")
        if sequence.values is not None:
            assert np.isfinite(sequence.values).all()
            assert np.isfinite(task.x).all()
            assert shape is None or list(sequence.values.shape) == shape
        else:
            assert shape is None or [len(sequence.text)] == shape
    else:
        with pytest.raises(DataError) as caught:
            read_sequence(path)
        message = str(caught.value)
        assert message.startswith(path.name)
        assert len(message) > len(path.name) + 10
        assert "\n" not in message
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [], "something was written"
    assert CANARY not in os.environ


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("csv/unclosed_quote.csv", 2, "never closed"),
        ("csv/missing_values.csv", 2, "no value in column 1"),
        ("csv/ragged_long.csv", 2, "3 values, where line 1 has 2"),
        ("csv/complex.csv", 1, "“1+2j” in column 1 is a complex number"),
        ("csv/nul_bytes.csv", 1, "NUL"),
        ("csv/commas_only.csv", 1, "no value in column 1"),
        ("csv/doubled_quotes.csv", 1, '“he said "hi"” in column 1'),
        ("tsv/mixed_tab_space.tsv", 2, "1 value, where line 1 has 2"),
        ("txt/truncated_utf8.txt", 1, "last character is cut"),
    ],
)
def test_says_where_and_why(file, line, said):
    with pytest.raises(DataError) as caught:
        read_sequence(FOLDER / file)
    assert caught.value.line == line
    assert f"{Path(file).name}, line {line}: " in str(caught.value)
    assert said in caught.value.reason


def test_the_byte_order_mark_is_no_symbol():
    sequence = read_sequence(FOLDER / "txt/bom_utf8.txt", unit="characters")
    assert len(sequence) == 240
    assert sequence.symbols[0] == "h"


def test_astral_and_invisible_characters_stay_whole():
    emoji = read_sequence(FOLDER / "txt/emoji_zwj.txt", unit="characters")
    assert "👩" in emoji.tokens
    assert "".join(emoji.symbols) == (FOLDER / "txt/emoji_zwj.txt").read_text("utf-8")
    hidden = read_sequence(FOLDER / "txt/zero_width.txt", unit="characters")
    assert "\ufeff" in hidden.symbols
    assert "U+FEFF" in hidden.tokens


def test_a_glyph_with_20000_marks_has_a_short_label():
    path = FOLDER / "txt/long_combining_run.txt"
    assert [len(token) <= 32 for token in read_sequence(path).tokens] == [True]
    characters = read_sequence(path, unit="characters")
    assert len(characters) == 20_001
    assert characters.tokens[1] == "◌\u0301"
