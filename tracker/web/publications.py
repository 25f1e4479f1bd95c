"""Công bố: the room in which a result becomes a draft, is approved by number, day and signer, and is published for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.validators import Length

from tracker import clock
from tracker.db import db, reading, reads_only, transaction
from tracker.errors import NotFound, Refused
from tracker.queries import publications, results
from tracker.queries.publications import Frozen, VersionLine
from tracker.rules.access import RUNNERS
from tracker.rules.states import PublicationStatus, Role
from tracker.services import publishing
from tracker.services.publishing import Ahead, Approval
from tracker.services.publishing.approval import DOCUMENT_KINDS
from tracker.services.publishing.rooms import PUBLISHING, shut_words
from tracker.web import guards, publication_files
from tracker.web.chasing import plan_of_office
from tracker.web.errors import STATUS_OF_REFUSAL
from tracker.web.forms import DayField, Form, clean_text
from tracker.web.kept_results import kept_collected
from tracker.web.results import READERS, sources_of
from tracker.wording.vocabulary import PUBLICATION_STATUS

bp = Blueprint("publications", __name__)
APPROVERS = (*RUNNERS, Role.LEADER)
#: How often figures are computed before the write lock is taken, where they change meanwhile; then once more under it.
TRIES = 2


class ApprovalForm(Form):
    document_kind = SelectField("Loại văn bản", choices=list(DOCUMENT_KINDS))
    number = StringField("Số, ký hiệu", [Length(max=80)], description="Ví dụ 49/TB-UBND")
    issued_on = DayField("Ngày ban hành", render_kw={"inputmode": "numeric", "autocomplete": "off"})
    issuer = StringField("Cơ quan ban hành", [Length(max=250)])
    signatory = StringField("Người ký", [Length(max=120)], description="Họ tên, không ghi học hàm, học vị")


@bp.get("/plans/<int:plan_id>/publication")
@guards.roles(*READERS)
def room(plan_id: int) -> ResponseReturnValue:
    return _page(plan_id)


@bp.post("/plans/<int:plan_id>/publication/draft")
@guards.roles(*RUNNERS)
def draft(plan_id: int) -> ResponseReturnValue:
    """Compute the result and keep it as a draft, or compute the draft again."""
    plan = plan_of_office(plan_id)
    reason = str(clean_text(request.form.get("reason", "")))[:2000]
    exceptions = {
        int(name.removeprefix("exception-")): str(clean_text(value))[:300]
        for name, value in request.form.items()
        if name.startswith("exception-") and name.removeprefix("exception-").isdigit() and len(name) < 20
    }
    try:
        ahead = _ahead(
            plan_id, lambda: publishing.draft_ahead(db.session(), plan_id, exceptions=exceptions, **_given(plan.office_id))
        )
        with transaction() as session:
            made = publishing.draft_result(
                session, plan_id, exceptions=exceptions, reason=reason, ahead=ahead, **_given(plan.office_id)
            )
            said = f"Đã lập dự thảo bản {made.version_no}; mã kiểm chứng {made.fingerprint[:12]}."
    except Refused as refused:
        reads_only.set(True)
        return _page(plan_id, problem=refused.sentence, reason=reason, exceptions=exceptions), _status(refused)
    flash(said, "ok")
    return redirect(url_for("publications.room", plan_id=plan_id))


@bp.post("/plans/<int:plan_id>/publication/<int:publication_id>/approve")
@guards.roles(*APPROVERS)
def approve(plan_id: int, publication_id: int) -> ResponseReturnValue:
    plan = _checked(plan_id, publication_id)
    form = ApprovalForm()
    if not form.validate_on_submit():
        return _page(plan_id, form=form), 422
    given = Approval(
        form.document_kind.data, form.number.data, form.issued_on.data, form.issuer.data, form.signatory.data
    )  # fmt: skip
    try:
        ahead = _ahead(plan_id, lambda: publishing.approval_ahead(db.session(), publication_id, given, **_given(plan.office_id)))
        with transaction() as session:
            publishing.approve(session, publication_id, given, ahead=ahead, **_given(plan.office_id))
    except Refused as refused:
        reads_only.set(True)
        return _page(plan_id, form=form, problem=refused.sentence), _status(refused)
    flash("Đã phê duyệt kết quả; có thể công bố.", "ok")
    return redirect(url_for("publications.room", plan_id=plan_id))


@bp.get("/plans/<int:plan_id>/publication/<int:publication_id>/publish")
@guards.roles(*RUNNERS)
def ask_publish(plan_id: int, publication_id: int) -> ResponseReturnValue:
    return _ask_page(plan_id, publication_id)


@bp.post("/plans/<int:plan_id>/publication/<int:publication_id>/publish")
@guards.roles(*RUNNERS)
def publish(plan_id: int, publication_id: int) -> ResponseReturnValue:
    plan = _checked(plan_id, publication_id)
    try:
        ahead = _ahead(plan_id, lambda: publishing.publication_ahead(db.session(), publication_id, **_given(plan.office_id)))
        with transaction() as session:
            made = publishing.publish(session, publication_id, ahead=ahead, **_given(plan.office_id))
            said = f"Đã công bố bản {made.version_no}; mã kiểm chứng {made.fingerprint[:12]}."
    except Refused as refused:
        reads_only.set(True)
        return _ask_page(plan_id, publication_id, problem=refused.sentence), _status(refused)
    flash(said, "ok")
    return redirect(url_for("publications.room", plan_id=plan_id))


@bp.get("/plans/<int:plan_id>/publication/<int:publication_id>/<any('bao-cao.docx', 'phu-luc.xlsx', 'xem-truoc.html'):name>")
@guards.roles(*READERS)
def preview(plan_id: int, publication_id: int, name: str) -> ResponseReturnValue:
    """A file of a version that is not public yet, made from its frozen data."""
    _checked(plan_id, publication_id)
    frozen = publications.frozen(db.session(), publication_id)
    if name == "xem-truoc.html":
        return publication_files.makers().page(frozen).content.decode("utf-8")
    is_report = name == publication_files.REPORT
    content = publication_files.report_of(frozen) if is_report else publication_files.annex_of(frozen)
    answer = Response(content, mimetype=publication_files.DOCX if is_report else publication_files.XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _given(office_id: int) -> dict[str, Any]:
    """What every use case of this room is handed."""
    return {
        "sources": sources_of(office_id), "makers": publication_files.makers(), "by": guards.current_actor(), "now": clock.now(),
    }  # fmt: skip


def _ahead(plan_id: int, compute: Callable[[], Ahead | None]) -> Ahead | None:
    """What takes seconds, while everybody else may save; the use case looks once more whether it still holds."""
    for _ in range(TRIES):
        with reading():
            made = compute()
        with reading() as session:
            if made is None or results.mark(session, plan_id) == made.mark:
                break
    return made


def _checked(plan_id: int, publication_id: int) -> publications.PlanRef:
    """The plan, where it is of this office and the version is the plan's."""
    plan = plan_of_office(plan_id)
    if publication_id not in {version.id for version in publications.versions(db.session(), plan_id)}:
        raise NotFound
    return publications.PlanRef(plan.id, plan.office_id)


