"""An axis of steps: which tokens or numbers have room under it."""

from __future__ import annotations

from math import ceil, floor

from rnnviz.film import Frame
from rnnviz.scenes.charts.chart import Axis, AxisRoom, Tick
from rnnviz.scenes.charts.ticks import nice
from rnnviz.scenes.step_words import step_name


def step_axis(frame: Frame) -> Axis:
    """The axis of a frame's steps; two of them at least can be looked at."""

    def ticks(low: float, high: float, room: AxisRoom) -> list[Tick]:
        return [(float(t), text) for t, text in step_labels(frame, low, high, room)]

    def words(value: float) -> str:
        return step_name(frame, round(value))

    return Axis(1.0, float(frame.steps), ticks, words, "step", least=2.0)


def step_labels(frame: Frame, low: float, high: float, room: AxisRoom) -> list[tuple[int, str]]:
    """What is written under the steps: tokens where they fit, else the numbers of some steps.

    Parameters
    ----------
    frame : Frame
    low, high : float
        From where to where steps are seen.
    room : AxisRoom

    Returns
    -------
    list of (step, text)
        In the order of the steps; a text is at most as wide as its steps are apart.
    """
    pitch, gap = room.length / (high - low), 0.55 * room.high
    first, last = max(1, ceil(low)), min(frame.steps, floor(high))
    if last < first:
        return []
    steps, wide_enough = last - first + 1, pitch - gap
    if frame.value(1) is None and wide_enough >= gap:
        tokens = [frame.token(t) for t in range(first, last + 1)]
        widths = [room.measure(token) for token in tokens]
        wide = sum(width > wide_enough for width in widths)
        # A cut token still says something if much of it stays, or if it is a rare long one.
        rare = wide <= 0.2 * steps and wide_enough > 3 * gap
        if not wide or wide_enough >= 0.6 * max(widths) or rare:
            cut = [room.elide(token, wide_enough) for token in tokens]
            # "frame 1" … "frame 12", all of them cut to "fram…", would say nothing.
            if len(set(cut)) == len(set(tokens)):
                return list(enumerate(cut, first))
    name = frame.token if frame.value(1) is not None else str
    widest = max(room.measure(name(t)) for t in {first, (first + last) // 2, last})
    stride = nice((widest + gap) / pitch)
    chosen = list(range(-(-first // stride) * stride, last + 1, stride))
    if first == 1 and (not chosen or (chosen[0] - 1) * pitch >= widest + gap):
        chosen.insert(0, 1)
    if last == frame.steps and chosen and (last - chosen[-1]) * pitch >= widest + gap:
        chosen.append(last)
    return [(t, name(t)) for t in chosen or [first]]
