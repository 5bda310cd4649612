"""The page of tasks holds the figures that the shipped networks reach, measured again."""

import re
from pathlib import Path

import pytest

from rnnviz.data import resource_path
from rnnviz.engine.batches import parameters_of
from rnnviz.problems.registry import PROBLEMS, trained

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tasks.md").read_text(encoding="utf-8")
_FIGURE = re.compile(r"(?<![\w(])(\d+(?:\.\d+)?)( %)?")


def rows_of(heading: str) -> dict[str, list[list[str]]]:
    """The rows of the table under a heading, by problem; one without a name belongs to the last."""
    found: dict[str, list[list[str]]] = {}
    name = ""
    for line in PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and not cells[0].startswith(("name", "---")):
            name = cells[0].strip("`") or name
            found.setdefault(name, []).append(cells)
    return found


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_shipped_network_is_as_large_and_as_long_trained_as_the_page_says(name):
    ((_, _, _, parameters, updates, training, _, file),) = rows_of("With which networks")[name]
    last, path = trained(name)[-1], resource_path("trained", f"{name}.npz")
    size = sum(array.size for array in parameters_of(last.network).values())
    assert [parameters, updates] == [f"{size:,}", f"{last.update:,}"]
    assert file == f"{path.stat().st_size / 1000:,.0f} kB"
    assert training[0].isdigit()


@pytest.mark.slow
@pytest.mark.parametrize("name", PROBLEMS)
def test_every_figure_of_the_page_is_one_that_is_measured(name):
    score = PROBLEMS[name].evaluate(trained(name)[-1].network)
    values = [score.value, *dict(score.baselines).values(), *dict(score.also).values()]
    rows = rows_of("How well they are solved")[name]
    for row in rows:
        told = " ".join(row[5:]).replace("*", "")
        figures = _FIGURE.findall(re.sub(r"always answering 1|“[^”]*”", "", told))
        assert figures
        for figure, percent in figures:
            scale = 100.0 if percent else 1.0
            digit = 10.0 ** -len(figure.partition(".")[2])
            # Half a digit, and what another BLAS decides otherwise.
            near = [v for v in values if abs(v * scale - float(figure)) <= 0.51 * digit + 2e-3 * v]
            assert near, f"{figure}{percent} in {row[4]}: there are {values}"
    held_out = dict(score.sizes)["held out"]
    assert rows[0][3].startswith(f"{held_out:,} ")
    first = float(_FIGURE.search(rows[0][5])[1]) / (100.0 if "%" in rows[0][5] else 1.0)
    assert first == pytest.approx(score.value, rel=0.03, abs=6e-4)
    others = [value for title, value in dict(score.baselines).items() if "ahead" not in title]
    best = max(others) <= score.value if score.higher_is_better else score.value <= min(others)
    assert ("**" in rows[0][5]) == best
