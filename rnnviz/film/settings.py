"""What the user may choose of a network and of its updates."""

from __future__ import annotations

from dataclasses import dataclass

GIVEN = "given"
"""Initialiser of a network that was not made from a seed here: trained and shipped, or opened."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user may choose of the network and of its updates.

    Attributes
    ----------
    cell : str
        "rnn" (Elman), "gru" (reset after), "gru_reset_before" or "lstm".
    units, layers : int
        Hidden units H of a layer, and layers on top of each other.
    activation : str
        g of the RNN: "tanh", "relu", "sigmoid" or "identity"; the gated cells have tanh.
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
        "none", "norm" or "value".
    clip_limit : float
        The norm or value that is clipped to.
    """

    cell: str = "rnn"
    units: int = 16
    layers: int = 1
    activation: str = "tanh"
    seed: int = 0
    recurrent: str = "orthogonal"
    gain: float = 0.5
    learning_rate: float | None = None
    optimizer: str = "sgd"
    clipping: str = "none"
    clip_limit: float = 1.0

    def same_weights(self, other: Settings) -> bool:
        """Whether both begin with the same network, and differ in its updates at most."""
        names = ("cell", "units", "layers", "activation", "seed", "recurrent", "gain")
        return all(getattr(self, name) == getattr(other, name) for name in names)
