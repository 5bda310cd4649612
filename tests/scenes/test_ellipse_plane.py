"""The ellipse in the plane of two units that the user chooses."""

import numpy as np
import pytest

from rnnviz.engine.jacobians import step_jacobians
from rnnviz.film import Branches, Playhead, resolve
from rnnviz.scenes.laboratory import ellipse
from rnnviz.scenes.shapes import Rect, Text
from tests.frames import make_frame

AREA = Rect(10.0, 30.0, 700.0, 250.0)


def looked(frame, unit, second):
    head = Playhead(position=frame.playhead.position, unit=unit, second=second)
    branches = Branches.of(frame.run, head)
    return resolve(frame.run, head, frame.passing, branches)


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_its_half_axes_are_those_of_the_two_units_rows_of_the_jacobian(cell):
    frame = looked(make_frame(position=18.0, cell=cell, units=5), 3, 1)
    found = ellipse.ellipse_of(frame)
    jacobians = step_jacobians(frame.passing.trace)
    product = np.eye(jacobians.shape[1])
    for t in range(frame.source, 1, -1):
        product = product @ jacobians[t - 1]
    want = np.linalg.svd(product[[3, 1]], compute_uv=False)
    assert np.allclose(ellipse.carried(found, 1).axes, np.log10(want))
    assert "units 4 and 2 at step 9" in ellipse.titles(frame)[0][1]
    scene = ellipse.scene(frame, 720.0, 290.0, AREA, 13.0)
    texts = {shape.id: shape.text for shape in scene.shapes if isinstance(shape, Text)}
    assert texts["plane"] == "units 4 and 2"
    assert {texts[name] for name in texts if name.startswith("shape:name")} <= {"unit 4", "unit 2"}
    target = next(t for t in scene.targets if t.kind == "direction")
    assert ellipse.reading(frame, target)[0] in ("unit 4", "unit 2")
    assert ellipse.chosen(frame, target) == ("unit", (3, 1)[target.unit])


def test_the_arrows_choose_the_second_unit_and_the_plane_follows_the_selected_one():
    frame = make_frame(position=18.0, units=4)
    seen, second, after = [], -1, []
    for _ in range(4):
        now = looked(frame, 2, second)
        scene = ellipse.scene(now, 720.0, 290.0, AREA, 13.0)
        seen.append(now.branches.branch.plane)
        after = [t for t in scene.targets if t.kind == "second" and t.rect.x > AREA.cx]
        if after:
            assert "press" in ellipse.reading(now, after[0])[1]
            intent, second = ellipse.chosen(now, after[0])
            assert intent == "second"
    assert seen == [None, (2, 0), (2, 1), (2, 3)] and not after
    assert looked(frame, 3, 3).branches.branch.plane == (3, 0)
    assert looked(frame, -1, 2).branches.branch.plane == (0, 2)
    assert looked(make_frame(units=1), 0, 0).branches.branch.plane is None
