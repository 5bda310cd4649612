"""How a step is named."""

from __future__ import annotations

from rnnviz.film import Frame


def quoted(frame: Frame, step: int, longest: int = 24) -> str:
    """A step's token in quotes, cut where it is long; empty where it only repeats the number."""
    token = frame.token(step)
    if token == str(step):
        return ""
    return f"“{token if len(token) <= longest else token[: longest - 1] + '…'}”"


def step_name(frame: Frame, step: int) -> str:
    """A step in words: step 6 “invented”."""
    return f"step {step} {quoted(frame, step)}".rstrip()
