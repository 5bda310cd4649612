"""What lies beside a script for PyTorch: weights, what is run, and rnnviz's own numbers of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import CELLS, EncoderDecoder, Network
from rnnviz.film import Frame
from rnnviz.film.inputs import written
from rnnviz.weights.networks import described_by
from rnnviz.weights.pytorch import lacking, to_pytorch

Array = NDArray[Any]


def networks_of(frame: Frame) -> tuple[tuple[str, Network], ...]:
    """The networks with what their tensors' names begin with: one, or encoder and decoder."""
    model = frame.passing.trace.network
    if isinstance(model, EncoderDecoder):
        return ("encoder.", model.encoder), ("decoder.", model.decoder)
    return (("", model),)


def arrays_of(frame: Frame) -> dict[str, Array]:
    """All arrays by name: the weights as PyTorch calls them, what is none begins with "rnnviz."."""
    task, trace, back = frame.task, frame.passing.trace, frame.passing.backward
    found: dict[str, Array] = {}
    for start, network in networks_of(frame):
        named = _tensors(network, dict(network.parameters))
        found |= {f"{start}{name}": array for name, array in named.items()}
        gradients = {name: back.gradients[f"{start}{name}"] for name in network.parameters}
        if network.architecture.biases == 1 and not CELLS[network.architecture.cell].second_bias:
            # PyTorch's second bias stands beside the first: its gradient is the same.
            named = _tensors(network, gradients, second="b_a")
        else:
            named = _tensors(network, gradients)
        found |= {f"rnnviz.gradient.{start}{name}": array for name, array in named.items()}
    if not isinstance(trace.network, EncoderDecoder):
        found |= described_by(trace.network, written(task, trace.network))
    dtype = frame.network.dtype
    silent = np.zeros(task.steps, np.bool_) if task.silent is None else task.silent
    x = task.x if task.x.dtype.kind in "iu" else task.x.astype(dtype)
    x = np.where(silent.reshape(-1, *(1,) * (x.ndim - 1)), np.zeros_like(x), x)
    pays = task.mask
    targets = np.where(pays.reshape(*pays.shape, *(1,) * (task.targets.ndim - 2)), task.targets, 0)
    found["rnnviz.x"] = x.astype(np.int64) if x.dtype.kind in "iu" else x
    if silent.any():
        found["rnnviz.given"] = ~silent[:, None]
    if frame.network.architecture.outputs:
        whole = targets.dtype.kind in "iu"
        found["rnnviz.targets"] = targets.astype(np.int64 if whole else dtype)
        found["rnnviz.pays"] = pays
        found["rnnviz.y"] = trace.y[:, 0]
        found["rnnviz.loss"] = trace.loss_k
    found["rnnviz.a"] = trace.a[:, 1:, 0]
    if trace.c is not None:
        found["rnnviz.c"] = trace.c[:, 1:, 0]
    if frame.source:
        found["rnnviz.dL_da"] = back.da[:, :, 0]
        found["rnnviz.dLk_da"] = frame.passing.alone.da[:, :, 0]
    return {name: np.ascontiguousarray(array) for name, array in found.items()}


def _tensors(network: Network, arrays: dict[str, Array], second: str = "") -> dict[str, Array]:
    """Arrays of a network's shapes under PyTorch's names, or under its own where it has none."""
    if lacking(network.architecture):
        return arrays
    named = to_pytorch(Network(network.architecture, arrays))
    if second:
        for strand in network.architecture.strands:
            named[f"rnn.bias_hh{strand.suffix}"] = arrays[f"{second}{strand.suffix}"]
    return named
