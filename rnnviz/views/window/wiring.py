"""What connects views and session: intents, frames, messages, and what commands do."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from rnnviz.film import Frame
from rnnviz.film.comparison import is_compared
from rnnviz.film.fields import BARS, LOSS_AXES
from rnnviz.session import Session
from rnnviz.session.commands import Commands
from rnnviz.views.branch_strip import BranchStrip
from rnnviz.views.documents import Documents
from rnnviz.views.intake import Intake
from rnnviz.views.menus import Menus
from rnnviz.views.preview import FileDialogs
from rnnviz.views.problem_bar import ProblemBar
from rnnviz.views.window.dress import Dress
from rnnviz.views.window.layout_menu import LayoutMenu
from rnnviz.views.window.lecture import Lecture
from rnnviz.views.window.panels import Panels
from rnnviz.views.window.parts import Parts

if TYPE_CHECKING:
    from rnnviz.views.window.making import Making


def connect(parts: Parts, session: Session) -> None:
    """Connect every signal that needs nothing else of the window."""
    parts.message.cancelled.connect(session.cancel)
    parts.message.writing_cancelled.connect(session.stop_writing)
    parts.header.sentence_entered.connect(session.open_text)
    parts.header.problem_text_entered.connect(session.read)
    parts.modes.mode_chosen.connect(session.choose_mode)
    problem, transport = parts.problem, parts.transport
    problem.example_chosen.connect(session.open_example)
    problem.own_chosen.connect(session.set_own)
    problem.temperature_chosen.connect(session.set_temperature)
    problem.again_requested.connect(session.draw_again)
    problem.length_chosen.connect(session.set_length)
    connect_intents(parts.stage, session)
    connect_intents(transport, session)
    parts.stage.layer_selected.connect(session.select_layer)
    parts.slots.made.connect(lambda panel: connect_intents(panel, session))
    parts.branches.switched.connect(session.switch_to)
    parts.branches.forked.connect(session.fork)
    parts.branches.renamed.connect(session.rename_branch)
    parts.branches.closed.connect(session.close_branch)
    parts.model.settings_chosen.connect(session.set_settings)
    transport.play_toggled.connect(session.toggle_play)
    transport.next_requested.connect(session.next)
    transport.previous_requested.connect(session.previous)
    transport.start_requested.connect(session.to_start)
    transport.end_requested.connect(session.to_end)
    transport.speed_chosen.connect(session.set_speed)
    transport.reset_requested.connect(session.reset)
    transport.learning_rate_chosen.connect(session.set_learning_rate)
    parts.training.stop_requested.connect(session.stop_training)
    parts.training.follow_chosen.connect(session.follow_training)
    connect_intents(parts.training, session)


def connect_intents(view: QWidget, session: Session) -> None:
    """Connect those signals by which a panel or the stage says what the user wants."""
    for name, intent in {
        "sought": session.seek,
        "unit_selected": session.select_unit,
        "second_selected": session.select_second,
        "source_chosen": session.choose_source,
        "layer_chosen": session.select_layer,
        "branch_chosen": session.switch_to,
        "quantity_chosen": session.choose_quantity,
        "summed_chosen": session.choose_summed,
        "compared_chosen": session.choose_compared,
        "forecast_origin_chosen": session.choose_origin,
        "horizon_chosen": session.choose_horizon,
        "column_chosen": session.choose_column,
        "copies_chosen": session.choose_copies,
        "lags_chosen": session.choose_lags,
        "layers_chosen": session.set_layers,
        "origin_sought": session.seek_training,
        "best_asked": session.seek_best,
        "last_asked": session.seek_last,
        "weights_scaled": session.scale_weights,
        "scaling_settled": session.settle_scaling,
    }.items():
        if hasattr(view, name):
            getattr(view, name).connect(intent)


def connect_asking(ask: FileDialogs, session: Session) -> None:
    """What is asked about a file before it is opened, and what is answered."""
    session.asked.connect(ask.about)
    ask.changed.connect(session.look_again)
    ask.accepted.connect(session.open_asked)
    ask.refused.connect(session.forget_asked)


def show_frame(frame: Frame, session: Session, parts: Parts, menus: Menus) -> None:
    """Hand a frame to every view that can be seen, and mark what it is in the menus."""
    if _stepped(parts.stage.frame_shown(), frame) and not session.playing:
        parts.message.step_taken()
    parts.show_strips(problem=ProblemBar.wanted(frame), branches=BranchStrip.wanted(frame))
    if session.frame is not frame:  # where that left room for other panels, a later one was shown
        return
    parts.transport.set_playing(session.playing)
    parts.transport.set_speed(session.speed)
    for view in parts.of_frame:
        if not view.isHidden() and view is not parts.slots:
            view.set_frame(frame)
    parts.slots.set_span(parts.stage.span(frame))
    parts.slots.set_frame(frame)  # it says itself which panels have something to show
    if session.frame is not frame:
        return
    parts.carry_numbers(frame)
    parts.training.set_frame(frame)  # it says itself whether there is anything to show
    if parts.words_shown:
        parts.words.set_frame(frame)
    menus.check("summed", frame.summed)
    menus.check("compared", is_compared(frame.branches))
    menus.check("ahead", frame.task.given is not None)


def _stepped(before: Frame | None, frame: Frame) -> bool:
    """Whether a frame shows another moment of what was shown before."""
    if before is None or before.run is not frame.run:
        return False
    return before.playhead.position != frame.playhead.position


def register_files(
    commands: Commands, session: Session, documents: Documents, intake: Intake
) -> None:
    """What the window does of the table of commands: what comes in and goes out."""
    commands.register("open", intake.ask_for_file)
    commands.register("open_with_choices", intake.ask_for_file_and_choices)
    commands.register("paste", intake.paste)
    commands.register("sentence", lambda: documents.guard(session.open_default))
    commands.register("twins", lambda: documents.guard(session.open_twins))
    commands.register("series", lambda: documents.guard(session.open_sample))
    commands.register("save", documents.save)
    commands.register("save_as", documents.save_as)


def register_making(
    commands: Commands, lecture: Lecture, session: Session, making: Callable[[], Making]
) -> None:
    """What makes tours, built when it is first asked for; F5 presents what is being made."""
    commands.register("add_scene", lambda: making().add())
    commands.register("edit_tour", lambda: making().open())
    commands.register("document_tour", lambda: making().present_kept())

    def prepare() -> None:
        if session.home.tour or session.has_author:
            making().prepare()

    lecture.prepare = prepare


def register_view(
    commands: Commands, panels: Panels, layouts: LayoutMenu, lecture: Lecture, dress: Dress
) -> None:
    """What is shown, how it stands, and how large."""
    commands.register("type", lecture.type_sentence)
    commands.register("lecture", lecture.toggle)
    commands.register("menu", lecture.pop_up_menu)
    commands.register("leave", lecture.escape)
    commands.register("blank", lecture.toggle_blank, lecture.why_not_blank)
    commands.register("words", panels.switch_words)
    for bar in BARS:
        commands.register(bar, panels.switch(bar))
    commands.register("saturated", panels.own.mark_saturated, panels.own.why_no_marks)
    for axes in LOSS_AXES:
        commands.register(axes, partial(panels.own.lay_out_loss, axes))
    commands.register("hidden_state", panels.switch_state)
    commands.register("gradient", panels.switch_gradient)
    commands.register("cell", panels.switch_cell)
    commands.register("forecast", panels.switch_forecast)
    commands.register("read_further", lambda: panels.read_forecast(1), panels.why_no_forecast)
    commands.register("read_nearer", lambda: panels.read_forecast(-1), panels.why_no_forecast)
    commands.register("fill", panels.fill, panels.why_no_panel)
    commands.register("another_panel", panels.add, panels.why_not_another)
    commands.register("take_away", panels.take_away, panels.why_no_panel)
    commands.register("save_layout", layouts.save)
    commands.register("forget_layout", layouts.forget, layouts.why_not_forget)
    commands.register("larger", lambda: dress.zoom(1.1))
    commands.register("smaller", lambda: dress.zoom(1 / 1.1))
    commands.register("normal", lambda: dress.set_zoom(1.0))
