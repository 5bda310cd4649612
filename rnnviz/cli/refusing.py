"""What the command line says of what it does not do."""

from __future__ import annotations

import sys


def refuse(reason: str) -> int:
    """Say why not, on one line; returns the exit code."""
    print(f"rnnviz: {reason}", file=sys.stderr)
    return 2


def unknown(name: str) -> str:
    """What is said of a problem that does not ship."""
    from rnnviz.problems.registry import PROBLEMS

    return f"there is no problem {name!r}; there are {', '.join(PROBLEMS)}"
