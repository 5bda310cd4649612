"""Arrays have what tables have: missing values, and two ways round."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnviz.data import Options, preview, read_sequence
from rnnviz.files.errors import DataError


def saved(folder: Path, ending: str, array: NDArray[np.float64]) -> Path:
    file = folder / f"a.{ending}"
    if ending == "npy":
        np.save(file, array)
    else:
        np.savez(file, v=array)
    return file


@pytest.mark.parametrize("ending", ["npy", "npz"])
@pytest.mark.parametrize(
    ("way", "wanted"),
    [
        ("drop", [[1, 10], [4, 40]]),
        ("carry", [[1, 10], [1, 20], [3, 20], [4, 40]]),
        ("interpolate", [[1, 10], [2, 20], [3, 30], [4, 40]]),
        ((("column 1", "drop"), ("column 2", "carry")), [[1, 10], [3, 20], [4, 40]]),
    ],
)
def test_what_is_nan_is_missing(
    way: str, wanted: list[list[float]], ending: str, tmp_path: Path
) -> None:
    array = np.array([[1, 10], [np.nan, 20], [3, np.nan], [4, 40]])
    file = saved(tmp_path, ending, array)
    found = read_sequence(file, options=Options(missing=way))
    np.testing.assert_array_equal(found.values, wanted)
    assert len(found) == len(wanted)
    assert "2 values were missing in “column 1”, “column 2”, first at step 2" in found.notes[-1]
    with pytest.raises(DataError, match=r"nan at step 2 in column 1 .* \(--missing\)"):
        read_sequence(file)
    asked = {q.name: q for q in preview(file).questions}
    assert asked["missing"].open
    assert asked["missing"].columns == ("column 1", "column 2")
    assert asked["columns"].chosen == (0, 1)


def test_what_is_infinite_is_never_filled_in(tmp_path: Path) -> None:
    file = saved(tmp_path, "npy", np.array([1.0, np.nan, np.inf, 4.0]))
    with pytest.raises(DataError, match=r"inf at step 3 in column 1 is not a finite number$"):
        read_sequence(file, options=Options(missing="carry"))


def test_labels_stay_with_their_steps(tmp_path: Path) -> None:
    file = saved(tmp_path, "npy", np.array([[7, 1], [8, np.nan], [9, 3]]))
    found = read_sequence(file, options=Options(axis=0, missing="drop"))
    assert list(found.tokens) == ["7", "9"]
    np.testing.assert_array_equal(found.values, [[1], [3]])


@pytest.mark.parametrize("ending", ["npy", "npz"])
def test_a_single_long_row_is_the_series(ending: str, tmp_path: Path) -> None:
    row = np.arange(300.0)[None] ** 2
    file = saved(tmp_path, ending, row)
    found = read_sequence(file)
    np.testing.assert_array_equal(found.values, row.T)
    assert found.notes[-1] == "assumed: the only row is the series, its 300 values are the steps"
    (asked,) = [q for q in preview(file).questions if q.name == "exchange"]
    assert (asked.open, asked.chosen) == (True, True)
    few = saved(tmp_path, ending, row[:, :9])
    assert read_sequence(few).values is not None
    assert read_sequence(few).columns == tuple(f"column {i}" for i in range(1, 10))
    wide = saved(tmp_path, ending, row[:, :12])
    assert len(read_sequence(wide, options=Options(exchange=False))) == 1


def test_rows_and_columns_are_exchanged_where_it_is_said(tmp_path: Path) -> None:
    array = np.arange(12.0).reshape(3, 4)
    file = saved(tmp_path, "npy", array)
    np.testing.assert_array_equal(
        read_sequence(file, options=Options(exchange=True)).values, array.T
    )
    assert preview(file, Options(exchange=True)).steps == 4
    assert not [q for q in preview(file).questions if q.name == "exchange"]
    line = saved(tmp_path, "npy", np.arange(4.0))
    with pytest.raises(DataError, match="no rows and columns that could be exchanged"):
        read_sequence(line, options=Options(exchange=True))


def test_a_sequence_is_of_the_array_that_holds_several(tmp_path: Path) -> None:
    file = tmp_path / "two.npz"
    a, b = np.arange(120.0).reshape(4, 10, 3), np.arange(20.0).reshape(10, 2)
    np.savez(file, a=a, b=b)
    np.testing.assert_array_equal(read_sequence(file).values, b)
    for place in range(4):
        found = read_sequence(file, options=Options(sequence=place))
        np.testing.assert_array_equal(found.values, a[place])
        assert found.notes == (f"sequence {place + 1} of 4 in “a”",)
        assert preview(file, Options(sequence=place)).questions[0].chosen == "a"
    with pytest.raises(DataError, match="holds 4 sequences, and no sequence 5"):
        read_sequence(file, options=Options(sequence=4))
    with pytest.raises(DataError, match="holds one sequence, and no sequence 2"):
        read_sequence(file, options=Options(member="b", sequence=1))


@pytest.mark.parametrize("beside", ["4", "1e300", "123456789012345678901234567890"])
def test_a_whole_number_that_is_rounded_is_told_whatever_stands_beside_it(
    beside: str, tmp_path: Path
) -> None:
    file = tmp_path / "v.csv"
    file.write_text(f"v\n9007199254740993\n3\n{beside}\n")
    assert "they are rounded by up to 1" in read_sequence(file).notes[-1]
    file.write_text(f"v\n9007199254740991\n3\n{'4' if len(beside) > 9 else beside}\n")
    assert not read_sequence(file).notes


def test_where_no_number_is_nobody_was_asked_for_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from rnnviz.cli.main import main

    file = tmp_path / "k.json"
    file.write_text('{"__class__": "os.system", "__reduce__": ["id"]}')
    assert main([str(file), "--explain"]) == 2
    captured = capsys.readouterr()
    assert "no column was chosen" not in captured.out + captured.err
    assert "where a list should be" in captured.err


def test_it_is_said_that_dates_are_not_weighed(tmp_path: Path) -> None:
    file = tmp_path / "v.csv"
    file.write_text("d,v\n2024-01-01,1\n2024-01-02,\n2024-01-10,10\n")
    found = read_sequence(file, options=Options(missing="interpolate"))
    np.testing.assert_array_equal(found.values, [[1], [5.5], [10]])
    assert found.notes[-1].endswith("interpolated by steps, however far their labels lie apart")
    file.write_text("u,v\n1,1\n2,\n3,10\n")
    found = read_sequence(file, options=Options(missing="interpolate"))
    assert found.notes[-1].endswith(": interpolated")
