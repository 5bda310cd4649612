"""Training: the bar and the loss panel, along which one scrubs, and the dialog that begins it."""

from rnnviz.views.training.bar import TrainingBar
from rnnviz.views.training.curve import LossCurve
from rnnviz.views.training.dialog import TrainDialog, open_dialog
from rnnviz.views.training.loss_panel import LossPanel

__all__ = ["LossCurve", "LossPanel", "TrainDialog", "TrainingBar", "open_dialog"]
