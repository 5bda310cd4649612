"""What the gradient laboratory takes: the slider over the weights, the triangle, the spectra.

    python benchmarks/lab.py [--json FILE] [--quick]

Offscreen, at 1600×900. "drag" is one number of the slider over the spectral radius, from the intent
to the painted pixels of the whole window in the layout *Laboratory*; the film stands where the
backward pass has come to step 1, so that all curves are drawn. "triangle" and "spectra" are the two
measures alone, as they are found beside the interface, the spectra with what is told apart of them.

Times are the processor's, of this process, and medians; a machine that has other things to do makes
them up to four times as long. The ratio says the same without it: how many plain singular value
decompositions of a matrix of the same size could be made in that time, of which there are as many
as steps.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import rnnviz  # noqa: F401  (before NumPy: it has BLAS keep to one thread)

# isort: split
import numpy as np

CELLS = ("rnn", "gru", "lstm")
DRAGGED, MEASURED = (60, 32), (300, 64)
DRAG_MS, TRIANGLE_MS = 50.0, 50.0
SPECTRA_MS = {"rnn": 100.0, "gru": 100.0, "lstm": 450.0}


def text_of(steps: int) -> str:
    """So many words of a small vocabulary."""
    return " ".join(f"w{i}" for i in np.random.default_rng(0).integers(0, 60, steps))


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    """What each of some runs takes the processor."""
    found: list[float] = []
    for _ in range(times):
        begin = time.process_time()
        work()
        found.append(1000 * (time.process_time() - begin))
    return found


def decompositions(states: int, steps: int, times: int) -> float:
    """Median of the time that as many plain singular value decompositions take, in ms."""
    matrices = np.random.default_rng(0).normal(size=(20, states, states))
    plain = milliseconds(lambda: np.linalg.svd(matrices, compute_uv=False), times)
    return median(plain) * steps / len(matrices)


def drags(cell: str, times: int) -> dict[str, float]:
    """Median and 95th percentile of what one number of the slider takes, in ms."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from rnnviz.film import Settings
    from rnnviz.session import Session
    from rnnviz.views.window import MainWindow

    application = QApplication.instance()
    assert application is not None
    waiting = (
        QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    )
    session = Session()
    window = MainWindow(session)
    window.resize(1600, 900)
    window.set_theme("light")
    steps, units = DRAGGED
    session.open_text(text_of(steps))
    session.set_settings(Settings(cell=cell, units=units))
    window.show()
    window.panels.choose("laboratory")
    window.finish()
    session.seek(2.0 * steps)

    def settle() -> None:
        while session.busy:  # asleep while the worker finds what belongs to it
            application.processEvents(waiting)
        application.processEvents()

    def drag(radius: float) -> None:
        session.scale_weights("radius", radius)
        settle()

    settle()
    session.show_panels(window.parts.slots.shown)
    radii = iter(np.linspace(0.4, 1.6, times + 3))
    milliseconds(lambda: drag(float(next(radii))), 3)
    found = milliseconds(lambda: drag(float(next(radii))), times)
    session.settle_scaling()
    session.close()
    window.close()
    window.deleteLater()
    application.processEvents()
    return {"ms": median(found), "ms_95": float(np.percentile(found, 95))}


def measures(cell: str, times: int) -> dict[str, float]:
    """Medians of the two measures of one pass, in ms."""
    from rnnviz.data import make_task, sequence_from_text
    from rnnviz.film import Branches, Playhead, Settings, compute_pass, start_run
    from rnnviz.film.measures import SINGULAR_VALUES, TRIANGLE, drop

    steps, units = MEASURED
    run = start_run(make_task(sequence_from_text(text_of(steps))), Settings(cell=cell, units=units))
    passing = compute_pass(run, 0, 0)
    branches = Branches.of(run, Playhead())

    def found(measure) -> None:
        drop(passing, ())
        for arguments in measure.arguments(branches):
            measure(passing, *arguments)

    return {
        name: median(milliseconds(lambda m=measure: found(m), times))
        for name, measure in (("triangle", TRIANGLE), ("spectra", SINGULAR_VALUES))
    }


def main() -> None:
    """Print a table beside what is wanted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    options = parser.parse_args()
    from rnnviz.app import Application

    application = Application()
    times = 7 if options.quick else 25
    rows: list[dict[str, object]] = []
    drags("rnn", 3)  # what the first window loads beside it is no part of a drag
    print("milliseconds of the processor, in brackets: wanted; then in decompositions a step")
    for cell in CELLS:
        states = 2 if cell == "lstm" else 1
        drag = drags(cell, times)
        steps, units = DRAGGED
        unit = decompositions(states * units, steps, times)
        rows.append({"cell": cell, "T": steps, "H": units, "what": "drag", **drag,
                     "wanted_ms": DRAG_MS, "ratio": drag["ms"] / unit})  # fmt: skip
        said = [f"drag {drag['ms']:6.1f} ({DRAG_MS:.0f}; 95 %: {drag['ms_95']:.1f}) "
                f"{drag['ms'] / unit:5.2f}"]  # fmt: skip
        steps, units = MEASURED
        unit = decompositions(states * units, steps, times)
        wanted = {"triangle": TRIANGLE_MS, "spectra": SPECTRA_MS[cell]}
        for name, ms in measures(cell, times).items():
            rows.append({"cell": cell, "T": steps, "H": units, "what": name, "ms": ms,
                         "wanted_ms": wanted[name], "ratio": ms / unit})  # fmt: skip
            said.append(f"{name} {ms:6.1f} ({wanted[name]:.0f}) {ms / unit:5.2f}")
        print(f"  {cell:5}", "   ".join(said), flush=True)
    del application
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
