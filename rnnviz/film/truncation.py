"""Truncated backpropagation through time: where a run's gradient is cut, and why it is not."""

from __future__ import annotations

from rnnviz.data import Task
from rnnviz.files.errors import counted
from rnnviz.film.records import answering
from rnnviz.film.run import Run


def why_not_cut(task: Task) -> str:
    """Why no window cuts a task's gradient, as the end of a sentence; empty where one can."""
    if task.mode == "one_to_one":
        return "without recurrence nothing travels back from step to step that could be cut"
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
        whole = f"a window of {counted(window, 'step')} holds all {run.steps:,}"
        return f"Truncated BPTT does nothing here: {whole}."
    fences = (run.steps - 1) // window
    return (
        f"The gradient is cut at {fences:,} fence{'s' * (fences > 1)}, one after every {window:,} "
        f"step{'s' * (window > 1)}; the state goes on.{_of_encoder(run.task.source_steps, window)}"
    )


def _of_encoder(read: int, window: int) -> str:
    """What is left of an encoder's gradient, whose losses are all paid behind it."""
    first = read // window * window + 1  # of the window in which the decoder begins
    if not read or first == 1:
        return ""
    if first > read:
        return " The encoder, which pays no loss of its own, gets no gradient."
    only = f"step {read} gets" if first == read else f"the steps {first} to {read} get"
    return f" Of the encoder, which pays no loss of its own, only {only} any gradient."
