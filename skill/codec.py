"""Dataclasses as plain JSON and back, by the annotations of their fields.

A field says once how it stands in JSON: `lead: Annotated[float, Stored("quiet", digits=2)] = 0.0`. Reading never
raises: a value that cannot be read is the field's default; one without a default makes its dataclass unreadable, and
an unreadable item of a list or an object is dropped. A number outside its bounds becomes the nearest bound.

State is read and written on each request, so the two functions of a dataclass are generated once, as `dataclasses`
itself does it: with one line for each field and no look at its type while they run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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


class Codec(Generic[T]):
    """Writes and reads the fields of one `group` of a dataclass, in their order.

    `to_json` gives the JSON object of a value. `to_row` and `from_row` write and read a list of the values of its
    fields; `from_row` raises one of `UNREADABLE`.
    """

    to_json: Callable[[T], dict[str, Any]]
    to_row: Callable[[T], list[Any]]
    from_row: Callable[[Any], T]

    def __init__(self, cls: type[T], group: str = "", annotations: Mapping[str, Any] | None = None) -> None:
        self._cls = cls
        hints = get_type_hints(cls, include_extras=True) | dict(annotations or {})
        names: dict[str, Any] = {"cls": cls, **_HELPERS}
        writes, reads, row, made = list[str](), list[str](), list[str](), list[str]()
        for field in fields(cls):  # type: ignore[arg-type]
            hint, stored = _unwrapped(hints[field.name])
            if stored.group != group:
                continue
            key = repr(stored.key or field.name)
            write, read = _expressions(hint, stored, names)
            row.append(write.replace("$", f"value.{field.name}"))
            made.append(read.replace("$", f"data[{len(made)}]"))

            default = field.default if field.default_factory is MISSING else field.default_factory()
            conditions = (
                [] if stored.always or default is MISSING else [f"value.{field.name} != {_named(default, names)}"]
            )
            conditions += [f"{_named(stored.when, names)}(value)"] if stored.when else []
            written = f"data.update({row[-1]})" if stored.flat else f"data[{key}] = {row[-1]}"
            writes.append(f"if {' and '.join(conditions)}: {written}" if conditions else written)

            found = f"values[{field.name!r}] = {read.replace('$', 'data' if stored.flat else f'data[{key}]')}"
            if stored.required or default is MISSING:
                reads.append(found)
            else:
                reads += [f"if {key} in data:", f"  try: {found}", "  except UNREADABLE: pass"]
        self.to_json = _function("value", ["data = {}", *writes, "return data"], names)
        self._read: Callable[[Any], dict[str, Any]] = _function(
            "data", ["data, values = the(dict, data), {}", *reads, "return values"], names
        )
        self.to_row = _function("value", [f"return [{', '.join(row)}]"], names)
        self.from_row = _function("data", [f"row(data, {len(made)})", f"return cls({', '.join(made)})"], names)

    def read(self, data: Any) -> dict[str, Any]:
        """The fields that can be read of a JSON object, by name: none where the dataclass cannot be read."""
        try:
            return self._read(data)
        except UNREADABLE:
            return {}

    def made(self, data: Any) -> T:
        """The value of a JSON object. Raises one of `UNREADABLE`."""
        return self._cls(**self._read(data))

    def from_json(self, data: Any) -> T | None:
        """The value of a JSON object; None where it cannot be read."""
        try:
            return self.made(data)
        except UNREADABLE:
            return None


def _function(argument: str, lines: Sequence[str], names: dict[str, Any]) -> Any:
    """A function of these lines, which use these names."""
    made: dict[str, Any] = {}
    exec("\n ".join([f"def function({argument}):", *lines]), names, made)
    return made["function"]


def _named(value: Any, names: dict[str, Any]) -> str:
    """A new name for this value."""
    name = f"value{len(names)}"
    names[name] = value
    return name


def _unwrapped(hint: Any, stored: Stored = _PLAIN) -> tuple[Any, Stored]:
    """The type of an annotation and what it says of JSON; `stored` where it says nothing."""
    if get_origin(hint) is Annotated:
        hint, *extras = get_args(hint)
        stored = next((extra for extra in extras if isinstance(extra, Stored)), stored)
    return hint, stored


def _expressions(hint: Any, stored: Stored, names: dict[str, Any]) -> tuple[str, str]:
    """The source of what writes a value of this type, and of what reads it or raises. `$` stands for the value."""
    origin, inner, most = get_origin(hint), get_args(hint), stored.most
    if origin in (Union, UnionType):
        (kind,) = (each for each in inner if each is not NoneType)
        write, read = _expressions(*_unwrapped(kind, stored), names)
        return write if write == "$" else f"None if $ is None else {write}", f"None if $ is None else {read}"
    if origin is Literal:
        return "$", f"{_named({each: each for each in inner}, names)}[$]"
    if origin in (tuple, frozenset):
        write, read = (each.replace("$", "item") for each in _expressions(*_unwrapped(inner[0]), names))
        part = "" if most is None else f"[{most}:]" if most < 0 else f"[:{most}]"
        items = f"sorted($){part}" if origin is frozenset else f"${part}"
        found = f"readable(lambda item: {read}, the(list, $){part})"
        found = found if stored.by is None else f"ordered({_named(stored.by, names)}, {found})"
        return f"list({items})" if write == "item" else f"[{write} for item in {items}]", f"{origin.__name__}({found})"
    if origin is not None:
        (_, key), (write, read) = (_expressions(*_unwrapped(each), names) for each in inner)
        written = "dict($)" if write == "$" else f"{{key: {write.replace('$', 'item')} for key, item in $.items()}}"
        member = f"{key.replace('$', 'item[0]')}, {read.replace('$', 'item[1]')}"
        return written, f"dict(readable(lambda item: ({member}), islice(the(dict, $).items(), {most})))"
    if is_dataclass(hint):
        codec = Codec[Any](hint, annotations=stored.fields)  # type: ignore[arg-type]
        functions = (codec.to_row, codec.from_row) if stored.row else (codec.to_json, codec.made)
        return f"{_named(functions[0], names)}($)", f"{_named(functions[1], names)}($)"
    if hint is date:
        return "$.isoformat()", "date.fromisoformat($)"
    if hint is bool:
        return "$", "the(bool, $)"
    if hint is str:
        return "$", f"text($, {most}, {_named(stored.check, names)})"
    write = "$" if stored.digits is None else f"round($, {stored.digits or None})"
    return write, f"{hint.__name__}(number($, {stored.least}, {LARGEST if most is None else most}))"


def _the(kind: type[T], data: Any) -> T:
    """The data itself, if it is of this type. Raises TypeError."""
    if not isinstance(data, kind):
        raise TypeError
    return data


def _row(data: Any, length: int) -> None:
    if not isinstance(data, list) or len(data) != length:
        raise TypeError


def _number(data: Any, least: float, most: float) -> float:
    if (type(data) is not float and type(data) is not int) or not -LARGEST <= data <= LARGEST:
        raise TypeError
    return least if data < least else most if data > most else data


def _text(data: Any, most: int | None, check: Callable[[str], object] | None) -> str:
    if not isinstance(data, str) or (most is not None and len(data) > most) or (check is not None and not check(data)):
        raise TypeError
    return data


def _readable(read: Callable[[Any], T], items: Iterable[Any]) -> Iterator[T]:
    """What can be read of these items."""
    for item in items:
        try:
            yield read(item)
        except UNREADABLE:
            continue


def _ordered(by: Callable[[T], Any], items: Iterable[T]) -> tuple[T, ...]:
    """The items in the order of a key, each key once."""
    keyed = {by(item): item for item in items}
    return tuple(keyed[key] for key in sorted(keyed))


_HELPERS = {
    "UNREADABLE": UNREADABLE, "date": date, "islice": islice, "number": _number, "ordered": _ordered,
    "readable": _readable, "row": _row, "text": _text, "the": _the,
}  # fmt: skip
