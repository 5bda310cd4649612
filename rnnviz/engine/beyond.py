"""Norms of gradients past the ends of any float: of one loss or the sum of all, in every layer.

What travels back is kept as float64 numbers times a power of two, which changes as they do; so a
norm is −inf only where the gradient is exactly 0, and nan only where the pass itself has exploded.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arrays import Array, log_norms
from .bptt import check_real
from .cells import CELLS, Cell, Reel, Tape
from .losses import Objective
from .seq2seq import PairTrace
from .strands import ReadyStrand, in_order, ready_strands
from .trace import Trace, check_step

_LN2 = float(np.log(2.0))
_LONGEST = 64  # steps between two changes of the power of two, at most
_WIDE = 400.0  # bits that numbers may move away from 1 before it changes
_CALM = 150.0  # bits within which a stretch of steps may be followed by a longer one
_APART = 300.0  # bits between sums that are carried side by side and not added up
_MOST = 4  # such sums; a fifth would be 1e-300 of the fourth
_FAINT = {4: 1e-30, 8: 1e-250}  # ∂L/∂y of such floats below which it is made of logarithms
_PART = 4096  # steps whose products are made at a time, at most
_NUMBERS = 1 << 20  # and numbers of the vocabulary
_LOST = -650.0  # ln of slopes from which float64 has no digits of some
_DEEP = 40.0  # |z| from which float32 cannot say a slope, which is 1e-34 there
_TRUSTED = {4: 60.0, 8: 600.0}  # |ln| of norms that a float of so many bytes holds with all digits

Told = Callable[[float], object]


class Scaled(NamedTuple):
    """Rows (T, B, m) of float64, each step's to be multiplied by 2 to the power of its own (T,)."""

    rows: Array
    powers: NDArray[np.float64]


class Carry(NamedTuple):
    """What is carried from step to step: a and the cell's other states, times one power of two."""

    power: float
    carry: list[Array]


def held_log_norms(
    trace: Trace | PairTrace,
    k: int | None = None,
    told: Told | None = None,
    every: int = 0,
) -> NDArray[np.float64]:
    """ln ‖∂L/∂a⟨t⟩‖ of the sum of all losses, or of the one of step k, however small or large.

    Parameters
    ----------
    trace : Trace or PairTrace
        Made with an objective, in float32 or float64, without padding.
    k : int, optional
        The step whose loss alone is followed, from 1; of a pair the decoder's.
    told : callable, optional
        Is called now and then with how much is done, 0 … 1; what it raises ends the sweep.
    every : int, optional
        Cut the gradient at the ends of windows of so many steps (`Truncation(every)`), of a pair
        along its one line of time; not in both directions.

    Returns
    -------
    (S, L, T) float64
        Over batch and units; [0] of a and for the LSTM [1] of c. The axis of layers is that of
        the trace; of a pair the encoder's steps stand before the decoder's. −inf where the
        gradient is exactly 0, nan where the pass is not finite.

    Raises
    ------
    ValueError
        If the trace has no objective, is complex or padded, or there is no such step.
    """
    with np.errstate(all="ignore"):
        if isinstance(trace, Trace):
            return _pulled(trace, _paid(trace, k), None, told, every)[0]
        read_in = trace.encoder.steps
        paid = _paid(trace.decoder, k)
        said, handed = _pulled(trace.decoder, paid, None, _half(told, 0.0), every, read_in)
        if every and read_in % every == 0:
            handed = None
        read, _ = _pulled(trace.encoder, None, handed, _half(told, 0.5), every)
        return np.concatenate([read, said], axis=2)


def _half(told: Told | None, before: float) -> Told | None:
    """Tells what is done of one half of the work as a part of the whole."""
    if told is None:
        return None

    def tell(done: float) -> object:
        return told(before + 0.5 * done)

    return tell


