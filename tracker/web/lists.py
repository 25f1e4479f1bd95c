"""Every list as a file, XLSX or CSV: what the filter of its page shows, over all of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.queries import journal, letters, plans, units
from tracker.rules.access import RUNNERS
from tracker.web import guards
from tracker.web.data_entry.files import XLSX
from tracker.web.journal import wanted_lines
from tracker.web.matrix import NOTHING
from tracker.web.outbox import kind_name, wanted_letters
from tracker.web.plans import load_plan, matching, plans_found, table_of
from tracker.wording import PLAN_STATUS
from tracker.wording.vocabulary import LETTER_STATUS

if TYPE_CHECKING:
    from tracker.documents.writing.sheets import Value

bp = Blueprint("lists", __name__)
#: Lines of a file at most: more is for a backup, not for a spreadsheet.
MOST_LINES = 20_000
FORM = "<any(xlsx, csv):form>"


@bp.get(f"/plans/list.{FORM}")
@guards.signed_in
def of_plans(form: str) -> ResponseReturnValue:
    rows = [
        (
            p.name,
            p.number,
            p.issuer,
            PLAN_STATUS[p.status].word,
            p.first_on,
            p.last_on,
            p.progress.tasks,
            p.progress.done,
            p.progress.overdue,
        )
        for p in plans_found()
    ]
    columns = "*Kế hoạch|Số, ký hiệu|*Nơi ban hành|Trạng thái|Từ ngày|Đến ngày|#Số việc|#Hoàn thành|#Quá hạn"
    return file_answer("ke-hoach", "Kế hoạch", columns, rows, form)


@bp.get(f"/units/list.{FORM}")
@guards.signed_in
def of_units(form: str) -> ResponseReturnValue:
    today = clock.today()
    office_id = guards.current_person().office_id
    search, ended = request.args.get("q", ""), request.args.get("state") == "ended"
    found = units.units_page(db.session(), office_id, search=search, today=today, ended=ended, size=MOST_LINES)
    rows = [
        (unit.name, group, *_people(unit), unit.head_name, unit.head_position, unit.head_email)
        for group, members in found.groups
        for unit in members
    ]
    columns = (
        "*Đơn vị|*Khối|*Đầu mối|*Thư điện tử|Điện thoại|*Đầu mối 2|*Thư điện tử 2|Điện thoại 2|*Lãnh đạo|Chức vụ|*Thư lãnh đạo"
    )
    return file_answer("don-vi", "Đơn vị", columns, rows, form)


@bp.get(f"/plans/<int:plan_id>/matrix.{FORM}")
@guards.signed_in
def of_matrix(plan_id: int, form: str) -> ResponseReturnValue:
    """Unit by stage, in the words of the page."""
    loaded = load_plan(plan_id, today=clock.today())
    shown, chosen = matching(loaded, request.args)
    table = table_of(loaded, shown, address=lambda _task: "", is_grouped=not chosen.sort)
    rows = [
        (line.unit.name, line.unit.group_name, *[cell.text if cell is not NOTHING else None for cell in line.cells])
        for group in table.groups
        for line in group.lines
    ]
    columns = "|".join(["*Đơn vị", "*Khối", *[f"*{column.line.label.replace('|', ' ')}" for column in table.columns]])
    return file_answer(f"don-vi-giai-doan-{plan_id}", "Đơn vị và giai đoạn", columns, rows, form)


@bp.get(f"/plans/<int:plan_id>/late.{FORM}")
@guards.signed_in
def of_late_work(plan_id: int, form: str) -> ResponseReturnValue:
    today = clock.today()
    loaded = load_plan(plan_id, today=today)
    stages = {s.row.id: s.label for s in loaded.board.stages}
    rows = [
        (unit_name or loaded.facts.office_name, stages[t.stage_id], t.original_due_on, t.due_on,
         (today - t.due_on).days if t.due_on else None, t.chase_count)
        for t, unit_name in plans.late_tasks(db.session(), plan_id, today=today)
    ]  # fmt: skip
    columns = "*Đơn vị|*Giai đoạn|Hạn theo kế hoạch|Hạn hiện tại|#Số ngày quá hạn|#Số lần đôn đốc"
    return file_answer(f"qua-han-{plan_id}", "Quá hạn", columns, rows, form)


@bp.get(f"/outbox/list.{FORM}")
@guards.signed_in
def of_letters(form: str) -> ResponseReturnValue:
    found = letters.letters(db.session(), guards.current_person().office_id, wanted_letters(), offset=0, limit=MOST_LINES)
    rows = [
        (row.to_name, row.to_email, row.subject or kind_name(row.kind), kind_name(row.kind), LETTER_STATUS[row.status].word,
         row.status_reason, row.plan_name, row.day, row.sent_at)
        for row in found
    ]  # fmt: skip
    columns = "*Người nhận|*Địa chỉ|*Tiêu đề|*Loại thư|Trạng thái|*Lý do|*Kế hoạch|Ngày|Gửi lúc"
    return file_answer("thu-gui-di", "Thư gửi đi", columns, rows, form)


@bp.get(f"/journal/list.{FORM}")
@guards.signed_in
def of_journal(form: str) -> ResponseReturnValue:
    person = guards.current_person()
    wanted, _problems = wanted_lines()
    with_accounts = person.role in RUNNERS
    found = journal.lines(db.session(), person.office_id, wanted, with_accounts=with_accounts, offset=0, limit=MOST_LINES)
    rows = [(line.id, line.at, line.who, line.verb, line.what, line.why) for line in found]
    return file_answer("nhat-ky", "Nhật ký xử lý", "#Dòng|Lúc|*Ai|Việc đã làm|*Với việc nào|*Vì sao", rows, form)


def _people(unit: units.UnitRow) -> list[str]:
    """Two contacts, each with address and telephone; empty cells where there is none."""
    told = [word for contact in unit.contacts[:2] for word in (contact.name, contact.email, contact.phone)]
    return told + [""] * (6 - len(told))


def file_answer(name: str, title: str, columns: str, rows: Iterable[Sequence[Value]], form: str) -> Response:
    """A list as a file to keep; `columns` are headings between bars, a star before wide ones, # before figures."""
    from tracker.documents.writing.sheets import Sheet, columns_of, csv_file  # loaded when needed

    heads = columns_of(columns)
    day = clock.today()
    if form == "csv":
        answer = Response(csv_file(heads, rows), mimetype="text/csv")
    else:
        from tracker.documents.writing.workbook import xlsx_file

        answer = Response(xlsx_file([Sheet(title, heads, rows)]), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}-{day:%Y-%m-%d}.{form}")
    return answer
