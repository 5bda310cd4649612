"""The page of words as shapes: places, counts, labels, readings."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from rnnviz.data import DEFAULT_SENTENCE
from rnnviz.film.word_space import Spoken, spoken, word_space
from rnnviz.scenes.measure import reach
from rnnviz.scenes.shapes import Box, Heat, Rect, Target, Text
from rnnviz.scenes.words import Camera, WordsPage, words_readout, words_scene
from rnnviz.scenes.words.map import nearest_dot

SENTENCE = tuple(DEFAULT_SENTENCE.split())
SIZES = [(1024, 460, 12.0, 10.5), (1600, 720, 14.0, 12.0), (1920, 1080, 25.5, 25.5)]


def made_page(tokens=SENTENCE, units=16, gates=1, cell="RNN", **changes) -> WordsPage:
    space = word_space()
    page = WordsPage(space, Spoken(tuple(tokens), units, gates, cell), selected=tokens[0])
    return replace(page, **{"camera": Camera.over(space.maps["t-SNE"]), **changes})


def drawn(page, size=SIZES[1]):
    lay = page.layout(*size)
    return lay, words_scene(page, lay)


def by_id(scene) -> dict:
    return {shape.id: shape for shape in scene.shapes}


def texts(scene) -> list[str]:
    return [shape.text for shape in scene.shapes if isinstance(shape, Text)]


def meet(a: Rect, b: Rect) -> bool:
    by = 0.01
    return a.x < b.right - by and b.x < a.right - by and a.y < b.bottom - by and b.y < a.bottom - by


# -- one-hot ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
def test_each_words_lit_cell_is_at_its_true_place(size):
    page = made_page()
    lay, scene = drawn(page, size)
    found = by_id(scene)
    for step, token in enumerate(SENTENCE, start=1):
        number, cell = page.space.number(token), found[f"row:{step}:lit"].rect
        true = lay.strips.x + (number - 0.5) / 10_000 * lay.strips.w
        assert cell.cx == pytest.approx(true, abs=1e-6)
        assert 2.0 <= cell.w < 0.03 * lay.strips.w
        assert found[f"row:{step}:number"].text == f"{token.lower()} = {number}"


@pytest.mark.parametrize("size", SIZES)
def test_the_ruler_names_the_slides_words_at_their_places(size):
    page = made_page()
    lay, scene = drawn(page, size)
    found = by_id(scene)
    for word, number in page.space.anchors:
        assert found[f"flag:{word}:text"].text == f"{word} = {number}"
        x = found[f"flag:{word}"].points[0][0]
        assert x == pytest.approx(lay.strips.x + (number - 0.5) / 10_000 * lay.strips.w)
    flags = [found[f"flag:{word}:text"].rect for word, _ in page.space.anchors]
    assert not any(meet(a, b) for a, b in combinations(flags, 2))


def test_an_unknown_word_lights_nothing_and_says_so():
    page = made_page(("Harry", "xyzzy", "."))
    _, scene = drawn(page)
    found = by_id(scene)
    for step in (2, 3):
        assert f"row:{step}:lit" not in found
        assert found[f"row:{step}:number"].text.startswith("<unk>")
        assert "no vector" in found[f"row:{step}:none"].text
    assert "row:1:lit" in found
    lines = words_readout(page, Target("word", Rect(0, 0, 1, 1), 1))
    assert "xyzzy" in lines[0]
    assert any("<unk>" in line for line in lines)
    assert any("+ 16 for <unk>" in t or "+ 16" in t for t in texts(scene) if "<unk>" in t)


def test_a_known_word_without_a_vector_has_a_cell_all_the_same():
    page = made_page(("abandon",))
    _, scene = drawn(page)
    found = by_id(scene)
    assert found["row:1:number"].text == f"abandon = {page.space.number('abandon')}"
    assert found["row:1:dense"].dash
    assert page.neighbours() == ()
    assert any("abandon" in t and "no learned vector" in t for t in texts(scene))


def test_the_pointer_reads_every_place_of_a_strip():
    page = made_page()
    lay, scene = drawn(page)
    strip = next(t for t in scene.targets if t.kind == "place" and t.step == 0 and t.rect.h > 20)
    for number in (1, 4075, 5000, 10_000):
        x = lay.strips.x + (number - 0.5) / 10_000 * lay.strips.w
        target = strip.at(x, strip.rect.cy)
        assert target.unit + 1 == number
        name, here = words_readout(page, target)
        assert name == f"{page.space.words[number - 1]} = {number}"
        assert f"is {int(number == 4075)} here" in here


# -- dense -----------------------------------------------------------------------------------


def test_the_dense_strip_is_the_learned_vector():
    page = made_page()
    _, scene = drawn(page)
    found = by_id(scene)
    space = page.space
    for step, token in enumerate(SENTENCE, start=1):
        heat = found[f"row:{step}:dense"]
        assert isinstance(heat, Heat)
        np.testing.assert_array_equal(heat.values[0], space.vectors[space.index(token)])
        assert heat.limit == pytest.approx(float(np.abs(space.vectors).max()))


def test_neighbours_are_the_largest_cosines():
    space = word_space()
    vectors = space.vectors.astype(float)
    for word in ("harry", "new", "bread"):
        index = space.index(word)
        of = vectors[index]
        cosines = [float(v @ of / np.linalg.norm(v) / np.linalg.norm(of)) for v in vectors]
        order = sorted((i for i in range(len(vectors)) if i != index), key=lambda i: -cosines[i])
        found = space.neighbours(index, 5)
        assert [n.index for n in found] == order[:5]
        assert [n.cosine for n in found] == pytest.approx([cosines[i] for i in order[:5]])
    assert {n.word for n in space.neighbours(space.index("harry"), 3)} <= {
        word for word, group in zip(space.learned, space.groups, strict=True) if group == "men"
    }


def test_the_principal_axes_hold_the_share_that_is_said():
    space = word_space()
    vectors = space.vectors.astype(float)
    values = np.sort(np.linalg.eigvalsh(np.cov(vectors.T)))[::-1]
    assert space.shares == pytest.approx(tuple(values[:2] / values.sum()), rel=1e-6)
    _, scene = drawn(made_page(method="PCA"))
    foot = by_id(scene)["map:foot"].text
    assert f"{space.shares[0]:.0%}" in foot
    assert f"{space.shares[1]:.0%}" in foot


# -- counts ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("units", "gates", "cell", "one_hot", "dense"),
    [
        (16, 1, "RNN", "16 × 10,000 = 160,000 weights", "16 × 16 = 256 weights"),
        (32, 4, "LSTM", "4 · 32 × 10,000 = 1,280,000 weights", "4 · 32 × 16 = 2,048 weights"),
        (8, 3, "GRU", "3 · 8 × 10,000 = 240,000 weights", "3 · 8 × 16 = 384 weights"),
    ],
)
def test_the_weights_are_counted_in_both_cases(units, gates, cell, one_hot, dense):
    _, scene = drawn(made_page(units=units, gates=gates, cell=cell))
    found = by_id(scene)
    assert found["count:one-hot:sum"].text == one_hot
    assert found["count:dense:sum"].text == dense
    assert "10,000 × 16 = 160,000" in found["count:dense:rest"].text
    assert cell in found["count:one-hot:rest"].text


def test_the_counts_are_those_of_a_network_of_that_size(frame_of):
    from rnnviz.engine import Architecture

    for cell in ("rnn", "gru", "lstm", "gru_reset_before"):
        said = spoken(frame_of(cell=cell, units=12))
        for inputs in (10_000, 16):
            shapes = Architecture(inputs, 12, 2, cell=cell).parameter_shapes()
            assert said.gates * said.units * inputs == np.prod(shapes["W_ax_l0"])


def test_what_has_no_words_is_replaced_by_the_lectures_sentence(frame_of):
    assert spoken(frame_of("one two")).tokens == ("one", "two")
    assert spoken(frame_of("one two")).note == ""
    for frame in (frame_of("one two", unit="characters"), frame_of(30)):
        assert spoken(frame).tokens == SENTENCE
        assert "lecture" in spoken(frame).note


# -- the map ---------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("method", ["t-SNE", "PCA"])
@pytest.mark.parametrize("zoom", [1.0, 2.0, 6.0, 40.0])
def test_labels_do_not_overlap_and_stay_within_the_map(size, method, zoom):
    page = made_page(method=method)
    page = replace(page, camera=Camera.over(page.space.maps[method]))
    lay = page.layout(*size)
    x, y = page.camera.seen(page.space.maps[method][[page.space.index("harry")]], lay.view)[0]
    page = replace(page, camera=page.camera.zoomed(zoom, lay.view, float(x), float(y)))
    scene = words_scene(page, lay)
    labels = [s.rect for s in scene.shapes if s.id.startswith(("label:", "caption:"))]
    assert len(labels) >= 2
    assert not any(meet(a, b) for a, b in combinations(labels, 2))
    for rect in labels:
        assert rect.x >= lay.view.x
        assert rect.right <= lay.view.right
        assert rect.y >= lay.view.y
        assert rect.bottom <= lay.view.bottom
    assert f"label:{page.space.index('harry')}" in by_id(scene)


def test_closer_means_more_of_the_words_in_view_are_named():
    page = made_page()
    lay = page.layout(*SIZES[1])

    def named(zoom: float) -> float:
        camera = page.camera.zoomed(zoom, lay.view, lay.view.cx, lay.view.cy)
        scene = words_scene(replace(page, camera=camera), lay)
        dots = sum(s.id.startswith("map:") and s.id[4:].isdigit() for s in scene.shapes)
        return sum(s.id.startswith("label:") for s in scene.shapes) / dots

    assert named(1.0) < named(4.0) < named(12.0)


def test_zooming_keeps_what_is_under_the_pointer_there():
    page = made_page()
    lay = page.layout(*SIZES[1])
    places = page.space.maps["t-SNE"]
    index = page.space.index("bread")
    before = page.camera.seen(places, lay.view)[index]
    closer = page.camera.zoomed(3.0, lay.view, *map(float, before))
    np.testing.assert_allclose(closer.seen(places, lay.view)[index], before, atol=1e-6)
    moved = closer.moved(30.0, -20.0, lay.view)
    np.testing.assert_allclose(
        moved.seen(places, lay.view)[index], before + np.array((30, -20)), atol=1e-6
    )


def test_the_camera_cannot_lose_the_map():
    page = made_page()
    lay = page.layout(*SIZES[1])
    camera = page.camera
    for _ in range(50):
        camera = camera.zoomed(3.0, lay.view, lay.view.x, lay.view.y).moved(9e4, -9e4, lay.view)
    assert camera.zoom == 40.0
    assert abs(camera.x) <= camera.box[0]
    assert abs(camera.y) <= camera.box[1]
    assert camera.zoomed(1e-9, lay.view, 0.0, 0.0).zoom == 1.0


def test_at_first_every_word_is_in_view():
    for method in ("t-SNE", "PCA"):
        page = made_page(method=method)
        page = replace(page, camera=Camera.over(page.space.maps[method]))
        lay = page.layout(*SIZES[1])
        spots = page.camera.seen(page.space.maps[method], lay.view)
        assert all(lay.view.contains(float(x), float(y)) for x, y in spots)
        for index in (0, 17, 300):
            assert (
                np.linalg.norm(
                    spots[nearest_dot(page, lay, *map(float, spots[index]))] - spots[index]
                )
                < 1e-6
            )
    assert nearest_dot(page, lay, 0.0, 0.0) == -1


# -- the page --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "size", [(1600, 772, 19.8, 19.8), (1280, 614, 15.9, 15.9), (1024, 540, 14.1, 14.1)]
)
def test_the_lectures_sentence_is_whole_beside_its_neighbours(size):
    lay, scene = drawn(made_page(), size)
    assert lay.rows == len(SENTENCE) == 9 and lay.near.h > 0.0
    assert not any("below" in text for text in texts(scene))


@pytest.mark.parametrize("size", [*SIZES, (3840, 2000, 33.5, 29.0), (760, 300, 12.0, 12.0)])
@pytest.mark.parametrize("count", [0, 1, 9, 60])
def test_everything_stays_on_the_page(size, count):
    tokens = tuple(SENTENCE[i % 9] if i % 4 else "Unknownish" for i in range(count)) or ()
    page = made_page(tokens) if tokens else replace(made_page(), spoken=Spoken((), 16, 1, "RNN"))
    lay, scene = drawn(page, size)
    for shape in scene.shapes:
        if isinstance(shape, Text | Box | Heat):
            rect = reach(shape)
            assert rect.x >= -0.5, shape
            assert rect.right <= size[0] + 0.5, shape
    if size[1] >= 460:
        assert max(reach(s).bottom for s in scene.shapes) <= size[1] + 0.5
    shown = sum(s.id.endswith(":word") and s.id.startswith("row:") for s in scene.shapes)
    assert shown == min(count, lay.rows)
    if count > lay.rows:
        assert any(f"{count - lay.rows} below" in text for text in texts(scene))


@pytest.mark.parametrize("size", SIZES)
def test_no_text_is_smaller_than_allowed(size):
    _, scene = drawn(made_page(), size)
    assert min(s.size for s in scene.shapes if isinstance(s, Text)) >= size[3]


def test_a_repeated_word_is_marked_wherever_it_stands():
    _, scene = drawn(made_page(("Harry", "met", "harry")))
    found = by_id(scene)
    assert "row:1:mark" in found
    assert "row:3:mark" in found
    assert "row:2:mark" not in found


def test_every_reading_says_something():
    page = made_page(("Harry", "qqq"))
    lay, scene = drawn(page)
    for target in scene.targets:
        if target.kind in ("map", "word"):
            continue
        at = target.at(target.rect.cx, target.rect.cy)
        lines = words_readout(page, at)
        assert lines
        assert all(lines)
    assert words_readout(page, Target("dot", lay.view, unit=page.space.index("bread")))[0] == (
        f"bread = {page.space.number('bread')}"
    )


# -- every sentence ---------------------------------------------------------------------------


def cosines(page) -> list[tuple[str, float]]:
    """The other learned words by their cosine to the one that is asked for, the nearest first."""
    vectors = page.space.vectors.astype(np.float64)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    at = page.space.learned.index(page.asked)
    near = sorted(((float(unit[at] @ other), i) for i, other in enumerate(unit)), reverse=True)
    return [(page.space.learned[i], c) for c, i in near if i != at]


def variance_shares(page) -> np.ndarray:
    """What of the vectors' variance their principal axes hold."""
    vectors = page.space.vectors.astype(np.float64)
    values = np.linalg.eigvalsh(np.cov((vectors - vectors.mean(axis=0)).T))[::-1]
    return values / values.sum()