def held(
    plain: NDArray[np.float64],
    dtype: np.dtype[np.generic],
    reached: NDArray[np.bool_],
    make: Callable[[], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Norms as they are where floats hold them, and made anew where they do not.

    Parameters
    ----------
    plain : (L, T)
        ln ‖∂L/∂a⟨t⟩‖ of a pass in `dtype`.
    reached : (T,) bool
        Which steps a loss can reach: at all others 0 is 0.
    make : callable
        Returns all of them by :func:`held_log_norms`; called where one is doubtful.
    """
    trusted = np.abs(plain) < _TRUSTED[dtype.itemsize]
    if trusted[:, reached].all():
        return plain
    return np.where(trusted, plain, make())


def _paid(trace: Trace, k: int | None) -> Callable[[slice], Scaled | None]:
    """∂L/∂y at some steps, of all losses or of one, also where a sure answer's p has become 0.

    None where nothing is paid.
    """
    if trace.lengths is not None:
        raise ValueError("expected sequences of one length, found a padded batch")
    check_real(trace)
    if k is not None:
        check_step(k, trace.steps)
    objective, least = trace.objective, _FAINT[trace.a.itemsize]
    assert objective is not None

    def rows(part: slice) -> Scaled | None:
        first = int(part.start) + 1
        mine: NDArray[np.bool_] = trace.paid[part]
        if k is not None:
            mine = mine & (np.arange(first, first + len(mine)) == k)
        if not mine.any():
            return None
        here = trace.output_gradient(part.start, part.stop).astype(np.float64)
        powers = np.zeros(len(here))
        here[~mine] = 0.0
        if objective.loss != "mse":
            faint: Array = mine & (np.abs(here).max(axis=(1, 2)) < least)
            for i in range(len(here)) if faint.any() else ():
                if faint[i]:
                    t = first - 1 + i
                    here[i], powers[i] = _faint(
                        objective, trace.outputs(t, t + 1)[0].astype(np.float64), t
                    )
        return _normal(Scaled(here, powers))

    return rows


def _faint(objective: Objective, y: Array, t: int) -> tuple[Array, float]:
    """∂L/∂y (B, O) of one step, and the power of two to multiply it by, from logarithms."""
    targets, own = objective.targets[t], None
    if objective.loss == "softmax_cross_entropy":
        logs = y - y.max(axis=1, keepdims=True)
        logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
        own = np.arange(len(y)), np.where(objective.paying()[t], targets, 0)
        logs[own] = -np.inf
    else:  # σ(y) − target is σ(y), or −σ(−y); of a target in between it is exactly 0 here
        logs = -np.logaddexp(0.0, np.where(targets == 1.0, y, -y))
        logs[(targets > 0.0) & (targets < 1.0)] = -np.inf
    logs[~objective.paying()[t]] = -np.inf
    largest = float(logs.max())
    if largest == -np.inf:
        return np.zeros_like(y), 0.0
    dy = np.exp(logs - largest)
    if own is not None:
        dy[own] = -dy.sum(axis=1)
        return objective.share * dy, largest / _LN2
    return objective.share / y.shape[1] * np.where(targets == 1.0, -dy, dy), largest / _LN2


def _pulled(
    trace: Trace,
    dy: Callable[[slice], Scaled | None] | None,
    final: Sequence[list[Carry]] | None,
    told: Told | None,
    every: int = 0,
    before: int = 0,
) -> tuple[NDArray[np.float64], list[list[Carry]]]:
    """Logarithms (S, L, T) of one network, and what is left at the beginning of every strand."""
    network = trace.network.astype(np.float64)
    architecture, cell = network.architecture, CELLS[network.architecture.cell]
    strands, ways, H = ready_strands(network), architecture.directions, architecture.units
    count, batch, steps = len(strands), trace.batch, trace.steps
    logs = np.full((1 + len(cell.states), count, steps), -np.inf)
    left: list[list[Carry]] = [[] for _ in strands]
    above: list[tuple[Callable[[slice], Scaled | None], Array]] = []
    layer: list[Scaled] = []  # ∂L/∂z of its strands
    if dy is not None:
        above = [(dy, network.parameters["W_ya"])]
    for s in range(count - 1, -1, -1):
        way = strands[s].reverse
        into = slice(way * H, (way + 1) * H)
        fed = Scaled(np.zeros((steps, batch, H)), np.full(steps, -np.inf))
        widest = max((len(W) for _, W in above), default=1)  # of a large vocabulary fewer steps
        length = min(_PART, max(1, _NUMBERS // (batch * widest)))
        for start in range(0, steps if above else 0, length):
            span, parts = slice(start, min(start + length, steps)), list[Scaled]()
            for rows, W in above:
                found = rows(span)
                if found is None:
                    continue
                product = found.rows @ (W[:, into] if ways > 1 else W)
                parts.append(_normal(Scaled(product, found.powers)))
            if parts:
                fed.rows[span], fed.powers[span] = parts[0] if len(parts) == 1 else _sum(parts)
        begun = final[s] if final else []
        strand = _Strand(cell, strands[s], trace.tape(s), begun, s >= ways, every, before)
        ordered = Scaled(in_order(fed.rows, way), in_order(fed.powers, way))
        strand.run(ordered, told, (count - 1 - s) / count, 1.0 / count)
        logs[:, s], left[s] = strand.logs[:, ::-1] if way else strand.logs, strand.bands
        if strand.dz is not None:
            rows, powers = strand.dz
            layer.insert(0, Scaled(in_order(rows, way), in_order(powers, way)))
        if s % ways == 0:  # it is complete
            above = [(partial(_steps, one), strands[s + i].plain[0]) for i, one in enumerate(layer)]
            layer = []
    return logs, left


def _steps(scaled: Scaled, part: slice) -> Scaled:
    return Scaled(scaled.rows[part], scaled.powers[part])


class _Strand:
    """One strand's way back; steps are those in its own order.

    `dz` is ∂L/∂z of every step, where a layer below asks for it.
    """

    def __init__(
        self,
        cell: Cell,
        ready: ReadyStrand,
        tape: Tape,
        bands: list[Carry],
        upper: bool,
        every: int,
        before: int,
    ) -> None:
        self.every, self.before = every or before + len(tape.z), before
        self.cell, self.weights, self.tape = cell, ready.loop, tape
        self.bands = [Carry(band.power, [array.copy() for array in band.carry]) for band in bands]
        self.steps, _, self.batch, self.units = tape.z.shape
        self.logs = np.full((1 + len(cell.states), self.steps), -np.inf)
        self.dz: Scaled | None = None
        if upper:
            shape = self.steps, self.batch, cell.gates * self.units
            self.dz = Scaled(np.zeros(shape), np.full(self.steps, -np.inf))

    def run(self, fed: Scaled, told: Told | None, at: float, share: float) -> None:
        """Carry back what comes from above."""
        stop, size = self.steps, 8
        while stop > 0:
            window = stop - self._cut_before(stop)  # steps back to the next cut
            length = min(size, window)
            entering = np.flatnonzero(fed.powers[stop - length : stop] != -np.inf)
            if not self.bands:  # nothing is carried: not even a nan times 0
                if not entering.size:
                    stop -= length
                    continue
                back = length - int(entering[-1]) - 1
                stop -= back
                length = min(size, window - back)
                entering = np.flatnonzero(fed.powers[stop - length : stop] != -np.inf)
            if entering.size:  # what enters in one stretch is of one size
                powers = fed.powers[stop - length : stop]
                other = entering[np.abs(powers[entering] - powers[entering[-1]]) > _APART]
                if other.size:
                    length -= int(other[-1]) + 1
            calm = self._stretch(fed, stop - length, stop)
            if calm is None:
                size = max(1, length // 2)
                continue
            stop -= length
            if any(np.isnan(band.power) for band in self.bands):
                low = self._cut_before(stop + 1)
                self.logs[:, low:stop] = np.nan
                if self.dz is not None:
                    self.dz.rows[low:stop], self.dz.powers[low:stop] = np.nan, 0.0
                stop = low
            if stop and (self.before + stop) % self.every == 0:
                self.bands = []
            if told is not None:
                told(at + share * (1.0 - stop / self.steps))
            size = min(2 * size, _LONGEST) if calm else size

    def _cut_before(self, stop: int) -> int:
        """Where the window of step `stop` begins; 0 for the first."""
        return max(0, (self.before + stop - 1) // self.every * self.every - self.before)

    def _stretch(self, fed: Scaled, start: int, stop: int) -> bool | None:
        """Carry all bands over these steps: whether they stayed calm; None for fewer steps."""
        own = fed.powers[start:stop]
        bands = list(self.bands)
        entering = np.flatnonzero(own != -np.inf)
        place = -1
        if entering.size:
            power = float(own[entering[-1]])
            near = [i for i, band in enumerate(bands) if abs(band.power - power) <= _APART]
            place = near[0] if near else len(bands)
            if not near:
                nothing = np.zeros((self.batch, self.units))
                bands.append(Carry(power, [nothing] * len(self.logs)))
        lift = 0.0
        local, others = self._factors(start, stop)
        deep = self._deep(start, stop)
        if deep:
            if stop - start > 1:
                return None
            local, lift = self._lifted(start)
        found: list[tuple[float, list[Array]]] = []
        after: list[Carry] = []
        calm = True
        for i, (power, carried) in enumerate(bands):
            da = np.zeros((stop - start, self.batch, self.units))
            if i == place:
                shift = np.where(own == -np.inf, 0.0, own - power)
                np.multiply(fed.rows[start:stop], np.exp2(shift)[:, None, None], out=da)
            carry = [array.copy() for array in carried]
            dz, dstates = self._back(local, others, da, carry)
            sizes = np.maximum.reduce([_bits(array) for array in (da, *dstates)])
            last = np.maximum.reduce([_bits(array[None]) for array in carry])
            far = float(np.abs(np.append(sizes, last)).max())  # nan, and ∞ of zeros, are far
            if not far < _WIDE and stop - start > 1:
                return None
            calm &= far < _CALM
            found.append((power, [da, *dstates, dz]))
            after.append(Carry(power + lift, carry))
        for place_of, arrays in enumerate(zip(*(arrays for _, arrays in found), strict=True)):
            lifted = 0.0 if place_of < len(self.logs) else lift  # ∂L/∂z alone has the slope in it
            parts = [
                Scaled(array, np.full(stop - start, power + lifted))
                for array, (power, _) in zip(arrays, found, strict=True)
            ]
            whole = parts[0] if len(parts) == 1 else _sum([_normal(part) for part in parts])
            if place_of < len(self.logs):
                silent = np.where(whole.powers == -np.inf, 0.0, whole.powers)
                self.logs[place_of, start:stop] = log_norms(whole.rows) + silent * _LN2
            elif self.dz is not None:
                self.dz.rows[start:stop], self.dz.powers[start:stop] = _normal(whole)
        self.bands = _together(after)
        return calm

    def _deep(self, start: int, stop: int) -> bool:
        """Whether at one of these steps every unit's slope is too small for float64, and not 0."""
        slope = self.weights.activation.log_derivative if self.cell.any_activation else None
        if slope is None:
            return False
        nearest = np.abs(self.tape.z[start:stop, 0]).min(axis=(1, 2)).astype(np.float64)
        return bool((slope(nearest[np.isfinite(nearest)]) < _LOST).any())

    def _lifted(self, step: int) -> tuple[Array, float]:
        """The slopes of one step, times a power of two; and that power, negated."""
        slope = self.weights.activation.log_derivative
        assert slope is not None
        logs = slope(self.tape.z[step : step + 1, 0].astype(np.float64))
        power = np.floor(float(logs.max()) / _LN2)
        return np.exp(logs - power * _LN2)[None], power

    def _factors(self, start: int, stop: int) -> tuple[Array, Array]:
        """The cell's local derivatives; see :meth:`Cell.factors`."""
        cut = self.tape.cut(start, stop)
        deep = [cut.z, *(cut.kept[name] for name in self.cell.states)]
        if cut.z.dtype == np.float32 and max(float(np.abs(a).max()) for a in deep) > _DEEP:
            kept = {name: array.astype(np.float64) for name, array in cut.kept.items()}
            cut = Tape(cut.a.astype(np.float64), cut.z.astype(np.float64), kept, exact=True)
        shape = (stop - start, self.batch, self.units)
        local = np.empty((self.cell.lead + self.cell.gates, *shape), cut.z.dtype)
        others = np.empty((self.cell.others, *shape), cut.z.dtype)
        self.cell.factors(self.weights, cut, local, others)
        return local.astype(np.float64, copy=False), others.astype(np.float64, copy=False)

    def _back(
        self, local: Array, others: Array, da: Array, carry: list[Array]
    ) -> tuple[Array, list[Array]]:
        blocks, length = local.shape[:2]
        dz = np.empty((length, self.batch, blocks * self.units))
        if blocks == 1:  # they stand where the product is written
            dz[...] = local[0]
            local = dz[None]
        dstates = [np.empty(da.shape) for _ in self.cell.states]
        self.cell.backward(self.weights, Reel(local, others, dz, da, dstates, carry))
        return dz[..., self.cell.lead * self.units :], dstates


def _bits(array: Array) -> NDArray[np.float64]:
    """log2 of every step's largest number, (T,); −inf of zeros, nan where not finite."""
    bits = np.log2(np.abs(array).max(axis=(1, 2)))
    return np.where(bits == np.inf, np.nan, bits)


def _normal(scaled: Scaled) -> Scaled:
    """The same with the largest number of every step between 1 and 2."""
    bits = np.floor(_bits(scaled.rows))
    silent = bits == -np.inf
    move = np.where(silent | np.isnan(bits), 0.0, bits)
    rows = np.ldexp(scaled.rows, -move.astype(np.int64)[:, None, None])
    return Scaled(rows, np.where(silent, -np.inf, scaled.powers + move))


def _sum(parts: Sequence[Scaled]) -> Scaled:
    """The sum of rows that are normal."""
    powers = np.maximum.reduce([part.powers for part in parts])
    base = np.where(powers == -np.inf, 0.0, powers)
    rows = sum(part.rows * np.exp2(part.powers - base)[:, None, None] for part in parts)
    return _normal(Scaled(np.asarray(rows), powers))


def _together(bands: list[Carry]) -> list[Carry]:
    """Bands scaled anew, those of similar size added up; none of zeros, one of nan for a nan."""
    scaled: list[Carry] = []
    for power, carry in bands:
        bits = float(np.maximum.reduce([_bits(array[None]) for array in carry])[0])
        if np.isnan(bits):
            return [Carry(np.nan, carry)]
        if bits != -np.inf:
            move = int(np.floor(bits))
            scaled.append(Carry(power + move, [np.ldexp(array, -move) for array in carry]))
    scaled.sort(key=lambda band: -band.power)
    made: list[Carry] = []
    for band in scaled:
        if made and made[-1].power - band.power <= _APART:
            factor = 2.0 ** (band.power - made[-1].power)
            for whole, part in zip(made[-1].carry, band.carry, strict=True):
                whole += factor * part
        else:
            made.append(band)
    return made[:_MOST]
