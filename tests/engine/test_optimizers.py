import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnviz import engine
from rnnviz.engine.clipping import Clipping
from rnnviz.engine.optimizers import OPTIMIZERS, SGD, Adagrad, Adam, RMSprop

from .problems import make_problem, relative_error

FOLDER = Path(__file__).parents[1] / "data" / "optim"
MANIFEST = {entry["id"]: entry for entry in json.loads((FOLDER / "manifest.json").read_text())}


def made(name, hyper):
    """The optimiser of a reference trajectory."""
    hyper = {k: v for k, v in hyper.items() if k not in ("lr", "dampening", "lr_decay")}
    hyper.pop("initial_accumulator_value", None)
    if "eps" in hyper:
        hyper["epsilon"] = hyper.pop("eps")
    if "betas" in hyper:
        hyper["beta1"], hyper["beta2"] = hyper.pop("betas")
    if name.startswith("sgd"):
        return SGD(**hyper)
    if name == "adagrad":
        return Adagrad(**hyper)
    if name.startswith("rmsprop"):
        return RMSprop(**hyper)
    return Adam(**hyper, decoupled=name == "adamw")


def cut(flat, order):
    ends = np.cumsum([int(np.prod(shape)) for _, shape in order])
    return {n: part.reshape(s) for (n, s), part in zip(order, np.split(flat, ends[:-1]), strict=1)}


def joined(arrays, order):
    return np.concatenate([arrays[OURS[name]].ravel() for name, _ in order])


OURS = {
    "weight_ih_l0": "W_ax_l0",
    "weight_hh_l0": "W_aa_l0",
    "bias_ih_l0": "b_a_l0",
    "bias_hh_l0": "b_aa_l0",
    "W_hy": "W_ya",
    "b_y": "b_y",
}


@pytest.mark.parametrize("case", sorted(MANIFEST))
def test_trajectories_agree_with_the_reference(case):
    """Five steps of torch.optim in float64; clipping is over all parameters, both biases too."""
    entry = MANIFEST[case]
    with np.load(FOLDER / f"{case}.npz") as file:
        want = {name: file[name] for name in file.files}
    order = [(name, tuple(shape)) for name, shape in entry["param_order"]]
    optimizer = made(entry["optimizer"], entry["hyper"])
    clipping = Clipping(*(entry["clip"] or ["none"]))
    objective = engine.Objective("softmax_cross_entropy", want["target"], None, "mean")
    start = {OURS[name]: array for name, array in cut(want["params"][0], order).items()}
    outputs, units = start["W_ya"].shape
    architecture = engine.Architecture(want["x"].shape[2], units, outputs, biases=2)
    network, state = engine.Network(architecture, start), optimizer.start
    for step, loss in enumerate(want["loss"]):
        trace = engine.forward(network, want["x"], objective)
        gradients = engine.backward(trace).gradients
        assert trace.loss == pytest.approx(loss, rel=1e-10)
        clipped, report = clipping.apply(gradients)
        assert report.norm_before == pytest.approx(want["grad_norm_raw"][step], rel=1e-10)
        assert report.clipped == entry["clip_triggered_at_step"][step]
        if step == 0:
            assert relative_error(joined(gradients, order), want["grad_raw"][0]) < 1e-10
            assert relative_error(joined(clipped, order), want["grad_clipped"][0]) < 1e-10
        state, network = optimizer.step(state, network, clipped, entry["hyper"]["lr"])
        assert relative_error(joined(network.parameters, order), want["params"][step + 1]) < 1e-10
    assert state.steps == 5


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_a_step_changes_nothing_it_is_given_and_lowers_the_loss(name):
    problem = make_problem(dtype=np.float32)
    backward = engine.backward(problem.trace())
    before = {n: p.copy() for n, p in problem.network.parameters.items()}
    optimizer = OPTIMIZERS[name]
    state, once = optimizer.step(optimizer.start, problem.network, backward.gradients, 0.01)
    again = optimizer.step(optimizer.start, problem.network, backward.gradients, 0.01)[1]
    _, twice = optimizer.step(state, once, backward.gradients, 0.01)
    assert optimizer.start.steps == 0
    assert not optimizer.start.slots
    for n, p in problem.network.parameters.items():
        assert np.array_equal(p, before[n])
        assert np.array_equal(once.parameters[n], again.parameters[n])
        assert once.parameters[n].dtype == twice.parameters[n].dtype == np.float32
        for slot in state.slots[n].values():
            assert slot.dtype == np.float32
            assert not slot.flags.writeable
    losses = [
        engine.forward(network, problem.x, problem.objective, a0=problem.a0).loss
        for network in (problem.network, once)
    ]
    assert losses[1] < losses[0]


def test_centred_rmsprop_of_a_constant_gradient_stays_finite():
    """v − m² is 0 up to rounding then, and may come out below."""
    one = {"p": np.full(1, 0.1, np.float32)}
    optimizer = RMSprop(alpha=0.0, centered=True)
    state, p = optimizer.start, one
    for _ in range(5):
        state, p = optimizer.update(state, p, one, 1e-9)
    assert np.isfinite(p["p"]).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SGD(momentum=1.0), "momentum: expected a number below 1, found 1.0"),
        (lambda: SGD(nesterov=True), "nesterov: expected a momentum above 0"),
        (lambda: SGD(weight_decay=-1.0), "weight_decay: expected a finite number ≥ 0, found -1.0"),
        (lambda: Adam(beta2=1.5), "beta2: expected a number below 1, found 1.5"),
        (lambda: Adam(epsilon=float("nan")), "epsilon: expected a finite number ≥ 0, found nan"),
        (lambda: RMSprop(alpha=-0.1), "alpha: expected a finite number ≥ 0"),
        (lambda: Adagrad(epsilon=-1.0), "epsilon: expected a finite number ≥ 0"),
    ],
)
def test_impossible_settings_are_refused_in_words(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_gradients_that_do_not_fit_are_refused():
    problem = make_problem()
    gradients = dict(engine.backward(problem.trace()).gradients)
    optimizer = OPTIMIZERS["adam"]
    with pytest.raises(ValueError, match=r"gradient of b_y: expected \(3,\), found \(4,\)"):
        optimizer.step(optimizer.start, problem.network, {**gradients, "b_y": np.zeros(4)}, 0.1)
    del gradients["b_y"]
    with pytest.raises(ValueError, match="missing b_y"):
        optimizer.step(optimizer.start, problem.network, gradients, 0.1)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_float32_cannot_hold_is_infinite_with_every_numpy(name):
    """NumPy 1.26 would go on in float64 and find a network that is finite, and another state."""
    network = engine.create_network(engine.Architecture(2, 3, 2)).astype(np.float32)
    gradients = {n: np.full_like(p, 1e-3) for n, p in network.parameters.items()}
    optimizer = replace(OPTIMIZERS[name], weight_decay=1e39)
    state, stepped = optimizer.step(optimizer.start, network, gradients, 1e39)
    assert not any(np.isfinite(p).any() for p in stepped.parameters.values())
    arrays = [a for slots in state.slots.values() for a in slots.values()]
    assert {a.dtype for a in arrays} <= {np.dtype(np.float32)}
