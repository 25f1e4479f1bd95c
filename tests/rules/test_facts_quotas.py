"""Groups of units and their quotas in the forms in which plans word them."""

from __future__ import annotations

import pytest

from tracker.documents import read_text
from tracker.rules.document import Cell, DocumentText, Line, Table
from tracker.rules.drafts.facts import read_facts
from tracker.rules.parsed import PlanFacts

HEAD = (
    "ỦY BAN NHÂN DÂN\nHUYỆN TÂN PHÚ\nSố: 9/KH-UBND\nTân Phú, ngày 4 tháng 3 năm 2024\nKẾ HOẠCH\n"
    "Khảo sát sự hài lòng của người dân năm 2024\nI. MỤC ĐÍCH\nII. NỘI DUNG\n"
)


def facts(text: str) -> PlanFacts:
    return read_facts(read_text(HEAD + text))


QUOTAS = {
    "another office's figure behind a group's quota": (
        "Phạm vi, số lượng\nKhảo sát tại 29 xã, thị trấn, mỗi xã, thị trấn 30 phiếu và Bộ phận Một cửa huyện 200 phiếu.",
        [("xã, thị trấn", 29, None, 30, 870)],
        29,
        870,
        [],
    ),
    "ballots a unit first": (
        "1. Đơn vị được khảo sát: 18 xã, thị trấn\n2. Số lượng phiếu: 60 phiếu/xã, thị trấn x 18 xã, thị trấn = 1.080 phiếu.",
        [("xã, thị trấn", 18, None, 60, 1080)],
        18,
        1080,
        [],
    ),
    "each so many": (
        "1. Phạm vi khảo sát\n- Khối phòng chuyên môn: 10 đơn vị, mỗi đơn vị 30 phiếu.\n"
        "- Khối UBND xã: 18 đơn vị, mỗi đơn vị 50 phiếu.\n"
        "2. Tổng số phiếu khảo sát: 1.200 phiếu.",
        [("Khối phòng chuyên môn", 10, None, 30, 300), ("Khối UBND xã", 18, None, 50, 900)],
        28,
        1200,
        [],
    ),
    "totals of levels in one sentence": (
        "Số lượng phiếu khảo sát triển khai điều tra xã hội học cấp tỉnh là 3.200 phiếu; cấp huyện là 5.000 phiếu; cấp xã "
        "là 15.800 phiếu.",
        [("cấp tỉnh", None, None, None, 3200), ("cấp huyện", None, None, None, 5000), ("cấp xã", None, None, None, 15800)],
        None,
        24000,
        [],
    ),
    "levels as points": (
        "3. Cỡ mẫu khảo sát\na) Cấp huyện: 500 phiếu/đơn vị;\nb) Cấp xã: 150 phiếu/đơn vị.",
        [("Cấp huyện", None, None, 500, None), ("Cấp xã", None, None, 150, None)],
        None,
        None,
        [],
    ),
    "signs of multiplication": (
        "Quy mô mẫu\n- Sở, ban, ngành: 17 cơ quan × 100 phiếu/cơ quan = 1 700 phiếu;\n"
        "- UBND huyện: 12 x 200 phiếu = 2.400 phiếu.\n"
        "- UBND cấp xã: 30 xã * 3 lĩnh vực * 20 phiếu = 1.800 phiếu.",
        [("Sở, ban, ngành", 17, None, 100, 1700), ("UBND huyện", 12, None, 200, 2400), ("UBND cấp xã", 30, 3, 60, 1800)],
        59,
        5900,
        [],
    ),
    "a product that is wrong": (
        "2. Số phiếu khảo sát: 1.700 phiếu\n- UBND xã: 15 đơn vị x 60 phiếu = 950 phiếu\n"
        "- Trạm Y tế: 15 đơn vị x 50 phiếu = 750 phiếu",
        [("UBND xã", 15, None, 60, 950), ("Trạm Y tế", 15, None, 50, 750)],
        30,
        1700,
        ["Khối UBND xã tính được 900 phiếu, văn bản ghi 950 phiếu; kiểm tra số đơn vị và số phiếu mỗi đơn vị."],
    ),
    "sums that are wrong": (
        "1. Cơ quan, đơn vị được khảo sát: 28 đơn vị\n- UBND xã: 15 đơn vị x 60 phiếu = 900 phiếu\n"
        "- Trạm Y tế: 15 đơn vị x 50 phiếu = 750 phiếu\nTổng cộng: 1.600 phiếu",
        [("UBND xã", 15, None, 60, 900), ("Trạm Y tế", 15, None, 50, 750)],
        28,
        1600,
        [
            "Cộng các khối được 1.650 phiếu, văn bản ghi 1.600 phiếu; kiểm tra số phiếu mỗi đơn vị.",
            "Cộng các khối được 30 đơn vị, văn bản ghi 28 đơn vị; kiểm tra số đơn vị từng khối.",
        ],
    ),
    "numbers in words too": (
        "Tổng số mẫu điều tra: 400 (bốn trăm) mẫu, trong đó:\n- Bộ phận Một cửa huyện: 100 phiếu;\n"
        "- UBND các xã (15 xã): 20 phiếu/xã.",
        [("Bộ phận Một cửa huyện", None, None, None, 100), ("UBND các xã", 15, None, 20, 300)],
        None,
        400,
        [],
    ),
    "money is no quota": (
        "- Kinh phí: 15 đơn vị x 200.000 đồng = 3.000.000 đồng\n- In phiếu: 1.700 phiếu x 2.000 đồng = 3.400.000 đồng\n"
        "- Số phiếu: 100 phiếu",
        [],
        None,
        100,
        [],
    ),
    "one total": (
        "2. Số lượng, đối tượng khảo sát\nKhảo sát tối thiểu 300 phiếu đối với người dân đã giao dịch tại Bộ phận Một cửa.",
        [],
        None,
        300,
        [],
    ),
    "a list of units": (
        "1. Đơn vị được khảo sát:\n- 12 sở, ban, ngành cấp tỉnh;\n- 09 UBND cấp huyện;\n- 60 UBND cấp xã.",
        [
            ("sở, ban, ngành cấp tỉnh", 12, None, None, None),
            ("UBND cấp huyện", 9, None, None, None),
            ("UBND cấp xã", 60, None, None, None),
        ],
        81,
        None,
        [],
    ),
    "levels in one line of points": (
        "2. Số lượng phiếu khảo sát: Tổng số 1.800 phiếu, trong đó: cấp tỉnh: 18 sở x 50 phiếu/sở = 900 phiếu;"
        " cấp huyện: 9 huyện x 100 phiếu/huyện = 900 phiếu.",
        [("cấp tỉnh", 18, None, 50, 900), ("cấp huyện", 9, None, 100, 900)],
        27,
        1800,
        [],
    ),
    "a quota in words and its product in brackets": (
        "2. Số phiếu\n- Đối với UBND cấp xã: mỗi đơn vị khảo sát 100 phiếu (147 xã x 100 phiếu = 14.700 phiếu).",
        [("UBND cấp xã", 147, None, 100, 14700)],
        147,
        14700,
        [],
    ),
    "people instead of ballots": (
        "2. Cỡ mẫu\n- Mỗi xã, phường, thị trấn chọn 30 người dân để khảo sát.",
        [("xã, phường, thị trấn", None, None, 30, None)],
        None,
        None,
        [],
    ),
    "names behind the figures": (
        "1. Phạm vi khảo sát: 19 đơn vị cấp tỉnh, 11 đơn vị cấp huyện, 170 đơn vị cấp xã.",
        [("cấp tỉnh", 19, None, None, None), ("cấp huyện", 11, None, None, None), ("cấp xã", 170, None, None, None)],
        200,
        None,
        [],
    ),
    "a total and its parts in brackets": (
        "3. Quy mô mẫu: 2.000 mẫu (trong đó: 800 mẫu cấp huyện, 1.200 mẫu cấp xã).",
        [("cấp huyện", None, None, None, 800), ("cấp xã", None, None, None, 1200)],
        None,
        2000,
        [],
    ),
    "units, quota and total of each group": (
        "- Bệnh viện tuyến tỉnh: 05 bệnh viện, 200 phiếu/bệnh viện, tổng 1.000 phiếu;\n"
        "- Trung tâm y tế huyện: 08 đơn vị, 100 phiếu/đơn vị, tổng 800 phiếu.",
        [("Bệnh viện tuyến tỉnh", 5, None, 200, 1000), ("Trung tâm y tế huyện", 8, None, 100, 800)],
        13,
        1800,
        [],
    ),
    "figures under headings of levels": (
        "a) Cấp tỉnh\n- Số đơn vị khảo sát: 18 đơn vị\n- Số phiếu khảo sát: 50 phiếu/đơn vị\nb) Cấp huyện\n"
        "- Số đơn vị khảo sát: 9 đơn vị\n- Số phiếu khảo sát: 100 phiếu/đơn vị\nTổng số phiếu: 1.800 phiếu",
        [("Cấp tỉnh", 18, None, 50, 900), ("Cấp huyện", 9, None, 100, 900)],
        27,
        1800,
        [],
    ),
    "one quota for groups listed before": (
        "1. Cơ quan, đơn vị được khảo sát\na) Các phòng chuyên môn thuộc UBND huyện (12 phòng).\n"
        "b) UBND các xã, thị trấn (15 đơn vị).\n2. Số phiếu: 27 đơn vị x 30 phiếu/đơn vị = 810 phiếu.",
        [("Các phòng chuyên môn thuộc UBND huyện", 12, None, 30, 360), ("UBND các xã, thị trấn", 15, None, 30, 450)],
        27,
        810,
        [],
    ),
    "a table of units": (
        "STT\tĐơn vị\tSố phiếu\n1\tUBND xã Phú Lâm\t50\n2\tUBND xã Phú Sơn\t50\n3\tUBND thị trấn Tân Phú\t80\n\tTổng cộng\t180",
        [("UBND xã", 2, None, 50, 100), ("UBND thị trấn", 1, None, 80, 80)],
        3,
        180,
        [],
    ),
    "a table of groups": (
        "TT | Nhóm đơn vị | Số đơn vị | Số phiếu/đơn vị | Tổng số phiếu\n1 | Sở, ban, ngành | 18 | 50 | 900\n"
        "2 | UBND cấp huyện | 9 | 100 | 900\n | Tổng | 27 | | 1.800",
        [("Sở, ban, ngành", 18, None, 50, 900), ("UBND cấp huyện", 9, None, 100, 900)],
        27,
        1800,
        [],
    ),
    "a table with sections": (
        "TT\tTên đơn vị\tSố lượng phiếu\nI\tKhối phòng chuyên môn\t60\n1\tPhòng Tư pháp\t30\n2\tPhòng Kinh tế\t30\n"
        "II\tKhối UBND xã\t100\n"
        "1\tXã An Phú\t40\n2\tXã Bình Phú\t60\nTổng\t\t160",
        [("Khối phòng chuyên môn", 2, None, 30, 60), ("Khối UBND xã", 2, None, None, 100)],
        4,
        160,
        [],
    ),
    "the timeline is no table of quotas": (
        "TT\tNội dung\tChủ trì\tThời gian\n1\tThu 900 phiếu tại các đơn vị\tPhòng Nội vụ\t20/6/2024\n"
        "2\tNhập phiếu\tPhòng Nội vụ\t30/6/2024",
        [],
        None,
        None,
        [],
    ),
}


