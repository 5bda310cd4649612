"""How long a tour keeps the room waiting: F5 to the first scene, and from each scene to the next.

    python benchmarks/tours.py [TOUR] [--json FILE] [--size 1920x1080]

The window is on no screen. From a press to the end of the paint in which the scene stands, on the
wall and of the interface's thread, with the next scene made ready beside it, as it is while
somebody speaks; the tour is opened once as by nobody before, and F5 is pressed when it is open.
Promised are 0.5 s to the first scene and 0.3 s from scene to scene.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
FIRST, NEXT = 0.5, 0.3  # seconds


def main() -> int:
    """Measure, print, and write what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("tour", nargs="?", default="lecture")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--size", default="1920x1080")
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))

    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    from rnnviz.app import Application
    from rnnviz.session import Session
    from rnnviz.tours.script import shipped_tour
    from rnnviz.views.window import MainWindow

    application = Application()
    tour = shipped_tour(options.tour, strict=True)
    session = Session()
    window = MainWindow(session)
    session.set_animated(False)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    window.resize(width, height)
    window.set_theme("light")
    session.open_default()
    window.show()
    window.finish()

    def until(done) -> None:
        while not done():
            QApplication.processEvents()
            time.sleep(0.001)

    def took(press) -> tuple[float, float, float]:
        """Seconds on the wall and of this thread, until the picture stands; its longest."""
        wall, thread, longest = time.perf_counter(), time.thread_time(), 0.0
        press()
        longest = time.thread_time() - thread
        presenter = session.tour
        while presenter.waiting or session.busy:
            before = time.thread_time()
            QApplication.processEvents()
            longest = max(longest, time.thread_time() - before)
            time.sleep(0.0005)
        before = time.thread_time()
        window.picture()
        longest = max(longest, time.thread_time() - before)
        return time.perf_counter() - wall, time.thread_time() - thread, longest

    def present() -> None:
        session.present(tour)

    opened = took(present)
    until(lambda: session.tour.at_rest)
    first = took(lambda: window.commands.run("lecture"))
    window.resize(width, height)
    QApplication.processEvents()
    rows: list[dict[str, object]] = []
    while session.tour.following() is not None:
        until(lambda: session.tour.at_rest)
        index, told = session.tour.shown.index, session.tour.shown.told
        wall, thread, longest = took(session.tour.next)
        shown = session.tour.shown
        rows.append(
            {"scene": shown.scene.name, "answer": shown.index == index and not told,
             "ms": 1e3 * wall, "thread_ms": 1e3 * thread, "longest_ms": 1e3 * longest,
             "fault": shown.fault}
        )  # fmt: skip
    print(f"opened, to the first scene {1e3 * opened[0]:4.0f} ms")
    print(f"F5 to the first scene   {1e3 * first[0]:7.0f} ms (promised {1e3 * FIRST:.0f})")
    for row in sorted(rows, key=lambda row: -float(str(row["ms"])))[:8]:
        what = " (answer)" if row["answer"] else ""
        print(f"  {row['ms']:7.0f} ms  thread {row['thread_ms']:6.0f}  {row['scene']}{what}")
    walls = [float(str(row["ms"])) for row in rows]
    late = [row for row in rows if float(str(row["ms"])) > 1e3 * NEXT]
    print(f"scene to scene: median {median(walls):.0f} ms, longest {max(walls):.0f} ms, "
          f"{len(late)} of {len(rows)} above {1e3 * NEXT:.0f} ms")  # fmt: skip
    faults = [row["scene"] for row in rows if row["fault"]]
    print(f"faults: {faults or 'none'}")
    if options.json:
        told_all = {"opened_ms": 1e3 * opened[0], "first_ms": 1e3 * first[0], "scenes": rows}
        options.json.write_text(json.dumps(told_all, indent=1), encoding="utf-8")
    session.leave_tour()
    window.close()
    del application
    return 0 if first[0] <= FIRST and not late else 1


if __name__ == "__main__":
    sys.exit(main())
