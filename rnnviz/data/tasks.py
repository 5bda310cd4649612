"""A task: what a network is given at each step, what it should answer, and who feeds it."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnviz.data.sequence import Sequence
from rnnviz.data.vocabulary import END, UNKNOWN, Vocabulary, make_vocabulary
from rnnviz.frozen import field, record

MODES = {
    "one_to_one": "one to one",
    "one_to_many": "one to many",
    "many_to_one": "many to one",
    "encoder_decoder": "many to many (encoder, decoder)",
    "synced": "many to many (synced)",
}
"""The lecture's five shapes of input and output, by the engine's names, in words."""

UNKNOWN_TARGET = -1
"""A target that nobody gave: the network's own answer takes its place (see `Task.own`)."""


@record
class SequenceParts:
    """Stretches of a sequence's values or tokens, counted from 0, one after the other.

    Attributes
    ----------
    trained : range
        What the weights, the scale and every other method are fitted to.
    validation : range
        What chose the snapshot that is shown; empty where nothing did.
    held_out : range
        What nothing was fitted to and nothing chosen by: figures are of these; may be empty.
    """

    trained: range
    validation: range
    held_out: range


def parts_of(steps: int, trained: int, validated: int | None) -> SequenceParts:
    """The parts for training, validation and holding out of so many steps.

    Parameters
    ----------
    steps : int
    trained : int
        The first step that is not trained on.
    validated : int or None
        The first step behind those that validate; None where none of them do.
    """
    first = min(max(trained, 0), steps)
    turn = first if validated is None else min(max(validated, first), steps)
    return SequenceParts(range(first), range(first, turn), range(turn, steps))


