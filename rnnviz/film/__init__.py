"""What is shown when: a run is a film, a playhead moves over it, a frame is what it shows."""

from rnnviz.film.frame import BackwardTerms, ForwardTerms, Frame, Output, resolve
from rnnviz.film.playhead import Playhead
from rnnviz.film.run import (
    Pass,
    Run,
    Settings,
    compute_pass,
    default_learning_rate,
    last_paid,
    resolve_source,
    start_run,
)
from rnnviz.film.timeline import Moment, Phase, Stage, Timeline, step_seconds
from rnnviz.film.words import (
    gradient_reading,
    happening,
    number,
    place,
    power_of_ten,
    ratio,
)

__all__ = [
    "BackwardTerms",
    "ForwardTerms",
    "Frame",
    "Moment",
    "Output",
    "Pass",
    "Phase",
    "Playhead",
    "Run",
    "Settings",
    "Stage",
    "Timeline",
    "compute_pass",
    "default_learning_rate",
    "gradient_reading",
    "happening",
    "last_paid",
    "number",
    "place",
    "power_of_ten",
    "ratio",
    "resolve",
    "resolve_source",
    "start_run",
    "step_seconds",
]
