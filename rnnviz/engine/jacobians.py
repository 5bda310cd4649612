"""How much one step backward can make of a gradient."""

import numpy as np

from .activations import ACTIVATIONS
from .network import Network


def recurrent_gain(network: Network, layer: int = 0) -> float:
    """Largest factor by which one step back through time can stretch a gradient.

    σ_max(W_aa) · sup |g′|, so that ‖∂L_k/∂a⟨t⟩‖ ≤ gain^(k−t) ‖∂L_k/∂a⟨k⟩‖ in a network of one
    layer (Pascanu, Mikolov and Bengio 2013, eq. 7). nan if W_aa holds a non-finite number.

    Parameters
    ----------
    network : Network
        Of Elman cells.
    layer : int
        Which layer's W_aa (H, H), from 0.
    """
    W_aa = network.parameters[f"W_aa_l{layer}"].astype(np.float64)
    if not np.isfinite(W_aa).all():
        return float("nan")
    sigma = float(np.linalg.norm(W_aa, 2))
    return sigma * ACTIVATIONS[network.architecture.activation].supremum
