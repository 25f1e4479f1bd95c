"""Heads, preambles and feet of plans as they really arrive: columns mixed, blanks, scans, decrees, old and new offices."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.documents import read_text
from tracker.rules.drafts.facts import read_facts
from tracker.rules.parsed import PlanFacts


def facts(text: str) -> PlanFacts:
    return read_facts(read_text(text))


HEADS = {
    "number and date under the title": (
        "KẾ HOẠCH\nTriển khai đo lường sự hài lòng năm 2023\nSố: 12/KH-SYT\nLâm Hà, ngày 1/3/2023\nI. MỤC ĐÍCH",
        ("12/KH-SYT", date(2023, 3, 1), "Lâm Hà", "", 2023),
        "Triển khai đo lường sự hài lòng năm 2023",
    ),
    "a copy on a web site": (
        "PHÒNG NỘI VỤ QUẬN HOÀNG LONG\nKẾ HOẠCH SỐ 21/KH-PNV NGÀY 02/6/2022\nVỀ VIỆC KHẢO SÁT MỨC ĐỘ HÀI LÒNG CUỐI NĂM 2022\n"
        "I. MỤC ĐÍCH",
        ("21/KH-PNV", date(2022, 6, 2), None, "Phòng Nội vụ quận Hoàng Long", 2022),
        "KHẢO SÁT MỨC ĐỘ HÀI LÒNG CUỐI NĂM 2022",
    ),
    "only a schedule": (
        "UBND HUYỆN BA SAO\nSố: 07/KH-PNV\tBa Sao, ngày 12 tháng 5 năm 2020\n\nLỊCH TRIỂN KHAI KHẢO SÁT HÀI LÒNG NĂM 2020\n"
        "I. MỤC ĐÍCH",
        ("07/KH-PNV", date(2020, 5, 12), "Ba Sao", "UBND huyện Ba Sao", 2020),
        "LỊCH TRIỂN KHAI KHẢO SÁT HÀI LÒNG NĂM 2020",
    ),
    "an annex that names its plan": (
        "TIẾN ĐỘ THỰC HIỆN KHẢO SÁT NĂM 2024\n"
        "(Kèm theo Kế hoạch số 33/KH-UBND ngày 05/02/2024 của UBND huyện Ba Sao)\nI. MỤC ĐÍCH",
        ("33/KH-UBND", date(2024, 2, 5), "Ba Sao", "UBND huyện Ba Sao", 2024),
        "TIẾN ĐỘ THỰC HIỆN KHẢO SÁT NĂM 2024",
    ),
    "columns parted by tabs": (
        "ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nHUYỆN PHÚ LƯƠNG\tĐộc lập - Tự do - Hạnh phúc\n"
        "Số: 45/KH-UBND\tPhú Lương, ngày 05 tháng 02 năm 2024\n\nKẾ HOẠCH\nKhảo sát mức độ hài lòng của người dân\n"
        "đối với các cơ quan huyện năm 2024\n\nI. MỤC ĐÍCH",
        ("45/KH-UBND", date(2024, 2, 5), "Phú Lương", "UBND huyện Phú Lương", 2024),
        "Khảo sát mức độ hài lòng của người dân đối với các cơ quan huyện năm 2024",
    ),
    "columns run together": (
        "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nPHƯỜNG TÂN LẬP Độc lập - Tự do - Hạnh phúc\n"
        "Số: 18/KH-UBND Tân Lập, ngày 20 tháng 3 năm 2025\nKẾ HOẠCH\nKhảo sát sự hài lòng năm 2025\nI. MỤC ĐÍCH",
        ("18/KH-UBND", date(2025, 3, 20), "Tân Lập", "UBND phường Tân Lập", 2025),
        "Khảo sát sự hài lòng năm 2025",
    ),
    "columns parted by spaces, number and day to be written in": (
        "UBND TỈNH KHÁNH HÒA              CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
        "   SỞ NỘI VỤ                     Độc lập - Tự do - Hạnh phúc\n"
        "Số:       /KH-SNV             Khánh Hòa, ngày      tháng 4 năm 2022\nKẾ HOẠCH\nĐiều tra xã hội học",
        ("/KH-SNV", None, "Khánh Hòa", "Sở Nội vụ tỉnh Khánh Hòa", 2022),
        "Điều tra xã hội học",
    ),
    "one cell a line, the date cut": (
        "ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NAM\n-------\n|\nCỘNG HÒA XÃ HỘI\nCHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n|\n"
        "Số: 4544/KH-UBND\n|\n"
        "Quảng Nam, ngày\n13 tháng 7 năm 2023\n|\nKẾ HOẠCH\nGIÁM SÁT THỰC HIỆN CHƯƠNG TRÌNH\nTRÊN ĐỊA BÀN TỈNH NĂM 2023\n"
        "Căn cứ Luật A;",
        ("4544/KH-UBND", date(2023, 7, 13), "Quảng Nam", "UBND tỉnh Quảng Nam", 2023),
        "GIÁM SÁT THỰC HIỆN CHƯƠNG TRÌNH TRÊN ĐỊA BÀN TỈNH NĂM 2023",
    ),
    "bars and no title line": (
        "ỦY BAN NHÂN DÂN | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\nSố: 109/KH-UBND | Tiền Giang, ngày 04 tháng 5 năm 2021 |\n"
        "Ủy ban nhân dân tỉnh ban hành Kế hoạch khảo sát, đánh giá mức độ hài lòng trên địa bàn tỉnh, với các nội dung sau:",
        ("109/KH-UBND", date(2021, 5, 4), "Tiền Giang", "UBND tỉnh Tiền Giang", 2021),
        "Khảo sát, đánh giá mức độ hài lòng trên địa bàn tỉnh",
    ),
    "Markdown": (
        "**ỦY BAN NHÂN DÂN**\n**XÃ ĐẠI SƠN**\n\n**CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM**\n\nSố: 77 / KH - UBND\n\n"
        "Đại Sơn, ngày 9 tháng 8 năm 2022\n\n"
        "# KẾ HOẠCH\n## Khảo sát, đo lường sự hài lòng năm 2022\n\nI. MỤC ĐÍCH",
        ("77/KH-UBND", date(2022, 8, 9), "Đại Sơn", "UBND xã Đại Sơn", 2022),
        "Khảo sát, đo lường sự hài lòng năm 2022",
    ),
    "a decree that issues the plan": (
        "ỦY BAN NHÂN DÂN\nTỈNH BÌNH THUẬN\nSố: 755/QĐ-UBND\nBình Thuận, ngày 01 tháng 4 năm 2020\nQUYẾT ĐỊNH\n"
        "Về việc ban hành Kế hoạch\n"
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH BÌNH THUẬN\nQUYẾT ĐỊNH:\n"
        "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch khảo sát.\nKẾ HOẠCH\n"
        "Khảo sát, điều tra xã hội học năm 2020\n(Ban hành kèm theo Quyết định số 755/QĐ-UBND ngày 01/4/2020 của UBND tỉnh)",
        ("755/QĐ-UBND", date(2020, 4, 1), "Bình Thuận", "UBND tỉnh Bình Thuận", 2020),
        "Khảo sát, điều tra xã hội học năm 2020",
    ),
    "a plan of the Party": (
        "ĐẢNG BỘ TỈNH NGHỆ AN\nHUYỆN ỦY YÊN THÀNH\n*\nSố 15-KH/HU\nĐẢNG CỘNG SẢN VIỆT NAM\n"
        "Yên Thành, ngày 10 tháng 3 năm 2023\nKẾ HOẠCH\n"
        "thực hiện Chỉ thị số 37-CT/TW ngày 03/9/2019 của Ban Bí thư\n-----\n"
        "Thực hiện Kế hoạch số 185-KH/TU ngày 03/01/2020 của Tỉnh ủy:",
        ("15-KH/HU", date(2023, 3, 10), "Yên Thành", "Huyện ủy Yên Thành", 2023),
        "Thực hiện Chỉ thị số 37-CT/TW ngày 03/9/2019 của Ban Bí thư",
    ),
    "dots for number and day": (
        "UBND THỊ XÃ NINH HÒA\nPHÒNG NỘI VỤ\nSố: ……/KH-PNV\nNinh Hòa, ngày …… tháng ….. năm 2024\nKẾ HOẠCH\n"
        "Khảo sát mức độ hài lòng",
        ("/KH-PNV", None, "Ninh Hòa", "Phòng Nội vụ thị xã Ninh Hòa", 2024),
        "Khảo sát mức độ hài lòng",
    ),
    "a new office of 2025": (
        "UBND PHƯỜNG HẢI CHÂU\nPHÒNG VĂN HÓA - XÃ HỘI\nSố: 08/KH-PVHXH\nHải Châu, ngày 02 tháng 9 năm 2025\nKẾ HOẠCH\n"
        "Về việc khảo sát mức độ hài lòng của người dân\nNăm 2025\nI. MỤC ĐÍCH",
        ("08/KH-PVHXH", date(2025, 9, 2), "Hải Châu", "Phòng Văn hóa - Xã hội phường Hải Châu", 2025),
        "Khảo sát mức độ hài lòng của người dân Năm 2025",
    ),
    "a special zone, the other spelling of the tone mark": (
        "UỶ BAN NHÂN DÂN\nĐẶC KHU PHÚ QUỐC\nSố: 31/KH-UBND\nPhú Quốc, ngày 1 tháng 10 năm 2025\nKẾ HOẠCH\nKhảo sát năm 2025",
        ("31/KH-UBND", date(2025, 10, 1), "Phú Quốc", "UBND đặc khu Phú Quốc", 2025),
        "Khảo sát năm 2025",
    ),
    "a ward with a number": (
        "ỦY BAN NHÂN DÂN QUẬN 5\nSố: 210/KH-UBND\nQuận 5, ngày 12 tháng 5 năm 2023\nKẾ HOẠCH\n"
        "Khảo sát trên địa bàn Quận 5 năm 2023",
        ("210/KH-UBND", date(2023, 5, 12), "Quận 5", "UBND Quận 5", 2023),
        "Khảo sát trên địa bàn Quận 5 năm 2023",
    ),
    "a scan read by machine": (
        "UỶ BAN NHÂN DÂN\nXÃ ĐỒNG TÂM\nSô: 12/KH-UBND\nĐồng Tâm ngày 5 tháng 6 năm 2024\nKÉ HOẠCH\n"
        "Khảo sát mức độ hài lòng năm 2024",
        ("12/KH-UBND", date(2024, 6, 5), "Đồng Tâm", "UBND xã Đồng Tâm", 2024),
        "Khảo sát mức độ hài lòng năm 2024",
    ),
    "the stamp of a signature above": (
        "Ký bởi: Ủy ban nhân dân xã Tân An\nThời gian ký: 05.06.2024 08:30:12 +07:00\nỦY BAN NHÂN DÂN\nXÃ TÂN AN\n"
        "Số: 61/KH-UBND\n"
        "Tân An, ngày 05/6/2024\nK Ế  H O Ạ C H\nKhảo sát năm 2024",
        ("61/KH-UBND", date(2024, 6, 5), "Tân An", "UBND xã Tân An", 2024),
        "Khảo sát năm 2024",
    ),
    "a site's data above": (
        "Kế hoạch 117/KH-UBND 2019 khảo sát\nSố hiệu: 117/KH-UBND Loại văn bản: Kế hoạch\nNgày ban hành: 27/05/2019\n"
        "ỦY BAN NHÂN DÂN\n"
        "THÀNH PHỐ HÀ NỘI\nSố: 117/KH-UBND\nHà Nội, ngày 27 tháng 5 năm 2019\nKẾ HOẠCH\nKHẢO SÁT SỰ HÀI LÒNG NĂM 2019",
        ("117/KH-UBND", date(2019, 5, 27), "Hà Nội", "UBND thành phố Hà Nội", 2019),
        "KHẢO SÁT SỰ HÀI LÒNG NĂM 2019",
    ),
    "the nation's name cut by its column": (
        "ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA\nXÃ PHÚ AN\tVIỆT NAM\nSố: 57/KH-UBND\tĐộc lập - Tự do - Hạnh phúc\n"
        "Phú An, ngày 12 tháng 3 năm 2025\nKẾ HOẠCH\nKhảo sát năm 2025",
        ("57/KH-UBND", date(2025, 3, 12), "Phú An", "UBND xã Phú An", 2025),
        "Khảo sát năm 2025",
    ),
    "a letter and a place that the copy cut": (
        "Y BAN NHÂN DÂN\nTỈNH SƠN LA\n|\nCỘNG\nHÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n|\nSố: 68/KH-UBND\n|\nSơn\n"
        "La, ngày 11 tháng 3\nnăm 2020\n|\n"
        "KẾ HOẠCH\nVỀ VIỆC KHẢO SÁT SỰ HÀI LÒNG NĂM 2020",
        ("68/KH-UBND", date(2020, 3, 11), "Sơn La", "UBND tỉnh Sơn La", 2020),
        "KHẢO SÁT SỰ HÀI LÒNG NĂM 2020",
    ),
    "a decree whose plan lost its head": (
        "ỦY BAN NHÂN DÂN | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM |\nSố: 18/QĐ-UBND | Thái Nguyên, ngày 27 tháng 6 năm 2019 |\n"
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN\nCăn cứ Luật A ngày 19/6/2015;\nQUYẾT ĐỊNH:\n"
        "Điều 1. Phê duyệt kèm theo Quyết định này Kế hoạch đo lường mức độ hài lòng trên địa bàn tỉnh (có kế hoạch kèm theo).",
        ("18/QĐ-UBND", date(2019, 6, 27), "Thái Nguyên", "UBND tỉnh Thái Nguyên", 2019),
        "Đo lường mức độ hài lòng trên địa bàn tỉnh",
    ),
    "a title known by the note under it": (
        "ỦY BAN NHÂN DÂN\nSố: 469/QĐ-UBND\nHuế, ngày 05 tháng 3 năm 2015\nỦY BAN NHÂN DÂN TỈNH\nCăn cứ Luật A;\n"
        "KHẢO SÁT Ý KIẾN NGƯỜI DÂN\n"
        "TRÊN ĐỊA BÀN TỈNH\n(Ban hành kèm theo Quyết định số 469/QĐ-UBND ngày 05 tháng 3 năm 2015 của UBND tỉnh)\n1. Mục đích",
        ("469/QĐ-UBND", date(2015, 3, 5), "Huế", "UBND tỉnh Huế", 2015),
        "KHẢO SÁT Ý KIẾN NGƯỜI DÂN TRÊN ĐỊA BÀN TỈNH",
    ),
    "only a site's data name the office": (
        "Số hiệu: 3869/QĐ-BYT Loại văn bản: Quyết định\nNơi ban hành: Bộ Y tế Người ký: A\nS: 3869/QĐ-BYT\n"
        "Hà Nội, ngày 28 tháng 8 năm 2019\n"
        "QUYẾT ĐỊNH\nVề việc khảo sát hài lòng người bệnh\nCăn cứ Luật A;",
        ("3869/QĐ-BYT", date(2019, 8, 28), "Hà Nội", "Bộ Y tế", 2019),
        "Khảo sát hài lòng người bệnh",
    ),
    "a school, and a school year": (
        "SỞ GIÁO DỤC VÀ ĐÀO TẠO LÂM ĐỒNG\nTRƯỜNG THPT TRẦN PHÚ\nSố: 77/KH-THPTTP\nĐà Lạt, ngày 4 tháng 11 năm 2023\nKẾ HOẠCH\n"
        "Khảo sát sự hài lòng năm học 2023-2024",
        ("77/KH-THPTTP", date(2023, 11, 4), "Đà Lạt", "Trường THPT Trần Phú", 2023),
        "Khảo sát sự hài lòng năm học 2023-2024",
    ),
    "a draft": (
        "DỰ THẢO\nỦY BAN NHÂN DÂN\nHUYỆN MỎ CÀY NAM\nSố:        /KH-UBND\nMỏ Cày Nam, ngày      tháng      năm 2023\n"
        "KẾ HOẠCH\nKhảo sát năm 2023",
        ("/KH-UBND", None, "Mỏ Cày Nam", "UBND huyện Mỏ Cày Nam", 2023),
        "Khảo sát năm 2023",
    ),
    "several years": (
        "ỦY BAN NHÂN DÂN\nTỈNH THÁI NGUYÊN\nSố: 18/KH-UBND\nThái Nguyên, ngày 27 tháng 6 năm 2020\nKẾ HOẠCH\n"
        "Đo lường mức độ hài lòng giai đoạn 2019 - 2020",
        ("18/KH-UBND", date(2020, 6, 27), "Thái Nguyên", "UBND tỉnh Thái Nguyên", 2020),
        "Đo lường mức độ hài lòng giai đoạn 2019 - 2020",
    ),
    "only dates in the text": (
        "KẾ HOẠCH\nKhảo sát mức độ hài lòng\n- Thu phiếu trước ngày 20/6/2022.\n- Báo cáo ngày 30/6/2022.\n"
        "- Nghị quyết 30c/NQ-CP ngày 08/11/2011.",
        (None, None, None, "", 2022),
        "Khảo sát mức độ hài lòng",
    ),
}


@pytest.mark.parametrize(("text", "head", "title"), HEADS.values(), ids=HEADS)
def test_a_head_is_read_however_it_arrives(text: str, head: tuple[object, ...], title: str) -> None:
    found = facts(text)
    assert (found.number, found.issued_on, found.place, found.issuer, found.year) == head
    assert found.title == title


def test_a_day_that_does_not_exist_is_doubted_and_never_repaired() -> None:
    found = facts("Số: 12/KH-UBND\nMinh Tân, ngày 31 tháng 6 năm 2023\nKẾ HOẠCH\nKhảo sát năm 2023")
    assert (found.issued_on, found.year) == (None, 2023)
    assert [doubt.sentence for doubt in found.doubts] == [
        "Ngày “ngày 31 tháng 6 năm 2023” không có trong lịch; sửa lại, hệ thống không tự đặt ngày."
    ]


FEET = {
    "one column after the other": (
        "Nơi nhận:\n- Sở Nội vụ;\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\n\nLê Thị Lan",
        (("Sở Nội vụ", "Lưu: VT"), "Lê Thị Lan", "Phó Chủ tịch"),
    ),
    "columns parted by tabs": (
        "Nơi nhận:\tTM. ỦY BAN NHÂN DÂN\n- UBND huyện;\tCHỦ TỊCH\n- Lưu: VT.\t\n\tNguyễn Thị Hồng Vân",
        (("UBND huyện", "Lưu: VT"), "Nguyễn Thị Hồng Vân", "Chủ tịch"),
    ),
    "columns run together": (
        "Nơi nhận: KT. CHỦ TỊCH\n- Như Điều 3; PHÓ CHỦ TỊCH\n- Lưu: VT, NC. Lê Tuấn Phong",
        (("Như Điều 3", "Lưu: VT, NC"), "Lê Tuấn Phong", "Phó Chủ tịch"),
    ),
    "a recipient over two lines": (
        "Nơi nhận:\n- Thường trực Huyện ủy,\nHĐND huyện;\n- UBND các xã (để\nthực hiện);\n- Lưu: VT.\nCHỦ TỊCH\n(Đã ký)\n"
        "Trần Văn Bình",
        (("Thường trực Huyện ủy, HĐND huyện", "UBND các xã (để thực hiện)", "Lưu: VT"), "Trần Văn Bình", "Chủ tịch"),
    ),
    "titles before the name": (
        "Nơi nhận:\n- Các khoa, phòng;\n- Lưu: VT.\nGIÁM ĐỐC\n\nBSCKII. Trần Thị Hồng Nhung",
        (("Các khoa, phòng", "Lưu: VT"), "Trần Thị Hồng Nhung", "Giám đốc"),
    ),
    "the signer first": (
        "TRƯỞNG PHÒNG\n\nPhan Đình Khải\n\nNơi nhận:\n- UBND quận;\n- Lưu.",
        (("UBND quận", "Lưu"), "Phan Đình Khải", "Trưởng phòng"),
    ),
    "nobody signed": ("Nơi nhận:\n- UBND quận;\n- Lưu: VT.\nCHỦ TỊCH\n", (("UBND quận", "Lưu: VT"), "", "Chủ tịch")),
}


@pytest.mark.parametrize(("text", "foot"), FEET.values(), ids=FEET)
def test_a_foot_is_read_however_it_arrives(text: str, foot: tuple[object, ...]) -> None:
    found = facts(f"KẾ HOẠCH\nKhảo sát năm 2024\nI. MỤC ĐÍCH\nKhảo sát để biết.\n{text}")
    assert (found.recipients, found.signatory, found.signatory_position) == foot


REFERENCES = [
    (
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19/6/2015;",
        ["Luật Tổ chức chính quyền địa phương ngày 19/6/2015 của Quốc hội"],
    ),
    ("Căn cứ Luật Ban hành văn bản quy phạm pháp luật số 80/2015/QH13;", ["80/2015/QH13 của Quốc hội"]),
    (
        "Căn cứ các Nghị định của Chính phủ: số 61/2018/NĐ-CP ngày 23/4/2018, số 107/2021/NĐ-CP ngày 06/12/2021;",
        ["61/2018/NĐ-CP ngày 23/4/2018 của Chính phủ", "107/2021/NĐ-CP ngày 06/12/2021 của Chính phủ"],
    ),
    (
        "Thực hiện Nghị định số\n27/2022/NĐ-CP ngày 19/4/2022 của Chính phủ về cơ chế; Thông tư số 10/2022/TT-BLĐTBXH "
        "ngày\n31/5/2022 của"
        " Bộ Lao động - Thương binh và Xã hội hướng dẫn giám sát;",
        [
            "27/2022/NĐ-CP ngày 19/4/2022 của Chính phủ",
            "10/2022/TT-BLĐTBXH ngày 31/5/2022 của Bộ Lao động - Thương binh và Xã hội",
        ],
    ),
    (
        "Căn cứ Kế hoạch của UBND tỉnh số 38/KH-UBND ngày 01 tháng 3 năm 2024 về cải cách;",
        ["38/KH-UBND ngày 01/3/2024 của UBND tỉnh"],
    ),
    (
        "Xét đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 53/TTr-SNV ngày 26/02/2015,",
        ["53/TTr-SNV ngày 26/02/2015 của Giám đốc Sở Nội vụ"],
    ),
    ("Thực hiện Công văn 1204/SNV-CCHC ngày 01/7/2025 Sở Nội vụ về khảo sát,", ["1204/SNV-CCHC ngày 01/7/2025 của Sở Nội vụ"]),
    ("Căn cứ Quyết định số 4/QĐ-UBND ngày 31/02/2024 của UBND xã;", ["4/QĐ-UBND của UBND xã"]),
    ("- Quyết định số 9/QĐ-UBND ngày 01/02/2024 của UBND xã đã giao.", []),
]


@pytest.mark.parametrize(("sentence", "found"), REFERENCES)
def test_the_documents_named_in_the_preamble_are_read(sentence: str, found: list[str]) -> None:
    assert [str(reference) for reference in facts(f"KẾ HOẠCH\nKhảo sát năm 2024\n{sentence}\nI. MỤC ĐÍCH").references] == found


@pytest.mark.parametrize(
    ("sentence", "parents"),
    [
        ("Thực hiện Kế hoạch số 7/KH-UBND ngày 01/3/2024 của UBND huyện Tân Phú về khảo sát sự hài lòng;", ["7/KH-UBND"]),
        (
            "Căn cứ Quyết định số 7/QĐ-UBND ngày 01/3/2024 của UBND tỉnh phê duyệt Kế hoạch đo lường sự hài lòng năm 2024;",
            ["7/QĐ-UBND"],
        ),
        ("Căn cứ Quyết định số 7/QĐ-BNV ngày 01/3/2017 của Bộ Nội vụ phê duyệt Đề án đo lường sự hài lòng;", []),
        ("Căn cứ Quyết định số 7/QĐ-UBND ngày 01/3/2014 của UBND tỉnh ban hành Quy chế khảo sát mức độ hài lòng;", []),
        ("Thực hiện Kế hoạch số 7/KH-UBND ngày 01/3/2024 của UBND xã Minh Tân về khảo sát sự hài lòng;", []),
        ("Thực hiện Kế hoạch số 7/KH-UBND ngày 01/3/2024 của UBND huyện về cải cách hành chính;", []),
    ],
)
def test_the_higher_plan_is_one_of_another_office_about_the_same_survey(sentence: str, parents: list[str]) -> None:
    head = "ỦY BAN NHÂN DÂN\nXÃ MINH TÂN\nSố: 9/KH-UBND\nKẾ HOẠCH\nKhảo sát sự hài lòng năm 2024\n"
    assert [ref.number for ref in facts(head + sentence).references if ref.role == "parent"] == parents
