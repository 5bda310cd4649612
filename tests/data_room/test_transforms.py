"""Transforms and scales: exact inverses, honest forecasts, refusals that name the line."""

import re
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.data import Options, Task, ahead, in_mode, make_task, preview, read_sequence
from rnnviz.data.readers.options import read_choices
from rnnviz.data.transforms import (
    SCALES,
    TRANSFORMS,
    fault_in,
    moments,
    parse_scale,
    restored,
    restored_path,
    rounding,
    transformed,
)
from rnnviz.files.errors import DataError
from rnnviz.training.tasks import series_task

LINES = [f"2020-01-{i:02d},{100 + i * 1.5},{i * 10 - 50}" for i in range(1, 29)]


def table(tmp_path: Path, lines: list[str] = LINES, head: str = "Date,Close,Volume") -> Path:
    file = tmp_path / "prices.csv"
    file.write_text("\n".join([head, *lines]) + "\n")
    return file


def by_hand(name: str, v: float, u: float) -> float:
    """The textbook's formulas, in fifty digits where they need none of a logarithm."""
    v_, u_ = Decimal(v), Decimal(u)
    match name:
        case "returns":
            return float((v_ - u_) / u_)
        case "log-returns":
            return float((v_ / u_).ln())
        case "differences":
            return float(v_ - u_)
        case "log":
            return float(v_.ln())
        case _:
            return v


POSITIVE = st.floats(1e-6, 1e9)


@given(st.sampled_from(list(TRANSFORMS)), POSITIVE, POSITIVE)
def test_a_transform_is_its_formula(name: str, v: float, u: float) -> None:
    found = float(transformed(name, v, u))
    # Of neighbours a logarithm keeps the digits of v − u, which is exact.
    assert found == pytest.approx(by_hand(name, v, u), rel=1e-12, abs=1e-300)


@given(
    st.sampled_from(list(TRANSFORMS)),
    st.lists(st.floats(-1e12, 1e12).filter(lambda v: abs(v) > 1e-9), min_size=2, max_size=40),
)
def test_the_inverse_gives_the_values_back(name: str, values: list[float]) -> None:
    series = np.array(values)
    if fault_in([name], series[:, None]):
        series = np.abs(series)
    v, u = series[1:], series[:-1]
    back = restored(name, transformed(name, v, u), u)
    # What is lost is the rounding of the larger of the two, as of any difference.
    assert np.all(np.abs(back - v) <= 1e-13 * np.maximum(np.abs(v), np.abs(u)) * 64)


@given(st.sampled_from(list(TRANSFORMS)), st.lists(st.floats(0.5, 2.0), min_size=2, max_size=30))
def test_a_path_stands_on_the_last_true_value_step_by_step(name: str, values: list[float]) -> None:
    series = np.array(values)
    said = transformed(name, series[1:], series[:-1])
    level, wanted = series[0], []
    for each in said:
        level = float(restored(name, each, level))
        wanted.append(level)
    np.testing.assert_allclose(restored_path(name, said, float(series[0])), wanted, rtol=1e-12)
    np.testing.assert_allclose(wanted, series[1:], rtol=1e-12)


def test_what_is_too_large_for_a_quotient_still_has_a_log_return() -> None:
    found = transformed("log-returns", 1e300, 1e-300)
    assert found == pytest.approx(600 * np.log(10))
    assert restored("log-returns", found, 1e-300) == pytest.approx(1e300, rel=1e-12)


def test_scales_have_the_moments_of_the_textbook() -> None:
    values = np.array([[1.0, -3.0], [2.0, 5.0], [4.0, 6.0]])
    for scale in ("trained", "all"):
        scaled, mean, deviation, _ = moments(scale, values)
        np.testing.assert_allclose(mean, np.mean(values, axis=0))
        np.testing.assert_allclose(deviation, np.std(values, axis=0))
        np.testing.assert_allclose(scaled, (values - mean) / deviation)
    scaled, *_ = moments("minmax", values)
    assert (scaled.min(axis=0) == 0).all()
    assert (scaled.max(axis=0) == 1).all()
    np.testing.assert_array_equal(moments("none", values)[0], values)
    np.testing.assert_allclose(moments("given:1.5,0.5", values)[0], (values - 1.5) / 0.5)


