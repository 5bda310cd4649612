"""Keras' and ONNX' layouts: exact round trips, and the other library's own equations in NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz import engine
from rnnviz.files.errors import DataError
from rnnviz.weights.keras import from_keras, to_keras
from rnnviz.weights.onnx import from_onnx, to_onnx

from .test_networks import ARCHITECTURES, filled, same

RNG = np.random.default_rng(0)
T, B, D, H, CLASSES = 4, 2, 3, 5, 2
X = RNG.normal(size=(T, B, D))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


@given(ARCHITECTURES.filter(lambda a: a.biases == 1))
@settings(max_examples=60, deadline=None)
def test_keras_round_trip_is_exact(architecture):
    network = filled(architecture)
    back = from_keras(
        to_keras(network), architecture.cell, bidirectional=architecture.bidirectional
    )
    same(back, network)


@given(ARCHITECTURES, st.booleans())
@settings(max_examples=60, deadline=None)
def test_onnx_round_trip_is_exact(architecture, peepholes):
    if architecture.cell == "gru" and architecture.biases == 2:
        architecture = engine.Architecture(2, 3, 1, cell="gru")
    if peepholes and architecture.cell == "lstm":
        architecture = engine.Architecture(2, 3, 1, cell="lstm", peepholes=True, layers=2)
    network = filled(architecture)
    p = network.parameters
    back = from_onnx(
        to_onnx(network),
        architecture.cell,
        embedding=p.get("E"),
        readout=(p["W_ya"], p["b_y"]) if architecture.outputs else None,
    )
    same(back, network)


def keras_weights(gates, bias):
    sizes = [(D, gates * H), (H, gates * H), bias, (H, CLASSES), (CLASSES,)]
    return [RNG.normal(size=size) for size in sizes]


def test_keras_lstm():
    """Gates i f c o, kernels (from, to): keras.layers.LSTMCell's call()."""
    weights = keras_weights(4, (4 * H,))
    kernel, recurrent, bias, dense, dense_bias = weights
    h = c = np.zeros((B, H))
    for x in X:
        i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    network = from_keras(weights, "lstm")
    assert engine.forward(network, X).y[-1] == pytest.approx(h @ dense + dense_bias, abs=1e-13)


def test_keras_gru_reset_after():
    """Gates z r h, bias (2, 3H): keras.layers.GRUCell's call() with reset_after=True."""
    weights = keras_weights(3, (2, 3 * H))
    kernel, recurrent, bias, dense, dense_bias = weights
    h = np.zeros((B, H))
    for x in X:
        x_z, x_r, x_h = np.split(x @ kernel + bias[0], 3, axis=1)
        r_z, r_r, r_h = np.split(h @ recurrent + bias[1], 3, axis=1)
        z, r = sigmoid(x_z + r_z), sigmoid(x_r + r_r)
        h = z * h + (1 - z) * np.tanh(x_h + r * r_h)
    network = from_keras(weights, "gru")
    assert engine.forward(network, X).y[-1] == pytest.approx(h @ dense + dense_bias, abs=1e-13)


def test_keras_gru_reset_before():
    weights = keras_weights(3, (3 * H,))
    kernel, recurrent, bias, dense, dense_bias = weights
    h = np.zeros((B, H))
    for x in X:
        x_z, x_r, x_h = np.split(x @ kernel + bias, 3, axis=1)
        r_z, r_r, _ = np.split(h @ recurrent, 3, axis=1)
        z, r = sigmoid(x_z + r_z), sigmoid(x_r + r_r)
        h = z * h + (1 - z) * np.tanh(x_h + (r * h) @ recurrent[:, 2 * H :])
    network = from_keras(weights, "gru_reset_before")
    assert engine.forward(network, X).y[-1] == pytest.approx(h @ dense + dense_bias, abs=1e-13)


def onnx_node(gates, peepholes=False):
    node = {
        "W": RNG.normal(size=(1, gates * H, D)),
        "R": RNG.normal(size=(1, gates * H, H)),
        "B": RNG.normal(size=(1, 2 * gates * H)),
    }
    return {**node, "P": RNG.normal(size=(1, 3 * H))} if peepholes else node


