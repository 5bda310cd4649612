"""The equation bar: typeset once, drawn crisply, within its width, on one axis."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from math import ceil

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.film import Frame, resolve
from rnnviz.scenes.equation import (
    Fence,
    Letter,
    Name,
    Number,
    Sign,
    Stack,
    Term,
    Words,
    equation_of,
)
from rnnviz.scenes.shapes import Role
from rnnviz.views.equation import EquationBar
from rnnviz.views.look import DARK, LIGHT, Look, contrast
from rnnviz.views.pens_and_text import said, wrapped
from rnnviz.views.typeset import boxes as drawing
from rnnviz.views.typeset.arrangement import arrange, as_text, text_line
from rnnviz.views.typeset.boxes import GLOW, TypeBox, has_outlines
from rnnviz.views.typeset.foundry import AXIS, Foundry, TypesettingError, foundry
from rnnviz.views.typeset.rows import row_box
from tests.frames import make_frame
from tests.views.paints import Paints

CELLS = ("rnn", "lstm", "gru", "gru_reset_before")
SENTENCE = "Harry Potter and Hermione Granger invented a new spell"
USUAL = [
    *(("text", tex) for tex in ("a", "W_{aa}", r"\tanh", r"\partial", "0", "=", r"\vdots")),
    *(("script", character) for character in "0123456789⟨⟩−+t2⊤′"),
    *(("fence", character) for character in "()[]"),
]


@pytest.fixture(autouse=True)
def letters(qapp):
    assert foundry.wait(20)


def pixels(bar: EquationBar, ratio: float = 1.0) -> np.ndarray:
    """What a bar draws, (height, width, 3)."""
    image = QImage(
        round(bar.width() * ratio), round(bar.height() * ratio), QImage.Format.Format_RGB888
    )
    image.setDevicePixelRatio(ratio)
    image.fill(0x808080)
    bar.render(image, QPoint(0, 0))
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def ink(image: np.ndarray, palette=LIGHT) -> np.ndarray:
    """Where something other than the background is."""
    back = np.array(palette.colour(Role.BACKGROUND).getRgb()[:3])
    return np.abs(image - back).max(axis=2) > 24


@pytest.fixture
def bar(qtbot):
    made = EquationBar()
    qtbot.addWidget(made)
    made.set_look(Look(LIGHT, 14))
    made.resize(1600, made.sizeHint().height())
    return made


# -- typesetting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "what"), USUAL)
def test_an_atom_has_an_outline_within_its_box(kind: str, what: str) -> None:
    atom = foundry.fence(what, 28) if kind == "fence" else getattr(foundry, kind)(what)
    bounds = atom.path().boundingRect()
    assert bounds.width() > 0 and bounds.height() > 0
    assert atom.width > 0
    assert -bounds.top() / 1000 == pytest.approx(atom.up, abs=0.02)
    assert bounds.bottom() / 1000 == pytest.approx(atom.down, abs=0.02)
    if kind == "fence":
        assert atom.up + atom.down >= 2.8
        assert atom.up - AXIS == pytest.approx(atom.down + AXIS, abs=0.01)


def test_atoms_are_typeset_once() -> None:
    mine = Foundry()
    first = mine.text("a")
    assert mine.text("a") is first
    assert mine.made == 1


def test_warming_up_makes_what_the_default_run_needs() -> None:
    made = foundry.made
    kinds: list[dict] = [{"cell": cell, "layers": layers} for cell in CELLS for layers in (1, 2)]
    kinds += [
        {"optimizer": name, "clipping": clipping, "clip_limit": 0.01, "cell": "lstm"}
        for name in OPTIMIZERS
        for clipping in ("none", "norm", "value")
    ]
    for kind in kinds:
        only_update = "optimizer" in kind
        base = make_frame(summed=True, **kind)
        for layer in range(base.layers):
            for position in np.arange(18.0 if only_update else 0.0, 19.01, 0.1):
                frame = at(base, float(position), layer)
                for part in equation_of(frame).sections:
                    for form in part.forms:
                        row_box(form, 2)
    assert foundry.made == made


def at(frame: Frame, position: float, layer: int = 0) -> Frame:
    """The same film elsewhere."""
    playhead = replace(frame.playhead, layer=layer, position=position)
    return resolve(frame.run, playhead, frame.passing)


def walk(items):
    """Every item of a row, outermost first."""
    for item in items:
        yield item
        yield from walk(getattr(item, "items", ()))


def boxes(box: TypeBox, x: float = 0.0, y: float = 0.0):
    """Every outline in a box, with where it stands."""
    if box.path is not None:
        yield box, x, y
    for part, dx, dy in box.parts:
        yield from boxes(part, x + dx, y + dy)


def test_letters_stand_on_one_baseline_and_indices_above_it() -> None:
    row = (Letter("a", sup="⟨12⟩"), Sign("="), Letter("b", sub="a"), Number(0.5, "+0.50"))
    found = list(boxes(row_box(row, 2)))
    on_line = [box for box, _, y in found if y == 0.0]
    raised = [y for _, _, y in found if y != 0.0]
    assert len(on_line) == 1 + 1 + 1 + 5
    assert len(raised) == 4
    assert len(set(raised)) == 1 and raised[0] == pytest.approx(-0.36)


def test_outlines_come_from_left_to_right_and_do_not_overlap_much() -> None:
    equation = equation_of(make_frame(position=6.0))
    for part in equation.sections:
        if part.name != "numbers":
            found = [
                (x, x + box.path.boundingRect().right() / 1000)
                for box, x, y in boxes(row_box(part.forms[0], 2))
                if box.path is not None and y == 0.0
            ]
            for (_, end), (start, _) in pairwise(found):
                assert start > end - 0.1


def test_a_parenthesis_is_as_high_as_what_it_holds() -> None:
    column = equation_of(make_frame(position=6.0)).sections[1].forms[0]
    inside = row_box(column, 2)
    fenced = row_box((Fence(column),), 2)
    assert fenced.up >= inside.up and fenced.down >= inside.down
    assert fenced.up < inside.up + 0.5


def test_same_width_as_ziamath_sets_it() -> None:
    tex = r"W_{aa}a^{\langle 5\rangle}"
    whole = foundry.text(tex).width
    ours = row_box((Letter("W", sub="aa"), Letter("a", sup="⟨5⟩")), 2).width
    assert ours == pytest.approx(whole, abs=0.25)  # a thin space between factors
    assert row_box((Letter("a", sup="⟨5⟩"),), 2).width == pytest.approx(
        foundry.text(r"a^{\langle 5\rangle}").width, abs=0.06
    )


# -- what is drawn ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("position", [0.0, 5.3, 6.0, 13.0, 18.4, 19.0])
def test_draws_within_itself(bar, position: float, ratio: float) -> None:
    bar.set_frame(make_frame(position=position))
    seen = ink(pixels(bar, ratio))
    assert seen.any()
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    assert rows[0] > 0 and rows[-1] < seen.shape[0] - 1
    assert columns[0] > 0 and columns[-1] < seen.shape[1] - 1


@pytest.mark.parametrize(
    ("width", "unit"),
    [
        (1000, 14.0),
        (1024, 14.0),
        (1600, 14.0),
        (3840, 14.0),
        (1000, 24.0),
        (1920, 24.0),
        (3840, 48.0),
    ],
)
@pytest.mark.parametrize("cell", CELLS)
def test_parts_of_every_cell_stand_side_by_side_and_fit(width: int, unit: float, cell: str) -> None:
    for layers, optimizer in ((1, "adam"), (2, "rmsprop_centered")):
        base = make_frame(
            cell=cell, layers=layers, summed=True, optimizer=optimizer, clipping="norm"
        )
        for layer in range(layers):
            for position in (0.0, 1.0, 5.1, 5.4, 5.9, 6.0, 10.0, 12.0, 14.75, 16.95, 18.9):
                assert_fits(at(base, position, layer), width, unit)


@pytest.mark.parametrize(
    ("width", "unit"),
    [
        (1000, 14.0),
        (1024, 14.0),
        (1600, 14.0),
        (3840, 14.0),
        (1000, 24.0),
        (1920, 24.0),
        (3840, 48.0),
    ],
)
def test_parts_stand_side_by_side_and_fit(width: int, unit: float) -> None:
    frames = [
        make_frame(text, position=position, summed=summed, selected=selected)
        for text in (SENTENCE, 12)
        for position in (0.0, 1.0, 6.0, 5.9, 8.2, 12.0, 14.5, 16.4, 19.0)
        for summed in (False, True)
        for selected in (-1, 9)
    ]
    for frame in frames:
        assert_fits(frame, width, unit)


def assert_fits(frame: Frame, width: int, unit: float) -> None:
    height = round(5.2 * unit)
    arrangement = arrange(equation_of(frame), width, height, unit)
    assert arrangement.parts
    end = 0.0
    for _, box, x, size in arrangement.parts:
        assert x > end
        end = x + box.width * size
        assert (box.up - AXIS) * size <= height / 2 + 0.5
        assert (box.down + AXIS) * size <= height / 2 + 0.5
        assert size >= 0.999 * unit
    assert end < width


def test_more_is_shown_where_there_is_more_room() -> None:
    equation = equation_of(make_frame(position=6.0))
    shown = [len(arrange(equation, width, 73, 14.0).parts) for width in (400, 700, 1600)]
    assert shown == sorted(shown) and shown[0] < shown[-1] == 3
    assert arrange(equation, 300, 73, 14.0).parts[0][0] == "general"
    late = equation_of(make_frame(position=5.97))
    assert arrange(late, 300, 73, 14.0).parts[0][0] == "output"


def test_nothing_is_made_again_within_a_phase(bar, qtbot) -> None:
    bar.show()
    qtbot.waitExposed(bar)
    bar.set_frame(make_frame(position=5.20))
    frame = make_frame(position=5.20)
    bar.set_frame(frame)
    before = bar.equation
    later = resolve(frame.run, frame.playhead.at(5.21), frame.passing)
    bar.set_frame(later)
    assert bar.equation is before
    other = resolve(frame.run, frame.playhead.at(4.0), frame.passing)
    bar.set_frame(other)
    assert bar.equation == equation_of(other) != before


def test_another_network_paints_an_equation_anew_only_where_it_has_other_numbers(bar, qtbot):
    bar.show()
    bar.set_frame(make_frame(position=0.0))
    qtbot.waitExposed(bar)
    qtbot.wait(50)
    before, paints = bar.equation, Paints(bar)
    bar.set_frame(make_frame(position=0.0, seed=1))
    qtbot.wait(50)
    assert bar.equation == before and not paints.count
    for seed in (0, 1):
        known = paints.count
        bar.set_frame(make_frame(position=5.0, seed=seed))
        qtbot.waitUntil(lambda known=known: paints.count > known)
        assert bar.equation == equation_of(make_frame(position=5.0, seed=seed))


def test_moving_on_typesets_nothing_anew(bar) -> None:
    bar.set_frame(make_frame(position=6.0))
    pixels(bar)
    made = foundry.made
    for step in range(1, 10):
        bar.set_frame(make_frame(position=float(step)))
        pixels(bar)
    assert foundry.made == made


def test_stamps_look_like_the_outlines(bar) -> None:
    """The kept images and the freshly filled outlines differ by less than a pixel's shift."""
    bar.set_frame(make_frame(position=6.0))
    image = QImage(800, 80, QImage.Format.Format_RGB888)
    drawn = []
    box = row_box(equation_of(make_frame(position=6.0)).sections[0].forms[0], 2)
    for turn in (0.0, 1e-7):
        image.fill(0xFFFFFF)
        painter = QPainter(image)
        painter.rotate(turn)
        drawing.paint(painter, box, 10.0, 50.0, 30.0, LIGHT)
        painter.end()
        drawn.append(np.frombuffer(image.constBits(), np.uint8).astype(int).reshape(80, -1).copy())
    darkness = [(255 - one).sum() for one in drawn]
    assert darkness[0] > 0
    assert darkness[0] == pytest.approx(darkness[1], rel=0.02)
    assert np.abs(drawn[0] - drawn[1]).mean() < 3


