"""Each doubt is named once, with its place; what is in order is not doubted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.rules.drafts.doubts import find_doubts
from tracker.rules.drafts.facts import outside_timeline
from tracker.rules.parsed import Doubt, Milestone, ParsedGroup, ParsedStage, Place, PlanFacts, Timeline, TimePhrase
from tracker.rules.states import Scope, TimeKind, WorkKind
from tracker.rules.workdays import WorkCalendar

FACTS = PlanFacts(number="1/KH-UBND", issued_on=date(2024, 3, 1), year=2024)


def day(text: str) -> date:
    number, month = text.split("/")
    return date(2024, int(month), int(number))


def stage(no: int | str, time: str = "", content: str = "", **values: object) -> ParsedStage:
    """A row; `time` is "20/6" (due), "1/6-20/6" (window), a kind's name, or nothing."""
    position = int(str(no).lstrip("0") or 1) if str(no).isdigit() else 1
    if "-" in time and "/" in time:
        start, end = time.split("-")
        phrase = TimePhrase(time, TimeKind.WINDOW, day(start), day(end))
    elif "/" in time:
        phrase = TimePhrase(time, TimeKind.DEADLINE, None, day(time))
    elif time:
        phrase = TimePhrase(f"“{time}”", TimeKind(time))
    else:
        phrase = TimePhrase("", TimeKind.UNDATED)
    made = ParsedStage(
        position, str(no), content or f"Nội dung công việc thứ {no}", ("Phòng Nội vụ",), (), phrase,
        place=Place(10 + position), time_place=Place(10 + position, column=3),
    )  # fmt: skip
    return replace(made, **values)  # type: ignore[arg-type]


def doubts(*stages: ParsedStage, facts: PlanFacts = FACTS, **options: object) -> list[tuple[str, int | None]]:
    return [(doubt.key, doubt.stage) for doubt in find_doubts(facts, Timeline("table", stages), **options)]  # type: ignore[arg-type]


def sentences(*stages: ParsedStage, facts: PlanFacts = FACTS) -> list[str]:
    return [doubt.sentence for doubt in find_doubts(facts, Timeline("table", stages))]


def test_a_plan_in_order_gives_no_doubt() -> None:
    assert doubts(stage(1, "15/3"), stage(2, "1/4-14/6"), stage(3, "17/6-28/6"), stage(4, "31/7")) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([stage(1, "16/6")], ["Hạn 16/6/2024 là ngày nghỉ; lời nhắc lấy ngày 14/6/2024."]),
        ([stage(1, "29/02")], ["Hạn 29/02/2024 trước ngày ban hành 01/3/2024; xác nhận việc này đã làm hoặc sửa ngày."]),
        (
            [stage(1, "1/4-15/5"), stage(2, "15/5-31/5")],
            ["Giai đoạn 1 và 2 cùng có ngày 15/5/2024; cả hai giữ nguyên, không coi là chồng lấn."],
        ),
        (
            [stage(1, "1/4-15/5"), stage(2, "13/5-31/5")],
            ["Giai đoạn 2 bắt đầu 13/5/2024 khi giai đoạn 1 chưa hết hạn 15/5/2024; kiểm tra thứ tự."],
        ),
        (
            [stage(1, "1/4-15/5"), stage(2, "27/5-31/5")],
            ["Từ hết giai đoạn 1 (15/5/2024) đến khi bắt đầu giai đoạn 2 (27/5/2024) trống 7 ngày làm việc; kiểm tra thời gian."],
        ),
        (
            [stage(1, "28/6"), stage(2, "14/6"), stage(3, "31/7")],
            ["Giai đoạn 2 (hạn 14/6/2024) đứng sau nhưng hết hạn trước giai đoạn 1 (hạn 28/6/2024); kiểm tra thứ tự."],
        ),
        ([stage(1, "20/6-3/6")], ["Ngày kết thúc 03/6/2024 trước ngày bắt đầu 20/6/2024; sửa lại thời gian."]),
        ([stage(1, "unparsable")], ["Chưa hiểu ““unparsable””; chọn ngày, hoặc để Không có hạn."]),
        ([stage(1, "continuous")], ["““continuous”” không có hạn; đơn vị xác nhận mỗi tháng một lần."]),
        ([stage(1, "event-relative")], ["““event-relative”” tính từ một sự kiện chưa có ngày; ghi ngày khi sự kiện diễn ra."]),
        ([stage(1), stage(2, "28/6")], ["Dòng 1 không ghi thời gian; chọn ngày, hoặc để Không có hạn."]),
        ([stage(1, "28/6", lead=())], ["Dòng 1 không ghi đơn vị chủ trì; chọn đơn vị."]),
        (
            [stage(1, "14/6"), stage(2, "21/6"), stage(4, "28/6")],
            ["Số thứ tự dòng không liên tục (1, 2, 4); kiểm tra có thiếu dòng."],
        ),
        (
            [
                stage(1, "14/6", "Tổng hợp kết quả khảo sát gửi Sở Nội vụ"),
                stage(2, "28/6", "Tổng hợp kết quả khảo sát, gửi Sở Nội vụ"),
            ],
            ["Dòng 1 và 2 gần giống nhau; giữ cả hai nếu là hai việc."],
        ),
    ],
)
def test_a_row_that_needs_a_look_is_named_with_what_to_do(rows: list[ParsedStage], expected: list[str]) -> None:
    assert sentences(*rows) == expected


