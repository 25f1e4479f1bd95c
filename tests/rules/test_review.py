"""Corrections of a draft: each edit gives the next draft, and nothing a person typed is overruled."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.clock import ZONE
from tracker.errors import NotFound, Refused
from tracker.rules import review as edits
from tracker.rules.parsed import Doubt, ParsedPlan, ParsedStage, Place, PlanFacts, Timeline, TimePhrase
from tracker.rules.review import FactFields, Point, Review, RowFields, Touch, review_from_json, review_of, review_to_json
from tracker.rules.review.model import short_name_of
from tracker.rules.schedule import plan_input_from
from tracker.rules.states import Scope, TimeKind, WorkKind
from tracker.wording import sentence

TOUCH = Touch("Trần Thu Hà", datetime(2021, 6, 1, 8, 42, tzinfo=ZONE))
JUNE_19 = date(2021, 6, 19)
STRICT = TimePhrase("Trước ngày 20/6/2021", TimeKind.DEADLINE, due_on=JUNE_19, named_day=date(2021, 6, 20))


def read_time(wording: str) -> TimePhrase:
    """A reader of three phrases is enough here; the real one has its own tests."""
    known = {
        "Trước ngày 20/6/2021": STRICT,
        "Trước ngày 01/7/2021": TimePhrase("Trước ngày 01/7/2021", TimeKind.DEADLINE, due_on=date(2021, 6, 30)),
        "Thường xuyên": TimePhrase("Thường xuyên", TimeKind.CONTINUOUS),
    }
    unread = TimePhrase(
        wording, TimeKind.UNPARSABLE, doubts=(Doubt("time_unparsed", sentence("time_unparsed", wording=wording)),)
    )
    return known.get(wording, unread)


def stage(position: int, content: str, time: TimePhrase = STRICT, lead: tuple[str, ...] = ("Phòng Nội vụ",)) -> ParsedStage:
    return ParsedStage(position, str(position), content, lead, (), time, time_place=Place(9, position, 3))


def parsed() -> ParsedPlan:
    unread = TimePhrase("khoảng giữa năm", TimeKind.UNPARSABLE)
    stages = (stage(1, "Xây dựng kế hoạch"), stage(2, "Khảo sát", unread, ()), stage(3, "Công bố kết quả"))
    number = Doubt("number_blank", "Văn bản chưa có số; bổ sung sau khi văn thư cấp số.")
    facts = PlanFacts("Khảo sát mức độ hài lòng", "/KH-UBND", year=2021, place="Cam Ranh", doubts=(number,))
    return ParsedPlan(facts, Timeline("table", stages))


@pytest.fixture
def draft() -> Review:
    return review_of(parsed())


def fields_of(review: Review, key: int, **changes: object) -> RowFields:
    row = review.row(key)
    fields = RowFields(
        no=row.no,
        content=row.content,
        short_name=row.short_name,
        lead=row.lead,
        coordinating=row.coordinating,
        wording=row.time.wording,
        start_on=row.time.start_on,
        due_on=row.time.due_on,
        scope=row.scope,
        work_kind=row.work_kind,
        needs_confirmation=row.needs_confirmation,
    )
    return replace(fields, **changes)  # type: ignore[arg-type]


def corrected(review: Review, key: int, **changes: object) -> Review:
    return edits.correct_row(review, key, fields_of(review, key, **changes), read_time=read_time, touch=TOUCH)


def contents(review: Review) -> list[str]:
    return [r.content for r in review.rows]


def points(review: Review) -> tuple[Point, ...]:
    return edits.points_of(review, parsed())


def kinds(review: Review) -> list[str]:
    """Kinds of the open points, without the one about due dates on days off."""
    return [p.kind for p in edits.open_points(points(review)) if p.kind != "due_on_day_off"]


def point(review: Review, kind: str) -> Point:
    (found,) = [p for p in points(review) if p.kind == kind]
    return found


def test_uncorrected_review_makes_the_plan_that_was_read(draft: Review) -> None:
    assert edits.plan_input(draft) == plan_input_from(parsed())


def test_review_is_read_back_equal(draft: Review) -> None:
    draft = edits.settle(draft, points(draft), points(draft)[0].key, touch=TOUCH)
    changed = edits.remove_row(corrected(draft, 1, lead="Sở Nội vụ"), 3, touch=TOUCH)
    assert review_from_json(json.loads(json.dumps(review_to_json(changed)))) == changed


def test_unchanged_row_stays_as_it_is(draft: Review) -> None:
    assert corrected(draft, 1) is draft


def test_changed_wording_is_read_anew(draft: Review) -> None:
    row = corrected(draft, 1, wording="Trước  ngày 01/7/2021").row(1)
    assert (row.time.wording, row.time.due_on, row.days_by_hand) == ("Trước ngày 01/7/2021", date(2021, 6, 30), False)
    assert (row.rev, row.touched) == (2, TOUCH)


def test_typed_days_stand_above_the_reading(draft: Review) -> None:
    row = corrected(draft, 1, wording="Trước ngày 01/7/2021", due_on=date(2021, 6, 28)).row(1)
    assert (row.time.wording, row.time.due_on, row.days_by_hand) == ("Trước ngày 01/7/2021", date(2021, 6, 28), True)


@pytest.mark.parametrize(
    ("key", "start", "due", "kind"),
    [
        (1, date(2021, 6, 1), JUNE_19, TimeKind.WINDOW),
        (1, None, date(2021, 6, 18), TimeKind.DEADLINE),
        (1, None, None, TimeKind.UNDATED),
        (2, None, date(2021, 6, 18), TimeKind.DEADLINE),
    ],
)
def test_kind_of_time_follows_the_typed_days(
    draft: Review, key: int, start: date | None, due: date | None, kind: TimeKind
) -> None:
    assert corrected(draft, key, start_on=start, due_on=due).row(key).time.kind is kind


def test_points_of_an_uncorrected_draft_are_those_that_were_read(draft: Review) -> None:
    assert kinds(draft) == ["number_blank", "owner_missing", "time_unparsed"]


def test_typed_day_answers_the_point_about_the_time_and_keeps_the_others(draft: Review) -> None:
    assert kinds(corrected(draft, 2, due_on=JUNE_19)) == ["number_blank", "owner_missing"]


def test_named_owner_answers_the_point_about_the_owner(draft: Review) -> None:
    changed = corrected(draft, 2, lead=" Phòng Nội vụ ;; phòng  nội vụ; Sở Y tế")
    assert kinds(changed) == ["number_blank", "time_unparsed"]
    assert changed.row(2).lead == "Phòng Nội vụ; Sở Y tế"


def test_unreadable_wording_is_a_new_point_at_its_row(draft: Review) -> None:
    changed = corrected(draft, 3, wording="mùa thu")
    (found,) = [p for p in points(changed) if p.row == 3 and p.kind == "time_unparsed"]
    assert (found.place, found.blocks) == (Place(9, 3, 3), True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"content": " "}, "Chưa lưu dòng: nội dung công việc để trống; ghi như văn bản."),
        (
            {"start_on": date(2021, 7, 1), "due_on": JUNE_19},
            "Ngày kết thúc 19/6/2021 trước ngày bắt đầu 01/7/2021; sửa lại thời gian.",
        ),
    ],
)
def test_row_that_cannot_be_is_refused(draft: Review, changes: dict[str, object], expected: str) -> None:
    with pytest.raises(Refused) as caught:
        corrected(draft, 1, **changes)
    assert caught.value.sentence == expected


def test_row_is_added_where_it_was_asked_for(draft: Review) -> None:
    changed, key = edits.add_row(draft, after=1, touch=TOUCH)
    assert contents(changed) == ["Xây dựng kế hoạch", "", "Khảo sát", "Công bố kết quả"]
    assert changed.rows[1].key == key
    assert key not in {r.key for r in draft.rows}
    assert contents(edits.add_row(draft, after=None, touch=TOUCH)[0])[-1] == ""


def test_removed_row_takes_its_points_away_and_brings_them_back(draft: Review) -> None:
    gone = edits.remove_row(draft, 2, touch=TOUCH)
    assert contents(gone) == ["Xây dựng kế hoạch", "Công bố kết quả"]
    assert kinds(gone) == ["number_blank", "number_restarts"]
    back = edits.restore_row(gone, 2, touch=TOUCH)
    assert contents(back) == ["Xây dựng kế hoạch", "Công bố kết quả", "Khảo sát"]
    assert "time_unparsed" in kinds(back)


def test_row_just_added_has_no_points_yet(draft: Review) -> None:
    assert kinds(edits.add_row(draft, after=None, touch=TOUCH)[0]) == kinds(draft)


def test_empty_row_leaves_no_trace(draft: Review) -> None:
    added, key = edits.add_row(draft, after=None, touch=TOUCH)
    assert edits.remove_row(added, key, touch=TOUCH).removed == ()


def test_split_keeps_owner_and_time(draft: Review) -> None:
    changed = edits.split_row(draft, 1, ["Lập kế hoạch", " ", "Dự toán  kinh phí"], touch=TOUCH)
    first, second = changed.rows[:2]
    assert (first.key, first.no, first.content) == (1, "1", "Lập kế hoạch")
    assert (second.no, second.content, second.lead, second.time) == ("", "Dự toán kinh phí", first.lead, first.time)
    with pytest.raises(Refused, match="cần ít nhất hai nội dung"):
        edits.split_row(draft, 1, ["Lập kế hoạch"], touch=TOUCH)


def test_merge_joins_contents_owners_and_spans_both_times(draft: Review) -> None:
    draft = corrected(draft, 2, wording="Trước ngày 01/7/2021", lead="Sở Nội vụ; Phòng Nội vụ")
    (row, _) = edits.merge_with_above(draft, 2, touch=TOUCH).rows
    assert row.content == "Xây dựng kế hoạch; Khảo sát"
    assert row.lead == "Phòng Nội vụ; Sở Nội vụ"
    assert row.time.wording == "Trước ngày 20/6/2021; Trước ngày 01/7/2021"
    assert row.time.due_on == date(2021, 6, 30)
    with pytest.raises(Refused, match="dòng đầu"):
        edits.merge_with_above(draft, 1, touch=TOUCH)


@pytest.mark.parametrize(
    ("key", "steps", "order"), [(1, 1, [2, 1, 3]), (3, -1, [1, 3, 2]), (1, -1, [1, 2, 3]), (1, 9, [2, 3, 1])]
)
def test_row_moves_and_the_ends_hold_it(draft: Review, key: int, steps: int, order: list[int]) -> None:
    assert [r.key for r in edits.move_row(draft, key, steps).rows] == order


def test_point_is_ticked_off_and_opened_again(draft: Review) -> None:
    unread = point(draft, "time_unparsed")
    assert edits.blocking_points(points(draft)) == (unread,)
    settled = edits.settle(draft, points(draft), unread.key, touch=TOUCH)
    assert point(settled, "time_unparsed").settled == TOUCH
    assert edits.blocking_points(points(settled)) == ()
    assert edits.settle(settled, points(settled), unread.key, touch=None) == draft


def test_ticked_point_comes_back_when_it_says_something_else(draft: Review) -> None:
    settled = edits.settle(draft, points(draft), point(draft, "time_unparsed").key, touch=TOUCH)
    changed = corrected(settled, 2, wording="mùa thu")
    assert point(changed, "time_unparsed").settled is None
    assert point(corrected(changed, 2, wording="khoảng giữa năm"), "time_unparsed").settled == TOUCH


def test_end_before_start_cannot_be_ticked_off(draft: Review) -> None:
    backwards = TimePhrase("từ 20/6 đến 19/6/2021", TimeKind.WINDOW, date(2021, 6, 20), JUNE_19)
    draft = replace(draft, rows=(replace(draft.rows[0], time=backwards),))
    found = point(draft, "end_before_start")
    assert (found.blocks, found.may_be_settled) == (True, False)
    with pytest.raises(Refused, match="sửa thời gian của dòng này"):
        edits.settle(draft, points(draft), found.key, touch=TOUCH)


def test_number_typed_answers_its_point(draft: Review) -> None:
    fields = replace(draft.fields, number="104/KH-UBND")
    changed = edits.correct_facts(draft, fields, read_time=read_time, touch=TOUCH)
    assert "number_blank" not in kinds(changed)
    assert edits.plan_input(changed).number == "104/KH-UBND"
    assert edits.correct_facts(changed, fields, read_time=read_time, touch=TOUCH) is changed


def test_new_year_is_read_into_times_that_no_person_fixed(draft: Review) -> None:
    draft = corrected(draft, 3, due_on=date(2021, 6, 1))

    def later(wording: str) -> TimePhrase:
        return replace(read_time(wording), due_on=date(2022, 6, 19))

    changed = edits.correct_facts(draft, replace(draft.fields, year=2022), read_time=later, touch=TOUCH)
    assert [r.time.due_on for r in changed.rows] == [date(2022, 6, 19), date(2022, 6, 19), date(2021, 6, 1)]


def test_inclusive_reading_is_read_into_every_row(draft: Review) -> None:
    def inclusive(wording: str) -> TimePhrase:
        return replace(read_time(wording), due_on=date(2021, 6, 20))

    changed = edits.switch_before(draft, strict=False, read_time=inclusive, touch=TOUCH)
    assert not changed.before_is_strict
    assert changed.rows[0].time.due_on == date(2021, 6, 20)
    assert not edits.plan_input(changed).before_is_strict


@pytest.mark.parametrize(
    ("changes", "answered"),
    [
        ({"number": "104/KH-UBND"}, {"number_blank"}),
        ({"number": "/KH-UB"}, set()),
        ({"issued_on": date(2021, 6, 10)}, {"date_blank"}),
        ({"groups": (("Trạm Y tế", 50),)}, {"sum_differs"}),
        ({"ballots": 1650}, {"sum_differs"}),
        ({"name": "Kế hoạch"}, set()),
    ],
)
def test_corrected_fact_answers_its_doubt(draft: Review, changes: dict[str, object], answered: set[str]) -> None:
    doubts = ("number_blank", "date_blank", "sum_differs")
    read = replace(parsed(), facts=replace(parsed().facts, doubts=tuple(Doubt(key, key) for key in doubts)))
    fields = replace(draft.fields, **changes)  # type: ignore[arg-type]
    changed = edits.correct_facts(draft, fields, read_time=read_time, touch=TOUCH)
    left = {p.kind for p in edits.points_of(changed, read)} & set(doubts)
    assert left == set(doubts) - answered


def test_unknown_owner_blocks_only_where_units_are_known(draft: Review) -> None:
    found = edits.points_of(draft, parsed(), known_units=["UBND xã A"])
    assert [p.kind for p in edits.blocking_points(found)] == ["owner_unknown", "time_unparsed"]
    known = edits.points_of(draft, parsed(), known_units=["phòng Nội vụ"])
    assert [p.kind for p in edits.blocking_points(known)] == ["time_unparsed"]


def test_unknown_rows_and_points_are_not_found(draft: Review) -> None:
    calls: list[Callable[[], object]] = [
        lambda: draft.row(77),
        lambda: edits.remove_row(draft, 77, touch=TOUCH),
        lambda: edits.restore_row(draft, 1, touch=TOUCH),
        lambda: edits.settle(draft, points(draft), "77", touch=TOUCH),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()


@pytest.mark.parametrize(
    ("content", "short"),
    [
        ("Nhập liệu.", "Nhập liệu"),
        ("Cung cấp thông tin, số liệu phục vụ điều tra", "Cung cấp thông tin, số liệu phục vụ điều"),
        ("x" * 60, "x" * 40),
    ],
)
def test_short_name_is_whole_words_of_at_most_forty_characters(content: str, short: str) -> None:
    assert short_name_of(content) == short
    row = replace(review_of(parsed()).rows[0], content=content, short_name="")
    assert edits.plan_input(Review(FactFields("a", "b"), (row,))).stages[0].short_name == short


step = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 6)),
    st.tuples(st.just("remove"), st.integers(0, 6)),
    st.tuples(st.just("restore"), st.integers(0, 6)),
    st.tuples(st.just("split"), st.integers(0, 6)),
    st.tuples(st.just("merge"), st.integers(0, 6)),
    st.tuples(st.just("move"), st.integers(0, 6)),
)


@given(st.lists(step, max_size=12))
def test_keys_stay_unique_and_no_content_is_lost(steps: list[tuple[str, int]]) -> None:
    review = review_of(parsed())
    for what, n in steps:
        if what == "add":
            review, key = edits.add_row(review, after=None, touch=TOUCH)
            review = edits.correct_row(
                review, key, fields_of(review, key, content=f"việc {key}"), read_time=read_time, touch=TOUCH
            )
        elif what == "restore" and review.removed:
            review = edits.restore_row(review, review.removed[n % len(review.removed)].key, touch=TOUCH)
        elif review.rows and what in ("remove", "split", "merge", "move"):
            row = review.rows[n % len(review.rows)]
            if what == "remove":
                review = edits.remove_row(review, row.key, touch=TOUCH)
            elif what == "split":
                review = edits.split_row(review, row.key, [row.content, "phần hai"], touch=TOUCH)
            elif what == "merge" and review.position(row.key) > 0:
                review = edits.merge_with_above(review, row.key, touch=TOUCH)
            elif what == "move":
                review = edits.move_row(review, row.key, n - 3)
    keys = [r.key for r in (*review.rows, *review.removed)]
    assert len(keys) == len(set(keys))
    assert max(keys, default=0) < review.next_key
    everything = " ".join(r.content for r in (*review.rows, *review.removed))
    for content in ("Xây dựng kế hoạch", "Khảo sát", "Công bố kết quả"):
        assert content in everything
    assert review_from_json(json.loads(json.dumps(review_to_json(review)))) == review
    assert [s.content for s in edits.plan_input(review).stages] == contents(review)


def test_scope_and_kind_of_work_can_be_corrected(draft: Review) -> None:
    row = corrected(draft, 2, scope=Scope.EACH_UNIT, work_kind=WorkKind.FIELDWORK, needs_confirmation=True).row(2)
    (_, made, _) = edits.plan_input(corrected(draft, 2, scope=Scope.EACH_UNIT, work_kind=WorkKind.FIELDWORK)).stages
    assert (row.scope, row.work_kind, row.needs_confirmation) == (Scope.EACH_UNIT, WorkKind.FIELDWORK, True)
    assert (made.scope, made.work_kind, made.needs_confirmation) == (Scope.EACH_UNIT, WorkKind.FIELDWORK, None)
