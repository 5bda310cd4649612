"""Measures: found once and kept with their pass, the same as looking at its numbers anew."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.engine import EncoderDecoder
from rnnviz.files.errors import Cancelled
from rnnviz.film import Frame, Pass, Playhead, compute_pass, resolve
from rnnviz.film.comparison import beside, compare
from rnnviz.film.extremes import range_of
from rnnviz.film.measures import (
    CURVE,
    EXTREMES,
    KINDS,
    MEASURES,
    RANGE,
    SOURCE_NORMS,
    TOTAL_NORMS,
    drop,
    look_through,
    take_over,
)
from rnnviz.film.panels import PANELS, measures_of
from rnnviz.film.splices import Splice
from rnnviz.writing.numbers import numbers_header, numbers_rows
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
    of_a_series = {"forecast", "origins"}
    assert {name for name, *_ in passing.measured} == set(MEASURES) - of_a_series
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
    run = make_frame(40).run
    run = run.with_task(replace(run.task, trained=30))
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
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


def long(mode: str, text: str | int = "a b c d " * 500, dtype=np.float64, **settings) -> Pass:
    """A pass of thousands of steps in a mode, in whichever numbers."""
    run = make_frame(text, units=5, **settings).run.in_mode(mode)
    network = run.networks[0]
    if isinstance(network, EncoderDecoder):
        network = EncoderDecoder(network.encoder.astype(dtype), network.decoder.astype(dtype))
    else:
        network = network.astype(dtype)
    return compute_pass(replace(run, networks=(network,)), 0, 0)


@pytest.mark.parametrize("mode", ["many_to_one", "encoder_decoder", "one_to_many", "synced"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("gain", [0.3, 5.0])
def test_no_norm_is_lost_by_a_number_format(mode: str, dtype: type, gain: float) -> None:
    """Neither of one loss nor of all, where the plain numbers are 0 or infinite."""
    activation = "identity" if gain < 1.0 else "tanh"
    passing = long(mode, gain=gain, activation=activation, dtype=dtype)
    for curve in (CURVE(passing, "sum", 0), CURVE(passing, "source", 0)):
        assert curve is not None
        reached = curve[: passing.source]
        assert np.isfinite(reached).all()
        assert np.isneginf(curve[passing.source :]).all()
    if mode != "synced":
        assert np.abs(np.diff(curve[: passing.source])).max() < 60.0
        assert np.abs(curve[: passing.source]).max() > 310.0 or gain > 1.0


def test_norms_that_floats_hold_are_those_of_the_pass(frame: Frame) -> None:
    passing = frame.passing
    assert np.array_equal(TOTAL_NORMS(passing), passing.backward.log_norm_da)
    plain, found = np.asarray(passing.alone.log_norm_da), SOURCE_NORMS(passing)
    sure = np.isfinite(plain) & (plain > -50.0)
    assert sure[:, passing.source - 8 : passing.source].all()
    assert np.array_equal(found[sure], plain[sure])


def test_norms_before_an_explosion_are_finite() -> None:
    """The states explode at some step; the gradient of a loss before it does not."""
    frame = make_frame(
        1200, units=8, activation="identity", gain=2.5, recurrent="identity", source=200
    )
    passing = frame.passing
    assert passing.trace.exploded_at is not None and passing.trace.exploded_at > 200
    assert np.isfinite(frame.norms_of(summed=False)[:200]).all()
    assert np.isnan(frame.norms_of(summed=True)[0])


def test_the_other_sides_sums_are_held_too() -> None:
    run = make_frame("a b c d " * 300, units=5, gain=0.3, activation="identity").run
    run = run.in_mode("many_to_one")
    passing = compute_pass(run, 0, 0)
    found = beside(passing, run.networks[0])
    for layer in range(found.layers):
        for summed in (True, False):
            assert np.isfinite(found.log10_norms(summed=summed, layer=layer)).all()


def test_exported_norms_go_past_the_smallest_float() -> None:
    run = make_frame("a b c d " * 500, units=5, gain=0.3, activation="identity").run
    run = run.in_mode("many_to_one")
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    rows = list(csv.DictReader(as_csv(frame)))
    first, last = rows[0], rows[-1]
    assert first["norm_dL_da"] == ""
    assert float(first["log10_norm_dL_da"]) == pytest.approx(frame.norms_of(summed=True)[0])
    assert float(first["log10_norm_dL_da"]) < -400.0
    assert float(last["norm_dL_da"]) == pytest.approx(10.0 ** float(last["log10_norm_dL_da"]))


def as_csv(frame: Frame) -> io.StringIO:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([numbers_header(frame), *numbers_rows(frame)])
    text.seek(0)
    return text
