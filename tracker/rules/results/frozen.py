"""A result as bytes that never change: canonical JSON, its SHA-256 fingerprint, and the way back.

Canonical: keys sorted, no spaces, UTF-8 as it is, figures as texts ("86.36"). Anyone can repeat it: `sha256sum so-lieu.json`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from tracker.rules.results import model


def canonical(table: Mapping[str, Any]) -> bytes:
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def fingerprint_of(table: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(table)).hexdigest()


def to_table(value: Any) -> Any:
    """Plain values for JSON: `from_table` gives the result back."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_table(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: to_table(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [to_table(inner) for inner in value]
    if isinstance(value, Decimal | StrEnum):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def from_table(table: Mapping[str, Any]) -> model.ResultData:
    """Raises KeyError or ValueError for a table that is no result."""
    made: model.ResultData = _read(model.ResultData, table)
    return made


def _read(kind: Any, value: Any) -> Any:
    if get_origin(kind) in (Union, UnionType):
        return None if value is None else _read(next(k for k in get_args(kind) if k is not type(None)), value)
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], inner) for inner in value)
    if get_origin(kind) is not None:  # a mapping
        return {key: _read(get_args(kind)[1], inner) for key, inner in value.items()}
    if is_dataclass(kind):
        hints = _hints(cast(type, kind))
        return cast(type, kind)(**{f.name: _read(hints[f.name], value[f.name]) for f in fields(kind)})
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if kind is Decimal or (isinstance(kind, type) and issubclass(kind, StrEnum)) else value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, vars(model) | {"date": date, "Decimal": Decimal, "Mapping": Mapping})
