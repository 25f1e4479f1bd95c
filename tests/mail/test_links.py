"""Links in letters: each reaches its page, and opening it changes nothing."""

from __future__ import annotations

import email
import email.policy
import inspect
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import RequestRedirect

from jobs.deliveries import deliver_waiting
from tests.applications import applications
from tests.mail.cast import make_world
from tests.mail.letters import GOLDEN
from tracker import tokens
from tracker.clock import ZONE
from tracker.db import db, transaction
from tracker.links import Links
from tracker.models import Base, OutboxMessage

BASE = "http://127.0.0.1:5000"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    with applications(tmp_path) as make_app:
        yield make_app()


def addresses() -> dict[str, str]:
    links = Links(BASE, with_extensions=True)
    made = {}
    for name, method in inspect.getmembers(links, inspect.ismethod):
        values = [7 if parameter.annotation == "int" else "token" for parameter in inspect.signature(method).parameters.values()]
        if not name.startswith("_"):
            made[name] = method(*values)
    return made


@pytest.mark.parametrize("name", addresses())
def test_every_link_reaches_a_page_that_can_be_opened(app: Flask, name: str) -> None:
    path = addresses()[name].removeprefix(BASE).partition("?")[0]
    try:
        endpoint, _ = app.url_map.bind("127.0.0.1").match(path, method="GET")
    except RequestRedirect:
        pytest.fail(f"{path} is only redirected")
    assert endpoint in app.view_functions


def test_pages_that_are_missing_are_not_offered() -> None:
    assert Links(BASE).personal_extension("token", 1) == ""


def contents() -> dict[str, list[Any]]:
    """Every row of every table."""
    with transaction() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("name", GOLDEN)
def test_a_scanner_that_opens_every_link_changes_nothing(app: Flask, tmp_path: Path, name: str) -> None:
    now = datetime.now(ZONE)
    with app.app_context():
        with transaction() as session:
            world = make_world(session, "Trạm Y tế xã Cam Lập", "UBND phường Cam Ranh", "UBND phường Cam Linh")  # type: ignore[arg-type]
            queued = GOLDEN[name](world)
            if "token" in queued.facts:  # a link that works is the one that a scanner could use up
                user = world.coordinator
                token = tokens.password_token(str(app.secret_key), user.id, user.session_nonce, hours=1)
                queued.facts = {**queued.facts, "token": token}
            letter_id = queued.id
        deliver_waiting(app, now=now, by="test")
        with Session(db.engine) as reading:
            letter = reading.get_one(OutboxMessage, letter_id)
            assert letter.status.value == "sent", letter.status_reason
        (file,) = (tmp_path / "instance" / "mail").glob(f"{letter_id:08d}-*.eml")
        found = links_in(file)
        before = contents()
    answers = {}
    for method in ("HEAD", "GET", "GET"):
        for link in found:
            answers[link] = app.test_client().open(link.removeprefix(BASE), method=method).status_code
    with app.app_context():
        assert contents() == before
    assert found or name == "seal_broken_head", "box links open to those who sign in"
    assert set(answers.values()) <= {200, 302}, answers
    personal = [code for link, code in answers.items() if "/v/" in link or "/h/" in link]
    assert set(personal) <= {200}


def links_in(file: Path) -> set[str]:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    bodies = [
        re.sub(r"\r?\n ", "", part.get_content()) if part.get_content_subtype() == "calendar" else part.get_content()
        for part in message.iter_parts()  # type: ignore[attr-defined]
    ]
    text = " ".join([*bodies, message["List-Unsubscribe"] or ""])
    return {unescape(link) for link in re.findall(r"http://127\.0\.0\.1:5000[^\s\"<>]*", text)}