@pytest.mark.parametrize(
    "rows",
    [
        [stage(1, "1/4-14/6"), stage(2, "1/4-14/6")],
        [stage(1, "1/4-14/6"), stage(2, "15/4-31/5")],
        [stage(1, "1/4-31/5"), stage(2, "3/6-14/6")],
        [stage(1, "1/3-31/7", work_kind=WorkKind.INFORMATION), stage(2, "1/4-28/6")],
        [stage(1, "28/6", "In phiếu", section="I"), stage(1, "14/6", "Báo cáo", section="II", position=2)],
        [stage("1", "14/6", section="I"), stage("2", "21/6", section="I"), stage("3", "28/6", section="II")],
        [stage("I.1", "14/6"), stage("5a", "21/6", position=2)],
        [stage(1, "14/6", "Khảo sát đợt 1 tại các xã"), stage(2, "28/6", "Khảo sát đợt 2 tại các xã")],
        [stage(1, "14/6", "Khảo sát tại các xã"), stage(2, "14/6", "Khảo sát tại các xã", lead=("Trạm Y tế",))],
    ],
    ids=[
        "side by side", "one inside the other", "only a weekend between", "information runs beside",
        "sections count for themselves",
        "numbers run on over sections", "numbers of other forms", "two rounds", "two owners of one work",
    ],
)  # fmt: skip
def test_what_is_in_order_is_not_doubted(rows: list[ParsedStage]) -> None:
    assert doubts(*rows) == []


def test_the_calendar_decides_which_day_is_off() -> None:
    calendar = WorkCalendar(days_off=frozenset({date(2024, 4, 18)}), make_up_days=frozenset({date(2024, 5, 4)}))
    assert doubts(stage(1, "18/4"), stage(2, "4/5"), calendar=calendar) == [("due_on_day_off", 1)]


def test_the_last_day_of_a_month_is_nobodys_wording() -> None:
    june = TimePhrase("Tháng 6/2024", TimeKind.MONTH, date(2024, 6, 1), date(2024, 6, 30))
    assert doubts(stage(1, time="", lead=("Sở Nội vụ",)), stage(2), stage(3)) == [("time_missing", n) for n in (1, 2, 3)]
    assert doubts(replace(stage(1), time=june)) == []


def test_the_strict_reading_is_named_once_a_plan() -> None:
    rows = []
    for n in (1, 5, 6):
        named_day = date(2024, 6, n + 20)
        time = TimePhrase(f"Trước ngày {n + 20}/6/2024", TimeKind.DEADLINE, None, date(2024, 6, n + 19), named_day=named_day)
        rows.append(replace(stage(n), time=time))
    named = [doubt for doubt in find_doubts(FACTS, Timeline("table", tuple(rows))) if doubt.key == "before_day_strict"]
    assert [(doubt.stage, doubt.sentence) for doubt in named] == [
        (1, "“Trước ngày 21/6/2024” được hiểu là hết ngày 20/6/2024; đổi cách hiểu nếu cơ quan tính cả ngày 21/6/2024.")
    ]
    assert not [
        doubt for doubt in find_doubts(FACTS, Timeline("table", tuple(rows)), strict=False) if doubt.key == "before_day_strict"
    ]


