"""A slider in a picture, whose places are whole numbers: a press or a drag chooses one."""

from __future__ import annotations

from rnnviz.scenes.shapes import Box, Dot, Rect, Role, Shape, Target


def draw_slider(
    row: Rect, left: float, width: float, share: float, places: int, role: Role, unit: float
) -> tuple[list[Shape], Target]:
    """Draw a track in the middle of a row, done as far as a share, with its knob.

    Its target has the places 1 … `places`, as units from 0.
    """
    track = Rect(left, row.cy - 0.13 * unit, width, 0.26 * unit)
    share = min(1.0, max(0.0, share))
    shapes: list[Shape] = [
        Box("track", track, Role.LINE, None, track.h / 2),
        Box("track-done", Rect(track.x, track.y, track.w * share, track.h), role, None, 1.0),
        Dot("knob", track.x + track.w * share, row.cy, 0.6 * unit, Role.PLAYHEAD),
    ]
    return shapes, Target(
        "slider", Rect(track.x, row.y, track.w, row.h), 1, grid=(1, places, places)
    )