@pytest.mark.parametrize(
    "text", ["given", "given:1", "given:1,0", "given:1,-2", "given:nan,1", "all:1,2", "z", ""]
)
def test_a_scale_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"given|expected|deviation"):
        parse_scale(text)
    assert set(SCALES) == {"trained", "all", "given", "minmax", "none"}


def test_values_stay_in_the_units_of_the_file_and_the_first_step_is_their_beginning(
    tmp_path: Path,
) -> None:
    sequence = read_sequence(
        table(tmp_path), options=Options(transform=(("Close", "log-returns"), ("Volume", "none")))
    )
    assert sequence.transforms == ("log-returns", "none")
    assert sequence.before is not None
    assert sequence.before.tolist() == [101.5, -40.0]
    assert sequence.values is not None
    assert sequence.values[0].tolist() == [103.0, -30.0]
    assert sequence.tokens[0] == "2020-01-02"
    task = make_task(sequence)
    closes = np.array([100 + i * 1.5 for i in range(1, 29)])
    returns = np.diff(np.log(closes))
    np.testing.assert_allclose(
        task.x[:, 0, 0], (returns - returns.mean()) / returns.std(), atol=1e-9
    )


@pytest.mark.parametrize("name", list(TRANSFORMS))
def test_targets_are_forecasts_of_the_next_true_value(tmp_path: Path, name: str) -> None:
    lines = [f"{np.exp(np.sin(i)):.6f}" for i in range(1, 41)]
    file = table(tmp_path, lines, "v")
    sequence = read_sequence(file, options=Options(transform=name, scale="minmax"))
    task = make_task(sequence)
    assert sequence.values is not None
    np.testing.assert_allclose(
        task.forecasts_of(task.targets[:-1, 0, 0]), sequence.values[1:, 0], rtol=1e-12
    )


def test_beyond_the_end_the_level_is_rebuilt_from_the_last_true_value(tmp_path: Path) -> None:
    file = table(tmp_path, [str(v) for v in (1.0, 2.0, 4.0, 3.0, 6.0)], "v")
    base = make_task(read_sequence(file, options=Options(transform="differences", scale="none")))
    task = ahead(base, 3)
    assert task.last_known == 4
    y = np.array([0.5, 0.5, 0.5, 1.0, 2.0, 3.0, 9.0])
    # Steps 1–4 stand on the truth (2, 4, 3, 6); the others each on the one before: 7, 9, 12 …
    np.testing.assert_allclose(task.forecasts_of(y), [2.5, 4.5, 3.5, 7.0, 9.0, 12.0, 21.0])
    np.testing.assert_allclose(task.forecasts_of(y[3:], 3), [7.0, 9.0, 12.0, 21.0])


def test_a_decoder_that_is_taught_stands_on_the_truth(tmp_path: Path) -> None:
    file = table(tmp_path, [str(float(v)) for v in (1, 2, 4, 3, 6, 5, 9)], "v")
    base = make_task(read_sequence(file, options=Options(transform="returns")))
    task = in_mode(base, "encoder_decoder")
    first = task.source_steps
    said = task.forecasts_of(task.targets[first:-1, 0, 0], first)
    values = task.sequence.values
    assert values is not None
    np.testing.assert_allclose(said, values[first + 1 :, 0], rtol=1e-12)


def test_a_training_scales_by_its_own_part_or_by_all(tmp_path: Path) -> None:
    from rnnviz.film import Plan

    for scale, cut in (("trained", 20), ("all", 27)):
        lines = [f"{i**2},{i % 5}" for i in range(28)]
        file = table(tmp_path, lines, "a,b")
        sequence = read_sequence(file, options=Options(transform="differences", scale=scale))
        task = series_task(sequence, Plan(), 20)
        wanted = sequence.transformed[:cut]
        assert task.mean is not None
        assert task.deviation is not None
        np.testing.assert_allclose(task.mean, wanted.mean(axis=0))
        np.testing.assert_allclose(task.deviation, wanted.std(axis=0))
    assert "those held out too" in task.notes[0]


