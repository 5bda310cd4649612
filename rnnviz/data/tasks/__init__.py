"""Tasks: what a network is given at each step of a sequence, and what it should answer."""

from rnnviz.data.tasks.ahead import ahead, can_go_ahead
from rnnviz.data.tasks.mode_masks import SILENCE, in_mode, last_paying, why_not
from rnnviz.data.tasks.next_step import make_task
from rnnviz.data.tasks.record import MODES, UNKNOWN_TARGET, Task

__all__ = [
    "MODES",
    "SILENCE",
    "UNKNOWN_TARGET",
    "Task",
    "ahead",
    "can_go_ahead",
    "in_mode",
    "last_paying",
    "make_task",
    "why_not",
]