WEEKENDS = ("1/6", "2/6", "8/6", "9/6", "15/6", "16/6", "22/6", "23/6", "29/6", "30/6")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [stage(n, "1/2") for n in range(1, 6)],
            "Có 5 giai đoạn hết hạn trước ngày ban hành 01/3/2024; kiểm tra ngày ban hành và năm của các hạn.",
        ),
        ([stage(n) for n in range(1, 6)], "Dòng 1, 2, 3, 4, 5 không ghi thời gian; chọn ngày, hoặc để Không có hạn."),
        ([stage(n, "28/6", lead=()) for n in range(1, 6)], "Dòng 1, 2, 3, 4, 5 không ghi đơn vị chủ trì; chọn đơn vị."),
        (
            [stage(n, f"{28 - 7 * n % 28}/6") for n in (4, 1, 2, 3)] + [stage(5, "7/6")],
            "Các giai đoạn không xếp theo thời gian (dòng 1, 2, 3, 5 hết hạn trước dòng ở trên);"
            " kiểm tra giai đoạn nào chờ giai đoạn nào.",
        ),
        (
            [stage(n, weekend) for n, weekend in enumerate(WEEKENDS, start=1)],
            "Có 10 hạn rơi vào ngày nghỉ (dòng 1, 2, 3, 4, 5, 6, 7, 8, 9, 10); lời nhắc lấy ngày làm việc liền trước.",
        ),
        (
            [stage(n) for n in range(1, 31)],
            "Dòng 1, 2, 3, 4, 5, 6, 7, 8 và 22\u00a0dòng khác không ghi thời gian; chọn ngày, hoặc để Không có hạn.",
        ),
    ],
    ids=["before the signing", "no time", "no owner", "no order of time", "days off", "too many to be named"],
)
def test_many_rows_with_one_cause_give_one_doubt(rows: list[ParsedStage], expected: str) -> None:
    found = [text for text in sentences(*rows) if "liên tục" not in text and "gần giống" not in text]
    assert found == [expected]


GROUPS = PlanFacts(
    groups=(ParsedGroup("UBND xã, phường", 15, 60, 900), ParsedGroup("Trạm Y tế", 15, 50, 750)),
    units=30,
    places={"units": Place(3)},
)


@pytest.mark.parametrize(
    ("facts", "lead", "meant"),
    [
        (GROUPS, "Các đơn vị tại mục II", "30 đơn vị thuộc khối UBND xã, phường và Trạm Y tế; mỗi đơn vị một việc."),
        (GROUPS, "Các Trạm Y tế", "15 đơn vị thuộc khối Trạm Y tế; mỗi đơn vị một việc."),
        (PlanFacts(), "UBND các phường", "từng đơn vị được khảo sát; chọn danh sách đơn vị, mỗi đơn vị một việc."),
    ],
)
def test_an_owner_that_stands_for_each_unit_is_shown_as_such(facts: PlanFacts, lead: str, meant: str) -> None:
    rows = [stage(n, "28/6", lead=(lead,), scope=Scope.EACH_UNIT) for n in (1, 2)]
    assert [doubt.sentence for doubt in find_doubts(facts, Timeline("table", tuple(rows)))] == [f"“{lead}” được hiểu là {meant}"]


def test_owners_are_compared_with_the_directory_only_when_it_is_given() -> None:
    rows = [stage(1, "28/6"), stage(2, "28/6", lead=("Sở Nội vụ", "phòng nội vụ")), stage(3, "28/6", lead=("Sở Nội vụ",))]
    assert doubts(*rows) == []
    assert doubts(*rows, known_units=["Phòng Nội vụ"]) == [("owner_unknown", 2)]
    assert doubts(*rows, known_units=["Phòng Nội vụ", "Sở Nội Vụ"]) == []


def test_the_number_of_units_is_compared_with_the_directory() -> None:
    known = (
        [f"UBND phường {n}" for n in range(9)] + [f"UBND xã {n}" for n in range(6)] + [f"Trạm Y tế phường {n}" for n in range(14)]
    )
    (found,) = find_doubts(GROUPS, Timeline(), known_units=known)
    assert (found.sentence, found.place) == ("Văn bản ghi 30 đơn vị, danh mục có 29; bổ sung hoặc sửa danh mục.", Place(3))
    assert find_doubts(GROUPS, Timeline(), known_units=[*known, "Trạm Y tế xã 14"]) == ()
    assert find_doubts(GROUPS, Timeline(), known_units=["UBND xã A"]) == ()