def test_a_part_that_is_uncovered_again_is_what_stands_there(bar) -> None:
    """Whatever was shown before, in whatever look and size: a part is a piece of the whole."""
    part, said = QRect(150, 5, 700, 40), QRect(1000, 0, 400, 50)
    frame = make_frame(SENTENCE, units=16)
    looks = (Look(LIGHT, 14), Look(DARK, 14), Look(DARK, 18))
    for look, position in ((looks[0], 5.2), (looks[0], 6.9), (looks[1], 6.9), (looks[2], 14.5)):
        bar.set_look(look)
        bar.set_frame(at(frame, position))
        for width in (1600, 1450):
            bar.resize(width, bar.sizeHint().height())
            whole = bar.grab().toImage()
            for piece in (part, said):
                for _ in range(2):
                    assert bar.grab(piece).toImage() == whole.copy(piece)


def test_a_theme_colours_every_letter_anew(bar) -> None:
    bar.set_frame(make_frame(position=6.0))
    light = pixels(bar)
    bar.set_look(Look(DARK, 14))
    dark = pixels(bar)
    back = DARK.colour(Role.BACKGROUND).getRgb()[:3]
    assert tuple(dark[2, 2]) == back
    assert ink(dark, DARK).sum() == pytest.approx(ink(light).sum(), rel=0.25)
    for palette, image in ((LIGHT, light), (DARK, dark)):
        colours = {tuple(c) for c in image.reshape(-1, 3)}
        for role in (Role.STATE, Role.INPUT, Role.OUTPUT, Role.GRADIENT):
            wanted = np.array(palette.text(role).getRgb()[:3])
            assert min(np.abs(np.array(c) - wanted).max() for c in colours) < 12


