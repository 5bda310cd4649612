"""Where branches belong: their document, and what of it is on the disk. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnviz.film import Branches, Run


@dataclass(slots=True, eq=False)
class Home:
    """What was opened, which edits then change; every edit and undo since then shares it.

    Attributes
    ----------
    branches : Branches or None
        Those that need no saving: as they were opened, or saved last. None: they never were
        either, as after a crash.
    path : Path or None
        Of the document; None before it is saved for the first time.
    file : Path or None
        What was opened: a document, a text, a table, …
    view : mapping
        How the document's window showed it.
    """

    branches: Branches | None = None
    path: Path | None = None
    file: Path | None = None
    view: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def holds(self, branches: Branches) -> bool:
        """Whether branches need no saving; which of them is shown, and where, is no matter."""
        return self.branches is not None and same_work(self.branches, branches)

    def precious(self, branches: Branches) -> bool:
        """Whether leaving is to be asked about: undo leads back, but not into the next start.

        A document that was changed, what a crash left, and a training are; another cell or another
        number of units for what was opened is a choice, made again by a click.
        """
        if self.holds(branches):
            return False
        if self.branches is None or self.path is not None:
            return True
        known = [id(each.run.log) for each in self.branches.each]
        return any(each.run.log and id(each.run.log) not in known for each in branches.each)

    def follow(self, before: Branches, after: Branches) -> None:
        """Take a change along that is no work: one that looking around makes."""
        if self.holds(before):
            self.branches = after


def same_work(kept: Branches, branches: Branches) -> bool:
    """Whether one of two is as good as the other on the disk."""
    return len(kept.each) == len(branches.each) and all(
        a.name == b.name and _same(a.run, b.run)
        for a, b in zip(kept.each, branches.each, strict=True)
    )


def _same(kept: Run, run: Run) -> bool:
    """Whether two runs have the same parts: edits and their opposites make new runs of them."""
    return (
        kept.task is run.task
        and kept.log is run.log
        and kept.settings == run.settings
        and kept.learning_rate == run.learning_rate
        and kept.shipped == run.shipped
        and len(kept.networks) == len(run.networks)
        and all(a is b for a, b in zip(kept.networks, run.networks, strict=True))
        and all(a is b for a, b in zip(kept.states, run.states, strict=True))
    )
