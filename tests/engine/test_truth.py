"""The engine against reference values from PyTorch autograd in float64, and closed forms."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from rnnviz import engine
from tests import truth

FOLDER = Path(__file__).parents[1] / "data" / "truth"
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
IDS = [entry["id"] for entries in ("cases", "optim") for entry in MANIFEST[entries]]


@pytest.fixture(scope="module")
def verdicts():
    return {verdict.case: verdict for verdict in truth.run_folder(FOLDER)}


@pytest.mark.parametrize("case", IDS)
def test_engine_agrees_with_the_reference(verdicts, case):
    verdict = verdicts[case]
    assert verdict.skipped is None
    assert verdict.off == ()
    entry = next(e for e in [*MANIFEST["cases"], *MANIFEST["optim"]] if e["id"] == case)
    given = {n for n in entry["arrays"] if truth.GIVEN.fullmatch(n)} - {"params"}
    assert set(verdict.compared) == set(entry["arrays"]) - given


SATURATED = FOLDER.parent / "saturated"


@pytest.mark.parametrize("verdict", [*truth.run_folder(SATURATED)], ids=lambda v: v.case)
def test_saturated_cells_agree_in_what_little_gradient_they_pass(verdict):
    """What is left of 1 − a² or z (1 − z) is a few last digits, and those have to be right."""
    assert verdict.skipped is None
    assert verdict.off == ()
    assert {"a", "da", "grad.a0", "grad.x", "grad.weight_hh_l0"} <= set(verdict.compared)


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(FOLDER, tmp_path / "truth"))


def spoil(folder, case, **changes):
    path = folder / "cases" / f"{case}.npz"
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    for name, change in changes.items():
        name = name.replace("__", ".")
        if change is None:
            del arrays[name]
        else:
            arrays[name] = change(arrays.get(name))
    np.savez(path, **arrays)


CASE = "rnn_tanh_L1_B1_T7_ce_step"


@pytest.mark.parametrize(
    "name", ["a", "y", "loss", "loss_k", "da", "da_k", "da_k_norm", "grad__x", "grad__bias_hh_l0"]
)
def test_the_script_finds_one_wrong_array(copy, capsys, name):
    spoil(copy, CASE, **{name: lambda array: array * (1 + 1e-9)})
    assert truth.main([str(copy)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{CASE} {name.replace('__', '.')} 1.00e-09")
    assert lines[-1].endswith(" 1 failed, 0 skipped")


def test_the_script_fails_for_a_file_that_lacks_an_array(copy, capsys):
    spoil(copy, CASE, da=None)
    assert truth.main([str(copy)]) == 1
    assert "lacks da" in capsys.readouterr().out


def test_the_script_skips_what_the_engine_has_not_got(copy, capsys):
    spoil(copy, CASE, jacobian=lambda _: np.zeros(3))
    assert truth.main([str(copy)]) == 0
    out = capsys.readouterr().out
    assert f"{CASE} skipped: arrays jacobian" in out
    assert out.splitlines()[-1].endswith(" 0 failed, 1 skipped")


@pytest.mark.parametrize("w", [0.5, 0.9, 1.0, 1.1, 1.5])
def test_linear_chain(w):
    """ReLU, H = 1, x = (1, 0, 0, …), L = a⟨T⟩: a⟨t⟩ = w^(t−1), ∂L/∂a⟨t⟩ = w^(T−t)."""
    T = 40
    one = np.ones((1, 1))
    network = engine.create_network(
        engine.Architecture(1, 1, 1, activation="relu"), dtype=np.float64
    ).replace(W_ax_l0=one, W_aa_l0=w * one, W_ya=one)
    x = np.zeros((T, 1, 1))
    x[0] = 1.0
    mask = np.zeros((T, 1), dtype=bool)
    mask[-1] = True
    # The MSE with its target ½ below a⟨T⟩ has slope 1 there, as L = a⟨T⟩ has.
    target = np.full((T, 1, 1), w ** (T - 1) - 0.5)
    trace = engine.forward(network, x, engine.Objective("mse", target, mask))
    backward = engine.backward(trace)
    powers = w ** np.arange(T, dtype=float)
    assert trace.a[0, 1:, 0, 0] == pytest.approx(powers, rel=1e-12)
    slope = backward.da[0, -1, 0, 0]
    assert slope == pytest.approx(1.0, rel=1e-7)
    assert backward.da[0, :, 0, 0] / slope == pytest.approx(powers[::-1], rel=1e-12)
    assert backward.gradients["W_aa_l0"][0, 0] / slope == pytest.approx(
        (T - 1) * w ** (T - 2), rel=1e-12
    )


@pytest.mark.parametrize("rho", [0.9, 1.0, 1.1])
def test_a_permutation_keeps_norms(rho):
    network = engine.create_network(
        engine.Architecture(1, 5, 2, activation="relu"), dtype=np.float64
    ).replace(W_aa_l0=rho * np.eye(5)[[2, 0, 4, 1, 3]], W_ax_l0=np.ones((5, 1)), b_a_l0=np.ones(5))
    trace = engine.forward(
        network, np.ones((40, 1, 1)), engine.Objective("mse", np.zeros((40, 1, 2)))
    )
    logs = engine.source_log_norms(trace, [40])[0, 0]
    assert logs - logs[-1] == pytest.approx(np.log(rho) * np.arange(39, -1, -1), abs=1e-11)
