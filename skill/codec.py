"""Dataclasses as plain JSON and back, by the annotations of their fields.

A field says once how it stands in JSON: `lead: Annotated[float, Stored("quiet", digits=2)] = 0.0`. Reading never
raises: a value that cannot be read is the field's default; one without a default makes its dataclass unreadable, and
an unreadable item of a list or an object is dropped. A number outside its bounds becomes the nearest bound.

State is read and written on each request, so types are looked at once: each field keeps the function that writes it and
the one that reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
LARGEST = 1e13
"""A number beyond this, above or below zero, cannot be read: milliseconds since 1970 stay below it until 2286."""
UNREADABLE = (KeyError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Stored:
    """How a value stands in JSON.

    `key` is its name there, if it is not the field's. A default value is left out unless `always`; with `when`, which
    is given the dataclass, a value is left out where that gives False. `required`: without this value the dataclass
    cannot be read. `group` names the object that the field belongs to, where a dataclass is written as several.

    `least` and `most` bound a number. `most` also bounds the characters of a string (a longer one cannot be read), the
    members of an object and the items of a list (a negative one keeps the last so many). `digits` are the decimals that
    are written, with 0 as an integer. `check` gives False for a string that cannot be read. `by`: the items of a tuple
    are in the order of this key, each once. A dataclass that is `flat` adds its members to those around it; one that is
    a `row` is a list. `fields` annotates the fields of a dataclass that cannot know this module.
    """

    key: str = ""
    always: bool = False
    when: Callable[[Any], object] | None = None
    required: bool = False
    group: str = ""
    least: float = 0.0
    most: float | None = None
    digits: int | None = None
    check: Callable[[str], object] | None = None
    by: Callable[[Any], Any] | None = None
    flat: bool = False
    row: bool = False
    fields: Mapping[str, Any] | None = None


_PLAIN = Stored()
LONGEST_NAME = 120
Name = Annotated[str, Stored(most=LONGEST_NAME)]
"""An id of a script, of a spot or of anything else that has a short one."""
Function = Callable[[Any], Any]
"""Writes a value as JSON, or reads JSON as a value; one that reads raises one of `UNREADABLE`."""


class Codec(Generic[T]):
    """Writes and reads the fields of one `group` of a dataclass, in their order."""

    def __init__(self, cls: type[T], group: str = "", annotations: Mapping[str, Any] | None = None) -> None:
        self._cls = cls
        self._writes: list[tuple[str, str, Function, Any, Callable[[Any], object] | None, bool]] = []
        self._reads: list[tuple[str, str, Function, bool, bool]] = []
        hints = get_type_hints(cls, include_extras=True) | dict(annotations or {})
        for field in fields(cls):  # type: ignore[arg-type]
            hint, stored = _unwrapped(hints[field.name])
            if stored.group == group:
                write, read = _functions(hint, stored)
                default = field.default if field.default_factory is MISSING else field.default_factory()
                left_out = MISSING if stored.always else default
                key = stored.key or field.name
                self._writes.append((field.name, key, write, left_out, stored.when, stored.flat))
                self._reads.append((field.name, key, read, stored.flat, stored.required or default is MISSING))

    def to_json(self, value: T) -> dict[str, Any]:
        """The JSON object of a value."""
        data: dict[str, Any] = {}
        for name, key, write, left_out, when, flat in self._writes:
            member = getattr(value, name)
            if member != left_out and (when is None or when(value)):
                if flat:
                    data |= write(member)
                else:
                    data[key] = member if write is _same else write(member)
        return data

    def from_json(self, data: Any) -> T | None:
        """The value of a JSON object; None where it cannot be read."""
        try:
            return self.made(data)
        except UNREADABLE:
            return None

    def read(self, data: Any) -> dict[str, Any]:
        """The fields that can be read of a JSON object, by name: none where the dataclass cannot be read."""
        try:
            return self._read(data)
        except UNREADABLE:
            return {}

    def made(self, data: Any) -> T:
        """The value of a JSON object. Raises one of `UNREADABLE`."""
        return self._cls(**self._read(data))

    def to_row(self, value: T) -> list[Any]:
        """The list of the values of all fields."""
        return [write(getattr(value, name)) for name, _, write, *_ in self._writes]

    def from_row(self, data: Any) -> T:
        """The value of such a list. Raises one of `UNREADABLE`."""
        if not isinstance(data, list) or len(data) != len(self._reads):
            raise TypeError
        return self._cls(*(field[2](member) for field, member in zip(self._reads, data, strict=True)))

    def _read(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise TypeError
        values: dict[str, Any] = {}
        for name, key, read, flat, required in self._reads:
            if required:
                values[name] = read(data if flat else data[key])
            elif flat or key in data:
                try:
                    values[name] = read(data if flat else data[key])
                except UNREADABLE:
                    continue
        return values


def _unwrapped(hint: Any, stored: Stored = _PLAIN) -> tuple[Any, Stored]:
    """The type of an annotation and what it says of JSON; `stored` where it says nothing."""
    if get_origin(hint) is Annotated:
        hint, *extras = get_args(hint)
        stored = next((extra for extra in extras if isinstance(extra, Stored)), stored)
    return hint, stored


def _functions(hint: Any, stored: Stored) -> tuple[Function, Function]:
    """What writes a value of this type, and what reads one."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (kind,) = (each for each in inner if each is not NoneType)
        write, read = _functions(*_unwrapped(kind, stored))
        return _optional(write), _optional(read)
    if origin is Literal:
        return _same, {each: each for each in inner}.__getitem__
    if origin in (tuple, frozenset):
        return _several(origin, *_functions(*_unwrapped(inner[0])), stored)
    if origin is not None:
        (_, key), (write, read) = (_functions(*_unwrapped(each)) for each in inner)
        return _members(write, key, read, stored)
    if is_dataclass(hint):
        codec = Codec[Any](hint, annotations=stored.fields)  # type: ignore[arg-type]
        return (codec.to_row, codec.from_row) if stored.row else (codec.to_json, codec.made)
    if hint is date:
        return date.isoformat, date.fromisoformat
    if hint is bool:
        return _same, _boolean
    return (_same, _text(stored)) if hint is str else _number(hint, stored)


