"""The one table of commands: what can be done, by which keys, and why it cannot be done now.

Menus, keys, context menus, the palette and F1 are made from it; whoever does a command (session or
window) registers under its name. Plain texts and portable keys, nothing of a window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rnnviz.film import Stage
from rnnviz.film.fields import FIELDS
from rnnviz.film.panels import PANELS
from rnnviz.frozen import record
from rnnviz.session import reasons
from rnnviz.session.jobs import Notice
from rnnviz.session.session import Session

FILE, EDIT, FILM, MODE, EXAMPLES = "&File", "&Edit", "F&ilm", "&Mode", "E&xamples"
NETWORK, VIEW, TOUR, HELP = "&Network", "&View", "&Tour", "&Help"
MENUS = (FILE, EDIT, FILM, MODE, EXAMPLES, NETWORK, VIEW, TOUR, HELP)
_AHEAD = 24  # steps of a forecast, or a third of the series


def _always(_session: Session) -> str:
    return ""


@record(eq=False)
class Command:
    """A row of the table of commands.

    Attributes
    ----------
    menu, name : str
        The menu where it stands, and its key.
    text : str
        In the menu, with the mnemonic.
    keys : tuple of str
        In Qt's portable text: "Ctrl" is the Command key on macOS.
    teaches : str
        What it does, in a sentence.
    why_not : callable (Session) → str
        Why it cannot be done now; empty where it can.
    what : callable (Session) → str
        What it would be done to now, after its name: "cell LSTM" of undo.
    in_tour : tuple of str or None
        Its keys while a tour is presented, where these are others: a presenter's remote has few.
    checkable : bool
        Whether it is a state that is on or off.
    separator : bool
        Whether a line stands over it in its menu.
    """

    menu: str
    name: str
    text: str
    keys: tuple[str, ...]
    teaches: str
    why_not: Callable[[Session], str] = _always
    what: Callable[[Session], str] = _always
    checkable: bool = False
    separator: bool = False
    in_tour: tuple[str, ...] | None = None

    @property
    def title(self) -> str:
        """Its text without the mnemonic and what follows."""
        return self.text.replace("&", "").rstrip(" …")


class Commands:
    """The functions that do the commands, with the reasons why one cannot be done now.

    Parameters
    ----------
    session : Session
        Does those that need no window.

    Attributes
    ----------
    instead : callable (str) → bool
        Does something in a command's place, if it must: a blank screen is uncovered first.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.instead: Callable[[str], bool] = lambda _name: False
        self._does: dict[str, Callable[..., object]] = {}
        self._whys: dict[str, Callable[[], str]] = {}
        for name, does in _of_session(session).items():
            self.register(name, does)

    def register(
        self, name: str, does: Callable[..., object], why_not: Callable[[], str] | None = None
    ) -> None:
        """Say what does a command, and why that cannot, besides the table's own reason.

        `does` of a checkable command gets whether it is to be on.
        """
        if name not in COMMANDS:
            raise ValueError(f"there is no command {name!r}")
        self._does[name] = does
        if why_not is not None:
            self._whys[name] = why_not

    def why_not(self, name: str) -> str:
        """Why a command cannot be done now; empty where it can."""
        why = COMMANDS[name].why_not(self._session)
        return why or self._whys.get(name, str)()

    def title(self, name: str) -> str:
        """A command's name, and what it would be done to now: "Undo: cell LSTM"."""
        what = COMMANDS[name].what(self._session)
        return f"{COMMANDS[name].title}: {what}" if what else COMMANDS[name].title

    def run(self, name: str, *given: bool) -> bool:
        """Do a command, or say why not; whether it was done.

        `given` of a checkable one is whether it is to be on; off is always possible.
        """
        if self.instead(name):
            return False
        why = "" if given == (False,) else self.why_not(name)
        if why:
            self._session.told.emit(Notice(f"{COMMANDS[name].title}: {why}."))
            return False
        self._does[name](*given)
        return True


# -- the table -------------------------------------------------------------------------------

