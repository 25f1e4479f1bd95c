"""Who leads and who helps: cells, labels and sentences of plans, parted into owners."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.drafts.names import split_names
from tracker.rules.drafts.owners import owner_before_work, read_owners

WHOLE = (
    "Các sở, ngành",
    "Các sở, ban, ngành",
    "Các Sở, Ban, Ngành",
    "Các sở, ban, ngành, đoàn thể tỉnh",
    "UBND xã, phường, đặc khu",
    "UBND các huyện, thành phố được chọn điều tra",
    "UBND các xã, phường, thị trấn",
    "UBND các huyện, thành phố, UBND các xã, phường, thị trấn được chọn điều tra",
    "Các cơ quan, đơn vị tại mục II Kế hoạch này",
    "Các cơ quan, đơn vị, địa phương liên quan",
    "Các phòng, ban, đơn vị trực thuộc",
    "Các công chức làm việc tại Bộ phận Tiếp nhận và Trả kết quả cấp xã",
    "Bộ phận tiếp nhận và trả kết quả",
    "Cán bộ, công chức, viên chức",
    "Công chức Văn phòng - Thống kê",
    "Văn phòng- Thống kê",
    "Văn phòng HĐND và UBND xã",
    "VP HĐND-UBND",
    "Văn phòng Đoàn ĐBQH và HĐND tỉnh",
    "Phòng Văn hóa - Thông tin",
    "Phòng Tài chính – Kế hoạch",
    "Phòng Kinh tế, Hạ tầng và Đô thị",
    "Sở Văn hóa, Thể thao và Du lịch",
    "Sở Giáo dục và Đào tạo",
    "Sở Lao động - Thương binh và Xã hội",
    "Trung tâm Văn hóa – Thông tin và Thể thao quận",
    "Sở Khoa học và Công nghệ (Trung tâm Chuyển đổi số, Cổng Thông tin điện tử)",
    "Thủ trưởng các cơ quan, đơn vị",
    "Chủ tịch UBND các xã, phường",
    "Tổ chức, cá nhân liên quan",
)

PARTED = (
    ("Sở Nội vụ; Sở Tài chính; Sở Y tế", ("Sở Nội vụ", "Sở Tài chính", "Sở Y tế")),
    ("Sở Nội vụ, Sở Tài chính và Sở Giáo dục và Đào tạo", ("Sở Nội vụ", "Sở Tài chính", "Sở Giáo dục và Đào tạo")),
    ("phòng Nội vụ, phòng Tài chính", ("phòng Nội vụ", "phòng Tài chính")),
    ("Sở Nội vụ\nSở Tài chính\nUBND các huyện, thành\nphố", ("Sở Nội vụ", "Sở Tài chính", "UBND các huyện, thành phố")),
    ("- Sở Nội vụ;\n- Sở Y tế.", ("Sở Nội vụ", "Sở Y tế")),
    (
        "Các sở, ban, ngành, đoàn thể tỉnh; UBND các huyện, thành phố",
        ("Các sở, ban, ngành, đoàn thể tỉnh", "UBND các huyện, thành phố"),
    ),
    ("Các sở, ngành và UBND cấp xã", ("Các sở, ngành", "UBND cấp xã")),
    ("Văn phòng UBND tỉnh, các cơ quan, đơn vị có liên quan", ("Văn phòng UBND tỉnh", "các cơ quan, đơn vị có liên quan")),
    ("Sở Nội vụ và các đơn vị liên quan", ("Sở Nội vụ", "các đơn vị liên quan")),
    (
        "Phòng Văn hóa - Thông tin và Trung tâm Văn hóa – Thông tin và Thể thao quận",
        ("Phòng Văn hóa - Thông tin", "Trung tâm Văn hóa – Thông tin và Thể thao quận"),
    ),
    (
        "Mặt trận tổ quốc Việt Nam quận Hà Đông và Hội Cựu Chiến binh quận Hà Đông",
        ("Mặt trận tổ quốc Việt Nam quận Hà Đông", "Hội Cựu Chiến binh quận Hà Đông"),
    ),
    (
        "Văn phòng HĐND và UBND, Phòng Văn hóa - Xã hội, Công an xã",
        ("Văn phòng HĐND và UBND", "Phòng Văn hóa - Xã hội", "Công an xã"),
    ),
    ("Ban Tổ chức, Ban Tuyên giáo và Dân vận Đảng ủy", ("Ban Tổ chức", "Ban Tuyên giáo và Dân vận Đảng ủy")),
    ("Trưởng các phòng, ban; Bí thư chi bộ, Trưởng thôn", ("Trưởng các phòng, ban", "Bí thư chi bộ", "Trưởng thôn")),
    ("Ông Nguyễn Văn A - Phó Chủ tịch, bà Trần Thị B", ("Ông Nguyễn Văn A - Phó Chủ tịch", "bà Trần Thị B")),
    ("Nguyễn Văn An, Trần Thị Bình", ("Nguyễn Văn An", "Trần Thị Bình")),
    ("Cơ quan A, Cơ quan B", ("Cơ quan A", "Cơ quan B")),
    # One head said once for several.
    (
        "Các Sở: Nội vụ, Tài chính, Kế hoạch và Đầu tư, Văn hóa, Thể thao và Du lịch; UBND các huyện",
        ("Sở Nội vụ", "Sở Tài chính", "Sở Kế hoạch và Đầu tư", "Sở Văn hóa, Thể thao và Du lịch", "UBND các huyện"),
    ),
    ("Các sở Nội vụ, Tài chính", ("Sở Nội vụ", "Sở Tài chính")),
    ("Các phòng: Nội vụ; Tài chính - Kế hoạch và Tư pháp", ("Phòng Nội vụ", "Phòng Tài chính - Kế hoạch", "Phòng Tư pháp")),
    ("Sở Nội vụ, Tài chính, Y tế", ("Sở Nội vụ", "Sở Tài chính", "Sở Y tế")),
    ("Các cơ quan: Sở Nội vụ, Sở Y tế", ("Sở Nội vụ", "Sở Y tế")),
    (
        "UBND các huyện: Năm Căn, Phú Tân và thành phố Cà Mau",
        ("UBND huyện Năm Căn", "UBND huyện Phú Tân", "UBND thành phố Cà Mau"),
    ),
    ("Trạm Y tế các xã: Cam Lập, Cam Bình", ("Trạm Y tế xã Cam Lập", "Trạm Y tế xã Cam Bình")),
    ("Các Sở: NV, TC, KH&ĐT", ("Sở NV", "Sở TC", "Sở KH&ĐT")),
    (
        "Công chức: Văn phòng - Thống kê, Tư pháp - Hộ tịch",
        ("Công chức Văn phòng - Thống kê", "Công chức Tư pháp - Hộ tịch"),
    ),
    ("Sở Nội vụ, đơn vị tư vấn", ("Sở Nội vụ", "đơn vị tư vấn")),
    ("VNPT Cà Mau, Viettel Cà Mau, Bưu điện tỉnh", ("VNPT Cà Mau", "Viettel Cà Mau", "Bưu điện tỉnh")),
    ("Ủy ban MTTQ Việt Nam xã và các tổ chức chính trị - xã hội", ("Ủy ban MTTQ Việt Nam xã", "các tổ chức chính trị - xã hội")),
)

SENTENCES = (
    ("Phòng Nội vụ tham mưu UBND thành phố theo hướng dẫn của Sở Nội vụ.", ("Phòng Nội vụ",), ()),
    (
        "- Các cơ quan, đơn vị tại mục II Kế hoạch này gửi thông tin tổ chức, cá nhân thực hiện giao dịch về phòng Nội vụ.",
        ("Các cơ quan, đơn vị tại mục II Kế hoạch này",),
        (),
    ),
    (
        "- Cơ quan được phân công chủ trì khảo sát, đánh giá tổ chức triển khai",
        ("Cơ quan được phân công chủ trì khảo sát, đánh giá",),
        (),
    ),
    (
        "Cơ quan được phân công chủ trì giao đơn vị đầu mối thu hồi phiếu và tiến hành phúc tra 10% số phiếu điều tra",
        ("Cơ quan được phân công chủ trì",),
        ("đơn vị đầu mối",),
    ),
    ("- Phòng Nội vụ chủ trì, phối hợp Sở Nội vụ", ("Phòng Nội vụ",), ("Sở Nội vụ",)),
    ("- Phòng Nội vụ tham mưu UBND thành phố công bố kết quả; báo cáo Sở Nội vụ", ("Phòng Nội vụ",), ()),
    (
        "Giao Phòng Nội vụ chủ trì, phối hợp với Phòng Tài chính - Kế hoạch và UBND các xã, phường tổ chức thực hiện",
        ("Phòng Nội vụ",),
        ("Phòng Tài chính - Kế hoạch", "UBND các xã, phường"),
    ),
    ("Phòng Nội vụ chủ trì; Phòng Tài chính phối hợp", ("Phòng Nội vụ",), ("Phòng Tài chính",)),
    ("Phòng Nội vụ (chủ trì), Phòng Tài chính (phối hợp)", ("Phòng Nội vụ",), ("Phòng Tài chính",)),
    ("Chủ trì: Sở Nội vụ. Phối hợp: Sở Tài chính, UBND tỉnh", ("Sở Nội vụ",), ("Sở Tài chính", "UBND tỉnh")),
    (
        "- Chủ trì: Sở Nội vụ;\n- Phối hợp: Các sở, ban, ngành; UBND các huyện.",
        ("Sở Nội vụ",),
        ("Các sở, ban, ngành", "UBND các huyện"),
    ),
    ("Phòng Nội vụ phối hợp với các cơ quan, đơn vị liên quan", ("Phòng Nội vụ",), ("các cơ quan, đơn vị liên quan",)),
)


@pytest.mark.parametrize("name", WHOLE)
def test_a_name_that_holds_a_sign_stays_whole(name: str) -> None:
    assert read_owners(name).lead == (name,)


@pytest.mark.parametrize(("text", "names"), PARTED)
def test_a_list_of_owners_is_parted(text: str, names: tuple[str, ...]) -> None:
    assert read_owners(text).lead == names
    assert read_owners(text, coordinating=True).coordinating == names


@pytest.mark.parametrize(("text", "lead", "coordinating"), SENTENCES)
def test_owners_are_found_in_sentences(text: str, lead: tuple[str, ...], coordinating: tuple[str, ...]) -> None:
    found = read_owners(text)
    assert (found.lead, found.coordinating) == (lead, coordinating)


@pytest.mark.parametrize("text", ["", " ", "-", "Không", "…", "x"])
def test_an_empty_mark_names_nobody(text: str) -> None:
    found = read_owners(text)
    assert (found.lead, found.coordinating) == ((), ())


def test_words_before_the_work_are_the_owner() -> None:
    assert owner_before_work("Giao Sở Nội vụ tham mưu UBND tỉnh") == ("Sở Nội vụ", "tham mưu UBND tỉnh")
    assert owner_before_work("Xây dựng kế hoạch") == ("", "Xây dựng kế hoạch")


@given(st.lists(st.sampled_from(WHOLE), min_size=1, max_size=4, unique=True))
def test_whole_names_joined_by_semicolons_part_again(names: list[str]) -> None:
    assert split_names("; ".join(names)) == tuple(names)


@given(
    st.lists(
        st.sampled_from([w for name in WHOLE for w in name.split()] + [",", ";", "và", "(", ":", "\n", "Các", "-"]), max_size=25
    )
)
def test_parting_loses_no_word(parts: list[str]) -> None:
    text = " ".join(parts)
    kept = set(re.findall(r"\w+", " ".join(split_names(text)).lower()))
    heads = {"các", "những", "và", "gồm", "bao", "như"}
    assert set(re.findall(r"\w+", text.lower())) - kept <= heads


@given(st.text(max_size=300))
def test_no_cell_breaks_the_reading(text: str) -> None:
    found = read_owners(text)
    assert all(isinstance(name, str) and name for name in (*found.lead, *found.coordinating))
