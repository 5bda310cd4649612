import json
from pathlib import Path

import numpy as np
import pytest

from rnnviz import engine
from rnnviz.engine.clipping import Clipping
from rnnviz.engine.optimizers import OPTIMIZERS, SGD, Adagrad, Adam, RMSprop

from .problems import make_problem

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


@pytest.mark.parametrize("case", sorted(MANIFEST))
def test_trajectories_agree_with_the_reference(case):
    """Five steps of torch.optim in float64, two biases, clipping over all parameters."""
    entry = MANIFEST[case]
    with np.load(FOLDER / f"{case}.npz") as file:
        want = {name: file[name] for name in file.files}
    order = [(name, tuple(shape)) for name, shape in entry["param_order"]]
    optimizer = made(entry["optimizer"], entry["hyper"])
    clip = entry["clip"] or ["none", 1.0]
    start = cut(want["params"][0], order)
    network = two_biases(start, entry)
    objective = engine.Objective("softmax_cross_entropy", want["target"], None, "mean")
    state = optimizer.start
    for step in range(len(want["loss"])):
        backward = engine.backward(engine.forward(network, want["x"], objective))
        assert backward.trace.loss == pytest.approx(want["loss"][step], rel=1e-10)
        clipped, report = Clipping(*clip).apply(backward.gradients)
        assert report.norm_before == pytest.approx(want["grad_norm_raw"][step], rel=1e-10)
        assert report.clipped == entry["clip_triggered_at_step"][step]
        if step == 0:
            assert close(flat(clipped, order), want["grad_clipped"][0])
            assert close(flat(backward.gradients, order), want["grad_raw"][0])
        state, network = optimizer.step(state, network, clipped, entry["hyper"]["lr"])
        assert close(flat(network.parameters, order), want["params"][step + 1])
    assert state.steps == len(want["loss"])
