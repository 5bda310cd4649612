"""The gradient that is heard: its logarithm as pitch, silence where there is none, no clicks."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from rnnviz.export.moments import HELD, seconds_between, sound_seconds
from rnnviz.export.sound import RATE, heard, pitch, tones, write_wav
from rnnviz.files.errors import DataError
from rnnviz.film import Timeline

SPEED = 2.0


def played(frame, start, end):
    """What a WAV of a stretch says, read again, and the tones it was made of."""
    file = io.BytesIO()
    found = tones(frame, start, end, SPEED)
    seconds = seconds_between(frame.timeline, start, end) / SPEED
    write_wav(file, heard(found, seconds))
    file.seek(0)
    with wave.open(file) as made:
        assert (made.getnchannels(), made.getsampwidth(), made.getframerate()) == (1, 2, RATE)
        data = np.frombuffer(made.readframes(made.getnframes()), "<i2")
    assert len(data) == round(seconds * RATE)
    return found, data


def loudest_pitch(data):
    """The frequency of the strongest partial, in Hz."""
    spectrum = np.abs(np.fft.rfft(data * np.hanning(len(data))))
    return float(np.argmax(spectrum) * RATE / len(data))


def test_pitch_is_linear_in_the_logarithm():
    assert pitch(0.0) == 880.0
    assert pitch(-3.0) == 440.0
    steps = np.diff(np.log2([pitch(x) for x in np.linspace(-9, 6, 31)]))
    assert steps == pytest.approx(steps[0])
    assert pitch(-400.0) == pitch(-9.0) == 110.0
    assert pitch(np.inf) == pitch(6.0) == 3520.0
    assert pitch(-np.inf) == pitch(np.nan) == 0.0


def test_one_tone_a_step_back_at_the_films_speed(frame_of):
    frame = frame_of()
    steps, norms = frame.steps, frame.norms_of(summed=False)
    found, data = played(frame, 0.0, float(frame.timeline.end))
    assert len(found) == steps
    for t, tone in zip(range(steps, 0, -1), found, strict=True):
        assert tone.hertz == pytest.approx(880 * 2 ** (norms[t - 1] / 3))
        assert tone.end - tone.start == pytest.approx(2.0 / SPEED)
        inner = data[round(tone.start * RATE) : round(tone.end * RATE)]
        assert loudest_pitch(inner) == pytest.approx(tone.hertz, abs=3.0)
    assert not data[: int(found[0].start * RATE)].any()  # forward steps are silent
    assert not data[int(found[-1].end * RATE) + 1 :].any()  # and so is the update


def test_nothing_clicks(frame_of):
    found, data = played(frame_of(), 9.5, 17.3)
    assert len(found) == 9
    steepest = np.abs(np.diff(data.astype(int))).max()
    inner = data[round(0.2 * RATE) : round(0.4 * RATE)].astype(int)  # within the first tone
    assert steepest <= 1.5 * np.abs(np.diff(inner)).max()
    assert abs(int(data[0])) < 50
    assert abs(int(data[-1])) < 50


def test_a_gradient_of_exactly_nothing_is_silent(frame_of):
    frame = frame_of(source=4)
    assert np.isneginf(frame.norms_of(summed=False)[4:]).all()
    found, data = played(frame, float(frame.steps), float(frame.timeline.end))
    assert [tone.hertz > 0 for tone in found] == [False] * 5 + [True] * 4
    assert not data[: int(found[5].start * RATE)].any()
    assert data.any()


def test_a_sound_that_would_be_too_long_is_refused_as_one():
    timeline = Timeline(5_000)
    assert sound_seconds(timeline, 0.0, 40.0, 1.0) == pytest.approx(
        seconds_between(timeline, 0.0, 40.0) + HELD
    )
    with pytest.raises(DataError) as refused:
        sound_seconds(timeline, 0.0, float(timeline.end), 0.1)
    said = str(refused.value)
    assert "the sound would take " in said and "hours, at most 4 are written" in said
    assert "picture" not in said and "--fps" not in said
