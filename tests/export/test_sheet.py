"""Sheets and solutions as PDFs: read back, and solved anew from what is printed."""

from __future__ import annotations

import math
import re
import shutil
import subprocess

import pytest

from rnnviz.exercises import KINDS, make_exercise, read_code
from rnnviz.export.sheet import sheet_pdf, solution_path, solution_pdf, write_exercise
from rnnviz.film.notation import FRAMEWORK, LECTURE, TEXTBOOK

pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is missing")

NUMBER = r"−?\d+(?:\.\d+)?"


def text_of(pdf):
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def value(text):
    return float(text.replace("−", "-"))


def printed(sheet):
    """What is given on a sheet: numbers, and lists of the rows of matrices, by their letters."""
    found = {}
    for name, text in re.findall(rf"(\S+) = (\[[^]]+\]|{NUMBER})(?=\s)", sheet):
        rows = [[value(each) for each in row.split(", ")] for row in text.strip("[]").split("; ")]
        found[name] = rows if text.startswith("[") else rows[0][0]
    return found


def results(solution):
    """The numbers at the lines' ends, in their order, after the questions begin."""
    return [value(each) for each in re.findall(rf"= ({NUMBER})$", solution, re.MULTILINE)]


def r(number):
    return round(number, 3) + 0.0


def solved_forward(g):
    a, hidden, answers, losses = [0.0, 0.0], [], [], []
    for t in "123":
        rows = zip(g["W_aa"], g["W_ax"], g["b_a"], strict=True)
        z = [r(w[0] * a[0] + w[1] * a[1] + u[0] * g[f"x⟨{t}⟩"] + b[0]) for w, u, b in rows]
        a = [r(math.tanh(each)) for each in z]
        y = r(g["W_ya"][0][0] * a[0] + g["W_ya"][0][1] * a[1] + g["b_y"])
        hidden += [*z, *a]
        answers.append(y)
        losses.append(r((y - g[f"target⟨{t}⟩"]) ** 2))
    return [*hidden, *answers, *losses, r(sum(losses))]


def solved_bptt(g):
    a, x = ([g[f"{name}⟨{t}⟩"] if name + str(t) != "x0" else 0 for t in range(4)] for name in "ax")
    dy = {t: r(2 * (g[f"y⟨{t}⟩"] - g[f"target⟨{t}⟩"])) for t in (3, 2, 1)}
    delta, back = {4: 0.0}, []
    for t in (3, 2, 1):
        da = r(g["W_ya"] * dy[t] + g["W_aa"] * delta[t + 1])
        delta[t] = r((1 - a[t] ** 2) * da)
        back += [da, delta[t]]
    steps = (1, 2, 3)
    gradients = [
        r(sum(delta[t] * a[t - 1] for t in steps)),
        r(sum(delta[t] * x[t] for t in steps)),
        r(sum(delta[t] for t in steps)),
        r(sum(dy[t] * a[t] for t in steps)),
        r(sum(dy.values())),
    ]
    names = ("W_aa", "W_ax", "b_a", "W_ya", "b_y")
    after = [r(g[name] - g["η"] * each) for name, each in zip(names, gradients, strict=True)]
    return [*dy.values(), *back, *gradients, *after]


def solved_lstm(g):
    a = c = 0.0
    made = []
    for t in "12":
        gates = {}
        for k in "ifgo":
            z = r(g[f"W_aa^{k}"] * a + g[f"W_ax^{k}"] * g[f"x⟨{t}⟩"] + g[f"b_a^{k}"])
            gates[k] = r(math.tanh(z) if k == "g" else 1 / (1 + math.exp(-z)))
            made += [z, gates[k]]
        c = r(gates["f"] * c + gates["i"] * gates["g"])
        a = r(gates["o"] * math.tanh(c))
        made += [c, a]
    y = r(g["W_ya"] * a + g["b_y"])
    return [*made, y, r((y - g["target⟨2⟩"]) ** 2)]


@pytest.mark.parametrize(
    ("kind", "solved"),
    [("forward", solved_forward), ("bptt", solved_bptt), ("lstm", solved_lstm)],
)
@pytest.mark.parametrize("seed", [7, 41])
def test_who_solves_the_printed_sheet_finds_the_printed_solution(qapp, kind, solved, seed):
    exercise = make_exercise(read_code(f"{kind}-{seed}"))
    sheet, solution = text_of(sheet_pdf(exercise)), text_of(solution_pdf(exercise))
    given = printed(sheet)
    found = results(re.split(r"is a\s+point\.", solution)[1])
    assert found == solved(given)
    assert len(found) == exercise.points and f"/ {exercise.points}" in sheet
    for each in (sheet, solution):
        assert f"rnnviz --exercise {kind}-{seed}" in each and "page 1 of 2" in each


def test_the_same_seed_prints_the_same_and_another_something_else(qapp):
    one, again, other = (
        text_of(sheet_pdf(make_exercise(read_code(code))))
        for code in ("lstm-1", "lstm-1", "lstm-2")
    )
    assert one == again != other


@pytest.mark.parametrize(
    ("notation", "says"),
    [
        (LECTURE, ("∂L/∂W_aa = δ⟨3⟩ · a⟨2⟩", "target⟨1⟩ = ", "a⟨0⟩ = 0")),
        (TEXTBOOK, ("∂L/∂W = δ_3 · h_2", "target_1 = ", "h_0 = 0", "o_t = V h_t + c")),
        (FRAMEWORK, ("∂L/∂weight_hh_l0 = δ_3 · h_2", "fc.weight = ", "bias_ih_l0")),
    ],
)
def test_symbols_are_those_of_the_notation(qapp, notation, says):
    text = text_of(solution_pdf(make_exercise(read_code("bptt-7")), notation))
    for words in says:
        assert words in text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("notation", "paper", "width"), [(LECTURE, "a4", "595"), (FRAMEWORK, "letter", "612 x 792")]
)
def test_nothing_stands_outside_the_margins(qapp, tmp_path, kind, notation, paper, width):
    file = tmp_path / "sheet.pdf"
    assert write_exercise(make_exercise(read_code(f"{kind}-3")), file, notation, paper)
    for each in (file, solution_path(file)):
        boxes = subprocess.run(
            ["pdftotext", "-bbox", str(each), "-"], capture_output=True, check=True, text=True
        ).stdout
        info = subprocess.run(["pdfinfo", str(each)], capture_output=True, check=True, text=True)
        assert f"Page size:       {width}" in info.stdout and each.stat().st_size < 1_000_000
        size = float(re.search(r'page width="([\d.]+)"', boxes)[1])
        ends = [float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)]
        starts = [float(x) for x in re.findall(r'xMin="([\d.]+)"', boxes)]
        assert min(starts) > 50 and max(ends) < size - 50