_ROWS = (
    Command(FILE, "open", "&Open …", ("Ctrl+O",),
            "Open a text, table, array, sound, picture, network, session or document."),
    Command(FILE, "open_with_choices", "Open with c&hoices …", ("Ctrl+Shift+O",),
            "Open a file and choose first: words, characters or lines, columns of a table."),
    Command(FILE, "type", "&Type a sentence", ("Ctrl+L",),
            "Type a sentence of your own; in a lecture the row for it is shown meanwhile."),
    Command(FILE, "paste", "Past&e a text", ("Ctrl+V",),
            "Open the text or the file that is on the clipboard."),
    Command(FILE, "sentence", "The lecture's &sentence", (),
            "Harry Potter and Hermione Granger invented a new spell.", separator=True),
    Command(FILE, "series", "A year of te&mperature", (), "The series that ships with rnnviz."),
    Command(FILE, "save", "Sa&ve", ("Ctrl+S",),
            "Save the run as a document: sequence, networks, training, place in the film.",
            reasons.nothing_open, separator=True),
    Command(FILE, "save_as", "Save &as …", ("Ctrl+Shift+S",), "Save under another name.",
            reasons.nothing_open),
    Command(FILE, "export", "E&xport …", ("Ctrl+E",),
            "Write the window, its stage or a panel as a picture, a film or a page.",
            separator=True),
    Command(FILE, "exercise", "Exer&cise …", (),
            "Write a sheet to be solved on paper, with its solution, or open the film of one."),
    Command(FILE, "save_numbers", "Save &numbers …", (),
            "Save every number of the run as a table or arrays: states, gates, losses, gradients.",
            reasons.nothing_shown),
    Command(FILE, "save_weights", "Save &weights …", (),
            "Save the network for PyTorch or NumPy, or as a PyTorch script.",
            reasons.nothing_shown),
    Command(FILE, "print", "Pr&int …", ("Ctrl+P",), "Print what the window shows, on white paper."),
    Command(FILE, "quit", "&Quit", ("Ctrl+Q",), "Close the window.", separator=True),
    Command(EDIT, "undo", "&Undo", ("Ctrl+Z",),
            "Take back the last edit of sequence, network or updates.",
            reasons.no_undo, lambda session: session.undoes or ""),
    Command(EDIT, "redo", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Make it again.",
            reasons.no_redo, lambda session: session.redoes or ""),
    Command(EDIT, "copy_picture", "Copy p&icture", ("Ctrl+Alt+C",),
            "Put the panel that has the focus, or else the stage, into the clipboard as a picture.",
            separator=True),
    Command(EDIT, "copy_window", "Copy the &window", ("Ctrl+Alt+W",),
            "Put all that the window shows into the clipboard as a picture."),
    Command(EDIT, "copy_numbers", "C&opy numbers", ("Ctrl+Alt+N",),
            "Put the numbers of the chart that has the focus, or else of the step, into the "
            "clipboard for a spreadsheet.", reasons.nothing_shown),
    Command(EDIT, "fork", "&Fork this run", ("Ctrl+Shift+B",),
            "A branch: a copy of the run up to here, to be changed beside it.", reasons.not_forked,
            separator=True),
    Command(EDIT, "next_branch", "&Next branch", ("Ctrl+PgDown",),
            "Show the next branch at the same place of the film.", reasons.one_branch),
    Command(EDIT, "previous_branch", "&Previous branch", ("Ctrl+PgUp",),
            "Show the branch before at the same place of the film.", reasons.one_branch),
    Command(EDIT, "rename_branch", "Rena&me this branch …", (),
            "Type another name; without one it is called after its cell.", reasons.one_branch),
    Command(EDIT, "close_branch", "&Close this branch", ("Ctrl+Shift+W",),
            "The branch beside it is shown then; Ctrl+Z brings it back.", reasons.one_branch),
    Command(FILM, "play", "&Play or pause", ("Space",), "Let the film run, or stop it.",
            reasons.nothing_open, in_tour=("P",)),
    Command(FILM, "next", "&Next step", ("Right", "PgDown"),
            "One step on; during an animation it is finished at once.", reasons.nothing_open,
            in_tour=("Right",)),
    Command(FILM, "previous", "&Back one step", ("Left", "PgUp"),
            "One step back, exactly and at once.", reasons.nothing_open, in_tour=("Left",)),
    Command(FILM, "phase", "Next p&hase", ("Shift+Right",),
            "On to the next phase of the step: x enters, they are added, a⟨t⟩ is made.",
            reasons.nothing_open),
    Command(FILM, "start", "To the &start", ("Home",),
            "To the start of the pass; from there to that of the first.", reasons.nothing_open,
            separator=True, in_tour=("Shift+Home",)),
    Command(FILM, "to_backward", "To the backwar&d pass", ("Shift+End",),
            "To where all steps are done and the gradient begins its way back.",
            reasons.nothing_open),
    Command(FILM, "end", "To the &end, the update", ("End",), "To the update of the weights.",
            reasons.nothing_open, in_tour=("Ctrl+Shift+End",)),
    Command(FILM, "faster", "&Faster", (">", "."), "The next higher speed, up to 8×.",
            reasons.fastest, separator=True, in_tour=(">",)),
    Command(FILM, "slower", "Slo&wer", ("<", ","), "The next lower speed, down to 0.25×.",
            reasons.slowest),
    Command(FILM, "animated", "&Animate steps", (), FIELDS["animated"].teaches, checkable=True),
    Command(FILM, "saturated", "Mar&k saturated units", (), FIELDS["saturated"].teaches,
            checkable=True),
    Command(FILM, "next_plane", "Ell&ipse with the next unit", (),
            "The plane of the ellipse: of the selected unit and each other one in turn, then of "
            "the two directions that survive longest.", reasons.nothing_open),
    Command(FILM, "summed", "Gradient of the s&um of all losses", ("G",),
            FIELDS["summed"].teaches, reasons.nothing_open, checkable=True, separator=True),
    Command(FILM, "compared", "C&ompare the cells' gradients", ("C",),
            FIELDS["compared"].teaches, reasons.not_compared, checkable=True),
    Command(FILM, "twins", "&Trained twins in lanes", ("Shift+C",),
            "A shipped problem's trained networks of two cells, trained alike, side by side.",
            reasons.no_twins),
    Command(FILM, "check", "&Check the gradient numerically", ("K",),
            "Hold the gradient of every parameter against differences of the loss.",
            reasons.not_checked),
    Command(FILM, "reset", "&Reset to the first weights", ("Ctrl+R",),
            "Back to the first weights and the start of the film.", reasons.not_reset),
    *(
        Command(MODE, choice.changes["mode"], f"&{place} {choice.text}", (f"Alt+{place}",),
                choice.teaches, reasons.not_in(choice.changes["mode"]))
        for place, choice in enumerate(FIELDS["mode"].choices, start=1)
    ),
    Command(MODE, "forecast", "&Forecast of the series", ("F",),
            "The series whole, with what network and classical methods forecast of it, or back.",
            reasons.no_origins, checkable=True, separator=True),
    Command(MODE, "origin_earlier", "Forecast from one step &earlier", ("[",),
            "The forecast knows one value less; its origin can be dragged, too.",
            reasons.no_origins),
    Command(MODE, "origin_later", "Forecast from one step &later", ("]",),
            "The forecast knows one value more.", reasons.no_origins),
    Command(MODE, "read_further", "Read out the forecast one step further", ("}",),
            "Every method's value at that step, and between what 80 % of the errors before have "
            "the truth lie; as the pointer does.", reasons.no_origins),
    Command(MODE, "read_nearer", "Read out the forecast one step nearer", ("{",),
            "Before the first step nothing is read out.", reasons.no_origins),
    Command(MODE, "ahead", "&Go on beyond the end on the stage", ("Shift+F",),
            "Let the network go on after the last step, fed its own forecasts.",
            reasons.no_forecast, checkable=True),
    Command(FILM, "copies_more", "One cop&y more of the loop", ("+", "="),
            FIELDS["copies"].teaches, reasons.no_loop, separator=True),
    Command(FILM, "copies_fewer", "One copy less of the loop", ("-",),
            "The loop closes over its last copy; the number of weights stands still.",
            reasons.no_loop),
    Command(FILM, "copies_follow", "Copies of the loop follow the fil&m", (),
            "The loop is opened as far as the film has gone forward, copy by copy.",
            reasons.no_copies),
    Command(NETWORK, "train", "&Train …", ("Ctrl+T",), "Train on what is open.",
            reasons.not_trained, separator=True),
    Command(NETWORK, "stop_training", "Sto&p training", ("Ctrl+.",),
            "Stop, and keep what was learned.", reasons.not_stopped),
    Command(NETWORK, "continue", "Co&ntinue this text …", (),
            "Let the network write on from the end of the text, with a temperature, to copy.",
            reasons.not_continued),
    Command(NETWORK, "fresh_network", "&Fresh network instead", (),
            "A new network in place of the trained one that was taken along.", reasons.not_carried),
    Command(NETWORK, "later", "A snapshot &later", ("Ctrl+Right",),
            "The network as it was later in its training.", reasons.no_later, separator=True),
    Command(NETWORK, "earlier", "A snapshot &earlier", ("Ctrl+Left",),
            "The network as it was earlier in its training.", reasons.no_earlier),
    Command(NETWORK, "best", "To the &best snapshot", ("Ctrl+Down",),
            "The network of the smallest validation loss: a training ends there.", reasons.no_best),
    Command(NETWORK, "last", "To the last snaps&hot", ("Ctrl+End",),
            "The network after the last update of its training.", reasons.is_last),
    Command(NETWORK, "loss_linear", "Loss on linear a&xes", (), FIELDS["loss_linear"].teaches,
            checkable=True, separator=True),
    Command(NETWORK, "loss_epochs", "Loss o&ver epochs", (), FIELDS["loss_epochs"].teaches,
            reasons.no_epochs, checkable=True),
    Command(VIEW, "lecture", "&Lecture, fullscreen", ("F5",),
            "In front of a class: fullscreen, large type, the whole film on the keys."),
    Command(VIEW, "menu", "Men&u, in a lecture too", ("F10",), "Open the menus by the keyboard."),
    Command(VIEW, "leave", "Leave words, panel or lecture, &dismiss", ("Esc",),
            "Leave what was entered last."),
    Command(VIEW, "blank", "&Blank the screen in a lecture", ("B",),
            "Cover the screen, or show it again.", in_tour=("B", ".")),
    Command(VIEW, "words", "&Words as vectors", ("F2",),
            "10,000 words one-hot, and dense, in place of the stage.", checkable=True),
    Command(VIEW, "equation", "&Equation", ("Ctrl+1",), FIELDS["window/equation"].teaches,
            checkable=True, separator=True),
    Command(VIEW, "hidden_state", "&Hidden state", ("Ctrl+2",),
            "The hidden state of every unit at every step.", checkable=True),
    Command(VIEW, "gradient", "&Gradient", ("Ctrl+3",),
            "What reaches every step, on a logarithmic axis.", checkable=True),
    Command(VIEW, "model", "&Model bar", ("Ctrl+4",), FIELDS["window/model"].teaches,
            checkable=True),
    Command(VIEW, "cell", "Inside the memory &cell", ("M",),
            "The gates of one unit with their numbers, forward and backward.", checkable=True),
    Command(VIEW, "fill", "Panel &fills the window", ("Ctrl+Return", "Ctrl+Enter"),
            "The panel with the focus alone, or all again: so does a double click on its title.",
            checkable=True, separator=True),
    Command(VIEW, "another_panel", "Another &panel", ("Ctrl+Shift+Return",),
            "One more slot, up to four; its title is a menu of what may stand there."),
    Command(VIEW, "take_away", "T&ake the panel away", ("Ctrl+Shift+Backspace",),
            "Close the slot of the panel with the focus."),
    Command(VIEW, "cover", "Cover or uncover, to let the room guess", ("V",),
            "Hide a panel's curves: a guess is drawn over them, the film uncovers them, and how "
            "far the guess was is said.", reasons.nothing_shown),
    Command(VIEW, "type_guess", "Type a guess …", (),
            "Guess one value of what is covered: that of the last step that will be seen.",
            reasons.nothing_shown),
    Command(VIEW, "forget_guess", "Forget the guess", ("Shift+V",),
            "Take the cover and the room's guess away.", reasons.nothing_shown),
    Command(VIEW, "fade", "One number more of the equation is blank", ("N",),
            "In the equation's panel a number is left out, the last step of the reckoning first: "
            "what is typed is checked, and a wrong answer told by its usual mistake.",
            reasons.no_equation, in_tour=("E",)),  # N brings the notes there
    Command(VIEW, "unfade", "One number less is blank", ("Shift+N",),
            "A number that was left out is written again.", reasons.no_equation),
    Command(VIEW, "save_layout", "Sa&ve the layout …", (),
            "Save which panels stand where under a name, for View ▸ Layout and --layout."),
    Command(VIEW, "forget_layout", "F&orget the layout", (),
            "Forget the layout of yours that is shown; its panels stay where they are."),
    Command(VIEW, "larger", "La&rger type", ("Ctrl++", "Ctrl+="), "Make all type larger.",
            separator=True),
    Command(VIEW, "smaller", "&Smaller type", ("Ctrl+-",), "Make all type smaller."),
    Command(VIEW, "normal", "&Normal type", ("Ctrl+0",), "Type at its usual size."),
    Command(TOUR, "tour_next", "&Next", (),
            "On in the tour: finish what runs, tell what was asked, or show the next scene.",
            reasons.no_tour, in_tour=("PgDown", "Space")),
    Command(TOUR, "tour_back", "&Back", (),
            "Back to what the tour showed before, exactly.", reasons.no_tour,
            in_tour=("PgUp", "Shift+Space")),
    Command(TOUR, "tour_first", "&First scene", (), "The tour from its beginning.",
            reasons.no_tour, in_tour=("Home",)),
    Command(TOUR, "tour_last", "&Last scene", (), "The tour's end.", reasons.no_tour,
            in_tour=("End",)),
    Command(TOUR, "tour_again", "Bring the &script back", (),
            "The scene as the tour has it, without what was changed live.", reasons.no_tour,
            in_tour=("Backspace",)),
    Command(TOUR, "notes", "N&otes for the speaker", (),
            "The speaker's window on another screen, or the notes over the picture's foot.",
            reasons.no_tour, checkable=True, in_tour=("N",)),
    Command(TOUR, "pen", "&Pen that fades", (),
            "Draw over the picture; what was drawn goes by itself.",
            reasons.no_tour, checkable=True,
            separator=True, in_tour=("D",)),
    Command(TOUR, "pen_stays", "Pen that sta&ys", (),
            "Draw over the picture; what was drawn stays until the next scene.", reasons.no_tour,
            checkable=True, in_tour=("Shift+D",)),
    Command(TOUR, "spotlight", "Spotli&ght, also while S is held", (),
            "All but what is around the pointer in the dark.", reasons.no_tour, checkable=True),
    Command(TOUR, "zoom", "&Zoom, also while Z is held", (),
            "What is around the pointer, larger.", reasons.no_tour, checkable=True),
    Command(TOUR, "add_scene", "&Add scene", ("Ctrl+Shift+A",),
            "Take what is on the stage, as it stands, as a new scene of the tour that is edited.",
            reasons.not_recorded, separator=True),
    Command(TOUR, "edit_tour", "&Edit tour …", ("Ctrl+Shift+E",),
            "The scenes of a tour beside the stage: reorder, edit, try, save; F5 presents it.",
            reasons.nothing_shown),
    Command(TOUR, "document_tour", "The tour of this &document", (),
            "Present the tour that the document keeps; F5 does it fullscreen.",
            reasons.no_kept_tour),
    Command(TOUR, "leave_tour", "Lea&ve the tour", (),
            "The window as it was; what the scene shows stays open, and Ctrl+Z leads back.",
            reasons.no_tour),
    Command(HELP, "start_page", "&Start page", (),
            "What one can begin with: a first step, the lecture, five shapes, one's own."),
    Command(HELP, "keys", "&Keys and settings", ("F1",),
            "Every command with its keys and every setting, to be searched."),
    Command(HELP, "palette", "&Find a command …", ("Ctrl+Shift+P",),
            "Type a few letters of a command, a setting, an example or a file; Enter does it."),
    Command(HELP, "diagnostics", "Copy &diagnostics", (),
            "Versions, system and screens for a report of a fault; nothing that you opened."),
    Command(HELP, "about", "&About rnnviz", (), "Version, licence, and what it is made of."),
)  # fmt: skip

