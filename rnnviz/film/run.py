"""A run: the document. Task, settings and the networks of every update so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import Task, in_mode
from rnnviz.engine import Architecture, EncoderDecoder, Network, create_network
from rnnviz.engine.clipping import Clipping, ClippingReport
from rnnviz.engine.optimizers import OPTIMIZERS, PLAIN, Optimizer, OptimizerState
from rnnviz.engine.training import Snapshot
from rnnviz.film.cost import check_affordable, most_networks, size_of
from rnnviz.film.held_out import HeldOut
from rnnviz.film.plan import REPEATING, Plan
from rnnviz.film.records import Model, answering, meant, parameters, replaced
from rnnviz.film.settings import GIVEN, Settings, in_double
from rnnviz.frozen import record


@record(eq=False)
class Update:
    """What an update does: clipping, then one step of the optimiser.

    Attributes
    ----------
    report : ClippingReport
        What clipping did.
    gradients : mapping of str to ndarray
        ∂L/∂W of every parameter after clipping.
    network : Network or EncoderDecoder
        After the update.
    state : OptimizerState
        What the optimiser remembers after it.
    """

    report: ClippingReport
    gradients: Mapping[str, NDArray[Any]]
    network: Model
    state: OptimizerState

    @property
    def shown(self) -> Network:
        """The network that is shown in numbers: of a pair the decoder."""
        return answering(self.network)

    def name_of(self, parameter: str) -> str:
        """What a parameter of it is called in `gradients` and in the optimiser's memory."""
        return f"decoder.{parameter}" if isinstance(self.network, EncoderDecoder) else parameter


@record
class ShippedProblem:
    """The shipped problem that a run shows.

    Attributes
    ----------
    name, title, about : str
        Its key, what it is called, and what is to be seen, in a sentence.
    prompt : str
        What the user may type; empty where nothing can be typed.
    examples : tuple of str
        What can be opened of it.
    example : str
        The one that is open; empty for what the user typed.
    lengths : (int, int) or None
        Shortest and longest, of a problem whose length can be chosen.
    length : int
        The one that is open.
    cells : tuple of str
        The cells that ship trained for it, its own first; empty where that is one.
    held_out : HeldOut or None
        What these reach at that length.
    begun : Settings or None
        Of an example without a training, what its network begins with, the cell aside.
    """

    name: str
    title: str
    about: str = ""
    prompt: str = ""
    examples: tuple[str, ...] = ()
    example: str = ""
    lengths: tuple[int, int] | None = None
    length: int = 0
    cells: tuple[str, ...] = ()
    held_out: HeldOut | None = None
    begun: Settings | None = None


