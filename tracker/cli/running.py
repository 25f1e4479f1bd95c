"""`seed`, `demo create|remove`, `journal verify`: commands on the installation's own database.

The reader of plans is imported inside the commands that need it: the web process starts without it.
"""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from tracker import clock
from tracker.cli.output import one_line_errors
from tracker.db import db, transaction
from tracker.rules.access import SYSTEM
from tracker.services import journal as journal_service
from tracker.services import planning
from tracker.wording import date_short, number

demo = AppGroup("demo", help="Dữ liệu mẫu.")
journal = AppGroup("journal", help="Nhật ký xử lý.")


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Điền lịch làm việc (ngày nghỉ, làm bù) của các năm còn trống; chạy lại không đổi gì đã có."""
    from tracker.holidays_source import fill_calendar

    with one_line_errors(), transaction() as session:
        days = fill_calendar(session, clock.today())
        click.echo(f"Đã điền {number(days)} ngày vào lịch làm việc." if days else "Lịch làm việc đã có đủ.")


@demo.command("create")
@with_appcontext
def demo_create() -> None:
    """Tạo chiến dịch mẫu từ kế hoạch Cam Ranh, dời về quanh hôm nay."""
    from tracker.cli.seeding import create_demo
    from tracker.services import demo as demo_service

    with one_line_errors():
        if demo_service.sample_exists(db.session()):
            click.echo("Dữ liệu mẫu đã có; chạy `flask --app wsgi demo remove` nếu muốn tạo lại.", err=True)
            sys.exit(1)
        db.session.rollback()
        plan = create_demo(db.session(), now=clock.now())
        click.echo(f"Đã tạo dữ liệu mẫu: {plan.name}.")


@demo.command("remove")
@with_appcontext
def demo_remove() -> None:
    """Gỡ toàn bộ dữ liệu mẫu."""
    with one_line_errors(), transaction() as session:
        removed = planning.remove_sample(session, by=SYSTEM, now=clock.now())
        click.echo(f"Đã gỡ dữ liệu mẫu: {number(removed)} kế hoạch." if removed else "Không có dữ liệu mẫu.")


@journal.command("verify")
@click.option("--mark", default="", metavar="MÃ", help="Mã trong thư mốc nhật ký hoặc trên trang Nhật ký đã in.")
@with_appcontext
def journal_verify(mark: str) -> None:
    """Kiểm tra nhật ký liền mạch từ dòng đầu đến dòng cuối, và còn mốc đã lưu."""
    mark = "".join(mark.split()).lower()
    verdict = journal_service.verify(db.session(), mark=mark)
    if not verdict.whole:
        click.echo(f"Nhật ký bị đứt ở dòng {verdict.broken_at}.", err=True)
        sys.exit(1)
    if mark and verdict.marked_at is None:
        click.echo("Nhật ký không có dòng nào mang mã này: chép sai mã, hoặc nhật ký đã bị viết lại từ sau mốc.", err=True)
        sys.exit(1)
    if verdict.first_at is None or verdict.last_at is None:
        click.echo("Nhật ký chưa có dòng nào.")
        return
    first, last = date_short(verdict.first_at.date()), date_short(verdict.last_at.date())
    click.echo(f"Nhật ký liền mạch: {number(verdict.lines)} dòng, từ {first} đến {last}.")
    if verdict.marked_at is not None:
        click.echo(f"Mốc là dòng {number(verdict.marked_at)}, còn nguyên.")


COMMANDS = (seed, demo, journal)
