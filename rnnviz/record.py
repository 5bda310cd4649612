"""What every record of the program is made with: a frozen class with slots that starts quickly.

`dataclasses.dataclass(frozen=True, slots=True)` writes six functions as text for every class and
has Python compile them, at every start anew: of 130 classes that took a third of all that the
program computes before its first paint. `record` writes only ``__init__``; what else a frozen
class needs is the same function for all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

__all__ = ["field", "record"]

_Class = TypeVar("_Class", bound=type)
_put = object.__setattr__


@overload
def record(cls: _Class, /) -> _Class: ...
@overload
def record(
    *, eq: bool = True, slots: bool = True, weakref_slot: bool = False
) -> Callable[[_Class], _Class]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    cls: Any = None, /, *, eq: bool = True, slots: bool = True, weakref_slot: bool = False
) -> Any:
    """Make a class a record: its annotations are its fields, and nothing in it changes.

    To `dataclasses.fields`, `replace`, `asdict` and to type checkers it is a frozen dataclass.

    Parameters
    ----------
    cls
        The class; its fields have defaults as those of a dataclass do.
    eq
        Whether records are equal, and have the same hash, if all their fields are; else only the
        same object is equal, as is right for what holds arrays.
    slots
        Whether it has slots, and so no room for a cached property.
    weakref_slot
        Whether it can be referred to weakly all the same.
    """

    def made(cls: Any) -> Any:
        cls = dataclass(
            init=False, repr=False, eq=False, slots=slots, weakref_slot=slots and weakref_slot
        )(cls)
        own, known = vars(cls), fields(cls)
        cls.__init__ = _initialiser(cls, known)
        cls.__setattr__, cls.__delattr__ = _refuse_set, _refuse_delete
        if slots:  # what a copy is made of, since it cannot be set by name
            cls.__getstate__, cls.__setstate__ = _state, _take_state
        if "__repr__" not in own:
            cls.__repr__ = _described
        if eq:
            equal, hashed = _by_value(tuple(each.name for each in known if each.compare))
            if own.get("__hash__") is None:
                cls.__hash__ = hashed
            if "__eq__" not in own:
                cls.__eq__ = equal
        return cls

    return made if cls is None else made(cls)


def _initialiser(cls: Any, known: tuple[Field[Any], ...]) -> Callable[..., None]:
    """The ``__init__`` of a record; the only one of its functions that is written and compiled."""
    names: dict[str, Any] = {"_put": _put, "_MISSING": MISSING}
    plain: list[str] = []
    by_name: list[str] = []
    body: list[str] = []
    for each in known:
        name, value = each.name, each.name
        given = f"_of_{name}"
        if each.default_factory is not MISSING:
            names[given] = each.default_factory
            default = "_MISSING"
            value = f"{given}() if {name} is _MISSING else {name}" if each.init else f"{given}()"
        elif each.default is not MISSING:
            names[given] = each.default
            default = given
            value = name if each.init else given
        elif each.init:
            default = ""
        else:
            continue
        if each.init:
            parameter = f"{name}={default}" if default else name
            (by_name if each.kw_only else plain).append(parameter)
        body.append(f" _put(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    if by_name:
        by_name.insert(0, "*")
    text = "\n".join((f"def __init__({', '.join(('self', *plain, *by_name))}):", *body, " return"))
    exec(text, names)  # of the names of fields, which stand in the program
    made = names["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__module__ = cls.__module__
    return made


def _refuse_set(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _take_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        _put(self, each.name, value)


def _described(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _by_value(names: tuple[str, ...]) -> tuple[Callable[..., Any], Callable[..., int]]:
    """``__eq__`` and ``__hash__`` of a record that is what its fields are."""
    values: Callable[[Any], tuple[Any, ...]] = _tuple_of(names)

    def equal(self: Any, other: object) -> Any:
        if other.__class__ is self.__class__:
            return values(self) == values(other)
        return NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    return equal, hashed


def _tuple_of(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda record: tuple(getattr(record, name) for name in names)
