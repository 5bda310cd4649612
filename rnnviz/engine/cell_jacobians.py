"""Each cell's Jacobian over one step, for all steps of one sequence at once."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from .activations import ACTIVATIONS
from .arrays import Array
from .records import Trace

CellJacobians = Callable[[Trace, int, int, bool], Array]
"""(trace, layer, sequence, unsaturated) to (T, S, S); unsaturated puts sup |g′| in g′'s place."""


def _elman(trace: Trace, layer: int, sequence: int, unsaturated: bool) -> Array:
    """∂a⟨t⟩/∂a⟨t−1⟩ = diag(g′(z⟨t⟩)) W_aa."""
    activation = ACTIVATIONS[trace.network.architecture.activation]
    z, a = trace.z[layer, :, sequence], trace.a[layer, 1:, sequence]
    slope = activation.derivative(z, a)
    if unsaturated:
        slope = np.full_like(slope, activation.supremum)
    return slope[:, :, None] * trace.network.parameters[f"W_aa_l{layer}"]


CELL_JACOBIANS: Mapping[str, CellJacobians] = MappingProxyType({"rnn": _elman})
