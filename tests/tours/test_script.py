"""Reading tours: a schema, and everything that is not in it is refused with its file and line."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnviz.files.errors import DataError
from rnnviz.film.places import At
from rnnviz.opening.door import OpenFile, open_path
from rnnviz.opening.session_files import SessionFile
from rnnviz.opening.toml_files import KeyLines, Toml, read_toml
from rnnviz.tours.figures import FIGURES
from rnnviz.tours.script import (
    KEYS,
    read_tour,
    shipped_names,
    shipped_titles,
    shipped_tour,
    tour_of,
)

DOCS = Path(__file__).resolve().parent.parent.parent / "docs" / "tours.md"
WHOLE = """
title = "T"
about = "All keys."
part = "P"
[[scene]]
name = "one"
title = "A title"
caption = "{steps} steps, a⟨t⟩"
question = "How *many*?"
answer = "**{weights}**"
open = { text = "the cat sat", unit = "characters" }
mode = "many_to_one"
panels = ["map", "gradient"]
bars = ["equation"]
fill = ""
words = false
at = 2
play = "back:1.5"
speed = 2
cover = ["gradient"]
minutes = 0.5
updates = 1
branch = "LSTM"
snapshot = "first"
notes = \"\"\"
Two
lines
\"\"\"
[scene.model]
cell = "lstm"
units = 4
[scene.training]
learning_rate = 0.1
[scene.view]
source = 3
summed = true
[[scene]]
name = "two"
[[scene]]
name = "three"
at = "update"
"""


def read(text, folder=".", *, strict=True):
    data = text if isinstance(text, bytes) else text.encode()
    return tour_of(read_toml(data, f"{folder}/t.toml", 256 * 1024, "tour"), strict=strict)


def refusal(text, folder="."):
    with pytest.raises(DataError) as caught:
        read(text, folder)
    message = str(caught.value)
    assert message.startswith("t.toml") and "\n" not in message and len(message) < 900
    return caught.value


def test_what_a_scene_may_say():
    tour = read(WHOLE)
    assert (tour.name, tour.title, tour.about) == ("t", "T", "All keys.")
    assert [scene.name for scene in tour.scenes] == ["one", "two", "three"]
    first, second, third = tour.scenes
    assert first.opens == {"text": "the cat sat", "unit": "characters"}
    assert first.given == {"cell": "lstm", "units": 4, "learning_rate": 0.1}
    assert first.looks == {"source": 3, "summed": True}
    assert (first.at, first.play) == (At("forward", 2.0), At("backward", 1.5))
    assert first.panels == ("map", "gradient") and first.bars == ("equation",)
    assert first.asks and not second.asks
    assert second.opens is None and second.panels is None and second.fill is None
    assert third.at == At("update", 0)
    assert {scene.part for scene in tour.scenes} == {"P"}
    assert [scene.line for scene in tour.scenes] == [5, 37, 39]
    assert tour.minutes == 2.5
    assert tour.of_part(1) == (2, 3)
    assert [tour.find(which) for which in ("2", "three", "4", "no")] == [1, 2, None, None]


def test_the_door_tells_a_tour_from_a_session(tmp_path):
    tour, session = tmp_path / "tour.toml", tmp_path / "session.toml"
    tour.write_text('[[scene]]\nname = "a"\n')
    session.write_text("[model]\nunits = 3\n")
    (tmp_path / "broken.toml").write_text('[[scene]]\nname = "a\n')
    assert OpenFile(tour).kind == "tour" and isinstance(open_path(tour), Toml)
    assert OpenFile(session).kind == "session" and isinstance(open_path(session), SessionFile)
    with pytest.raises(DataError, match="line 2: is not valid TOML"):
        open_path(tmp_path / "broken.toml")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", None, "is empty"),
        ("title = 'x'", None, "no [[scene]]"),
        ("scene = 3", 1, "scene is the number 3"),
        ("scene = [3]", 1, "holds the number 3"),
        ("nonsense = 1\n[[scene]]\nname = 'a'", 1, "the key nonsense, which is not known"),
        ("[[scene]]\ntitle = 'x'", 1, "without a name"),
        ("[[scene]]\nname = 'a b'", 2, "not of letters"),
        ("[[scene]]\nname = '3'", 2, "is a number"),
        ("[[scene]]\nname = 'a'\n[[scene]]\nname = 'a'", 3, "two scenes that are called a"),
        ("[[scene]]\nname = 'a'\nspeeed = 1", 3, "the key speeed, which is not known"),
        ("[[scene]]\nname = 'a'\n\n[[scene]]\nname = 'b'\nat = 'x'", 6, "at: x is not a place"),
        ("[[scene]]\nname = 'a'\nat = nan", 3, "the number nan is not a place"),
        ("[[scene]]\nname = 'a'\nat = 1e308", 3, "is not a place"),
        pytest.param(f"[[scene]]\nname = 'a'\nat = {10**400}", 3, "is not a place", id="beyond"),
        ("[[scene]]\nname = 'a'\ncaption = \"a\\n\\n\\n\\nb\"", 3, "has 5 lines, at most 2"),
        ("[[scene]]\nname = 'a'\ntitle = \"a\\nb\"", 3, "title has 2 lines, at most 1"),
        ("[[scene]]\nname = 'a'\nminutes = nan", 3, "minutes is the number nan"),
        ("[[scene]]\nname = 'a'\n[scene.view]\nstart_page = true", 4, "is not known"),
        ("[[scene]]\nname = 'a'\nat = 'back:٣'", 3, "is not a place"),
        ("[[scene]]\nname = 'a'\ncaption = '{stepps}'", 3, "the figure {stepps}"),
        ("[[scene]]\nname = 'a'\ncaption = '{steps'", 3, "without its other half"),
        ("[[scene]]\nname = 'a'\ncaption = '{token}'", 3, "it needs a step"),
        ("[[scene]]\nname = 'a'\ncaption = '{token:x}'", 3, "x is no step"),
        ("[[scene]]\nname = 'a'\ncaption = '{reached_in:TREE}'", 3, "TREE is no cell"),
        ("[[scene]]\nname = 'a'\ncaption = '{steps:3}'", 3, "takes nothing"),
        ("[[scene]]\nname = 'a'\npanels = ['tree']", 3, "panels has the text “tree”"),
        ("[[scene]]\nname = 'a'\npanels = ['map', 'map']", 3, "none twice"),
        ("[[scene]]\nname = 'a'\nfill = 'tree'", 3, "fill is the text “tree”"),
        ("[[scene]]\nname = 'a'\nspeed = 100", 3, "speed: the speed of the film must be"),
        ("[[scene]]\nname = 'a'\nmode = 'all'", 3, "mode: the shape"),
        ("[[scene]]\nname = 'a'\nminutes = -1", 3, "from 0 to 120"),
        ("[[scene]]\nname = 'a'\nupdates = 1.5", 3, "from 0 to 50"),
        ("[[scene]]\nname = 'a'\nsnapshot = 'worst'", 3, "first, best, last"),
        ("[[scene]]\nname = 'a'\nwords = 1", 3, "true, false or"),
        ("[[scene]]\nname = 'a'\nopen = 'x'", 3, "where a table"),
        ("[[scene]]\nname = 'a'\nopen = {}", 3, "names one of"),
        ("[[scene]]\nname = 'a'\nopen = { text = 'a', lecture = true }", 3, "names one of"),
        ("[[scene]]\nname = 'a'\nopen = { lecture = false }", 3, "where true should be"),
        ("[[scene]]\nname = 'a'\nopen = { vanishing = true, length = 3 }", 3, "known: nothing"),
        ("[[scene]]\nname = 'a'\nopen = { series = 'x' }", 3, "known: temperature"),
        ("[[scene]]\nname = 'a'\nopen = { file = 'gone.csv' }", 3, "does not exist in the tour"),
        ("[[scene]]\nname = 'a'\nopen = { file = '../x.csv' }", 3, "out of the tour's folder"),
        ("[[scene]]\nname = 'a'\n[scene.model]\nunits = 0", 4, "model.units: units of a layer"),
        ("[[scene]]\nname = 'a'\n[scene.view]\ntheme = 'dark'", 4, "view.theme, which is not"),
        ("[[scene]]\nname = 'a'\nmodel.units = 0", 3, "model.units: units of a layer"),
        ("[[scene]]\nname = 'a'\nmodel = 3", 3, "where a table [scene.model]"),
        ("parts = ['gone']", 1, "does not exist in the tour"),
        ("parts = [3]", 1, "parts holds the number 3"),
    ],
)
def test_refuses_with_the_line(text, line, said, tmp_path):
    error = refusal(text, tmp_path)
    assert said in error.reason
    assert error.line == line


def test_a_fault_in_one_scene_is_no_fault_of_the_tour(tmp_path):
    text = "[[scene]]\nname = 'a'\n[[scene]]\ntitle = 'B'\nx = 1\n[[scene]]\nname = 'c'"
    tour = read(text, strict=False)
    assert [bool(scene.fault) for scene in tour.scenes] == [False, True, False]
    assert tour.scenes[1].fault.startswith("t.toml, line 5: has the key x")
    assert tour.scenes[1].title == "B"
    (tmp_path / "good.toml").write_text(
        'part = "Good"\n[[scene]]\nname = "a"\n[[scene]]\nname = "b"\n'
    )
    (tmp_path / "bad.toml").write_text("[[scene]\n")
    (tmp_path / "all.toml").write_text('parts = ["good", "bad", "gone"]\n[[scene]]\nname = "z"\n')
    tour = read_tour(tmp_path / "all.toml")
    assert [scene.part for scene in tour.scenes] == ["Good", "Good", "bad", "gone", ""]
    assert "bad.toml, line 1" in tour.scenes[2].fault and "does not exist" in tour.scenes[3].fault
    with pytest.raises(DataError, match=r"bad\.toml, line 1"):
        read_tour(tmp_path / "all.toml", strict=True)


_WORDS = st.one_of(
    st.sampled_from(
        ["[[scene]]", "[scene.view]", "{", "}", '"', '"""', "=", "\n", "[", "]", "'", "\\"]
    ),
    st.sampled_from([f"{{{name}}}" for name in FIGURES]),
    st.sampled_from([key for keys in KEYS.values() for key in keys]),
    st.text(max_size=6),
    st.integers().map(str),
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 12), _WORDS), max_size=4))
def test_a_mutated_tour_is_read_or_refused_in_one_sentence(changes):
    text = WHOLE
    for at, length, word in changes:
        text = text[:at] + word + text[at + length :]
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return
    try:
        tour = tour_of(read_toml(data, "folder/t.toml", 256 * 1024, "tour"), strict=True)
    except DataError as error:
        assert error.path == "folder/t.toml" and "\n" not in str(error)
        assert error.line is None or 1 <= error.line <= text.count("\n") + 1
        if error.line is None:  # what is nowhere has no line
            assert "no [[scene]]" in error.reason or "empty" in error.reason
    else:
        assert tour.scenes
        assert not any(scene.fault for scene in tour.scenes)


