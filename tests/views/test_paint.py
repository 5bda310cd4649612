"""What is painted, read back as pixels."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from rnnviz.scenes.shapes import Box, Dot, Heat, Line, Rect, Role, Scene, Shape, Symbol, Text
from rnnviz.scenes.stage import stage_scene
from rnnviz.views.look import DARK, LIGHT, Look
from rnnviz.views.paint import STAMPS, paint_scene
from rnnviz.views.pixels import Images
from tests.frames import make_frame


@pytest.fixture
def paint(qapp):
    def made(*shapes: Shape, palette=LIGHT, ratio=1.0, clip=None, size=(120, 80)) -> QImage:
        image = QImage(round(size[0] * ratio), round(size[1] * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(palette.colour(Role.BACKGROUND))
        painter = QPainter(image)
        paint_scene(painter, Scene(*size, shapes), Look(palette), clip)
        painter.end()
        return image

    return made


def pixel(image: QImage, x: float, y: float) -> tuple[int, int, int]:
    ratio = image.devicePixelRatioF()
    return image.pixelColor(int(x * ratio), int(y * ratio)).getRgb()[:3]


def rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.getRgb()[:3]


def changed(image: QImage, palette=LIGHT) -> np.ndarray:
    """Where anything was painted."""
    ground = palette.colour(Role.BACKGROUND).rgb()
    return np.array(
        [[image.pixel(x, y) != ground for x in range(image.width())] for y in range(image.height())]
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_cell_of_a_heat_strip_has_the_maps_colour_of_its_value(paint, palette, ratio):
    values = np.array([[-1.0, 0.25], [0.0, 1.0], [0.6, -0.4]])
    image = paint(
        Heat("h", Rect(10, 10, 80, 60), values, 1.0, gap=2.0), palette=palette, ratio=ratio
    )
    wanted = palette.value_colours(values, 1.0)
    for row in range(3):
        for column in range(2):
            found = pixel(image, 10 + 40 * (column + 0.5), 10 + 20 * (row + 0.5))
            assert found == tuple(int(v) for v in wanted[row, column])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_stages_cell_has_the_colour_of_the_engines_value(qapp, palette):
    frame = make_frame(position=9.0)
    scene = stage_scene(frame, 1600, 430, 14.0)
    image = QImage(1600, 430, QImage.Format.Format_RGB32)
    image.fill(palette.colour(Role.BACKGROUND))
    painter = QPainter(image)
    paint_scene(painter, scene, Look(palette))
    painter.end()
    heats = {s.id: s for s in scene.shapes if isinstance(s, Heat)}
    for t in (1, 4, 9):
        r = heats[f"heat:{t}"].rect
        for unit in range(16):
            column, row = divmod(unit, 8)
            x, y = r.x + r.w / 2 * (column + 0.5), r.y + r.h / 8 * (row + 0.5)
            value = frame.passing.trace.a[0, t, 0, unit]
            wanted = palette.value_colours(np.array([value]), 1.0)[0]
            assert pixel(image, x, y) == tuple(int(v) for v in wanted)


def test_cells_that_are_not_finite_are_hatched_in_no_colour_of_the_map(paint):
    values = np.array([[np.inf, 0.5]])
    image = paint(Heat("h", Rect(10, 10, 100, 60), values))
    found = {pixel(image, x, y) for x in range(14, 56) for y in range(14, 66)}
    assert found == {rgb(LIGHT.colour(Role.INK)), rgb(LIGHT.colour(Role.BACKGROUND))}


def test_cells_that_are_not_known_are_empty_and_places_that_are_none_stay_bare(paint):
    values = np.array([[np.nan, 0.5], [0.5, 0.5]])
    image = paint(Heat("h", Rect(10, 10, 80, 60), values, blank=1))
    assert pixel(image, 30, 25) == rgb(LIGHT.colour(Role.LINE))
    assert pixel(image, 70, 55) == rgb(LIGHT.colour(Role.BACKGROUND))


def test_many_small_cells_have_no_gaps_and_all_their_colours(paint):
    values = np.linspace(-1, 1, 64 * 4).reshape(64, 4)
    image = paint(Heat("h", Rect(10, 8, 40, 64), values, gap=1.0))
    wanted = LIGHT.value_colours(values, 1.0)
    for row in range(0, 64, 7):
        for column in range(4):
            found = pixel(image, 10 + 10 * column + 5, 8 + row + 0.5)
            assert found == tuple(int(v) for v in wanted[row, column])


def test_a_heat_strip_follows_its_values_not_its_place(paint):
    one = paint(Heat("h", Rect(10, 10, 80, 60), np.array([[1.0]])))
    two = paint(Heat("h", Rect(10, 10, 80, 60), np.array([[-1.0]])))
    assert pixel(one, 50, 40) != pixel(two, 50, 40)


def test_a_box_is_filled_and_outlined_in_its_roles(paint):
    box = Box("b", Rect(20, 20, 60, 40), Role.PANEL, Role.STATE, 6.0, 4.0)
    image = paint(box)
    assert pixel(image, 50, 40) == rgb(LIGHT.colour(Role.PANEL))
    assert pixel(image, 20, 40) == rgb(LIGHT.colour(Role.STATE))
    assert pixel(image, 10, 40) == rgb(LIGHT.colour(Role.BACKGROUND))
    assert pixel(image, 20, 20) != rgb(LIGHT.colour(Role.STATE))  # round corner


def test_a_copied_box_lies_where_a_drawn_one_would(paint):
    boxes = [Box(f"b{x}", Rect(x, 20, 20, 40), Role.STATE, Role.STATE, 0.0, 1.0) for x in (10, 60)]
    where = changed(paint(*boxes))
    columns = np.flatnonzero(where.any(axis=0))
    assert set(range(10, 30)) | set(range(60, 80)) <= set(columns)
    assert set(columns) <= set(range(9, 31)) | set(range(59, 81))


def test_a_hatched_box_is_neither_filled_nor_empty(paint):
    image = paint(Box("b", Rect(10, 10, 100, 60), Role.OUTPUT, hatch=True))
    share = changed(image)[12:68, 12:108].mean()
    assert 0.05 < share < 0.6


@pytest.mark.parametrize(
    ("points", "inside", "outside"),
    [
        (((20, 70), (20, 10)), (20, 15), (20, 5)),
        (((20, 40), (100, 40)), (95, 40), (106, 40)),
        (((100, 40), (20, 40)), (25, 40), (14, 40)),
    ],
)
def test_an_arrow_points_at_its_end(paint, points, inside, outside):
    image = paint(Line("l", points, Role.INPUT, 2.0, arrow=10.0))
    assert pixel(image, *inside) == rgb(LIGHT.colour(Role.INPUT))
    assert pixel(image, *outside) == rgb(LIGHT.colour(Role.BACKGROUND))
    where = changed(image)
    near_end = where[10:20, :].sum() if points[0][1] != points[1][1] else 0
    assert near_end == 0 or near_end > 25  # the head is wider than the shaft


def test_a_wider_line_has_more_paint(paint):
    narrow = changed(paint(Line("l", ((10, 40), (110, 40)), Role.GRADIENT, 1.0))).sum()
    wide = changed(paint(Line("l", ((10, 40), (110, 40)), Role.GRADIENT, 8.0))).sum()
    assert wide >= 4 * narrow


def test_a_see_through_shape_is_paler(paint):
    strong = pixel(paint(Dot("d", 60, 40, 20, Role.INPUT)), 60, 40)
    faint = pixel(paint(Dot("d", 60, 40, 20, Role.INPUT, 0.3)), 60, 40)
    assert strong == rgb(LIGHT.colour(Role.INPUT))
    assert all(f > s for f, s in zip(faint, strong, strict=True))


def test_text_stays_within_its_rectangle_and_is_cut(paint):
    rect = Rect(20, 20, 60, 30)
    where = changed(paint(Text("t", rect, "much too long a text for this", size=16.0)))
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    assert columns.min() >= 19 and columns.max() <= 80
    assert rows.min() >= 20 and rows.max() <= 50


@pytest.mark.parametrize("text", ["<b>bold</b>", "&amp;", "<img src='x'>"])
def test_text_is_never_taken_for_markup(paint, text):
    plain = changed(paint(Text("t", Rect(0, 0, 120, 80), text, size=14.0))).any(axis=0)
    width = np.flatnonzero(plain).max() - np.flatnonzero(plain).min()
    assert width > 4.5 * len(text)


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_text_is_aligned(paint, align):
    columns = np.flatnonzero(
        changed(paint(Text("t", Rect(20, 20, 80, 30), "abc", size=14.0, align=align))).any(axis=0)
    )
    middle = (columns.min() + columns.max()) / 2
    assert {"left": middle < 40, "center": abs(middle - 60) < 4, "right": middle > 80}[align]


def test_a_symbols_indices_are_above_and_below(paint):
    def rows(**index) -> np.ndarray:
        image = paint(Symbol("s", 30, 45, "W", size=24.0, align="left", **index))
        return np.flatnonzero(changed(image).any(axis=1))

    assert rows(sub="aa").max() > rows().max()
    assert rows(sup="⟨3⟩").min() < rows().min()


def test_text_that_stands_on_a_filled_bar_has_a_readable_ink(paint):
    image = paint(
        Box("b", Rect(0, 0, 120, 80), Role.OUTPUT),
        Text("t", Rect(10, 10, 100, 60), "MMMM", size=30.0, bold=True, on=Role.OUTPUT),
    )
    assert rgb(LIGHT.ink_on(Role.OUTPUT)) in {
        pixel(image, x, y) for x in range(10, 110) for y in range(20, 60)
    }


def test_a_clip_skips_what_lies_outside_and_keeps_what_touches(paint):
    shapes = [Box(f"b{i}", Rect(10 + 30 * i, 20, 20, 20), Role.STATE) for i in range(3)]
    image = paint(*shapes, clip=QRectF(0, 0, 35, 80))
    assert pixel(image, 20, 30) == rgb(LIGHT.colour(Role.STATE))
    assert pixel(image, 80, 30) == rgb(LIGHT.colour(Role.BACKGROUND))
    both = paint(*shapes, clip=[QRectF(0, 0, 15, 80), QRectF(75, 0, 10, 80)])
    assert pixel(both, 80, 30) == rgb(LIGHT.colour(Role.STATE))
    assert pixel(both, 50, 30) == rgb(LIGHT.colour(Role.BACKGROUND))


def test_twenty_thousand_accents_do_not_hang_the_painter(qapp):
    frame = make_frame("e" + "\u0301" * 20_000 + " two")
    scene = stage_scene(frame, 800, 400, 14.0)
    assert all(len(s.text) <= 80 for s in scene.shapes if isinstance(s, Text))
    image = QImage(800, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    start = time.process_time()
    paint_scene(painter, scene, Look(LIGHT))
    painter.end()
    assert time.process_time() - start < 2.0


def test_images_are_kept_by_their_bytes_and_the_ones_asked_for_last(qapp):
    def image(side: int) -> QImage:
        return QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)

    kept, values = Images(100_000), np.zeros(3)
    for name in range(4):
        kept.keep(name, image(75))  # 22,500 bytes and what is beside them
    assert len(kept) == 4 and kept.find(0) is not None
    kept.keep("more", image(75), values)
    assert kept.find(1) is None and kept.find(0) is not None  # which was asked for meanwhile
    assert kept.find("more", values) is not None
    assert kept.find("more", np.zeros(3)) is None
    kept.keep("large", image(200))  # alone above the limit: it is painted each time
    assert kept.find("large") is None and kept.find(0) is not None
    for name in range(1_000):
        kept.keep(("tiny", name), image(1))
        assert kept.bytes <= kept.most
    assert 0 < len(kept) < 200
    kept.keep(("tiny", 999), image(100))
    assert kept.bytes <= kept.most


def test_large_boxes_at_any_alpha_take_no_more_memory_than_there_is_for_them(qapp):
    scene_of = lambda alpha: Scene(  # noqa: E731
        900, 900, (Box("b", Rect(2, 2, 890, 890), Role.PANEL, Role.INK, 9.0, 1.0, alpha),)
    )
    image = QImage(900, 900, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        for step in range(60):
            paint_scene(painter, scene_of(step / 100), Look(LIGHT))
    assert 3_000_000 < STAMPS.bytes <= STAMPS.most
