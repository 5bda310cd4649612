"""Records to plain JSON values and back, guided by the records' own type annotations.

A field that is added to a record is thereby saved and read without a word here. What several
records share (networks, tasks, what an optimiser remembers) is written once, in a table, and
is one object again after reading.
"""

from __future__ import annotations

import collections.abc
import math
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from rnnviz.data import MAX_STEPS, Sequence, Task, Vocabulary
from rnnviz.data.labels import Counted, Labels, Made, ReadLabels
from rnnviz.documents.archive import Ref, Stacks
from rnnviz.documents.versions import in_todays_names
from rnnviz.engine import EncoderDecoder, Network
from rnnviz.engine.optimizers import OptimizerState

# Longer than this, texts and lists of labels become arrays: json holds the interpreter meanwhile.
_LONG_TEXT, _LONG_LIST = 20_000, 2_000
_SHARED: dict[str, type] = {
    kind.__name__: kind
    for kind in (Network, EncoderDecoder, OptimizerState, Sequence, Task, Vocabulary)
}
_ALIAS: Any = getattr(typing, "TypeAliasType", None)  # from Python 3.12 on
_UNUSUAL = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Encoder:
    """Turns records into JSON values and stacks of arrays.

    Attributes
    ----------
    stacks : Stacks
        The arrays that were met.
    objects : list
        The table of what is shared; an entry mentions only those before it.
    """

    def __init__(self) -> None:
        self.stacks = Stacks()
        self.objects: list[dict[str, Any]] = []
        self._known: dict[int, tuple[object, int]] = {}

    def encode(self, value: Any) -> Any:
        """Encode one value.

        Raises
        ------
        TypeError
            For a value that no document can hold.
        """
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return value if len(value) <= _LONG_TEXT else {"text": self._text(value)}
        if isinstance(value, int | np.integer):
            return int(cast(int, value))
        if isinstance(value, float | np.floating):
            number = float(cast(float, value))
            return number if math.isfinite(number) else str(number)
        if isinstance(value, np.ndarray):
            return {"array": self.stacks.put(cast("NDArray[Any]", value))}
        if isinstance(value, Counted):
            return {"count": len(value)}
        if isinstance(value, Made):
            return self._list(tuple(value))
        if isinstance(value, tuple | list):
            return self._list(cast("tuple[Any, ...]", value))
        if isinstance(value, Mapping):
            pairs = cast("Mapping[str, Any]", value).items()
            return {name: self.encode(each) for name, each in pairs}
        if isinstance(value, tuple(_SHARED.values())):
            return {"object": self._shared(value)}
        if is_dataclass(value):
            return self._fields(value)
        raise TypeError(f"{type(value).__name__} cannot be saved")

    def _fields(self, record: Any) -> dict[str, Any]:
        kind: Any = record.__class__
        return {f.name: self.encode(getattr(record, f.name)) for f in _fields(kind)}

    def _shared(self, record: Any) -> int:
        known = self._known.get(id(record))
        if known is None:
            entry = {"type": type(record).__name__, **self._fields(record)}
            self.objects.append(entry)
            # With the record itself, which must live as long as its id stands for it.
            known = self._known[id(record)] = (record, len(self.objects) - 1)
        return known[1]

    def _list(self, values: tuple[Any, ...]) -> Any:
        if len(values) > _LONG_LIST and all(isinstance(value, str) for value in values):
            lengths = np.fromiter((len(value) for value in values), np.int32, len(values))
            return {"text": self._text("".join(values)), "lengths": self.stacks.put(lengths)}
        return [self.encode(value) for value in values]

    def _text(self, text: str) -> Ref:
        # A file's name may hold half a surrogate pair.
        return self.stacks.put(np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8))


