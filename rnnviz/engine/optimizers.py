"""The update after the backward pass: optimisers, and the state they carry from step to step.

All formulas are PyTorch's (torch.optim, version 2), which are the papers' except where said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from .arrays import Array
from .network import Network
from .optimizer_base import (
    START,
    Optimizer,
    OptimizerState,
    ParameterwiseOptimizer,
    SlotArrays,
    average,
)

__all__ = [
    "OPTIMIZERS",
    "SGD",
    "Adagrad",
    "Adam",
    "Optimizer",
    "OptimizerState",
    "RMSprop",
    "sgd_step",
]


@dataclass(frozen=True, slots=True)
class SGD(ParameterwiseOptimizer):
    """Gradient descent, with momentum if wanted.

    g ← g + λ p; m ← μ m + g (m = g at the first step); p ← p − η m, or with Nesterov's momentum
    p ← p − η (g + μ m) (Sutskever, Martens, Dahl and Hinton 2013, as PyTorch writes it: η outside
    the buffer).

    Parameters
    ----------
    weight_decay : float
        λ.
    momentum : float
        μ, in [0, 1).
    nesterov : bool
        Look ahead by one momentum step; needs a momentum above 0.
    """

    momentum: float = 0.0
    nesterov: bool = False

    _fractions: ClassVar[tuple[str, ...]] = ("momentum",)

    def __post_init__(self) -> None:
        ParameterwiseOptimizer.__post_init__(self)
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov: expected a momentum above 0, found 0")

    def _stepped(self, p: Array, g: Array, slots: SlotArrays, t: int, rate: float) -> Array:
        g = self._decayed(p, g)
        if self.momentum:
            m = self.momentum * slots["momentum"] + g if "momentum" in slots else g.copy()
            slots["momentum"] = m
            g = g + self.momentum * m if self.nesterov else m
        return p - rate * g


@dataclass(frozen=True, slots=True)
class Adagrad(ParameterwiseOptimizer):
    """Adagrad (Duchi, Hazan and Singer 2011): s ← s + g²; p ← p − η g/(√s + ε).

    Parameters
    ----------
    weight_decay : float
        λ of g ← g + λ p.
    epsilon : float
        ε.
    """

    epsilon: float = 1e-10

    _positive: ClassVar[tuple[str, ...]] = ("epsilon",)

    def _stepped(self, p: Array, g: Array, slots: SlotArrays, t: int, rate: float) -> Array:
        g = self._decayed(p, g)
        s = slots["square"] + g * g if "square" in slots else g * g
        slots["square"] = s
        return p - rate * g / (np.sqrt(s) + self.epsilon)


@dataclass(frozen=True, slots=True)
class RMSprop(ParameterwiseOptimizer):
    """RMSprop (Tieleman and Hinton 2012): v ← α v + (1 − α) g²; p ← p − η g/(√v + ε).

    Centred (Graves 2013, eq. 38–45): m ← α m + (1 − α) g, and √(v − m²) in √v's place (0 where
    rounding makes v − m² negative).

    Parameters
    ----------
    weight_decay : float
        λ of g ← g + λ p.
    alpha : float
        α, in [0, 1).
    epsilon : float
        ε, outside the root.
    centered : bool
        Divide by the standard deviation in place of the root mean square.
    momentum : float
        μ of b ← μ b + g/(√v + ε), p ← p − η b.
    """

    alpha: float = 0.99
    epsilon: float = 1e-8
    centered: bool = False
    momentum: float = 0.0

    _fractions: ClassVar[tuple[str, ...]] = ("alpha", "momentum")
    _positive: ClassVar[tuple[str, ...]] = ("epsilon",)

    def _stepped(self, p: Array, g: Array, slots: SlotArrays, t: int, rate: float) -> Array:
        g = self._decayed(p, g)
        v = average(slots, "square", g * g, self.alpha)
        if self.centered:
            m = average(slots, "mean", g, self.alpha)
            v = np.maximum(v - m * m, 0.0)
        direction = g / (np.sqrt(v) + self.epsilon)
        if self.momentum:
            if "momentum" in slots:
                direction = self.momentum * slots["momentum"] + direction
            slots["momentum"] = direction
        return p - rate * direction


@dataclass(frozen=True, slots=True)
class Adam(ParameterwiseOptimizer):
    """Adam (Kingma and Ba 2015, algorithm 1), AMSGrad and AdamW.

    m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²;
    p ← p − η/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε).

    Parameters
    ----------
    weight_decay : float
        λ: of g ← g + λ p, or if `decoupled` of p ← (1 − η λ) p before the step (AdamW; Loshchilov
        and Hutter 2019, algorithm 2).
    beta1, beta2 : float
        β₁ and β₂, in [0, 1).
    epsilon : float
        ε.
    amsgrad : bool
        The largest v so far in v's place (Reddi, Kale and Kumar 2018), before the bias is taken
        out, as PyTorch has it.
    decoupled : bool
        AdamW's weight decay.
    """

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    amsgrad: bool = False
    decoupled: bool = False

    _fractions: ClassVar[tuple[str, ...]] = ("beta1", "beta2")
    _positive: ClassVar[tuple[str, ...]] = ("epsilon",)

    def _stepped(self, p: Array, g: Array, slots: SlotArrays, t: int, rate: float) -> Array:
        if self.decoupled:
            p = p * (1.0 - rate * self.weight_decay)
        else:
            g = self._decayed(p, g)
        m = average(slots, "mean", g, self.beta1)
        v = average(slots, "square", g * g, self.beta2)
        if self.amsgrad:
            v = np.maximum(v, slots["largest"]) if "largest" in slots else v.copy()
            slots["largest"] = v
        root = np.sqrt(v) / float(np.sqrt(1.0 - self.beta2**t)) + self.epsilon
        return p - rate / (1.0 - self.beta1**t) * (m / root)


OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        "sgd": SGD(
            title="SGD",
            teaches="Every weight takes one step of length η against its gradient, the sum over "
            "all steps.",
            rates=(1.0, 0.1),
            by_length=True,
        ),
        "momentum": SGD(
            momentum=0.9,
            title="momentum 0.9",
            teaches="Every weight follows m, a fading sum of its gradients so far.",
            rates=(0.1, 0.02),
            by_length=True,
        ),
        "nesterov": SGD(
            momentum=0.9,
            nesterov=True,
            title="Nesterov 0.9",
            teaches="As with momentum, but g counts once more: the step looks ahead.",
            rates=(0.1, 0.02),
            by_length=True,
        ),
        "adagrad": Adagrad(
            title="Adagrad",
            teaches="Every weight has a rate of its own: η over the root of all its squared "
            "gradients.",
            rates=(0.05, 0.05),
        ),
        "rmsprop": RMSprop(
            title="RMSprop",
            teaches="Every weight has a rate of its own: η over the root of a fading mean of its "
            "g².",
            rates=(0.01, 0.002),
        ),
        "rmsprop_centered": RMSprop(
            centered=True,
            title="RMSprop centred",
            teaches="Every weight has a rate of its own: η over how much its gradient varies of "
            "late.",
            rates=(0.1, 0.002),
            by_length=True,
        ),
        "adam": Adam(
            title="Adam",
            teaches="A fading mean of every weight’s gradient, over the root of that of its "
            "square.",
            rates=(0.01, 0.005),
        ),
        "amsgrad": Adam(
            amsgrad=True,
            title="AMSGrad",
            teaches="As Adam, with the largest mean of squares so far under the root.",
            rates=(0.01, 0.005),
        ),
        "adamw": Adam(
            weight_decay=0.01,
            decoupled=True,
            title="AdamW",
            teaches="As Adam, and apart from it every weight shrinks by the part ηλ.",
            rates=(0.01, 0.005),
        ),
    }
)
"""Every optimiser by its key, in the order in which they are offered."""
PLAIN, USUAL = "sgd", "adam"
"""The lecture's gradient descent, which a run begins with, and what a training begins with."""


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
    _, stepped = OPTIMIZERS[PLAIN].step(START, network, gradients, learning_rate)
    return stepped
