"""Networks in files: here, of PyTorch, Keras and ONNX, and under the lecture's names. No Qt."""

from rnnviz.weights.networks import (
    inputs_in,
    load_network,
    modules_in,
    read_network,
    read_with_notes,
    save_network,
)

__all__ = [
    "inputs_in",
    "load_network",
    "modules_in",
    "read_network",
    "read_with_notes",
    "save_network",
]
