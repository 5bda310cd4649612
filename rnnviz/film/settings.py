"""What the user may choose of a network and of its updates."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.engine import CELLS, Architecture, optimizers
from rnnviz.engine.cells import PLAIN
from rnnviz.engine.clipping import NONE
from rnnviz.frozen import record

GIVEN = "given"
"""Initialiser of a network that was not made from a seed here: trained and shipped, or opened."""
# Above this many numbers a state, float64 costs more than its digits are worth on the screen.
_DOUBLE_UP_TO = 400_000


def in_double(steps: int, units: int, layers: int) -> bool:
    """Whether a network for so many steps computes in float64."""
    return steps * units * layers <= _DOUBLE_UP_TO


@record
class Settings:
    """What the user may choose of the network and of its updates.

    Attributes
    ----------
    cell : str
        A key of the engine's CELLS.
    units, layers : int
        Hidden units H of a layer, and layers on top of each other.
    activation : str
        g, where the cell has a choice: a key of ACTIVATIONS. The others have tanh.
    seed : int
        Seed of the first weights.
    recurrent : str
        Initialiser of W_aa; `GIVEN`: none, and seed and gain say nothing either.
    gain : float
        What the initialiser's W_aa is multiplied by.
    learning_rate : float or None
        η of the update; None takes one that fits (see `default_learning_rate`).
    optimizer : str
        A name of the engine's OPTIMIZERS.
    clipping : str
        A key of the engine's CLIPPINGS.
    clip_limit : float
        The norm or value that is clipped to.
    truncation : int
        Steps of a window at whose end the gradient is cut; 0: the whole sequence is one.
    """

    cell: str = PLAIN
    units: int = 16
    layers: int = 1
    activation: str = "tanh"
    seed: int = 0
    recurrent: str = "orthogonal"
    gain: float = 0.5
    learning_rate: float | None = None
    optimizer: str = optimizers.PLAIN
    clipping: str = NONE.kind
    clip_limit: float = NONE.limit
    truncation: int = 0

    @property
    def used_activation(self) -> str:
        """g in force: the chosen one, or tanh of a cell that has no choice."""
        cell = CELLS.get(self.cell)
        return self.activation if cell is None or cell.any_activation else "tanh"

    def with_given(self, made: Architecture) -> Settings:
        """These of a network whose weights were not made here."""
        return replace(
            self,
            cell=made.cell,
            units=made.units,
            layers=made.layers,
            activation=made.activation,
            recurrent=GIVEN,
        )

    def same_weights(self, other: Settings) -> bool:
        """Whether both begin with the same network, and differ in its updates at most."""
        names = ("cell", "units", "layers", "activation", "seed", "recurrent", "gain")
        return all(getattr(self, name) == getattr(other, name) for name in names)
