"""What happens to files: a byte, a hole, a cut, a copy. Each is read, or refused with a reason.

    pytest -n 0 tests/robustness/test_mutations.py --long --mutations 100000

A mutation is made of its own seed, so that one can be made again: --seed N --mutations 1.
"""

from __future__ import annotations

import io
import json
import os
import random
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from rnnviz.data import Sequence
from rnnviz.documents import Document, open_document
from rnnviz.documents.archive import write_archive
from rnnviz.documents.codec import Encoder
from rnnviz.documents.files import FORMAT, VERSION
from rnnviz.engine import Network
from rnnviz.files.errors import DataError
from rnnviz.film import Branches, compute_pass
from rnnviz.opening.door import open_path
from rnnviz.opening.session_files import SessionFile
from tests.data_room.test_arrays import npy, npz
from tests.data_room.test_pictures import chunk as png_chunk
from tests.data_room.test_pictures import png
from tests.data_room.test_properties import check_message, check_sequence
from tests.data_room.test_sounds import sound
from tests.documents.runs import picture_run, text_run
from tests.documents.test_damage import described, members, packed
from tests.robustness.measured import forget_peak, peak, resident

FOLDER = Path(__file__).parents[1] / "data" / "files" / "badfiles"
SECONDS, MEGABYTES = 2.0, 300  # of one file; the readers' own limits are stricter
PIECES = [
    b'"', b",", b";", b"\t", b"\r", b"\n", b"\0", b"-", b"e", b"\xff", b"\xe9", b"#", b"'",
    b"1e999", b"nan", b"9" * 400, b"null", b"[", b"{", b"}", b"0x1", b"\xe2\x80\xae",
]  # fmt: skip


def mutate(data, source):
    """One of the things that happen to files: a byte, a hole, a cut, a copy."""
    data = bytearray(data)
    for _ in range(source.choice((1, 1, 1, 2, 4))):
        at = source.randrange(len(data) + 1)
        kind = source.randrange(6)
        if kind == 0 and at < len(data):
            data[at] = source.randrange(256)
        elif kind == 1:
            del data[at : at + source.randint(1, 20)]
        elif kind == 2:
            del data[at if source.random() < 0.5 else len(data) - source.randint(0, 20) :]
        elif kind == 3:
            data[at:at] = data[at : at + source.randint(1, 20)]
        elif kind == 4:
            data[at:at] = source.choice(PIECES)
        elif at < len(data):
            data[at] ^= 1 << source.randrange(8)
    return bytes(data)


def good_files():
    """Small files that open, of every format; archives and pictures with what is inside them."""
    paths = sorted(path for path in FOLDER.glob("*/*") if path.stat().st_size < 3_000)
    for path in paths:
        data = path.read_bytes()
        try:
            found = open_path(path)
        except DataError:
            continue
        yield path.name, data
        if path.suffix in (".csv", ".tsv"):
            as_text = data.decode("utf-8", "replace")
            yield path.name, b"\xff\xfe" + as_text.encode("utf-16-le")
            quoted = data.strip().replace(b",", b'","').replace(b"\n", b'"\n"')
            yield path.name, b'"' + quoted + b'"'
        del found
    yield "lines.jsonl", b'{"day": "2012-01-01", "v": 1.5}\n{"day": "2012-01-02", "v": -2e3}\n'
    yield "more.json", b'[{"day": "2012-01-01", "v": 1.5}, {"day": "2012-01-02", "v": -2e3}]'
    yield "columns.json", b'{"a": [1, 2, 3], "b": [4.5, null, 6]}'.replace(b"null", b"5")
    yield "fortran.npy", npy(np.asfortranarray(np.arange(12.0).reshape(4, 3), dtype=">f4"))
    yield "two.npz", npz({"x.npy": np.arange(8.0), "y.npy": np.arange(3)})
    yield "stereo.wav", sound([[1, -2], [300, -400]] * 5, 24, channels=2)
    yield "float.wav", sound([0.5, -0.25] * 5, 64, code=3)
    yield "grey.png", png(np.arange(40).reshape(5, 8), kinds=[0, 1, 2, 3, 4])
    yield "palette.png", png([[0, 1, 2]] * 3, 3, 4, before=png_chunk(b"PLTE", bytes(range(9))))
    yield (
        "s.toml",
        (b'title = "x"\n[model]\ncell = "lstm"\nhidden = 8\nseed = 3\n[training]\nclip = 1.5\n'),
    )


def good_documents():
    """Two small documents."""
    forked = Branches.of(text_run("a b a", 1, units=2, optimizer="adam")).forked()
    for name, branches in (("forked", forked), ("pictures", Branches.of(picture_run()))):
        buffer, encoder = io.BytesIO(), Encoder()
        description = {
            "format": FORMAT,
            "version": VERSION,
            "program": "test",
            "view": {},
            "branches": encoder.encode(branches),
            "objects": encoder.objects,
        }
        write_archive(buffer, description, encoder.stacks)
        yield f"{name}.rnnviz", buffer.getvalue()


