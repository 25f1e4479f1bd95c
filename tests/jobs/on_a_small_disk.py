"""`python -m tests.jobs.on_a_small_disk FOLDER`: a letter waits, the disk is full or read-only, is mended, and work goes on.

Somebody tries to sign in and a contact tries to report with a file meanwhile.

FOLDER is a file system of its own (tests/jobs/test_faults.py mounts it). Prints what was seen at each step as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask

from config import Config
from jobs.lease import LeaseKeeper
from jobs.running import look
from jobs.timetable import entry
from tests.mail.cast import make_world
from tracker import clock, create_app
from tracker.db import db, transaction
from tracker.models import Base, OutboxMessage
from tracker.tokens import personal_token


def main(folder: Path) -> None:
    settings = {"INSTANCE_DIR": str(folder), "SECRET_KEY": "test-key-" * 4, "DEMO": "0"}
    app = create_app(Config.from_environment(settings), WTF_CSRF_ENABLED=False)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with transaction() as session:
            world = make_world(session, "Một", "Hai")
            first = world.digest(0).id
            contact, task = world.contacts[1], world.tasks[1]
            report = f"/v/{personal_token(settings['SECRET_KEY'], contact.id, contact.link_nonce)}/tasks/{task.id}/complete"
    seen = {"before": state(app, folder)}
    with fill(folder):
        work(app)
        seen["full"] = state(app, folder) | acts(app, report)
    work(app)
    seen["freed"] = state(app, folder) | acts(app, report)
    queue_again(app, first)
    close(app)
    remount(folder, "ro")
    work(app)
    seen["read-only"] = state(app, folder) | acts(app, report)
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


def acts(app: Flask, report: str) -> dict[str, Any]:
    """What is answered to people who do something: status and sentence."""
    today = clock.today().strftime("%d/%m/%Y")
    file = (BytesIO(b"%PDF-1.7 " + b"x" * 100_000), "bien-ban.pdf")
    signed = app.test_client().post("/sign-in", data={"username": "thuha", "password": "sai"})
    reported = app.test_client().post(report, data={"completed_on": today, "note": "đã gửi văn thư", "file": file})
    return {"sign-in": [signed.status_code, signed.text], "report": [reported.status_code, reported.text]}


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
