"""Training in a process of its own, beside the interface; in a thread where there is none. No Qt.

The loop is `rnnviz.training.fit` in either: `Apart` hands it a run and a plan, and hears from it.
"""

from rnnviz.beside.apart import Apart
from rnnviz.beside.process import BrokenOffError, get_ready

__all__ = ["Apart", "BrokenOffError", "get_ready"]