@record(eq=False, weakref_slot=True)
class Task:
    """What a network is given at each step, and what it should answer.

    In the mode "encoder_decoder" the first `source_steps` steps are the encoder's and the others
    the decoder's: one line of time, along which the state is handed over.

    Attributes
    ----------
    sequence : Sequence
        What was opened; its tokens are the labels of the T steps.
    mode : str
        A key of `MODES`.
    what : str
        What is answered, for the title: ``"next word"``, ``"positive or negative"``, …
    x : (T, 1) array of int, or (T, 1, D) array of float64
        Places in the vocabulary, or numbers; read-only, like all arrays here.
    targets : (T, 1) array of int, or (T, 1, O) array of float64
        What should be answered. Where `known` is False it means nothing, except that
        `UNKNOWN_TARGET` at a paying step stands for the network's own answer.
    mask : (T, 1) array of bool
        Which steps pay a loss.
    loss : str
        A name of the engine's LOSSES.
    inputs, outputs : int
        Length of the vector that goes in at a step, and of the one that comes out (with an encoder:
        of its input; the decoder's is `decoder_inputs`).
    vocabulary : Vocabulary or None
        Of a text's inputs.
    output_names : tuple of str
        One per output.
    mean, deviation : (C,) array of float64, or None
        Of a series: ``x * deviation + mean`` are its values as its transforms have them
        (`Sequence.transformed`); `in_units` and `forecasts_of` give the values themselves.
    step_mean, step_deviation : (C,) array of float64, or None
        Of a series whose answers are columns of the step itself, not values to come: how all its
        columns became x and targets; `mean` and `deviation` are None then.
    notes : tuple of str
        What was decided, in words (the sequence has notes of its own).
    known : (T, 1) array of bool, or None
        Which steps have a target, whether the mode lets them pay or not; None: those of `mask`.
    fed_back : (T,) array of bool, or None
        Steps that are fed the output of the step before, or in training its target (teacher
        forcing); None: no step is.
    own : bool
        True: what is fed back, and what stands for an unknown target, is the network's own answer,
        found anew for every network. False: x and targets are what is run.
    temperature : float
        How the network's own answer is drawn: 0 is the likeliest, 1 as it believes.
    seed : int
        Of what is drawn.
    feed : (O,) array of int, or (O, D) array of float64, or None
        What an answer becomes as the next step's input: a place in the (decoder's) vocabulary, or
        a vector. None with outputs that are values: they are fed as they are.
    silent : (T,) array of bool, or None
        Steps without any input: W_ax x⟨t⟩ is 0 there; None: every step has one.
    end : int or None
        The answer after which a sequence has ended, where it is the network's own.
    source_steps : int
        Steps of the encoder; 0 where there is none.
    decoder_inputs : int
        Length of the decoder's input vector; 0 where there is none.
    pictures : tuple
        Per step None or an array (h, w) of numbers 0 … 1 that is drawn as the input; or empty.
    units : str
        For a series the column that the outputs predict, where they are not all columns: its name.
    beside : tuple of str
        What another method answers at each step, to stand beside the network's; or empty.
    beside_name : str
        What that method is called.
    given : int or None
        Steps whose values somebody knows, of a series that goes on beyond its end; None: all.
    trained : int or None
        The first values or tokens, which alone a network was trained on. None: nothing is known to
        be left out of a training.
    validated : int or None
        Where what validates ends: the values from `trained` to here chose the snapshot that is
        shown. None: none did, and all after the trained ones are held out (see `parts`).
    ar : (p + 1,) array of float64, or None
        Of a shipped series: intercept and coefficients of the autoregressive model of its training
        set (see `data.forecasts.AR`), none of which is shown here.
    problem : str
        The name of the shipped problem that it belongs to; empty for the user's own.
    base : Task or None
        The task as it was opened, where this one is the same in another mode.
    """

    sequence: Sequence
    mode: str
    what: str
    x: NDArray[Any] = field(repr=False)
    targets: NDArray[Any] = field(repr=False)
    mask: NDArray[np.bool_] = field(repr=False)
    loss: str
    inputs: int
    outputs: int
    vocabulary: Vocabulary | None = field(repr=False)
    output_names: tuple[str, ...] = field(repr=False)
    mean: NDArray[np.float64] | None = None
    deviation: NDArray[np.float64] | None = None
    notes: tuple[str, ...] = ()
    known: NDArray[np.bool_] | None = field(default=None, repr=False)
    fed_back: NDArray[np.bool_] | None = field(default=None, repr=False)
    own: bool = False
    temperature: float = 0.0
    seed: int = 0
    feed: NDArray[Any] | None = field(default=None, repr=False)
    silent: NDArray[np.bool_] | None = field(default=None, repr=False)
    end: int | None = None
    source_steps: int = 0
    decoder_inputs: int = 0
    pictures: tuple[NDArray[np.float64] | None, ...] = field(default=(), repr=False)
    units: str = ""
    beside: tuple[str, ...] = ()
    beside_name: str = ""
    given: int | None = None
    trained: int | None = None
    validated: int | None = None
    ar: NDArray[np.float64] | None = field(default=None, repr=False)
    problem: str = ""
    base: "Task | None" = field(default=None, repr=False)
    step_mean: NDArray[np.float64] | None = None
    step_deviation: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"unknown mode {self.mode!r}; known: {', '.join(MODES)}")
        arrays = (
            self.x, self.targets, self.mask, self.mean, self.deviation, self.known, self.fed_back,
            self.feed, self.silent, self.ar, self.step_mean, self.step_deviation, *self.pictures,
        )  # fmt: skip
        for array in arrays:
            if array is not None:
                array.setflags(write=False)

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return len(self.x)

    @property
    def title(self) -> str:
        """The shape of the task and what it answers."""
        return f"{MODES[self.mode]} · {self.what}"

    @property
    def parts(self) -> SequenceParts | None:
        """What was trained on, what chose the snapshot, what is held out; None where unknown.

        Of the sequence as it was opened, whatever the mode makes of it, without what goes on beyond
        its end.
        """
        if self.trained is None:
            return None
        known = (self.base or self).steps
        known = known if self.given is None else min(self.given, known)
        return parts_of(known, self.trained, self.validated)

    def picture(self, t: int) -> NDArray[np.float64] | None:
        """The picture that enters at step t (from 1), if one does."""
        return self.pictures[t - 1] if len(self.pictures) >= t else None

    def feeds_back(self, t: int) -> bool:
        """Whether step t (from 1) is fed the answer of the step before."""
        return self.fed_back is not None and bool(self.fed_back[t - 1])

    @property
    def payable(self) -> NDArray[np.bool_]:
        """Steps that have a target, (T, 1) bool, whether the mode lets them pay or not."""
        return self.mask if self.known is None else self.known

    @property
    def last_known(self) -> int:
        """The last step (from 1) whose input is given; the others the network feeds itself."""
        fed = np.flatnonzero(self.fed_back) if self.fed_back is not None else np.zeros(0)
        return int(fed[0]) if fed.size and self.own else self.steps

    @property
    def looks_back(self) -> bool:
        """Whether what an answer means in units depends on the value before (column 1)."""
        name = self._transform(0)
        if name == "none":
            return False
        from rnnviz.data.transforms import TRANSFORMS

        return TRANSFORMS[name].looks_back

    def _transform(self, column: int) -> str:
        names = self.sequence.transforms
        return names[column] if names and self.mean is not None else "none"

    def _unscaled(self, y: ArrayLike, column: int) -> NDArray[np.float64]:
        said = np.asarray(y, np.float64)
        if self.mean is None or self.deviation is None:
            return said
        with np.errstate(all="ignore"):
            return said * self.deviation[column] + self.mean[column]

    def in_units(self, y: ArrayLike, before: ArrayLike, column: int = 0) -> NDArray[np.float64]:
        """What outputs, or inputs, of a column mean in the series' own units.

        Parameters
        ----------
        y : (…) float
        before : (…) float
            The value one step before the one that is meant, in those units; looked at where the
            transform `looks_back`.
        column : int
            From 0.

        Returns
        -------
        (…) float64
            y itself where nothing was scaled.
        """
        said = self._unscaled(y, column)
        if self._transform(column) == "none":
            return said
        from rnnviz.data.transforms import restored

        return restored(self._transform(column), said, before)

    def paths_of(self, y: ArrayLike, start: ArrayLike, column: int = 0) -> NDArray[np.float64]:
        """What outputs mean that follow each other, each standing on the one before.

        Parameters
        ----------
        y : (…, h) float
            Of the steps after the last true value.
        start : (…) float
            That value, in the series' own units.
        column : int
            From 0.

        Returns
        -------
        (…, h) float64
        """
        said = self._unscaled(y, column)
        if self._transform(column) == "none":
            return said
        from rnnviz.data.transforms import restored_path

        return restored_path(self._transform(column), said, start)

    def forecasts_of(self, y: NDArray[np.floating], start: int = 0) -> NDArray[np.float64]:
        """What the steps' outputs say of the next step's value, in the series' own units.

        Up to the last known step that is one step ahead of a true value; beyond it each stands on
        the one before, and all on the last true value.

        Parameters
        ----------
        y : (n,) float
            First outputs of the steps start + 1 … start + n.
        start : int
            Below `last_known`.

        Returns
        -------
        (n,) float64
        """
        values = self.sequence.values
        if values is None or not self.looks_back:
            return self.in_units(y, 0.0)
        stop = start + len(y)
        last = min(self.last_known, stop)
        found = np.empty(len(y))
        found[: last - start] = self.in_units(y[: last - start], values[start:last, 0])
        if last < stop:  # what is said at the last known step is what the next one is fed
            beyond = slice(last - start, None)
            found[beyond] = self.paths_of(y[beyond], found[last - start - 1])
        return found

    def with_temperature(self, temperature: float, seed: int | None = None) -> "Task":
        """The same, its own answers drawn otherwise."""
        return replace(self, temperature=temperature, seed=self.seed if seed is None else seed)


