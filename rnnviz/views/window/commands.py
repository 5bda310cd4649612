"""What the window does of the table of commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from rnnviz.film.fields import BARS
from rnnviz.session import Session
from rnnviz.session.commands import Commands
from rnnviz.views.documents import Documents
from rnnviz.views.intake import Intake
from rnnviz.views.window.dress import Dress
from rnnviz.views.window.layout_menu import LayoutMenu
from rnnviz.views.window.lecture import Lecture
from rnnviz.views.window.panels import Panels


def register_files(
    commands: Commands, session: Session, documents: Documents, intake: Intake
) -> None:
    """What comes in and goes out."""
    commands.register("open", intake.ask_for_file)
    commands.register("open_with_choices", intake.ask_for_file_and_choices)
    commands.register("paste", intake.paste)
    commands.register("sentence", lambda: documents.guard(session.open_default))
    commands.register("series", lambda: documents.guard(session.open_sample))
    commands.register("save", documents.save)
    commands.register("save_as", documents.save_as)


def register_view(commands: Commands, panels: Panels, lecture: Lecture, dress: Dress) -> None:
    """What is shown, and how large."""
    commands.register("type", lecture.type_sentence)
    commands.register("lecture", lecture.toggle)
    commands.register("menu", lecture.pop_up_menu)
    commands.register("leave", lecture.escape)
    commands.register(
        "blank", lecture.toggle_blank, lambda: "" if lecture.on else "only a lecture (F5) needs it"
    )
    commands.register("words", panels.switch_words)
    for bar in BARS:
        commands.register(bar, panels.switch(bar))
    commands.register("hidden_state", panels.switch_state)
    commands.register("gradient", panels.switch_gradient)
    commands.register("cell", panels.switch_cell)
    commands.register("fill", panels.fill, panels.why_no_panel)
    commands.register("another_panel", panels.add, panels.why_not_another)
    commands.register("take_away", panels.take_away, panels.why_no_panel)
    commands.register("larger", lambda: dress.zoom(1.1))
    commands.register("smaller", lambda: dress.zoom(1 / 1.1))
    commands.register("normal", lambda: dress.set_zoom(1.0))


def register_layouts(commands: Commands, layouts: LayoutMenu) -> None:
    """What is kept of how panels stand."""
    commands.register("save_layout", layouts.save)
    commands.register("forget_layout", layouts.forget, layouts.why_not_forget)


def register_training(
    commands: Commands, plan: Callable[[], object], step: Callable[[int], object]
) -> None:
    """What begins a training, and moves along it."""
    commands.register("train", plan)
    commands.register("later", lambda: step(1))
    commands.register("earlier", lambda: step(-1))


def register_help(
    commands: Commands, window: QWidget, palette: Callable[[], object], keys: Callable[[], object]
) -> None:
    """Commands to be found, and what this is."""
    commands.register("palette", palette)
    commands.register("keys", keys)

    def about() -> None:
        from rnnviz.views.dialogs import show_about  # not before it is needed

        show_about(window)

    commands.register("about", about)
