"""The one door: whatever a user opens, read once, told what it is, and opened; and the run of it.

No Qt. Composes the readers of `data` with `weights` and `documents`, so that those rooms stay apart
and a file can cause one kind of error only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from os import PathLike, fsdecode
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from rnnviz.data import (
    DEFAULT_SENTENCE,
    Options,
    Preview,
    Sequence,
    Task,
    make_task,
    sequence_from_text,
)
from rnnviz.data.readers import Question, Report, formats, parse_bytes, preview_bytes
from rnnviz.engine import Network
from rnnviz.files.disk import MAX_BYTES, Content, read_content
from rnnviz.files.errors import DataError, show_name
from rnnviz.files.zips import Npz, read_npz
from rnnviz.film import NetworkInfo, Run, Settings, describe, needs, run_with, start_run
from rnnviz.film.cost import budget
from rnnviz.film.fields import fields_of
from rnnviz.film.inputs import Inputs, parsed
from rnnviz.film.opened_files import OpenedNetwork
from rnnviz.opening.session_files import SessionFile, parse_session
from rnnviz.opening.toml_files import Toml, read_toml
from rnnviz.weights import inputs_in, modules_in, read_with_notes

if TYPE_CHECKING:
    from rnnviz.documents import Document

Openable: TypeAlias = "Sequence | Network | SessionFile | Document | Toml"

DOCUMENTS = ".rnnviz"
MAX_TOUR = 256 * 1024
_AGAIN = "the file was changed after it was looked at, and has been read again"


def open_path(
    path: str | PathLike[str], options: Options | None = None, progress: Report | None = None
) -> Openable:
    """Open a file as what it is.

    A ``.rnnviz`` file is a document, a ``.toml`` file a session, or a tour where it has scenes or
    parts (as `Toml`, of which `tours` makes one), a ``.safetensors`` file a network,
    an ``.npz`` file a network or a sequence by the names of its arrays (``weight_ih_l0``,
    ``W_aa_l0`` … are weights); everything else is a sequence. A session's data is not opened with
    it: `SessionFile.data` says which it is.

    Parameters
    ----------
    path
        The file; it is read once.
    options
        Of a sequence, what is not to be guessed; None: all is.
    progress
        Is called again and again with how much is done, from 0 to 1; when it answers False,
        opening stops.

    Raises
    ------
    DataError
        The only error that a file can cause; it names the file.
    """
    path = fsdecode(path)
    if progress is not None:
        progress(0.0)
    return OpenFile(path).open(options, progress)


class OpenFile:
    """A file that was read once, to be looked at, asked about and opened.

    A document is not read before it is opened: that takes from its zip what it needs.

    Parameters
    ----------
    path
        The file.

    Attributes
    ----------
    path : str
    kind : str
        ``"document"``, ``"session"``, ``"tour"``, ``"network"`` or ``"sequence"``.

    Raises
    ------
    DataError
        When it cannot be read, or is an archive of nothing known.
    """

    def __init__(self, path: str | PathLike[str], *, again: bool = False) -> None:
        self.path = fsdecode(path)
        self._notes = (_AGAIN,) if again else ()
        self._held = True
        suffix = formats.suffix_of(self.path)
        document = suffix == DOCUMENTS
        self._content = Content(self.path, b"", (0, 0)) if document else read_content(self.path)
        kinds = {DOCUMENTS: "document", ".toml": "session", ".safetensors": "network"}
        self.kind = kinds.get(suffix, "sequence")
        if suffix == ".npz" and self._content.data and _are_weights(self._content):
            self.kind = "network"
        if self.kind == "session" and _is_tour(self._content):
            self.kind = "tour"

    def waiting(self) -> OpenFile:
        """Return it as it waits for an answer: what is above the budget of previews is let go."""
        if len(self._content.data) > budget("memory_previews"):
            self._content, self._held = replace(self._content, data=b""), False
        return self

    def current(self) -> OpenFile:
        """Return it as long as the file is as it was; else the file as it is now, which says so.

        One that was let go is read again.
        """
        current = self.kind == "document" or self._content.current
        return self if current and self._held else OpenFile(self.path, again=not current)

    def check_meant(self, given: Iterable[str], *, beside: tuple[str, ...] = ()) -> None:
        """Refuse what was said of the reading and means nothing for such a file.

        Parameters
        ----------
        given
            Names of the fields that were said.
        beside
            Kinds of what is opened with it: see `meanings.KINDS`.

        Raises
        ------
        DataError
            It names the first flag, what it is for, and what to do.
        """
        from rnnviz.opening.meanings import MEANT, why_meaningless

        given = [name for name in given if name in MEANT]
        if not given:
            return
        kind = self.kind
        if kind == "sequence":
            from rnnviz.data.readers.kinds import as_chosen_or_told, kind_of

            # Where numbers are a table unless words are asked for, both can be meant.
            found, decoded = kind_of(self._content.data, self.path)
            kind = as_chosen_or_told(found, decoded, "words" if "unit" in given else None)
        why = why_meaningless(given, (kind, *beside))
        if why:
            raise DataError(why, path=self.path)

    def preview(self, options: Options | None = None) -> Preview | None:
        """Look at a sequence or weights before they are opened.

        None where there is nothing to choose.

        Raises
        ------
        DataError
            For a file that cannot be opened whatever is chosen. Documents and session files are
            not looked at.
        """
        if self.kind == "network":
            return _modules(self._content.data, self.path, options)
        if self.kind != "sequence":
            return None
        found = preview_bytes(self._content.data, self.path, options)
        return replace(found, notes=(*found.notes, *self._notes)) if self._notes else found

    def open(self, options: Options | None = None, progress: Report | None = None) -> Openable:
        """Open it as what it is; see `open_path`."""
        data = self._content.data
        if self.kind == "document":
            from rnnviz.documents import open_document  # not before it is needed

            return open_document(self.path)
        if self.kind == "session":
            return parse_session(data, self.path)
        if self.kind == "tour":
            return read_toml(data, self.path, MAX_TOUR, "tour")
        if self.kind == "network":
            return _network(data, self.path, None if options is None else options.prefix)
        found = parse_bytes(data, self.path, options=options, progress=progress)
        return replace(found, notes=(*found.notes, *self._notes)) if self._notes else found


def _is_tour(content: Content) -> bool:
    """Whether a file of TOML has what a tour is made of, and no session has."""
    try:
        tables = read_toml(content.data, content.path, MAX_TOUR, "tour").tables
    except DataError:  # who reads it says what is wrong
        return b"[[scene]]" in content.data
    return "scene" in tables or "parts" in tables


def _are_weights(content: Content) -> bool:
    from rnnviz.data.readers.numpy_arrays import are_weights, is_weights, may_be_weights

    with Npz(content.data, content.path) as archive:
        names = archive.names
    if is_weights(names) or not may_be_weights(names):
        return is_weights(names)
    arrays = read_npz(content.data, content.path, MAX_BYTES)
    return are_weights({name: array.shape for name, array in arrays.items()})


def _modules(data: bytes, path: str, options: Options | None) -> Preview | None:
    """The question which of several recurrent modules of a file of weights runs."""
    names = modules_in(data, path)
    if len(names) < 2:
        return None
    chosen = None if options is None else options.prefix
    which = Question(
        "prefix",
        "Module that runs",
        tuple((name, name.removesuffix(".") or "without a name") for name in names),
        names[0] if chosen is None else chosen,
        f"{len(names)} recurrent modules in one file, and one of them can be run",
        open=chosen is None,
    )
    return Preview("network", (), (), (which,))


def _network(data: bytes, path: str, prefix: str | None) -> Network:
    """Read weights, after a look at whether they are something else."""
    if not data:
        raise DataError("is empty, there is nothing in it", path=path)
    if formats.suffix_of(path) != ".npz":
        # Where one begins as it should, its first bytes are a length, whatever they look like.
        if data[8:9] != b"{":
            formats.refuse_stranger(data, (b"PK",), path)
        formats.refuse_hybrid(data, path)
    network, notes = read_with_notes(data, path, prefix)
    for name, array in network.parameters.items():
        if not np.isfinite(array).all():
            raise DataError(f"{name} holds something that is not a finite number", path=path)
    reads = _inputs(network, inputs_in(data, path), path)
    return OpenedNetwork(network.architecture, network.parameters, notes, reads)


def _inputs(network: Network, described: str, path: str) -> Inputs | None:
    """What the inputs of a network mean, as its file says; None where it says nothing."""
    if not described:
        return None
    try:
        reads = parsed(described)
    except ValueError as error:
        raise DataError(f"rnnviz.inputs: {error}", path=path) from None
    made = network.architecture
    if not reads.fits(made):
        wide = made.vocabulary or made.inputs
        reason = f"rnnviz.inputs: describes {len(reads):,}, and the network reads {wide:,}"
        raise DataError(reason, path=path)
    return reads


def lecture_task(unit: str = "words") -> Task:
    """The task of the lecture's sentence."""
    return make_task(sequence_from_text(DEFAULT_SENTENCE, unit=unit, name="the lecture's sentence"))


