"""A run's numbers: read back, every row is whole and every number the engine's."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from rnnviz.data import DEFAULT_SENTENCE, MODES, Sequence, make_task, sequence_from_text
from rnnviz.data.modes import ahead
from rnnviz.engine import CELLS
from rnnviz.files.errors import Cancelled, DataError
from rnnviz.film import Branches, Playhead, Settings, compute_pass, resolve, start_run
from rnnviz.film.comparison import compare
from rnnviz.film.notation import NOTATIONS
from rnnviz.opening.shipped import catalogue, open_problem
from rnnviz.writing.numbers import numbers_header, parts_of, size_of_numbers, write_numbers
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
    for layer in range(frame.layers):
        check_layer(frame, rows, layer)


def check_layer(frame, rows, layer):
    trace, k = frame.passing.trace, frame.source
    start = f"layer{layer + 1}_" if frame.layers > 1 else ""
    with np.errstate(divide="ignore"):
        whole = np.log10(np.linalg.norm(frame.passing.backward.da[layer, :, 0], axis=-1))
        alone = frame.norms_of(summed=False, layer=layer)
    for t, row in enumerate(rows, start=1):
        assert (int(row["step"]), row["token"]) == (t, frame.token(t))
        states = [float(row[f"{start}a_{unit}"]) for unit in range(1, frame.units + 1)]
        np.testing.assert_array_equal(states, trace.a[layer, t, 0])
        loss = float(trace.loss_k[t - 1])
        assert row["loss"] == (repr(loss) if frame.pays(t) else "")
        assert row["log10_loss"] == ("" if not frame.pays(t) else repr(float(np.log10(loss))))
        for name, wanted in (("norm_dL_da", whole), (f"norm_dL{k}_da", alone)):
            norm, log10 = row[f"{start}{name}"], row[f"log10_{start}{name}"]
            if np.isfinite(wanted[t - 1]):
                assert float(log10) == pytest.approx(wanted[t - 1], rel=1e-9)
                assert float(norm) == pytest.approx(10.0 ** wanted[t - 1], rel=1e-9)
            else:
                assert (norm, log10) == ("0.0", "")
        check_inside(frame, row, layer, t)


def check_inside(frame, row, layer, t):
    """Gates, c, outputs and gradients, against the engine's own arrays."""
    passing, k = frame.passing, frame.source
    trace, start = passing.trace, f"layer{layer + 1}_" if frame.layers > 1 else ""

    def found(name, count):
        return [row[f"{start}{name}_{unit}"] for unit in range(1, count + 1)]

    for name, gate in trace.gates.items():
        assert found(name, frame.units) == list(map(repr, gate[layer, t - 1, 0].tolist()))
    if trace.c is not None:
        assert found("c", frame.units) == list(map(repr, trace.c[layer, t, 0].tolist()))
    for name, sweep in (("dL", passing.backward), (f"dL{k}", passing.alone)):
        da = sweep.da[layer, t - 1, 0].tolist()
        assert found(f"{name}_da", frame.units) == list(map(repr, da))
        if sweep.dc is not None:
            dc = sweep.dc[layer, t - 1, 0].tolist()
            assert found(f"{name}_dc", frame.units) == list(map(repr, dc))
    arrays = {"y": trace.y, "p": trace.p, "dL_dy": passing.backward.dy if k else None}
    for name, array in arrays.items():
        for i, label in enumerate(frame.task.output_names, start=1):
            if array is None or not frame.task.outputs:
                assert f"{name}_{i}_{label}" not in row
            elif t <= frame.source_steps:
                assert row[f"{name}_{i}_{label}"] == ""
            else:
                assert row[f"{name}_{i}_{label}"] == repr(float(array[t - 1, 0, i - 1]))


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
        value = task.sequence.values[t - 1, 0]
        assert row["value"] == ("" if frame.silent(t) else repr(float(value)))
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
            value = None if frame.silent(t) else frame.value(t)
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


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("mode", MODES)
def test_the_archive_is_the_table(mode, cell, layers, tmp_path):
    """Each column of the table is one of an array of NumPy's, which needs no pickle."""
    words = make_task(sequence_from_text(DEFAULT_SENTENCE))
    for task in (words, make_task(series(9, 2))):
        run = start_run(task, Settings(units=3, cell=cell, layers=layers)).in_mode(mode)
        frame = resolve(run, Playhead(), compute_pass(run, 0, 0))
        rows = read_back(frame, tmp_path)
        write_numbers(frame, tmp_path / "numbers.npz")
        with np.load(tmp_path / "numbers.npz") as archive:
            found = dict(archive)
        for part in parts_of(frame):
            array = found.pop(part.name)
            assert array.shape == (frame.steps,) if part.flat else (frame.steps, len(part.columns))
            for i, column in enumerate(part.columns):
                each = array if part.flat else array[:, i]
                for row, number in zip(rows, each.tolist(), strict=True):
                    blank = number != number or number == ""
                    assert row[column] == ("" if blank else str(number)), column
        assert found.pop("output_names").tolist() == list(frame.task.output_names)
        for name, gradient in frame.passing.backward.gradients.items():
            np.testing.assert_array_equal(found.pop(f"dL_d{name}"), gradient)
        more = ("scale_", "forecast_", "from_origin_", "held_out_", "rmse_", "mae_", "bias_")
        assert all(name.startswith(more) for name in found)
        assert bool(found) == (task is not words)


