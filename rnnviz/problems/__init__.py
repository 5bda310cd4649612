"""The shipped problems: what they ask, how they are trained, how well they are solved."""

from rnnviz.problems.base import Checkpoint, Model, Problem, Score

__all__ = ["Checkpoint", "Model", "Problem", "Score"]
