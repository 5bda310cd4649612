"""How long one moved playhead takes, from the intent to the painted pixels of the whole window.

    python benchmarks/frames.py [--json FILE] [--quick] [--busy]

Offscreen, at scale factor 1. "step" moves by a whole step (every view changes), "tick" is one
frame of an animation within a step, half of them forward, half backward through time, and "still"
one in which no numbers travel from the equation; "chart" is what the gradient's chart takes of a
step forward, and "back" of one backward, where more of its curve appears and is named. Ratios are
against T = 1000, H = 64 of the same size in the same run, the chart's against the whole step. With
`--busy` all of that is by the thread's own clock, for a machine that does other work too.

Then single events that show everything anew, by the thread's own clock: each is done and painted in
one go, so that it is the longest that the interface can stand still for it. They are done twice;
the second time what Python and Qt load is there ("first" is before that).

Then, for long series: the longest time for which the interface's thread answers nothing, while a
file is read and its pass computed by the worker ("meanwhile"), when its first frame arrives, and
when the theme, the size, the loss or the layer's quantity is changed after that.

"lanes" is a step with three branches side by side and four panels, in time of the processor.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["XDG_CONFIG_HOME"] = tempfile.mkdtemp()
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import rnnviz  # noqa: F401  (before NumPy: it has BLAS keep to one thread)

# isort: split
import numpy as np

SIZES = ((1600, 900, 4.0), (3840, 2160, 16.7))
SHAPES = (*((t, h) for t in (9, 60, 1000) for h in (16, 64, 256)), (20_000, 64))

# Series: steps, units, cell.
LONG = ((1_000_000, 16, "rnn"), (200_000, 16, "lstm"), (20_000, 256, "rnn"))
MOST_MS = 50.0


def text_of(steps: int) -> str:
    rng = np.random.default_rng(0)
    words = [f"w{i}" for i in range(60)]
    return " ".join(words[i] for i in rng.integers(0, 60, steps))


def moves(session, application, positions, clock) -> tuple[float, float]:
    """Median and 95th percentile of the time of a move, in ms."""
    times = []
    for position in positions:
        begin = clock()
        session.seek(position)
        application.processEvents()
        times.append(1000 * (clock() - begin))
    return median(times), float(np.percentile(times, 95))


def chart_moves(window, frame, application, positions, clock) -> float:
    """Median of the time that a move takes the gradient's chart alone, in ms."""
    from rnnviz.film import resolve
    from rnnviz.views.chart.gradient import GradientPanel

    panel, times = window.findChild(GradientPanel), []
    for position in positions:
        moved = resolve(frame.run, frame.playhead.at(position), frame.passing, frame.branches)
        begin = clock()
        panel.set_frame(moved)
        application.processEvents()
        times.append(1000 * (clock() - begin))
    return median(times)


def shown(session, application) -> None:
    """Wait until what the worker finds for a frame is there, and shown."""
    begin = time.perf_counter()
    while session.busy or time.perf_counter() - begin < 0.1:
        application.processEvents()


def events(session, window, application) -> dict[str, Any]:
    """What single events take of the interface's thread, in ms: the first time, and the second."""
    from dataclasses import replace

    commands, other = window.commands, replace(session.settings, cell="lstm")
    usual, layout = window.size(), window.panels.layout
    every = {
        "resize": (lambda: window.resize(2166, 1286), lambda: window.resize(usual)),
        "larger": (lambda: commands.run("larger"), lambda: commands.run("normal")),
        "theme": (lambda: window.set_theme("dark"), lambda: window.set_theme("light")),
        "undo": (lambda: commands.run("undo"), lambda: session.set_settings(other)),
        "equation": (
            lambda: window.panels.put("equation"),
            lambda: window.panels.want(layout),
        ),
        "lecture": (lambda: commands.run("lecture"), lambda: commands.run("lecture")),
    }
    session.open_default()
    session.set_settings(other)
    shown(session, application)
    session.seek(6.0)
    found: dict[str, list[float]] = {name: [] for name in every}
    for _ in range(2):
        for name, (act, back) in every.items():
            shown(session, application)
            begin = time.thread_time()
            act()
            application.processEvents()
            found[name].append(1000 * (time.thread_time() - begin))
            shown(session, application)
            back()
    shown(session, application)
    return {f"{name}_ms": times[1] for name, times in found.items()} | {
        f"{name}_first_ms": times[0] for name, times in found.items()
    }


