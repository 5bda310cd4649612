"""The update after the backward pass: optimisers, and the state they carry from step to step.

All formulas are PyTorch's (torch.optim, version 2), which are the papers' except where said.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from rnnviz.frozen import field, record

from .arrays import Array, frozen, within
from .network import Network, check_names

SlotArrays = dict[str, Array]


@record(eq=False)
class OptimizerState:
    """An optimiser's memory (moments, counts); never changes.

    Attributes
    ----------
    steps : int
        Updates made so far.
    slots : mapping of str to mapping of str to array
        For each parameter its moving averages by name, in its shape and dtype; empty at first.
    """

    steps: int
    slots: Mapping[str, Mapping[str, Array]]


START = OptimizerState(0, MappingProxyType({}))


@record
class Optimizer:
    """Settings that never change, and a step that changes nothing it is given.

    The step is made parameter by parameter, by the subclass's formula.

    Attributes
    ----------
    weight_decay : float
        λ.
    title, teaches : str
        What it is called, and what it does with the gradients.
    rates : tuple of two float
        η to begin with, of a loss that is a sum over steps and of one that is a mean.
    by_length : bool
        The first of them is divided by the number of steps, by ten at least.
    """

    weight_decay: float = 0.0
    title: str = field(default="", kw_only=True)
    teaches: str = field(default="", kw_only=True)
    rates: tuple[float, float] = field(default=(0.1, 0.005), kw_only=True)
    by_length: bool = field(default=False, kw_only=True)

    _fractions: ClassVar[tuple[str, ...]] = ()
    _positive: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for name in ("weight_decay", *self._fractions, *self._positive):
            value = float(getattr(self, name))
            if not (np.isfinite(value) and value >= 0.0):
                raise ValueError(f"{name}: expected a finite number ≥ 0, found {value}")
            if name in self._fractions and value >= 1.0:
                raise ValueError(f"{name}: expected a number below 1, found {value}")

    @property
    def start(self) -> OptimizerState:
        """The state before the first step."""
        return START

    def step(
        self,
        state: OptimizerState,
        network: Network,
        gradients: Mapping[str, Array],
        learning_rate: float,
    ) -> tuple[OptimizerState, Network]:
        """Make one update.

        Parameters
        ----------
        state : OptimizerState
            `start`, or what the step before returned.
        network : Network
        gradients : mapping of str to array
            As :attr:`Backward.gradients`: the names and shapes of the parameters.
        learning_rate : float
            η of this step.

        Returns
        -------
        state : OptimizerState
        network : Network
            A new one of the same dtype. Numbers that overflow never warn or raise.

        Raises
        ------
        ValueError
            For gradients that do not fit the parameters by name or shape.
        """
        state, parameters = self.update(state, network.parameters, gradients, learning_rate)
        return state, Network(network.architecture, parameters)

    def update(
        self,
        state: OptimizerState,
        parameters: Mapping[str, Array],
        gradients: Mapping[str, Array],
        learning_rate: float,
    ) -> tuple[OptimizerState, dict[str, Array]]:
        """Make the same update of any named arrays, such as those of two networks together."""
        check_names("gradients", gradients, {name: p.shape for name, p in parameters.items()})
        stepped: dict[str, Array] = {}
        slots: dict[str, Mapping[str, Array]] = {}
        with np.errstate(all="ignore"):  # an exploded gradient gives an exploded network
            for name, p in parameters.items():
                g = gradients[name]
                if g.shape != p.shape:
                    raise ValueError(f"gradient of {name}: expected {p.shape}, found {g.shape}")
                kept = dict(state.slots.get(name, {}))
                g = g.astype(p.dtype, copy=False)
                rate = within(p.dtype, learning_rate)
                after = self._stepped(p, g, kept, state.steps + 1, rate)
                stepped[name] = frozen(after.astype(p.dtype, copy=False))
                slots[name] = MappingProxyType({n: frozen(array) for n, array in kept.items()})
        return OptimizerState(state.steps + 1, MappingProxyType(slots)), stepped

    def _decayed(self, p: Array, g: Array) -> Array:
        """Weight decay as an L2 penalty: g + λ p."""
        return g + within(p.dtype, self.weight_decay) * p if self.weight_decay else g

    def _stepped(self, p: Array, g: Array, slots: SlotArrays, t: int, rate: float) -> Array:
        raise NotImplementedError


def average(slots: SlotArrays, name: str, new: Array, keep: float) -> Array:
    """Move an exponential average on: keep · old + (1 − keep) · new, from 0."""
    average = (1.0 - keep) * new
    if name in slots:
        average += keep * slots[name]
    slots[name] = average
    return average


@record
class SGD(Optimizer):
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
        Optimizer.__post_init__(self)
        if self.nesterov and not self.momentum:
            raise ValueError("nesterov: expected a momentum above 0, found 0")

    def _stepped(self, p: Array, g: Array, slots: SlotArrays, t: int, rate: float) -> Array:
        g = self._decayed(p, g)
        if self.momentum:
            m = self.momentum * slots["momentum"] + g if "momentum" in slots else g.copy()
            slots["momentum"] = m
            g = g + self.momentum * m if self.nesterov else m
        return p - rate * g


@record
class Adagrad(Optimizer):
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


@record
class RMSprop(Optimizer):
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


@record
class Adam(Optimizer):
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
            teaches="Every weight moves by η times the gradient of all losses, against it.",
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