def _same(value: Any) -> Any:
    return value


def _optional(function: Function) -> Function:
    return lambda value: None if value is None else function(value)


def _boolean(data: Any) -> bool:
    if not isinstance(data, bool):
        raise TypeError
    return data


def _several(kind: type, write: Function, read: Function, stored: Stored) -> tuple[Function, Function]:
    """The items of a tuple or a set, as a list; those of a set are sorted."""
    most, by = stored.most, stored.by
    part = slice(None) if most is None else slice(int(most), None) if most < 0 else slice(int(most))

    def items(data: Any) -> Any:
        if not isinstance(data, list):
            raise TypeError
        found = _readable(read, data[part])
        if by is not None:
            keyed = {by(item): item for item in found}
            return kind(keyed[key] for key in sorted(keyed))
        return kind(found)

    if kind is frozenset:
        return lambda value: [write(item) for item in sorted(value)[part]], items
    if write is _same:
        return lambda value: list(value[part]), items
    return lambda value: [write(item) for item in value[part]], items


def _members(write: Function, key: Function, read: Function, stored: Stored) -> tuple[Function, Function]:
    """The members of a mapping, as an object."""
    most = None if stored.most is None else int(stored.most)

    def members(data: Any) -> dict[Any, Any]:
        if not isinstance(data, dict):
            raise TypeError
        return dict(_readable(lambda member: (key(member[0]), read(member[1])), islice(data.items(), most)))

    return dict if write is _same else lambda value: {name: write(member) for name, member in value.items()}, members


def _text(stored: Stored) -> Function:
    most, check = stored.most, stored.check

    def text(data: Any) -> str:
        if not isinstance(data, str) or (most and len(data) > most) or (check is not None and not check(data)):
            raise TypeError
        return data

    return text


def _number(kind: type, stored: Stored) -> tuple[Function, Function]:
    digits, least, most = stored.digits, stored.least, LARGEST if stored.most is None else stored.most

    def number(data: Any) -> Any:
        if (type(data) is not float and type(data) is not int) or not -LARGEST <= data <= LARGEST:
            raise TypeError
        return kind(least if data < least else most if data > most else data)

    return _same if digits is None else lambda value: round(value, digits or None), number


def _readable(read: Function, items: Iterable[Any]) -> Iterator[Any]:
    """What can be read of these items."""
    for item in items:
        try:
            yield read(item)
        except UNREADABLE:
            continue
