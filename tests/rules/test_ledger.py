"""The ballots ledger: what may be written, what it adds up to, and how it burns up towards the quota."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.ledger import DayLine, Totals, add_up, burn_up, check_closing, check_line, forecast_on, totals_of
from tracker.rules.states import DiscardReason

DAY = date(2021, 7, 2)
UNIT = "UBND phường Ba Ngòi"
OFFICIAL = {DiscardReason.ANSWERED_BY_OFFICIAL: 2}


def refused(before, line, quota=60):
    return [problem.key for problem in check_line(before, line, unit=UNIT, quota=quota)]


FIELD = Totals(handed_out=60, collected=40, valid=38, discarded=2, reasons=OFFICIAL)


@pytest.mark.parametrize(
    ("line", "keys"),
    [
        (DayLine(DAY, collected=10, valid=9, discarded=1, reasons={DiscardReason.BLANK: 1}), []),
        (DayLine(DAY, collected=10), []),
        (DayLine(DAY), []),
        (DayLine(DAY, collected=21, valid=21), ["collected_over_handed", "quota_over"]),
        (DayLine(DAY, handed_out=10, collected=21, valid=21), ["quota_over"]),
        (DayLine(DAY, handed_out=10, collected=21, valid=21, note="Phường đông dân, phát thêm"), []),
        (DayLine(DAY, collected=-1, valid=-1), ["count_negative", "count_negative"]),
        (DayLine(DAY, collected=-1, valid=-1, is_correction=True, note="Đếm thừa một phiếu"), []),
        (DayLine(DAY, collected=-1, valid=-1, is_correction=True), ["ledger_append_only"]),
        (DayLine(DAY, collected=-41, valid=-38, discarded=-2, is_correction=True, note="x"), ["count_negative"]),
        (DayLine(DAY, collected=10, valid=8), ["valid_plus_discarded"]),
        (DayLine(DAY, valid=1), ["valid_plus_discarded"]),
        (DayLine(DAY, collected=10, valid=8, discarded=2), ["discard_reason"]),
        (DayLine(DAY, collected=10, valid=8, discarded=2, reasons={DiscardReason.BLANK: 1}), ["discard_reason"]),
        (DayLine(DAY, collected=1, discarded=1, reasons={DiscardReason.OTHER: 1}), ["discard_reason"]),
        (DayLine(DAY, collected=1, discarded=1, reasons={DiscardReason.OTHER: 1}, note="Phiếu của năm trước"), []),
        (
            DayLine(DAY, valid=3, discarded=-3, reasons={DiscardReason.ANSWERED_BY_OFFICIAL: -3}, is_correction=True, note="x"),
            ["count_negative"],
        ),
        (
            DayLine(DAY, valid=-1, discarded=1, reasons={DiscardReason.UNREADABLE: 1}, is_correction=True, note="Xem lại phiếu"),
            [],
        ),
    ],
)
def test_a_line_is_written_or_refused_with_its_reason(line, keys):
    assert refused(FIELD, line) == keys


def test_refusals_give_the_numbers():
    line = DayLine(DAY, collected=21, valid=20, discarded=2)
    sentences = {problem.key: problem.sentence for problem in check_line(FIELD, line, unit=UNIT, quota=60)}
    assert sentences == {
        "collected_over_handed": "Thu về lũy kế 61 phiếu, nhiều hơn 60 phiếu đã phát; kiểm tra số phát ra.",
        "valid_plus_discarded": "Hợp lệ 58 và loại bỏ 4 cộng lại khác số thu về 61; sửa một trong ba số.",
        "discard_reason": "Còn 2 phiếu loại bỏ chưa có lý do; chọn lý do cho từng nhóm phiếu.",
        "quota_over": f"{UNIT} đã thu 61 phiếu, vượt chỉ tiêu 60; ghi rõ lý do hoặc kiểm tra nhập trùng.",
    }


def test_an_open_box_has_no_quota_to_exceed():
    assert refused(Totals(handed_out=500, collected=400), DayLine(DAY, collected=100), quota=None) == []


def test_ballots_may_be_sorted_on_a_later_day():
    collected = totals_of([DayLine(DAY, handed_out=60, collected=30)])
    sorting = DayLine(DAY + timedelta(days=1), valid=12)
    assert refused(collected, sorting) == []
    assert totals_of([DayLine(DAY, handed_out=60, collected=30), sorting]).unsorted == 18
    assert refused(collected, DayLine(DAY, valid=31)) == ["valid_plus_discarded"]


@pytest.mark.parametrize(
    ("totals", "keys"),
    [
        (FIELD, []),
        (Totals(), []),
        (Totals(60, 60, 57, 0), ["valid_plus_discarded"]),
        (Totals(60, 60, 58, 2, {DiscardReason.BLANK: 1}), ["discard_reason"]),
    ],
)
def test_fieldwork_closes_when_every_ballot_is_sorted(totals, keys):
    assert [problem.key for problem in check_closing(totals)] == keys


counts = st.integers(0, 30)


@st.composite
def sound_lines(draw):
    """Lines as a careful clerk writes them."""
    lines = []
    out = 0
    for offset in draw(st.lists(st.integers(0, 20), max_size=12)):
        handed_out = draw(counts)
        out += handed_out
        collected = draw(st.integers(0, out))
        out -= collected
        discarded = draw(st.integers(0, collected))
        reasons = {DiscardReason.BLANK: discarded} if discarded else {}
        lines.append(DayLine(DAY + timedelta(days=offset), handed_out, collected, collected - discarded, discarded, reasons))
    return lines


@given(sound_lines(), st.randoms(use_true_random=False))
def test_sound_lines_are_never_refused_and_add_up_in_any_order(lines, chance):
    so_far = Totals()
    for line in lines:
        assert check_line(so_far, line, unit=UNIT) == ()
        so_far = totals_of([*_lines(so_far), line])
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert totals_of(shuffled) == so_far
    assert so_far.valid + so_far.discarded == so_far.collected <= so_far.handed_out
    assert sum(so_far.reasons.values()) == so_far.discarded
    assert check_closing(so_far) == ()


def _lines(totals):
    return [DayLine(DAY, totals.handed_out, totals.collected, totals.valid, totals.discarded, totals.reasons)]


@given(st.integers(-5, 70), st.integers(-5, 70), st.integers(-5, 70), st.integers(-5, 70), st.booleans())
def test_whatever_is_accepted_leaves_sound_totals(handed_out, collected, valid, discarded, is_correction):
    reasons = {DiscardReason.BLANK: discarded} if discarded else {}
    line = DayLine(DAY, handed_out, collected, valid, discarded, reasons, note="lý do", is_correction=is_correction)
    if check_line(FIELD, line, unit=UNIT, quota=60) == ():
        after = add_up([FIELD, totals_of([line])])
        assert 0 <= after.valid + after.discarded <= after.collected <= after.handed_out
        assert min(after.valid, after.discarded, *after.reasons.values(), 0) == 0


def test_totals_tell_what_is_out_and_what_is_missing():
    assert (FIELD.outstanding, FIELD.unsorted, FIELD.missing(60), FIELD.missing(None)) == (20, 0, 22, 0)
    both = add_up([FIELD, Totals(50, 50, 50, 0)])
    assert (both.handed_out, both.collected, both.valid, both.reasons) == (110, 90, 88, OFFICIAL)


# Burn-up


LINES = [
    DayLine(DAY + timedelta(days=1), handed_out=60, collected=10, valid=10),
    DayLine(DAY + timedelta(days=3), collected=20, valid=20),
    DayLine(DAY + timedelta(days=3), collected=-5, valid=-5, is_correction=True, note="x"),
]


def test_burn_up_has_a_point_for_every_day():
    points = burn_up(LINES, until=DAY + timedelta(days=5), quota=50, start_on=DAY, due_on=DAY + timedelta(days=4))
    assert [(p.handed_out, p.collected, p.valid, p.expected) for p in points] == [
        (0, 0, 0, 10),
        (60, 10, 10, 20),
        (60, 10, 10, 30),
        (60, 25, 25, 40),
        (60, 25, 25, 50),
        (60, 25, 25, 50),
    ]
    assert [p.day for p in points] == [DAY + timedelta(days=n) for n in range(6)]


def test_burn_up_before_the_window_and_without_one():
    early = burn_up(
        [DayLine(DAY, handed_out=5)], until=DAY, quota=50, start_on=DAY + timedelta(days=1), due_on=DAY + timedelta(days=9)
    )
    assert [(p.handed_out, p.expected) for p in early] == [(5, 0)]
    assert [p.expected for p in burn_up(LINES, until=DAY + timedelta(days=2))] == [None, None]
    assert burn_up([], until=DAY) == ()
    assert burn_up(LINES, until=DAY) == ()


@given(sound_lines(), st.integers(0, 25))
def test_burn_up_ends_with_the_totals_of_its_day(lines, days):
    until = DAY + timedelta(days=days)
    points = burn_up(lines, until=until, quota=60, start_on=DAY, due_on=DAY + timedelta(days=20))
    whole = totals_of(line for line in lines if line.day <= until)
    assert (points[-1].handed_out, points[-1].collected, points[-1].valid) == (whole.handed_out, whole.collected, whole.valid)
    assert [p.expected for p in points] == sorted(p.expected for p in points)


def test_the_pace_of_the_last_days_tells_when_the_quota_is_reached():
    lines = [DayLine(DAY + timedelta(days=n), handed_out=10, collected=2, valid=2) for n in range(20)]
    points = burn_up(lines, until=DAY + timedelta(days=19))
    assert points[-1].collected == 40
    assert forecast_on(points, 60) == DAY + timedelta(days=29)
    assert forecast_on(points, 61) == DAY + timedelta(days=30)
    assert forecast_on(points, 40) == DAY + timedelta(days=19)
    assert forecast_on(points, 7) == DAY + timedelta(days=3)


def test_nothing_coming_in_has_no_forecast():
    points = burn_up([DayLine(DAY, handed_out=60, collected=10, valid=10)], until=DAY + timedelta(days=30))
    assert forecast_on(points, 60) is None
    assert forecast_on((), 60) is None
