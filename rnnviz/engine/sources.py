"""How far back each step's own loss reaches: ‖∂L_k/∂a⟨t⟩‖ for every k and t in one sweep."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from .arrays import Array, log_norms
from .beyond import held_log_norms
from .bptt import check_state, check_truncation, output_gradient, pull
from .cells import CELLS
from .cells.gating import as_rows_of_gates
from .records import Trace, Truncation, check_step

_BUFFER = 1 << 20  # numbers in the block's history, unless one step alone has more
_LONGEST = 64  # steps between two renormalisations, at most
_PART = 4096  # steps whose local derivatives are found at a time
_SMALL, _LARGE = 1e-20, 1e20  # squared norms that float32 still holds with all digits
_CALM = 1e-10  # a chunk that stayed within [_CALM, 1/_CALM] may be followed by a longer one


def source_log_norms(
    trace: Trace,
    sources: Sequence[int] | None = None,
    truncation: Truncation | None = None,
    state: str = "a",
    told: Callable[[float], object] | None = None,
) -> NDArray[np.float64]:
    """Logarithms of the norms of ∂L_k/∂a⟨t⟩, for many losses L_k in one backward sweep.

    The gradients of all losses at steps ≥ t travel back together as the rows of one block, which
    grows by a row at every step that pays. Each row is divided by its largest number every few
    steps, and the logarithm of what was divided out is kept, so that norms hold where the numbers
    themselves would have underflowed or overflowed. (A bidirectional network has one sweep for
    each loss, in float64: see :func:`held_log_norms`; of a padded batch they hold as far as a
    float64 does.)

    Parameters
    ----------
    trace : Trace
        Made with an objective, in float32 or float64.
    sources : sequence of int, optional
        The steps k, from 1, whose losses are followed; all T if left out. The result has
        K × L × T numbers; no intermediate one has more than max(K, T) × L × B × H (twice that for
        the LSTM), or a few megabytes.
    truncation : Truncation, optional
        Cut the gradient at the ends of windows.
    state : {"a", "c", "both"}
        "c": of ∂L_k/∂c⟨t⟩ of the LSTM; "both": a and c from the same sweep, in a first axis.
    told : callable, optional
        Is called now and then with how much is done, 0 … 1; what it raises ends the sweep.

    Returns
    -------
    (K, L, T) float64, or (2, K, L, T) for "both"
        ln ‖∂L_k/∂a⟨t⟩‖ over batch and units at [i, l, t − 1] for k = sources[i]. −inf where the
        gradient is exactly 0: for t > k, and everywhere if step k does not pay. nan where it is
        not finite.

    Raises
    ------
    ValueError
        If the trace has no objective or is complex, or there is no such step or state.
    """
    check_state(trace, "c" if state == "both" else state)
    check_truncation(trace, truncation)
    wanted = range(1, trace.steps + 1) if sources is None else [int(k) for k in sources]
    for k in wanted:
        check_step(k, trace.steps)
    kept = slice(None) if state == "both" else slice(*((0, 1) if state == "a" else (1, 2)))
    states = len(range(1 if trace.c is None else 2)[kept])
    logs = np.full((states, len(wanted), len(trace.a), trace.steps), -np.inf)
    dy = output_gradient(trace)
    followed = sorted({k for k in wanted if trace.paid[k - 1]}, reverse=True)
    place = {k: i for i, k in enumerate(wanted)}
    if followed:
        with np.errstate(all="ignore"):
            places = [place[k] for k in followed]
            if trace.network.architecture.bidirectional:
                _one_by_one(trace, dy, followed, logs, places, kept)
            else:
                _Sweep(trace, dy, followed, logs, places, kept).run(told)
    for i, k in enumerate(wanted):
        if place[k] != i:  # asked for twice
            logs[:, i] = logs[:, place[k]]
        if truncation is not None:
            logs[:, i, :, : truncation.reach(k) - 1] = -np.inf
    return logs if state == "both" else logs[0]


def _one_by_one(
    trace: Trace,
    dy: Array,
    followed: list[int],
    logs: NDArray[np.float64],
    places: list[int],
    kept: slice,
) -> None:
    """One whole pass backward for each loss: what a reverse direction's losses reach is later."""
    for k, i in zip(followed, places, strict=True):
        if trace.lengths is None:
            logs[:, i] = held_log_norms(trace, k)[kept]
            continue
        own = np.zeros(dy.shape)
        own[k - 1] = dy[k - 1]
        scaled, log = _scaled(own[k - 1 : k])
        own[k - 1 : k] = scaled
        da, _, *others = pull(trace, own, 0, trace.steps).arrays
        for out, part in zip(logs, (da, *others)[kept], strict=False):
            out[i] = log_norms(part) + log[0]


