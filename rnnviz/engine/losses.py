"""Losses on the outputs y⟨t⟩: what is paid, at which step, and ∂L/∂y⟨t⟩."""

import cmath
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rnnviz.frozen import field, record

from .arrays import (
    FEW,
    Array,
    Shape,
    divided,
    exponentials,
    frozen,
    frozen_copy,
    ones,
    real,
    resolve,
    resolve_losses,
    row_starts,
    shifted,
    spread,
)


@record(eq=False, weakref_slot=True)
class Objective:
    """A loss with its targets, and the mask of the steps that pay it.

    With w[t, b] = 1/B where the mask says that step t of sequence b pays, and 0 elsewhere,
    L = Σ_t Σ_b w[t, b] ℓ(y⟨t⟩_b, target⟨t⟩_b). Division by B, not by the number of sequences
    that pay at t, so that padding one sequence changes nothing for the others.

    Parameters
    ----------
    loss : {"softmax_cross_entropy", "binary_cross_entropy", "mse"}
        ℓ = −ln softmax(y)[target], or the mean over the O outputs of −target ln σ(y) − (1 −
        target) ln(1 − σ(y)), or of (y − target)² (no ½).
    targets : (T, B) int or (T, B, O) float
        Class ids for the softmax; values for the MSE, between 0 and 1 for the binary
        cross-entropy. What stands at unpaid steps is never looked at (it may be −1 or nan).
    mask : (T, B) bool, optional
        Which steps pay. All, if left out.
    reduction : {"sum", "mean"}
        "sum": L as above; "mean": divided by the number of steps that pay as well (where masks
        differ within the batch, by their average number, so that L is the mean over all that pays).

    Raises
    ------
    ValueError
        For an unknown loss or reduction and for arrays of the wrong kind or number of axes.
    """

    loss: str
    targets: Array
    mask: Array | None = None
    reduction: str = "sum"
    _memo: dict[Any, Any] = field(init=False, repr=False, default_factory=dict[Any, Any])

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ValueError(f"unknown loss {self.loss!r}; known: {', '.join(LOSSES)}")
        if self.reduction not in ("sum", "mean"):
            raise ValueError(f"unknown reduction {self.reduction!r}; known: sum, mean")
        targets = np.asarray(self.targets)
        axes, kinds, words = LOSSES[self.loss].expects
        if targets.ndim != axes or targets.dtype.kind not in kinds:
            raise ValueError(
                f"targets of {self.loss}: expected {words}, found {targets.dtype} {targets.shape}"
            )
        object.__setattr__(self, "targets", frozen_copy(targets))
        if self.mask is not None:
            mask = np.asarray(self.mask)
            if mask.dtype != np.bool_ or mask.shape != targets.shape[:2]:
                raise ValueError(
                    f"mask: expected bool {targets.shape[:2]}, found {mask.dtype} {mask.shape}"
                )
            object.__setattr__(self, "mask", frozen_copy(mask))

    def check(self, steps: int, batch: int, outputs: int) -> None:
        """Raise ValueError unless the targets fit outputs y of shape (steps, batch, outputs)."""
        shape = (steps, batch, outputs)
        if shape not in self._memo:
            LOSSES[self.loss].check(self, shape)
            self._memo[shape] = True

    def within(self, lengths: NDArray[np.intp]) -> "Objective":
        """The same where nothing is paid after each sequence's own length (B,)."""
        present = np.less(np.arange(len(self.targets))[:, None], lengths)
        mask = present if self.mask is None else self.mask & present
        return Objective(self.loss, self.targets, mask, self.reduction)

    def cut(self, steps: slice, batch: slice) -> "Objective":
        """The same for a part of the steps and sequences; losses and gradients are as in all."""
        mask = None if self.mask is None else self.mask[steps, batch]
        part = Objective(self.loss, self.targets[steps, batch], mask, self.reduction)
        part._memo["share"] = self.share
        return part

    def paying(self) -> Array:
        """Which steps of which sequence pay, (T, B) bool."""
        if self.mask is not None:
            return self.mask
        return np.ones(self.targets.shape[:2], dtype=np.bool_)

    def paying_steps(self) -> Array:
        """Which steps pay, in any of the sequences, (T,) bool; frozen."""
        if "steps" not in self._memo:
            self._memo["steps"] = frozen(np.logical_or.reduce(self.paying(), axis=1))
        return self._memo["steps"]

    def weights(self, dtype: np.dtype[Any]) -> Array:
        """Weight w of each step's loss in L, (T, B), or (1, 1) if it is the same for all."""
        if dtype not in self._memo:
            self._memo[dtype] = frozen(self._weights(dtype))
        return self._memo[dtype]

    def picked(self, outputs: int) -> Array:
        """Where the target of every step stands in y (T, B, O) laid out flat, (T·B,)."""
        if outputs not in self._memo:
            ids = self.targets
            if self.mask is not None:  # an unpaid target may be anything
                ids = np.where(self.mask, ids, 0)
            flat = row_starts(ids.size, outputs) + ids.reshape(-1)
            self._memo[outputs] = frozen(flat.astype(np.intp, copy=False))
        return self._memo[outputs]

    def one_hot(self, shape: Shape, dtype: np.dtype[Any]) -> Array:
        """The targets as ones among zeros, (T, B, O): remembered and frozen, or a new array.

        Remembered if there are few: arithmetic with it is one call in place of four.
        """
        hot = self._memo.get(("hot", dtype))
        if hot is None or hot.shape != shape:
            hot = np.zeros(shape, dtype)
            hot.put(self.picked(shape[2]), 1.0)
            if hot.size <= FEW:
                self._memo["hot", dtype] = frozen(hot)
        return hot

    @property
    def share(self) -> float:
        """The weight w of all that pays."""
        if "share" not in self._memo:
            steps, batch = self.targets.shape[:2]
            paying = steps * batch if self.mask is None else int(np.count_nonzero(self.mask))
            self._memo["share"] = 1.0 / (max(1, paying) if self.reduction == "mean" else batch)
        return self._memo["share"]

    def _weights(self, dtype: np.dtype[Any]) -> Array:
        if self.mask is None:
            return np.full((1, 1), self.share, dtype)
        return np.multiply(self.mask, self.share, dtype=dtype)


