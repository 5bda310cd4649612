"""What the two GRUs share: their gates, and the new state that these mix from two."""

from collections.abc import Mapping
from types import MappingProxyType

from ..activations import complement, sigmoid_slope, tanh_slope
from ..arrays import Array
from .base import Weights
from .gating import half_rows, unfolded_gates
from .inside import Returned, Steps

N = 2
"""Of the blocks r z n the one with tanh."""


class ResetAndUpdate:
    """A cell with a⟨t⟩ = (1 − z) · n + z · a⟨t−1⟩, gates in the order r z n."""

    name = "GRU"
    candidate = "n"
    keeper = "z"
    held_open = ""
    peepholes: tuple[str, ...] = ()
    any_activation = False
    bounded = False
    gates = 3
    names: tuple[str, ...] = ("r", "z", "n")
    told: Mapping[str, tuple[str, str]] = MappingProxyType(
        {
            "r": ("reset gate", "how much of a⟨t−1⟩ the candidate sees"),
            "z": ("update gate", "how much of a⟨t−1⟩ stays in a⟨t⟩"),
            "n": ("candidate", "what may enter a⟨t⟩"),
        }
    )
    states: tuple[str, ...] = ()

    def folded(self, rows: Array) -> Array:
        """See :meth:`Cell.folded`."""
        return half_rows(rows, len(rows) // 3, 3, N)

    def unfolded(self, z: Array) -> Array:
        """See :meth:`Cell.unfolded`."""
        return unfolded_gates(z, N)

    def settled(self, gates: Mapping[str, Array], steps: Steps) -> Mapping[str, Array]:
        """See :meth:`Cell.settled`."""
        z = gates["z"]
        return {"a": (1.0 - z) * gates["n"] + z * steps.before}

    def gate_slope(self, name: str, weights: Weights, steps: Steps) -> Array:
        """See :meth:`Cell.gate_slope`."""
        slope = tanh_slope if name == self.candidate else sigmoid_slope
        return slope(steps.z[name], steps.gates[name])

    def gate_gradient(self, name: str, weights: Weights, steps: Steps, back: Returned) -> Array:
        """See :meth:`Cell.gate_gradient`, of z and n."""
        z, n = steps.gates["z"], steps.gates["n"]
        factor = steps.before - n if name == "z" else complement(steps.z["z"], z)
        return back.da * factor

    def into_c(self, weights: Weights, steps: Steps, back: Returned) -> Array | None:
        """See :meth:`Cell.into_c`."""
        return None

    def along(self, weights: Weights, steps: Steps, back: Returned) -> Array | None:
        """See :meth:`Cell.along`."""
        return steps.gates["z"] * back.da

    def by_peepholes(self, weights: Weights, back: Returned) -> tuple[Array, Array] | None:
        """See :meth:`Cell.by_peepholes`."""
        return None
