"""How long until the window has painted the lecture's network, against an empty Qt window.

    python benchmarks/startup.py [--json FILE] [--runs N]

Each run is a process of its own, empty window and program in turn; the first of each only warms the
disk's cache and, as at anybody's first start, leaves Python's bytecode behind (in a folder of the
benchmark's own). Times are from the start of the process to the end of the first paint in which the
start page shows the lecture's network; processor time (user and system, of all threads) says the
same on a machine that has other things to do.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent

# Runs in the child: report once a paint with the network in it is done, then quit.
WATCH = """
import json, os, sys, time
sys.path.insert(0, {root!r})
def watch(application, window, stage=None):
    from PySide6 import QtCore, QtGui, QtWidgets
    from PySide6.QtCore import QEvent, QObject, QTimer
    class Watch(QObject):
        painted = stage is None
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                if watched is stage:
                    self.painted = stage.frame_shown() is not None
                else:  # before the window's own paint, so that nothing it asks for comes first
                    QTimer.singleShot(0, self.done)
            return False
        def done(self):
            if not self.painted:
                return
            now = time.time()
            told = {{
                "ms": 1000 * (now - float(os.environ["SPAWNED"])),
                "processor_ms": 1000 * time.process_time(),
                "modules": [name for name in sys.modules],
                "classes": [name for module in (QtCore, QtGui, QtWidgets) for name in vars(module)],
            }}
            print(json.dumps(told), flush=True)
            os._exit(0)
    keeper = Watch()
    window.installEventFilter(keeper)
    if stage is not None:
        stage.installEventFilter(keeper)
    application.exec()
"""
KINDS = {
    "empty Qt window": """
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([]); window = QMainWindow(); window.resize(1600, 900); window.show()
watch(application, window)
""",
    # As the command line does: arguments first, then Qt, and no look for cycles until it stands.
    "rnnviz": """
import gc; gc.disable()
import rnnviz.cli.main
from rnnviz.cli.arguments import read_arguments
options = read_arguments([])
from rnnviz.app import Launch, start
application, window = start(Launch(settings=options.settings, start_page=options.begins))
watch(application, window, window.starting.view)
""",
}


class Start(NamedTuple):
    """What one process said of itself: milliseconds, what it had loaded, Qt's classes it had made.

    PySide makes a class of Qt, with all its enumerations, when somebody first asks for it.
    """

    ms: float
    processor_ms: float
    modules: list[str]
    classes: list[str]

    @property
    def own(self) -> list[str]:
        """The program's own modules."""
        return [name for name in self.modules if name.partition(".")[0] == "rnnviz"]


def measure(code: str, bytecode: str) -> Start:
    """Start one process and wait for its first paint."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    environment["SPAWNED"] = repr(time.time())
    done = subprocess.run(
        [sys.executable, "-c", WATCH.format(root=str(ROOT)) + code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode or not done.stdout:
        raise SystemExit(done.stderr)
    return Start(**json.loads(done.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    starts: dict[str, list[Start]] = {kind: [] for kind in KINDS}
    with TemporaryDirectory() as bytecode:
        for code in KINDS.values():
            measure(code, bytecode)
        for _ in range(options.runs):
            for kind, code in KINDS.items():
                starts[kind].append(measure(code, bytecode))
    figures: dict[str, Any] = {"runs": options.runs}
    for kind, runs in starts.items():
        figures[kind] = {
            "median_ms": median(run.ms for run in runs),
            "median_processor_ms": median(run.processor_ms for run in runs),
            "ms": [run.ms for run in runs],
            "processor_ms": [run.processor_ms for run in runs],
            "own_modules": len(runs[0].own),
            "pyqtgraph_before_paint": any("pyqtgraph" in run.modules for run in runs),
        }
        print(
            f"{kind:16}  median {figures[kind]['median_ms']:6.0f} ms"
            f"   worst {max(figures[kind]['ms']):6.0f} ms"
            f"   processor {figures[kind]['median_processor_ms']:6.0f} ms"
            f"   own modules {figures[kind]['own_modules']:3}"
        )
    for name in ("ms", "processor_ms"):
        pairs = zip(figures["rnnviz"][name], figures["empty Qt window"][name], strict=True)
        ratios = [ours / empty for ours, empty in pairs]
        figures[f"ratio_{name}"] = median(ratios)
        what = "processor time" if name == "processor_ms" else "time"
        print(
            f"rnnviz ÷ empty window, {what}: {median(ratios):.2f}"
            f"   ({min(ratios):.2f} to {max(ratios):.2f}, wanted: at most 3.3)"
        )
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
