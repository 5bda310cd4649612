"""How long until the window has painted itself, against an empty Qt window.

    python benchmarks/startup.py [--json FILE] [--runs N]

Each run is a process of its own; the first of each kind only warms the disk's cache and, as at
anybody's first start, leaves Python's bytecode behind (in a folder of the benchmark's own). Times
are from the start of the process to the end of the window's first paint, in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent

# Runs in the child: report once the first paint is through the event loop, then quit.
WATCH = """
import os, sys, time
sys.path.insert(0, {root!r})
def watch(application, window):
    from PySide6.QtCore import QEvent, QObject, QTimer
    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                window.removeEventFilter(self)
                QTimer.singleShot(0, done)
            return False
    def done():
        loaded = "pyqtgraph" in sys.modules
        print(time.time() - float(os.environ["SPAWNED"]), loaded, flush=True)
        os._exit(0)
    keeper = Watch(window)
    window.installEventFilter(keeper)
    application.exec()
"""
KINDS = {
    "empty Qt window": """
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication([]); window = QMainWindow(); window.resize(1600, 900); window.show()
watch(application, window)
""",
    "rnnviz": """
import gc; gc.disable()  # as the command line does
from rnnviz.app import start
watch(*start())
""",
}


def measure(code: str, bytecode: str) -> tuple[float, bool]:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    if not environment.get("DISPLAY"):
        environment["QT_QPA_PLATFORM"] = "offscreen"
    import time

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
    seconds, loaded = done.stdout.split()
    return 1000 * float(seconds), loaded == "True"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    figures: dict[str, object] = {"runs": options.runs}
    middle = {}
    with TemporaryDirectory() as bytecode:
        for kind, code in KINDS.items():
            measure(code, bytecode)
            results = [measure(code, bytecode) for _ in range(options.runs)]
            times = [ms for ms, _ in results]
            middle[kind] = median(times)
            early = any(loaded for _, loaded in results)
            figures[kind] = {
                "median_ms": middle[kind],
                "ms": times,
                "pyqtgraph_before_paint": early,
            }
            print(
                f"{kind:16}  median {middle[kind]:6.0f} ms   worst {max(times):6.0f} ms"
                f"   pyqtgraph before the first paint: {'yes' if early else 'no'}"
            )
    ratio = middle["rnnviz"] / middle["empty Qt window"]
    figures["ratio"] = ratio
    print(f"rnnviz ÷ empty window: {ratio:.2f}   (wanted: rnnviz within 1000 ms)")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
