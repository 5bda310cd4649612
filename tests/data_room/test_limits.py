"""Large and hostile files stay within the time and the memory that the program allows itself."""

import json
import random
import subprocess
import sys

import numpy as np
import pytest

from rnnviz.data import Options, read_sequence
from rnnviz.files.errors import Cancelled
from tests.data_room.test_arrays import npy, npz
from tests.data_room.test_sounds import sound

MB = 1 << 20


def distinct_words(megabytes):
    draw = random.Random(0).getrandbits
    return b"".join(b"%x " % draw(36) for _ in range(megabytes * MB // 10))


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
    "dates.csv": lambda: b"2012-01-01,1\n" * (4 * MB),
    "blank-among.csv": lambda: b"1\n1\n1\n\n" * MB,
    "quoted.csv": lambda: b'"1","2"\n' * 250_000,
    "deep.json": lambda: b"[" * (24 * MB),
    "deep-keys.json": lambda: b'{"a":' * (4 * MB),
    "empty-lists.json": lambda: b"[" + b"[]," * (7 * MB) + b"[]]",
    "empty-lists-within.json": lambda: b"[[" + b"[]," * (7 * MB) + b"[]]]",
    "one-row.json": lambda: b"[[" + b"1," * (10 * MB) + b"1]]",
    "one-string.json": lambda: b'["' + b"a" * (20 * MB) + b'"]',
    "spaces.json": lambda: b"[" + b" " * (20 * MB) + b"1]",
    "open-strings.json": lambda: b'["' * (8 * MB),
    "too-large.json": lambda: b"[" + b"1," * (20 * MB) + b"1]",
    "numbers.json": lambda: b"[" + b"0.12345," * (2 * MB) + b"1]",
    "rows.json": lambda: b"[" + b"[1.5,2.5]," * MB + b"[1,2]]",
    "bytes.npy": lambda: npy(np.zeros((1 << 21, 28), "i1")),
    "long.npy": lambda: npy(np.zeros(7 << 20)),
    "bomb.npz": lambda: npz({"x.npy": npy(np.zeros(60 * MB, "i1"))}),
    "distinct.txt": lambda: distinct_words(20),
    "two-bombs.npz": lambda: npz({f"{n}.npy": npy(np.zeros(60 * MB, "i1")) for n in range(2)}),
    "long.wav": lambda: sound(np.zeros((8 * MB, 2), "i2"), channels=2),
    "eight.wav": lambda: sound(np.zeros(60 * MB, "i2"), 8),
}

CHILD = """
import os, resource, sys, time
from rnnviz.data import make_task, read_sequence
from rnnviz.files.errors import DataError
open("/proc/self/clear_refs", "w").write("5")
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
    assert seconds < 20  # no hang; how fast it is depends on the machine
    assert megabytes < 305


def rows_of(kind, megabytes):
    draw = random.Random(0).gauss
    lines = {
        "plain": lambda n: f"{draw(0, 1):.4f},{draw(0, 1):.4f},{n}\n",
        "dates": lambda n: f"2012-01-01 {n // 60 % 24:02}:{n % 60:02}:00,{draw(0, 1):.2f}\n",
    }
    block = "".join(map(lines[kind], range(20_000)))
    return (block * (megabytes * MB // len(block) + 1)).encode()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", "dates"])
def test_memory_of_a_20_mb_table(tmp_path, kind):
    path = tmp_path / "x.csv"
    data = rows_of(kind, 20)
    path.write_bytes(data)
    child = [sys.executable, "-c", CHILD, str(path)]
    answer = subprocess.run(child, capture_output=True, text=True, check=True, timeout=60)
    assert float(answer.stdout.split()[1]) < 6 * len(data) / MB + 5  # and the readers themselves
    assert len(read_sequence(path)) == data.count(b"\n")


LONG = {
    "x.csv": lambda: rows_of("plain", 4),
    "dates.csv": lambda: rows_of("dates", 4),
    "x.json": lambda: json.dumps(np.arange(400_000.0).tolist()).encode(),
    "x.npy": lambda: npy(np.arange(1_000_000.0)),
    "x.npz": lambda: npz({"x.npy": np.arange(1_000_000.0)}),
    "x.wav": lambda: sound(np.arange(1_000_000) % 1000),
    "x.txt": lambda: distinct_words(4),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_file_tells_how_far_it_is_and_can_be_stopped(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(LONG[name]())
    told = []

    def listen(done):
        told.append(done)
        return True

    sequence = read_sequence(path, progress=listen)
    assert len(sequence) >= 100_000
    assert told[0] == 0
    assert told[-1] == 1
    assert told == sorted(told)
    assert len(told) > 3
    for stop in range(3):
        answers = [True] * stop + [False]
        with pytest.raises(Cancelled):
            read_sequence(path, progress=lambda done, answers=answers: answers.pop(0))
        assert answers == []


def test_a_million_steps_open_whole(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b"0.5\n" * 1_000_000)
    assert len(read_sequence(path)) == 1_000_000
    path = tmp_path / "x.txt"
    path.write_bytes(b"word " * 1_000_000)
    sequence = read_sequence(path, options=Options(unit="words"))
    assert len(sequence) == 1_000_000
    assert sequence.notes == ()
