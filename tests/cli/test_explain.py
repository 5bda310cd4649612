"""What --explain prints, and the flags that say how a series is read."""

import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from rnnviz.cli.arguments import read_arguments
from rnnviz.cli.main import main
from rnnviz.cli.opened import make_frame
from rnnviz.data.readers import preview
from rnnviz.documents import save_document
from rnnviz.film import Branches
from tests.frames import make_frame as frame_of

REPORTS = Path(__file__).parents[1] / "data" / "reports"


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def report(name: str) -> Path:
    return next(REPORTS.glob(f"{name}*"))


@pytest.mark.parametrize("name", sorted(path.name for path in REPORTS.glob("[BCD][1-7]_*.[ctj]*")))
def test_it_prints_the_questions_of_the_preview_a_line_each(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = REPORTS / name
    code, out, err = said(capsys, file, "--explain")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    for question in preview(file).questions:
        line = next(line for line in lines if line[2:].startswith(f"{question.label}: "))
        assert line.endswith(question.reason)
        assert line.startswith("? ") == question.open
    assert any(line.startswith("Opened as ") for line in lines)


def test_what_is_refused_unasked_names_the_flags_that_open_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = report("B7_quotes_with_null_cells")
    code, out, _ = said(capsys, file, "--explain")
    assert code == 0
    assert "Unasked it is refused: " in out
    assert "As it is proposed (--missing drop --order file):" in out
    _, out, _ = said(capsys, file, "--explain", "--missing", "drop", "--order", "file")
    assert "Unasked" not in out
    assert "1 row was dropped" in out


def test_transform_and_scale_are_explained_with_their_fault(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("close,volume\n" + "".join(f"{100 + i * i},{i}\n" for i in range(30)))
    given = ("--transform", "log-returns,volume=log", "--explain")
    code, _, err = said(capsys, file, *given)
    assert code == 2
    assert "line 2: 0 in “volume” has no logarithm" in err
    code, out, _ = said(capsys, file, "--transform", "close=log-returns", "--explain")
    assert code == 0
    assert "Opened as 29 steps" in out
    assert "Transform: close: log returns" in out


def test_the_flags_reach_the_network(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    closes = 100 + np.sin(np.arange(40.0))
    file.write_text("close\n" + "".join(f"{value!r}\n" for value in closes.tolist()))
    given = ("--transform", "log-returns", "--scale", "given:0.001,0.02")
    frame = make_frame(read_arguments([str(file), *given]))
    wanted = (np.diff(np.log(closes)) - 0.001) / 0.02
    np.testing.assert_allclose(frame.task.x[:, 0, 0], wanted, rtol=1e-9, atol=1e-9)
    y = float(frame.passing.trace.outputs(4, 5)[0, 0, 0])
    level = closes[5] * np.exp(y * 0.02 + 0.001)
    assert frame.prediction(5) == pytest.approx(level)
    assert frame.truth(5) == closes[6]
    assert frame.value(5) == closes[5]


@pytest.mark.parametrize(
    "words",
    [
        ("--transform", "sqrt"),
        ("--transform", "=log"),
        ("--scale", "given"),
        ("--scale", "given:1,0"),
        ("--missing", "carry,a=zero"),
        ("--sequence", "0"),
    ],
)
def test_flags_that_cannot_be_are_refused_at_once(
    words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["a.csv", *words])
    assert f"argument {words[0]}: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--scale", "given:1,0"), "a deviation one above 0"),
        (("--scale", "given:1,nan"), "a deviation one above 0"),
        (("--scale", "given:1"), "expected “given:MEAN,SD”"),
        (("--scale", "given:"), "expected “given:MEAN,SD”"),
        (("--scale", "minmax:1"), "“minmax” has no numbers"),
        (("--scale", "max"), "expected one of trained, all, given, minmax, none"),
        (("--transform", "log,returns"), "what all other columns have is given twice"),
        (("--transform", "v=log,v=returns"), "“v” is given twice"),
        (("--missing", "drop,carry"), "what all other columns have is given twice"),
        (("--transform", "a,b=log"), "named by its place"),
        (("--transform", "v=LOG"), "“LOG” is none of none, returns"),
        (("--vocabulary", ""), "the name of a file"),
    ],
)
def test_why_a_flag_cannot_be_is_said(
    words: tuple[str, str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["a.csv", *words])
    err = capsys.readouterr().err
    assert reason in err
    assert "must be one of" not in err


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_columns_place_is_that_in_the_file(
    ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The column that labels the steps is counted too, wherever the transform is made."""
    file = tmp_path / f"a.{ending}"
    rows = [("2020-01-01", 3, 1), ("2020-01-02", 4, -2), ("2020-01-03", 6, 5)]
    if ending == "csv":
        file.write_text("d,p,q\n" + "".join(f"{d},{p},{q}\n" for d, p, q in rows))
    else:
        file.write_text(json.dumps([dict(zip("dpq", row, strict=True)) for row in rows]))
    frame = make_frame(read_arguments([str(file), "--transform", "2=log", "--scale", "none"]))
    assert frame.task.sequence.transforms == ("log", "none")
    np.testing.assert_allclose(frame.task.x[:, 0], [[np.log(p), q] for _, p, q in rows])
    code, out, _ = said(capsys, file, "--explain", "--transform", "p=log,3=differences")
    assert code == 0
    assert "transformed: “p”: logarithms, “q”: differences; " in out
    code, _, err = said(capsys, file, "--explain", "--transform", "p=log,2=returns")
    assert (code, err) == (
        2,
        f"rnnviz: {file.name}: “p” is given twice, by its name and its place: leave one out\n",
    )


NETWORKS = Path(__file__).parents[1] / "data" / "networks"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("layernorm.safetensors", ()),
        ("lstm_bi.safetensors", ()),
        ("lstm_proj.npz", ()),
        ("inproj.safetensors", ()),
        ("seq2seq.safetensors", ("--prefix", "zz")),
        ("gru2.safetensors", ("--prefix", "zz")),
        ("keras_plain.npz", ("--prefix", "zz")),
        ("gru2.safetensors", ("--scale", "minmax")),
    ],
)
def test_a_network_that_opening_refuses_is_refused_with_the_same_words(
    name: str, words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    explained = said(capsys, NETWORKS / name, "--explain", *words)
    opened = said(capsys, NETWORKS / name, *words, "--export", tmp_path / "o.csv")
    assert explained == opened
    assert explained[0] == 2
    assert not explained[1]


@pytest.mark.parametrize(
    ("name", "assumed"),
    [
        ("my_numpy_rnn.npz", "assumed: g is tanh"),
        ("keras_plain.npz", "assumed: the arrays are those of Keras'"),
        ("rnn_relu.safetensors", "Cell: RNN (Elman), g = "),
    ],
)
def test_what_is_assumed_of_a_network_is_printed(
    name: str, assumed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, NETWORKS / name, "--explain")
    assert (code, err) == (0, "")
    assert assumed in out
    assert "Opened alone it waits for data:" in out or "Opened alone it reads" in out


def test_of_several_modules_one_is_proposed(capsys: pytest.CaptureFixture[str]) -> None:
    file = NETWORKS / "seq2seq.safetensors"
    code, out, _ = said(capsys, file, "--explain")
    assert code == 0
    assert "? Module that runs: decoder – " in out
    assert "As it is proposed (--prefix decoder.):" in out
    code, out, _ = said(capsys, file, "--explain", "--prefix", "encoder")
    assert code == 0
    assert "Unasked" not in out
    assert "“encoder.” alone runs" in out


def test_a_session_says_what_it_opens_or_why_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "s.toml"
    for text in ("title = ", 'data = "nowhere.csv"', "[model]\ncell = 1", 'data = "//a/b.csv"'):
        file.write_text(text)
        explained = said(capsys, file, "--explain")
        assert explained[0] == 2
        assert explained == said(capsys, file, "--export", tmp_path / "o.csv")
    (tmp_path / "v.csv").write_text("v\n1\n2\n4\n")
    file.write_text('data = "v.csv"')
    code, out, _ = said(capsys, file, "--explain")
    assert (code, out) == (0, "s.toml: a session\nOpened as 3 steps, 1 number each: v.\n")


def test_a_document_says_what_it_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "d.rnnviz"
    save_document(file, Branches.of(frame_of("a b c d").run))
    code, out, _ = said(capsys, file, "--explain")
    assert code == 0
    assert "Opened as 4 steps, 4 different." in out
    file.write_bytes(file.read_bytes()[:200])
    code, out, err = said(capsys, file, "--explain")
    assert (code, out) == (2, "")
    assert err.startswith("rnnviz: d.rnnviz: ")


def test_what_is_proposed_is_told_from_what_is_opened_unasked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = said(capsys, report("C2_excel"), "--explain")
    unasked, proposed = out.split("As it is proposed")
    assert "Unasked:\nOpened as 40 steps, 2 numbers each: Date, Price." in unasked
    assert proposed.startswith(" (--labels Date):\n")
    assert "Opened as 40 steps, 1 number each: Price." in proposed


@pytest.mark.parametrize(
    "words",
    [
        ("--network", "n.npz"),
        ("--at", "3"),
        ("--origin", "9"),
        ("--cell", "lstm"),
        ("--clip-norm", "1"),
        ("--panel", "loss"),
        ("--layout", "lecture"),
        ("--size", "800x600"),
        ("--mode", "synced"),
        ("--words",),
    ],
)
def test_what_says_nothing_of_the_reading_is_refused(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("v\n1\n2\n4\n")
    code, out, err = said(capsys, file, "--explain", *words)
    assert (code, out) == (2, "")
    assert f"leave {words[0]} out" in err
    assert said(capsys, file, "--explain", "--memory", "1")[0] == 0


def test_a_file_is_needed_and_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--explain")[0] == 2
    assert said(capsys, "a.csv", "--explain", "--export", "b.csv")[0] == 2
    code, _, err = said(capsys, "nowhere.csv", "--explain")
    assert (code, err) == (2, "rnnviz: nowhere.csv: does not exist\n")


def _quotes(tmp_path: Path) -> Path:
    file = tmp_path / "q.csv"
    rows = "".join(f"2020-01-{n:02d},{n},{n * n},x{n}\n" for n in range(1, 20))
    file.write_text(f"Day,Close,Volume,Remark\n{rows}")
    return file


@pytest.mark.parametrize(
    ("words", "columns", "first"),
    [
        (("--columns", "Close"), ("Close",), "2020-01-01"),
        (("--columns", "3,Close"), ("Volume", "Close"), "2020-01-01"),
        (("--columns", "2"), ("Close",), "2020-01-01"),
        (("--columns", "Close", "--labels", "none"), ("Close",), "1"),
        (("--columns", "Close", "--labels", "Remark"), ("Close",), "x1"),
        (("--columns", "Close", "--labels", "4"), ("Close",), "x1"),
    ],
)
def test_columns_and_labels_are_chosen_on_the_command_line(
    words: tuple[str, ...],
    columns: tuple[str, ...],
    first: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = _quotes(tmp_path)
    sequence = make_frame(read_arguments([str(file), *words])).task.sequence
    assert sequence.columns == columns
    assert str(sequence.tokens[0]) == first
    code, out, _ = said(capsys, file, "--explain", *words)
    assert code == 0
    assert f"  Columns: {', '.join(columns)} – " in out
    assert "Unasked" not in out


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            ("--columns", "Foo"),
            "q.csv: has no column “Foo”: there are “Day”, “Close”, “Volume”, “Rem",
        ),
        (("--columns", "Close", "--labels", "9"), "q.csv: has 4 columns, and no column 9"),
        (("--columns", "Close,Remark"), "“x1” in column 4 (Remark) is not a number"),
    ],
)
def test_a_column_that_is_not_there_is_named(
    words: tuple[str, ...], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _quotes(tmp_path)
    for given in (("--explain",), ("--export", tmp_path / "o.csv")):
        code, _, err = said(capsys, file, *words, *given)
        assert code == 2
        assert reason in err


def test_a_name_goes_before_a_place(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Day,3,9\n" + "".join(f"2020-01-{n:02d},{n},{n * n}\n" for n in range(1, 9)))
    for given, name in (("3", "3"), ("9", "9"), ("2", "3")):
        frame = make_frame(read_arguments([str(file), "--columns", given]))
        assert frame.task.sequence.columns == (name,)


@pytest.mark.parametrize("name", ["Close", "a b", "x,y", "none", "d$"])
def test_the_flags_that_are_proposed_open_what_is_proposed(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    rows = "".join(f"2020-01-{n:02d},{n},{n % 3},t\n" for n in range(1, 20))
    file.write_text(f'Day,"{name}",Volume,Remark\n{rows}')
    _, out, _ = said(capsys, file, "--explain")
    given = shlex.split(out.split("As it is proposed (")[1].split("):")[0])
    _, again, _ = said(capsys, file, "--explain", *given)
    assert "Unasked" not in again
    assert f"Opened as 19 steps, 2 numbers each: {name}, Volume." in again


def test_signs_are_chosen_for_a_column_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Price,Rate\n" + "".join(f"${n},{n}%\n" for n in range(1, 9)))
    assert "As it is proposed (--signs):" in said(capsys, file, "--explain")[1]
    words = ("--signs-of", "omit,Rate=none", "--columns", "Price")
    sequence = make_frame(read_arguments([str(file), *words])).task.sequence
    assert sequence.columns == ("Price",)
    code, out, _ = said(capsys, file, "--explain", *words)
    assert code == 0
    assert "Signs around numbers: the others: are left out, Rate: make it no number" in out


def test_whoever_waits_for_a_long_file_is_told_that_it_is_read(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("rnnviz.cli.explain.PATIENCE", 0.0)
    path = tmp_path / "long.csv"
    path.write_text("v\n" + "".join(f"{i}\n" for i in range(30_000)))
    code, out, told = said(capsys, str(path), "--explain")
    assert code == 0 and "30,000 steps" in out
    assert told == "rnnviz: reading long.csv …\n"


def test_json_of_several_series_has_the_flags_of_such_a_table(tmp_path, capsys):
    rows = [
        {"day": f"2024-01-{day:02}", "who": who, "v": 10.0 * ("ab".index(who) + 1) + day}
        for who in "ab"
        for day in range(1, 10)
    ]
    path = tmp_path / "long.json"
    path.write_text(json.dumps(rows))
    assert main([str(path), "--explain"]) == 0
    said = capsys.readouterr().out
    assert "? Series in the rows: each a column (2)" in said
    assert "As it is proposed (--series each" in said
    for series, many in (("each", 2), ("a", 1)):
        assert main([str(path), "--series", series, "--explain"]) == 0
        assert f"Opened as 9 steps, {many} number" in capsys.readouterr().out