def test_a_vector_picture_gets_curves(bar, tmp_path) -> None:
    generator = QSvgGenerator()
    generator.setFileName(str(tmp_path / "equation.svg"))
    generator.setSize(bar.size())
    bar.set_frame(make_frame(position=6.0))
    painter = QPainter(generator)
    bar.render(painter, QPoint(0, 0))
    painter.end()
    text = (tmp_path / "equation.svg").read_text()
    assert "<path" in text and "<image" not in text


def test_before_the_letters_are_made_the_bar_is_empty_and_then_fills(
    bar, qtbot, monkeypatch
) -> None:
    cold = Foundry()
    monkeypatch.setattr("rnnviz.views.equation.foundry", cold)
    bar.set_frame(make_frame(position=6.0))
    assert not ink(pixels(bar)).any()
    bar.warm()
    letters = bar.findChild(QTimer, "letters")
    qtbot.waitUntil(lambda: cold.ready and not letters.isActive(), timeout=10_000)
    assert ink(pixels(bar)).any()


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_words_stand_out_from_a_highlight(palette) -> None:
    ground = palette.tint(Role.PLAYHEAD, GLOW)
    for role in (Role.INK, Role.STATE, Role.INPUT, Role.OUTPUT, Role.GRADIENT):
        assert contrast(palette.text(role), ground) >= 4.5


