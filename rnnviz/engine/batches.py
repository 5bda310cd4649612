"""What training runs: batches for one network or for an encoder with a decoder."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.frozen import record

from .arrays import Array
from .bptt import backward
from .losses import Objective
from .network import Network
from .propagation import forward
from .records import Truncation
from .seq2seq import EncoderDecoder, PairTrace
from .trace import Trace

Model = TypeVar("Model", Network, EncoderDecoder)
_Run = TypeVar("_Run", Network, EncoderDecoder, contravariant=True)


class Runnable(Protocol[_Run]):
    """Anything that runs a model forward to a loss, such as a :class:`Batch`."""

    def run(self, network: _Run, /) -> Trace | PairTrace:
        """The forward pass."""
        ...


@record(eq=False)
class Batch:
    """Sequences that are run together, with the objective of each.

    Attributes
    ----------
    x : (T, B, D) float or (T, B) integer
        As :func:`~rnnviz.engine.forward` takes it.
    objective : Objective
    a0, c0, lengths, inputs : array, optional
        Initial states, lengths of a padded batch, steps with an input: as `forward` takes them.
    """

    x: Array
    objective: Objective
    a0: Array | None = None
    c0: Array | None = None
    lengths: Array | None = None
    inputs: Array | None = None

    def run(self, network: Network) -> Trace:
        """The forward pass of this batch."""
        return forward(
            network,
            self.x,
            self.objective,
            a0=self.a0,
            c0=self.c0,
            lengths=self.lengths,
            inputs=self.inputs,
        )


@record(eq=False)
class PairBatch:
    """Sources with the targets that an encoder and a decoder are to make of them.

    Attributes are those of :meth:`EncoderDecoder.forward`.
    """

    source: Array
    targets: Array
    start: int | Array
    end: int | None = None
    loss: str = "softmax_cross_entropy"
    reduction: str = "sum"
    source_lengths: Array | None = None
    target_lengths: Array | None = None

    def run(self, network: EncoderDecoder) -> PairTrace:
        """The forward pass of this batch."""
        return network.forward(
            self.source,
            self.targets,
            start=self.start,
            end=self.end,
            loss=self.loss,
            reduction=self.reduction,
            source_lengths=self.source_lengths,
            target_lengths=self.target_lengths,
        )


def exploded(trace: Trace | PairTrace) -> str:
    """Say where a forward pass first was not finite; empty where it is."""
    if isinstance(trace, PairTrace):
        for part, run in (("encoder", trace.encoder), ("decoder", trace.decoder)):
            if run.exploded_at is not None:
                return f"the {part}'s forward pass is not finite from step {run.exploded_at} on"
        return ""
    if trace.exploded_at is None:
        return ""
    return f"the forward pass is not finite from step {trace.exploded_at} on"


def differentiated(
    trace: Trace | PairTrace, truncation: Truncation | None
) -> tuple[Mapping[str, Array], NDArray[np.float64]]:
    """Every parameter's gradient by name, and ln ‖∂L/∂a⟨t⟩‖ (L, T).

    Of a pair the names begin with "encoder." and "decoder.", and the encoder's steps come first.
    """
    if isinstance(trace, PairTrace):
        both = trace.backward(truncation)
        gradients = _named(both.encoder.gradients, both.decoder.gradients)
        logs = [both.encoder.log_norm_da, both.decoder.log_norm_da]
        return gradients, np.concatenate(logs, axis=1)
    passed = backward(trace, truncation=truncation)
    return passed.gradients, passed.log_norm_da


def parameters_of(model: Network | EncoderDecoder) -> Mapping[str, Array]:
    """All parameters by name; of a pair, "encoder." or "decoder." before it."""
    if isinstance(model, EncoderDecoder):
        return _named(model.encoder.parameters, model.decoder.parameters)
    return model.parameters


def with_parameters(model: Model, parameters: Mapping[str, Array]) -> Model:
    """Return the same model with these parameters in place of its own."""
    if isinstance(model, EncoderDecoder):
        parts: list[Network] = []
        for part, network in (("encoder.", model.encoder), ("decoder.", model.decoder)):
            own = {n.removeprefix(part): p for n, p in parameters.items() if n.startswith(part)}
            parts.append(Network(network.architecture, own))
        return replace(model, encoder=parts[0], decoder=parts[1])
    return replace(model, parameters=parameters)


def _named(encoder: Mapping[str, Array], decoder: Mapping[str, Array]) -> dict[str, Array]:
    return {
        **{f"encoder.{name}": array for name, array in encoder.items()},
        **{f"decoder.{name}": array for name, array in decoder.items()},
    }