class Loss(Protocol):
    """A loss: its value at every step, and its gradient with respect to y."""

    @property
    def expects(self) -> tuple[int, str, str]:
        """Number of axes of the targets, their NumPy kinds, and both in words."""
        ...

    def check(self, objective: Objective, shape: tuple[int, int, int]) -> None:
        """Raise ValueError unless the targets fit y of this shape."""
        ...

    def evaluate(self, objective: Objective, y: Array) -> tuple[Array | None, Array]:
        """Return (p, loss_k): probabilities (T, B, O) or None, and each step's part of L (T,)."""
        ...

    def gradient(
        self, objective: Objective, y: Array, p: Array | None, exact: bool = False
    ) -> Array:
        """Return ∂L/∂y, (T, B, O), exactly 0 where nothing is paid; `exact` as in `Trace`."""
        ...


class _SoftmaxCrossEntropy:
    expects = (2, "iu", "integer (T, B)")

    def check(self, objective: Objective, shape: tuple[int, int, int]) -> None:
        if objective.targets.shape != shape[:2]:
            raise ValueError(
                f"targets: expected shape {shape[:2]}, found {objective.targets.shape}"
            )
        ids = objective.targets
        if objective.mask is None and ids.size and ids.min() >= 0 and ids.max() < shape[2]:
            return
        wrong = ((ids < 0) | (ids >= shape[2])) & objective.paying()
        if wrong.any():
            t, b = (int(i) for i in np.argwhere(wrong)[0])
            raise ValueError(
                f"targets: expected classes 0…{shape[2] - 1}, "
                f"found {objective.targets[t, b]} at step {t + 1} of sequence {b + 1}"
            )

    def evaluate(self, objective: Objective, y: Array) -> tuple[Array | None, Array]:
        count = y.shape[2]
        rows, at_target = y.reshape(-1, count), y.take(objective.picked(count))
        # Less the target's y, which cancels in softmax, ln Σ exp is the loss itself.
        p = np.subtract(rows, spread(at_target, count))
        total = exponentials(p)
        # NumPy takes longer to begin, and less for each.
        few = len(total) < 100
        if cmath.isfinite(sum(total.tolist()) if few else total.dot(ones(len(total), y.dtype))):
            losses = divided(p, total)
        else:  # somewhere another y stands too far above the target's for exp
            p, largest, log_total = shifted(rows)
            # In this order: ln Σ exp(y) of large numbers has no digits left for a small loss.
            losses = largest - at_target + log_total
        resolve_losses(losses, p, objective.picked(count))
        return p.reshape(y.shape), _paid_sum(objective, losses, y.shape[1])

    def gradient(
        self, objective: Objective, y: Array, p: Array | None, exact: bool = False
    ) -> Array:
        assert p is not None
        hot = objective.one_hot(y.shape, y.dtype)
        dy = np.subtract(p, hot, hot if hot.flags.writeable else None)  # ∂ℓ/∂y
        if exact or y.dtype == np.float32:
            resolve(dy, objective.picked(y.shape[2]))
        if objective.mask is not None:
            dy *= objective.weights(y.dtype)[..., None]
            dy[~objective.mask] = 0.0
        elif objective.share != 1.0:
            dy *= objective.share
        return dy


