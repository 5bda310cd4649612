"""Numbers of an equation become blanks, the result's first; what is left is what was there."""

import pytest

from rnnviz.film.mistakes import quantities
from rnnviz.scenes.equation import UnitColumn, equation_of
from rnnviz.scenes.equation.fading import ASKED, BLANK, Blank, blanks_of, faded
from tests.frames import make_frame
from tests.scenes.test_equation import walk


def columns(equation):
    return [
        item
        for section in equation.sections
        for item in walk(section.forms[0])
        if isinstance(item, UnitColumn)
    ]


def texts(equation):
    return [number.text for column in columns(equation) for number in column.numbers]


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("position", [4.0, 14.0])
def test_the_result_fades_first_and_nothing_else_changes(cell, position):
    frame = make_frame(position=position, units=5, cell=cell, summed=True)
    equation = equation_of(frame)
    every = blanks_of(frame, equation)
    result = "a" if position == 4.0 else "total"
    assert every[:2] == (Blank(result, 0), Blank(result, 1))
    before = texts(equation)
    assert faded(frame, equation, 0, ()) is equation
    for count in range(1, len(every) + 1):
        after = texts(faded(frame, equation, count, ()))
        gone = [(b, a) for b, a in zip(before, after, strict=True) if a != b]
        assert [a for _, a in gone].count(ASKED) >= 1
        assert {a for _, a in gone} <= {ASKED, BLANK} and len(gone) >= count


@pytest.mark.parametrize("position", [4.0, 14.0])
def test_no_form_and_no_sentence_still_says_a_number_that_is_missing(position):
    frame = make_frame(position=position, units=5, summed=True)
    equation = equation_of(frame)
    made = faded(frame, equation, 99, ())
    assert all(len(s.forms) == 1 for s in made.sections if s.name == "numbers")
    known = quantities(frame)
    for column in columns(made):
        for unit, number in zip(column.units, column.numbers, strict=True):
            if number.text in (ASKED, BLANK):
                assert number.value != number.value
                assert number.text not in made.sentence or number.text == ASKED
            else:  # what no blank is made of was given
                assert all(float(v[unit]) != number.value for v in known.values())


def test_what_was_filled_in_is_written_and_the_next_is_asked_for():
    frame = make_frame(position=4.0, units=5)
    equation = equation_of(frame)
    first, second, *_ = blanks_of(frame, equation)
    assert "a⟨4⟩, unit 1" in faded(frame, equation, 2, ()).sentence
    made = faded(frame, equation, 2, {first})
    assert "a⟨4⟩, unit 2" in made.sentence and texts(made)[0] == texts(equation)[0]
    assert faded(frame, equation, 2, {first, second}) is equation


@pytest.mark.parametrize("position", [0.0, 19.0])
def test_where_nothing_is_reckoned_nothing_fades(position):
    frame = make_frame(position=position)
    assert blanks_of(frame, equation_of(frame)) == ()
