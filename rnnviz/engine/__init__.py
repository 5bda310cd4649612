"""Recurrent networks in NumPy: forward, backward through time, every step's numbers kept."""

from .activations import ACTIVATIONS, Activation
from .bptt import backward, source_gradients
from .generation import generate
from .initializers import create_network
from .jacobians import recurrent_gain
from .losses import Objective, softmax
from .modes import run_mode
from .network import Architecture, Network
from .optimizers import sgd_step
from .propagation import forward
from .records import Backward, Trace
from .seq2seq import EncoderDecoder
from .sources import source_log_norms
from .truncation import Truncation

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "Architecture",
    "Backward",
    "EncoderDecoder",
    "Network",
    "Objective",
    "Trace",
    "Truncation",
    "backward",
    "create_network",
    "forward",
    "generate",
    "recurrent_gain",
    "run_mode",
    "sgd_step",
    "softmax",
    "source_gradients",
    "source_log_norms",
]
