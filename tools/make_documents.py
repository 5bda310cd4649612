"""Make documents, preferences and an autosave, to be kept in tests/data/documents/.

    PYTHONPATH=. QT_QPA_PLATFORM=offscreen python tools/make_documents.py FOLDER

writes what today's program writes, with the libraries that are installed, and beside it
manifest.json: what made it, every value of each run, and the losses of each snapshot's pass. With
the tree of an older commit in PYTHONPATH it is that program which writes; one that has no autosaves
yet, or is older than the records that are used here, leaves those out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

VIEW = {
    "panels": ["equation", "gradient"],
    "splitter": [381, 402],
    "lower": [602, 998],
    "text_zoom": 1.21,
    "state_view": "lines",
}
_LONG = 100


def flattened(value: Any, where: str = "run") -> Iterator[tuple[str, Any]]:
    """Every value of a record by its place; of arrays and long lists what they are and a hash."""
    if isinstance(value, np.ndarray):
        yield where, f"{value.dtype.name} {list(value.shape)} {_hash(value.tobytes())}"
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            if each.init:
                yield from flattened(getattr(value, each.name), f"{where}.{each.name}")
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from flattened(each, f"{where}.{name}")
    elif value is None or isinstance(value, bool | str):
        yield where, value
    elif isinstance(value, int | np.integer):
        yield where, int(value)
    elif isinstance(value, float | np.floating):
        yield where, float(value) if math.isfinite(value) else str(float(value))
    else:  # a tuple, or labels that are made when they are asked for
        values = tuple(value)
        if len(values) > _LONG and all(isinstance(each, str) for each in values):
            yield where, f"{len(values)} texts {_hash(chr(0).join(values).encode())}"
            return
        for number, each in enumerate(values):
            yield from flattened(each, f"{where}[{number}]")


def losses(run: Any) -> list[list[float | None]]:
    """The loss of every step in each snapshot's pass; None where it is not finite."""
    from rnnviz.film import compute_pass

    return [
        [float(x) if math.isfinite(x) else None for x in np.asarray(found, np.float64).ravel()]
        for found in (compute_pass(run, s, 0).trace.loss_k for s in range(len(run.networks)))
    ]


def runs() -> dict[str, Callable[[], Any]]:
    """What is saved, by name; small, of every kind."""
    from tests.documents.runs import picture_run, series_run, text_run

    return {
        "text": text_run,
        "lstm-adam": lambda: text_run(cell="lstm", layers=2, optimizer="adam", units=4),
        "gru-momentum": lambda: text_run(
            cell="gru", optimizer="momentum", clipping="norm", clip_limit=0.1, units=4
        ),
        "series": series_run,
        "exploded": lambda: series_run(60, activation="identity", gain=4e7, updates=0, units=4),
        "one-step": lambda: text_run("word", updates=0),
        "encoder-decoder": lambda: text_run(mode="encoder_decoder", units=4),
        "forecast": lambda: series_run(12, 1, mode="encoder_decoder", units=4),
        "many-to-one": lambda: text_run(mode="many_to_one", units=4),
        "pictures": picture_run,
        "trained": _trained_run,
    }


def _trained_run() -> Any:
    """A run with the log of a training, its plan and the problem that it shows."""
    import rnnviz.film as film
    from rnnviz.engine import Objective, Training
    from rnnviz.engine.batches import Batch
    from rnnviz.engine.clipping import Clipping
    from tests.documents.runs import text_run, updated

    run = text_run(updates=0, optimizer="adam", units=4)
    task = run.task
    batch = Batch(task.x, Objective(task.loss, task.targets, task.mask))
    training = Training(lambda _: batch, clipping=Clipping("norm", 0.5), validation=batch)
    log = [training.begin(run.networks[0])]
    log.extend(training.run(log[0], 2))
    shipped = film.ShippedProblem("cats", "Cats on mats", "see", "type", ("a", "b"), "a")
    settings = replace(run.settings, learning_rate=0.01)
    plan = film.Plan(settings, window=20, batch=8, updates=2)
    run = replace(run.with_log(tuple(log), 1), shipped=shipped, plan=plan, naive=1.5)
    return updated(run, 1)


