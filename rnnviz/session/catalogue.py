"""What ships, brought onto the stage: problems with their sides, exercises, tours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rnnviz.files.errors import DataError
from rnnviz.film import Run, ShippedProblem
from rnnviz.session.jobs import Jobs, UnderWay
from rnnviz.session.opener import Opener
from rnnviz.session.state import State
from rnnviz.session.trainer import Trainer
from rnnviz.session.work import Opened, Toured, at_home, side_by_side, with_pass


class Catalogue:
    """Intents that open what ships, or turn to another side of it.

    Parameters
    ----------
    state : State
    jobs : Jobs
        Open.
    trainer : Trainer
        Gives way.
    opener : Opener
        Shows what was opened.
    """

    def __init__(self, state: State, jobs: Jobs, trainer: Trainer, opener: Opener) -> None:
        self._state, self._jobs, self._trainer, self._opener = state, jobs, trainer, opener

    def open_problem(
        self, name: str, example: str = "", text: str | None = None, *, panels: bool = True
    ) -> None:
        """Show a shipped problem with its trained network, or what ships side by side.

        Its first example, or another, or what was typed for it. Without its own `panels` it is
        looked at in the layout that is in force.
        """

        def work(told: UnderWay) -> Opened:
            ships = _what_ships()
            if text is not None:
                run = ships.with_text(ships.open_problem(name, example), text)
                return at_home(with_pass(run, told=told))
            found = ships.open_any(name, example)
            if len(found.each) > 1:
                return side_by_side(found, ships.panels_of(name) if panels else (), told)
            return at_home(with_pass(found.run, told=told))

        self._jobs.submit(work, "Opening", self._opener.land)

    def open_exercise(self, code: str) -> None:
        """Show the network and the sequence of an exercise's sheet, by its code, such as bptt-7.

        A message and nothing else changed where there is no such code.
        """

        def work(told: UnderWay) -> Opened:
            from rnnviz.exercises import open_code, read_code

            return side_by_side(open_code(read_code(code)), (), told)

        self._jobs.submit(work, "Opening the exercise", self._opener.land)

    @staticmethod
    def exercise_kinds() -> tuple[tuple[tuple[str, str, str], ...], int]:
        """The kinds of exercises, each with name, title and what it asks; and the largest seed."""
        from rnnviz.exercises.codes import KINDS, MOST_SEED

        return tuple((each.name, each.title, each.about) for each in KINDS.values()), MOST_SEED

    @staticmethod
    def why_no_exercise(code: str) -> str:
        """Why a text is no code of an exercise; empty where it is one."""
        from rnnviz.exercises import read_code

        try:
            read_code(code)
        except DataError as error:
            return str(error)
        return ""

    def open_twins(self) -> None:
        """Set the trained networks of all cells of the open problem side by side, as they ship.

        On the example that is open, at the same place of its film.
        """
        before = self._state.branches
        if before is None or before.run.shipped is None:
            return
        run = before.run

        def work(told: UnderWay) -> Opened:
            ships = _what_ships()
            made = ships.twins(run)
            if run.task.base is None:
                place = {n: getattr(before, n) for n in ("position", "source", "summed")}
                made = replace(made, **place)
            return side_by_side(made, ships.LANES, told)

        self._jobs.submit(work, "Opening", self._opener.land)

    def open_tour(self, name: str) -> None:
        """Present one of the tours that ship; a message and nothing else changed if it is bad."""

        def work(_told: UnderWay) -> Toured:
            from rnnviz.tours.script import shipped_tour

            return Toured(shipped_tour(name))

        self._jobs.submit(work, "Opening the tour", self._opener.take)

    @staticmethod
    def tours() -> tuple[tuple[str, str, str], ...]:
        """The tours that ship: name, title, what they are about. Slow; fit for any thread."""
        from rnnviz.tours.script import shipped_titles

        return shipped_titles()

    def leave_problem(self) -> None:
        """Back to what was open before the shipped problem, as it was left.

        To the lecture's sentence where nothing was.
        """

        def back() -> bool:
            return self._state.turn_back(
                lambda place: place.run is not None and place.run.shipped is None,
                "leaving the example",
            )

        went: list[bool] = []
        self._trainer.give_way(lambda: went.append(back()))
        if went == [False]:
            self._opener.open_default()

    @staticmethod
    def catalogue() -> tuple[tuple[str, ShippedProblem], ...]:
        """The shipped problems, each with its mode, and with none what ships side by side.

        Slow the first time, fit for any thread.
        """
        ships = _what_ships()
        return (*ships.catalogue(), *(("", shipped) for shipped in ships.side_by_side()))

    def open_example(self, example: str) -> None:
        """Another example of the shipped problem that is open, for the same network."""
        run = self._state.run
        if run is not None and run.shipped is not None:
            self._turn_to(f"example {example}", lambda r: _what_ships().with_example(r, example))

    def set_length(self, length: int) -> None:
        """Another length of the shipped problem that is open, for the same network."""
        run = self._state.run
        if run is not None and run.shipped is not None and run.shipped.length != length:
            self._turn_to(f"length {length}", lambda r: _what_ships().with_length(r, length))

    def read(self, text: str) -> None:
        """What the user typed for the shipped problem that is open, for the same network."""
        run = self._state.run
        if run is None or run.problem is None:
            self._opener.open_text(text)
        else:
            self._turn_to("what was typed", lambda r: _what_ships().with_text(r, text))

    def _turn_to(self, edit: str, make: Callable[[Run], Run]) -> None:
        """Show another side of the problem that is open, for the same networks."""
        run, snapshot = self._state.run, self._state.playhead.snapshot
        if run is None or run.shipped is None:
            return

        def done(opened: Opened) -> None:
            if self._state.run is run:
                self._state.land(opened, edit, looking=True)
            else:  # a training has ended, or another edit was made meanwhile
                self._turn_to(edit, make)

        self._jobs.submit(lambda told: with_pass(make(run), snapshot, told), "Opening", done)


def _what_ships():
    from rnnviz.opening import shipped

    return shipped
