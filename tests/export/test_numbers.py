"""A run's numbers as CSV: read back, every row is whole and every number the engine's."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import DEFAULT_SENTENCE, MODES, make_task, sequence_from_text
from rnnviz.data.modes import ahead
from rnnviz.engine import CELLS
from rnnviz.export.numbers import write_numbers
from rnnviz.film import Branches, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.comparison import compare
from rnnviz.opening.shipped import catalogue, open_problem
from tests.frames import make_frame, series


def frame_of(task, *, layer=0, source=0, **settings):
    run = start_run(task, Settings(units=5, **settings))
    return resolve(run, Playhead(layer=layer, source=source), compute_pass(run, 0, source))


def read_back(frame, tmp_path):
    """Rows by their header's names; each has as many fields as the header."""
    path = tmp_path / "numbers.csv"
    write_numbers(frame, path)
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert len(set(header)) == len(header)
    assert {len(row) for row in rows} == {len(header)}
    assert len(rows) == frame.steps
    return [dict(zip(header, row, strict=True)) for row in rows]


def check(frame, rows):
    layer = frame.playhead.layer
    trace, k = frame.passing.trace, frame.source
    with np.errstate(divide="ignore"):
        whole = np.log10(np.linalg.norm(frame.passing.backward.da[layer, :, 0], axis=-1))
        alone = frame.norms_of(summed=False)
    for t, row in enumerate(rows, start=1):
        assert (int(row["step"]), row["token"]) == (t, frame.token(t))
        states = [float(row[f"a_{unit}"]) for unit in range(1, frame.units + 1)]
        np.testing.assert_array_equal(states, trace.a[layer, t, 0])
        loss = float(trace.loss_k[t - 1])
        assert row["loss"] == (repr(loss) if frame.pays(t) else "")
        assert row["log10_loss"] == ("" if not frame.pays(t) else repr(float(np.log10(loss))))
        for name, wanted in (("norm_dL_da", whole), (f"norm_dL{k}_da", alone)):
            if np.isfinite(wanted[t - 1]):
                assert float(row[f"log10_{name}"]) == pytest.approx(wanted[t - 1], rel=1e-9)
                assert float(row[name]) == pytest.approx(10.0 ** wanted[t - 1], rel=1e-9)
            else:
                assert (row[name], row[f"log10_{name}"]) == ("0.0", "")


@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("mode", MODES)
def test_of_words_in_every_mode_cell_and_layer(mode, cell, layers, tmp_path):
    task = make_task(sequence_from_text(DEFAULT_SENTENCE))
    run = start_run(task, Settings(units=5, cell=cell, layers=layers)).in_mode(mode)
    playhead = Playhead(layer=layers - 1)
    frame = resolve(run, playhead, compute_pass(run, 0, 0))
    rows = read_back(frame, tmp_path)
    check(frame, rows)
    assert "value" not in rows[0] and "prediction_of_next" not in rows[0]


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("mode", MODES)
def test_of_a_series_in_every_mode_and_cell(mode, cell, columns, tmp_path):
    run = start_run(make_task(series(9, columns)), Settings(units=5, cell=cell)).in_mode(mode)
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    rows = read_back(frame, tmp_path)
    check(frame, rows)
    y, task = frame.passing.trace.y[:, 0, 0], frame.task
    for t, row in enumerate(rows, start=1):
        assert float(row["value"]) == task.sequence.values[t - 1, 0]
        if t <= task.source_steps:
            assert row["prediction_of_next"] == ""
        else:
            said = float(y[t - 1]) * task.deviation[0] + task.mean[0]
            assert float(row["prediction_of_next"]) == said


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("steps", [1, 5])
def test_forecasts_beyond_the_end_are_the_networks_own(steps, cell, tmp_path):
    task = ahead(make_task(series(12)), steps)
    frame = frame_of(task, cell=cell, layers=2, layer=1, source=4)
    rows = read_back(frame, tmp_path)
    check(frame, rows)
    assert [row["token"] for row in rows[12:]] == [f"+{i}" for i in range(1, steps + 1)]
    assert [row["value"] for row in rows[12:]] == [""] * steps
    assert [row["loss"] for row in rows[12:]] == [""] * steps
    for t in range(12, 12 + steps):  # what a step says enters at the next, with all its digits
        entered = float(frame.passing.task.x[t, 0, 0]) * task.deviation[0] + task.mean[0]
        assert float(rows[t - 1]["prediction_of_next"]) == pytest.approx(entered, rel=1e-15)


@pytest.mark.parametrize("mode", ["synced", "many_to_one"])
def test_compared_cells_stand_in_columns_of_their_own(mode, tmp_path):
    run = start_run(make_task(series(9)), Settings(units=5)).in_mode(mode)
    branches = compare(Branches.of(run))
    frame = resolve(branches.run, Playhead(), compute_pass(run, 0, 0), branches)
    rows = read_back(frame, tmp_path)
    check(frame, rows)
    for name, _, norms in frame.sides[1:]:
        said = [row[f"log10_norm_dL{frame.source}_da_{name.lower()}"] for row in rows]
        wanted = ["" if value == -np.inf else repr(float(value)) for value in norms]
        assert said == wanted


@pytest.mark.parametrize("name", [shipped.name for _, shipped in catalogue()])
def test_every_row_of_what_ships_is_whole(name, tmp_path):
    run = open_problem(name)
    frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
    rows = read_back(frame, tmp_path)
    said = {"prediction_of_next", "answer"}.intersection(rows[0])
    assert bool(said) == (frame.task.loss == "mse")
    for t, row in enumerate(rows, start=1):
        if said:
            answer = frame.prediction(t)
            assert [row[name] for name in said] == ["" if answer is None else repr(answer)]
        if "value" in row:
            value = frame.value(t)
            assert row["value"] == ("" if value is None else repr(value))


def test_a_loss_beyond_float64_is_written_by_its_logarithm(tmp_path):
    """A sure answer's is 10⁻⁸¹⁵⁸, and no 0.0; one of exactly 0 is."""
    frame = make_frame(activation="relu", gain=5.0, seed=1)
    *others, last = read_back(frame, tmp_path)
    y = frame.passing.trace.y[8, 0]
    beside = np.delete(y, frame.task.targets[8, 0]) - y[frame.task.targets[8, 0]]
    assert last["loss"] == "" and beside.max() < -18_000
    wanted = np.logaddexp.reduce(beside) / np.log(10.0)
    assert float(last["log10_loss"]) == pytest.approx(wanted, rel=1e-12)
    assert all(float(row["loss"]) > 2 for row in others)
    run = start_run(make_task(series(9)), Settings(units=5))
    flat = replace(run.task, targets=np.zeros_like(run.task.targets))
    blank = run.networks[0].replace(
        **{name: np.zeros_like(array) for name, array in run.networks[0].parameters.items()}
    )
    run = replace(run.with_task(flat), networks=(blank,))
    rows = read_back(resolve(run, Playhead(), compute_pass(run, 0, 0)), tmp_path)
    assert {(row["loss"], row["log10_loss"]) for row in rows[:-1]} == {("0.0", "")}
