"""Every file that users open by mistake, or that someone made to do harm, does what it must."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest

from rnnviz.data import Sequence, make_task, read_sequence
from rnnviz.engine import Network
from rnnviz.files import disk
from rnnviz.files.errors import DataError
from rnnviz.opening.door import OpenFile, open_path
from rnnviz.opening.session_files import SessionFile
from tests import badfiles

FOLDER = Path(__file__).parents[1] / "data" / "files" / "badfiles"
ENTRIES = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))["files"]
CANARY = "RNNVIZ_PWNED"

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
    "json/nul_key.json": "load",
    "json/records.json": "load",
    "npy/shape_3d.npy": "load",
    "npy/structured.npy": "refuse",
    "npz/central_size_lies.npz": "load",
    "npz/many_members.npz": "refuse",
    "wav/rifx_big_endian.wav": "load",
    "wav/rf64.wav": "refuse",  # its size is not that of the file
    "safetensors/name_path.safetensors": "refuse",
    "toml/html_title.toml": "load",
    "toml/missing_data_file.toml": "refuse",
}


def test_the_manifest_and_the_folder_are_whole():
    listed = {entry["file"] for entry in ENTRIES}
    found = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/*")}
    assert listed == found
    either = {entry["file"] for entry in ENTRIES if entry["expect"] == "either"}
    assert either == set(DECIDED)


@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["file"][:40] for entry in ENTRIES])
@pytest.mark.timeout(10)
def test_does_what_its_manifest_says(entry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = FOLDER / entry["file"]
    before = path.read_bytes()
    expect = entry["expect"]
    if expect == "either":
        expect = DECIDED[entry["file"]]
    if expect == "load":
        found = open_path(path)
        if isinstance(found, Sequence):
            task = make_task(found)
            assert len(task.x) == len(found) > 0
            assert found.name == path.name
            shape = entry.get("shape")
            if found.values is not None:
                assert np.isfinite(found.values).all()
                assert np.isfinite(task.x).all()
                assert shape is None or list(found.values.shape) == shape
            else:
                assert shape is None or [len(found.text)] == shape
            assert OpenFile(path).preview().rows
        else:
            assert isinstance(found, (Network, SessionFile))
            assert OpenFile(path).preview() is None
    else:
        with pytest.raises(DataError) as caught:
            open_path(path)
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
        ("csv/commas_only.csv", 1, "4 empty cells, and no value"),
        ("csv/doubled_quotes.csv", 1, '“he said "hi"” in column 1'),
        ("tsv/mixed_tab_space.tsv", 2, "1 value, where line 1 has 2"),
        ("txt/truncated_utf8.txt", 1, "last character is cut"),
        ("json/duplicate_keys.json", 1, "the key “data” stands there twice"),
        ("json/nan.json", 1, "NaN"),
        ("toml/truncated.toml", 2, "unterminated string"),
        ("toml/is_ini.toml", 2, "not valid TOML"),
    ],
)
def test_says_where_and_why(file, line, said):
    with pytest.raises(DataError) as caught:
        open_path(FOLDER / file)
    assert caught.value.line == line
    assert f"{Path(file).name}, line {line}: " in str(caught.value)
    assert said in caught.value.reason


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("npz/weights_missing_key.npz", "weight_hh_l0"),
        ("npz/weights_wrong_shape.npz", "expected shape (5, 5), found (5, 4)"),
        ("npy/truncated_data.npy", "needs 288 bytes, and there are 280"),
        ("toml/huge_hidden.toml", "from 1 to 1,024, not 1,000,000"),
        ("toml/missing_data_file.toml", "does_not_exist.npy"),
        ("safetensors/polyglot_zip.safetensors", "zip archive as well"),
    ],
)
def test_says_what_is_wrong(file, said):
    with pytest.raises(DataError) as caught:
        open_path(FOLDER / file)
    assert said in caught.value.reason
    assert str(caught.value).count(Path(file).name) == 1


linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")


@linux
@pytest.mark.timeout(60)
def test_the_runner_walks_the_folder(capsys, monkeypatch):
    monkeypatch.setattr(disk, "PAUSE", 0.05)  # one of them is still being written to
    assert badfiles.main([os.fspath(FOLDER)]) == 0
    special = json.loads((FOLDER / "manifest.json").read_text("utf-8"))["special_paths"]
    assert capsys.readouterr().out == f"{len(ENTRIES) + len(special)} passed, 0 failed\n"


@linux
@pytest.mark.timeout(60)
def test_the_runner_finds_what_is_wrong(tmp_path, capsys, monkeypatch):
    (tmp_path / "good.csv").write_text("1,2\n3,4\n")
    (tmp_path / "bad.csv").write_text("1,2\n3\n")
    files = [
        {"file": "good.csv", "expect": "refuse"},
        {"file": "good.csv", "expect": "load", "shape": [3, 2]},
        {"file": "bad.csv", "expect": "load"},
        {"file": "missing.csv", "expect": "refuse"},
        {"file": "good.csv", "expect": "load", "shape": [2, 2]},
    ]
    special = [{"path": "<a purple path>", "expect": "refuse"}]
    manifest = {"files": files, "special_paths": special}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert badfiles.main([os.fspath(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == [
        "FAILED good.csv",
        "FAILED good.csv",
        "FAILED bad.csv",
        "FAILED missing.csv",
        "FAILED <a purple path>",
    ]
    assert lines[-1] == "1 passed, 5 failed"

    def harm(path):
        Path("written").write_text("x")
        os.environ["RNNVIZ_PWNED"] = "1"
        kept = b"x" * (400 << 20)
        time.sleep(0.6)
        raise ValueError(len(kept))

    # On a busy machine the megabytes alone take seconds.
    monkeypatch.setattr(badfiles, "SECONDS", 0.5)
    monkeypatch.setattr(badfiles, "PATIENCE", 60.0)
    monkeypatch.setattr(badfiles, "open_path", harm)
    found = " ".join(badfiles.judge(files[0], tmp_path / "good.csv"))
    for fault in ("took ", " MB", "environment", "written", "ValueError"):
        assert fault in found
    monkeypatch.setattr(badfiles, "open_path", lambda path: os._exit(3))
    assert "died" in badfiles.judge(files[0], tmp_path / "good.csv")[0]
    monkeypatch.setattr(badfiles, "PATIENCE", 0.5)
    monkeypatch.setattr(badfiles, "open_path", lambda path: time.sleep(60))
    assert badfiles.judge(files[0], tmp_path / "good.csv") == ["does not end"]


def test_the_byte_order_mark_is_no_symbol():
    sequence = read_sequence(FOLDER / "txt/bom_utf8.txt", unit="characters")
    assert len(sequence) == 240
    assert sequence.symbols[0] == "h"


def test_astral_and_invisible_characters_stay_whole():
    emoji = read_sequence(FOLDER / "txt/emoji_zwj.txt", unit="characters")
    assert emoji.tokens[0] == "👩‍👩‍👧‍👦"
    assert "".join(emoji.symbols) == (FOLDER / "txt/emoji_zwj.txt").read_text("utf-8")
    hidden = read_sequence(FOLDER / "txt/zero_width.txt", unit="characters")
    assert "\ufeff" in hidden.symbols
    assert "U+FEFF" in hidden.tokens


def test_a_glyph_with_20000_marks_has_a_short_label():
    path = FOLDER / "txt/long_combining_run.txt"
    assert [len(token) <= 32 for token in read_sequence(path).tokens] == [True]
    characters = read_sequence(path, unit="characters")
    assert len(characters) == 1 and len(characters.symbols[0]) == 20_001
    assert len(characters.tokens[0]) == 32
