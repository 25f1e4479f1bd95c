"""The application: extensions, pages, error pages, commands - and nothing else."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from flask import Flask

    from config import Config


def create_app(config: Config | None = None, *, pages: bool = True, **overrides: Any) -> Flask:
    """The application with the given settings, or those of the environment; without pages for the jobs.

    `overrides` are Flask's own configuration keys (TESTING, WTF_CSRF_ENABLED, …), put on last: for tests.
    Raises config.ConfigError for a setting that cannot be used.
    """
    # Imported here, not above: `import tracker.rules` runs this file and must not load the web.
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from config import ROOT, Config
    from tracker.instance import secret_key
    from tracker.mail.smtp import SafeMail

    config = config or Config.from_environment(os.environ)
    app = Flask(
        "tracker",
        root_path=str(ROOT / "tracker"),
        template_folder=str(ROOT / "templates"),
        instance_path=str(config.instance_dir),
    )
    app.config.from_mapping(config.flask_mapping())
    app.config.from_mapping(overrides)
    if not app.config["SECRET_KEY"]:
        app.config["SECRET_KEY"] = secret_key(config.instance_dir)
    logging.getLogger("tracker").setLevel(config.log_level)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops)  # type: ignore[method-assign]

    _add_database(app)
    SafeMail(app)
    if pages:
        _add_pages(app)
    # Half a second and alembic, which a web process never needs; flask sets the variable for its own commands.
    if app.testing or "FLASK_RUN_FROM_CLI" in os.environ:
        _add_commands(app)
    return app


def _add_database(app: Flask) -> None:
    from flask import request
    from sqlalchemy.exc import SQLAlchemyError

    from tracker.db import db, prepare_engine, reads_only

    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            prepare_engine(engine)

    @app.before_request
    def _note_whether_it_only_reads() -> None:
        reads_only.set(request.method in ("GET", "HEAD", "OPTIONS"))

    @app.teardown_request
    def _give_back_the_connection(_error: BaseException | None) -> None:
        """Before Flask-SQLAlchemy does: there a database that has gone meanwhile would turn an answer that is made into a 500."""
        try:
            db.session.remove()
        except SQLAlchemyError as error:
            log.warning("the database went away before its connection was given back: %s", error)
            db.session.registry.clear()

    @app.teardown_request
    def _next_one_may_write(_error: BaseException | None) -> None:
        reads_only.set(False)


def _add_pages(app: Flask) -> None:
    from flask_bootstrap import Bootstrap5
    from flask_wtf import CSRFProtect

    from tracker import web

    Bootstrap5(app)
    web.register(app)
    csrf = CSRFProtect(app)  # after the guards, so that an ended session says so before a stale form does
    csrf.exempt(web.own_settings.one_click)


def _add_commands(app: Flask) -> None:
    from flask_migrate import Migrate

    from config import ROOT
    from tracker import cli
    from tracker.db import db

    Migrate(app, db, directory=str(ROOT / "tracker" / "migrations"), render_as_batch=True)
    cli.register(app)
