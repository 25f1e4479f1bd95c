"""A letter that is to be put into the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class NewLetter:
    """A letter to put into the outbox."""

    kind: str
    key: str  #: says when it is the same letter: "digest:contact-5:2026-03-02"
    person: str  #: "contact-5", "user-1", "head-12"
    to_name: str
    to_email: str
    facts: dict[str, Any]  #: ids, never words
    day: date  #: the day it is for
    plan_id: int | None = None
    not_before: datetime | None = None  #: None: at once
    held: bool = False  #: waits for a coordinator's click
