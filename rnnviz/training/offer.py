"""What can be planned for a run, and what a plan means in numbers."""

from __future__ import annotations

from dataclasses import replace

from rnnviz.data import MODES, Sequence
from rnnviz.engine import Architecture, clipping, optimizers
from rnnviz.film import Foretold, Offer, Plan, Run
from rnnviz.film.fields import fields_of
from rnnviz.film.plan import training_rate
from rnnviz.training.tasks import (
    check_memory,
    column_order,
    reasons,
    split_lines,
    split_steps,
)
from rnnviz.training.windows import lines_of

_WINDOW, _BATCH, _UPDATES = 60, 32, 1500
_FEW = 100  # steps of which none are set aside at first
_FEW_LINES, _HELD_LINES = 5, 10  # lines of which none validate, of which none are held out
_SHARE = 0.15
_SCALED = {
    "trained": "mean and deviation are of the part trained on",
    "all": "mean and deviation are of all steps, those set aside too",
    "given": "mean and deviation are those that were given",
    "minmax": "smallest and largest are of the part trained on",
    "none": "values enter as they are",
}


def first_plan(run: Run) -> Plan:
    """A plan to begin with: the run's network, and an optimiser that needs no patience.

    Of a run that nothing was trained in yet its plan has the numbers of a session file.
    """
    if run.plan is not None and run.log:
        return replace(run.plan, onward=False)
    settings = run.settings
    if settings.optimizer == optimizers.PLAIN:
        settings = replace(settings, optimizer=optimizers.USUAL)
    if settings.clipping == clipping.NONE.kind:
        settings = replace(settings, clipping=clipping.USUAL.kind, clip_limit=clipping.USUAL.limit)
    settings = replace(settings, learning_rate=training_rate(settings.optimizer))
    sequence = _sequence(run)
    lines = lines_of(sequence)
    steps = len(lines) or len(sequence)
    validation = _SHARE if steps >= (_FEW_LINES if lines else _FEW) else 0.0
    held_out = _SHARE if steps >= (_HELD_LINES if lines else _FEW) else 0.0
    aside = round(validation * steps) + round(held_out * steps)
    trained = steps - aside - (1 if aside or sequence.values is not None else 0)
    window = _WINDOW if lines else max(1, min(_WINDOW, trained // 2 if aside else trained))
    plan = Plan(
        settings, "synced", validation=validation, held_out=held_out, window=window, batch=_BATCH,
        updates=_UPDATES,
    )  # fmt: skip
    if run.plan is not None:
        asked = {row.name: getattr(run.plan, row.name) for row in fields_of("training")}
        plan = replace(plan, **asked)
    possible = not reasons(sequence, plan, lines=bool(lines))[run.task.mode]
    return replace(plan, mode=run.task.mode) if possible else plan


def make_offer(run: Run) -> Offer:
    """What can be planned for a run."""
    plan, sequence = first_plan(run), _sequence(run)
    onward = run.log[-1].update if run.log and (run.problem or run.plan) else 0
    if run.problem is not None:
        plan = replace(plan, onward=bool(onward))
        made = run.architecture
        sizes = {"cell": made.cell, "units": made.units, "layers": made.layers}
        plan = replace(plan, settings=replace(plan.settings, **sizes))
    return Offer(
        plan=plan,
        title=run.problem.title if run.problem else sequence.name,
        modes=MODES,
        targets=_targets(sequence) if run.problem is None else (),
        fixed=run.problem is not None,
        onward=onward,
        foretell=lambda plan: _foretold(run, sequence, plan),
    )


def _sequence(run: Run) -> Sequence:
    return (run.task.base or run.task).sequence


def _targets(sequence: Sequence) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    if sequence.values is None:
        word = "word" if sequence.kind == "words" else "character"
        return ((f"the next {word}", "next", ()),)
    columns = sequence.columns
    if len(columns) == 1:
        return (("the next value", "next", ()),)
    return (
        ("the next value of every column", "next", ()),
        *((f"the next value of {name}", "next", (name,)) for name in columns),
        *((f"{name}, from the other columns", "same", (name,)) for name in columns),
    )


def _foretold(run: Run, sequence: Sequence, plan: Plan) -> Foretold:
    if run.problem is not None:
        at = "from the first weights on"
        if plan.onward:
            at = f"from update {run.log[-1].update:,} on"
            if not run.log[-1].optimizer_state.slots:
                at += ", the optimiser without its memory"
            if run.log[-1].update >= _updates_of(run.problem.name):
                at += ", with a tenth of the first η"
        words = f"{_many(plan.updates, 'update')} {at}; the examples are the problem's own"
        own = "this problem has its own"
        return Foretold(words, True, {m: "" if m == run.task.mode else own for m in MODES})
    lines = lines_of(sequence)
    modes = reasons(sequence, plan, lines=bool(lines))
    try:
        if modes[plan.mode]:
            raise ValueError(f"{MODES[plan.mode]}: {modes[plan.mode]}")
        if plan.onward and (run.plan is None or not run.plan.same_network(plan)):
            raise ValueError("going on needs the same mode, target, split and first weights")
        text = _lines_said(len(lines), plan) if lines else _windows_said(run, sequence, plan)
    except ValueError as error:
        words = str(error)
        return Foretold(words[:1].upper() + words[1:], False, modes)
    return Foretold(text, True, modes)


def _updates_of(name: str) -> int:
    # As in `prepare`: a problem is imported when it is asked for.
    from rnnviz.problems.registry import PROBLEMS

    return PROBLEMS[name].updates


def _lines_said(count: int, plan: Plan) -> str:
    trained, validation, held = split_lines(count, plan)
    return f"{_many(len(trained), 'line')} to train on" + _aside_said(
        validation, held, count, _HELD_LINES
    )


def _aside_said(validation: range, held: range, count: int, few: int) -> str:
    """What is set aside, and what is done instead where it is not.

    Of fewer than `few` steps or lines a part would be too small to say anything.
    """
    said = f", then {len(validation):,} to validate" if validation else ""
    said += f", the last {len(held):,} held out" if held else ""
    missing = {
        "to validate, so that it ends on the last update": not validation,
        "held out, so that there are no held-out figures": not held,
    }
    why = f" (of fewer than {few} they would say little)" if count < few else ""
    none = ", and none ".join(words for words, absent in missing.items() if absent)
    return f"{said}; none {none}{why}" if none else said


def _windows_said(run: Run, sequence: Sequence, plan: Plan) -> str:
    split = split_steps(len(sequence), plan, ended=sequence.values is None)
    base = run.task.base or run.task
    inputs, outputs = base.inputs, base.outputs
    if sequence.values is not None:
        order, outputs = column_order(sequence.columns, plan)
        inputs = len(order) - (outputs if plan.target == "same" else 0)
    check_memory(plan, split.windows, inputs, outputs)
    # Counted in values, as the figures count them: a part's first value is the target of a step
    # before it, so that the loss of its windows is of one less.
    what = "value" if sequence.values is not None else "step"
    windows = f"{_many(split.windows, 'window')} of {_many(split.window, 'step')}"
    parts = [f"{_many(split.cut, what)} to train on, in {windows}"]
    aside = range(split.cut, split.turn), range(split.turn, len(sequence))
    parts[0] += _aside_said(*aside, len(sequence), _FEW)
    if sequence.values is not None and split.cut < len(sequence):
        parts.append(_SCALED.get(sequence.scale.partition(":")[0], _SCALED["trained"]))
    parts.append(_many(_parameters(plan, inputs, outputs), "parameter"))
    return "; ".join(parts)


def _parameters(plan: Plan, inputs: int, outputs: int) -> int:
    s = plan.settings

    def count(outputs: int) -> int:
        made = Architecture(inputs, s.units, outputs, s.cell, s.used_activation, s.layers)
        total = 0
        for shape in made.parameter_shapes().values():
            size = 1
            for length in shape:
                size *= length
            total += size
        return total

    return count(outputs) + (count(0) if plan.mode == "encoder_decoder" else 0)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
