"""Training on the user's own sequence, on with a shipped problem, or what ships. No Qt."""

from rnnviz.training.ending import Ended, Outcome
from rnnviz.training.estimate import estimate
from rnnviz.training.keeping import KEPT, ThinnedLog
from rnnviz.training.loop import fit
from rnnviz.training.offer import first_plan, make_offer
from rnnviz.training.prepare import Fitting, make_training, prepare, prepare_problem
from rnnviz.training.tasks import Split, split_steps

__all__ = [
    "KEPT",
    "Ended",
    "Fitting",
    "Outcome",
    "Split",
    "ThinnedLog",
    "estimate",
    "first_plan",
    "fit",
    "make_offer",
    "make_training",
    "prepare",
    "prepare_problem",
    "split_steps",
]
