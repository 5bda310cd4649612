"""Real frames for tests: a text or a series through the real engine."""

from __future__ import annotations

import numpy as np

from rnnviz.data import DEFAULT_SENTENCE, Sequence, make_task, sequence_from_text
from rnnviz.film import Frame, Playhead, Settings, compute_pass, resolve, start_run


def series(steps: int, columns: int = 1) -> Sequence:
    """A noisy sine, the same every time."""
    rng = np.random.default_rng(0)
    t = np.arange(steps)[:, None] + 3.0 * np.arange(columns)
    values = 12.0 + 8.0 * np.sin(t / 7.0) + rng.normal(0, 0.5, (steps, columns))
    return Sequence(
        kind="series",
        name="sine",
        tokens=tuple(str(i + 1) for i in range(steps)),
        values=values,
        columns=tuple(f"c{i + 1}" for i in range(columns)),
        text=None,
        source=None,
        notes=(),
    )


def make_frame(
    text: str | int = DEFAULT_SENTENCE,
    *,
    unit: str = "words",
    position: float = 0.0,
    source: int = 0,
    summed: bool = False,
    selected: int = -1,
    layer: int = 0,
    **settings,
) -> Frame:
    """A frame of a text, or of a series of so many steps; `settings` as film.Settings."""
    sequence = series(text) if isinstance(text, int) else sequence_from_text(text, unit=unit)
    run = start_run(make_task(sequence), Settings(**settings))
    playhead = Playhead(position=position, source=source, summed=summed, layer=layer, unit=selected)
    return resolve(run, playhead, compute_pass(run, 0, source))
