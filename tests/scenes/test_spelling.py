"""Scenes and equations in every notation: no letter of another one, wherever a letter stands."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from rnnviz.data import MODES, make_task, sequence_from_text
from rnnviz.engine import CELLS
from rnnviz.film import Frame, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.notation import FRAMEWORK, LECTURE, NOTATIONS, TEXTBOOK
from rnnviz.film.order import Reordered, TextOrder
from rnnviz.scenes.equation import (
    Equation,
    Fence,
    Fraction,
    Item,
    Letter,
    Row,
    Stack,
    Term,
    equation_of,
)
from rnnviz.scenes.laboratory import depth, ledger, triangle
from rnnviz.scenes.lecture import loop
from rnnviz.scenes.lecture.reordered import text_shapes
from rnnviz.scenes.memory_cell import memory_cell_scene
from rnnviz.scenes.memory_cell.wires import wires_in
from rnnviz.scenes.shapes import Formula, Rect, Shape, Symbol, Text
from rnnviz.scenes.spelling import spelled, spelled_equation
from rnnviz.scenes.stage import stage_scene

AREA = Rect(0, 0, 900, 500)
CASES = [(cell, "synced") for cell in CELLS] + [("rnn", mode) for mode in MODES]
# Of letters (base, lower index): what a notation has and another has not.
PARAMETERS = {
    "lecture": {("W", "aa"), ("W", "ax"), ("W", "ya"), ("b", "a"), ("b", "aa"), ("b", "y")},
    "framework": {("W", "hh"), ("W", "ih"), ("W", "fc"), ("b", "ih"), ("b", "hh"), ("b", "fc")},
    "textbook": {("U", ""), ("V", ""), ("U", "f"), ("U", "n")},
}


def letters(row: Row) -> Iterator[Letter]:
    """All letters of a formula."""
    for item in row:
        yield from _of(item)


def _of(item: Item) -> Iterator[Letter]:
    match item:
        case Letter():
            yield item
        case Fraction():
            yield from letters(item.above)
            yield from letters(item.below)
        case Fence() | Term():
            yield from letters(item.items)
        case Stack():
            for row in item.rows:
                yield from letters(row)
        case _:
            pass


def of_equation(equation: Equation) -> list[Letter]:
    """All letters of all forms of an equation."""
    return [
        letter
        for section in equation.sections
        for form in section.forms
        for letter in letters(form)
    ]


def frames(cell: str, mode: str) -> Iterator[Frame]:
    """The film of a small run, at every stop and within every step."""
    task = make_task(sequence_from_text("the cat saw the dog"), mode)
    run = start_run(task, Settings(units=3, cell=cell, layers=2))
    passing = compute_pass(run, 0, 0)
    end = resolve(run, Playhead(), passing).timeline.end
    for half in range(2 * int(end) + 1):
        yield resolve(run, Playhead(position=half / 2), passing)


@pytest.mark.parametrize(("cell", "mode"), CASES)
def test_no_letter_is_another_notations(cell, mode):
    for frame in frames(cell, mode):
        equation = equation_of(frame)
        bare = memory_cell_scene(frame, 900, 500, AREA, 13.0, "")
        pictures = [stage_scene(frame, 1200, 420, 14.0), bare]
        pictures += [
            memory_cell_scene(frame, 900, 500, AREA, 13.0, wire) for wire in wires_in(bare)
        ]
        for name, notation in NOTATIONS.items():
            written: list[Letter | Symbol] = list(of_equation(spelled_equation(equation, notation)))
            for shape in (spelled(s, notation) for picture in pictures for s in picture.shapes):
                if isinstance(shape, Symbol):
                    written.append(shape)
                elif isinstance(shape, Formula):
                    written += [x for form in shape.forms for x in letters(form)]
            foreign = set().union(*(PARAMETERS[n] for n in NOTATIONS if n != name))
            for each in written:
                assert (each.base, each.sub) not in foreign, each
                if notation is LECTURE:
                    assert not each.sub or "t" not in each.sub, each
                    assert not (each.base == "h" and each.sup), each
                else:
                    assert "⟨" not in each.sup and "[" not in each.sup, each
                    assert each.base != "a", each


def test_the_rule_of_a_step_reads_as_the_books_write_it():
    frame = next(frames("rnn", "synced"))
    for notation, first in (
        (LECTURE, ["a", "W_aa", "a", "W_ax", "x", "b_a"]),
        (TEXTBOOK, ["h", "W", "h", "U", "x", "b"]),
        (FRAMEWORK, ["h", "weight_hh_l0", "h", "weight_ih_l0", "x", "bias_ih_l0"]),
    ):
        task = make_task(sequence_from_text("one two"))
        run = start_run(task, Settings(units=3))
        frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
        equation = spelled_equation(equation_of(frame), notation)
        rule = next(s for s in equation.sections if s.name == "general").forms[0]
        step = {"t", "t−1"}
        said = [
            x.base + (f"_{x.sub}" if x.sub and x.sub not in step else "") for x in letters(rule)
        ]
        assert said == first


def test_the_lectures_scenes_are_the_very_same():
    frame = next(frames("lstm", "synced"))
    for shape in stage_scene(frame, 1200, 420, 14.0).shapes:
        assert spelled(shape, LECTURE) is shape


@pytest.mark.parametrize("mode", ["synced", "many_to_one"])
@pytest.mark.parametrize("panel", [depth, ledger, triangle, loop, None])
def test_words_stand_as_they_are_in_every_notation(panel, mode):
    words = ["a", "y", "b", "a", "x"]  # of which some are letters of a notation
    run = start_run(make_task(sequence_from_text(" ".join(words)), mode), Settings(units=3))
    passing = compute_pass(run, 0, 0)
    frame = resolve(run, Playhead(position=resolve(run, Playhead(), passing).timeline.end), passing)
    if panel is None:
        shapes = stage_scene(frame, 1200, 420, 14.0).shapes
    else:
        shapes = panel.scene(frame, 900, 500, AREA, 13.0).shapes
    are_unchanged(shapes, words)


def test_words_of_another_order_stand_as_they_are_in_every_notation():
    words = ("a", "y", "b")
    rows = (Reordered(words, np.array([0.9, 0.1])), Reordered(words[::-1], np.array([0.2, 0.8])))
    found = TextOrder(rows, ("a", "y"))
    are_unchanged(text_shapes(found, AREA, 13.0), words)


def are_unchanged(shapes: Sequence[Shape], words: Sequence[str]):
    """That no notation changes what of these words is written."""
    told = [shape for shape in shapes if isinstance(shape, Text) and shape.text in words]
    assert {"a", "y"} <= {shape.text for shape in told}
    for notation in NOTATIONS.values():
        assert [spelled(shape, notation) for shape in told] == told
