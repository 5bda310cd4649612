"""Numbers near the ends of float64 go the whole way: no warning, and no NaN shown as a number.

From the door to the preview, the task in every scale and transform, the training, the pass, the
frame and all that is written or drawn of it. What cannot be computed is refused in words.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnviz.data import Options, make_task
from rnnviz.data.readers import parse_bytes, preview_bytes
from rnnviz.data.transforms import TRANSFORMS
from rnnviz.files.errors import DataError
from rnnviz.film import Frame, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.origins import why_no_origins
from rnnviz.film.words import scale_formula
from rnnviz.scenes.charts.chart import AxisRoom
from rnnviz.scenes.charts.forecast import forecast_chart, horizon_chart
from rnnviz.scenes.forecast_table import heads, rows, title
from rnnviz.scenes.forecast_words import interval_words, verdict
from rnnviz.training import fit, prepare
from rnnviz.training.offer import first_plan
from rnnviz.writing.numbers import numbers_rows

LARGEST, LEAST = 1.79e308, 5e-324
STEPS = 120
NO_NUMBER = re.compile(r"\b(nan|inf|infinity)\b", re.IGNORECASE)
SCALES = (None, "all", "minmax", "none", "given:1,1e-300", "given:0,1e300")

ends = st.sampled_from([LARGEST, -LARGEST, 1e308, 1e160, -1e156, 1e-300, 1e-320, LEAST, 0.0, 1.0])
anything = st.floats(-LARGEST, LARGEST, allow_nan=False) | ends
shapes = {
    "constant": ends.map(lambda value: [value] * STEPS),
    "two values": st.tuples(ends, ends).map(lambda pair: [*pair] * (STEPS // 2)),
    "a spike": st.tuples(ends, ends, st.integers(1, STEPS - 1)).map(
        lambda it: [it[0]] * it[2] + [it[1]] + [it[0]] * (STEPS - 1 - it[2])
    ),
    "one decade after the other": st.booleans().map(
        lambda signed: [
            (-1.0) ** (i * signed) * 10.0**k for i, k in enumerate(np.linspace(-320, 308, STEPS))
        ]
    ),
    "one size": st.tuples(st.floats(-320, 308), st.integers(0, 9)).map(
        lambda it: (
            np.random.default_rng(it[1]).uniform(-1, 1, STEPS) * 10.0 ** float(it[0])
        ).tolist()
    ),
    "anything": st.lists(anything, min_size=STEPS, max_size=STEPS),
}
values = st.sampled_from(list(shapes)).flatmap(shapes.__getitem__)
ROOM = AxisRoom(300.0, 12.0, lambda text: 7.0 * len(text), lambda text, _: text)


def shown(frame: Frame) -> list[str]:
    """All that is said of a series and its forecasts: tables, axes and sentences."""
    said = [scale_formula(frame.task)] if frame.task.deviation is not None else []
    said += [cell for row in numbers_rows(frame) for cell in row if isinstance(cell, str)]
    said = [cell for cell in said if cell != "not finite"]
    if why_no_origins(frame.task):
        return said
    said += map(str, (rows(frame), heads(frame), title(frame)))
    said += [verdict(frame), interval_words(frame)]
    for chart in (forecast_chart(frame), horizon_chart(frame)):
        for axis in () if chart is None else (chart.x, chart.y):
            assert np.isfinite([axis.low, axis.high]).all()
            assert axis.low < axis.high
            assert np.isfinite((axis.high - axis.low) ** 2)  # dashes are measured by such
            said += [text for _, text in axis.ticks(axis.low, axis.high, ROOM)]
            said += [axis.words(axis.low), axis.words(axis.high)]
    return [text or "" for text in said]


@given(
    columns=st.lists(values, min_size=1, max_size=2),
    transform=st.sampled_from([None, *TRANSFORMS]),
    scale=st.sampled_from(SCALES),
    origin=st.sampled_from([0, 90, 118]),
    trained=st.booleans(),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_no_series_warns_or_shows_what_is_no_number(columns, transform, scale, origin, trained):
    names = ",".join("vw"[: len(columns)])
    lines = [",".join(map(repr, map(float, row))) for row in zip(*columns, strict=True)]
    data = "\n".join((names, *lines)).encode()
    options = Options(transform=transform, scale=scale)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            sequence = parse_bytes(data, "a.csv", options=options)
        except DataError as error:
            assert not NO_NUMBER.search(error.reason)
            look = preview_bytes(data, "a.csv", options).scaled
            assert look is not None
            assert look.fault
            return
        scaled = preview_bytes(data, "a.csv", options).scaled
        if scaled is not None:
            assert np.isfinite((*scaled.before, *scaled.after)).all()
        task = make_task(sequence)
        assert np.isfinite(task.x).all()
        run = start_run(task, Settings(units=3))
        if trained:
            try:
                fitting = prepare(run, replace(first_plan(run), updates=3))
            except ValueError as error:
                assert str(error)
                return
            ended = fit(fitting)
            assert not NO_NUMBER.search(ended.text)
            run = fitting.run_of(run, ended.log)
        playhead = Playhead(position=3.5, origin=origin, snapshot=len(run.networks) - 1)
        frame = resolve(run, playhead, compute_pass(run, playhead.snapshot, 0))
        for text in shown(frame):
            assert not NO_NUMBER.search(text), text


@pytest.mark.parametrize(
    "column",
    [
        [LARGEST] * STEPS,
        [LARGEST, -LARGEST] * (STEPS // 2),
        [1e-320] * STEPS,
        [LEAST * n for n in range(1, STEPS + 1)],
        [1.0] * (STEPS - 5) + [LARGEST] + [1.0] * 4,
        [(-1.0) ** n * 10.0**k for n, k in enumerate(np.linspace(-320, 308, STEPS))],
    ],
    ids=["largest", "both ends", "tiny", "least", "a spike", "all decades"],
)
@pytest.mark.parametrize("scale", [None, "none"])
def test_it_is_drawn_without_a_warning(qapp, column, scale):
    from rnnviz.export.picture import window_picture
    from rnnviz.writing.formats import Appearance

    data = "v\n" + "".join(f"{float(value)!r}\n" for value in column)
    task = make_task(parse_bytes(data.encode(), "a.csv", options=Options(scale=scale)))
    run = start_run(task, Settings(units=3))
    passing = compute_pass(run, 0, 0)
    frame = resolve(run, Playhead(position=5.5), passing)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        picture = window_picture(frame, Appearance((1280, 800), panels=("forecast", "lines")))
    assert picture.width() == 1280