@pytest.mark.parametrize(
    ("transform", "line", "said"),
    [
        ("log", 3, "−40 in “Volume” has no logarithm"),
        ((("Volume", "log-returns"),), 3, "−40 in “Volume” has no logarithm"),
        ("returns", 7, "0 in “Volume” has no return"),
    ],
)
def test_what_has_no_transform_is_refused_with_its_line(
    tmp_path: Path, transform: str | tuple[tuple[str, str], ...], line: int, said: str
) -> None:
    # An empty line, which is skipped, and the newest row first, which is turned round.
    file = table(tmp_path, ["", *LINES])
    with pytest.raises(DataError) as error:
        read_sequence(file, options=Options(transform=transform))
    assert said in str(error.value)
    assert "choose" in str(error.value)
    assert error.value.line == line
    backward = table(tmp_path, LINES[::-1])
    with pytest.raises(DataError) as error:
        read_sequence(backward, options=Options(transform=transform))
    there = backward.read_text().splitlines()[(error.value.line or 0) - 1]
    assert float(there.split(",")[2]) <= 0


def test_an_unknown_column_and_a_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column “Open”"):
        read_sequence(table(tmp_path), options=Options(transform=(("Open", "log"),)))
    text = tmp_path / "words.txt"
    text.write_text("a few words, no numbers")
    with pytest.raises(DataError, match="a text: a transform"):
        read_sequence(text, options=Options(scale="minmax"))
    with pytest.raises(ValueError, match="transform"):
        Options(transform="sqrt")
    one = table(tmp_path, LINES[:1])
    with pytest.raises(DataError, match="a single step"):
        read_sequence(one, options=Options(transform="returns"))


def test_an_array_names_the_step(tmp_path: Path) -> None:
    file = tmp_path / "a.npy"
    np.save(file, np.array([3.0, 2.0, 0.0, 1.0]))
    with pytest.raises(DataError, match="0 in “column 1” at step 3 has no logarithm"):
        read_sequence(file, options=Options(transform="log"))


def test_forecasts_of_many_origins_stand_on_their_own_last_value(tmp_path: Path) -> None:
    file = table(tmp_path, [f"{v},{v * v}" for v in range(1, 9)], "a,b")
    task = make_task(
        read_sequence(file, options=Options(transform=(("b", "returns"),), scale="none"))
    )
    said = task.paths_of(np.array([[1.0, 0.5], [0.0, -0.5]]), np.array([4.0, 10.0]), 1)
    np.testing.assert_allclose(said, [[8.0, 12.0], [10.0, 5.0]])
    np.testing.assert_allclose(task.paths_of(np.array([[1.0, 2.0]]), np.array([4.0])), [[1.0, 2.0]])


def test_arrays_of_sequences_are_chosen_from_by_number(tmp_path: Path) -> None:
    cube = np.arange(24.0).reshape(4, 3, 2)
    file, packed = tmp_path / "a.npy", tmp_path / "a.npz"
    np.save(file, cube)
    np.savez(packed, cube)
    for each in (file, packed):
        first = read_sequence(each)
        np.testing.assert_array_equal(first.values, cube[0])
        assert first.notes[0].startswith("assumed: the first of 4 sequences")
        third = read_sequence(each, options=Options(sequence=2))
        np.testing.assert_array_equal(third.values, cube[2])
        assert third.notes[0].startswith("sequence 3 of 4")
        asked = next(q for q in preview(each).questions if q.name == "sequence")
        assert (asked.open, asked.chosen, asked.count) == (True, 0, 4)
        shown = preview(each, Options(sequence=3))
        assert shown.rows[0] == tuple(f"{value:g}" for value in cube[3, 0])
        assert not next(q for q in shown.questions if q.name == "sequence").open
        with pytest.raises(DataError, match="4 sequences, and no sequence 5"):
            read_sequence(each, options=Options(sequence=4))
    np.save(file, cube[:1])
    assert "the only sequence" in read_sequence(file).notes[0]
    assert all(question.name != "sequence" for question in preview(file).questions)
    np.save(file, cube[0])
    with pytest.raises(DataError, match="one sequence, and no sequence 2"):
        read_sequence(file, options=Options(sequence=1))


