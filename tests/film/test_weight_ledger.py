"""The ledger's shares sum to the gradient, for every cell, layer and mode."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.data import make_task, sequence_from_text
from rnnviz.film import Settings, compute_pass, start_run
from rnnviz.film.measures import WEIGHT_LEDGER
from rnnviz.film.weight_ledger import why_no_ledger
from tests.frames import make_frame


@pytest.mark.parametrize("cell", ["rnn", "gru", "gru_reset_before", "lstm"])
@pytest.mark.parametrize("summed", [False, True])
def test_the_shares_pile_up_to_the_gradient(cell: str, summed: bool) -> None:
    passing = make_frame("one two three four five six", cell=cell, units=4, layers=2).passing
    back = passing.backward if summed else passing.alone
    for layer in range(2):
        found = WEIGHT_LEDGER(passing, summed, layer)
        assert found is not None and found.before == 0
        gradient = back.gradients[f"W_aa_l{layer}"]
        np.testing.assert_allclose(found.sum_from(1), gradient, atol=1e-14)
        for t in range(1, 7):
            parts = sum(found.share(s) for s in range(t, 7))
            np.testing.assert_allclose(found.sum_from(t), parts, atol=1e-14)
            assert found.shares[t - 1] == pytest.approx(np.linalg.norm(found.share(t)))
            assert found.so_far[t - 1] == pytest.approx(np.linalg.norm(parts))
        assert not found.shares[0]  # a⟨0⟩ = 0


@pytest.mark.parametrize("mode", ["one_to_many", "many_to_one", "synced", "encoder_decoder"])
def test_in_every_mode_with_links(mode: str) -> None:
    run = start_run(make_task(sequence_from_text("one two three four five six")), Settings(units=4))
    passing = compute_pass(run.in_mode(mode), 0, 0)
    found = WEIGHT_LEDGER(passing, True, 0)
    assert found is not None and found.before == passing.task.source_steps
    whole = found.sum_from(found.before + 1)
    name = "decoder.W_aa_l0" if found.before else "W_aa_l0"
    np.testing.assert_allclose(whole, passing.backward.gradients[name], atol=1e-14)


def test_where_there_is_none_it_says_why() -> None:
    run = start_run(make_task(sequence_from_text("one two three")), Settings(units=4))
    passing = compute_pass(run.in_mode("one_to_one"), 0, 0)
    assert "no step is linked" in why_no_ledger(passing)
    assert WEIGHT_LEDGER(passing, True, 0) is None
    assert "more than 2,000 steps" in why_no_ledger(make_frame(2001, units=2).passing)


def test_a_part_of_the_read_out_has_no_sum_of_its_own() -> None:
    back = make_frame(units=3).passing.backward
    with pytest.raises(ValueError, match="expected a parameter of a layer, found 'W_ya'"):
        back.shares_from("W_ya", 2)
    for name in back.gradients.keys() - {"W_ya", "b_y"}:
        np.testing.assert_allclose(back.shares_from(name, 1), back.gradients[name], atol=1e-14)
