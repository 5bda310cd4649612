"""NumPy's arrays and archives: real numbers, and nothing that could be executed."""

import io
import struct
import zipfile

import numpy as np
import pytest

from rnnviz.data import Options
from rnnviz.data.readers import numpy_arrays, parse_bytes
from rnnviz.files.errors import DataError


def npy(array, version=None):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asanyarray(array), version=version)
    return buffer.getvalue()


def raw(header, data=b"", version=1, length=None):
    """An .npy file with any header."""
    text = header.encode() if isinstance(header, str) else header
    size = struct.pack("<H" if version == 1 else "<I", len(text) if length is None else length)
    return b"\x93NUMPY" + bytes((version, 0)) + size + text + data


def described(descr="'<f8'", shape="(2,)", order="False", more=""):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, {more}}}\n"


def npz(members, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, data in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, data if isinstance(data, bytes) else npy(data))
    return buffer.getvalue()


def read(data, name="a.npy", **options):
    return parse_bytes(data, f"folder/{name}", options=Options(**options))


def refusal(data, name="a.npy", **options):
    with pytest.raises(DataError) as caught:
        read(data, name, **options)
    message = str(caught.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message
    assert len(message) < 300
    return caught.value.reason


TABLE = np.arange(6.0).reshape(3, 2) - 2


KINDS = ("<f8", ">f8", "<f4", ">f4", "<f2", ">f2", "i1", "<i2", ">i2", "<i4", ">i8", "<i8")


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("order", "CF")
def test_every_kind_of_number(dtype, order):
    sequence = read(npy(np.asarray(TABLE, dtype, order=order)))
    np.testing.assert_array_equal(sequence.values, TABLE)
    assert sequence.columns == ("column 1", "column 2")
    assert sequence.kind == "series"
    assert not sequence.values.flags.writeable


@pytest.mark.parametrize("dtype", ["u1", "<u2", ">u4", "<u8", "?"])
def test_unsigned_numbers_and_truth_values(dtype):
    values = np.array([0, 1, 1, 0]).astype(dtype)
    np.testing.assert_array_equal(read(npy(values)).values[:, 0], [0, 1, 1, 0])


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_every_version(version):
    np.testing.assert_array_equal(read(npy(TABLE, version)).values, TABLE)


EIGHT = struct.pack("<2d", 1, 2)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"1,2\n", "is not a NumPy array"),
        (b"\x93NUMPY", "is not a NumPy array"),
        (b"\x80\x04\x95abc", "is a Python pickle, and not"),
        (raw(described(), EIGHT)[:7], "is not a NumPy array"),
        (raw(described(), EIGHT)[:9], "ends within its header"),
        (raw(described(), EIGHT)[:20], "ends within its header"),
        (raw(described(), EIGHT, version=4), "version (4.0)"),
        (b"\x93NUMPY\x01\x07" + raw(described(), EIGHT)[8:], "version (1.7)"),
        (raw("", EIGHT, version=2, length=2**31), "2,147,483,648 bytes"),
        (raw("__import__('os').system('true')\n"), "does not describe an array"),
        (raw("(" * 5_000 + ")" * 5_000), "does not describe an array"),
        (raw("[" * 9_000), "does not describe an array"),
        (raw(b"\xff\xfe{}", version=3), "does not describe an array"),
        (raw("{'a\0': 1}"), "does not describe an array"),
        (raw("{}"), "does not describe an array"),
        (raw("{[]: 1}"), "does not describe an array"),
        (raw(described(more="'extra': 1"), EIGHT), "does not describe an array"),
        (raw("{'descr': '<f8', 'shape': (2,)}", EIGHT), "does not describe an array"),
        (raw(described(shape="[2]"), EIGHT), "its shape [2] is not one"),
        (raw(described(shape="2"), EIGHT), "its shape 2 is not one"),
        (raw(described(shape="(-1,)"), EIGHT), "its shape (-1,) is not one"),
        (raw(described(shape="(2.0,)"), EIGHT), "its shape (2.0,) is not one"),
        (raw(described(shape="(True, 2)"), EIGHT), "is not one"),
        (raw(described(shape="(1,)*9"), EIGHT), "does not describe an array"),
        (raw(described(shape="(10**9,)"), EIGHT), "does not describe an array"),
        (raw(described(shape="(99999999999999999999,)"), EIGHT), "is not one"),
        (raw(described(shape="(1000000000, 1000000000)"), EIGHT), "and there are 16"),
        (raw(described(shape="(281474976710655, 281474976710655)"), EIGHT), "and there are 16"),
        (raw(described(shape="(0, 281474976710655)"), b""), "empty array"),
        (raw(described(order="1"), EIGHT), "in which order"),
        (raw(described(shape="(3,)"), EIGHT), "needs 24 bytes, and there are 16"),
        (raw(described(shape="(1,)"), EIGHT), "holds more than its header says"),
        (raw(described("'|O'"), EIGHT), "holds Python objects"),
        (raw(described("'<c8'"), EIGHT), "holds complex numbers"),
        (raw(described("'<U2'"), EIGHT), "holds text"),
        (raw(described("'|S8'"), EIGHT), "holds text"),
        (raw(described("'<M8[s]'"), EIGHT), "holds dates"),
        (raw(described("'<m8'"), EIGHT), "holds lengths of time"),
        (raw(described("'|V8'"), EIGHT), "holds raw bytes"),
        (raw(described("'<f16'"), EIGHT), "unknown kind (<f16)"),
        (raw(described("'<f1'"), EIGHT), "unknown kind"),
        (raw(described("'f8,f8'"), EIGHT), "unknown kind"),
        (raw(described("[('a', '<f8')]"), EIGHT), "records of several fields"),
        (raw(described("('<f8', (2,))"), EIGHT), "unknown kind"),
        (raw(described("None"), EIGHT), "unknown kind (None)"),
        (npy(np.array([1.0, np.nan])), "nan at step 2 in column 1 is not a finite number"),
        (npy(np.array([[1, np.inf]])), "inf at step 1 in column 2 is not a finite number"),
        (npy(np.array([1, -np.inf], "f2")), "-inf at step 2"),
        (npy(np.float64(3)), "a single number"),
        (npy(np.zeros((2, 3, 4, 1))), "4 dimensions, 2 × 3 × 4 × 1"),
        (npy(np.zeros((0, 3))), "empty array, 0 × 3"),
        (npy(np.zeros((3, 0))), "empty array"),
        (npy(np.zeros((2, 300))), "300 columns, and at most 256"),
        (npy(TABLE) + npz({"x.npy": TABLE}), "zip archive as well"),
        (npz({"x.npy": TABLE}), "is a zip archive"),
    ],
)
def test_refuses(data, said):
    assert said in refusal(data)