def count(text: str) -> int:
    return int(text.replace(",", ""))


def product(said: str) -> bool:
    """Whether "3 · 16 × 10,000 = 480,000" holds."""
    left, right = said.split(" = ")
    return int(np.prod([count(n) for n in re.findall(r"\d[\d,]*", left)])) == count(right)


SAID = (
    (r"Words as vectors|One-hot|Dense|alphabet|−?\d\.\d|0|<unk>|t-SNE|PCA|\+|−|all|[a-z]",
     lambda p, m: True),
    (r"([\d,]+) numbers(?: a word: ([\d,]+) zeros, a single 1|, a 1)",
     lambda p, m: count(m[1]) == p.space.size and count(m[2] or "9,999") == p.space.size - 1),
    (r"(\d+)(?: learned numbers(?: a word)?)?", lambda p, m: int(m[1]) == p.space.vectors.shape[1]),
    (r"(\S+) = (\d+)", lambda p, m: p.space.number(m[1]) == int(m[2]) > 0),
    (r"no vector(?: was learned)?", lambda p, m: any(p.space.index(t) < 0 for t in p.tokens)),
    (r"<unk>: not (?:one of the ([\d,]+) words|in the vocabulary)",
     lambda p, m: any(not p.space.number(t) for t in p.tokens)
     and count(m[1] or "10,000") == p.space.size),
    (r"([\d,· ×]+ = [\d,]+)(?: weights)?", lambda p, m: product(m[1])),
    (r"(?:(\S+): )?(?:(\d) gates × )?(?:(\d+) units × )?a column (?:for every|a) word(.*)",
     lambda p, m: m[1] in (None, p.spoken.cell) and int(m[2] or p.spoken.gates) == p.spoken.gates
     and int(m[3] or p.spoken.units) == p.spoken.units and unknown_said(p, m[4])),
    (r"and (?:E, the table of vectors|the table E|E): (.*)",
     lambda p, m: product(m[1]) if "=" in m[1] else bool(count(m[1]))),
    (r"“(.*)” has no learned vector, so nothing is near it", lambda p, m: p.space.index(m[1]) < 0),
    (r"Nearest to (.*)", lambda p, m: m[1] == p.asked and p.space.index(m[1]) >= 0),
    (r"cosine.*", lambda p, m: p.space.index(p.asked) >= 0),
    (r"(\d+) learned words", lambda p, m: int(m[1]) == len(p.space.vectors)),
    (r"t-SNE.*", lambda p, m: p.method == "t-SNE"),
    (r"PCA: (?:its two axes hold|two axes,) (\d+)% (?:and|\+) (\d+)% of the variance.*",
     lambda p, m: np.allclose([int(m[1]), int(m[2])], 100 * variance_shares(p)[:2], atol=0.51)),
    (r"PCA: (\d+)% of the variance",
     lambda p, m: abs(int(m[1]) - 100 * variance_shares(p)[:2].sum()) <= 0.51),
    (r"(?:([\d,]+) above)?(?: · )?(?:([\d,]+) below)?", lambda p, m: count(m[1] or "0") == p.first),
)  # fmt: skip


