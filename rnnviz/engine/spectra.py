"""Singular values of Jacobians: exact, estimated, and of long products."""

from collections.abc import Sequence
from itertools import pairwise
from math import frexp, ldexp

import numpy as np
from numpy.typing import NDArray

from rnnviz.frozen import record

from .arrays import Array, frozen

_CACHED = 1 << 17  # numbers of the matrices that are iterated on at a time
_PLAIN = 11.5  # ln of the ratio of singular values up to which a plain SVD keeps 11 digits
_GAP = 0.5  # ln of the ratio of neighbouring singular values that QR steps drive apart
_ROUNDING = float(np.finfo(np.float64).eps)
_LN2 = float(np.log(2.0))
_TOGETHER = 8  # steps whose products are decomposed at a time
_FEWER = 0.75  # of the directions: when it is worth an SVD to go on with those that are left
_NEAR = 0.003  # ratio of singular values down to which their squares are exact enough
_LEAST_EXPONENT = -1000  # two to the power of more than minus that is no number
_ROUNDS = 36  # QR steps; what couples two groups has then shrunk by exp(−2 · _ROUNDS · _GAP)


def singular_values(jacobians: Array) -> NDArray[np.float64]:
    """All singular values of every matrix, exact to rounding.

    Parameters
    ----------
    jacobians : (…, M, N)

    Returns
    -------
    (…, min(M, N)) float64
        From the largest down; nan for a matrix with a number that is not finite.
    """
    wide = jacobians.astype(np.float64, copy=False)
    finite = np.logical_and.reduce(np.isfinite(wide), axis=(-2, -1))
    sigma = np.linalg.svd(np.where(finite[..., None, None], wide, 0.0), compute_uv=False)
    return np.where(finite[..., None], sigma, np.nan)


@record(eq=False)
class LargestEstimate:
    """The largest singular value of every matrix, by power iteration: an estimate.

    Attributes
    ----------
    values : (…,) float64
        ‖J v‖ for the unit vector v found: never above the true σ_max (but for rounding), and close
        below it unless the second singular value is nearly as large.
    change : (…,) float64
        Relative growth of the value in the last iteration; what is left to gain is of this size.
    iterations : int
    """

    values: NDArray[np.float64]
    change: NDArray[np.float64]
    iterations: int