def test_a_missing_value_has_a_choice_by_column(tmp_path: Path) -> None:
    file = table(tmp_path, ["1,1,1", ",2,2", "3,,3", "4,4,", "7,5,5"], "a,b,c")
    ways = read_choices("drop,a=carry,2=interpolate")
    assert ways == ((None, "drop"), ("a", "carry"), ("2", "interpolate"))
    found = read_sequence(file, options=Options(missing=ways))
    wanted = [[1, 1, 1], [1, 2, 2], [3, 3, 3], [7, 5, 5]]
    np.testing.assert_array_equal(found.values, wanted)
    assert "“a” carried on; “b” interpolated; “c” drops its rows" in found.notes[-1]
    with pytest.raises(DataError, match="line 4: no value in column 2"):
        read_sequence(file, options=Options(missing=(("a", "carry"), ("c", "drop"))))
    as_json = tmp_path / "a.json"
    as_json.write_text('{"a": [1, null, 3], "b": [1, 2, null]}')
    found = read_sequence(as_json, options=Options(missing=(("a", "carry"), ("b", "drop"))))
    np.testing.assert_array_equal(found.values, [[1, 1], [1, 2]])


@pytest.mark.parametrize("steps", [700, 5_000, 80_001])
def test_the_preview_of_a_long_series_has_the_extremes_of_all_values(tmp_path: Path, steps) -> None:
    """A spike of one step, and a return of one: a series of every n-th value has neither."""
    rng = np.random.default_rng(steps)
    v = np.exp(np.cumsum(rng.normal(0, 0.01, steps)))
    v[steps // 3 + 1] *= 1.9
    path = tmp_path / "long.csv"
    path.write_text("v\n" + "\n".join(f"{value:.9f}" for value in v))
    v = np.loadtxt(path, skiprows=1)
    shown = preview(path, Options(transform="log-returns")).scaled
    assert shown is not None
    r = np.diff(np.log(v))
    x = (r - r.mean()) / r.std()
    assert (min(shown.before), max(shown.before)) == (v.min(), v.max())
    assert min(shown.after) == pytest.approx(x.min(), rel=1e-9)
    assert max(shown.after) == pytest.approx(x.max(), rel=1e-9)
    assert len(shown.before) == min(steps, 800)
    # In the order they come in: each value is one of the series, and none runs back.
    places = np.searchsorted(np.sort(v), shown.before)
    assert (np.sort(v)[places] == shown.before).all()
    steps_of = np.argsort(v)[places]
    assert (np.diff(steps_of) >= 0).all()


@pytest.mark.parametrize("name", [name for name in TRANSFORMS if name != "none"])
def test_a_formula_says_what_its_letters_are(tmp_path: Path, name) -> None:
    path = tmp_path / "a.csv"
    path.write_text("v\n1\n2\n4\n")
    asked = {q.name: q for q in preview(path, Options(transform=name)).questions}
    reason = asked["transform"].reason
    formula = TRANSFORMS[name].formula
    assert f": {formula}; forecasts are shown" in reason
    for letter, said in (("v", "of a value v"), ("u", "the one before, u")):
        assert (said in reason) == bool(re.search(rf"\b{letter}\b", formula))


def test_the_preview_shows_what_the_network_would_read(tmp_path: Path) -> None:
    file = table(tmp_path)
    asked = {q.name: q for q in preview(file).questions}
    assert asked["transform"].columns == ("Close", "Volume")
    assert asked["scale"].said == "standardised by what is trained on"
    assert preview(file).scaled is None
    shown = preview(file, Options(transform=(("Volume", "differences"),), scale="minmax")).scaled
    assert shown is not None
    assert (shown.name, len(shown.before), len(shown.after)) == ("Volume", 28, 27)
    assert shown.before[0] == -40.0
    assert set(shown.after) == {0.0}  # its differences never change
    fault = preview(file, Options(transform="log")).scaled
    assert fault is not None
    assert "line 2: −40 in “Volume” has no logarithm" in fault.fault


def _read(
    tmp_path: Path, values: list[float] | list[int], transform: str, scale: str | None = None
) -> Task:
    file = tmp_path / "made.csv"
    file.write_text("v\n" + "".join(f"{value!r}\n" for value in values))
    return make_task(read_sequence(file, options=Options(transform=transform, scale=scale)))


@pytest.mark.parametrize("scale", ["trained", "all", "minmax"])
@pytest.mark.parametrize(
    ("values", "transform", "one"),
    [
        ([round(3.7 + 0.1 * i, 1) for i in range(60)], "differences", 0.1),
        ([3.7 + 0.1 * i for i in range(60)], "differences", 0.1),
        ([100 * 1.05**i for i in range(60)], "returns", 0.05),
        ([100 * 1.05**i for i in range(60)], "log-returns", np.log(1.05)),
        ([2**i for i in range(50)], "log-returns", np.log(2.0)),
        ([2**i for i in range(50)], "returns", 1.0),
        ([7.5] * 40, "log", np.log(7.5)),
    ],
)
def test_rounding_is_not_taken_for_a_spread(
    values: list[float], transform: str, one: float, scale: str, tmp_path: Path
) -> None:
    task = _read(tmp_path, values, transform=transform, scale=scale)
    assert "v: never changes, so it is shifted but not scaled" in task.notes
    assert not task.x.any()
    assert task.mean is not None
    assert task.mean[0] == pytest.approx(one, abs=1e-12)
    cut = make_task(task.sequence, 20)  # what is set aside never changes either
    assert not cut.x.any()


@pytest.mark.parametrize(
    ("values", "transform"),
    [
        ([10**15 + i * (i % 3) for i in range(40)], "differences"),  # whole numbers are exact
        ([10**15 + i * (i % 3) for i in range(40)], "returns"),
        ([1e9 + i * 0.5 + 0.001 * (i % 2) for i in range(40)], "differences"),
        ([5000.0 + 1e-9 * (i % 3) for i in range(40)], "none"),  # what the file says is so
        ([1e-200 * (1 + i % 4) for i in range(40)], "differences"),
        ([100.0 + 0.01 * (i % 7) for i in range(40)], "log-returns"),
    ],
)
def test_a_small_spread_is_one(values: list[float], transform: str, tmp_path: Path) -> None:
    task = _read(tmp_path, values, transform=transform)
    assert not [note for note in task.notes if "never changes" in note]
    assert np.std(task.x) == pytest.approx(1.0)


@given(
    st.sampled_from(["differences", "returns", "log-returns", "log"]),
    st.floats(0.5, 1e6),
    st.floats(1e-3, 3.0),
)
def test_what_float64_makes_of_a_constant_lies_within_its_rounding(
    name: str, start: float, step: float
) -> None:
    steps = np.arange(40)
    path = start + step * steps if name == "differences" else start * (1 + step) ** steps
    path = np.full(40, start) if name == "log" else path
    made = transformed(name, path[1:], path[:-1])
    assert np.ptp(made) <= rounding(name, path[1:], path[:-1])
    doubled = path.copy()
    doubled[20] *= 1.001
    changed = transformed(name, doubled[1:], doubled[:-1])
    assert np.ptp(changed) > rounding(name, doubled[1:], doubled[:-1])


def test_a_held_out_end_that_changes_is_not_hidden(tmp_path: Path) -> None:
    values = [round(0.1 * i, 1) for i in range(30)] + [5.0, 9.0, 2.0]
    whole = _read(tmp_path, values, transform="differences")
    cut = make_task(whole.sequence, 25)
    assert "v: never changes, so it is shifted but not scaled" in cut.notes
    assert not cut.x[:29].any()
    np.testing.assert_allclose(cut.x[30:, 0, 0], [4.0 - 0.1, -7.0 - 0.1])
