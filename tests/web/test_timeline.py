"""The chart's geometry: days to pixels, and nothing drawn outside."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.web.timeline import HEAD, MIN_PX_A_DAY, PX_A_LETTER, ROW, WIDTH, Row, chart

TODAY = date(2021, 9, 20)


def row(
    start: date | None,
    due: date | None,
    *,
    aim: date | None = None,
    overdue: int = 0,
    gate: str = "",
    note: str = "",
    loud: str = "",
) -> Row:
    return Row(
        label="3. Điều tra", start_on=start, due_on=due, aim_on=aim or due, tone="run", share_done=0.5, is_done=False,
        overdue=overdue, late_done_on=None, gate=gate, note=note, loud_note=loud,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_plan_without_dates_has_no_chart() -> None:
    assert chart([row(None, None)], [], today=TODAY) is None


def test_a_due_date_stands_on_the_right_edge_of_its_day() -> None:
    drawn = chart([row(date(2021, 7, 2), date(2021, 9, 15))], [], today=TODAY)
    assert drawn is not None
    px = drawn.width / ((drawn.last_on - drawn.first_on).days + 1)
    window = drawn.rows[0].window
    assert window is not None
    assert abs(window.width - 76 * px) < 0.2  # both ends count
    assert drawn.rows[0].due_x == round(((date(2021, 9, 16) - drawn.first_on).days) * px, 1)


def test_the_aim_is_marked_only_where_it_differs() -> None:
    same = chart([row(None, date(2021, 9, 15))], [], today=TODAY)
    differs = chart([row(None, date(2021, 6, 19), aim=date(2021, 6, 18))], [], today=TODAY)
    assert same is not None
    assert differs is not None
    assert same.rows[0].aim_x is None
    assert differs.rows[0].aim_x is not None
    assert differs.rows[0].aim_title == "Ngày làm việc cuối trong hạn 18/6/2021"


def test_lateness_runs_from_the_due_date_to_today() -> None:
    drawn = chart([row(date(2021, 7, 2), date(2021, 9, 15), overdue=3)], [], today=TODAY)
    assert drawn is not None
    over = drawn.rows[0].over
    assert over is not None
    assert drawn.today_x is not None
    assert abs(over.x + over.width - drawn.today_x) < 0.2


def test_a_day_off_is_drawn_with_its_name_and_only_inside() -> None:
    days_off = [(date(2021, 9, 2), "Nghỉ Quốc khánh"), (date(2020, 9, 2), "Nghỉ Quốc khánh")]
    drawn = chart([row(date(2021, 7, 2), date(2021, 9, 15))], days_off, today=TODAY)
    assert drawn is not None
    assert [h.title for h in drawn.holidays] == ["Nghỉ Quốc khánh 02/9/2021"]


def test_a_long_plan_keeps_two_pixels_a_day_and_drops_the_weekends() -> None:
    drawn = chart([row(date(2014, 4, 1), date(2015, 12, 31))], [], today=date(2014, 6, 1))
    assert drawn is not None
    assert drawn.width >= WIDTH
    assert drawn.width >= MIN_PX_A_DAY * (drawn.last_on - drawn.first_on).days
    assert (drawn.weekends, drawn.mondays) == ((), ())


def test_today_far_away_is_not_drawn() -> None:
    drawn = chart([row(date(2021, 7, 2), date(2021, 9, 15))], [], today=date(2031, 1, 1))
    assert drawn is not None
    assert drawn.today_x is None


DAYS = st.dates(date(2014, 1, 1), date(2016, 12, 31))


@st.composite
def rows(draw: st.DrawFn) -> Row:
    due = draw(st.none() | DAYS)
    start = draw(st.none() | DAYS)
    if start and due and start > due:
        start, due = due, start
    aim = due - timedelta(days=draw(st.integers(0, 9))) if due else None
    text = st.sampled_from(["", "Xong 18/6", "30/30 xong 05/7 · 3 đơn vị xong quá hạn"])
    return row(
        start, due, aim=aim, overdue=draw(st.integers(0, 3)), gate=draw(st.sampled_from(["", "open", "closed"])),
        note=draw(text), loud=draw(text),
    )  # fmt: skip


@given(stages=st.lists(rows(), min_size=1, max_size=12), today=DAYS)
def test_everything_lies_inside_the_drawing(stages: list[Row], today: date) -> None:
    drawn = chart(stages, [], today=today)
    if drawn is None:
        assert all(s.due_on is None and s.start_on is None for s in stages)
        return
    assert len(drawn.rows) == len(stages)
    assert drawn.height == HEAD + ROW * len(stages)
    for shape in drawn.rows:
        assert HEAD < shape.mid < drawn.height
        for band in (shape.window, shape.done, shape.over):
            assert band is None or (band.x >= 0 and band.width >= 0 and band.x + band.width <= drawn.width + 2.1)
        for x in (shape.due_x, shape.aim_x, shape.lock_x):
            assert x is None or -4 <= x <= drawn.width + 0.1
        for label in shape.labels:
            length = PX_A_LETTER * len(label.text)
            left, right = (label.x, label.x + length) if label.side == "start" else (label.x - length, label.x)
            assert left >= 0
            assert right <= drawn.width
    if drawn.today_x is not None:
        assert 0 <= drawn.today_tag_x <= drawn.width - 92


def test_weekends_are_bands_of_two_days() -> None:
    drawn = chart([row(date(2021, 9, 1), date(2021, 9, 15))], [], today=TODAY)
    assert drawn is not None
    px = drawn.width / ((drawn.last_on - drawn.first_on).days + 1)
    days = [drawn.first_on + timedelta(days=round(band.x / px)) for band in drawn.weekends]
    off = {day + timedelta(days=n) for day, band in zip(days, drawn.weekends, strict=True) for n in range(round(band.width / px))}
    every = {drawn.first_on + timedelta(days=n) for n in range((drawn.last_on - drawn.first_on).days + 1)}
    assert off == {day for day in every if day.weekday() > 4}


def test_a_gate_is_a_lock_that_opens() -> None:
    drawn = chart([row(date(2021, 9, 1), date(2021, 9, 15), gate=gate) for gate in ("", "closed", "open")], [], today=TODAY)
    assert drawn is not None
    assert [(r.lock_x is not None, r.lock_is_open) for r in drawn.rows] == [(False, False), (True, False), (True, True)]