def _status(refused: Refused) -> int:
    return STATUS_OF_REFUSAL.get(refused.key, 409)


def _page(
    plan_id: int,
    *,
    problem: str = "",
    form: ApprovalForm | None = None,
    reason: str = "",
    exceptions: dict[int, str] | None = None,
) -> str:
    session = db.session()
    plan = plan_of_office(plan_id)
    versions = publications.versions(session, plan_id)
    pending = next((v for v in versions if v.status in (PublicationStatus.DRAFT, PublicationStatus.APPROVED)), None)
    found = kept_collected(session, plan_id, sources_of(plan.office_id))
    frozen = publications.frozen(session, pending.id) if pending else None
    # What was given for the draft, or typed just now, stays in the form.
    known = {missing.unit: missing.reason for missing in frozen.result.exceptions} if frozen else {}
    given = {
        unit.id: known.get(unit.name, "") if exceptions is None else exceptions.get(unit.id, "") for unit in found.without_ballots
    }
    stated = {unit.id: given[unit.id] or "–" for unit in found.without_ballots}
    refused = publishing.drafts_refusal(found, stated)
    role, today = guards.current_person().role, clock.today()
    shut = shut_words(session, plan_id, today=today)
    return render_template(
        "results/publication.html",
        plan=plan,
        versions=versions,
        pending=pending,
        frozen=frozen,
        without=[(unit, given[unit.id]) for unit in found.without_ballots],
        shut=shut,
        blocked=shut or (refused.sentence if refused else ""),
        not_public_yet=shut_words(session, plan_id, PUBLISHING, today=today),
        is_correction=any(v.status in publications.PUBLIC for v in versions),
        form=form or _approval_as_it_is(pending, plan.issuer),
        problem=problem,
        reason=reason or (pending.reason if pending else ""),
        may_run=role in RUNNERS,
        may_approve=role in APPROVERS,
        looks=PUBLICATION_STATUS,
    )


def _approval_as_it_is(pending: VersionLine | None, issuer: str) -> ApprovalForm:
    if pending is not None and pending.status is PublicationStatus.APPROVED:
        return ApprovalForm(formdata=None, obj=pending)
    return ApprovalForm(formdata=None, issuer=issuer)


def _ask_page(plan_id: int, publication_id: int, *, problem: str = "") -> str:
    _checked(plan_id, publication_id)
    frozen: Frozen = publications.frozen(db.session(), publication_id)
    shut = shut_words(db.session(), plan_id, PUBLISHING, today=clock.today())
    return render_template(
        "results/publish.html", plan=plan_of_office(plan_id), f=frozen, v=frozen.line, problem=problem, shut=shut
    )
