"""The table of panels, which can stand under the stage, and the layouts of them in its slots.

A row says what a panel needs and why it stays empty; its drawing half is registered where it is
drawn. To add a panel, add a row here (and its measure to `film.measures`), a scene or a chart, and
its drawing half. A layout is a value: every change makes another one. What ships is the table
`LAYOUTS`; what differs from all of these is called "own", or by the name that the user saved it
under.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import cast

from rnnviz.files.strict_json import parse_object
from rnnviz.film.comparison import why_not_beside
from rnnviz.film.fields import FIELDS
from rnnviz.film.frame import Frame
from rnnviz.film.measures import MEASURES
from rnnviz.film.timeline import Stage
from rnnviz.frozen import record

_NORMS = ("source norms", "total norms", "curve", "range", "beside")
STAGE = ("source norms", "total norms", "curve", "range", "extremes", "beside", "left out")
"""Measures that the stage asks for, which is always shown: pulses, the ends of its colours, and the
gradients of other branches, with which they make their updates when the film comes to its own; and
what is left out of a gradient that is cut, which its fences say."""


def _always(_frame: Frame) -> str:
    return ""


def _no_gradient(frame: Frame) -> str:
    return "" if frame.source else "no step pays a loss, so that there is no gradient"


def _not_linked(frame: Frame) -> str:
    if frame.source and frame.task.mode == "one_to_one":
        return "in this mode no step is linked to the one before it"
    return _no_gradient(frame)


def _no_plane(frame: Frame) -> str:
    why = _not_linked(frame)
    if not why and frame.units == 1 and not frame.kind.states:
        return "the gradient of one unit has one direction, and needs no plane"
    return why


def _no_input(frame: Frame) -> str:
    silent = frame.silent(frame.step)
    return f"step {frame.step} has no input that could be changed" if silent else ""


def _no_ledger(frame: Frame) -> str:
    from rnnviz.film.weight_ledger import why_no_ledger  # not before somebody looks at it

    return _no_gradient(frame) or why_no_ledger(frame.passing)


def _no_lanes(frame: Frame) -> str:
    if len(frame.branches.each) < 2:
        return "there is one network alone; compare cells, or fork this one"
    return why_not_beside(frame.run) or _no_gradient(frame)


def _no_training(frame: Frame) -> str:
    return "" if frame.run.log else "this network has not been trained"


def _no_order(frame: Frame) -> str:
    from rnnviz.film.order import why_no_order  # not before somebody looks at it

    return why_no_order(frame.task)


def _no_forecast(frame: Frame) -> str:
    from rnnviz.film.origins import why_no_origins  # not before somebody looks at it

    return why_no_origins(frame.task)


def _states_come(frame: Frame) -> str:
    begins = frame.playhead.snapshot == 0 and frame.moment.stage is Stage.START
    return "with the first step (→)" if begins else ""


def _gradients_come(frame: Frame) -> str:
    moment = frame.moment
    if frame.playhead.snapshot or moment.stage not in (Stage.START, Stage.FORWARD):
        return ""
    there = moment.stage is Stage.FORWARD and moment.step == frame.steps and moment.resting
    return f"with the way back ({'→' if there else 'Shift+End'})"


@record
class Panel:
    """A row of the table of panels.

    Attributes
    ----------
    name : str
        In documents, preferences and on the command line.
    title : str
    measures : tuple of str
        Names of what it asks of a pass.
    why_not_now : callable (Frame)
        Why it has nothing to show, as the end of a sentence; empty where it has.
    comes : callable (Frame)
        With what there will be something, in a run's first pass; empty where there is by now.
    """

    name: str
    title: str
    measures: tuple[str, ...] = ()
    why_not_now: Callable[[Frame], str] = _always
    comes: Callable[[Frame], str] = _always


_WHY = (*_NORMS, "singular values", "weight scales")
_ALL = (
    Panel("equation", "Equation"),
    Panel("map", "Hidden state", ("extremes",), comes=_states_come),
    Panel("lines", "Units over time", ("extremes",), comes=_states_come),
    Panel("memory_cell", "Inside the memory cell"),
    Panel("gradient", "Gradient", _NORMS, _no_gradient, _gradients_come),
    Panel("lanes", "Lanes: branches side by side", _NORMS, _no_lanes, _gradients_come),
    Panel(
        "triangle", "Triangle of all losses", (*_NORMS, "triangle"), _no_gradient, _gradients_come
    ),
    Panel("singular_values", "Why: singular values", _WHY, _not_linked),
    Panel("ellipse", "Ellipse of gradients", (*_NORMS, "ellipse"), _no_plane),
    Panel("forgetting", "Forgetting, both ways", (*_NORMS, "forgetting", "half-lives"), _no_input),
    Panel(
        "ledger", "Ledger of the weights", (*_NORMS, "weight ledger"), _no_ledger, _gradients_come
    ),
    Panel("depth", "Depth: layers and steps", _NORMS, _no_gradient, _gradients_come),
    Panel("loss", "Loss", (), _no_training),
    Panel("forecast", "Forecast", ("errors", "forecast", "origins"), _no_forecast),
    Panel("loop", "The loop unrolls", ("extremes",)),
    Panel("order", "Order carries the meaning", ("order",), _no_order),
    Panel("shapes", "Five shapes of input and output"),
)
COUNTS_SATURATED = "singular_values"
"""The panel whose sentence counts saturated units, beside which the stage marks them."""
PANELS: Mapping[str, Panel] = MappingProxyType({panel.name: panel for panel in _ALL})


def why_empty(name: str, frame: Frame) -> str:
    """Why a panel shows nothing of a frame, as the end of a sentence; empty where it does.

    A measure that takes long is awaited rather than found while something is painted.
    """
    panel = PANELS[name]
    why = panel.why_not_now(frame)
    return why or ("it is still being computed" if _waits(panel, frame) else "")


def awaited(name: str, frame: Frame) -> bool:
    """Whether a panel that has something to show waits for a measure that takes long.

    It has its room meanwhile: what no panel that is shown asks for is not found.
    """
    panel = PANELS[name]
    return not panel.why_not_now(frame) and _waits(panel, frame)


def coming(name: str, frame: Frame) -> str:
    """With what a panel will have something to show, in a run's first pass; empty where it has.

    The key goes there. Where nothing else is shown a line with that is all that it takes.
    """
    return PANELS[name].comes(frame)


def _waits(panel: Panel, frame: Frame) -> bool:
    for name in panel.measures:
        if name in frame.at_hand:  # panels have most of them in common
            continue
        measure, branches = MEASURES[name], frame.branches
        if not measure.cost(branches).quick and measure.missing(frame.passing, branches):
            return True
        frame.at_hand.add(name)
    return False


def measures_of(panels: Iterable[str]) -> tuple[str, ...]:
    """What the stage and some panels ask for together, each name once."""
    asked = (name for panel in panels for name in PANELS[panel].measures)
    return tuple(dict.fromkeys((*STAGE, *asked)))


# -- layouts -----------------------------------------------------------------------------------

MOST, MOST_SAVED = 4, 50
OWN = "own"
STATES: Mapping[str, str] = MappingProxyType(
    {"map": "map", "lines": "lines", "cell": "memory_cell"}
)
"""The panels of the hidden state, by what the switch in their title rows calls them."""

_USUAL, _MOST_SHARE = 100, 10_000
_KEPT, _EMPTY = "kept", "none"
_LONGEST = 40


@record
class Slot:
    """A slot under the stage: its panel, share of the width, and who put it there.

    Attributes
    ----------
    panel : str
        Its name in the table of panels.
    share : int
        Of the width, beside the shares of the others.
    kept : bool
        The user put it there: it stays also where it has nothing to show, and says why.
    """

    panel: str
    share: int = _USUAL
    kept: bool = False


@record
class Layout:
    """Slots from left to right, no panel twice, with the layout's name."""

    name: str
    slots: tuple[Slot, ...]

    @property
    def panels(self) -> tuple[str, ...]:
        """The panels' names, from left to right."""
        return tuple(slot.panel for slot in self.slots)

    @property
    def states(self) -> tuple[str, ...]:
        """Those of them that show the hidden state."""
        return tuple(panel for panel in self.panels if panel in STATES.values())

    def place(self, panel: str) -> int:
        """The slot that a panel stands in; −1 for none."""
        return self.panels.index(panel) if panel in self.panels else -1

    def shown(self, why_not: Callable[[str], str], room: int = MOST) -> tuple[str, ...]:
        """The panels that take room: what has something to show, and what the user put there.

        Where there is room for fewer, the last of those that nobody put there are left out.
        """
        wanted = [slot for slot in self.slots if slot.kept or not why_not(slot.panel)]
        while len(wanted) > room and not all(slot.kept for slot in wanted):
            wanted.remove([slot for slot in wanted if not slot.kept][-1])
        return tuple(slot.panel for slot in wanted)

    # -- other layouts ---------------------------------------------------------------------------

    def with_panel(self, place: int, panel: str) -> Layout:
        """A panel put into a slot; where it stands in another, the two change places."""
        slots, other = list(self.slots), self.place(panel)
        if other >= 0:
            slots[other] = replace(slots[other], panel=slots[place].panel)
        slots[place] = replace(slots[place], panel=panel, kept=True)
        return named(slots)

    def beside(self, place: int, panel: str) -> Layout:
        """One more slot right of another, which shares its width with it, if there is room."""
        if len(self.slots) >= MOST or panel in self.panels:
            return self
        slots = list(self.slots)
        share = slots[place].share if slots else _USUAL
        slots.insert(place + 1, Slot(panel, share, kept=True))
        return named(slots)

    def with_shown(self, panel: str) -> Layout:
        """A panel in a slot of its own, where the order of the table has it."""
        if panel in self.panels:
            return self
        order = list(PANELS)
        slots = list(self.slots)
        while len(slots) >= MOST:
            slots.remove(next((slot for slot in reversed(slots) if not slot.kept), slots[-1]))
        before = [i for i, slot in enumerate(slots) if order.index(slot.panel) < order.index(panel)]
        slots.insert(before[-1] + 1 if before else 0, Slot(panel))
        return named(slots)

    def without(self, *panels: str) -> Layout:
        """Some panels taken away."""
        return named([slot for slot in self.slots if slot.panel not in panels])

    def with_state(self, panel: str) -> Layout:
        """A panel of the hidden state, in place of the first that is there, if any is."""
        if panel in self.panels:
            return self
        if not self.states:
            return self.with_shown(panel)
        place = self.place(self.states[0])
        slots = list(self.slots)
        slots[place] = replace(slots[place], panel=panel)
        return named(slots)

    def with_shares(self, shares: Mapping[str, int]) -> Layout:
        """Other widths, by the panels' names; that makes no other layout of it."""

        def share(slot: Slot) -> int:
            return min(max(shares.get(slot.panel, slot.share), 1), _MOST_SHARE)

        return replace(self, slots=tuple(replace(slot, share=share(slot)) for slot in self.slots))


