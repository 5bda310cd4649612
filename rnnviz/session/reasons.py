"""Why a command cannot be done now, as the end of a sentence; empty where it can."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan

from rnnviz.data import can_go_ahead
from rnnviz.film.branches import MOST
from rnnviz.film.comparison import why_not_compared
from rnnviz.film.differences import twins_shown
from rnnviz.film.fields import SPEEDS
from rnnviz.film.panels import PANELS
from rnnviz.film.plan import best_of
from rnnviz.session.session import Session


def nothing_open(session: Session) -> str:
    """Why nothing can be done with what is open."""
    return "" if session.run is not None else "nothing is open"


def nothing_shown(session: Session) -> str:
    """Why nothing can be done with what is shown."""
    return "" if session.frame is not None else "nothing is open"


def no_undo(session: Session) -> str:
    """Why no edit can be taken back."""
    return "" if session.undoes is not None else "there is no edit to take back"


def no_redo(session: Session) -> str:
    """Why none can be made again."""
    return "" if session.redoes is not None else "no edit was taken back"


def fastest(session: Session) -> str:
    """Why it cannot go faster."""
    return "" if session.speed < SPEEDS[-1] else f"{SPEEDS[-1]:g}× is the fastest"


def slowest(session: Session) -> str:
    """Why it cannot go slower."""
    return "" if session.speed > SPEEDS[0] else f"{SPEEDS[0]:g}× is the slowest"


def not_compared(session: Session) -> str:
    """Why cells cannot be compared."""
    branches = session.branches
    return nothing_open(session) if branches is None else why_not_compared(branches)


def no_twins(session: Session) -> str:
    """Why the trained cells of a problem cannot be set side by side."""
    branches = session.branches
    if branches is None:
        return "nothing is open"
    shipped = branches.run.shipped
    if shipped is None or not shipped.cells:
        return "what is open is no shipped problem with a trained network of another cell"
    if twins_shown(branches):
        return "they stand side by side"
    return ""


def not_forked(session: Session) -> str:
    """Why there cannot be one more branch."""
    branches = session.branches
    if branches is None:
        return "nothing is open"
    full = len(branches.each) >= MOST
    return f"there are {MOST} branches, and no more can be told apart" if full else ""


def one_branch(session: Session) -> str:
    """Why there is no other branch to turn to."""
    branches = session.branches
    if branches is None:
        return "nothing is open"
    return "" if len(branches.each) > 1 else "there is one branch only"


def not_checked(session: Session) -> str:
    """Why no gradient can be checked."""
    frame = session.frame
    if frame is None:
        return "nothing is open"
    return frame.passing.exploded or ("" if frame.source else "no step pays a loss")


def not_reset(session: Session) -> str:
    """Why it cannot begin again."""
    run = session.run
    if run is None:
        return "nothing is open"
    moved = session.playhead.position > 0.0 or len(run.networks) > 1
    return "" if moved else "it stands at the start of the first weights"


def not_trained(session: Session) -> str:
    """Why nothing can be trained."""
    return "a training is under way" if session.progress.running else nothing_open(session)


def not_stopped(session: Session) -> str:
    """Why no training can be ended."""
    return "" if session.progress.running else "nothing is being trained"


def not_continued(session: Session) -> str:
    """Why the text cannot go on."""
    from rnnviz.film.continuing import why_not_continued  # not before it is needed

    return "nothing is open" if session.frame is None else why_not_continued(session.frame)


def not_carried(session: Session) -> str:
    """Why there is no network to be made anew."""
    run = session.run
    if run is None:
        return "nothing is open"
    return "" if run.carried else "no trained network was taken along from another sequence"


def no_snapshots(session: Session) -> str:
    """Why one cannot move along a training."""
    if session.progress.running:
        return "a training is under way; stop it to move along it"
    run = session.run
    return "" if run is not None and run.log else "there is no training to move along"


def no_best(session: Session) -> str:
    """Why its best snapshot cannot be shown."""
    run = session.run
    if run is not None and run.log and best_of(run.log) < 0:
        return "this training has no validation loss"
    return _shown_already(session, -1 if run is None else best_of(run.log))


def is_last(session: Session) -> str:
    """Why one cannot go to the training's last snapshot: it is shown; empty where one can."""
    run = session.run
    return _shown_already(session, -1 if run is None else len(run.log) - 1)


def no_later(session: Session) -> str:
    """Why there is no later snapshot; empty where there is one."""
    run, why = session.run, no_snapshots(session)
    last = run is not None and run.origin == len(run.log) - 1
    return why or ("the last snapshot of this training is shown" if last else "")


def no_earlier(session: Session) -> str:
    """Why there is no earlier snapshot; empty where there is one."""
    run, why = session.run, no_snapshots(session)
    first = run is not None and run.origin == 0
    return why or ("the first snapshot of this training is shown" if first else "")


def no_epochs(session: Session) -> str:
    """Why the loss cannot be drawn over epochs."""
    run = session.run
    if run is None or not run.log:
        return "there is no training"
    return "nobody knows how many windows this training has" if isnan(run.epoch) else ""


def _shown_already(session: Session, snapshot: int) -> str:
    run, why = session.run, no_snapshots(session)
    shown = run is not None and run.origin == snapshot and not session.playhead.snapshot
    return why or ("that is the one that is shown" if shown else "")


def no_tour(session: Session) -> str:
    """Why what belongs to a tour cannot be done."""
    return "" if session.tour is not None else "no tour is presented"


def not_recorded(session: Session) -> str:
    """Why what is shown cannot be made a scene."""
    under_way = "a training is under way; stop it first (Ctrl+.)"
    return under_way if session.progress.running else nothing_shown(session)


def no_kept_tour(session: Session) -> str:
    """Why no kept tour can be presented."""
    return "" if session.home.tour else "no tour is kept in what is open"


def no_forecast(session: Session) -> str:
    """Why it cannot go on beyond its end."""
    return nothing_open(session) if session.run is None else can_go_ahead(session.run.task)


def no_origins(session: Session) -> str:
    """Why nothing can be forecast from elsewhere."""
    frame = session.frame
    return "nothing is open" if frame is None else PANELS["forecast"].why_not_now(frame)


def no_loop(session: Session) -> str:
    """Why the loop cannot be opened."""
    shown = "loop" in session.panels
    return nothing_shown(session) or ("" if shown else f"“{PANELS['loop'].title}” is not shown")


def no_equation(session: Session) -> str:
    """Why no number of the equation can be left out."""
    shown = "equation" in session.panels
    why = "" if shown else "the equation stands in no panel: its numbers fade there"
    return nothing_shown(session) or why


def no_copies(session: Session) -> str:
    """Why the copies cannot follow the film."""
    follow = "" if session.playhead.copies else "they follow it"
    return no_loop(session) or follow


def not_in(mode: str) -> Callable[[Session], str]:
    """Why one of the five modes cannot be chosen."""

    def why_not(session: Session) -> str:
        return "nothing is open" if session.frame is None else session.frame.why_not(mode)

    return why_not
