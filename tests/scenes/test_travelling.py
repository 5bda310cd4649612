"""Numbers on their way from the equation to the stage: what, where to, and when nothing is."""

from __future__ import annotations

import numpy as np
import pytest

from rnnviz.film import Stage
from rnnviz.scenes.equation import Fence, Fraction, Stack, Term, UnitColumn, equation_of
from rnnviz.scenes.phases import layer_phase
from rnnviz.scenes.stage import layout_of, stage_scene
from rnnviz.scenes.travelling import travelling

SIZE = (1600, 560, 14.0)


def written(items):
    """All that a row of an equation writes."""
    for item in items:
        yield item
        match item:
            case Term() | Fence():
                yield from written(item.items)
            case Fraction():
                yield from written((*item.above, *item.below))
            case Stack():
                for row in item.rows:
                    yield from written(row)
            case _:
                pass


@pytest.mark.parametrize("cell", ["rnn", "gru", "gru_reset_before", "lstm"])
@pytest.mark.parametrize(("layers", "layer"), [(1, 0), (2, 0), (2, 1), (3, 1)])
def test_what_travels_is_written_and_goes_to_a_place_that_is_there(frame_of, cell, layers, layer):
    seen, went = set(), set()
    for position in np.arange(3.02, 4.0, 0.04).tolist() + np.arange(13.02, 14.0, 0.04).tolist():
        frame = frame_of(position=position, cell=cell, layers=layers, layer=layer, summed=True)
        going = travelling(frame, layout_of(frame, *SIZE))
        if going is None:
            continue
        rows = (form for part in equation_of(frame).sections for form in part.forms)
        if going.item not in [one for row in rows for one in written(row)]:
            # A product that no form writes out.
            assert frame.moment.phase.name == "recurrent" or "loss" in layer_phase(frame)
            continue
        assert going.to.x >= 0 and going.to.right <= SIZE[0]
        assert going.to.y >= 0 and going.to.bottom <= SIZE[1]
        assert 0.0 <= going.done <= 1.0 and 0.0 <= going.seen <= 1.0
        seen.add(frame.moment.stage)
        went.add(layer_phase(frame))
    assert seen == {Stage.FORWARD, Stage.BACKWARD} and {"settle", "combine"} <= went


def test_a_state_lands_on_its_units_and_a_loss_above_its_answer(frame_of):
    frame = frame_of(position=5.65)
    lay = layout_of(frame, *SIZE)
    going = travelling(frame, lay)
    assert isinstance(going.item, UnitColumn)
    assert [n.value for n in going.item.numbers] == frame.states[6][:2].tolist()
    scene = stage_scene(frame, *SIZE)
    cell = next(t.rect for t in scene.targets if t.kind == "cell" and t.step == 6)
    assert cell.contains(going.to.cx, going.to.cy)
    paid = frame_of(position=5.95)
    going = travelling(paid, lay)
    assert going.item.value == paid.loss(6)
    place = next(
        t.rect for t in stage_scene(paid, *SIZE).targets if (t.kind, t.step) == ("loss", 6)
    )
    assert place.contains(going.to.cx, going.to.cy)


def test_it_stands_then_goes_one_way_and_is_gone_at_rest(frame_of):
    frame = frame_of(position=5.0)
    lay = layout_of(frame, *SIZE)
    ways = []
    for position in np.linspace(5.48, 5.68, 15):
        going = travelling(frame_of(position=float(position)), lay)
        ways += [] if going is None else [going.done]
    assert ways[0] == 0.0 and ways == sorted(ways) and ways[-1] == 1.0
    for position in (0.0, 5.0, 9.0, 12.0, 18.6, 19.0):  # at rest, and at the update
        assert travelling(frame_of(position=position), lay) is None


def test_what_is_exactly_zero_or_not_finite_does_not_travel(frame_of):
    for position in np.arange(12.02, 13.0, 0.05):  # after the step whose loss is followed
        frame = frame_of(position=float(position), source=1)
        assert travelling(frame, layout_of(frame, *SIZE)) is None
    hot = frame_of(position=6.65, activation="identity", gain=900.0, recurrent="identity")
    long = frame_of(position=6.65, activation="relu", gain=1e3)
    for frame in (hot, long):
        going = travelling(frame, layout_of(frame, *SIZE))
        assert going is None or np.isfinite([n.value for n in going.item.numbers]).all()
