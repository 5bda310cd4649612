"""The three parts of a sequence that a network was trained on: where each begins and ends."""

from rnnviz.frozen import record


@record
class Parts:
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


def parts_of(steps: int, trained: int, validated: int | None) -> Parts:
    """The parts of so many steps.

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
    return Parts(range(first), range(first, turn), range(turn, steps))
