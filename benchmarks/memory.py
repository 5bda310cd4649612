"""Peak memory of opening long files, above the empty program, each in a process of its own.

    python benchmarks/memory.py [--steps N] [--cell NAME …] [--kind words values …] [--json FILE]

It opens the file as the window does: read, pass, and what all panels ask of it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np


def write(kind: str, steps: int, vocabulary: int, folder: Path) -> Path:
    """A text of so many words, or a table of values."""
    rng = np.random.default_rng(0)
    if kind == "values":
        path = folder / "values.csv"
        path.write_text("x\n" + "\n".join(f"{v:.4f}" for v in rng.normal(size=steps)) + "\n")
        return path
    path = folder / "words.txt"
    # As in a text, a few words are frequent; every word of the vocabulary stands in it.
    ranks = np.arange(1, vocabulary + 1, dtype=float)
    drawn = rng.choice(vocabulary, steps, p=(1 / ranks) / (1 / ranks).sum())
    drawn[:vocabulary] = rng.permutation(vocabulary)
    path.write_text(" ".join(f"w{n:x}" for n in drawn))
    return path


def peak() -> float:
    """The most bytes that this process ever had in memory."""
    if sys.platform == "win32":
        import ctypes

        class Counters(ctypes.Structure):
            _fields_ = [
                ("cb", ctypes.c_ulong), ("faults", ctypes.c_ulong),
                *((f"n{i}", ctypes.c_size_t) for i in range(8)),
            ]  # fmt: skip

        found = Counters()
        found.cb = ctypes.sizeof(found)
        process = ctypes.windll.kernel32.GetCurrentProcess()
        ctypes.windll.psapi.GetProcessMemoryInfo(process, ctypes.byref(found), found.cb)
        return float(found.n0)
    import resource

    unit = 1.0 if sys.platform == "darwin" else 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def open_here(path: str, cell: str, units: int) -> dict[str, float]:
    """Open it in a session, as the window does, and say what that took."""
    from PySide6.QtCore import QCoreApplication

    from rnnviz.film import Settings
    from rnnviz.film.cost import cost, size_of
    from rnnviz.session import Session

    application = QCoreApplication([])
    session = Session()
    session.begin_with(Settings(cell=cell, units=units))
    said: list[str] = []
    session.told.connect(lambda notice: said.append(notice.text) if notice is not None else None)
    session.open_default()
    import rnnviz.opening.door  # noqa: F401

    empty, begin = peak(), time.perf_counter()
    session.open_file(path, unit="words" if path.endswith(".txt") else None, ask=False)
    while session.busy:
        application.processEvents()
        time.sleep(0.02)
    run, frame = session.run, session.frame
    assert run is not None and frame is not None
    if frame.run is not run or run.steps < 10:
        raise SystemExit(said[-1])
    size = size_of(run.task, run.architecture)
    result = {
        "steps": run.steps, "outputs": run.task.outputs, "seconds": time.perf_counter() - begin,
        "peak": peak() - empty, "predicted": cost(size, "task", "network", "pass").bytes,
    }  # fmt: skip
    session.close()
    return result


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--vocabulary", type=int, default=1000)
    parser.add_argument("--units", type=int, default=16)
    parser.add_argument("--cell", nargs="+", default=["rnn", "gru", "lstm"])
    parser.add_argument("--kind", nargs="+", default=["words", "values"])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--here", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        print(json.dumps(open_here(options.here[0], options.here[1], options.units)))
        return
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in options.kind:
            path = write(kind, options.steps, options.vocabulary, Path(folder))
            for cell in options.cell:
                command = [sys.executable, __file__, "--units", str(options.units)]
                command += ["--here", str(path), cell]
                ended = subprocess.run(command, capture_output=True, text=True, check=False)
                if ended.returncode:
                    print(f"{kind:7}{cell:5} {ended.stderr.strip().splitlines()[-1]}", flush=True)
                    continue
                found = json.loads(ended.stdout)
                rows.append({"kind": kind, "cell": cell, **found})
                print(
                    f"{kind:7}{cell:5}{found['steps']:>10,} steps, {found['outputs']:,} outputs: "
                    f"peak {found['peak'] / 1e9:.2f} GB above the empty program, predicted "
                    f"{found['predicted'] / 1e9:.2f}, {found['seconds']:.0f} s",
                    flush=True,
                )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
