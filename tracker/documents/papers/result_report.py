"""Báo cáo kết quả khảo sát (wording/documents 6): the draft that the office completes and a leader signs.

Everything counted stands in it; what only people can say (III, IV) is left as dotted lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tracker.documents.writing import (
    Annex,
    Column,
    DottedLines,
    Heading,
    Letterhead,
    Paragraph,
    Part,
    Recipients,
    SignatureBlock,
    Signing,
    Span,
    Table,
    Text,
    Title,
    write_document,
)
from tracker.queries.chase_papers import PaperHead
from tracker.rules.results import Block, QuestionRow, ResultData, Shown, UnitRow
from tracker.rules.satisfaction import rounded
from tracker.wording import date_short, list_names, number
from tracker.wording.fieldwork import DISCARD_REASON
from tracker.wording.figures import change_words, decimal_words, exact_words, interval_words, share_words
from tracker.wording.numbers import NBSP, padded

NONE = "–"
_BAR_BLANKS = 24  #: of a bar of 100 %, within its column


@dataclass(frozen=True)
class ResultReport:
    head: PaperHead
    result: ResultData
    on: date


def result_report(report: ResultReport) -> bytes:
    r, head = report.result, report.head
    year = f" năm {r.plan.year}" if r.plan.year else ""
    about = f"Kết quả khảo sát, đánh giá mức độ hài lòng của tổ chức, cá nhân đối với sự phục vụ của {_surveyed(r)}{year}"
    parts: list[Part] = [
        Letterhead(
            head.office,
            superior=head.superior if head.superior != head.office else "",
            place=head.place,
            on=report.on,
            symbol=f"BC-{head.symbol}" if head.symbol else "BC",
        ),
        Title("Báo cáo", about),
        *_how_it_was_done(r),
        *_results(r),
        Heading("III. Đánh giá"),
        *(DottedLines(2, label) for label in ("1. Ưu điểm:", "2. Hạn chế:", "3. Nguyên nhân:")),
        Heading("IV. Kiến nghị, giải pháp"),
        DottedLines(3),
        Paragraph(
            f"Trên đây là báo cáo kết quả khảo sát{year}; {head.office} báo cáo {head.superior}"
            " và gửi các cơ quan, đơn vị để thực hiện./."
        ),
        Signing(SignatureBlock(head.signing_lines, head.signer), _recipients(head)),
        *_unit_annex(r, head),
        *_question_annex(r, head),
        *_ballot_annex(r, head),
    ]
    return write_document(parts, subject=about, author=head.office)


def _surveyed(r: ResultData) -> str:
    names = [block.name for block in r.blocks if block.name]
    return " và ".join(names) if names else "các đơn vị"


def _how_it_was_done(r: ResultData) -> list[Part]:
    plan, field = r.plan, r.fieldwork
    issued = f" ngày {date_short(plan.issued_on)}" if plan.issued_on else ""
    basis = f"Kế hoạch{f' số {plan.number}' if plan.number else ''}{issued} của {plan.issuer or plan.office}"
    groups = ", ".join(f"{len(block.units)} {block.name}" for block in r.blocks if block.name)
    span = ""
    if plan.starts_on and plan.ends_on:
        span = f"; thời gian từ ngày {date_short(plan.starts_on)} đến ngày {date_short(plan.ends_on)}"
    quota = f"{number(field.quota)} phiếu" if field.quota else "không đặt chỉ tiêu số phiếu"
    reasons = "; ".join(f"{DISCARD_REASON[reason].lower()}: {number(n)}" for reason, n in field.reasons.items()) or "không có"  # type: ignore[index]
    return [
        Heading("I. Tình hình triển khai"),
        Heading("1. Căn cứ, phương pháp", 2),
        Paragraph(f"Căn cứ: {basis}. Phương pháp: {'; '.join(dict.fromkeys(block.questionnaire_title for block in r.blocks))}."),
        Heading("2. Phạm vi, đối tượng, thời gian", 2),
        Paragraph(f"{number(r.units)} đơn vị{f' ({groups})' if groups else ''}{span}."),
        Heading("3. Cỡ mẫu", 2),
        Paragraph(f"Chỉ tiêu: {quota}."),
        Heading("4. Số phiếu", 2),
        _ballot_table(r),
        Paragraph(f"Lý do loại bỏ: {reasons}."),
        Heading("5. Phúc tra và kiểm soát chất lượng", 2),
        Paragraph(_quality(r)),
        Heading("6. Cách tính", 2),
        *(Paragraph(" ".join(words)) for words in dict.fromkeys(block.formula_words for block in r.blocks)),
        Paragraph(
            "Mỗi số liệu ghi kèm số phiếu và khoảng tin cậy 95% (Wilson). Đơn vị dưới"
            f" {r.shown_from} phiếu không nêu số liệu, dưới {r.ranked_from} phiếu không xếp hạng."
        ),
        *(Paragraph(words) for words in r.unverified),
        *(Paragraph(f"Không có số liệu của {gap.unit}: {gap.reason}.") for gap in r.exceptions),
    ]  # fmt: skip


def _quality(r: ResultData) -> str:
    again, entry = r.recheck, r.entry
    if again.drawn:
        share = f" ({again.percent}%)" if again.percent else ""
        said = f"Phúc tra {number(again.drawn)} phiếu{share}: khớp {number(again.match)}, sai lệch {number(again.mismatch)}"
        said += f", không liên hệ được {number(again.unreachable)}, từ chối {number(again.refused)}"
        said += f"; điều tra lại ở {padded(again.resurveyed_units)} đơn vị." if again.resurveyed_units else "."
    else:
        said = "Không có phiếu phúc tra."
    second = f"nhập lần hai {number(entry.second)} phiếu, chênh lệch {number(entry.differences)} ô đã thống nhất"
    return f"{said} Đã nhập {number(entry.entered)} phiếu{f'; {second}' if entry.second else ''}."


def _ballot_table(r: ResultData) -> Table:
    columns = [
        Column("Khối", 46),
        *(Column(t, 18, "right") for t in ("Chỉ tiêu", "Phát ra", "Thu về", "Hợp lệ", "Loại bỏ", "Tỷ lệ hợp lệ")),
    ]
    rows = [_ballot_row(block.name or "Các đơn vị", block.units) for block in r.blocks]
    every = [unit for block in r.blocks for unit in block.units]
    return Table(columns, rows, _ballot_row("Cộng", every) if len(rows) > 1 else ())


def _ballot_row(name: str, units: Sequence[UnitRow]) -> list[str]:
    quotas = [unit.quota for unit in units]
    collected, valid = sum(unit.collected for unit in units), sum(unit.valid for unit in units)
    share = share_words(rounded(Fraction(100 * valid, collected))) if collected else NONE
    return [
        name,
        NONE if None in quotas else number(sum(quota or 0 for quota in quotas)),
        number(sum(unit.handed_out for unit in units)),
        number(collected),
        number(valid),
        number(sum(unit.discarded for unit in units)),
        share,
    ]


def _results(r: ResultData) -> list[Part]:
    parts: list[Part] = [
        Heading("II. Kết quả"),
        Heading("1. Kết quả chung", 2),
        Paragraph(_whole(r)),
        Heading("2. Theo khối đơn vị", 2),
        Table(
            [Column("Khối", 44), *(Column(t, 20, "right") for t in _BLOCK_COLUMNS)],
            [_block_row(block) for block in r.blocks],
        ),
        Heading("3. Theo đơn vị", 2),
    ]
    for block in r.blocks:
        parts += [Paragraph(f"{block.name or 'Các đơn vị'}. {_block_words(block)}"), _rank_table(block)]
    parts.append(Heading("4. Theo tiêu chí", 2))
    for block in r.blocks:
        parts += [Paragraph(f"{block.name or 'Các đơn vị'}:", indented=False), _criteria_table(block)]
    parts += [Heading("5. Theo câu hỏi", 2), Paragraph("Chi tiết tại Phụ lục II.")]
    facts = [(block, question) for block in r.blocks for question in (*block.facts, *block.expectations)]
    if facts:
        parts.append(Heading("6. Sự việc và mong đợi", 2))
        for block in r.blocks:
            for question in (*block.facts, *block.expectations):
                parts.append(Paragraph(f"{block.name or 'Các đơn vị'}: {question.text} {_answer_words(question)}"))
    return [*parts, Heading(f"{'7' if facts else '6'}. Ý kiến khác của người dân, tổ chức", 2), DottedLines(2)]


_BLOCK_COLUMNS = ("Số đơn vị", "Số phiếu", "Tỷ lệ hài lòng", "Năm trước", "Tăng, giảm", "Chỉ tiêu")


def _whole(r: ResultData) -> str:
    said = f"Tỷ lệ hài lòng chung là {share_words(r.whole.value)} (tính trên {number(r.ballots)} phiếu hợp lệ"
    said += f", khoảng tin cậy 95%: {interval_words(r.whole.low, r.whole.high)})" if r.whole.low is not None else ")"
    if r.change is not None:
        said += f"; {change_words(r.change)} so với kỳ trước ({share_words(r.last)}, {r.last_source})"
    if r.target is not None and r.target_met is not None:
        said += f"; {'đạt' if r.target_met else 'chưa đạt'} chỉ tiêu {exact_words(Fraction(r.target))}%"
    said += f". Điểm trung bình: {decimal_words(r.mean)}/5." if r.mean is not None else "."
    return said + (f" {r.change_note}" if r.change is None and r.last is not None else "")


def _block_words(block: Block) -> str:
    best, worst = block.units[0], next((u for u in reversed(block.units) if u.rank), None)
    said = []
    if block.judged:
        said.append(f"Có {block.met}/{block.judged} đơn vị đạt chỉ tiêu.")
    if block.rose or block.fell:
        said.append(f"Có {padded(block.rose)} đơn vị tăng, {padded(block.fell)} đơn vị giảm so với kỳ trước.")
    if block.highest:
        said.append(f"Cao nhất: {list_names(block.highest)} ({share_words(best.index.value)})")
        said[-1] += (
            f"; thấp nhất: {list_names(block.lowest)} ({share_words(worst.index.value)})." if block.lowest and worst else "."
        )
    if block.left_out:
        said.append(f"Chưa đủ số phiếu để nêu số liệu: {list_names(block.left_out)}.")
    return " ".join(said)


def _block_row(block: Block) -> list[str]:
    return [
        block.name or "Các đơn vị",
        number(len(block.units)),
        number(block.ballots),
        share_words(block.index.value),
        share_words(block.last),
        _signed(block.change),
        _met(block.target_met),
    ]


def _rank_table(block: Block) -> Table:
    """Columns of last year and of the target stand only where there is something in them."""
    compared = any(unit.last is not None for unit in block.units)
    columns = [
        Column("Hạng", 14, "center"),
        Column("Đơn vị", 46),
        Column("Số phiếu", 17, "right"),
        Column("Tỷ lệ hài lòng", 20, "right"),
        Column("Từ 0 đến 100%", 34),
        Column("Khoảng tin cậy", 32, "right"),
    ]
    if compared:
        columns += [Column("Năm trước", 20, "right"), Column("Tăng, giảm", 18, "right")]
    if block.target is not None:
        columns.append(Column("Chỉ tiêu", 18, "center"))
    return Table(columns, [_rank_row(unit, compared, block.target is not None) for unit in block.units], size=10.5)


def _rank_row(unit: UnitRow, compared: bool, has_target: bool) -> list[Text]:
    return [
        str(unit.rank or NONE),
        unit.name,
        number(unit.valid),
        share_words(unit.index.value),
        _bar(unit.index),
        interval_words(unit.index.low, unit.index.high),
        *([share_words(unit.last), _signed(unit.change)] if compared else []),
        *([_met(unit.target_met)] if has_target else []),
    ]


def _bar(figure: Shown) -> Text:
    """As long as the share, from nought: blanks on grey, so that it prints anywhere and needs no picture. The sign without
    width at its end is for LibreOffice, which leaves out the ground of blanks alone."""
    if figure.value is None:
        return ""
    return [Span(NBSP * round(figure.value * _BAR_BLANKS / 100) + "\u200b", shade="8C8C8C")]


def _criteria_table(block: Block) -> Table:
    levels = [answer.label for answer in block.criteria[0].answers] if block.criteria else []
    columns = [
        Column("Tiêu chí", 44),
        Column("Số phiếu", 15, "right"),
        *(Column(label, 17, "right") for label in levels),
        Column("Tỷ lệ hài lòng", 18, "right"),
        Column("Điểm trung bình", 16, "right"),
    ]
    rows = [
        [
            criterion.title,
            number(criterion.figure.base),
            *(share_words(answer.percent) for answer in criterion.answers),
            share_words(criterion.figure.value),
            decimal_words(criterion.mean),
        ]
        for criterion in block.criteria
    ]
    return Table(columns, rows, size=10)


def _answer_words(question: QuestionRow) -> str:
    shown = "; ".join(f"{answer.label}: {share_words(answer.percent)}" for answer in question.answers if answer.count)
    return f"({number(question.answered)} phiếu trả lời) – {shown}." if shown else "– chưa có trả lời."


def _unit_annex(r: ResultData, head: PaperHead) -> list[Part]:
    parts: list[Part] = []
    for place, block in enumerate(r.blocks):
        title = "Kết quả khảo sát theo đơn vị và tiêu chí"
        if not place:
            parts.append(_annex("I", title, r, head))
        parts.append(Paragraph(f"{block.name or 'Các đơn vị'} (tỷ lệ hài lòng, %)", indented=False, align="left"))
        columns = [
            Column("TT", 10, "center"),
            Column("Đơn vị", 58),
            Column("Số phiếu hợp lệ", 18, "right"),
            Column("Hạng", 14, "right"),
            Column("Chung", 18, "right"),
            *(Column(criterion.title, 30, "right") for criterion in block.criteria),
        ]
        rows = [
            [
                str(at), unit.name, number(unit.valid), str(unit.rank or NONE), _plain(unit.index),
                *(_plain(figure) for figure in unit.criteria),
            ]
            for at, unit in enumerate(block.units, 1)
        ]  # fmt: skip
        parts.append(Table(columns, rows, size=11))
    return parts


def _question_annex(r: ResultData, head: PaperHead) -> list[Part]:
    parts: list[Part] = [_annex("II", "Kết quả theo tiêu chí và câu hỏi", r, head)]
    for block in r.blocks:
        levels = [answer.label for answer in block.levels[0].answers] if block.levels else []
        columns = [
            Column("Câu", 12, "center"),
            Column("Nội dung", 78),
            Column("Số phiếu", 16, "right"),
            *(Column(f"{label} (phiếu, %)", 24, "right") for label in levels),
            Column("Tỷ lệ hài lòng (%)", 20, "right"),
            Column("Điểm trung bình", 18, "right"),
        ]
        rows = [
            [
                question.code,
                question.text,
                number(question.answered),
                *(NONE if a.count is None else f"{number(a.count)} ({decimal_words(a.percent)})" for a in question.answers),
                _plain(question.share),
                decimal_words(question.mean),
            ]
            for question in block.levels
            if len(question.answers) == len(levels)
        ]
        parts += [
            Paragraph(f"{block.name or 'Các đơn vị'}: {block.questionnaire_title}", indented=False, align="left"),
            Table(columns, rows, size=10),
        ]
    return parts


def _ballot_annex(r: ResultData, head: PaperHead) -> list[Part]:
    columns = [
        Column("TT", 10, "center"),
        Column("Đơn vị", 70),
        *(Column(title, 22, "right") for title in ("Chỉ tiêu", "Phát ra", "Thu về", "Hợp lệ", "Loại bỏ")),
    ]
    units = [unit for block in r.blocks for unit in block.units]
    rows = [
        [
            str(at), unit.name, number(unit.quota) if unit.quota is not None else NONE, number(unit.handed_out),
            number(unit.collected), number(unit.valid), number(unit.discarded),
        ]
        for at, unit in enumerate(units, 1)
    ]  # fmt: skip
    total = ["", "Cộng", *_ballot_row("", units)[1:6]]
    return [_annex("III", "Số phiếu của từng đơn vị", r, head), Table(columns, rows, total, size=11)]


def _annex(roman: str, title: str, r: ResultData, head: PaperHead) -> Annex:
    return Annex(
        title, roman, attached_to="Báo cáo", symbol=f"BC-{head.symbol}" if head.symbol else "", year=r.plan.year,
        issuer=head.office, landscape=True,
    )  # fmt: skip


def _recipients(head: PaperHead) -> Recipients:
    items = [f"{head.superior} (để b/c)", "Các đơn vị được khảo sát", "Đơn vị giám sát"]
    return Recipients(items, head.symbol.partition("-")[0])


def _plain(figure: Shown) -> str:
    return decimal_words(figure.value)


def _signed(points: Decimal | None) -> str:
    if points is None:
        return NONE
    return f"{'+' if points > 0 else '−' if points < 0 else ''}{decimal_words(abs(points))}"


def _met(value: bool | None) -> str:
    return NONE if value is None else "đạt" if value else "chưa đạt"
