"""`recheck verify PLAN`: every draw made again from what is public."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from tracker.cli.output import one_line_errors
from tracker.db import db
from tracker.errors import NotFound
from tracker.models import Plan
from tracker.queries import recheck as queries
from tracker.rules.sampling import verify
from tracker.wording import count

recheck = AppGroup("recheck", help="Phúc tra.")


@recheck.command("verify")
@click.argument("plan_id", metavar="KẾ_HOẠCH", type=int)
@with_appcontext
def recheck_verify(plan_id: int) -> None:
    """Chọn lại mọi mẫu phúc tra của một kế hoạch từ số liệu công khai và so từng đơn vị; mã thoát 1 nếu có khác biệt."""
    with one_line_errors():
        if db.session.get(Plan, plan_id) is None:
            raise NotFound(f"kế hoạch {plan_id}")
        drawn = queries.published(db.session(), plan_id)
    bad = 0
    for verdict in map(verify, drawn):
        if verdict.agrees and verdict.repeated is not None:
            click.echo(f"{verdict.unit}: khớp, {count(len(verdict.repeated.drawn), 'phiếu')}.")
            continue
        bad += 1
        for problem in verdict.problems:
            click.echo(problem, err=True)
    if not drawn:
        click.echo("Kế hoạch chưa chọn mẫu phúc tra.")
    elif bad:
        click.echo(f"{count(bad, 'đơn vị')} không khớp trong {count(len(drawn), 'mẫu')}.", err=True)
        sys.exit(1)
    else:
        click.echo(f"Khớp cả {count(len(drawn), 'mẫu')}.")


COMMANDS = (recheck,)
