"""Truncated backpropagation through time: where a run's gradient is cut, and why it is not."""

from __future__ import annotations

from rnnviz.data import Task
from rnnviz.film.records import answering
from rnnviz.film.run import Run


def why_not_cut(task: Task) -> str:
    """Why no window cuts a task's gradient, as the end of a sentence; empty where one can."""
    if task.mode == "one_to_one":
        return "without recurrence nothing travels back from step to step that could be cut"
    if task.source_steps:
        return (
            "an encoder has no loss of its own: it learns from what the decoder hands back alone, "
            "so that both are differentiated as a whole"
        )
    return ""


def window_of(run: Run) -> int:
    """Steps of the windows at whose ends a run's gradient is cut; 0 where it is not."""
    window = run.settings.truncation
    both = answering(run.networks[0]).architecture.bidirectional
    return 0 if window >= run.steps or both or why_not_cut(run.task) else window


def said_of(run: Run) -> str:
    """What a chosen window does to a run; empty without one."""
    window = run.settings.truncation
    if not window:
        return ""
    why = why_not_cut(run.task)
    if why:
        return f"Truncated BPTT does nothing here: {why}."
    if window >= run.steps:
        whole = f"a window of {window:,} steps holds all {run.steps:,}"
        return f"Truncated BPTT does nothing here: {whole}."
    fences = (run.steps - 1) // window
    return (
        f"The gradient is cut at {fences:,} fence{'s' * (fences > 1)}, one after every {window:,} "
        f"step{'s' * (window > 1)}; the state goes on."
    )
