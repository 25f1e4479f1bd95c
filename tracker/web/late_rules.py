"""Addresses are put together by code that werkzeug writes for each rule: here when the first such address is asked for.

Of three hundred rules a process uses few, and writing all of them would be a tenth of its start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Build = Callable[..., tuple[str, str]]


class LateRule(Rule):
    """Leans on one name of werkzeug's own; were it to change, all rules would be written at the start again."""

    def _compile_builder(self, append_unknown: bool = True) -> Build:
        write, written = super()._compile_builder, list[Build]()

        def build(*values: Any, **named: Any) -> tuple[str, str]:
            if not written:
                written.append(write(append_unknown))
            return written[0](*values, **named)

        return build