@pytest.mark.parametrize("transform", ["none", "log-returns"])
def test_the_archive_has_what_the_forecast_panel_shows(transform, tmp_path):
    values = 100.0 * np.exp(np.cumsum(np.random.default_rng(1).normal(0.0, 0.02, 200)))
    labels = tuple(map(str, range(200)))
    sequence = Sequence("series", "p", labels, values[:, None], ("p",), transforms=(transform,))
    run = start_run(make_task(sequence), Settings(units=5))
    playhead = Playhead(origin=180, horizon=4)
    frame = resolve(run, playhead, compute_pass(run, 0, 0))
    write_numbers(frame, tmp_path / "n.npz")
    with np.load(tmp_path / "n.npz") as archive:
        found = dict(archive)
    assert (int(found["forecast_origin"]), int(found["forecast_horizon"])) == (180, 4)
    assert str(found["forecast_column"]) == "p"
    np.testing.assert_array_equal(found["from_origin_truth"], values[180:184])
    np.testing.assert_array_equal(found["from_origin_naive"], np.full(4, values[179]))
    for method, said in frame.forecast.said.items():
        np.testing.assert_array_equal(found[f"from_origin_{method}"], said)
    # Of 200 values the last 30 are held out: each of the origins 170 … 199 has a value after it.
    assert found["held_out_origins"].tolist() == list(range(170, 200))
    assert found["held_out_count"].tolist() == [30, 29, 28, 27]
    for k in range(1, 5):
        errors = values[169 : 200 - k] - values[169 + k :]
        assert found["rmse_naive"][k - 1] == pytest.approx(np.sqrt(np.mean(errors**2)))
        assert found["mae_naive"][k - 1] == pytest.approx(np.mean(np.abs(errors)))
        assert found["bias_naive"][k - 1] == pytest.approx(np.mean(errors))
    around = frame.origins.interval(180, frame.forecast.said["network"])
    np.testing.assert_array_equal(found["from_origin_low"], around.low)
    read = values if transform == "none" else np.diff(np.log(values), prepend=np.log(values[0]))
    scaled = found["x"] * found["scale_deviation"] + found["scale_mean"]
    np.testing.assert_allclose(scaled[:, 0], read, rtol=1e-9, atol=1e-12)
    assert found["scale_transform"].tolist() == [transform]
    rows = read_back(frame, tmp_path)
    assert [float(row["x"]) for row in rows] == found["x"][:, 0].tolist()


def test_forecasts_of_other_methods_stand_beside_it(tmp_path):
    task = ahead(make_task(series(40)), 6)
    frame = frame_of(task)
    rows = read_back(frame, tmp_path)
    assert len(frame.baselines) == 3
    for baseline in frame.baselines:
        for row, said in zip(rows, baseline.said, strict=True):
            text = row[f"forecast_{baseline.name}"]
            assert text == ("" if np.isnan(said) else repr(float(said)))


