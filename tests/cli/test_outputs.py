"""No file is written twice, none that is read, and none where another of them cannot be."""

from pathlib import Path

import numpy as np
import pytest

from rnnviz.cli.main import main


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--save-weights", "z.npz", "--export", "z.npz"), "--save-weights and --export would"),
        (("--save-weights", "z.npz", "--export", "./z.npz"), "both write it"),
        (("--save-weights", "y.py", "--export", "y.weights.npz"), "y.weights.npz: --save-weights"),
        (("--save-weights", "q.npz", "--export", "q.txt"), "q.txt: cannot write this kind"),
        (("--save-weights", "q.txt", "--export", "q.npz"), "q.txt: weights cannot be written"),
        (("--save-weights", "q.npz", "--export", "no/q.csv"), "q.csv cannot be written"),
        (("--save-weights", "q.npz", "--export", "folder.csv"), "it is a folder"),
    ],
)
def test_two_flags_that_cannot_both_be_done_write_nothing(
    words: tuple[str, ...], reason: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "folder.csv").mkdir()
    assert main(["--text", "a b c", *words]) == 2
    captured = capsys.readouterr()
    assert reason in captured.err
    assert "Saved" not in captured.err
    assert [path.name for path in here.rglob("*")] == ["folder.csv"]


def test_a_link_is_the_file_that_it_leads_to(here: Path) -> None:
    (here / "one.npz").write_bytes(b"mine")
    (here / "other.npz").symlink_to("one.npz")
    words = ["--text", "a b", "--save-weights", "one.npz", "--export", "other.npz"]
    assert main(words) == 2
    assert (here / "one.npz").read_bytes() == b"mine"


def test_what_a_script_brings_beside_it_is_not_what_is_read(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--text", "a b c", "--units", "3", "--save-weights", "z.py"]) == 0
    before = (here / "z.weights.npz").read_bytes()
    words = ["--text", "a b c d", "--network", "z.weights.npz", "--save-weights", "z.py"]
    assert main(words) == 2
    assert "z.weights.npz: it is read, give --save-weights another name" in capsys.readouterr().err
    (here / "s.toml").write_text('data = "v.weights.npz"')
    np.savez(here / "v.weights.npz", v=np.arange(5.0))
    data = (here / "v.weights.npz").read_bytes()
    assert main(["s.toml", "--save-weights", "v.py"]) == 2
    assert "it is read" in capsys.readouterr().err
    assert (here / "z.weights.npz").read_bytes() == before
    assert (here / "v.weights.npz").read_bytes() == data
    assert not (here / "v.py").exists()


def test_a_file_of_tokens_is_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "t.csv").write_text("a\nb\n")
    words = ["--text", "a b", "--vocabulary", "t.csv", "--export", "t.csv"]
    assert main(words) == 2
    assert "t.csv: it is read" in capsys.readouterr().err
    assert (here / "t.csv").read_text() == "a\nb\n"


def test_both_are_written_where_their_names_differ(here: Path) -> None:
    assert main(["--text", "a b", "--save-weights", "z.npz", "--export", "n.npz"]) == 0
    with np.load(here / "z.npz") as weights, np.load(here / "n.npz") as numbers:
        assert "W_aa_l0" in weights.files
        assert "step" in numbers.files


@pytest.mark.parametrize(
    "words",
    [
        ("--size", "1600x900"),
        ("--theme", "dark"),
        ("--panel", "loss"),
        ("--layout", "lecture"),
        ("--state", "lines"),
        ("--words",),
    ],
)
def test_what_says_how_a_picture_looks_is_refused_where_none_is_written(
    words: tuple[str, ...], here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for written in (("--export", "n.csv"), ("--export", "n.npz"), ("--save-weights", "w.npz")):
        assert main(["--text", "a b", *words, *written]) == 2
        said = capsys.readouterr().err
        assert f"{words[0]}: it says how a picture looks, and {written[1]} is none" in said
    assert not list(here.iterdir())


def test_the_size_of_a_window_is_none_of_a_picture(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--size", "1600x900"]) == 2
    assert "--size: of a picture, and none is written" in capsys.readouterr().err
