"""What is said of the reading and means nothing for what is opened is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from rnnviz.cli.main import main
from rnnviz.data.readers.options import Options
from rnnviz.files.errors import DataError
from rnnviz.film.fields import FIELDS
from rnnviz.opening.door import OpenFile
from rnnviz.opening.meanings import KINDS, MEANT, why_meaningless

GIVEN = {
    "unit": ("--as", "characters"),
    "thousands": ("--thousands", "comma"),
    "signs": ("--signs",),
    "missing": ("--missing", "carry"),
    "columns": ("--columns", "1"),
    "axis": ("--labels", "none"),
    "series": ("--series", "none"),
    "exchange": ("--exchange",),
    "order": ("--order", "file"),
    "transform": ("--transform", "differences"),
    "scale": ("--scale", "minmax"),
    "vocabulary": ("--vocabulary", "sorted"),
    "sequence": ("--sequence", "1"),
    "prefix": ("--prefix", "rnn"),
}


def test_every_field_that_is_an_option_has_its_kinds() -> None:
    rows = {row.name for row in FIELDS.values() if row.group == "sequence"} - {"mode"}
    assert set(MEANT) == rows == set(GIVEN)
    assert all(set(kinds) <= set(KINDS) for kinds in MEANT.values())
    assert set(MEANT) <= set(Options.__dataclass_fields__)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    made = {kind: tmp_path / f"a.{kind}" for kind in ("txt", "csv", "json", "npy", "npz", "toml")}
    made["txt"].write_text("one two three four")
    made["csv"].write_text("".join(f"{i},{i * i}\n" for i in range(1, 9)))
    made["json"].write_text(json.dumps([{"p": i, "q": i * i} for i in range(1, 9)]))
    np.save(made["npy"], np.arange(1.0, 9.0).reshape(4, 2))
    np.savez(made["npz"], v=np.arange(1.0, 9.0).reshape(4, 2))
    made["toml"].write_text('title = "x"\n')
    return made


@pytest.mark.parametrize("name", MEANT)
@pytest.mark.parametrize(
    ("ending", "kind"),
    [("txt", "text"), ("csv", "table"), ("json", "json"), ("npy", "npy"), ("npz", "npz")],
)
def test_a_flag_is_taken_where_it_means_something_alone(
    ending: str, kind: str, name: str, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    out = files[ending].with_name("out.csv")
    code = main([str(files[ending]), *GIVEN[name], "--export", str(out)])
    err = capsys.readouterr().err
    if kind in MEANT[name]:
        assert code == 0, err
    else:
        flag = FIELDS[name].flags[0].key
        assert code == 2
        assert f"a.{ending}: is {KINDS[kind]}, and {flag} says something of " in err
        assert f"leave {flag} out" in err
        assert not out.exists()


@pytest.mark.parametrize("name", sorted(set(MEANT) - {"unit", "vocabulary"}))
def test_what_is_typed_is_a_text(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--text", "a b"]):
        assert main([*words, *GIVEN[name]]) == 2
        assert f"is a text, and {GIVEN[name][0]} says" in capsys.readouterr().err


@pytest.mark.parametrize("name", MEANT)
def test_what_brings_its_own_sequence_is_read_in_no_way(
    name: str, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--problem", "names", *GIVEN[name]]) == 2
    assert f"is a shipped problem, and {GIVEN[name][0]} says" in capsys.readouterr().err
    out = str(files["toml"].with_name("o.csv"))
    assert main([str(files["toml"]), *GIVEN[name], "--export", out]) == 2
    assert "a.toml: is a session, and" in capsys.readouterr().err


def test_numbers_in_a_text_are_a_table_unless_it_is_to_be_a_text(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("1 2\n3 4\n5 7\n")
    OpenFile(file).check_meant(["transform"])
    OpenFile(file).check_meant(["unit", "vocabulary"])
    with pytest.raises(DataError, match="is a text, and --transform"):
        OpenFile(file).check_meant(["unit", "transform"])


def test_a_network_beside_a_table_has_its_prefix() -> None:
    assert why_meaningless(["prefix", "scale"], ("table", "network")) == ""
    assert why_meaningless(["prefix"], ("table",)).startswith("is a table, and --prefix says")


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_without_dates_nothing_is_sorted_by_them(
    ending: str, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(files[ending].with_name("o.csv"))
    assert main([str(files[ending]), "--order", "dates", "--export", out]) == 2
    assert f"a.{ending}: has no column of dates" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--origin", "--horizon"])
def test_of_a_text_nothing_is_forecast(
    flag: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--text", "a b c", flag, "2", "--export", str(tmp_path / "o.csv")]) == 2
    assert f"{flag}: what is open is no series to forecast" in capsys.readouterr().err


def test_the_lectures_sentence_has_the_order_that_is_asked_for(tmp_path: Path) -> None:
    names: list[str] = []
    for order in ("first", "sorted"):
        out = tmp_path / f"{order}.csv"
        assert main(["--vocabulary", order, "--export", str(out)]) == 0
        header = out.read_text(encoding="utf-8").partition("\n")[0].split(",")
        names.append(next(name for name in header if name.startswith("y_1_")))
    assert names == ["y_1_Harry", "y_1_Granger"]


def test_a_prefix_that_no_module_has_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("n.npz", "n.safetensors"):
        net = str(tmp_path / name)
        assert main(["--save-weights", net]) == 0
        words = ["--network", net, "--export", str(tmp_path / "o.csv")]
        capsys.readouterr()
        assert main([*words, "--prefix", "zz"]) == 2
        assert "leave the prefix “zz” out" in capsys.readouterr().err
    assert main([*words, "--prefix", "rnn"]) == 0
