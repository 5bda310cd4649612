"""Large and hostile files stay within the time and the memory that the program allows itself."""

import subprocess
import sys

import pytest

MB = 1 << 20

FILES = {
    "million-columns.csv": lambda: b",".join([b"1"] * 1_000_000),
    "one-line.csv": lambda: b"1" * (60 * MB),
    "commas.csv": lambda: b"," * (60 * MB),
    "blank.csv": lambda: b"\n" * (60 * MB),
    "comments.csv": lambda: b"#\n" * (20 * MB),
    "open-quote.csv": lambda: b'1,2\n"' + b"a\n" * (25 * MB),
    "quoted-lines.csv": lambda: b'"a\n",' * (10 * MB),
    "long.csv": lambda: b"1.5,-2e3\n" * (6 * MB),
    "wide.csv": lambda: (b",".join([b"1.25"] * 256) + b"\n") * 40_000,
    "one-word.txt": lambda: b"a" * (60 * MB),
    "emoji.txt": lambda: "😀".encode() * (15 * MB),
    "accents.txt": lambda: b"a" + "\u0301".encode() * (30 * MB),
    "latin.txt": lambda: b"caf\xe9 " * (12 * MB),
    "broken.txt": lambda: ("é".encode() * MB + b"\xff") * 20,
}

CHILD = """
import os, resource, sys, time
from rnnviz.data import DataError, make_task, read_sequence
peak = lambda: int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1])
before, started = peak(), time.process_time()
try:
    make_task(read_sequence(sys.argv[1]))
except DataError:
    pass
print(time.process_time() - started, (peak() - before) / 1024)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_time_and_memory(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    answer = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    path.unlink()
    seconds, megabytes = map(float, answer.stdout.split())
    assert seconds < 2
    assert megabytes < 300