def test_lines_are_those_of_the_keys():
    lines = KeyLines(
        'a = 1\n[b]\nc.d = """\nx = 2\n"""\ne = 3\n[[f]]\n[f.g]\nh = 1\n[[f]]\nh = 2\n"q r" = 1'
    )
    assert lines.of("a") == 1 and lines.of("b", "c", "d") == 3 and lines.of("b", "c") == 3
    assert lines.of("b", "e") == 6 and lines.of("x") is None
    assert lines.of("f", 0, "g", "h") == 9 and lines.of("f", 1, "h") == 11
    assert lines.of("f", 1, "unknown") == 10 and lines.of("f", 1, "q r") == 12


def test_what_ships_is_sound_and_ends_in_time():
    assert shipped_names()
    for name in shipped_names():
        tour = shipped_tour(name, strict=True)
        assert tour.title and tour.about
        assert all(scene.title and scene.notes and scene.part for scene in tour.scenes), name
    assert [name for name, _, _ in shipped_titles()] == list(shipped_names())
    with pytest.raises(DataError, match="there is no tour nonsense, but"):
        shipped_tour("nonsense")


def test_the_guide_has_every_key_and_every_figure():
    text = DOCS.read_text("utf-8")
    rows = set(re.findall(r"^\| `\{(\w+)", text, re.M))
    assert rows == set(FIGURES)
    for figure in FIGURES.values():
        assert figure.teaches.replace("|", "∣") in text
    refused = refusal("[[scene]]\nname = 'a'\nx = 1").reason.partition("known here: ")[2]
    keys = [key for key in refused.split(", ") if not key.startswith("[")]
    assert len(keys) > 15
    for key in keys:
        assert f"| `{key}` |" in text, key
