"""What branches differ in, what held-out figures come to, and what is no longer as it shipped."""

from dataclasses import fields, replace

import pytest

from rnnviz.film import Branches, Settings, start_run
from rnnviz.film.comparison import compare
from rnnviz.film.differences import figures_said, twins_shown, unlike_shipped, what_differs
from rnnviz.film.held_out import CellFigure, HeldOut, verdict
from rnnviz.film.weight_scales import scaled, scales_of
from rnnviz.opening.shipped import open_any, twins
from tests.frames import make_frame


def known(one: float, other: float, error: float = 0.001, *, share: bool = True) -> HeldOut:
    figures = (CellFigure("lstm", one, error), CellFigure("rnn", other, error))
    guessing = 0.5 if share else 0.1667
    return HeldOut(
        "delay 8", "delay 8", "accuracy" if share else "MSE", share, "guessing", guessing, figures
    )


CHANCE = "guessing: 50.0\u202f%"
SAID = {
    f"both solve it: 100.0\u202f% (LSTM) and 99.9\u202f% (RNN); {CHANCE}.": known(1.0, 0.999),
    f"both solve it, the RNN better: 99.9\u202f% (RNN) and 98.1\u202f% (LSTM); {CHANCE}.": known(
        0.981, 0.999
    ),
    f"the LSTM solves it (99.0\u202f%), the RNN does not (80.0\u202f%); {CHANCE}.": known(
        0.99, 0.8
    ),
    f"the LSTM solves it (99.0\u202f%), the RNN does not (50.2\u202f%); {CHANCE}, the RNN is not "
    "measurably better.": known(0.99, 0.502),
    "neither solves it, the RNN is nearer: 80.0\u202f% (RNN) and 70.0\u202f% (LSTM); "
    f"{CHANCE}.": known(0.7, 0.8),
    "neither solves it, and they do not measurably differ: 80.1\u202f% (LSTM) and "
    f"80.0\u202f% (RNN); {CHANCE}.": known(0.801, 0.8),
    f"neither is better than guessing: 50.1\u202f% (RNN) and 40.0\u202f% (LSTM); {CHANCE}.": known(
        0.4, 0.501
    ),
    "the LSTM solves it (MSE 0.0001), the RNN does not (0.3500); guessing: 0.1667, the RNN is not "
    "measurably better.": known(0.0001, 0.35, share=False),
}


@pytest.mark.parametrize("said", SAID)
def test_what_figures_come_to(said: str) -> None:
    assert verdict(SAID[said], ("lstm", "rnn")) == f"Held out at delay 8, {said}"
    elsewhere = replace(SAID[said], trained="delay 5")
    assert verdict(elsewhere, ("rnn", "lstm")) == (
        f"Held out at delay 8 (trained at delay 5), {said}"
    )
    assert verdict(SAID[said], ("lstm",)) == verdict(SAID[said], ("lstm", "gru")) == ""


VALUES = {
    "units": 9, "layers": 2, "gain": 2.0, "seed": 9, "activation": "relu", "optimizer": "adam",
    "recurrent": "identity", "learning_rate": 0.3, "truncation": 4, "clipping": "norm",
}  # fmt: skip


def counted(branches: Branches) -> str:
    sizes = [b.run.networks[0].parameters.values() for b in branches.each]
    return ", ".join(str(sum(array.size for array in each)) for each in sizes)


def test_branches_differ_in_what_was_chosen_and_in_nothing_else() -> None:
    alone = make_frame(units=6).branches
    assert what_differs(alone) == ""
    cells = compare(alone)
    assert what_differs(cells) == (
        f"They differ in cell (RNN, GRU, LSTM) and parameters ({counted(cells)})."
    )
    forked = alone.forked()
    assert what_differs(forked) == "They do not differ yet."
    changed = {"cell", "clip_limit"}  # the first is above, the other clipping's
    for change, said in {
        "units": "units (6, 9) and parameters ({})",
        "layers": "layers (1, 2) and parameters ({})",
        "gain": "factor of the first W_aa (0.5, 2)",
        "seed": "seed (0, 9)",
        "activation": "g (tanh, relu)",
        "recurrent": "initialiser of W_aa (orthogonal, identity)",
        "optimizer": "optimiser (SGD, Adam)",
        "learning_rate": "η (0.1, 0.3)",
        "truncation": "window of truncated BPTT (the whole sequence, 4)",
        "clipping": "clipping (no clipping, clip norm 1)",
    }.items():
        changed.add(change)
        settings = replace(alone.run.settings, learning_rate=alone.run.learning_rate)
        settings = replace(settings, **{change: VALUES[change]})
        if change == "clipping":
            settings = replace(settings, clip_limit=1.0)
        made = forked.with_run(start_run(alone.task, settings))
        assert what_differs(made) == f"They differ in {said.format(counted(made))}.", change
    assert changed == {row.name for row in fields(Settings)}


