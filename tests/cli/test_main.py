"""The command line, in this process, or in one of its own where that is the question."""

import csv
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz import __version__
from rnnviz.cli.arguments import read_arguments
from rnnviz.cli.main import main
from rnnviz.cli.opened import make_frame
from rnnviz.cli.parser import At, read_place, read_size
from rnnviz.film import Branches, Settings
from rnnviz.film.export_fields import EXPORT
from rnnviz.film.fields import FIELDS, fields_of
from tests.film.test_fields import values_of
from tests.frames import make_frame as frame_of

ROOT = Path(__file__).resolve().parent.parent.parent


def rnnviz(*arguments, **environment):
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env=dict(os.environ, **environment),
        check=False,
    )


def test_no_words_are_what_the_parser_makes_of_none():
    assert read_arguments([]) == read_arguments(["--"])


def test_help_and_version():
    done = rnnviz("--help")
    assert done.returncode == 0
    assert "--export" in done.stdout
    assert rnnviz("--version").stdout.strip() == f"rnnviz {__version__}"


def test_numbers_are_the_engines_and_qt_is_not_loaded(tmp_path):
    out = tmp_path / "numbers.csv"
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from rnnviz.cli.main import main; "
        "code = main(['--export', sys.argv[2], '--source', '7']); "
        "assert not [m for m in sys.modules if m.startswith(('PySide6', 'pyqtgraph'))]; "
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(out)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    frame = frame_of(source=7)
    assert [row["token"] for row in rows] == list(frame.run.task.sequence.tokens)
    for t, row in enumerate(rows, start=1):
        states = [float(row[f"a_{unit}"]) for unit in range(1, 17)]
        np.testing.assert_array_equal(states, frame.states[t])
        assert float(row["loss"]) == frame.loss(t)
        total = np.linalg.norm(frame.passing.backward.da[0, t - 1])
        assert float(row["norm_dL_da"]) == pytest.approx(total, rel=1e-12)
        single = np.linalg.norm(frame.gradients[t - 1])
        assert float(row["norm_dL7_da"]) == pytest.approx(single, rel=1e-12)
    assert rows[8]["norm_dL7_da"] == "0.0"


def test_norms_below_float64_are_written_as_logarithms(tmp_path, here):
    out = tmp_path / "numbers.csv"
    done = here("--text", "word " * 2000, "--gain", "0.3", "--export", out)
    assert done.returncode == 0, done.stderr
    with out.open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    assert first["norm_dL2000_da"] == ""
    assert float(first["log10_norm_dL2000_da"]) < -1000


def test_a_series_says_its_values(tmp_path, here):
    file, out = tmp_path / "s.csv", tmp_path / "n.csv"
    file.write_text("day,price\n2024-01-01,1.5\n2024-01-02,2.5\n2024-01-03,2.0\n")
    assert here(file, "--export", out).returncode == 0
    with out.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert [row["value"] for row in rows] == ["1.5", "2.5", "2.0"]
    assert rows[0]["token"] == "2024-01-01"
    assert rows[-1]["loss"] == ""


