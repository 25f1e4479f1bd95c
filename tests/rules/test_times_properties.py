"""What holds for every phrase: no text breaks the reader, dates come back from every way of writing them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.rules.states import TimeKind
from tracker.rules.times import find_times, read_time, times_line

DAYS = st.dates(date(2001, 1, 2), date(2099, 12, 30))
WORDS = (
    "trước", "ngày", "tháng", "quý", "năm", "từ", "đến", "hết", "chậm", "nhất", "trong", "vòng", "sau", "khi", "kể",
    "hằng", "hàng", "mỗi", "định", "kỳ", "lần", "thường", "xuyên", "đầu", "giữa", "cuối", "tuần", "giai", "đoạn", "làm",
    "việc", "ban", "hành", "kế", "hoạch", "theo", "quy", "định", "tức", "âm", "lịch", "nay", "hạn", "chót", "thứ", "Sáu",
    "và", "hoặc", "các", "tiếp", "theo", "trở", "đi", "15/9/2021", "30/6", "2021", "20221", "9/2021", "II", "IV", "6",
    "10", "05", "17h00", "17", "giờ", "-", "–", "(", ")", ",", ";", ":", "/", ".", "+", "0,5", "T8", "O1/7/2021", "31/4",
    "trướcngày", "\n", "\t",
)  # fmt: skip

WAYS = (
    "{d}/{m}/{y}",
    "{d:02d}/{m:02d}/{y}",
    "{d}-{m}-{y}",
    "{d}.{m}.{y}",
    "{d} / {m} / {y}",
    "ngày {d}/{m}/{y}",
    "ngày {d} tháng {m} năm {y}",
    "ngày {d:02d} tháng {m:02d} năm {y}",
    "{d} tháng {m}, {y}",
    "ngày {d}/{m} năm {y}",
    "ngày {d} tháng {m}/{y}",
    "{y}-{m:02d}-{d:02d}",
    "ngày{d}tháng{m}năm{y}",
    "NGÀY {d} THÁNG {m} NĂM {y}",
    "ngay {d}/{m}/{y}",
    "Ngày\u00a0{d}/{m}/{y}.",
    "ngày {d}\u2215{m}\u2215{y}",
)


@given(st.text(max_size=60), st.one_of(st.none(), st.integers()), st.one_of(st.none(), st.dates()), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_failing(text: str, year: int | None, issued_on: date | None, strict: bool) -> None:
    _sound(text, year, issued_on, strict)


@pytest.mark.slow
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), st.sampled_from((None, 2021)), st.booleans())
@settings(max_examples=600, deadline=None)
def test_any_row_of_time_words_is_read_without_failing(text: str, year: int | None, strict: bool) -> None:
    _sound(text, year, date(2021, 6, 18), strict)


def _sound(text: str, year: int | None, issued_on: date | None, strict: bool) -> None:
    time = read_time(text, year=year, issued_on=issued_on, strict=strict)
    assert time.wording == text
    assert time.start_on is None or time.due_on is None or time.start_on <= time.due_on
    assert time.kind is not TimeKind.UNPARSABLE or any(doubt.key == "time_unparsed" for doubt in time.doubts)
    assert all(doubt.sentence and "{" not in doubt.sentence.replace(text, "") for doubt in time.doubts if "{" not in text)
    assert times_line(text)["kind"] in set(TimeKind)
    ends = 0
    for start, end in find_times(text):
        assert ends <= start < end <= len(text)
        ends = end


@pytest.mark.parametrize("way", WAYS)
@given(day=DAYS)
@settings(max_examples=25, deadline=None)
def test_date_comes_back_from_every_way_of_writing_it(way: str, day: date) -> None:
    time = read_time(way.format(d=day.day, m=day.month, y=day.year))

    assert (time.kind, time.start_on, time.due_on) == (TimeKind.DEADLINE, None, day)
    assert not time.doubts


@given(DAYS, st.sampled_from(WAYS))
@settings(max_examples=100, deadline=None)
def test_switch_of_before_moves_the_due_day_by_one(day: date, way: str) -> None:
    wording = "Trước " + way.format(d=day.day, m=day.month, y=day.year)

    strict, inclusive = read_time(wording), read_time(wording, strict=False)

    assert (strict.due_on, inclusive.due_on) == (day - timedelta(days=1), day)
    assert strict.named_day == inclusive.named_day == day


@given(
    DAYS,
    st.integers(0, 400),
    st.sampled_from(WAYS),
    st.sampled_from(WAYS),
    st.sampled_from((" - ", "-", " đến ", " đến hết ", "\nđến ")),
)
@settings(max_examples=200, deadline=None)
def test_window_comes_back_from_every_way_of_writing_it(start: date, length: int, one: str, other: str, join: str) -> None:
    due = min(start + timedelta(days=length), date(2099, 12, 31))
    ways = [way.format(d=day.day, m=day.month, y=day.year).rstrip(".") for way, day in ((one, start), (other, due))]
    dashes_only = join == "-" and any("-" in way for way in ways)

    time = read_time("Từ " + (" - " if dashes_only else join).join(ways))

    assert (time.kind, time.start_on, time.due_on) == (TimeKind.WINDOW, start, due)


@given(
    st.sampled_from(("Trước ngày {}", "Từ ngày 01/01/2021 - {}", "chậm nhất ngày {}", "đến hết ngày {}", "Hoàn thành trước {}")),
    DAYS,
)
@settings(max_examples=100, deadline=None)
def test_reading_does_not_hang_on_case_spaces_or_dashes(shape: str, day: date) -> None:
    plain = shape.format(f"{day.day}/{day.month}/{day.year}")
    disguised = plain.upper().replace(" ", "\u00a0 ").replace("-", "–").replace("/", " / ")

    first, second = read_time(plain), read_time(disguised)

    assert (first.kind, first.start_on, first.due_on, first.rule) == (second.kind, second.start_on, second.due_on, second.rule)


@given(st.integers(1, 12), st.integers(2001, 2099))
@settings(max_examples=50, deadline=None)
def test_month_runs_from_its_first_day_to_the_one_before_the_next_month(month: int, year: int) -> None:
    time, before_next = read_time(f"Tháng {month}/{year}"), read_time(f"Trước tháng {month % 12 + 1}/{year + month // 12}")

    assert time.start_on == date(year, month, 1)
    assert time.due_on == before_next.due_on
