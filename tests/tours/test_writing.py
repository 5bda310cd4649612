"""A tour as text: what is written is read again as the very same tour."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.files.errors import DataError, visible
from rnnviz.film.panels import PANELS
from rnnviz.film.places import At
from rnnviz.opening.toml_files import read_toml
from rnnviz.tours.captions import refusal
from rnnviz.tours.scenes import Tour, TourScene
from rnnviz.tours.script import KEYS, SNAPSHOTS, shipped_names, shipped_tour, tour_of
from rnnviz.tours.writing import checked, own_document, tour_text


def read(text, path="t.toml"):
    return tour_of(read_toml(text.encode(), str(path), 256 * 1024, "tour"), strict=True)


def lines_of(most, count):
    """Texts as a file can have them: no control signs, no halves of letters."""
    signs = st.text(st.sampled_from('"\\\'# \t{}a⟨é😀\u2028[=]\r\x07') | st.characters(),
                    max_size=most)  # fmt: skip
    text = signs.map(lambda t: "\n".join(visible(x) for x in t.split("\n")[:count]))
    return text.map(lambda t: t[:most])


ONE = lines_of(60, 1)
SAID = lines_of(90, 2).filter(lambda t: not refusal(t))
NOTES = lines_of(400, 9) | st.integers(900, 3_900).map(lambda n: ('a "" b ' * 600)[:n])
PLACES = (
    st.sampled_from([At("start", 0), At("last", 0), At("update", 0)])
    | st.builds(At, st.sampled_from(["forward", "backward"]),
                st.integers(0, 10**12).map(lambda n: n / 10**6))
)  # fmt: skip
NAMES = st.lists(st.sampled_from(tuple(PANELS)), max_size=4, unique=True).map(tuple)
OPENS = st.one_of(
    st.none(),
    st.just({"lecture": True}),
    st.just({"vanishing": True}),
    lines_of(900, 4).filter(str.strip).map(lambda t: {"text": t, "unit": "characters"}),
    ONE.filter(str.strip).map(lambda t: {"problem": "digits", "example": t, "length": 7}),
)


def values_of(row):
    if row.choices and row.kind is str:
        return st.sampled_from([choice.changes[row.name] for choice in row.choices])
    if row.kind is bool:
        return st.booleans()
    if row.kind is str:
        return st.just(row.default)
    low, high = max(row.least, 0), min(row.most, 10**6)
    if row.kind is float:
        return st.floats(low, high).filter(lambda n: not row.refusal(n))
    return st.integers(int(low), int(high))


def fields_given(tables):
    found = [row for table in tables for row, spelling in KEYS[table].values() if not spelling.also]
    unique = {row.name: row for row in found}
    each = {name: values_of(row) for name, row in unique.items()}
    return st.fixed_dictionaries({}, optional=each)


CLIPS = st.sampled_from([{}, {"clipping": "norm", "clip_limit": 0.3},
                         {"clipping": "value", "clip_limit": 2.0}])  # fmt: skip
SCENES = st.builds(
    TourScene,
    name=st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True),
    title=lines_of(90, 1).filter(lambda t: not refusal(t)),
    caption=SAID, question=SAID, answer=SAID, notes=NOTES,
    minutes=st.floats(0, 120), opens=OPENS,
    mode=st.sampled_from(["", "synced", "many_to_one"]),
    given=st.builds(lambda a, b: {**a, **b}, fields_given(["model", "training"]), CLIPS),
    looks=fields_given(["view"]), branch=ONE,
    snapshot=st.none() | st.sampled_from(SNAPSHOTS) | st.integers(0, 10**9),
    updates=st.integers(0, 50), panels=st.none() | NAMES,
    bars=st.none() | st.just(("equation",)), fill=st.none() | st.sampled_from(["", "loop"]),
    words=st.none() | st.booleans(), at=st.none() | PLACES, play=st.none() | PLACES,
    speed=st.sampled_from([0.25, 1.0, 3.3, 8.0]), cover=NAMES, blanks=st.integers(0, 20),
    part=lines_of(60, 1),
)  # fmt: skip
TOURS = st.builds(
    lambda title, about, planned, scenes: Tour("t", title or "t", about, tuple(scenes), planned),
    lines_of(80, 1), lines_of(240, 1), st.floats(0, 600),
    st.lists(SCENES, min_size=1, max_size=3, unique_by=lambda scene: scene.name),
)  # fmt: skip


@settings(max_examples=60)
@given(TOURS)
def test_what_was_written_is_read_as_the_same_tour(tour):
    text = tour_text(tour, "t.toml")
    assert read(text) == tour
    assert tour_text(read(text), "t.toml") == text


def test_every_field_of_a_scene_is_written():
    drawn = {each.name for each in fields(TourScene)}
    written = {"opens", "given", "looks"}
    made = TourScene("a", "b", "c", "d", "e", "f", 2.0, {"lecture": True}, "synced", {"units": 3},
                 {"summed": True}, "RNN", "last", 2, ("loop",), ("model",), "loop", True,
                 At("last", 0), At("update", 0), 2.0, ("loop",), 3, "p")  # fmt: skip
    back = read(tour_text(Tour("t", "t", "", (made,)), "t.toml")).scenes[0]
    assert back == made
    for name in drawn - written - {"path", "line", "lines", "fault"}:
        assert getattr(made, name) != getattr(TourScene("z"), name), name  # none at its default


@pytest.mark.parametrize("name", shipped_names())
def test_tours_that_ship_are_the_same_written_and_read(name):
    tour = shipped_tour(name, strict=True)
    path = Path(tour.path)
    back = read(tour_text(tour, path), path)
    assert back == tour and back.minutes == tour.minutes


def test_it_can_be_read_by_people():
    scene = TourScene("a", caption="One\ntwo", notes='He said "no".\nTwice.\n', at=At("forward", 3),
                  opens={"lecture": True}, given={"units": 5, "clipping": "norm",
                                                  "clip_limit": 1.0})  # fmt: skip
    text = tour_text(Tour("t", "T", "", (replace(scene, part="P"),), 45.0), "t.toml")
    assert text == (
        'title = "T"\npart = "P"\nplanned = 45.0\n\n[[scene]]\nname = "a"\n'
        'caption = """\nOne\ntwo"""\nopen = { lecture = true }\nat = 3\n'
        'notes = """\nHe said "no".\nTwice.\n"""\nminutes = 1.0\n'
        "[scene.model]\nunits = 5\n[scene.training]\nclip = 1.0\n"
    )


def test_files_are_named_from_the_tours_folder(tmp_path):
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "a b.csv"
    file.write_text("1\n2\n")
    tour = Tour("t", "T", "", (TourScene("a", opens={"file": str(file)}),))
    text = tour_text(tour, tmp_path / "t.toml")
    assert 'open = { file = "data/a b.csv" }' in text
    assert read(text, tmp_path / "t.toml").scenes[0].opens == {"file": str(file.resolve())}
    with pytest.raises(DataError, match=r"scene 1: it opens .*a b.csv, which does not lie"):
        tour_text(tour, tmp_path / "data" / "deeper" / "t.toml")


def test_a_tour_in_a_document_calls_it_so(tmp_path):
    place = tmp_path / "mine.rnnviz"
    place.write_bytes(b"")
    tour = Tour("mine", "T", "", (TourScene("a", opens={"file": str(place)}),))
    text = tour_text(tour, place)
    assert "open = { document = true }" in text
    back = read(text, place)
    assert back.scenes[0].opens == {"document": True}
    assert own_document(back).scenes[0].opens == {"file": str(place.resolve())}
    assert 'file = "mine.rnnviz"' in tour_text(back, tmp_path / "t.toml")
    with pytest.raises(DataError, match="line 3: open: document is for a tour that a document"):
        read('[[scene]]\nname = "a"\nopen = { document = true }\n')


def test_what_is_typed_is_read_as_a_file_has_it():
    assert checked(TourScene("a", title="a\x07b\ud800")).title == "a‹U+0007›b‹U+D800›"
    with pytest.raises(DataError, match="caption has 3 lines"):
        checked(TourScene("a", caption="1\n2\n3"))
    with pytest.raises(DataError, match="nothing}, which is not known"):
        checked(TourScene("a", caption="{nothing}"))


def test_a_scene_that_could_not_be_read_is_not_written_as_if_it_had_been():
    with pytest.raises(DataError, match="scene 1 cannot be written: at 99"):
        tour_text(Tour("t", "T", "", (TourScene("a", fault="at 99"),)), "t.toml")
