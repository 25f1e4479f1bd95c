"""Soạn công văn đôn đốc: what the letter needs is asked on one page, the button makes the Word file."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, NumberRange

from tracker import clock
from tracker.db import db, transaction
from tracker.queries import chase_papers
from tracker.queries.chase_papers import LateWork
from tracker.rules.access import RUNNERS
from tracker.services import catalogue, papers
from tracker.services.chase_reach import Choice
from tracker.web import guards
from tracker.web.chasing import choice_from, nothing_picked, plan_of_office, table_of_units
from tracker.web.forms import DayField, Form, Needed
from tracker.wording import count, list_names

bp = Blueprint("chase_letters", __name__)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
REPLY_WORKDAYS = 5


class ChaseLetterForm(Form):
    reply_by = DayField("Đề nghị báo cáo chậm nhất ngày", render_kw={"inputmode": "numeric", "autocomplete": "off"})
    chase_number = IntegerField(
        "Đôn đốc lần thứ",
        [NumberRange(min=1, max=99)],
        description="Từ lần thứ hai ghi “(lần 2)” ở trích yếu; từ lần thứ ba ghi sẽ báo cáo lãnh đạo",
        render_kw={"inputmode": "numeric"},
    )
    previous_letter = StringField(
        "Công văn đã gửi trước đó (không bắt buộc)", [Length(max=120)], description="Ví dụ: số 77/PNV ngày 01/7/2021"
    )
    symbol = StringField("Ký hiệu", [Length(max=40)], description="Ví dụ: PNV; số và ngày để trống cho văn thư")
    signing_lines = TextAreaField(
        "Quyền hạn, chức vụ người ký",
        [Needed("chức vụ người ký"), Length(max=300)],
        description="Mỗi dòng một ý, ví dụ: TL. CHỦ TỊCH rồi TRƯỞNG PHÒNG NỘI VỤ",
        render_kw={"rows": 2},
    )
    signer = StringField("Họ tên người ký", [Length(max=120)])

    def validate_reply_by(self, field: DayField) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError("Chưa ghi ngày báo cáo.")
        if field.data is not None and field.data <= clock.today():
            raise ValidationError("Ngày báo cáo phải sau hôm nay.")


@bp.get("/plans/<int:plan_id>/chase-letter")
@guards.roles(*RUNNERS)
def compose(plan_id: int) -> ResponseReturnValue:
    choice = choice_from(request.args, plan_id)
    if request.args.get("picked") and not choice.unit_ids:
        return nothing_picked(plan_id)
    return _page(plan_id, choice, None)


@bp.post("/plans/<int:plan_id>/chase-letter")
@guards.roles(*RUNNERS)
def make(plan_id: int) -> ResponseReturnValue:
    """The Word file; a line in the journal says that it was made."""
    plan, choice, form, now = plan_of_office(plan_id), choice_from(request.form), ChaseLetterForm(), clock.now()
    valid, reply_by = form.validate_on_submit(), form.reply_by.data
    works = _works(plan_id, choice)
    if not valid or reply_by is None or not works:
        return _page(plan_id, choice, form), 422 if works else 409
    from tracker.documents.papers.chase_letter import ChaseLetter, chase_letter  # python-docx is loaded when it is needed

    lines = [line.strip() for line in form.signing_lines.data.split("\n") if line.strip()]
    with transaction() as session:
        content = chase_letter(
            ChaseLetter(
                head=chase_papers.paper_head(session, plan_id),
                works=works,
                as_of=now.date(),
                reply_by=reply_by,
                chase_number=form.chase_number.data,
                symbol=form.symbol.data,
                signing_lines=lines,
                signer=form.signer.data,
                previous_letter=form.previous_letter.data,
            )
        )
        papers.keep_signing(session, plan.office_id, symbol=form.symbol.data, lines=lines, signer=form.signer.data)
        units = list(dict.fromkeys(work.unit for work in works))
        papers.record_paper(
            session,
            plan_id,
            verb="soạn công văn đôn đốc",
            what=f"gửi {list_names(units)} về {count(len(works), 'việc')} quá hạn",
            by=guards.current_actor(),
            now=now,
        )
    return docx_answer(content, f"cong-van-don-doc-{now:%Y-%m-%d}.docx")


def docx_answer(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype=DOCX)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _works(plan_id: int, choice: Choice) -> list[LateWork]:
    return chase_papers.late_work(
        db.session(), plan_id, unit_ids=choice.unit_ids, position=choice.position, today=clock.today()
    )  # fmt: skip


def _page(plan_id: int, choice: Choice, form: ChaseLetterForm | None) -> str:
    session, today = db.session(), clock.today()
    plan = plan_of_office(plan_id)
    works = _works(plan_id, choice)
    if form is None:
        head = chase_papers.paper_head(session, plan_id)
        form = ChaseLetterForm(
            formdata=None,
            reply_by=catalogue.work_calendar(session).shift(today, REPLY_WORKDAYS),
            chase_number=max([1, *(work.chase_count for work in works)]),
            symbol=head.symbol,
            signing_lines="\n".join(head.signing_lines),
            signer=head.signer,
        )
    return render_template(
        "plans/chase_letter.html",
        plan=plan,
        works=works,
        units=list(dict.fromkeys(work.unit for work in works)),
        choice=choice,
        form=form,
        back=guards.page_before(table_of_units(plan_id)),
        late_days=lambda work: (today - work.due_on).days,
    )
