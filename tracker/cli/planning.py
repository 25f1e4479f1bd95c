"""`plan new`: a plan from a template; `--preview` shows every date and needs no database.

The reader of dates is imported inside the command: the web process starts without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from tracker import clock
from tracker.cli.output import DAY, one_line_errors
from tracker.db import transaction
from tracker.errors import Refused
from tracker.holidays_source import calendar_rows
from tracker.rules.access import SYSTEM
from tracker.rules.schedule import StageLayout, lay_out
from tracker.rules.states import DayKind
from tracker.rules.templates import Anchor, Instance, PlanTemplate
from tracker.rules.unit_rows import UnitRow
from tracker.rules.workdays import WorkCalendar
from tracker.services import organisation, planning, setup
from tracker.template_seeds import find_template
from tracker.wording import count, date_short, date_weekday
from tracker.wording.dates import NBSP
from tracker.wording.time_rules import rule_words

plan = AppGroup("plan", help="Kế hoạch.")


def _year(_context: click.Context, _param: click.Parameter, value: int) -> int:
    if not 2000 <= value <= 2099:
        raise click.BadParameter(f"năm {value} ngoài khoảng 2000–2099.")
    return value


@plan.command("new")
@click.option("--template", "key", required=True, help="Kế hoạch mẫu: tên một tệp trong seeds/plan_templates.")
@click.option("--year", required=True, type=int, callback=_year, help="Năm của kế hoạch mới.")
@click.option(
    "--units",
    "units_csv",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Danh sách đơn vị (CSV).",
)
@click.option("--signed-on", type=DAY, help="Ngày ký của kế hoạch mới: các ngày dời theo ngày ký.")
@click.option("--last-on", type=DAY, help="Ngày cuối của kế hoạch mới: các ngày tính lùi từ ngày này.")
@click.option(
    "--role", "roles", multiple=True, metavar='VAI="TÊN"', help='Cơ quan giữ một vai, ví dụ office="Phòng Văn hóa - Xã hội".'
)
@click.option("--preview", "only_preview", is_flag=True, help="Chỉ xem từng ngày, không ghi vào cơ sở dữ liệu.")
@with_appcontext
def new(
    key: str, year: int, units_csv: Path, signed_on: date | None, last_on: date | None, roles: Sequence[str], only_preview: bool
) -> None:
    """Lập kế hoạch từ một kế hoạch mẫu cho năm khác, cơ quan khác; kế hoạch tạo ra chưa triển khai."""
    from tracker.rules.templates.instance import instantiate

    with one_line_errors():
        template = find_template(key)
        rows = organisation.read_units_csv(units_csv.read_bytes())
        calendar = _calendar(year)
        anchor = Anchor(year, signed_on=signed_on, last_on=last_on)
        instance = instantiate(template, anchor, roles=_roles(template, roles), calendar=calendar)
        if only_preview:
            for line in preview_lines(instance, rows, calendar, today=clock.today()):
                _say(line)
            return
        _say(_create(template, instance, rows))


def _say(line: str) -> None:
    """Plain spaces: what a terminal prints is searched and cut by other programs."""
    click.echo(line.replace(NBSP, " "))


def preview_lines(instance: Instance, rows: Sequence[UnitRow], calendar: WorkCalendar, *, today: date) -> Iterator[str]:
    """The plan as it would be created: each stage with its wording, days, reason and tasks; then what is past or undated."""
    layout = lay_out(instance.plan, calendar, surveyed=range(1, len(rows) + 1))
    tasks = sum(len(stage.unit_ids) for stage in layout)
    yield instance.plan.name
    yield f"{count(len(layout), 'giai đoạn')}, {count(len(rows), 'đơn vị')}, {count(tasks, 'việc')}"
    for row, stage in zip(instance.rows, layout, strict=True):
        yield ""
        yield f"{stage.source.no}. {' '.join(stage.source.content.split())}"
        yield f"   Chủ trì: {stage.source.lead or '–'} · {count(len(stage.unit_ids), 'việc')}"
        yield f"   Văn bản ghi: “{stage.source.wording}”" if stage.source.wording else "   Văn bản không ghi thời gian"
        yield f"   {_days(stage, calendar)} ({rule_words(row.rule, stage.source.wording)})"
        yield from (f"   Lưu ý: {doubt}" for doubt in row.doubts)
    past = [f"giai đoạn {s.source.no} ({date_short(s.due_on)})" for s in layout if s.due_on and s.due_on < today]
    undated = [s for s in layout if s.due_on is None]
    yield ""
    if past:
        yield f"{count(len(past), 'giai đoạn')} có hạn đã qua tính đến {date_short(today)}: {'; '.join(past)}."
    if undated:
        yield f"{count(len(undated), 'giai đoạn')} không có hạn."
    yield "Xem trước: chưa ghi gì vào cơ sở dữ liệu."


def _days(stage: StageLayout, calendar: WorkCalendar) -> str:
    start = f"Từ {date_weekday(stage.start_on)}" if stage.start_on else ""
    if stage.due_on is None:
        return f"{start}, không có hạn" if start else "Không có hạn"
    due = f"hạn {date_weekday(stage.due_on)}"
    due = f"{start}, {due}" if start else f"H{due[1:]}"
    if calendar.is_workday(stage.due_on):
        return due
    aim = f"; ngày làm việc cuối {date_weekday(stage.aim_on)}" if stage.aim_on and stage.aim_on != stage.due_on else ""
    return f"{due}, là ngày nghỉ{aim}"


def _calendar(year: int) -> WorkCalendar:
    rows = calendar_rows(range(year - 1, year + 3))
    return WorkCalendar(
        days_off=frozenset(r.day for r in rows if r.kind is not DayKind.MAKE_UP),
        make_up_days=frozenset(r.day for r in rows if r.kind is DayKind.MAKE_UP),
    )


def _roles(template: PlanTemplate, given: Sequence[str]) -> dict[str, str]:
    """`office="…"` as a mapping. Raises Refused for a role that the template does not have."""
    roles = {}
    for text in given:
        role, sign, office = (part.strip() for part in text.partition("="))
        if role not in template.roles or not sign or not office:
            known = ", ".join(template.roles)
            raise Refused("template_role", f'Không hiểu --role “{text}”; ghi VAI="TÊN" với vai là một trong: {known}.')
        roles[role] = office.strip('"“”')
    return roles


def _create(template: PlanTemplate, instance: Instance, rows: Sequence[UnitRow]) -> str:
    now = clock.now()
    with transaction() as session:
        config = current_app.config
        office_id = setup.first_office(session, name=config["OFFICE_NAME"], place=config["OFFICE_PLACE"])
        organisation.import_units(session, office_id, rows, by=SYSTEM, now=now)
        made = planning.create_plan(
            session,
            office_id=office_id,
            draft=instance.plan,
            unit_ids=organisation.unit_ids_of(session, office_id, [row.name for row in rows]),
            by=SYSTEM,
            now=now,
            ladder=template.ladder,
        )
        units = count(len(rows), "đơn vị")
        return f"Đã tạo kế hoạch {made.short_name} (/plans/{made.id}) cho {units}; chưa triển khai, chưa gửi thư."


COMMANDS = (plan,)
