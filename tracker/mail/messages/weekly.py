"""Letter 2: the week of a plan, to its coordinator and its leader."""

from __future__ import annotations

from datetime import date

from tracker.mail.messages.context import Context, Letter, Reader, first_fitting, lowered, plan_reference
from tracker.mail.messages.rows import TaskRow
from tracker.models import OutboxMessage
from tracker.rules.states import ExtensionStatus, PlanStatus, Standing
from tracker.wording import count, date_short, number, percent, promise_words

MOST_NAMED = 3


def weekly_summary(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter | None:
    """The figures are those of the morning on which it goes: the state at the end of the day before."""
    plan = c.rows.plans[message.plan_id or 0]
    if plan.status is not PlanStatus.RUNNING:
        return None
    sums = c.rows.sums[plan.id]
    from_on, to_on = (date.fromisoformat(str(message.facts[key])) for key in ("from", "to"))
    state = f"{number(sums.done)}/{number(sums.tasks)} việc hoàn thành"
    late = f", {count(sums.overdue, 'việc')} quá hạn" if sums.overdue else ""
    week = f"tuần từ {date_short(from_on)} đến {date_short(to_on)}"
    s = sums.standings
    lines = [
        f"Hoàn thành {state.replace(' hoàn thành', '')} (trước hạn {s[Standing.EARLY]}, đúng hạn {s[Standing.ON_TIME]}, "
        f"quá hạn {s[Standing.LATE]}, không có hạn {s[Standing.DONE_NO_DUE_DATE]}).",
        f"Đang thực hiện {count(sums.running, 'việc')} (chưa đến hạn {s[Standing.ON_TRACK]}, sắp đến hạn {s[Standing.DUE_SOON]}, "
        f"quá hạn {s[Standing.OVERDUE]}, không có hạn {s[Standing.NO_DUE_DATE]}).",
    ]
    if sums.quota or sums.collected:
        of = f"/{number(sums.quota)} ({percent(sums.collected, sums.quota)})" if sums.quota else ""
        lines.append(
            f"Phiếu thu về {number(sums.collected)}{of}; hợp lệ {number(sums.valid)}, loại bỏ {number(sums.discarded)}."
        )  # fmt: skip
    asked = sum(many for status, many in sums.extensions.items() if status is not ExtensionStatus.WITHDRAWN)
    lines.append(
        f"Gia hạn: {count(asked, 'đề nghị')}, chấp thuận {sums.extensions[ExtensionStatus.APPROVED]}, "
        f"đang chờ {sums.extensions[ExtensionStatus.PENDING]}. Bỏ qua điều kiện: {sums.waivers}."
    )
    promised = [day for *_, day in sums.late if day is not None]
    if promised:
        broken = sum(day < c.today for day in promised)
        lines.append(f"Hẹn ngày xong: {count(len(promised), 'việc quá hạn')}, {broken} đã qua ngày hẹn.")
    pending = sums.extensions[ExtensionStatus.PENDING]
    decisions = [
        f"{count(sums.submitted, 'việc')} chờ xác nhận" if sums.submitted else "",
        count(pending, "đề nghị gia hạn") if pending else "",
    ]
    return Letter(
        template="weekly_summary",
        subject=first_fitting(plan, [f"Tiến độ {when}: {state}{late}" for when in (week, f"đến {date_short(to_on)}", "tuần")]),
        heading=f"Tiến độ {week}",
        address=(f"Kính gửi: {reader.name}" + (f", {reader.position}" if reader.position else ""),),
        values={
            "plan": plan_reference(plan),
            "week": week,
            "as_of": date_short(date.fromordinal(c.today.toordinal() - 1)),
            "lines": lines,
            "worst": [
                f"{unit or reader.office.name}: {stage[:1].lower()}{stage[1:]}, quá hạn {count(days, 'ngày')}"
                + (f", {lowered(promise_words(day, c.today))}." if day else ".")
                for days, unit, stage, day in sums.late[:MOST_NAMED]
            ],
            "decisions": " và ".join(part for part in decisions if part) or "không có",
            "report_url": c.links.progress_report(plan.id),
        },
        preheader=f"{state}{late}",
    )
