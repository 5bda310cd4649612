"""The ellipse's second unit, chosen in its panel or by a command; marks that follow the panels."""

from PySide6.QtCore import QPoint, Qt

from rnnviz.film.panels import LAYOUTS, of_panels
from rnnviz.views.panels.scene_panel import ScenePanel


def test_a_press_on_the_arrow_chooses_the_plane_of_two_units(qtbot, window):
    window.panels.want(of_panels(["ellipse", "gradient"]))
    window.session.seek(14.0)
    panel = next(p for p in window.findChildren(ScenePanel) if p.name == "ellipse")
    qtbot.waitUntil(lambda: not window.session.busy)
    scene = panel.scene(window.session.frame)
    arrow = next(t for t in scene.targets if t.kind == "second").rect
    at = QPoint(round(arrow.cx), round(arrow.cy))
    qtbot.mouseClick(panel, Qt.MouseButton.LeftButton, pos=at)
    assert window.session.frame.branches.branch.plane == (0, 1)
    texts = {getattr(s, "text", "") for s in panel.scene(window.session.frame).shapes}
    assert "units 1 and 2" in texts
    window.menus.actions["next_plane"].trigger()
    assert window.session.frame.branches.branch.plane == (0, 2)
    window.session.select_unit(2)
    assert window.session.frame.branches.branch.plane == (2, 3)


def test_saturated_units_are_marked_where_the_panel_that_counts_them_is_shown(qtbot, window):
    stage, action = window.findChild(type(window.parts.stage)), window.menus.actions["saturated"]
    window.panels.want(LAYOUTS["standard"])
    assert action.isChecked() and not stage.marked
    window.panels.want(LAYOUTS["laboratory"])
    assert stage.marked
    action.trigger()
    assert not stage.marked and not window.session.preferences.value("saturated")
    action.trigger()
    assert stage.marked
