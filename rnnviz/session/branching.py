"""Branches: forked, looked at, named and closed; and the cells compared, which are branches too."""

from __future__ import annotations

from rnnviz.film import Branches
from rnnviz.film.comparison import (
    compare,
    comparing,
    is_compared,
    uncompare,
    why_not_compared,
)
from rnnviz.session.jobs import Jobs, Notice, Tell
from rnnviz.session.state import State, same_runs
from rnnviz.session.trainer import Trainer


class Branching:
    """Intents about the branches of what is open; switching between them is no edit.

    Parameters
    ----------
    state : State
    jobs : Jobs
        Make the cells that are compared, where that takes long.
    trainer : Trainer
        Gives way where the branch is closed that it trains.
    tell : callable
        Says why something cannot be done.
    """

    def __init__(self, state: State, jobs: Jobs, trainer: Trainer, tell: Tell) -> None:
        self._state, self._jobs = state, jobs
        self._trainer, self._tell = trainer, tell

    def fork(self) -> None:
        """A copy of the branch that is shown, up to its snapshot; the copy is then shown."""
        branches = self._state.branches
        if branches is not None:
            self._state.drop()
            self._state.edit(f"fork of {branches.name}", Branches.forked)

    def switch_to(self, index: int) -> None:
        """Show another branch at the same place of the film."""
        branches = self._state.branches
        if branches is not None and 0 <= index < len(branches.each) and index != branches.active:
            self._state.switch(branches.switched(index))

    def next_branch(self) -> None:
        """Show the next branch, after the last one the first."""
        self._turn(1)

    def previous_branch(self) -> None:
        """Show the branch before, before the first one the last."""
        self._turn(-1)

    def rename_branch(self, index: int, name: str) -> None:
        """Call a branch something else; an empty name calls it after its cell."""
        branches = self._state.branches
        if branches is not None and 0 <= index < len(branches.each):
            name = " ".join(name.split())
            if name not in (branches.each[index].name, branches.names[index]):
                edit = f"name of {branches.names[index]}"
                self._state.edit(edit, lambda all_: all_.renamed(index, name))

    def close_branch(self, index: int) -> None:
        """Close a branch; where it was shown, its neighbour is."""
        branches = self._state.branches
        if branches is None or not 0 <= index < len(branches.each):
            return

        def close() -> None:
            name = branches.names[index]
            self._state.drop()
            self._state.edit(f"closing {name}", lambda all_: all_.closed(index))

        if self._trainer.trains(branches.each[index].place):
            self._trainer.give_way(close)
        else:
            close()

    def choose_compared(self, compared: bool) -> None:
        """Set the other cells beside the one that is shown, each a branch; or take them away."""
        branches = self._state.branches
        if branches is None or compared == is_compared(branches):
            self._state.repeat()
            return
        if not compared:
            self._take_away(branches)
            return
        why = why_not_compared(branches)
        if self._trainer.trains(branches.branch.place):
            why = "this network is being trained, and cells are compared from one seed"
        if why:
            self._tell(Notice(f"Compare the cells: {why}."))
            self._state.repeat()
        elif comparing(branches).quick:
            self._state.drop()  # a network that is being made would be no longer like the others
            self._state.edit("comparing the cells", compare, looking=True)
        else:
            self._jobs.submit(
                lambda told: compare(branches, told),
                "Comparing the cells",
                lambda made: self._set_beside(branches, made),
            )

    def _take_away(self, branches: Branches) -> None:
        def take_away() -> None:
            self._state.drop()
            self._state.edit("comparison of the cells", uncompare, looking=True)

        # A single run has the first colour; a training finds its branch by that.
        left = {(b.run, b.place) for b in uncompare(branches).each}
        gone = [b for b in branches.each if (b.run, b.place) not in left]
        if any(self._trainer.trains(branch.place) for branch in gone):
            self._trainer.give_way(take_away)
        else:
            take_away()

    def _set_beside(self, before: Branches, made: Branches) -> None:
        now = self._state.branches
        same = now is not None and same_runs(now, before)
        if now is None or not same or self._trainer.trains(now.branch.place):
            self.choose_compared(True)  # they have changed since
        else:
            self._state.edit("comparing the cells", lambda now: made.at(now.playhead), looking=True)

    def _turn(self, way: int) -> None:
        branches = self._state.branches
        if branches is not None:
            self.switch_to((branches.active + way) % len(branches.each))
