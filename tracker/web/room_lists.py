"""The tables of a plan's rooms as files, XLSX or CSV: what the filter of the page shows, over all of its pages."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db
from tracker.errors import NotFound
from tracker.queries import boxes, fieldwork, plans, recheck, tasks, users
from tracker.queries.boards import ONLY, on_day
from tracker.rules.states import Role
from tracker.services.planning import get_plan
from tracker.web import guards
from tracker.web.boxes import wanted_boxes
from tracker.web.chasing import plan_of_office
from tracker.web.data_entry.overview import look_over
from tracker.web.kept_results import kept_result
from tracker.web.lists import FORM, MOST_LINES, file_answer
from tracker.web.matrix import task_cell
from tracker.web.recheck import READERS, state_of
from tracker.web.results import READERS as RESULT_READERS
from tracker.web.results import sources_of
from tracker.wording.fieldwork import BOX_STATE, LEDGER
from tracker.wording.vocabulary import ROLE

bp = Blueprint("room_lists", __name__)


@bp.get(f"/late.{FORM}")
@guards.signed_in
def of_late_work(form: str) -> ResponseReturnValue:
    """What is late in all plans of the office, the longest first."""
    today = clock.today()
    rows = [
        (t.owner, t.plan_short_name, t.stage_name, t.due_on, (today - t.due_on).days if t.due_on else None, t.chase_count,
         t.promised_on)
        for t in tasks.overdue(db.session(), guards.current_person().office_id, today=today, limit=MOST_LINES)
    ]  # fmt: skip
    columns = "*Đơn vị|*Kế hoạch|*Giai đoạn|Hạn|#Số ngày quá hạn|#Số lần đôn đốc|Hẹn xong"
    return file_answer("qua-han", "Quá hạn", columns, rows, form)


@bp.get(f"/plans/<int:plan_id>/stages/<int:position>/units.{FORM}")
@guards.signed_in
def of_stage(plan_id: int, position: int, form: str) -> ResponseReturnValue:
    plan, session, today = plan_of_office(plan_id), db.session(), clock.today()
    stage = next((s for s in plans.stage_rows(session, plan_id) if s.position == position), None)
    if stage is None:
        raise NotFound
    only = request.args.get("only", "")
    found = plans.tasks_of_stage(session, stage.id, only if only in ONLY else "", today=today)
    calendar = plans.days(session).calendar
    rows = [
        (unit_name or plan.office_name, task_cell(on_day(t, today), calendar, today, "").text, t.original_due_on, t.due_on,
         t.opened_on, t.completed_on, t.chase_count)
        for t, unit_name in found
    ]  # fmt: skip
    columns = "*Đơn vị|*Tình trạng|Hạn theo kế hoạch|Hạn hiện tại|Ngày mở|Ngày xong|#Số lần đôn đốc"
    return file_answer(f"giai-doan-{position}", f"Giai đoạn {position}", columns, rows, form)


@bp.get(f"/plans/<int:plan_id>/ballots/units.{FORM}")
@guards.signed_in
def of_ballots(plan_id: int, form: str) -> ResponseReturnValue:
    plan_of_office(plan_id)
    rows = [
        (row.name, row.group, row.quota, row.totals.handed_out, row.totals.collected, row.totals.valid, row.totals.discarded,
         row.totals.outstanding, row.totals.missing(row.quota), row.numbered)
        for row in fieldwork.unit_rows(db.session(), plan_id)
    ]  # fmt: skip
    words = "|".join(f"#{LEDGER[name]}" for name in ("handed_out", "collected", "valid", "discarded"))
    columns = f"*Đơn vị|*Khối|#Chỉ tiêu|{words}|#Chưa thu|#Còn thiếu|#Mã phiếu đã ghi"
    return file_answer(f"phieu-{plan_id}", "Phiếu", columns, rows, form)


@bp.get(f"/plans/<int:plan_id>/recheck/units.{FORM}")
@guards.roles(*READERS)
def of_recheck(plan_id: int, form: str) -> ResponseReturnValue:
    plan_of_office(plan_id)
    session = db.session()
    unit_ids = [unit_id for own in fieldwork.unit_ids_by_group(session, plan_id).values() for unit_id in own]
    found, _totals = recheck.room(session, plan_id, unit_ids)
    rows = [
        (row.name, row.group, state_of(row)[0], row.standing.valid, row.standing.drawn, row.standing.settled,
         row.standing.settled - row.mismatches, row.mismatches)
        for row in found
    ]  # fmt: skip
    columns = "*Đơn vị|*Khối|*Tình trạng|#Phiếu hợp lệ|#Phải phúc tra|#Đã phúc tra|#Khớp|#Sai lệch"
    return file_answer(f"phuc-tra-{plan_id}", "Phúc tra", columns, rows, form)


@bp.get(f"/plans/<int:plan_id>/entry/units.{FORM}")
@guards.signed_in
def of_entries(plan_id: int, form: str) -> ResponseReturnValue:
    plan_of_office(plan_id)
    session = db.session()
    seen = look_over(session, get_plan(session, plan_id), request.args)
    rows = [
        (line.unit.name, line.unit.group_name, line.look.word, c.valid, c.entered, c.left, c.second_required, c.second_done,
         c.differences, line.clerks)
        for line in seen.lines(session, plan_id, seen.found)
        for c in [line.counts]
    ]  # fmt: skip
    columns = "*Đơn vị|*Khối|Tình trạng|#Hợp lệ|#Đã nhập|#Còn|#Phải nhập lần hai|#Đã nhập lần hai|#Chênh lệch|*Người nhập"
    return file_answer(f"nhap-lieu-{plan_id}", "Nhập liệu", columns, rows, form)


@bp.get(f"/plans/<int:plan_id>/boxes/list.{FORM}")
@guards.signed_in
def of_boxes(plan_id: int, form: str) -> ResponseReturnValue:
    plan_of_office(plan_id)
    _marks, _kinds, wanted = wanted_boxes(plan_id)
    rows = [
        (box.code, box.unit, BOX_STATE[box.state].word, box.place, box.seal_number, box.sealed_on, box.next_opening_on,
         len(box.counted), box.ballots)
        for box in boxes.boxes_of_plan(db.session(), plan_id, box_ids=[mark.id for mark in wanted])
    ]  # fmt: skip
    columns = "Hòm|*Đơn vị|*Tình trạng|*Nơi đặt|Niêm phong|Ngày niêm phong|Mở tới|#Số lần mở|#Phiếu"
    return file_answer(f"hom-phieu-{plan_id}", "Hòm phiếu", columns, rows, form)


@bp.get(f"/plans/<int:plan_id>/results/units.{FORM}")
@guards.roles(*RESULT_READERS)
def of_results(plan_id: int, form: str) -> ResponseReturnValue:
    """Every unit with its figures as they stand now; of one part only where the page shows that part (`block`)."""
    plan = plan_of_office(plan_id)
    result = kept_result(db.session(), plan_id, sources_of(plan.office_id)).result
    chosen = request.args.get("block", "")
    blocks = [block for n, block in enumerate(result.blocks) if not chosen or str(n) == chosen]
    titles = list(dict.fromkeys(criterion.title for block in blocks for criterion in block.criteria))
    rows = []
    for block in blocks:
        for unit in block.units:
            own = {c.title: _number(shown.value) for c, shown in zip(block.criteria, unit.criteria, strict=True)}
            facts = (unit.valid, _number(unit.index.value), unit.rank, _number(unit.last), _number(unit.change))
            rows.append((block.name, unit.name, *facts, *map(own.get, titles)))
    heads = "|".join(f"{title.replace('|', ' ')} (%)" for title in titles)
    columns = f"*Khối|*Đơn vị|#Phiếu hợp lệ|Chỉ số (%)|#Thứ hạng|Lần trước (%)|Tăng, giảm (điểm)|{heads}"
    return file_answer(f"ket-qua-{plan_id}", "Kết quả", columns, rows, form)


@bp.get(f"/users/list.{FORM}")
@guards.roles(Role.ADMIN)
def of_users(form: str) -> ResponseReturnValue:
    rows = [
        (user.name, user.username, user.position, user.email, user.phone, ROLE[user.role], user.plans,
         "Đang dùng" if user.is_enabled else "Đã khóa", user.last_sign_in_at)
        for user in users.users_of_office(db.session(), guards.current_person().office_id)
    ]  # fmt: skip
    columns = "*Họ và tên|Tên đăng nhập|*Chức vụ|*Thư điện tử|Điện thoại|Vai trò|#Kế hoạch|Tài khoản|Đăng nhập gần nhất"
    return file_answer("nguoi-dung", "Người dùng", columns, rows, form)


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
