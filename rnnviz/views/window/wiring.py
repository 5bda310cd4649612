"""The views' intents, straight to the session."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from rnnviz.session import Session
from rnnviz.views.preview import FileDialogs
from rnnviz.views.window.parts import Parts


def connect(parts: Parts, session: Session) -> None:
    """Connect every signal that needs nothing else of the window."""
    parts.message.cancelled.connect(session.cancel)
    parts.header.sentence_entered.connect(session.open_text)
    parts.header.problem_text_entered.connect(session.read)
    parts.modes.mode_chosen.connect(session.choose_mode)
    _connect_problem(parts, session)
    connect_intents(parts.stage, session)
    connect_intents(parts.transport, session)
    parts.stage.layer_selected.connect(session.select_layer)
    parts.slots.made.connect(lambda panel: connect_intents(panel, session))
    parts.branches.switched.connect(session.switch_to)
    parts.branches.forked.connect(session.fork)
    parts.branches.renamed.connect(session.rename_branch)
    parts.branches.closed.connect(session.close_branch)
    parts.model.settings_chosen.connect(session.set_settings)
    _connect_transport(parts, session)
    parts.training.stop_requested.connect(session.stop_training)
    parts.training.follow_chosen.connect(session.follow_training)
    connect_intents(parts.training, session)


def connect_intents(view: QWidget, session: Session) -> None:
    """Connect those signals by which a panel or the stage says what the user wants."""
    for name, intent in {
        "sought": session.seek,
        "unit_selected": session.select_unit,
        "source_chosen": session.choose_source,
        "layer_chosen": session.select_layer,
        "quantity_chosen": session.choose_quantity,
        "summed_chosen": session.choose_summed,
        "compared_chosen": session.choose_compared,
        "origin_sought": session.seek_training,
    }.items():
        if hasattr(view, name):
            getattr(view, name).connect(intent)


def connect_asking(ask: FileDialogs, session: Session) -> None:
    """What is asked about a file before it is opened, and what is answered."""
    session.asked.connect(ask.about)
    ask.changed.connect(session.look_again)
    ask.accepted.connect(session.open_asked)
    ask.refused.connect(session.forget_asked)


def _connect_problem(parts: Parts, session: Session) -> None:
    bar = parts.problem
    bar.example_chosen.connect(session.open_example)
    bar.own_chosen.connect(session.set_own)
    bar.temperature_chosen.connect(session.set_temperature)
    bar.again_requested.connect(session.draw_again)
    bar.length_chosen.connect(session.set_length)


def _connect_transport(parts: Parts, session: Session) -> None:
    bar = parts.transport
    bar.play_toggled.connect(session.toggle_play)
    bar.next_requested.connect(session.next)
    bar.previous_requested.connect(session.previous)
    bar.start_requested.connect(session.to_start)
    bar.end_requested.connect(session.to_end)
    bar.speed_chosen.connect(session.set_speed)
    bar.reset_requested.connect(session.reset)
    bar.learning_rate_chosen.connect(session.set_learning_rate)
