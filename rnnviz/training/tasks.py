"""From a sequence and a plan to the task that is trained, and what of it is set aside.

The parts follow each other in time and are never shuffled: trained, validation, held out.
"""

from dataclasses import replace

import numpy as np

from rnnviz.data import MODES, Sequence, Task, in_mode, make_task, why_not
from rnnviz.files.errors import counted
from rnnviz.film import Plan
from rnnviz.film.cost import Size, cost, fits_update
from rnnviz.film.words import scale_formula
from rnnviz.frozen import record

# Steps that are run to measure a part: of a long one, windows spread over all of it.
_VALIDATED = 6_000


@record
class Split:
    """The steps of a sequence, counted from 0, that training, validation and figures run.

    A step belongs to a part only if its target does too.

    Attributes
    ----------
    cut : int
        The first value that is not trained on; as many as there are, where none is.
    turn : int
        The first value that is held out; likewise.
    trained : int
        Training runs steps 0 … trained − 1.
    validation, held : range
        Validation runs these; the held-out loss is of those. Either may be empty.
    window : int
        Steps of a window.
    """

    cut: int
    turn: int
    trained: int
    validation: range
    held: range
    window: int

    @property
    def windows(self) -> int:
        """Windows to train on; they begin at 0 … windows − 1."""
        return self.trained - self.window + 1

    def window_in(self, part: range) -> int:
        """Steps of a window that measures a part; fewer than `window` where that has not more."""
        return min(self.window, len(part))

    def starts_in(self, part: range, mode: str) -> tuple[int, ...]:
        """Where those begin: spread over the whole part, as many as it takes to reach every step.

        Of a window whose last step alone pays (many to one) there are more, so that more than a
        few steps are looked at.
        """
        if not part:
            return ()
        window, steps = self.window_in(part), len(part)
        wanted = steps if mode == "many_to_one" else -(-steps // window)
        places = min(wanted, steps - window + 1)
        return tuple(part.start + i for i in spread(steps - window + 1, places, window))


def spread(places: int, wanted: int, window: int) -> tuple[int, ...]:
    """Choose so many of 0 … places − 1, far apart, as there is time to measure."""
    count = min(wanted, max(1, _VALIDATED // window))
    return tuple(i * (places - 1) // max(1, count - 1) for i in range(count))


def split_steps(steps: int, plan: Plan, *, ended: bool) -> Split:
    """Split a sequence of values or tokens by time.

    Parameters
    ----------
    steps : int
        How many there are.
    plan : Plan
    ended : bool
        Whether the last one has a target (an end); the target of the others is the one after
        them, unless the plan's is at the step itself.

    Raises
    ------
    ValueError
        If a part is shorter than a window (or than a step), in words.
    """
    ahead = 1 if plan.target == "next" else 0
    last = steps if ended or not ahead else steps - 1

    def end(after: int) -> int:
        """Where a part ends that values from `after` on follow."""
        return last if after == steps else after - ahead

    cut, turn = set_aside(steps, plan)
    trained, validation, held = end(cut), range(cut, end(turn)), range(turn, last)
    if plan.validation > 0.0 and not validation:
        raise ValueError(_too_few(plan.validation, steps, "steps", "to validate"))
    if plan.held_out > 0.0 and not held:
        raise ValueError(_too_few(plan.held_out, steps, "steps", "to hold out"))
    if trained < 1:
        raise ValueError(
            f"{counted(cut, 'step')} {'is' if cut == 1 else 'are'} too few to train on"
        )
    if trained < plan.window:
        raise ValueError(
            f"{counted(trained, 'step')} to train on {'is' if trained == 1 else 'are'} fewer "
            f"than a window of {plan.window:,}"
        )
    return Split(cut, turn, trained, validation if turn > cut else range(0), held, plan.window)


def set_aside(count: int, plan: Plan) -> tuple[int, int]:
    """The first of so many steps or lines that validates, and the first that is held out."""
    if plan.patience and not plan.validation:
        raise ValueError(
            "stopping early needs a part for validation; choose one, or make all updates"
        )
    turn = count - round(plan.held_out * count)
    return turn - round(plan.validation * count), turn


def split_lines(count: int, plan: Plan) -> tuple[range, range, range]:
    """Which of a text's lines are trained on, which validate, which are held out.

    Raises
    ------
    ValueError
        If there are too few.
    """
    cut, turn = set_aside(count, plan)
    if plan.validation > 0.0 and cut == turn:
        raise ValueError(_too_few(plan.validation, count, "lines", "to validate"))
    if plan.held_out > 0.0 and turn == count:
        raise ValueError(_too_few(plan.held_out, count, "lines", "to hold out"))
    if cut < 1:
        raise ValueError(f"of {count:,} lines none are left to train on; set fewer aside")
    return range(cut), range(cut, turn), range(turn, count)


def _too_few(share: float, count: int, what: str, why: str) -> str:
    return f"{share:.0%} of {count:,} {what} are too few {why}; take more, or 0"


def check_memory(plan: Plan, count: int, inputs: int, outputs: int) -> None:
    """Refuse what one update could not hold, with `count` windows to choose from.

    Raises
    ------
    ValueError
        With the size.
    """
    s = plan.settings
    batch = min(plan.batch, count)
    size = Size(s.cell, s.layers, s.units, plan.window, inputs, outputs, batch)
    if not fits_update(size):
        needed = cost(size, "training update").bytes
        raise ValueError(
            f"an update would need about {needed / 1e9:.1f} GB; "
            "choose a shorter window, a smaller batch or fewer units"
        )


_ITSELF = "what it answers is not what it reads"


def with_parts(task: Task, split: Split) -> Task:
    """The task with where its parts begin and end; as it is where all of it is trained on."""
    if split.cut >= task.steps:
        return task
    validated = split.turn if split.turn > split.cut else None
    return replace(task, trained=split.cut, validated=validated)


def series_task(sequence: Sequence, plan: Plan, cut: int) -> Task:
    """Of a series: x and targets standardised by the part that is trained on, values 0 … cut − 1.

    The columns whose next value is answered come first, so that the stage draws the first of them;
    columns that are answered at the step itself come last, because they do not enter.

    Raises
    ------
    ValueError
        For an unknown column, no column left to read, or values that leave the trained ones so far
        behind that they are no numbers on their scale.
    """
    values = sequence.values
    if values is None:
        raise ValueError("a series without values")
    order, count = column_order(sequence.columns, plan)
    task = make_task(sequence.with_columns(order), cut)
    x, names = task.x[:, 0], task.sequence.columns
    assert task.mean is not None
    assert task.deviation is not None
    notes = (scale_note(task, cut),)
    known_steps = np.ones((len(x), 1), np.bool_)
    if plan.target == "same":
        return replace(
            task,
            x=task.x[..., :-count],
            targets=task.x[..., -count:],
            mask=known_steps,
            inputs=len(order) - count,
            outputs=count,
            output_names=names[-count:],
            what=f"{' and '.join(names[-count:])} from the other columns, standardised",
            # The film takes outputs with a mean for the next step's values; these are this step's.
            mean=None,
            deviation=None,
            step_mean=task.mean,
            step_deviation=task.deviation,
            notes=notes,
        )
    known_steps[-1] = False
    targets = np.zeros((len(x), 1, count))
    targets[:-1, 0] = x[1:, :count]
    every = count == len(order)
    return replace(
        task,
        targets=targets,
        mask=known_steps,
        outputs=count,
        output_names=names[:count],
        what="next value" if every else f"next value of {' and '.join(names[:count])}",
        units="" if every or count > 1 else names[0],
        notes=notes,
    )


def scale_note(task: Task, cut: int) -> str:
    """How the first column's values became x, and of which values that scale was found.

    Parameters
    ----------
    task : Task
        Of a series.
    cut : int
        How many values are trained on.
    """
    sequence, (mean, deviation) = task.sequence, (task.mean, task.deviation)
    assert mean is not None
    assert deviation is not None
    name = sequence.columns[0]
    scale = f"{scale_formula(task)} of {name}"
    if sequence.scale == "none":
        return scale
    if sequence.scale.startswith("given"):
        return f"mean and deviation are those that were given: {scale}"
    what = "smallest and largest" if sequence.scale == "minmax" else "mean and deviation"
    every = cut == len(sequence) or sequence.scale == "all"
    part = f"{'all' if every else f'the first {cut:,}'} values"
    more = ", those held out too" if sequence.scale == "all" and cut < len(sequence) else ""
    return f"{what} are those of {part}{more}: {scale}"


def column_order(columns: tuple[str, ...], plan: Plan) -> tuple[list[int], int]:
    """The columns by their places, as `series_task` has them, and how many are answered.

    Raises
    ------
    ValueError
        For a column that there is not, or none left to read.
    """
    for name in plan.columns:
        if name not in columns:
            raise ValueError(f"there is no column {name}")
    answered = [i for i, name in enumerate(columns) if name in plan.columns]
    if not answered:
        answered = list(range(len(columns)))
    others = [i for i in range(len(columns)) if i not in answered]
    if plan.target == "same" and not others:
        raise ValueError("there is no other column to read")
    order = others + answered if plan.target == "same" else answered + others
    return order, len(answered)


def feeds_itself(sequence: Sequence, plan: Plan) -> bool:
    """Whether an answer can be the next step's input."""
    if sequence.values is None:
        return True
    return plan.target == "next" and len(plan.columns) in (0, len(sequence.columns))


def reasons(sequence: Sequence, plan: Plan, *, lines: bool) -> dict[str, str]:
    """Every mode, and why a plan's target cannot be had in it; empty where it can."""
    found = dict.fromkeys(MODES, "")
    if not feeds_itself(sequence, plan):
        found["encoder_decoder"] = _ITSELF
        if plan.target == "same":
            found["one_to_many"] = _ITSELF
    elif lines:
        found["encoder_decoder"] = "lines have lengths of their own and are not halved"
    elif plan.window < 2:
        found["encoder_decoder"] = "a window of one step has no halves"
    return found


def staged(task: Task, mode: str) -> Task:
    """The task as the stage shows it.

    Raises
    ------
    ValueError
        Where it cannot be put into the mode.
    """
    reason = why_not(task, mode)
    if reason:
        raise ValueError(f"{MODES[mode]}: {reason}")
    return in_mode(task, mode)
