"""Weights are scaled to the very spectral radius or norm that is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.data import make_task, sequence_from_text
from rnnviz.engine.jacobians import spectral_radius
from rnnviz.film import Settings, start_run
from rnnviz.film.measures import WEIGHT_SCALES
from rnnviz.film.records import parameters
from rnnviz.film.settings import GIVEN
from rnnviz.film.weight_scales import scaled, scales_of, why_not_scaled
from tests.frames import make_frame

TASK = make_task(sequence_from_text("one two three four five"))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_every_block_of_every_layer_gets_the_radius(cell: str) -> None:
    run = start_run(TASK, Settings(cell=cell, units=7, layers=2))
    before = run.networks[0]
    scales = scales_of(before)
    np.testing.assert_allclose(scales.of_layer(1), spectral_radius(before, 1))
    made = scaled(run, 0, scales, "radius", 1.1)
    assert len(made.networks) == 1 and made.settings.recurrent == GIVEN
    for layer in (0, 1):
        np.testing.assert_allclose(spectral_radius(made.networks[0], layer), 1.1)
    for name, array in parameters(before).items():
        if "W_aa" not in name:
            np.testing.assert_array_equal(parameters(made.networks[0])[name], array)


def test_the_input_is_scaled_and_nothing_else() -> None:
    run = start_run(TASK, Settings(units=5, layers=2))
    scales = scales_of(run.networks[0])
    before = parameters(run.networks[0])
    assert scales.input == pytest.approx(np.linalg.norm(before["W_ax_l0"]))
    after = parameters(scaled(run, 0, scales, "input", 12.5).networks[0])
    np.testing.assert_allclose(after["W_ax_l0"], before["W_ax_l0"] * 12.5 / scales.input)
    same = [name for name in before if np.array_equal(before[name], after[name])]
    assert set(before) - set(same) == {"W_ax_l0"}


def test_an_encoder_and_its_decoder_are_scaled_together() -> None:
    run = start_run(TASK, Settings(units=4)).in_mode("encoder_decoder")
    scales = scales_of(run.networks[0])
    assert set(scales.radii) == {"encoder.W_aa_l0", "decoder.W_aa_l0"}
    made = scaled(run, 0, scales, "radius", 0.9)
    again = scales_of(made.networks[0])
    np.testing.assert_allclose([*again.radii.values()], 0.9)
    np.testing.assert_allclose(
        [*scaled(run, 0, scales, "input", 3.0).networks[0].encoder.parameters["W_ax_l0"].shape],
        [4, TASK.inputs],
    )


def test_a_measure_has_them_and_zero_cannot_be_scaled() -> None:
    frame = make_frame(units=4, gain=0.0)
    scales = WEIGHT_SCALES(frame.passing)
    np.testing.assert_array_equal(scales.of_layer(0), 0.0)
    assert why_not_scaled(scales, "radius") == (
        "The spectral radius of W_aa is 0, which no factor changes."
    )
    assert why_not_scaled(scales, "input") == ""
    with pytest.raises(ValueError, match="no factor"):
        scaled(frame.run, 0, scales, "radius", 1.0)
    with pytest.raises(ValueError, match="above 0, not -1"):
        scaled(frame.run, 0, scales, "input", -1)
