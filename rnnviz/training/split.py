"""Which steps are trained on and which are held out: the last part, never shuffled in."""

from dataclasses import dataclass

from rnnviz.film import Plan
from rnnviz.film.cost import Size, cost, fits_update

# Steps that are run to validate: of a long part, windows spread over all of it.
_VALIDATED = 6_000


@dataclass(frozen=True, slots=True)
class Split:
    """The steps of a sequence, counted from 0, that training and validation run.

    A step belongs to a part only if its target does too.

    Attributes
    ----------
    cut : int
        The first value that is held out; as many as there are, where none is.
    trained : int
        Training runs steps 0 … trained − 1.
    held : range
        Validation runs these.
    window : int
        Steps of a window.
    """

    cut: int
    trained: int
    held: range
    window: int

    @property
    def windows(self) -> int:
        """Windows to train on; they begin at 0 … windows − 1."""
        return self.trained - self.window + 1

    @property
    def held_window(self) -> int:
        """Steps of a window that validates; fewer than `window` where not more are held out."""
        return min(self.window, len(self.held))

    def held_starts(self, mode: str) -> tuple[int, ...]:
        """Where those begin: spread over the whole part, as many as it takes to reach every step.

        Of a window whose last step alone pays (many to one) there are more, so that more than a
        few steps are looked at.
        """
        if not self.held:
            return ()
        window, steps = self.held_window, len(self.held)
        wanted = steps if mode == "many_to_one" else -(-steps // window)
        places = min(wanted, steps - window + 1)
        return tuple(self.held.start + i for i in spread(steps - window + 1, places, window))


def spread(places: int, wanted: int, window: int) -> tuple[int, ...]:
    """Choose so many of 0 … places − 1, far apart, as validation has time for."""
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
    held = round(plan.validation * steps)
    cut = steps - held
    last = steps if ended or not ahead else steps - 1
    trained = last if cut == steps else cut - ahead
    if plan.validation > 0.0 and last - cut < 1:
        raise ValueError(
            f"{plan.validation:.0%} of {steps:,} steps are too few to validate; hold out more, or 0"
        )
    if trained < 1:
        raise ValueError(f"{cut:,} steps are too few to train on")
    if trained < plan.window:
        raise ValueError(
            f"{trained:,} steps to train on are fewer than a window of {plan.window:,}"
        )
    return Split(cut, trained, range(cut, last), plan.window)


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