def make_documents(folder: Path) -> dict[str, Any]:
    """Write the documents; returns what is in them."""
    from rnnviz import film
    from rnnviz.documents import save_document

    made: dict[str, Any] = {}
    for name, make in runs().items():
        run = make()
        playhead = film.Playhead(len(run.networks) - 1, 1.25, 1, True, 0, 3, "a")
        path = folder / f"{name}.rnnviz"
        if hasattr(film, "Branches"):
            save_document(path, film.Branches.of(run, playhead), VIEW)
        else:  # an older program
            save_document(path, run, playhead, VIEW)
        made[name] = described(run, playhead, VIEW)
    return made


def described(run: Any, playhead: Any, view: Mapping[str, Any]) -> dict[str, Any]:
    """What a document holds."""
    return {
        "view": dict(view),
        "playhead": {each.name: getattr(playhead, each.name) for each in fields(playhead)},
        "values": dict(flattened(run)),
        "losses": losses(run),
    }


def make_autosave(folder: Path) -> dict[str, Any]:
    """Have a program be closed unexpectedly; returns what it had open."""
    from rnnviz.session import Session

    session = Session(folder=folder / "autosave")
    autosave = session.autosave
    autosave.view = lambda: VIEW
    session.open_default()
    session.mark_saved(session.branches, Path("/home/ada/lecture.rnnviz"))
    session.set_settings(replace(session.settings, cell="gru", units=4, seed=7))
    _until(lambda: session.run is not None and session.settings.cell == "gru")
    session.seek(3.5)
    autosave.begin()
    _until(lambda: not autosave.writing)
    autosave.write()
    _until(lambda: not autosave.writing)
    (found,) = (folder / "autosave").glob("*.rnnviz")
    run, playhead = session.run, session.playhead
    found.rename(folder / "autosave.rnnviz")
    session.close()
    (folder / "autosave").rmdir()
    return described(run, playhead, VIEW)


def make_preferences(folder: Path, keep: list[object]) -> dict[str, Any]:
    """Have a window remember everything; returns what it was."""
    from PySide6.QtCore import QSettings

    from rnnviz.film.panels import of_panels
    from rnnviz.session import Session
    from rnnviz.session.preferences import Preferences
    from rnnviz.views.window import MainWindow

    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    preferences = Preferences()
    chosen = {"theme": "dark", "state_view": "cell", "text_zoom": 1.1**3}
    preferences.add_recent("/home/ada/Übung 1, „Fluss“.csv")
    preferences.add_recent("C:\\Users\\ada\\lecture;2=a%20.rnnviz")
    flags = {"animated": False}
    for n, bar in enumerate(("equation", "model")):
        flags[f"window/{bar}"], flags[f"lecture/{bar}"] = n % 2 == 0, n % 2 == 1
    for name, value in (chosen | flags).items():
        preferences.keep(name, value)
    shown = {"window": ["gradient", "memory_cell"], "lecture": ["lines"]}
    for place, panels in shown.items():
        preferences.keep_layout(place, of_panels(panels))
    session = Session(preferences)
    window = MainWindow(session)
    keep.append(window)  # a window is not made to be deleted while its program goes on
    window.resize(1234, 765)
    session.open_default()
    window.show()
    window.finish()
    window.close()
    session.close()
    preferences._file.sync()
    names = [each for each in preferences._file.allKeys() if preferences.bytes(each) is not None]
    made = {
        **chosen,
        "recent": list(preferences.recent),
        "flags": flags,
        "panels": shown,
        "bytes": {each: bytes(preferences.bytes(each).toHex()).decode() for each in names},
        "size": [window.width(), window.height()],
    }
    (folder / "rnnviz" / "rnnviz.ini").rename(folder / "preferences.ini")
    (folder / "rnnviz").rmdir()
    return made


def _until(done: Callable[[], bool]) -> None:
    from PySide6.QtCore import QCoreApplication

    end = time.monotonic() + 20
    while not done() and time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.01)


def _hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def main() -> None:
    """Write everything into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--program", default="today's", help="which commit it is, for the manifest")
    arguments = parser.parse_args()
    folder = arguments.folder
    folder.mkdir(parents=True)
    libraries = ("numpy", "PySide6-Essentials")
    made: dict[str, Any] = {
        "program": arguments.program,
        "made": str(date.today()),
        "python": platform.python_version(),
        **{name: version(name) for name in libraries},
        "documents": make_documents(folder),
    }
    from rnnviz.app import Application

    application, keep = Application([]), []
    made["preferences"] = make_preferences(folder, keep)
    made["documents"]["autosave"] = make_autosave(folder)
    del keep, application
    text = json.dumps(made, ensure_ascii=False, indent=0)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
