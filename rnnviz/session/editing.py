"""Edits of task, network, updates and training; each can be taken back."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.data import ahead
from rnnviz.film import Offer, Plan, Progress, Settings
from rnnviz.session.moving import Moving
from rnnviz.session.under_way import Notice
from rnnviz.session.work import at_once, checked, started
from rnnviz.training import make_offer


class Editing(Moving):
    """Intents that change the run."""

    # -- network and task --------------------------------------------------------------------

    def set_settings(self, settings: Settings) -> None:
        """Another network on the same sequence, or other updates; the playhead keeps its place.

        Other weights begin anew with the learning rate in force; another optimiser brings its own.
        """
        run = self._run
        if run is None or settings == run.settings:
            return
        if settings.same_weights(run.settings):
            settings = replace(settings, learning_rate=None)
            self._edit(lambda: run.with_updates(settings, self._playhead.snapshot))
            return
        settings = replace(settings, learning_rate=run.learning_rate)
        task, lesson, source = run.task, run.lesson, self._playhead.source
        self._start(lambda told: started(task, settings, source, lesson, told), task.x)

    def reset(self) -> None:
        """Back to the seed's weights and the start."""
        run = self._run
        if run is None:
            return
        self.pause()
        self._edit(lambda: run.up_to(0), replace(self._playhead, snapshot=0, position=0.0))

    def set_learning_rate(self, rate: float) -> None:
        """Another η for the updates from this snapshot on."""
        run = self._run
        if run is not None and rate != run.learning_rate:
            self._edit(lambda: run.with_learning_rate(rate, self._playhead.snapshot))

    def choose_mode(self, mode: str) -> None:
        """The same sequence and network in another of the five modes."""
        run = self._run
        if run is not None and run.task.mode != mode:
            self._edit(lambda: run.in_mode(mode), looking=True)

    def set_own(self, own: bool) -> None:
        """Whether fed-back steps are fed the network's own answers, or the targets."""
        run = self._run
        if run is not None and run.task.own != own:
            self._edit(lambda: run.with_task(replace(run.task, own=own)), looking=True)

    def set_temperature(self, temperature: float) -> None:
        """How boldly the network's own answers are drawn; 0 takes the likeliest."""
        run = self._run
        if run is not None and run.task.temperature != temperature:
            self._edit(lambda: run.with_task(run.task.with_temperature(temperature)), looking=True)

    def draw_again(self) -> None:
        """The network's own answers, drawn anew."""
        run = self._run
        if run is not None:
            task = run.task
            again = task.with_temperature(task.temperature, task.seed + 1)
            self._edit(lambda: run.with_task(again), looking=True)

    def forecast(self, steps: int) -> None:
        """Let the network go on beyond the end of a series, fed its own forecasts; 0: not."""
        run = self._run
        if run is not None:
            self._edit(lambda: run.with_task(ahead(run.task, steps)), looking=True)

    def check_gradient(self) -> None:
        """Hold the gradient that is shown against numeric derivatives, off this thread; say it."""
        frame = self._frame
        if frame is None:
            return
        if frame.passing.exploded or not frame.source:
            why = frame.passing.exploded or "no step pays a loss"
            self.told.emit(Notice(f"No gradient to check: {why}.", error=True))
            return
        passing = frame.passing
        self._submit(lambda _: checked(passing), "Checking the gradient numerically")

    # -- training ----------------------------------------------------------------------------

    def seek_training(self, origin: int) -> None:
        """The network as it was at another snapshot of its training; the film's updates end."""
        run = self._run
        if run is None or not 0 <= origin < len(run.log) or origin == run.origin:
            return
        if len(run.networks) > 1:
            self._remember()
        self._run = run.at_origin(origin)
        if len(run.networks) == 1:
            self._home.follow(run, self._run)
        self._show(replace(self._playhead, snapshot=0))

    def offer_training(self) -> Offer | None:
        """What can be planned for what is open; None before anything is."""
        return None if self._run is None else make_offer(self._run)

    def train(self, plan: Plan) -> None:
        """Train off this thread; what was learned becomes one edit when it ends."""
        if self._run is not None:
            self._previewed = None
            self._trainer.start(self._run, plan, at_once)

    def stop_training(self) -> None:
        """End a training and keep what was learned."""
        self._trainer.stop()

    def follow_training(self, follow: bool) -> None:
        """Whether the newest snapshot is shown while a training goes on."""
        self._trainer.set_follow(follow)

    @property
    def progress(self) -> Progress:
        """How far a training has come."""
        return self._trainer.progress
