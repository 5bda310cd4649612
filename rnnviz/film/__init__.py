"""What is shown when: a run is a film, a playhead moves over it, a frame is what it shows."""

from rnnviz.film.branches import Branch, Branches
from rnnviz.film.comparison import Beside
from rnnviz.film.frame import Frame, Output, Side, clamp, resolve
from rnnviz.film.opened_files import NetworkInfo, describe, needs, run_with
from rnnviz.film.passes import Pass, compute_pass, last_paid, resolve_source
from rnnviz.film.phase_words import happening
from rnnviz.film.plan import Foretold, Offer, Plan, Progress
from rnnviz.film.run import Run, ShippedProblem, Update, default_learning_rate, run_of, start_run
from rnnviz.film.settings import Settings
from rnnviz.film.terms import BackwardTerms, ForwardTerms
from rnnviz.film.timeline import Moment, Phase, Playhead, Stage, Timeline, step_seconds
from rnnviz.film.words import (
    comparable,
    gradient_reading,
    longest_reading,
    loss_name,
    number,
    place,
    power_of_ten,
    ratio,
    shortening,
    shorter_readings,
    spread_of,
)

__all__ = [
    "BackwardTerms",
    "Beside",
    "Branch",
    "Branches",
    "Foretold",
    "ForwardTerms",
    "Frame",
    "Moment",
    "NetworkInfo",
    "Offer",
    "Output",
    "Pass",
    "Phase",
    "Plan",
    "Playhead",
    "Progress",
    "Run",
    "Settings",
    "ShippedProblem",
    "Side",
    "Stage",
    "Timeline",
    "Update",
    "clamp",
    "comparable",
    "compute_pass",
    "default_learning_rate",
    "describe",
    "gradient_reading",
    "happening",
    "last_paid",
    "longest_reading",
    "loss_name",
    "needs",
    "number",
    "place",
    "power_of_ten",
    "ratio",
    "resolve",
    "resolve_source",
    "run_of",
    "run_with",
    "shortening",
    "shorter_readings",
    "spread_of",
    "start_run",
    "step_seconds",
]