def test_weights_are_told_apart_by_where_they_are_from() -> None:
    forked = make_frame(units=6).branches.forked()
    run = scaled(forked.run, 0, scales_of(forked.run.networks[0]), "radius", 1.3)
    sizes = [f"{radius * 6**0.5:.2f}" for radius in (0.5, 1.3)]  # orthogonal, times a factor
    assert what_differs(forked.with_run(run)) == (
        f"They differ in weights (of a seed, opened or scaled) and ‖W_aa‖ ({', '.join(sizes)})."
    )
    assert what_differs(forked.with_run(run), values=False) == (
        "They differ in weights and ‖W_aa‖."
    )
    both = forked.with_runs({0: run, 1: replace(run, networks=forked.run.networks)})
    assert what_differs(both) == f"They differ in ‖W_aa‖ ({', '.join(reversed(sizes))})."
    other = make_frame(units=6, seed=7).run.networks
    both = forked.with_runs({0: run, 1: replace(run, networks=other)})
    assert what_differs(both) == "They differ in their weights alone."


@pytest.fixture(scope="module")
def parity() -> Branches:
    return open_any("parity-twins", "length 8")


def test_a_shipped_network_is_one_until_something_is_done_to_it(parity: Branches) -> None:
    run = parity.run
    assert unlike_shipped(parity) == "" and twins_shown(parity)
    assert figures_said(parity).startswith(
        "Held out at length 8 (trained at length 24), both solve it: 100.0\u202f% (LSTM)"
    )
    assert figures_said(Branches.of(run)) == figures_said(parity)
    made = {
        "scaled here": scaled(run, 0, scales_of(run.networks[0]), "input", 1.0),
        "begun anew here, and not trained": replace(
            start_run(run.task, Settings(cell="gru")), shipped=run.shipped
        ),
        f"that of update {run.log[2].update:,} of its training": run.at_origin(2),
    }
    for why, other in made.items():
        changed = parity.with_run(other)
        assert unlike_shipped(changed) == f"Not as it ships: the network is {why}."
        assert not twins_shown(changed)
        # Of the other one, which is as it ships, nothing is told either: they stand for a pair.
        assert figures_said(changed) == figures_said(Branches.of(other)) == ""
        assert twins_shown(twins(other))  # which are as they ship again
    updated = replace(run, networks=run.networks * 2, states=run.states * 2)
    assert updated.unlike_shipped(1) == "1 update of this film further"
    assert figures_said(parity.with_run(run.in_mode("many_to_one"))) == ""


def test_a_sentence_begun_otherwise_is_not_the_one_that_ships() -> None:
    frame = open_any("vanishing")
    assert unlike_shipped(frame) == "" == figures_said(frame)
    settings = replace(frame.run.settings, gain=1.5)
    changed = frame.with_run(replace(start_run(frame.task, settings), shipped=frame.run.shipped))
    assert unlike_shipped(changed) == "Not as it ships: the network is begun otherwise here."
    assert unlike_shipped(changed.switched(1)) == unlike_shipped(changed)
    cut = replace(frame.run, settings=replace(frame.run.settings, truncation=5))
    assert unlike_shipped(frame.with_run(cut)) == (
        "Not as it ships: its gradient is cut at the ends of windows."
    )
    assert unlike_shipped(frame.with_run(frame.run.in_mode("many_to_one"))) == (
        "Not as it ships: it is in another mode."
    )
