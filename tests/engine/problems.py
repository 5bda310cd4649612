"""Small random problems: a network, a batch of sequences and what is paid for."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from rnnviz import engine


@dataclass(frozen=True)
class Problem:
    network: engine.Network
    x: np.ndarray
    a0: np.ndarray
    objective: engine.Objective

    def trace(self) -> engine.Trace:
        return engine.forward(self.network, self.x, self.objective, a0=self.a0)


def make_problem(
    *,
    seed=0,
    activation="tanh",
    loss="softmax_cross_entropy",
    reduction="sum",
    steps=5,
    batch=2,
    inputs=3,
    units=4,
    outputs=3,
    layers=1,
    ids=False,
    masked=False,
    gain=1.0,
    dtype=np.float64,
) -> Problem:
    rng = np.random.default_rng(seed)
    architecture = engine.Architecture(inputs, units, outputs, "rnn", activation, layers)
    network = engine.create_network(architecture, seed=seed, gain=gain, dtype=dtype)
    biases = {
        name: rng.normal(0.0, 0.5, array.shape).astype(dtype)
        for name, array in network.parameters.items()
        if name.startswith("b")
    }
    if loss == "mse":
        targets = rng.normal(size=(steps, batch, outputs))
    else:
        targets = rng.integers(0, outputs, (steps, batch))
    return Problem(
        network.replace(**biases),
        rng.integers(0, inputs, (steps, batch)) if ids else rng.normal(size=(steps, batch, inputs)),
        rng.normal(0.0, 0.5, (layers, batch, units)),
        engine.Objective(
            loss, targets, rng.random((steps, batch)) < 0.5 if masked else None, reduction
        ),
    )


PROBLEMS = st.builds(
    make_problem,
    seed=st.integers(0, 2**31),
    activation=st.sampled_from(sorted(engine.ACTIVATIONS)),
    loss=st.sampled_from(["softmax_cross_entropy", "mse"]),
    reduction=st.sampled_from(["sum", "mean"]),
    steps=st.integers(1, 6),
    batch=st.integers(1, 3),
    inputs=st.integers(1, 4),
    units=st.integers(1, 4),
    outputs=st.integers(1, 4),
    layers=st.integers(1, 3),
    ids=st.booleans(),
    masked=st.booleans(),
)


def relative_error(got, want) -> float:
    """max|got − want| / max|want|, and the plain difference where all of want is 0."""
    assert got.shape == want.shape
    scale = np.abs(want).max(initial=0.0)
    return float(np.abs(got - want).max(initial=0.0) / (scale or 1.0))
