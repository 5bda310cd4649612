"""Where a run belongs: its document, and what of it is on the disk. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rnnviz.film import Run


@dataclass(slots=True, eq=False)
class Home:
    """What was opened, which edits then change; every edit and undo since then shares it.

    Attributes
    ----------
    run : Run or None
        The run that needs no saving: as it was opened, or saved last. None: it was never either,
        as after a crash.
    path : Path or None
        Of the document; None before it is saved for the first time.
    file : Path or None
        What was opened: a document, a text, a table, …
    view : mapping
        How the document's window showed it.
    """

    run: Run | None = None
    path: Path | None = None
    file: Path | None = None
    view: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def holds(self, run: Run) -> bool:
        """Whether a run needs no saving."""
        kept = self.run
        if kept is run or kept is None:
            return kept is run
        # Edits and their opposites make new runs of the same parts.
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

    def precious(self, run: Run) -> bool:
        """Whether leaving a run is to be asked about: undo leads back, but not into the next start.

        A document that was changed, what a crash left, and a training are; another cell or another
        number of units for what was opened is a choice, made again by a click.
        """
        if self.holds(run):
            return False
        return self.run is None or self.path is not None or run.log is not self.run.log

    def follow(self, before: Run, after: Run) -> None:
        """Take a change along that is no work: one that looking around makes."""
        if self.holds(before):
            self.run = after