@pytest.fixture(scope="module")
def good():
    """Names and bytes of small files that open, by their suffix."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for name, data in (*good_files(), *good_documents()):
        found.setdefault(name.rsplit(".", 1)[-1], []).append((name, data))
    return found


def inside(name, data, source):
    """Mutate what checksums protect, and make the checksums right again."""
    if name.endswith(".npz"):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
        chosen = source.choice(sorted(members))
        members[chosen] = mutate(members[chosen], source)
        return npz(members)
    if name.endswith(".png"):
        made, at = data[:8], 8
        while at < len(data):
            size = int.from_bytes(data[at : at + 4], "big")
            kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
            if kind == b"IDAT":
                body = zlib.compress(mutate(zlib.decompress(body), source))
            elif source.random() < 0.5:
                body = mutate(body, source)
            made, at = made + png_chunk(kind, body), at + size + 12
        return made
    if name.endswith(".rnnviz"):
        return distorted(data, source) if source.random() < 0.5 else resealed(data, source)
    return mutate(data, source)


def resealed(data, source):
    """A member of a document mutated and packed anew, so that its checksum is right."""
    parts = members(data)
    # Half of them in the description: that is where the structure is.
    name = "document.json" if source.random() < 0.5 else source.choice(sorted(parts))
    parts[name] = mutate(parts[name], source)
    return packed(parts, zipfile.ZIP_STORED)


def leaves(value, at=()):
    if isinstance(value, dict):
        for key in value:
            yield from leaves(value[key], (*at, key))
    elif isinstance(value, list):
        for key in range(len(value)):
            yield from leaves(value[key], (*at, key))
    yield at


ODD = (
    None, True, 0, -1, 1, 2, 7, 1e300, -0.5, 10**30, "", "x", "nan", "inf", [], {}, [0, 0],
    {"array": [0, 0]}, {"array": [1, 0]}, {"object": 0}, {"object": 1}, {"text": [0, 0]},
    "encoder_decoder", "mse", "binary_cross_entropy",
)  # fmt: skip


def distorted(data, source):
    """A value of a document's description put in another's place, or one of the odd ones."""

    def change(description):
        places = [at for at in leaves(description) if at]
        for _ in range(source.randint(1, 2)):
            at, new = source.choice(places), source.choice(ODD)
            if source.random() < 0.3:
                places = [at for at in leaves(description) if at]
                new = description
                for key in source.choice(places):
                    new = new[key]
                new = json.loads(json.dumps(new))
            held = description
            try:
                for key in at[:-1]:
                    held = held[key]
                held[at[-1]] = new
            except (LookupError, TypeError):
                pass

    return described(data, change)


def judge(path):
    """Open a file as the program does; whether it was read. What was read is whole."""
    try:
        found = open_document(path) if path.suffix == ".rnnviz" else open_path(path)
    except DataError as error:
        check_message(str(error), path.name)
        return False
    match found:
        case Sequence():
            check_sequence(found)
        case Network():
            assert all(np.isfinite(array).all() for array in found.parameters.values())
        case Document():
            branches = found.branches
            for s in range(len(branches.run.networks)):
                compute_pass(branches.run, s, branches.playhead.source)
        case _:
            assert isinstance(found, SessionFile)
    return True


def test_mutated_files_are_read_or_refused(amount, seed, good, tmp_path, report):
    kinds = sorted(good)
    assert set(kinds) >= {
        "csv", "tsv", "txt", "json", "jsonl", "npy", "npz", "wav", "png", "toml", "safetensors",
        "rnnviz",
    }  # fmt: skip
    total = amount("mutations")
    tried, read, longest = dict.fromkeys(kinds, 0), dict.fromkeys(kinds, 0), (0.0, 0)
    for each in range(seed, seed + total):
        source = random.Random(each)
        kind = kinds[each % len(kinds)]
        name, data = source.choice(good[kind])
        change = inside if source.random() < 0.5 else lambda _, data, source: mutate(data, source)
        path = tmp_path / name
        path.write_bytes(change(name, data, source))
        os.utime(path, (1, 1))  # an old file: nobody is writing to it
        forget_peak()
        before, began = resident(), time.thread_time()
        try:
            tried[kind] += 1
            read[kind] += judge(path)
            seconds = time.thread_time() - began
            longest = max(longest, (seconds, each))
            assert seconds < SECONDS, f"took {seconds:.1f} s"
            assert peak() - before < MEGABYTES, f"took {peak() - before:.0f} MB"
        except BaseException as error:
            error.add_note(
                f"{name}; repeat it by: python -m pytest -n 0 {Path(__file__).name} "
                f"-k mutated_files --seed {each} --mutations 1"
            )
            raise
        if (each - seed) % 10_000 == 9_999:
            report(f"{each - seed + 1:,} mutations")
    report(f"{total:,} mutations, read of each kind:\n" + "\n".join(
        f"  {kind:12} {read[kind]:6} of {tried[kind]}" for kind in kinds
    ) + f"\nthe longest took {longest[0]:.2f} s (seed {longest[1]})")  # fmt: skip
    assert total < 1_000 or all(0 < read[kind] < tried[kind] for kind in kinds)