_NEXT = {
    "words": "next word",
    "characters": "next character",
    "series": "next value",
    "picture": "next frame",
}


def make_task(sequence: Sequence, trained: int | None = None) -> Task:
    """Turn a sequence into the task of predicting its next step, synced many to many.

    Parameters
    ----------
    sequence
    trained
        Of a series: how many of its first values the network is trained on; its scale is found of
        those alone, unless it is that of all. None: of all.

    Raises
    ------
    ValueError
        Where the values beyond `trained` are no numbers on the scale of those before.
    """
    if sequence.values is None:
        return _text_task(sequence)
    return _series_task(sequence, trained)


def _text_task(sequence: Sequence) -> Task:
    vocabulary = make_vocabulary(
        sequence.symbols, sequence.tokens, order=sequence.order, given=sequence.vocabulary
    )
    ids = vocabulary.encode(sequence.symbols)
    end = len(vocabulary)
    notes: tuple[str, ...] = ()
    if vocabulary.unknown is not None and not sequence.vocabulary:
        distinct = len(set(sequence.symbols))
        notes = (
            f"the {len(vocabulary.symbols):,} most frequent of {distinct:,} different "
            f"{sequence.kind} have a place, the others are {UNKNOWN}",
        )
    return Task(
        sequence=sequence,
        mode="synced",
        what=_NEXT[sequence.kind],
        x=ids[:, None],
        targets=np.append(ids[1:], end)[:, None],
        mask=np.ones((len(ids), 1), dtype=np.bool_),
        loss="softmax_cross_entropy",
        inputs=end,
        outputs=end + 1,
        vocabulary=vocabulary,
        output_names=(*vocabulary.labels, END),
        mean=None,
        deviation=None,
        notes=notes,
    )


def _series_task(sequence: Sequence, trained: int | None) -> Task:
    from rnnviz.data.transforms import moments, on_scale

    if sequence.values is None:
        raise ValueError("a series without values")
    values = sequence.transformed
    cut = len(values) if trained is None or sequence.scale == "all" else trained
    noise = sequence.rounding(cut)
    scaled, mean, deviation, flat = moments(sequence.scale, values[:cut], noise)
    if cut < len(values):
        scaled = on_scale(values, mean, deviation)
        with np.errstate(over="ignore"):
            scaled[flat & (np.abs(values - mean) <= noise)] = 0.0
        if not np.isfinite(scaled).all():
            raise ValueError("what is set aside is too far from the part that is trained on")
    notes: list[str] = []
    if len(values) > 1:
        names = [name for name, constant in zip(sequence.columns, flat, strict=True) if constant]
        shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        if names and sequence.frames is not None:
            notes.append(f"{len(names):,} of {len(flat):,} pixels never change")
        elif names:
            notes.append(f"{shown}: never changes, so it is shifted but not scaled")
    else:
        notes.append("a single step has no next value, so no loss is paid")
    targets = np.zeros_like(scaled)
    targets[:-1] = scaled[1:]
    mask = np.ones((len(scaled), 1), dtype=np.bool_)
    mask[-1] = False
    return Task(
        sequence=sequence,
        mode="synced",
        what=_NEXT.get(sequence.kind, "next value"),
        x=scaled[:, None, :],
        targets=targets[:, None, :],
        mask=mask,
        loss="mse",
        inputs=values.shape[1],
        outputs=values.shape[1],
        vocabulary=None,
        output_names=sequence.columns,
        mean=mean,
        deviation=deviation,
        pictures=() if sequence.frames is None else tuple(sequence.frames),
        notes=tuple(notes),
    )
