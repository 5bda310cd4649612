"""Sounds: every width that is in use, and heads that contradict their files."""

import struct
import wave
from io import BytesIO

import numpy as np
import pytest

from rnnviz.data import Options
from rnnviz.data.readers import parse_bytes, wav
from rnnviz.files.errors import DataError


def chunk(name, body, order="<", size=None):
    head = name + struct.pack(f"{order}I", len(body) if size is None else size)
    return head + body + b"\0" * (len(body) % 2)


def fmt(code=1, channels=1, rate=8000, bits=16, align=None, order="<", rest=b""):
    align = channels * bits // 8 if align is None else align
    return chunk(
        b"fmt ",
        struct.pack(f"{order}HHIIHH", code, channels, rate, rate * align & 0xFFFFFFFF, align, bits)
        + rest,
        order,
    )


def riff(*chunks, form=b"RIFF", kind=b"WAVE", size=None, order="<"):
    body = kind + b"".join(chunks)
    return form + struct.pack(f"{order}I", len(body) if size is None else size) + body


def sound(samples, bits=16, channels=1, code=1, order="<", **options):
    return riff(
        fmt(code, channels, bits=bits, order=order, **options),
        chunk(b"data", packed(samples, bits, code, order), order),
        form=b"RIFF" if order == "<" else b"RIFX",
        order=order,
    )


def packed(samples, bits, code=1, order="<"):
    samples = np.asarray(samples)
    if code == 3:
        return samples.astype(f"{order}f{bits // 8}").tobytes()
    if bits == 8:
        return (samples + 128).astype("u1").tobytes()
    if bits == 24:
        byteorder = "little" if order == "<" else "big"
        return b"".join(int(v).to_bytes(3, byteorder, signed=True) for v in samples.ravel())
    return samples.astype(f"{order}i{bits // 8}").tobytes()


def read(data, name="a.wav", **options):
    return parse_bytes(data, f"folder/{name}", options=Options(**options))