# -- where ziamath fails ---------------------------------------------------------------------------


@pytest.fixture
def no_ziamath(monkeypatch):
    """A machine on which ziamath cannot be imported."""
    monkeypatch.setitem(sys.modules, "ziamath.zmath", None)


def test_nobody_waits_for_letters_that_cannot_be_made(no_ziamath, caplog) -> None:
    broken = Foundry()
    assert not broken.wait(60)
    assert broken.failed and not broken.ready
    assert "typesetting failed" in caplog.text and "ziamath" in caplog.text


def test_any_error_of_ziamaths_is_a_failure(monkeypatch) -> None:
    def fail(tex: str, **_options: object) -> None:
        raise RecursionError(tex)

    broken = Foundry()
    monkeypatch.setattr("ziamath.zmath.Latex", fail)
    with pytest.raises(TypesettingError, match="a") as caught:
        broken.text("a")
    assert isinstance(caught.value.__cause__, RecursionError)
    assert broken.failed


@pytest.mark.parametrize("width", [400, 1024, 1600])
def test_without_letters_the_bar_writes_the_formula_as_text(
    bar, qtbot, monkeypatch, no_ziamath, width: int
) -> None:
    broken = Foundry()
    monkeypatch.setattr("rnnviz.views.equation.foundry", broken)
    bar.resize(width, bar.height())
    bar.set_frame(make_frame(position=6.0))
    bar.warm()
    letters = bar.findChild(QTimer, "letters")
    qtbot.waitUntil(lambda: broken.failed and not letters.isActive(), timeout=10_000)
    seen = ink(pixels(bar))
    columns = np.flatnonzero(seen.any(axis=0))
    assert columns.size and columns[-1] < width - 1
    bar.warm()
    assert not letters.isActive()  # it does not wait again


