"""Biên bản phúc tra (wording/documents 4): how the ballots were drawn, what came of them, every key to check by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracker.documents.writing import (
    Annex,
    Column,
    DottedLines,
    Heading,
    Letterhead,
    Paragraph,
    Part,
    Recipients,
    SideBySide,
    SignatureBlock,
    Table,
    Title,
    write_document,
)
from tracker.queries.chase_papers import PaperHead
from tracker.queries.recheck import Keyed, Sheet
from tracker.rules.satisfaction import percent, rounded
from tracker.rules.states import RecheckOutcome
from tracker.wording import date_short, number
from tracker.wording.fieldwork import MISMATCH_KIND, RECHECK_DECISION, RECHECK_OUTCOME
from tracker.wording.figures import share_words

_KEY_COLUMNS = (
    Column("TT", 9, "center"),
    Column("Mã phiếu", 18, "center"),
    Column("Điều tra viên", 22),
    Column("Khóa", 92),
    Column("Mẫu", 20),
)


def recheck_minutes(head: PaperHead, sheet: Sheet, keys: Sequence[Keyed], year: int | None, *, mode: str) -> bytes:
    """The minutes of one unit as a Word file; `mode`: how it was rechecked. Names of respondents never appear; only mã phiếu."""
    drawn = [item for item in sheet.items if not item.replaces and item.stage_no == 1]
    second = [item for item in sheet.items if not item.replaces and item.stage_no == 2]
    used = [item for item in sheet.items if item.replaces]
    reserve = len(sheet.reserve) + len([item for item in used if item.stage_no == 1])
    about = f"Phúc tra phiếu khảo sát mức độ hài lòng{f' năm {year}' if year else ''} tại {sheet.unit}"
    parts: list[Part] = [
        Letterhead(head.office, superior=head.superior if head.superior != head.office else "", symbol=head.symbol),
        Title("Biên bản", about),
        Paragraph("Thời gian bắt đầu: …… giờ ……, ngày …… tháng …… năm ……. Địa điểm: ………………………"),
        Paragraph("Thành phần tham dự (chủ trì, thư ký, người phúc tra, đại diện đơn vị, đại diện giám sát):"),
        DottedLines(3),
        Heading("1. Chọn mẫu", 2),
        Paragraph(
            f"Số phiếu hợp lệ: {number(sheet.population)}. Tỷ lệ phúc tra theo Kế hoạch: {sheet.percent}%. "
            f"Số phiếu phúc tra: {number(len(drawn))} (làm tròn lên); phiếu dự phòng: {number(reserve)}. "
            f"Cách phúc tra: {mode}."
        ),
    ]
    if sheet.drawn_at and sheet.committed_at:
        digits = f", phần công khai {sheet.public_digits}" if sheet.public_digits else ""
        parts.append(
            Paragraph(
                f"Mẫu được chọn ngẫu nhiên ngày {date_short(sheet.drawn_at.date())} từ chuỗi khởi tạo {sheet.seed}{digits}; "
                f"mã kiểm chứng {sheet.commitment} đã công khai ngày {date_short(sheet.committed_at.date())}, "
                "trước khi phát phiếu."
            )
        )
    parts.append(Paragraph(f"Mã phiếu: {', '.join(item.number for item in drawn)}."))
    if second:
        parts.append(Paragraph(f"Phúc tra lần hai: {', '.join(item.number for item in second)}."))
    if used:
        words = "; ".join(f"{item.number} thay cho {item.replaces}" for item in used)
        parts.append(Paragraph(f"Phiếu dự phòng đã dùng: {words}."))
    parts += [Heading("2. Kết quả", 2), _outcomes(sheet)]
    mismatched = [item for item in sheet.items if item.outcome is RecheckOutcome.MISMATCH]
    if mismatched:
        columns = [Column("Mã phiếu", 24, "center"), Column("Mức sai lệch", 42), Column("Nội dung khác nhau", 95)]
        rows = [(item.number, MISMATCH_KIND[item.kind] if item.kind else "", item.note) for item in mismatched]
        parts += [Paragraph("Phiếu sai lệch:"), Table(columns, rows)]
    if sheet.standing.verdict:
        parts.append(Paragraph(f"Theo cách kết luận đã công bố: {sheet.standing.verdict.reason}"))
    if sheet.decision and sheet.decided_at:
        words, day = RECHECK_DECISION[sheet.decision].lower(), date_short(sheet.decided_at.date())
        parts.append(Paragraph(f"Kết luận: {words} ({sheet.decided_by}, ngày {day})."))
    parts += [
        Paragraph("Việc phúc tra kết thúc vào …… giờ ……, ngày …… tháng …… năm ……/."),
        SideBySide([SignatureBlock([who]) for who in ("THƯ KÝ", "ĐẠI DIỆN ĐƠN VỊ", "ĐẠI DIỆN GIÁM SÁT", "CHỦ TRÌ")]),
        Recipients(["Như thành phần tham dự"], head.symbol),
        Annex("Khóa của từng phiếu", attached_to="Biên bản phúc tra"),
        Paragraph(
            "Khóa của một phiếu là SHA-256 của dòng chữ: chuỗi khởi tạo, dấu |, phần công khai, dấu |, mã phiếu. "
            "Các phiếu được xếp theo khóa tăng dần."
        ),
        Table(_KEY_COLUMNS, [(str(n), k.number, k.interviewer, k.key, k.what) for n, k in enumerate(keys, 1)], size=9),
    ]
    return write_document(parts, subject=about, author=head.office)


def _outcomes(sheet: Sheet) -> Table:
    counted = Counter(item.outcome for item in sheet.items if item.outcome)
    total = sum(counted.values())
    rows = []
    for outcome in RecheckOutcome:
        exact = percent(counted[outcome], total)
        shown = share_words(rounded(exact)) if exact is not None else "–"
        rows.append((RECHECK_OUTCOME[outcome].word, number(counted[outcome]), shown))
    columns = [Column("Kết quả", 80), Column("Số phiếu", 35, "right"), Column("Tỷ lệ", 35, "right")]
    return Table(columns, rows, total=("Cộng", number(total), ""))