def refusal(data, **options):
    with pytest.raises(DataError) as caught:
        read(data, **options)
    message = str(caught.value)
    assert message.startswith("a.wav: ")
    assert len(message) < 300
    return caught.value.reason


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
@pytest.mark.parametrize("order", "<>")
def test_whole_numbers_become_minus_one_to_one(bits, order):
    top = 2 ** (bits - 1)
    samples = [0, top - 1, -top, top // 2, -1, 1]
    sequence = read(sound(samples, bits, order=order))
    np.testing.assert_array_equal(sequence.values[:, 0], np.array(samples) / top)
    assert sequence.columns == ("amplitude",)
    assert f"{bits}-bit sound, 8,000 samples a second" in sequence.notes


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", "<>")
def test_floating_point_stays_as_it_is(bits, order):
    samples = [0, 0.5, -1.5, 1e-30]
    sequence = read(sound(samples, bits, code=3, order=order))
    np.testing.assert_allclose(sequence.values[:, 0], samples, rtol=1e-7)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_the_standard_library_writes(width, channels):
    buffer = BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(44_100)
        file.writeframes(bytes(range(width * channels * 5)))
    assert read(buffer.getvalue()).values.shape == (5, channels)


def extensible(code, bits, valid=None, guid=wav._GUID):
    rest = struct.pack("<HHIH", 22, valid or bits, 4, code) + guid
    return fmt(0xFFFE, bits=bits, rest=rest)


def test_extensible_formats():
    data = chunk(b"data", packed([1, -2, 3], 24))
    np.testing.assert_array_equal(
        read(riff(extensible(1, 24, 20), data)).values[:, 0] * 2**23, [1, -2, 3]
    )
    data = chunk(b"data", packed([0.25], 32, 3))
    assert read(riff(extensible(3, 32), data)).values.tolist() == [[0.25]]


def test_other_parts_are_passed_over():
    samples = chunk(b"data", packed([1, 2, 3], 16))
    other = chunk(b"LIST", b"odd") + chunk(b"id3 ", b"x" * 10)
    assert len(read(riff(other, fmt(), other, samples, other))) == 3
    assert len(read(riff(fmt(), samples) + b"behind it")) == 3
    odd = riff(fmt(bits=8), chunk(b"data", b"\x80" * 401))
    assert len(read(odd)) == 401
    unpadded = riff(fmt(bits=8), chunk(b"data", b"\x80" * 401)[:-1])
    assert len(read(unpadded)) == 401


@pytest.mark.parametrize("form", [b"RF64", b"BW64"])
def test_sounds_with_large_sizes(form):
    samples = packed(range(5), 16)
    parts = fmt() + chunk(b"data", samples, size=0xFFFFFFFF)
    for size in (0xFFFFFFFF, 4 + 36 + len(parts)):
        ds64 = chunk(b"ds64", struct.pack("<QQQI", 4 + 36 + len(parts), len(samples), 5, 0))
        data = riff(ds64, parts, form=form, size=size)
        assert len(read(data)) == 5
    assert "not whole" in refusal(data[:-2])
    assert "without its sizes" in refusal(riff(parts, form=form))


def test_channels():
    data = sound([[100, -300], [200, -500]], channels=2)
    both = read(data)
    np.testing.assert_array_equal(both.values * 32768, [[100, -300], [200, -500]])
    assert both.columns == ("left", "right")
    assert "2 channels, each a column" in both.notes
    right = read(data, channel=1)
    np.testing.assert_array_equal(right.values * 32768, [[-300], [-500]])
    assert right.columns == ("right",)
    mean = read(data, channel="mean")
    np.testing.assert_array_equal(mean.values * 32768, [[-100], [-150]])
    assert "has 2 channels, not that one" in refusal(data, channel=2)
    assert read(sound([1]), channel="mean").columns == ("amplitude",)
    assert read(sound([[1] * 5], channels=5)).columns[4] == "channel 5"


def test_steps_are_means_of_neighbours_and_labelled_in_seconds(monkeypatch):
    samples = np.arange(1001)
    for block in (7, 1 << 17):
        monkeypatch.setattr(wav, "_BLOCK", block)
        sequence = read(sound(samples), every=10)
        expected = samples[:1000].reshape(100, 10).mean(axis=1)
        np.testing.assert_allclose(sequence.values[:, 0] * 32768, expected)
    assert sequence.tokens[:3] == ("0.000 s", "0.001 s", "0.003 s")
    assert sequence.tokens[-1] == "0.124 s"
    assert "each step is the mean of 10 samples: 800 steps a second" in sequence.notes
    assert read(sound(samples)).tokens[1] == "0.0001 s"
    assert "fewer than make one step" in refusal(sound([1, 2]), every=3)
    with pytest.raises(ValueError, match="every"):
        Options(every=0)


def test_a_long_sound_is_cut_with_a_word(monkeypatch):
    monkeypatch.setattr(wav, "MAX_STEPS", 10)
    sequence = read(sound(range(25)))
    assert len(sequence) == 10
    assert "the first 10 of 25 steps were opened" in sequence.notes


def test_loudest_floats_have_a_mean():
    data = sound([[1.7e308, 1.7e308]] * 2, 64, channels=2, code=3)
    assert read(data, channel="mean", every=2).values.tolist() == [[1.7e308]]


ONE = chunk(b"data", packed([1, 2], 16))
UNKNOWN = 0xFFFFFFFF


@pytest.mark.parametrize(
    ("data", "samples"),
    [
        (riff(fmt(), ONE, size=UNKNOWN), 2),
        (riff(fmt(), ONE, size=0), 2),
        (riff(fmt(), chunk(b"data", b"123456", size=UNKNOWN), size=UNKNOWN), 3),
        (riff(fmt(), chunk(b"data", b"12345", size=UNKNOWN), size=UNKNOWN)[:-1], 2),
        # SoX, ALSA, and a recorder that was ended before it could write its sizes.
        (riff(fmt(), chunk(b"data", b"123456", size=0x7FFFF000 - 36), size=0x7FFFF000), 3),
        (riff(fmt(), chunk(b"data", b"123456", size=0x80000000), size=0x80000024), 3),
        (riff(fmt(), chunk(b"data", b"123456", size=0), size=36), 3),
        (riff(fmt(), chunk(b"data", b"123456", size=0), size=0), 3),
    ],
)
def test_a_sound_out_of_a_pipe_is_read_to_its_end_and_says_so(data, samples):
    found = read(data)
    assert len(found) == samples
    assert any(note.endswith("read to the end of the file") for note in found.notes)


def test_an_odd_part_is_no_reason_to_read_on_behind_the_samples():
    odd = chunk(b"LIST", b"abc")[:-1]
    assert "it is empty" in refusal(riff(fmt(), odd, chunk(b"data", b""), chunk(b"note", b"ab")))
    assert "in the middle of a sample" in refusal(riff(fmt(), odd, chunk(b"data", b"123")))


def test_an_odd_part_without_its_byte_is_read_with_a_note():
    odd = chunk(b"LIST", b"abc")[:-1]
    assert len(odd) == 11
    found = read(riff(fmt(), odd, ONE))
    np.testing.assert_array_equal(found.values, read(riff(fmt(), ONE)).values)
    assert any("an odd part" in note for note in found.notes)
    assert not any("odd" in note for note in read(riff(fmt(), chunk(b"LIST", b"abc"), ONE)).notes)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"hello", "does not begin as one does"),
        (b"RIFF\x04\0\0\0WAVE", "no “fmt ” part"),
        (riff(fmt(), ONE, kind=b"AVI "), "does not begin as one does"),
        (riff(ONE), "no “fmt ” part"),
        (riff(fmt()), "no “data” part"),
        (riff(fmt(), chunk(b"data", b"")), "it is empty"),
        (riff(fmt(), ONE)[:-1], "is not whole"),
        (riff(fmt(), ONE)[:30], "is not whole"),
        (riff(fmt(), ONE, size=36), "contradicts itself"),
        (riff(fmt(), chunk(b"data", b"1234", size=6)), "contradicts itself"),
        (riff(chunk(b"LIST", b"", size=0x7FFFFFFF), fmt(), ONE), "contradicts itself"),
        (riff(fmt(), ONE, ONE), "more than one part “data”"),
        (riff(fmt(), fmt(), ONE), "more than one part “fmt ”"),
        (riff(chunk(b"fmt ", b"\1\0"), ONE), "is cut"),
        (riff(fmt(), chunk(b"data", b"123")), "in the middle of a sample"),
        (riff(fmt(align=1), ONE), "contradicts itself"),
        (riff(fmt(align=0), ONE), "contradicts itself"),
        (riff(fmt(channels=0), ONE), "0 channels"),
        (riff(fmt(channels=65535, align=2), ONE), "65,535 channels"),
        (riff(fmt(rate=0), ONE), "0 samples a second"),
        (riff(fmt(rate=0xFFFFFFFF), ONE), "4,294,967,295 samples a second"),
        (riff(fmt(bits=0), ONE), "0 bits"),
        (riff(fmt(bits=12), ONE), "12 bits"),
        (riff(fmt(bits=64), ONE), "64 bits"),
        (riff(fmt(code=3, bits=16), ONE), "16 bits; of floating point, 32, 64"),
        (riff(fmt(code=2, bits=4), ONE), "Microsoft ADPCM"),
        (riff(fmt(code=6, bits=8), ONE), "A-law"),
        (riff(fmt(code=7, bits=8), ONE), "µ-law"),
        (riff(fmt(code=0x11, bits=4), ONE), "IMA ADPCM"),
        (riff(fmt(code=0x55), ONE), "MP3"),
        (riff(fmt(code=0), ONE), "kind 0"),
        (riff(fmt(code=0xFFFE), ONE), "unknown kind"),
        (riff(extensible(1, 16, guid=b"x" * 14), ONE), "unknown kind"),
        (riff(extensible(7, 8), ONE), "µ-law"),
        (sound([0.5, np.nan], 32, code=3), "sample 2 is not a finite number"),
        (sound([np.inf], 64, code=3), "sample 1 is not a finite number"),
        (riff(chunk(b"\n\x1b[1", b"", size=99), fmt(), ONE), "‹U+000A›"),
        (b"ID3\x04\0\0\0\0\0\0\0\0\0", "is a sound (MP3)"),
    ],
)
def test_refuses(data, said):
    assert said in refusal(data)


def test_a_sound_of_very_many_empty_parts_is_refused_before_all_are_walked():
    """Seven million of them, 56 MB, took ten seconds."""
    many = riff(fmt(), b"LIST\0\0\0\0" * (2 * wav.MAX_PARTS), ONE)
    assert "more than 10,000 parts" in refusal(many)
    few = riff(fmt(), b"LIST\0\0\0\0" * (wav.MAX_PARTS - 2), ONE)
    assert read(few).values.shape == (2, 1)


def test_a_text_named_as_nothing_with_a_sound_in_it():
    assert read(sound([1, 2]), "a").values.shape == (2, 1)
    with pytest.raises(DataError, match="a sound or a film"):
        read(sound([1, 2]), "a.txt")