def tried(
    network: Network, path: str | PathLike[str], task: Task | None
) -> tuple[NetworkInfo, Run | None]:
    """Return what is in a network, and the run that it makes of what is open if it can read it.

    Parameters
    ----------
    network
    path
        Its file.
    task
        What is open; None: the lecture's sentence.
    """
    name = show_name(path)
    info = replace(describe(network, name), path=str(Path(path).absolute()))
    try:
        run = run_with(task or lecture_task(), network, name)
    except ValueError as error:
        said, waits = (f"{name}: {error}.",), not network.architecture.bidirectional
        if waits:
            said = (*said, f"Open {needs(network)}, and it will be run.")
        return replace(info, said=said, waits=waits), None
    said = tuple(f"{note[:1].upper()}{note[1:]}." for note in run.task.notes)
    return replace(info, said=said, runs=True), run


def run_of(network: Network, path: str | PathLike[str], task: Task | None = None) -> Run:
    """Return the run that a network makes of what is open; see `tried`.

    Raises
    ------
    ValueError
        When it cannot read that, in the words that the window has for it.
    """
    info, run = tried(network, path, task)
    if run is None:
        raise ValueError(" ".join(info.said))
    return run


def network_in(path: str | PathLike[str], prefix: str | None = None) -> Network:
    """Open a file that must be a network; `prefix` as in `Options`.

    Raises
    ------
    DataError
        When it cannot be opened, and for anything else.
    """
    file = OpenFile(path)
    found = file.open(Options(prefix=prefix or None)) if file.kind == "network" else None
    if not isinstance(found, Network):
        raise DataError(f"is a {file.kind}, and no network", path=path)
    return found


