"""`setup` and `password`: what an administrator needs before anybody can sign in."""

from __future__ import annotations

import logging
import os

import click
from flask import current_app
from flask.cli import with_appcontext

from config import Config
from tracker import clock, first_run, passwords
from tracker.cli.output import one_line_errors
from tracker.db import transaction
from tracker.errors import NotFound
from tracker.rules.access import SYSTEM
from tracker.services import accounts
from tracker.services import setup as setup_service
from tracker.wording import number

log = logging.getLogger(__name__)
_LINE = "─" * 64


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Tạo thư mục, cơ sở dữ liệu, lịch nghỉ, tài khoản đầu tiên, dữ liệu mẫu; chạy lại chỉ bổ sung cái còn thiếu."""
    config = Config.from_environment(os.environ)
    with one_line_errors():
        done = first_run.prepare(current_app._get_current_object(), config)  # type: ignore[attr-defined]
        if done.calendar_days:
            click.echo(f"Đã điền {number(done.calendar_days)} ngày nghỉ, làm bù vào lịch làm việc.")
        if not done.is_first:
            return
        # Shown before the sample is made: whatever happens there, the password is not lost.
        click.echo(_LINE)
        click.echo("Tài khoản quản trị đầu tiên – chỉ hiện một lần, hãy ghi lại:")
        click.echo(f"    Tên đăng nhập: {done.username}")
        click.echo(f"    Mật khẩu:      {done.password}")
        click.echo(_LINE)
        if config.demo:
            _create_demo()


@click.command("password")
@click.argument("username", metavar="TÊN_ĐĂNG_NHẬP")
@with_appcontext
def password(username: str) -> None:
    """Đặt mật khẩu mới cho một tài khoản và hiện ra một lần."""
    new = first_run.new_password()
    new_hash = passwords.hash_password(new)
    with one_line_errors(), transaction() as session:
        user_id = setup_service.account_id(session, username)
        if user_id is None:
            raise NotFound(f"tài khoản {username}")
        accounts.change_password(session, user_id, new_hash=new_hash, by=SYSTEM, now=clock.now())
    click.echo(f"Mật khẩu mới của {username}: {new}")


def _create_demo() -> None:
    """The sample is a gift, not a need: whatever keeps it from being made, the server still starts."""
    try:
        from tracker.cli.seeding import create_demo
        from tracker.db import db

        plan = create_demo(db.session(), now=clock.now())
    except Exception as error:
        log.exception("the sample campaign could not be made")
        click.echo(f"Chưa tạo được dữ liệu mẫu ({type(error).__name__}); thử lại: flask --app wsgi demo create", err=True)
        return
    click.echo(f"Đã tạo dữ liệu mẫu: {plan.name}. Gỡ bằng: flask --app wsgi demo remove")


COMMANDS = (setup, password)