class Watch:
    """Notes for how long the event loop was away, and until when."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self.away: list[tuple[float, float]] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(2)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.away.append((now - self._last, now))
        self._last = now

    def longest(self, since: float, until: float = float("inf")) -> float:
        """The longest standstill, in ms, of those that ended within a time."""
        return 1000 * max((gap for gap, end in self.away if since < end <= until), default=0.0)


def standstills(session, window, application, steps: int, units: int, cell: str) -> dict:
    """The longest standstills of the interface's thread with a series of so many steps, in ms."""
    from PySide6.QtCore import QEventLoop

    from rnnviz.film import Settings

    waiting = (
        QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
    )

    def settle() -> None:
        quiet = time.perf_counter()
        while time.perf_counter() - quiet < 0.4:
            application.processEvents(waiting)
            if session.busy:
                quiet = time.perf_counter()

    def measured(act) -> float:
        begin = time.perf_counter()
        act()
        settle()
        return watch.longest(begin)

    session.open_default()
    session.set_settings(Settings(units=units, cell=cell))
    watch, arrived = Watch(), []
    rng = np.random.default_rng(0)
    values = np.sin(np.arange(steps) / 9) + 0.1 * rng.normal(size=steps)
    file = Path(tempfile.mkdtemp()) / "series.csv"
    file.write_text("value\n" + "\n".join(f"{value:.4f}" for value in values) + "\n")
    settle()
    # The window takes the frame after this, and paints it in one of the next turns of the loop.
    noted = session.changed.connect(
        lambda frame: arrived.append(time.perf_counter()) if frame.steps == steps else None
    )
    begin = time.perf_counter()
    session.open_file(file, ask=False)
    settle()
    session.changed.disconnect(noted)
    if not arrived:
        raise SystemExit(f"{steps} steps were not opened")
    found = {
        "meanwhile_ms": watch.longest(begin, arrived[0]),
        "first_frame_ms": watch.longest(arrived[0]),
        "theme_ms": measured(lambda: window.set_theme("dark")),
        "size_ms": measured(lambda: window.resize(window.width() - 100, window.height() - 60)),
        "loss_ms": measured(lambda: session.choose_summed(True)),
    }
    if cell == "lstm":
        found["quantity_ms"] = measured(lambda: session.choose_quantity("f"))
    window.set_theme("light")
    window.resize(window.width() + 100, window.height() + 60)
    session.choose_summed(False)
    return {"T": steps, "H": units, "cell": cell, "wanted_ms": MOST_MS, **found}


LANES = ("lanes", "triangle", "singular_values", "gradient")


