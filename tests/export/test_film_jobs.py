"""``rnnviz export`` of films, sound and pages: written as by a script, refused, and killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import pytest

from rnnviz.cli.main import main
from rnnviz.export.films import write_film, write_html, write_sound
from rnnviz.export.video import why_no_mp4
from rnnviz.files.errors import Cancelled
from rnnviz.tours.script import shipped_tour
from rnnviz.writing.formats import FILM, FORMATS, TOUR, Appearance, ExportJob

SMALL = Appearance((1024, 640))
ROOT = Path(__file__).parents[2]


def told_of(done):
    def told(share):
        done.append(share)
        return True

    return told


def test_each_format_is_written_of_a_stretch(qapp, frame_of, tmp_path):
    pytest.importorskip("PIL")
    begins = {"gif": b"GIF89a", "webp": b"RIFF", "mp4": b"\0\0\0", "wav": b"RIFF", "html": b"<!DOC"}
    for name, begin in begins.items():
        row, output = FORMATS[name], tmp_path / f"film.{name}"
        if row.why_not():
            continue
        options = {"sound": True} if name == "mp4" else {}
        job = ExportJob(output, frame_of(), SMALL, "stage", start=8.0, end=10.0, speed=4.0,
                        rate=4.0, options=options)  # fmt: skip
        assert FILM in row.of
        done = []
        said = row.write(job, told_of(done))
        assert said.startswith(f"wrote film.{name}: ")
        assert output.read_bytes().startswith(begin)
        assert done == sorted(done)
        assert 0.0 <= done[0] <= done[-1] <= 1.0
    with wave.open(str(tmp_path / "film.wav")) as made:
        assert made.getnframes() > 0.9 * made.getframerate()


def test_a_long_film_says_how_large_it_will_be(frame_of, tmp_path):
    row = FORMATS["mp4"]
    job = ExportJob(tmp_path / "film.mp4", frame_of(), Appearance((1600, 900)))
    assert row.foretold(job) == "1,222 pictures, 40 s, about 3 MB"
    short = ExportJob(tmp_path / "film.mp4", frame_of(), Appearance((1600, 900)), speed=8.0)
    assert row.foretold(short) == ""
    assert FORMATS["png"].foretold(job) == ""
    sound = ExportJob(tmp_path / "film.wav", frame_of(), Appearance(), speed=0.1)
    assert FORMATS["wav"].foretold(sound) == ""
    sound = ExportJob(tmp_path / "film.wav", frame_of(60), Appearance(), speed=0.1)
    assert re.fullmatch(r"\d+ min of sound, about 2\d\d MB", FORMATS["wav"].foretold(sound))


def test_a_tour_is_filmed_as_it_is_presented(qapp, tmp_path):
    """While a scene's film runs its question stands; what is covered then is as in the window."""
    pytest.importorskip("PIL")
    from PIL import Image

    tour = shipped_tour("7-vanishing-gradients")
    scene = next(i for i, s in enumerate(tour.scenes) if s.asks and s.play is not None)
    output = tmp_path / "scene.webp"
    job = ExportJob(output, tour, SMALL, scene=scene, speed=8.0, rate=2.0)
    assert TOUR in FORMATS["webp"].of
    write_film(job, lambda _: True)
    with Image.open(output) as made:
        assert made.n_frames > 2
        assert made.size == (1024, 640)


def test_a_cancelled_export_leaves_what_stood_there(qapp, frame_of, tmp_path):
    pytest.importorskip("PIL")
    for name, write in (("a.gif", write_film), ("a.html", write_html), ("a.wav", write_sound)):
        output = tmp_path / name
        output.write_bytes(b"before")
        job = ExportJob(output, frame_of(), SMALL, "stage", speed=8.0)
        with pytest.raises(Cancelled):
            write(job, lambda done, ends=name == "a.wav": not ends and done < 0.3)
        assert output.read_bytes() == b"before"
    assert len(list(tmp_path.iterdir())) == 3


def test_what_cannot_be_filmed_is_refused_on_one_line(tmp_path, capsys):
    if why_no_mp4():
        pytest.skip("needs PyAV")
    for words, said in (
        (("--from", "9", "--to", "3", "-o", "a.gif"), "--to is a later place than --from"),
        (("--text", "a b " * 50, "--speed", "0.1", "-o", "a.mp4"), "at most 20,000 are written"),
        (("5-memory-cell", "--sound", "-o", "a.mp4"), "a tour has no sound"),
        (("5-memory-cell", "-o", "a.wav"), "written of a film, and not of a tour"),
    ):
        output = str(tmp_path / words[-1])
        assert main(["export", *words[:-1], output]) == 2
        told = capsys.readouterr().err
        assert said in told
        assert told.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("--fps", "100", "a number from 1 to 60, not 100"),
        ("--speed", "0", "a number from 0.1 to 100, not 0"),
        ("--resolution", "5", "a number from 1 to 4, not 5"),
        ("--size", "100x500", "a whole number from 640 to 7,680, not 100"),
    ],
)
def test_limits_are_those_of_the_dialog(flag, value, said, capsys):
    with pytest.raises(SystemExit):
        main(["export", flag, value, "-o", "a.mp4"])
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_a_format_that_is_named_needs_no_ending(tmp_path):
    pytest.importorskip("PIL")
    begins = {"gif": b"GIF89a", "webp": b"RIFF", "png": b"\x89PNG", "svg": b"<?xml"}
    for name, begin in begins.items():
        output = tmp_path / f"film-{name}"
        more = ["--speed", "100"] if name in ("gif", "webp") else []
        words = ["export", "--text", "a b", "--format", name, "--what", "stage", "-o", str(output)]
        assert main(words + more) == 0
        assert output.read_bytes().startswith(begin)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals as POSIX has them")
@pytest.mark.parametrize("ending", ["gif", "png"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_export_that_is_asked_to_stop_leaves_nothing(number, ending, tmp_path):
    pytest.importorskip("PIL")
    output = tmp_path / f"film.{ending}"
    begun = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "import sys; from rnnviz.cli.main import main; sys.exit(main())"
    )
    command = [sys.executable, "-c", begun, "export", "--progress", "-o", str(output)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr.readline().startswith("progress ")
        running.send_signal(number)  # a picture's window is only being made then
        *_, said = running.stderr
    assert running.returncode == 128 + number
    assert said == f"rnnviz: interrupted; film.{ending} is not written\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_a_killed_export_leaves_no_half_film(tmp_path):
    pytest.importorskip("PIL")
    output = tmp_path / "film.gif"
    command = [sys.executable, "main.py", "export", "--progress", "--what", "stage", "--size",
               "1024x640", "-o", str(output)]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as running:
        for line in running.stderr:
            if line.startswith("progress ") and float(line.split()[1]) > 0.2:
                break
        running.send_signal(signal.SIGKILL)
    assert not output.exists()
    assert all(each.name.endswith(".part") for each in tmp_path.iterdir())
    time.sleep(1.1)  # so long it could still be somebody's
    from rnnviz.files.disk import clear_partials

    clear_partials(tmp_path)
    assert not list(tmp_path.iterdir())