def test_a_letter_that_fails_while_drawing_leaves_text(bar, monkeypatch) -> None:
    broken = Foundry()
    assert broken.wait(20)

    def no_outline(tex: str, **_options: object) -> None:
        raise RecursionError(tex)

    def fail(row, rows: int) -> None:
        broken.text("not made before")

    monkeypatch.setattr("rnnviz.views.equation.foundry", broken)
    monkeypatch.setattr("ziamath.zmath.Latex", no_outline)
    monkeypatch.setattr("rnnviz.views.typeset.arrangement.row_box", fail)
    bar.set_frame(make_frame(position=6.0))
    assert ink(pixels(bar)).any() and broken.failed


def test_formulas_as_text() -> None:
    equation = equation_of(make_frame(position=6.0))
    assert as_text(equation.sections[0].forms[0]) == "a⟨6⟩ = tanh(W_aa a⟨5⟩ + W_ax x⟨6⟩ + b_a)"
    assert ", L⟨6⟩ = −log p(“a”) = −log " in as_text(equation.sections[2].forms[0])
    numbers = as_text(equation.sections[1].forms[0])
    assert numbers.startswith("[+") and numbers.count(", …]") == 3
    backward = equation_of(make_frame(position=12.0, summed=True))
    assert as_text(backward.sections[0].forms[0]) == (
        "∂L/∂a⟨7⟩ = W_aaᵀ(∂L/∂a⟨8⟩ ⊙ (1 − (a⟨8⟩)²)) + W_yaᵀ(y⟨7⟩ − target)"
    )


def test_formulas_of_gated_cells_as_text() -> None:
    base = make_frame(cell="lstm", layers=2, summed=True)
    assert as_text(equation_of(at(base, 5.4, 1)).sections[0].forms[0]) == (
        "f[2]⟨6⟩ = σ(W_aa^[2]f a[2]⟨5⟩ + W_ax^[2]f a[1]⟨6⟩ + b_a^[2]f)"
    )
    assert as_text(equation_of(at(make_frame(cell="gru"), 6.0)).sections[0].forms[0]) == (
        "n⟨6⟩ = tanh(W_ax^n x⟨6⟩ + b_a^n + r⟨6⟩ ⊙ (W_aa^n a⟨5⟩ + b_aa^n)); "
        "a⟨6⟩ = (1 − z⟨6⟩) ⊙ n⟨6⟩ + z⟨6⟩ ⊙ a⟨5⟩"
    )
    back = as_text(equation_of(at(make_frame(cell="gru", summed=True), 12.0)).sections[0].forms[0])
    assert "W_aa^nᵀ(r⟨8⟩ ⊙ ∂L/∂z_n⟨8⟩)" in back
    adam = equation_of(make_frame(position=19.0, optimizer="adam"))
    assert as_text(adam.sections[1].forms[0]) == (
        "m ← β_1 m + (1 − β_1) g, v ← β_2 v + (1 − β_2) g²; W_aa ← W_aa − η m̂/(√v̂ + ε)"
    )