class Decoder:
    """Turns JSON values back into records; ValueError for whatever is not as it should be.

    Parameters
    ----------
    stacks : list of ndarray
        Each with an array per row.
    objects : list
        The table of what is shared.
    """

    def __init__(self, stacks: list[NDArray[Any]], objects: Any) -> None:
        self._stacks = stacks
        self._rows: dict[tuple[int, int], NDArray[Any]] = {}
        self._objects: list[Any] = []
        for number, entry in enumerate(_listed(objects, "objects")):
            where = f"objects[{number}]"
            found = _object(entry, where)
            kind = found.get("type")
            if not isinstance(kind, str) or kind not in _SHARED:
                raise ValueError(f"{where}: a kind of record that is not known")
            rest = {name: value for name, value in found.items() if name != "type"}
            self._objects.append(self._record(_SHARED[kind], rest, where))

    def decode(self, hint: Any, data: Any, where: str) -> Any:
        """Decode a value of the type that an annotation names.

        Raises
        ------
        ValueError
            If it is of another type, with the place where.
        """
        hint = plain_hint(hint)
        kind: Any = get_origin(hint) or hint
        if isinstance(hint, TypeVar):
            return self._either(hint.__constraints__, data, where)
        if kind in (Union, UnionType):
            if Made in get_args(hint):
                return self._labels(data, where)
            return self._either(get_args(hint), data, where)
        if kind is tuple:
            return self._tuple(get_args(hint)[0], data, where)
        if kind is np.ndarray:
            return self._array(hint, data, where)
        if kind is collections.abc.Mapping:
            named = _object(data, where).items()
            value_hint = get_args(hint)[1]
            return {n: self.decode(value_hint, each, f"{where}.{n[:40]}") for n, each in named}
        if kind is str:
            return self._string(data, where)
        if kind in (int, bool, float):
            return _scalar(kind, data, where)
        if kind in _SHARED.values():
            return self._shared((kind,), data, where)
        if is_dataclass(kind):
            return self._record(cast(type, kind), _object(data, where), where)
        raise TypeError(f"{where}: {hint} cannot be read")

    def _either(self, hints: tuple[Any, ...], data: Any, where: str) -> Any:
        if data is None and NoneType in hints:
            return None
        kinds = tuple(hint for hint in hints if hint is not NoneType)
        if len(kinds) == 1:
            return self.decode(kinds[0], data, where)
        return self._shared(kinds, data, where)

    def _shared(self, kinds: tuple[type, ...], data: Any, where: str) -> Any:
        number = _only(data, "object", where)
        if type(number) is not int or not 0 <= number < len(self._objects):
            raise ValueError(f"{where}: mentions a record that is not there")
        found = self._objects[number]
        if not isinstance(found, kinds):
            raise ValueError(f"{where}: {type(found).__name__} stands in a wrong place")
        return found

    def _record(self, kind: type, data: dict[str, Any], where: str) -> Any:
        hints, known = _hints(kind), _fields(kind)
        data = in_todays_names(kind.__name__, data)
        unknown = set(data) - {f.name for f in known}
        if unknown:
            raise ValueError(f"{where}: {sorted(unknown)[0][:40]!r} is not known")
        values: dict[str, Any] = {}
        for each in known:
            if each.name in data:
                place = f"{where}.{each.name}"
                values[each.name] = self.decode(hints[each.name], data[each.name], place)
            elif each.default is MISSING and each.default_factory is MISSING:
                raise ValueError(f"{where}: {each.name} is missing")
        if kind is Network and values["architecture"].layers > len(values["parameters"]):
            # A name is made for every layer that it is said to have.
            raise ValueError(f"{where}: more layers than parameters")
        return kind(**values)

    def _tuple(self, hint: Any, data: Any, where: str) -> tuple[Any, ...]:
        if hint is str and isinstance(data, dict):
            return self._strings(cast("dict[str, Any]", data), where)
        return tuple(
            self.decode(hint, each, f"{where}[{number}]")
            for number, each in enumerate(_listed(data, where))
        )

    def _labels(self, data: Any, where: str) -> Labels:
        if isinstance(data, dict) and "count" in data:
            count = _only(data, "count", where)
            if type(count) is not int or not 0 <= count <= MAX_STEPS:
                raise ValueError(f"{where}: expected a number of steps")
            return Counted(count)
        found = cast("tuple[str, ...]", self._tuple(str, data, where))
        return found if len(found) <= _LONG_LIST else ReadLabels(found)

    def _strings(self, data: dict[str, Any], where: str) -> tuple[str, ...]:
        if set(data) != {"text", "lengths"}:
            raise ValueError(f"{where}: expected a list of texts")
        text = self._decoded(data["text"], where)
        lengths = self._at(data["lengths"], where)
        if lengths.ndim != 1 or lengths.dtype != np.int32 or (lengths < 0).any():
            raise ValueError(f"{where}: expected the lengths of texts")
        ends = np.cumsum(lengths, dtype=np.int64).tolist()
        if (ends[-1] if ends else 0) != len(text):
            raise ValueError(f"{where}: the lengths of its texts are wrong")
        return tuple(text[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True))

    def _string(self, data: Any, where: str) -> str:
        if isinstance(data, str):
            return data
        return self._decoded(_only(data, "text", where), where)

    def _decoded(self, ref: Any, where: str) -> str:
        array = self._at(ref, where)
        if array.ndim != 1 or array.dtype != np.uint8:
            raise ValueError(f"{where}: expected a text")
        return array.tobytes().decode("utf-8", "surrogatepass")

    def _array(self, hint: Any, data: Any, where: str) -> NDArray[Any]:
        array = self._at(_only(data, "array", where), where)
        wanted = _scalar_kind(hint)
        if wanted is not None and not np.issubdtype(array.dtype, wanted):
            raise ValueError(f"{where}: expected {wanted.__name__}, found {array.dtype}")
        return array

    def _at(self, ref: Any, where: str) -> NDArray[Any]:
        match ref:
            case [int(stack), int(row)] if 0 <= stack < len(self._stacks):
                rows = self._stacks[stack]
            case _:
                raise ValueError(f"{where}: mentions a stack that is not there")
        if not 0 <= row < len(rows):
            raise ValueError(f"{where}: mentions an array that is not there")
        if (stack, row) not in self._rows:
            # A copy: one row that stays in use would keep the whole stack.
            copied = self._rows[stack, row] = np.array(rows[row])
            copied.setflags(write=False)
        return self._rows[stack, row]


