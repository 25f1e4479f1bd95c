"""Kinds of work, short names, and who has a task in a stage: all from the wording."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.document import DocumentText, Line
from tracker.rules.drafts.scope import scope_of
from tracker.rules.drafts.timeline import read_timeline
from tracker.rules.drafts.work import kind_of, short_name
from tracker.rules.parsed import ParsedGroup, PlanFacts
from tracker.rules.states import Scope, WorkKind

KINDS = (
    ("Xây dựng kế hoạch, dự toán kinh phí thực hiện", WorkKind.PREPARATION),
    ("Xây dựng bộ câu hỏi điều tra xã hội học", WorkKind.PREPARATION),
    ("Lập danh sách UBND các xã, phường được chọn để tiến hành điều tra", WorkKind.PREPARATION),
    ("Hướng dẫn các cơ quan, đơn vị lập danh sách thống kê tổng số giao dịch", WorkKind.PREPARATION),
    ("In phiếu khảo sát", WorkKind.PREPARATION),
    ("Cung cấp thông tin, số liệu phục vụ điều tra", WorkKind.INFORMATION),
    ("Rà soát, cung cấp danh sách khách hàng", WorkKind.INFORMATION),
    ("Tổ chức tập huấn điều tra xã hội học", WorkKind.TRAINING),
    ("Triển khai điều tra khảo sát", WorkKind.FIELDWORK),
    ("Tiến hành khảo sát, lấy ý kiến khách hàng", WorkKind.FIELDWORK),
    ("Tổ chức điều tra xã hội học:\n- Đối tượng điều tra: người dân", WorkKind.FIELDWORK),
    ("Phát phiếu, thu phiếu khảo sát tại Bộ phận Một cửa", WorkKind.FIELDWORK),
    ("Thu phiếu điều tra và tiến hành phúc tra, thực hiện điều tra lại", WorkKind.RECHECK),
    ("Nhập thông tin phiếu điều tra vào phần mềm", WorkKind.DATA_ENTRY),
    ("Phân tích và kết xuất dữ liệu, viết báo cáo gửi Sở Nội vụ", WorkKind.ANALYSIS),
    ("Kiểm tra thông tin phiếu, phân tích, thống kê phiếu", WorkKind.ANALYSIS),
    ("Tổng hợp, xử lý số liệu điều tra", WorkKind.ANALYSIS),
    ("Tổng hợp báo cáo kết quả điều tra, gửi báo cáo về Sở Nội vụ", WorkKind.REPORT),
    ("Báo cáo kết quả điều tra, dự thảo quyết định công bố Chỉ số hài lòng", WorkKind.REPORT),
    ("Tổ chức công bố báo cáo kết quả điều tra", WorkKind.PUBLICATION),
    ("Giám sát, kiểm tra tiến độ quá trình khảo sát", WorkKind.MONITORING),
    ("Phối hợp với Hội Cựu chiến binh quận giám sát quá trình khảo sát", WorkKind.MONITORING),
    ("Thông tin, tuyên truyền về khảo sát", WorkKind.OTHER),
    ("Thanh quyết toán kinh phí", WorkKind.OTHER),
)

SHORT = (
    ("Cung cấp thông tin, số liệu phục vụ điều tra", "Cung cấp thông tin, số liệu"),
    ("Triển khai điều tra khảo sát", "Triển khai điều tra khảo sát"),
    ("Thu phiếu điều tra và tiến hành phúc tra, thực hiện điều tra lại, điều tra bổ sung", "Thu phiếu, phúc tra"),
    ("Nhập thông tin phiếu điều tra vào phần mềm", "Nhập phiếu"),
    ("Phân tích và kết xuất dữ liệu, viết báo cáo gửi Sở Nội vụ", "Phân tích và kết xuất dữ liệu"),
    ("Tổ chức công bố báo cáo kết quả điều tra", "Công bố báo cáo kết quả điều tra"),
    ("1. Tổ chức tập huấn điều tra xã hội học", "Tập huấn điều tra xã hội học"),
    ("Tổ chức điều tra xã hội học:\n- Đối tượng điều tra: người dân", "Điều tra xã hội học"),
    ("Tổ chức công bố Chỉ số hài lòng về sự phục vụ hành chính", "Công bố Chỉ số hài lòng"),
    ("", ""),
)

SURVEY = PlanFacts(units=30, groups=(ParsedGroup("UBND xã, phường", units=15), ParsedGroup("Trạm Y tế", units=15)))

SCOPES: tuple[tuple[tuple[str, ...], str, PlanFacts | None, Scope], ...] = (
    (("Các cơ quan, đơn vị tại mục II Kế hoạch này",), "Cung cấp thông tin, số liệu", SURVEY, Scope.EACH_UNIT),
    (("Cơ quan được phân công chủ trì khảo sát, đánh giá",), "Triển khai điều tra khảo sát", SURVEY, Scope.EACH_UNIT),
    (("Cơ quan được phân công chủ trì",), "Thu phiếu, tiến hành phúc tra", SURVEY, Scope.EACH_UNIT),
    (("Cơ quan được phân công chủ trì",), "Xây dựng kế hoạch", SURVEY, Scope.ONCE),
    (("UBND các phường",), "Bố trí hòm phiếu", None, Scope.EACH_UNIT),
    (("Các Trạm Y tế",), "Khảo sát", SURVEY, Scope.EACH_UNIT),
    (("UBND xã, phường",), "Khảo sát", SURVEY, Scope.EACH_UNIT),
    (("Các đơn vị được khảo sát",), "Gửi danh sách", None, Scope.EACH_UNIT),
    (("Các sở, ban, ngành", "UBND các huyện"), "Cung cấp thông tin", None, Scope.EACH_UNIT),
    (("Bộ phận Một cửa các xã",), "Phát phiếu", None, Scope.EACH_UNIT),
    (("Phòng Nội vụ",), "Nhập thông tin phiếu", SURVEY, Scope.ONCE),
    (("Phòng Nội vụ", "UBND các xã"), "Khảo sát", SURVEY, Scope.ONCE),
    (("UBND các huyện, thành phố được chọn điều tra",), "Lập danh sách UBND các xã được chọn", None, Scope.ONCE),
    (("Các công chức làm việc tại Bộ phận Tiếp nhận và Trả kết quả cấp xã",), "Khảo sát", None, Scope.ONCE),
    (("Các đơn vị",), "Khảo sát", PlanFacts(units=1), Scope.ONCE),
    (("Các cơ quan, đơn vị liên quan",), "Phối hợp", None, Scope.ONCE),
    (("Trưởng các phòng, ban",), "Khảo sát", None, Scope.ONCE),
    ((), "Khảo sát", SURVEY, Scope.ONCE),
)


@pytest.mark.parametrize(("content", "kind"), KINDS)
def test_kind_of_work_is_told_by_its_wording(content: str, kind: WorkKind) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(("content", "name"), SHORT)
def test_short_name_is_the_head_of_the_work(content: str, name: str) -> None:
    assert short_name(content) == name


@given(st.text(max_size=400))
def test_short_name_never_passes_forty_characters(content: str) -> None:
    assert len(short_name(content)) <= 40


@pytest.mark.parametrize(("leads", "content", "facts", "scope"), SCOPES)
def test_scope_is_each_unit_only_where_the_units_lead(
    leads: tuple[str, ...], content: str, facts: PlanFacts | None, scope: Scope
) -> None:
    assert scope_of(leads, content, kind_of(content), facts) is scope


def test_a_phase_names_who_does_it_in_the_sentence_after_its_title():
    text = (
        "IV. TIẾN ĐỘ\n"
        "Giai đoạn 1: Chuẩn bị (từ ngày 15/3/2023 đến ngày 31/3/2023): Sở Y tế chủ trì, phối hợp với Bệnh viện Đa khoa tỉnh "
        "xây dựng công cụ khảo sát.\n"
        "Giai đoạn 2: Khảo sát (Quý II/2023). Các bệnh viện, trung tâm y tế tổ chức khảo sát.\n"
    )
    document = DocumentText(tuple(Line(place, line) for place, line in enumerate(text.splitlines())))
    stages = read_timeline(document, year=2023).stages
    assert [(s.no, s.lead, s.coordinating) for s in stages] == [
        ("Giai đoạn 1", ("Sở Y tế",), ("Bệnh viện Đa khoa tỉnh",)),
        ("Giai đoạn 2", ("Các bệnh viện, trung tâm y tế",), ()),
    ]
    assert stages[0].content == "Chuẩn bị: Sở Y tế chủ trì, phối hợp với Bệnh viện Đa khoa tỉnh xây dựng công cụ khảo sát"


def test_work_in_the_line_of_an_office_has_the_number_of_that_line():
    text = (
        "III. NỘI DUNG THỰC HIỆN\n"
        "1. Phòng Nội vụ\n1.1. Xây dựng bộ câu hỏi trước ngày 20/4/2023.\n1.2. Tổ chức tập huấn trong tháng 4/2023.\n"
        "2. Phòng Tài chính - Kế hoạch: Bố trí kinh phí trong tháng 4/2023.\n"
    )
    document = DocumentText(tuple(Line(place, line) for place, line in enumerate(text.splitlines())))
    assert [s.no for s in read_timeline(document, year=2023).stages] == ["1.1", "1.2", "2"]