_SLOTS = {
    "standard": (("map", 100), ("gradient", 100), ("loss", 70)),
    "lecture": (("gradient", 100), ("loss", 60)),
    "laboratory": (
        ("triangle", 90),
        ("singular_values", 110),
        ("memory_cell", 120),
        ("gradient", 110),
    ),
    "memory_cell": (("memory_cell", 130), ("gradient", 100)),
}
LAYOUTS: Mapping[str, Layout] = MappingProxyType(
    {
        name: Layout(name, tuple(Slot(panel, share) for panel, share in _SLOTS[name]))
        for name in FIELDS["layout"].names
    }
)
"""The layouts that ship, the choices of a field. What has nothing to show takes no room in them."""
USUAL = (*LAYOUTS["standard"].panels, "forecast")
"""What measures are found for where no window says which panels are shown."""


def named(slots: Collection[Slot], name: str = "") -> Layout:
    """A layout of these slots, called as the one that ships with the same panels, else "own"."""
    same = tuple((slot.panel, slot.kept) for slot in slots)
    for layout in LAYOUTS.values():
        if tuple((slot.panel, slot.kept) for slot in layout.slots) == same:
            return Layout(name or layout.name, tuple(slots))
    return Layout(name or OWN, tuple(slots))


def of_panels(panels: Collection[str]) -> Layout:
    """One of panels that the user names, each once, as many as there are slots for."""
    return named([Slot(panel, kept=True) for panel in dict.fromkeys(panels)][:MOST])