COMMANDS: Mapping[str, Command] = {row.name: row for row in _ROWS}
"""Every row by its name, in the order of the menus."""

_SLOT = ("cover", "fill", "another_panel", "take_away", "export")
CONTEXTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(PANELS, ("next", "previous", "to_backward", *_SLOT)),  # else as said below
    "stage": ("play", "next", "previous", "to_backward", "end", "summed", "cell", "export"),
    "equation": ("next", "phase", "previous", "fade", "unfade", "equation", "export"),
    "map": ("cell", "later", "earlier", *_SLOT),
    "lines": ("cell", "later", "earlier", *_SLOT),
    "memory_cell": ("cell", "next", "previous", "to_backward", *_SLOT),
    "gradient": ("summed", "compared", "fork", "check", "to_backward", *_SLOT),
    "loss": (
        "best",
        "last",
        "later",
        "earlier",
        "loss_linear",
        "loss_epochs",
        "train",
        "stop_training",
        "fork",
        *_SLOT,
    ),
    "forecast": ("forecast", "ahead", "train", *_SLOT),
    "order": _SLOT,
    "shapes": _SLOT,
    "loop": ("next", "previous", "copies_more", "copies_fewer", "copies_follow", *_SLOT),
    "branches": (
        "rename_branch",
        "fork",
        "next_branch",
        "previous_branch",
        "compared",
        "close_branch",
    ),
}
"""What the right mouse button offers, by the name of the view or panel."""