def lanes(session, window, application, steps: int = 100, units: int = 64) -> dict:
    """A step with three cells as branches and four panels, in ms of the processor."""
    from rnnviz.film import Settings
    from rnnviz.film.panels import of_panels

    before = window.panels.layout
    session.open_text(text_of(steps))
    session.set_settings(Settings(units=units))
    shown(session, application)
    session.choose_compared(True)
    window.panels.show_once(of_panels(LANES))
    window.finish()
    shown(session, application)
    if len(session.branches.each) != 3 or window.parts.slots.shown != LANES:
        raise SystemExit("not three lanes and four panels")
    times: dict[str, list[float]] = {"forward": [], "back": []}
    for way, first in (("forward", 1), ("back", steps + 1)):
        for position in range(first, first + 60):
            begin = time.process_time()
            session.seek(position)
            application.processEvents()
            times[way].append(1000 * (time.process_time() - begin))
    window.panels.show_once(before)
    session.choose_compared(False)
    shown(session, application)
    found = {f"{way}_ms": median(each[6:]) for way, each in times.items()}
    every = [*times["forward"][6:], *times["back"][6:]]
    return {
        "what": "lanes", "T": steps, "H": units, "wanted_ms": SIZES[1][2],
        "step_ms": median(every), "step_95_ms": float(np.percentile(every, 95)), **found,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--quick", action="store_true", help="one size, three shapes")
    parser.add_argument("--busy", action="store_true", help="by the thread's own clock")
    options = parser.parse_args()
    from rnnviz.app import Application
    from rnnviz.data import make_task, sequence_from_text
    from rnnviz.film import Playhead, Settings, compute_pass, resolve, start_run
    from rnnviz.session import Session
    from rnnviz.views.window import MainWindow

    application = Application()
    clock = time.thread_time if options.busy else time.perf_counter
    frames = {}
    rows = []
    for width, height, wanted in SIZES[:1] if options.quick else SIZES:
        session = Session()
        window = MainWindow(session)
        window.resize(width, height)
        window.set_theme("light")
        session.open_default()
        window.show()
        window.finish()
        application.processEvents()
        reference = None
        print(f"{width}×{height}   (wanted: a moved frame within {wanted} ms)")
        shapes = ((9, 16), (1000, 64), (20_000, 64)) if options.quick else SHAPES
        for steps, units in sorted(shapes, key=lambda s: s != (1000, 64)):
            if (steps, units) not in frames:
                task = make_task(sequence_from_text(text_of(steps)))
                run = start_run(task, Settings(units=units))
                frames[steps, units] = resolve(run, Playhead(), compute_pass(run, 0, 0))
            session.open_frame(frames[steps, units])
            shown(session, application)
            middle = max(steps // 2, 1)
            # Every move is to another stop, whatever the length.
            begins = [(middle + i) % steps + 1 for i in range(24)]
            stops = [*begins, *(2 * steps + 1 - b for b in begins)]
            ticks = [
                b - 1 + f
                for b in (begins[0], 2 * steps - begins[0])
                for f in np.linspace(0.02, 0.98, 24)
            ]
            moves(session, application, stops[:6], clock)
            step, step95 = moves(session, application, stops, clock)
            chart, back = (
                chart_moves(window, session.frame, application, part, clock)
                for part in (stops[:24], stops[24:])
            )
            tick, tick95 = moves(session, application, ticks, clock)
            window.set_motion("reduced")
            moves(session, application, ticks[:6], clock)
            still, _ = moves(session, application, ticks, clock)
            window.set_motion("full")
            reference = reference or (step, tick)
            rows.append({
                "width": width, "height": height, "T": steps, "H": units, "wanted_ms": wanted,
                "step_ms": step, "step_95_ms": step95, "tick_ms": tick, "tick_95_ms": tick95,
                "still_ms": still,
                "chart_ms": chart, "chart_back_ms": back, "chart_ratio": (chart + back) / 2 / step,
                "step_ratio": step / reference[0], "tick_ratio": tick / reference[1],
            })  # fmt: skip
            print(
                f"  T={steps:6} H={units:4}   step {step:6.2f} ms (95 %: {step95:6.2f}, "
                f"ratio {step / reference[0]:.2f})   tick {tick:6.2f} ms (95 %: {tick95:6.2f}, "
                f"ratio {tick / reference[1]:.2f}), still {still:.2f} ms   "
                f"chart {chart:5.2f} ms, back {back:5.2f}"
            )
        if (width, height) == SIZES[0][:2]:
            row = lanes(session, window, application)
            rows.append({"width": width, "height": height, **row})
            print(
                f"  T={row['T']:6} H={row['H']:4}   three lanes, four panels: step "
                f"{row['step_ms']:.2f} ms of the processor (wanted: {row['wanted_ms']}; 95 %: "
                f"{row['step_95_ms']:.2f}; forward {row['forward_ms']:.2f}, "
                f"back {row['back_ms']:.2f})"
            )
            row = events(session, window, application)
            rows.append({"width": width, "height": height, "wanted_ms": MOST_MS, **row})
            print(f"  single events (wanted: {MOST_MS:.0f} ms)")
            for name in (key[:-9] for key in row if key.endswith("_first_ms")):
                print(
                    f"  {name:10} {row[f'{name}_ms']:6.1f} ms, first {row[f'{name}_first_ms']:6.1f}"
                )
            print(f"  the longest standstill (wanted: {MOST_MS:.0f} ms)")
            for steps, units, cell in LONG[2:] if options.quick else LONG:
                row = standstills(session, window, application, steps, units, cell)
                rows.append({"width": width, "height": height, **row})
                said = (f"{k[:-3].replace('_', ' ')} {v:.0f}" for k, v in list(row.items())[4:])
                print(f"  T={steps:8} H={units:4} {cell:5} ", ", ".join(said), "ms")
        window.close()
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
