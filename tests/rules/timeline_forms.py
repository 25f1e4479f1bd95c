"""One table of work written down in every form in which people paste it, and the damages it suffers on the way."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence

Row = Sequence[str]

HEADINGS = ("TT", "Nội dung công việc", "Đơn vị chủ trì", "Đơn vị phối hợp", "Thời gian thực hiện")
ROWS: tuple[tuple[str, ...], ...] = (
    ("1", "Xây dựng kế hoạch khảo sát và dự toán kinh phí", "Phòng Nội vụ", "Phòng Tài chính - Kế hoạch", "Trước ngày 15/3/2024"),
    ("2", "Tổ chức tập huấn cho điều tra viên", "Phòng Nội vụ", "", "Tháng 4/2024"),
    (
        "3",
        "Triển khai khảo sát tại Bộ phận Một cửa các xã, phường",
        "UBND các xã, phường",
        "Phòng Nội vụ; Trung tâm Y tế",
        "Từ ngày 02/5/2024 đến ngày 30/6/2024",
    ),
    ("4", "Thu phiếu, phúc tra 10% số phiếu", "Phòng Nội vụ", "UBND các xã, phường", "Từ ngày 01/7/2024 đến 15/7/2024"),
    ("5", "Nhập phiếu vào phần mềm", "Trung tâm Phục vụ hành chính công", "", "Quý III/2024"),
    ("6", "Tổng hợp, viết báo cáo kết quả khảo sát", "Phòng Nội vụ", "Các phòng, ban, ngành", "Chậm nhất ngày 20/10/2024"),
    (
        "7",
        "Công bố kết quả khảo sát trên Cổng thông tin điện tử",
        "Văn phòng HĐND và UBND",
        "Phòng Văn hóa - Thông tin",
        "Thường xuyên",
    ),
)
BEFORE = """ỦY BAN NHÂN DÂN
HUYỆN A
Số: 45/KH-UBND

KẾ HOẠCH
Khảo sát mức độ hài lòng năm 2024

Căn cứ Quyết định số 10/QĐ-UBND ngày 05/01/2024 của UBND tỉnh;

I. MỤC ĐÍCH, YÊU CẦU
1. Mục đích
- Đánh giá khách quan sự hài lòng của người dân.
II. NỘI DUNG VÀ TIẾN ĐỘ
"""
AFTER = """
III. TỔ CHỨC THỰC HIỆN
1. Phòng Nội vụ
- Chủ trì triển khai Kế hoạch này, theo dõi, đôn đốc các đơn vị thực hiện.
2. UBND các xã, phường
- Phối hợp với Phòng Nội vụ tổ chức khảo sát.
Trên đây là Kế hoạch khảo sát năm 2024./.
Nơi nhận:
- Như trên;
- Lưu: VT.
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Nguyễn Văn A
"""

Writer = Callable[[Row | None, Sequence[Row]], str]


def _all(headings: Row | None, rows: Sequence[Row]) -> list[Row]:
    return [*([headings] if headings else []), *rows]


def tabs(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n".join("\t".join(row) for row in _all(headings, rows))


def bars(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in _all(headings, rows))


def inner_bars(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n".join(" | ".join(row) for row in _all(headings, rows))


def markdown(headings: Row | None, rows: Sequence[Row]) -> str:
    head = [f"| {' | '.join(headings)} |", f"|{'|'.join([' --- '] * len(headings))}|"] if headings else []
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows)])


def gaps(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n".join("    ".join(cell or "-" for cell in row) for row in _all(headings, rows))


def cell_lines(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n".join("\n".join(cell for cell in row if cell) for row in _all(headings, rows))


def cell_lines_blank_between_rows(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n\n".join("\n".join(cell for cell in row if cell) for row in _all(headings, rows))


def cell_lines_blank_between_cells(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n\n".join("\n\n".join(cell for cell in row if cell) for row in _all(headings, rows))


def cell_lines_with_tabs(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in _all(headings, rows))


def lone_bars(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n|\n".join("\n|\n".join(row) for row in _all(headings, rows))


def closing_bars(headings: Row | None, rows: Sequence[Row]) -> str:
    return "\n".join("|\n" + "\n".join(f"{cell} |" for cell in row) for row in _all(headings, rows))


def _wrapped(row: Row, widths: Sequence[int]) -> list[list[str]]:
    cells = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths, strict=False)]
    height = max(len(cell) for cell in cells)
    return [[cell[i] if i < len(cell) else "" for cell in cells] for i in range(height)]


def drawn(headings: Row | None, rows: Sequence[Row]) -> str:
    widths = (5, 28, 18, 18, 16, 14)[: len(rows[0])]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    lines = [rule]
    for row in _all(headings, rows):
        for cells in _wrapped(row, widths):
            lines.append("| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |")
        lines.append(rule)
    return "\n".join(lines)


def lined_up(headings: Row | None, rows: Sequence[Row]) -> str:
    widths = (5, 30, 20, 20, 20)[: len(rows[0])]
    lines = []
    for row in _all(headings, rows):
        for cells in _wrapped(row, widths):
            lines.append("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
    return "\n".join(lines)


WRITERS: dict[str, Writer] = {
    writer.__name__: writer
    for writer in (
        tabs,
        bars,
        inner_bars,
        markdown,
        gaps,
        cell_lines,
        cell_lines_blank_between_rows,
        cell_lines_blank_between_cells,
        cell_lines_with_tabs,
        lone_bars,
        closing_bars,
        drawn,
        lined_up,
    )
}
ROW_A_LINE = ("tabs", "bars", "inner_bars")
CELL_A_LINE = tuple(name for name in WRITERS if name.startswith("cell_lines") or name in ("lone_bars", "closing_bars"))
