"""Scenes and equations in every notation: no letter of another one, wherever a letter stands."""

from collections.abc import Iterator

import pytest

from rnnviz.data import MODES, make_task, sequence_from_text
from rnnviz.engine import CELLS
from rnnviz.film import Frame, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.notation import FRAMEWORK, LECTURE, NOTATIONS, TEXTBOOK
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
from rnnviz.scenes.memory_cell import memory_cell_scene
from rnnviz.scenes.memory_cell.wires import wires_in
from rnnviz.scenes.shapes import Formula, Rect, Symbol
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