def test_a_picture_without_a_screen(tmp_path):
    from PySide6.QtGui import QImage

    out = tmp_path / "picture.png"
    done = rnnviz(
        "--export", out, "--at", "6", "--size", "1280x720", "--theme", "dark", DISPLAY="",
        XDG_CONFIG_HOME=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    image = QImage(str(out))
    assert (image.width(), image.height()) == (1280, 720)
    assert image.pixelColor(2, 200).name() == "#14181f"
    colours = {image.pixel(x, y) for x in range(0, 1280, 3) for y in range(0, 720, 3)}
    assert len(colours) > 200


def test_the_hidden_state_is_exported_as_it_is_asked_for(tmp_path):
    from PySide6.QtGui import QImage

    found = []
    for state in ("map", "lines", "cell"):
        out = tmp_path / f"{state}.png"
        done = rnnviz(
            "--cell", "lstm", "--at", "back:4", "--state", state, "--size", "1024x640",
            "--export", out, XDG_CONFIG_HOME=str(tmp_path),
        )  # fmt: skip
        assert done.returncode == 0 and not done.stderr, done.stderr
        found.append(QImage(str(out)))
    panels = [image.copy(0, 400, 510, 185) for image in found]
    stages = [image.copy(0, 0, 1024, 390) for image in found]
    assert panels[0] != panels[1] != panels[2] != panels[0]
    assert stages[0] == stages[1] == stages[2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.csv", "--export", "n.csv"], "nowhere.csv"),
        (["--export", "n.gif"], ".png"),
        (["--text", "  ", "--export", "n.csv"], "rnnviz:"),
        (["--export", "no/such/folder/n.csv"], "cannot be written"),
        (["--at", "10", "--export", "n.csv"], "there are 9 steps"),
        (["--at", "back:99", "--export", "n.csv"], "--at back:99: there are 9 steps"),
        (["--units", "0", "--export", "n.csv"], "units of a layer must be a whole number from 1"),
        (["--units", "4.5", "--export", "n.csv"], "units of a layer must be a whole number"),
        (["--cell", "LSTM", "--export", "n.csv"], "must be one of rnn, gru"),
        (["--clip-norm", "0", "--export", "n.csv"], "the limit of clipping must be a number above"),
        (["--quantity", "no", "--export", "n.csv"], "--quantity “no”: this network has a"),
        (["--layer", "2", "--export", "n.csv"], "--layer 2: there is 1 layer"),
        (["--unit", "17", "--export", "n.csv"], "--unit 17: there are 16 units"),
        (["--source", "10", "--export", "n.csv"], "--source 10: there are 9 steps"),
        (["--source", "10"], "--source 10: there are 9 steps"),
        (["--mode", "many_to_one", "--source", "3", "--export", "n.csv"], "step 3 pays no loss"),
        (["a.txt", "--text", "b"], "not both"),
        (["a.txt", "--problem", "names"], "not both"),
        (["--problem", "names", "--cell", "gru", "--export", "n.csv"], "has its own network"),
        (["--problem", "vanishing", "--truncation", "10"], "has its own network"),
        (["--example", "x"], "--problem"),
        (["--seed=--", "--export", "n.csv"], "--seed: expected one argument"),
        (["--problem", "a\nb", "--export", "n.csv"], "no shipped problem “a‹U+000A›b”"),
        (["--at", "a\nb", "--export", "n.csv"], "a‹U+000A›b is not a place"),
        (["--export", "a\nb"], "a‹U+000A›b: cannot write"),
    ],
)
def test_refusals_are_one_message(arguments, words, tmp_path, monkeypatch, here):
    monkeypatch.chdir(tmp_path)
    done = here(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_refusal_ends_the_process_with_its_code_and_nothing_else():
    done = rnnviz("nowhere.csv", "--export", "n.csv")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("rnnviz: nowhere.csv")


def test_what_is_read_is_not_written_over(tmp_path, capsys):
    series, session, link = (tmp_path / name for name in ("s.csv", "s.toml", "link.csv"))
    series.write_text("v\n1\n2\n4\n")
    session.write_text('data = "s.csv"')
    link.symlink_to(series)
    for read, out in ((series, series), (series, link), (link, series), (session, series)):
        assert main([str(read), "--export", str(out)]) == 2
        assert f"{out.name}: it is read" in capsys.readouterr().err
        assert series.read_text() == "v\n1\n2\n4\n"
    assert main([str(series), "--export", str(tmp_path / "other.csv")]) == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("6", At("forward", 6)),
        ("5.5", At("forward", 5.5)),
        ("back:3", At("backward", 3)),
        ("update", At("update", 0)),
    ],
)
def test_places(text, place):
    assert read_place(text) == place


def test_sizes():
    assert read_size("1920x1080") == (1920, 1080)
    for wrong in ("1920", "0x0", "99999x99999", "axb"):
        with pytest.raises(Exception, match="not"):
            read_size(wrong)


def test_no_screen_is_said(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "DISPLAY")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py")], capture_output=True, text=True, env=environment
    )
    if sys.platform.startswith("linux"):
        assert done.returncode == 2
        assert "no screen" in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there")
