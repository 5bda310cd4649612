"""The gradient as it runs back, to be heard: its logarithm as pitch. No Qt.

While the film goes back over step t one tone sounds, whose pitch is linear in log10 ‖∂L/∂a⟨t⟩‖, of
the loss and of the layer that the film follows: three powers of ten are an octave, one of them four
semitones. A norm of 1 is 880 Hz. What is below 10⁻⁹ sounds as 10⁻⁹ does, at 110 Hz, and what is
above 10⁶ as that, at 3,520 Hz: further down and up most loudspeakers, and ears, are of no use.
Silence is a gradient that is exactly 0, and one that is no number; steps forward and the update
are silent too. All tones are equally loud: loudness says nothing.
"""

from __future__ import annotations

import wave
from collections.abc import Iterable, Iterator
from math import floor, isnan
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from rnnviz.export.moments import seconds_between
from rnnviz.film import Frame, Stage
from rnnviz.frozen import record

Samples = NDArray[np.int16]

RATE = 44_100
"""Samples a second."""
LOWEST, HIGHEST = -9.0, 6.0
"""log10 of the norms between which pitch says how large it is."""
_AT_ONE, _DECADES = 880.0, 3.0  # Hz of a norm of 1; powers of ten in an octave
_PART = RATE // 10  # samples that are made at a time
_FADE = 0.008  # seconds in which a tone comes and goes, so that it does not click
_LOUD = 0.5  # of the largest sample that there is
_OVERTONES = (1.0, 0.5, 0.25, 0.125)  # a telephone's loudspeaker has no 110 Hz, but 220 and 330


@record
class Tone:
    """A tone: its pitch, and when it sounds.

    Attributes
    ----------
    start, end : float
        Seconds from the beginning of the film.
    hertz : float
        Its pitch; 0 is silence.
    """

    start: float
    end: float
    hertz: float


def pitch(log10_norm: float) -> float:
    """The pitch of a gradient's norm in Hz, by its log10; 0 where it is silent."""
    if isnan(log10_norm) or log10_norm == -np.inf:
        return 0.0
    kept = min(max(log10_norm, LOWEST), HIGHEST)
    return float(_AT_ONE * 2.0 ** (kept / _DECADES))


def tones(frame: Frame, start: float, end: float, speed: float) -> tuple[Tone, ...]:
    """One tone a step of what a stretch of the film goes back over.

    Parameters
    ----------
    frame : Frame
        What is followed: its loss or the sum of all, and its layer.
    start, end : float
        Positions; a step that is not all in between sounds as far as it is.
    speed : float
        The film's.
    """
    timeline, norms = frame.timeline, frame.norms_of(summed=frame.summed)
    found: list[Tone] = []
    first = max(floor(start), timeline.steps)
    for stop in range(first + 1, min(2 * timeline.steps, floor(end) + 1) + 1):
        begin, over = max(start, stop - 1.0), min(end, float(stop))
        moment = timeline.moment(float(stop))
        if over <= begin or moment.stage is not Stage.BACKWARD:
            continue
        found.append(
            Tone(
                seconds_between(timeline, start, begin) / speed,
                seconds_between(timeline, start, over) / speed,
                pitch(float(norms[moment.step - 1])),
            )
        )
    return tuple(found)


def heard(found: Iterable[Tone], seconds: float) -> Iterator[Samples]:
    """The samples of tones, one channel at `RATE`, a tenth of a second at a time.

    Each fades in and out within itself, by which two of one pitch in a row are told apart.

    Parameters
    ----------
    found : iterable of Tone
        In their order; none begins before the last has ended.
    seconds : float
        Of all of it.
    """
    waiting = iter(found)
    tone = next(waiting, None)
    for first in range(0, round(seconds * RATE), _PART):
        at = np.arange(first, min(first + _PART, round(seconds * RATE))) / RATE
        part = np.zeros(len(at))
        while tone is not None and tone.start <= at[-1]:
            if tone.hertz:
                part += _sounding(tone, at)
            if tone.end > at[-1]:
                break  # it goes on in the next part
            tone = next(waiting, None)
        yield np.round(_LOUD * 32767 * part).astype(np.int16)


def write_wav(file: BinaryIO, samples: Iterable[Samples]) -> None:
    """Write sound as WAV: one channel, 16 bits, at `RATE`."""
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        for part in samples:
            made.writeframes(part.astype("<i2").tobytes())


def _sounding(tone: Tone, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """A tone at some times (s), −1 … 1; 0 before it and after."""
    since, left = at - tone.start, tone.end - at
    fade = min(_FADE, (tone.end - tone.start) / 2.0)
    swell = np.clip(np.minimum(since, left) / fade, 0.0, 1.0)
    swell = swell * swell * (3.0 - 2.0 * swell)  # without an edge where it begins and ends
    phase = 2.0 * np.pi * tone.hertz * since
    wave_form = sum(share * np.sin((k + 1) * phase) for k, share in enumerate(_OVERTONES))
    return swell * wave_form / sum(_OVERTONES)