class _Sweep:
    """One backward sweep with a growing block of rows, one row for every loss followed.

    Row r belongs to the loss at step followed[r]; it is exactly 0 until the sweep arrives there,
    and its true value is the row times exp(log_scale[r]). A row has a part for a and one for each
    other state that runs through time.
    """

    def __init__(
        self,
        trace: Trace,
        dy: Array,
        followed: list[int],
        logs: NDArray[np.float64],
        places: list[int],
        kept: slice,
    ) -> None:
        architecture, weights = trace.network.architecture, trace.network.parameters
        cell = CELLS[architecture.cell]
        L, B, H = architecture.layers, trace.batch, architecture.units
        K, first = len(followed), followed[0]
        self.cell = cell
        self.followed = np.array(followed)
        self.entering = {k: row for row, k in enumerate(followed)}
        self.weights = [trace.weights(layer) for layer in range(L)]
        self.W_ax = [weights[f"W_ax_l{layer}"] for layer in range(L)]
        wide = (cell.lead + cell.gates) * H
        self.dz_factors = np.empty((L, first, B, wide), dy.dtype)
        self.factors: list[tuple[Array, ...]] = []
        for layer in range(L):
            others = np.empty((cell.others, first, B, H), dy.dtype)
            for start in range(0, first, _PART):  # or they would stand in memory three times
                stop = min(start + _PART, first)
                local = np.empty((wide // H, stop - start, B, H), dy.dtype)
                tape = trace.tape(layer, start, stop)
                cell.factors(self.weights[layer], tape, local, others[:, start:stop])
                self.dz_factors[layer, start:stop] = as_rows_of_gates(local.swapaxes(0, 1))
            self.factors.append(tuple(others))
        if trace.lengths is not None:  # nothing comes out of the padding
            self.dz_factors[:, np.arange(first)[:, None] >= trace.lengths] = 0.0
        # ∂L_k/∂a⟨k⟩ from the read-out; scaled before the product, whose terms could underflow.
        own, log_first = _scaled(dy[self.followed - 1])
        self.direct, log_second = _scaled(own @ weights["W_ya"])
        self.log_scale = log_first + log_second
        self.alive = np.isfinite(self.log_scale)
        self.log_scale[self.log_scale == -np.inf] = 0.0  # the row's zeros say it already
        states = 1 + len(cell.states)
        self.longest = min(_LONGEST, max(1, _BUFFER // (K * L * B * H * states)))
        self.history = np.zeros((L, states, self.longest + 1, K, B, H), dy.dtype)
        self.dz = np.empty((K, B, wide), dy.dtype)
        self.carry = np.zeros((L, states, K, B, H), dy.dtype)
        self.logs, self.places, self.kept = logs, np.array(places), kept

    def run(self, told: Callable[[float], object] | None = None) -> None:
        """Write row r's logarithms to logs[:, places[r]], from the last loss's step to step 1."""
        t, size = int(self.followed[0]), min(8, self.longest)
        while t >= 1:
            length = min(size, t)
            rows = int(np.count_nonzero(self.followed > t - length))
            self._walk(t, length, rows)
            verdict = self._settle(t, length, rows)
            if verdict == "again":
                size = max(1, length // 2)
                continue
            t -= length
            if told is not None:
                told(1.0 - t / int(self.followed[0]))
            if verdict == "calm":
                size = min(2 * size, self.longest)

    def _walk(self, t: int, length: int, rows: int) -> None:
        """Carry `rows` rows back over the steps t … t − length + 1, keeping every step."""
        layers, states = self.history.shape[:2]
        top, (batch, units) = layers - 1, self.direct.shape[1:]
        history = self.history[:, :, : length + 1, :rows]
        history[:, :, 0] = self.carry[:, :, :rows]
        dz = self.dz[:rows]
        here_too = np.searchsorted(-self.followed, np.arange(length) - t, "right").tolist()
        growing = here_too[0] < rows
        if growing:  # what has not entered yet is 0, and stays so
            history[:, :, 1:, here_too[0] :] = 0.0
        flat_dz = dz.reshape(rows * batch, -1)[:, self.cell.lead * units :]
        flat = history.reshape(layers, states, length + 1, rows * batch, units)
        # Lists of views: a long run of one row has no time for indexing.
        span = slice(t - length, t)
        every = range(layers)
        heres = [list(zip(*history[at, :, :length], strict=True)) for at in every]
        befores = [list(zip(*flat[at, :, 1:], strict=True)) for at in every]
        dz_factors = [list(self.dz_factors[at][span][::-1]) for at in every]
        factors = [
            list(zip(*(f[span][::-1] for f in self.factors[at]), strict=True)) or [()] * length
            for at in every
        ]
        entering, pull_back = self.entering, self.cell.pull_back
        for i in range(length):
            if t - i in entering:
                row = entering[t - i]
                history[top, 0, i, row] = self.direct[row]
            some, some_dz, some_flat = here_too[i], dz, flat_dz
            if growing:
                some_dz, some_flat = dz[:some], flat_dz[: some * batch]
            for layer in range(top, -1, -1):
                here, before = heres[layer][i], befores[layer][i]
                if growing:
                    here = tuple(each[:some] for each in here)
                    before = tuple(each[: some * batch] for each in before)
                if layer < top:  # dz still is that of the layer above
                    above = here[0]
                    above += some_flat.dot(self.W_ax[layer + 1]).reshape(above.shape)
                pull_back(
                    self.weights[layer], dz_factors[layer][i], factors[layer][i], here, some_dz,
                    before, layer == 0,
                )  # fmt: skip

    def _settle(self, t: int, length: int, rows: int) -> str:
        """Write the chunk's logarithms and renormalise the rows, or ask for a shorter chunk."""
        history = self.history[:, :, : length + 1, :rows]
        flat = history.reshape(*history.shape[:4], -1)
        squares = np.einsum("lscrh,lscrh->lscr", flat, flat)
        joint, own = squares.sum(axis=(0, 1)), squares[:, self.kept, :length]
        steps = t - np.arange(length + 1)
        entered = steps[:, None] <= self.followed[:rows]
        silent = ~(self.alive[:rows] & entered)
        if (((joint > _SMALL) & (joint < _LARGE)) | silent).all():
            if ((own > _SMALL) | silent[:length]).all():
                logs = 0.5 * np.log(own.astype(np.float64))
            else:  # one layer's gradient is small beside another's
                logs = log_norms(history[:, self.kept, :length])
            scale = np.sqrt(np.where(self.alive[:rows], joint[length], 1.0))
            calm = (((joint > _CALM) & (joint < 1.0 / _CALM)) | silent).all()
        elif length > 1:
            return "again"
        else:
            logs = log_norms(history[:, self.kept, :1])
            scale = np.abs(history[:, :, 1]).max(axis=(0, 1, 3, 4))
            self.alive[:rows] &= np.isfinite(scale) & (scale > 0.0)
            scale = np.where(scale == 0.0, 1.0, scale)
            calm = False
        logs += self.log_scale[:rows]
        logs = np.where(entered[:length], logs, -np.inf)
        part = logs[:, :, ::-1].transpose(1, 3, 0, 2)
        self.logs[:, self.places[:rows], :, t - length : t] = part
        np.divide(history[:, :, length], scale[:, None, None], out=self.carry[:, :, :rows])
        log = np.log(scale.astype(np.float64))
        self.log_scale[:rows] += np.where(np.isfinite(log), log, np.nan)
        return "calm" if calm else "done"


def _scaled(rows: Array) -> tuple[Array, NDArray[np.float64]]:
    """Divide each row (B, N) by its largest number; with the logarithms of what was divided out.

    −inf for a row of zeros, nan for one that is not finite.
    """
    largest = np.abs(rows).max(axis=(1, 2))
    log = np.log(largest.astype(np.float64))
    scaled = rows / np.where(largest == 0.0, 1.0, largest)[:, None, None].astype(rows.dtype)
    return scaled, np.where(np.isfinite(largest), log, np.nan)