def asked_for(layout: Layout, panels: Collection[str], *, named: bool) -> Layout:
    """What the command line asks for: the panels it names, alone or (`named`) beside a layout's.

    They stay, and in a full layout the last panels that nobody asked for give way to them.
    """
    if not panels:
        return layout
    if not named:
        return of_panels(panels)
    for panel in dict.fromkeys(panels):
        if panel in layout.panels:
            layout = layout.with_panel(layout.place(panel), panel)
            continue
        if len(layout.slots) >= MOST:
            layout = layout.without(*[s.panel for s in layout.slots if not s.kept][-1:])
        layout = layout.beside(len(layout.slots) - 1, panel)
    return layout


def former(shown: Collection[str], state_view: object, widths: object = None) -> Layout:
    """What the program before slots showed: its panels by their names then, and its widths."""
    state = STATES.get(state_view, "map") if isinstance(state_view, str) else "map"
    slots = [Slot(state)] if "hidden_state" in shown else []
    slots += [Slot("gradient")] if "gradient" in shown else []
    sizes = cast("list[object]", widths) if isinstance(widths, list) else []
    if len(sizes) == len(slots) == 2 and all(type(size) is int and size > 0 for size in sizes):
        sized = dict(zip([slot.panel for slot in slots], cast("list[int]", sizes), strict=True))
        slots = list(named(slots).with_shares(sized).slots)
        loss = Slot("loss", max(1, sum(slot.share for slot in slots) * 7 // 20))
    else:
        loss = Slot("loss", LAYOUTS["standard" if len(slots) == 2 else "lecture"].slots[-1].share)
    return named([*slots, loss] if slots else slots)


# -- in words ------------------------------------------------------------------------------------


def written(layout: Layout) -> str:
    """The slots in words: "map 100, gradient 80 kept"."""
    words = [
        f"{slot.panel} {slot.share}{f' {_KEPT}' if slot.kept else ''}" for slot in layout.slots
    ]
    return ", ".join(words) or _EMPTY


def read(name: object, words: object) -> Layout | None:
    """The layout that was written so under a name; None for what is damaged."""
    if not isinstance(words, str) or len(words) > 500:
        return None
    slots: list[Slot] = []
    for part in [] if words == _EMPTY else words.split(", "):
        panel, _, rest = part.partition(" ")
        share, _, kept = rest.partition(" ")
        whole = share.isascii() and share.isdigit() and len(share) <= 5
        if panel not in PANELS or not whole or kept not in ("", _KEPT):
            return None
        if not 1 <= int(share) <= _MOST_SHARE:
            return None
        slots.append(Slot(panel, int(share), kept == _KEPT))
    if len(slots) > MOST or len({slot.panel for slot in slots}) < len(slots):
        return None
    found = named(slots)
    given = isinstance(name, str) and not why_not_name(name)
    return replace(found, name=cast("str", name)) if given and found.name == OWN else found


def why_not_name(name: str) -> str:
    """Why a layout cannot be saved under a name, as the end of a sentence; empty where it can."""
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST:
        return f"a name is of 1 to {_LONGEST} letters"
    if name in (OWN, *LAYOUTS):
        return f"“{name}” ships with rnnviz"
    return ""


def saved_text(layouts: Mapping[str, Layout]) -> str:
    """The user's layouts by their names, as one text for the preferences."""
    return json.dumps({name: written(layout) for name, layout in layouts.items()})


def saved_layouts(text: object) -> dict[str, Layout]:
    """Those that were written so; what is damaged is left out."""
    try:
        found = parse_object(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    layouts: dict[str, Layout] = {}
    for name, words in list(found.items())[:MOST_SAVED]:
        layout = read(name, words)
        if layout is not None and not why_not_name(name):
            layouts[name] = replace(layout, name=name)
    return layouts
