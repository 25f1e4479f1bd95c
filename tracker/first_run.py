"""From a fresh copy to a server that can be used: folder, tables, calendar, office, first account. Safe to run at every start."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Flask
from flask_migrate import upgrade

from config import Config
from tracker import clock, passwords
from tracker.db import transaction
from tracker.holidays_source import fill_calendar
from tracker.instance import make_folder
from tracker.services import setup, timekeeping

#: Without letters and digits that look alike on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 4


@dataclass(frozen=True)
class FirstRun:
    """What was done. The password is known here and nowhere else."""

    is_first: bool  #: nobody could sign in before
    username: str
    password: str
    calendar_days: int


def prepare(app: Flask, config: Config) -> FirstRun:
    """Make or bring up to date whatever is missing. Raises ConfigError for a folder that cannot be written."""
    make_folder(config.instance_dir)
    now = clock.now()
    with app.app_context():
        upgrade()
        with transaction() as session:
            # Two hosts may start at once on one PostgreSQL: writing the same row, the second waits here for the first.
            timekeeping.record_run(session, "setup", now.date(), started_at=now, ended_at=now, outcome="đã chuẩn bị")
            days = fill_calendar(session, now.date())
            office_id = setup.first_office(session, name=config.office_name, place=config.office_place)
            if setup.has_accounts(session):
                return FirstRun(False, "", "", days)
            password = new_password()
            password_hash = passwords.hash_password(password)
            username = setup.first_administrator(session, office_id, password_hash=password_hash, now=now)
    return FirstRun(True, username, password, days)


def new_password() -> str:
    """Sixteen characters by chance (some 79 bits), in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
