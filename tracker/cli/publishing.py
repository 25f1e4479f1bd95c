"""`publications verify`: whether a downloaded data file is one that was published here."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from tracker.cli.output import one_line_errors
from tracker.db import db
from tracker.queries import publications as published
from tracker.rules.results import fingerprint_of
from tracker.wording import date_short, refusal

publications = AppGroup("publications", help="Kết quả đã công bố.")


@publications.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def verify(file: Path) -> None:
    """Tính mã kiểm chứng của tệp so-lieu.json đã tải về và nói tệp thuộc bản công bố nào; sai thì thoát với mã 1."""
    with one_line_errors():
        try:
            table = json.loads(file.read_text(encoding="utf-8-sig"))
        except (UnicodeDecodeError, json.JSONDecodeError):
            raise refusal("fingerprint_mismatch") from None
        fingerprint = fingerprint_of(table) if isinstance(table, dict) else ""
        found = published.with_fingerprint(db.session(), fingerprint) if fingerprint else []
        if not found:
            raise refusal("fingerprint_mismatch")
        for line in found:
            day = date_short(line.published_at.date()) if line.published_at else "–"
            click.echo(f"Khớp mã kiểm chứng {fingerprint}: bản {line.version_no}, công bố ngày {day}, /ket-qua/{line.slug}.")


COMMANDS = (publications,)
