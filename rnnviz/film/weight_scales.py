"""How large the weights of a recurrence are, and the same network with them made larger or smaller.

The spectral radius of W_aa says whether its powers die out, stay or burst; the norm of W_ax how far
the input drives the activations into saturation. Both can be asked for by a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine import EncoderDecoder, Network
from rnnviz.engine.jacobians import spectral_radius
from rnnviz.engine.optimizers import OPTIMIZERS
from rnnviz.film.passes import Pass
from rnnviz.film.records import Model, answering, parameters, replaced
from rnnviz.film.run import Run
from rnnviz.frozen import record

Scaled = Literal["radius", "input"]
"""What is scaled: W_aa, by its spectral radius, or the W_ax that reads the input, by its norm."""


@record(eq=False)
class WeightScales:
    """How large a network's weights are; of an encoder and a decoder both are there.

    Attributes
    ----------
    radii : mapping of str to ndarray of shape (n,)
        For each W_aa by its parameter's name, the spectral radius of every gate's block.
    inputs : mapping of str to float
        ‖W_ax‖, the Frobenius norm, of each W_ax that reads the input.
    layers : tuple of str
        Of the network that answers, the name of every layer's W_aa.
    read : str
        Of the network that answers, the name of the W_ax that reads the input.
    """

    radii: Mapping[str, NDArray[np.float64]]
    inputs: Mapping[str, float]
    layers: tuple[str, ...]
    read: str

    @property
    def input(self) -> float:
        """‖W_ax‖ of the network that answers."""
        return self.inputs[self.read]

    def of_layer(self, layer: int) -> NDArray[np.float64]:
        """The spectral radius of every gate's block in a layer of the network that answers."""
        return self.radii[self.layers[layer]]


def scales_of(model: Model) -> WeightScales:
    """How large the weights of a model are."""
    pair = isinstance(model, EncoderDecoder)
    parts: list[tuple[str, Network]] = (
        [("encoder.", model.encoder), ("decoder.", model.decoder)]
        if isinstance(model, EncoderDecoder)
        else [("", model)]
    )
    radii, inputs = dict[str, NDArray[np.float64]](), dict[str, float]()
    for before, network in parts:
        for layer, strand in enumerate(network.architecture.strands):
            radii[f"{before}W_aa{strand.suffix}"] = spectral_radius(network, layer)
            name = f"W_ax{strand.suffix}"
            if strand.layer == 0:
                W = network.parameters[name].astype(np.float64)
                inputs[before + name] = float(np.linalg.norm(W))
    shown, before = answering(model), "decoder." if pair else ""
    names = [strand.suffix for strand in shown.architecture.strands]
    layers = tuple(f"{before}W_aa{suffix}" for suffix in names)
    return WeightScales(
        MappingProxyType(radii), MappingProxyType(inputs), layers, f"{before}W_ax{names[0]}"
    )


def weight_scales(passing: Pass, _told: object) -> WeightScales:
    """The scales of the weights of a pass's network."""
    return scales_of(passing.trace.network)


def why_not_scaled(scales: WeightScales, what: Scaled) -> str:
    """Why weights cannot be scaled to a number, as a sentence; empty where they can."""
    every = (
        np.concatenate(list(scales.radii.values()))
        if what == "radius"
        else np.array(list(scales.inputs.values()))
    )
    if not np.isfinite(every).all():
        return "The weights are not finite, and cannot be scaled."
    if not (every > 0.0).all():
        of = "The spectral radius of W_aa" if what == "radius" else "W_ax"
        return f"{of} is 0, which no factor changes."
    return ""


def scaled(run: Run, snapshot: int, scales: WeightScales, what: Scaled, value: float) -> Run:
    """The run that begins with a snapshot's network, its weights scaled to a number.

    These are weights that no seed makes, and its settings say so. Of a training nothing is kept:
    its losses were those of other weights.

    Parameters
    ----------
    run : Run
    snapshot : int
    scales : WeightScales
        Of that snapshot's network.
    what : {"radius", "input"}
        Every block of every W_aa to this spectral radius, or every W_ax that reads the input to
        this norm.
    value : float
        Above 0.

    Raises
    ------
    ValueError
        Where no factor leads there.
    """
    why = why_not_scaled(scales, what)
    if why:
        raise ValueError(why)
    if not 0.0 < value < np.inf:
        raise ValueError(f"weights are scaled to a number above 0, not {value}")
    model = run.networks[snapshot]
    made: dict[str, NDArray[Any]] = dict(parameters(model))
    if what == "radius":
        for name, radii in scales.radii.items():
            rows = np.repeat(value / radii, made[name].shape[1])
            made[name] = (made[name] * rows[:, None]).astype(made[name].dtype)
    else:
        for name, norm in scales.inputs.items():
            made[name] = (made[name] * (value / norm)).astype(made[name].dtype)
    return replace(
        run,
        settings=run.settings.with_given(run.architecture),
        networks=(replaced(model, made),),
        states=(OPTIMIZERS[run.settings.optimizer].start,),
        log=(),
        origin=0,
        plan=None,
        naive=float("nan"),
        epoch=float("nan"),
        gone=0,
    )
