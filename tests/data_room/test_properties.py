"""What is written in any dialect is read back; what is damaged is refused, never worse."""

import random
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.data import DataError, Sequence, make_task, read_sequence
from rnnviz.data.readers import parse_bytes

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


def check(data, name):
    """Nothing but DataError, and what loads is whole."""
    try:
        sequence = parse_bytes(data, name)
    except DataError as error:
        message = str(error)
        assert message.startswith(name)
        assert "\n" not in message
        assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") for c in message)
        message.encode("utf-8")
        assert len(message) < 300
        return
    assert isinstance(sequence, Sequence)
    assert len(sequence) > 0
    if sequence.values is not None:
        assert sequence.values.shape == (len(sequence), len(sequence.columns))
        assert np.isfinite(sequence.values).all()
        assert len(set(sequence.columns)) == len(sequence.columns)
    task = make_task(sequence)
    assert np.isfinite(task.x).all()


def mutate(data, source):
    """One of the things that happen to files: a byte, a hole, a cut, a copy."""
    data = bytearray(data)
    for _ in range(source.randint(1, 4)):
        at = source.randrange(len(data) + 1)
        kind = source.randrange(6)
        if kind == 0 and at < len(data):
            data[at] = source.randrange(256)
        elif kind == 1:
            del data[at : at + source.randint(1, 20)]
        elif kind == 2:
            del data[at:]
        elif kind == 3:
            data[at:at] = data[at : at + source.randint(1, 20)]
        elif kind == 4:
            data[at:at] = source.choice(
                [b'"', b",", b";", b"\t", b"\r", b"\n", b"\0", b"-", b"e", b"\xff", b"\xe9", b"#"]
            )
        elif at < len(data):
            data[at] ^= 1 << source.randrange(8)
    return bytes(data)


def good_files():
    paths = sorted(path for kind in ("csv", "tsv", "txt") for path in (FOLDER / kind).iterdir())
    for path in paths:
        data = path.read_bytes()
        if len(data) > 1000:
            continue
        try:
            text = read_sequence(path)
        except DataError:
            continue
        yield path.name, data
        if text.kind == "series":
            as_text = data.decode("utf-8", "replace")
            yield path.name, b"\xff\xfe" + as_text.encode("utf-16-le")
            yield (
                path.name,
                b'"' + data.strip().replace(b",", b'","').replace(b"\n", b'"\n"') + b'"',
            )


GOOD = list(good_files())


@pytest.mark.parametrize(
    "rounds",
    [100, pytest.param(50_000 // len(GOOD) + 1, marks=pytest.mark.slow)],
    ids=["some", "50000"],
)
def test_mutated_files_are_read_or_refused(rounds):
    source = random.Random(rounds)
    for name, data in GOOD:
        for _ in range(rounds):
            check(mutate(data, source), name)
