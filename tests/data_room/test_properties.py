"""What is written in any dialect is read back; what is damaged is refused, never worse."""

import json
import unicodedata
import zipfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.data import Sequence, make_task
from rnnviz.data.readers import parse_bytes
from rnnviz.files.errors import DataError
from tests.data_room.test_arrays import KINDS, npy, npz
from tests.data_room.test_pictures import png
from tests.data_room.test_sounds import sound

MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
FOLDER = Path(__file__).parents[1] / "data" / "files" / "badfiles"

numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6).map(float)
tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(numbers, min_size=width, max_size=width), min_size=1, max_size=8
    )
)
names = (
    st.text("abcdefgxyzäßéλ日 _", min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda name: name and name not in ("na", "nan", "inf", "e", "d"))
)


def write(rows, header, days, delimiter, comma, quote, blank, newline, last):
    def cell(text):
        return f'"{text}"' if quote else text

    def number(value):
        text = repr(value)
        return cell(text.replace(".", ",") if comma else text)

    lines = []
    if header:
        lines.append([*(["when"] if days else []), *header])
        lines[0] = [cell(name) for name in lines[0]]
    for step, row in enumerate(rows):
        day = [cell(f"2012-01-{step + 1:02}")] if days else []
        lines.append([*day, *map(number, row)])
    text = (newline * (2 if blank else 1)).join(delimiter.join(line) for line in lines)
    return text + newline * last


@given(data=st.data(), rows=tables)
@settings(deadline=None)
def test_a_series_is_read_back_in_every_dialect(data, rows):
    width = len(rows[0])
    delimiter = data.draw(st.sampled_from(",;\t"))
    header = data.draw(st.none() | st.lists(names, min_size=width, max_size=width, unique=True))
    days = data.draw(st.booleans())
    # One column with a decimal comma and no delimiter around it is two columns to anybody.
    comma = delimiter != "," and (width > 1 or days) and data.draw(st.booleans())
    codec = data.draw(st.sampled_from(["utf-8", *MARKS]))
    mark = MARKS[codec] if codec != "utf-8" or data.draw(st.booleans()) else b""
    text = write(
        rows,
        header,
        days,
        delimiter,
        comma,
        quote=data.draw(st.booleans()),
        blank=data.draw(st.booleans()),
        newline=data.draw(st.sampled_from(["\n", "\r\n", "\r"])),
        last=data.draw(st.integers(0, 2)),
    )
    name = data.draw(st.sampled_from(["x.csv", "x.tsv", "x"] if header is None else ["x.csv"]))
    sequence = parse_bytes(mark + text.encode(codec), name)
    np.testing.assert_array_equal(sequence.values, np.array(rows))
    if days:
        assert sequence.tokens == tuple(f"2012-01-{step + 1:02}" for step in range(len(rows)))
    if header is not None:
        assert sequence.columns == tuple(header)
    make_task(sequence)


@given(
    text=st.text(min_size=1, max_size=200),
    codec=st.sampled_from(["utf-8", *MARKS]),
    unit=st.sampled_from(["words", "characters"]),
)
def test_a_text_is_read_back_in_every_encoding(text, codec, unit):
    data = MARKS[codec] + text.encode(codec)
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        sequence = parse_bytes(data, "x.txt", unit=unit)
    except DataError as error:
        # Nothing to step through, or no text.
        assert (unit == "words" and not text.split()) or "\0" in text or "control" in error.reason
        return
    assert sequence.text == whole
    if unit == "characters":
        assert "".join(sequence.symbols) == whole
    else:
        assert "".join(sequence.symbols) == "".join(whole.split())
    assert all(token.strip() and len(token) <= 32 for token in sequence.tokens)
    make_task(sequence)


@given(
    text=st.text("abcdefghijklmnopqrstuvwxyz ,.;!?'\n", min_size=20, max_size=80),
    accents=st.lists(st.sampled_from("éèàçüöäñßåøœ€«»’"), min_size=1, max_size=4),
)
def test_a_western_text_is_read_back_from_windows_1252(text, accents):
    words = [f"mot{accent} " for accent in accents]
    text = text + "".join(words) + "fin"
    sequence = parse_bytes(text.encode("cp1252"), "x.txt")
    assert sequence.text == text
    assert sequence.notes == ("read as Windows-1252 (Latin-1), not UTF-8",)


@given(text=st.text(max_size=100))
def test_any_text_as_a_table_is_a_series_or_a_refusal(text):
    data = text.encode("utf-8")
    for name in ("x.csv", "x.tsv", "x"):
        check(data, name)


@given(text=st.text("0123456789.,;-+eE\"'\t\r\n #ax/:", max_size=60))
@settings(max_examples=400)
def test_anything_like_a_table_is_a_series_or_a_refusal(text):
    check(text.encode("utf-8"), "x.csv")


def check_message(message, name):
    assert message.startswith(name)
    assert "\n" not in message
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") for c in message)
    message.encode("utf-8")
    assert len(message) < 500


def check(data, name):
    """Nothing but DataError, and what loads is whole."""
    try:
        sequence = parse_bytes(data, name)
    except DataError as error:
        check_message(str(error), name)
        return
    check_sequence(sequence)


