"""Tours on the command line: what is refused beside one, and which scene is meant."""

import pytest

from rnnviz.cli.main import main

TOUR = """
title = "Little"
[[scene]]
name = "first"
open = { lecture = true }
[[scene]]
name = "second"
"""


@pytest.fixture
def tour(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text(TOUR)
    return path


@pytest.mark.parametrize(
    "more", [("--at", "6"), ("--words",), ("--panel", "map"), ("--cell", "lstm"), ("--sum",)]
)
def test_what_a_tour_says_itself_is_refused_beside_it(capsys, more):
    assert main(["--tour", "lecture", *more]) == 2
    assert "a tour says itself what is shown" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("which", "said"),
    [
        ("", "--scene: give its number or its name"),
        ("?", "--scene: give its number or its name"),
        ("0", "there are scenes 1 to 2"),
        ("third", "there are scenes 1 to 2"),
    ],
)
def test_a_scene_that_is_none_is_refused(capsys, tour, tmp_path, which, said):
    out = tmp_path / "out.png"
    assert main([str(tour), "--scene", which, "--export", str(out)]) == 2
    assert said in capsys.readouterr().err and not out.exists()


def test_a_scene_without_a_tour_is_refused(capsys):
    assert main(["--scene", "1"]) == 2
    assert "--scene: it is one of a tour" in capsys.readouterr().err
