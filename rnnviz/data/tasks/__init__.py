"""Tasks: what a network is given at each step of a sequence, and what it should answer."""

from rnnviz.data.tasks.next_step import make_task
from rnnviz.data.tasks.record import MODES, UNKNOWN_TARGET, Task

__all__ = ["MODES", "UNKNOWN_TARGET", "Task", "make_task"]
