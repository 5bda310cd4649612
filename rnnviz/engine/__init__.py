"""Recurrent networks in NumPy: forward, backward through time, every step's numbers kept.

``import rnnviz.engine as rnn`` brings the ten names of ``__all__``, which is what a notebook
needs; docs/engine.md has an example of each. The modules hold the rest, optimisers, Jacobians,
probes, conversions; what the program itself imports from here stands here too, under its own name.
"""

from typing import TYPE_CHECKING, Any

from .activations import ACTIVATIONS as ACTIVATIONS
from .activations import Activation as Activation
from .arrays import softmax as softmax
from .bptt import backward
from .bptt import source_gradients as source_gradients
from .cells import CELLS as CELLS
from .generation import generate
from .initializers import create_network
from .jacobians import recurrent_gain as recurrent_gain
from .losses import Objective
from .network import Architecture
from .network import Network as Network
from .optimizers import sgd_step as sgd_step
from .propagation import forward
from .records import Backward as Backward
from .records import Trace as Trace
from .records import Truncation as Truncation
from .seq2seq import EncoderDecoder as EncoderDecoder
from .training import Batch, Training

if TYPE_CHECKING:
    from .checking import check_gradients
    from .sources import source_log_norms

__all__ = [
    "Architecture",
    "Batch",
    "Objective",
    "Training",
    "backward",
    "check_gradients",
    "create_network",
    "forward",
    "generate",
    "source_log_norms",
]

_LATER = {"check_gradients": "checking", "source_log_norms": "sources"}


def __getattr__(name: str) -> Any:
    """Import what few ask for when they do: the program's window stands before that."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_LATER[name]}", __name__), name)