@record(eq=False)
class Run:
    """Task, settings and one network a snapshot; networks[s + 1] is networks[s] after one update.

    A network that was trained on more than this sequence brings the snapshots of its training: its
    log. networks[0] is then one of those, and the updates of the film go on from there.

    Attributes
    ----------
    task : Task
        x and targets, from the user's sequence.
    settings : Settings
        What the networks were made with.
    networks : tuple of Network, or of EncoderDecoder
        Snapshot 0 is the seed's, or that of the log's entry `origin`.
    states : tuple of OptimizerState
        What the optimiser remembers at each snapshot.
    learning_rate : float
        η of the next update.
    log : tuple of Snapshot
        Of the training, in the order of their updates; empty where there was none.
    origin : int
        Which of them networks[0] is.
    shipped : ShippedProblem or None
        The shipped problem, if it is one.
    plan : Plan or None
        What made the log, where the user's own training did; another one can take it up. Without a
        log what a session file asks of the first training.
    naive : float
        Of a series, the validation loss of the naive forecast; nan where unknown.
    naive_words : str
        What that forecast is, in words; see `film.classical.naive_answers`.
    asked : int
        The update that its training was to end with; 0 where unknown. The log may end before.
    epoch : float
        Of its training, the updates that see as many windows or lines as there are; nan where their
        number is not known, or has no end.
    carried : str
        What the log's training was of, where that is another sequence than this one; else empty.
    gone : int
        How many networks after networks[0] were let go, the oldest, for those that came later.
    """

    task: Task
    settings: Settings
    networks: tuple[Model, ...]
    states: tuple[OptimizerState, ...]
    learning_rate: float
    log: tuple[Snapshot[Any], ...] = ()
    origin: int = 0
    shipped: ShippedProblem | None = None
    plan: Plan | None = None
    naive: float = float("nan")
    naive_words: str = REPEATING
    asked: int = 0
    epoch: float = float("nan")
    gone: int = 0
    carried: str = ""

    @property
    def steps(self) -> int:
        """T, the steps of the task; its own answers may end earlier (see `Pass.task`)."""
        return self.task.steps

    @property
    def architecture(self) -> Architecture:
        """What all the networks have in common; of a pair the decoder's."""
        return answering(self.networks[0]).architecture

    @property
    def units(self) -> int:
        """H, the hidden units of a layer."""
        return self.architecture.units

    @property
    def of_seed(self) -> bool:
        """Whether its first network is that of the settings' seed: not trained, and not opened."""
        return not self.log and self.settings.recurrent != GIVEN

    @property
    def problem(self) -> ShippedProblem | None:
        """The shipped problem that it shows, with a training of its own; None of anything else."""
        return None if self.shipped is None or self.shipped.begun is not None else self.shipped

    def unlike_shipped(self, snapshot: int) -> str:
        """What sets a snapshot's network apart from the one that ships; empty where nothing does.

        As it would follow on "the network is": "scaled here". A run that shows nothing shipped has
        nothing to be set apart from.
        """
        if self.shipped is None:
            return ""
        begun = self.shipped.begun
        if not self.log and self.settings.recurrent == GIVEN:
            return "scaled here"
        if not self.log and begun is None:
            return "begun anew here, and not trained"
        if begun is not None and (self.log or not begun.same_weights(self._own_settings)):
            return "trained here" if self.log else "begun otherwise here"
        if self.plan is not None:
            return "trained here"
        updates = self.updates_at(snapshot)
        if updates:
            return f"{updates:,} update{'' if updates == 1 else 's'} of this film further"
        if self.log and self.origin < len(self.log) - 1:
            return f"that of update {self.log[self.origin].update:,} of its training"
        return ""

    @property
    def _own_settings(self) -> Settings:
        """The settings, but for the cell, which is one of those that are compared."""
        assert self.shipped is not None and self.shipped.begun is not None
        return replace(self.settings, cell=self.shipped.begun.cell)

    @property
    def serves_both(self) -> bool:
        """Whether one network is encoder and decoder at once, as one opened or trained is."""
        pair = self.networks[0]
        if not isinstance(pair, EncoderDecoder) or pair.encoder is pair.decoder:
            return isinstance(pair, EncoderDecoder)
        if pair.encoder.architecture != pair.decoder.architecture:
            return False  # made or opened as an encoder, which answers nothing
        both = pair.encoder.parameters, pair.decoder.parameters
        return all(np.array_equal(both[0][name], both[1][name]) for name in both[0])

    def up_to(self, snapshot: int) -> Run:
        """This run without the snapshots after `snapshot`."""
        end = snapshot + 1
        gone = self.gone if snapshot else 0
        return replace(self, networks=self.networks[:end], states=self.states[:end], gone=gone)

    def updates_at(self, snapshot: int) -> int:
        """How many updates of the film lie before a snapshot, with those that were let go."""
        return snapshot + self.gone if snapshot else 0

    def begun(self) -> Run:
        """This run without its updates; what began with a seed does so again, a pair as two."""
        pair = self.of_seed and self.serves_both
        return self._made_for(self.task) if pair else self.up_to(0)

    def with_learning_rate(self, learning_rate: float, snapshot: int) -> Run:
        """This run with another η from `snapshot` on; later snapshots were made with the old one.

        Raises
        ------
        ValueError
            If `learning_rate` is not a finite number of at least 0.
        """
        if not (np.isfinite(learning_rate) and learning_rate >= 0):
            raise ValueError(f"the learning rate must be 0 or more, not {learning_rate}")
        return replace(self.up_to(snapshot), learning_rate=learning_rate)

    def with_updates(self, settings: Settings, snapshot: int) -> Run:
        """This run with another optimiser or clipping from `snapshot` on.

        Another optimiser begins without memory, and with a learning rate that suits it.

        Raises
        ------
        ValueError
            For settings of other weights, an unknown optimiser or an impossible limit.
        """
        if not settings.same_weights(self.settings):
            raise ValueError("these settings begin with other weights")
        made = replace(self.up_to(snapshot), settings=settings)
        _clipping(settings)
        if settings.optimizer != self.settings.optimizer:
            start = _optimizer(settings.optimizer).start
            rate = settings.learning_rate
            if rate is None:
                rate = default_learning_rate(self.steps, settings.optimizer)
            made = replace(made, states=(*made.states[:-1], start), learning_rate=rate)
        return made

    def as_meant(self, activation: str, cell: str, snapshot: int) -> Run:
        """These weights with what a file of weights does not say, up to a snapshot.

        That is the activation g, and which GRU they are. Of a training nothing is kept but the
        networks: its losses were those of the others.

        Raises
        ------
        ValueError
            Where these weights cannot be that cell's.
        """
        made = self.up_to(snapshot)
        return replace(
            made,
            settings=replace(self.settings, activation=activation, cell=cell),
            networks=tuple(meant(model, activation, cell) for model in made.networks),
            log=(),
            origin=0,
            plan=None,
            naive=float("nan"),
            epoch=float("nan"),
        )

    def update(self, gradients: Mapping[str, NDArray[Any]], snapshot: int) -> Update:
        """What the update of a snapshot does with these gradients."""
        clipped, report = _clipping(self.settings).apply(gradients)
        model = self.networks[snapshot]
        state, stepped = _optimizer(self.settings.optimizer).update(
            self.states[snapshot], parameters(model), clipped, self.learning_rate
        )
        return Update(report, clipped, replaced(model, stepped), state)

    def at_origin(self, origin: int) -> Run:
        """This run from another snapshot of its training on, without the film's updates."""
        snapshot = self.log[origin]
        start = fitting(snapshot.network, self.task)
        state = snapshot.optimizer_state
        if not _fits(state, start):
            state = _optimizer(self.settings.optimizer).start
        return replace(self, networks=(start,), states=(state,), origin=origin, gone=0)

    def with_log(self, log: tuple[Snapshot[Any], ...], origin: int = -1) -> Run:
        """This run with a training's snapshots, at one of them (the last)."""
        return replace(self, log=log).at_origin(origin % len(log))

    def with_task(self, task: Task) -> Run:
        """The same networks on another task of the same kind: another sequence, another mode.

        Where a network becomes an encoder and a decoder, or they one network, what was only made
        from a seed is made from it for the new task; any other network serves both sides.
        """
        halves = bool(task.source_steps) != bool(self.task.source_steps)
        if halves and self.of_seed and len(self.networks) == 1:
            return self._made_for(task)
        models = tuple(fitting(model, task) for model in self.networks)
        same = all(a is b for a, b in zip(models, self.networks, strict=True))
        start = _optimizer(self.settings.optimizer).start
        states = self.states if same else (start,) * len(models)
        return replace(self, task=task, networks=models, states=states)

    def _made_for(self, task: Task) -> Run:
        """The seed's network for a task, with this run's η."""
        made = start_run(task, self.settings)
        return replace(self, task=task, networks=made.networks, states=made.states)

    def in_mode(self, mode: str) -> Run:
        """The same sequence and networks in another of the five modes.

        Raises
        ------
        ValueError
            Where they cannot be put into it.
        """
        return self.with_task(in_mode(self.task, mode))

    def updated(self, update: Update) -> Run:
        """This run with one more snapshot, that of an update of the last one.

        Where all would take more memory than there is for them, the oldest are let go but for the
        first: one cannot step back to those, since nothing says what they were.
        """
        networks, states = (*self.networks, update.network), (*self.states, update.state)
        over = max(0, len(networks) - max(3, most_networks(size_of(self.task, self.architecture))))
        return replace(
            self,
            networks=(networks[0], *networks[1 + over :]),
            states=(states[0], *states[1 + over :]),
            gone=self.gone + over,
        )


