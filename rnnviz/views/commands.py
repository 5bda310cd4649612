"""The table of the window's commands: menu, name, text, keys."""

from __future__ import annotations

from collections.abc import Callable

from rnnviz.film import Stage
from rnnviz.session import Session
from rnnviz.views.menus import Command


def edit_commands(session: Session) -> tuple[Command, ...]:
    """What takes an edit back, and makes it again."""
    edit = "&Edit"
    return (
        Command(edit, "undo", "&Undo", ("Ctrl+Z",), session.undo),
        Command(edit, "redo", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), session.redo),
    )


def film_commands(session: Session) -> tuple[Command, ...]:
    """The commands that move the film: one line each, straight to the session."""
    film = "&Film"
    return (
        Command(film, "play", "&Play or pause", ("Space",), session.toggle_play),
        Command(film, "next", "&Next step", ("Right", "PgDown"), session.next),
        Command(film, "previous", "&Back one step", ("Left", "PgUp"), session.previous),
        Command(film, "phase", "Next p&hase", ("Shift+Right",), session.next_phase),
        Command(film, "start", "To the &start", ("Home",), session.to_start, separator=True),
        Command(
            film,
            "to_backward",
            "To back&ward through time",
            ("Shift+End",),
            lambda: session.to_stage(Stage.BACKWARD),
        ),
        Command(film, "end", "To the &end, the update", ("End",), session.to_end),
        Command(film, "faster", "&Faster", (">", "."), session.faster, separator=True),
        Command(film, "slower", "S&lower", ("<", ","), session.slower),
        Command(film, "animated", "&Animate steps", (), session.set_animated, checkable=True),
        Command(
            film,
            "summed",
            "Gradient of the s&um of all losses",
            ("G",),
            session.choose_summed,
            checkable=True,
            separator=True,
        ),
        Command(film, "check", "&Check the gradient numerically", ("K",), session.check_gradient),
        Command(film, "reset", "&Reset to the seed's weights", ("Ctrl+R",), session.reset),
    )


def training_commands(
    session: Session, plan: Callable[[], object], step: Callable[[int], object]
) -> tuple[Command, ...]:
    """What begins and ends a training, and moves along it."""
    network = "&Network"
    return (
        Command(network, "train", "&Train …", ("Ctrl+T",), plan),
        Command(network, "stop_training", "Sto&p training", ("Ctrl+.",), session.stop_training),
        Command(
            network, "later", "A snapshot &later", ("Ctrl+Right",), lambda: step(1), separator=True
        ),
        Command(network, "earlier", "A snapshot &earlier", ("Ctrl+Left",), lambda: step(-1)),
    )
