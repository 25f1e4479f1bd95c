"""Approval: the number, day and signer of the Quyết định or Thông báo, taken down as the signed paper has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.models import Plan, Publication
from tracker.queries import results
from tracker.queries.results import Sources
from tracker.rules.access import Actor
from tracker.rules.states import PublicationStatus
from tracker.services import journal, openings
from tracker.services.publishing import rooms
from tracker.services.publishing.drafting import Ahead, Makers, figures_again, result_on, which_holds
from tracker.wording import date_short, refusal

DOCUMENT_KINDS = ("Quyết định", "Thông báo")


@dataclass(frozen=True)
class Approval:
    document_kind: str
    number: str
    issued_on: date | None
    issuer: str
    signatory: str

    @property
    def missing(self) -> tuple[str, ...]:
        """What of the paper is not there, in words."""
        wanted = (
            ("loại văn bản", self.document_kind in DOCUMENT_KINDS),
            ("số", bool(self.number.strip())),
            ("ngày", self.issued_on is not None),
            ("cơ quan ban hành", bool(self.issuer.strip())),
            ("người ký", bool(self.signatory.strip())),
        )
        return tuple(name for name, is_there in wanted if not is_there)


def approval_ahead(
    session: Session, publication_id: int, given: Approval, *, sources: Sources, makers: Makers, by: Actor, now: datetime
) -> Ahead:
    """The figures that `approve` compares with the draft's, for it with the same values. Raises Refused as that does."""
    plan, row, _day = _approvable(session, publication_id, given, by, now, lock=False)
    mark = results.mark(session, plan.id)
    return Ahead(mark, figures_again(session, row, sources=sources, makers=makers))


def approve(
    session: Session,
    publication_id: int,
    given: Approval,
    *,
    sources: Sources,
    makers: Makers,
    by: Actor,
    now: datetime,
    ahead: Ahead | None = None,
) -> Publication:
    """Take down the approval of a draft; its figures are frozen from here on. The coordinator does it, or the leader.

    Raises Refused when the gate of the work on the result has shut since the draft, the paper's marks are not whole, its day
    cannot be, or the figures are no longer the draft's.
    """
    plan, row, issued_on = _approvable(session, publication_id, given, by, now)
    held = which_holds(session, plan.id, ahead)
    current = held.current if held else figures_again(session, row, sources=sources, makers=makers)
    if current.fingerprint != row.fingerprint:
        raise refusal("figures_changed_draft", date=date_short(result_on(row)))
    row.status = PublicationStatus.APPROVED
    row.document_kind, row.number, row.issued_on = given.document_kind, given.number.strip(), issued_on
    row.issuer, row.signatory = given.issuer.strip(), given.signatory.strip()
    row.approved_at, row.approved_by = now, by.name
    plan.changed_at = now
    paper = f"{row.document_kind} số {row.number} ngày {date_short(issued_on)} của {row.issuer}, người ký {row.signatory}"
    line = journal.Line("phê duyệt", f"kết quả, bản {row.version_no}: {paper}", plan_id=plan.id)
    journal.record(session, line, by=by, now=now)
    session.flush()
    openings.after_change(session, plan.id, None, now, by=by)
    return row


def _approvable(
    session: Session, publication_id: int, given: Approval, by: Actor, now: datetime, *, lock: bool = True
) -> tuple[Plan, Publication, date]:
    """The plan, the version and the paper's day, where nothing but its figures may stand against the approval."""
    plan, row = rooms.publication_for(session, publication_id, by, "phê duyệt kết quả", leader_may=True, lock=lock)
    if row.status in (PublicationStatus.PUBLISHED, PublicationStatus.CORRECTED):
        raise refusal("published_frozen")
    rooms.require_open(session, plan, rooms.COMPUTING, today=now.date())
    if given.missing or given.issued_on is None:
        raise refusal("approval_document", missing_fields=", ".join(given.missing))
    if given.issued_on < result_on(row):
        raise refusal("approval_date_before", date=date_short(given.issued_on), result_on=date_short(result_on(row)))
    if given.issued_on > now.date():
        raise refusal("approval_date_future", date=date_short(given.issued_on))
    return plan, row, given.issued_on
