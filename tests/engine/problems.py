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
    c0: np.ndarray | None = None
    lengths: np.ndarray | None = None
    inputs: np.ndarray | None = None

    def trace(self, **changed) -> engine.Trace:
        """Run it, with other arrays in place of its own ("network", "x", "a0", "c0", …)."""
        given = {name: getattr(self, name) for name in ("network", "x", "objective")} | changed
        network, x, objective = (given.pop(name) for name in ("network", "x", "objective"))
        others = {n: getattr(self, n) for n in ("a0", "c0", "lengths", "inputs")}
        return engine.forward(network, x, objective, **(others | given))


def make_problem(
    *,
    seed=0,
    cell="rnn",
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
    biases=1,
    peepholes=False,
    bidirectional=False,
    vocabulary=0,
    padded=False,
    gaps=False,
) -> Problem:
    rng = np.random.default_rng(seed)
    architecture = engine.Architecture(
        inputs,
        units,
        outputs,
        cell,
        activation if cell == "rnn" else "tanh",
        layers,
        biases=biases,
        peepholes=peepholes and cell == "lstm",
        bidirectional=bidirectional,
        vocabulary=vocabulary,
    )
    network = engine.create_network(architecture, seed=seed, gain=gain, dtype=dtype)
    vectors = {
        name: rng.normal(0.0, 0.5, array.shape).astype(dtype)
        for name, array in network.parameters.items()
        if name.startswith(("b", "p_"))
    }
    if loss == "mse":
        targets = rng.normal(size=(steps, batch, outputs))
    elif loss == "binary_cross_entropy":
        targets = rng.random(size=(steps, batch, outputs))
    else:
        targets = rng.integers(0, outputs, (steps, batch))
    by_ids = ids or vocabulary
    states = (len(architecture.strands), batch, units)
    x = rng.integers(0, vocabulary or inputs, (steps, batch)) if by_ids else None
    return Problem(
        network.replace(**vectors),
        rng.normal(size=(steps, batch, inputs)) if x is None else x,
        rng.normal(0.0, 0.5, states),
        engine.Objective(
            loss, targets, rng.random((steps, batch)) < 0.5 if masked else None, reduction
        ),
        rng.normal(0.0, 0.5, states) if cell == "lstm" else None,
        rng.integers(1, steps + 1, batch) if padded else None,
        rng.random((steps, batch)) < 0.6 if gaps else None,
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

CELLS = ("rnn", "lstm", "gru", "gru_reset_before")

ALL_PROBLEMS = st.builds(
    make_problem,
    seed=st.integers(0, 2**31),
    cell=st.sampled_from(CELLS),
    activation=st.sampled_from(sorted(engine.ACTIVATIONS)),
    loss=st.sampled_from(["softmax_cross_entropy", "binary_cross_entropy", "mse"]),
    reduction=st.sampled_from(["sum", "mean"]),
    steps=st.integers(1, 5),
    batch=st.integers(1, 3),
    inputs=st.integers(1, 3),
    units=st.integers(1, 3),
    outputs=st.integers(1, 3),
    layers=st.integers(1, 3),
    ids=st.booleans(),
    masked=st.booleans(),
    biases=st.sampled_from([1, 2]),
    peepholes=st.booleans(),
    bidirectional=st.booleans(),
    vocabulary=st.sampled_from([0, 0, 4]),
    padded=st.booleans(),
    gaps=st.booleans(),
)


def relative_error(got, want) -> float:
    """max|got − want| / max|want|, and the plain difference where all of want is 0."""
    assert got.shape == want.shape
    scale = np.abs(want).max(initial=0.0)
    return float(np.abs(got - want).max(initial=0.0) / (scale or 1.0))