@pytest.mark.parametrize(
    "given",
    [
        {"DISPLAY": ":987"},
        {"DISPLAY": ":987", "QT_QPA_PLATFORM": "xcb"},
        {"DISPLAY": "no such screen"},
        {"WAYLAND_DISPLAY": "wayland-987"},
        {"WAYLAND_DISPLAY": "wayland-987", "DISPLAY": ":987"},
        {"WAYLAND_DISPLAY": "w" * 300, "QT_QPA_PLATFORM": "wayland"},
    ],
)
def test_a_screen_that_cannot_be_reached_is_one_line(tmp_path, given):
    kept = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    environment = {k: v for k, v in os.environ.items() if k not in kept}
    environment |= {**given, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py")], capture_output=True, text=True, env=environment
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "cannot be reached; --export FILE writes" in done.stderr


@pytest.fixture
def document(tmp_path):
    from rnnviz.documents import save_document
    from rnnviz.film import Playhead
    from tests.documents.runs import text_run

    path = tmp_path / "mine.rnnviz"
    run = text_run("the cat sat on the mat", updates=2, cell="gru", units=5)
    save_document(path, Branches.of(run, Playhead(snapshot=2, position=4.0, source=3)))
    return path, run


def test_numbers_of_a_document(tmp_path, document):
    """As it was left: those of its third network, of its own loss source."""
    from rnnviz.film import Playhead, compute_pass, resolve
    from rnnviz.writing.numbers import write_numbers

    path, run = document
    out, expected = tmp_path / "out.csv", tmp_path / "expected.csv"
    assert main([str(path), "--export", str(out)]) == 0
    playhead = Playhead(snapshot=2, position=4.0, source=3)
    write_numbers(resolve(run, playhead, compute_pass(run, 2, 3)), expected)
    assert out.read_bytes() == expected.read_bytes()


def test_a_documents_place_or_another(document):
    path, _ = document
    for arguments, position in (
        ((), 4.0),
        (("--at", "start"), 0.0),
        (("--at", "2.5"), 2.5),
        (("--at", "back:3"), 10.0),
        (("--at", "update"), 13.0),
    ):
        frame = make_frame(read_arguments([str(path), *arguments]))
        assert frame.playhead.position == position
        assert frame.playhead.snapshot == 2
        assert frame.run.settings.cell == "gru"


@pytest.mark.parametrize(
    "arguments", [("--cell", "lstm"), ("--units", "4"), ("--as", "characters"), ("--at", "99")]
)
def test_what_a_document_brings_itself_is_not_chosen(document, arguments, tmp_path, capsys):
    path, _ = document
    assert main([str(path), *arguments, "--export", str(tmp_path / "o.csv")]) == 2
    assert not (tmp_path / "o.csv").exists()
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_documents_mode_is_set_or_refused(document, tmp_path, capsys):
    path, _ = document
    frame = make_frame(read_arguments([str(path), "--mode", "many_to_one", "--layer", "1"]))
    assert frame.task.mode == "many_to_one"
    assert frame.playhead.layer == 0
    assert main([str(path), "--quantity", "o", "--export", str(tmp_path / "o.csv")]) == 2
    assert "--quantity “o”" in capsys.readouterr().err
    without = ["--export", str(tmp_path / "o.csv")]
    assert main([str(path), "--mode", "one_to_many", "--at", "99", *without]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_damaged_document_is_one_line(tmp_path, capsys):
    (tmp_path / "bad.rnnviz").write_bytes(b"no zip")
    assert main([str(tmp_path / "bad.rnnviz"), "--export", str(tmp_path / "o.csv")]) == 2
    assert capsys.readouterr().err.startswith("rnnviz: bad.rnnviz: is no rnnviz document")


@pytest.mark.parametrize(
    ("options", "first", "steps"),
    [
        (["--problem", "translation"], "the", 9),
        (["--problem", "sentiment", "--text", "not bad at all"], "not", 4),
        (["--problem", "echo", "--example", "delay 3"], None, None),
        (["--mode", "encoder_decoder"], "Harry", 10),
    ],
)
def test_problems_and_modes_on_the_command_line(tmp_path, options, first, steps):
    file = tmp_path / "numbers.csv"
    assert main([*options, "--export", str(file)]) == 0
    rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
    if first is not None:
        assert rows[1][1] == first
        assert len(rows) == steps + 1


def test_a_problem_that_is_not_there(tmp_path, capsys):
    file = tmp_path / "numbers.csv"
    assert main(["--problem", "nothing", "--export", str(file)]) == 2
    assert "nothing" in capsys.readouterr().err
    assert not file.exists()


def test_the_other_cells_numbers_stand_beside_it(tmp_path):
    out = tmp_path / "numbers.csv"
    assert main(["--compare", "--cell", "gru", "--source", "7", "--export", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for cell in ("rnn", "lstm"):
        expected = frame_of(cell=cell, source=7).log10_norms
        found = [row[f"log10_norm_dL7_da_{cell}"] for row in rows]
        assert found[:7] == [repr(float(value)) for value in expected[:7]]
        assert found[7:] == ["", ""]


def test_what_cannot_be_compared_is_refused(capsys):
    assert main(["--compare", "--mode", "one_to_one", "--export", "never.csv"]) != 0
    assert "--compare: without recurrence" in capsys.readouterr().err
    assert not Path("never.csv").exists()


@given(st.data())
def test_what_is_spelled_is_what_is_set(data):
    """Settings → command line → settings, for every flag of every row."""
    words, expected = [], {}
    for row in fields_of("network", "updates"):
        if not row.flags or not data.draw(st.booleans()):
            continue
        spelling = data.draw(st.sampled_from(row.flags))
        value = data.draw(values_of(row))
        words.append(
            f"{spelling.key}={value!r}" if row.kind is float else f"{spelling.key}={value}"
        )
        expected |= {row.name: value, **spelling.also}
    assert read_arguments(words).settings == replace(Settings(), **expected)


def test_every_row_with_a_flag_is_in_the_help():
    said, exported = rnnviz("--help").stdout, rnnviz("export", "--help").stdout
    for row in FIELDS.values():
        helped = exported if row in EXPORT else said
        for spelling in row.flags:
            assert re.search(rf"{spelling.key}[ \n,\]]", helped), spelling.key
    old = (
        "as mode cell units layers activation seed gain learning-rate optimizer clip-norm "
        "clip-value at source sum compare layer quantity state unit words theme recurrent"
    )
    for flag in old.split():
        assert f"--{flag} " in said


def test_the_recurrent_initialiser_can_be_chosen():
    frame = make_frame(read_arguments(["--recurrent", "identity", "--gain", "2"]))
    np.testing.assert_array_equal(frame.network.parameters["W_aa_l0"], 2.0 * np.eye(16))


def test_what_was_assumed_of_a_file_is_printed_and_can_be_said(tmp_path, here):
    table = tmp_path / "besucher.csv"
    table.write_text("besucher\n900\n1.020\n980\n12.345\n")
    out = tmp_path / "out.csv"
    done = here(table, "--export", out)
    said = "rnnviz: assumed: the point of “1.020” is a decimal mark, so it is 1.02 and not 1020\n"
    assert (done.returncode, done.stderr) == (0, said)
    done = here(table, "--thousands", "point", "--export", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1020" in out.read_text()


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((3, 2, 1), "the dates ran from the newest to the oldest and were turned round"),
        ((1, 3, 2), "the dates run back once"),
        ((1, 1, 2), "1 date stands there a second time"),
        ((1, 1, 1), "all 3 dates are the same"),
        ((1, 2, 3), ""),
    ],
)
def test_how_the_dates_of_a_table_ran_is_printed(tmp_path, capsys, days, said):
    table = tmp_path / "days.csv"
    table.write_text("date,v\n" + "".join(f"2024-01-0{day},{day}\n" for day in days))
    out = str(tmp_path / "out.csv")
    assert main([str(table), "--export", out]) == 0
    printed = capsys.readouterr().err
    assert printed.startswith(f"rnnviz: {said}") if said else not printed
    assert main([str(table), "--order", "file", "--export", out]) == 0
    assert not capsys.readouterr().err


def test_the_activation_of_a_file_of_weights_is_assumed_or_said(tmp_path, here):
    reports, out = ROOT / "tests" / "data" / "reports", tmp_path / "out.csv"
    (weights,) = reports.glob("A2*")
    (series,) = reports.glob("B1_pressure*")
    done = here(series, "--network", weights, "--export", out)
    assert done.returncode == 0 and done.stderr.startswith("rnnviz: assumed: g is tanh")
    assumed = out.read_text()
    done = here(series, "--network", weights, "--activation", "relu", "--export", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert out.read_text() != assumed
    (lstm,) = reports.glob("B6_two*")
    done = here(series, "--network", lstm, "--export", out)
    assert done.returncode == 2 and "choose one by its prefix" in done.stderr
    done = here(series, "--network", lstm, "--prefix", "lstm1", "--export", out)
    assert done.returncode == 0 and "“lstm1.” alone runs" in done.stderr
    done = here(series, "--network", lstm, "--prefix", "lstm1", "--activation", "relu",
                  "--export", out)  # fmt: skip
    assert done.returncode == 2 and "the gated cells have tanh" in done.stderr


def test_the_gru_of_an_onnx_node_is_assumed_or_said(tmp_path, here):
    rng, out = np.random.default_rng(0), tmp_path / "out.csv"
    weights = tmp_path / "w.npz"
    np.savez(weights, W=rng.normal(size=(1, 12, 1)), R=rng.normal(size=(1, 12, 4)))
    (series,) = (ROOT / "tests" / "data" / "reports").glob("B1_pressure*")
    done = here(series, "--network", weights, "--export", out)
    assert done.returncode == 0 and "(--cell gru_reset_before): the weights stay" in done.stderr
    assumed = out.read_text()
    done = here(series, "--network", weights, "--cell", "gru_reset_before", "--export", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert out.read_text() != assumed
    done = here(series, "--network", weights, "--cell", "lstm", "--export", out)
    assert done.returncode == 2 and "the weights are those of the cell GRU" in done.stderr


def test_ctrl_c_before_anything_is_there_ends_without_a_word(monkeypatch, capsys):
    def interrupted(_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("rnnviz.cli.arguments.read_arguments", interrupted)
    assert main(["--text", "a b"]) == 130
    assert capsys.readouterr() == ("", "")
