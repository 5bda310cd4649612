"""Measures: found once and kept with their pass, the same as looking at its numbers anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.files.errors import Cancelled
from rnnviz.film import Frame, compute_pass
from rnnviz.film.comparison import compare
from rnnviz.film.extremes import range_of
from rnnviz.film.measures import (
    CURVE,
    EXTREMES,
    KINDS,
    MEASURES,
    RANGE,
    drop,
    look_through,
    take_over,
)
from rnnviz.film.panels import PANELS, measures_of
from rnnviz.film.records import Splice
from tests.frames import make_frame

# Of the second one everything is found when it is computed.
FRAMES = ("a b c d e f g h", "a b c d " * 600)


@pytest.fixture(params=["rnn", "lstm", "gru"])
def cell(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=FRAMES)
def frame(request: pytest.FixtureRequest, cell: str) -> Frame:
    return make_frame(request.param, cell=cell, layers=2, units=5)


def test_extremes_are_those_of_what_is_shown(frame: Frame) -> None:
    for layer in range(2):
        for quantity in frame.quantities:
            extremes = EXTREMES(frame.passing, quantity, layer)
            assert np.array_equal(extremes.values, frame.values_of(quantity, layer)[1:])
            assert extremes.largest == np.abs(extremes.values).max()
            assert EXTREMES(frame.passing, quantity, layer) is extremes


def test_ranges_are_those_of_the_curves(frame: Frame) -> None:
    for layer in range(2):
        for kind in KINDS:
            curve, found = CURVE(frame.passing, kind, layer), RANGE(frame.passing, kind, layer)
            if curve is None:
                assert np.isnan(found.low) and np.isnan(found.high) and not found.zeros
                continue
            finite = curve[np.isfinite(curve)]
            assert (found.low, found.high) == (finite.min(), finite.max())
            assert found.zeros == bool((curve == -np.inf).any())
            assert found.whole == (finite.size == curve.size)
            assert not curve.flags.writeable


def test_a_curve_without_a_finite_number_has_no_range() -> None:
    found = range_of(np.array([-np.inf, -np.inf, np.nan]))
    assert np.isnan(found.low) and np.isnan(found.high) and found.zeros


def test_measures_belong_to_their_pass(frame: Frame) -> None:
    RANGE(frame.passing, "source", 0)
    assert not replace(frame.passing).measured


def test_another_source_takes_over_what_is_of_the_forward_pass(frame: Frame) -> None:
    known = frame.passing
    extremes = EXTREMES(known, "a", 1)
    RANGE(known, "source", 1)
    other = compute_pass(frame.run, 0, 2, known)
    take_over(other, known)
    assert {name for name, *_ in other.measured} == {"extremes"}
    assert EXTREMES(other, "a", 1) is extremes
    norms = CURVE(other, "source", 1)
    assert RANGE(other, "source", 1).high == norms[np.isfinite(norms)].max()
    assert np.array_equal(CURVE(other, "sum", 1), CURVE(known, "sum", 1))


def test_what_panels_ask_for_is_found_beforehand_and_what_they_do_not_is_dropped() -> None:
    frame = make_frame("a b c d e f g h", cell="lstm", layers=2, units=5)
    passing, branches = frame.passing, compare(frame.branches)
    told: list[float] = []
    look_through(passing, branches, measures_of(PANELS), lambda done: told.append(done) or True)
    assert told == sorted(told) and told[-1] > 0.5
    assert {name for name, *_ in passing.measured} == set(MEASURES)
    assert not any(m.missing(passing, branches) for m in MEASURES.values())
    drop(passing, measures_of(["map"]))
    assert "errors" not in {name for name, *_ in passing.measured}
    assert MEASURES["errors"].missing(passing, branches)
    assert not MEASURES["extremes"].missing(passing, branches)


def test_looking_through_can_be_stopped() -> None:
    frame = make_frame(FRAMES[1])
    with pytest.raises(Cancelled):
        look_through(frame.passing, frame.branches, measures_of(PANELS), lambda d: d < 0.5)


def test_every_panel_has_measures_that_there_are_and_says_why_it_is_empty() -> None:
    words, series = make_frame("a b c"), make_frame(40)
    for panel in PANELS.values():
        assert set(panel.measures) <= set(MEASURES)
    assert "no series" in PANELS["forecast"].why_not_now(words)
    assert not PANELS["forecast"].why_not_now(series)
    assert "not been trained" in PANELS["loss"].why_not_now(words)
    assert not PANELS["map"].why_not_now(words)


def test_errors_are_found_once() -> None:
    frame = make_frame(40)
    assert set(frame.errors(beyond=False)) >= {"network", "naive", "mean"}
    assert frame.errors(beyond=False) is frame.errors(beyond=False)


def test_a_splices_pre_activations_at_a_step() -> None:
    run = make_frame("a b c", cell="gru", units=3).run.in_mode("encoder_decoder")
    spliced = compute_pass(run, 0, 0).trace
    assert isinstance(spliced, Splice)
    for t in range(1, spliced.steps + 1):
        assert np.array_equal(spliced.z_at(t), spliced.z[0, t - 1])
        part, own = spliced.part(t)
        assert np.array_equal(part.z_at(own), spliced.z_at(t))