def estimate_largest(jacobians: Array, iterations: int = 16) -> LargestEstimate:
    """Estimate the largest singular value of every matrix by power iteration on JᵀJ.

    Golub and Van Loan, Matrix Computations, §8.2.1 (the power method), in float32 and from one
    fixed starting vector, so that the same matrices give the same estimate. Where σ_max stands out
    it is found to 6 digits; among singular values that lie as close as those of a random matrix it
    comes out a few per cent low.

    Parameters
    ----------
    jacobians : (…, M, N)
    iterations : int
        Products with JᵀJ; at least 1.

    Returns
    -------
    LargestEstimate
    """
    if iterations < 1:
        raise ValueError(f"iterations: expected a whole number ≥ 1, found {iterations}")
    *lead, M, N = jacobians.shape
    J = jacobians.reshape(-1, M, N)
    values, change = np.empty(len(J)), np.empty(len(J))
    chunk = max(1, _CACHED // (M * N))  # what fits in the processor's cache is read but once
    with np.errstate(all="ignore"):
        for low in range(0, len(J), chunk):
            part = slice(low, low + chunk)
            values[part], change[part] = _iterated(J[part].astype(np.float32), iterations)
        # Squares that left float32's range: once more, with the matrix's size taken out.
        odd = np.flatnonzero(~((values > 1e-15) & (values < 1e15)))
        if odd.size:
            wide = J[odd].astype(np.float64)
            size = np.abs(wide).max(axis=(1, 2))
            scaled = wide / np.where(size > 0.0, size, 1.0)[:, None, None]
            values[odd], change[odd] = _iterated(scaled.astype(np.float32), iterations)
            values[odd] *= size
    return LargestEstimate(frozen(values.reshape(lead)), frozen(change.reshape(lead)), iterations)


def _iterated(J: Array, iterations: int) -> tuple[Array, Array]:
    """Power iteration on a few float32 matrices: ‖J v‖ and its last relative growth."""
    J_T = J.transpose(0, 2, 1)
    start = np.random.Generator(np.random.PCG64(0)).standard_normal((1, J.shape[2], 1))
    v: Array = (start / np.sqrt(np.square(start).sum())).astype(np.float32)
    before = np.zeros(len(J))
    for i in range(iterations):
        u: Array = np.matmul(J, v)
        if i == iterations - 1:
            before = _lengths(u)
        v = np.matmul(J_T, u)
        length = _lengths(v)
        v /= np.where(length == 0.0, 1.0, length)[:, None, None].astype(np.float32)
    values = _lengths(np.matmul(J, v)).astype(np.float64)
    return values, np.where(values == 0.0, 0.0, (values - before) / values)


def _lengths(columns: Array) -> Array:
    """Norms of (T, N, 1) column vectors, (T,)."""
    return np.sqrt(np.einsum("tno,tno->t", columns, columns))


def product_log_singular_values(
    jacobians: Array, k: int | None = None, back_to: Sequence[int] | None = None
) -> NDArray[np.float64]:
    """ln of the singular values of J⟨k⟩ J⟨k−1⟩ … J⟨t+1⟩ = ∂a⟨k⟩/∂a⟨t⟩, for every t < k.

    All of them hold, however far the largest and the smallest are apart and however far outside
    the range of float64: the product is kept as q·diag(e^d)·u with u well conditioned, by a QR
    decomposition at every step (the "UDT" stabilisation of determinant Monte Carlo: Loh and
    Gubernatis 1992; Bai et al. 2011), and unshifted QR steps at the end bring the graded factor to
    a form whose parts have each an ordinary SVD.

    Parameters
    ----------
    jacobians : (T, N, N)
        jacobians[t − 1] is ∂a⟨t⟩/∂a⟨t−1⟩.
    k : int, optional
        The step from which to go back, 1 … T; T if left out.
    back_to : sequence of int, optional
        Only for these t, each 0 … k − 1 (the time goes to them and not to the steps between); all
        of them if left out.

    Returns
    -------
    (k, N) or (len(back_to), N) float64
        [t] belongs to ∂a⟨k⟩/∂a⟨t⟩, from the largest down. −inf for 0: from a Jacobian on that is
        singular to rounding (dead ReLUs make such ones). nan from a Jacobian on that holds a
        number that is not finite.
    """
    steps = len(jacobians) if k is None else k
    if not 1 <= steps <= len(jacobians):
        raise ValueError(f"step: expected 1…{len(jacobians)}, found {k}")
    wanted = np.arange(steps) if back_to is None else np.asarray(back_to, np.intp)
    if wanted.size and not (wanted.min() >= 0 and wanted.max() < steps):
        raise ValueError(f"back_to: expected steps 0…{steps - 1}, found {back_to}")
    J = jacobians[:steps].astype(np.float64)
    N = J.shape[1]
    all_d, all_u = np.empty((steps, N)), np.empty((steps, N, N))
    q, d, u = np.eye(N), np.zeros(N), np.eye(N)
    alive = steps
    with np.errstate(all="ignore"):
        for t in range(steps - 1, -1, -1):
            if not np.isfinite(J[t]).all():
                break
            # (product)ᵀ = q e^d u; times J⟨t+1⟩ᵀ from the left.
            q, d, u = _pushed(J[t].T @ q, d, u)
            all_d[t], all_u[t], alive = d, u, t
        logs = np.full((len(wanted), N), np.nan)
        known = wanted[wanted >= alive]
        logs[wanted >= alive] = _graded_log_singular_values(all_d[known], all_u[known])
    return logs


def _pushed(c: Array, d: Array, u: Array) -> tuple[Array, Array, Array]:
    """c·diag(e^d)·u as q·diag(e^d′)·u′ by a QR decomposition with sorted columns."""
    size = np.log(np.linalg.norm(c, axis=0)) + d
    order = np.argsort(-size, kind="stable")
    q, r = np.linalg.qr(c[:, order])
    grown, left = _split(r, d[order])
    return q, grown, left @ u[order]


def _split(r: Array, d: Array) -> tuple[Array, Array]:
    """Upper triangular r·diag(e^d) as diag(e^d′)·u, u of ones on the diagonal."""
    diagonal = np.abs(np.diagonal(r, axis1=-2, axis2=-1))
    least = 8.0 * _ROUNDING * r.shape[-1] * np.abs(r).max(axis=(-2, -1))
    diagonal = np.where(diagonal > least[..., None], diagonal, 0.0)
    grown = np.log(diagonal) + d
    ratio = np.exp(np.where(np.isfinite(d), d, -np.inf)[..., None, :] - grown[..., :, None])
    u = r * np.where(np.isfinite(ratio), ratio, 0.0)
    empty = ~np.isfinite(grown)
    return grown, np.where(empty[..., :, None], np.eye(r.shape[-1]), u)


def _graded_log_singular_values(d: Array, u: Array) -> Array:
    """ln of the singular values of diag(e^d)·u, for many at once; d roughly from large to small."""
    d, u = d.copy(), u.copy()
    finite = np.where(np.isfinite(d), d, np.nan)
    spread = np.nanmax(finite, axis=1, initial=-np.inf) - np.nanmin(finite, axis=1, initial=np.inf)
    wide = np.flatnonzero((spread > _PLAIN) | ~np.isfinite(d).all(axis=1))
    for _ in range(_ROUNDS if wide.size else 0):
        # e^d u and its transpose uᵀ e^d have the same singular values; uᵀ = q r.
        order = np.argsort(-d[wide], axis=1, kind="stable")
        sorted_d = np.take_along_axis(d[wide], order, axis=1)
        columns = np.take_along_axis(u[wide], order[:, :, None], axis=1).transpose(0, 2, 1)
        _, r = np.linalg.qr(columns)
        d[wide], u[wide] = _split(r, sorted_d)
    logs = np.empty_like(d)
    for i in range(len(d)):
        logs[i] = _by_groups(d[i], u[i], grouped=i in wide)
    return -np.sort(-logs, axis=1)


def _by_groups(d: Array, u: Array, *, grouped: bool) -> Array:
    """SVD of diag(e^d)·u, by groups of like size where what lies between groups has vanished."""
    order = np.argsort(-d, kind="stable")
    d, u = d[order], u[order][:, order] if grouped else u[order]
    logs = np.full(len(d), -np.inf)
    count = int(np.isfinite(d).sum())
    cuts = np.flatnonzero(-np.diff(d[:count]) > _GAP) + 1 if grouped else np.array([], np.intp)
    bounds = [0, *(int(c) for c in cuts), count]
    for low, high in pairwise(bounds):
        if low < high:
            shift = d[low]
            rows = u[low:high, low:high] if grouped else u[low:high]
            block = np.exp(d[low:high] - shift)[:, None] * rows
            logs[low:high] = np.log(np.linalg.svd(block, compute_uv=False)) + shift
    return logs


def running_log_singular_values(jacobians: Array, k: int, least: float = 1e-10) -> Array:
    """ln of the singular values of ∂a⟨k⟩/∂a⟨t⟩ for every t < k, quickly, without the smallest.

    The product is kept as one matrix, rescaled at every step by a power of two, which rounds
    nothing; each is then decomposed. Every few steps the directions that have become smaller than
    what rounding leaves of the largest are taken out of it: they are lost either way, and what is
    left is a smaller matrix. See :func:`product_log_singular_values` for all of them.

    Parameters
    ----------
    jacobians : (T, N, N)
        jacobians[t − 1] is ∂a⟨t⟩/∂a⟨t−1⟩; T ≥ k.
    k : int
        The step from which to go back, 1 … T.
    least : float
        Values below `least` times the largest of their step are left out; at least 10⁻¹⁴.

    Returns
    -------
    (k, N) float64
        [t] belongs to ∂a⟨k⟩/∂a⟨t⟩, from the largest down. −inf for a largest that is exactly 0,
        from a step on where the product is; nan for what is left out, and from a Jacobian on that
        holds a number that is not finite.

    Raises
    ------
    ValueError
        If there is no such step.
    """
    if not 1 <= k <= len(jacobians):
        raise ValueError(f"step: expected 1…{len(jacobians)}, found {k}")
    J = jacobians[:k].astype(np.float64, copy=False)
    N = J.shape[1]
    logs, product, doubled = np.full((k, N), np.nan), np.eye(N), 0
    high, near = k, None
    with np.errstate(all="ignore"):
        while high > 0:
            made, scales, ended = list[Array](), list[float](), False
            for t in range(high - 1, max(0, high - _TOGETHER) - 1, -1):
                product = product @ J[t]
                largest = max(float(product.max()), -float(product.min()))
                if not 0.0 < largest < np.inf:  # 0, or not a number
                    logs[: t + 1, 0] = -np.inf if largest == 0.0 else np.nan
                    ended = True
                    break
                exponent = max(frexp(largest)[1], _LEAST_EXPONENT)
                product *= ldexp(1.0, -exponent)
                doubled += exponent
                made.append(product)
                scales.append(doubled * _LN2)
            if made:
                values = _decomposed(np.stack(made[::-1]), near=near)
                # As they went apart here, so they will in the next steps.
                later, ratio = (float(values[at, -1] / values[at, 0]) for at in (-1, 0))
                near = later > 0.0 and ratio * min(ratio / later, 1.0) > _NEAR
                low = high - len(made)
                kept = np.where(values >= least * values[:, :1], np.log(values), np.nan)
                logs[low:high, : values.shape[1]] = kept + np.array(scales[::-1])[:, None]
                left = int((values[0] > _ROUNDING * values[0, 0]).sum())
                if left <= _FEWER * len(product):
                    _, s, directions = np.linalg.svd(product, full_matrices=False)
                    product = s[:left, None] * directions[:left]
            if ended:
                break
            high -= len(made)
    return logs


def _decomposed(matrices: Array, *, near: bool | None) -> Array:
    """Singular values of every matrix; `near`: they are thought to be near each other.

    Those that are can be had of the matrix times its transpose, in two thirds of the time: of one
    that is 300 times smaller than the largest its square has 10 digits beside the other's. None:
    nothing is known yet, and the first matrix, of the longest product, tells it.
    """
    if near is None:
        first = np.linalg.svd(matrices[0], compute_uv=False)
        if not first[-1] > _NEAR * first[0]:
            rest = np.linalg.svd(matrices[1:], compute_uv=False)
            return np.concatenate([first[None], rest])
    if near is not False:
        squares = np.linalg.eigvalsh(matrices @ matrices.transpose(0, 2, 1))[:, ::-1]
        if (squares[:, -1] > _NEAR**2 * squares[:, 0]).all():
            return np.sqrt(squares)
    return np.linalg.svd(matrices, compute_uv=False)


@record(eq=False)
class CarriedCircle:
    """A unit circle of gradients at step k, carried back in the plane of two directions.

    Attributes
    ----------
    directions : (2, N) float64
        u₁ and u₂, orthonormal: those that were given, or the two leading left singular vectors of
        ∂a⟨k⟩/∂a⟨m⟩; the first two axes where nothing is left at once.
    back_to : tuple of int
        m of u₁, the earliest at which the product is neither 0 nor too large for a number; and of
        u₂, the earliest at which the second singular value is at least 10⁻¹⁰ of the first. k of
        those that were given.
    planes : (k + 1, 2, N) float64
        [t] is an orthonormal basis of the plane that theirs has become at step t, which turns
        from step to step no further than the plane does.
    images : (k + 1, 2, 2) float64
        [t, i, j] is component i in that basis of what u⟨j+1⟩ has become, divided by e^scale[t].
    scale : (k + 1,) float64
    log_axes : (k + 1, 2) float64
        ln of the ellipse's half axes, the longer first; −inf for 0, nan for what is not finite.
    """

    directions: NDArray[np.float64]
    back_to: tuple[int, int]
    planes: NDArray[np.float64]
    images: NDArray[np.float64]
    scale: NDArray[np.float64]
    log_axes: NDArray[np.float64]


def carried_circle(
    jacobians: Array, least: float = 1e-10, axes: tuple[int, int] | None = None
) -> CarriedCircle:
    """Carry the unit circle of the two directions that survive longest back through all steps.

    A gradient g at step k becomes gᵀ ∂a⟨k⟩/∂a⟨t⟩ at step t. The two vectors are carried and made
    orthonormal at every step (as for Lyapunov exponents: Benettin et al. 1980), so that both half
    axes hold however far apart they are.

    Parameters
    ----------
    jacobians : (k, N, N)
        jacobians[t − 1] is ∂a⟨t⟩/∂a⟨t−1⟩.
    least : float
        What the second singular value must be of the first for its direction to count as known.
    axes : (int, int), optional
        Two components of the state, from 0, whose plane it is instead.

    Raises
    ------
    ValueError
        If a state has fewer than two components, or not these.
    """
    k, N = len(jacobians), jacobians.shape[-1]
    if N < 2:
        raise ValueError(f"jacobians: expected two components or more, found {N}")
    J = jacobians.astype(np.float64, copy=False)
    with np.errstate(all="ignore"):
        u, back_to = _surviving(J, least) if axes is None else (_axes(N, axes), (k, k))
        planes, images = np.full((k + 1, 2, N), np.nan), np.full((k + 1, 2, 2), np.nan)
        scale, log_axes = np.full(k + 1, np.nan), np.full((k + 1, 2), np.nan)
        basis, image, grown, area = u, np.eye(2), 0.0, 0.0
        planes[k], images[k], scale[k], log_axes[k] = basis.T, image, 0.0, 0.0
        for t in range(k - 1, -1, -1):
            carried = J[t].T @ basis
            largest = float(np.abs(carried).max())
            if not np.isfinite(largest):
                break
            next_basis, s, right = np.linalg.svd(carried / (largest or 1.0), full_matrices=False)
            s = np.where(s > 8.0 * _ROUNDING * N * s[0], s, 0.0)
            a, _, b = np.linalg.svd(next_basis.T @ basis)  # the turn that is nearest to none
            turn = a @ b
            basis, image = next_basis @ turn, turn.T @ (s[:, None] * right) @ image
            size = float(np.abs(image).max())
            image = image / (size or 1.0)
            grown += float(np.log(largest) + np.log(size))
            area += float(np.log(s).sum() + 2 * np.log(largest))
            planes[t], images[t], scale[t] = basis.T, image, grown
            longer = float(np.log(np.linalg.norm(image, 2))) + grown
            shorter = area - longer if np.isfinite(longer) else -np.inf
            log_axes[t] = longer, min(longer, shorter)
    return CarriedCircle(u.T, back_to, planes, images, scale, log_axes)


def _axes(N: int, axes: tuple[int, int]) -> NDArray[np.float64]:
    first, second = axes
    if first == second or not (0 <= first < N and 0 <= second < N):
        raise ValueError(f"axes: expected two of 0…{N - 1}, found {first} and {second}")
    return np.eye(N)[:, [first, second]]


def _surviving(J: Array, least: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """The two directions (N, 2) at the last step that survive longest, and back to which t."""
    k, N = len(J), J.shape[-1]
    products, product, known = np.zeros_like(J), np.eye(N), k
    for t in range(k - 1, -1, -1):
        product = product @ J[t]
        largest = float(np.abs(product).max())
        if not 0.0 < largest < np.inf:
            break
        product = product / largest
        products[t], known = product, t
    if known == k:
        return np.eye(N)[:, :2], (k, k)
    u, s, _ = np.linalg.svd(products[known])
    if s[1] >= least * s[0]:
        return u[:, :2], (known, known)
    lost, held = known, k
    while held - lost > 1:  # a second direction that is lost stays lost
        t = (lost + held) // 2
        s = np.linalg.svd(products[t], compute_uv=False)
        lost, held = (lost, t) if s[1] >= least * s[0] else (t, held)
    if held == k:  # it is nowhere known
        return u[:, :2], (known, known)
    rest = products[held] - np.outer(u[:, 0], u[:, 0] @ products[held])
    second = np.linalg.svd(rest)[0][:, 0]
    return np.linalg.qr(np.stack([u[:, 0], second], axis=1))[0], (known, held)
