"""What was read of a document, as JSON and back: the form in which drafts are kept.

One rule for all frozen dataclasses of the rules: an object of the fields that differ from their default; a tuple is a
list, a day is ISO text, a word of a closed set is its value. Unknown fields are passed over, so that an older draft can
be read after a field went away.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from tracker.rules.document import DocumentText, Table
from tracker.rules.parsed import ParsedPlan

T = TypeVar("T")
Reader = Callable[[Any], Any]


def document_to_json(document: DocumentText) -> dict[str, Any]:
    return _object(document)


def document_from_json(data: dict[str, Any]) -> DocumentText:
    return from_json(DocumentText, data)


def parsed_to_json(parsed: ParsedPlan) -> dict[str, Any]:
    return _object(parsed)


def parsed_from_json(data: dict[str, Any]) -> ParsedPlan:
    return from_json(ParsedPlan, data)


def to_json(value: Any) -> Any:
    """`value` (a dataclass, or what dataclasses hold) in types that JSON knows."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [to_json(v) for v in value]
    if isinstance(value, dict):
        return {str(k): to_json(v) for k, v in value.items()}
    if is_dataclass(value):
        return _object(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(kind: type[T], data: Any) -> T:
    """The dataclass `kind` from what `to_json` made of it; raises KeyError or ValueError when it is something else."""
    value: T = _reader(cast(Any, kind))(data)
    return value


def _object(value: Any) -> dict[str, Any]:
    found = {}
    for field in fields(value):
        inner = getattr(value, field.name)
        if not _is_default(field, inner):
            found[field.name] = to_json(inner)
    return found


def _is_default(field: Field[Any], value: Any) -> bool:
    if field.default is not MISSING:
        return bool(value == field.default) and type(value) is type(field.default)
    if field.default_factory is not MISSING:
        return bool(value == field.default_factory())
    return False


@cache
def _reader(kind: Any) -> Reader:
    """The function that makes a value of `kind` from its JSON."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _union_reader(get_args(kind))
    if origin is tuple:
        return _tuple_reader(get_args(kind))
    if origin is dict:
        inner = _reader(get_args(kind)[1])
        return lambda data: {k: inner(v) for k, v in data.items()}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if kind in (date, datetime):
        return cast(Reader, kind.fromisoformat)
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if kind in (str, int, bool):
        return _plain_reader(kind)
    raise TypeError(f"no reader for {kind}")


def _plain_reader(kind: Any) -> Reader:
    def read(data: Any) -> Any:
        if not isinstance(data, kind):
            raise ValueError(f"{data!r} is no {kind.__name__}")
        return data

    return read


def _tuple_reader(args: tuple[Any, ...]) -> Reader:
    if len(args) == 2 and args[1] is Ellipsis:
        inner = _reader(args[0])
        return lambda data: tuple(inner(v) for v in data)
    parts = [_reader(a) for a in args]
    return lambda data: tuple(read(v) for read, v in zip(parts, data, strict=True))


def _union_reader(args: tuple[Any, ...]) -> Reader:
    kinds = [a for a in args if a is not type(None)]
    if Table in kinds:  # a block of a document: tables have rows, lines have text
        table, line = _reader(Table), _reader(next(k for k in kinds if k is not Table))
        return lambda data: table(data) if "rows" in data else line(data)
    if len(kinds) == 1:
        inner = _reader(kinds[0])
        return lambda data: None if data is None else inner(data)
    plain = tuple(k for k in kinds if k in (int, str))
    if len(plain) != len(kinds):
        raise TypeError(f"no reader for a choice of {kinds}")
    return lambda data: data


def _dataclass_reader(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    readers: dict[str, Reader] = {}

    def read(data: Any) -> Any:
        if not readers:  # made on first use: dataclasses may hold one another
            readers.update({f.name: _reader(hints[f.name]) for f in fields(kind)})
        return kind(**{name: readers[name](value) for name, value in data.items() if name in readers})

    return read
