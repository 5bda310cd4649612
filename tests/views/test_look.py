"""Colours that can be read from the back row, and told apart by everybody."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QRawFont
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from rnnviz.export.picture import window_picture
from rnnviz.scenes.charts.chart import PalettePlace
from rnnviz.scenes.shapes import Role
from rnnviz.views.look import (
    DARK,
    FAMILY,
    LIGHT,
    MATH_FAMILY,
    Look,
    contrast,
    palette_of,
)
from rnnviz.views.value_maps import ENDS, place
from rnnviz.views.widgets import wear_theme
from rnnviz.writing.formats import Appearance

TEXTS = [Role.INK, Role.MUTED, Role.INPUT, Role.STATE, Role.OUTPUT, Role.GRADIENT]
WORDS = [*TEXTS, Role.PLAYHEAD]


def test_contrast_is_the_standards():
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
@pytest.mark.parametrize("role", WORDS)
def test_words_stand_out(palette, role):
    for ground in (Role.BACKGROUND, Role.PANEL):
        assert contrast(palette.text(role), palette.colour(ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
@pytest.mark.parametrize("role", [*TEXTS, Role.PLAYHEAD])
def test_words_on_a_fill_stand_out(palette, role):
    assert contrast(palette.ink_on(role), palette.colour(role)) >= 4.0


MAPS = [palette_of(theme, name) for theme in ("light", "dark") for name in ENDS]
named = pytest.mark.parametrize("palette", MAPS, ids=lambda p: f"{p.name}-{p.values}")


@named
def test_zero_is_the_backgrounds_own_shade_and_no_other_values(palette):
    ground = palette.colour(Role.BACKGROUND).getRgb()[:3]
    values = np.array([0.0, -0.0, 1e-9, -1e-9, np.nan, 0.01, -0.01])
    colours = [tuple(c) for c in palette.value_colours(values, 1.0).tolist()]
    assert colours[:5] == [ground] * 5
    assert ground not in colours[5:]


@named
def test_values_are_symmetric_about_zero_and_end_at_the_limit(palette):
    values = np.array([-9.0, -1.0, 0.0, 1.0, 9.0, -np.inf, np.inf])
    colours = palette.value_colours(values, 1.0)
    low, high = palette.value_map[0], palette.value_map[-1]
    np.testing.assert_array_equal(colours[[0, 1, 5]], [low] * 3)
    np.testing.assert_array_equal(colours[[3, 4, 6]], [high] * 3)
    np.testing.assert_array_equal(palette.value_colours(values * 7, 7.0), colours)
    steps = np.linspace(-1.1, 1.1, 2002)
    assert (place(steps, 1.0).astype(int) + place(-steps, 1.0) == len(palette.value_map) - 1).all()


@named
def test_further_from_zero_is_further_from_the_ground(palette):
    ground, table = lab(palette.colour(Role.BACKGROUND)), palette.value_map
    away = [float(np.linalg.norm(lab(QColor(*c)) - ground)) for c in table.tolist()]
    middle = len(table) // 2
    for side in (away[middle:], away[middle::-1]):
        assert (np.diff(side) > -0.6).all()  # within the rounding to bytes
        assert side[-1] > 60
    for end in (table[0], table[-1]):
        assert contrast(QColor(*end.tolist()), palette.colour(Role.BACKGROUND)) >= 4.5


@named
def test_signs_are_told_apart_by_everybody(palette):
    for value, apart in ((0.1, 5), (0.25, 13), (0.5, 25), (1.0, 50)):
        one, other = (
            QColor(*c) for c in palette.value_colours(np.array([-value, value]), 1.0).tolist()
        )
        for eyes in (None, DEUTAN, PROTAN, TRITAN):
            assert np.linalg.norm(lab(one, eyes) - lab(other, eyes)) > apart, (value, eyes)


def test_the_programs_typefaces_are_there(qapp):
    families = QFontDatabase.families()
    assert {FAMILY, MATH_FAMILY, "DejaVu Sans"} <= set(families)
    assert QFontInfo(Look(LIGHT).font()).family() == FAMILY
    assert QRawFont.fromFont(Look(LIGHT).font()).supportsCharacter(ord("∂"))
    mathematics = Look(LIGHT).font()
    mathematics.setFamily(MATH_FAMILY)
    assert QRawFont.fromFont(mathematics).supportsCharacter(ord("⟨"))


def test_in_a_lecture_nothing_is_smaller_than_body_text():
    assert Look(LIGHT, 20.0).font(0.8).pixelSize() == 16
    assert Look(LIGHT, 20.0, lecture=True).font(0.8).pixelSize() == 20


@pytest.mark.parametrize("size", [(1024, 640), (1280, 720), (1600, 900)])
def test_a_dark_picture_has_no_light_bar(qapp, frame_of, size):
    image = window_picture(frame_of(position=13.0), Appearance(size, "dark")).toImage()
    light = LIGHT.colour(Role.BACKGROUND)
    for rows in (range(90), range(size[1] - 50, size[1])):  # header and model bar; transport
        pixels = [(x, y) for y in rows for x in range(0, size[0], 3)]
        found = sum(image.pixelColor(x, y) == light for x, y in pixels)
        assert found < 0.005 * len(pixels)


# Viénot, Brettel and Mollon 1999: what a deuteranope and a protanope see, in linear RGB.
DEUTAN = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])
PROTAN = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])
# Machado, Oliveira and Fernandes 2009: a tritanope.
TRITAN = np.array(
    [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ]
)


def lab(colour, eyes=None):
    rgb = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear if eyes is None else eyes @ linear, 0, 1)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    f = np.cbrt(np.array(to_xyz) @ linear / [0.9505, 1.0, 1.089])
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_what_is_compared_can_be_read_and_wears_no_roles_colour(palette):
    slots = [palette.colour(PalettePlace(i)) for i in range(len(palette.compared))]
    for colour in slots:
        for ground in (Role.BACKGROUND, Role.PANEL):
            assert contrast(colour, palette.colour(ground)) >= 4.5
    roles = (Role.INPUT, Role.STATE, Role.OUTPUT, Role.GRADIENT, Role.PLAYHEAD, Role.INK)
    for colour in slots[:4]:
        for role in roles:
            assert np.linalg.norm(lab(colour) - lab(palette.colour(role))) > 20, (colour, role)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
@pytest.mark.parametrize("eyes", [None, DEUTAN, PROTAN], ids=["all", "deutan", "protan"])
def test_what_is_compared_is_told_apart_by_everybody(palette, eyes):
    slots = [lab(palette.colour(PalettePlace(i)), eyes) for i in range(4)]
    for (i, one), (j, other) in combinations(enumerate(slots), 2):
        assert np.linalg.norm(one - other) > 15, (i, j)


@pytest.mark.qt_log_ignore("This plugin does not support")  # offscreen, a menu asks for more
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_a_menu_has_an_edge_that_is_seen_over_the_window(qtbot, palette):
    wear_theme(palette)
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction("one").setCheckable(True)
    menu.popup(QPoint(5, 5))
    image = menu.grab().toImage()
    menu.close()
    wear_theme(LIGHT)
    for ground in (Role.BACKGROUND, Role.PANEL):
        for x, y in ((0, image.height() // 2), (image.width() // 2, 0)):
            assert contrast(image.pixelColor(x, y), palette.colour(ground)) >= 1.5


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)
def test_a_tooltip_can_be_read(qtbot, palette):
    wear_theme(palette)
    QToolTip.showText(QPoint(5, 5), "one two three")
    (tip,) = [w for w in QApplication.topLevelWidgets() if w.inherits("QTipLabel")]
    image = tip.grab().toImage()
    tip.hide()
    tip.deleteLater()
    wear_theme(LIGHT)
    ground = image.pixelColor(image.width() // 2, 2)
    places = ((x, y) for x in range(2, image.width() - 2) for y in range(2, image.height() - 2))
    assert max(contrast(image.pixelColor(x, y), ground) for x, y in places) >= 4.5
