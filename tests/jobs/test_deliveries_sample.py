"""Letters of the sample campaign never leave the machine."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, update

from jobs.deliveries import deliver_waiting
from jobs.sending import SAMPLE_NOTE
from tests.jobs.test_deliveries import UNITS, letters, post, rows, statuses
from tests.mail.cast import NOW
from tests.mail.sink import Sink, running
from tracker.models import Plan

__all__ = ["letters", "post"]  # fixtures


def test_letters_of_the_sample_become_files_although_a_server_is_set(engine: Engine, letters: list[int], post: Any) -> None:
    with engine.begin() as connection:
        connection.execute(update(Plan).values(is_sample=True))
    with running(Sink()) as sink:
        app = post(sink.port)
        assert deliver_waiting(app, now=NOW, by="a").sent == UNITS
    assert sink.received == {}
    assert statuses(engine) == ["sent"] * UNITS
    assert {row.status_reason for row in rows(engine)} == {SAMPLE_NOTE}
    assert len(list(app.config["MAIL_SPOOL_DIR"].glob("*.eml"))) == UNITS
