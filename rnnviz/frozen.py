"""What every record of the program is made with: a frozen class with slots that starts quickly.

`dataclasses.dataclass(frozen=True, slots=True)` writes six functions as text for every class and
has Python compile them, at every start anew: of 130 classes that took a third of all that the
program computes before its first paint. How a record is made, what it is equal to, its hash and how
it is described are the same functions for all of them; they close over the names of its fields.
A class of which many are made gets the quicker `__init__` of a dataclass when that has shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import (
    MISSING,
    Field,
    FrozenInstanceError,
    dataclass,
    field,
    fields,
    make_dataclass,
)
from operator import attrgetter
from types import MemberDescriptorType
from typing import Any, TypeVar, dataclass_transform, overload

__all__ = ["field", "record"]

_MANY = 200  # of a class, after which compiling pays
_Class = TypeVar("_Class", bound=type)


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
        own_hash = cls.__dict__.get("__hash__")
        cls = dataclass(
            init=False, repr=False, eq=False, slots=slots, weakref_slot=slots and weakref_slot
        )(cls)
        cls.__setattr__, cls.__delattr__ = _refuse_set, _refuse_delete
        cls.__getstate__, cls.__setstate__ = _state, _set_state
        own, known = vars(cls), fields(cls)
        if "__init__" not in own:
            cls.__init__ = _maker(cls, known)
            cls.__signature__ = _SIGNATURE
        if "__repr__" not in own:
            cls.__repr__ = _described
        if eq:
            equal, hashed = _by_value(tuple(each.name for each in known if each.compare))
            if own_hash is None:
                cls.__hash__ = hashed
            if "__eq__" not in own:
                cls.__eq__ = equal
        return cls

    return made if cls is None else made(cls)


def _maker(cls: Any, known: tuple[Field[Any], ...]) -> Callable[..., None]:
    """``__init__`` of a record: as a dataclass's, but not made from text."""
    given = [each for each in known if each.init]
    puts = tuple(_put(cls, each.name) for each in given)
    by_place = tuple(each.name for each in given if not each.kw_only)
    late = [(_put(cls, each.name), each) for each in known if not each.init]
    finish = hasattr(cls, "__post_init__")
    names, many = tuple(each.name for each in given), len(given)
    all_names = set(names)
    constant = {each.name: each.default for each in given if each.default is not MISSING}
    left = _MANY

    def make(self: Any, /, *by_order: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        if not left:
            cls.__init__ = _compiled(cls, known)
        values: Sequence[Any] = by_order
        if named or len(values) != many or by_place != names:
            told = dict(zip(by_place, values))  # noqa: B905 - what is too much is told below
            told.update(named)
            once = len(told) == len(values) + len(named)
            if len(told) < many:
                told = {**constant, **told}
            if once and told.keys() == all_names:
                values = [told[name] for name in names]
            else:
                values = _arranged(cls, given, by_place, values, named)
        for put, value in zip(puts, values):  # noqa: B905 - as many, and quicker
            put(self, value)
        for put, each in late:
            put(self, _default(each))
        if finish:
            self.__post_init__()

    make.__name__, make.__qualname__ = "__init__", f"{cls.__qualname__}.__init__"
    return make


def _compiled(cls: Any, known: tuple[Field[Any], ...]) -> Any:
    """``__init__`` of a frozen dataclass with the same fields, for a class that is made often."""
    alike = [
        (
            each.name,
            Any,
            field(
                default=each.default,
                default_factory=each.default_factory,
                init=each.init,
                kw_only=bool(each.kw_only),
            ),
        )
        for each in known
    ]
    finish = {"__post_init__": cls.__post_init__} if hasattr(cls, "__post_init__") else {}
    twin: Any = make_dataclass(
        cls.__name__, alike, namespace=finish, repr=False, eq=False, frozen=True
    )
    twin.__init__.__qualname__ = f"{cls.__qualname__}.__init__"
    return twin.__init__


class _MadeWith:
    """What `help` and `inspect.signature` say a record is made with; found when they ask."""

    def __get__(self, record: object, cls: type) -> object:
        from inspect import Parameter, Signature

        given = sorted(
            (each for each in fields(cls) if each.init), key=lambda each: bool(each.kw_only)
        )
        return Signature(
            [
                Parameter(
                    each.name,
                    Parameter.KEYWORD_ONLY if each.kw_only else Parameter.POSITIONAL_OR_KEYWORD,
                    default=_default(each) if _has_default(each) else Parameter.empty,
                    annotation=each.type,
                )
                for each in given
            ]
        )


_SIGNATURE = _MadeWith()


def _put(cls: Any, name: str) -> Callable[[Any, Any], None]:
    """What sets a field once, past `_refuse_set`."""
    slot = getattr(cls, name, None)
    if isinstance(slot, MemberDescriptorType):
        return slot.__set__

    def put(self: Any, value: Any) -> None:
        self.__dict__[name] = value

    return put


def _arranged(
    cls: Any,
    given: list[Field[Any]],
    by_place: tuple[str, ...],
    values: Sequence[Any],
    named: dict[str, Any],
) -> tuple[Any, ...]:
    """The values of all fields in their order, defaults filled in.

    Raises
    ------
    TypeError
        If a value is missing, given twice, or of no field, as at any call.
    """
    call = f"{cls.__qualname__}.__init__()"
    if len(values) > len(by_place):
        raise TypeError(
            f"{call} takes {len(by_place)} values by place but {len(values)} were given"
        )
    placed = dict(zip(by_place, values, strict=False))
    if both := placed.keys() & named:
        raise TypeError(f"{call} got multiple values for {', '.join(map(repr, sorted(both)))}")
    placed |= named
    missing = [each.name for each in given if each.name not in placed and not _has_default(each)]
    if missing:
        raise TypeError(f"{call} is missing {', '.join(map(repr, missing))}")
    arranged = tuple(
        placed.pop(each.name) if each.name in placed else _default(each) for each in given
    )
    if placed:
        raise TypeError(f"{call} got unexpected {', '.join(map(repr, placed))}")
    return arranged


def _has_default(each: Field[Any]) -> bool:
    return each.default is not MISSING or each.default_factory is not MISSING


def _default(each: Field[Any]) -> Any:
    return each.default if each.default_factory is MISSING else each.default_factory()


def _state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        _put(type(self), each.name)(self, value)


def _refuse_set(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


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