def test_columns_are_chosen_and_long_arrays_cut(monkeypatch):
    np.testing.assert_array_equal(read(npy(TABLE), columns=(1,)).values, TABLE[:, 1:])
    bad = TABLE.copy()
    bad[1, 0] = np.nan
    np.testing.assert_array_equal(read(npy(bad), columns=("column 2",)).values, TABLE[:, 1:])
    assert "no column 3" in refusal(npy(TABLE), columns=(2,))
    monkeypatch.setattr(numpy_arrays, "MAX_STEPS", 2)
    cut = read(npy(TABLE))
    assert len(cut) == 2
    assert cut.notes == ("the first 2 of 3 steps were opened",)


def test_an_archive():
    sequence = read(npz({"x.npy": TABLE}), "a.npz")
    np.testing.assert_array_equal(sequence.values, TABLE)
    assert sequence.notes == ()
    stored = npz({"x.npy": TABLE}, zipfile.ZIP_STORED)
    np.testing.assert_array_equal(read(stored, "a.npz").values, TABLE)
    # without its name it is opened by its content
    np.testing.assert_array_equal(read(npz({"x.npy": TABLE}), "a").values, TABLE)


def test_one_of_several_arrays():
    data = npz({"rate.npy": np.float64(5), "cube.npy": np.zeros((2, 2, 2)), "x.npy": TABLE,
                "y.npy": TABLE[:, 0]})  # fmt: skip
    sequence = read(data, "a.npz")
    np.testing.assert_array_equal(sequence.values, TABLE)
    assert sequence.notes == (
        "of 4 arrays “x” was opened, the first",
        "assumed: “x” (3 × 2) is the series; passed over: “cube” (2 × 2 × 2), where many sequences "
        "lie on top of each other",
    )
    np.testing.assert_array_equal(read(data, "a.npz", member="y").values, TABLE[:, :1])
    assert "a single number" in refusal(data, "a.npz", member="rate")
    cube = read(data, "a.npz", member="cube")
    assert cube.values.shape == (2, 2)
    assert cube.notes == (
        "assumed: the first of 2 sequences in “cube” (2 × 2 × 2); another can be chosen",
    )
    assert "has no array “z”" in refusal(data, "a.npz", member="z")