class _MeanSquaredError:
    expects = (3, "f", "float (T, B, O)")

    def check(self, objective: Objective, shape: tuple[int, int, int]) -> None:
        if objective.targets.shape != shape:
            raise ValueError(f"targets: expected shape {shape}, found {objective.targets.shape}")

    def _errors(self, objective: Objective, y: Array) -> Array:
        # In y's dtype, or float64 targets would double the memory of a float32 run.
        return y - objective.targets.astype(y.dtype, copy=False)

    def evaluate(self, objective: Objective, y: Array) -> tuple[Array | None, Array]:
        e = self._errors(objective, y)
        np.multiply(e, e, out=e)  # e·e and not |e|²: it must stay analytic
        return None, _paid_sum(objective, e.mean(axis=-1).reshape(-1), y.shape[1])

    def gradient(
        self, objective: Objective, y: Array, p: Array | None, exact: bool = False
    ) -> Array:
        dy = self._errors(objective, y)
        dy *= (objective.weights(y.dtype) * (2.0 / y.shape[-1])).astype(y.dtype)[..., None]
        if objective.mask is not None:
            dy[~objective.mask] = 0.0
        return dy


class _BinaryCrossEntropy:
    expects = (3, "f", "float (T, B, O)")

    def check(self, objective: Objective, shape: tuple[int, int, int]) -> None:
        targets = objective.targets
        if targets.shape != shape:
            raise ValueError(f"targets: expected shape {shape}, found {targets.shape}")
        wrong = ~((targets >= 0.0) & (targets <= 1.0)) & objective.paying()[..., None]
        if wrong.any():
            t, b, o = (int(i) for i in np.argwhere(wrong)[0])
            raise ValueError(
                f"targets: expected numbers from 0 to 1, "
                f"found {targets[t, b, o]} at step {t + 1} of sequence {b + 1}"
            )

    def evaluate(self, objective: Objective, y: Array) -> tuple[Array | None, Array]:
        # ℓ = ln(1 + exp(−|y|)) + max(y, 0) − target · y: no exponential of a large number.
        targets = objective.targets.astype(y.dtype, copy=False)
        positive = real(y) > 0.0
        e = np.exp(np.where(positive, -y, y))
        # In this order: beside a large y the logarithm would lose the digits of a small loss.
        each = (np.where(positive, y, 0.0) - targets * y) + np.log1p(e)
        p = np.where(positive, 1.0, e) / (1.0 + e)
        losses = each.mean(axis=-1).reshape(-1)
        return p.astype(y.dtype, copy=False), _paid_sum(objective, losses, y.shape[1])

    def gradient(
        self, objective: Objective, y: Array, p: Array | None, exact: bool = False
    ) -> Array:
        assert p is not None
        targets = objective.targets.astype(y.dtype, copy=False)
        dy = p - targets  # ∂ℓ/∂y = (σ(y) − target) / O
        if exact or y.dtype == np.float32:  # σ(y) − 1 has no digits left for large y, −σ(−y) all
            dy = np.where(targets == 1.0, -1.0 / (1.0 + np.exp(y)), dy)
        dy *= (objective.weights(y.dtype) / y.shape[-1]).astype(y.dtype)[..., None]
        if objective.mask is not None:
            dy[~objective.mask] = 0.0
        return dy


def _paid_sum(objective: Objective, losses: Array, batch: int) -> Array:
    """Σ_b w[t, b] ℓ[t, b], (T,), of all ℓ (T·B,); unpaid nans and infinities do not count."""
    if objective.mask is not None:
        weights = objective.weights(losses.dtype).reshape(-1)
        losses = np.where(objective.mask.reshape(-1), losses, 0.0) * weights
    elif objective.share != 1.0:
        losses *= objective.share
    return losses if batch == 1 else np.add.reduce(losses.reshape(-1, batch), axis=1)


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "softmax_cross_entropy": _SoftmaxCrossEntropy(),
        "binary_cross_entropy": _BinaryCrossEntropy(),
        "mse": _MeanSquaredError(),
    }
)
