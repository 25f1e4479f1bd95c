"""Thư gửi đi: every letter, what became of it, and its words as they were sent."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.db import db, transaction
from tracker.errors import NotFound
from tracker.links import Links
from tracker.mail.messages import Rendered, render_batch
from tracker.queries import letters as queries
from tracker.queries import plans as plan_queries
from tracker.queries.letters import Letter, LetterFilter
from tracker.rules.access import RUNNERS
from tracker.rules.states import LetterStatus
from tracker.services.outbox import again
from tracker.web import guards, tokens
from tracker.web.filters import Pages
from tracker.wording import capitalised, nfc, sentence
from tracker.wording.letters import LETTER_KIND

bp = Blueprint("outbox", __name__)
log = logging.getLogger(__name__)
LETTERS_A_PAGE = 50

#: Chips in the order of what needs a person.
CHIPS = (
    LetterStatus.HELD,
    LetterStatus.BOUNCED,
    LetterStatus.FAILED,
    LetterStatus.QUEUED,
    LetterStatus.SENDING,
    LetterStatus.SENT,
    LetterStatus.VOID,
    LetterStatus.SKIPPED,
)
#: Letters whose words can still be made.
NOT_YET_SENT = frozenset({LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.FAILED})

#: A letter brings its own styles and nothing else; it may not be taken for a page of ours.
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


@bp.get("/outbox")
@guards.signed_in
def list_letters() -> ResponseReturnValue:
    session = db.session()
    office_id = guards.current_person().office_id
    wanted = wanted_letters()
    found = queries.counts(session, office_id, wanted)
    total = found.get(wanted.status, 0) if wanted.status else sum(found.values())
    pages = Pages.of(total, LETTERS_A_PAGE)
    return render_template(
        "outbox/list.html",
        letters=queries.letters(session, office_id, wanted, offset=pages.offset, limit=pages.size),
        pages=pages,
        wanted=wanted,
        chips=[(status, found[status]) for status in CHIPS if found.get(status)],
        all_of_them=sum(found.values()),
        under_way=queries.under_way(session, office_id, wanted, now=clock.now()),
        held=queries.held_plans(session, office_id),
        kinds=[(kind, kind_name(kind)) for kind in queries.kinds(session, office_id)],
        plans=plan_queries.plan_names(session, office_id),
        kind_name=kind_name,
        next_on=queries.next_reminder_on(session, office_id) if not total and not wanted.is_set else None,
        spooled=_is_spooled(),
        may_run=_may_run(),
    )


@bp.get("/outbox/<int:letter_id>")
@guards.roles(*RUNNERS)
def show_letter(letter_id: int) -> ResponseReturnValue:
    letter = _letter(letter_id)
    preview = _preview(letter)
    return render_template(
        "outbox/letter.html",
        letter=letter,
        row=letter.row,
        kind_name=kind_name(letter.row.kind),
        subject=letter.row.subject or (preview.subject if preview else ""),
        text=letter.text or (preview.kept(preview.text) if preview else ""),
        is_preview=preview is not None,
        reports=queries.reports(db.session(), letter_id),
        has_html=bool(letter.html or preview),
        may_send_again=letter.row.status in again.MAY_BE_TRIED_AGAIN,
        may_withhold=letter.row.status in again.MAY_BE_WITHHELD,
        spooled=_is_spooled(),
    )


@bp.get("/outbox/<int:letter_id>/html")
@guards.roles(*RUNNERS)
def letter_html(letter_id: int) -> ResponseReturnValue:
    """The letter as a mail program shows it: an answer of its own, in a sandbox, under a policy of its own."""
    letter = _letter(letter_id)
    preview = _preview(letter)
    html = letter.html or (preview.kept(preview.html) if preview else "")
    if not html:
        raise NotFound
    response: Response = make_response(html)
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.post("/outbox/<int:letter_id>/send-again")
@guards.roles(*RUNNERS)
def send_again(letter_id: int) -> ResponseReturnValue:
    _letter(letter_id)  # of this office
    with transaction() as session:
        again.send_again(session, letter_id, by=guards.current_actor(), now=clock.now())
    flash("Đã chuyển 1 thư vào hàng chờ gửi.", "ok")
    return redirect(url_for("outbox.show_letter", letter_id=letter_id))


@bp.post("/outbox/<int:letter_id>/withhold")
@guards.roles(*RUNNERS)
def withhold(letter_id: int) -> ResponseReturnValue:
    _letter(letter_id)
    with transaction() as session:
        again.withhold(session, letter_id, by=guards.current_actor(), now=clock.now())
    flash("Thư này sẽ không gửi nữa.", "ok")
    return redirect(url_for("outbox.show_letter", letter_id=letter_id))


def kind_name(kind: str) -> str:
    """What the letter is called at the start of a line; a kind without a name is a letter of a later version."""
    return capitalised(LETTER_KIND.get(kind, "thư khác"))


def _letter(letter_id: int) -> Letter:
    return queries.letter(db.session(), guards.current_person().office_id, letter_id)


def _preview(letter: Letter) -> Rendered | None:
    """The words a waiting letter would have if it went now; None once it was sent, or when it has nothing to say."""
    if letter.text or letter.row.status not in NOT_YET_SENT:
        return None
    session = db.session()
    message = queries.waiting_message(session, letter.row.id)
    if message is None:
        return None
    key = current_app.secret_key or ""
    try:
        made = render_batch(
            session,
            [message],
            links=Links(current_app.config["PUBLIC_URL"], with_extensions=True),
            personal_token=lambda contact_id, nonce: tokens.personal_token(key, contact_id, nonce),
            today=clock.today(),
            link_days=current_app.config["PERSONAL_LINK_DAYS"],
        )
    except Exception:  # a letter that cannot be put into words must not take its page away
        log.exception("letter %s could not be previewed", letter.row.id)
        return None
    return made.get(letter.row.id)


def wanted_letters() -> LetterFilter:
    """What the filter bar asks for."""
    status, plan = request.args.get("status", ""), request.args.get("plan", "")
    return LetterFilter(
        status=LetterStatus(status) if status in set(LetterStatus) else None,
        kind=request.args.get("kind", "")[:40],
        plan_id=int(plan) if plan.isdigit() and len(plan) < 10 else None,
        search=nfc(request.args.get("q", "")).strip()[:100],
    )


def _is_spooled() -> str:
    """The sentence over the list when letters become files instead of going out; "" otherwise."""
    return "" if current_app.config["MAIL_SERVER"] else sentence("mail_not_configured")


def _may_run() -> bool:
    return guards.current_person().role in RUNNERS