def default_learning_rate(steps: int, optimizer: str = PLAIN) -> float:
    """η to begin with.

    The loss is a sum over steps, so that plain gradient descent needs about 1/T, as 1, 2 or 5
    times a power of ten, and a tenth of that with momentum; the adaptive methods have their own.
    """
    found = _optimizer(optimizer)
    if not found.by_length:
        return found.rates[0]
    wanted = min(0.1, 1.0 / max(steps, 1)) * found.rates[0]
    power = 10.0 ** np.floor(np.log10(wanted) + 1e-9)
    factor = max(f for f in (1, 2, 5) if f * power <= wanted * (1 + 1e-9))
    return float(f"{factor * power:.0e}")


def start_run(task: Task, settings: Settings | None = None) -> Run:
    """Make the run that a task begins with.

    Of an encoder and a decoder the first is the network of the settings' seed, the second that of
    the next one.

    Parameters
    ----------
    task : Task
        What is to be shown.
    settings : Settings, optional
        The network's; the default ones otherwise.

    Raises
    ------
    ValueError
        If a setting is impossible (no units, an unknown activation, …), or a pass would take more
        memory than it may.
    """
    settings = settings or Settings()
    check_affordable(size_of(task, settings))
    if settings.recurrent == GIVEN:  # these weights come from the seed again
        settings = replace(settings, recurrent=Settings().recurrent)
    network: Model = _network(task, settings, task.inputs, task.outputs)
    if task.source_steps:
        said = _network(task, settings, task.decoder_inputs, task.outputs, 1)
        read = _network(task, settings, task.inputs, 0)
        network = EncoderDecoder(read, said)
    return run_of(task, settings, network)