def _of_session(session: Session) -> dict[str, Callable[..., object]]:
    """What the session itself does."""

    def ahead(on: bool) -> None:
        run = session.run
        session.forecast(min(_AHEAD, max(1, run.steps // 3)) if on and run is not None else 0)

    def choose(mode: str) -> Callable[[], object]:
        return lambda: session.choose_mode(mode)

    def tour(what: str) -> Callable[[], object]:
        return lambda: getattr(session.tour, what)()

    return {
        "undo": session.undo,
        "redo": session.redo,
        "play": session.toggle_play,
        "next": session.next,
        "previous": session.previous,
        "phase": session.next_phase,
        "start": session.to_start,
        "to_backward": lambda: session.to_stage(Stage.BACKWARD),
        "end": session.to_end,
        "faster": session.faster,
        "slower": session.slower,
        "animated": session.set_animated,
        "next_plane": session.next_plane,
        "copies_more": lambda: session.more_copies(1),
        "copies_fewer": lambda: session.more_copies(-1),
        "copies_follow": lambda: session.choose_copies(0),
        "summed": session.choose_summed,
        "compared": session.choose_compared,
        "fork": session.fork,
        "next_branch": session.next_branch,
        "previous_branch": session.previous_branch,
        "close_branch": lambda: session.close_branch(session.shown_branch),
        "check": session.check_gradient,
        "tour_next": tour("next"),
        "tour_back": tour("back"),
        "tour_first": tour("first"),
        "tour_last": tour("last"),
        "tour_again": tour("again"),
        "leave_tour": session.leave_tour,
        "reset": session.reset,
        "fresh_network": session.fresh_network,
        "ahead": ahead,
        "origin_earlier": lambda: session.move_origin(-1),
        "origin_later": lambda: session.move_origin(1),
        "stop_training": session.stop_training,
        "best": session.seek_best,
        "last": session.seek_last,
        **{mode: choose(mode) for mode in FIELDS["mode"].names},
    }
