"""Pictures: every kind that a small PNG is saved as, and damaged ones."""

import io
import struct
import zlib

import numpy as np
import pytest

from rnnviz.data import make_task, read_frames, read_sequence
from rnnviz.data.readers import parse_bytes
from rnnviz.data.readers.png import decode_png
from rnnviz.files.errors import DataError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}


def chunk(kind, body=b"", check=None):
    check = zlib.crc32(kind + body) if check is None else check
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def head(width, height, depth=8, colour=GREY, interlace=0, method=0, filtering=0):
    return chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, method, filtering, interlace)
    )


def filtered(lines, kinds, step):
    """Each line as differences, by the kind of filter that is asked for."""
    packed, above = b"", np.zeros_like(lines[0])
    for line, kind in zip(lines, kinds, strict=True):
        left = np.concatenate([np.zeros(step, int), line[:-step]]) if len(line) > step else 0 * line
        corner = (
            np.concatenate([np.zeros(step, int), above[:-step]]) if len(line) > step else 0 * line
        )
        if kind == 4:
            p = left + above - corner
            a, b, c = abs(p - left), abs(p - above), abs(p - corner)
            guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, above, corner))
        else:
            guess = {0: 0, 1: left, 2: above, 3: (left + above) // 2}[kind]
        packed += bytes([kind]) + ((line - guess) % 256).astype("u1").tobytes()
        above = line
    return packed


def png(samples, colour=GREY, depth=8, kinds=None, before=b"", after=b"", parts=1):
    """A PNG of samples (h, w) or (h, w, channels)."""
    samples = np.asarray(samples)
    height, width = samples.shape[:2]
    flat = samples.reshape(height, -1)
    if depth == 16:
        lines = np.stack([flat >> 8, flat & 255], axis=2).reshape(height, -1)
    elif depth == 8:
        lines = flat
    else:
        bits = (flat[:, :, None] >> np.arange(depth)[::-1]) & 1
        lines = np.packbits(bits.reshape(height, -1).astype("u1"), axis=1).astype(int)
    kinds = [0] * height if kinds is None else kinds
    step = max(1, depth * CHANNELS[colour] // 8)
    packed = zlib.compress(filtered(lines.astype(int), kinds, step))
    cut = -(-len(packed) // parts)
    data = b"".join(chunk(b"IDAT", packed[p : p + cut]) for p in range(0, len(packed), cut))
    return SIGNATURE + head(width, height, depth, colour) + before + data + after + chunk(b"IEND")


def refusal(data, name="a.png"):
    with pytest.raises(DataError) as caught:
        parse_bytes(data, f"folder/{name}")
    assert str(caught.value).startswith(f"{name}: ")
    return caught.value.reason


RANDOM = np.random.default_rng(1)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("width", [1, 3, 8, 13])
def test_grey(depth, width):
    samples = RANDOM.integers(0, 2**depth, (5, width))
    np.testing.assert_allclose(
        decode_png(png(samples, GREY, depth), "a.png"), samples / (2**depth - 1)
    )


@pytest.mark.parametrize("colour", CHANNELS)
@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4])
def test_filters(colour, kind):
    samples = RANDOM.integers(0, 256, (6, 7, CHANNELS[colour]))
    before = chunk(b"PLTE", bytes(range(256)) * 3)
    plain = decode_png(png(samples, colour, before=before), "a.png")
    mixed = png(samples, colour, kinds=[kind, 4, kind, 3, kind, 1], before=before, parts=3)
    np.testing.assert_array_equal(decode_png(mixed, "a.png"), plain)


def test_colours_become_brightness():
    red, green, blue = np.eye(3, dtype=int) * 255
    picture = decode_png(png([[red, green, blue, red + green + blue, 0 * red]], RGB), "a.png")
    np.testing.assert_allclose(picture, [[0.2126, 0.7152, 0.0722, 1, 0]])
    wide = decode_png(png([[[65535] * 3, [0] * 3]], RGB, 16), "a.png")
    np.testing.assert_allclose(wide, [[1, 0]])


def test_what_is_transparent_lies_on_white():
    picture = decode_png(png([[[0, 255], [0, 0], [0, 51], [255, 255]]], GREY_ALPHA), "a.png")
    np.testing.assert_allclose(picture, [[0, 1, 0.8, 1]])
    np.testing.assert_allclose(decode_png(png([[[0, 0, 0, 51]]], RGBA), "a.png"), [[0.8]])


def test_one_colour_that_is_transparent_lies_on_white():
    grey = chunk(b"tRNS", b"\0\3")
    picture = decode_png(png([[3, 0], [15, 3]], GREY, 4, before=grey), "a.png")
    np.testing.assert_allclose(picture, [[1, 0], [1, 1]])
    green = chunk(b"tRNS", struct.pack(">HHH", 0, 65535, 0))
    colours = [[[0, 65535, 0], [0, 65534, 0], [0, 0, 0]]]
    picture = decode_png(png(colours, RGB, 16, before=green), "a.png")
    np.testing.assert_allclose(picture, [[1, 0.7152 * 65534 / 65535, 0]])
    assert "transparent colour" in refusal(png([[1]], before=chunk(b"tRNS", b"\1")))


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_palettes(depth):
    palette = chunk(b"PLTE", b"\0\0\0" + b"\xff\xff\xff") + chunk(b"tRNS", b"\x33")
    picture = decode_png(png([[0, 1, 1], [1, 0, 1]], PALETTE, depth, before=palette), "a.png")
    np.testing.assert_allclose(picture, [[0.8, 1, 1], [1, 0.8, 1]])


def test_one_picture_is_one_step():
    samples = RANDOM.integers(0, 256, (4, 5))
    sequence = parse_bytes(png(samples), "folder/a.png")
    assert (sequence.kind, sequence.name, len(sequence)) == ("picture", "a.png", 1)
    assert sequence.columns == tuple(f"p{place}" for place in range(1, 21))
    assert sequence.frames.shape == (1, 4, 5)
    np.testing.assert_array_equal(sequence.frames.ravel(), sequence.values.ravel())
    assert not sequence.frames.flags.writeable
    task = make_task(sequence)
    assert task.x.shape == (1, 1, 20)
    assert task.what == "next frame"
    assert parse_bytes(png(samples), "no name").kind == "picture"


def test_a_large_picture_is_averaged_down():
    samples = np.zeros((70, 64), int)
    samples[:, 32:] = 255
    samples[69] = 255
    sequence = parse_bytes(png(samples), "a.png")
    assert sequence.frames.shape == (1, 24, 22)
    assert sequence.notes == ("64 × 70 pixels were averaged down to 22 × 24",)
    np.testing.assert_allclose(sequence.frames[0, 0, 9:12], [0, 1 / 3, 1])
    np.testing.assert_allclose(sequence.frames[0, -1], 1)


def test_several_pictures_are_frames_in_the_order_of_their_names(tmp_path):
    for number in (10, 2, 1):
        (tmp_path / f"f{number}.png").write_bytes(png([[number, 0]]))
    told = []
    sequence = read_frames(tmp_path.iterdir(), progress=lambda done: told.append(done) or True)
    np.testing.assert_array_equal(sequence.frames[:, 0, 0] * 255, [1, 2, 10])
    assert sequence.name == "f1.png … f10.png"
    assert sequence.tokens == ("1", "2", "3")
    assert told[0] == 0 and told[-1] == 1
    assert make_task(sequence).x.shape == (3, 1, 2)
    (tmp_path / "f3.png").write_bytes(png([[1], [2]]))
    with pytest.raises(DataError, match=r"^f3.png: has 1 × 2 pixels, and f1.png has 2 × 1$"):
        read_frames(tmp_path.iterdir())
    with pytest.raises(DataError, match="no pictures"):
        read_frames([])
    (tmp_path / "f4.png").write_bytes(b"text")
    with pytest.raises(DataError, match=r"^f4.png: is not a PNG"):
        read_frames([tmp_path / "f4.png"])
    assert read_sequence(tmp_path / "f1.png").kind == "picture"


GOOD = png([[1, 2], [3, 4]])
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\1\2\0\3\4"))
END = chunk(b"IEND")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"hello", "is not a PNG picture"),
        (GOOD[:4], "is not a PNG picture"),
        (SIGNATURE, "is cut"),
        (GOOD[:-1], "is cut"),
        (GOOD[:-12], "is cut"),
        (GOOD[:20], "is cut"),
        (SIGNATURE + PIXELS + END, "out of order"),
        (SIGNATURE + head(2, 2) + head(2, 2) + PIXELS + END, "out of order"),
        (SIGNATURE + chunk(b"IHDR", b"short") + END, "wrong length"),
        (SIGNATURE + head(2, 2) + END, "too few or too many"),
        (SIGNATURE + head(2, 3) + PIXELS + END, "too few or too many"),
        (SIGNATURE + head(2, 1) + PIXELS + END, "too few or too many"),
        (SIGNATURE + head(2, 2) + chunk(b"IDAT", b"junk") + END, "cannot be unpacked"),
        (SIGNATURE + head(2, 2) + chunk(b"IDAT", PIXELS[8:-6]) + END, "too few or too many"),
        (SIGNATURE + head(2, 2) + chunk(b"IDAT", b"x", check=1) + END, "checksum"),
        (SIGNATURE + head(0, 2) + PIXELS + END, "0 × 2 pixels"),
        (SIGNATURE + head(2**31, 2**31) + PIXELS + END, "1 to 16,384 a side"),
        (SIGNATURE + head(257, 1) + PIXELS + END, "damaged"),
        (SIGNATURE + head(2, 2, depth=3) + PIXELS + END, "no PNG has such colours"),
        (SIGNATURE + head(2, 2, depth=16, colour=3) + PIXELS + END, "no PNG has such colours"),
        (SIGNATURE + head(2, 2, colour=5) + PIXELS + END, "no PNG has such colours"),
        (SIGNATURE + head(2, 2, method=1) + PIXELS + END, "no PNG has such colours"),
        (SIGNATURE + head(2, 2, interlace=1) + PIXELS + END, "interlaced"),
        (SIGNATURE + head(2, 2) + chunk(b"acTL") + PIXELS + END, "animated"),
        (SIGNATURE + head(2, 2) + chunk(b"ABCD") + PIXELS + END, "not known"),
        (SIGNATURE + head(2, 2, colour=3) + PIXELS + END, "a colour that is not there"),
        (png([[0, 1]], PALETTE, before=chunk(b"PLTE", b"\0\0\0")), "a colour that is not there"),
        (png([[0, 0]], PALETTE, before=chunk(b"PLTE", b"\0\0")), "a colour that is not there"),
        (SIGNATURE + head(1, 1) + chunk(b"IDAT", zlib.compress(b"\5\1")) + END, "no known filter"),
        (
            SIGNATURE + head(256, 256) + chunk(b"IDAT", zlib.compress(b"\0" * (64 << 20))) + END,
            "too few or too many",
        ),
    ],
)
def test_refuses(data, said):
    assert said in refusal(data)


