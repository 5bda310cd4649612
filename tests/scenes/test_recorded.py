"""A recording's picture: the numbers that were given, sentences that hold, nothing told early."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.film.recording import moment_of, recording_of
from rnnviz.scenes.recorded import scene
from rnnviz.scenes.recorded_words import sentence
from rnnviz.scenes.shapes import Heat, Text

SIZE = (1200.0, 675.0, 14.0)


@pytest.fixture(scope="module")
def recording():
    random = np.random.default_rng(1)
    a = np.tanh(random.normal(size=(2, 6, 5)))
    g = random.normal(size=(2, 6, 5)) * 0.1 ** np.arange(6)[::-1][None, :, None]
    return recording_of(a, g, ["the", "cat", "sat", "on", "the", "<b>mat</b>"], "an LSTM")


def _texts(made):
    return {shape.id: shape.text for shape in made.shapes if isinstance(shape, Text)}


def _heats(made):
    return {shape.id: shape for shape in made.shapes if isinstance(shape, Heat)}


def test_nothing_is_told_before_its_time(recording):
    for position in (0.0, 2.5, 6.0, 7.5, 12.0):
        now = moment_of(recording, position)
        made = scene(recording, position, 1, *SIZE)
        cells = {int(name[6:]) for name in _heats(made) if name.startswith("state:")}
        assert cells == set(range(1, now.known + 1))
        norms = {int(name[5:]) for name in _texts(made) if name.startswith("norm:")}
        assert norms == set(range(now.back, 7))
        known = ~np.isnan(_heats(made)["map"].values).all(axis=0)
        assert known.tolist() == [t <= now.known for t in range(1, 7)]


def test_the_cells_hold_the_states_that_were_given(recording):
    for layer in (0, 1):
        for name, heat in _heats(scene(recording, 6.0, layer, *SIZE)).items():
            if name.startswith("state:"):
                t = int(name[6:])
                given = heat.values.T.reshape(-1)[:5]
                assert given == pytest.approx(recording.states[layer, t - 1])
        np.testing.assert_allclose(
            _heats(scene(recording, 6.0, layer, *SIZE))["map"].values, recording.states[layer].T
        )


def test_the_sentence_holds_in_every_regime():
    a = np.ones((4, 2))
    g = np.array([[0.0, 0.0], [np.nan, 1.0], [3.0, 4.0], [0.3, 0.4]])
    recording = recording_of(a, g, ["1", "2", "3", "4"])

    def said(position):
        return sentence(recording, moment_of(recording, position), 0)

    assert said(0.0) == (
        "Recorded states and gradients of 2 units over 4 steps: nothing is shown yet."
    )
    assert said(1.0) == "At step 1, the state's length is ‖\u2009a⟨1⟩\u2009‖ = 1.41."
    assert said(5.0) == "The gradient that reaches step 4 is ‖\u2009∂L/∂a⟨4⟩\u2009‖ = 0.5."
    assert said(6.0) == "At step 3, ‖\u2009∂L/∂a⟨3⟩\u2009‖ = 5: 10 times what it is at step 4."
    assert said(7.0) == "At step 2, the gradient holds numbers that are not finite."
    assert said(8.0) == "At step 1, ‖\u2009∂L/∂a⟨1⟩\u2009‖ is exactly 0."
    lost = recording_of(np.full((1, 2), np.inf))
    assert "not finite" in sentence(lost, moment_of(lost, 1.0), 0)
    alone = recording_of(a[:1])
    assert sentence(alone, moment_of(alone, 0.0), 0).startswith(
        "Recorded states of 2 units over 1 step:"
    )


@pytest.mark.parametrize("gradient", [0.0, np.nan, np.inf, 1e-320, 1e300])
@pytest.mark.parametrize("steps", [1, 2, 500])
@pytest.mark.parametrize("size", [(640.0, 380.0, 11.0), (3840.0, 2160.0, 34.0)])
def test_every_recording_has_a_picture_within_its_size(gradient, steps, size):
    recording = recording_of(
        np.ones((steps, 300)), np.full((steps, 300), gradient), ["w" * 90] * steps
    )
    for position in (0.0, steps - 0.5, 2.0 * steps):
        made = scene(recording, position, 0, *size)
        for shape in made.shapes:
            if isinstance(shape, Text | Heat):
                assert shape.rect.x >= -1 and shape.rect.right <= size[0] + 1, shape
                assert shape.rect.y >= -1 and shape.rect.bottom <= size[1] + 1, shape


def test_a_long_recording_is_drawn_in_few_shapes():
    random = np.random.default_rng(0)
    recording = recording_of(random.normal(size=(20_000, 64)), random.normal(size=(20_000, 64)))
    made = scene(recording, 39_000.0, 0, *SIZE)
    assert len(made.shapes) < 600
    assert _heats(made)["map"].values.shape[1] <= SIZE[0]
