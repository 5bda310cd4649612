"""The update's equation: the optimiser's formula, one entry in numbers, what clipping did."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.film import Frame
from rnnviz.scenes.equation import Letter, Number, equation_of
from tests.scenes.reckoning import both_sides
from tests.scenes.test_equation import plain, section, walk
from tests.scenes.test_equation_cells import frames_of

CLIPPINGS = [("none", 1.0), ("norm", 0.05), ("norm", 1e6), ("value", 0.002), ("value", 1e6)]


def update_of(cell: str = "rnn", layers: int = 1, layer: int = 0, **kwargs) -> Frame:
    (frame,) = frames_of((19.0,), cell, layers, layer, summed=True, **kwargs)
    assert frame.update is not None
    return frame


def entry_of(frame: Frame) -> tuple[str, int]:
    """The parameter and the row of the entry that is shown: of a gated cell f's or z's first."""
    return f"W_aa_l{frame.layer}", 0 if frame.cell == "rnn" else frame.units


@pytest.mark.parametrize(("clipping", "limit"), CLIPPINGS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("snapshots", [0, 2])
def test_numbers_are_the_update_that_is_made(optimizer, clipping, limit, snapshots) -> None:
    for cell, layers, layer in (("rnn", 1, 0), ("lstm", 2, 1), ("gru", 1, 0)):
        frame = update_of(
            cell, layers, layer, optimizer=optimizer, clipping=clipping, clip_limit=limit,
            snapshots=snapshots, learning_rate=0.03,
        )  # fmt: skip
        made, (name, row) = frame.update, entry_of(frame)
        assert made is not None
        before = frame.passing.trace.network.parameters[name][row, 0]
        after = made.network.parameters[name][row, 0]
        equation = equation_of(frame)
        forms = next(part.forms for part in equation.sections if part.name == "numbers")
        assert len(forms) == (2 if optimizer == "sgd" else 3)
        for form in forms[:-1]:
            numbers = [n for n in walk(form) if isinstance(n, Number)]
            assert before in [n.value for n in numbers]
            assert numbers[-1].value == after
            left, right = both_sides(form)[-1]
            assert left == pytest.approx(float(right), rel=1e-9, abs=1e-14)
        old, new = (n for n in walk(forms[-1]) if isinstance(n, Number))
        assert (old.value, new.value) == (before, after)
        assert abs(before - after) < 2e-7 or old.text != new.text
        assert f"{old.text} → {new.text}" in plain(forms[-1])
        if optimizer != "sgd":
            g = next(n for n in walk(forms[0]) if isinstance(n, Number))
            assert g.value == made.gradients[name][row, 0]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_is_computed_on_the_way_is_the_optimisers_memory(optimizer: str) -> None:
    frame = update_of(optimizer=optimizer, snapshots=2)
    made, (name, row) = frame.update, entry_of(frame)
    assert made is not None
    slots = made.state.slots[name]
    shown = {
        part.split(" = ")[0]: value.value
        for part, value in zip(
            plain(section(equation_of(frame), "numbers")).split("; ")[0].split(","),
            [n for n in walk(section(equation_of(frame), "numbers")) if isinstance(n, Number)],
            strict=False,
        )
    }
    kept = {letter: float(slots[slot][row, 0]) for letter, slot in SLOTS[optimizer].items()}
    if "m̂" in kept:
        kept["m̂"] /= 1 - 0.9**3
        kept["v̂"] /= 1 - 0.999**3
    for letter, value in kept.items():
        assert shown[letter] == pytest.approx(value, rel=1e-12)


SLOTS: dict[str, dict[str, str]] = {
    "sgd": {},
    "momentum": {"m": "momentum"},
    "nesterov": {"m": "momentum"},
    "adagrad": {"s": "square"},
    "rmsprop": {"v": "square"},
    "rmsprop_centered": {"m": "mean", "v": "square"},
    "adam": {"m̂": "mean", "v̂": "square"},
    "amsgrad": {"m̂": "mean", "v̂": "largest"},
    "adamw": {"m̂": "mean", "v̂": "square"},
}


@pytest.mark.parametrize(
    ("optimizer", "formula"),
    [
        ("momentum", "m ← μm + g; W_aa ← W_aa − ηm"),
        ("nesterov", "m ← μm + g; W_aa ← W_aa − η(g + μm)"),
        ("adagrad", "s ← s + g2; W_aa ← W_aa − ηg/(√s + ε)"),
        ("rmsprop", "v ← αv + (1 − α)g2; W_aa ← W_aa − ηg/(√v + ε)"),
        (
            "rmsprop_centered",
            "m ← αm + (1 − α)g,v ← αv + (1 − α)g2; W_aa ← W_aa − ηg/(√(v−m²) + ε)",
        ),
        (
            "adam",
            "m ← β_1m + (1 − β_1)g,v ← β_2v + (1 − β_2)g2; W_aa ← W_aa − ηm̂/(√v̂ + ε)",
        ),
        (
            "adamw",
            "m ← β_1m + (1 − β_1)g,v ← β_2v + (1 − β_2)g2; W_aa ← (1 − ηλ)W_aa − ηm̂/(√v̂ + ε)",
        ),
    ],
)
def test_formulas(optimizer: str, formula: str) -> None:
    assert plain(section(equation_of(update_of(optimizer=optimizer)), "general")) == formula


def test_adam_says_what_its_hats_are() -> None:
    assert plain(section(equation_of(update_of(optimizer="adam")), "corrected")) == (
        "m̂ = m/(1 − β_1n); v̂ = v/(1 − β_2n)"
    )
    assert plain(section(equation_of(update_of(optimizer="amsgrad")), "corrected")) == (
        "m̂ = m/(1 − β_1n),s ← max(s,v); v̂ = s/(1 − β_2n)"
    )


def test_plain_gradient_descent_is_written_at_once() -> None:
    equation = equation_of(update_of())
    assert plain(section(equation, "general")) == "W_aa ← W_aa − η∂L/∂W_aa"
    assert equation.order == ("general", "numbers", "output")


@pytest.mark.parametrize("cell", ["lstm", "gru", "gru_reset_before"])
def test_the_entry_is_named(cell: str) -> None:
    frame = update_of(cell, 2, 1)
    row = section(equation_of(frame), "numbers")
    letter = next(item for item in walk(row) if isinstance(item, Letter))
    assert (letter.base, letter.sub) == ("W", "aa")
    assert letter.sup == ("[2]f" if cell == "lstm" else "[2]z")


def test_clipping_by_norm_says_both_lengths_and_the_factor() -> None:
    frame = update_of(clipping="norm", clip_limit=0.5)
    assert frame.update is not None
    report = frame.update.report
    row = section(equation_of(frame), "clipping")
    values = [item.value for item in walk(row) if isinstance(item, Number)]
    assert values == [report.norm_before, report.norm_after, report.coefficient]
    assert plain(row).endswith(f"→ 0.5,all gradients ×{report.coefficient:.3g}")
    means = section(equation_of(frame), "gradient")
    assert plain(means) == f"g = {report.coefficient:.3g} · ∂L/∂W_aa"
    g = frame.update.gradients["W_aa_l0"]
    whole = frame.passing.backward.gradients["W_aa_l0"]
    np.testing.assert_allclose(g, report.coefficient * whole)


def test_clipping_by_value_says_how_many_were_cut() -> None:
    frame = update_of(clipping="value", clip_limit=0.02)
    assert frame.update is not None
    report = frame.update.report
    row = plain(section(equation_of(frame), "clipping"))
    assert row.endswith(f"{report.entries_cut} of {report.entries} gradients cut to ±0.02")
    assert plain(section(equation_of(frame), "gradient")) == "g = cut(∂L/∂W_aa)"
    assert "direction" in equation_of(frame).sentence


def test_clipping_that_did_nothing_says_so() -> None:
    frame = update_of(clipping="norm", clip_limit=1000.0)
    assert frame.update is not None
    assert plain(section(equation_of(frame), "clipping")) == (
        f"(g)= {frame.update.report.norm_before:.3g} ≤ 1000:nothing clipped".replace(")=", ") =")
    )
    assert plain(section(equation_of(frame), "gradient")) == "g = ∂L/∂W_aa"
    value = update_of(clipping="value", clip_limit=1000.0)
    assert plain(section(equation_of(value), "clipping")) == "no gradient beyond ±1000"
    assert "direction" not in equation_of(value).sentence


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimiser_is_said_in_words_of_its_own(optimizer: str) -> None:
    said = {name: equation_of(update_of(optimizer=name)).sentence for name in OPTIMIZERS}
    assert said[optimizer].endswith(".")
    assert list(said.values()).count(said[optimizer]) == 1


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_learning_rate_of_any_size(optimizer: str) -> None:
    for rate in (0.0, 1e-12, 1e6, 1e300):
        frame = update_of(optimizer=optimizer, learning_rate=rate)
        for part in equation_of(frame).sections:
            for form in part.forms:
                assert "nan" not in plain(form) and "inf" not in plain(form)