@pytest.mark.parametrize(("text", "groups", "units", "ballots", "doubts"), QUOTAS.values(), ids=QUOTAS)
def test_groups_and_quotas(text: str, groups: list[object], units: int | None, ballots: int | None, doubts: list[str]) -> None:
    found = facts(text)
    assert [(g.name, g.units, g.services, g.ballots_each, g.ballots) for g in found.groups] == groups
    assert (found.units, found.ballots) == (units, ballots)
    assert [doubt.sentence for doubt in found.doubts] == doubts


def test_a_marked_table_is_read_as_a_typed_one_with_its_place() -> None:
    rows = [["Đơn vị", "Số phiếu"], ["Trạm Y tế A", "50"], ["Trạm Y tế B", "50"], ["Cộng", "100"]]
    blocks = (Line(0, "KẾ HOẠCH"), Table(1, tuple(tuple(Cell(text) for text in row) for row in rows)))
    (group,) = read_facts(DocumentText(blocks)).groups
    assert (group.name, group.units, group.ballots_each, group.ballots) == ("Trạm Y tế", 2, 50, 100)
    assert group.place is not None
    assert (group.place.block, group.place.row) == (1, 1)


@pytest.mark.parametrize(
    ("title", "units"),
    [
        ("Khảo sát mức độ hài lòng đối với sự phục vụ của UBND xã Minh Tân năm 2024", 1),
        ("Khảo sát sự hài lòng của người dân tại Trung tâm Phục vụ hành chính công phường Hải Châu năm 2025", 1),
        ("Khảo sát mức độ hài lòng đối với sự phục vụ của UBND các xã, phường năm 2024", None),
        ("Khảo sát mức độ hài lòng đối với sự phục vụ của UBND huyện và UBND các xã năm 2024", None),
        ("Khảo sát mức độ hài lòng đối với sự phục vụ của các cơ quan thuộc quận năm 2024", None),
    ],
)
def test_a_plan_about_one_named_office_has_one_unit(title: str, units: int | None) -> None:
    assert read_facts(read_text(f"KẾ HOẠCH\n{title}\nI. MỤC ĐÍCH")).units == units


@pytest.mark.parametrize(
    ("line", "groups", "ballots"),
    [
        ("2. Số lượng: 400 phiếu (mỗi khu phố 40 phiếu, 10 khu phố)", [("khu phố", 10, 40, 400)], 400),
        ("2. Số lượng phiếu: 300 phiếu, chia đều cho 6 ấp (50 phiếu/ấp)", [("ấp", 6, 50, 300)], 300),
        ("2. Cỡ mẫu: 400 phiếu", [], 400),
    ],
)
def test_a_line_of_an_items_list_gives_its_counts_and_no_heading_as_group(line, groups, ballots):
    found = read_facts(read_text(f"KẾ HOẠCH\nKhảo sát sự hài lòng năm 2025\nII. NỘI DUNG\n{line}"))
    assert [(g.name, g.units, g.ballots_each, g.ballots) for g in found.groups] == groups
    assert found.ballots == ballots
