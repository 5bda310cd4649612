"""The views' intents, straight to the session."""

from __future__ import annotations

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
    for view in (parts.stage, parts.hidden_state, parts.gradient, parts.transport):
        view.sought.connect(session.seek)
    for view in (parts.stage, parts.hidden_state):
        view.unit_selected.connect(session.select_unit)
    for view in (parts.stage, parts.gradient):
        view.source_chosen.connect(session.choose_source)
    parts.stage.layer_selected.connect(session.select_layer)
    parts.hidden_state.layer_chosen.connect(session.select_layer)
    parts.hidden_state.quantity_chosen.connect(session.choose_quantity)
    parts.gradient.summed_chosen.connect(session.choose_summed)
    parts.gradient.compared_chosen.connect(session.choose_compared)
    parts.branches.switched.connect(session.switch_to)
    parts.branches.forked.connect(session.fork)
    parts.branches.renamed.connect(session.rename_branch)
    parts.branches.closed.connect(session.close_branch)
    parts.model.settings_chosen.connect(session.set_settings)
    _connect_transport(parts, session)
    parts.training.stop_requested.connect(session.stop_training)
    parts.training.follow_chosen.connect(session.follow_training)
    parts.training.origin_sought.connect(session.seek_training)


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