def sequence_in(
    path: str | PathLike[str], unit: str | None, progress: Report | None = None
) -> Sequence:
    """Open a file that must be a sequence.

    Raises
    ------
    DataError
        When it cannot be opened, and for anything else.
    """
    found = checked_sequence(OpenFile(path)).open(Options(unit=unit), progress)
    assert isinstance(found, Sequence)
    return found


def checked_sequence(file: OpenFile) -> OpenFile:
    """Return a file that must be a sequence.

    Raises
    ------
    DataError
        For anything else.
    """
    if file.kind != "sequence":
        raise DataError(f"is a {file.kind}, and no sequence for a network to read", path=file.path)
    return file


def begun(found: SessionFile, task: Task | None, progress: Report | None = None) -> Run:
    """What a session file asks for: its data, or what is open; its network and updates.

    Raises
    ------
    DataError
        As `sequence_in`, of its data.
    """
    if found.data is not None:
        sequence = sequence_in(found.data, found.given.get("unit"), progress)
    elif task is not None and not task.problem:
        sequence = (task.base or task).sequence
    else:
        sequence = lecture_task(found.given.get("unit", "words")).sequence
    if found.title:
        sequence = replace(sequence, name=found.title)
    of_plan = {row.name for row in fields_of("training")}
    given = {n: value for n, value in found.given.items() if n != "unit" and n not in of_plan}
    run = start_run(make_task(sequence), Settings(**given))
    planned = {n: value for n, value in found.given.items() if n in of_plan}
    if not planned:
        return run
    from rnnviz.training.offer import first_plan

    try:
        return replace(run, plan=replace(first_plan(run), **planned))
    except ValueError as error:  # parts that leave too little to train on
        raise DataError(f"[training]: {error}", path=found.name) from None