def test_onnx_lstm_with_peepholes():
    """Gates i o f c and peepholes i o f: the operator's equations."""
    node = onnx_node(4, peepholes=True)
    W_i, W_o, W_f, W_c = np.split(node["W"][0], 4)
    R_i, R_o, R_f, R_c = np.split(node["R"][0], 4)
    b_i, b_o, b_f, b_c = np.split(sum(np.split(node["B"][0], 2)), 4)
    P_i, P_o, P_f = np.split(node["P"][0], 3)
    h = c = np.zeros((B, H))
    for x in X:
        i = sigmoid(x @ W_i.T + h @ R_i.T + P_i * c + b_i)
        f = sigmoid(x @ W_f.T + h @ R_f.T + P_f * c + b_f)
        c = f * c + i * np.tanh(x @ W_c.T + h @ R_c.T + b_c)
        h = sigmoid(x @ W_o.T + h @ R_o.T + P_o * c + b_o) * np.tanh(c)
    readout = (np.eye(H), np.zeros(H))
    trace = engine.forward(from_onnx([node], "lstm", readout=readout), X)
    assert trace.a[0, T] == pytest.approx(h, abs=1e-13)


@pytest.mark.parametrize("after", [True, False])
def test_onnx_gru(after):
    """Gates z r h, linear_before_reset=1 or 0: the operator's equations."""
    node = onnx_node(3)
    W_z, W_r, W_h = np.split(node["W"][0], 3)
    R_z, R_r, R_h = np.split(node["R"][0], 3)
    (w_z, w_r, w_h), (r_z, r_r, r_h) = (np.split(b, 3) for b in np.split(node["B"][0], 2))
    h = np.zeros((B, H))
    for x in X:
        z = sigmoid(x @ W_z.T + h @ R_z.T + w_z + r_z)
        r = sigmoid(x @ W_r.T + h @ R_r.T + w_r + r_r)
        inner = r * (h @ R_h.T + r_h) if after else (r * h) @ R_h.T + r_h
        h = (1 - z) * np.tanh(x @ W_h.T + inner + w_h) + z * h
    readout = (np.eye(H), np.zeros(H))
    cell = "gru" if after else "gru_reset_before"
    trace = engine.forward(from_onnx([node], cell, readout=readout), X)
    assert trace.a[0, T] == pytest.approx(h, abs=1e-13)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda w: w[:4], r"4 arrays are not three for each layer|expected shape"),
        (lambda w: [w[0], w[1].T, *w[2:]], "4 arrays are not three"),
        (lambda w: [*w[:2], np.zeros(7), *w[3:]], r"b_a_l0: expected shape \(20,\), found \(7,\)"),
        (lambda w: [*w[:3], np.zeros((9, 2)), w[4]], r"W_ya: expected shape \(2, 5\), found"),
        (lambda w: [], "0 arrays are not three"),
        (lambda w: [np.zeros((3, 0)), np.zeros((0, 0)), np.zeros(0)], "has no units"),
    ],
)
def test_keras_arrays_that_do_not_fit_are_refused(spoil, words):
    with pytest.raises(DataError, match=words):
        from_keras(spoil(keras_weights(4, (4 * H,))), "lstm")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"R": None}, "R of layer 0: expected three axes, found nothing"),
        ({"W": np.zeros((12, 3))}, r"W of layer 0: expected three axes, found \(12, 3\)"),
        ({"W": np.zeros((3, 20, 3))}, "expected 1 or 2 directions, found 3"),
        ({"B": np.zeros((1, 39))}, r"B of layer 0: expected shape \(1, 40\), found \(1, 39\)"),
        ({"P": np.zeros((1, 14))}, r"P of layer 0: expected shape \(1, 15\), found \(1, 14\)"),
        ({"W": np.zeros((1, 19, 3))}, r"W_ax_l0: expected shape \(20, 3\), found \(19, 3\)"),
    ],
)
def test_onnx_arrays_that_do_not_fit_are_refused(changes, words):
    node = {n: a for n, a in {**onnx_node(4), **changes}.items() if a is not None}
    with pytest.raises(DataError, match=words):
        from_onnx([node], "lstm")


def test_what_the_others_have_not_is_refused():
    with pytest.raises(DataError, match="Keras has no peepholes"):
        to_keras(filled(engine.Architecture(1, 2, 3, cell="lstm", peepholes=True)))
    with pytest.raises(DataError, match="unknown cell 'lru'; known: rnn"):
        from_keras(keras_weights(4, (4 * H,)), "lru")
    with pytest.raises(DataError, match="no layers"):
        from_onnx([], "lstm")
