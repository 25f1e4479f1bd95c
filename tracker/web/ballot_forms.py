"""The forms of the ledger, shared by the office's pages and by the personal link."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, Optional

from tracker.errors import Refused
from tracker.queries.fieldwork import UnitBallotsRow
from tracker.rules.ballot_numbers import ranges, read_list, read_ranges
from tracker.rules.ledger import Totals
from tracker.rules.questionnaires import Problem
from tracker.rules.states import BallotStatus, DiscardReason
from tracker.services.fieldwork import BallotRange, DiscardedBallot, LineInput
from tracker.web.forms import DayField, Form
from tracker.wording.fieldwork import DISCARD_REASON

_DIGITS = {"inputmode": "numeric", "autocomplete": "off"}


def _count(label: str) -> IntegerField:
    return IntegerField(label, [Optional()], render_kw=_DIGITS)


class LineForm(Form):
    """A day of the ledger. Discarded ballots are typed by their reason, so that none is without."""

    day = DayField("Ngày", render_kw=_DIGITS)
    handed_out = _count("Phát ra")
    collected = _count("Thu về")
    valid = _count("Hợp lệ")
    note = TextAreaField("Ghi chú", [Length(max=500)], render_kw={"rows": 2})
    is_correction = BooleanField("Đây là dòng đính chính")
    once = HiddenField(validators=[Length(max=64)])

    def validate_day(self, field: DayField) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError("Chưa ghi ngày.")

    @property
    def reason_fields(self) -> list[Any]:
        return [getattr(self, f"reason_{reason.value}") for reason in DiscardReason]


for _reason in DiscardReason:
    setattr(LineForm, f"reason_{_reason.value}", _count(DISCARD_REASON[_reason]))


def new_line_form(today: date) -> LineForm:
    """Empty, with a mark of its own: sent twice it is written once."""
    return LineForm(formdata=None, day=today, once=secrets.token_hex(12))


def line_of(form: LineForm, *, source: str) -> LineInput:
    reasons = {reason: getattr(form, f"reason_{reason.value}").data or 0 for reason in DiscardReason}
    return LineInput(
        day=form.day.data or date.max,
        handed_out=form.handed_out.data or 0,
        collected=form.collected.data or 0,
        valid=form.valid.data or 0,
        discarded=sum(reasons.values()),
        reasons=reasons,
        note=form.note.data or "",
        is_correction=bool(form.is_correction.data),
        source=source,
    )


def show_problems(form: LineForm, problems: Sequence[Problem]) -> None:
    """The service's sentences beside their boxes."""
    boxes: Mapping[str, str] = {"discarded": "reason_blank", "reasons": "reason_other"}
    for problem in problems:
        box = getattr(form, boxes.get(problem.question, problem.question))
        box.errors = [*box.errors, problem.sentence]


class NumbersForm(Form):
    ranges = TextAreaField(
        "Dải mã phiếu đã thu",
        [Length(max=4000)],
        description="Mỗi dòng một dải, kể cả phiếu loại bỏ; sau dải ghi mã người khảo sát nếu có: 0001–0060 NV1",
        render_kw={"rows": 4, "spellcheck": "false"},
    )
    other_note = StringField("Lý do khác là gì", [Length(max=300)])


for _reason in DiscardReason:
    setattr(NumbersForm, f"gone_{_reason.value}", StringField(DISCARD_REASON[_reason], [Length(max=2000)], render_kw=_DIGITS))


def numbers_of(form: NumbersForm) -> tuple[list[BallotRange], list[DiscardedBallot]]:
    """What was typed. Raises Refused with the line that cannot be read."""
    parts = [BallotRange(*read) for read in read_ranges(form.ranges.data or "")]
    if not parts:
        raise Refused("ballot_ranges_none", "Chưa ghi mã phiếu nào; ghi ít nhất một dải.")
    gone = [
        DiscardedBallot(number, reason, (form.other_note.data or "") if reason is DiscardReason.OTHER else "")
        for reason in DiscardReason
        for number in read_list(getattr(form, f"gone_{reason.value}").data or "")
    ]
    return parts, gone


def numbers_form(
    known: Sequence[tuple[str, str, BallotStatus, DiscardReason | None]], *, quota: int | None, totals: Totals
) -> NumbersForm:
    """The form as it stands: what was registered, else a first guess out of what was collected."""
    if not known:
        count = totals.collected or quota or 0
        return NumbersForm(formdata=None, ranges=f"0001–{count:04d}" if count else "")
    who: dict[str, list[str]] = {}
    gone: dict[str, list[str]] = {}
    for number, interviewer, status, reason in known:
        if "-" not in number:
            who.setdefault(interviewer, []).append(number)
        if status is BallotStatus.DISCARDED and reason is not None:
            gone.setdefault(f"gone_{reason.value}", []).append(number.partition("-")[0])
    lines = [f"{part} {name}".strip() for name, numbers in who.items() for part in ranges(numbers).split(", ")]
    typed = {name: ranges(numbers) for name, numbers in gone.items()}
    return NumbersForm(formdata=None, ranges="\n".join(lines), **typed)


def gone_fields(form: NumbersForm, discarded: Mapping[DiscardReason, int]) -> list[tuple[Any, int]]:
    """Boxes of the reasons that the ledger knows, with how many it counts."""
    return [(getattr(form, f"gone_{reason.value}"), n) for reason, n in discarded.items()]


def share_of(row: UnitBallotsRow) -> int | None:
    """Percent of the quota that is valid, rounded down; None without a quota."""
    return row.totals.valid * 100 // row.quota if row.quota else None