def test_stacked_statements_stand_around_the_axis_with_their_signs_in_line() -> None:
    short = (Letter("a", sup="⟨6⟩"), Sign("="), Letter("b"))
    long = (Term((Letter("W", sub="aa", sup="f"), Sign("="))), Name("tanh"))
    box = row_box((Stack((short, long)),), 2)
    assert box.up - AXIS == pytest.approx(box.down + AXIS)
    equals = foundry.text("=")
    width, height = equals.width, equals.up
    found = [(x, y) for b, x, y in boxes(box) if b.width == width and b.up == height]
    (first, above), (second, below) = found
    assert first == pytest.approx(second) and below - above > 1.0


def test_an_upper_index_stands_above_the_lower_one() -> None:
    both = row_box((Letter("W", sub="aa", sup="[2]f"),), 2)
    lower = row_box((Letter("W", sub="aa"),), 2)
    raised = [x for _, x, y in boxes(both) if y < 0.0]
    assert len(raised) == 4 and min(raised) < lower.width
    assert both.up > lower.up and both.down == lower.down and both.width > lower.width


def test_a_line_of_text_has_the_sections_that_fit(qapp) -> None:
    equation = equation_of(make_frame(position=6.0))
    metrics = QFontMetricsF(Look(LIGHT, 14).font())
    lengths = []
    for width in (100.0, 500.0, 900.0, 3000.0):
        line = text_line(equation, metrics, width)
        assert metrics.horizontalAdvance(line) <= width
        lengths.append(len(line))
    assert lengths == sorted(set(lengths))
    assert text_line(equation, metrics, 100.0).endswith("…")


# -- words that a user may type --------------------------------------------------------------------


def test_what_no_font_has_an_outline_for_is_called_otherwise() -> None:
    private = "\U0010fffd"
    assert not has_outlines(private) and not has_outlines(f"“a{private}”")
    stands_in = row_box((Words(private, otherwise="target"),), 2)
    assert stands_in.width == pytest.approx(row_box((Words("target"),), 2).width)


@pytest.mark.parametrize("name", ["🎉", "👨‍👩‍👧", "ok🎉"])
def test_a_target_is_never_blank(bar, name: str) -> None:
    frame = make_frame(f"go {name} on", position=1.0)
    row = equation_of(frame).sections[2].forms[0]
    named = [item for item in walk(row) if isinstance(item, Words)]
    assert [(item.text, item.otherwise) for item in named] == [(f"“{name}”", "target")]
    assert row_box((named[0],), 2).width > row_box((Words("“”"),), 2).width
    bar.set_frame(frame)
    assert ink(pixels(bar)).any()


@pytest.mark.parametrize("name", ["a", "é́", "⟨x⟩", "⏎", "a b", "نص", "…"])
def test_what_has_an_outline_is_written(name: str) -> None:
    assert has_outlines(name)
    word = Words(name, otherwise="something long that stands in")
    assert row_box((word,), 2).width == row_box((Words(name),), 2).width > 0


def test_a_pile_of_accents_is_cut_and_drawn(bar) -> None:
    frame = make_frame("go z" + "\u0301" * 20_000 + " on", position=1.0)
    for position in (1.0, 2.0):
        moved = resolve(frame.run, frame.playhead.at(position), frame.passing)
        equation = equation_of(moved)
        words = [i.text for s in equation.sections for i in walk(s.forms[0]) if hasattr(i, "text")]
        assert max(map(len, (*words, equation.sentence))) < 100
        bar.set_frame(moved)
        assert ink(pixels(bar)).any()