def unknown_said(page, said: str) -> bool:
    """That <unk> takes one more column, where there is an unknown word, and how large that is."""
    unknown = any(not page.space.number(token) for token in page.tokens)
    numbers = re.findall(r"\+ ([\d,]+)", said)
    rows = page.spoken.units * page.spoken.gates
    return bool(numbers) == unknown and all(count(n) == rows for n in numbers)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("method", ["t-SNE", "PCA"])
@pytest.mark.parametrize(
    ("tokens", "units", "gates", "cell"),
    [
        (SENTENCE, 16, 1, "RNN"),
        (("qqq", "Harry", "bread", "qqq"), 5, 4, "LSTM"),
        (("aardvark", "the"), 300, 3, "GRU"),
        (("bread",) * 60, 1, 1, "RNN"),
    ],
)
def test_everything_on_the_page_is_in_a_table_and_holds(size, method, tokens, units, gates, cell):
    page = made_page(tokens, units, gates, cell, method=method)
    if len(tokens) > 9:
        page = replace(page, first=3)
    _, scene = drawn(page, size)
    groups, words = set(page.space.groups), {word.lower() for word in tokens}
    near, cosine = {}, {}
    for shape in (each for each in scene.shapes if isinstance(each, Text)):
        if shape.id.startswith(("label:", "caption:")):
            assert shape.text in page.space.learned or shape.text in groups, shape.id
        elif shape.id.startswith("near:") and shape.id.endswith(":word"):
            near[shape.id.removesuffix(":word")] = shape.text
        elif shape.id.endswith(":cosine"):
            cosine[shape.id.removesuffix(":cosine")] = float(shape.text.replace("−", "-"))
        elif shape.id.endswith(":word"):
            assert shape.text.lower() in words, shape.id
        else:
            found = [(m, holds) for p, holds in SAID if (m := re.fullmatch(p, shape.text))]
            assert found, (shape.id, shape.text)
            assert any(holds(page, match) for match, holds in found), (shape.id, shape.text)
    if page.space.index(page.asked) >= 0:
        first = cosines(page)[: len(near)]
        assert list(near.values()) == [word for word, _ in first]
        assert np.allclose(list(cosine.values()), [c for _, c in first], atol=0.0051)
