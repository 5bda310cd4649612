"""The shipped problems: what they ask, how they are trained, how well they are solved."""

from rnnviz.problems.base import Model, Problem, Score

__all__ = ["Model", "Problem", "Score"]
