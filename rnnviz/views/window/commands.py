"""The table of the window's commands: menu, name, text, keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from rnnviz.film import Stage
from rnnviz.session import Notice, Session
from rnnviz.views.dialogs import show_about, show_keys
from rnnviz.views.documents import Documents
from rnnviz.views.intake import Intake
from rnnviz.views.lecture import PANELS
from rnnviz.views.menus import Command, Menus
from rnnviz.views.modes import MODE_NAMES
from rnnviz.views.window.dress import Dress
from rnnviz.views.window.lecture import Lecture
from rnnviz.views.window.panels import Panels


def file_commands(
    session: Session,
    documents: Documents,
    intake: Intake,
    type_sentence: Callable[[], object],
    save_picture: Callable[[], object],
    leave: Callable[[], object],
) -> tuple[Command, ...]:
    """What comes in and goes out."""
    file = "&File"

    def sentence() -> None:
        documents.guard(session.open_default)

    def series() -> None:
        documents.guard(session.open_sample)

    return (
        Command(file, "open", "&Open …", ("Ctrl+O",), intake.ask_for_file),
        Command(
            file,
            "open_with_choices",
            "Open with c&hoices …",
            ("Ctrl+Shift+O",),
            intake.ask_for_file_and_choices,
        ),
        Command(file, "type", "&Type a sentence", ("Ctrl+L",), type_sentence),
        Command(file, "paste", "Past&e a text", ("Ctrl+V",), intake.paste),
        Command(file, "sentence", "The lecture's &sentence", (), sentence, separator=True),
        Command(file, "series", "A year of te&mperature", (), series),
        *documents.commands(file),
        Command(file, "export", "Save &picture …", ("Ctrl+E",), save_picture, separator=True),
        Command(file, "quit", "&Quit", ("Ctrl+Q",), leave, separator=True),
    )


def edit_commands(session: Session) -> tuple[Command, ...]:
    """What takes an edit back, and makes it again."""
    edit = "&Edit"
    return (
        Command(edit, "undo", "&Undo", ("Ctrl+Z",), session.undo),
        Command(edit, "redo", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), session.redo),
    )


def film_commands(session: Session) -> tuple[Command, ...]:
    """The commands that move the film: one line each, straight to the session."""
    film = "F&ilm"
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
        Command(
            film,
            "compared",
            "C&ompare the cells' gradients",
            ("C",),
            session.choose_compared,
            checkable=True,
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


def mode_commands(session: Session) -> tuple[Command, ...]:
    """The five modes, and the forecast of a series."""
    menu = "&Mode"

    def choose(mode: str) -> Callable[[], None]:
        def run() -> None:
            frame = session.frame
            why = frame.why_not(mode) if frame is not None else ""
            if why:
                session.told.emit(Notice(f"{MODE_NAMES[mode]}: {why}.", error=True))
            else:
                session.choose_mode(mode)

        return run

    def forecast(on: bool) -> None:
        frame = session.frame
        if frame is not None:
            session.forecast(min(24, max(1, frame.run.steps // 3)) if on else 0)

    modes = (
        Command(menu, mode, f"&{place} {name}", (f"Alt+{place}",), choose(mode))
        for place, (mode, name) in enumerate(MODE_NAMES.items(), start=1)
    )
    text = "&Forecast a series beyond its end"
    return (
        *modes,
        Command(menu, "forecast", text, ("F",), forecast, checkable=True, separator=True),
    )


def view_commands(panels: Panels, lecture: Lecture, dress: Dress) -> tuple[Command, ...]:
    """What is shown, and how large."""
    view = "&View"
    names = ("&Equation", "&Hidden state", "&Gradient", "&Model bar")
    switches = (
        Command(
            view,
            panel,
            text,
            (f"Ctrl+{number}",),
            panels.switch(panel),
            checkable=True,
            separator=number == 1,
        )
        for number, (panel, text) in enumerate(zip(PANELS, names, strict=True), start=1)
    )
    leave = "Leave words or lecture, &dismiss a message"
    larger = ("Ctrl++", "Ctrl+=")
    return (
        Command(view, "lecture", "&Lecture, fullscreen", ("F5",), lecture.toggle),
        Command(view, "menu", "Men&u, in a lecture too", ("F10",), lecture.pop_up_menu),
        Command(view, "leave", leave, ("Esc",), lecture.escape),
        Command(view, "blank", "&Blank the screen in a lecture", ("B",), lecture.toggle_blank),
        Command(view, "words", "&Words as vectors", ("F2",), panels.switch_words, checkable=True),
        *switches,
        Command(
            view,
            "cell",
            "Inside the memory &cell",
            ("M",),
            panels.switch_cell,
            checkable=True,
        ),
        Command(view, "larger", "La&rger type", larger, lambda: dress.zoom(1.1), separator=True),
        Command(view, "smaller", "&Smaller type", ("Ctrl+-",), lambda: dress.zoom(1 / 1.1)),
        Command(view, "normal", "&Normal type", ("Ctrl+0",), lambda: dress.set_zoom(1.0)),
    )


def help_commands(window: QWidget, menus: Menus) -> tuple[Command, ...]:
    """Keys, and what this is."""
    menu = "&Help"
    return (
        Command(menu, "keys", "&Keys", ("F1",), lambda: show_keys(window, menus.keys())),
        Command(menu, "about", "&About rnnviz", (), lambda: show_about(window)),
    )
