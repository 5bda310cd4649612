"""What the session says, shown by the views and in the menus."""

from __future__ import annotations

from rnnviz.film import Frame
from rnnviz.film.comparison import is_compared
from rnnviz.session import Notice, Session
from rnnviz.views.branch_strip import BranchStrip
from rnnviz.views.menus import Menus
from rnnviz.views.problem_bar import ProblemBar
from rnnviz.views.window.parts import Parts


def show_frame(frame: Frame, session: Session, parts: Parts, menus: Menus) -> None:
    """Hand a frame to every view that can be seen, and mark what it is in the menus."""
    if _stepped(parts.stage.frame_shown(), frame) and not session.playing:
        parts.message.step_taken()
    parts.show_strips(problem=ProblemBar.wanted(frame), branches=BranchStrip.wanted(frame))
    parts.transport.set_playing(session.playing)
    parts.transport.set_speed(session.speed)
    for view in parts.of_frame:
        if not view.isHidden() and view is not parts.slots:
            view.set_frame(frame)
    parts.slots.set_frame(frame)  # it says itself which panels have something to show
    parts.training.set_frame(frame)  # it says itself whether there is anything to show
    if parts.words_shown:
        parts.words.set_frame(frame)
    menus.check("summed", frame.summed)
    menus.check("compared", is_compared(frame.branches))
    menus.check("forecast", frame.task.given is not None)


def _stepped(before: Frame | None, frame: Frame) -> bool:
    """Whether a frame shows another moment of what was shown before."""
    if before is None or before.run is not frame.run:
        return False
    return before.playhead.position != frame.playhead.position


def show_notice(notice: Notice | None, parts: Parts) -> None:
    """Say something, or take it away."""
    if notice is None:
        parts.message.clear()
    else:
        parts.message.tell(notice.text, error=notice.error, cancel=notice.cancel)