def test_every_column_of_several_is_there_in_its_own_units(tmp_path):
    frame = frame_of(make_task(series(9, 3)))
    rows = read_back(frame, tmp_path)
    task, y = frame.task, frame.passing.trace.y[:, 0]
    for t, row in enumerate(rows):
        for i, name in enumerate(task.output_names):
            assert float(row[f"value_{i + 1}_{name}"]) == task.sequence.values[t, i]
            said = float(row[f"prediction_of_next_{i + 1}_{name}"])
            assert said == pytest.approx(y[t, i] * task.deviation[i] + task.mean[i], rel=1e-14)


def test_a_long_run_says_how_far_it_is_and_stops_where_it_is_told_to(tmp_path):
    frame = frame_of(make_task(series(4000)), layers=2)
    for ending in (".csv", ".npz"):
        path, said = tmp_path / f"numbers{ending}", []
        write_numbers(frame, path, lambda done: said.append(done) or True)  # noqa: B023
        assert len(said) > 3 and said == sorted(said) and said[0] >= 0.0 and said[-1] < 1.0
        size, foretold = path.stat().st_size, size_of_numbers(frame, path)
        assert 0.6 * foretold < size < 1.4 * foretold
        path.write_bytes(b"before")
        with pytest.raises(Cancelled):
            write_numbers(frame, path, lambda done: done < 0.3)
        assert path.read_bytes() == b"before" and list(tmp_path.glob(".*")) == []
        path.unlink()


def test_numbers_of_another_ending_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"numbers\.xlsx: .*\.csv or \.npz can"):
        write_numbers(frame_of(make_task(series(9))), tmp_path / "numbers.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("columns", [1, 2])
def test_a_step_that_nothing_enters_has_no_value(columns, tmp_path):
    made = np.arange(1.0, 8.0)[:, None] * [1.0, 10.0][:columns]
    opened = replace(series(7), values=made, columns=("p", "q")[:columns], tokens=tuple("abcdefg"))
    frame = frame_of(make_task(opened)).run.in_mode("encoder_decoder")
    frame = resolve(frame, Playhead(), compute_pass(frame, 0, 0))
    silent = [t for t in range(1, frame.steps + 1) if frame.silent(t)]
    assert silent  # the decoder begins with nothing
    names = ["value", *(["value_1_p", "value_2_q"] if columns == 2 else [])]
    for t, row in enumerate(read_back(frame, tmp_path), start=1):
        assert all((row[name] == "") == (t in silent) for name in names)
    write_numbers(frame, tmp_path / "n.npz")
    with np.load(tmp_path / "n.npz") as arrays:
        assert (np.flatnonzero(np.isnan(arrays["value"])) + 1).tolist() == silent
        if columns == 2:
            assert np.isnan(arrays["values"]).any(axis=1).nonzero()[0].tolist() == [
                t - 1 for t in silent
            ]


@pytest.mark.parametrize("cell", CELLS)
def test_the_names_are_those_of_the_notation_and_the_numbers_the_same(cell, tmp_path):
    """Nothing is lost or doubled: an LSTM's output gate is no answer, its c no bias."""
    frame = frame_of(make_task(sequence_from_text("a b o y a")), cell=cell, layers=2)
    write_numbers(frame, tmp_path / "lecture.npz")
    lecture = dict(np.load(tmp_path / "lecture.npz"))
    own = {"lecture": "dL_dW_aa_l1", "textbook": "dL_dW_l1", "framework": "dL_dweight_hh_l1"}
    state = {"lecture": "layer2_a", "textbook": "layer2_h", "framework": "layer2_h"}
    for name, notation in NOTATIONS.items():
        write_numbers(frame, tmp_path / f"{name}.npz", notation=notation)
        found = dict(np.load(tmp_path / f"{name}.npz"))
        assert str(found.pop("notation", "lecture")) == name
        assert len(found) == len(lecture)
        for ours, theirs in zip(lecture.values(), found.values(), strict=True):
            np.testing.assert_array_equal(ours, theirs)
        np.testing.assert_array_equal(found[own[name]], lecture[own["lecture"]])
        np.testing.assert_array_equal(found[state[name]], lecture[state["lecture"]])
        header = numbers_header(frame, parts_of(frame, notation))
        assert len(set(header)) == len(header)
        tokens = [column for column in header if column.startswith("p_")]
        assert tokens == [column for column in numbers_header(frame) if column.startswith("p_")]
        foreign = [other for key, other in own.items() if key != name]
        assert not set(foreign) & set(found)
