"""How commands speak: JSON lines, plain lines, and errors as one sentence."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import click

from tracker.errors import NotFound, Refused, UnreadableRows


class DayType(click.ParamType[date]):
    """A day as YYYY-MM-DD or D/M/YYYY."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        parts = str(value).split("/")
        try:
            return date(int(parts[2]), int(parts[1]), int(parts[0])) if len(parts) == 3 else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"“{value}” không đọc được là ngày; ghi dạng YYYY-MM-DD.", param, ctx)


DAY = DayType()


def print_json(value: Any) -> None:
    """One JSON value on one line, Vietnamese letters as they are."""
    click.echo(json.dumps(value, ensure_ascii=False))


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what a person must read into one line on standard error and exit status 1."""
    try:
        yield
    except UnreadableRows as refused:
        for text in refused.sentences:
            click.echo(text, err=True)
        sys.exit(1)
    except Refused as refused:
        click.echo(refused.sentence, err=True)
        sys.exit(1)
    except NotFound as missing:
        click.echo(f"Không tìm thấy: {missing}.", err=True)
        sys.exit(1)
