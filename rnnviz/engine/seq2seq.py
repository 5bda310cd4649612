"""Encoder and decoder (Sutskever, Vinyals and Le 2014): two networks, one state handed over."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.frozen import record

from .arrays import Array, teacher_forced
from .bptt import backward, check_state, check_windows, nothing, of_step, pull
from .generation import Generated, generate
from .losses import Objective
from .network import Network
from .propagation import forward
from .records import Backward, Truncation
from .trace import Trace, check_step


@record(eq=False)
class EncoderDecoder:
    """Two networks; the decoder starts from the encoder's last states.

    Parameters
    ----------
    encoder, decoder : Network
        In one direction, with the same cell, units and layers. The encoder's read-out is not
        asked: outputs=0 leaves it out.

    Raises
    ------
    ValueError
        If the encoder's states do not fit the decoder.
    """

    encoder: Network
    decoder: Network

    def __post_init__(self) -> None:
        first, second = self.encoder.architecture, self.decoder.architecture
        if first.bidirectional or second.bidirectional:
            raise ValueError("encoder and decoder: expected networks in one direction")
        for name in ("cell", "units", "layers"):
            one, other = getattr(first, name), getattr(second, name)
            if one != other:
                raise ValueError(
                    f"decoder's {name}: expected {one!r} as the encoder, found {other!r}"
                )
        if self.encoder.dtype != self.decoder.dtype:
            raise ValueError(
                f"decoder: expected {self.encoder.dtype} as the encoder, found {self.decoder.dtype}"
            )

    def forward(
        self,
        source: ArrayLike,
        targets: ArrayLike,
        *,
        start: ArrayLike,
        end: int | None = None,
        loss: str = "softmax_cross_entropy",
        reduction: str = "sum",
        source_lengths: ArrayLike | None = None,
        target_lengths: ArrayLike | None = None,
        a0: ArrayLike | None = None,
        c0: ArrayLike | None = None,
    ) -> "PairTrace":
        """Read the source, then say the targets, each fed the one before (teacher forcing).

        Parameters
        ----------
        source : (S, B, D) float or (S, B) integer
        targets : (T, B) integer or (T, B, O) float
        start : int or (D,)
            What the decoder is fed at step 1: the start token.
        end : int, optional
            The end token, to be said after the last target; the decoder then has T + 1 steps.
        loss, reduction : str
            As for :class:`Objective`.
        source_lengths, target_lengths : (B,) integer, optional
            Of padded batches; target_lengths without the end token.
        a0, c0 : (L, B, H), optional
            The encoder's initial states.

        Returns
        -------
        PairTrace

        Raises
        ------
        ValueError
            For arrays that do not fit.
        """
        encoder = forward(self.encoder, source, a0=a0, c0=c0, lengths=source_lengths)
        targets = np.asarray(targets)
        lengths = None if target_lengths is None else np.asarray(target_lengths)
        if end is not None:
            targets, lengths = _ended(targets, lengths, end)
        begin = np.asarray(start)
        first = np.broadcast_to(begin, (1, targets.shape[1], *begin.shape))
        fed = teacher_forced(first, targets)
        objective = Objective(loss, targets, reduction=reduction)
        state = _last(encoder)
        decoder = forward(self.decoder, fed, objective, a0=state[0], c0=state[1], lengths=lengths)
        return PairTrace(encoder, decoder)

    def decode(
        self,
        source: ArrayLike,
        steps: int,
        *,
        start: ArrayLike,
        end: int | None = None,
        choose: str = "greedy",
        temperature: float = 1.0,
        seed: int = 0,
        source_lengths: ArrayLike | None = None,
    ) -> Generated:
        """Read the source, then let the decoder speak, fed its own output.

        Parameters are those of :meth:`forward` and :func:`generate`; `steps` at most.
        """
        encoder = forward(self.encoder, source, lengths=source_lengths)
        begin, (a0, c0) = np.asarray(start), _last(encoder)
        first = np.broadcast_to(begin, (encoder.batch, *begin.shape))
        return generate(
            self.decoder, first, steps, choose=choose, temperature=temperature, seed=seed,
            end=end, a0=a0, c0=c0,
        )  # fmt: skip


@record(eq=False)
class PairTrace:
    """The forward passes of both networks; only the decoder's has a loss."""

    encoder: Trace
    decoder: Trace

    @property
    def loss(self) -> float:
        """The decoder's loss."""
        return self.decoder.loss

    @property
    def before(self) -> NDArray[np.intp]:
        """How many steps each sequence was read for before its decoder's first, (B,)."""
        lengths, steps = self.encoder.lengths, self.encoder.steps
        return np.full(self.encoder.batch, steps, np.intp) if lengths is None else lengths

    def backward(self, truncation: Truncation | None = None) -> "PairBackward":
        """Differentiate the loss with respect to all of both networks.

        Parameters
        ----------
        truncation : Truncation, optional
            Cut the gradient at the ends of windows that do not overlap. They are counted along
            each sequence's one line of time, from the encoder's first step through to the
            decoder's last; where one ends with the encoder, nothing is handed over.
        """
        if truncation is not None:
            check_windows(truncation)
        decoder = backward(self.decoder, truncation=truncation, before=self.before)
        handed = [decoder.da0, decoder.dc0]
        if truncation is not None:
            goes = (self.before % truncation.k1 != 0)[:, None]
            handed = [None if array is None else array * goes for array in handed]
        encoder = backward(
            self.encoder, truncation=truncation, da_final=handed[0], dc_final=handed[1]
        )
        return PairBackward(encoder, decoder)

    def source_gradients(self, k: int, state: str = "a") -> tuple[Array, Array]:
        """∂L_k/∂a⟨t⟩ of the decoder's loss at step k alone, in the encoder and in the decoder.

        Parameters
        ----------
        k : int
            The decoder's step, from 1.
        state : {"a", "c"}
            "c": of the LSTM's cell state.

        Returns
        -------
        (L, S, B, H) and (L, T, B, H)
        """
        check_step(k, self.decoder.steps)
        check_state(self.decoder, state)
        with np.errstate(all="ignore"):
            said = pull(self.decoder, of_step(self.decoder, k), 0, self.decoder.steps).arrays
            first = said[len(said) // 2 + 1 :]  # of what is before step 1
            read = pull(self.encoder, nothing, 0, self.encoder.steps, first).arrays
        place = 0 if state == "a" else 2
        return read[place], said[place]


@record(eq=False)
class PairBackward:
    """The backward passes of both networks: ∂L/∂ of the decoder's loss L."""

    encoder: Backward
    decoder: Backward


def _last(trace: Trace) -> tuple[Array, Array | None]:
    """Each sequence's last states, (L, B, H); padding has carried them to the end."""
    return trace.a[:, -1], None if trace.c is None else trace.c[:, -1]


def _ended(targets: Array, lengths: Array | None, end: int) -> tuple[Array, Array | None]:
    """Targets with the end token after each sequence's last, and their lengths with it."""
    if targets.ndim != 2 or targets.dtype.kind not in "iu":
        raise ValueError(
            f"targets before an end token: expected integer (T, B), found {targets.dtype} "
            f"{targets.shape}"
        )
    longer = np.concatenate([targets, np.full((1, targets.shape[1]), end, targets.dtype)])
    if lengths is None:
        return longer, None
    if lengths.shape != targets.shape[1:] or (lengths < 0).any() or (lengths > len(targets)).any():
        raise ValueError(
            f"target_lengths: expected {targets.shape[1:]} of 0…{len(targets)}, found {lengths}"
        )
    longer[lengths, np.arange(len(lengths))] = end
    return longer, lengths + 1