def encrypted():
    data = bytearray(npz({"x.npy": TABLE}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def twice():
    with pytest.warns(UserWarning, match="Duplicate"):
        return npz([("x.npy", TABLE), ("x.npy", TABLE)])


def flipped(data, at):
    return data[:at] + bytes((data[at] ^ 0xFF,)) + data[at + 1 :]


def many():
    return npz({f"m{n}.npy": b"" for n in range(1_001)}, zipfile.ZIP_STORED)


BOMB = raw(described(shape="(100000000,)"), b"\0" * (80 << 20))
GOOD = npz({"x.npy": TABLE})

ARCHIVES = {
    "empty": (lambda: b"", "is empty"),
    "text": (lambda: b"hello", "does not begin as a zip does"),
    "array": (lambda: npy(TABLE), "is a NumPy array, and not"),
    "in front": (lambda: b"junk" + GOOD, "does not begin as a zip does"),
    "cut": (lambda: GOOD[:-30], "its directory is missing"),
    "half": (lambda: GOOD[: len(GOOD) // 2], "its directory is missing"),
    "no members": (lambda: b"PK\x03\x04" + npz({}), "without any array"),
    "pickle": (lambda: npz({"archive/data.pkl": b"\x80\x02."}), "archive/data.pkl, which is no"),
    "other file": (lambda: npz({"x.npy": TABLE, "a.txt": b"x"}), "a.txt, which is no NumPy array"),
    "nested": (lambda: npz({"x.npz": GOOD}), "x.npz, which is no NumPy array"),
    "folder": (lambda: npz({"x.npy": TABLE, "d/": b""}), "d/, which is no NumPy array"),
    "up": (lambda: npz({"../../x.npy": TABLE}), "a path elsewhere"),
    "root": (lambda: npz({"/etc/x.npy": TABLE}), "a path elsewhere"),
    "drive": (lambda: npz({"C:x.npy": TABLE}), "a path elsewhere"),
    "backslash": (lambda: npz({"..\\x.npy": TABLE}), "a path elsewhere"),
    "nameless": (lambda: npz({".npy": TABLE}), "a path elsewhere"),
    "twice": (twice, "two arrays of the name x"),
    "encrypted": (encrypted, "is encrypted"),
    "bzip2": (lambda: npz({"x.npy": TABLE}, zipfile.ZIP_BZIP2), "packed in a way"),
    "lzma": (lambda: npz({"x.npy": TABLE}, zipfile.ZIP_LZMA), "packed in a way"),
    "object": (lambda: npz({"x.npy": TABLE, "o.npy": raw(described("'|O'"), EIGHT)}), "o: holds"),
    "text alone": (lambda: npz({"n.npy": np.array(["a"])}), "n: holds text"),
    "no array": (lambda: npz({"x.npy": b"hello"}), "x: is not a NumPy array"),
    "short": (lambda: npz({"x.npy": npy(TABLE)[:-4]}), "x: is not whole"),
    "long": (lambda: npz({"x.npy": npy(TABLE) + b"!"}), "x: holds more than its header says"),
    "bomb": (lambda: npz({"x.npy": BOMB}), "x: its header tells of"),
    "many": (many, "more than 1,000 members"),
    "checksum": (lambda: flipped(GOOD, GOOD.index(b"PK\x01\x02") + 16), "is damaged"),
    "stream": (lambda: flipped(GOOD, 40), "x: "),
    "nan": (lambda: npz({"x.npy": np.array([np.nan])}), "not a finite number"),
    "none": (lambda: npz({"x.npy": np.float64(1)}), "no array of steps"),
    "weights": (lambda: npz({"weight_ih_l0.npy": TABLE}), "the weights of a network"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_that_are_refused(name):
    make, said = ARCHIVES[name]
    assert said in refusal(make(), "a.npz")


def test_a_directory_that_would_fill_the_memory():
    data = bytearray(GOOD)
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = (1 << 24).to_bytes(4, "little")
    assert "more than 1,000 members" in refusal(bytes(data), "a.npz")
