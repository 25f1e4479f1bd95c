"""The timetable's memory: who keeps it now, what ran, and whether all is well.

One process at a time keeps the timetable, by a lease row; the same statements work on both databases. The lease only
spares double work. What must happen once is decided by unique keys where it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.models import Contact, JobLook, JobRun, Lease, OutboxMessage, Plan
from tracker.rules.states import LetterStatus, PlanStatus
from tracker.wording import moment

#: The lease of the timetable, where no setting says how long it lasts; prolonged every third of its length.
TIMETABLE = "timetable"
LEASE_LASTS = timedelta(seconds=60)
#: A failure that nobody repeated since is no news after this long.
FAILURES_SHOWN = timedelta(days=7)
#: Runs older than this are forgotten.
RUNS_KEPT = timedelta(days=400)
#: Without a sign of the timetable for this long, something is wrong.
SILENT_AFTER = timedelta(minutes=5)
#: A letter whose time has come waits at most this long while all is well.
WAITING_AFTER = timedelta(hours=1)


def take_lease(session: Session, name: str, *, holder: str, now: datetime, lasts: timedelta = LEASE_LASTS) -> bool:
    """Take or prolong the lease `name`; False while another holder's lasts.

    A lease that ends later than any honest one could was written by a clock that has since been put back: it is void.
    """
    values = {"holder": holder, "until": now + lasts}
    taken = session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.until < now, Lease.holder == holder, Lease.until > now + 2 * lasts))
        .values(values)
        .returning(Lease.name)
    ).first()
    if taken:
        return True
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    first = session.execute(insert(Lease).values(name=name, **values).on_conflict_do_nothing().returning(Lease.name)).first()
    return first is not None


def give_up_lease(session: Session, name: str, *, holder: str) -> None:
    """Let the next process take over at once."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


def has_run(session: Session, name: str, day: date) -> bool:
    """Whether the job has ended well for that day."""
    found = session.scalar(select(JobRun.id).where(JobRun.name == name, JobRun.day == day, JobRun.ended_at.is_not(None)))
    return found is not None


def was_tried(session: Session, name: str, day: date) -> bool:
    """Whether the job has run for that day, well or not."""
    return session.scalar(select(JobRun.id).where(JobRun.name == name, JobRun.day == day)) is not None


def record_run(session: Session, name: str, day: date, *, started_at: datetime, ended_at: datetime | None, outcome: str) -> None:
    """Keep the last run of a job for a day; `ended_at` is None when it failed and is to be tried again."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"started_at": started_at, "ended_at": ended_at, "outcome": outcome}
    session.execute(
        insert(JobRun).values(name=name, day=day, **values).on_conflict_do_update(index_elements=["name", "day"], set_=values)
    )


def note_look(session: Session, name: str, *, at: datetime, every: timedelta, why: str, position: int) -> None:
    """The timetable has come by this line."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"seen_at": at, "every_seconds": int(every.total_seconds()), "why": why, "position": position}
    session.execute(insert(JobLook).values(name=name, **values).on_conflict_do_update(index_elements=["name"], set_=values))


def end_failure(session: Session, name: str, *, at: datetime) -> None:
    """A job of every look that had failed has run well since, with nothing to do."""
    session.execute(
        update(JobRun)
        .where(JobRun.name == name, JobRun.ended_at.is_(None))
        .values(ended_at=at, outcome="đã chạy lại được")
        .execution_options(synchronize_session=False)
    )


def forget_old_runs(session: Session, today: date) -> int:
    """Removes the runs nobody asks about any more; returns how many."""
    gone = session.execute(delete(JobRun).where(JobRun.day < today - RUNS_KEPT).returning(JobRun.id))
    return len(gone.all())


def running_plans(session: Session) -> Sequence[int]:
    """Ids of the plans under way."""
    return session.scalars(select(Plan.id).where(Plan.status == PlanStatus.RUNNING).order_by(Plan.id)).all()


@dataclass(frozen=True)
class JobState:
    """The last run of one job."""

    name: str
    day: date
    started_at: datetime
    ended_at: datetime | None  #: None: it failed
    outcome: str


@dataclass(frozen=True)
class JobLine:
    """One line of the timetable, as the process that keeps it last told."""

    name: str
    why: str
    seen_at: datetime
    every: timedelta
    last: JobState | None  #: its last run that did something, of the last days

    def is_silent(self, now: datetime) -> bool:
        """Whether it has not been come by for so long that it must hang."""
        return now - self.seen_at > 3 * self.every + SILENT_AFTER


