"""A small application that can deliver, and nothing else: quick to start in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from tracker.db import db, prepare_engine
from tracker.mail.smtp import SafeMail


def mail_app(database_url: str, folder: Path, port: int | None = None, **settings: Any) -> Flask:
    """An application on that database; without a port its letters become files in `folder`."""
    app = Flask("post")
    app.config.update(
        SECRET_KEY="post-key-" * 4,
        SQLALCHEMY_DATABASE_URI=database_url,
        MAIL_SERVER="127.0.0.1" if port else "",
        MAIL_PORT=port,
        MAIL_TIMEOUT_SECONDS=5,
        MAIL_DEFAULT_SENDER=("Khảo sát", "khaosat@office.example.vn"),
        MAIL_SENDER_NAME="",
        MAIL_SPOOL_DIR=folder,
        PUBLIC_URL="https://khaosat.office.example.vn",
        PERSONAL_LINK_DAYS=180,
        MAIL_BOUNCE_ADDRESS="",
    )
    app.config.update(settings)
    db.init_app(app)
    SafeMail(app)
    with app.app_context():
        prepare_engine(db.engine)
    return app
