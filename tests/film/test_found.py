"""What a pass finds in its numbers once: the same as looking at them anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rnnviz.files.errors import Cancelled
from rnnviz.film import Frame, compute_pass
from rnnviz.film.found import KINDS
from rnnviz.film.passes import Pass
from rnnviz.film.records import Splice
from tests.frames import make_frame

# Of the second one everything is found when it is computed.
FRAMES = ("a b c d e f g h", "a b c d " * 600)


def _prepared(passing: Pass) -> bool:
    return bool(passing.found.extremes)


@pytest.fixture(params=["rnn", "lstm", "gru"])
def cell(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=FRAMES)
def frame(request: pytest.FixtureRequest, cell: str) -> Frame:
    return make_frame(request.param, cell=cell, layers=2, units=5)


def test_only_long_passes_are_looked_through_when_they_are_computed(frame: Frame) -> None:
    assert _prepared(frame.passing) == (frame.steps > 1000)


def test_extremes_are_those_of_what_is_shown(frame: Frame) -> None:
    for layer in range(2):
        for quantity in frame.quantities:
            extremes = frame.passing.extremes(quantity, layer)
            assert np.array_equal(extremes.values, frame.values_of(quantity, layer)[1:])
            assert extremes.largest == np.abs(extremes.values).max()
            assert frame.passing.extremes(quantity, layer) is extremes


def test_ranges_are_those_of_the_curves(frame: Frame) -> None:
    for layer in range(2):
        for kind in KINDS:
            curve, found = frame.passing.curve(kind, layer), frame.passing.range_of(kind, layer)
            if curve is None:
                assert np.isnan(found.low) and np.isnan(found.high) and not found.zeros
                continue
            finite = curve[np.isfinite(curve)]
            assert (found.low, found.high) == (finite.min(), finite.max())
            assert found.zeros == bool((curve == -np.inf).any())
            assert found.whole == (finite.size == curve.size)
            assert not curve.flags.writeable


def test_a_curve_without_a_finite_number_has_no_range() -> None:
    frame = make_frame("a b c")
    lost = replace(frame.passing, source_log_norms=np.array([[-np.inf, -np.inf, np.nan]]))
    found = lost.range_of("source", 0)
    assert np.isnan(found.low) and np.isnan(found.high) and found.zeros


def test_what_was_found_in_other_numbers_is_forgotten(frame: Frame) -> None:
    before = frame.passing.range_of("source", 0)
    other = replace(frame.passing, source_log_norms=frame.passing.source_log_norms - np.log(10.0))
    assert other.range_of("source", 0).high == pytest.approx(before.high - 1.0)


def test_another_source_takes_over_what_is_of_the_forward_pass(frame: Frame) -> None:
    known = frame.passing
    extremes = known.extremes("a", 1)
    known.range_of("source", 1)
    other = compute_pass(frame.run, 0, 2, known)
    assert other.extremes("a", 1) is extremes
    norms = other.log10_norms(False, 1)
    assert other.range_of("source", 1).high == norms[np.isfinite(norms)].max()
    assert np.array_equal(other.log10_norms(True, 1), known.log10_norms(True, 1))


def test_a_long_pass_can_be_stopped_while_it_is_looked_through() -> None:
    frame = make_frame(FRAMES[1])
    with pytest.raises(Cancelled):
        compute_pass(frame.run, 0, 0, told=lambda done: done < 0.99)


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