def run_of(task: Task, settings: Settings, network: Model) -> Run:
    """Make the run that begins with a network that there is already; ValueError as `start_run`."""
    rate = settings.learning_rate
    if rate is None:
        rate = default_learning_rate(task.steps, settings.optimizer)
    _clipping(settings)
    return Run(task, settings, (network,), (_optimizer(settings.optimizer).start,), rate)


def fitting(model: Model, task: Task) -> Model:
    """The model as a task wants it: one network, or an encoder and a decoder of the same weights.

    A pair becomes its decoder.
    """
    if task.source_steps and isinstance(model, Network):
        return EncoderDecoder(model, model)
    if not task.source_steps and isinstance(model, EncoderDecoder):
        return model.decoder
    return model


def _network(task: Task, settings: Settings, inputs: int, outputs: int, more: int = 0) -> Network:
    """A network from the settings' seed, or from `more` beyond it."""
    architecture = Architecture(
        inputs=inputs,
        units=settings.units,
        outputs=outputs,
        cell=settings.cell,
        activation=settings.used_activation,
        layers=settings.layers,
    )
    small = in_double(task.steps, settings.units, settings.layers)
    return create_network(
        architecture,
        seed=settings.seed + more,
        recurrent=settings.recurrent,
        gain=settings.gain,
        dtype=np.float64 if small else np.float32,
    )


def _fits(state: OptimizerState, model: Model) -> bool:
    """Whether an optimiser's memory is of these parameters."""
    return not state.slots or set(state.slots) == set(parameters(model))


def _optimizer(name: str) -> Optimizer:
    if name not in OPTIMIZERS:
        raise ValueError(f"unknown optimiser {name!r}; known: {', '.join(OPTIMIZERS)}")
    return OPTIMIZERS[name]


def _clipping(settings: Settings) -> Clipping:
    return Clipping(settings.clipping, settings.clip_limit)
