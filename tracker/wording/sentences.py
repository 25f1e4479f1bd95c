"""Refusal sentences, filled in."""

from __future__ import annotations

from tracker.errors import Refused
from tracker.wording.refusals import REFUSALS


def sentence(key: str, **values: object) -> str:
    """The sentence of `key` with its values; raises KeyError for an unknown key or a missing value."""
    return REFUSALS[key].format_map(values)


def refusal(key: str, **values: object) -> Refused:
    """The exception that carries the sentence of `key`: `raise refusal("already_done", …)`."""
    return Refused(key, sentence(key, **values))
