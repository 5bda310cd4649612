"""Networks in files: here, of PyTorch, Keras and ONNX, and under the lecture's names. No Qt."""

from rnnviz.weights.networks import load_network, read_network, save_network

__all__ = ["load_network", "read_network", "save_network"]
