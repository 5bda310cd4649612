"""The table of fields: its rows fit the records and the engine, and refuse in one sentence."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnnviz.data import MODES
from rnnviz.engine import ACTIVATIONS
from rnnviz.engine.cells import CELLS
from rnnviz.engine.clipping import Clipping
from rnnviz.engine.initializers import RECURRENT
from rnnviz.engine.network import Architecture
from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.film import Plan, Playhead, Settings
from rnnviz.film.fields import FIELDS, fields_of


def values_of(row):
    """Anything that a row accepts."""
    if row.kind is str:
        return st.sampled_from(row.names)
    if row.kind is int:
        return st.integers(int(row.least), int(row.most))
    return st.floats(row.least, row.most, exclude_min=row.above)


def test_names_are_the_engines():
    assert set(FIELDS["cell"].names) == set(CELLS)
    assert set(FIELDS["activation"].names) == set(ACTIVATIONS)
    assert set(FIELDS["optimizer"].names) == set(OPTIMIZERS)
    assert set(FIELDS["recurrent"].names) <= set(RECURRENT)
    assert set(FIELDS["mode"].names) == set(MODES)


def test_defaults_are_the_records():
    for row in fields_of("network", "updates"):
        assert row.default == getattr(Settings(), row.name)
    for row in fields_of("training"):
        assert row.default == getattr(Plan(), row.name)
    for row in fields_of("view"):
        if hasattr(Playhead(), row.name):
            assert row.default == getattr(Playhead(), row.name)


@pytest.mark.parametrize("name", FIELDS)
def test_every_row_teaches_and_its_own_values_are_accepted(name):
    row = FIELDS[name]
    assert row.title and row.teaches.endswith(".") and row.teaches in row.tip
    assert 0 <= row.part <= 9
    assert row.default is None or not row.refusal(row.default)
    for choice in row.choices:
        assert choice.short and choice.title
        for changed, value in choice.changes.items():
            assert not FIELDS[changed].refusal(value)
            assert FIELDS[changed].read(str(value)) == value


@pytest.mark.parametrize("row", [r for r in FIELDS.values() if r.kind in (int, float)])
def test_ends_of_ranges_and_what_is_beyond(row):
    for value in (row.most, *(() if row.above else (row.least,))):
        assert row.checked(row.kind(value)) == value
    step = 1 if row.kind is int else 1e-6 * max(1.0, abs(row.most))
    wrong = [row.kind(row.least - step), row.kind(row.most + step), math.nan, math.inf, True, "1"]
    for value in (*wrong, None, [1], *([row.least] if row.above else [])):
        with pytest.raises(ValueError) as caught:
            row.checked(value)
        said = str(caught.value)
        assert said.startswith(f"{row.title} must be {row.expected}, not ")
        assert "\n" not in said and len(said) < 200


@given(st.one_of(st.floats(), st.integers(), st.text(), st.booleans(), st.none()))
@example(10**400)
@example(-(10**400))
def test_whatever_comes_a_value_within_the_range_is_made_of_it(value):
    for row in FIELDS.values():
        if row.default is not None and not row.above:
            assert not row.refusal(row.clamped(value))


@given(st.data())
def test_what_a_row_accepts_the_engine_accepts(data):
    rows = fields_of("network", "updates")
    values = {row.name: data.draw(values_of(row)) for row in rows}
    s = Settings(**values)
    activation = "tanh" if FIELDS["activation"].why_not(s) else s.activation
    Architecture(3, s.units, 2, s.cell, activation, s.layers)
    Clipping(s.clipping, s.clip_limit)
    assert s.optimizer in OPTIMIZERS and s.recurrent in RECURRENT


def test_a_plan_refuses_with_the_fields_sentence():
    for row in fields_of("training"):
        wrong = row.kind(row.most * 2)
        with pytest.raises(ValueError, match="must be") as caught:
            Plan(settings=Settings(learning_rate=0.1), **{row.name: wrong})
        assert str(caught.value) == row.refusal(wrong)