@dataclass(frozen=True)
class Health:
    """What an operator asks first."""

    keeper: str  #: the process that keeps the timetable; empty when none does
    seen_at: datetime | None  #: its last sign of life
    oldest_waiting: datetime | None  #: since when the oldest letter that may go has waited
    waiting: int
    failed: int  #: letters that were refused at least once and are to be tried again
    bounced: int
    unreached: int  #: contacts whose letters come back and whose address nobody has corrected
    lines: tuple[JobLine, ...]  #: the timetable, in its order
    jobs: tuple[JobState, ...]
    problems: tuple[str, ...]  #: sentences; empty when all is well
    keeps_time: bool = True


def health(session: Session, *, now: datetime, lease_lasts: timedelta = LEASE_LASTS) -> Health:
    """The state of the timetable and of the outbox, in five small queries."""
    row = session.execute(select(Lease.holder, Lease.until).where(Lease.name == TIMETABLE)).one_or_none()
    seen_at = row.until - lease_lasts if row else None
    may_go = [LetterStatus.QUEUED, LetterStatus.FAILED, LetterStatus.SENDING]
    counts: dict[LetterStatus, int] = {}
    oldest: datetime | None = None
    for status, count, since in session.execute(
        select(OutboxMessage.status, func.count(), func.min(OutboxMessage.not_before))
        .where(OutboxMessage.status.in_([*may_go, LetterStatus.BOUNCED]))
        .group_by(OutboxMessage.status)
    ):
        counts[status] = count
        if status in may_go and since <= now and (oldest is None or since < oldest):
            oldest = since
    recent = select(JobRun.name, func.max(JobRun.day).label("day")).where(JobRun.day >= (now - FAILURES_SHOWN).date())
    latest = recent.group_by(JobRun.name).subquery()
    runs = session.scalars(
        select(JobRun).join(latest, (JobRun.name == latest.c.name) & (JobRun.day == latest.c.day)).order_by(JobRun.name)
    )
    states = tuple(JobState(run.name, run.day, run.started_at, run.ended_at, run.outcome) for run in runs)
    last = {state.name: state for state in states}
    lines = tuple(
        JobLine(look.name, look.why, look.seen_at, timedelta(seconds=look.every_seconds), last.get(look.name))
        for look in session.scalars(select(JobLook).order_by(JobLook.position, JobLook.name))
    )
    unreached = session.scalar(select(func.count(Contact.id)).where(Contact.bounced_on.is_not(None), Contact.valid_to.is_(None)))
    return Health(
        keeper=row.holder if row else "",
        seen_at=seen_at,
        oldest_waiting=oldest,
        waiting=sum(counts.get(status, 0) for status in may_go),
        failed=counts.get(LetterStatus.FAILED, 0),
        bounced=counts.get(LetterStatus.BOUNCED, 0),
        unreached=unreached or 0,
        lines=lines,
        jobs=states,
        problems=tuple(_problems(seen_at, oldest, states, lines, now)),
        keeps_time=_keeps_time(seen_at, now),
    )


def letters_of_day(session: Session, day: date) -> dict[LetterStatus, int]:
    """How many of the letters for that day are in which state; one query that reads that day's letters."""
    counted = select(OutboxMessage.status, func.count()).where(OutboxMessage.day == day).group_by(OutboxMessage.status)
    return {status: many for status, many in session.execute(counted)}  # noqa: C416  # rows, of which mypy knows no pair


def _keeps_time(seen_at: datetime | None, now: datetime) -> bool:
    return seen_at is not None and now - seen_at <= SILENT_AFTER


def _problems(
    seen_at: datetime | None,
    oldest: datetime | None,
    states: Sequence[JobState],
    lines: Sequence[JobLine],
    now: datetime,
) -> list[str]:
    problems = []
    keeps_time = _keeps_time(seen_at, now)
    if seen_at is not None and seen_at - now > SILENT_AFTER:
        problems.append(
            f"Bộ hẹn giờ ghi nhịp lúc {moment(seen_at)}, sau giờ của máy này ({moment(now)}): đồng hồ một máy sai, chỉnh lại giờ."
        )
    if not keeps_time:
        since = f" từ {moment(seen_at)}" if seen_at else ""
        problems.append(f"Bộ hẹn giờ không chạy{since}: không việc nào được nhắc, không thư nào được gửi; chạy lại thì làm bù.")
    if oldest is not None and now - oldest > WAITING_AFTER:
        problems.append("Có thư chờ gửi hơn một giờ: kiểm tra máy chủ thư.")
    # Without the error itself: it may name addresses, and anybody may ask for this page.
    whys = {line.name: line.why for line in lines}
    problems.extend(
        f"Việc “{whys.get(state.name, state.name)}” lần gần nhất bị lỗi; xem nhật ký kỹ thuật."
        for state in states
        if not state.ended_at
    )
    if keeps_time:  # otherwise all of them are silent, which is said already
        problems.extend(
            f"Việc “{line.why}” không chạy từ {moment(line.seen_at)}; khởi động lại bộ hẹn giờ."
            for line in lines
            if line.is_silent(now) and (line.last is None or line.last.ended_at)
        )
    return problems