def plain_hint(hint: Any) -> Any:
    """What an annotation stands for, if it is an alias: ndarray[...] for NDArray[...].

    Since Python 3.12 an alias can be an object of its own (PEP 695), which `typing.get_origin`
    returns instead of looking through it; NumPy 2.5 made NDArray one. What it stands for is its
    ``__value__``, where the alias's parameters take the place that its arguments have now.
    """
    alias = get_origin(hint) or hint
    while _ALIAS is not None and isinstance(alias, _ALIAS):
        value, arguments = alias.__value__, get_args(hint)
        if arguments:
            given = dict(zip(alias.__type_params__, arguments, strict=True))
            wanted = getattr(value, "__parameters__", ())
            value = value[tuple(given[each] for each in wanted)] if wanted else value
        hint, alias = value, get_origin(value) or value
    return hint


@cache
def _scalar_kind(hint: Any) -> type | None:
    """What the numbers of an annotated array have to be; None where any will do.

    Integers of every size serve for one: how many bits np.int_ has differs between systems and
    NumPy's versions.
    """
    named = get_args(plain_hint(get_args(plain_hint(hint))[1]))[0]
    if named is Any or not isinstance(named, type):
        return None
    for kind in (np.signedinteger, np.unsignedinteger):
        if issubclass(named, kind):
            return kind
    return cast("type[Any]", named)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _fields(kind: type) -> tuple[Field[Any], ...]:
    """The fields that make a record; the others follow from them."""
    return tuple(each for each in fields(kind) if each.init)


def _object(data: Any, where: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ValueError(f"{where}: expected named values")
    return cast("dict[str, Any]", data)


def _listed(data: Any, where: str) -> list[Any]:
    if not isinstance(data, list):
        raise ValueError(f"{where}: expected a list")
    return cast("list[Any]", data)


def _only(data: Any, name: str, where: str) -> Any:
    found = _object(data, where)
    if set(found) != {name}:
        raise ValueError(f"{where}: expected one {name}")
    return found[name]


def _scalar(kind: type, data: Any, where: str) -> Any:
    if kind is float:
        if isinstance(data, str) and data in _UNUSUAL:
            return _UNUSUAL[data]
        if (type(data) is float and math.isfinite(data)) or (
            type(data) is int and abs(data) < 2**63
        ):
            return float(data)
        raise ValueError(f"{where}: expected a number")
    if type(data) is not kind:
        words = "a whole number" if kind is int else "true or false"
        raise ValueError(f"{where}: expected {words}")
    return data
