"""What is written stands 4.5:1 on its ground, in both themes, wherever the film stands."""

from __future__ import annotations

from importlib import import_module

import pytest
from PySide6.QtGui import QColor

from rnnviz.film import Frame
from rnnviz.scenes.memory_cell import memory_cell_scene
from rnnviz.scenes.shapes import PalettePlace, Rect, Role, Scene, Symbol, Text
from rnnviz.scenes.stage import stage_scene
from rnnviz.views.look import DARK, LIGHT, Palette, contrast
from rnnviz.views.panels.slots import SCENES
from rnnviz.views.pens_and_text import ink
from tests.frames import make_frame

POSITIONS = (0.0, 3.0, 9.0, 13.0, 19.0)
palettes = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.name)


def over(colour: QColor, ground: QColor) -> QColor:
    """A colour that lets some of its ground through."""
    share = colour.alphaF()
    ends = zip(colour.getRgb()[:3], ground.getRgb()[:3], strict=True)
    return QColor(*(round(share * top + (1.0 - share) * under) for top, under in ends))


def assert_legible(scene: Scene, palette: Palette) -> int:
    written = [s for s in scene.shapes if isinstance(s, Text | Symbol) and s.alpha > 0.0]
    for shape in written:
        if isinstance(shape, Text) and shape.on is not None:
            fill = palette.colour(shape.on)
            assert contrast(palette.ink_on(shape.on), fill) >= 4.5, shape
            continue
        colour = ink(palette, shape.role, shape.alpha)
        for role in (Role.BACKGROUND, Role.PANEL):
            ground = palette.colour(role)
            assert contrast(over(colour, ground), ground) >= 4.5, (shape, role)
    return len(written)


@palettes
def test_what_carries_a_meaning_stands_out_and_can_be_written_on(palette):
    meant = [role for role in Role if role not in (Role.LINE, Role.PANEL, Role.BACKGROUND)]
    for role in (*meant, *map(PalettePlace, range(len(palette.compared)))):
        for ground in map(palette.colour, (Role.BACKGROUND, Role.PANEL)):
            assert contrast(palette.mark(role), ground) >= 3.0, role
            tinted = over(palette.colour(role, 0.14), ground)
            assert min(contrast(palette.text(role), g) for g in (ground, tinted)) >= 4.5, role
    for role in meant:
        assert contrast(palette.ink_on(role), palette.colour(role)) >= 4.5, role


@palettes
@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("text", ["Harry Potter and Hermione Granger invented a new spell", 60])
def test_every_word_of_the_stage_can_be_read(palette, position, cell, text):
    frame = make_frame(text, position=position, cell=cell)
    assert assert_legible(stage_scene(frame, 1600, 430, 14.0), palette) > 20


@palettes
@pytest.mark.parametrize("position", [0.0, 3.0, 3.5, 13.0, 13.5, 19.0])
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_every_word_in_the_memory_cell_can_be_read(palette, position, cell):
    frame = make_frame(position=position, cell=cell)
    scene = memory_cell_scene(frame, 700.0, 330.0, Rect(10.0, 30.0, 680.0, 290.0), 13.0)
    assert assert_legible(scene, palette) > 3


def panel_frame(position: float) -> Frame:
    return make_frame(position=position, cell="lstm", layers=2)


@palettes
@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("name", ["triangle", "ellipse", "ledger", "depth", "loop", "shapes"])
def test_every_word_of_a_panel_can_be_read(palette, position, name):
    scene = import_module(SCENES[name]).scene(
        panel_frame(position), 700.0, 330.0, Rect(10.0, 30.0, 680.0, 290.0), 13.0
    )
    assert assert_legible(scene, palette) > 3
