"""The playhead: which snapshot, where in its pass, and what is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rnnviz.film.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Playhead:
    """What the user is looking at.

    Attributes
    ----------
    snapshot : int
        Which network of the run, 0 is the seed's.
    position : float
        Where in the pass, 0 … 2T + 1 (see `timeline`).
    source : int
        The step k whose loss is followed backward; 0 means the last one that pays a loss.
    summed : bool
        Whether the gradient shown is that of the sum of all losses instead of `source`'s.
    layer : int
        Layer whose state is shown, 0 is the lowest.
    unit : int
        The selected hidden unit; −1 for none.
    quantity : str
        What the state panel shows: "a", or a gate or the cell state of a gated cell.
    """

    snapshot: int = 0
    position: float = 0.0
    source: int = 0
    summed: bool = False
    layer: int = 0
    unit: int = -1
    quantity: str = "a"

    def at(self, position: float) -> Playhead:
        """The same, somewhere else in the pass."""
        return replace(self, position=position)

    def clamped(
        self,
        steps: int,
        snapshots: int,
        layers: int,
        units: int,
        quantities: tuple[str, ...] = ("a",),
    ) -> Playhead:
        """The nearest playhead that exists in a run of these sizes."""
        return Playhead(
            snapshot=min(max(self.snapshot, 0), snapshots - 1),
            position=Timeline(steps).clamp(self.position),
            source=self.source if 0 <= self.source <= steps else 0,
            summed=self.summed,
            layer=min(max(self.layer, 0), layers - 1),
            unit=self.unit if -1 <= self.unit < units else -1,
            quantity=self.quantity if self.quantity in quantities else "a",
        )