@pytest.mark.parametrize(
    ("content", "group"),
    [
        ("Lập danh sách UBND các xã, phường, thị trấn được chọn để tiến hành điều tra", "cấp xã"),
        ("Lựa chọn các xã, phường tham gia khảo sát", "cấp xã"),
        ("Chọn các trường để khảo sát", "được khảo sát"),
        ("Lập danh sách người dân, tổ chức được chọn để điều tra", None),
        ("Chọn mẫu phiếu và khách hàng tại các xã để khảo sát", None),
        ("Cung cấp danh sách đơn vị", None),
    ],
)
def test_a_stage_that_chooses_the_units_of_a_later_one_is_named(content: str, group: str | None) -> None:
    facts = PlanFacts(groups=(ParsedGroup("cấp huyện", 3), ParsedGroup("cấp xã", 10)), units=13)
    found = [doubt.sentence for doubt in find_doubts(facts, Timeline("table", (stage(1, "28/6", content),)))]
    wanted = f"Đơn vị của khối {group} do giai đoạn 1 chọn nên chưa có khi bắt đầu; thêm đơn vị khi có danh sách."
    assert found == ([wanted] if group else [])


def test_duties_without_dates_are_counted_in_one_sentence() -> None:
    duties = tuple(stage(n) for n in range(1, 18))
    (found,) = find_doubts(FACTS, Timeline("prose", (), duties))
    assert found.sentence == "Có 17 nhiệm vụ không ghi thời gian; chọn hạn cho từng nhiệm vụ trước khi bắt đầu kế hoạch."


def test_doubts_of_facts_and_times_come_along_in_reading_order_each_once() -> None:
    of_time = Doubt("year_inferred", "“20/6” không ghi năm; lấy năm 2024.")
    facts = replace(
        FACTS, doubts=(Doubt("number_conflict", "Số …", Place(90)), Doubt("number_blank", "Văn bản chưa có số …", Place(2)))
    )
    row = stage(1, "20/6")
    rows = (replace(row, time=replace(row.time, doubts=(of_time, of_time))), stage(2, "21/6"))
    found = find_doubts(facts, Timeline("table", rows, doubts=(Doubt("other", "Bảng …", Place(50)),)))
    assert [doubt.key for doubt in found] == ["number_blank", "year_inferred", "other", "number_conflict"]
    assert (found[1].place, found[1].stage) == (Place(11, column=3), 1)


def test_dates_that_stand_only_in_prose_are_named_and_many_are_listed() -> None:
    long = f"Đảm bảo số lượng phiếu {'khảo sát ' * 20}"
    one = Milestone("trước ngày 15/10/2024", date(2024, 10, 14), long, Place(42))
    (found,) = find_doubts(replace(FACTS, milestones=(one,)), Timeline())
    assert (found.key, found.place) == ("milestone_in_prose", Place(42))
    assert found.sentence == (
        f"Mốc 14/10/2024 chỉ có trong lời văn (“Đảm bảo số lượng phiếu {'khảo sát ' * 10}khảo… trước ngày 15/10/2024”);"
        " thêm làm mốc thời gian nếu cần."
    )
    many = tuple(Milestone(f"ngày {n}/10", date(2024, 10, n), "Báo cáo", Place(n)) for n in range(1, 11))
    (found,) = find_doubts(replace(FACTS, milestones=many), Timeline())
    assert found.sentence.startswith("Có 10 mốc chỉ có trong lời văn (01/10/2024, 02/10/2024, ")
    assert find_doubts(replace(FACTS, milestones=(replace(one, due_on=None),)), Timeline()) == ()


def test_a_milestone_that_is_a_stage_is_no_milestone() -> None:
    facts = replace(
        FACTS, milestones=(Milestone("28/6", date(2024, 6, 28), "Báo cáo", Place(11)), Milestone("29/6", None, "Gửi", Place(70)))
    )
    assert [milestone.wording for milestone in outside_timeline(facts, Timeline("prose", (stage(1, "28/6"),))).milestones] == [
        "29/6"
    ]
