"""``rnnviz train`` and ``rnnviz evaluate``, each call in a process of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rnnviz.film import number
from rnnviz.problems.registry import PROBLEMS, load_snapshots, trained

ROOT = Path(__file__).resolve().parent.parent.parent
MAIN = str(ROOT / "main.py")


def rnnviz(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, MAIN, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=cwd,
        check=False,
    )


def test_list_names_every_problem(here):
    done = here("train", "--list")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(PROBLEMS)
    assert PROBLEMS["names"].title in done.stdout


def test_a_short_training_is_written_and_the_same_again(tmp_path, here):
    files = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for file in files:
        done = here("train", "names", "--updates", "12", "--seed", "3", "--output", file)
        assert done.returncode == 0, done.stderr
        assert "12/12" in done.stderr
        assert "validation" in done.stderr
        assert str(file) in done.stderr
        assert not done.stdout
    assert files[0].read_bytes() == files[1].read_bytes()
    kept = load_snapshots(files[0])
    assert [kept[0].update, kept[-1].update] == [0, 12]


def test_evaluate_measures_and_writes(tmp_path, here):
    file, trial = tmp_path / "figures.json", tmp_path / "trial.npz"
    done = here("evaluate", "names", "--json", file)
    assert done.returncode == 0, done.stderr
    (figures,) = json.loads(file.read_text(encoding="utf-8"))["problems"]
    score = PROBLEMS["names"].evaluate(trained("names")[-1].network)
    assert figures["value"] == score.value
    assert figures["baselines"] == dict(score.baselines)
    assert figures["sizes"] == dict(score.sizes)
    assert figures["updates"] == PROBLEMS["names"].updates
    assert f"{score.value:.4g}" in done.stdout
    assert here("train", "names", "--updates", "5", "--output", trial).returncode == 0
    done = here("evaluate", "names", "--from", trial, "--json", file)
    (worse,) = json.loads(file.read_text(encoding="utf-8"))["problems"]
    assert worse["value"] > figures["value"]
    assert worse["updates"] == 5


def test_qt_is_not_loaded(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from rnnviz.cli.main import main; "
        "code = main(['evaluate', 'names']) or main(['train', 'names', '--updates', '1', "
        "'--output', sys.argv[2]]); "
        "assert not [m for m in sys.modules if m.startswith(('PySide6', 'pyqtgraph'))]; "
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(tmp_path / "n.npz")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_no_problem_is_made_before_it_is_asked_for():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import rnnviz.cli.problems, "
        "rnnviz.cli.train, rnnviz.cli.evaluate; "
        "from rnnviz.problems.registry import PROBLEMS; assert 'sentiment' in PROBLEMS; "
        "assert not [m for m in sys.modules if m.startswith('rnnviz.problems.sent')]"
    )
    done = subprocess.run([sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="its pipes break otherwise")
@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "--list"],
        ["evaluate", "names"],
        ["evaluate", "--lengths", "echo"],
        ["train", "--help"],
        ["--help"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_where_nobody_reads_it_ends_without_a_word(arguments):
    with subprocess.Popen(
        [sys.executable, MAIN, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()  # before it has printed anything
        said = process.stderr.read().decode()
        helps = arguments[-1].startswith("--") and arguments[-1] != "--list"
        assert process.wait() == (0 if helps else 141)  # argparse prints help, or does not
    assert said == ""


@pytest.mark.skipif(sys.platform == "win32", reason="its pipes break otherwise")
def test_a_training_that_nobody_reads_of_is_kept(tmp_path):
    file = tmp_path / "kept.npz"
    arguments = ["train", "names", "--updates", "30", "--output", str(file)]
    with subprocess.Popen([sys.executable, MAIN, *arguments], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        process.stderr.close()
        assert process.wait() == 141
    assert load_snapshots(file)[-1].update == 30


def test_it_stops_early_and_evaluate_measures_the_best_or_the_last(tmp_path, here):
    file, out = tmp_path / "early.npz", tmp_path / "figures.json"
    done = here("train", "names", "--updates", "3000", "--patience", "4", "--output", file)
    assert done.returncode == 0, done.stderr
    log = load_snapshots(file)
    best = min(log, key=lambda snapshot: snapshot.validation_loss)
    last = log[-1]
    assert best.update < last.update < 3000
    assert last.update - best.update >= 4
    assert done.stderr.splitlines()[0].startswith("names: at most about ")
    assert done.stderr.splitlines()[-1] == (
        f"names: Stopped early after {last.update:,} of 3,000 updates, with no smaller validation "
        f"loss in the last {last.update - best.update}; smallest validation loss "
        f"{number(best.validation_loss, digits=4)} at update {best.update:,}, which evaluate "
        "--from measures"
    )
    for more, snapshot in (([], best), (["--last"], last)):
        assert here("evaluate", "names", "--from", file, "--json", out, *more).returncode == 0
        (figures,) = json.loads(out.read_text(encoding="utf-8"))["problems"]
        assert figures["value"] == PROBLEMS["names"].evaluate(snapshot.network).value
        assert figures["updates"] == snapshot.update


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to another process")
def test_interrupted_training_is_kept(tmp_path):
    out = tmp_path / "kept.npz"
    with subprocess.Popen(
        [sys.executable, MAIN, "train", "names", "--updates", "100000000", "--output", str(out)],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    ) as process:
        assert process.stderr is not None
        assert " for 100,000,000 updates" in process.stderr.readline()
        process.stderr.readline()  # it is under way
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert "interrupted" in rest
    assert "Traceback" not in rest
    kept = load_snapshots(out)
    assert kept[-1].update >= 1
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train"], "--list"),
        (["train", "nothing"], "there is no problem 'nothing'; there are"),
        (["evaluate", "nothing"], "there is no problem"),
        (["evaluate", "--from", "a.npz"], "--from"),
        (["evaluate", "names", "--from", "a.npz"], "a.npz: "),
        (["evaluate", "names", "--last"], "--last: give the file"),
        (["train", "names", "--patience", "-1"], "patience must be a whole number from 0"),
        (["train", "names", "--output", "no/such/folder/n.npz"], "cannot be written"),
        (["train", "names", "--updates", "-1"], "from 1 to"),
        (["train", "names", "--updates", "0"], "whole number from 1"),
        (["train", "names", "--seed=--"], "argument --seed: expected one argument"),
        (["train", "names", "--replace-shipped", "--output", "n.npz"], "not allowed with"),
        (["train", "names", "--cell", "rnn"], "names is trained with one cell alone"),
        (["train", "echo", "--cell", "gru", "--replace-shipped"], "ships with lstm and rnn alone"),
        (["train", "echo", "--length", "31"], "delay: expected 1…30, found 31"),
        (["evaluate", "--lengths", "names"], "names ships with one cell; there are echo, parity"),
        (["evaluate", "echo", "--replace-shipped"], "it is the figures of --lengths that ship"),
    ],
)
def test_refusals_are_one_message(arguments, words, tmp_path, monkeypatch, here):
    monkeypatch.chdir(tmp_path)
    done = here(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert not list(tmp_path.iterdir())


def test_what_ships_and_what_is_there_is_not_replaced_unasked(tmp_path):
    ships = ROOT / "resources" / "trained" / "names.npz"
    before = ships.read_bytes()
    assert rnnviz("train", "names", "--updates", "1", cwd=tmp_path).returncode == 0
    made = tmp_path / "names.npz"
    assert load_snapshots(made)[-1].update == 1
    assert ships.read_bytes() == before
    first = made.read_bytes()
    done = rnnviz("train", "names", "--updates", "2", cwd=tmp_path)
    assert done.returncode == 2
    assert "--output" in done.stderr
    assert made.read_bytes() == first
    (tmp_path / "names.npz").unlink()
    done = rnnviz("train", "names", "--updates", "2", cwd=ships.parent)  # beside what ships
    assert done.returncode == 2
    assert ships.read_bytes() == before


def test_what_ships_is_replaced_where_it_is_asked_for(tmp_path):
    shutil.copytree(ROOT / "rnnviz", tmp_path / "rnnviz", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copytree(ROOT / "resources" / "problems", tmp_path / "resources" / "problems")
    (tmp_path / "resources" / "trained").mkdir()
    ships = tmp_path / "resources" / "trained" / "names.npz"
    ships.write_bytes(b"before")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from rnnviz.cli.main import main; sys.exit(main(sys.argv[1:]))",
            *("train", "names", "--updates", "1", "--replace-shipped"),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert load_snapshots(ships)[-1].update == 1
    assert not (tmp_path / "names.npz").exists()


def test_a_file_called_train_can_be_opened(tmp_path):
    (tmp_path / "train").write_text("one two three")
    done = rnnviz("./train", "--export", "n.csv", cwd=tmp_path)
    if done.returncode:  # a file without an ending may be refused, but as a file
        assert "train:" in done.stderr
    else:
        assert (tmp_path / "n.csv").is_file()
