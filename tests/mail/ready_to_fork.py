"""Imported once by the server that test processes are forked from: it delivers a letter, so that each process finds mappers,
templates and modules ready instead of making them for the few letters it lives to send."""

from pathlib import Path
from tempfile import TemporaryDirectory

from jobs.deliveries import deliver_waiting
from tests.mail.cast import NOW, make_world
from tests.mail.post import mail_app
from tests.mail.stores import committing
from tracker.db import db
from tracker.models import Base
from tracker.services import outbox

with TemporaryDirectory() as folder:
    app = mail_app(f"sqlite:///{folder}/ready.db", Path(folder))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with committing(db.engine) as session:
            world = make_world(session, "UBND phường Cam Linh")
            facts = {"task_ids": [world.tasks[0].id]}
            letter = outbox.NewLetter("unlocked", "letter", "contact-1", "Oanh", "oanh@example.vn", facts, NOW.date())
            outbox.enqueue_many(session, [letter], now=NOW)
        db.session.remove()
    assert deliver_waiting(app, now=NOW, by="ready").sent == 1
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