def test_parts_that_need_not_be_known_are_passed_over():
    data = png([[1, 2]], before=chunk(b"tEXt", b"a\0b") + chunk(b"gAMA", b"\0\0\0\1"))
    assert parse_bytes(data, "a.png").frames.shape == (1, 1, 2)


def test_bytes_behind_the_end_are_left_out_and_counted():
    found = parse_bytes(GOOD + b"more", "a.png")
    np.testing.assert_array_equal(found.values, parse_bytes(GOOD, "a.png").values)
    assert found.notes == ("4 bytes behind the picture's end were left out",)


@pytest.mark.parametrize(("kind", "tolerance"), [("JPEG", 0.02), ("PNG", 1e-9)])
def test_large_pictures_are_averaged_down_by_pillow(kind, tolerance):
    image = pytest.importorskip("PIL.Image")
    grey = np.linspace(0, 255, 640).astype("u1")
    pixels = np.repeat(np.tile(grey, (480, 1))[..., None], 3, axis=2)
    made = io.BytesIO()
    image.fromarray(pixels).save(made, kind)
    found = parse_bytes(made.getvalue(), "a.jpg" if kind == "JPEG" else "a.png")
    assert found.frames.shape == (1, 24, 32)
    expected = grey.reshape(32, 20).mean(axis=1) / 255
    np.testing.assert_allclose(found.frames[0, 7], expected, atol=tolerance)
    assert "averaged down to 32 × 24" in found.notes[-1]
    with pytest.raises(DataError, match=r"damaged|cut"):
        parse_bytes(made.getvalue()[:300], "a.jpg" if kind == "JPEG" else "a.png")


def test_a_large_picture_of_sixteen_bits_keeps_its_greys():
    pytest.importorskip("PIL.Image")
    grey = np.tile(np.linspace(0, 65535, 640).astype(int), (480, 1))
    expected = grey[0].reshape(32, 20).mean(axis=1) / 65535
    found = parse_bytes(png(grey, GREY, 16), "a.png").frames[0, 7]
    np.testing.assert_allclose(found, expected, atol=1 / 255)
    clear = chunk(b"tRNS", b"\0\0")
    found = parse_bytes(png(grey * (grey > 30000), GREY, 16, before=clear), "a.png").frames[0, 7]
    np.testing.assert_allclose(found[:14], 1)
    np.testing.assert_allclose(found[16:], expected[16:], atol=1 / 255)


def test_a_picture_that_there_is_no_memory_for_is_not_called_damaged(monkeypatch):
    pytest.importorskip("PIL.Image")
    ops = pytest.importorskip("PIL.ImageOps")

    def fails(_picture):
        raise MemoryError

    monkeypatch.setattr(ops, "exif_transpose", fails)
    with pytest.raises(MemoryError):
        parse_bytes(png(np.zeros((480, 640), int), GREY, 16), "a.png")
