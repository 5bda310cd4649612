"""How the command line has a window look at what it opens, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rnnviz.documents import save_document
from rnnviz.film import Branches
from tests.frames import make_frame

ROOT = Path(__file__).resolve().parent.parent.parent

_SAID = """
import json, sys
sys.path.insert(0, sys.argv[1])
import rnnviz.app as app

def run(launch):
    application, window = app.start(launch)
    session, told = window.session, []
    session.told.connect(lambda notice: told.append(notice.text if notice else ""))
    while session.busy:
        application.processEvents()
    frame, head = session.frame, session.frame.playhead
    print(json.dumps({
        "steps": frame.steps, "mode": frame.task.mode, "name": frame.task.sequence.name,
        "file": str(session.home.file), "document": session.document_path is not None,
        "modified": session.modified, "position": head.position, "source": frame.source,
        "summed": head.summed, "layer": head.layer, "unit": head.unit,
        "quantity": head.quantity, "branches": len(session.branches.each),
        "told": told[-1:], "undoes": session.undoes}))
    window.close()
    return 0

app.run = run
from rnnviz.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


def shown(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", _SAID, str(ROOT), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_CONFIG_HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
        },
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_window_opens_where_it_is_told_to(tmp_path):
    found = shown(
        tmp_path, "--cell", "gru", "--layers", "2", "--layer", "1", "--unit", "3", "--source", "7",
        "--sum", "--at", "back:2", "--quantity", "r", "--compare",
    )  # fmt: skip
    assert found["position"] == 2 * 9 - 2 + 1
    assert (found["layer"], found["unit"], found["source"], found["summed"]) == (0, 2, 7, True)
    assert (found["quantity"], found["branches"]) == ("r", 3)
    assert not found["modified"]


def test_a_files_mode_is_set_on_the_file(tmp_path):
    (tmp_path / "mine.txt").write_text("one two three four")
    found = shown(tmp_path, "mine.txt", "--mode", "many_to_one")
    assert (found["mode"], found["steps"], found["document"]) == ("many_to_one", 4, False)
    assert found["file"] == "mine.txt"


def test_a_document_stays_one(tmp_path):
    save_document(tmp_path / "mine.rnnviz", Branches.of(make_frame("a b c d").run))
    found = shown(tmp_path, "mine.rnnviz", "--at", "3", "--unit", "2")
    assert (found["document"], found["modified"], found["steps"]) == (True, False, 4)
    assert (found["position"], found["unit"]) == (3.0, 1)


@pytest.mark.parametrize(
    ("text", "flags", "reason"),
    [
        ("t,x\n1,2\n3\n", ("--at", "3"), "line 3"),
        ("t,x\n1,2\n3,4\n", ("--as", "characters"), "is a table, and --as says something of"),
        ("one two three", ("--at", "4"), "--at 4: there are 3 steps"),
        ("one two three", ("--cell", "lstm", "--unit", "99"), "--unit 99: there are 16 units"),
    ],
)
def test_what_cannot_be_looked_at_is_said_in_the_window(tmp_path, text, flags, reason):
    """As without flags, the lecture's sentence stays."""
    file = tmp_path / ("mine.csv" if "," in text else "mine.txt")
    file.write_text(text)
    found = shown(tmp_path, file.name, *flags)
    assert found["name"] == "the lecture's sentence" and found["steps"] == 9
    assert len(found["told"]) == 1 and reason in found["told"][0], found["told"]
    assert not found["modified"] and found["undoes"] is None


def test_a_look_at_what_is_typed_is_refused_before_there_is_a_window(tmp_path):
    with pytest.raises(AssertionError, match="--unit 99: there are"):
        shown(tmp_path, "--text", "a b", "--unit", "99")
