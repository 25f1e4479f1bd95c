"""Plans as an examiner would write them: each layout of the description, whole and damaged, and how they must be read.

A row says: words of the content, leads, coordinating owners, words of the time, the due date. None of them is a real plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Names = tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    content: str
    lead: Names = ()
    coordinating: Names = ()
    time: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Example:
    name: str
    form: str
    text: str
    rows: tuple[Expected, ...]


EXAMPLES: tuple[Example, ...] = (
    Example(
        "labelled",
        "list",
        """
III. NHIỆM VỤ
1. Xây dựng kế hoạch khảo sát
- Đơn vị chủ trì: Phòng Nội vụ.
- Đơn vị phối hợp: Phòng Tài chính - Kế hoạch; UBND các xã, thị trấn.
- Thời gian hoàn thành: trước ngày 20/3/2024.
2. Tổ chức khảo sát, lấy ý kiến
- Cơ quan thực hiện: UBND các xã, thị trấn.
- Phối hợp: Phòng Nội vụ.
- Thời gian thực hiện: Từ ngày 01/4/2024 đến ngày 31/5/2024.
3. Tổng hợp báo cáo
- Chủ trì: Phòng Nội vụ
- Thời hạn: Quý III/2024
IV. KINH PHÍ
Kinh phí từ ngân sách huyện.
""",
        (
            Expected(
                "Xây dựng kế hoạch khảo sát",
                ("Phòng Nội vụ",),
                ("Phòng Tài chính - Kế hoạch", "UBND các xã, thị trấn"),
                "trước ngày 20/3/2024",
                date(2024, 3, 19),
            ),
            Expected(
                "Tổ chức khảo sát, lấy ý kiến",
                ("UBND các xã, thị trấn",),
                ("Phòng Nội vụ",),
                "Từ ngày 01/4/2024 đến ngày 31/5/2024",
                date(2024, 5, 31),
            ),
            Expected("Tổng hợp báo cáo", ("Phòng Nội vụ",), (), "Quý III/2024", date(2024, 9, 30)),
        ),
    ),
    Example(
        "labelled_inline",
        "list",
        """
II. NỘI DUNG THỰC HIỆN
1. Ban hành kế hoạch khảo sát. Chủ trì: Phòng Nội vụ; phối hợp: Văn phòng HĐND và UBND; thời gian: tháng 3/2024.
2. Phát phiếu khảo sát tại các xã. Chủ trì: Trạm Y tế các xã; thời gian: từ 01/4/2024 đến 30/4/2024.
3. Báo cáo kết quả (Chủ trì: Phòng Nội vụ; thời gian hoàn thành: trước ngày 15/6/2024).
""",
        (
            Expected(
                "Ban hành kế hoạch khảo sát", ("Phòng Nội vụ",), ("Văn phòng HĐND và UBND",), "tháng 3/2024", date(2024, 3, 31)
            ),
            Expected(
                "Phát phiếu khảo sát tại các xã", ("Trạm Y tế các xã",), (), "từ 01/4/2024 đến 30/4/2024", date(2024, 4, 30)
            ),
            Expected("Báo cáo kết quả", ("Phòng Nội vụ",), (), "trước ngày 15/6/2024", date(2024, 6, 14)),
        ),
    ),
    Example(
        "labelled_bullets",
        "list",
        """
