"""`python -m tests.jobs.on_a_small_disk FOLDER`: a letter waits, the disk is full or read-only, is mended, and work goes on.

FOLDER is a file system of its own (tests/jobs/test_faults.py mounts it). Prints what was seen at each step as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from config import Config
from jobs.lease import LeaseKeeper
from jobs.running import look
from jobs.timetable import entry
from tests.mail.cast import make_world
from tracker import create_app
from tracker.db import db, transaction
from tracker.models import Base, OutboxMessage


def main(folder: Path) -> None:
    app = create_app(Config.from_environment({"INSTANCE_DIR": str(folder), "SECRET_KEY": "test-key-" * 4, "DEMO": "0"}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with transaction() as session:
            world = make_world(session)
            first = world.digest(0).id
    seen = {"before": state(app, folder)}
    with fill(folder):
        work(app)
        seen["full"] = state(app, folder)
    work(app)
    seen["freed"] = state(app, folder)
    queue_again(app, first)
    close(app)
    remount(folder, "ro")
    work(app)
    seen["read-only"] = state(app, folder)
    close(app)
    remount(folder, "rw")
    work(app)
    seen["writable"] = state(app, folder)
    print(json.dumps(seen))


class fill:
    """The disk is full to the last block while the block runs."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ballast"

    def __enter__(self) -> None:
        with self.path.open("wb", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while file.write(b"x" * size):
                        pass
                except OSError:
                    continue

    def __exit__(self, *_: object) -> None:
        self.path.unlink()


def work(app: Flask) -> None:
    """What the timetable's process does at a look."""
    with app.app_context():
        LeaseKeeper().prolong()
    deliveries = entry("deliveries")
    assert deliveries is not None
    look(app, deliveries)


def state(app: Flask, folder: Path) -> dict[str, Any]:
    health = app.test_client().get("/healthz")
    found: dict[str, Any] = {"status": health.status_code, "problems": health.get_json()["problems"]}
    found["letters"] = len(list((folder / "mail").glob("*.eml")))
    found["page"] = app.test_client().get("/sign-in").status_code
    return found


def queue_again(app: Flask, letter_id: int) -> None:
    """A second letter, which the read-only disk is to hold up."""
    with app.app_context(), transaction() as session:
        letter = session.get_one(OutboxMessage, letter_id)
        session.add(
            OutboxMessage(
                key="again", kind=letter.kind, person=letter.person, to_email=letter.to_email, day=letter.day, facts=letter.facts,
                plan_id=letter.plan_id, not_before=letter.not_before, created_at=letter.created_at,
            )
        )  # fmt: skip


def close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
