"""JSON to the models of the SDK and back, by the types that the SDK's models name.

The SDK's own serializer refuses a whole request for one value that its models of 2023 do not know. This one leaves such
a value out: an unknown member of an enumeration, an unknown type, a value of another shape. It is quicker as well,
since it works out once how a type is read.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime
from enum import Enum
from functools import cache, partial
from typing import Any

from ask_sdk_model import Request, RequestEnvelope

Reader = Callable[[Any], Any]
"""Gives the SDK's value of a JSON value. Raises LookupError, TypeError or ValueError for what has no such value."""
NO_VALUE = (LookupError, TypeError, ValueError)
CONTEXT_PARTS = ("System", "AudioPlayer")
"""What this skill uses of a context; a screen's parts are large."""
NATIVE_TYPES = {
    "str": str, "bool": bool, "int": int, "float": float, "object": object, "datetime": datetime, "date": date
}  # fmt: skip
JSON_TYPES = frozenset({str, int, float, bool, dict})
LIST, DICT = re.compile(r"list\[(.*)\]"), re.compile(r"dict\(str, (.*)\)")


def read_request(envelope: dict[str, Any]) -> RequestEnvelope:
    """The envelope as the SDK's model. It holds a request always, of the base class where its type is unknown."""
    context = envelope.get("context")
    if isinstance(context, dict):
        envelope = {**envelope, "context": {name: context[name] for name in CONTEXT_PARTS if name in context}}
    read: RequestEnvelope = _reader(RequestEnvelope)(envelope)
    if read.request is None:
        read.request = _model_reader(Request)(envelope["request"])
    return read


def to_json(value: Any) -> Any:
    """A model of the SDK as JSON. What stands in it as JSON already is not copied."""
    if isinstance(value, list):
        return [to_json(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if not (fields := _fields(value.__class__)):
        return value
    found = {key: getattr(value, name) for key, (name, _) in fields.items()}
    known = ((key, one) for key, one in found.items() if one is not None)
    return {key: one if type(one) in JSON_TYPES else to_json(one) for key, one in known}


@cache
def _fields(kind: Any) -> dict[str, tuple[str, Any]]:
    """A model's fields by their names in JSON: the name in Python and the type. Empty for what is not a model."""
    types = getattr(kind, "deserialized_types", {})
    return {kind.attribute_map.get(name, name): (name, type_) for name, type_ in types.items()}


@cache
def _reader(kind: Any) -> Reader:
    """How a value of this type is read: a class, or a name as the models write it."""
    if isinstance(kind, str):
        if found := LIST.fullmatch(kind):
            return partial(_read_items, list, found[1])
        if found := DICT.fullmatch(kind):
            return partial(_read_items, dict, found[1])
        kind = NATIVE_TYPES.get(kind) or _class(kind)
    if kind is object:
        return lambda value: value
    if kind in (datetime, date):
        return kind.fromisoformat  # type: ignore[no-any-return]
    if issubclass(kind, Enum):
        return kind  # type: ignore[no-any-return]
    if hasattr(kind, "get_real_child_model"):
        return lambda value: _model_reader(_class(kind.get_real_child_model(value)))(value)
    return _model_reader(kind) if hasattr(kind, "deserialized_types") else partial(_read_native, kind)


@cache
def _class(name: str | None) -> Any:
    """The class of this name. Raises ValueError for the name of a type that the SDK does not know."""
    module, _, found = (name or "").rpartition(".")
    return getattr(importlib.import_module(module), found)


def _read_native(kind: type, value: Any) -> Any:
    if type(value) is kind:
        return value
    if kind is float and type(value) is int:
        return float(value)
    raise TypeError(kind.__name__)


def _read_items(kind: Any, inner: str, value: Any) -> Any:
    """A list or a dictionary with the items that can be read."""
    if type(value) is not kind:
        raise TypeError(kind.__name__)
    reader, found = _reader(inner), {}
    items: Iterable[tuple[Any, Any]] = value.items() if kind is dict else enumerate(value)
    for key, one in items:
        with suppress(*NO_VALUE):
            found[key] = reader(one)
    return found if kind is dict else list(found.values())


@cache
def _model_reader(kind: Any) -> Reader:
    fields = _fields(kind)

    def read(value: Any) -> Any:
        if type(value) is not dict:
            raise TypeError(kind.__name__)
        model = kind()
        for key, inner in value.items():
            if inner is None or key not in fields:
                continue
            name, type_ = fields[key]
            try:
                setattr(model, name, _reader(type_)(inner))
            except NO_VALUE:
                continue
        return model

    return read
