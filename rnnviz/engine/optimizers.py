"""The update after the backward pass."""

from collections.abc import Mapping

import numpy as np

from .arrays import Array
from .network import Network, check_names


def sgd_step(network: Network, gradients: Mapping[str, Array], learning_rate: float) -> Network:
    """One step of plain gradient descent: p ← p − η ∂L/∂p for every parameter p.

    Parameters
    ----------
    network : Network
    gradients : mapping of str to array
        As :attr:`Backward.gradients`: the names and shapes of the parameters.
    learning_rate : float
        η.

    Returns
    -------
    Network
        A new one of the same dtype.

    Raises
    ------
    ValueError
        For gradients that do not fit the parameters by name or shape.
    """
    shapes = network.architecture.parameter_shapes()
    check_names("gradients", gradients, shapes)
    for name, shape in shapes.items():
        if gradients[name].shape != shape:
            raise ValueError(f"gradient of {name}: expected {shape}, found {gradients[name].shape}")
    with np.errstate(all="ignore"):  # an exploded gradient gives an exploded network
        stepped = {
            name: (array - learning_rate * gradients[name]).astype(network.dtype, copy=False)
            for name, array in network.parameters.items()
        }
    return Network(network.architecture, stepped)
