"""Films as files, opened again by programs that are not ours: their frames are the window's."""

from __future__ import annotations

import io
import json
import shutil
import subprocess

import numpy as np
import pytest

from rnnviz.export.frames import Pictures, pixels_of
from rnnviz.export.gif import ColourTable, write_gif
from rnnviz.export.moments import film_stills, seconds_of, spread
from rnnviz.export.offscreen import OffscreenWindow
from rnnviz.export.sound import RATE, heard, tones
from rnnviz.export.video import why_no_mp4, write_mp4, write_webp
from rnnviz.files.disk import write_whole
from rnnviz.files.errors import Cancelled
from rnnviz.writing.formats import Appearance

SIZE = (1101, 703)
START, END, FPS = 8.0, 11.0, 4.0


@pytest.fixture(scope="module")
def film(qapp):
    """Moments, their pictures as a film has them, and those of the window put there by itself."""
    from tests.frames import make_frame

    frame = make_frame()
    stills = film_stills(frame.timeline, START, END, 2.0, FPS)
    appearance = Appearance(SIZE, "dark", panels=("triangle",))
    with Pictures(frame, appearance) as pictures:
        drawn = list(pictures.drawn(stills))
    with OffscreenWindow(appearance) as offscreen:
        for place in (0, 5, len(stills) - 1):
            offscreen.show_frame(make_frame(position=stills[place].position))
            alone = offscreen.window.picture().toImage()
            alone = alone.convertToFormat(alone.Format.Format_RGB888)
            assert np.array_equal(pixels_of(alone), drawn[place])
    assert len({picture.tobytes() for picture in drawn}) > len(drawn) - 3
    return frame, stills, drawn


def seconds(film):
    return [still.seconds for still in film[1]]


def test_a_webp_has_exactly_the_windows_pictures(film, tmp_path):
    pytest.importorskip("PIL")
    from PIL import Image

    path = tmp_path / "film.webp"
    write_whole(path, lambda file: write_webp(file, iter(film[2]), seconds(film)))
    with Image.open(path) as made:
        elapsed, place = 0, 0
        for index in range(made.n_frames):
            made.seek(index)
            place = min(round(elapsed * FPS / 1000), len(film[2]) - 1)
            assert np.array_equal(np.asarray(made.convert("RGB")), film[2][place])
            elapsed += made.info["duration"]
    assert place == len(film[2]) - 1
    assert elapsed == pytest.approx(1000 * seconds_of(film[1]), abs=2)


def test_a_gif_has_the_windows_pictures_in_one_palette(film, tmp_path):
    pytest.importorskip("PIL")
    from PIL import Image

    path = tmp_path / "film.gif"
    palette = ColourTable(film[2][i] for i in spread(len(film[2]), 5))
    write_whole(path, lambda file: write_gif(file, iter(film[2]), seconds(film), palette))
    assert path.stat().st_size < 400_000
    with Image.open(path) as made:
        assert made.info["loop"] == 0
        elapsed, before = 0, None
        for index in range(made.n_frames):
            made.seek(index)
            got = np.asarray(made.convert("RGB")).astype(int)
            # what is the same as before stands longer: find the picture of this time
            place = min(range(len(film[2])), key=lambda i: abs(i * 1000 / FPS - elapsed))
            error = np.abs(got - film[2][place]).max(axis=2)
            assert error.max() <= 64
            assert (error > 12).mean() < 0.005
            assert error.mean() < 0.5
            if before is not None:
                still = (before[0] == film[2][place]).all(axis=2)
                assert np.array_equal(
                    before[1][still], got[still]
                )  # what is still does not flicker
            before = film[2][place], got
            elapsed += made.info["duration"]
    assert elapsed == pytest.approx(1000 * seconds_of(film[1]), abs=10)


def test_few_colours_are_kept_exactly_and_a_rare_one_is_not_lost():
    pytest.importorskip("PIL")
    rng = np.random.default_rng(0)
    few = rng.integers(0, 256, (200, 3), np.uint8)[rng.integers(0, 200, (60, 80))]
    palette = ColourTable([few])
    assert np.array_equal(palette.colours[palette.entries(few)], few)
    many = rng.integers(0, 40, (300, 300, 3), np.uint8)
    many[7, 9] = 255, 0, 0
    many[100:200] = 250, 250, 250
    palette = ColourTable([many])
    assert len(palette.colours) <= 255
    shown = palette.colours[palette.entries(many)].astype(int)
    assert (shown[150] == 250).all()
    assert np.abs(shown[7, 9] - (255, 0, 0)).max() < 100
    assert np.abs(shown - many).mean() < 4