def check_sequence(sequence):
    """A sequence that was loaded is whole, and so is its task."""
    assert isinstance(sequence, Sequence)
    assert len(sequence) > 0
    if sequence.values is not None:
        assert sequence.values.shape == (len(sequence), len(sequence.columns))
        assert np.isfinite(sequence.values).all()
        assert len(set(sequence.columns)) == len(sequence.columns)
    task = make_task(sequence)
    assert np.isfinite(task.x).all()


cells = st.floats(allow_nan=False, allow_infinity=False)
matrices = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8)
)


@given(rows=matrices, form=st.sampled_from(["list", "rows", "records", "columns"]), data=st.data())
def test_a_series_is_read_back_from_json(rows, form, data):
    if form == "list":
        rows = [row[:1] for row in rows]
    width = len(rows[0])
    keys = data.draw(st.lists(names, min_size=width, max_size=width, unique=True))
    made = {
        "list": [row[0] for row in rows],
        "rows": rows,
        "records": [
            dict(data.draw(st.permutations(list(zip(keys, row, strict=True))))) for row in rows
        ],
        "columns": {key: [row[place] for row in rows] for place, key in enumerate(keys)},
    }[form]
    indent = data.draw(st.none() | st.integers(0, 3))
    text = json.dumps(made, indent=indent, ensure_ascii=data.draw(st.booleans()))
    sequence = parse_bytes(text.encode("utf-8"), "x.json")
    if form == "records":
        order = [keys.index(key) for key in sequence.columns]
        rows = [[row[place] for place in order] for row in rows]
    elif form == "columns":
        assert sequence.columns == tuple(keys)
    np.testing.assert_array_equal(sequence.values, np.array(rows))


@given(
    rows=matrices,
    dtype=st.sampled_from([*KINDS, "<u8", "u1", "?"]),
    order=st.sampled_from("CF"),
    version=st.sampled_from([(1, 0), (2, 0), (3, 0)]),
    packed=st.sampled_from([None, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_a_series_is_read_back_from_arrays(rows, dtype, order, version, packed):
    with np.errstate(all="ignore"):
        limits = 100 if dtype in ("i1", "u1", "?") else 30_000
        table = np.clip(np.array(rows), -limits, limits).astype(dtype, order=order)
    data = npy(table, version)
    if packed is not None:
        data = npz({"x.npy": data}, packed)
    sequence = parse_bytes(data, "x.npy" if packed is None else "x.npz")
    np.testing.assert_array_equal(sequence.values, table.astype(float))


@given(
    channels=st.integers(1, 3),
    kind=st.sampled_from([(8, 1), (16, 1), (24, 1), (32, 1), (32, 3), (64, 3)]),
    order=st.sampled_from("<>"),
    data=st.data(),
)
def test_a_sound_is_read_back(channels, kind, order, data):
    bits, code = kind
    one = (
        st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        if code == 1
        else st.floats(-2, 2, width=bits)
    )
    frame = st.lists(one, min_size=channels, max_size=channels)
    samples = np.array(data.draw(st.lists(frame, min_size=1, max_size=20)))
    sequence = parse_bytes(sound(samples, bits, channels, code, order), "x.wav")
    scale = 2.0 ** (bits - 1) if code == 1 else 1.0
    np.testing.assert_array_equal(sequence.values * scale, samples)


@given(
    colour=st.sampled_from([0, 4]),
    depth=st.sampled_from([8, 16]),
    width=st.integers(1, 32),
    height=st.integers(1, 12),
    seed=st.integers(0, 1000),
)
def test_a_picture_is_read_back(colour, depth, width, height, seed):
    draw = np.random.default_rng(seed)
    top = 2**depth - 1
    grey = draw.integers(0, top + 1, (height, width))
    samples = grey if colour == 0 else np.stack([grey, np.full_like(grey, top)], axis=2)
    kinds = draw.integers(0, 5, height).tolist()
    sequence = parse_bytes(png(samples, colour, depth, kinds), "x.png")
    np.testing.assert_allclose(sequence.frames[0] * top, grey, rtol=1e-12, atol=1e-9)


@given(data=st.binary(max_size=80), name=st.sampled_from([
    "x", "x.txt", "x.csv", "x.json", "x.npy", "x.npz", "x.wav", "x.png"]))  # fmt: skip
@settings(max_examples=400)
def test_any_bytes_are_a_sequence_or_a_refusal(data, name):
    check(data, name)
    starts = {"x.npy": b"\x93NUMPY\x01\0", "x.npz": b"PK\x03\x04", "x.png": b"\x89PNG\r\n\x1a\n",
              "x.wav": b"RIFF\x20\0\0\0WAVEfmt "}  # fmt: skip
    check(starts.get(name, b"") + data, name)


@given(text=st.text('0123456789.,-eE"[]{}: \nnulltrefas\\', max_size=60))
@settings(max_examples=400)
def test_anything_like_json_is_a_series_or_a_refusal(text):
    check(text.encode("utf-8"), "x.json")
    check(f"[{text}]".encode(), "x.json")
