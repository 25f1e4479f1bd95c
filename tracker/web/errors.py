"""Every failure has its page and its sentence: what was not done, why, what to do."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tracker import workers
from tracker.db import db
from tracker.errors import NotFound, Refused
from tracker.web import sessions
from tracker.wording import sentence

log = logging.getLogger(__name__)

#: Which answer a refusal is; every other refusal is a conflict with how things stand.
STATUS_OF_REFUSAL: Mapping[str, int] = {
    "session_ended": 401,
    "sign_in_required": 401,
    "forbidden": 403,
    "coordinator_only": 403,
    "own_unit_only": 403,
    "observer_reads": 403,
    "sso_unreachable": 503,
    "sso_refused": 403,
    "sso_not_believed": 403,
    "sso_no_address": 403,
    "sso_unknown": 403,
    "reading_below": 403,
    "leader_reads": 403,
    "admin_only": 403,
    "entry_roles": 403,
    "too_many": 429,
    "sign_in_locked": 429,
    "link_unknown": 404,
    "link_expired": 410,
    "link_replaced": 410,
    "link_contact_ended": 410,
    "link_head_ended": 410,
    "file_too_big": 413,
    "disk_full": 503,
    "files_away": 503,
}
TITLES = {
    400: "Chưa ghi nhận",
    401: "Phiên làm việc đã hết",
    403: "Không có quyền",
    404: "Không tìm thấy trang",
    405: "Chưa ghi nhận",
    409: "Chưa thực hiện được",
    410: "Liên kết không còn hiệu lực",
    413: "Tệp quá lớn",
    429: "Thao tác quá nhanh",
    500: "Hệ thống gặp lỗi",
    503: "Hệ thống đang bận",
}
LINK_TITLES = {
    "link_unknown": "Liên kết không đúng",
    "link_expired": "Liên kết này đã hết hạn",
    "link_replaced": "Liên kết này đã được thay",
    "link_contact_ended": "Liên kết không còn hiệu lực",
    "link_head_ended": "Liên kết không còn hiệu lực",
}
#: What a tick or a button sends: nobody has written it.
CHOSEN = ("yes", "no", "on")
#: Never given back to the page that shows what was being written.
NOT_SHOWN_AGAIN = ("csrf_token", "password", "now", "new", "again", "code", "next", "version")


def register(app: Flask) -> None:
    """Adds the error pages. Pages catch the refusals they can answer better (beside the form that was refused)."""

    @app.errorhandler(Refused)
    def _refused(error: Refused) -> ResponseReturnValue:
        db.session.rollback()
        return refusal_page(error)

    @app.errorhandler(NotFound)
    def _not_found(_error: NotFound) -> ResponseReturnValue:
        return _nowhere()

    @app.errorhandler(StaleDataError)
    def _stale(_error: StaleDataError) -> ResponseReturnValue:
        db.session.rollback()
        return error_page(409, sentence("changed_just_now"), typed=typed_text())

    @app.errorhandler(CSRFError)
    def _form_expired(_error: CSRFError) -> ResponseReturnValue:
        return error_page(400, sentence("form_expired"), typed=typed_text())

    @app.errorhandler(OperationalError)
    @app.errorhandler(InterfaceError)
    def _database(error: DBAPIError) -> ResponseReturnValue:
        key = _state_of(error)
        if not key:
            return _broken(error)
        log.warning("%s at %s %s: %s", key, request.method, request.path, error.orig)
        return error_page(503, sentence(key, admin="quản trị"), typed=typed_text(), bare=True)

    @app.errorhandler(PoolTimeout)
    def _no_connection_free(error: PoolTimeout) -> ResponseReturnValue:
        log.warning("no connection is free at %s %s: %s", request.method, request.path, error)
        return error_page(503, sentence("database_busy"), typed=typed_text(), bare=True)

    @app.errorhandler(MemoryError)
    def _out_of_memory(error: MemoryError) -> ResponseReturnValue:
        log.error("out of memory at %s %s", request.method, request.path, exc_info=error)
        is_replaced = str(request.environ.get("SERVER_SOFTWARE", "")).startswith("gunicorn")
        workers.out_of_memory(Path(app.instance_path), is_replaced=is_replaced)
        return error_page(503, sentence("out_of_memory"), bare=True)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if code < 400 or error.response is not None:
            return error
        if code == 404:
            return _nowhere()
        return error_page(code, _sentence_of(code, app), headers=_headers_of(error))

    @app.errorhandler(Exception)
    def _any(error: Exception) -> ResponseReturnValue:
        return _broken(error)


def refusal_page(error: Refused) -> ResponseReturnValue:
    """The page of a refusal that no form of ours could show."""
    status = STATUS_OF_REFUSAL.get(error.key, 409)
    if error.key in LINK_TITLES:
        page = render_template("errors/link.html", title=LINK_TITLES[error.key], sentence=error.sentence, key=error.key)
        return page, status
    return error_page(status, error.sentence, typed=typed_text())


def error_page(
    status: int,
    text: str,
    *,
    typed: list[str] | None = None,
    bare: bool = False,
    is_outside: bool = False,
    headers: Mapping[str, str] | None = None,
) -> ResponseReturnValue:
    """One page for all: title, sentence, what had been typed. `bare` asks nothing of the database, `is_outside` speaks to who has
    no account here."""
    g.bare = bare
    page = render_template(
        "errors/page.html",
        status=status,
        title=TITLES.get(status, "Chưa thực hiện được"),
        sentence=text,
        typed=typed or [],
        bare=bare,
        is_outside=is_outside,
        back=_page_before(),
    )
    return page, status, dict(headers or {})


def typed_text() -> list[str]:
    """What a person had written in the form that was not taken: shown again, so that no work is lost; keys and ticks are not."""
    return [
        value
        for name, value in request.form.items(multi=True)
        if value.strip() and not value.isdigit() and value not in CHOSEN and not any(word in name for word in NOT_SHOWN_AGAIN)
    ]


def _nowhere() -> ResponseReturnValue:
    if sessions.person() is None:
        return error_page(404, sentence("not_found_outside"), is_outside=True)
    return error_page(404, sentence("not_found"))


def _page_before() -> str:
    """The page of ours whose button was pressed; "" where there is none to go back to."""
    came_from = request.referrer or ""
    if request.method != "POST" or not came_from.startswith(request.host_url):
        return ""
    return "/" + came_from[len(request.host_url) :]


def _state_of(error: DBAPIError) -> str:
    """The sentence for a database that will answer again, or that somebody must give room; "" for a fault of ours."""
    said = str(error.orig)
    if "locked" in said or "busy" in said:  # SQLite
        return "database_busy"
    if "is full" in said or "readonly database" in said:
        return "database_unwritable"
    if "unable to open database file" in said:
        return "database_away"
    if not type(error.orig).__module__.startswith("psycopg"):  # not imported: SQLite alone has no use for it
        return ""
    code = getattr(error.orig, "sqlstate", None) or "08"  # the driver's own: no connection, or one that is lost
    if code in ("55P03", "57014", "40001", "40P01"):  # waited too long for another's row, or was the one to give way
        return "database_busy"
    if code in ("53100", "25006"):  # the disk is full, or it may only be read
        return "database_unwritable"
    return "database_away" if code.startswith(("08", "57P")) else ""  # 57P: it stops, or it starts


def _broken(error: Exception) -> ResponseReturnValue:
    incident = "-".join((secrets.token_hex(2).upper(), secrets.token_hex(1).upper()))
    log.error("incident %s at %s %s", incident, request.method, request.path, exc_info=error)
    db.session.rollback()
    return error_page(500, sentence("server_error", admin="quản trị", incident=incident), bare=True)


def _sentence_of(code: int, app: Flask) -> str:
    limit = app.config.get("UPLOAD_LIMIT_MEGABYTES", 10)
    sentences = {
        400: "Yêu cầu gửi lên không đọc được; quay lại trang trước và thử lại.",
        403: "Tài khoản này không có quyền xem trang; liên hệ điều phối viên.",
        405: sentence("wrong_method"),
        413: f"Nội dung gửi lên vượt mức {limit} MB; nén ảnh trong văn bản hoặc tách tệp.",
        429: sentence("too_many", seconds=60),
        503: sentence("database_busy"),
    }
    return sentences.get(code, sentence("not_found"))


def _headers_of(error: HTTPException) -> dict[str, str]:
    """Allow of a 405, Retry-After of a 429 or 503."""
    return {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