def test_text_of_any_kind_in_a_formula_is_plain(bar) -> None:
    bar.set_frame(make_frame("a <b>bold</b> &amp; \\frac{1}{2} ⟨x⟩ $y$ %n 漢字 é́́", position=3.0))
    assert ink(pixels(bar)).any()
    assert row_box((Words("<b>bold</b>"),), 2).width > row_box((Words("bold"),), 2).width


# -- the sentence ----------------------------------------------------------------------------------


def test_the_sentence_is_broken_between_words_and_cut_at_last(qapp) -> None:
    font = Look(LIGHT, 14).font()
    metrics = QFontMetricsF(font)
    text = "one two three four five six seven eight nine ten eleven twelve"
    lines, width = wrapped(text, font, 120.0)
    assert len(lines) == 3 and lines[2].endswith("…")
    assert max(metrics.horizontalAdvance(line) for line in lines) <= 121
    assert width <= 120
    assert " ".join(lines).startswith("one two three")
    lines, _ = wrapped(text, font, 2000.0)
    assert lines == [text]
    assert wrapped("at step\u00a07", font, metrics.horizontalAdvance("at step") + 4)[0] == [
        "at",
        "step\u00a07",
    ]


def test_whole_sentences_are_left_out_before_one_is_cut(qapp) -> None:
    font = Look(LIGHT, 14).font()
    text = "One two three four. Five six seven eight nine ten. Eleven twelve."
    assert " ".join(said(text, font, 2000.0)[0]) == text
    left = [" ".join(said(text, font, float(width))[0]) for width in range(40, 400, 10)]
    assert {"One two three four.", text} <= set(left)
    assert all(line == text[: len(line)] or line.endswith("…") for line in left)


@pytest.mark.parametrize(("cell", "words"), [("lstm", "keeps"), ("gru", "reset after")])
def test_there_is_room_for_what_a_gate_does(bar, cell: str, words: str) -> None:
    equation = equation_of(make_frame(position=6.0, cell=cell))
    assert words in equation.sentence
    end = arrange(equation, 1600, 73, 14.0).end
    assert 1600 - end >= 14 * 18
    assert arrange(equation, 3840, 73, 14.0).end > end  # its fullest form where there is room


def test_the_sentence_is_told_to_a_screen_reader(bar) -> None:
    frame = make_frame(position=6.0)
    bar.set_frame(frame)
    assert bar.accessibleDescription() == equation_of(frame).sentence


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1600, 900), (1280, 720)])
@pytest.mark.parametrize(
    ("cell", "positions"),
    [("rnn", (4.02, 4.5, 4.8, 5.0)), *((cell, (4.8,)) for cell in CELLS[1:])],
)
def test_the_answers_formula_stays_in_a_lectures_row_at_paying_steps(
    bar, cell, positions, width, height
):
    look = Look(LIGHT, unit=float(ceil(0.022 * height)), lecture=True)
    bar.set_look(look)
    for position in positions:
        frame = make_frame(SENTENCE, position=position, cell=cell)
        assert frame.pays(5)
        equation = equation_of(frame)
        made = arrange(equation, width, bar.sizeHint().height(), look.unit)
        box = next(part[1] for part in made.parts if part[0] == "output")
        section = next(s for s in equation.sections if s.name == "output")
        with_answer = [form for form in section.forms if "softmax" in as_text(form)]
        widths = {row_box(form, rows).width for form in with_answer for rows in (1, 2, 3)}
        assert box.width in widths, position


def test_letters_are_made_where_every_warning_is_an_error():
    code = (
        "from rnnviz.app import Application; from rnnviz.views.typeset.foundry import foundry; "
        "made = Application(); foundry.wait(60.0); assert foundry.ready and not foundry.failed"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
