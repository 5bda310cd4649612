"""Training: the bar and the loss panel, along which one scrubs, and the dialog that begins it."""

from rnnviz.views.training.bar import TrainingBar
from rnnviz.views.training.curve import LossCurve

__all__ = ["LossCurve", "TrainingBar"]
