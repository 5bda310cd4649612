"""The table of commands: names, keys, reasons, and who does them."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rnnviz.film.panels import PANELS
from rnnviz.session import Session
from rnnviz.session.commands import COMMANDS, CONTEXTS, MENUS, Commands

README = Path(__file__).resolve().parent.parent.parent / "README.md"
PACKAGE = README.parent / "rnnviz"
_ARROWS = {"←": "Left", "→": "Right", "↑": "Up", "↓": "Down"}
_KEY = re.compile(r"\b((?:(?:Ctrl|Shift|Alt)\+)+(?:[A-Z]\w*|\d|[←→↑↓.+-])|F\d{1,2}\b)")
_OTHERS = {  # of a terminal, of the list of scenes, and names of number formats
    *("Ctrl+C", "Alt+Up", "Alt+Down", "Ctrl+D", "F16", "F32", "F64"),
}


@pytest.fixture
def session(qtbot):
    made = Session()
    yield made
    made.close()


def test_every_row_is_whole_and_no_key_is_taken_twice():
    keys = [key for row in COMMANDS.values() for key in row.keys]
    assert len(keys) == len(set(keys))
    rows = COMMANDS.values()
    touring = [k for row in rows for k in (row.keys if row.in_tour is None else row.in_tour)]
    assert len(touring) == len(set(touring))
    for row in COMMANDS.values():
        assert row.menu in MENUS and row.title and row.teaches.endswith((".", "!"))
    for names in CONTEXTS.values():
        assert set(names) <= set(COMMANDS)
    assert set(PANELS) < set(CONTEXTS)  # the right button on a panel without one was an exception


def test_nothing_can_be_done_to_nothing_and_it_is_said(session):
    commands, told = Commands(session), []
    session.told.connect(told.append)
    for name in ("next", "play", "summed", "synced", "compared", "train", "forecast", "check"):
        assert commands.why_not(name) == "nothing is open"
        assert not commands.run(name, *((True,) if COMMANDS[name].checkable else ()))
        assert told[-1].text == f"{COMMANDS[name].title}: nothing is open."
        assert not told[-1].error


def test_reasons_come_and_go_with_what_is_done(session):
    commands = Commands(session)
    session.open_default()
    assert commands.why_not("undo") == "there is no edit to take back"
    assert commands.title("undo") == "Undo"
    session.set_settings(replace(session.settings, cell="gru"))
    assert not commands.why_not("undo")
    assert commands.title("undo") == "Undo: cell GRU"
    assert commands.run("undo")
    assert session.settings.cell == "rnn"
    assert not commands.why_not("redo")
    assert commands.why_not("reset") == "it stands at the start of the first weights"
    session.seek(3.0)
    assert not commands.why_not("reset")
    for _ in range(10):
        commands.run("faster")
    assert session.speed == 8.0 and commands.why_not("faster") == "8× is the fastest"
    assert "no training" in commands.why_not("later")
    commands.run("one_to_one")
    assert "recurrence" in commands.why_not("compared")
    assert not commands.run("compared", True) and len(session.branches.each) == 1
    assert commands.run("compared", False)


def test_at_either_end_of_a_training_there_is_no_snapshot_beyond(qtbot, session):
    commands = Commands(session)
    session.open_default()
    session.train(replace(session.offer_training().plan, updates=3))
    qtbot.waitUntil(lambda: not session.progress.running, timeout=20_000)
    last = len(session.run.log) - 1
    assert last > 1
    found = []
    for origin in range(last + 1):
        session.seek_training(origin)
        assert session.run.origin == origin
        found.append((commands.why_not("earlier"), commands.why_not("later")))
    assert found[0] == ("the first snapshot of this training is shown", "")
    assert found[-1] == ("", "the last snapshot of this training is shown")
    assert set(found[1:-1]) == {("", "")}


def test_who_does_a_command_may_have_a_reason_too(session):
    commands, done = Commands(session), []
    commands.register("blank", lambda: done.append(1), lambda: "" if done else "not yet")
    assert not commands.run("blank") and commands.why_not("blank") == "not yet"
    done.append(0)
    assert commands.run("blank") and done == [0, 1]
    with pytest.raises(ValueError, match="no command"):
        commands.register("nonsense", list)


def test_the_readme_has_every_key_once_and_no_other():
    """Its table says "Ctrl+1, 2, 3, 4" and "Home, End": every key of the first column."""
    rows = re.findall(r"^\| (?!key \||---)(.*?) \| .* \|$", README.read_text("utf-8"), re.M)
    written = []
    for row in rows:
        before = ""
        for part in re.split(r", | and | or | … ", row):
            key = part.replace("Page Down", "PgDown").replace("Page Up", "PgUp").strip()
            for arrow, name in _ARROWS.items():
                key = key.replace(arrow, name)
            if key.isdigit() and before:
                key = f"{before}+{key}"
            before = key.rpartition("+")[0]
            written.append(key)
        if "…" in row:  # from the first number to the last
            last = written.pop()
            stem, _, first = written[-1].rpartition("+")
            written += [f"{stem}+{n}" for n in range(int(first) + 1, int(last[-1]) + 1)]
    assert len(written) == len(set(written)), sorted(k for k in written if written.count(k) > 1)
    known = {key for row in COMMANDS.values() for key in row.keys}
    assert set(written) <= known, set(written) - known
    # One key of every command that has any.
    lacking = [r.name for r in COMMANDS.values() if r.keys and not set(r.keys) & set(written)]
    assert not lacking


def said(tree):
    """Every text of a module but its docstrings."""
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef
    docs = {id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, kinds) and ast.get_docstring(node) is not None}  # fmt: skip
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    ]


def test_a_key_that_a_text_names_is_a_commands():
    known = {key for row in COMMANDS.values() for key in (*row.keys, *(row.in_tour or ()))}
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        for text in said(ast.parse(path.read_text("utf-8"))):
            for key in _KEY.findall(text):
                plain = "+".join(_ARROWS.get(part, part) for part in key.split("+"))
                if plain not in known | _OTHERS:
                    wrong.append((path.name, key, text[:60]))
    assert not wrong