needs_mp4 = pytest.mark.skipif(
    bool(why_no_mp4()) or not shutil.which("ffmpeg"), reason="needs PyAV and ffmpeg"
)


@needs_mp4
def test_an_mp4_plays_on_a_telephone_and_has_the_windows_pictures(film, tmp_path):
    frame, stills, drawn = film
    path = tmp_path / "film.mp4"
    sound = heard(tones(frame, START, END, 2.0), seconds_of(stills)), RATE
    write_whole(path, lambda file: write_mp4(file.name, iter(drawn), seconds(film), FPS, sound))
    told = json.loads(_run("ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json",
                           str(path)))  # fmt: skip
    video, voice = sorted(told["streams"], key=lambda s: s["codec_type"], reverse=True)
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert (video["width"], video["height"]) == (1102, 704)
    assert voice["codec_name"] == "aac"
    assert float(told["format"]["duration"]) == pytest.approx(seconds_of(stills), abs=0.3)
    shown = _run("ffprobe", "-v", "error", "-show_entries", "frame=pts_time", "-of", "csv=p=0",
                 "-select_streams", "v", str(path)).decode().replace(",", "").split()  # fmt: skip
    times = [place / FPS for place in range(len(stills))]
    assert [float(each) for each in shown[: len(times)]] == pytest.approx(times, abs=1e-3)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # it plays while it still loads
    raw = _run("ffmpeg", "-v", "error", "-i", str(path), "-fps_mode", "passthrough", "-f",
               "rawvideo", "-pix_fmt", "rgb24", "-")  # fmt: skip
    got = np.frombuffer(raw, np.uint8).reshape(-1, 704, 1102, 3)[:, :703, :1101]
    for picture, decoded in zip(drawn, got, strict=False):
        grey, seen = (p.astype(float) @ (0.299, 0.587, 0.114) for p in (picture, decoded))
        assert np.sqrt(((grey - seen) ** 2).mean()) < 3.0
        assert np.abs(picture.astype(int) - decoded).mean() < 2.5
    heard_again = np.frombuffer(_run("ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-"),
                                np.int16)  # fmt: skip
    silent = round(tones(frame, START, END, 2.0)[0].start * RATE)
    assert np.abs(heard_again[: silent - 2000].astype(int)).max() < 100
    assert np.abs(heard_again[silent + 2000 :].astype(int)).max() > 5000


@needs_mp4
def test_pictures_come_one_by_one_and_a_cancelled_film_leaves_nothing(film, tmp_path):
    drawn = film[2]
    for write in (
        lambda file, pictures: write_mp4(file.name, pictures, seconds(film), FPS),
        lambda file, pictures: write_webp(file, pictures, seconds(film)),
        lambda file, pictures: write_gif(file, pictures, seconds(film), ColourTable(drawn[:2])),
    ):
        path = tmp_path / "film"
        path.write_bytes(b"what stood there")
        alive = []

        def pictures(alive=alive):
            for index, picture in enumerate(drawn):
                if index == 8:
                    raise Cancelled("was not written: cancelled")
                alive.append(index)
                yield picture

        with pytest.raises(Cancelled):
            write_whole(path, lambda file, w=write, p=pictures: w(file, p()))
        assert path.read_bytes() == b"what stood there"
        assert [each.name for each in tmp_path.iterdir()] == ["film"]


@needs_mp4
def test_a_film_is_as_long_as_its_pictures_stand(tmp_path):
    """Also where their times are no whole ticks, as those of a tour are."""
    path, rng = tmp_path / "film.mp4", np.random.default_rng(0)
    drawn = rng.integers(0, 256, (6, 32, 48, 3), np.uint8)
    stand = [0.9, 0.2, 0.2, 0.2, 2.5, 0.3]  # seconds; a tick is 0.2 s
    write_mp4(str(path), iter(drawn), stand, 5.0)
    told = _run("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0",
                str(path))  # fmt: skip
    assert float(told) == pytest.approx(sum(stand), abs=0.11)


def test_a_gif_that_stands_still_is_one_picture():
    pytest.importorskip("PIL")
    from PIL import Image

    one = np.full((20, 30, 3), 90, np.uint8)
    file = io.BytesIO()
    write_gif(file, iter([one] * 5), [0.033] * 5, ColourTable([one]))
    with Image.open(file) as made:
        assert made.n_frames == 1
        assert made.info["duration"] == pytest.approx(165, abs=6)


def _run(*command):
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