II. NỘI DUNG
1. Công tác chuẩn bị
- Xây dựng kế hoạch.
Đơn vị chủ trì: Phòng Nội vụ
Thời gian thực hiện: Tháng 2/2025
- Xây dựng phiếu khảo sát.
Đơn vị chủ trì: Phòng Nội vụ
Đơn vị phối hợp: Phòng Y tế
Thời gian thực hiện: Tháng 3/2025
2. Triển khai
- Khảo sát tại các trạm y tế.
Đơn vị chủ trì: Trung tâm Y tế
Thời gian thực hiện: Quý II/2025
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 2/2025", date(2025, 2, 28)),
            Expected("Xây dựng phiếu khảo sát", ("Phòng Nội vụ",), ("Phòng Y tế",), "Tháng 3/2025", date(2025, 3, 31)),
            Expected("Khảo sát tại các trạm y tế", ("Trung tâm Y tế",), (), "Quý II/2025", date(2025, 6, 30)),
        ),
    ),
    Example(
        "labelled_empty_value",
        "list",
        """
II. NHIỆM VỤ
1. Rà soát danh sách khách hàng
- Cơ quan chủ trì:
+ Phòng Nội vụ
+ Phòng Y tế
- Thời gian hoàn thành: 15/4/2024
2. Khảo sát trực tuyến
- Cơ quan chủ trì: Phòng Văn hóa - Xã hội
- Kết quả: Báo cáo khảo sát
- Thời gian hoàn thành: 30/5/2024
""",
        (
            Expected("Rà soát danh sách", ("Phòng Nội vụ", "Phòng Y tế"), (), "15/4/2024", date(2024, 4, 15)),
            Expected("Khảo sát trực tuyến", ("Phòng Văn hóa - Xã hội",), (), "30/5/2024", date(2024, 5, 30)),
        ),
    ),
    Example(
        "labelled_content_label",
        "list",
        """
III. TIẾN ĐỘ
Bước 1:
- Nội dung: Xây dựng bộ câu hỏi khảo sát
- Đơn vị thực hiện: Sở Nội vụ
- Thời gian: Tháng 3/2023
Bước 2:
- Nội dung: Tập huấn điều tra viên
- Đơn vị thực hiện: Sở Nội vụ, Sở Y tế
- Thời gian: Tháng 4/2023
""",
        (
            Expected("Xây dựng bộ câu hỏi khảo sát", ("Sở Nội vụ",), (), "Tháng 3/2023", date(2023, 3, 31)),
            Expected("Tập huấn điều tra viên", ("Sở Nội vụ", "Sở Y tế"), (), "Tháng 4/2023", date(2023, 4, 30)),
        ),
    ),
    Example(
        "details_under_title",
        "list",
        """
II. NHIỆM VỤ
1. Tuyên truyền
- Đăng tin trên Cổng thông tin điện tử.
- Phát thanh trên đài xã.
Chủ trì: Phòng Văn hóa - Xã hội
Thời gian: Thường xuyên
2. Khảo sát
- Phát phiếu.
- Thu phiếu.
Chủ trì: Phòng Nội vụ
Thời gian: Tháng 5/2024
""",
        (
            Expected("Tuyên truyền", ("Phòng Văn hóa - Xã hội",), (), "Thường xuyên", None),
            Expected("Khảo sát", ("Phòng Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "office_bullets_dated",
        "list",
        """
III. PHÂN CÔNG NHIỆM VỤ
1. Phòng Nội vụ
- Xây dựng kế hoạch khảo sát, hoàn thành trước ngày 15/3/2024.
- Tổng hợp kết quả khảo sát, báo cáo UBND huyện trước ngày 30/6/2024.
2. UBND các xã
- Cử cán bộ đầu mối trước ngày 20/3/2024.
- Tổ chức khảo sát từ ngày 01/4/2024 đến ngày 30/4/2024.
3. Phòng Tài chính - Kế hoạch
- Bố trí kinh phí thực hiện.
Trên đây là Kế hoạch.
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", ("Phòng Nội vụ",), (), "trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("Tổng hợp kết quả khảo sát", ("Phòng Nội vụ",), (), "trước ngày 30/6/2024", date(2024, 6, 29)),
            Expected("Cử cán bộ đầu mối", ("UBND các xã",), (), "trước ngày 20/3/2024", date(2024, 3, 19)),
            Expected("Tổ chức khảo sát", ("UBND các xã",), (), "từ ngày 01/4/2024 đến ngày 30/4/2024", date(2024, 4, 30)),
            Expected("Bố trí kinh phí", ("Phòng Tài chính - Kế hoạch",), (), "", None),
        ),
    ),
    Example(
        "office_bullets_own_line",
        "list",
        """
IV. TỔ CHỨC THỰC HIỆN
1. Sở Nội vụ:
- Xây dựng bộ câu hỏi.
Thời gian: Tháng 3/2024.
- Tập huấn điều tra viên.
Hoàn thành trước ngày 30/4/2024.
2. Sở Tài chính:
- Thẩm định kinh phí.
(Trước ngày 15/3/2024)
""",
        (
            Expected("Xây dựng bộ câu hỏi", ("Sở Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn điều tra viên", ("Sở Nội vụ",), (), "trước ngày 30/4/2024", date(2024, 4, 29)),
            Expected("Thẩm định kinh phí", ("Sở Tài chính",), (), "Trước ngày 15/3/2024", date(2024, 3, 14)),
        ),
    ),
    Example(
        "phases",
        "prose",
        """
II. THỜI GIAN THỰC HIỆN
- Giai đoạn 1 (từ ngày 01/3/2024 đến ngày 31/3/2024): Xây dựng kế hoạch, mẫu phiếu khảo sát.
- Giai đoạn 2 (từ ngày 01/4/2024 đến ngày 31/5/2024): Tổ chức khảo sát tại các xã.
- Giai đoạn 3 (tháng 6/2024): Tổng hợp, báo cáo kết quả.
""",
        (
            Expected("Xây dựng kế hoạch, mẫu phiếu khảo sát", (), (), "từ ngày 01/3/2024 đến ngày 31/3/2024", date(2024, 3, 31)),
            Expected("Tổ chức khảo sát tại các xã", (), (), "từ ngày 01/4/2024 đến ngày 31/5/2024", date(2024, 5, 31)),
            Expected("Tổng hợp, báo cáo kết quả", (), (), "tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "phases_one_sentence",
        "prose",
        """
II. TIẾN ĐỘ
Việc khảo sát được chia làm 3 giai đoạn: Giai đoạn 1: từ ngày 01/3 đến ngày 31/3/2024, xây dựng kế hoạch; Giai đoạn 2: \
từ ngày 01/4 đến ngày 31/5/2024, tổ chức khảo sát; Giai đoạn 3: trước ngày 30/6/2024, báo cáo kết quả.
""",
        (
            Expected("xây dựng kế hoạch", (), (), "từ ngày 01/3 đến ngày 31/3/2024", date(2024, 3, 31)),
            Expected("tổ chức khảo sát", (), (), "từ ngày 01/4 đến ngày 31/5/2024", date(2024, 5, 31)),
            Expected("báo cáo kết quả", (), (), "trước ngày 30/6/2024", date(2024, 6, 29)),
        ),
    ),
    Example(
        "giao",
        "prose",
        """
III. TỔ CHỨC THỰC HIỆN
1. Giao Phòng Nội vụ chủ trì, phối hợp với Phòng Tài chính - Kế hoạch xây dựng kế hoạch khảo sát, hoàn thành trước ngày 15/3/2024.
2. Giao UBND các xã chủ trì, phối hợp với Trạm Y tế tổ chức khảo sát, hoàn thành trước ngày 30/4/2024.
3. Giao Văn phòng HĐND và UBND công bố kết quả khảo sát trước ngày 15/6/2024.
""",
        (
            Expected(
                "xây dựng kế hoạch khảo sát",
                ("Phòng Nội vụ",),
                ("Phòng Tài chính - Kế hoạch",),
                "trước ngày 15/3/2024",
                date(2024, 3, 14),
            ),
            Expected("tổ chức khảo sát", ("UBND các xã",), ("Trạm Y tế",), "trước ngày 30/4/2024", date(2024, 4, 29)),
            Expected("công bố kết quả khảo sát", ("Văn phòng HĐND và UBND",), (), "trước ngày 15/6/2024", date(2024, 6, 14)),
        ),
    ),
    Example(
        "steps",
        "list",
        """
III. TIẾN ĐỘ THỰC HIỆN
- Xây dựng kế hoạch: trước ngày 20/3/2024.
- Từ ngày 01/4 đến ngày 30/4/2024: Tổ chức khảo sát.
- Tháng 5/2024: Tổng hợp, phân tích số liệu.
- Công bố kết quả: Quý III/2024.
IV. KINH PHÍ
""",
        (
            Expected("Xây dựng kế hoạch", (), (), "trước ngày 20/3/2024", date(2024, 3, 19)),
            Expected("Tổ chức khảo sát", (), (), "Từ ngày 01/4 đến ngày 30/4/2024", date(2024, 4, 30)),
            Expected("Tổng hợp, phân tích số liệu", (), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Công bố kết quả", (), (), "Quý III/2024", date(2024, 9, 30)),
        ),
    ),
    Example(
        "merged_tab",
        "table",
        """
TT\tNội dung\tChủ trì\tPhối hợp\tThời gian
1\tXây dựng kế hoạch\tPhòng Nội vụ\t\tTháng 3/2024
\tXây dựng phiếu khảo sát\t\tPhòng Y tế\tTháng 4/2024
2\tTổ chức khảo sát\tUBND các xã\t\tTháng 5/2024
\t\tTrạm Y tế các xã\t\t
3\tBáo cáo\tPhòng Nội vụ\t\tTháng 6/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Xây dựng phiếu khảo sát", ("Phòng Nội vụ",), ("Phòng Y tế",), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Tổ chức khảo sát", ("UBND các xã", "Trạm Y tế các xã"), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "parents",
        "table",
        """
STT\tNội dung công việc\tThời gian thực hiện\tĐơn vị thực hiện\tGhi chú
I\tCÔNG TÁC CHUẨN BỊ\t\t\t
1\tXây dựng kế hoạch\tTrước 15/3/2024\tPhòng Nội vụ\t
2\tTập huấn\t\t\t
2.1\tTập huấn điều tra viên\tTháng 4/2024\tPhòng Nội vụ\t
2.2\tTập huấn nhập liệu\tTháng 5/2024\tTrung tâm CNTT\tTrực tuyến
II\tTRIỂN KHAI\t\t\t
1\tKhảo sát\tTháng 6/2024\tUBND các xã\t
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Trước 15/3/2024", date(2024, 3, 14)),
            Expected("Tập huấn điều tra viên", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Tập huấn nhập liệu", ("Trung tâm CNTT",), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Khảo sát", ("UBND các xã",), (), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "two_row_header",
        "table",
        """
| STT | Nhiệm vụ | Phân công | | Thời gian hoàn thành |
| | | Chủ trì | Phối hợp | |
|---|---|---|---|---|
| 1 | Xây dựng kế hoạch | Sở Nội vụ | Sở Tài chính | 15/3/2024 |
| 2 | Khảo sát | Sở Y tế | Các sở, ngành | Quý II/2024 |
""",
        (
            Expected("Xây dựng kế hoạch", ("Sở Nội vụ",), ("Sở Tài chính",), "15/3/2024", date(2024, 3, 15)),
            Expected("Khảo sát", ("Sở Y tế",), ("Các sở, ngành",), "Quý II/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "two_row_header_tab",
        "table",
        """
STT\tNhiệm vụ\tPhân công thực hiện\tThời gian hoàn thành
Chủ trì\tPhối hợp
1\tXây dựng kế hoạch\tSở Nội vụ\tSở Tài chính\t15/3/2024
2\tKhảo sát\tSở Y tế\tCác sở, ngành\tQuý II/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Sở Nội vụ",), ("Sở Tài chính",), "15/3/2024", date(2024, 3, 15)),
            Expected("Khảo sát", ("Sở Y tế",), ("Các sở, ngành",), "Quý II/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "wrapped_tab",
        "table",
        """
TT\tNội dung công việc\tTrách nhiệm
thực hiện\tTiến độ
1\tXây dựng kế hoạch,
dự toán kinh phí\tPhòng Nội vụ
chủ trì, phối hợp Phòng Tài chính\tTrước ngày
20/6/2021
2\tTổ chức khảo sát:
- Phát phiếu;
- Thu phiếu.\tUBND các xã\tTừ ngày 01/7/2021
đến ngày 30/7/2021
""",
        (
            Expected(
                "Xây dựng kế hoạch, dự toán kinh phí",
                ("Phòng Nội vụ",),
                ("Phòng Tài chính",),
                "Trước ngày 20/6/2021",
                date(2021, 6, 19),
            ),
            Expected("Tổ chức khảo sát", ("UBND các xã",), (), "Từ ngày 01/7/2021 đến ngày 30/7/2021", date(2021, 7, 30)),
        ),
    ),
    Example(
        "start_end",
        "table",
        """
| TT | Nội dung | Đơn vị thực hiện | Bắt đầu | Kết thúc |
|----|----|----|----|----|
| 1 | Xây dựng kế hoạch | Phòng Nội vụ | 01/3/2024 | 15/3/2024 |
| 2 | Khảo sát | UBND các xã | 16/3/2024 | 30/4/2024 |
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "01/3/2024", date(2024, 3, 15)),
            Expected("Khảo sát", ("UBND các xã",), (), "16/3/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "lead_first_no_no",
        "table",
        """
Đơn vị chủ trì\tNhiệm vụ\tThời hạn\tSản phẩm
Sở Nội vụ\tXây dựng kế hoạch khảo sát\t15/3/2024\tKế hoạch
Sở Y tế\tTổ chức khảo sát tại bệnh viện\tQuý II năm 2024\tPhiếu khảo sát
Sở Nội vụ; Sở Thông tin và Truyền thông\tCông bố kết quả\tTháng 12/2024\tQuyết định công bố
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", ("Sở Nội vụ",), (), "15/3/2024", date(2024, 3, 15)),
            Expected("Tổ chức khảo sát tại bệnh viện", ("Sở Y tế",), (), "Quý II năm 2024", date(2024, 6, 30)),
            Expected("Công bố kết quả", ("Sở Nội vụ", "Sở Thông tin và Truyền thông"), (), "Tháng 12/2024", date(2024, 12, 31)),
        ),
    ),
    Example(
        "several_tables",
        "table",
        """
Bảng 1. Phân bổ phiếu
TT\tĐơn vị\tSố phiếu
1\tXã A\t60
2\tXã B\t60
Bảng 2. Tiến độ
TT\tNội dung công việc\tĐơn vị chủ trì\tThời gian
1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
2\tKhảo sát\tXã A, Xã B\tTháng 4/2024
Bảng 3. Dự toán
TT\tNội dung chi\tSố lượng\tĐơn giá\tThành tiền
1\tIn phiếu\t120\t2.000\t240.000
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("Xã A", "Xã B"), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "bare_calendar",
        "table",
        """
LỊCH THỰC HIỆN
1\tXây dựng kế hoạch\tTrước ngày 15/3/2024
2\tPhát phiếu khảo sát\tTừ 01/4/2024 đến 15/4/2024
3\tTổng hợp kết quả\tTháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", (), (), "Trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("Phát phiếu khảo sát", (), (), "Từ 01/4/2024 đến 15/4/2024", date(2024, 4, 15)),
            Expected("Tổng hợp kết quả", (), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "bullets_in_cells_md",
        "table",
        """
| STT | Nội dung | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian |
|:---:|---|---|---|:---:|
| 1 | Tổ chức điều tra:<br>- Chọn mẫu;<br>- Phỏng vấn. | - Sở Nội vụ<br>- Sở Y tế | - Các sở, ngành<br>- UBND cấp \
huyện | Quý III/2024 |
| 2 | **Công bố** kết quả | Sở Nội vụ | | Tháng 12/2024 |
""",
        (
            Expected(
                "Tổ chức điều tra",
                ("Sở Nội vụ", "Sở Y tế"),
                ("Các sở, ngành", "UBND cấp huyện"),
                "Quý III/2024",
                date(2024, 9, 30),
            ),
            Expected("Công bố kết quả", ("Sở Nội vụ",), (), "Tháng 12/2024", date(2024, 12, 31)),
        ),
    ),
    Example(
        "split_row_over_page",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian
1\tXây dựng kế hoạch khảo sát mức độ\tPhòng Nội vụ\tTrước ngày
3
TT\tNội dung\tChủ trì\tThời gian
\thài lòng của người dân\t\t20/6/2024
2\tKhảo sát\tUBND các xã\tTháng 7/2024
""",
        (
            Expected(
                "Xây dựng kế hoạch khảo sát mức độ hài lòng của người dân",
                ("Phòng Nội vụ",),
                (),
                "Trước ngày 20/6/2024",
                date(2024, 6, 19),
            ),
            Expected("Khảo sát", ("UBND các xã",), (), "Tháng 7/2024", date(2024, 7, 31)),
        ),
    ),
    Example(
        "none",
        "none",
        """
KẾ HOẠCH
I. MỤC ĐÍCH
Nâng cao chất lượng phục vụ năm 2024.
II. YÊU CẦU
Khách quan, trung thực.
""",
        (),
    ),
    Example(
        "short_bare_row",
        "table",
        """
| TT | Nội dung | Chủ trì | Thời gian |
| 1 | Lập kế hoạch | Phòng Nội vụ | Tháng 3/2024 |
| Tập huấn | Phòng Nội vụ | Tháng 4/2024 |
| 3 | Khảo sát | Tháng 5/2024 |
| 4 | Báo cáo | Phòng Nội vụ |
""",
        (
            Expected("Lập kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát", ("Phòng Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "", None),
        ),
    ),
    Example(
        "time_relative",
        "table",
        """
STT\tNội dung\tĐơn vị\tThời gian
1\tBan hành Kế hoạch\tPhòng Nội vụ\tTrong vòng 10 ngày kể từ ngày Kế hoạch tỉnh ban hành
2\tKhảo sát\tUBND phường\tSau khi Kế hoạch được ban hành
3\tBáo cáo\tPhòng Nội vụ\tTheo kế hoạch của Sở Nội vụ
4\tTheo dõi\tPhòng Nội vụ\tĐịnh kỳ hằng quý
""",
        (
            Expected("Ban hành Kế hoạch", ("Phòng Nội vụ",), (), "Trong vòng 10 ngày", None),
            Expected("Khảo sát", ("UBND phường",), (), "Sau khi Kế hoạch", None),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "Theo kế hoạch", None),
            Expected("Theo dõi", ("Phòng Nội vụ",), (), "Định kỳ hằng quý", None),
        ),
    ),
    Example(
        "time_first_sentences",
        "list",
        """
II. KẾ HOẠCH TRIỂN KHAI
1. Trước ngày 15/3/2024, Phòng Nội vụ xây dựng kế hoạch khảo sát.
2. Từ ngày 01/4/2024 đến ngày 30/4/2024, UBND các xã tổ chức khảo sát.
3. Trong tháng 5/2024, Phòng Nội vụ tổng hợp kết quả.
""",
        (
            Expected("xây dựng kế hoạch khảo sát", ("Phòng Nội vụ",), (), "Trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("tổ chức khảo sát", ("UBND các xã",), (), "Từ ngày 01/4/2024 đến ngày 30/4/2024", date(2024, 4, 30)),
            Expected("tổng hợp kết quả", ("Phòng Nội vụ",), (), "tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "months_over",
        "list",
        """
II. LỘ TRÌNH
1. Tháng 3/2024
- Xây dựng kế hoạch khảo sát.
- Tập huấn điều tra viên.
2. Tháng 4/2024
- Khảo sát tại các xã.
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", (), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn điều tra viên", (), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát tại các xã", (), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "office_section_rows",
        "table",
        """
TT\tNội dung công việc\tThời gian hoàn thành
I\tPhòng Nội vụ\t
1\tXây dựng kế hoạch\t15/3/2024
2\tTổng hợp\t15/6/2024
II\tUBND các xã\t
1\tKhảo sát\t30/4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "15/3/2024", date(2024, 3, 15)),
            Expected("Tổng hợp", ("Phòng Nội vụ",), (), "15/6/2024", date(2024, 6, 15)),
            Expected("Khảo sát", ("UBND các xã",), (), "30/4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "month_column",
        "table",
        """
TT\tNội dung\tTháng\tNgười thực hiện
1\tXây dựng kế hoạch\t3\tCông chức VP-TK
2\tKhảo sát\t4-5\tTổ khảo sát
3\tBáo cáo\t6\tCông chức VP-TK
""",
        (
            Expected("Xây dựng kế hoạch", ("Công chức VP-TK",), (), "3", date(2024, 3, 31)),
            Expected("Khảo sát", ("Tổ khảo sát",), (), "4-5", date(2024, 5, 31)),
            Expected("Báo cáo", ("Công chức VP-TK",), (), "6", date(2024, 6, 30)),
        ),
    ),
    Example(
        "ocr_headings",
        "table",
        """
TT\tN0i dung công viêc\tĐon vi chù trì\tThòi gian thưc hiên
1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
2\tKhảo sát\tUBND xã\tTháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "wrapped_cell_lines",
        "one cell a line",
        """
TT
Nội dung
công việc
Cơ quan
chủ trì
Cơ quan
phối hợp
Thời gian
thực hiện
1
Xây dựng kế hoạch khảo
sát mức độ hài lòng của
người dân
Phòng Nội vụ
Phòng Tài chính - Kế
hoạch
Trước ngày
20/6/2024
2
Tổ chức khảo sát
UBND các xã, thị
trấn
Từ ngày 01/7/2024
đến ngày 31/7/2024
IV. TỔ CHỨC THỰC HIỆN
Phòng Nội vụ theo dõi.
""",
        (
            Expected(
                "Xây dựng kế hoạch khảo sát mức độ hài lòng của người dân",
                ("Phòng Nội vụ",),
                ("Phòng Tài chính - Kế hoạch",),
                "Trước ngày 20/6/2024",
                date(2024, 6, 19),
            ),
            Expected(
                "Tổ chức khảo sát", ("UBND các xã, thị trấn",), (), "Từ ngày 01/7/2024 đến ngày 31/7/2024", date(2024, 7, 31)
            ),
        ),
    ),
    Example(
        "combined_lead_help",
        "table",
        """
TT\tNhiệm vụ\tĐơn vị chủ trì, phối hợp\tThời gian
1\tXây dựng kế hoạch\tChủ trì: Phòng Nội vụ\t15/3/2024
2\tKhảo sát\tChủ trì: UBND các xã; Phối hợp: Trạm Y tế\tTháng 4/2024
3\tBáo cáo\tPhòng Nội vụ; các phòng, ban liên quan\tTháng 6/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "15/3/2024", date(2024, 3, 15)),
            Expected("Khảo sát", ("UBND các xã",), ("Trạm Y tế",), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Báo cáo", ("Phòng Nội vụ",), ("các phòng, ban liên quan",), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "sections_letters_restart",
        "table",
        """
| TT | Nội dung | Chủ trì | Thời gian |
|---|---|---|---|
| A | CHUẨN BỊ | | |
| 1 | Xây dựng kế hoạch | Sở Nội vụ | Tháng 3/2024 |
| 2 | Tập huấn | Sở Nội vụ | Tháng 4/2024 |
| B | THỰC HIỆN | | |
| 1 | Điều tra | Sở Y tế | Tháng 5/2024 |
| 2 | Báo cáo | Sở Nội vụ | Tháng 6/2024 |
""",
        (
            Expected("Xây dựng kế hoạch", ("Sở Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn", ("Sở Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Điều tra", ("Sở Y tế",), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Báo cáo", ("Sở Nội vụ",), (), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "one_cell_sections_tab",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian
I. Công tác chuẩn bị
1\tXây dựng kế hoạch\tSở Nội vụ\tTháng 3/2024
II. Triển khai thực hiện
2\tĐiều tra\tSở Y tế\tTháng 5/2024
III. Tổng hợp, báo cáo
3\tBáo cáo\tSở Nội vụ\tTháng 6/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Sở Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Điều tra", ("Sở Y tế",), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Báo cáo", ("Sở Nội vụ",), (), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "sub_letters",
        "table",
        """
STT | Nội dung | Cơ quan thực hiện | Thời gian
1 | Chuẩn bị | Phòng Nội vụ | Tháng 3/2024
a) | Lập danh sách | |
b) | In phiếu | Văn phòng | Tháng 4/2024
2 | Khảo sát | UBND xã | Tháng 5/2024
""",
        (
            Expected("Chuẩn bị", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Lập danh sách", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("In phiếu", ("Văn phòng",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "steps_words",
        "table",
        """
Bước\tNội dung\tThời gian\tThực hiện
Bước 1\tXây dựng kế hoạch\tTháng 3/2024\tPhòng Nội vụ
Bước 2\tKhảo sát\tTháng 4/2024\tĐiều tra viên
Bước 3\tBáo cáo\tTháng 5/2024\tPhòng Nội vụ
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("Điều tra viên",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "no_diacritics",
        "table",
        """
STT\tNoi dung cong viec\tDon vi chu tri\tThoi gian
1\tXay dung ke hoach\tPhong Noi vu\tTruoc ngay 15/3/2024
2\tKhao sat\tUBND xa\tThang 4/2024
""",
        (
            Expected("Xay dung ke hoach", ("Phong Noi vu",), (), "Truoc ngay 15/3/2024", date(2024, 3, 14)),
            Expected("Khao sat", ("UBND xa",), (), "Thang 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "sentence_owner_no_heading",
        "prose",
        """
II. NỘI DUNG
Phòng Nội vụ chủ trì, phối hợp với các xã xây dựng kế hoạch trước ngày 15/3/2024. UBND các xã tổ chức khảo sát từ ngày \
01/4/2024 đến ngày 30/4/2024. Phòng Nội vụ tổng hợp, báo cáo kết quả trước ngày 31/5/2024.
""",
        (
            Expected("xây dựng kế hoạch", ("Phòng Nội vụ",), ("các xã",), "trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("tổ chức khảo sát", ("UBND các xã",), (), "từ ngày 01/4/2024 đến ngày 30/4/2024", date(2024, 4, 30)),
            Expected("tổng hợp", ("Phòng Nội vụ",), (), "trước ngày 31/5/2024", date(2024, 5, 30)),
        ),
    ),
    Example(
        "quoted_cells_excel",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian
1\t"Xây dựng kế hoạch,
dự toán"\tPhòng Nội vụ\tTháng 3/2024
2\tKhảo sát\t"Phòng Nội vụ
UBND các xã"\tTháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch, dự toán", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("Phòng Nội vụ", "UBND các xã"), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "thuvienphapluat_lone",
        "one cell a line",
        """
TT
|
Nội dung công việc
|
Cơ quan chủ
trì
|
Cơ quan phối
hợp
|
Thời gian
hoàn thành
|
1
|
Xây dựng Kế hoạch khảo
sát
|
Sở Nội vụ
|
Các sở, ban,
ngành
|
Tháng 3/2024
|
2
|
Tổ chức điều
tra xã hội học
|
Sở Nội vụ
|
|
Quý II/2024
|
III. TỔ
CHỨC THỰC HIỆN
1. Sở Nội vụ theo dõi.
""",
        (
            Expected("Xây dựng Kế hoạch khảo sát", ("Sở Nội vụ",), ("Các sở, ban, ngành",), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tổ chức điều tra xã hội học", ("Sở Nội vụ",), (), "Quý II/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "hethong_trailing",
        "table",
        """
TT | Nội dung | Đơn vị chủ trì | Đơn vị phối hợp | Thời gian |
1 | Xây dựng kế hoạch | Phòng Nội vụ | | Tháng 3/2024 |
2 | Khảo sát:
- Phát phiếu;
- Thu phiếu. | UBND các xã | Phòng Nội vụ | Tháng 4/2024 |
3 | Báo cáo | Phòng Nội vụ | | Tháng 5/2024 |
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND các xã",), ("Phòng Nội vụ",), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "many_extra",
        "table",
        """
STT\tNhiệm vụ\tSản phẩm\tCơ quan chủ trì\tCơ quan phối hợp\tThời gian hoàn thành\tLãnh đạo phụ trách\tKinh phí\tGhi chú
1\tXây dựng kế hoạch khảo sát\tKế hoạch\tSở Nội vụ\tCác sở, ngành\tTháng 3/2024\tĐ/c Nguyễn Văn A\t10.000.000\t
2\tTổ chức khảo sát\tBáo cáo kết quả\tSở Y tế\tUBND các huyện\tQuý II/2024\tĐ/c Trần Văn B\t50.000.000\tTheo phân bổ
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", ("Sở Nội vụ",), ("Các sở, ngành",), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tổ chức khảo sát", ("Sở Y tế",), ("UBND các huyện",), "Quý II/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "two_leads_time",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian
1\tGửi danh sách khách hàng\tUBND các xã\tTrước 15/3/2024
\t\tTrạm Y tế\tTrước 20/3/2024
2\tBáo cáo\tPhòng Nội vụ\tTháng 5/2024
""",
        (
            Expected("Gửi danh sách khách hàng", ("UBND các xã",), (), "Trước 15/3/2024", date(2024, 3, 14)),
            Expected("Gửi danh sách khách hàng", ("Trạm Y tế",), (), "Trước 20/3/2024", date(2024, 3, 19)),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "ditto",
        "table",
        """
TT | Nội dung | Chủ trì | Thời gian
1 | Xây dựng kế hoạch | Phòng Nội vụ | Tháng 3/2024
2 | Tập huấn | nt | nt
3 | Khảo sát | " | Tháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "prose_cells",
        "table",
        """
TT\tNội dung\tTrách nhiệm\tTiến độ
1\tXây dựng kế hoạch\tPhòng Nội vụ tham mưu UBND huyện ban hành\tTháng 3/2024
2\tKhảo sát\tUBND các xã chủ trì; Trạm Y tế phối hợp\tTháng 4/2024
3\tNhập dữ liệu\tGiao Trung tâm CNTT chủ trì, phối hợp với Phòng Nội vụ và các đơn vị liên quan thực hiện\tTháng 5/2024
4\tBáo cáo\tPhòng Nội vụ chịu trách nhiệm tổng hợp, báo cáo UBND huyện\tTháng 6/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND các xã",), ("Trạm Y tế",), "Tháng 4/2024", date(2024, 4, 30)),
            Expected(
                "Nhập dữ liệu", ("Trung tâm CNTT",), ("Phòng Nội vụ", "các đơn vị liên quan"), "Tháng 5/2024", date(2024, 5, 31)
            ),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "time_in_content_table",
        "table",
        """
TT\tNhiệm vụ\tĐơn vị thực hiện
1\tXây dựng kế hoạch, hoàn thành trước ngày 15/3/2024\tPhòng Nội vụ
2\tTổ chức khảo sát từ ngày 01/4/2024 đến ngày 30/4/2024\tUBND các xã
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("Tổ chức khảo sát", ("UBND các xã",), (), "từ ngày 01/4/2024 đến ngày 30/4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "bare_cell_lines_news",
        "one cell a line",
        """
Lịch triển khai như sau:
1
Ban hành kế hoạch
Trước ngày 10/3/2024
2
Tập huấn điều tra viên
Từ 15/3 đến 20/3/2024
3
Điều tra, thu thập phiếu
Tháng 4/2024
4
Công bố kết quả
Quý III/2024
Mọi thông tin liên hệ Phòng Nội vụ.
""",
        (
            Expected("Ban hành kế hoạch", (), (), "Trước ngày 10/3/2024", date(2024, 3, 9)),
            Expected("Tập huấn điều tra viên", (), (), "Từ 15/3 đến 20/3/2024", date(2024, 3, 20)),
            Expected("Điều tra, thu thập phiếu", (), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Công bố kết quả", (), (), "Quý III/2024", date(2024, 9, 30)),
        ),
    ),
    Example(
        "numbered_prose_news",
        "list",
        """
Kế hoạch gồm các bước:
1. Ban hành kế hoạch: trước ngày 10/3/2024.
2. Tập huấn điều tra viên: từ ngày 15/3/2024 đến ngày 20/3/2024.
3. Điều tra (tháng 4/2024).
""",
        (
            Expected("Ban hành kế hoạch", (), (), "trước ngày 10/3/2024", date(2024, 3, 9)),
            Expected("Tập huấn điều tra viên", (), (), "từ ngày 15/3/2024 đến ngày 20/3/2024", date(2024, 3, 20)),
            Expected("Điều tra", (), (), "tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "labelled_dash_sep",
        "list",
        """
II. NHIỆM VỤ
1. Nhiệm vụ 1: Xây dựng kế hoạch
a) Đơn vị chủ trì: Phòng Nội vụ;
b) Đơn vị phối hợp: Các phòng, ban;
c) Thời gian hoàn thành: Tháng 3/2024.
2. Nhiệm vụ 2: Tổ chức khảo sát
a) Đơn vị chủ trì: UBND các xã;
b) Thời gian hoàn thành: Tháng 4/2024.
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), ("Các phòng, ban",), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tổ chức khảo sát", ("UBND các xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "labelled_bold_md",
        "list",
        """
## II. NHIỆM VỤ
### 1. Xây dựng kế hoạch
- **Chủ trì:** Phòng Nội vụ
- **Phối hợp:** Phòng Tài chính
- **Thời gian:** Tháng 3/2024
### 2. Khảo sát
- **Chủ trì:** UBND các xã
- **Thời gian:** Tháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), ("Phòng Tài chính",), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND các xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "labelled_time_sentence",
        "list",
        """
II. NỘI DUNG
1. Công tác tuyên truyền
Tuyên truyền mục đích, ý nghĩa của việc khảo sát.
Cơ quan thực hiện: Phòng Văn hóa - Xã hội.
Thời gian thực hiện: Thường xuyên.
2. Công tác khảo sát
Tổ chức khảo sát tại Bộ phận Một cửa.
Cơ quan thực hiện: Trung tâm Phục vụ hành chính công.
Thời gian thực hiện: Từ tháng 4 đến tháng 6 năm 2024.
""",
        (
            Expected("Tuyên truyền mục đích", ("Phòng Văn hóa - Xã hội",), (), "Thường xuyên", None),
            Expected(
                "Tổ chức khảo sát tại Bộ phận Một cửa",
                ("Trung tâm Phục vụ hành chính công",),
                (),
                "Từ tháng 4 đến tháng 6 năm 2024",
                date(2024, 6, 30),
            ),
        ),
    ),
    Example(
        "office_paragraph",
        "prose",
        """
III. TỔ CHỨC THỰC HIỆN
1. Phòng Nội vụ: Chủ trì xây dựng kế hoạch trước ngày 15/3/2024; tổng hợp báo cáo trước ngày 30/6/2024.
2. UBND các xã: Tổ chức khảo sát, gửi kết quả về Phòng Nội vụ trước ngày 31/5/2024.
""",
        (
            Expected("xây dựng kế hoạch", ("Phòng Nội vụ",), (), "trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("tổng hợp báo cáo", ("Phòng Nội vụ",), (), "trước ngày 30/6/2024", date(2024, 6, 29)),
            Expected("Tổ chức khảo sát", ("UBND các xã",), (), "trước ngày 31/5/2024", date(2024, 5, 30)),
        ),
    ),
    Example(
        "cut_columns_header_only",
        "none",
        """
TT\tNội dung\tChủ trì\tThời gian
""",
        (),
    ),
    Example(
        "header_without_tt",
        "table",
        """
Nội dung công việc\tĐơn vị thực hiện\tThời gian
1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
2\tKhảo sát\tUBND xã\tTháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "continuous_page_lines",
        "table",
        """
TT\tNội dung\tChủ trì\tPhối hợp\tThời gian
1\tXây dựng kế hoạch\tPhòng Nội vụ\tPhòng Y tế\tTháng 3/2024

Trang 2/3

2\tTập huấn\tPhòng Nội vụ\t\tTháng 4/2024
- 3 -
3\tKhảo sát\tUBND các xã\t\tTháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), ("Phòng Y tế",), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát", ("UBND các xã",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "double_dates_cell",
        "table",
        """
TT | Nội dung | Thực hiện | Thời gian
1 | Xây dựng và ban hành kế hoạch | Phòng Nội vụ | - Xây dựng: trước 10/3/2024<br>- Ban hành: trước 15/3/2024
2 | Khảo sát | UBND xã | Từ 01/4 - 30/4/2024
""",
        (
            Expected("Xây dựng và ban hành kế hoạch", ("Phòng Nội vụ",), (), "trước 15/3/2024", date(2024, 3, 14)),
            Expected("Khảo sát", ("UBND xã",), (), "Từ 01/4 - 30/4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "annex_tables_two_timelines",
        "table",
        """
II. TIẾN ĐỘ
1. Giai đoạn chuẩn bị
TT\tNội dung\tChủ trì\tThời gian
1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
2\tTập huấn\tPhòng Nội vụ\tTháng 4/2024
2. Giai đoạn triển khai
TT\tNội dung\tChủ trì\tThời gian
1\tKhảo sát\tUBND các xã\tTháng 5/2024
2\tBáo cáo\tPhòng Nội vụ\tTháng 6/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát", ("UBND các xã",), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "questions_table_not",
        "table",
        """
TT\tNội dung câu hỏi\tRất hài lòng\tHài lòng\tBình thường
1\tThái độ phục vụ của công chức\t\t\t
2\tThời gian giải quyết hồ sơ\t\t\t
II. TIẾN ĐỘ
TT\tNội dung\tThời gian
1\tKhảo sát\tTháng 5/2024
2\tBáo cáo\tTháng 6/2024
""",
        (
            Expected("Khảo sát", (), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Báo cáo", (), (), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "dates_no_year",
        "table",
        """
STT\tCông việc\tThời hạn\tPhụ trách
1\tXây dựng kế hoạch\t15/3\tCông chức VP-TK
2\tKhảo sát\t01/4 - 30/4\tĐ/c An
3\tTổng hợp\ttrước 10/5\tCông chức VP-TK
""",
        (
            Expected("Xây dựng kế hoạch", ("Công chức VP-TK",), (), "15/3", date(2024, 3, 15)),
            Expected("Khảo sát", ("Đ/c An",), (), "01/4 - 30/4", date(2024, 4, 30)),
            Expected("Tổng hợp", ("Công chức VP-TK",), (), "trước 10/5", date(2024, 5, 9)),
        ),
    ),
    Example(
        "unnumbered_cells_lines",
        "one cell a line",
        """
Nội dung công việc
Đơn vị thực hiện
Thời gian

Xây dựng kế hoạch
Phòng Nội vụ
Tháng 3/2024

Tổ chức khảo sát
UBND các xã
Tháng 4/2024

Tổng hợp báo cáo
Phòng Nội vụ
Tháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tổ chức khảo sát", ("UBND các xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Tổng hợp báo cáo", ("Phòng Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "bullets_cells_lines",
        "one cell a line",
        """
TT
Nội dung
Chủ trì
Phối hợp
Thời gian
1
Tổ chức điều tra:
- Chọn mẫu;
- Phỏng vấn người dân.
Sở Nội vụ
- Sở Y tế;
- UBND các huyện.
Tháng 5/2024
2
Tổng hợp số liệu
Sở Nội vụ
Tháng 6/2024
""",
        (
            Expected("Tổ chức điều tra", ("Sở Nội vụ",), ("Sở Y tế", "UBND các huyện"), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Tổng hợp số liệu", ("Sở Nội vụ",), (), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "collapsed_spaces_pdf",
        "table",
        """
TT Nội dung công việc Đơn vị chủ trì Thời gian thực hiện
1 Xây dựng kế hoạch khảo sát Phòng Nội vụ Trước ngày 15/3/2024
2 Tổ chức khảo sát tại các xã UBND các xã Từ ngày 01/4/2024 đến ngày 30/4/2024
3 Tổng hợp, báo cáo kết quả Phòng Nội vụ Tháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", ("Phòng Nội vụ",), (), "Trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("Tổ chức khảo sát", ("UBND các xã",), (), "Từ ngày 01/4/2024 đến ngày 30/4/2024", date(2024, 4, 30)),
            Expected("Tổng hợp, báo cáo kết quả", ("Phòng Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "bullets_paren_owner",
        "list",
        """
II. NHIỆM VỤ
1. Công tác chuẩn bị
- Xây dựng, ban hành kế hoạch khảo sát (Phòng Nội vụ chủ trì, hoàn thành trước ngày 15/3/2024).
- Tập huấn điều tra viên (Phòng Nội vụ phối hợp với Phòng Y tế, tháng 4/2024).
2. Triển khai khảo sát
- Phát và thu phiếu tại các xã (UBND các xã, từ ngày 01/5/2024 đến ngày 31/5/2024).
""",
        (
            Expected("Xây dựng, ban hành kế hoạch khảo sát", ("Phòng Nội vụ",), (), "trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("Tập huấn điều tra viên", ("Phòng Nội vụ",), ("Phòng Y tế",), "tháng 4/2024", date(2024, 4, 30)),
            Expected(
                "Phát và thu phiếu tại các xã", ("UBND các xã",), (), "từ ngày 01/5/2024 đến ngày 31/5/2024", date(2024, 5, 31)
            ),
        ),
    ),
    Example(
        "cchc_table",
        "table",
        """
STT\tNhiệm vụ\tSản phẩm\tCơ quan chủ trì\tCơ quan phối hợp\tThời gian thực hiện
I\tCÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH\t\t\t\t
1\tBan hành kế hoạch cải cách hành chính năm 2025\tKế hoạch\tSở Nội vụ\tCác sở, ban, ngành; UBND các huyện, thành \
phố\tTháng 12/2024
2\tKiểm tra công tác cải cách hành chính\tBáo cáo kết quả kiểm tra\tSở Nội vụ\tVăn phòng UBND tỉnh, Sở Tư pháp, Sở \
Thông tin và Truyền thông\tQuý II - Quý IV/2024
II\tCẢI CÁCH THỂ CHẾ\t\t\t\t
1\tRà soát văn bản quy phạm pháp luật\tBáo cáo\tSở Tư pháp\tCác sở, ngành\tThường xuyên
2\tTheo dõi thi hành pháp luật\t\t\t\t
2.1\tXây dựng kế hoạch\tKế hoạch\tSở Tư pháp\tCác sở, ngành\tTrước ngày 31/01/2024
2.2\tBáo cáo kết quả\tBáo cáo\tCác sở, ngành; UBND các huyện\t\tTrước ngày 15/12 hằng năm
III\tHIỆN ĐẠI HÓA HÀNH CHÍNH\t\t\t\t
1\tVận hành Hệ thống thông tin giải quyết TTHC\tHệ thống\tVăn phòng UBND tỉnh\tSở Thông tin và Truyền thông\tTheo kế \
hoạch của Bộ Nội vụ
""",
        (
            Expected(
                "Ban hành kế hoạch",
                ("Sở Nội vụ",),
                ("Các sở, ban, ngành", "UBND các huyện, thành phố"),
                "Tháng 12/2024",
                date(2024, 12, 31),
            ),
            Expected(
                "Kiểm tra công tác",
                ("Sở Nội vụ",),
                ("Văn phòng UBND tỉnh", "Sở Tư pháp", "Sở Thông tin và Truyền thông"),
                "Quý II - Quý IV/2024",
                date(2024, 12, 31),
            ),
            Expected("Rà soát văn bản", ("Sở Tư pháp",), ("Các sở, ngành",), "Thường xuyên", None),
            Expected("Xây dựng kế hoạch", ("Sở Tư pháp",), ("Các sở, ngành",), "Trước ngày 31/01/2024", date(2024, 1, 30)),
            Expected("Báo cáo kết quả", ("Các sở, ngành", "UBND các huyện"), (), "Trước ngày 15/12 hằng năm", None),
            Expected(
                "Vận hành Hệ thống",
                ("Văn phòng UBND tỉnh",),
                ("Sở Thông tin và Truyền thông",),
                "Theo kế hoạch của Bộ Nội vụ",
                None,
            ),
        ),
    ),
    Example(
        "digital_plan_list",
        "list",
        """
III. NHIỆM VỤ VÀ GIẢI PHÁP
1. Phát triển hạ tầng số
a) Nâng cấp mạng truyền số liệu chuyên dùng.
- Cơ quan chủ trì: Sở Thông tin và Truyền thông.
- Cơ quan phối hợp: Văn phòng UBND tỉnh; các sở, ban, ngành; UBND các huyện, thành phố.
- Thời gian thực hiện: 2024 - 2025.
b) Xây dựng trung tâm dữ liệu.
- Cơ quan chủ trì: Sở Thông tin và Truyền thông.
- Thời gian thực hiện: Năm 2024.
2. Phát triển nhân lực số
a) Tập huấn kỹ năng số cho cán bộ, công chức.
- Cơ quan chủ trì: Sở Nội vụ.
- Cơ quan phối hợp: Các cơ quan, đơn vị liên quan.
- Thời gian thực hiện: Thường xuyên hằng năm.
IV. KINH PHÍ THỰC HIỆN
Ngân sách nhà nước theo phân cấp.
V. TỔ CHỨC THỰC HIỆN
1. Sở Thông tin và Truyền thông
Chủ trì, theo dõi, đôn đốc việc thực hiện; báo cáo UBND tỉnh trước ngày 15/12 hằng năm.
""",
        (
            Expected(
                "Nâng cấp mạng truyền số liệu chuyên dùng",
                ("Sở Thông tin và Truyền thông",),
                ("Văn phòng UBND tỉnh", "các sở, ban, ngành", "UBND các huyện, thành phố"),
                "2024 - 2025",
                date(2025, 12, 31),
            ),
            Expected("Xây dựng trung tâm dữ liệu", ("Sở Thông tin và Truyền thông",), (), "Năm 2024", date(2024, 12, 31)),
            Expected("Tập huấn kỹ năng số", ("Sở Nội vụ",), ("Các cơ quan, đơn vị liên quan",), "Thường xuyên hằng năm", None),
        ),
    ),
    Example(
        "phases_with_bullets",
        "prose",
        """
III. TIẾN ĐỘ THỰC HIỆN
1. Giai đoạn 1: Chuẩn bị (từ ngày 01/3/2024 đến ngày 31/3/2024)
- Xây dựng kế hoạch khảo sát.
- In ấn phiếu khảo sát.
2. Giai đoạn 2: Tổ chức khảo sát (từ ngày 01/4/2024 đến ngày 31/5/2024)
- Phát phiếu, thu phiếu.
3. Giai đoạn 3: Tổng hợp, báo cáo (trước ngày 30/6/2024)
""",
        (
            Expected("Chuẩn bị", (), (), "từ ngày 01/3/2024 đến ngày 31/3/2024", date(2024, 3, 31)),
            Expected("Tổ chức khảo sát", (), (), "từ ngày 01/4/2024 đến ngày 31/5/2024", date(2024, 5, 31)),
            Expected("Tổng hợp, báo cáo", (), (), "trước ngày 30/6/2024", date(2024, 6, 29)),
        ),
    ),
    Example(
        "duty_list_dates_mid",
        "list",
        """
IV. TỔ CHỨC THỰC HIỆN
1. Công chức Văn phòng - Thống kê
- Tham mưu UBND xã ban hành Kế hoạch trước ngày 10/3/2024;
- Tổng hợp kết quả, báo cáo UBND huyện (qua Phòng Nội vụ) trước ngày 15/11/2024 theo quy định.
2. Bộ phận Tiếp nhận và Trả kết quả xã
- Phát phiếu khảo sát cho người dân từ ngày 01/4/2024 đến hết ngày 30/9/2024.
3. Công chức Tài chính - Kế toán: bố trí kinh phí.
""",
        (
            Expected(
                "Tham mưu UBND xã ban hành Kế hoạch",
                ("Công chức Văn phòng - Thống kê",),
                (),
                "trước ngày 10/3/2024",
                date(2024, 3, 9),
            ),
            Expected("Tổng hợp kết quả", ("Công chức Văn phòng - Thống kê",), (), "trước ngày 15/11/2024", date(2024, 11, 14)),
            Expected(
                "Phát phiếu khảo sát",
                ("Bộ phận Tiếp nhận và Trả kết quả xã",),
                (),
                "từ ngày 01/4/2024 đến hết ngày 30/9/2024",
                date(2024, 9, 30),
            ),
            Expected("bố trí kinh phí", ("Công chức Tài chính - Kế toán",), (), "", None),
        ),
    ),
    Example(
        "table_after_prose_dates",
        "table",
        """
I. MỤC ĐÍCH
Thực hiện Kế hoạch số 12/KH-UBND ngày 05/01/2024 của UBND tỉnh, hoàn thành khảo sát trước ngày 30/11/2024.
II. THỜI GIAN, ĐỊA ĐIỂM
- Thời gian khảo sát: từ ngày 01/6/2024 đến ngày 30/9/2024.
- Địa điểm: Bộ phận Một cửa.
III. PHÂN CÔNG
STT | Công việc | Người thực hiện | Hoàn thành
1 | Chuẩn bị phiếu | Nguyễn Văn An | 25/5/2024
2 | Phát phiếu | Trần Thị Bình, Lê Văn Cường | 30/9/2024
""",
        (
            Expected("Chuẩn bị phiếu", ("Nguyễn Văn An",), (), "25/5/2024", date(2024, 5, 25)),
            Expected("Phát phiếu", ("Trần Thị Bình", "Lê Văn Cường"), (), "30/9/2024", date(2024, 9, 30)),
        ),
    ),
    Example(
        "number_dot_rows",
        "table",
        """
| TT | Nội dung | Đơn vị chủ trì | Thời gian |
| 1. | Lập danh sách mẫu | Sở Nội vụ | Tháng 5/2024 |
| 2. | Điều tra | Bưu điện tỉnh | Tháng 6/2024 |
| 3. | Phúc tra | Sở Nội vụ, Ủy ban MTTQ Việt Nam tỉnh, Hội Cựu chiến binh tỉnh | Tháng 7/2024 |
""",
        (
            Expected("Lập danh sách mẫu", ("Sở Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Điều tra", ("Bưu điện tỉnh",), (), "Tháng 6/2024", date(2024, 6, 30)),
            Expected(
                "Phúc tra",
                ("Sở Nội vụ", "Ủy ban MTTQ Việt Nam tỉnh", "Hội Cựu chiến binh tỉnh"),
                (),
                "Tháng 7/2024",
                date(2024, 7, 31),
            ),
        ),
    ),
    Example(
        "paren_numbers",
        "table",
        """
(1)\tXây dựng kế hoạch\tTrước 15/3/2024
(2)\tKhảo sát\tTháng 4/2024
(3)\tBáo cáo\tTháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", (), (), "Trước 15/3/2024", date(2024, 3, 14)),
            Expected("Khảo sát", (), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Báo cáo", (), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "column_numbering",
        "table",
        """
TT\tNội dung\tChủ trì\tPhối hợp\tThời gian
(1)\t(2)\t(3)\t(4)\t(5)
1\tXây dựng kế hoạch\tPhòng Nội vụ\tPhòng Y tế\tTháng 3/2024
2\tKhảo sát\tUBND xã\t\tTháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), ("Phòng Y tế",), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "total_row",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian\tKinh phí
1\tIn phiếu\tPhòng Nội vụ\tTháng 3/2024\t5.000.000
2\tKhảo sát\tUBND xã\tTháng 4/2024\t10.000.000
\tTổng cộng\t\t\t15.000.000
""",
        (
            Expected("In phiếu", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "time_range_columns_two_rows",
        "table",
        """
TT | Công việc | Thời gian | | Người phụ trách
 | | Từ ngày | Đến ngày |
1 | Xây dựng kế hoạch | 01/3/2024 | 15/3/2024 | Phòng Nội vụ
2 | Khảo sát | 16/3/2024 | 30/4/2024 | UBND xã
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "01/3/2024", date(2024, 3, 15)),
            Expected("Khảo sát", ("UBND xã",), (), "16/3/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "labels_vary",
        "list",
        """
II. NHIỆM VỤ CỤ THỂ
1. Ban hành văn bản chỉ đạo
- Cơ quan chủ trì thực hiện: Văn phòng HĐND và UBND xã
- Thời gian hoàn thành: Tháng 01/2025
2. Khảo sát ý kiến người dân
- Đơn vị thực hiện: Trung tâm Phục vụ hành chính công xã
- Đơn vị phối hợp: Phòng Văn hóa - Xã hội; các thôn
- Tiến độ: Quý II/2025
3. Công khai kết quả
- Chịu trách nhiệm: Văn phòng HĐND và UBND xã
- Hạn hoàn thành: 30/11/2025
4. Theo dõi, đôn đốc
- Người phụ trách: Phó Chủ tịch UBND xã
- Thời gian: Thường xuyên
""",
        (
            Expected("Ban hành văn bản chỉ đạo", ("Văn phòng HĐND và UBND xã",), (), "Tháng 01/2025", date(2025, 1, 31)),
            Expected(
                "Khảo sát ý kiến người dân",
                ("Trung tâm Phục vụ hành chính công xã",),
                ("Phòng Văn hóa - Xã hội", "các thôn"),
                "Quý II/2025",
                date(2025, 6, 30),
            ),
            Expected("Công khai kết quả", ("Văn phòng HĐND và UBND xã",), (), "30/11/2025", date(2025, 11, 30)),
            Expected("Theo dõi, đôn đốc", ("Phó Chủ tịch UBND xã",), (), "Thường xuyên", None),
        ),
    ),
    Example(
        "cell_lines_no_blank_extra",
        "one cell a line",
        """
STT
Nội dung công việc
Thời gian thực hiện
Đơn vị thực hiện
Ghi chú
1
Xây dựng kế hoạch khảo sát
Trước ngày 15/3/2024
Phòng Nội vụ

2
In phiếu khảo sát
Tháng 3/2024
Phòng Nội vụ
5.000 phiếu
3
Phát phiếu, thu phiếu
Từ 01/4/2024 đến 30/4/2024
UBND các xã
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", ("Phòng Nội vụ",), (), "Trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("In phiếu khảo sát", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Phát phiếu, thu phiếu", ("UBND các xã",), (), "Từ 01/4/2024 đến 30/4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "markdown_no_outer_sep",
        "table",
        """
STT | Nội dung | Chủ trì | Thời gian
--- | --- | --- | ---
1 | Xây dựng kế hoạch | Sở Nội vụ | Tháng 3/2024
2 | Khảo sát | Sở Y tế | Tháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Sở Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("Sở Y tế",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "nested_bullets_in_tab_cell",
        "table",
        """
TT\tNội dung\tThực hiện\tThời gian
1\tTổ chức khảo sát
- Khối cơ quan hành chính: 15 xã, phường
- Khối sự nghiệp: 15 trạm y tế
- Số phiếu: 1.650 phiếu\t- Chủ trì: Phòng Nội vụ
- Phối hợp: UBND các xã, phường; các trạm y tế\tTừ ngày 02/7/2024 đến
15/9/2024
2\tPhúc tra\tPhòng Nội vụ\tTháng 9/2024
""",
        (
            Expected(
                "Tổ chức khảo sát",
                ("Phòng Nội vụ",),
                ("UBND các xã, phường", "các trạm y tế"),
                "Từ ngày 02/7/2024 đến 15/9/2024",
                date(2024, 9, 15),
            ),
            Expected("Phúc tra", ("Phòng Nội vụ",), (), "Tháng 9/2024", date(2024, 9, 30)),
        ),
    ),
    Example(
        "roman_task_rows",
        "table",
        """
TT | Nhiệm vụ | Chủ trì | Thời gian
I | Xây dựng kế hoạch | Sở Nội vụ | Tháng 3/2024
II | Khảo sát | Sở Y tế | Tháng 4/2024
III | Báo cáo | Sở Nội vụ | Tháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Sở Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("Sở Y tế",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Báo cáo", ("Sở Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "dash_subrows",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian
1\tCông tác chuẩn bị\t\t
-\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
-\tIn phiếu\tVăn phòng\tTháng 4/2024
2\tKhảo sát\tUBND xã\tTháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("In phiếu", ("Văn phòng",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "general_deadline_prose",
        "prose",
        """
III. TỔ CHỨC THỰC HIỆN
1. Yêu cầu các phòng, ban, UBND các xã căn cứ Kế hoạch này xây dựng kế hoạch của đơn vị, gửi về UBND huyện (qua Phòng \
Nội vụ) trước ngày 28/02/2024.
2. Phòng Nội vụ là cơ quan thường trực, chịu trách nhiệm theo dõi, đôn đốc, tổng hợp báo cáo UBND huyện trước ngày 15/12/2024.
3. Đề nghị Ủy ban MTTQ Việt Nam huyện phối hợp giám sát việc khảo sát.
""",
        (
            Expected(
                "xây dựng kế hoạch của đơn vị", ("các phòng, ban", "UBND các xã"), (), "trước ngày 28/02/2024", date(2024, 2, 27)
            ),
            Expected("theo dõi, đôn đốc", ("Phòng Nội vụ",), (), "trước ngày 15/12/2024", date(2024, 12, 14)),
            Expected("phối hợp giám sát", ("Ủy ban MTTQ Việt Nam huyện",), (), "", None),
        ),
    ),
    Example(
        "two_time_cells",
        "table",
        """
TT | Nhiệm vụ | Đơn vị | Thời gian bắt đầu | Thời gian hoàn thành
1 | Xây dựng kế hoạch | Phòng Nội vụ | 01/3/2024 | 15/3/2024
2 | Khảo sát | UBND xã | | 30/4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "01/3/2024", date(2024, 3, 15)),
            Expected("Khảo sát", ("UBND xã",), (), "30/4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "docx_para_bars",
        "table",
        """
| STT | NỘI DUNG CÔNG VIỆC | ĐƠN VỊ CHỦ TRÌ | ĐƠN VỊ PHỐI HỢP | THỜI GIAN THỰC HIỆN |
| --- | --- | --- | --- | --- |
| **I** | **Công tác chuẩn bị** |  |  |  |
| 1 | Xây dựng kế hoạch | Phòng Nội vụ |  | Tháng 3/2024 |
| **II** | **Tổ chức khảo sát** |  |  |  |
| 2 | Phát phiếu | UBND các xã | Phòng Nội vụ | Tháng 4/2024 |
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Phát phiếu", ("UBND các xã",), ("Phòng Nội vụ",), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "html_rest",
        "table",
        """
<p>TT</p>\t<p>Nội dung</p>\t<p>Chủ trì</p>\t<p>Thời gian</p>
<p>1</p>\t<p>Xây dựng kế hoạch</p>\t<p>Phòng Nội vụ</p>\t<p>Tháng 3/2024</p>
<p>2</p>\t<p>Khảo sát</p>\t<p>UBND xã</p>\t<p>Tháng 4/2024</p>
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "empty_cells_dash",
        "table",
        """
TT\tNội dung\tChủ trì\tPhối hợp\tThời gian\tGhi chú
1\tXây dựng kế hoạch\tPhòng Nội vụ\t-\tTháng 3/2024\t-
2\tKhảo sát\tUBND xã\tKhông\tTháng 4/2024\t-
3\tHọp\tUBND xã\t/\t-\t-
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Họp", ("UBND xã",), (), "", None),
        ),
    ),
    Example(
        "lead_merged_typed",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian
1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
2\tTập huấn\t\tTháng 4/2024
3\tKhảo sát\tUBND xã\tTháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "blank_line_after_each_row",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian

1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024

2\tTập huấn\tPhòng Nội vụ\tTháng 4/2024


3\tKhảo sát\tUBND xã\tTháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "steps_numbered_lead_in_text",
        "prose",
        """
III. CÁC BƯỚC TIẾN HÀNH
Bước 1. Xây dựng kế hoạch và phiếu khảo sát (tháng 3/2024).
Bước 2. Tổ chức khảo sát (từ ngày 01/4/2024 đến ngày 30/4/2024).
Bước 3. Tổng hợp, phân tích kết quả (tháng 5/2024).
Bước 4. Báo cáo (trước ngày 15/6/2024).
""",
        (
            Expected("Xây dựng kế hoạch và phiếu khảo sát", (), (), "tháng 3/2024", date(2024, 3, 31)),
            Expected("Tổ chức khảo sát", (), (), "từ ngày 01/4/2024 đến ngày 30/4/2024", date(2024, 4, 30)),
            Expected("Tổng hợp, phân tích kết quả", (), (), "tháng 5/2024", date(2024, 5, 31)),
            Expected("Báo cáo", (), (), "trước ngày 15/6/2024", date(2024, 6, 14)),
        ),
    ),
    Example(
        "many_lead_lines",
        "one cell a line",
        """
TT
Nội dung
Đơn vị chủ trì
Thời gian
1
Khảo sát tại các cơ quan
Sở Nội vụ
Sở Y tế
UBND các huyện
Tháng 4/2024
2
Báo cáo
Sở Nội vụ
Tháng 5/2024
""",
        (
            Expected(
                "Khảo sát tại các cơ quan", ("Sở Nội vụ", "Sở Y tế", "UBND các huyện"), (), "Tháng 4/2024", date(2024, 4, 30)
            ),
            Expected("Báo cáo", ("Sở Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "table_then_notes",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian
1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
2\tKhảo sát\tUBND xã\tTháng 4/2024
Ghi chú: Thời gian có thể thay đổi theo chỉ đạo của UBND tỉnh trước ngày 30/4/2024.
Trên đây là Kế hoạch.
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "tab_then_section_prose",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian
1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
2\tKhảo sát\tUBND xã\tTháng 4/2024
2. Kinh phí
Kinh phí thực hiện lấy từ ngân sách xã năm 2024.
3. Chế độ báo cáo
Định kỳ hằng tháng báo cáo UBND huyện.
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "labels_in_one_paragraph",
        "list",
        """
1. Xây dựng, ban hành Kế hoạch khảo sát năm 2024 (Đơn vị chủ trì: Phòng Nội vụ; đơn vị phối hợp: Phòng Tài chính - Kế \
hoạch; thời gian hoàn thành: trước 15/3/2024).
2. Tổ chức khảo sát (Đơn vị chủ trì: UBND các xã; thời gian: tháng 4/2024).
""",
        (
            Expected(
                "Xây dựng, ban hành Kế hoạch khảo sát năm 2024",
                ("Phòng Nội vụ",),
                ("Phòng Tài chính - Kế hoạch",),
                "trước 15/3/2024",
                date(2024, 3, 14),
            ),
            Expected("Tổ chức khảo sát", ("UBND các xã",), (), "tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "list_hard_wrapped",
        "list",
        """
II. NHIỆM VỤ
1. Xây dựng kế hoạch khảo sát, đánh giá mức độ hài lòng
của người dân, tổ chức năm 2024
- Đơn vị chủ trì: Phòng Nội vụ
- Đơn vị phối hợp: Phòng Tài chính - Kế hoạch, Văn phòng HĐND
và UBND, UBND các xã, thị trấn
- Thời gian thực hiện: Trước ngày
15/3/2024
2. Khảo sát
- Đơn vị chủ trì: UBND các xã, thị trấn
- Thời gian thực hiện: Tháng 4/2024
""",
        (
            Expected(
                "Xây dựng kế hoạch khảo sát, đánh giá mức độ hài lòng của người dân, tổ chức năm 2024",
                ("Phòng Nội vụ",),
                ("Phòng Tài chính - Kế hoạch", "Văn phòng HĐND và UBND", "UBND các xã, thị trấn"),
                "Trước ngày 15/3/2024",
                date(2024, 3, 14),
            ),
            Expected("Khảo sát", ("UBND các xã, thị trấn",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "office_time_label_after_each",
        "list",
        """
III. PHÂN CÔNG
1. Phòng Nội vụ
a) Xây dựng kế hoạch khảo sát.
Thời gian hoàn thành: Trước ngày 15/3/2024.
b) Tổng hợp kết quả.
Thời gian hoàn thành: Tháng 6/2024.
2. Trung tâm Y tế
a) Khảo sát người bệnh.
Thời gian thực hiện: Quý II/2024.
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", ("Phòng Nội vụ",), (), "Trước ngày 15/3/2024", date(2024, 3, 14)),
            Expected("Tổng hợp kết quả", ("Phòng Nội vụ",), (), "Tháng 6/2024", date(2024, 6, 30)),
            Expected("Khảo sát người bệnh", ("Trung tâm Y tế",), (), "Quý II/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "spaces_with_empty",
        "table",
        """
STT   Nội dung công việc          Chủ trì          Phối hợp        Thời gian
1     Xây dựng kế hoạch           Phòng Nội vụ                     Tháng 3/2024
2     Khảo sát                    UBND các xã      Trạm Y tế       Tháng 4/2024
3     Báo cáo                     Phòng Nội vụ                     Tháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND các xã",), ("Trạm Y tế",), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "headings_caps_parens",
        "table",
        """
STT\tNỘI DUNG NHIỆM VỤ\tCƠ QUAN, ĐƠN VỊ CHỦ TRÌ\tCƠ QUAN, ĐƠN VỊ PHỐI HỢP\tTHỜI GIAN (Dự kiến)\tSẢN PHẨM (Kết quả)
1\tXây dựng kế hoạch\tSở Nội vụ\tSở Tài chính\tTháng 3/2024\tKế hoạch
2\tKhảo sát\tSở Y tế\tCác bệnh viện\tTháng 4/2024\tBáo cáo
""",
        (
            Expected("Xây dựng kế hoạch", ("Sở Nội vụ",), ("Sở Tài chính",), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("Sở Y tế",), ("Các bệnh viện",), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "tt_in_content",
        "table",
        """
Nội dung\tThời gian\tBộ phận thực hiện
1. Xây dựng kế hoạch\tTháng 3/2024\tVăn phòng
2. Khảo sát\tTháng 4/2024\tTổ khảo sát
2.1. Phát phiếu\tTuần 1 tháng 4/2024\tTổ khảo sát
2.2. Thu phiếu\tTuần 3 tháng 4/2024\tTổ khảo sát
""",
        (
            Expected("Xây dựng kế hoạch", ("Văn phòng",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("Tổ khảo sát",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Phát phiếu", ("Tổ khảo sát",), (), "Tuần 1 tháng 4/2024", date(2024, 4, 7)),
            Expected("Thu phiếu", ("Tổ khảo sát",), (), "Tuần 3 tháng 4/2024", date(2024, 4, 21)),
        ),
    ),
    Example(
        "deadline_word_in_heading",
        "table",
        """
STT\tNội dung\tĐơn vị\tHoàn thành trước ngày
1\tXây dựng kế hoạch\tPhòng Nội vụ\t20/3/2024
2\tKhảo sát\tUBND xã\t30/4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "20/3/2024", date(2024, 3, 19)),
            Expected("Khảo sát", ("UBND xã",), (), "30/4/2024", date(2024, 4, 29)),
        ),
    ),
    Example(
        "year_in_heading",
        "table",
        """
STT\tNội dung\tĐơn vị chủ trì\tThời gian thực hiện năm 2026
1\tXây dựng kế hoạch\tPhòng Nội vụ\tQuý I
2\tKhảo sát\tUBND xã\tTháng 4
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Quý I", date(2026, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4", date(2026, 4, 30)),
        ),
    ),
    Example(
        "list_beside_agenda_table",
        "list",
        """
II. NHIỆM VỤ
1. Xây dựng kế hoạch khảo sát
- Chủ trì: Phòng Nội vụ
- Thời gian: Tháng 3/2024
2. Tập huấn điều tra viên
- Chủ trì: Phòng Nội vụ
- Thời gian: Tháng 4/2024
3. Khảo sát
- Chủ trì: UBND các xã
- Thời gian: Tháng 5/2024
LỊCH TẬP HUẤN
TT\tNội dung\tThời gian
1\tKhai mạc\t08h00 ngày 10/4/2024
2\tTrao đổi\t09h00 ngày 10/4/2024
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn điều tra viên", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát", ("UBND các xã",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "time_first_no_number",
        "table",
        """
Mốc thời gian\tNội dung công việc\tGhi chú
Trước 15/3/2024\tXây dựng kế hoạch\t
Tháng 4/2024\tTập huấn điều tra viên\tTrực tuyến
Từ 01/5 đến 31/5/2024\tKhảo sát tại các xã\t
""",
        (
            Expected("Xây dựng kế hoạch", (), (), "Trước 15/3/2024", date(2024, 3, 14)),
            Expected("Tập huấn điều tra viên", (), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát tại các xã", (), (), "Từ 01/5 đến 31/5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "numbered_one_cell_parents",
        "table",
        """
TT\tNội dung\tChủ trì\tThời gian
1. Công tác chuẩn bị
1.1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
1.2\tTập huấn\tPhòng Nội vụ\tTháng 4/2024
2. Công tác khảo sát
2.1\tPhát phiếu\tUBND xã\tTháng 5/2024
2.2\tThu phiếu\tUBND xã\tTháng 6/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Phát phiếu", ("UBND xã",), (), "Tháng 5/2024", date(2024, 5, 31)),
            Expected("Thu phiếu", ("UBND xã",), (), "Tháng 6/2024", date(2024, 6, 30)),
        ),
    ),
    Example(
        "box_drawing",
        "table",
        """
┌────┬───────────────────┬──────────────┬──────────────┐
│ TT │ Nội dung          │ Chủ trì      │ Thời gian    │
├────┼───────────────────┼──────────────┼──────────────┤
│ 1  │ Xây dựng kế       │ Phòng Nội vụ │ Tháng 3/2024 │
│    │ hoạch             │              │              │
├────┼───────────────────┼──────────────┼──────────────┤
│ 2  │ Khảo sát          │ UBND xã      │ Tháng 4/2024 │
└────┴───────────────────┴──────────────┴──────────────┘
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "labels_between_bars",
        "list",
        """
1. Xây dựng kế hoạch khảo sát
Chủ trì: Phòng Nội vụ | Phối hợp: Phòng Y tế | Thời gian: Tháng 3/2024
2. Tổ chức khảo sát
Chủ trì: UBND các xã | Phối hợp: Trạm Y tế | Thời gian: Tháng 4/2024
3. Báo cáo
Chủ trì: Phòng Nội vụ | Phối hợp: UBND các xã | Thời gian: Tháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", ("Phòng Nội vụ",), ("Phòng Y tế",), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tổ chức khảo sát", ("UBND các xã",), ("Trạm Y tế",), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Báo cáo", ("Phòng Nội vụ",), ("UBND các xã",), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
    Example(
        "labels_by_dashes",
        "list",
        """
1. Xây dựng kế hoạch khảo sát - Chủ trì: Phòng Nội vụ - Thời gian: Tháng 3/2024
2. Tổ chức khảo sát - Chủ trì: UBND các xã - Thời gian: Tháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch khảo sát", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tổ chức khảo sát", ("UBND các xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "section_rows_small_letters",
        "table",
        """
TT | Nội dung | Thời gian | Thực hiện
A. Giai đoạn chuẩn bị | | |
1 | Lập danh sách | Tháng 3/2024 | Phòng Nội vụ
2 | In phiếu | Tháng 3/2024 | Phòng Nội vụ
B. Giai đoạn điều tra | | |
3 | Phát phiếu | Tháng 4/2024 | UBND xã
""",
        (
            Expected("Lập danh sách", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("In phiếu", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Phát phiếu", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "content_column_named_work",
        "table",
        """
STT|Tên công việc|Bộ phận chủ trì|Bộ phận phối hợp|Thời hạn hoàn thành|Kết quả đầu ra
1|Soạn thảo Kế hoạch|Văn phòng HĐND và UBND|Phòng Kinh tế|10/8/2025|Dự thảo Kế hoạch
2|Lấy ý kiến khảo sát người dân|Trung tâm Phục vụ hành chính công|Các thôn, tổ dân phố|Từ 15/8 đến 30/9/2025|Phiếu khảo sát
3|Báo cáo UBND tỉnh|Văn phòng HĐND và UBND||Trước ngày 15/10/2025|Báo cáo
""",
        (
            Expected("Soạn thảo Kế hoạch", ("Văn phòng HĐND và UBND",), ("Phòng Kinh tế",), "10/8/2025", date(2025, 8, 10)),
            Expected(
                "Lấy ý kiến khảo sát người dân",
                ("Trung tâm Phục vụ hành chính công",),
                ("Các thôn, tổ dân phố",),
                "Từ 15/8 đến 30/9/2025",
                date(2025, 9, 30),
            ),
            Expected("Báo cáo UBND tỉnh", ("Văn phòng HĐND và UBND",), (), "Trước ngày 15/10/2025", date(2025, 10, 14)),
        ),
    ),
    Example(
        "doubled_header_words",
        "table",
        """
STT STT\tNội dung Nội dung\tĐơn vị chủ trì\tThời gian thực hiện
1\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
2\tKhảo sát\tUBND xã\tTháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "glued_rows_without_numbers",
        "table",
        """
Nội dung\tChủ trì\tThời gian
Xây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
Tập huấn\tPhòng Nội vụ\tTháng 4/2024
khảo sát thử\tPhòng Y tế\tTháng 4/2024
Khảo sát\tUBND các xã\t
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Tập huấn", ("Phòng Nội vụ",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("khảo sát thử", ("Phòng Y tế",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Khảo sát", ("UBND các xã",), (), "", None),
        ),
    ),
    Example(
        "office_headings_bold_plain",
        "list",
        """
IV. TỔ CHỨC THỰC HIỆN
**Phòng Nội vụ:**
- Xây dựng kế hoạch, hoàn thành trước 15/3/2024.
- Tổng hợp báo cáo trước 30/6/2024.
**UBND các xã, thị trấn:**
- Tổ chức khảo sát trong tháng 4/2024.
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "trước 15/3/2024", date(2024, 3, 14)),
            Expected("Tổng hợp báo cáo", ("Phòng Nội vụ",), (), "trước 30/6/2024", date(2024, 6, 29)),
            Expected("Tổ chức khảo sát", ("UBND các xã, thị trấn",), (), "tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "giao_no_number",
        "prose",
        """
III. TỔ CHỨC THỰC HIỆN
Giao Phòng Nội vụ chủ trì, phối hợp với các cơ quan liên quan xây dựng kế hoạch chi tiết, hoàn thành trước ngày \
15/3/2024; tổng hợp, báo cáo kết quả về UBND huyện trước ngày 30/6/2024.
Giao UBND các xã, thị trấn tổ chức khảo sát, hoàn thành trong tháng 4/2024.
""",
        (
            Expected(
                "xây dựng kế hoạch chi tiết",
                ("Phòng Nội vụ",),
                ("các cơ quan liên quan",),
                "trước ngày 15/3/2024",
                date(2024, 3, 14),
            ),
            Expected("tổng hợp, báo cáo kết quả", ("Phòng Nội vụ",), (), "trước ngày 30/6/2024", date(2024, 6, 29)),
            Expected("tổ chức khảo sát", ("UBND các xã, thị trấn",), (), "tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "mixed_numbers_tab_blank_cells",
        "table",
        """
TT\t\tNội dung\tChủ trì\tThời gian
1\t\tXây dựng kế hoạch\tPhòng Nội vụ\tTháng 3/2024
2\t\tKhảo sát\tUBND xã\tTháng 4/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
        ),
    ),
    Example(
        "bullets_under_a_lead_in",
        "list",
        """
III. TỔ CHỨC THỰC HIỆN
1. Các cơ quan, đơn vị liên quan triển khai các hoạt động sau:
- Chọn mẫu điều tra, từ ngày 15/8/2024 - 05/9/2024;
- Phúc tra kết quả điều tra, tháng 11/2024;
""",
        (
            Expected(
                "Chọn mẫu điều tra", ("Các cơ quan, đơn vị liên quan",), (), "từ ngày 15/8/2024 - 05/9/2024", date(2024, 9, 5)
            ),
            Expected("Phúc tra kết quả", ("Các cơ quan, đơn vị liên quan",), (), "tháng 11/2024", date(2024, 11, 30)),
        ),
    ),
    Example(
        "labels_under_long_lines",
        "list",
        """
A. LỘ TRÌNH
Bước 1: Xây dựng kế hoạch, lập danh sách người được khảo sát của cả xã
Đơn vị thực hiện: Văn phòng HĐND và UBND xã
Thời gian: Xong trước 28/02/2024
Bước 2: Phát và thu 300 phiếu khảo sát tại 06 thôn trong toàn xã
Đơn vị thực hiện: Trưởng các thôn
Đơn vị phối hợp: Đoàn Thanh niên, Hội Phụ nữ xã
Thời gian: Từ 24 - 28/3/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Văn phòng HĐND và UBND xã",), (), "Xong trước 28/02/2024", date(2024, 2, 27)),
            Expected(
                "Phát và thu 300 phiếu",
                ("Trưởng các thôn",),
                ("Đoàn Thanh niên", "Hội Phụ nữ xã"),
                "Từ 24 - 28/3/2024",
                date(2024, 3, 28),
            ),
        ),
    ),
    Example(
        "phases_in_brackets_with_who_rechecks",
        "prose",
        """
KẾ HOẠCH
Giai đoạn 1 (từ 20/6 đến 29/7/2024): Các phường phát phiếu, thu phiếu.
Giai đoạn 2 (tháng 8/2024): Phòng Nội vụ phối hợp Ủy ban MTTQ quận phúc tra ngẫu nhiên 5% số phiếu.
""",
        (
            Expected("phát phiếu, thu phiếu", ("Các phường",), (), "từ 20/6 đến 29/7/2024", date(2024, 7, 29)),
            Expected("phúc tra ngẫu nhiên", ("Phòng Nội vụ",), ("Ủy ban MTTQ quận",), "tháng 8/2024", date(2024, 8, 31)),
        ),
    ),
    Example(
        "a_cell_a_line_days_first_and_people",
        "one cell a line",
        """
LỊCH TRIỂN KHAI KHẢO SÁT HÀI LÒNG NĂM 2024
Ngày, tháng
Nội dung
Người phụ trách
12/5
Họp thống nhất mẫu phiếu
Đ/c Hùng, Trưởng phòng
15 - 17/5
In 2.000 phiếu
Đ/c Lan, Đ/c Minh
Trước 15/7
Báo cáo UBND huyện
Đ/c Hùng, Trưởng phòng
""",
        (
            Expected("Họp thống nhất", ("Đ/c Hùng, Trưởng phòng",), (), "12/5", date(2024, 5, 12)),
            Expected("In 2.000 phiếu", ("Đ/c Lan", "Đ/c Minh"), (), "15 - 17/5", date(2024, 5, 17)),
            Expected("Báo cáo UBND", ("Đ/c Hùng, Trưởng phòng",), (), "Trước 15/7", date(2024, 7, 14)),
        ),
    ),
    Example(
        "page_counts_are_no_days",
        "one cell a line",
        """
TT
Nội dung
Chủ trì
Thời gian
1
Xây dựng kế hoạch
Phòng Nội vụ
Tháng 3/2024
1/2
2
Khảo sát
UBND xã
Tháng 4/2024
2/2
3
Báo cáo
Phòng Nội vụ
Tháng 5/2024
""",
        (
            Expected("Xây dựng kế hoạch", ("Phòng Nội vụ",), (), "Tháng 3/2024", date(2024, 3, 31)),
            Expected("Khảo sát", ("UBND xã",), (), "Tháng 4/2024", date(2024, 4, 30)),
            Expected("Báo cáo", ("Phòng Nội vụ",), (), "Tháng 5/2024", date(2024, 5, 31)),
        ),
    ),
)
