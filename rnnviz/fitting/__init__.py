"""Training on the user's own sequence, or on with a shipped problem. No Qt."""

from rnnviz.fitting.fit import Ended, fit
from rnnviz.fitting.keeping import KEPT, Log
from rnnviz.fitting.offer import first_plan, make_offer
from rnnviz.fitting.prepare import Fitting, make_training, prepare
from rnnviz.fitting.split import Split, split_steps

__all__ = [
    "KEPT",
    "Ended",
    "Fitting",
    "Log",
    "Split",
    "first_plan",
    "fit",
    "make_offer",
    "make_training",
    "prepare",
    "split_steps",
]
