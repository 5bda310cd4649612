"""The optimisers' formulas, and the numbers that one entry of a matrix goes through."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnnviz.engine.optimizers import OPTIMIZERS, SGD, Adagrad, Adam, RMSprop
from rnnviz.film import Update, number
from rnnviz.scenes.equation.numbers import Vector
from rnnviz.scenes.equation.symbols import COMMA, DOT, EQUALS, GETS, MINUS, PLUS
from rnnviz.scenes.equation.tokens import Fence, Item, Letter, Name, Number, Row, Sign
from rnnviz.scenes.shapes import Role

ETA, GRADIENT = Letter("η"), Letter("g", role=Role.GRADIENT)
_SQUARED = Letter("g", sup="2", role=Role.GRADIENT)
_M, _S, _V = Letter("m"), Letter("s"), Letter("v")
_MU, _ALPHA, _LAMBDA, _EPSILON = Letter("μ"), Letter("α"), Letter("λ"), Letter("ε")
_M_HAT, _V_HAT = Letter("m̂"), Letter("v̂")
_ONE, _OVER = Number(1.0, "1"), Sign("/")

Factors = tuple[tuple[Letter, float], ...]


def formula(name: str, weight: Letter) -> tuple[Row, ...]:
    """An optimiser's formula, statement by statement; the last one is the step itself."""
    optimizer = OPTIMIZERS[name]
    against: Row = (weight, GETS, weight, MINUS, ETA)
    match optimizer:
        case SGD(momentum=momentum, nesterov=nesterov):
            if not momentum:
                return ((*against, GRADIENT),)
            sums: Row = (_M, GETS, _MU, _M, PLUS, GRADIENT)
            if nesterov:
                return (sums, (*against, Fence((GRADIENT, PLUS, _MU, _M))))
            return (sums, (*against, _M))
        case Adagrad():
            sums = (_S, GETS, _S, PLUS, _SQUARED)
            return (sums, (*against, GRADIENT, *_over(Letter("√s"))))
        case RMSprop(centered=centered):
            squares = _mean(_V, _ALPHA, _SQUARED)
            if centered:
                means = (*_mean(_M, _ALPHA, GRADIENT), COMMA, *squares)
                return (means, (*against, GRADIENT, *_over(Letter("√(v−m²)"))))
            return (squares, (*against, GRADIENT, *_over(Letter("√v"))))
        case Adam(decoupled=decoupled):
            return _adam(weight, decoupled=decoupled)
        case _:
            raise ValueError(f"no formula for the optimiser {name!r}")


def _adam(weight: Letter, *, decoupled: bool) -> tuple[Row, ...]:
    beta_1, beta_2 = Letter("β", sub="1"), Letter("β", sub="2")
    means = (*_mean(_M, beta_1, GRADIENT), COMMA, *_mean(_V, beta_2, _SQUARED))
    kept: Row = (*_less(ETA, _LAMBDA), weight) if decoupled else (weight,)
    step: Row = (weight, GETS, *kept, MINUS, ETA, _M_HAT, *_over(Letter("√v̂")))
    return (means, step)


def corrected(name: str) -> tuple[Row, ...]:
    """What Adam's m̂ and v̂ are after n updates; nothing for the others."""
    optimizer = OPTIMIZERS[name]
    if not isinstance(optimizer, Adam):
        return ()
    m: Row = (_M_HAT, EQUALS, _M, _OVER, *_less(Letter("β", sub="1", sup="n")))
    below = _less(Letter("β", sub="2", sup="n"))
    if not optimizer.amsgrad:
        return (m, (_V_HAT, EQUALS, _V, _OVER, *below))
    most: Row = (_S, GETS, Name("max"), Fence((_S, COMMA, _V)))
    return ((*m, COMMA, *most), (_V_HAT, EQUALS, _S, _OVER, *below))


def _mean(letter: Letter, factor: Letter, new: Letter) -> Row:
    """m ← β m + (1 − β) g."""
    return (letter, GETS, factor, letter, PLUS, *_less(factor), new)


def _less(*items: Item) -> Row:
    """(1 − …)."""
    return (Fence((_ONE, MINUS, *items)),)


def _over(root: Letter) -> Row:
    """/(√… + ε)."""
    return (_OVER, Fence((root, PLUS, _EPSILON)))


# -- the same in numbers -----------------------------------------------------------------------


def figures(name: str, update: Update, parameter: str, row: int) -> tuple[Factors, float]:
    """What is computed on the way for a parameter's entry [row, 0], and what η multiplies."""
    optimizer, rounds = OPTIMIZERS[name], update.state.steps

    def at(array: Vector) -> float:
        return float(array[row, 0])

    g = at(update.gradients[update.name_of(parameter)])
    slots: Mapping[str, Vector] = update.state.slots.get(update.name_of(parameter), {})
    steps: list[tuple[Letter, float]] = [(GRADIENT, g)]
    with np.errstate(all="ignore"):
        match optimizer:
            case SGD(momentum=momentum, nesterov=nesterov):
                if not momentum:
                    return (tuple(steps), g)
                m = at(slots["momentum"])
                steps.append((_M, m))
                return (tuple(steps), g + momentum * m if nesterov else m)
            case Adagrad(epsilon=epsilon):
                s = at(slots["square"])
                steps.append((_S, s))
                return (tuple(steps), _divided(g, np.sqrt(s) + epsilon))
            case RMSprop(epsilon=epsilon, centered=centered):
                v = at(slots["square"])
                if centered:
                    m = at(slots["mean"])
                    steps.append((_M, m))
                    steps.append((_V, v))
                    v = max(v - m * m, 0.0)
                else:
                    steps.append((_V, v))
                return (tuple(steps), _divided(g, np.sqrt(v) + epsilon))
            case Adam(beta1=beta1, beta2=beta2, epsilon=epsilon, amsgrad=amsgrad):
                v = at(slots["largest" if amsgrad else "square"])
                m_hat = _divided(at(slots["mean"]), 1.0 - beta1**rounds)
                v_hat = _divided(v, 1.0 - beta2**rounds)
                steps += [(_M_HAT, m_hat), (_V_HAT, v_hat)]
                direction = _divided(m_hat, np.sqrt(v_hat) + epsilon)
                return (tuple(steps), direction)
            case _:
                raise ValueError(f"no numbers for the optimiser {name!r}")


def _divided(above: float, below: float) -> float:
    """A quotient; not finite where there is none."""
    return above / float(below) if below else float("nan")


def shrunk(name: str, rate: float) -> Row:
    """(1 − ηλ), in numbers, for what shrinks the weights apart from the gradient; else nothing."""
    optimizer = OPTIMIZERS[name]
    if isinstance(optimizer, Adam) and optimizer.decoupled:
        decay = optimizer.weight_decay
        return (
            Fence((_ONE, MINUS, Number(rate, number(rate)), DOT, Number(decay, number(decay)))),
            DOT,
        )
    return ()
