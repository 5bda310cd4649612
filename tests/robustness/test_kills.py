"""A program killed at any moment: documents are whole, and the autosave holds what it had written.

    pytest -n 0 tests/robustness/test_kills.py --long --kills 100

The program edits, trains and saves in a loop, and says what it has done; then it is killed.
"""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from pathlib import Path

from rnnviz.documents import open_document
from rnnviz.session import Session
from tests.session.test_autosave import running

# It says "saving N" before and "saved N" after each save, "kept N" and "learned N" for what was
# autosaved: the number of the edit, and the updates of the training.
WORKING = """
import sys
from dataclasses import replace
from pathlib import Path
from PySide6.QtCore import QTimer
from rnnviz.app import Launch, start
application, window = start(Launch())
session = window.session
autosave = session.autosave
document, trains = Path(sys.argv[1]), sys.argv[2] == "trains"
number, under_way = 0, None

def say(*words):
    print(*words, flush=True)

def work():
    global number, under_way
    if not autosave.path or autosave.writing or autosave.saving or session.busy:
        return
    say_kept()
    if trains and number:
        under_way = session.progress.update
        autosave.write()
        if number % 5 == 0:
            save()
        number += 1
        return
    number += 1
    session.open_text(f"edit {number} " + "of many words " * 20)
    if trains:
        offer = session.offer_training()
        session.train(replace(offer.plan, updates=1_000_000))
    if number % 3 == 0:
        save()
    else:
        autosave.write()

def save():
    held = number
    say("saving", held)
    autosave.save(document, lambda: say("saved", held))

written = None
def say_kept():
    global written
    if not autosave.path.exists():
        return
    stamp = autosave.path.stat().st_mtime_ns
    if stamp != written:
        written = stamp
        say("kept", number)
        if under_way is not None:
            say("learned", under_way)

session.autosave.begin()
print(autosave.path, flush=True)
timer = QTimer()
timer.timeout.connect(work)
timer.start(5)
application.exec()
"""


def lines_of(process, source):
    """Its autosave, and what it said until it was killed at a moment drawn from the source."""
    own = Path(process.stdout.readline().strip())
    first = ""
    # So much said, and a moment more: seconds alone would be too few on a machine with other work.
    for _ in range(source.randint(1, 12)):
        line = process.stdout.readline()
        assert line, process.stderr.read()
        first += line
    time.sleep(source.uniform(0.0, 0.15))
    process.kill()
    rest, errors = process.communicate(timeout=60)
    assert "Traceback" not in errors, errors
    said = (first + rest).splitlines()
    # The kill may cut the last line.
    return own, [line.split() for line in said if len(line.split()) == 2]


def number_in(branches) -> int:
    """Of the edit whose text it holds."""
    return int(branches.task.sequence.text.split()[1])


def check(document: Path, own: Path, said: list[list[str]], trains: bool, qtbot) -> Counter[str]:
    """All that was said to be written is there."""
    found: Counter[str] = Counter()
    words = "saving", "saved", "kept", "learned"
    done = {word: [int(n) for w, n in said if w == word] for word in words}
    if document.exists():
        branches = open_document(document).branches
        found["documents"] += 1
        if not trains:
            at_least = done["saved"][-1] if done["saved"] else done["saving"][0]
            assert at_least <= number_in(branches) <= done["saving"][-1]
    else:
        assert not done["saved"]
    # What a save of all the work made needless may be gone; otherwise it is there.
    if not own.exists():
        assert document.exists() or not done["kept"]
        return found
    branches = open_document(own).branches
    found["autosaves"] += 1
    if not trains and done["kept"]:
        held = number_in(branches)
        newest = max(held, number_in(open_document(document).branches) if document.exists() else 0)
        assert newest >= done["kept"][-1]
    if trains and done["learned"]:
        assert branches.run.log[-1].update >= done["learned"][-1]
        found["trainings"] += 1
    session = Session(folder=own.parent)
    offered = []
    session.autosave.found.connect(offered.append)
    session.open_default()
    session.autosave.begin()
    try:
        qtbot.waitUntil(lambda: bool(offered), timeout=20_000)
        session.autosave.restore(offered[0])
        text = branches.task.sequence.text
        qtbot.waitUntil(lambda: session.run.task.sequence.text == text, timeout=20_000)
        qtbot.waitUntil(lambda: not session.autosave.writing, timeout=20_000)
        assert session.modified
        assert len(session.run.log) == len(branches.run.log)
        found["restored"] += 1
    finally:
        session.close()
    return found


def test_killed_at_any_moment_nothing_is_lost(amount, seed, tmp_path, qtbot, report, qapp):
    found: Counter[str] = Counter()
    total = amount("kills")
    for each in range(seed, seed + total):
        source, folder = random.Random(each), tmp_path / f"kill-{each}"
        folder.mkdir()
        trains = source.random() < 0.4
        try:
            document, does = folder / "mine.rnnviz", "trains" if trains else "edits"
            with running(WORKING, folder, str(document), does) as process:
                own, said = lines_of(process, source)
            found.update(check(document, own, said, trains, qtbot))
        except BaseException as error:
            error.add_note(f"repeat it by: --seed {each} --kills 1")
            raise
        shutil.rmtree(folder, ignore_errors=True)
    report(f"{total} kills: {dict(found)}")
    assert found["autosaves"] or total < 3
