"""Exercises: small networks whose film can be computed by hand, and what that computation is.

`codes` names them, `expressions` and `statements` write down what is computed, `search` draws
networks until the numbers are fit for paper, and `exercise` makes the run, whose film has the
results. No Qt, and nothing of how it is set: `scenes/worked.py` writes equations of it.
"""

from rnnviz.exercises.codes import KINDS, Code, Kind, read_code
from rnnviz.exercises.exercise import Exercise, make_exercise, open_code

__all__ = ["KINDS", "Code", "Exercise", "Kind", "make_exercise", "open_code", "read_code"]
